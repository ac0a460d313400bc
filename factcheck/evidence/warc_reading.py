"""WARC records out of foreign or own files, by our own framing: where each begins and ends, whether its bytes match its digests.

warcio accepts cut gzip members, wrong digests and over-long records unless asked again; here each is an error. Memory is bounded: of a
record only as many bytes are kept as the caller asks for, the rest is counted, hashed and let go.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from factcheck.errors import IntegrityError

MAX_HEADER = 65_536  # bytes of a record's own header
MAX_TOTAL = 2_000_000_000  # bytes of a file once unpacked
MAX_RECORDS = 200_000
_CHUNK = 65_536


class Reads(Protocol):
    """As much of a file as reading records needs."""

    def read(self, size: int, /) -> bytes: ...


Keep = Callable[[tuple[tuple[str, str], ...]], int]
_VERSION = re.compile(rb"WARC/1\.[01]")


@dataclass(frozen=True, slots=True)
class Record:
    """One record: where it lies in its file, its header, and the first bytes of its block."""

    offset: int  # of the gzip member, or of the record in a plain file
    length: int  # in the file; 0 when the record is not a gzip member of its own
    headers: tuple[tuple[str, str], ...]
    block: bytes  # up to ``keep`` bytes
    size: int  # of the whole block
    version: str = "WARC/1.1"

    def header(self, name: str) -> str:
        return header_of(self.headers, name)

    @property
    def kind(self) -> str:
        return self.header("WARC-Type").lower()

    @property
    def url(self) -> str:
        return self.header("WARC-Target-URI").strip("<>")

    @property
    def whole(self) -> bool:
        return len(self.block) == self.size


@dataclass(frozen=True, slots=True)
class Head:
    """The HTTP message in a record's block: its first line, its headers, and where its body begins."""

    first: str
    headers: tuple[tuple[str, str], ...]
    body: int

    @property
    def status(self) -> int:
        words = self.first.split(None, 2)
        return int(words[1]) if len(words) > 1 and words[1].isdecimal() and words[0].upper().startswith("HTTP/") else 0

    def header(self, name: str) -> str:
        return header_of(self.headers, name)


def header_of(headers: tuple[tuple[str, str], ...], name: str) -> str:
    """The first header of a name; empty when there is none."""
    return next((value for key, value in headers if key.lower() == name.lower()), "")


def read_records(file: Reads, *, name: str, keep: int | Keep, max_total: int = MAX_TOTAL) -> Iterator[Record]:
    """The records of a WARC file, packed or plain, in order.

    Args:
        name: what messages call the file.
        keep: bytes of each block to keep, or a function of its record's headers that says how many; a longer block is still counted and
            checked against its digest.

    Raises:
        IntegrityError: no WARC, cut, badly framed, a digest that does not match, or more than ``max_total`` bytes unpacked.
    """
    source = _Source(file, name, max_total)
    for number in range(MAX_RECORDS + 1):
        offset = source.start()
        if source.at_end():
            if not number:
                raise IntegrityError(f"{name} holds no WARC record. Choose the file that the archiving tool wrote.", place=name)
            return
        if number == MAX_RECORDS:
            raise IntegrityError(f"{name} holds more than {MAX_RECORDS:,} records. Split it with the tool that wrote it.", place=name)
        yield _record(source, offset, keep, f"record {number + 1} of {name}")


def http_head(block: bytes) -> Head | None:
    """The HTTP message's head in a record's block; None when there is none."""
    end = re.search(rb"\r?\n\r?\n", block[:1_000_000])
    head = block[: end.start()] if end else block[:1_000_000].rstrip(b"\r\n")
    body = end.end() if end else len(block)
    first, *lines = head.decode("latin-1").replace("\r\n", "\n").split("\n")
    if not re.match(r"HTTP/\d|[A-Z]+ \S+", first):
        return None
    headers: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in (" ", "\t") and headers:  # a header that goes on, as old servers send
            headers[-1] = (headers[-1][0], f"{headers[-1][1]} {line.strip()}")
        elif ":" in line:
            key, _, value = line.partition(":")
            headers.append((key.strip(), value.strip()))
    return Head(first, tuple(headers), body)


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


