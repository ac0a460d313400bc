"""The commands of web archives, on a desk whose archive is the local server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from factcheck.case.archiving import QUEUE_FILE
from factcheck.cli import main
from factcheck.evidence.archive_work import WorkFile
from tests.evidence.archive_server import web_archives

NEWS = "https://example.org/news"


@pytest.fixture
def server():
    with web_archives() as server:
        yield server


@pytest.fixture
def run(tmp_path, monkeypatch, server):
    """Run a command beside a desk that has a captured link and a call."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FACTCHECK_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("FACTCHECK_STATE", str(tmp_path / "state"))
    set_up(server, "redirecting")

    def run(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(main, words)
        assert done.exit_code == code, done.output
        return done.output

    Path("page.html").write_text("<html><body><p>The bridge opened on Tuesday.</p></body></html>", "utf-8")
    Path("article.txt").write_text("قال الوزير إن الجسر افتتح أمس.", "utf-8")
    run("new", "desk", "article.txt", "--as", "Amal", "--newsroom", "Newsroom")
    run("attach", "desk", "متحدث", "--offline", "call", "--quote", "نعم")
    run.link = run("attach", "desk", "page.html", "--url", NEWS, "--quote", "The bridge opened").split()[1]
    return run


def set_up(server, manner: str) -> None:
    archive = server.archive(manner)
    lines = ['language = "en"', f'allowed_hosts = ["{server.host}"]', "[[archives]]", 'name = "arc"', "every = 0"]
    lines += [f'{name} = "{getattr(archive, name)}"' for name in ("timegate", "replay", "save")]
    Path("desk").mkdir(exist_ok=True)
    Path("desk/factcheck.toml").write_text("\n".join(lines), "utf-8")


def test_a_copy_is_found_and_cited(run, server) -> None:
    assert "/redirecting/web/20211120100000/" in run("archive", "find", "desk", run.link, "--near", "2021-11-21")
    found = json.loads(run("archive", "find", "desk", run.link, "--near", "2020-01-01", "--json"))
    assert found["mementos"][0]["at"] == "2020-01-01T12:00:00Z"
    assert "saved" in run("archive", "find", "desk", run.link, "--near", "2021-11-21", "--cite")
    assert "archived copy" in run("history", "desk")


def test_an_archive_that_fails_is_named_on_standard_error(run, server) -> None:
    set_up(server, "html")
    assert "arc answered" in run("archive", "find", "desk", run.link)


def test_copies_are_asked_for_sent_and_told(run, server) -> None:
    asked = run("archive", "desk", "--all")
    assert "is no link" in asked
    assert "1 requests wait; send them with: factcheck archive run desk" in asked
    assert server.saves() == []
    assert "waiting for the archive" in run("archive", "status", "desk")
    done = run("archive", "run", "desk")
    assert "an archived copy was made" in done
    assert "1 over, 0 waiting" in done
    assert server.saves() == [NEWS]
    told = run("archive", "status", "desk")
    assert "1 done" in told
    assert "/redirecting/web/20" in told
    (status,) = json.loads(run("archive", "status", "desk", "--json"))
    assert (status["state"], status["url"], status["code"], len(status["evidence"])) == ("done", NEWS, "copied", 1)
    assert "has an archived copy" in run("archive", "desk", "--all")


def test_what_is_not_due_stays_waiting(run, server) -> None:
    set_up(server, "overloaded")
    run("archive", "desk", run.link)
    assert "0 over, 1 waiting; how they stand: factcheck archive status desk" in run("archive", "run", "desk", "--wait", "0")
    assert "busy" in run("archive", "status", "desk")


def test_a_request_is_taken_back(run, server) -> None:
    run("archive", "desk", run.link, "--archive", "arc")
    id = run("archive", "status", "desk").split()[0]
    assert "taken back" in run("archive", "withdraw", "desk", id)
    assert "1 withdrawn" in run("archive", "status", "desk")
    assert "0 over, 0 waiting" in run("archive", "run", "desk")
    assert server.seen == []


def test_wrong_usage_is_told(run, server) -> None:
    assert "Name pieces of EVIDENCE, or give --all." in run("archive", "desk", code=2)
    assert "Name pieces" in run("archive", "desk", run.link, "--all", code=2)
    assert "0 pieces of evidence fit 'zzz'" in run("archive", "desk", "zzz", code=1)
    assert "does not name the archive" in run("archive", "desk", run.link, "--archive", "none", code=1)
    for words in (("archive", "nowhere", "--all"), ("archive", "status", "nowhere"), ("archive", "run", "nowhere")):
        assert "There is no desk" in run(*words, code=1)
    assert "Nothing was asked for" in run("archive", "status", "desk")
    with WorkFile(Path("desk") / QUEUE_FILE).working():
        assert "already" in run("archive", "run", "desk", code=1)


def test_links_are_checked_again_and_told(run, server) -> None:
    base = f"http://{server.host}/good/web"
    there = run("attach", "desk", f"{base}/20211120100000/{NEWS}", "--quote", "نص الصفحة كما كانت").split()[1]
    gone = run("attach", "desk", "page.html", "--url", f"{base}/nowhere").split()[1]
    told = run("recheck", "desk", there, gone)
    assert f"{there}  the page is there; its text is the same; the quoted passage stands" in told
    assert f"{gone}  the page is gone" in told
    assert "2 links checked, 1 to look at" in told
    (seen,) = json.loads(run("recheck", "desk", gone, "--json"))
    assert (seen["state"], seen["code"], seen["status"]) == ("gone", "http-404", 404)
    assert "checked the link again" in run("history", "desk")
    assert "There is no desk" in run("recheck", "nowhere", code=1)
    assert "0 pieces of evidence fit" in run("recheck", "desk", "zzz", code=1)
