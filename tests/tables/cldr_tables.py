"""Makes ``factcheck/text/lexicon/cldr.toml`` from Babel's copy of the Unicode CLDR.

Names of months and weekdays in every Arabic locale, and of the currencies in use, in Arabic and English.

    python tests/tables/cldr_tables.py

Same Babel, same file: everything is sorted, nothing depends on today. Only this script and its test need Babel; the package reads the file.
CLDR's data are under the Unicode licence (Unicode-3.0), Babel under BSD-3.
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import babel
from babel import Locale
from babel.localedata import locale_identifiers
from babel.numbers import get_territory_currencies

TABLE = Path(__file__).resolve().parents[2] / "factcheck" / "text" / "lexicon" / "cldr.toml"
DAY = datetime.date(2025, 1, 1)  # the day on which a currency must be in use


def months(language: str) -> dict[str, list[str]]:
    """Month number -> every name some locale of the language has for it."""
    found: dict[int, set[str]] = {number: set() for number in range(1, 13)}
    for locale in _locales(language):
        for context in ("format", "stand-alone"):
            for number, name in locale.months[context]["wide"].items():
                found[number].add(name)
    return {str(number): sorted(names) for number, names in found.items()}


def weekdays(language: str) -> dict[str, list[str]]:
    """Weekday, Monday 0 -> its names."""
    found: dict[int, set[str]] = {number: set() for number in range(7)}
    for locale in _locales(language):
        for number, name in locale.days["format"]["wide"].items():
            found[number].add(name)
    return {str(number): sorted(names) for number, names in found.items()}


def currencies(language: str) -> dict[str, list[str]]:
    """ISO 4217 code -> names, singular and plural."""
    territories = [code for code in Locale("en").territories if len(code) == 2 and code.isalpha()]
    used = {code for territory in territories for code in get_territory_currencies(territory, DAY, DAY)}
    found: dict[str, set[str]] = {}
    for locale in _locales(language):
        plurals: dict[str, Any] = locale._data["currency_names_plural"]
        for code in used:
            if code in locale.currencies:
                found.setdefault(code, set()).update([locale.currencies[code], *plurals.get(code, {}).values()])
    return {code: sorted(names) for code, names in sorted(found.items())}


def _locales(language: str) -> list[Locale]:
    return [Locale.parse(name) for name in sorted(locale_identifiers()) if name.split("_")[0] == language and name.count("_") < 2]


def made() -> str:
    """The table as it should stand in the file."""
    lines = [
        f"# Made by tests/tables/cldr_tables.py from Babel {babel.__version__} (Unicode CLDR, licence Unicode-3.0). "
        "Do not edit; run the script.",
    ]
    for title, rows in [
        ("months.ar", months("ar")),
        ("weekdays.ar", weekdays("ar")),
        ("currencies.ar", currencies("ar")),
        ("currencies.en", {code: [name.lower() for name in names] for code, names in currencies("en").items()}),
    ]:
        lines += ["", f"[{title}]"]
        lines += [f"{key} = {json.dumps(sorted(set(names)), ensure_ascii=False)}" for key, names in rows.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(made(), encoding="utf-8")
