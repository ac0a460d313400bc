"""Signs that a page which came with status 200 is not what was asked for: a "not found" without its status, a challenge, a consent wall,
a login, a paywall, a page that scripts would fill. Marks for a person to look at, never a refusal.

Words count only where little else stands: an article about cookies or the number 404 is none of these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

SHORT = 1500  # characters of text; a page of more has something to say

_NOT_FOUND = re.compile(
    r"\b(?:error\s+404|404\s+error|404\s*[-–—:|]?\s*(?:page\s+)?not\s+found|not\s+found\s*[-–—:|(]*\s*404"
    r"|page\s+(?:was\s+|could\s+)?not\s+(?:be\s+)?found|page\s+(?:can['’]t|cannot)\s+be\s+found"
    r"|(?:page|article|content|story)\s+(?:you(?:['’]re|\s+are|\s+were)?\s+[\w ]{0,30})?(?:does\s+not|doesn['’]t|no\s+longer)\s+exists?"
    r"|no\s+longer\s+available|page\s+introuvable|page\s+non\s+trouvée|sayfa\s+bulunamadı|страница\s+не\s+найдена)"
    r"|(?:الصفحة|الصفحه|المقال|الخبر|المحتوى|الرابط)[^.\n]{0,40}(?:غير\s+موجود|غير\s+متاح|غير\s+متوفر|لم\s+يعد|لم\s+تعد|حذف|تم\s+نقل)"
    r"|لم\s+(?:يتم|نتمكن\s+من)\s+العثور\s+على\s+(?:ال)?صفحة|لم\s+نعثر\s+على\s+(?:ال)?صفحة|خطأ\s*404|404\s*خطأ",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^\W*404\W*$|^\W*404\b|\b404\W*$")
_ONLY_NUMBER = re.compile(r"\W*4(?:04|10)\W*(?:gone|error|خطأ)?\W*", re.IGNORECASE)
_CHALLENGE = re.compile(
    r"just a moment|checking (?:your browser|if the site connection)|verify(?:ing)? (?:that )?you are (?:a )?human"
    r"|are you a (?:human|robot)"
    r"|complete the (?:security check|captcha)|attention required|ddos protection|enable javascript and cookies to continue"
    r"|unusual traffic from your|pardon our interruption|access (?:to this page )?(?:has been |is )?denied|request unsuccessful"
    r"|(?:التحقق|تأكد|تحقق)\s+من\s+أنك\s+(?:إنسان|لست\s+روبوت)|لست\s+روبوت",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"before you continue|we (?:and our (?:\d+ )?partners )?(?:use|value|care about) (?:cookies|your privacy)"
    r"|accept (?:all )?cookies|cookie (?:consent|preferences|settings)"
    r"|consent to (?:the use of )?cookies|ملفات\s+تعريف\s+الارتباط|ملفات\s+الكوكيز|قبول\s+(?:الكل|جميع)",
    re.IGNORECASE,
)
_PAYWALL = re.compile(
    r"subscribe (?:now )?to (?:continue|read|unlock)|(?:continue|keep) reading (?:with|by)"
    r"|this (?:article|content|story) is (?:for|available to|reserved for) subscribers"
    r"|already a subscriber|اشترك\s+(?:الآن\s+)?(?:لمتابعة|لمواصلة|لقراءة)|هذا\s+(?:المحتوى|المقال)\s+(?:مخصص|متاح)\s+للمشتركين",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"\b(?:log ?in|sign ?in)\b|تسجيل\s+الدخول", re.IGNORECASE)
_NEEDS_SCRIPT = re.compile(r"javascript|جافا\s?سكر[يب]", re.IGNORECASE)


_NOTICE = re.compile(
    r"\b(?:not\s+found|(?:can(?:no|['’])t|could(?:\s+not|n['’]t)|unable\s+to|be)\s+(?:(?:be|seem\s+to)\s+)?(?:find|found|locate)\b"
    r"|(?:does\s+not|doesn['’]t|no\s+longer)\s+exists?|no\s+longer\s+(?:available|here|online|on\s+this)"
    r"|(?:is\s+not|isn['’]t)\s+(?:available|here)|(?:has|have|was|were|been)\s+(?:removed|deleted|taken\s+down|unpublished|withdrawn|expired)"
    r"|removed\s+by|nothing\s+(?:was\s+)?found|(?:is|went)\s+missing|(?:page|content)\s+(?:unavailable|missing)|broken\s+link"
    r"|domain\s+(?:is\s+|may\s+be\s+)?(?:for\s+sale|parked|expired)|error\s+404|404\s+error)\b"
    r"|غير\s+(?:موجود|متاح|متوفر|منشور|صحيح)|لم\s+(?:يعد|تعد|نعثر|نتمكن|يعثر|يتم\s+العثور)|لا\s+(?:يوجد|توجد)\s"
    r"|تعذر\s+(?:العثور|الوصول|فتح|عرض)|(?:تم|تمت)\s+(?:حذف|إزالة|ازالة|نقل|سحب)|حذفت|محذوف|انتهت\s+صلاحي|خطأ\s*(?:في\s+(?:الصفحة|الخادم)|404)",
    re.IGNORECASE,
)
_SORRY = re.compile(r"^\W*(?:sorry|oops|whoops|hmm|uh[- ]oh|we['’]re\s+sorry|عذرا|عفوا|نعتذر|نأسف|للأسف)", re.IGNORECASE)
_TASHKIL = re.compile("[\u064b-\u0652\u0640]")
NOTICE_WORDS, LONG_NOTICE_WORDS = 30, 120  # of a notice, and of one whose first line says it


@dataclass(slots=True)
class Behaviour:
    """What a page does rather than says, gathered while it is read."""

    script: int = 0  # characters of scripts
    noscript: str = ""
    refresh: str = ""  # of <meta http-equiv="refresh">
    password: bool = False
    paid: bool = False  # says of itself that it is not free


def signs_of(title: str, plain: str, behaviour: Behaviour) -> tuple[str, ...]:
    """Signs, by name: soft-404, challenge, consent, login, paywall, script-only, meta-refresh."""
    found = []
    short = len(plain) < SHORT
    told = f"{title}\n{plain[:SHORT]}"
    if (short and (_NOT_FOUND.search(told) or _NUMBER.search(title))) or (_NOT_FOUND.search(title) and len(plain) < 4 * SHORT):
        found.append("soft-404")
    if short and _CHALLENGE.search(told):
        found.append("challenge")
    elif short and _CONSENT.search(told):
        found.append("consent")
    if short and behaviour.password and _LOGIN.search(told):
        found.append("login")
    if behaviour.paid or _PAYWALL.search(plain[-2 * SHORT :]):
        found.append("paywall")
    if len(plain) < 200 and (behaviour.script > 500 or _NEEDS_SCRIPT.search(behaviour.noscript + plain)):
        found.append("script-only")
    delay = re.match(r"\s*(\d{1,4})", behaviour.refresh)
    if re.search(r"url\s*=", behaviour.refresh, re.IGNORECASE) and (delay is None or int(delay[1]) <= 30):
        found.append("meta-refresh")
    return tuple(found)


def is_notice(title: str, lines: Sequence[str]) -> bool:
    """Whether what a page now says in the place of something else is that it is not there: a short notice, or a long one under such a
    heading.

    Args:
        lines: what is new on the page; its menus, which were there before, would drown a notice.
    """
    lines = [_TASHKIL.sub("", line).strip() for line in lines if line.strip()]
    words = sum(len(line.split()) for line in lines)
    if any(_dominates(line) for line in (*re.split(r"\s[-–—|•:]\s", _TASHKIL.sub("", title)), *lines[:1])) and words <= LONG_NOTICE_WORDS:
        return True
    return 0 < words <= NOTICE_WORDS and any(_NOTICE.search(line) or _SORRY.search(line) or _ONLY_NUMBER.fullmatch(line) for line in lines)


def _dominates(line: str) -> bool:
    """Whether a line says little else than that something is not there, and says so soon: headlines about such pages come to it late."""
    said = min(filter(None, (_NOTICE.search(line), _NOT_FOUND.search(line))), key=re.Match.start, default=None)
    if said is None:
        return _ONLY_NUMBER.fullmatch(line) is not None
    return len(line.split()) <= 10 and len(line[: said.start()].split()) <= 4
