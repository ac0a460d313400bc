"""Language and direction."""

from __future__ import annotations

import pytest

from factcheck.model.article import Direction
from factcheck.text.language import direction_of, language_of


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
        ("12345 ... !!", "und"),
        ("", "und"),
    ],
)
def test_languages_are_told_apart(text: str, language: str) -> None:
    assert language_of(text) == language


def test_direction_follows_the_language_and_the_letters_when_it_is_unknown() -> None:
    assert direction_of("ar-LB") is Direction.RTL
    assert direction_of("en") is Direction.LTR
    assert direction_of("und", "ܫܠܡܐ") is Direction.RTL
    assert direction_of("und", "") is Direction.LTR
