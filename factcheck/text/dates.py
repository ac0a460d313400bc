"""Dates as written, as ISO 8601 values: double month names, thirds of a month, weekdays and relative days against the article's date.

A value is a day (2021-11-24), a month (2021-11), a year (2021), or an interval of two days ("2021-11-21/2021-11-30"). Where the year is
neither written nor to be had from the article's date, ``XXXX`` stands for it (ISO 8601-2, unspecified digits). A date that means nothing
without the article's date ("أمس") has an empty value when that is not known.

The grammar stands in layers, each resting on the one before: ``date_words``, ``periods``, ``calendar_dates``, and here days and intervals.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from factcheck.model.article import Span
from factcheck.text import calendars
from factcheck.text.calendar_dates import CalendarDates
from factcheck.text.lexicon import table
from factcheck.text.morphology import is_verb
from factcheck.text.tokens import Token, fold

_UNTIL = frozenset(map(fold, ["إلى", "حتى", "وحتى", "to", "until", "till", "through", "and"]))
_YEAR_WORDS = frozenset(map(fold, ["عام", "عامي", "العامين", "سنة", "سنتي", "سنتى", "موسم", "العام"]))
_NOT_TODAY = frozenset(map(fold, table("dates")["ar"]["not_today"]))
_AHEAD = frozenset(map(fold, ["المقرر", "المنتظر", "المتوقع", "المرتقب", "المزمع", "سوف", "غدا"]))


@dataclass(frozen=True, slots=True)
class Date:
    """A date as written and what it means."""

    span: Span
    value: str  # ISO 8601; see the module for what may be missing


class _Reader(CalendarDates):
    def read(self, index: int) -> tuple[int, str] | None:
        """The date that begins at a token: the index behind it and its value."""
        return (
            self.interval(index)
            or self.hijri(index)
            or self.part_of_year(index)
            or self.age(index)
            or self.calendar_date(index)
            or self.third_of_year(index)
            or self.day_and_month(index)
            or self.numeric(index)
            or self.lone_year(index)
            or self.relative(index)
        )

    def relative(self, index: int) -> tuple[int, str] | None:
        """ "أمس", "مساء الجمعة", "الثلاثاء الماضي", "الشهر الماضي", "هذا العام", "قبل عامين", "last Friday", "two years ago"."""
        if self.arabic:
            return self._arabic_day(index) or self.arabic_period(index) or self.ago(index)
        return self._english_day(index) or self.english_period(index) or self.ago(index)

    # ---- days, by name or against the article's date

    def _arabic_day(self, index: int) -> tuple[int, str] | None:
        at = index
        while at - index < 4 and (self.key(at) in self.names.parts_of_day or (self.key(at) in ("يوم", "بيوم") and at - index < 2)):
            at += 1
        key = self.key(at)
        if key in ("الماضيه", "الفائته", "الفايته") and fold("الليلة") == self.key(at - 1):
            return at + 1, self.day(-1)
        if key == fold("الليلة") and self.key(at + 1) in ("الماضيه", "الفائته", "الفايته"):
            return at + 2, self.day(-1)
        offset: int | None = None
        if key == "بعد" and self.key(at + 1) in ("غد", "الغد"):
            offset, at = 2, at + 2
        elif key == "اول" and (self.key(at + 1) == "امس" or (self.key(at + 1) == "من" and self.key(at + 2) == "امس")):
            offset, at = -2, at + (2 if self.key(at + 1) == "امس" else 3)
        elif key in self.names.days and (key != "اليوم" or self.key(at + 1) not in _NOT_TODAY):
            offset, at = self.names.days[key], at + 1
            if offset == -1 and self.key(at) == "الاول":
                offset, at = -2, at + 1
        if offset is not None:
            after = at + 1 if self.key(at) in {"(", "،"} else at
            if self.key(after) in self.names.weekdays and (after == at or self.key(at) == "("):
                at = after + (2 if self.key(after + 1) == ")" and after > at else 1)
            return at, self.day(offset)
        if key not in self.names.weekdays or (at > index and self.key(at - 1) in ("يوم", "بيوم")):
            return None
        weekday, at = self.names.weekdays[key], at + 1
        if self.key(at) in self.names.weekdays and self.text[self.toks[at].start - 1] != "و":  # "ليل الثلاثاء الأربعاء": the night between
            first, second = self.weekday(weekday, None), self.weekday(self.names.weekdays[self.key(at)], None)
            return at + 1, f"{first}/{second}" if first and first < second else first
        exact = at + (self.key(at) in {"(", "،", "ل"})
        dated = self.calendar_date(exact) or self.numeric(exact) or self.hijri(exact)
        if dated is not None and dated[0] > exact + 1:
            return dated[0] + (self.key(exact - 1) == "(" and self.key(dated[0]) == ")"), dated[1]
        turn = self.names.turns.get(self.key(at))
        if turn is None and self._ahead(index):
            turn = 1
            return at, self.weekday(weekday, turn)
        return at + (self.key(at) in self.names.turns), self.weekday(weekday, turn)

    def _ahead(self, index: int) -> bool:
        """Whether the words before speak of what is to come."""
        for at in range(max(0, index - 8), index):
            key = self.key(at)
            if key in _AHEAD or (key.removeprefix("و")[:2] in ("سي", "ست") and is_verb(key.removeprefix("و"))):
                return True
        return False

    def _english_day(self, index: int) -> tuple[int, str] | None:
        key = self.key(index)
        if key == "the" and self.key(index + 1) == "day" and self.key(index + 2) == "before" and self.key(index + 3) == "yesterday":
            return index + 4, self.day(-2)
        if key == "last" and self.key(index + 1) == "night":
            return index + 2, self.day(-1)
        if key in self.names.days:
            return index + 1, self.day(self.names.days[key])
        turn_at = index if key in self.names.turns else None
        thing = index + 1 if turn_at is not None else index
        if self.key(thing) in self.names.weekdays and self.text[self.toks[thing].start].isupper():
            end = thing + 1
            comma = end + (self.key(end) == ",")
            dated = self.calendar_date(comma)
            if turn_at is None and dated is not None:
                return dated
            end += self.key(end) in self.names.parts_of_day
            return end, self.weekday(
                self.names.weekdays[self.key(thing)], self.names.turns[key] if turn_at is not None and key != "this" else None
            )
        return None

    # ---- intervals

    def interval(self, index: int) -> tuple[int, str] | None:
        """ "من 3 إلى 7 مايو 2021", "بين عامي 2010 و2015", "from 1999 to 2005", "May 3-7, 2021"."""
        between = self.key(index) in ("بين", "between")
        if self.key(index) not in ("من", "بين", "from", "between"):
            return self._days_of_month(index)
        at = index + 1
        while self.key(at) in _YEAR_WORDS and at - index < 3:
            at += 1
        second_at, first = self._limit(at)
        if second_at is None:
            return None
        if second_at >= len(self.toks):
            return None
        joint = self.key(second_at)
        if joint in _UNTIL or (between and joint == "و"):
            second_at += 1
        elif not (between and self.text[self.toks[second_at].start - 1] == "و"):
            return None
        while self.key(second_at) in _YEAR_WORDS:
            second_at += 1
        second = self._full(second_at)
        if second is None:
            return None
        end, value = second
        low = self._completed(first, calendars.low(value))
        return (end, f"{low}/{calendars.high(value)}") if low and len(low) == len(calendars.high(value)) else None

    def _limit(self, index: int) -> tuple[int | None, str]:
        """The first end of an interval: a date, a day's number, or a year; and the index behind it."""
        dated = self._limit_date(index)
        if dated is not None and "/" not in dated[1]:
            return dated
        year = self.integer(index, 1000, 2200)
        if year is not None and len(self.toks[index].key) == 4:
            return index + 1, str(year)
        day = self.integer(index, 1, 31)
        return (index + 1, f"{day:02d}") if day is not None else (None, "")

    def _limit_date(self, index: int) -> tuple[int, str] | None:
        return self.calendar_date(index) or (self.numeric(index) if index < len(self.toks) else None)

    def _full(self, index: int) -> tuple[int, str] | None:
        """The last end: a date or a year."""
        found = self._limit_date(index)
        if found is not None and "/" not in found[1]:
            return found
        year = self.integer(index, 1000, 2200)
        return (index + 1, str(year)) if year is not None else None

    def _completed(self, first: str, last: str) -> str:
        """The first end with the month and year that only the last names: 03 before 2021-05-07 is 2021-05-03."""
        if len(first) == 2:
            return f"{last[:8]}{first}" if len(last) == 10 else ""
        if len(first) == len(last) == 10 and first[4:] <= last[4:]:
            return last[:4] + first[4:]  # a first day without a year has that of the last
        return last[:4] + first[4:] if len(first) == len(last) == 7 and first[4:] <= last[4:] else first

    def _days_of_month(self, index: int) -> tuple[int, str] | None:
        """ "May 3-7, 2021", "5 و6 مارس 2022"."""
        if self.arabic:
            first, joint = self.integer(index, 1, 31), self.key(index + 1)
            second = index + 2 if joint in ("و", "-", "–") else None
            if first is None or second is None or self.integer(second, 1, 31) is None:
                return None
            dated = self.calendar_date(second)
            if dated is None or "/" in dated[1] or len(dated[1]) != 10:
                return None
            return dated[0], f"{dated[1][:8]}{first:02d}/{dated[1]}"
        named = self.month(index)
        if named is None or self.key(named[1] + 1) not in ("-", "–"):
            return None
        first, last = self.integer(named[1], 1, 31), self.integer(named[1] + 2, 1, 31)
        if first is None or last is None:
            return None
        at = named[1] + 3
        year = self.integer(at + (self.key(at) == ","), 1000, 2200)
        at = at if year is None else at + (self.key(at) == ",") + 1
        written = str(year) if year is not None else self.year_for(named[0], last, None)
        return at, f"{written}-{named[0]:02d}-{first:02d}/{written}-{named[0]:02d}-{last:02d}"


def dates(text: str, toks: Sequence[Token], language: str, published: datetime.date | None) -> tuple[list[Date], list[bool]]:
    """The dates among the tokens, in order, and for each token whether it belongs to one."""
    reader = _Reader(text, toks, language.partition("-")[0], published)
    found: list[Date] = []
    taken = [False] * len(toks)
    behind = 0
    for at, token in enumerate(reader.toks):
        if at < behind or token.kind == "mark" or (token.kind == "word" and not reader.may_begin(token.key)):
            continue
        read = reader.read(at)
        if read is not None:
            behind, value = read
            found.append(Date(Span(token.start, toks[behind - 1].end), value))
            taken[at:behind] = [True] * (behind - at)
    return found, taken
