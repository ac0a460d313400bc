"""Where a ledger's rows lie: the protocol of stores, and the store in memory.

A store keeps what it is given and judges nothing. Rows are written in one transaction, which takes the place of every other writer
first; what the ledger reads inside it is what holds when it commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Row:
    """One entry: the leaf and what its fields disclose."""

    index: int
    leaf: bytes
    leaf_hash: bytes
    disclosures: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Header:
    """What a log is: written once, when it is made."""

    origin: str
    root_key: str  # "ed25519:..." of the desk's first key


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a store holds after one and the same commit."""

    header: Header
    rows: tuple[Row, ...]
    notes: tuple[tuple[int, bytes], ...]  # every checkpoint with the size it is stored under
    erased: frozenset[tuple[int, str]]  # index and field


class Store(Protocol):
    """A place for rows. Errors of a database are mapped to ``LedgerError`` at its border."""

    def header(self) -> Header: ...

    def size(self) -> int:
        """How many entries are committed."""
        ...

    def rows(self, after: int = 0, before: int | None = None) -> Iterator[Row]:
        """Entries with index in [after, before), in order of index."""
        ...

    def checkpoint(self) -> bytes:
        """The signed note of the last commit; empty before the first."""
        ...

    def snapshot(self) -> Snapshot: ...

    def writing(self) -> AbstractContextManager[Writer]:
        """One transaction: commits when the block ends, leaves everything as it was when it raises."""
        ...

    def close(self) -> None: ...


class Writer(Protocol):
    """What may be done inside a transaction."""

    def size(self) -> int: ...

    def rows(self, after: int = 0, before: int | None = None) -> Iterator[Row]: ...

    def checkpoint(self) -> bytes: ...

    def add(self, rows: Iterable[Row], checkpoint: bytes) -> None: ...

    def erase(self, fields: Iterable[tuple[int, str]]) -> None:
        """Delete disclosures, by index and field, the only thing that is ever deleted; and remember that they were."""
        ...


class MemoryStore:
    """A ledger for tests and trials; gone with the process."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self._rows: list[Row] = []
        self._notes: list[tuple[int, bytes]] = []
        self._erased: set[tuple[int, str]] = set()

    def header(self) -> Header:
        return self._header

    def size(self) -> int:
        return len(self._rows)

    def rows(self, after: int = 0, before: int | None = None) -> Iterator[Row]:
        return iter(self._rows[after:before])

    def checkpoint(self) -> bytes:
        return self._notes[-1][1] if self._notes else b""

    def snapshot(self) -> Snapshot:
        return Snapshot(self._header, tuple(self._rows), tuple(self._notes), frozenset(self._erased))

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        before = list(self._rows), list(self._notes), set(self._erased)
        try:
            yield self
        except BaseException:  # everything is as it was, an interrupt included, and the error goes on
            self._rows, self._notes, self._erased = before
            raise

    def add(self, rows: Iterable[Row], checkpoint: bytes) -> None:
        self._rows.extend(rows)
        self._notes.append((len(self._rows), checkpoint))

    def erase(self, fields: Iterable[tuple[int, str]]) -> None:
        for index, name in fields:
            self._erased.add((index, name))
            row = self._rows[index]
            kept = {key: value for key, value in row.disclosures.items() if key != name}
            self._rows[index] = Row(row.index, row.leaf, row.leaf_hash, kept)

    def close(self) -> None:
        """Nothing to let go of."""
