"""A case as a sheet again: the columns it came with, cells as they were, and beside them what came of each line."""

from __future__ import annotations

import csv as csv_module
import io
from collections.abc import Iterator

from factcheck.case.case import Case
from factcheck.case.sheet import Sheet, read_sheet
from factcheck.errors import ExtractionError
from factcheck.model.article import Span
from factcheck.model.claim import TargetKind
from factcheck.reports.page import ClaimPart, Page
from factcheck.reports.source import ReportSource, check_language
from factcheck.reports.tables import guard
from factcheck.reports.words import Words, visible
from factcheck.reports.workbook import LONGEST, OPTIONS, cut

RESULTS = ("sheet.result", "sheet.said", "sheet.reasons", "sheet.unknown", "sheet.evidence", "sheet.asked", "sheet.as_of", "sheet.checked")


def sheet_bytes(case: Case, source: ReportSource, lang: str, *, xlsx: bool = False) -> bytes:
    """The sheet of a case, as CSV with a BOM or as XLSX; cells are text, never formulas.

    A case that came from a sheet goes out with its columns, in their order and with their names; another one with line, source, contact
    and status. Results stand in further columns named in ``lang``.

    Raises:
        ReportError: no such language.
    """
    words = Words(check_language(lang), source.settings)
    page = Page(source, words)
    rows = [[*header, *results] for header, results in _rows(case, page, words)]
    return _workbook(rows, words) if xlsx else _csv(rows)


def original_sheet(case: Case) -> Sheet | None:
    """The sheet that a case came from; None when it came from something else."""
    article = case.state.article
    if article is None or article.original == article.text or not case.desk.captures.has(article.original):
        return None
    try:
        sheet = read_sheet(case.desk.captures.get(article.original))
    except ExtractionError:
        return None
    return sheet if sheet.text == case.text else None


def _rows(case: Case, page: Page, words: Words) -> Iterator[tuple[list[str], list[str]]]:
    names = [words(key) for key in RESULTS]
    parts = sorted(page.claims, key=lambda part: part.claim.span.start)
    sheet = original_sheet(case)
    if sheet is None:
        yield [words(f"sheet.{name}") for name in ("line", "source", "contact", "status")], names
        for part in parts:
            source = " ← ".join(line.step.source for line in part.printed)
            asked = "; ".join(held.value.who for held in case.state.contacts_on(f"content/{part.id}"))
            yield [part.claim.text, source, asked, ""], _results(page, words, [part])
        return
    yield list(sheet.header), names
    places = dict(sheet.lines)
    for number, row in enumerate(sheet.rows):
        span = places.get(number)
        yield list(row), _results(page, words, _on(parts, span) if span else [])


def _on(parts: list[ClaimPart], span: Span) -> list[ClaimPart]:
    from bisect import bisect_left

    first = bisect_left(parts, span.start, key=lambda part: part.claim.span.start)
    found = []
    for part in parts[max(0, first - 1) :]:
        if part.claim.span.start >= span.end:
            break
        if part.claim.span.overlaps(span):
            found.append(part)
    return found


def _results(page: Page, words: Words, parts: list[ClaimPart]) -> list[str]:
    """One cell a column of ``RESULTS``."""
    content = [r for part in parts for r in part.results]
    steps = [(t, r) for part in parts for t in part.targets if t.target.kind is TargetKind.STEP for r in t.results]
    cards = {card.number: card.evidence for part in parts for t in part.targets for group in t.cards.values() for card in group}
    targets = {str(t.target) for part in parts for t in part.targets} | {f"content/{part.id}" for part in parts}
    contacts = [held.value for target in sorted(targets) for held in page.state.contacts_on(target)]
    label = [words.said(r.rating.label)[0] or r.rating.id for r in content]
    return [
        "; ".join(dict.fromkeys(label)),
        "; ".join(f"{t.source}: {words.said(r.rating.label)[0] or r.rating.id}" for t, r in steps),
        "\n".join(dict.fromkeys(r.verdict.reasons for r in content if r.verdict.reasons)),
        "\n".join(dict.fromkeys(r.verdict.unknown for r in content if r.verdict.unknown)),
        "\n".join(" ".join(filter(None, (e.title or e.outlet or (e.offline.who if e.offline else ""), e.url))) for e in cards.values()),
        "\n".join(f"{c.who}: {words('contact.' + c.outcome.value)}{': ' + c.answer if c.answer else ''}" for c in contacts),
        max((r.verdict.as_of for r in content), default=""),
        "\n".join(text for part in parts if (text := words.said(part.claim.as_checked)[0])),
    ]


def _csv(rows: list[list[str]]) -> bytes:
    stream = io.StringIO()
    writer = csv_module.writer(stream, quoting=csv_module.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([guard(cell) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def _workbook(rows: list[list[str]], words: Words) -> bytes:
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, OPTIONS)
    sheet = book.add_worksheet(words("table.claims")[:31])
    plain, bold = book.add_format({"valign": "top", "text_wrap": True}), book.add_format({"bold": True, "bg_color": "#F6F3EC"})
    if words.direction == "rtl":
        sheet.right_to_left()
    for number, row in enumerate(rows):
        for at, cell in enumerate(row):
            if cell:
                sheet.write_string(number, at, cut(visible(cell), LONGEST)[0], plain if number else bold)
    sheet.set_column(0, max(0, len(rows[0]) - 1), 28)
    sheet.freeze_panes(1, 0)
    book.close()
    return stream.getvalue()
