"""What the grammar of dates rests on: its word lists, the tokens with their keys, and reckoning against the article's date."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from factcheck.text import calendars
from factcheck.text.lexicon import table
from factcheck.text.numbers import digits
from factcheck.text.tokens import Token, fold

WESTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


@dataclass(frozen=True, slots=True)
class Names:
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
    joined: frozenset[str]  # those of them that may stand behind a joining و


@cache
def names_of(language: str) -> Names:
    """The word lists of a language; those of English for every other than Arabic."""
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
    plain = {name: folded(name) for name in ("days", "thirds", "turns", "periods", "ordinals", "decades", "parts", "seasons")}
    hijri, parts_of_day = named(lists["hijri"]), frozenset(map(fold, lists["parts_of_day"]))
    starts = frozenset().union(weekdays, counted, parts_of_day, _OPENERS[tongue], *plain.values())
    starts |= {word[0] for word in (*months, *hijri)} | {f"mid-{word[0]}" for word in months} | {"ال" + word for word in plain["decades"]}
    return Names(
        months=months, hijri=hijri, weekdays=weekdays, counted=counted, parts_of_day=parts_of_day, small=small,
        starts=starts, joined=starts - set(plain["ordinals"]), **plain,
    )  # fmt: skip


_OPENERS = {
    "ar": tuple(map(fold, table("dates")["ar"]["openers"])),
    "en": tuple(table("dates")["en"]["openers"]),
}


class DateWords:
    """The tokens of a text, and what single ones of them mean in a date."""

    def __init__(self, text: str, toks: Sequence[Token], language: str, published: datetime.date | None) -> None:
        self.text = text
        self.arabic = language == "ar"
        self.names = names_of(language)
        self.toks = [self._unjoined(token) for token in toks] if self.arabic else toks
        self.published = published

    def _unjoined(self, token: Token) -> Token:
        """A word of a date without a joining و or ف: "والأحد"."""
        key = token.key
        if key[:1] in ("و", "ف") and len(key) > 3 and key not in self.names.starts and key[1:] in self.names.joined:
            return Token(token.start + 1, token.end, key[1:], token.kind)
        return token

    def key(self, index: int) -> str:
        return self.toks[index].key if 0 <= index < len(self.toks) else ""

    def bare(self, index: int) -> str:
        """A key without a fused preposition: بعام، لشهر، ومطلع."""
        return self._bare(self.key(index))

    def _bare(self, key: str) -> str:
        return key[1:] if self.arabic and key[:1] in ("و", "ف", "ب", "ل") and len(key) > 3 and key not in self.names.thirds else key

    def may_begin(self, key: str) -> bool:
        """Whether a date may begin with a word: most words are passed over by this alone."""
        return key in self.names.starts or self._bare(key) in self.names.starts

    def integer(self, index: int, low: int, high: int) -> int | None:
        if not 0 <= index < len(self.toks) or self.toks[index].kind != "number":
            return None
        written = self.toks[index].key.translate(WESTERN)
        return int(written) if written.isdigit() and len(written) <= 4 and low <= int(written) <= high else None

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

    def amount(self, index: int) -> int | None:
        if index >= len(self.toks):
            return None
        if self.toks[index].kind == "number":
            value = digits(self.toks[index].key)
            return int(value) if value is not None and value == int(value) and value < 1000 else None
        return self.names.small.get(self.key(index))

    # ---- against the article's date; empty where that is not known

    def day(self, offset: int) -> str:
        return (self.published + datetime.timedelta(offset)).isoformat() if self.published else ""

    def weekday(self, weekday: int, turn: int | None) -> str:
        if self.published is None:
            return ""
        back = (self.published.weekday() - weekday) % 7
        if turn == 1:
            return self.day(7 - back)
        return self.day(-(back or 7) if turn == -1 else -back)

    def period_from(self, unit: str, turn: int) -> str:
        if self.published is None:
            return ""
        if unit == "week":
            monday = self.published - datetime.timedelta(self.published.weekday()) + datetime.timedelta(7 * turn)
            return f"{monday.isoformat()}/{(monday + datetime.timedelta(6)).isoformat()}"
        if unit == "century":
            return calendars.century((self.published.year - 1) // 100 + 1 + turn)
        if unit == "decade":
            return calendars.decade(self.published.year // 10 * 10 + 10 * turn)
        return self.shifted(turn, unit)

    def shifted(self, count: int, unit: str) -> str:
        if self.published is None:
            return ""
        if unit == "day":
            return self.day(count)
        if unit == "week":
            return self.day(7 * count)
        if unit in ("year", "decade", "century"):
            return str(self.published.year + count * {"year": 1, "decade": 10, "century": 100}[unit])
        months = self.published.year * 12 + self.published.month - 1 + count
        return f"{months // 12:04d}-{months % 12 + 1:02d}"
