"""Quotations of a text: where words stand between quotation marks, of any kind, also swapped, unclosed or unopened ones."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from factcheck.text.tokens import QUOTES

_MARK = re.compile("[" + re.escape("".join(sorted(QUOTES))) + "]")
_OPENING = frozenset("“«„〝{")
_CLOSING = frozenset("”»″〞}")


@dataclass(frozen=True, slots=True)
class Quotation:
    start: int  # first character inside the marks
    end: int  # one past the last inside
    opened: bool = True  # False: a closing mark without an opening one
    closed: bool = True  # False: runs to the end of its line


def _looks(text: str, at: int) -> str:
    """``open``, ``close`` or ``either``, from the characters on both sides and, failing that, from the mark's own shape."""
    before = text[at - 1] if at else "\n"
    after = text[at + 1] if at + 1 < len(text) else "\n"
    free_before = before.isspace() or before in "([:—–-ـ"
    free_after = after.isspace() or after in ".,،؛:!?؟)]…—–"
    if free_before != free_after:
        return "open" if free_before else "close"
    if text[at] in _OPENING:
        return "open"
    if text[at] in _CLOSING:
        return "close"
    return "either"


def _next_closes(text: str, at: int, line_end: int) -> bool:
    """Whether, behind a mark of opening shape that looks closing, another mark on the line looks closing, so that this one opens."""
    following = _MARK.search(text, at + 1, line_end)
    return following is not None and _looks(text, following.start()) == "close"


def _inside_hebrew_word(text: str, at: int) -> bool:
    """Gershayim of an acronym, often written with a straight quotation mark."""
    return 0 < at < len(text) - 1 and all("\u05d0" <= text[i] <= "\u05ea" for i in (at - 1, at + 1))


def quotations(text: str) -> list[Quotation]:
    """All quotations in order, none inside another; a line end closes what is open. Linear in the length of the text."""
    found: list[Quotation] = []
    line_start = 0
    for line in text.split("\n"):
        line_end = line_start + len(line.rstrip())
        opened: int | None = None
        floor = line_start
        for match in _MARK.finditer(text, line_start, line_end):
            at = match.start()
            if _inside_hebrew_word(text, at):
                continue
            looks = _looks(text, at)
            if opened is None:
                if looks == "close" and (text[at] not in _OPENING or not _next_closes(text, at, line_end)):
                    if at > floor:
                        found.append(Quotation(floor, at, opened=False))
                    floor = at + 1
                else:
                    opened = at + 1
            elif looks != "open" or text[at] not in _OPENING:
                if at > opened:
                    found.append(Quotation(opened, at))
                opened, floor = None, at + 1
        if opened is not None and opened < line_end:
            found.append(Quotation(opened, line_end, closed=False))
        line_start += len(line) + 1
    return found


class Quoted:
    """Look-up of quotations by offset, in the logarithm of their number."""

    def __init__(self, text: str) -> None:
        self.all = quotations(text)
        self._starts = [quotation.start for quotation in self.all]

    def at(self, offset: int) -> Quotation | None:
        """The quotation that holds the character at ``offset``."""
        index = bisect_right(self._starts, offset) - 1
        if index >= 0 and offset < self.all[index].end:
            return self.all[index]
        return None

    def within(self, start: int, end: int) -> list[Quotation]:
        """Quotations that share a character with [start, end)."""
        index = max(0, bisect_right(self._starts, start) - 1)
        shared = []
        while index < len(self.all) and self.all[index].start < end:
            if self.all[index].end > start:
                shared.append(self.all[index])
            index += 1
        return shared
