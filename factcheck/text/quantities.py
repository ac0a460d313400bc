"""Dates and numbers of a text as values with their spans."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal

from factcheck.model.article import Span
from factcheck.text.tokens import tokens


@dataclass(frozen=True, slots=True)
class Date:
    span: Span
    value: str  # ISO 8601 date, month or year, or an interval of two with "/"


@dataclass(frozen=True, slots=True)
class Number:
    span: Span
    value: Decimal
    unit: str = ""  # "percent", ISO 4217 code, or the noun as printed


class Quantities:
    """Dates and numbers of one text, countable by span."""

    def __init__(self, dates: tuple[Date, ...], numbers: tuple[Number, ...]) -> None:
        self.dates = dates
        self.numbers = numbers
        self._dates = [date.span.start for date in dates]
        self._numbers = [number.span.start for number in numbers]

    def within(self, span: Span) -> tuple[int, int]:
        """How many numbers and how many dates begin inside a span."""
        return (
            bisect_left(self._numbers, span.end) - bisect_left(self._numbers, span.start),
            bisect_left(self._dates, span.end) - bisect_left(self._dates, span.start),
        )


def quantities(text: str, language: str, published: datetime.date | None = None) -> Quantities:
    numbers = tuple(Number(Span(t.start, t.end), Decimal(t.key)) for t in tokens(text) if t.kind == "number" and t.key.isdigit())
    return Quantities((), numbers)
