"""Names worth linking: places from CLDR's tables, persons behind a title or beside a verb of saying, organisations behind their head word.

Simple on purpose, and rather silent than wrong: a name that no title, head word or table vouches for is left alone. Arabic and English;
no names in other languages. One pass over the words; linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import Any

from factcheck.model.article import Span
from factcheck.text.arabic_lexicon import lexicon
from factcheck.text.lexicon import table
from factcheck.text.tokens import fold

_ARABIC = re.compile(r"[\u0620-\u065f\u0670-\u06d3]+")
_CAPITALISED = re.compile(r"(?:U\.S\.|[A-Z][\w'’\-]*)")
_ENGLISH_GAP = re.compile(r"(?:[ \u00a0]|\. )(?:(?:of|for|the|and)[ \u00a0]){0,2}")
_QUOTED = re.compile(r"\s[«“\"]([^«»“”\"\n]{2,40})[»”\"]")
_PROCLITICS = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "فب", "فل")
_LONGEST = 5  # words of an organisation's name


class NameKind(StrEnum):
    PERSON = "person"
    PLACE = "place"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Name:
    span: Span
    kind: NameKind
    country: str = ""  # of a place: ISO 3166-1 alpha-2, empty where several claim it


Words = list[tuple[int, int, str]]  # start, end, folded
Entries = dict[str, list[tuple[int, tuple[str, ...], str]]]  # first word: length of its proclitic, the other words, country


@dataclass(frozen=True, slots=True)
class _Arabic:
    places: Entries
    titles: Entries
    compounds: frozenset[str]
    heads: frozenset[str]
    generic: frozenset[str]
    media: frozenset[str]
    loose: frozenset[str]
    movements: frozenset[str]
    stops: frozenset[str]
    triggers: frozenset[str]  # first words of all of these, as they are written


def _folded(words: list[str]) -> frozenset[str]:
    return frozenset(map(fold, words))


def _entries(phrases: dict[str, str]) -> Entries:
    """First words, with every proclitic, to what follows; the longest phrase first."""
    found: Entries = {}
    for phrase, country in phrases.items():
        first, *rest = fold(phrase).split()
        for proclitic in _PROCLITICS:
            article = first.startswith("ال") and proclitic.endswith("ل")
            form = proclitic + (first[1:] if article else first)
            found.setdefault(form, []).append((len(proclitic) + article, tuple(rest), country))
    return {form: sorted(entries, key=lambda entry: -len(entry[1])) for form, entries in found.items()}


@cache
def _arabic() -> _Arabic:
    data: dict[str, Any] = table("names")["ar"]
    heads = {proclitic + word for word in _folded([*data["heads"], *data["media"]]) for proclitic in _PROCLITICS}
    places, titles = _entries(table("places")["ar"]), _entries(dict.fromkeys(data["titles"], ""))
    for form in ("بقطر", "بكوبا"):  # "with a diameter", "a cup"
        places.pop(form, None)
    return _Arabic(
        places=places,
        titles=titles,
        compounds=_folded(data["compounds"]),
        heads=_folded(data["heads"]),
        generic=_folded(data["generic"]),
        media=_folded(data["media"]),
        loose=_folded(data["loose"]),
        movements=_folded(data["movements"]),
        stops=_folded(data["stops"]) | _folded(data["verbs"]),
        triggers=frozenset(places) | frozenset(titles) | frozenset(heads),
    )


def _match(words: Words, at: int, entries: Entries) -> tuple[int, int, str] | None:
    """Characters of the proclitic, one past the last word, country, when a phrase of ``entries`` begins at the word ``at``."""
    for proclitic, rest, country in entries.get(words[at][2], ()):
        if tuple(word for _, _, word in words[at + 1 : at + 1 + len(rest)]) == rest:
            return proclitic, at + 1 + len(rest), country
    return None


def _runs_on(text: str, words: Words, at: int) -> bool:
    """Whether the word ``at`` follows the one before it with nothing but a space between."""
    return 0 < at < len(words) and words[at][0] - words[at - 1][1] <= 2 and text[words[at - 1][1] : words[at][0]].strip(" \u00a0") == ""


def _in_arabic(text: str) -> list[Name]:
    data = _arabic()
    words: Words = [(match.start(), match.end(), fold(match.group())) for match in _ARABIC.finditer(text)]
    found: list[Name] = []
    at = 0
    while at < len(words):
        if words[at][2] not in data.triggers:
            at += 1
            continue
        name, after = _arabic_name(text, words, at, data)
        if name:
            found.append(name)
        at = max(at + 1, after)
    return found


def _arabic_name(text: str, words: Words, at: int, data: _Arabic) -> tuple[Name | None, int]:
    place = _match(words, at, data.places)
    if place:
        proclitic, after, country = place
        return Name(Span(words[at][0] + proclitic, words[after - 1][1]), NameKind.PLACE, country), after
    title = _match(words, at, data.titles)
    if title:
        first = title[1]
        while _runs_on(text, words, first) and words[first][2].startswith("ال") and words[first][2].endswith(("ي", "يه")):
            first += 1  # الرئيس الروسي
        after = _person(text, words, first, data)
        return (Name(Span(words[first][0], words[after - 1][1]), NameKind.PERSON), after) if after else (None, first)
    return _organisation(text, words, at, data)


def _person(text: str, words: Words, first: int, data: _Arabic) -> int:
    """One past the last word of a name of two words or more that begins at ``first``; 0 when there is none."""
    at, parts = first, 0
    while at < len(words) and parts < 2 and at < first + 5 and _runs_on(text, words, at):
        word = words[at][2]
        if word in data.stops or word in lexicon().verbs or word in data.places or len(word) < 2:
            break
        if parts == 0 and (word.startswith("ال") or (word[0] in "ولبف" and word[1:] in data.triggers)):
            break  # "ورئيس الوزراء": the next one
        if parts == 1 and words[at - 1][2][0] in "ولب" and word.endswith(("ي", "ه")) and (word[:2] == "ال" or words[at - 1][2][-1] == "ه"):
            break  # "لنظيره الروسي", "بصورة مؤقتة"
        parts += word not in data.compounds
        at += 1
    return at if parts == 2 else 0


def _organisation(text: str, words: Words, at: int, data: _Arabic) -> tuple[Name | None, int]:
    start, end, word = words[at]
    proclitic = next((len(p) for p in _PROCLITICS if word.startswith(p) and word[len(p) :] in data.heads | data.media), None)
    if proclitic is None:
        return None, at + 1
    head = word[proclitic:]
    quoted = _QUOTED.match(text, end) if head in data.media else None
    if quoted:
        return Name(Span(start + proclitic, quoted.end()), NameKind.ORGANISATION), at + 1
    if head not in data.heads:
        return None, at + 1
    after = at + 1
    while after < len(words) and after - at < _LONGEST and _runs_on(text, words, after):
        following = words[after][2]
        definite = following.startswith(("ال", "لل"))
        if following in data.stops or following in lexicon().verbs:
            break
        if after > at + 1 and not (following.startswith("لل") or (definite and following.endswith(("ي", "ه")))):
            break  # only adjectives, and "للأنباء": what else is definite is the next phrase
        if after == at + 1 and definite and head in data.loose and following not in data.movements:
            break  # "حركة المسافرين"
        if after == at + 1 and not definite and (head in data.generic or following.startswith(("و", "ل", "ب"))):
            break  # "شركة نقل" is any, "حزب الله" is one
        after += 1
    if after < at + 2 or (head in data.generic and after < at + 3):
        return None, at + 1
    return Name(Span(start + proclitic, words[after - 1][1]), NameKind.ORGANISATION), after


@dataclass(frozen=True, slots=True)
class _English:
    places: dict[str, str]
    titles: frozenset[str]
    verbs: frozenset[str]
    heads: frozenset[str]
    tails: frozenset[str]
    known: frozenset[str]
    openers: frozenset[str]
    directions: frozenset[str]


@cache
def _english() -> _English:
    data: dict[str, list[str]] = table("names")["en"]
    places: dict[str, str] = table("places")["en"]
    lists = {name: frozenset(data[name]) for name in ("titles", "verbs", "heads", "tails", "known", "openers", "directions")}
    lists["openers"] -= lists["titles"]
    return _English(places, **lists)


def _runs(text: str) -> list[list[tuple[int, int]]]:
    """Capitalised words in a row; "of", "for", "the", "and" may stand between, and the stop of "Mr."."""
    runs: list[list[tuple[int, int]]] = []
    for match in _CAPITALISED.finditer(text):
        start, end = match.span()
        if start and (text[start - 1].isalnum() or text[start - 1] in "'’-_@#/"):
            continue
        end -= 2 if text[start:end].endswith(("'s", "’s")) else 0
        gap = text[runs[-1][-1][1] : start] if runs else "\n"
        if runs and len(gap) < 10 and _ENGLISH_GAP.fullmatch(gap) and (". " not in gap or runs[-1][-1][1] - runs[-1][-1][0] <= 4):
            runs[-1].append((start, end))
        else:
            runs.append([(start, end)])
    return runs


def _in_english(text: str) -> list[Name]:
    data = _english()
    found: list[Name] = []
    for run in _runs(text):
        first = 0
        while first < len(run) and text[slice(*run[first])] in data.openers:
            first += 1  # what is capitalised because it begins a sentence
        if first < len(run):
            found += _english_names(text, run[first:], data)
    return found


def _english_names(text: str, run: list[tuple[int, int]], data: _English) -> list[Name]:
    whole = _place(text, run, data)
    if whole:
        return [whole]
    start, end = run[0][0], run[-1][1]
    words = [text[slice(*word)] for word in run]
    pieces = _unlinked(text, run)
    at = _after_title(text, run, data) if len(pieces) == 1 else 0
    if at:
        return [Name(Span(run[at][0], end), NameKind.PERSON)] if len(run) <= at + 3 else []
    heads = len(pieces) > 1 and words[0] in data.heads
    if text[start:end] in data.known or (1 < len(run) <= 6 and (words[-1] in data.tails or heads)):
        return [Name(Span(start, end), NameKind.ORGANISATION)]
    if len(pieces) > 1:
        return [name for piece in pieces for name in _english_names(text, piece, data)]
    if len(run) in (2, 3) and not any(word in data.titles or word in data.places or len(word) < 3 for word in words):
        behind = re.match(r",? (?:who |has |had |also )?(\w+)", text[end : end + 30])
        before = re.search(r"(\w+) \Z", text[max(0, start - 20) : start])
        if (behind and behind.group(1) in data.verbs) or (before and before.group(1) in data.verbs and text[end : end + 1] in ".,;:"):
            return [Name(Span(start, end), NameKind.PERSON)]
    return []


def _unlinked(text: str, run: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """The run cut at "and", "of" and "for"."""
    pieces = [run[:1]]
    for before, after in pairwise(run):
        if text[before[1] : after[0]].strip(". \u00a0"):
            pieces.append([after])
        else:
            pieces[-1].append(after)
    return pieces


def _place(text: str, run: list[tuple[int, int]], data: _English) -> Name | None:
    start, end = run[0][0], run[-1][1]
    if text[start:end] not in data.places and len(run) > 1 and text[slice(*run[0])] in data.directions:
        start = run[1][0]
    country = data.places.get(text[start:end])
    return Name(Span(start, end), NameKind.PLACE, country) if country is not None else None


def _after_title(text: str, run: list[tuple[int, int]], data: _English) -> int:
    """How many words of the run are a title, the longest that fits."""
    for size in (2, 1):
        if len(run) > size and text[run[0][0] : run[size - 1][1]] in data.titles:
            return size
    return 0


def names(text: str, language: str) -> tuple[Name, ...]:
    """Names worth linking, in order and apart. Cost: linear in the length of the text.

    Args:
        text: the untouched text.
        language: BCP 47; there are none in languages other than Arabic and English.
    """
    primary = language.partition("-")[0]
    if primary == "ar":
        return tuple(_in_arabic(text))
    return tuple(_in_english(text)) if primary == "en" else ()
