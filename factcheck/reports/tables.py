"""Tidy tables of a case: one row a thing, the same columns whatever file they go into.

``rows`` gives values and codes under stable English names, ``published_rows`` the same as they may leave the desk. ``csv`` gives words in
the reader's language, for Excel and LibreOffice; ``workbook`` and ``columnar`` hold the other formats.
"""

from __future__ import annotations

import csv as csv_module
import io
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from factcheck.case.history import history
from factcheck.case.state import CaseState
from factcheck.errors import ReportError
from factcheck.model.claim import Chain, Claim
from factcheck.reports.source import ReportSource, check_language
from factcheck.reports.words import Words

Cell = str | int | bool | None
Row = dict[str, Cell]

# column -> (Arabic, English) header, in order
TABLES: Mapping[str, Mapping[str, tuple[str, str]]] = MappingProxyType({
    "claims": {
        "id": ("المعرّف", "Id"), "status": ("الحال", "Status"), "start": ("البداية", "Start"), "end": ("النهاية", "End"),
        "text": ("النص في المقال", "Text in the article"), "as_checked_ar": ("كما نتحقق منه (عربي)", "As checked (Arabic)"),
        "as_checked_en": ("كما نتحقق منه (إنكليزي)", "As checked (English)"), "short_ar": ("المختصر (عربي)", "Short (Arabic)"),
        "short_en": ("المختصر (إنكليزي)", "Short (English)"), "kind": ("النوع", "Kind"), "checkable": ("قابل للتحقق", "Checkable"),
        "polarity": ("الإثبات أو النفي", "Polarity"), "priority": ("الأولوية", "Priority"), "worth": ("الوزن", "Worth"),
        "printed": ("السلسلة كما وردت", "Chain as printed"), "established": ("السلسلة كما ثبتت", "Chain as established"),
        "checked": ("نتحقق منه", "We check this"), "because": ("السبب", "Because"), "rating": ("التصنيف", "Rating"),
        "note": ("ملاحظة", "Note"), "engine": ("الأداة", "Engine"),
    },
    "evidence": {
        "id": ("المعرّف", "Id"), "title": ("العنوان", "Title"), "outlet": ("الجهة الناشرة", "Outlet"), "author": ("الكاتب", "Author"),
        "published": ("تاريخ النشر", "Published"), "url": ("الرابط", "Link"), "archived_url": ("نسخة مؤرشفة", "Archived copy"),
        "quote": ("الاقتباس", "Quote"), "quote_language": ("لغته", "Its language"), "anchor": ("موضعه", "How it was found"),
        "translation": ("الترجمة", "Translation"), "translation_by": ("المترجم", "Translator"), "primary": ("مصدر أولي", "Primary source"),
        "primary_reason": ("لماذا يكفي", "Why it is enough"), "interests": ("مصالح المصدر", "Interests"),
        "reliability": ("الموثوقية", "Reliability"), "source": ("المصدر المستقل", "Independent source"),
        "captured_at": ("حُفظ في", "Captured"), "sha256": ("البصمة الرقمية", "Fingerprint"), "flags": ("تنبيهات", "Flags"),
        "problem": ("مشكلة الرابط", "Link problem"), "offline": ("خارج الشبكة", "Off-line"), "offline_who": ("من أو ما", "Who or what"),
        "note": ("ملاحظة", "Note"),
    },
    "bearings": {
        "id": ("المعرّف", "Id"), "evidence": ("الدليل", "Evidence"), "target": ("الهدف", "Target"), "stance": ("الدلالة", "Stance"),
        "note": ("ملاحظة", "Note"),
    },
    "verdicts": {
        "id": ("المعرّف", "Id"), "target": ("الهدف", "Target"), "scale": ("المقياس", "Scale"), "rating": ("التصنيف", "Rating"),
        "label_ar": ("التصنيف (عربي)", "Label (Arabic)"), "label_en": ("التصنيف (إنكليزي)", "Label (English)"),
        "reasons": ("الحيثيات", "Reasons"), "language": ("لغتها", "Their language"), "unknown": ("ما لا نعرفه", "What is not known"),
        "grounds": ("تستند إلى", "Rests on"), "as_of": ("حتى تاريخ", "As of"), "person": ("من أعطاها", "By"), "at": ("الوقت", "At"),
    },
    "steps": {
        "claim": ("الادعاء", "Claim"), "chain": ("السلسلة", "Chain"), "step": ("الحلقة", "Step"), "target": ("الهدف", "Target"),
        "source": ("المصدر", "Source"), "cue": ("لفظ الإسناد", "Cue"), "mode": ("طريقة النقل", "Mode"),
        "source_kind": ("نوع المصدر", "Kind of source"), "named": ("مسمّى", "Named"), "resolved": ("حُدد من موضع آخر", "Found elsewhere"),
        "said_on": ("متى قيل", "Said on"), "checked": ("نتحقق منها", "We check this"), "rating": ("التصنيف", "Rating"),
        "note": ("ملاحظة", "Note"),
    },
    "groups": {
        "id": ("المعرّف", "Id"), "name": ("المصدر المستقل", "Independent source"), "evidence": ("الأدلة", "Evidence"),
        "reason": ("السبب", "Reason"),
    },
    "publications": {
        "id": ("المعرّف", "Id"), "kind": ("النوع", "Kind"), "on": ("التاريخ", "Date"), "url": ("الرابط", "Link"),
        "of": ("عن النشر", "Of publication"), "what": ("ما الذي تغيّر", "What"), "why": ("السبب", "Why"),
        "despite": ("نُشر رغم التحفظ", "Published despite"), "problems": ("ما كان ناقصاً", "Problems"),
        "report": ("بصمة النص المنشور", "Fingerprint of the text"),
    },
    "searches": {
        "id": ("المعرّف", "Id"), "place": ("أين", "Where"), "queries": ("عبارات البحث", "Queries"), "language": ("اللغة", "Language"),
        "outcome": ("ما حصل", "Outcome"), "hits": ("عدد النتائج", "Hits"), "on": ("التاريخ", "Date"), "target": ("الهدف", "Target"),
        "note": ("ملاحظة", "Note"),
    },
    "contacts": {
        "id": ("المعرّف", "Id"), "who": ("من", "Who"), "how": ("كيف", "How"), "on": ("التاريخ", "Date"), "question": ("السؤال", "Question"),
        "outcome": ("ما حصل", "Outcome"), "answer": ("الجواب", "Answer"), "answered_on": ("تاريخ الجواب", "Answered"),
        "deadline": ("المهلة", "Deadline"), "target": ("الهدف", "Target"), "note": ("ملاحظة", "Note"),
    },
    "history": {
        "entry": ("القيد", "Entry"), "at": ("الوقت", "At"), "person": ("من", "Person"), "what_ar": ("ما جرى (عربي)", "What (Arabic)"),
        "what_en": ("ما جرى (إنكليزي)", "What (English)"), "digest": ("البصمة", "Digest"),
    },
})  # fmt: skip

