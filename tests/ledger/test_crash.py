"""Power cuts and killed programs: what was acknowledged is there, and what is there verifies."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ledger import crash

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("rounds", "writers"), [(100, 1), (30, 4)])
@pytest.mark.timeout(300)
def test_killed_writers_lose_nothing_acknowledged(tmp_path, rounds: int, writers: int) -> None:
    command = [sys.executable, "-m", "tests.ledger.crash", str(tmp_path / "rounds"), str(rounds), str(writers)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=280)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == rounds
    assert [each for each in found if each["lost"] or not each["ok"] or not each["acknowledged"]] == []
    assert any(each["journal"] for each in found), "some were cut in the middle of a transaction, or this test shows little"


def test_what_is_acknowledged_was_synced_before(tmp_path) -> None:
    """The order of an append: journal synced, then pages written, synced, the journal gone, its folder synced; only then the answer."""
    strace = shutil.which("strace")
    assert strace, "strace is missing; python -m tests installs Debian's where it may"
    crash.create(tmp_path / "desk")
    trace = tmp_path / "trace"
    calls = "trace=pwrite64,write,fsync,fdatasync,unlink"
    traced = [strace, "-f", "-y", "-s", "64", "-e", calls, "-o", str(trace)]
    command = [*traced, sys.executable, "-m", "tests.ledger.crash", str(tmp_path / "desk"), "once"]
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True, timeout=120)
    path = re.escape(str(tmp_path / "desk" / "ledger.sqlite"))
    steps = {
        "J": rf"fdatasync\(\d+<{path}-journal>|fsync\(\d+<{path}-journal>",
        "w": rf"pwrite64\(\d+<{path}>",
        "S": rf"f(?:data)?sync\(\d+<{path}>",
        "u": rf'unlink\("{path}-journal"',
        "F": rf"f(?:data)?sync\(\d+<{re.escape(str(tmp_path / 'desk'))}>",
        "A": r'write\(1<.*>, "[A-Za-z0-9_-]{43}\\n"',
    }
    seen = "".join(
        next((name for name, pattern in steps.items() if re.search(pattern, line)), "") for line in trace.read_text("utf-8").splitlines()
    )
    acts = seen.split("A")
    assert len(acts) == 4
    for act in acts[:3]:
        assert re.search(r"J+F*J*w+S+uF", act), act
        assert not re.search(r"S[^S]*w[^S]*$", act), f"pages were written after the last sync: {act}"
