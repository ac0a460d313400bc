"""Where and when a report appeared, by its first or last line; the lines are made up."""

from __future__ import annotations

import pytest

from factcheck.text import split
from factcheck.text.dateline import dateline_of


@pytest.mark.parametrize(
    ("text", "outlet", "place", "published"),
    [
        ("الخابور برس — 14 آذار 2024\nفاض النهر.", "الخابور برس", "", "2024-03-14"),
        ("دمشق - وكالة الميناء - 14 آذار 2024\nفاض النهر.", "وكالة الميناء", "دمشق", "2024-03-14"),
        ("دمشق، 14 آذار/ مارس 2024 (سانا) - قالت الوزارة إن الجسر افتتح.", "سانا", "دمشق", "2024-03-14"),
        ("الرياض 14 مارس 2024 (واس) - افتتح الجسر.", "واس", "الرياض", "2024-03-14"),
        ("القاهرة (أ ف ب) - قتل شخصان أمس.", "أ ف ب", "القاهرة", ""),
        ("الخميس 14 مارس 2024 - 10:22 | وكالة الميناء للأنباء\nفاض النهر.", "وكالة الميناء للأنباء", "", "2024-03-14"),
        ("نشر في 14 آذار 2024\nفاض النهر.", "", "", "2024-03-14"),
        ("الفيضان\nفاض النهر.\nوغمر المدينة.\nثم عاد.\nالخابور برس، 14 آذار 2024", "الخابور برس", "", "2024-03-14"),
        ("DAMASCUS, March 14, 2024 (Reuters) - The bridge has opened.", "Reuters", "DAMASCUS", "2024-03-14"),
        ("GENEVA, Switzerland, March 14, 2024 (AFP) - The talks began.", "AFP", "GENEVA", "2024-03-14"),
        ("CAIRO (AP) — The river rose.", "AP", "CAIRO", ""),
        ("Khabur Press — 14 March 2024\nThe river rose.", "Khabur Press", "", "2024-03-14"),
        ("Flood in the valley\nAleppo Times | Damascus | 14 March 2024\nThe river rose.", "Aleppo Times", "Damascus", "2024-03-14"),
        ("London, 14 March 2024\nThe river rose.", "", "London", "2024-03-14"),
        ("ليلى حداد - 14 آذار 2024\nفاض النهر.", "", "", "2024-03-14"),
    ],
)
def test_a_dateline_tells_outlet_place_and_day_where_they_are_plain(text: str, outlet: str, place: str, published: str) -> None:
    found = dateline_of(text)
    assert found is not None
    assert (found.outlet, found.place, found.published) == (outlet, place, published)


@pytest.mark.parametrize(
    "text",
    [
        "فاض النهر في 14 آذار 2024\nوغمر المدينة.",
        "قتل شخصان يوم 14 آذار 2024",
        "ولد في دمشق - 14 آذار 2024",
        "السيد سامر (مدير الشركة) - قال إن الجسر افتتح.",
        "Floods hit the town on 14 March 2024\nThe river rose.",
        "Smith (Lab) - who spoke first - left.",
        "الخابور برس — 14 آذار 2024\nفاض النهر.\nوغمر المدينة.\nثم عاد.\nالخابور برس، 15 آذار 2024",
        "",
    ],
)
def test_sentences_and_datelines_that_contradict_each_other_are_none(text: str) -> None:
    assert dateline_of(text) is None


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("DAMASCUS, March 14, 2024 (Reuters) - The bridge opened after two years.", "The bridge opened after two years"),
        ("دمشق، 14 آذار 2024 (سانا) - افتتح الجسر الجديد فوق النهر.", "افتتح الجسر الجديد فوق النهر"),
        ("دمشق - وكالة الميناء - 14 آذار 2024\nافتتح الجسر الجديد فوق النهر.", "افتتح الجسر الجديد فوق النهر"),
    ],
)
def test_a_dateline_is_no_part_of_a_claim(text: str, claim: str) -> None:
    assert [each.text for each in split(text).claims] == [claim]
