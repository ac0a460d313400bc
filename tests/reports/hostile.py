"""The scene of ``conftest`` with hostile text in every field that takes free text."""

# ruff: noqa: E501 - reads as a table
from __future__ import annotations

from dataclasses import replace

from factcheck.model import events as ev
from factcheck.model.evidence import Contact, ContactOutcome, LinkProblem, Search, SearchOutcome
from factcheck.model.verdict import Draft, Publication

HOSTILE = (
    "<script>alert(1)</script></script><img src=x onerror=alert(1)> \"'><b> {{ 7*7 }} {% x %} =1+1 \x00\x07\x1b \ud83d "
    "\u202eevil\u202c \u2066x\u2069 \ufeff\u200b " + "طويل" * 500
)


def poison(value, text: str):
    """The same value with hostile text in every field of free text."""
    texts = {
        f: text for f in value.__dataclass_fields__
        if isinstance(getattr(value, f), str) and f not in ("dismissed", "target", "kind", "language", "scale", "rating", "evidence", "stance", "article", "of", "report")
    }  # fmt: skip
    return replace(value, **{f: t for f, t in texts.items() if type(getattr(value, f)) is str})


def poisoned(scene, hostile: str = HOSTILE) -> None:
    """Put hostile text into every field of free text of a scene's events."""
    scene.text = hostile + "\n" + scene.text
    scene.settings = replace(scene.settings, newsroom=hostile, links=replace(scene.settings.links, method="javascript:alert(1)"))
    events = []
    for event in scene.events:
        p = event.payload
        match p:
            case ev.CaseOpened():
                p = replace(p, title=hostile, why_chosen=hostile)
            case ev.KeyIntroduced():
                p = replace(p, name=hostile)
            case ev.ArticleAdded():
                p = replace(p, facts={n: replace(k, value=hostile) for n, k in p.facts.items()}, credit=())
            case ev.ClaimsMade():
                p = replace(p, claims={
                    id: replace(poison(c, hostile), as_checked={"ar": hostile}, printed=tuple(poison(s, hostile) for s in c.printed),
                                established=tuple(poison(s, hostile) for s in c.established) if c.established else None,
                                choices={k: replace(v, because=hostile) for k, v in c.choices.items()}) for id, c in p.claims.items()})  # fmt: skip
            case ev.EvidenceAttached():
                item = poison(p.evidence, hostile)
                item = replace(item, quote=replace(item.quote, exact=hostile) if item.quote else None,
                               translation=replace(item.translation, text=hostile, by=hostile) if item.translation else None,
                               problem=LinkProblem(hostile, hostile, hostile), quote_language=hostile,
                               capture=replace(item.capture, flags=(hostile,), sha256=hostile, at=hostile) if item.capture else None,
                               offline=replace(item.offline, who=hostile, when=hostile, how_obtained=hostile) if item.offline else None)  # fmt: skip
                p = replace(p, evidence=item)
            case ev.EvidenceBears():
                p = replace(p, bearing=replace(p.bearing, note=hostile))
            case ev.SourcesGrouped():
                p = replace(p, group=replace(p.group, name=hostile, reason=hostile))
            case ev.SearchRecorded():
                p = replace(p, search=Search(hostile, (hostile,), SearchOutcome.NOTHING, hostile, "", hostile, 1, hostile))
            case ev.ContactRecorded():
                p = replace(
                    p, contact=Contact(hostile, hostile, hostile, hostile, ContactOutcome.SILENCE, "", hostile, hostile, hostile, hostile)
                )
            case ev.VerdictGiven():
                p = replace(p, verdict=replace(p.verdict, reasons=hostile, unknown=hostile, language=hostile, as_of=hostile))
            case ev.DraftWritten():
                p = replace(p, draft=Draft({"ar": hostile}, {"ar": hostile}, {"ar": hostile}, {"ar": hostile}))
            case ev.PublicationRecorded():
                p = replace(p, publication=Publication(p.publication.kind, hostile, hostile, "", "", hostile, hostile, hostile, (hostile,)))
        events.append(replace(event, payload=p))
    scene.events = events
