"""Bytes to an article: plain text as it stands, a saved page through trafilatura, with title, outlet, author and dates and where each was
read.

Pages are read in a child process with limits, since parsers of untrusted bytes are never clean; when it fails, a plain reading of the
page's text is kept, and says so.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from factcheck.errors import ExtractionError
from factcheck.model.article import MAX_ARTICLE_BYTES, Article, Known
from factcheck.text.decode import decode
from factcheck.text.language import direction_of, language_of
from factcheck.text.page import without_tags

CHILD_SECONDS = 40  # wall clock; the child limits its own processor time to 20 s
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


def page_text(data: bytes, media_type: str, declared: str | None = None) -> tuple[str, str, str]:
    """The readable text of a capture, how it was read, and the page's title; empty with a note where nothing can be read out here.

    All of a page's text is taken, not only its main part: a quote may stand in a caption or a correction.

    Raises:
        ExtractionError: bytes that claim to be text and are not.
    """
    if media_type in ("text/html", "application/xhtml+xml"):
        decoded = decode(data, declared=declared)
        read = _in_child(decoded.text, "", main=False)
        text, _ = clean(read["plain"])
        title = _cleaned(read["facts"].get("title", ("", "")))[0]
        trouble = f"; {read['problem']}" if read["problem"] else ""
        return text, f"{decoded.encoding}: {decoded.note}{trouble}", title
    if media_type.startswith("text/"):
        decoded = decode(data, declared=declared)
        text, _ = clean(decoded.text)
        return text, f"{decoded.encoding}: {decoded.note}", ""
    return "", f"no text is read out of {media_type}; quote it by hand", ""


def _cleaned(fact: Sequence[str]) -> tuple[str, str]:
    value, origin = fact
    return clean(value)[0], origin


def _in_child(page: str, url: str, *, main: bool) -> dict[str, Any]:
    """The child's reading; when it stops or takes too long, the plainest reading, with the problem."""
    request = json.dumps({"page": _without_bad_references(page), "url": url, "main": main})
    problem = ""
    try:
        done = subprocess.run(  # our own interpreter and module, no shell
            [sys.executable, "-P", "-m", "factcheck.text._extract_child"],
            env=_child_environment(),
            input=request.encode("utf-8"),
            capture_output=True,
            timeout=CHILD_SECONDS,
            check=False,
        )
        said = done.stdout
        if done.returncode:
            problem = f"the reader stopped with code {done.returncode}"
    except subprocess.TimeoutExpired as late:
        said = late.stdout or b""
        problem = "reading the page took too long"
    answer: dict[str, Any] = {"language": "", "facts": {}, "links": [], "main": "", "main_facts": {}, "problem": problem}
    for line in said.splitlines(keepends=True):
        if line.endswith(b"\n"):  # else it was cut
            answer.update(json.loads(line))
    if not answer.get("plain"):
        answer["plain"] = without_tags(page)
    return answer


def _child_environment() -> dict[str, str]:
    """The child finds its modules where this process does, wherever that started, and never in the folder a person works in."""
    places = [str(Path(__file__).parents[2]), *(place for place in sys.path if place)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(places)}


def _without_bad_references(page: str) -> str:
    """One reference to a control character makes the extractor give up, so they are dropped from its copy."""

    def keep(match: re.Match[str]) -> str:
        code = int(match[1], 16) if match[1] else int(match[2])
        bad = code > 0x10FFFF or 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF) or (code < 0x20 and code not in (9, 10, 13))
        return " " if bad else match[0]

    return _CONTROL.sub(" ", _REFERENCE.sub(keep, page))
