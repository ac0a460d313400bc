"""A ledger: append, read, prove, merge, erase.

An act is acknowledged when its transaction is committed: events, disclosures and the checkpoint over them are written together, and the
newest checkpoint is then kept outside the desk as well, so that a restored backup shows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from factcheck.errors import IntegrityError, KeyUnavailableError, LedgerConflictError, LedgerError, NotAllowedError, RollbackError
from factcheck.ledger import checkpoint as notes
from factcheck.ledger.codec import (
    Leaf,
    Sealed,
    check_cosignature,
    check_signatures,
    consented,
    event_of,
    new_key,
    open_leaf,
    origin_of,
    parse_leaf,
    seal,
)
from factcheck.ledger.counting import KEY_TYPES, NOT_ERASABLE, Clear, Erasures, moves_only_its_own
from factcheck.ledger.index import clear_of
from factcheck.ledger.kept import kept_heads_in
from factcheck.ledger.keys import DeskKey, SigningKey
from factcheck.ledger.log import Log
from factcheck.ledger.merkle import Frontier, leaf_hash
from factcheck.ledger.naming import captures_erased, naming
from factcheck.ledger.store import Header, Row, Store, Writer
from factcheck.ledger.turns import in_turn
from factcheck.model.events import TYPE_OF, BodyErased, Event, KeyAdmitted, KeyIntroduced, KeyRotated, LogMerged, Payload, Seen


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does, before it is an event."""

    payload: Payload
    actor: SigningKey
    case: str  # case id; empty for events of the desk
    on: Mapping[str, tuple[str, ...]]  # register -> digests it replaces there; () creates
    saw: Seen | None = None
    id: str | None = None  # 32 hex; the same id and actor again is the same act, done once
    cosigner: SigningKey | None = None  # the new key, for key.introduced and key.rotated


