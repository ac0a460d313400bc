"""Where sentences end."""

from __future__ import annotations

import pytest

from factcheck.text.sentences import sentences


def cut(text: str, language: str) -> list[str]:
    return [span.of(text) for span in sentences(text, language)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ar", ["قال الوزير إن الطريق مغلق.", "وأضاف أن العمل مستمر."]),
        ("ar", ["بلغ عددهم 3.5 ملايين عامًا.", "ثم تراجع."]),
        ("ar", ["هل وصل الوفد؟", "لم يتضح ذلك!"]),
        ("ar", ["قال: «وصلنا أمس.", "وسنغادر غدا».", "ولم يزد."]),
        ("ar", ["استقبل د. سامي الوفد، ثم غادر."]),
        ("ar", ["تحدث طويلا... ثم سكت."]),
        ("en", ["The U.S. team lost.", "Mr. Green left at 5 p.m. on Monday."]),
        ("en", [['"We are ready."', " smiled."][0], "He smiled."]),
        ("en", ["It rose by £80m.", "No date was set."]),
        ("en", ["J. R. Smith spoke first.", "Others followed."]),
        ("fr", ["M. Dupont est arrivé.", "Il repart demain."]),
        ("ru", ["Это было в 1999 г. в Москве.", "Потом он уехал."]),
    ],
)
def test_stops_end_sentences_and_abbreviations_do_not(language: str, expected: list[str]) -> None:
    assert cut(" ".join(expected), language) == expected


def test_a_line_end_always_ends_a_sentence() -> None:
    assert cut("بيروت - وكالات\nوصل الوفد أمس", "ar") == ["بيروت - وكالات", "وصل الوفد أمس"]


def test_a_comma_or_semicolon_ends_nothing_in_arabic() -> None:
    assert len(cut("وصل الوفد، واجتمع بالوزير؛ ثم غادر", "ar")) == 1


def test_a_stray_stop_before_a_trailing_attribution_stays_inside() -> None:
    assert len(cut("غرق القارب فجرا. بحسب خفر السواحل", "ar")) == 1


def test_glued_stops_between_arabic_words_end_sentences() -> None:
    assert cut("انتهى الاجتماع مساء.وغادر الوفد", "ar") == ["انتهى الاجتماع مساء.", "وغادر الوفد"]


def test_tanwin_before_a_stop_is_no_abbreviation() -> None:
    assert len(cut("عمره ستون عامًا. وله ولدان.", "ar")) == 2


def test_empty_and_blank_texts_have_no_sentences() -> None:
    assert sentences("", "ar") == sentences(" \n\t\u00a0 ", "ar") == []
