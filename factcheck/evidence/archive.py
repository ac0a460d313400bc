"""Find mementos of a page: RFC 7089 (TimeGate, TimeMap), Wayback availability, Wayback CDX.

An archive is asked only when a person asks, through the desk's fetcher and its policy. ``memento`` says what counts; an answer that does
not keep to its protocol is an outcome with a name, and one archive that fails does not keep others from answering.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urldefrag, urlencode, urlsplit

import msgspec

from factcheck.errors import FetchError, NotAllowedError, SourceUnavailableError
from factcheck.evidence.faults import retry_after
from factcheck.evidence.fetch import Ask, Fetched, Fetcher
from factcheck.evidence.memento import Archive, Memento, Wanted, as_http_date, header, http_date, moment, replayed
from factcheck.evidence.pages import is_inside, same_page
from factcheck.evidence.weblinks import WebLink, parse_links

MAX_TIMEMAPS = 20  # pages of one TimeMap
MAX_MEMENTOS = 50_000  # of one page, kept of what an archive lists
MAX_ROWS = 20_000  # asked of a CDX server: at most one a day
PATIENCE = 60.0  # seconds after which no further page of a TimeMap is asked for
MAX_WAIT = 86_400  # seconds; an archive that asks to wait longer is taken to say so
FINAL = frozenset({"archive-busy", "archive-refused", "dns", "connect", "tls"})
"""After these an archive is not asked in another way: it would answer the same, or wants to be left alone."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """That an archive gave no usable answer."""

    archive: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """What several archives answered: at most one memento each, the nearest first."""

    url: str
    near: datetime
    mementos: tuple[Memento, ...]
    troubles: tuple[Trouble, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """The mementos of a page that one archive lists, oldest first."""

    mementos: tuple[Memento, ...]
    cut: bool  # there are more, beyond our limits or behind a failure


def check_may_tell(archive: Archive, url: str, allowed_hosts: Collection[str]) -> None:
    """Refuse to tell a public archive of an address that only the desk's own network knows.

    Raises:
        NotAllowedError: it would learn of it.
    """
    here = next(filter(None, (archive.timegate, archive.availability, archive.cdx, archive.timemap, archive.save)), "")
    if urlsplit(url).scheme not in ("http", "https") or (is_inside(url, allowed_hosts) and not is_inside(here, allowed_hosts)):
        raise NotAllowedError(
            f"{url} is not an address of the public web: {archive.name} cannot have it and should not learn of it. Import the saved page."
        )


def look_up(archives: Iterable[Archive], url: str, near: datetime, fetcher: Fetcher, now: datetime) -> Lookup:
    """The memento nearest to a moment in each archive; archives that fail are named with their trouble."""
    found, troubles = [], []
    for archive in archives:
        try:
            memento = nearest(archive, url, near, fetcher, now)
        except SourceUnavailableError as error:
            troubles.append(Trouble(archive.name, str(error.facts["code"]), str(error)))
        else:
            found += [memento] if memento else []
    return Lookup(url, near, tuple(sorted(found, key=lambda m: abs(m.moment - near))), tuple(troubles))


def nearest(archive: Archive, url: str, near: datetime, fetcher: Fetcher, now: datetime) -> Memento | None:
    """The memento of a page nearest to a moment; None when the archive says that it has none.

    Protocols are tried in turn until one gives an answer that is understood: TimeGate, availability, CDX, TimeMap.

    Raises:
        SourceUnavailableError: none did, or the archive asks to be left alone; ``code`` says which.
    """
    question = _question(archive, url, near, fetcher, now)
    ways: list[tuple[str, Callable[[_Question], list[Memento] | None]]] = [
        (archive.timegate, _by_timegate), (archive.availability, _by_availability),
        (archive.cdx, lambda q: _cdx(q)[0]), (archive.timemap, lambda q: _timemap(q)[0]),
    ]  # fmt: skip
    trouble: SourceUnavailableError | None = None
    denied = False
    for address, way in ways:
        if not address:
            continue
        try:
            mementos = way(question)
        except SourceUnavailableError as error:
            if error.facts["code"] in FINAL:
                raise
            trouble = error
            continue
        if mementos is not None:
            return min(mementos, key=lambda m: (abs(m.moment - near), m.at), default=None)
        denied = True
    if denied:
        return None
    raise trouble or SourceUnavailableError(
        f"{archive.name} has no address for finding copies. Give it one under [[archives]] in factcheck.toml.", code="no-protocol"
    )


def listing(archive: Archive, url: str, fetcher: Fetcher, now: datetime) -> Listing:
    """All mementos of a page that an archive lists: by TimeMap, else by CDX (then at most one a day).

    Raises:
        SourceUnavailableError: it has neither, or did not answer so that it could be understood.
    """
    question = _question(archive, url, now, fetcher, now)
    trouble: SourceUnavailableError | None = None
    for address, way in ((archive.timemap, _timemap), (archive.cdx, _cdx)):
        if address:
            try:
                mementos, cut = way(question)
            except SourceUnavailableError as error:
                if error.facts["code"] in FINAL:
                    raise
                trouble = error
            else:
                return Listing(tuple(sorted(mementos, key=lambda m: (m.at, m.url))), cut)
    raise trouble or SourceUnavailableError(
        f"{archive.name} has no address for listing copies. Give it one under [[archives]] in factcheck.toml.", code="no-protocol"
    )


# ---- asking


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of one archive, and how."""

    wanted: Wanted
    near: datetime
    fetcher: Fetcher
    started: float = field(default_factory=time.monotonic)

    @property
    def archive(self) -> Archive:
        return self.wanted.archive

    @property
    def url(self) -> str:
        return self.wanted.url

    def fetch(self, address: str, *headers: tuple[str, str], also: Collection[int] = ()) -> Fetched:
        """Ask the archive; other statuses than 200 and those in ``also`` are its failure, as is what the fetcher does not bring."""
        try:
            fetched = self.fetcher.fetch(address, Ask(headers=headers))
        except FetchError as error:
            raise unreached(self.archive.name, error) from error
        if fetched.status != 200 and fetched.status not in also:
            raise failed(self.archive.name, fetched)
        return fetched

    def nonsense(self, why: str) -> SourceUnavailableError:
        return SourceUnavailableError(
            f"{self.archive.name} answered about {self.url} with something that cannot be used: {why}. Look there with a browser.",
            code="archive-nonsense",
        )


