"""The queue: what follows from each answer, its pace, and that no address is sent twice within a day whatever happens."""

from __future__ import annotations

import sqlite3
import tempfile
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factcheck.errors import LedgerError
from factcheck.evidence.archive_queue import MAX_TRIES, Outcome, Phase, Task, follow
from factcheck.evidence.archive_work import WorkFile
from factcheck.evidence.memento import Memento
from factcheck.evidence.saving import Answer, Said

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
COPY = Memento("https://archive.example/1", "2026-11-23T12:00:00Z", "https://example.org/a", "a", "save")
SECOND = timedelta(seconds=1)


def task(name: str = "a", page: str = "example.org/a", archive: str = "arc") -> Task:
    return Task(name, archive, page, START)


def sending(**details) -> Task:
    return Task("a", "arc", "example.org/a", START, phase=Phase.SENDING, sent=START, since=START, **details)


# ---- what follows


def test_a_request_that_is_taken_on_is_asked_about_ever_more_rarely() -> None:
    now, waits = START, []
    here, _ = follow(sending(), Answer(Said.ACCEPTED, job="j"), now)
    for _ in range(8):
        waits.append((here.due - now).total_seconds())
        now = here.due
        here, _ = follow(here, Answer(Said.PENDING), now)
    assert waits == [15, 30, 60, 120, 240, 480, 600, 600]


def test_a_job_that_is_forgotten_is_no_longer_asked_about() -> None:
    here, _ = follow(sending(), Answer(Said.ACCEPTED, job="j"), START)
    here, _ = follow(here, Answer(Said.PENDING), START + timedelta(minutes=91))
    assert here.phase is Phase.LOOKING


def test_a_busy_archive_is_left_alone_as_long_as_it_asks_and_ever_longer_when_it_does_not_say() -> None:
    here, wait = follow(sending(), Answer(Said.LATER, wait=3600), START)
    assert (here.phase, here.due, wait, here.sent, here.tries) == (Phase.NEW, START + 3600 * SECOND, 3600, None, 0)
    waits = []
    for _ in range(11):
        here, wait = follow(sending(delays=here.delays), Answer(Said.LATER), START)
        waits.append(wait)
    assert waits[:3] == [120, 240, 480]
    assert waits[-1] == 21_600


def test_an_archive_that_is_always_busy_is_given_up_after_a_week() -> None:
    assert isinstance(follow(sending(delays=12), Answer(Said.LATER), START + timedelta(days=8)), Outcome)
    assert not isinstance(follow(sending(delays=1), Answer(Said.LATER), START + timedelta(days=8)), Outcome)
    assert not isinstance(follow(sending(delays=12), Answer(Said.LATER), START + timedelta(days=6)), Outcome)


def test_a_job_that_failed_is_tried_again_after_a_day_and_three_times() -> None:
    here, _ = follow(sending(), Answer(Said.ACCEPTED, job="j"), START)
    here, _ = follow(here, Answer(Said.FAILED), START + 60 * SECOND)
    assert (here.phase, here.due, here.job) == (Phase.NEW, START + timedelta(days=1), "")
    last, _ = follow(sending(tries=MAX_TRIES - 1), Answer(Said.ACCEPTED, job="j"), START)
    ended = follow(last, Answer(Said.FAILED, code="error:job-failed"), START)
    assert (ended.said, ended.answer.code) == (Said.FAILED, "error:job-failed")


def test_what_is_unclear_is_looked_for_during_a_day_and_then_asked_anew() -> None:
    here, _ = follow(sending(), Answer(Said.UNCLEAR), START)
    looks, now = 0, START
    while here.phase is Phase.LOOKING:
        now = here.due
        here, _ = follow(here, Answer(Said.UNCLEAR), now)
        looks += 1
    assert (here.phase, here.tries, now) == (Phase.NEW, 1, START + timedelta(days=1))
    assert 10 < looks < 30
    ended = follow(
        Task("a", "arc", "p", START, phase=Phase.LOOKING, sent=START, tries=MAX_TRIES), Answer(Said.UNCLEAR, code="no-answer"), now
    )
    assert ended.said is Said.FAILED


