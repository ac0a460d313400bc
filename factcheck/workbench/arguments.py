"""What came with a command from the page, checked one by one before anything is done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from factcheck.model.article import Span, Utf16Offsets
from factcheck.model.claim import Mode, SourceKind, Step
from factcheck.workbench.words import WORDS

MAX_TEXT = 100_000  # characters a field


class Refused(ValueError):  # noqa: N818  # named for what the reader is told
    """An act that the workbench itself refuses, in words of ``words.WORDS``; the message is the English one."""

    def __init__(self, key: str) -> None:
        super().__init__(WORDS[key][1])
        self.key = key


class Arguments:
    """The arguments of one command; every look checks the kind of value.

    Args:
        given: as decoded from JSON.
        buffers: bytes that came beside it.
    """

    def __init__(self, given: Mapping[str, Any], buffers: Sequence[Any] = ()) -> None:
        self._given = given
        self._buffers = buffers

    def text(self, name: str) -> str:
        """A text; empty when it was left out."""
        value = self._given.get(name, "")
        if not isinstance(value, str):
            raise ValueError(f"{name} must be a text")
        if len(value) > MAX_TEXT:
            raise ValueError(f"{name} has {len(value)} characters; a field holds {MAX_TEXT}")
        return value

    def texts(self, *names: str) -> list[str]:
        return [self.text(name) for name in names]

    def needed(self, name: str, key: str) -> str:
        """A text that must not be blank; ``key`` names the words of the refusal."""
        value = self.text(name).strip()
        if not value:
            raise Refused(key)
        return value

    def list(self, name: str) -> list[str]:
        value = self._given.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ValueError(f"{name} must be a list of texts")
        return list(value)

    def pairs(self, name: str) -> dict[str, str]:
        value = self._given.get(name, {})
        if not isinstance(value, dict) or not all(isinstance(k, str) and isinstance(v, str) for k, v in value.items()):
            raise ValueError(f"{name} must map texts to texts")
        return dict(value)

    def flag(self, name: str) -> bool:
        return self._given.get(name) is True

    def has(self, name: str) -> bool:
        return name in self._given

    def number(self, name: str) -> int:
        value = self._given.get(name)
        if type(value) is not int:
            raise ValueError(f"{name} must be a number")
        return value

    def file(self) -> bytes | None:
        """The bytes of the file that came beside, if one did."""
        return bytes(self._buffers[0]) if self._buffers else None

    # ---- places in a text: the page counts UTF-16 units, everything here code points

    def span(self, text: str, offsets: Utf16Offsets) -> Span:
        """A stretch of a text, if it is what the page shows there.

        Raises:
            ValueError: it is not.
        """
        span = Span(offsets.to_code_points(self.number("start")), offsets.to_code_points(self.number("end")))
        if span.of(text) != self.text("exact"):
            raise Refused("refused_selection")
        return span

    def chain(self, name: str, text: str, offsets: Utf16Offsets) -> tuple[Step, ...]:
        """Steps of a chain; a source or cue that names a place must be what the text says there."""
        value = self._given.get(name)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise ValueError(f"{name} must be a list of steps")
        return tuple(_step(item, text, offsets) for item in value)


def _step(item: Mapping[str, Any], text: str, offsets: Utf16Offsets) -> Step:
    given = Arguments(item)
    source = given.text("source").strip() or _words_at(item.get("span"), text, offsets)
    if not source:
        raise Refused("refused_step")
    cue = given.text("cue") or _words_at(item.get("cue_span"), text, offsets)
    mode, kind = given.text("mode") or Mode.INDIRECT, given.text("source_kind") or SourceKind.PERSON
    return Step(
        source=source,
        source_span=_place(item.get("span"), source, text, offsets),
        cue=cue,
        cue_span=_place(item.get("cue_span"), cue, text, offsets),
        mode=Mode(mode),
        resolved=given.flag("resolved"),
        source_kind=SourceKind(kind),
        named=not given.flag("unnamed"),
        plural=given.flag("plural"),
        joint=given.flag("joint"),
        said_on=given.text("said_on"),
        evidence=tuple(given.list("evidence")),
        note=given.text("note"),
    )


def _words_at(value: Any, text: str, offsets: Utf16Offsets) -> str:
    """What the text says at a place, for a step that names a place and repeats no words."""
    if value is None:
        return ""
    if not isinstance(value, list) or len(value) != 2 or not all(type(at) is int for at in value):
        raise ValueError("a place is a pair of numbers")
    return Span(*(offsets.to_code_points(at) for at in value)).of(text)


def _place(value: Any, exact: str, text: str, offsets: Utf16Offsets) -> Span | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("a place is a pair of numbers")
    return Arguments({"start": value[0], "end": value[1], "exact": exact}).span(text, offsets)
