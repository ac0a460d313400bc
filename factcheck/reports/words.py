"""Words of reports in Arabic and English, dates and digits as a desk writes them, and characters nobody sees made visible.

Words are those of the glossary: one word, one thing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from factcheck.case.settings import Settings
from factcheck.reports.vocabulary import WORDS

_LEVANTINE = [
    "كانون الثاني",
    "شباط",
    "آذار",
    "نيسان",
    "أيار",
    "حزيران",
    "تموز",
    "آب",
    "أيلول",
    "تشرين الأول",
    "تشرين الثاني",
    "كانون الأول",
]
_GREGORIAN = ["يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"]
_ENGLISH = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")

TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")  # of a language, as far as BCP 47 shows on its face

_PLURALS = {
    "claim": ("لا ادعاءات", "ادعاء واحد", "ادعاءان", "{} ادعاءات", "{} ادعاءً", "{} ادعاء"),
    "link": ("لا روابط", "رابط واحد", "رابطان", "{} روابط", "{} رابطاً", "{} رابط"),
    "offline": ("لا مواد غير منشورة على الشبكة", "مادة واحدة غير منشورة على الشبكة", "مادتان غير منشورتين على الشبكة",
                "{} مواد غير منشورة على الشبكة", "{} مادة غير منشورة على الشبكة", "{} مادة غير منشورة على الشبكة"),
    "source": ("لا مصادر مستقلة", "مصدر مستقل واحد", "مصدران مستقلان", "{} مصادر مستقلة", "{} مصدراً مستقلاً", "{} مصدر مستقل"),
}  # fmt: skip
_ENGLISH_PLURALS = {
    "claim": ("claim", "claims"),
    "link": ("link", "links"),
    "offline": ("off-line item", "off-line items"),
    "source": ("independent source", "independent sources"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language, with dates and digits as a desk sets them."""

    lang: str  # "ar" or "en"
    settings: Settings

    def __call__(self, key: str, *values: object) -> str:
        """The words for a key, with values put in for ``{}``; an unknown key stands for itself (codes of newer versions)."""
        pair = WORDS.get(key)
        text = key if pair is None else pair[self._column]
        return text.format(*values) if values else text

    @property
    def _column(self) -> int:
        return 0 if self.lang == "ar" else 1

    @property
    def direction(self) -> str:
        return "rtl" if self.lang == "ar" else "ltr"

    def digits(self, text: object) -> str:
        """Western digits, or ١٢٣ where an Arabic report has them so set."""
        shown = str(text)
        return shown.translate(_DIGITS) if self.lang == "ar" and self.settings.digits == "arabic" else shown

    def count(self, number: int, thing: str) -> str:
        """``2 links``, ``رابطان``, ``11 رابطاً``: a number with its noun."""
        if self.lang == "en":
            one, many = _ENGLISH_PLURALS[thing]
            return f"{number:,} {one if number == 1 else many}"
        zero, one, two, few, eleven, hundred = _PLURALS[thing]
        form = {0: zero, 1: one, 2: two}.get(number) or (few if 3 <= number % 100 <= 10 else eleven if number % 100 > 10 else hundred)
        return self.digits(form.format(number))

    def date(self, iso: str) -> str:
        """A date, an interval ``a/b``, or a month as people write it; what is none of these is shown as it is."""
        if re.fullmatch(r"\d{4}[\dT:.Z+-]*/\d{4}[\dT:.Z+-]*", iso):
            return " – ".join(self.date(part) for part in iso.split("/"))
        if re.fullmatch(r"\d{4}-\d{2}", iso) and 1 <= int(iso[5:]) <= 12:
            return self.digits(f"{self._month(int(iso[5:]))} {iso[:4]}")
        if not re.match(r"\d{4}-\d{2}-\d{2}", iso):
            return self.digits(iso) if iso.isdigit() else iso
        try:
            when = datetime.fromisoformat(iso) if "T" in iso else datetime.combine(date.fromisoformat(iso), datetime.min.time())
        except ValueError:
            return iso
        if when.tzinfo:
            when = when.astimezone(self.settings.zone)
        return self.digits(f"{when.day} {self._month(when.month)} {when.year}")

    def moment(self, iso: str) -> str:
        """A date with its time of day, in the desk's time zone; a bare date stays bare."""
        try:
            when = datetime.fromisoformat(iso)
        except ValueError:
            return iso
        if when.tzinfo is None:
            return self.date(iso)
        local = when.astimezone(self.settings.zone)
        comma = "، " if self.lang == "ar" else ", "
        return f"{self.date(iso)}{comma}{self.digits(local.strftime('%H:%M'))} ({self.settings.time_zone})"

    def _month(self, month: int) -> str:
        if self.lang == "en":
            return _ENGLISH[month - 1]
        levantine, gregorian = _LEVANTINE[month - 1], _GREGORIAN[month - 1]
        return {"levantine": levantine, "gregorian": gregorian}.get(self.settings.months, f"{levantine}/{gregorian}")

    def said(self, texts: Mapping[str, str]) -> tuple[str, str]:
        """(text, its language): this language's when there is one, else the other's, which the page then labels."""
        for language in (self.lang, *texts):
            if texts.get(language, "").strip():
                return texts[language], language
        return "", self.lang

    def language(self, tag: str) -> str:
        """The name of a language: ``الإنكليزية``, ``English``; the tag itself where the name is not known and it is a tag."""
        key = f"language.{tag.split('-')[0].lower()}"
        return self(key) if key in WORDS else tag if TAG.fullmatch(tag) else self("not_known")


