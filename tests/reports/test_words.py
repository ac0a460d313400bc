"""What is shown of characters nobody sees."""

from __future__ import annotations

import sys

from factcheck.reports.words import is_hidden, pieces, visible


def test_every_character_is_judged_alone_as_in_a_text() -> None:
    for code in (
        *range(0x3000),
        *range(0xD7F0, 0xE010),
        *range(0xFDD0, 0xFE10),
        *range(0xFEF0, 0x10010),
        *range(0xE0000, 0xE0080),
        sys.maxunicode,
    ):
        char = chr(code)
        assert pieces(char) == [(f"U+{code:04X}", True) if is_hidden(char) else (char, False)], hex(code)


def test_hidden_characters_stand_by_name_in_their_place() -> None:
    assert pieces("أمس\u202eevil\u202c") == [("أمس", False), ("U+202E", True), ("evil", False), ("U+202C", True)]
    assert visible("a\u200bb\r\nc") == "a[U+200B]b\nc"
    assert pieces("") == []
