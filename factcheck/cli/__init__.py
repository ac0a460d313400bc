"""The command line: parse, call one Desk or Case method, print, choose the exit code.

Exit codes: 0 done; 1 refused, or verification found faults; 2 wrong usage. ``door`` holds what all commands share; each other module
adds its commands to ``main`` when it is imported, which is when one of them is asked for: a command starts without the others' libraries.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module

import click

from factcheck import __version__

HOMES: Mapping[str, str] = {
    **dict.fromkeys(("archive", "recheck"), "archiving"),
    **dict.fromkeys(("new", "claims", "attach", "verdict", "draft", "review", "history", "diff", "undo"), "checking"),
    "key": "keys",
    **dict.fromkeys(("sources", "search", "links", "earlier", "contact"), "looking"),
    **dict.fromkeys(("lab", "app"), "opening"),
    **dict.fromkeys(("verify", "stamp", "log", "witness"), "proving"),
    **dict.fromkeys(("report", "captures", "bundle", "publish", "correct", "card", "tables", "site"), "publishing"),
    "sheet": "sheets",
    "split": "splitting",
    **dict.fromkeys(("merge", "erase"), "upkeep"),
}
"""Which module brings a command."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(HOMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in HOMES and cmd_name not in self.commands:
            import_module(f"factcheck.cli.{HOMES[cmd_name]}")
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="factcheck-workbench")
def main() -> None:
    """Check what an article claims and who is said to have said it; every act goes into a ledger that a stranger can verify."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
