"""Every flag that a capture can carry has its words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from factcheck.evidence.flags import flag_words, is_grave

PACKAGE = Path(__file__).parents[2] / "factcheck"
SOURCES = (
    "evidence/fetch.py",
    "evidence/unpack.py",
    "evidence/web_archive.py",
    "evidence/captures.py",
    "text/extract.py",
    "text/signs.py",
    "case/gather.py",
)


def flags() -> set[str]:
    found: set[str] = set()
    for source in SOURCES:
        text = (PACKAGE / source).read_text("utf-8")
        found |= {match[1] for match in re.finditer(r"(?:self\.flags\.append|flags\.append|found\.append)\(f?\"([^\"]+)\"\)", text)}
        found |= {
            match[1]
            for match in re.finditer(r"f?\"((?:memento|archived|archive|pages|mislabelled|truncated|damaged|retried):[^\"]*)\"", text)
        }
    return found | {
        "bytes-after-end",
        "from-wacz",
        "from-warc",
        "no-package",
        "signature-not-checked",
        "address-from-file",
        "encoding-conflict",
    }


def test_each_flag_is_told_in_both_languages() -> None:
    found = flags()
    assert len(found) > 25
    for flag in found:
        for language in ("ar", "en"):
            assert flag_words(flag, language) != flag, flag


@pytest.mark.parametrize(
    ("flag", "words"),
    [
        ("memento:2026-11-20T08:00:00Z", "an archived copy, of 2026-11-20T08:00:00Z"),
        ("truncated:odd", "not whole (odd)"),
        ("unheard-of", "unheard-of"),
    ],
)
def test_what_follows_the_colon_is_part_of_the_words(flag: str, words: str) -> None:
    assert flag_words(flag, "en") == words


def test_grave_flags_are_those_of_pages_that_may_be_something_else() -> None:
    assert is_grave("truncated:disconnect")
    assert is_grave("soft-404")
    assert not is_grave("memento:2026")
    assert not is_grave("proxy")
