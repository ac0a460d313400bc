"""Commands on where people looked and whom they asked: searches, earlier checks, contacts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from factcheck.case.earlier_acts import Earlier
from factcheck.workbench.arguments import Arguments, Refused
from factcheck.workbench.commands.session import Session
from factcheck.workbench.jobs import Later


def _search(s: Session, a: Arguments) -> str:
    queries = [line.strip() for line in a.text("queries").splitlines() if line.strip()]
    if not queries:
        raise Refused("refused_search")
    return s.case.search(
        a.needed("place", "refused_search"),
        queries,
        a.text("outcome") or "nothing",
        target=a.text("target"),
        on=a.text("on"),
        hits=a.number("hits") if a.has("hits") else None,
        note=a.text("note"),
    )


def _search_links(s: Session, a: Arguments) -> list[dict[str, str]]:
    """Searches for a claim, ready to be opened by a person; nothing is fetched."""
    return [
        {"place": link.place, "kind": link.kind.value, "query": link.query, "language": link.language, "url": link.url}
        for link in s.case.search_links(a.text("id"))
    ]


def _record_links(s: Session, a: Arguments) -> list[str]:
    """Record what was found behind some of a claim's search links."""
    wanted = set(a.list("urls"))
    links = [link for link in s.case.search_links(a.text("id")) if link.url in wanted]
    if not links:
        raise Refused("refused_search")
    return s.case.record_links(links, a.text("outcome") or "nothing", target=a.text("target"), note=a.text("note"))


def _earlier(_s: Session, a: Arguments) -> Later:
    """Whether a claim was checked before, also in other words; what was searched is recorded. Google is asked only when told to."""
    id, online = a.text("id"), a.flag("online")
    return Later(lambda case, _run: _told(case.find_earlier(id, online=online)))


def _told(found: Earlier) -> dict[str, Any]:
    return {
        "found": [
            {"claim": e.check.claim, "rating": e.check.rating, "publisher": e.check.publisher, "url": e.check.url, "title": e.check.title,
             "claimant": e.check.claimant, "checked_on": e.check.checked_on, "source": e.check.source, "case": e.check.case,
             "likeness": e.likeness // 10}
            for e in found.found
        ],
        "asked": list(found.asked),
        "failed": [{"place": place, "why": why} for place, why in found.failed],
    }  # fmt: skip


def _contact(s: Session, a: Arguments) -> str:
    return s.case.contact(
        a.needed("who", "refused_contact"),
        a.text("how"),
        a.needed("question", "refused_contact"),
        a.text("outcome") or "waiting",
        answer=a.text("answer"),
        target=a.text("target"),
        deadline=a.text("deadline"),
        on=a.text("on"),
        note=a.text("note"),
    )


COMMANDS: Mapping[str, Callable[[Session, Arguments], Any]] = {
    "search": _search,
    "withdraw_search": lambda s, a: s.case.withdraw_search(a.text("id")) and None,
    "search_links": _search_links,
    "record_links": _record_links,
    "earlier": _earlier,
    "contact": _contact,
    "answer": lambda s, a: s.case.answer(*a.texts("id", "outcome", "answer"), on=a.text("on")) and None,
}
