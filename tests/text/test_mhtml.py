"""Pages that a browser saved as one file. ``browser.mhtml`` was saved by Chromium 156 from a made-up page in windows-1256."""

from __future__ import annotations

import base64
import time
from pathlib import Path

import pytest

from factcheck.errors import ExtractionError
from factcheck.text.extract import article_from_mhtml, read_capture

FILE = Path(__file__).parents[1] / "evidence" / "files" / "browser.mhtml"
WORDS = "قال الوزير إن الجسر افتتح أمس."


def read(data: bytes):
    return read_capture(data, "multipart/related")


def parts(*bodies: tuple[str, bytes], head: str = "", kind: str = 'multipart/related; type="text/html"') -> bytes:
    lines = [f"MIME-Version: 1.0\r\nContent-Type: {kind}; boundary=xyz\r\n{head}\r\n".encode()]
    for about, body in bodies:
        lines.append(f"--xyz\r\n{about}\r\n\r\n".encode() + body + b"\r\n")
    return b"".join(lines) + b"--xyz--\r\n"


def html(words: str = WORDS) -> str:
    return f"<html><title>خبر</title><p>{words}</p></html>"


def test_a_browsers_file_gives_text_title_and_address() -> None:
    found = read(FILE.read_bytes())
    assert (found.text, found.title, found.url) == (WORDS, "خبر الجسر", "https://news.example/a")
    assert found.note.startswith("main part of 2; cp1256: declared by the page")


@pytest.mark.parametrize(
    ("about", "body"),
    [
        ("Content-Type: text/html; charset=windows-1256\r\nContent-Transfer-Encoding: 8bit", html().encode("cp1256")),
        ("Content-Type: text/html\r\nContent-Transfer-Encoding: base64", base64.encodebytes(html().encode("cp1256"))),
        ('Content-Type: text/html; charset="unicode"\r\nContent-Transfer-Encoding: base64', base64.encodebytes(html().encode("utf-16"))),
        ("Content-Type: text/html\r\nContent-Transfer-Encoding: binary", html().encode()),
    ],
)
def test_the_main_part_is_decoded_as_any_page(about: str, body: bytes) -> None:
    assert read(parts((about, body))).text == WORDS


def test_the_part_that_the_file_names_is_the_main_one() -> None:
    frame = ("Content-Type: text/html; charset=utf-8\r\nContent-Location: https://ads.example/", html("إعلان").encode())
    main = ("Content-Type: text/html; charset=utf-8\r\nContent-ID: <main>\r\nContent-Location: https://news.example/", html().encode())
    assert read(parts(frame, main, head="Snapshot-Content-Location: https://news.example/\r\n")).text == WORDS
    assert read(parts(frame, main, kind='multipart/related; start="<main>"')).text == WORDS
    assert read(parts(main, frame)).text == WORDS


def test_an_address_that_is_none_is_not_believed() -> None:
    about = "Content-Type: text/html; charset=utf-8"
    for bad in ("javascript:alert(1)", "https://a.example/ x", "file:///etc/passwd"):
        assert read(parts((about, html().encode()), head=f"Snapshot-Content-Location: {bad}\r\n")).url == ""


def nested(depth: int) -> bytes:
    head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    return b"Content-Type: multipart/related; boundary=a\r\n\r\n--a\r\n" + head + b"Content-Type: text/html\r\n\r\n<p>x"


@pytest.mark.parametrize(
    "data",
    [
        b"Content-Type: multipart/related; boundary=x\r\n\r\n",
        parts(("Content-Type: image/png", b"\x89PNG")),
        parts(("Content-Type: text/html\r\nContent-Transfer-Encoding: base64", b"!!!!")),
        nested(5000),
        b"Content-Type: multipart/related; boundary=x\r\n" + b"X: y\r\n" * 200_000,
        parts(*[("Content-Type: text/html", b"<p>x")] * 20_000),
        b'Content-Type: multipart/related; boundary="' + b"=?utf-8?q?" * 10_000 + b'"\r\n\r\nx',
    ],
    ids=["empty", "no-page", "bad-base64", "deep", "headers", "parts", "words"],
)
def test_a_hostile_file_is_given_up_within_limits(data: bytes, monkeypatch) -> None:
    monkeypatch.setattr("factcheck.text.child.CHILD_SECONDS", 10)
    start = time.monotonic()
    read(data)
    assert time.monotonic() - start < 15


def test_an_article_comes_out_of_it_and_no_page_is_an_error() -> None:
    article = article_from_mhtml(FILE.read_bytes())
    assert WORDS in article.text
    assert article.fact("url") == "https://news.example/a"
    with pytest.raises(ExtractionError, match=r"the file holds no page\. Save the page again"):
        article_from_mhtml(parts(("Content-Type: image/png", b"\x89PNG")))
