"""Addresses of pages: which two name the same page, which is a site's front page, what of an address is nobody else's business."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from contextlib import suppress
from urllib.parse import parse_qsl, quote, urlsplit

from factcheck.evidence.guard import refused_address

_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_FRONT = re.compile(r"/?(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:(?:home|homepage|main|index|default)(?:\.[a-z]{3,5})?/?)?", re.I)
_CREDENTIAL = re.compile(r"(?:^|[_-])(?:token|secret|signature|sig|password|passwd|pwd|auth|apikey|key|session|sessionid|sid|jwt)$", re.I)


def canonical(url: str) -> str:
    """An address without what does not make it another page: scheme, ``www.``, a usual port, spelling of escapes, a last slash, fragment.

    Raises:
        ValueError: the address cannot be taken apart.
    """
    parts = urlsplit(url if "://" in url[:40] else f"http://{url}")
    host = (parts.hostname or "").rstrip(".")
    with suppress(UnicodeError):  # else compared as it is written
        host = host.encode("idna").decode("ascii")
    port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    query = f"?{_spelt(parts.query)}" if parts.query else ""
    return host.lower().removeprefix("www.") + port + _spelt(parts.path).rstrip("/") + query


def _spelt(text: str) -> str:
    """One spelling: escapes of plain characters undone, others in upper case, everything beyond ASCII escaped."""

    def plain(match: re.Match[str]) -> str:
        char = chr(int(match[1], 16))
        return char if char in _UNRESERVED else f"%{match[1].upper()}"

    return quote(_ESCAPED.sub(plain, text), safe="%!$&'()*+,/:;=?@[]~-._", encoding="utf-8", errors="replace")


def same_page(one: str, other: str) -> bool:
    """Whether two addresses name one page, as far as addresses tell."""
    try:
        return canonical(one) == canonical(other)
    except ValueError:
        return False


def is_front_page(url: str) -> bool:
    """Whether an address is that of a site's front page, in any of its languages."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return not parts.query and _FRONT.fullmatch(parts.path) is not None


def host_of(url: str) -> str:
    """Host and port, as in ``allowed_hosts``; empty when there is none."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").lower() + (f":{parts.port}" if parts.port else "")
    except ValueError:
        return ""


def is_inside(url: str, allowed_hosts: Collection[str]) -> bool:
    """Whether an address lies within the desk's own network, so that the world outside can neither reach it nor should learn of it."""
    host = host_of(url)
    name = host.rpartition(":")[0] if re.search(r":\d+$", host) else host
    if not name or host in allowed_hosts or name in allowed_hosts:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return "." not in name.rstrip(".") or name.endswith((".local", ".internal", ".localhost", ".lan", ".home.arpa", ".onion"))
    return refused_address(name)


def secret_part(url: str) -> str:
    """The name of a parameter that looks like a credential, which whoever is told the address would hold; empty when there is none."""
    try:
        parts = urlsplit(url)
        if parts.username is not None or parts.password is not None:
            return "user name and password"
        return next((name for name, value in parse_qsl(parts.query) if value and _CREDENTIAL.search(name)), "")
    except ValueError:
        return ""
