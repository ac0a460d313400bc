"""Reason codes in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from factcheck.model.claim import Reason
from factcheck.text.explain import codes, explain

PACKAGE = Path(__file__).resolve().parents[2] / "factcheck" / "text"


def test_every_code_in_the_source_has_words_in_both_languages() -> None:
    given = {
        code
        for path in PACKAGE.glob("*.py")
        for code in re.findall(r'"((?:cue|scope|voice|kind|check|priority|context|excluded)\.[a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert given <= codes()
    for code in codes():
        arabic, english = explain(Reason(code, "x"), "ar-LB"), explain(Reason(code, "x"), "en")
        assert re.search("[\u0621-\u064a]", arabic)
        assert not re.search("[\u0621-\u064a]", english)


def test_the_words_that_fired_are_shown_isolated() -> None:
    assert explain(Reason("cue.verb", "قال"), "en") == "Reporting verb: \u2068قال\u2069"


def test_without_detail_the_line_still_reads() -> None:
    assert explain(Reason("priority.numbers"), "en") == "Numbers can be compared with a source"
    assert explain(Reason("kind.event"), "en") == "Something happened"


def test_an_unknown_code_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"unknown reason code 'cue\.guess'.*cue\.verb"):
        explain(Reason("cue.guess"), "en")
