"""WARC records written by hand from what was kept of an exchange; a page can put nothing into their headers but words.

Request and response of each hop, the text read out as a conversion record; a file that a person saved is a resource record. Every record
is a gzip member of its own, so that an index can point at it.
"""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from factcheck.evidence.fetch import Fetched, Hop
from factcheck.evidence.warc_reading import Record

LEVEL = 4  # of gzip


def exchange(fetched: Fetched, text: str, tool: str) -> bytes:
    """The records of a fetched page: every hop's response and request, and the text read out of the last."""
    buffer = io.BytesIO()
    writer = _Writer(buffer, gzip=False)
    response_id = ""
    for hop in fetched.hops:
        response_id = _hop(writer, hop)
    if text:
        _conversion(writer, _uri(fetched.url), text, response_id, fetched.at, tool)
    return buffer.getvalue()


def resource(data: bytes, *, url: str, media_type: str, at: str, text: str = "", tool: str = "") -> bytes:
    """The records of a saved file: the file itself, under its address if one is known, and the text read out of it."""
    where = address(url, hashlib.sha256(data).hexdigest())
    buffer = io.BytesIO()
    writer = _Writer(buffer, gzip=False)
    record = writer.create_warc_record(
        where,
        "resource",
        payload=io.BytesIO(data),
        warc_content_type=_line(media_type),
        warc_headers_dict={"WARC-Date": _warc_date(at)},
    )
    writer.write_record(record)
    if text:
        _conversion(writer, where, text, record.rec_headers.get_header("WARC-Record-ID"), at, tool)
    return buffer.getvalue()


def rewritten(records: Iterable[Record], url: str, text: str, at: str, tool: str) -> bytes:
    """Records of an archive as they came, header for header and byte for byte, and the text read out of the last response."""
    buffer = io.BytesIO()
    response_id = ""
    for record in records:
        head = "".join(f"{name}: {value}\r\n" for name, value in record.headers)
        packer = zlib.compressobj(LEVEL, wbits=31)
        for piece in (f"{record.version}\r\n{head}\r\n".encode("utf-8", "replace"), record.block, b"\r\n\r\n"):
            buffer.write(packer.compress(piece))
        buffer.write(packer.flush())
        if record.kind in ("response", "resource"):
            response_id = record.header("WARC-Record-ID")
    if text:
        _conversion(_Writer(buffer, gzip=False), _uri(url), text, _line(response_id), at, tool)
    return buffer.getvalue()


def information(fields: dict[str, str], at: str) -> bytes:
    """The record at the head of a WARC file that says what made it."""
    buffer = io.BytesIO()
    writer = _Writer(buffer, gzip=False)
    record = writer.create_warcinfo_record("", {name: _line(value) for name, value in fields.items()})
    record.rec_headers.replace_header("WARC-Date", _warc_date(at))
    record.rec_headers.remove_header("WARC-Filename")
    digest = hashlib.sha256(repr((fields, at)).encode()).hexdigest()  # the same set of captures gives the same bytes
    record.rec_headers.replace_header(
        "WARC-Record-ID", f"<urn:uuid:{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}>"
    )
    writer.write_record(record)
    return buffer.getvalue()


class _Writer(WARCWriter):  # type: ignore[misc]  # warcio carries no types
    """warcio's writer, buffering in memory: its own temporary files stay open until they are collected, and records are small here. Packed
    at level 4: at warcio's 9 packing costs several times what fetching does, for a twentieth less."""

    def write_record(self, record: Any, params: Any = None) -> None:
        plain = io.BytesIO()
        self._write_warc_record(plain, record)
        packer = zlib.compressobj(LEVEL, wbits=31)
        self.out.write(packer.compress(plain.getbuffer()) + packer.flush())

    @staticmethod
    def _create_temp_file() -> io.BytesIO:
        return io.BytesIO()


def _hop(writer: WARCWriter, hop: Hop) -> str:
    """Request and response of one hop, written by hand from what was kept of the stream; returns the response's record id."""
    parts = urlsplit(hop.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"WARC-Date": _warc_date(hop.at), **({"WARC-IP-Address": hop.peer} if hop.peer else {})}
    if hop.truncated:
        headers["WARC-Truncated"] = hop.truncated
    if hop.certificate:
        headers["X-TLS-Certificate-SHA256"] = hop.certificate
    # The body is kept without its chunks, so its header is renamed as other crawlers do; readers would look for chunks otherwise.
    renamed = {"transfer-encoding": "X-Orig-Transfer-Encoding"}
    answered = [(renamed.get(name.lower(), _line(name)), _line(value)) for name, value in hop.headers]
    url = _uri(hop.url)
    response = writer.create_warc_record(
        url,
        "response",
        payload=io.BytesIO(hop.body),
        http_headers=_Head(_line(f"{hop.status} {hop.reason}"), answered, protocol=hop.version),
        warc_headers_dict=headers,
    )
    response_id = str(response.rec_headers.get_header("WARC-Record-ID"))
    sent = [("Host", _line(parts.netloc)), *((_line(name), _line(value)) for name, value in hop.request_headers)]
    request = writer.create_warc_record(
        url,
        "request",
        payload=io.BytesIO(b""),
        http_headers=_Head(_line(f"GET {target} HTTP/1.1"), sent, is_http_request=True),
        warc_headers_dict={"WARC-Date": _warc_date(hop.at), "WARC-Concurrent-To": response_id},
    )
    writer.write_record(response)
    writer.write_record(request)
    return response_id


def _conversion(writer: WARCWriter, url: str, text: str, refers_to: str, at: str, tool: str) -> None:
    """The text as read out, so that a better extractor tomorrow cannot move today's offsets."""
    headers = {"WARC-Date": _warc_date(at), "WARC-Refers-To": refers_to, "X-Extracted-By": _line(tool)}
    record = writer.create_warc_record(
        url,
        "conversion",
        payload=io.BytesIO(text.encode("utf-8")),
        warc_content_type="text/plain; charset=utf-8",
        warc_headers_dict=headers,
    )
    writer.write_record(record)


class _Head(StatusAndHeaders):  # type: ignore[misc]  # warcio carries no types
    """Status line and headers byte for byte as they came; warcio's own would percent-encode what is not ASCII."""

    def compute_headers_buffer(self, header_filter: Any = None) -> None:
        self.headers_buff = self.to_str(header_filter).encode("latin-1", "replace") + b"\r\n"


def _line(text: str) -> str:
    """A header's text on one line: a page must not forge further headers. Other bytes stay, as the Latin-1 they were read by."""
    return re.sub(r"[\x00-\x08\x0a-\x1f\x7f]", " ", text)


def _uri(url: str) -> str:
    """An address as WARC wants it: ASCII, nothing that ends a line."""
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~-._")


def _warc_date(at: str) -> str:
    return at[:19] + "Z"


def address(url: str, sha256: str) -> str:
    """Under which address bytes are recorded: that of a page as WARC wants it, or their fingerprint where there is none."""
    return _uri(url) if url.lower().startswith(("http://", "https://")) else f"urn:sha256:{sha256}"
