"""The README is true: its code runs, its commands exist."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from factcheck.cli import main

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_code_of_the_readme_runs(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FACTCHECK_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("FACTCHECK_STATE", str(tmp_path / "state"))
    names: dict = {}
    for code in re.findall(r"```python\n(.*?)```", README, re.S):
        exec(compile(code, "README.md", "exec"), names)
    assert names["desk"].verify().ok
    assert next((tmp_path / "desk" / "reports").glob("*-html-ar.html")).stat().st_size > 5000
    names["desk"].close()
    assert [claim.polarity.value for claim in names["found"].claims] == ["denies", "asserts"]


def test_every_command_is_in_the_readme() -> None:
    context = click.Context(main)
    for name in main.list_commands(context):
        assert f"factcheck {name}" in README, name


@pytest.mark.parametrize("link", re.findall(r"\]\(((?!http)[^)]+)\)", README))
def test_links_of_the_readme_lead_somewhere(link: str) -> None:
    assert (ROOT / link).exists()
