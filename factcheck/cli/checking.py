"""Commands of a check: the article, its claims, evidence, searches, contacts, results, draft, review."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from factcheck.case.case import Case
from factcheck.case.gather import looks_like_url
from factcheck.cli import main
from factcheck.cli.desks import case_of, claim_id, desk_of, saved, target_of
from factcheck.cli.door import CASE, DESK, JSON, PERSON, EventCommand, event_argument, read_file, told
from factcheck.errors import isolate
from factcheck.model.evidence import OfflineKind, OfflineSource, Translation
from factcheck.reports.tables import rows


@main.command()
@DESK
@click.argument("article")
@PERSON
@click.option("--newsroom", default="", help="Newsroom of a person who is new on this machine.")
@click.option("--title", default="", help="Title of the case.")
@click.option("--outlet", default="", help="Where the article appeared.")
@click.option("--published", default="", help="When it appeared, ISO 8601, or unknown.")
@click.option("--url", default="", help="Where a saved page came from.")
@click.option("--practice", is_flag=True, help="A made-up case for learning; every page says so.")
@told
def new(desk: Path, article: str, person: str, newsroom: str, title: str, outlet: str, published: str, url: str, practice: bool) -> None:
    """Open a case on ARTICLE: a text file, a saved page, an address, or - for text on standard input."""
    source: Any = article
    if article == "-":
        source = sys.stdin.buffer.read()
    elif not looks_like_url(article):
        source = Path(article).expanduser()
    with desk_of(desk, person, newsroom) as opened:
        case = opened.open_case(source, title=title, url=url, practice=practice, facts={"outlet": outlet, "published": published})
        saved(case, f"case {case.id[:8]} {isolate(case.title)}: {len(case.state.proposals)} claims proposed")


@main.command()
@DESK
@CASE
@PERSON
@JSON
@click.option("--accept", multiple=True, metavar="CLAIM", help="Take a proposal over as a claim.")
@click.option("--dismiss", multiple=True, metavar="CLAIM", help="Say that it is no claim; needs --because.")
@click.option("--set-aside", multiple=True, metavar="CLAIM", help="Set its content aside; needs --because.")
@click.option("--set-aside-kind", multiple=True, metavar="KIND", help="Set all of a kind aside at once, such as opinion and intent.")
@click.option("--check", multiple=True, metavar="TARGET", help="Say that we check a target, such as content/CLAIM.")
@click.option("--because", default="", help="Why.")
@click.option("--as-checked", nargs=3, multiple=True, metavar="CLAIM LANG TEXT", help="Write the claim as checked.")
@click.option("--short", nargs=3, multiple=True, metavar="CLAIM LANG TEXT", help="Its form under 75 characters, for ClaimReview.")
@told
def claims(
    desk: Path, case_id: str, person: str, as_json: bool, accept: tuple[str, ...], dismiss: tuple[str, ...], set_aside: tuple[str, ...],
    set_aside_kind: tuple[str, ...], check: tuple[str, ...], because: str, as_checked: tuple[tuple[str, str, str], ...],
    short: tuple[tuple[str, str, str], ...],
) -> None:  # fmt: skip
    """List the claims of a case, and decide on them."""
    case = case_of(desk, person, case_id)
    with case.desk:
        acts = _decide(case, accept, dismiss, set_aside, set_aside_kind, check, because)
        for claim, language, text in as_checked:
            acts = case.restate(claim_id(case, claim), {language: text}) is not None
        for claim, language, text in short:
            acts = case.restate(claim_id(case, claim), {}, short={language: text}) is not None
        if acts:
            saved(case, "done")
        elif as_json:
            click.echo(json.dumps(rows(case.state, "claims"), ensure_ascii=False, indent=1))
        else:
            for row in rows(case.state, "claims"):
                click.echo(f"{str(row['id'])[:8]}  {row['status']:9} {row['kind']:10} {isolate(str(row['text']))}")
                if row["printed"]:
                    click.echo(f"          {isolate(str(row['printed']))}")


def _decide(
    case: Case, accept: tuple[str, ...], dismiss: tuple[str, ...], aside: tuple[str, ...], kinds: tuple[str, ...], check: tuple[str, ...],
    because: str,
) -> bool:  # fmt: skip
    if accept:
        case.accept([claim_id(case, id) for id in accept])
    if dismiss:
        case.dismiss([claim_id(case, id) for id in dismiss], because)
    if aside:
        case.set_aside([claim_id(case, id) for id in aside], because)
    if kinds:
        case.set_aside_kinds(kinds, because)
    if check:
        case.choose([target_of(case, text) for text in check])
    return bool(accept or dismiss or aside or kinds or check)


@main.command()
@DESK
@click.argument("source")
@CASE
@PERSON
@click.option("--url", default="", help="Where a saved page came from; of a web archive, which of its pages.")
@click.option("--quote", default="", help="The passage that matters, in its own words.")
@click.option("--translation", nargs=2, metavar="LANG TEXT", help="The quote in another language.")
@click.option("--bears-on", multiple=True, metavar="TARGET", help="What it says something about; may be given several times.")
@click.option("--stance", default="supports", type=click.Choice(["supports", "refutes", "says_something_else", "context"]))
@click.option(
    "--offline", type=click.Choice([kind.value for kind in OfflineKind]), help="SOURCE is a person or a work, not a link or file."
)
@click.option("--when", default="", help="When an off-line source said it.")
@click.option("--archived", default="", help="Address of an archived copy.")
@click.option("--title", default="")
@click.option("--outlet", default="")
@click.option("--published", default="")
@click.option("--primary", default="", metavar="REASON", help="This is the primary source, and why it is enough.")
@click.option("--note", default="")
@told
def attach(
    desk: Path, source: str, case_id: str, person: str, url: str, quote: str, translation: tuple[str, str] | None,
    bears_on: tuple[str, ...],
    stance: str, offline: str | None, when: str, archived: str, title: str, outlet: str, published: str, primary: str, note: str,
) -> None:  # fmt: skip
    """Attach evidence: SOURCE is a link, a saved file, an off-line source (--offline), retry:EVIDENCE to try a waiting link again,
    retry:all for every one, or - for links on standard input."""
    case = case_of(desk, person, case_id)
    with case.desk:
        if source in ("-", "retry:all"):
            targets = [target_of(case, text) for text in bears_on]
            found = case.attach_many(sys.stdin.read(), bears_on=targets, stance=stance, note=note) if source == "-" else case.retry_many()
            for one in found:
                click.echo(f"{one.id[:8]} {'captured' if one.captured else 'waiting: ' + one.problem} {isolate(one.url)}")
            saved(case, f"{sum(one.captured for one in found)} of {len(found)} links captured")
            return
        if source.startswith("retry:"):
            id = next((id for id in case.state.evidence if id.startswith(source[6:])), source[6:])
            saved(case, "captured" if case.retry(id) else "still waiting: " + _problem(case, id))
            return
        what: dict[str, Any] = {"file": Path(source).expanduser(), "url": url}
        if offline:
            what = {"offline": OfflineSource(OfflineKind(offline), source, when)}
        elif looks_like_url(source):
            what = {"url": source}
        id = case.attach(
            **what, quote=quote, translation=Translation(*translation) if translation else None, stance=stance, title=title, outlet=outlet,
            bears_on=[target_of(case, text) for text in bears_on], published=published, archived_url=archived, primary=bool(primary),
            primary_reason=primary, note=note,
        )  # fmt: skip
        evidence = case.state.evidence[id].value
        state = (
            "waiting: " + _problem(case, id)
            if evidence.problem
            else "the quote was not found; choose it"
            if quote and not evidence.anchor
            else "kept"
        )
        saved(case, f"evidence {id[:8]} {state}")


def _problem(case: Case, id: str) -> str:
    problem = case.state.evidence[id].value.problem
    return problem.message if problem else ""


@main.command()
@DESK
@click.argument("target")
@click.argument("rating")
@click.argument("reasons")
@CASE
@PERSON
@click.option("--ground", "grounds", multiple=True, metavar="KIND:ID", help="What it rests on: evidence:ID, search:ID, contact:ID.")
@click.option("--unknown", default="", help="What is not known.")
@click.option("--as-of", default="", help="Date, ISO 8601; today without it.")
@told
def verdict(
    desk: Path, target: str, rating: str, reasons: str, case_id: str, person: str, grounds: tuple[str, ...], unknown: str, as_of: str
) -> None:
    """Give your result on TARGET: a RATING of the desk's scale, with REASONS."""
    case = case_of(desk, person, case_id)
    with case.desk:
        records = {"evidence": case.state.evidence, "search": case.state.searches, "contact": case.state.contacts}
        full = []
        for ground in grounds:
            kind, _, start = ground.partition(":")
            full.append(f"{kind}:{next((id for id in records.get(kind, {}) if id.startswith(start)), start)}")
        id = case.verdict(target_of(case, target), rating, reasons, grounds=full, unknown=unknown, as_of=as_of)
        saved(case, f"result {id[:8]}")


