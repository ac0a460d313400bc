"""What a dishonest or unlucky hand does to a finished ledger is either harmless to content or found."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from factcheck.errors import LedgerError, RollbackError
from factcheck.ledger.canonical import b64url
from factcheck.ledger.checkpoint import Checkpoint, sign_note
from factcheck.ledger.merkle import root_of
from factcheck.ledger.sqlite import SqliteStore
from factcheck.ledger.verify import verify_ledger


@pytest.fixture
def finished(scene, tmp_path) -> Path:
    """A ledger of two persons, nine entries, one of its fields erased."""
    huda = scene.introduce("Huda")
    first = scene.title("عنوان أول")
    for i in range(5):
        scene.title(f"عنوان {i}", actor=huda if i % 2 else None)
    scene.ledger.erase([(first.digest, "title")], actor=scene.amal, because="حماية مصدر")
    scene.ledger.close()
    findings = verify_ledger(scene.path, kept_heads=scene.heads)
    assert findings.ok, findings
    assert (findings.entries, findings.erased, findings.persons, findings.extends_kept_head) == (9, 1, 2, True)
    return scene.path


def without_triggers(path: Path) -> sqlite3.Connection:
    """An attacker's connection: triggers dropped for the act and put back as they were."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA foreign_keys = OFF")
    return db


def attack(path: Path, statements: list[str]) -> None:
    db = without_triggers(path)
    triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        db.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        db.execute(statement)
    for _, sql in triggers:
        db.execute(sql)
    db.close()


@pytest.mark.parametrize(
    "statements",
    [
        ["DELETE FROM event WHERE idx = 8", "DELETE FROM disclosure WHERE idx = 8"],
        ["DELETE FROM event WHERE idx = 4", "DELETE FROM disclosure WHERE idx = 4"],
        ["DELETE FROM event", "DELETE FROM disclosure", "DELETE FROM checkpoint"],
        ["DELETE FROM event"],
        ["DELETE FROM checkpoint"],
        ["DELETE FROM disclosure WHERE idx = 3"],
        ["DELETE FROM header"],
        ["UPDATE event SET idx = 100 WHERE idx = 3", "UPDATE event SET idx = 3 WHERE idx = 4", "UPDATE event SET idx = 4 WHERE idx = 100"],
        ["INSERT INTO event SELECT 9, leaf, leaf_hash FROM event WHERE idx = 3"],
        ["INSERT INTO disclosure SELECT 99, field, bytes FROM disclosure WHERE idx = 3"],
        ["UPDATE disclosure SET bytes = (SELECT bytes FROM disclosure WHERE idx = 5 AND field = 'title') WHERE idx = 4"],
        ["DROP TRIGGER event_no_delete"],
        ["DROP TABLE checkpoint"],
    ],
)
def test_rows_removed_reordered_added_or_swapped_are_found(finished, tmp_path, statements) -> None:
    spoilt = tmp_path / "spoilt.sqlite"
    shutil.copy(finished, spoilt)
    if statements[0].startswith("DROP"):
        db = without_triggers(spoilt)
        db.execute(statements[0])
        db.close()
    else:
        attack(spoilt, statements)
    findings = verify_ledger(spoilt)
    assert not findings.ok
    assert all(finding.place and finding.message for finding in findings.findings)


def test_an_entry_added_behind_the_signers_back_is_found_even_with_its_tree_and_a_forged_checkpoint(finished, scene, tmp_path) -> None:
    """Somebody with write access appends a copy of a leaf and a checkpoint signed with a key of their own."""
    other = scene.keys.create_desk_key()
    store = SqliteStore.open(finished, read_only=True)
    rows, origin = list(store.rows()), store.header().origin
    store.close()
    hashes = [row.leaf_hash for row in rows[:-1]]
    note = sign_note(Checkpoint(origin, len(hashes), root_of(hashes)).text(), [(other.log_verifier(origin), other.sign)])
    spoilt = tmp_path / "spoilt.sqlite"
    shutil.copy(finished, spoilt)
    attack(
        spoilt,
        ["DELETE FROM event WHERE idx = 8", "DELETE FROM disclosure WHERE idx = 8", "DELETE FROM checkpoint WHERE size > 8",
         f"UPDATE checkpoint SET note = x'{note.hex()}' WHERE size = 8"],
    )  # fmt: skip
    findings = verify_ledger(spoilt)
    assert "checkpoint.signature" in {finding.code for finding in findings.findings}


def test_an_older_copy_verifies_alone_and_not_beside_the_kept_head(scene, tmp_path) -> None:
    scene.title("one")
    scene.ledger.close()
    shutil.copy(scene.path, tmp_path / "backup.sqlite")
    ledger = scene.reopened()
    scene.ledger = ledger
    scene.title("two")
    ledger.close()
    shutil.copy(tmp_path / "backup.sqlite", scene.path)
    assert verify_ledger(scene.path).ok
    findings = verify_ledger(scene.path, kept_heads=scene.heads)
    assert "head.rollback" in {finding.code for finding in findings.findings}
    scene.ledger = scene.reopened()
    with pytest.raises(RollbackError, match="fork"):
        scene.title("three")
    assert scene.ledger.size == 2


def test_a_checkpoint_that_a_stranger_kept_finds_a_rewritten_history(scene, finished, tmp_path) -> None:
    store = SqliteStore.open(finished, read_only=True)
    kept = store.checkpoint()
    store.close()
    assert verify_ledger(finished, against=kept).extends_kept_head
    shutil.copy(finished, tmp_path / "cut.sqlite")
    attack(
        tmp_path / "cut.sqlite",
        ["DELETE FROM event WHERE idx > 5", "DELETE FROM disclosure WHERE idx > 5", "DELETE FROM checkpoint WHERE size > 6"],
    )
    assert "head.rollback" in {f.code for f in verify_ledger(tmp_path / "cut.sqlite", against=kept).findings}


def test_triggers_stop_accidents(finished) -> None:
    db = sqlite3.connect(finished, isolation_level=None)
    for statement in ("UPDATE event SET leaf = x'00'", "DELETE FROM event", "DELETE FROM disclosure", "UPDATE disclosure SET field = 'x'"):
        with pytest.raises(sqlite3.IntegrityError, match=r"never changed|erasure"):
            db.execute(statement)
    db.close()


def test_verify_creates_nothing(finished) -> None:
    before = sorted(finished.parent.iterdir())
    verify_ledger(finished)
    with pytest.raises(LedgerError, match="never made anew"):
        SqliteStore.open(finished.parent / "missing.sqlite", read_only=True)
    assert sorted(finished.parent.iterdir()) == before


def test_digests_are_spelt_one_way() -> None:
    assert b64url(bytes(32)) == "A" * 43
