"""A colleague's bundle, opened to read: a case whose state is the fold over the entries that the bundle discloses.

Nothing of it is taken over: its people are who the bundle says they are, its key is unknown until somebody compares it, and nothing here
can be written. Acts are refused as on any desk that is open for reading.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from factcheck.case.case import Case
from factcheck.case.desk import Desk
from factcheck.case.fold import Fold
from factcheck.case.settings import Settings
from factcheck.case.state import CaseState, DeskState
from factcheck.errors import IntegrityError, LedgerError, NotAllowedError, RollbackError, isolate
from factcheck.evidence.captures import CaptureStore
from factcheck.ledger.attached import Attached
from factcheck.ledger.checkpoint import Checkpoint
from factcheck.ledger.verify import Findings
from factcheck.model import events as ev
from factcheck.reports.bundle_check import check_bundle
from factcheck.reports.members import Members


@dataclass(frozen=True, slots=True)
class Provenance:
    """Whose a bundle says it is, and whether the key was known here."""

    newsroom: str  # as the person who sealed it is introduced in it
    person: str  # name of who sealed it; empty when names were left out
    vkey: str
    known: bool  # the key was given from elsewhere

    def words(self, lang: str) -> str:
        """In Arabic or English, for a heading."""
        who = isolate(self.newsroom or self.person or "?")
        if lang == "ar":
            return f"من {who}، المفتاح {isolate(self.vkey)}" + ("" if self.known else "، غير معروف حتى تقارنه بما تعرفه من مصدر آخر")
        return f"from {who}, key {isolate(self.vkey)}" + ("" if self.known else ", unknown until you trust it")


class ForeignDesk(Desk):
    """What a bundle holds of somebody else's desk. Made by ``open_foreign``."""

    case_class = Case

    def __init__(self, place: Path, members: Members, table: Attached, log: _Log, findings: Findings, provenance: Provenance) -> None:
        self.folder = place.parent / place.stem  # reports are written below it
        self.ledger = log  # type: ignore[assignment]  # what reading asks of a ledger
        self.settings = Settings(newsroom=provenance.newsroom)
        self.clock, self.entropy = lambda: datetime.now(UTC), os.urandom
        self.captures = _Captures(members)
        self.findings = findings
        self.provenance = provenance
        self.table = table
        self._person = self._signed_in = None
        self._all = [self._hydrated(event) for event in log.events()]

    def __repr__(self) -> str:
        return f"<Bundle {self.provenance.words('en')}>"

    def _folded(self, entries: int) -> Fold:
        fold = Fold(self.ledger.root_keys)
        fold.add(event for event in self._all if event.index < entries)
        return fold

    @property
    def folded(self) -> int:
        return len(self._all)

    @property
    def state(self) -> DeskState:
        return self._folded(self.ledger.size).desk()

    def case_state(self, id: str) -> CaseState:
        return self._folded(self.ledger.size).case(id)

    def state_at(self, id: str, entries: int) -> CaseState:
        try:
            return self._folded(entries).case(id)
        except KeyError as error:
            raise ValueError(f"case {id} was not opened by then: the log had {entries} entries") from error

    def refresh(self, *, anew: bool = False) -> int:
        return 0

    def new_id(self) -> str:
        return os.urandom(16).hex()

    def verify(self) -> Findings:
        """What was found when the bundle was opened."""
        return self.findings

    def append(self, case: str, steps: Iterable[tuple[ev.Payload, Mapping[str, tuple[str, ...]]]], *, saw: bool = False) -> list[ev.Event]:
        raise NotAllowedError(f"This case came {self.provenance.words('en')}; it is open for reading only. Nothing was written.")

    def close(self) -> None:
        """Nothing is held open."""


