"""Build ``factcheck/text/lexicon/places.toml`` from CLDR: ``python tests/tables/cldr_places.py``. Needs Babel.

Territories come from CLDR's names, capitals from its names of the time zones' cities (the zones below are those of capitals), in Arabic and
English. What CLDR spells in only one way, or not at all, is added here by hand. The same CLDR gives the same file, byte for byte.
"""

from __future__ import annotations

from pathlib import Path

import babel
from babel import Locale, localedata
from babel.core import get_global

TARGET = Path(__file__).resolve().parents[2] / "factcheck" / "text" / "lexicon" / "places.toml"

CAPITALS = """
Africa/Accra Africa/Addis_Ababa Africa/Algiers Africa/Asmera Africa/Bamako Africa/Bangui Africa/Banjul Africa/Bissau Africa/Brazzaville
Africa/Cairo Africa/Conakry Africa/Dakar Africa/Djibouti Africa/Freetown Africa/Gaborone Africa/Harare Africa/Juba Africa/Kampala
Africa/Khartoum Africa/Kigali Africa/Kinshasa Africa/Libreville Africa/Lome Africa/Luanda Africa/Lusaka Africa/Malabo Africa/Maputo
Africa/Maseru Africa/Mbabane Africa/Mogadishu Africa/Monrovia Africa/Nairobi Africa/Ndjamena Africa/Niamey Africa/Nouakchott
Africa/Ouagadougou Africa/Porto-Novo Africa/Tripoli Africa/Tunis Africa/Windhoek America/Asuncion America/Bogota America/Buenos_Aires
America/Caracas America/Guatemala America/Guyana America/Havana America/La_Paz America/Lima America/Managua America/Mexico_City
America/Montevideo America/Panama America/Paramaribo America/Port-au-Prince America/Port_of_Spain America/Santiago America/Santo_Domingo
America/Tegucigalpa Asia/Amman Asia/Ashgabat Asia/Baghdad Asia/Baku Asia/Bangkok Asia/Beirut Asia/Bishkek Asia/Colombo Asia/Damascus
Asia/Dhaka Asia/Dili Asia/Dushanbe Asia/Jakarta Asia/Jerusalem Asia/Kabul Asia/Katmandu Asia/Kuala_Lumpur Asia/Manila Asia/Muscat
Asia/Nicosia Asia/Phnom_Penh Asia/Pyongyang Asia/Riyadh Asia/Seoul Asia/Taipei Asia/Tashkent Asia/Tbilisi Asia/Tehran Asia/Thimphu
Asia/Tokyo Asia/Ulaanbaatar Asia/Vientiane Asia/Yerevan Atlantic/Reykjavik Europe/Amsterdam Europe/Andorra Europe/Athens Europe/Belgrade
Europe/Berlin Europe/Bratislava Europe/Brussels Europe/Bucharest Europe/Budapest Europe/Chisinau Europe/Copenhagen Europe/Dublin
Europe/Helsinki Europe/Kiev Europe/Lisbon Europe/Ljubljana Europe/London Europe/Madrid Europe/Minsk Europe/Moscow Europe/Oslo Europe/Paris
Europe/Podgorica Europe/Prague Europe/Riga Europe/Rome Europe/Sarajevo Europe/Skopje Europe/Sofia Europe/Stockholm Europe/Tallinn
Europe/Tirane Europe/Vaduz Europe/Vienna Europe/Vilnius Europe/Warsaw Europe/Zagreb
"""

