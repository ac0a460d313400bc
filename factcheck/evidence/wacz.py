"""Captures as one WACZ file (1.1.1) that other people's tools replay: ReplayWeb.page, pywb, py-wacz.

The captures' records go in as they lie in the store, byte for byte; index, list of pages and package are written about them. The same
captures give the same bytes. Memory stays flat: one capture at a time.

pywb finds an index only under the name ``indexes/index.cdx``; the WARC must not be deflated again, or nothing can be read from its middle.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO

from factcheck import __version__
from factcheck.errors import ReportError
from factcheck.evidence.captures import CaptureStore
from factcheck.evidence.cdx import cdx_line
from factcheck.evidence.warc import address, information, resource
from factcheck.evidence.warc_reading import read_records
from factcheck.model.evidence import Capture

WACZ_VERSION = "1.1.1"
SOFTWARE = f"factcheck {__version__}"
_ARCHIVE = "archive/data.warc.gz"
_INDEX = "indexes/index.cdx"
_PAGES = "pages/pages.jsonl"
_NEVER = (1980, 1, 1, 0, 0, 0)  # the zip's own dates say nothing
_LARGE = 1_900_000_000  # bytes beyond which a zip needs larger fields
_HEAD_BYTES = 1_000_000  # of each record's block, for the index


def wacz(
    captures: Iterable[Capture], store: CaptureStore, *, titles: Mapping[str, str] | None = None, title: str = "", description: str = ""
) -> bytes:
    """A set of captures as the bytes of a WACZ file; see ``write_wacz``."""
    buffer = io.BytesIO()
    _write(buffer, list(captures), store, titles or {}, title, description)
    return buffer.getvalue()


def write_wacz(
    path: Path,
    captures: Iterable[Capture],
    store: CaptureStore,
    *,
    titles: Mapping[str, str] | None = None,
    title: str = "",
    description: str = "",
) -> int:
    """Write a set of captures as a WACZ file, beside and renamed; returns how many pages it holds.

    Args:
        captures: each once, whatever their order; a capture that came twice is written once.
        titles: what to call a page, by the capture's ``record`` (or ``sha256``); its address is shown otherwise.

    Raises:
        ReportError: there is no capture, or the file cannot be written.
        IntegrityError: a capture is missing or was changed.
    """
    beside = path.with_name(f"{path.name}.{os.urandom(4).hex()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            count = _write(file, list(captures), store, titles or {}, title, description)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise ReportError(f"Could not write {path}: {error.strerror}. Choose another place, or make room.") from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return count


def _write(file: BinaryIO, captures: list[Capture], store: CaptureStore, titles: Mapping[str, str], title: str, description: str) -> int:
    captures = sorted({(c.record or c.sha256): c for c in captures}.values(), key=lambda c: (c.at, c.url, c.sha256))
    if not captures:
        raise ReportError("There is no capture to put into a WACZ file. Attach a link or a file first.")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        package = _Package(archive)
        lines = _write_records(package, captures, store)
        with package.member(_INDEX) as out:
            for line in sorted(lines):
                out.write(line)
        with package.member(_PAGES) as out:
            for line in _pages(captures, store, titles):
                out.write(line)
        package.close(captures, title, description)
    return len(captures)


def _write_records(package: _Package, captures: list[Capture], store: CaptureStore) -> list[bytes]:
    """Copy the records of all captures into one WARC file; returns the lines of its index."""
    name = _ARCHIVE.rpartition("/")[2]
    lines: list[bytes] = []
    size = sum(store.size(capture.record or capture.sha256) for capture in captures)
    with package.member(_ARCHIVE, large=size > _LARGE) as out:  # ReplayWeb.page looks in the wrong place when small files are marked large
        head = information({"software": SOFTWARE, "format": "WARC File Format 1.0"}, captures[-1].at)
        out.write(head)
        at = len(head)
        for capture in captures:
            data = store.get(capture.record) if capture.record else _made_up(capture, store)
            for record in read_records(io.BytesIO(data), name=f"capture {capture.record[:8]}", keep=_HEAD_BYTES):
                lines.append(cdx_line(record, name, at))
            out.write(data)
            at += len(data)
    return [line for line in lines if line]


def _made_up(capture: Capture, store: CaptureStore) -> bytes:
    """A record for bytes that were kept without one, such as a pasted text."""
    return resource(store.get(capture.sha256), url=capture.url, media_type=capture.media_type, at=capture.at)


def _pages(captures: list[Capture], store: CaptureStore, titles: Mapping[str, str]) -> Iterator[bytes]:
    """The list of pages, with their text, so that a reader can search in it."""
    yield _line({"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": True})
    for capture in captures:
        url = page_url(capture)
        text = store.get(capture.text).decode("utf-8") if capture.text else ""
        page = {"id": (capture.record or capture.sha256)[:32], "url": url, "ts": capture.at[:19] + "Z"}
        yield _line(
            {
                **page,
                "title": titles.get(capture.record) or titles.get(capture.sha256) or url,
                "mime": capture.media_type,
                **({"text": text} if text else {}),
            }
        )


def page_url(capture: Capture) -> str:
    """Under which address a capture is found in a WACZ file; a file without one goes by its fingerprint."""
    return address(capture.url, capture.sha256)


class _Package:
    """The zip as it is written, and the size and SHA-256 of what went into it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._resources: list[dict[str, str | int]] = []

    @contextmanager
    def member(self, path: str, *, large: bool = False) -> Iterator[_Hashed]:
        with self._archive.open(zipfile.ZipInfo(path, _NEVER), "w", force_zip64=large) as file:
            hashed = _Hashed(file)
            yield hashed
        self._resources.append({"name": path.rpartition("/")[2], "path": path, "hash": hashed.hash, "bytes": hashed.size})

    def close(self, captures: list[Capture], title: str, description: str) -> None:
        """Write the package: what lies in it, with digests; and its own digest."""
        about = {
            "profile": "data-package",
            "wacz_version": WACZ_VERSION,
            "software": SOFTWARE,
            "created": captures[-1].at[:19] + "Z",
            **({"title": title} if title else {}),
            **({"description": description} if description else {}),
            "mainPageUrl": page_url(captures[0]),
            "mainPageDate": captures[0].at[:19] + "Z",
            "resources": self._resources,
        }
        data = json.dumps(about, ensure_ascii=False, indent=2).encode("utf-8")
        self._archive.writestr(zipfile.ZipInfo("datapackage.json", _NEVER), data)
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
        self._archive.writestr(zipfile.ZipInfo("datapackage-digest.json", _NEVER), json.dumps(digest, indent=2))


class _Hashed:
    """A file that hashes what is written to it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)

    @property
    def hash(self) -> str:
        return f"sha256:{self._hash.hexdigest()}"


def _line(record: Mapping[str, object]) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
