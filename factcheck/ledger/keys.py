"""People's and desks' private keys: Ed25519, one file each in the user's configuration folder, mode 0600.

A key lies in its file as it is, or locked by a passphrase, or only its public part does and the keyring of the operating system holds the
rest. Nothing else in the package holds private bytes. A key's name is the public key itself, so that no look-up is needed to check it.

A person may have several keys on one machine: a new one replaces an older one, which stays for desks that know only that one.
"""

from __future__ import annotations

import json
import os
import stat
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from factcheck.errors import KeyUnavailableError, isolate
from factcheck.ledger import locks
from factcheck.ledger.canonical import b64url
from factcheck.ledger.checkpoint import Verifier
from factcheck.ledger.codec import key_name, person_of_key, verifier_of
from factcheck.ledger.durable import write_durably
from factcheck.ledger.locks import Hidden

FILE, KEYRING = "file", "keyring"  # where the private part of a key lies


class SigningKey:
    """A private key that signs and never shows itself: not in repr, not by pickle."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self.__private = private
        self.public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def key(self) -> str:
        """``ed25519:<base64url public key>``."""
        return key_name(self.public)

    def sign(self, data: bytes) -> bytes:
        return self.__private.sign(data)

    def verifier(self) -> Verifier:
        """Its verifier under the name that events use."""
        return verifier_of(self.key)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.key}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("private keys are not pickled")


class DeskKey(SigningKey):
    """The key of a desk: signs checkpoints under the log's origin, and introduces the first person."""

    def log_verifier(self, origin: str) -> Verifier:
        """Its verifier under the name that checkpoints use."""
        return Verifier(origin, self.public)


class PersonKey(SigningKey):
    """The key of a person, with who that is, and the person's earlier keys on this machine, newest first."""

    def __init__(self, private: Ed25519PrivateKey, info: PersonInfo, earlier: tuple[PersonKey, ...] = ()) -> None:
        super().__init__(private)
        self.info = info
        self.earlier = earlier

    person = property(lambda self: self.info.person)
    name = property(lambda self: self.info.name)
    newsroom = property(lambda self: self.info.newsroom)
    role = property(lambda self: self.info.role)
    machine = property(lambda self: self.info.machine)


@dataclass(frozen=True, slots=True)
class PersonInfo:
    """What is public of a person's key file."""

    person: str  # id, 32 hex, made of the person's first key
    name: str
    newsroom: str
    role: str
    key: str
    machine: str  # random id of the machine the key was made on
    locked: bool  # needs a passphrase
    replaces: str = ""  # the key on this machine that this one was made to replace
    place: str = FILE  # where the private part lies: file, keyring


