"""The state of a desk and of one case, as ``fold`` leaves it: what doors, reports and policy read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from factcheck.model.article import Known, Span
from factcheck.model.claim import Claim, Target, TargetKind
from factcheck.model.events import Event
from factcheck.model.evidence import ArchiveRequest, Bearing, Contact, Evidence, Recheck, Search, SourceGroup
from factcheck.model.verdict import Draft, Publication, Review, Scale, Verdict

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with one or more keys on this desk."""

    id: str  # random, 32 hex
    name: str
    newsroom: str
    role: str
    keys: tuple[str, ...]
    machines: frozenset[str]  # ids of the machines the keys were made on
    active: bool  # False: every key was revoked


@dataclass(frozen=True, slots=True)
class Held(Generic[T]):
    """The current value of a register, with the event that gave it.

    ``others`` holds rival values when people acted at the same time on desks that were merged later: a disagreement to be settled by
    an event that replaces them all.
    """

    id: str  # register id without its kind
    value: T
    event: Event
    person: str  # person id of the event's actor; empty when the key is unknown
    others: tuple[Held[T], ...] = ()

    @property
    def heads(self) -> tuple[str, ...]:
        """Digests of all current events of the register: what the next event replaces."""
        return tuple(sorted({self.event.digest, *(other.event.digest for other in self.others)}))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A claim that a tool proposed and nobody has decided on yet."""

    id: str  # the claim id it takes when somebody accepts, dismisses or sets it aside
    claim: Claim
    engine: str
    version: str


@dataclass(frozen=True, slots=True)
class ArticleEntry:
    """What the ledger says of the article; its text lies among the captures under ``text``."""

    text: str  # SHA-256
    original: str  # SHA-256
    media_type: str
    language: str
    facts: Mapping[str, Known]
    credit: tuple[Span, ...]
    links: tuple[str, ...]
    notes: tuple[str, ...]
    file_name: str

    def fact(self, name: str) -> str:
        known = self.facts.get(name)
        return known.value if known else ""


@dataclass(frozen=True, slots=True)
class DeskState:
    """What holds for the whole desk."""

    root_keys: frozenset[str]
    persons: Mapping[str, Person]  # by person id
    person_of: Mapping[str, str]  # key -> person id
    policy: Mapping[str, Any]
    scales: Mapping[str, Scale]
    cases: Mapping[str, str]  # case id -> title
    size: int  # events folded

    def person(self, key: str) -> Person | None:
        return self.persons.get(self.person_of.get(key, ""))


class _Lookup:
    """What stands on each target, gathered at the first question: a case of thousands of claims is asked thousands of times."""

    def __init__(self) -> None:
        self._found: dict[str, dict[str, Any]] = {}

    def on(self, kind: str, target: str, held: Iterable[Held[Any]], by: str = "target") -> tuple[Any, ...]:
        found = self._found.get(kind)
        if found is None:
            found = self._found[kind] = {}
            for one in held:
                found.setdefault(getattr(one.value, by), []).append(one)
        return tuple(found.get(target, ()))

    def group_of(self, groups: Mapping[str, Held[SourceGroup]]) -> Mapping[str, list[str]]:
        """Evidence id -> ids of the groups it is in."""
        found = self._found.get("group")
        if found is None:
            found = self._found["group"] = {}
            for id, held in groups.items():
                for evidence in held.value.evidence:
                    found.setdefault(evidence, []).append(id)
        return found


@dataclass(frozen=True, slots=True)
class CaseState:
    """One case as its events leave it."""

    id: str
    desk: DeskState
    title: str
    language: str
    why_chosen: str
    practice: bool
    article_id: str
    article: ArticleEntry | None
    coverage: tuple[tuple[int, int, str, str], ...]  # (start, end, claim|context|excluded, reason) for each sentence of the article
    proposals: tuple[Proposal, ...]  # undecided, in order of position
    claims: Mapping[str, Held[Claim]]  # accepted and not dismissed, in order of position
    dismissed: Mapping[str, Held[Claim]]
    evidence: Mapping[str, Held[Evidence]]
    bearings: Mapping[str, Held[Bearing]]
    groups: Mapping[str, Held[SourceGroup]]
    searches: Mapping[str, Held[Search]]
    contacts: Mapping[str, Held[Contact]]
    archives: Mapping[str, Held[ArchiveRequest]]  # requests for archived copies of pages
    rechecks: Mapping[str, Held[Recheck]]  # by evidence id: what its link led to when it was last tried again
    verdicts: Mapping[str, Held[Verdict]]  # current ones of all persons; a settled one replaces others
    drafts: Mapping[str, Held[Draft]]  # by case id in this version: one draft a case
    reviews: Mapping[str, Held[Review]]
    publications: Mapping[str, Held[Publication]]
    history: tuple[Event, ...]  # in display order: replaced before replacing, then ``at``, then digest
    current: frozenset[str]  # digests of events that hold the value of at least one register
    heads: Mapping[str, tuple[str, ...]]  # register -> what an act on it replaces; the ledger refuses the act if that has moved
    _lookup: _Lookup = field(default_factory=_Lookup, init=False, repr=False, compare=False)

    # ---- what people ask of a case

    @property
    def draft(self) -> Held[Draft] | None:
        return next(iter(self.drafts.values()), None)

    def verdicts_on(self, target: str) -> tuple[Held[Verdict], ...]:
        """Verdicts on ``str(Target)``, oldest first. More than one: people disagree, or seconded each other."""
        return tuple(sorted(self._lookup.on("verdict", target, self.verdicts.values()), key=lambda v: v.event.at))

    def bearings_on(self, target: str) -> tuple[Held[Bearing], ...]:
        return self._lookup.on("bearing", target, self.bearings.values())

    def bearings_of(self, evidence: str) -> tuple[Held[Bearing], ...]:
        return self._lookup.on("bearing of", evidence, self.bearings.values(), "evidence")

    def searches_on(self, target: str) -> tuple[Held[Search], ...]:
        return self._lookup.on("search", target, self.searches.values())

    def contacts_on(self, target: str) -> tuple[Held[Contact], ...]:
        return self._lookup.on("contact", target, self.contacts.values())

    def targets_of(self, claim_id: str) -> tuple[Target, ...]:
        """Content first, then the steps of the chain as printed, then those of the chain as established."""
        claim = self.claims[claim_id].value
        steps = [f"printed/{i}" for i in range(len(claim.printed))]
        steps += [f"established/{i}" for i in range(len(claim.established or ()))]
        return (Target(TargetKind.CONTENT, claim_id), *(Target(TargetKind.STEP, claim_id, step) for step in steps))

    def chosen_targets(self) -> tuple[str, ...]:
        """Targets that somebody said we check, in order of the claims; only these count for readiness."""
        return tuple(
            str(target)
            for claim_id, held in self.claims.items()
            for target in self.targets_of(claim_id)
            if (choice := held.value.choices.get(choice_key(target))) and choice.check
        )

    def independent_sources(self, target: str) -> int:
        """How many sources the evidence on a target goes back to: a group counts once, evidence outside groups once each."""
        evidence = {b.value.evidence for b in self.bearings_on(target) if b.value.evidence in self.evidence}
        groups = self._lookup.group_of(self.groups)
        alone = sum(1 for id in evidence if id not in groups)
        return alone + len({group for id in evidence for group in groups.get(id, ())})

    def groups_of(self, evidence: str) -> tuple[str, ...]:
        """Ids of the groups that a piece of evidence is in: of one independent source each."""
        return tuple(self._lookup.group_of(self.groups).get(evidence, ()))

    def archived_copy(self, evidence: str) -> str:
        """The address of an archived copy of what a piece of evidence links to: the one cited, else the newest made for us; or empty."""
        held = self.evidence[evidence].value
        made = [r.value for r in self.archives.values() if held.url and r.value.url == held.url and r.value.memento]
        return held.archived_url or (max(made, key=lambda request: request.memento_at).memento if made else "")

    def name_of(self, person: str) -> str:
        known = self.desk.persons.get(person)
        return known.name if known else ""


def choice_key(target: Target) -> str:
    """The key of a target in ``Claim.choices``: ``content``, ``step/printed/0``."""
    return target.kind.value + (f"/{target.step}" if target.step else "")
