"""Checking links again: seconds a link for 50, 100 and 200 of them, unchanged, changed, and lost; beside requests alone on the same pages.

python tests/benchmarks/bench_recheck.py [LINKS]

A local server has pages of about 30 kB. Linear means that the last column stays level.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import requests

from factcheck.case.case import Case
from factcheck.case.desk import Desk, open_desk
from factcheck.case.surroundings import Surroundings

PARAGRAPH = "<p>قال الوزير إن الجسر افتتح أمس بعد عامين من الأعمال، وإن كلفته بلغت أربعين مليون دينار جاءت من قرض ميسّر.</p>\n"
QUOTE = "المقطع رقم {} من هذا الخبر"


class Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        number = self.path.rpartition("/")[2]
        mode = self.server.mode  # type: ignore[attr-defined]
        known = number.isdecimal()
        lost = mode == "lost" or not known
        story = "<p>الصفحة غير موجودة</p>" if lost else PARAGRAPH * 100 + f"<p>{QUOTE.format(number)}</p>"
        later = f"<p>حُدّث في {time.time_ns()}</p>" if mode == "changed" else ""
        body = f"<html><head><title>خبر</title></head><body>{story}{later}</body></html>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def server() -> Iterator[ThreadingHTTPServer]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    made.mode = "same"  # type: ignore[attr-defined]
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.shutdown()
        made.server_close()


def case_of(desk: Desk, base: str, count: int) -> Case:
    case = desk.open_case("قال الوزير إن الجسر افتتح أمس.")
    for number in range(count):
        case.attach(f"{base}/news/{number}", quote=QUOTE.format(number))
    return case


def seconds(act, *arguments, **details) -> float:
    start = time.perf_counter()
    act(*arguments, **details)
    return time.perf_counter() - start


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with server() as pages, tempfile.TemporaryDirectory() as name:
        base = f"http://127.0.0.1:{pages.server_port}"
        around = Surroundings(Path(name) / "config", Path(name) / "state", Surroundings.of_user().clock, Surroundings.of_user().entropy)
        folder = Path(name) / "desk"
        folder.mkdir()
        (folder / "factcheck.toml").write_text(f'allowed_hosts = ["127.0.0.1:{pages.server_port}"]\n', "utf-8")
        with open_desk(folder, name="Bench", newsroom="Mark", around=around) as desk:
            print("links  mode      seconds  of requests alone  ms a link")
            for count in (most // 4, most // 2, most):
                case = case_of(desk, base, count)
                for mode in ("same", "changed", "lost"):
                    pages.mode = mode  # type: ignore[attr-defined]
                    alone = sum(seconds(requests.get, f"{base}/news/{number}", timeout=10) for number in range(count))
                    took = seconds(case.recheck, progress=False)
                    print(f"{count:5}  {mode:8} {took:8.2f} {took / alone:18.1f} {1000 * took / count:10.1f}")
                pages.mode = "same"  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
