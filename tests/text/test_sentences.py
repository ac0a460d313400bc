"""Where sentences end."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.text.sentences import sentences
from tests.strategies import texts


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


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ar", ["قال فيليب إف. موريسون إن العمل بدأ.", "ثم غادر."]),
        ("ar", ["نشرت الشبكة بي. بي. سي. الخبر أمس.", "ولم تزد."]),
        ("ar", ["تحدث إلى قناة إن بي سي.", "وقال إن العمل بدأ."]),
        ("ar", ["بلغ طول الجسر 15 م.", "وعرضه أقل."]),
        ("ar", ["نقلت وكالة (أ.ف.ب.) عن الوزير قوله إن الطريق مغلق."]),
        ("ar", ["قال (أ.ف.ب) - إن الطريق مغلق."]),
        ("ar", ["وُلد في 3 محرم 1420 هـ. الموافق 19 أبريل 1999 في بلدة صغيرة."]),
        ("ar", ["انتهى المعرض عام 2015.", "وغادر الزوار."]),
        ("ar", ["هل انتهى؟", "لا.", "وسيعود!", "ربما."]),
        ("ar", ["الأسعار ثابتة… حتى الآن، والسوق هادئة.. كما يقال."]),
        ("ar", ["«هل يكفي هذا؟» تساءلت النائبة.", "ثم غادرت."]),
        ("ar", ["وقعا العقد.", "وفقا للوزارة، سيبدأ العمل غدا."]),
        ("ar", ["قال ”نحن مستعدون“.", "وأضاف ”سنبدأ غدا”."]),
        ("ar", ["1. وصول الوفد.", "غادر الوزير بعد ساعة."]),
        ("en", ["Sens. Green and Blake voted no.", "Reps. Hill and Marsh did not."]),
        ("en", ["She sang in the band of P. Carter.", "It was Plan B.", "He laughed."]),
        ("en", ["The castle (c. 1230) burnt down.[4]", "It was rebuilt. [5]", "Nobody paid."]),
        ("en", ["The bridge reopened.", "The minister cut the ribbon."]),
        ("en", ["i waited an hour for the bus.", "then it rained.", "what else could go wrong?", "nothing did."]),
        ("en", ["Why? she asked."]),
        ("en", ["HILLTOWN, Okla. (AP) — A bridge reopened Monday.", "It had been shut for a year."]),
        ("en", ["HILLTOWN, Pa. — A bridge reopened Monday.", "It stands in Calif.", "The toll is low."]),
        ("en", ["It reached 19°C.", "The night was colder."]),
        ("en", ["He works for Hill Inc. (formerly Hill & Sons) near the harbour."]),
        ("fr", ["Selon l'article L. 642-3 du code, la peine est doublée.", "Il reste un recours."]),
        ("fr", ["Tout dépend du changement de cap.", "Le gouvernement hésite."]),
        ("fr", ["des routes ;", "Les ponts ;", "Il manque un budget."]),
        ("fr", ["Le texte (...) Roland a été coupé."]),
        ("ru", ["Работы завершат до конца 2030 г.", "Мост откроют позже."]),
        ("ru", ["В 1999 г. Петров переехал в город."]),
        ("ru", ["Он весит 50 кг.", "Это немного."]),
        ("ru", ["На складе были доски, гвозди и т. п.", "Всё сгорело."]),
        ("he", ['הוא נולד בארה"ב.', "אחר כך חזר."]),
        ("he", ["כך נמסר ברשת הבי. בי. סי. אתמול בערב."]),
        ("fa", ["کار تمام شد.", "تهران - ایرنا:", "پل جدید فردا باز می‌شود."]),
        ("de", ["Am 3. Oktober wird gefeiert.", "Danach ist z.B. nichts geplant."]),
    ],
)
def test_abbreviations_initials_units_and_tails_of_many_languages(language: str, expected: list[str]) -> None:
    assert cut(" ".join(expected), language) == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("انتهى الاجتماع.وقال الوزير إن العمل بدأ", 2),
        ("وصل الوفد عام 2015.وغادر بعد يوم", 2),
        ("بلغ السعر 3.5 دولارات", 1),
        ("كتب على موقع عربي.نت أمس", 1),
        ("هل انتهى؟نعم انتهى", 2),
        ("نشرته أ.ف.ب أمس", 1),
    ],
)
def test_stops_without_a_space_in_arabic(text: str, count: int) -> None:
    assert len(cut(text, "ar")) == count


def test_a_glued_stop_before_a_common_opener_ends_a_sentence() -> None:
    assert cut("They left at noon.The road was closed. See example.Node for more.", "en") == [
        "They left at noon.",
        "The road was closed.",
        "See example.Node for more.",
    ]


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


UNKIND = {
    "one line": "وقال الوزير إن الجسر مغلق وأضاف أن العمل مستمر، فيما وصل الوفد ",
    "quotation marks": '"',
    "stops and marks": '."',
    "stops": ". ",
    "dots": "...",
    "glued": "كلمة.",
    "initials": "A. ",
    "letters spelt out": "بي. ",
    "footnotes": ".[1]",
    "brackets": ". [",
    "entities": ".&quot;",
    "spaces": ".      x.y",
    "marks": "م\u064b\u0651. ",
    "semicolons": "un ; Le ",
    "tails": "كلمة. بحسب ",
    "colons": "تهران - ایرنا: ",
}


@pytest.mark.parametrize("language", ["ar", "en", "fr", "fa"])
@pytest.mark.parametrize("shape", sorted(UNKIND))
def test_eight_times_the_text_takes_about_eight_times_the_work(shape: str, language: str) -> None:
    small = UNKIND[shape] * (6_000 // len(UNKIND[shape]))

    def seconds(text: str) -> float:
        best = 9e9
        for _ in range(3):
            start = time.process_time()
            sentences(text, language)
            best = min(best, time.process_time() - start)
        return best

    seconds(small)
    assert seconds(small * 8) < 24 * max(0.003, seconds(small))


@settings(max_examples=300)
@given(texts, st.sampled_from(["ar", "en", "fa", "he", "fr", "ru", "de", "und"]), st.integers(0, 50), st.integers(0, 50))
def test_sentences_hold_all_that_is_not_blank_of_a_stretch(text: str, language: str, low: int, length: int) -> None:
    low = min(low, len(text))
    high = min(len(text), low + length)
    spans = sentences(text, language, low, high)
    assert all(before.end <= after.start for before, after in pairwise(spans))
    covered = {offset for span in spans for offset in range(span.start, span.end)}
    assert {offset for offset in range(low, high) if not text[offset].isspace()} <= covered <= set(range(low, high))
    assert all(span.of(text) == span.of(text).strip() for span in spans)
