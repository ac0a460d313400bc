"""A file of the first version is read as it is, and brought up to date without a byte of an entry changed."""

from __future__ import annotations

import sqlite3

import pytest

from factcheck.errors import LedgerError
from factcheck.ledger.checkpoint import check_proof
from factcheck.ledger.log import Log
from factcheck.ledger.merkle import leaf_hash
from factcheck.ledger.sqlite import SqliteStore
from factcheck.ledger.verify import verify_ledger

ENTRIES = 600


@pytest.fixture
def first_version(scene):
    """The scene's ledger with 600 entries, as version 1 would have left it."""
    from factcheck.ledger.ledger import Act
    from factcheck.model import events as ev

    acts = [Act(ev.CaseDescribed(f"{n}"), scene.amal, "c" * 32, {f"case:{n:032x}": ()}) for n in range(ENTRIES - scene.ledger.size)]
    scene.ledger.append(acts)
    scene.ledger.close()
    with sqlite3.connect(scene.path) as db:
        db.execute("DROP TABLE node")
        db.execute("PRAGMA user_version = 1")
    db.close()
    return scene


def entries(path) -> list[tuple]:
    db = sqlite3.connect(path)
    try:
        tables = ("event", "disclosure", "checkpoint", "erasing", "header")
        return [row for table in tables for row in db.execute(f"SELECT * FROM {table} ORDER BY 1, 2")]
    finally:
        db.close()


def test_it_is_read_and_verified_as_it_is(first_version) -> None:
    before = first_version.path.read_bytes()
    log = Log(SqliteStore.open(first_version.path, read_only=True))
    digest = log.find("3")
    index, head = check_proof(log.prove(digest), leaf_hash(log.leaf(digest)), log.verifier)
    log.close()
    assert (index, head.size) == (3, ENTRIES)
    assert verify_ledger(first_version.path).findings == ()
    assert first_version.path.read_bytes() == before


def test_opening_it_for_writing_adds_the_nodes_and_changes_nothing_else(first_version) -> None:
    before = entries(first_version.path)
    ledger = first_version.reopened()
    assert [(node.level, node.index) for node in ledger.store.nodes()] == [(8, 0), (8, 1)]
    ledger.close()
    assert entries(first_version.path) == before
    assert verify_ledger(first_version.path).findings == ()


def test_an_upgrade_that_is_cut_short_leaves_the_file_as_it_was(first_version, monkeypatch) -> None:
    before = first_version.path.read_bytes()
    monkeypatch.setattr("factcheck.ledger.sqlite.ADDED_IN_2", ("CREATE TABLE node (level, idx, hash)", "CREATE TABLE node (twice)"))
    with pytest.raises(LedgerError, match="refused"):
        SqliteStore.open(first_version.path)
    assert first_version.path.read_bytes() == before


def test_a_later_version_is_refused(scene) -> None:
    scene.ledger.store._db.execute("PRAGMA user_version = 3")
    with pytest.raises(LedgerError, match="no ledger this version reads"):
        SqliteStore.open(scene.path)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE node SET hash = zeroblob(32) WHERE idx = 1",
        "DELETE FROM node WHERE idx = 0",
        "INSERT INTO node VALUES (8, 2, zeroblob(32))",
        "INSERT INTO node VALUES (16, 0, zeroblob(32))",
    ],
)
def test_a_changed_node_is_found(first_version, change: str) -> None:
    first_version.reopened().close()
    with sqlite3.connect(first_version.path) as db:
        for verb in ("update", "delete"):
            db.execute(f"DROP TRIGGER node_no_{verb}")
        db.execute(change)
    db.close()
    assert "node.hash" in {finding.code for finding in verify_ledger(first_version.path).findings}
