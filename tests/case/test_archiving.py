"""Asking for archived copies: written down at once, sent by whoever works on the queue, at the archive's pace, and told in the ledger."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from factcheck.case.archiving import QUEUE_FILE, statuses, work
from factcheck.case.desk import open_desk
from factcheck.case.surroundings import Surroundings
from factcheck.errors import LedgerError, NotAllowedError
from factcheck.evidence.archive_work import WorkFile
from factcheck.model import events as ev
from factcheck.model.evidence import ArchiveRequest, ArchiveState, OfflineKind, OfflineSource
from factcheck.reports.tables import rows
from tests.case.archives import Nap, use_archives
from tests.conftest import ROOT, Clock
from tests.evidence.archive_server import web_archives

NEWS = "https://example.org/new"


@pytest.fixture
def case(desk):
    return desk.open_case("قال الوزير إن الجسر افتتح أمس.")


@pytest.fixture
def server(clock):
    with web_archives() as server:
        server.clock = lambda: clock.now
        yield server


@pytest.fixture
def evidence(case, server) -> str:
    use_archives(case.desk, server, [server.archive("good")])
    return case.attach(NEWS)


@pytest.fixture
def nap(clock) -> Nap:
    return Nap(clock)


def only(case):
    (held,) = case.state.archives.values()
    return held.value


def use(case, server, manner: str, **details) -> None:
    use_archives(case.desk, server, [server.archive(manner, **details)])


# ---- asking


def test_asking_writes_it_down_and_asks_nobody(case, server, evidence) -> None:
    asked = case.ask_archive(evidence)
    assert only(case).state is ArchiveState.WAITING
    assert server.seen == []
    assert not (case.desk.folder / QUEUE_FILE).exists()
    (status,) = case.archive_status()
    assert (status.id, status.evidence, status.request.url) == (asked.requests[0], (evidence,), NEWS)
    assert status.words == {"ar": "بانتظار الأرشيف", "en": "waiting for the archive"}


def test_asking_again_while_it_waits_is_the_same_request(case, server, evidence) -> None:
    twin = case.attach(NEWS + "/#part")
    first = case.ask_archive(evidence)
    size = case.desk.ledger.size
    assert case.ask_archive([evidence, twin]).requests == first.requests
    assert case.desk.ledger.size == size


def test_all_links_without_a_copy_are_asked_for_and_the_others_named(case, server, evidence) -> None:
    copied = case.attach("https://example.org/b", archived_url="https://archive.example/b")
    inside = case.attach("http://intranet/wiki")
    secret = case.attach("https://example.org/c?token=abc")
    call = case.attach(offline=OfflineSource(OfflineKind.CALL, "متحدث"), quote="نعم")
    asked = case.ask_archive()
    assert len(asked.requests) == 1
    assert asked.passed == {copied: "has-copy", inside: "not-public", secret: "credential", call: "no-link"}
    assert len(case.ask_archive(secret).requests) == 1  # named: the person's decision


def test_what_cannot_be_asked_for_is_refused(case, server, evidence) -> None:
    call = case.attach(offline=OfflineSource(OfflineKind.CALL, "متحدث"), quote="نعم")
    with pytest.raises(NotAllowedError, match="Only a link"):
        case.ask_archive(call)
    with pytest.raises(ValueError, match="no evidence"):
        case.ask_archive("nothing")
    with pytest.raises(NotAllowedError, match="the archive \u2068none\u2069"):
        case.ask_archive(evidence, archive="none")
    inside = case.attach("http://intranet/wiki")
    use_archives(case.desk, server, [server.archive("good"), replace(server.archive("good", "save"), save="https://archive.example/save")])
    with pytest.raises(NotAllowedError, match="public web"):
        case.ask_archive(inside)
    use_archives(case.desk, server, [replace(server.archive("good"), save="")])
    with pytest.raises(NotAllowedError, match="an archive with an address for making copies"):
        case.ask_archive(evidence)


# ---- working


def test_a_copy_is_asked_for_followed_and_told(case, server, evidence, nap) -> None:
    case.ask_archive(evidence)
    before = case.state.evidence[evidence].event.digest
    told = []
    assert work(case.desk, wait=nap, tell=lambda id, request: told.append(request.state)) == 1
    request = only(case)
    assert (request.state, request.code, told) == (ArchiveState.DONE, "copied", [ArchiveState.DONE])
    assert request.memento.startswith(f"http://{server.host}/good/web/2026")
    assert request.memento.endswith(NEWS)
    assert case.state.archived_copy(evidence) == request.memento
    assert case.state.evidence[evidence].event.digest == before
    assert server.saves() == [NEWS]
    assert "حُفظت نسخة مؤرشفة" in case.history()[-1].what["ar"]
    assert WorkFile(case.desk.folder / QUEUE_FILE).tasks().keys() <= {case.archive_status()[0].id}
    assert case.desk.verify().ok
    assert work(case.desk, wait=nap) == 0
    assert [row["archived_url"] for row in rows(case.state, "evidence")] == [request.memento]


def test_each_archive_is_asked(case, server, evidence, nap) -> None:
    use_archives(case.desk, server, [server.archive("good"), server.archive("eager")])
    case.ask_archive(evidence)
    assert work(case.desk, wait=nap) == 2
    assert {held.value.archive for held in case.state.archives.values()} == {"good", "eager"}
    assert server.saves() == [NEWS, NEWS]


def test_the_pace_is_kept(case, server, nap) -> None:
    use(case, server, "eager", every=20)
    for name in "abcd":
        case.attach(f"https://example.org/{name}")
    case.ask_archive()
    started = case.desk.clock()
    assert work(case.desk, wait=nap) == 4
    assert (case.desk.clock() - started).total_seconds() >= 60
    assert sum(nap.slept) >= 45  # the clock of the scene also moves by itself


def test_one_address_is_sent_once_within_a_day_whichever_case_asks(case, server, evidence, nap) -> None:
    other = case.desk.open_case("قال الوزير إن الجسر افتتح أمس.")
    other.ask_archive(other.attach(NEWS))
    case.ask_archive(evidence)
    work(case.desk, wait=nap)
    assert server.saves() == [NEWS]
    assert only(case).memento == only(other).memento
    assert {only(case).code, only(other).code} == {"copied", "found"}


def test_a_request_anew_after_a_day_is_sent_anew(case, server, evidence, nap, clock) -> None:
    case.ask_archive(evidence)
    work(case.desk, wait=nap)
    size = case.desk.ledger.size
    case.ask_archive(evidence)
    assert case.desk.ledger.size == size
    nap(90_000)
    case.ask_archive(evidence)
    assert only(case).state is ArchiveState.WAITING
    work(case.desk, wait=nap)
    assert server.saves() == [NEWS, NEWS]


@pytest.mark.parametrize(
    ("manner", "state", "code", "saves"),
    [
        ("job-in-page", ArchiveState.DONE, "copied", 1),
        ("redirecting", ArchiveState.DONE, "copied", 1),
        ("overloaded", ArchiveState.DONE, "copied", 3),
        ("session-limit", ArchiveState.DONE, "copied", 3),
        ("stumbling", ArchiveState.DONE, "copied", 1),
        ("job-busy", ArchiveState.DONE, "copied", 1),
        ("bad-gateway", ArchiveState.DONE, "found", 1),
        ("hangs-up", ArchiveState.DONE, "found", 1),
        ("goes-mute", ArchiveState.DONE, "found", 1),
        ("job-other-page", ArchiveState.DONE, "found", 1),
        ("forgetful", ArchiveState.DONE, "found", 1),
        ("had-one", ArchiveState.GAVE_UP, "no-answer", 3),
        ("nothing-comes", ArchiveState.GAVE_UP, "no-answer", 3),
        ("job-fails", ArchiveState.GAVE_UP, "error:job-failed", 3),
        ("blocked", ArchiveState.REFUSED, "error:blocked-url", 1),
        ("keyed", ArchiveState.REFUSED, "needs-key", 1),
        ("job-not-found", ArchiveState.REFUSED, "error:not-found", 1),
        ("busy", ArchiveState.GAVE_UP, "http-429", 0),
    ],
)
def test_every_request_comes_to_an_end(case, server, evidence, nap, clock, manner: str, state, code: str, saves: int) -> None:
    use(case, server, manner)
    case.ask_archive(evidence)
    asked_at = clock.now
    work(case.desk, wait=nap, patience=1e9, glance=1e9)
    request = only(case)
    assert (request.state, request.code) == (state, code)
    assert saves in (0, len(server.saves()))
    assert bool(request.memento) is (state is ArchiveState.DONE)
    assert (clock.now - asked_at).days < 10


def test_requests_that_came_to_nothing_are_a_day_apart(case, server, evidence, nap, clock) -> None:
    use(case, server, "job-fails")
    case.ask_archive(evidence)
    times = []
    begin = server.RequestHandlerClass.begin

    class Timed(server.RequestHandlerClass):
        def begin(self, page: str) -> None:
            times.append(clock.now)
            begin(self, page)

    server.RequestHandlerClass = Timed
    work(case.desk, wait=nap, patience=1e9, glance=1e9)
    assert len(times) == 3
    assert all((later - earlier).total_seconds() >= 86_400 for earlier, later in pairwise(times))


def test_the_wait_that_an_archive_asks_for_is_kept(case, server, evidence, nap) -> None:
    use(case, server, "overloaded")
    case.ask_archive(evidence)
    work(case.desk, wait=nap, patience=60)
    assert len(server.saves()) == 1
    (status,) = case.archive_status()
    assert status.next_at
    assert status.words["en"] == "waiting for the archive: the archive is busy; it will be asked again"


def test_how_far_a_request_is_can_be_read_while_it_is_worked_on(case, server, evidence, nap) -> None:
    use(case, server, "stuck")
    case.ask_archive(evidence)
    work(case.desk, wait=nap, patience=20)
    (status,) = case.archive_status()
    assert status.words["ar"] == "بانتظار الأرشيف: أُرسل، والأرشيف يعمل عليه"
    assert status.tries == 1
    assert statuses(case.desk) == [status]


def test_a_request_taken_back_is_not_sent(case, server, evidence, nap) -> None:
    (id,) = case.ask_archive(evidence).requests
    case.withdraw_archive(id)
    assert work(case.desk, wait=nap) == 0
    assert server.seen == []
    assert only(case).state is ArchiveState.WITHDRAWN
    with pytest.raises(NotAllowedError, match="over"):
        case.withdraw_archive(id)
    case.ask_archive(evidence)
    assert only(case).state is ArchiveState.WAITING


def test_a_request_taken_back_while_it_is_sent_stays_taken_back(case, server, evidence, nap, monkeypatch) -> None:
    use(case, server, "redirecting")
    (id,) = case.ask_archive(evidence).requests
    fetch = case.desk.fetcher.fetch

    def fetch_and_withdraw(url, ask=None):
        fetched = fetch(url, ask)
        if case.state.archives[id].value.state is ArchiveState.WAITING:
            case.withdraw_archive(id)
        return fetched

    monkeypatch.setattr(case.desk.fetcher, "fetch", fetch_and_withdraw)
    assert work(case.desk, wait=nap) == 0
    assert only(case).state is ArchiveState.WITHDRAWN


def test_an_archive_that_is_no_longer_named_ends_its_requests(case, server, evidence, nap) -> None:
    case.ask_archive(evidence)
    use(case, server, "other")
    work(case.desk, wait=nap)
    assert (only(case).state, only(case).code) == (ArchiveState.REFUSED, "unknown-archive")
    assert "factcheck.toml" in case.archive_status()[0].words["ar"]


def test_a_key_is_used_and_stands_nowhere(case, server, evidence, nap, monkeypatch) -> None:
    host = server.host.upper().replace(".", "_").replace(":", "_")
    monkeypatch.setenv(f"FACTCHECK_KEY_{host}", "access:verysecret")
    use(case, server, "keyed")
    case.ask_archive(evidence)
    work(case.desk, wait=nap)
    assert only(case).state is ArchiveState.DONE
    for path in case.desk.folder.rglob("*"):
        if path.is_file():
            assert b"verysecret" not in path.read_bytes()


def test_a_key_that_cannot_be_sent_ends_the_request(case, server, evidence, nap, monkeypatch) -> None:
    host = server.host.upper().replace(".", "_").replace(":", "_")
    monkeypatch.setenv(f"FACTCHECK_KEY_{host}", "access: secret")
    case.ask_archive(evidence)
    work(case.desk, wait=nap)
    assert (only(case).state, only(case).code) == (ArchiveState.REFUSED, "bad-key")


def test_undo_does_not_reach_into_the_queue(case, server, evidence, nap) -> None:
    case.ask_archive(evidence)
    work(case.desk, wait=nap)
    case.undo()
    assert only(case).state is ArchiveState.DONE
    assert evidence not in case.state.evidence


def test_nonsense_that_somebody_else_signed_does_not_stop_the_queue(case, server, evidence, nap) -> None:
    (id,) = case.ask_archive(evidence).requests
    odd = ArchiveRequest("http://[", "good", ArchiveState.DONE, "yesterday", memento_at="soon", answered="2026-11-23")
    case._act(ev.ArchiveAnswered(odd), f"archive:{id}")
    case._act(ev.ArchiveRequested(replace(odd, state=ArchiveState.WAITING)), "archive:" + "0" * 32)
    assert case.ask_archive(evidence).requests == (id,)
    work(case.desk, wait=nap)
    states = {status.request.url: status.request.state for status in case.archive_status()}
    assert states == {NEWS: ArchiveState.DONE, "http://[": ArchiveState.REFUSED}


def test_two_do_not_work_on_one_queue(case, server, evidence, nap) -> None:
    case.ask_archive(evidence)
    with WorkFile(case.desk.folder / QUEUE_FILE).working(), pytest.raises(LedgerError, match="already"):
        work(case.desk, wait=nap)
    assert server.seen == []


def test_members_of_a_team_work_on_what_they_asked_for(case, server, evidence, nap, as_person) -> None:
    """On a shared database each has a queue of their own; two must not send one request."""
    case.ask_archive(evidence)
    case.desk.settings = replace(case.desk.settings, database="postgresql://shared")
    as_person("Huda")
    assert work(case.desk, wait=nap) == 0
    assert server.seen == []
    as_person("Amal")
    assert work(case.desk, wait=nap) == 1


def test_what_the_ledger_knows_to_be_done_is_not_sent_again_although_the_queue_is_lost(case, server, evidence, nap) -> None:
    case.ask_archive(evidence)
    work(case.desk, wait=nap)
    (case.desk.folder / QUEUE_FILE).unlink()
    other = case.desk.open_case("قال الوزير إن الجسر افتتح أمس.")
    other.ask_archive(other.attach(NEWS))
    work(case.desk, wait=nap)
    assert only(other).code == "found"
    assert server.saves() == [NEWS]


# ---- in the background


def wait_for(condition, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_thread_works_while_the_notebook_goes_on(case, server, evidence) -> None:
    use(case, server, "redirecting", every=0)
    with case.desk.archive_in_background() as background:
        case.ask_archive(evidence)
        assert background.running
        case.attach("https://example.org/meanwhile")
        wait_for(lambda: case.refresh() or only(case).state is ArchiveState.DONE)
    assert not background.running
    assert background.problem is None
    assert background.result == 1
    assert case.desk.verify().ok


def test_a_thread_says_why_it_ended_by_itself(case, server, evidence) -> None:
    with WorkFile(case.desk.folder / QUEUE_FILE).working():
        background = case.desk.archive_in_background()
        assert background.wait(30)
    assert "already" in str(background.problem)
    background.stop()


# ---- crashes


def test_killed_workers_lose_nothing_and_ask_for_nothing_twice(tmp_path, server, monkeypatch) -> None:
    """Workers are killed while they send, ask and write; then one goes on, on the next day too."""
    monkeypatch.setenv("FACTCHECK_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("FACTCHECK_STATE", str(tmp_path / "state"))
    server.clock = lambda: datetime.now(UTC)
    pages = [f"https://example.org/{number}" for number in range(16)]
    with open_desk(tmp_path / "desk", name="Amal", newsroom="Newsroom") as desk:
        case = desk.open_case("قال الوزير إن الجسر افتتح أمس.")
        use(case, server, "eager", every=0)
        for page in pages:
            case.attach(page)
        case.ask_archive()
    chance = random.Random(7)
    command = [sys.executable, "-m", "tests.case.archive_worker", str(tmp_path / "desk"), str(server.server_port)]
    killed = 0
    for _ in range(5):
        asked = len(server.saves())
        worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert worker.stdout.readline() == "working\n"
        wait_for(lambda worker=worker, asked=asked: len(server.saves()) > asked or worker.poll() is not None)
        time.sleep(chance.uniform(0, 0.12))  # in the middle of an answer, or between it and the next request
        killed += worker.poll() is None
        worker.kill()
        worker.wait()
        worker.stdout.close()
    assert killed >= 3
    around = replace(Surroundings.of_user(), clock=Clock(datetime.now(UTC) + timedelta(seconds=5)))
    with open_desk(tmp_path / "desk", around=around) as desk:
        case = desk.case()
        use(case, server, "eager", every=0)
        server.clock = lambda: around.clock.now
        work(desk, wait=Nap(around.clock), patience=1e9, glance=1e9)
        assert desk.verify().ok
        requests = [held.value for held in case.state.archives.values()]
    assert sorted(request.url for request in requests) == sorted(pages)
    assert {request.state for request in requests} == {ArchiveState.DONE}
    assert sorted(server.saves()) == sorted(pages)