class _Log:
    """The disclosed entries, asked as a ledger is."""

    def __init__(self, table: Attached, head: Checkpoint, events: list[ev.Event], root: str) -> None:
        self.vkey, self.origin, self.root_keys = table.vkey, head.origin, frozenset({root})
        self.size = head.size
        self._head, self._note, self._events = head, table.checkpoint.encode("utf-8"), events

    def events(self, after: int = 0) -> Iterator[ev.Event]:
        return (event for event in self._events if event.index >= after)

    def event(self, digest: str) -> ev.Event:
        return next(event for event in self._events if event.digest == self.find(digest))

    def index(self, digest: str) -> int:
        return self.event(digest).index

    def find(self, name: str) -> str:
        """As ``Ledger.find``, among the entries that are here."""
        number = int(name) if name.isdecimal() and len(name) < 20 else -1
        fitting = [e.digest for e in self._events if e.index == number or (len(name) >= 4 and e.digest.startswith(name))]
        if len(fitting) != 1:
            raise ValueError(f"{len(fitting)} of the bundle's {len(self._events)} entries fit {name!r}")
        return fitting[0]

    def signed_head(self) -> tuple[bytes, Checkpoint]:
        return self._note, self._head

    def checkpoint(self) -> str:
        return self._note.decode("utf-8")

    def check_extends(self, old: Checkpoint) -> None:
        """Only the head itself can be told from a bundle."""
        if (old.size, old.root) != (self._head.size, self._head.root):
            raise RollbackError(
                f"A bundle alone cannot tell whether its log of {self.size} entries goes on from one of {old.size}; ask for the proof.",
                expected=old.size,
                computed=self.size,
            )

    def captures_erased(self, digests: Iterable[str]) -> dict[str, Any]:
        """Which captures were erased cannot be told from which were left out."""
        return {}


class _Captures(CaptureStore):
    """The captures of a bundle, read when they are asked for."""

    def __init__(self, members: Members) -> None:
        super().__init__(members.place)
        self._members = members

    def _path_of(self, sha256: str) -> str:
        return next((p for p in (f"captures/{sha256}", f"captures/{sha256}.warc.gz") if p in self._members.found), "")

    def has(self, sha256: str) -> bool:
        return bool(self._path_of(sha256))

    def get(self, sha256: str) -> bytes:
        path = self._path_of(sha256)
        if not path:
            raise IntegrityError(f"Capture {sha256[:6]} is not in the bundle: whoever made it left it out.", place=sha256)
        return self._members.read(path)

    def put(self, data: bytes) -> str:
        raise NotAllowedError("A bundle is open for reading only. Nothing was written.")

    def digests(self) -> Iterator[str]:
        yield from sorted(path.partition("/")[2].partition(".")[0] for path in self._members.found if path.startswith("captures/"))


def open_foreign(place: Path, *, known_vkeys: Iterable[str] = (), against: bytes | None = None) -> ForeignDesk:
    """A bundle, found to hold, as a desk with one case that can only be read.

    Args:
        known_vkeys: the log's key as known from elsewhere; without any, what came with the bundle is taken, and said to be unknown.
        against: a checkpoint of the log that somebody kept.

    Raises:
        LedgerError: there is no such file.
        IntegrityError: it does not hold; ``findings`` has all that was found.
    """
    if not place.exists():
        raise LedgerError(f"There is no bundle {place}.")
    known = tuple(known_vkeys)
    check = check_bundle(place, known_vkeys=known, against=against)
    findings = check.findings()
    if not findings.ok or check.members is None or check.entries is None or check.entries.head is None:
        wrong = next(finding for finding in findings.findings if finding.level == "error")
        raise IntegrityError(
            f'{place} does not hold: {wrong.message}. It was not opened; "factcheck verify" lists all that is wrong.', findings=findings
        )
    entries = check.entries
    root = next(iter(entries.book.roots))
    log = _Log(entries.table, check.entries.head, entries.events, root)
    fold = Fold({root})
    fold.add(entries.events)
    person = fold.desk().person(findings.sealed_by)
    newsroom, name = (person.newsroom, person.name) if person else ("", "")
    provenance = Provenance(newsroom, name, findings.vkey, findings.vkey in known)
    return ForeignDesk(place, check.members, entries.table, log, findings, provenance)


def is_bundle(place: Path) -> bool:
    """Whether a path is likely a bundle: a zip file, or a folder with a seal."""
    if place.is_dir():
        return (place / "MANIFEST").is_file()
    try:
        with place.open("rb") as file:
            return file.read(2) == b"PK"
    except OSError:
        return False
