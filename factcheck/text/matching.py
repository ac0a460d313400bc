"""Terms by which two wordings of one claim find each other: light stems, numbers as values, countries, and runs of letters.

``terms`` gives them in two layers, to be ranked apart and added: what a word means (stem, value, country, group of synonyms), and how it is
spelt (letter runs), which bridges names spelt in several ways and forms that no light stemmer reaches.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from factcheck.text.language import language_of
from factcheck.text.lexicon import table
from factcheck.text.names import names
from factcheck.text.quantities import quantities
from factcheck.text.queries import stopwords
from factcheck.text.tokens import Tokenised, fold

RUN = 3  # letters
MAX_TEXT = 5_000  # characters of a claim that count
_PREFIXES = ("وال", "فال", "بال", "كال", "ولل", "فلل", "لل", "ال")
_SUFFIXES = ("تهما", "تهم", "هما", "ها", "هم", "نا", "ات", "ون", "ين", "ان", "وا", "يه", "ته", "ه", "ي", "ا", "ت")
_ENGLISH = re.compile(r"(?:'s|’s)$")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a text is found by."""

    words: tuple[str, ...]  # stems, "#value" of numbers and years, "@XX" of countries, "=n" of groups of synonyms
    runs: tuple[str, ...]  # of letters inside stems
    concepts: tuple[str, ...]  # the same things once each: a group in the place of the stems that belong to it


@lru_cache(maxsize=200_000)
def terms(text: str, language: str = "") -> Terms:
    """The terms of a claim, in its order, repeated as often as they stand there."""
    text = text[:MAX_TEXT]
    tongue = (language or language_of(text)).partition("-")[0]
    tokenised = Tokenised(text)
    found = quantities(tokenised, tongue)
    counted = [(number.span.start, number.span.end) for number in found.numbers]
    dated = [(date.span.start, date.span.end) for date in found.dates]
    stems = [
        stem(token.key, tongue)
        for token in tokenised.all
        if token.kind == "word" and token.key not in stopwords(tongue) and not _inside(token.start, counted)
    ]
    values = [f"#{number.value.normalize():f}" for number in found.numbers]
    values += [f"#{year}" for date in found.dates for year in re.findall(r"\b[12]\d{3}\b", date.value)[:1]]
    values += [
        token.key.translate(_DIGITS) for token in tokenised.all if token.kind == "number" and not _inside(token.start, counted + dated)
    ]
    values += [f"@{name.country}" for name in names(text, tongue) if name.country]
    grouped, left = _meanings(stems)
    plain = [each for each in stems if len(each) > 1]
    runs = [run for each in stems for run in letter_runs(each)]
    return Terms((*plain, *grouped, *values), tuple(runs), tuple(dict.fromkeys((*grouped, *left, *(v for v in values if v[0] != "@")))))


def _inside(at: int, stretches: Sequence[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in stretches)


def _meanings(stems: Sequence[str]) -> tuple[list[str], list[str]]:
    """Groups of synonyms that words here belong to, as "=n", and the stems that belong to none."""
    groups = _synonyms()
    found: dict[str, None] = {}
    taken: set[int] = set()
    for i in range(len(stems)):
        for length in (1, 2, 3):
            for group in groups.get(tuple(stems[i : i + length]), ()):
                found[f"={group}"] = None
                taken.update(range(i, i + length))
    return list(found), [each for i, each in enumerate(stems) if i not in taken and len(each) > 1]


@cache
def _synonyms() -> dict[tuple[str, ...], tuple[int, ...]]:
    """Stems of a phrase -> its groups."""
    made: dict[tuple[str, ...], set[int]] = {}
    for i, line in enumerate(table("synonyms")["groups"].strip().split("\n")):
        for phrase in line.split(","):
            words = phrase.split()
            tongue = "en" if phrase.strip().isascii() else "ar"
            made.setdefault(tuple(stem(fold(word), tongue) for word in words), set()).add(i)
    return {phrase: tuple(sorted(groups)) for phrase, groups in made.items()}


_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


def letter_runs(word: str) -> list[str]:
    """Runs of three letters of a word with its edges; the word itself when it is shorter."""
    edged = f"_{word}_"
    return [edged[i : i + RUN] for i in range(max(1, len(edged) - RUN + 1))]


@lru_cache(maxsize=50_000)
def stem(key: str, language: str) -> str:
    """A folded word without what is glued to it: light, so that it never joins what has nothing in common."""
    return _arabic_stem(key) if language == "ar" else _english_stem(key) if language == "en" else key


def _arabic_stem(key: str) -> str:
    """Larkey's light stemming: conjunction, article and preposition in front, endings behind; three letters stay."""
    if key.startswith("و") and len(key) > 4:
        key = key[1:] if key[1:3] == "ال" or len(key) > 5 else key
    for prefix in _PREFIXES:
        if key.startswith(prefix) and len(key) - len(prefix) >= 3:
            key = key[len(prefix) :]
            break
    for suffix in _SUFFIXES:
        if key.endswith(suffix) and len(key) - len(suffix) >= 3:
            return key[: -len(suffix)]
    return key


def _english_stem(key: str) -> str:
    """Plural and verb endings off."""
    key = _ENGLISH.sub("", key)
    for suffix, put in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("edly", ""), ("ed", ""), ("es", ""), ("s", ""), ("ly", "")):
        if key.endswith(suffix) and len(key) - len(suffix) >= 3 and not key.endswith("ss"):
            return key[: len(key) - len(suffix)] + put
    return key


__all__ = ["Terms", "fold", "letter_runs", "stem", "terms"]
