"""What a captured page says of itself: its own addresses and links, dates, outlet and author, and whom it names as its source.

Read from the bytes and the text that the capture holds, never from the network; kept in memory, since a capture never changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from factcheck.errors import ExtractionError, IntegrityError
from factcheck.evidence.captures import CaptureStore
from factcheck.evidence.origins import Cited
from factcheck.model.article import Span
from factcheck.model.evidence import Capture
from factcheck.text.citing import cited_sources
from factcheck.text.decode import decode
from factcheck.text.page_dates import PageDate, page_dates
from factcheck.text.page_tags import PageTags, own_addresses, read_tags


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What one page says of itself."""

    addresses: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    dates: tuple[PageDate, ...] = ()
    outlet: str = ""  # its site's name for itself
    author: str = ""


NOTHING = PageFacts()


@dataclass(slots=True)
class PageReader:
    """Reads captures of one desk; what was read once is kept."""

    captures: CaptureStore
    _facts: dict[tuple[str, str], PageFacts] = field(default_factory=dict)
    _cited: dict[tuple[str, Span | None], tuple[Cited, ...]] = field(default_factory=dict)

    def facts(self, capture: Capture) -> PageFacts:
        """What a captured page says of itself; nothing when its bytes are missing or are no page."""
        key = (capture.sha256, capture.url)
        if key not in self._facts:
            self._facts[key] = self._read(capture)
        return self._facts[key]

    def text(self, digest: str) -> str:
        """The text kept under a digest; empty when there is none, or it was changed or is missing, which ``verify`` tells."""
        try:
            return self.captures.get(digest).decode("utf-8") if digest else ""
        except (IntegrityError, UnicodeDecodeError):
            return ""

    def cited(self, digest: str, quote: Span | None = None) -> tuple[Cited, ...]:
        """Whom the text kept under a digest names as its source, in its lead and for a passage quoted from it."""
        key = (digest, quote)
        if key not in self._cited:
            text = self.text(digest)
            within = quote if quote and quote.end <= len(text) else None
            self._cited[key] = tuple(Cited(each.name, each.words, each.is_outlet) for each in cited_sources(text, within))
        return self._cited[key]

    def _read(self, capture: Capture) -> PageFacts:
        text = self.text(capture.text)
        url = capture.url or capture.requested_url
        if capture.media_type not in ("text/html", "application/xhtml+xml"):
            return PageFacts(dates=page_dates(None, url, text))
        try:
            tags = read_tags(decode(self.captures.get(capture.sha256)).text, url)
        except (IntegrityError, ExtractionError):
            return PageFacts(dates=page_dates(None, url, text))
        return PageFacts(
            addresses=own_addresses(tags, url),
            links=tags.links,
            dates=page_dates(tags, url, text),
            outlet=_meta(tags, "og:site_name", "application-name"),
            author=_meta(tags, "author", "article:author", "byl"),
        )


def _meta(tags: PageTags, *names: str) -> str:
    return next((content[:200] for wanted in names for name, content in tags.metas if name == wanted), "")
