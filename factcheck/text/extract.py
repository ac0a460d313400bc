"""Bytes to an article: plain text as it stands, a saved page through trafilatura, with title, outlet, author and dates and where each was
read.

Pages are read in a child process with limits, since parsers of untrusted bytes are never clean; when it fails, a plain reading of the
page's text is kept, and says so.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from factcheck.errors import ExtractionError
from factcheck.model.article import MAX_ARTICLE_BYTES, Article, Known
from factcheck.text.child import Reader, read_once
from factcheck.text.decode import decode
from factcheck.text.language import direction_of, language_of
from factcheck.text.page import without_tags
from factcheck.text.pdf import PAGE_BREAK

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_SURROGATE = re.compile("[\ud800-\udfff]")


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


def article_from_html(data: bytes, *, url: str = "", declared: str | None = None) -> Article:
    """An article from a saved page: main text one paragraph a line, facts with where each was read.

    Raises:
        ExtractionError: no text could be read out, or the bytes are no page.
    """
    decoded = decode(data, declared=declared)
    notes = [f"decoded as {decoded.encoding}: {decoded.note}"]
    read = _in_child(decoded.text, url, main=True)
    facts = {name: Known(*_cleaned(fact)) for name, fact in read["facts"].items()}
    if read["main"]:
        for name, value in read["main_facts"].items():
            facts.setdefault(name, Known(*_cleaned((value, "trafilatura"))))
        text = read["main"]
    else:
        text = read["plain"]
        notes.append(f"main text not found ({read['problem']}); the whole page's text was taken")
    if url:
        facts["url"] = Known(url, "address")
    article = article_from_text(text, name=url)
    language = read["language"] if _LANGUAGE.fullmatch(read["language"]) else ""
    if language:
        facts["language"] = Known(language, "html lang")
        reads_as = language_of(article.text)
        if reads_as != "und" and direction_of(reads_as) is not direction_of(language):  # a template's default, mostly
            notes.append(f"the page says its language is {language}; its text reads as {reads_as}")
            language = reads_as
    return Article(article.text, language or "und", facts, links=tuple(read["links"]), notes=(*notes, *article.notes))


@dataclass(frozen=True, slots=True)
class Readable:
    """What can be read out of a capture."""

    text: str  # empty where nothing can
    note: str  # how the bytes were read, and why so
    title: str = ""
    flags: tuple[str, ...] = ()  # signs that it is not the page that was asked for
    url: str = ""  # as the file itself names its address


def read_capture(data: bytes, media_type: str, declared: str | None = None, *, reader: Reader | None = None) -> Readable:
    """The readable text of a capture; empty with a note where nothing can be read out here.

    All of a page's text is taken, not only its main part: a quote may stand in a caption or a correction.

    Args:
        reader: a child that reads several pages, for batches; without it each has a child of its own.

    Raises:
        ExtractionError: bytes that claim to be text and are not.
    """
    if media_type in ("text/html", "application/xhtml+xml"):
        decoded = decode(data, declared=declared)
        read = _in_child(decoded.text, "", reader=reader)
        title = _cleaned(read["facts"].get("title", ("", "")))[0]
        trouble = f"; {read['problem']}" if read["problem"] else ""
        text, _ = clean(read["plain"])
        flags = (*read["signs"], *(("encoding-conflict",) if decoded.conflict else ()))
        return Readable(text, f"{decoded.encoding}: {decoded.note}{trouble}", title, flags, read["saved_from"])
    if media_type.startswith("text/"):
        decoded = decode(data, declared=declared)
        text, _ = clean(decoded.text)
        return Readable(text, f"{decoded.encoding}: {decoded.note}", flags=("encoding-conflict",) if decoded.conflict else ())
    if media_type == "application/pdf":
        return _read_pdf(data)
    if media_type == "multipart/related":
        return _read_mhtml(data, reader)
    return Readable("", f"no text is read out of {media_type}; quote it by hand")


def _read_pdf(data: bytes) -> Readable:
    """A PDF's text, its pages parted by form feeds; see ``pdf``. In a child of its own: nothing else is as hard to read."""
    said = read_once("pdf", data)
    facts = said.get("facts", {})
    numbers = sorted(int(name.split()[1]) for name in said if name.startswith("page "))
    pages = [clean(said[f"page {number}"])[0] for number in numbers]
    text = PAGE_BREAK.join(pages) if any(page.strip() for page in pages) else ""
    flags = [f"pages:{len(pages)}"]
    if said.get("problem"):
        flags.append("truncated:pages")
    if pages and not text:
        flags.append("no-text-layer")
    letters = sum(char.isalnum() or char == "\ufffd" for char in text)
    if letters and text.count("\ufffd") * 20 > letters:
        flags.append("letters-unknown")
    note = f"PDF of {len(pages)} pages" + (f"; {said['problem']}" if said.get("problem") else "")
    if not text:
        note += "; no text in it, as in a scan: quote it by hand"
    return Readable(text, note, _cleaned(facts.get("title", ("", "")))[0], tuple(flags))


