"""Pages that came with status 200 and are not what was asked for are marked; articles about such things are not."""

from __future__ import annotations

import pytest

from factcheck.text.page import read_page
from factcheck.text.signs import is_notice

ARTICLE = "<p>" + "قال الوزير إن الجسر افتتح أمس وأضاف أن كلفته بلغت أربعين مليون دينار. " * 60 + "</p>"


def signs(body: str, title: str = "خبر", head: str = "") -> tuple[str, ...]:
    return read_page(f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>", "").signs


@pytest.mark.parametrize(
    ("body", "title", "head", "found"),
    [
        ("<h1>404</h1><p>Page not found</p>", "Oops", "", ("soft-404",)),
        ("<p>Sorry</p>", "404 - News", "", ("soft-404",)),
        ("<p>عذراً، الصفحة التي تبحث عنها غير موجودة</p>", "الميناء", "", ("soft-404",)),
        ("<p>The article you are looking for no longer exists.</p>", "News", "", ("soft-404",)),
        ("<p>لم يتم العثور على الصفحة</p>", "x", "", ("soft-404",)),
        (ARTICLE, "Page not found | News", "", ("soft-404",)),
        ("<p>Checking your browser before accessing</p>", "Just a moment...", "", ("challenge",)),
        ("<p>تحقق من أنك إنسان</p>", "x", "", ("challenge",)),
        ("<p>We use cookies. Accept all cookies</p>", "x", "", ("consent",)),
        ("<p>نستخدم ملفات تعريف الارتباط</p>", "x", "", ("consent",)),
        ("<form>Log in <input type=password></form>", "x", "", ("login",)),
        ("<p>One paragraph.</p><p>اشترك الآن لمتابعة القراءة</p>", "x", "", ("paywall",)),
        (ARTICLE, "x", '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>', ("paywall",)),
        ("<div id=app></div><script>" + "x=1;" * 500 + "</script>", "x", "", ("script-only",)),
        ("<noscript>Please enable JavaScript</noscript><div id=app></div>", "x", "", ("script-only",)),
        ("<p>wait</p>", "x", "<meta http-equiv=refresh content='0; url=/b'>", ("meta-refresh",)),
    ],
)
def test_a_page_that_is_something_else_is_marked(body: str, title: str, head: str, found: tuple[str, ...]) -> None:
    assert signs(body, title, head) == found


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (ARTICLE, "خبر"),
        (ARTICLE + "<p>Page not found errors are common, 404 says the report.</p>", "Why 404 pages matter"),
        (ARTICLE + "<p>We use cookies. Accept all cookies</p>", "x"),
        (ARTICLE + "<form>Log in <input type=password></form>", "x"),
        ("<p>قال الوزير إن الجسر افتتح أمس.</p>", "خبر قصير"),
        ("<p>قتل 404 أشخاص في الفيضانات</p>", "مقتل 404 أشخاص"),
        ("<p>x</p>", "<meta refresh>"),
    ],
)
def test_an_article_is_not(body: str, title: str) -> None:
    assert signs(body, title) == ()


def test_a_page_that_loads_itself_anew_after_minutes_is_no_sign() -> None:
    assert signs(ARTICLE, head="<meta http-equiv=refresh content='300'>") == ()
    assert signs(ARTICLE, head="<meta http-equiv=refresh content='600; url=/x'>") == ()


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Page not found | News", ["Welcome", "to our site"]),
        ("شبكة", ["عُذْراً", "الصفحة التي تطلبها غير موجودة"]),
        ("", ["410", "Gone"]),
        ("", ["We can't seem to find the page you're looking for", "Here are " + "some links " * 40]),
        ("", ["تم حذف هذا المحتوى من قبل الناشر."]),
        ("IIS 10.0 Detailed Error - 404.0 - Not Found", ["x"]),
    ],
)
def test_a_notice_in_the_place_of_a_page(title: str, lines: list[str]) -> None:
    assert is_notice(title, lines)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("", []),
        ("خبر", ["تصويب"]),
        ("مقتل 404 أشخاص", ["مقتل 404 أشخاص في فيضانات", "قالت السلطات إن الحصيلة ارتفعت. " * 8]),
        (
            "Why so many links end in “page not found”",
            ["Why so many links end in “page not found”", "I counted the links in my notes. " * 8],
        ),
        ("Missing hikers found alive", ["Missing hikers found alive after three days", "Search teams could not find them earlier. " * 6]),
        ("News", ["Page not found", "word " * 130]),
    ],
)
def test_news_in_the_place_of_a_page(title: str, lines: list[str]) -> None:
    assert not is_notice(title, lines)
