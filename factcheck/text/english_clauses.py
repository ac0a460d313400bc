"""English clauses: where one with a verb of its own begins, by conjunction and by shape; no parser, no model."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from factcheck.text.lexicon import table
from factcheck.text.tokens import COMMAS, Token

_BREAKS = frozenset(",;:()[]")
_JOINS = frozenset(["and", "but", "while", "whereas", "so", "yet"])
_RELATIVES = frozenset(["which", "who", "whose", "where"])
_NOT_FINITE_BEFORE = frozenset(
    [
        "to",
        "a",
        "an",
        "the",
        "of",
        "by",
        "in",
        "his",
        "her",
        "its",
        "their",
        "for",
        "with",
        "as",
        "than",
        "more",
        "most",
        "newly",
        "be",
        "been",
        "being",
        "so-called",
    ]
)
_ED_ADJECTIVES = frozenset(
    [
        "united",
        "limited",
        "advanced",
        "related",
        "based",
        "called",
        "hundred",
        "red",
        "need",
        "speed",
        "indeed",
        "bed",
        "seed",
        "feed",
        "unprovoked",
        "unsolicited",
        "compared",
        "combined",
        "including",
        "armed",
        "used",
        "geared",
    ]
)


@cache
def words_of(section: str) -> dict[str, frozenset[str]]:
    """Word lists of ``lexicon/en.toml``, as sets."""
    return {name: frozenset(words) for name, words in table("en")[section].items()}


def finite(toks: Sequence[Token], strict: bool = False) -> bool:
    """Whether the tokens hold a finite verb; ``strict`` leaves out forms in -ed, which may be participles."""
    grammar = words_of("grammar")
    for index, token in enumerate(toks):
        key = token.key
        if token.kind != "word":
            continue
        if key in grammar["finite"]:
            return True
        before = toks[index - 1].key if index else ""
        if before in _NOT_FINITE_BEFORE:
            continue
        if key in grammar["irregular"] or key in grammar["present"]:
            return True
        if not strict and key.endswith("ed") and len(key) > 4 and key not in _ED_ADJECTIVES:
            return True
    return False


def _stretch(toks: Sequence[Token], low: int) -> int:
    """The end of the words up to the next comma, semicolon or joining word."""
    return next((i for i in range(low, len(toks)) if toks[i].key in _JOINS or toks[i].key in _BREAKS or _dash(toks, i)), len(toks))


def _dash(toks: Sequence[Token], index: int) -> bool:
    """Whether a dash with space around it stands at ``index``."""
    return toks[index].key in ("-", "–", "—") and 0 < index < len(toks) - 1 and toks[index - 1].end < toks[index].start


def _begins_clause(toks: Sequence[Token], at: int, clause: int) -> bool:
    """Whether a joining word at ``at`` opens a clause with a finite verb, the one before having one too."""
    key = toks[at].key
    if key in (";",):
        return finite(toks[at + 1 :]) and finite(toks[clause:at])
    if key == ":":
        return finite(toks[clause:at]) and finite(toks[at + 1 :]) and at > clause + 2
    if key == "]" and at + 1 < len(toks) and toks[at - 1].key == ".":
        return finite(toks[clause:at])
    if key not in _JOINS or at == clause or not finite(toks[clause + (clause == 0 and at > 1) : at]):
        return False
    stop = _stretch(toks, at + 1)
    if stop <= at + 2:
        return False
    window = toks[at + 1 : stop]
    if key in ("but", "while", "whereas"):
        return finite(window) or finite(toks[at + 1 : at + 14])
    first = window[0]
    if first.key == "that":
        return finite(toks[at + 2 : at + 40])
    if (
        first.key in words_of("grammar")["finite"]
        or first.key in words_of("grammar")["irregular"]
        or first.key in words_of("grammar")["present"]
    ):
        return True
    if first.key.endswith("ed") and len(first.key) > 4 and first.key not in _ED_ADJECTIVES:
        return True
    reach = window[:9]
    relative = next((i for i, token in enumerate(reach) if token.key in ("that", "to", "which", "who", "whose")), len(reach))
    return finite(reach[1:relative], strict=not (at and toks[at - 1].key == ","))


def clauses(text: str, toks: Sequence[Token]) -> list[tuple[int, int, bool, bool]]:
    """Token-bounded stretches of a passage: (start, end) code points, whether they hold a finite verb, whether relative."""
    if not toks:
        return []
    cuts = [0]
    for at in range(1, len(toks)):
        if _begins_clause(toks, at, cuts[-1]):
            cuts.append(at)
    found: list[tuple[int, int, bool, bool]] = []
    for low, high in zip(cuts, [*cuts[1:], len(toks)], strict=True):
        start = low
        while start < high - 1 and (
            toks[start].key in _JOINS | {"however", "also", ";", ":", ",", "]", "that", "although"}
            and not (toks[start].key == "although" and low == 0)
        ):
            start += 1
        while high > start + 1 and toks[high - 1].key in _JOINS | {"however", ",", ";"}:
            high -= 1
        found.extend(_with_relatives(toks, start, high))
    return found


def _with_relatives(toks: Sequence[Token], low: int, high: int) -> list[tuple[int, int, bool, bool]]:
    end = toks[high - 1].end
    relatives = []
    at = low + 1
    while at < high:
        if toks[at].key in _RELATIVES and toks[at - 1].key == ",":
            stop = next((i for i in range(at + 1, high) if toks[i].key in COMMAS), high)
            if finite(toks[at:stop]) and stop - at > 2:
                relatives.append((toks[at].start, toks[stop - 1].end, True, True))
                if stop >= high - 1 and at - low > 3 and len(relatives) == 1:
                    end = min(end, toks[at].start)
                at = stop
                continue
        at += 1
    return [(toks[low].start, end, finite(toks[low:high]), False), *relatives]
