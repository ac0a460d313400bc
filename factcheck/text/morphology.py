"""Which Arabic words are finite verbs: by lists and by shape, enough to find where a clause begins. No stemmer, no model."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from factcheck.text.lexicon import table
from factcheck.text.tokens import fold

_PAST_ENDINGS = ("", "ت", "وا", "ا", "تا", "نا", "ه", "ها", "هم", "هما", "ني", "ناه", "ناها", "تهما", "ته", "تها", "تهم", "وه", "وها")
_PRESENT_ENDINGS = ("", "ون", "ان", "ين", "وا", "ه", "ها", "هم", "ونه", "ونها")


def past_forms(stems: Iterable[str]) -> set[str]:
    """Perfect forms of third-person stems, with the endings and object pronouns of news."""
    return {fold(stem) + ending for stem in stems for ending in _PAST_ENDINGS}


def present_forms(stems: Iterable[str], prefixes: str = "يتنا") -> set[str]:
    """Imperfect forms of stems."""
    return {prefix + fold(stem) + ending for stem in stems for prefix in prefixes for ending in _PRESENT_ENDINGS}


def weak_forms(stems: Iterable[str]) -> set[str]:
    """Perfect and imperfect of stems that lose a last ya or alef."""
    forms: set[str] = set()
    for stem in map(fold, stems):
        forms |= {stem + ending for ending in ("ي", "ا", "ت", "وا", "اه", "اها", "ته", "تها")}
        base = stem.removeprefix("ا") if len(stem) > 2 else stem
        forms |= {prefix + base + ending for prefix in "يت" for ending in ("ي", "ون", "يه", "يها")}
    return forms


def participle_forms(stems: Iterable[str]) -> set[str]:
    """Accusative participles: مضيفا، مضيفة، مضيفين، مضيفات."""
    forms: set[str] = set()
    for stem in map(fold, stems):
        forms |= {stem + ending for ending in ("ا", "ه", "ين", "ات")}
        if stem.endswith("ي"):
            forms |= {stem[:-1] + "ين", stem[:-1] + "يا"}
    return forms


_FUTURE_LIKE = re.compile(r"ت(?:ست..|ت[^اي]..|ن[^اي]{2}.$|[حخقرشعلمجف]ت[^اي].)")  # تستهدف، تتمكن، تنعدم، ترتفع
_NOMINAL = ("ين", "ات", "ه", "ا", "يا")


def is_listed_verb(key: str) -> bool:
    """Whether a folded word is a verb form of the lists; its shape alone does not count."""
    return key in _known()


@cache
def _known() -> frozenset[str]:
    lists = table("ar_verbs")
    known = past_forms(lists["past"].split()) | present_forms(lists["present"].split()) | weak_forms(lists["weak"].split())
    return frozenset(known - _nouns())


@cache
def _nouns() -> frozenset[str]:
    return frozenset(fold(word) for word in table("ar_verbs")["not_verbs"].split())


@lru_cache(maxsize=20_000)
def is_verb(key: str) -> bool:
    """Whether a folded word, without و or ف before it, is taken for a finite verb: by the lists, or by its shape."""
    if key in _nouns() or key.startswith("ال") or len(key) < 2:
        return False
    if key in _known():
        return True
    if key[0] == "س" and len(key) > 3 and key[1] in "يتن" and key[1:] in _known():
        return True
    if key.startswith(("سي", "سن", "ست")) and len(key) > 4 and not key.endswith(_NOMINAL):
        return True
    if key[0] == "ي" and len(key) >= 4 and not key.endswith(("ات", "يه", "ا", "ين")):
        return True
    if _FUTURE_LIKE.match(key) and not key.endswith(_NOMINAL):
        return True
    if key.endswith("وا") and len(key) >= 5:
        return True
    if key.endswith("ت") and len(key) >= 4 and not key.endswith(("ات", "يت", "وت")) and key[0] not in "مب":
        return True
    return key.startswith(("است", "انت", "انف", "اجت", "احت", "اعت", "انض", "اقت", "اخت")) and len(key) >= 5 and "ا" not in key[3:]


@lru_cache(maxsize=20_000)
def tense(key: str) -> str:
    """``past``, ``present``, ``future`` or ``ours`` (future of the first person) of a finite verb, empty for any other word."""
    if key[:1] == "س" and len(key) > 3 and key not in _nouns():
        if key[1] in "نا" and (is_listed_verb(key[1:]) or (key[1] == "ن" and len(key) > 4 and not key.endswith(_NOMINAL))):
            return "ours"
        if is_listed_verb(key[1:]) or (key[1] == "ي" and is_verb(key)):
            return "future"
    if not is_verb(key):
        return ""
    return "present" if key[0] in "يتن" and key not in _past() else "past"


@cache
def _past() -> frozenset[str]:
    lists = table("ar_verbs")
    return frozenset(past_forms(lists["past"].split()))


_MASDAR = re.compile(r"ت..ي.ه?|ا[^ل]{2,3}ا.|است..ا.|م.ا..ه|ان..ا.")


@lru_cache(maxsize=20_000)
def is_masdar(key: str) -> bool:
    """Whether a folded word has the shape of a noun of doing: تأجيل، إطلاق، انسحاب، استقبال، مشاركة."""
    return len(key) >= 5 and not key.startswith("ال") and _MASDAR.fullmatch(key) is not None
