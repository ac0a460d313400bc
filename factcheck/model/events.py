"""What can happen to a case: one frozen dataclass each, past tense.

Their JSON names, fields and rules are in ``factcheck/ledger/FORMAT.md``; the name on disk stands beside each class in ``EVENT_TYPES``.
A released type never changes; it is followed by a new version. A field that was redacted or erased reads as its default here; a payload
whose field without a default is gone cannot be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from factcheck.model.article import Known, Span
from factcheck.model.claim import Claim
from factcheck.model.evidence import ArchiveRequest, Bearing, Contact, Evidence, Recheck, Search, SourceGroup
from factcheck.model.verdict import Draft, Publication, Review, Scale, Verdict

# ---- the desk: keys, persons, rules


@dataclass(frozen=True, slots=True)
class KeyIntroduced:
    key: str  # "ed25519:<base64url public key>", the key that is introduced
    person: str  # id, 32 hex: the first 32 hex of SHA-256(name of the person's first key)
    name: str = ""
    newsroom: str = ""
    role: str = ""  # "checker", "editor", or what the newsroom calls it
    machine: str = ""  # random id of the machine the key was made on; equal ids mean the same machine


@dataclass(frozen=True, slots=True)
class KeyAdmitted:
    """A key of another machine introduced: its own signature lies in ``request``, so that no private key travels."""

    key: str  # "ed25519:<base64url public key>", the key that is introduced
    person: str  # id, 32 hex
    request: str  # note signed by the new key: "factcheck-key-request/v1", the key, the person, the time of the request
    name: str = ""
    newsroom: str = ""
    role: str = ""
    machine: str = ""


@dataclass(frozen=True, slots=True)
class KeyRotated:
    old: str
    new: str
    machine: str = ""


@dataclass(frozen=True, slots=True)
class KeyRevoked:
    key: str
    last: Mapping[str, tuple[int, str]]  # desk origin -> (n, digest) of the last event of that key that counts
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PolicySet:
    policy: Mapping[str, Any]  # problem code -> "blocks" | "warns" | "off"; "scale" -> id of the content scale; "blind" -> bool


@dataclass(frozen=True, slots=True)
class ScaleSet:
    scale: Scale


# ---- the case


@dataclass(frozen=True, slots=True)
class CaseOpened:
    title: str = ""
    language: str = "ar"  # of the report, first choice
    why_chosen: str = ""
    practice: bool = False  # a made-up case for learning; every page says so


@dataclass(frozen=True, slots=True)
class CaseDescribed:
    title: str = ""
    language: str = "ar"
    why_chosen: str = ""
    practice: bool = False


@dataclass(frozen=True, slots=True)
class ArticleAdded:
    text: str  # SHA-256 of the article's text (UTF-8), kept among the captures
    original: str = ""  # SHA-256 of the bytes it was read from; equal to ``text`` for plain text
    media_type: str = ""
    language: str = "und"
    facts: Mapping[str, Known] = field(default_factory=dict)  # title, outlet, author, published, modified, url; where each was read
    credit: tuple[Span, ...] = ()
    links: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    file_name: str = ""  # as given, for people; never used as a path


@dataclass(frozen=True, slots=True)
class ArticleDescribed:
    """The same article with facts that a person set, such as when and where it appeared."""

    text: str
    original: str = ""
    media_type: str = ""
    language: str = "und"
    facts: Mapping[str, Known] = field(default_factory=dict)
    credit: tuple[Span, ...] = ()
    links: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class ClaimsProposed:
    engine: str
    version: str
    article: str  # SHA-256 of the article text
    proposals: tuple[Claim, ...] | None = None  # None when they are larger than a disclosure may be
    blob: str = ""  # then the SHA-256 of a capture that holds them as RFC 8785; else empty
    coverage: tuple[tuple[int, int, str, str], ...] = ()  # (start, end, claim|context|excluded, reason) for each sentence


@dataclass(frozen=True, slots=True)
class ClaimsMade:
    """Claims that a person made, or accepted from proposals."""

    claims: Mapping[str, Claim | None]  # register id without its kind -> whole value; None closes the register
    change: str = ""  # accepted, marked, or split, merged and the like below
    because: str = ""


@dataclass(frozen=True, slots=True)
class ClaimsRevised:
    """Claims trimmed, restated, reclassified, given another chain, chosen or set aside."""

    claims: Mapping[str, Claim | None]
    change: str = ""  # trimmed, restated, kind, chain_printed, chain_established, chosen, set_aside, related, note, edited
    because: str = ""


@dataclass(frozen=True, slots=True)
class ClaimSplit:
    claims: Mapping[str, Claim | None]
    change: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class ClaimsMerged:
    claims: Mapping[str, Claim | None]
    change: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class ClaimsDismissed:
    claims: Mapping[str, Claim | None]
    change: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceAttached:
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class EvidenceRevised:
    """Tried again, placed, translated, corrected; None withdraws it."""

    evidence: Evidence | None
    change: str = ""  # retried, imported, archived, placed, translated, dated, edited, withdrawn
    because: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceBears:
    bearing: Bearing | None  # None withdraws it


@dataclass(frozen=True, slots=True)
class SourcesGrouped:
    group: SourceGroup | None


@dataclass(frozen=True, slots=True)
class SearchRecorded:
    search: Search | None


@dataclass(frozen=True, slots=True)
class ContactRecorded:
    contact: Contact | None


@dataclass(frozen=True, slots=True)
class ArchiveRequested:
    """An archived copy was asked for: it waits in the desk's queue."""

    request: ArchiveRequest


@dataclass(frozen=True, slots=True)
class ArchiveAnswered:
    """What came of a request for an archived copy; also when a person took it back."""

    request: ArchiveRequest


