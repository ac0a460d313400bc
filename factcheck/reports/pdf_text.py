"""Vowel signs that can be copied: a finished PDF, made to say for each of its glyphs what that glyph is and nothing more.

The compiler maps both glyphs of a letter with a sign, such as ``يُ``, to the two characters together, so that readers copy ``يُيُ`` and find
no word that has one. Here the letter's glyph becomes the letter and the sign's the sign, in the character maps of the fonts and in the
replacement texts of the pages. Nothing that is seen changes. The file is one that ``pdf`` made, never one of somebody else.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from factcheck.errors import ReportError

_SIGNS = re.compile("[\u0610-\u061a\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]+")
_REFERENCE = r"\s*(\d+) 0 R"
_TO_UNICODE = re.compile(rb"/ToUnicode" + _REFERENCE.encode())
_DESCENDANT = re.compile(rb"/DescendantFonts\s*\[" + _REFERENCE.encode())
_DESCRIPTOR = re.compile(rb"/FontDescriptor" + _REFERENCE.encode())
_PROGRAM = re.compile(rb"/FontFile2" + _REFERENCE.encode())
_WIDTHS = re.compile(rb"/W\s*\[([^\]]*(?:\[[^\]]*\][^\]]*)*)\]")
_CONTENTS = re.compile(rb"/Contents" + _REFERENCE.encode())
_RESOURCES = re.compile(rb"/Resources" + _REFERENCE.encode())
_FONTS = re.compile(rb"/Font\s*<<(.*?)>>", re.DOTALL)
_NAMED = re.compile(rb"/(\w+)" + _REFERENCE.encode())
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_CHAR = re.compile(rb"<([0-9A-Fa-f]{4})> ?<([0-9A-Fa-f]+)>")
_TOKEN = re.compile(
    rb"/(?P<font>\w+) [\d.]+ Tf"
    rb"|(?P<mark>/\w+\s*(?:<<\s*/ActualText\s*<FEFF(?P<text>[0-9A-Fa-f]*)>\s*>>|<<[^>]*>>)?\s*B(?:DC|MC))"
    rb"|EMC"
    rb"|\[(?:[^\]\\()<>]|<[0-9A-Fa-f]*>|\((?:[^\\()]|\\.)*\))*\]\s*TJ|\((?:[^\\()]|\\.)*\)\s*Tj|<[0-9A-Fa-f]+>\s*Tj",
    re.DOTALL,
)
_OPERAND = re.compile(rb"\(((?:[^\\()]|\\.)*)\)|<([0-9A-Fa-f]+)>", re.DOTALL)
_BLOCK = re.compile(rb"BT[\s/].*?\sET\s", re.DOTALL)
_FEW = 200  # bytes of a stretch of text, below which it may be signs alone: they lie off the line, and stand in one of their own
_QUIET = b"/Span<</ActualText<FEFF>>>BDC"
_PLAIN = b"/Span BMC"
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_CONTROL = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass(frozen=True, slots=True)
class _Font:
    """What the compiler maps the glyphs of a font to, and what they are."""

    own: Mapping[int, str]  # glyph -> what it is by itself
    shaped: frozenset[int]  # the glyphs that were mapped to letter and signs together
    letters: frozenset[int]  # the glyphs that are no signs

    @classmethod
    def of(cls, texts: Mapping[int, str], letters: frozenset[int]) -> _Font:
        own = {glyph: _own(text, glyph in letters) for glyph, text in texts.items()}
        return cls(own, frozenset(glyph for glyph, text in texts.items() if own[glyph] != text), letters)


def _own(text: str, letter: bool) -> str:
    """The part of letters with signs that a glyph stands for."""
    return (_SIGNS.sub("", text) if letter else "".join(_SIGNS.findall(text))) or text


def with_own_signs(made: bytes) -> bytes:
    """The same PDF, in which letters with signs are copied once."""
    objects, order, trailer = _objects(made)
    fonts: dict[int, _Font] = {}
    changed: dict[int, bytes] = {}
    for number in order:
        body = objects[number]
        if b"/Type0" in body and (unicode := _TO_UNICODE.search(body)) and (below := _DESCENDANT.search(body)):
            font = fonts[number] = _Font.of(_texts(objects[int(unicode[1])]), _letters(objects, objects[int(below[1])]))
            if font.shaped:
                changed[int(unicode[1])] = _with_texts(objects[int(unicode[1])], font.own)
    for number in order if changed else ():
        body = objects[number]
        if (contents := _CONTENTS.search(body)) and (resources := _RESOURCES.search(body)):
            named = _FONTS.search(objects[int(resources[1])])
            here = {name: fonts[int(font)] for name, font in _NAMED.findall(named[1]) if int(font) in fonts} if named else {}
            inside = _inflated(objects[int(contents[1])])
            changed[int(contents[1])] = _stream(objects[int(contents[1])], _with_quiet_signs(inside, here))
    return _written(objects | changed, order, made[: min(_offsets(made)[0].values())], trailer) if changed else made


# ---- fonts


def _texts(cmap: bytes) -> dict[int, str]:
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be", "replace") for glyph, text in _CHAR.findall(_inflated(cmap))}


def _with_texts(cmap: bytes, texts: Mapping[int, str]) -> bytes:
    def line(found: re.Match[bytes]) -> bytes:
        text = texts.get(int(found[1], 16))
        return found[0] if text is None else b"<%b> <%b>" % (found[1], text.encode("utf-16-be").hex().upper().encode())

    return _stream(cmap, _CHAR.sub(line, _inflated(cmap)))


def _letters(objects: Mapping[int, bytes], font: bytes) -> frozenset[int]:
    """The glyphs that take room or stand in the height of letters: a sign does neither. The alef of a lam-alef may take no room."""
    described = _DESCRIPTOR.search(font)
    program = _PROGRAM.search(objects[int(described[1])]) if described else None
    return _wide(font) | (_standing(_inflated(objects[int(program[1])])) if program else frozenset())


def _standing(program: bytes) -> frozenset[int]:
    """The glyphs of a TrueType program that reach from below a quarter of an em to above it, as letters do; signs lie above or below."""
    count = int.from_bytes(program[4:6], "big")
    tables = {program[at : at + 4]: int.from_bytes(program[at + 8 : at + 12], "big") for at in range(12, 12 + 16 * count, 16)}
    if not {b"head", b"loca", b"glyf", b"maxp"} <= set(tables):
        return frozenset()
    head, glyf = tables[b"head"], tables[b"glyf"]
    em = int.from_bytes(program[head + 18 : head + 20], "big")
    long = program[head + 51] == 1
    glyphs = int.from_bytes(program[tables[b"maxp"] + 4 : tables[b"maxp"] + 6], "big")
    kind, scale = (">%dI", 1) if long else (">%dH", 2)
    starts = [start * scale for start in struct.unpack_from(kind % (glyphs + 1), program, tables[b"loca"])]
    found = set()
    for glyph, (start, end) in enumerate(pairwise(starts)):
        if end - start >= 10:
            _, bottom, _, top = struct.unpack_from(">4h", program, glyf + start + 2)
            if 4 * bottom < em < 4 * top:
                found.add(glyph)
    return frozenset(found)


def _wide(font: bytes) -> frozenset[int]:
    """The glyphs that take room, from the widths of a font: ``first last width`` or ``first [width ...]``."""
    found = _WIDTHS.search(font)
    wide: set[int] = set()
    parts = re.findall(rb"\[[^\]]*\]|[\d.]+", found[1]) if found else []
    at = 0
    while at + 1 < len(parts):
        first = int(parts[at])
        if parts[at + 1].startswith(b"["):
            wide.update(first + n for n, width in enumerate(parts[at + 1].strip(b"[]").split()) if float(width))
            at += 2
        else:
            if float(parts[at + 2]):
                wide.update(range(first, int(parts[at + 1]) + 1))
            at += 3
    return frozenset(wide)


# ---- pages


def _with_quiet_signs(content: bytes, fonts: Mapping[bytes, _Font]) -> bytes:
    """The page, where replacement texts say no more than the glyphs they stand around, and signs off the line are not copied."""

    def mended(found: re.Match[bytes]) -> bytes:
        block = found[0]
        return _mended(block, fonts) if b"/ActualText" in block or len(block) < _FEW else block

    return _BLOCK.sub(mended, content)


def _mended(content: bytes, fonts: Mapping[bytes, _Font]) -> bytes:
    """One stretch of text."""
    out: list[bytes] = []
    spans: list[int | None] = []  # for each open mark: where in ``out`` its replacement text stands, None for a mark without one
    font, at = None, 0
    for found in _TOKEN.finditer(content):
        out.append(content[at : found.start()])
        at = found.end()
        token = found[0]
        if found["font"]:
            font = fonts.get(found["font"])
        elif found["mark"]:
            spans.append(len(out) if found["text"] is not None else None)
        elif token == b"EMC":
            spans.pop()
        elif font is not None:
            span = next((place for place in reversed(spans) if place is not None), None)
            glyphs = _shown(token)
            if span is not None:
                out[span] = _span(_said(out[span]), glyphs, font)
            elif font.shaped.issuperset(glyphs) and font.letters.isdisjoint(glyphs):
                token = _QUIET + b"\n" + token + b"\nEMC"
        out.append(token)
    out.append(content[at:])
    return b"".join(out)


def _span(text: str, glyphs: list[int], font: _Font) -> bytes:
    """The mark around glyphs that the compiler gave a replacement text: a plain one where their font says now what they are."""
    if not _SIGNS.search(text):
        own = "".join(font.own.get(glyph, "") for glyph in glyphs)
    elif font.letters.isdisjoint(glyphs):
        return _QUIET
    else:
        text = _own(text, letter=True)
        own = "".join(font.own.get(glyph, "") for glyph in glyphs if glyph in font.letters)
    return _PLAIN if text == own else b"/Span<</ActualText<FEFF%b>>>BDC" % text.encode("utf-16-be").hex().upper().encode()


def _shown(token: bytes) -> list[int]:
    """The glyphs of a ``Tj`` or ``TJ`` operator."""
    glyphs: list[int] = []
    for literal, hexed in _OPERAND.findall(token):
        raw = bytes.fromhex(hexed.decode()) if hexed else _ESCAPE.sub(_unescaped, literal)
        glyphs += (int.from_bytes(raw[start : start + 2], "big") for start in range(0, len(raw), 2))
    return glyphs


def _said(mark: bytes) -> str:
    hexed = re.search(rb"<FEFF([0-9A-Fa-f]*)>", mark)
    return bytes.fromhex(hexed[1].decode()).decode("utf-16-be", "replace") if hexed else ""


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found[1]
    return bytes([int(code, 8) & 0xFF]) if code[:1].isdigit() else _CONTROL.get(code, code)


# ---- the file


def _offsets(made: bytes) -> tuple[dict[int, int], int]:
    """Number of each object -> where it begins; and where the table itself stands."""
    table = int(made[made.rindex(b"startxref") + 9 :].split()[0])
    head = re.compile(rb"xref\s+0 (\d+)\s").match(made, table)
    if head is None:
        raise ReportError(
            "The PDF that typst made has no table of its objects where one was expected. Install a version of it between those that "
            "pyproject.toml names."
        )
    entries = made[head.end() :].split(b"\n", int(head[1]))[: int(head[1])]
    return {number: int(entry[:10]) for number, entry in enumerate(entries) if entry[17:18] == b"n"}, table


def _objects(made: bytes) -> tuple[dict[int, bytes], list[int], bytes]:
    """Objects by number, their order in the file, and the trailer."""
    offsets, table = _offsets(made)
    order = sorted(offsets, key=offsets.__getitem__)
    ends = [*(offsets[number] for number in order[1:]), table]
    objects = {number: made[offsets[number] : end] for number, end in zip(order, ends, strict=True)}
    return objects, order, made[made.index(b"trailer", table) : made.rindex(b"startxref")]


def _inflated(body: bytes) -> bytes:
    found = _STREAM.search(body)
    if found is None:
        return b""
    return zlib.decompress(found[1]) if b"/FlateDecode" in body[: found.start()] else found[1]


def _stream(body: bytes, content: bytes) -> bytes:
    """The object with another content."""
    found = _STREAM.search(body)
    assert found is not None
    packed = zlib.compress(content, 6) if b"/FlateDecode" in body[: found.start()] else content
    head = re.sub(rb"/Length \d+", b"/Length %d" % len(packed), body[: found.start()])
    return head + b"stream\n" + packed + body[found.end(1) :]


def _written(objects: Mapping[int, bytes], order: list[int], head: bytes, trailer: bytes) -> bytes:
    parts, at, offsets = [head], len(head), {}
    for number in order:
        offsets[number] = at
        parts.append(objects[number])
        at += len(objects[number])
    size = max(order) + 1
    free = b"0000000000 65535 f\r\n"
    lines = [b"%010d 00000 n\r\n" % offsets[number] if number in offsets else free for number in range(size)]
    return b"".join((*parts, b"xref\n0 %d\n" % size, *lines, trailer, b"startxref\n%d\n%%%%EOF" % at))
