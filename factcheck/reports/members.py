"""The members of a bundle: a zip in its one strict form (FORMAT.md section 12), or the folder it was unpacked to.

Nothing is ever extracted. A file is read once from front to back and each member hashed as it goes by; the few that are looked into are
read again, one at a time. What does not have the form is refused before it is believed; sizes are bounded before anything is unpacked.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from factcheck.errors import IntegrityError
from factcheck.ledger.seal import MANIFEST, is_path
from factcheck.ledger.verify import Finding

MAX_MEMBERS = 5_000
MAX_BYTES = 500_000_000  # of all members together
MAX_MEMBER = 100_000_000
_CHUNK = 1 << 16

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_HEAD = struct.Struct("<5H3L2H")  # version, flags, method, time, date, CRC-32, length of data, of member, of path, of extra
_DATE = 0x21  # 1 January 1980


@dataclass(frozen=True, slots=True)
class Member:
    """One member as it was found."""

    path: str
    sha256: str  # hexadecimal
    length: int  # bytes
    where: int  # of its data in the zip
    packed: int  # bytes there
    deflated: bool


def _form(what: str) -> IntegrityError:
    return IntegrityError(
        f"This is no bundle in its one form: {what}. If it was packed anew, unpack it and check the folder.", place="bundle"
    )


# ---- writing


def write_zip(file: BinaryIO, members: Iterable[tuple[str, bytes]]) -> None:
    """Write members, given in order of path, as the one zip that the format allows; the same members give the same bytes."""
    central, count = bytearray(), 0
    for path, data in members:
        name = path.encode("ascii")
        packed = _deflated(data)
        method, body = (8, packed) if len(packed) < len(data) else (0, data)
        head = _HEAD.pack(20, 0, method, 0, _DATE, zlib.crc32(data), len(body), len(data), len(name), 0)
        central += _central(head, file.tell()) + name
        file.write(_LOCAL + head + name + body)
        count += 1
    file.write(bytes(central) + _end(count, len(central), file.tell()))


def _deflated(data: bytes) -> bytes:
    pressed = zlib.compressobj(9, zlib.DEFLATED, -15)
    return pressed.compress(data) + pressed.flush()


def _central(head: bytes, offset: int) -> bytes:
    return _CENTRAL + struct.pack("<H", 20) + head + struct.pack("<3HLL", 0, 0, 0, 0, offset)


def _end(count: int, length: int, offset: int) -> bytes:
    return _END + struct.pack("<4HLLH", 0, 0, count, count, length, offset, 0)


# ---- reading


class Members:
    """What a bundle holds; ``faults`` names members whose path a bundle may not have.

    Raises:
        IntegrityError: a zip of another form, or more or larger members than a bundle may have.
        OSError: the file cannot be read.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self.faults: list[Finding] = []
        self.found: dict[str, Member] = {}
        self._folded: set[str] = set()
        self._total = 0
        if place.is_dir():
            for member in _walk(place, self):
                self._take(member)
        else:
            with place.open("rb") as file:
                for member in _unzip(file, self):
                    self._take(member)

    def budget(self, length: int) -> None:
        """Refuse a member before it is unpacked when it is too large."""
        self._total += length
        if length > MAX_MEMBER or self._total > MAX_BYTES:
            raise _form(f"it holds more than {MAX_BYTES} bytes, or {MAX_MEMBER} in one member")

    def check_count(self, count: int) -> None:
        if count > MAX_MEMBERS:
            raise _form(f"it holds more than {MAX_MEMBERS} members")

    def _take(self, member: Member) -> None:
        folded = member.path.lower()
        if not (is_path(member.path) or member.path == MANIFEST) or folded in self._folded:
            message = f"a member is called {member.path[:120]!r}, which a bundle may not hold, or twice in other letters"
            self.faults.append(Finding("error", "bundle", "member.name", message, "Do not unpack this file."))
            return
        self._folded.add(folded)
        self.found[member.path] = member

    def read(self, path: str) -> bytes:
        """The bytes of a member, the same that were hashed.

        Raises:
            IntegrityError: the file changed meanwhile.
        """
        member = self.found[path]
        if self.place.is_dir():
            data = (self.place / path).read_bytes()
        else:
            with self.place.open("rb") as file:
                file.seek(member.where)
                data = b"".join(_member(file, member.packed, member.length, member.deflated))
        if hashlib.sha256(data).hexdigest() != member.sha256:
            raise IntegrityError(f"{path} changed while it was read.", place=path)
        return data


