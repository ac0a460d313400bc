"""What people concluded, on which scale, and who signed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

GOOD, BAD = 4, 1  # of a rating's number, for its tone


class ScaleUse(StrEnum):
    CONTENT = "content"  # is it so?
    STEP = "step"  # was it said?


@dataclass(frozen=True, slots=True)
class Rating:
    id: str  # stable, e.g. "half_true"
    label: Mapping[str, str]  # language -> word
    meaning: Mapping[str, str]  # language -> definition
    number: int | None = None  # for ClaimReview only: best 5, worst 1; None: label only
    needs_unknown: bool = False  # "what is not known" must be said

    @property
    def tone(self) -> str:
        """How a result is coloured: good, mid, bad; none when the rating has no number."""
        if self.number is None:
            return "none"
        return "good" if self.number >= GOOD else "bad" if self.number == BAD else "mid"


@dataclass(frozen=True, slots=True)
class Scale:
    id: str
    use: ScaleUse
    name: Mapping[str, str]
    ratings: tuple[Rating, ...]

    def rating(self, id: str) -> Rating:
        """The rating of that id.

        Raises:
            ValueError: the scale has none; the message lists those it has.
        """
        for rating in self.ratings:
            if rating.id == id:
                return rating
        raise ValueError(f"scale {self.id} has no rating {id!r}; it has: {', '.join(r.id for r in self.ratings)}")


class ReasonKind(StrEnum):
    EVIDENCE = "evidence"
    SEARCH = "search"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that a verdict rests on."""

    kind: ReasonKind
    id: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One person's rating of one target, with reasons."""

    target: str  # str(Target)
    scale: str
    rating: str
    grounds: tuple[Ground, ...]
    reasons: str  # free text
    language: str  # of the free text
    as_of: str  # ISO 8601 date
    unknown: str = ""  # what is not known
    rests_on: tuple[str, ...] = ()  # digests of the events of claim, evidence, searches and contacts


@dataclass(frozen=True, slots=True)
class Draft:
    """What will be published, by language."""

    headline: Mapping[str, str]
    summary: Mapping[str, str]
    conclusion: Mapping[str, str]
    why_chosen: Mapping[str, str] = field(default_factory=dict)


class Decision(StrEnum):
    SIGN_OFF = "sign_off"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Review:
    """Another person's sign-off or return of one draft with its verdicts."""

    draft: str  # draft register id
    decision: Decision
    comment: str = ""
    rests_on: tuple[str, ...] = ()  # digests: the draft's event and those of the verdicts it was shown with


class PublicationKind(StrEnum):
    PUBLICATION = "publication"
    CORRECTION = "correction"
    CLARIFICATION = "clarification"
    UPDATE = "update"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True)
class Publication:
    """Where and when a report appeared, or what was corrected later and where that was shown."""

    kind: PublicationKind
    on: str  # ISO 8601 date
    url: str = ""
    report: str = ""  # SHA-256 of the published report
    of: str = ""  # for corrections: id of the publication they concern
    what: str = ""
    why: str = ""
    despite: str = ""  # reason for publishing although problems were open
    problems: tuple[str, ...] = ()  # codes of the problems that were open


STANDARD_CONTENT = Scale(
    "standard", ScaleUse.CONTENT, {"ar": "المقياس المعتمد", "en": "Standard"},
    (
        Rating("true", {"ar": "صحيح", "en": "True"},
               {"ar": "تؤيده الأدلة ولا ينقصه ما هو مهم", "en": "Evidence supports it; nothing important is missing"}, 5),
        Rating("mostly_true", {"ar": "صحيح في معظمه", "en": "Mostly true"},
               {"ar": "جوهره صحيح مع خطأ ثانوي", "en": "Core right, minor error"}, 4),
        Rating("half_true", {"ar": "صحيح جزئياً", "en": "Half true"},
               {"ar": "أجزاء مهمة صحيحة وأخرى خاطئة", "en": "Important parts right, others wrong"}, 3, needs_unknown=True),
        Rating("misleading", {"ar": "مضلل", "en": "Misleading"},
               {"ar": "معلومات مجتزأة أو خارج سياقها تعطي انطباعاً خاطئاً",
                "en": "Facts arranged, cut or out of context so that the impression is false"}, 2, needs_unknown=True),
        Rating("mostly_false", {"ar": "خاطئ في معظمه", "en": "Mostly false"},
               {"ar": "جوهره خاطئ مع تفاصيل صحيحة", "en": "Core wrong, some detail right"}, 2),
        Rating("false", {"ar": "غير صحيح", "en": "False"}, {"ar": "تنفيه الأدلة", "en": "Evidence refutes it"}, 1),
        Rating("unproven", {"ar": "غير مثبت", "en": "Unproven"},
               {"ar": "بحثنا ولم نجد ما يكفي لإثباته أو نفيه", "en": "Searched; evidence decides neither way"}, needs_unknown=True),
        Rating("satire", {"ar": "محتوى ساخر", "en": "Satire"}, {"ar": "نُشر بقصد السخرية", "en": "Made as humour"}),
        Rating("not_checkable", {"ar": "غير قابل للتحقق", "en": "Not checkable"},
               {"ar": "رأي أو توقّع أو عبارة فضفاضة", "en": "Opinion, forecast or too vague"}, needs_unknown=True),
    ),
)

