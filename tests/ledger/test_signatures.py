"""Signatures checked in other processes: the same faults as in this one, and none left out when a child fails."""

from __future__ import annotations

import subprocess
import sys

import pytest

from factcheck.ledger import _signatures
from factcheck.ledger._signatures import SignatureChecks
from factcheck.ledger.codec import parse_leaf, signers
from factcheck.ledger.verify import verify_store

Jobs = list[tuple[bytes, bytes, bytes]]


@pytest.fixture
def jobs(scene) -> Jobs:
    """Public keys, signatures, texts; the third and the last are wrong."""
    for number in range(6):
        scene.title(f"title {number}")
    found = []
    for row in scene.ledger.store.rows():
        leaf = parse_leaf(row.leaf)
        found += [(verifier.public, signature, leaf.text) for verifier, signature in signers(leaf)]
    found[2] = (*found[2][:2], found[2][2].replace(b"case.described", b"case.descrybed"))
    found[-1] = (found[-1][0], found[-1][1][:63], found[-1][2])
    return found


def wrong(jobs: Jobs, children: int) -> list[int]:
    checks = SignatureChecks(children)
    try:
        for job in jobs:
            checks.add(*job)
        return checks.wrong()
    finally:
        checks.close()


@pytest.fixture
def eager(monkeypatch) -> None:
    """Children from the first batch on, and batches of two."""
    monkeypatch.setattr(_signatures, "WORTH_IT", 0)
    monkeypatch.setattr(_signatures, "BATCH", 2)


@pytest.mark.parametrize("children", [0, 1, 2, 5])
def test_children_find_what_this_process_finds(jobs, eager, children: int) -> None:
    assert wrong(jobs, children) == [2, len(jobs) - 1]


def test_many_batches_are_shared_out_and_none_is_lost(jobs, eager) -> None:
    many = jobs[:3] * 200
    assert wrong(many, 2) == list(range(2, 600, 3))


@pytest.mark.parametrize(
    "fails", ["raise SystemExit(3)", "print('{}')", "import sys; sys.stdout.write('\\1')", "import sys; sys.stdout.write('\\2\\2')"]
)
def test_what_a_child_did_not_check_is_checked_here(jobs, eager, monkeypatch, fails: str) -> None:
    real = subprocess.Popen
    monkeypatch.setattr(_signatures.subprocess, "Popen", lambda _command, **rest: real([sys.executable, "-c", fails], **rest))
    assert wrong(jobs, 2) == [2, len(jobs) - 1]


def test_children_that_cannot_be_started_leave_nothing_unchecked(jobs, eager, monkeypatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(_signatures.subprocess, "Popen", refused)
    assert wrong(jobs, 2) == [2, len(jobs) - 1]


def test_verification_finds_the_same_either_way(scene, monkeypatch) -> None:
    for number in range(5):
        scene.title(f"title {number}")
    db = scene.ledger.store._db
    db.execute("DROP TRIGGER event_no_update")
    [(leaf,)] = db.execute("SELECT leaf FROM event WHERE idx = 3").fetchall()
    db.execute("UPDATE event SET leaf = ? WHERE idx = 3", (leaf.replace(b"case.described", b"case.descrybed"),))
    here = verify_store(scene.ledger.store)
    monkeypatch.setattr(_signatures, "WORTH_IT", 0)
    monkeypatch.setattr(_signatures, "BATCH", 2)
    apart = verify_store(scene.ledger.store)
    assert set(apart.findings) == set(here.findings)
    assert "entry.signature" in {finding.code for finding in apart.findings}
