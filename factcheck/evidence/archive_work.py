"""The file that the queue of archive requests works with, beside the ledger, and who works on it.

What a desk wants and what came of it stands in the ledger. Here is only what the work needs between the two: that a request was sent, its
job, when to ask again. That something is about to be sent is written down first, so that whoever goes on after a crash knows that it may
have arrived, and looks whether the copy is there rather than ask twice.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from factcheck.errors import LedgerError
from factcheck.evidence.archive_queue import DAY, SKEW, Outcome, Phase, Task, follow
from factcheck.evidence.saving import Answer, Said

FAR = timedelta(days=8)  # no time in the file lies further ahead, unless a clock was set back

_SCHEMA = """
CREATE TABLE task(
  id TEXT PRIMARY KEY, archive TEXT NOT NULL, page TEXT NOT NULL, asked TEXT NOT NULL, phase TEXT NOT NULL, due TEXT, sent TEXT, since TEXT,
  job TEXT NOT NULL, tries INTEGER NOT NULL, turns INTEGER NOT NULL, delays INTEGER NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL
) STRICT;
CREATE TABLE sent(archive TEXT NOT NULL, page TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY(archive, page)) STRICT;
CREATE TABLE archive(name TEXT PRIMARY KEY, last TEXT, until TEXT) STRICT;
"""
_APPLICATION_ID, _VERSION = 0x66636B71, 1
_TIMES = ("asked", "due", "sent", "since")


class WorkFile:
    """The queue's file. One worker at a time holds it; anybody may read it meanwhile."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def tasks(self) -> dict[str, Task]:
        """Every task, by id; none when there is no file yet, which reading does not make."""
        if not self.path.exists():
            return {}
        with self._open() as db:
            return _tasks(db) if db.execute("PRAGMA user_version").fetchone()[0] else {}

    @contextmanager
    def working(self) -> Iterator[Worker]:
        """Be the one who works on the queue.

        Raises:
            LedgerError: somebody else does, or the file cannot be written.
        """
        with _held(self.path.with_suffix(".lock")), self._open(create=True) as db:
            yield Worker(db)

    @contextmanager
    def _open(self, *, create: bool = False) -> Iterator[sqlite3.Connection]:
        try:
            if create:
                os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            with closing(sqlite3.connect(self.path, timeout=30, isolation_level=None)) as db:
                db.execute("PRAGMA trusted_schema=OFF")
                db.execute("PRAGMA synchronous=EXTRA")
                if create and not db.execute("PRAGMA user_version").fetchone()[0]:
                    settings = f"PRAGMA application_id={_APPLICATION_ID};PRAGMA user_version={_VERSION};"
                    db.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}{settings}COMMIT;")
                yield db
        except sqlite3.Error as error:
            raise LedgerError(
                f"The queue of archive requests cannot be used: {self.path}: {error}. Make room or mend the folder; a damaged file can be "
                "deleted: what waits stands in the ledger and is then asked for anew."
            ) from error