def _record(source: _Source, offset: int, keep: int | Keep, place: str) -> Record:
    version, headers = _headers(source, place)
    keep = keep if isinstance(keep, int) else keep(tuple(headers))
    declared = [value for key, value in headers if key.lower() == "content-length"]
    if len(set(declared)) != 1 or not declared[0].isdecimal() or len(declared[0]) > 15:
        raise IntegrityError(f"{place} does not say once how long it is. The file is damaged; get it again.", place=place)
    left = size = int(declared[0])
    named = next((value for key, value in headers if key.lower() == "warc-block-digest"), "")
    digest = _hasher(named)
    kept = bytearray()
    while left:
        piece = source.read(min(left, _CHUNK))
        if not piece:
            raise IntegrityError(f"{place} is cut: {left:,} of {size:,} bytes are missing. Get the file again.", place=place)
        left -= len(piece)
        if digest:
            digest.update(piece)
        if len(kept) < keep:
            kept += piece[: keep - len(kept)]
    end = source.rest_of_member() if source.aligned else source.read(4)
    if end.strip(b"\r\n") or (not source.aligned and end != b"\r\n\r\n"):
        raise IntegrityError(f"{place} does not end where its header says. The file is damaged; get it again.", place=place)
    length = source.finish()
    _compare(named, digest, place, "block")
    record = Record(offset, length, tuple(headers), bytes(kept), size, version)
    if record.whole:
        _check_payload(record, place)
    return record


def _headers(source: _Source, place: str) -> tuple[str, list[tuple[str, str]]]:
    head = source.until(b"\r\n\r\n", MAX_HEADER)
    lines = head.split(b"\r\n")
    if not head or not _VERSION.fullmatch(lines[0]):
        raise IntegrityError(f"{place} does not begin as a WARC record does. The file is damaged, or is no WARC file.", place=place)
    headers: list[tuple[str, str]] = []
    for line in lines[1:]:
        key, colon, value = line.partition(b":")
        if line[:1] in (b" ", b"\t") and headers:
            headers[-1] = (headers[-1][0], f"{headers[-1][1]} {line.strip().decode('utf-8', 'replace')}")
        elif not colon or not key.strip():
            raise IntegrityError(f"{place} has a header that is none: {line[:60]!r}. The file is damaged.", place=place)
        else:
            headers.append((key.strip().decode("utf-8", "replace"), value.strip().decode("utf-8", "replace")))
    return lines[0].decode("ascii"), headers


def _check_payload(record: Record, place: str) -> None:
    """The payload's digest. Tools disagree whether chunks count, so either reading may match."""
    named = record.header("WARC-Payload-Digest")
    if not named or record.kind not in ("response", "resource", "conversion") or record.header("WARC-Truncated"):
        return
    head = http_head(record.block) if record.kind == "response" else None
    payload = record.block[head.body :] if head else record.block
    first = _hasher(named)
    if first is None:
        return
    first.update(payload)
    if _same(named, first.digest()):
        return
    plain = unchunked(payload) if head and "chunked" in head.header("transfer-encoding").lower() else None
    if plain is not None and (second := _hasher(named)):
        second.update(plain)
        if _same(named, second.digest()):
            return
    _compare(named, first, place, "payload")


def unchunked(data: bytes) -> bytes | None:
    """A body without the chunks of its transfer coding; None when it is not in chunks."""
    parts: list[bytes] = []
    at = 0
    while True:
        end = data.find(b"\r\n", at, at + 1000)
        size = data[at:end].partition(b";")[0].strip() if end >= 0 else b""
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", size):
            return None
        length = int(size, 16)
        if not length:
            return b"".join(parts)
        if data[end + 2 + length : end + 4 + length] != b"\r\n":
            return None
        parts.append(data[end + 2 : end + 2 + length])
        at = end + 4 + length


def _hasher(named: str) -> _Hash | None:
    """The hash that a digest is written with; None for one that is not known here."""
    algorithm = named.partition(":")[0].lower().replace("-", "")
    if algorithm not in ("sha1", "sha256", "sha512"):
        return None
    return hashlib.new(algorithm, usedforsecurity=False)


def _same(named: str, computed: bytes) -> bool:
    """Whether a written digest is this one; WARC writers use base 32, hexadecimal and base 64."""
    written = named.partition(":")[2].strip()
    forms = (
        base64.b32encode(computed).decode().rstrip("="),
        binascii.hexlify(computed).decode(),
        base64.b64encode(computed).decode().rstrip("="),
        base64.urlsafe_b64encode(computed).decode().rstrip("="),
    )
    bare = written.rstrip("=")
    return bare.upper() == forms[0] or bare.lower() == forms[1] or bare in forms[2:]


