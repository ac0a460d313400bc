"""A sheet becomes a case and goes back out with its own columns and the results."""

from __future__ import annotations

import csv as csv_module
import io

import openpyxl
import pytest

from factcheck.case.sheet import open_sheet, read_sheet
from factcheck.errors import ExtractionError
from factcheck.model.evidence import ContactOutcome
from factcheck.reports.html import render
from factcheck.reports.sheet import sheet_bytes
from factcheck.reports.verify import verify_report
from factcheck.reports.writing import source_of

ARABIC = (
    "الحالة,الجملة,ملاحظات المحرر,المصدر,جهة الاتصال\r\n"
    'ننتظر الرد,"قالت الوزارة إن الجسر سيُغلق شهراً، ابتداءً من الاثنين.",عاجل,الوزارة,"مكتب الوزير، 01-555555"\r\n'
    "مُرجأ,الطقس جميل في الوادي.,,,\r\n"
    "تم,بلغت كلفة الجسر 40 مليون دينار.,=1+1,بلدية الوادي,\r\n"
)


def workbook(rows, formula: str = "") -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if formula:
        book.active["B2"] = formula
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1256"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_are_known_by_name_in_any_order_and_encoding(encoding, delimiter) -> None:
    rows = list(csv_module.reader(io.StringIO(ARABIC, newline="")))
    stream = io.StringIO()
    csv_module.writer(stream, delimiter=delimiter).writerows(rows)
    sheet = read_sheet(stream.getvalue().encode(encoding))
    assert sheet.columns == {"status": 0, "line": 1, "source": 3, "contact": 4}
    assert [sheet.cell(row, "line") for row in sheet.rows] == [row[1] for row in rows[1:]]
    assert all(span.of(sheet.text) == sheet.rows[n][1] for n, span in sheet.lines)


def test_a_sheet_becomes_a_case_in_one_act(desk) -> None:
    size = desk.ledger.size
    case = open_sheet(desk, ARABIC.encode(), name="lines.csv")
    claims = [held.value for held in case.state.claims.values()]
    assert [claim.text for claim in claims] == case.text.split("\n")
    assert [step.source for step in claims[2].printed] == ["بلدية الوادي"]
    assert any(step.source == "الوزارة" for step in claims[0].printed)
    assert claims[0].choices["content"].check
    assert (claims[1].choices["content"].check, claims[1].choices["content"].because) == (False, "مُرجأ")
    assert claims[0].note.split("\n") == ["الحالة: ننتظر الرد", "ملاحظات المحرر: عاجل", "جهة الاتصال: مكتب الوزير، 01-555555"]
    [contact] = [held.value for held in case.state.contacts.values()]
    assert (contact.who, contact.outcome, contact.on) == ("مكتب الوزير، 01-555555", ContactOutcome.WAITING, "")
    assert len({event.at for event in desk.ledger.events(size)}) == 1
    assert desk.verify().ok
    assert verify_report(render(source_of(case), "ar")).ok


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv_module.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_it_goes_back_out_with_its_columns_and_the_results(desk) -> None:
    case = open_sheet(desk, ARABIC.encode(), name="lines.csv")
    first = next(iter(case.state.claims))
    evidence = case.attach(
        file=b"<html><body><p>The bridge closes for three days.</p></body></html>",
        bears_on=[f"content/{first}"],
        stance="refutes",
        title="بيان",
    )
    case.verdict(f"content/{first}", "false", "ينفيه البيان", grounds=[f"evidence:{evidence}"], as_of="2026-11-25")
    out = rows_of(sheet_bytes(case, source_of(case), "ar"))
    before = rows_of(ARABIC.encode())
    assert [row[:5] for row in out[:3]] == before[:3]
    assert out[3][2] == "'=1+1"  # a spreadsheet reads it as text
    results = dict(zip(out[0][5:], out[1][5:], strict=True))
    assert (results["النتيجة"], results["الحيثيات"], results["الأدلة"], results["حتى تاريخ"]) == (
        "غير صحيح",
        "ينفيه البيان",
        "بيان",
        "2026-11-25",
    )
    assert results["من سألناه"] == "مكتب الوزير، 01-555555: طلبنا التعليق وننتظر الرد"
    again = read_sheet(sheet_bytes(case, source_of(case), "ar"))
    assert again.rows[2][2] == "=1+1"
    english = rows_of(sheet_bytes(case, source_of(case), "en"))
    assert (english[0][5], english[1][5]) == ("Result", "False")


