"""Requests to be introduced: signed by the key they are about, and no other spelling of them is read."""

from __future__ import annotations

import pytest

from factcheck.errors import IntegrityError, NotAllowedError
from factcheck.ledger.asking import read_request, write_request
from factcheck.ledger.checkpoint import Checkpoint, parse_note, sign_note
from factcheck.ledger.codec import canonical, consented, parse_leaf
from factcheck.ledger.keys import KeyRing
from factcheck.ledger.ledger import Act
from factcheck.ledger.store import MemoryStore
from factcheck.ledger.verify import verify_store
from factcheck.model import events as ev
from tests.conftest import Entropy
from tests.ledger.conftest import make
from tests.machines import leaks, spellings


@pytest.fixture
def asking(tmp_path, clock):
    """Huda on her own machine, and her request."""
    key = KeyRing(tmp_path / "elsewhere", entropy=Entropy("elsewhere")).create_person("هدى", "غرفة", "editor")
    return key, write_request(key, clock())


def admit(scene, request: bytes, by=None):
    payload = read_request(request).admitted()
    return scene.ledger.append([Act(payload, by or scene.amal, "", {"key:" + payload.key[8:]: ()})])[0]


def test_a_request_says_who_asks_and_holds_nothing_private(asking) -> None:
    key, data = asking
    asked = read_request(data)
    assert (asked.key, asked.person, asked.name, asked.newsroom, asked.role) == (key.key, key.person, "هدى", "غرفة", "editor")
    again = Entropy("elsewhere")
    assert not leaks([again(32) for _ in range(3)], data)
    assert "هدى" not in asked.consent, "what goes into the ledger holds no name, so that names can be redacted there"


def test_any_changed_byte_of_a_request_is_refused(asking) -> None:
    _, data = asking
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1
        with pytest.raises(IntegrityError):
            read_request(bytes(changed))


def signed(key, table: dict, header: str = "factcheck-key-request-file/v1") -> bytes:
    return sign_note(header.encode() + b"\n" + canonical(table) + b"\n", [(key.verifier(), key.sign)])


def test_only_the_key_itself_asks(asking, tmp_path) -> None:
    key, data = asking
    table = dict.fromkeys(("machine", "name", "newsroom", "role"), "x")
    consent = read_request(data).consent
    thief = KeyRing(tmp_path / "thief", entropy=Entropy("thief")).create_person("Thief", "N")
    table.update(consent=consent, key=key.key, person=key.person)
    with pytest.raises(IntegrityError, match="not signed by the key"):
        read_request(signed(thief, table))
    with pytest.raises(IntegrityError, match="another key or person"):
        read_request(signed(thief, {**table, "key": thief.key}))
    with pytest.raises(IntegrityError, match="another key or person"):
        read_request(signed(key, {**table, "person": thief.person}))
    for spoilt in ({**table, "more": "x"}, {**table, "name": 1}, {}):
        with pytest.raises(IntegrityError, match="no request"):
            read_request(signed(key, spoilt))
    with pytest.raises(IntegrityError, match="no request"):
        read_request(signed(key, table, "other/v1"))
    with pytest.raises(IntegrityError, match="no request"):
        read_request(b"\xff\n\n\n")


def test_a_checkpoint_or_an_event_passes_for_no_consent(scene, asking) -> None:
    key, _ = asking
    head = sign_note(Checkpoint("desk.example/x", 3, bytes(32)).text(), [(key.verifier(), key.sign)])
    leaf = scene.ledger.leaf(scene.title("x").digest)
    for note in (head, leaf, b"", b"x\n\n"):
        with pytest.raises(IntegrityError, match="no key's request"):
            consented(note.decode())


def test_an_admission_is_signed_by_the_introducer_and_the_request_by_the_new_key(any_scene, asking) -> None:
    key, data = asking
    event = admit(any_scene, data)
    leaf = parse_leaf(any_scene.ledger.leaf(event.digest))
    assert [line.name for line in leaf.note.signatures] == [any_scene.amal.key]
    assert parse_note(event.payload.request.encode()).signed_by(key.verifier())
    assert any_scene.ledger.counts(key.key)
    findings = verify_store(any_scene.ledger.store)
    assert findings.ok
    assert findings.persons == 2


def test_an_admission_for_other_than_what_was_asked_is_not_written(any_scene, asking, tmp_path) -> None:
    key, data = asking
    asked = read_request(data)
    register = {"key:" + key.key[8:]: ()}
    other = KeyRing(tmp_path / "third", entropy=Entropy("third")).create_person("Third", "N")
    payload = ev.KeyAdmitted(key.key, any_scene.amal.person, asked.consent, "Amal")
    with pytest.raises(NotAllowedError, match="another key or person"):
        any_scene.ledger.append([Act(payload, any_scene.amal, "", register)])
    with pytest.raises(IntegrityError, match="no key's request"):
        any_scene.ledger.append([Act(ev.KeyAdmitted(key.key, key.person, "x"), any_scene.amal, "", register)])
    with pytest.raises(NotAllowedError, match="another key or person"):
        any_scene.ledger.append(
            [Act(ev.KeyAdmitted(other.key, other.person, asked.consent), any_scene.amal, "", {"key:" + other.key[8:]: ()})]
        )
    assert any_scene.ledger.size == 1


def test_an_admission_whose_request_is_not_the_keys_is_found_and_not_merged(scene, asking, tmp_path, clock, entropy, monkeypatch) -> None:
    """Somebody who writes past our checks: verification and merging look at the request again."""
    key, data = asking
    asked = read_request(data)
    other = make(tmp_path / "other", clock, entropy, MemoryStore)
    monkeypatch.setattr("factcheck.ledger.ledger.consented", lambda _consent: (key.key, other.amal.person, ""))
    forged = ev.KeyAdmitted(key.key, other.amal.person, asked.consent, "Amal")
    other.ledger.append([Act(forged, other.amal, "", {"key:" + key.key[8:]: ()})])
    assert {finding.code for finding in verify_store(other.ledger.store).findings} == {"key.unsigned"}
    with pytest.raises(IntegrityError, match="asked for something else"):
        scene.ledger.merge(other.ledger, scene.amal)


def test_names_of_an_admission_are_redacted_and_its_key_is_not(any_scene, asking) -> None:
    event = admit(any_scene, asking[1])
    with pytest.raises(ValueError, match="hangs on it"):
        any_scene.ledger.erase([(event.digest, "request")], actor=any_scene.amal, because="")
    any_scene.ledger.erase([(event.digest, "name")], actor=any_scene.amal, because="danger")
    assert any_scene.ledger.counts(asking[0].key)
    assert verify_store(any_scene.ledger.store).ok


def test_spellings_are_found_at_any_place_of_a_base64_text() -> None:
    import base64

    for before in range(5):
        assert leaks([b"s" * 32], base64.b64encode(b"x" * before + b"s" * 32 + b"yy"))
    assert all(len(spelling) >= 32 for spelling in spellings(b"s" * 32))
