"""PDF files as browsers and office programs write them: Arabic in reading order, columns, page numbers; hostile ones within limits.

``tests/evidence/files`` holds made-up articles printed by Chromium 156 and exported by LibreOffice 7.4.
"""

from __future__ import annotations

import time
import zlib
from pathlib import Path

import pytest

from factcheck.errors import ExtractionError
from factcheck.text.extract import article_from_pdf, read_capture
from factcheck.text.pdf import Glyph, line_text, page_number, page_text

FILES = Path(__file__).parents[1] / "evidence" / "files"
FIRST = "قال وزير النقل، في مؤتمر صحفي، إن الجسر سيُفتتح في الأول من آذار 2026، وإن كلفته بلغت 40 مليون دينار (57 مليون دولار)."
SECOND = "وأضاف: «الأعمال انتهت»، بحسب بيان الوزارة الذي وزع أمس على موقع Ministry of Transport باللغتين."
THIRD = "لا إله إلا الله، لأن الإسلام والأمل والآن."
ENGLISH = "The minister said “the bridge will open” on 1 March 2026, according to Reuters."
LAST = "الصفحة الثانية: اتفقا خلال لقائهما الآخير، على العمل على إخراج إيران من سوريا."


def read(data: bytes):
    return read_capture(data, "application/pdf")


@pytest.mark.parametrize("name", ["browser.pdf", "office.pdf"])
def test_arabic_comes_out_in_the_order_in_which_it_is_read(name: str) -> None:
    found = read((FILES / name).read_bytes())
    text = found.text.replace("\n", " ").replace("\f", " ")
    for sentence in (FIRST, SECOND, THIRD, ENGLISH, LAST):
        assert sentence in text
    assert found.title == "خبر الجسر"


def test_a_paragraph_is_one_line_and_pages_are_numbered() -> None:
    found = read((FILES / "browser.pdf").read_bytes())
    assert found.text.split("\f")[0].split("\n") == ["الجسر يُفتتح في آذار 2026", FIRST, SECOND, THIRD, ENGLISH]
    assert page_number(found.text, found.text.index(ENGLISH)) == 1
    assert page_number(found.text, found.text.index(LAST)) == 2
    assert found.flags == ("pages:2",)
    assert page_number("no pages here", 3) == 0


def test_columns_are_read_one_after_the_other_from_the_side_where_the_script_begins() -> None:
    text = read((FILES / "columns.pdf").read_bytes()).text
    places = [text.index(f"الفقرة {n}. قال وزير") for n in range(1, 7)] + [text.index(f"Paragraph {n}. The") for n in range(1, 5)]
    assert places == sorted(places)
    assert "بعد انتهاء الأعمال، وإن كلفته بلغت 40 مليون دينار (57 مليون دولار) بزيادة 12.5% عن التقدير." in text
    assert "خبز 1,200 +5%" in text


def cells(text: str) -> list[Glyph]:
    """Glyphs from the left as they are displayed, ten points each."""
    return [Glyph(char, 10 * n, 0, 10 * n + 10, 10, 0) for n, char in enumerate(text)]


@pytest.mark.parametrize(
    ("shown", "rtl", "mirrored", "read"),
    [
        ("رسج 40 ناك", True, False, "كان 40 جسر"),
        ("12.5% ةدايز", True, False, "زيادة 12.5%"),
        ("%12.5 ةدايز", True, False, "زيادة 12.5%"),
        (".نيتغللاب Ministry of Transport عقوم", True, False, "موقع Ministry of Transport باللغتين."),
        (")ب(أ", True, False, "أ(ب)"),
        ("(ب)أ", True, True, "أ(ب)"),
        ("the word رسجلا حتف (40) here", False, False, "the word فتح الجسر (40) here"),
        ("2026/03/01 خيرات", True, False, "تاريخ 2026/03/01"),
        ("٤٠ رسج", True, False, "جسر ٤٠"),
    ],
)
def test_what_is_displayed_from_the_left_is_read_in_its_own_order(shown: str, rtl: bool, mirrored: bool, read: str) -> None:
    assert line_text(cells(shown), rtl=rtl, mirrored=mirrored) == read


