"""Entries outside their log: those that a report or a bundle carries, each with its disclosures and its proof (FORMAT.md section 10).

``write`` and ``read`` are the table's one spelling; ``check`` says how far its entries hold by themselves: nothing of the desk is needed.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from factcheck.errors import FactcheckError, IntegrityError
from factcheck.ledger.canonical import MAX_INTEGER
from factcheck.ledger.checkpoint import PROOF_HEADER, Checkpoint, Verifier, open_checkpoint, parse_note
from factcheck.ledger.codec import (
    Leaf,
    check_cosignature,
    check_signatures,
    event_of,
    field_names,
    key_name,
    open_leaf,
    origin_of,
    parse_leaf,
)
from factcheck.ledger.cosign import cosignatures
from factcheck.ledger.counting import NOT_ERASABLE, Clear, Erasures, KeyBook, moves_only_its_own
from factcheck.ledger.index import clear_of
from factcheck.ledger.merkle import HASH_SIZE, leaf_hash, verify_inclusion
from factcheck.ledger.verify import Finding
from factcheck.model.events import Event

FORMAT = "factcheck-report-entries/1"
MAX_STRUCTURE = 16_000_000  # bytes of a table outside its texts: what parsing may cost is bounded by these
_TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.S)
_ID = re.compile(r"[0-9a-f]{32}")
_FIELD = re.compile(r"[a-z_]+")


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One entry of a log with what a stranger needs to check it."""

    digest: str
    index: int  # position in this log, from 0
    leaf: bytes  # signed note, exactly as stored and hashed
    disclosures: Mapping[str, bytes]  # field -> RFC 8785 bytes of [salt, actor, field, value]
    proof: str  # inclusion proof with its checkpoint, C2SP tlog-proof


@dataclass(frozen=True, slots=True)
class Attached:
    """A table of entries; read, and not yet believed."""

    case: str
    checkpoint: str
    vkey: str
    entries: tuple[LedgerEntry, ...]


# ---- the table's one spelling


def write(table: Attached) -> str:
    """The table as ASCII that cannot end a script element; ``read`` gives the very strings back.

    Raises:
        UnicodeDecodeError: a leaf or disclosure is not UTF-8.
    """
    return _spelled(
        {
            "format": FORMAT,
            "case": table.case,
            "checkpoint": table.checkpoint,
            "vkey": table.vkey,
            "entries": [
                {
                    "digest": entry.digest,
                    "index": entry.index,
                    "leaf": entry.leaf.decode(),
                    "disclosures": {name: data.decode() for name, data in sorted(entry.disclosures.items())},
                    "proof": entry.proof,
                }
                for entry in table.entries
            ],
        }
    )


