"""A log that was exported as a folder of tiles, read as a store is, entry by entry."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from factcheck.errors import IntegrityError, LedgerError
from factcheck.ledger import tiles
from factcheck.ledger.canonical import unb64url
from factcheck.ledger.checkpoint import Verifier, open_checkpoint
from factcheck.ledger.codec import key_name, parse_leaf
from factcheck.ledger.findings import Finding
from factcheck.ledger.index import scratch
from factcheck.ledger.merkle import Node, Provable, leaf_hash
from factcheck.ledger.store import Header, Row

DISCLOSURES = "disclosures.jsonl"


class ExportedLog:
    """The files of an exported log. ``faults`` holds what is wrong with them as files.

    Raises:
        LedgerError, IntegrityError, ValueError: there is no log, or no checkpoint of its key over it.
    """

    def __init__(self, folder: Path) -> None:
        self.faults: list[Finding] = []
        self._folder = folder
        self._file = tiles.reader(folder)
        self.verifier = Verifier.parse(self._file("vkey").decode("utf-8", "replace"))
        self._note = self._file("checkpoint")
        self._size = open_checkpoint(self._note, self.verifier).size
        self._db = scratch()
        self._db.execute("CREATE TABLE line (digest BLOB PRIMARY KEY, start INTEGER, length INTEGER, used INTEGER) WITHOUT ROWID")
        self._index_lines()

    def _index_lines(self) -> None:
        """Where each disclosure begins in its file, which may be larger than memory."""
        start, before, sorted_ = 0, b"", True
        try:
            with (self._folder / DISCLOSURES).open("rb") as file:
                for line in file:
                    text = line[:-1] if line.endswith(b"\n") else line
                    digest = hashlib.sha256(text).digest()
                    sorted_ &= line.endswith(b"\n") and before < digest
                    self._db.execute("INSERT OR IGNORE INTO line VALUES (?, ?, ?, 0)", (digest, start, len(text)))
                    start, before = start + len(line), digest
        except OSError as error:
            raise LedgerError(f"The log {self._folder} lacks {DISCLOSURES}: {error.strerror}. Export it again.") from error
        if not sorted_:
            self._fault(DISCLOSURES, "field.order", "the disclosures are not one a line, sorted by hash", "Export it again.")

    def _fault(self, place: str, code: str, message: str, remedy: str) -> None:
        self.faults.append(Finding("error", place, code, message, remedy))

    def close(self) -> None:
        self._db.close()

    # ---- as a store

    def header(self) -> Header:
        return Header(self.verifier.name, key_name(self.verifier.public))

    def size(self) -> int:
        return self._size

    def rows(self, after: int = 0, before: int | None = None) -> Iterator[Row]:
        last = self._size if before is None else min(before, self._size)
        for number in range(after // tiles.WIDTH, -(-last // tiles.WIDTH)):
            first = number * tiles.WIDTH
            path = tiles.tile_path("entries", number, width := min(tiles.WIDTH, self._size - first))
            leaves = tiles.unpack(self._file(path), width, path)
            for index in range(max(after, first), min(last, first + width)):
                leaf = leaves[index - first]
                yield Row(index, leaf, leaf_hash(leaf), self._opened(leaf))

    def _opened(self, leaf: bytes) -> dict[str, bytes]:
        fields = {}
        with suppress(IntegrityError), (self._folder / DISCLOSURES).open("rb") as file:  # a bad leaf is found, and told, when it is checked
            for name, commitment in parse_leaf(leaf).body.items():
                digest = unb64url(commitment)
                place = self._db.execute("SELECT start, length FROM line WHERE digest = ?", (digest,)).fetchone()
                if place:
                    file.seek(place[0])
                    fields[name] = file.read(place[1])
                    self._db.execute("UPDATE line SET used = 1 WHERE digest = ?", (digest,))
        return fields

    def checkpoint(self) -> bytes:
        return self._note

    def notes(self, after: int = -1) -> Iterator[tuple[int, bytes]]:
        return iter([(self._size, self._note)] if self._size > after else [])

    def nodes(self) -> Iterator[Node] | None:
        return None

    def hashes(self, level: int, first: int, last: int) -> bytes:
        """From the tiles, which are believed no more than any stored hash."""
        tree = tiles.TiledTree(self._size, self._file)
        return b"".join(tree.node(level, index) for index in range(first, last))

    def erased(self) -> Iterator[tuple[int, str]]:
        return iter(())

    # ---- the files against the entries

    def check_files(self, tree: Provable) -> None:
        """Find tiles that do not hold the hashes of the entries, and disclosures that belong to none; after all rows were read."""
        for level, number, width in tiles.tiles_of(self._size):
            path = tiles.tile_path(level, number, width)
            if self._file(path) != b"".join(tree.node(tiles.HEIGHT * level, number * tiles.WIDTH + at) for at in range(width)):
                self._fault(path, "tile.hash", f"the tile {path} does not hold the hashes of the entries", "Export it again.")
        [(unused,)] = self._db.execute("SELECT count(*) FROM line WHERE used = 0").fetchall()
        if unused:
            self._fault(DISCLOSURES, "field.stray", f"{unused} disclosures belong to no entry", "The file was changed.")
