"""An order of attention: the sum of readable reasons, in thousandths."""

from __future__ import annotations

from collections.abc import Sequence

from factcheck.model.claim import ClaimKind, Polarity, Priority, Reason, Step

HIGH = 600
LOW = 350
_BASE = 300


def weigh(
    kind: ClaimKind, checkable: bool, polarity: Polarity, chain: Sequence[Step], numbers: int, dates: int, words: int
) -> tuple[int, Priority, tuple[Reason, ...]]:
    """How much a claim deserves a look: worth (0 to 1000), its grade, and the reasons with their weights.

    What can be checked, holds numbers or dates, is denied, passes through several mouths or hides its source comes first; what is short
    or opinion comes last.
    """
    reasons: list[Reason] = []

    def add(code: str, weight: int, detail: str = "") -> None:
        reasons.append(Reason(code, detail, weight))

    if checkable:
        add("priority.checkable", 200)
    if kind is ClaimKind.QUANTITY or numbers:
        add("priority.numbers", min(150, 100 + 25 * max(0, numbers - 1)), str(numbers) if numbers else "")
    if dates:
        add("priority.date", 40)
    if kind is ClaimKind.EVENT and checkable:
        add("priority.event", 60)
    if polarity is not Polarity.ASSERTS:
        add("priority.denial", 100, polarity.value)
    if any(not step.named for step in chain):
        add("priority.unnamed", 80, next(step.source for step in chain if not step.named))
    if len(chain) > 1:
        add("priority.relayed", 60, str(len(chain)))
    if kind in (ClaimKind.OPINION, ClaimKind.PREDICTION):
        add("priority.opinion", -100, kind.value)
    if words < 4:
        add("priority.short", -100, str(words))
    worth = max(0, min(1000, _BASE + sum(reason.weight for reason in reasons)))
    grade = Priority.HIGH if worth >= HIGH else Priority.LOW if worth < LOW else Priority.NORMAL
    return worth, grade, tuple(reasons)
