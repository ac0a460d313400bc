"""The test command: ``python -m tests``. Gets a browser and a database server if there are none, then runs the linters, the type checker,
the import contract and every test, browser tests included, a file at a time in two processes; fails when one of them fails. Arguments
are pytest's, in the place of those two processes: ``python -m tests tests/text -x``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHECKS = (
    ("ruff check", [sys.executable, "-m", "ruff", "check", "."]),
    ("ruff format", [sys.executable, "-m", "ruff", "format", "--check", "."]),
    ("mypy", [sys.executable, "-m", "mypy"]),
    ("import-linter", [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]),
    ("pytest", [sys.executable, "-m", "pytest", "-q", *(sys.argv[1:] or ["-n", "2", "--dist", "loadfile"])]),
)


TOOLS = (
    ("strace", "strace"),
    ("openssl", "openssl"),
    ("java", "default-jre-headless"),
    ("pdftotext", "poppler-utils"),
)  # (command, Debian package)


def run(command: list[str]) -> int:
    print("+", " ".join(command), flush=True)
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def get_system_parts() -> None:
    """A Chromium, a Firefox, an Arabic font, a PostgreSQL server, strace, Java and pdftotext: Debian's where apt
    and root are at hand, else Playwright's own browser."""
    from tests.browser import find_chromium
    from tests.firefox import find_firefox
    from tests.ledger.cluster import find_binaries

    apt = shutil.which("apt-get") is not None and hasattr(os, "geteuid") and os.geteuid() == 0
    wanted = [] if find_chromium() else ["chromium"]
    listed = (
        subprocess.run(["fc-list", ":lang=ar", "family"], capture_output=True, text=True, check=False) if shutil.which("fc-list") else None
    )
    if listed is None or "Noto" not in listed.stdout:
        wanted.append("fonts-noto-core")
    if find_binaries() is None:
        wanted.append("postgresql")
    if find_firefox() is None:
        wanted.append("firefox-esr")
    wanted += [package for tool, package in TOOLS if shutil.which(tool) is None]
    if apt and wanted:
        run(["apt-get", "update", "-q"])
        run(["apt-get", "install", "-q", "-y", "--no-install-recommends", *wanted])
    if find_chromium() is None:
        run([sys.executable, "-m", "playwright", "install", "chromium"])
    if find_binaries() is None:
        print("No PostgreSQL server could be had; the tests of that store will fail. Install one.", flush=True)
    if find_chromium() is None:
        print("No Chromium could be had; the browser tests will fail. Install one, or name it in FACTCHECK_CHROMIUM.", flush=True)


def main() -> int:
    os.environ["FACTCHECK_BROWSER_REQUIRED"] = "1"
    get_system_parts()
    results = [(name, run(command)) for name, command in CHECKS]
    failed = [name for name, code in results if code]
    print("\n" + "\n".join(f"{'FAILED' if code else 'passed':7} {name}" for name, code in results), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