INTEGERS = frozenset({"start", "end", "worth", "hits", "entry", "step"})
FLAGS = frozenset({"checkable", "checked", "primary", "named", "resolved"})
DAYS = frozenset({"published", "on", "as_of", "answered_on", "deadline", "said_on"})  # ISO 8601: days, months, years or intervals
MOMENTS = frozenset({"at", "captured_at"})  # aware UTC
"""Columns by what they hold; all others are text."""

# columns whose codes become words in CSV -> prefix of their words
_CODES = {
    "kind": "kind", "polarity": "polarity", "priority": "priority", "stance": "stance", "status": "status", "offline": "offline",
    "chain": "target", "mode": "mode", "source_kind": "source_kind",
}  # fmt: skip
_NAMES = {
    "person": "role.checker",
    "translation_by": "role.translator",
}  # columns with names of people who work here -> role in their place


def rows(source: ReportSource | CaseState, table: str, *, text: str = "") -> list[Row]:
    """The rows of a table, values under the column names of ``TABLES``; codes of the model, ISO dates, no words.

    Args:
        source: a report's source, or the state of a case.
        table: a name of ``TABLES``.
        text: accepted for callers that hold it; the tables are made from the state alone.

    Raises:
        ReportError: there is no such table.
    """
    state = source.state if isinstance(source, ReportSource) else source
    columns = TABLES.get(table)
    if columns is None:
        raise ReportError(f"There is no table {table!r}. Known tables: {', '.join(TABLES)}.")
    return [{column: row.get(column) for column in columns} for row in _ROWS[table](state)]