def _spelled(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def read(data: bytes) -> Attached:
    """The reverse of ``write``; any other spelling is refused, so that two readers cannot read two things.

    Raises:
        IntegrityError: not a table of entries.
    """
    try:
        if len(_TEXT.sub(b"", data)) > MAX_STRUCTURE:
            raise ValueError("it has too many parts")
        text = data.decode("ascii")
        value = json.loads(text, parse_float=_no_number, parse_constant=_no_number)
        if not _well_formed(value):
            raise ValueError(f"it is not of the form {FORMAT}; a newer factcheck may read it")
        if _spelled(value) != text:
            raise ValueError("it is not in the one spelling that the format allows")
        return Attached(value["case"], value["checkpoint"], value["vkey"], tuple(_entry(item) for item in value["entries"]))
    except (ValueError, RecursionError) as error:
        raise IntegrityError(f"The table of entries cannot be read: {error}", place="entries") from error


def _no_number(text: str) -> Any:
    raise ValueError(f"the number {text[:20]} is not an integer")


def _well_formed(value: Any) -> bool:
    if not isinstance(value, dict) or list(value) != ["format", "case", "checkpoint", "vkey", "entries"] or value["format"] != FORMAT:
        return False
    texts = all(isinstance(value[name], str) for name in ("case", "checkpoint", "vkey"))
    entries = value["entries"]
    return texts and bool(_ID.fullmatch(value["case"])) and isinstance(entries, list) and all(_entry_formed(item) for item in entries)


def _entry_formed(item: Any) -> bool:
    if not isinstance(item, dict) or list(item) != ["digest", "index", "leaf", "disclosures", "proof"]:
        return False
    index, fields = item["index"], item["disclosures"]
    return (
        type(index) is int
        and 0 <= index <= MAX_INTEGER
        and all(isinstance(item[name], str) for name in ("digest", "leaf", "proof"))
        and isinstance(fields, dict)
        and list(fields) == sorted(fields)
        and all(_FIELD.fullmatch(name) for name in fields)
        and all(isinstance(text, str) for text in fields.values())
    )


def _entry(item: dict[str, Any]) -> LedgerEntry:
    """UnicodeEncodeError, a ValueError, for half a surrogate pair: no stored bytes are written so."""
    fields = {name: text.encode("utf-8") for name, text in item["disclosures"].items()}
    for name in ("digest", "proof"):
        item[name].encode("utf-8")
    return LedgerEntry(item["digest"], item["index"], item["leaf"].encode("utf-8"), fields, item["proof"])


# ---- what holds


@dataclass(slots=True)
class Check:
    """How far a table holds: ``head`` is None when the check ended before its entries."""

    table: Attached
    found: list[Finding] = field(default_factory=list)
    head: Checkpoint | None = None
    origin: str = ""
    events: list[Event] = field(default_factory=list)
    book: KeyBook = field(default_factory=lambda: KeyBook(()))
    clear: dict[str, Clear] = field(default_factory=dict)  # by digest
    good: set[str] = field(default_factory=set)  # digests of entries whose disclosures open their commitments
    disclosed: int = 0
    erased: int = 0
    withheld: int = 0
    extends: bool | None = None  # a kept head; None: none was given, or this file cannot tell

    def error(self, place: str, code: str, message: str, remedy: str = "") -> None:
        self.found.append(Finding("error", place, code, message, remedy))

    @property
    def signed_by_introduced(self) -> bool:
        return bool(self.events) and not any(finding.code == "key.unknown" for finding in self.found)

    @property
    def persons(self) -> int:
        return len(set(self.book.person_of.values()))

    def answers(self, key: str) -> bool:
        """Whether a key may answer for a file by the entries that are here."""
        return key in self.book.person_of and key not in self.book.revoked

    def counts(self, event: Event) -> bool:
        """Whether an event counts by the entries that are here."""
        by_whom = self.book.counts(event.actor, event.desk, event.n)
        return by_whom and moves_only_its_own(event.type, event.actor, event.on, self._author, self.book)

    def _author(self, digest: str) -> str | None:
        clear = self.clear.get(digest)
        return clear.actor if clear else None


def check(table: Attached, *, known_vkeys: Iterable[str] = (), against: bytes | None = None) -> Check:
    """Every attached entry against its form, signature, disclosures and proof, and all of them against each other.

    Args:
        known_vkeys: the log's key as known from elsewhere; without any, the key in the file is taken.
        against: a checkpoint of the log that somebody kept.
    """
    result = Check(table)
    try:
        verifier = Verifier.parse(table.vkey)
        head = open_checkpoint(table.checkpoint.encode("utf-8"), verifier)
        if verifier.vkey != table.vkey:
            raise IntegrityError("The verifier key has white space around it.", place="vkey")
    except (FactcheckError, ValueError) as error:
        result.error("checkpoint", "checkpoint.signature", str(error), "Ask the newsroom for the file.")
        return result
    result.head, result.origin = head, verifier.name
    root = key_name(verifier.public)
    known = frozenset(known_vkeys)
    if verifier.name.startswith("factcheck.invalid/") and verifier.name != origin_of(root):
        result.error("header", "header.origin", f"the log calls itself {verifier.name}; its key makes it {origin_of(root)}")
    if known and table.vkey not in known:
        result.error(
            "header", "header.key", f"the log is signed with {table.vkey}, which is none of the keys you know", "It may be another log."
        )
    leaves: dict[str, Leaf] = {}
    fields: dict[str, Mapping[str, bytes]] = {}
    for leaf, event, entry in _entries(result, head):
        leaves[leaf.digest], fields[leaf.digest] = leaf, entry.disclosures
        result.events.append(event)
        result.disclosed += len(entry.disclosures)
        result.clear[leaf.digest] = clear_of(leaf)
    result.book = KeyBook({root}, result.events)
    _counting(result)
    _actors(result)
    _registers(result)
    _erasures(result, leaves, fields)
    if not result.events:
        result.error("file", "file.empty", "no entry holds, so nothing was checked")
    _kept(result, head, verifier, against)
    return result


def _entries(result: Check, head: Checkpoint) -> Iterator[tuple[Leaf, Event, LedgerEntry]]:
    """Entries that are sound enough to be asked further questions; faults of each by itself are told on the way."""
    seen: set[str] = set()
    last = -1
    for entry in result.table.entries:
        place = f"entry {entry.index}"
        try:
            leaf = parse_leaf(entry.leaf)
        except (IntegrityError, ValueError) as error:
            result.error(place, "entry.form", f"{place}: {error}", "The file was changed; ask the newsroom for it.")
            continue
        if leaf.digest in seen or entry.index <= last:
            result.error(place, "entry.twice", f"{place} repeats an entry, or stands out of order")
            continue
        seen.add(leaf.digest)
        last = entry.index
        if leaf.digest != entry.digest or not _proved(entry, result.table.checkpoint, head):
            message = f"{place} is not shown to be in the log of {head.size} entries: the entry or its proof was changed"
            result.error(place, "entry.proof", message, "The file was changed; ask the newsroom for it.")
            continue
        try:
            check_signatures(leaf)
        except IntegrityError as error:
            result.error(place, "entry.signature", f"{place}: {error}", "The entry or its signature was changed.")
        if leaf.envelope["case"] not in ("", result.table.case):
            result.error(place, "entry.case", f"{place} belongs to another case, {leaf.envelope['case']}")
        yield leaf, _opened(result, place, leaf, entry), entry


def _proved(entry: LedgerEntry, checkpoint: str, head: Checkpoint) -> bool:
    before, after = f"{PROOF_HEADER}\nindex {entry.index}\n", "\n" + checkpoint
    middle = entry.proof[len(before) : len(entry.proof) - len(after)]
    if len(entry.proof) < len(before) + len(after) or entry.proof != before + middle + after:
        return False
    path = [_hash(line) for line in middle.split("\n")[:-1]]
    known = [node for node in path if node is not None]
    if (middle and not middle.endswith("\n")) or len(known) != len(path) or len(path) > 63:
        return False
    return verify_inclusion(leaf_hash(entry.leaf), entry.index, head.size, known, head.root)


def _hash(line: str) -> bytes | None:
    try:
        data = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if len(data) == HASH_SIZE and base64.b64encode(data).decode("ascii") == line else None


def _opened(result: Check, place: str, leaf: Leaf, entry: LedgerEntry) -> Event:
    """The event of an entry; one whose disclosures do not open their commitments says nothing, and still moves its registers."""
    try:
        event = open_leaf(leaf, entry.disclosures, index=entry.index)
    except (FactcheckError, ValueError) as error:
        result.error(place, "entry.disclosure", f"{place}: {error}", "A disclosed field was changed; the commitment in the leaf holds.")
        return event_of(leaf.envelope, leaf.digest, None, frozenset(leaf.body), entry.index)
    result.good.add(leaf.digest)
    known = field_names(event.type, event.version)
    if known is None:
        message = f"{place} is of type {event.type} version {event.version}, unknown here"
        result.found.append(Finding("warning", place, "entry.unknown", message))
    elif known != set(leaf.body):
        result.error(place, "entry.fields", f"{place} has the fields {sorted(leaf.body)}, not those of its type")
    elif event.payload is None and not event.missing:
        message = f"{place}: its fields do not have the form of {event.type} version {event.version}; it holds no value"
        result.found.append(Finding("warning", place, "entry.payload", message))
    try:
        check_cosignature(leaf, event.payload)
    except IntegrityError as error:
        result.error(place, "key.unsigned", f"{place}: {error}", "Nobody showed that the new key is theirs.")
    return event


def _counting(result: Check) -> None:
    book = result.book
    for event in result.events:
        place = f"entry {event.index}"
        if event.actor not in book.roots and event.actor not in book.person_of:
            message = f"{place} is signed by {event.actor}, which no entry here introduces"
            result.error(place, "key.unknown", message, "It does not count.")
        elif not result.counts(event):
            message = f"{place} does not count: its key was revoked before it, or it moves what is another person's"
            result.error(place, "entry.uncounted", message, "What the file says by it holds nothing.")


def _actors(result: Check) -> None:
    """As far as they are here, an actor's events on a desk count on from each other."""
    chains: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in result.events:
        chains[event.desk, event.actor].append(event)
    for (desk, actor), events in chains.items():
        ids: set[str] = set()
        if desk != result.origin:
            events.sort(key=lambda event: (event.n, event.index))
        before: Event | None = None
        for event in events:
            place = f"entry {event.index}"
            if before and (event.n <= before.n or (event.n == before.n + 1 and event.prev != before.digest)):
                message = f"{place} is number {event.n} of {actor} after {event.prev}, behind its number {before.n}, {before.digest}"
                result.error(place, "actor.fork", message, "An event was moved, or the key is used in two places.")
            if event.id in ids:
                result.error(place, "actor.id", f"{place} repeats the id of another event of {actor}")
            ids.add(event.id)
            before = event


def _registers(result: Check) -> None:
    index = {event.digest: event.index for event in result.events}
    replaced: dict[str, set[str]] = defaultdict(set)  # register -> what entries of the log's own desk replaced there
    moved: set[str] = set()
    roots: dict[int, str] = {}
    for event in result.events:
        place, own = f"entry {event.index}", event.desk == result.origin
        counts = result.counts(event)
        for register, digests in event.on.items():
            for digest in digests:
                other = result.clear.get(digest)
                if other is not None and register not in other.on:
                    result.error(place, "register.other", f"{place} replaces {digest} in {register}, which it did not move")
            late = [digest for digest in digests if index.get(digest, -1) >= event.index or digest in replaced[register]]
            if own and counts and (late or (not digests and register in moved)):
                message = f"{place} moves {register} from {list(digests)}, which did not hold it then"
                result.error(place, "register.stale", message, "Entries were slipped in, or the log was written by a faulty program.")
            if own and counts:
                replaced[register].update(digests)
                moved.add(register)
        if own and event.saw and (event.saw.size > event.index or roots.setdefault(event.saw.size, event.saw.root) != event.saw.root):
            message = f"{place}: its author saw a log of {event.saw.size} entries that this log was not"
            result.error(place, "entry.saw", message, "Entries before it were removed, reordered or changed after it was signed.")


def _erasures(result: Check, leaves: Mapping[str, Leaf], fields: Mapping[str, Mapping[str, bytes]]) -> None:
    """Fields that are not here were erased by somebody who may, or left out; some never are."""
    allowed = Erasures(result.origin, result.book, result.events).fields(result.clear.get)
    for event in result.events:
        place, left_out = f"entry {event.index}", []
        for name in leaves[event.digest].body:
            here, erased = name in fields[event.digest], (event.digest, name) in allowed
            if here and erased:
                result.error(place, "field.undead", f"{place}: the field {name!r} was erased and is here again")
            elif erased:
                result.erased += 1
            elif here or event.digest not in result.good:
                continue
            elif name in NOT_ERASABLE.get(event.type, ()):
                result.error(place, "field.missing", f"{place}: the field {name!r} is not disclosed; whose keys count hangs on it")
            else:
                left_out.append(name)
        result.withheld += len(left_out)
        if left_out:
            result.found.append(Finding("info", place, "entry.redacted", f"{place}: left out: {', '.join(sorted(left_out))}"))


def _kept(result: Check, head: Checkpoint, verifier: Verifier, against: bytes | None) -> None:
    if against is None:
        return
    try:
        kept = open_checkpoint(against, verifier)
        for seen in cosignatures(parse_note(against)):
            message = f"{seen.witness} cosigned its head of {kept.size} entries at {seen.at:%Y-%m-%d %H:%M:%S}Z"
            result.found.append(Finding("info", "given checkpoint", "head.witnessed", message))
    except (IntegrityError, ValueError) as error:
        result.error("given checkpoint", "head.unreadable", str(error))
        result.extends = False
        return
    if kept.size != head.size:
        message = (
            f"the given checkpoint has {kept.size} entries, the file's {head.size}: the file alone cannot tell if one extends the other"
        )
        remedy = 'Ask the newsroom for the proof: "factcheck log consistency DESK CHECKPOINT".'
        result.found.append(Finding("warning", "given checkpoint", "head.unchecked", message, remedy))
    elif kept.root != head.root:
        result.extends = False
        message = (
            f"the given checkpoint has {kept.size} entries with root {kept.root.hex()[:12]}, the file's has root {head.root.hex()[:12]}"
        )
        result.error("given checkpoint", "head.rollback", message, "Somebody is being shown another history.")
    else:
        result.extends = True
