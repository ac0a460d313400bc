"""A log as a folder that any static server serves: C2SP tlog-tiles, written from a ledger and read back for proofs.

``checkpoint`` is the newest signed note, ``tile/<level>/<n>`` holds 256 hashes, ``tile/entries/<n>`` 256 leaves, each behind its length in
two bytes, big-endian. A tile that is not full yet has its width behind it (``000.p/7``); full ones never change. Beside the standard's
files lie ``vkey``, the verifier key of the checkpoint, and ``disclosures.jsonl``, the fields that are handed out with the log.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from factcheck.errors import IntegrityError, LedgerError
from factcheck.ledger.checkpoint import Checkpoint, Verifier, open_checkpoint
from factcheck.ledger.codec import MAX_LEAF
from factcheck.ledger.merkle import HASH_SIZE, KEPT, KeptTree, Provable, leaf_hash

HEIGHT = KEPT  # levels of the tree in one tile
WIDTH = 1 << HEIGHT  # hashes or entries in a full tile


def tile_path(level: int | str, index: int, width: int = WIDTH) -> str:
    """The path of a tile below the log: ``tile/0/x001/x234/067``, with ``.p/<width>`` behind when it is not full.

    Args:
        level: 0 over leaves, 1 over tiles of level 0 and so on; or "entries".
        index: from 0.
        width: hashes or entries in it, 1 to 256.
    """
    parts = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        parts.append(f"x{index % 1000:03d}")
    return f"tile/{level}/{'/'.join(reversed(parts))}" + ("" if width == WIDTH else f".p/{width}")


def tiles_of(size: int) -> Iterator[tuple[int, int, int]]:
    """Level, index and width of every tile of hashes of a tree, level by level."""
    level = 0
    while size:
        yield from ((level, index, min(WIDTH, size - index * WIDTH)) for index in range((size + WIDTH - 1) // WIDTH))
        size, level = size // WIDTH, level + 1


def pack(leaves: Iterable[bytes]) -> bytes:
    """A tile of entries.

    Raises:
        ValueError: a leaf over 65,535 bytes.
    """
    packed = bytearray()
    for leaf in leaves:
        if len(leaf) > MAX_LEAF:
            raise ValueError(f"an entry of {len(leaf)} bytes does not fit a tile; it may take {MAX_LEAF}")
        packed += len(leaf).to_bytes(2, "big") + leaf
    return bytes(packed)


def unpack(data: bytes, width: int, place: str) -> list[bytes]:
    """The leaves of a tile of entries.

    Raises:
        IntegrityError: the lengths do not add up to the tile, or it holds another number of entries.
    """
    leaves, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        leaves.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    if at != len(data) or len(leaves) != width:
        raise IntegrityError(
            f"The tile {place} does not hold {width} entries: {len(leaves)} were read from its {len(data)} bytes.",
            place=place,
            expected=width,
            computed=len(leaves),
        )
    return leaves


class TiledTree(KeptTree):
    """A tree that is looked up in tiles, each read once.

    Args:
        size: leaves, as a checkpoint says that was verified; nothing else is believed of the tiles.
        read: gives the bytes at a path below the log; raises ``LedgerError`` when there are none.
    """

    def __init__(self, size: int, read: Callable[[str], bytes]) -> None:
        super().__init__(size, self._hashes)
        self._read = read
        self._tiles: dict[tuple[int, int], bytes] = {}

    def _hashes(self, level: int, first: int, last: int) -> bytes:
        number, at = divmod(first, WIDTH)  # a complete node's hashes lie in one tile
        return self._tile(level // HEIGHT, number)[at * HASH_SIZE : (at + last - first) * HASH_SIZE]

    def _tile(self, level: int, index: int) -> bytes:
        known = self._tiles.get((level, index))
        if known is None:
            width = min(WIDTH, (self._size >> (HEIGHT * level)) - index * WIDTH)
            path = tile_path(level, index, width)
            known = self._tiles[level, index] = self._read(path)
            if len(known) != width * HASH_SIZE:
                raise IntegrityError(
                    f"The tile {path} holds {len(known)} bytes, not {width * HASH_SIZE}.",
                    place=path,
                    expected=width * HASH_SIZE,
                    computed=len(known),
                )
        return known


def reader(folder: Path) -> Callable[[str], bytes]:
    """Reads files of an exported log by their path below it."""

    def read(path: str) -> bytes:
        try:
            return (folder / path).read_bytes()
        except OSError as error:
            raise LedgerError(f"The log {folder} lacks {path}: {error.strerror}. Export it again.") from error

    return read


def export_log(folder: Path, verifier: Verifier, note: bytes, tree: Provable, leaves: Iterator[bytes], disclosures: Iterable[bytes]) -> int:
    """Write a log as tiles, or bring a folder that holds its beginning up to date; returns how many files were written.

    The checkpoint is written last, so that whoever reads meanwhile sees a whole log, the older or the newer.

    Args:
        folder: made if missing; empty, or an earlier export of the same log.
        verifier: of the log's checkpoints.
        note: the signed checkpoint to publish.
        tree: of at least its size, whose root was found to be the checkpoint's.
        leaves: in order of index, at least as many.
        disclosures: of fields that are handed out with the log.

    Raises:
        LedgerError: the folder holds something else or a newer log, or cannot be written.
        IntegrityError: it holds another history of this log.
    """
    head = open_checkpoint(note, verifier)
    _check_earlier(folder, verifier, head, tree)
    written = 0
    for index in range((head.size + WIDTH - 1) // WIDTH):
        width = min(WIDTH, head.size - index * WIDTH)
        tile = [next(leaves) for _ in range(width)]
        if any(leaf_hash(leaf) != tree.node(0, index * WIDTH + at) for at, leaf in enumerate(tile)):
            raise IntegrityError(f"The entries from {index * WIDTH} on changed while they were exported.", place=f"entry {index * WIDTH}")
        written += _keep(folder / tile_path("entries", index, width), pack(tile))
    for level, index, width in tiles_of(head.size):
        hashes = (tree.node(HEIGHT * level, index * WIDTH + at) for at in range(width))
        written += _keep(folder / tile_path(level, index, width), b"".join(hashes))
    lines = sorted(disclosures, key=lambda data: hashlib.sha256(data).digest())
    written += _keep(folder / "disclosures.jsonl", b"".join(line + b"\n" for line in lines))
    written += _keep(folder / "vkey", verifier.vkey.encode("utf-8"))
    return written + _keep(folder / "checkpoint", note)


def _check_earlier(folder: Path, verifier: Verifier, head: Checkpoint, tree: Provable) -> None:
    """That a folder is empty, or holds an earlier state of the same log."""
    try:
        if not folder.exists() or not any(folder.iterdir()):
            return
        earlier = (folder / "checkpoint").read_bytes()
    except FileNotFoundError as error:
        if (folder / "tile").is_dir() and {path.name for path in folder.iterdir()} <= {"tile", "vkey", "disclosures.jsonl"}:
            return  # an export that was cut short
        raise LedgerError(f"{folder} holds something else than a log. Name an empty folder, or one that a log was exported to.") from error
    except OSError as error:
        raise LedgerError(f"Cannot export to {folder}: {error.strerror}.") from error
    before = open_checkpoint(earlier, verifier)
    if before.size > head.size:
        raise LedgerError(f"{folder} holds this log with {before.size} entries, the ledger {head.size}: the ledger is an older copy.")
    if tree.root(before.size) != before.root:
        raise IntegrityError(
            f"{folder} holds another history of this log: its first {before.size} entries have another root. Nothing was written.",
            place="checkpoint",
            expected=before.root.hex(),
            computed=tree.root(before.size).hex(),
        )


def _keep(path: Path, data: bytes) -> int:
    """Write a file beside and rename it, unless it holds these bytes already; 1 when it was written."""
    try:
        if path.exists() and path.read_bytes() == data:
            return 0
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}.{os.getpid()}.part")
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        raise LedgerError(f"Cannot export to {path}: {error.strerror}. What was written so far can be written over.") from error
    return 1


__all__ = ["TiledTree", "export_log", "pack", "reader", "tile_path", "tiles_of", "unpack"]
