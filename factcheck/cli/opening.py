"""Commands that open a page: JupyterLab on the first check, and the workbench without a notebook."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path

import click

from factcheck.app import open_app
from factcheck.case.surroundings import Surroundings, sign_in
from factcheck.cli import main
from factcheck.cli.door import told
from factcheck.lab import open_lab
from factcheck.ledger.keys import KeyRing


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
        sign_in(around, name=name, newsroom=newsroom, remember=True)
    interactive = sys.stdout.isatty() and not no_browser
    opener(
        folder.expanduser().resolve(),
        port=port,
        tell=lambda url: click.echo(f"{what} is ready: {url}\nStop it with Ctrl-C." if url else "Stopped."),
        browser=webbrowser.open if interactive else None,
        environment={},
    )
