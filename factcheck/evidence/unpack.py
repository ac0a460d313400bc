"""Content codings undone, within a limit: gzip and deflate, which are all we ask for, and what servers send under wrong names."""

from __future__ import annotations

import zlib

MAX_MEMBERS = 100  # of a gzip body; each costs a copy of the rest
MAX_LAYERS = 3


class BadCodingError(Exception):
    """A body is not packed as its headers say, or in a way that is not undone here."""


class TooLargeError(Exception):
    """A body unpacks beyond the limit."""


def unpack(body: bytes, coding: str, limit: int) -> tuple[bytes, list[str]]:
    """A body without its content codings, and flags for what was odd.

    Args:
        coding: value of Content-Encoding; several, separated by commas, are undone from the last on.

    Raises:
        BadCodingError: it is packed otherwise than it says; the text says how.
        TooLargeError: it unpacks to more than the limit.
    """
    layers = [name for part in coding.lower().split(",") if (name := part.strip()) not in ("", "identity", "none", "utf-8")]
    if len(layers) > MAX_LAYERS:
        raise BadCodingError(f"it says it is packed {len(layers)} times over")
    flags: list[str] = []
    for name in reversed(layers):
        if not body:
            break
        body, flag = _one(body, name, limit)
        flags += [flag] if flag else []
        if len(body) > limit:
            raise TooLargeError
    return body, flags


def _one(body: bytes, name: str, limit: int) -> tuple[bytes, str]:
    if name in ("gzip", "x-gzip"):
        windows: tuple[int, ...] = (31,)
    elif name == "deflate":
        windows = (15, -15)  # the standard's form, and what some servers send instead
    elif body.startswith(b"\x1f\x8b"):  # called br or something else, and is gzip all the same
        return _unpacked(body, 31, limit)[0], f"mislabelled:{name[:20]}"
    else:
        raise BadCodingError(f"it is packed as {name[:20]}, which was not asked for")
    for window in windows:
        try:
            return _unpacked(body, window, limit)
        except zlib.error:
            continue
    raise BadCodingError(f"it says it is packed as {name} and is not")


def _unpacked(data: bytes, window: int, limit: int) -> tuple[bytes, str]:
    """Unpack all members of a gzip body, or one deflate stream, up to a byte beyond the limit; and a flag if it was cut or went on.

    Raises:
        zlib.error: the first member is not packed so.
    """
    parts: list[bytes] = []
    size = 0
    for _ in range(MAX_MEMBERS):
        unpacker = zlib.decompressobj(window)
        try:
            part = unpacker.decompress(data, limit - size + 1)
        except zlib.error:
            salvaged = _salvaged(data, window, limit - size) if window > 0 else b""
            if not parts and not salvaged:
                raise
            return b"".join([*parts, salvaged]), "damaged:packed"
        if window < 0 and not unpacker.eof and size + len(part) <= limit:  # anything at all reads as such a stream for a while
            raise zlib.error("no whole deflate stream")
        parts.append(part)
        size += len(part)
        if size > limit:
            break
        if not unpacker.eof:
            return b"".join(parts), "truncated:packed"
        data = unpacker.unused_data
        if not data.startswith(b"\x1f\x8b"):
            return b"".join(parts), "bytes-after-end" if data else ""
    return b"".join(parts), "truncated:packed"


def _salvaged(data: bytes, window: int, limit: int) -> bytes:
    """What can be read before the place where packed bytes are damaged; nothing when they are not packed so at all."""
    unpacker = zlib.decompressobj(window)
    parts: list[bytes] = []
    size, at, step = 0, 0, 4096
    while at < len(data) and size <= limit and not unpacker.eof:
        before = unpacker.copy()
        try:
            part = unpacker.decompress(data[at : at + step], limit - size + 1)
        except zlib.error:
            if step == 1:
                break
            unpacker, step = before, 1 if step == 64 else 64  # the damage lies within these bytes
            continue
        parts.append(part)
        size += len(part)
        at += step
    return b"".join(parts)
