"""Vectors that standards print, typed in with their section: RFC 6962, 8032, 8785 and C2SP signed-note."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from factcheck.errors import IntegrityError
from factcheck.ledger import canonical as json_
from factcheck.ledger.checkpoint import Verifier, parse_note
from factcheck.ledger.merkle import Tree, leaf_hash, node_hash, root_of, verify_consistency, verify_inclusion
from tests.ledger import reference

VECTORS = Path(__file__).resolve().parents[1] / "vectors"


def read(name: str) -> dict:
    return json.loads((VECTORS / name).read_text("utf-8"))


SIGNATURES = read("rfc8032.json")["cases"]
NUMBERS = read("rfc8785.json")["numbers"]["cases"]
TREE = read("rfc6962.json")


@pytest.mark.parametrize("case", SIGNATURES, ids=[case["name"] for case in SIGNATURES])
def test_signatures_of_rfc_8032(case) -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(case["secret"]))
    verifier = Verifier("test", bytes.fromhex(case["public"]))
    message, signature = bytes.fromhex(case["message"]), bytes.fromhex(case["signature"])
    assert private.public_key().public_bytes_raw() == verifier.public
    assert private.sign(message) == signature
    assert verifier.accepts(message, signature)
    assert not verifier.accepts(message + b"\0", signature)
    for at in range(0, 64, 7):
        assert not verifier.accepts(message, signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :])


def test_the_serialised_example_of_rfc_8785_is_spelt_so_by_the_reference_and_refused_for_its_floats() -> None:
    case = read("rfc8785.json")["serialised"]
    value = json.loads(case["input"])
    assert rfc8785.dumps(value).hex() == case["hex"]
    with pytest.raises(ValueError, match="float"):
        json_.canonical(value)
    with pytest.raises(IntegrityError, match="integer"):
        json_.strict_json(bytes.fromhex(case["hex"]))
    del value["numbers"]
    assert json_.canonical(value) == rfc8785.dumps(value)


def test_the_sorted_example_of_rfc_8785_is_sorted_so_by_the_reference_and_refused_for_its_keys() -> None:
    case = read("rfc8785.json")["sorted"]
    value = json.loads(case["input"])
    assert list(json.loads(rfc8785.dumps(value)).values()) == case["values"]
    with pytest.raises(ValueError, match="not ASCII"):
        json_.canonical(value)
    ascii = {key: text for key, text in value.items() if key.isascii()}
    assert list(json.loads(json_.canonical(ascii)).values()) == case["values"][:2]
    texts = list(value)  # as texts, every one of them is allowed
    assert json_.canonical(texts) == rfc8785.dumps(texts)


@pytest.mark.parametrize(("bits", "text"), NUMBERS)
def test_numbers_of_rfc_8785_are_spelt_so_by_the_reference_and_refused_by_the_profile(bits: str, text: str | None) -> None:
    [number] = struct.unpack(">d", bytes.fromhex(bits))
    if text is None:
        with pytest.raises(rfc8785.FloatDomainError):
            rfc8785.dumps(number)
        return
    assert rfc8785.dumps(number).decode() == text
    with pytest.raises(ValueError, match="float"):
        json_.canonical(number)
    if text == "0":
        assert json_.strict_json(b"0") == 0
    else:
        with pytest.raises(IntegrityError):
            json_.strict_json(text.encode())


def test_the_tree_of_rfc_6962() -> None:
    leaves = {f"d{i}": bytes([i]) for i in range(7)}
    known = {name: leaf_hash(leaves[parts[0]]) for name, parts in TREE["nodes"].items() if len(parts) == 1}
    for name, parts in TREE["nodes"].items():
        if len(parts) == 2:
            known[name] = node_hash(known[parts[0]], known[parts[1]])
    data = list(leaves.values())
    hashes = [leaf_hash(leaf) for leaf in data]
    tree = Tree(hashes)
    assert tree.root() == root_of(hashes) == reference.mth(data) == known["hash"]
    for index, names in TREE["audit_paths"].items():
        path = tree.inclusion(int(index))
        assert path == [known[name] for name in names] == reference.path(int(index), data)
        assert verify_inclusion(hashes[int(index)], int(index), 7, path, known["hash"])

    def root(named) -> bytes:
        return known[named] if isinstance(named, str) else node_hash(root(named[0]), root(named[1]))

    for size, printed in TREE["consistency"].items():
        old, proof = int(size), tree.consistency(int(size))
        assert proof == [known[name] for name in printed["proof"]] == reference.proof(old, data)
        assert tree.root(old) == root(printed["root"])
        assert verify_consistency(old, 7, proof, root(printed["root"]), known["hash"])


def test_the_example_of_signed_note() -> None:
    case = read("signed-note.json")
    verifier = Verifier.parse(case["vkey"])
    assert verifier.vkey == case["vkey"]
    assert parse_note(case["note"].encode()).signed_by(verifier)
    with pytest.raises(IntegrityError):
        parse_note(case["note"].replace("answer", "question").encode()).signed_by(verifier)
