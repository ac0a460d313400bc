"""Texts folded for finding a quotation again: what differs between a person's keyboard and a page, and nothing that changes what is read.

Folded away: tashkil and niqqud, tatweel inside words, forms of alef, ya, ta marbuta and kaf, forms that letters take in a line, digits of
other scripts, kinds of quotation marks, dashes and commas, white space, invisible and directional characters. Kept apart: letters of other
alphabets that look alike, accents of Latin, Greek and Cyrillic (a tense or a word may hang on one), raised, lowered, circled and ornamental
signs, upper and lower case.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from factcheck.model.article import Span

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Unicode's default ignorable characters, as the inside of a character class: nothing is drawn for them."""

TATWEEL = "ـ"
_ARABIC = (
    "\u0620-\u065f\u066e-\u06d3\u06d5-\u06dc\u06df-\u06e8\u06ea-\u06ef\u06fa-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
)
_SINGLE = "'‘’‚‛❛❜＇‹›`´"
_DOUBLE = '"“”„‟«»″＂❝❞〝〞〟「」『』｢｣'
_LETTERS = {
    **dict.fromkeys("أإآٱ", "ا"), **dict.fromkeys("ىی", "ي"), "ئ": "ي", "ؤ": "و", "ة": "ه", **dict.fromkeys("کڪ", "ك"),
    **dict.fromkeys(_SINGLE + _DOUBLE, '"'), **dict.fromkeys("‐‑‒–—―−⁃﹘﹣－", "-"), "…": "...",
    "،": ",", "؛": ";", "؟": "?", "٫": ".", "٬": ",", "٪": "%",
}  # fmt: skip
_SAME_SIGN = frozenset({"<wide>", "<narrow>", "<small>", "<noBreak>", "<initial>", "<medial>", "<final>", "<isolated>"})
"""Compatibility forms that are the same sign; <circle>, <super>, <fraction>, <font> are others: 5² is not 52, nor ① 1."""

_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_TATWEEL = re.compile(f"(?<![{_ARABIC}])({TATWEEL}+)")
_MEASURE = re.compile(rf"(?<=\d)[{_SINGLE}′]")
_APOSTROPHE = re.compile(rf"(?<=[^\W\d_\u0600-\u06ff])[{_SINGLE}](?=[^\W\d_\u0600-\u06ff])")
PIECE = 16_384  # characters folded again, one by one, to find a place


class _Table(dict[int, str]):
    """Code point to what it becomes; filled as characters are met, since most of Unicode never is."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = fold_char(chr(code))
        return folded


def fold_char(char: str) -> str:
    """What one character becomes by itself: empty when nothing is drawn for it, several for a ligature."""
    if char in _LETTERS:
        return _LETTERS[char]
    if _INVISIBLE.match(char) or char == TATWEEL or _is_dropped_mark(char):
        return ""
    if char.isascii() or "가" <= char <= "힣":
        return char
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.digit(char))
    if char.isspace():
        return " "
    kind, _, _ = unicodedata.decomposition(char).partition(" ")
    if not kind:
        return char
    if not kind.startswith("<"):
        parts = unicodedata.normalize("NFD", char)
    elif kind in _SAME_SIGN or (kind == "<compat>" and category.startswith("L")):
        parts = unicodedata.normalize("NFKD", char).strip()  # a mark set alone decomposes into a space that carries it
    else:
        return char
    return "".join(_LETTERS.get(part, part) for part in parts if not _is_dropped_mark(part) and part != TATWEEL)


def _is_dropped_mark(char: str) -> bool:
    """Tashkil and niqqud, which many leave out; accents and vowel signs of other scripts stay."""
    return ("\u0591" <= char <= "\u06ed" or "\u0898" <= char <= "\u08ff") and unicodedata.combining(char) != 0


_TABLE = _Table()


def is_invisible(char: str) -> bool:
    return _INVISIBLE.match(char) is not None


def _one_to_one(text: str) -> str:
    """What depends on the characters beside it, each still in its place: a tatweel that joins no letters is a dash, a single mark behind a
    number is a measure (6' is not 6"), and one between letters an apostrophe, part of the word."""
    if TATWEEL in text:
        text = _TATWEEL.sub(lambda match: "-" * len(match[0]), text)
    return _APOSTROPHE.sub("ʼ", _MEASURE.sub("′", text))


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, with the way back to the text it was made of."""

    text: str
    _prepared: str  # the original, character for character in its place

    def span(self, start: int, end: int) -> Span:
        """The stretch of the original that the folded stretch [start, end) was made of, with the marks on its last letter.

        Linear in the text, at the speed of its folding. The stretch must begin and end with other than a space.
        """
        first = self._origin(start - self.text.count(" ", 0, start))
        last = self._origin(end - 1 - self.text.count(" ", 0, end - 1)) + 1
        while last < len(self._prepared) and not fold_piece(self._prepared[last]) and not is_invisible(self._prepared[last]):
            last += 1
        return Span(first, last)

    def _origin(self, nth: int) -> int:
        """Where in the original the folded character stands that has so many others before it, spaces not counted."""
        for at in range(0, len(self._prepared), PIECE):
            piece = fold_piece(self._prepared[at : at + PIECE])
            inside = len(piece) - piece.count(" ")
            if nth < inside:
                for i, char in enumerate(self._prepared[at : at + PIECE], at):
                    part = fold_piece(char)
                    nth -= len(part) - part.count(" ")
                    if nth < 0:
                        return i
            nth -= inside
        raise IndexError("beyond the end of the folded text")


_SPACES = re.compile(r"\s")


def fold_piece(text: str) -> str:
    """The characters of a prepared text folded, white space not yet collapsed but all of one kind."""
    folded = text.translate(_TABLE)
    return folded if folded.isascii() and folded.isprintable() else _SPACES.sub(" ", folded)


def fold(text: str) -> Folded:
    """Fold a text for comparison; white space becomes single spaces, none at the ends. Linear in its length."""
    prepared = _one_to_one(text)
    return Folded(" ".join(prepared.translate(_TABLE).split()), prepared)
