"""Commands that hand a case out: reports and where they appeared."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from factcheck.case.case import Case
from factcheck.cli.door import CASE, DESK, JSON, PERSON, case_of, main, saved, told
from factcheck.errors import isolate
from factcheck.reports import FORMATS
from factcheck.reports.redaction import PARTS, PRESETS, parts_of, still_readable
from factcheck.reports.tables import TABLES
from factcheck.reports.writing import source_of, write_bundle, write_report

PRESET = click.option(
    "--preset", default="", type=click.Choice(list(PRESETS)), help="For whom the copy is; everything of the case without it."
)
LEAVE_OUT = click.option(
    "--leave-out", multiple=True, metavar="PART", help=f"Further parts to leave out: {', '.join(PARTS)}, or a register such as evidence:ID."
)


@main.command()
@DESK
@CASE
@PERSON
@click.option("--format", default="html", type=click.Choice(list(FORMATS)))
@click.option("--lang", default="", type=click.Choice(["", "ar", "en"]))
@click.option("--table", default="", type=click.Choice(["", *TABLES]), help="Which table, for csv and parquet.")
@PRESET
@LEAVE_OUT
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="File to write; in the desk's reports folder without it.")
@told
def report(
    desk: Path, case_id: str, person: str, format: str, lang: str, table: str, preset: str, leave_out: tuple[str, ...], to: Path | None
) -> None:
    """Write a report of a case and print the file's name."""
    case = case_of(desk, person, case_id)
    with case.desk:
        options: dict[str, Any] = {"table": table or "claims"} if format in ("csv", "parquet") else {}
        if preset or leave_out:
            _look_again(case, preset, leave_out)
            options |= {"preset": preset, "leave_out": leave_out}
        click.echo(write_report(case, format, lang, to=to, **options))


@main.command()
@DESK
@CASE
@PERSON
@JSON
@click.option(
    "--to", type=click.Path(path_type=Path, dir_okay=False), help="Write them as a WACZ file, which ReplayWeb.page and pywb replay."
)
@told
def captures(desk: Path, case_id: str, person: str, as_json: bool, to: Path | None) -> None:
    """List what is held for the evidence of a case: when, how, from where, and what was odd about it."""
    case = case_of(desk, person, case_id)
    with case.desk:
        if to:
            click.echo(f"{case.write_wacz(to)} captures written to {to}")
            return
        held = case.captures()
        if as_json:
            click.echo(json.dumps([asdict(capture) for capture in held], ensure_ascii=False, indent=1))
            return
        for capture in held:
            marks = f" [{', '.join(capture.flags)}]" if capture.flags else ""
            where = isolate(capture.url) if capture.url else "no address"
            click.echo(
                f"{capture.sha256[:12]} {capture.at[:16].replace('T', ' ')} {capture.obtained:8} {capture.media_type:16} {where}{marks}"
            )


@main.command()
@DESK
@CASE
@PERSON
@click.option("--lang", default="", type=click.Choice(["", "ar", "en"]), help="Reports and tables in one language; both without it.")
@PRESET
@LEAVE_OUT
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="File to write; in the desk's reports folder without it.")
@told
def bundle(desk: Path, case_id: str, person: str, lang: str, preset: str, leave_out: tuple[str, ...], to: Path | None) -> None:
    """Write a case as one sealed file to hand over: reports, tables, entries with proofs, captures, a verifier; prints its name.

    A public copy leaves out names of checkers, private notes, who off-line sources are, whom you asked, and earlier values."""
    case = case_of(desk, person, case_id)
    with case.desk:
        _look_again(case, preset, leave_out)
        click.echo(write_bundle(case, lang, preset=preset, leave_out=leave_out, to=to))


def _look_again(case: Case, preset: str, leave_out: tuple[str, ...]) -> None:
    """Name what is left out in one place and stands in another: whether that matters is for a person to say."""
    for text, register in still_readable(source_of(case), parts_of(preset, leave_out)):
        click.echo(f"look again: {isolate(text)} is left out, and still stands in {register}", err=True)


@main.command()
@DESK
@CASE
@PERSON
@click.option("--url", default="", help="Where it appeared.")
@click.option("--on", default="", help="Date, ISO 8601; today without it.")
@click.option("--despite", default="", metavar="REASON", help="Publish although problems block, and why.")
@told
def publish(desk: Path, case_id: str, person: str, url: str, on: str, despite: str) -> None:
    """Record where and when the report appeared."""
    case = case_of(desk, person, case_id)
    with case.desk:
        case.publish(on, url, despite=despite)
        saved(case, "publication")
