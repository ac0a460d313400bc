"""Commands without a desk: JupyterLab on the first check, and the splitter alone."""

from __future__ import annotations

import datetime
import json
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from factcheck.app import open_app
from factcheck.case.desk import Surroundings, sign_in
from factcheck.cli.door import JSON, main, read_file, told
from factcheck.errors import FactcheckError, isolate
from factcheck.lab import open_lab
from factcheck.ledger.keys import KeyRing
from factcheck.text.extract import article_from_text
from factcheck.text.record import record


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@JSON
@click.option("--lang", default="", help="Language of the texts, BCP 47; found from each text without it.")
@click.option("--published", default="", metavar="DATE", help="When they appeared, ISO 8601; for yesterday and weekdays.")
@told
def split(files: tuple[Path, ...], as_json: bool, lang: str, published: str) -> None:
    """Take text FILES apart, outside any desk: sentences, claims with their chains, dates and numbers; - reads standard input.

    With --json one object a line, a line a file. A file that cannot be read is named on standard error, the others are still split, and
    the exit code is 1."""
    try:
        day = datetime.date.fromisoformat(published) if published else None
    except ValueError as error:
        raise FactcheckError(f"--published is {published!r}; write a date like 2021-11-20.") from error
    failed = False
    for path in files:
        try:
            data = sys.stdin.buffer.read() if str(path) == "-" else read_file(path)
            made = record(article_from_text(data, name=path.name).text, path.stem, language=lang or None, published=day)
        except FactcheckError as error:
            click.echo(f"Error: {error}", err=True)
            failed = True
            continue
        click.echo(json.dumps(made, ensure_ascii=False) if as_json else _claims_told(made))
    if failed:
        sys.exit(1)


def _claims_told(made: dict[str, Any]) -> str:
    """A split article for a person to read: each claim with its chain."""
    text = made["text"]
    lines = [f"{made['doc']}: {made['lang']}, {len(made['sentences'])} sentences, {len(made['claims'])} claims"]
    for claim in made["claims"]:
        said = " → ".join(isolate(text[slice(*link["source"])]) for link in claim["chain"] if link["source"])
        checkable = "" if claim["checkable"] else ", not checkable"
        lines.append(f"{claim['kind']:10} {isolate(text[slice(*claim['span'])])}{checkable}")
        if said:
            lines.append(f"{'':10} {said}")
    return "\n".join(lines)


def _place(command: Callable[..., None]) -> Callable[..., None]:
    """The arguments of commands that open a page."""
    for option in (
        click.option("--port", default=0, help="Port on this machine; a free one without it."),
        click.option("--no-browser", is_flag=True, help="Only print the address."),
        click.option("--newsroom", default="", help="Your newsroom, on the first run."),
        click.option("--name", default="", help="Your name, on the first run."),
        click.argument("folder", default="~/factcheck", type=click.Path(path_type=Path, file_okay=False)),
    ):
        command = option(command)
    return command


@main.command()
@_place
@told
def lab(folder: Path, name: str, newsroom: str, no_browser: bool, port: int) -> None:
    """Open JupyterLab on the first check, with the workbench on the seed article already there."""
    _open(open_lab, "JupyterLab", folder, name, newsroom, no_browser, port)


@main.command()
@_place
@told
def app(folder: Path, name: str, newsroom: str, no_browser: bool, port: int) -> None:
    """Open the workbench as a page of its own, without a notebook; needs the extra "app"."""
    _open(open_app, "The workbench", folder, name, newsroom, no_browser, port)


def _open(opener: Callable[..., None], what: str, folder: Path, name: str, newsroom: str, no_browser: bool, port: int) -> None:
    around = Surroundings.of_user()
    known = KeyRing(around.config, entropy=around.entropy).persons()
    if not known and not name and sys.stdin.isatty():
        name = click.prompt("Your name")
        newsroom = newsroom or click.prompt("Your newsroom")
    if name:
        sign_in(around, name=name, newsroom=newsroom)
    interactive = sys.stdout.isatty() and not no_browser
    opener(
        folder.expanduser().resolve(),
        port=port,
        tell=lambda url: click.echo(f"{what} is ready: {url}\nStop it with Ctrl-C." if url else "Stopped."),
        browser=webbrowser.open if interactive else None,
        environment={},
    )
