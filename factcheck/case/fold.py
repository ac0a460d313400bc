"""Events to state: one fold, pure, and independent of the order in which logs were merged.

Every event names the registers it moves and, for each, the events it replaces there. The current value of a register is what is left:
the events that no counted event replaces. One is the state; several are a disagreement that a later event settles. An event counts when
its key was introduced to the desk, was not revoked before it, and may move what it moves (``factcheck/ledger/FORMAT.md``).
"""

from __future__ import annotations

import hashlib
import heapq
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from factcheck.case.state import ArticleEntry, CaseState, DeskState, Held, Person, Proposal
from factcheck.ledger.counting import KeyBook, moves_only_its_own
from factcheck.model.claim import Claim, Origin
from factcheck.model.events import (
    ActUndone,
    ArchiveAnswered,
    ArchiveRequested,
    ArticleAdded,
    ArticleDescribed,
    CaseDescribed,
    CaseOpened,
    ClaimsDismissed,
    ClaimsMade,
    ClaimsMerged,
    ClaimSplit,
    ClaimsProposed,
    ClaimsRevised,
    ContactRecorded,
    DraftWritten,
    Event,
    EvidenceAttached,
    EvidenceBears,
    EvidenceRechecked,
    EvidenceRevised,
    KeyAdmitted,
    KeyIntroduced,
    KeyRevoked,
    KeyRotated,
    PageRecorded,
    PolicySet,
    PublicationRecorded,
    ReviewGiven,
    ScaleSet,
    SearchRecorded,
    SourcesGrouped,
    VerdictGiven,
    VerdictSettled,
    VerdictWithdrawn,
)
from factcheck.model.verdict import SCALES

T = TypeVar("T")

CLAIM_EVENTS = (ClaimsMade, ClaimsRevised, ClaimSplit, ClaimsMerged, ClaimsDismissed)


def _field(name: str) -> Callable[[Any, str], Any]:
    return lambda payload, _id: getattr(payload, name)


_VALUE: dict[type, Callable[[Any, str], Any]] = {
    **{cls: lambda payload, id: payload.claims.get(id) for cls in CLAIM_EVENTS},
    **{cls: lambda payload, _id: payload for cls in (CaseOpened, CaseDescribed, ArticleAdded, ArticleDescribed)},
    **{cls: lambda payload, _id: payload for cls in (KeyIntroduced, KeyAdmitted, KeyRotated, KeyRevoked)},
    PolicySet: _field("policy"),
    ScaleSet: _field("scale"),
    EvidenceAttached: _field("evidence"),
    EvidenceRevised: _field("evidence"),
    EvidenceBears: _field("bearing"),
    SourcesGrouped: _field("group"),
    SearchRecorded: _field("search"),
    ContactRecorded: _field("contact"),
    ArchiveRequested: _field("request"),
    ArchiveAnswered: _field("request"),
    EvidenceRechecked: _field("recheck"),
    VerdictGiven: _field("verdict"),
    VerdictWithdrawn: lambda _payload, _id: None,
    DraftWritten: _field("draft"),
    ReviewGiven: _field("review"),
    PublicationRecorded: _field("publication"),
    PageRecorded: _field("publication"),
}
"""How the whole new value of a register is read from the event that moved it; None closes the register."""


def _value(event: Event, register: str) -> Any:
    payload = event.payload
    if isinstance(payload, VerdictSettled):  # one register takes the settled verdict, the rivals' registers are closed
        home = min(event.on, key=lambda name: (bool(event.on[name]), name))
        return payload.verdict if register == home else None
    read = _VALUE.get(type(payload))
    return read(payload, register.partition(":")[2]) if read else None


@dataclass(frozen=True, slots=True)
class _Value:
    """What one current event says a register holds; ``untouched`` when undoing went back to before the register was created."""

    event: Event
    value: Any
    untouched: bool = False


