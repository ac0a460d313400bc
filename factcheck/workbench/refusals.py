"""Why an act was refused, in the reader's language: one sentence, with the exact English message beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from factcheck.case.case import Case
from factcheck.errors import (
    AnchorError,
    ExtractionError,
    FactcheckError,
    FetchError,
    IntegrityError,
    KeyUnavailableError,
    LedgerConflictError,
    LedgerError,
    NotAllowedError,
    ReportError,
    RollbackError,
    isolate,
)
from factcheck.workbench.arguments import Refused
from factcheck.workbench.words import WORDS

MAX_PAGES = 100  # of a web archive, offered to choose from
_KEYS: tuple[tuple[type[Exception], str], ...] = (
    (AnchorError, "refused_anchor"),
    (ExtractionError, "refused_extraction"),
    (FetchError, "refused_fetch"),
    (KeyUnavailableError, "refused_key"),
    (NotAllowedError, "refused_rule"),
    (ReportError, "refused_report"),
    (RollbackError, "refused_rollback"),
    (IntegrityError, "refused_integrity"),
    (LedgerError, "refused_ledger"),
    (ValueError, "refused_value"),
)


class MovedError(ValueError):
    """What a person was looking at has moved since they began to write; ``registers`` names what."""

    def __init__(self, registers: Iterable[str]) -> None:
        self.registers = tuple(registers)
        super().__init__(f"{', '.join(self.registers)} moved after you began to write. Look at it as it is now, and do it again.")


def refusal(error: Exception, case: Case | None) -> dict[str, Any]:
    """The answer to the page: ``message`` by language, ``detail`` in English when it says more, ``conflict`` when something moved."""
    if isinstance(error, Refused):
        ar, en = WORDS[error.key]
        return {"message": {"ar": ar, "en": en}}
    if isinstance(error, (MovedError, LedgerConflictError)) and case is not None:
        return {**_moved(tuple(getattr(error, "registers", ())), case), "detail": str(error), "conflict": True}
    if not isinstance(error, (FactcheckError, ValueError)):
        ar, en = WORDS["unexpected"]
        return {"message": {"ar": f"{ar}: {type(error).__name__}", "en": f"{en}: {type(error).__name__}"}}
    key = next(key for kind, key in _KEYS if isinstance(error, kind)) if type(error) is not FactcheckError else "refused_value"
    answer: dict[str, Any] = {"message": {"ar": WORDS[key][0], "en": str(error)}, "detail": str(error)}
    if isinstance(error, AnchorError):
        answer["nearest"] = len(getattr(error, "nearest", ()))
    if pages := error.facts.get("pages") if isinstance(error, ExtractionError) else None:
        answer["pages"] = [{"url": page.url, "title": page.title} for page in pages[:MAX_PAGES]]
    return answer


def _moved(registers: tuple[str, ...], case: Case) -> dict[str, Any]:
    """Who changed what meanwhile, as the history tells it."""
    lines = [line for line in Case.history(case) if set(registers) & set(line.subjects)]
    told = {}
    for at, lang in enumerate(("ar", "en")):
        told[lang] = WORDS["refused_moved"][at]
        if lines:
            told[lang] += f" {isolate(lines[-1].person)}: {lines[-1].what[lang]}"
    return {"message": told}
