"""XLSX, JSON and Parquet read back by openpyxl, pandas and pyarrow."""

from __future__ import annotations

import io
import json as json_module
import zipfile
from datetime import datetime

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.errors import ReportError
from factcheck.model import events as ev
from factcheck.model.evidence import Evidence
from factcheck.reports import extras
from factcheck.reports.columnar import json, parquet
from factcheck.reports.tables import TABLES, rows
from factcheck.reports.workbook import LONGEST, cut, xlsx


def book(source, lang="ar"):
    return openpyxl.load_workbook(io.BytesIO(xlsx(source, lang)))


def test_an_arabic_workbook_reads_from_the_right_with_its_header_frozen(source) -> None:
    found = book(source)
    assert found.sheetnames[:2] == ["الادعاءات", "الأدلة"]
    assert len(found.sheetnames) == len(TABLES)
    for sheet in found:
        assert sheet.sheet_view.rightToLeft
        assert sheet.freeze_panes == "B2"
    assert [cell.value for cell in found["الأدلة"][1]][:3] == ["المعرّف", "العنوان", "الجهة الناشرة"]
    assert not any(sheet.sheet_view.rightToLeft for sheet in book(source, "en"))


def test_dates_are_dates_numbers_numbers_and_codes_words(source) -> None:
    found = book(source, "en")
    header = [cell.value for cell in found["Evidence"][1]]
    first = dict(zip(header, [cell.value for cell in found["Evidence"][2]], strict=True))
    assert first["Published"] == datetime.fromisoformat("2026-11-08")
    captured = next(name for name in header if name.startswith("Captured"))
    assert captured == "Captured · Times in Asia/Beirut"
    assert first[captured] == datetime.fromisoformat("2026-11-12T10:30")
    claims = [[cell.value for cell in row] for row in found["Claims"].iter_rows()]
    assert isinstance(claims[1][claims[0].index("Start")], int)
    assert claims[1][claims[0].index("We check this")] == "yes"
    arabic = [[cell.value for cell in row] for row in book(source)["الادعاءات"].iter_rows()]
    assert arabic[1][arabic[0].index("التصنيف")] == "غير صحيح"


def test_sheets_print_one_page_wide_with_their_header_on_every_page(source) -> None:
    for sheet in book(source):
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (
            "landscape",
            0,
            True,
        )
        assert sheet.print_title_rows == "$1:$1"


def test_every_row_of_every_table_is_there(source) -> None:
    found = book(source, "en")
    for sheet, table in zip(found, TABLES, strict=True):
        assert sheet.max_row == len(rows(source, table)) + 1


def test_no_cell_is_a_formula_or_a_link(scene) -> None:
    texts = ["=1+1", "+A1", "@SUM(A1)", '=HYPERLINK("https://x.example")', "https://x.example", "{=1+1}", "'=1", "1e5", "0012", "_x0041_"]
    for n, text in enumerate(texts):
        scene.add("ed25519:amal", ev.EvidenceAttached(Evidence(title=text, url="https://x.example")), f"evidence:odd{n}")
    data = xlsx(scene.source(), "en")
    cells = {row[0].value: row[1] for row in openpyxl.load_workbook(io.BytesIO(data))["Evidence"].iter_rows()}
    assert [cells[f"odd{n}"].value for n in range(len(texts))] == texts
    assert {cells[f"odd{n}"].data_type for n in range(len(texts))} == {"s"}
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        sheets = b"".join(parts.read(name) for name in parts.namelist() if "worksheets/" in name)
    assert b"<f" not in sheets.replace(b"<filter", b"")
    assert b"hyperlink" not in sheets


def test_a_text_longer_than_a_cell_goes_on_in_a_further_column(scene) -> None:
    text = "كلمة 🙂" * 12_000
    scene.add("ed25519:amal", ev.EvidenceAttached(Evidence(title=text, url="https://x.example")), "evidence:long")
    sheet = book(scene.source(), "en")["Evidence"]
    header = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows() if row[0].value == "long")
    places = [1, *(n for n, name in enumerate(header) if name and name.startswith("Title (continued"))]
    assert len(places) > 2
    assert "".join(row[n].value for n in places) == text
    assert all(len(row[n].value.encode("utf-16-le")) // 2 <= LONGEST for n in places)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(2, 10))
def test_cut_pieces_join_to_the_text_and_fit(text, longest) -> None:
    parts = cut(text, longest)
    assert "".join(parts) == text
    assert all(len(part.encode("utf-16-le")) // 2 <= longest for part in parts)


def test_json_holds_all_tables_with_the_very_texts(source) -> None:
    found = json_module.loads(json(source))
    assert (found["format"], found["case"], list(found["tables"])) == ("factcheck-tables/1", "c1", list(TABLES))
    assert all(found["tables"][table] == rows(source, table) for table in TABLES)
    assert len(pd.DataFrame(found["tables"]["evidence"])) == 5


@pytest.mark.parametrize("table", TABLES)
def test_parquet_has_the_same_types_whether_or_not_there_are_rows(source, scene, table) -> None:
    full = pq.read_table(io.BytesIO(parquet(source, table=table)))
    assert full.column_names == list(TABLES[table])
    assert full.num_rows == len(rows(source, table))
    scene.events = [e for e in scene.events if set(e.on) & {"case:c1", "article:a1"} or not e.case]
    assert pq.read_table(io.BytesIO(parquet(scene.source(), table=table))).schema.types == full.schema.types


def test_parquet_says_what_it_is(source) -> None:
    table = pq.read_table(io.BytesIO(parquet(source, table="verdicts")))
    about = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
    assert (about["case"], about["table"]) == ("c1", "verdicts")
    frame = table.to_pandas()
    assert str(frame["at"].dtype).startswith("datetime64")
    assert list(frame["rating"]) == ["false", "wrong_source"]


def test_steps_and_publications_are_tables_too(source) -> None:
    steps = rows(source, "steps")
    assert [(row["chain"], row["step"], row["rating"]) for row in steps] == [
        ("printed", 0, ""), ("printed", 1, "wrong_source"), ("established", 0, ""), ("established", 1, ""),
    ]  # fmt: skip
    assert [row["kind"] for row in rows(source, "publications")] == ["publication", "correction"]


@pytest.mark.parametrize("make", [xlsx, json, parquet])
def test_roles_stand_for_names_everywhere(scene, make) -> None:
    data = make(scene.source(show_names=False), "ar")
    texts = [data]
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            texts = [parts.read(name) for name in parts.namelist()]
    for name in ("أمل سرور", "هدى زين"):
        assert not any(name.encode() in text for text in texts)


def test_a_missing_package_says_how_to_get_it(source, monkeypatch) -> None:
    def missing(name: str):
        raise ImportError(name)

    monkeypatch.setattr(extras, "import_module", missing)
    with pytest.raises(ReportError, match=r"the package pyarrow, which is not installed. Install it with: pip install .*\[parquet\]"):
        parquet(source)


def test_an_unknown_table_lists_the_known_ones(source) -> None:
    with pytest.raises(ReportError, match="claims, evidence, bearings"):
        parquet(source, table="claim")
