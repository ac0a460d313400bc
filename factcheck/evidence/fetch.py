"""Fetch one address, guarded: which addresses may be connected to, how much and how long, nothing sent that tells on the user.

The address is checked where the connection is made, so that a second DNS answer cannot slip in, and again after each redirect. One
deadline holds for everything, slow drips included. Bodies are decoded here, with limits, and every hop is kept for the WARC record.
"""

from __future__ import annotations

import http.cookiejar
import ipaddress
import socket
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from factcheck import __version__
from factcheck.errors import AddressRefusedError, FetchError, FetchLimitError

USER_AGENT = f"factcheck/{__version__} (fact-checking workbench)"
REDIRECTS = (301, 302, 303, 307, 308)
CHUNK = 65_536

_FORBIDDEN = [
    ipaddress.ip_network(net)
    for net in (
        "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10",
        "fec0::/10", "ff00::/8",
    )
]  # fmt: skip
"""Beyond what ``is_global`` knows: transition forms that smuggle another address, and ranges that Python calls public."""


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """What a desk allows."""

    allowed_hosts: frozenset[str] = frozenset()  # host or host:port that may lie on a private network and use any port
    max_bytes: int = 15_000_000  # on the wire, and again decoded
    total_seconds: float = 30.0
    max_redirects: int = 10
    proxy: str | None = None  # then guarding addresses is the proxy's part
    user_agent: str = USER_AGENT

    def allows(self, host: str, port: int) -> bool:
        return host in self.allowed_hosts or f"{host}:{port}" in self.allowed_hosts


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
        return tuple(hop.url for hop in self.hops[1:])


class Fetcher(Protocol):
    """The seam: tests hand in a ``Site`` of pages in memory."""

    def fetch(self, url: str) -> Fetched:
        """Bring one address.

        Raises:
            FetchError: with ``url`` and ``code``; the message says what to do.
        """
        ...


