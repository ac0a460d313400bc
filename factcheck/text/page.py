"""A page's own markup, read in one pass without any library's judgement: its text, its facts and where each was read, its links, and signs
that it is not the page that was asked for.

Run in the child process (``_extract_child``), since pages are untrusted; needs nothing but the standard library.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin, urlsplit

from factcheck.text.markup import Tag, pieces
from factcheck.text.signs import Behaviour, signs_of

_SKIPPED = frozenset({
    "script", "style", "noscript", "template", "svg", "math", "head", "nav", "footer", "button", "iframe", "select", "datalist", "textarea",
    "object", "canvas", "audio", "video",
})  # fmt: skip
_BLOCKS = frozenset({
    "p", "div", "br", "hr", "li", "dt", "dd", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "td", "th", "caption", "section", "article",
    "blockquote", "header", "main", "aside", "figure", "figcaption", "address", "pre", "details", "summary", "form", "fieldset", "legend",
    "ul", "ol", "table", "body", "center",
})  # fmt: skip
_SCRIPT = re.compile(r"(</?(?:script|style)\b[^<>]{0,10000}>)", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,10000}>")
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
_MAX_LINKS = 500
_MAX_LINKED_DATA = 1_000_000  # characters of one block


@dataclass(frozen=True, slots=True)
class Page:
    """What a page's own markup says, read without any library's judgement."""

    language: str
    facts: dict[str, tuple[str, str]]  # name -> value, where it was read
    links: tuple[str, ...]
    plain: str
    signs: tuple[str, ...] = ()  # see ``signs``
    saved_from: str = ""  # the address that a browser wrote into a page it saved


class _Reader:
    """One pass over a page: its text with a line for each block, its tags' facts, its links. Never raises on bad markup."""

    def __init__(self, url: str, links: bool) -> None:
        self.url = url
        self._links_wanted = links
        self.language = ""
        self.facts: dict[str, tuple[str, str]] = {}
        self.links: dict[str, None] = {}
        self.parts: list[str] = []
        self.behaviour = Behaviour()
        self._skip: list[str] = []
        self._taken: list[str] | None = None  # words of a title or of linked data, while one is open

    def read(self, page: str) -> None:
        parts, skip = self.parts, self._skip
        for piece in pieces(page):
            if isinstance(piece, str):
                if skip or self._taken is not None:
                    self._text(piece)
                else:
                    parts.append(piece)
            elif piece.name in _MEANT:  # most tags mean nothing here
                if piece.closes:
                    self._closed(piece.name)
                else:
                    self._opened(piece)

    def _text(self, words: str) -> None:
        if self._taken is not None:
            self._taken.append(words)
        elif not self._skip:
            self.parts.append(words)
        elif self._skip[-1] == "script":
            self.behaviour.script += len(words)
        elif "noscript" in self._skip and len(self.behaviour.noscript) < 2000:
            self.behaviour.noscript += words

    def _opened(self, tag: Tag) -> None:
        name = tag.name
        reader = _OPENERS.get(name)
        if reader:
            reader(self, tag)
        if self._skip == ["head"] and (name == "body" or name in _BLOCKS):
            self._skip.clear()  # as browsers do where a page does not close its head
        if name in _BLOCKS:
            self.parts.append("\n")
        if name in _SKIPPED and not tag.source.endswith("/"):
            self._skip.append(name)

    def _closed(self, name: str) -> None:
        if self._taken is not None and name in ("title", "script"):
            words = "".join(self._taken)
            self._taken = None
            if name == "title":
                self._fact("title", " ".join(words.split()), "title element")
            else:
                self._linked_data(words)
        if name in _BLOCKS:
            self.parts.append("\n")
        if name in self._skip:
            del self._skip[self._skip.index(name) :]

    # ---- tags that say something

    def _html(self, tag: Tag) -> None:
        self.language = self.language or tag.attributes.get("lang", "").strip()[:35]

    def _meta(self, tag: Tag) -> None:
        found = tag.attributes
        name = (found.get("property") or found.get("name") or "").lower()
        self._fact(_META_FACTS.get(name, ""), found.get("content", ""), f"meta {name}")
        if found.get("http-equiv", "").lower() == "refresh" and "noscript" not in self._skip:
            self.behaviour.refresh = self.behaviour.refresh or found.get("content", "")

    def _title(self, _: Tag) -> None:
        if "title" not in self.facts and not any(name in ("svg", "math") for name in self._skip):
            self._taken = []

    def _script(self, tag: Tag) -> None:
        if tag.attributes.get("type", "").strip().lower() == "application/ld+json":
            self._taken = []

    def _time(self, tag: Tag) -> None:
        self._fact("published", tag.attributes.get("datetime", ""), "time element")

    def _anchor(self, tag: Tag) -> None:
        if not self._links_wanted or len(self.links) >= _MAX_LINKS:
            return
        try:
            absolute = urljoin(self.url, tag.attributes.get("href", "").strip())
            parts = urlsplit(absolute)
        except ValueError:
            return
        if parts.scheme in ("http", "https") and parts.netloc:
            self.links[absolute] = None

    def _input(self, tag: Tag) -> None:
        if tag.attributes.get("type", "").lower() == "password":
            self.behaviour.password = True

    def _fact(self, name: str, value: str, origin: str) -> None:
        weak = self.facts.get(name, ("", ""))[1] == "title element"  # it often carries the outlet's name as well
        if name and value.strip() and (name not in self.facts or weak):
            self.facts[name] = (value.strip()[:1000], origin)

    def _linked_data(self, text: str) -> None:
        try:
            data = json.loads(text) if len(text) <= _MAX_LINKED_DATA else None
        except (ValueError, RecursionError):
            return
        items = data if isinstance(data, list) else data.get("@graph", [data]) if isinstance(data, dict) else []
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict):
                self._item(item)

    def _item(self, item: dict[str, object]) -> None:
        for key, name in _JSON_FACTS.items():
            value = item.get(key)
            if isinstance(value, str):
                self._fact(name, value, f"json-ld {key}")
        for key, name in (("publisher", "outlet"), ("author", "author")):
            who = item.get(key)
            who = who[0] if isinstance(who, list) and who else who
            if isinstance(who, dict) and isinstance(who.get("name"), str):
                self._fact(name, who["name"], f"json-ld {key}")
        if str(item.get("isAccessibleForFree", "")).lower() == "false":
            self.behaviour.paid = True