@main.command()
@DESK
@click.argument("headline")
@click.argument("summary")
@click.argument("conclusion")
@CASE
@PERSON
@click.option("--lang", default="", help="Language of the texts; the desk's without it.")
@told
def draft(desk: Path, headline: str, summary: str, conclusion: str, case_id: str, person: str, lang: str) -> None:
    """Write HEADLINE, SUMMARY and CONCLUSION in one language; those in other languages stay."""
    case = case_of(desk, person, case_id)
    with case.desk:
        lang = lang or case.desk.settings.language
        before = case.state.draft.value if case.state.draft else None
        case.draft(
            {**(before.headline if before else {}), lang: headline},
            {**(before.summary if before else {}), lang: summary},
            {**(before.conclusion if before else {}), lang: conclusion},
            before.why_chosen if before else {},
        )
        saved(case, "draft")


@main.command()
@DESK
@CASE
@PERSON
@click.option("--newsroom", default="", help="Newsroom of a person who is new on this machine.")
@click.option("--return", "comment", default="", metavar="COMMENT", help="Send the draft back instead of signing it.")
@click.option("--problems", is_flag=True, help="Only list what stands against publication.")
@told
def review(desk: Path, case_id: str, person: str, newsroom: str, comment: str, problems: bool) -> None:
    """Sign the present draft with its results, as somebody who wrote none of them; or send it back."""
    if newsroom:
        with desk_of(desk, person, newsroom):
            pass
    case = case_of(desk, person, case_id)
    with case.desk:
        if not problems:
            case.review("return" if comment else "sign_off", comment)
            saved(case, "returned" if comment else "signed")
        for problem in case.problems():
            click.echo(f"{problem.level.value}: {problem.place}: {problem.text['en']} {problem.remedy['en']}")


