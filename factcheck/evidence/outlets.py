"""Agencies and outlets by their many names, and the credits that name them: "(أ ف ب)", "دمشق-سانا", "Copyright 2023 The Associated Press".

The table is ``outlets.toml``. Names are compared folded, without article and head word (صحيفة, newspaper). What is not in the table goes by
its own name.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from factcheck.evidence.addresses import site_of
from factcheck.evidence.words import folded_words

Name = tuple[str, ...]
"""A name as it is compared: folded words without head words and articles."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """One entry of the table."""

    id: str
    agency: bool
    ar: str
    en: str
    names: frozenset[Name]
    credits: frozenset[Name]
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Credit:
    """An agency that a text is credited to, and the words that say so."""

    outlet: str  # id
    words: str


@dataclass(frozen=True, slots=True)
class _Table:
    outlets: dict[str, Outlet]
    by_name: dict[Name, str]
    by_credit: dict[Name, str]  # names of agencies, short forms too
    by_host: dict[str, str]
    heads: frozenset[str]
    generic: frozenset[str]
    credit: frozenset[str]
    chrome: tuple[str, ...]
    below: frozenset[str]


@cache
def _table() -> _Table:
    read = tomllib.loads(files("factcheck.evidence").joinpath("outlets.toml").read_text(encoding="utf-8"))
    words = read["words"]
    heads = frozenset(folded_words(words["heads"]))
    outlets: dict[str, Outlet] = {}
    for kind in ("agency", "outlet"):
        for entry in read[kind]:
            names = frozenset(_name(each, heads) for each in (entry["ar"], entry["en"], *entry.get("names", ())))
            credits = names | {tuple(folded_words(each)) for each in entry.get("credits", ())}
            hosts = tuple(entry.get("hosts", ()))
            outlets[entry["id"]] = Outlet(entry["id"], kind == "agency", entry["ar"], entry["en"], names - {()}, credits - {()}, hosts)
    agencies = [outlet for outlet in outlets.values() if outlet.agency]
    chrome = tuple(each.lower() for line in words["chrome"].split("\n") for each in line.split("|") if each)
    return _Table(
        outlets,
        {name: outlet.id for outlet in outlets.values() for name in outlet.names},
        {name: outlet.id for outlet in agencies for name in outlet.credits},
        {host: outlet.id for outlet in outlets.values() for host in outlet.hosts},
        heads,
        frozenset(_bare(word) for word in (*folded_words(words["generic"]), *heads)),
        frozenset(folded_words(words["credit"])),
        chrome,
        frozenset(" ".join(folded_words(each)) for line in words["below"].split("\n") for each in line.split("|") if each),
    )


def known_outlet(id: str) -> Outlet | None:
    """The table's entry of that id."""
    return _table().outlets.get(id)


def outlet_of_host(url: str) -> str:
    """The id of the outlet whose site an address lies on; empty when the table has none."""
    host = site_of(url).partition(":")[0]
    while "." in host:
        if host in _table().by_host:
            return _table().by_host[host]
        host = host.partition(".")[2]
    return ""


@lru_cache(maxsize=10_000)
def name_of(phrase: str) -> Name:
    """A name as it is compared; empty when the phrase names nobody ("وسائل إعلام", "the newspaper").

    What stands in quotation marks is the name: صحيفة «الميناء» اللبنانية.
    """
    table = _table()
    quoted = _QUOTED.search(phrase)
    name = _name(quoted[1] if quoted else phrase, table.heads)
    return () if all(word in table.generic for word in name) else name


_QUOTED = re.compile(r"[«“\"]([^«»“”\"\n]{2,40})[»”\"]")


def _name(phrase: str, heads: frozenset[str]) -> Name:
    words = folded_words(phrase)
    named = [word for word in words if word not in heads and word not in ("a", "an")]
    return tuple(_bare(word) for word in named or words)


def _bare(word: str) -> str:
    """Without the Arabic article, and the preposition that swallowed it."""
    for start in ("ال", "لل", "وال", "بال"):
        if word.startswith(start) and len(word) > len(start) + 2:
            return word[len(start) :]
    return word


_ADJECTIVE = re.compile(r".{2,}(?:يه|ي|n|an|ese|ish)$")


@lru_cache(maxsize=10_000)
def outlet_named(name: Name) -> str:
    """The id of the outlet that a name means; empty when it is not in the table.

    A name of several words counts wherever it stands in a phrase; one of a single word ("times", "حياة") only by itself, or followed by
    where it is from: "سانا الرسمية".
    """
    table = _table()
    if name in table.by_name:
        return table.by_name[name]
    for length in range(min(6, len(name) - 1), 1, -1):
        for start in range(len(name) - length + 1):
            if (found := table.by_name.get(name[start : start + length])) is not None:
                return found
    if len(name) in (2, 3) and all(_ADJECTIVE.match(word) for word in name[1:]):
        return table.by_name.get(name[:1], "")
    return ""


