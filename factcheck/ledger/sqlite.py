"""The store on SQLite: one file, rollback journal, ``synchronous=EXTRA``, so that what was acknowledged is on disk.

Reading never writes: a file is opened read-only, and when a crash left a hot journal beside it, a private copy is recovered and read.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from factcheck.errors import IntegrityError, LedgerError
from factcheck.ledger.merkle import Frontier, Node
from factcheck.ledger.store import PORTION, Header, Row, Writer, lifted
from factcheck.ledger.turns import Lock

APPLICATION_ID = 0x66636B31  # "fck1"
USER_VERSION = 2
BUSY_SECONDS = 30


def _unchanging(table: str) -> tuple[str, ...]:
    return tuple(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END"
        for verb in ("UPDATE", "DELETE")
    )


SCHEMA_1 = (
    "CREATE TABLE header (id INTEGER PRIMARY KEY CHECK (id = 0), origin TEXT NOT NULL, root_key TEXT NOT NULL) STRICT",
    "CREATE TABLE event (idx INTEGER PRIMARY KEY, leaf BLOB NOT NULL, leaf_hash BLOB NOT NULL) STRICT",
    "CREATE TABLE disclosure (idx INTEGER NOT NULL REFERENCES event (idx), field TEXT NOT NULL, bytes BLOB NOT NULL,"
    " PRIMARY KEY (idx, field)) STRICT, WITHOUT ROWID",
    "CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note BLOB NOT NULL) STRICT",
    "CREATE TABLE erasing (idx INTEGER NOT NULL, field TEXT NOT NULL, PRIMARY KEY (idx, field)) STRICT, WITHOUT ROWID",
    *_unchanging("header"),
    *_unchanging("event"),
    *_unchanging("checkpoint"),
    "CREATE TRIGGER disclosure_no_update BEFORE UPDATE ON disclosure BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END",
    "CREATE TRIGGER disclosure_no_delete BEFORE DELETE ON disclosure"
    " WHEN NOT EXISTS (SELECT 1 FROM erasing WHERE idx = OLD.idx AND field = OLD.field)"
    " BEGIN SELECT RAISE(ABORT, 'only an erasure deletes'); END",
)
ADDED_IN_2 = (
    "CREATE TABLE node (level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, idx)) STRICT, WITHOUT ROWID",
    *_unchanging("node"),
)
SCHEMA = (*SCHEMA_1, *ADDED_IN_2)
SCHEMAS = {1: SCHEMA_1, 2: SCHEMA}
"""By ``user_version``. Triggers stop accidents, not attackers; attackers are found by verify."""

_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs", "fuse.rclone"}


class SqliteStore:
    """A ledger in one file. Made by ``create`` or ``open``."""

    def __init__(self, connection: sqlite3.Connection, path: Path, private: Path | None = None) -> None:
        self._db = connection
        self._path = path
        self.lock = Lock()
        self._private = private  # folder of a recovered copy
        self.version: int = connection.execute("PRAGMA user_version").fetchone()[0]

    @classmethod
    def create(cls, path: Path, header: Header, *, allow_network: bool = False) -> Self:
        """Make a new ledger file.

        Raises:
            LedgerError: it exists, or the folder cannot be written.
        """
        if path.exists() or path.is_symlink():
            raise LedgerError(f"There is a file {path} already; a new ledger is never written over one.")
        _refuse_network(path, allow_network)
        with _mapped(path):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            try:
                db = _connect(path, "rw")
                _settings(db)
                db.execute("BEGIN IMMEDIATE")
                db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                db.execute(f"PRAGMA user_version = {USER_VERSION}")
                for statement in SCHEMA:
                    db.execute(statement)
                db.execute("INSERT INTO header VALUES (0, ?, ?)", (header.origin, header.root_key))
                db.execute("COMMIT")
            except _DRIVER:  # half a ledger would be in the way of the next attempt
                path.unlink()
                raise
        return cls(db, path)

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False, allow_network: bool = False) -> Self:
        """Open a ledger file; for reading only, nothing is created or changed beside it.

        Raises:
            LedgerError: it is missing, not a ledger of this format, or cannot be opened.
        """
        if not path.is_file() or path.is_symlink():
            raise LedgerError(f"There is no ledger at {path}. A missing ledger is never made anew; restore it from a backup.")
        private = None
        with _mapped(path):
            if read_only:
                db, private = _reading(path)
            else:
                _refuse_network(path, allow_network)
                _refuse_second_name(path)
                db = _connect(path, "rw")
            try:
                found = db.execute("PRAGMA application_id").fetchone()[0], db.execute("PRAGMA user_version").fetchone()[0]
                known = found[0] == APPLICATION_ID and found[1] in SCHEMAS
                if known and not read_only:
                    _settings(db)
                    _refuse_torn(db, path)
                    _upgrade(db)
            except (*_DRIVER, LedgerError):
                db.close()
                _discard(private)
                raise
        if not known:
            db.close()
            _discard(private)
            raise LedgerError(f"{path} is no ledger this version reads: application_id and user_version are {found}.")
        return cls(db, path, private)

    # ---- reading

    def header(self) -> Header:
        with self._asked():
            row = self._db.execute("SELECT origin, root_key FROM header").fetchone()
        if row is None:
            raise IntegrityError(f"{self._path} does not say which log it is: its header is gone.", place="header")
        [typed] = _typed("header", [row], str, str)
        return Header(*typed)

    def size(self) -> int:
        with self._asked():
            return int(self._db.execute("SELECT coalesce(max(idx) + 1, 0) FROM event").fetchone()[0])

    def rows(self, after: int = 0, before: int | None = None) -> Iterator[Row]:
        last = 2**62 if before is None else before
        events: list[Any] = [()] * PORTION
        while len(events) == PORTION and after < last:
            with self._asked():
                events = self._db.execute(
                    "SELECT idx, leaf, leaf_hash FROM event WHERE idx >= ? AND idx < ? ORDER BY idx LIMIT ?", (after, last, PORTION)
                ).fetchall()
                span = (events[0][0], events[-1][0]) if events else (0, -1)
                opened = self._db.execute(
                    "SELECT idx, field, bytes FROM disclosure WHERE idx >= ? AND idx <= ? ORDER BY idx, field", span
                ).fetchall()
            fields: dict[int, dict[str, bytes]] = {}
            for index, name, data in _typed("disclosure", opened, int, str, bytes):
                fields.setdefault(index, {})[name] = data
            for index, leaf, leaf_hash in _typed("event", events, int, bytes, bytes):
                yield Row(index, leaf, leaf_hash, fields.get(index, {}))
                after = index + 1

    def checkpoint(self) -> bytes:
        with self._asked():
            rows = self._db.execute("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1").fetchall()
        return b"".join(note for (note,) in _typed("checkpoint", rows, bytes))

    def notes(self, after: int = -1) -> Iterator[tuple[int, bytes]]:
        found: list[Any] = [()] * PORTION
        while len(found) == PORTION:
            with self._asked():
                query = "SELECT size, note FROM checkpoint WHERE size > ? ORDER BY size LIMIT ?"
                found = self._db.execute(query, (after, PORTION)).fetchall()
            yield from _typed("checkpoint", found, int, bytes)
            after = found[-1][0] if found else after

    def nodes(self) -> Iterator[Node] | None:
        if self.version == 1:
            return None
        with self._asked():
            found = self._db.execute("SELECT level, idx, hash FROM node ORDER BY level, idx").fetchall()
        return (Node(*row) for row in _typed("node", found, int, int, bytes))

    def hashes(self, level: int, first: int, last: int) -> bytes:
        if level and self.version == 1:
            return lifted(self.hashes, level, first, last)
        query = "SELECT hash FROM node WHERE level = ? AND idx >= ? AND idx < ? ORDER BY idx"
        with self._asked():
            if level:
                rows = self._db.execute(query, (level, first, last)).fetchall()
            else:
                rows = self._db.execute("SELECT leaf_hash FROM event WHERE idx >= ? AND idx < ? ORDER BY idx", (first, last)).fetchall()
        return b"".join(found for (found,) in _typed("node", rows, bytes))

    def erased(self) -> Iterator[tuple[int, str]]:
        with self._asked():
            found = self._db.execute("SELECT idx, field FROM erasing ORDER BY idx, field").fetchall()
        return iter(_typed("erasing", found, int, str))

    def query(self, text: str) -> list[tuple[Any, ...]]:
        """Rows of a query over the file as it is, for verification."""
        with self._asked():
            return self._db.execute(text).fetchall()

    @contextmanager
    def still(self) -> Iterator[None]:
        with self.lock:
            with self._asked():
                self._db.execute("BEGIN")
            try:
                yield
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def close(self) -> None:
        self._db.close()
        _discard(self._private)

    def _asked(self) -> _mapped:
        """The connection, for this thread alone, its errors as what happened and what to do."""
        return _mapped(self._path, self.lock)

    # ---- writing

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        with self.lock:  # another thread would read on this connection what is not committed yet
            with self._asked():
                self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self
                with self._asked():
                    self._db.execute("COMMIT")
            except BaseException:  # everything is as it was, an interrupt included, and the error goes on
                if self._db.in_transaction:
                    with self._asked():
                        self._db.execute("ROLLBACK")
                raise

    def add(self, rows: Iterable[Row], nodes: Iterable[Node], checkpoint: bytes) -> None:
        rows = list(rows)
        opened = [(row.index, name, data) for row in rows for name, data in row.disclosures.items()]
        with self._asked():
            self._db.executemany("INSERT INTO event VALUES (?, ?, ?)", [(row.index, row.leaf, row.leaf_hash) for row in rows])
            self._db.executemany("INSERT INTO disclosure VALUES (?, ?, ?)", opened)
            self._db.executemany("INSERT INTO node VALUES (?, ?, ?)", [(node.level, node.index, node.hash) for node in nodes])
            self._db.execute("INSERT INTO checkpoint VALUES (?, ?)", (rows[-1].index + 1, checkpoint))

    def erase(self, fields: Iterable[tuple[int, str]]) -> None:
        with self._asked():
            for index, name in fields:
                self._db.execute("INSERT OR IGNORE INTO erasing VALUES (?, ?)", (index, name))
                self._db.execute("DELETE FROM disclosure WHERE idx = ? AND field = ?", (index, name))

    def disclose(self, fields: Iterable[tuple[int, str, bytes]]) -> None:
        with self._asked():
            self._db.executemany("INSERT INTO disclosure VALUES (?, ?, ?)", fields)


def _typed(table: str, rows: list[Any], *types: type) -> list[Any]:
    """Rows as they came, if each value has its column's type; tables that were changed from outside may hold anything."""
    for column, wanted in zip(zip(*rows, strict=True), types, strict=True) if rows else ():
        for strange in set(map(type, column)) - {wanted}:
            raise IntegrityError(
                f"The table {table} holds a value of the type {strange.__name__} where {wanted.__name__} belongs. "
                "The file was changed outside factcheck; bring back an untouched copy.",
                place=table,
            )
    return rows


