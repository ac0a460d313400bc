from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.evidence.outlets import chrome_line, credits_of, ends_text, known_outlet, name_of, outlet_named, outlet_of_host, outlets


@pytest.mark.parametrize(
    ("line", "agencies"),
    [
        ("الشط (أ ف ب) - قُتل خمسة أشخاص", ["afp"]),
        ("أنقرة / الأناضول", ["aa"]),
        ("رام الله 2-10-2022 وفا- يواصل ثلاثون أسيراً إضرابهم", ["wafa"]),
        ("دمشق-سانا", ["sana"]),
        ("بروكسل - (د ب أ): يعقد الوزراء اجتماعاً", ["dpa"]),
        ("بيروت 3 آذار (رويترز) - قال مسؤول", ["reuters"]),
        ("المصدر: أ ف ب، رويترز", ["afp", "reuters"]),
        ("المصدر: تاس", ["tass"]),
        ("وانتهى الاجتماع عند الفجر. (الأناضول)", ["aa"]),
        ("عواصم - وكالات", []),
        ("LONDON — (AP) — The minister said", ["ap"]),
        ("MOSCOW, April 27. /TASS/. Gazprom has halted", ["tass"]),
        ("WASHINGTON, Nov 4 (Xinhua) -- The president", ["xinhua"]),
        ("lo/rt (dpa, AFP)", ["dpa", "afp"]),
        ("Agence France-Presse", ["afp"]),
        ("(Reporting by Reuters)", ["reuters"]),
        ("By Jane Doe, Associated Press", ["ap"]),
        ("Copyright 2023 The Associated Press. All rights reserved.", ["ap"]),
        ("© 2023 AFP", ["afp"]),
    ],
)
def test_a_credit_names_its_agencies(line: str, agencies: list[str]) -> None:
    assert [credit.outlet for credit in credits_of(line)] == agencies


@pytest.mark.parametrize(
    "line",
    [
        "قال الوزير لرويترز إن الجسر مغلق",
        "وكانت الأناضول قد ذكرت أن 14 شخصاً قتلوا",
        "معا نبني الوطن",
        "The AP reported on Friday that the plant would close, and the company (which AP did not name) agreed.",
        "كتب محرر الشؤون السياسية",
        "نقلت وكالة رويترز عن مسؤول قوله إن الأمر انتهى",
        "المصدر: الميادين نت",
    ],
)
def test_a_mention_is_no_credit(line: str) -> None:
    assert credits_of("مقدمة من سطر طويل لا اسم فيه لأحد.\n" * 8 + line + "\nخاتمة من سطر طويل لا اسم فيه لأحد." * 8) == ()


def test_a_dateline_is_found_behind_menus_and_a_credit_below_the_text_is_none() -> None:
    menu = ["الرئيسية", "سياسة", "اقتصاد"] * 8
    lines = ["عنوان الخبر", "دمشق-سانا", "أكد الرئيس أمام المؤتمر العام لاتحاد العمال أن الأجور ستزيد.", "نص آخر."]
    text = "\n".join([*menu, *lines, "أخبار ذات صلة", "رويترز", "(أ ف ب)"])
    assert [credit.outlet for credit in credits_of(text)] == ["sana"]
    assert [credit.outlet for credit in credits_of(text + "\n© 2022 AFP")] == ["sana", "afp"]


def test_an_author_may_be_an_agency() -> None:
    assert [credit.outlet for credit in credits_of("نص", author="أ ف ب")] == ["afp"]
    assert credits_of("نص", author="أمل حداد") == ()


@pytest.mark.parametrize(
    ("phrase", "id"),
    [
        ("صحيفة «واشنطن بوست» الأميركية", "wapo"),
        ("الواشنطن بوست", "wapo"),
        ("The Washington Post", "wapo"),
        ("وكالة «سانا» الرسمية", "sana"),
        ("صحيفة هآرتس الإسرائيلية", "haaretz"),
        ("The Times", "times"),
        ("Seren Times", ""),
        ("The New York Times", "nyt"),
        ("قناة الجزيرة", "aljazeera"),
        ("جزيرة قبرص", ""),
        ("وسائل إعلام إسرائيلية", ""),
        ("صحيفة الميناء", ""),
        ("صحيفة الشرق الأوسط", "aawsat"),
        ("وكالة أنباء الشرق الأوسط", "mena"),
    ],
)
def test_many_names_are_one_outlet(phrase: str, id: str) -> None:
    assert outlet_named(name_of(phrase)) == id


@pytest.mark.parametrize("phrase", ["الصحيفة", "the newspaper", "وسائل إعلام", "local media", "تقارير صحفية", ""])
def test_a_phrase_that_names_nobody_is_no_name(phrase: str) -> None:
    assert name_of(phrase) == ()


def test_pages_of_an_outlet_are_known_by_their_host() -> None:
    assert outlet_of_host("https://www.jpost.com/middle-east/article-1") == "jpost"
    assert outlet_of_host("https://arabic.rt.com/x") == "rt"
    assert outlet_of_host("https://web.archive.org/web/2021/https://www.jpost.com/a") == "jpost"
    assert outlet_of_host("https://notjpost.com/") == ""


def test_the_table_names_each_outlet_once_in_both_languages() -> None:
    everyone = list(outlets())
    assert len({outlet.id for outlet in everyone}) == len(everyone)
    assert all(outlet.ar and outlet.en for outlet in everyone)
    claims: dict[object, str] = {}
    for outlet in everyone:
        for name in (*outlet.names, *outlet.hosts):
            assert claims.setdefault(name, outlet.id) == outlet.id, name
    assert known_outlet("reuters") is not None
    assert known_outlet("nobody") is None


def test_lines_of_the_site_are_told_from_the_text() -> None:
    assert chrome_line("We use cookies to improve your experience. Sign up for our daily newsletter.")
    assert chrome_line("جميع الحقوق محفوظة لموقع الأفق.")
    assert not chrome_line("قال الوزير إن الجسر سيفتح غداً.")
    assert ends_text("Most read")
    assert ends_text("اقرأ أيضاً:")
    assert not ends_text("قال الوزير إن الجسر سيفتح غداً.")


@given(st.text(alphabet="أفبرويتز ()/-.:،\n©APsource", max_size=200))
def test_no_line_is_too_odd(text: str) -> None:
    for credit in credits_of(text, author=text):
        assert known_outlet(credit.outlet) is not None
    outlet_named(name_of(text))
