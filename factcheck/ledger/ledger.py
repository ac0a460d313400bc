"""A ledger: append, read, prove, merge, erase.

An act is acknowledged when its transaction is committed: events, disclosures and the checkpoint over them are written together, and the
newest checkpoint is then kept outside the desk as well, so that a restored backup shows.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from factcheck.errors import IntegrityError, KeyUnavailableError, LedgerConflictError, LedgerError, NotAllowedError, RollbackError
from factcheck.ledger import checkpoint as notes
from factcheck.ledger.codec import Sealed, b64url, open_leaf, parse_leaf, seal, verifier_of
from factcheck.ledger.keys import DeskKey, SigningKey
from factcheck.ledger.merkle import Frontier, Tree, leaf_hash
from factcheck.ledger.store import Header, Row, Store
from factcheck.model.events import BodyErased, Event, KeyIntroduced, KeyRotated, LogMerged, Payload, Seen


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


def origin_of(root_key: str) -> str:
    """The origin of a log whose desk has no domain: made of the desk's first public key, unchanged for ever."""
    return "factcheck.invalid/" + hashlib.sha256(verifier_of(root_key).public).hexdigest()[:32]


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
        self._kept = KeptHead(kept_heads, self.origin) if kept_heads else None
        self._reset()
        self.refresh()

    def _reset(self) -> None:
        self._tree = Tree()
        self._frontier = Frontier()
        self._index: dict[str, int] = {}  # digest -> index
        self._acts: dict[tuple[str, str], str] = {}  # (actor, id) -> digest
        self._last: dict[str, tuple[int, str]] = {}  # actor -> (n, digest) of its last event written on this desk
        self._moves: dict[str, list[str]] = defaultdict(list)
        self._replaced: dict[str, set[str]] = defaultdict(set)
        self._known = set(self.root_keys)  # keys introduced here

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
    def vkey(self) -> str:
        """The verifier key of the log's checkpoints."""
        return self._verifier().vkey

    def _verifier(self) -> notes.Verifier:
        return notes.Verifier(self.origin, verifier_of(next(iter(self.root_keys))).public)

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
        if e["desk"] == self.origin and e["n"] >= self._last.get(e["actor"], (-1, ""))[0]:
            self._last[e["actor"]] = (e["n"], leaf.digest)
        for register, replaced in e["on"].items():
            self._moves[register].append(leaf.digest)
            self._replaced[register].update(replaced)
        if e["type"] in ("key.introduced", "key.rotated") and e["actor"] in self._known:
            self._known.update("ed25519:" + name.partition(":")[2] for name in e["on"] if name.startswith("key:"))

    def events(self, after: int = 0) -> Iterator[Event]:
        """Events from index ``after`` on, up to what this ledger has read."""
        for row in self._store.rows(after):
            if row.index < self.size:
                yield open_leaf(parse_leaf(row.leaf), row.disclosures, index=row.index)

    def heads(self, register: str) -> tuple[str, ...]:
        """Digests of the events that nothing replaced in a register, sorted."""
        replaced = self._replaced.get(register, set())
        return tuple(sorted(digest for digest in self._moves.get(register, ()) if digest not in replaced))

    def _row(self, digest: str) -> Row:
        index = self._index.get(digest)
        if index is None:
            raise ValueError(f"this log holds no event {digest!r}")
        return next(self._store.rows(index))

    def leaf(self, digest: str) -> bytes:
        """The bytes of an event as they were signed and hashed."""
        return self._row(digest).leaf

    def disclosures(self, digest: str) -> dict[str, bytes]:
        """What the fields of an event disclose; erased ones are absent."""
        return dict(self._row(digest).disclosures)

    def prove(self, digest: str) -> str:
        """That an event is in the log as of the last commit (C2SP tlog-proof)."""
        if digest not in self._index:
            raise ValueError(f"this log holds no event {digest!r}")
        note = self._store.checkpoint()
        size = notes.Checkpoint.parse(notes.parse_note(note).text).size
        index = self._index[digest]
        return notes.proof_text(index, self._tree.inclusion(index, min(size, self.size)), note)

    def consistency(self, old: int) -> list[bytes]:
        """That the tree of ``old`` entries is a prefix of today's."""
        return self._tree.consistency(old)

    # ---- writing

    def append(self, acts: Sequence[Act]) -> list[Event]:
        """Append acts in one transaction, all or nothing; acknowledged when this returns.

        Raises:
            LedgerConflictError: something an act replaces moved since; ``registers`` names what. Nothing was written.
            NotAllowedError: the actor's key is not introduced, or an introduction lacks the new key's signature.
            RollbackError: the ledger is older than the head kept outside it.
            KeyUnavailableError: the desk's key is not on this machine.
            LedgerError: the store refused (disk full, read-only, locked).
        """
        key = self._desk_key()
        at = self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        with self._store.writing() as writer:
            self._catch_up(writer.rows(self.size))
            self._check_kept()
            repeated = [self._acts.get((act.actor.key, act.id)) for act in acts if act.id]
            if acts and len(repeated) == len(acts) and all(repeated):
                return [event for digest in repeated if digest for event in self._read(digest)]
            rows = self._rows_of(acts, at)
            note = self._sign(key, rows)
            writer.add(rows, note)
        for row in rows:
            self._learn(row)
        self._keep(note)
        return [open_leaf(parse_leaf(row.leaf), row.disclosures, index=row.index) for row in rows]

    def _rows_of(self, acts: Sequence[Act], at: str) -> list[Row]:
        """Rows for acts on top of what was read; heads, counts and known keys go on within the batch."""
        rows: list[Row] = []
        last = dict(self._last)
        moved: dict[str, tuple[str, ...]] = {}
        known = set(self._known)
        for act in acts:
            actor = act.actor.key
            if actor not in known:
                raise NotAllowedError(f"The key {actor} is not introduced to this desk. Ask somebody who works on it to introduce you.")
            on = {}
            for register, replaced in act.on.items():
                heads = moved.get(register, self.heads(register))
                if not set(replaced) <= set(heads) or (not replaced and heads):
                    raise self._conflict(register, act.on)
                on[register] = tuple(sorted(set(replaced)))
            n, prev = last.get(actor, (-1, None))
            sealed = seal(
                act.payload,
                actor=actor,
                at=at,
                case=act.case,
                desk=self.origin,
                id=act.id or self._entropy(16).hex(),
                n=n + 1,
                prev=prev,
                on=on,
                saw=act.saw,
                entropy=self._entropy,
            )
            leaf = self._signed(sealed, act)
            rows.append(Row(self.size + len(rows), leaf, leaf_hash(leaf), dict(sealed.disclosures)))
            last[actor] = (n + 1, sealed.digest)
            for register, replaced in on.items():
                heads = moved.get(register, self.heads(register))
                moved[register] = tuple(sorted({*heads, sealed.digest} - set(replaced)))
            if isinstance(act.payload, (KeyIntroduced, KeyRotated)):
                known.add(act.payload.key if isinstance(act.payload, KeyIntroduced) else act.payload.new)
        return rows

    def _signed(self, sealed: Sealed, act: Act) -> bytes:
        signers: list[tuple[notes.Verifier, Callable[[bytes], bytes]]] = [(act.actor.verifier(), act.actor.sign)]
        if isinstance(act.payload, (KeyIntroduced, KeyRotated)):
            new = act.payload.key if isinstance(act.payload, KeyIntroduced) else act.payload.new
            if act.cosigner is None or act.cosigner.key != new:
                raise NotAllowedError("An introduction is signed by both keys: the new key's signature is missing.")
            signers.append((act.cosigner.verifier(), act.cosigner.sign))
        return notes.sign_note(sealed.text, signers)

    def _conflict(self, register: str, on: Mapping[str, tuple[str, ...]]) -> LedgerConflictError:
        moved = [name for name, replaced in on.items() if not set(replaced) <= set(self.heads(name)) or (not replaced and self.heads(name))]
        newest = [event for digest in self.heads(register) for event in self._read(digest)]
        who = "; ".join(f"{event.type} at {event.at[:19]}Z, entry {event.index}" for event in newest)
        return LedgerConflictError(
            f"Nothing was written: {', '.join(moved)} moved after you last looked ({who}). "
            "Look at it as it is now (case.refresh()), and do it again.",
            registers=tuple(moved),
            events=tuple(newest),
        )

    def _read(self, digest: str) -> list[Event]:
        row = self._row(digest)
        return [open_leaf(parse_leaf(row.leaf), row.disclosures, index=row.index)]

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

    def _catch_up(self, rows: Iterator[Row]) -> None:
        for row in rows:
            self._learn(row)

    def _check_kept(self) -> None:
        """Sign only what extends the head kept outside: a restored backup would fork the log."""
        if self._kept is None:
            return
        kept = self._kept.read(self._verifier())
        if kept is None:
            return
        if kept.size > self.size or self._tree.root(kept.size) != kept.root:
            raise RollbackError(
                f"This ledger has {self.size} entries, but its head with {kept.size} was kept in {self._kept.path}: it is an older copy or "
                "another history, and signing would fork it. Bring back the newer ledger; to go on from this one, delete that file.",
                expected=kept.size,
                computed=self.size,
            )

    def _keep(self, note: bytes) -> None:
        if self._kept is not None:
            self._kept.write(note)

    # ---- other logs, erasure

    def merge(self, other: Ledger, actor: SigningKey) -> int:
        """Append another log's entries that this one lacks, unchanged, then ``log.merged``; returns how many were new.

        What was erased here stays erased: disclosures come only with entries that are new.

        Raises:
            as ``append``.
        """
        key = self._desk_key()
        at = self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        with self._store.writing() as writer:
            self._catch_up(writer.rows(self.size))
            self._check_kept()
            foreign = [row for row in other._store.rows() if parse_leaf(row.leaf).digest not in self._index]
            if not foreign:
                return 0
            rows = [Row(self.size + i, row.leaf, row.leaf_hash, row.disclosures) for i, row in enumerate(foreign)]
            n, prev = self._last.get(actor.key, (-1, None))
            payload = LogMerged(other.origin, other.checkpoint())
            sealed = seal(
                payload, actor=actor.key, at=at, case="", desk=self.origin, id=self._entropy(16).hex(), n=n + 1, prev=prev, on={}, saw=None,
                entropy=self._entropy,
            )  # fmt: skip
            leaf = notes.sign_note(sealed.text, [(actor.verifier(), actor.sign)])
            rows.append(Row(self.size + len(rows), leaf, leaf_hash(leaf), dict(sealed.disclosures)))
            note = self._sign(key, rows)
            writer.add(rows, note)
        for row in rows:
            self._learn(row)
        self._keep(note)
        return len(foreign)

    def erase(self, fields: Sequence[tuple[str, str]], *, actor: SigningKey, persons: Mapping[str, str], because: str) -> Event:
        """Delete what fields of events disclose, leaving a tombstone; copies that were handed out are not reached.

        Args:
            fields: (digest, field) pairs.
            persons: key -> person id, as the desk's state knows them.

        Raises:
            NotAllowedError: an event is another person's and the actor is not a desk root.
            ValueError: an event or field that is not here.
        """
        key = self._desk_key()
        at = self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        with self._store.writing() as writer:
            self._catch_up(writer.rows(self.size))
            self._check_kept()
            places = []
            for digest, field in fields:
                row = self._row(digest)
                leaf = parse_leaf(row.leaf)
                if field not in leaf.body:
                    raise ValueError(f"event {digest} has no field {field!r}")
                mine = persons.get(leaf.actor) is not None and persons.get(leaf.actor) == persons.get(actor.key)
                if not mine and actor.key not in self.root_keys:
                    raise NotAllowedError(f"Event {digest} is another person's; only they or the desk's root erase it.")
                places.append((row.index, field))
            n, prev = self._last.get(actor.key, (-1, None))
            payload = BodyErased(tuple(fields), (), because)
            sealed = seal(
                payload, actor=actor.key, at=at, case="", desk=self.origin, id=self._entropy(16).hex(), n=n + 1, prev=prev, on={}, saw=None,
                entropy=self._entropy,
            )  # fmt: skip
            signed = notes.sign_note(sealed.text, [(actor.verifier(), actor.sign)])
            row = Row(self.size, signed, leaf_hash(signed), dict(sealed.disclosures))
            note = self._sign(key, [row])
            writer.add([row], note)
            writer.erase(places)
        self._learn(row)
        self._keep(note)
        return self._read(sealed.digest)[0]


class KeptHead:
    """The newest checkpoint of one log, kept outside its desk: how a restored backup or a cut tail is noticed."""

    def __init__(self, folder: Path, origin: str) -> None:
        self.path = folder / (b64url(hashlib.sha256(origin.encode()).digest())[:22] + ".checkpoint")

    def read(self, verifier: notes.Verifier) -> notes.Checkpoint | None:
        """The kept tree head; None when none was kept.

        Raises:
            IntegrityError: the file does not hold a checkpoint of this log.
        """
        try:
            note = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise LedgerError(f"Cannot read the kept head {self.path}: {error.strerror}.") from error
        return notes.open_checkpoint(note, verifier)

    def write(self, note: bytes) -> None:
        """Write beside, sync, rename, sync the folder."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            beside = self.path.with_suffix(f".{os.getpid()}.part")
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(note)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.path)
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise LedgerError(
                f"The act is saved in the ledger, but its head could not be kept in {self.path}: {error.strerror}. Mend that folder."
            ) from error
