"""The workbench beside its peers (``pip install itables ipydatagrid``): ``python -m tests.benchmarks.bench_workbench 1000 10000``.

One run shows, in one JupyterLab: time and traffic until claims are there and nothing moves any more, for the workbench (list, and article
with marks), ipydatagrid and itables with the same rows; then, at the workbench, the time from a key press to the saved and marked claim,
and the page's memory over a scripted stretch of work (``--acts``; 2,000 acts are about an hour's). Figures are of this machine and moment:
compare them within a run.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import sync_playwright

from factcheck.lab import WORKBENCH_TAG, Lab
from tests.browser import ARGUMENTS, find_chromium
from tests.conftest import ROOT, SEED
from tests.workbench.hands import key

SETUP = """
import os
from datetime import UTC, datetime
from pathlib import Path
import factcheck, pandas as pd
from factcheck.case.surroundings import Surroundings
base = Path({base!r})
around = Surroundings(base / "config", base / "state", lambda: datetime.now(UTC), os.urandom)
desk = factcheck.open_desk(base / "desk", name="A", newsroom="B", around=around)
seed = Path({seed!r}).read_text("utf-8")
case = desk.open_case("\\n".join(seed.replace("بوتين", f"بوتين{{i}}") for i in range({copies})))
proposed = [p.claim for p in case.state.proposals]
claims = [(i, c.text, c.kind.value, " > ".join(s.source for s in c.printed), "proposed") for i, c in enumerate(proposed)]
frame = pd.DataFrame(claims, columns=["number", "claim", "kind", "chain", "status"])
"""
WAYS = {
    "workbench": ("case.workbench()", ".fcw-item", "mark.fcw-proposed"),
    "ipydatagrid": ("import ipydatagrid\nipydatagrid.DataGrid(frame)", "canvas", "canvas"),
    "itables": (
        "import itables\nitables.init_notebook_mode(connected=False)\nitables.show(frame, maxBytes=0)",
        "table tbody td", "table tbody td",
    ),
}  # fmt: skip
SHOWN = """async ([index, first, all]) => {
    const cell = () => document.querySelectorAll('.jp-Notebook .jp-CodeCell')[index];
    const begun = performance.now();
    let seen = 0, moved = begun;
    const watch = new MutationObserver(() => { moved = performance.now(); });
    watch.observe(document.querySelector('.jp-Notebook'), { childList: true, subtree: true, characterData: true });
    document.dispatchEvent(new CustomEvent('go'));
    while (performance.now() - begun < 60000) {
        await new Promise((done) => setTimeout(done, 4));
        if (!seen && cell().querySelector(first) && cell().querySelector(all)) seen = performance.now();
        if (seen && performance.now() - moved > 250) break;
    }
    watch.disconnect();
    return [Math.round(seen - begun), Math.round(moved - begun)];
}"""
MARKED = """async () => {
    const at = () => Number(document.querySelector('.fcw-status').dataset.entry);
    const chosen = () => document.querySelector('.fcw-item.fcw-chosen')?.dataset.id;
    const before = at(), id = chosen(), begun = performance.now();
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyY', key: 'y', bubbles: true, cancelable: true }));
    while ((at() <= before || !document.querySelector(`mark.fcw-accepted[data-claim='${id}']`)) && performance.now() - begun < 20000) {
        await new Promise((done) => setTimeout(done, 1));
    }
    return performance.now() - begun;
}"""


def written(lab: Lab, name: str, setup: str, source: str) -> str:
    """A notebook whose first cell has run and whose second will be measured."""
    book = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    book.cells = [nbformat.v4.new_code_cell(setup, metadata={"tags": [WORKBENCH_TAG]}), nbformat.v4.new_code_cell(source)]
    nbformat.write(book, lab.folder / name)
    lab.run_first_cells(name)
    return name


def show(lab: Lab, browser: Any, base: Path, rows: int) -> None:
    """Each way of showing the rows, in a notebook of its own."""
    copies = max(1, rows // 24)
    for name, (source, first, every) in WAYS.items():
        setup = SETUP.format(base=str(base / f"{name}-{rows}"), seed=str(SEED), copies=copies)
        notebook = written(lab, f"{name}-{rows}.ipynb", setup, source)
        page = browser.new_page(viewport={"width": 1500, "height": 1100})
        traffic: list[int] = []
        page.on("websocket", lambda socket, traffic=traffic: socket.on("framereceived", lambda frame: traffic.append(len(frame))))
        page.goto(lab.url(notebook) + "&reset")  # without the notebooks that were open before
        page.wait_for_selector(".jp-Notebook .jp-CodeCell >> nth=1", timeout=60_000)
        page.wait_for_timeout(3000)
        page.click(".jp-Notebook .jp-CodeCell >> nth=1")
        page.wait_for_timeout(1500)
        before = sum(traffic), len(traffic)
        page.evaluate("() => document.addEventListener('go', () => { window.gone = true; })")
        page.evaluate(f"(given) => {{ window.found = ({SHOWN})(given); }}", [1, first, every])
        page.keyboard.press("Shift+Enter")
        seen, quiet = page.evaluate("() => window.found")
        nodes = page.locator(".jp-CodeCell >> nth=1").locator(".jp-OutputArea *").count()
        size, messages = sum(traffic) - before[0], len(traffic) - before[1]
        told = f"{name:12} {rows:6} rows: there after {seen:5} ms, quiet after {quiet:5} ms, {size / 1e6:5.2f} MB"
        print(f"{told}, {messages} messages, {nodes} nodes", flush=True)
        if name == "workbench":
            press(page)
        page.close()


def press(page: Any) -> None:
    """From a key press to the saved and marked claim."""
    page.focus(key("claims"))
    page.keyboard.press("Home")
    page.wait_for_timeout(300)
    times = [page.evaluate(MARKED) for _ in range(15)]
    print(f"{'':12} key press to saved and marked: median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms")


def work(lab: Lab, browser: Any, base: Path, acts: int) -> None:
    """The page's memory over a stretch of work: claims made and undone, panels opened, texts typed."""
    notebook = written(lab, "hour.ipynb", SETUP.format(base=str(base / "hour"), seed=str(SEED), copies=1), "case.workbench()")
    page = browser.new_page(viewport={"width": 1500, "height": 1100})
    page.goto(lab.url(notebook) + "&reset")  # without the notebooks that were open before
    page.wait_for_selector(".jp-Notebook .jp-CodeCell >> nth=1", timeout=60_000)
    page.wait_for_timeout(3000)
    page.click(".jp-Notebook .jp-CodeCell >> nth=1")
    page.keyboard.press("Shift+Enter")
    page.wait_for_selector(".fcw-item", timeout=120_000)
    session = page.context.new_cdp_session(page)

    def used() -> float:
        session.send("HeapProfiler.collectGarbage")
        return session.send("Runtime.getHeapUsage")["usedSize"] / 1e6

    tabs = ("claim", "evidence", "searches", "result", "review", "history")
    page.focus(key("claims"))
    page.keyboard.press("Home")
    found, before = [], -1
    for act in range(acts):
        page.click(key(f"inspector/{tabs[act % 6]}"))
        page.focus(key("claims"))
        page.keyboard.press("ArrowDown" if act % 40 < 20 else "ArrowUp")
        entry = int(page.get_attribute(".fcw-status", "data-entry"))
        page.keyboard.press("y" if act % 2 == 0 else "Control+z")
        page.wait_for_timeout(15)
        if act % max(1, acts // 8) == 0:
            page.wait_for_timeout(300)
            found.append(used())
            nodes = page.evaluate("() => document.querySelectorAll('*').length")
            print(f"{'':12} after {act:5} acts: entry {entry}, {found[-1]:.1f} MB of heap, {nodes} nodes", flush=True)
            if entry == before and act:
                told = page.locator(".fcw-lost, .fcw-slow").all_text_contents()
                print(f"{'':12} nothing was written since: {page.inner_text('.fcw-status')} {told}")
            before = entry
    print(f"{'':12} memory grew by {found[-1] - found[1]:.1f} MB from the second look to the last" if len(found) > 2 else "")
    page.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", nargs="*", type=int, default=[1000, 10000])
    parser.add_argument("--acts", type=int, default=400)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, sync_playwright() as playwright:
        base = Path(folder)
        names = ("FACTCHECK_CONFIG", "FACTCHECK_STATE", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
        (base / "work").mkdir()
        lab = Lab(base / "work", environment={**{name: str(base / name) for name in names}, "PYTHONPATH": str(ROOT), "HOME": folder})
        lab.start()
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        try:
            print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
            for rows in given.rows:
                show(lab, browser, base, rows)
            work(lab, browser, base, given.acts)
        finally:
            browser.close()
            lab.stop()


if __name__ == "__main__":
    main()
