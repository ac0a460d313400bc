"""What kind of claim a clause is, and whether evidence could decide it: weighted marks from ``lexicon/kinds.toml``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from factcheck.model.claim import ClaimKind, Reason
from factcheck.text.english_clauses import finite, words_of
from factcheck.text.lexicon import table
from factcheck.text.morphology import is_verb, tense
from factcheck.text.tokens import Token, fold

_ORDER = ("prediction", "intent", "opinion", "quantity", "event", "state")
_WEIGHT = {"prediction": 24, "intent": 22, "opinion": 20, "quantity": 8, "event": 10, "state": 12}
_HINT = 22  # what the cue usually carries
_NEAR = 60  # characters from the clause's start within which a mark counts fully


@dataclass(frozen=True, slots=True)
class Judged:
    kind: ClaimKind
    checkable: bool
    reasons: tuple[Reason, ...]


@cache
def _marks(language: str) -> dict[str, re.Pattern[str]]:
    """One pattern a kind over a padded line of folded words."""
    lists = table("kinds").get(language, {})
    return {kind: re.compile(_alternation(tuple(words))) for kind, words in lists.items() if words}


def _alternation(words: tuple[str, ...]) -> str:
    parts = []
    for word in words:
        wild = word.endswith("*")
        parts.append(re.escape(fold(word.removesuffix("*"))) + (r"\S*" if wild else ""))
    return "(?<= )(?:" + "|".join(sorted(parts, key=len, reverse=True)) + ")(?= )"


def judge(toks: Sequence[Token], language: str, hint: str = "", nominal: bool = False, numbers: int = 0, measured: int = 0) -> Judged:
    """The kind of a clause from its words, the usual content of its cue, and its verb.

    Args:
        toks: the clause's tokens.
        language: BCP 47.
        hint: kind that the cue suggests, empty when none.
        nominal: the clause is a noun phrase under its cue.
        numbers: how many numbers it holds, dates not counted.
        measured: how many of these carry a percentage or a currency.
    """
    primary = language.partition("-")[0]
    words = [_without_and(token.key) if primary == "ar" else token.key for token in toks]
    line = f" {' '.join(words)} "
    scores = dict.fromkeys(_ORDER, 0)
    reasons: list[Reason] = []
    marks = _marks(primary)
    for kind in _ORDER:
        hits = list(marks[kind].finditer(line)) if kind in marks else []
        if hits:
            near = hits[0].start() <= _NEAR
            scores[kind] += (_WEIGHT[kind] if near else _WEIGHT[kind] // 2) + 2 * (len(hits) - 1)
            reasons.append(Reason(f"kind.{kind}", hits[0].group()))
    if numbers:
        scores["quantity"] += (8 if scores["quantity"] and primary == "ar" else 4) + (10 if measured else 0)
        reasons.append(Reason("kind.number"))
    else:
        scores["quantity"] //= 4
    if hint:
        scores[hint] += _HINT if nominal or primary != "ar" else _HINT // 2
        reasons.append(Reason("kind.cue", hint))
    if primary == "ar":
        reasons.extend(_by_verb(words, nominal, scores))
    elif primary == "en":
        reasons.extend(_by_english_verb(toks, scores))
    best = max(_ORDER, key=lambda kind: scores[kind])
    kind = ClaimKind(best if scores[best] else "state")
    checkable = kind in (ClaimKind.EVENT, ClaimKind.STATE, ClaimKind.QUANTITY)
    doubtful = marks["unsure"].search(line) if "unsure" in marks else None
    if not checkable:
        reasons.append(Reason("check.kind", kind.value))
    elif doubtful and kind is not ClaimKind.QUANTITY:
        checkable = False
        reasons.append(Reason("check.feeling", doubtful.group()))
    return Judged(kind, checkable, tuple(dict.fromkeys(reasons)))


def _without_and(key: str) -> str:
    return key[1:] if key[:1] == "و" and len(key) > 3 and not is_verb(key) else key


@cache
def _relatives() -> frozenset[str]:
    return frozenset(fold(word) for word in table("ar")["clauses"]["relatives"])


def _by_verb(words: Sequence[str], nominal: bool, scores: dict[str, int]) -> list[Reason]:
    """The first finite verb of an Arabic clause: the perfect tells events, the imperfect states, the future predictions or plans."""
    relatives = _relatives()
    for before, word in zip(["", *words], words[:14], strict=False):
        if before in relatives and before != words[0]:
            continue  # the verb of a relative clause inside
        match tense(word):
            case "future":
                scores["prediction"] += _WEIGHT["prediction"]
                return [Reason("kind.prediction", word)]
            case "ours":
                scores["intent"] += _WEIGHT["intent"] + 4
                return [Reason("kind.intent", word)]
            case "present":
                scores["state"] += 10
                return [Reason("kind.state", word)]
            case "past" if word not in ("كان", "كانت", "كانوا"):
                scores["event"] += 14
                return [Reason("kind.event", word)]
            case _:
                continue
    scores["event" if nominal else "state"] += 10
    return []


def _by_english_verb(toks: Sequence[Token], scores: dict[str, int]) -> list[Reason]:
    """The first finite verb of an English clause: a past tense or a perfect tells events, forms of *be* and *have* states."""
    for index, token in enumerate(toks):
        if not finite(toks[index : index + 1]):
            continue
        after = toks[index + 1].key if index + 1 < len(toks) else ""
        perfect = token.key in ("has", "have", "had", "was", "were") and (
            after == "been" or after.endswith("ed") or after in words_of("grammar")["irregular"]
        )
        past = token.key in words_of("grammar")["irregular"] or token.key.endswith("ed")
        kind = "event" if perfect or past else "state"
        scores[kind] += 12
        return [Reason(f"kind.{kind}", token.key)]
    scores["event"] += 6
    return []
