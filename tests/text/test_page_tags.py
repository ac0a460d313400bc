from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.text.page_tags import own_addresses, read_tags

PAGE = """<!doctype html><html><head><base href="https://e.example/dir/">
<META property="og:site_name" content="The &quot;Gazette&quot;"><meta name=author content='أمل'><meta http-equiv=x content=y>
<link rel="canonical" href="/a?x=1&amp;y=2"><link rel='stylesheet amphtml' href=amp><link rel=canonical href="javascript:alert(1)">
<script type="application/ld+json">{"@graph":[{"@type":"WebSite"},{"@type":"NewsArticle","author":{"@type":"Person"}}]}</script>
<script>var x = "<meta name=author content=evil>";</script>
<script type="application/ld+json">{broken</script></head>
<body><a href="b">one</a><a href="b">again</a><a href="mailto:x@y.example">no</a><a title="a > b" href="//o.example/c">two</a>
<time datetime="2021-11-20" class="Published" pubdate>20 Nov&nbsp;2021</time><time>yesterday</time>
<span itemprop="datePublished" content="2021-11-21">
</body></html>"""


def test_tags_are_read_in_any_spelling_with_their_entities() -> None:
    found = read_tags(PAGE, "https://e.example/dir/page")
    assert found.metas == (("og:site_name", 'The "Gazette"'), ("author", "أمل"), ("x", "y"))
    assert found.links == ("https://e.example/dir/b", "https://o.example/c")
    assert [(each.value, each.role, each.text) for each in found.times] == [
        ("2021-11-20", "published pubdate", "20 Nov 2021"),
        ("", "", "yesterday"),
        ("2021-11-21", "datepublished", ""),
    ]
    assert [item.get("@type") for item in found.items] == [None, "WebSite", "NewsArticle", "Person"]


def test_a_page_names_its_own_addresses_and_no_others() -> None:
    assert own_addresses(read_tags(PAGE, "https://e.example/dir/page")) == ("https://e.example/a?x=1&y=2", "https://e.example/dir/amp")
    assert own_addresses(read_tags('<meta property="og:url" content="/c">'), "https://e.example/") == ("https://e.example/c",)


@given(st.text(alphabet="<>/\"'= metalinkscrptydj{}[]:,", max_size=300))
def test_no_markup_is_too_odd(page: str) -> None:
    read_tags(page, "https://e.example/")
    read_tags(f'<script type="application/ld+json">{page}</script><meta {page}>')


@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "<meta ",
        '<meta a="',
        "<time>x",
        "<a href='",
        "<script>",
        '<script type="application/ld+json">[',
        "<span itemprop=date content=1>",
    ],
)
def test_unkind_pages_take_time_that_grows_no_faster_than_they_do(unit: str) -> None:
    def seconds(size: int) -> float:
        page = unit * (size // len(unit))
        start = time.process_time()
        read_tags(page)
        return time.process_time() - start

    seconds(10_000)
    assert seconds(1_600_000) < 40 * max(seconds(200_000), 0.002)  # eight times the size; quadratic would be sixty-four
