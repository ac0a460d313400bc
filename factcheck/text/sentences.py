"""Text to sentences: Arabic newswire first, English as well, and a sound default for any other language.

A line end always ends a sentence. So does a full stop, question or exclamation mark with what closes after it, also inside a long
quotation, unless the stop belongs to a number, an abbreviation, an initial, a row of dots, or the sentence plainly goes on. Commas,
colons and semicolons end nothing. Rules with word lists by language (``lexicon/abbreviations.toml``); one pass, no model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from factcheck.model.article import Span
from factcheck.text.lexicon import table
from factcheck.text.tokens import fold

_LINE = re.compile(r"[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_STOP = re.compile(r"[.!?؟。！？۔…]+")
_CLOSERS = frozenset("\"”»″’')]}›“‘")
_EITHER_WAY = frozenset("\"“'‘")  # these also open
_ENTITY = re.compile(r"(?:&(?:quot|#39|apos|raquo|rdquo|#8221);)+")  # closing marks that a careless extractor left as they were
_NOTE = re.compile(r"[ \u00a0]?(?:\[\d{1,3}\])+(?=\s|$)|[ \u00a0]\[(?:…|\.{2,4})\](?=\s|$)")  # they hang on the stop before
_LAST_WORD = re.compile(r"(?<![\d\w°״])(?<![\u05d0-\u05ea][\"“”'’])([^\W\d_][^\s«»“”\"()\[\]،,;:]*)\Z")  # no Hebrew acronym's tail
_WORD_ALONE = re.compile(r"[^\W\d_]+")
_UNCASED = re.compile(r"[\u05d0-\u05ea\u0620-\u064a\u0671-\u06d3]")  # Hebrew and Arabic letters, where a stop may lack its space
_TANWIN = "\u064b\u064c\u064d"
_LIST_HEAD = re.compile(r"\s*(?:\d{1,3}|[^\W\d_]|[IVX]{1,4})\s*")
_NEAR = 40  # characters in which the next words are looked for
_REACH = 120  # characters looked ahead: longer than any attribution that trails after a stop
_SPACED = re.compile(r"(?<!\w)([^\W\d_])\. ?\Z")
_ADVERBIAL = 20  # characters of "В 1999 г." at the head of a sentence, which then goes on


@dataclass(frozen=True, slots=True)
class _Rules:
    """What ``abbreviations.toml`` says about one language; the keys are explained at its head."""

    inside: frozenset[str]
    either: frozenset[str]
    units: frozenset[str]
    letters: frozenset[str]  # with the proclitics "and", "in", "to", "the"
    initials: frozenset[str]
    goes_on: frozenset[str]
    speech: frozenset[str]
    pronouns: frozenset[str]
    content: frozenset[str]
    continues: frozenset[str]
    tails: frozenset[str]  # all of the last five but content
    openers: frozenset[str]
    articles: frozenset[str]
    after_number: frozenset[str]
    known: frozenset[str]  # all of the first four
    longest: int  # letters of a word that is longer than all of them
    long_word: int
    dots_end: bool
    semicolon_ends: bool
    dateline: re.Pattern[str] | None


@cache
def _rules(language: str) -> _Rules:
    lists: Mapping[str, Any] = table("abbreviations")
    own: Mapping[str, Any] = lists.get(language, {})

    def folded(name: str) -> frozenset[str]:
        return frozenset(fold(word) for word in own.get(name, []))

    tails = folded("goes_on") | folded("speech") | folded("pronouns") | folded("continues")
    inside = folded("inside") | {fold(word) for word in lists["any"]["inside"]}
    letters = folded("letters") | {fold(proclitic + letter) for proclitic in "وبلהבל" for letter in own.get("letters", [])}
    known = inside | folded("either") | folded("units") | letters
    return _Rules(
        inside=inside,
        either=folded("either"),
        units=folded("units"),
        letters=letters,
        initials=folded("initials"),
        goes_on=folded("goes_on"),
        speech=folded("speech"),
        pronouns=folded("pronouns"),
        content=folded("content"),
        continues=folded("continues"),
        tails=tails,
        after_number=frozenset(own.get("after_number", [])),
        known=known,
        longest=max(map(len, known)) + 1,
        openers=frozenset(own.get("openers", [])),
        articles=frozenset(own.get("articles", [])),
        long_word=int(own.get("long_word", lists["any"]["long_word"])),
        dots_end=bool(own.get("dots_end", lists["any"]["dots_end"])),
        semicolon_ends=bool(own.get("semicolon_ends", False)),
        dateline=re.compile(own["dateline"]) if "dateline" in own else None,
    )


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
    while at < end and (text[at] in _CLOSERS or text[at] == "&"):
        if text[at] == "&":
            entity = _ENTITY.match(text, at, end)
            if entity is None:
                break
            at = entity.end()
            continue
        opens_next = text[at] in _EITHER_WAY and at + 1 < end and (text[at + 1].isalnum() or text[at + 1] == "[")
        if opens_next and not (at and text[at - 1] in ".!?؟" and text[at] == '"' and _odd_quotes(text, at)):
            break
        at += 1
    return at


def _odd_quotes(text: str, at: int) -> bool:
    """Whether a straight quotation mark at ``at`` closes, judging by the mark before it within 600 characters."""
    window = text[max(0, at - 600) : at].rpartition("\n")[2]
    return window.count('"') % 2 == 1


def _ends(text: str, match: re.Match[str], after: int, line: tuple[int, int], rules: _Rules) -> bool:
    """Whether the stop found by ``match``, with closers up to ``after``, ends a sentence that began at ``line[0]``."""
    start, end = line
    if after >= end:
        return True
    stop, following = match.group(), text[after]
    closed = after > match.end()
    rest = text[after : min(end, after + _NEAR)].lstrip()
    first = rest[:1]
    if stop == "…" or (len(stop) > 1 and set(stop) <= {".", "…"}):
        return following.isspace() and _dots_end(text, match, after, first, rules)
    if not following.isspace():
        return _glued(text, match, after, line, rules)
    if first in ",،;؛:":
        return False
    small = first.islower() or (first in "-–—" and rest.lstrip("-–— \u00a0")[:1].islower())
    if small and not _UNCASED.match(text, match.start() - 1 if match.start() else 0):
        return not closed and _small_letter_starts(text, match, after, line, rules)
    if stop == "." and (match.start() - start < rules.longest or not text[match.start() - rules.longest : match.start()].isalpha()):
        before = _LAST_WORD.search(text, max(start, match.start() - 30), match.start())
        word = fold(before.group(1)) if before and (not closed or text[match.end() : after] == ")") else ""
        if before and word and (len(word) < 3 or "." in word or word in rules.known):
            numbered = text[max(start, before.start() - 2) : before.start()].strip()[-1:].isdigit()
            numbered = numbered and (match.start() - start > _ADVERBIAL or _starts_sentence(rest, rules))
            if _is_abbreviation(text, before, rest, numbered=numbered, rules=rules):
                return False
        if match.start() - start < 8 and len(rest) > 1 and _LIST_HEAD.fullmatch(text, start, match.start()):
            return False  # "1. First item" at the head of a line
        if rules.after_number and text[match.start() - 1].isdigit() and _first_word(rest) in rules.after_number:
            return False  # "3. Oktober"
    return not (rules.tails and _trails(text, after, end, stop, closed=closed, rules=rules))


def _dots_end(text: str, match: re.Match[str], after: int, first: str, rules: _Rules) -> bool:
    """Dots mark an omission or a pause. They end a sentence inside closing marks or, where that is the custom, before a capital."""
    if after > match.end():
        omission = match.start() > 0 and text[match.start() - 1] in "[("
        return not omission and first.isupper()
    if match.group() == "..":  # a slip for one stop, or that of an abbreviation and that of the sentence
        return first.isupper() or (rules.dots_end and not first.islower())
    return rules.dots_end and first.isupper()


def _small_letter_starts(text: str, match: re.Match[str], after: int, line: tuple[int, int], rules: _Rules) -> bool:
    """Whether a sentence starts with a small letter, as in messages: after a question, or after a word too long for an abbreviation."""
    if match.group().endswith("?"):
        return not _trails(text, after, line[1], "?", closed=True, rules=rules)
    if match.group() != "." or text[after : min(line[1], after + _NEAR)].lstrip()[:1] in "-–—":
        return False
    before = _LAST_WORD.search(text, max(line[0], match.start() - 30), match.start())
    if before is None or not _WORD_ALONE.fullmatch(before.group(1)) or len(before.group(1)) < rules.long_word:
        return False
    word = fold(before.group(1))
    return word not in rules.inside and word not in rules.either and word not in rules.units


def _trails(text: str, after: int, end: int, stop: str, *, closed: bool, rules: _Rules) -> bool:
    """Whether what follows a stop only says whose words came before: few words up to the next stop, without a comma.

    Args:
        text: the whole text.
        after: where what follows begins.
        end: of the line.
        stop: the stop.
        closed: a quotation mark or bracket closes behind the stop.
        rules: of the language.
    """
    words = [fold(word.rstrip("،,:.")) for word in text[after : min(end, after + _NEAR)].split(maxsplit=2)[:2]]
    if not words or (words[0] not in rules.tails and not (closed and words[0][:1] == "و")):
        return False
    head = words[0]
    if head in rules.continues:
        return True
    source = head in rules.goes_on or (closed and head[:1] == "و" and head[1:] in rules.goes_on)
    by_pronoun = head in rules.pronouns and len(words) > 1
    speech = (closed or (by_pronoun and stop[-1] in "?؟")) and words[1 if by_pronoun else 0] in rules.speech
    if not source and not speech:
        return False
    rest = text[after : min(end, after + _REACH)]
    next_stop = re.search(r"[.!?؟…۔،,:]", rest)
    if next_stop is None and after + _REACH < end:
        return False
    if next_stop and next_stop.group() in "،,:":
        return False
    tail = (rest[: next_stop.start()] if next_stop else rest).split()
    if speech and not source:
        return len(tail) <= 6 and not any(fold(word) in rules.content for word in tail)
    return len(tail) <= 12


def _glued(text: str, match: re.Match[str], after: int, line: tuple[int, int], rules: _Rules) -> bool:
    """A stop with no space behind it ends a sentence between Arabic or Hebrew words, after a closing quotation mark, and before a
    capitalised word that commonly starts one."""
    at, end = match.start(), line[1]
    if at == 0 or match.group() == "…":
        return False
    before, following = text[at - 1], text[after]
    uncased = bool(_UNCASED.match(following))
    if after > match.end():
        return uncased or (following.isupper() and text[after - 1] in '"”»')
    if following in '"“«(':
        return after + 1 < end and (text[after + 1].isalpha()) and not before.isdigit()
    tail = re.match(r"[^\s.]*", text[after : min(end, after + 12)])
    if uncased and (_UNCASED.match(before) or before in _TANWIN or before in '"”»)'):
        head = re.search(r"[^\s.]*\Z", text[max(0, at - 12) : at])
        asks = match.group()[-1] in "!?؟"
        return bool(head and tail and (asks or (len(fold(head.group())) > 2 and len(fold(tail.group())) > 2)))
    if uncased and before.isdigit():
        return bool(tail and len(fold(tail.group())) > 2) and not (at - line[0] < 8 and _LIST_HEAD.fullmatch(text, line[0], at))
    if before.islower() and following.isupper():
        if match.group()[-1] in "!?":
            return True
        word = _first_word(text[after : min(end, after + _NEAR)])
        return len(word) > 1 and word in rules.openers | rules.articles and text[max(0, at - 3) : at].isalpha()
    return False


def _is_abbreviation(text: str, before: re.Match[str], rest: str, *, numbered: bool, rules: _Rules) -> bool:
    """Whether the word before a full stop is one that keeps the stop to itself, given what follows.

    Args:
        text: the whole text.
        before: the word.
        rest: what follows the stop.
        numbered: a number stands right before the word, which makes "м" a metre and no initial.
        rules: of the language.
    """
    word = before.group(1)
    folded = fold(word)
    first = rest[:1]
    if len(folded) == 1 and (spaced := _SPACED.search(text, max(0, before.start() - 4), before.start())):
        folded = f"{fold(spaced.group(1))}.{folded}"  # "т. п." is written like "т.п."
        if folded not in rules.inside and folded not in rules.either:
            folded = fold(word)
    goes_on = first.isdigit() or first in "(-–—/"
    if folded in rules.units and numbered:
        return goes_on
    if folded in rules.inside:
        return True
    if len(folded) == 1:
        if first in "-–—" or (folded in rules.either and goes_on):
            return True
        if word.islower() or numbered:
            return False
        return first.isalpha() and folded != "i" and not (word.isupper() and _starts_sentence(rest, rules))
    if folded in rules.either:
        return goes_on
    if folded in rules.letters:
        return _letter_name(text, before, rest, rules)
    if "." not in folded:
        return False
    parts = folded.split(".")
    if len(parts[0]) <= 4 and all(len(part) <= 2 for part in parts[1:]):  # U.S., e.g., أ.ف.ب, with a proclitic
        return not _starts_sentence(rest, rules)
    return False


def _letter_name(text: str, before: re.Match[str], rest: str, rules: _Rules) -> bool:
    """A foreign initial spelt out, "جون إف. كينيدي": before another one, or between names; "بي بي سي." may end a sentence."""
    following = rest.split(maxsplit=1)[0] if rest else ""
    if "." in following and fold(following.rstrip(".,،")) in rules.letters:
        return True
    earlier = text[max(0, before.start() - 20) : before.start()].rstrip().rpartition(" ")[2]
    if earlier.endswith(".") and fold(earlier.rstrip(".")) in rules.letters:
        return not _starts_sentence(rest, rules)  # the last stop of "بي. بي. سي."
    if fold(before.group(1)) not in rules.initials or fold(following).startswith(("و", "ال", "ف")):
        return False
    return fold(earlier) not in rules.letters


def _first_word(rest: str) -> str:
    word = _WORD_ALONE.match(rest)
    return word.group() if word else ""


def _starts_sentence(rest: str, rules: _Rules) -> bool:
    """After "U.S." a sentence is taken to start only with a word that commonly does."""
    word = rest.split(maxsplit=1)[0] if rest else ""
    word = word.lstrip('"“«([„')
    head, elided, _ = word.replace("’", "'").partition("'")
    return word in rules.openers or (bool(elided) and head + elided in rules.openers) or fold(word)[:1] == "و"


def _semicolons(text: str, low: int, high: int, rules: _Rules) -> list[int]:
    """Offsets behind semicolons that close an item of a list whose lines were joined: a capital opener follows."""
    found = []
    for match in re.finditer(r"[ \u00a0\u202f];(?=[ \u00a0][^\W\d_])", text[low:high]):
        at = low + match.end()
        rest = text[at : min(high, at + 30)].lstrip()
        if rest[:1].isupper() and (_starts_sentence(rest, rules) or rest.split(maxsplit=1)[0] in rules.articles):
            found.append(at)
    return found


def _line_ends(text: str, low: int, high: int, rules: _Rules) -> list[int]:
    """Offsets behind the sentences of a line, without its end."""
    found: list[int] = []
    at = low
    waiting = _semicolons(text, low, high, rules)[::-1] if rules.semicolon_ends else []
    if rules.dateline and (dateline := rules.dateline.match(text, low, high)):
        found.append(at := dateline.end())
    for match in _STOP.finditer(text, low, high):
        stop = match.start()
        if stop < at:
            continue
        while waiting and waiting[-1] <= stop:
            found.append(at := max(at, waiting.pop()))
        after = _after_closers(text, match.end(), high)
        while "[" in text[after : after + 2] and (note := _NOTE.match(text, after, high)):
            after = note.end()
        if not _ends(text, match, after, (at, high), rules):
            continue
        found.append(at := after)
        if rules.dateline and (dateline := rules.dateline.match(text, at, high)):
            found.append(at := dateline.end())
    return [*found, *(offset for offset in waiting[::-1] if offset > at)]


def sentences(text: str, language: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Spans of the sentences of ``text[start:end]``, in order, apart, white space trimmed; all that is not white space is in one.

    Args:
        text: the untouched text.
        language: BCP 47; chooses the word lists.
    """
    found: list[Span] = []
    rules = _rules(language.partition("-")[0])
    for low, high in _lines(text, start, len(text) if end is None else end):
        at = low
        for after in _line_ends(text, low, high, rules):
            while text[at].isspace():
                at += 1
            found.append(Span(at, after))
            at = after
        trimmed = _trim(text, at, high)
        if trimmed:
            found.append(Span(*trimmed))
    return found
