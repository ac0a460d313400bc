"""A page out of a web archive that somebody else made: WACZ from ArchiveWeb.page or browsertrix, a WARC file.

An archive is a stranger's: it is read in place and never unpacked into a folder, its zip and its records are checked by our own rules,
and every digest it states must hold. What it says of when and where a page was captured is its word, and goes on record as such.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import Any, BinaryIO, Protocol

from factcheck.errors import ExtractionError, IntegrityError
from factcheck.evidence.guard import redirect_target
from factcheck.evidence.pages import canonical
from factcheck.evidence.unpack import BadCodingError, TooLargeError, unpack
from factcheck.evidence.warc_reading import Head, Record, header_of, http_head, read_records, unchunked

MAX_MEMBERS = 5000
MAX_BYTES = 2_000_000_000  # of an archive, packed or unpacked
MAX_LIST = 50_000_000  # bytes of a list of pages or a package
MAX_PAGE = 60_000_000  # bytes of one page that is taken over
MAX_HOPS = 10
REDIRECTS = (301, 302, 303, 307, 308)
_HEAD = 65_536  # bytes of each record's block, to see what it is
_NAMES = re.compile(
    r"archive/[^/\\]{1,200}\.warc(?:\.gz)?|pages/[^/\\]{1,200}\.jsonl|indexes/[^/\\]{1,200}|fuzzy/[^/\\]{1,200}|datapackage(?:-digest)?\.json"
    r"|webarchive\.ya?ml|(?:logs|crawls|screenshots|text|static)/[^\\]{1,300}"
)
_PAGE_KINDS = frozenset({"text/html", "application/xhtml+xml", "application/pdf", "text/plain"})


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """A page that an archive lists or holds."""

    url: str
    title: str = ""
    at: str = ""  # when it was captured, as the archive says; ISO 8601


@dataclass(frozen=True, slots=True)
class Taken:
    """One page taken out of an archive."""

    page: ArchivedPage
    url: str  # of the last hop
    status: int
    declared: str  # Content-Type
    body: bytes  # without transfer and content codings
    records: tuple[Record, ...]  # of every hop, whole: responses and their requests
    tool: str  # what made the archive, as it says
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one record of the archive is."""

    number: int
    kind: str
    id: str
    url: str
    at: str
    status: int
    location: str
    media_type: str


