from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from factcheck.errors import AnchorError
from factcheck.model.article import Span, TextQuote
from factcheck.model.evidence import AnchorHow
from factcheck.text.anchor import fold, locate
from tests.strategies import texts

TEXT = "قال الوزيرُ إنّ «الجسر» اُفتتح أمس. وأضاف أن الجســر مغلق اليوم 12 آذار، أمس. café noir"


def test_an_exact_occurrence_wins() -> None:
    match = locate(TextQuote("الوزيرُ إنّ"), TEXT)
    assert (match.how, match.span.of(TEXT)) == (AnchorHow.EXACT, "الوزيرُ إنّ")


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ('الوزير إن "الجسر" افتتح', "الوزيرُ إنّ «الجسر» اُفتتح"),
        ("الجسر  مغلق", "الجســر مغلق"),
        ("cafe\u0301 noir", "café noir"),
        ("مغلق\u200f اليوم ١٢ اذار", "مغلق اليوم 12 آذار"),
    ],
)
def test_what_differs_only_by_marks_forms_digits_and_spaces_is_found_and_said_to_be_folded(quote: str, stands: str) -> None:
    match = locate(TextQuote(quote), TEXT)
    assert (match.how, match.span.of(TEXT)) == (AnchorHow.FOLDED, stands)


def test_several_are_told_apart_by_their_surroundings_or_refused() -> None:
    with pytest.raises(AnchorError, match="stands 2 times") as caught:
        locate(TextQuote("أمس"), TEXT)
    assert len(caught.value.nearest) == 2
    match = locate(TextQuote("أمس", prefix="آذار، "), TEXT)
    assert match.span.start == TEXT.rindex("أمس")


def test_a_look_alike_is_shown_and_never_taken() -> None:
    with pytest.raises(AnchorError) as caught:
        locate(TextQuote("الوزير إن الجسر أُغلق أمس"), TEXT)
    span, similarity, words = caught.value.nearest[0]
    assert 0 < similarity < 1000
    assert span.of(TEXT) == words
    assert "Nearest" in str(caught.value)


@pytest.mark.parametrize("quote", ["", "  ", "…", "\u200f"])
def test_a_quote_without_words_is_wrong_use(quote: str) -> None:
    with pytest.raises(ValueError, match="no words"):
        locate(TextQuote(quote), TEXT)


@given(texts.filter(bool), st.data())
def test_what_was_cut_out_is_found_where_it_was_or_refused(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quote = TextQuote.at(Span(start, end), text)
    assume(any(c.isalnum() for c in quote.exact.strip()))
    try:
        match = locate(quote, text)
    except AnchorError:
        words = quote.exact.strip()
        assert sum(text.startswith(words, i) for i in range(len(text))) > 1
    else:
        assert match.how is AnchorHow.EXACT
        assert match.span.of(text) == quote.exact.strip()


@given(texts)
def test_folded_places_lead_back_into_the_text(text: str) -> None:
    folded = fold(text)
    assert len(folded.offsets) == len(folded.text) + 1
    assert folded.offsets == sorted(folded.offsets)
    assert fold(folded.text).text == folded.text


def test_a_large_page_is_searched_in_one_go() -> None:
    text = ("وقال الوزير إن العمل مستمر في الموقع. " * 30_000) + TEXT
    assert locate(TextQuote("الجسر مغلق اليوم"), text).how is AnchorHow.FOLDED
    with pytest.raises(AnchorError):
        locate(TextQuote("كلمات ليست في الصفحة أبداً"), text)


def test_a_folded_look_alike_is_told_from_nothing_by_its_surroundings() -> None:
    with pytest.raises(AnchorError, match="stands 2 times"):
        locate(TextQuote("احمد قال", prefix="ثم "), "أحمد قال نعم، ثم أحمد قال لا")


@pytest.mark.parametrize(("quote", "text"), [("about 52 tons", "about 5² tons"), ("12 of them", "½ of them"), ("H20", "H₂0 then H₂O")])
def test_raised_and_lowered_digits_are_no_plain_ones(quote: str, text: str) -> None:
    with pytest.raises(AnchorError):
        locate(TextQuote(quote), text)


def test_a_folded_match_keeps_the_marks_on_its_last_letter() -> None:
    text = "هذا الكتابَ الجديدٌ هنا"
    assert locate(TextQuote("الكتاب الجديد"), text).span.of(text) == "الكتابَ الجديدٌ"


def test_a_quote_that_stands_everywhere_is_placed_by_its_surroundings_or_refused_at_once() -> None:
    text = "ab " * 500_000 + "here ab there"
    assert locate(TextQuote("ab", prefix="here "), text).span.start == len(text) - 8
    with pytest.raises(AnchorError, match="more than 1000 times"):
        locate(TextQuote("ab", prefix="nowhere"), text)
    with pytest.raises(AnchorError, match="more than 1000 times"):
        locate(TextQuote("a" * 500), "a" * 1_000_000)
