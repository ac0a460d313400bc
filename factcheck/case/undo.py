"""Which act can be undone or redone next: pure, over a CaseState.

Undoing is an event like any other (``act.undone``): the registers of the undone event go back to what they held before it. Undoing an
undoing is a redo. So what a register holds is found by walking back from its head through the undoings.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from factcheck.case.state import CaseState
from factcheck.model import events as ev

LASTING = (
    ev.CaseOpened, ev.ArticleAdded, ev.ReviewGiven, ev.PublicationRecorded, ev.PageRecorded, ev.VerdictSettled,
    ev.ArchiveRequested, ev.ArchiveAnswered, ev.EvidenceRechecked,
)  # fmt: skip
"""Acts that others rely on at once, and what the world outside answered: they are followed by a further act, not undone."""

RELIED_ON = (ev.ReviewGiven, ev.PublicationRecorded, ev.PageRecorded)
"""Acts that rest on what the case said then: whatever was done before them is changed by a further act, not undone."""


def undoable(state: CaseState, keys: Collection[str]) -> tuple[ev.Event, ...]:
    """The events of the newest act of these keys that still holds all its registers, if the case was not reviewed or published since."""
    by_digest = {event.digest: event for event in state.history}
    for event in _since_relied_on(state, _own(state, keys)):
        if not isinstance(event.payload, ev.ActUndone) and all(_act_held(state, by_digest, r) == event.digest for r in event.on):
            return _whole_act(state, event)
    return ()


def redoable(state: CaseState, keys: Collection[str]) -> tuple[ev.Event, ...]:
    """The events of the newest undoing of these keys that still holds, when they did nothing else since."""
    by_digest = {event.digest: event for event in state.history}
    for event in _since_relied_on(state, _own(state, keys)):
        if not isinstance(event.payload, ev.ActUndone):
            return ()
        if all(_undoing_held(state, by_digest, r) == event.digest for r in event.on):
            return _whole_act(state, event)
    return ()


def _own(state: CaseState, keys: Collection[str]) -> list[ev.Event]:
    own = [event for event in state.history if event.actor in keys and event.on and not isinstance(event.payload, LASTING)]
    return sorted(own, key=lambda event: -event.n)


def _since_relied_on(state: CaseState, events: list[ev.Event]) -> list[ev.Event]:
    relied_on = max((event.index for event in state.history if isinstance(event.payload, RELIED_ON)), default=-1)
    return [event for event in events if event.index > relied_on]


def _whole_act(state: CaseState, event: ev.Event) -> tuple[ev.Event, ...]:
    """Events of one act share actor and time."""
    return tuple(sorted((e for e in state.history if (e.at, e.actor) == (event.at, event.actor) and e.on), key=lambda e: e.n))


def _trail(state: CaseState, by_digest: Mapping[str, ev.Event], register: str) -> list[ev.Event]:
    """From the head of a register back through undoings to the act whose value it holds; empty when it has no single head."""
    trail: list[ev.Event] = []
    digests = state.heads.get(register, ())
    while len(digests) == 1 and (event := by_digest.get(digests[0])):
        trail.append(event)
        if not isinstance(event.payload, ev.ActUndone):
            break
        undone = by_digest.get(event.payload.event)
        digests = undone.on.get(register, ()) if undone else ()
    return trail


def _act_held(state: CaseState, by_digest: Mapping[str, ev.Event], register: str) -> str:
    trail = _trail(state, by_digest, register)
    return trail[-1].digest if trail and not isinstance(trail[-1].payload, ev.ActUndone) else ""


def _undoing_held(state: CaseState, by_digest: Mapping[str, ev.Event], register: str) -> str:
    for event in _trail(state, by_digest, register):
        if isinstance(event.payload, ev.ActUndone) and not _is_redo(event, by_digest):
            return event.digest
    return ""


def _is_redo(event: ev.Event, by_digest: Mapping[str, ev.Event]) -> bool:
    """Whether an undoing takes back an undoing, through any number of turns."""
    redo = True
    at: ev.Event | None = event
    while at is not None and isinstance(at.payload, ev.ActUndone):
        redo = not redo
        at = by_digest.get(at.payload.event)
    return redo
