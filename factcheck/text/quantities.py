"""Dates and numbers of a text as values with their spans: ``dates`` first, ``numbers`` from what is left."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Sequence

from factcheck.model.article import Span
from factcheck.text.dates import Date, dates
from factcheck.text.numbers import Number, numbers
from factcheck.text.tokens import Tokenised


class Quantities:
    """Dates and numbers of one text, countable by span."""

    def __init__(self, dates: Sequence[Date], numbers: Sequence[Number]) -> None:
        self.dates = tuple(dates)
        self.numbers = tuple(numbers)
        self._dates = [date.span.start for date in dates]
        self._numbers = [number.span.start for number in numbers]

    def measured(self, span: Span) -> int:
        """How many numbers of a span carry a percentage or a currency."""
        low, high = bisect_left(self._numbers, span.start), bisect_left(self._numbers, span.end)
        return sum(
            number.unit == "percent" or (len(number.unit) == 3 and number.unit.isascii() and number.unit.isupper())
            for number in self.numbers[low:high]
        )

    def within(self, span: Span) -> tuple[int, int]:
        """How many numbers and how many dates begin inside a span."""
        return (
            bisect_left(self._numbers, span.end) - bisect_left(self._numbers, span.start),
            bisect_left(self._dates, span.end) - bisect_left(self._dates, span.start),
        )


def quantities(words: Tokenised, language: str, published: datetime.date | None = None) -> Quantities:
    """All dates and numbers of a text, in order. Linear in its length.

    Args:
        words: the untouched text with its tokens.
        language: BCP 47; Arabic is read as such, every other language with English words and digits.
        published: the article's date, for weekdays, relative days and missing years.
    """
    found, taken = dates(words.text, words.all, language, published)
    return Quantities(found, numbers(words.text, words.all, language, taken))


__all__ = ["Date", "Number", "Quantities", "quantities"]
