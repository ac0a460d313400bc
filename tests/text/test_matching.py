from __future__ import annotations

import pytest
from hypothesis import given

from factcheck.text.matching import letter_runs, stem, terms
from tests.strategies import texts


@pytest.mark.parametrize(
    ("words", "one"),
    [
        (["والسفينة", "السفينة", "سفينة", "بالسفينة"], "ar"),
        (["اللاعبون", "لاعبين", "لاعب"], "ar"),
        (["closed", "closes", "closing"], "en"),
        (["companies", "company"], "en"),
    ],
)
def test_forms_of_a_word_have_one_stem(words: list[str], one: str) -> None:
    from factcheck.text.tokens import fold

    assert len({stem(fold(word), one) for word in words}) == 1


def test_what_has_nothing_in_common_keeps_apart() -> None:
    from factcheck.text.tokens import fold

    assert len({stem(fold(word), "ar") for word in ("ولد", "لد", "والي", "عين", "عينان")}) == 4  # عين and عينان are one


def test_numbers_are_their_values_however_they_are_written() -> None:
    for text in ("بلغت ١٥ مليار دولار", "بلغت خمسة عشر مليار دولار", "it cost 15 billion dollars"):
        assert "#15000000000" in terms(text).words, text
    assert "#2021" in terms("في تشرين الثاني 2021").words


def test_words_said_in_several_ways_share_a_concept_also_across_languages() -> None:
    arabic, english = terms("غرق باخرة قرب سوريا"), terms("a ship sank near Syria")
    assert len(set(arabic.concepts) & set(english.concepts)) >= 2
    assert set(terms("هزة أرضية في تركيا").concepts) & set(terms("زلزال في تركيا").concepts) >= set(terms("تركيا").concepts)


def test_a_word_of_a_group_counts_once_among_the_concepts() -> None:
    found = terms("مصر مصر")
    assert len(found.concepts) == 1
    assert len(found.words) > 1


def test_runs_of_letters_hold_the_edges() -> None:
    assert letter_runs("بوتين") == ["_بو", "بوت", "وتي", "تين", "ين_"]
    assert letter_runs("a") == ["_a_"]


@given(texts)
def test_no_text_is_too_odd(text: str) -> None:
    found = terms(text)
    assert len(set(found.concepts)) == len(found.concepts)
    assert all(found.words)