@dataclass(frozen=True, slots=True)
class EvidenceRechecked:
    """The link of a piece of evidence was tried again. The evidence is not moved: what rests on it did not change."""

    recheck: Recheck


@dataclass(frozen=True, slots=True)
class VerdictGiven:
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class VerdictWithdrawn:
    because: str = ""


@dataclass(frozen=True, slots=True)
class VerdictSettled:
    """A disagreement settled: the only event that may replace other people's verdicts."""

    verdict: Verdict
    because: str = ""


@dataclass(frozen=True, slots=True)
class DraftWritten:
    draft: Draft


@dataclass(frozen=True, slots=True)
class ReviewGiven:
    review: Review


@dataclass(frozen=True, slots=True)
class PublicationRecorded:
    publication: Publication


@dataclass(frozen=True, slots=True)
class PageRecorded:
    """A publication or a correction of one page among several: of some of the claims, or in one language."""

    publication: Publication
    claims: tuple[str, ...] = ()  # ids of the claims the page is about; empty: the case as a whole
    language: str = ""  # of the page, BCP 47; empty: not said, or all


@dataclass(frozen=True, slots=True)
class ActUndone:
    event: str  # digest of the event whose registers go back to what they held


@dataclass(frozen=True, slots=True)
class BodyErased:
    fields: tuple[tuple[str, str], ...]  # (digest, field)
    captures: tuple[str, ...]  # SHA-256
    because: str = ""


@dataclass(frozen=True, slots=True)
class LogMerged:
    origin: str
    checkpoint: str  # the other log's signed note


Payload = (
    KeyIntroduced
    | KeyAdmitted
    | KeyRotated
    | KeyRevoked
    | PolicySet
    | ScaleSet
    | CaseOpened
    | CaseDescribed
    | ArticleAdded
    | ArticleDescribed
    | ClaimsProposed
    | ClaimsMade
    | ClaimsRevised
    | ClaimSplit
    | ClaimsMerged
    | ClaimsDismissed
    | EvidenceAttached
    | EvidenceRevised
    | EvidenceBears
    | SourcesGrouped
    | SearchRecorded
    | ContactRecorded
    | ArchiveRequested
    | ArchiveAnswered
    | EvidenceRechecked
    | VerdictGiven
    | VerdictWithdrawn
    | VerdictSettled
    | DraftWritten
    | ReviewGiven
    | PublicationRecorded
    | PageRecorded
    | ActUndone
    | BodyErased
    | LogMerged
)

EVENT_TYPES: Mapping[tuple[str, int], type[Payload]] = MappingProxyType(
    {
        ("key.introduced", 1): KeyIntroduced,
        ("key.admitted", 1): KeyAdmitted,
        ("key.rotated", 1): KeyRotated,
        ("key.revoked", 1): KeyRevoked,
        ("policy.set", 1): PolicySet,
        ("scale.set", 1): ScaleSet,
        ("case.opened", 1): CaseOpened,
        ("case.described", 1): CaseDescribed,
        ("article.added", 1): ArticleAdded,
        ("article.described", 1): ArticleDescribed,
        ("claims.proposed", 1): ClaimsProposed,
        ("claims.made", 1): ClaimsMade,
        ("claims.revised", 1): ClaimsRevised,
        ("claim.split", 1): ClaimSplit,
        ("claims.merged", 1): ClaimsMerged,
        ("claims.dismissed", 1): ClaimsDismissed,
        ("evidence.attached", 1): EvidenceAttached,
        ("evidence.revised", 1): EvidenceRevised,
        ("evidence.bears", 1): EvidenceBears,
        ("sources.grouped", 1): SourcesGrouped,
        ("search.recorded", 1): SearchRecorded,
        ("contact.recorded", 1): ContactRecorded,
        ("archive.requested", 1): ArchiveRequested,
        ("archive.answered", 1): ArchiveAnswered,
        ("evidence.rechecked", 1): EvidenceRechecked,
        ("verdict.given", 1): VerdictGiven,
        ("verdict.withdrawn", 1): VerdictWithdrawn,
        ("verdict.settled", 1): VerdictSettled,
        ("draft.written", 1): DraftWritten,
        ("review.given", 1): ReviewGiven,
        ("publication.recorded", 1): PublicationRecorded,
        ("publication.recorded", 2): PageRecorded,
        ("act.undone", 1): ActUndone,
        ("body.erased", 1): BodyErased,
        ("log.merged", 1): LogMerged,
    }
)
"""(name, version) -> class. Names and versions are for ever."""

TYPE_OF: Mapping[type[Payload], tuple[str, int]] = MappingProxyType({cls: key for key, cls in EVENT_TYPES.items()})


@dataclass(frozen=True, slots=True)
class Seen:
    """The head of the desk's log that a person saw when acting."""

    size: int
    root: str  # padded standard base64


@dataclass(frozen=True, slots=True)
class Event:
    """One event as read from a ledger. ``payload`` is None when fields it cannot do without are redacted, erased or unknown."""

    digest: str  # base64url SHA-256 of the text line with its LF; the event's name
    type: str
    version: int
    actor: str  # "ed25519:<base64url public key>"
    at: str  # aware UTC, "2026-11-23T15:04:05.123456Z": the writer's clock, a claim
    case: str  # case id; empty for events of the desk
    desk: str  # origin of the log where it was first written
    id: str  # 32 hex; makes a retry idempotent
    n: int  # counts this actor's events on this desk, from 0
    prev: str | None  # digest of this actor's event before
    on: Mapping[str, tuple[str, ...]]  # register -> digests of the events it replaces there; () = created
    saw: Seen | None
    payload: Payload | None
    missing: frozenset[str] = frozenset()  # fields redacted or erased
    index: int = -1  # position in this log; says only when this desk learned it
