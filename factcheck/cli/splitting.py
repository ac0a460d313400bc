"""The splitter alone, without a desk."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path
from typing import Any

import click

from factcheck.cli import main
from factcheck.cli.door import JSON, read_file, told
from factcheck.errors import FactcheckError, isolate
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
