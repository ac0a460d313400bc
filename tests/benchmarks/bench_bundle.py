"""What a bundle costs to write and to check: time, size and memory, and how they grow with the case.

``python tests/benchmarks/bench_bundle.py [CLAIMS ...]`` makes cases of so many claims (100 and 1,000 without any) with five pieces of
evidence each, as ``bench_reports`` does, writes a bundle of each, and has it checked by the library, the small program and, with
``--page``, the page in Chromium. The last column compares the time a claim with that of the size before: 1.0 is linear growth.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

STEPS = {
    "write": """
from factcheck.case.desk import Desk
from factcheck.reports.bundle import save_bundle
from factcheck.reports.writing import source_of
from tests.benchmarks.bench_reports import around
from factcheck.case.desk import open_desk
with open_desk(folder / "desk", name="Amal", newsroom="Bench", around=around(folder)) as desk:
    case = desk.case()
    began = time.perf_counter()
    save_bundle(folder / "case.zip", source_of(case), case.desk.captures, ["ar"], parts)
""",
    "library": """
from factcheck.reports.bundle_check import verify_path
began = time.perf_counter()
found = verify_path(folder / "case.zip")
assert found.ok, found.findings[:3]
""",
    "program": """
from factcheck.ledger.tiny_verify import check
began = time.perf_counter()
found = check(str(folder / "case.zip"))
assert found["ok"], found["findings"][:3]
""",
    "opened": """
from factcheck.reports.foreign import open_foreign
began = time.perf_counter()
open_foreign(folder / "case.zip").case().state
""",
    "page": """
from playwright.sync_api import sync_playwright
from tests.browser import ARGUMENTS, find_chromium
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
    window = browser.new_page()
    window.goto((root / "factcheck/workbench/static/verify.html").as_uri() + "#en")
    began = time.perf_counter()
    window.set_input_files("#file", folder / "case.zip")
    window.locator("#verdict").wait_for(state="visible", timeout=600_000)
    assert window.locator("#verdict").inner_text().startswith("It holds")
    ended = time.perf_counter()
    browser.close()
""",
}
AROUND = """
import json, re, sys, time
from pathlib import Path
folder, root, parts = Path(sys.argv[1]), Path(sys.argv[2]), tuple(sys.argv[3:])
sys.path.insert(0, str(root))
ended = None
{}
ended = ended or time.perf_counter()
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
print(json.dumps({{"seconds": ended - began, "peak": peak}}))
"""


def main() -> None:
    from tests.benchmarks.bench_reports import EVIDENCE, make

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("claims", nargs="*", type=int, default=[100, 1000])
    parser.add_argument("--page", action="store_true", help="have the page check it too, in Chromium")
    given = parser.parse_args()
    before: dict[str, float] = {}
    for claims in given.claims:
        with tempfile.TemporaryDirectory(prefix="bench-bundle-") as name:
            make(Path(name), claims)
            print(f"\n{claims:,} claims, {claims * EVIDENCE:,} pieces of evidence")
            print(f"{'step':14} {'seconds':>9} {'ms/claim':>9} {'megabytes':>10} {'peak MB':>9}  growth")
            for step, code in STEPS.items():
                if step == "page" and not given.page:
                    continue
                command = [sys.executable, "-c", AROUND.format(code), name, str(ROOT)]
                done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
                if done.returncode:
                    sys.exit(done.stderr)
                found = json.loads(done.stdout.splitlines()[-1])
                each = found["seconds"] / claims
                growth = f"{each / before[step]:.2f}" if step in before else ""
                before[step] = each
                size = (Path(name) / "case.zip").stat().st_size / 1e6
                print(f"{step:14} {found['seconds']:9.2f} {each * 1000:9.2f} {size:10.2f} {found['peak']:9.0f}  {growth}", flush=True)


if __name__ == "__main__":
    main()
