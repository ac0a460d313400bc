"""Where private keys lie, how they are locked, and that they show themselves to nobody."""

from __future__ import annotations

import copy
import json
import pickle
import sys
import traceback

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.errors
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from keyring.compat.properties import classproperty

from factcheck.errors import KeyUnavailableError
from factcheck.ledger import locks
from factcheck.ledger.codec import person_of_key
from factcheck.ledger.keys import KeyRing
from factcheck.ledger.locks import Hidden
from tests.conftest import Entropy
from tests.machines import files, leaks


class Kept(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    @classproperty
    def priority(cls) -> int:  # noqa: N805  # a property of the class
        raise RuntimeError("never chosen by itself")

    def __init__(self) -> None:
        self.held: dict = {}

    def get_password(self, service: str, username: str):
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


class Locked(Kept):
    """A keyring that nobody unlocked."""

    def get_password(self, service: str, username: str):
        raise keyring.errors.KeyringLocked("the collection is locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise keyring.errors.KeyringLocked("the collection is locked")


class Forgetful(Kept):
    """A keyring that takes everything and keeps nothing, as null backends do."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


@pytest.fixture(autouse=True)
def quick(monkeypatch) -> None:
    """Locks that cost a guesser less; the strength that ships is looked at in one test."""
    monkeypatch.setattr(locks, "_N", locks._LEAST_N)


@pytest.fixture
def system_keyring():
    """Another keyring of the operating system for the length of a test: ``system_keyring(Kept())``."""
    before = keyring.get_keyring()

    def change(backend):
        keyring.set_keyring(backend)
        return backend

    yield change
    keyring.set_keyring(before)


@pytest.fixture
def ring(tmp_path) -> KeyRing:
    return KeyRing(tmp_path / "config", entropy=Entropy("ring"))


def seeds(ring: KeyRing) -> list[bytes]:
    """The private keys that the ring's randomness gave."""
    again = Entropy("ring")
    return [again(32) for _ in range(60)]


def test_a_passphrase_locks_a_key(ring) -> None:
    made = ring.create_person("أمل", "غرفة", passphrase="كلمة سرّ")
    assert ring.open_person("أمل", "كلمة سرّ").key == made.key
    assert ring.persons()[0].locked
    assert not any(leaks(seeds(ring), data) for _, data in files(ring.folder))
    with pytest.raises(KeyUnavailableError, match="a passphrase is needed"):
        ring.open_person("أمل")
    with pytest.raises(KeyUnavailableError, match="passphrase is wrong"):
        ring.open_person("أمل", "كلمة")


def test_a_guess_at_a_passphrase_costs_64_mebibytes(monkeypatch) -> None:
    monkeypatch.undo()
    made = locks.lock(Hidden(b"s" * 32), Hidden(b"word"), "key", Entropy())
    assert 128 * made["n"] * made["r"] == 64 * 2**20


def test_letters_that_look_alike_open_the_same_lock(ring) -> None:
    ring.create_person("Zoe", "N", passphrase="caf\u00e9")
    assert ring.open_person("Zoe", "cafe\u0301").name == "Zoe"


def test_a_key_that_release_0_1_0_locked_is_opened(ring) -> None:
    private = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
    made = ring.create_person("Amal", "N")
    [path] = (ring.folder / "persons").glob("*.json")
    table = json.loads(path.read_text("utf-8"))
    old = KeyRing(ring.folder.parent / "old", entropy=lambda _size: b"s" * 32)
    info = old.create_person("Amal", "N").info
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"word")).decode()
    released = {name: getattr(info, name) for name in ("person", "name", "newsroom", "role", "key", "machine")}
    path.write_text(json.dumps({**released, "locked": True, "private": pem}))
    assert ring.open_person("Amal", "word").key == info.key != made.key
    assert set(table) >= set(released)
    for passphrase in (None, "other"):
        with pytest.raises(KeyUnavailableError, match="passphrase"):
            ring.open_person("Amal", passphrase)


def test_a_passphrase_is_changed_and_taken_away_for_all_of_a_persons_keys(ring) -> None:
    first = ring.create_person("Amal", "N", passphrase="old")
    second = ring.succeed(first, "old")
    with pytest.raises(KeyUnavailableError, match="wrong"):
        ring.relock("Amal", "guess", passphrase="new")
    ring.relock("Amal", "old", passphrase="new")
    opened = ring.open_person("Amal", "new")
    assert [opened.key, *(key.key for key in opened.earlier)] == [second.key, first.key]
    with pytest.raises(KeyUnavailableError, match="wrong"):
        ring.open_person("Amal", "old")
    ring.relock("Amal", "new")
    assert ring.open_person("Amal").key == second.key
    assert not any(info.locked for info in ring.all_keys())


