"""Which addresses may be fetched: by their form, by the name of their host, by the network address it leads to. Pure rules."""

from __future__ import annotations

import ipaddress
import re
import socket
import unicodedata
from collections.abc import Collection
from contextlib import suppress
from urllib.parse import quote, urljoin, urlsplit

_FORBIDDEN = [
    ipaddress.ip_network(net)
    for net in (
        "0.0.0.0/8", "100.64.0.0/10", "168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10",
        "fec0::/10", "ff00::/8",
    )
]  # fmt: skip
"""Beyond what ``is_global`` knows: transition forms that smuggle another address (NAT64, 6to4, Teredo), ranges that Python calls public,
and the one public address at which a cloud answers its own machines."""

_INNER_NAMES = re.compile(r"(?:.*\.)?(?:localhost|localdomain|local|internal|intranet|lan|home\.arpa)|[^.]*metadata|.*\.onion", re.I)
_DRAWN_OUT = re.compile(r"[\x00-\x20\x7f-\xa0\\]")


class RefusedURLError(Exception):
    """Why an address may not be fetched: ``code`` for programs, the text for people."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


def refused_address(address: str) -> bool:
    """Whether an IP address is private, special, or a disguise of one."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return True
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return refused_address(str(ip.ipv4_mapped))
        if ip.packed[8:12] in (b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe"):  # ISATAP carries an IPv4 address at its end
            return True
    return not ip.is_global or ip.is_multicast or ip.is_reserved or any(ip in net for net in _FORBIDDEN if net.version == ip.version)


def is_allowed(host: str, port: int, allowed_hosts: Collection[str]) -> bool:
    """Whether the desk allows a host to lie on a private network and use any port. Entries: ``host``, ``host:port``, ``[IPv6]:port``."""
    name = host.lower().rstrip(".")
    bare = f"[{name}]" if ":" in name else name
    return any(entry.lower() in (name, bare, f"{bare}:{port}") for entry in allowed_hosts)


def check_address(url: str, allowed_hosts: Collection[str], *, through_proxy: bool = False) -> None:
    """Refuse an address by its form and by its host's name; where that leads is checked when connecting.

    Args:
        through_proxy: a proxy will look the name up, so that addresses written as numbers are refused here.

    Raises:
        RefusedURLError: it may not be fetched.
    """
    if _DRAWN_OUT.search(url):
        raise RefusedURLError("refused-address", "the address holds spaces, control characters or backslashes")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise RefusedURLError("refused-address", f"the address is malformed ({error})") from error
    if parts.scheme not in ("http", "https"):
        raise RefusedURLError("refused-scheme", f"only http and https are fetched, not {parts.scheme or 'a bare name'}")
    if not host:
        raise RefusedURLError("refused-address", "the address names no host")
    if parts.username is not None or parts.password is not None:
        raise RefusedURLError("refused-address", "the address carries a user name or password")
    if is_allowed(host, port, allowed_hosts):
        return
    if port not in (80, 443):
        raise RefusedURLError("refused-port", f"port {port} is not a web server's usual one; allowed_hosts in factcheck.toml may allow it")
    if _INNER_NAMES.fullmatch(host.rstrip(".")) or (through_proxy and any(map(refused_address, _numeric(host)))):
        raise RefusedURLError("refused-address", f"{host} is not a public host; allowed_hosts in factcheck.toml may allow it")


def _numeric(host: str) -> list[str]:
    """The address that a host written as numbers stands for, in any of the forms that systems read: 127.1, 0x7f000001, 2130706433."""
    try:
        found = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return []
    return [str(address[0]) for *_, address in found]


def redirect_target(here: str, location: str) -> str:
    """Where a redirect leads. Servers send letters beyond ASCII and spaces as they are; they were read as Latin-1.

    Raises:
        ValueError: nowhere that could be an address.
    """
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    return urljoin(here, location.strip().replace(" ", "%20"))


def shown(url: str) -> str:
    """An address as a message shows it: what is invisible or changes direction in its escaped form, very long ones cut."""
    plain = "".join(quote(char) if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") else char for char in _sound(url))
    return plain if len(plain) <= 300 else plain[:300] + "…"


def _sound(url: str) -> str:
    """Without halves of surrogate pairs, which no address can hold."""
    return url.encode("utf-8", "replace").decode("utf-8")
