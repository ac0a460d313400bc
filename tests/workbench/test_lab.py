"""The walk in a real JupyterLab, in a headless Chromium: nothing here is simulated but the person."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from factcheck.lab import Lab, prepare
from tests.browser import ARGUMENTS, find_chromium

CHROMIUM = find_chromium()
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("FACTCHECK_BROWSER_REQUIRED") and not os.environ.get("CI"),
        reason="no Chromium found: install one or name it in FACTCHECK_CHROMIUM; python -m tests gets one",
    ),
]
ROOT = Path(__file__).resolve().parents[2]
SHOTS = os.environ.get("FACTCHECK_SHOTS")
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Officer: talks were useful</title></head><body>
<p>A senior officer told the paper that the two leaders had agreed to work on removing Iran from Syria.</p></body></html>"""


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = self.path == "/officer"
        body = PAGE.encode() if found else b"no such page"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A local web server, on an address that the desk's settings allow."""
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()
    thread.join()


@pytest.fixture(scope="module")
def lab(tmp_path_factory, server) -> Iterator[Lab]:
    base = tmp_path_factory.mktemp("lab")
    environment = {
        "FACTCHECK_CONFIG": str(base / "config"), "FACTCHECK_STATE": str(base / "state"), "JUPYTER_RUNTIME_DIR": str(base / "runtime"),
        "JUPYTER_CONFIG_DIR": str(base / "jupyter"), "JUPYTER_DATA_DIR": str(base / "data"), "IPYTHONDIR": str(base / "ipython"),
        "JUPYTERLAB_SETTINGS_DIR": str(base / "settings"), "JUPYTERLAB_WORKSPACES_DIR": str(base / "workspaces"),
        "PYTHONPATH": str(ROOT), "HOME": str(base),
    }  # fmt: skip
    patch = pytest.MonkeyPatch()
    patch.setenv("JUPYTER_DATA_DIR", environment["JUPYTER_DATA_DIR"])  # where the trust of a notebook is remembered
    notebook = prepare(base / "work")
    (base / "work" / "desk").mkdir()
    (base / "work" / "desk" / "factcheck.toml").write_text(f'allowed_hosts = ["{server.removeprefix("http://")}"]\n', "utf-8")
    lab = Lab(base / "work", environment=environment)
    lab.start()
    lab.run_first_cells(notebook.name)
    yield lab
    lab.stop()
    patch.undo()


@pytest.fixture(scope="module")
def page(lab) -> Iterator:
    assert CHROMIUM, "no Chromium: python -m tests gets one"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": 1500, "height": 1100})
        page.asked = []
        page.errors = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto(lab.url("first-check.ipynb"))
        yield page
        browser.close()


