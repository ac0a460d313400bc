"""Captures as a WACZ file that other people's tools accept. Replay in a browser is a command of its own: tests/quality/replay_wacz.py."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import subprocess
import sys
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from factcheck.errors import IntegrityError, ReportError
from factcheck.evidence.captures import CaptureStore
from factcheck.evidence.cdx import cdx_key
from factcheck.evidence.wacz import wacz, write_wacz
from factcheck.model.evidence import Capture
from tests.evidence.site import AT, Site

PAGE = "<!doctype html><html lang='ar'><title>خبر</title><body><p>قال الوزير إن الجسر افتتح.</p></body></html>"


@pytest.fixture
def store(tmp_path) -> CaptureStore:
    return CaptureStore(tmp_path / "captures")


@pytest.fixture
def captures(store) -> list[Capture]:
    urls = ["https://news.example/خبر?q=1", "https://www.other.example/A/", "http://127.0.0.1:8080/x"]
    held = [store.keep_fetched(Site({url: PAGE}).fetch(url), "قال الوزير", encoding_note="", tool="t") for url in urls]
    held.append(store.keep_file(PAGE.encode(), media_type="text/html", at=AT, encoding_note="", tool="t", url="https://saved.example/"))
    held.append(store.keep_file(b"\x89PNG\r\n\x1a\n", media_type="image/png", at=AT, encoding_note="", tool="t"))
    return held


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        return {info.filename: archive.read(info) for info in archive.infolist()}


def test_py_wacz_finds_nothing_wrong(store, captures, tmp_path) -> None:
    assert write_wacz(tmp_path / "a.wacz", captures, store, titles={captures[0].sha256: "خبر"}, title="ملف") == 5
    done = subprocess.run(
        [sys.executable, "-m", "wacz.main", "validate", "-f", str(tmp_path / "a.wacz")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "Validation succeeded" in done.stdout) == (0, True), done.stdout + done.stderr


def test_warcios_checker_finds_nothing_wrong(store, captures, tmp_path) -> None:
    path = tmp_path / "data.warc.gz"
    path.write_bytes(members(wacz(captures, store))["archive/data.warc.gz"])

    class Options:
        inputs = (str(path),)
        verbose = False

    checker = Checker(Options())
    checker.process_all()
    assert checker.exit_value == 0


def test_the_index_is_the_one_that_webrecorders_indexer_writes(store, captures, tmp_path) -> None:
    found = members(wacz(captures, store))
    (tmp_path / "data.warc.gz").write_bytes(found["archive/data.warc.gz"])
    script = "import sys; from cdxj_indexer.main import main; main(sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", script, "--sort", str(tmp_path / "data.warc.gz")], capture_output=True, text=True, check=True
    )

    def lines(text: str) -> list[tuple[str, dict[str, str]]]:
        return [(line[: line.index("{")], json.loads(line[line.index("{") :])) for line in text.splitlines()]

    ours, theirs = lines(found["indexes/index.cdx"].decode()), lines(done.stdout)
    assert len(ours) == 5
    for (key, fields), (their_key, their_fields) in zip(ours, theirs, strict=True):
        assert key == their_key
        assert fields == {"status": "200", **their_fields}


def test_every_line_of_the_index_leads_to_its_record(store, captures) -> None:
    found = members(wacz(captures, store))
    lines = found["indexes/index.cdx"].splitlines()
    assert lines == sorted(lines)
    for line in lines:
        fields = json.loads(line[line.index(b"{") :])
        start, length = int(fields["offset"]), int(fields["length"])
        part = found["archive/data.warc.gz"][start : start + length]
        [record] = ArchiveIterator(io.BytesIO(part))
        assert record.rec_headers.get_header("WARC-Target-URI") == fields["url"]
        assert gzip.decompress(part).startswith(b"WARC/1.0")


def test_pages_carry_address_time_title_and_text(store, captures) -> None:
    head, *pages = [
        json.loads(line) for line in members(wacz(captures, store, titles={captures[0].record: "خبر"}))["pages/pages.jsonl"].splitlines()
    ]
    assert head["format"] == "json-pages-1.0"
    by_url = {page["url"]: page for page in pages}
    first = by_url["https://news.example/%D8%AE%D8%A8%D8%B1?q=1"]
    assert (first["title"], first["text"], first["ts"]) == ("خبر", "قال الوزير", "2026-11-23T12:00:00Z")
    assert by_url["https://saved.example/"]["title"] == "https://saved.example/"
    assert f"urn:sha256:{captures[4].sha256}" in by_url


def test_the_package_names_every_file_with_its_digest(store, captures) -> None:
    found = members(wacz(captures, store, title="ملف"))
    package = json.loads(found["datapackage.json"])
    assert (package["wacz_version"], package["title"]) == ("1.1.1", "ملف")
    for resource in package["resources"]:
        data = found[resource["path"]]
        assert (resource["bytes"], resource["hash"]) == (len(data), "sha256:" + hashlib.sha256(data).hexdigest())
    assert {resource["path"] for resource in package["resources"]} | {"datapackage.json", "datapackage-digest.json"} == set(found)
    assert json.loads(found["datapackage-digest.json"])["hash"] == "sha256:" + hashlib.sha256(found["datapackage.json"]).hexdigest()


def test_the_same_captures_give_the_same_bytes_in_any_order(store, captures) -> None:
    assert wacz(captures, store) == wacz([*reversed(captures), captures[0]], store)


def test_bytes_that_were_kept_without_a_record_get_one(store) -> None:
    capture = store.keep_file("نص".encode(), media_type="text/plain", at=AT, encoding_note="", tool="t")
    bare = replace(capture, record="")
    [line] = members(wacz([bare], store))["indexes/index.cdx"].splitlines()
    assert capture.sha256.encode() in line


def test_nothing_to_write_missing_and_changed_captures_are_refused(store, captures, tmp_path) -> None:
    with pytest.raises(ReportError, match="Attach a link or a file first"):
        wacz([], store)
    path = store._path(captures[0].record, ".warc.gz")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(IntegrityError, match="was changed"):
        write_wacz(tmp_path / "a.wacz", captures, store)
    assert list(tmp_path.glob("a.wacz*")) == []
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ReportError, match="Could not write"):
        write_wacz(tmp_path / "file" / "a.wacz", captures[1:], store)


def test_memory_does_not_grow_with_the_number_of_captures(store, tmp_path) -> None:
    words = [f"https://a.example/{n}" for n in range(12)]
    page = "".join(hashlib.sha256(bytes([n % 251, n // 251])).hexdigest() for n in range(30_000))  # 2 MB that does not pack well
    held = [store.keep_fetched(Site({url: page + url}).fetch(url), "", encoding_note="", tool="t") for url in words]

    def peak(captures: list[Capture]) -> int:
        tracemalloc.start()
        write_wacz(tmp_path / "a.wacz", captures, store)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(held) < 1.5 * peak(held[:2])


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org", "http://www.example.org:80/A/B/?b=2&a=1#frag", "https://www2.example.org/x//y/../z/./",
        "http://example.org/%D8%AE%D8%A8%D8%B1%20x", "https://خبر.example/خبر?ق=١", "http://example.org:8080/a?",
        "http://example.org/a;jsessionid=0123456789abcdef0123456789abcdef", "http://[::1]:8000/p1", "http://127.0.0.1:8000/p1",
        "http://example.org/a?PHPSESSID=0123456789abcdef0123456789abcdef&x=1", "http://example.org/../x",
        "http://example.org/a?x=1&sid=0123456789abcdef0123456789abcdef", "http://example.org/?q=a%2520b&q=A",
        "http://example.org/a?b&a=&c==d", "http://EXAMPLE.org./x", "http://example.org/x?a=1&amp;b=2", "http://example.org/x?&&a=1&",
        "http://example.org/(S(4hqa0555fwsecu455xqckv45))/mileg.aspx", "http://xn--mgbh0fb.example/", "urn:sha256:abc",
    ],
)  # fmt: skip
def test_keys_are_those_of_the_reading_tools(url: str) -> None:
    from surt import surt

    assert cdx_key(url) == surt(url)


def test_a_case_writes_its_captures(case, tmp_path) -> None:
    with pytest.raises(ReportError, match="no capture"):
        case.write_wacz(tmp_path / "a.wacz")
    case.attach(file=PAGE.encode(), url="https://saved.example/", title="خبر الوزير")
    assert case.write_wacz(tmp_path / "a.wacz") == 1
    assert "خبر الوزير" in members(Path(tmp_path / "a.wacz").read_bytes())["pages/pages.jsonl"].decode()


def test_an_archive_beyond_what_a_small_zip_can_hold_is_written_in_larger_fields(store, captures, monkeypatch) -> None:
    small = wacz(captures, store)
    monkeypatch.setattr("factcheck.evidence.wacz._LARGE", 10)
    large = wacz(captures, store)
    assert members(large) == members(small)
    assert len(large) > len(small)
