"""A page's own markup, read in one pass without any library's judgement: its text, its facts and where each was read, its links.

Run in the child process (``_extract_child``): Python's parser takes quadratic time on some malformed pages, and pages are untrusted.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

_SKIPPED = {"script", "style", "noscript", "template", "svg", "head", "nav", "footer", "form", "button", "iframe"}
_BLOCKS = {
    "p",
    "div",
    "br",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "tr",
    "section",
    "article",
    "blockquote",
    "header",
    "ul",
    "ol",
    "table",
}
_SCRIPT = re.compile(r"(</?(?:script|style)\b[^<>]{0,10000}>)", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,10000}>")


@dataclass(frozen=True, slots=True)
class Page:
    """What a page's own markup says, read without any library's judgement."""

    language: str
    facts: dict[str, tuple[str, str]]  # name -> value, where it was read
    links: tuple[str, ...]
    plain: str


_META_FACTS = {
    "og:title": "title",
    "twitter:title": "title",
    "og:site_name": "outlet",
    "application-name": "outlet",
    "author": "author",
    "article:author": "author",
    "article:published_time": "published",
    "date": "published",
    "pubdate": "published",
    "article:modified_time": "modified",
    "og:updated_time": "modified",
}
_JSON_FACTS = {"headline": "title", "datePublished": "published", "dateModified": "modified"}


class _Reader(HTMLParser):
    """One pass over a page: its text with a line for each block, its tags' facts, its links. Never raises on bad markup."""

    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.url = url
        self.language = ""
        self.facts: dict[str, tuple[str, str]] = {}
        self.links: dict[str, None] = {}
        self.parts: list[str] = []
        self._skip: list[str] = []
        self._title: list[str] | None = None
        self._json: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        if tag == "html":
            self.language = found.get("lang", "").strip()[:35]
        elif tag == "meta":
            name = (found.get("property") or found.get("name") or "").lower()
            self._fact(_META_FACTS.get(name, ""), found.get("content", ""), f"meta {name}")
        elif tag == "title" and not self._title and "title" not in self.facts:
            self._title = []
        elif tag == "script" and found.get("type", "").lower() == "application/ld+json":
            self._json = []
        elif tag == "time" and found.get("datetime"):
            self._fact("published", found["datetime"], "time element")
        elif tag == "a":
            self._link(found.get("href", ""))
        if self._skip == ["head"] and (tag == "body" or tag in _BLOCKS):
            self._skip.clear()  # as browsers do where a page does not close its head
        if tag in _BLOCKS:
            self.parts.append("\n")
        if tag in _SKIPPED:
            self._skip.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "title" and self._title is not None:
            self._fact("title", " ".join("".join(self._title).split()), "title element")
            self._title = None
        elif tag == "script" and self._json is not None:
            self._linked_data("".join(self._json))
            self._json = None
        if tag in _BLOCKS:
            self.parts.append("\n")
        if tag in self._skip:
            del self._skip[self._skip.index(tag) :]

    def handle_data(self, data: str) -> None:
        if self._title is not None:
            self._title.append(data)
        elif self._json is not None:
            self._json.append(data)
        elif not self._skip:
            self.parts.append(data)

    def _fact(self, name: str, value: str, origin: str) -> None:
        weak = self.facts.get(name, ("", ""))[1] == "title element"  # it often carries the outlet's name as well
        if name and value.strip() and (name not in self.facts or weak):
            self.facts[name] = (value.strip()[:1000], origin)

    def _link(self, href: str) -> None:
        try:
            absolute = urljoin(self.url, href.strip())
            parts = urlsplit(absolute)
        except ValueError:
            return
        if parts.scheme in ("http", "https") and parts.netloc and len(self.links) < 500:
            self.links[absolute] = None

    def _linked_data(self, text: str) -> None:
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            return
        items = data if isinstance(data, list) else data.get("@graph", [data]) if isinstance(data, dict) else []
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict):
                for key, name in _JSON_FACTS.items():
                    if isinstance(item.get(key), str):
                        self._fact(name, item[key], f"json-ld {key}")
                for key, name in (("publisher", "outlet"), ("author", "author")):
                    who = item.get(key)
                    who = who[0] if isinstance(who, list) and who else who
                    if isinstance(who, dict) and isinstance(who.get("name"), str):
                        self._fact(name, who["name"], f"json-ld {key}")


def read_page(text: str, url: str) -> Page:
    """Read a page's markup; where the parser gives up, the plainest reading beside what it read until then."""
    reader = _Reader(url)
    try:
        reader.feed(text)
        reader.close()
    except AssertionError:  # of html.parser, on some malformed declarations
        return Page(reader.language, reader.facts, tuple(reader.links), without_tags(text))
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    plain = "\n".join(line for line in lines if line)
    return Page(reader.language, reader.facts, tuple(reader.links), plain)


def without_tags(text: str) -> str:
    """The plainest reading of a page, in linear time: what stands outside tags, scripts and styles."""
    kept, inside = [], False
    for i, part in enumerate(_SCRIPT.split(text)):
        if i % 2:
            inside = not part.startswith("</")
        elif not inside:
            kept.append(part)
    lines = (" ".join(line.split()) for line in unescape(_TAG.sub("\n", "\n".join(kept))).split("\n"))
    return "\n".join(line for line in lines if line)
