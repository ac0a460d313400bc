"""ClaimReview: one result as schema.org JSON-LD, with the fields that Google's documentation asks for.

One item for each published page. The page must say what the markup says; the claim is attributed to whoever made it, never to us.
"""

from __future__ import annotations

import json
import re
from typing import Any

from factcheck.case.policy import rating_of
from factcheck.case.state import Held
from factcheck.errors import ReportError
from factcheck.model.claim import Claim, SourceKind, Step
from factcheck.model.verdict import Rating, Verdict
from factcheck.reports.source import ReportSource, check_language
from factcheck.reports.words import Words, safe_url, visible

LONGEST = 74  # code points; Google asks for fewer than 75
BEST, WORST = 5, 1
_NOT_SAID = frozenset({"never_said", "wrong_source"})
_UNKNOWN = frozenset({"", "unknown", "غير معروف"})
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def claimreview(source: ReportSource, lang: str = "ar", claim_id: str = "", url: str = "") -> bytes:
    """The result on the content of one claim as JSON-LD, safe inside a ``<script>`` element.

    Args:
        claim_id: which claim; without it the first checked claim, in order of position, that has a result on its content.
        url: where the page stands; without it the address recorded with the publication. Google requires one: before publication
            the field is absent.

    Raises:
        ReportError: no claim has a result, people disagree on it, or its wording is missing or too long; the message says what to do.
    """
    item = review(source, check_language(lang), claim_id, url)
    text = json.dumps(item, ensure_ascii=False, allow_nan=False, indent=2)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text.encode("utf-8") + b"\n"


def main_claim(source: ReportSource) -> str:
    """Id of the claim a page is about: the first checked one with a result on its content; empty when there is none."""
    return next((id for id in source.checked() if source.state.verdicts_on(f"content/{id}")), "")


def review(source: ReportSource, lang: str, claim_id: str = "", url: str = "") -> dict[str, Any]:
    """The same as plain values."""
    state = source.state
    id = claim_id or main_claim(source)
    if not id:
        raise ReportError(
            "ClaimReview needs a result on the content of a claim that was chosen, and there is none. "
            'Choose one with case.choose(["content/CLAIM"]) and rate it with case.verdict(...).'
        )
    claim = source.claim(id)
    held = _settled(source, id)
    rating = rating_of(state, held.value)
    published = source.published
    item: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "inLanguage": lang,
        "claimReviewed": _wording(claim, id, lang),
        "author": _organization(source),
        "itemReviewed": _claim(source, claim, id),
        "reviewRating": _rating(rating, lang),
        "datePublished": _day(published.value.on) if published else "",
        "dateModified": _day(source.corrections[0].value.on) if source.corrections else "",
        "url": safe_url(url or source.url),
    }
    if state.practice:
        item["creativeWorkStatus"] = Words(lang, source.settings)("practice")
    kept: dict[str, Any] = _without_empty(item)
    return kept


def _day(text: str) -> str:
    """The day of an ISO date or time, else nothing."""
    return text[:10] if _DATE.match(text) else ""


def _settled(source: ReportSource, id: str) -> Held[Verdict]:
    verdicts = source.state.verdicts_on(f"content/{id}")
    if not verdicts:
        raise ReportError(f'Claim {id} has no result on its content. Rate it with case.verdict("content/{id}", ...).')
    values = [rival.value for held in verdicts for rival in (held, *held.others)]
    if len({(value.scale, value.rating) for value in values}) > 1:
        raise ReportError(
            f"Checkers gave claim {id} different ratings: {', '.join(sorted({value.rating for value in values}))}. "
            f'ClaimReview holds one: settle them with case.settle("content/{id}", ...).'
        )
    return verdicts[-1]


def _wording(claim: Claim, id: str, lang: str) -> str:
    """The short form of the claim. A longer one is never cut: a cut can turn a claim round."""
    for words in (claim.short.get(lang, ""), claim.as_checked.get(lang, "")):
        plain = " ".join(visible(words).split())
        if plain and len(plain) <= LONGEST:
            return plain
    raise ReportError(
        f"ClaimReview needs claim {id} in under {LONGEST + 1} characters of {lang!r}, without the result in it, and there is no such "
        f'wording. Write one with case.restate("{id}", {{"{lang}": "..."}}, short={{"{lang}": "..."}}).'
    )


def _organization(source: ReportSource) -> dict[str, Any]:
    return {"@type": "Organization", "name": visible(source.settings.newsroom), "url": safe_url(source.settings.url)}


def _claim(source: ReportSource, claim: Claim, id: str) -> dict[str, Any]:
    article = source.state.article
    fact = article.fact if article else lambda name: ""
    said = _speaker(source, claim, id)
    outlet = "" if fact("outlet") in _UNKNOWN else visible(fact("outlet"))
    name = visible(said.source) if said else outlet
    person = said is not None and said.source_kind is SourceKind.PERSON and not (said.plural or said.joint)
    when = next((day for day in (said.said_on if said else "", fact("published")) if _DATE.match(day)), "")
    return {
        "@type": "Claim",
        "author": {"@type": "Person" if person else "Organization", "name": name} if name else None,
        "datePublished": when.partition("/")[0],
        "appearance": [
            {
                "@type": "CreativeWork",
                "url": safe_url(fact("url")),
                "headline": "" if fact("title") in _UNKNOWN else visible(fact("title")),
                "datePublished": _day(fact("published")),
                "publisher": {"@type": "Organization", "name": outlet} if outlet else None,
                "archivedAt": safe_url(source.archived_article),
            }
        ],
    }


def _speaker(source: ReportSource, claim: Claim, id: str) -> Step | None:
    """The innermost named source: of the chain as established, else as printed but for those who were found not to have said it."""
    where = "printed" if claim.established is None else "established"
    chain = claim.printed if claim.established is None else claim.established
    for index in range(len(chain) - 1, -1, -1):
        step = chain[index]
        ratings = {held.value.rating for held in source.state.verdicts_on(f"step/{id}/{where}/{index}")}
        speaks = step.source_kind in (SourceKind.PERSON, SourceKind.BODY, SourceKind.OUTLET)
        if step.named and speaks and step.source and not ratings & _NOT_SAID:
            return step
    return None


def _rating(rating: Rating, lang: str) -> dict[str, Any]:
    """The word always; numbers only where the scale has one: "unproven" is no 3."""
    words = {"@type": "Rating", "alternateName": rating.label.get(lang) or next(iter(rating.label.values()), rating.id)}
    explained = {"ratingExplanation": rating.meaning.get(lang, "")}
    numbers = {} if rating.number is None else {"ratingValue": rating.number, "bestRating": BEST, "worstRating": WORST}
    return {**words, **numbers, **explained}


def _without_empty(value: Any) -> Any:
    """The same without absent facts; a node left with nothing but its type is absent too."""
    if isinstance(value, dict):
        kept = {key: inner for key, item in value.items() if (inner := _without_empty(item)) not in ("", None, [], {})}
        return kept if set(kept) - {"@type"} else {}
    if isinstance(value, list):
        return [inner for item in value if (inner := _without_empty(item)) not in ("", None, [], {})]
    return value
