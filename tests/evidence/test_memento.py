"""Links, dates and addresses as archives write them: read strictly, and what contradicts itself is nothing."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.evidence import weblinks
from factcheck.evidence.memento import WAYBACK, Wanted, as_http_date, http_date, moment, original_bytes, replayed
from factcheck.evidence.pages import canonical, is_front_page, is_inside, same_page, secret_part
from factcheck.evidence.weblinks import parse_links

BASE = "https://archive.example/map"
NEWS = "https://example.org/news"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def wanted(url: str = NEWS) -> Wanted:
    return Wanted(WAYBACK, url, NOW)


# ---- links


def test_the_example_of_rfc_7089_is_read() -> None:
    """Section 5.3.1, shortened."""
    text = """<http://a.example.org>;rel="original",
     <http://arxiv.example.net/timemap/http://a.example.org>
      ; rel="self";type="application/link-format"
      ; from="Tue, 20 Jun 2000 18:02:59 GMT"
      ; until="Wed, 09 Apr 2008 20:30:51 GMT",
     <http://arxiv.example.net/web/20000620180259/http://a.example.org>
      ; rel="first memento";datetime="Tue, 20 Jun 2000 18:02:59 GMT"
      ; license="http://creativecommons.org/publicdomain/zero/1.0/"
    """
    original, own, memento = parse_links(text, BASE)
    assert (original.url, original.rels) == ("http://a.example.org", {"original"})
    assert own.parameters["until"] == "Wed, 09 Apr 2008 20:30:51 GMT"
    assert memento.rels == {"first", "memento"}


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("", []),
        (" , ,", []),
        ("<a>", ["https://archive.example/a"]),
        ("<a,b;c>; rel=x", ["https://archive.example/a,b;c"]),
        ('<a>; title="x, <b>; \\"y\\""', ["https://archive.example/a"]),
        ("<a>;;rel=x;,<b>", ["https://archive.example/a", "https://archive.example/b"]),
        ("<javascript:alert(1)>, <file:///x>, <data:text/html,x>, <//h/x>", ["https://h/x"]),
        ("<http://u:p@h/>, <http://[>, <http://h:99x/>", []),
        ("<a b>, <a\\b>, <>", []),
    ],
)
def test_links_and_what_is_not_one(text: str, urls: list[str]) -> None:
    assert [link.url for link in parse_links(text, BASE)] == urls


@pytest.mark.parametrize("text", ["a", "<a", "<a> b", "<a>; rel=", '<a>; rel="x', "<a>; rel=<", "<a> <b>", "<!doctype html><p>"])
def test_what_does_not_follow_the_grammar_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(ValueError, match="at character"):
        parse_links(text, BASE)


@given(st.text(alphabet='<>;,="\\ arel\n\u202e', max_size=60))
def test_no_text_makes_another_error(text: str) -> None:
    with suppress(ValueError):
        parse_links(text, BASE)


@pytest.mark.parametrize(
    "text", ["<a>;" + " " * 300_000, '<a>;t="' + "\\" * 300_000, "<" * 300_000, "<a>" + ";" * 300_000, "<a>," * 10_000]
)
def test_long_texts_take_linear_time(text: str) -> None:
    start = time.monotonic()
    with suppress(ValueError):
        parse_links(text, BASE)
    assert time.monotonic() - start < 20


def test_more_links_than_any_timemap_has_are_refused(monkeypatch) -> None:
    monkeypatch.setattr(weblinks, "MAX_LINKS", 1000)
    assert len(parse_links("<a>," * 1000, BASE)) == 1000
    with pytest.raises(ValueError, match="more than 1000 links"):
        parse_links("<a>," * 1001, BASE)


# ---- dates


@given(st.integers(min_value=631152000, max_value=4102444800))
def test_a_date_that_was_written_is_read(seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert http_date(as_http_date(at)) == at
    assert moment(f"{at:%Y%m%d%H%M%S}") == at


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "Sat, 20 Nov 2021 10:00:00",
        "Sun, 20 Nov 2021 10:00:00 GMT",
        "Sat, 31 Nov 2021 10:00:00 GMT",
        "Sat, 20 Nov 21 10:00:00 GMT",
        "Sat, 20 Nov 2021 10:00:00 +0000",
        "Sat, 20 Nov 2021 25:00:00 GMT",
        "Sat, ٢٠ Nov 2021 10:00:00 GMT",
    ],
)
def test_other_dates_are_none(text: str) -> None:
    assert http_date(text) is None


@pytest.mark.parametrize("stamp", ["", "2021", "20211399000000", "20210230000000", "2021112010000x", "٢٠٢١١١٢٠١٠٠٠٠٠", "202111201000001"])
def test_other_stamps_are_none(stamp: str) -> None:
    assert moment(stamp) is None


# ---- what counts


def test_a_copy_of_another_page_or_moment_does_not_count() -> None:
    at = datetime(2021, 11, 20, 10, tzinfo=UTC)
    good = f"https://web.archive.org/web/20211120100000/{NEWS}"
    assert wanted().memento(good, at, NEWS, "cdx").url == good
    assert wanted().memento(good, at, "https://example.org/other", "cdx") is None
    assert wanted().memento(good, at + timedelta(days=2), NEWS, "cdx") is None
    assert wanted().memento(good, None, NEWS, "cdx") is None
    assert wanted().memento("https://archive.example/abc", NOW + timedelta(days=2), NEWS, "cdx") is None
    assert wanted().memento("https://archive.example/abc", datetime(1970, 1, 1, tzinfo=UTC), NEWS, "cdx") is None
    assert wanted().memento("https://web.archive.org/web/20211120100000/https://evil.example/", at, NEWS, "cdx") is None
    assert wanted().memento("javascript:alert(1)", at, NEWS, "cdx") is None


def test_a_copy_named_by_http_is_cited_by_https_where_the_archive_has_it() -> None:
    at = datetime(2021, 11, 20, 10, tzinfo=UTC)
    assert wanted().memento(f"http://web.archive.org/web/20211120100000/{NEWS}", at, NEWS, "availability").url.startswith("https://web.")
    assert wanted().memento("http://old.archive.example/abc", at, NEWS, "availability").url.startswith("http://old.")


def test_a_waybacks_address_tells_page_and_moment() -> None:
    url = "https://web.archive.org/web/20211120100000mp_/https://example.org/a?b=1/c"
    assert replayed(url) == (datetime(2021, 11, 20, 10, tzinfo=UTC), "https://example.org/a?b=1/c")
    assert original_bytes(url) == "https://web.archive.org/web/20211120100000id_/https://example.org/a?b=1/c"
    assert replayed("https://example.org/2021") is None
    assert replayed("http://[") is None
    assert original_bytes("https://archive.example/abc") == "https://archive.example/abc"


# ---- addresses


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://example.org", "https://www.example.org/", True),
        ("https://example.org/a", "https://EXAMPLE.org:443/a/#x", True),
        ("https://example.org/خبر", "https://example.org/%d8%ae%d8%a8%d8%b1", True),
        ("https://example.org/%7Ea", "https://example.org/~a", True),
        ("https://مثال.example/a", "https://xn--mgbh0fb.example/a", True),
        ("example.org/a", "http://example.org/a", True),
        ("https://example.org/a", "https://example.org/b", False),
        ("https://example.org/a%2Fb", "https://example.org/a/b", False),
        ("https://example.org/a?x=1", "https://example.org/a?x=2", False),
        ("https://example.org/a", "https://example.org/A", False),
        ("https://example.org:8080/a", "https://example.org/a", False),
        ("http://[", "http://[", False),
    ],
)
def test_which_addresses_name_one_page(one: str, other: str, same: bool) -> None:
    assert same_page(one, other) is same


@given(st.text(max_size=40))
def test_any_text_can_be_compared(text: str) -> None:
    assert same_page(f"http://example.org/{text}", "http://example.org/none-of-these") in (True, False)


@pytest.mark.parametrize("path", ["", "/", "/ar", "/ar/", "/en-gb/", "/index.html", "/ar/home", "/default.aspx", "/home/"])
def test_front_pages(path: str) -> None:
    assert is_front_page(f"https://example.org{path}")


@pytest.mark.parametrize("path", ["/news", "/?p=12", "/ar/news", "/arabic", "/index/2021", "/404"])
def test_pages_behind_the_front(path: str) -> None:
    assert not is_front_page(f"https://example.org{path}")


def test_what_lies_inside() -> None:
    assert is_inside("http://[::1]/", ())
    assert is_inside("http://192.168.0.4:8080/a", ())
    assert is_inside("http://example.org:8080/a", {"example.org"})
    assert is_inside("nonsense", ())
    assert not is_inside("https://93.184.215.14/", ())


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://example.org/a?X-Amz-Signature=ab", "X-Amz-Signature"),
        ("https://example.org/?access_token=1", "access_token"),
        ("https://u:p@example.org/", "user name and password"),
        ("https://example.org/?id=4&page=2", ""),
        ("https://example.org/?token=", ""),
        ("http://[", ""),
    ],
)
def test_parameters_that_look_like_credentials(url: str, name: str) -> None:
    assert secret_part(url) == name


def test_the_spelling_that_is_compared() -> None:
    assert canonical("HTTP://WWW.Example.org:80/%e2%82%ac/?q=%20b#c") == "example.org/%E2%82%AC?q=%20b"
