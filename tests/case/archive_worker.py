"""A worker on a queue of archive requests, run as a program to be killed: ``python -m tests.case.archive_worker FOLDER PORT``."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from factcheck.case.archiving import work
from factcheck.case.desk import open_desk
from factcheck.evidence.fetch import FetchPolicy, HttpFetcher
from factcheck.evidence.memento import Archive


def main() -> None:
    folder, host = Path(sys.argv[1]), f"127.0.0.1:{sys.argv[2]}"
    base = f"http://{host}/eager"
    archive = Archive("eager", timegate=f"{base}/web/", replay=f"{base}/web/", save=f"{base}/save", every=0)
    with open_desk(folder) as desk:
        desk.settings = replace(desk.settings, archives=(archive,), allowed_hosts=(host,))
        desk.fetcher = HttpFetcher(FetchPolicy(allowed_hosts=frozenset({host})), clock=desk.clock)
        print("working", flush=True)
        work(desk, patience=60)


if __name__ == "__main__":
    main()