def test_an_archive_that_has_a_recent_copy_may_have_made_it_up_to_a_day_ago() -> None:
    here, _ = follow(sending(), Answer(Said.UNCLEAR, code="had-one"), START)
    assert here.since == START - timedelta(days=1)


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("said", Said)
def test_every_answer_in_every_phase_leads_somewhere(phase: Phase, said: Said) -> None:
    at = Task("a", "arc", "p", START, phase=phase, sent=START, since=START, tries=1)
    followed = follow(at, Answer(said, job="j", memento=COPY if said is Said.DONE else None), START + SECOND)
    if isinstance(followed, Outcome):
        assert said in (Said.DONE, Said.REFUSED)
    else:
        assert followed[0].due > START + SECOND


# ---- the file


@pytest.fixture
def work(tmp_path) -> WorkFile:
    return WorkFile(tmp_path / "queue.sqlite")


def test_reading_makes_no_file(work) -> None:
    assert work.tasks() == {}
    assert not work.path.exists()


def test_tasks_survive_and_the_file_is_for_its_owner_only(work) -> None:
    with work.working() as worker:
        worker.keep({"a": task()})
        taken = worker.take(START, {})
        worker.record(taken, Answer(Said.ACCEPTED, job="j-1", message="كلام"), START)
    here = WorkFile(work.path).tasks()["a"]
    assert (here.phase, here.job, here.sent, here.message) == (Phase.JOB, "j-1", START, "كلام")
    assert work.path.stat().st_mode & 0o077 == 0


def test_one_works_at_a_time_and_others_may_read(work) -> None:
    with work.working() as worker:
        worker.keep({"a": task()})
        with pytest.raises(LedgerError, match="already") as caught, work.working():
            pass
        assert caught.value.facts["code"] == "queue-busy"
        assert list(work.tasks()) == ["a"]
    with work.working():
        pass


def test_the_pace_of_an_archive_is_kept(work) -> None:
    with work.working() as worker:
        worker.keep({name: task(name, f"example.org/{name}") for name in "abc"} | {"z": task("z", "example.org/a", "other")})
        sent, now = [], START
        while len(sent) < 4:
            taken = worker.take(now, {"arc": 20, "other": 20})
            if isinstance(taken, datetime):
                now = taken
                continue
            sent.append((taken.id, (now - START).total_seconds()))
            worker.record(taken, Answer(Said.ACCEPTED, job="j"), now)
            worker.keep({id: t for id, t in work.tasks().items() if id not in [name for name, _ in sent]})
    assert sent == [("a", 0), ("z", 0), ("b", 20), ("c", 40)]


def test_an_archive_that_asked_to_wait_is_asked_nothing_meanwhile(work) -> None:
    with work.working() as worker:
        worker.keep({name: task(name, f"example.org/{name}") for name in "ab"})
        first = worker.take(START, {})
        worker.record(first, Answer(Said.LATER, wait=500), START)
        assert worker.take(START + 499 * SECOND, {}) == START + 500 * SECOND
        assert worker.take(START + 500 * SECOND, {}).phase is Phase.SENDING


def test_a_second_request_for_a_page_waits_for_the_copy_of_the_first(work) -> None:
    with work.working() as worker:
        worker.keep({"a": task("a"), "b": task("b")})
        worker.record(worker.take(START, {}), Answer(Said.ACCEPTED, job="j"), START)
        second = worker.take(START + SECOND, {})
        assert (second.id, second.phase, second.sent) == ("b", Phase.LOOKING, START)


def test_the_day_is_counted_over_restarts_and_clocks_set_back(work) -> None:
    with work.working() as worker:
        worker.keep({"a": task("a")})
        worker.record(worker.take(START, {}), Answer(Said.ACCEPTED, job="j"), START)
        worker.keep({})
    for hours, phase in ((-2, Phase.LOOKING), (23, Phase.LOOKING), (25, Phase.SENDING)):
        with work.working() as worker:
            now = START + timedelta(hours=hours)
            worker.recover(now)
            worker.keep({"b": task("b")})
            assert worker.take(now, {}).phase is phase
            worker.keep({})


