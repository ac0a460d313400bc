"""Fetch one address, guarded: which addresses may be connected to, how much and how long, nothing sent that tells on the user.

The address is checked where the connection is made, so that a second DNS answer cannot slip in, and again after each redirect. One
deadline holds for everything, slow drips included. Bodies are decoded here, with limits, and every hop is kept for the WARC record.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urldefrag, urljoin, urlsplit

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
IDLE_SECONDS = 10.0  # without a byte
MAX_MEMBERS = 100  # of a gzip body; each costs a copy of the rest

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
    version: str = "HTTP/1.1"


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


@dataclass(frozen=True, slots=True)
class Ask:
    """How an address is asked that is a service rather than a page. Every status is then an answer, and no error."""

    headers: tuple[tuple[str, str], ...] = ()  # beside the usual ones; sent on after a redirect too
    form: tuple[tuple[str, str], ...] = ()  # posted; where the answer then redirects to is told, not followed
    body: bytes = b""  # posted as it is, in place of a form; the headers say what it is
    secret: str = field(default="", repr=False)  # value of Authorization: for the address asked only, and on no record


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

    def fetch(self, url: str, ask: Ask | None = None) -> Fetched:
        """Bring one address within the policy's limits; see ``Fetcher.fetch``."""
        deadline = time.monotonic() + self.policy.total_seconds
        hops: list[Hop] = []
        here = url.strip()
        while True:
            self._check(here, url)
            hop = self._one(here, url, deadline, ask if ask is None or not hops else replace(ask, secret=""))
            hops.append(hop)
            location = _header(hop.headers, "location")
            if hop.status not in REDIRECTS or not location or (ask and (ask.form or ask.body)):
                break
            if len(hops) > self.policy.max_redirects:
                raise FetchLimitError(
                    f"Could not fetch {url}: more than {self.policy.max_redirects} redirects. Open it in a browser and save the page.",
                    url=url,
                    code="too-many-redirects",
                )
            here = self._next(hop.url, location, url)
        last = hops[-1]
        if last.status != 200 and ask is None:
            raise self._status_error(url, last)
        body, flags = self._decoded(last, url)
        schemes = [urlsplit(hop.url).scheme for hop in hops]
        if "http" in schemes and "https" in schemes[: schemes.index("http")]:
            flags.append("downgraded-to-http")
        if not body.strip():
            flags.append("empty")
        if self.policy.proxy:
            flags.append("proxy")
        return Fetched(url, last.url, last.status, last.headers, body, last.at, tuple(hops), tuple(flags))

    # ---- one hop

    def _check(self, here: str, asked: str) -> None:
        """Refuse an address that may not be asked for; where its host leads is checked when connecting."""

        def refuse(code: str, why: str) -> AddressRefusedError:
            where = "" if here == asked else f" (it leads to {here})"
            return AddressRefusedError(
                f"Refused to fetch {asked}{where}: {why}. Open it in a browser and save the page.", url=asked, code=code
            )

        if any(ord(char) <= 0x20 or char == "\\" or 0x7F <= ord(char) <= 0xA0 for char in here):
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

    def _next(self, here: str, location: str, asked: str) -> str:
        """Where a redirect leads. Servers send letters beyond ASCII and spaces as they are; http.client reads them as Latin-1."""
        with suppress(UnicodeError):
            location = location.encode("latin-1").decode("utf-8")
        try:
            return urljoin(here, location.strip().replace(" ", "%20"))
        except ValueError as error:
            raise FetchError(
                f"Could not fetch {asked}: it leads to a malformed address ({error}). Open it in a browser and save the page.",
                url=asked,
                code="bad-response",
            ) from error

    def _one(self, here: str, asked: str, deadline: float, ask: Ask | None) -> Hop:
        """One request through an adapter of its own. Not through a session: that would follow up a redirect by reading its whole body,
        unpacked and without a limit, and it would keep cookies and look for credentials."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise self._too_slow(asked)
        ask = ask or Ask()
        headers = {"User-Agent": self.policy.user_agent, "Accept": "*/*", "Accept-Encoding": "gzip, deflate", **dict(ask.headers)}
        if ask.secret:
            headers["Authorization"] = ask.secret
        proxies = {"http": self.policy.proxy, "https": self.policy.proxy} if self.policy.proxy else {}
        at = self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        guard = _Guard(self.policy, deadline)
        watch = threading.Timer(left, guard.cut)
        watch.daemon = True
        watch.start()
        try:
            posted = dict(ask.form) or ask.body or None
            request = requests.Request("POST" if posted else "GET", here, headers=headers, data=posted).prepare()
            with closing(_GuardedAdapter(guard)) as adapter:
                wait = min(IDLE_SECONDS, left)
                response = adapter.send(request, stream=True, timeout=(wait, wait), verify=True, proxies=proxies)
                with response:
                    body, truncated = self._body(response, asked)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            if time.monotonic() >= deadline:
                raise self._too_slow(asked) from error
            raise _mapped(error, asked) from error
        finally:
            watch.cancel()
            guard.close()
        if guard.late:  # a body that ends where the connection does looks whole when cut
            raise self._too_slow(asked)
        return Hop(
            url=urldefrag(request.url or here).url,
            request_headers=tuple((name, str(value)) for name, value in request.headers.items() if name.lower() != "authorization"),
            status=response.status_code,
            reason=response.reason or "",
            headers=tuple((name, value) for name, value in response.raw.headers.items()),
            body=body,
            peer=guard.peer,
            at=at,
            truncated=truncated,
            version="HTTP/1.0" if response.raw.version == 10 else "HTTP/1.1",
        )

    def _body(self, response: requests.Response, asked: str) -> tuple[bytes, str]:
        """The body as sent, transfer coding undone, content coding not; cut bodies say so."""
        parts: list[bytes] = []
        size = 0
        try:
            while chunk := response.raw.read1(CHUNK, decode_content=False):
                size += len(chunk)
                if size > self.policy.max_bytes:
                    raise FetchLimitError(
                        f"Could not fetch {asked}: it is larger than {self.policy.max_bytes / 1e6:.0f} MB. Save the part you need.",
                        url=asked,
                        code="too-large",
                    )
                parts.append(chunk)
        except urllib3.exceptions.ProtocolError:
            return b"".join(parts), "disconnect"
        return b"".join(parts), ""

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
            try:
                body, flag = _unpacked(hop.body, window, self.policy.max_bytes)
            except zlib.error:
                continue
            if len(body) > self.policy.max_bytes:
                raise FetchLimitError(
                    f"Could not fetch {asked}: unpacked it is larger than {self.policy.max_bytes / 1e6:.0f} MB. Save the part you need.",
                    url=asked,
                    code="too-large",
                )
            return body, [*flags, flag] if flag else flags
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


def _unpacked(data: bytes, window: int, limit: int) -> tuple[bytes, str]:
    """Unpack all members of a gzip body, or one deflate stream, up to a byte beyond the limit; and a flag if it was cut or went on.

    Raises:
        zlib.error: the first member is not packed so.
    """
    parts: list[bytes] = []
    size = 0
    for _ in range(MAX_MEMBERS):
        unpacker = zlib.decompressobj(window)
        try:
            part = unpacker.decompress(data, limit - size + 1)
        except zlib.error:
            if not parts:
                raise
            return b"".join(parts), "truncated:packed"
        parts.append(part)
        size += len(part)
        if size > limit:
            break
        if not unpacker.eof:
            return b"".join(parts), "truncated:packed"
        data = unpacker.unused_data
        if not data.startswith(b"\x1f\x8b"):
            return b"".join(parts), "bytes-after-end" if data else ""
    return b"".join(parts), "truncated:packed"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it was made of, outermost first; libraries nest theirs in ``reason``, in ``args`` or as the cause."""
    for _ in range(20):
        if error is None:
            return
        yield error
        reason = getattr(error, "reason", None)
        inner = reason if isinstance(reason, BaseException) else next((a for a in error.args if isinstance(a, BaseException)), None)
        error = inner or error.__cause__


