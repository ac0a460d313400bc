"""What the page is told: the case as plain JSON, offsets in UTF-16 units. Pure; nothing here is markup.

A case is told in parts that are tables of rows by id (claims, evidence, bearings, groups, searches, contacts, verdicts) and one part of
single facts. Words come in both languages, so that the page changes its language by itself. ``Telling`` remembers what was told.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from factcheck.case import policy
from factcheck.case.case import Case
from factcheck.case.link_words import recheck_words, request_words
from factcheck.case.state import CaseState, Held
from factcheck.model.article import Span, Utf16Offsets
from factcheck.model.claim import Claim, Mode, Reason, SourceKind, Step, Target, TargetKind
from factcheck.model.events import VerdictSettled
from factcheck.model.evidence import ArchiveRequest, Bearing, Contact, Evidence, Recheck, Search, SourceGroup
from factcheck.model.verdict import Verdict
from factcheck.text import explain, language

Json = dict[str, Any]
LANGUAGES = ("ar", "en")


def article_view(text: str, lang: str, credit: Sequence[Span] = (), coverage: Sequence[tuple[int, int, str, str]] = ()) -> Json:
    """The article, told once: text, direction, source lines, what became of each sentence; acts name by its digest the text they mean."""
    offsets = Utf16Offsets(text)
    reasons = {reason for _, _, _, reason in coverage if reason}
    return {
        "text": text,
        "sha256": hashlib.sha256(text.encode("utf-8")).hexdigest(),
        "lang": lang,
        "dir": language.direction_of(lang).value,
        "credit": [_span(offsets, span) for span in credit],
        "sentences": [[*_span(offsets, Span(start, end)), kind, reason] for start, end, kind, reason in coverage],
        "reasons": {reason: _explained(Reason(reason)) for reason in sorted(reasons)},
    }


def _explained(reason: Reason) -> dict[str, str]:
    try:
        return {lang: explain.explain(reason, lang) for lang in LANGUAGES}
    except ValueError:  # another engine's reason has no words here
        return dict.fromkeys(LANGUAGES, f"{reason.code} {reason.detail}".strip())


def why(claim: Claim) -> dict[str, str]:
    """Why a tool proposed a claim, in one line."""
    told = [_explained(reason) for reason in claim.reasons]
    return {lang: " · ".join(dict.fromkeys(words[lang] for words in told)) for lang in LANGUAGES}


# ---- tables of rows: (id, stamp, how to make the row); a row is made again only when its stamp is another

Source = tuple[str, object, Callable[[], Json]]


USUAL: Json = {"status": "proposed", "checkable": True, "polarity": "asserts", "priority": "normal", "worth": 0, "printed": []}
"""Values of a claim that are not told: the page fills them in (``store.js``), as it does words that the article has at a step's place."""


def _claims(state: CaseState, offsets: Utf16Offsets, _hidden: frozenset[str]) -> Iterator[Source]:
    for status, claims in (("claim", state.claims), ("dismissed", state.dismissed)):
        for id, held in claims.items():
            yield id, (status, held.heads), lambda held=held, status=status: _claim(offsets, held.value, status, held)  # type: ignore[misc]
    for proposal in state.proposals:
        yield proposal.id, proposal.engine, lambda proposal=proposal: _claim(offsets, proposal.claim, "proposed")  # type: ignore[misc]


def _claim(offsets: Utf16Offsets, claim: Claim, status: str, held: Held[Claim] | None = None) -> Json:
    row: Json = {"start": offsets.to_utf16(claim.span.start), "end": offsets.to_utf16(claim.span.end), "kind": str(claim.kind)}
    values = {
        "status": status,
        "checkable": claim.checkable,
        "polarity": str(claim.polarity),
        "priority": str(claim.priority),
        "worth": claim.worth,
        "printed": [_step(offsets, step) for step in claim.printed],
    }
    row |= {name: value for name, value in values.items() if value != USUAL[name]}
    if held is not None:
        row |= {
            "established": None if claim.established is None else [_step(offsets, step) for step in claim.established],
            "as_checked": dict(claim.as_checked),
            "short": dict(claim.short),
            "choices": {key: [choice.check, choice.because] for key, choice in claim.choices.items()},
            "relations": [[relation.kind.value, relation.claim] for relation in claim.relations],
            "because": claim.dismissed,
            "note": claim.note,
        }
        row |= _held(held)
    return row


