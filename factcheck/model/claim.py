"""Claims, and the chain of who is said to have said them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from factcheck.model.article import Span


class ClaimKind(StrEnum):
    EVENT = "event"
    STATE = "state"
    QUANTITY = "quantity"
    PREDICTION = "prediction"
    INTENT = "intent"
    OPINION = "opinion"


class Polarity(StrEnum):
    """What the outermost cue does to the content."""

    ASSERTS = "asserts"
    DENIES = "denies"
    DOUBTS = "doubts"


class Priority(StrEnum):
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Mode(StrEnum):
    """How the words are passed on: wholly in quotation marks, partly, or not."""

    DIRECT = "direct"
    MIXED = "mixed"
    INDIRECT = "indirect"


class SourceKind(StrEnum):
    PERSON = "person"
    OUTLET = "outlet"
    DOCUMENT = "document"
    BODY = "body"
    NOT_STATED = "not_stated"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a chain: somebody, or something readable, that is said to have said it."""

    source: str  # the phrase as printed, or as a person wrote it
    source_span: Span | None = None  # where it stands in the article; None for a step a person inserted
    cue: str = ""  # قال, نقلت, بحسب, said, according to
    cue_span: Span | None = None
    mode: Mode = Mode.INDIRECT
    resolved: bool = False  # the source was found elsewhere than at its cue
    source_kind: SourceKind = SourceKind.PERSON
    named: bool = True  # False: "مصدر مطلع", "ضابط كبير"
    plural: bool = False
    joint: bool = False  # several speak as one ("الجانبان")
    said_on: str = ""  # ISO 8601 date or interval of two, if known
    evidence: tuple[str, ...] = ()  # register ids that support the step in an established chain
    note: str = ""


Chain = tuple[Step, ...]
"""Outermost source first; empty: the outlet's own voice."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a tool proposes what it proposes: a stable code, with the words or numbers that fired it."""

    code: str  # e.g. "cue.verb", "kind.number", "priority.denial"; text.explain puts it into Arabic and English
    detail: str = ""
    weight: int = 0  # thousandths added to the priority score; 0 for reasons that do not count there


class TargetKind(StrEnum):
    CONTENT = "content"  # is it so?
    STEP = "step"  # was it said?
    PROVENANCE = "provenance"  # is our copy what the outlet printed?
    ARTICLE = "article"  # the article as a whole
    OMISSION = "omission"  # what it leaves out


@dataclass(frozen=True, slots=True)
class Target:
    """What a verdict or a piece of evidence is about."""

    kind: TargetKind
    claim: str = ""  # claim id; empty for provenance, article, omission
    step: str = ""  # "printed/0" or "established/1", counted from the outermost; only for steps

    def __str__(self) -> str:
        return "/".join(part for part in (self.kind.value, self.claim, self.step) if part)

    @classmethod
    def parse(cls, text: str) -> Target:
        """The reverse of ``str``: ``content/<claim>``, ``step/<claim>/printed/0``, ``provenance``, ``article``, ``omission``."""
        kind, _, rest = text.partition("/")
        claim, _, step = rest.partition("/")
        try:
            target = cls(TargetKind(kind), claim, step)
        except ValueError as error:
            known = ", ".join(k.value for k in TargetKind)
            raise ValueError(f"unknown target {text!r}; a target starts with one of: {known}") from error
        needs_claim = target.kind in (TargetKind.CONTENT, TargetKind.STEP)
        if needs_claim != bool(claim) or (target.kind is TargetKind.STEP) != bool(step):
            raise ValueError(f"{text!r} is no target; write content/CLAIM, step/CLAIM/printed/0, provenance, article or omission")
        return target


class RelationKind(StrEnum):
    PROOF_OF = "offered_as_proof_of"
    SAME_AS = "same_as"
    CONTRADICTS = "contradicts"
    DEPENDS_ON = "depends_on"


@dataclass(frozen=True, slots=True)
class Relation:
    kind: RelationKind
    claim: str  # the other claim's id


@dataclass(frozen=True, slots=True)
class Choice:
    """Whether a target is checked, and if not, because of what."""

    check: bool
    because: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """The proposal a claim was made from."""

    run: str  # digest of the claims.proposed event
    index: int  # position in it, from 0


@dataclass(frozen=True, slots=True)
class Claim:
    """One assertion that could be checked on its own: proposed by a tool, or the whole current value a person gave it."""

    article: str  # SHA-256 of the article text, hexadecimal; empty in a proposal that has not met a ledger
    span: Span
    text: str
    kind: ClaimKind
    checkable: bool
    polarity: Polarity = Polarity.ASSERTS
    priority: Priority = Priority.NORMAL
    worth: int = 0  # 0..1000, the score behind the priority
    printed: Chain = ()
    established: Chain | None = None  # None: nobody has established it yet
    reasons: tuple[Reason, ...] = ()
    as_checked: Mapping[str, str] = field(default_factory=dict)  # language -> restatement, whole without its context
    short: Mapping[str, str] = field(default_factory=dict)  # language -> under 75 characters, for ClaimReview
    choices: Mapping[str, Choice] = field(default_factory=dict)  # str(Target) without the claim id ("content", "step/printed/0") -> choice
    relations: tuple[Relation, ...] = ()
    origin: Origin | None = None
    dismissed: str = ""  # why a person rejected it; empty: not dismissed
    note: str = ""
