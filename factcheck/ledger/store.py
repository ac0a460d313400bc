"""Where a ledger's rows lie: the protocol of stores, and the store in memory.

A store keeps what it is given and judges nothing. Rows are written in one transaction, which takes the place of every other writer
first; what the ledger reads inside it is what holds when it commits. Reading many rows takes them in portions, so that memory stays small
and nobody who writes is held up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import NamedTuple, Protocol, Self

from factcheck.ledger.merkle import HASH_SIZE, KEPT, Node, root_of
from factcheck.ledger.turns import Lock

PORTION = 250  # rows read at a time: few enough to stay in a processor's cache until they are parsed


class Row(NamedTuple):
    """One entry: the leaf and what its fields disclose."""

    index: int  # type: ignore[assignment]  # hides a method of tuples that nobody asks for
    leaf: bytes
    leaf_hash: bytes
    disclosures: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Header:
    """What a log is: written once, when it is made."""

    origin: str
    root_key: str  # "ed25519:..." of the desk's first key


class Reader(Protocol):
    """What can be read. Errors of a database are mapped to ``LedgerError`` at its border."""

    def header(self) -> Header: ...

    def size(self) -> int:
        """How many entries are committed."""
        ...

    def rows(self, after: int = 0, before: int | None = None) -> Iterator[Row]:
        """Entries with index in [after, before), in order of index; those committed meanwhile may be among them."""
        ...

    def checkpoint(self) -> bytes:
        """The signed note of the last commit; empty before the first."""
        ...

    def notes(self, after: int = -1) -> Iterator[tuple[int, bytes]]:
        """Every checkpoint with the size it is stored under, from the first that is larger than ``after``, in order of size."""
        ...

    def nodes(self) -> Iterator[Node] | None:
        """The nodes of the tree that are stored, in order of level and index; None: a store of an older version, which keeps none."""
        ...

    def hashes(self, level: int, first: int, last: int) -> bytes:
        """Hashes of nodes at a level that is a multiple of 8, one after the other; fewer when there are fewer."""
        ...

    def erased(self) -> Iterator[tuple[int, str]]:
        """Index and field of every disclosure that an erasure deleted."""
        ...


class Store(Reader, Protocol):
    """A place for rows. Threads take turns with ``lock``, which a transaction holds from its beginning to its end."""

    lock: threading.RLock

    def still(self) -> AbstractContextManager[None]:
        """While the block runs, everything that is read was committed by one and the same moment; writers may have to wait."""
        ...

    def writing(self) -> AbstractContextManager[Writer]:
        """One transaction: commits when the block ends, leaves everything as it was when it raises."""
        ...

    def close(self) -> None: ...


class Writer(Protocol):
    """What may be done inside a transaction."""

    def size(self) -> int: ...

    def rows(self, after: int = 0, before: int | None = None) -> Iterator[Row]: ...

    def checkpoint(self) -> bytes: ...

    def add(self, rows: Iterable[Row], nodes: Iterable[Node], checkpoint: bytes) -> None:
        """Write entries, the kept nodes that they complete, and the checkpoint over all."""
        ...

    def erase(self, fields: Iterable[tuple[int, str]]) -> None:
        """Delete disclosures, by index and field, the only thing that is ever deleted; and remember that they were."""
        ...

    def disclose(self, fields: Iterable[tuple[int, str, bytes]]) -> None:
        """Add what fields of entries disclose that are here without it."""
        ...


def lifted(hashes: Callable[[int, int, int], bytes], level: int, first: int, last: int) -> bytes:
    """Hashes of complete nodes computed from those eight levels below."""
    found = []
    for index in range(first, last):
        row = hashes(level - KEPT, index << KEPT, (index + 1) << KEPT)
        if len(row) == HASH_SIZE << KEPT:
            found.append(root_of([row[at : at + HASH_SIZE] for at in range(0, len(row), HASH_SIZE)]))
    return b"".join(found)


class MemoryStore:
    """A ledger for tests and trials; gone with the process."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self.lock = Lock()
        self._rows: list[Row] = []
        self._notes: list[tuple[int, bytes]] = []
        self._nodes: list[Node] = []
        self._erased: set[tuple[int, str]] = set()

    def twin(self) -> Self:
        """A store of its own that holds the same rows."""
        other = type(self)(self._header)
        other._rows, other._notes, other._nodes, other._erased = self._rows[:], self._notes[:], self._nodes[:], set(self._erased)
        return other

    def header(self) -> Header:
        return self._header

    def size(self) -> int:
        return len(self._rows)

    def rows(self, after: int = 0, before: int | None = None) -> Iterator[Row]:
        return iter(self._rows[after:before])

    def checkpoint(self) -> bytes:
        return self._notes[-1][1] if self._notes else b""

    def notes(self, after: int = -1) -> Iterator[tuple[int, bytes]]:
        return iter([note for note in self._notes if note[0] > after])

    def nodes(self) -> Iterator[Node]:
        return iter(sorted(self._nodes, key=lambda node: (node.level, node.index)))

    def hashes(self, level: int, first: int, last: int) -> bytes:
        if level:
            return b"".join(
                node.hash for node in sorted(self._nodes, key=lambda n: n.index) if node.level == level and first <= node.index < last
            )
        return b"".join(row.leaf_hash for row in self._rows[first:last])

    def erased(self) -> Iterator[tuple[int, str]]:
        return iter(sorted(self._erased))

    def still(self) -> AbstractContextManager[None]:
        return nullcontext()

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        with self.lock:
            before = list(self._rows), list(self._notes), list(self._nodes), set(self._erased)
            try:
                yield self
            except BaseException:  # everything is as it was, an interrupt included, and the error goes on
                self._rows, self._notes, self._nodes, self._erased = before
                raise

    def add(self, rows: Iterable[Row], nodes: Iterable[Node], checkpoint: bytes) -> None:
        self._rows.extend(rows)
        self._nodes.extend(nodes)
        self._notes.append((len(self._rows), checkpoint))

    def erase(self, fields: Iterable[tuple[int, str]]) -> None:
        for index, name in fields:
            self._erased.add((index, name))
            row = self._rows[index]
            kept = {key: value for key, value in row.disclosures.items() if key != name}
            self._rows[index] = Row(row.index, row.leaf, row.leaf_hash, kept)

    def disclose(self, fields: Iterable[tuple[int, str, bytes]]) -> None:
        for index, name, data in fields:
            row = self._rows[index]
            self._rows[index] = Row(row.index, row.leaf, row.leaf_hash, {**row.disclosures, name: data})

    def close(self) -> None:
        """Nothing to let go of."""