class _Open(Protocol):
    """A file that is read and closed."""

    def read(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


class WebArchive:
    """An archive opened for reading; see ``open_web_archive``."""

    def __init__(
        self,
        name: str,
        files: Callable[[], Iterator[tuple[str, _Open]]],
        listed: tuple[ArchivedPage, ...],
        tool: str,
        flags: tuple[str, ...],
    ) -> None:
        self.name = name
        self._files = files
        self._listed = listed
        self._tool = tool
        self._flags = flags

    @cached_property
    def pages(self) -> tuple[ArchivedPage, ...]:
        """The pages that the archive lists; those it holds when it lists none.

        Raises:
            IntegrityError: the archive is damaged or was changed.
        """
        if self._listed:
            return self._listed
        found: dict[str, ArchivedPage] = {}
        for entry in self._entries:
            if entry.status == 200 and entry.media_type in _PAGE_KINDS and entry.url.startswith(("http://", "https://", "urn:sha256:")):
                found.setdefault(_key(entry.url), ArchivedPage(entry.url, "", entry.at))
        return tuple(found.values())

    def take(self, url: str = "") -> Taken:
        """One page with everything that led to it.

        Args:
            url: which page; not needed when the archive has one.

        Raises:
            ExtractionError: there is no such page, or several and none was named; ``pages`` holds what there is.
            IntegrityError: the archive is damaged or was changed.
        """
        page = self._chosen(url)
        hops = self._hops(page)
        if not hops:
            raise ExtractionError(
                f"{self.name} lists {page.url} but does not hold it. Make the archive again, or save the page from a browser.", pages=[]
            )
        ids = {entry.id for entry in hops if entry.id}
        asked = [e.number for e in self._entries if e.kind == "request" and e.id in ids]
        whole = self._whole({entry.number for entry in hops} | set(asked), {entry.url for entry in hops})
        last = whole[hops[-1].number]
        body, flags = _payload(last, self.name)
        head = http_head(last.block) if last.kind == "response" else None
        if last.header("WARC-Truncated"):
            flags.append(f"truncated:{last.header('WARC-Truncated')[:20]}")
        return Taken(
            page=page if page.at else ArchivedPage(page.url, page.title, hops[-1].at),
            url=last.url,
            status=head.status if head else 0,
            declared=head.header("content-type") if head else last.header("Content-Type"),
            body=body,
            records=tuple(whole[number] for number in sorted(whole)),
            tool=self._tool,
            flags=(*self._flags, *flags),
        )

    # ---- inside

    @cached_property
    def _entries(self) -> list[_Entry]:
        """What every record is; reading them all checks the frames and digests of the whole archive."""
        found: list[_Entry] = []
        for number, record in self._scan(lambda headers: _HEAD if header_of(headers, "WARC-Type").lower() == "response" else 0):
            head = http_head(record.block) if record.kind == "response" else None
            kind = head.header("content-type") if head else record.header("Content-Type")
            found.append(
                _Entry(
                    number=number,
                    kind=record.kind,
                    id=record.header("WARC-Concurrent-To" if record.kind == "request" else "WARC-Record-ID"),
                    url=record.url,
                    at=record.header("WARC-Date"),
                    status=head.status if head else 200 if record.kind == "resource" else 0,
                    location=head.header("location") if head else "",
                    media_type=kind.partition(";")[0].strip().lower(),
                )
            )
        return found

    def _scan(self, keep: Any) -> Iterator[tuple[int, Record]]:
        number = 0
        for name, file in self._files():
            with closing(file):
                for record in read_records(file, name=name, keep=keep, max_total=MAX_BYTES):
                    yield number, record
                    number += 1

    def _chosen(self, url: str) -> ArchivedPage:
        pages = self.pages
        if url:
            exact = next((page for page in pages if page.url == url), None)
            alike = exact or next((page for page in pages if _key(page.url) == _key(url)), None)
            if alike is None and any(_key(entry.url) == _key(url) for entry in self._entries if entry.kind in ("response", "resource")):
                alike = ArchivedPage(url)
            if alike is not None:
                return alike
        elif len({_key(page.url) for page in pages}) == 1:
            return pages[0]
        shown = "; ".join(page.url for page in pages[:10]) + (f"; and {len(pages) - 10} more" if len(pages) > 10 else "")
        what = f"does not hold {url}" if url else f"holds {len(pages)} pages"
        raise ExtractionError(f"{self.name} {what}. Say which page you want by its address: {shown or 'there is none'}.", pages=list(pages))

    def _hops(self, page: ArchivedPage) -> list[_Entry]:
        """The records that lead to a page: its response nearest in time to what the list says, and on from a redirect."""
        by_key: dict[str, list[_Entry]] = {}
        for entry in self._entries:
            if entry.kind in ("response", "resource"):
                by_key.setdefault(_key(entry.url), []).append(entry)
        hops: list[_Entry] = []
        here = page.url
        while len(hops) <= MAX_HOPS:
            held = [entry for entry in by_key.get(_key(here), []) if entry not in hops]
            if not held:
                break
            entry = min(held, key=lambda e: (e.status != 200 and not e.location, _apart(e.at, page.at)))
            hops.append(entry)
            if entry.status not in REDIRECTS or not entry.location:
                break
            try:
                here = redirect_target(entry.url, entry.location)
            except ValueError:
                break
        return hops

    def _whole(self, numbers: set[int], urls: set[str]) -> dict[int, Record]:
        """Records with all of their bytes, by their number."""

        def keep(headers: tuple[tuple[str, str], ...]) -> int:
            return MAX_PAGE + 1 if header_of(headers, "WARC-Target-URI").strip("<>") in urls else 0

        found = {number: record for number, record in self._scan(keep) if number in numbers}
        for record in found.values():
            if not record.whole:
                raise ExtractionError(
                    f"{record.url} in {self.name} holds {record.size / 1e6:.0f} MB; up to {MAX_PAGE / 1e6:.0f} MB are taken over. "
                    "Save the part you need.",
                    pages=[],
                )
        return found


def open_web_archive(file: BinaryIO, name: str) -> WebArchive:
    """Open a WACZ or WARC file.

    Args:
        file: must allow seeking, and stay open as long as the archive is read.
        name: what messages call it.

    Raises:
        IntegrityError: the archive is damaged, hostile, or not what its digests say.
        ExtractionError: it is no web archive.
    """
    file.seek(0, 2)
    if file.tell() > MAX_BYTES:
        raise ExtractionError(f"{name} holds more than {MAX_BYTES / 1e9:.0f} GB. Make an archive of the page you need.", pages=[])
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    if start[:2] != b"PK":

        def alone() -> Iterator[tuple[str, _Open]]:
            file.seek(0)
            yield name, _Unclosed(file)

        return WebArchive(name, alone, (), "", ("from-warc",))
    return _open_wacz(file, name)


def is_web_archive(file: BinaryIO) -> bool:
    """Whether a file is a WACZ or WARC file by what it holds; many other files are zips."""
    file.seek(0)
    start = file.read(65_536)
    file.seek(0)
    if start.startswith(b"\x1f\x8b"):
        try:
            start = zlib.decompressobj(31).decompress(start, 16)
        except zlib.error:
            return False
    if start.startswith(b"WARC/1."):
        return True
    if not start.startswith(b"PK"):
        return False
    try:
        return any(re.fullmatch(r"archive/[^/]+\.warc(?:\.gz)?", name) for name in zipfile.ZipFile(file).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return b"archive/" in start and b".warc" in start


class _Unclosed:
    """A file that stays open when its reader is done with it."""

    def __init__(self, file: BinaryIO) -> None:
        self.read = file.read

    def close(self) -> None:
        pass


def _open_wacz(file: BinaryIO, name: str) -> WebArchive:
    try:
        archive = zipfile.ZipFile(file)
        members = _checked_members(archive, name)
        package = _package(archive, members, name)
        listed = _listed(archive, members, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        if isinstance(error, IntegrityError):
            raise
        raise IntegrityError(f"{name} is a damaged zip file ({error}). Get it again.", place=name) from error
    warcs = [info for member, info in members.items() if member.startswith("archive/") and ".warc" in member]
    if not warcs:
        raise ExtractionError(
            f"{name} is a zip file without a web archive in it. Choose a WACZ file, or take the file you need out of it.", pages=[]
        )

    def files() -> Iterator[tuple[str, _Open]]:
        for info in warcs:
            yield f"{info.filename} of {name}", _Guarded(archive, info, name)

    signed = "signature-not-checked" if package.pop("signed", False) else ""
    flags = tuple(filter(None, ("from-wacz", signed, "" if package else "no-package")))
    return WebArchive(name, files, listed, str(package.get("software", ""))[:200], flags)


def _checked_members(archive: zipfile.ZipFile, name: str) -> dict[str, zipfile.ZipInfo]:
    """The members we know by name; anything a zip can be made to do harm with is refused."""
    infos = archive.infolist()

    def refused(why: str) -> IntegrityError:
        return IntegrityError(f"{name} is refused: {why}. No archiving tool writes that; ask who sent it.", place=name)

    if len(infos) > MAX_MEMBERS:
        raise refused(f"it holds {len(infos)} files")
    if sum(info.file_size for info in infos) > MAX_BYTES:
        raise refused(f"it unpacks to more than {MAX_BYTES / 1e9:.0f} GB")
    seen: set[str] = set()
    found: dict[str, zipfile.ZipInfo] = {}
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        member = info.filename
        if member.lower() in seen:
            raise refused(f"it holds {member[:80]!r} twice")
        seen.add(member.lower())
        if member.startswith(("/", "\\")) or ".." in member.split("/") or "\\" in member or "\x00" in info.orig_filename:
            raise refused(f"it holds the path {member[:80]!r}")
        if info.flag_bits & 1:
            raise refused(f"{member[:80]!r} is encrypted")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise refused(f"{member[:80]!r} is a link")
        if info.header_offset < end:
            raise refused("its files overlap")
        end = info.header_offset + 30 + len(info.orig_filename.encode("utf-8", "replace")) + info.compress_size
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refused(f"{member[:80]!r} is packed in a way that is not read here")
        if not info.is_dir() and _NAMES.fullmatch(member):
            found[member] = info
    return found


def _package(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], name: str) -> dict[str, Any]:
    """The package, its digests checked against every file that it names."""
    if "datapackage.json" not in members:
        return {}
    data = _read(archive, members["datapackage.json"], MAX_LIST, name)
    package = _json(data, f"datapackage.json of {name}")
    if "datapackage-digest.json" in members:
        said = _json(_read(archive, members["datapackage-digest.json"], MAX_LIST, name), f"datapackage-digest.json of {name}")
        _compare(said.get("hash"), hashlib.sha256(data).hexdigest(), "datapackage.json", name)
        package["signed"] = "signedData" in said
    resources = package.get("resources")
    for resource in resources if isinstance(resources, list) else []:
        path = resource.get("path") if isinstance(resource, dict) else None
        if not isinstance(path, str):
            raise IntegrityError(f"{name} lists a file without a path in datapackage.json. Get it again.", place=name)
        if path not in members:
            if path in archive.NameToInfo:
                continue  # of a kind that is not read here
            raise IntegrityError(f"{name} lists {path[:80]!r} and does not hold it. Get it again.", place=name)
        digest = hashlib.sha256()
        with closing(_Guarded(archive, members[path], name)) as member:
            while piece := member.read(1 << 20):
                digest.update(piece)
        _compare(resource.get("hash"), digest.hexdigest(), path, name)
    return package


def _compare(said: object, computed: str, path: str, name: str) -> None:
    written = str(said or "")
    if written.startswith("sha256:") and written[7:].lower() != computed:
        raise IntegrityError(
            f"{path} in {name} does not match its digest: stated {written[7:15]}, computed {computed[:8]}. It was changed or damaged; "
            "get the archive again, or ask who sent it.",
            place=path,
            expected=written[7:],
            computed=computed,
        )


def _listed(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], name: str) -> tuple[ArchivedPage, ...]:
    """The pages of pages.jsonl; extra pages, which crawlers list apart, when it lists none."""
    for path in ("pages/pages.jsonl", "pages/extraPages.jsonl"):
        found: list[ArchivedPage] = []
        lines = _read(archive, members[path], MAX_LIST, name).splitlines() if path in members else []
        for number, line in enumerate(lines, 1):
            entry = _json(line, f"line {number} of {path} of {name}") if line.strip() else {}
            url, title, at = (entry.get(key) for key in ("url", "title", "ts"))
            if isinstance(url, str) and re.match(r"https?://|urn:", url) and len(url) < 10_000:
                found.append(ArchivedPage(url, title[:1000] if isinstance(title, str) else "", _iso(at)))
        if found:
            return tuple(found)
    return ()


def _iso(at: object) -> str:
    """A time as ISO 8601: lists hold texts, and milliseconds in old ones."""
    if isinstance(at, str) and re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", at):
        return at[:19] + "Z"
    return ""


def _json(data: bytes, place: str) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise IntegrityError(f"{place} cannot be read as JSON. The archive is damaged; get it again.", place=place) from error
    if not isinstance(found, dict):
        raise IntegrityError(f"{place} is not what the format asks for. The archive is damaged; get it again.", place=place)
    return found


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int, name: str) -> bytes:
    with closing(_Guarded(archive, info, name)) as member:
        data = member.read(limit + 1)
    if len(data) > limit:
        raise IntegrityError(f"{info.filename} in {name} is larger than {limit / 1e6:.0f} MB. It is not read.", place=info.filename)
    return data


