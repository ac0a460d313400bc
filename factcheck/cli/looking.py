"""Commands of looking: where evidence comes from, where people searched, whom they asked."""

from __future__ import annotations

import json
import webbrowser
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from factcheck.case.case import Case
from factcheck.cli import main
from factcheck.cli.desks import case_of, claim_id, saved, start_of, target_of
from factcheck.cli.door import CASE, DESK, JSON, PERSON, told
from factcheck.errors import isolate
from factcheck.evidence.search_places import PlaceKind


@main.command()
@DESK
@CASE
@PERSON
@JSON
@click.option("--accept", multiple=True, metavar="SOURCE", help="Accept a proposal: its evidence counts as one source.")
@click.option("--separate", multiple=True, metavar="EVIDENCE", help="Say that a piece is a source of its own; needs --because.")
@click.option("--ungroup", multiple=True, metavar="SOURCE", help="Take a decision back.")
@click.option(
    "--date", "confirmed", nargs=2, multiple=True, metavar="EVIDENCE DATE", help="Confirm when a piece appeared; - as its page says."
)
@click.option("--because", default="", help="Why.")
@told
def sources(
    desk: Path, case_id: str, person: str, as_json: bool, accept: tuple[str, ...], separate: tuple[str, ...], ungroup: tuple[str, ...],
    confirmed: tuple[tuple[str, str], ...], because: str,
) -> None:  # fmt: skip
    """Which evidence goes back to one source, which to the article itself, and when each piece appeared; decide on it."""
    case = case_of(desk, person, case_id)
    with case.desk:
        if accept:
            case.accept_sources(*(start_of([source.id for source in case.sources()], id) for id in accept))
        if separate:
            case.separate([start_of(case.state.evidence, id) for id in separate], because)
        for id in ungroup:
            case.ungroup(start_of(case.state.groups, id))
        for id, day in confirmed:
            case.confirm_date(start_of(case.state.evidence, id), "" if day == "-" else day)
        if accept or separate or ungroup or confirmed:
            saved(case, "done")
        elif as_json:
            click.echo(json.dumps(_sourcing(case), ensure_ascii=False, indent=1))
        else:
            _tell_sources(case)


def _sourcing(case: Case) -> dict[str, Any]:
    """Sources, alarms and dates, as plain values."""
    return {
        "sources": [asdict(source) for source in case.sources()],
        "alarms": [asdict(alarm) for alarm in case.alarms()],
        "dates": [asdict(date) for date in case.dates().values()],
    }


def _tell_sources(case: Case) -> None:
    language, evidence = case.desk.settings.language, case.state.evidence
    titles = {id: isolate(held.value.title or held.value.url or id[:8]) for id, held in evidence.items()}
    for source in case.sources():
        state = "decided" if source.decided else f"proposed to join {source.joins[:8]}" if source.joins else "proposed"
        click.echo(f"{source.id[:8]}  {state}: {isolate(source.name[language])}: {len(source.evidence)} pieces, 1 source")
        for id in source.evidence:
            click.echo(f"          {id[:8]} {titles[id]}")
        for reason in source.reasons:
            click.echo(f"          {reason[language]}")
    for alarm in case.alarms():
        click.echo(f"{alarm.evidence[:8]}  {'overruled' if alarm.overruled else 'alarm'}: {titles[alarm.evidence]}: {alarm.text[language]}")
    for id, found in case.dates().items():
        said = "" if found.confirmed or not found.origin else f" ({found.origin}; not confirmed)"
        click.echo(f"{id[:8]}  {found.published or '-'}{said}: {titles[id]}: {found.text[language]}")


@main.command()
@DESK
@click.argument("place")
@click.argument("queries", nargs=-1, required=True)
@CASE
@PERSON
@click.option("--outcome", default="nothing", type=click.Choice(["nothing", "could_not_open", "something_else"]))
@click.option("--target", default=None, help="What it was looked for; without it the only target that is checked.")
@click.option("--on", default="", help="Date or interval, ISO 8601; today without it.")
@click.option("--note", default="")
@told
def search(
    desk: Path, place: str, queries: tuple[str, ...], case_id: str, person: str, outcome: str, target: str | None, on: str, note: str
) -> None:
    """Record where somebody looked without finding what they looked for."""
    case = case_of(desk, person, case_id)
    with case.desk:
        id = case.search(place, queries, outcome, target=target_of(case, target) if target else target, on=on, note=note)
        saved(case, f"search {id[:8]}")


