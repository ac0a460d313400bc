"""Commands that hand a case out: reports and where they appeared."""

from __future__ import annotations

from pathlib import Path

import click

from factcheck.cli.door import CASE, DESK, PERSON, case_of, main, saved, told
from factcheck.reports import FORMATS
from factcheck.reports.tables import TABLES
from factcheck.reports.writing import write_report


@main.command()
@DESK
@CASE
@PERSON
@click.option("--format", default="html", type=click.Choice(list(FORMATS)))
@click.option("--lang", default="", type=click.Choice(["", "ar", "en"]))
@click.option("--table", default="", type=click.Choice(["", *TABLES]), help="Which table, for csv.")
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="File to write; in the desk's reports folder without it.")
@told
def report(desk: Path, case_id: str, person: str, format: str, lang: str, table: str, to: Path | None) -> None:
    """Write a report of a case and print the file's name."""
    case = case_of(desk, person, case_id)
    with case.desk:
        options = {"table": table or "claims"} if format == "csv" else {}
        click.echo(write_report(case, format, lang, to=to, **options))


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
