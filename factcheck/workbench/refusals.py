"""Why an act was refused, in the reader's language: one sentence, with the exact English message beside it."""

from __future__ import annotations

import re
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


_MESSAGES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), key)
    for pattern, key in (
        (r"^(?P<v>.*) is no (?:day|date)\b", "refused_date"),
        (r"^(?P<v>.*) may be two days", "refused_two_dates"),
        (r"^(?P<v>.*) is no web address", "refused_address"),
        (r"^there is no address in this", "refused_source"),
        (r"has \d+ characters; a field holds (?P<v>\d+)", "refused_length"),
        (r"^this case has no \w+", "refused_gone"),
        (r"names a step that the chain does not have", "refused_no_step"),
        (r"^\d+ captures begin with|is no entry|^there is no entry|^entry .* is not of this case", "refused_entry"),
        (r"^This is still a proposal", "choose_first"),
        (r"^(?P<v>\d+) problems stand against publication", "refused_blocked"),
        (r"on record as published", "refused_unpublished"),
        (r"^This result was given by (?P<v>.*?); only they", "refused_not_mine"),
        (r"^There is no result on .* to settle", "refused_settle"),
        (r"^There is nothing of yours to undo", "refused_undo"),
        (r"^There is nothing to redo", "refused_redo"),
        (r"asks no archive|does not name .* with an address for making copies", "refused_archives"),
        (r"^This link is captured already", "refused_captured"),
        (r"^Only a link ", "refused_only_link"),
        (r"^cannot cut at ", "split_hint"),
        (r"^merging takes", "refused_merge"),
        (r"^This request is over", "refused_over"),
        (r"cannot review|author and reviewer", "refused_author"),
        (r"no draft", "refused_draft"),
        (r"not installed", "refused_not_installed"),
        (r"Google|fact_check_key|api key", "refused_google"),
    )
)
"""Messages of the library that a person at the page can cause, and the words for each; ``v`` is what is shown of the message."""


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
    answer: dict[str, Any] = {"message": {"ar": _arabic(error), "en": str(error)}, "detail": str(error)}
    if isinstance(error, AnchorError):
        answer["nearest"] = len(getattr(error, "nearest", ()))
    if pages := error.facts.get("pages") if isinstance(error, ExtractionError) else None:
        answer["pages"] = [{"url": page.url, "title": page.title} for page in pages[:MAX_PAGES]]
    return answer


def _arabic(error: Exception) -> str:
    """What went wrong, as exactly in Arabic as the message has it in English."""
    if isinstance(error, FetchError) and (code := str(error.facts.get("code", ""))):
        known = next((key for key in (f"problem_{code}", "problem_http" if code.startswith("http-") else "") if key in WORDS), "")
        if known:
            return f"{WORDS['refused_fetch'][0].rstrip('.')}: {WORDS[known][0].replace('{0}', code.removeprefix('http-'))}."
    message = str(error)
    for pattern, key in _MESSAGES:
        if found := pattern.search(message):
            shown = found.groupdict().get("v") or ""
            return WORDS[key][0].replace("{0}", isolate(shown.strip("'\" \u2068\u2069")))
    key = next(key for kind, key in _KEYS if isinstance(error, kind)) if type(error) is not FactcheckError else "refused_value"
    return WORDS[key][0]


def _moved(registers: tuple[str, ...], case: Case) -> dict[str, Any]:
    """Who changed what meanwhile, as the history tells it."""
    lines = [line for line in Case.history(case) if set(registers) & set(line.subjects)]
    told = {}
    for at, lang in enumerate(("ar", "en")):
        told[lang] = WORDS["refused_moved"][at]
        if lines:
            told[lang] += f" {isolate(lines[-1].person)}: {lines[-1].what[lang]}"
    return {"message": told}
