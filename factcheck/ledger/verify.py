"""Check a ledger from its bytes alone: every leaf, signature, commitment, count and checkpoint is computed anew.

Every fault is a finding, none an exception; nothing checked is never "whole". What a stranger learns is how far a ledger holds, not yes
or no.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from factcheck.errors import FactcheckError, IntegrityError, LedgerError
from factcheck.ledger import checkpoint as notes
from factcheck.ledger.codec import Leaf, field_names, open_leaf, parse_leaf, verifier_of
from factcheck.ledger.ledger import KeptHead
from factcheck.ledger.merkle import Frontier, leaf_hash
from factcheck.ledger.sqlite import SCHEMA, SqliteStore
from factcheck.ledger.store import Row, Store
from factcheck.model.events import BodyErased, Event, KeyIntroduced, KeyRevoked, KeyRotated, LogMerged


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that verification has to say."""

    level: str  # error, warning, info
    place: str  # entry 118, entry 118 field quote, checkpoint, capture 3f9a1c..., file
    code: str
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """How far a ledger holds, with counts of what was checked."""

    findings: tuple[Finding, ...]
    origin: str = ""
    vkey: str = ""
    entries: int = 0
    disclosed: int = 0  # fields
    erased: int = 0  # fields
    persons: int = 0
    root: str = ""  # hexadecimal
    whole: bool = False  # leaves, commitments, tree and checkpoint agree
    signed_by_introduced: bool = False
    checkpoint_signed: bool = False
    extends_kept_head: bool | None = None  # None: no head was kept
    captures_named: frozenset[str] = field(default_factory=frozenset)
    captures_present: int = 0

    @property
    def ok(self) -> bool:
        return self.entries > 0 and self.whole and not any(finding.level == "error" for finding in self.findings)

    def with_captures(self, faults: Iterable[Finding], *, present: int) -> Findings:
        return replace(self, findings=(*self.findings, *faults), captures_present=present)


