"""Bring evidence in: fetch or import, capture, read the text out, and find the quote in it.

Text and evidence meet here. Nothing is lost on the way: a link that cannot be fetched becomes evidence with its problem, a quote that
cannot be found becomes an orphan for a person to place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import BinaryIO
from urllib.parse import urlsplit

from factcheck import __version__
from factcheck.errors import AnchorError, ExtractionError, FetchError
from factcheck.evidence.captures import CaptureStore
from factcheck.evidence.fetch import Fetched, Fetcher
from factcheck.evidence.kinds import sniff_media_type
from factcheck.evidence.memento import header, http_date
from factcheck.evidence.outlets import name_of, outlet_named
from factcheck.evidence.web_archive import ArchivedPage, is_web_archive, open_web_archive
from factcheck.model.article import Article, Known, TextQuote
from factcheck.model.evidence import Anchor, AnchorHow, Capture, Evidence, LinkProblem, Obtained
from factcheck.text import language as languages
from factcheck.text.anchor import locate
from factcheck.text.child import Reader
from factcheck.text.dateline import dateline_of
from factcheck.text.extract import (
    Readable,
    article_from_html,
    article_from_mhtml,
    article_from_pdf,
    article_from_text,
    read_capture,
)

TOOL = f"factcheck {__version__}"
MAX_FILE = 100_000_000  # bytes of a file that a person attaches; archives are read in place and may be larger


def now_text(clock: Callable[[], datetime]) -> str:
    """The clock's time as events write it: aware UTC, microseconds, Z."""
    return clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment_of(text: str) -> datetime | None:
    """The aware moment that a value of the ledger names; None when it names none, as somebody else's entry may."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def looks_like_url(source: str) -> bool:
    """Whether a person who typed this meant an address rather than a file or a text."""
    return "\n" not in source and urlsplit(source.strip()).scheme in ("http", "https")


def dateline_facts(text: str, language: str, today: str) -> dict[str, Known]:
    """What the dateline of an article proposes: the outlet, by its words or the table of outlets, and the day, unless it is yet to come."""
    line = dateline_of(text, language)
    if line is None:
        return {}
    outlet = line.outlet or (line.name if outlet_named(name_of(line.name)) else "")
    published = line.published if line.published <= today else ""
    return {name: Known(value, "credit line") for name, value in (("outlet", outlet), ("published", published)) if value}


def read_article(data: bytes, *, media_type: str = "", declared: str | None = None, url: str = "", name: str = "") -> tuple[Article, str]:
    """An article and its media type from bytes, be they a saved page or plain text.

    Raises:
        ExtractionError: empty, binary, too large, or a page without a readable text.
    """
    kind = sniff_media_type(data, media_type or None)
    if kind in ("text/html", "application/xhtml+xml"):
        article = article_from_html(data, url=url, declared=declared)
    elif kind == "application/pdf":
        article = article_from_pdf(data, name=name)
    elif kind == "multipart/related":
        article = article_from_mhtml(data, url=url)
    else:
        kind = "text/plain"
        article = article_from_text(data, name=name)
    language = article.language if article.language not in ("", "und") else languages.language_of(article.text)
    return replace(article, language=language), kind


def from_link(
    url: str, fetcher: Fetcher, store: CaptureStore, clock: Callable[[], datetime], *, reader: Reader | None = None
) -> tuple[Capture | None, LinkProblem | None, str]:
    """Fetch and capture a page: the capture or the problem, and the page's title."""
    try:
        fetched = fetcher.fetch(url)
    except FetchError as error:
        return None, LinkProblem(getattr(error, "code", "fetch"), str(error), now_text(clock)), ""
    capture, title = from_fetched(fetched, store, reader=reader)
    return capture, None, title


def read_fetched(fetched: Fetched, reader: Reader | None = None) -> Readable:
    """What can be read out of what was fetched."""
    declared = header(fetched, "content-type")
    return _readable(fetched.body, sniff_media_type(fetched.body, declared or None), declared, reader)


