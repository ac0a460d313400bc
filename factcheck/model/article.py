"""The article under check: immutable text, spans into it, and quotes that can be found again."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MAX_ARTICLE_BYTES = 5 * 1024 * 1024
"""Largest article text, in bytes of UTF-8."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of text, [start, end) in code points.

    Raises:
        ValueError: ``start`` is negative or not before ``end``.
    """

    start: int  # code points from the first character, from 0
    end: int  # one past the last

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, got [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The characters of ``text`` that the span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end


class Direction(StrEnum):
    RTL = "rtl"
    LTR = "ltr"


class Coverage(StrEnum):
    """What became of a sentence: nothing vanishes."""

    CLAIM = "claim"
    CONTEXT = "context"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Sentence:
    span: Span
    language: str  # BCP 47, "und" when not known
    coverage: Coverage = Coverage.CONTEXT
    reason: str = ""  # why it holds no claim; a code of text.claims, empty for a claim


@dataclass(frozen=True, slots=True)
class TextQuote:
    """Words as they stand in a text, with up to 32 characters from either side (W3C Web Annotation, text quote selector)."""

    exact: str
    prefix: str = ""
    suffix: str = ""

    @classmethod
    def at(cls, span: Span, text: str, context: int = 32) -> TextQuote:
        return cls(span.of(text), text[max(0, span.start - context) : span.start], text[span.end : span.end + context])


@dataclass(frozen=True, slots=True)
class Known:
    """A fact about the article and where it was read: a tag of the page, the text itself, or the person who said so."""

    value: str
    origin: str  # e.g. "meta article:published_time", "credit line", "person"


@dataclass(frozen=True, slots=True)
class Article:
    """The text under check. Offsets of everything else count code points of ``text`` as it stands."""

    text: str
    language: str  # BCP 47
    facts: Mapping[str, Known] = field(default_factory=dict)  # title, outlet, author, published, modified, url; unknown ones absent
    credit: tuple[Span, ...] = ()  # source lines such as "المصدر: المدن"
    links: tuple[str, ...] = ()  # addresses the page links to
    notes: tuple[str, ...] = ()  # what the reader of the bytes had to decide, e.g. "decoded as windows-1256: detected from content"

    def fact(self, name: str) -> str | None:
        known = self.facts.get(name)
        return known.value if known else None


_WIDE = re.compile("[\U00010000-\U0010ffff]")


class Utf16Offsets:
    """Offsets of one text in code points and in UTF-16 code units, the unit of browsers; the only place where they meet.

    Building costs one pass over the text; a look-up costs the logarithm of the number of characters beyond the BMP.
    """

    def __init__(self, text: str) -> None:
        self._wide = [found.start() for found in _WIDE.finditer(text)]
        self._wide16 = [i + n for n, i in enumerate(self._wide)]
        self._length = len(text)

    def to_utf16(self, offset: int) -> int:
        """Code points to UTF-16 units."""
        if not 0 <= offset <= self._length:
            raise ValueError(f"offset {offset} lies outside a text of {self._length} code points")
        return offset + bisect_left(self._wide, offset)

    def to_code_points(self, offset: int) -> int:
        """UTF-16 units to code points; an offset inside a surrogate pair is refused."""
        before = bisect_left(self._wide16, offset)
        if before and self._wide16[before - 1] == offset - 1:
            raise ValueError(f"UTF-16 offset {offset} lies inside a character")
        if not 0 <= offset <= self._length + len(self._wide):
            raise ValueError(f"UTF-16 offset {offset} lies outside the text")
        return offset - bisect_right(self._wide16, offset - 1)
