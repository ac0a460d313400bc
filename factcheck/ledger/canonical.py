"""JSON in one spelling: RFC 8785 within the profile of FORMAT.md section 1, and base64url in its one spelling.

Within the profile (no floats, ASCII keys) msgspec's sorted JSON is RFC 8785 byte for byte: the tests compare it with ``rfc8785`` over every
code point and over drawn values.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from factcheck.errors import IntegrityError

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 64  # arrays and objects inside each other; without a number, readers would differ in what they can follow


def b64url(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64url(text: str) -> bytes:
    """The reverse; only the one spelling that ``b64url`` writes.

    Raises:
        ValueError: anything else.
    """
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64url(data) != text:
        raise ValueError(f"{text!r} is not canonical base64url")
    return data


def canonical(value: Any) -> bytes:
    """RFC 8785 within the profile.

    Raises:
        ValueError: a float, an integer beyond 2**53 - 1, a lone surrogate, a key that is not ASCII, or nesting beyond 64 levels.
    """
    check_profile(value)
    return encode(value)


encode = msgspec.json.Encoder(order="sorted").encode
"""RFC 8785 of a value that is known to be within the profile."""


def check_profile(value: Any, depth: int = MAX_DEPTH) -> None:
    """Refuse what the profile leaves out of JSON.

    Raises:
        ValueError: as ``canonical``.
    """
    if isinstance(value, str):
        if not value.isascii():
            _check_surrogates(value)
    elif value is None or isinstance(value, bool):
        return
    elif isinstance(value, int):
        _check_integer(value)
    elif depth == 0:
        raise ValueError(f"arrays and objects lie deeper in each other than {MAX_DEPTH}")
    elif isinstance(value, (list, tuple)):
        for item in value:
            check_profile(item, depth - 1)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise ValueError(f"the key {key!r} is not ASCII")
            check_profile(item, depth - 1)
    else:
        raise ValueError(f"{type(value).__name__} has no place in an event")


def _check_surrogates(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("a text holds half a surrogate pair, which UTF-8 cannot write") from error


def strict_json(data: bytes) -> Any:
    """Parse JSON that must be RFC 8785 within the profile, byte for byte: whatever is spelt otherwise comes out differently again.

    Raises:
        IntegrityError: not JSON, a duplicate key, a float, a byte-order mark, or another spelling than the canonical one.
    """
    try:
        value = _DECODER.decode(data)
        if canonical(value) != data:
            raise ValueError("not in canonical form")
    except (ValueError, RecursionError, msgspec.DecodeError) as error:
        raise IntegrityError(f"These bytes are not canonical JSON: {error}", place="json") from error
    return value


class Typed:
    """Reads a dataclass from canonical JSON, several times as fast as ``strict_json``, where it mostly is as it should be.

    Decoding checks the form, encoding again the spelling; what both let through, large integers and keys that are not ASCII, is looked for
    in the places where the type can hold it.
    """

    def __init__(self, kind: type[Any], names: Sequence[str]) -> None:
        """
        Args:
            names: all members, in the order in which their values will be given.

        Raises:
            TypeError: a type with places for anything, whose depth cannot be told beforehand.
        """
        self._decoder = msgspec.json.Decoder(kind, strict=True)
        self._guard = _guard(kind)
        self._names = names
        self._form = b"{" + b",".join(f'"{name}":%b'.encode("ascii") for name in names) + b"}"

    def read(self, values: Sequence[bytes]) -> Any:
        """An object of the class whose members are these.

        Raises:
            ValueError, msgspec.DecodeError: perhaps not canonical, or not of the type; ``strict_json`` is to judge.
        """
        made = self._decoder.decode(self._form % tuple(values))
        for name, value in zip(self._names, values, strict=True):  # one by one: together they could be whole where each is not
            if encode(getattr(made, name)) != value:
                raise ValueError("not in canonical form")
        if self._guard is not None:
            self._guard(made)
        return made


_Guard = Callable[[Any], None]


def _guard(kind: Any) -> _Guard | None:
    """What looks for integers and keys outside the profile in values of a type; None when it has no place for any."""
    if kind is int:
        return _check_integer
    if kind in (str, bool, type(None)) or (isinstance(kind, type) and issubclass(kind, Enum)):
        return None
    inner = get_args(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        types = get_type_hints(kind)
        return _guard_members([(f.name, guard) for f in fields(kind) if (guard := _guard(types[f.name]))])
    if get_origin(kind) is UnionType and len(inner) == 2 and type(None) in inner:
        return _guard_some(_guard(inner[0] if inner[1] is type(None) else inner[1]))
    if get_origin(kind) is tuple and len(set(inner) - {...}) == 1:
        return _guard_each(_guard(inner[0]))
    if get_origin(kind) is tuple:
        return _guard_places([(at, guard) for at, item in enumerate(inner) if (guard := _guard(item))])
    if get_origin(kind) is Mapping and inner[0] is str:
        return _guard_mapping(_guard(inner[1]))
    raise TypeError(f"values of {kind} are not read straight")


def _guard_members(guards: Sequence[tuple[str, _Guard]]) -> _Guard | None:
    def check(value: Any) -> None:
        for name, guard in guards:
            guard(getattr(value, name))

    return check if guards else None


def _guard_places(guards: Sequence[tuple[int, _Guard]]) -> _Guard | None:
    def check(value: Any) -> None:
        for at, guard in guards:
            guard(value[at])

    return check if guards else None


def _guard_some(guard: _Guard | None) -> _Guard | None:
    def check(value: Any) -> None:
        if value is not None and guard is not None:
            guard(value)

    return check if guard else None


def _guard_each(guard: _Guard | None) -> _Guard | None:
    def check(values: Any) -> None:
        for value in values:
            if guard is not None:
                guard(value)

    return check if guard else None


def _guard_mapping(guard: _Guard | None) -> _Guard:
    def check(table: Any) -> None:
        for key in table:
            if not key.isascii():
                raise ValueError(f"the key {key!r} is not ASCII")
            if guard is not None:
                guard(table[key])

    return check


def _check_integer(value: int) -> None:
    if not -MAX_INTEGER <= value <= MAX_INTEGER:
        raise ValueError(f"the integer {value} lies beyond 2**53 - 1")


def _no_float(text: str) -> Any:
    raise ValueError(f"the number {text} is not an integer")


_DECODER = msgspec.json.Decoder(float_hook=_no_float)
