"""The limited child process in which untrusted bytes are read; ``child`` is the other side.

A line of JSON says what follows and how many bytes; a line of JSON comes out for each part, then ``end``. 20 s of processor time a page,
1 GB of memory, no network, no programs, no files written. Run as a script that names its packages without loading them: starting is most
of the work.
"""

from __future__ import annotations

import json
import sys
import types
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

if __name__ == "__main__":
    for _name, _folder in (("factcheck", Path(__file__).parents[1]), ("factcheck.text", Path(__file__).parent)):
        sys.modules[_name] = types.ModuleType(_name)
        sys.modules[_name].__path__ = [str(_folder)]

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


def main(requests: BinaryIO) -> int:
    limit()
    while line := requests.readline():
        more_time()
        request = json.loads(line)
        data = requests.read(request["length"])
        for part in READINGS[request["what"]](data, request):
            _say(json.dumps(part, ensure_ascii=False))
        _say("end")
    return 0


def _say(line: str) -> None:
    """One line, sent at once: what was read stays when the next part fails."""
    sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def limit() -> None:
    sys.addaudithook(_refuse)
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):  # not on this system; the parent's clock still holds
        pass


def more_time() -> None:
    """The next page may take as much processor time as the last."""
    try:
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + SECONDS + 1, hard))
    except (ImportError, ValueError, OSError):
        pass


def _refuse(event: str, _: tuple[Any, ...]) -> None:
    if event in FORBIDDEN:
        raise PermissionError(f"a page that is read may not cause {event}")


def _page(data: bytes, request: dict[str, Any]) -> list[dict[str, Any]]:
    return [asdict(read_page(data.decode("utf-8"), request["url"], links=False))]


def _article(data: bytes, request: dict[str, Any]) -> Any:
    """All of the page, then its main text as trafilatura finds it, with facts; a problem when it finds none."""
    page, url = data.decode("utf-8"), request["url"]
    yield asdict(read_page(page, url))
    import trafilatura
    from trafilatura.settings import Document

    found = trafilatura.bare_extraction(
        page, url=url or None, with_metadata=True, include_comments=False, include_tables=True, favor_recall=True
    )
    if not isinstance(found, Document) or not found.text:
        yield {"problem": "no main text"}
        return
    facts = {"title": found.title, "author": found.author, "outlet": found.sitename, "published": found.date}
    yield {"main": found.text, "main_facts": {name: value for name, value in facts.items() if value}}


def _pdf(data: bytes, _: dict[str, Any]) -> Any:
    from factcheck.text.pdf import read_pdf

    try:
        yield from read_pdf(data)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # pdfminer raises whatever a broken file leads it to
        yield {"problem": f"the PDF could not be read ({type(error).__name__})"}


def _mhtml(data: bytes, _: dict[str, Any]) -> Any:
    from factcheck.text.mhtml import read_mhtml

    yield read_mhtml(data)


READINGS = {"page": _page, "article": _article, "pdf": _pdf, "mhtml": _mhtml}

if __name__ == "__main__":
    sys.exit(main(sys.stdin.buffer))
