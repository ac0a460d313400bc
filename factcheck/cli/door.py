"""What all commands share: options, refusals told in a line, files."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from factcheck.errors import FactcheckError

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
