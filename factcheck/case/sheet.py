"""Sheets as desks keep them: one line of a text a row, with its source, a contact and a status; read in, and made into a case.

Columns are known by their names in Arabic or English, in any order; only the line is needed. The sheet's own bytes are kept as the
original of the article, so that it goes back out with the very columns it came with (``reports.sheet``).
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from factcheck.case import pipeline
from factcheck.case.claim_acts import CLAIMS_AN_EVENT
from factcheck.errors import ExtractionError, isolate
from factcheck.model import events as ev
from factcheck.model.article import MAX_ARTICLE_BYTES, Known, Span
from factcheck.model.claim import Choice, Claim, ClaimKind, Step
from factcheck.model.evidence import Contact, ContactOutcome
from factcheck.text.decode import decode

if TYPE_CHECKING:
    from factcheck.case.case import Case
    from factcheck.case.desk import Desk

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
LONGEST = 100_000  # characters of a cell
ROWS = 20_000
FAULTS = 10  # told in one message
NAMES: Mapping[str, tuple[str, ...]] = {
    "line": ("line", "lines", "claim", "claims", "sentence", "statement", "text", "السطر", "الجملة", "الادعاء", "العبارة", "النص", "القول"),
    "source": ("source", "sources", "speaker", "said by", "attributed to", "المصدر", "المصادر", "القائل", "نقلاً عن", "نقلا عن"),
    "contact": ("contact", "contacts", "contact info", "contact details", "جهة الاتصال", "للتواصل", "التواصل", "الاتصال", "وسيلة الاتصال"),
    "status": ("status", "state", "الحالة", "الحال", "الوضع"),
}
"""Columns we know -> how desks name them."""

ASKED: Mapping[ContactOutcome, tuple[str, ...]] = {
    ContactOutcome.WAITING: ("asked", "waiting", "emailed", "called", "سألنا", "سُئل", "طلبنا التعليق", "ننتظر الرد", "بانتظار الرد"),
    ContactOutcome.ANSWERED: ("answered", "replied", "وصلنا رد", "أجاب", "رد"),
    ContactOutcome.SILENCE: ("no reply", "no answer", "no response", "لم يصلنا رد", "لم يرد", "لا رد"),
    ContactOutcome.DECLINED: ("declined", "declined to comment", "no comment", "امتنع عن التعليق", "امتنع", "رفض التعليق"),
}
ASIDE = ("set aside", "dropped", "drop", "cut", "skip", "skipped", "مُرجأ", "مرجأ", "أُرجئ", "محذوف", "حُذف")
"""Statuses that mean something to a case; any other is kept as it is, in the claim's note."""

_FAULTY = re.compile(r"#(N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!)")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a header, all cells text."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]  # as wide as the header
    columns: Mapping[str, int]  # line, source, contact, status -> position
    media_type: str

    def cell(self, row: Sequence[str], name: str) -> str:
        at = self.columns.get(name)
        return "" if at is None else row[at]

    @property
    def lines(self) -> tuple[tuple[int, Span], ...]:
        """(number of the row, where its line stands in ``text``), rows without a line left out."""
        found, start = [], 0
        for number, row in enumerate(self.rows):
            if line := self.cell(row, "line"):
                found.append((number, Span(start, start + len(line))))
                start += len(line) + 1
        return tuple(found)

    @property
    def text(self) -> str:
        """The article that the lines make."""
        return "\n".join(line for row in self.rows if (line := self.cell(row, "line")))


