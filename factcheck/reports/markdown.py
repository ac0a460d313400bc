"""The report as Markdown (CommonMark with tables), for repositories, notes and content systems that take it.

Punctuation of foreign text that could be markup is written as character references, so that it is shown and does nothing; each foreign
piece stands between U+2068 and U+2069, which keep its direction from spilling over. No raw HTML but one ``div`` with the direction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from factcheck.reports import blocks as b
from factcheck.reports.compose import compose
from factcheck.reports.source import ReportSource
from factcheck.reports.words import safe_url, visible

_MARKUP = re.compile(r"[\\`*_{}\[\]<>#|&~$@]|(?<=http):|(?<=https):|(?<=ftp):|(?<=mailto):|(?<=xmpp):|(?<=www)\.", re.IGNORECASE)


def markdown(source: ReportSource, lang: str = "ar") -> bytes:
    """The report of a case as Markdown, UTF-8.

    Raises:
        ReportError: no reports in that language.
    """
    report = compose(source, lang)
    body = "\n\n".join(block for block in _Markdown(report).all() if block)
    return f'<div dir="{report.direction}" lang="{report.lang}">\n\n{body}\n\n</div>\n'.encode()


class _Markdown:
    def __init__(self, report: b.Report) -> None:
        self.report = report

    def all(self) -> Iterator[str]:
        report = self.report
        yield from self.blocks(report.notices)
        if report.corrections:
            yield from self.section(report.corrections)
        yield self.line(report.kicker)
        yield "# " + self.line(report.headline)
        yield from self.block(report.facts)
        yield from self.blocks(report.lede)
        for section in (*report.sections, *((report.links,) if report.links else ())):
            yield from self.section(section)
        yield from self.section(b.Section(report.proof.name, report.proof.title, _opened(report.proof.blocks)))

    def section(self, section: b.Section) -> Iterator[str]:
        yield "## " + self.line(section.title)
        yield from self.blocks(section.blocks)

    # ---- blocks

    def blocks(self, blocks: Iterable[b.Block]) -> Iterator[str]:
        for block in blocks:
            yield from self.block(block)

    def block(self, block: b.Block) -> Iterator[str]:
        match block:
            case b.Paragraph(line, style):
                text = self.line(line)
                yield f"**{text}**" if style in ("practice", "said") else f"> {text}" if style == "notice" else text
            case b.Prose(text, _, label):
                if label:
                    yield f"*{label}*"
                yield from (self.foreign(part) for part in text.split("\n") if part.strip())
            case b.Heading(line, level):
                yield f"{'#' * level} {self.line(line)}"
            case b.Facts(rows):
                yield "\n".join(f"- **{term}:** {self.inline(blocks)}" for term, blocks in rows)
            case b.Bullets(items):
                yield "\n".join(f"- {self.inline(item)}" for item in items if not self.tables(item))
                for item in items:
                    if self.tables(item):
                        yield from self.blocks(item)
            case b.Quote():
                yield self.quote(block)
            case b.Pair(original, translation):
                yield self.quote(original)
                yield self.quote(translation)
            case b.Columns(first, second):
                yield from self.blocks((*first, *second))
            case b.Chain(steps):
                yield "\n".join(self.step(step) for step in steps)
            case b.Card(title, blocks):
                if title:
                    yield f"##### {self.line(title)}"
                yield from self.blocks(blocks)
            case b.Box(_, blocks):
                yield from self.blocks(blocks)
            case b.Fold(summary, blocks):
                yield f"**{self.line(summary)}**"
                yield from self.blocks(blocks)
            case b.Table(head, rows, current):
                marked = [[f"**{self.line(cell)}**" if n == current else self.line(cell) for cell in row] for n, row in enumerate(rows)]
                yield table([list(head), *marked])
            case b.Bars(head, stances, rows, shown):
                body = [[self.line((name,)), *(shown[count] for count in counts)] for name, counts in rows]
                yield table([[head, *(word for _, word in stances)], *body])
            case b.TimeLine(rows):
                yield "\n".join(f"- **{self.foreign(on)}** {self.line(what)}" for on, what in rows)
            case b.Verbatim(text):
                yield "\n".join("    " + line for line in visible(text).strip("\n").split("\n"))
            case b.Marked(paragraphs):
                for stretches in paragraphs:
                    yield "".join(self.stretch(part) for part in stretches)

    def tables(self, item: tuple[b.Block, ...]) -> bool:
        return any(isinstance(block, b.Table) for block in item)

    def inline(self, blocks: Iterable[b.Block]) -> str:
        """Blocks in the place of a line."""
        return " · ".join(" ".join(part.split("\n")) for part in self.blocks(blocks) if part)

    def quote(self, quote: b.Quote) -> str:
        label = [f"> *{self.line(quote.label)}*", ">"] if quote.label else []
        lines = [f"> {self.foreign(line)}" for line in quote.text.split("\n") if line.strip()]
        return "\n".join([*label, *"\n>\n".join(lines).split("\n")])

    def step(self, step: b.ChainStep) -> str:
        ratings = "".join(f" · **{self.foreign(badge.text)}**" for badge in step.ratings)
        note = "".join(f" · {part}" for part in self.blocks(step.note))
        return f"- {step.number}\\. {self.line(step.source)} — {self.line(step.traits)}{ratings}{note}"

    def stretch(self, part: b.Stretch) -> str:
        text = escaped(part.text)
        shown = f"**{text.strip()}**" if part.checked and text.strip() else text
        return shown + "".join(f" [{ref.text}] " for ref in part.ends)

    # ---- lines

    def line(self, line: b.Line) -> str:
        return " ".join("".join(self.piece(piece) for piece in line).split("\n"))

    def piece(self, piece: b.Piece) -> str:
        match piece:
            case b.Ours(text, style):
                return f"**{escaped(text)}**" if style == "strong" and text == text.strip() else escaped(text)
            case b.Foreign(text, _, style):
                shown = self.foreign(text)
                marks = {"strong": "**", "source": "**", "inserted": "**", "struck": "~~"}.get(style, "")
                return f"{marks}{shown}{marks}" if text.strip() else ""
            case b.Badge(text):
                return f"**{self.foreign(text)}**"
            case b.Address(url):
                return f"<{url}>" if safe_url(url) else self.foreign(url)
            case b.Ref(_, text):
                return text
            case b.Code(text):
                return self.foreign(text)

    def foreign(self, text: str) -> str:
        return f"\u2068{escaped(text.strip())}\u2069" if text.strip() else ""


def escaped(text: str) -> str:
    """Text that no reader of Markdown takes for markup or for a link."""
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", " ".join(visible(text).split("\n")))


def table(rows: list[list[str]]) -> str:
    head, *body = rows
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in body)])


def _opened(blocks: tuple[b.Block, ...]) -> tuple[b.Block, ...]:
    return tuple(inner for block in blocks for inner in (block.blocks if isinstance(block, b.Fold) else (block,)))
