"""The index of a log: what it answers is what reading the whole log answers, and a saved one is never believed against the log."""

from __future__ import annotations

import shutil
import sqlite3

import pytest

from factcheck.ledger import index as indices
from factcheck.ledger import log as logs
from factcheck.ledger.ledger import Act
from factcheck.ledger.log import Log
from factcheck.ledger.sqlite import SqliteStore
from factcheck.model import events as ev


@pytest.fixture
def saving(monkeypatch) -> None:
    """Logs of any length are worth saving, and entries are written down three at a time."""
    monkeypatch.setattr(logs, "WORTH_SAVING", 1)
    monkeypatch.setattr(indices, "PENDING", 3)


@pytest.fixture
def busy(scene, saving):
    """A log in which titles were revised by two people, and a key revoked."""
    huda = scene.introduce("Huda")
    first = scene.title("one", huda)
    for text in ("two", "three", "four", "five"):
        scene.title(text)
    scene.ledger.append([Act(ev.CaseDescribed("other"), huda, "d" * 32, {"case:" + "d" * 32: ()})])
    last = {scene.ledger.origin: (0, first.digest)}
    key = "key:" + huda.key[8:]
    scene.ledger.append([Act(ev.KeyRevoked(huda.key, last), scene.ledger.desk_key, "", {key: scene.ledger.heads(key)})])
    scene.title("six")
    return scene


def told(log: Log) -> list[object]:
    """Everything an index answers about a log."""
    events = list(log.events())
    registers = sorted({name for event in events for name in event.on})
    return [
        log.size, log.root, [log.heads(name) for name in registers], [log.index(event.digest) for event in events],
        [log.find(event.digest[:12]) for event in events], [log.find(str(event.index)) for event in events], log.places_of_desk(),
        [log.places_of_case(case) for case in ("c" * 32, "d" * 32, "e" * 32)],
        [log.entries_until(event.at) for event in events], [log.prove(event.digest) for event in events],
        log._index.book.person_of, log._index.book.revoked, log._index._last,
    ]  # fmt: skip


def reading(scene, saved=None) -> Log:
    return Log(SqliteStore.open(scene.path, read_only=True), saved)


def test_what_was_saved_answers_as_what_was_read(busy, tmp_path) -> None:
    fresh = reading(busy)
    whole = told(fresh)
    fresh.close()
    first = reading(busy, tmp_path / "saved")
    first.close()
    [file] = (tmp_path / "saved").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    again = reading(busy, tmp_path / "saved")
    assert again._saved_size == again.size, "nothing was read again"
    assert told(again) == whole
    again.close()
    assert whole[2] == told_of_memory(busy)


def told_of_memory(scene) -> list[tuple[str, ...]]:
    """The heads of every register by the fold, which counts by itself."""
    from factcheck.case.fold import Fold

    fold = Fold(scene.ledger.root_keys)
    events = list(scene.ledger.events())
    fold.add(events)
    return [fold.heads(name) for name in sorted({name for event in events for name in event.on})]


def test_a_saved_index_goes_on_with_what_came_after(busy, tmp_path) -> None:
    reading(busy, tmp_path / "saved").close()
    busy.title("seven")
    busy.introduce("Samir")
    again = reading(busy, tmp_path / "saved")
    fresh = reading(busy)
    assert told(again) == told(fresh)
    again.close()
    fresh.close()


@pytest.mark.parametrize("spoil", ["cut", "noise", "root", "version", "origin", "longer", "gone"])
def test_a_saved_index_that_does_not_fit_is_passed_over(busy, tmp_path, spoil: str) -> None:
    reading(busy, tmp_path / "saved").close()
    [file] = (tmp_path / "saved").iterdir()
    if spoil == "cut":
        file.write_bytes(file.read_bytes()[:5000])
    elif spoil == "noise":
        file.write_bytes(b"no database")
    elif spoil == "gone":
        file.unlink()
    else:
        change = {"root": "root = zeroblob(32)", "version": "version = 0", "origin": "origin = 'x'", "longer": "size = 1000"}[spoil]
        with sqlite3.connect(file) as db:
            db.execute(f"UPDATE meta SET {change}")
        db.close()
    again = reading(busy, tmp_path / "saved")
    fresh = reading(busy)
    assert told(again) == told(fresh)
    again.close()
    fresh.close()


def test_an_index_of_a_longer_history_is_no_use_to_a_restored_backup(busy, tmp_path) -> None:
    backup = tmp_path / "backup.sqlite"
    shutil.copyfile(busy.path, backup)
    busy.title("later")
    reading(busy, tmp_path / "saved").close()
    shutil.copyfile(backup, busy.path)
    again = reading(busy, tmp_path / "saved")
    fresh = reading(busy)
    assert told(again) == told(fresh)
    again.close()
    fresh.close()


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(busy, tmp_path) -> None:
    (tmp_path / "saved").write_text("a file")
    reading(busy, tmp_path / "saved").close()


def test_nothing_sealed_is_saved(busy, tmp_path) -> None:
    busy.title("a title that nobody else should read")
    reading(busy, tmp_path / "saved").close()
    [file] = (tmp_path / "saved").iterdir()
    assert b"nobody else" not in file.read_bytes()
    assert b"Amal" not in file.read_bytes()
