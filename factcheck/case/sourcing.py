"""Independent sources, circular sourcing and time, as a case sees them: what tools propose beside what persons decided. Pure.

A person decides on pieces of evidence by putting them into a group; a group of one says that a piece is a source of its own, whatever tools
think. Tools propose for pieces that nobody decided on, and that a piece attached after a decision belongs to what was decided. So no
proposal that was overruled comes back, and none is needed in the ledger.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from factcheck.case.state import CaseState
from factcheck.evidence.origins import Alarm, AlarmKind, Cited, Group, Piece, alarms, group, same_sources
from factcheck.evidence.told import alarm_told, ground_told
from factcheck.model.claim import SourceKind, Target, TargetKind
from factcheck.model.events import EvidenceAttached
from factcheck.model.evidence import Stance

Texts = Mapping[str, str]
"""By language: ``ar`` and ``en``."""

CIRCULAR = (AlarmKind.IS_ARTICLE, AlarmKind.CITES_ARTICLE, AlarmKind.COPIES_ARTICLE, AlarmKind.DOWNSTREAM)


@dataclass(frozen=True, slots=True)
class Source:
    """One independent source of several pieces of evidence, decided by a person or proposed by tools."""

    id: str  # of the group's register; a proposal takes it when somebody accepts it
    evidence: tuple[str, ...]  # the likely first one first
    name: Texts
    decided: bool
    reasons: tuple[Texts, ...]  # why, with foreign text isolated; what the person wrote, once decided
    first: str = ""  # the piece that is likely the source, or was published first; empty when not known
    joins: str = ""  # a proposal: id of the decided group that it would extend


@dataclass(frozen=True, slots=True)
class CircularAlarm:
    """A piece of evidence that goes back to the article under check, or to what the article goes back to."""

    evidence: str
    kind: AlarmKind
    text: Texts
    via: str = ""  # the piece of evidence between
    claim: str = ""  # of ``same_source``: the claim whose printed chain names that source; empty: the article's lead or credit does
    overruled: bool = False  # a person said that the piece is a source of its own


@dataclass(frozen=True, slots=True)
class Count:
    """How many sources stand behind the evidence on a target: "9 links, 1 source"."""

    pieces: int
    decided: int  # as persons decided: what rules and reports count
    likely: int  # if what tools propose holds as well, without pieces that are circular


@dataclass(frozen=True, slots=True)
class Sourcing:
    """What tools found over the evidence of a case, before anybody's decision."""

    groups: tuple[Group, ...] = ()
    alarms: tuple[tuple[str, Alarm], ...] = ()  # (claim id, empty for the whole article; alarm)
    titles: Mapping[str, str] = field(default_factory=dict)  # what to call each piece in a sentence


def find(state: CaseState, pieces: Sequence[Piece], article: Piece | None) -> Sourcing:
    """What tools find over the evidence of a case."""
    titles = {piece.id: state.evidence[piece.id].value.title or piece.outlet or piece.url for piece in pieces}
    if article is None:
        return Sourcing(tuple(group(pieces)), (), titles)
    found = [("", alarm) for alarm in alarms(pieces, article)]
    known = {alarm.piece for _, alarm in found}
    by_id = {piece.id: piece for piece in pieces}
    for claim, chain in _chains(state).items():
        bearing = {held.value.evidence for held in state.bearings_on(str(Target(TargetKind.CONTENT, claim)))} - known
        some = [by_id[id] for id in sorted(bearing) if id in by_id]
        found += [(claim, alarm) for alarm in same_sources(some, replace(article, cited=chain, text=""))] if some else []
    return Sourcing(tuple(group(pieces)), tuple(found), titles)


def _chains(state: CaseState) -> dict[str, tuple[Cited, ...]]:
    """The outlets that each claim's chain names, where it names any."""
    found = {}
    for id, held in state.claims.items():
        steps = held.value.printed if held.value.established is None else held.value.established
        named = tuple(Cited(step.source, is_outlet=step.source_kind is SourceKind.OUTLET) for step in steps)
        if named:
            found[id] = named
    return found


# ---- what is shown


def sources(state: CaseState, found: Sourcing, language: str) -> list[Source]:
    """Decided groups, then proposals; each in a fixed order."""
    decided = [
        Source(
            id,
            tuple(each for each in held.value.evidence if each in state.evidence),
            {"ar": held.value.name, "en": held.value.name},
            True,
            ({"ar": held.value.reason, "en": held.value.reason},) if held.value.reason else (),
        )
        for id, held in state.groups.items()
    ]
    return [*decided, *_proposals(state, found)]


