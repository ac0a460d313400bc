"""The report as a Word document: direction on every paragraph, run and table, styles that a newsroom can replace.

Text goes in as text: no fields, no macros, no pictures. A newsroom's look comes from ``templates/reference.docx`` of the desk: its styles,
page size, header and footer are kept, its text is not. Styles that it lacks are added. The body is written as XML at one go, since
python-docx takes minutes for a case of a thousand claims.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from factcheck.errors import ReportError
from factcheck.reports import blocks as b
from factcheck.reports.compose import compose
from factcheck.reports.source import ReportSource
from factcheck.reports.words import Words, direction_of, pieces, safe_url

REFERENCE = "reference.docx"
HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RLM, LRM = "\u200f", "\u200e"  # behind a piece of the other direction, so that digits after it stay where they belong
COLOURS = {"good": "1F6B3B", "bad": "A32A22", "mid": "8A5A00", "none": "4D4F57"}
STYLES: Mapping[str, tuple[bool, int, str]] = {
    "Report Notice": (True, 11, "7A1710"),
    "Report Label": (True, 9, "5B574F"),
    "Report Small": (False, 9, "5B574F"),
    "Report Claim": (True, 13, "1C1B19"),
    "Report Quote": (False, 11, "1C1B19"),
    "Report Code": (False, 8, "1C1B19"),
}
"""Paragraph styles (bold, points, colour) beside Word's own; a reference document may define them its own way."""


def docx(source: ReportSource, lang: str = "ar") -> bytes:
    """The report of a case as DOCX.

    Raises:
        ReportError: no reports in that language, or the desk's reference document cannot be read.
    """
    report = compose(source, lang)
    document = _document(source.templates.get(REFERENCE))
    _describe(document, report, source.made_at)
    body = _Body(report, Words(lang, source.settings), _styles(document))
    xml = "".join(body.all())
    _fill(document, xml, body.links, rtl=report.direction == "rtl")
    stream = io.BytesIO()
    document.save(stream)
    return _dated(stream.getvalue(), source.made_at)


# ---- the document around the body


def _document(reference: bytes | None) -> Any:
    import docx as library

    if reference is None:
        document = library.Document()
        _our_look(document)
        return document
    try:
        return library.Document(io.BytesIO(reference))
    except Exception as error:  # whatever the library raises on a file that is no such document
        raise ReportError(
            f"The desk's templates/{REFERENCE} cannot be read as a Word document: {error}. Save it again as .docx, or remove it."
        ) from error


def _our_look(document: Any) -> None:
    """Fonts that every office has, for Latin and for Arabic script, and headings in one dark colour."""
    from docx.shared import Cm, Pt, RGBColor

    for style in document.styles:
        if style.type == 1:  # of paragraphs
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for name in list(fonts.attrib):
                del fonts.attrib[name]
            for name in ("ascii", "hAnsi", "cs"):
                fonts.set(f"{{{W}}}{name}", "Arial")
            if style.name.startswith(("Heading", "Title")):
                style.font.color.rgb = RGBColor(0x1C, 0x1B, 0x19)
                for spacing in style.element.rPr.findall(f"{{{W}}}spacing"):
                    style.element.rPr.remove(spacing)  # between letters: it tears Arabic words apart
    normal = document.styles["Normal"]
    normal.font.size, normal.paragraph_format.space_after = Pt(11), Pt(4)
    for section in document.sections:
        section.left_margin = section.right_margin = Cm(2.2)


def _styles(document: Any) -> dict[str, str]:
    """Style name -> id in this document, with those it lacks added."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    known = {style.name: style.style_id for style in document.styles if style.type == WD_STYLE_TYPE.PARAGRAPH}
    for name, (bold, points, colour) in STYLES.items():
        if name not in known:
            style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = document.styles["Normal"] if "Normal" in known else None
            style.font.bold, style.font.size = bold, Pt(points)
            style.font.color.rgb = RGBColor.from_string(colour)
            run = style.element.get_or_add_rPr()
            size = run.makeelement(f"{{{W}}}szCs", {f"{{{W}}}val": str(2 * points)})
            run.append(size)
            if bold:
                run.insert(0, run.makeelement(f"{{{W}}}bCs", {}))
            known[name] = style.style_id
    return known


def _describe(document: Any, report: b.Report, made: datetime) -> None:
    """Title and language; nobody's name, no other trace of who wrote where."""
    core = document.core_properties
    for name in ("author", "comments", "category", "keywords", "last_modified_by", "subject", "content_status", "version", "identifier"):
        setattr(core, name, "")
    core.title, core.language, core.revision = _plain(report.title)[:250], report.lang, 1
    core.created = core.modified = made.astimezone(UTC).replace(tzinfo=None)