class Worker:
    """The one who works on the queue; made by ``WorkFile.working``."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def recover(self, now: datetime) -> None:
        """Requests that were being sent when the last worker ended may have arrived: look for their copies."""
        with _Transaction(self._db):
            self._db.execute("DELETE FROM sent WHERE at < ?", (_iso(now - 2 * DAY),))
            for task in _tasks(self._db).values():
                if task.phase is Phase.SENDING:
                    self._interrupted(task, now)

    def keep(self, waiting: Mapping[str, Task], sent: Mapping[tuple[str, str], datetime] = MappingProxyType({})) -> None:
        """Take in what waits in the ledger, and drop what does no longer.

        Args:
            sent: (archive, page) -> when it was sent, as the ledger knows although this file may not.
        """
        with _Transaction(self._db):
            for (archive, page), at in sent.items():
                self._db.execute("INSERT OR IGNORE INTO sent VALUES(?, ?, ?)", (archive, page, _iso(at)))
            known = _tasks(self._db)
            for id in known.keys() - waiting.keys():
                self._db.execute("DELETE FROM task WHERE id = ?", (id,))
            for id in waiting.keys() - known.keys():
                self._put(waiting[id])
            for id in waiting.keys() & known.keys():
                if known[id].asked != waiting[id].asked:  # asked for anew after it was answered
                    self._put(waiting[id])

    def take(self, now: datetime, every: Mapping[str, int]) -> Task | datetime | None:
        """The next task that is due, written down as begun; or when the next will be; or None when nothing waits.

        A task that comes back in phase ``sending`` is to be sent now, in ``job`` to be asked about, in ``looking`` to be looked for.

        Args:
            every: archive -> seconds between two requests sent to it.
        """
        with _Transaction(self._db):
            paces = {name: (_time(last), _time(until)) for name, last, until in self._db.execute("SELECT name, last, until FROM archive")}
            next_due: datetime | None = None
            for task in sorted(_tasks(self._db).values(), key=lambda t: (t.due or t.asked, t.asked, t.id)):
                last, until = paces.get(task.archive, (None, None))
                times = [task.due, until]
                if task.phase is Phase.NEW and last and last <= now:  # else a clock was set back
                    times.append(last + timedelta(seconds=every.get(task.archive, 0)))
                due = max((time for time in times if time and time - now < FAR), default=now)
                if due > now:
                    next_due = min(next_due or due, due)
                    continue
                if task.phase is Phase.NEW:
                    task = self._begun(task, now)
                elif task.phase is Phase.SENDING:  # taken before, and whoever took it recorded nothing
                    task = self._interrupted(task, now)
                return task
            return next_due

    def _begun(self, task: Task, now: datetime) -> Task:
        """Write down that a task is being sent; unless its page was sent within a day, whose copy is then looked for."""
        row = self._db.execute("SELECT at FROM sent WHERE archive = ? AND page = ?", (task.archive, task.page)).fetchone()
        before = _time(row[0]) if row else None
        if before and abs(now - before) < DAY:  # abs: a clock may be set back
            task = replace(task, phase=Phase.LOOKING, sent=before, since=before - SKEW, turns=0)
        else:
            task = replace(task, phase=Phase.SENDING, sent=now, since=now - SKEW)
            self._db.execute("INSERT OR REPLACE INTO sent VALUES(?, ?, ?)", (task.archive, task.page, _iso(now)))
            self._pace(task.archive, last=now)
        self._put(task)
        return task

    def _interrupted(self, task: Task, now: datetime) -> Task:
        followed = follow(task, Answer(Said.UNCLEAR, code="interrupted"), now)
        assert not isinstance(followed, Outcome)
        task = replace(followed[0], due=now)
        self._put(task)
        return task

    def record(self, task: Task, answer: Answer, now: datetime) -> Outcome | None:
        """Write down what an answer led to; an outcome stays to be told to the ledger, and ``keep`` then drops the task."""
        followed = follow(task, answer, now)
        with _Transaction(self._db):
            if answer.said is Said.LATER and task.phase is Phase.SENDING:
                self._db.execute("DELETE FROM sent WHERE archive = ? AND page = ?", (task.archive, task.page))
            if isinstance(followed, Outcome):
                return followed
            after, wait = followed
            if wait:
                self._pace(task.archive, until=now + timedelta(seconds=wait))
            self._put(after)
        return None

    def _pace(self, archive: str, *, last: datetime | None = None, until: datetime | None = None) -> None:
        self._db.execute("INSERT OR IGNORE INTO archive VALUES(?, NULL, NULL)", (archive,))
        for column, at in (("last", last), ("until", until)):
            if at:
                self._db.execute(f"UPDATE archive SET {column} = ? WHERE name = ?", (_iso(at), archive))  # noqa: S608  # columns are ours

    def _put(self, task: Task) -> None:
        values = [getattr(task, name) for name in Task.__slots__]
        cells = [_iso(value) if isinstance(value, datetime) else value for value in values]
        self._db.execute(f"INSERT OR REPLACE INTO task VALUES({', '.join('?' * len(cells))})", cells)


class _Transaction:
    """``BEGIN IMMEDIATE`` to COMMIT, or back."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> Self:
        self._db.execute("BEGIN IMMEDIATE")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._db.execute("ROLLBACK" if kind else "COMMIT")


def _tasks(db: sqlite3.Connection) -> dict[str, Task]:
    found = {}
    for row in db.execute(f"SELECT {', '.join(Task.__slots__)} FROM task"):  # noqa: S608  # columns are ours
        values = dict(zip(Task.__slots__, row, strict=True))
        values |= {name: _time(values[name]) for name in _TIMES}
        found[values["id"]] = Task(**{**values, "phase": Phase(values["phase"])})
    return found


def _iso(at: datetime) -> str:
    return at.isoformat()


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """A lock that the operating system takes back when its holder dies."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise LedgerError(f"The queue of archive requests cannot be worked on: {path}: {error.strerror}.") from error
    try:
        try:
            if os.name == "nt":
                import msvcrt

                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
            else:
                import fcntl

                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise LedgerError(
                "Somebody works on this desk's queue of archive requests already; what waits is done there. "
                '"factcheck archive status DESK" shows how far it is.',
                code="queue-busy",
            ) from error
        yield
    finally:
        os.close(handle)
