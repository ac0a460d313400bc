"""Language and direction of a text, from its script, its commonest little words, the ends of its words and its letters.

Rules, not a model: a script decides many languages; within one, each language has a list of what is its own
(``lexicon/languages.toml``), and the list that explains most of the text wins. Letters alone are not trusted: people type Persian with an
Arabic keyboard and Sorani without its letters, and a short Urdu sentence need not show any of Urdu's. What the rules do not know is
``und`` (BCP 47: undetermined).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache

from factcheck.model.article import Direction
from factcheck.text.lexicon import table

_SAMPLE = 20_000  # characters looked at: more does not change the answer, and a 5 MB text stays cheap
_WORDS = 300  # words looked at, for the same reason
_TELLING = 40  # characters below which a text says little of its language
_WORD = re.compile(r"[^\W\d_]+")
_RTL = frozenset({"ar", "fa", "ur", "ps", "ckb", "he", "yi", "sd", "ug", "dv", "syr"})
_RTL_SCRIPTS = frozenset({"ARABIC", "HEBREW", "SYRIAC", "THAANA", "NKO", "ADLAM"})
_MARKS = re.compile("[\u0610-\u061a\u064c-\u065f\u0670\u0640\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_KEYBOARDS = str.maketrans("یىکہەھأإآ", "ييكهههااا")  # one form for letters that keyboards and habits write differently
_BY_WORD, _BY_AFFIX, _BY_LETTER, _AGAINST_LETTER = 3.0, (0.0, 0.3, 0.6, 1.0, 1.4), 1.0, 1.5
_LIKELY = 0.4
_EVIDENCE, _PER_WORD = 0.5, 0.25  # a score below is chance, as with a list of names

Weights = tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class _Family:
    """The languages of one script, and how much a word, an affix or a letter says for each of them, by their index."""

    languages: tuple[str, ...]
    plain: str
    likely: tuple[float, ...]  # where each language starts from
    shared: frozenset[str]  # words of others that ``plain`` writes too, as names and loans: in a few words they tell nothing
    words: dict[str, Weights]
    starts: dict[str, Weights]
    ends: dict[str, Weights]
    letters: dict[str, Weights]


@cache
def _script(char: str) -> str:
    """First word of the character's Unicode name: ARABIC, LATIN, CYRILLIC ..."""
    return unicodedata.name(char, "").partition(" ")[0]


def _folded(text: str) -> str:
    return _MARKS.sub("", text).translate(_KEYBOARDS).lower()


@cache
def _family(script: str) -> _Family | None:
    entry = table("languages")["families"].get(script.lower())
    if entry is None:
        return None
    names = tuple(entry["languages"])
    tables: dict[str, dict[str, list[tuple[int, float]]]] = {name: {} for name in ("words", "starts", "ends", "letters")}
    for index, name in enumerate(names):
        lists = entry["languages"][name]
        for word in {_folded(word) for word in lists["words"].split()}:
            tables["words"].setdefault(word, []).append((index, _BY_WORD))
        for part in ("starts", "ends"):
            for affix in {_folded(affix) for affix in lists[part].split()}:
                tables[part].setdefault(affix, []).append((index, _BY_AFFIX[min(4, len(affix))]))
        for letter in lists["letters"]:
            tables["letters"].setdefault(letter, []).append((index, _BY_LETTER))
        for letter in lists["never"]:
            tables["letters"].setdefault(letter, []).append((index, -_AGAINST_LETTER))
    return _Family(
        names,
        entry.get("plain", "und"),
        tuple(_LIKELY * (name in entry.get("likely", [])) for name in names),
        frozenset(_folded(word) for word in entry.get("shared", "").split()),
        *({key: tuple(value) for key, value in made.items()} for made in tables.values()),
    )


def _scripts(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for char, times in Counter(text[:_SAMPLE]).items():
        if char.isalpha():
            found[_script(char)] += times
    return found


def _best(text: str, family: _Family) -> str:
    """The language whose words, affixes and letters explain most of the text; ``plain`` when none explains any."""
    scores = list(family.likely)
    for char, times in Counter(text.lower()).items():
        for index, weight in family.letters.get(char, ()):
            scores[index] += weight * times
    words = _WORD.findall(_folded(text))
    if len(words) > _WORDS:
        words = words[:: len(words) // _WORDS + 1]  # from the whole sample: an article may begin with a foreign name
    for word in words:
        for index, weight in family.words.get(word, ()):
            scores[index] += weight
        size = len(word)
        for length in (2, 3, 4):
            if size <= length:
                break
            for index, weight in family.starts.get(word[:length], ()):
                scores[index] += weight
            for index, weight in family.ends.get(word[-length:], ()):
                scores[index] += weight
    best = max(range(len(scores)), key=scores.__getitem__)
    if len(text) < _TELLING and family.shared and not _told(text, words, family, best):
        by_ends = scores[best] - _BY_WORD * sum(word in family.shared for word in words)
        if (
            family.likely[best] or by_ends < scores[family.languages.index(family.plain)] + _EVIDENCE
        ):  # Persian ends are those of Arabic names
            return family.plain
    return family.languages[best] if scores[best] >= max(_EVIDENCE, _PER_WORD * len(words)) else family.plain


def _told(text: str, words: list[str], family: _Family, best: int) -> bool:
    """Whether a few words show a letter or a little word of a language's own; what its neighbours write is none."""
    if family.languages[best] == family.plain:
        return True
    own = (each for char in text for each in family.letters.get(char, ()))
    little = (each for word in words if word not in family.shared for each in family.words.get(word, ()))
    return any(index == best and weight > 0 for index, weight in (*own, *little))


def language_of(text: str) -> str:
    """BCP 47 tag of the main language, ``und`` when the text has no letters or the rules do not know it.

    Looks at the first 20,000 characters; the cost does not grow beyond that.
    """
    sample = text[:_SAMPLE]
    scripts = _scripts(sample)
    if not scripts:
        return "und"
    script, letters = scripts.most_common(1)[0]
    if script == "LATIN" and len(scripts) > 1:  # foreign names stand in Arabic far more often than Arabic ones in English
        other, others = scripts.most_common(2)[1]
        script = other if 3 * others > letters else script
    if script == "CJK" and 10 * (scripts["HIRAGANA"] + scripts["KATAKANA"]) > letters:
        return "ja"
    family = _family(script)
    return _best(sample, family) if family else str(table("languages")["scripts"].get(script, "und"))


def language_of_note(text: str, likely: str) -> str:
    """The language of what a person typed: of a few words in the script of the ``likely`` one, that ("ظهر بيان" could be Persian too)."""
    scripts = _scripts(text)
    if len(text) < _TELLING and scripts and (family := _family(scripts.most_common(1)[0][0])) and likely in family.languages:
        return likely
    return language_of(text)


def direction_of(language: str, text: str = "") -> Direction:
    """Direction of a language; for ``und`` that of the first letters of ``text``, left to right when there are none."""
    if language != "und":
        return Direction.RTL if language.partition("-")[0] in _RTL else Direction.LTR
    scripts = _scripts(text)
    rtl = sum(scripts[script] for script in _RTL_SCRIPTS)
    return Direction.RTL if 2 * rtl > sum(scripts.values()) else Direction.LTR
