"""The noun that a relative clause tells of: "الذي أشرف على صيانة السد" says nothing until one knows who.

A walk back from the pronoun over the words of a noun phrase; what cannot stand in one ends it. No parser: where several nouns stand before
the pronoun, the nearest that agrees with it is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from factcheck.text.arabic_lexicon import lexicon
from factcheck.text.english_clauses import finite, words_of
from factcheck.text.lexicon import table
from factcheck.text.morphology import is_listed_verb, is_masdar, is_verb
from factcheck.text.quotes import Quoted
from factcheck.text.tokens import COMMAS, QUOTES, Token, Tokenised, fold

_BACK = 200  # code points looked back
_LONGEST = 7  # words of the noun phrase
_NAMED = 40  # code points of a name in quotation marks
_BRACKET = 6  # tokens inside brackets
_ENGLISH = frozenset({"who", "which", "whose", "where", "whom"})


def is_relative(word: str, language: str) -> bool:
    """Whether a word opens a relative clause; ``language`` is a primary subtag."""
    return fold(word) in (lexicon().relatives if language == "ar" else _ENGLISH if language == "en" else ())


def noun_before(words: Tokenised, at: int, quoted: Quoted, language: str) -> int | None:
    """Where the noun phrase before the relative pronoun at ``at`` begins, in code points; None when no noun stands there."""
    toks = words.within(max(0, words.text.rfind("\n", max(0, at - _BACK), at) + 1, at - _BACK), at)
    end = len(toks)
    if end and language == "ar" and toks[end - 1].key == "و":
        end -= 1
    if end and (toks[end - 1].key in COMMAS or toks[end - 1].key in ("-", "–", "—")):
        end -= 1
    if end > 1 and toks[end - 1].kind == "number" and toks[end - 2].key in COMMAS:
        end -= 2  # "Benjie Lumantas, 34, whose ..."
    if language == "ar":
        return _arabic(words.text, toks[:end], quoted, masculine=fold(words.text[at : at + 4]) == "الذي")
    return _english(words.text, toks[:end], quoted, which=fold(words.text[at : at + 5]) == "which")


def _over(toks: Sequence[Token], index: int, quoted: Quoted) -> int | None:
    """The index before a quoted name or a bracket that closes at the mark at ``index``, or before a mark inside a word; None to stop."""
    token = toks[index]
    if token.key in QUOTES:
        quote = quoted.at(token.start - 1)
        if quote is None or quote.end != token.start or quote.end - quote.start > _NAMED:
            return None
        return next((at - 1 for at in range(index - 1, -1, -1) if toks[at].end == quote.start), None)
    if token.key == ")":
        return next((at - 1 for at in range(index - 1, max(-1, index - 1 - _BRACKET), -1) if toks[at].key == "("), None)
    glued = 0 < index < len(toks) - 1 and toks[index - 1].end == token.start and toks[index + 1].start == token.end
    return index - 1 if glued and token.key in ("-", "–", "’", "'", "/") else None


# ---------------------------------------------------------------------- Arabic


@cache
def _classes() -> frozenset[str]:
    """Nouns that name what follows: مدينة، صحيفة، شركة."""
    lex = lexicon()
    return lex.bodies | lex.outlets | lex.documents | lex.named_things | frozenset(map(fold, table("ar")["clauses"]["classes"]))


def _arabic(text: str, toks: Sequence[Token], quoted: Quoted, masculine: bool) -> int | None:
    lex, classes = lexicon(), _classes()
    start: int | None = None
    taken, index, right = 0, len(toks) - 1, ""
    while index >= 0 and taken < _LONGEST:
        token = toks[index]
        key = token.key
        if token.kind == "mark":
            beyond = _over(toks, index, quoted)
            if beyond is None:
                break
            if token.key in QUOTES:
                start, taken, right = toks[beyond + 1].start, taken + 1, "«"
            index = beyond
            continue
        if token.kind == "number" and right in ("", "«"):
            index -= 1  # "مونديال 2022 الذي", 'تقرير 2017 "آفاق العالم" الذي'
            continue
        agrees = start is not None and not (masculine and _feminine(text, right, toks, index + 1))
        if key in lex.small | lex.relatives | lex.complementisers | lex.openers or _acts(key, taken):
            if start is not None and not agrees and key in ("من", "في", "علي", "الي", "عن") and taken < _LONGEST - 2:
                index -= 1  # "المبلغ على البطاقة الذي": the noun stands before the preposition
                taken += 1
                continue
            break
        definite = key.startswith("ال")
        if agrees and not definite and taken > 1 and is_masdar(key):
            break
        if start is not None and definite and not right.startswith("ال") and not _titles(toks, index):
            break  # "زار الوفد مدينة حلب التي"
        if agrees and definite and right.startswith("ال") and not right.endswith("ه") and right.removeprefix("ال") in lex.roles:
            break  # "زار المدينة الرئيس الذي"
        skip = _proclitic(key, classes) or _fused(toks, index, right)
        start, taken, right = token.start + skip, taken + 1, key[skip:]
        index -= 1
        if skip or (right in classes and not (masculine and _feminine(text, right, toks, index + 1))):
            break
    return start


def _feminine(text: str, right: str, toks: Sequence[Token], index: int) -> bool:
    token = toks[index] if index < len(toks) else None
    return right != "«" and token is not None and text[token.start : token.end].endswith("ة")


def _titles(toks: Sequence[Token], index: int) -> bool:
    """Whether a definite word before a bare one belongs to it: "الحارس لؤي", "الفرنسي ماكرون", behind a noun "وفاة الملا عمر"."""
    key, before = toks[index].key, toks[index - 1] if index else None
    if key.removeprefix("ال") in lexicon().roles or (len(key) > 5 and key.endswith(("ي", "يه"))):
        return True
    if before is None or before.kind != "word" or before.key in lexicon().small:
        return False
    return not before.key.startswith(("ال", "و")) and not _acts(before.key, 1)


def _acts(key: str, taken: int) -> bool:
    """Whether a word is the verb before which a noun phrase begins."""
    lex = lexicon()
    bare = key[1:] if key[:1] in "وف" and key not in lex.waw else key
    if bare.startswith("ال") or key in lex.roles or bare in lex.roles:
        return False
    if taken and ((bare in lex.participles and bare.endswith("ا")) or bare in lex.plain):
        return True
    return (bare in lex.verbs and bare not in lex.ambiguous) or is_listed_verb(bare) or (taken > 0 and is_verb(bare))


def _proclitic(key: str, classes: frozenset[str]) -> int:
    """How many letters before a noun do not belong to it: بالجسر، وللوزارة، بمدينة."""
    if key.startswith(("وال", "فال", "بال", "كال")) and len(key) > 5:
        return 1
    if key.startswith("لل") and len(key) > 4:
        return 2
    known = key[1:] in classes or key[1:] in lexicon().roles
    return int(key[:1] in "بلوفك" and known and key not in classes and key not in lexicon().roles)


def _fused(toks: Sequence[Token], index: int, right: str) -> int:
    """1 for the ب of "أشاد المحافظ بفرق الإنقاذ": a bare noun behind a definite one stands in no construct with it."""
    key = toks[index].key
    after_definite = index > 0 and toks[index - 1].key.startswith("ال")
    return int(key[:1] == "ب" and len(key) > 3 and right.startswith("ال") and after_definite and not key.startswith(lexicon().nouns_in_ba))


# ---------------------------------------------------------------------- English

_BEGIN = frozenset(
    {"the", "a", "an", "his", "her", "its", "their", "our", "my", "this", "that", "these", "those", "every", "each", "another"}
)
_NEVER = frozenset(
    {"to", "of", "in", "on", "at", "by", "for", "from", "with", "into", "over", "under", "about", "as", "than", "and", "or", "but"}
)
_NEVER |= {
    "because",
    "after",
    "before",
    "during",
    "since",
    "until",
    "while",
    "near",
    "between",
    "against",
    "through",
    "if",
    "when",
    "not",
    "also",
}


@cache
def _said() -> frozenset[str]:
    return frozenset(form for group in table("en")["verbs"] for form in group["forms"] if form.endswith("ed")) | {
        "said",
        "says",
        "told",
        "tells",
    }


def _english(text: str, toks: Sequence[Token], quoted: Quoted, which: bool) -> int | None:
    start: int | None = None
    taken, index = 0, len(toks) - 1
    while index >= 0 and taken < _LONGEST:
        token = toks[index]
        key = token.key
        if token.kind == "mark":
            short = key == "." and index > 0 and toks[index - 1].end == token.start and len(toks[index - 1].key) < 5
            beyond = index - 1 if short and text[toks[index - 1].start].isupper() else _over(toks, index, quoted)
            if beyond is None:
                break
            if key in QUOTES:
                start, taken = toks[beyond + 1].start, taken + 1
            index = beyond
            continue
        if key in _NEVER | _ENGLISH or key in _said() or key in words_of("grammar")["pronouns"]:
            break
        if key not in _BEGIN and finite(toks[index : index + 1], strict=True) and not text[token.start].isupper():
            break
        start, taken = token.start, taken + 1
        index -= 1
        if key in _BEGIN:
            break
    if start is not None and which and taken == 1 and text[start].islower() and not text[toks[-1].start : toks[-1].end].endswith("s"):
        return None  # "the water rose fast, which surprised them" tells of no noun
    if start is None or index < 1 or toks[index].key != "," or text[start : start + 2].lower() not in ("a ", "an"):
        return start
    index -= 1  # "Gareth Llewellyn, an entomologist who ...": the name before the apposition
    titles = words_of("source")["roles"]
    while index >= 0 and toks[index].kind == "word" and text[toks[index].start].isupper() and toks[index].key not in titles:
        start = toks[index].start
        index -= 1
    return start