def _compare(named: str, digest: _Hash | None, place: str, what: str) -> None:
    if digest is None:
        return
    computed = digest.digest()
    if not _same(named, computed):
        raise IntegrityError(
            f"{place} was changed: its {what} does not match its digest {named}. Get the file again, or ask who sent it.",
            place=place,
            expected=named,
            computed=computed.hex(),
        )


class _Source:
    """The unpacked bytes of a file, which knows where its gzip members begin and end. Never holds more than it was asked for."""

    def __init__(self, file: Reads, name: str, max_total: int) -> None:
        self._file = file
        self._name = name
        self._left = max_total
        self._raw = file.read(_CHUNK)  # read from the file, not yet unpacked
        self._at = 0  # where _raw begins in the file
        self._packed = self._raw.startswith(b"\x1f\x8b")
        self._unpacker: zlib._Decompress | None = None  # of the member that is open
        self._ready = bytearray()
        self._began = 0

    def start(self) -> int:
        """Where the record that is read next begins in the file; -1 inside a gzip member, where no reader could find it."""
        if not self._packed:
            self._began = self._at - len(self._ready)
        else:
            self._began = self._at if not self._ready and self._unpacker is None else -1
        return self._began

    def finish(self) -> int:
        """Behind a record: its length in the file; 0 when it shares a gzip member with others."""
        if not self._packed:
            return self._at - len(self._ready) - self._began
        while not self._ready and self._unpacker is not None:
            self._step(1)
        return 0 if self._ready or self._began < 0 else self._at - self._began

    @property
    def aligned(self) -> bool:
        """Whether the present record began a gzip member, whose end is then the record's."""
        return self._packed and self._began >= 0

    def rest_of_member(self) -> bytes:
        """What follows in the gzip member: two line ends, or as many as some tools write. Seventeen bytes are too many of anything; the
        next record of a member that holds several is left for it."""
        while len(self._ready) < 17 and self._unpacker is not None and self._step(17 - len(self._ready)):
            pass
        rest = bytes(self._ready[:17])
        if rest.startswith(b"\r\n\r\n"):
            rest = rest[:4] if len(rest.lstrip(b"\r\n")) else rest
        del self._ready[: len(rest)]
        return rest

    def at_end(self) -> bool:
        while not self._ready:
            if not self._step(_CHUNK):
                return True
        return False

    def read(self, size: int) -> bytes:
        """So many bytes; fewer only at the end."""
        while len(self._ready) < size and self._step(size - len(self._ready)):
            pass
        taken = bytes(self._ready[:size])
        del self._ready[:size]
        return taken

    def until(self, mark: bytes, limit: int) -> bytes:
        """What stands before a mark, which is read too; empty when it does not come within the limit."""
        while (found := self._ready.find(mark)) < 0 and len(self._ready) < limit and self._step(4096):
            pass
        if found < 0:
            return b""
        taken = bytes(self._ready[:found])
        del self._ready[: found + len(mark)]
        return taken

    def _step(self, want: int) -> bool:
        """Unpack a little more, up to so many bytes; perhaps none yet. False at the end of the file."""
        if not self._raw:
            self._raw = self._file.read(_CHUNK)
        if not self._raw and (self._unpacker is None or not self._packed):
            return False
        if not self._packed:
            piece, self._raw = self._raw[:want], self._raw[want:]
            self._at += len(piece)
        else:
            if self._unpacker is None:
                self._unpacker = zlib.decompressobj(31)
            before = len(self._raw)
            try:
                piece = self._unpacker.decompress(self._raw, want)
            except zlib.error as error:
                raise self._damaged(f"cannot be unpacked at byte {self._at:,} ({error})") from error
            cut = not piece and not before and not self._unpacker.eof
            self._raw = self._unpacker.unused_data if self._unpacker.eof else self._unpacker.unconsumed_tail
            self._at += before - len(self._raw)
            if self._unpacker.eof:
                self._unpacker = None
            elif cut:
                raise self._damaged(f"is cut at byte {self._at:,}")
        self._ready += piece
        self._left -= len(piece)
        if self._left < 0:
            raise IntegrityError(f"{self._name} unpacks to more than is read here. Split it with the tool that wrote it.", place=self._name)
        return True

    def _damaged(self, what: str) -> IntegrityError:
        return IntegrityError(f"{self._name} {what}. The file is damaged; get it again.", place=self._name)
