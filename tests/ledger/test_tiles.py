"""Logs as folders of tiles, read back by the letter of C2SP tlog-tiles; witnesses."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from factcheck.case.log import witness
from factcheck.case.surroundings import Surroundings
from factcheck.errors import IntegrityError, LedgerError, RollbackError
from factcheck.ledger import merkle, tiles
from factcheck.ledger.checkpoint import Checkpoint, Verifier, check_proof, open_checkpoint, parse_note, sign_note
from factcheck.ledger.cosign import cosign, cosignatures
from factcheck.ledger.keys import SigningKey
from factcheck.ledger.store import MemoryStore
from factcheck.ledger.verify import verify_log
from tests.ledger import reference
from tests.ledger.conftest import make

SIZES = [0, 1, 2, 255, 256, 257, 65_537]
KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(b"\x07" * 32))
ORIGIN = "desk.example/log"
VERIFIER = Verifier(ORIGIN, KEY.public)


def leaf(index: int) -> bytes:
    return f"entry {index} قال\n".encode()


def exported(folder: Path, size: int, leaves=leaf) -> merkle.Tree:
    tree = merkle.Tree([merkle.leaf_hash(leaves(index)) for index in range(size)])
    note = sign_note(Checkpoint(ORIGIN, size, tree.root()).text(), [(VERIFIER, KEY.sign)])
    tiles.export_log(folder, VERIFIER, note, tree, (leaves(index) for index in range(size)), [])
    return tree


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 1_234_067, 256, "tile/0/x001/x234/067"),  # the example of the standard
        (1, 1000, 5, "tile/1/x001/000.p/5"),
        ("entries", 255, 1, "tile/entries/255.p/1"),
    ],
)
def test_paths(level: int | str, index: int, width: int, path: str) -> None:
    assert tiles.tile_path(level, index, width) == path


@pytest.mark.parametrize("size", SIZES)
def test_an_export_is_the_log_by_the_letter_of_the_standard(tmp_path, size: int) -> None:
    tree = exported(tmp_path / "log", size)
    files = {str(path.relative_to(tmp_path / "log")): path.read_bytes() for path in (tmp_path / "log").rglob("*") if path.is_file()}
    assert Verifier.parse(files.pop("vkey").decode()) == VERIFIER
    assert files.pop("disclosures.jsonl") == b""
    head = open_checkpoint(files.pop("checkpoint"), VERIFIER)
    assert (head.size, head.root) == (size, tree.root())

    entries = []
    for number in range((size + 255) // 256):
        width = min(256, size - 256 * number)
        data = files.pop(f"tile/entries/{number:03d}" + ("" if width == 256 else f".p/{width}"))
        while data:
            length = int.from_bytes(data[:2], "big")
            entries.append(data[2 : 2 + length])
            data = data[2 + length :]
    assert entries == [leaf(index) for index in range(size)]

    level, below = 0, [hashlib.sha256(b"\0" + entry).digest() for entry in entries]
    while below:  # each hash of a level is the root of a full tile of the one below
        for number in range((len(below) + 255) // 256):
            part = below[256 * number : 256 * number + 256]
            assert files.pop(f"tile/{level}/{number:03d}" + ("" if len(part) == 256 else f".p/{len(part)}")) == b"".join(part)
        level, below = level + 1, [_root(below[at : at + 256]) for at in range(0, len(below) - len(below) % 256, 256)]
    assert not files


def _root(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [hashlib.sha256(b"\1" + hashes[at] + hashes[at + 1]).digest() for at in range(0, len(hashes), 2)]
    return hashes[0]


@given(st.integers(1, 700), st.data())
def test_proofs_from_tiles_are_those_of_the_reference(tmp_path_factory, size: int, draw: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("log")
    exported(folder, size)
    data = [leaf(index) for index in range(size)]
    index, old = draw.draw(st.integers(0, size - 1)), draw.draw(st.integers(1, size))
    found = tiles.TiledTree(size, tiles.reader(folder))
    assert found.root() == reference.mth(data)
    assert found.inclusion(index) == reference.path(index, data)
    assert found.consistency(old) == reference.proof(old, data)


def test_a_proof_reads_a_handful_of_tiles(tmp_path) -> None:
    exported(tmp_path, 65_537)
    read: list[str] = []
    found = tiles.TiledTree(65_537, lambda path: (read.append(path), (tmp_path / path).read_bytes())[1])
    found.inclusion(40_000)
    assert len(read) <= 5


def test_an_export_goes_on_where_it_stopped_and_refuses_another_history(tmp_path) -> None:
    exported(tmp_path, 300)
    full = (tmp_path / "tile/0/000").stat().st_mtime_ns
    exported(tmp_path, 600)
    assert (tmp_path / "tile/0/000").stat().st_mtime_ns == full  # full tiles are not touched again
    with pytest.raises(LedgerError, match="older copy"):
        exported(tmp_path, 300)
    with pytest.raises(IntegrityError, match="another history"):
        exported(tmp_path, 700, lambda index: leaf(index + 1))
    assert open_checkpoint((tmp_path / "checkpoint").read_bytes(), VERIFIER).size == 600
    (tmp_path / "letters.txt").write_text("mine")
    (tmp_path / "checkpoint").unlink()
    with pytest.raises(LedgerError, match="something else"):
        exported(tmp_path, 600)


def test_entries_that_do_not_fit_are_told() -> None:
    assert tiles.unpack(tiles.pack([b"", b"a" * 65_535]), 2, "x") == [b"", b"a" * 65_535]
    with pytest.raises(ValueError, match="65536 bytes"):
        tiles.pack([b"a" * 65_536])
    for spoilt in (b"\0\5abc", b"\0\1a", b"\0\1a\0\1b\0\1c", b"\0"):
        with pytest.raises(IntegrityError):
            tiles.unpack(spoilt, 2, "tile/entries/000.p/2")


def test_a_ledger_exports_with_and_without_its_fields(scene, tmp_path) -> None:
    event = scene.title("سرّ")
    folder = tmp_path / "log"
    scene.ledger.export(folder, disclosures=True)
    lines = (folder / "disclosures.jsonl").read_bytes().splitlines()
    digests = [hashlib.sha256(line).digest() for line in lines]
    assert digests == sorted(digests)
    assert set(scene.ledger.disclosures(event.digest).values()) <= set(lines)
    scene.title("ثانٍ")
    scene.ledger.export(folder)
    assert {json.loads(line)[2] for line in (folder / "disclosures.jsonl").read_bytes().splitlines()} == {"key", "person"}
    assert all("سرّ".encode() not in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    index, head = check_proof(scene.ledger.prove(event.digest), merkle.leaf_hash(scene.ledger.leaf(event.digest)), scene.ledger.verifier)
    assert (index, head.size) == (event.index, 3)


# ---------------------------------------------------------------------- verified by a stranger


@pytest.fixture
def public(scene, tmp_path) -> Path:
    """An exported log of several people, with an erasure and a merge, that hands out some fields of content."""
    huda = scene.introduce("Huda")
    event = scene.title("سرّ")
    scene.title("ثانٍ", actor=huda)
    scene.ledger.erase([(event.digest, "title")], actor=scene.amal, because="source")
    other = make(tmp_path / "other", scene.clock, scene.entropy, MemoryStore)
    other.title("there")
    scene.ledger.merge(other.ledger, scene.amal)
    folder = tmp_path / "log"
    scene.ledger.export(folder)
    return folder


def test_a_public_log_verifies_and_tells_what_it_withholds(public, scene) -> None:
    findings = verify_log(public)
    assert findings.ok
    assert findings.signed_by_introduced
    assert findings.checkpoint_signed
    assert (findings.entries, findings.erased, findings.persons) == (scene.ledger.size, 1, 2)
    assert findings.withheld > findings.disclosed > 0
    assert {finding.code for finding in findings.findings} == {"key.foreign"}
    scene.ledger.export(public, disclosures=True)
    assert verify_log(public).withheld == 0
    note = scene.ledger.checkpoint().encode()
    assert verify_log(public, known_vkeys=[scene.ledger.vkey], against=note).extends_kept_head
    scene.title("later")
    assert verify_log(public).ok, "a copy may lag"
    assert not verify_log(public, against=scene.ledger.checkpoint().encode()).ok, "unless more was kept"
    assert not verify_log(public, known_vkeys=[VERIFIER.vkey]).ok


def test_every_changed_byte_of_a_public_log_is_found(public) -> None:
    missed = []
    for path in [path for path in public.rglob("*") if path.is_file()]:
        data = path.read_bytes()
        for place in range(0, len(data), max(1, len(data) // 60)):
            for change in (0x01, 0x20):
                spoilt = bytearray(data)
                spoilt[place] ^= change
                path.write_bytes(spoilt)
                if verify_log(public).ok:
                    missed.append((path.name, place, change))
        for other in (data[:-1], data + b"\0", b"", data[len(data) // 2 :]):
            path.write_bytes(other)
            if other != data and verify_log(public).ok:
                missed.append((path.name, "length", len(other)))
        path.unlink()
        if verify_log(public).ok:
            missed.append((path.name, "gone"))
        path.write_bytes(data)
    assert missed == []
    assert verify_log(public).ok


# ---------------------------------------------------------------------- witnesses

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
WITNESS = SigningKey(Ed25519PrivateKey.from_private_bytes(b"\x09" * 32))


def around(folder: Path) -> Surroundings:
    return Surroundings(folder / "config", folder / "state", lambda: AT, lambda size: bytes(size))


def test_a_cosignature_is_that_of_the_standard() -> None:
    text = Checkpoint(ORIGIN, 5, bytes(32)).text()
    note = cosign(sign_note(text, [(VERIFIER, KEY.sign)]), WITNESS, AT)
    dash, name, data = note.decode().splitlines()[-1].split(" ")
    raw = base64.b64decode(data)
    assert (dash, name) == ("\u2014", WITNESS.key)
    assert raw[:4] == hashlib.sha256(name.encode() + b"\n\x04" + WITNESS.public).digest()[:4]
    assert int.from_bytes(raw[4:12], "big") == int(AT.timestamp())
    Ed25519PublicKey.from_public_bytes(WITNESS.public).verify(raw[12:], b"cosignature/v1\ntime %d\n" % int(AT.timestamp()) + text)
    assert open_checkpoint(note, VERIFIER).size == 5  # the log's own signature stays
    [seen] = cosignatures(parse_note(note))
    assert (seen.witness, seen.at) == (WITNESS.key, AT)
    again = cosign(note, WITNESS, AT.replace(hour=10))
    assert len(parse_note(again).signatures) == 2  # its newer line replaces the older


@given(st.integers(0, 75), st.integers(1, 255))
def test_a_changed_cosignature_never_counts(place: int, change: int) -> None:
    note = cosign(sign_note(Checkpoint(ORIGIN, 5, bytes(32)).text(), [(VERIFIER, KEY.sign)]), WITNESS, AT)
    head, _, data = note[:-1].rpartition(b" ")
    raw = bytearray(base64.b64decode(data))
    raw[place] ^= change
    spoilt = parse_note(head + b" " + base64.b64encode(raw) + b"\n")
    if place < 4:
        assert cosignatures(spoilt) == []  # of a key nobody knows
    else:
        with pytest.raises(IntegrityError, match="wrong"):
            cosignatures(spoilt)


def test_a_witness_signs_what_extends_what_it_saw(tmp_path) -> None:
    log, world = tmp_path / "log", around(tmp_path)
    for size in (0, 3, 3, 300):
        exported(log, size)
        note = witness(log, WITNESS, world)
        assert open_checkpoint(note, VERIFIER).size == size
        assert len(cosignatures(parse_note(note))) == 1
    exported(tmp_path / "older", 200)
    exported(tmp_path / "forked", 400, lambda index: leaf(index) if index < 299 else b"other")
    for other in ("older", "forked"):
        with pytest.raises(RollbackError, match="does not extend"):
            witness(tmp_path / other, WITNESS, world)
    exported(log, 500)
    assert open_checkpoint(witness(log, WITNESS, world), VERIFIER).size == 500  # refusals left what it saw alone


@pytest.mark.parametrize("spoilt", ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "checkpoint", "vkey"])
def test_a_witness_signs_no_spoilt_folder(tmp_path, spoilt: str) -> None:
    log = tmp_path / "log"
    exported(log, 200)
    witness(log, WITNESS, around(tmp_path))
    exported(log, 300)
    data = bytearray((log / spoilt).read_bytes())
    data[20] ^= 1
    (log / spoilt).write_bytes(data)
    with pytest.raises(LedgerError):
        witness(log, WITNESS, around(tmp_path))
    (log / spoilt).unlink()
    with pytest.raises(LedgerError):
        witness(log, WITNESS, around(tmp_path))


def test_a_log_that_changes_its_key_is_not_cosigned(tmp_path) -> None:
    exported(tmp_path / "log", 3)
    witness(tmp_path / "log", WITNESS, around(tmp_path))
    tree = merkle.Tree([merkle.leaf_hash(leaf(index)) for index in range(3)])
    other = Verifier(ORIGIN, WITNESS.public)
    note = sign_note(Checkpoint(ORIGIN, 3, tree.root()).text(), [(other, WITNESS.sign)])
    tiles.export_log(tmp_path / "new", other, note, tree, (leaf(index) for index in range(3)), [])
    with pytest.raises(IntegrityError, match="another key"):
        witness(tmp_path / "new", WITNESS, around(tmp_path))
