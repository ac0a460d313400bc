"""Parts of calendars as ISO 8601 values: thirds, quarters, seasons, decades, centuries, weeks, Hijri dates. Arithmetic, no text.

Every function gives a day ("2021-11-18"), a month ("2021-11"), a year ("2021") or an interval of two of a kind ("2021-11-01/2021-11-10").
Conventions, where a phrase leaves room:

- A third of a month is days 1-10, 11-20, 21 to the last; of a year four months; of a decade years 0-3, 4-6, 7-9; of a century years
  1-33, 34-66, 67-100. "End of", "close of" and "late" are one third, so are "start of", "turn of" and "early".
- A decade is 1990 to 1999, a century 1801 to 1900, a week Monday to Sunday (ISO 8601), whatever the country's weekend.
- Seasons are whole months of the northern hemisphere; winter 2019 is December 2019 to February 2020.
- Hijri dates follow the calendar of Umm al-Qura, 1343 to 1500 AH, and the arithmetical ("tabular") calendar outside it, which may be a
  day off.
"""

from __future__ import annotations

import calendar
import datetime

from hijridate import Gregorian, Hijri

UNKNOWN_YEAR = "XXXX"
"""A year neither written nor to be had (ISO 8601-2, unspecified digits)."""

SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "winter": (12, 14)}
"""First and last month; months above 12 are of the year after."""

_EPOCH = datetime.date(622, 7, 19).toordinal()  # 1 Muharram 1, proleptic Gregorian


def day(year: str, month: int, number: int) -> str | None:
    """One day, or None when the month has no such day."""
    length = calendar.monthrange(int(year), month)[1] if year.isdigit() else calendar.monthrange(2000, month)[1]
    return f"{year}-{month:02d}-{number:02d}" if 1 <= number <= length else None


def month_third(year: str, month: int, third: int) -> str:
    last = calendar.monthrange(int(year) if year.isdigit() else 2001, month)[1]
    low, high = {1: (1, 10), 2: (11, 20), 3: (21, last)}[third]
    return f"{year}-{month:02d}-{low:02d}/{year}-{month:02d}-{high:02d}"


def month_half(year: str, month: int, half: int) -> str:
    last = calendar.monthrange(int(year) if year.isdigit() else 2001, month)[1]
    low, high = ((1, 15), (16, last))[half - 1]
    return f"{year}-{month:02d}-{low:02d}/{year}-{month:02d}-{high:02d}"


def part_of_year(year: int, part: int, parts: int) -> str:
    """The ``part``th of ``parts`` equal parts of a year, as months: quarters, halves, thirds."""
    months = 12 // parts
    return f"{year:04d}-{(part - 1) * months + 1:02d}/{year:04d}-{part * months:02d}"


def season(year: int, name: str) -> str:
    low, high = SEASONS[name]
    return f"{year:04d}-{low:02d}/{year + high // 13:04d}-{(high - 1) % 12 + 1:02d}"


def decade(first: int, third: int | None = None) -> str:
    low, high = {None: (0, 9), 1: (0, 3), 2: (4, 6), 3: (7, 9)}[third]
    return f"{first + low:04d}/{first + high:04d}"


def century(number: int, third: int | None = None, half: int | None = None) -> str:
    low, high = {None: (1, 100), 1: (1, 33), 2: (34, 66), 3: (67, 100)}[third]
    if half is not None:
        low, high = ((1, 50), (51, 100))[half - 1]
    return f"{(number - 1) * 100 + low:04d}/{(number - 1) * 100 + high:04d}"


def week(day_in_it: datetime.date) -> str:
    monday = day_in_it - datetime.timedelta(day_in_it.weekday())
    return f"{monday.isoformat()}/{(monday + datetime.timedelta(6)).isoformat()}"


def shifted_month(date: datetime.date, count: int) -> tuple[int, int]:
    """Year and month, ``count`` months from a day's."""
    months = date.year * 12 + date.month - 1 + count
    return months // 12, months % 12 + 1


def low(value: str) -> str:
    """The first end of a value."""
    return value.partition("/")[0]


def high(value: str) -> str:
    """The last end of a value."""
    return value.rpartition("/")[2]


# ---- Hijri


def hijri_day(year: int, month: int, number: int) -> datetime.date | None:
    """The Gregorian day of a Hijri one, or None when there is no such day.

    Source: hijridate's tables of Umm al-Qura; outside them the tabular calendar (leap years 2, 5, 7, 10, 13, 16, 18, 21, 24, 26, 29 of 30).
    """
    if not (1 <= month <= 12 and 1 <= number <= 30 and 1 <= year <= 1700):
        return None
    try:
        return datetime.date.fromordinal(Hijri(year, month, number).to_gregorian().toordinal())
    except ValueError:
        return None
    except OverflowError:
        return datetime.date.fromordinal(_tabular(year, month) + number - 1)


def _tabular(year: int, month: int) -> int:
    return _EPOCH + (year - 1) * 354 + (3 + 11 * year) // 30 + 29 * (month - 1) + month // 2


def hijri_month(year: int, month: int) -> str:
    first = hijri_day(year, month, 1)
    last = hijri_day(year, month, 30) or hijri_day(year, month, 29)
    return f"{first.isoformat()}/{last.isoformat()}" if first and last else ""


def hijri_year(year: int) -> str:
    first, after = hijri_day(year, 1, 1), hijri_day(year + 1, 1, 1)
    return f"{first.isoformat()}/{(after - datetime.timedelta(1)).isoformat()}" if first and after else ""


def hijri_of(date: datetime.date) -> tuple[int, int, int] | None:
    """Year, month, day of a Gregorian day in the calendar of Umm al-Qura; None outside 1924-2077."""
    try:
        return Gregorian(date.year, date.month, date.day).to_hijri().datetuple()
    except OverflowError:
        return None
