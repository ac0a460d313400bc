"""The parts of a report, whatever the file it goes into: lines of pieces, blocks of lines, sections of blocks. Values only.

``compose`` decides what a report says and in which order; each format lays these parts out and adds no words of its own. What others
wrote is ``Foreign`` or ``Prose``: a format sets it apart from its surroundings, in its own direction, and names its hidden characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

# ---- pieces of a line


@dataclass(frozen=True, slots=True)
class Ours:
    """Words of the glossary, in the report's language."""

    text: str
    style: str = ""  # "", strong, soft, label


@dataclass(frozen=True, slots=True)
class Foreign:
    """A name or phrase that somebody else wrote, in its own direction."""

    text: str
    language: str = ""  # BCP 47; empty: not known
    style: str = ""  # "", strong, soft, source, struck, inserted


@dataclass(frozen=True, slots=True)
class Badge:
    """A rating or a trait that stands out."""

    text: str
    tone: str  # good, mid, bad, none: of ratings; line, primary, dead: of traits
    language: str = ""
    big: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """A URL, shown in full; a link only where it is plain http or https."""

    url: str


@dataclass(frozen=True, slots=True)
class Ref:
    """A link to another place of the report."""

    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Characters that are read one by one: a fingerprint, a flag."""

    text: str


Piece = Ours | Foreign | Badge | Address | Ref | Code
Line = tuple[Piece, ...]

# ---- blocks


@dataclass(frozen=True, slots=True)
class Paragraph:
    line: Line
    style: str = ""  # "", small, label, notice, said, hero


@dataclass(frozen=True, slots=True)
class Prose:
    """Free text in paragraphs, one a line of it, in its own direction."""

    text: str
    language: str = ""
    label: str = ""  # "written in Arabic", where that is not the report's language
    style: str = ""  # "", claim: the words of the claim that the report is about


@dataclass(frozen=True, slots=True)
class Heading:
    line: Line
    level: int  # 2 to 4; sections have level 2


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms with what is known of each."""

    rows: tuple[tuple[str, tuple[Block, ...]], ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Quoted words as they stand in their source, or their translation."""

    text: str
    language: str
    label: Line = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """A quote beside its translation."""

    original: Quote
    translation: Quote


@dataclass(frozen=True, slots=True)
class Columns:
    """Two things to be seen side by side."""

    first: tuple[Block, ...]
    second: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ChainStep:
    """One step of a chain, outermost first."""

    number: str
    source: Line
    traits: Line
    lone: str  # "", struck (printed, not established), inserted (established, not printed)
    ratings: tuple[Badge, ...]
    note: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    steps: tuple[ChainStep, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """Something with a name of its own: a piece of evidence, a search, somebody who was asked."""

    title: Line
    blocks: tuple[Block, ...]
    anchor: str = ""
    level: int = 5  # of its title as a heading; a card without a title has none


@dataclass(frozen=True, slots=True)
class Box:
    """Blocks that belong together: ``result``, ``hero`` with a tone, or the evidence of one stance."""

    kind: str  # result, hero, supports, refutes, says_something_else, context
    blocks: tuple[Block, ...]
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    current: int = -1  # the row that applies here


@dataclass(frozen=True, slots=True)
class Bars:
    """Counts by name, one column a stance: how evidence is spread over its sources."""

    head: str
    stances: tuple[tuple[str, str], ...]  # (code, word)
    rows: tuple[tuple[Foreign | Ours, tuple[int, ...]], ...]  # counts in the order of ``stances``
    shown: Mapping[int, str] = field(default_factory=dict)  # a count -> its digits as set

    @property
    def most(self) -> int:
        return max((count for _, counts in self.rows for count in counts), default=0)


@dataclass(frozen=True, slots=True)
class TimeLine:
    """What happened when, oldest first."""

    rows: tuple[tuple[str, Line], ...]  # (date in words, what)


@dataclass(frozen=True, slots=True)
class Fold:
    """Blocks that a reader opens; open in formats that cannot fold."""

    summary: Line
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Lines of another program, left to right."""

    text: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the article under the same marks."""

    text: str
    marked: bool
    checked: bool
    ends: tuple[Ref, ...]  # checked claims that end here


@dataclass(frozen=True, slots=True)
class Marked:
    """The article with its claims."""

    paragraphs: tuple[tuple[Stretch, ...], ...]
    language: str = ""


Block = (
    Paragraph
    | Prose
    | Heading
    | Facts
    | Bullets
    | Quote
    | Pair
    | Columns
    | Chain
    | Card
    | Box
    | Table
    | Bars
    | TimeLine
    | Fold
    | Verbatim
    | Marked
)

# ---- the whole


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report with a name that templates can ask for."""

    name: str  # corrections, claim-1, whole, conclusion, searches, contacts, ...; also its anchor
    title: Line
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report says, in the order in which it says it."""

    lang: str
    direction: str  # rtl, ltr
    title: str  # of the file: plain text
    kicker: Line
    headline: Line
    notices: tuple[Block, ...]  # practice, withdrawn, unsigned
    corrections: Section | None  # above the headline
    facts: Facts  # when, by whom
    lede: tuple[Block, ...]  # main claim with its result; what was found and is not known; why chosen
    sections: tuple[Section, ...]
    links: Section | None  # pages of the desk
    proof: Section  # in a fold
    practice: bool
    indexed: bool  # whether search engines may list it

    def section(self, name: str) -> Section | None:
        """The section of that name, for templates that set their own order."""
        return next((section for section in self.sections if section.name == name), None)

    def everything(self) -> Iterator[Section | Block]:
        """All blocks from the first to the last, with the sections they stand in, for formats without a layout of their own."""
        yield from self.notices
        if self.corrections:
            yield self.corrections
        yield self.facts
        yield from self.lede
        yield from self.sections
        if self.links:
            yield self.links
        yield self.proof
