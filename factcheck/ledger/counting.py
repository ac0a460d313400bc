"""What counts: whose key may write, which events hold a register, and which erasures hold (FORMAT.md sections 3, 4 and 7).

Pure rules over events. The ledger asks them before it appends, the fold when it makes a state, and verify when it checks both, so that
the three cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from factcheck.errors import IntegrityError
from factcheck.ledger.checkpoint import Verifier, parse_note
from factcheck.ledger.codec import origin_of, person_of_key, verifier_of
from factcheck.model.events import BodyErased, Event, KeyAdmitted, KeyIntroduced, KeyRevoked, KeyRotated, LogMerged

KEY_TYPES = ("key.introduced", "key.admitted", "key.rotated", "key.revoked")

OWN_ONLY = frozenset({"verdict.given", "verdict.withdrawn", "review.given", "act.undone"})
"""Types that replace verdicts and reviews of the same person only."""

_INTRODUCING = (KeyIntroduced, KeyAdmitted)

NOT_ERASABLE: Mapping[str, frozenset[str]] = {
    "key.introduced": frozenset({"key", "person"}),
    "key.admitted": frozenset({"key", "person", "request"}),
    "key.rotated": frozenset({"old", "new"}),
    "key.revoked": frozenset({"key", "last"}),
    "body.erased": frozenset({"fields", "captures"}),
    "log.merged": frozenset({"origin", "checkpoint"}),
}
"""Fields on which it hangs what other events count for."""


class KeyBook:
    """Which keys count, and whose they are: from the root keys outwards, whatever the order of the events.

    Args:
        roots: root keys of the desk.
        events: all events about keys; others are passed over.
    """

    def __init__(self, roots: Collection[str], events: Iterable[Event] = ()) -> None:
        self.roots = frozenset(roots)
        self.person_of: Mapping[str, str] = {}
        self.revoked: Mapping[str, Mapping[str, tuple[int, str]]] = {}
        about_keys = sorted((e for e in events if e.type in KEY_TYPES and e.payload is not None), key=lambda e: (e.at, e.digest))
        self.revoked = self._revocations(e for e in about_keys if e.actor in self.roots)
        while True:  # a revocation may undo introductions that were made with the revoked key, so persons are found anew after each
            self.person_of = self._persons(about_keys)
            revoked = self._revocations(about_keys)
            if revoked == self.revoked:
                return
            self.revoked = revoked

    def _persons(self, about_keys: Iterable[Event]) -> dict[str, str]:
        found: dict[str, str] = {}
        learnt = True
        while learnt:
            learnt = False
            for event in about_keys:
                payload = event.payload
                if event.actor not in self.roots and (event.actor not in found or self._stopped(event.actor, event.desk, event.n)):
                    continue
                if isinstance(payload, _INTRODUCING) and payload.key not in found and self.vouches(event.actor, payload, found):
                    found[payload.key] = payload.person
                    learnt = True
                elif isinstance(payload, KeyRotated) and payload.new not in found and event.actor == payload.old and payload.old in found:
                    found[payload.new] = found[payload.old]
                    learnt = True
        return found

    def vouches(self, actor: str, payload: KeyIntroduced | KeyAdmitted, persons: Mapping[str, str] | None = None) -> bool:
        """Whether an introduction is the actor's to make: else anybody here could make a key for a colleague and sign as them."""
        persons = self.person_of if persons is None else persons
        return actor in self.roots or payload.person in (person_of_key(payload.key), persons.get(actor))

    def _revocations(self, about_keys: Iterable[Event]) -> dict[str, Mapping[str, tuple[int, str]]]:
        """What was revoked before, and what those who count revoke now; of several for one key the strictest."""
        found = dict(self.revoked)
        for event in about_keys:
            payload = event.payload
            if not isinstance(payload, KeyRevoked) or not self.counts(event.actor, event.desk, event.n):
                continue
            if self._may_revoke(event.actor, payload.key):
                before = found.get(payload.key)
                last = payload.last
                found[payload.key] = {d: min(last[d], before[d]) for d in last if d in before} if before is not None else dict(last)
        return found

    def _may_revoke(self, actor: str, key: str) -> bool:
        return actor in self.roots or self.person_of.get(actor) == self.person_of.get(key)

    def _stopped(self, key: str, desk: str, n: int) -> bool:
        last = self.revoked.get(key)
        return last is not None and (desk not in last or n > last[desk][0])

    def counts(self, key: str, desk: str, n: int) -> bool:
        """Whether the event of that number, written with ``key`` on ``desk``, is by somebody who counts."""
        return key in self.roots or (key in self.person_of and not self._stopped(key, desk, n))

    def same_person(self, one: str, other: str) -> bool:
        return one == other or (one in self.person_of and self.person_of[one] == self.person_of.get(other))


