"""HTML as a run of tags and words, in one pass and linear time whatever the page, as browsers take it apart.

Python's own parser takes quadratic time on some malformed pages and gives up on others; libraries that build a tree drop what is nested
too deep or too long. Here nothing is built: tags, their attributes when asked for, and the words between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

_VALUE = r"""(?:"[^"]*+"|'[^']*+'|(?=>)|[^\s>"'][^\s>]*+)"""
_MARK = re.compile(rf"""<(?:(/?)([A-Za-z][^\s/>]*+)(?:((?:[^>"'=]++|=\s*+{_VALUE}?)*+)>)?|(!--)|[!?/])""")
_ATTRIBUTES = re.compile(rf"(?:[\s/]++|=?[^\s/>=]*+(?:\s*+=\s*+{_VALUE})?)*+")  # of a tag with quotation marks in odd places
_ATTRIBUTE = re.compile(r"""(=?[^\s/>=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"'][^\s>]*+)))?|[=/]""")
_END_OF_COMMENT = re.compile(r"--!?>")
_RAW = frozenset({"script", "style", "xmp", "iframe", "noembed", "noframes"})
_WORDS_ONLY = frozenset({"title", "textarea"})
_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in (*_RAW, *_WORDS_ONLY)}
MAX_ATTRIBUTES = 200  # read of one tag


class Tag(NamedTuple):
    """A start or end tag; attributes are read when they are asked for. A named tuple, since a page makes thousands."""

    name: str  # lower case
    closes: bool
    source: str  # what stands between name and >

    @property
    def attributes(self) -> dict[str, str]:
        """Names in lower case; of several the first counts, as in browsers."""
        found: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(self.source):
            if match[1]:
                value = match[2] or match[3] or match[4] or ""
                found.setdefault(match[1].lower(), unescape(value) if "&" in value else value)
                if len(found) >= MAX_ATTRIBUTES:
                    break
        return found


def pieces(page: str) -> Iterator[Tag | str]:
    """Tags and the words between them, references resolved, in order. What stands in scripts and styles comes as words between theirs.

    As in browsers, an element that is never closed and holds no markup (script, style, title) takes the rest of the page, and so does a
    comment; a quotation mark that is never closed does not.
    """
    at = 0
    search = _MARK.search
    while match := search(page, at):
        begin = match.start()
        if begin > at:
            words = page[at:begin]
            yield unescape(words) if "&" in words else words
        name, inside, end = match[2], match[3], match.end()
        if name is not None:
            if inside is None:
                inside, end = _odd_tag(page, end)
            tag = Tag(name.lower(), bool(match[1]), inside)
            yield tag
            if tag.name in _ENDS and not tag.closes:
                ended = _ENDS[tag.name].search(page, end)
                stop = ended.start() if ended else len(page)
                if stop > end:
                    yield page[end:stop] if tag.name in _RAW else _words(page[end:stop])
                end = stop
        elif match[4]:
            if page.startswith((">", "->"), end):  # <!--> and <!---> are whole comments
                end = page.find(">", end) + 1
            else:
                found = _END_OF_COMMENT.search(page, end)
                end = found.end() if found else len(page)
        else:  # a declaration, or </ before no name: a comment up to the next >
            end = page.find(">", end) + 1 or len(page)
        at = end
    if at < len(page):
        yield _words(page[at:])


def _odd_tag(page: str, at: int) -> tuple[str, int]:
    """What stands in a tag whose quotation marks are in odd places or never closed, and where it ends."""
    match = _ATTRIBUTES.match(page, at)
    stop = match.end() if match else at
    if not page.startswith(">", stop):
        stop = page.find(">", stop)
        stop = len(page) if stop < 0 else stop
    return page[at:stop], min(stop + 1, len(page))


def _words(text: str) -> str:
    return unescape(text) if "&" in text else text
