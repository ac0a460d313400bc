"""Commands that keep links alive: archived copies found, asked for and followed; links tried again."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
import msgspec

from factcheck.case.archiving import ArchiveStatus, statuses, work
from factcheck.case.case import Case
from factcheck.case.link_words import PASSED_OVER, recheck_words, request_words
from factcheck.cli import main
from factcheck.cli.desks import case_of, desk_there, saved
from factcheck.cli.door import CASE, DESK, JSON, PERSON, told
from factcheck.errors import isolate
from factcheck.model.evidence import ArchiveRequest, LinkState, PassageState


class _AskByDefault(click.Group):
    """``factcheck archive DESK ...`` asks; a desk whose folder is called like a command is named ``./status``."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            args = ["ask", *args]
        return super().resolve_command(ctx, args)


@main.group(cls=_AskByDefault)
def archive() -> None:
    """Archived copies: archive DESK EVIDENCE... asks for new ones; find, status, run, withdraw.

    Asking only writes it down: "archive run" sends it. Archives stand in factcheck.toml. A key for one is taken from the environment
    (FACTCHECK_KEY_WEB_ARCHIVE_ORG=access:secret) or from the keyring (service "factcheck services", user name: the host)."""


@archive.command("ask")
@DESK
@click.argument("evidence", nargs=-1)
@CASE
@PERSON
@click.option("--all", "every", is_flag=True, help="Every link of the case that has no archived copy.")
@click.option("--archive", "name", default="", help="Only this archive of the desk's.")
@told
def archive_ask(desk: Path, evidence: tuple[str, ...], case_id: str, person: str, every: bool, name: str) -> None:
    """Ask for new archived copies of what EVIDENCE links to (starts of ids). What is copied is public."""
    if every == bool(evidence):
        raise click.UsageError("Name pieces of EVIDENCE, or give --all.")
    case = case_of(desk, person, case_id)
    with case.desk:
        asked = case.ask_archive(None if every else [_evidence(case, start) for start in evidence], archive=name)
        language = case.desk.settings.language
        for id, why in asked.passed.items():
            url = case.state.evidence[id].value.url
            click.echo(f"{id[:8]} {isolate(url)} {PASSED_OVER[why][language != 'ar']}")
        saved(case, f"{len(asked.requests)} requests wait; send them with: factcheck archive run {desk}")


@archive.command("find")
@DESK
@click.argument("evidence")
@CASE
@PERSON
@JSON
@click.option("--near", default="", help="Date or time that the copy should be near to, ISO 8601.")
@click.option("--cite", is_flag=True, help="Cite the nearest, and capture it when the link is not captured.")
@told
def archive_find(desk: Path, evidence: str, case_id: str, person: str, as_json: bool, near: str, cite: bool) -> None:
    """Ask the desk's archives for their copies of what EVIDENCE links to; they learn of the address."""
    case = case_of(desk, person, case_id)
    with case.desk:
        id = _evidence(case, evidence)
        found = case.mementos(id, near)
        if as_json:
            click.echo(json.dumps(msgspec.to_builtins(found), ensure_ascii=False, indent=1))
        else:
            for memento in found.mementos:
                click.echo(f"{memento.at}  {memento.archive}  {isolate(memento.url)}")
            for trouble in found.troubles:
                click.echo(f"{trouble.archive}: {trouble.message}", err=True)
            if not found.mementos:
                click.echo("No archive that answered has a copy. Ask for one with: factcheck archive " + f"{desk} {id[:8]}")
        if cite and found.mementos:
            case.cite_memento(id, found.mementos[0])
            saved(case, f"evidence {id[:8]}")


