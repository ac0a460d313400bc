"""HTML as a run of tags and words, in one pass and linear time whatever the page, as browsers take it apart.

Python's own parser takes quadratic time on some malformed pages and gives up on others; libraries that build a tree drop what is nested
too deep or too long. Here nothing is built: tags, their attributes when asked for, and the words between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

_MARK = re.compile(r"<(?:(!--)|([!?])|(/?)([A-Za-z][^\s/>]*+)|(/))")
_ATTRIBUTES = re.compile(r"""(?:[\s/]++|=?[^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|(?=>)|[^\s>"'][^\s>]*+))?+)*+""")
_ATTRIBUTE = re.compile(r"""(=?[^\s/>=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"'][^\s>]*+)))?+|[=/]""")
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
    at = start = 0
    search = _MARK.search
    while match := search(page, at):
        begin = match.start()
        if match.lastindex is None:
            break
        if begin > start:
            yield _words(page[start:begin])
        comment, declares, closes, name, _ = match.groups()
        if comment:
            if page.startswith((">", "->"), match.end()):  # <!--> and <!---> are whole comments
                end = page.find(">", match.end()) + 1
            else:
                found = _END_OF_COMMENT.search(page, match.end())
                end = found.end() if found else len(page)
        elif declares or not name:  # a declaration, or </ before no name: a comment up to the next >
            end = page.find(">", match.end()) + 1 or len(page)
        else:
            close = page.find(">", match.end())
            inside = page[match.end() : close] if close >= 0 else page[match.end() :]
            if '"' in inside or "'" in inside:
                whole = _ATTRIBUTES.match(page, match.end())
                close = whole.end() if whole else close
                inside = page[match.end() : close]
            end = min(close + 1, len(page)) if close >= 0 else len(page)
            tag = Tag(name.lower(), bool(closes), inside)
            yield tag
            if not closes and tag.name in _ENDS:
                ended = _ENDS[tag.name].search(page, end)
                stop = ended.start() if ended else len(page)
                if stop > end:
                    yield page[end:stop] if tag.name in _RAW else _words(page[end:stop])
                end = stop
        at = start = end
    if start < len(page):
        yield _words(page[start:])


def _words(text: str) -> str:
    return unescape(text) if "&" in text else text
