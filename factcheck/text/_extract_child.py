"""The limited child process in which pages are read: JSON in, JSON out, 20 s of processor time, 1 GB of memory."""

from __future__ import annotations

import json
import sys

SECONDS = 20
BYTES = 1 << 30


def main() -> int:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    except (ImportError, ValueError, OSError):  # not on this system; the parent's clock still holds
        pass
    import trafilatura
    from trafilatura.settings import Document

    request = json.loads(sys.stdin.buffer.read())
    found = trafilatura.bare_extraction(
        request["page"], url=request["url"] or None, with_metadata=True, include_comments=False, include_tables=True, favor_recall=True
    )
    answer: dict[str, object] = {"problem": "no main text"}
    if isinstance(found, Document) and found.text:
        answer = {
            "text": found.text,
            "title": found.title,
            "author": found.author,
            "outlet": found.sitename,
            "published": found.date,
        }
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
