"""Captures: bytes by SHA-256, and the exchanges that brought them as WARC records.

Layout: ``<first two digits>/<digest>`` for any blob (payload, text), ``<digest>.warc.gz`` beside them for exchanges. Files are written
beside, synced and renamed, never rewritten; the same bytes lie there once. A damaged file is put right when its bytes come again.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from factcheck.errors import IntegrityError, LedgerError
from factcheck.evidence.fetch import Fetched, Hop
from factcheck.model.evidence import Capture, Obtained

_DIGEST = re.compile(r"[0-9a-f]{64}")
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,500}?-->\s*)*<(?:!doctype\s+html|html|head|body|title|meta|article|p|div)[\s>/]", re.I | re.S
)
_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
)


@dataclass(frozen=True, slots=True)
class CaptureProblem:
    """A stored file that is not what its name says."""

    place: str
    expected: str
    computed: str


def sniff_media_type(data: bytes, declared: str | None) -> str:
    """The kind of some bytes: by their beginning, else as declared, else text if they are."""
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    said = (declared or "").partition(";")[0].strip().lower()
    if _HTML.match(data[:4096]) or (said in ("text/html", "application/xhtml+xml") and b"\x00" not in data[:4096]):
        return "text/html"
    if said:
        return said
    plain = data.replace(b"\x00", b"", 1) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else data
    if _HTML.match(plain[:4096]):
        return "text/html"
    return "application/octet-stream" if b"\x00" in data[:4096] and data[:2] not in (b"\xff\xfe", b"\xfe\xff") else "text/plain"


class CaptureStore:
    """The captures of one desk, below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # ---- blobs

    def put(self, data: bytes) -> str:
        """Keep bytes; returns their SHA-256, hexadecimal.

        Raises:
            LedgerError: the folder cannot be written, or the disk is full; nothing half-written stays.
        """
        digest = hashlib.sha256(data).hexdigest()
        self._write(self._path(digest), data)
        return digest

    def get(self, sha256: str) -> bytes:
        """Bytes by their SHA-256, checked.

        Raises:
            IntegrityError: they are missing or were changed.
        """
        path = self._stored(sha256)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise IntegrityError(f"Capture {sha256[:6]} is missing: {path}. Restore it from a backup.", place=sha256) from error
        computed = hashlib.sha256(data).hexdigest()
        if computed != sha256:
            raise IntegrityError(
                f"Capture {sha256[:6]} was changed: its bytes hash to {computed[:6]}. Restore it from a backup.",
                place=sha256,
                expected=sha256,
                computed=computed,
            )
        return data

    def has(self, sha256: str) -> bool:
        return self._stored(sha256).exists()

    def digests(self) -> Iterator[str]:
        """Digests of everything kept, blobs and WARC files."""
        if self.folder.is_dir():
            for path in sorted(self.folder.glob("??/*")):
                if _DIGEST.fullmatch(path.name.partition(".")[0]) and not path.name.endswith(".part"):
                    yield path.name.partition(".")[0]

    def check(self) -> Iterator[CaptureProblem]:
        """Every file whose bytes do not hash to its name."""
        if not self.folder.is_dir():
            return
        for path in sorted(self.folder.glob("??/*")):
            name = path.name.partition(".")[0]
            if not _DIGEST.fullmatch(name) or path.name.endswith(".part"):
                continue
            computed = hashlib.sha256(path.read_bytes()).hexdigest()
            if computed != name:
                yield CaptureProblem(str(path.relative_to(self.folder)), name, computed)

    def _path(self, sha256: str, suffix: str = "") -> Path:
        if not _DIGEST.fullmatch(sha256):
            raise ValueError(f"{sha256!r} is no SHA-256 in hexadecimal")
        return self.folder / sha256[:2] / (sha256 + suffix)

    def _stored(self, sha256: str) -> Path:
        """Where a digest lies, be it a blob or a WARC file."""
        path, warc = self._path(sha256), self._path(sha256, ".warc.gz")
        return warc if warc.exists() and not path.exists() else path

    def _write(self, path: Path, data: bytes) -> None:
        beside = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            if path.exists() and path.read_bytes() == data:
                return
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.parent.mkdir(exist_ok=True, mode=0o700)
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
            _sync_folder(path.parent)
        except OSError as error:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise LedgerError(
                f"Nothing was written: cannot keep a capture in {self.folder}: {error.strerror}. Make room, or mend the folder."
            ) from error

    # ---- exchanges

    def keep_fetched(self, fetched: Fetched, extracted_text: str, *, encoding_note: str, tool: str) -> Capture:
        """Keep a fetched page: every hop as request and response records, the payload, and the text read out of it."""
        payload = self.put(fetched.body)
        text = self.put(extracted_text.encode("utf-8")) if extracted_text else ""
        declared = next((value for name, value in fetched.headers if name.lower() == "content-type"), "")
        buffer = io.BytesIO()
        writer = _Writer(buffer, gzip=True)
        response_id = ""
        for hop in fetched.hops:
            response_id = _exchange(writer, hop)
        if extracted_text:
            _conversion(writer, fetched.url, extracted_text, response_id, fetched.at, tool)
        record = self._keep_warc(buffer.getvalue())
        return Capture(
            sha256=payload,
            media_type=sniff_media_type(fetched.body, declared),
            length=len(fetched.body),
            obtained=Obtained.FETCHED,
            at=fetched.at,
            url=fetched.url,
            requested_url=fetched.requested_url,
            status=fetched.status,
            record=record,
            text=text,
            encoding=encoding_note,
            tool=tool,
            flags=fetched.flags,
        )

    def keep_file(
        self,
        data: bytes,
        *,
        media_type: str,
        at: str,
        encoding_note: str,
        tool: str,
        url: str = "",
        extracted_text: str = "",
        obtained: Obtained = Obtained.IMPORTED,
    ) -> Capture:
        """Keep a file that a person saved: equal in rank to a fetched page, and marked as imported."""
        payload = self.put(data)
        text = self.put(extracted_text.encode("utf-8")) if extracted_text else ""
        where = _uri(url) if _is_web(url) else f"urn:sha256:{payload}"
        buffer = io.BytesIO()
        writer = _Writer(buffer, gzip=True)
        headers = {"WARC-Date": _warc_date(at)}
        record = writer.create_warc_record(
            where, "resource", payload=io.BytesIO(data), warc_content_type=_line(media_type), warc_headers_dict=headers
        )
        writer.write_record(record)
        if extracted_text:
            _conversion(writer, where, extracted_text, record.rec_headers.get_header("WARC-Record-ID"), at, tool)
        return Capture(
            sha256=payload,
            media_type=media_type,
            length=len(data),
            obtained=obtained,
            at=at,
            url=url,
            record=self._keep_warc(buffer.getvalue()),
            text=text,
            encoding=encoding_note,
            tool=tool,
        )

    def _keep_warc(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        self._write(self._path(digest, ".warc.gz"), data)
        return digest


class _Writer(WARCWriter):  # type: ignore[misc]  # warcio carries no types
    """warcio's writer, buffering in memory: its own temporary files stay open until they are collected, and records are small here."""

    @staticmethod
    def _create_temp_file() -> io.BytesIO:
        return io.BytesIO()


def _exchange(writer: WARCWriter, hop: Hop) -> str:
    """Request and response of one hop, written by hand from what was kept of the stream; returns the response's record id."""
    parts = urlsplit(hop.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"WARC-Date": _warc_date(hop.at), **({"WARC-IP-Address": hop.peer} if hop.peer else {})}
    if hop.truncated:
        headers["WARC-Truncated"] = hop.truncated
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
        _uri(url),
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


def _sync_folder(folder: Path) -> None:
    """Make a rename last; other systems than POSIX cannot open a folder."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _warc_date(at: str) -> str:
    return at[:19] + "Z"


def _is_web(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https")
