"""Requests to web archives on their way: what follows from an answer. Pure; ``archive_work`` keeps the tasks, ``saving`` gets the answers.

A task goes from *new* over *sending* to *job*, and is over when the archive says so. It comes to *looking* when only the archive's holdings
can tell: after a crash, a silence, an answer that says nothing, a job that is forgotten. After a day in which no copy was found it is new
again. So one address is sent to one archive at most once within a day, and nothing is asked for without end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from factcheck.evidence.saving import Answer, Said

DAY = timedelta(days=1)
POLL_FIRST, POLL_LAST = 15, 600  # seconds between two questions about a job: doubled each time
JOB_LIFE = timedelta(minutes=90)  # archives forget jobs after an hour
LOOK_FIRST, LOOK_LAST = 60, 7200  # seconds between two looks for a copy
BUSY_FIRST, BUSY_LAST = 60, 21_600  # seconds that a busy archive is left alone at least: doubled each time
MAX_TRIES = 3  # requests for one address that were taken on and came to nothing
MAX_AGE, MAX_DELAYS = timedelta(days=7), 12  # after both, an archive that always was busy is no longer asked
SKEW = timedelta(minutes=10)  # between our clock and the archive's


class Phase(StrEnum):
    NEW = "new"
    SENDING = "sending"
    JOB = "job"
    LOOKING = "looking"


@dataclass(frozen=True, slots=True)
class Task:
    """One request and how far it is. Times are aware UTC."""

    id: str  # of the request, as the ledger has it
    archive: str
    page: str  # canonical address
    asked: datetime
    phase: Phase = Phase.NEW
    due: datetime | None = None  # None: now
    sent: datetime | None = None  # when it was last sent, by this task or another for the same page
    since: datetime | None = None  # copies made after this are what was asked for
    job: str = ""
    tries: int = 0  # requests that were taken on
    turns: int = 0  # in this phase: polls, looks
    delays: int = 0  # in a row that the archive had no room
    code: str = ""  # of the last answer
    message: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """That a request is over: ``said`` is done, refused, or failed (given up)."""

    said: Said
    answer: Answer


def follow(task: Task, answer: Answer, now: datetime) -> tuple[Task, int] | Outcome:
    """What follows from an answer: the task as it now is and for how many seconds the archive wants to be left alone; or the end."""
    task = replace(task, code=answer.code, message=answer.message or task.message)
    match answer.said:
        case Said.DONE | Said.REFUSED:
            return Outcome(answer.said, answer)
        case Said.ACCEPTED:
            begun = replace(task, phase=Phase.JOB, job=answer.job, turns=0, delays=0, tries=task.tries + 1)
            return replace(begun, due=now + timedelta(seconds=POLL_FIRST)), 0
        case Said.LATER:
            wait = max(answer.wait, min(BUSY_FIRST * 2**task.delays, BUSY_LAST))
            if now - task.asked > MAX_AGE and task.delays >= MAX_DELAYS:
                return Outcome(Said.FAILED, answer)
            due = now + timedelta(seconds=wait)
            if task.phase is Phase.SENDING:  # not taken on, so not sent
                return replace(task, phase=Phase.NEW, sent=None, due=due, delays=task.delays + 1), wait
            return replace(task, due=due, delays=task.delays + 1), wait
        case Said.PENDING:
            if task.phase is not Phase.JOB or task.sent is None or now - task.sent > JOB_LIFE:
                return _look(replace(task, tries=task.tries + (task.phase is Phase.SENDING)), now), 0
            wait = min(POLL_FIRST * 2 ** (task.turns + 1), POLL_LAST)
            return replace(task, turns=task.turns + 1, due=now + timedelta(seconds=wait)), 0
        case Said.FAILED:
            if task.tries >= MAX_TRIES:
                return Outcome(Said.FAILED, answer)
            return replace(task, phase=Phase.NEW, job="", due=(task.sent or now) + DAY), 0
        case Said.UNCLEAR:
            if task.phase is not Phase.LOOKING:
                since = now - DAY if answer.code == "had-one" else task.since
                return _look(replace(task, since=since, tries=task.tries + (task.phase is Phase.SENDING)), now), 0
            if task.sent is None or now - task.sent >= DAY:
                if task.tries >= MAX_TRIES:
                    return Outcome(Said.FAILED, replace(answer, code=answer.code or "no-answer"))
                return replace(task, phase=Phase.NEW, job="", due=now), 0
            wait = min(LOOK_FIRST * 2 ** (task.turns + 1), LOOK_LAST)
            return replace(task, turns=task.turns + 1, due=min(now + timedelta(seconds=wait), task.sent + DAY)), answer.wait


def _look(task: Task, now: datetime) -> Task:
    return replace(task, phase=Phase.LOOKING, turns=0, due=now + timedelta(seconds=LOOK_FIRST))
