"""Lines of a CDXJ index: by which key an address is looked up, and where its record lies.

The key is the address turned about (``org,example)/path``, SURT), as Heritrix introduced it and pywb looks it up: lower case, without
``www``, the usual port, the fragment and session numbers, its query sorted. Where it seems odd (numeric hosts turned about too) it is
what the reading tools compute; tests compare with theirs.
"""

from __future__ import annotations

import json
import re
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

from factcheck.evidence.warc_reading import Head, Record, http_head

_PATH_SESSIONS = re.compile(r"(?<=/)\([a-z]?\([0-9a-z]{24}\)\)/|(?<=/)\([0-9a-z]{24}\)/")
_QUERY_SESSIONS = re.compile(
    r"^(.*?)(?:jsessionid=[0-9a-z$]{10,}|sessionid=[0-9a-z]{16,}|phpsessid=[0-9a-z]{16,}|sid=[0-9a-z]{32}"
    r"|aspsessionid[a-z]{8}=[a-z]{24}|cfid=[^&]+&cftoken=[^&]+)(?:&(.*))?$"
)
_KEPT = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"


def cdx_key(url: str) -> str:
    """The key under which an address is looked up."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https"):
        return url
    host = _host((parts.hostname or "").rstrip("."))
    port = f":{parts.port}" if parts.port and parts.port != {"http": 80, "https": 443}[parts.scheme] else ""
    return f"{host}{port}){_path(parts.path)}{_query(parts.query)}"


def cdx_line(record: Record, filename: str, base: int = 0) -> bytes:
    """The index line of one record; empty for a record that is not looked up (requests, conversions, warcinfo).

    Args:
        filename: of the WARC file.
        base: where in that file the part begins that the record's offset counts in.
    """
    if record.kind not in ("response", "resource", "revisit"):
        return b""
    head = http_head(record.block) if record.kind == "response" else None
    digest = record.header("WARC-Payload-Digest")
    fields = {
        "url": record.url,
        "mime": _mime(record, head),
        "status": str(head.status) if head else "200",
        **({"digest": digest} if digest else {}),
        "length": str(record.length),
        "offset": str(base + record.offset),
        "filename": filename,
    }
    stamp = re.sub(r"\D", "", record.header("WARC-Date"))[:14]
    return f"{cdx_key(record.url)} {stamp} {json.dumps(fields)}\n".encode()


def _mime(record: Record, head: Head | None) -> str:
    said = head.header("content-type") if head else record.header("Content-Type")
    kind = said.partition(";")[0].strip().lower()
    return kind if re.fullmatch(r"[!#$&^_.+a-z0-9-]+/[!#$&^_.+a-z0-9-]+", kind) else "unk"


def _host(host: str) -> str:
    if ":" in host:
        return host
    try:
        host = host.encode("idna").decode("ascii")
    except UnicodeError:
        host = quote_from_bytes(host.encode("utf-8"), safe=_KEPT)
    return ",".join(reversed(re.sub(r"^www\d*\.", "", host.lower()).split(".")))


def _path(path: str) -> str:
    kept: list[str] = []
    for part in _once(path).lower().split("/")[1:]:
        if part == ".." and kept:
            kept.pop()
        elif part != ".":
            kept.append(part)
    clean = "/" + "/".join([part for part in kept[:-1] if part] + kept[-1:])
    clean = _PATH_SESSIONS.sub("", clean)
    return clean.rstrip("/") or "/"


def _query(query: str) -> str:
    text = _once(query).lower()
    while found := _QUERY_SESSIONS.match(text):
        text = found[1] + (found[2] or "")
    if not text:
        return ""
    return "?" + "&".join("=".join(pair) for pair in sorted(tuple(part.split("=", 1)) for part in text.split("&")))


def _once(text: str) -> str:
    """Percent signs undone as often as they were done, then done once."""
    data = text.encode("utf-8", "surrogateescape")
    while (less := unquote_to_bytes(data)) != data:
        data = less
    return quote_from_bytes(data, safe=_KEPT)
