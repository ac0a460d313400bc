"""Commands on results, the draft and its review, and who works here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from factcheck.case import policy
from factcheck.ledger.keys import PersonKey
from factcheck.workbench.arguments import Arguments, Refused
from factcheck.workbench.commands.session import Session


def _verdict(s: Session, a: Arguments) -> list[str]:
    """One result for one target or several."""
    targets = a.list("targets")
    if not targets:
        raise Refused("refused_target")
    return s.case.verdicts_for(
        targets, a.needed("rating", "refused_rating"), a.text("reasons"), grounds=a.list("grounds"), unknown=a.text("unknown")
    )


def _settle(s: Session, a: Arguments) -> str:
    rating, because = a.needed("rating", "refused_rating"), a.needed("because", "refused_because")
    return s.case.settle(a.text("target"), rating, a.text("reasons"), because=because, grounds=a.list("grounds"), unknown=a.text("unknown"))


def _draft(s: Session, a: Arguments) -> None:
    headline = a.pairs("headline")
    if not any(text.strip() for text in headline.values()):
        raise Refused("refused_headline")
    s.case.draft(headline, a.pairs("summary"), a.pairs("conclusion"), a.pairs("why_chosen"))


def _sign_in(s: Session, a: Arguments) -> PersonKey:
    """The key of the person the page names: one of this machine, or a new one."""
    person, passphrase = a.text("person"), a.text("passphrase") or None
    keys = s.case.desk.keys
    if person:
        return keys.open_person(person, passphrase)
    return keys.create_person(
        a.needed("name", "refused_name"), a.needed("newsroom", "refused_name"), role=a.text("role") or "editor", passphrase=passphrase
    )


def _review(s: Session, a: Arguments) -> None:
    """Sign or return as oneself, or as a colleague at this machine who then leaves the chair again."""
    decision, comment = a.text("decision"), a.text("comment")
    if decision == "return" and not comment.strip():
        raise Refused("refused_comment")
    if a.flag("myself"):
        _check_reviewer(s, s.case.desk.me.id)
        s.case.review(decision, comment)
        return
    if s.case.state.draft is None:
        raise Refused("refused_draft")
    if person := a.text("person"):
        _check_reviewer(s, person)
    with s.case.desk.acting_as(_sign_in(s, a)):
        s.case.review(decision, comment)


def _check_reviewer(s: Session, person: str) -> None:
    if s.case.state.draft is None:
        raise Refused("refused_draft")
    if person in policy.authors_of(s.case.state):
        raise Refused("refused_author")


COMMANDS: Mapping[str, Callable[[Session, Arguments], Any]] = {
    "verdict": _verdict,
    "settle": _settle,
    "withdraw_verdict": lambda s, a: s.case.withdraw_verdict(a.text("id"), a.text("because")) and None,
    "draft": _draft,
    "review": _review,
    "act_as": lambda s, a: s.case.desk.act_as(_sign_in(s, a)) and None,
    "blind": lambda s, a: s.case.desk.set_policy(blind=a.flag("on")) and None,
}
