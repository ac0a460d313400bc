"""What capturing costs beside bare ``requests``, and a WACZ beside ``wacz create``: ``python tests/benchmarks/bench_capture.py``.

A server in a process of its own serves the pages under several loopback addresses, each answer after the delay that is given (a near web
server takes some 20 ms, most take more). In turn, so that a machine whose speed drifts does not distort it: requests with one session over
all pages; fetching alone; capturing (fetch, WARC records, extracted text, SHA-256, synced files); ``attach_many`` with the ledger.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import requests

from factcheck.case import gather
from factcheck.case.desk import open_desk
from factcheck.case.settings import Settings, settings_file
from factcheck.case.surroundings import Surroundings
from factcheck.evidence.batch import visit
from factcheck.evidence.captures import CaptureStore
from factcheck.evidence.fetch import FetchPolicy, HttpFetcher
from factcheck.evidence.wacz import write_wacz
from factcheck.text.child import ReaderPool

WORDS = ["قال", "وزير", "النقل", "إن", "الجسر", "سيفتتح", "في", "الأول", "من", "آذار", "وأضاف", "أن", "كلفته", "بلغت", "مليون", "دينار"]


def page(number: int, size: int) -> bytes:
    """A page of about so many bytes: text in paragraphs, links, scripts, as news sites have them."""
    chance = random.Random(number)
    parts = [f"<!doctype html><html lang='ar'><head><meta charset='utf-8'><title>خبر {number}</title></head><body>"]
    held = 0
    while held < size:
        words = " ".join(chance.choices(WORDS, k=40))
        block = (
            f'<div class="c{number}"><p>{words} <a href="/{chance.random()}">رابط</a>.</p><script>var x={chance.random()};</script></div>\n'
        )
        parts.append(block)
        held += len(block.encode())
    return "".join([*parts, "</body></html>"]).encode()


def serve(size: int, delay: float) -> None:
    """In a process of its own; prints its port."""
    made: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = made.get(self.path) or made.setdefault(self.path, page(int(self.path.strip("/")), size))
            time.sleep(delay)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

    server = Server(("0.0.0.0", 0), Handler)
    print(server.server_port, flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()
    server.serve_forever()


@contextmanager
def server(size: int, delay: float):
    command = [sys.executable, __file__, "--serve", str(size), "--delay", str(delay)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield int(process.stdout.readline())  # type: ignore[union-attr]
        process.stdin.close()  # type: ignore[union-attr]
        process.wait(10)


def timed(act) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def processor() -> float:
    """Seconds of processor time of this process and of the children it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def bare(urls: list[str]) -> None:
    with requests.Session() as session:
        session.trust_env = False
        for url in urls:
            assert session.get(url, timeout=30).status_code == 200


def fetch_only(urls: list[str], fetcher: HttpFetcher) -> None:
    assert len(list(visit(urls, fetcher.fetch, at_once=6))) == len(urls)


def capture(urls: list[str], fetcher: HttpFetcher, folder: Path) -> list:
    store = CaptureStore(folder)
    with ReaderPool() as readers:

        def bring(url: str):
            return gather.from_link(url, fetcher, store, lambda: datetime.now(UTC), reader=readers)

        found = [captured for _, (captured, _, _) in visit(urls, bring, at_once=6)]
    assert all(found)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--size", type=int, default=130_000, help="bytes of a page")
    parser.add_argument("--delay", type=float, default=0.02, help="seconds before each answer")
    parser.add_argument("--hosts", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve is not None:
        serve(given.serve, given.delay)
        return
    with server(given.size, given.delay) as port, tempfile.TemporaryDirectory() as name:
        hosts = [f"127.0.0.{n + 1}:{port}" for n in range(given.hosts)]
        urls = [f"http://{hosts[n % given.hosts]}/{n}" for n in range(given.pages)]
        bare(urls)  # pages are made, modules loaded
        fetcher = HttpFetcher(FetchPolicy(allowed_hosts=frozenset(hosts)), clock=lambda: datetime.now(UTC))
        figures: dict[str, list[tuple[float, float]]] = {"requests": [], "fetching": [], "capturing": [], "attach_many": []}

        def note(what: str, act: Callable[[], object]) -> None:
            before = processor()
            seconds = timed(act)
            figures[what].append((seconds, processor() - before))

        for turn in range(given.rounds):
            folder = Path(name) / str(turn)
            note("requests", lambda: bare(urls))
            note("fetching", lambda: fetch_only(urls, fetcher))
            note("capturing", lambda folder=folder: capture(urls, fetcher, folder / "captures"))
            around = Surroundings(folder / "config", folder / "state", lambda: datetime.now(UTC), os.urandom)
            (folder / "desk").mkdir()
            (folder / "desk" / "factcheck.toml").write_text(settings_file(Settings(allowed_hosts=tuple(hosts))), "utf-8")
            with open_desk(folder / "desk", name="Bench", newsroom="Bench", around=around) as desk:
                case = desk.open_case("قال الوزير إن الجسر افتتح أمس.")
                note("attach_many", lambda case=case: case.attach_many(urls, progress=False))
        print(f"{given.pages} pages of {given.size / 1000:.0f} kB on {given.hosts} hosts, each answer after {given.delay * 1000:.0f} ms")
        for what, found in figures.items():
            seconds, busy = (1000 * median(column) / given.pages for column in zip(*found, strict=True))
            ratio = median(one[0] / other[0] for one, other in zip(found, figures["requests"], strict=True))
            print(f"{what:12} {seconds:6.1f} ms a page ({busy:5.1f} ms of processor)  {ratio:5.2f} x requests")
        write(urls, fetcher, Path(name))


def write(urls: list[str], fetcher: HttpFetcher, folder: Path) -> None:
    """A WACZ of all pages, ours and that of ``wacz create`` from the same WARC files."""
    store = CaptureStore(folder / "wacz" / "captures")
    held = capture(urls, fetcher, store.folder)
    warcs = []
    for number, one in enumerate(held):
        (folder / f"{number}.warc.gz").write_bytes(store.get(one.record))
        warcs.append(str(folder / f"{number}.warc.gz"))
    ours = [timed(lambda: write_wacz(folder / "ours.wacz", held, store)) for _ in range(3)]
    theirs = []
    command = [sys.executable, "-m", "wacz.main", "create", "-o", str(folder / "theirs.wacz"), *warcs]
    for _ in range(2):
        (folder / "theirs.wacz").unlink(missing_ok=True)
        theirs.append(timed(lambda: subprocess.run(command, capture_output=True, check=True)))
    size = (folder / "ours.wacz").stat().st_size / 1e6
    print(f"WACZ of {len(held)} pages, {size:.1f} MB: {median(ours):.2f} s; wacz create {median(theirs):.2f} s, its start included")
    print(f"             {median(ours) / median(theirs):.2f} x wacz create")


if __name__ == "__main__":
    main()
