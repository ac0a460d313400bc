"""Language and direction of a text, from its script, its letters and its commonest words.

Rules, not a model: a script decides most languages, a few letters tell Persian, Urdu, Pashto and Sorani from Arabic and Ukrainian from
Russian, and the commonest little words tell the Latin ones apart. What the rules do not know is ``und`` (BCP 47: undetermined).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache

from factcheck.model.article import Direction
from factcheck.text.lexicon import table

_SAMPLE = 20_000  # characters looked at: more does not change the answer, and a 5 MB text stays cheap
_WORD = re.compile(r"[^\W\d_]+")
_RTL = frozenset({"ar", "fa", "ur", "ps", "ckb", "he", "yi", "sd", "ug", "dv", "syr"})
_RTL_SCRIPTS = frozenset({"ARABIC", "HEBREW", "SYRIAC", "THAANA", "NKO", "ADLAM"})


@cache
def _script(char: str) -> str:
    """First word of the character's Unicode name: ARABIC, LATIN, CYRILLIC ..."""
    return unicodedata.name(char, "").partition(" ")[0]


@cache
def _words(language: str) -> frozenset[str]:
    return frozenset(table("languages")["words"][language])


def _scripts(text: str) -> Counter[str]:
    return Counter(_script(char) for char in text[:_SAMPLE] if char.isalpha())


def _by_letters(text: str, family: str) -> str:
    """The language of a family whose own letters occur most; the family's plainest language when none do."""
    rules = table("languages")["letters"][family]
    counts = Counter(text)
    scores = {language: sum(counts[letter] for letter in letters) for language, letters in rules["marks"].items()}
    total = sum(counts[letter] for letter in counts if letter.isalpha()) or 1
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] * 1000 >= total * rules["per_thousand"] else str(rules["plain"])


def _by_words(text: str) -> str:
    """The Latin language whose commonest words occur most, or ``und``."""
    words = Counter(word.lower() for word in _WORD.findall(text))
    scores = {language: sum(words[word] for word in _words(language)) for language in table("languages")["words"]}
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] else "und"


def language_of(text: str) -> str:
    """BCP 47 tag of the main language, ``und`` when the text has no letters or the rules do not know it.

    Looks at the first 20,000 characters; the cost does not grow beyond that.
    """
    sample = text[:_SAMPLE]
    scripts = _scripts(sample)
    if not scripts:
        return "und"
    script = scripts.most_common(1)[0][0]
    languages = table("languages")
    if script.lower() in languages["letters"]:
        return _by_letters(sample, script.lower())
    if script == "LATIN":
        return _by_words(sample)
    return str(languages["scripts"].get(script, "und"))


def direction_of(language: str, text: str = "") -> Direction:
    """Direction of a language; for ``und`` that of the first letters of ``text``, left to right when there are none."""
    if language != "und":
        return Direction.RTL if language.partition("-")[0] in _RTL else Direction.LTR
    scripts = _scripts(text)
    rtl = sum(scripts[script] for script in _RTL_SCRIPTS)
    return Direction.RTL if 2 * rtl > sum(scripts.values()) else Direction.LTR
