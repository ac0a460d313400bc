"""Bring the tables of event types up to date in the two verifiers that stand alone: ``tiny_verify.py`` and ``verify.html``.

    python tests/tables/event_types.py

A test compares them with the model; whoever adds a type of event runs this.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from factcheck.ledger.counting import NOT_ERASABLE  # noqa: E402
from factcheck.model.events import EVENT_TYPES  # noqa: E402

TINY = ROOT / "factcheck" / "ledger" / "tiny_verify.py"
PAGE = ROOT / "factcheck" / "workbench" / "static" / "verify.html"
_TABLE = re.compile(r'(TYPES = (?:"""|`))[^`"]*("""|`)')


def table() -> str:
    """A line of names for each type and version, fields that are never left out marked with !, types parted by |."""
    parts = []
    for (name, version), cls in EVENT_TYPES.items():
        never = NOT_ERASABLE.get(name, frozenset())
        fields = [field.name + ("!" if field.name in never else "") for field in dataclasses.fields(cls)]
        parts.append(" ".join([f"{name}/{version}", *fields]))
    return "\n ".join(textwrap.wrap(" | ".join(parts), 138, break_long_words=False, break_on_hyphens=False))


def with_table(text: str) -> str:
    return _TABLE.sub(lambda match: match[1] + table() + match[2], text, count=1)


def with_hashes(page: str) -> str:
    """The page with the hashes of its own script and style in its content policy."""
    for kind in ("script", "style"):
        match = re.search(rf"<{kind}>(.*?)</{kind}>", page, re.S)
        assert match is not None
        digest = base64.b64encode(hashlib.sha256(match[1].encode()).digest()).decode()
        page = re.sub(rf"({kind}-src) 'sha256-[^']*'", rf"\1 'sha256-{digest}'", page, count=1)
    return page


def main() -> None:
    TINY.write_text(with_table(TINY.read_text("utf-8")), "utf-8")
    if PAGE.exists():
        PAGE.write_text(with_hashes(with_table(PAGE.read_text("utf-8"))), "utf-8")


if __name__ == "__main__":
    main()
