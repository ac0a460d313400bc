"""Commands on a desk as a whole: taking in another desk, erasing."""

from __future__ import annotations

from pathlib import Path

import click

from factcheck.cli import main
from factcheck.cli.desks import desk_of
from factcheck.cli.door import CASE, DESK, PERSON, EventCommand, event_argument, told
from factcheck.cli.keys import AS_DESK
from factcheck.errors import isolate


@main.command()
@DESK
@click.argument("other", type=click.Path(path_type=Path, file_okay=False))
@PERSON
@told
def merge(desk: Path, other: Path, person: str) -> None:
    """Take in OTHER, another desk: its entries unchanged, their captures, and what was erased there."""
    with desk_of(desk, person) as opened:
        came = opened.merge(other)
        click.echo(f"{came.entries} entries, {came.captures} captures · saved, entry {opened.ledger.size - 1}")
        if came.deleted:
            click.echo(f"{len(came.deleted)} captures that were erased there are erased here")
        if came.missing:
            click.echo(
                f"{len(came.missing)} captures are not in {other}, or not as they were: {', '.join(d[:12] for d in came.missing[:5])}"
            )
        for key, name in came.strangers.items():
            click.echo(f"what {isolate(name)} wrote does not count here until somebody introduces {key}")


@main.command(cls=EventCommand)
@DESK
@event_argument("event", required=False, default="")
@click.argument("fields", nargs=-1)
@click.option("--capture", "captures", multiple=True, metavar="SHA256", help="A capture, by its digest or the start of it.")
@click.option("--because", required=True, help="Why, for the tombstone; name nobody who is to be protected.")
@CASE
@PERSON
@AS_DESK
@told
def erase(
    desk: Path, event: str, fields: tuple[str, ...], captures: tuple[str, ...], because: str, case_id: str, person: str, as_desk: bool
) -> None:
    """Delete what EVENT (an entry's number, or the start of its digest) says, all of it or some FIELDS, and captures, for good.

    A tombstone stays, and the log still verifies. Copies that were handed out, and backups, are not reached."""
    if not event and not captures:
        raise click.UsageError("Name an entry, or --capture.")
    with desk_of(desk, person) as opened:
        case = opened.case(case_id).id if case_id else ""
        done = opened.erase(event, fields, captures=captures, because=because, case=case, as_desk=as_desk)
        click.echo(f"erased {len(done.fields)} fields, {len(done.captures)} captures · saved, entry {done.tombstone.index}")
        titles = opened.cases()
        for digest, needed in done.needed.items():
            cases = {opened.ledger.event(by).case for by in needed}
            named = ", ".join(isolate(titles.get(id, id[:8])) for id in sorted(cases))
            click.echo(f"capture {digest[:12]} stays: {len(needed)} entries need it, in {named}")
        for place in done.remains:
            click.echo(f"the same words still stand in {place}")
