from __future__ import annotations

import pytest

from factcheck.model.claim import Target, TargetKind


@pytest.mark.parametrize("text", ["content/c1", "step/c1/printed/0", "step/c1/established/12", "provenance", "article", "omission"])
def test_a_target_is_read_back_as_it_was_written(text: str) -> None:
    assert str(Target.parse(text)) == text


@pytest.mark.parametrize("text", ["", "content", "step/c1", "verdict/c1", "provenance/c1", "content/c1/printed/0"])
def test_what_is_no_target_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="target"):
        Target.parse(text)


def test_an_unknown_kind_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match=", ".join(k.value for k in TargetKind)):
        Target.parse("headline/c1")