def from_fetched(
    fetched: Fetched, store: CaptureStore, *, reader: Reader | None = None, found: Readable | None = None
) -> tuple[Capture, str]:
    """Capture what was fetched, marked with its date when it is an archived copy and with signs that it is not the page that was asked
    for; and the page's title.

    Args:
        found: what was read out of it already.
    """
    found = found or read_fetched(fetched, reader)
    archived = http_date(header(fetched, "memento-datetime"))
    flags = [*fetched.flags, *found.flags, *([f"memento:{archived:%Y-%m-%dT%H:%M:%SZ}"] if archived else [])]
    fetched = replace(fetched, flags=tuple(dict.fromkeys(flags)))
    return store.keep_fetched(fetched, found.text, encoding_note=found.note, tool=TOOL), found.title


def from_file(
    file: BinaryIO,
    store: CaptureStore,
    clock: Callable[[], datetime],
    *,
    name: str = "",
    url: str = "",
    obtained: Obtained = Obtained.IMPORTED,
) -> tuple[Capture, str]:
    """Capture a file that a person has: the capture, and the title of a page.

    Args:
        name: what messages call the file.
        url: where it came from, if known; of an archive, which of its pages.

    Raises:
        ExtractionError: it is too large, or an archive of several pages of which none was named.
        IntegrityError: an archive is damaged, or not what its digests say.
    """
    if is_web_archive(file):
        return _from_archive(file, store, clock, name=name or "the archive", url=url)
    data = _limited(file, name)
    media_type = sniff_media_type(data, None)
    found = _readable(data, media_type, "")
    flags = found.flags
    if found.url and not url:
        url, flags = found.url, (*flags, "address-from-file")
    capture = store.keep_file(
        data,
        media_type=media_type,
        url=url,
        extracted_text=found.text,
        at=now_text(clock),
        encoding_note=found.note,
        tool=TOOL,
        obtained=obtained,
        flags=flags,
    )
    return capture, found.title


def _from_archive(file: BinaryIO, store: CaptureStore, clock: Callable[[], datetime], *, name: str, url: str) -> tuple[Capture, str]:
    taken = open_web_archive(file, name).take(url)
    media_type = sniff_media_type(taken.body, taken.declared or None)
    found = _readable(taken.body, media_type, taken.declared)
    capture = store.keep_archived(
        taken, file, found.text, media_type=media_type, at=now_text(clock), encoding_note=found.note, tool=TOOL, flags=found.flags
    )
    return capture, found.title or taken.page.title


def pages_in(file: BinaryIO, name: str = "") -> tuple[ArchivedPage, ...]:
    """The pages that a web archive lists, for a person to choose from; none for any other file."""
    return open_web_archive(file, name or "the archive").pages if is_web_archive(file) else ()


def _limited(file: BinaryIO, name: str) -> bytes:
    file.seek(0)
    data = file.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise ExtractionError(f"{name or 'The file'} holds more than {MAX_FILE / 1e6:.0f} MB. Cut out the part you need.", size=len(data))
    return data


def _readable(data: bytes, media_type: str, declared: str, reader: Reader | None = None) -> Readable:
    """What can be read; an unreadable page is kept all the same, without text."""
    try:
        return read_capture(data, media_type, declared or None, reader=reader)
    except ExtractionError as error:
        return Readable("", str(error))


def place_quote(evidence: Evidence, quote: TextQuote | None, text: str) -> Evidence:
    """The same evidence with its quote anchored in its captured text; an orphan (anchor None) when it cannot be found.

    Without any text to search (an image, a call, a book, a link that is still waiting) the quote counts as typed by hand, except for a
    waiting link: there it stays unplaced until the page is here.
    """
    if quote is None or not quote.exact.strip():
        return replace(evidence, quote=None, anchor=None)
    language = languages.language_of(quote.exact)
    anchored = replace(evidence, quote=quote, quote_language=language)
    if not text:
        by_hand = evidence.offline is not None or evidence.capture is not None
        return replace(anchored, anchor=Anchor(AnchorHow.BY_HAND) if by_hand else None)
    try:
        match = locate(quote, text)
    except AnchorError:
        return replace(anchored, anchor=None)
    return replace(anchored, quote=TextQuote.at(match.span, text), anchor=Anchor(match.how, match.span))