def _question(archive: Archive, url: str, near: datetime, fetcher: Fetcher, now: datetime) -> _Question:
    return _Question(Wanted(archive, urldefrag(url.strip()).url, now.astimezone(UTC)), near.astimezone(UTC), fetcher)


def unreached(archive: str, error: FetchError) -> SourceUnavailableError:
    """That an archive could not be asked, or its answer not be brought."""
    return SourceUnavailableError(f"{archive} gave no answer: {error}", code=str(getattr(error, "code", "fetch")))


def failed(archive: str, fetched: Fetched) -> SourceUnavailableError:
    """What a status says of an archive as a whole: busy (``retry_after`` in seconds), refusing, or failing."""
    status = fetched.status
    if status in (429, 503):
        wait = wait_asked(fetched)
        said = f"{archive} is busy ({status}) and asks to come back {f'after {wait} s' if wait else 'later'}."
        return SourceUnavailableError(said, code="archive-busy", status=status, retry_after=wait)
    if status in (401, 403, 451):
        return SourceUnavailableError(f"{archive} refused to answer ({status}).", code="archive-refused", status=status)
    return SourceUnavailableError(f"{archive} failed ({status}). Try again later.", code="archive-failed", status=status)


def wait_asked(fetched: Fetched) -> int:
    """Seconds that a server asks to wait, at most a day; 0 when it does not say."""
    return min(int(retry_after(fetched.headers, datetime.fromisoformat(fetched.at)) or 0), MAX_WAIT)


# ---- the protocols: a list is an answer, an empty one too; None means: none that it knows of, but it may not know


def _by_timegate(question: _Question) -> list[Memento] | None:
    """RFC 7089 section 4: the TimeGate leads to the memento or answers with it; the headers say of what and of when it is."""
    address = question.archive.timegate + question.url
    fetched = question.fetch(address, ("Accept-Datetime", as_http_date(question.near)), also=(404, 410))
    if fetched.status != 200:
        return None if header(fetched, "memento-datetime") else []  # its nearest copy is of an error page; or it has none
    try:
        return [question.wanted.from_headers(fetched)]
    except ValueError as error:
        raise question.nonsense(str(error)) from error


class _Closest(msgspec.Struct):
    url: str
    timestamp: str
    available: bool
    status: str = "200"


class _Snapshots(msgspec.Struct):
    closest: _Closest | None = None


class _Availability(msgspec.Struct):
    archived_snapshots: _Snapshots


def _by_availability(question: _Question) -> list[Memento] | None:
    asked = urlencode({"url": question.url, "timestamp": f"{question.near:%Y%m%d%H%M%S}"})
    fetched = question.fetch(f"{question.archive.availability}?{asked}")
    try:
        closest = msgspec.json.decode(fetched.body, type=_Availability).archived_snapshots.closest
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise question.nonsense(f"it is no availability JSON ({error})") from error
    if closest is None or not closest.available or not closest.status.startswith("2"):
        return None
    replay = replayed(closest.url)
    memento = question.wanted.memento(closest.url, moment(closest.timestamp), replay[1] if replay else "", "availability")
    if memento is None:
        raise question.nonsense(f"the copy it names, {closest.url[:200]!r} of {closest.timestamp[:20]!r}, is not of this page")
    return [memento]


