"""What attribution hands to claims: passages of a sentence, each governed by one chain of links."""

from __future__ import annotations

from dataclasses import dataclass, replace

from factcheck.model.article import Span
from factcheck.model.claim import Polarity, Reason


@dataclass(frozen=True, slots=True)
class Link:
    """One step as read from the text."""

    source: Span
    cue: Span
    resolved: bool = False
    group: str = "plain"  # group of the cue in the lexicon
    polarity: Polarity = Polarity.ASSERTS

    def copied(self) -> Link:
        """The same step where it goes on in a later sentence."""
        return replace(self, resolved=True)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one sentence that one chain governs; the words of the attribution itself lie outside."""

    start: int
    end: int
    links: tuple[Link, ...] = ()
    nominal: bool = False  # the content is a noun phrase under the cue, not a clause
    kind: str = ""  # what contents of this cue usually are; empty when it says nothing
    lead: bool = False  # adverbial words before a cue: no claim without a verb of their own
    reasons: tuple[Reason, ...] = ()