def article_from_pdf(data: bytes, *, name: str = "") -> Article:
    """An article from a PDF, its pages one after the other.

    Raises:
        ExtractionError: no text could be read out of it.
    """
    found = _read_pdf(data)
    if not found.text:
        raise ExtractionError(f"No article could be read: {found.note}. Paste the article's text, and attach the file as evidence.")
    article = article_from_text(found.text.replace(PAGE_BREAK, "\n"), name=name)
    facts = {"title": Known(found.title, "pdf Title")} if found.title else {}
    return replace(article, facts=facts, notes=(found.note, *article.notes))


def article_from_mhtml(data: bytes, *, url: str = "") -> Article:
    """An article from a page that a browser saved as one file.

    Raises:
        ExtractionError: the file holds no page, or no text could be read out of it.
    """
    said = read_once("mhtml", data)
    if "main" not in said:
        raise ExtractionError(
            f"No page could be read: {said.get('problem', 'the reader stopped')}. Save the page again, or paste its text."
        )
    return article_from_html(base64.b64decode(said["main"]), url=url or said["url"], declared=said["declared"])


def _read_mhtml(data: bytes, reader: Reader | None) -> Readable:
    """The main part of a page that a browser saved as one file, read as a page."""
    said = reader.read("mhtml", data) if reader else read_once("mhtml", data)
    if "main" not in said:
        return Readable("", f"{said.get('problem', 'nothing could be read')}; quote it by hand")
    found = read_capture(base64.b64decode(said["main"]), "text/html", said["declared"], reader=reader)
    return replace(found, note=f"main part of {said['parts']}; {found.note}", url=said["url"] or found.url)


def page_text(data: bytes, media_type: str, declared: str | None = None) -> tuple[str, str, str]:
    """The readable text of a capture, how it was read, and the page's title; see ``read_capture``."""
    found = read_capture(data, media_type, declared)
    return found.text, found.note, found.title


def _cleaned(fact: Sequence[str]) -> tuple[str, str]:
    value, origin = fact
    return clean(value)[0], origin


def _in_child(page: str, url: str, *, main: bool = False, reader: Reader | None = None) -> dict[str, Any]:
    """The child's reading; when it stops or takes too long, the plainest reading, with the problem."""
    empty = {"language": "", "facts": {}, "links": [], "main": "", "main_facts": {}, "problem": "", "signs": [], "saved_from": ""}
    data = _without_bad_references(page).encode("utf-8", "replace")
    if main:
        said = read_once("article", data, url=url)
    else:
        said = reader.read("page", data, url=url) if reader else read_once("page", data, url=url)
    answer: dict[str, Any] = {**empty, **said}
    if not answer.get("plain"):
        answer["plain"] = without_tags(page)
    return answer


def _without_bad_references(page: str) -> str:
    """One reference to a control character makes the extractor give up, so they are dropped from its copy."""

    def keep(match: re.Match[str]) -> str:
        code = int(match[1], 16) if match[1] else int(match[2])
        bad = code > 0x10FFFF or 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF) or (code < 0x20 and code not in (9, 10, 13))
        return " " if bad else match[0]

    return _CONTROL.sub(" ", _REFERENCE.sub(keep, page))
