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
from factcheck.text import calendars
from factcheck.text.lexicon import table
from factcheck.text.morphology import is_verb
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
    """The lists of ``lexicon/dates.toml`` and the months and weekdays of ``numbers.toml``, folded."""

    months: dict[tuple[str, ...], int]
    hijri: dict[tuple[str, ...], int]
    weekdays: dict[str, int]
    days: dict[str, int]
    thirds: dict[str, int]
    turns: dict[str, int]
    periods: dict[str, str]
    counted: dict[str, tuple[str, int]]
    ordinals: dict[str, int]
    decades: dict[str, int]
    parts: dict[str, int]
    seasons: dict[str, str]
    parts_of_day: frozenset[str]
    small: dict[str, int]
    starts: frozenset[str]  # words with which a date may begin


@cache
def _names(language: str) -> _Names:
    tongue = language if language in ("ar", "en") else "en"
    old: dict[str, Any] = table("numbers")[tongue]
    lists: dict[str, Any] = table("dates")[tongue]

    def folded(name: str) -> dict[str, Any]:
        return {fold(word): value for word, value in lists[name].items()}

    def named(names: dict[str, list[str]]) -> dict[tuple[str, ...], int]:
        return {tuple(map(fold, name.split())): int(month) for month, written in names.items() for name in written}

    cldr: dict[str, Any] = table("cldr")
    months = named(old["months"]) | named(lists["months"]) | (named(cldr["months"]["ar"]) if tongue == "ar" else {})
    weekdays = {fold(word): value for word, value in old["weekdays"].items()} | folded("weekdays")
    counted = {word: (unit, count) for word, (unit, count) in folded("counted").items()}
    small = {fold(word): value for word, value in old["small"].items()}
    made = (folded("days"), folded("thirds"), folded("turns"), folded("periods"), counted, folded("ordinals"), folded("decades"))
    hijri, parts, seasons = named(lists["hijri"]), folded("parts"), folded("seasons")
    parts_of_day = frozenset(map(fold, lists["parts_of_day"]))
    starts = {word[0] for word in (*months, *hijri)} | set(weekdays) | parts_of_day | set(parts) | set(seasons) | set(_OPENERS[tongue])
    for names in made:
        starts |= set(names)
    starts |= {f"mid-{word[0]}" for word in months} | {"ال" + word for word in made[6]}
    return _Names(months, hijri, weekdays, *made, parts, seasons, parts_of_day, small, frozenset(starts))


_OPENERS = {
    "ar": tuple(map(fold, table("dates")["ar"]["openers"])),
    "en": tuple(table("dates")["en"]["openers"]),
}


