"""A desk's log for others: as a folder of tiles, as proofs, and as a witness of other people's logs."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

from factcheck.case.desk import LEDGER_FILE, Surroundings
from factcheck.errors import IntegrityError, LedgerError, RollbackError
from factcheck.ledger.checkpoint import Checkpoint, Verifier, open_checkpoint
from factcheck.ledger.codec import b64url
from factcheck.ledger.cosign import cosign
from factcheck.ledger.keys import SigningKey
from factcheck.ledger.ledger import Ledger
from factcheck.ledger.merkle import Provable, verify_consistency
from factcheck.ledger.sqlite import SqliteStore
from factcheck.ledger.tiles import TiledTree, reader


def open_log(folder: Path) -> Ledger:
    """The log of a desk, for reading only; nothing is written beside it.

    Raises:
        LedgerError: there is none, or it cannot be read.
    """
    store = SqliteStore.open(folder / LEDGER_FILE, read_only=True)
    return Ledger.open(store, desk_key=None, clock=lambda: datetime.now(UTC), entropy=os.urandom)


def find_event(log: Ledger, name: str) -> str:
    """The digest of an event named by its entry's number, or by the start of its digest (four characters or more).

    Raises:
        ValueError: none or several fit.
    """
    if name.isdecimal() and int(name) < log.size:
        return next(event.digest for event in log.events(int(name)))
    fitting = [event.digest for event in log.events() if len(name) >= 4 and event.digest.startswith(name)]
    if len(fitting) != 1:
        raise ValueError(f"{len(fitting)} of {log.size} entries fit {name!r}; name one by its number or by the start of its digest")
    return fitting[0]


def earlier_head(log: Ledger, note: bytes) -> Checkpoint:
    """A checkpoint of this log that somebody kept.

    Raises:
        IntegrityError: it is another log's, or its signature is wrong.
    """
    return open_checkpoint(note, Verifier.parse(log.vkey))


def witness(other: Path, key: SigningKey, around: Surroundings) -> bytes:
    """Cosign the newest checkpoint of somebody else's log, a desk or an exported folder, if it extends what this machine saw of it.

    The first time, the log's key is taken as it comes; from then on it must stay the same, and every head extends the one before.

    Raises:
        RollbackError: the log is older than a head that was cosigned here, or has another history.
        IntegrityError: its key changed, or its files do not fit its checkpoint.
        LedgerError: there is no log, or what was seen cannot be kept.
    """
    vkey, note, tree = _offered(other)
    verifier = Verifier.parse(vkey)
    head = open_checkpoint(note, verifier)
    if tree.root(head.size) != head.root:
        raise IntegrityError(
            f"The files of {other} do not make the tree that its checkpoint signs. Nothing was cosigned.", place=str(other)
        )
    kept = around.state / "witnessed" / (b64url(hashlib.sha256(verifier.name.encode()).digest())[:22] + ".checkpoint")
    before = _seen(kept, verifier)
    if before is not None and before.size:
        extends = before.size <= head.size and verify_consistency(
            before.size, head.size, tree.consistency(before.size, head.size), before.root, head.root
        )
        if not extends:
            raise RollbackError(
                f"{verifier.name} showed this machine {before.size} entries with root {before.root.hex()[:12]}; what it shows now "
                f"({head.size} entries) does not extend that. Nothing was cosigned: somebody is being shown another history.",
                expected=before.size,
                computed=head.size,
            )
    _keep(kept, vkey, note)
    return cosign(note, key, around.clock())


def _offered(other: Path) -> tuple[str, bytes, Provable]:
    """Verifier key, newest checkpoint and tree of a desk or of an exported log."""
    if (other / LEDGER_FILE).exists():
        log = open_log(other)
        try:
            return log.vkey, log.signed_head()[0], log.tree
        finally:
            log.close()
    read = reader(other)
    note = read("checkpoint")
    vkey = read("vkey").decode("utf-8", "replace").strip()
    try:
        head = open_checkpoint(note, Verifier.parse(vkey))
    except ValueError as error:
        raise LedgerError(f"{other} is no log: {error}.") from error
    return vkey, note, TiledTree(head.size, read)


def _seen(kept: Path, verifier: Verifier) -> Checkpoint | None:
    try:
        vkey, _, note = kept.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LedgerError(f"Cannot read {kept}, which says what was cosigned before: {error.strerror}.") from error
    if vkey.decode("utf-8", "replace") != verifier.vkey:
        raise IntegrityError(
            f"{verifier.name} signs with another key than when it was first seen here. Ask its people; nothing was cosigned.",
            place=verifier.name,
            expected=vkey.decode("utf-8", "replace"),
            computed=verifier.vkey,
        )
    return open_checkpoint(note, verifier)


def _keep(kept: Path, vkey: str, note: bytes) -> None:
    """Before the cosignature is handed out: write beside, sync, rename."""
    try:
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = kept.with_suffix(f".{os.getpid()}.part")
        with beside.open("wb") as file:
            file.write(vkey.encode("utf-8") + b"\n" + note)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(kept)
    except OSError as error:
        raise LedgerError(f"Nothing was cosigned: {kept} cannot be written: {error.strerror}.") from error
