"""Writers for the crash tests, run as a program: ``python -m tests.ledger.crash FOLDER ROUNDS WRITERS`` or ``... FOLDER once``.

A round forks writers, lets them append and say what was acknowledged, kills them at a random moment and checks what is left. One line of
JSON a round.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from factcheck.ledger.keys import KeyRing
from factcheck.ledger.ledger import Act, Ledger
from factcheck.ledger.sqlite import SqliteStore
from factcheck.ledger.verify import verify_ledger
from factcheck.model import events as ev


def now() -> datetime:
    return datetime.now(UTC)


def create(folder: Path) -> None:
    """A ledger with Amal on it."""
    folder.mkdir(parents=True)
    keys = KeyRing(folder / "config", entropy=os.urandom)
    ledger = Ledger.create(
        lambda header: SqliteStore.create(folder / "ledger.sqlite", header),
        keys.create_desk_key(), clock=now, entropy=os.urandom, kept_heads=folder / "heads",
    )  # fmt: skip
    amal = keys.create_person("Amal", "Newsroom")
    payload = ev.KeyIntroduced(amal.key, amal.person, amal.name, amal.newsroom, amal.role, amal.machine)
    ledger.append([Act(payload, ledger.desk_key, "", {"key:" + amal.key.partition(":")[2]: ()}, cosigner=amal)])
    ledger.close()


def append(folder: Path, out: int, times: int) -> None:
    """Append acts of all sizes, and write the digest of each that was acknowledged."""
    keys = KeyRing(folder / "config", entropy=os.urandom)
    store = SqliteStore.open(folder / "ledger.sqlite")
    desk_key, amal = keys.desk_key(store.header().root_key), keys.open_person("Amal")
    ledger = Ledger.open(store, desk_key=desk_key, clock=now, entropy=os.urandom, kept_heads=folder / "heads")
    for _ in range(times):
        case = os.urandom(16).hex()
        payload = ev.CaseOpened("س" * random.choice((1, 500, 20_000)), "ar", "", False)
        [event] = ledger.append([Act(payload, amal, case, {"case:" + case: ()})])
        os.write(out, event.digest.encode() + b"\n")


def cut_short(folder: Path, writers: int) -> dict[str, object]:
    """One round: what was acknowledged, what of it is missing, and what verification finds."""
    read, write = os.pipe()
    children = []
    for _ in range(writers):
        child = os.fork()
        if child == 0:
            os.close(read)
            random.seed()
            append(folder, write, 100_000)
            os._exit(1)
        children.append(child)
    os.close(write)
    select.select([read], [], [], 60)  # the first acknowledgement
    time.sleep(random.uniform(0, 0.05))
    for child in children:
        os.kill(child, signal.SIGKILL)
    for child in children:
        os.waitpid(child, 0)
    with os.fdopen(read, "rb") as pipe:
        acknowledged = [line.decode().strip() for line in pipe if line.endswith(b"\n")]
    journal = (folder / "ledger.sqlite-journal").exists()
    findings = verify_ledger(folder / "ledger.sqlite", kept_heads=folder / "heads")
    store = SqliteStore.open(folder / "ledger.sqlite")
    ledger = Ledger.open(store, desk_key=None, clock=now, entropy=os.urandom)
    kept = {event.digest for event in ledger.events()}
    ledger.close()
    faults = [finding.code for finding in findings.findings if finding.level == "error"]
    return {
        "acknowledged": len(acknowledged),
        "lost": len(set(acknowledged) - kept),
        "journal": journal,
        "ok": findings.ok,
        "faults": faults,
    }


def main() -> None:
    folder, what = Path(sys.argv[1]), sys.argv[2]
    if what == "once":
        append(folder, 1, 3)
        return
    for number in range(int(what)):
        at = folder / str(number // 10)  # a fresh ledger now and then, so that checking stays quick
        if not at.exists():
            create(at)
        print(json.dumps(cut_short(at, int(sys.argv[3]))), flush=True)


if __name__ == "__main__":
    main()
