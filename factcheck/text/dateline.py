"""Datelines: where and when a report appeared, as its first or last line says it.

"الخابور برس — 14 آذار 2024", "DAMASCUS, March 14, 2024 (Reuters) -", "القاهرة (أ ف ب) -". Only what is unambiguous is told: a whole date,
a place of the lists or in capitals, an outlet that a word of its name or the brackets of a dateline show. A name alone may be the author's;
it is left to others, who know more names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from factcheck.model.article import Span
from factcheck.text.language import language_of
from factcheck.text.lexicon import table
from factcheck.text.quantities import quantities
from factcheck.text.tokens import Tokenised, fold

_LINES = 3  # lines at the head of a text that may be its dateline, a headline before it
_LONGEST = 90  # code points of such a line
_WORDS = 5  # of a name
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PARTS = re.compile(r"\s[-–—ـ|•·]+\s|\s?[|•·]\s?|[،,;؛()\[\]\n]|\s[-–—]|[-–—:]\s|[-–—]$|^[-–—]")
_FILLING = re.compile(
    r"\b\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\b|\b(?:am|pm|gmt|utc|published(?: on)?|posted(?: on)?|date)\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"|\b(?:الساعة|بتوقيت|غرينتش|نشرت? في|نشرت?|بتاريخ|التاريخ|تاريخ النشر|م|هـ)\b"
    r"|\b(?:الأحد|الاثنين|الإثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت)\b",
    re.IGNORECASE,
)
_RUN_IN = re.compile(
    r"(?P<place>[^\W\d_][^\n.:«»\"“”()0-9]{1,40}?)"
    r"(?P<date>(?:[،,] ?| (?=\d))[^\n«»\"“”()]{1,40}?)?"
    r" ?\((?P<outlet>[^()\n]{2,30})\)[،,]?(?P<late> ?[^\n«»\"“”()]{0,30}?) ?[-–—ـ:]+ ?(?=\S)"
)


@dataclass(frozen=True, slots=True)
class Dateline:
    """What a dateline says; what it does not say, or not plainly, is empty."""

    span: Span
    outlet: str = ""
    place: str = ""
    published: str = ""  # ISO 8601 day
    name: str = ""  # may be an outlet's or the author's


def dateline_of(text: str, language: str = "") -> Dateline | None:
    """The dateline of an article at its head, else at its end; None when it has none, or when the two give different days.

    Args:
        text: the article, one paragraph a line.
        language: BCP 47; found from the text when not given.
    """
    tongue = (language if language not in ("", "und") else language_of(text)).partition("-")[0]
    lines = [(match.start(), match.end()) for match in re.finditer(r"\S[^\n]*", text)]
    head = next(_found(text, lines[:_LINES], tongue), None)
    foot = next(_found(text, [line for line in lines[-1:] if line not in lines[:_LINES]], tongue), None)
    if head is None or foot is None:
        return head or foot
    return None if head.published and foot.published and head.published != foot.published else head


def run_in(text: str, start: int, language: str) -> Dateline | None:
    """The dateline in front of the sentence at ``start``, which goes on behind it: "نيامي (ا ف ب) - قتل ..."."""
    match = _RUN_IN.match(text, start, start + 120)
    if match is None or len(match["place"].split()) > 4 or len(match["outlet"].split()) > _WORDS:
        return None
    place = match["place"].strip(" ،,")
    known = all(_is_place(part.strip(), language) for part in re.split(r"[،,]", place) if part.strip())
    written, late = (match["date"] or "").strip(" ،,"), match["late"].strip(" ،,")
    days = _days(match.group(), language)
    if (written or late) and not any(char.isdigit() for char in written + late) and not _is_place(written, language):
        return None
    outlet = _is_outlet(match["outlet"], language)
    if _is_place(match["outlet"], language) or any(char.isdigit() for char in match["outlet"]) or not (known or outlet):
        return None
    return Dateline(Span(start, match.end()), match["outlet"].strip(), place if known else "", days[0] if len(days) == 1 else "")


def is_dateline(line: str, language: str) -> bool:
    """Whether a line says where and when it appeared, and nothing else; ``language`` is a primary subtag."""
    return len(line) <= _LONGEST and any(char.isdigit() for char in line) and _alone(line, 0, len(line), language) is not None


def _found(text: str, lines: list[tuple[int, int]], language: str) -> Iterator[Dateline]:
    for start, end in lines:
        line = _alone(text, start, end, language) if end - start <= _LONGEST else None
        line = line or run_in(text, start, language)
        if line is not None:
            yield line


def _alone(text: str, start: int, end: int, language: str) -> Dateline | None:
    """A line that is a dateline and nothing else: one whole date and at most two names beside it."""
    line = text[start:end]
    found = [date for date in quantities(Tokenised(line), language).dates if _DAY.fullmatch(date.value)]
    if len(found) != 1:
        return None
    before = _FILLING.sub(" ", line[: found[0].span.start]).rstrip()
    after = _FILLING.sub(" ", line[found[0].span.end :]).lstrip()
    if before[-1:].isalnum() or after[:1].isalpha():
        return None  # the date stands in a sentence
    names = [name for part in _PARTS.split(f"{before}\n{after}") if (name := part.strip(" .،,:-–—"))]
    if len(names) > 2 or any(len(name.split()) > _WORDS or not re.match(r"[^\W\d_]", name) for name in names):
        return None
    if any(fold(word) in _small(language) for name in names for word in name.split()):
        return None  # "ولد في دمشق - 14 آذار 2024"
    if language == "en" and any(word[:1].islower() and word not in ("of", "the", "and") for name in names for word in name.split()):
        return None  # "Floods hit the town on 14 March 2024"
    places = [name for name in names if _is_place(name, language)]
    outlets = [name for name in names if _is_outlet(name, language) and name not in places]
    if language != "en" and any(len(name.split()) > 3 and name not in (*places, *outlets) for name in names):
        return None  # words of a sentence
    unclear = [name for name in names if name not in places and name not in outlets]
    return Dateline(
        Span(start, end),
        outlets[0] if len(outlets) == 1 else "",
        places[0] if len(places) == 1 else "",
        found[0].value,
        unclear[0] if len(unclear) == 1 and not outlets else "",
    )


def _days(text: str, language: str) -> list[str]:
    return [date.value for date in quantities(Tokenised(text), language).dates if _DAY.fullmatch(date.value)]


@cache
def _places(language: str) -> frozenset[str]:
    return frozenset(fold(name) for name in table("places").get(language, {}))


@cache
def _outlets(language: str) -> frozenset[str]:
    words = table("ar" if language == "ar" else "en")["source"]
    return frozenset(fold(word) for word in (*words["outlets"], *words.get("agencies", ()), *words["in_names_of_outlets"]))


@cache
def _small(language: str) -> frozenset[str]:
    return (
        frozenset(map(fold, table("ar")["particles"]["prepositions"])) if language == "ar" else frozenset(table("en")["grammar"]["finite"])
    )


def _is_place(name: str, language: str) -> bool:
    capitals = language == "en" and len(name) > 2 and name.isupper() and len(name.split()) <= 3
    return fold(name) in _places(language) or (capitals and not _is_outlet(name, language))


def _is_outlet(name: str, language: str) -> bool:
    words = {fold(word) for word in name.split()} | {fold(re.sub(r"[ .]", "", name))}
    return not words.isdisjoint(_outlets(language) | _outlets("en"))