class Ledger(Log):
    """One log on one store, to read and to write. Made by ``create`` or ``open``."""

    def __init__(
        self,
        store: Store,
        desk_key: DeskKey | None,
        clock: Callable[[], datetime],
        entropy: Callable[[int], bytes],
        kept_heads: Path | Sequence[Path] | None,
        saved: Path | None = None,
    ) -> None:
        super().__init__(store, saved)
        self.desk_key = desk_key
        self._clock = clock
        self._entropy = entropy
        self._kept = kept_heads_in(kept_heads, self.verifier)
        self._signed = b""  # the newest checkpoint that was found to be over what was read

    @classmethod
    def create(
        cls,
        store_of: Callable[[Header], Store],
        desk_key: DeskKey,
        *,
        clock: Callable[[], datetime],
        entropy: Callable[[int], bytes],
        kept_heads: Path | Sequence[Path] | None = None,
        saved: Path | None = None,
        origin: str = "",
    ) -> Self:
        """Make a log whose root is ``desk_key``; ``origin`` is ``<domain>/<name>`` when the desk has a domain."""
        header = Header(origin or origin_of(desk_key.key), desk_key.key)
        return cls(store_of(header), desk_key, clock, entropy, kept_heads, saved)

    @classmethod
    def open(
        cls,
        store: Store,
        *,
        desk_key: DeskKey | None,
        clock: Callable[[], datetime],
        entropy: Callable[[int], bytes],
        kept_heads: Path | Sequence[Path] | None = None,
        saved: Path | None = None,
    ) -> Self:
        """Open a log; without the desk's key for reading only.

        Args:
            kept_heads: folder outside the desk where the newest checkpoint is kept; or several, of which the first must work.
            saved: folder outside the desk where an index is kept between sessions; see ``Log``.
        """
        return cls(store, desk_key, clock, entropy, kept_heads, saved)

    # ---- writing

    @in_turn
    def append(self, acts: Sequence[Act]) -> list[Event]:
        """Append acts in one transaction, all or nothing; acknowledged when this returns.

        Acts whose ids are all in the log already are a retry: nothing is written and the events of then are returned.

        Raises:
            LedgerConflictError: something an act replaces moved since; ``registers`` names what. Nothing was written.
            NotAllowedError: the actor's key does not count here, the act would not count, or an introduction lacks a signature.
            RollbackError: the ledger is older than the head kept outside it.
            IntegrityError: the last checkpoint is not over the entries that are here.
            KeyUnavailableError: the desk's key is not on this machine.
            LedgerError: the store refused (disk full, read-only, locked).
            ValueError: an act cannot be written down (see ``codec.seal``), or some but not all of the acts are in the log already.
        """
        if not acts:
            return []
        key = self._desk_key()
        at = self._now()
        with self._writing() as writer:
            repeated = [digest for act in acts if act.id and (digest := self._index.act(act.actor.key, act.id))]
            if len(repeated) == len(acts):
                return [self.event(digest) for digest in repeated]
            if repeated:
                raise ValueError(f"{len(repeated)} of {len(acts)} acts are in the log already; a retry repeats all acts of one append")
            entries = self._entries_of(acts, at)
            note = self._add(writer, key, entries)
            if any(entry.event.type in KEY_TYPES for entry in entries):  # erasures may count now that did not
                writer.erase(sorted(self._erased_with(entries)))
        self._acknowledged(entries, note)
        return [entry.event for entry in entries]

    def _now(self) -> str:
        return self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    @contextmanager
    def _writing(self) -> Iterator[Writer]:
        """A transaction that has caught up with others' commits, on a log that may be signed on."""
        with self.store.writing() as writer:
            self._learn_rows(writer.rows(self.size))
            self._check_signed(writer.checkpoint())
            self._check_kept()
            yield writer

    def _add(self, writer: Writer, key: DeskKey, entries: Sequence[_Entry]) -> bytes:
        """Write entries and the signed checkpoint over them; returns the checkpoint."""
        frontier = self._frontier.copy()
        nodes = [node for entry in entries for node in frontier.append(entry.row.leaf_hash)]
        text = notes.Checkpoint(self.origin, frontier.size, frontier.root()).text()
        note = notes.sign_note(text, [(key.log_verifier(self.origin), key.sign)])
        writer.add([entry.row for entry in entries], nodes, note)
        return note

    def _acknowledged(self, entries: Sequence[_Entry], note: bytes) -> None:
        for entry in entries:
            self._learn(entry.leaf, entry.row.leaf_hash, entry.event)
        self._signed = note
        for kept in self._kept:
            try:
                kept.write(note)
            except LedgerError as error:
                if not kept.further:
                    raise LedgerError(f"The act is saved in the ledger. {error}") from error

    def _entries_of(self, acts: Sequence[Act], at: str, start: int | None = None) -> list[_Entry]:
        """Entries for acts on top of what was read; heads, counts and known keys go on within the batch."""
        entries: list[_Entry] = []
        first = self.size if start is None else start
        last: dict[str, tuple[int, str]] = {}
        moved: dict[str, tuple[str, ...]] = {}
        introduced: set[str] = set()
        ids: set[tuple[str, str]] = set()
        for act in acts:
            actor = act.actor.key
            n, prev = last.get(actor) or self._index.last(self.origin, actor) or (-1, None)
            id = act.id or self._entropy(16).hex()
            if (actor, id) in ids:
                raise ValueError(f"two acts have the id {id}")
            ids.add((actor, id))
            self._check_actor(act, n + 1, introduced)
            on: dict[str, tuple[str, ...]] = {}
            for register, replaced in act.on.items():
                heads = moved.get(register) if register in moved else self.heads(register)
                if heads is None or not set(replaced) <= set(heads) or (not replaced and heads):
                    raise self._conflict(register, act.on)
                on[register] = tuple(sorted(set(replaced)))
            sealed = seal(
                act.payload, actor=actor, at=at, case=act.case, desk=self.origin, id=id, n=n + 1, prev=prev, on=on, saw=act.saw,
                entropy=self._entropy,
            )  # fmt: skip
            entries.append(_entry(sealed, act, first + len(entries)))
            last[actor] = (n + 1, sealed.digest)
            for register, replaced in on.items():
                heads = moved.get(register) if register in moved else self.heads(register)
                moved[register] = tuple(sorted({*(heads or ()), sealed.digest} - set(replaced)))
            if new := new_key(act.payload):
                introduced.add(new)
        return entries

    def _check_actor(self, act: Act, n: int, introduced: Collection[str]) -> None:
        """That the act will count: one that does not would be acknowledged and change nothing."""
        actor, book = act.actor.key, self._index.book
        if actor not in introduced and not book.counts(actor, self.origin, n):
            why = "was revoked" if actor in book.revoked else "is not introduced to this desk"
            raise NotAllowedError(f"The key {actor} {why}. Ask somebody who works on it to introduce you.")
        if isinstance(act.payload, KeyAdmitted) and consented(act.payload.request)[:2] != (act.payload.key, act.payload.person):
            raise NotAllowedError("A key is admitted as what it asked to be: its request names another key or person.")
        if isinstance(act.payload, (KeyIntroduced, KeyAdmitted)) and not book.vouches(actor, act.payload):
            raise NotAllowedError("A further key of a person is introduced by the person, or by the desk's own key.")
        if isinstance(act.payload, KeyRotated) and act.payload.old != actor:
            raise NotAllowedError("A key is rotated by itself: the old key signs, and the new one with it.")
        kind = TYPE_OF[type(act.payload)][0]
        if not moves_only_its_own(kind, actor, act.on, self._index.author, book):
            raise NotAllowedError("Another person's result or review is not replaced; settle a disagreement with verdict.settled.")

    def _conflict(self, register: str, on: Mapping[str, tuple[str, ...]]) -> LedgerConflictError:
        moved = [name for name, replaced in on.items() if not set(replaced) <= set(self.heads(name)) or (not replaced and self.heads(name))]
        moved = moved or [register]  # moved by an earlier act of the same batch
        newest = [self.event(digest) for digest in self.heads(register)]
        who = "; ".join(f"{event.type} at {event.at[:19]}Z, entry {event.index}" for event in newest)
        return LedgerConflictError(
            f"Nothing was written: {', '.join(moved)} moved after you last looked ({who}). "
            "Look at it as it is now (case.refresh()), and do it again.",
            registers=tuple(moved),
            events=tuple(newest),
        )

    def _desk_key(self) -> DeskKey:
        if self.desk_key is None or self.desk_key.key not in self.root_keys:
            raise KeyUnavailableError("This desk is open for reading only: its own key is not on this machine.")
        return self.desk_key

    def _check_signed(self, note: bytes) -> None:
        """Sign only on top of what was signed: entries that were slipped in behind the signer's back stay unsigned."""
        if note and note == self._signed:
            return
        if not note and not self.size:
            return
        head = notes.open_checkpoint(note, self.verifier)
        if (head.size, head.root) != (self.size, self.root):
            raise IntegrityError(
                f"Nothing was written: the last checkpoint signs {head.size} entries, and there are {self.size} with another root. "
                'The file was changed outside factcheck; "factcheck verify DESK" lists every entry affected.',
                place="checkpoint",
                expected=head.root.hex(),
                computed=self.root.hex(),
            )
        self._signed = note

    def _check_kept(self) -> None:
        """Sign only what extends the head kept outside: a restored backup would fork the log."""
        for place in self._kept:
            try:
                kept = place.read()
            except IntegrityError:
                raise
            except LedgerError:
                if not place.further:
                    raise
                continue  # out of reach
            if kept is not None and (kept.size, kept.root) == (self.size, self.root):
                continue  # as it mostly is
            if kept is not None and (kept.size > self.size or self.tree.root(kept.size) != kept.root):
                raise RollbackError(
                    f"This ledger has {self.size} entries, but its head with {kept.size} was kept in {place.path}: it is an older copy or "
                    "another history, and signing would fork it. Bring back the newer ledger; to go on from this one, delete that file.",
                    expected=kept.size,
                    computed=self.size,
                )

    # ---- other logs, erasure

    @in_turn
    def merge(self, other: Log, actor: SigningKey) -> int:
        """Append another log's entries that this one lacks, unchanged, then ``log.merged``; returns how many were new.

        What was erased in either log is erased here. A field that is absent here without being erased here is taken from there.

        Raises:
            IntegrityError: an entry of the other log, or its checkpoint, does not hold; nothing was written.
            LedgerError: the other log is another copy of this one, or holds entries that this one lost.
            as ``append``.
        """
        key = self._desk_key()
        at = self._now()
        foreign, theirs = _checked(other, self.origin)
        with self._writing() as writer:
            new = [(leaf, row) for leaf, row in foreign if self._index.find(leaf.digest) is None]
            if not new:
                writer.disclose(self._given_back(foreign, self._erased_with(())))
                return 0
            if lost := [leaf for leaf, _ in new if leaf.envelope["desk"] == self.origin]:
                raise LedgerError(
                    f"The other log holds {len(lost)} entries that were written on this desk and are not here: this ledger lost its end. "
                    "Nothing was merged; bring back the newer ledger first."
                )
            [merged] = self._entries_of([Act(LogMerged(other.origin, theirs.decode("utf-8")), actor, "", {})], at, self.size + len(new))
            entries = [_opened(leaf, row._replace(index=self.size + i)) for i, (leaf, row) in enumerate(new)]
            entries.append(merged)
            erased = self._erased_with(entries)
            entries = [_without(entry, erased) for entry in entries]
            note = self._add(writer, key, entries)
            writer.erase(sorted(erased))
            writer.disclose(self._given_back(foreign, erased))
        self._acknowledged(entries, note)
        return len(new)

    def _given_back(self, foreign: Sequence[tuple[Leaf, Row]], erased: Collection[tuple[int, str]]) -> list[tuple[int, str, bytes]]:
        """Disclosures of another log that entries here lack, though they are not erased here."""
        theirs = {at: row.disclosures for leaf, row in foreign if (at := self._index.find(leaf.digest)) is not None}
        return [
            (row.index, name, data)
            for row in (self.store.rows(min(theirs), max(theirs) + 1) if theirs else ())
            for name, data in theirs.get(row.index, {}).items()
            if name not in row.disclosures and (row.index, name) not in erased
        ]

    def _erased_with(self, entries: Sequence[_Entry]) -> set[tuple[int, str]]:
        """Index and field of everything that is erased once these further entries are in the log."""
        ruling = [entry.event for entry in entries if entry.event.type in _ERASING]
        new = {entry.leaf.digest: entry for entry in entries}

        def find(digest: str) -> Clear | None:
            return clear_of(new[digest].leaf) if digest in new else self._index.get(digest)

        def place(digest: str) -> int:
            return new[digest].row.index if digest in new else self.index(digest)

        book = self._index.book_with([entry.event for entry in entries])
        erasures = Erasures(self.origin, book, [*self._erasing(), *ruling])
        return {(place(digest), name) for digest, name in erasures.fields(find)}

    def _erasing(self) -> list[Event]:
        """Events that say what was erased or merged, in order."""
        return self.events_at(self._index.of_types(_ERASING))

    @in_turn
    def erase(
        self, fields: Sequence[tuple[str, str]], *, actor: SigningKey, because: str, captures: Sequence[str] = (), case: str = ""
    ) -> Event:
        """Delete what fields of events disclose, leaving a tombstone; copies that were handed out are not reached.

        Args:
            fields: (digest, field) pairs.
            captures: SHA-256 digests of captures that are to go; their files are the caller's to delete (see ``captures_erased``).
            case: only entries of this case give the captures up; without it, entries of all.

        Raises:
            NotAllowedError: an event that is erased, or that names a capture, is another person's, and the actor is neither this desk's
                root nor that of the event's desk.
            ValueError: an event or field that is not here, or one on which it hangs what other events count for.
            as ``append``.
        """
        key = self._desk_key()
        at = self._now()
        with self._writing() as writer:
            erasures, places = self._erasures(), []
            for digest, field in fields:
                row = self._row(digest)
                leaf = parse_leaf(row.leaf)
                target = clear_of(leaf)
                if field not in leaf.body:
                    raise ValueError(f"event {digest} has no field {field!r}")
                if field in NOT_ERASABLE.get(target.type, ()):
                    raise ValueError(f"the field {field!r} of {target.type} is not erased: what other events count for hangs on it")
                if not erasures.may(actor.key, target):
                    raise NotAllowedError(f"Event {digest} is another person's; only they or the desk's root erase it.")
                places.append((row.index, field))
            self._check_captures(captures, case, actor, erasures, set(fields))
            entries = self._entries_of([Act(BodyErased(tuple(fields), tuple(captures), because), actor, case, {})], at)
            note = self._add(writer, key, entries)
            writer.erase(places)
        self._acknowledged(entries, note)
        return entries[0].event

    def _check_captures(
        self, captures: Sequence[str], case: str, actor: SigningKey, erasures: Erasures, fields: Collection[tuple[str, str]]
    ) -> None:
        """That captures are the actor's to give up, as far as entries of the case name them that are not erased with them."""
        for found in naming(self.store.rows(0, self.size), captures):
            gone = all((found.clear.digest, field) in fields for field in found.row.disclosures)
            if case in ("", found.case) and not gone and not erasures.may(actor.key, found.clear):
                raise NotAllowedError(
                    f"Entry {found.row.index}, which names capture {min(found.captures)[:12]}, is another person's; only they or the "
                    "desk's root give it up."
                )

    def captures_listed(self) -> set[str]:
        """Every capture that an erasure lists."""
        return self._erasures().captures()

    def captures_erased(self, among: Collection[str], *, elsewhere: bool = False) -> Mapping[str, tuple[str, ...]]:
        """Of some captures those that an erasure lists, with the digests of the entries that still need each; without any it is gone.

        Reads the whole log when there are any. ``elsewhere``: see ``naming.captures_erased``.
        """
        return captures_erased(self._erasures(), self.store.rows(0, self.size), among, elsewhere=elsewhere)

    def _erasures(self) -> Erasures:
        return Erasures(self.origin, self._index.book, self._erasing())