def _step(offsets: Utf16Offsets, step: Step) -> Json:
    row: Json = {}
    for words, at, span in (("source", "span", step.source_span), ("cue", "cue_span", step.cue_span)):
        if span:
            row[at] = _span(offsets, span)
        elif getattr(step, words):
            row[words] = getattr(step, words)
    for name, value, usual in (
        ("mode", step.mode, Mode.INDIRECT), ("source_kind", step.source_kind, SourceKind.PERSON), ("resolved", step.resolved, False),
        ("plural", step.plural, False), ("joint", step.joint, False), ("unnamed", not step.named, False), ("said_on", step.said_on, ""),
        ("note", step.note, ""), ("evidence", step.evidence, ()),
    ):  # fmt: skip
        if value != usual:
            row[name] = str(value) if isinstance(value, str) else list(value) if isinstance(value, tuple) else value
    return row


def _held(held: Held[Any]) -> Json:
    row: Json = {"v": held.event.digest[:12], "by": held.person}
    if held.others:
        row["others"] = len(held.others)
    return row


def _table(name: str, make: Callable[[Any], Json]) -> Callable[[CaseState, Utf16Offsets, frozenset[str]], Iterator[Source]]:
    def sources(state: CaseState, _offsets: Utf16Offsets, _hidden: frozenset[str]) -> Iterator[Source]:
        records: Mapping[str, Held[Any]] = getattr(state, name)
        for id, held in records.items():
            yield id, held.heads, lambda held=held: {**make(held.value), **_held(held)}  # type: ignore[misc]

    return sources


def _evidence(e: Evidence) -> Json:
    return {
        "title": e.title, "url": e.url, "outlet": e.outlet, "author": e.author, "published": e.published, "archived_url": e.archived_url,
        "offline": {"kind": e.offline.kind.value, "who": e.offline.who, "when": e.offline.when, "how": e.offline.how_obtained}
        if e.offline else None,
        "quote": e.quote.exact if e.quote else "",
        "quote_language": e.quote_language,
        "anchor": e.anchor.how.value if e.anchor else "",
        "translation": {"language": e.translation.language, "text": e.translation.text, "by": e.translation.by} if e.translation else None,
        "problem": {"code": e.problem.code, "message": e.problem.message, "at": e.problem.at} if e.problem else None,
        "capture": {"at": e.capture.at, "sha256": e.capture.sha256, "how": e.capture.obtained.value, "text": bool(e.capture.text),
                    "flags": list(e.capture.flags), "type": e.capture.media_type} if e.capture else None,
        "primary": e.primary, "primary_reason": e.primary_reason, "reliability": e.reliability, "interests": e.interests, "note": e.note,
    }  # fmt: skip


def _bearing(b: Bearing) -> Json:
    return {"evidence": b.evidence, "target": b.target, "stance": b.stance.value, "note": b.note}


def _group(g: SourceGroup) -> Json:
    return {"name": g.name, "evidence": list(g.evidence), "reason": g.reason}


def _search(s: Search) -> Json:
    return {
        "place": s.place,
        "queries": list(s.queries),
        "outcome": s.outcome.value,
        "on": s.on,
        "target": s.target,
        "hits": s.hits,
        "note": s.note,
    }


def _archive(r: ArchiveRequest) -> Json:
    return {"url": r.url, "archive": r.archive, "state": r.state.value, "memento": r.memento, "words": dict(request_words(r))}


def _recheck(r: Recheck) -> Json:
    return {"at": r.at, "state": r.state.value, "passage": r.passage.value, "final_url": r.final_url, "words": dict(recheck_words(r))}


