"""What the flags of captures mean, in the reader's words. A flag marks evidence that is weaker than it looks, or says how it came."""

from __future__ import annotations

# flag, or its part before the colon: Arabic, English; {} stands for what follows the colon
_WORDS: dict[str, tuple[str, str]] = {
    "truncated:disconnect": ("انقطع الاتصال قبل اكتمال الصفحة", "the connection broke before the page was whole"),
    "truncated:length": ("قُطعت الصفحة عند حدّ الحجم", "cut at the size limit"),
    "truncated:time": ("قُطعت الصفحة عند حدّ الوقت", "cut at the time limit"),
    "truncated:packed": ("البيانات المضغوطة ناقصة: قد تكون الصفحة غير كاملة", "its packed bytes are cut: the page may not be whole"),
    "truncated:length-mismatch": ("الطول المعلن لا يطابق ما وصل", "its length is not the one that the server stated"),
    "truncated:pages": ("لم تُقرأ كل صفحات الملف", "not all pages of the file were read"),
    "truncated": ("غير مكتملة ({})", "not whole ({})"),
    "damaged:packed": ("البيانات المضغوطة تالفة: الصفحة قد تكون ناقصة", "its packed bytes are damaged: the page may not be whole"),
    "bytes-after-end": ("وصلت بيانات زائدة بعد نهاية الصفحة", "bytes came behind its end"),
    "longer-than-declared": ("الصفحة أطول مما أعلنه الخادم: قد تكون مقطوعة", "longer than the server stated: it may be cut"),
    "mislabelled": ("ضغطها غير ما أعلنه الخادم ({})", "packed otherwise than the server stated ({})"),
    "retried": ("وصلت بعد محاولة أخرى ({})", "came at another try ({})"),
    "downgraded-to-http": ("حُوّل الاتصال إلى http غير مؤمَّن", "led to a connection that is not secure (http)"),
    "empty": ("الصفحة فارغة", "the page is empty"),
    "proxy": ("جُلبت عبر وسيط", "fetched through a proxy"),
    "encoding-conflict": ("ترميز الحروف المعلن لا يناسب النص", "the stated encoding does not fit the text"),
    "soft-404": ("تبدو صفحة «غير موجود»", "looks like a page that says \u201cnot found\u201d"),
    "challenge": ("تبدو صفحة تحقق من أن الزائر إنسان", "looks like a check for robots in front of the page"),
    "consent": ("تبدو صفحة موافقة على ملفات التعريف", "looks like a request for consent in front of the page"),
    "login": ("تبدو صفحة تسجيل دخول", "looks like a login in front of the page"),
    "paywall": ("قد لا يظهر النص كاملاً إلا للمشتركين", "may be whole for subscribers only"),
    "script-only": ("الصفحة يملؤها برنامج في المتصفح: النص ناقص", "filled in by scripts in a browser: the text is missing"),
    "meta-refresh": ("الصفحة تحوّل القارئ إلى غيرها", "leads readers on to another page"),
    "memento": ("نسخة مؤرشفة، تاريخها {}", "an archived copy, of {}"),
    "from-wacz": ("من ملف أرشيف WACZ", "out of a WACZ archive"),
    "from-warc": ("من ملف أرشيف WARC", "out of a WARC archive"),
    "no-package": ("الأرشيف بلا قائمة بصمات", "the archive lists no fingerprints"),
    "signature-not-checked": ("توقيع الأرشيف لم يُفحص", "the archive's signature was not checked"),
    "archived": ("التُقطت في {} بحسب الأرشيف", "captured on {}, as the archive says"),
    "archive": ("الأرشيف كاملاً محفوظ ببصمة {}", "the whole archive is kept, fingerprint {}"),
    "address-from-file": ("العنوان مقروء من الملف نفسه", "the address is read from the file itself"),
    "pages": ("عدد الصفحات: {}", "pages: {}"),
    "no-text-layer": ("ملف مصوّر بلا نص", "a scan without text"),
    "letters-unknown": ("حروف كثيرة لم تُقرأ", "many letters could not be read"),
}
_WORDS["soft404"] = _WORDS["soft-404"]
GRAVE = frozenset({
    "truncated", "damaged", "longer-than-declared", "downgraded-to-http", "empty", "encoding-conflict", "soft-404", "soft404", "challenge",
    "consent", "login", "paywall", "script-only", "meta-refresh", "letters-unknown",
})  # fmt: skip
"""Flags (their part before the colon) that a person should look at before they rest anything on the capture."""


def flag_words(flag: str, language: str) -> str:
    """A flag in Arabic (``ar``) or English; the flag itself when it is not known here."""
    name, _, rest = flag.partition(":")
    words = _WORDS.get(flag) or _WORDS.get(name)
    return words[0 if language == "ar" else 1].replace("{}", rest) if words else flag


def is_grave(flag: str) -> bool:
    """Whether a capture with this flag may not be the page that was asked for, or not all of it."""
    return flag.partition(":")[0] in GRAVE
