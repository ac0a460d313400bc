"""Language and direction."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest

from factcheck.model.article import Direction
from factcheck.text.language import direction_of, language_of, language_of_note

NEWS: dict[str, list[str]] = {
    language: lines.strip().split("\n")
    for language, lines in tomllib.loads(Path(__file__).with_name("languages.toml").read_text(encoding="utf-8")).items()
}
ARABIC_KEYBOARD = str.maketrans("یکە", "يكه")
WITHOUT_SORANI_LETTERS = str.maketrans("ەێۆڕڵڤکی", "هيورلفكي")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("أعلنت الوزارة أن الجسر سيفتح غدا", "ar"),
        ("وزارت اعلام کرد که این پل فردا افتتاح می‌شود", "fa"),
        ("وزارت نے کہا ہے کہ پل کل کھولا جائے گا", "ur"),
        ("وەزارەت ڕایگەیاند کە پردەکە بەیانی دەکرێتەوە", "ckb"),
        ("The bridge will open tomorrow, the ministry said", "en"),
        ("Le pont ouvrira demain, selon la ministre des transports", "fr"),
        ("Мост откроют завтра, заявили в министерстве, это был бы рекорд", "ru"),
        ("Міст відкриють завтра, її збудували за рік", "uk"),
        ("הגשר ייפתח מחר", "he"),
        ("昨日、橋が開通したと発表された", "ja"),
        ("12345 ... !!", "und"),
        ("", "und"),
        ("Xqzt vbrk", "und"),
        ("أعلنت شركة Microsoft Corporation إطلاق Windows Server", "ar"),
    ],
)
def test_languages_are_told_apart(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("language", sorted(NEWS))
def test_every_sentence_is_told_from_its_look_alikes(language: str) -> None:
    wrong = {text: found for text in NEWS[language] if (found := language_of(text)) != language}
    assert not wrong


def test_persian_from_an_arabic_keyboard_is_persian() -> None:
    typed = [text.translate(ARABIC_KEYBOARD).replace("\u200c", " ") for text in NEWS["fa"]]
    assert [text for text in typed if language_of(text) != "fa"] == []


def test_sorani_without_its_letters_is_sorani() -> None:
    typed = [text.translate(WITHOUT_SORANI_LETTERS) for text in NEWS["ckb"]]
    assert len([text for text in typed if language_of(text) != "ckb"]) <= 2


def test_three_words_are_mostly_enough() -> None:
    pieces = [(language, " ".join(text.split()[:3])) for language, lines in NEWS.items() for text in lines]
    wrong = [(language, piece) for language, piece in pieces if language_of(piece) != language]
    assert len(wrong) <= 0.12 * len(pieces), wrong


def test_a_long_text_costs_no_more_than_its_sample() -> None:
    text = "قال الوزير إن الجسر سيفتح غدا. " * 160_000
    start = time.process_time()
    assert language_of(text) == "ar"
    assert time.process_time() - start < 0.5


def test_direction_follows_the_language_and_the_letters_when_it_is_unknown() -> None:
    assert direction_of("ar-LB") is Direction.RTL
    assert direction_of("en") is Direction.LTR
    assert direction_of("und", "ܫܠܡܐ") is Direction.RTL
    assert direction_of("und", "") is Direction.LTR


def test_a_few_words_typed_at_an_arabic_desk_are_arabic() -> None:
    assert language_of_note("ظهر بيان", "ar") == "ar"
    assert language_of_note("it was not seen there", "ar") == "en"
    assert language_of_note("کتاب‌های تازه دربارهٔ این موضوع در تهران منتشر شده است و می‌توان آن را خواند", "ar") == "fa"
    assert language_of_note("2021", "ar") == "und"


@pytest.mark.parametrize(
    "text",
    [
        "بوتين بينيت إخراج إيران",
        "رئيس إيران",
        "وزير خارجية إيران عباس عراقجي",
        "روحاني رفسنجاني خامنئي",
        "عمران خان باكستان",
        "طالبان أفغانستان كابل",
        "مجلس حزب وزير",
        "بارزاني كردستان أربيل",
    ],
)
def test_names_in_common_make_no_other_language_of_a_few_arabic_words(text: str) -> None:
    assert language_of(text) == "ar"
    assert language_of_note(text, "en") == "ar"


@pytest.mark.parametrize("text", ["کتاب تازه", "پوتین و بنت", "این خبر است", "خبر از تهران", "در مجلس"])
def test_a_letter_or_a_little_word_of_persian_makes_a_few_words_persian(text: str) -> None:
    assert language_of(text) == "fa"
