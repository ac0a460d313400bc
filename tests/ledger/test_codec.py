from __future__ import annotations

import json
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from factcheck.errors import IntegrityError
from factcheck.ledger import canonical as json_

PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "data" / "vectors" / "jcs"

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-json_.MAX_INTEGER, json_.MAX_INTEGER) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(max_codepoint=127), max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_what_is_written_is_read_back_and_is_canonical(value) -> None:
    data = json_.canonical(value)
    assert json_.strict_json(data) == value
    assert data == rfc8785.dumps(value)


def test_every_character_is_spelt_as_rfc_8785_spells_it() -> None:
    for start in range(0, 0x110000, 0x1000):
        text = "".join(chr(code) for code in range(start, start + 0x1000) if not 0xD800 <= code <= 0xDFFF)
        assert json_.canonical(text) == rfc8785.dumps(text)


@pytest.mark.parametrize(
    "data",
    [b'{"a":1,"a":2}', b'\xef\xbb\xbf{"a":1}', b'{"a":1.0}', b'{"a":1e3}', b'{"a":NaN}', b'{"a": 1}',
     b'{"b":1,"a":2}', b'"\\ud800"', b'"\xed\xa0\x80"',
     b"9007199254740992", b'{"\xd8\xa7":1}', b"[1,]", b"", b"-0", b"1" * 30, b"18446744073709551616", b"[1]x", b'"\xff"', b'"\\/"', b"nul",
     b"[" * 100_000, b"[" * 65 + b"]" * 65, b'"\\u0041"'],
)  # fmt: skip
def test_other_spellings_are_refused(data: bytes) -> None:
    with pytest.raises(IntegrityError, match="canonical JSON"):
        json_.strict_json(data)


@pytest.mark.parametrize("value", [1.0, 2**53, "\ud800", {"ا": 1}, b"x", {1: 2}])
def test_what_the_profile_leaves_out_is_not_written(value) -> None:
    with pytest.raises(ValueError, match=r"event|2\*\*53|surrogate|ASCII"):
        json_.canonical(value)


def test_sixty_four_levels_are_the_most() -> None:
    data = b"[" * 64 + b"]" * 64
    assert json_.canonical(json_.strict_json(data)) == data


def test_base64url_has_one_spelling() -> None:
    assert json_.unb64url(json_.b64url(b"\xff\xfe")) == b"\xff\xfe"
    with pytest.raises(ValueError, match="canonical"):
        json_.unb64url("__9")  # decodes to the same two bytes as "__8"


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the vectors that others published are not beside this checkout")
def test_the_authors_vectors_where_the_profile_takes_them() -> None:
    taken = 0
    for file in sorted((PUBLISHED / "input").glob("*.json")):
        value = json.loads(file.read_text("utf-8"))
        expected = (PUBLISHED / "output" / file.name).read_bytes()
        assert rfc8785.dumps(value) == expected, file.name
        try:
            assert json_.canonical(value) == expected
            taken += 1
        except ValueError:
            pass
    assert taken >= 2
