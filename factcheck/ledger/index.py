"""What a log holds, looked up: entries by digest, act and case, and the events that hold each register.

All of it follows from the clear fields of the leaves, in a SQLite database of its own that is built while they are read and can be thrown
away. A ledger keeps a copy between sessions (``save``, ``load``), so that a long log is not read whole each time it is opened; verification
builds one from the bytes alone and believes no copy. Its memory does not grow with the log.
"""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from factcheck.ledger.codec import Leaf
from factcheck.ledger.counting import KEY_TYPES, Clear, KeyBook, moves_only_its_own
from factcheck.ledger.turns import Lock, in_turn
from factcheck.model.events import Event

VERSION = 1  # of the tables below and of what is counted; a saved index of another version is not read
PENDING = 1_000  # entries kept back until they are written together
CACHE_KIB = 16_384  # of pages, in memory

SCHEMA = """
CREATE TABLE meta (version INTEGER, origin TEXT, size INTEGER, root BLOB);
CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE entry (idx INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, type TEXT NOT NULL, actor INTEGER NOT NULL, desk INTEGER NOT NULL,
  n INTEGER NOT NULL, prev TEXT, id TEXT NOT NULL, case_id TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX entry_id ON entry (id);
CREATE INDEX entry_turn ON entry (n, actor);
CREATE INDEX entry_case ON entry (case_id) WHERE case_id <> '';
CREATE TABLE moved (register TEXT NOT NULL, idx INTEGER NOT NULL, replaced TEXT NOT NULL, PRIMARY KEY (register, idx)) WITHOUT ROWID;
CREATE INDEX moved_idx ON moved (idx);
CREATE TABLE head (register TEXT PRIMARY KEY, digests TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE awaited (register TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (register, digest)) WITHOUT ROWID;
"""
"""``moved``: every register that an entry names, with what it replaces there. ``head``: the digests that hold a register, sorted.
``awaited``: what was replaced before it was here, as happens when logs are merged."""

DESK_KINDS = ("case", "key", "policy", "scale")
"""Kinds of registers that the state of a desk is made of."""


