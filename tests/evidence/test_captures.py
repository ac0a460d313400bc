from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from factcheck.errors import IntegrityError, LedgerError
from factcheck.evidence.captures import CaptureStore
from factcheck.evidence.fetch import FetchPolicy, HttpFetcher
from factcheck.evidence.kinds import sniff_media_type
from tests.evidence.server import GOOD, misbehaving
from tests.evidence.site import Site


@pytest.fixture
def store(tmp_path) -> CaptureStore:
    return CaptureStore(tmp_path / "captures")


def records(store: CaptureStore, digest: str) -> list:
    data = store._path(digest, ".warc.gz").read_bytes()
    return [(r.rec_type, dict(r.rec_headers.headers), r.http_headers, r.content_stream().read()) for r in ArchiveIterator(io.BytesIO(data))]


def test_bytes_are_kept_once_under_their_hash(store) -> None:
    digest = store.put("نص".encode())
    assert digest == hashlib.sha256("نص".encode()).hexdigest()
    assert store.put("نص".encode()) == digest
    assert store.get(digest).decode() == "نص"
    assert list(store.digests()) == [digest]
    assert (store.folder / digest[:2] / digest).stat().st_mode & 0o077 == 0


def test_changed_and_missing_bytes_are_noticed(store) -> None:
    digest = store.put(b"one")
    path = store.folder / digest[:2] / digest
    path.write_bytes(b"two")
    with pytest.raises(IntegrityError, match="was changed"):
        store.get(digest)
    [problem] = store.check()
    assert problem.expected == digest
    path.unlink()
    with pytest.raises(IntegrityError, match="missing"):
        store.get(digest)
    with pytest.raises(ValueError, match="no SHA-256"):
        store.get("../../etc/passwd")


def test_a_whole_exchange_is_kept_as_warc_that_others_read(store) -> None:
    with misbehaving() as (address, _):
        policy = FetchPolicy(allowed_hosts=frozenset({address.removeprefix("http://")}))
        fetched = HttpFetcher(policy, clock=lambda: datetime.now(UTC)).fetch(f"{address}/moved")
    capture = store.keep_fetched(fetched, "قال الوزير", encoding_note="utf-8", tool="test 1")
    kept = records(store, capture.record)
    assert [kind for kind, *_ in kept] == ["response", "request", "response", "request", "conversion"]
    assert kept[2][3].decode() == GOOD
    assert kept[1][1]["WARC-Concurrent-To"] == kept[0][1]["WARC-Record-ID"]
    assert kept[3][2].get_header("User-Agent").startswith("factcheck/")
    assert kept[4][3].decode() == "قال الوزير"
    assert store.get(capture.sha256).decode() == GOOD
    assert (capture.url, capture.requested_url, capture.status) == (f"{address}/good", f"{address}/moved", 200)


def test_warcios_own_checker_finds_nothing(store) -> None:
    capture = store.keep_fetched(Site({"https://a.example/": GOOD}).fetch("https://a.example/"), "نص", encoding_note="", tool="t")
    path = store._path(capture.record, ".warc.gz")

    class Options:
        inputs = (str(path),)
        verbose = False

    checker = Checker(Options())
    checker.process_all()
    assert checker.exit_value == 0


def test_a_page_cannot_forge_headers_of_our_records(store) -> None:
    fetched = Site({"https://a.example/": GOOD}).fetch("https://a.example/")
    forged = replace(fetched.hops[0], reason="OK\r\nWARC-Payload-Digest: sha1:FORGED", headers=(("X-A", "b\r\nX-Evil: 1"),))
    capture = store.keep_fetched(replace(fetched, hops=(forged,)), "", encoding_note="", tool="t")
    [response, _request] = records(store, capture.record)
    assert "FORGED" not in str(response[1])
    assert response[2].get_header("X-Evil") is None


def test_a_saved_file_is_kept_as_a_resource(store) -> None:
    capture = store.keep_file(b"%PDF-1.7", media_type="application/pdf", at="2026-11-23T12:00:00.000000Z", encoding_note="", tool="t")
    [(kind, headers, _, body)] = records(store, capture.record)
    assert (kind, body, headers["Content-Type"]) == ("resource", b"%PDF-1.7", "application/pdf")
    assert headers["WARC-Target-URI"].startswith("urn:sha256:")


def test_a_folder_that_cannot_be_written_says_so(tmp_path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(LedgerError, match="Nothing was written"):
        CaptureStore(tmp_path / "file").put(b"x")


@pytest.mark.parametrize(
    ("data", "declared", "kind"),
    [
        (b"%PDF-1.4", "text/html", "application/pdf"),
        (b"<!DOCTYPE html><p>x", None, "text/html"),
        (b"<!-- a --><html>", "text/plain", "text/html"),
        (b"plain words", None, "text/plain"),
        (b"plain words", "text/html; charset=x", "text/html"),
        (b"\x89PNG\r\n\x1a\n", None, "image/png"),
        (b"a\x00b", None, "application/octet-stream"),
    ],
)
def test_kinds_are_told_by_content_first(data, declared, kind) -> None:
    assert sniff_media_type(data, declared) == kind


def test_a_persons_address_and_kind_cannot_forge_headers_of_our_records(store) -> None:
    forged = {"url": "https://a.example/\r\nWARC-Date: 1999-01-01T00:00:00Z", "media_type": "text/html\r\nX-Evil: 1"}
    capture = store.keep_file(b"x", at="2026-11-23T12:00:00.000000Z", encoding_note="", tool="t", **forged)
    [(_, headers, _, _)] = records(store, capture.record)
    assert headers["WARC-Date"] == "2026-11-23T12:00:00Z"
    assert headers["WARC-Target-URI"] == "https://a.example/%0D%0AWARC-Date:%201999-01-01T00:00:00Z"
    assert "X-Evil" not in headers


def test_a_damaged_file_is_put_right_when_its_bytes_come_again(store) -> None:
    digest = store.put(b"one")
    (store.folder / digest[:2] / digest).write_bytes(b"two")
    assert store.get(store.put(b"one")) == b"one"
    assert list(store.check()) == []


def test_folders_are_the_users_own(store) -> None:
    digest = store.put(b"one")
    assert [path.stat().st_mode & 0o077 for path in (store.folder, store.folder / digest[:2])] == [0, 0]


def test_several_may_keep_the_same_bytes_at_once(store) -> None:
    data = bytes(500_000)
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: store.put(data), range(64)))) == 1
    assert len(list(store.folder.glob("??/*"))) == 1
