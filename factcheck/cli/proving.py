"""Commands about the ledger: verify it, hand it out, cosign others."""

from __future__ import annotations

import base64
import json
import sys
from collections import Counter
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import click

from factcheck.case.desk import Desk
from factcheck.case.log import earlier_head, open_log, witness
from factcheck.case.surroundings import Surroundings, sign_in
from factcheck.cli import main
from factcheck.cli.door import DESK, JSON, PERSON, EventCommand, event_argument, read_file, told, write_file
from factcheck.errors import FactcheckError
from factcheck.ledger.stamps import EXPORTED, FOLDER, Stamps
from factcheck.ledger.verify import Findings
from factcheck.reports.bundle_check import verify_path

ALIKE = 3  # notes of one kind that are told singly


@main.command()
@click.argument("what", type=click.Path(path_type=Path), required=False)
@JSON
@click.option(
    "--page", type=click.Path(path_type=Path, dir_okay=False), help="Write the page that checks without this program, to host it."
)
@click.option("--against", type=click.Path(path_type=Path, dir_okay=False), help="A checkpoint you kept; the log must extend it.")
@click.option("--key", "vkeys", multiple=True, metavar="VKEY", help="The log's key as you know it from elsewhere; may be given twice.")
@click.option(
    "--tsa-root",
    "roots",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Certificate of a time-stamp authority you believe (PEM or DER); stamps of a desk or log are checked against it.",
)
@told
def verify(
    what: Path | None, as_json: bool, page: Path | None, against: Path | None, vkeys: tuple[str, ...], roots: tuple[Path, ...]
) -> None:
    """Check a desk (entries, signatures, tree, checkpoint, captures), an exported log, a bundle (the zip or its folder) or a report's page.

    Exit code 0: it holds; 1: something is wrong, or nothing could be checked; 2: wrong usage."""
    if page:
        write_file(page, files("factcheck.workbench").joinpath("static", "verify.html").read_bytes())
        click.echo(page)
        return
    if what is None:
        raise click.UsageError("Name what is to be checked: a desk, an exported log, a bundle or a report's page.")
    if not what.exists() and not as_json:
        raise FactcheckError(f"There is nothing at {what}, so nothing was checked.")
    kept = read_file(against) if against else None
    findings = verify_path(what, Surroundings.of_user(), against=kept, known_vkeys=vkeys, tsa_roots=[read_file(path) for path in roots])
    if roots and findings.kind in ("report", "bundle"):
        raise click.UsageError("--tsa-root asks about the time-stamps of a desk or an exported log.")
    if as_json:
        values = {name: getattr(findings, name) for name in findings.__slots__ if name != "findings"}
        table = {name: len(value) if isinstance(value, frozenset) else value for name, value in values.items()}
        listed = [{name: getattr(finding, name) for name in finding.__slots__} for finding in findings.findings]
        click.echo(json.dumps({**table, "ok": findings.ok, "findings": listed}, indent=1))
    else:
        _tell(findings)
    if not findings.ok:
        sys.exit(1)


def _tell(findings: Findings) -> None:
    """How far it holds, a line each."""
    notes: Counter[str] = Counter()
    for finding in findings.findings:
        wrong = finding.level == "error"
        notes[finding.code] += not wrong
        if wrong or notes[finding.code] <= ALIKE:
            message = finding.message.removeprefix(f"{finding.place}: ")
            click.echo(f"{finding.level}: {finding.place}: {message} {finding.remedy}".rstrip(), err=wrong)
    for code, count in notes.items():
        if count > ALIKE:
            click.echo(f"... and {count - ALIKE} more of {code} (--json lists all)")
    held = {True: "yes", False: "NO", None: "no head was kept here"}
    entries = f"({findings.entries} entries, {findings.disclosed} fields, {findings.erased} erased, {findings.withheld} withheld)"
    click.echo(f"log                          {findings.origin or 'unknown'}")
    if findings.kind in ("report", "bundle"):
        click.echo(f"case                         {findings.case or 'unknown'}")
        click.echo(f"sealed by                    {findings.sealed_by or 'NOBODY whose key counts'}")
    click.echo(f"whole                        {held[findings.whole]} {entries}")
    click.echo(f"signed by introduced keys    {held[findings.signed_by_introduced]} ({findings.persons} persons)")
    click.echo(f"checkpoint signed by its key {held[findings.checkpoint_signed]}")
    if findings.kind == "desk":
        click.echo(f"extends the kept head        {held[findings.extends_kept_head]}")
    if findings.kind in ("desk", "log"):
        witnesses = sum(finding.code == "head.witnessed" for finding in findings.findings)
        seen = f"by {witnesses} whose key is to be compared" if witnesses else "no cosigned checkpoint was given (--against FILE)"
        click.echo(f"witnessed                    {seen}")
        click.echo(f"time-stamped                 {_stamps(findings)}")
    if findings.kind in ("desk", "bundle"):
        here, all_of_them = findings.captures_present, len(findings.captures_named)
        click.echo(f"captures                     {here} of {all_of_them} present and unchanged, {len(findings.captures_erased)} erased")
    click.echo(f"key (compare it elsewhere)   {findings.vkey}")
    click.echo("A hash shows that bytes did not change since; not that a site showed them, nor that they are true.")


