"""An order of attention: the sum of readable reasons, in thousandths.

The first part is a small linear model of what is worth checking, learnt by ``tests/quality/train_weights.py`` from ClaimBuster's sentences
and annotated articles: 500 thousandths are even odds, and every further 125 multiply the odds by e, so that
``probability(worth)`` is calibrated for what the model sees. The second part is editorial and fixed: what is denied, what hides its
source and what passes through several mouths comes earlier than its words alone would have it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache

from factcheck.model.claim import ClaimKind, Polarity, Priority, Reason, Step
from factcheck.text.features import Features
from factcheck.text.kinds import BIAS, score
from factcheck.text.lexicon import table

HIGH = 600
LOW = 350
EVEN = 500
PER_E = 125  # thousandths that multiply the odds by e
_SHOWN = 15  # thousandths from which on a feature is shown as a reason
_GROUPS = (  # features summed under one reason
    ("numbers", "priority.numbers"),
    ("date", "priority.date"),
    ("mark.opinion", "priority.value"),
    ("mark.value", "priority.value"),
    ("mark.", "priority.words"),
    ("first.", "priority.words"),
    ("many.", "priority.words"),
    ("verb.", "priority.verb"),
    ("future", "priority.future"),
    ("may", "priority.future"),
    ("we", "priority.we"),
    ("i", "priority.we"),
    ("short", "priority.short"),
)


@cache
def _weights() -> Mapping[str, float]:
    weights: Mapping[str, float] = table("weights")["worth"]
    return weights


def log_odds(found: Features) -> float:
    """The model's log odds that a sentence with these features is worth checking."""
    return score(found, _weights())


def probability(worth: float) -> float:
    """What a worth of the model alone, in thousandths, stands for."""
    return 1 / (1 + math.exp(-(worth - EVEN) / PER_E))


@cache
def _code(name: str) -> str:
    """The reason that a feature is summed under."""
    for prefix, code in _GROUPS:
        if name == prefix or name.startswith(prefix if prefix.endswith(".") else prefix + "."):
            return code
    return "priority.other"


def weigh(
    found: Features, kind: ClaimKind, checkable: bool, polarity: Polarity, chain: Sequence[Step]
) -> tuple[int, Priority, tuple[Reason, ...]]:
    """How much a claim deserves a look: worth (0 to 1000), its grade, and the reasons with their weights.

    Opinions, forecasts and intentions never come first: they are at most ``normal``.
    """
    reasons: list[Reason] = []

    def add(code: str, weight: int, detail: str = "") -> None:
        reasons.append(Reason(code, detail, weight))

    shares: dict[str, float] = {}
    words: dict[str, str] = {}
    for name, value in found.values.items():
        part = PER_E * value * _weights().get(name, 0.0)
        code = _code(name)
        shares[code] = shares.get(code, 0.0) + part
        words.setdefault(code, found.words.get(name, ""))
    for code, share in sorted(shares.items(), key=lambda each: (-abs(each[1]), each[0])):
        if abs(share) >= _SHOWN:
            add(code, round(share), words[code])
    if checkable:
        add("priority.checkable", 100)
    if polarity is not Polarity.ASSERTS:
        add("priority.denial", 100, polarity.value)
    if any(not step.named for step in chain):
        add("priority.unnamed", 80, next(step.source for step in chain if not step.named))
    if len(chain) > 1:
        add("priority.relayed", 60, str(len(chain)))
    if not checkable:
        add("priority.opinion", -150, kind.value)
    base = EVEN + PER_E * _weights().get(BIAS, 0.0) + sum(share for share in shares.values() if abs(share) < _SHOWN)
    worth = max(0, min(1000, round(base) + sum(reason.weight for reason in reasons)))
    if not checkable:
        worth = min(worth, HIGH - 1)
    grade = Priority.HIGH if worth >= HIGH else Priority.LOW if worth < LOW else Priority.NORMAL
    return worth, grade, tuple(reasons)