class _Guarded:
    """A member as a file, that ends where it said it would and tells of damage in our words."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> None:
        self._name = name
        self._path = info.filename
        self._left = info.file_size
        self._member = self._told(lambda: archive.open(info))

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > self._left:
            size = self._left
        data: bytes = self._told(lambda: self._member.read(size)) if size else b""
        self._left -= len(data)
        return data

    def close(self) -> None:
        self._member.close()

    def _told(self, act: Callable[[], Any]) -> Any:
        try:
            return act()
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise IntegrityError(f"{self._path} in {self._name} is damaged ({error}). Get it again.", place=self._path) from error


def _payload(record: Record, name: str) -> tuple[bytes, list[str]]:
    """A page's own bytes. Archives keep chunks and packing, undo them and say so, or undo them and say nothing: what the bytes are
    decides."""
    head: Head | None = http_head(record.block) if record.kind == "response" else None
    if head is None:
        return record.block, []
    body = record.block[head.body :]
    if "chunked" in head.header("transfer-encoding").lower():
        plain = unchunked(body)
        body = body if plain is None else plain
    try:
        return unpack(body, head.header("content-encoding"), MAX_PAGE)
    except BadCodingError:
        return body, []
    except TooLargeError as error:
        raise ExtractionError(f"{record.url} in {name} unpacks to more than {MAX_PAGE / 1e6:.0f} MB.", pages=[]) from error


def _key(url: str) -> str:
    """What two spellings of one page's address share."""
    try:
        return canonical(url.partition("#")[0]) if url.startswith(("http://", "https://")) else url
    except ValueError:
        return url


def _apart(one: str, other: str) -> float:
    """How far two times lie apart, in seconds or so; far when one is missing."""
    digits = [re.sub(r"\D", "", text)[:14].ljust(14, "0") for text in (one, other)]
    return abs(int(digits[0] or 0) - int(digits[1] or 0)) if one and other else float("inf")
