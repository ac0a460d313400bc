"""What goes together when something is erased, and where its words still stand afterwards."""

from __future__ import annotations

import gzip
import html
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from factcheck.case.places import CAPTURES, LEDGER_FILE
from factcheck.evidence.captures import CaptureStore
from factcheck.ledger.ledger import Ledger
from factcheck.ledger.naming import captures_together, naming

SHORTEST = 12  # code points of a passage worth looking for; shorter ones stand anywhere
MOST = 40  # passages looked for, the longest
UNPACKED = 200_000_000  # bytes of one packed exchange that are looked through
_OF_TOOLS = frozenset({"at", "encoding", "media_type", "tool"})  # members whose words say nothing of anybody
_START = re.compile(r"[0-9a-f]{8,64}")


def together(ledger: Ledger, store: CaptureStore, captures: Sequence[str], case: str) -> tuple[str, ...]:
    """Full digests of captures named by their beginnings, with those that entries of the case keep together with them.

    Raises:
        ValueError: none or several fit.
    """
    if not captures:
        return ()
    held = set(store.digests())
    found = {_completed(start, held) for start in captures}
    for each in naming(ledger.store.rows(0, ledger.size), sorted(found)):
        if case in ("", each.case):
            found = found.union(*(group for group in captures_together(each.payload) if group & found))
    return tuple(sorted(found))


def _completed(start: str, held: set[str]) -> str:
    fitting = [digest for digest in held if digest.startswith(start.lower())] if _START.fullmatch(start.lower()) else []
    if len(fitting) == 1:
        return fitting[0]
    if len(start) == 64 and _START.fullmatch(start):
        return start  # its file may be gone; entries may still name it
    raise ValueError(f"{len(fitting)} captures begin with {start!r}; name one by eight digits of its SHA-256 or more")


def words_of(disclosures: Iterable[bytes]) -> list[str]:
    """Passages that fields disclose, the longest first."""
    found: set[str] = set()
    for data in disclosures:
        found.update(text for text in _texts(json.loads(data)[3]) if len(text) >= SHORTEST and not _START.fullmatch(text))
    return sorted(found, key=lambda text: (-len(text), text))[:MOST]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item) if name not in _OF_TOOLS else ()
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def remains(ledger: Ledger, store: CaptureStore, folder: Path, passages: Sequence[str]) -> tuple[str, ...]:
    """Places below a desk that still hold one of these passages: fields of other entries, captures, reports. All is read for it."""
    if not passages:
        return ()
    in_json = [json.dumps(text, ensure_ascii=False)[1:-1].encode("utf-8", "surrogatepass") for text in passages]
    found = [
        f"entry {row.index}, field {name}"
        for row in ledger.store.rows(0, ledger.size)
        for name, data in row.disclosures.items()
        if any(text in data for text in in_json)
    ]
    plain = [text.encode("utf-8", "surrogatepass") for text in passages]
    escaped = [*plain, *in_json, *(html.escape(text).encode("utf-8", "surrogatepass") for text in passages)]
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != LEDGER_FILE:
            data = _unpacked(path)
            if any(text in data for text in escaped):
                found.append(str(path.relative_to(folder)) if CAPTURES not in path.parts else f"capture {path.name[:12]}")
    return tuple(found)


def _unpacked(path: Path) -> bytes:
    try:
        if path.name.endswith(".gz"):
            with gzip.open(path) as packed:
                return packed.read(UNPACKED)
        return path.read_bytes()
    except (OSError, EOFError, zlib.error):
        return b""
