from __future__ import annotations

import pytest
from hypothesis import given

from factcheck.text.queries import MAX_WORDS, exact_words, search_words
from tests.strategies import texts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("اتفق الرئيسان بوتين وبينيت خلال لقائهما على إخراج إيران من سوريا", "اتفق الرئيسان بوتين وبينيت لقائهما إخراج إيران سوريا"),
        ("بلغت كُلفة الجسـر 40 مليون دينار في عام 2021", "بلغت كلفة الجسر 40 مليون دينار عام 2021"),
        ("وبالاتفاق مع واشنطن وللحكومة رأي", "الاتفاق واشنطن الحكومة رأي"),
        ("The bridge over the Shatt was opened on 3 March 2021 by the minister", "bridge Shatt opened 3 March 2021 minister"),
    ],
)
def test_names_numbers_and_telling_words_are_kept_in_order(text: str, words: str) -> None:
    assert search_words(text) == words


def test_of_a_long_claim_names_and_numbers_stay() -> None:
    text = (
        "قال متحدث باسم وزارة الخارجية في بيان صدر أمس إن حجم التبادل التجاري المتوقع بين موسكو وطهران سيبلغ 15 مليار دولار في العام المقبل"
    )
    found = search_words(text).split()
    assert len(found) == MAX_WORDS
    assert {"موسكو", "15"} <= set(found)


def test_the_longest_quotation_is_looked_for_as_it_is() -> None:
    text = "قال إنهما «اتفقا» وأضاف: “العمل على إخراجِ إيران من سوريا”"
    assert exact_words(text) == '"العمل على إخراج إيران من سوريا"'
    assert exact_words("قال إنهما «اتفقا»") == ""
    assert exact_words("لا اقتباس هنا") == ""


@given(texts)
def test_queries_hold_no_marks_that_turn_text_round(text: str) -> None:
    for query in (search_words(text), exact_words(text)):
        assert not set(query) & set("\u202e\u2066\u200b\u0640\n")
