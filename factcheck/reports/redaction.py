"""Copies for others: parts of a case left out, so that what stays can still be verified.

A copy is made from the events: members that are left out are replaced by the word "redacted" in the values of the events, the state is
folded anew from those, and every report, table and capture is taken from that state, which does not hold what was left out. An entry keeps
its leaf and hands out only fields in which nothing was replaced; a field is the smallest thing that a leaf commits to, so a private note
withholds the whole piece of evidence it belongs to, while the report still shows the rest of it.

Every text of every event is named below, as public or as belonging to a part; one that is not named (of a newer event) is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from types import MappingProxyType
from typing import Any

from factcheck.case.fold import Fold
from factcheck.case.travel import Change, diff
from factcheck.errors import IntegrityError
from factcheck.ledger.attached import LedgerEntry
from factcheck.ledger.codec import open_leaf, parse_leaf
from factcheck.ledger.counting import NOT_ERASABLE
from factcheck.model import article, claim, evidence, verdict
from factcheck.model import events as ev
from factcheck.model.verdict import PublicationKind
from factcheck.reports.changed import public
from factcheck.reports.source import ReportSource
from factcheck.reports.words import Words

PARTS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "names": ("أسماء المدققين والمراجعين وأدوارهم", "names and roles of checkers and reviewers"),
    "notes": ("الملاحظات الداخلية", "private notes"),
    "sources": ("هوية المصادر غير المنشورة على الشبكة", "who off-line sources are"),
    "contacts": ("من طُلب تعليقهم وما قيل لهم وما أجابوا", "who was asked for comment, and what was said"),
    "earlier": ("القيم السابقة التي حلّت غيرها محلها", "earlier values that others replaced"),
})  # fmt: skip
"""What may be left out -> its words in Arabic and English."""

PRESETS: Mapping[str, tuple[str, ...]] = MappingProxyType({"": (), "partner": ("notes", "sources"), "public": tuple(PARTS)})
"""For whom a copy is -> what is left out; cases other than the one handed over are never in."""

_KEY = {"name": "names", "role": "names", "machine": "names"}
_BECAUSE = {"because": "notes"}
PRIVATE: Mapping[type, Mapping[str, str]] = MappingProxyType({
    ev.KeyIntroduced: _KEY, ev.KeyAdmitted: _KEY, ev.KeyRotated: {"machine": "names"}, ev.KeyRevoked: {"reason": "notes"},
    ev.ArticleAdded: {"file_name": "notes"}, ev.ArticleDescribed: {"file_name": "notes"},
    ev.ClaimsMade: _BECAUSE, ev.ClaimsRevised: _BECAUSE, ev.ClaimSplit: _BECAUSE, ev.ClaimsMerged: _BECAUSE, ev.ClaimsDismissed: _BECAUSE,
    ev.EvidenceRevised: _BECAUSE, ev.VerdictWithdrawn: _BECAUSE, ev.VerdictSettled: _BECAUSE, ev.BodyErased: _BECAUSE,
    claim.Claim: {"note": "notes", "dismissed": "notes"}, claim.Step: {"note": "notes"},
    evidence.Evidence: {"note": "notes"}, evidence.Bearing: {"note": "notes"}, evidence.Search: {"note": "notes"},
    evidence.Translation: {"by": "names"},
    evidence.OfflineSource: {"who": "sources", "when": "sources", "how_obtained": "sources"},
    evidence.Contact: {"who": "contacts", "how": "contacts", "question": "contacts", "answer": "contacts", "note": "contacts"},
    verdict.Review: {"comment": "notes"},
})  # fmt: skip
"""Texts that belong to a part."""

PUBLIC: Mapping[type, str] = MappingProxyType({
    ev.KeyIntroduced: "key person newsroom", ev.KeyAdmitted: "key person request newsroom", ev.KeyRotated: "old new",
    ev.KeyRevoked: "key last", ev.PolicySet: "policy", ev.CaseOpened: "title language why_chosen",
    ev.CaseDescribed: "title language why_chosen", ev.ArticleAdded: "text original media_type language links notes",
    ev.ArticleDescribed: "text original media_type language links notes", ev.ClaimsProposed: "engine version article blob coverage",
    ev.ClaimsMade: "change", ev.ClaimsRevised: "change", ev.ClaimSplit: "change", ev.ClaimsMerged: "change", ev.ClaimsDismissed: "change",
    ev.EvidenceRevised: "change", ev.PageRecorded: "claims language",
    ev.ActUndone: "event", ev.BodyErased: "fields captures", ev.LogMerged: "origin checkpoint",
    article.Known: "value origin", article.TextQuote: "exact prefix suffix",
    claim.Claim: "article text as_checked short", claim.Step: "source cue said_on evidence", claim.Reason: "code detail",
    claim.Choice: "because", claim.Relation: "claim", claim.Origin: "run",
    evidence.Capture: "sha256 media_type at url requested_url record text encoding tool flags",
    evidence.LinkProblem: "code message at", evidence.Translation: "language text", evidence.Bearing: "evidence target",
    evidence.Evidence: "title url archived_url quote_language outlet author published primary_reason reliability interests",
    evidence.SourceGroup: "name evidence reason", evidence.Search: "place queries on target language",
    evidence.Contact: "on target deadline answered_on",
    evidence.ArchiveRequest: "url archive asked memento memento_at answered code message",
    evidence.Recheck: "at url final_url compared_with code message",
    verdict.Scale: "id name", verdict.Rating: "id label meaning", verdict.Ground: "id",
    verdict.Verdict: "target scale rating reasons language as_of unknown rests_on",
    verdict.Draft: "headline summary conclusion why_chosen", verdict.Review: "draft rests_on",
    verdict.Publication: "on url report of what why despite problems",
})  # fmt: skip
"""Texts that are never left out by themselves."""

SHORTEST = 3  # code points of a name that is looked for elsewhere

_OF_OFFLINE = frozenset({"title", "url", "archived_url", "outlet", "author", "published", "primary_reason", "reliability", "interests"})
"""Members of evidence that could tell who an off-line source is."""


def parts_of(preset: str = "", leave_out: Iterable[str] = ()) -> tuple[str, ...]:
    """The parts that a preset and further wishes name, each once.

    Args:
        leave_out: names of ``PARTS``, or registers as the ledger calls them: ``evidence:<id>``, ``search:<id>``.

    Raises:
        ValueError: there is no such preset or part.
    """
    if preset not in PRESETS:
        raise ValueError(f"there is no preset {preset!r}; known: {', '.join(filter(None, PRESETS))}")
    wanted = tuple(dict.fromkeys((*PRESETS[preset], *leave_out)))
    for part in wanted:
        if part not in PARTS and ":" not in part:
            raise ValueError(f"there is no part {part!r} to leave out; known: {', '.join(PARTS)}, or a register such as evidence:ID")
    return wanted


def left_out_words(parts: Iterable[str], lang: str) -> list[str]:
    """What was left out, as people read it; single registers are told as one."""
    found = [PARTS[part][0 if lang == "ar" else 1] for part in parts if part in PARTS]
    return found + ([("قيود بعينها", "single entries")[lang != "ar"]] if any(part not in PARTS for part in parts) else [])


def redacted(source: ReportSource, parts: tuple[str, ...], lang: str = "ar") -> ReportSource:
    """The source of a copy without some parts, for reports in one language; the same source when nothing is left out."""
    if not parts:
        return source
    known = {part for part in parts if ":" in part}
    registers = {register for event in source.state.history for register in event.on}
    if unknown := sorted(known - registers):
        raise ValueError(f"this case has no {unknown[0]!r} to leave out")
    cleaning = _Cleaning(frozenset(parts), Words(lang, source.settings)("redacted"), _offline(source.state.history))
    resting = source.resting()
    originals = [*_desk_events(source), *source.state.history]
    cleaned = [cleaning.event(event) for event in originals]
    shown = [_without_value(event) if cleaning.drops(event, resting) else event for event in cleaned]
    fold = Fold(source.state.desk.root_keys)
    fold.add(shown)
    disclosed = {before.digest: _same_fields(before, after) for before, after in zip(originals, shown, strict=True)}
    return replace(
        source,
        state=fold.case(source.state.id),
        entries={digest: _handed_out(entry, disclosed.get(digest, frozenset())) for digest, entry in source.entries.items()},
        settings=replace(source.settings, show_names=source.settings.show_names and "names" not in parts),
        changes=_changes(source, cleaned) if source.changes else {},
        left_out=tuple(parts),
    )


def still_readable(source: ReportSource, parts: tuple[str, ...]) -> list[tuple[str, str]]:
    """(text, register) of names that a copy leaves out in one place and that stand in a text of another, for a person to look at.

    A person who was asked may well be quoted in a result; whether that gives somebody away is not for a program to say.
    """
    cleaning = _Cleaning(frozenset(parts), "", _offline(source.state.history))
    shown = redacted(source, parts)
    for event in (*_desk_events(source), *source.state.history):
        cleaning.event(event)
    wanted = sorted({text for text in cleaning.taken if len(text) >= SHORTEST})
    found: dict[tuple[str, str], None] = {}
    for event in shown.state.history:
        texts = list(_texts(event.payload))
        for text in wanted:
            if any(text in other for other in texts):
                found[text, next(iter(event.on), event.type)] = None
    return list(found)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str) and not isinstance(value, Enum):
        yield value
    elif isinstance(value, (Mapping, tuple)):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(item)
    elif is_dataclass(value):
        for member in fields(value):
            yield from _texts(getattr(value, member.name))


class _Cleaning:
    """Values without what some parts name; ``taken`` collects the names of people among what was taken out."""

    def __init__(self, parts: frozenset[str], word: str, offline: frozenset[str]) -> None:
        self.parts, self.word, self.offline = parts, word, offline
        self.taken: set[str] = set()

    def event(self, event: ev.Event) -> ev.Event:
        return replace(event, payload=self.value(event.payload)) if event.payload is not None else event

    def drops(self, event: ev.Event, resting: frozenset[str]) -> bool:
        """Whether nothing of an event is handed out: an earlier value, or one of a register that was named."""
        if not event.case:
            return False
        earlier = "earlier" in self.parts and event.digest not in resting and event.type != "claims.proposed"
        return earlier or bool(self.parts & set(event.on))

    def value(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: self.value(item) for name, item in value.items()}
        if isinstance(value, tuple):
            return tuple(self.value(item) for item in value)
        if not is_dataclass(value):
            return value
        changed = {}
        for member in fields(value):
            before = getattr(value, member.name)
            private = _holds_text(before) and self._private(value, member.name)
            after = self.blank(before) if private else self.value(before)
            if private and member.name in ("name", "who", "by"):
                self.taken.update(text.strip() for text in _texts(before))
            if after != before:
                changed[member.name] = after
        if isinstance(value, evidence.Evidence) and value.offline and "sources" in self.parts and value.capture:
            changed["capture"] = None
        return replace(value, **changed) if changed else value

    def _private(self, value: Any, member: str) -> bool:
        part = PRIVATE.get(type(value), {}).get(member)
        if part is None and member not in PUBLIC.get(type(value), "").split():
            return True
        of_source = (isinstance(value, evidence.Evidence) and value.offline is not None and member in _OF_OFFLINE) or (
            isinstance(value, evidence.SourceGroup) and member != "evidence" and bool(self.offline & set(value.evidence))
        )
        return part in self.parts or (of_source and "sources" in self.parts)

    def blank(self, value: Any) -> Any:
        """The word in the place of every text; what was empty stays so."""
        if isinstance(value, str):
            return self.word if value.strip() else value
        if isinstance(value, Mapping):
            return {name: self.blank(item) for name, item in value.items()}
        return tuple(self.blank(item) for item in value) if isinstance(value, tuple) else value


def _holds_text(value: Any) -> bool:
    """Whether a value is a text or made of texts, not of the model's own values."""
    if isinstance(value, Mapping):
        return any(_holds_text(item) for item in value.values())
    return any(_holds_text(item) for item in value) if isinstance(value, tuple) else isinstance(value, str) and not isinstance(value, Enum)


