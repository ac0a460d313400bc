"""Seconds from ``factcheck lab`` to a usable workbench in a headless Chromium.

python tests/benchmarks/bench_lab.py [RUNS]
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from playwright.sync_api import sync_playwright

from factcheck.case.surroundings import Surroundings, sign_in
from factcheck.lab import Lab, prepare
from tests.browser import ARGUMENTS, find_chromium


def once() -> tuple[float, float, float]:
    """Until the server answers, until the first cells have run, until the claims can be clicked."""
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        folders = {"FACTCHECK_CONFIG": "c", "FACTCHECK_STATE": "s", "JUPYTER_RUNTIME_DIR": "r", "JUPYTER_DATA_DIR": "d", "IPYTHONDIR": "i"}
        environment = {key: str(base / folder) for key, folder in folders.items()}
        os.environ.update(environment)
        sign_in(Surroundings.of_user(), name="Bench", newsroom="Mark")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
            page = browser.new_page()
            start = time.perf_counter()
            notebook = prepare(base / "work")
            lab = Lab(base / "work", environment={**environment, "PYTHONPATH": str(Path(__file__).resolve().parents[2])})
            lab.start()
            served = time.perf_counter() - start
            lab.run_first_cells(notebook.name)
            ran = time.perf_counter() - start
            page.goto(lab.url(notebook.name))
            page.wait_for_selector(".fcw-item")
            page.click(".fcw-item >> nth=0")
            usable = time.perf_counter() - start
            browser.close()
            lab.stop()
    return served, ran, usable


def main(runs: int) -> None:
    rows = [once() for _ in range(runs)]
    for label, column in zip(("server answers", "first cells run", "workbench usable"), zip(*rows, strict=True), strict=True):
        print(f"{label:18} {statistics.median(column):6.2f} s   ({min(column):.2f} to {max(column):.2f}, {runs} runs)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
