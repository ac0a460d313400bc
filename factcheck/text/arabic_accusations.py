"""Where, in "اتهم النائب خالد العمر البلدية بإهمال التقرير", the accuser ends and the accused begins.

The accusation itself opens at a ب (بإهمال، بأنه) or at a noun of blame (مسؤولية). Before it stand two noun phrases in a row, and nothing
but agreement and what is known of the words tells where the second begins.
"""

from __future__ import annotations

from factcheck.text.arabic_lexicon import lexicon
from factcheck.text.arabic_nouns import is_several
from factcheck.text.arabic_phrases import Phrases
from factcheck.text.morphology import is_masdar
from factcheck.text.tokens import COMMAS, fold

_REACH = 24  # tokens between the verb and the accusation
_BLAME = tuple(map(fold, ["مسؤولي", "المسؤولي", "مسئولي", "المسئولي", "تبع", "وزر"]))
_OPPOSITION = frozenset({"المعارضه", "الموالاه"})  # nouns in the shape of adjectives
_INSIDE = frozenset({"باسم", "بشان", "بعد", "بين"})


def accusation_at(phrases: Phrases, start: int) -> int | None:
    """The token at which the accusation behind the noun phrases from ``start`` on opens; None when there is none in the clause."""
    likely: int | None = None
    index = start
    while index < min(len(phrases.tokens), start + _REACH):
        key = phrases.key(index)
        quote = phrases.quote_opening(index)
        if quote is not None:
            index = phrases.index_at(quote.end) + 1
            continue
        if key == "." or (key in lexicon().relatives and phrases.key(index - 1) not in COMMAS):
            break
        if phrases.complementiser(index):
            return index if key.startswith("ب") else likely
        if key.startswith(_BLAME):
            return index
        if _opens(phrases, index):
            if key.startswith("بال") or is_masdar(key[1:]) or key == "ب":
                return index
            likely = index if likely is None else likely
        elif likely is None and phrases.boundary(index):
            break
        index += 1
    return likely


def _opens(phrases: Phrases, index: int) -> bool:
    lex, key = lexicon(), phrases.key(index)
    if key == "ب":
        return phrases.quote_opening(index + 1) is not None
    if key[:1] != "ب" or len(key) < 4 or phrases.tokens[index].kind != "word" or key in _INSIDE | lex.names_in_ba:
        return False
    known = lex.speakers | lex.named_things | lex.feminine
    return key.startswith("بال") or not (key in known or key.startswith(lex.nouns_in_ba))


def accused_at(phrases: Phrases, start: int, stop: int) -> int | None:
    """The token at which the accused begins in tokens [start, stop) behind the verb; None when they are one phrase."""
    comma = next((index for index in range(stop - 1, start, -1) if phrases.key(index) in COMMAS), None)
    if comma is not None and comma + 1 < stop:
        return comma + 1  # "سليم حداد، عضو المجلس، البلدية"
    titled = phrases.key(start).removeprefix("ال") in lexicon().roles
    found = [index for index in range(start + 1, stop) if _begins(phrases, start, index, titled)]
    if not found and phrases.key(stop - 1) in _OPPOSITION and stop - 1 > start:
        return stop - 1
    if not found:
        definite = [
            index for index in range(start + 2, stop) if phrases.key(index).startswith("ال") and phrases.key(index - 1).startswith("ال")
        ]
        return definite[-1] if definite and not _describes(phrases, definite[-1], definite[-1] - 1) else None
    first = found[0]
    family = phrases.key(first).startswith("ال") and not phrases.key(first - 1).startswith("ال") and not phrases.is_mark(first)
    if family and first + 1 in found and not (phrases.key(first) in lexicon().bodies and phrases.key(first + 1) in lexicon().adjectives):
        return first + 1  # "خالد العمر البلدية": a family name
    return first


def _begins(phrases: Phrases, start: int, index: int, titled: bool) -> bool:
    """Whether a noun phrase of its own may begin at ``index`` behind the one from ``start`` on."""
    lex, key, before = lexicon(), phrases.key(index), phrases.key(index - 1)
    if phrases.quote_opening(index) is not None:
        return before not in lex.named_things | lex.outlets
    if phrases.tokens[index].kind != "word" or before in lex.small | _INSIDE or key in lex.small | lex.time | _INSIDE:
        return False
    if phrases.is_mark(index - 1) or (key[:1] == "و" and key not in lex.waw):
        return phrases.is_mark(index - 1) and key[:1] != "و"
    known = key in lex.bodies | lex.feminine | lex.outlets | lex.documents
    head = not before.startswith("ال") and (before in lex.roles | lex.bodies | lex.outlets | lex.named_things | lex.unnamed)
    if key.startswith("ال"):
        if key.endswith("ون"):
            return False  # a nominative: it describes the accuser
        if head and (index - 1 == start or before not in lex.feminine):
            return False  # "وزير | الدفاع"
        if not before.startswith("ال"):
            return True
        return key in lex.bodies or not any(_describes(phrases, index, at) for at in range(start, index))
    if head and before not in lex.feminine:
        return False  # "رئيس | بلدية"
    if known or key in lex.roles | lex.unnamed | lex.plurals | lex.named_things:
        return before.startswith("ال") or known or is_several(key)
    several = is_several(key) or (key.endswith("ات") and len(key) > 4)
    return several if titled else before.startswith("ال")


def _describes(phrases: Phrases, index: int, noun: int) -> bool:
    """Whether the definite word at ``index`` can be an adjective of the noun at ``noun``."""
    key, lex = phrases.key(index), lexicon()
    adjective = key.endswith(("ي", "يه")) or key in lex.adjectives
    return adjective and phrases.tokens[noun].kind == "word" and _feminine(phrases, index) == _feminine(phrases, noun)


def _feminine(phrases: Phrases, index: int) -> bool:
    return phrases.feminine_noun(index) or phrases.key(index) in lexicon().feminine | lexicon().plurals or phrases.key(index).endswith("ات")
