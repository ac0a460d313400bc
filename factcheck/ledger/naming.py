"""Which captures entries name, which of them lie together, and which were erased (FORMAT.md section 4)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from factcheck.ledger.codec import open_payload, parse_leaf
from factcheck.ledger.counting import Clear, Erasures
from factcheck.ledger.index import clear_of
from factcheck.ledger.store import Row
from factcheck.model.events import Payload

_DIGEST = re.compile(r"[0-9a-f]{64}")
_FIELDS = frozenset({"sha256", "record", "text", "original", "blob", "report"})


def named_captures(payload: Payload) -> set[str]:
    """SHA-256 digests of captures that a payload names: members that hold nothing else but a digest."""
    return {digest for group in _groups(msgspec.to_builtins(payload)) for digest in group}


def captures_together(payload: Payload) -> list[set[str]]:
    """The captures that a payload names, those together that hold one thing: a page, its exchange, and the text read out of it."""
    return _groups(msgspec.to_builtins(payload))


def _groups(value: Any) -> list[set[str]]:
    found: list[set[str]] = []
    if isinstance(value, dict):
        own = {item for key, item in value.items() if key in _FIELDS and isinstance(item, str) and _DIGEST.fullmatch(item)}
        if own:
            found.append(own)
        for item in value.values():
            found += _groups(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            found += _groups(item)
    return found


@dataclass(frozen=True, slots=True)
class Naming:
    """An entry that names captures."""

    row: Row
    clear: Clear
    case: str
    payload: Payload
    captures: frozenset[str]  # of those that were looked for


def naming(rows: Iterable[Row], captures: Collection[str]) -> Iterator[Naming]:
    """Of these rows, those that name one of some captures."""
    if not captures:
        return
    wanted = re.compile(b"|".join(digest.encode("ascii") for digest in sorted(captures)))
    for row in rows:
        if any(wanted.search(data) for data in row.disclosures.values()):
            leaf = parse_leaf(row.leaf)
            payload, _ = open_payload(leaf, row.disclosures)
            if payload is not None and (names := named_captures(payload) & set(captures)):
                yield Naming(row, clear_of(leaf), leaf.envelope["case"], payload, frozenset(names))


def captures_erased(
    erasures: Erasures, rows: Iterable[Row], among: Collection[str] | None = None, *, elsewhere: bool = False
) -> Mapping[str, tuple[str, ...]]:
    """Every capture that an erasure lists, with the digests of the entries that still need it; without any it is gone.

    Args:
        rows: of the whole log, read only where something was erased.
        among: ask for these captures only.
        elsewhere: erasures too that do not count here, but account for an absence.
    """
    listed = erasures.captures(elsewhere=elsewhere)
    if among is not None:
        listed &= set(among)
    needed: dict[str, list[str]] = {digest: [] for digest in listed}
    for found in naming(rows, listed):
        for digest in found.captures:
            if not erasures.covers(digest, found.clear, found.case, found.row.index, elsewhere=elsewhere):
                needed[digest].append(found.clear.digest)
    return {digest: tuple(by) for digest, by in needed.items()}
