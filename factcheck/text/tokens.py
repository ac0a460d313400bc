"""Words and marks with their offsets, and the folded form in which they are compared.

Offsets always count code points of the untouched text; only ``Token.key`` is folded. One pass over the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from typing import NamedTuple

QUOTES = frozenset('"“”«»„‟″〝〞＂{}')
"""Characters that open or close a quotation; which of the two, their surroundings decide."""

COMMAS = frozenset("،,؛;")

_MARKS = r"\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_STRIP = re.compile(f"[{_MARKS}]+")
_FOLD = str.maketrans("أإآٱىةؤئی’‘", "اااايهويي''")
_JOINTS = r"['’\-‑](?=\w)|\.(?=[^\W\d_]\.)"
_TOKEN = re.compile(
    r"(\d+(?:[.,٫٬،:/]\d+)*)"
    rf"|([\u0620-\u064a](?:[^\W\d]|[{_MARKS}]|{_JOINTS})*|[^\W\d_](?:[\w{_MARKS}]|{_JOINTS})*)"
    rf"|([^\w\s{_MARKS}]|_)"
)

_KINDS = ("", "number", "word", "mark")  # by the group that matched
_POINTING = ("هذا", "هذه", "ذلك", "تلك")
_GLUED = frozenset({"ان", "بان", "لان", "وان", "فان", "في", "من", "عن", "مع", "الي", "علي", "مثل", "حيال", "حول", "بعد", "قبل", "خلال"})
"""Words after which a pointing word is often glued on: "إنهذه", "فيهذا"."""


class Token(NamedTuple):
    start: int  # code points in the text
    end: int
    key: str  # folded, lower case
    kind: str  # word, number, mark


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Form for comparing: lower case, without tashkil, tatweel and invisible characters, one alef, one ya, ta marbuta as ha."""
    return _STRIP.sub("", word).translate(_FOLD).lower()


def tokens(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Words, numbers and single marks of ``text[start:end]``; white space and invisible characters lie between them."""
    found: list[Token] = []
    add = found.append
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        kind, raw = _KINDS[match.lastindex or 3], match.group()
        if kind == "word" and raw.endswith(_POINTING) and (glued := fold(raw[:-3])) in _GLUED:
            cut = match.end() - 3
            found += [Token(match.start(), cut, glued, kind), Token(cut, match.end(), fold(raw[-3:]), kind)]
            continue
        low, high = match.span()
        add(Token(low, high, raw if kind == "mark" else fold(raw), kind))
    return found


class Tokenised:
    """A text with its tokens: read once, then handed out by stretches, because sentences, passages and clauses overlap."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.all = tokens(text)
        self._starts = [token.start for token in self.all]

    def within(self, start: int, end: int) -> list[Token]:
        """What ``tokens(text, start, end)`` gives; read anew only when a token lies across an end ("والأحد" from its second letter)."""
        low, high = bisect_left(self._starts, start), bisect_left(self._starts, end)
        if (low and self.all[low - 1].end > start) or (low < high and self.all[high - 1].end > end):
            return tokens(self.text, start, end)
        return self.all[low:high]
