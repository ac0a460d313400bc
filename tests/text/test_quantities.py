"""Dates and numbers as values with spans."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from factcheck.text.quantities import quantities
from factcheck.text.tokens import Tokenised

PUBLISHED = datetime.date(2021, 11, 18)  # a Thursday


@pytest.mark.parametrize(
    ("text", "span", "value"),
    [
        ("تعقد في أواخر تشرين الثاني/ نوفمبر", "أواخر تشرين الثاني/ نوفمبر", "2021-11-21/2021-11-30"),
        ("منذ مارس (آذار) 2014", "مارس (آذار) 2014", "2014-03"),
        ("يوم 24 يوليو تموز وصل", "24 يوليو تموز", "2021-07-24"),
        ("في ٢٤ أيلول/سبتمبر ٢٠١٩", "٢٤ أيلول/سبتمبر ٢٠١٩", "2019-09-24"),
        ("خلال جانفي 2020", "جانفي 2020", "2020-01"),
        ("الثلاثاء الماضي", "الثلاثاء الماضي", "2021-11-16"),
        ("وصل أمس الأربعاء", "أمس الأربعاء", "2021-11-17"),
        ("وصل أول أمس", "أول أمس", "2021-11-16"),
        ("الشهر المقبل", "الشهر المقبل", "2021-12"),
        ("العام الماضي", "العام الماضي", "2020"),
        ("قبل عامين", "قبل عامين", "2019"),
        ("قبل ثلاثة أشهر", "قبل ثلاثة أشهر", "2021-08"),
        ("افتتح عام 1998 رسميا", "1998", "1998"),
        ("في 24/7/2015", "24/7/2015", "2015-07-24"),
        ("توفي في آب الماضي", "آب الماضي", "2021-08"),
        ("مطلع شباط", "مطلع شباط", "2022-02-01/2022-02-10"),
    ],
)
def test_arabic_dates_are_read(text: str, span: str, value: str) -> None:
    found = quantities(Tokenised(text), "ar", PUBLISHED).dates
    assert [(date.span.of(text), date.value) for date in found] == [(span, value)]


@pytest.mark.parametrize(
    ("text", "span", "value"),
    [
        ("on March 8, 2011 it", "March 8, 2011", "2011-03-08"),
        ("since 8 March 2011", "8 March 2011", "2011-03-08"),
        ("last Friday", "last Friday", "2021-11-12"),
        ("two years ago", "two years ago", "2019"),
        ("in late November", "late November", "2021-11-21/2021-11-30"),
        ("by mid-June 2022", "mid-June 2022", "2022-06-11/2022-06-20"),
        ("He left yesterday", "yesterday", "2021-11-17"),
        ("in 2009 it fell", "2009", "2009"),
    ],
)
def test_english_dates_are_read(text: str, span: str, value: str) -> None:
    found = quantities(Tokenised(text), "en", PUBLISHED).dates
    assert [(date.span.of(text), date.value) for date in found] == [(span, value)]


def test_without_the_articles_date_a_year_is_left_open_and_yesterday_has_no_value() -> None:
    assert quantities(Tokenised("أواخر تشرين الثاني"), "ar").dates[0].value == "XXXX-11-21/XXXX-11-30"
    assert quantities(Tokenised("وصل أمس"), "ar").dates[0].value == ""


def test_a_father_is_no_august_and_a_modal_no_may() -> None:
    assert quantities(Tokenised("هو أب لخمسة أطفال"), "ar", PUBLISHED).dates == ()
    assert quantities(Tokenised("It may 5 times march"), "en", PUBLISHED).dates == ()


@pytest.mark.parametrize(
    ("text", "span", "value", "unit"),
    [
        ("45 ألفا", "45 ألفا", "45000", ""),
        ("مليونين", "مليونين", "2000000", ""),
        ("مليوني شخص", "مليوني", "2000000", "شخص"),
        ("أربعة ملايين ومئتا ألف دولار", "أربعة ملايين ومئتا ألف دولار", "4200000", "USD"),
        ("مليونين ونصف المليون", "مليونين ونصف المليون", "2500000", ""),
        ("نصف مليون نازح", "نصف مليون", "500000", "نازح"),
        ("15 مليار دولار", "15 مليار دولار", "15000000000", "USD"),
        ("٤١.٥٠٢ زائرا", "٤١.٥٠٢", "41502", "زائرا"),
        ("١٥٬٠٠٠٫٥ ريال سعودي", "١٥٬٠٠٠٫٥ ريال سعودي", "15000.5", "SAR"),
        ("12,6 في المئة", "12,6 في المئة", "12.6", "percent"),
        ("2،4 بالمائة", "2،4 بالمائة", "2.4", "percent"),
        ("ثلاثة في المائة", "ثلاثة في المائة", "3", "percent"),
        ("ب20 في المئة", "20 في المئة", "20", "percent"),
        ("7ر3 مليون طن", "7ر3 مليون", "3700000", "طن"),
        ("خمسة عشر شخصا", "خمسة عشر", "15", "شخصا"),
        ("مئة وخمسة وعشرون ألفا", "مئة وخمسة وعشرون ألفا", "125000", ""),
        ("ألف وثمانمئة متر", "ألف وثمانمئة", "1800", "متر"),
        ("بثلاثين مليار درهم إماراتي", "ثلاثين مليار درهم إماراتي", "30000000000", "AED"),
    ],
)
def test_arabic_numbers_are_read(text: str, span: str, value: str, unit: str) -> None:
    found = quantities(Tokenised(text), "ar", PUBLISHED).numbers
    assert [(number.span.of(text), number.value, number.unit) for number in found] == [(span, Decimal(value), unit)]


@pytest.mark.parametrize(
    ("text", "span", "value", "unit"),
    [
        ("£4.3bn", "£4.3bn", "4300000000", "GBP"),
        ("$1,250", "$1,250", "1250", "USD"),
        ("Twenty-one thousand people", "Twenty-one thousand", "21000", "people"),
        ("two hundred and fifty thousand euros", "two hundred and fifty thousand euros", "250000", "EUR"),
        ("14.1%", "14.1%", "14.1", "percent"),
        ("49 per cent", "49 per cent", "49", "percent"),
        ("1.5 million", "1.5 million", "1500000", ""),
    ],
)
def test_english_numbers_are_read(text: str, span: str, value: str, unit: str) -> None:
    found = quantities(Tokenised(text), "en", PUBLISHED).numbers
    assert [(number.span.of(text), number.value, number.unit) for number in found] == [(span, Decimal(value), unit)]


def test_vague_multitudes_and_times_are_no_numbers() -> None:
    assert quantities(Tokenised("عشرات القتلى وآلاف النازحين عند 11:00"), "ar").numbers == ()


def test_a_converted_sum_in_brackets_is_a_second_number() -> None:
    found = quantities(Tokenised("50 مليون يورو (54 مليون دولار)"), "ar").numbers
    assert [(int(number.value), number.unit) for number in found] == [(50_000_000, "EUR"), (54_000_000, "USD")]
