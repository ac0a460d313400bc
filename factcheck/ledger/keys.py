"""People's and desks' private keys: Ed25519, one file each in the user's configuration folder, mode 0600.

Nothing else in the package holds private bytes. A key's name is the public key itself, so that no look-up is needed to check it.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from factcheck.errors import KeyUnavailableError, isolate
from factcheck.ledger.checkpoint import Verifier
from factcheck.ledger.codec import b64url, key_name, person_of_key, verifier_of


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
    """The key of a person, with who that is."""

    def __init__(self, private: Ed25519PrivateKey, info: PersonInfo) -> None:
        super().__init__(private)
        self.info = info

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


class KeyRing:
    """The keys of one user on one machine, below a folder that only that user may read."""

    def __init__(self, folder: Path, *, entropy: Callable[[int], bytes]) -> None:
        self.folder = folder
        self._entropy = entropy

    # ---- persons

    def persons(self) -> list[PersonInfo]:
        """Everybody with a key here, in order of name.

        Raises:
            KeyUnavailableError: a key file is damaged, or others may read it.
        """
        return sorted(self._files(), key=lambda info: (info.name, info.person))

    def _files(self) -> dict[PersonInfo, Path]:
        return {_info(path, self._read(path)): path for path in sorted((self.folder / "persons").glob("*.json"))}

    def create_person(self, name: str, newsroom: str, role: str = "checker", passphrase: str | None = None) -> PersonKey:
        """Make a person and their key.

        Raises:
            ValueError: no name.
            KeyUnavailableError: the file cannot be written.
        """
        name, newsroom = name.strip(), newsroom.strip()
        if not name:
            raise ValueError("a person needs a name")
        private = Ed25519PrivateKey.from_private_bytes(self._entropy(32))
        key = _name_of(private)
        info = PersonInfo(person_of_key(key), name, newsroom, role, key, self.machine(), bool(passphrase))
        table = {slot: getattr(info, slot) for slot in PersonInfo.__slots__}
        self._write(self.folder / "persons" / f"{info.person}.json", {**table, "private": _pem(private, passphrase)})
        return PersonKey(private, info)

    def open_person(self, person: str, passphrase: str | None = None) -> PersonKey:
        """The key of a person, by id or by a name that only one person here has.

        Raises:
            KeyUnavailableError: nobody or several fit, the passphrase is missing or wrong, or others may read the file.
        """
        files = self._files()
        fitting = [info for info in files if person in (info.person, info.name)]
        if len(fitting) != 1:
            known = ", ".join(sorted(isolate(info.name) for info in files)) or "nobody"
            raise KeyUnavailableError(f"{len(fitting)} persons on this machine fit {isolate(person)}; known: {known}.")
        [info] = fitting
        return PersonKey(self._private(files[info], info.key, passphrase, f"the key of {isolate(info.name)}"), info)

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

    def create_desk_key(self) -> DeskKey:
        """Make the key of a new desk."""
        private = Ed25519PrivateKey.from_private_bytes(self._entropy(32))
        key = DeskKey(private)
        self._write(self.folder / "desks" / f"{b64url(key.public)}.json", {"key": key.key, "private": _pem(private, None)})
        return key

    def desk_key(self, key: str) -> DeskKey:
        """The key of a desk, by its name.

        Raises:
            KeyUnavailableError: this machine does not hold it.
        """
        try:
            path = self.folder / "desks" / f"{b64url(verifier_of(key).public)}.json"  # what a ledger says is never a path by itself
        except ValueError as error:
            raise KeyUnavailableError(f"The ledger names {key!r} as its key, which is none: {error}.") from error
        if not path.exists():
            raise KeyUnavailableError(f"This machine does not hold the desk's key {key}. Open the desk where it was made.")
        return DeskKey(self._private(path, key, None, "the desk's key"))

    # ---- files

    def _private(self, path: Path, key: str, passphrase: str | None, what: str) -> Ed25519PrivateKey:
        pem = self._read(path).get("private")
        if not isinstance(pem, str):
            raise KeyUnavailableError(f"{path} is damaged: it holds no private key. Restore it from a backup.")
        try:
            secret = passphrase.encode("utf-8") if passphrase and "ENCRYPTED" in pem else None
            private = load_pem_private_key(pem.encode("utf-8"), password=secret)
        except TypeError as error:
            raise KeyUnavailableError(f"{what} is locked: a passphrase is needed.") from error
        except (ValueError, UnsupportedAlgorithm) as error:
            raise KeyUnavailableError(f"{what} cannot be opened: the passphrase is wrong, or the file is damaged.") from error
        if not isinstance(private, Ed25519PrivateKey) or _name_of(private) != key:
            raise KeyUnavailableError(f"{path} is damaged: it does not hold the private part of {key}. Restore it from a backup.")
        return private

    def _read(self, path: Path) -> dict[str, Any]:
        try:
            if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
                raise KeyUnavailableError(f"Other users may read {path}. Close it to them with: chmod 600 {path}")
            table = json.loads(path.read_text("utf-8"))
        except OSError as error:
            raise KeyUnavailableError(f"Cannot read {path}: {error.strerror}.") from error
        except ValueError as error:
            raise KeyUnavailableError(f"{path} is damaged: {error}. Restore it from a backup.") from error
        if not isinstance(table, dict):
            raise KeyUnavailableError(f"{path} is damaged: it is no JSON object. Restore it from a backup.")
        return table

    def _write(self, path: Path, table: dict[str, Any]) -> None:
        """Write beside, sync, rename; 0600 from the first byte."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.parent.mkdir(exist_ok=True, mode=0o700)
            beside = path.with_name(path.name + ".part")
            beside.unlink(missing_ok=True)  # one that a crash left may have another mode
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                json.dump(table, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise KeyUnavailableError(
                f"Cannot write {path}: {error.strerror}. Choose a folder you may write to with FACTCHECK_CONFIG."
            ) from error


def _info(path: Path, table: dict[str, Any]) -> PersonInfo:
    try:
        return msgspec.convert({slot: table.get(slot) for slot in PersonInfo.__slots__}, PersonInfo)
    except msgspec.ValidationError as error:
        raise KeyUnavailableError(f"{path} is damaged: {error}. Restore it from a backup.") from error


def _name_of(private: Ed25519PrivateKey) -> str:
    return key_name(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def _pem(private: Ed25519PrivateKey, passphrase: str | None) -> str:
    lock: KeySerializationEncryption = BestAvailableEncryption(passphrase.encode("utf-8")) if passphrase else NoEncryption()
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock).decode("ascii")
