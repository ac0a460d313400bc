"""Web addresses compared: what two addresses of one page have in common, whoever shared them and for whatever screen."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from factcheck.evidence.pages import canonical

_TRACKING = re.compile(
    r"utm_|(?:fb|g|msc|y|tw|tt|dc|gb|wb|li_f)clid$|mc_[ce]id$|igshid$|igsh$|_ga$|_gl$|ga_|cmp(?:id)?$|ocid$|smid$|sref$|ref(?:_?src|_?url|errer)?$"
    r"|ns_|spm$|xtor$|at_(?:medium|campaign|link|ptr|format|bbc)|ito$|traffic_source$|share(?:_?id|d)?$|sh$|feature$|taid$|__twitter_impression$"
    r"|(?:output|outputtype|view)=amp|amp(?:=1|=true|_js_v)?$|usqp$|fb_|hss_channel$|wt_|pk_|piwik_|trk$|rss$|partner$|from(?:_)?feed$",
    re.IGNORECASE,
)
_SCREENS = re.compile(r"^(?:www\d?|m|mobile|mobi|amp|wap|touch|edition)\.(?=[^.]+\.[^.]+)")
_CACHE = re.compile(r"^/(?:[a-z]/)?s/(.+)$")
_ARCHIVE = re.compile(r"^/web/\d{1,14}(?:[a-z]{2}_)?/(.+)$")
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_AMP_PATH = re.compile(r"(?:/amp|\.amp|/amp\.html?)/?$", re.IGNORECASE)


def site_of(url: str) -> str:
    """The host of an address without www, m, amp and the like; of a cached or archived copy, the host of what it is a copy of."""
    return page_key(url).partition("/")[0].partition("?")[0]


@lru_cache(maxsize=20_000)
def page_key(url: str) -> str:
    """A form that is equal for addresses of one page, whoever shared them: without scheme, screen, tracking, fragment; empty for what is no
    web address.

    It is for comparing only: never fetched, never shown. ``pages.canonical`` is the stricter form, for what must be the very address.
    """
    try:
        parts = urlsplit(unwrapped(url.strip()))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return ""
        path = _INDEX.sub("/", _AMP_PATH.sub("", parts.path))
        kept = sorted((name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _is_tracking(name, value))
        key = canonical(urlunsplit(("http", parts.netloc.rpartition("@")[2], path, urlencode(kept), "")))
    except ValueError:
        return ""
    while (shorter := _SCREENS.sub("", key)) != key:
        key = shorter
    return key


def _is_tracking(name: str, value: str) -> bool:
    return _TRACKING.match(name) is not None or _TRACKING.match(f"{name}={value}") is not None


def unwrapped(url: str) -> str:
    """The address inside that of a cached, translated or archived copy; the address itself otherwise."""
    for _ in range(3):
        parts = urlsplit(url)
        host = parts.hostname or ""
        inner = ""
        if host.endswith(".cdn.ampproject.org") and (match := _CACHE.match(parts.path)):
            inner = "https://" + match[1]
        elif host in ("google.com", "www.google.com") and parts.path.startswith("/amp/"):
            inner = "https://" + parts.path.removeprefix("/amp/").removeprefix("s/")
        elif host.endswith("archive.org") and (match := _ARCHIVE.match(parts.path)):
            inner = match[1] if "://" in match[1] else "http://" + match[1]
        elif host.endswith(".translate.goog"):
            original = "-".join(part.replace("-", ".") for part in host.removesuffix(".translate.goog").split("--"))
            inner = f"https://{original}{parts.path}"
        if not inner:
            return url
        url = inner + (f"?{parts.query}" if parts.query else "")
    return url
