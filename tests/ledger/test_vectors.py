"""The committed ledger of format 1 is what today's code writes, byte for byte, and what it reads."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from factcheck.ledger import checkpoint as notes
from factcheck.ledger.codec import open_leaf, parse_leaf, verifier_of
from factcheck.ledger.merkle import leaf_hash, root_of

FOLDER = Path(__file__).resolve().parents[1] / "vectors" / "format-1"
PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "data" / "vectors"


def test_the_code_writes_the_committed_bytes() -> None:
    spec = importlib.util.spec_from_file_location("make_format_1", FOLDER / "make.py")
    assert spec is not None
    assert spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    for name, text in make.build().items():
        assert (FOLDER / name).read_bytes() == text.encode("utf-8"), name


def test_the_committed_ledger_is_read_and_holds() -> None:
    verifier = notes.Verifier.parse((FOLDER / "vkey").read_text())
    head = notes.open_checkpoint((FOLDER / "checkpoint").read_bytes(), verifier)
    entries = json.loads((FOLDER / "entries.json").read_text("utf-8"))
    hashes = [leaf_hash(entry["leaf"].encode()) for entry in entries]
    assert (head.size, head.root) == (len(entries), root_of(hashes))
    types = []
    for entry, hashed in zip(entries, hashes, strict=True):
        leaf = parse_leaf(entry["leaf"].encode())
        assert leaf.digest == entry["digest"]
        assert leaf.note.signed_by(verifier_of(leaf.actor))
        event = open_leaf(leaf, {name: text.encode() for name, text in entry["disclosures"].items()}, index=entry["index"])
        assert notes.check_proof(entry["proof"], hashed, verifier)[0] == entry["index"]
        types.append((event.type, sorted(event.missing)))
    assert types == [
        ("key.introduced", []),
        ("case.opened", []),
        ("claims.made", []),
        ("verdict.given", ["verdict"]),
        ("key.introduced", []),
        ("case.opened", []),
        ("log.merged", []),
        ("body.erased", []),
    ]


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the vectors that others published are not beside this checkout")
def test_signatures_of_wycheproof() -> None:
    groups = json.loads((PUBLISHED / "ed25519" / "ed25519_test.json").read_text())["testGroups"]
    seen = 0
    for group in groups:
        verifier = notes.Verifier("test", bytes.fromhex(group["publicKey"]["pk"]))
        for case in group["tests"]:
            seen += 1
            assert verifier.accepts(bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])) is (case["result"] == "valid"), case
    assert seen > 100
