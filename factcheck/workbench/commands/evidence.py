"""Commands on evidence, searches and contacts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from factcheck.case.evidence_acts import DETAILS
from factcheck.errors import AnchorError
from factcheck.model.article import TextQuote, Utf16Offsets
from factcheck.model.evidence import OfflineKind, OfflineSource, Translation
from factcheck.text import language
from factcheck.text.anchor import locate
from factcheck.workbench.arguments import Arguments, Refused
from factcheck.workbench.commands.session import Session


def _attach(s: Session, a: Arguments) -> str:
    url, file, who = a.text("url").strip(), a.file(), a.text("who").strip()
    source: dict[str, Any] = {"url": url}
    if file is not None:
        source["file"] = file
    elif who and not url:
        source = {"offline": OfflineSource(OfflineKind(a.text("offline_kind") or "call"), who, a.text("when"), a.text("how"))}
    elif not url:
        raise Refused("refused_source")
    details: dict[str, Any] = {name: a.text(name) for name in DETAILS if name != "primary" and a.text(name)}
    return s.case.attach(
        **source,
        quote=a.text("quote"),
        bears_on=a.list("bears_on"),
        stance=a.text("stance") or "supports",
        translation=_translation(s, a),
        primary=bool(a.text("primary_reason").strip()),
        note=a.text("note"),
        **details,
    )


def _translation(s: Session, a: Arguments) -> Translation | None:
    text = a.text("translation").strip()
    if not text:
        return None
    return Translation(language.language_of_note(text, s.case.desk.settings.language), text, a.text("translator"))


def _import_page(s: Session, a: Arguments) -> None:
    file = a.file()
    if file is None:
        raise Refused("refused_file")
    s.case.import_page(a.text("id"), file)


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


def _sources(s: Session, _a: Arguments) -> dict[str, Any]:
    """What tools propose on independent sources, and alarms of circular sourcing."""
    return {
        "proposed": [
            {"id": source.id, "evidence": list(source.evidence), "name": dict(source.name), "reasons": [dict(r) for r in source.reasons]}
            for source in s.case.sources()
            if not source.decided
        ],
        "alarms": [{"evidence": a.evidence, "text": dict(a.text)} for a in s.case.alarms() if not a.overruled],
    }


def _separate(s: Session, a: Arguments) -> None:
    s.case.separate(a.list("ids"), a.needed("because", "refused_because"))


def _search_links(s: Session, a: Arguments) -> list[dict[str, str]]:
    """Searches for a claim, ready to be opened by a person; nothing is fetched."""
    return [
        {"place": link.place, "kind": link.kind.value, "query": link.query, "language": link.language, "url": link.url}
        for link in s.case.search_links(a.text("id"))
    ]


def _record_links(s: Session, a: Arguments) -> list[str]:
    """Record what was found behind some of a claim's search links."""
    wanted = set(a.list("urls"))
    links = [link for link in s.case.search_links(a.text("id")) if link.url in wanted]
    if not links:
        raise Refused("refused_search")
    return s.case.record_links(links, a.text("outcome") or "nothing", target=a.text("target"))


def _ask_archive(s: Session, a: Arguments) -> list[str]:
    """Ask for an archived copy, and let a thread send what waits, at the archive's pace; what comes of it shows as others' acts do."""
    asked = list(s.case.ask_archive(a.text("id")).requests)
    if not any(each.running for each in s.archiving):
        s.archiving.append(s.case.desk.archive_in_background())
    return asked


def _recheck(s: Session, a: Arguments) -> list[str]:
    return list(s.case.recheck(a.list("ids") or None, progress=False))


def _search(s: Session, a: Arguments) -> str:
    queries = [line.strip() for line in a.text("queries").splitlines() if line.strip()]
    if not queries:
        raise Refused("refused_search")
    return s.case.search(
        a.needed("place", "refused_search"),
        queries,
        a.text("outcome") or "nothing",
        target=a.text("target"),
        on=a.text("on"),
        hits=a.number("hits") if a.has("hits") else None,
        note=a.text("note"),
    )


def _contact(s: Session, a: Arguments) -> str:
    return s.case.contact(
        a.needed("who", "refused_contact"),
        a.text("how"),
        a.needed("question", "refused_contact"),
        a.text("outcome") or "waiting",
        answer=a.text("answer"),
        target=a.text("target"),
        deadline=a.text("deadline"),
        on=a.text("on"),
    )


COMMANDS: Mapping[str, Callable[[Session, Arguments], Any]] = {
    "attach": _attach,
    "retry": lambda s, a: s.case.retry(a.text("id")),
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
    "sources": _sources,
    "accept_sources": lambda s, a: s.case.accept_sources(*a.list("ids")) and None,
    "separate": _separate,
    "search_links": _search_links,
    "record_links": _record_links,
    "ask_archive": _ask_archive,
    "recheck": _recheck,
    "search": _search,
    "contact": _contact,
    "answer": lambda s, a: s.case.answer(*a.texts("id", "outcome", "answer")) and None,
}
