"""Work through a desk's queue of requests for archived copies: by a call, by a command, or in the background of a notebook.

Asking for a copy only writes to the ledger; nothing leaves the machine, and no widget waits, until somebody lets the queue be worked on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from factcheck.case.gather import moment_of, now_text
from factcheck.case.link_words import progress_words, request_words
from factcheck.case.state import Held
from factcheck.errors import KeyUnavailableError, LedgerConflictError, SourceUnavailableError
from factcheck.evidence.archive import nearest
from factcheck.evidence.archive_queue import DAY, Outcome, Phase, Task
from factcheck.evidence.archive_work import Worker, WorkFile
from factcheck.evidence.credentials import credential
from factcheck.evidence.memento import Archive
from factcheck.evidence.pages import canonical, host_of, is_inside
from factcheck.evidence.saving import Answer, Said, job_answer, request_copy
from factcheck.evidence.weblinks import web_address
from factcheck.model import events as ev
from factcheck.model.evidence import ArchiveRequest, ArchiveState

if TYPE_CHECKING:
    from factcheck.case.desk import Desk

QUEUE_FILE = "archive-queue.sqlite"  # in the desk's folder
_ENDS = {Said.DONE: ArchiveState.DONE, Said.REFUSED: ArchiveState.REFUSED, Said.FAILED: ArchiveState.GAVE_UP}


@dataclass(frozen=True, slots=True)
class ArchiveStatus:
    """How one request for an archived copy stands."""

    id: str
    case: str  # case id
    request: ArchiveRequest
    evidence: tuple[str, ...]  # ids of the pieces that link to the page
    words: Mapping[str, str]  # language -> how it stands, in a line
    next_at: str = ""  # when it will be worked on, aware UTC; empty: as soon as somebody works on the queue, or it is over
    tries: int = 0  # times that the archive took it on


def statuses(desk: Desk, case_id: str = "") -> list[ArchiveStatus]:
    """Every request of a desk, or of one case, oldest first. Reads; nothing is asked."""
    tasks = WorkFile(desk.folder / QUEUE_FILE).tasks()
    found = []
    for id in [case_id] if case_id else desk.cases():
        state = desk.case_state(id)
        linked: dict[str, list[str]] = {}
        for evidence_id, evidence in state.evidence.items():
            linked.setdefault(evidence.value.url, []).append(evidence_id)
        for request_id, held in state.archives.items():
            task = tasks.get(request_id) if held.value.state is ArchiveState.WAITING else None
            words = progress_words(held.value, task) if task else request_words(held.value)
            due = task.due.isoformat() if task and task.due else ""
            evidence_ids = tuple(linked.get(held.value.url, ()))
            found.append(ArchiveStatus(request_id, id, held.value, evidence_ids, words, due, task.tries if task else 0))
    return sorted(found, key=lambda status: (status.request.asked, status.id))


def work(
    desk: Desk,
    *,
    patience: float = 900.0,
    idle: bool = False,
    glance: float = 5.0,
    wait: Callable[[float], bool] | None = None,
    tell: Callable[[str, ArchiveRequest], None] = lambda _id, _request: None,
) -> int:
    """Ask the archives for what waits, at their pace, and write into the ledger what came of it; returns how many requests are over.

    Args:
        patience: seconds to wait for whatever is due next; if that is later, this returns and the rest keeps waiting.
        idle: go on waiting when nothing is left to do, for requests to come.
        glance: seconds after which a waiting worker looks into the ledger again, for what was asked or taken back meanwhile.
        wait: called with seconds to let pass; when it returns True the work stops. Sleeps without it.
        tell: called with each request that is over.

    Raises:
        LedgerError: somebody else works on this queue (``code`` is queue-busy), or it cannot be written.
    """
    wait = wait or threading.Event().wait
    over = 0
    with WorkFile(desk.folder / QUEUE_FILE).working() as worker:
        worker.recover(desk.clock())
        while True:
            requests = _waiting(desk)
            now = desk.clock()
            worker.keep({id: _task(id, held.value) for id, (_, held) in requests.items()}, _copied(desk, now))
            taken = worker.take(now, {archive.name: archive.every for archive in desk.settings.archives})
            if isinstance(taken, Task):
                ended = _worked(desk, worker, taken, *requests[taken.id])
                if ended:
                    over += 1
                    tell(taken.id, ended)
                if wait(0):
                    return over
                continue
            seconds = (taken - now).total_seconds() if taken else glance
            if not idle and (taken is None or seconds > patience):
                return over
            if wait(min(seconds, glance)):
                return over


def _waiting(desk: Desk) -> dict[str, tuple[str, Held[ArchiveRequest]]]:
    """Requests of this desk that wait. Those that came by a merge are their own desk's to send; on a database that a team shares, where
    each machine has a queue of its own, those of colleagues are theirs."""
    desk.refresh()
    return {
        id: (case_id, held)
        for case_id in desk.cases()
        for id, held in desk.case_state(case_id).archives.items()
        if held.value.state is ArchiveState.WAITING
        and held.event.desk == desk.ledger.origin
        and (not desk.settings.database or held.person == desk.me.id)
    }


def _copied(desk: Desk, now: datetime) -> dict[tuple[str, str], datetime]:
    """Pages that an archive copied for this desk within a day, wherever the request was worked on."""
    found = {}
    for case_id in desk.cases():
        for held in desk.case_state(case_id).archives.values():
            request, at = held.value, moment_of(held.value.memento_at)
            if request.state is ArchiveState.DONE and at and abs(now - at) < DAY:
                found[request.archive, page_of(request.url)] = at
    return found


def _task(id: str, request: ArchiveRequest) -> Task:
    return Task(id, request.archive, page_of(request.url), moment_of(request.asked) or datetime.fromtimestamp(0, UTC))


def page_of(url: str) -> str:
    """The form of an address by which requests are told apart."""
    try:
        return canonical(url)
    except ValueError:
        return url


def _worked(desk: Desk, worker: Worker, task: Task, case_id: str, held: Held[ArchiveRequest]) -> ArchiveRequest | None:
    """Do what is due of one task; the request as it ended, if it did."""
    answer = _answer(desk, task, held.value)
    outcome = worker.record(task, answer, desk.clock())
    if outcome is None:
        return None
    request = _ended(held.value, outcome, now_text(desk.clock))
    try:
        desk.append(case_id, [(ev.ArchiveAnswered(request), {f"archive:{held.id}": held.heads})])
    except LedgerConflictError:  # somebody took it back meanwhile
        return None
    return request


def _ended(request: ArchiveRequest, outcome: Outcome, now: str) -> ArchiveRequest:
    answer, memento = outcome.answer, outcome.answer.memento
    return replace(
        request,
        state=_ENDS[outcome.said],
        memento=memento.url if memento else "",
        memento_at=memento.at if memento else "",
        answered=now,
        code=answer.code,
        message=answer.message,
    )


def _answer(desk: Desk, task: Task, request: ArchiveRequest) -> Answer:
    archive = next((a for a in desk.settings.archives if a.name == request.archive and a.save), None)
    if archive is None:
        return Answer(Said.REFUSED, code="unknown-archive")
    if not web_address(request.url, request.url):
        return Answer(Said.REFUSED, code="bad-address")
    try:
        key = _key(archive, desk.settings.allowed_hosts)
    except KeyUnavailableError:
        return Answer(Said.REFUSED, code="bad-key")
    if task.phase is Phase.SENDING:
        return request_copy(archive, request.url, desk.fetcher, desk.clock(), key)
    if task.phase is Phase.JOB:
        return job_answer(archive, task.job, request.url, desk.fetcher, desk.clock(), key)
    return _looked(desk, archive, task, request)


def _key(archive: Archive, allowed_hosts: tuple[str, ...]) -> str:
    """The key for an archive; none over a connection that others can read."""
    guarded = archive.save.startswith("https:") or is_inside(archive.save, allowed_hosts)
    return credential(host_of(archive.save)) if guarded else ""


def _looked(desk: Desk, archive: Archive, task: Task, request: ArchiveRequest) -> Answer:
    """Whether the archive has a copy made since the request was sent."""
    now = desk.clock()
    try:
        memento = nearest(archive, request.url, now, desk.fetcher, now)
    except SourceUnavailableError as error:
        return Answer(Said.UNCLEAR, code=str(error.facts["code"]), wait=int(error.facts.get("retry_after", 0)))
    if memento and memento.moment >= (task.since or task.asked).replace(microsecond=0):
        return Answer(Said.DONE, memento=memento, code="found")
    return Answer(Said.UNCLEAR, code="no-answer")
