"""Captures: bytes by SHA-256, and the exchanges that brought them as WARC records.

Layout: ``<first two digits>/<digest>`` for any blob (payload, text), ``<digest>.warc.gz`` beside them for exchanges. Files are written
beside, synced and renamed, never rewritten; the same bytes lie there once. A damaged file is put right when its bytes come again.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from factcheck.errors import IntegrityError, LedgerError
from factcheck.evidence.fetch import Fetched
from factcheck.evidence.kinds import sniff_media_type
from factcheck.evidence.warc import exchange, resource, rewritten
from factcheck.evidence.web_archive import Taken
from factcheck.model.evidence import Capture, Obtained

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class CaptureProblem:
    """A stored file that is not what its name says."""

    place: str
    expected: str
    computed: str


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
        self._write((self._path(digest), data))
        return digest

    def put_file(self, file: BinaryIO) -> str:
        """Keep a file that may be too large for memory; returns its SHA-256, hexadecimal.

        Raises:
            LedgerError: as ``put``.
        """
        file.seek(0)
        digest = hashlib.sha256()
        while piece := file.read(1 << 20):
            digest.update(piece)
        path = self._path(digest.hexdigest())
        if not path.exists():
            file.seek(0)
            self._write_pieces([(path, iter(lambda: file.read(1 << 20), b""))])
        return digest.hexdigest()

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

    def size(self, sha256: str) -> int:
        """How many bytes a capture or a WARC file holds; 0 when it is not here."""
        try:
            return self._stored(sha256).stat().st_size
        except OSError:
            return 0

    def take(self, other: CaptureStore, sha256: str) -> bool:
        """Keep a capture that another desk holds; False when it is not there, or not as its digest says.

        Raises:
            LedgerError: it cannot be written.
        """
        try:
            data = other.get(sha256)
        except IntegrityError:
            return False
        self._write((self._path(sha256, ".warc.gz" if other._stored(sha256).name.endswith(".warc.gz") else ""), data))
        return True

    def delete(self, sha256: str) -> bool:
        """Delete a capture and what a crash left of its writing; whether there was any. Only for what was erased.

        Raises:
            LedgerError: it cannot be deleted.
        """
        path = self._path(sha256)
        found = sorted(path.parent.glob(f"{sha256}*"))
        try:
            for file in found:
                file.unlink(missing_ok=True)
            if found:
                _sync_folder(path.parent)
        except OSError as error:
            raise LedgerError(
                f"Capture {sha256[:6]} was erased in the ledger, but its file stays: {error.strerror}. Delete {path}."
            ) from error
        return bool(found)

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

    def _write(self, *files: tuple[Path, bytes]) -> None:
        """Write files that are not there yet, or not as they should be: all of them beside, all synced, all renamed. A journal then
        commits a few times for a capture, not twice for each of its files."""
        wanting = []
        for path, data in files:
            try:
                if path.exists() and path.read_bytes() == data:
                    continue
            except OSError:
                pass  # then writing says what is wrong
            wanting.append((path, [data]))
        self._write_pieces(wanting)

    def _write_pieces(self, files: Sequence[tuple[Path, Iterable[bytes]]]) -> None:
        beside: list[tuple[Path, Path]] = []
        folders: dict[Path, None] = {}
        opened: list[IO[bytes]] = []
        try:
            for path, pieces in files:
                if not path.parent.is_dir():
                    self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                    path.parent.mkdir(exist_ok=True, mode=0o700)
                    folders[self.folder] = None
                folders[path.parent] = None
                part = path.with_name(f"{path.name}.{os.urandom(4).hex()}.part")  # others may keep the same bytes at this moment
                beside.append((part, path))
                opened.append(os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"))
                opened[-1].writelines(pieces)
                opened[-1].flush()
            for file in opened:
                os.fsync(file.fileno())
                file.close()
            for part, path in beside:
                part.replace(path)
            for folder in folders:
                _sync_folder(folder)
        except OSError as error:
            for file in opened:
                with suppress(OSError):
                    file.close()
            for part, _ in beside:
                with suppress(OSError):
                    part.unlink(missing_ok=True)
            raise LedgerError(
                f"Nothing was written: cannot keep a capture in {self.folder}: {error.strerror}. Make room, or mend the folder."
            ) from error

    # ---- exchanges

    def keep_fetched(self, fetched: Fetched, extracted_text: str, *, encoding_note: str, tool: str) -> Capture:
        """Keep a fetched page: every hop as request and response records, the payload, and the text read out of it."""
        declared = next((value for name, value in fetched.headers if name.lower() == "content-type"), "")
        payload, text, record = self._keep(fetched.body, extracted_text, exchange(fetched, extracted_text, tool))
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
        flags: tuple[str, ...] = (),
    ) -> Capture:
        """Keep a file that a person saved: equal in rank to a fetched page, and marked as imported."""
        records = resource(data, url=url, media_type=media_type, at=at, text=extracted_text, tool=tool)
        payload, text, record = self._keep(data, extracted_text, records)
        return Capture(
            sha256=payload,
            media_type=media_type,
            length=len(data),
            obtained=obtained,
            at=at,
            url=url,
            record=record,
            text=text,
            encoding=encoding_note,
            tool=tool,
            flags=flags,
        )

    def keep_archived(
        self, taken: Taken, archive: BinaryIO, extracted_text: str, *, media_type: str, at: str, encoding_note: str, tool: str,
        flags: tuple[str, ...] = (),
    ) -> Capture:  # fmt: skip
        """Keep a page out of an archive: its records as they came, the text read out of it, and the archive whole, for what else a replay
        needs."""
        whole = self.put_file(archive)
        records = rewritten(taken.records, taken.url, extracted_text, at, tool)
        payload, text, record = self._keep(taken.body, extracted_text, records)
        return Capture(
            sha256=payload,
            media_type=media_type,
            length=len(taken.body),
            obtained=Obtained.IMPORTED,
            at=at,
            url=taken.url,
            requested_url=taken.page.url,
            status=taken.status,
            record=record,
            text=text,
            encoding=encoding_note,
            tool=f"{tool}; archive made by {taken.tool}" if taken.tool else tool,
            flags=(*taken.flags, f"archived:{taken.page.at}", f"archive:{whole}", *flags),
        )

    def _keep(self, payload: bytes, text: str, records: bytes) -> tuple[str, str, str]:
        """Keep what belongs to one capture, all of it or nothing; returns the three digests."""
        digest, record = hashlib.sha256(payload).hexdigest(), hashlib.sha256(records).hexdigest()
        files = [(self._path(digest), payload), (self._path(record, ".warc.gz"), records)]
        text_digest = ""
        if text:
            data = text.encode("utf-8")
            text_digest = hashlib.sha256(data).hexdigest()
            files.insert(1, (self._path(text_digest), data))
        self._write(*files)
        return digest, text_digest, record


def _sync_folder(folder: Path) -> None:
    """Make a rename last; other systems than POSIX cannot open a folder."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
