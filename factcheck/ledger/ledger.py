"""A ledger: append, read, prove, merge, erase.

An act is acknowledged when its transaction is committed: events, disclosures and the checkpoint over them are written together, and the
newest checkpoint is then kept outside the desk as well, so that a restored backup shows.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from factcheck.errors import IntegrityError, KeyUnavailableError, LedgerConflictError, LedgerError, NotAllowedError, RollbackError
from factcheck.ledger import checkpoint as notes
from factcheck.ledger import tiles
from factcheck.ledger.codec import (
    Leaf,
    Sealed,
    check_cosignature,
    check_signatures,
    consented,
    new_key,
    open_leaf,
    origin_of,
    parse_leaf,
    seal,
    verifier_of,
)
from factcheck.ledger.counting import KEY_TYPES, NOT_ERASABLE, Clear, Erasures, KeyBook, Registers, moves_only_its_own
from factcheck.ledger.kept import KeptHead
from factcheck.ledger.keys import DeskKey, SigningKey
from factcheck.ledger.merkle import Frontier, Provable, Tree, leaf_hash
from factcheck.ledger.store import Header, Row, Store, Writer
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


class Ledger:
    """One log on one store. Made by ``create`` or ``open``."""

    def __init__(
        self,
        store: Store,
        desk_key: DeskKey | None,
        clock: Callable[[], datetime],
        entropy: Callable[[int], bytes],
        kept_heads: Path | None,
    ) -> None:
        self._store = store
        self.desk_key = desk_key
        self._clock = clock
        self._entropy = entropy
        header = store.header()
        self.origin = header.origin
        self.root_keys = frozenset({header.root_key})
        try:
            self._verifier = notes.Verifier(header.origin, verifier_of(header.root_key).public)
        except ValueError as error:
            raise IntegrityError(
                f"The ledger's header names no desk key: {error}. Bring back an untouched copy.", place="header"
            ) from error
        self._kept = KeptHead(kept_heads, self._verifier) if kept_heads else None
        self._tree = Tree()
        self._frontier = Frontier()
        self._index: dict[str, int] = {}  # digest -> index
        self._acts: dict[tuple[str, str], str] = {}  # (actor, id) -> digest
        self._last: dict[str, tuple[int, str]] = {}  # actor -> (n, digest) of its last event written on this desk
        self._registers = Registers(self.root_keys)
        self._erasing: list[Event] = []  # events that say what was erased or merged
        self._signed = b""  # the newest checkpoint that was found to be over what was read
        self.refresh()

    @classmethod
    def create(
        cls,
        store_of: Callable[[Header], Store],
        desk_key: DeskKey,
        *,
        clock: Callable[[], datetime],
        entropy: Callable[[int], bytes],
        kept_heads: Path | None = None,
        origin: str = "",
    ) -> Self:
        """Make a log whose root is ``desk_key``; ``origin`` is ``<domain>/<name>`` when the desk has a domain."""
        header = Header(origin or origin_of(desk_key.key), desk_key.key)
        return cls(store_of(header), desk_key, clock, entropy, kept_heads)

    @classmethod
    def open(
        cls,
        store: Store,
        *,
        desk_key: DeskKey | None,
        clock: Callable[[], datetime],
        entropy: Callable[[int], bytes],
        kept_heads: Path | None = None,
    ) -> Self:
        """Open a log; without the desk's key for reading only."""
        return cls(store, desk_key, clock, entropy, kept_heads)

    def close(self) -> None:
        self._store.close()

    # ---- reading

    @property
    def size(self) -> int:
        """Entries this ledger has read."""
        return len(self._tree)

    @property
    def root(self) -> bytes:
        return self._frontier.root()

    @property
    def tree(self) -> Provable:
        """The tree over what was read."""
        return self._tree

    @property
    def vkey(self) -> str:
        """The verifier key of the log's checkpoints."""
        return self._verifier.vkey

    def seen(self) -> Seen:
        """The head as of the last reading, for events that say what their author saw."""
        return Seen(self.size, base64.b64encode(self.root).decode("ascii"))

    def checkpoint(self) -> str:
        """The signed note of the last commit."""
        return self._store.checkpoint().decode("utf-8")

    def refresh(self) -> int:
        """Notice what others committed; the number of entries now."""
        for row in self._store.rows(len(self._tree)):
            self._learn(row)
        return self.size

    def _learn(self, row: Row) -> None:
        leaf = parse_leaf(row.leaf)
        e = leaf.envelope
        computed = leaf_hash(row.leaf)
        if computed != row.leaf_hash or row.index != len(self._tree):
            raise IntegrityError(
                f"Ledger entry {row.index} does not match its hash: stored {row.leaf_hash.hex()[:6]}, computed {computed.hex()[:6]}. "
                'The file was changed outside factcheck. Stop writing to it; "factcheck verify DESK" lists every entry affected.',
                place=f"entry {row.index}",
                expected=row.leaf_hash.hex(),
                computed=computed.hex(),
            )
        self._tree.append(computed)
        self._frontier.append(computed)
        self._index[leaf.digest] = row.index
        self._acts[e["actor"], e["id"]] = leaf.digest
        if e["desk"] == self.origin:
            self._last[e["actor"]] = (e["n"], leaf.digest)
        event = open_leaf(leaf, row.disclosures, index=row.index) if e["type"] in _RULING else None
        self._registers.learn(clear_of(leaf), event)
        if event and e["type"] in ("body.erased", "log.merged"):
            self._erasing.append(event)

    def events(self, after: int = 0) -> Iterator[Event]:
        """Events from index ``after`` on, up to what this ledger has read."""
        for row in self._store.rows(after):
            if row.index < self.size:
                yield open_leaf(parse_leaf(row.leaf), row.disclosures, index=row.index)

    def find(self, name: str) -> str:
        """The digest of an event named by its entry's number, or by the start of its digest (four characters or more).

        Raises:
            ValueError: none or several fit.
        """
        number = int(name) if name.isdecimal() and len(name) < 20 else -1
        fitting = [digest for digest, index in self._index.items() if index == number or (len(name) >= 4 and digest.startswith(name))]
        if len(fitting) != 1:
            raise ValueError(f"{len(fitting)} of {self.size} entries fit {name!r}; name one by its number or by the start of its digest")
        return fitting[0]

    def index(self, digest: str) -> int:
        """Where an event stands in this log, from 0.

        Raises:
            ValueError: it is not here.
        """
        if digest not in self._index:
            raise ValueError(f"this log holds no event {digest!r}")
        return self._index[digest]

    def heads(self, register: str) -> tuple[str, ...]:
        """Digests of the events that hold a register now, sorted."""
        return self._registers.heads(register)

    @property
    def book(self) -> KeyBook:
        """Which keys count, and whose they are, as far as this ledger has read."""
        return self._registers.book

    def counts(self, key: str) -> bool:
        """Whether the next event that ``key`` writes here will count."""
        return self.book.counts(key, self.origin, self._last.get(key, (-1, ""))[0] + 1)

    def _row(self, digest: str) -> Row:
        index = self.index(digest)
        return next(self._store.rows(index, index + 1))

    def _read(self, digest: str) -> Event:
        row = self._row(digest)
        return open_leaf(parse_leaf(row.leaf), row.disclosures, index=row.index)

    def leaf(self, digest: str) -> bytes:
        """The bytes of an event as they were signed and hashed."""
        return self._row(digest).leaf

    def disclosures(self, digest: str) -> dict[str, bytes]:
        """What the fields of an event disclose; erased ones are absent."""
        return dict(self._row(digest).disclosures)

    def prove(self, digest: str) -> str:
        """That an event is in the log as of the last commit (C2SP tlog-proof)."""
        note, head = self.signed_head()
        index = self._index.get(digest, head.size)
        if index >= head.size:
            raise ValueError(f"this log holds no event {digest!r}")
        return notes.proof_text(index, self._tree.inclusion(index, head.size), note)

    def consistency(self, old: notes.Checkpoint) -> str:
        """That today's log extends an older head of it, as the request that a witness takes (C2SP tlog-witness).

        Raises:
            RollbackError: the ledger is older than that head, or has another history.
        """
        note, head = self.signed_head()
        self.check_extends(old)
        return notes.consistency_text(old.size, self._tree.consistency(old.size, head.size), note)

    def check_extends(self, old: notes.Checkpoint) -> None:
        """That what was read goes on from an older head.

        Raises:
            RollbackError: it is older than that head, or has another history.
        """
        if old.size > self.size or self._tree.root(old.size) != old.root:
            raise RollbackError(
                f"This ledger does not extend the checkpoint of {old.size} entries with root {old.root.hex()[:12]}: it has {self.size} "
                "entries with another root there. It is an older copy, or its history was rewritten.",
                expected=old.size,
                computed=self.size,
            )

    def signed_head(self) -> tuple[bytes, notes.Checkpoint]:
        """The signed note of the last commit and its tree head, found to be over what is here.

        Raises:
            IntegrityError: nothing is signed, not by this log's key, or another tree.
        """
        note = self._store.checkpoint()
        self.refresh()  # others may have committed since: the note may cover less than what was read, never more
        head = notes.open_checkpoint(note, self._verifier)
        if head.size > self.size or self._tree.root(head.size) != head.root:
            raise IntegrityError(
                f"The last checkpoint signs {head.size} entries with another root than those of this ledger. "
                'The file was changed outside factcheck; "factcheck verify DESK" lists every entry affected.',
                place="checkpoint",
                expected=head.root.hex(),
                computed=self._tree.root(min(head.size, self.size)).hex(),
            )
        return note, head

    def export(self, folder: Path, *, disclosures: bool = False) -> int:
        """Write the log as a folder of tiles that any static server serves; returns how many files were written.

        Args:
            disclosures: hand all fields out; without them only those that say whose keys count and what was erased: the log then shows
                which keys wrote when, and what kind of entry, not its content and no names.

        Raises:
            as ``tiles.export_log``.
        """
        note, head = self.signed_head()
        rows = self._store.rows(0, head.size)
        opened = [
            data
            for row in self._store.rows(0, head.size)
            for name, data in row.disclosures.items()
            if disclosures or name in NOT_ERASABLE.get(parse_leaf(row.leaf).envelope["type"], ())
        ]
        return tiles.export_log(folder, self._verifier, note, self._tree, (row.leaf for row in rows), opened)

    # ---- writing

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
            repeated = [digest for act in acts if act.id and (digest := self._acts.get((act.actor.key, act.id)))]
            if len(repeated) == len(acts):
                return [self._read(digest) for digest in repeated]
            if repeated:
                raise ValueError(f"{len(repeated)} of {len(acts)} acts are in the log already; a retry repeats all acts of one append")
            rows = self._rows_of(acts, at)
            note = self._sign(key, rows)
            writer.add(rows, note)
        self._acknowledged(rows, note)
        return [open_leaf(parse_leaf(row.leaf), row.disclosures, index=row.index) for row in rows]

    def _now(self) -> str:
        return self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    @contextmanager
    def _writing(self) -> Iterator[Writer]:
        """A transaction that has caught up with others' commits, on a log that may be signed on."""
        with self._store.writing() as writer:
            for row in writer.rows(self.size):
                self._learn(row)
            self._check_signed(writer.checkpoint())
            self._check_kept()
            yield writer

    def _acknowledged(self, rows: Sequence[Row], note: bytes) -> None:
        for row in rows:
            self._learn(row)
        self._signed = note
        if self._kept is not None:
            try:
                self._kept.write(note)
            except LedgerError as error:
                raise LedgerError(f"The act is saved in the ledger. {error}") from error

    def _rows_of(self, acts: Sequence[Act], at: str, start: int | None = None) -> list[Row]:
        """Rows for acts on top of what was read; heads, counts and known keys go on within the batch."""
        rows: list[Row] = []
        first = self.size if start is None else start
        last = dict(self._last)
        moved: dict[str, tuple[str, ...]] = {}
        introduced: set[str] = set()
        ids: set[tuple[str, str]] = set()
        for act in acts:
            actor = act.actor.key
            n, prev = last.get(actor, (-1, None))
            id = act.id or self._entropy(16).hex()
            if (actor, id) in ids:
                raise ValueError(f"two acts have the id {id}")
            ids.add((actor, id))
            self._check_actor(act, n + 1, introduced)
            for register, replaced in act.on.items():
                heads = moved.get(register, self.heads(register))
                if not set(replaced) <= set(heads) or (not replaced and heads):
                    raise self._conflict(register, act.on)
            on = {register: tuple(sorted(set(replaced))) for register, replaced in act.on.items()}
            sealed = seal(
                act.payload, actor=actor, at=at, case=act.case, desk=self.origin, id=id, n=n + 1, prev=prev, on=on, saw=act.saw,
                entropy=self._entropy,
            )  # fmt: skip
            leaf = _signed_leaf(sealed, act)
            rows.append(Row(first + len(rows), leaf, leaf_hash(leaf), dict(sealed.disclosures)))
            last[actor] = (n + 1, sealed.digest)
            for register, replaced in on.items():
                heads = moved.get(register, self.heads(register))
                moved[register] = tuple(sorted({*heads, sealed.digest} - set(replaced)))
            if new := new_key(act.payload):
                introduced.add(new)
        return rows

    def _check_actor(self, act: Act, n: int, introduced: Collection[str]) -> None:
        """That the act will count: one that does not would be acknowledged and change nothing."""
        actor, book = act.actor.key, self._registers.book
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
        if not moves_only_its_own(kind, actor, act.on, self._registers.author, book):
            raise NotAllowedError("Another person's result or review is not replaced; settle a disagreement with verdict.settled.")

    def _conflict(self, register: str, on: Mapping[str, tuple[str, ...]]) -> LedgerConflictError:
        moved = [name for name, replaced in on.items() if not set(replaced) <= set(self.heads(name)) or (not replaced and self.heads(name))]
        moved = moved or [register]  # moved by an earlier act of the same batch
        newest = [self._read(digest) for digest in self.heads(register)]
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

    def _sign(self, key: DeskKey, rows: Sequence[Row]) -> bytes:
        frontier = self._frontier.copy()
        for row in rows:
            frontier.append(row.leaf_hash)
        text = notes.Checkpoint(self.origin, frontier.size, frontier.root()).text()
        return notes.sign_note(text, [(key.log_verifier(self.origin), key.sign)])

    def _check_signed(self, note: bytes) -> None:
        """Sign only on top of what was signed: entries that were slipped in behind the signer's back stay unsigned."""
        if note == self._signed and bool(note) == bool(self.size):
            return
        head = notes.open_checkpoint(note, self._verifier)
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
        kept = self._kept.read() if self._kept else None
        if self._kept is None or kept is None:
            return
        if kept.size > self.size or self._tree.root(kept.size) != kept.root:
            raise RollbackError(
                f"This ledger has {self.size} entries, but its head with {kept.size} was kept in {self._kept.path}: it is an older copy or "
                "another history, and signing would fork it. Bring back the newer ledger; to go on from this one, delete that file.",
                expected=kept.size,
                computed=self.size,
            )

    # ---- other logs, erasure

    def merge(self, other: Ledger, actor: SigningKey) -> int:
        """Append another log's entries that this one lacks, unchanged, then ``log.merged``; returns how many were new.

        What was erased in either log is erased here.

        Raises:
            IntegrityError: an entry of the other log, or its checkpoint, does not hold; nothing was written.
            LedgerError: the other log is another copy of this one, or holds entries that this one lost.
            as ``append``.
        """
        key = self._desk_key()
        at = self._now()
        foreign, theirs = _checked(other, self.origin)
        with self._writing() as writer:
            new = [(leaf, row) for leaf, row in foreign if leaf.digest not in self._index]
            if not new:
                return 0
            if lost := [leaf for leaf, _ in new if leaf.envelope["desk"] == self.origin]:
                raise LedgerError(
                    f"The other log holds {len(lost)} entries that were written on this desk and are not here: this ledger lost its end. "
                    "Nothing was merged; bring back the newer ledger first."
                )
            [merged] = self._rows_of([Act(LogMerged(other.origin, theirs.decode("utf-8")), actor, "", {})], at, start=self.size + len(new))
            rows = [Row(self.size + i, row.leaf, row.leaf_hash, row.disclosures) for i, (_, row) in enumerate(new)]
            erased = self._erased_with([(leaf, row) for (leaf, _), row in zip(new, rows, strict=True)], merged)
            rows = [replace(r, disclosures={k: v for k, v in r.disclosures.items() if (r.index, k) not in erased}) for r in rows]
            rows.append(merged)
            note = self._sign(key, rows)
            writer.add(rows, note)
            writer.erase(sorted(erased))
        self._acknowledged(rows, note)
        return len(new)

    def _erased_with(self, new: Sequence[tuple[Leaf, Row]], merged: Row) -> set[tuple[int, str]]:
        """Index and field of everything that is erased once ``new`` entries and the merge are in the log."""
        ruling = [open_leaf(leaf, row.disclosures, index=row.index) for leaf, row in new if leaf.envelope["type"] in _RULING]
        ruling.append(open_leaf(parse_leaf(merged.leaf), merged.disclosures, index=merged.index))
        clear = {leaf.digest: clear_of(leaf) for leaf, _ in new}
        index = {**self._index, **{leaf.digest: row.index for leaf, row in new}}
        erasures = Erasures(self.origin, self._registers.book, [*self._erasing, *ruling])
        found = erasures.fields(lambda digest: clear.get(digest) or self._registers.get(digest))
        return {(index[digest], name) for digest, name in found}

    def erase(self, fields: Sequence[tuple[str, str]], *, actor: SigningKey, because: str) -> Event:
        """Delete what fields of events disclose, leaving a tombstone; copies that were handed out are not reached.

        Args:
            fields: (digest, field) pairs.

        Raises:
            NotAllowedError: an event is another person's, and the actor is neither this desk's root nor that of the event's desk.
            ValueError: an event or field that is not here, or one on which it hangs what other events count for.
            as ``append``.
        """
        key = self._desk_key()
        at = self._now()
        with self._writing() as writer:
            erasures = Erasures(self.origin, self._registers.book, self._erasing)
            places = []
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
            rows = self._rows_of([Act(BodyErased(tuple(fields), (), because), actor, "", {})], at)
            note = self._sign(key, rows)
            writer.add(rows, note)
            writer.erase(places)
        self._acknowledged(rows, note)
        return self._read(parse_leaf(rows[0].leaf).digest)


