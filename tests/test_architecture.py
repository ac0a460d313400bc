"""Rules over the source itself."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "factcheck").rglob("*.py"))


def test_foreign_text_never_reaches_a_display_that_runs_it() -> None:
    forbidden = re.compile(r"widgets\.HTML|HTMLMath|display\(\s*(HTML|Markdown|Javascript)|escape\s*=\s*False|\bto_html\(|fetch_url\(")
    found = [f"{path.relative_to(ROOT)}: {match[0]}" for path in SOURCES for match in forbidden.finditer(path.read_text("utf-8"))]
    assert found == []


def test_the_page_sets_text_as_text() -> None:
    forbidden = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|DOMParser|document\.write|eval\(|new Function")
    for path in (ROOT / "factcheck" / "workbench" / "static").glob("*.js"):
        assert not forbidden.search(path.read_text("utf-8")), path


def test_nothing_is_loaded_from_elsewhere() -> None:
    for path in (ROOT / "factcheck").rglob("*"):
        if path.suffix in (".js", ".css", ".html"):
            assert not re.search(r"""(src|href|url\(|import)\s*=?\s*["'(]*(https?:)?//""", path.read_text("utf-8")), path


def test_the_ci_run_and_the_readme_name_one_command() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = re.findall(r"^python3 -m venv .*$", readme, re.M)
    assert len(commands) == 2
    assert commands[1].replace("pip install ", "pip install --quiet ") in (ROOT / ".ci" / "run").read_text("utf-8")
