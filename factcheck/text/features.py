"""What can be read off a clause without understanding it: the features that ``kinds`` and ``priority`` weigh.

A feature has a short name, a value between 0 and 1, and the words that gave it, for reasons a person can follow. Names are shared by all
languages; the weights (``lexicon/weights.toml``) are learnt by ``tests/quality/train_weights.py`` for each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from factcheck.model.article import Span
from factcheck.text.arabic_lexicon import lexicon
from factcheck.text.english_clauses import finite, words_of
from factcheck.text.lexicon import table
from factcheck.text.morphology import is_masdar, is_verb, tense
from factcheck.text.passages import Passage
from factcheck.text.quantities import Quantities
from factcheck.text.tokens import QUOTES, Token, fold

_NEAR = 60  # characters from the clause's start within which a mark counts fully
_HEAD = 12
_DENSE = 0.12  # numbers a token
_WERE = frozenset({"كان", "كانت", "كانوا"})
_PRONOUN = re.compile(r"[بو]?[اأإ]ن(?:ه|ها|هم|هما|ني|نا|نه|نها|ك|كم)\Z")
_BLAME = ("مسوولي", "المسوولي", "مسيولي", "المسيولي")
_SUPERLATIVE = re.compile(r"ا[^ل]..\Z")
_MODALS = frozenset({"will", "would", "could", "may", "might", "can", "should", "must"})
_NEGATIONS = frozenset({"not", "no", "never", "nobody", "nothing", "none"})


@dataclass(slots=True)
class Features:
    """Features of one clause: values by name, and for some the words that gave them."""

    values: dict[str, float] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, value: float = 1.0, words: str = "") -> None:
        self.values[name] = value
        if words:
            self.words[name] = words


@cache
def marks(language: str) -> dict[str, re.Pattern[str]]:
    """One pattern a kind over a padded line of folded words, from ``lexicon/kinds.toml``."""
    return {kind: re.compile(_alternation(tuple(words))) for kind, words in table("kinds").get(language, {}).items() if words}


def _alternation(words: tuple[str, ...]) -> str:
    parts = [re.escape(fold(word.removesuffix("*"))) + (r"\S*" if word.endswith("*") else "") for word in words]
    return "(?<= )(?:" + "|".join(sorted(parts, key=len, reverse=True)) + ")(?= )"


def line_of(toks: Sequence[Token], language: str) -> tuple[list[str], str]:
    """The folded words of a clause, Arabic ones without a leading و, and the padded line that ``marks`` search."""
    words = [_without_and(token.key) if language == "ar" else token.key for token in toks]
    return words, f" {' '.join(words)} "


def _without_and(key: str) -> str:
    return key[1:] if key[:1] == "و" and len(key) > 3 and not is_verb(key) else key


def features(text: str, toks: Sequence[Token], language: str, passage: Passage, quantities: Quantities) -> Features:
    """The features of a clause.

    Args:
        text: the untouched text that the tokens point into.
        toks: the clause's tokens, at least one.
        language: primary language subtag.
        passage: the passage that the clause stands in, for its links and what its cue usually governs.
        quantities: dates and numbers of the text.
    """
    found = Features()
    words, line = line_of(toks, language)
    span = Span(toks[0].start, toks[-1].end)
    for kind, pattern in marks(language).items():
        hits = list(pattern.finditer(line))
        if hits:
            found.add(f"mark.{kind}", 1.0 if hits[0].start() <= _NEAR else 0.5, hits[0].group())
            if hits[0].start() <= _HEAD:
                found.add(f"first.{kind}")
            if len(hits) > 1:
                found.add(f"many.{kind}")
    _numbers(found, toks, span, quantities)
    if (vague := _vague(words, language)) and "numbers" not in found.values:
        found.add("vague", words=vague)
    if passage.links and passage.links[-1].group == "accuse" and _deed(words, language) and not any(t.key in QUOTES for t in toks):
        found.add("deed", words=passage.links[-1].cue.of(text))
    _attribution(found, toks, passage)
    if text[span.start - 1 : span.start] in QUOTES:
        found.add("quoted")
    if len(toks) < 5:
        found.add("short")
    if len(toks) > 20:
        found.add("long")
    if language == "ar":
        _arabic(found, words, text[max(0, span.start - 6) : span.start])
    elif language == "en":
        _english(found, toks, words, bool(passage.links))
    return found


@cache
def _predicate(language: str) -> tuple[re.Pattern[str], re.Pattern[str], frozenset[str], frozenset[str]] | None:
    """What is vague, what is measured, copulas, adverbs: from ``lexicon/kinds.toml``."""
    lists = table("kinds")["predicate"].get(language)
    if lists is None:
        return None
    vague, measured = (
        re.compile(_alternation(tuple(lists[name])).removeprefix("(?<= )").removesuffix("(?= )") + r"\Z") for name in ("vague", "measured")
    )
    return vague, measured, frozenset(map(fold, lists["copula"])), frozenset(map(fold, lists["adverb"]))


def _vague(words: Sequence[str], language: str) -> str:
    """The adjective that measures nothing and is all that the clause says of its subject; empty when there is none.

    "The response was slow"; "كانت استجابة البلدية بطيئة". Not "a slow response", "سيارة سريعة", "slower than", nor behind another verb.
    """
    lists = _predicate(language)
    if lists is None:
        return ""
    vague, measured, copula, adverb = lists
    for index, word in enumerate(words):
        if not index or not vague.match(word) or "than" in words[index + 1 : index + 2]:
            continue
        if any(measured.match(each) for each in words[:index]):
            return ""
        before = index - 1
        while before > 0 and words[before] in adverb:
            before -= 1
        if words[before] in copula:
            return word
        if language == "ar":
            definite = words[before].startswith("ال") or (words[before].endswith(("ها", "هم", "نا", "ته")) and len(words[before]) > 3)
            head = any(each in copula for each in words[:3]) or not any(is_verb(each) for each in words[:index])
            if definite and head and words[0] not in lexicon().relatives:
                return word
    return ""


def _deed(words: Sequence[str], language: str) -> bool:
    """Whether an accusation names a deed: "of taking bribes", "بتلويث النهر", "بأنه أخفى"."""
    if language == "ar":
        fused = (word[:1] == "ب" and len(word) > 3 and not word.startswith(lexicon().nouns_in_ba) for word in words[1:])
        return any(fused) and not any(word.startswith(_BLAME) for word in words)
    return any(word == "of" and following.endswith("ing") for word, following in pairwise(words))


def _numbers(found: Features, toks: Sequence[Token], span: Span, quantities: Quantities) -> None:
    numbers, dates = quantities.within(span)
    if numbers:
        found.add("numbers")
        if numbers > 1:
            found.add("numbers.many")
        if quantities.measured(span):
            found.add("numbers.measured")
        if numbers / len(toks) > _DENSE:
            found.add("numbers.dense")
        if quantities.within(Span(span.start, toks[min(3, len(toks) - 1)].end))[0]:
            found.add("numbers.head")
    if dates:
        found.add("date")


def _attribution(found: Features, toks: Sequence[Token], passage: Passage) -> None:
    found.add(f"group.{passage.links[-1].group if passage.links else 'own'}")
    if passage.links:
        found.add("attributed")
    if passage.kind:
        found.add(f"hint.{passage.kind}", words=passage.kind)
        if passage.nominal:
            found.add(f"hint.{passage.kind}.nominal")
    if passage.nominal:
        found.add("nominal")
        if len(toks) < 5:
            found.add("nominal.short")


def _arabic(found: Features, words: Sequence[str], before: str) -> None:
    relatives = lexicon().relatives
    verb, shape = "", ""
    for previous, word in zip(["", *words], words[:14], strict=False):
        if previous in relatives and previous != words[0]:
            continue  # the verb of a relative clause inside
        shape = tense(word)
        if shape and word not in _WERE:
            verb = word
            break
    shape = shape if verb else ""
    head = words[0]
    found.add(f"verb.{shape or 'none'}", words=verb)
    pronoun = bool(_PRONOUN.match(before.split()[-1]) if before.split() else None) or bool(_PRONOUN.match(head))
    future = shape in ("future", "ours") or any(word in ("لن", "سوف") for word in words[:3])
    if pronoun:
        found.add("pronoun")
    if future:
        found.add("future", words=verb)
        if pronoun or shape == "ours":
            found.add("future.own", words=verb)
    if is_verb(head):
        found.add("head.verb")
        if verb:
            found.add(f"head.verb.{shape}")
    elif head.startswith("ال"):
        found.add("head.definite" if verb else "head.verbless")
    elif head in relatives:
        found.add("head.relative")
    elif is_masdar(head):
        found.add("head.doing")
    if head in ("لا", "ليس", "ليست", "لم", "لن"):
        found.add(f"not.{head}", words=head)
    elif any(word in ("لا", "ليس", "ليست") for word in words):
        found.add("not")
    elif "لم" in words:
        found.add("not.past")
    if any(_SUPERLATIVE.match(word) for word in words[:-1]):
        found.add("superlative")
    if "قد" in words[:-1]:
        found.add("may" if words[words.index("قد") + 1][:1] in "يت" else "already")
    if any(word in _WERE for word in words[:3]):
        found.add("was")
    if "نحن" in words or any((word.endswith("نا") and len(word) > 3) or (word.startswith("ن") and is_verb(word)) for word in words):
        found.add("we")
    if any(word in ("انا", "لي", "عندي", "اعرف", "اعتقد") for word in words):
        found.add("i")


def _english(found: Features, toks: Sequence[Token], words: Sequence[str], attributed: bool) -> None:
    irregular = words_of("grammar")["irregular"]
    at = next((index for index in range(len(toks)) if finite(toks[index : index + 1])), None)
    shape, verb = "none", ""
    if at is not None:
        verb, after = words[at], words[at + 1] if at + 1 < len(words) else ""
        perfect = verb in ("has", "have", "had", "was", "were") and (after == "been" or after.endswith("ed") or after in irregular)
        shape = (
            "perfect"
            if perfect
            else "past"
            if verb in irregular or verb.endswith("ed")
            else "be"
            if verb in ("is", "are", "was", "were")
            else "modal"
            if verb in _MODALS
            else "present"
        )
        if verb in ("was", "were") and not perfect:
            found.add("was")
    found.add(f"verb.{shape}", words=verb)
    pronoun = words[0] in ("he", "she", "it", "they", "we", "i") or words[0].endswith("'ll")
    if pronoun:
        found.add("pronoun")
    if any(word in ("will", "would") or word.endswith("'ll") for word in words[:8]):
        found.add("future")
        if pronoun and attributed and any(word in ("will", "would") or word.endswith("'ll") for word in words[:3]):
            found.add("future.own")
    if any(word in ("could", "may", "might") for word in words[:8]):
        found.add("may")
    if any(word in ("we", "our", "us") for word in words):
        found.add("we")
    if any(word in ("i", "my", "i'm", "i've") for word in words):
        found.add("i")
    if any(word in _NEGATIONS or word.endswith("n't") for word in words):
        found.add("not")
    if any(word in ("should", "must", "need", "ought") for word in words):
        found.add("must")
    if words[0] == "to":
        found.add("to")
    if any(word in ("more", "most", "less", "least") for word in words):
        found.add("superlative")


__all__ = ["Features", "features", "line_of", "marks"]
