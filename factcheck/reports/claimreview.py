"""ClaimReview: results as schema.org JSON-LD, with the fields that Google's documentation asks for, and a feed of many.

One item for each published page: the page of a case carries that of its main claim, other claims have items once pages of their own are on
record. The page must say what the markup says; the claim is attributed to whoever made it, never to us. A correction makes the item anew,
with the same address and a note of what was corrected; a withdrawn one is told as deleted in the feed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from factcheck.case.policy import rating_of
from factcheck.case.state import Held
from factcheck.errors import ReportError
from factcheck.model.claim import Claim, SourceKind, Step
from factcheck.model.evidence import Evidence, Stance
from factcheck.model.verdict import PublicationKind, Rating, Scale, Verdict
from factcheck.reports.source import ReportSource, check_language
from factcheck.reports.words import Words, safe_url, visible

LONGEST = 74  # code points; Google asks for fewer than 75
BEST, WORST = 5, 1
_NOT_SAID = frozenset({"never_said", "wrong_source"})
_UNKNOWN = frozenset({"", "unknown", "غير معروف"})
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")


def claimreview(source: ReportSource, lang: str = "ar", claim_id: str = "", url: str = "") -> bytes:
    """The result on the content of one claim as JSON-LD, safe inside a ``<script>`` element.

    Args:
        claim_id: which claim; without it the first checked claim, in order of position, that has a result on its content.
        url: where the page stands; without it the address recorded with the publication. Google requires one: before publication
            the field is absent.

    Raises:
        ReportError: no claim has a result, people disagree on it, or its wording is missing or too long; the message says what to do.
    """
    return _bytes(review(source, check_language(lang), claim_id, url))


def datafeed(source: ReportSource, lang: str = "ar") -> bytes:
    """Every item of a case that has a page, as a schema.org ``DataFeed``, safe inside a ``<script>`` element.

    Raises:
        ReportError: no reports in that language.
    """
    return feed([source], check_language(lang))


def feed(sources: Iterable[ReportSource], lang: str) -> bytes:
    """The items of many cases in one ``DataFeed``: of published pages only, practice cases left out, withdrawn ones as deleted."""
    used = [source for source in sources if not source.state.practice]
    entries = [entry for source in used for entry in _entries(source, lang)]
    settings = used[0].settings if used else None
    whole: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "DataFeed",
        "name": visible(settings.newsroom) if settings else "",
        "url": safe_url(settings.url) if settings else "",
        "inLanguage": lang,
        "dateModified": max((entry.get("dateModified") or entry.get("dateCreated") or "" for entry in entries), default=""),
        "dataFeedElement": entries,
    }
    return _bytes({**_without_empty(whole), "dataFeedElement": [_without_empty(entry) for entry in entries]})


def _entries(source: ReportSource, lang: str) -> Iterator[dict[str, Any]]:
    """One entry for each page that is on record; results that cannot be exported are left out, as their pages are."""
    main = main_claim(source)
    for id in source.checked():
        url = address_of(source, lang, id, main)
        if not url:
            continue
        entry: dict[str, Any] = {"@type": "DataFeedItem", "dateCreated": _day(source.published.value.on) if source.published else ""}
        if source.withdrawn:
            withdrawn = source.publications(PublicationKind.WITHDRAWAL)[-1].value.on
            yield {**entry, "dateDeleted": _day(withdrawn), "item": {"@type": "ClaimReview", "url": url}}
            continue
        try:
            item = review(source, lang, id)
        except ReportError:
            continue
        del item["@context"]
        yield {**entry, "dateModified": item.get("dateModified", ""), "item": item}


def _bytes(value: dict[str, Any]) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text.encode("utf-8") + b"\n"


def main_claim(source: ReportSource) -> str:
    """Id of the claim a page is about: the first checked one with a result on its content; empty when there is none."""
    return next((id for id in source.checked() if source.state.verdicts_on(f"content/{id}")), "")


def address_of(source: ReportSource, lang: str, id: str, main: str) -> str:
    """The address of the page that carries a claim's item: its own, or that of the case for the main claim."""
    return safe_url(source.address(lang, id) or (source.address(lang) if id == main and not source.about else ""))