class Fold:
    """Accumulates the events of one desk; asked for the state of the desk or of a case, it answers from what it holds.

    Adding an event costs the number of registers it moves; a state costs the events of its case.
    """

    def __init__(self, root_keys: Iterable[str]) -> None:
        self.root_keys = frozenset(root_keys)
        self._events: dict[str, Event] = {}
        self._book = KeyBook(self.root_keys)
        self._proposed: dict[
            str, tuple[tuple[Claim, ...] | None, tuple[Proposal, ...]]
        ] = {}  # run -> its claims, and proposals made of them
        self._reset()

    def _reset(self) -> None:
        self._moves: dict[str, list[str]] = defaultdict(list)  # register -> counted events that moved it
        self._replaced: dict[str, set[str]] = defaultdict(set)  # register -> events replaced there by counted ones
        self._cases: dict[str, list[str]] = defaultdict(list)  # case id -> its counted events

    def __len__(self) -> int:
        return len(self._events)

    def add(self, events: Iterable[Event]) -> int:
        """Fold further events, in any order; returns how many were new."""
        new = [event for event in events if event.digest not in self._events]
        for event in new:
            self._events[event.digest] = event
        if any(isinstance(event.payload, (KeyIntroduced, KeyAdmitted, KeyRotated, KeyRevoked)) for event in new):
            self._book = KeyBook(self.root_keys, self._events.values())
            self._reset()
            new_to_count: Iterable[Event] = self._events.values()
        else:
            new_to_count = new
        for event in new_to_count:
            self._count(event)
        return len(new)

    @property
    def events(self) -> Collection[Event]:
        """What is folded here."""
        return self._events.values()

    def has(self, register: str) -> bool:
        """Whether a counted event moved a register."""
        return register in self._moves

    # ---- registers

    def _count(self, event: Event) -> None:
        if not self._book.counts(event.actor, event.desk, event.n) or not self._may_move(event):
            return
        if event.case:
            self._cases[event.case].append(event.digest)
        for register, replaced in event.on.items():
            self._moves[register].append(event.digest)
            self._replaced[register].update(replaced)

    def _may_move(self, event: Event) -> bool:
        """People revise and withdraw their own verdicts and reviews; only ``verdict.settled`` moves other people's."""
        return moves_only_its_own(event.type, event.actor, event.on, self._author, self._book)

    def _author(self, digest: str) -> str | None:
        event = self._events.get(digest)
        return event.actor if event else None

    def heads(self, register: str) -> tuple[str, ...]:
        """Digests of the events that hold the register now, sorted."""
        replaced = self._replaced.get(register, set())
        return tuple(sorted(digest for digest in self._moves.get(register, ()) if digest not in replaced))

    def _values(self, register: str) -> list[_Value]:
        return [held for digest in self.heads(register) for held in self._held_by(self._events[digest], register)]

    def _held_by(self, event: Event, register: str) -> list[_Value]:
        """What ``event`` put into ``register``; for an undoing, what the register held before the undone event.

        Undoing and redoing in turn makes a chain of any length, so it is walked, not recursed.
        """
        frontier, found = [event.digest], []
        while frontier:
            at = self._events.get(frontier.pop())
            if at is None:
                continue
            if isinstance(at.payload, ActUndone):
                undone = self._events.get(at.payload.event)
                before = undone.on.get(register, ()) if undone else ()
                frontier.extend(before)
                if not before:
                    found.append(_Value(event, None, untouched=True))
            else:
                found.append(_Value(event, _value(at, register)))
        return found

    def _current(self, kind: str, registers: Iterable[str]) -> dict[str, Held[Any]]:
        """Registers of one kind that hold a value, in the order given."""
        result: dict[str, Held[Any]] = {}
        for register in registers:
            if not register.startswith(kind + ":"):
                continue
            held = [value for value in self._values(register) if value.value is not None]
            if held:
                held.sort(key=lambda v: (v.event.at, v.event.digest))
                id = register.partition(":")[2]
                first, *rest = [Held(id, v.value, v.event, self._book.person_of.get(v.event.actor, "")) for v in reversed(held)]
                result[id] = replace(first, others=tuple(rest)) if rest else first
        return result

    # ---- answers

    def desk(self, size: int | None = None) -> DeskState:
        """What holds for the desk as a whole; ``size``: entries of the log, when not all of them are folded here."""
        policy = self._current("policy", ["policy:desk"]).get("desk")
        scales = dict(SCALES)
        for held in self._current("scale", self._moves).values():
            scales[held.value.id] = held.value
        titles = {}
        for id, held in self._current("case", self._moves).items():
            titles[id] = held.value.title
        return DeskState(
            root_keys=self.root_keys,
            persons=self._persons(),
            person_of=dict(self._book.person_of),
            policy=policy.value if policy else {},
            scales=scales,
            cases=titles,
            size=len(self._events) if size is None else size,
        )

    def _persons(self) -> dict[str, Person]:
        names: dict[str, KeyIntroduced | KeyAdmitted] = {}
        keys: dict[str, list[str]] = defaultdict(list)
        machines: dict[str, set[str]] = defaultdict(set)
        for event in sorted(self._events.values(), key=lambda e: (e.at, e.digest)):
            payload = event.payload
            if isinstance(payload, (KeyIntroduced, KeyAdmitted)) and self._book.person_of.get(payload.key) == payload.person:
                names.setdefault(payload.person, payload)
                machines[payload.person].add(payload.machine)
            elif isinstance(payload, KeyRotated) and payload.new in self._book.person_of:
                machines[self._book.person_of[payload.new]].add(payload.machine)
        for key, person in self._book.person_of.items():
            keys[person].append(key)
        return {
            id: Person(
                id=id,
                name=first.name,
                newsroom=first.newsroom,
                role=first.role,
                keys=tuple(keys[id]),
                machines=frozenset(machines[id]),
                active=any(key not in self._book.revoked for key in keys[id]),
            )
            for id, first in names.items()
        }

    def case(self, id: str, desk: DeskState | None = None) -> CaseState:
        """The state of one case; ``desk``: the state of its desk, if that is known already.

        Raises:
            KeyError: no event of this desk opened it.
        """
        events = self._in_order(self._events[digest] for digest in self._cases.get(id, ()))
        registers = list(dict.fromkeys(register for event in events for register in event.on))
        described = self._current("case", registers).get(id)
        if described is None:
            raise KeyError(id)
        articles = self._current("article", registers)
        article_id, article = next(iter(articles.items()), ("", None))
        claims = self._current("claim", registers)
        claims = dict(sorted(claims.items(), key=lambda item: (item[1].value.span.start, -item[1].value.span.end, item[0])))
        entry = ArticleEntry(**{f.name: getattr(article.value, f.name) for f in fields(ArticleEntry)}) if article else None
        runs = self._newest_runs(events, entry.text if entry else "")
        return CaseState(
            id=id,
            desk=self.desk() if desk is None else desk,
            title=described.value.title,
            language=described.value.language,
            why_chosen=described.value.why_chosen,
            practice=described.value.practice,
            article_id=article_id,
            article=entry,
            coverage=runs[-1].payload.coverage if runs else (),  # type: ignore[union-attr]
            proposals=self._proposals(runs, claims),
            claims={k: held for k, held in claims.items() if not held.value.dismissed},
            dismissed={k: held for k, held in claims.items() if held.value.dismissed},
            evidence=self._current("evidence", registers),
            bearings=self._current("bearing", registers),
            groups=self._current("group", registers),
            searches=self._current("search", registers),
            contacts=self._current("contact", registers),
            archives=self._current("archive", registers),
            rechecks=self._current("recheck", registers),
            verdicts=self._current("verdict", registers),
            drafts=self._current("draft", registers),
            reviews=self._current("review", registers),
            publications=self._current("publication", registers),
            history=tuple(events),
            current=frozenset(digest for register in registers for digest in self.heads(register)),
            heads={register: self.heads(register) for register in registers},
        )

    @staticmethod
    def _newest_runs(events: Iterable[Event], article: str) -> list[Event]:
        """The newest run of each engine over the article; older ones stay in the history."""
        newest: dict[str, Event] = {}
        for event in events:
            if isinstance(event.payload, ClaimsProposed) and event.payload.article == article:
                newest.pop(event.payload.engine, None)
                newest[event.payload.engine] = event
        return list(newest.values())

    def _proposals(self, runs: Iterable[Event], claims: Mapping[str, Held[Claim]]) -> tuple[Proposal, ...]:
        taken = {(held.value.span.start, held.value.span.end) for held in claims.values()}
        found: list[Proposal] = []
        for run in runs:
            for proposal in self._proposals_of(run):
                register = f"claim:{proposal.id}"
                if register in self._moves and any(not value.untouched for value in self._values(register)):
                    continue
                where = (proposal.claim.span.start, proposal.claim.span.end)
                if where not in taken:
                    taken.add(where)
                    found.append(proposal)
        return tuple(sorted(found, key=lambda p: (p.claim.span.start, -p.claim.span.end)))

    def _proposals_of(self, run: Event) -> tuple[Proposal, ...]:
        """Every proposal of a run under the id that it takes; made once, since thousands of them are asked for after every act."""
        payload = run.payload
        assert isinstance(payload, ClaimsProposed)
        held = self._proposed.get(run.digest)
        if held is None or held[0] is not payload.proposals:
            origins = [Origin(run.digest, index) for index in range(len(payload.proposals or ()))]
            made = tuple(
                Proposal(claim_id(origin), replace(claim, origin=origin), payload.engine, payload.version)
                for origin, claim in zip(origins, payload.proposals or (), strict=True)
            )
            held = self._proposed[run.digest] = (payload.proposals, made)
        return held[1]

    def _in_order(self, events: Iterable[Event]) -> list[Event]:
        """Display order: replaced before replacing and an actor's events as they counted them, then ``at``, then digest."""
        todo = {event.digest: event for event in events}
        waits: dict[str, int] = {}
        unlocks: dict[str, list[str]] = defaultdict(list)
        for event in todo.values():
            before = {digest for replaced in event.on.values() for digest in replaced if digest in todo}
            if event.prev in todo and event.prev is not None:
                before.add(event.prev)
            waits[event.digest] = len(before)
            for digest in before:
                unlocks[digest].append(event.digest)
        ready = [(todo[digest].at, digest) for digest, count in waits.items() if not count]
        heapq.heapify(ready)
        ordered = []
        while ready:
            _, digest = heapq.heappop(ready)
            ordered.append(todo[digest])
            for after in unlocks[digest]:
                waits[after] -= 1
                if not waits[after]:
                    heapq.heappush(ready, (todo[after].at, after))
        return ordered


def claim_id(origin: Origin) -> str:
    """The id of the claim made from a proposal, so that two people who accept it move one register."""
    return hashlib.sha256(f"{origin.run}/{origin.index}".encode()).hexdigest()[:32]