STANDARD_STEP = Scale(
    "standard_step", ScaleUse.STEP, {"ar": "مقياس الإسناد", "en": "Was it said?"},
    (
        Rating("correctly_quoted", {"ar": "اقتباس دقيق", "en": "Correctly quoted"},
               {"ar": "النص أو ترجمته الأمينة موجود في المصدر", "en": "The wording, or a faithful translation, is in the source"}),
        Rating("meaning_kept", {"ar": "منقول بالمعنى", "en": "Meaning kept"},
               {"ar": "المعنى سليم والصياغة ليست حرفية", "en": "Sense right; quotation marks or wording not"}),
        Rating("out_of_context", {"ar": "مجتزأ من سياقه", "en": "Out of context"},
               {"ar": "قيل لكن اقتطاعه غيّر معناه", "en": "Said, but the cut changes the meaning"}),
        Rating("misquoted", {"ar": "اقتباس محرّف", "en": "Misquoted"},
               {"ar": "المصدر يقول شيئاً مختلفاً", "en": "The source says something materially different"}),
        Rating("wrong_source", {"ar": "منسوب إلى غير قائله", "en": "Wrong source"},
               {"ar": "صدر عن جهة أخرى", "en": "Said or printed, by someone else"}),
        Rating("never_said", {"ar": "لم يصدر عنه", "en": "Never said"},
               {"ar": "دليل إيجابي على أنه لم يقله", "en": "Positive evidence that it was not said"}),
        Rating("not_found", {"ar": "لم نعثر عليه", "en": "Not found"},
               {"ar": "بحثنا ولم نجده، وليس هذا نفياً", "en": "Searched, no trace; not a denial"}, needs_unknown=True),
        Rating("cannot_be_checked", {"ar": "يتعذر التحقق", "en": "Cannot be checked"},
               {"ar": "مصدر مجهول أو قناة مغلقة", "en": "Unnamed source or closed channel"}, needs_unknown=True),
    ),
)

SHORT_CONTENT = Scale(
    "short", ScaleUse.CONTENT, {"ar": "المقياس المختصر", "en": "Short"},
    tuple(STANDARD_CONTENT.rating(id) for id in ("true", "misleading", "false", "unproven")),
)

PLATFORM_CONTENT = Scale(
    "platform", ScaleUse.CONTENT, {"ar": "مقياس المنصات", "en": "Platform"},
    (
        STANDARD_CONTENT.rating("false"),
        Rating("altered", {"ar": "معدَّل", "en": "Altered"}, {"ar": "محتوى جرى تعديله", "en": "Content that was altered"}, 1),
        Rating("partly_false", {"ar": "غير صحيح جزئياً", "en": "Partly false"},
               {"ar": "بعضه غير صحيح", "en": "Some of it is false"}, 2),
        Rating("missing_context", {"ar": "ناقص السياق", "en": "Missing context"},
               {"ar": "يضلل من دون سياقه", "en": "Misleads without its context"}, 3, needs_unknown=True),
        STANDARD_CONTENT.rating("satire"),
        STANDARD_CONTENT.rating("true"),
    ),
)

SCALES = {scale.id: scale for scale in (STANDARD_CONTENT, STANDARD_STEP, SHORT_CONTENT, PLATFORM_CONTENT)}
"""Scales that ship; a desk edits or adds its own with ``scale.set``."""