def _contact(c: Contact) -> Json:
    return {
        "who": c.who, "how": c.how, "on": c.on, "question": c.question, "outcome": c.outcome.value, "target": c.target,
        "deadline": c.deadline, "answer": c.answer, "answered_on": c.answered_on, "note": c.note,
    }  # fmt: skip


def _verdicts(state: CaseState, _offsets: Utf16Offsets, hidden: frozenset[str]) -> Iterator[Source]:
    """One that is hidden until a second opinion is in is told by who gave it and on what, no more."""
    for id, held in state.verdicts.items():
        if id in hidden:
            yield id, ("hidden", held.heads), lambda held=held: {"target": held.value.target, "hidden": True, **_held(held)}  # type: ignore[misc]
        else:
            changed = policy.changed_since(state, held.value.rests_on)
            yield id, (held.heads, changed), lambda held=held, changed=changed: _verdict(state, held, changed)  # type: ignore[misc]


def _verdict(state: CaseState, held: Held[Verdict], changed: bool) -> Json:
    v = held.value
    scale = state.desk.scales.get(v.scale)
    rating = scale.rating(v.rating) if scale else None
    return {
        "target": v.target, "rating": v.rating, "label": dict(rating.label) if rating else {}, "tone": rating.tone if rating else "none",
        "reasons": v.reasons, "unknown": v.unknown, "as_of": v.as_of,
        "grounds": [f"{ground.kind.value}:{ground.id}" for ground in v.grounds],
        "settled": isinstance(held.event.payload, VerdictSettled), "stale": changed, **_held(held),
    }  # fmt: skip


TABLES: Mapping[str, Callable[[CaseState, Utf16Offsets, frozenset[str]], Iterator[Source]]] = {
    "claims": _claims,
    "evidence": _table("evidence", _evidence),
    "bearings": _table("bearings", _bearing),
    "groups": _table("groups", _group),
    "searches": _table("searches", _search),
    "contacts": _table("contacts", _contact),
    "archives": _table("archives", _archive),
    "rechecks": _table("rechecks", _recheck),
    "verdicts": _verdicts,
}


# ---- single facts


def facts_view(case: Case) -> Json:
    """Everything that is one of a kind: who works here, the draft, its reviews, what stands against publication."""
    state, desk = case.state, case.desk
    draft = state.draft
    standing = policy.standing_review(state)
    known = state.article.facts if state.article else {}
    return {
        "case": state.id,
        "title": state.title,
        "practice": state.practice,
        "why_chosen": state.why_chosen,
        "entry": desk.ledger.size - 1,
        "me": {"id": desk.me.id, "name": desk.me.name},
        "names": {id: person.name for id, person in state.desk.persons.items()},
        "persons": [{"id": i.person, "name": i.name, "newsroom": i.newsroom, "locked": i.locked} for i in desk.keys.persons()],
        "facts": {name: {"value": fact.value, "origin": fact.origin} for name, fact in known.items()},
        "draft": {
            **{name: dict(getattr(draft.value, name)) for name in ("headline", "summary", "conclusion", "why_chosen")}, **_held(draft),
        } if draft else None,
        "authors": sorted(policy.authors_of(state)),
        "reviews": [
            {"decision": held.value.decision.value, "comment": held.value.comment, "at": held.event.at, "standing": held is standing,
             "stale": not policy.covers(state, held.value) or policy.changed_since(state, held.value.rests_on), **_held(held)}
            for held in sorted(state.reviews.values(), key=lambda held: held.event.at, reverse=True)
        ],
        "publications": [
            {"id": id, "kind": h.value.kind.value, **_fields(h.value, "on", "url", "what", "why", "of", "despite")}
            for id, h in state.publications.items()
        ],
        "problems": [
            {"code": p.code, "level": p.level.value, "place": p.place, "text": dict(p.text), "remedy": dict(p.remedy)}
            for p in case.problems()
        ],
        "scales": {kind.value: _scale(state, kind) for kind in TargetKind},
        "blind": policy.is_blind(state),
        "undo": bool(case.can_undo),
        "redo": bool(case.can_redo),
        "settings": {"digits": desk.settings.digits, "months": desk.settings.months, "zone": desk.settings.time_zone},
    }  # fmt: skip


