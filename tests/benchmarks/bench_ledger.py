"""Appending and verifying beside their floors, in one run; read the ratios, not the seconds.

    python tests/benchmarks/bench_ledger.py [EVENTS]

Appending is compared with a bare SQLite insert of the same rows with the same settings; verifying with bare ``hashlib`` over the same
bytes, one call a leaf and disclosure.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from factcheck.ledger.keys import KeyRing
from factcheck.ledger.ledger import Act, Ledger
from factcheck.ledger.sqlite import SCHEMA, SqliteStore, _settings
from factcheck.ledger.verify import verify_ledger
from factcheck.model import events as ev

CASE = "c" * 32


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        keys = KeyRing(folder / "keys", entropy=os.urandom)
        ledger = Ledger.create(
            lambda header: SqliteStore.create(folder / "ledger.sqlite", header), keys.create_desk_key(),
            clock=lambda: datetime.now(UTC), entropy=os.urandom,
        )  # fmt: skip
        person = keys.create_person("Bench", "Mark")
        introduced = ev.KeyIntroduced(person.key, person.person, person.name, person.newsroom, person.role, person.machine)
        ledger.append([Act(introduced, ledger.desk_key, "", {"key:" + person.key[8:]: ()}, cosigner=person)])

        def act(number: int) -> Act:
            payload = ev.CaseOpened(f"عنوان الملف رقم {number}", "ar", "سبب الاختيار: تداوله الناس على نطاق واسع", False)
            return Act(payload, person, CASE, {f"case:{number:032x}": ()})

        start = time.perf_counter()
        for number in range(count):
            ledger.append([act(number)])
        single = count / (time.perf_counter() - start)
        start = time.perf_counter()
        for first in range(count, 5 * count, 100):
            ledger.append([act(number) for number in range(first, first + 100)])
        batched = 4 * count / (time.perf_counter() - start)

        rows = list(SqliteStore.open(folder / "ledger.sqlite", read_only=True).rows())
        note = ledger.checkpoint().encode()
        bare = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
        _settings(bare)
        for statement in SCHEMA:
            bare.execute(statement)
        start = time.perf_counter()
        for row in rows[1 : count + 1]:
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("INSERT INTO event VALUES (?, ?, ?)", (row.index, row.leaf, row.leaf_hash))
            bare.executemany("INSERT INTO disclosure VALUES (?, ?, ?)", [(row.index, k, v) for k, v in row.disclosures.items()])
            bare.execute("INSERT INTO checkpoint VALUES (?, ?)", (row.index + 1, note))
            bare.execute("COMMIT")
        floor = count / (time.perf_counter() - start)

        start = time.perf_counter()
        for row in rows:
            hashlib.sha256(row.leaf).digest()
            for data in row.disclosures.values():
                hashlib.sha256(data).digest()
        hashing = len(rows) / (time.perf_counter() - start)
        start = time.perf_counter()
        findings = verify_ledger(folder / "ledger.sqlite")
        verifying = len(rows) / (time.perf_counter() - start)
        assert findings.ok, findings.findings[:3]
        ledger.close()
        bare.close()
    print(f"append, one event a commit      {single:10,.0f} events/s")
    print(f"bare inserts of the same rows   {floor:10,.0f} events/s   ratio {floor / single:.2f}")
    print(f"append, 100 events a commit     {batched:10,.0f} events/s   {batched / single:.1f} times one a commit")
    print(f"verify, everything              {verifying:10,.0f} events/s   {len(rows):,} events")
    print(f"bare hashlib, same bytes        {hashing:10,.0f} events/s   ratio {hashing / verifying:.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
