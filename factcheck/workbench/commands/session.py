"""What a command works on: the case, its border with the page, and how reports are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from factcheck.case.background import Background
from factcheck.case.case import Case
from factcheck.model.article import Utf16Offsets
from factcheck.workbench.arguments import Arguments, Refused

Export = Callable[..., Path]
"""Writes a report of a case in a format and a language, and for whom (``preset=``, ``leave_out=``) if not for us; returns its path."""


@dataclass(frozen=True, slots=True)
class Session:
    case: Case
    offsets: Utf16Offsets  # of the article
    export: Export | None
    written: list[str] = field(default_factory=list)  # files that were made for this page: it may have these, and no others
    archiving: list[Background[int]] = field(default_factory=list)  # the thread that works on the queue, once something was asked

    def wrote(self, path: Path) -> str:
        self.written.append(str(path))
        return str(path)

    def file(self, a: Arguments) -> Path:
        """A file that was made for this page.

        Raises:
            Refused: it was not, or is there no more.
        """
        path = Path(a.text("path"))
        if str(path) not in self.written or not path.is_file():
            raise Refused("refused_no_file")
        return path

    def text(self, a: Arguments) -> str:
        """The article's text, for an act that names places in it; the act says by ``article`` (SHA-256) which text it means.

        Raises:
            Refused: it means the article of another case, which the page showed before.
        """
        text = self.case.text
        if a.text("article") != sha256(text.encode("utf-8")).hexdigest():
            raise Refused("refused_other_article")
        return text