def refused_address(address: str) -> bool:
    """Whether an IP address is private, special, or a disguise of one."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return True
    mapped = getattr(ip, "ipv4_mapped", None)
    if mapped is not None:
        return refused_address(str(mapped))
    return not ip.is_global or ip.is_multicast or ip.is_reserved or any(ip in net for net in _FORBIDDEN if net.version == ip.version)


class HttpFetcher:
    """Fetches with requests, under one policy."""

    def __init__(self, policy: FetchPolicy, *, clock: Callable[[], datetime]) -> None:
        self.policy = policy
        self._clock = clock

    def fetch(self, url: str) -> Fetched:
        """Bring one address within the policy's limits; see ``Fetcher.fetch``."""
        deadline = time.monotonic() + self.policy.total_seconds
        hops: list[Hop] = []
        here = url.strip()
        while True:
            parts = self._checked(here, url)
            hop = self._one(here, parts, url, deadline)
            hops.append(hop)
            location = _header(hop.headers, "location")
            if hop.status not in REDIRECTS or not location:
                break
            if len(hops) > self.policy.max_redirects:
                raise FetchLimitError(
                    f"Could not fetch {url}: more than {self.policy.max_redirects} redirects. Open it in a browser and save the page.",
                    url=url,
                    code="too-many-redirects",
                )
            here = urljoin(here, location)
        last = hops[-1]
        if last.status != 200:
            raise self._status_error(url, last)
        body, flags = self._decoded(last, url)
        if urlsplit(here).scheme == "http" and urlsplit(url).scheme == "https":
            flags.append("downgraded-to-http")
        return Fetched(url, here, last.status, last.headers, body, last.at, tuple(hops), tuple(flags))

    # ---- one hop

    def _checked(self, here: str, asked: str) -> SplitResult:
        """The parts of an address that may be asked for."""

        def refuse(code: str, why: str) -> AddressRefusedError:
            where = "" if here == asked else f" (it leads to {here})"
            return AddressRefusedError(
                f"Refused to fetch {asked}{where}: {why}. Open it in a browser and save the page.", url=asked, code=code
            )

        if any(ord(char) <= 0x20 or char == "\\" or ord(char) == 0x7F for char in here):
            raise refuse("refused-address", "the address holds spaces, control characters or backslashes")
        try:
            parts = urlsplit(here)
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError as error:
            raise refuse("refused-address", f"the address is malformed ({error})") from error
        if parts.scheme not in ("http", "https"):
            raise refuse("refused-scheme", f"only http and https are fetched, not {parts.scheme or 'a bare name'}")
        if not parts.hostname:
            raise refuse("refused-address", "the address names no host")
        if parts.username is not None or parts.password is not None:
            raise refuse("refused-address", "the address carries a user name or password")
        if port not in (80, 443) and not self.policy.allows(parts.hostname, port):
            raise refuse("refused-port", f"port {port} is not a web server's usual one; allowed_hosts in factcheck.toml may allow it")
        return parts

    def _one(self, here: str, parts: SplitResult, asked: str, deadline: float) -> Hop:
        session = requests.Session()
        session.trust_env = False
        session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        session.headers.clear()
        session.headers.update({"User-Agent": self.policy.user_agent, "Accept": "*/*", "Accept-Encoding": "gzip, deflate"})
        guard = _Guard(self.policy, deadline)
        if self.policy.proxy:
            session.proxies = {"http": self.policy.proxy, "https": self.policy.proxy}
        else:
            session.mount("http://", _GuardedAdapter(guard))
            session.mount("https://", _GuardedAdapter(guard))
        at = self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        left = max(0.1, deadline - time.monotonic())
        watch = threading.Timer(left, guard.cut)
        watch.daemon = True
        watch.start()
        try:
            with session:
                response = session.get(here, stream=True, allow_redirects=False, timeout=(min(10.0, left), min(10.0, left)))
                with response:
                    peer = _peer(response)
                    body, truncated = self._body(response, asked, deadline)
        except FetchError:
            raise
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            if time.monotonic() >= deadline:
                raise self._too_slow(asked) from error
            raise _mapped(error, asked) from error
        finally:
            watch.cancel()
        sent = tuple((name, str(value)) for name, value in response.request.headers.items())
        headers = tuple((name, value) for name, value in response.raw.headers.items())
        return Hop(here, sent, response.status_code, response.reason or "", headers, body, peer, at, truncated)

    def _body(self, response: requests.Response, asked: str, deadline: float) -> tuple[bytes, str]:
        """The body as sent, transfer coding undone, content coding not; cut bodies say so."""
        parts: list[bytes] = []
        size = 0
        connection = getattr(response.raw, "_connection", None)
        try:
            while True:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise self._too_slow(asked)
                sock = getattr(connection, "sock", None)
                if sock is not None:
                    sock.settimeout(min(10.0, left))
                chunk = response.raw.read1(CHUNK, decode_content=False)
                if not chunk:
                    return b"".join(parts), ""
                size += len(chunk)
                if size > self.policy.max_bytes:
                    raise FetchLimitError(
                        f"Could not fetch {asked}: it is larger than {self.policy.max_bytes / 1e6:.0f} MB. Save the part you need.",
                        url=asked,
                        code="too-large",
                    )
                parts.append(chunk)
        except (urllib3.exceptions.IncompleteRead, urllib3.exceptions.ProtocolError):
            if time.monotonic() >= deadline:
                raise self._too_slow(asked) from None
            return b"".join(parts), "disconnect"

    def _too_slow(self, asked: str) -> FetchLimitError:
        return FetchLimitError(
            f"Could not fetch {asked}: it was not through after {self.policy.total_seconds:.0f} s. "
            "Open it in a browser and save the page, or cite an archived copy.",
            url=asked,
            code="timeout",
        )

    def _decoded(self, hop: Hop, asked: str) -> tuple[bytes, list[str]]:
        """Undo gzip and deflate, within the size limit."""
        flags = [f"truncated:{hop.truncated}"] if hop.truncated else []
        length = _header(hop.headers, "content-length")
        if not hop.truncated and length.isdecimal() and int(length) != len(hop.body):
            flags.append("truncated:length-mismatch")
        coding = _header(hop.headers, "content-encoding").strip().lower()
        if coding in ("", "identity") or not hop.body:
            return hop.body, flags
        if coding not in ("gzip", "x-gzip", "deflate"):
            raise FetchError(
                f"Could not read {asked}: it is packed as {coding}, which was not asked for. Open it in a browser and save the page.",
                url=asked,
                code="bad-encoding",
            )
        for window in (31,) if "gzip" in coding else (15, -15):
            unpacker = zlib.decompressobj(window)
            try:
                body = unpacker.decompress(hop.body, self.policy.max_bytes + 1)
            except zlib.error:
                continue
            if len(body) > self.policy.max_bytes:
                raise FetchLimitError(
                    f"Could not fetch {asked}: unpacked it is larger than {self.policy.max_bytes / 1e6:.0f} MB.",
                    url=asked,
                    code="too-large",
                )
            if not unpacker.eof:
                flags.append("truncated:packed")
            return body, flags
        raise FetchError(
            f"Could not read {asked}: it says it is packed as {coding} and is not. Open it in a browser and save the page.",
            url=asked,
            code="bad-encoding",
        )

    def _status_error(self, url: str, hop: Hop) -> FetchError:
        what = f"{hop.status} {hop.reason}".strip()
        remedy = f'Open it in a browser, save it, and add it with "factcheck attach a.html --url {url}", or cite an archived copy.'
        if hop.status in (429, 503):
            wait = _header(hop.headers, "retry-after")
            remedy = f"The server asks to come back{f' after {wait} s' if wait.isdecimal() else ' later'}; try again then. " + remedy
        return FetchError(f"Could not fetch {url}: {what}. {remedy}", url=url, code=f"http-{hop.status}", status=hop.status)