def shot(page, name: str) -> None:
    """A picture to look at, outside the repository: FACTCHECK_SHOTS names the folder."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.locator(".fcw").first.screenshot(path=f"{SHOTS}/{name}.png")


def saved(page) -> int:
    """Wait until the workbench says that the act is saved; the entry."""
    page.wait_for_function("() => /\\d+$/.test(document.querySelector('.fcw-status')?.textContent ?? '')")
    return int("".join(char for char in page.inner_text(".fcw-status") if char.isdecimal()))


def tab(page, key: str) -> None:
    page.click(f"[data-key='inspector/{key}']")


def choose_last(page) -> str:
    """Choose the claim of the last paragraph; its id."""
    item = page.locator(".fcw-item", has_text="إخراج إيران من سوريا").first
    item.click()
    return item.get_attribute("data-key").removeprefix("claim/")


def select(page, words: str) -> None:
    """Select words of the article with the mouse, from their first to their last character."""
    box = page.evaluate(
        """(words) => {
            const walker = document.createTreeWalker(document.querySelector('.fcw-text'), NodeFilter.SHOW_TEXT);
            const nodes = [];
            while (walker.nextNode()) if (walker.currentNode.parentElement.closest('[data-s]')) nodes.push(walker.currentNode);
            const text = nodes.map((n) => n.data).join('');
            const at = text.indexOf(words);
            const point = (offset, end) => {
                for (const node of nodes) {
                    if (offset < node.data.length || (end && offset === node.data.length)) {
                        const range = document.createRange();
                        const i = end ? offset - 1 : offset;
                        range.setStart(node, i);
                        range.setEnd(node, i + 1);
                        node.parentElement.scrollIntoView({ block: 'center' });
                        return range;
                    }
                    offset -= node.data.length;
                }
            };
            const a = point(at, false), b = point(at + words.length, true);
            const first = a.getBoundingClientRect(), last = b.getBoundingClientRect();
            return [first.right - 1, first.top + first.height / 2, last.left + 1, last.top + last.height / 2];
        }""",
        words,
    )
    page.mouse.move(box[0], box[1])
    page.mouse.down()
    page.mouse.move((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, steps=4)
    page.mouse.move(box[2], box[3], steps=4)
    page.mouse.up()


def test_the_page_opens_on_a_workbench_that_asks_only_for_name_and_newsroom(page) -> None:
    page.wait_for_selector(".fcw-welcome", timeout=60_000)
    assert page.get_attribute(".fcw", "dir") == "rtl"
    assert "اعتبر الرئيس الروسي" in page.inner_text(".fcw-text")
    assert "مفتاح" not in page.inner_text(".fcw")
    shot(page, "1-welcome")
    page.fill("[data-key=name]", "أمل")
    page.fill("[data-key=newsroom]", "غرفة الأخبار")
    page.click("[data-key='begin/send']")
    page.wait_for_selector(".fcw-panes")
    assert page.locator(".fcw-item").count() > 15
    assert page.locator("mark.fcw-credit").count() == 1
    shot(page, "2-desk")


def test_a_selection_with_the_mouse_makes_a_claim_of_those_very_words(page) -> None:
    words = "ضرورة التعاون المشترك بين البلدين"
    select(page, words)
    page.click(".fcw-bar .fcw-main")
    saved(page)
    page.wait_for_function("(words) => document.querySelector('.fcw-quote')?.textContent === words", arg=words)
    shot(page, "3-marked")
    page.click("[data-key=undo]")
    page.wait_for_function("(words) => document.querySelector('.fcw-quote')?.textContent !== words", arg=words)


def test_all_opinions_and_intents_are_set_aside_in_one_act(page) -> None:
    before = saved(page)
    page.click("[data-key='list/aside']")
    page.wait_for_selector(".fcw-item.fcw-set_aside")
    assert saved(page) == before + 1


def test_evidence_result_and_review_of_the_last_claim(page, server) -> None:
    claim = choose_last(page)
    page.click("[data-key='claim/accept']")
    page.wait_for_selector(f"[data-key='target/content/{claim}']")
    page.check(f"[data-key='target/content/{claim}']")
    page.wait_for_selector(".fcw-item.fcw-checking")
    page.fill(f"[data-key='ar/{claim}']", "اتفق الرئيس الروسي ونفتالي بينيت على العمل على إخراج إيران من سوريا")
    page.click("[data-key='restate/send']")
    saved(page)

    tab(page, "evidence")
    page.fill("[data-key='e/url']", f"{server}/officer")
    page.fill("[data-key='e/quote']", "the two leaders had agreed to work on removing Iran from Syria")
    page.check(f"[data-key='e/bears/content/{claim}']")
    page.check("[data-key='e/stance/context']")
    page.click("[data-key='attach/send']")
    page.wait_for_selector(".fcw-card blockquote")
    assert page.locator(".fcw-card .fcw-alarm").count() == 0
    shot(page, "4-evidence")

    page.fill("[data-key='e/url']", f"{server}/dead")
    page.click("[data-key='attach/send']")
    page.wait_for_selector(".fcw-card .fcw-alarm")
    assert "404" in page.inner_text(".fcw-card .fcw-alarm")

    tab(page, "searches")
    page.fill("[data-key='s/place']", "kremlin.example")
    page.fill("[data-key='s/queries']", "بوتين بينيت إيران")
    page.check("[data-key='s/outcome/nothing']")
    page.check(f"[data-key='s/target/content/{claim}']")
    page.click("[data-key='search/send']")
    page.wait_for_selector(".fcw-card strong")

    tab(page, "result")
    prefix = f"r/content/{claim}/"
    page.check(f"[data-key='{prefix}rating/unproven']")
    page.fill(f"[data-key='{prefix}reasons']", "لا دليل مستقل على الاتفاق")
    page.fill(f"[data-key='{prefix}unknown']", "محضر اللقاء")
    page.locator(f"[data-key^='{prefix}grounds/evidence']").first.check()
    page.click("[data-key='verdict/send']")
    page.wait_for_selector(".fcw-item.fcw-has_result")
    shot(page, "5-result")

    tab(page, "draft")
    for part, words in (("headline", "هل اتفق الزعيمان؟"), ("summary", "لم نجد ما يثبت ذلك."), ("conclusion", "غير مثبت.")):
        page.fill(f"[data-key='d/{part}_ar']", words)
    page.click("[data-key='draft/send']")
    saved(page)
    page.fill("[data-key='v/name']", "هدى")
    page.fill("[data-key='v/newsroom']", "غرفة الأخبار")
    page.click("[data-key='v/sign']")
    page.wait_for_selector(".fcw-inspector p.fcw-card")
    assert "هدى" in page.inner_text(".fcw-inspector p.fcw-card")
    shot(page, "6-review")


def test_a_report_is_written_beside_the_desk(page, lab) -> None:
    page.click("[data-key='report/html/ar']")
    page.wait_for_function("() => /reports/.test(document.querySelector('.fcw-status').textContent)")
    [report] = (lab.folder / "desk" / "reports").glob("*.html")
    text = report.read_text("utf-8")
    assert "هل اتفق الزعيمان؟" in text
    assert "غير مثبت" in text


def test_single_keys_change_no_cell(page) -> None:
    cells = page.locator(".jp-Cell").count()
    for selector in (".fcw-text", ".fcw-item[tabindex='0']", "[data-key='inspector/draft']"):
        page.focus(selector)
        for key in ("a", "b", "x", "m", "d", "d"):
            page.keyboard.press(key)
    assert page.locator(".jp-Cell").count() == cells
    assert page.locator(".fcw").count() == 1


def test_the_list_is_walked_with_the_arrows(page) -> None:
    page.click(".fcw-item >> nth=0")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute(".fcw-item >> nth=1", "aria-selected") == "true"


def test_the_interface_switches_to_english_and_turns_round(page) -> None:
    page.click("[data-key=language]")
    page.wait_for_function("() => document.querySelector('.fcw').dir === 'ltr'")
    assert page.get_attribute(".fcw-text", "dir") == "rtl"
    shot(page, "7-english")
    page.click("[data-key=language]")
    page.wait_for_function("() => document.querySelector('.fcw').dir === 'rtl'")


def test_after_a_restart_of_the_kernel_and_a_run_everything_is_there_again(page, lab) -> None:
    entries = page.evaluate("() => document.querySelector('.fcw-status').textContent")
    page.click(".jp-Notebook .jp-CodeCell >> nth=0")
    page.keyboard.press("Escape")
    page.click("[data-command*='restart-and-run-all'], [data-command='notebook:restart-run-all']")
    accept = page.locator(".jp-Dialog .jp-mod-accept")
    accept.wait_for()
    accept.click()
    page.wait_for_function("() => document.querySelectorAll('.fcw-item.fcw-has_result').length === 1", timeout=60_000)
    choose_last(page)
    tab(page, "evidence")
    assert page.locator(".fcw-card", has_text="the two leaders had agreed").count() == 1
    tab(page, "draft")
    assert "هدى" in page.inner_text(".fcw-inspector p.fcw-card")
    assert entries
    shot(page, "8-restarted")


def test_nothing_asked_anything_outside_this_machine(page) -> None:
    outside = [url for url in page.asked if not url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:"))]
    assert outside == []
    assert page.errors == []


def test_a_stranger_verifies_what_was_done_here(lab, monkeypatch) -> None:
    import subprocess
    import sys

    command = [sys.executable, "-m", "factcheck", "verify", str(lab.folder / "desk"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, **lab._environment})
    findings = json.loads(done.stdout)
    assert findings["ok"], findings
    assert findings["persons"] == 2
    assert findings["extends_kept_head"]
