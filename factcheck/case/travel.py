"""Time travel: the state of a case as it was, and what changed between two states, field by field, by whom and on what basis."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from factcheck.case.change_words import IN_SHORT, field_words, kind_words, value_words
from factcheck.case.state import CaseState, Held
from factcheck.errors import isolate
from factcheck.ledger.checkpoint import Verifier, open_checkpoint
from factcheck.ledger.ledger import Ledger
from factcheck.model import events as ev

When = date | datetime | str | bytes | ev.Event
"""A day (its end, in the desk's zone), an aware moment, a signed checkpoint, or an entry (the state right behind it)."""

SNIPPET = 60  # code points of a value shown in a line


def entries_at(log: Ledger, when: When, zone: ZoneInfo) -> int:
    """How many entries the log had at some time: the longest beginning in which no entry names a later time.

    Times are what writers' clocks said. A text is an ISO 8601 date or time, a checkpoint, or an entry as ``Ledger.find`` takes it.

    Raises:
        ValueError: it names no time and no entry, or a time without a zone.
        IntegrityError, RollbackError: a checkpoint of another log, with a wrong signature, or that this log does not extend.
    """
    if isinstance(when, bytes) or (isinstance(when, str) and "\n" in when):
        head = open_checkpoint(when if isinstance(when, bytes) else when.encode("utf-8"), Verifier.parse(log.vkey))
        log.check_extends(head)
        return head.size
    if isinstance(when, ev.Event):
        return log.index(when.digest) + 1
    moment = _moment(when, zone)
    if moment is not None:
        limit = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return log.entries_until(limit)
    try:
        return log.index(log.find(str(when))) + 1
    except ValueError as error:
        raise ValueError(f"{when!r} is no date like 2026-11-24, no time with its zone and no checkpoint, and {error}") from error


def _moment(when: date | datetime | str, zone: ZoneInfo) -> datetime | None:
    if isinstance(when, str):
        try:
            when = date.fromisoformat(when) if len(when) == 10 else datetime.fromisoformat(when)
        except ValueError:
            return None
    if isinstance(when, datetime):
        if when.tzinfo is None:
            raise ValueError(f"the time {when.isoformat()} names no zone; write it with one, as {when.isoformat()}+00:00")
        return when
    return datetime.combine(when + timedelta(1), time.min, zone) - timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs between two states of a case, with the entry that made it so."""

    subject: str  # register: "verdict:<id>"
    field: str  # "rating", "as_checked.ar"; empty when the thing as a whole came or went
    before: str  # empty: nothing
    after: str
    at: str  # aware UTC, ISO 8601: the writer's clock
    person: str  # name; empty when the key is unknown
    entry: int  # position in the log; -1 when no single entry made it so
    because: str  # the basis that was given
    what: Mapping[str, str]  # language -> words


def diff(before: CaseState, after: CaseState) -> list[Change]:
    """What changed from one state of a case to a later one, in order of the entries that changed it.

    Raises:
        ValueError: states of two cases, or the first is the later one.
    """
    if before.id != after.id:
        raise ValueError(f"these are states of two cases, {before.id} and {after.id}")
    if before.desk.size > after.desk.size:
        raise ValueError("the first state is the later one; give the earlier one first")
    known = {event.digest for event in before.history}
    movers: dict[str, ev.Event] = {}
    for event in after.history:
        if event.digest not in known:
            movers |= dict.fromkeys(event.on, event)
    old, new = _values(before), _values(after)
    found = [
        _change(register, name, was, now, movers.get(register), after)
        for register in sorted({*old, *new})
        for name, was, now in _differences(register, old.get(register), new.get(register))
    ]
    return sorted(found, key=lambda change: (change.entry, change.subject, change.field))


def _values(state: CaseState) -> dict[str, Any]:
    """The value of every register of a case, as plain data."""
    records: tuple[tuple[str, Mapping[str, Held[Any]]], ...] = (
        ("claim", {**state.claims, **state.dismissed}), ("evidence", state.evidence), ("bearing", state.bearings), ("group", state.groups),
        ("search", state.searches), ("contact", state.contacts), ("archive", state.archives), ("recheck", state.rechecks),
        ("verdict", state.verdicts), ("draft", state.drafts), ("review", state.reviews), ("publication", state.publications),
    )  # fmt: skip
    found = {f"{kind}:{id}": msgspec.to_builtins(held.value) for kind, held_by in records for id, held in held_by.items()}
    found[f"case:{state.id}"] = {"title": state.title, "language": state.language, "why_chosen": state.why_chosen}
    if state.article:
        found[f"article:{state.article_id}"] = {name: known.value for name, known in state.article.facts.items()}
    return found


def _differences(register: str, was: Any, now: Any) -> Iterator[tuple[str, Any, Any]]:
    if was is None or now is None:
        short = next(((now or was)[name] for name in IN_SHORT if (now or was).get(name)), register)
        yield ("", None, short) if was is None else ("", short, None)
        return
    flat_was, flat_now = dict(_flat("", was)), dict(_flat("", now))
    for name in sorted({*flat_was, *flat_now}):
        if _text(flat_was.get(name)) != _text(flat_now.get(name)):
            yield name, flat_was.get(name), flat_now.get(name)


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(f"{name}.{key}" if name else key, item)
    else:
        yield name, value


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _change(register: str, name: str, was: Any, now: Any, event: ev.Event | None, after: CaseState) -> Change:
    person = after.desk.person(event.actor) if event else None
    who, because = person.name if person else "", _basis(event)
    kind = register.partition(":")[0]
    reason = f" — {isolate(_short(because))}" if because else ""
    what = {}
    for language in ("ar", "en"):
        words = field_words(name, language)
        told = [value_words(value, language, kind, name, after) for value in (was, now)]
        shown = " → ".join(isolate(_short(each)) if each else "∅" for each in told)
        what[language] = f"{kind_words(kind, language)}{f' ({words})' if words else ''}: {shown}{reason}"
    return Change(register, name, _text(was), _text(now), event.at if event else "", who, event.index if event else -1, because, what)


def _short(text: str) -> str:
    return text if len(text) <= SNIPPET else text[:SNIPPET].rstrip() + "…"


def _basis(event: ev.Event | None) -> str:
    """Why, as the person who acted put it."""
    match event.payload if event else None:
        case ev.VerdictGiven(verdict=verdict):
            return verdict.reasons
        case ev.VerdictSettled(because=because, verdict=verdict):
            return because or verdict.reasons
        case ev.ReviewGiven(review=review):
            return review.comment
        case ev.PublicationRecorded(publication=publication) | ev.PageRecorded(publication=publication):
            return publication.why or publication.despite
        case payload:
            return str(getattr(payload, "because", "") or "")