def _header(headers: tuple[tuple[str, str], ...], name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")


def _peer(response: requests.Response) -> str:
    sock = getattr(getattr(response.raw, "_connection", None), "sock", None)
    try:
        return str(sock.getpeername()[0]) if sock is not None else ""
    except OSError:
        return ""


def _mapped(error: Exception, url: str) -> FetchError:
    """A library's error as one of ours."""
    at: BaseException | None = error
    while at is not None:
        if isinstance(at, _RefusedError):
            return AddressRefusedError(
                f"Refused to fetch {url}: {at}. If this host is yours, name it in allowed_hosts in factcheck.toml.",
                url=url,
                code="refused-address",
            )
        reason = getattr(at, "reason", None)
        at = reason if isinstance(reason, BaseException) else next((a for a in at.args if isinstance(a, BaseException)), at.__cause__)
    text = str(error)
    if isinstance(error, (requests.Timeout, TimeoutError, urllib3.exceptions.TimeoutError)) or "timed out" in text:
        code, why = "timeout", "the server did not answer in time"
    elif isinstance(error, requests.exceptions.SSLError) or "CERTIFICATE" in text or "SSL" in text:
        code, why = "tls", "its certificate cannot be trusted, so the page may be somebody else's"
    elif "Name or service" in text or "getaddrinfo" in text or "NameResolution" in text or "nodename" in text:
        code, why = "dns", "there is no such host"
    elif isinstance(error, (requests.exceptions.InvalidURL, UnicodeError)):
        code, why = "refused-address", "the address is malformed"
    elif isinstance(error, requests.exceptions.InvalidHeader):
        code, why = "bad-response", "the server's answer is malformed"
    else:
        code, why = "connect", "the connection failed"
    return FetchError(
        f"Could not fetch {url}: {why}. Try again later, open it in a browser and save it, or cite an archived copy.", url=url, code=code
    )


class _RefusedError(OSError):
    """Raised where the connection is made, so that no byte leaves for a refused address."""


@dataclass(slots=True)
class _Guard:
    """Checks addresses where connections are made, and cuts them at the deadline, whatever they are waiting for."""

    policy: FetchPolicy
    deadline: float
    connections: list[Any] = field(default_factory=list)

    def cut(self) -> None:
        for connection in self.connections:
            sock = connection.sock
            if sock is not None:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    def connect(self, host: str, port: int, timeout: float | None) -> socket.socket:
        """Resolve, check all answers, and connect to one of those very addresses."""
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys((family, str(sockaddr[0])) for family, _, _, _, sockaddr in answers))
        if not self.policy.allows(host, port):
            for _, address in addresses:
                if refused_address(address):
                    raise _RefusedError(f"{host} leads to {address}, which is not a public address")
        last: OSError | None = None
        for family, address in addresses:
            left = max(0.1, self.deadline - time.monotonic())
            sock = socket.socket(family, socket.SOCK_STREAM)
            sock.settimeout(min(left, timeout or left))
            try:
                sock.connect((address, port))
            except OSError as error:
                sock.close()
                last = error
            else:
                return sock
        raise last or OSError("no address to connect to")


def _new_conn(connection: Any) -> socket.socket:
    guard: _Guard = connection.guard
    guard.connections.append(connection)
    timeout = connection.timeout if isinstance(connection.timeout, (int, float)) else None
    try:
        return guard.connect(connection._dns_host.strip("[]"), connection.port, timeout)
    except _RefusedError:
        raise
    except TimeoutError as error:
        raise urllib3.exceptions.ConnectTimeoutError(connection, f"connecting timed out: {error}") from error
    except socket.gaierror as error:
        raise urllib3.exceptions.NameResolutionError(connection.host, connection, error) from error
    except OSError as error:
        raise urllib3.exceptions.NewConnectionError(connection, f"connecting failed: {error}") from error


class _GuardedAdapter(HTTPAdapter):
    """requests' adapter with connections that check the address they connect to; no retries."""

    def __init__(self, guard: _Guard) -> None:
        self._guard = guard
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        guard = self._guard

        class Plain(HTTPConnection):
            _new_conn = _new_conn

        class Secure(HTTPSConnection):
            _new_conn = _new_conn

        Plain.guard = Secure.guard = guard  # type: ignore[attr-defined]

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