# ---- credits

_PARTS = re.compile(r"\s*(?:[,،/+&;؛|]|\s-\s|\band\b|(?<=\s)و(?=\s))\s*")
_PARENTHESIS = re.compile(r"[(\[]([^()\[\]\n]{2,60})[)\]]")
_DATELINE = re.compile(r"^(.{0,70}?)\s*(?:[-–—/]|\)|\.\s*/)")
_COPYRIGHT = re.compile(r"(?:copyright|©|\(c\)|حقوق النشر)\s*(?:\d{4})?\s*(?:by)?\s*([^.\n]{2,60})", re.IGNORECASE)
_INITIALS = re.compile(r"^[a-z]{2,3}(?:/[a-z]{2,3})*\s*(?=\()")
_DATE = re.compile(r"\d+|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\b", re.IGNORECASE)
HEAD_LINES, LONGEST_CREDIT = 6, 90
PROSE_WORDS = 8  # a line of fewer is a heading, a date, a menu


def credits_of(text: str, author: str = "") -> tuple[Credit, ...]:
    """Agencies that a text is credited to; mere mention is no credit.

    It stands in a dateline, in parentheses at an end of a line, in a line of its own, in a copyright line, or in the author's place.
    """
    found: dict[str, str] = {}

    def take(ids: list[str], words: str) -> None:
        for id in ids:
            found.setdefault(id, words.strip())

    take(_agencies(author), author)
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    begins = next((i for i, line in enumerate(lines) if line.count(" ") >= PROSE_WORDS - 1), len(lines))
    ends = next((i for i, line in enumerate(lines) if i > begins + 1 and ends_text(line)), len(lines))
    for i, line in enumerate(lines):
        for match in _COPYRIGHT.finditer(line):
            take(_agencies(match[1]), match[0])
        if i >= ends:
            continue
        if len(line) <= LONGEST_CREDIT:
            take(_agencies(_INITIALS.sub("", line).replace("(", " ").replace(")", " ")), line)
        for match in _PARENTHESIS.finditer(line):
            if match.start() <= 60 or len(line) - match.end() <= 2:
                take(_agencies(match[1]), match[0])
        if abs(i - begins) < HEAD_LINES or ends - i <= HEAD_LINES:
            take(_byline(line), line)
        if -HEAD_LINES < i - begins <= 1:
            take(*_dateline(line))
    return tuple(Credit(id, words) for id, words in found.items())


def _agencies(part: str) -> list[str]:
    """The agencies that a credit lists, if it lists nothing else."""
    table, ids = _table(), []
    label, colon, rest = part.partition(":")
    if colon and all(word in table.credit for word in folded_words(label)):
        part = rest
    for piece in _PARTS.split(part.strip(" .:-–—*")):
        words = [word for word in folded_words(piece) if word not in table.credit and not word.isdigit()]
        if not words:
            continue
        id = _credited(tuple(words))
        if not id:
            return []
        ids.append(id)
    return ids


def _byline(line: str) -> list[str]:
    """The agency of "By Jane Doe, Associated Press"."""
    if len(line) > LONGEST_CREDIT or not line.lower().startswith("by "):
        return []
    return _agencies(_PARTS.split(line)[-1])


def _credited(words: Name) -> str:
    table = _table()
    named = tuple(_bare(word) for word in words if word not in table.heads)
    return table.by_credit.get(words) or table.by_credit.get(named) or ""


def _dateline(line: str) -> tuple[list[str], str]:
    """Agencies between the head of a line and its first dash or slash: place, perhaps a date, agency, and nothing else."""
    match = _DATELINE.match(line)
    if match is None:
        return [], ""
    for end in [at.end() for at in re.finditer(r"[-–—/)]|\.\s", line[:90])]:
        head = line[:end]
        words = folded_words(_DATE.sub(" ", head))
        for length in range(min(4, len(words)), 0, -1):
            if len(words) - length <= 4 and (id := _credited(tuple(words[-length:]))):
                return [id], head
        if len(words) > 8:
            break
    # "أنقرة / الأناضول" stands in a line of its own
    words = folded_words(_DATE.sub(" ", line)) if len(line) <= 60 else []
    for length in range(min(4, len(words)), 0, -1):
        if len(words) - length <= 4 and (id := _credited(tuple(words[-length:]))):
            return [id], line
    return [], ""


def chrome_line(line: str) -> bool:
    """Whether a line is the site's rather than the text's: a notice on cookies, an invitation to subscribe."""
    if len(line) >= 1500:
        return False
    small = line.lower()
    return any(words in small for words in _table().chrome)


def ends_text(line: str) -> bool:
    """Whether a line heads what a site puts below its texts: "Most read", "أخبار ذات صلة"."""
    return len(line) < 40 and " ".join(folded_words(line)) in _table().below


def outlets() -> Iterator[Outlet]:
    """All entries of the table."""
    yield from _table().outlets.values()
