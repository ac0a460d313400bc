"""Evidence in time: when each piece says it was published, who confirmed that, and whether that is before or after the claim. Pure.

What a page says of its date is a proposal with its origin until a person confirms it. Days are compared in the desk's zone; of an interval,
or a month, both ends count, so that nothing is called later that may not be.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from factcheck.case.state import CaseState
from factcheck.errors import DateError, isolate
from factcheck.model.claim import Target, TargetKind
from factcheck.model.evidence import Bearing, Evidence, Stance
from factcheck.text import split
from factcheck.text.page_dates import DateKind, PageDate, best, contradictions

UNKNOWN = "unknown"
"""What a person answers when a page bears no date."""
LONGEST = 60  # characters of a typed date


class When(StrEnum):
    BEFORE = "before"
    SAME = "same"  # the same day, or too coarse to tell
    AFTER = "after"
    UNKNOWN = "unknown"  # one of the two has no date


@dataclass(frozen=True, slots=True)
class EvidenceDate:
    """When a piece of evidence was published, as far as is known."""

    evidence: str
    published: str  # ISO 8601; what a person set, else the likeliest proposal; "unknown" when a person said so; empty when nothing is known
    confirmed: bool  # a person set it
    origin: str  # where a proposal was read; empty once confirmed
    modified: str  # the likeliest, as the page says
    proposals: tuple[PageDate, ...]  # all that the page says, likeliest first, published ones before modified ones
    contradicts: bool  # the page says two dates more than a day apart, or one that lies after its capture
    when: When  # against the article's publication
    text: Mapping[str, str]  # ar, en: in a line


def extent(text: str, zone: ZoneInfo) -> tuple[date, date] | None:
    """First and last day of an ISO 8601 date, time, month, year or interval; None for anything else."""
    parts = text.split("/") if text.count("/") == 1 else [text, text]
    low, high = _days(parts[0], zone), _days(parts[1], zone)
    return (low[0], high[1]) if low and high and low[0] <= high[1] else None


_COARSE = re.compile(r"(\d{4})(?:-(\d{2}))?")


def _days(text: str, zone: ZoneInfo) -> tuple[date, date] | None:
    try:
        if match := _COARSE.fullmatch(text):
            year, month = int(match[1]), int(match[2] or 0)
            return date(year, month or 1, 1), date(year, month or 12, calendar.monthrange(year, month or 12)[1])
        if len(text) == 10:
            return date.fromisoformat(text), date.fromisoformat(text)
        at = datetime.fromisoformat(text)
        day = (at.astimezone(zone) if at.tzinfo else at).date()
    except (ValueError, OverflowError):
        return None
    return day, day


_NUMERIC = re.compile(r"(\d{1,2})\D(\d{1,2})\D\d{4}")


def read_date(text: str, zone: ZoneInfo) -> str:
    """ISO 8601 of what somebody typed as a date: ISO 8601 already, "unknown", or as people write it, «22 تشرين الأول 2021».

    Raises:
        DateError: it is none, or may be two: 3/4/2021 is in March or in April.
    """
    typed = text.strip()
    ascii_digits = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in typed)
    if typed == UNKNOWN or extent(ascii_digits, zone):
        return ascii_digits
    if (numeric := _NUMERIC.fullmatch(ascii_digits)) and numeric[1] != numeric[2] and max(int(numeric[1]), int(numeric[2])) <= 12:
        raise DateError(f"{isolate(typed)} may be two days; write the one you mean as year-month-day, like 2021-11-20.", typed=typed)
    found = split(typed).dates if len(typed) <= LONGEST else ()
    if len(found) == 1 and (found[0].span.start, found[0].span.end) == (0, len(typed)) and extent(found[0].value, zone):
        return found[0].value
    raise DateError(f"{isolate(typed[:LONGEST])} is no date; write one like 2021-11-20, 2021-11 or 2021-11-20/2021-11-22.", typed=typed)


def read_day(text: str, zone: ZoneInfo) -> str:
    """As ``read_date``, for what happened on one day.

    Raises:
        DateError: it is none, or more than one.
    """
    read = read_date(text, zone)
    try:
        return date.fromisoformat(read).isoformat()
    except ValueError as error:
        raise DateError(f"{isolate(text.strip())} is no day; write one like 2021-11-20.", typed=text) from error


def facts(typed: Mapping[str, str], zone: ZoneInfo) -> dict[str, str]:
    """Facts of an article as somebody typed them: trimmed, without empty ones, dates as ISO 8601.

    Raises:
        DateError: a date is none.
    """
    filled = {name: value.strip() for name, value in typed.items() if value and value.strip()}
    return {name: read_date(value, zone) if name in ("published", "modified") else value for name, value in filled.items()}


def compared(one: str, other: str, zone: ZoneInfo) -> When:
    """Whether the first date lies before or after the second."""
    a, b = extent(one, zone), extent(other, zone)
    if a is None or b is None:
        return When.UNKNOWN
    return When.BEFORE if a[1] < b[0] else When.AFTER if a[0] > b[1] else When.SAME


def dated(id: str, evidence: Evidence, proposals: tuple[PageDate, ...], claimed: str, zone: ZoneInfo) -> EvidenceDate:
    """What is known of one piece's date; ``claimed`` is when the article appeared."""
    likely, changed = best(proposals), best(proposals, DateKind.MODIFIED)
    said = evidence.published or (evidence.offline.when if evidence.offline else "")
    published = said or (likely.value if likely else "")
    captured = evidence.capture.at if evidence.capture else ""
    late = any(compared(each.value, captured, zone) is When.AFTER for each in proposals) if captured else False
    when = compared(published, claimed, zone)
    return EvidenceDate(
        evidence=id,
        published=published,
        confirmed=bool(said),
        origin="" if said or not likely else likely.origin,
        modified=changed.value if changed else "",
        proposals=proposals,
        contradicts=late or bool(contradictions(proposals)),
        when=when,
        text=_WORDS[when] if published and published != UNKNOWN else _NO_DATE,
    )


