"""Threads on one ledger: a notebook's cells, the page's messages and timers come from different ones."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable

from factcheck.ledger import sqlite
from factcheck.ledger.verify import verify_store
from tests.ledger.conftest import Scene

ACTS = 40


def together(*works: Callable[[], object]) -> list[BaseException]:
    """What went wrong when each ran in a thread of its own, all at once."""
    wrong: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  # told by the test
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return wrong


def test_a_thread_that_looks_while_another_writes_loses_nothing(any_scene: Scene) -> None:
    """What is not committed yet is not read as if it were, whatever the store."""
    before, done = any_scene.ledger.size, threading.Event()
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)

    def write() -> None:
        try:
            for number in range(ACTS):
                any_scene.introduce(f"Person {number}")
        finally:
            done.set()

    def look() -> None:
        while not done.is_set():
            any_scene.ledger.refresh()
            list(any_scene.ledger.events(any_scene.ledger.size - 1))

    try:
        assert together(write, look, look) == []
    finally:
        sys.setswitchinterval(interval)
    assert any_scene.ledger.size == before + ACTS
    assert len(list(any_scene.ledger.store.rows())) == before + ACTS


def test_two_threads_that_write_take_turns(any_scene: Scene) -> None:
    before = any_scene.ledger.size
    people = [any_scene.introduce(name) for name in ("Huda", "Omar")]

    def write(person) -> Callable[[], object]:
        def acts() -> None:
            for number in range(ACTS):
                with any_scene.ledger.lock:  # or the other's act is one that moved the title since
                    any_scene.title(f"{person.name} {number}", person)

        return acts

    assert together(*map(write, people)) == []
    assert any_scene.ledger.size == before + 2 + 2 * ACTS
    assert verify_store(any_scene.ledger.store).ok


def test_opening_a_ledger_once_more_leaves_the_lock_of_a_writer(scene: Scene) -> None:
    """Closing any handle of a file drops all locks that the process has on it (POSIX), so nothing but SQLite opens the file."""
    code = (
        "import sqlite3, sys\n"
        "db = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)\n"
        "try:\n    db.execute('BEGIN IMMEDIATE')\nexcept sqlite3.OperationalError as error:\n    print(error.sqlite_errorname)\n"
    )
    with scene.ledger.store.writing():
        opened = sqlite._connect(scene.path, "rw")
        sqlite._refuse_torn(opened, scene.path)  # as opening does
        opened.close()
        other = subprocess.run([sys.executable, "-c", code, str(scene.path)], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == "SQLITE_BUSY"
