"""Words as they are compared across pages: folded, so that two spellings of one word meet. Arabic and any other language; linear."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]+")
_FORMS = str.maketrans("أإآٱىیةئؤکڪ", "ااااييهيوكك")
WORD = re.compile("[^\\W_]+(?:[\u0610-\u061a\u0640\u064b-\u065f\u0670\u200c\u200d]+[^\\W_]*)*")


@lru_cache(maxsize=100_000)
def fold_word(word: str) -> str:
    """Lower case, one alef, one ya, ta marbuta as ha, no tashkil, no accents, ASCII digits."""
    plain = _MARKS.sub("", word).translate(_FORMS)
    if not plain.isascii():
        plain = "".join(
            str(unicodedata.digit(char)) if char.isdecimal() else char
            for char in unicodedata.normalize("NFKD", plain)
            if not unicodedata.combining(char)
        )
    return plain.lower()


def folded_words(text: str) -> list[str]:
    """The words of a text, folded, in order; marks of punctuation are left out."""
    return [folded for word in WORD.findall(text) if (folded := fold_word(word))]
