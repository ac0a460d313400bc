"""Changes that a dishonest hand makes to a finished ledger's file, by plain SQL and byte by byte, and what became of each.

``python -m tests.ledger.mutations [EVERY]`` flips every byte of a minimal ledger (or each EVERY-th), all eight bits in turn with ``bits``,
and prints a line; the suite does a part of it. A change that alters no row is harmless; any other must be found.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from factcheck.ledger.sqlite import SCHEMA, SqliteStore
from factcheck.ledger.verify import verify_ledger

TABLES = ("header", "event", "disclosure", "checkpoint", "erasing", "node")
KEYS = {
    "header": ("id",), "event": ("idx",), "disclosure": ("idx", "field"), "checkpoint": ("size",), "erasing": ("idx", "field"),
    "node": ("level", "idx"),
}  # fmt: skip

Mutation = tuple[str, Callable[[sqlite3.Connection], None]]


def contents(path: Path) -> list[Any] | None:
    """All rows of all tables and the schema, whatever the bytes around them; None when SQLite cannot read them."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
        try:
            rows = [db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES]
            rows.append(db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").fetchall())
            rows.append([db.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")])
        except (sqlite3.Error, UnicodeDecodeError):
            return None
    return rows


def apply(path: Path, change: Callable[[sqlite3.Connection], None], *, loose: bool = False) -> bool:
    """Make a change to a file with its triggers, and with ``loose`` its constraints, out of the way, and put back as they were.

    Returns:
        Whether SQLite let it through.
    """
    with closing(_attackers(path)) as db:
        triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            db.execute(f"DROP TRIGGER {name}")
        tables = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
        if loose:
            _rewrite(db, {name: _loosened(sql) for name, sql in tables.items()})
    with closing(_attackers(path)) as db:
        try:
            change(db)
            done = True
        except sqlite3.IntegrityError:
            done = False
    if loose:
        with closing(_attackers(path)) as db:
            _rewrite(db, tables)
    with closing(_attackers(path)) as db:
        for _, sql in triggers:
            with suppress(sqlite3.OperationalError):  # of a table that was dropped
                db.execute(sql)
    return done


def _attackers(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    for setting in ("foreign_keys = OFF", "synchronous = OFF", "journal_mode = MEMORY"):
        db.execute(f"PRAGMA {setting}")
    return db


def _loosened(sql: str) -> str:
    """A table that takes anything; the words of the same length, so that no page moves."""
    return (
        sql.replace(" CHECK (id = 0)", " " * 15)
        .replace(" NOT NULL", " " * 9)
        .replace(") STRICT", ")       ")
        .replace("STRICT, WITHOUT ROWID", "WITHOUT ROWID        ")
    )


def _rewrite(db: sqlite3.Connection, tables: dict[str, str]) -> None:
    db.execute("PRAGMA writable_schema = ON")
    for name, sql in tables.items():
        db.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (sql, name))
    [version] = db.execute("PRAGMA schema_version").fetchone()
    db.execute(f"PRAGMA schema_version = {version + 1}")
    db.execute("PRAGMA writable_schema = OFF")


# ---- by SQL


def of_columns(path: Path, every: int = 1) -> Iterator[tuple[str, bool, Callable[[sqlite3.Connection], None]]]:
    """Every value of every column of every table: changed in several ways, made NULL, given another type, swapped with the next row's.

    Args:
        every: of disclosures, which are many and alike, take each so-and-so-many-th row.
    """
    with closing(sqlite3.connect(path)) as db:
        columns = {table: [row[1] for row in db.execute(f"PRAGMA table_info({table})")] for table in TABLES}
        rows = {table: db.execute(f"SELECT {', '.join(columns[table])} FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES}
    for table in TABLES:
        for at, row in enumerate(rows[table]):
            if table == "disclosure" and at % every:
                continue
            values = dict(zip(columns[table], row, strict=True))
            for column in columns[table]:
                for how, loose, value in _other_values(values[column]):
                    yield f"{table}.{column} row {at}: {how}", loose, _set(table, values, column, value)
                after = dict(zip(columns[table], rows[table][(at + 1) % len(rows[table])], strict=True))
                if after[column] != values[column]:
                    yield f"{table}.{column} row {at}: swapped", False, _swap(table, values, after, column)


def _other_values(value: Any) -> Iterator[tuple[str, bool, Any]]:
    yield "NULL", True, None
    if isinstance(value, int):
        yield from ((f"by {step}", loose, value + step) for step in (1, -1, 2**40) for loose in (False, True))
        yield "a text", True, f"x{value}"
    elif isinstance(value, str):
        yield from (("longer", False, value + "x"), ("empty", False, ""), ("other", False, "x" + value[1:]))
        yield "bytes", True, value.encode()
    else:
        yield from (("empty", False, b""), ("longer", False, value + b"x"), ("shorter", False, value[:-1]))
        for at in (0, len(value) // 2, len(value) - 1):
            yield f"byte {at}", False, value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]
        yield "a text", True, "x"


def _where(table: str, values: dict[str, Any]) -> tuple[str, list[Any]]:
    return " AND ".join(f"{key} = ?" for key in KEYS[table]), [values[key] for key in KEYS[table]]


def _set(table: str, values: dict[str, Any], column: str, value: Any) -> Callable[[sqlite3.Connection], None]:
    where, keys = _where(table, values)
    return lambda db: db.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (value, *keys)) and None


def _swap(table: str, one: dict[str, Any], other: dict[str, Any], column: str) -> Callable[[sqlite3.Connection], None]:
    def change(db: sqlite3.Connection) -> None:
        if column in KEYS[table]:  # by way of a key that nobody has
            aside = {**one, column: -5 if isinstance(one[column], int) else "\x01"}
            _set(table, one, column, aside[column])(db)
            _set(table, other, column, one[column])(db)
            _set(table, aside, column, other[column])(db)
        else:
            _set(table, one, column, other[column])(db)
            _set(table, other, column, one[column])(db)

    return change


def of_rows(path: Path) -> Iterator[Mutation]:
    """Every row deleted, and written once more under a key of its own; tables cut at every length, emptied, and dropped."""
    with closing(sqlite3.connect(path)) as db:
        columns = {table: [row[1] for row in db.execute(f"PRAGMA table_info({table})")] for table in TABLES}
        rows = {table: db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES}
    for table in TABLES:
        for at, row in enumerate(rows[table]):
            values = dict(zip(columns[table], row, strict=True))
            where, keys = _where(table, values)
            yield f"{table} row {at}: deleted", _run(f"DELETE FROM {table} WHERE {where}", keys)
            for number in (-1, len(rows["event"]), 1000):
                again = {**values, KEYS[table][0]: number}
                marks = ", ".join("?" * len(again))
                yield f"{table} row {at}: again as {number}", _run(f"INSERT INTO {table} VALUES ({marks})", list(again.values()))
            if at:
                yield f"{table}: cut behind row {at}", _cut(table, columns[table], rows[table][at:])
        yield f"{table}: emptied", _run(f"DELETE FROM {table}", [])
        yield f"{table}: dropped", _run(f"DROP TABLE {table}", [])
    yield "a table more", _run("CREATE TABLE more (x)", [])
    yield "an index more", _run("CREATE INDEX more ON event (leaf_hash)", [])
    yield "a view more", _run("CREATE VIEW more AS SELECT 1", [])
    for sql in SCHEMA:
        if sql.startswith("CREATE TRIGGER"):
            yield f"without {sql.split()[2]}", _run(f"SELECT '{sql.split()[2]}'", [])


def _run(statement: str, values: list[Any]) -> Callable[[sqlite3.Connection], None]:
    return lambda db: db.execute(statement, values) and None


def _cut(table: str, columns: list[str], rows: list[Any]) -> Callable[[sqlite3.Connection], None]:
    def change(db: sqlite3.Connection) -> None:
        for row in rows:
            where, keys = _where(table, dict(zip(columns, row, strict=True)))
            db.execute(f"DELETE FROM {table} WHERE {where}", keys)

    return change


def of_orders(path: Path) -> Iterator[Mutation]:
    """Whole entries out of turn: neighbours exchanged in all tables at once, all turned round, one moved to the end."""
    with closing(sqlite3.connect(path)) as db:
        [size] = db.execute("SELECT count(*) FROM event").fetchone()
    for first in range(size - 1):
        yield f"entries {first} and {first + 1} exchanged", _renumbered({first: first + 1, first + 1: first})
    yield "all entries turned round", _renumbered({index: size - 1 - index for index in range(size)})
    yield "the first entry last", _renumbered({index: (index - 1) % size for index in range(size)})


def _renumbered(places: dict[int, int]) -> Callable[[sqlite3.Connection], None]:
    def change(db: sqlite3.Connection) -> None:
        for table in ("event", "disclosure", "erasing"):
            for old, new in places.items():
                db.execute(f"UPDATE {table} SET idx = ? WHERE idx = ?", (-1000 - new, old))
            db.execute(f"UPDATE {table} SET idx = -1000 - idx WHERE idx <= -1000")
        db.execute("UPDATE node SET idx = -1 - idx WHERE level = -1")

    return change


# ---- byte by byte


def flips(path: Path, every: int = 1, *, bits: bool = False, folder: Path | None = None) -> tuple[int, int, list[str]]:
    """Flip bytes one at a time; how many changes altered what the file holds, how many of these were found, and which were missed."""
    data, before = path.read_bytes(), contents(path)
    altered = found = 0
    missed = []
    with tempfile.TemporaryDirectory(dir=folder or memory()) as temporary:
        spoilt = Path(temporary) / path.name
        for spot in range(0, len(data), every):
            for bit in range(8) if bits else (spot % 8,):
                changed = bytearray(data)
                changed[spot] ^= 1 << bit
                spoilt.write_bytes(changed)
                if contents(spoilt) == before:
                    continue
                altered += 1
                if verify_ledger(spoilt).ok:
                    missed.append(f"byte {spot} bit {bit}")
                else:
                    found += 1
    return altered, found, missed


def memory() -> Path | None:
    place = Path("/dev/shm")
    return place if place.is_dir() else None


def small(path: Path) -> None:
    """The same ledger on the smallest pages, so that few bytes hold nothing."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA secure_delete = ON")
        db.execute("PRAGMA page_size = 512")
        db.execute("VACUUM")


def main() -> None:
    from tests.conftest import Clock, Entropy
    from tests.ledger.conftest import make

    numbers = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        scene = make(folder, Clock(), Entropy(), lambda header: SqliteStore.create(folder / "ledger.sqlite", header))
        scene.title("x")
        scene.ledger.close()
        small(scene.path)
        shutil.copy(scene.path, folder / "small.sqlite")
        altered, found, missed = flips(folder / "small.sqlite", *numbers, bits="bits" in sys.argv)
        print(f"{scene.path.stat().st_size} bytes: {altered} changes altered rows, {found} found, {len(missed)} missed: {missed}")


if __name__ == "__main__":
    main()