def read_sheet(data: bytes) -> Sheet:
    """A sheet from the bytes of a CSV file (commas, semicolons or tabs; any usual encoding) or of an XLSX workbook (its first sheet).

    Raises:
        ExtractionError: it is neither, has no column of lines, or cells that cannot be used; ``cells`` lists (row, column, fault) of
            those, rows counted as a spreadsheet does.
    """
    if len(data) > 4 * MAX_ARTICLE_BYTES:
        raise ExtractionError(
            f"The sheet holds {len(data) / 1e6:.0f} MB; {4 * MAX_ARTICLE_BYTES // 2**20} MB are read. Cut it into several."
        )
    media_type = XLSX if data[:4] == b"PK\x03\x04" else CSV
    table = list(_workbook(data) if media_type == XLSX else _csv(data))
    start = next((at for at, (_, row) in enumerate(table) if any(row)), None)
    if start is None:
        raise ExtractionError("The sheet is empty. It needs a header row with a column for the lines, such as “line” or “الجملة”.")
    header = tuple(table[start][1])
    while header and not header[-1]:
        header = header[:-1]
    columns = _columns(header)
    faults: list[tuple[int, str, str]] = []
    rows = []
    for number, cells in table[start + 1 : start + 1 + ROWS]:
        row = tuple(cells[: len(header)]) + ("",) * (len(header) - len(cells))
        faults += _faults(number, header, columns, row, cells[len(header) :])
        if any(row):
            rows.append(row)
    if len(table) - start - 1 > ROWS:
        faults.append((table[start + 1 + ROWS][0], header[columns["line"]], f"only {ROWS:,} rows are read; cut the sheet into several"))
    if faults:
        listed = "; ".join(f"row {row}, column {isolate(column)}: {fault}" for row, column, fault in faults[:FAULTS])
        more = f"; and {len(faults) - FAULTS} more" if len(faults) > FAULTS else ""
        raise ExtractionError(f"The sheet was not read. {listed}{more}. Mend these cells and try again.", cells=tuple(faults))
    sheet = Sheet(header, tuple(rows), columns, media_type)
    if not sheet.text:
        raise ExtractionError(f"The sheet has no lines: its column {isolate(header[columns['line']])} is empty.")
    return sheet


