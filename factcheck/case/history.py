"""The history of a case in words: who did what, when, in Arabic and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from factcheck.case.link_words import recheck_words, request_words
from factcheck.case.state import CaseState
from factcheck.model import events as ev
from factcheck.model.evidence import ContactOutcome
from factcheck.model.verdict import Decision

SNIPPET = 60  # code points of a claim or title shown in a line


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One entry of the ledger as people read it."""

    at: str  # aware UTC, ISO 8601: the writer's clock
    person: str  # name; empty when the key is unknown
    what: Mapping[str, str]  # language -> words
    digest: str
    entry: int  # position in this desk's log
    subjects: tuple[str, ...]  # registers that moved


_CHANGES: Mapping[str, tuple[str, str]] = {
    "accepted": ("قبِل المقترح", "accepted"),
    "marked": ("حدّد ادعاءً", "marked a claim"),
    "sheet": ("أدخل من جدول", "took from a sheet"),
    "trimmed": ("عدّل حدود الادعاء", "moved the edges of"),
    "split": ("قسّم الادعاء", "split"),
    "merged": ("دمج الادعاءات", "merged"),
    "dismissed": ("استبعد", "dismissed"),
    "restored": ("أعاد", "restored"),
    "restated": ("كتب الادعاء كما نتحقق منه", "wrote the claim as checked for"),
    "chain_established": ("كتب سلسلة الإسناد كما ثبتت", "wrote the chain as established for"),
    "printed": ("صحّح السلسلة كما وردت", "corrected the chain as printed for"),
    "chosen": ("اختار للتحقق", "chose to check"),
    "set_aside": ("أرجأ", "set aside"),
    "retried": ("أعاد محاولة جلب الرابط", "tried the link again"),
    "imported": ("استورد الصفحة المحفوظة", "imported the saved page"),
    "archived": ("أحال إلى نسخة مؤرشفة", "cited an archived copy of"),
    "placed": ("حدّد الاقتباس", "placed the quote"),
    "dated": ("أكّد تاريخ نشر", "confirmed when it was published:"),
    "translated": ("أضاف ترجمة", "added a translation"),
    "withdrawn": ("سحب", "withdrew"),
}

_PLAIN: Mapping[type, tuple[str, str]] = {
    ev.CaseOpened: ("فتح ملف التحقق", "opened the case"),
    ev.CaseDescribed: ("وصف ملف التحقق", "described the case"),
    ev.ArticleAdded: ("أضاف المقال", "added the article"),
    ev.ArticleDescribed: ("وصف المقال", "described the article"),
    ev.EvidenceAttached: ("أرفق دليلاً", "attached evidence"),
    ev.EvidenceBears: ("ربط دليلاً بهدف", "said what evidence bears on"),
    ev.SourcesGrouped: ("جمع أدلة في مصدر مستقل واحد", "grouped evidence as one source"),
    ev.SearchRecorded: ("سجّل بحثاً", "recorded a search"),
    ev.VerdictWithdrawn: ("سحب نتيجة", "withdrew a result"),
    ev.DraftWritten: ("كتب المسودة", "wrote the draft"),
    ev.PublicationRecorded: ("سجّل نشراً", "recorded a publication"),
    ev.PageRecorded: ("سجّل نشراً", "recorded a publication"),
}


def history(state: CaseState, subject: str = "") -> list[HistoryLine]:
    """Lines in display order; with ``subject`` (an id, or a register) only those that moved it."""
    by_digest = {event.digest: event for event in state.history}
    lines = [_line(state, event, by_digest) for event in state.history]
    return [line for line in lines if not subject or any(subject in (s, s.partition(":")[2]) for s in line.subjects)]


def _line(state: CaseState, event: ev.Event, by_digest: Mapping[str, ev.Event]) -> HistoryLine:
    person = state.desk.person(event.actor)
    ar, en = _undoing(state, event, by_digest) if isinstance(event.payload, ev.ActUndone) else _words(state, event)
    return HistoryLine(event.at, person.name if person else "", {"ar": ar, "en": en}, event.digest, event.index, tuple(event.on))