def _settings(db: sqlite3.Connection) -> None:
    for pragma in ("journal_mode=DELETE", "synchronous=EXTRA", "secure_delete=ON", "trusted_schema=OFF", "foreign_keys=ON"):
        db.execute(f"PRAGMA {pragma}")


def _upgrade(db: sqlite3.Connection) -> None:
    """Bring a file of an older version up to date, in one transaction; no byte of what it holds is changed, only what follows is added."""
    db.execute("BEGIN IMMEDIATE")
    try:
        if db.execute("PRAGMA user_version").fetchone()[0] == 1:
            for statement in ADDED_IN_2:
                db.execute(statement)
            frontier = Frontier()
            for (leaf_hash,) in db.execute("SELECT leaf_hash FROM event ORDER BY idx"):
                db.executemany("INSERT INTO node VALUES (?, ?, ?)", [(n.level, n.index, n.hash) for n in frontier.append(leaf_hash)])
            db.execute(f"PRAGMA user_version = {USER_VERSION}")
        db.execute("COMMIT")
    except BaseException:  # the file stays as it was, and the error goes on
        db.execute("ROLLBACK")
        raise


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False)


def _reading(path: Path) -> tuple[sqlite3.Connection, Path | None]:
    """A connection that changes nothing; when a crash left a hot journal, on a recovered copy in the private folder that is returned.

    SQLite itself tells a journal of a crash from that of a program that is writing now: it looks at the locks.
    """
    db = _connect(path, "ro")
    try:
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        db.close()
        journal = path.with_name(path.name + "-journal")
        if error.sqlite_errorname not in _HOT or not journal.exists():
            raise
        folder = Path(tempfile.mkdtemp(prefix="factcheck-"))
        shutil.copyfile(path, folder / path.name)
        shutil.copyfile(journal, folder / journal.name)
        return _connect(folder / path.name, "rw"), folder
    except _DRIVER:
        db.close()
        raise
    return db, None


