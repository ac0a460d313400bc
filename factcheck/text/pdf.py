"""PDF to text, page by page, right-to-left script in the order in which it is read.

A PDF holds glyphs and their places. Producers write Arabic from the left in pieces, in presentation forms, with marks and halves of
ligatures of no width, and every library's plain text that was tried came out reversed or torn on some of them. Here pdfminer.six says
which glyph stands where, and lines, columns, paragraphs and reading order are made from that. Run in the child process.

Pages are parted by form feeds in the text of a capture, so that a quote's place tells its page.
"""

from __future__ import annotations

import io
import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

PAGE_BREAK = "\f"
MAX_PAGES = 2000
_MIRROR = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
_OPENING, _CLOSING = frozenset("([{«‹"), frozenset(")]}»›")
_INSIDE_NUMBER = frozenset(".,:/-٫٬+%\u2212")
_UNKNOWN = re.compile(r"\(cid:\d+\)")


@dataclass(slots=True)
class Glyph:
    """What one glyph says and where it stands, in points from the lower left."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    base: float  # the line it stands on, which fonts of different boxes share

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def size(self) -> float:
        return max(self.y1 - self.y0, 1.0)


@dataclass(slots=True)
class Line:
    """Glyphs side by side, from the left; part of one column."""

    glyphs: list[Glyph]
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def base(self) -> float:
        return median(g.base for g in self.glyphs)

    @property
    def size(self) -> float:
        return median(g.size for g in self.glyphs)


def page_number(text: str, offset: int) -> int:
    """On which page of a PDF's text a character stands, from 1; 0 when the text is not one of pages."""
    return text.count(PAGE_BREAK, 0, offset) + 1 if PAGE_BREAK in text else 0


def read_pdf(data: bytes) -> Iterator[dict[str, Any]]:
    """The document's own facts, then each page's text; whoever is cut off has the pages until then."""
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdfparser import PDFParser

    logging.disable(logging.CRITICAL)  # it complains at length about every odd file
    document = PDFDocument(PDFParser(io.BytesIO(data)))
    facts = _facts(document.info)
    yield {"facts": facts}
    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=None)
    interpreter = PDFPageInterpreter(resources, device)
    for number, page in enumerate(PDFPage.create_pages(document)):
        if number >= MAX_PAGES:
            yield {"problem": f"only the first {MAX_PAGES} pages were read"}
            return
        interpreter.process_page(page)
        layout = device.get_result()
        yield {f"page {number + 1}": page_text(_glyphs(layout), (layout.x0, layout.y0, layout.x1, layout.y1))}


def _facts(information: Iterable[Any]) -> dict[str, tuple[str, str]]:
    """Title, author and dates as the file states them."""
    from pdfminer.utils import decode_text

    found: dict[str, tuple[str, str]] = {}
    for entry in information:
        for key, name in (("Title", "title"), ("Author", "author"), ("CreationDate", "published"), ("ModDate", "modified")):
            value = entry.get(key)
            text = decode_text(value).strip()[:1000] if isinstance(value, bytes) else ""
            if name in ("published", "modified"):
                day = re.match(r"D:(\d{4})(\d{2})(\d{2})", text)
                text = "-".join(day.groups()) if day else ""
            if text:
                found[name] = (text, f"pdf {key}")
    return found


def _glyphs(layout: Any) -> Iterator[Glyph]:
    """Upright glyphs of a page, figures included."""
    waiting = [iter(layout)]
    while waiting:
        for item in waiting[-1]:
            if hasattr(item, "get_text") and hasattr(item, "upright"):
                if item.upright:
                    text = _plain(item.get_text())
                    if text:
                        yield Glyph(text, item.x0, item.y0, item.x1, item.y1, item.matrix[5])
            elif hasattr(item, "__iter__") and len(waiting) < 50:
                waiting.append(iter(item))
                break
        else:
            waiting.pop()