def review(source: ReportSource, lang: str, claim_id: str = "", url: str = "") -> dict[str, Any]:
    """The same as plain values."""
    state, main = source.state, main_claim(source)
    id = claim_id or main
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
        "reviewRating": _rating(rating, state.desk.scales[held.value.scale], lang),
        "datePublished": _day(published.value.on) if published else "",
        "dateModified": _day(source.corrections[0].value.on) if source.corrections else "",
        "correction": _corrections(source),
        "url": safe_url(url) or address_of(source, lang, id, main),
    }
    if state.practice or source.withdrawn:
        item["creativeWorkStatus"] = Words(lang, source.settings)("practice" if state.practice else "withdrawn")
    kept: dict[str, Any] = _without_empty(item)
    return kept


def _day(text: str) -> str:
    """The day of an ISO date or time, else nothing."""
    return text[:10] if _DATE.match(text) else ""


def _corrections(source: ReportSource) -> list[dict[str, Any]]:
    """What was corrected, newest first: this item stands in for the one before."""
    return [
        {
            "@type": "CorrectionComment",
            "text": visible(held.value.what),
            "datePublished": _day(held.value.on),
            "url": safe_url(held.value.url),
        }
        for held in source.corrections
    ]


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
    carriers = [_work(evidence) for evidence in _carriers(source, claim, id)]
    when = next((day for day in (said.said_on if said else "", fact("published")) if _DATE.match(day)), "")
    here = {
        "@type": "CreativeWork",
        "url": safe_url(fact("url")),
        "headline": "" if fact("title") in _UNKNOWN else visible(fact("title")),
        "datePublished": _day(fact("published")),
        "publisher": {"@type": "Organization", "name": outlet} if outlet else None,
        "archivedAt": safe_url(source.archived_article),
    }
    return {
        "@type": "Claim",
        "author": {"@type": "Person" if person else "Organization", "name": name} if name else None,
        "datePublished": when[:10],
        "firstAppearance": carriers[-1] if carriers else None,
        "appearance": [here, *carriers],
    }


def _carriers(source: ReportSource, claim: Claim, id: str) -> Iterator[Evidence]:
    """Pages of outlets and documents in the chain that were found to have carried the claim, outermost first."""
    where = "printed" if claim.established is None else "established"
    state, seen = source.state, {state_url} if (state_url := _article_url(source)) else set()
    for index, step in enumerate(claim.printed if claim.established is None else claim.established):
        if step.source_kind not in (SourceKind.OUTLET, SourceKind.DOCUMENT):
            continue
        for bearing in state.bearings_on(f"step/{id}/{where}/{index}"):
            held = state.evidence.get(bearing.value.evidence)
            if held and bearing.value.stance is Stance.SUPPORTS and safe_url(held.value.url) and held.value.url not in seen:
                seen.add(held.value.url)
                yield replace(held.value, archived_url=state.archived_copy(held.id))


def _article_url(source: ReportSource) -> str:
    return source.state.article.fact("url") if source.state.article else ""


def _work(evidence: Evidence) -> dict[str, Any]:
    return {
        "@type": "CreativeWork",
        "url": safe_url(evidence.url),
        "headline": visible(evidence.title),
        "datePublished": _day(evidence.published),
        "publisher": {"@type": "Organization", "name": visible(evidence.outlet)} if evidence.outlet else None,
        "archivedAt": safe_url(evidence.archived_url),
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


def _rating(rating: Rating, scale: Scale, lang: str) -> dict[str, Any]:
    """The word always; numbers only where the scale has one: "unproven" is no 3. A desk's scale may reach above 5."""
    words = {"@type": "Rating", "alternateName": visible(rating.label.get(lang) or next(iter(rating.label.values()), rating.id))}
    explained = {"ratingExplanation": visible(rating.meaning.get(lang, ""))}
    if rating.number is None or rating.number < WORST:
        return {**words, **explained}
    best = max(BEST, *(other.number for other in scale.ratings if other.number is not None))
    return {**words, "ratingValue": rating.number, "bestRating": best, "worstRating": WORST, **explained}


def _without_empty(value: Any) -> Any:
    """The same without absent facts; a node left with nothing but its type is absent too."""
    if isinstance(value, dict):
        kept = {key: inner for key, item in value.items() if (inner := _without_empty(item)) not in ("", None, [], {})}
        return kept if set(kept) - {"@type"} else {}
    if isinstance(value, list):
        return [inner for item in value if (inner := _without_empty(item)) not in ("", None, [], {})]
    return value
