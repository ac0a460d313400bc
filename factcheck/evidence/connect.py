"""Connections that check the address they are made to, and are cut at the deadline whatever they are waiting for.

The address is checked where the socket is made, so that a second answer of the DNS cannot slip in. A read's own time-out never fires on
a server that drips, and neither TLS handshakes nor headers have one of their own: a watch shuts the socket instead.
"""

from __future__ import annotations

import hashlib
import heapq
import http.client
import itertools
import re
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from factcheck.evidence.guard import is_allowed, refused_address

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
MAX_INTERIM = 50  # answers of status 1xx before the real one


class RefusedConnectionError(OSError):
    """Raised where the connection is made, so that no byte leaves for a refused address."""


class HeadTooLargeError(http.client.HTTPException):
    """A head larger than the limit, or one that never comes to an end."""


@dataclass(slots=True)
class Guard:
    """Checks addresses where connections are made, and cuts them at the deadline. For one request."""

    allowed_hosts: frozenset[str]
    deadline: float  # of time.monotonic
    max_header_bytes: int
    proxied: bool = False  # then looking names up is the proxy's part
    peer: str = ""
    certificate: str = ""  # SHA-256 of the server's
    late: bool = False
    more: bool = False  # bytes came behind the end of the body
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
        answers = self._resolved(host, port)
        if not self.proxied and not is_allowed(host, port, self.allowed_hosts):
            if port not in (80, 443):
                raise RefusedConnectionError(f"port {port} is not a web server's usual one")
            for _, address in answers:
                if refused_address(address):
                    what = address if host == address else f"{host} leads to {address}, which"
                    raise RefusedConnectionError(f"{what} is not a public address")
        last: OSError | None = None
        for position, (family, address) in enumerate(answers):
            left = max(0.1, self.deadline - time.monotonic())
            sock = socket.socket(family, socket.SOCK_STREAM)
            sock.settimeout(min(timeout or left, left if position == len(answers) - 1 else left / 2))
            try:
                sock.connect((address, port))
            except OSError as error:
                sock.close()
                last = error
            else:
                self.sockets.append(sock.dup())
                self.peer = "" if self.proxied else address
                if self.late:
                    sock.close()
                    raise TimeoutError("connected too late")
                sock.settimeout(timeout or left)
                return sock
        raise last or OSError("no address to connect to")

    def _resolved(self, host: str, port: int) -> list[tuple[int, str]]:
        """Families and addresses. Names are looked up in a thread, since a resolver knows no deadline."""
        answers: list[tuple[int, str]] = []
        failure: list[OSError | UnicodeError] = []

        def ask(flags: int = 0) -> None:
            try:
                found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
            except (OSError, UnicodeError) as error:
                failure.append(error)
            else:
                answers.extend(dict.fromkeys((family, str(sockaddr[0])) for family, _, _, _, sockaddr in found))

        if ":" in host or host.replace(".", "").isdigit():
            ask(socket.AI_NUMERICHOST)
        else:
            thread = threading.Thread(target=ask, daemon=True)
            thread.start()
            thread.join(max(0.1, self.deadline - time.monotonic()))
            if thread.is_alive():
                raise TimeoutError(f"nobody said in time where {host} is")
        if failure:
            raise failure[0]
        return answers


