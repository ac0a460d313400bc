"""Reason codes in words a checker understands, in Arabic and English."""

from __future__ import annotations

from factcheck.errors import isolate
from factcheck.model.claim import Reason
from factcheck.model.words import CODES
from factcheck.text.lexicon import table


def codes() -> frozenset[str]:
    """Every reason code that ``text`` gives."""
    return frozenset(table("reasons"))


_CODED = {"check.kind": "kind", "priority.opinion": "kind", "priority.denial": "polarity"}
"""Reasons whose detail is a code of the model, not a word of the text."""


def explain(reason: Reason, language: str) -> str:
    """One line for a reason, in Arabic for ``ar`` and any of its regions, in English otherwise; the detail is isolated.

    Raises:
        ValueError: the code is none that ``text`` gives; the message lists those.
    """
    words = table("reasons").get(reason.code)
    if words is None:
        raise ValueError(f"unknown reason code {reason.code!r}; known are: {', '.join(sorted(table('reasons')))}")
    wording: str = words["ar" if language.partition("-")[0] == "ar" else "en"]
    before, mark, after = wording.partition("{detail}")
    if not mark:
        return wording
    if not reason.detail:
        return (before.rstrip(" :") + after).strip()
    if said := CODES.get(f"{_CODED.get(reason.code, '')}.{reason.detail}"):
        return before + said[language.partition("-")[0] != "ar"] + after
    return before + isolate(reason.detail) + after