_HOT = ("SQLITE_READONLY_ROLLBACK", "SQLITE_READONLY_RECOVERY", "SQLITE_READONLY_CANTINIT", "SQLITE_CANTOPEN")


def _discard(private: Path | None) -> None:
    if private:
        shutil.rmtree(private, ignore_errors=True)


_DRIVER = (sqlite3.Error, UnicodeDecodeError)
"""What the driver raises; the second when SQLite's own message quotes bytes of a spoilt file."""


class _mapped:  # noqa: N801  # reads as a word in "with"
    """Errors of the driver, as what happened and what to do; in turn with other threads where a connection is shared."""

    def __init__(self, path: Path, lock: threading.RLock | None = None) -> None:
        self._path = path
        self._lock = lock

    def __enter__(self) -> None:
        if self._lock is not None:
            self._lock.acquire()

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> None:
        if self._lock is not None:
            self._lock.release()
        if isinstance(error, _DRIVER):
            raise LedgerError(self._message(error)) from error
        if isinstance(error, OSError):
            raise LedgerError(f"Nothing was written: {self._path}: {error.strerror}. Choose a folder you may write to.") from error

    def _message(self, error: sqlite3.Error | UnicodeDecodeError) -> str:
        name, path = getattr(error, "sqlite_errorname", "SQLITE_CORRUPT" if isinstance(error, UnicodeDecodeError) else ""), self._path
        if name.startswith(("SQLITE_FULL", "SQLITE_IOERR_WRITE")):
            return f"Nothing was written: the disk that holds {path} is full. Make room, then do it again; what was saved is safe."
        if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
            return f"Nothing was written: {path} or its folder is read-only. It can be read and verified; copy the desk to work on it."
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return f"Nothing was written: another program has held {path} for {BUSY_SECONDS} s. Close it, then do it again."
        if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
            return f'{path} is damaged or no ledger: {error}. Stop writing to it; "factcheck verify" lists what can be read.'
        return f"The ledger {path} refused: {error}."