# ---- characters nobody sees


def is_hidden(char: str) -> bool:
    """Whether a character acts without being seen, or cannot stand in a file at all.

    Joiners (U+200C, U+200D), single marks of direction (U+200E, U+200F, U+061C) and soft hyphens belong to ordinary Arabic and Persian
    writing and stay. Overrides, embeddings, isolates, zero-width spaces, tags, controls, noncharacters and lone surrogates do not.
    """
    code = ord(char)
    if char in "\n\t\u200c\u200d\u200e\u200f\u061c\u00ad":
        return False
    return (unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and not 0x600 <= code <= 0x605) or (
        code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    )


_ORDINARY = re.compile("[\n\t -~\u00a0-\u05ff\u0606-\u06dc\u06de-\u070e\u2010-\u2027\u2030-\u205e]*")  # nothing of this is hidden


def pieces(text: str) -> list[tuple[str, bool]]:
    """The text in stretches: (words, False), or (``U+202E``, True) in the place of a hidden character."""
    text = text.replace("\r\n", "\n")
    if _ORDINARY.fullmatch(text):
        return [(text, False)] if text else []
    found: list[tuple[str, bool]] = []
    start = 0
    for index, char in enumerate(text):
        if is_hidden(char):
            if start < index:
                found.append((text[start:index], False))
            found.append((f"U+{ord(char):04X}", True))
            start = index + 1
    if start < len(text):
        found.append((text[start:], False))
    return found


def visible(text: str) -> str:
    """Plain text with hidden characters named in their place: ``[U+202E]``."""
    return "".join(f"[{part}]" if hidden else part for part, hidden in pieces(text))


def direction_of(text: str) -> str:
    """``rtl`` or ``ltr`` by the first character that has a direction, outside what is isolated; empty when none has."""
    depth = 0
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in ("LRI", "RLI", "FSI"):
            depth += 1
        elif kind == "PDI":
            depth = max(0, depth - 1)
        elif depth == 0 and kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return ""


# ---- addresses

_ADDRESS = re.compile(r"https?://[^\s\"<>\\^`{|}]+", re.IGNORECASE)


def safe_url(url: str) -> str:
    """The address if it may become a link, else empty: http or https, a host, no credentials, spaces, controls or hidden characters."""
    if not _ADDRESS.fullmatch(url) or any(is_hidden(char) or unicodedata.category(char) in ("Cf", "Zs") for char in url):
        return ""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return ""
    return url if parts.hostname and parts.username is None and parts.password is None else ""
