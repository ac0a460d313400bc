"""Whether captures replay in a browser: ``python tests/quality/replay_wacz.py [FILE.wacz]``.

Without a file, captures of every kind are made and exported. ReplayWeb.page comes through npm into a folder of its own and is served on
loopback; Chromium opens each page of the WACZ and the words that come out are printed. Exit code 1 when a page does not come.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from factcheck.evidence.captures import CaptureStore
from factcheck.evidence.wacz import write_wacz
from tests.browser import ARGUMENTS, find_chromium
from tests.evidence.site import AT, Site

PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==")


class Quiet(SimpleHTTPRequestHandler):
    """Files, and parts of them: the player reads a WACZ by ranges."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        asked = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        if not asked or not path.is_file():
            super().do_GET()
            return
        data = path.read_bytes()
        first = int(asked[1]) if asked[1] else max(0, len(data) - int(asked[2]))
        last = min(int(asked[2]) if asked[1] and asked[2] else len(data) - 1, len(data) - 1)
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(data)}")
        self.send_header("Content-Length", str(last + 1 - first))
        self.end_headers()
        self.wfile.write(data[first : last + 1])

    def log_message(self, *_: object) -> None:
        pass


def get_player(folder: Path) -> None:
    """ReplayWeb.page's two files; its other dependencies are built into them."""
    if not (folder / "package" / "sw.js").exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "pack", "--silent", "replaywebpage"], cwd=folder, check=True)
        with tarfile.open(next(folder.glob("replaywebpage-*.tgz"))) as packed:
            packed.extractall(folder, filter="data")


def made(folder: Path) -> Path:
    """A WACZ of captures of each kind: fetched, redirected, in an old encoding, imported with and without an address, a picture."""
    store = CaptureStore(folder / "captures")
    captures = []
    for i, encoding in enumerate(("utf-8", "cp1256", "iso-8859-6")):
        url = f"https://news{i}.example/خبر/{i}?q=1"
        declared = f"text/html; charset={encoding}"
        page = f"<!doctype html><html lang=ar><title>خبر</title><body><p>قال الوزير إن الجسر افتتح {i}</p></body></html>"
        site = Site({url: page.encode(encoding)}, declared)
        captures.append(store.keep_fetched(site.fetch(url), f"قال الوزير إن الجسر افتتح {i}", encoding_note="", tool="replay"))
    saved = "<!doctype html><meta charset=utf-8><p>صفحة محفوظة من المتصفح".encode()
    for data, kind, url in ((saved, "text/html", "https://saved.example/"), (saved, "text/html", ""), (PIXEL, "image/png", "")):
        text = "صفحة محفوظة من المتصفح" if kind == "text/html" else ""
        captures.append(store.keep_file(data, media_type=kind, at=AT, encoding_note="", tool="replay", url=url, extracted_text=text))
    write_wacz(folder / "made.wacz", captures, store, title="replay")
    return folder / "made.wacz"


def replay(wacz: Path, player: Path, seconds: float = 30) -> list[tuple[str, str, bool]]:
    """What each page of a WACZ shows: its address; its words, or the size of a picture; and whether its text stands among the words.

    The player writes a script of ASCII bytes into each page, so that a page in UTF-16 comes out garbled there; that is its fault.
    """
    from playwright.sync_api import sync_playwright

    with zipfile.ZipFile(wacz) as archive:
        pages = [json.loads(line) for line in archive.read("pages/pages.jsonl").splitlines()[1:]]
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        (folder / "replay").mkdir()
        for name in ("ui.js", "sw.js"):
            (folder / "replay" / name).write_bytes((player / "package" / name).read_bytes())
        (folder / "a.wacz").write_bytes(wacz.read_bytes())
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=root))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        shown = []
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
                for number, page in enumerate(pages):
                    html = (
                        '<!doctype html><meta charset="utf-8"><script src="/replay/ui.js"></script><replay-web-page style="height:600px" '
                        f'source="/a.wacz" url="{page["url"]}" replayBase="/replay/" embed="replayonly"></replay-web-page>'
                    )
                    (folder / f"{number}.html").write_text(html, "utf-8")
                    tab = browser.new_page()
                    tab.goto(f"{address}/{number}.html")
                    words = _shown(tab, seconds)
                    first = page.get("text", "").split("\n")[0]
                    shown.append((page["url"], words, bool(words) and " ".join(first.split()) in " ".join(words.split())))
                    tab.close()
                browser.close()
        finally:
            server.shutdown()
            server.server_close()
    return shown


def _shown(tab: object, seconds: float) -> str:
    """The words of the replayed page. The player's worker may come too late for the first frame; then the tab is loaded again."""
    end = time.monotonic() + seconds
    again = time.monotonic() + 5
    while time.monotonic() < end:
        if time.monotonic() > again:
            tab.reload()  # type: ignore[attr-defined]
            again = end
        for frame in tab.frames:  # type: ignore[attr-defined]
            if "mp_/" in frame.url:
                try:
                    words = frame.evaluate("document.body ? document.body.innerText.trim() : ''")
                    picture = frame.evaluate("document.images.length ? document.images[0].naturalWidth : 0")
                except Exception:  # noqa: BLE001  # the frame goes on loading under our hands
                    continue
                if words or picture:
                    return words or f"picture {picture} wide"
        tab.wait_for_timeout(200)  # type: ignore[attr-defined]
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wacz", nargs="?", type=Path)
    parser.add_argument("--player", type=Path, default=Path(tempfile.gettempdir()) / "factcheck-replaywebpage")
    parser.add_argument("--seconds", type=float, default=30)
    given = parser.parse_args()
    get_player(given.player)
    with tempfile.TemporaryDirectory() as name:
        shown = replay(given.wacz or made(Path(name)), given.player, given.seconds)
    for url, words, good in shown:
        print(f"{'replayed' if good else 'FAILED':9} {url}  {words[:60]!r}")
    failed = [url for url, _, good in shown if not good]
    print(f"{len(shown) - len(failed)} of {len(shown)} pages replayed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
