from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.evidence.addresses import page_key, site_of, unwrapped

PAGE = "https://www.almina.example/economy/wheat-port"


@pytest.mark.parametrize(
    "url",
    [
        "http://almina.example/economy/wheat-port/",
        "https://m.almina.example/economy/wheat-port",
        "https://amp.almina.example/economy/wheat-port/amp/",
        "https://www.almina.example/economy/wheat-port?utm_source=x&utm_medium=y&fbclid=1",
        "https://www.almina.example/economy/wheat-port?amp=1#comments",
        "HTTPS://WWW.ALMINA.EXAMPLE:443/economy/wheat%2Dport",
        "https://almina-example.cdn.ampproject.org/c/s/www.almina.example/economy/wheat-port",
        "https://www.google.com/amp/s/www.almina.example/economy/wheat-port",
        "https://web.archive.org/web/20220601000000/https://www.almina.example/economy/wheat-port",
        "https://web.archive.org/web/2022id_/http://almina.example/economy/wheat-port",
        "https://www-almina-example.translate.goog/economy/wheat-port?utm_x=1",
    ],
)
def test_addresses_of_one_page_have_one_key(url: str) -> None:
    assert page_key(url) == page_key(PAGE)
    assert site_of(url) == "almina.example"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.almina.example/economy/wheat-port2",
        "https://www.almina.example/economy/wheat-port?id=2",
        "https://almina.example.evil.example/economy/wheat-port",
        "https://www.almina.example:8443/economy/wheat-port",
        "https://www.almina.example/Economy/wheat-port",
    ],
)
def test_other_pages_have_other_keys(url: str) -> None:
    assert page_key(url) != page_key(PAGE)


def test_the_order_of_a_query_and_the_spelling_of_a_name_make_no_other_page() -> None:
    assert page_key("https://e.example/?b=2&a=1") == page_key("https://e.example/index.html?a=1&b=2")
    assert page_key("https://مثال.إختبار/صفحة") == page_key("https://xn--mgbh0fb.xn--kgbechtv/%D8%B5%D9%81%D8%AD%D8%A9")


@pytest.mark.parametrize(
    "url", ["", "no address", "ftp://e.example/a", "https://", "http://[::1", "https://e.example:99999/", "javascript:x"]
)
def test_what_is_no_web_address_has_no_key(url: str) -> None:
    assert page_key(url) == ""


@given(st.text(max_size=80))
def test_no_text_is_too_odd(text: str) -> None:
    for url in (text, f"https://{text}", f"https://e.example/{text}", f"https://web.archive.org/web/2/{text}"):
        key = page_key(url)
        assert key == "" or page_key(f"http://{key}") == key or "@" in text


def test_copies_of_copies_are_unwrapped_a_few_times_only() -> None:
    url = "https://web.archive.org/web/1/" * 10 + PAGE
    assert unwrapped(url) == "https://web.archive.org/web/1/" * 7 + PAGE
