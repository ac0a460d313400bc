"""The desk and case that a command names, and what it says when something was saved."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import click

from factcheck.case.case import Case
from factcheck.case.desk import Desk, open_desk
from factcheck.case.where import is_desk
from factcheck.errors import FactcheckError, KeyUnavailableError
from factcheck.model.claim import Target
from factcheck.reports.foreign import is_bundle, open_foreign

T = TypeVar("T")


def desk_of(folder: Path, person: str, newsroom: str = "") -> Desk:
    """The desk, with a passphrase asked for when a key is locked and a terminal is there."""
    return unlocked(lambda passphrase: open_desk(folder, name=person, newsroom=newsroom, passphrase=passphrase))


def unlocked(opened: Callable[[str | None], T]) -> T:
    """What ``opened`` gives without a passphrase, or with one that is asked for when a key is locked and a terminal is there."""
    try:
        return opened(None)
    except KeyUnavailableError as error:
        if "passphrase is needed" not in str(error) or not sys.stdin.isatty():
            raise
        return opened(click.prompt("Passphrase", hide_input=True))


def desk_there(folder: Path, person: str) -> Desk:
    """The desk in a folder, which is not made when there is none."""
    if not is_desk(folder):
        raise FactcheckError(f'There is no desk in {folder}. Make one with: factcheck new "{folder}" ARTICLE')
    return desk_of(folder, person)


def case_of(folder: Path, person: str, case_id: str) -> Case:
    """A case of a desk; or that of a colleague's bundle, which is open for reading only."""
    if is_bundle(folder) and not is_desk(folder):
        opened = open_foreign(folder)
        click.echo(opened.provenance.words("en"), err=True)
        return opened.case(case_id)
    return desk_there(folder, person).case(case_id)


def saved(case: Case, what: str) -> None:
    click.echo(f"{what} · saved, entry {case.desk.ledger.size - 1}")


def claim_id(case: Case, start: str) -> str:
    """A claim or proposal by the start of its id."""
    state = case.state
    known = [*state.claims, *state.dismissed, *(proposal.id for proposal in state.proposals)]
    found = [id for id in known if id.startswith(start)]
    if len(found) != 1:
        raise ValueError(f"{len(found)} claims have an id that begins with {start!r}; factcheck claims lists them")
    return found[0]


def start_of(known: Iterable[str], start: str) -> str:
    """The id that begins so; the start itself when none does, for the error that lists what there is."""
    found = [id for id in known if id.startswith(start)]
    if len(found) > 1:
        raise ValueError(f"{len(found)} records fit {start!r}; write more of the id")
    return found[0] if found else start


def target_of(case: Case, text: str) -> str:
    """A target with its claim's id completed: content/CLAIM, step/CLAIM/printed/0, provenance, article, omission."""
    target = Target.parse(text)
    if target.claim:
        target = Target(target.kind, claim_id(case, target.claim), target.step)
    return str(target)