def _scale(state: CaseState, kind: TargetKind) -> list[Json]:
    scale = policy.scale_for(state, Target(kind, "x" if kind in (TargetKind.CONTENT, TargetKind.STEP) else ""))
    return [{"id": r.id, "label": dict(r.label), "meaning": dict(r.meaning), "needs_unknown": r.needs_unknown} for r in scale.ratings]


def history_view(case: Case, subject: str = "") -> list[Json]:
    """Lines of the history, newest first; a result that is hidden from who works here is not told by its history either."""
    state = case.state
    hidden = {f"verdict:{id}" for id in policy.hidden_verdicts(state, case.desk.me.id)}
    lines = Case.history(case, subject)
    return [
        {"entry": line.entry, "at": line.at, "person": line.person,
         "what": dict(HIDDEN_RESULT if hidden & set(line.subjects) else line.what)}
        for line in reversed(lines)
    ]  # fmt: skip


HIDDEN_RESULT: Mapping[str, str] = {
    "ar": "أعطى نتيجة (محجوبة إلى أن يصل الرأي الثاني)", "en": "gave a result (hidden until the second opinion is in)",
}  # fmt: skip


@contextmanager
def _no_collection() -> Iterator[None]:
    """Ten thousand rows are made and kept: the garbage collector would walk all that lives several times, and find nothing."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


class Telling:
    """Remembers what the page was told, so that after an act it is told only what changed.

    ``seq`` counts what was told; a page that missed a number asks for the whole again.
    """

    def __init__(self) -> None:
        self.seq = 0
        self._stamps: dict[str, dict[str, object]] = {name: {} for name in TABLES}
        self._rows: dict[str, dict[str, Json]] = {name: {} for name in TABLES}
        self._facts: Json = {}

    def whole(self, case: Case, offsets: Utf16Offsets, **beside: Json) -> bytes:
        """Everything, as JSON in UTF-8; with what else a page needs: ``article``, ``under_way`` (``jobs.Jobs.lines``), ``drafts``."""
        with _no_collection():
            self.changes(case, offsets)
        return msgspec.json.encode({"seq": self.seq, "facts": self._facts, **beside, **self._rows})

    def changes(self, case: Case, offsets: Utf16Offsets) -> Json:
        """What is other than at the last look; empty when nothing is. A row that is gone is told as None."""
        state = case.state
        hidden = policy.hidden_verdicts(state, case.desk.me.id)
        changed: Json = {}
        for name, sources in TABLES.items():
            if rows := self._table(name, sources(state, offsets, hidden)):
                changed[name] = rows
        facts = facts_view(case)
        if new := {name: value for name, value in facts.items() if self._facts.get(name) != value}:
            changed["facts"] = new
            self._facts = facts
        if changed:
            self.seq += 1
            changed["seq"] = self.seq
        return changed

    def _table(self, name: str, sources: Iterator[Source]) -> dict[str, Json | None]:
        stamps, rows = self._stamps[name], self._rows[name]
        changed: dict[str, Json | None] = {}
        seen = set()
        for id, stamp, make in sources:
            seen.add(id)
            if id not in rows or stamps[id] != stamp:
                row = make()
                stamps[id] = stamp
                if rows.get(id) != row:
                    rows[id] = changed[id] = row
        if len(seen) != len(rows):
            for id in [id for id in rows if id not in seen]:
                del rows[id], stamps[id]
                changed[id] = None
        return changed


def _span(offsets: Utf16Offsets, span: Span) -> list[int]:
    return [offsets.to_utf16(span.start), offsets.to_utf16(span.end)]


def _fields(value: object, *names: str) -> Json:
    return {name: getattr(value, name) for name in names}


def _place(offsets: Utf16Offsets, span: Span | None) -> list[int] | None:
    return _span(offsets, span) if span else None
