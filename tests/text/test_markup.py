"""HTML taken apart as browsers do, in linear time whatever the page."""

from __future__ import annotations

import time

import pytest

from factcheck.text.markup import Tag, pieces
from factcheck.text.page import read_page


def apart(page: str) -> list[object]:
    return [(("/" if piece.closes else "") + piece.name, piece.attributes) if isinstance(piece, Tag) else piece for piece in pieces(page)]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<p class=a>x&amp;y</p>", [("p", {"class": "a"}), "x&y", ("/p", {})]),
        ("<a href='x>y'>t", [("a", {"href": "x>y"}), "t"]),
        ("<p title=it's>a</p>b", [("p", {"title": "it's"}), "a", ("/p", {}), "b"]),
        ("<p a = \"1\"b='2' a=3>z", [("p", {"a": "1", "b": "2"}), "z"]),
        ("<A HREF=/x?a=1&amp;b=2>u", [("a", {"href": "/x?a=1&b=2"}), "u"]),
        ('<a "b>c', [("a", {'"b': ""}), "c"]),
        ("a < b <3 <", ["a < b <3 <"]),
        ("<!-- a > b -->c<!-->d<!--->e", ["c", "d", "e"]),
        ("<!doctype html><?xml x?></ y><![CDATA[ z ]]>f", ["f"]),
        ("<script>if (a<b) '</p>'</script >d", [("script", {}), "if (a<b) '</p>'", ("/script", {}), "d"]),
        ("<title>a<b>&lt;</title>e", [("title", {}), "a<b><", ("/title", {}), "e"]),
        ("<style>a</styles></style>b", [("style", {}), "a</styles>", ("/style", {}), "b"]),
        ("x<!-- never closed <p>y", ["x"]),
        ("x<script>never closed", ["x", ("script", {}), "never closed"]),
        ("<a href='never closed>word", [("a", {"href": "", "='never": "", "closed": ""}), "word"]),
    ],
)
def test_tags_and_words(page: str, found: list[object]) -> None:
    assert apart(page) == found


@pytest.mark.parametrize(
    "page",
    [
        "<!-- " * 200_000, "<a href='" * 100_000, "<" * 500_000, "</" * 300_000, "<script></scrip" * 50_000, "<![<![" * 150_000,
        "&" * 500_000, "<p " + "=" * 500_000, '<a b="' * 100_000, "<a b='\">" * 50_000, "<a " + " " * 500_000, "<a " + "'" * 300_000,
        "<p " + " ".join(f"a{n}='b'" for n in range(80_000)) + ">", "<p>x" * 100_000, "<svg>" * 50_000 + "</svg>" * 50_000,
        "<a href=/x>" * 50_000, "<title>" * 100_000, "<meta name=author content=x>" * 20_000,
    ],
)  # fmt: skip
def test_no_page_takes_more_than_linear_time(page: str) -> None:
    def seconds(text: str) -> float:
        start = time.process_time()
        read_page(text, "https://a.example/")
        return time.process_time() - start

    read_page(page[:1000], "")
    assert seconds(page) < 8 * max(seconds(page[: len(page) // 4]), 0.05)


def test_text_inside_forms_tables_and_unclosed_heads_is_text() -> None:
    page = "<html><head><title>T</title><body><form><p>قال</p><select><option>x</select><table><tr><td>أول<td>ثان</table></form>"
    assert read_page(page, "").plain == "قال\nأول\nثان"


def test_a_page_that_a_browser_saved_names_its_address() -> None:
    assert (
        read_page("<!doctype html>\n<!-- saved from url=(0025)https://news.example/a?b=1 -->\n<p>x", "").saved_from
        == "https://news.example/a?b=1"
    )
    single = "<!doctype html> <html><!--\n Page saved with SingleFile \n url: https://news.example/b \n saved date: x\n--><p>x"
    assert read_page(single, "").saved_from == "https://news.example/b"
    assert read_page("<!-- saved from url=(0017)javascript:alert1 --><p>x", "").saved_from == ""
