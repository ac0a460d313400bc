"""What all commands share: options, the desk and case they name, and refusals told in a line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from factcheck import __version__
from factcheck.case.case import Case
from factcheck.case.desk import Desk, open_desk
from factcheck.case.where import is_desk
from factcheck.errors import FactcheckError, KeyUnavailableError
from factcheck.model.claim import Target
from factcheck.reports.foreign import is_bundle, open_foreign

T = TypeVar("T")

DESK = click.argument("desk", type=click.Path(path_type=Path))
CASE = click.option("--case", "case_id", default="", help="Start of the case's id or title; not needed when the desk has one case.")
PERSON = click.option("--as", "person", default="", help="Name of the person who acts; not needed when this machine knows one.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class EventCommand(click.Command):
    """A command that names entries: one digest in 64 begins with a hyphen, and is no option for that."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = {name for parameter in self.get_params(ctx) for name in (*parameter.opts, *parameter.secondary_opts)}
        odd = [argument.startswith("-") and len(argument) >= 4 and argument.partition("=")[0] not in known for argument in args]
        return super().parse_args(ctx, [f" {argument}" if is_odd else argument for argument, is_odd in zip(args, odd, strict=True)])


def event_argument(name: str, **details: Any) -> Callable[[Any], Any]:
    """An argument of an ``EventCommand`` that names an entry by its number or the start of its digest."""
    return click.argument(name, callback=lambda _context, _argument, value: value and value.strip(), **details)


def told(command: Callable[..., Any]) -> Callable[..., Any]:
    """Refusals and wrong values as one line on standard error, exit code 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (FactcheckError, ValueError) as error:
            raise click.ClickException(str(error)) from error

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="factcheck-workbench")
def main() -> None:
    """Check what an article claims and who is said to have said it; every act goes into a ledger that a stranger can verify."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


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
        raise ValueError(f"{len(found)} claims fit {start!r}; factcheck claims lists them")
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


def read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FactcheckError(f"Could not read {path}: {error.strerror}.") from error


def write_file(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file anew; a private one is readable by this user only, from its first byte."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if private:
            path.unlink(missing_ok=True)
            path.touch(mode=0o600)
        path.write_bytes(data)
    except OSError as error:
        raise FactcheckError(f"Could not write {path}: {error.strerror}.") from error