def test_keys_under_two_passphrases_are_not_half_changed(ring) -> None:
    first = ring.create_person("Amal", "N", passphrase="one")
    ring.succeed(first, "two")
    before = dict(files(ring.folder))
    with pytest.raises(KeyUnavailableError, match="another passphrase"):
        ring.relock("Amal", "two", passphrase="three")
    assert dict(files(ring.folder)) == before


def test_a_lock_does_not_fit_another_key(ring) -> None:
    ring.create_person("Amal", "N", passphrase="one")
    ring.create_person("Huda", "N", passphrase="one")
    first, second = sorted((ring.folder / "persons").glob("*.json"))
    moved = {**json.loads(first.read_text("utf-8")), "lock": json.loads(second.read_text("utf-8"))["lock"]}
    first.write_text(json.dumps(moved))
    with pytest.raises(KeyUnavailableError, match="wrong, or the file was changed"):
        ring.open_person(moved["person"], "one")


@pytest.mark.parametrize(
    "change",
    [{"n": 2**40}, {"n": 3}, {"n": True}, {"r": 10**9}, {"p": 10**9}, {"kdf": "none"}, {"salt": 1}, {"sealed": "?"}, {"nonce": "AA"}],
)
def test_a_lock_from_elsewhere_costs_no_more_than_ours(change: dict) -> None:
    made = locks.lock(Hidden(b"s" * 32), Hidden(b"word"), "key", Entropy())
    with pytest.raises(KeyUnavailableError, match=r"damaged|changed"):
        locks.unlock({**made, **change}, Hidden(b"word"), "key")
    assert locks.unlock(made, Hidden(b"word"), "key") == Hidden(b"s" * 32)


def test_the_keyring_of_the_system_holds_the_private_part_alone(ring, system_keyring) -> None:
    system = system_keyring(Kept())
    made = ring.create_person("Amal", "N", keyring=True)
    desk = ring.create_desk_key(keyring=True)
    assert ring.open_person("Amal").key == made.key
    assert ring.desk_key(desk.key).key == desk.key
    assert set(system.held) == {("factcheck", made.key), ("factcheck", desk.key)}
    for _, data in files(ring.folder):
        assert b"PRIVATE" not in data
        assert not leaks(seeds(ring), data)
    ring.relock("Amal", None, passphrase="word")
    assert set(system.held) == {("factcheck", desk.key)}
    assert ring.open_person("Amal", "word").key == made.key
    ring.relock("Amal", "word", keyring=True)
    assert ring.open_person("Amal").key == made.key
    system.held.clear()
    with pytest.raises(KeyUnavailableError, match="does not hold the key of"):
        ring.open_person("Amal")


@pytest.mark.parametrize(
    ("backend", "message"),
    [(keyring.backends.fail.Keyring, "offers no keyring"), (Locked, "is locked"), (Forgetful, "did not keep the key")],
)
def test_a_keyring_that_does_not_serve_is_said_and_nothing_is_made(ring, system_keyring, backend, message) -> None:
    system_keyring(backend())
    with pytest.raises(KeyUnavailableError, match=message) as caught:
        ring.create_person("Amal", "N", keyring=True)
    assert ring.persons() == []
    assert not leaks(seeds(ring), told(caught.value).encode())