def _mapped(error: Exception, url: str) -> FetchError:
    """A library's error as one of ours."""
    causes = list(_causes(error))

    def among(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    for cause in causes:
        if isinstance(cause, _RefusedError):
            return AddressRefusedError(
                f"Refused to fetch {url}: {cause}. If this host is yours, name it in allowed_hosts in factcheck.toml.",
                url=url,
                code="refused-address",
            )
    if among(socket.gaierror, urllib3.exceptions.NameResolutionError):
        code, why = "dns", "there is no such host"
    elif among(requests.Timeout, TimeoutError, urllib3.exceptions.ReadTimeoutError):
        code, why = "timeout", "the server did not answer in time"
    elif among(requests.exceptions.SSLError, ssl.SSLError, urllib3.exceptions.SSLError):
        code, why = "tls", "no secure connection could be made, so the page might be somebody else's"
    elif among(requests.exceptions.InvalidURL, UnicodeError, urllib3.exceptions.LocationValueError):
        code, why = "refused-address", "the address is malformed"
    elif among(requests.exceptions.InvalidHeader) or (among(http.client.HTTPException) and not among(ConnectionError)):
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
    peer: str = ""
    late: bool = False
    sockets: list[socket.socket] = field(default_factory=list)  # second handles: TLS takes the first ones over

    def cut(self) -> None:
        self.late = True
        for sock in self.sockets:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        for sock in self.sockets:
            sock.close()

    def connect(self, host: str, port: int, timeout: float | None) -> socket.socket:
        """Resolve, check all answers, and connect to one of those very addresses. A proxy is the desk's own choice."""
        if not self.policy.proxy and not self.policy.allows(host, port):
            if port not in (80, 443):
                raise _RefusedError(f"port {port} is not a web server's usual one")
            for _, address in (answers := self._resolved(host, port)):
                if refused_address(address):
                    raise _RefusedError(f"{host} leads to {address}, which is not a public address")
        else:
            answers = self._resolved(host, port)
        last: OSError | None = None
        for family, address in answers:
            left = max(0.1, self.deadline - time.monotonic())
            sock = socket.socket(family, socket.SOCK_STREAM)
            sock.settimeout(min(left, timeout or left))
            try:
                sock.connect((address, port))
            except OSError as error:
                sock.close()
                last = error
            else:
                self.sockets.append(sock.dup())
                self.peer = address
                if self.late:
                    sock.close()
                    raise TimeoutError("connected too late")
                return sock
        raise last or OSError("no address to connect to")

    def _resolved(self, host: str, port: int) -> list[tuple[int, str]]:
        """Families and addresses. In a thread, since a resolver knows no deadline."""
        answers: list[tuple[int, str]] = []
        failure: list[OSError | UnicodeError] = []

        def ask() -> None:
            try:
                found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError) as error:
                failure.append(error)
            else:
                answers.extend(dict.fromkeys((family, str(sockaddr[0])) for family, _, _, _, sockaddr in found))

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        thread.join(max(0.1, self.deadline - time.monotonic()))
        if failure:
            raise failure[0]
        if thread.is_alive():
            raise TimeoutError(f"nobody said in time where {host} is")
        return answers


def _new_conn(connection: Any) -> socket.socket:
    guard: _Guard = connection.guard
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
        self.poolmanager.pool_classes_by_scheme = _guarded_pools(self._guard)

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _guarded_pools(self._guard)
        return manager


def _guarded_pools(guard: _Guard) -> dict[str, Any]:
    class Plain(HTTPConnection):
        _new_conn = _new_conn

    class Secure(HTTPSConnection):
        _new_conn = _new_conn

    Plain.guard = Secure.guard = guard  # type: ignore[attr-defined]

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
