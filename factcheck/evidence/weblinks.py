"""Typed links as they stand in ``Link`` headers (RFC 8288) and in TimeMaps (``application/link-format``, RFC 6690): one grammar.

Strict where it matters: what does not parse is refused as a whole, and only http and https addresses come out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

MAX_LINKS = 100_000  # of one text; the largest TimeMaps in the wild hold some ten thousands
MAX_PART = 20_000  # characters of one address or one quoted value

_SPACE = re.compile(r"[ \t\r\n]*")
_TARGET = re.compile(r"<([^<>]*)>")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_QUOTED = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"', re.S)
_BARE = re.compile(r'[^ \t\r\n",;<>]+')
_ESCAPE = re.compile(r"\\(.)", re.S)


@dataclass(frozen=True, slots=True)
class WebLink:
    """One link: where to, and what the parameters say of it."""

    url: str  # resolved; http or https
    rels: frozenset[str]  # relation types, lower case
    parameters: Mapping[str, str]  # names in lower case; the first of several counts


def parse_links(text: str, base: str) -> list[WebLink]:
    """The links of a header or a link-format text, in order; those to other schemes than http and https are left out.

    Args:
        base: what relative addresses are relative to.

    Raises:
        ValueError: the text does not follow the grammar, or holds more than 100,000 links.
    """
    found: list[WebLink] = []
    at = _after_commas(text, 0)
    while at < len(text):
        target = _TARGET.match(text, at, at + MAX_PART)
        if target is None:
            raise ValueError(f"at character {at} a link should begin with <, and does not")
        at, parameters = _parameters(text, target.end())
        if at < len(text) and text[at] != ",":
            raise ValueError(f"at character {at} a link should end, and does not")
        url = web_address(base, target[1].strip())
        if url:
            found.append(WebLink(url, frozenset(parameters.get("rel", "").lower().split()), parameters))
        if len(found) > MAX_LINKS:
            raise ValueError(f"it holds more than {MAX_LINKS} links")
        at = _after_commas(text, at)
    return found


def _after_commas(text: str, at: int) -> int:
    """Lists may hold empty elements."""
    while (at := _past_space(text, at)) < len(text) and text[at] == ",":
        at += 1
    return at


def _past_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _parameters(text: str, at: int) -> tuple[int, dict[str, str]]:
    found: dict[str, str] = {}
    while (at := _past_space(text, at)) < len(text) and text[at] == ";":
        at = _past_space(text, at + 1)
        name = _NAME.match(text, at)
        if name is None:
            continue  # "; ;" and a last ";" are borne with
        at, value = _past_space(text, name.end()), ""
        if at < len(text) and text[at] == "=":
            at = _past_space(text, at + 1)
            quoted, bare = _QUOTED.match(text, at, at + MAX_PART), _BARE.match(text, at, at + MAX_PART)
            if quoted:
                value, at = _ESCAPE.sub(r"\1", quoted[1]), quoted.end()
            elif bare:
                value, at = bare[0], bare.end()
            else:
                raise ValueError(f"at character {at} the parameter {name[0]} has no value")
        found.setdefault(name[0].lower(), value)
    return at, found


def web_address(base: str, target: str) -> str:
    """The absolute address, if it is one of the web without credentials; else empty."""
    if not target or any(ord(char) <= 0x20 or ord(char) == 0x7F or char == "\\" for char in target):
        return ""
    try:
        url = target if target.startswith(("http://", "https://")) else urljoin(base, target)
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None and parts.password is None
        _ = parts.port
    except ValueError:
        return ""
    return url if usable else ""
