"""The limited child process in which a report is typeset; ``pdf`` is the other side. A desk's template may come from somebody else.

A JSON object comes in: ``files`` by name, ``stamp`` (seconds since 1970) and ``arabic``: fonts of which one is needed. Out comes a line of
JSON, ``{}`` or what went wrong, and the PDF. The compiler sees those files and an empty folder; it writes nothing, and what it would fetch
(packages of other people) it asks of a proxy that is not there.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

NO_PROXY = "http://127.0.0.1:9"  # the port of the discard service, which nobody without rights can open
BYTES, BYTES_A_BYTE = 2 << 30, 500  # of memory; and so many more for each byte of the data
SECONDS, SECONDS_A_MEGABYTE = 60, 60  # of processor time
_MISSING = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_ARABIC = re.compile("[\u0620-\u064a]")


def limit(size: int) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("TYPST_")]:
        del os.environ[name]
    os.environ.update(dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"), NO_PROXY))
    try:
        import resource

        memory = BYTES + BYTES_A_BYTE * size
        seconds = SECONDS + SECONDS_A_MEGABYTE * size // 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):  # not on this system; the parent's clock still holds
        pass


def main() -> int:
    raw = sys.stdin.buffer.read()
    limit(len(raw))
    request = json.loads(raw)
    import typst

    files = {name: text.encode() for name, text in request["files"].items()}
    if request["arabic"] and _ARABIC.search(request["files"]["report.json"]) and not set(request["arabic"]) & set(typst.Fonts().families()):
        return answer({"fonts": True})
    here = Path.cwd()
    try:
        made = typst.compile(  # type: ignore[call-overload]  # its types do not know yet that it takes files by name
            files, root=here, package_path=here, package_cache_path=here, format="pdf", pdf_standards=["ua-1"], timestamp=request["stamp"]
        )
    except typst.TypstError as error:
        missing = [_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) for text in _MISSING.findall(error.diagnostic or "")]
        return answer({"missing": sorted(set("".join(missing)))} if missing else {"error": error.diagnostic or str(error)})
    return answer({}, made)


def answer(said: dict[str, object], made: bytes = b"") -> int:
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n")
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
