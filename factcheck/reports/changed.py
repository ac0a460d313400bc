"""What a correction changed in what readers see: taken from the ledger, shown as before and after."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from factcheck.case.state import CaseState
from factcheck.case.travel import Change
from factcheck.model.claim import Target
from factcheck.reports.blocks import Foreign, Line, Ours
from factcheck.reports.vocabulary import WORDS

if TYPE_CHECKING:
    from factcheck.reports.page import Page

PUBLIC = {
    "verdict": ("", "rating", "reasons", "unknown", "as_of"),
    "draft": ("headline", "summary", "conclusion", "why_chosen"),
    "claim": ("as_checked", "short", "established", "printed"),
    "evidence": ("", "title", "url", "archived_url", "published", "outlet", "author", "quote.exact", "translation.text", "interests"),
    "article": ("title", "url", "archived_url", "published", "outlet", "author"),
}
"""Fields whose change a reader of the published page can notice; those of a language have it as their last part."""


def public(changes: Iterable[Change], chosen: frozenset[str]) -> tuple[Change, ...]:
    """Of the changes between two states, those of values that the report prints.

    Args:
        chosen: ids of the claims that the report is about.
    """
    found = []
    for change in changes:
        kind, _, id = change.subject.partition(":")
        fields = PUBLIC.get(kind, ())
        shown = change.field in fields or change.field.partition(".")[0] in fields or (change.field == "" and "" in fields)
        if shown and (kind != "claim" or id in chosen):
            found.append(change)
    return tuple(found)


def change_words(page: Page, change: Change) -> tuple[Line, str, str]:
    """(what, before, after) of one change, as the report prints them."""
    words, state = page.words, page.state
    kind, _, id = change.subject.partition(":")
    field, _, language = change.field.partition(".")
    key = f"change.{field}" if field and f"change.{field}" in WORDS else {"verdict": "change.result"}.get(kind, f"change.{kind}")
    line: Line = (Ours(words(key)),)
    if language in ("ar", "en") and language != words.lang:
        line += (Ours(f" ({words.language(language)})", "soft"),)
    if of := _of(page, kind, id):
        line += (Ours(" · "), Foreign(of))
    if kind == "verdict" and field in ("", "rating"):
        return line, _rating(state, page, change.before), _rating(state, page, change.after)
    if field in ("published", "as_of"):
        return line, words.date(change.before), words.date(change.after)
    return line, change.before, change.after


def _of(page: Page, kind: str, id: str) -> str:
    """Which result or piece of evidence it is; empty for the draft and the article."""
    if kind == "verdict" and id in page.state.verdicts:
        target = page.state.verdicts[id].value.target
        return page.target_words(target) if Target.parse(target).claim in ("", *page.claim_numbers) else ""
    if kind == "evidence" and id in page.numbers:
        return page.words("evidence_n", page.words.digits(page.numbers[id]))
    if kind == "claim" and len(page.claim_numbers) > 1 and id in page.claim_numbers:
        return page.words("claim_n", page.words.digits(page.claim_numbers[id]))
    return ""


def _rating(state: CaseState, page: Page, id: str) -> str:
    """The label of a rating, on whichever scale of the desk has it."""
    for scale in state.desk.scales.values():
        for rating in scale.ratings:
            if rating.id == id:
                return page.words.said(rating.label)[0] or id
    return id
