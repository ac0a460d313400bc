from __future__ import annotations

import subprocess
import sys

import pytest

from factcheck.errors import ExtractionError
from factcheck.model.article import MAX_ARTICLE_BYTES
from factcheck.text.decode import decode
from factcheck.text.extract import article_from_html, article_from_text, page_text

BODY = "<p>قال وزير النقل في مؤتمر صحفي إن الجسر سيفتتح في الأول من آذار، وإن الأعمال انتهت.</p>"
PAGE = f"""<!doctype html><html lang="ar"><head><meta charset="utf-8"><title>الجسر يفتتح - الميناء</title>
<meta property="og:site_name" content="الميناء"><meta name="author" content="سالم الراوي">
<meta property="article:published_time" content="2026-03-01T10:00:00Z">
<script type="application/ld+json">{{"@type":"NewsArticle","headline":"الجسر يفتتح","dateModified":"2026-03-02"}}</script></head>
<body><nav>القائمة</nav><article><h1>الجسر يفتتح</h1>{BODY}
<p>وأضاف أن كلفته بلغت أربعين مليون دينار، بحسب بيان الوزارة الذي وزع أمس.</p></article>
<a href="/other">أخرى</a><a href="javascript:alert(1)">x</a><script>var secret = 1</script></body></html>"""


def test_a_saved_page_gives_text_and_facts_with_where_each_was_read() -> None:
    article = article_from_html(PAGE.encode(), url="https://port.example/a")
    assert "الجسر سيفتتح في الأول من آذار" in article.text
    assert "secret" not in article.text
    facts = {name: (known.value, known.origin) for name, known in article.facts.items()}
    assert facts["outlet"] == ("الميناء", "meta og:site_name")
    assert facts["author"] == ("سالم الراوي", "meta author")
    assert facts["published"] == ("2026-03-01T10:00:00Z", "meta article:published_time")
    assert facts["modified"] == ("2026-03-02", "json-ld dateModified")
    assert facts["url"] == ("https://port.example/a", "address")
    assert article.language == "ar"
    assert article.links == ("https://port.example/other",)


def test_a_reference_to_a_control_character_does_not_make_a_page_vanish() -> None:
    article = article_from_html(PAGE.replace("قال وزير", "قال&#11; وزير&#xFFFE;").encode())
    assert "وزير النقل" in article.text


def test_a_page_without_a_main_text_is_taken_whole_and_says_so() -> None:
    article = article_from_html(b"<html><body><div>short words here</div></body></html>")
    assert "short words here" in article.text


def test_a_page_of_markup_alone_is_refused() -> None:
    with pytest.raises(ExtractionError, match="no words"):
        article_from_html(b"<html><body><script>1</script></body></html>")


def test_all_of_a_pages_text_is_kept_for_quotes() -> None:
    text, note, title = page_text(PAGE.encode(), "text/html")
    assert title == "الجسر يفتتح"
    assert "وأضاف أن كلفته" in text
    assert "القائمة" not in text
    assert note.startswith("utf-8")
    assert page_text(b"%PDF", "application/pdf")[0] == ""


