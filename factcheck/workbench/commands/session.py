"""What a command works on: the case, its border with the page, and how reports are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from factcheck.case.background import Background
from factcheck.case.case import Case
from factcheck.model.article import Utf16Offsets

Export = Callable[..., Path]
"""Writes a report of a case in a format and a language, and for whom (``preset=``, ``leave_out=``) if not for us; returns its path."""


@dataclass(frozen=True, slots=True)
class Session:
    case: Case
    offsets: Utf16Offsets  # of the article
    export: Export | None
    archiving: list[Background[int]] = field(default_factory=list)  # the thread that works on the queue, once something was asked
