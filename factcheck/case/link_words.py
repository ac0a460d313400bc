"""What became of a link, and of a request for an archived copy, in the words people read: (Arabic, English)."""

from __future__ import annotations

from collections.abc import Mapping

from factcheck.model.evidence import ArchiveRequest, ArchiveState, LinkState, PassageState, Recheck

ARCHIVE_STATES: Mapping[ArchiveState, tuple[str, str]] = {
    ArchiveState.WAITING: ("بانتظار الأرشيف", "waiting for the archive"),
    ArchiveState.DONE: ("حُفظت نسخة مؤرشفة", "an archived copy was made"),
    ArchiveState.REFUSED: ("رفض الأرشيف", "the archive refused"),
    ArchiveState.GAVE_UP: ("لم ينجح الطلب بعد محاولات", "given up after several tries"),
    ArchiveState.WITHDRAWN: ("سُحب الطلب", "taken back"),
}

LINK_STATES: Mapping[LinkState, tuple[str, str]] = {
    LinkState.ALIVE: ("الصفحة موجودة", "the page is there"),
    LinkState.MOVED: ("انتقلت الصفحة إلى عنوان آخر", "the page moved to another address"),
    LinkState.HOME: ("يقود الرابط إلى الصفحة الرئيسية للموقع", "the link leads to the site's front page"),
    LinkState.SOFT_404: ("صفحة خطأ بدل الصفحة", "an error page stands in its place"),
    LinkState.GONE: ("حُذفت الصفحة", "the page is gone"),
    LinkState.DEAD: ("لم يعد الموقع موجوداً", "the site no longer exists"),
    LinkState.BARRED: ("الصفحة محجوبة عنا", "the page is closed to us"),
    LinkState.FAILED: ("تعذّر الفحص الآن", "it could not be checked now"),
}

PASSAGES: Mapping[PassageState, tuple[str, str]] = {
    PassageState.STANDS: ("المقطع المقتبس باقٍ", "the quoted passage stands"),
    PassageState.MISSING: ("المقطع المقتبس غير موجود", "the quoted passage is not there"),
    PassageState.UNREAD: ("تعذّرت قراءة النص", "no text could be read"),
    PassageState.NO_QUOTE: ("لا اقتباس", "nothing is quoted"),
}

_CHANGED = {True: ("تغيّر النص", "its text changed"), False: ("لم يتغيّر النص", "its text is the same")}


def request_words(request: ArchiveRequest) -> dict[str, str]:
    """How a request stands, by language."""
    ar, en = ARCHIVE_STATES[request.state]
    return {"ar": ar, "en": en}


def recheck_words(recheck: Recheck) -> dict[str, str]:
    """What a re-check saw, by language: the link, whether the text changed, whether the passage stands."""
    there = recheck.state in (LinkState.ALIVE, LinkState.MOVED)
    parts = [LINK_STATES[recheck.state]]
    if there and recheck.changed is not None:
        parts.append(_CHANGED[recheck.changed])
    if there and recheck.passage is not PassageState.NO_QUOTE:
        parts.append(PASSAGES[recheck.passage])
    return {"ar": "؛ ".join(ar for ar, _ in parts), "en": "; ".join(en for _, en in parts)}