class Index:
    """An index of one log; entries are learnt in order.

    Args:
        roots: root keys of the desk.
        known: connection to the tables of a saved index; without one it begins empty.
        about_keys: with ``known``, the events about keys that it holds.
    """

    def __init__(self, roots: Collection[str], known: sqlite3.Connection | None = None, about_keys: Iterable[Event] = ()) -> None:
        self._db = known or _empty()
        self.lock = Lock()
        self._closing = weakref.finalize(self, self._db.close)
        self.book = KeyBook(roots)
        self._about_keys = list(about_keys)
        if self._about_keys:
            self.book = KeyBook(roots, self._about_keys)
        self.size: int = self._db.execute("SELECT count(*) FROM entry").fetchone()[0]
        self._names: dict[int, str] = dict(self._db.execute("SELECT id, text FROM name"))
        self._name_ids = {text: id for id, text in self._names.items()}
        self._awaited = set(self._db.execute("SELECT register, digest FROM awaited"))
        self._last: dict[tuple[str, str], tuple[int, str]] = {}  # (desk, actor) -> (n, digest) of its last entry
        for desk, actor, n, digest, _ in self._db.execute("SELECT desk, actor, n, digest, max(idx) FROM entry GROUP BY desk, actor"):
            self._last[self._names[desk], self._names[actor]] = (n, digest)
        self._clear_pending()

    def _clear_pending(self) -> None:
        self._entries: list[tuple[int, str, str, int, int, int, str | None, str, str, str]] = []
        self._moves: list[tuple[str, int, str]] = []
        self._fresh: dict[str, tuple[int, Clear]] = {}
        self._fresh_ids: dict[tuple[str, str], str] = {}
        self._heads: dict[str, tuple[str, ...]] = {}  # of registers that were looked up or moved since
        self._touched: set[str] = set()

    def close(self) -> None:
        self._closing()

    # ---- learning

    @in_turn
    def learn(self, leaf: Leaf, event: Event | None = None) -> None:
        """Take in the next entry of the log; ``event`` is needed for events about keys.

        Raises:
            ValueError: the digest is here already.
        """
        if self.find(leaf.digest) is not None:
            raise ValueError(f"the log holds event {leaf.digest} already")
        clear, e = clear_of(leaf), leaf.envelope
        actor, desk = self._name(clear.actor), self._name(clear.desk)
        self._entries.append((self.size, clear.digest, clear.type, actor, desk, clear.n, e["prev"], e["id"], e["case"], e["at"]))
        self._moves += [(register, self.size, " ".join(replaced)) for register, replaced in clear.on.items()]
        self._fresh[clear.digest] = (self.size, clear)
        self._fresh_ids[clear.actor, e["id"]] = clear.digest
        self._last[clear.desk, clear.actor] = (clear.n, clear.digest)
        self.size += 1
        if event is not None and clear.type in KEY_TYPES and self._changes_earlier(event):
            self._recount()
        else:
            self._count(clear)
        if len(self._entries) >= PENDING:
            self.flush()

    def _name(self, text: str) -> int:
        id = self._name_ids.get(text)
        if id is None:
            id = self._name_ids[text] = len(self._names)
            self._names[id] = text
            self._db.execute("INSERT INTO name VALUES (?, ?)", (id, text))
        return id

    @in_turn
    def book_with(self, events: Iterable[Event]) -> KeyBook:
        """Which keys will count once these further events are in the log."""
        about_keys = [event for event in events if event.type in KEY_TYPES]
        return KeyBook(self.book.roots, [*self._about_keys, *about_keys]) if about_keys else self.book

    def _changes_earlier(self, event: Event) -> bool:
        """Whether an event about keys makes entries count, or not count, that came before it."""
        self._about_keys.append(event)
        before, self.book = self.book, KeyBook(self.book.roots, self._about_keys)
        changed = {key for key, person in self.book.person_of.items() if before.person_of.get(key) != person}
        return before.revoked != self.book.revoked or any(actor in changed for _, actor in self._last)

    def _recount(self) -> None:
        self.flush()
        self._db.execute("DELETE FROM head")
        self._db.execute("DELETE FROM awaited")
        self._awaited.clear()
        for idx in range(self.size):
            digest, *found = self._db.execute("SELECT digest, type, actor, desk, n FROM entry WHERE idx = ?", (idx,)).fetchone()
            self._count(self._clear(idx, digest, found), upto=idx)
            if len(self._touched) >= PENDING:
                self.flush()

    def _count(self, clear: Clear, upto: int | None = None) -> None:
        """Let an entry move its registers, if it counts; ``upto``: its own index, when entries behind it are known already."""
        if not self.counts(clear):
            return
        for register, replaced in clear.on.items():
            held = self.heads(register)
            for digest in replaced:
                if digest not in held and self._is_awaited(digest, upto):
                    self._awaited.add((register, digest))
                    self._db.execute("INSERT OR IGNORE INTO awaited VALUES (?, ?)", (register, digest))
            own = () if (register, clear.digest) in self._awaited else (clear.digest,)
            self._heads[register] = tuple(sorted({*held, *own} - set(replaced)))
            self._touched.add(register)

    def _is_awaited(self, digest: str, upto: int | None) -> bool:
        at = self.find(digest)
        return at is None or (upto is not None and at > upto)

    @in_turn
    def flush(self) -> None:
        """Write what was kept back."""
        if not self._entries and not self._touched:
            return
        heads = [(register, " ".join(self._heads[register])) for register in self._touched]
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self._entries)
        self._db.executemany("INSERT INTO moved VALUES (?, ?, ?)", self._moves)
        self._db.executemany("INSERT OR REPLACE INTO head VALUES (?, ?)", heads)
        self._db.execute("COMMIT")
        self._clear_pending()

    # ---- what counts

    @in_turn
    def counts(self, clear: Clear) -> bool:
        """Whether an event counts, as far as the log goes by now."""
        by_whom = self.book.counts(clear.actor, clear.desk, clear.n)
        return by_whom and moves_only_its_own(clear.type, clear.actor, clear.on, self.author, self.book)

    @in_turn
    def heads(self, register: str) -> tuple[str, ...]:
        """Digests of the events that hold a register now, sorted."""
        held = self._heads.get(register)
        if held is None:
            row = self._db.execute("SELECT digests FROM head WHERE register = ?", (register,)).fetchone()
            held = self._heads[register] = tuple(row[0].split()) if row else ()
        return held

    # ---- looking up

    @in_turn
    def find(self, digest: str) -> int | None:
        """Where an event stands, from 0."""
        fresh = self._fresh.get(digest)
        if fresh is not None:
            return fresh[0]
        row = self._db.execute("SELECT idx FROM entry WHERE digest = ?", (digest,)).fetchone()
        return row[0] if row else None

    @in_turn
    def beginning(self, start: str) -> list[str]:
        """Digests that begin so, at most two of them."""
        self.flush()
        return [
            row[0] for row in self._db.execute("SELECT digest FROM entry WHERE digest >= ? AND digest < ? LIMIT 2", (start, start + "\x7f"))
        ]

    @in_turn
    def at(self, idx: int) -> str | None:
        """The digest of an entry."""
        self.flush()
        row = self._db.execute("SELECT digest FROM entry WHERE idx = ?", (idx,)).fetchone()
        return row[0] if row else None

    @in_turn
    def get(self, digest: str) -> Clear | None:
        """The clear fields of an event."""
        fresh = self._fresh.get(digest)
        if fresh is not None:
            return fresh[1]
        found = self._db.execute("SELECT idx, type, actor, desk, n FROM entry WHERE digest = ?", (digest,)).fetchone()
        return self._clear(found[0], digest, found[1:]) if found else None

    def _clear(self, idx: int, digest: str, found: Sequence[Any]) -> Clear:
        on = self._db.execute("SELECT register, replaced FROM moved WHERE idx = ? ORDER BY register", (idx,))
        type, actor, desk, n = found
        return Clear(digest, type, self._names[actor], self._names[desk], n, {name: tuple(text.split()) for name, text in on})

    @in_turn
    def author(self, digest: str) -> str | None:
        """The key that wrote an event; None for one that is not here."""
        fresh = self._fresh.get(digest)
        if fresh is not None:
            return fresh[1].actor
        row = self._db.execute("SELECT actor FROM entry WHERE digest = ?", (digest,)).fetchone()
        return self._names[row[0]] if row else None

    @in_turn
    def act(self, actor: str, id: str) -> str | None:
        """The digest of the act that an actor gave this id."""
        fresh = self._fresh_ids.get((actor, id))
        if fresh is not None:
            return fresh
        rows = self._db.execute("SELECT digest, actor FROM entry WHERE id = ?", (id,))
        return next((digest for digest, by in rows if self._names[by] == actor), None)

    @in_turn
    def last(self, desk: str, actor: str) -> tuple[int, str] | None:
        """Number and digest of the last entry that an actor wrote on a desk."""
        return self._last.get((desk, actor))

    @in_turn
    def numbered(self, desk: str, actor: str, n: int) -> list[int]:
        """Where the entries stand that an actor numbered so on a desk; more than one when a key was used in two places."""
        self.flush()
        query = "SELECT idx FROM entry WHERE n = ? AND actor = ? AND desk = ? ORDER BY idx"
        return [row[0] for row in self._db.execute(query, (n, self._name_ids.get(actor), self._name_ids.get(desk)))]

    @in_turn
    def of_types(self, types: Collection[str]) -> list[int]:
        """Entries of some types."""
        self.flush()
        marks = ", ".join("?" * len(types))
        return [row[0] for row in self._db.execute(f"SELECT idx FROM entry WHERE type IN ({marks}) ORDER BY idx", tuple(types))]  # noqa: S608

    @in_turn
    def of_desk(self) -> list[int]:
        """Entries that the state of the desk as a whole is made of."""
        self.flush()
        found: set[int] = set()
        for kind in DESK_KINDS:
            found.update(
                row[0] for row in self._db.execute("SELECT idx FROM moved WHERE register > ? AND register < ?", (kind + ":", kind + ";"))
            )
        return sorted(found)

    @in_turn
    def of_no_case(self) -> list[int]:
        """Entries that belong to no case."""
        self.flush()
        return [row[0] for row in self._db.execute("SELECT idx FROM entry WHERE case_id = '' ORDER BY idx")]

    @in_turn
    def of_case(self, case: str) -> list[int]:
        """Entries of a case, and those that moved a register which one of them moved."""
        self.flush()
        found = {row[0] for row in self._db.execute("SELECT idx FROM entry WHERE case_id = ?", (case,))}
        fresh: Collection[int] = found
        registers: set[str] = set()
        while fresh:
            moved = {row[0] for idx in fresh for row in self._db.execute("SELECT register FROM moved WHERE idx = ?", (idx,))}
            more = {row[0] for name in moved - registers for row in self._db.execute("SELECT idx FROM moved WHERE register = ?", (name,))}
            registers |= moved
            fresh = more - found
            found |= fresh
        return sorted(found)

    @in_turn
    def first_mover(self, register: str) -> int | None:
        """The first entry that moved a register, counted or not."""
        self.flush()
        return self._db.execute("SELECT min(idx) FROM moved WHERE register = ?", (register,)).fetchone()[0]  # type: ignore[no-any-return]

    @in_turn
    def later_than(self, at: str) -> int:
        """The first entry whose time is later; the number of entries when there is none."""
        self.flush()
        row = self._db.execute("SELECT idx FROM entry WHERE at > ? ORDER BY idx LIMIT 1", (at,)).fetchone()
        return row[0] if row else self.size

    @in_turn
    def select(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """Rows of a query over the tables above, for verification; names of actors and desks are in ``name``."""
        self.flush()
        return iter(self._db.execute(query, values))

    def name(self, id: int) -> str:
        """The actor or desk behind a number in the tables."""
        return self._names[id]

    def number(self, name: str) -> int | None:
        """The number of an actor or desk in the tables; None when no entry is by or of it."""
        return self._name_ids.get(name)

    # ---- between sessions

    @in_turn
    def save(self, path: Path, origin: str, root: bytes) -> None:
        """Keep a copy for the next session: written beside and renamed; a failure only costs time later."""
        self.flush()
        beside = path.with_name(f"{path.name}.{os.getpid()}.part")
        with suppress(OSError, sqlite3.Error):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            beside.unlink(missing_ok=True)
            os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            self._db.execute("DELETE FROM meta")
            self._db.execute("INSERT INTO meta VALUES (?, ?, ?, ?)", (VERSION, origin, self.size, root))
            with closing(sqlite3.connect(beside)) as copy:
                self._db.backup(copy)
            beside.replace(path)
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def load(
    path: Path,
    origin: str,
    roots: Collection[str],
    root_at: Callable[[int], bytes | None],
    read: Callable[[Collection[int]], Iterable[Event]],
) -> Index | None:
    """The saved index of a log, if it is one of this version and of a beginning of this very log.

    Args:
        root_at: the root of the log's first entries, so many; None when it has fewer.
        read: the events at some places.
    """
    if not path.exists():
        return None
    db = scratch()
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as saved:
            saved.backup(db)
        [(version, of, size, root)] = db.execute("SELECT version, origin, size, root FROM meta").fetchall()
        if version == VERSION and of == origin and root_at(size) == root:
            marks = ", ".join("?" * len(KEY_TYPES))
            keys = [row[0] for row in db.execute(f"SELECT idx FROM entry WHERE type IN ({marks}) ORDER BY idx", KEY_TYPES)]  # noqa: S608
            index = Index(roots, db, read(keys))
            if index.size == size:
                return index
    except (sqlite3.Error, ValueError, KeyError, TypeError):
        pass  # spoilt: the log itself is read instead
    db.close()
    return None


def clear_of(leaf: Leaf) -> Clear:
    """The clear fields of a leaf that the rules need."""
    e = leaf.envelope
    on: Mapping[str, tuple[str, ...]] = {name: tuple(replaced) for name, replaced in e["on"].items()}
    return Clear(leaf.digest, e["type"], e["actor"], e["desk"], e["n"], on)


def scratch() -> sqlite3.Connection:
    """A database without a name: in memory while it is small, in a file of the system's that nobody else sees when it grows."""
    db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{CACHE_KIB}", "temp_store=FILE"):
        db.execute(f"PRAGMA {pragma}")
    return db


def _empty() -> sqlite3.Connection:
    db = scratch()
    db.executescript(SCHEMA)
    return db
