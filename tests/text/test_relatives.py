"""A relative clause is a claim with the noun that it tells of; the sentences are made up."""

from __future__ import annotations

import pytest

from factcheck.text import split
from factcheck.text.relatives import is_relative


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (
            "وقال المهندس سامر الحلو، الذي أشرف على صيانة السد عام 2019، إن البوابة معطلة.",
            "المهندس سامر الحلو، الذي أشرف على صيانة السد عام 2019",
        ),
        ("وأشاد المحافظ بفرق الإنقاذ، التي وصلت خلال ساعة.", "فرق الإنقاذ، التي وصلت خلال ساعة"),
        ("وزار الوفد مدينة حلب، التي شهدت معارك عنيفة.", "مدينة حلب، التي شهدت معارك عنيفة"),
        ("أعلن المدير أن الشركة وقعت اتفاقا مع المصرفين، اللذين مولا المشروع.", "المصرفين، اللذين مولا المشروع"),
        ("وانهار السد القديم الذي يبعد 12 كيلومترا عن البلدة.", "السد القديم الذي يبعد 12 كيلومترا عن البلدة"),
        ("ووصلت إلى الميناء سفينة «النورس»، التي تحمل 40 طنا من الطحين.", "سفينة «النورس»، التي تحمل 40 طنا من الطحين"),
        ("وتراجعت أسعار القمح، الذي تستورده البلاد من أوكرانيا.", "أسعار القمح، الذي تستورده البلاد من أوكرانيا"),
        ("وسقط على المارة جدار المدرسة، التي بنيت عام 1960.", "جدار المدرسة، التي بنيت عام 1960"),
        (
            "وزار المدينة الرئيس الفرنسي إيمانويل ماكرون، الذي يقوم بجولة في المنطقة.",
            "الرئيس الفرنسي إيمانويل ماكرون، الذي يقوم بجولة في المنطقة",
        ),
        ("وقال بيان إن الجهود المنسقة جيدا، والتي أدت إلى وقف القتال، ستستمر.", "الجهود المنسقة جيدا، والتي أدت إلى وقف القتال"),
        ('وتقول الدراسة، التي نشرت في دورية "سليب"، إن النوم يطول.', 'الدراسة، التي نشرت في دورية "سليب"'),
        ("Samer Hilu, who repaired the dam in 2019, said the gate was broken.", "Samer Hilu, who repaired the dam in 2019"),
        ("The gate was shut by Samer Hilu, who repaired the dam in 2019.", "Samer Hilu, who repaired the dam in 2019"),
        ("Boats came from the city of Aleppo, which lost two of them.", "Aleppo, which lost two of them"),
        ("The dam was built by Nile Works Ltd., which won the contract in 1998.", "Nile Works Ltd., which won the contract in 1998"),
        ('"Nobody warned us," said Huda Ali, 34, whose house was flooded.', "Huda Ali, 34, whose house was flooded"),
        ('"Nobody warned us," said Huda Ali, a teacher whose house was flooded.', "Huda Ali, a teacher whose house was flooded"),
        ("The water rose fast, which surprised the rescuers.", "The water rose fast, which surprised the rescuers"),
        ("Villagers blamed the eastern gate, which had been broken for months.", "the eastern gate, which had been broken for months"),
    ],
)
def test_a_relative_clause_is_claimed_with_its_noun(text: str, claim: str) -> None:
    claims = [each.text for each in split(text).claims]
    assert claim in claims
    assert [each for each in claims if is_relative(each.split()[0], split(text).language)] == []


def test_those_who_stand_for_themselves() -> None:
    assert [claim.text for claim in split("وأضافت الوزارة أن الذين وصلوا أمس دفعوا نصف المبلغ.").claims] == [
        "الذين وصلوا أمس دفعوا نصف المبلغ"
    ]


def test_only_words_of_the_language_are_relative() -> None:
    known = [("التي", "ar"), ("Which", "en"), ("which", "ar"), ("qui", "fr")]
    assert [is_relative(word, language) for word, language in known] == [True, True, False, False]
