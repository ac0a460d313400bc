"""Commands on the desk around a case: which cases there are, turning to another, opening a new one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from factcheck.case import policy
from factcheck.case.case import Case
from factcheck.case.desk import Desk
from factcheck.case.state import CaseState
from factcheck.model.verdict import Decision
from factcheck.workbench.arguments import Arguments, Refused
from factcheck.workbench.commands.session import Session
from factcheck.workbench.jobs import Later, Run


def _queue(_s: Session, _a: Arguments) -> Later:
    """Every case of the desk with how far it is; those that await this person's review first."""
    return Later(lambda case, run: _lines(case.desk, run))


def _lines(desk: Desk, run: Run) -> list[dict[str, Any]]:
    lines = []
    for id, title in desk.cases().items():
        if run.stop.is_set():
            break
        state = desk.case_state(id)
        stage = _stage(state)
        blocking = sum(problem.level is policy.Level.BLOCKS for problem in desk.case(id).problems())
        for_me = stage == "draft" and desk.me.id not in policy.authors_of(state)
        lines.append({"id": id, "title": title, "stage": stage, "blocking": blocking, "for_me": for_me})
    return sorted(lines, key=lambda line: not line["for_me"])


def _stage(state: CaseState) -> str:
    if state.publications:
        return "published"
    if state.draft is None:
        return "open"
    review = policy.standing_review(state)
    if review is None or not policy.covers(state, review.value) or policy.changed_since(state, review.value.rests_on):
        return "draft"
    return "signed" if review.value.decision is Decision.SIGN_OFF else "returned"


def open_case(s: Session, a: Arguments) -> Case:
    """Another case of the desk."""
    return s.case.desk.case(a.needed("id", "refused_article"))


def new_case(s: Session, a: Arguments) -> Later:
    """The id of a case on pasted text, a link, or a file."""
    text, url, file, title = a.text("text"), a.text("url").strip(), a.file(), a.text("title")
    facts = {name: a.text(name).strip() for name in ("outlet", "published") if a.text(name).strip()}
    article: str | bytes = text.encode("utf-8") if text.strip() else file if file is not None else url
    if not article:
        raise Refused("refused_article")
    options: dict[str, Any] = {"title": title, "facts": facts} if article == url else {"title": title, "url": url, "facts": facts}
    return Later(lambda case, _run: case.desk.open_case(article, **options).id)


COMMANDS: Mapping[str, Callable[[Session, Arguments], Any]] = {"queue": _queue}
