"""Whom a page names as the source of what it says, where that tells of the page's origin: in its lead, and for a passage quoted from it.

A page that mentions an agency in its last paragraph has not its news from there; one that begins "according to the Jerusalem Post" has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from factcheck.model.article import Span
from factcheck.model.claim import Mode, SourceKind
from factcheck.text.attribution import passages
from factcheck.text.claims import step_of
from factcheck.text.language import language_of
from factcheck.text.quotes import Quoted
from factcheck.text.sentences import sentences
from factcheck.text.tokens import Tokenised

LEAD_SENTENCES, LEAD_CHARACTERS = 3, 700
PROSE_WORDS = 8  # a line of fewer is a heading, a date, a caption, a menu


@dataclass(frozen=True, slots=True)
class CitedSource:
    """A source as printed, with the words around it that say so."""

    name: str
    words: str
    is_outlet: bool  # the lexicon knows it for an outlet; else it may be one by its name, or a person or body


def cited_sources(text: str, quote: Span | None = None, language: str = "") -> tuple[CitedSource, ...]:
    """The sources that the lead of a page names, and those of the sentences that ``quote`` lies in. Reads those stretches only.

    Args:
        text: the page's text, one paragraph a line.
        quote: a passage of it.
        language: BCP 47; found from the text when not given.
    """
    tongue = language or language_of(text[:5000])
    found: dict[str, CitedSource] = {}
    lead = _lead(text)
    stretches = [(lead, lead)] if lead else []
    if quote:
        stretches.append((_paragraphs(text, quote), quote))
    for stretch, wanted in stretches:
        for source in _named(stretch.of(text), Span(wanted.start - stretch.start, wanted.end - stretch.start), tongue, stretch is lead):
            found.setdefault(source.name, source)
    return tuple(found.values())


def _lead(text: str) -> Span | None:
    """The first sentences of prose."""
    at, start, end = 0, -1, -1
    for line in text.split("\n"):
        prose = line.count(" ") >= PROSE_WORDS - 1
        if prose and start < 0:
            start = at
        if start >= 0 and prose:
            end = at + len(line)
        if start >= 0 and at + len(line) - start > LEAD_CHARACTERS:
            break
        at += len(line) + 1
    if start < 0:
        return None
    end = min(end, start + LEAD_CHARACTERS)
    spans = sentences(text[start:end], "")
    return Span(start, start + spans[min(LEAD_SENTENCES, len(spans)) - 1].end) if spans else None


def _paragraphs(text: str, quote: Span) -> Span:
    """The paragraph of a quote and the one before, where its speaker may have been named."""
    low = text.rfind("\n", max(0, quote.start - 3000), quote.start)
    low = text.rfind("\n", max(0, low - 1500), max(0, low)) + 1 if low > 0 else max(0, quote.start - 1500)
    high = text.find("\n", quote.end, quote.end + 1500)
    return Span(min(low, quote.start), high if high > quote.end else min(len(text), quote.end + 300))


_BACKGROUND = re.compile(
    r"\W*(?:و?كان(?:ت|وا|ا)?\s(?:\S+\s){0,5}?قد\s"
    r"|(?:\S+\s){1,4}?had (?:earlier |previously |already )?(?:said|reported|written|put|told)\b)"
)
"""What was said before the news: "وكانت وكالة وفا قد تحدثت". It gives the background, not the source of the page."""


def _named(text: str, wanted: Span, language: str, is_lead: bool) -> Iterator[CitedSource]:
    words, quoted = Tokenised(text), Quoted(text)
    spans = sentences(text, language)
    for span, parts in zip(spans, passages(words, spans, language, quoted), strict=True):
        if not span.overlaps(wanted) or (is_lead and _BACKGROUND.match(span.of(text))):
            continue
        for passage in parts:
            for link in passage.links:
                step = step_of(link, Mode.INDIRECT, text, language.partition("-")[0])
                both = Span(min(link.source.start, link.cue.start), max(link.source.end, link.cue.end))
                near = both if len(both) <= 120 else link.source
                yield CitedSource(step.source, " ".join(near.of(text).split()), step.source_kind is SourceKind.OUTLET)
        yield from _addressees(span.of(text))


_ENGLISH = re.compile(
    r"\b(?:told|(?:interview|speaking|statement|comments|remarks|spoke) (?:with|to)|obtained by|seen by|reviewed by)\s+"
    r"((?:the\s+|The\s+)?[A-Z][\w'’&.\-]*(?:\s+(?:of\s+)?[A-Z][\w'’&.\-]*){0,4})"
)
_ARABIC = re.compile(
    r"(?<!\w)(?:ل|لل|إلى |مع |حصلت عليها? |اطلعت عليها? )ـ?\s?"
    r"((?:(?:وكالة|صحيفة|قناة|موقع|شبكة|مجلة|إذاعة|جريدة)\s+)?(?:[«\"][^«»\"\n]{2,40}[»\"]|[^\W\d_]+(?: [^\W\d_]+)?))"
)


def _addressees(sentence: str) -> Iterator[CitedSource]:
    """Outlets to whom somebody spoke: "told Reuters", "في تصريح لوكالة رويترز". Whether such a name is an outlet's, a table decides."""
    for pattern in (_ENGLISH, _ARABIC):
        for match in pattern.finditer(sentence):
            yield CitedSource(match[1], " ".join(match[0].split()), False)
            if " " in match[1] and pattern is _ARABIC:
                yield CitedSource(match[1].split()[0], " ".join(match[0].split()), False)