class _Check:
    """One pass over a store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.found: list[Finding] = []
        self.frontier = Frontier()
        self.roots: dict[int, bytes] = {}
        self.leaves: dict[str, tuple[Leaf, Row]] = {}
        self.events: list[Event] = []
        self.disclosed = 0
        self.captures: set[str] = set()

    def error(self, place: str, code: str, message: str, remedy: str = "") -> None:
        self.found.append(Finding("error", place, code, message, remedy))

    def rows(self) -> None:
        index = -1
        for index, row in enumerate(self.store.rows()):
            place = f"entry {row.index}"
            if row.index != index:
                self.error(place, "entry.missing", f"entry {index} is not there; the next one is {row.index}", "Entries were removed.")
                return
            computed = leaf_hash(row.leaf)
            if computed != row.leaf_hash:
                self.error(
                    place,
                    "entry.hash",
                    f"{place} does not match its hash: stored {row.leaf_hash.hex()[:12]}, computed {computed.hex()[:12]}",
                    "The file was changed outside factcheck; bring back an untouched copy.",
                )
            self.frontier.append(computed)
            self.roots[index + 1] = self.frontier.root()
            self.row(place, row)

    def row(self, place: str, row: Row) -> None:
        try:
            leaf = parse_leaf(row.leaf)
        except (IntegrityError, ValueError) as error:
            self.error(place, "entry.form", f"{place}: {error}", "The entry was not written by factcheck, or was changed.")
            return
        if leaf.digest in self.leaves:
            self.error(place, "entry.twice", f"{place} repeats event {leaf.digest}")
            return
        self.leaves[leaf.digest] = (leaf, row)
        self.signatures(place, leaf)
        try:
            event = open_leaf(leaf, row.disclosures, index=row.index)
        except (FactcheckError, ValueError) as error:
            self.error(place, "entry.disclosure", f"{place}: {error}", "A disclosed field was changed; the commitment in the leaf holds.")
            return
        known = field_names(event.type, event.version)
        if known is None:
            self.found.append(
                Finding("warning", place, "entry.unknown", f"{place} is of type {event.type} version {event.version}, unknown here")
            )
        elif known != set(leaf.body):
            self.error(place, "entry.fields", f"{place} has the fields {sorted(leaf.body)}, not those of its type")
        self.disclosed += len(row.disclosures)
        self.events.append(event)
        if event.payload is not None:
            self.captures |= _captures(msgspec.to_builtins(event.payload))

    def signatures(self, place: str, leaf: Leaf) -> None:
        try:
            if not leaf.note.signed_by(verifier_of(leaf.actor)):
                self.error(place, "entry.unsigned", f"{place} is not signed by its actor {leaf.actor}")
            if leaf.envelope["type"] not in ("key.introduced", "key.rotated") and len(leaf.note.signatures) != 1:
                self.error(place, "entry.signatures", f"{place} carries {len(leaf.note.signatures)} signatures; one is its form")
        except IntegrityError as error:
            self.error(place, "entry.signature", f"{place}: {error}", "The entry or its signature was changed.")

    # ---- over all entries

    def keys(self, root_key: str) -> tuple[int, bool]:
        """Whether every event is signed by a key that was introduced; the number of persons."""
        known, persons = {root_key}, set()
        introductions = [e for e in self.events if isinstance(e.payload, (KeyIntroduced, KeyRotated))]
        revoked: dict[str, Mapping[str, tuple[int, str]]] = {}
        learnt = True
        while learnt:
            learnt = False
            for event in introductions:
                payload = event.payload
                new = payload.key if isinstance(payload, KeyIntroduced) else payload.new if isinstance(payload, KeyRotated) else ""
                if event.actor in known and new not in known:
                    known.add(new)
                    learnt = True
                    if isinstance(payload, KeyIntroduced):
                        persons.add(payload.person)
        for event in introductions:
            payload = event.payload
            new = payload.key if isinstance(payload, KeyIntroduced) else payload.new if isinstance(payload, KeyRotated) else ""
            leaf, row = self.leaves[event.digest]
            place = f"entry {row.index}"
            try:
                if len(leaf.note.signatures) != 2 or not leaf.note.signed_by(verifier_of(new)):
                    self.error(place, "key.unsigned", f"{place} introduces {new}, which did not sign it")
            except (IntegrityError, ValueError) as error:
                self.error(place, "key.signature", f"{place}: {error}")
        for event in self.events:
            if isinstance(event.payload, KeyRevoked):
                revoked[event.payload.key] = event.payload.last
        good = True
        for event in self.events:
            place = f"entry {event.index}"
            if event.actor not in known:
                good = False
                self.error(place, "key.unknown", f"{place} is signed by {event.actor}, which nobody known introduced", "It does not count.")
            last = revoked.get(event.actor, {}).get(event.desk) if event.actor in revoked else None
            if event.actor in revoked and (last is None or event.n > last[0]):
                self.found.append(
                    Finding("warning", place, "key.revoked", f"{place} was written with a key after its revocation; it does not count")
                )
        return len(persons), good

    def counts(self) -> None:
        """Each actor's events on each desk count 0, 1, 2 ... and name the one before: a copied key or a withheld event shows."""
        chains: dict[tuple[str, str], list[Event]] = defaultdict(list)
        for event in self.events:
            chains[event.desk, event.actor].append(event)
        ids: dict[tuple[str, str], str] = {}
        for (_, actor), events in chains.items():
            before: Event | None = None
            for event in sorted(events, key=lambda e: (e.n, e.index)):
                expected = (0, None) if before is None else (before.n + 1, before.digest)
                if (event.n, event.prev) != expected:
                    self.error(
                        f"entry {event.index}",
                        "actor.fork",
                        f"entry {event.index} is number {event.n} of {actor} after {event.prev}, not {expected[0]} after {expected[1]}",
                        "An event was withheld, or the key is used in two places.",
                    )
                if ids.setdefault((actor, event.id), event.digest) != event.digest:
                    self.error(f"entry {event.index}", "actor.id", f"entry {event.index} repeats the id of another event of {actor}")
                before = event

    def replaced(self, origin: str) -> None:
        """What an event replaces was there before it, and moved the same register."""
        for event in self.events:
            for register, digests in event.on.items():
                for digest in digests:
                    other = self.leaves.get(digest)
                    if other is None:
                        self.found.append(
                            Finding(
                                "warning",
                                f"entry {event.index}",
                                "register.missing",
                                f"entry {event.index} replaces {digest}, which is missing",
                            )
                        )
                    elif register not in other[0].envelope["on"]:
                        self.error(
                            f"entry {event.index}",
                            "register.other",
                            f"entry {event.index} replaces {digest} in {register}, which it did not move",
                        )
                    elif other[1].index >= event.index and event.desk == origin:
                        self.error(
                            f"entry {event.index}", "register.order", f"entry {event.index} replaces a later entry, {other[1].index}"
                        )

    def erasures(self, root_key: str) -> int:
        """Every field is disclosed or erased by somebody who may; returns the number of erased fields."""
        person = {e.payload.key: e.payload.person for e in self.events if isinstance(e.payload, KeyIntroduced)}
        allowed: set[tuple[str, str]] = set()
        for event in self.events:
            if isinstance(event.payload, BodyErased):
                for digest, name in event.payload.fields:
                    target = self.leaves.get(digest)
                    own = target is not None and person.get(target[0].actor, "?") == person.get(event.actor)
                    if own or event.actor == root_key:
                        allowed.add((digest, name))
        erased = 0
        for event in self.events:
            for name in sorted(event.missing):
                if (event.digest, name) in allowed:
                    erased += 1
                else:
                    self.error(
                        f"entry {event.index}",
                        "field.missing",
                        f"entry {event.index}: the field {name!r} is not disclosed, and no erasure accounts for it",
                        "It was deleted outside factcheck; the commitment remains.",
                    )
            for name in set(self.leaves[event.digest][1].disclosures):
                if (event.digest, name) in allowed:
                    self.error(
                        f"entry {event.index}", "field.undead", f"entry {event.index}: the field {name!r} was erased and is here again"
                    )
        return erased

    def merges(self) -> None:
        """Foreign entries are accounted for by a merge."""
        merged = {e.payload.origin for e in self.events if isinstance(e.payload, LogMerged)}
        own = self.store.header().origin
        for event in self.events:
            if event.desk not in (own, *merged):
                self.found.append(
                    Finding(
                        "warning",
                        f"entry {event.index}",
                        "entry.foreign",
                        f"entry {event.index} was first written on {event.desk}; no merge names it",
                    )
                )


