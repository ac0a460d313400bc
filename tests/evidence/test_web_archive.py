"""A page out of somebody else's archive: the right one, whole, every stated digest checked; hostile archives are refused."""

from __future__ import annotations

import gzip
import io
import json
import random
import stat
import zipfile

import pytest

from factcheck.errors import ExtractionError, FactcheckError, IntegrityError
from factcheck.evidence.web_archive import is_web_archive, open_web_archive
from tests.evidence.archives_in import AT, WORDS, moved, page, record, response, wacz, zipped

ONE, TWO = "https://news.example/a", "https://news.example/b"
REQUEST = record("request", ONE, b"GET /a HTTP/1.1\r\nHost: news.example\r\n\r\n")


def opened(data: bytes):
    return open_web_archive(io.BytesIO(data), "a.wacz")


def taken(data: bytes, url: str = ""):
    return opened(data).take(url)


@pytest.fixture
def both() -> bytes:
    return wacz(response(ONE, page()) + response(TWO, page("أخرى")), [(ONE, "أول"), (TWO, "ثان")])


def test_the_page_that_was_named_is_taken(both) -> None:
    assert [(found.url, found.title, found.at) for found in opened(both).pages] == [(ONE, "أول", AT), (TWO, "ثان", AT)]
    found = taken(both, TWO)
    assert (found.url, found.status, found.declared, found.body) == (TWO, 200, "text/html", page("أخرى"))
    assert found.tool == "ArchiveWeb.page 0.12.8"
    assert found.flags == ("from-wacz",)
    assert taken(both, "http://www.news.example/a/").url == ONE


def test_several_pages_and_none_named_are_listed(both) -> None:
    with pytest.raises(ExtractionError, match=r"holds 2 pages\. Say which page you want by its address: https://news") as caught:
        taken(both)
    assert [found.url for found in caught.value.pages] == [ONE, TWO]
    with pytest.raises(ExtractionError, match="does not hold https://other"):
        taken(both, "https://other.example/")


def test_the_only_page_needs_no_name_in_any_kind_of_archive() -> None:
    warc = response(ONE, page()) + response("https://news.example/i.png", b"\x89PNG", kind="image/png")
    for data in (wacz(warc), wacz(warc, [(ONE, "")]), warc, gzip.decompress(warc)):
        assert is_web_archive(io.BytesIO(data))
        assert taken(data).body == page()
    assert opened(warc).take().flags == ("from-warc",)


def test_redirects_inside_the_archive_are_followed_and_kept() -> None:
    warc = moved("http://news.example/", ONE) + response(ONE, page()) + REQUEST
    found = taken(wacz(warc, [("http://news.example/", "")]))
    assert (found.url, found.page.url) == (ONE, "http://news.example/")
    assert [kept.kind for kept in found.records] == ["response", "response"]
    with pytest.raises(ExtractionError, match="holds 0 pages"):
        taken(moved(ONE, TWO) + moved(TWO, ONE))


def test_of_several_captures_of_an_address_the_one_that_the_list_dates_is_taken() -> None:
    warc = b"".join(response(ONE, page(f"{WORDS} {n}"), at=f"2026-11-{n:02}T08:00:00Z") for n in (18, 20, 22))
    assert taken(wacz(warc, [(ONE, "")])).body == page(f"{WORDS} 20")


def test_requests_that_belong_to_a_response_are_kept_with_it() -> None:
    answer = response(ONE, page())
    id = next(line for line in gzip.decompress(answer).decode().splitlines() if line.startswith("WARC-Record-ID")).partition(": ")[2]
    asked = record("request", ONE, b"GET /a HTTP/1.1\r\n\r\n", WARC_Concurrent_To=id)
    assert [kept.kind for kept in taken(wacz(answer + asked + REQUEST, [(ONE, "")])).records] == ["response", "request"]


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (gzip.compress(page()), ["Content-Encoding: gzip"]),
        (page(), ["Content-Encoding: gzip"]),  # undone, and not said so
        (page(), ["x-orig-content-encoding: br"]),
        (page(), ["Transfer-Encoding: chunked"]),
        (b"%x\r\n%s\r\n0\r\n\r\n" % (len(page()), page()), ["Transfer-Encoding: chunked"]),
        (page(), ["Content-Encoding: br"]),
    ],
)
def test_a_body_comes_out_however_the_tool_kept_it(body: bytes, lines: list[str]) -> None:
    assert taken(wacz(response(ONE, body, *lines), [(ONE, "")])).body == page()


def test_a_saved_resource_is_a_page_too() -> None:
    found = taken(wacz(record("resource", ONE, page(), Content_Type="text/html"), [(ONE, "")]))
    assert (found.body, found.declared, found.status) == (page(), "text/html", 0)


def spoilt(both: bytes, path: str, change) -> bytes:
    """The archive with one file changed and its package left as it was."""
    with zipfile.ZipFile(io.BytesIO(both)) as archive:
        return zipped({name: change(archive.read(name)) if name == path else archive.read(name) for name in archive.namelist()})


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("archive/data.warc.gz", lambda data: data + response(TWO, page("مزور"))),
        ("pages/pages.jsonl", lambda data: data.replace(b"/a", b"/c")),
        ("datapackage.json", lambda data: data.replace(b"ArchiveWeb", b"OtherTools")),
    ],
)
def test_a_file_that_does_not_match_its_digest_is_refused(both, path: str, change) -> None:
    with pytest.raises(IntegrityError, match="does not match its digest"):
        taken(spoilt(both, path, change), ONE)


