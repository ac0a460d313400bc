from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.model.article import Span, TextQuote, Utf16Offsets
from tests.strategies import texts


@given(texts)
def test_offsets_agree_with_the_utf16_encoding(text: str) -> None:
    offsets = Utf16Offsets(text)
    for i in range(len(text) + 1):
        units = len(text[:i].encode("utf-16-le")) // 2
        assert offsets.to_utf16(i) == units
        assert offsets.to_code_points(units) == i


def test_an_offset_inside_a_character_is_refused() -> None:
    offsets = Utf16Offsets("a😀b")
    with pytest.raises(ValueError, match="inside a character"):
        offsets.to_code_points(2)
    with pytest.raises(ValueError, match="outside"):
        offsets.to_code_points(5)
    with pytest.raises(ValueError, match="outside"):
        offsets.to_utf16(4)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 1)])
def test_an_empty_or_reversed_span_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="start < end"):
        Span(start, end)


@given(texts.filter(bool), st.data())
def test_a_quote_carries_its_surroundings(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quote = TextQuote.at(Span(start, end), text)
    assert text[start - len(quote.prefix) : end + len(quote.suffix)] == quote.prefix + quote.exact + quote.suffix
    assert len(quote.prefix) == min(32, start)