def _cdx(question: _Question) -> tuple[list[Memento], bool]:
    asked = {"url": question.url, "output": "json", "fl": "timestamp,original,statuscode", "filter": "statuscode:200",
             "collapse": "timestamp:8", "limit": str(MAX_ROWS)}  # fmt: skip
    fetched = question.fetch(f"{question.archive.cdx}?{urlencode(asked)}", also=(404,))
    if fetched.status == 404 or not fetched.body.strip():
        return [], False
    try:
        rows = list(cdx_rows(fetched.body))
    except ValueError as error:
        raise question.nonsense(f"it is no CDX ({error})") from error
    good = [(stamp, original) for stamp, original, status in rows if status == "200"]
    prefix = question.archive.replay or question.archive.timegate
    made = (question.wanted.memento(f"{prefix}{stamp}/{original}", moment(stamp), original, "cdx") for stamp, original in good)
    found = [memento for memento in made if memento]
    if good and not found:
        raise question.nonsense("its index names only other pages, or moments that cannot be")
    return found, len(rows) >= MAX_ROWS


def cdx_rows(body: bytes) -> Iterator[tuple[str, str, str]]:
    """(timestamp, original, status) of a CDX answer: JSON arrays under a heading, JSON objects a line (pywb), or text.

    Raises:
        ValueError: it is none of these.
    """
    try:
        text = body.decode("utf-8").strip()
        if text.startswith("["):
            table = msgspec.json.decode(text, type=list[list[str | None]])
            if table:
                columns = [table[0].index(name) for name in ("timestamp", "original", "statuscode")]
                for row in table[1:]:
                    stamp, original, status = (row[column] or "" for column in columns)
                    yield stamp, original, status
        elif text.startswith("{"):
            for line in text.splitlines():
                said = msgspec.json.decode(line, type=dict[str, Any])
                yield str(said["timestamp"]), str(said.get("url", "")), str(said.get("status", ""))
        else:
            yield from map(_text_row, text.splitlines())
    except (msgspec.MsgspecError, RecursionError, LookupError, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from error


def _text_row(line: str) -> tuple[str, str, str]:
    """Three columns as asked for, or the usual seven of a server that does not choose columns."""
    columns = line.split(" ")
    if len(columns) == 3 and moment(columns[0]):
        return columns[0], columns[1], columns[2]
    if len(columns) >= 7 and moment(columns[1]):
        return columns[1], columns[2], columns[4]
    raise ValueError(f"the line {line[:60]!r} has no timestamp where it should")


def _timemap(question: _Question) -> tuple[list[Memento], bool]:
    """RFC 7089 section 5. The pages of a TimeMap are read nearest first, each once, and only those on the archive's own host."""
    waiting = [question.archive.timemap + question.url]
    host = urlsplit(waiting[0]).netloc
    seen: set[str] = set()
    found: dict[str, Memento] = {}
    while waiting:
        if len(seen) >= MAX_TIMEMAPS or len(found) > MAX_MEMENTOS or time.monotonic() - question.started > PATIENCE:
            return list(found.values()), True
        page = waiting.pop(0)
        first = not seen
        seen.add(page)
        try:
            links = _timemap_page(question, page, first=first)
        except SourceUnavailableError:
            if first or not found:
                raise
            return list(found.values()), True
        for link in links:
            if "memento" in link.rels:
                at = http_date(link.parameters.get("datetime", ""))
                memento = question.wanted.memento(link.url, at, question.url, "timemap")
                if memento:
                    found.setdefault(memento.url, memento)
        further = (link for link in links if "timemap" in link.rels and "self" not in link.rels and urlsplit(link.url).netloc == host)
        ahead = sorted(further, key=lambda link: _away(link, question.near))
        waiting += dict.fromkeys(link.url for link in ahead if link.url not in seen and link.url not in waiting)
    return list(found.values()), False


def _timemap_page(question: _Question, page: str, *, first: bool) -> list[WebLink]:
    fetched = question.fetch(page, ("Accept", "application/link-format"), also=(404,) if first else ())
    if fetched.status == 404:
        return []
    try:
        links = parse_links(fetched.body.decode("utf-8"), fetched.url)
    except ValueError as error:
        raise question.nonsense(f"it is no TimeMap ({error})") from error
    if not any("original" in link.rels and same_page(link.url, question.url) for link in links):
        raise question.nonsense("its TimeMap is of another page, or does not say of which")
    return links


def _away(link: WebLink, near: datetime) -> float:
    """Seconds between a moment and what a page of a TimeMap covers; what does not say comes last."""
    begin, end = (http_date(link.parameters.get(name, "")) for name in ("from", "until"))
    if begin is None or end is None:
        return float("inf")
    return max((begin - near).total_seconds(), (near - end).total_seconds(), 0.0)
