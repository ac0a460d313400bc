"""A split article as one JSON object: for programs outside any desk, and for scoring.

The keys are those of annotated articles (``tests/quality/README.md``), so that what was found can be laid beside what a person found:
``doc``, ``lang``, ``sha256`` of the text, ``text``, ``sentences``, ``claims`` (``span``, ``chain``, ``kind``, ``checkable``), ``credit``;
and beyond them ``polarity``, ``worth`` and ``reasons`` of a claim, ``coverage`` of each sentence, ``dates``, ``numbers`` and ``names``.
Spans are [start, end) in code points of ``text``.
"""

from __future__ import annotations

import datetime
import hashlib
from decimal import Decimal
from typing import Any

from factcheck.model.article import Span
from factcheck.model.claim import Claim, Step
from factcheck.text import Split, split
from factcheck.text.explain import explain


def record(text: str, doc: str = "", *, language: str | None = None, published: datetime.date | None = None) -> dict[str, Any]:
    """What ``split`` makes of a text, ready for ``json.dumps``.

    Args:
        text: the article, already stripped; offsets count in it.
        doc: a name for it.
        language: BCP 47; found from the text when not given.
        published: the article's date, against which "yesterday" and weekdays are read.
    """
    found = split(text, language=language, published=published)
    made: dict[str, Any] = {
        "doc": doc,
        "lang": found.language,
        "sha256": hashlib.sha256(text.encode("utf-8")).hexdigest(),
        "text": text,
        "sentences": [_pair(sentence.span) for sentence in found.sentences],
        "claims": [_claim(claim) for claim in found.claims],
        **_quantities(found),
        "names": [{"span": _pair(name.span), "kind": name.kind, "country": name.country} for name in found.names],
        "coverage": [
            {"coverage": sentence.coverage.value, "reason": sentence.reason, "lang": sentence.language} for sentence in found.sentences
        ],
    }
    if found.credit:
        made["credit"] = [_pair(span) for span in found.credit]
    return made


def _pair(span: Span) -> list[int]:
    return [span.start, span.end]


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "span": _pair(claim.span) if claim.span else None,
        "chain": [_link(step) for step in claim.printed],
        "kind": claim.kind.value,
        "checkable": claim.checkable,
        "polarity": claim.polarity.value,
        "worth": claim.worth,
        "reasons": [
            {
                "code": reason.code,
                "detail": reason.detail,
                "weight": reason.weight,
                "ar": explain(reason, "ar"),
                "en": explain(reason, "en"),
            }
            for reason in claim.reasons
        ],
    }


def _link(step: Step) -> dict[str, Any]:
    return {
        "source": _pair(step.source_span) if step.source_span else None,
        "resolved": step.resolved,
        "cue": _pair(step.cue_span) if step.cue_span else None,
        "mode": step.mode.value,
    }


def _quantities(found: Split) -> dict[str, Any]:
    return {
        "dates": [{"span": _pair(date.span), "value": date.value} for date in found.dates],
        "numbers": [{"span": _pair(number.span), "value": _plain(number.value), "unit": number.unit} for number in found.numbers],
    }


def _plain(value: Decimal) -> str:
    """Without exponent and without zeros behind the point: 4200000, 3.5."""
    whole = format(value, "f")
    return whole.rstrip("0").rstrip(".") if "." in whole else whole
