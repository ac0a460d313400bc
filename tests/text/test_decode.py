"""Bytes to the very letters they were written in, whatever is declared; the whole measure is tests/quality/score_decode.py."""

from __future__ import annotations

import time

import pytest

from factcheck.text.decode import decode
from tests.quality.score_decode import foreign, right, samples


def test_pages_in_every_encoding_come_out_right_however_they_are_declared() -> None:
    chosen = list(samples())[::13]
    assert len(chosen) > 400
    assert [(sample.kind, sample.encoding, miss) for sample in chosen if (miss := right(sample))] == []


def test_other_languages_are_not_taken_for_arabic() -> None:
    assert [(sample.kind, sample.encoding, miss) for sample in foreign() if (miss := right(sample))] == []


@pytest.mark.parametrize(
    ("data", "declared", "note"),
    [
        ("\ufeffخبر".encode(), None, "byte-order mark"),
        ("خبر".encode(), "text/html; charset=windows-1256", "strict UTF-8"),
        ("<p>قال الوزير إن الجسر</p>".encode("cp1256"), "text/html; charset=windows-1256", "declared by the header"),
        ("<meta charset=windows-1256><p>قال الوزير".encode("cp1256"), None, "declared by the page"),
        ("قال الوزير".encode("cp1256"), "text/html; charset=utf-8", "detected from content; the header declares utf-8, which does not fit"),
        ("قال الوزير".encode("cp1256"), "charset=x-no", "detected from content; the header declares x-no, which does not exist"),
        ("<p>大臣は橋が開くと述べた".encode("iso-2022-jp"), "text/html; charset=iso-2022-jp", "declared by the header"),
        ("قال الوزير".encode("utf-16-le"), None, "every second byte is empty or alike"),
    ],
)  # fmt: skip
def test_what_was_decided_and_why_is_on_record(data: bytes, declared: str | None, note: str) -> None:
    assert decode(data, declared=declared).note == note


@pytest.mark.parametrize(
    "data", [b"x" * 3_000_000 + b"\xe9", b"\xe9 " * 1_000_000, b"<" * 1_000_000 + b"\xe9", b"\xe9x" * 1_000_000, b"\x81" * 2_000_000]
)
def test_no_bytes_take_long(data: bytes) -> None:
    start = time.process_time()
    decode(data, declared="text/html; charset=iso-8859-1")
    assert time.process_time() - start < 5
