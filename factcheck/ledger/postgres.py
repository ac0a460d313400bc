"""The store on PostgreSQL, for a team: the tables of ``postgres.sql`` in a schema of their own; the extra ``postgres`` brings the driver.

Writers take turns by an advisory lock that is a statement of its own: under READ COMMITTED the next statement then sees what the writer
before committed, so that indices have no gaps. Readers take no lock.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import resources
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from factcheck.errors import IntegrityError, LedgerError
from factcheck.ledger.merkle import Node
from factcheck.ledger.store import PORTION, Header, Row, Writer
from factcheck.ledger.turns import Lock

if TYPE_CHECKING:
    import psycopg

BUSY_SECONDS = 30
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def schema_sql() -> str:
    """The shipped SQL that makes the tables, for the owner of the schema."""
    return resources.files(__package__).joinpath("postgres.sql").read_text("utf-8")


class PostgresStore:
    """A ledger in one schema of a database. Made by ``create`` or ``open``."""

    def __init__(self, connection: psycopg.Connection[Any], schema: str) -> None:
        self._db = connection
        self._schema = schema
        self.lock = Lock()
        self._lock_number = int.from_bytes(hashlib.sha256(schema.encode("ascii")).digest()[:8], "big", signed=True)

    @classmethod
    def create(cls, conninfo: str, header: Header, *, schema: str = "factcheck", role: str = "") -> Self:
        """Make a new ledger in a schema that holds no tables yet, as the schema's owner.

        Args:
            conninfo: ``postgresql://...`` or the words of libpq.
            role: the role that will work with the ledger; it is given what it needs, and no UPDATE, DELETE or TRUNCATE.

        Raises:
            LedgerError: there is a ledger already, the database cannot be reached, or it refuses.
            ValueError: not the name of a schema.
        """
        store = cls(_connect(conninfo, _checked(schema)), schema)
        try:
            with store._mapped(), store._db.transaction():
                store._db.execute(_text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))
                if store._db.execute("SELECT to_regclass('event')").fetchone() != (None,):
                    raise LedgerError(f"There is a ledger in schema {schema} already; a new one is never written over it.")
                store._db.execute(_text(schema_sql()))
                store._db.execute("INSERT INTO header VALUES (0, %s, %s)", (header.origin, header.root_key))
                if role:
                    for grant in _GRANTS:
                        store._db.execute(_text(grant.format(schema=f'"{schema}"', role='"' + role.replace('"', '""') + '"')))
        except BaseException:  # the connection is let go of whatever happened, and the error goes on
            store.close()
            raise
        return store

    @classmethod
    def exists(cls, conninfo: str, *, schema: str = "factcheck") -> bool:
        """Whether a schema holds a ledger.

        Raises:
            LedgerError: the database cannot be reached.
            ValueError: not the name of a schema.
        """
        store = cls(_connect(conninfo, _checked(schema)), schema)
        try:
            with store._mapped():
                return store._db.execute("SELECT to_regclass('event')").fetchone() != (None,)
        finally:
            store.close()

    @classmethod
    def open(cls, conninfo: str, *, schema: str = "factcheck", read_only: bool = False) -> Self:
        """Open a ledger; for reading only, the database itself refuses to write.

        Raises:
            LedgerError: there is none, or the database cannot be reached.
            ValueError: not the name of a schema.
        """
        store = cls(_connect(conninfo, _checked(schema)), schema)
        try:
            with store._mapped():
                store._db.read_only = read_only
                if store._db.execute("SELECT to_regclass('event')").fetchone() == (None,):
                    raise LedgerError(f"There is no ledger in schema {schema}. A missing ledger is never made anew; restore a backup.")
                store._db.commit()
        except BaseException:  # the connection is let go of whatever happened, and the error goes on
            store.close()
            raise
        return store

    # ---- reading

    def header(self) -> Header:
        with self._reading():
            rows = self._db.execute("SELECT origin, root_key FROM header").fetchall()
        if len(rows) != 1:
            raise IntegrityError(f"The header of {self._schema} has {len(rows)} rows, not one.", place="header")
        return Header(*rows[0])

    def size(self) -> int:
        with self._reading():
            return int(self._one("SELECT coalesce(max(idx) + 1, 0) FROM event"))

    def rows(self, after: int = 0, before: int | None = None) -> Iterator[Row]:
        last = 2**62 if before is None else before
        events: list[Any] = [()] * PORTION
        while len(events) == PORTION and after < last:
            with self._reading():
                events = self._db.execute(
                    "SELECT idx, leaf, leaf_hash FROM event WHERE idx >= %s AND idx < %s ORDER BY idx LIMIT %s", (after, last, PORTION)
                ).fetchall()
                span = (events[0][0], events[-1][0]) if events else (0, -1)
                opened = self._db.execute("SELECT idx, field, bytes FROM disclosure WHERE idx >= %s AND idx <= %s", span).fetchall()
            fields: dict[int, dict[str, bytes]] = {}
            for index, name, data in sorted(opened, key=lambda row: row[:2]):
                fields.setdefault(index, {})[name] = bytes(data)
            for index, leaf, leaf_hash in events:
                yield Row(index, bytes(leaf), bytes(leaf_hash), fields.get(index, {}))
                after = index + 1

    def checkpoint(self) -> bytes:
        with self._reading():
            row = self._db.execute("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1").fetchone()
        return bytes(row[0]) if row else b""

    def notes(self, after: int = -1) -> Iterator[tuple[int, bytes]]:
        found: list[Any] = [()] * PORTION
        while len(found) == PORTION:
            with self._reading():
                query = "SELECT size, note FROM checkpoint WHERE size > %s ORDER BY size LIMIT %s"
                found = self._db.execute(query, (after, PORTION)).fetchall()
            yield from ((size, bytes(note)) for size, note in found)
            after = found[-1][0] if found else after

    def nodes(self) -> Iterator[Node]:
        with self._reading():
            found = self._db.execute("SELECT level, idx, hash FROM node ORDER BY level, idx").fetchall()
        return (Node(level, index, bytes(hash)) for level, index, hash in found)

    def hashes(self, level: int, first: int, last: int) -> bytes:
        with self._reading():
            if level:
                query = "SELECT hash FROM node WHERE level = %s AND idx >= %s AND idx < %s ORDER BY idx"
                return b"".join(row[0] for row in self._db.execute(query, (level, first, last)))
            query = "SELECT leaf_hash FROM event WHERE idx >= %s AND idx < %s ORDER BY idx"
            return b"".join(row[0] for row in self._db.execute(query, (first, last)))

    def erased(self) -> Iterator[tuple[int, str]]:
        with self._reading():
            return iter(self._db.execute("SELECT idx, field FROM erasing ORDER BY idx, field").fetchall())

    @contextmanager
    def still(self) -> Iterator[None]:
        with self._mapped(), self._db.transaction():
            self._db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield

    def close(self) -> None:
        self._db.close()

    def _one(self, query: str) -> Any:
        row = self._db.execute(_text(query)).fetchone()
        return row[0] if row else None

    # ---- writing

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        with self._mapped(), self._db.transaction():
            self._db.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            # by itself: what is read next is newer than the lock
            self._db.execute("SELECT pg_advisory_xact_lock(%s)", (self._lock_number,))
            yield self

    def add(self, rows: Iterable[Row], nodes: Iterable[Node], checkpoint: bytes) -> None:
        rows = list(rows)
        opened = [(row.index, name, data) for row in rows for name, data in row.disclosures.items()]
        with self._mapped(), self._db.cursor() as cursor:
            cursor.executemany("INSERT INTO event VALUES (%s, %s, %s)", [(row.index, row.leaf, row.leaf_hash) for row in rows])
            cursor.executemany("INSERT INTO disclosure VALUES (%s, %s, %s)", opened)
            cursor.executemany("INSERT INTO node VALUES (%s, %s, %s)", [(node.level, node.index, node.hash) for node in nodes])
            cursor.execute("INSERT INTO checkpoint VALUES (%s, %s)", (rows[-1].index + 1, checkpoint))

    def erase(self, fields: Iterable[tuple[int, str]]) -> None:
        with self._mapped():
            for index, name in fields:
                self._db.execute("SELECT erase_disclosure(%s, %s)", (index, name))

    def disclose(self, fields: Iterable[tuple[int, str, bytes]]) -> None:
        with self._mapped():
            for index, name, data in fields:
                self._db.execute("INSERT INTO disclosure VALUES (%s, %s, %s)", (index, name, data))

    # ---- transactions and errors

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """A statement that leaves no transaction open, unless it stands in one."""
        with self._mapped(), self._db.transaction():
            yield

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        """The connection, for this thread alone, its errors as what happened and what to do."""
        with self.lock, _mapped(self._schema):
            yield


_GRANTS = (
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "GRANT SELECT, INSERT ON header, event, disclosure, checkpoint, node TO {role}",
    "GRANT SELECT ON erasing TO {role}",
    "GRANT EXECUTE ON FUNCTION erase_disclosure TO {role}",
)


def _checked(schema: str) -> str:
    if not _SCHEMA.fullmatch(schema):
        raise ValueError(f"{schema!r} is no name of a schema: lower-case letters, digits and underscores, up to 63, not a digit first")
    return schema


def _text(query: str) -> Any:
    """A statement of our own making: psycopg takes only literal texts without asking."""
    return query.encode("utf-8")


def _connect(conninfo: str, schema: str) -> psycopg.Connection[Any]:
    try:
        import psycopg
    except ImportError as error:
        raise LedgerError('A ledger on PostgreSQL needs its driver: pip install "factcheck-workbench[postgres]"') from error
    with _mapped(schema):
        db = psycopg.connect(conninfo, autocommit=True)
        # what was acknowledged is on disk, whatever the server's default is
        for name, value in (("search_path", f'"{schema}", pg_temp'), ("synchronous_commit", "on"), ("lock_timeout", f"{BUSY_SECONDS}s")):
            db.execute("SELECT set_config(%s, %s, false)", (name, value))
        if db.execute("SHOW fsync").fetchone() == ("off",):
            db.close()
            raise LedgerError("The server runs with fsync = off: what it acknowledges can be lost. Turn it on, and open the desk again.")
    return db


class _mapped:  # noqa: N801  # reads as a word in "with"
    """Errors of the driver, as what happened and what to do; nothing of the connection's words, which may hold a password."""

    def __init__(self, schema: str) -> None:
        self._schema = schema

    def __enter__(self) -> None:
        return None

    def __exit__(self, _type: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None) -> None:
        if error is None or isinstance(error, LedgerError):
            return
        import psycopg

        if isinstance(error, psycopg.Error):
            raise LedgerError(self._message(error)) from error

    def _message(self, error: psycopg.Error) -> str:
        from psycopg import errors

        if isinstance(error, errors.LockNotAvailable):
            return f"Nothing was written: another program has held the ledger {self._schema} for {BUSY_SECONDS} s. Do it again."
        if isinstance(error, (errors.DiskFull, errors.OutOfMemory)):
            return "Nothing was written: the database server has run out of room. Make room, then do it again; what was saved is safe."
        if isinstance(error, (errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)):
            return f"Nothing was written: this role may not do that in {self._schema}. Grant it what postgres.sql names. ({error.sqlstate})"
        if isinstance(error, errors.OperationalError) and error.sqlstate is None:
            return "The database server cannot be reached, or closed the connection. What was acknowledged is safe; open the desk again."
        return f"The ledger {self._schema} refused: {str(error).splitlines()[0] if str(error) else error.sqlstate}."
