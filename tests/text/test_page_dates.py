from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.text.page_dates import DateKind, best, contradictions, page_dates, parse_date
from factcheck.text.page_tags import read_tags


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2021-11-20", "2021-11-20"),
        ("2021-11-20T10:00:00+02:00", "2021-11-20T10:00:00+02:00"),
        ("2021-11-20T10:00:00", "2021-11-20"),  # which zone is not said
        ("2021-11-20 10:00:00 +0200", "2021-11-20T10:00:00+02:00"),
        ("2021-11-20T10:00:00.1234567Z", "2021-11-20T10:00:00Z"),
        ("Sat, 20 Nov 2021 10:00:00 GMT", "2021-11-20T10:00:00Z"),
        ("1637400000", "2021-11-20T09:20:00Z"),
        ("1637400000000", "2021-11-20T09:20:00Z"),
        ("2021/11/20", "2021-11-20"),
        ("20211120", "2021-11-20"),
        ("0001-01-01T00:00:00", ""),
        ("9999-01-01", ""),
        ("2021-13-45", ""),
        ("الأمس", ""),
        ("", ""),
    ],
)
def test_dates_as_machines_write_them(text: str, value: str) -> None:
    assert parse_date(text) == value


@given(st.text(max_size=40))
def test_no_date_is_too_odd(text: str) -> None:
    assert parse_date(text) == "" or parse_date(text)[:4].isdigit()
    page_dates(read_tags(f'<meta name="date" content="{text}"><time datetime="{text}">{text}</time>'), f"https://e.example/{text}", text)


def read(page: str = "", url: str = "", text: str = "") -> list[tuple[str, str, str]]:
    return [(date.kind.value, date.value, date.origin) for date in page_dates(read_tags(page, url) if page else None, url, text)]


def test_structured_data_comes_before_meta_tags_before_time_elements_before_the_address_before_the_text() -> None:
    page = """<script type="application/ld+json">[{"@type":"WebSite","dateModified":"2024-01-01"},
    {"@type":["NewsArticle"],"datePublished":"2021-11-20T08:00:00Z","dateModified":"2021-11-25"}]</script>
    <meta property="article:published_time" content="2021-11-21"><time datetime="2021-11-22" class="entry-date">x</time>
    <time datetime="2019-01-01">another page</time>"""
    assert read(page, "https://e.example/2021/11/23/x", "تاريخ النشر: 24/11/2021\n") == [
        ("published", "2021-11-20T08:00:00Z", "json-ld datePublished"),
        ("published", "2021-11-21", "meta article:published_time"),
        ("published", "2021-11-22", "time element entry-date"),
        ("published", "2021-11-23", "address"),
        ("published", "2021-11-24", "text"),
        ("modified", "2021-11-25", "json-ld dateModified"),
        ("modified", "2024-01-01", "json-ld dateModified"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("عنوان\nالسبت 20 تشرين الثاني/ نوفمبر 2021 - 14:30\nنص", [("published", "2021-11-20")]),
        ("نُشر في: 20/11/2021", [("published", "2021-11-20")]),
        ("آخر تحديث: الأحد 21 نوفمبر 2021 الساعة 10:00", [("modified", "2021-11-21")]),
        ("Published November 20, 2021", [("published", "2021-11-20")]),
        ("Mon 7 Nov 2022 10.00 GMT\nLast modified on Tue 8 Nov 2022 11.00 GMT", [("published", "2022-11-07"), ("modified", "2022-11-08")]),
        ("Updated 3 hours ago", []),
        ("قال الوزير في 20 نوفمبر 2021 إن الجسر سيفتح", []),  # a date inside the text dates an event
        ("Text of a paragraph that is long enough to be one, with fifteen words in it or more, surely.\n12 May 2022", []),
    ],
)
def test_lines_of_the_text_that_date_the_page(text: str, found: list[tuple[str, str]]) -> None:
    assert [(kind, value) for kind, value, _ in read(text=text)] == found


def test_a_bare_time_element_counts_when_nothing_else_does_and_only_the_first() -> None:
    page = '<time datetime="2021-11-20">x</time><time datetime="2019-01-01">y</time>'
    assert read(page) == [("published", "2021-11-20", "time element")]
    assert read("<time>20 November 2021</time>") == [("published", "2021-11-20", "time element")]


def test_an_address_dates_a_page_only_with_a_day() -> None:
    assert read(url="https://e.example/2021/11/20/slug") == [("published", "2021-11-20", "address")]
    assert read(url="https://e.example/20211120-slug") == [("published", "2021-11-20", "address")]
    assert read(url="https://e.example/2021/11/slug") == []
    assert read(url="https://e.example/id/1202111209") == []
    assert read(url="http://[::1") == []


def test_dates_that_lie_apart_are_told() -> None:
    page = '<meta name="date" content="2021-11-20">'
    near = page_dates(read_tags(page + '<meta name="pubdate" content="2021-11-21">'))
    far = page_dates(read_tags(page), "https://e.example/2019/05/06/x")
    assert contradictions(near) == ()
    assert [date.value for date in contradictions(far)] == ["2021-11-20", "2019-05-06"]
    assert best(far).value == "2021-11-20"
    assert best(far, DateKind.MODIFIED) is None
    assert contradictions(()) == ()