def _fill(document: Any, xml: str, links: dict[str, str], *, rtl: bool) -> None:
    from docx.oxml import parse_xml

    for url, id in links.items():
        document.part.rels.add_relationship(HYPERLINK, url, id, is_external=True)
    body = document.element.body
    for child in list(body):
        if child is not body.sectPr:
            body.remove(child)
    made = parse_xml(f'<w:body xmlns:w="{W}" xmlns:r="{R}">{xml}</w:body>')
    section = body.sectPr
    for child in list(made):  # by neighbour: by number lxml counts from the start each time
        if section is None:
            body.append(child)
        else:
            section.addprevious(child)
    if rtl and section is not None and section.find(f"{{{W}}}bidi") is None:
        following = [section.find(f"{{{W}}}{name}") for name in ("rtlGutter", "docGrid", "printerSettings", "sectPrChange")]
        mark = section.makeelement(f"{{{W}}}bidi", {})
        first = next((element for element in following if element is not None), None)
        section.append(mark) if first is None else first.addprevious(mark)


def _dated(data: bytes, made: datetime) -> bytes:
    """The same file with the time of the report on every part, so that equal reports are equal bytes."""
    when = max(made.astimezone(UTC).timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(zipfile.ZipInfo(item.filename, when), old.read(item), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


# ---- the body


class _Body:
    """WordprocessingML for the parts of a report."""

    def __init__(self, report: b.Report, words: Words, styles: dict[str, str]) -> None:
        self.report, self.words, self.styles = report, words, styles
        self.rtl = report.direction == "rtl"
        self.links: dict[str, str] = {}  # URL -> relationship
        self._bookmarks = 0

    def all(self) -> Iterator[str]:
        report = self.report
        yield from self.blocks(report.notices)
        yield self.paragraph(self.line(report.kicker), "Report Label")
        yield self.paragraph(self.line(report.headline), "Title")
        if report.corrections:
            yield from self.section(report.corrections)
        yield from self.block(report.facts)
        yield from self.blocks(report.lede)
        for section in report.sections:
            yield from self.section(section)
        if report.links:
            yield from self.section(report.links)
        yield self.paragraph(self.line(report.proof.title), "Heading 1", report.proof.name)
        for block in report.proof.blocks:
            yield from self.blocks(block.blocks if isinstance(block, b.Fold) else (block,))

    def section(self, section: b.Section) -> Iterator[str]:
        yield self.paragraph(self.line(section.title), "Heading 1", section.name)
        yield from self.blocks(section.blocks)

    # ---- blocks

    def blocks(self, blocks: Iterable[b.Block]) -> Iterator[str]:
        for block in blocks:
            yield from self.block(block)

    def block(self, block: b.Block) -> Iterator[str]:
        match block:
            case b.Paragraph(line, style):
                name = {"practice": "Report Notice", "notice": "Report Notice", "said": "Report Notice", "label": "Report Label"}
                yield self.paragraph(self.line(line), name.get(style, "Report Small" if style == "small" else "Normal"))
            case b.Prose(text, _, label, style):
                if label:
                    yield self.paragraph(self.run(label, self.rtl), "Report Label")
                yield from self.prose(text, "Report Claim" if style == "claim" else "Normal")
            case b.Heading(line, level):
                yield self.paragraph(self.line(line), f"Heading {max(level - 1, 2)}")
            case b.Facts(rows):
                cells = [(self.paragraph(self.run(term, self.rtl), "Report Label"), "".join(self.blocks(blocks))) for term, blocks in rows]
                yield self.table(cells, (1, 3), borders=False)
            case b.Bullets(items):
                for item in items:
                    yield from self.bullet(item)
            case b.Quote():
                yield from self.quote(block)
            case b.Pair(original, translation):
                yield self.table([("".join(self.quote(original)), "".join(self.quote(translation)))], (1, 1), borders=True)
            case b.Columns(first, second):
                yield self.table([("".join(self.blocks(first)), "".join(self.blocks(second)))], (1, 1), borders=False)
            case b.Chain(steps):
                for at, step in enumerate(steps):
                    yield from self.step(step, at)
            case b.Card(title, blocks, anchor):
                if title:
                    yield self.paragraph(self.line(title), "Heading 5", anchor)
                yield from self.blocks(blocks)
            case b.Box(_, blocks) | b.Fold(_, blocks):
                if isinstance(block, b.Fold):
                    yield self.paragraph(self.line(block.summary), "Report Label")
                yield from self.blocks(blocks)
            case b.Table(head, rows, current):
                body = [tuple(self.paragraph(self.line(cell, strong=n == current)) for cell in row) for n, row in enumerate(rows)]
                yield self.table([tuple(self.paragraph(self.run(cell, self.rtl), "Report Label") for cell in head), *body], head=True)
            case b.Bars(head, stances, rows, shown):
                names = (head, *(word for _, word in stances))
                top = tuple(self.paragraph(self.run(name, self.rtl), "Report Label") for name in names)
                counted = [(self.line((name,)), *(self.run(shown[n], self.rtl) for n in counts)) for name, counts in rows]
                yield self.table([top, *(tuple(map(self.paragraph, row)) for row in counted)], head=True)
            case b.TimeLine(rows):
                dated = [(self.paragraph(self.run(on, self.rtl)), self.paragraph(self.line(what))) for on, what in rows]
                yield self.table(dated, (2, 4), borders=False)
            case b.Verbatim(text):
                lines = [self.run(line, False) for line in text.strip("\n").split("\n")]
                yield self.paragraph("<w:r><w:br/></w:r>".join(lines), "Report Code", rtl=False)
            case b.Marked(paragraphs):
                for stretches in paragraphs:
                    rtl = self.direction("".join(part.text for part in stretches))
                    yield self.paragraph("".join(self.stretch(part, rtl) for part in stretches), rtl=rtl)

    def prose(self, text: str, style: str) -> Iterator[str]:
        for line in text.split("\n"):
            if line.strip():
                rtl = self.direction(line)
                yield self.paragraph(self.run(line, rtl), style, rtl=rtl)

    def quote(self, quote: b.Quote) -> Iterator[str]:
        if quote.label:
            yield self.paragraph(self.line(quote.label), "Report Label")
        yield from self.prose(quote.text, "Report Quote")

    def bullet(self, item: tuple[b.Block, ...]) -> Iterator[str]:
        first, *rest = item
        if isinstance(first, b.Paragraph):
            yield self.paragraph(self.line(first.line), "List Bullet")
        else:
            rest = [first, *rest]
        yield from self.blocks(rest)

    def step(self, step: b.ChainStep, at: int) -> Iterator[str]:
        number = self.run(f"{'↳ ' if at else ''}{step.number}. ", self.rtl)
        yield self.paragraph(number + self.line(step.source), indent=at)
        badges = tuple(piece for badge in step.ratings for piece in (b.Ours(" "), badge))
        yield self.paragraph(self.line((*step.traits, *badges)), "Report Small", indent=at)
        yield from self.blocks(step.note)

    def stretch(self, part: b.Stretch, rtl: bool) -> str:
        colour = "FFE08A" if part.checked else "ECE9DF"
        text = self.run(part.text, rtl, f'<w:shd w:val="clear" w:color="auto" w:fill="{colour}"/>' if part.marked else "")
        refs = "".join(self.ref(ref, '<w:vertAlign w:val="superscript"/>') for ref in part.ends)
        return text + refs

    # ---- lines

    def line(self, line: b.Line, *, strong: bool = False) -> str:
        found = []
        for piece in line:
            found.append(self.piece(piece, strong))
            if not isinstance(piece, b.Ours) and self.direction(getattr(piece, "text", "https")) != self.rtl:
                found.append(f"<w:r><w:rPr>{'<w:rtl/>' if self.rtl else ''}</w:rPr><w:t>{RLM if self.rtl else LRM}</w:t></w:r>")
        return "".join(found)

    def piece(self, piece: b.Piece, strong: bool) -> str:
        bold = "<w:b/><w:bCs/>"
        match piece:
            case b.Ours(text, style):
                return self.run(text, self.rtl, bold if strong or style == "strong" else "")
            case b.Foreign(text, _, style):
                marks = bold if strong or style in ("strong", "source", "struck", "inserted") else ""
                marks += "<w:strike/>" if style == "struck" else '<w:color w:val="1F6B3B"/>' if style == "inserted" else ""
                return self.run(text, self.direction(text), marks)
            case b.Badge(text, tone, _, big):
                if tone not in COLOURS:
                    return self.run(f"[{text}]", self.direction(text), bold)
                size = '<w:sz w:val="28"/><w:szCs w:val="28"/>' if big else ""
                shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{COLOURS[tone]}"/>'
                return self.run(f" {text} ", self.direction(text), f'{bold}<w:color w:val="FFFFFF"/>{size}{shade}')
            case b.Address(url):
                return self.address(url)
            case b.Ref():
                return self.ref(piece)
            case b.Code(text):
                return self.run(text, False, '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>')

    def address(self, url: str) -> str:
        if not safe_url(url):
            return self.run(url, False)
        id = self.links.setdefault(url, f"rIdLink{len(self.links) + 1}")
        shown = self.run(url, False, '<w:color w:val="0B5D66"/><w:u w:val="single"/>')
        return f'<w:hyperlink r:id="{id}" w:history="1">{shown}</w:hyperlink>'

    def ref(self, ref: b.Ref, marks: str = "") -> str:
        shown = self.run(ref.text, self.rtl, '<w:color w:val="0B5D66"/>' + marks)
        return f"<w:hyperlink w:anchor={quoteattr(_bookmark(ref.anchor))}>{shown}</w:hyperlink>"

    def direction(self, text: str) -> bool:
        return (direction_of(text) or self.report.direction) == "rtl"

    # ---- WordprocessingML

    def run(self, text: str, rtl: bool, marks: str = "") -> str:
        """Runs of one direction each; hidden characters stand by their names. ``marks`` come in the order of the schema."""
        found = []
        for part, hidden in pieces(text):
            if hidden:
                name = '<w:shd w:val="clear" w:color="auto" w:fill="3A3A3A"/>'
                found.append(f'<w:r><w:rPr><w:color w:val="FFFFFF"/>{name}</w:rPr><w:t>{part}</w:t></w:r>')
                continue
            for stretch, right in by_direction(_plain(part), rtl):
                said = stretch.replace("\n", " ").replace("\t", " ")
                end = "<w:rtl/>" if right else ""
                found.append(f'<w:r><w:rPr>{marks}{end}</w:rPr><w:t xml:space="preserve">{escape(said)}</w:t></w:r>')
        return "".join(found)

    def paragraph(self, runs: str, style: str = "Normal", anchor: str = "", *, rtl: bool | None = None, indent: int = 0) -> str:
        right = self.rtl if rtl is None else rtl
        kind = f"<w:pStyle w:val={quoteattr(self.styles[style])}/>" if style in self.styles else ""
        moved = f'<w:ind w:start="{360 * indent}"/>' if indent else ""
        if anchor:
            self._bookmarks += 1
            id = self._bookmarks
            runs = f'<w:bookmarkStart w:id="{id}" w:name={quoteattr(_bookmark(anchor))}/>{runs}<w:bookmarkEnd w:id="{id}"/>'
        return f'<w:p><w:pPr>{kind}<w:bidi w:val="{int(right)}"/>{moved}</w:pPr>{runs}</w:p>'

    def table(self, rows: Sequence[tuple[str, ...]], widths: tuple[int, ...] = (), *, borders: bool = True, head: bool = False) -> str:
        """Rows of cells that hold paragraphs; in an Arabic report the first cell stands on the right."""
        if not rows:
            return ""
        widths = widths or (1,) * len(rows[0])
        unit = 9000 // sum(widths)
        line = 'w:val="single" w:sz="4" w:space="0" w:color="D9D4C9"'
        sides = "".join(f"<w:{side} {line}/>" for side in ("top", "left", "bottom", "right", "insideH", "insideV")) if borders else ""
        grid = "".join(f'<w:gridCol w:w="{width * unit}"/>' for width in widths)
        found = [
            f'<w:tbl><w:tblPr>{"<w:bidiVisual/>" if self.rtl else ""}<w:tblW w:w="5000" w:type="pct"/>',
            f'<w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>',
        ]
        for at, row in enumerate(rows):
            found.append("<w:tr><w:trPr><w:tblHeader/></w:trPr>" if head and at == 0 else "<w:tr>")
            for width, cell in zip(widths, row, strict=True):
                end = "" if cell.endswith("</w:p>") else "<w:p/>"  # a cell ends with a paragraph
                found.append(f'<w:tc><w:tcPr><w:tcW w:w="{width * unit}" w:type="dxa"/></w:tcPr>{cell}{end}</w:tc>')
            found.append("</w:tr>")
        return "".join(found) + "</w:tbl>" + self.paragraph("", "Report Small")


# ---- characters

_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _plain(text: str) -> str:
    """What XML can hold; ``pieces`` has named the rest already, so this only catches what is our own mistake."""
    return _UNFIT.sub("\ufffd", text)


def _bookmark(anchor: str) -> str:
    """A name that Word takes: letters, digits and underscores."""
    return re.sub(r"\W", "_", anchor)[:40]


def by_direction(text: str, rtl: bool) -> Iterator[tuple[str, bool]]:
    """The text in stretches of one direction: (stretch, right to left). Signs and spaces go with their neighbours, else with ``rtl``."""
    if text.isascii() and not rtl:
        yield text, False
        return
    start, current, pending = 0, rtl, 0  # pending: where signs began that have no direction of their own
    for index, char in enumerate(text):
        kind = unicodedata.bidirectional(char)
        if kind not in ("L", "R", "AL"):
            continue
        right = kind != "L"
        if right != current:
            edge = pending if current != rtl else index  # signs between two directions take that of the paragraph
            if edge > start:
                yield text[start:edge], current
            start, current = edge, right
            if edge < index and rtl != right:
                yield text[start:index], rtl
                start = index
        pending = index + 1
    if current != rtl and start < pending < len(text):
        yield text[start:pending], current
        start, current = pending, rtl
    if start < len(text):
        yield text[start:], current
