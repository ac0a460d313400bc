"""What a page's tags say of it: meta tags, links, time elements, structured data; in one pass, linear whatever the page holds.

What is read is text to be compared or shown, never markup.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from factcheck.text.markup import Tag, pieces

MAX_PAGE = 3_000_000  # characters; what stands behind them is not looked at
MAX_ITEMS = 2_000  # tags of a kind, and objects of structured data


@dataclass(frozen=True, slots=True)
class TimeElement:
    """A time element, or another that carries a date in an attribute."""

    value: str
    role: str  # its itemprop, class, and whether it says pubdate: words that tell what the time is of
    text: str  # what a reader sees


@dataclass(frozen=True, slots=True)
class PageTags:
    """What the tags of one page say, each in the order of the page."""

    metas: tuple[tuple[str, str], ...]  # (name, property or itemprop in lower case; content)
    relations: tuple[tuple[str, str], ...]  # (rel in lower case, address) of link elements
    links: tuple[str, ...]  # addresses of other pages, each once
    times: tuple[TimeElement, ...]
    items: tuple[dict[str, Any], ...]  # objects of structured data (JSON-LD), nested ones too


def read_tags(page: str, url: str = "", limit: int = MAX_PAGE) -> PageTags:
    """Read the tags of a page; ``url`` is its address, for links that are written short."""
    made = _Collected(url)
    parts = iter(pieces(page[:limit]))
    for part in parts:
        while isinstance(part, Tag):
            follows = made.take(part)
            if not follows:
                break
            part = next(parts, "")
            if isinstance(part, str):
                made.words(part)
    return PageTags(tuple(made.metas), tuple(made.relations), tuple(made.links), tuple(made.times), tuple(made.items))


class _Collected:
    """What was read so far."""

    def __init__(self, url: str) -> None:
        self.url = self.base = url
        self.metas: list[tuple[str, str]] = []
        self.relations: list[tuple[str, str]] = []
        self.links: dict[str, None] = {}
        self.times: list[TimeElement] = []
        self.items: list[dict[str, Any]] = []
        self._waits = ""  # what the words behind the tag are for

    def take(self, tag: Tag) -> bool:
        """Read a tag; whether the words behind it count too."""
        self._waits = ""
        if tag.closes:
            return False
        match tag.name:
            case "script" if "ld+json" in tag.source.lower() and len(self.items) < MAX_ITEMS:
                self._waits = "data" if "ld+json" in tag.attributes.get("type", "").lower() else ""
            case "base":
                self.base = _absolute(tag.attributes.get("href", ""), self.url) or self.base
            case "link" if len(self.relations) < MAX_ITEMS:
                found = tag.attributes
                if address := _absolute(found.get("href", ""), self.base):
                    self.relations.append((found.get("rel", "").lower(), address))
            case "a" if len(self.links) < MAX_ITEMS:
                if address := _absolute(tag.attributes.get("href", ""), self.base):
                    self.links[address] = None
            case "meta" | "time" | "abbr" | "span":
                self._dated(tag)
        return bool(self._waits)

    def _dated(self, tag: Tag) -> None:
        found = tag.attributes
        name = found.get("property") or found.get("name") or found.get("itemprop") or found.get("http-equiv") or ""
        if tag.name == "meta":
            if name and found.get("content") and len(self.metas) < MAX_ITEMS:
                self.metas.append((name.lower(), found["content"].strip()))
            return
        value = found.get("datetime") or (found.get("content", "") if "date" in found.get("itemprop", "").lower() else "")
        if (value or tag.name == "time") and len(self.times) < MAX_ITEMS:
            role = " ".join(filter(None, (found.get("itemprop"), found.get("class"), "pubdate" if "pubdate" in found else "")))
            self.times.append(TimeElement(value.strip(), role.lower(), ""))
            self._waits = "time"

    def words(self, text: str) -> None:
        """The words behind the tag that was taken last."""
        if self._waits == "data":
            self.items += _objects(text, MAX_ITEMS - len(self.items))
        elif self._waits == "time":
            last = self.times[-1]
            self.times[-1] = TimeElement(last.value, last.role, " ".join(text[:200].split()))
        self._waits = ""


def own_addresses(tags: PageTags, url: str = "") -> tuple[str, ...]:
    """Addresses that a page gives for itself: canonical, AMP, og:url."""
    found = [address for rel, address in tags.relations if {"canonical", "amphtml", "shortlink"} & set(rel.split())]
    found += [
        _absolute(content, url)
        for name, content in tags.metas
        if name in ("og:url", "twitter:url", "syndication-source", "original-source")
    ]
    return tuple(dict.fromkeys(filter(None, found)))


def _absolute(href: str, base: str) -> str:
    """A web address in full; empty for anything else."""
    try:
        absolute = urljoin(base, href) if base else href
        parts = urlsplit(absolute)
    except ValueError:
        return ""
    return absolute if parts.scheme in ("http", "https") and parts.netloc else ""


def _objects(text: str, limit: int) -> list[dict[str, Any]]:
    """All objects of a block of structured data; none when it cannot be read."""
    try:
        data = json.loads(text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        return []
    found: list[dict[str, Any]] = []
    for item in _walk(data):
        found.append(item)
        if len(found) >= limit:
            break
    return found


def _walk(data: Any) -> Iterator[dict[str, Any]]:
    """Objects, outer ones first; walked, not recursed."""
    todo = [data]
    while todo:
        at = todo.pop()
        if isinstance(at, dict):
            yield at
            todo.extend(reversed([each for each in at.values() if isinstance(each, (dict, list))]))
        elif isinstance(at, list):
            todo.extend(reversed([each for each in at if isinstance(each, (dict, list))]))
