"""What the page is told: the case as plain JSON, offsets in UTF-16 units. Pure; nothing here is markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from factcheck.case import policy
from factcheck.case.case import Case
from factcheck.case.state import CaseState, Held, choice_key
from factcheck.model.article import Span, Utf16Offsets
from factcheck.model.claim import Claim, Step, Target, TargetKind
from factcheck.model.evidence import Evidence
from factcheck.model.verdict import Verdict
from factcheck.text import explain, language

Json = dict[str, Any]


def article_view(
    text: str, lang: str, credit: Sequence[Span] = (), coverage: Sequence[tuple[int, int, str, str]] = (), **facts: str
) -> Json:
    """The article, told once: text, direction, source lines, sentences that hold no claim."""
    offsets = Utf16Offsets(text)
    return {
        "text": text,
        "lang": lang,
        "dir": language.direction_of(lang).value,
        "credit": [_span(offsets, span) for span in credit],
        "excluded": [[*_span(offsets, Span(start, end)), reason] for start, end, kind, reason in coverage if kind == "excluded"],
        "facts": facts,
    }


def case_view(case: Case, offsets: Utf16Offsets, lang: str) -> Json:
    """Everything else, told anew after each act."""
    state, desk = case.state, case.desk
    numbered = {id: n for n, id in enumerate(_in_position(state), 1)}
    claims = [_claim(state, offsets, id, held.value, "accepted", lang) for id, held in state.claims.items()]
    claims += [_claim(state, offsets, p.id, p.claim, "proposed", lang) for p in state.proposals]
    claims += [_claim(state, offsets, id, held.value, "dismissed", lang) for id, held in state.dismissed.items()]
    for claim in claims:
        claim["number"] = numbered[claim["id"]]
    draft, review = state.draft, policy.standing_review(state)
    return {
        "case": state.id,
        "title": state.title,
        "practice": state.practice,
        "entry": desk.ledger.size - 1,
        "me": {"id": desk.me.id, "name": desk.me.name},
        "persons": [{"id": i.person, "name": i.name, "newsroom": i.newsroom, "locked": i.locked} for i in desk.keys.persons()],
        "facts": {name: known.value for name, known in state.article.facts.items()} if state.article else {},
        "claims": sorted(claims, key=lambda c: c["number"]),
        "evidence": [_evidence(state, id, held.value) for id, held in state.evidence.items()],
        "searches": [
            {"id": id, "place": h.value.place, "queries": list(h.value.queries), "outcome": h.value.outcome.value, "on": h.value.on}
            for id, h in state.searches.items()
        ],
        "contacts": [
            {"id": id, "who": h.value.who, "how": h.value.how, "question": h.value.question, "outcome": h.value.outcome.value,
             "answer": h.value.answer, "on": h.value.on}
            for id, h in state.contacts.items()
        ],
        "other_targets": [
            _target(state, Target(kind), None, lang) for kind in (TargetKind.PROVENANCE, TargetKind.ARTICLE, TargetKind.OMISSION)
        ],
        "draft": {name: dict(getattr(draft.value, name)) for name in ("headline", "summary", "conclusion")} if draft else None,
        "review": {
            "by": state.name_of(review.person), "decision": review.value.decision.value, "comment": review.value.comment,
            "stale": not policy.covers(state, review.value) or policy.changed_since(state, review.value.rests_on),
        } if review else None,
        "problems": [
            {"level": p.level.value, "place": p.place, "text": p.text[lang], "remedy": p.remedy[lang]} for p in case.problems()
        ],
        "scales": {
            kind.value: [
                {"id": r.id, "label": r.label.get(lang, r.id), "meaning": r.meaning.get(lang, ""), "needs_unknown": r.needs_unknown}
                for r in policy.scale_for(state, Target(kind, "x" if kind in (TargetKind.CONTENT, TargetKind.STEP) else "")).ratings
            ]
            for kind in TargetKind
        },
        "can_undo": bool(case.can_undo),
        "can_redo": bool(case.can_redo),
    }  # fmt: skip


def history_view(case: Case, lang: str, subject: str = "") -> list[Json]:
    """Lines of the history, newest first."""
    lines = Case.history(case, subject)
    return [{"entry": line.entry, "at": line.at, "person": line.person, "what": line.what[lang]} for line in reversed(lines)]


def _in_position(state: CaseState) -> list[str]:
    spans = [(held.value.span, id) for id, held in (*state.claims.items(), *state.dismissed.items())]
    spans += [(proposal.claim.span, proposal.id) for proposal in state.proposals]
    return [id for _, id in sorted(spans, key=lambda pair: (pair[0].start, -pair[0].end, pair[1]))]


def _claim(state: CaseState, offsets: Utf16Offsets, id: str, claim: Claim, status: str, lang: str) -> Json:
    targets = [_target(state, target, claim, lang) for target in _targets(claim, id)]
    checked = any(target["choice"] and target["choice"]["check"] for target in targets)
    aside = (choice := claim.choices.get("content")) is not None and not choice.check
    rated = any(target["verdicts"] for target in targets)
    shown = "dismissed" if status == "dismissed" else "proposed" if status == "proposed" else (
        "has_result" if rated else "checking" if checked else "set_aside" if aside else "accepted"
    )  # fmt: skip
    return {
        "id": id,
        "status": shown,
        "start": offsets.to_utf16(claim.span.start),
        "end": offsets.to_utf16(claim.span.end),
        "text": claim.text,
        "kind": claim.kind.value,
        "checkable": claim.checkable,
        "polarity": claim.polarity.value,
        "priority": claim.priority.value,
        "worth": claim.worth,
        "printed": [_step(offsets, step) for step in claim.printed],
        "established": None if claim.established is None else [_step(offsets, step) for step in claim.established],
        "why": " · ".join(dict.fromkeys(explain.explain(reason, lang) for reason in claim.reasons)),
        "as_checked": dict(claim.as_checked),
        "short": dict(claim.short),
        "targets": targets,
        "because": claim.dismissed or (choice.because if choice else ""),
    }


def _targets(claim: Claim, id: str) -> list[Target]:
    steps = [f"printed/{i}" for i in range(len(claim.printed))] + [f"established/{i}" for i in range(len(claim.established or ()))]
    return [Target(TargetKind.CONTENT, id), *(Target(TargetKind.STEP, id, step) for step in steps)]


def _target(state: CaseState, target: Target, claim: Claim | None, lang: str) -> Json:
    text = str(target)
    choice = claim.choices.get(choice_key(target)) if claim else None
    name = ""
    if target.kind is TargetKind.STEP and claim is not None:
        which, _, number = target.step.partition("/")
        name = (claim.printed if which == "printed" else claim.established or ())[int(number)].source
    evidence = {b.value.evidence for b in state.bearings_on(text) if b.value.evidence in state.evidence}
    return {
        "target": text,
        "kind": target.kind.value,
        "which": target.step.partition("/")[0],
        "name": name,
        "choice": {"check": choice.check, "because": choice.because} if choice else None,
        "verdicts": [_verdict(state, held, lang) for held in state.verdicts_on(text)],
        "evidence": len(evidence),
        "sources": state.independent_sources(text),
    }


def _verdict(state: CaseState, held: Held[Verdict], lang: str) -> Json:
    v = held.value
    scale = state.desk.scales.get(v.scale)
    return {
        "id": held.id,
        "rating": v.rating,
        "label": scale.rating(v.rating).label.get(lang, v.rating) if scale else v.rating,
        "reasons": v.reasons,
        "unknown": v.unknown,
        "by": state.name_of(held.person),
        "as_of": v.as_of,
    }


def _step(offsets: Utf16Offsets, step: Step) -> Json:
    return {
        "source": step.source,
        "cue": step.cue,
        "mode": step.mode.value,
        "named": step.named,
        "resolved": step.resolved,
        "span": _span(offsets, step.source_span) if step.source_span else None,
        "cue_span": _span(offsets, step.cue_span) if step.cue_span else None,
    }


def _evidence(state: CaseState, id: str, e: Evidence) -> Json:
    return {
        "id": id,
        "title": e.title or (e.offline.who if e.offline else "") or e.outlet or e.url,
        "url": e.url,
        "outlet": e.outlet,
        "offline": e.offline.kind.value if e.offline else "",
        "quote": e.quote.exact if e.quote else "",
        "quote_language": e.quote_language,
        "orphan": bool(e.quote and not e.anchor),
        "translation": e.translation.text if e.translation else "",
        "problem": e.problem.message if e.problem else "",
        "captured": e.capture.at if e.capture else "",
        "sha256": e.capture.sha256 if e.capture else "",
        "has_text": bool(e.capture and e.capture.text),
        "primary": e.primary,
        "note": e.note,
        "bears": [{"id": b.id, "target": b.value.target, "stance": b.value.stance.value} for b in state.bearings_of(id)],
    }


def _span(offsets: Utf16Offsets, span: Span) -> list[int]:
    return [offsets.to_utf16(span.start), offsets.to_utf16(span.end)]


def texts(arguments: Mapping[str, Any], *names: str) -> list[str]:
    """Arguments of a command that must be texts.

    Raises:
        ValueError: one is missing or is no text.
    """
    found = []
    for name in names:
        value = arguments.get(name, "")
        if not isinstance(value, str):
            raise ValueError(f"{name} must be a text")
        found.append(value)
    return found
