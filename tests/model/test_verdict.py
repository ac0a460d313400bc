from __future__ import annotations

import pytest

from factcheck.model.verdict import SCALES, STANDARD_CONTENT, ScaleUse


def test_every_rating_speaks_arabic_and_english() -> None:
    for scale in SCALES.values():
        for rating in scale.ratings:
            assert rating.label["ar"]
            assert rating.label["en"]
            assert rating.meaning["ar"]
            assert rating.meaning["en"]


def test_unproven_has_no_number_and_intent_is_never_asserted() -> None:
    assert STANDARD_CONTENT.rating("unproven").number is None
    words = " ".join(r.label["ar"] for s in SCALES.values() for r in s.ratings)
    assert "كاذب" not in words
    assert "مفبرك" not in words


def test_steps_have_no_numbers() -> None:
    assert all(r.number is None for s in SCALES.values() if s.use is ScaleUse.STEP for r in s.ratings)


def test_an_unknown_rating_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match="mostly_true"):
        STANDARD_CONTENT.rating("pants_on_fire")
