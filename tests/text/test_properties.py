"""What holds for any text whatever."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.text import split
from factcheck.text.explain import codes, explain
from factcheck.text.quotes import quotations
from factcheck.text.sentences import sentences

_WORDS = """
قال وأضاف الوزير إن أن أنه بحسب صحيفة نقلت عن قوله مؤكدا فيما الذي وصل وغادر أمس في عامًا كـــتاب مُحَمَّد ٤٥ 45 ألفا 3,5 %
المصدر: المدن لم لل ل و ب كما على حد وفقا للوزارة ما ذكر نفى دعا السكان إلى حتى والوفد اتهم هذا سيصل كان قد
« » “ ” " ( ) : ، ؛ . ... … ؟ ! ،، - ' 's
أما فاعترف رفض هذه الاتهامات بشأن بثها التلفزيون تصريحات ومن المتوقع وأن يذكر تظهر مشاهد نشرت رئيس علي اطلع عليها وهو ثم
The mayor said that according to which and fell by £4.3bn told it whose claims forecast who but
citing Mr. he they rejected suggestions called continued refused to accept although , cited ( R-Fla. )
"""
_PIECES = st.sampled_from([*_WORDS.split(), *"\n\t\u00a0\u200f\u200d\u2067\u2069\u202e\ufeff\u0301😀𐤀é", "👩‍👩‍👧"])
_TEXTS = st.one_of(
    st.lists(_PIECES, max_size=40).map(" ".join),
    st.lists(_PIECES, max_size=40).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=120),
)
_LANGUAGES = st.sampled_from([None, "ar", "en", "fa", "he", "und"])


@settings(max_examples=250)
@given(_TEXTS, _LANGUAGES)
def test_every_span_slices_its_own_text(text: str, language: str | None) -> None:
    result = split(text, language=language)
    for claim in result.claims:
        assert claim.text == claim.span.of(text) != ""
        for step in claim.printed:
            assert step.source_span is not None
            assert step.cue_span is not None
            assert step.source == step.source_span.of(text) != ""
            assert step.cue == step.cue_span.of(text) != ""
        assert 0 <= claim.worth <= 1000
        assert any(sentence.span.contains(claim.span) for sentence in result.sentences)
    for quantity in (*result.dates, *result.numbers):
        assert quantity.span.of(text)


@settings(max_examples=250)
@given(_TEXTS, _LANGUAGES)
def test_sentences_hold_all_that_is_not_blank_in_order_and_apart(text: str, language: str | None) -> None:
    spans = [sentence.span for sentence in split(text, language=language).sentences]
    assert all(before.end <= after.start for before, after in pairwise(spans))
    outside = list(text)
    for span in spans:
        outside[span.start : span.end] = [""] * len(span)
        assert span.of(text).strip() == span.of(text)
    assert not "".join(outside).strip()


@settings(max_examples=60)
@given(_TEXTS, _LANGUAGES)
def test_splitting_twice_gives_the_same(text: str, language: str | None) -> None:
    assert split(text, language=language) == split(text, language=language)


@settings(max_examples=150)
@given(_TEXTS, _LANGUAGES)
def test_every_reason_given_can_be_explained_in_both_languages(text: str, language: str | None) -> None:
    result = split(text, language=language)
    for reason in (reason for claim in result.claims for reason in claim.reasons):
        assert explain(reason, "ar") != explain(reason, "en")
    assert {sentence.reason for sentence in result.sentences} - {""} <= codes()


@settings(max_examples=200)
@given(_TEXTS)
def test_quotations_lie_in_order_and_apart(text: str) -> None:
    found = quotations(text)
    assert all(quote.start <= quote.end for quote in found)
    assert all(before.end <= after.start for before, after in pairwise(found))


def _seconds(work: Callable[[], object]) -> float:
    """The best of three, without the collector, whose cost is that of all the tests before."""
    best = 9e9
    gc.disable()
    try:
        for _ in range(3):
            start = time.process_time()
            work()
            best = min(best, time.process_time() - start)
    finally:
        gc.enable()
    return best


_SHAPES: dict[str, str] = {
    "many lines": "قال الوزير إن الجسر سيفتتح غدا، مؤكدا أن كلفته بلغت 40 مليونا.\n",
    "one line": "وقال الوزير إن الجسر مغلق وأضاف أن العمل مستمر، فيما وصل الوفد ",
    "quotation marks": '" ',
    "opening marks": "«",
    "stops": ". ",
    "marks": "\u064b",
    "glued": "كلمة",
    "english": "The mayor said that it fell and she told them, which it said, ",
    "brackets": "(",
    "numbers": "45 ألفا و",
    "relatives": "الذي وصل، ",
    "commas": "، ",
}


@pytest.mark.parametrize("shape", sorted(_SHAPES))
def test_four_times_the_text_takes_about_four_times_the_work(shape: str) -> None:
    piece = _SHAPES[shape]
    small = piece * max(1, 24_000 // len(piece))
    large = small * 4
    language = "en" if shape == "english" else "ar"
    split(small, language=language)
    ratio = _seconds(lambda: split(large, language=language)) / max(0.002, _seconds(lambda: split(small, language=language)))
    assert ratio < 10, f"{ratio:.1f} times the work for four times the text"


def test_sentences_of_other_languages_are_linear_too() -> None:
    text = "A. " * 20_000
    assert len(sentences(text, "de")) > 0
