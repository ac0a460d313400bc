"""Names worth linking."""

from __future__ import annotations

import importlib.util
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.text import split
from factcheck.text.lexicon import table
from factcheck.text.names import NameKind, names
from tests.strategies import texts

PLACE, PERSON, ORGANISATION = NameKind.PLACE, NameKind.PERSON, NameKind.ORGANISATION


def found(text: str, language: str) -> list[tuple[NameKind, str, str]]:
    return [(name.kind, name.span.of(text), name.country) for name in names(text, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("وصل الوفد إلى لبنان ثم للعراق وسورية", [(PLACE, "لبنان", "LB"), (PLACE, "عراق", "IQ"), (PLACE, "سورية", "SY")]),
        ("أعلنت الولايات المتحدة ذلك", [(PLACE, "الولايات المتحدة", "US")]),
        ("قال الرئيس الفنلندي ماتي كورهونن إن العمل بدأ", [(PERSON, "ماتي كورهونن", "")]),
        ("استقبل الوزير خالد بن ناصر الوفد", [(PERSON, "خالد بن ناصر", "")]),
        ("وقال الوزير أمس إن العمل بدأ", []),
        ("بيان وزارة الخارجية النرويجية الثلاثاء", [(ORGANISATION, "وزارة الخارجية النرويجية", "")]),
        ("ذكرت صحيفة «الميناء» أن السفينة غرقت", [(ORGANISATION, "صحيفة «الميناء»", "")]),
        ("تعاقد مع شركة نقل محلية", []),
        ("زار مدينة القدس", [(PLACE, "القدس", "")]),
        ("أنبوب بقطر ثلاثة أمتار", []),
    ],
)
def test_arabic_names(text: str, expected: list[tuple[NameKind, str, str]]) -> None:
    assert found(text, "ar") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Talks between Lebanon and South Korea broke down.", [(PLACE, "Lebanon", "LB"), (PLACE, "South Korea", "KR")]),
        ("In northern Jordan the road is open.", [(PLACE, "Jordan", "JO")]),
        ("The golfer Jordan Hillman smiled.", []),
        ("President Matti Korhonen and Mrs. Hill left.", [(PERSON, "Matti Korhonen", ""), (PERSON, "Hill", "")]),
        ("Anna Hillman said the bridge was safe.", [(PERSON, "Anna Hillman", "")]),
        (
            "The Ministry of Ports met the Harbour Council.",
            [(ORGANISATION, "Ministry of Ports", ""), (ORGANISATION, "Harbour Council", "")],
        ),
        ("Monday was quiet. However the Government met.", []),
        ("It moved to the U.S. in May.", [(PLACE, "U.S.", "US")]),
        ("France's economy grew.", [(PLACE, "France", "FR")]),
    ],
)
def test_english_names(text: str, expected: list[tuple[NameKind, str, str]]) -> None:
    assert found(text, "en") == expected


def test_a_split_carries_the_names() -> None:
    text = "وصل الوزير سامي كورهونن إلى لبنان أمس."
    assert [name.span.of(text) for name in split(text).names] == ["سامي كورهونن", "لبنان"]


def test_other_languages_have_none() -> None:
    assert names("Le ministre est à Paris.", "fr") == ()


@settings(max_examples=200)
@given(st.one_of(texts, st.text(max_size=80)), st.sampled_from(["ar", "en"]))
def test_names_lie_in_order_apart_and_slice(text: str, language: str) -> None:
    spans = [name.span for name in names(text, language)]
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert all(span.of(text).strip() for span in spans)


@pytest.mark.parametrize("piece", ["The ", "Bank of ", "Mr. ", "Ab ", "الرئيس ", "وزارة الخارجية ", "صحيفة «"])
def test_names_take_time_in_proportion_to_the_text(piece: str) -> None:
    language = "en" if piece.isascii() else "ar"
    small = piece * (40_000 // len(piece))

    def seconds(text: str) -> float:
        start = time.process_time()
        names(text, language)
        return time.process_time() - start

    seconds(small)
    assert min(seconds(small * 8) for _ in range(2)) < 24 * max(0.004, min(seconds(small) for _ in range(3)))


def test_every_country_is_a_code() -> None:
    for language in ("ar", "en"):
        assert all(code == "" or (len(code) == 2 and code.isupper()) for code in table("places")[language].values())


def test_the_table_of_places_is_what_the_script_builds() -> None:
    babel = pytest.importorskip("babel")
    path = Path(__file__).resolve().parents[1] / "tables" / "cldr_places.py"
    spec = importlib.util.spec_from_file_location("cldr_places", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    first = script.TARGET.read_text(encoding="utf-8").partition("\n")[0]
    if babel.__version__ not in first:
        pytest.skip(f"built with another Babel: {first}")
    assert script.built() == script.TARGET.read_text(encoding="utf-8")
