"""The parts of a report as data for ``templates/report.typ``: text as strings, never as code of the typesetter.

A piece or block is a list whose first element is its kind, named as in ``blocks``. Text is a string, or a list of strings with ``[name]``
for a character that is named in its place and 0 where a long word may be broken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from factcheck.reports import blocks as b
from factcheck.reports.words import TAG, Words, direction_of, pieces, safe_url

_LONG = re.compile(r"(\S{24})(?=\S{8})")
_WALL = re.compile(r"\w{60}")  # of an address, which is broken at its signs without being told
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")  # fits on a line, and is copied whole
_OPEN = {"rtl": "\u2067", "ltr": "\u2066"}
_CLOSE = "\u2069"
_CLEAR = {"rtl": {"R", "AL", "NSM"}, "ltr": {"L", "NSM"}}  # text of nothing else, and spaces, needs no isolation among its own kind


def data_of(report: b.Report, words: Words, unknown: frozenset[str] = frozenset()) -> dict[str, Any]:
    """What the template lays out.

    Args:
        unknown: characters that no font of this machine has; they are named in their place.
    """
    made = _Data(report, unknown)
    laid = list(made.everything())
    for ref in made.refs:
        ref[3] = ref[1] in made.anchors
    return {
        "lang": report.lang,
        "dir": report.direction,
        "title": report.title,
        "running": made.words(report.title),
        "banner": made.words(words("practice.short")) if report.practice else [],
        "digits": words.digits("0123456789"),
        "blocks": laid,
    }


class _Data:
    def __init__(self, report: b.Report, unknown: frozenset[str]) -> None:
        self.report, self.unknown = report, unknown
        self.anchors: set[str] = set()
        self.refs: list[list[Any]] = []
        self.level = 0  # of the last heading: none is more than one below the one before it

    def everything(self) -> Iterator[list[Any]]:
        report = self.report
        yield from self.blocks(report.notices)
        yield ["paragraph", self.line(report.kicker), "label"]
        yield ["heading", self.line(report.headline), self.heading(1)]
        if report.corrections:
            yield self.section(report.corrections)
        yield from self.block(report.facts)
        yield from self.blocks(report.lede)
        for section in (*report.sections, *((report.links,) if report.links else ())):
            yield self.section(section)
        opened = tuple(inner for block in report.proof.blocks for inner in (block.blocks if isinstance(block, b.Fold) else (block,)))
        yield self.section(b.Section(report.proof.name, report.proof.title, opened))

    def section(self, section: b.Section) -> list[Any]:
        return ["section", self.anchor(section.name), self.line(section.title), self.heading(2), self.blocks(section.blocks)]

    def heading(self, level: int) -> int:
        self.level = min(level, self.level + 1)
        return self.level

    def anchor(self, name: str) -> str:
        """The name of a place; empty when there is one of that name already."""
        if name in self.anchors:
            return ""
        self.anchors.add(name)
        return name

    # ---- text

    def words(self, text: str) -> Any:
        found: list[Any] = []
        for part, hidden in self._pieces(text):
            bits = [part] if hidden else [bit for bit in _LONG.split(part) if bit]
            if hidden:
                found.append([part])
            else:
                for bit in bits:
                    found += [bit, 0]
                found.pop()
        return found[0] if len(found) == 1 and isinstance(found[0], str) else found or ""

    def _pieces(self, text: str) -> Iterator[tuple[str, bool]]:
        for part, hidden in pieces(text):
            if hidden or self.unknown.isdisjoint(part):
                yield part, hidden
                continue
            start = 0
            for index, char in enumerate(part):
                if char in self.unknown:
                    if start < index:
                        yield part[start:index], False
                    yield f"U+{ord(char):04X}", True
                    start = index + 1
            if start < len(part):
                yield part[start:], False

    def isolated(self, text: str) -> Any:
        """A name or phrase inside a line, its direction its own."""
        made = self.words(text)
        way = direction_of(text) or self.report.direction
        if not text or (way == self.report.direction and _clear(text, way)):
            return made
        return f"{_OPEN[way]}{made}{_CLOSE}" if isinstance(made, str) else [_OPEN[way], *made, _CLOSE]

    def language(self, tag: str) -> str:
        """The language alone, which is all the typesetter takes; empty for what is none."""
        name = tag.split("-")[0].lower()
        return name if TAG.fullmatch(tag) and len(name) in (2, 3) and name != "und" else ""

    def paragraphs(self, text: str, language: str) -> list[Any]:
        own = self.language(language)
        return [[direction_of(line) or self.report.direction, own, self.words(line)] for line in text.split("\n") if line.strip()]

    # ---- lines

    def line(self, line: Iterable[b.Piece]) -> list[Any]:
        return [self.piece(piece) for piece in line]

    def piece(self, piece: b.Piece) -> list[Any]:
        match piece:
            case b.Ours(text, style):
                return ["ours", self.words(text), style]
            case b.Foreign(text, language, style):
                return ["foreign", self.isolated(text), self.language(language), style]
            case b.Badge(text, tone, language, big):
                return ["badge", self.isolated(text), tone, self.language(language), big]
            case b.Address(url):
                shown = self.isolated(url) if not safe_url(url) or _WALL.search(url) else f"{_OPEN['ltr']}{url}{_CLOSE}"
                return ["address", shown, safe_url(url)]
            case b.Ref(anchor, text):
                ref = ["ref", anchor, self.words(text), False]
                self.refs.append(ref)
                return ref
            case b.Code(text):
                return ["code", f"{_OPEN['ltr']}{text}{_CLOSE}" if _FINGERPRINT.fullmatch(text) else self.isolated(text)]

    # ---- blocks

    def blocks(self, blocks: Iterable[b.Block]) -> list[Any]:
        return [self._block(block) for block in blocks]

    def block(self, block: b.Block) -> Iterator[list[Any]]:
        yield self._block(block)

    def quote(self, quote: b.Quote) -> list[Any]:
        return ["quote", self.line(quote.label), self.paragraphs(quote.text, quote.language)]

    def _block(self, block: b.Block) -> list[Any]:
        match block:
            case b.Paragraph(line, style):
                return ["paragraph", self.line(line), style]
            case b.Prose(text, language, label, style):
                return ["prose", self.paragraphs(text, language), self.words(label), style]
            case b.Heading(line, level):
                return ["heading", self.line(line), self.heading(level)]
            case b.Facts(rows):
                return ["facts", [[self.words(term), self.blocks(inner)] for term, inner in rows]]
            case b.Bullets(items):
                return ["bullets", [self.blocks(item) for item in items]]
            case b.Quote():
                return self.quote(block)
            case b.Pair(original, translation):
                return ["pair", self.quote(original), self.quote(translation)]
            case b.Columns(first, second):
                return ["columns", self.blocks(first), self.blocks(second)]
            case b.Chain(steps):
                return ["chain", [self.step(step) for step in steps]]
            case b.Card(title, inner, anchor, level):
                at = self.heading(level) if title else 0
                return ["card", self.line(title), self.blocks(inner), self.anchor(anchor) if anchor else "", at]
            case b.Box(kind, inner, tone):
                return ["box", kind, self.blocks(inner), tone]
            case b.Table(head, rows, current):
                return ["table", [self.words(cell) for cell in head], [[self.line(cell) for cell in row] for row in rows], current]
            case b.Bars(head, stances, bars, shown):
                counts = [[self.piece(name), [[count, self.words(shown[count])] for count in counts]] for name, counts in bars]
                return ["bars", self.words(head), [[code, self.words(word)] for code, word in stances], counts, block.most]
            case b.TimeLine(moments):
                return ["timeline", [[self.words(on), self.line(what)] for on, what in moments]]
            case b.Fold(summary, inner):
                return ["fold", self.line(summary), self.blocks(inner)]
            case b.Verbatim(text):
                return ["verbatim", [self.words(line) for line in text.strip("\n").split("\n")]]
            case b.Marked(paragraphs, language):
                return ["marked", [self.marked(paragraph) for paragraph in paragraphs], self.language(language)]

    def step(self, step: b.ChainStep) -> dict[str, Any]:
        return {
            "number": self.words(step.number),
            "source": self.line(step.source),
            "traits": self.line(step.traits),
            "lone": step.lone,
            "ratings": self.line(step.ratings),
            "note": self.blocks(step.note),
        }

    def marked(self, paragraph: tuple[b.Stretch, ...]) -> list[Any]:
        way = direction_of("".join(part.text for part in paragraph)) or self.report.direction
        return [way, [[self.words(part.text), part.marked, part.checked, self.line(part.ends)] for part in paragraph]]


def _clear(text: str, way: str) -> bool:
    """Whether text begins and ends with letters of a direction and has nothing of another in it."""
    kinds = _CLEAR[way]
    return all(char == " " or unicodedata.bidirectional(char) in kinds for char in text) and text == text.strip()