def test_a_workbook_goes_in_and_out(desk) -> None:
    data = workbook(
        [["Claim", "Contact", "Status"], ["The bridge cost 40 million.", "Town hall", "no reply"], ["It opened on Tuesday.", None, 3]]
    )
    case = open_sheet(desk, data, name="lines.xlsx")
    [contact] = [held.value for held in case.state.contacts.values()]
    assert contact.outcome is ContactOutcome.SILENCE
    sheet = openpyxl.load_workbook(io.BytesIO(sheet_bytes(case, source_of(case), "ar", xlsx=True))).active
    assert [cell.value for cell in sheet[1]][:4] == ["Claim", "Contact", "Status", "النتيجة"]
    assert sheet.sheet_view.rightToLeft
    assert sheet["C3"].value == "3"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_a_case_that_came_from_an_article_goes_out_as_a_sheet_too(case) -> None:
    claim = case.mark((0, 30))
    case.choose([f"content/{claim}"])
    out = rows_of(sheet_bytes(case, source_of(case), "en"))
    assert out[0][:4] == ["Line", "Source", "Contact", "Status"]
    assert out[1][0] == case.claim(claim).text


def faults(data: bytes) -> str:
    with pytest.raises(ExtractionError) as caught:
        read_sheet(data)
    return str(caught.value)


def test_bad_cells_are_named_by_row_and_column() -> None:
    said = faults(b"line,source\nwords,someone\n,who\nmore,#REF!\nthe rest,a,b\n")
    assert "row 3, column \u2068line\u2069: the line is missing" in said
    assert "row 4, column \u2068source\u2069: a formula failed there (#REF!)" in said
    assert "row 5, column \u2068C\u2069: there is a cell without a header" in said
    assert "row 2, column \u2068line\u2069: the character U+0007" in faults("line\nكلمة \x07 هنا".encode())
    assert "may have 100,000" in faults(b"line\n" + b"x" * 100_001)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"name,source\nx,y\n", "no column for the lines; its columns are: \u2068name\u2069, \u2068source\u2069"),
        (b"line,claim\nx,y\n", "Two columns of the sheet hold the line: \u2068line\u2069 and \u2068claim\u2069"),
        (b"line,source\n", "no lines: its column \u2068line\u2069 is empty"),
        (b"\n\n", "empty"),
        (b"PK\x03\x04 no workbook", "workbook cannot be read"),
    ],
)
def test_a_sheet_that_cannot_be_used_says_why(data, told) -> None:
    assert told in faults(data)


def test_nothing_is_written_when_a_sheet_is_refused(desk) -> None:
    size = desk.ledger.size
    with pytest.raises(ExtractionError):
        open_sheet(desk, b"line,source\n,who\n")
    assert desk.ledger.size == size


def test_the_commands_take_a_sheet_in_and_out(tmp_path, monkeypatch) -> None:
    from click.testing import CliRunner

    from factcheck.cli import main

    monkeypatch.setenv("FACTCHECK_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("FACTCHECK_STATE", str(tmp_path / "state"))
    (tmp_path / "lines.csv").write_text(ARABIC, "utf-8")

    def run(*arguments: object) -> str:
        done = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert done.exit_code == 0, done.output
        return done.output

    assert "3 claims" in run("sheet", "in", tmp_path / "desk", tmp_path / "lines.csv", "--as", "أمل", "--newsroom", "تدريب")
    run("sheet", "out", tmp_path / "desk", "--to", tmp_path / "out.xlsx", "--lang", "en")
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").active["F1"].value == "Result"
    refused = CliRunner().invoke(main, ["sheet", "in", str(tmp_path / "desk"), str(tmp_path / "none.csv")])
    assert (refused.exit_code, "Could not read" in refused.output) == (1, True)
