"""Commands on pieces of evidence and what they go back to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from factcheck.case.evidence_acts import DETAILS
from factcheck.case.timing import EvidenceDate
from factcheck.errors import AnchorError
from factcheck.model.article import TextQuote, Utf16Offsets
from factcheck.model.evidence import OfflineKind, OfflineSource, Translation
from factcheck.text import language
from factcheck.text.anchor import locate
from factcheck.workbench.arguments import Arguments, Refused
from factcheck.workbench.commands.session import Session
from factcheck.workbench.jobs import Later


def _attach(s: Session, a: Arguments) -> Later | str:
    """Attach one piece; ``links`` has those for many. What is not on the web needs no waiting for."""
    url, file, who = a.text("url").strip(), a.file(), a.text("who").strip()
    source: dict[str, Any] = {"url": url}
    if file is not None:
        source["file"] = file
    elif who and not url:
        source = {"offline": OfflineSource(OfflineKind(a.text("offline_kind") or "call"), who, a.text("when"), a.text("how"))}
    elif not url:
        raise Refused("refused_source")
    details: dict[str, Any] = {name: a.text(name) for name in DETAILS if name != "primary" and a.text(name)}
    details |= {
        "quote": a.text("quote"), "bears_on": a.list("bears_on"), "stance": a.text("stance") or "supports", "note": a.text("note"),
        "translation": _translation(s, a), "primary": bool(a.text("primary_reason").strip()),
    }  # fmt: skip
    if "offline" in source:
        return s.case.attach(**source, **details)
    return Later(lambda case, _run: case.attach(**source, **details))


def _translation(s: Session, a: Arguments) -> Translation | None:
    text = a.text("translation").strip()
    if not text:
        return None
    return Translation(language.language_of_note(text, s.case.desk.settings.language), text, a.text("translator"))


def _import_page(_s: Session, a: Arguments) -> Later:
    id, file = a.text("id"), a.file()
    if file is None:
        raise Refused("refused_file")
    return Later(lambda case, _run: case.import_page(id, file) and None)


def _quote(s: Session, a: Arguments) -> None:
    """Quote what was selected in the captured text, or words that are looked for there."""
    id = a.text("id")
    if a.has("start"):
        text = s.case.capture_text(id)
        s.case.quote(id, span=a.span(text, Utf16Offsets(text)))
    else:
        s.case.quote(id, a.needed("exact", "refused_quote"))


def _passage(s: Session, a: Arguments) -> dict[str, Any]:
    """The captured text, its direction, where the quote stands in it, and candidates when it is an orphan."""
    id = a.text("id")
    text = s.case.capture_text(id)
    evidence = s.case.state.evidence[id].value
    offsets = Utf16Offsets(text)
    place = evidence.anchor.span if evidence.anchor else None
    candidates = []
    if evidence.quote and not evidence.anchor and text:
        try:
            candidates = [locate(TextQuote(evidence.quote.exact), text).span]
        except AnchorError as error:
            candidates = [span for span, _similarity, _words in getattr(error, "nearest", ())]
    lang = language.language_of(text) if text else "und"
    return {
        "text": text,
        "lang": lang,
        "dir": language.direction_of(lang).value,
        "place": [offsets.to_utf16(place.start), offsets.to_utf16(place.end)] if place else None,
        "candidates": [[offsets.to_utf16(span.start), offsets.to_utf16(span.end)] for span in candidates],
    }


def _edit(s: Session, a: Arguments) -> None:
    changes: dict[str, Any] = {name: a.text(name) for name in (*DETAILS, "note") if name != "primary" and a.has(name)}
    if "primary_reason" in changes:
        changes["primary"] = bool(changes["primary_reason"].strip())
    s.case.edit_evidence(a.text("id"), **changes)


def _translate(s: Session, a: Arguments) -> None:
    text = a.needed("text", "refused_translation")
    s.case.translate(a.text("id"), language.language_of_note(text, s.case.desk.settings.language), text, a.text("by"))


def _bear(s: Session, a: Arguments) -> None:
    targets = a.list("targets")
    if not targets:
        raise Refused("refused_target")
    s.case.bear(a.text("id"), targets, a.text("stance"), a.text("note"))


def _group(s: Session, a: Arguments) -> str:
    ids = a.list("ids")
    if len(ids) < 2:
        raise Refused("refused_group")
    return s.case.group(ids, a.needed("name", "refused_group_name"), a.text("reason"))


def _separate(s: Session, a: Arguments) -> None:
    s.case.separate(a.list("ids"), a.needed("because", "refused_because"))


def _findings(s: Session, _a: Arguments) -> dict[str, Any]:
    """What tools read out of the captures: which pieces go back to one source, circular sourcing, dates, pages of PDF files."""
    case = s.case
    return {
        "proposed": [
            {"id": source.id, "evidence": list(source.evidence), "name": dict(source.name), "reasons": [dict(r) for r in source.reasons]}
            for source in case.sources()
            if not source.decided
        ],
        "alarms": [{"evidence": alarm.evidence, "text": dict(alarm.text)} for alarm in case.alarms() if not alarm.overruled],
        "dates": {id: _date(found) for id, found in case.dates().items()},
        "pages": {id: page for id in case.state.evidence if (page := case.page_number(id))},
    }


def _date(found: EvidenceDate) -> dict[str, Any]:
    return {
        "published": found.published,
        "confirmed": found.confirmed,
        "origin": found.origin,
        "modified": found.modified,
        "contradicts": found.contradicts,
        "proposals": [{"value": each.value, "kind": each.kind.value, "origin": each.origin} for each in found.proposals[:5]],
        "text": dict(found.text),
    }


COMMANDS: Mapping[str, Callable[[Session, Arguments], Any]] = {
    "attach": _attach,
    "import_page": _import_page,
    "passage": _passage,
    "quote": _quote,
    "translate": _translate,
    "edit_evidence": _edit,
    "bear": _bear,
    "unbear": lambda s, a: s.case.unbear(a.text("id")) and None,
    "group": _group,
    "ungroup": lambda s, a: s.case.ungroup(a.text("id")) and None,
    "withdraw_evidence": lambda s, a: s.case.withdraw_evidence(a.text("id"), a.needed("because", "refused_because")) and None,
    "accept_sources": lambda s, a: s.case.accept_sources(*a.list("ids")) and None,
    "separate": _separate,
    "findings": _findings,
    "confirm_date": lambda s, a: s.case.confirm_date(a.text("id"), a.text("published")) and None,
}
