"""Who is said to say what: sentences to passages, each with its links, outermost first.

``arabic`` and ``english`` read their languages; any other language gives its sentences in the outlet's own voice. A reader goes through
the sentences in order, because a dropped subject, a pronoun or a quotation over several sentences points back.
"""

from __future__ import annotations

from collections.abc import Sequence

from factcheck.model.article import Span
from factcheck.text import arabic, english
from factcheck.text.passages import Passage
from factcheck.text.quotes import Quoted


def passages(text: str, spans: Sequence[Span], language: str, quoted: Quoted) -> list[list[Passage]]:
    """The passages of each sentence, in order; a sentence of mere attribution has none."""
    match language.partition("-")[0]:
        case "ar":
            reader: arabic.Reader | english.Reader = arabic.Reader(text, quoted)
        case "en":
            reader = english.Reader(text, quoted)
        case _:
            return [[Passage(span.start, span.end)] for span in spans]
    return [reader.read(span) for span in spans]