def _plain(text: str) -> str:
    """A glyph's text in plain letters: presentation forms undone, soft hyphens and directional marks gone."""
    if _UNKNOWN.fullmatch(text):
        return "\ufffd"
    out = []
    for char in text:
        if "\ufb00" <= char <= "\ufb4f" or "\ufb50" <= char <= "\ufdff" or "\ufe70" <= char <= "\ufefc":
            char = unicodedata.normalize("NFKC", char)
            char = char.strip() or char if len(char) > 1 else char  # isolated marks come as space and mark
        if char not in "\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\x00":
            out.append(" " if char in "\u00a0\t\n\r" else char)
    return "".join(out)


# ---- from glyphs to text


def page_text(glyphs: Iterable[Glyph], page: tuple[float, float, float, float]) -> str:
    """The text of a page: a paragraph a line, columns one after the other.

    Args:
        page: left, bottom, right, top.
    """
    found = [glyph for glyph in glyphs if page[0] - 1 <= glyph.middle <= page[2] + 1]
    lines = _lines(found)
    if not lines:
        return ""
    rtl = sum(map(_rightness, lines)) > 0
    mirrored = _brackets_are_shapes(lines)
    blocks = _blocks(lines, rtl)
    steps = sorted(step for block in blocks for step in map(_step, block, block[1:]) if step > 0.8)
    usual = steps[len(steps) // 10] if steps else 0.0
    return "\n".join(text for block in blocks for text in _paragraphs(block, rtl, mirrored, usual) if text)


def _lines(glyphs: list[Glyph]) -> list[Line]:
    """Glyphs of one height, from the left, cut where a column might end."""
    rows: list[list[Glyph]] = []
    bases = [g for g in glyphs if not _is_mark(g)]
    for glyph in sorted(bases, key=lambda g: -g.base):
        if rows and rows[-1][0].base - glyph.base < 0.25 * min(rows[-1][0].size, glyph.size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    lines: list[Line] = []
    for row in rows:
        row.sort(key=lambda g: (g.middle, g.x0))
        part: list[Glyph] = []
        for glyph in row:
            if part and glyph.x0 - max(g.x1 for g in part[-3:]) > 0.9 * glyph.size and glyph.text != " ":
                lines.append(_line(part))
                part = []
            part.append(glyph)
        lines.append(_line(part))
    _put_marks([g for g in glyphs if _is_mark(g)], lines)
    return [line for line in lines if any(g.text.strip() for g in line.glyphs)]


def _line(glyphs: list[Glyph]) -> Line:
    inked = [g for g in glyphs if g.text.strip()] or glyphs
    return Line(glyphs, min(g.x0 for g in inked), min(g.y0 for g in inked), max(g.x1 for g in inked), max(g.y1 for g in inked))


def _is_mark(glyph: Glyph) -> bool:
    return all(unicodedata.category(char) == "Mn" for char in glyph.text.strip()) and bool(glyph.text.strip())


def _put_marks(marks: list[Glyph], lines: list[Line]) -> None:
    """A mark belongs to the letter it stands over, whatever its own place in the order."""
    for mark in marks:
        height = (mark.y0 + mark.y1) / 2
        near = [line for line in lines if line.y0 - line.glyphs[0].size < height < line.y1 + line.glyphs[0].size]
        letters = [
            (abs(g.middle - mark.middle) + 2 * abs((g.y0 + g.y1) / 2 - height), g)
            for line in near
            for g in line.glyphs
            if g.text[-1:].isalpha()
        ]
        if letters:
            min(letters, key=lambda pair: pair[0])[1].text += mark.text.strip()


def _blocks(lines: list[Line], rtl: bool) -> list[list[Line]]:
    """Lines in reading order, in blocks: cut at gutters between columns, else at the widest gap between lines (XY cut)."""
    done: list[list[Line]] = []
    waiting = [lines]
    while waiting:
        block = waiting.pop()
        columns = _columns(block)
        rows = _rows(block, turning=len(columns) > 1)
        if len(rows) > 1:
            waiting += reversed(rows)  # what is read first lies on top
        elif len(columns) > 1:
            waiting += columns if sum(map(_rightness, block)) > 0 else reversed(columns)
        else:
            done.append(sorted(block, key=lambda line: (-round(line.base / 2), -line.x1 if rtl else line.x0)))
    return done


def _columns(lines: list[Line]) -> list[list[Line]]:
    """Lines parted by a strip of white that goes through all of them, from the left; one part when there is none, or for a table."""
    em = median(g.size for line in lines for g in line.glyphs)
    parts: list[list[Line]] = []
    edge = float("-inf")
    for line in sorted(lines, key=lambda line: line.x0):
        if line.x0 > edge + 0.6 * em:
            parts.append([])
        parts[-1].append(line)
        edge = max(edge, line.x1)
    wide = all(len(part) > 2 and median(line.x1 - line.x0 for line in part) > 7 * em for part in parts)
    return parts if wide else [lines]


def _rows(lines: list[Line], *, turning: bool) -> list[list[Line]]:
    """Two parts at a gap that goes through all lines: where a part then has columns of its own; in a block that has columns already
    (``turning``), where Arabic columns end and Latin ones begin. One part when there is no such gap."""
    ordered = sorted(lines, key=lambda line: -line.y1)
    gaps = []
    floor = ordered[0].y0
    for position, line in enumerate(ordered[1:], 1):
        if floor > line.y1:
            gaps.append((floor - line.y1, position))
        floor = min(floor, line.y0)
    for _, position in sorted(gaps, reverse=True)[:8]:
        above, below = ordered[:position], ordered[position:]
        if turning:
            cut = sum(map(_rightness, above)) * sum(map(_rightness, below)) < 0 and len(_columns(above)) > 1 and len(_columns(below)) > 1
        else:
            cut = len(_columns(above)) > 1 or len(_columns(below)) > 1
        if cut:
            return [above, below]
    return [lines]


def _paragraphs(block: list[Line], rtl: bool, mirrored: bool, usual: float) -> list[str]:
    """Lines of a block joined to paragraphs.

    Args:
        usual: the page's distance from line to line, as a multiple of the letters' size.
    """
    left, right = min(line.x0 for line in block), max(line.x1 for line in block)
    out: list[str] = []
    for position, line in enumerate(block):
        runs_right = _rightness(line) > 0 or (rtl and _rightness(line) == 0)
        text = line_text(line.glyphs, rtl=runs_right, mirrored=mirrored)
        before = block[position - 1] if position else None
        if before is not None and out and _goes_on(before, line, left, right, usual, runs_right):
            out[-1] = _joined(out[-1], text)
        else:
            out.append(text)
    return out


def _goes_on(before: Line, line: Line, left: float, right: float, usual: float, rtl: bool) -> bool:
    """Whether a line belongs to the paragraph of the line before: not where that one had room for its first word, nor where it stands
    further off or further in, or is of another size or direction."""
    step = _step(before, line)
    if step < 0.3:  # beside it, as cells of a table stand
        return True
    size = line.size
    room = (right - left) - (before.x1 - before.x0) > _first_word(line, rtl) + 0.4 * size
    near, far = (right - line.x1, line.x0 - left) if rtl else (line.x0 - left, right - line.x1)
    indented = near > size and far > 0.3 * size and not (right - before.x1 if rtl else before.x0 - left) > size
    turned = _rightness(before) * _rightness(line) < 0
    return not (room or indented or turned or abs(before.size - size) > 0.2 * size or step > 1.35 * usual)


def _step(upper: Line, lower: Line) -> float:
    """From line to line, as a multiple of the lower one's letters."""
    return (upper.base - lower.base) / lower.size


def _first_word(line: Line, rtl: bool) -> float:
    glyphs = list(reversed(line.glyphs)) if rtl else line.glyphs
    word = [glyphs[0]]
    for glyph in glyphs[1:]:
        gap = word[-1].x0 - glyph.x1 if rtl else glyph.x0 - word[-1].x1
        if not glyph.text.strip() or gap > 0.22 * glyph.size:
            break
        word.append(glyph)
    return max(g.x1 for g in word) - min(g.x0 for g in word)


def _joined(before: str, after: str) -> str:
    if re.search(r"[a-z]-$", before) and re.match(r"[a-z]", after):
        return before[:-1] + after
    return f"{before} {after}"


# ---- from places to reading order


def line_text(glyphs: list[Glyph], *, rtl: bool, mirrored: bool) -> str:
    """The text of a line in the order in which it is read.

    Args:
        glyphs: from the left.
        rtl: the line as a whole runs from the right.
        mirrored: brackets are told by their shape, so that those in right-to-left text stand for their opposites.
    """
    cells: list[str] = []
    for position, glyph in enumerate(glyphs):
        if position:
            gap = glyph.x0 - max(g.x1 for g in glyphs[max(0, position - 3) : position])
            if gap > 0.22 * glyph.size and glyph.text != " " and cells[-1] != " ":
                cells.append(" ")
        cells.append(glyph.text)
    return " ".join("".join(_in_order(cells, rtl, mirrored)).split())


def _in_order(cells: list[str], rtl: bool, mirrored: bool) -> list[str]:
    """Cells from the left, as they are read: the inverse of what displaying does (UAX #9)."""
    kinds = [_kind(cell) for cell in cells]
    for i in range(1, len(cells) - 1):
        if cells[i] in _INSIDE_NUMBER and kinds[i - 1] == kinds[i + 1] == "D":
            kinds[i] = "D"
    for i, cell in enumerate(cells):  # per cent, currencies; to the left of a number in Arabic they follow it already
        if len(cell) == 1 and unicodedata.bidirectional(cell) == "ET" and "D" in kinds[max(0, i - 1) : i if rtl else i + 2]:
            kinds[i] = "D"
    runs = _runs(kinds, "L" if rtl else "R")
    out: list[str] = []
    for start, end, foreign in reversed(runs) if rtl else runs:
        part = cells[start:end]
        if foreign and not rtl:
            inner = _runs(kinds[start:end], "L")
            part = [cell for a, b, _ in reversed(inner) for cell in part[a:b]]
        if mirrored and foreign is not rtl:
            part = [cell.translate(_MIRROR) for cell in part]
        out += part
    return out


def _runs(kinds: list[str], other: str) -> list[tuple[int, int, bool]]:
    """Stretches that keep their own order: numbers, and from a letter of the other direction to the last such letter that only neutral
    signs and numbers part from it. Everything else is one cell each; the flag says whether the stretch runs the other way."""
    runs: list[tuple[int, int, bool]] = []
    at = 0
    while at < len(kinds):
        if kinds[at] == other:
            end = look = at + 1
            while look < len(kinds) and kinds[look] in (other, "D", "N"):
                look += 1
                if kinds[look - 1] == other or (other == "L" and kinds[look - 1] == "D"):  # a number behind Latin letters goes with them
                    end = look
            runs.append((at, end, True))
        elif kinds[at] == "D":
            end = at + 1
            while end < len(kinds) and kinds[end] == "D":
                end += 1
            runs.append((at, end, other == "L"))
        else:
            end = at + 1
            runs.append((at, end, False))
        at = end
    return runs


def _kind(cell: str) -> str:
    for char in cell:
        direction = unicodedata.bidirectional(char)
        if direction in ("R", "AL"):
            return "R"
        if direction == "L":
            return "L"
        if direction in ("EN", "AN"):
            return "D"
    return "N"


def _rightness(line: Line) -> int:
    kinds = [_kind(g.text) for g in line.glyphs]
    return kinds.count("R") - kinds.count("L")


def _brackets_are_shapes(lines: list[Line]) -> bool:
    """Whether brackets in right-to-left lines are told by their shape: read from the right, closing ones then come first."""
    score = 0
    for line in lines:
        if _rightness(line) <= 0:
            continue
        depth = 0
        for glyph in reversed(line.glyphs):
            if glyph.text in _OPENING:
                depth += 1
            elif glyph.text in _CLOSING:
                score += 1 if depth else -1
                depth = max(0, depth - 1)
    return score < 0
