"""Dates as written, as ISO 8601 values: double month names, thirds of a month, weekdays and relative days against the article's date.

A value is a day (2021-11-24), a month (2021-11), a year (2021), or an interval of two days ("2021-11-21/2021-11-30"). Where the year is
neither written nor to be had from the article's date, ``XXXX`` stands for it (ISO 8601-2, unspecified digits). A date that means nothing
without the article's date ("أمس") has an empty value when that is not known.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from factcheck.model.article import Span
from factcheck.text.lexicon import table
from factcheck.text.numbers import digits
from factcheck.text.tokens import Token, fold

_NUMERIC = re.compile(r"(\d{1,4})[/.](\d{1,2})[/.](\d{1,4})\Z")
_WESTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_YEAR_BEFORE = frozenset(
    map(
        fold,
        [
            "عام",
            "سنة",
            "العام",
            "السنة",
            "في",
            "منذ",
            "حتى",
            "خلال",
            "بعام",
            "لعام",
            "لسنة",
            "وعام",
            "موسم",
            "in",
            "since",
            "by",
            "until",
            "during",
            "year",
            "of",
            "from",
            "before",
            "after",
        ],
    )
)


@dataclass(frozen=True, slots=True)
class Date:
    """A date as written and what it means."""

    span: Span
    value: str  # ISO 8601; see the module for what may be missing


@dataclass(frozen=True, slots=True)
class _Names:
    months: dict[tuple[str, ...], int]
    weekdays: dict[str, int]
    days: dict[str, int]
    thirds: dict[str, int]
    turns: dict[str, int]
    periods: dict[str, str]
    counted: dict[str, tuple[str, int]]


@cache
def _names(language: str) -> _Names:
    lists: dict[str, Any] = table("numbers")[language if language in ("ar", "en") else "en"]

    def folded(name: str) -> dict[str, Any]:
        return {fold(word): value for word, value in lists[name].items()}

    months = {tuple(map(fold, name.split())): int(month) for month, names in lists["months"].items() for name in names}
    counted = {word: (unit, count) for word, (unit, count) in folded("counted").items()}
    return _Names(months, folded("weekdays"), folded("days"), folded("thirds"), folded("turns"), folded("periods"), counted)


class _Reader:
    def __init__(self, text: str, toks: Sequence[Token], language: str, published: datetime.date | None) -> None:
        self.text = text
        self.toks = toks
        self.arabic = language == "ar"
        self.names = _names(language)
        self.published = published

    def key(self, index: int) -> str:
        return self.toks[index].key if 0 <= index < len(self.toks) else ""

    def bare(self, index: int) -> str:
        """A key without a fused preposition: بعام، لشهر، ومطلع."""
        key = self.key(index)
        return key[1:] if self.arabic and key[:1] in ("و", "ف", "ب", "ل") and len(key) > 3 and key not in self.names.thirds else key

    def integer(self, index: int, low: int, high: int) -> int | None:
        if not 0 <= index < len(self.toks) or self.toks[index].kind != "number":
            return None
        written = self.toks[index].key.translate(_WESTERN)
        return int(written) if written.isdigit() and len(written) <= 4 and low <= int(written) <= high else None

    # ---- months

    def month(self, index: int) -> tuple[int, int] | None:
        """The month named at ``index`` (also twice: "تشرين الثاني/ نوفمبر", "مارس (آذار)") and the index behind it."""
        first = self._month_name(index)
        if first is None:
            return None
        month, end = first
        second = end
        while self.key(second) in {"/", "(", "-", "–", "\\"}:
            second += 1
        twin = self._month_name(second) if second - end <= 1 else None
        if twin and twin[0] == month:
            end = twin[1]
            if self.key(second - 1) == "(" and self.key(end) == ")":
                end += 1
        return month, end

    def _month_name(self, index: int) -> tuple[int, int] | None:
        if index >= len(self.toks) or self.toks[index].kind != "word":
            return None
        keys = (self.key(index), self.key(index + 1))
        pair = self.names.months.get(keys)
        if pair:
            return pair, index + 2
        single = self.names.months.get(keys[:1])
        if single is None:
            bare = self.bare(index)
            single = self.names.months.get((bare,)) if self.arabic and bare != keys[0] else None
        if single is None:
            return None
        raw = self.text[self.toks[index].start : self.toks[index].end]
        if self.arabic and keys[0] == "اب" and "آ" not in raw:  # آب is August, أب a father
            return None
        if not self.arabic and not raw[0].isupper():  # may, march
            return None
        return single, index + 1

    def year_for(self, month: int, day: int | None, turn: int | None) -> str:
        """The year of a month without one, as near to the article's date as ``turn`` allows; XXXX without that date."""
        if self.published is None:
            return "XXXX"
        published = self.published
        if turn == 0:
            return str(published.year)
        ahead = (month, day or 15) > (published.month, published.day if day else 15)
        if turn == -1:
            return str(published.year - 1 if ahead or (month == published.month and not day) else published.year)
        if turn == 1:
            return str(published.year if ahead else published.year + 1)
        distance = (month - published.month + 5) % 12 - 5  # -5 .. 6 months
        return str(published.year + (published.month + distance - 1) // 12)

    def calendar_date(self, index: int) -> tuple[int, str] | None:
        """ "24 يوليو تموز 2015", "أواخر تشرين الثاني/ نوفمبر", "March 8, 2011", "July 2014"."""
        at = index
        third = self.names.thirds.get(self.key(at)) or self.names.thirds.get(self.bare(at))
        middle = self.names.months.get((self.key(at).removeprefix("mid-"),)) if self.key(at).startswith("mid-") else None
        if middle:
            written = self.integer(at + 1, 1000, 2200)
            end = at + 1 if written is None else at + 2
            return end, _composed(self.year_for(middle, None, None) if written is None else str(written), middle, None, 2)
        if third:
            at += 1
            while self.key(at) in {"شهر", "-", "of", "the"}:
                at += 1
        day = self.integer(at, 1, 31)
        if day is not None:
            at += 1
            while self.key(at) in {"من", "of", "شهر", "th", "st", "nd", "rd"}:
                at += 1
        elif self.key(at) in {"شهر", "بشهر", "لشهر"}:
            at += 1
        named = self.month(at)
        if named is None:
            return None
        month, at = named
        if not self.arabic and day is None and third is None:
            day = self.integer(at, 1, 31)
            if day is not None:
                at += 1
        turn = None
        if self.key(at) in self.names.turns and self.arabic:
            turn, at = self.names.turns[self.key(at)], at + 1
        year_at = at
        while self.key(year_at) in {",", "،", "من", "عام", "سنة", "لعام", "العام", "سنه", "of"} and year_at - at < 3:
            year_at += 1
        year_number = self.integer(year_at, 1000, 2200)
        if year_number is not None:
            year, at = f"{year_number:04d}", year_at + 1
        else:
            year = self.year_for(month, day, turn)
        return at, _composed(year, month, day, third)

    def numeric(self, index: int) -> tuple[int, str] | None:
        """ "24/7/2015", "2015-07-24"."""
        token = self.toks[index]
        match = _NUMERIC.match(token.key.translate(_WESTERN)) if token.kind == "number" else None
        end = index + 1
        if match:
            parts = [int(part) for part in match.groups()]
        else:
            joined = [self.integer(index + step, 1, 2200) for step in (0, 2, 4)]
            if None in joined or {self.key(index + 1), self.key(index + 3)} - {"-", "/"} or self.key(index + 1) == "":
                return None
            parts, end = [part for part in joined if part is not None], index + 5
        if parts[0] < 32 and parts[2] >= 1000:
            parts.reverse()
        year, month, day = parts
        if not (1300 <= year <= 2200 and 1 <= month <= 12 and 1 <= day <= 31) or (year < 1700 and self.arabic):
            return None
        return (end, f"{year:04d}-{month:02d}-{day:02d}") if day <= calendar.monthrange(year, month)[1] else None

    def lone_year(self, index: int) -> tuple[int, str] | None:
        """A year behind a word that says so, or a span of two."""
        year = self.integer(index, 1700, 2100)
        if year is None or len(self.toks[index].key) != 4:
            return None
        if self.key(index - 1) not in _YEAR_BEFORE and self.key(index + 1) not in {"-", "–", "م"}:
            return None
        until = self.integer(index + 2, 1700, 2100) if self.key(index + 1) in {"-", "–"} else None
        if until is not None and until > year:
            return index + 3, f"{year}/{until}"
        if self.key(index - 1) not in _YEAR_BEFORE:
            return None
        if self.key(index - 1) in {"في", "in", "of", "خلال", "from", "after", "before", "by"} and index + 1 < len(self.toks):
            following = self.toks[index + 1]
            if following.key in {"%", "٪"} or (
                self.arabic
                and following.kind == "word"
                and following.key.endswith(("ا", "ين"))
                and following.key not in {"ما"}
                and len(following.key) > 4
            ):
                return None
        return index + 1, str(year)

    # ---- against the article's date

    def relative(self, index: int) -> tuple[int, str] | None:
        """ "أمس", "الثلاثاء", "الشهر الماضي", "قبل عامين", "last Friday", "two years ago"."""
        key = self.key(index)
        if key in self.names.days:
            end = index + 1
            offset = self.names.days[key]
            if self.arabic and key == "امس" and self.key(end) == "الاول":
                offset, end = -2, end + 1
            after = end + 1 if self.key(end) == "(" else end
            if self.key(after) in self.names.weekdays:
                end = after + (2 if self.key(after + 1) == ")" and after > end else 1)
            return end, self._day(offset)
        if self.arabic and key == "اول" and self.key(index + 1) == "امس":
            return index + 2, self._day(-2)
        if self.arabic:
            turn_at, thing_at = index + 1, index
        else:
            turn_at, thing_at = (index, index + 1) if key in self.names.turns else (index + 1, index)
        turn = self.names.turns.get(self.key(turn_at))
        end = max(turn_at, thing_at) + 1 if turn is not None else index + 1
        if not self.arabic and turn is not None and turn_at != index:
            turn, end = None, index + 1
        thing = self.key(thing_at)
        if thing in self.names.weekdays and (self.arabic or self.text[self.toks[thing_at].start].isupper()):
            return end, self._weekday(self.names.weekdays[thing], turn)
        if thing in self.names.periods and turn is not None:
            return end, self._period(self.names.periods[thing], turn)
        return self._ago(index)

    def _ago(self, index: int) -> tuple[int, str] | None:
        if self.arabic:
            if self.key(index) not in {"قبل", "منذ", "بعد"}:
                return None
            sign = 1 if self.key(index) == "بعد" else -1
            at = index + 1
        else:
            sign, at = -1, index
        amount = self._amount(at)
        count_at = at + 1 if amount is not None else at
        unit = self.names.counted.get(self.key(count_at))
        if unit is None or (amount is None and unit[1] == 0):
            return None
        end = count_at + 1
        if not self.arabic:
            if self.key(end) != "ago":
                return None
            end += 1
        elif sign == 1 or (self.key(end) == "من" and sign == -1):
            return None  # "بعد يومين" and "قبل يومين من ..." count from something else than the article's date
        return end, self._shifted(sign * (amount if amount is not None else unit[1]), unit[0])

    def _amount(self, index: int) -> int | None:
        if index >= len(self.toks):
            return None
        if self.toks[index].kind == "number":
            value = digits(self.toks[index].key)
            return int(value) if value is not None and value == int(value) and value < 1000 else None
        small: dict[str, int] = table("numbers")["ar" if self.arabic else "en"]["small"]
        return {fold(word): value for word, value in small.items()}.get(self.key(index))

    def _day(self, offset: int) -> str:
        return (self.published + datetime.timedelta(offset)).isoformat() if self.published else ""

    def _weekday(self, weekday: int, turn: int | None) -> str:
        if self.published is None:
            return ""
        back = (self.published.weekday() - weekday) % 7
        if turn == 1:
            return self._day(7 - back)
        return self._day(-(back or 7) if turn == -1 else -back)

    def _period(self, unit: str, turn: int) -> str:
        if self.published is None:
            return ""
        if unit == "week":
            monday = self.published - datetime.timedelta(self.published.weekday()) + datetime.timedelta(7 * turn)
            return f"{monday.isoformat()}/{(monday + datetime.timedelta(6)).isoformat()}"
        return self._shifted(turn, unit)

    def _shifted(self, count: int, unit: str) -> str:
        if self.published is None:
            return ""
        if unit == "day":
            return self._day(count)
        if unit == "week":
            return self._day(7 * count)
        if unit == "year":
            return str(self.published.year + count)
        months = self.published.year * 12 + self.published.month - 1 + count
        return f"{months // 12:04d}-{months % 12 + 1:02d}"


def _composed(year: str, month: int, day: int | None, third: int | None) -> str:
    if day is not None:
        return f"{year}-{month:02d}-{day:02d}"
    if third is None:
        return f"{year}-{month:02d}"
    last = calendar.monthrange(int(year), month)[1] if year.isdigit() else (28 if month == 2 else calendar.monthrange(2001, month)[1])
    low, high = {1: (1, 10), 2: (11, 20), 3: (21, last)}[third]
    return f"{year}-{month:02d}-{low:02d}/{year}-{month:02d}-{high:02d}"


def dates(text: str, toks: Sequence[Token], language: str, published: datetime.date | None) -> tuple[list[Date], list[bool]]:
    """The dates among the tokens, in order, and for each token whether it belongs to one."""
    reader = _Reader(text, toks, language.partition("-")[0], published)
    found: list[Date] = []
    taken = [False] * len(toks)
    at = 0
    while at < len(toks):
        read = reader.calendar_date(at) or reader.numeric(at) or reader.lone_year(at) or reader.relative(at)
        if read is None:
            at += 1
            continue
        end, value = read
        found.append(Date(Span(toks[at].start, toks[end - 1].end), value))
        taken[at:end] = [True] * (end - at)
        at = end
    return found, taken
