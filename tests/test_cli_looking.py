"""Commands of looking: sources, searches, links, contacts, earlier checks."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from factcheck.cli import main
from tests.case.test_sourcing import page
from tests.conftest import SEED
from tests.evidence.test_copies import OTHER, STORY


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("FACTCHECK_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("FACTCHECK_STATE", str(tmp_path / "state"))

    def run(*arguments: object, ok: bool = True) -> str:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert (result.exit_code == 0) is ok, result.output
        return result.output

    return run


@pytest.fixture
def desk(run, tmp_path):
    folder = tmp_path / "desk"
    run("new", folder, SEED, "--as", "Amal", "--newsroom", "Desk", "--outlet", "المدن", "--published", "2021-12-01")
    return folder


def id_in(output: str) -> str:
    return re.search(r"\b([0-9a-f]{8})\b", output)[1]


def test_sources_are_listed_accepted_separated_and_dated(run, desk, tmp_path) -> None:
    ids = []
    for i, text in enumerate(("بيروت (رويترز) - " + STORY, STORY, OTHER)):
        path = tmp_path / f"{i}.html"
        path.write_text(page(text, f"صفحة {i}"), encoding="utf-8")
        ids.append(id_in(run("attach", desk, path, "--url", f"https://e{i}.example/a", "--bears-on", "article")))
    listed = run("sources", desk)
    assert "proposed: \u2068رويترز\u2069: 2 pieces, 1 source" in listed
    assert "meta article:published_time; not confirmed" in listed
    made = json.loads(run("sources", desk, "--json"))
    assert [source["decided"] for source in made["sources"]] == [False]
    assert {date["published"] for date in made["dates"]} == {"2022-01-05"}
    proposal = made["sources"][0]["id"]
    assert "saved" in run("sources", desk, "--accept", proposal[:8], "--date", ids[2], "2021-11-30", "--date", ids[0], "-")
    listed = run("sources", desk)
    assert "decided: " in listed
    assert "2021-11-30" in listed
    assert "separate" not in run("sources", desk, "--separate", ids[1], "--because", "كان مراسلهم هناك")
    assert "proposed" not in run("sources", desk)
    assert "no proposal" in run("sources", desk, "--accept", "ffff", ok=False)
    assert "say why" in run("sources", desk, "--separate", ids[0], ok=False)
    group = json.loads(run("sources", desk, "--json"))["sources"][0]["id"]
    run("sources", desk, "--ungroup", group[:8])


def test_links_are_printed_and_what_was_found_there_is_recorded(run, desk, monkeypatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    claim = id_in(run("claims", desk).splitlines()[-2])
    run("claims", desk, "--accept", claim)
    assert "https://www.google.com/search?q=" in run("links", desk, claim)
    made = json.loads(run("links", desk, claim, "--json", "--kind", "general", "--lang", "ar", "--open"))
    assert {link["kind"] for link in made} == {"general"}
    assert opened == [link["url"] for link in made]
    assert "searches" in run("links", desk, claim, "--record", "Google", "--record", "Bing", "--note", "صفحتان")
    assert "there are: " in run("links", desk, claim, "--record", "Nowhere", ok=False)
    run("claims", desk, "--check", f"content/{claim}")
    assert "search " in run("search", desk, "kremlin.ru", "بوتين", "بينيت")


def test_earlier_checks_are_found_in_a_file_and_recorded(run, desk, tmp_path, monkeypatch) -> None:
    from tests.case.test_earlier_acts import OTHER_WORDS
    from tests.evidence.test_earlier import REVIEW

    path = tmp_path / "checks.json"
    path.write_text(json.dumps([{**REVIEW, "claimReviewed": OTHER_WORDS}, {**REVIEW, "claimReviewed": ""}]), encoding="utf-8")
    claim = id_in(run("claims", desk).splitlines()[-2])
    run("claims", desk, "--as-checked", claim, "ar", "اتفق بوتين وبينيت على إخراج إيران من سوريا", "--accept", claim)
    told = run("earlier", desk, claim, "--file", path)
    assert OTHER_WORDS in told
    assert "1 items could not be read" in told
    assert "saved" in told
    made = json.loads(run("earlier", desk, claim, "--file", path, "--json", "--no-record"))
    assert made["found"][0]["check"]["url"] == "https://a.example/1"
    assert made["searches"] == []
    for name in ("FACTCHECK_GOOGLE_KEY", "FACTCHECK_KEY_FACTCHECKTOOLS_GOOGLEAPIS_COM"):
        monkeypatch.delenv(name, raising=False)
    assert "Nothing was asked" in run("earlier", desk, claim, "--online", ok=False)