def csv(source: ReportSource, table: str = "claims", lang: str = "ar") -> bytes:
    """One table as CSV that Excel and LibreOffice open right: UTF-8 with BOM, all cells quoted, CRLF, header words in ``lang``.

    A cell that a spreadsheet could take for a formula (first visible character = + - @, full-width forms too, or a leading tab or line
    break) gets an apostrophe in front unless it is a plain number, so that it is read as text; ``unguard`` takes it off again. NUL and
    lone surrogates, which no such file can hold, are named in their place: ``[U+0000]``. Where the desk shows roles only, so does
    the table.

    Raises:
        ReportError: there is no such table or language.
    """
    words = Words(check_language(lang), source.settings)
    found = published_rows(source, table, words)
    stream = io.StringIO()
    writer = csv_module.writer(stream, quoting=csv_module.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([header[0 if lang == "ar" else 1] for header in TABLES[table].values()])
    for row in found:
        writer.writerow([guard(cell_words(words, table, column, value)) for column, value in row.items()])
    return stream.getvalue().encode("utf-8-sig")


_RISKY = re.compile(r"'*[\t\r\n]|['\s\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\x00-\x1f]*[=+\-@＝＋－＠]")
_UNFIT = re.compile("[\0\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


def guard(cell: str) -> str:
    """The cell as a spreadsheet will show it and never run it."""
    cell = named(cell)
    return f"'{cell}" if _RISKY.match(cell) and not _NUMBER.fullmatch(cell) else cell


def named(text: str) -> str:
    """The text with what no file can hold, NUL and lone surrogates, named in its place: ``[U+0000]``."""
    return _UNFIT.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)


def unguard(cell: str) -> str:
    """The cell as it was before ``guard``."""
    return cell[1:] if cell.startswith("'") and _RISKY.match(cell[1:]) and not _NUMBER.fullmatch(cell[1:]) else cell


def published_rows(source: ReportSource | CaseState, table: str, words: Words) -> list[Row]:
    """The rows as they may leave the desk: where it shows roles only, roles stand for the names of people who work here.

    Raises:
        ReportError: there is no such table.
    """
    found = rows(source, table)
    if not words.settings.show_names:
        for row in found:
            for column, role in _NAMES.items():
                if row.get(column):
                    row[column] = words(role)
    return found


def cell_words(words: Words, table: str, column: str, value: Cell) -> str:
    """A value as a reader of the table sees it: words for codes, yes and no."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return words("yes" if value else "no")
    if table == "publications" and column == "kind":
        return words(f"publication.{value}")
    if column == "outcome":
        return words(f"{'search' if table == 'searches' else 'contact'}.{value}")
    return words(f"{_CODES[column]}.{value}") if column in _CODES else str(value)


# ---- one function a table


def _chain(chain: Chain | None) -> str:
    """Outermost first; empty for the article's own voice."""
    return " > ".join(step.source or step.source_kind.value for step in chain or ())


def _claim(state: CaseState, id: str, claim: Claim) -> Row:
    choice = claim.choices.get("content")
    ratings = dict.fromkeys(held.value.rating for held in state.verdicts_on(f"content/{id}"))
    checked = any(chosen.check for chosen in claim.choices.values())
    return {
        "id": id, "start": claim.span.start, "end": claim.span.end, "text": claim.text, "kind": claim.kind.value,
        "as_checked_ar": claim.as_checked.get("ar", ""), "as_checked_en": claim.as_checked.get("en", ""),
        "short_ar": claim.short.get("ar", ""), "short_en": claim.short.get("en", ""), "checkable": claim.checkable,
        "polarity": claim.polarity.value, "priority": claim.priority.value, "worth": claim.worth, "printed": _chain(claim.printed),
        "established": None if claim.established is None else _chain(claim.established), "checked": checked,
        "because": choice.because if choice else "", "rating": ", ".join(ratings), "note": claim.note,
    }  # fmt: skip


def _claims(state: CaseState) -> Iterator[Row]:
    found = [{"status": "accepted", "engine": "", **_claim(state, id, held.value)} for id, held in state.claims.items()]
    found += [{"status": "proposed", "engine": f"{p.engine} {p.version}", **_claim(state, p.id, p.claim)} for p in state.proposals]
    yield from sorted(found, key=lambda row: (row["start"], row["end"]))


def _evidence(state: CaseState) -> Iterator[Row]:
    source_of = {id: held.value.name for held in state.groups.values() for id in held.value.evidence}
    for id, held in state.evidence.items():
        item = held.value
        yield {
            "id": id, "title": item.title, "outlet": item.outlet, "author": item.author, "published": item.published, "url": item.url,
            "archived_url": state.archived_copy(id), "quote": item.quote.exact if item.quote else "", "quote_language": item.quote_language,
            "anchor": item.anchor.how.value if item.anchor else "", "translation": item.translation.text if item.translation else "",
            "translation_by": item.translation.by if item.translation else "", "primary": item.primary,
            "primary_reason": item.primary_reason, "interests": item.interests, "reliability": item.reliability,
            "source": source_of.get(id, ""), "captured_at": item.capture.at if item.capture else "",
            "sha256": item.capture.sha256 if item.capture else "", "flags": " ".join(item.capture.flags) if item.capture else "",
            "problem": f"{item.problem.code}: {item.problem.message}" if item.problem else "",
            "offline": item.offline.kind.value if item.offline else "", "offline_who": item.offline.who if item.offline else "",
            "note": item.note,
        }  # fmt: skip


def _bearings(state: CaseState) -> Iterator[Row]:
    for id, held in state.bearings.items():
        item = held.value
        yield {"id": id, "evidence": item.evidence, "target": item.target, "stance": item.stance.value, "note": item.note}


def _verdicts(state: CaseState) -> Iterator[Row]:
    for id, first in state.verdicts.items():
        for held in (first, *first.others):
            item, scale = held.value, state.desk.scales.get(held.value.scale)
            label = scale.rating(item.rating).label if scale else {}
            yield {
                "id": id, "target": item.target, "scale": item.scale, "rating": item.rating, "label_ar": label.get("ar", ""),
                "label_en": label.get("en", ""), "reasons": item.reasons, "language": item.language, "unknown": item.unknown,
                "grounds": " ".join(f"{g.kind.value}:{g.id}" for g in item.grounds), "as_of": item.as_of,
                "person": state.name_of(held.person), "at": held.event.at,
            }  # fmt: skip


def _steps(state: CaseState) -> Iterator[Row]:
    for id, held in state.claims.items():
        claim = held.value
        for name, chain in (("printed", claim.printed), ("established", claim.established or ())):
            for at, step in enumerate(chain):
                target = f"step/{id}/{name}/{at}"
                choice = claim.choices.get(f"step/{name}/{at}")
                ratings = dict.fromkeys(found.value.rating for found in state.verdicts_on(target))
                yield {
                    "claim": id, "chain": name, "step": at, "target": target, "source": step.source, "cue": step.cue,
                    "mode": step.mode.value, "source_kind": step.source_kind.value, "named": step.named, "resolved": step.resolved,
                    "said_on": step.said_on, "checked": choice is not None and choice.check, "rating": ", ".join(ratings),
                    "note": step.note,
                }  # fmt: skip


def _groups(state: CaseState) -> Iterator[Row]:
    for id, held in state.groups.items():
        yield {"id": id, "name": held.value.name, "evidence": " ".join(held.value.evidence), "reason": held.value.reason}


def _publications(state: CaseState) -> Iterator[Row]:
    for id, held in state.publications.items():
        item = held.value
        yield {
            "id": id, "kind": item.kind.value, "on": item.on, "url": item.url, "of": item.of, "what": item.what, "why": item.why,
            "despite": item.despite, "problems": " ".join(item.problems), "report": item.report,
        }  # fmt: skip


def _searches(state: CaseState) -> Iterator[Row]:
    for id, held in state.searches.items():
        item = held.value
        yield {
            "id": id, "place": item.place, "queries": "\n".join(item.queries), "language": item.language, "outcome": item.outcome.value,
            "hits": item.hits, "on": item.on, "target": item.target, "note": item.note,
        }  # fmt: skip


def _contacts(state: CaseState) -> Iterator[Row]:
    for id, held in state.contacts.items():
        item = held.value
        yield {
            "id": id, "who": item.who, "how": item.how, "on": item.on, "question": item.question, "outcome": item.outcome.value,
            "answer": item.answer, "answered_on": item.answered_on, "deadline": item.deadline, "target": item.target, "note": item.note,
        }  # fmt: skip


def _history(state: CaseState) -> Iterator[Row]:
    for line in history(state):
        yield {
            "entry": line.entry, "at": line.at, "person": line.person, "what_ar": line.what["ar"], "what_en": line.what["en"],
            "digest": line.digest,
        }  # fmt: skip


_ROWS: Mapping[str, Callable[[CaseState], Iterator[Row]]] = MappingProxyType({
    "claims": _claims, "evidence": _evidence, "bearings": _bearings, "verdicts": _verdicts, "steps": _steps, "groups": _groups,
    "publications": _publications, "searches": _searches, "contacts": _contacts, "history": _history,
})  # fmt: skip
