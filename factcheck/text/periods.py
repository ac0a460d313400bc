"""Periods: years, their parts, decades and centuries, and spells counted from the article's date ("الشهر الماضي", "two years ago")."""

from __future__ import annotations

import re

from factcheck.text import calendars
from factcheck.text.date_words import DateWords
from factcheck.text.tokens import fold

_ABOUT = frozenset(map(fold, ["نحو", "حوالي", "حوالى", "قرابة", "زهاء", "أكثر", "أقل"]))
_OF_YEAR = frozenset(map(fold, ["من", "عام", "العام", "سنة", "السنة", "لعام", "of", "the", "year", "شهر"]))
_SPELLS = {
    fold(word): value
    for word, value in {
        "اليومين": ("day", 2), "الأيام": ("day", 0), "الأسبوعين": ("week", 2), "الأسابيع": ("week", 0), "الشهرين": ("month", 2),
        "الأشهر": ("month", 0), "الشهور": ("month", 0), "العامين": ("year", 2), "السنتين": ("year", 2), "الأعوام": ("year", 0),
        "السنوات": ("year", 0), "السنين": ("year", 0), "العقدين": ("decade", 2), "العقود": ("decade", 0),
    }.items()
}  # fmt: skip


class Periods(DateWords):
    """Reads periods; each method takes the index of a token and gives the index behind what it read, and the value."""

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
            period = self.arabic_period(start + (self.key(start) == "من")) if self.arabic else self.english_period(at)
            if period is None or not re.fullmatch(r"\d{4}", period[1]):
                return None
            end, year = period[0], int(period[1])
        return end, calendars.season(year, season) if season else calendars.part_of_year(year, which, parts)

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

    # ---- against the article's date

    def arabic_period(self, index: int) -> tuple[int, str] | None:
        key, following = self.key(index), self.key(index + 1)
        third = self.names.thirds.get(key) or self.names.thirds.get(self.bare(index))
        if third:
            inner = self.arabic_period(index + 1)
            if inner is not None:
                return inner[0], self._third_of(inner[1], third)
            return None
        if key in ("هذا", "هذه") and following in self.names.periods and self.key(index + 2) not in self.names.turns:
            return index + 2, self.period_from(self.names.periods[following], 0)
        if key in self.names.periods and following in self.names.turns:
            return index + 2, self.period_from(self.names.periods[key], self.names.turns[following])
        spell = _SPELLS.get(key)  # "الأسبوعين المقبلين", "السنوات الخمس الماضية"
        if spell is None:
            return None
        unit, count = spell
        at = index + 1
        if count == 0:
            amount = self.amount(at) or self.names.small.get(self.key(at).removeprefix("ال"))
            if not amount:
                return None
            count, at = amount, at + 1
        turn = self.names.turns.get(self.key(at))
        if not turn or self.published is None:
            return (at + 1, "") if turn else None
        edge, now = self.shifted(turn * count, unit), self.shifted(0, unit)
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

    def english_period(self, index: int) -> tuple[int, str] | None:
        at = index + (self.key(index) == "the")
        turn = self.names.turns.get(self.key(at))
        if turn is None:
            return None
        amount = self.amount(at + 1)
        if amount is not None and self.key(at + 2) in self.names.counted and turn:
            unit = self.names.counted[self.key(at + 2)][0]
            edge, now = self.shifted(turn * amount, unit), self.shifted(0, unit)
            return at + 3, "" if self.published is None else f"{edge}/{now}" if turn < 0 else f"{now}/{edge}"
        if self.key(at + 1) in self.names.periods and at == index:
            return at + 2, self.period_from(self.names.periods[self.key(at + 1)], turn)
        return None

    def ago(self, index: int) -> tuple[int, str] | None:
        if self.arabic:
            if self.key(index) not in {"قبل", "منذ", "بعد"}:
                return None
            sign = 1 if self.key(index) == "بعد" else -1
            at = index + 1
            while self.key(at) in _ABOUT:
                at += 1
        else:
            sign, at = -1, index
        amount = 1 if not self.arabic and self.key(at) in ("a", "an") else self.amount(at)
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
        return end, self.shifted(sign * (amount if amount is not None else unit[1]), unit[0])