@cache
def _shy(language: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Months that are also other words, those that even "in" does not make a month, and the words that ask for one."""
    lists = table("dates")[language]
    shy, very, before = (frozenset(map(fold, lists[name])) for name in ("shy_months", "very_shy_months", "month_before"))
    return shy, very, before


_UNTIL = frozenset(map(fold, ["إلى", "حتى", "وحتى", "to", "until", "till", "through", "and"]))
_ABOUT = frozenset(map(fold, ["نحو", "حوالي", "حوالى", "قرابة", "زهاء", "أكثر", "أقل"]))
_NOT_TODAY = frozenset(map(fold, table("dates")["ar"]["not_today"]))
_AHEAD = frozenset(map(fold, ["المقرر", "المنتظر", "المتوقع", "المرتقب", "المزمع", "سوف", "غدا"]))
_OF_YEAR = frozenset(map(fold, ["من", "عام", "العام", "سنة", "السنة", "لعام", "of", "the", "year", "شهر"]))
_YEAR_WORDS = frozenset(map(fold, ["عام", "عامي", "العامين", "سنة", "سنتي", "سنتى", "موسم", "العام"]))
_SPELLS = {
    fold(word): value
    for word, value in {
        "اليومين": ("day", 2), "الأيام": ("day", 0), "الأسبوعين": ("week", 2), "الأسابيع": ("week", 0), "الشهرين": ("month", 2),
        "الأشهر": ("month", 0), "الشهور": ("month", 0), "العامين": ("year", 2), "السنتين": ("year", 2), "الأعوام": ("year", 0),
        "السنوات": ("year", 0), "السنين": ("year", 0), "العقدين": ("decade", 2), "العقود": ("decade", 0),
    }.items()
}  # fmt: skip


class _Reader:
    def __init__(self, text: str, toks: Sequence[Token], language: str, published: datetime.date | None) -> None:
        self.text = text
        self.arabic = language == "ar"
        self.names = _names(language)
        self.toks = [self._unjoined(token) for token in toks] if self.arabic else toks
        self.published = published

    def _unjoined(self, token: Token) -> Token:
        """A word of a date without a joining و or ف: "والأحد"."""
        key = token.key
        if (
            key[:1] in ("و", "ف")
            and len(key) > 3
            and key not in self.names.starts
            and key[1:] in self.names.starts - set(self.names.ordinals)
        ):
            return Token(token.start + 1, token.end, key[1:], token.kind)
        return token

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
        distance = (month - published.month + 8) % 12 - 8  # from eight months back to three ahead: news tells more of what was
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
        spelled = self.ordinal(at) if day is None and third is None else None
        if spelled is not None:
            day, at = spelled[1], spelled[0] - 1
        if day is not None:
            at += 1
            while self.key(at) in {"من", "of", "شهر", "th", "st", "nd", "rd"}:
                at += 1
            if self.arabic and self.key(at) == "الشهر" and self.key(at + 1) in self.names.turns:
                return at + 2, self._day_of(day, self.names.turns[self.key(at + 1)])
            if self.arabic and spelled is None and self.key(at) in {"الجاري", "الحالي"} and at == index + 1:
                return at + 1, self._day_of(day, 0)
        elif self.key(at) in {"شهر", "بشهر", "لشهر"}:
            at += 1
        named = self.month(at)
        if named is None:
            return None
        month, at = named
        if not self.arabic and self.key(at) == "." and len(self.key(at - 1)) <= 4:
            at += 1  # "Jan. 1"
        if not self.arabic and day is None and third is None:
            day = self.integer(at, 1, 31)
            if day is not None:
                at += 1
        turn = None
        if self.key(at) in self.names.turns and self.arabic:
            turn, at = self.names.turns[self.key(at)], at + 1
        if (
            self.arabic
            and self.key(at) == "من"
            and (period := self._arabic_period(at + 1)) is not None
            and re.fullmatch(r"\d{4}", period[1])
        ):
            return period[0], _composed(period[1], month, day, third)
        year_at = at
        while self.key(year_at) in {",", "،", "من", "عام", "سنة", "لعام", "العام", "سنه", "of"} and year_at - at < 3:
            year_at += 1
        year_number = self.integer(year_at, 1000, 2200)
        if year_number is not None:
            year, at = f"{year_number:04d}", year_at + 1
        elif day is None and third is None and turn is None and not self._asked_for(index):
            return None
        else:
            year = self.year_for(month, day, turn)
        return at, _composed(year, month, day, third)

    def _asked_for(self, index: int) -> bool:
        """Whether a month that is also a verb or a name stands behind a word that asks for a date: "في مارس", not "مارس الرياضة"."""
        shy, very, before = _shy("ar" if self.arabic else "en")
        key = self.key(index)
        return key not in shy or (self.key(index - 1) in before and key not in very)

    def _day_of(self, day: int, turn: int) -> str:
        if self.published is None:
            return ""
        year, month = calendars.shifted_month(self.published, turn)
        return calendars.day(str(year), month, day) or ""

    def ordinal(self, index: int) -> tuple[int, int] | None:
        """ "الرابع", "الثالث عشر", "الخامس والعشرين" as the number of a day, and the index behind it."""
        number = self.names.ordinals.get(self.key(index))
        if number is None:
            return None
        tens = self.key(index + 1)
        if self.arabic and number < 10 and tens in ("عشر", "عشره"):
            return index + 2, number + 10
        if self.arabic and number < 10 and tens[:1] == "و" and (more := self.names.ordinals.get(tens[1:])) in (20, 30):
            return index + 2, number + more
        return index + 1, number

    def hijri(self, index: int) -> tuple[int, str] | None:
        """ "15 رمضان 1442 هـ", "3/ 7/ 1437هـ", "غرة محرم", "عام 1390هـ": Hijri dates as Gregorian values."""
        if not self.arabic:
            return None
        parts = [self.integer(index + step, 1, 1700) for step in (0, 2, 4)]
        if None not in parts and {self.key(index + 1), self.key(index + 3)} <= {"/", "-"} and self._of_hijra(index + 5):
            day, month, year = (part or 0 for part in parts)
            return self._hijri_value(index + 6, year, month, day)
        token = self.toks[index] if index < len(self.toks) else None
        match = _NUMERIC.match(token.key.translate(_WESTERN)) if token is not None and token.kind == "number" else None
        if match and self._of_hijra(index + 1):
            day, month, year = map(int, match.groups())
            if day > 31:
                day, year = year, day
            return self._hijri_value(index + 2, year, month, day)
        year_alone = self.integer(index, 1200, 1600)
        if year_alone is not None and self._of_hijra(index + 1):
            return index + 2, calendars.hijri_year(year_alone)
        number, at = self.integer(index, 1, 30), index
        if number is not None:
            at += 1
        elif (spelled := self.ordinal(index)) is not None:
            at, number = spelled
        if number is not None and self.key(at) in ("من", "شهر"):
            at += 1
        worded = number is None and self.key(at) == "شهر"
        at += worded
        named = next(
            ((size, self.names.hijri[key]) for size in (2, 1) if (key := tuple(self.key(at + i) for i in range(size))) in self.names.hijri),
            None,
        )
        if named is None or (
            number is None and not worded and self.key(at) in ("صفر", "محرم", "رجب", "شعبان") and self.integer(at + 1, 1200, 1600) is None
        ):
            return None
        month, at = named[1], at + named[0]
        turn = self.names.turns.get(self.key(at))
        at += turn is not None
        of = self.integer(at + (self.key(at) in ("عام", "سنه", "لعام")), 1200, 1600)
        if of is not None:
            at += 1 + (self.key(at) in ("عام", "سنه", "لعام"))
            at += self._of_hijra(at)
        elif self.published is not None and (today := calendars.hijri_of(self.published)) is not None:
            of = today[0] + (turn == 1 and month <= today[1]) - (turn == -1 and month >= today[1])
        if of is None:
            return at, ""
        return self._hijri_value(at, of, month, number)

    def _of_hijra(self, index: int) -> bool:
        return self.key(index) in ("ه", "هجري", "هجريه", "للهجره")

    def _hijri_value(self, end: int, year: int, month: int, day: int | None) -> tuple[int, str] | None:
        if day is None:
            value = calendars.hijri_month(year, month) if 1 <= month <= 12 else ""
            return (end, value) if value else None
        found = calendars.hijri_day(year, month, day)
        if found is None:
            return None
        if self.key(end) in ("الموافق", "المصادف"):  # the double date names one day
            other = self.calendar_date(end + 1) or self.numeric(end + 1)
            if other is not None:
                return other
        return end, found.isoformat()

    def part_of_year(self, index: int) -> tuple[int, str] | None:
        """ "الربع الأول من 2022", "النصف الثاني من العام الماضي", "صيف 2019", "the third quarter of 2020", "Q2 2021"."""
        at = index + (self.key(index) == "the")
        season = self.names.seasons.get(self.key(at)) if at == index else None
        quarter = re.fullmatch(r"q([1-4])", self.key(at))
        parts, which = 4, int(quarter[1]) if quarter else 0
        if season is None and quarter is None:
            worded, number = (at, at + 1) if self.arabic else (at + 1, at)
            parts, which = self.names.parts.get(self.key(worded), 0), self.names.ordinals.get(self.key(number), 0)
            if not 1 <= which <= parts:
                return None
            at += 1
        at += 1
        start = at
        while self.key(at) in _OF_YEAR and at - start < 3:
            at += 1
        year = self.integer(at, 1000, 2200)
        end = at + 1
        if year is None:
            period = self._arabic_period(start + (self.key(start) == "من")) if self.arabic else self._english_period(at)
            if period is None or not re.fullmatch(r"\d{4}", period[1]):
                return None
            end, year = period[0], int(period[1])
        return end, calendars.season(year, season) if season else calendars.part_of_year(year, which, parts)

    def age(self, index: int) -> tuple[int, str] | None:
        """ "تسعينيات القرن الماضي", "الثمانينات", "القرن التاسع عشر", "the late 1970s", "the 19th century"."""
        return self._arabic_age(index) if self.arabic else self._english_age(index)

    def _arabic_age(self, index: int) -> tuple[int, str] | None:
        third = self.names.thirds.get(self.key(index)) or self.names.thirds.get(self.bare(index))
        at = index + (third is not None)
        decade = self.names.decades.get(self.key(at).removeprefix("ال"))
        value, end = "", at + 1
        if decade is not None:
            if self.key(end) == "القرن":
                number = self._century(end + 1)
                if number is None:
                    return None
                end, first = number[0], (number[1] - 1) * 100 + decade
            elif self.key(at).startswith("ال") and self.key(end) != "من":
                first = 1900 + decade
            else:
                return None
            value = calendars.decade(first, third)
            return end, value
        if self.key(at) == "القرن" and (number := self._century(at + 1)) is not None:
            return number[0], calendars.century(number[1], third)
        return None

    def _century(self, index: int) -> tuple[int, int] | None:
        turn = self.names.turns.get(self.key(index))
        if turn is not None:
            year = self.published.year if self.published else 2001  # "القرن الماضي" of news is the twentieth
            return index + 1, (year - 1) // 100 + 1 + turn
        spelled = self.ordinal(index)
        if spelled is None:
            return None
        end, number = spelled
        return end + (self.key(end) in ("الميلادي", "للميلاد", "م")), number

    def _english_age(self, index: int) -> tuple[int, str] | None:
        if self.key(index) != "the":
            return None
        third = self.names.thirds.get(self.key(index + 1))
        at = index + 1 + (third is not None)
        year = self.integer(at, 1000, 2100)
        if year is not None and year % 10 == 0 and self.key(at + 1) == "s" and self.toks[at + 1].start == self.toks[at].end:
            return at + 2, calendars.decade(year, third)
        century = self.integer(at, 1, 21)
        ending = 1 if self.key(at + 1) in ("th", "st", "nd", "rd") else 0
        if century is not None and self.key(at + 1 + ending) == "century":
            return at + 2 + ending, calendars.century(century, third)
        return None

    def third_of_year(self, index: int) -> tuple[int, str] | None:
        """ "مطلع عام 2005", "أواخر العام 2018", "early 2009", "the end of 2022"."""
        at = index + (self.key(index) == "the")
        third = self.names.thirds.get(self.key(at)) or (self.names.thirds.get(self.bare(at)) if at == index else None)
        if third is None:
            return None
        at += 1
        start = at
        while self.key(at) in _OF_YEAR and at - start < 2:
            at += 1
        year = self.integer(at, 1000, 2200)
        if year is None or (at == start and self.arabic and year < 1700):
            return None
        return at + 1, calendars.part_of_year(year, third, 3)

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

    def day_and_month(self, index: int) -> tuple[int, str] | None:
        """ "بتاريخ 15/07", and "15 - 7" in front of an agency's line."""
        token = self.toks[index]
        written = re.fullmatch(r"(\d{1,2})/(\d{1,2})", token.key.translate(_WESTERN)) if token.kind == "number" else None
        if written is not None and self.key(index - 1) in ("بتاريخ", "تاريخ", "يوم", "on", "dated"):
            day, month, end = int(written[1]), int(written[2]), index + 1
        elif (
            self.integer(index, 1, 31)
            and self.key(index + 1) in ("-", "–", "/")
            and self.key(index + 3) == "("
            and index > 0
            and self.toks[index - 1].kind == "word"
        ):
            day, month, end = self.integer(index, 1, 31) or 0, self.integer(index + 2, 1, 12) or 0, index + 3
        else:
            return None
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return None
        value = calendars.day(self.year_for(month, day, None), month, day)
        return (end, value) if value else None

    def read(self, index: int) -> tuple[int, str] | None:
        """The date that begins at a token: its value and the index behind it."""
        token = self.toks[index]
        key = token.key
        if token.kind == "mark" or (token.kind == "word" and key not in self.names.starts and self.bare(index) not in self.names.starts):
            return None
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

    def numeric(self, index: int) -> tuple[int, str] | None:
        """ "24/7/2015", "2015-07-24"."""
        if index >= len(self.toks):
            return None
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
        short = self.integer(index + 2, 1, 99) if self.key(index + 1) in {"-", "–"} else None
        if (
            short is not None
            and short > year % 100
            and len(self.key(index + 2)) == 2
            and self.toks[index + 2].start == self.toks[index].end + 1
        ):
            return index + 3, f"{year}/{year // 100 * 100 + short}"  # 1914-18
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
        return index + 1 + (self.arabic and self.key(index + 1) == "م" and self.toks[index + 1].start == self.toks[index].end), str(year)

    # ---- against the article's date

    def relative(self, index: int) -> tuple[int, str] | None:
        """ "أمس", "مساء الجمعة", "الثلاثاء الماضي", "الشهر الماضي", "هذا العام", "قبل عامين", "last Friday", "two years ago"."""
        if self.arabic:
            return self._arabic_day(index) or self._arabic_period(index) or self._ago(index)
        return self._english_day(index) or self._english_period(index) or self._ago(index)

    def _arabic_day(self, index: int) -> tuple[int, str] | None:
        at = index
        while self.key(at) in self.names.parts_of_day or (self.key(at) in ("يوم", "بيوم") and at - index < 2):
            at += 1
        key = self.key(at)
        if key in ("الماضيه", "الفائته", "الفايته") and fold("الليلة") == self.key(at - 1):
            return at + 1, self._day(-1)
        if key == fold("الليلة") and self.key(at + 1) in ("الماضيه", "الفائته", "الفايته"):
            return at + 2, self._day(-1)
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
            return at, self._day(offset)
        if key not in self.names.weekdays or (at > index and self.key(at - 1) in ("يوم", "بيوم")):
            return None
        weekday, at = self.names.weekdays[key], at + 1
        if self.key(at) in self.names.weekdays and self.text[self.toks[at].start - 1] != "و":  # "ليل الثلاثاء الأربعاء": the night between
            first, second = self._weekday(weekday, None), self._weekday(self.names.weekdays[self.key(at)], None)
            return at + 1, f"{first}/{second}" if first and first < second else first
        exact = at + (self.key(at) in {"(", "،", "ل"})
        dated = self.calendar_date(exact) or self.numeric(exact) or self.hijri(exact)
        if dated is not None and dated[0] > exact + 1:
            return dated[0] + (self.key(exact - 1) == "(" and self.key(dated[0]) == ")"), dated[1]
        turn = self.names.turns.get(self.key(at))
        if turn is None and self._ahead(index):
            turn = 1
            return at, self._weekday(weekday, turn)
        return at + (self.key(at) in self.names.turns), self._weekday(weekday, turn)

    def _ahead(self, index: int) -> bool:
        """Whether the words before speak of what is to come."""
        for at in range(max(0, index - 8), index):
            key = self.key(at)
            if key in _AHEAD or (key.removeprefix("و")[:2] in ("سي", "ست") and is_verb(key.removeprefix("و"))):
                return True
        return False

    def _arabic_period(self, index: int) -> tuple[int, str] | None:
        key, following = self.key(index), self.key(index + 1)
        third = self.names.thirds.get(key) or self.names.thirds.get(self.bare(index))
        if third:
            inner = self._arabic_period(index + 1)
            if inner is not None:
                return inner[0], self._third_of(inner[1], third)
            return None
        if key in ("هذا", "هذه") and following in self.names.periods and self.key(index + 2) not in self.names.turns:
            return index + 2, self._period(self.names.periods[following], 0)
        if key in self.names.periods and following in self.names.turns:
            return index + 2, self._period(self.names.periods[key], self.names.turns[following])
        spell = _SPELLS.get(key)  # "الأسبوعين المقبلين", "السنوات الخمس الماضية"
        if spell is None:
            return None
        unit, count = spell
        at = index + 1
        if count == 0:
            amount = self._amount(at) or self.names.small.get(self.key(at).removeprefix("ال"))
            if not amount:
                return None
            count, at = amount, at + 1
        turn = self.names.turns.get(self.key(at))
        if not turn or self.published is None:
            return (at + 1, "") if turn else None
        edge, now = self._shifted(turn * count, unit), self._shifted(0, unit)
        return at + 1, f"{edge}/{now}" if turn < 0 else f"{now}/{edge}"

    def _third_of(self, value: str, third: int) -> str:
        """A third of a year, month, decade or century; a week is left whole."""
        low, _, high = value.partition("/")
        if len(low) == 4 and not high:
            return calendars.part_of_year(int(low), third, 3) if low.isdigit() else value
        if len(low) == 7 and not high:
            return calendars.month_third(low[:4], int(low[5:]), third)
        if len(low) == 4 and len(high) == 4 and low.isdigit():
            years = int(high) - int(low)
            return calendars.decade(int(low), third) if years == 9 else calendars.century(int(high) // 100, third)
        return value

    def _english_day(self, index: int) -> tuple[int, str] | None:
        key = self.key(index)
        if key == "the" and self.key(index + 1) == "day" and self.key(index + 2) == "before" and self.key(index + 3) == "yesterday":
            return index + 4, self._day(-2)
        if key == "last" and self.key(index + 1) == "night":
            return index + 2, self._day(-1)
        if key in self.names.days:
            return index + 1, self._day(self.names.days[key])
        turn_at = index if key in self.names.turns else None
        thing = index + 1 if turn_at is not None else index
        if self.key(thing) in self.names.weekdays and self.text[self.toks[thing].start].isupper():
            end = thing + 1
            comma = end + (self.key(end) == ",")
            dated = self.calendar_date(comma)
            if turn_at is None and dated is not None:
                return dated
            end += self.key(end) in self.names.parts_of_day
            return end, self._weekday(
                self.names.weekdays[self.key(thing)], self.names.turns[key] if turn_at is not None and key != "this" else None
            )
        return None

    def _english_period(self, index: int) -> tuple[int, str] | None:
        at = index + (self.key(index) == "the")
        turn = self.names.turns.get(self.key(at))
        if turn is None:
            return None
        amount = self._amount(at + 1)
        if amount is not None and self.key(at + 2) in self.names.counted and turn:
            unit = self.names.counted[self.key(at + 2)][0]
            edge, now = self._shifted(turn * amount, unit), self._shifted(0, unit)
            return at + 3, "" if self.published is None else f"{edge}/{now}" if turn < 0 else f"{now}/{edge}"
        if self.key(at + 1) in self.names.periods and at == index:
            return at + 2, self._period(self.names.periods[self.key(at + 1)], turn)
        return None

    def _ago(self, index: int) -> tuple[int, str] | None:
        if self.arabic:
            if self.key(index) not in {"قبل", "منذ", "بعد"}:
                return None
            sign = 1 if self.key(index) == "بعد" else -1
            at = index + 1
            while self.key(at) in _ABOUT:
                at += 1
        else:
            sign, at = -1, index
        amount = 1 if not self.arabic and self.key(at) in ("a", "an") else self._amount(at)
        count_at = at + 1 if amount is not None else at
        unit = self.names.counted.get(self.key(count_at))
        if unit is None or (amount is None and unit[1] == 0):
            return None
        end = count_at + 1
        if not self.arabic:
            if self.key(end) != "ago":
                return None
            end += 1
        elif self.key(end) == "من" or (sign == 1 and self.key(end)[:1] == "ل") or unit[0] == "hour":
            return None  # "بعد يومين من ..." counts from something else than the article's date
        return end, self._shifted(sign * (amount if amount is not None else unit[1]), unit[0])

    def _amount(self, index: int) -> int | None:
        if index >= len(self.toks):
            return None
        if self.toks[index].kind == "number":
            value = digits(self.toks[index].key)
            return int(value) if value is not None and value == int(value) and value < 1000 else None
        return self.names.small.get(self.key(index))

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
        if unit == "century":
            return calendars.century((self.published.year - 1) // 100 + 1 + turn)
        if unit == "decade":
            return calendars.decade(self.published.year // 10 * 10 + 10 * turn)
        return self._shifted(turn, unit)

    def _shifted(self, count: int, unit: str) -> str:
        if self.published is None:
            return ""
        if unit == "day":
            return self._day(count)
        if unit == "week":
            return self._day(7 * count)
        if unit in ("year", "decade", "century"):
            return str(self.published.year + count * {"year": 1, "decade": 10, "century": 100}[unit])
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
        read = reader.read(at)
        if read is None:
            at += 1
            continue
        end, value = read
        found.append(Date(Span(reader.toks[at].start, toks[end - 1].end), value))
        taken[at:end] = [True] * (end - at)
        at = end
    return found, taken
