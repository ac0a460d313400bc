"""Text to proposals: pure functions of ``str``; same input, same output; spans count code points of the untouched text.

Read in this order:

- ``tokens`` (words with offsets, folding), ``quotes`` (quotations of any kind), ``language``, ``sentences``;
- ``passages`` (what attribution hands on), ``attribution`` (who is said to say what). Arabic: ``arabic`` over ``arabic_content`` (what
  licenses a cue), ``arabic_accusations`` (where the accused begins), ``arabic_cues``, ``arabic_nouns`` (where a source phrase ends),
  ``arabic_phrases``, ``arabic_lexicon``, ``morphology``. English: ``english``;
- ``clauses`` (with ``english_clauses``), ``relatives`` (their nouns), ``kinds``, ``quantities`` (``dates``, ``numbers``), ``claims``,
  ``priority``;
- ``names`` (persons, places, organisations worth linking), which nothing else rests on;
- ``explain`` turns reason codes into words. ``lexicon`` holds the word lists, as data.

``extract`` (bytes to article) stands apart, over ``decode`` (bytes to text), ``markup`` and ``page`` (what a page says), ``signs`` (whether
it is another page than was asked for), ``pdf``, ``mhtml``, and ``child`` (the process in which all of these are read). So does
``anchor`` (a quotation found again) over ``folding`` (what makes no difference), ``boundaries`` (where a word or a number ends) and
``nearest`` (passages to choose from).
``dateline`` reads where and when a report appeared off its first or last line.
Of a page that is evidence: ``page_tags`` (what its tags say), ``page_dates`` (when it says that it appeared), ``citing`` (whom it names as
its source). ``queries`` are words to search for a claim with, ``matching`` the terms
by which two wordings of one claim find each other.

Why rules: nothing else that installs offline reads Arabic attribution, rules say why they fired, and a checker corrects them anyway.
Why so many licences on a cue: most reporting verbs also mean something else, and a wrong speaker costs more trust than a missed one.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from factcheck.model.article import Direction, Sentence, Span
from factcheck.model.claim import Claim
from factcheck.text.attribution import passages
from factcheck.text.claims import propose
from factcheck.text.language import direction_of, language_of
from factcheck.text.names import Name, names
from factcheck.text.quantities import Date, Number, quantities
from factcheck.text.quotes import Quoted
from factcheck.text.sentences import sentences
from factcheck.text.tokens import Tokenised

ENGINE_NAME = "factcheck.rules"
ENGINE_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Split:
    """An article taken apart."""

    language: str  # BCP 47, "und" when not known
    direction: Direction
    sentences: tuple[Sentence, ...]
    claims: tuple[Claim, ...]  # proposals, in the order of their sentences
    credit: tuple[Span, ...]  # source lines
    credit_outlet: str  # "المدن" for "المصدر: المدن"; empty when there is none
    dates: tuple[Date, ...]
    numbers: tuple[Number, ...]
    names: tuple[Name, ...] = ()  # of persons, places and organisations worth linking


def split(text: str, *, language: str | None = None, published: datetime.date | None = None) -> Split:
    """Sentences, claims with their chains, credits, dates and numbers of an article. Linear in the length of the text.

    Args:
        text: the article as it stands; nothing is normalised.
        language: BCP 47; found from the text when not given.
        published: the article's date, against which "yesterday" and weekdays are read.
    """
    tongue = language or language_of(text)
    spans = sentences(text, tongue)
    quoted = Quoted(text)
    words = Tokenised(text)
    found = quantities(words, tongue, published)
    proposals = propose(words, spans, passages(words, spans, tongue, quoted), tongue, quoted, found)
    return Split(
        tongue,
        direction_of(tongue, text),
        proposals.sentences,
        proposals.claims,
        proposals.credit,
        proposals.credit_outlet,
        found.dates,
        found.numbers,
        names(text, tongue),
    )
