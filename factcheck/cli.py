"""The command line: parse, call one Desk or Case method, print, choose the exit code.

Exit codes: 0 done; 1 refused, or verification found faults; 2 wrong usage.
"""

from __future__ import annotations

import base64
import datetime
import json
import sys
import webbrowser
from collections.abc import Callable
from contextlib import closing
from functools import wraps
from pathlib import Path
from typing import Any

import click

from factcheck import __version__
from factcheck.case.case import Case
from factcheck.case.desk import LEDGER_FILE, Desk, Surroundings, open_desk, sign_in, verify_desk
from factcheck.case.gather import looks_like_url
from factcheck.case.log import earlier_head, open_log, witness
from factcheck.errors import FactcheckError, KeyUnavailableError, isolate
from factcheck.lab import open_lab
from factcheck.ledger.keys import KeyRing
from factcheck.ledger.verify import Findings, verify_log
from factcheck.model.claim import Target
from factcheck.model.evidence import OfflineKind, OfflineSource, Translation
from factcheck.reports import FORMATS
from factcheck.reports.tables import TABLES, rows
from factcheck.reports.verify import verify_report
from factcheck.reports.writing import write_report
from factcheck.text.extract import article_from_text
from factcheck.text.record import record

DESK = click.argument("desk", type=click.Path(path_type=Path, file_okay=False))
CASE = click.option("--case", "case_id", default="", help="Start of the case's id or title; not needed when the desk has one case.")
PERSON = click.option("--as", "person", default="", help="Name of the person who acts; not needed when this machine knows one.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def told(command: Callable[..., Any]) -> Callable[..., Any]:
    """Refusals and wrong values as one line on standard error, exit code 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (FactcheckError, ValueError) as error:
            raise click.ClickException(str(error)) from error

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="factcheck-workbench")
def main() -> None:
    """Check what an article claims and who is said to have said it; every act goes into a ledger that a stranger can verify."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _desk(folder: Path, person: str, newsroom: str = "") -> Desk:
    """The desk, with a passphrase asked for when a key is locked and a terminal is there."""
    try:
        return open_desk(folder, name=person, newsroom=newsroom)
    except KeyUnavailableError as error:
        if "passphrase is needed" not in str(error) or not sys.stdin.isatty():
            raise
        return open_desk(folder, name=person, newsroom=newsroom, passphrase=click.prompt("Passphrase", hide_input=True))


def _case(folder: Path, person: str, case_id: str) -> Case:
    if not (folder / LEDGER_FILE).exists():
        raise FactcheckError(f'There is no desk in {folder}. Make one with: factcheck new "{folder}" ARTICLE')
    return _desk(folder, person).case(case_id)


def _saved(case: Case, what: str) -> None:
    click.echo(f"{what} · saved, entry {case.desk.ledger.size - 1}")


def _claim_id(case: Case, start: str) -> str:
    """A claim or proposal by the start of its id."""
    state = case.state
    known = [*state.claims, *state.dismissed, *(proposal.id for proposal in state.proposals)]
    found = [id for id in known if id.startswith(start)]
    if len(found) != 1:
        raise ValueError(f"{len(found)} claims fit {start!r}; factcheck claims lists them")
    return found[0]


def _target(case: Case, text: str) -> str:
    """A target with its claim's id completed: content/CLAIM, step/CLAIM/printed/0, provenance, article, omission."""
    target = Target.parse(text)
    if target.claim:
        target = Target(target.kind, _claim_id(case, target.claim), target.step)
    return str(target)


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
    with _desk(desk, person, newsroom) as opened:
        case = opened.open_case(source, title=title, url=url, practice=practice, facts={"outlet": outlet, "published": published})
        _saved(case, f"case {case.id[:8]} {isolate(case.title)}: {len(case.state.proposals)} claims proposed")


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
    case = _case(desk, person, case_id)
    with case.desk:
        acts = _decide(case, accept, dismiss, set_aside, set_aside_kind, check, because)
        for claim, language, text in as_checked:
            acts = case.restate(_claim_id(case, claim), {language: text}) is not None
        for claim, language, text in short:
            acts = case.restate(_claim_id(case, claim), {}, short={language: text}) is not None
        if acts:
            _saved(case, "done")
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
        case.accept([_claim_id(case, id) for id in accept])
    if dismiss:
        case.dismiss([_claim_id(case, id) for id in dismiss], because)
    if aside:
        case.set_aside([_claim_id(case, id) for id in aside], because)
    if kinds:
        case.set_aside_kinds(kinds, because)
    if check:
        case.choose([_target(case, text) for text in check])
    return bool(accept or dismiss or aside or kinds or check)


@main.command()
@DESK
@click.argument("source")
@CASE
@PERSON
@click.option("--url", default="", help="Where a saved page came from.")
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
    """Attach evidence: SOURCE is a link, a saved file, an off-line source (--offline), or retry:EVIDENCE to try a waiting link again."""
    case = _case(desk, person, case_id)
    with case.desk:
        if source.startswith("retry:"):
            id = next((id for id in case.state.evidence if id.startswith(source[6:])), source[6:])
            _saved(case, "captured" if case.retry(id) else "still waiting: " + _problem(case, id))
            return
        what: dict[str, Any] = {"file": Path(source).expanduser(), "url": url}
        if offline:
            what = {"offline": OfflineSource(OfflineKind(offline), source, when)}
        elif looks_like_url(source):
            what = {"url": source}
        id = case.attach(
            **what, quote=quote, translation=Translation(*translation) if translation else None, stance=stance, title=title, outlet=outlet,
            bears_on=[_target(case, text) for text in bears_on], published=published, archived_url=archived, primary=bool(primary),
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
        _saved(case, f"evidence {id[:8]} {state}")


def _problem(case: Case, id: str) -> str:
    problem = case.state.evidence[id].value.problem
    return problem.message if problem else ""


@main.command()
@DESK
@click.argument("place")
@click.argument("queries", nargs=-1, required=True)
@CASE
@PERSON
@click.option("--outcome", default="nothing", type=click.Choice(["nothing", "could_not_open", "something_else"]))
@click.option("--target", default="")
@click.option("--on", default="", help="Date, ISO 8601; today without it.")
@click.option("--note", default="")
@told
def search(
    desk: Path, place: str, queries: tuple[str, ...], case_id: str, person: str, outcome: str, target: str, on: str, note: str
) -> None:
    """Record where somebody looked without finding what they looked for."""
    case = _case(desk, person, case_id)
    with case.desk:
        id = case.search(place, queries, outcome, target=_target(case, target) if target else "", on=on, note=note)
        _saved(case, f"search {id[:8]}")


@main.command()
@DESK
@click.argument("who")
@click.argument("question", default="")
@CASE
@PERSON
@click.option("--how", default="e-mail")
@click.option("--outcome", default="waiting", type=click.Choice(["waiting", "answered", "silence", "declined"]))
@click.option("--answer", default="")
@click.option("--target", default="")
@click.option("--deadline", default="")
@told
def contact(
    desk: Path, who: str, question: str, case_id: str, person: str, how: str, outcome: str, answer: str, target: str, deadline: str
) -> None:
    """Record that WHO was asked QUESTION; or, with WHO the start of a contact's id and no question, what came back."""
    case = _case(desk, person, case_id)
    with case.desk:
        if not question:
            id = next((id for id in case.state.contacts if id.startswith(who)), who)
            case.answer(id, outcome, answer)
        else:
            id = case.contact(who, how, question, outcome, target=_target(case, target) if target else "", deadline=deadline, answer=answer)
        _saved(case, f"contact {id[:8]}")


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
    case = _case(desk, person, case_id)
    with case.desk:
        records = {"evidence": case.state.evidence, "search": case.state.searches, "contact": case.state.contacts}
        full = []
        for ground in grounds:
            kind, _, start = ground.partition(":")
            full.append(f"{kind}:{next((id for id in records.get(kind, {}) if id.startswith(start)), start)}")
        id = case.verdict(_target(case, target), rating, reasons, grounds=full, unknown=unknown, as_of=as_of)
        _saved(case, f"result {id[:8]}")


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
    case = _case(desk, person, case_id)
    with case.desk:
        lang = lang or case.desk.settings.language
        before = case.state.draft.value if case.state.draft else None
        case.draft(
            {**(before.headline if before else {}), lang: headline},
            {**(before.summary if before else {}), lang: summary},
            {**(before.conclusion if before else {}), lang: conclusion},
            before.why_chosen if before else {},
        )
        _saved(case, "draft")


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
        with _desk(desk, person, newsroom):
            pass
    case = _case(desk, person, case_id)
    with case.desk:
        if not problems:
            case.review("return" if comment else "sign_off", comment)
            _saved(case, "returned" if comment else "signed")
        for problem in case.problems():
            click.echo(f"{problem.level.value}: {problem.place}: {problem.text['en']} {problem.remedy['en']}")


@main.command()
@DESK
@CASE
@PERSON
@click.option("--url", default="", help="Where it appeared.")
@click.option("--on", default="", help="Date, ISO 8601; today without it.")
@click.option("--despite", default="", metavar="REASON", help="Publish although problems block, and why.")
@told
def publish(desk: Path, case_id: str, person: str, url: str, on: str, despite: str) -> None:
    """Record where and when the report appeared."""
    case = _case(desk, person, case_id)
    with case.desk:
        case.publish(on, url, despite=despite)
        _saved(case, "publication")


@main.command()
@DESK
@CASE
@PERSON
@click.option("--format", default="html", type=click.Choice(list(FORMATS)))
@click.option("--lang", default="", type=click.Choice(["", "ar", "en"]))
@click.option("--table", default="", type=click.Choice(["", *TABLES]), help="Which table, for csv.")
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="File to write; in the desk's reports folder without it.")
@told
def report(desk: Path, case_id: str, person: str, format: str, lang: str, table: str, to: Path | None) -> None:
    """Write a report of a case and print the file's name."""
    case = _case(desk, person, case_id)
    with case.desk:
        options = {"table": table or "claims"} if format == "csv" else {}
        click.echo(write_report(case, format, lang, to=to, **options))


@main.command()
@DESK
@CASE
@PERSON
@click.option("--subject", default="", help="Only what moved this claim, evidence, search, contact or result.")
@told
def history(desk: Path, case_id: str, person: str, subject: str) -> None:
    """Who did what, in words."""
    case = _case(desk, person, case_id)
    with case.desk:
        for line in case.history(subject):
            what = line.what[case.desk.settings.language]
            click.echo(f"{line.entry:5} {line.at[:16].replace('T', ' ')} {isolate(line.person)} {isolate(what)}")


@main.command()
@DESK
@click.argument("before")
@click.argument("after", default="")
@CASE
@PERSON
@JSON
@told
def diff(desk: Path, before: str, after: str, case_id: str, person: str, as_json: bool) -> None:
    """What changed in a case from BEFORE to AFTER (now without it): each a date, a time with its zone, the start of an entry's digest, or a
    file that holds a checkpoint."""
    case = _case(desk, person, case_id)
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
    return _read(Path(text)) if Path(text).is_file() else text


@main.command()
@DESK
@CASE
@PERSON
@click.option("--redo", is_flag=True, help="Undo the last undoing.")
@told
def undo(desk: Path, case_id: str, person: str, redo: bool) -> None:
    """Undo your last act, as a further entry."""
    case = _case(desk, person, case_id)
    with case.desk:
        case.redo() if redo else case.undo()
        _saved(case, "redone" if redo else "undone")


@main.command()
@click.argument("what", type=click.Path(path_type=Path))
@JSON
@click.option("--against", type=click.Path(path_type=Path, dir_okay=False), help="A checkpoint you kept; the desk must extend it.")
@click.option("--key", "vkeys", multiple=True, metavar="VKEY", help="The log's key as you know it from elsewhere; may be given twice.")
@told
def verify(what: Path, as_json: bool, against: Path | None, vkeys: tuple[str, ...]) -> None:
    """Check a whole desk (entries, signatures, tree, checkpoint, captures), an exported log, or the entries in a report's page.

    Exit code 0: it holds; 1: something is wrong, or nothing could be checked; 2: wrong usage."""
    a_log = (what / "tile").is_dir() and not (what / LEDGER_FILE).exists()
    kept = _read(against) if against else None
    if what.is_file():
        if against or vkeys:
            raise click.UsageError("--against and --key ask about a desk or a log; a report's key is printed, for you to compare.")
        findings = verify_report(_read(what))
    elif a_log:
        findings = verify_log(what, against=kept, known_vkeys=vkeys)
    else:
        findings = verify_desk(what, Surroundings.of_user(), against=kept, known_vkeys=vkeys)
    if as_json:
        table = {name: getattr(findings, name) for name in findings.__slots__ if name not in ("findings", "captures_named")}
        listed = [{name: getattr(finding, name) for name in finding.__slots__} for finding in findings.findings]
        click.echo(json.dumps({**table, "ok": findings.ok, "captures_named": len(findings.captures_named), "findings": listed}, indent=1))
    else:
        _tell(findings, a_desk=not (what.is_file() or a_log))
    if not findings.ok:
        sys.exit(1)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FactcheckError(f"Could not read {path}: {error.strerror}.") from error


def _tell(findings: Findings, *, a_desk: bool) -> None:
    """How far it holds, a line each."""
    for finding in findings.findings:
        click.echo(f"{finding.level}: {finding.place}: {finding.message} {finding.remedy}".rstrip(), err=finding.level == "error")
    held = {True: "yes", False: "NO", None: "no head was kept here"}
    entries = f"({findings.entries} entries, {findings.disclosed} fields, {findings.erased} erased, {findings.withheld} withheld)"
    click.echo(f"log                          {findings.origin or 'unknown'}")
    click.echo(f"whole                        {held[findings.whole]} {entries}")
    click.echo(f"signed by introduced keys    {held[findings.signed_by_introduced]} ({findings.persons} persons)")
    click.echo(f"checkpoint signed by its key {held[findings.checkpoint_signed]}")
    if a_desk:
        click.echo(f"extends the kept head        {held[findings.extends_kept_head]}")
        click.echo(f"captures                     {findings.captures_present} of {len(findings.captures_named)} present and unchanged")
    click.echo(f"key (compare it elsewhere)   {findings.vkey}")
    click.echo("A hash shows that bytes did not change since; not that a site showed them, nor that they are true.")


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
            data = sys.stdin.buffer.read() if str(path) == "-" else _read(path)
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
        written = opened.export(folder, disclosures=disclosures)
        click.echo(f"{folder}: {opened.signed_head()[1].size} entries, {written} files written")


@log.command("prove")
@DESK
@click.argument("event")
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
            _write(to / name, data)
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
        click.echo(opened.consistency(earlier_head(opened, _read(old))), nl=False)


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
        _write(to, note)
    click.echo(str(to) if to else note.decode("utf-8"), nl=bool(to))


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise FactcheckError(f"Could not write {path}: {error.strerror}.") from error


@main.group()
def key() -> None:
    """Persons of this machine and their keys."""


@key.command("list")
@told
def key_list() -> None:
    """List the persons who work on this machine."""
    around = Surroundings.of_user()
    for info in KeyRing(around.config, entropy=around.entropy).persons():
        click.echo(f"{isolate(info.name)}, {isolate(info.newsroom)}{', locked' if info.locked else ''}  {info.key}")


@key.command("new")
@click.argument("name")
@click.argument("newsroom")
@click.option("--role", default="checker")
@click.option("--passphrase", is_flag=True, help="Ask for a passphrase that locks the key.")
@told
def key_new(name: str, newsroom: str, role: str, passphrase: bool) -> None:
    """Make a further person of this machine."""
    around = Surroundings.of_user()
    secret = click.prompt("Passphrase", hide_input=True, confirmation_prompt=True) if passphrase else None
    made = KeyRing(around.config, entropy=around.entropy).create_person(name, newsroom, role, secret)
    click.echo(f"{isolate(made.name)}  {made.key}")


@main.command()
@click.argument("folder", default="~/factcheck", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", default="", help="Your name, on the first run.")
@click.option("--newsroom", default="", help="Your newsroom, on the first run.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.option("--port", default=0, help="Port on this machine; a free one without it.")
@told
def lab(folder: Path, name: str, newsroom: str, no_browser: bool, port: int) -> None:
    """Open JupyterLab on the first check, with the workbench on the seed article already there."""
    around = Surroundings.of_user()
    known = KeyRing(around.config, entropy=around.entropy).persons()
    if not known and not name and sys.stdin.isatty():
        name = click.prompt("Your name")
        newsroom = newsroom or click.prompt("Your newsroom")
    if name:
        sign_in(around, name=name, newsroom=newsroom)
    interactive = sys.stdout.isatty() and not no_browser
    open_lab(
        folder.expanduser().resolve(),
        port=port,
        tell=lambda url: click.echo(f"JupyterLab is ready: {url}\nStop it with Ctrl-C." if url else "Stopped."),
        browser=webbrowser.open if interactive else None,
        environment={},
    )


if __name__ == "__main__":
    main()
