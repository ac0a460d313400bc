"""Google's Fact Check Tools on loopback (``claims:search``), and many that misbehave, one manner a path."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "AIza-of-the-desk-123"


def claim(text: str, n: int = 0, **more: Any) -> dict[str, Any]:
    review = {
        "publisher": {"name": "مسبار", "site": "misbar.com"}, "url": f"https://misbar.com/{n}", "title": "عنوان",
        "reviewDate": "2022-01-03T00:00:00Z", "textualRating": "زائف", "languageCode": "ar",
    }  # fmt: skip
    return {"text": text, "claimant": "صفحة", "claimDate": "2022-01-01T00:00:00Z", "claimReview": [{**review, **more}]}


HOSTILE = [
    None, 7, "text", [], {"text": 5, "claimReview": [{}]}, {"text": "", "claimReview": [{"url": "https://a.example/"}]},
    {"text": "x", "claimReview": "none"}, {"text": ["x"], "claimReview": [None, 7, []]},
    claim("اتفق بوتين وبينيت على إخراج إيران", url="javascript:alert(1)", title="<script>\u202eevil</script>\x00", publisher=["x"]),
    claim("اتفق بوتين وبينيت " * 500, textualRating={"@value": "x" * 5000}, languageCode=7),
]  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.seen.append((self.path, headers))
        manner = parts.path.split("/")[1]
        with suppress(BrokenPipeError, ConnectionResetError):
            getattr(self, "serve_" + manner.replace("-", "_"), self.serve_good)(asked, headers)

    def reply(self, body: bytes | dict[str, Any], status: int = 200, **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def serve_good(self, asked: dict[str, str], headers: dict[str, str]) -> None:
        if headers.get("x-goog-api-key") != KEY:
            self.reply({"error": {"code": 403, "message": f"key {headers.get('x-goog-api-key')} is not valid"}}, 403)
            return
        if asked.get("pageToken"):
            self.reply({"claims": [claim("بوتين وبينيت توافقا على إبعاد إيران من سورية", 2)]})
            return
        found = [claim("اتفق بوتين وبينيت على العمل على إخراج إيران من سوريا", 1), claim("أمر آخر تماماً", 9)]
        self.reply({"claims": found, "nextPageToken": "p2"})

    def serve_endless(self, asked: dict[str, str], headers: dict[str, str]) -> None:
        self.reply({"claims": [claim("خبر", len(self.server.seen))], "nextPageToken": "more"})

    def serve_empty(self, asked: dict[str, str], headers: dict[str, str]) -> None:
        self.reply({})

    def serve_hostile(self, asked: dict[str, str], headers: dict[str, str]) -> None:
        self.reply({"claims": HOSTILE, "nextPageToken": ["x"]})

    def serve_html(self, asked: dict[str, str], headers: dict[str, str]) -> None:
        self.reply(b"<html>Sign in</html>")

    def serve_deep(self, asked: dict[str, str], headers: dict[str, str]) -> None:
        self.reply(b'{"claims":' + b"[" * 100_000 + b"]" * 100_000 + b"}")

    def serve_list(self, asked: dict[str, str], headers: dict[str, str]) -> None:
        self.reply(b"[1,2]")

    def serve_words(self, asked: dict[str, str], headers: dict[str, str]) -> None:
        self.reply({"claims": "none"})

    def serve_quota(self, asked: dict[str, str], headers: dict[str, str]) -> None:
        self.reply({"error": {"code": 429, "message": "Quota exceeded"}}, 429, **{"Retry-After": "3600"})

    def serve_broken(self, asked: dict[str, str], headers: dict[str, str]) -> None:
        self.reply(b"oops", 500)

    def serve_elsewhere(self, asked: dict[str, str], headers: dict[str, str]) -> None:
        self.reply(b"", 302, Location=f"http://{self.headers['Host']}/good/v1alpha1/claims:search?query=x")

    def serve_echo(self, asked: dict[str, str], headers: dict[str, str]) -> None:
        self.reply({"error": {"message": f"bad key {headers.get('x-goog-api-key')} \u202e"}}, 400)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, dict[str, str]]] = []

    def at(self, manner: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{manner}"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"


@contextmanager
def running() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