def _offline(events: Iterable[ev.Event]) -> frozenset[str]:
    """Ids of evidence that was an off-line source at any time."""
    found = set()
    for event in events:
        if isinstance(event.payload, (ev.EvidenceAttached, ev.EvidenceRevised)):
            item = event.payload.evidence
            found |= {register.partition(":")[2] for register in event.on} if item and item.offline else set()
    return frozenset(found)


def _desk_events(source: ReportSource) -> list[ev.Event]:
    of_case = {event.digest for event in source.state.history}
    found = []
    for entry in sorted(source.entries.values(), key=lambda entry: entry.index):
        if entry.digest not in of_case:
            try:
                found.append(open_leaf(parse_leaf(entry.leaf), entry.disclosures, index=entry.index))
            except ValueError as error:
                raise IntegrityError(f"Ledger entry {entry.index} cannot be read: {error}.", place=f"entry {entry.index}") from error
    return found


def _without_value(event: ev.Event) -> ev.Event:
    return replace(event, payload=None)


def _same_fields(before: ev.Event, after: ev.Event) -> frozenset[str]:
    """Fields in which nothing was replaced, and those on which it hangs what others count for."""
    kept = NOT_ERASABLE.get(before.type, frozenset())
    if before.payload is None or after.payload is None:
        return kept
    names = [member.name for member in fields(before.payload)]
    same = {name for name in names if getattr(before.payload, name) == getattr(after.payload, name)}
    if isinstance(before.payload, ev.ClaimsProposed) and "proposals" not in same:
        same.discard("blob")  # it holds the same proposals
    return kept | same


def _handed_out(entry: LedgerEntry, names: frozenset[str]) -> LedgerEntry:
    return replace(entry, disclosures={name: data for name, data in entry.disclosures.items() if name in names})


def _changes(source: ReportSource, cleaned: list[ev.Event]) -> dict[str, tuple[Change, ...]]:
    """As the source's own, between states that do not hold what was left out; earlier values were published once and stay."""
    told = sorted(source.state.publications.items(), key=lambda item: (item[1].event.index, item[0]))
    found, before = {}, None
    for id, held in told:
        fold = Fold(source.state.desk.root_keys)
        fold.add(event for event in cleaned if event.index <= held.event.index)
        after = fold.case(source.state.id)
        if before is not None and held.value.kind is not PublicationKind.PUBLICATION:
            chosen = frozenset(target.split("/")[1] for state in (before, after) for target in state.chosen_targets())
            found[id] = public(diff(before, after), chosen)
        before = after
    return found
