"""A small web archive on loopback: TimeGate, TimeMap, availability, CDX, replay; and many that misbehave, one manner a path.

The first part of a path says how it is answered: ``/good/web/<page>`` is a TimeGate that keeps to its protocol, ``/other-page/web/<page>``
one that leads to copies of another page.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from factcheck.evidence.memento import Archive

COPIES = {
    "https://example.org/news": ["20200101120000", "20211120100000", "20211125090000", "20230301000000"],
    "https://example.org/خبر?id=7": ["20211121000000"],
}
OTHER = "https://other.example/page"
HTML = b"<!doctype html><title>Archive</title><p>Sign in to go on.</p>"


def when(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def http(stamp: str) -> str:
    return format_datetime(when(stamp), usegmt=True)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Archives

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        with self.server.lock:
            self.server.seen.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        _, self.manner, self.service, *rest = self.path.split("/", 3)
        self.rest = rest[0] if rest else ""
        self.base = f"http://{self.headers['Host']}/{self.manner}"
        always = {"html": self.serve_html, "busy": self.serve_busy, "refusing": self.serve_refusal, "failing": self.serve_failure,
                  "silent": self.serve_silence}  # fmt: skip
        with suppress(BrokenPipeError, ConnectionResetError):
            (always.get(self.manner) or getattr(self, "serve_" + self.service.partition("?")[0], self.nothing))()

    def do_POST(self) -> None:
        self.do_GET()

    def reply(self, body: bytes, status: int = 200, *, content_type: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Type": content_type, "Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value.encode("utf-8").decode("latin-1"))
        self.end_headers()
        self.wfile.write(body)

    def nothing(self) -> None:
        self.reply(b"Hrm. Not archived.", 404, content_type="text/html")

    def log_message(self, *_: object) -> None:
        pass

    # ---- whatever is asked

    def serve_html(self) -> None:
        self.reply(HTML, content_type="text/html")

    def serve_busy(self) -> None:
        self.reply(b"slow down", 429, Retry_After="77")

    def serve_refusal(self) -> None:
        self.reply(b"no", 403)

    def serve_failure(self) -> None:
        self.reply(b"oops", 500)

    def serve_silence(self) -> None:
        time.sleep(5)

    # ---- what there is

    def page(self, text: str) -> str:
        asked = unquote(text)
        return next((page for page in self.server.copies if page == asked), asked)

    def stamps(self, page: str) -> list[str]:
        return self.server.copies.get(page, [])

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

    # ---- TimeGate and copies

    def serve_web(self) -> None:
        stamp, slash, page = self.rest.partition("/")
        if slash and stamp[:14].isdecimal():
            self.copy(stamp[:14], page, raw=stamp[14:] == "id_")
        else:
            self.timegate(self.page(self.rest))

    def timegate(self, page: str) -> None:
        if self.manner == "loop":
            return self.reply(b"", 302, Location=f"{self.base}/web/{page}")
        if self.manner == "to-file":
            return self.reply(b"", 302, Location="file:///etc/passwd")
        if self.manner == "to-private":
            return self.reply(b"", 302, Location="http://169.254.169.254/latest/meta-data/")
        if self.manner == "no-datetime":
            return self.reply(b"<p>a page</p>", content_type="text/html")
        if self.manner == "large":
            return self.reply(b"x" * 3_000_000, Memento_Datetime=http("20211120100000"), content_type="text/html")
        if not self.stamps(page):
            return self.nothing()
        asked = self.headers.get("Accept-Datetime")
        target = datetime.strptime(asked, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC) if asked else datetime.now(UTC)
        stamp = min(self.stamps(page), key=lambda s: abs(when(s) - target))
        if self.manner == "in-place":  # RFC 7089, pattern 2.2: the TimeGate answers with the copy
            return self.copy(stamp, page, Content_Location=f"/in-place/web/{stamp}mp_/{page}")
        self.reply(b"", 302, Location=f"{self.base}/web/{stamp}/{page}", Vary="accept-datetime", Link=f'<{page}>; rel="original"')
        return None

    def copy(self, stamp: str, page: str, *, raw: bool = False, **headers: str) -> None:
        page = self.page(page)
        said, original = http(stamp), page
        if self.manner == "other-page":
            original = OTHER
        if self.manner == "future":
            said = "Fri, 01 Jan 2100 00:00:00 GMT"
        if self.manner == "bad-date":
            said = "Tue, 30 Feb 2021 10:00:00 GMT"
        if self.manner == "wrong-weekday":
            said = "Mon, 20 Nov 2021 10:00:00 GMT"
        if self.manner == "contradiction":
            said = http("20100101000000")
        status = 404 if self.manner == "error-copy" else 200
        banner = "" if raw else "<div>Archive banner</div>"
        body = self.server.bodies.get(page, f"<html><body>{banner}<p>نص الصفحة كما كانت يوم {stamp[:8]}</p></body></html>")
        link = f'<{original}>; rel="original", <{self.base}/web/{page}>; rel="timegate"'
        if self.manner == "no-original":
            link = ""
        self.reply(
            body.encode(),
            status,
            content_type="text/html; charset=utf-8",
            Memento_Datetime=said,
            **({"Link": link} if link else {}),
            **headers,
        )

    # ---- TimeMap

    def serve_timemap(self) -> None:
        number, _, page = self.rest.partition("/")
        page = self.page(page)
        stamps = self.stamps(page)
        original = OTHER if self.manner == "other-page" else page
        lines = [f'<{original}>; rel="original"', f'<{self.base}/timemap/{number}/{page}>; rel="self"; type="application/link-format"']
        copies = [f'<{self.base}/web/{stamp}/{page}>; rel="memento"; datetime="{http(stamp)}"' for stamp in stamps]
        match self.manner:
            case "paged":  # an index of pages with one copy each
                if number == "0":
                    for i, stamp in enumerate(stamps):
                        covers = f'from="{http(stamp)}"; until="{http(stamp)}"'
                        lines.append(f'<{self.base}/timemap/{i + 1}/{page}>; rel="timemap"; type="application/link-format"; {covers}')
                else:
                    lines.append(copies[int(number) - 1])
                    lines.append(f'<{self.base}/timemap/0/{page}>; rel="timemap"; type="application/link-format"')
            case "breaking":  # the second page fails
                if number != "0":
                    return self.reply(b"oops", 500)
                lines += [copies[0], f'<{self.base}/timemap/1/{page}>; rel="timemap"; type="application/link-format"']
            case "endless":  # each page names a further one
                lines += [copies[0], f'<{self.base}/timemap/{int(number) + 1}/{page}>; rel="timemap"; type="application/link-format"']
            case "abroad":
                lines += [*copies, '<http://169.254.169.254/latest>; rel="timemap"; type="application/link-format"']
            case "tricks":
                lines += [
                    '<javascript:alert(1)>; rel="memento"; datetime="Sat, 20 Nov 2021 10:00:00 GMT"',
                    '<file:///etc/passwd>; rel="memento"; datetime="Sat, 20 Nov 2021 10:00:00 GMT"',
                    '<http://user:word@archive.example/a>; rel="memento"; datetime="Sat, 20 Nov 2021 10:00:00 GMT"',
                    f'<{self.base}/web/20211120100000/{OTHER}>; rel="memento"; datetime="Sat, 20 Nov 2021 10:00:00 GMT"',
                    f'<{self.base}/web/19990101000000/{page}>; rel="memento"; datetime="Sat, 20 Nov 2021 10:00:00 GMT"',
                    f'<{self.base}/x1>; rel="memento"; datetime="yesterday"',
                    f'<{self.base}/x2>; rel="memento"',
                    copies[1],
                ]
            case "huge":
                lines += [f'<{self.base}/web/{when_(i)}/{page}>; rel="memento"; datetime="{http(when_(i))}"' for i in range(2_000)]
            case "torn":
                return self.reply(",\n".join([*lines, *copies]).encode()[:-10], content_type="application/link-format")
            case _:
                if not stamps:
                    return self.nothing()
                lines += copies
        self.reply((",\n".join(lines) + ",\n").encode(), content_type="application/link-format")
        return None

    # ---- Wayback availability and CDX

    def serve_available(self) -> None:
        page = self.query["url"]
        stamps = self.stamps(page)
        target = when(self.query["timestamp"])
        closest: dict[str, Any] = {}
        if stamps:
            stamp = min(stamps, key=lambda s: abs(when(s) - target))
            closest = {"status": "200", "available": True, "url": f"{self.base}/web/{stamp}/{page}", "timestamp": stamp}
        match self.manner:
            case "other-page":
                closest["url"] = f"{self.base}/web/20211120100000/{OTHER}"
            case "tricks":
                closest["url"] = f"javascript:/web/20211120100000/{page}"
            case "malformed":
                closest["url"] = f"http://[/web/20211120100000/{page}"
            case "bad-date":
                closest["timestamp"] = "20211399000000"
            case "wrong-types":
                closest["available"] = "yes"
            case "deep":
                return self.reply(b'{"archived_snapshots":' + b"[" * 200_000)
            case "forgetful":
                closest = {}
        self.reply(json.dumps({"url": page, "archived_snapshots": {"closest": closest} if closest else {}}).encode())
        return None

    def serve_cdx(self) -> None:
        page = self.query["url"]
        rows = [[stamp, page, "200"] for stamp in self.stamps(page)]
        match self.manner:
            case "other-page":
                rows = [[stamp, OTHER, "200"] for stamp in self.stamps(page)]
            case "cdx-text":
                return self.reply("".join(f"{' '.join(row)}\n" for row in rows).encode(), content_type="text/plain")
            case "cdx-seven":
                lines = [f"org,example)/news {stamp} {page} text/html 200 SHA1 1234" for stamp, _, _ in rows]
                return self.reply("\n".join(lines).encode(), content_type="text/plain")
            case "cdx-lines":
                lines = [json.dumps({"urlkey": "k", "timestamp": stamp, "url": page, "status": "200"}) for stamp, _, _ in rows]
                return self.reply("\n".join(lines).encode())
            case "cdx-ragged":
                rows.append(["20211120100000"])
            case "cdx-words":
                return self.reply(b"Blocked Site Error", content_type="text/plain")
            case "cdx-errors":
                rows = [[stamp, page, "404"] for stamp in self.stamps(page)]
            case "cdx-empty":
                return self.reply(b"")
        self.reply(json.dumps([["timestamp", "original", "statuscode"], *rows] if rows else []).encode())
        return None

    # ---- Save Page Now

    def serve_save(self) -> None:
        if self.command == "POST":
            page = parse_qs(self.server.seen[-1][3].decode())["url"][0]
            return self.begin(page)
        return self.job(self.rest.removeprefix("status/"))

    def begin(self, page: str) -> None:
        """Take a request on, or not."""
        secret = self.headers.get("Authorization", "")
        match self.manner:
            case "keyed" if secret != "LOW access:verysecret":
                return self.reply(json.dumps({"message": f"You need to be logged in, {secret}"}).encode(), 401)
            case "echoing":
                said = {"message": f"bad key {secret}", "status": "error", "status_ext": f"error:{secret}"}
                return self.reply(json.dumps(said).encode())
            case "overloaded" if self.count(page) < 3:
                return self.reply(b"{}", 429, Retry_After="90")
            case "overloaded-html" if self.count(page) < 3:
                return self.reply(HTML, 503, content_type="text/html")
            case "session-limit" if self.count(page) < 3:
                return self.reply(b'{"status":"error","status_ext":"error:user-session-limit","message":"You have reached your limit"}')
            case "blocked":
                return self.reply(b'{"status":"error","status_ext":"error:blocked-url","message":"This URL is in our block list"}')
            case "wordy":
                said = {"status": "error", "status_ext": "error:blocked", "message": "a\n\u001b[31m" + "ك" * 5000}
                return self.reply(json.dumps(said).encode())
            case "login-page":
                return self.reply(b"<html><p>You need to be logged in to use Save Page Now.</p></html>", content_type="text/html")
            case "had-one":
                said = {"url": page, "job_id": None, "message": "The same snapshot had been made 5 minutes ago."}
                return self.reply(json.dumps(said).encode())
            case "bad-gateway":  # and copied it all the same
                self.server.take_copy(page)
                return self.reply(HTML, 523, content_type="text/html")
            case "hangs-up":
                self.server.take_copy(page)
                self.close_connection = True
                return None
            case "goes-mute":
                self.server.take_copy(page)
                return time.sleep(10)
            case "nothing-comes":
                return self.reply(HTML, content_type="text/html")
            case "redirecting":
                stamp = self.server.take_copy(page)
                return self.reply(b"", 302, Location=f"/{self.manner}/web/{stamp}/{page}")
            case "redirecting-elsewhere":
                return self.reply(b"", 302, Location=f"/{self.manner}/web/20261123120000/{OTHER}")
            case "bad-request":
                return self.reply(b"no such thing", 400)
            case "job-in-page":
                job = self.server.new_job(page)
                body = f'<html><script>spn.watchJob("{job}", "/_static/", 6000);</script></html>'
                return self.reply(body.encode(), content_type="text/html")
            case "job-with-tricks":
                return self.reply(b'{"url":"x","job_id":"../../admin?x="}')
            case "deep":
                return self.reply(b"[" * 200_000)
            case "eager":  # copies at once, and takes its time to say so
                self.server.take_copy(page)
                time.sleep(0.05)
        return self.reply(json.dumps({"url": page, "job_id": self.server.new_job(page)}).encode())

    def count(self, page: str) -> int:
        """How often this page was asked for."""
        with self.server.lock:
            return sum(method == "POST" and parse_qs(body.decode())["url"][0] == page for method, _, _, body in self.server.seen)

    def job(self, job: str) -> None:
        page, polls = self.server.jobs.get(job, ("", 0))
        self.server.jobs[job] = (page, polls + 1)
        match self.manner:
            case "forgetful":  # what it says of jobs it does not know, too
                if polls == 0:
                    self.server.take_copy(page)
                return self.reply(json.dumps({"job_id": job, "resources": [], "status": "pending"}).encode())
            case "stuck":
                return self.reply(json.dumps({"job_id": job, "resources": [], "status": "pending"}).encode())
            case "stumbling" if polls < 2:
                return self.reply(HTML, 502, content_type="text/html")
            case "job-busy" if polls < 2:
                return self.reply(b"{}", 429, Retry_After="45")
            case "job-fails":
                said = {"status": "error", "status_ext": "error:job-failed", "message": "Job failed", "exception": "x"}
                return self.reply(json.dumps(said).encode())
            case "job-unknown-code":
                said = {"status": "error", "status_ext": "error:no-captures", "message": "unreachable"}
                return self.reply(json.dumps(said).encode())
            case "job-not-found":
                said = {"status": "error", "status_ext": "error:not-found", "message": "The server cannot find the page"}
                return self.reply(json.dumps(said).encode())
            case "job-other-page":
                said = {"status": "success", "timestamp": self.server.take_copy(page), "original_url": OTHER}
                return self.reply(json.dumps(said).encode())
            case "job-bad-date":
                return self.reply(json.dumps({"status": "success", "timestamp": "20269999000000", "original_url": page}).encode())
        if polls < 1 or not page:
            return self.reply(json.dumps({"job_id": job, "resources": [], "status": "pending"}).encode())
        stamp = self.stamps(page)[-1] if self.manner == "eager" else self.server.take_copy(page)
        said = {"status": "success", "job_id": job, "timestamp": stamp, "original_url": page, "http_status": 200, "counters": {}}
        return self.reply(json.dumps(said).encode())


def when_(i: int) -> str:
    return datetime.fromtimestamp(1_500_000_000 + 3600 * i, UTC).strftime("%Y%m%d%H%M%S")


class Archives(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.copies: dict[str, list[str]] = {page: list(stamps) for page, stamps in COPIES.items()}
        self.bodies: dict[str, str] = {}

        self.jobs: dict[str, tuple[str, int]] = {}  # job -> page and how often it was asked about
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def new_job(self, page: str) -> str:
        with self.lock:
            job = f"spn2-{len(self.jobs):040x}"
            self.jobs[job] = (page, 0)
        return job

    def take_copy(self, page: str) -> str:
        """Copy a page; returns the copy's stamp."""
        stamp = self.clock().strftime("%Y%m%d%H%M%S")
        with self.lock:
            self.copies.setdefault(page, []).append(stamp)
        return stamp

    def saves(self) -> list[str]:
        """Pages that copies were asked of, in order."""
        with self.lock:
            return [parse_qs(body.decode())["url"][0] for method, _, _, body in self.seen if method == "POST"]

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def archive(self, manner: str = "good", *speaks: str, **details: Any) -> Archive:
        """An archive of that manner, with the protocols named; all without any."""
        base = f"http://{self.host}/{manner}"
        addresses = {
            "timegate": f"{base}/web/",
            "timemap": f"{base}/timemap/0/",
            "availability": f"{base}/available",
            "cdx": f"{base}/cdx",
            "save": f"{base}/save",
        }
        chosen = {name: address for name, address in addresses.items() if not speaks or name in speaks}
        return Archive(name=manner, replay=f"{base}/web/", **{**chosen, **details})

    def asked(self) -> list[str]:
        """Services that were asked, in order."""
        with self.lock:
            return [path.split("/", 3)[2].partition("?")[0] for _, path, _, _ in self.seen]

    def handle_error(self, *_: object) -> None:
        """A client that hangs up on a misbehaving server is in the right."""


@contextmanager
def web_archives() -> Iterator[Archives]:
    server = Archives()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