def _unzip(file: BinaryIO, members: Members) -> Iterator[Member]:
    """Members of a zip, front to back; what follows them is written anew from their headers and must be those very bytes."""
    central, count, before = bytearray(), 0, b""
    while (start := file.read(4)) == _LOCAL:
        offset, head = file.tell() - 4, file.read(_HEAD.size)
        if len(head) != _HEAD.size:
            raise _form("it ends inside a header")
        version, flags, method, time, date, crc, packed, length, named, extra = _HEAD.unpack(head)
        if (version, flags, time, date, extra) != (20, 0, 0, _DATE, 0) or method not in (0, 8) or not 0 < named <= 1000 or packed > length:
            raise _form(f"the header of member {count} asks for what a bundle does not use")
        members.check_count(count + 1)
        members.budget(length)
        name = file.read(named)
        if len(name) != named or name <= before:
            raise _form("its members do not stand in order of path")
        digest, computed = hashlib.sha256(), 0
        for chunk in _member(file, packed, length, method == 8):
            digest.update(chunk)
            computed = zlib.crc32(chunk, computed)
        if computed != crc:
            raise _form(f"the check sum of member {count} is wrong")
        central += _central(head, offset) + name
        count, before = count + 1, name
        yield Member(name.decode("latin-1"), digest.hexdigest(), length, file.tell() - packed, packed, method == 8)
    offset = file.tell() - len(start)
    wanted = bytes(central) + _end(count, len(central), offset)
    if start + file.read(len(wanted)) != wanted:  # one byte more than fits is read too
        raise _form("its list of members is not that of the members before it, or something stands around it")


def _member(file: BinaryIO, packed: int, length: int, deflated: bool) -> Iterator[bytes]:
    """The bytes of a member, never more than its header says."""
    inflate = zlib.decompressobj(-15)
    made = 0
    while packed:
        data = file.read(min(packed, _CHUNK))
        if not data:
            raise _form("it ends inside a member")
        packed -= len(data)
        while data:
            try:
                chunk = inflate.decompress(data, _CHUNK) if deflated else data
            except zlib.error as error:
                raise _form(f"a member cannot be unpacked ({error})") from error
            data = inflate.unconsumed_tail if deflated else b""
            made += len(chunk)
            if made > length or (deflated and (inflate.unused_data or (inflate.eof and packed))):
                raise _form("a member is longer than its header says")
            yield chunk
    while deflated and not inflate.eof and (chunk := inflate.decompress(b"", _CHUNK)):
        made += len(chunk)
        if made > length:
            raise _form("a member is longer than its header says")
        yield chunk
    if made != length or (deflated and not inflate.eof):
        raise _form("a member is shorter than its header says")


def _walk(folder: Path, members: Members) -> Iterator[Member]:
    """Files below a folder in order of path, links not followed."""
    found = []
    for below, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(below) / name).is_symlink()]
        found += [(Path(below) / name).relative_to(folder).as_posix() for name in names + links]
        members.check_count(len(found))
    for relative in sorted(found, key=os.fsencode):
        path = folder / relative
        if path.is_symlink() or not path.is_file():
            members.faults.append(Finding("error", "bundle", "member.name", f"{relative!r} is no file but a link or the like"))
            continue
        members.budget(path.stat().st_size)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            length = file.tell()
        yield Member(relative, digest, length, 0, 0, False)