def test_without_the_package_the_error_says_how_to_get_it(ring, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(KeyUnavailableError, match=r'pip install "factcheck-workbench\[keyring\]"'):
        ring.create_person("Amal", "N", keyring=True)


def test_a_keyring_and_a_passphrase_are_one_too_many(ring, system_keyring) -> None:
    system_keyring(Kept())
    with pytest.raises(ValueError, match="not both"):
        ring.create_person("Amal", "N", passphrase="x", keyring=True)


def test_a_further_key_of_a_person_is_made_for_an_id_and_once_a_machine(ring) -> None:
    theirs = person_of_key("ed25519:" + "A" * 43)
    made = ring.create_person("Amal", "N", person=theirs)
    assert (made.person, ring.persons()[0].person) == (theirs, theirs)
    with pytest.raises(KeyUnavailableError, match="already"):
        ring.create_person("Amal", "N", person=theirs)
    with pytest.raises(ValueError, match="no id of a person"):
        ring.create_person("Amal", "N", person="../x")


def test_the_newest_of_a_persons_keys_is_the_one_that_opens(ring) -> None:
    key = ring.create_person("Amal", "N")
    made = [key.key]
    for _ in range(3):
        key = ring.succeed(key)
        made.insert(0, key.key)
    opened = ring.open_person("Amal")
    assert [opened.key, *(earlier.key for earlier in opened.earlier)] == made
    assert [info.key for info in ring.all_keys()] == made
    assert len(ring.persons()) == 1


def test_a_desks_key_travels_under_a_passphrase_only(ring, tmp_path) -> None:
    made = ring.create_desk_key()
    with pytest.raises(ValueError, match="under a passphrase only"):
        ring.export_desk_key(made.key, " ")
    data = ring.export_desk_key(made.key, "هاتف")
    assert not leaks(seeds(ring), data)
    other = KeyRing(tmp_path / "other", entropy=Entropy("other"))
    with pytest.raises(KeyUnavailableError, match="export-desk"):
        other.desk_key(made.key)
    with pytest.raises(KeyUnavailableError, match="passphrase is wrong"):
        other.import_desk_key(data, "x")
    for spoilt in (
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        data.replace(made.key[8:].encode(), b"A" * 43),
        data.replace(b'"sealed": "', b'"sealed": "A'),
    ):
        with pytest.raises(KeyUnavailableError, match=r"no desk's key|cannot be taken"):
            other.import_desk_key(spoilt, "هاتف")
    assert other.import_desk_key(data, "هاتف").key == made.key == other.desk_key(made.key).key


def test_private_keys_are_not_copied_pickled_or_shown(ring) -> None:
    person, desk = ring.create_person("Amal", "N"), ring.create_desk_key()
    hidden = Hidden(seeds(ring)[0])
    for thing in (person, desk, hidden):
        for way in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="not pickled"):
                way(thing)
        shown = f"{thing!r} {thing} {vars(thing) if hasattr(thing, '__dict__') else ''} {[thing]} {thing.__class__.__mro__}"
        assert not leaks(seeds(ring), shown.encode())
    assert not leaks(seeds(ring), repr((ring, vars(ring), ring.persons(), person.info)).encode())


def broken_files(ring: KeyRing):
    """Key files, each spoilt in a way that leaves the private bytes in them."""
    [path] = (ring.folder / "persons").glob("*.json")
    text = path.read_text("utf-8")
    table = json.loads(text)
    yield path, text[:-2]
    yield path, text + "\udcff"
    yield path, "[" + text + "]"
    yield path, json.dumps({**table, "key": "ed25519:" + "A" * 43})
    yield path, json.dumps({**table, "private": table["private"].replace("MC4", "MC5")})
    yield path, json.dumps({**table, "private": {"x": table["private"]}})
    yield path, json.dumps({**table, "name": 7})


def told(error: BaseException | None) -> str:
    """Everything that an error and its causes hold: words, attributes, and the variables of every frame but this file's."""
    found = ""
    while error is not None:
        found += f"{error!r} {error.args} {vars(error)}"
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if frame.f_code.co_filename != __file__:
                found += f"{frame.f_code.co_name} {frame.f_locals}\n"
        error = error.__cause__ or error.__context__
    return found


def test_no_error_carries_private_bytes_not_even_with_its_variables(ring) -> None:
    ring.create_person("Amal", "N")
    seen = 0
    for path, text in broken_files(ring):
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        with pytest.raises(KeyUnavailableError, match="damaged") as caught:
            ring.open_person("Amal")
        assert "_read" in told(caught.value) or "_private" in told(caught.value)
        assert not leaks(seeds(ring), told(caught.value).encode()), text
        assert "PRIVATE KEY" not in told(caught.value)
        seen += 1
    assert seen == 7


def test_a_key_that_cannot_be_written_shows_nothing_either(ring, monkeypatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    ring.machine()
    monkeypatch.setattr("factcheck.ledger.durable.os.fsync", full)
    with pytest.raises(KeyUnavailableError, match="No space left") as caught:
        ring.create_person("Amal", "N")
    assert "_write" in told(caught.value)
    assert not leaks(seeds(ring), told(caught.value).encode())
    assert "PRIVATE KEY" not in told(caught.value)
