"""Text to sentences: Arabic newswire first, English as well, and a sound default for any other language.

A line end always ends a sentence. So does a full stop, question or exclamation mark with what closes after it, also inside a long
quotation, unless the stop belongs to a number, an abbreviation, an initial, a row of dots, or the sentence plainly goes on. Commas,
colons and semicolons end nothing. Rules with abbreviation lists by language; one pass, no model.
"""

from __future__ import annotations

import re
from functools import cache

from factcheck.model.article import Span
from factcheck.text.lexicon import table
from factcheck.text.tokens import fold

_LINE = re.compile(r"[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_STOP = re.compile(r"[.!?؟。！？۔…]+")
_CLOSERS = "\"”»″’')]}›“"
_LAST_WORD = re.compile(r"(?<![\d\w])([^\W\d_][^\s«»“”\"()\[\]،,;:]*)\Z")
_ARABIC_LETTER = re.compile(r"[\u0620-\u064a\u0671-\u06d3]")


@cache
def _abbreviations(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """Abbreviations that never end a sentence, and those that do not before a number or, in cased scripts, a small letter."""
    lists = table("abbreviations")
    own = lists.get(language, {})
    return (
        frozenset(fold(w) for w in [*own.get("inside", []), *lists["any"]["inside"]]),
        frozenset(fold(w) for w in own.get("either", [])),
    )


@cache
def _trailing(language: str) -> frozenset[str]:
    """Words that begin an attribution after a stray full stop."""
    return frozenset(fold(w) for w in table("abbreviations").get(language, {}).get("goes_on", []))


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Stretches between line ends, white space trimmed, empty ones left out."""
    bounds, at = [], start
    for match in _LINE.finditer(text, start, end):
        bounds.append((at, match.start()))
        at = match.end()
    bounds.append((at, end))
    return [trimmed for low, high in bounds if (trimmed := _trim(text, low, high))]


def _trim(text: str, low: int, high: int) -> tuple[int, int] | None:
    while low < high and text[low].isspace():
        low += 1
    while high > low and text[high - 1].isspace():
        high -= 1
    return (low, high) if low < high else None


def _after_closers(text: str, at: int, end: int) -> int:
    """The offset after quotation marks and brackets that close right behind a stop."""
    if at + 1 < end and text[at] in " \u00a0\u202f" and text[at + 1] in "»”" and not text[at + 2 : at + 3].isalnum():
        at += 2  # a French closing mark keeps its distance
    while at < end and text[at] in _CLOSERS:
        opens_next = text[at] in "\"“'" and at + 1 < end and (text[at + 1].isalnum() or text[at + 1] == "[")
        if opens_next and not (at and text[at - 1] in ".!?؟" and text[at] == '"' and _odd_quotes(text, at)):
            break
        at += 1
    return at


def _odd_quotes(text: str, at: int) -> bool:
    """Whether a straight quotation mark at ``at`` closes, judging by the mark before it within 600 characters."""
    window = text[max(0, at - 600) : at].rpartition("\n")[2]
    return window.count('"') % 2 == 1


def _ends(text: str, match: re.Match[str], after: int, line: tuple[int, int], language: str) -> bool:
    """Whether the stop found by ``match``, with closers up to ``after``, ends a sentence."""
    start, end = line
    stop = match.group()
    if after >= end:
        return True
    following = text[after]
    spaced = following.isspace()
    rest = text[after : min(end, after + 60)].lstrip()
    first = rest[:1]
    closed = after > match.end()
    dots = (len(stop) > 1 and set(stop) <= {".", "…"}) or stop == "…"
    if dots:
        return spaced and closed and text[after - 1] != "]" and not first.islower()
    if not spaced:
        return _glued(text, match, after, end)
    if first.islower() or first in ",،;؛:":
        return False
    if set(stop) == {"."}:
        before = _LAST_WORD.search(text, max(start, match.start() - 30), match.start())
        if before and not closed and _is_abbreviation(before.group(1), rest, language):
            return False
        word = fold(re.split(r"[\s،,:]", rest, maxsplit=1)[0]) if rest else ""
        if word in _trailing(language) or (word[:1] == "و" and word[1:] in _trailing(language) and closed):
            return False
        number = text[max(start, match.start() - 3) : match.start()].strip()
        if number.isdigit() and match.start() - len(number) == start and len(rest) > 1:
            return False  # "1. First item" at the head of a line
    return True


def _glued(text: str, match: re.Match[str], after: int, end: int) -> bool:
    """A stop with no space behind it ends a sentence between Arabic words, and after a closing quotation mark."""
    at = match.start()
    if at == 0 or match.group() == "…":
        return False
    before, following = text[at - 1], text[after]
    arabic = bool(_ARABIC_LETTER.match(following))
    if after > match.end():
        return arabic or (following.isupper() and text[after - 1] in '"”»')
    if following in '"“«(':
        return after + 1 < end and (text[after + 1].isalpha()) and not before.isdigit()
    if arabic and (_ARABIC_LETTER.match(before) or before in '"”»)\u064b\u064c\u064d'):
        head = re.search(r"[^\s.]*\Z", text[max(0, at - 12) : at])
        tail = re.match(r"[^\s.]*", text[after : after + 12])
        return bool(head and tail and len(fold(head.group())) > 2 and len(fold(tail.group())) > 2)
    return before.islower() and following.isupper() and match.group() in "!?"


def _is_abbreviation(word: str, rest: str, language: str) -> bool:
    inside, either = _abbreviations(language)
    folded = fold(word)
    if folded in inside:
        return True
    if folded in either:
        return rest[:1].isdigit() or rest[:1].islower()
    if len(folded) == 1:
        return folded not in {"i"} if rest[:1].isalpha() else False
    letters = folded.split(".")
    if len(letters) > 1 and all(len(letter) <= 2 for letter in letters):  # U.S., e.g., أ.ف.ب
        return not _starts_sentence(rest, language)
    return False


@cache
def _openers(language: str) -> frozenset[str]:
    return frozenset(table("abbreviations").get(language, {}).get("openers", []))


def _starts_sentence(rest: str, language: str) -> bool:
    """After "U.S." a sentence is taken to start only with a word that commonly does."""
    word = rest.split(maxsplit=1)[0] if rest else ""
    return word.strip('"“') in _openers(language) or fold(word)[:1] == "و"


def sentences(text: str, language: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Spans of the sentences of ``text[start:end]``, in order, apart, white space trimmed; all that is not white space is in one.

    Args:
        text: the untouched text.
        language: BCP 47; chooses the abbreviation lists.
    """
    found: list[Span] = []
    primary = language.partition("-")[0]
    for low, high in _lines(text, start, len(text) if end is None else end):
        at = low
        for match in _STOP.finditer(text, low, high):
            if match.start() < at:
                continue
            after = _after_closers(text, match.end(), high)
            if _ends(text, match, after, (at, high), primary):
                trimmed = _trim(text, at, after)
                if trimmed:
                    found.append(Span(*trimmed))
                at = after
        trimmed = _trim(text, at, high)
        if trimmed:
            found.append(Span(*trimmed))
    return found
