"""The tidy tables as one XLSX workbook, a sheet a table: right to left in Arabic, header frozen, dates as dates, nothing a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from factcheck.reports.source import ReportSource, check_language
from factcheck.reports.tables import DAYS, INTEGERS, MOMENTS, TABLES, Cell, Row, cell_words, published_rows
from factcheck.reports.words import Words, visible

LONGEST = 32_767  # UTF-16 code units that a cell of Excel holds
A4 = 9  # paper, as Excel counts
ROWS = 1_048_575  # that a sheet holds below its header
WIDE = frozenset(
    {"text", "as_checked_ar", "as_checked_en", "quote", "translation", "reasons", "question", "answer", "what", "what_ar", "what_en"}
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "constant_memory": False,
    "remove_timezone": False,
}  # fmt: skip


def xlsx(source: ReportSource, lang: str = "ar") -> bytes:
    """All tables of a case in one workbook, codes as words of ``lang``.

    Every text is written as text, so that no cell can be a formula or a link. A text longer than a cell of Excel goes on in further
    columns. Hidden characters stand by their names. Times are in the desk's zone, which the sheet's header names.

    Raises:
        ReportError: no reports in that language.
    """
    import xlsxwriter

    words = Words(check_language(lang), source.settings)
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, OPTIONS)
    book.set_properties({"title": visible(source.state.title)[:200], "created": source.made_at.astimezone(UTC).replace(tzinfo=None)})
    ratings = {rating.id: words.said(rating.label)[0] for scale in source.state.desk.scales.values() for rating in scale.ratings}
    for table in TABLES:
        _Sheet(book, words, table, published_rows(source, table, words), ratings).write()
    book.close()
    return stream.getvalue()


class _Sheet:
    def __init__(self, book: Any, words: Words, table: str, rows: list[Row], ratings: Mapping[str, str]) -> None:
        self.words, self.table, self.rows, self.ratings = words, table, rows[:ROWS], ratings
        self.sheet = book.add_worksheet(words(f"table.{table}")[:31])
        text = {"valign": "top", "text_wrap": True, "reading_order": 2 if words.direction == "rtl" else 1}
        self.head = book.add_format({**text, "bold": True, "bg_color": "#F6F3EC", "bottom": 1})
        self.text = book.add_format({"valign": "top", "text_wrap": True})
        self.day = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm"})

    def write(self) -> None:
        sheet, words = self.sheet, self.words
        column = 1 if words.lang == "en" else 0
        headers = [header[column] for header in TABLES[self.table].values()]
        if words.direction == "rtl":
            sheet.right_to_left()
        for at, (name, header) in enumerate(zip(TABLES[self.table], headers, strict=True)):
            shown = f"{header} · {words('zone', words.settings.time_zone)}" if name in MOMENTS else header
            sheet.write_string(0, at, shown, self.head)
            sheet.set_column(at, at, 60 if name in WIDE else 18)
        further: dict[tuple[int, int], int] = {}  # (column, part) -> column where texts too long for a cell go on
        for number, row in enumerate(self.rows, 1):
            for at, (name, value) in enumerate(row.items()):
                for part, text in enumerate(self._cell(number, at, name, value)):
                    place = further.get((at, part))
                    if place is None:
                        place = further[at, part] = len(headers) + len(further)
                        sheet.write_string(0, place, words("continued", headers[at], words.digits(part + 2)), self.head)
                        sheet.set_column(place, place, 60)
                    sheet.write_string(number, place, text, self.text)
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)  # one page wide, as long as it takes
        sheet.repeat_rows(0)
        if self.rows:
            sheet.autofilter(0, 0, len(self.rows), len(headers) - 1)

    def _cell(self, row: int, at: int, name: str, value: Cell) -> Iterator[str]:
        """Write a value; yields what did not fit."""
        if value is None or value == "":
            return
        if name in INTEGERS and isinstance(value, int):
            self.sheet.write_number(row, at, value, self.text)
        elif name in DAYS and (day := _day(str(value))):
            self.sheet.write_datetime(row, at, datetime.combine(day, datetime.min.time()), self.day)
        elif name in MOMENTS and (moment := _moment(str(value))):
            local = moment.astimezone(self.words.settings.zone).replace(tzinfo=None)
            self.sheet.write_datetime(row, at, local, self.moment)
        else:
            said = cell_words(self.words, self.table, name, value)
            if name == "rating":
                said = ", ".join(self.ratings.get(each) or each for each in said.split(", "))
            first, *rest = cut(visible(said))
            self.sheet.write_string(row, at, first, self.text)
            yield from rest


def cut(text: str, longest: int = LONGEST) -> list[str]:
    """The text in pieces of at most ``longest`` UTF-16 code units, never inside a code point; at least one piece."""
    if len(text) * 2 <= longest or len(text.encode("utf-16-le")) // 2 <= longest:
        return [text]
    found, start, units = [], 0, 0
    for index, char in enumerate(text):
        width = 2 if ord(char) > 0xFFFF else 1
        if units + width > longest:
            found.append(text[start:index])
            start, units = index, 0
        units += width
    return [*found, text[start:]]


def _day(text: str) -> date | None:
    """A day that Excel can count (from 1900 on); None for anything else, which stays text."""
    if not _DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year >= 1900 else None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo and 1901 <= moment.year < 9999 else None
