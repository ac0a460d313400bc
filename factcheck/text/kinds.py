"""What kind of claim a clause is, and whether evidence could decide it: a linear model over ``features``, with its reasons.

The score of a kind is the sum of its weights over the features of the clause; the highest wins. Weights are one-against-the-rest logistic
regressions, learnt from annotated articles by ``tests/quality/train_weights.py``; they hold no words of those articles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from factcheck.model.claim import ClaimKind, Reason
from factcheck.text.features import Features, marks
from factcheck.text.lexicon import table

BIAS = "bias"
"""The name of the intercept among weights."""

CHECKABLE = (ClaimKind.EVENT, ClaimKind.STATE, ClaimKind.QUANTITY)
_TELLING = 0.15  # share of a score from which on a feature is named as a reason
_NAMED = (  # features that have words of their own among the reasons, by prefix
    ("mark.", "kind.{kind}"),
    ("verb.", "kind.verb"),
    ("numbers", "kind.number"),
    ("hint.", "kind.cue"),
    ("future", "kind.future"),
    ("quoted", "kind.quoted"),
)


@dataclass(frozen=True, slots=True)
class Judged:
    kind: ClaimKind
    checkable: bool
    reasons: tuple[Reason, ...]


@cache
def _weights(language: str) -> Mapping[ClaimKind, Mapping[str, float]]:
    return {ClaimKind(kind): weights for kind, weights in table("weights")["kind"].get(language, {}).items()}


def judge(found: Features, language: str, line: str) -> Judged:
    """The kind of a clause, and whether evidence could decide it.

    Args:
        found: its features.
        language: primary language subtag; in one without weights a clause with numbers is a quantity, any other a state.
        line: its words as ``features.line_of`` lays them out.
    """
    weights = _weights(language)
    if not weights:
        kind = ClaimKind.QUANTITY if "numbers" in found.values else ClaimKind.STATE
        return Judged(kind, True, (Reason("kind.number"),) if kind is ClaimKind.QUANTITY else ())
    scores = {kind: score(found, each) for kind, each in weights.items()}
    kind = max(scores, key=lambda each: scores[each])
    reasons = _telling(found, weights[kind], kind)
    plain = kind in (ClaimKind.EVENT, ClaimKind.STATE)
    if "vague" in found.values and plain:
        kind, reasons = ClaimKind.OPINION, [Reason("kind.opinion", found.words["vague"])]
    elif "deed" in found.values and kind is ClaimKind.OPINION and not {"mark.value", "mark.opinion"} & found.values.keys():
        kind, reasons = ClaimKind.EVENT, [Reason("kind.cue", found.words["deed"])]
    checkable = kind in CHECKABLE
    doubtful = marks(language)["unsure"].search(line) if "unsure" in marks(language) else None
    if not checkable:
        reasons.append(Reason("check.kind", kind.value))
    elif doubtful and kind is not ClaimKind.QUANTITY:
        checkable = False
        reasons.append(Reason("check.feeling", doubtful.group()))
    return Judged(kind, checkable, tuple(dict.fromkeys(reasons)))


def score(found: Features, weights: Mapping[str, float]) -> float:
    """The sum of weights over features, the intercept with it."""
    return weights.get(BIAS, 0.0) + sum(value * weights.get(name, 0.0) for name, value in found.values.items())


def _telling(found: Features, weights: Mapping[str, float], kind: ClaimKind) -> list[Reason]:
    """The features that spoke most for a kind, in the words of ``reasons.toml``."""
    spoke = {name: value * weights.get(name, 0.0) for name, value in found.values.items()}
    total = sum(part for part in spoke.values() if part > 0)
    reasons = []
    for name in sorted(spoke, key=lambda each: (-spoke[each], each)):
        if spoke[name] < _TELLING * total or spoke[name] <= 0:
            break
        for prefix, code in _NAMED:
            if name.startswith(prefix) and (found.words.get(name) or prefix in ("numbers", "quoted")):
                reasons.append(Reason(code.format(kind=kind.value), found.words.get(name, "")))
    return reasons
