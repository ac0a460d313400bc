"""The limited child process in which pages are read: JSON in, a line of JSON out for each part.

20 s of processor time, 1 GB of memory, no network, no programs.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from factcheck.text.page import read_page

SECONDS = 20
BYTES = 1 << 30
FORBIDDEN = (
    "socket.connect",
    "socket.getaddrinfo",
    "socket.sendto",
    "subprocess.Popen",
    "os.exec",
    "os.posix_spawn",
    "os.system",
    "os.fork",
)


def main() -> int:
    _limit()
    request = json.loads(sys.stdin.buffer.read())
    _say(asdict(read_page(request["page"], request["url"])))
    if request["main"]:
        _say(_main_part(request["page"], request["url"]))
    return 0


def _say(part: dict[str, Any]) -> None:
    """One line, sent at once: what was read stays when the next part fails."""
    sys.stdout.write(json.dumps(part) + "\n")
    sys.stdout.flush()


def _limit() -> None:
    sys.addaudithook(_refuse)
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    except (ImportError, ValueError, OSError):  # not on this system; the parent's clock still holds
        pass


def _refuse(event: str, _: tuple[Any, ...]) -> None:
    if event in FORBIDDEN:
        raise PermissionError(f"a page that is read may not cause {event}")


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
