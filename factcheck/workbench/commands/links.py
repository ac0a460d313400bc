"""Commands on the links of evidence: many at once, tried again, looked at again, and their archived copies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from factcheck.case.batch_acts import Attached, addresses_in
from factcheck.case.case import Case
from factcheck.evidence.archive import Lookup
from factcheck.workbench.arguments import Arguments, Refused
from factcheck.workbench.commands.session import Session
from factcheck.workbench.jobs import Later, Run


def _attach_links(_s: Session, a: Arguments) -> Later:
    """Attach every address in a pasted text; one that cannot be fetched is kept with its problem and does not stop the others."""
    links, targets, stance, note = addresses_in(a.text("links")), a.list("bears_on"), a.text("stance") or "supports", a.text("note")
    if not links:
        raise Refused("refused_source")

    return Later(lambda case, run: _counted(case.attach_each(links, bears_on=targets, stance=stance, note=note), run, len(links)))


def _counted(coming: Iterator[Attached], run: Run, of: int) -> dict[str, int]:
    """Let links come until all are there or somebody stops it; what came is in the ledger."""
    run.of, captured = of, 0
    for each in coming:
        run.done, captured = run.done + 1, captured + each.captured
        if run.stop.is_set():
            break
    return {"asked": of, "came": run.done, "captured": captured}


def _retry(_s: Session, a: Arguments) -> Later:
    """Try one waiting link again, or all of them."""
    id = a.text("id")
    if id:
        return Later(lambda case, _run: case.retry(id))

    def act(case: Case, run: Run) -> dict[str, int]:
        waiting = sum(bool(held.value.url and not held.value.capture) for held in case.state.evidence.values())
        return _counted(case.retry_each(), run, waiting)

    return Later(act)


def _recheck(_s: Session, a: Arguments) -> Later:
    """Look at some links again, or at all of the case; what was seen of each is told as it is written."""
    ids = a.list("ids") or None
    return Later(lambda case, run: len(case.recheck(ids, progress=False, stop=run.stop)))


def _mementos(_s: Session, a: Arguments) -> Later:
    """Copies of a page that archives have, nearest to a day first."""
    id, near = a.text("id"), a.text("near").strip()
    return Later(lambda case, _run: _told(case.mementos(id, near)))


def _told(found: Lookup) -> dict[str, Any]:
    return {
        "mementos": [{"url": each.url, "at": each.at, "archive": each.archive} for each in found.mementos],
        "troubles": [{"archive": each.archive, "message": each.message} for each in found.troubles],
    }


def _cite_memento(_s: Session, a: Arguments) -> Later:
    id, url = a.text("id"), a.needed("url", "refused_source")
    return Later(lambda case, _run: case.cite_memento(id, url) and None)


def _ask_archive(s: Session, a: Arguments) -> dict[str, int]:
    """Ask for archived copies of one page, or of all that have none, and let a thread send what waits, at the archive's pace.

    What comes of it shows as others' acts do.
    """
    asked = s.case.ask_archive(a.text("id") or None)
    if asked.requests and not any(each.running for each in s.archiving):
        s.archiving.append(s.case.desk.archive_in_background())
    return {"asked": len(asked.requests), "passed": len(asked.passed)}


def _archive_status(s: Session, _a: Arguments) -> dict[str, dict[str, Any]]:
    """How far each request is that waits, in words."""
    return {each.id: {"words": dict(each.words), "next_at": each.next_at} for each in s.case.archive_status()}


COMMANDS: Mapping[str, Callable[[Session, Arguments], Any]] = {
    "attach_links": _attach_links,
    "retry": _retry,
    "recheck": _recheck,
    "mementos": _mementos,
    "cite_memento": _cite_memento,
    "ask_archive": _ask_archive,
    "withdraw_archive": lambda s, a: s.case.withdraw_archive(a.text("id")) and None,
    "archive_status": _archive_status,
}