def _stamps(findings: Findings) -> str:
    if findings.stamps_proved:
        return f"yes: {findings.stamped_entries} entries were there before {findings.stamped_before}"
    if not findings.stamps_held:
        return "no stamp is here"
    return f"not proved ({findings.stamps_held} stamps are here; an authority's root is needed: --tsa-root FILE)"


@main.command()
@DESK
@click.option("--tsa", default="", metavar="URL", help="The authority; without it the one in the desk's settings.")
@told
def stamp(desk: Path, tsa: str) -> None:
    """Ask a time-stamp authority (RFC 3161) to sign that the newest checkpoint of DESK exists now, and keep its answer beside the ledger.

    It learns a hash, nothing of the log. verify --tsa-root FILE shows what the stamp proves."""
    with Desk.open(desk, Surroundings.of_user()) as opened:
        kept = opened.stamp(tsa)
    when = f"existed before {kept.answer.at:%Y-%m-%d %H:%M:%S}Z" if kept.answer else "were stamped in a form that is not read here"
    click.echo(f"{kept.place}: {kept.entries} entries {when}, it says; check it with factcheck verify --tsa-root FILE")


@main.group()
def log() -> None:
    """A desk's log for others: tiles, proofs, checkpoints."""


@log.command("export")
@DESK
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--disclosures", is_flag=True, help="Hand out the fields of entries too; without it only who wrote when.")
@told
def log_export(desk: Path, folder: Path, disclosures: bool) -> None:
    """Write the log to FOLDER as tiles that any static server serves (C2SP tlog-tiles), or bring an earlier export up to date."""
    with closing(open_log(desk)) as opened:
        written = opened.export(folder, disclosures=disclosures) + Stamps(desk / FOLDER).copy(folder / EXPORTED)
        click.echo(f"{folder}: {opened.signed_head()[1].size} entries, {written} files written")


@log.command("prove", cls=EventCommand)
@DESK
@event_argument("event")
@JSON
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="Write EVENT.leaf and EVENT.tlog-proof into this folder.")
@told
def log_prove(desk: Path, event: str, as_json: bool, to: Path | None) -> None:
    """Print the leaf of EVENT (an entry's number, or the start of its digest), then the proof that it is in the log (C2SP tlog-proof).

    The proof begins at its line c2sp.org/tlog-proof@v1, which no leaf holds. With --json: the leaf in base64 and the proof."""
    with closing(open_log(desk)) as opened:
        digest = opened.find(event)
        leaf, proof = opened.leaf(digest), opened.prove(digest)
    if to:
        for name, data in ((f"{digest}.leaf", leaf), (f"{digest}.tlog-proof", proof.encode("utf-8"))):
            write_file(to / name, data)
            click.echo(to / name)
    elif as_json:
        click.echo(json.dumps({"leaf": base64.b64encode(leaf).decode("ascii"), "proof": proof}))
    else:
        click.echo(leaf.decode("utf-8") + proof, nl=False)


@log.command("consistency")
@DESK
@click.argument("old", type=click.Path(path_type=Path, dir_okay=False))
@told
def log_consistency(desk: Path, old: Path) -> None:
    """Print the request that a witness takes (C2SP tlog-witness): that today's log extends the checkpoint in the file OLD."""
    with closing(open_log(desk)) as opened:
        click.echo(opened.consistency(earlier_head(opened, read_file(old))), nl=False)


@main.command("witness")
@click.argument("other", type=click.Path(path_type=Path, file_okay=False))
@PERSON
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="File for the cosigned checkpoint; printed without it.")
@told
def witness_(other: Path, person: str, to: Path | None) -> None:
    """Cosign the newest checkpoint of OTHER, somebody's desk or exported log, if it extends what this machine saw of it before.

    Give the cosigned checkpoint back to them, and keep a copy: verify --against reads it."""
    around = Surroundings.of_user()
    note = witness(other, sign_in(around, name=person), around)
    if to:
        write_file(to, note)
    click.echo(str(to) if to else note.decode("utf-8"), nl=bool(to))