@pytest.mark.parametrize("encoding", ["utf-8", "cp1256", "iso8859-6", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("declared", [None, "text/html; charset=iso-8859-1", "text/html"])
def test_arabic_comes_out_right_undeclared_and_wrongly_declared(encoding: str, declared: str | None) -> None:
    text = "وقال وزير النقل إن الجسر سيفتتح غدا، وأضاف أن كلفته بلغت 40 مليون دينار في السنة الماضية."
    assert decode(text.encode(encoding), declared=declared).text == text


def test_a_declaration_that_does_not_fit_is_on_record() -> None:
    decoded = decode("قال الوزير إن الجسر افتتح أمس".encode("cp1256"), declared="text/html; charset=latin-1")
    assert decoded.encoding == "cp1256"
    assert "but most letters are not Latin" in decoded.note


@pytest.mark.parametrize(
    "text", ["Le président a déclaré que l'été serait très sec à Paris.", "Die Straße wurde für den Verkehr geschlossen, sagte er."]
)
def test_other_languages_keep_their_declared_encoding(text: str) -> None:
    assert decode(text.encode("latin-1"), declared="text/html; charset=iso-8859-1").text == text


def test_control_characters_become_visible_once_and_on_record() -> None:
    article = article_from_text("a\x07b \ud800 words")
    assert article.text == "a\u2407b \ufffd words"
    assert len(article.notes) == 2


def test_line_ends_are_one_kind_and_the_rest_stays() -> None:
    assert article_from_text("  أول\r\nثان\rثالث \u200f.\n").text == "أول\nثان\nثالث \u200f."


def test_a_text_over_the_limit_says_what_to_do() -> None:
    with pytest.raises(ExtractionError, match="Cut out the part you check"):
        article_from_text("word " * (MAX_ARTICLE_BYTES // 4))


SWEDISH = "Åke sade att många människor på Öland går på gården när våren är här, och såg på båten i ån."
RUSSIAN = "Министр заявил, что мост будет открыт в марте, сообщает агентство."
ARABIC = "قال الوزير إن الجسر افتتح أمس وأضاف أن كلفته بلغت أربعين مليون دينار في السنة الماضية."


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        (SWEDISH, "latin-1", "iso-8859-1"),
        (SWEDISH, "latin-1", None),
        (RUSSIAN, "cp1251", "iso-8859-1"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (ARABIC, "iso8859-6", "windows-1256"),
        (ARABIC, "cp1256", "iso-8859-6"),
        (ARABIC, "cp1256", "windows-1254"),
        ("He said \u201cno\u201d \u2013 it\u2019s late", "cp1252", "iso-8859-1"),
    ],
)
def test_a_declaration_is_weighed_against_what_it_makes_of_the_content(text: str, encoding: str, declared: str | None) -> None:
    decoded = decode(text.encode(encoding), declared=declared)
    assert decoded.text == text or (declared is None and "detected" in decoded.note and "\u0642" not in decoded.text)


def test_a_broken_place_in_utf8_does_not_lose_the_page() -> None:
    decoded = decode((ARABIC * 20).encode() + b"\xff" + ARABIC.encode())
    assert decoded.text.count("\ufffd") == 1
    assert "1 broken places" in decoded.note


@pytest.mark.parametrize("page", ["<![<![<![ قال الوزير", "<html><head><title>x</title><p>قال الوزير</p>", "<!-- قال الوزير"])
def test_malformed_markup_keeps_its_words(page: str) -> None:
    assert "قال الوزير" in page_text(page.encode(), "text/html")[0] or page.startswith("<!--")


def test_a_page_made_to_be_slow_is_given_up_and_read_plainly(monkeypatch) -> None:
    monkeypatch.setattr("factcheck.text.child.CHILD_SECONDS", 0.001)
    text, note, _ = page_text(b"<p>" + "قال الوزير".encode(), "text/html")
    assert "قال الوزير" in text
    assert "too long" in note


def test_pages_are_read_from_any_folder_and_never_by_a_module_that_lies_there(tmp_path, monkeypatch) -> None:
    """A person works in a folder of downloads; ``json.py`` there is a stranger's."""
    for name in ("json", "trafilatura", "html"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(7)\n")
    monkeypatch.chdir(tmp_path)
    article = article_from_html(PAGE.encode())
    assert "الجسر سيفتتح" in article.text
    assert article.fact("author") == "سالم الراوي"


def test_the_child_has_no_network_and_starts_no_programs() -> None:
    script = (
        "import socket, subprocess, sys; from factcheck.text import _extract_child as child; child.limit()\n"
        "for act in (lambda: socket.create_connection(('127.0.0.1', 9), 1), lambda: subprocess.run(['true'])):\n"
        "    try: act()\n"
        "    except PermissionError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.count("may not cause") == 2


def test_a_page_that_never_closes_what_is_skipped_keeps_its_words() -> None:
    page = "<html><head><title>T</title></head><svg><p>قال الوزير &amp; غيره</p><script>var hidden = 1</script>"
    text, _, title = page_text(page.encode(), "text/html")
    assert text == "T\nقال الوزير & غيره"
    assert title == "T"


def test_facts_stay_when_the_library_fails() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><meta name="author" content="سالم"><metadata>x</metadata><text>كلمات هنا</text></svg>'
    article = article_from_html(svg.encode())
    assert article.fact("author") == "سالم"
    assert "كلمات هنا" in article.text
    assert any(note.startswith("main text not found") for note in article.notes)


@pytest.mark.parametrize(("said", "language"), [("ar-LB", "ar-LB"), ("en-US", "ar"), ("javascript:1", "und"), ("", "und")])
def test_a_pages_language_is_believed_unless_its_text_reads_otherwise(said: str, language: str) -> None:
    article = article_from_html(PAGE.replace('lang="ar"', f'lang="{said}"').encode())
    assert article.language == language
    assert any("reads as" in note for note in article.notes) is (said == "en-US")
