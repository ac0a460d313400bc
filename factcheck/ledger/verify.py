"""Check a ledger from its bytes alone: every leaf, signature, commitment, count and checkpoint is computed anew.

Every fault is a finding, none an exception; nothing checked is never "whole". What a stranger learns is how far a ledger holds, not yes
or no. ``audit`` is the pass over the entries; here is what surrounds it: the file, the header, heads that were kept elsewhere.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

from factcheck.errors import FactcheckError, IntegrityError, LedgerError
from factcheck.ledger import checkpoint as notes
from factcheck.ledger.audit import Audit
from factcheck.ledger.codec import origin_of, verifier_of
from factcheck.ledger.cosign import cosignatures
from factcheck.ledger.exported import ExportedLog
from factcheck.ledger.findings import Finding, Findings
from factcheck.ledger.kept import kept_heads_in
from factcheck.ledger.naming import named_captures
from factcheck.ledger.sqlite import SCHEMAS, SqliteStore
from factcheck.ledger.store import Header, Store

__all__ = ["Finding", "Findings", "named_captures", "verify_ledger", "verify_log", "verify_store"]


NO_HEADS: Mapping[str, bytes] = {}


def verify_ledger(
    path: Path,
    *,
    kept_heads: Path | Sequence[Path] | None = None,
    against: bytes | None = None,
    known_vkeys: Iterable[str] = (),
    stamped: Mapping[str, bytes] = NO_HEADS,
) -> Findings:
    """Check a ledger file; nothing is created or changed beside it, and nobody who writes meanwhile is held up for long.

    Args:
        kept_heads: folder where heads are kept outside the desk; or several, the user's own first.
        against: a signed checkpoint that somebody kept elsewhere; the ledger must extend it.
        known_vkeys: verifier keys that are known from elsewhere; when any are given, the checkpoint must be signed by one of them.
        stamped: checkpoints that were time-stamped, by their place; the ledger must extend these too.
    """
    try:
        store = SqliteStore.open(path, read_only=True)
    except (FactcheckError, sqlite3.Error, OSError) as error:
        return Findings(
            (Finding("error", str(path), "file.unreadable", str(error), "Bring back an untouched copy of the ledger."),), kind="desk"
        )
    try:
        faults = _file_faults(path, store)
        return verify_store(store, kept_heads=kept_heads, against=against, known_vkeys=known_vkeys, faults=faults, stamped=stamped)
    finally:
        store.close()


def verify_store(
    store: Store,
    *,
    kept_heads: Path | Sequence[Path] | None = None,
    against: bytes | None = None,
    known_vkeys: Iterable[str] = (),
    faults: Iterable[Finding] = (),
    stamped: Mapping[str, bytes] = NO_HEADS,
) -> Findings:
    """Check a store that is open."""
    return _verify(store, kept_heads, against, known_vkeys, faults, stamped)


def verify_log(
    folder: Path, *, against: bytes | None = None, known_vkeys: Iterable[str] = (), stamped: Mapping[str, bytes] = NO_HEADS
) -> Findings:
    """Check a log that was exported as a folder of tiles: every tile against the entries, and the entries as in a ledger.

    Fields that are not handed out are counted as withheld. The key is the one in the folder, if none is known from elsewhere. A copy may
    lag behind its log, so it is not held against heads that were kept here, only against a checkpoint that is given.
    """
    try:
        log = ExportedLog(folder)
    except (FactcheckError, ValueError) as error:
        return _unreadable([], error, "log")
    try:
        return _verify(log, None, against, known_vkeys, (), stamped)
    finally:
        log.close()


def _verify(
    source: Store | ExportedLog,
    kept_heads: Path | Sequence[Path] | None,
    against: bytes | None,
    known_vkeys: Iterable[str],
    faults: Iterable[Finding],
    stamped: Mapping[str, bytes],
) -> Findings:
    audit, found = None, list(faults)
    exported = source if isinstance(source, ExportedLog) else None
    try:
        header = source.header()
        verifier = notes.Verifier(header.origin, verifier_of(header.root_key).public)
        audit = Audit(header, verifier, public=exported is not None)
        _header(audit, header, verifier, frozenset(known_vkeys))
        audit.rows(source.rows(), source.notes(audit.noted))
        with nullcontext() if isinstance(source, ExportedLog) else source.still():  # what others wrote meanwhile is taken in at once
            if not audit.broken:
                audit.rows(source.rows(audit.size), source.notes(audit.noted), last=True)
            audit.end(source)
        signed = _checkpoint(audit)
        extends = _kept(audit, verifier, kept_heads, against)
        for place, note in stamped.items():
            _stamped(audit, verifier, place, note)
        if exported:
            exported.check_files(audit.tree)
            audit.found += exported.faults
        if not audit.index.size:
            audit.error("file", "file.empty", "the ledger holds no entry, so nothing was checked")
        found += audit.found
        return Findings(
            findings=tuple(found),
            origin=header.origin,
            vkey=verifier.vkey,
            entries=audit.size,
            disclosed=audit.disclosed,
            erased=audit.erased,
            withheld=audit.withheld,
            persons=audit.persons,
            root=audit.tree.root().hex(),
            whole=not any(finding.level == "error" for finding in found),
            signed_by_introduced=audit.known,
            checkpoint_signed=signed,
            extends_kept_head=extends,
            captures_named=frozenset(audit.captures),
            captures_erased=frozenset(audit.captures_erased),
            kind="log" if exported else "desk",
        )
    except (FactcheckError, ValueError, TypeError, KeyError, sqlite3.Error) as error:
        found += [*(audit.found if audit else ()), *(exported.faults if exported else ())]
        return _unreadable(found, error, "log" if exported else "desk")
    finally:
        if audit:
            audit.close()


def _unreadable(found: list[Finding], error: Exception, kind: str) -> Findings:
    message = f"the ledger cannot be read to its end: {error}"
    return Findings(
        (*found, Finding("error", "file", "file.unreadable", message, "Bring back an untouched copy of the ledger.")), kind=kind
    )


def _header(audit: Audit, header: Header, verifier: notes.Verifier, known_vkeys: frozenset[str]) -> None:
    """Whether the origin is that of the key, and the key one that is known."""
    if header.origin.startswith("factcheck.invalid/") and header.origin != origin_of(header.root_key):
        audit.error("header", "header.origin", f"the log calls itself {header.origin}; its key makes it {origin_of(header.root_key)}")
    if known_vkeys and verifier.vkey not in known_vkeys:
        audit.error(
            "header", "header.key", f"the log is signed with {verifier.vkey}, which is none of the keys you know", "It may be another log."
        )


def _checkpoint(audit: Audit) -> bool:
    """Whether the log's key signed every checkpoint; the last must sign exactly what is there."""
    head = audit.head
    if any(finding.code == "checkpoint.signature" for finding in audit.found):
        return False
    if head is None:
        audit.error("checkpoint", "checkpoint.missing", "there is no signed checkpoint", "Its row was deleted.")
        return False
    size, root = audit.size, audit.tree.root()
    if (head.size, head.root) != (size, root):
        audit.error(
            "checkpoint",
            "checkpoint.tree",
            f"the checkpoint signs {head.size} entries with root {head.root.hex()[:12]}; the file holds {size} with root {root.hex()[:12]}",
            "Entries were removed, reordered, changed or added behind the signer's back.",
        )
    return True