def verify_ledger(path: Path, *, kept_heads: Path | None = None, against: bytes | None = None) -> Findings:
    """Check a ledger file; nothing is created or changed beside it.

    Args:
        kept_heads: folder where heads are kept outside the desk.
        against: a signed checkpoint that somebody kept elsewhere; the ledger must extend it.
    """
    try:
        store = SqliteStore.open(path, read_only=True)
    except (FactcheckError, sqlite3.Error, OSError) as error:
        return Findings((Finding("error", str(path), "file.unreadable", str(error), "Bring back an untouched copy of the ledger."),))
    try:
        faults = _file_faults(path, store)
        return verify_store(store, kept_heads=kept_heads, against=against, faults=faults)
    finally:
        store.close()


def verify_store(store: Store, *, kept_heads: Path | None = None, against: bytes | None = None, faults: Iterable[Finding] = ()) -> Findings:
    """Check a store that is open."""
    check = _Check(store)
    check.found.extend(faults)
    try:
        header = store.header()
        root = verifier_of(header.root_key)
        verifier = notes.Verifier(header.origin, root.public)
        check.rows()
        persons, known = check.keys(header.root_key)
        check.counts()
        check.replaced(header.origin)
        erased = check.erasures(header.root_key)
        check.merges()
        signed = _checkpoint(check, verifier)
        extends = _kept(check, verifier, kept_heads, against)
    except (FactcheckError, ValueError, TypeError, KeyError, sqlite3.Error) as error:
        check.error(
            "file", "file.unreadable", f"the ledger cannot be read to its end: {error}", "Bring back an untouched copy of the ledger."
        )
        return Findings(tuple(check.found), entries=len(check.events))
    if not check.events:
        check.error("file", "file.empty", "the ledger holds no entry, so nothing was checked")
    whole = not any(finding.level == "error" for finding in check.found)
    return Findings(
        findings=tuple(check.found),
        origin=header.origin,
        vkey=verifier.vkey,
        entries=check.frontier.size,
        disclosed=check.disclosed,
        erased=erased,
        persons=persons,
        root=check.frontier.root().hex(),
        whole=whole,
        signed_by_introduced=known and bool(check.events),
        checkpoint_signed=signed,
        extends_kept_head=extends,
        captures_named=frozenset(check.captures),
    )