def test_who_was_interrupted_while_sending_looks_for_the_copy(work) -> None:
    with work.working() as worker:
        worker.keep({"a": task()})
        assert worker.take(START, {}).phase is Phase.SENDING
    with work.working() as worker:
        worker.recover(START + SECOND)
        taken = worker.take(START + SECOND, {})
    assert (taken.phase, taken.tries, taken.code) == (Phase.LOOKING, 1, "interrupted")


def test_a_task_whose_answer_was_not_recorded_is_not_sent_again(work) -> None:
    with work.working() as worker:
        worker.keep({"a": task()})
        worker.take(START, {})
        assert worker.take(START, {}).phase is Phase.LOOKING


def test_a_request_that_was_asked_for_anew_begins_anew(work) -> None:
    again = Task("a", "arc", "example.org/a", START + timedelta(days=3))
    with work.working() as worker:
        worker.keep({"a": task()})
        worker.record(worker.take(START, {}), Answer(Said.ACCEPTED, job="j"), START)
        worker.keep({"a": again})
        assert work.tasks()["a"] == again


def test_a_time_far_ahead_does_not_hold_a_task_for_ever(work) -> None:
    with work.working() as worker:
        worker.keep({"a": task()})
        future = START + timedelta(days=4000)
        worker.record(worker.take(future, {}), Answer(Said.LATER, wait=60), future)
        assert worker.take(START, {"arc": 20}).phase is Phase.SENDING


def test_a_damaged_file_is_told_with_a_remedy(work) -> None:
    work.path.write_bytes(b"no database" * 100)
    with pytest.raises(LedgerError, match="can be deleted"):
        work.tasks()
    with pytest.raises(LedgerError, match="can be deleted"), work.working():
        pass


def test_a_folder_that_cannot_be_written_is_told(tmp_path) -> None:
    with pytest.raises(LedgerError, match="cannot be worked on"), WorkFile(tmp_path / "missing" / "queue.sqlite").working():
        pass


def test_old_marks_are_forgotten(work) -> None:
    with work.working() as worker:
        worker.keep({"a": task()})
        worker.take(START, {})
        worker.recover(START + timedelta(days=3))
    with sqlite3.connect(work.path) as db:
        assert db.execute("SELECT count(*) FROM sent").fetchone() == (0,)
    db.close()


ANSWERS = st.sampled_from([
    Answer(Said.ACCEPTED, job="j"), Answer(Said.PENDING), Answer(Said.DONE, memento=COPY), Answer(Said.LATER, wait=30), Answer(Said.LATER),
    Answer(Said.FAILED), Answer(Said.REFUSED), Answer(Said.UNCLEAR), Answer(Said.UNCLEAR, code="had-one"),
])  # fmt: skip


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_happens_no_page_is_taken_on_twice_within_a_day_and_every_request_ends(data) -> None:
    """Random answers, crashes in the middle of sending, and pages that several requests share."""
    with tempfile.TemporaryDirectory(
        dir="/dev/shm" if Path("/dev/shm").is_dir() else None
    ) as folder:  # syncing to a disk would take minutes
        at_random(WorkFile(Path(folder) / "queue.sqlite"), data)


def at_random(work: WorkFile, data: st.DataObject) -> None:
    waiting = {str(i): task(str(i), f"example.org/{i % 3}") for i in range(data.draw(st.integers(1, 5)))}
    taken_on: dict[str, list[datetime]] = {}
    now, ended, steps = START, set(), 0
    while waiting and steps < 160:
        with work.working() as worker:
            worker.recover(now)
            for _ in range(data.draw(st.integers(1, 30))):
                steps += 1
                worker.keep(waiting)
                taken = worker.take(now, {"arc": 20})
                if taken is None:
                    break
                if isinstance(taken, datetime):
                    assert taken > now
                    now = taken
                    continue
                crash = steps < 60 and data.draw(st.integers(0, 9)) == 0
                answer = data.draw(ANSWERS) if steps < 60 else Answer(Said.REFUSED)
                if taken.phase is Phase.SENDING and (crash or answer.said is not Said.LATER):
                    taken_on.setdefault(taken.page, []).append(now)
                if crash:
                    break
                if worker.record(taken, answer, now):
                    ended.add(taken.id)
                    del waiting[taken.id]
                now += SECOND
    assert not waiting
    for times in taken_on.values():
        assert all(later - earlier >= timedelta(days=1) for earlier, later in pairwise(times))
