"""The shipped weights are those that the script learns from the data."""

from __future__ import annotations

import tomllib
from itertools import chain

import pytest
import shared_scorer
import train_weights

from factcheck.model.claim import ClaimKind
from factcheck.text.lexicon import table


def flat(tree: dict, at: str = "") -> dict[str, float]:
    parts = [flat(value, f"{at}/{name}") if isinstance(value, dict) else {f"{at}/{name}": value} for name, value in tree.items()]
    return dict(chain.from_iterable(part.items() for part in parts))


def test_every_kind_has_weights_in_both_languages() -> None:
    assert {language: set(kinds) for language, kinds in table("weights")["kind"].items()} == {
        language: {kind.value for kind in ClaimKind} for language in ("ar", "en")
    }


@pytest.mark.skipif(not train_weights.CLAIMBUSTER.exists(), reason="../shared/data is not here")
def test_the_script_learns_the_shipped_weights_again() -> None:
    if shared_scorer.present() and train_weights.digest(shared_scorer.DOCS) not in train_weights.WEIGHTS.read_text("utf-8"):
        pytest.skip("../shared/data is not the version the weights were learnt from")
    learnt, shipped = flat(tomllib.loads(train_weights.trained()[0])), flat(table("weights"))
    assert {name for name in learnt.keys() | shipped.keys() if abs(learnt.get(name, 0) - shipped.get(name, 0)) > 0.02} == set()
