"""A log as it is read: entries, tree, proofs, what holds each register. ``Ledger`` adds writing to it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from factcheck.errors import IntegrityError, RollbackError
from factcheck.ledger import checkpoint as notes
from factcheck.ledger import index as indices
from factcheck.ledger import tiles
from factcheck.ledger.canonical import b64url
from factcheck.ledger.codec import Leaf, open_leaf, parse_leaf, verifier_of
from factcheck.ledger.counting import KEY_TYPES, NOT_ERASABLE, KeyBook
from factcheck.ledger.index import Index
from factcheck.ledger.merkle import Frontier, KeptTree, Provable, leaf_hash
from factcheck.ledger.store import Row, Store
from factcheck.ledger.turns import in_turn
from factcheck.model.events import Event, Seen

WORTH_SAVING = 1_000
"""Entries from which on an index is kept between sessions; a shorter log is read faster than a copy is made."""


class Log:
    """One log on one store.

    Args:
        saved: folder outside the desk where an index may be kept between sessions; everything in it can be deleted.
    """

    def __init__(self, store: Store, saved: Path | None = None) -> None:
        self.store = store
        self.lock = store.lock  # reading on and writing are one turn each: another thread sees the log before or after
        header = store.header()
        self.origin = header.origin
        self.root_keys = frozenset({header.root_key})
        try:
            self.verifier = notes.Verifier(header.origin, verifier_of(header.root_key).public)
        except ValueError as error:
            raise IntegrityError(
                f"The ledger's header names no desk key: {error}. Bring back an untouched copy.", place="header"
            ) from error
        name = b64url(hashlib.sha256(f"{header.origin} {header.root_key}".encode()).digest())[:22]
        self._saved = saved / f"{name}.index" if saved else None
        known = indices.load(self._saved, self.origin, self.root_keys, self._root_at, self._events_at) if self._saved else None
        self._index = known or Index(self.root_keys)
        self._saved_size = self._index.size
        self._frontier = KeptTree(self._index.size, store.hashes).frontier() if self._index.size else Frontier()
        self.refresh()

    def close(self) -> None:
        """Let go of the store."""
        if self._index.size - self._saved_size >= WORTH_SAVING // 10:
            self._save()
        self._index.close()
        self.store.close()

    # ---- the index between sessions

    def _root_at(self, size: int) -> bytes | None:
        return KeptTree(size, self.store.hashes).root() if size <= self.store.size() else None

    def _save(self) -> None:
        if self._saved is not None and self.size >= WORTH_SAVING:
            self._index.save(self._saved, self.origin, self.root)
            self._saved_size = self.size

    # ---- reading

    @property
    def size(self) -> int:
        """Entries this log has read."""
        return self._frontier.size

    @property
    def root(self) -> bytes:
        return self._frontier.root()

    @property
    def tree(self) -> Provable:
        """The tree over what was read."""
        return KeptTree(self.size, self.store.hashes)

    @property
    def vkey(self) -> str:
        """The verifier key of the log's checkpoints."""
        return self.verifier.vkey

    @in_turn
    def seen(self) -> Seen:
        """The head as of the last reading, for events that say what their author saw."""
        return Seen(self.size, base64.b64encode(self.root).decode("ascii"))

    def checkpoint(self) -> str:
        """The signed note of the last commit."""
        return self.store.checkpoint().decode("utf-8")

    @in_turn
    def refresh(self) -> int:
        """Notice what others committed; the number of entries now."""
        self._learn_rows(self.store.rows(self.size))
        return self.size

    def _learn_rows(self, rows: Iterable[Row]) -> None:
        for row in rows:
            leaf = _parsed(row)
            if row.index != self.size:
                raise IntegrityError(f"Ledger entry {self.size} is missing; the next one is {row.index}.", place=f"entry {self.size}")
            event = open_leaf(leaf, row.disclosures, index=row.index) if leaf.envelope["type"] in KEY_TYPES else None
            self._learn(leaf, row.leaf_hash, event)

    def _learn(self, leaf: Leaf, computed: bytes, event: Event | None) -> None:
        try:
            self._index.learn(leaf, event)
        except ValueError as error:
            raise IntegrityError(f"Ledger entry {self.size} repeats an earlier one: {error}.", place=f"entry {self.size}") from error
        self._frontier.append(computed)
        if self.size - self._saved_size >= max(WORTH_SAVING, self.size // 10):
            self._save()

    def events(self, after: int = 0) -> Iterator[Event]:
        """Events from index ``after`` on, up to what this log has read."""
        for row in self.store.rows(after, self.size):
            yield open_leaf(_parsed(row), row.disclosures, index=row.index)

    def events_at(self, places: Collection[int]) -> list[Event]:
        """The events at some places, in their order."""
        return [event for event in self._events_at(places) if event.index < self.size]

    def _events_at(self, places: Collection[int]) -> list[Event]:
        found = []
        for first, last in _runs(places):
            found += [open_leaf(_parsed(row), row.disclosures, index=row.index) for row in self.store.rows(first, last)]
        return found

    def rows_at(self, places: Collection[int]) -> Iterator[tuple[str, Row]]:
        """The entries at some places as they are stored, with their digests."""
        for first, last in _runs(places):
            for row in self.store.rows(first, min(last, self.size)):
                yield _parsed(row).digest, row

    def places_of_no_case(self) -> list[int]:
        """Where the events stand that belong to no case."""
        return self._index.of_no_case()

    def places_of_desk(self) -> list[int]:
        """Where the events stand that the state of the desk as a whole is made of."""
        return self._index.of_desk()

    def places_of_case(self, case: str) -> list[int]:
        """Where the events of a case stand, and those that moved a register which one of them moved."""
        return self._index.of_case(case)

    def moved_before(self, register: str, digest: str) -> bool:
        """Whether an entry before that event moved the register too."""
        return self._index.first_mover(register) != self.index(digest)

    @in_turn
    def find(self, name: str) -> str:
        """The digest of an event named by its entry's number, or by the start of its digest (four characters or more).

        Raises:
            ValueError: none or several fit.
        """
        number = int(name) if name.isdecimal() and len(name) < 10 else -1
        numbered = self._index.at(number) if number >= 0 else None
        fitting = {*([numbered] if numbered else []), *(self._index.beginning(name) if len(name) >= 4 and name.isascii() else [])}
        if len(fitting) != 1:
            fit = "several" if fitting else "0"
            raise ValueError(f"{fit} of {self.size} entries fit {name!r}; name one by its number or by the start of its digest")
        return fitting.pop()

    def index(self, digest: str) -> int:
        """Where an event stands in this log, from 0.

        Raises:
            ValueError: it is not here.
        """
        found = self._index.find(digest)
        if found is None:
            raise ValueError(f"this log holds no event {digest!r}")
        return found

    def entries_until(self, at: str) -> int:
        """The length of the longest beginning of the log in which no event names a later time."""
        return self._index.later_than(at)

    @in_turn
    def heads(self, register: str) -> tuple[str, ...]:
        """Digests of the events that hold a register now, sorted."""
        return self._index.heads(register)

    @property
    def book(self) -> KeyBook:
        """Which keys count, and whose they are, as far as this log was read."""
        return self._index.book

    @in_turn
    def counts(self, key: str) -> bool:
        """Whether the next event that ``key`` writes here will count."""
        return self.book.counts(key, self.origin, (self._index.last(self.origin, key) or (-1, ""))[0] + 1)

    def _row(self, digest: str) -> Row:
        index = self.index(digest)
        return next(self.store.rows(index, index + 1))

    def event(self, digest: str) -> Event:
        """An event by its digest.

        Raises:
            ValueError: it is not here.
        """
        row = self._row(digest)
        return open_leaf(_parsed(row), row.disclosures, index=row.index)

    def leaf(self, digest: str) -> bytes:
        """The bytes of an event as they were signed and hashed."""
        return self._row(digest).leaf

    def disclosures(self, digest: str) -> dict[str, bytes]:
        """What the fields of an event disclose; erased ones are absent."""
        return dict(self._row(digest).disclosures)

    # ---- proofs

    @in_turn
    def prove(self, digest: str) -> str:
        """That an event is in the log as of the last commit (C2SP tlog-proof)."""
        note, head = self.signed_head()
        index = self.index(digest)
        if index >= head.size:
            raise ValueError(f"this log holds no event {digest!r}")
        return notes.proof_text(index, self.tree.inclusion(index, head.size), note)

    @in_turn
    def consistency(self, old: notes.Checkpoint) -> str:
        """That today's log extends an older head of it, as the request that a witness takes (C2SP tlog-witness).

        Raises:
            RollbackError: the ledger is older than that head, or has another history.
        """
        note, head = self.signed_head()
        self.check_extends(old)
        return notes.consistency_text(old.size, self.tree.consistency(old.size, head.size), note)

    def check_extends(self, old: notes.Checkpoint) -> None:
        """That what was read goes on from an older head.

        Raises:
            RollbackError: it is older than that head, or has another history.
        """
        if old.size > self.size or self.tree.root(old.size) != old.root:
            raise RollbackError(
                f"This ledger does not extend the checkpoint of {old.size} entries with root {old.root.hex()[:12]}: it has {self.size} "
                "entries with another root there. It is an older copy, or its history was rewritten.",
                expected=old.size,
                computed=self.size,
            )

    @in_turn
    def signed_head(self) -> tuple[bytes, notes.Checkpoint]:
        """The signed note of the last commit and its tree head, found to be over what is here.

        Raises:
            IntegrityError: nothing is signed, not by this log's key, or another tree.
        """
        note = self.store.checkpoint()
        self.refresh()  # others may have committed since: the note may cover less than what was read, never more
        head = notes.open_checkpoint(note, self.verifier)
        if head.size > self.size or self.tree.root(head.size) != head.root:
            raise IntegrityError(
                f"The last checkpoint signs {head.size} entries with another root than those of this ledger. "
                'The file was changed outside factcheck; "factcheck verify DESK" lists every entry affected.',
                place="checkpoint",
                expected=head.root.hex(),
                computed=self.tree.root(min(head.size, self.size)).hex(),
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
        opened = (
            data
            for row in self.store.rows(0, head.size)
            for name, data in row.disclosures.items()
            if disclosures or name in NOT_ERASABLE.get(parse_leaf(row.leaf).envelope["type"], ())
        )
        leaves = (row.leaf for row in self.store.rows(0, head.size))
        return tiles.export_log(folder, self.verifier, note, self.tree, leaves, opened)


def _parsed(row: Row) -> Leaf:
    """The leaf of a row whose stored hash was found to be right."""
    computed = leaf_hash(row.leaf)
    if computed != row.leaf_hash:
        raise IntegrityError(
            f"Ledger entry {row.index} does not match its hash: stored {row.leaf_hash.hex()[:6]}, computed {computed.hex()[:6]}. "
            'The file was changed outside factcheck. Stop writing to it; "factcheck verify DESK" lists every entry affected.',
            place=f"entry {row.index}",
            expected=row.leaf_hash.hex(),
            computed=computed.hex(),
        )
    return parse_leaf(row.leaf)


def _runs(places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Places as runs [first, last)."""
    first = last = -1
    for place in sorted(set(places)):
        if place != last:
            if last > first:
                yield first, last
            first = place
        last = place + 1
    if last > first:
        yield first, last
