"""One whole desk per release is opened, folded, verified and written to for ever."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from factcheck import __version__
from factcheck.case.desk import Desk
from factcheck.case.verify import verify_desk
from factcheck.ledger.checkpoint import Verifier, open_checkpoint
from factcheck.ledger.codec import key_name
from factcheck.ledger.keys import KeyRing
from factcheck.ledger.merkle import leaf_hash, root_of
from factcheck.ledger.sqlite import SqliteStore
from factcheck.ledger.verify import verify_log
from tests.machines import Machine, files

LEDGERS = Path(__file__).resolve().parents[1] / "vectors" / "ledgers"
RELEASES = sorted(path.name for path in LEDGERS.iterdir() if path.is_dir() and (path / "expected.json").exists())


def make():
    spec = importlib.util.spec_from_file_location("make_ledgers", LEDGERS / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=RELEASES)
def release(request, tmp_path, clock):
    """A copy of a release's desk on a machine of its own, and what was known of it."""
    machine = Machine(tmp_path / "machine", clock)
    shutil.copytree(LEDGERS / request.param / "desk", machine.folder / "desk")
    return machine, json.loads((LEDGERS / request.param / "expected.json").read_text("utf-8"))


def person_of(machine: Machine, known: dict):
    """The first person and the desk's key, put into this machine's ring from the seeds that are written down."""
    seeds = iter([bytes.fromhex(known["person_seed"]), b"m" * 16, bytes.fromhex(known["desk_seed"])])
    ring = KeyRing(machine.around.config, entropy=lambda _size: next(seeds))
    [name] = [name for name, keys, _ in known["persons"].values() if key_of(known["person_seed"]) in keys]
    person = ring.create_person(name, "غرفة الأخبار")
    ring.create_desk_key()
    return person


def key_of(seed: str) -> str:
    return key_name(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)).public_key().public_bytes_raw())


def test_every_release_so_far_has_its_desk() -> None:
    changes = (LEDGERS.parents[2] / "CHANGELOG.md").read_text("utf-8")
    released = set(re.findall(r"^## (\d+\.\d+\.\d+)$", changes, re.M))
    assert released == set(RELEASES), "make the missing ones with tests/vectors/ledgers/make.py and the code of that release"


def test_it_verifies_and_reading_changes_no_byte(release) -> None:
    machine, known = release
    before = dict(files(machine.folder / "desk"))
    findings = verify_desk(machine.folder / "desk", machine.around, known_vkeys=[known["vkey"]], against=known["checkpoint"].encode())
    assert findings.ok, findings.findings
    assert {finding.code for finding in findings.findings} <= {"key.foreign", "time.back"}
    assert (findings.entries, findings.extends_kept_head) == (len(known["leaves"]), True)
    with Desk.open(machine.folder / "desk", machine.around) as desk:
        assert desk.ledger.size == len(known["leaves"])
    assert dict(files(machine.folder / "desk")) == before


def test_its_leaves_hash_to_the_checkpoint_that_was_handed_out(release) -> None:
    machine, known = release
    store = SqliteStore.open(machine.folder / "desk" / "ledger.sqlite", read_only=True)
    leaves = [row.leaf for row in store.rows()]
    store.close()
    assert [hashlib.sha256(leaf).hexdigest() for leaf in leaves] == known["leaves"]
    head = open_checkpoint(known["checkpoint"].encode(), Verifier.parse(known["vkey"]))
    assert (head.size, head.root) == (len(leaves), root_of([leaf_hash(leaf) for leaf in leaves]))


def test_its_fold_says_what_it_said_then(release) -> None:
    machine, known = release
    with Desk.open(machine.folder / "desk", machine.around) as desk:
        said = json.loads(json.dumps(make().summary(desk)))
    for name, value in said.items():
        assert value == known[name], name


def test_it_is_written_to_and_every_byte_of_every_leaf_stays(release) -> None:
    machine, known = release
    person = person_of(machine, known)
    with Desk.open(machine.folder / "desk", machine.around, person=person) as desk:
        id = next(id for id, case in known["cases"].items() if case["evidence"])
        desk.case(id).describe(why_chosen="بعد سنوات")
        assert desk.case(id).state.why_chosen == "بعد سنوات"
        rows = list(desk.ledger.store.rows())
        assert [hashlib.sha256(row.leaf).hexdigest() for row in rows[:-1]] == known["leaves"]
        desk.ledger.export(machine.folder / "log", disclosures=True)
    findings = verify_desk(machine.folder / "desk", machine.around, against=known["checkpoint"].encode())
    assert findings.ok, findings.findings
    assert verify_log(machine.folder / "log", against=known["checkpoint"].encode()).ok


def test_the_script_makes_the_next_one(tmp_path) -> None:
    """With today's code, as at the next release."""
    known = make().write(tmp_path / "desk")
    assert known["version"] == __version__
    types = {type for type, *_ in known["events"]}
    assert {"body.erased", "log.merged", "verdict.settled", "act.undone", "key.rotated", "key.revoked"} <= types
    findings = verify_desk(tmp_path / "desk", Machine(tmp_path / "elsewhere", None).around, against=known["checkpoint"].encode())
    assert findings.ok, findings.findings
