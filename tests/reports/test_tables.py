"""Tidy tables, and CSV that a spreadsheet opens right and never runs."""

from __future__ import annotations

import csv as csv_module
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.errors import ReportError
from factcheck.model import events as ev
from factcheck.model.evidence import Contact, ContactOutcome, Evidence
from factcheck.reports.tables import TABLES, csv, guard, rows, unguard


def read(data: bytes) -> list[list[str]]:
    return list(csv_module.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("table", TABLES)
def test_every_row_has_every_column_in_order(source, table) -> None:
    found = rows(source, table)
    assert found
    assert all(list(row) == list(TABLES[table]) for row in found)
    assert rows(source.state, table, text=source.text) == found


def test_claims_say_what_was_checked_and_what_came_of_it(source) -> None:
    dam = next(row for row in rows(source, "claims") if row["id"] == "dam")
    assert (dam["checked"], dam["rating"], dam["kind"]) == (True, "false", "event")
    assert dam["printed"] == "صحيفة «البيدر» > رئيس هيئة المياه في مرجانة سالم الطويل"
    assert source.text[dam["start"] : dam["end"]] == dam["text"]


def test_csv_opens_as_utf8_with_arabic_headers_and_words(source) -> None:
    data = csv(source, "evidence", "ar")
    assert data.startswith(b'\xef\xbb\xbf"')
    assert data.count(b"\r\n") == len(rows(source, "evidence")) + 1
    header, *lines = read(data)
    assert header[:3] == ["المعرّف", "العنوان", "الجهة الناشرة"]
    assert "نعم" in lines[0]
    assert lines[4][header.index("خارج الشبكة")] == "مكالمة"


@pytest.mark.parametrize("table", TABLES)
def test_pandas_reads_the_same_number_of_rows(source, table) -> None:
    frame = pd.read_csv(io.BytesIO(csv(source, table, "en")), encoding="utf-8-sig", dtype=str, keep_default_na=False)
    assert list(frame.columns) == [header[1] for header in TABLES[table].values()]
    assert len(frame) == len(rows(source, table))


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+A1",
        "-A1",
        "@x",
        "＝1",
        "＋1",
        "－A",
        "＠x",
        " =1",
        "\t=1",
        "\tx",
        "\rx",
        "\nx",
        "\u200f=1",
        "\ufeff=1",
        "'=1",
        "-1+1",
        "--1",
    ],
)
def test_a_cell_that_could_be_a_formula_becomes_text(scene, cell) -> None:
    scene.add("ed25519:amal", ev.EvidenceAttached(Evidence(title=cell, url="https://x.example")), "evidence:odd")
    written = next(line for line in read(csv(scene.source(), "evidence", "en")) if line[0] == "odd")[1]
    assert written == f"'{cell}"
    assert unguard(written) == cell


@pytest.mark.parametrize("cell", ["-12", "+3.5", "0", "نص عادي", "a=b", "'quoted'", ""])
def test_numbers_and_plain_words_stay_as_they_are(cell) -> None:
    assert guard(cell) == cell


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")) | st.text("='+-@ \t\n1\u200f"))
def test_no_data_is_lost(cell: str) -> None:
    stream = io.StringIO()
    csv_module.writer(stream, quoting=csv_module.QUOTE_ALL, lineterminator="\r\n").writerow([guard(cell)])
    assert unguard(next(csv_module.reader(io.StringIO(stream.getvalue(), newline="")))[0]) == cell


def test_what_no_file_can_hold_is_named_in_its_place(scene) -> None:
    scene.add("ed25519:amal", ev.ContactRecorded(Contact("a\0b\ud83dc", "", "2026-01-01", "", ContactOutcome.WAITING)), "contact:odd")
    assert any("a[U+0000]b[U+D83D]c" in line for line in read(csv(scene.source(), "contacts", "en")))


def test_roles_stand_for_names_in_csv_too(scene) -> None:
    for table in ("verdicts", "history"):
        assert "أمل" not in csv(scene.source(show_names=False), table, "ar").decode("utf-8-sig")


def test_an_unknown_table_lists_the_known_ones(source) -> None:
    with pytest.raises(ReportError, match="claims, evidence, bearings"):
        csv(source, "claim", "ar")
