"""A small web site on this machine for the walks to cite."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Officer: talks were useful</title></head><body>
<p>The paper met him on Monday.</p>
<p>A senior officer told the paper that the two leaders had agreed to work on removing Iran from Syria.</p></body></html>"""


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = self.path in ("/officer", "/second", "/third")
        body = PAGE.replace("Monday", self.path).encode() if found else b"no such page"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[str]:
    """The site's address; a desk must allow its host."""
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_port}"
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()
