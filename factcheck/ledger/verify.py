"""Check a ledger from its bytes alone: every leaf, signature, commitment, count and checkpoint is computed anew.

Every fault is a finding, none an exception; nothing checked is never "whole". What a stranger learns is how far a ledger holds, not yes
or no.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from factcheck.errors import FactcheckError, IntegrityError, LedgerError
from factcheck.ledger import checkpoint as notes
from factcheck.ledger import tiles
from factcheck.ledger._signatures import WORTH_IT, SignatureChecks
from factcheck.ledger.canonical import b64url
from factcheck.ledger.codec import (
    Leaf,
    check_cosignature,
    check_signatures,
    field_names,
    key_name,
    open_leaf,
    origin_of,
    parse_leaf,
    verifier_of,
)
from factcheck.ledger.cosign import cosignatures
from factcheck.ledger.counting import NOT_ERASABLE, Erasures, Registers
from factcheck.ledger.kept import KeptHead
from factcheck.ledger.ledger import clear_of
from factcheck.ledger.merkle import EMPTY_ROOT, Frontier, Tree, leaf_hash
from factcheck.ledger.sqlite import SCHEMA, SqliteStore
from factcheck.ledger.store import Header, Row, Snapshot, Store
from factcheck.model.events import Event, LogMerged, Payload


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
    withheld: int = 0  # fields that a public copy leaves out
    persons: int = 0
    root: str = ""  # hexadecimal
    whole: bool = False  # leaves, commitments, tree and checkpoint agree
    signed_by_introduced: bool = False
    checkpoint_signed: bool = False
    extends_kept_head: bool | None = None  # None: no head was kept
    captures_named: frozenset[str] = field(default_factory=frozenset)
    captures_present: int = 0
    kind: str = ""  # desk, log, report, bundle: what was checked
    case: str = ""  # of a report or bundle
    sealed_by: str = ""  # the key of the person who answers for a report or bundle, when the seal holds

    @property
    def ok(self) -> bool:
        return self.entries > 0 and self.whole and not any(finding.level == "error" for finding in self.findings)

    def with_captures(self, faults: Iterable[Finding], *, present: int) -> Findings:
        return replace(self, findings=(*self.findings, *faults), captures_present=present)


class _Check:
    """One pass over what a store held at one moment."""

    def __init__(self, held: Snapshot, *, public: bool = False) -> None:
        self.held = held
        self.public = public  # a copy that may leave fields out
        self.withheld = 0
        self.origin = held.header.origin
        self.root_key = held.header.root_key
        self.found: list[Finding] = []
        self.frontier = Frontier()
        self.roots: dict[int, bytes] = {0: EMPTY_ROOT}
        self.leaves: dict[str, tuple[Leaf, Row]] = {}
        self.events: list[Event] = []
        self.registers = Registers({self.root_key})
        self.disclosed = 0
        self.captures: set[str] = set()

    def error(self, place: str, code: str, message: str, remedy: str = "") -> None:
        self.found.append(Finding("error", place, code, message, remedy))

    def warning(self, place: str, code: str, message: str, remedy: str = "") -> None:
        self.found.append(Finding("warning", place, code, message, remedy))

    def rows(self) -> None:
        """Each entry by itself; signatures of many are checked in other processes meanwhile."""
        if len(self.held.rows) < WORTH_IT:
            self.each(signatures=True)
            return
        checks = SignatureChecks([row.leaf for row in self.held.rows])
        try:
            self.each(signatures=False)
            for at, message in sorted(checks.faults().items()):
                self.unsigned(f"entry {self.held.rows[at].index}", message)
        finally:
            checks.close()

    def each(self, *, signatures: bool) -> None:
        for index, row in enumerate(self.held.rows):
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
            self.row(place, row, signatures)

    def unsigned(self, place: str, message: str) -> None:
        self.error(place, "entry.signature", f"{place}: {message}", "The entry or its signature was changed.")

    def row(self, place: str, row: Row, signatures: bool) -> None:
        try:
            leaf = parse_leaf(row.leaf)
        except (IntegrityError, ValueError) as error:
            self.error(place, "entry.form", f"{place}: {error}", "The entry was not written by factcheck, or was changed.")
            return
        if leaf.digest in self.leaves:
            self.error(place, "entry.twice", f"{place} repeats event {leaf.digest}")
            return
        self.leaves[leaf.digest] = (leaf, row)
        if signatures:
            try:
                check_signatures(leaf)
            except IntegrityError as error:
                self.unsigned(place, str(error))
        try:
            event = open_leaf(leaf, row.disclosures, index=row.index)
        except (FactcheckError, ValueError) as error:
            self.error(place, "entry.disclosure", f"{place}: {error}", "A disclosed field was changed; the commitment in the leaf holds.")
            return
        known = field_names(event.type, event.version)
        if known is None:
            self.warning(place, "entry.unknown", f"{place} is of type {event.type} version {event.version}, unknown here")
        elif known != set(leaf.body):
            self.error(place, "entry.fields", f"{place} has the fields {sorted(leaf.body)}, not those of its type")
        elif event.payload is None and not event.missing:
            message = f"{place}: its fields do not have the form of {event.type} version {event.version}; it holds no value"
            self.warning(place, "entry.payload", message, "It was written by a faulty program; the signature is its author's.")
        try:
            check_cosignature(leaf, event.payload)
        except IntegrityError as error:
            self.error(place, "key.unsigned", f"{place}: {error}", "Nobody showed that the new key is theirs.")
        if event.desk == self.origin:
            self.own(place, event)
        self.registers.learn(clear_of(leaf), event)
        self.disclosed += len(row.disclosures)
        self.events.append(event)
        if event.payload is not None:
            self.captures |= named_captures(event.payload)

    def own(self, place: str, event: Event) -> None:
        """An entry that was written on this desk: on top of what held then, by somebody who had seen this very log."""
        for register, replaced in event.on.items():
            held = set(self.registers.heads(register))
            if not set(replaced) <= held or (held and not replaced):
                self.error(
                    place,
                    "register.stale",
                    f"{place} moves {register} from {list(replaced)}, but {sorted(held)} held it then",
                    "The entry was slipped in, or entries before it were removed or reordered.",
                )
        if event.saw and (event.saw.size >= event.index + 1 or _b64(self.roots[event.saw.size]) != event.saw.root):
            self.error(
                place,
                "entry.saw",
                f"{place}: its author saw a log of {event.saw.size} entries with another root than this one had",
                "Entries before it were removed, reordered or changed after it was signed.",
            )

    # ---- over all entries

    def keys(self) -> tuple[int, bool]:
        """The number of persons, and whether every entry that was written here is by a key that counts."""
        book = self.registers.book
        good = True
        foreign: dict[tuple[str, str], int] = defaultdict(int)
        for event in self.events:
            place = f"entry {event.index}"
            if event.actor in book.revoked and not book.counts(event.actor, event.desk, event.n):
                self.warning(place, "key.revoked", f"{place} was written with a key after its revocation; it does not count")
            elif book.counts(event.actor, event.desk, event.n):
                continue
            elif event.desk == self.origin:
                good = False
                self.error(place, "key.unknown", f"{place} is signed by {event.actor}, which nobody known introduced", "It does not count.")
            else:
                foreign[event.desk, event.actor] += 1
        for (desk, actor), count in foreign.items():
            self.warning(
                actor, "key.foreign", f"{count} entries of {desk} are signed by {actor}, whom nobody introduced here; they do not count"
            )
        return len(set(book.person_of.values())), good and bool(self.events)

    def counts(self) -> None:
        """Each actor's events on each desk count 0, 1, 2 ... and name the one before: a copied key or a withheld event shows."""
        chains: dict[tuple[str, str], list[Event]] = defaultdict(list)
        for event in self.events:
            chains[event.desk, event.actor].append(event)
        for (desk, actor), events in chains.items():
            numbers: dict[str, int] = {}
            taken: dict[int, Event] = {}
            ids: set[str] = set()
            for event in events if desk == self.origin else sorted(events, key=lambda e: (e.n, e.index)):
                place = f"entry {event.index}"
                if event.n in taken or (event.n and numbers.get(event.prev or "") != event.n - 1):
                    self.error(place, "actor.fork", *_broken_chain(event, taken))
                if event.id in ids:
                    self.error(place, "actor.id", f"{place} repeats the id of another event of {actor}")
                ids.add(event.id)
                numbers[event.digest] = event.n
                taken.setdefault(event.n, event)

    def replaced(self) -> None:
        """What an event of another desk replaces is here, and moved the same register."""
        for event in self.events:
            for register, digests in event.on.items():
                for digest in digests:
                    other, place = self.registers.get(digest), f"entry {event.index}"
                    if other is None:
                        self.warning(place, "register.missing", f"{place} replaces {digest}, which is missing")
                    elif register not in other.on:
                        self.error(place, "register.other", f"{place} replaces {digest} in {register}, which it did not move")

    def erasures(self) -> int:
        """Every field is disclosed or erased by somebody who may; returns the number of erased fields."""
        allowed = Erasures(self.origin, self.registers.book, self.events).fields(self.registers.get)
        erased = 0
        for event in self.events:
            place = f"entry {event.index}"
            leaf, row = self.leaves[event.digest]
            for name in leaf.body:
                if (event.digest, name) in allowed and name not in row.disclosures:
                    erased += 1
                elif (event.digest, name) in allowed:
                    self.error(place, "field.undead", f"{place}: the field {name!r} was erased and is here again")
                elif name not in row.disclosures and self.public and name not in NOT_ERASABLE.get(event.type, ()):
                    self.withheld += 1
                elif name not in row.disclosures:
                    self.error(
                        place,
                        "field.missing",
                        f"{place}: the field {name!r} is not disclosed, and no erasure accounts for it",
                        "It was deleted outside factcheck; the commitment remains.",
                    )
        marked = {(self.leaves[digest][1].index, name) for digest, name in allowed if name in self.leaves[digest][0].body}
        for index, name in () if self.public else sorted(marked ^ self.held.erased):
            place = f"entry {index}"
            self.error(place, "field.marked", f"{place}: the list of erased fields does not say of {name!r} what the entries say")
        return erased

    def merges(self) -> None:
        """Foreign entries are accounted for by a merge."""
        merged = {e.payload.origin for e in self.events if isinstance(e.payload, LogMerged)}
        for desk in sorted({event.desk for event in self.events} - {self.origin} - merged):
            count = sum(event.desk == desk for event in self.events)
            self.warning(desk, "entry.foreign", f"{count} entries were first written on {desk}; no merge names it")

    def times(self) -> None:
        """Times are claims; a clock that went back is worth a word."""
        times = [event.at for event in self.events if event.desk == self.origin]
        back = sum(after < before for before, after in pairwise(times))
        if back:
            self.found.append(Finding("info", "file", "time.back", f"{back} entries carry an earlier time than the one before them"))