def _undoing(state: CaseState, event: ev.Event, by_digest: Mapping[str, ev.Event]) -> tuple[str, str]:
    """What was undone, or done again by undoing the undoing, with its entry."""
    base: ev.Event | None = event
    redo = True
    while base is not None and isinstance(base.payload, ev.ActUndone):
        redo, base = not redo, by_digest.get(base.payload.event)
    if base is None:  # in an entry that was left out here
        return ("أعاد قيداً", "did an entry again") if redo else ("تراجع عن قيد", "undid an entry")
    ar, en = _words(state, base)
    words = ("أعاد القيد", "did again entry") if redo else ("تراجع عن القيد", "undid entry")
    return f"{words[0]} {base.index}: {ar}", f"{words[1]} {base.index}: {en}"


def _words(state: CaseState, event: ev.Event) -> tuple[str, str]:
    payload = event.payload
    match payload:
        case None:
            return f"قيد محجوب أو ممحوّ أو غير معروف ({event.type})", f"an entry that is redacted, erased or unknown ({event.type})"
        case ev.ClaimsMade() | ev.ClaimsRevised() | ev.ClaimSplit() | ev.ClaimsMerged() | ev.ClaimsDismissed():
            texts = [claim.text for claim in payload.claims.values() if claim]
            return _with(*_CHANGES.get(payload.change, ("عدّل", f"changed ({payload.change})")), texts, payload.because)
        case ev.EvidenceRevised():
            shown = [payload.evidence.title or payload.evidence.url] if payload.evidence else []
            return _with(*_CHANGES.get(payload.change, ("عدّل دليلاً", "edited evidence")), shown, payload.because)
        case ev.SourcesGrouped():
            if payload.group is None:
                return "تراجع عن قرار بشأن مصدر", "took back a decision on a source"
            alone = len(payload.group.evidence) == 1
            words = ("عدّ الدليل مصدراً مستقلاً:", "called a piece of evidence a source of its own:") if alone else _PLAIN[ev.SourcesGrouped]
            return _with(*words, [payload.group.name], payload.group.reason if alone else "")
        case ev.ClaimsProposed():
            count = len(payload.proposals or ())
            return f"اقترحت الأداة {payload.engine} {count} ادعاءً", f"{payload.engine} proposed {count} claims"
        case ev.ContactRecorded() if payload.contact:
            waiting = payload.contact.outcome is ContactOutcome.WAITING
            words = ("طلب التعليق من", "asked for comment:") if waiting else ("سجّل الرد من", "recorded what came back from")
            return _with(*words, [payload.contact.who])
        case ev.ArchiveRequested():
            return _with("طلب نسخة مؤرشفة من", "asked for an archived copy of", [payload.request.url])
        case ev.ArchiveAnswered():
            said = request_words(payload.request)
            return _with(f"طلب نسخة مؤرشفة: {said['ar']}:", f"request for an archived copy: {said['en']}:", [payload.request.url])
        case ev.EvidenceRechecked():
            said = recheck_words(payload.recheck)
            return _with(f"أعاد فحص الرابط: {said['ar']}:", f"checked the link again: {said['en']}:", [payload.recheck.url])
        case ev.VerdictGiven() | ev.VerdictSettled():
            scale = state.desk.scales.get(payload.verdict.scale)
            label = scale.rating(payload.verdict.rating).label if scale else {}
            settled = isinstance(payload, ev.VerdictSettled)
            words = ("حسم الخلاف:", "settled the disagreement:") if settled else ("أعطى نتيجة:", "gave a result:")
            rating = payload.verdict.rating
            return f"{words[0]} {label.get('ar', rating)}", f"{words[1]} {label.get('en', rating)}"
        case ev.BodyErased():
            fields, captures = len(payload.fields), len(payload.captures)
            return _with(
                f"محا {fields} من الحقول و{captures} من النسخ", f"erased {fields} fields, {captures} captures", [], payload.because
            )
        case ev.ReviewGiven():
            signed = payload.review.decision is Decision.SIGN_OFF
            words = ("اعتمد المسودة", "signed the draft") if signed else ("أعاد المسودة مع ملاحظات", "returned the draft")
            return _with(*words, [], payload.review.comment)
        case _:
            return _PLAIN.get(type(payload), (event.type, event.type))


def _with(ar: str, en: str, texts: Iterable[str], because: str = "") -> tuple[str, str]:
    listed = [text if len(text) <= SNIPPET else text[:SNIPPET].rstrip() + "…" for text in texts]
    shown = "".join(f" «\u2068{text}\u2069»" for text in listed[:2])
    more = f" (+{len(listed) - 2})" if len(listed) > 2 else ""
    reason = f" — \u2068{because}\u2069" if because else ""
    return ar + shown + more + reason, en + shown + more + reason
