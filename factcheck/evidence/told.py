"""Why pieces of evidence were taken for one source, and why one is circular, in words. Foreign text stands isolated in them."""

from __future__ import annotations

from collections.abc import Mapping

from factcheck.errors import isolate
from factcheck.evidence.origins import Alarm, AlarmKind, Ground, GroundKind

_GROUNDS: Mapping[GroundKind, Mapping[str, str]] = {
    GroundKind.SAME_PAGE: {"en": "{piece} and {other} are one page: {words}", "ar": "{piece} و{other} صفحة واحدة: {words}"},
    GroundKind.CREDIT: {"en": "{piece} is credited: “{words}”", "ar": "{piece} تحمل اسم المصدر: «{words}»"},
    GroundKind.CITES: {"en": "{piece} names its source: “{words}”", "ar": "{piece} تسمّي مصدرها: «{words}»"},
    GroundKind.SHARES: {
        "en": "{piece} shares {share} % of its words with {other}, {run} in a row: “{words}”",
        "ar": "{piece} تشترك مع {other} في {share}٪ من كلماتها، منها {run} كلمة متتالية: «{words}»",
    },
    GroundKind.OWN: {"en": "{piece} is its own page ({words})", "ar": "{piece} صفحة المصدر نفسه ({words})"},
}

_ALARMS: Mapping[AlarmKind, Mapping[str, str]] = {
    AlarmKind.IS_ARTICLE: {
        "en": "This is the article under check itself.",
        "ar": "هذه هي المادة قيد التحقق نفسها.",
    },
    AlarmKind.CITES_ARTICLE: {
        "en": "It goes back to the article under check: “{words}”.",
        "ar": "يعود إلى المادة قيد التحقق: «{words}».",
    },
    AlarmKind.COPIES_ARTICLE: {
        "en": "It shares long passages with the article under check: “{words}”.",
        "ar": "يشترك مع المادة قيد التحقق في مقاطع طويلة: «{words}».",
    },
    AlarmKind.SAME_SOURCE: {
        "en": "It goes back to the same source as the article under check, {source}: “{words}”.",
        "ar": "يعود إلى مصدر المادة قيد التحقق نفسه، {source}: «{words}».",
    },
    AlarmKind.DOWNSTREAM: {
        "en": "It goes back to {via}, which goes back to the article under check: “{words}”.",
        "ar": "يعود إلى {via} الذي يعود إلى المادة قيد التحقق: «{words}».",
    },
}


def ground_told(ground: Ground, titles: Mapping[str, str]) -> dict[str, str]:
    """A ground in Arabic and English; ``titles`` names the pieces."""
    facts = {
        "piece": isolate(titles.get(ground.piece, ground.piece)),
        "other": isolate(titles.get(ground.other, ground.other)),
        "words": isolate(" ".join(ground.words.split())),
        "share": f"{ground.share / 10:.0f}",
        "run": str(ground.run),
    }
    return {language: text.format(**facts) for language, text in _GROUNDS[ground.kind].items()}


def alarm_told(alarm: Alarm, titles: Mapping[str, str]) -> dict[str, str]:
    """An alarm in Arabic and English."""
    made = {}
    for language, text in _ALARMS[alarm.kind].items():
        if not alarm.words:
            text = text.replace(": “{words}”", "").replace(": «{words}»", "")
        made[language] = text.format(
            words=isolate(" ".join(alarm.words.split())),
            via=isolate(titles.get(alarm.via, alarm.via)),
            source=isolate((alarm.source or {}).get(language, "")),
        )
    return made
