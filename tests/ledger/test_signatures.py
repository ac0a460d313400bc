"""Signatures checked in other processes: the same faults as in this one, and none left out when a child fails."""

from __future__ import annotations

import subprocess
import sys

import pytest

from factcheck.ledger import _signatures, verify
from factcheck.ledger._signatures import SignatureChecks, checked
from factcheck.ledger.verify import verify_store


@pytest.fixture
def leaves(scene) -> list[bytes]:
    for number in range(6):
        scene.title(f"title {number}")
    found = [row.leaf for row in scene.ledger._store.rows()]
    found[2] = found[2].replace(b"case.described", b"case.descrybed")  # well formed, and not what was signed
    found[4] = b"no leaf"
    found[5] = found[5] + found[5][found[5].rindex(b"\n\n") + 2 :]  # a signature too many
    return found


@pytest.mark.parametrize("processes", [1, 2, 3, 7])
def test_children_find_what_this_process_finds(leaves, processes: int) -> None:
    checks = SignatureChecks(leaves, processes)
    found = checks.faults()
    assert found == checked(leaves)["faults"]
    assert set(found) == {2, 5}
    checks.close()


@pytest.mark.parametrize("fails", ["raise SystemExit(3)", "print('{}')", 'print(\'{"checked": 1, "faults": {}}\')', "print('x')"])
def test_what_a_child_did_not_check_is_checked_here(leaves, monkeypatch, fails: str) -> None:
    real = subprocess.Popen
    monkeypatch.setattr(_signatures.subprocess, "Popen", lambda _command, **rest: real([sys.executable, "-c", fails], **rest))
    checks = SignatureChecks(leaves, 2)
    assert set(checks.faults()) == {2, 5}
    checks.close()


def test_children_that_cannot_be_started_leave_nothing_unchecked(leaves, monkeypatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(_signatures.subprocess, "Popen", refused)
    checks = SignatureChecks(leaves, 2)
    assert set(checks.faults()) == {2, 5}
    checks.close()


def test_verification_finds_the_same_either_way(scene, monkeypatch) -> None:
    for number in range(5):
        scene.title(f"title {number}")
    db = scene.ledger._store._db
    db.execute("DROP TRIGGER event_no_update")
    [(leaf,)] = db.execute("SELECT leaf FROM event WHERE idx = 3").fetchall()
    db.execute("UPDATE event SET leaf = ? WHERE idx = 3", (leaf.replace(b"case.described", b"case.descrybed"),))
    here = verify_store(scene.ledger._store)
    monkeypatch.setattr(verify, "WORTH_IT", 1)
    apart = verify_store(scene.ledger._store)
    assert set(apart.findings) == set(here.findings)
    assert "entry.signature" in {finding.code for finding in apart.findings}