@archive.command("status")
@DESK
@CASE
@PERSON
@JSON
@told
def archive_status(desk: Path, case_id: str, person: str, as_json: bool) -> None:
    """How the requests for archived copies stand."""
    with desk_there(desk, person) as opened:
        found = statuses(opened, opened.case(case_id).id if case_id else "")
        if as_json:
            click.echo(json.dumps([_plain(status) for status in found], ensure_ascii=False, indent=1))
            return
        language = opened.settings.language
        for status in found:
            until = f" ({status.next_at[:16].replace('T', ' ')} UTC)" if status.next_at else ""
            click.echo(f"{status.id[:8]}  {status.request.archive}  {status.words[language]}{until}  {isolate(status.request.url)}")
            if status.request.memento:
                click.echo(f"          {isolate(status.request.memento)}")
        counted = Counter(status.request.state.value for status in found)
        click.echo(", ".join(f"{count} {state}" for state, count in counted.items()) or "Nothing was asked for.")


def _plain(status: ArchiveStatus) -> dict[str, Any]:
    request: dict[str, Any] = msgspec.to_builtins(status.request)
    rest = {name: getattr(status, name) for name in ("id", "case", "evidence", "words", "next_at", "tries")}
    return {**request, **rest}


@archive.command("run")
@DESK
@PERSON
@click.option("--wait", default=15.0, help="Minutes to wait for what is due next; if that is later, stop. 0: only what is due now.")
@told
def archive_run(desk: Path, person: str, wait: float) -> None:
    """Send what waits, at the pace of the archives, and write down what comes of it. Ctrl-C stops; nothing is lost."""
    with desk_there(desk, person) as opened:
        over: list[str] = []

        def tell(id: str, request: ArchiveRequest) -> None:
            over.append(id)
            click.echo(f"{request_words(request)[opened.settings.language]}  {isolate(request.memento or request.url)}")

        with suppress(KeyboardInterrupt):
            work(opened, patience=60 * wait, tell=tell)
        waiting = sum(status.request.state.value == "waiting" for status in statuses(opened))
        click.echo(f"{len(over)} over, {waiting} waiting" + (f"; how they stand: factcheck archive status {desk}" if waiting else ""))


@archive.command("withdraw")
@DESK
@click.argument("request")
@CASE
@PERSON
@told
def archive_withdraw(desk: Path, request: str, case_id: str, person: str) -> None:
    """Take back a waiting REQUEST (the start of its id)."""
    case = case_of(desk, person, case_id)
    with case.desk:
        case.withdraw_archive(next((id for id in case.state.archives if id.startswith(request)), request))
        saved(case, "taken back")


@main.command()
@DESK
@click.argument("evidence", nargs=-1)
@CASE
@PERSON
@JSON
@told
def recheck(desk: Path, evidence: tuple[str, ...], case_id: str, person: str, as_json: bool) -> None:
    """Try the links of EVIDENCE again (starts of ids; without any all links of the desk, or of one case): which died, moved, or changed,
    and whether the quoted words still stand. Writes down what was seen; captures and evidence stay as they are."""
    with desk_there(desk, person) as opened:
        cases = [opened.case(id) for id in ([case_id] if case_id or evidence else opened.cases())]
        language, table, worse = opened.settings.language, [], 0
        for case in cases:
            seen = case.recheck([_evidence(case, start) for start in evidence] or None, progress=not as_json and sys.stderr.isatty())
            for id, each in seen.items():
                table.append({"case": case.id, "evidence": id, **msgspec.to_builtins(each)})
                worse += each.state not in (LinkState.ALIVE, LinkState.MOVED) or each.passage is PassageState.MISSING
                if not as_json:
                    where = f" → {isolate(each.final_url)}" if each.state is LinkState.MOVED else ""
                    click.echo(f"{id[:8]}  {recheck_words(each)[language]}  {isolate(each.url)}{where}")
        click.echo(json.dumps(table, ensure_ascii=False, indent=1) if as_json else f"{len(table)} links checked, {worse} to look at")


def _evidence(case: Case, start: str) -> str:
    """A piece of evidence by the start of its id."""
    found = [id for id in case.state.evidence if id.startswith(start)]
    if len(found) != 1:
        raise ValueError(
            f"{len(found)} pieces of evidence fit {start!r}; this case has: {', '.join(id[:8] for id in case.state.evidence) or 'none'}"
        )
    return found[0]
