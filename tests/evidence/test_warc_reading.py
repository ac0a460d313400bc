"""WARC files read strictly: every cut, wrong digest and broken frame is an error, and memory is bounded."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import random
import tracemalloc

import pytest

from factcheck.errors import IntegrityError
from factcheck.evidence.captures import CaptureStore
from factcheck.evidence.warc_reading import http_head, read_records, unchunked
from tests.evidence.site import Site

PAGE = "<!doctype html><p>" + "قال الوزير إن الجسر افتتح. " * 200


def record(body: bytes, *, kind: str = "resource", length: int | None = None, **headers: str) -> bytes:
    named = {"WARC-Type": kind, "WARC-Target-URI": "https://a.example/", "WARC-Date": "2026-11-23T12:00:00Z", **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in named.items()]
    size = len(body) if length is None else length
    return "\r\n".join(["WARC/1.1", *lines, f"Content-Length: {size}", "", ""]).encode() + body + b"\r\n\r\n"


def read(data: bytes, keep: int = 1_000_000):
    return list(read_records(io.BytesIO(data), name="a.warc.gz", keep=keep))


@pytest.fixture
def own(tmp_path) -> bytes:
    store = CaptureStore(tmp_path)
    capture = store.keep_fetched(Site({"https://a.example/": PAGE}).fetch("https://a.example/"), "نص", encoding_note="", tool="t")
    return store.get(capture.record)


def test_records_are_found_packed_one_by_one_packed_together_and_plain(own) -> None:
    plain = gzip.decompress(own)
    kinds = ["response", "request", "conversion"]
    for data in (own, plain, gzip.compress(plain)):
        assert [found.kind for found in read(data)] == kinds
    assert [own[found.offset : found.offset + 2] for found in read(own)] == [b"\x1f\x8b"] * 3
    assert [plain[found.offset : found.offset + 8] for found in read(plain)] == [b"WARC/1.0"] * 3
    assert sum(found.length for found in read(own)) == len(own)
    assert [found.offset for found in read(gzip.compress(plain))][1:] == [-1, -1]


def test_every_flipped_bit_of_content_is_noticed(own) -> None:
    chance = random.Random(7)
    whole = [(found.headers, found.block) for found in read(own)]
    for _ in range(200):
        data = bytearray(own)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        try:
            assert [(found.headers, found.block) for found in read(bytes(data))] == whole  # a date in a gzip header, say
        except IntegrityError as error:
            assert "damaged" in str(error) or "changed" in str(error) or "Get the file again" in str(error)  # noqa: PT017


def test_every_cut_inside_a_record_is_noticed(own) -> None:
    whole = {found.offset + found.length for found in read(own)}
    for end in range(1, len(own), 7):
        if end not in whole:
            with pytest.raises(IntegrityError):
                read(own[:end])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "holds no WARC record"),
        (b"PK\x03\x04", "does not begin as a WARC record does"),
        (b"WARC/1.0\r\n" + b"X: y\r\n" * 20_000, "does not begin"),
        (record(b"abc", length=2), "does not end where its header says"),
        (record(b"abc", length=9), "is cut"),
        (record(b"abc").replace(b"Content-Length: 3", b"Content-Length: -3"), "how long it is"),
        (record(b"abc").replace(b"Content-Length: 3", b"Content-Length: 3\r\nContent-Length: 4"), "how long it is"),
        (record(b"abc").replace(b"WARC-Type:", b"WARC-Type"), "a header that is none"),
        (record(b"abc", WARC_Block_Digest="sha1:AAAA"), "its block does not match its digest"),
        (record(b"abc", WARC_Payload_Digest="sha256:00"), "its payload does not match its digest"),
        (gzip.compress(record(b"abc"))[:-6], "is cut at byte"),
        (gzip.compress(record(b"abc")) + b"rest", "cannot be unpacked"),
    ],
)
def test_a_broken_file_says_what_is_wrong(data: bytes, message: str) -> None:
    with pytest.raises(IntegrityError, match=message):
        read(data)


@pytest.mark.parametrize("form", ["base32", "hex", "base64"])
@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha-512"])
def test_digests_match_however_they_are_written(form: str, algorithm: str) -> None:
    digest = hashlib.new(algorithm.replace("-", ""), b"abc").digest()
    written = {"base32": base64.b32encode(digest), "hex": digest.hex().encode(), "base64": base64.b64encode(digest)}[form].decode()
    assert len(read(record(b"abc", WARC_Block_Digest=f"{algorithm}:{written}"))) == 1
    assert len(read(record(b"abc", WARC_Block_Digest="md5:unknown-here"))) == 1


def test_a_payload_in_chunks_may_be_hashed_either_way() -> None:
    block = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    for payload in (b"abc", b"3\r\nabc\r\n0\r\n\r\n"):
        assert len(read(record(block, kind="response", WARC_Payload_Digest=f"sha1:{hashlib.sha1(payload).hexdigest()}"))) == 1
    assert unchunked(b"3\r\nabc\r\n") is None
    assert unchunked(b"plain words") is None


def test_a_large_block_is_checked_and_not_kept() -> None:
    body = bytes(40_000_000)
    data = gzip.compress(record(body, WARC_Block_Digest=f"sha1:{hashlib.sha1(body).hexdigest()}"))
    tracemalloc.start()
    [found] = read(data, keep=1000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(found.block), found.size, found.whole) == (1000, 40_000_000, False)
    assert peak < 5_000_000


def test_a_file_that_unpacks_without_end_is_given_up() -> None:
    data = gzip.compress(record(bytes(3_000_000)))
    with pytest.raises(IntegrityError, match="unpacks to more"):
        list(read_records(io.BytesIO(data), name="bomb", keep=10, max_total=1_000_000))


def test_an_http_head_is_read_as_old_servers_write_it() -> None:
    head = http_head(b"HTTP/1.0 404 Not Found\nServer: old\n and more\nContent-Type: text/html\n\nbody")
    assert head is not None
    assert (head.status, head.header("server"), head.body) == (404, "old and more", 70)
    assert http_head(b"\x00\x01no message") is None
