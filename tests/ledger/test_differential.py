"""Canonical JSON against a slow, literal reading of the profile: the same is accepted, the same refused, with the same value.

The reference parses with the standard library, looks at the profile clause by clause, and writes with ``rfc8785``.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.errors import IntegrityError
from factcheck.ledger import canonical as json_
from tests.ledger.test_codec import plain
from tests.strategies import ALPHABET


def reference(data: bytes) -> Any:
    """FORMAT.md section 1, clause by clause.

    Raises:
        ValueError, RecursionError: the profile leaves it out.
    """
    if data.startswith(b"\xef\xbb\xbf"):
        raise ValueError("a byte order mark")
    value = json.loads(data.decode("utf-8", "strict"), object_pairs_hook=_each_key_once, parse_float=_never, parse_constant=_never)
    _within(value, 0)
    if rfc8785.dumps(value) != data:
        raise ValueError("another spelling")
    return value


def _each_key_once(pairs: list) -> dict:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)


def _never(text: str) -> Any:
    raise ValueError(f"a float: {text}")


def _within(value: Any, depth: int) -> None:
    if isinstance(value, (dict, list)):
        if depth == 64:
            raise ValueError("too deep")
        if isinstance(value, dict) and not all(key.isascii() for key in value):
            raise ValueError("a key that is not ASCII")
        for item in value.values() if isinstance(value, dict) else value:
            _within(item, depth + 1)
    elif type(value) is int and abs(value) > 2**53 - 1:
        raise ValueError("an integer that not all readers hold")
    elif isinstance(value, str):
        value.encode("utf-8", "strict")


def judged(read, data: bytes) -> Any:
    try:
        return "read", read(data)
    except (IntegrityError, ValueError, RecursionError):
        return "refused", None


CHANGES = [
    b" ", b"\n", b"\t", b"\x0c", b"\xc2\xa0", b",", b":", b'"', b"'", b"[", b"]", b"{", b"}", b"[" * 70, b"//", b"/**/",
    b"0", b"-", b"-0", b".0", b"e1", b"E+1", b"01", b"+1", b"1_0", "٣".encode(), b"null", b"true", b"NaN", b"Infinity",
    b"9007199254740991", b"9007199254740992", b"-9007199254740991", b"-9007199254740992", b"18446744073709551616",
    b'"a":1,', b',"a":2', b"\\", b"\\/", b"\\u0041", b"\\u00e9", b"\\u0000", b"\\u001f", b"\\ud800", b"\\udc00\\ud800", b"\\ud83d\\ude00",
    b"\x00", b"\x1f", b"\x7f", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\xff", b"\xe2\x80\xa8",
    "ا".encode(), "é".encode(), "\U0001f600".encode(),
]  # fmt: skip


@st.composite
def changed(draw: st.DrawFn) -> bytes:
    """Canonical bytes with up to three changes: something put in, taken out, repeated or replaced."""
    data = json_.canonical(draw(plain | st.text(st.sampled_from(ALPHABET))))
    for _ in range(draw(st.integers(0, 3))):
        at, length = draw(st.integers(0, len(data))), draw(st.integers(0, 4))
        fresh = draw(st.sampled_from(CHANGES) | st.binary(max_size=3) | st.just(data[at : at + length]))
        data = data[:at] + fresh + data[at + draw(st.sampled_from((0, 0, length))) :]
    return data


@settings(max_examples=400)
@given(changed())
def test_the_same_bytes_are_read_and_refused(data: bytes) -> None:
    assert judged(json_.strict_json, data) == judged(reference, data)


@pytest.mark.parametrize("around", [b"%b", b"[%b]", b'{"a":%b}', b'"%b"', b'{"%b":1}', b'{"a":1,%b}', b"[1,%b2]", b'["x"%b]'])
def test_every_fragment_at_every_kind_of_place(around: bytes) -> None:
    for fragment in CHANGES:
        data = around % fragment
        assert judged(json_.strict_json, data) == judged(reference, data), data


keys = st.text(max_size=3) | st.integers(0, 3)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=2) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3) | st.tuples(inner),
    max_leaves=8,
)


def written(write, value: Any) -> Any:
    try:
        return "written", write(value)
    except (ValueError, TypeError, rfc8785.CanonicalizationError):
        return "refused", None


def reference_bytes(value: Any) -> bytes:
    plainly = json.loads(json.dumps(value))  # tuples as lists; bytes and the like are refused
    if _floats(value) or _odd_keys(value):
        raise ValueError("outside the profile")
    _within(plainly, 0)
    return rfc8785.dumps(plainly)


def _floats(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return isinstance(value, float) or any(map(_floats, inner))


def _odd_keys(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return (isinstance(value, dict) and not all(isinstance(key, str) for key in value)) or any(map(_odd_keys, inner))


@settings(max_examples=250)
@given(values)
def test_the_same_values_are_written_and_refused(value: Any) -> None:
    assert written(json_.canonical, value) == written(reference_bytes, value)


def test_no_number_beyond_53_bits_passes_in_any_depth() -> None:
    for number in (2**53, -(2**53), 2**63, 2**64, -(2**63) - 1, 10**400):
        for value in (number, [number], {"a": [{"b": number}]}):
            with pytest.raises(ValueError, match="2\\*\\*53"):
                json_.canonical(value)
            with pytest.raises(IntegrityError):
                json_.strict_json(json.dumps(value, separators=(",", ":")).encode())
