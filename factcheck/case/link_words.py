"""What became of a link, and of a request for an archived copy, in the words people read: (Arabic, English)."""

from __future__ import annotations

from collections.abc import Mapping

from factcheck.errors import isolate
from factcheck.evidence.archive_queue import Phase, Task
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

PASSED_OVER: Mapping[str, tuple[str, str]] = {
    "no-link": ("ليس رابطاً", "is no link"),
    "has-copy": ("له نسخة مؤرشفة", "has an archived copy"),
    "not-public": ("ليس على الشبكة العامة", "is not on the public web"),
    "credential": ("في عنوانه ما يشبه كلمة سر؛ سمّه إن أردت نسخه", "holds what looks like a credential; name it if it should be copied"),
}
"""Why a piece of evidence was not asked for when all were."""

_CHANGED = {True: ("تغيّر النص", "its text changed"), False: ("لم يتغيّر النص", "its text is the same")}


_CODES: Mapping[str, tuple[str, str]] = {
    "needs-key": ("يطلب مفتاحاً", "it wants a key"),
    "key-refused": ("لم يقبل المفتاح", "it did not accept the key"),
    "bad-key": ("المفتاح غير صالح للإرسال", "the key cannot be sent"),
    "unknown-archive": ("لا يذكره ملف factcheck.toml", "factcheck.toml does not name it any more"),
    "bad-address": ("العنوان ليس عنوان صفحة", "the address is none of a page"),
    "no-answer": ("لم تظهر النسخة", "no copy appeared"),
    "http-429": ("مشغول", "busy"),
    "http-503": ("مشغول", "busy"),
    "had-one": ("لديه نسخة حديثة", "it has a recent copy"),
}
"""Why a request stands as it does; other codes are shown as they are."""


def request_words(request: ArchiveRequest) -> dict[str, str]:
    """How a request stands, by language; why, when it did not come to a copy."""
    ar, en = ARCHIVE_STATES[request.state]
    if request.code and request.state in (ArchiveState.REFUSED, ArchiveState.GAVE_UP):
        why_ar, why_en = _CODES.get(request.code, (isolate(request.code), request.code))
        return {"ar": f"{ar}: {why_ar}", "en": f"{en}: {why_en}"}
    return {"ar": ar, "en": en}


_PHASES: Mapping[Phase, tuple[str, str]] = {
    Phase.NEW: ("لم يُرسل بعد", "not sent yet"),
    Phase.SENDING: ("يُرسل الآن", "being sent"),
    Phase.JOB: ("أُرسل، والأرشيف يعمل عليه", "sent; the archive is at work on it"),
    Phase.LOOKING: ("ننتظر ظهور النسخة في الأرشيف", "waiting for the copy to appear in the archive"),
}


def progress_words(request: ArchiveRequest, task: Task) -> dict[str, str]:
    """How far a waiting request is, by language."""
    ar, en = _PHASES[task.phase]
    if task.phase is Phase.NEW and (task.delays or task.tries):
        ar, en = ("الأرشيف مشغول، وسيُعاد الطلب", "the archive is busy; it will be asked again")
        if task.tries and not task.delays:
            ar, en = ("لم ينجح الطلب، وسيُعاد", "it came to nothing; it will be asked again")
    states = request_words(request)
    return {"ar": f"{states['ar']}: {ar}", "en": f"{states['en']}: {en}"}


def recheck_words(recheck: Recheck) -> dict[str, str]:
    """What a re-check saw, by language: the link, whether the text changed, whether the passage stands."""
    there = recheck.state in (LinkState.ALIVE, LinkState.MOVED)
    parts = [LINK_STATES[recheck.state]]
    if there and recheck.changed is not None:
        parts.append(_CHANGED[recheck.changed])
    if there and recheck.passage is not PassageState.NO_QUOTE:
        parts.append(PASSAGES[recheck.passage])
    return {"ar": "؛ ".join(ar for ar, _ in parts), "en": "; ".join(en for _, en in parts)}