class KeyRing:
    """The keys of one user on one machine, below a folder that only that user may read."""

    def __init__(self, folder: Path, *, entropy: Callable[[int], bytes]) -> None:
        self.folder = folder
        self._entropy = entropy

    # ---- persons

    def persons(self) -> list[PersonInfo]:
        """Everybody with a key here, in order of name, each with their newest key.

        Raises:
            KeyUnavailableError: a key file is damaged, or others may read it.
        """
        return sorted(self._newest().values(), key=lambda info: (info.name, info.person))

    def all_keys(self) -> list[PersonInfo]:
        """Every key of a person here, newest first within a person."""
        return [info for person in self.persons() for info in self._keys_of(person.person)]

    def _files(self) -> dict[PersonInfo, Path]:
        return {_info(path, self._read(path)): path for path in sorted((self.folder / "persons").glob("*.json"))}

    def _newest(self) -> dict[str, PersonInfo]:
        files = self._files()
        return {info.person: _in_turn([other for other in files if other.person == info.person])[0] for info in files}

    def _keys_of(self, person: str) -> list[PersonInfo]:
        return _in_turn([info for info in self._files() if info.person == person])

    def create_person(
        self,
        name: str,
        newsroom: str,
        role: str = "checker",
        passphrase: str | None = None,
        *,
        keyring: bool = False,
        person: str = "",
    ) -> PersonKey:
        """Make a person and their key.

        Args:
            keyring: keep the private part in the keyring of the operating system.
            person: id of somebody who has a key on another machine already; this one is a further key of theirs, and counts when they
                introduced it. Without it the key makes a new person.

        Raises:
            ValueError: no name, or not the id of a person.
            KeyUnavailableError: the file cannot be written, or this machine has no keyring.
        """
        name, newsroom = name.strip(), newsroom.strip()
        if not name:
            raise ValueError("a person needs a name")
        if person and (len(person) != 32 or not set(person) <= set("0123456789abcdef")):
            raise ValueError(f"{person!r} is no id of a person; factcheck key list shows it on the machine where they have a key")
        if not person and any(alike(info.name, name) and alike(info.newsroom, newsroom) for info in self._files()):
            raise KeyUnavailableError(
                f"{isolate(name)} of {isolate(newsroom)} has a key on this machine already. Act as that person; "
                "two people of one name in one newsroom need names that tell them apart."
            )
        if any(info.person == person for info in self._files()):
            raise KeyUnavailableError(f"{isolate(name)} has a key on this machine already; factcheck key rotate DESK makes the next one.")
        private = Ed25519PrivateKey.from_private_bytes(self._entropy(locks.SEED_SIZE))
        key = _name_of(private)
        place = KEYRING if keyring else FILE
        info = PersonInfo(person or person_of_key(key), name, newsroom, role, key, self.machine(), bool(passphrase), place=place)
        self._keep_person(private, info, passphrase)
        return PersonKey(private, info)

    def succeed(self, old: PersonKey, passphrase: str | None = None) -> PersonKey:
        """Make the next key of a person, to replace ``old``; it lies in the same place, locked by ``passphrase``.

        Raises:
            KeyUnavailableError: the old key is locked and no passphrase for the new one is given, or it cannot be written.
        """
        if old.info.locked and not passphrase:
            raise KeyUnavailableError(f"The key of {isolate(old.name)} is locked: a passphrase is needed for the one that replaces it.")
        private = Ed25519PrivateKey.from_private_bytes(self._entropy(locks.SEED_SIZE))
        info = replace(old.info, key=_name_of(private), machine=self.machine(), locked=bool(passphrase), replaces=old.key)
        self._keep_person(private, info, passphrase)
        return PersonKey(private, info, (old, *old.earlier))

    def open_person(self, person: str, passphrase: str | None = None) -> PersonKey:
        """The newest key of a person, by id or by a name that only one person here has; with the earlier ones that the passphrase opens.

        Raises:
            KeyUnavailableError: nobody or several fit, the passphrase is missing or wrong, or others may read the file.
        """
        newest = self._newest()
        fitting = [info for info in newest.values() if person in (info.person, info.name)]
        if len(fitting) != 1:
            known = ", ".join(sorted(isolate(info.name) for info in newest.values())) or "nobody"
            raise KeyUnavailableError(f"{len(fitting)} persons on this machine fit {isolate(person)}; known: {known}.")
        files = self._files()
        key, *earlier = self._keys_of(fitting[0].person)
        opened = []
        for info in earlier:
            try:
                opened.append(self._open(files[info], info, passphrase))
            except KeyUnavailableError:
                continue  # it has another passphrase; desks that know only this key will say so
        return PersonKey(self._private_of(files[key], key, passphrase), key, tuple(opened))

    def relock(self, person: str, old: str | None, *, passphrase: str | None = None, keyring: bool = False) -> None:
        """Change how a person's keys are kept: under another passphrase, in the keyring of the operating system, or openly in their files.

        Args:
            old: the passphrase that opens them now, if they are locked.

        Raises:
            KeyUnavailableError: as ``open_person``; then nothing changed.
        """
        newest = self.open_person(person, old)
        files = self._files()
        infos = self._keys_of(newest.person)
        keys = {key.key: key for key in (newest, *newest.earlier)}
        if left := [info.key for info in infos if info.key not in keys]:
            raise KeyUnavailableError(f"{', '.join(left)} of {isolate(newest.name)} has another passphrase. Nothing was changed.")
        for info in infos:
            private = self._private_of(files[info], info, old)
            changed = replace(info, locked=bool(passphrase), place=KEYRING if keyring else FILE)
            self._keep_person(private, changed, passphrase, path=files[info])
            if info.place == KEYRING and not keyring:
                locks.forget_in_keyring(info.key)

    def _open(self, path: Path, info: PersonInfo, passphrase: str | None) -> PersonKey:
        return PersonKey(self._private_of(path, info, passphrase), info)

    def _private_of(self, path: Path, info: PersonInfo, passphrase: str | None) -> Ed25519PrivateKey:
        return self._private(path, info.key, passphrase, f"the key of {isolate(info.name)}")

    def _keep_person(self, private: Ed25519PrivateKey, info: PersonInfo, passphrase: str | None, path: Path | None = None) -> None:
        table = {slot: getattr(info, slot) for slot in PersonInfo.__slots__}
        usual = self.folder / "persons" / f"{info.person}.json"
        further = self.folder / "persons" / f"{info.person}.{b64url(verifier_of(info.key).public)[:22]}.json"
        self._write(path or (further if usual.exists() else usual), {**table, **self._kept(private, info.key, info.place, passphrase)})

    def machine(self) -> str:
        """A random id of this machine; equal ids in two introductions mean the same machine."""
        path = self.folder / "machine.json"
        if not path.exists():
            self._write(path, {"machine": self._entropy(16).hex()})
        machine = self._read(path).get("machine")
        if not isinstance(machine, str):
            raise KeyUnavailableError(f"{path} is damaged: it names no machine. Restore it from a backup, or delete it.")
        return machine

    # ---- desks

    def create_desk_key(self, *, keyring: bool = False) -> DeskKey:
        """Make the key of a new desk."""
        private = Ed25519PrivateKey.from_private_bytes(self._entropy(locks.SEED_SIZE))
        return self._keep_desk(private, KEYRING if keyring else FILE)

    def _keep_desk(self, private: Ed25519PrivateKey, place: str) -> DeskKey:
        key = DeskKey(private)
        public = {"key": key.key, "place": place}
        self._write(self.folder / "desks" / f"{b64url(key.public)}.json", {**public, **self._kept(private, key.key, place, None)})
        return key

    def desk_key(self, key: str) -> DeskKey:
        """The key of a desk, by its name.

        Raises:
            KeyUnavailableError: this machine does not hold it.
        """
        return DeskKey(self._private(self._desk_file(key), key, None, "the desk's key"))

    def _desk_file(self, key: str) -> Path:
        try:
            path = self.folder / "desks" / f"{b64url(verifier_of(key).public)}.json"  # what a ledger says is never a path by itself
        except ValueError as error:
            raise KeyUnavailableError(f"The ledger names {key!r} as its key, which is none: {error}.") from error
        if not path.exists():
            raise KeyUnavailableError(
                f"This machine does not hold the desk's key {key}. Open the desk where it was made, or have its key handed over there with "
                "factcheck key export-desk, and take it with factcheck key import-desk."
            )
        return path

    def export_desk_key(self, key: str, passphrase: str) -> bytes:
        """The key of a desk under a passphrase, to be handed to a machine that shall append to the desk as well.

        Whoever holds it signs for the desk: introduces people, and writes checkpoints.

        Raises:
            KeyUnavailableError: this machine does not hold it.
            ValueError: no passphrase.
        """
        if not passphrase.strip():
            raise ValueError("a desk's key leaves this machine under a passphrase only")
        private = self._private(self._desk_file(key), key, None, "the desk's key")
        locked = locks.lock(Hidden(private.private_bytes_raw()), Hidden(passphrase.encode("utf-8")), key, self._entropy)
        return (json.dumps({"format": DESK_KEY_FORMAT, "key": key, "locked": locked}, indent=1) + "\n").encode("ascii")

    def import_desk_key(self, data: bytes, passphrase: str, *, keyring: bool = False) -> DeskKey:
        """Take the key of a desk that ``export_desk_key`` wrote.

        Raises:
            KeyUnavailableError: it is something else, was changed, or the passphrase is wrong.
        """
        try:
            table = json.loads(data.decode("utf-8"))
            known = isinstance(table, dict) and table.get("format") == DESK_KEY_FORMAT and isinstance(table.get("locked"), dict)
            key = str(table["key"]) if known else ""
            verifier_of(key)
        except (ValueError, RecursionError) as error:
            raise KeyUnavailableError("This is no desk's key as factcheck key export-desk writes it.") from error
        try:
            private = _from_seed(locks.unlock(table["locked"], Hidden(passphrase.encode("utf-8")), key), key)
        except KeyUnavailableError as error:
            raise KeyUnavailableError(f"The desk's key cannot be taken: {error}.") from error
        return self._keep_desk(private, KEYRING if keyring else FILE)

    # ---- files

    def _kept(self, private: Ed25519PrivateKey, key: str, place: str, passphrase: str | None) -> dict[str, Any]:
        """What of a key's file holds its private part; nothing when the keyring holds it."""
        seed = Hidden(private.private_bytes_raw())
        if place == KEYRING:
            if passphrase:
                raise ValueError("a key lies under a passphrase or in the keyring of the operating system, not both")
            locks.keep_in_keyring(seed, key)
            return {}
        if passphrase:
            return {"lock": locks.lock(seed, Hidden(passphrase.encode("utf-8")), key, self._entropy)}
        return {"private": private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")}

    def _private(self, path: Path, key: str, passphrase: str | None, what: str) -> Ed25519PrivateKey:
        secret = Hidden(passphrase.encode("utf-8")) if passphrase else None
        damaged = f"{path} is damaged: it does not hold the private part of {key}. Restore it from a backup."
        table = self._read(path)
        if table.get("place") == KEYRING:
            seed = locks.from_keyring(key)
            if not seed.reveal():
                raise KeyUnavailableError(f"The keyring of this machine does not hold {what} ({key}). Restore it, or make a new key.")
        elif isinstance(table.get("lock"), dict):
            if secret is None:
                raise KeyUnavailableError(f"{what} is locked: a passphrase is needed.")
            try:
                seed = locks.unlock(table["lock"], secret, key)
            except KeyUnavailableError as error:
                raise KeyUnavailableError(f"{what} cannot be opened: {error}.") from error
        else:
            seed = _from_pem(table.hidden("private"), secret, what, damaged)
        try:
            return _from_seed(seed, key)
        except KeyUnavailableError as error:
            raise KeyUnavailableError(damaged) from error

    def _read(self, path: Path) -> _Table:
        table: _Table | None = None
        fault = ": it is no JSON object"
        try:
            if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
                raise KeyUnavailableError(f"Other users may read {path}. Close it to them with: chmod 600 {path}")
            table = _Table.of(json.loads(path.read_text("utf-8")))
        except OSError as error:
            raise KeyUnavailableError(f"Cannot read {path}: {error.strerror}.") from error
        except ValueError as error:  # which holds the text, so it is not handed on as a cause
            fault = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ": it is not UTF-8"
        if table is None:
            raise KeyUnavailableError(f"{path} is damaged{fault}. Restore it from a backup.")
        return table

    def _write(self, path: Path, table: dict[str, Any]) -> None:
        """Write beside, sync, rename; 0600 from the first byte."""
        table, fault = _Table(table), ""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.parent.mkdir(exist_ok=True, mode=0o700)
            write_durably(path, json.dumps(table, ensure_ascii=False, indent=1).encode("utf-8"))
        except OSError as error:  # its traceback holds what was to be written, so it is not handed on as a cause
            fault = error.strerror or str(error)
        if fault:
            raise KeyUnavailableError(f"Cannot write {path}: {fault}. Choose a folder you may write to with FACTCHECK_CONFIG.")


DESK_KEY_FORMAT = "factcheck desk key 1"


class _Table(dict[str, Any]):
    """A key's file as read; a traceback that shows variables shows its names only."""

    @classmethod
    def of(cls, value: object) -> _Table | None:
        return cls(value) if isinstance(value, dict) else None

    def hidden(self, name: str) -> Hidden | None:
        value = self.get(name)
        return Hidden(value.encode("utf-8")) if isinstance(value, str) else None

    def __repr__(self) -> str:
        return f"<key file: {', '.join(self)}>"


def _info(path: Path, table: dict[str, Any]) -> PersonInfo:
    try:
        return msgspec.convert({slot: table[slot] for slot in PersonInfo.__slots__ if slot in table}, PersonInfo)
    except msgspec.ValidationError as error:
        raise KeyUnavailableError(f"{path} is damaged: {error}. Restore it from a backup.") from error


def _in_turn(infos: list[PersonInfo]) -> list[PersonInfo]:
    """A person's keys, newest first: each before the one that it replaces; keys that replace none last, in order of their names."""
    replaced = {info.replaces for info in infos}
    by_key = {info.key: info for info in infos}
    found: list[PersonInfo] = []
    for info in sorted(infos, key=lambda each: (each.key in replaced, not each.replaces, each.key)):
        at: PersonInfo | None = info
        while at is not None and at not in found:
            found.append(at)
            at = by_key.get(at.replaces)
    return found


def alike(one: str, other: str) -> bool:
    """Whether two names are one to a reader: white space, capitals and ways of encoding aside."""
    plain = [" ".join(unicodedata.normalize("NFKC", name).casefold().split()) for name in (one, other)]
    return plain[0] == plain[1]


def _name_of(private: Ed25519PrivateKey) -> str:
    return key_name(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def _from_seed(seed: Hidden, key: str) -> Ed25519PrivateKey:
    data = seed.reveal
    if len(data()) == locks.SEED_SIZE:
        private = Ed25519PrivateKey.from_private_bytes(data())
        if _name_of(private) == key:
            return private
    raise KeyUnavailableError(f"it does not hold the private part of {key}")


def _from_pem(pem: Hidden | None, secret: Hidden | None, what: str, damaged: str) -> Hidden:
    """The private bytes of a key as release 0.1.0 wrote all of them, and today those without a lock."""
    if pem is None:
        raise KeyUnavailableError(damaged)
    locked = b"ENCRYPTED" in pem.reveal()
    if locked and secret is None:
        raise KeyUnavailableError(f"{what} is locked: a passphrase is needed.")
    try:
        private = load_pem_private_key(pem.reveal(), password=secret.reveal() if locked and secret else None)
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        raise KeyUnavailableError(f"{what} cannot be opened: the passphrase is wrong, or the file is damaged.") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyUnavailableError(damaged)
    return Hidden(private.private_bytes_raw())
