from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given

from factcheck.text.folding import PIECE, fold, fold_char
from tests.strategies import texts


@given(texts)
def test_every_stretch_leads_back_to_what_it_was_made_of(text: str) -> None:
    folded = fold(text).text
    assert folded == folded.strip()
    assert fold(folded).text == folded
    for i, char in enumerate(folded):
        if char != " ":
            made_of = fold(text).span(i, i + 1).of(text)
            assert char in fold(made_of).text or (char in "-′ʼ" and made_of[0] in "ـ'")


def test_places_beyond_the_first_piece_lead_back_too() -> None:
    text = "كلمةٌ  أولى " * PIECE + "الجســر"
    folded = fold(text)
    assert folded.span(len(folded.text) - 5, len(folded.text)).of(text) == "الجســر"
    with pytest.raises(IndexError):
        folded.span(len(folded.text), len(folded.text) + 1)


def test_no_character_becomes_a_digit_or_a_letter_that_it_is_not() -> None:
    """Over all of Unicode: digits come from decimal digits, ASCII letters from their wide forms, ligatures and accented ones."""
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        folded = fold_char(char)
        if any(part.isdigit() for part in folded) and folded != char:
            assert unicodedata.category(char) == "Nd", hex(code)
        if any(part.isascii() and part.isalpha() for part in folded) and folded != char:
            name = unicodedata.name(char)
            assert name.startswith(("LATIN", "FULLWIDTH LATIN", "KELVIN SIGN", "ANGSTROM SIGN", "MODIFIER")), name
            assert "SUPERSCRIPT" not in name


def test_visible_signs_of_format_stay() -> None:
    assert fold("\u0601 12 \u06dd").text == "\u0601 12 \u06dd"  # the sign of a year, the end of a verse