_WORDS: Mapping[When, Mapping[str, str]] = {
    When.BEFORE: {"ar": "نُشر قبل الادعاء", "en": "published before the claim"},
    When.SAME: {"ar": "نُشر في يوم الادعاء نفسه أو نحوه", "en": "published on the day of the claim or about it"},
    When.AFTER: {"ar": "نُشر بعد الادعاء", "en": "published after the claim"},
    When.UNKNOWN: {"ar": "تاريخ الادعاء غير معروف", "en": "when the claim was made is not known"},
}
_NO_DATE: Mapping[str, str] = {"ar": "بلا تاريخ نشر معروف", "en": "no date of publication known"}


def problems(state: CaseState, dates: Mapping[str, EvidenceDate], zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """Codes and places of what ``policy`` has rules for: only evidence that supports or refutes what is checked."""
    chosen = set(state.chosen_targets())
    for id, held in state.evidence.items():
        bearings = [
            b.value for b in state.bearings_of(id) if b.value.target in chosen and b.value.stance in (Stance.SUPPORTS, Stance.REFUTES)
        ]
        if not bearings:
            continue
        place, found = f"evidence/{id}", dates[id]
        if not found.published and (held.value.url or held.value.capture):
            yield "evidence.undated", place
        elif found.contradicts and not found.confirmed:
            yield "evidence.dates_contradict", place
        elif found.published and not found.confirmed:
            yield "evidence.date_unconfirmed", place
        if any(_is_later(state, bearing, found.published, zone) for bearing in bearings):
            yield "evidence.later", place


def _is_later(state: CaseState, bearing: Bearing, published: str, zone: ZoneInfo) -> bool:
    """Whether evidence is later than the claim that it supports, and nobody said why it counts all the same."""
    target = Target.parse(bearing.target)
    if bearing.stance is not Stance.SUPPORTS or bearing.note.strip() or target.kind not in (TargetKind.CONTENT, TargetKind.STEP):
        return False
    return compared(published, claimed_on(state, target), zone) is When.AFTER


def claimed_on(state: CaseState, target: Target) -> str:
    """When what a target is about was claimed: when the step says it was said, else when the article appeared."""
    article = state.article.fact("published") if state.article else ""
    held = state.claims.get(target.claim)
    if target.kind is TargetKind.STEP and held:
        which, _, number = target.step.partition("/")
        chain = held.value.printed if which == "printed" else held.value.established or ()
        return (chain[int(number)].said_on if number.isdecimal() and int(number) < len(chain) else "") or article
    return article
