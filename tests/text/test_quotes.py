"""Quotations, also swapped, unclosed and unopened ones."""

from __future__ import annotations

import pytest

from factcheck.text.quotes import Quoted, quotations


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("قال «نعم سنعود» ثم غادر", ["نعم سنعود"]),
        ("قال ”نعم سنعود“ ثم غادر", ["نعم سنعود"]),
        ('قال "نعم" ثم "لا" وغادر', ["نعم", "لا"]),
        ("قال: «نعم سنعود ثم غادر", ["نعم سنعود ثم غادر"]),
        ("صحيفة “المدن”، وقناة “المدى”", ["المدن", "المدى"]),
        ('أعلن صה"ל ذلك', []),
        ("سطر «أول\nوسطر ثان» هنا", ["أول", "وسطر ثان"]),
    ],
)
def test_quotations_are_found(text: str, inside: list[str]) -> None:
    text = text.replace("صה", "צה")
    assert [text[quote.start : quote.end] for quote in quotations(text)] == inside


def test_look_up_by_offset_and_by_stretch() -> None:
    text = "قال «نعم» ثم «لا» وغادر"
    quoted = Quoted(text)
    assert quoted.at(text.index("نعم")) == quoted.all[0]
    assert quoted.at(text.index("ثم")) is None
    assert quoted.within(text.index("عم"), text.index("لا") + 1) == quoted.all