class Watch:
    """One thread that calls back at deadlines; a timer of its own for each request would cost more than the request."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._live: set[int] = set()
        self._numbers = itertools.count()
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None

    def at(self, deadline: float, call: Callable[[], None]) -> int:
        """Call back at a moment of ``time.monotonic``, unless it is called off."""
        with self._change:
            number = next(self._numbers)
            self._live.add(number)
            heapq.heappush(self._due, (deadline, number, call))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="factcheck-deadlines", daemon=True)
                self._thread.start()
            elif self._due[0][1] == number:
                self._change.notify()
            return number

    def off(self, number: int) -> None:
        with self._change:
            self._live.discard(number)

    def _run(self) -> None:
        while True:
            with self._change:
                while self._due and self._due[0][1] not in self._live:
                    heapq.heappop(self._due)
                if not self._due:
                    if not self._change.wait(5.0) and not self._due:
                        self._thread = None
                        return
                    continue
                left = self._due[0][0] - time.monotonic()
                if left > 0:
                    self._change.wait(left)
                    continue
                _, number, call = heapq.heappop(self._due)
                self._live.discard(number)
            call()


class _Response(http.client.HTTPResponse):
    """A response that bears with a few interim answers (http.client: with 100 alone, and with those without end), limits its head, and
    notes what comes behind the end of the body."""

    def __init__(self, *args: Any, guard: Guard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guard = guard

    def _read_status(self) -> Any:
        for _ in range(MAX_INTERIM):
            line = super()._read_status()  # type: ignore[misc]  # typeshed does not know it
            if not 100 <= line[1] < 200 or line[1] == 101:
                return line
            http.client.parse_headers(self.fp)
        raise HeadTooLargeError(f"more than {MAX_INTERIM} interim answers")

    def begin(self) -> None:
        super().begin()
        self._take_lost_headers()
        size = sum(len(name) + len(value) + 4 for name, value in self.headers.items())
        if size > self.guard.max_header_bytes:
            raise HeadTooLargeError(f"a head of {size} bytes")

    def _take_lost_headers(self) -> None:
        """A line without a colon ends the headers for http.client's parser; those behind it count too, as in browsers."""
        message = self.headers
        lost = message.get_payload()
        message.set_payload("")
        message.defects.clear()  # urllib3 would log them
        for line in lost.splitlines() if isinstance(lost, str) else []:
            name, colon, value = line.partition(":")
            if colon and _TOKEN.fullmatch(name):
                message[name] = value.strip()
        if lost:
            self.chunked = (message.get("transfer-encoding") or "").lower() == "chunked"
            self.chunk_left = None
            length = message.get("content-length") or ""
            self.length = int(length) if length.isdecimal() and not self.chunked else None
            self.will_close = self._check_close()  # type: ignore[attr-defined]

    def _close_conn(self) -> None:
        with suppress(OSError, ValueError, AttributeError):
            self.fp.raw._sock.settimeout(0)  # type: ignore[attr-defined]  # looks, and does not wait
            self.guard.more = bool(self.fp.peek(1))
        super()._close_conn()  # type: ignore[misc]


def _new_conn(connection: Any) -> socket.socket:
    guard: Guard = connection.guard
    timeout = connection.timeout if isinstance(connection.timeout, (int, float)) else None
    try:
        return guard.connect(connection._dns_host.strip("[]"), connection.port, timeout)
    except RefusedConnectionError:
        raise
    except TimeoutError as error:
        raise urllib3.exceptions.ConnectTimeoutError(connection, f"connecting timed out: {error}") from error
    except socket.gaierror as error:
        raise urllib3.exceptions.NameResolutionError(connection.host, connection, error) from error
    except OSError as error:
        raise urllib3.exceptions.NewConnectionError(connection, f"connecting failed: {error}") from error


class GuardedAdapter(HTTPAdapter):
    """requests' adapter with guarded connections; no retries."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _guarded_pools(self._guard)

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _guarded_pools(self._guard)
        return manager


def _guarded_pools(guard: Guard) -> dict[str, Any]:
    return {"http": partial(_PlainPool, guard=guard), "https": partial(_SecurePool, guard=guard)}


class _Plain(HTTPConnection):
    _new_conn = _new_conn

    def __init__(self, *args: Any, guard: Guard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guard = guard
        self.response_class = partial(_Response, guard=guard)  # type: ignore[assignment]


class _Secure(HTTPSConnection):
    _new_conn = _new_conn

    def __init__(self, *args: Any, guard: Guard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guard = guard
        self.response_class = partial(_Response, guard=guard)  # type: ignore[assignment]

    def connect(self) -> None:
        super().connect()
        with suppress(AttributeError, ValueError):  # TLS within TLS, as behind some proxies, shows none
            certificate = self.sock.getpeercert(binary_form=True)  # type: ignore[union-attr]
            self.guard.certificate = hashlib.sha256(certificate).hexdigest() if certificate else ""


class _PlainPool(HTTPConnectionPool):
    def __init__(self, *args: Any, guard: Guard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ConnectionCls = partial(_Plain, guard=guard)  # type: ignore[assignment]


class _SecurePool(HTTPSConnectionPool):
    def __init__(self, *args: Any, guard: Guard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ConnectionCls = partial(_Secure, guard=guard)  # type: ignore[assignment]
