"""The limited child process in which pages are read: JSON in, JSON out, 20 s of processor time, 1 GB of memory."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from factcheck.text.page import read_page

SECONDS = 20
BYTES = 1 << 30


def main() -> int:
    _limit()
    request = json.loads(sys.stdin.buffer.read())
    answer: dict[str, Any] = {**asdict(read_page(request["page"], request["url"])), "main": "", "main_facts": {}, "problem": ""}
    if request["main"]:
        answer.update(_main_part(request["page"], request["url"]))
    sys.stdout.write(json.dumps(answer))
    return 0


def _limit() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    except (ImportError, ValueError, OSError):  # not on this system; the parent's clock still holds
        pass


def _main_part(page: str, url: str) -> dict[str, Any]:
    """The main text as trafilatura finds it, and its facts; a problem when it finds none."""
    import trafilatura
    from trafilatura.settings import Document

    found = trafilatura.bare_extraction(
        page, url=url or None, with_metadata=True, include_comments=False, include_tables=True, favor_recall=True
    )
    if not isinstance(found, Document) or not found.text:
        return {"problem": "no main text"}
    facts = {"title": found.title, "author": found.author, "outlet": found.sitename, "published": found.date}
    return {"main": found.text, "main_facts": {name: value for name, value in facts.items() if value}}


if __name__ == "__main__":
    sys.exit(main())
