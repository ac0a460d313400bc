"""Commands for sheets: a desk's list of lines becomes a case, and goes back out with what came of each."""

from __future__ import annotations

from pathlib import Path

import click

from factcheck.case.sheet import open_sheet
from factcheck.cli import main
from factcheck.cli.desks import case_of, desk_of, saved
from factcheck.cli.door import CASE, DESK, PERSON, read_file, told, write_file
from factcheck.errors import isolate
from factcheck.reports.sheet import sheet_bytes
from factcheck.reports.writing import source_of


@main.group()
def sheet() -> None:
    """Lists of lines to check, as desks keep them in CSV or XLSX."""


@sheet.command("in")
@DESK
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@PERSON
@click.option("--newsroom", default="", help="Newsroom of a person who is new on this machine.")
@click.option("--title", default="", help="Title of the case.")
@click.option("--practice", is_flag=True, help="A made-up case for learning; every page says so.")
@told
def sheet_in(desk: Path, file: Path, person: str, newsroom: str, title: str, practice: bool) -> None:
    """Open a case on a sheet with a column of lines, and if it has them of source, contact and status (Arabic or English names)."""
    data = read_file(file.expanduser())
    with desk_of(desk, person, newsroom) as opened:
        case = open_sheet(opened, data, name=file.name, title=title, practice=practice)
        saved(case, f"case {case.id[:8]} {isolate(case.title)}: {len(case.state.claims)} claims")


@sheet.command("out")
@DESK
@CASE
@PERSON
@click.option("--lang", default="", type=click.Choice(["", "ar", "en"]), help="Of the results' column names and words.")
@click.option("--to", required=True, type=click.Path(path_type=Path, dir_okay=False), help="File to write, .csv or .xlsx.")
@told
def sheet_out(desk: Path, case_id: str, person: str, lang: str, to: Path) -> None:
    """Write a case as a sheet: the columns it came with, and the results beside them."""
    case = case_of(desk, person, case_id)
    with case.desk:
        data = sheet_bytes(case, source_of(case), lang or case.desk.settings.language, xlsx=to.suffix.lower() == ".xlsx")
        write_file(to, data)
        click.echo(to)
