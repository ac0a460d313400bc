"""Machines of their own for tests: each with its keys, its state and its randomness; and the search for what must not leave them."""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from factcheck.case.desk import Desk, open_desk
from factcheck.case.surroundings import Surroundings
from tests.conftest import Entropy


class Machine:
    """A machine with a folder of its own; ``seeds`` holds every private key that was made on it."""

    def __init__(self, folder: Path, clock: Callable) -> None:
        self.folder = folder
        self.seeds: list[bytes] = []
        self._entropy = Entropy(folder.name)
        self.around = Surroundings(folder / "config", folder / "state", clock, self._drawn)

    def _drawn(self, size: int) -> bytes:
        data = self._entropy(size)
        if size == 32:  # nothing else than a private key draws as much
            self.seeds.append(data)
        return data

    def desk(self, name: str = "Amal", folder: str = "desk", **details) -> Desk:
        details = {"newsroom": "Newsroom", **details}
        return open_desk(self.folder / folder, name=name, around=self.around, **details)


def spellings(secret: bytes) -> set[bytes]:
    """The ways in which 32 bytes are written down: raw, hexadecimal, Base64 at any place of a longer text."""
    found = {secret, secret.hex().encode(), secret.hex().upper().encode(), ", ".join(map(str, secret)).encode()}
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + secret)
        inner = encoded[4 if shift else 0 : -4]  # characters that other bytes have no part in
        found |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return found


def leaks(secrets: Iterable[bytes], data: bytes) -> bool:
    return any(spelling in data for secret in secrets for spelling in spellings(secret))


def files(*folders: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below some folders."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield path, path.read_bytes()


def unpacked(data: bytes) -> Iterator[bytes]:
    """Some bytes, and what they hold packed."""
    yield data
    if data.startswith(b"\x1f\x8b"):
        yield gzip.decompress(data)
    elif data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for name in package.namelist():
                yield from unpacked(package.read(name))
