"""Quality has a floor, and the floor has the digest of the data it was measured on. Lowering one is a decision."""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path

import measures
import pytest
import score_earlier
import score_links
import score_rechecks
import score_sources
import shared_scorer

FLOORS = tomllib.loads(Path(__file__).with_name("floors.toml").read_text(encoding="utf-8"))
OWN = Path(__file__).with_name("own.jsonl")


def below(floors: dict[str, object], result: dict[str, dict[str, float]]) -> list[str]:
    return [
        f"{language} {figure}: {result[language][figure]:.3f} < {floor}"
        for language, figures in floors.items()
        if isinstance(figures, dict)
        for figure, floor in figures.items()
        if result[language][figure] < floor
    ]


def test_own_records_are_sound() -> None:
    for record in measures.read(OWN):
        text = record["text"]
        spans = record["sentences"]
        assert all(before[1] <= after[0] for before, after in pairwise(spans))
        outside = "".join(text[a:b] for a, b in zip([0, *(s[1] for s in spans)], [*(s[0] for s in spans), len(text)], strict=True))
        assert not outside.strip()
        for claim in record["claims"]:
            assert any(s[0] <= claim["span"][0] and claim["span"][1] <= s[1] for s in spans)
            for link in claim["chain"]:
                assert text[slice(*link["source"])].strip()
                assert text[slice(*link["cue"])].strip()


def test_floors_name_the_data_they_were_measured_on() -> None:
    assert FLOORS["own"]["digest"] == measures.digest(OWN)
    assert FLOORS["sources"]["digest"] == measures.digest(score_sources.DATA)
    assert FLOORS["earlier"]["digest"] == measures.digest(score_earlier.DATA)
    assert FLOORS["earlier"]["distractors"] == measures.digest(score_earlier.DISTRACTORS)
    assert FLOORS["rechecks"]["digest"] == measures.digest(score_rechecks.DATA)


def test_own_articles_score_at_least_the_floor() -> None:
    assert below(FLOORS["own"], measures.by_language(measures.read(OWN))) == []


def test_pages_of_one_source_are_told_at_least_as_well_as_the_floor() -> None:
    assert below(FLOORS["sources"], score_sources.by_half()) == []


def test_what_became_of_links_is_told_at_least_as_well_as_the_floor() -> None:
    assert below(FLOORS["rechecks"], score_rechecks.by_part()) == []


def test_earlier_checks_are_found_in_other_words_at_least_as_often_as_the_floor() -> None:
    assert below(FLOORS["earlier"], score_earlier.by_half()) == []
    assert score_earlier.false_alarms() <= FLOORS["earlier"]["false_alarms"]


def test_links_score_at_least_the_floor() -> None:
    floors = FLOORS["links"]
    if not score_links.PADT.exists() or measures.digest(score_links.PADT) != floors["padt_digest"]:
        pytest.skip("../shared/data/attribution_ar is not here, or not the version the floor was measured on")
    hits, gold, found = score_links.arabic(score_links.PADT, errors=False)["link"]
    assert 2 * hits / (gold + found) >= floors["ar_link_f1"]


@pytest.mark.skipif(not shared_scorer.present(), reason="../shared/data/claims-dev is not here")
def test_the_development_set_scores_at_least_the_floor() -> None:
    if measures.digest(shared_scorer.DOCS) != FLOORS["claims_dev"]["digest"]:
        pytest.skip("../shared/data/claims-dev is not the version the floors were measured on")
    assert below(FLOORS["claims_dev"], shared_scorer.scores()) == []
