"""Fetch one address, guarded: which addresses may be connected to, how much and how long, nothing sent that tells on the user.

Read ``guard`` (what is refused), ``connect`` (where that is checked once more), ``unpack`` (bodies, with limits); here is one request
after the other until a page is there or an error says what to do. One deadline holds for everything, slow drips included. Every hop is
kept for the WARC record.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Protocol
from urllib.parse import urldefrag, urlsplit

import requests
import urllib3

from factcheck import __version__
from factcheck.errors import AddressRefusedError, FetchError, FetchLimitError
from factcheck.evidence.connect import Guard, GuardedAdapter, Watch
from factcheck.evidence.faults import REMEDY, from_library, from_status, leading, retry_after
from factcheck.evidence.guard import RefusedURLError, check_address, redirect_target, shown
from factcheck.evidence.unpack import BadCodingError, TooLargeError, unpack

USER_AGENT = f"factcheck/{__version__} (fact-checking workbench)"
REDIRECTS = (301, 302, 303, 307, 308)
CHUNK = 65_536
IDLE_SECONDS = 10.0  # without a byte
MAX_WAIT = 5.0  # seconds that a server's Retry-After is obeyed; beyond, people are told when to come back
TRIES = 3
REDIRECT_BYTES = 500_000  # kept of a redirect's own body, which nobody reads

_watch = Watch()


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """What a desk allows."""

    allowed_hosts: frozenset[str] = frozenset()  # host or host:port that may lie on a private network and use any port
    max_bytes: int = 15_000_000  # on the wire, and again decoded
    total_seconds: float = 30.0
    max_redirects: int = 10
    max_header_bytes: int = 262_144
    proxy: str | None = None  # then guarding addresses is the proxy's part
    user_agent: str = USER_AGENT


@dataclass(frozen=True, slots=True)
class Hop:
    """One request and its response, as they went over the wire but for the transfer coding."""

    url: str
    request_headers: tuple[tuple[str, str], ...]
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes  # content coding untouched
    peer: str
    at: str  # aware UTC, ISO 8601
    truncated: str = ""  # length, time, disconnect
    version: str = "HTTP/1.1"
    certificate: str = ""  # SHA-256 of the server's, hexadecimal


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back from an address."""

    requested_url: str
    url: str  # after redirects
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes  # decoded from content coding
    at: str  # aware UTC, ISO 8601
    hops: tuple[Hop, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def redirects(self) -> tuple[str, ...]:
        return tuple(after.url for before, after in pairwise(self.hops) if before.status in REDIRECTS)


@dataclass(frozen=True, slots=True)
class Ask:
    """How an address is asked that is a service rather than a page. Every status is then an answer, and no error."""

    headers: tuple[tuple[str, str], ...] = ()  # beside the usual ones; sent on after a redirect too
    form: tuple[tuple[str, str], ...] = ()  # posted; where the answer then redirects to is told, not followed
    body: bytes = b""  # posted as it is, in place of a form; the headers say what it is
    secret: str = field(default="", repr=False)  # for the address asked only, and on no record
    secret_header: str = "Authorization"  # noqa: S105  # the name of the header that carries it


class Fetcher(Protocol):
    """The seam: tests hand in a ``Site`` of pages in memory."""

    def fetch(self, url: str, ask: Ask | None = None) -> Fetched:
        """Bring one address.

        Args:
            ask: for a service: what else to send; the answer may then have any status.

        Raises:
            FetchError: with ``url`` and ``code``; the message says what to do.
        """
        ...


class HttpFetcher:
    """Fetches with requests, under one policy. May be used by several threads at once."""

    def __init__(self, policy: FetchPolicy, *, clock: Callable[[], datetime]) -> None:
        self.policy = policy
        self._clock = clock

    def fetch(self, url: str, ask: Ask | None = None) -> Fetched:
        """Bring one address within the policy's limits; see ``Fetcher.fetch``."""
        return _Errand(self.policy, self._clock, url, ask).run()


class _Errand:
    """One address on its way: the redirects followed, the tries made, the time left."""

    def __init__(self, policy: FetchPolicy, clock: Callable[[], datetime], asked: str, ask: Ask | None) -> None:
        self.policy = policy
        self.clock = clock
        self.asked = asked
        self.ask = ask
        self.deadline = time.monotonic() + policy.total_seconds
        self.hops: list[Hop] = []
        self.flags: list[str] = []
        self.more = False  # bytes came behind the end of the last body

    def run(self) -> Fetched:
        here = self.asked.strip()
        tries = 1
        while True:
            self._check(here)
            hop = self._one(here)
            if self.ask is None and tries < TRIES and self._waited(hop):
                tries += 1
                continue
            self.hops.append(hop)
            location = _header(hop.headers, "location")
            if hop.status not in REDIRECTS or not location or (self.ask and (self.ask.form or self.ask.body)):
                break
            if len(self.hops) > self.policy.max_redirects:
                raise self._limit("too-many-redirects", f"it leads on after {self.policy.max_redirects} redirects")
            here = self._next(hop.url, location)
        last = self.hops[-1]
        if last.status not in (200, 203) and self.ask is None:
            raise from_status(self.asked, last.status, last.reason, last.headers, self.clock())
        body = self._unpacked(last)
        self._note(last, body, tries)
        return Fetched(self.asked, last.url, last.status, last.headers, body, last.at, tuple(self.hops), tuple(dict.fromkeys(self.flags)))

    def _check(self, here: str) -> None:
        """Refuse an address that may not be asked for; where its host leads is checked when connecting."""
        try:
            check_address(here, self.policy.allowed_hosts, through_proxy=bool(self.policy.proxy))
        except RefusedURLError as refused:
            where = leading(self.asked, here)
            raise AddressRefusedError(
                f"Refused to fetch {shown(self.asked)}{where}: {refused}. {REMEDY}", url=self.asked, code=refused.code
            ) from refused

    def _next(self, here: str, location: str) -> str:
        try:
            return redirect_target(here, location)
        except ValueError as error:
            raise FetchError(
                f"Could not fetch {shown(self.asked)}: it leads to a malformed address ({error}). {REMEDY}",
                url=self.asked,
                code="bad-response",
            ) from error

    def _waited(self, hop: Hop) -> bool:
        """Whether a server that is busy asked to come back so soon that it was waited for."""
        wait = retry_after(hop.headers, self.clock()) if hop.status in (429, 503) else None
        if wait is None or wait > MAX_WAIT or time.monotonic() + wait >= self.deadline:
            return False
        time.sleep(wait)
        self.flags.append(f"retried:{hop.status}")
        return True

    def _one(self, here: str) -> Hop:
        """One request through an adapter of its own. Not through a session: that would follow up a redirect by reading its whole body,
        unpacked and without a limit, and it would keep cookies and look for credentials."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise self._too_slow()
        policy, ask = self.policy, self.ask or Ask()
        headers = {"User-Agent": policy.user_agent, "Accept": "*/*", "Accept-Encoding": "gzip, deflate", **dict(ask.headers)}
        secret = {"authorization", ask.secret_header.lower()}
        if ask.secret and not self.hops:
            headers[ask.secret_header] = ask.secret
        proxies = {"http": policy.proxy, "https": policy.proxy} if policy.proxy else {}
        at = self.clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        guard = Guard(policy.allowed_hosts, self.deadline, policy.max_header_bytes, proxied=bool(policy.proxy))
        watched = _watch.at(self.deadline, guard.cut)
        try:
            posted = dict(ask.form) or ask.body or None
            request = requests.Request("POST" if posted else "GET", here, headers=headers, data=posted).prepare()
            with closing(GuardedAdapter(guard)) as adapter:
                wait = min(IDLE_SECONDS, left)
                response = adapter.send(request, stream=True, timeout=(wait, wait), verify=True, proxies=proxies)
                with response:
                    body, truncated = self._body(response)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            if time.monotonic() >= self.deadline:
                raise self._too_slow() from error
            raise from_library(error, self.asked, here) from error
        finally:
            _watch.off(watched)
            guard.close()
        if guard.late:  # a body that ends where the connection does looks whole when cut
            raise self._too_slow()
        self.more = guard.more
        return Hop(
            url=urldefrag(request.url or here).url,
            request_headers=tuple((name, _text(value)) for name, value in request.headers.items() if name.lower() not in secret),
            status=response.status_code,
            reason=response.reason or "",
            headers=tuple((name, value) for name, value in response.raw.headers.items()),
            body=body,
            peer=guard.peer,
            at=at,
            truncated=truncated,
            version="HTTP/1.0" if response.raw.version == 10 else "HTTP/1.1",
            certificate=guard.certificate,
        )

    def _body(self, response: requests.Response) -> tuple[bytes, str]:
        """The body as sent, transfer coding undone, content coding not; cut bodies say so."""
        leads_on = response.status_code in REDIRECTS and "location" in response.headers
        limit = min(self.policy.max_bytes, REDIRECT_BYTES) if leads_on else self.policy.max_bytes
        declared = response.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > limit and not leads_on:
            raise self._too_large("")
        parts: list[bytes] = []
        size = 0
        try:
            while chunk := response.raw.read1(CHUNK, decode_content=False):
                size += len(chunk)
                parts.append(chunk)
                if size > limit and leads_on:
                    return b"".join(parts)[:limit], "length"
                if size > limit:
                    raise self._too_large("")
        except urllib3.exceptions.ProtocolError:
            return b"".join(parts), "disconnect"
        return b"".join(parts), ""

    def _unpacked(self, hop: Hop) -> bytes:
        """The body without gzip and deflate, within the size limit."""
        coding = ",".join(value for name, value in hop.headers if name.lower() == "content-encoding")
        try:
            body, flags = unpack(hop.body, coding, self.policy.max_bytes)
        except TooLargeError as error:
            raise self._too_large("unpacked ") from error
        except BadCodingError as error:
            raise FetchError(f"Could not read {shown(self.asked)}: {error}. {REMEDY}", url=self.asked, code="bad-encoding") from error
        self.flags += flags
        return body

    def _note(self, last: Hop, body: bytes, tries: int) -> None:
        """Flags for what makes this page weaker evidence than it looks."""
        if last.truncated:
            self.flags.append(f"truncated:{last.truncated}")
        length = _header(last.headers, "content-length")
        if not last.truncated and length.isdecimal() and int(length) != len(last.body):
            self.flags.append("truncated:length-mismatch")
        if not last.truncated and self.more:
            self.flags.append("longer-than-declared")
        schemes = [urlsplit(hop.url).scheme for hop in self.hops]
        if "http" in schemes and "https" in schemes[: schemes.index("http")]:
            self.flags.append("downgraded-to-http")
        if not body.strip():
            self.flags.append("empty")
        if self.policy.proxy:
            self.flags.append("proxy")

    def _too_large(self, how: str) -> FetchLimitError:
        limit = self.policy.max_bytes / 1e6
        return self._limit(
            "too-large", f"{how}it is larger than {limit:.0f} MB", "Save the part you need, or raise max_megabytes in factcheck.toml."
        )

    def _too_slow(self) -> FetchLimitError:
        return self._limit("timeout", f"it was not through after {self.policy.total_seconds:.0f} s")

    def _limit(self, code: str, why: str, remedy: str = REMEDY) -> FetchLimitError:
        return FetchLimitError(f"Could not fetch {shown(self.asked)}: {why}. {remedy}", url=self.asked, code=code)


def _header(headers: tuple[tuple[str, str], ...], name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