@main.command()
@DESK
@click.argument("claim")
@CASE
@PERSON
@JSON
@click.option("--kind", multiple=True, type=click.Choice([kind.value for kind in PlaceKind]), help="Only places of this kind.")
@click.option("--lang", multiple=True, help="Only queries in this language.")
@click.option("--picture", multiple=True, metavar="URL", help="Address of a picture in question.")
@click.option("--open", "open_them", is_flag=True, help="Open the links in the browser.")
@click.option("--record", multiple=True, metavar="PLACE", help="Record what you found there, as --outcome says.")
@click.option("--outcome", default="nothing", type=click.Choice(["nothing", "could_not_open", "something_else"]))
@click.option("--note", default="")
@told
def links(
    desk: Path, claim: str, case_id: str, person: str, as_json: bool, kind: tuple[str, ...], lang: tuple[str, ...],
    picture: tuple[str, ...], open_them: bool, record: tuple[str, ...], outcome: str, note: str,
) -> None:  # fmt: skip
    """Make search links for CLAIM: general, at the outlets it names, fact-check sites, pictures, archives. Nothing is fetched here."""
    case = case_of(desk, person, case_id)
    with case.desk:
        id = claim_id(case, claim)
        made = [link for link in case.search_links(id, pictures=picture, languages=lang) if not kind or link.kind in kind]
        if record:
            chosen = [link for link in made if link.place in record]
            if missing := set(record) - {link.place for link in chosen}:
                there = ", ".join(dict.fromkeys(link.place for link in made))
                raise ValueError(f"no link is made for {', '.join(sorted(missing))}; there are: {there}")
            ids = case.record_links(chosen, outcome, target=f"content/{id}", note=note)
            saved(case, f"searches {' '.join(each[:8] for each in ids)}")
            return
        if as_json:
            click.echo(json.dumps([asdict(link) for link in made], ensure_ascii=False, indent=1))
        for link in made:
            if not as_json:
                click.echo(f"{link.kind.value:9} {isolate(link.place)}: {isolate(link.query)}\n          {link.url}")
            if open_them:
                webbrowser.open(link.url)


@main.command()
@DESK
@click.argument("claim")
@CASE
@PERSON
@JSON
@click.option(
    "--file", "files", multiple=True, type=click.Path(path_type=Path, dir_okay=False), help="ClaimReview items; may be given often."
)
@click.option("--online", is_flag=True, help="Ask Google's Fact Check Tools too, with your own key; they learn the claim's words.")
@click.option("--no-record", is_flag=True, help="Leave no record of the search.")
@told
def earlier(
    desk: Path, claim: str, case_id: str, person: str, as_json: bool, files: tuple[Path, ...], online: bool, no_record: bool
) -> None:
    """Look whether CLAIM was checked before, also in other words: by this desk, in files of ClaimReview items, by others."""
    case = case_of(desk, person, case_id)
    with case.desk:
        result = case.find_earlier(claim_id(case, claim), files=files, online=online, record=not no_record)
        if as_json:
            click.echo(json.dumps(asdict(result), ensure_ascii=False, indent=1))
            return
        for ranked in result.found:
            check = ranked.check
            who = " · ".join(isolate(each) for each in (check.publisher or check.title, check.rating, check.checked_on) if each)
            click.echo(f"{ranked.likeness / 1000:.2f}  {isolate(check.claim)}\n      {who or '-'}\n      {check.url or check.target}")
        for place, why in result.failed:
            click.echo(f"{isolate(place)}: {why}", err=True)
        for name, count in result.passed_over:
            click.echo(f"{isolate(name)}: {count} items could not be read", err=True)
        told = f"{len(result.found)} earlier checks in {', '.join(isolate(place) for place in result.asked)}"
        if result.searches:
            saved(case, told)
        else:
            click.echo(told)


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
    case = case_of(desk, person, case_id)
    with case.desk:
        if not question:
            id = start_of(case.state.contacts, who)
            case.answer(id, outcome, answer)
        else:
            id = case.contact(
                who, how, question, outcome, target=target_of(case, target) if target else "", deadline=deadline, answer=answer
            )
        saved(case, f"contact {id[:8]}")