def test_presentation_forms_marks_and_gaps() -> None:
    letters = [Glyph("م", 0, 0, 6, 10, 0), Glyph("ل", 6, 0, 10, 10, 0), Glyph("ع", 10, 0, 16, 10, 0), Glyph("ُ", 12, 8, 12, 12, 3)]
    assert page_text(letters, (0, 0, 100, 100)) == "عُلم"
    words = [Glyph("a", 0, 0, 5, 10, 0), Glyph("b", 8, 0, 13, 10, 0)]
    assert page_text(words, (0, 0, 100, 100)) == "a b"
    assert page_text([], (0, 0, 100, 100)) == ""


def pdf(*objects: bytes, trailer: bytes = b"/Root 1 0 R") -> bytes:
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + table + b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, trailer, len(out))


def stream(data: bytes, *entries: bytes) -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), b" ".join(entries), data)


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
WORDS = b"BT /F 12 Tf 50 700 Td (The bridge opened.) Tj ET"


def test_a_page_without_text_is_a_picture_to_be_quoted_by_hand() -> None:
    found = read(pdf(CATALOG, PAGES, PAGE, stream(b""), FONT))
    assert (found.text, found.flags) == ("", ("pages:1", "no-text-layer"))
    assert "as in a scan: quote it by hand" in found.note
    with pytest.raises(ExtractionError, match="no text in it"):
        article_from_pdf(pdf(CATALOG, PAGES, PAGE, stream(b""), FONT))


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7",
        b"%PDF-1.7\n" + b"\x00" * 100_000,
        pdf(CATALOG, PAGES, PAGE, stream(WORDS), FONT)[:300],
        pdf(CATALOG, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"),
        pdf(CATALOG, b"<< /Type /Pages /Kids [3 0 R] /Count 99999999 >>", PAGE),
        pdf(CATALOG, PAGES, PAGE, stream(b"q " * 300_000), FONT),
        pdf(CATALOG, PAGES, PAGE, stream(zlib.compress(bytes(400_000_000)), b"/Filter /FlateDecode"), FONT),
        pdf(CATALOG, PAGES, PAGE, stream(zlib.compress(WORDS * 100_000), b"/Filter /FlateDecode"), FONT),
        pdf(CATALOG, PAGES, PAGE, stream(WORDS, b"/Filter [" + b"/FlateDecode " * 5000 + b"]"), FONT),
        pdf(CATALOG, PAGES, PAGE, stream(WORDS), FONT, trailer=b"/Root 1 0 R /Encrypt 9 0 R"),
        pdf(b"[" * 100_000),
    ],
    ids=["head", "empty", "cut", "cycle", "count", "deep", "bomb", "many", "filters", "encrypted", "nested"],
)
def test_a_hostile_file_is_given_up_within_limits_and_kept_to_be_quoted_by_hand(data: bytes, monkeypatch) -> None:
    monkeypatch.setattr("factcheck.text.child.CHILD_SECONDS", 4)
    start = time.monotonic()
    found = read(data)
    assert time.monotonic() - start < 10
    assert "PDF of" in found.note


def test_pages_that_were_read_before_the_limit_stay(monkeypatch) -> None:
    slow = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 6 0 R /Resources << /Font << /F 5 0 R >> >> >>"
    pages = b"<< /Type /Pages /Kids [3 0 R 7 0 R] /Count 2 >>"
    data = pdf(CATALOG, pages, PAGE, stream(WORDS), FONT, stream(zlib.compress(WORDS * 100_000), b"/Filter /FlateDecode"), slow)
    monkeypatch.setattr("factcheck.text.child.CHILD_SECONDS", 4)
    found = read(data)
    assert found.text == "The bridge opened."
    assert set(found.flags) == {"pages:1", "truncated:pages"}
