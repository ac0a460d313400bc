"""The words of a difference between two states of a case: of what, which field, from what to what. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from factcheck.case.state import CaseState
from factcheck.errors import isolate
from factcheck.model.words import CODES

IN_SHORT = ("text", "title", "url", "who", "place", "rating", "stance", "name", "decision", "kind", "headline")
"""The fields that tell what a thing is, the first that it has."""

_KINDS: Mapping[str, tuple[str, str]] = {
    "case": ("ملف التحقق", "the case"), "article": ("المقال", "the article"),
    "claim": ("الادعاء", "the claim"), "evidence": ("الدليل", "the evidence"),
    "bearing": ("صلة الدليل", "what evidence bears on"), "group": ("المصدر المستقل", "the source group"), "search": ("البحث", "the search"),
    "contact": ("طلب التعليق", "the contact"), "verdict": ("النتيجة", "the result"), "draft": ("المسودة", "the draft"),
    "review": ("المراجعة", "the review"), "publication": ("النشر", "the publication"),
    "archive": ("طلب النسخة المؤرشفة", "the request for an archived copy"), "recheck": ("إعادة فحص الرابط", "the re-check of a link"),
}  # fmt: skip

_FIELDS: Mapping[str, tuple[str, str]] = {
    "rating": ("التقييم", "rating"), "reasons": ("الأسباب", "reasons"), "unknown": ("ما لا نعرفه", "what is not known"),
    "grounds": ("ما تستند إليه", "what it rests on"), "rests_on": ("القيود التي تستند إليها", "the entries it rests on"),
    "as_of": ("حتى تاريخ", "as of"),
    "title": ("العنوان", "title"), "language": ("اللغة", "language"), "why_chosen": ("سبب الاختيار", "why chosen"),
    "text": ("النص", "text"), "span": ("الحدود", "edges"), "kind": ("النوع", "kind"), "checkable": ("قابل للتحقق", "checkable"),
    "as_checked": ("الادعاء كما نتحقق منه", "claim as checked"), "short": ("الصيغة القصيرة", "short form"),
    "printed": ("السلسلة كما وردت", "chain as printed"), "established": ("السلسلة كما ثبتت", "chain as established"),
    "choices": ("ما نتحقق منه", "what is checked"), "relations": ("الصلات", "relations"), "dismissed": ("سبب الاستبعاد", "why dismissed"),
    "note": ("ملاحظة", "note"), "quote": ("الاقتباس", "quote"), "anchor": ("موضع الاقتباس", "place of the quote"),
    "translation": ("الترجمة", "translation"), "outlet": ("وسيلة الإعلام", "outlet"), "published": ("تاريخ النشر", "published"),
    "stance": ("الموقف", "stance"), "outcome": ("النتيجة", "outcome"),
    "answer": ("الرد", "answer"), "answered_on": ("تاريخ الرد", "answered on"),
    "headline": ("العنوان", "headline"), "summary": ("الخلاصة", "summary"), "conclusion": ("الخاتمة", "conclusion"),
    "decision": ("القرار", "decision"), "comment": ("التعليق", "comment"), "url": ("الرابط", "link"),
    "capture": ("النسخة المحفوظة", "capture"), "state": ("الحال", "state"), "passage": ("المقطع المقتبس", "quoted passage"),
    "memento": ("النسخة المؤرشفة", "archived copy"), "changed": ("تغيّر النص", "text changed"),
    "final_url": ("الرابط الأخير", "final address"), "message": ("الرسالة", "message"), "status": ("رمز الحالة", "status"),
}  # fmt: skip
"""Names of fields as people read them; others appear under the name that FORMAT.md gives them."""

_CODED: Mapping[str, tuple[str, ...]] = {
    "bearing": ("stance",), "review": ("decision",), "publication": ("publication",), "claim": ("kind", "polarity", "priority"),
    "search": ("search",), "contact": ("contact",),
}  # fmt: skip
"""Registers whose values hold codes of the model, with what their words stand under."""

_TARGETS: Mapping[str, tuple[str, str]] = {
    "content": ("المضمون", "content"), "provenance": ("النسخة", "provenance"), "article": ("المقال", "the article"),
    "omission": ("ما أُغفل", "what is left out"), "step": ("الحلقة", "step"), "printed": ("كما وردت", "as printed"),
    "established": ("كما ثبتت", "as established"),
}  # fmt: skip


def kind_words(kind: str, language: str) -> str:
    """What sort of thing changed."""
    return _KINDS.get(kind, (kind, kind))[_at(language)]


def field_words(name: str, language: str) -> str:
    """Which of its fields changed: ``as_checked.ar``, ``choices.step/printed/0.check``; empty for the thing as a whole."""
    field, _, rest = name.partition(".")
    words = _FIELDS.get(field, (field, field))[_at(language)]
    if field == "choices":
        rest = _target(rest.removesuffix(".check").removesuffix(".because"), language)
    return f"{words} {isolate(rest)}" if rest else words


def value_words(value: Any, language: str, kind: str, name: str, state: CaseState) -> str:
    """A value as people read it: labels of ratings and codes, names in the place of ids; text as it is; empty for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return (("لا", "no"), ("نعم", "yes"))[value][_at(language)]
    if isinstance(value, dict):  # texts by language
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return "; ".join(_item(item, state) for item in value)
    if kind == "verdict" and name in ("", "rating"):
        labels = (rating.label.get(language) for scale in state.desk.scales.values() for rating in scale.ratings if rating.id == value)
        return next(filter(None, labels), value)
    for field in _CODED.get(kind, ()):
        if pair := CODES.get(f"{field}.{value}"):
            return pair[_at(language)]
    return str(value)


def _item(value: Any, state: CaseState) -> str:
    """A member of a list in short: the name of evidence, the source of a step."""
    if not isinstance(value, dict):
        return str(value)
    held = state.evidence.get(str(value.get("id", "")))
    if held is not None:
        return held.value.title or held.value.url or held.id[:8]
    named = (value[name] for name in (*IN_SHORT, "source", "id") if value.get(name))
    return str(next(named, json.dumps(value, ensure_ascii=False, sort_keys=True)))


def _target(text: str, language: str) -> str:
    """The words of ``content`` or ``step/printed/0``."""
    parts = text.split("/")
    return " ".join(str(int(part) + 1) if part.isdecimal() else _TARGETS.get(part, (part, part))[_at(language)] for part in parts)


def _at(language: str) -> int:
    return 0 if language == "ar" else 1