def moves_only_its_own(type: str, actor: str, on: Mapping[str, Iterable[str]], author: Callable[[str], str | None], book: KeyBook) -> bool:
    """Whether an event leaves other people's verdicts and reviews alone, or is the one type that may settle them.

    Clear fields decide, so that redacting an event does not change whether it counts.
    """
    if type not in OWN_ONLY:
        return True
    others = {author(digest) for name, replaced in on.items() if name.partition(":")[0] in ("verdict", "review") for digest in replaced}
    return all(other is None or book.same_person(actor, other) for other in others)


@dataclass(frozen=True, slots=True)
class Clear:
    """What the rules need to know of an event: fields that cannot be redacted."""

    digest: str
    type: str
    actor: str
    desk: str
    n: int
    on: Mapping[str, tuple[str, ...]]


class Erasures:
    """Which fields are erased: by the key that wrote them or its person, the root of the desk where they were written, or this desk's root.

    Args:
        origin: of this log.
        events: those of type ``body.erased`` and ``log.merged``, in order of index.
    """

    def __init__(self, origin: str, book: KeyBook, events: Iterable[Event]) -> None:
        self._origin, self._book = origin, book
        self._merged: dict[str, str] = {}  # origin -> the first checkpoint that came with it
        self._erasures: list[tuple[Event, BodyErased]] = []
        for event in events:
            if isinstance(event.payload, LogMerged):
                self._merged.setdefault(event.payload.origin, event.payload.checkpoint)
            elif isinstance(event.payload, BodyErased):
                self._erasures.append((event, event.payload))

    def may(self, actor: str, target: Clear) -> bool:
        """Whether ``actor`` may erase fields of an event."""
        return actor in self._book.roots or self._book.same_person(actor, target.actor) or self._is_root(actor, target.desk)

    def _is_root(self, actor: str, desk: str) -> bool:
        if origin_of(actor) == desk:
            return True
        if desk == self._origin or desk not in self._merged:
            return False
        try:
            return parse_note(self._merged[desk].encode("utf-8")).signed_by(Verifier(desk, verifier_of(actor).public))
        except (IntegrityError, ValueError):
            return False

    def fields(self, find: Callable[[str], Clear | None]) -> set[tuple[str, str]]:
        """(digest, field) of everything that is erased among the events that ``find`` knows."""
        found = set()
        for event, payload in self._counting():
            for digest, name in payload.fields:
                target = find(digest)
                if target and name not in NOT_ERASABLE.get(target.type, ()) and self.may(event.actor, target):
                    found.add((digest, name))
        return found

    def elsewhere(self, find: Callable[[str], Clear | None], came: Callable[[str], int]) -> set[tuple[str, str]]:
        """(digest, field) of what an erasure names without counting for it here, and that may be absent all the same.

        That is so when its key was revoked since; and for events of other desks that came with a merge, when the erasure came with it or
        before: they may have been erased there, by somebody who may do so there.

        Args:
            came: the place of the first entry behind an event that was written on this desk: the merge with which the event came.
        """
        found = set()
        for event, payload in self._erasures:
            for digest, name in payload.fields:
                target = find(digest)
                if target is None or name in NOT_ERASABLE.get(target.type, ()):
                    continue
                merged = target.desk != self._origin != event.desk and event.index < came(digest)
                if merged or self.may(event.actor, target):
                    found.add((digest, name))
        return found

    def _counting(self) -> Iterator[tuple[Event, BodyErased]]:
        for event, payload in self._erasures:
            if event.actor not in self._book.revoked or self._book.counts(event.actor, event.desk, event.n):
                yield event, payload

    def captures(self, *, elsewhere: bool = False) -> set[str]:
        """Captures that erasures list, whether or not an entry still needs them; ``elsewhere``: those too that do not count here."""
        return {digest for _, payload in (self._erasures if elsewhere else self._counting()) for digest in payload.captures}

    def covers(self, capture: str, target: Clear, case: str, index: int, *, elsewhere: bool = False) -> bool:
        """Whether an event that names a capture, in a case and at a place of this log, needs it no more.

        An erasure counts for the events of its case (of all, when it names none) whose fields its actor may erase. Of the desk where it was
        written only those before it: whoever brings the same bytes again afterwards means to. With ``elsewhere``, one that does not count
        here says that the capture may be absent, as it does of fields.
        """
        return any(
            capture in payload.captures
            and event.case in ("", case)
            and (event.desk != target.desk or index < event.index)
            and (self.may(event.actor, target) or (elsewhere and event.desk != self._origin != target.desk))
            for event, payload in (self._erasures if elsewhere else self._counting())
        )