def _proposals(state: CaseState, found: Sourcing) -> Iterator[Source]:
    attached = _attached(state)
    for each in found.groups:
        undecided = [id for id in each.pieces if not state.groups_of(id)]
        if not undecided:
            continue
        groups = {id for piece in each.pieces for id in state.groups_of(piece)}
        late = {id: [u for u in undecided if attached.get(u, "") > state.groups[id].event.at] for id in groups}
        joins = next((id for id in sorted(groups) if len(groups) == 1 and late[id]), "")
        members = [*state.groups[joins].value.evidence, *late[joins]] if joins else undecided
        if len(members) < 2:
            continue
        reasons = [ground_told(g, found.titles) for g in each.grounds if g.piece in members and g.other in (*members, "")]
        id = hashlib.sha256("/".join(["group", joins, *sorted(members)]).encode()).hexdigest()[:32]
        first = each.first if each.first in members else ""
        yield Source(joins or id, tuple(members), each.name, False, tuple(reasons), first, joins)


def _attached(state: CaseState) -> dict[str, str]:
    """When each piece of evidence was attached first."""
    found: dict[str, str] = {}
    for event in state.history:
        if isinstance(event.payload, EvidenceAttached):
            for register in event.on:
                kind, _, id = register.partition(":")
                if kind == "evidence":
                    found.setdefault(id, event.at)
    return found


def circular(state: CaseState, found: Sourcing) -> list[CircularAlarm]:
    """The alarms of a case; those that a person overruled are marked."""
    overruled = {id for id in state.evidence if any(_is_alone(state, group) for group in state.groups_of(id))}
    return [
        CircularAlarm(alarm.piece, alarm.kind, alarm_told(alarm, found.titles), alarm.via, claim, alarm.piece in overruled)
        for claim, alarm in found.alarms
    ]


def _is_alone(state: CaseState, group_id: str) -> bool:
    return len(state.groups[group_id].value.evidence) == 1


@dataclass(frozen=True, slots=True)
class _Whole:
    """What counting needs of the whole case, gathered once for many targets."""

    excluded: frozenset[str]  # evidence that goes back to the article
    proposed: Mapping[str, set[str]]  # evidence -> the sources that proposals would put it into

    @classmethod
    def of(cls, state: CaseState, found: Sourcing) -> _Whole:
        excluded = frozenset(alarm.evidence for alarm in circular(state, found) if alarm.kind in CIRCULAR and not alarm.overruled)
        proposed: dict[str, set[str]] = {}
        for i, source in enumerate(_proposals(state, found)):
            decided = {g for member in source.evidence for g in state.groups_of(member)}
            for id in source.evidence:
                proposed.setdefault(id, set()).update(decided or {f"proposed {i}"})
        return cls(excluded, proposed)


def count(state: CaseState, found: Sourcing, target: str, whole: _Whole | None = None) -> Count:
    """How many sources the evidence on a target goes back to."""
    whole = whole or _Whole.of(state, found)
    evidence = {held.value.evidence for held in state.bearings_on(target) if held.value.evidence in state.evidence}
    of = {id: set(state.groups_of(id)) | whole.proposed.get(id, set()) for id in evidence - whole.excluded}
    alone = sum(1 for groups in of.values() if not groups)
    return Count(len(evidence), state.independent_sources(target), alone + len(set().union(*of.values())))


# ---- what is amiss


def problems(state: CaseState, found: Sourcing) -> Iterator[tuple[str, str]]:
    """Codes and places of what ``policy`` has rules for."""
    chosen = set(state.chosen_targets())
    for source in _proposals(state, found):
        on = {held.value.target for id in source.evidence for held in state.bearings_of(id)}
        if on & chosen:
            yield "sources.undecided", f"evidence/{source.evidence[-1]}"
    for alarm in circular(state, found):
        supports = [held.value for held in state.bearings_of(alarm.evidence) if held.value.stance is Stance.SUPPORTS]
        if alarm.overruled:
            continue
        if alarm.kind in CIRCULAR:
            if any(Target.parse(bearing.target).kind in (TargetKind.CONTENT, TargetKind.STEP) for bearing in supports):
                yield "source.circular", f"evidence/{alarm.evidence}"
        elif any(Target.parse(b.target).kind is TargetKind.CONTENT and alarm.claim in ("", Target.parse(b.target).claim) for b in supports):
            yield "source.same", f"evidence/{alarm.evidence}"
    whole = _Whole.of(state, found)
    for target in chosen:
        if Target.parse(target).kind is TargetKind.CONTENT and _rests_on_several(state, target):
            counted = count(state, found, target, whole)
            if counted.likely < 2 <= counted.decided:
                yield "content.sources_doubtful", target


def _rests_on_several(state: CaseState, target: str) -> bool:
    """Whether the result needs two independent sources: it says how it is, and no single primary source was called enough."""
    if not any(held.value.rating not in ("not_checkable", "satire", "unproven") for held in state.verdicts_on(target)):
        return False
    deciding = [held.value for held in state.bearings_on(target) if held.value.stance in (Stance.SUPPORTS, Stance.REFUTES)]
    pieces = [state.evidence[bearing.evidence].value for bearing in deciding if bearing.evidence in state.evidence]
    return not any(piece.primary and piece.primary_reason for piece in pieces)
