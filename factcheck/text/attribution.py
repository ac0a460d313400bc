"""Who is said to say what: sentences to passages, each with its links, outermost first.

``arabic`` and ``english`` read their languages; any other language gives its sentences in the outlet's own voice. A reader goes through
the sentences in order, because a dropped subject, a pronoun or a quotation over several sentences points back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from factcheck.model.article import Span
from factcheck.model.claim import Reason
from factcheck.text import arabic, english
from factcheck.text.dateline import run_in
from factcheck.text.passages import Passage
from factcheck.text.quotes import Quoted
from factcheck.text.tokens import Tokenised


def passages(words: Tokenised, spans: Sequence[Span], language: str, quoted: Quoted) -> list[list[Passage]]:
    """The passages of each sentence, in order; a sentence of mere attribution has none."""
    match language.partition("-")[0]:
        case "ar":
            reader: arabic.Reader | english.Reader = arabic.Reader(words, quoted)
        case "en":
            reader = english.Reader(words, quoted)
        case _:
            return [[Passage(span.start, span.end)] for span in spans]
    return _carried_back([reader.read(_without_dateline(words.text, span, language.partition("-")[0])) for span in spans], quoted)


_DATELINE = re.compile(
    r"[^\W\d_][^\n.،,:«»\"“”]{1,40}?(?: \d{1,2} ?[-/–] ?\d{1,2})? ?\([^()\n]{2,30}\) ?[-–—:] ?"  # نيامي (ا ف ب) -
    r"|[^\W\d_][^\n.،,:()«»\"“”]{1,25} [-–—] ?(?=\S)"  # القاهرة -
    r"|[A-Z][A-Z .,]{2,30} ?(?:\([^()\n]{2,30}\) ?)?[-–—] ?"  # CAIRO (Reuters) -
)


def _without_dateline(text: str, span: Span, language: str) -> Span:
    """A sentence without the place and agency in front of it."""
    if span.end - span.start < 40:
        return span
    found = run_in(text, span.start, language)
    if found is not None:
        return Span(found.span.end, span.end)
    match = _DATELINE.match(text, span.start, span.start + 90)
    if match is None or len(match.group().split()) > 9:
        return span
    return Span(match.end(), span.end)


def _carried_back(parts: list[list[Passage]], quoted: Quoted) -> list[list[Passage]]:
    """Give the sentences at the head of a quotation the chain of a cue that comes at its end."""
    chains: dict[int, Passage] = {}  # by the start of the quotation
    carried: list[list[Passage]] = []
    for passages in reversed(parts):
        done: list[Passage] = []
        for passage in reversed(passages):
            quote = quoted.at(passage.start + 1) if passage.start + 1 < passage.end else None
            own = passage.links and not any(reason.code.startswith("scope.") for reason in passage.reasons)
            if quote is not None and own:
                chains[quote.start] = passage
            elif quote is not None and quote.end >= passage.end - 1 and (known := chains.get(quote.start)):
                passage = replace(passage, links=known.links, lead=False, reasons=(Reason("scope.quote"),))
            done.append(passage)
        carried.append(done[::-1])
    return carried[::-1]
