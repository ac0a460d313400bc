from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.ledger import merkle
from tests.ledger import reference

PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "data" / "vectors" / "merkle"

# RFC 6962's reference implementation prints these inputs and roots; they stand in many logs' test suites.
INPUTS = [bytes.fromhex(x) for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize(("size", "root"), ROOTS.items())
def test_known_roots(size: int, root: str) -> None:
    assert merkle.root_of([merkle.leaf_hash(leaf) for leaf in INPUTS[:size]]).hex() == root


leaves = st.lists(st.binary(max_size=3), min_size=1, max_size=40)


@given(leaves, st.data())
def test_proofs_are_those_of_the_reference_and_hold(data: list[bytes], draw: st.DataObject) -> None:
    tree = merkle.Tree([merkle.leaf_hash(leaf) for leaf in data])
    size = draw.draw(st.integers(1, len(data)))
    index, old = draw.draw(st.integers(0, size - 1)), draw.draw(st.integers(0, size))
    part = data[:size]
    root = reference.mth(part)
    assert tree.root(size) == root
    path, steps = tree.inclusion(index, size), tree.consistency(old, size)
    assert path == reference.path(index, part)
    assert merkle.verify_inclusion(merkle.leaf_hash(data[index]), index, size, path, root)
    if old:
        assert steps == reference.proof(old, part)
        assert merkle.verify_consistency(old, size, steps, tree.root(old), root)


@given(leaves, st.data())
def test_a_changed_proof_does_not_hold(data: list[bytes], draw: st.DataObject) -> None:
    tree = merkle.Tree([merkle.leaf_hash(leaf) for leaf in data])
    index = draw.draw(st.integers(0, len(data) - 1))
    path, leaf = tree.inclusion(index), merkle.leaf_hash(data[index])
    wrong = [bytes(32), *path]
    assert not merkle.verify_inclusion(leaf, index, len(data), wrong, tree.root())
    assert not merkle.verify_inclusion(leaf, len(data), len(data), path, tree.root())
    if path:
        assert not merkle.verify_inclusion(leaf, index, len(data), path[1:], tree.root())
        assert not merkle.verify_inclusion(leaf, index, len(data), [bytes(32), *path[1:]], tree.root())


def test_a_frontier_goes_on_where_it_stopped() -> None:
    hashes = [merkle.leaf_hash(bytes([i])) for i in range(70)]
    frontier = merkle.Frontier()
    for size, leaf in enumerate(hashes, 1):
        frontier.append(leaf)
        frontier = merkle.Frontier(frontier.size, frontier.hashes)
        assert frontier.root() == merkle.Tree(hashes[:size]).root()
    with pytest.raises(ValueError, match="complete subtrees"):
        merkle.Frontier(3, [bytes(32)])


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the vectors that others published are not beside this checkout")
def test_published_vectors_of_transparency_dev() -> None:
    def raw(text: str | None) -> bytes:
        return base64.b64decode(text or "")

    seen = 0
    for file in PUBLISHED.glob("inclusion/**/*.json"):
        v, seen = json.loads(file.read_text()), seen + 1
        proof = [raw(node) for node in v["proof"] or []]
        assert merkle.verify_inclusion(raw(v["leafHash"]), v["leafIdx"], v["treeSize"], proof, raw(v["root"])) is not v["wantErr"], file
    for file in PUBLISHED.glob("consistency/**/*.json"):
        v, seen = json.loads(file.read_text()), seen + 1
        proof = [raw(node) for node in v["proof"] or []]
        assert merkle.verify_consistency(v["size1"], v["size2"], proof, raw(v["root1"]), raw(v["root2"])) is not v["wantErr"], file
    assert seen > 150