def verify_ledger(path: Path, *, kept_heads: Path | None = None, against: bytes | None = None, known_vkeys: Iterable[str] = ()) -> Findings:
    """Check a ledger file; nothing is created or changed beside it.

    Args:
        kept_heads: folder where heads are kept outside the desk.
        against: a signed checkpoint that somebody kept elsewhere; the ledger must extend it.
        known_vkeys: verifier keys that are known from elsewhere; when any are given, the checkpoint must be signed by one of them.
    """
    try:
        store = SqliteStore.open(path, read_only=True)
    except (FactcheckError, sqlite3.Error, OSError) as error:
        return Findings(
            (Finding("error", str(path), "file.unreadable", str(error), "Bring back an untouched copy of the ledger."),), kind="desk"
        )
    try:
        faults = _file_faults(path, store)
        return verify_store(store, kept_heads=kept_heads, against=against, known_vkeys=known_vkeys, faults=faults)
    finally:
        store.close()


def verify_store(
    store: Store,
    *,
    kept_heads: Path | None = None,
    against: bytes | None = None,
    known_vkeys: Iterable[str] = (),
    faults: Iterable[Finding] = (),
) -> Findings:
    """Check a store that is open."""
    return _verify(store.snapshot, kept_heads, against, known_vkeys, faults)