_OPENERS = {
    "html": _Reader._html,
    "meta": _Reader._meta,
    "title": _Reader._title,
    "script": _Reader._script,
    "time": _Reader._time,
    "a": _Reader._anchor,
    "input": _Reader._input,
}
_MEANT = frozenset(_OPENERS) | _BLOCKS | _SKIPPED
_SAVED = (
    re.compile(r"<!--\s*saved from url=\(\d{4}\)\s*(https?://[^\s<>\"]{1,2000}?)\s*-->"),  # browsers
    re.compile(r"<!--\s*Page saved with SingleFile\s+url:\s*(https?://[^\s<>\"]{1,2000})"),
)


def read_page(text: str, url: str, *, links: bool = True) -> Page:
    """Read a page's markup; linear in its length, and there is a reading of every page.

    Args:
        links: whether its links are wanted; making them absolute takes as long as all the rest.
    """
    reader = _Reader(url, links)
    reader.read(text)
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    plain = "\n".join(line for line in lines if line)
    title = reader.facts.get("title", ("", ""))[0]
    saved = next((found[1] for pattern in _SAVED if (found := pattern.search(text[:5000]))), "")
    return Page(reader.language, reader.facts, tuple(reader.links), plain, signs_of(title, plain, reader.behaviour), saved)


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