@main.command()
@DESK
@CASE
@PERSON
@click.option("--subject", default="", help="Only what moved this claim, evidence, search, contact or result.")
@told
def history(desk: Path, case_id: str, person: str, subject: str) -> None:
    """Who did what, in words."""
    case = case_of(desk, person, case_id)
    with case.desk:
        for line in case.history(subject):
            what = line.what[case.desk.settings.language]
            click.echo(f"{line.entry:5} {line.at[:16].replace('T', ' ')} {isolate(line.person)} {isolate(what)}")


@main.command(cls=EventCommand)
@DESK
@event_argument("before")
@event_argument("after", default="")
@CASE
@PERSON
@JSON
@told
def diff(desk: Path, before: str, after: str, case_id: str, person: str, as_json: bool) -> None:
    """What changed in a case from BEFORE to AFTER (now without it): each a date, a time with its zone, the start of an entry's digest, or a
    file that holds a checkpoint."""
    case = case_of(desk, person, case_id)
    with case.desk:
        changes = case.diff(*(_when(text) for text in (before, after) if text))
        if as_json:
            table = [{name: getattr(change, name) for name in change.__slots__} for change in changes]
            click.echo(json.dumps(table, ensure_ascii=False, indent=1))
            return
        for change in changes:
            what = change.what[case.desk.settings.language]
            click.echo(f"{change.entry:5} {change.at[:16].replace('T', ' ')} {isolate(change.person)} {what}")


def _when(text: str) -> str | bytes:
    return read_file(Path(text)) if Path(text).is_file() else text


@main.command()
@DESK
@CASE
@PERSON
@click.option("--redo", is_flag=True, help="Undo the last undoing.")
@told
def undo(desk: Path, case_id: str, person: str, redo: bool) -> None:
    """Undo your last act, as a further entry."""
    case = case_of(desk, person, case_id)
    with case.desk:
        done = case.redo() if redo else case.undo()
        lines = {line.digest: line.what for line in case.history()}
        for event in done:
            saved(case, lines[event.digest][case.desk.settings.language])
