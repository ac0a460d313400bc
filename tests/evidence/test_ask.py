"""Asking a service: any status is an answer, a form goes to one address only, a secret to nobody else and on no record."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from factcheck.errors import FetchError
from factcheck.evidence.fetch import Ask, Fetched, FetchPolicy, HttpFetcher


class Service(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.command, self.path, dict(self.headers), body))  # type: ignore[attr-defined]
        status, location = {"/busy": (429, ""), "/on": (302, "/there"), "/gone": (404, "")}.get(self.path, (200, ""))
        self.send_response(status)
        self.send_header("Content-Length", "2")
        if location:
            self.send_header("Location", location)
        if status == 429:
            self.send_header("Retry-After", "7")
        self.end_headers()
        self.wfile.write(b"{}")

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[tuple[str, list]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.seen = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", server.seen  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def fetcher(service) -> HttpFetcher:
    policy = FetchPolicy(allowed_hosts=frozenset({service[0].removeprefix("http://")}), total_seconds=5)
    return HttpFetcher(policy, clock=lambda: datetime.now(UTC))


def header(fetched: Fetched, name: str) -> str:
    return dict(fetched.headers)[name]


def test_every_status_is_an_answer_to_a_question(fetcher, service) -> None:
    busy = fetcher.fetch(service[0] + "/busy", Ask())
    assert (busy.status, busy.body, header(busy, "Retry-After")) == (429, b"{}", "7")
    assert fetcher.fetch(service[0] + "/gone", Ask()).status == 404
    with pytest.raises(FetchError):
        fetcher.fetch(service[0] + "/gone")


def test_further_headers_go_along_a_redirect_and_a_secret_does_not(fetcher, service) -> None:
    asked = Ask(headers=(("Accept-Datetime", "Thu, 01 Jan 2026 00:00:00 GMT"),), secret="LOW key:word")
    fetched = fetcher.fetch(service[0] + "/on", asked)
    assert fetched.url.endswith("/there")
    first, second = (headers for _, _, headers, _ in service[1])
    assert first["Authorization"] == "LOW key:word"
    assert "Authorization" not in second
    assert first["Accept-Datetime"] == second["Accept-Datetime"] == "Thu, 01 Jan 2026 00:00:00 GMT"
    assert "word" not in repr(fetched)
    assert "word" not in repr(asked)


def test_a_form_is_posted_and_not_sent_on(fetcher, service) -> None:
    fetched = fetcher.fetch(service[0] + "/on", Ask(form=(("url", "https://example.org/خبر"), ("n", "1"))))
    assert (fetched.status, header(fetched, "Location")) == (302, "/there")
    ((method, path, headers, body),) = service[1]
    assert (method, path) == ("POST", "/on")
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert body == b"url=https%3A%2F%2Fexample.org%2F%D8%AE%D8%A8%D8%B1&n=1"


def test_the_guard_holds_for_services_too(fetcher) -> None:
    with pytest.raises(FetchError) as caught:
        fetcher.fetch("http://169.254.169.254/", Ask(form=(("a", "b"),)))
    assert caught.value.code == "refused-address"