def _checkpoint(check: _Check, verifier: notes.Verifier) -> bool:
    note = check.store.checkpoint()
    if not note:
        check.error("checkpoint", "checkpoint.missing", "there is no signed checkpoint", "Its row was deleted.")
        return False
    try:
        for size, earlier in check.store.checkpoints():
            head = notes.open_checkpoint(bytes(earlier), verifier)
            if head.size != size or check.roots.get(size, head.root) != head.root:
                check.error(f"checkpoint {size}", "checkpoint.row", f"the checkpoint stored for {size} entries signs another tree")
        head = notes.open_checkpoint(note, verifier)
    except IntegrityError as error:
        check.error("checkpoint", "checkpoint.signature", str(error), "The checkpoint was changed, or signed with another key.")
        return False
    size, root = check.frontier.size, check.frontier.root()
    if (head.size, head.root) != (size, root):
        check.error(
            "checkpoint",
            "checkpoint.tree",
            f"the checkpoint signs {head.size} entries with root {head.root.hex()[:12]}; the file holds {size} with root {root.hex()[:12]}",
            "Entries were removed, reordered, changed or added behind the signer's back.",
        )
    return True


def _kept(check: _Check, verifier: notes.Verifier, kept_heads: Path | None, against: bytes | None) -> bool | None:
    heads: list[notes.Checkpoint] = []
    places: list[str] = []
    try:
        if kept_heads is not None and (kept := KeptHead(kept_heads, verifier.name).read(verifier)):
            heads.append(kept)
            places.append("kept head")
        if against is not None:
            heads.append(notes.open_checkpoint(against, verifier))
            places.append("given checkpoint")
    except (IntegrityError, LedgerError) as error:
        check.error("kept head", "head.unreadable", str(error))
        return False
    if not heads:
        return None
    extends = True
    for head, place in zip(heads, places, strict=True):
        if head.size > check.frontier.size or (head.size and check.roots.get(head.size) != head.root):
            extends = False
            check.error(
                place,
                "head.rollback",
                f"the {place} has {head.size} entries with root {head.root.hex()[:12]}; this ledger does not extend it",
                "It is an older copy, its tail was cut, or its history was rewritten.",
            )
    return extends


def _file_faults(path: Path, store: SqliteStore) -> list[Finding]:
    """What SQLite itself says of the file, and whether its tables and triggers are those of the format."""
    found = []
    try:
        for (line,) in store._db.execute("PRAGMA integrity_check").fetchall():
            if line != "ok":
                found.append(Finding("error", str(path), "file.integrity", f"SQLite finds the file damaged: {line}"))
        stored = {sql for (sql,) in store._db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}
        if stored != set(SCHEMA):
            odd = sorted(stored ^ set(SCHEMA))
            found.append(Finding("error", str(path), "file.schema", f"tables or triggers are not those of the format: {odd[:3]}"))
        known = store._db.execute("SELECT idx FROM event").fetchall()
        present = {index for (index,) in known}
        for index, name in store._db.execute("SELECT idx, field FROM disclosure"):
            if index not in present:
                found.append(Finding("error", f"entry {index}", "field.stray", f"a disclosure of {name!r} belongs to no entry"))
        rows = store._db.execute("SELECT count(*) FROM header").fetchone()[0]
        if rows != 1:
            found.append(Finding("error", str(path), "file.header", f"the header has {rows} rows, not one"))
    except (sqlite3.Error, FactcheckError, ValueError, TypeError) as error:
        found.append(Finding("error", str(path), "file.damaged", f"the file cannot be read whole: {error}"))
    return found


def _captures(value: Any) -> set[str]:
    """SHA-256 digests of captures that a payload names: fields that hold nothing else."""
    found: set[str] = set()
    if isinstance(value, dict):
        for key, item in value.items():
            if key in _CAPTURE_FIELDS and isinstance(item, str) and len(item) == 64:
                found.add(item)
            else:
                found |= _captures(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            found |= _captures(item)
    return found


_CAPTURE_FIELDS = frozenset({"sha256", "record", "text", "original", "blob", "report"})
