"""Whether a place in a text lies inside a word or a number: where a quotation may not begin or end, since "15" in "115" is another number,
"كتاب" in "كتابه" another thing, and "can" in "can't" the opposite.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from factcheck.text.folding import TATWEEL, is_invisible
from factcheck.text.lexicon import table
from factcheck.text.morphology import is_listed_verb, past_forms
from factcheck.text.tokens import fold

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
"""Scripts written without spaces between words."""

_IN_NUMBER = frozenset(".,،٫٬:/-–−‑'’")
_SIGNS = frozenset("-−+±")
_PERCENT = frozenset("%٪")
_IN_WORD = frozenset("'’‘-‑")
_SPACES = frozenset(" \u00a0\u202f\u2009")
_THOUSANDS_BEFORE = re.compile(r"(?<!\d)\d{1,3}$")
_THOUSANDS_AFTER = re.compile(r"\d{3}(?!\d)")
LOOK = 64  # characters from either side; longer runs of nothing visible count as joined
_WORD_END = re.compile(r"[^\W\d_]*")


def cuts_word(text: str, at: int) -> bool:
    """Whether [.., at) and [at, ..) are two halves of one word, number or character."""
    if not 0 < at < len(text):
        return False
    if _is_mark(text[at]):
        return not text[at - 1].isspace()
    before, after = _visible(text, at - 1, -1), _visible(text, at, 1)
    if before is None or after is None:
        return True  # nothing visible for a long way: whoever wrote that hides something
    left, right = text[before], text[after]
    if _is_wordlike(left) and _is_wordlike(right):
        return not (_UNSPACED.match(left) or _UNSPACED.match(right) or _meet(left, right) or _is_conjunction(text, at))
    return _cuts_number(text, before, after) or _cuts_compound(text, before, after)


def word_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch widened to whole words and numbers, at most ``LOOK`` characters on either side."""
    low, high = start, end
    while low > max(0, start - LOOK) and (cuts_word(text, low) or text[low - 1] in _SIGNS):
        low -= 1
    while high < min(len(text), end + LOOK) and cuts_word(text, high):
        high += 1
    return low, high


def _visible(text: str, at: int, step: int) -> int | None:
    """The nearest place from ``at`` on that shows something; beyond an end of the text, that end's last place."""
    for _ in range(LOOK):
        if not is_invisible(text[at]) and not (step < 0 and _is_mark(text[at])):
            return at
        if not 0 <= at + step < len(text):
            return at
        at += step
    return None


def _beside(text: str, at: int, step: int) -> str:
    """The next visible character on that side; empty beyond an end."""
    if not 0 <= at + step < len(text):
        return ""
    found = _visible(text, at + step, step)
    return "" if found is None else text[found]


def _is_mark(char: str) -> bool:
    return not char.isascii() and unicodedata.category(char)[0] == "M" and not is_invisible(char)


def _is_wordlike(char: str) -> bool:
    return char.isalnum() or char in (TATWEEL, "_") or _is_mark(char)


def _meet(left: str, right: str) -> bool:
    """Whether a digit stands beside an Arabic letter: "بـ15", "الـ7" and "15مليار" hold the whole number and the whole word."""
    return (left.isdigit() and _is_arabic(right)) or (_is_arabic(left) and right.isdigit())


def _cuts_number(text: str, before: int, after: int) -> bool:
    """Digits on both sides of a separator, a sign or per cent beside its digits, groups of thousands behind a space."""
    left, right = text[before], text[after]
    if left.isdigit() and right in _IN_NUMBER:
        return _beside(text, after, 1).isdigit()
    if right.isdigit() and left in _IN_NUMBER and _beside(text, before, -1).isdigit():
        return True
    if right.isdigit() and (left in _SIGNS or left in _PERCENT):
        return not _is_wordlike(_beside(text, before, -1) or " ")
    if left.isdigit() and right in _PERCENT:
        return True
    if left in _SPACES and right.isdigit():
        return bool(_THOUSANDS_BEFORE.search(text, max(0, before - 4), before) and _THOUSANDS_AFTER.match(text, after))
    if left.isdigit() and right in _SPACES:
        return bool(_THOUSANDS_BEFORE.search(text, max(0, before - 3), before + 1) and _THOUSANDS_AFTER.match(text, after + 1))
    return False


def _cuts_compound(text: str, before: int, after: int) -> bool:
    """can't, n'est, non-nuclear; Arabic joins whole words by a hyphen."""
    left, right = text[before], text[after]
    if left.isalpha() and right in _IN_WORD:
        other = _beside(text, after, 1)
        return other.isalpha() and not (_is_arabic(left) and _is_arabic(other))
    if right.isalpha() and left in _IN_WORD:
        other = _beside(text, before, -1)
        return other.isalpha() and not (_is_arabic(right) and _is_arabic(other))
    return False


def _is_arabic(char: str) -> bool:
    return "\u0620" <= char <= "\u065f" or "\u066e" <= char <= "\u06d3" or char == TATWEEL


def _is_conjunction(text: str, at: int) -> bool:
    """Whether the letter before is the conjunction و at the head of a word: "وقال" quoted from "قال" on. One that belongs to the root is
    none ("وجد", "وسائل"), and no other letter in front may be left out: "سيغلق" and "بلا" say something else than "يغلق" and "لا"."""
    if text[at - 1] != "و" or cuts_word(text, at - 1):
        return False
    match = _WORD_END.match(text, at)
    rest = fold(match[0]) if match else ""
    if rest in _known()["rooted"]:
        return False
    return (rest.startswith("ال") and len(rest) >= 5) or len(rest) >= 4 or rest in _known()["short"] or is_listed_verb(rest)


@cache
def _known() -> dict[str, frozenset[str]]:
    lists = {name: words.split() for name, words in table("edges").items()}
    return {
        "denials": frozenset(map(fold, lists["denials"])),
        "short": frozenset(map(fold, lists["short"])),
        "rooted": frozenset(map(fold, lists["rooted"])) | past_forms(lists["rooted_verbs"]),
    }


def follows_denial(before: str, quote: str) -> bool:
    """Whether the word right before a quotation denies it, and the quotation leaves it out: "لم" before "يتفقا", "not" before "agree".

    Args:
        before: the characters that stand before it; a stop or a comma ends what they deny.
        quote: the quotation, of which only the first word is looked at.
    """
    match = re.search(r"([^\W\d_]+(?:['’][^\W\d_]+)?)\s*[\"«“'‘]?\s*$", before)
    if match is None or not quote[:1].strip():
        return False
    word = fold(match[1].replace("’", "'"))
    return word.removeprefix("و") in _known()["denials"] or word in _known()["denials"] or word.endswith("n't")