def test_a_record_that_does_not_match_its_digest_is_refused() -> None:
    warc = response(ONE, page(), WARC_Payload_Digest="sha256:" + "0" * 64)
    with pytest.raises(IntegrityError, match="payload does not match"):
        taken(wacz(warc, [(ONE, "")]))
    with pytest.raises(IntegrityError, match="block does not match"):
        taken(response(ONE, page(), WARC_Block_Digest="sha1:" + "A" * 32))


def test_every_flipped_byte_of_an_archive_is_refused_or_changes_nothing(both) -> None:
    chance = random.Random(3)
    for _ in range(300):
        data = bytearray(both)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        try:
            found = taken(bytes(data), ONE)
        except FactcheckError:
            continue
        assert found.body == page()


def links() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("archive/data.warc.gz")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def twice() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("archive/data.warc.gz", response(ONE, page()))
        archive.writestr("archive/DATA.warc.gz", response(ONE, page("مزور")))
    return buffer.getvalue()


def overlapping() -> bytes:
    data = zipped({"archive/a.warc.gz": response(ONE, page()), "archive/b.warc.gz": response(TWO, page())})
    first, second = (data.index(name) for name in (b"PK\x01\x02", b"PK\x05\x06"))
    entries = data[first:second]
    at = entries.index(b"PK\x01\x02", 4)
    return data[:first] + entries[: at + 42] + entries[42:46] + entries[at + 46 :] + data[second:]


def flagged(bit: int, kind: int = 0) -> bytes:
    data = bytearray(zipped({"archive/data.warc.gz": response(ONE, page())}))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= bit
    data[at + 10] = kind
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (links(), "is a link"),
        (twice(), "twice"),
        (overlapping(), "overlap"),
        (flagged(1), "is encrypted"),
        (flagged(0, 99), "packed in a way"),
        (zipped({"../archive/data.warc.gz": b"x", "archive/x.warc": b""}), "holds the path"),
        (zipped({"/archive/data.warc.gz": b"x", "archive/x.warc": b""}), "holds the path"),
        (zipped({"archive\\..\\x.warc.gz": b"x", "archive/x.warc": b""}), "holds the path"),
        (zipped({f"archive/{n}.warc.gz": b"" for n in range(5001)}), "holds 5001 files"),
        (wacz(b"", [(ONE, "")]), "holds no WARC record"),
        (wacz(b"not gzip at all", [(ONE, "")]), "does not begin as a WARC record does"),
        (wacz(response(ONE, page())[:-20], [(ONE, "")]), "is cut at byte"),
        (wacz(response(ONE, page()), package={"resources": [{"path": "archive/gone.warc.gz"}]}), "lists 'archive/gone.warc.gz'"),
        (wacz(response(ONE, page()), package={"resources": [1]}), "without a path"),
        (wacz(response(ONE, page()), [(ONE, "")], extra={"pages/pages.jsonl": b"{" * 50}), "cannot be read as JSON"),
        (wacz(response(ONE, page()), [(ONE, "")], extra={"pages/pages.jsonl": b"[" * 100_000}), "cannot be read as JSON"),
        (wacz(response(ONE, page()), [(ONE, "")], extra={"pages/pages.jsonl": b"[1]"}), "not what the format asks for"),
        (wacz(response(ONE, page()), [(ONE, "")])[:-40], "damaged zip file"),
    ],
)
def test_a_hostile_or_damaged_archive_says_why_it_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(IntegrityError, match=told):
        taken(data)


def test_a_bomb_inside_an_archive_is_not_unpacked_into_memory() -> None:
    import tracemalloc

    bomb = response(ONE, gzip.compress(bytes(300_000_000)), "Content-Encoding: gzip")
    data = wacz(bomb, [(ONE, "")])
    tracemalloc.start()
    with pytest.raises(ExtractionError, match="unpacks to more than 60 MB"):
        taken(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 150_000_000


def test_a_page_larger_than_what_is_taken_over_says_so(monkeypatch) -> None:
    monkeypatch.setattr("factcheck.evidence.web_archive.MAX_PAGE", 100)
    with pytest.raises(ExtractionError, match="up to 0 MB are taken over"):
        taken(response(ONE, page()))


def test_what_an_archive_does_not_state_goes_on_record() -> None:
    warc = response(ONE, page(), WARC_Truncated="length")
    assert taken(zipped({"archive/data.warc.gz": warc})).flags == ("from-wacz", "no-package", "truncated:length")
    signed = {"path": "datapackage.json", "hash": "", "signedData": {"hash": "", "signature": "x"}}
    data = wacz(warc, [(ONE, "")], digest=False, extra={"datapackage-digest.json": json.dumps(signed).encode()})
    assert "signature-not-checked" in taken(data).flags


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"\x1f\x8b\x08", gzip.compress(b"words", mtime=0), zipped({"word/document.xml": b"x"}), b"%PDF-1.7"]
)
def test_other_files_are_no_web_archives(data: bytes) -> None:
    assert not is_web_archive(io.BytesIO(data))
