"""What is missing before publication, and who may review: pure rules over a CaseState."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    BLOCKS = "blocks"
    WARNS = "warns"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that stands between a case and its publication."""

    code: str  # stable; a desk sets the level of each with policy.set
    level: Level
    place: str  # what to jump to: str(Target), "evidence/<id>", "search/<id>", "draft", "review", "article", "settings"
    text: Mapping[str, str]  # language -> what is missing
    remedy: Mapping[str, str]  # language -> what to do
