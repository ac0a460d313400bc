"""When a page says that it was published and modified, and where it says so. Tools propose; a person confirms.

Read in this order, the first of a kind being the likeliest: structured data, meta tags, time elements, the address, the text. Where two
places contradict each other by more than a day, all are shown.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from factcheck.text.language import language_of
from factcheck.text.page_tags import PageTags
from factcheck.text.quantities import quantities
from factcheck.text.tokens import Tokenised

EARLIEST = 1990
LOOKED_AT = 4_000  # characters at the head of a text in which a line may date it


class DateKind(StrEnum):
    PUBLISHED = "published"
    MODIFIED = "modified"


@dataclass(frozen=True, slots=True)
class PageDate:
    """One date that a page gives for itself."""

    kind: DateKind
    value: str  # ISO 8601: a day, or a time with its zone; a time without a zone counts as its day
    origin: str  # "json-ld datePublished", "meta article:published_time", "time element", "address", "text"
    words: str = ""  # as written there; foreign text


_ITEM_KEYS = {
    "datepublished": DateKind.PUBLISHED,
    "uploaddate": DateKind.PUBLISHED,
    "datecreated": DateKind.PUBLISHED,
    "datemodified": DateKind.MODIFIED,
}
_ABOUT = re.compile(r"article|news|report|posting|webpage|video|claimreview|book|dataset|statement|recipe|review|media", re.IGNORECASE)
_PUBLISHED_METAS = """
article:published_time og:published_time og:article:published_time article:published article.published datepublished pubdate publishdate
publish-date publish_date publication_date published_date dc.date dc.date.issued dc.date.created dcterms.created dcterms.date dcterms.issued
citation_publication_date citation_date sailthru.date parsely-pub-date date article_date_original originalpublicationdate
cxenseparse:recs:publishtime bt:pubdate rnews:datepublished displaydate created
"""
_MODIFIED_METAS = """
article:modified_time article:modified article.updated og:updated_time datemodified last-modified lastmod dcterms.modified dc.date.modified
revised updated_time moddate
"""
_METAS = {
    **dict.fromkeys(_PUBLISHED_METAS.split(), DateKind.PUBLISHED),
    **dict.fromkeys(_MODIFIED_METAS.split(), DateKind.MODIFIED),
}
_PUBLISHED_ROLE = re.compile(r"publish|pubdate|posted|entry-date|date-created|datecreated|issued|نشر")
_MODIFIED_ROLE = re.compile(r"modif|updat|revis|تحديث")
_IN_ADDRESS = re.compile(r"(?<!\d)((?:19|20)\d{2})[/_\-.]?(0[1-9]|1[0-2])[/_\-.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_MODIFIED_LABEL = r"(?:last )?(?:updated|modified|revised|edited)|[آا]خر تحديث|تم التحديث|تحديث|حُ?دّ?ث(?:ت)?|عُ?دّ?ل(?:ت)?|تاريخ التحديث"
_PUBLISHED_LABEL = r"(?:first )?(?:published|posted|date|issued)|نُ?شر(?:ت)?|تاريخ النشر|تاريخ الإضافة|أُ?ضيف(?:ت)?|التاريخ"
_LABEL = re.compile(
    rf"^\W{{0,3}}(?:(?P<modified>{_MODIFIED_LABEL})|(?P<published>{_PUBLISHED_LABEL}))\b(?:\s+(?:on|at|في|بتاريخ))?\s*[:：\-–]?\s*",
    re.IGNORECASE,
)


def page_dates(tags: PageTags | None, url: str = "", text: str = "", language: str = "") -> tuple[PageDate, ...]:
    """The dates that a page gives for itself, likeliest first within each kind, each value once a kind.

    Args:
        tags: its tags; None for what is no page of the web.
        url: its address.
        text: its readable text, of which only the head is looked at.
        language: BCP 47 of the text.
    """
    found: dict[tuple[DateKind, str], PageDate] = {}
    for date in (*(_tagged(tags) if tags else ()), *_addressed(url), *_written(text[:LOOKED_AT], language)):
        found.setdefault((date.kind, date.value), date)
    if tags and not any(kind is DateKind.PUBLISHED for kind, _ in found) and (date := _first_time(tags)):
        found[date.kind, date.value] = date
    return tuple(sorted(found.values(), key=lambda date: date.kind is DateKind.MODIFIED))


def best(dates: Iterable[PageDate], kind: DateKind = DateKind.PUBLISHED) -> PageDate | None:
    """The likeliest of a kind."""
    return next((date for date in dates if date.kind is kind), None)


def contradictions(dates: Iterable[PageDate]) -> tuple[PageDate, ...]:
    """The dates of publication, if two of them lie more than a day apart; empty when they agree."""
    published = [date for date in dates if date.kind is DateKind.PUBLISHED and date.origin != "text"]
    days = [datetime.date.fromisoformat(date.value[:10]) for date in published]
    return tuple(published) if days and max(days) - min(days) > datetime.timedelta(days=1) else ()


def parse_date(text: str) -> str:
    """A date or time as machines write it, as ISO 8601; empty when it is none, or older than the web.

    ISO 8601 in its many spellings, RFC 2822, seconds since 1970. A time keeps its zone; without one only the day is known.
    """
    text = " ".join(text.split())[:80]
    if re.fullmatch(r"1\d{9}(?:\d{3})?", text):
        return _iso(datetime.datetime.fromtimestamp(int(text[:10]), datetime.UTC))
    tidy = re.sub(r"(\d)\s+([+-]\d{2}:?\d{2})$", r"\1\2", re.sub(r"(\.\d{6})\d+", r"\1", text))
    for attempt in (tidy, tidy.replace("/", "-"), tidy[:10].replace("/", "-")):
        try:
            return _iso(datetime.datetime.fromisoformat(attempt), day_only=len(attempt) <= 10)
        except ValueError:
            continue
    try:
        return _iso(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _iso(at: datetime.datetime, day_only: bool = False) -> str:
    if not EARLIEST <= at.year <= 2200:
        return ""
    return at.date().isoformat() if day_only or at.tzinfo is None else at.isoformat(timespec="seconds").replace("+00:00", "Z")


# ---- where dates stand


def _tagged(tags: PageTags) -> Iterator[PageDate]:
    for item in sorted(tags.items, key=lambda item: not _ABOUT.search(_type(item))):
        for key, value in item.items():
            kind = _ITEM_KEYS.get(key.lower())
            if kind and isinstance(value, str) and (day := parse_date(value)):
                yield PageDate(kind, day, f"json-ld {key[:40]}", value[:80])
    for name, content in tags.metas:
        kind = _METAS.get(name)
        if kind and (day := parse_date(content) or _only_day(content)):
            yield PageDate(kind, day, f"meta {name}", content[:80])
    for element in tags.times:
        kind = DateKind.MODIFIED if _MODIFIED_ROLE.search(element.role) else DateKind.PUBLISHED
        day = parse_date(element.value) or _only_day(element.text)
        if day and (_PUBLISHED_ROLE.search(element.role) or kind is DateKind.MODIFIED):
            yield PageDate(kind, day, f"time element {element.role[:40]}".strip(), element.text[:80] or element.value[:80])


def _first_time(tags: PageTags) -> PageDate | None:
    """The first time element that does not say what it is the time of; further ones mostly belong to other pages that are linked there."""
    for element in tags.times:
        if day := parse_date(element.value) or _only_day(element.text):
            return PageDate(DateKind.PUBLISHED, day, "time element", element.text[:80] or element.value[:80])
    return None


def _type(item: dict[str, Any]) -> str:
    kind = item.get("@type", "")
    return " ".join(each for each in kind if isinstance(each, str)) if isinstance(kind, list) else str(kind)


def _addressed(url: str) -> Iterator[PageDate]:
    try:
        path = urlsplit(url).path
    except ValueError:
        return
    for match in _IN_ADDRESS.finditer(path):
        if day := parse_date("-".join(match.groups())):
            yield PageDate(DateKind.PUBLISHED, day, "address", match[0])
            return


def _written(text: str, language: str) -> Iterator[PageDate]:
    """Lines that date the page: with a label ("آخر تحديث: ..."), or of a date and little else before the text begins."""
    tongue = language or language_of(text)
    begun = 0
    for line in text.split("\n"):
        line = line.strip()
        if not line:
            continue
        label = _LABEL.match(line) if len(line) < 160 else None
        if label and (day := _first_day(line[label.end() :][:80], tongue)):
            yield PageDate(DateKind.MODIFIED if label["modified"] else DateKind.PUBLISHED, day, "text", line[:80])
        elif not begun and len(line) < 80 and (day := _only_day(line, tongue)):
            yield PageDate(DateKind.PUBLISHED, day, "text", line)
        begun += line.count(" ") >= 14  # a paragraph


def _first_day(words: str, language: str) -> str:
    for date in quantities(Tokenised(words), language).dates:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", date.value) and date.span.start < 30:
            return parse_date(date.value)
    return parse_date(words)


_CLOCK = re.compile(
    r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?|\b(?:am|pm|gmt|utc|est|bst|cet)\b|[صم]\b|بتوقيت|الساعة|غرينتش|[|•·,،\-–/()\s]", re.IGNORECASE
)


def _only_day(line: str, language: str = "") -> str:
    """The day of a line that holds a date, a clock, and no other words."""
    if not any(char.isdigit() for char in line) or len(line) > 80:
        return ""
    tongue = language or language_of(line)
    found = [date for date in quantities(Tokenised(line), tongue).dates if re.fullmatch(r"\d{4}-\d{2}-\d{2}", date.value)]
    if len(found) != 1:
        return ""
    rest = line[: found[0].span.start] + " " + line[found[0].span.end :]
    return parse_date(found[0].value) if len(re.findall(r"[^\W\d_]+", _CLOCK.sub(" ", rest))) <= 2 else ""
