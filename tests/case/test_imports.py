"""Files that a person has rank equal to pages that were fetched: each kind is captured, read where it can be, quoted, and on record."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest

from factcheck.errors import ExtractionError, IntegrityError
from factcheck.evidence.warc_reading import read_records
from factcheck.model.evidence import AnchorHow, Obtained
from tests.evidence.archives_in import AT, WORDS, moved, page, record, response, wacz
from tests.evidence.site import Site

FILES = Path(__file__).parents[1] / "evidence" / "files"
ONE = "https://news.example/a"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def held(case, id: str):
    evidence = case.state.evidence[id].value
    return evidence, evidence.capture


def kinds(case, capture) -> list[str]:
    return [kept.kind for kept in read_records(io.BytesIO(case.desk.captures.get(capture.record)), name="own", keep=10)]


def test_a_saved_page_names_where_it_came_from_and_that_it_says_so_itself(case) -> None:
    saved = page().replace(b"<p>", b"<!-- saved from url=(0022)https://news.example/a -->\n<p>")
    evidence, capture = held(case, case.attach(file=saved, quote=WORDS))
    assert (evidence.url, capture.url, capture.obtained) == (ONE, ONE, Obtained.IMPORTED)
    assert capture.flags == ("address-from-file",)
    assert evidence.anchor.how is AnchorHow.EXACT
    evidence, capture = held(case, case.attach(file=saved, url="https://other.example/"))
    assert (evidence.url, capture.flags) == ("https://other.example/", ())


def test_a_page_saved_as_one_file(case) -> None:
    evidence, capture = held(case, case.attach(file=FILES / "browser.mhtml", quote="قال الوزير إن الجسر افتتح"))
    assert (capture.media_type, evidence.url, evidence.title) == ("multipart/related", ONE, "خبر الجسر")
    assert evidence.anchor.how is AnchorHow.EXACT
    assert kinds(case, capture) == ["resource", "conversion"]


def test_a_pdf_is_quoted_with_its_page(case) -> None:
    id = case.attach(file=FILES / "browser.pdf", quote="على العمل على إخراج إيران من سوريا")
    evidence, capture = held(case, id)
    assert (capture.media_type, capture.flags) == ("application/pdf", ("pages:2",))
    assert evidence.anchor.how is AnchorHow.EXACT
    assert case.page_number(id) == 2
    assert case.page_number(case.attach(file=page(), quote=WORDS)) == 0


def test_a_quote_from_a_picture_is_typed_by_hand_and_marked_so(case) -> None:
    evidence, capture = held(case, case.attach(file=PNG, quote="كلمات في صورة"))
    assert (capture.media_type, capture.text, evidence.anchor.how) == ("image/png", "", AnchorHow.BY_HAND)
    assert "quote it by hand" in capture.encoding


def test_a_page_out_of_a_wacz_with_what_the_archive_says_of_it(case, tmp_path) -> None:
    path = tmp_path / "session.wacz"
    path.write_bytes(
        wacz(
            moved("http://news.example/", ONE) + response(ONE, page()) + response(ONE + "/b", page()),
            [("http://news.example/", "ع"), (ONE + "/b", "")],
        )
    )
    assert [found.url for found in case.pages_in(path)] == ["http://news.example/", ONE + "/b"]
    with pytest.raises(ExtractionError, match=r"session\.wacz holds 2 pages"):
        case.attach(file=path)
    evidence, capture = held(case, case.attach(file=path, url="http://news.example/", quote=WORDS))
    assert (capture.url, capture.requested_url, capture.status, capture.obtained) == (ONE, "http://news.example/", 200, Obtained.IMPORTED)
    assert capture.flags[:2] == ("from-wacz", f"archived:{AT}")
    assert capture.tool.endswith("archive made by ArchiveWeb.page 0.12.8")
    assert evidence.anchor.how is AnchorHow.EXACT
    assert kinds(case, capture) == ["response", "response", "conversion"]
    whole = next(flag for flag in capture.flags if flag.startswith("archive:")).removeprefix("archive:")
    assert case.desk.captures.get(whole) == path.read_bytes()


def test_a_page_out_of_a_warc(case) -> None:
    warc = record("request", ONE, b"GET /a HTTP/1.1\r\n\r\n") + response(ONE, gzip.compress(page()), "Content-Encoding: gzip")
    evidence, capture = held(case, case.attach(file=warc))
    assert (evidence.url, capture.media_type, evidence.title) == (ONE, "text/html", "خبر")
    assert case.capture_text(next(iter(case.state.evidence))) == WORDS


def test_a_hostile_archive_leaves_nothing_behind(case) -> None:
    before = case.desk.ledger.size
    with pytest.raises(IntegrityError, match="payload does not match"):
        case.attach(file=wacz(response(ONE, page(), WARC_Payload_Digest="sha256:00"), [(ONE, "")]))
    assert case.desk.ledger.size == before
    assert not case.state.evidence


def test_a_page_that_could_not_be_fetched_may_come_out_of_an_archive(case) -> None:
    case.desk.fetcher = Site({})
    id = case.attach(ONE, quote=WORDS)
    case.import_page(id, wacz(response(ONE, page()) + response(ONE + "/b", page()), [(ONE, ""), (ONE + "/b", "")]))
    evidence, capture = held(case, id)
    assert (capture.url, evidence.problem, evidence.anchor.how) == (ONE, None, AnchorHow.EXACT)


def test_what_was_imported_goes_out_as_a_wacz_again(case, tmp_path) -> None:
    case.attach(file=response(ONE, page()))
    case.attach(file=FILES / "browser.pdf")
    case.attach(file=PNG)
    assert case.write_wacz(tmp_path / "out.wacz") == 3
    assert [found.url.partition(":")[0] for found in case.pages_in(tmp_path / "out.wacz")].count("urn") == 2
    id = case.attach(file=tmp_path / "out.wacz", url=ONE)
    assert case.state.evidence[id].value.capture.status == 200


def test_a_file_that_is_too_large_or_not_there_says_so(case, monkeypatch) -> None:
    monkeypatch.setattr("factcheck.case.gather.MAX_FILE", 10)
    with pytest.raises(ExtractionError, match="holds more than"):
        case.attach(file=b"x" * 11)
    with pytest.raises(ExtractionError, match="Check the path, or drop the file"):
        case.attach(file="/nowhere/at-all.html")


def test_an_office_document_is_kept_to_be_quoted_by_hand(case) -> None:
    from tests.evidence.archives_in import zipped

    evidence, capture = held(case, case.attach(file=zipped({"word/document.xml": b"<w/>"}), quote="نص"))
    assert (capture.media_type, evidence.anchor.how) == ("application/zip", AnchorHow.BY_HAND)


@pytest.mark.parametrize("name", ["browser.pdf", "browser.mhtml"])
def test_a_case_is_opened_on_a_saved_file(desk, name: str) -> None:
    opened = desk.open_case(FILES / name)
    assert "الجسر" in opened.text
    assert "\f" not in opened.text
    assert opened.state.article.media_type in ("application/pdf", "multipart/related")
