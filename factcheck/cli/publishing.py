"""Commands that hand a case out: reports and where they appeared."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from factcheck.case.case import Case
from factcheck.cli import main
from factcheck.cli.desks import case_of, claim_id, desk_there, saved
from factcheck.cli.door import CASE, DESK, JSON, PERSON, read_file, told
from factcheck.errors import ReportError, isolate
from factcheck.evidence.flags import flag_words
from factcheck.model.verdict import PublicationKind
from factcheck.reports import FORMATS
from factcheck.reports.desk_tables import write_tables
from factcheck.reports.redaction import PARTS, PRESETS, parts_of, still_readable
from factcheck.reports.site import write_site
from factcheck.reports.source import LANGUAGES
from factcheck.reports.tables import TABLES
from factcheck.reports.writing import PAGES, report_bytes, source_of, write_bundle, write_report

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
@click.option(
    "--claim",
    default="",
    metavar="CLAIM",
    help="A page about this claim only (html, docx, pdf, markdown), or its claimreview, card or svg.",
)
@PRESET
@LEAVE_OUT
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="File to write; in the desk's reports folder without it.")
@told
def report(
    desk: Path,
    case_id: str,
    person: str,
    format: str,
    lang: str,
    table: str,
    claim: str,
    preset: str,
    leave_out: tuple[str, ...],
    to: Path | None,
) -> None:
    """Write a report of a case and print the file's name."""
    case = case_of(desk, person, case_id)
    with case.desk:
        options: dict[str, Any] = {"table": table or "claims"} if format in ("csv", "parquet") else {}
        if claim:
            if format not in (*PAGES, "claimreview", "card", "svg"):
                raise click.UsageError(f"--claim is for {', '.join(PAGES)}, claimreview, card and svg; {format} holds the whole case.")
            options["claim_id"] = claim_id(case, claim)
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
            told = "; ".join(flag_words(flag, case.desk.settings.language) for flag in capture.flags)
            marks = f" [{isolate(told)}]" if told else ""
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
@click.option("--text", type=click.Path(path_type=Path, dir_okay=False), help="File with the final text as it appeared; it is kept.")
@click.option("--claim", "claims", multiple=True, metavar="CLAIM", help="The page is about this claim only; may be given several times.")
@click.option("--lang", default="", help="Language of the page, when pages in several languages have addresses of their own.")
@click.option("--despite", default="", metavar="REASON", help="Publish although problems block, and why.")
@told
def publish(
    desk: Path, case_id: str, person: str, url: str, on: str, text: Path | None, claims: tuple[str, ...], lang: str, despite: str
) -> None:
    """Record where, when and with what final text the report appeared; its ClaimReview is made again with that address."""
    case = case_of(desk, person, case_id)
    with case.desk:
        about = [claim_id(case, claim) for claim in claims]
        case.publish(on, url, report=read_file(text) if text else b"", despite=despite, claims=about, language=lang)
        saved(case, "publication")
        for id in about or [""]:
            _made_again(case, lang, id)


@main.command()
@DESK
@click.argument("kind", type=click.Choice([kind.value for kind in PublicationKind if kind is not PublicationKind.PUBLICATION]))
@click.argument("what")
@CASE
@PERSON
@click.option("--why", default="", help="Why it was wrong or is told again.")
@click.option("--of", default="", metavar="PUBLICATION", help="Start of the id of the publication it concerns; the latest without it.")
@click.option("--url", default="", help="Where the correction was shown, or the report's new address.")
@click.option("--on", default="", help="Date, ISO 8601; today without it.")
@click.option("--text", type=click.Path(path_type=Path, dir_okay=False), help="File with the text as it stands corrected; it is kept.")
@told
def correct(
    desk: Path, kind: str, what: str, case_id: str, person: str, why: str, of: str, url: str, on: str, text: Path | None
) -> None:  # fmt: skip
    """Record a correction, clarification, update or withdrawal: WHAT changed in a report that is out. Change results, prose, dates or links
    first; the report then shows what they were and what they are. Its ClaimReview is made again."""
    case = case_of(desk, person, case_id)
    with case.desk:
        id = next((id for id in case.state.publications if of and id.startswith(of)), of)
        case.correct(kind, what, why, of=id, on=on, url=url, report=read_file(text) if text else b"")
        saved(case, kind)
        if kind != PublicationKind.WITHDRAWAL:
            _made_again(case, "", "")
        else:
            click.echo("Take its ClaimReview off the page; in the feed (report --format datafeed) it is told as deleted.")


def _made_again(case: Case, lang: str, claim: str) -> None:
    """Write the ClaimReview with what is on record now, or say why there is none."""
    try:
        path = write_report(case, "claimreview", lang if lang in LANGUAGES else "", claim_id=claim)
    except ReportError as error:
        click.echo(f"No ClaimReview: {error}")
    else:
        click.echo(f"ClaimReview: {path}")


@main.command()
@DESK
@CASE
@PERSON
@click.option("--claim", default="", metavar="CLAIM", help="Which claim; the one the report is about without it.")
@click.option("--lang", default="", type=click.Choice(["", "ar", "en"]))
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="Write it to a file; one that ends in .svg gets a picture.")
@told
def card(desk: Path, case_id: str, person: str, claim: str, lang: str, to: Path | None) -> None:
    """Print a result as a short text to share, or write it as a picture (--to FILE.svg)."""
    case = case_of(desk, person, case_id)
    with case.desk:
        options = {"claim_id": claim_id(case, claim)} if claim else {}
        if to is None:
            click.echo(report_bytes(case, "card", lang, **options).decode("utf-8"), nl=False)
        else:
            click.echo(write_report(case, "svg" if to.suffix == ".svg" else "card", lang, to=to, **options))


@main.command()
@DESK
@PERSON
@click.option("--to", required=True, type=click.Path(path_type=Path, dir_okay=False), help="SQLite file to write.")
@told
def tables(desk: Path, person: str, to: Path) -> None:
    """Write the tidy tables of all cases as one SQLite file, for datasette and notebooks."""
    with desk_there(desk, person) as opened:
        click.echo(f"{write_tables(opened, to)} cases written to {to}. Look at them with: datasette {to}")


@main.command()
@DESK
@PERSON
@click.option("--to", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to write.")
@click.option("--lang", default="", type=click.Choice(["", "ar", "en"]), help="Of the list; the desk's without it.")
@click.option("--drafts", is_flag=True, help="With cases that are not published, each marked so.")
@told
def site(desk: Path, person: str, to: Path, lang: str, drafts: bool) -> None:
    """Write the published reports of a desk with a page that lists and searches them, for any static server or none."""
    with desk_there(desk, person) as opened:
        click.echo(f"{write_site(opened, to, lang=lang, drafts=drafts)} reports listed in {to / 'index.html'}")