_ERASING = ("body.erased", "log.merged")
"""Types whose fields decide what is erased."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry that is about to be written."""

    row: Row
    leaf: Leaf
    event: Event


def _entry(sealed: Sealed, act: Act, index: int) -> _Entry:
    raw = _signed_leaf(sealed, act)
    leaf = Leaf(raw, sealed.text, sealed.digest, sealed.envelope)
    event = event_of(sealed.envelope, sealed.digest, sealed.payload, frozenset(), index)
    return _Entry(Row(index, raw, leaf_hash(raw), dict(sealed.disclosures)), leaf, event)


def _opened(leaf: Leaf, row: Row) -> _Entry:
    return _Entry(row, leaf, open_leaf(leaf, row.disclosures, index=row.index))


def _without(entry: _Entry, erased: Collection[tuple[int, str]]) -> _Entry:
    """The entry without the fields that were erased."""
    kept = {name: data for name, data in entry.row.disclosures.items() if (entry.row.index, name) not in erased}
    return entry if len(kept) == len(entry.row.disclosures) else _opened(entry.leaf, entry.row._replace(disclosures=kept))


def _signed_leaf(sealed: Sealed, act: Act) -> bytes:
    signers: list[tuple[notes.Verifier, Callable[[bytes], bytes]]] = [(act.actor.verifier(), act.actor.sign)]
    new = new_key(act.payload)
    if new is not None:
        if act.cosigner is None or act.cosigner.key != new:
            raise NotAllowedError("An introduction is signed by both keys: the new key's signature is missing.")
        signers.append((act.cosigner.verifier(), act.cosigner.sign))
    return notes.sign_note(sealed.text, signers)


def _checked(other: Log, origin: str) -> tuple[list[tuple[Leaf, Row]], bytes]:
    """Entries and checkpoint of another log, each entry checked by itself and all of them against the checkpoint.

    Raises:
        IntegrityError, LedgerError: as ``Ledger.merge``.
    """
    if other.origin == origin:
        raise LedgerError("The other ledger is another copy of this one; two histories of one log are not merged. Keep the newer one.")
    with other.store.still():
        rows, note = list(other.store.rows()), other.store.checkpoint()
    found = []
    frontier = Frontier()
    for row in rows:
        leaf = parse_leaf(row.leaf)
        check_signatures(leaf)
        check_cosignature(leaf, open_leaf(leaf, row.disclosures, index=row.index).payload)
        frontier.append(leaf_hash(row.leaf))
        found.append((leaf, row._replace(leaf_hash=leaf_hash(row.leaf))))
    head = notes.open_checkpoint(note, other.verifier)
    if (head.size, head.root) != (frontier.size, frontier.root()):
        raise IntegrityError(
            f"The other ledger's checkpoint signs {head.size} entries, and there are {frontier.size} with another root. Nothing merged.",
            place="checkpoint",
            expected=head.root.hex(),
            computed=frontier.root().hex(),
        )
    return found, note
