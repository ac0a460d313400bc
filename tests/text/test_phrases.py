"""Dates and numbers in made-up sentences of newspapers.

Each file of ``phrases`` has a sentence a line, what is to be read in ⟦brackets⟧ and, behind a bar, the values in order: "-" for a date that
needs the article's; of numbers the unit too, "_" for none, with semicolons between. Most were written before the grammar that reads them.
"""

from __future__ import annotations

import datetime
import importlib.util
import re
from decimal import Decimal
from pathlib import Path

import pytest

from factcheck.text.quantities import quantities
from factcheck.text.tokens import Tokenised

PHRASES = Path(__file__).with_name("phrases")
PUBLISHED = datetime.date(2021, 11, 18)  # a Thursday


def cases(name: str) -> list[tuple[str, list[str], str]]:
    """Sentences without brackets, the bracketed stretches, and the values."""
    found = []
    for line in (PHRASES / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            marked, _, values = line.rpartition("|")
            found.append((re.sub("[⟦⟧]", "", marked.strip()), re.findall("⟦([^⟧]*)⟧", marked), values.strip()))
    return found


@pytest.mark.parametrize(("text", "spans", "values"), [*cases("ar_dates"), *cases("en_dates")])
def test_dates_are_read(text: str, spans: list[str], values: str) -> None:
    found = quantities(Tokenised(text), "en" if text.isascii() else "ar", PUBLISHED).dates
    assert [(date.span.of(text), date.value) for date in found] == list(zip(spans, values.split(), strict=True))


@pytest.mark.parametrize(("text", "spans", "values"), cases("ar_undated"))
def test_dates_without_the_articles_date(text: str, spans: list[str], values: str) -> None:
    found = quantities(Tokenised(text), "ar").dates
    assert [(date.span.of(text), date.value or "-") for date in found] == list(zip(spans, values.split(), strict=True))


@pytest.mark.parametrize(("text", "spans", "values"), [*cases("ar_numbers"), *cases("en_numbers")])
def test_numbers_are_read(text: str, spans: list[str], values: str) -> None:
    found = quantities(Tokenised(text), "en" if re.fullmatch("[\x00-\x7f£€]+", text) else "ar", PUBLISHED).numbers
    wanted = [tuple(value.split()) for value in values.split(";") if value.strip()]
    got = [(number.span.of(text), number.value, number.unit or "_") for number in found]
    assert got == [(span, Decimal(value), unit) for span, (value, unit) in zip(spans, wanted, strict=True)]


def test_the_tables_of_months_and_currencies_are_what_the_script_builds() -> None:
    babel = pytest.importorskip("babel")
    path = Path(__file__).resolve().parents[1] / "tables" / "cldr_tables.py"
    spec = importlib.util.spec_from_file_location("cldr_tables", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    shipped = script.TABLE.read_text(encoding="utf-8")
    if babel.__version__ not in shipped.partition("\n")[0]:
        pytest.skip("built with another Babel")
    assert script.made() == shipped


def test_currencies_of_every_country_are_known() -> None:
    found = quantities(Tokenised("دفع 500 ين ياباني و30 يوان صيني و9 كرونات سويدية"), "ar").numbers
    assert [number.unit for number in found][:2] == ["JPY", "CNY"]