def _refuse_second_name(path: Path) -> None:
    """Two names of one file would have two journals, and recovery under the wrong one damages it."""
    if path.stat().st_nlink > 1:
        raise LedgerError(f"{path} is a hard link: the ledger has another name as well. Copy it to a file of its own, and work on that.")


def _refuse_torn(db: sqlite3.Connection, path: Path) -> None:
    """SQLite itself goes on with a file that lost its end, as long as it needs none of the pages that are gone."""
    db.execute("BEGIN")
    try:
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()  # nobody writes pages meanwhile
        expected = db.execute("PRAGMA page_size").fetchone()[0] * db.execute("PRAGMA page_count").fetchone()[0]
        found = path.stat().st_size  # the file is never opened beside SQLite: closing it would drop the locks that SQLite holds on it
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")
    if found < expected:
        raise LedgerError(
            f"{path} lost its end: it has {found} bytes of {expected}. Nothing is written to it; bring back an untouched copy "
            '("factcheck verify" lists what can be read of this one).'
        )


def _refuse_network(path: Path, allowed: bool) -> None:
    if allowed or not sys.platform.startswith("linux"):
        return
    kind = _file_system(path.parent)
    if kind in _NETWORK:
        raise LedgerError(
            f"{path} lies on a network file system ({kind}), where locks cannot be relied on. Move the desk to a local disk, "
            "or set network_file_system = true in factcheck.toml at your own risk."
        )


def _file_system(folder: Path) -> str:
    """The kind of file system a folder lies on, from the kernel's table of mounts."""
    best, kind = "", ""
    try:
        lines = Path("/proc/self/mounts").read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    resolved = str(folder.resolve())
    for line in lines:
        parts = line.split(" ")
        point = parts[1].replace("\\040", " ")
        if (resolved == point or resolved.startswith(point.rstrip("/") + "/")) and len(point) >= len(best):
            best, kind = point, parts[2]
    return kind