_RULING = (*KEY_TYPES, "body.erased", "log.merged")
"""Types whose fields decide what other events count for."""


def clear_of(leaf: Leaf) -> Clear:
    """The clear fields of a leaf that the rules need."""
    e = leaf.envelope
    return Clear(leaf.digest, e["type"], e["actor"], e["desk"], e["n"], {name: tuple(replaced) for name, replaced in e["on"].items()})


def _signed_leaf(sealed: Sealed, act: Act) -> bytes:
    signers: list[tuple[notes.Verifier, Callable[[bytes], bytes]]] = [(act.actor.verifier(), act.actor.sign)]
    new = new_key(act.payload)
    if new is not None:
        if act.cosigner is None or act.cosigner.key != new:
            raise NotAllowedError("An introduction is signed by both keys: the new key's signature is missing.")
        signers.append((act.cosigner.verifier(), act.cosigner.sign))
    return notes.sign_note(sealed.text, signers)


def _checked(other: Ledger, origin: str) -> tuple[list[tuple[Leaf, Row]], bytes]:
    """Entries and checkpoint of another log, each entry checked by itself and all of them against the checkpoint.

    Raises:
        IntegrityError, LedgerError: as ``Ledger.merge``.
    """
    if other.origin == origin:
        raise LedgerError("The other ledger is another copy of this one; two histories of one log are not merged. Keep the newer one.")
    held = other._store.snapshot()
    found = []
    frontier = Frontier()
    for row in held.rows:
        leaf = parse_leaf(row.leaf)
        check_signatures(leaf)
        check_cosignature(leaf, open_leaf(leaf, row.disclosures, index=row.index).payload)
        frontier.append(leaf_hash(row.leaf))
        found.append((leaf, replace(row, leaf_hash=leaf_hash(row.leaf))))
    note = held.notes[-1][1] if held.notes else b""
    head = notes.open_checkpoint(note, other._verifier)
    if (head.size, head.root) != (frontier.size, frontier.root()):
        raise IntegrityError(
            f"The other ledger's checkpoint signs {head.size} entries, and there are {frontier.size} with another root. Nothing merged.",
            place="checkpoint",
            expected=head.root.hex(),
            computed=frontier.root().hex(),
        )
    return found, note