def _kept(audit: Audit, verifier: notes.Verifier, kept_heads: Path | Sequence[Path] | None, against: bytes | None) -> bool | None:
    heads: list[tuple[str, notes.Checkpoint]] = []
    readable = True
    for place in kept_heads_in(kept_heads, verifier):
        try:
            if (kept := place.read()) is not None:
                heads.append((place.place, kept))
            elif place.further:
                audit.warning(place.place, "head.absent", f"no {place.place} is there", "Bring that place back; the next act writes it.")
        except (IntegrityError, LedgerError) as error:
            audit.error(place.place, "head.unreadable", str(error))
            readable = False
    try:
        if against is not None:
            given = notes.open_checkpoint(against, verifier)
            heads.append(("given checkpoint", given))
            for seen in cosignatures(notes.parse_note(against)):
                message = f"{seen.witness} cosigned its head of {given.size} entries at {seen.at:%Y-%m-%d %H:%M:%S}Z"
                audit.info("given checkpoint", "head.witnessed", message)
    except IntegrityError as error:
        audit.error("given checkpoint", "head.unreadable", str(error))
        return False
    if not heads:
        return None if readable else False
    held = [_goes_on(audit, place, head) for place, head in heads]  # each, so that all faults are told
    return readable and all(held)


def _stamped(audit: Audit, verifier: notes.Verifier, place: str, note: bytes) -> None:
    """That the log extends a checkpoint that was stamped and lies beside it."""
    try:
        _goes_on(audit, place, notes.open_checkpoint(note, verifier))
    except IntegrityError as error:
        audit.error(place, "head.unreadable", str(error), "It is no checkpoint of this log, or was changed.")


def _goes_on(audit: Audit, place: str, head: notes.Checkpoint) -> bool:
    """Whether the log extends an earlier head; where it does not, that is found."""
    if head.size <= audit.size and audit.tree.root(head.size) == head.root:
        return True
    audit.error(
        place,
        "head.rollback",
        f"the {place} has {head.size} entries with root {head.root.hex()[:12]}; this ledger does not extend it",
        "It is an older copy, its tail was cut, or its history was rewritten.",
    )
    return False


def _listed(sql: str) -> tuple[str, str, str, str]:
    """How SQLite lists a table or trigger: kind, name, the table it belongs to, and how it was made."""
    words = sql.split()
    kind, name = words[1].lower(), words[2]
    return kind, name, words[words.index("ON") + 1] if kind == "trigger" else name, sql


def _file_faults(path: Path, store: SqliteStore) -> list[Finding]:
    """What SQLite itself says of the file, and whether its tables and triggers are those of the format."""
    found = []
    try:
        for (line,) in store.query("PRAGMA integrity_check"):
            if line != "ok":
                found.append(Finding("error", str(path), "file.integrity", f"SQLite finds the file damaged: {line}"))
        stored = sorted(map(repr, store.query("SELECT type, name, tbl_name, sql FROM sqlite_master")))
        expected = sorted(map(repr, map(_listed, SCHEMAS[store.version])))
        if stored != expected:
            odd = sorted({*stored, *expected} - ({*stored} & {*expected}))
            found.append(Finding("error", str(path), "file.schema", f"tables or triggers are not those of the format: {odd[:3]}"))
        for index, name in store.query("SELECT idx, field FROM disclosure WHERE idx NOT IN (SELECT idx FROM event)"):
            found.append(Finding("error", f"entry {index}", "field.stray", f"a disclosure of {name!r} belongs to no entry"))
        for (index,) in store.query("SELECT idx FROM event WHERE idx < 0"):
            found.append(Finding("error", f"entry {index}", "entry.stray", f"entry {index} stands before the first", "It was slipped in."))
        rows = store.query("SELECT id FROM header")
        if rows != [(0,)]:
            found.append(Finding("error", str(path), "file.header", f"the header has the rows {rows}, not the one row 0"))
    except (sqlite3.Error, FactcheckError, ValueError, TypeError) as error:
        found.append(Finding("error", str(path), "file.damaged", f"the file cannot be read whole: {error}"))
    return found
