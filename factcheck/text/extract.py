"""Bytes to an article: plain text as it stands, a saved page through trafilatura, with title, outlet, author and dates and where each was
read.

Pages are read in a child process with limits, since parsers of untrusted bytes are never clean; when it fails, a plain reading of the
page's text is kept, and says so.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from factcheck.errors import ExtractionError
from factcheck.model.article import MAX_ARTICLE_BYTES, Article, Known
from factcheck.text.decode import decode

CHILD_SECONDS = 40  # wall clock; the child limits its own processor time to 20 s
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));?")
_SURROGATE = re.compile("[\ud800-\udfff]")
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


def article_from_text(data: bytes | str, *, name: str = "") -> Article:
    """An article from a text file or pasted text; nothing inside is changed but what no text may hold.

    Raises:
        ExtractionError: empty, binary, or larger than 5 MB.
    """
    if isinstance(data, str):
        text, notes = data, []
    else:
        decoded = decode(data)
        text = decoded.text
        notes = [] if decoded.encoding == "utf-8" else [f"decoded as {decoded.encoding}: {decoded.note}"]
    what = f"the file {name}" if name else "the text"
    text, cleaned = clean(text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.strip()
    if not re.search(r"\w", text):
        raise ExtractionError(f"There are no words in {what}. Paste the article's text, or save the page and open that.")
    size = len(text.encode("utf-8"))
    if size > MAX_ARTICLE_BYTES:
        raise ExtractionError(
            f"{what[0].upper()}{what[1:]} holds {size / 1e6:.1f} MB; an article may hold {MAX_ARTICLE_BYTES / 1e6:.1f} MB. "
            "Cut out the part you check.",
            size=size,
        )
    return Article(text, "und", notes=tuple(notes + cleaned))


def clean(text: str) -> tuple[str, list[str]]:
    """Make visible, once and on record, what no text may hold: control characters and halves of surrogate pairs."""
    notes = []
    if _SURROGATE.search(text):
        text = _SURROGATE.sub("\ufffd", text)
        notes.append("halves of surrogate pairs were replaced by U+FFFD")
    if _CONTROL.search(text):
        text = _CONTROL.sub(lambda m: chr(0x2400 + ord(m[0])) if ord(m[0]) < 0x20 else "\ufffd", text)
        notes.append("control characters were replaced by visible signs")
    return text, notes


@dataclass(frozen=True, slots=True)
class _Page:
    """What a page's own markup says, read without any library's judgement."""

    language: str
    facts: dict[str, Known]
    links: tuple[str, ...]
    plain: str


def article_from_html(data: bytes, *, url: str = "", declared: str | None = None) -> Article:
    """An article from a saved page: main text one paragraph a line, facts with where each was read.

    Raises:
        ExtractionError: no text could be read out, or the bytes are no page.
    """
    decoded = decode(data, declared=declared)
    page = _read_page(decoded.text, url)
    notes = [f"decoded as {decoded.encoding}: {decoded.note}"]
    main = _main_text(decoded.text, url)
    facts = dict(page.facts)
    if main.get("text"):
        text = str(main["text"])
        for name in ("title", "author", "outlet", "published"):
            if main.get(name) and name not in facts:
                facts[name] = Known(str(main[name]), "trafilatura")
    else:
        text = page.plain
        notes.append(f"main text not found ({main.get('problem', 'nothing returned')}); the whole page's text was taken")
    if url:
        facts["url"] = Known(url, "address")
    read = article_from_text(text, name=url)
    return Article(read.text, page.language or "und", facts, links=page.links, notes=(*notes, *read.notes))


def page_text(data: bytes, media_type: str, declared: str | None = None) -> tuple[str, str]:
    """The readable text of a capture, and how it was read; empty with a note where nothing can be read out here.

    All of a page's text is taken, not only its main part: a quote may stand in a caption or a correction.

    Raises:
        ExtractionError: bytes that claim to be text and are not.
    """
    if media_type in ("text/html", "application/xhtml+xml"):
        decoded = decode(data, declared=declared)
        text, _ = clean(_read_page(decoded.text, "").plain)
        return text, f"{decoded.encoding}: {decoded.note}"
    if media_type.startswith("text/"):
        decoded = decode(data, declared=declared)
        text, _ = clean(decoded.text)
        return text, f"{decoded.encoding}: {decoded.note}"
    return "", f"no text is read out of {media_type}; quote it by hand"


def _main_text(page: str, url: str) -> dict[str, Any]:
    """The child's answer; ``problem`` says why there is none."""
    request = json.dumps({"page": _without_bad_references(page), "url": url})
    try:
        done = subprocess.run(  # our own interpreter and module, no shell
            [sys.executable, "-m", "factcheck.text._extract_child"],
            input=request.encode("utf-8", "surrogatepass"),
            capture_output=True,
            timeout=CHILD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"problem": "the extractor took too long"}
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return {"problem": f"the extractor stopped with code {done.returncode}"}
    return answer


def _without_bad_references(page: str) -> str:
    """One reference to a control character makes the extractor give up, so they are dropped from its copy."""

    def keep(match: re.Match[str]) -> str:
        code = int(match[1], 16) if match[1] else int(match[2])
        bad = code > 0x10FFFF or 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF) or (code < 0x20 and code not in (9, 10, 13))
        return " " if bad else match[0]

    return _CONTROL.sub(" ", _REFERENCE.sub(keep, page))


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
        self.facts: dict[str, Known] = {}
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
        if name and value.strip() and (name not in self.facts or (name == "title" and origin == "meta og:title")):
            self.facts[name] = Known(value.strip()[:1000], origin)

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


def _read_page(text: str, url: str) -> _Page:
    reader = _Reader(url)
    reader.feed(text)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return _Page(reader.language, reader.facts, tuple(reader.links), "\n".join(line for line in lines if line))
