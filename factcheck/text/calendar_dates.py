"""Dates of a calendar, written out or in figures: "24 يوليو تموز 2015", "15 رمضان 1442 هـ", "March 8, 2011", "24/7/2015", a lone year."""

from __future__ import annotations

import calendar
import re
from functools import cache

from factcheck.text import calendars
from factcheck.text.date_words import WESTERN
from factcheck.text.lexicon import table
from factcheck.text.periods import Periods
from factcheck.text.tokens import fold

_NUMERIC = re.compile(r"(\d{1,4})[/.](\d{1,2})[/.](\d{1,4})\Z")
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


@cache
def _shy(language: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Months that are also other words, those that even "in" does not make a month, and the words that ask for one."""
    lists = table("dates")[language]
    shy, very, before = (frozenset(map(fold, lists[name])) for name in ("shy_months", "very_shy_months", "month_before"))
    return shy, very, before


class CalendarDates(Periods):
    """Reads dates of a calendar; each method takes the index of a token and gives the index behind what it read, and the value."""

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
            and (period := self.arabic_period(at + 1)) is not None
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

    def hijri(self, index: int) -> tuple[int, str] | None:
        """ "15 رمضان 1442 هـ", "3/ 7/ 1437هـ", "غرة محرم", "عام 1390هـ": Hijri dates as Gregorian values."""
        if not self.arabic:
            return None
        parts = [self.integer(index + step, 1, 1700) for step in (0, 2, 4)]
        if None not in parts and {self.key(index + 1), self.key(index + 3)} <= {"/", "-"} and self._of_hijra(index + 5):
            day, month, year = (part or 0 for part in parts)
            return self._hijri_value(index + 6, year, month, day)
        token = self.toks[index] if index < len(self.toks) else None
        match = _NUMERIC.match(token.key.translate(WESTERN)) if token is not None and token.kind == "number" else None
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

    def day_and_month(self, index: int) -> tuple[int, str] | None:
        """ "بتاريخ 15/07", and "15 - 7" in front of an agency's line."""
        token = self.toks[index]
        written = re.fullmatch(r"(\d{1,2})/(\d{1,2})", token.key.translate(WESTERN)) if token.kind == "number" else None
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

    def numeric(self, index: int) -> tuple[int, str] | None:
        """ "24/7/2015", "2015-07-24"."""
        if index >= len(self.toks):
            return None
        token = self.toks[index]
        match = _NUMERIC.match(token.key.translate(WESTERN)) if token.kind == "number" else None
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


def _composed(year: str, month: int, day: int | None, third: int | None) -> str:
    if day is not None:
        return f"{year}-{month:02d}-{day:02d}"
    if third is None:
        return f"{year}-{month:02d}"
    last = calendar.monthrange(int(year), month)[1] if year.isdigit() else (28 if month == 2 else calendar.monthrange(2001, month)[1])
    low, high = {1: (1, 10), 2: (11, 20), 3: (21, last)}[third]
    return f"{year}-{month:02d}-{low:02d}/{year}-{month:02d}-{high:02d}"