# Other spellings and short forms of the press, and capitals that have no time zone of their own. Without a code: claimed by several.
BY_HAND = {
    "ar": {
        "": "القدس|القدس الشرقية|القدس المحتلة",
        "HK": "هونغ كونغ",
        "MO": "ماكاو",
        "AE": "الإمارات|أبوظبي|أبو ظبي",
        "AR": "بوينس آيرس|بوينوس آيرس",
        "AU": "كانبرا",
        "BA": "البوسنة|البوسنة والهرسك",
        "BH": "المنامة",
        "BR": "برازيليا",
        "CA": "أوتاوا",
        "CD": "الكونغو الديمقراطية",
        "CH": "برن",
        "CI": "ساحل العاج|كوت ديفوار",
        "CM": "ياوندي",
        "CN": "بكين",
        "CZ": "تشيكيا|جمهورية التشيك",
        "DK": "الدنمارك",
        "EC": "كيتو",
        "ER": "إريتريا",
        "ET": "إثيوبيا",
        "GB": "بريطانيا",
        "ID": "إندونيسيا",
        "IN": "نيودلهي|نيو دلهي",
        "IL": "تل أبيب",
        "IT": "إيطاليا",
        "JO": "المملكة الأردنية",
        "KR": "كوريا الجنوبية|سيول",
        "KW": "مدينة الكويت",
        "KZ": "كازاخستان|أستانا",
        "LK": "سريلانكا",
        "LV": "لاتفيا",
        "LT": "ليتوانيا",
        "MA": "الرباط|الدار البيضاء",
        "MD": "مولدافيا|مولدوفا",
        "ME": "الجبل الأسود|مونتينيغرو",
        "MM": "ميانمار|بورما",
        "NG": "أبوجا",
        "NZ": "نيوزيلندا|ويلينغتون",
        "OM": "سلطنة عمان",
        "PK": "إسلام آباد|إسلام أباد",
        "PS": "فلسطين|غزة|قطاع غزة|الضفة الغربية|رام الله",
        "QA": "الدوحة",
        "RS": "صربيا",
        "RU": "روسيا الاتحادية",
        "SA": "السعودية|المملكة العربية السعودية|جدة",
        "SN": "السنغال",
        "SV": "السلفادور",
        "SY": "سورية",
        "TR": "أنقرة|إسطنبول|اسطنبول",
        "TZ": "تنزانيا",
        "UA": "كييف",
        "US": "أمريكا|أميركا|واشنطن|الولايات المتحدة الأمريكية|الولايات المتحدة الأميركية|نيويورك",
        "VN": "هانوي",
        "YE": "صنعاء|عدن",
        "ZA": "بريتوريا",
    },
    "en": {
        "": "Jerusalem|East Jerusalem",
        "HK": "Hong Kong",
        "MO": "Macau",
        "AE": "UAE|Abu Dhabi|Dubai",
        "AU": "Canberra",
        "BA": "Bosnia",
        "BH": "Manama",
        "BR": "Brasilia",
        "CA": "Ottawa",
        "CD": "Democratic Republic of the Congo|DR Congo",
        "CH": "Bern",
        "CI": "Ivory Coast",
        "CM": "Yaounde",
        "CN": "Beijing",
        "CZ": "Czech Republic",
        "EC": "Quito",
        "ER": "Asmara",
        "ET": "Addis Ababa",
        "GB": "Britain|UK|England|Scotland|Wales|Northern Ireland",
        "IL": "Tel Aviv",
        "IN": "New Delhi",
        "KW": "Kuwait City",
        "KZ": "Astana",
        "MA": "Rabat|Casablanca",
        "MM": "Burma",
        "MX": "Mexico City",
        "NG": "Abuja",
        "NP": "Kathmandu",
        "NZ": "Wellington",
        "PK": "Islamabad",
        "PS": "Palestine|Gaza|Gaza Strip|West Bank|Ramallah",
        "QA": "Doha",
        "TR": "Ankara|Istanbul|Turkey",
        "UA": "Kyiv|Kiev",
        "US": "U.S.|US|USA|America|Washington|New York",
        "VN": "Hanoi",
        "YE": "Sanaa|Aden",
        "ZA": "Pretoria",
    },
}

# Words that mean something else more often: مالي is also "financial", بنين "sons", عمان two countries, "Chad" and "Jordan" are people.
LEFT_OUT = {"ar": {"مالي", "بنين", "عُمان", "عمان", "نيوي", "النمسا والمجر", "توغو لاند"}, "en": {"Chad", "Santiago", "Victoria", "Niue"}}


def names(language: str) -> dict[str, str]:
    """Names of territories and capitals with their ISO 3166 codes."""
    locale = Locale(language)
    zones = localedata.load(language)["time_zones"]
    territories = get_global("zone_territories")
    found: dict[str, str] = {}
    for code, name in locale.territories.items():
        if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}:
            for form in _forms(name):
                found.setdefault(form, code)
    for zone in CAPITALS.split():
        city = zones.get(zone, {}).get("city") or (zone.rpartition("/")[2].replace("_", " ") if language == "en" else "")
        if city and zone in territories:
            found.setdefault(city, territories[zone])
    for code, forms in BY_HAND[language].items():
        for form in forms.split("|"):
            found[form] = code
    return {name: code for name, code in found.items() if name not in LEFT_OUT[language]}


def _forms(name: str) -> list[str]:
    """A name of CLDR and what stands in brackets behind it."""
    head, _, other = name.partition(" (")
    forms = [head, *([other.rstrip(")")] if other and " " not in other else [])]
    return [form.replace("’", "'") for form in forms] + [form.replace("&", "and") for form in forms if "&" in form]


def built() -> str:
    origin = f"the CLDR of Babel {babel.__version__} (Unicode License v3)"
    lines = [f"# Built by tests/tables/cldr_places.py from {origin} and a list by hand. Do not edit.", ""]
    for language in sorted(BY_HAND):
        lines.append(f"[{language}]")
        lines += [f'"{name}" = "{code}"' for name, code in sorted(names(language).items())]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    TARGET.write_text(built(), encoding="utf-8")
