"""What kind of claim a clause is, and whether evidence could decide it: weighted marks from ``lexicon/kinds.toml``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from factcheck.model.claim import ClaimKind, Reason
from factcheck.text.lexicon import table
from factcheck.text.tokens import Token, fold

_ORDER = ("prediction", "intent", "opinion", "quantity", "event", "state")
_STRONG = {"prediction": 30, "intent": 30, "opinion": 22, "quantity": 16, "event": 12, "state": 11}


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
        body = re.escape(fold(word.removesuffix("*")))
        parts.append(body + (r"\S*" if wild else ""))
    return "(?<= )(?:" + "|".join(sorted(parts, key=len, reverse=True)) + ")(?= )"


def judge(toks: Sequence[Token], language: str, hint: str = "", quoted_first_person: bool = False) -> Judged:
    """The kind of a clause from its words and the usual content of its cue.

    Args:
        toks: the clause's tokens.
        language: BCP 47.
        hint: kind that the cue suggests, empty when none.
        quoted_first_person: unused by languages without first-person marks.
    """
    primary = language.partition("-")[0]
    marks = _marks(primary)
    words = []
    for token in toks:
        key = token.key
        words.append(key[1:] if primary == "ar" and key[:1] in "و" and len(key) > 3 else key)
    line = f" {' '.join(words)} "
    scores: dict[str, int] = dict.fromkeys(_ORDER, 0)
    reasons: list[Reason] = []
    for kind in _ORDER:
        pattern = marks.get(kind)
        hits = pattern.findall(line) if pattern else []
        if hits:
            scores[kind] += _STRONG[kind] + 3 * (len(hits) - 1)
            reasons.append(Reason(f"kind.{kind}", hits[0]))
    numbers = [token for token in toks if token.kind == "number"]
    if numbers:
        scores["quantity"] += 12
        reasons.append(Reason("kind.number"))
    elif scores["quantity"]:
        scores["quantity"] -= 10
    if hint:
        scores[hint] += 26
        reasons.append(Reason("kind.cue", hint))
    best = max(_ORDER, key=lambda kind: scores[kind])
    if not scores[best]:
        best = "event" if primary == "ar" else "state"
    kind = ClaimKind(best)
    unsure = marks.get("unsure")
    doubtful = unsure.search(line) if unsure else None
    checkable = kind in (ClaimKind.EVENT, ClaimKind.STATE, ClaimKind.QUANTITY)
    if checkable and doubtful and kind is not ClaimKind.QUANTITY:
        checkable = False
        reasons.append(Reason("check.feeling", doubtful.group()))
    if not checkable and kind is not ClaimKind.STATE and kind is not ClaimKind.EVENT:
        reasons.append(Reason("check.kind", kind.value))
    return Judged(kind, checkable, tuple(dict.fromkeys(reasons)))
