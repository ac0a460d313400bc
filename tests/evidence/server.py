"""A local web server that misbehaves, one endpoint a fault."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GOOD = (
    "<!doctype html><html lang='ar'><head><meta charset='utf-8'><title>عنوان</title></head>"
    "<body><p>قال الوزير إن الجسر افتتح.</p></body></html>"
)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: list[dict[str, str]]

    def do_GET(self) -> None:
        self.server.seen.append({"path": self.path, **{k.lower(): v for k, v in self.headers.items()}})  # type: ignore[attr-defined]
        with suppress(BrokenPipeError, ConnectionResetError):
            getattr(self, "serve_" + self.path.strip("/").partition("?")[0].replace("-", "_"), self.serve_404)()

    def reply(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Type": "text/html; charset=utf-8", "Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass

    def serve_404(self) -> None:
        self.reply(b"gone", 404)

    def serve_good(self) -> None:
        self.reply(GOOD.encode())

    def serve_packed(self) -> None:
        self.reply(gzip.compress(GOOD.encode()), Content_Encoding="gzip")

    def serve_cut_gzip(self) -> None:
        self.reply(gzip.compress(GOOD.encode() * 50)[:-20], Content_Encoding="gzip")

    def serve_not_gzip(self) -> None:
        self.reply(b"plain", Content_Encoding="gzip")

    def serve_brotli(self) -> None:
        self.reply(b"xx", Content_Encoding="br")

    def serve_bomb(self) -> None:
        self.reply(gzip.compress(bytes(50_000_000)), Content_Encoding="gzip")

    def serve_large(self) -> None:
        self.reply(b"x" * 2_000_000)

    def serve_endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        while True:
            self.wfile.write(b"x" * 65536)

    def serve_drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(1000):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def serve_header_drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for i in range(200):
            self.wfile.write(f"X-{i}: y\r\n".encode())
            self.wfile.flush()
            time.sleep(0.1)

    def serve_silent(self) -> None:
        time.sleep(3)

    def serve_short(self) -> None:
        self.reply(b"only this", Content_Length="500")
        self.close_connection = True

    def serve_loop(self) -> None:
        self.reply(b"", 302, Location="/loop")

    def serve_moved(self) -> None:
        self.reply(b"", 301, Location="/good")

    def serve_to_private(self) -> None:
        self.reply(b"", 302, Location="http://169.254.169.254/latest/meta-data/")

    def serve_to_loopback(self) -> None:
        self.reply(b"", 302, Location="http://[::ffff:127.0.0.1]:80/secret")

    def serve_to_file(self) -> None:
        self.reply(b"", 302, Location="file:///etc/passwd")

    def serve_to_login(self) -> None:
        self.reply(b"", 302, Location="http://user:word@127.0.0.1/")

    def serve_429(self) -> None:
        self.reply(b"later", 429, Retry_After="120")

    def serve_403(self) -> None:
        self.reply(b"no", 403)

    def serve_500(self) -> None:
        self.reply(b"oops", 500)

    def serve_cookie(self) -> None:
        self.reply(b"", 302, Location="/good", Set_Cookie="track=1")

    def serve_hostile_headers(self) -> None:
        self.reply(GOOD.encode(), X_Odd="a\u202eb".encode().decode("latin-1"))

    def serve_1256(self) -> None:
        self.reply(GOOD.replace("<meta charset='utf-8'>", "").encode("cp1256"), Content_Type="text/html; charset=iso-8859-1")

    def serve_binary(self) -> None:
        self.reply(bytes(range(256)) * 10)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that hangs up on a misbehaving server is in the right."""


@contextmanager
def misbehaving() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """The server's address, and what it was asked with which headers."""
    server = Server(("127.0.0.1", 0), Handler)
    server.seen = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.seen  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