def verify_log(folder: Path, *, against: bytes | None = None, known_vkeys: Iterable[str] = ()) -> Findings:
    """Check a log that was exported as a folder of tiles: every tile against the entries, and the entries as in a ledger.

    Fields that are not handed out are counted as withheld. The key is the one in the folder, if none is known from elsewhere. A copy may
    lag behind its log, so it is not held against heads that were kept here, only against a checkpoint that is given.
    """
    faults: list[Finding] = []
    return _verify(lambda: _exported(folder, faults), None, against, known_vkeys, faults, public=True)


def _exported(folder: Path, faults: list[Finding]) -> Snapshot:
    """What an exported log holds, with a fault for each tile that does not fit its entries."""
    read = tiles.reader(folder)
    verifier = notes.Verifier.parse(read("vkey").decode("utf-8", "replace"))
    note = read("checkpoint")
    head = notes.open_checkpoint(note, verifier)
    lines = read("disclosures.jsonl").split(b"\n")
    digests = [hashlib.sha256(line).digest() for line in lines[:-1]]
    if lines[-1] or digests != sorted(set(digests)):
        faults.append(
            Finding("error", "disclosures.jsonl", "field.order", "the disclosures are not one a line, sorted by hash", "Export it again.")
        )
    sealed = dict(zip(map(b64url, digests), lines, strict=False))
    unused, tree, rows = set(sealed), Tree(), []
    for number in range((head.size + tiles.WIDTH - 1) // tiles.WIDTH):
        path = tiles.tile_path("entries", number, width := min(tiles.WIDTH, head.size - number * tiles.WIDTH))
        for data in tiles.unpack(read(path), width, path):
            index = len(tree)
            tree.append(leaf_hash(data))
            fields: dict[str, bytes] = {}
            with suppress(IntegrityError):  # found again, and told, when the entry is checked
                fields = {name: sealed[commitment] for name, commitment in parse_leaf(data).body.items() if commitment in sealed}
            unused -= {b64url(hashlib.sha256(line).digest()) for line in fields.values()}
            rows.append(Row(index, data, leaf_hash(data), fields))
    for level, number, width in tiles.tiles_of(head.size):
        path = tiles.tile_path(level, number, width)
        if read(path) != b"".join(tree.node(tiles.HEIGHT * level, number * tiles.WIDTH + at) for at in range(width)):
            faults.append(
                Finding("error", path, "tile.hash", f"the tile {path} does not hold the hashes of the entries", "Export it again.")
            )
    if unused:
        faults.append(
            Finding("error", "disclosures.jsonl", "field.stray", f"{len(unused)} disclosures belong to no entry", "The file was changed.")
        )
    return Snapshot(Header(verifier.name, key_name(verifier.public)), tuple(rows), ((head.size, note),), frozenset())


def _verify(
    snapshot: Callable[[], Snapshot],
    kept_heads: Path | None,
    against: bytes | None,
    known_vkeys: Iterable[str],
    faults: Iterable[Finding],
    *,
    public: bool = False,
) -> Findings:
    found: list[Finding] = []
    try:
        try:
            check = _Check(snapshot(), public=public)
        finally:
            found.extend(faults)  # reading may have added to them
        check.found = found
        verifier = notes.Verifier(check.origin, verifier_of(check.root_key).public)
        _header(check, verifier, frozenset(known_vkeys))
        check.rows()
        persons, known = check.keys()
        check.counts()
        check.replaced()
        erased = check.erasures()
        check.merges()
        check.times()
        signed = _checkpoint(check, verifier)
        extends = _kept(check, verifier, kept_heads, against)
    except (FactcheckError, ValueError, TypeError, KeyError, sqlite3.Error) as error:
        found.append(
            Finding(
                "error", "file", "file.unreadable", f"the ledger cannot be read to its end: {error}",
                "Bring back an untouched copy of the ledger.",
            )
        )  # fmt: skip
        return Findings(tuple(found), kind="log" if public else "desk")
    if not check.events:
        check.error("file", "file.empty", "the ledger holds no entry, so nothing was checked")
    whole = not any(finding.level == "error" for finding in check.found)
    return Findings(
        findings=tuple(check.found),
        origin=check.origin,
        vkey=verifier.vkey,
        entries=check.frontier.size,
        disclosed=check.disclosed,
        erased=erased,
        withheld=check.withheld,
        persons=persons,
        root=check.frontier.root().hex(),
        whole=whole,
        signed_by_introduced=known,
        checkpoint_signed=signed,
        extends_kept_head=extends,
        captures_named=frozenset(check.captures),
        kind="log" if public else "desk",
    )


def _header(check: _Check, verifier: notes.Verifier, known_vkeys: frozenset[str]) -> None:
    """Whether the origin is that of the key, and the key one that is known."""
    if check.origin.startswith("factcheck.invalid/") and check.origin != origin_of(check.root_key):
        check.error("header", "header.origin", f"the log calls itself {check.origin}; its key makes it {origin_of(check.root_key)}")
    if known_vkeys and verifier.vkey not in known_vkeys:
        check.error(
            "header", "header.key", f"the log is signed with {verifier.vkey}, which is none of the keys you know", "It may be another log."
        )


def _checkpoint(check: _Check, verifier: notes.Verifier) -> bool:
    if not check.held.notes:
        check.error("checkpoint", "checkpoint.missing", "there is no signed checkpoint", "Its row was deleted.")
        return False
    try:
        for size, note in check.held.notes:
            head = notes.open_checkpoint(note, verifier)
            if head.size != size or check.roots.get(size, head.root) != head.root:
                check.error(f"checkpoint {size}", "checkpoint.row", f"the checkpoint stored for {size} entries signs another tree")
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
        if kept_heads is not None and (kept := KeptHead(kept_heads, verifier).read()):
            heads.append(kept)
            places.append("kept head")
    except (IntegrityError, LedgerError) as error:
        check.error("kept head", "head.unreadable", str(error))
        return False
    try:
        if against is not None:
            heads.append(notes.open_checkpoint(against, verifier))
            places.append("given checkpoint")
            for seen in cosignatures(notes.parse_note(against)):
                message = f"{seen.witness} cosigned its head of {heads[-1].size} entries at {seen.at:%Y-%m-%d %H:%M:%S}Z"
                check.found.append(Finding("info", "given checkpoint", "head.witnessed", message))
    except IntegrityError as error:
        check.error("given checkpoint", "head.unreadable", str(error))
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


def _broken_chain(event: Event, taken: Mapping[int, Event]) -> tuple[str, str]:
    """In words, how an event does not go on from those of its actor on its desk, and what that means."""
    place = f"entry {event.index}"
    what = f"{place} is number {event.n} of {event.actor} on {event.desk}"
    twin, before = taken.get(event.n), taken.get(event.n - 1)
    if twin is not None:
        return (
            f"{what}, and so is entry {twin.index}",
            "The key was used in two places that did not know of each other: it, or the whole desk, was copied. "
            "Ask its holder which entry is theirs, and revoke the key.",
        )
    if before is None:
        return f"{what}, and number {event.n - 1}, which it names, is not here", "Entries were withheld, removed or moved."
    return (
        f"{what}; the number {event.n - 1} it goes on from is not entry {before.index}, but one that is not here",
        "The key was used in two places, and an entry of one of them was left out.",
    )


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def named_captures(payload: Payload) -> set[str]:
    """SHA-256 digests of captures that a payload names: members that hold nothing else but a digest."""
    return _named(msgspec.to_builtins(payload))


def _named(value: Any) -> set[str]:
    found: set[str] = set()
    if isinstance(value, dict):
        for key, item in value.items():
            if key in _CAPTURE_FIELDS and isinstance(item, str) and _SHA256.fullmatch(item):
                found.add(item)
            else:
                found |= _named(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            found |= _named(item)
    return found


_SHA256 = re.compile(r"[0-9a-f]{64}")
_CAPTURE_FIELDS = frozenset({"sha256", "record", "text", "original", "blob", "report"})
