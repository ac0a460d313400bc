"""A desk's log for others: as a folder of tiles, as proofs, and as a witness of other people's logs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from factcheck.case.surroundings import Surroundings
from factcheck.case.where import open_store
from factcheck.errors import IntegrityError, LedgerError, RollbackError
from factcheck.ledger.checkpoint import Checkpoint, Verifier, open_checkpoint
from factcheck.ledger.cosign import cosign
from factcheck.ledger.kept import KeptHead
from factcheck.ledger.keys import SigningKey
from factcheck.ledger.log import Log
from factcheck.ledger.merkle import Provable, verify_consistency
from factcheck.ledger.tiles import TiledTree, reader


def open_log(folder: Path) -> Log:
    """The log of a desk, for reading only; nothing is written beside it.

    Raises:
        LedgerError: there is none, or it cannot be read.
    """
    return Log(open_store(folder, read_only=True))


def earlier_head(log: Log, note: bytes) -> Checkpoint:
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
    with _offered(other) as (vkey, note, tree):
        _check_offered(other, vkey, note, tree, around)
    KeptHead(around.state / "witnessed", Verifier.parse(vkey)).write(note)  # before the cosignature is handed out
    return cosign(note, key, around.clock())


def _check_offered(other: Path, vkey: str, note: bytes, tree: Provable, around: Surroundings) -> None:
    """That a log is whole and extends what this machine saw of it.

    Raises:
        as ``witness``.
    """
    verifier = Verifier.parse(vkey)
    head = open_checkpoint(note, verifier)
    if tree.root(head.size) != head.root:
        raise IntegrityError(
            f"The files of {other} do not make the tree that its checkpoint signs. Nothing was cosigned.", place=str(other)
        )
    kept = KeptHead(around.state / "witnessed", verifier)
    try:
        before = kept.read()
    except IntegrityError as error:
        raise IntegrityError(
            f"{verifier.name} signs with another key than when it was first seen here. Ask its people; nothing was cosigned. ({error})",
            place=verifier.name,
        ) from error
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


@contextmanager
def _offered(other: Path) -> Iterator[tuple[str, bytes, Provable]]:
    """Verifier key, newest checkpoint and tree of a desk or of an exported log."""
    if not (other / "checkpoint").is_file():
        with closing(open_log(other)) as log:
            yield log.vkey, log.signed_head()[0], log.tree
        return
    read = reader(other)
    note = read("checkpoint")
    vkey = read("vkey").decode("utf-8", "replace").strip()
    try:
        head = open_checkpoint(note, Verifier.parse(vkey))
    except ValueError as error:
        raise LedgerError(f"{other} is no log: {error}.") from error
    yield vkey, note, TiledTree(head.size, read)