def _columns(header: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, title in enumerate(header):
        folded = " ".join(title.casefold().split()).strip(" :*")
        name = next((name for name, known in NAMES.items() if folded in known), None)
        if name is not None and name in found:
            raise ExtractionError(
                f"Two columns of the sheet hold the {name}: {isolate(header[found[name]])} and {isolate(title)}. Rename one of them."
            )
        if name is not None:
            found[name] = at
    if "line" not in found:
        titles = ", ".join(isolate(title) for title in header if title) or "none"
        raise ExtractionError(
            f"The sheet has no column for the lines; its columns are: {titles}. Name one of them “line”, “claim”, “الجملة” or “الادعاء”."
        )
    return found


def _faults(
    number: int, header: Sequence[str], columns: Mapping[str, int], row: Sequence[str], beyond: Sequence[str]
) -> Iterator[tuple[int, str, str]]:
    if any(beyond):
        yield number, _letter(len(header)), f"there is a cell without a header: {isolate(next(filter(None, beyond))[:40])}"
    for title, cell in zip(header, row, strict=True):
        if _FAULTY.fullmatch(cell):
            yield number, title, f"a formula failed there ({cell})"
        elif len(cell) > LONGEST:
            yield number, title, f"{len(cell):,} characters; a cell may have {LONGEST:,}"
        elif bad := next((char for char in cell if (char < " " and char not in "\n\t\r") or "\ud800" <= char <= "\udfff"), ""):
            yield number, title, f"the character U+{ord(bad):04X}, which no text holds"
    others = [cell for at, cell in enumerate(row) if cell and at != columns["line"]]
    if others and not row[columns["line"]]:
        yield number, header[columns["line"]], f"the line is missing, though the row is not empty ({isolate(others[0][:40])})"


def _letter(at: int) -> str:
    """A column as a spreadsheet names it: 0 is A."""
    return (_letter(at // 26 - 1) if at >= 26 else "") + chr(65 + at % 26)


def _csv(data: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = decode(data).text
    first = text.lstrip("\ufeff\r\n").partition("\n")[0]
    bare = re.sub(r'"[^"]*"', "", first)
    delimiter = max(",;\t،", key=bare.count) if any(mark in bare for mark in ",;\t،") else ","
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter)
    try:
        for number, row in enumerate(reader, 1):
            yield number, [_own(cell.strip()) for cell in row]
    except csv.Error as error:
        raise ExtractionError(f"Line {reader.line_num} of the sheet is no CSV: {error}. Save it again as CSV (UTF-8) or XLSX.") from error


def _own(cell: str) -> str:
    """A cell without the apostrophe that keeps spreadsheets from taking it for a formula."""
    return cell[1:] if re.match(r"'[=+\-@\t]", cell) else cell


def _workbook(data: bytes) -> Iterator[tuple[int, list[str]]]:
    import openpyxl

    try:
        _small_enough(data)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True, max_row=ROWS + 10), 1):
            yield number, [_shown(value) for value in row]
    except ExtractionError:
        raise
    except Exception as error:  # whatever the library raises on a file that is no workbook
        raise ExtractionError(f"The workbook cannot be read: {error}. Save it again as XLSX or as CSV (UTF-8).") from error


def _small_enough(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        size = sum(item.file_size for item in parts.infolist())
    if size > 200_000_000:
        raise ExtractionError(f"The workbook unpacks to {size / 1e6:.0f} MB, which is too much. Save its first sheet as CSV (UTF-8).")


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


# ---- into a case


def open_sheet(desk: Desk, data: bytes, *, name: str = "", title: str = "", language: str = "", practice: bool = False) -> Case:
    """Open a case on a sheet: each line a claim with its source as the chain as printed, all of it in one act.

    Kind and polarity come from the built-in tool; every line is chosen to be checked unless its status sets it aside. What the sheet
    says of contact and status, and columns that we do not know, are kept in the claim's note. Somebody is recorded as asked only where
    the status says so, without a date, since the sheet gives none.

    Raises:
        ExtractionError: as ``read_sheet``; nothing was written.
    """
    sheet = read_sheet(data)
    text = sheet.text
    digest = desk.captures.put(text.encode("utf-8"))
    run = pipeline.propose(pipeline.BUILT_IN, text, language=language or None, published=None, article=digest)
    original = desk.captures.put(data)
    case_id, article_id = desk.new_id(), desk.new_id()
    first = text.partition("\n")[0]
    opened = ev.CaseOpened(title or name.rpartition(".")[0] or first[:60], language or desk.settings.language, "", practice)
    facts = {"title": Known(title, "person")} if title else {}
    added = ev.ArticleAdded(digest, original, sheet.media_type, run.language, facts, file_name=name)
    steps: list[tuple[ev.Payload, Mapping[str, tuple[str, ...]]]] = [
        (opened, {f"case:{case_id}": ()}),
        (added, {f"article:{article_id}": ()}),
    ]
    claims: dict[str, Claim] = {}
    contacts: list[Contact] = []
    for number, span in sheet.lines:
        row = sheet.rows[number]
        id = desk.new_id()
        claims[id] = _claim(sheet, row, span, digest, run.claims)
        outcome = next((outcome for outcome, words in ASKED.items() if _status(sheet, row) in words), None)
        if outcome and sheet.cell(row, "contact"):
            contacts.append(Contact(sheet.cell(row, "contact"), "", "", sheet.cell(row, "line"), outcome, f"content/{id}"))
    ids = list(claims)
    for start in range(0, len(ids), CLAIMS_AN_EVENT):
        part = {id: claims[id] for id in ids[start : start + CLAIMS_AN_EVENT]}
        steps.append((ev.ClaimsMade(part, "sheet", ""), {f"claim:{id}": () for id in part}))
    steps += [(ev.ContactRecorded(contact), {f"contact:{desk.new_id()}": ()}) for contact in contacts]
    desk.append(case_id, steps)
    return desk.case(case_id)


def _claim(sheet: Sheet, row: Sequence[str], span: Span, article: str, proposals: Sequence[Claim]) -> Claim:
    """The claim of a row: like the proposal that covers most of it, said by the source that the row names."""
    near = [claim for claim in proposals if claim.span.overlaps(span)]
    model = max(near, key=lambda claim: min(claim.span.end, span.end) - max(claim.span.start, span.start), default=None)
    line, source = sheet.cell(row, "line"), sheet.cell(row, "source")
    claim = Claim(article, span, line, model.kind if model else ClaimKind.STATE, model.checkable if model else True)
    if model:
        claim = replace(
            claim, polarity=model.polarity, priority=model.priority, worth=model.worth, printed=model.printed, reasons=model.reasons
        )
    if source and not any(_same(step.source, source) for step in claim.printed):
        at = line.find(source)
        where = Span(span.start + at, span.start + at + len(source)) if at >= 0 else None
        claim = replace(claim, printed=(Step(source, where),))
    aside = _status(sheet, row) in ASIDE
    because = sheet.cell(row, "status") if aside else ""
    targets = ["content", *(f"step/printed/{index}" for index in range(len(claim.printed)))]
    told = [f"{title}: {cell}" for at, (title, cell) in enumerate(zip(sheet.header, row, strict=True)) if cell and at not in _placed(sheet)]
    return replace(claim, choices={target: Choice(not aside, because) for target in targets}, note="\n".join(told))


def _placed(sheet: Sheet) -> tuple[int, ...]:
    """Columns that have a place of their own in a claim."""
    return tuple(at for name, at in sheet.columns.items() if name in ("line", "source"))


def _status(sheet: Sheet, row: Sequence[str]) -> str:
    return " ".join(sheet.cell(row, "status").casefold().split())


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()) == " ".join(other.split())
