"""What counts as a memento: somebody else's archived copy of the page that was asked for, made at a moment that can be (RFC 7089).

Pure. What archives say is untrusted: a copy of another page, a date that cannot be, an address that contradicts its date or that is none of
the web is no memento.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from factcheck.evidence.fetch import Fetched
from factcheck.evidence.pages import host_of, same_page
from factcheck.evidence.weblinks import WebLink, parse_links, web_address

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # there was no web before
LATEST = timedelta(days=1)  # beyond our own clock, which may be behind

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DATE = re.compile(rf"({'|'.join(_DAYS)}), (\d\d) ({'|'.join(_MONTHS)}) (\d{{4}}) (\d\d):(\d\d):(\d\d) GMT", re.ASCII)
_STAMP = re.compile(r"\d{14}", re.ASCII)
_REPLAY = re.compile(r"/(\d{14})((?:[a-z]{2}_)?)/(.+)", re.S | re.ASCII)


@dataclass(frozen=True, slots=True)
class Archive:
    """A web archive and where it speaks which protocol; an empty address: it does not."""

    name: str  # what people see, and what settings call it
    timegate: str = ""  # RFC 7089; the page's address follows it
    timemap: str = ""  # RFC 7089, application/link-format; the page's address follows it
    availability: str = ""  # Wayback availability, JSON
    cdx: str = ""  # Wayback CDX server
    replay: str = ""  # where a Wayback shows its copies: 14 digits, a slash and the page's address follow it
    save: str = ""  # Save Page Now
    every: int = 20  # seconds between two requests for a copy


WAYBACK = Archive(
    name="web.archive.org",
    timegate="https://web.archive.org/web/",
    timemap="https://web.archive.org/web/timemap/link/",
    availability="https://archive.org/wayback/available",
    cdx="https://web.archive.org/cdx/search/cdx",
    replay="https://web.archive.org/web/",
    save="https://web.archive.org/save",
)


@dataclass(frozen=True, slots=True)
class Memento:
    """An archived copy, as an archive tells of it."""

    url: str
    at: str  # when the archive says it was made: aware UTC, "2021-11-20T10:00:00Z"
    original: str  # the page's address, as the archive has it
    archive: str
    via: str  # timegate, timemap, availability, cdx, save, header

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The page whose copies are wanted, and of which archive."""

    archive: Archive
    url: str
    now: datetime  # aware

    def memento(self, url: str, at: datetime | None, original: str, via: str) -> Memento | None:
        """A memento, if that is what an archive speaks of; else None."""
        address = web_address(self.archive.replay or self.archive.timegate, url)
        if not address or at is None or not EARLIEST <= at <= self.now + LATEST or not same_page(original, self.url):
            return None
        said = replayed(address)
        if said and (abs(said[0] - at) > timedelta(days=1) or not same_page(said[1], self.url)):
            return None
        return Memento(self._secured(address), at.strftime("%Y-%m-%dT%H:%M:%SZ"), original, self.archive.name, via)

    def _secured(self, url: str) -> str:
        """Wayback's own answers name its copies by http, where a reader would be sent unguarded."""
        own = {host_of(a) for a in (self.archive.replay, self.archive.timegate) if a.startswith("https:")}
        return "https:" + url.removeprefix("http:") if url.startswith("http:") and host_of(url) in own else url

    def from_headers(self, fetched: Fetched) -> Memento:
        """The memento that a response says it is, by Memento-Datetime and the link to its original.

        Raises:
            ValueError: it is none, or of another page, or of a moment that cannot be; the message says what was found.
        """
        said = header(fetched, "memento-datetime")
        if not said:
            raise ValueError("it has no Memento-Datetime, so it is no archived copy")
        at = http_date(said)
        if at is None:
            raise ValueError(f"its Memento-Datetime is {said[:60]!r}")
        url = fetched.url
        located = web_address(url, header(fetched, "content-location"))  # a TimeGate may answer with the copy itself
        if located and host_of(located) == host_of(url) and (replayed(located) or not replayed(url)):
            url = located
        replay = replayed(url)
        originals = [link.url for link in header_links(fetched) if "original" in link.rels] or ([replay[1]] if replay else [])
        found = next(filter(None, (self.memento(url, at, original, "header") for original in originals)), None)
        if found is None:
            what = originals[0][:200] if originals else "a page it does not name"
            raise ValueError(f"the copy it gave is of {what}, made {at:%Y-%m-%d}: not what was asked for")
        return found


def header(fetched: Fetched, name: str) -> str:
    """The first header of that name; empty when there is none."""
    return next((value for key, value in fetched.headers if key.lower() == name), "")


def header_links(fetched: Fetched) -> list[WebLink]:
    """The links of all ``Link`` headers; none when they do not follow the grammar."""
    text = ", ".join(value for key, value in fetched.headers if key.lower() == "link")
    with suppress(UnicodeError):
        text = text.encode("latin-1").decode("utf-8")  # http.client reads headers as Latin-1; many servers write UTF-8
    try:
        return parse_links(text, fetched.url)
    except ValueError:
        return []


def replayed(url: str) -> tuple[datetime, str] | None:
    """The moment and the page that a Wayback's address names; None for addresses of other kinds."""
    try:
        path, query = urlsplit(url).path, urlsplit(url).query
    except ValueError:
        return None
    match = _REPLAY.search(path)
    at = moment(match[1]) if match else None
    if match is None or at is None:
        return None
    return at, match[3] + (f"?{query}" if query else "")


def original_bytes(url: str) -> str:
    """Where a Wayback gives a copy as the site sent it, without its own banner and rewritten links; the address itself elsewhere."""
    match = _REPLAY.search(url)
    return f"{url[: match.start()]}/{match[1]}id_/{match[3]}" if match and moment(match[1]) else url


def moment(stamp: str) -> datetime | None:
    """The moment that 14 digits name; None when they name none."""
    if not _STAMP.fullmatch(stamp):
        return None
    try:
        return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def http_date(text: str) -> datetime | None:
    """The moment that a date of the one form of RFC 7089 section 2.1.1 names; None for any other, and when its weekday is wrong."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    day, month, year, hour, minute, second = match[2], _MONTHS.index(match[3]) + 1, match[4], match[5], match[6], match[7]
    try:
        at = datetime(int(year), month, int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    except ValueError:
        return None
    return at if _DAYS[at.weekday()] == match[1] else None


def as_http_date(at: datetime) -> str:
    """The same, written; by hand, since ``strftime`` would name days in the user's language."""
    at = at.astimezone(UTC)
    return f"{_DAYS[at.weekday()]}, {at:%d} {_MONTHS[at.month - 1]} {at:%Y %H:%M:%S} GMT"
