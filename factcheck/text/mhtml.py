"""MHTML, a page that a browser saved as one file: its main part, and the address it was saved from. Run in the child process.

Chromium writes UTF-8 in quoted-printable with a Snapshot-Content-Location; older browsers wrote what the page was in, often without
saying so. The main part's bytes go back as they are: ``decode`` judges its encoding as of any page.
"""

from __future__ import annotations

import base64
import binascii
import email.policy
import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from typing import Any

MAX_PARTS = 5000
MAX_DEPTH = 20


def read_mhtml(data: bytes) -> dict[str, Any]:
    """The main part of a saved page.

    Returns:
        ``main`` (base64), ``declared`` (its Content-Type), ``url``, ``saved`` (the date the file states), ``parts`` (how many there are);
        or ``problem``.
    """
    message = BytesParser(policy=email.policy.compat32).parsebytes(data)
    parts = list(_leaves(message))
    pages = [part for part in parts if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    if not pages:
        return {"problem": "the file holds no page" if parts else "the file holds no parts"}
    main = _main(message, pages)
    url = _address(_header(message, "Snapshot-Content-Location")) or _address(_header(main, "Content-Location"))
    body = _body(main)
    return {
        "main": base64.b64encode(body).decode("ascii"),
        "declared": _header(main, "Content-Type"),
        "url": url,
        "saved": _header(message, "Date")[:100],
        "parts": len(parts),
    }


def _leaves(message: Message, depth: int = 0) -> Iterator[Message]:
    if not message.is_multipart():
        yield message
        return
    payload = message.get_payload()
    if depth < MAX_DEPTH and isinstance(payload, list):
        for part in payload[:MAX_PARTS]:
            if isinstance(part, Message):
                yield from _leaves(part, depth + 1)


def _main(message: Message, pages: list[Message]) -> Message:
    """The part that the file names as its start, or whose address is the file's, or else the first page."""
    start = message.get_param("start", "")
    named = start if isinstance(start, str) else ""
    location = _header(message, "Snapshot-Content-Location") or _header(message, "Content-Location")
    for key, value in (("Content-ID", named), ("Content-Location", location)):
        for page in pages:
            if value and _header(page, key) == value:
                return page
    return pages[0]


def _body(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, binascii.Error):
        payload = None
    if isinstance(payload, bytes):
        return payload
    return str(part.get_payload()).encode("utf-8", "surrogateescape")


def _header(part: Message, name: str) -> str:
    try:
        return " ".join(str(part.get(name, "")).split())
    except (ValueError, LookupError):
        return ""


def _address(text: str) -> str:
    return text[:2000] if re.fullmatch(r"https?://[^\s<>\"]+", text) else ""
