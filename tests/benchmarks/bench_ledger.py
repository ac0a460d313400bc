"""Appending, verifying and opening beside their floors, in one run; read the ratios, not the seconds.

    python tests/benchmarks/bench_ledger.py [EVENTS] [APPENDED]

EVENTS (20,000) are verified and opened, in cases of a hundred; APPENDED (300) single events are written. Appending is compared with bare
SQLite inserts of the same rows, in one transaction each, with the same settings; verifying with bare ``hashlib`` over the same bytes, one
call a leaf and disclosure. Each ratio is the median over portions that take turns: drift distorts little.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from factcheck.case.desk import Desk
from factcheck.case.surroundings import Surroundings
from factcheck.case.verify import verify_desk
from factcheck.ledger._signatures import SignatureChecks
from factcheck.ledger.codec import Leaf, open_payload, parse_leaf, seal, signers
from factcheck.ledger.keys import KeyRing, PersonKey
from factcheck.ledger.ledger import Act, Ledger, _signed_leaf
from factcheck.ledger.merkle import Tree, leaf_hash
from factcheck.ledger.sqlite import SCHEMA, SqliteStore, _settings
from factcheck.ledger.store import Row
from factcheck.model import events as ev
from factcheck.model.evidence import Evidence, TextQuote

IN_A_CASE = 100


def payload(number: int) -> ev.Payload:
    """What a desk mostly holds: a case now and then, evidence with a quote, a restated description."""
    if number % IN_A_CASE == 0:
        return ev.CaseOpened(f"عنوان الملف رقم {number}", "ar", "سبب الاختيار: تداوله الناس على نطاق واسع", False)
    if number % 3:
        return ev.ClaimsDismissed({f"{number:032x}": None}, "dismissed", "ليس ادعاءً يمكن التحقق منه")
    quote = TextQuote("اتفقا خلال لقائهما الأخير، على العمل على إخراج إيران من سوريا", "وقال ", " وأضاف")
    return ev.EvidenceAttached(Evidence(title=f"صفحة رقم {number}", url=f"https://example.org/{number}", quote=quote, quote_language="ar"))


def act(number: int, person: PersonKey) -> Act:
    case = number // IN_A_CASE
    kind = ("case", f"{case:032x}") if number % IN_A_CASE == 0 else ("claim" if number % 3 else "evidence", f"{number:032x}")
    return Act(payload(number), person, f"{case:032x}", {":".join(kind): ()})


class Scene:
    """A ledger with one person, in a folder; ``kept`` names where its head is kept."""

    def __init__(self, folder: Path, kept: Path | None = None) -> None:
        folder.mkdir()
        self.path, self.keys = folder / "ledger.sqlite", KeyRing(folder / "keys", entropy=os.urandom)
        self.ledger = Ledger.create(
            lambda header: SqliteStore.create(self.path, header), self.keys.create_desk_key(),
            clock=lambda: datetime.now(UTC), entropy=os.urandom, kept_heads=kept,
        )  # fmt: skip
        p = self.person = self.keys.create_person("Bench", "Mark")
        introduced = ev.KeyIntroduced(p.key, p.person, p.name, p.newsroom, p.role, p.machine)
        self.ledger.append([Act(introduced, self.ledger.desk_key, "", {"key:" + p.key[8:]: ()}, cosigner=p)])
        self.next = 0

    def append(self, count: int, at_once: int = 1) -> float:
        """Seconds for so many further events."""
        acts = [[act(self.next + first + i, self.person) for i in range(at_once)] for first in range(0, count, at_once)]
        self.next += count
        return timed(lambda: [self.ledger.append(some) for some in acts])


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ratio(pairs: list[tuple[float, float]]) -> float:
    """The median of how much longer the first takes."""
    return statistics.median(ours / floor for ours, floor in pairs)


def appending(folder: Path, count: int) -> None:
    plain, kept = Scene(folder / "plain"), Scene(folder / "kept", folder / "heads")
    bare = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    _settings(bare)
    for statement in SCHEMA:
        bare.execute(statement)
    note = plain.ledger.checkpoint().encode()

    def insert(rows: list[Row]) -> None:
        for row in rows:
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("INSERT INTO event VALUES (?, ?, ?)", (row.index, row.leaf, row.leaf_hash))
            bare.executemany("INSERT INTO disclosure VALUES (?, ?, ?)", [(row.index, k, v) for k, v in row.disclosures.items()])
            bare.execute("INSERT INTO checkpoint VALUES (?, ?)", (row.index + 1, note))
            bare.execute("COMMIT")

    singles, heads, batches, rates = [], [], [], []
    portion = 50
    for _ in range(max(3, count // portion)):
        before = plain.ledger.size
        single = plain.append(portion)
        rows = list(plain.ledger.store.rows(before))
        floor = timed(lambda rows=rows: insert(rows))
        singles.append((single, floor))
        heads.append((kept.append(portion), floor))
        batch = plain.append(4 * portion, at_once=100)
        sealing = timed(lambda: sign_and_seal(plain, 4 * portion))
        batches.append((batch, sealing))
        rates.append((single * 4, batch))
    rate = portion / statistics.median(ours for ours, _ in singles)
    print(f"append, one event a commit      {rate:8,.0f} /s  {ratio(singles):6.2f} x bare inserts")
    print(f"append, with a kept head synced              {ratio(heads):6.2f} x bare inserts")
    rate = 4 * portion / statistics.median(ours for ours, _ in batches)
    print(f"append, 100 events a commit     {rate:8,.0f} /s  {ratio(rates):6.2f} x the rate of single ones")
    print(f"                                             {ratio(batches):6.2f} x signing and sealing alone")
    for scene in (plain, kept):
        scene.ledger.close()
    bare.close()


def sign_and_seal(scene: Scene, count: int) -> None:
    for number in range(count):
        a = act(10**6 + number, scene.person)
        sealed = seal(
            a.payload, actor=scene.person.key, at="2026-11-23T15:04:05.123456Z", case=a.case, desk=scene.ledger.origin,
            id=os.urandom(16).hex(), n=number, prev=None if number == 0 else "A" * 43, on=dict(a.on), saw=None, entropy=os.urandom,
        )  # fmt: skip
        _signed_leaf(sealed, a)


def verifying(scene: Scene) -> None:
    rows = list(scene.ledger.store.rows())
    portions = [rows[at : at + 1_000] for at in range(0, len(rows), 1_000)]

    def hashing(some: list[Row]) -> None:
        for row in some:
            hashlib.sha256(row.leaf).digest()
            for data in row.disclosures.values():
                hashlib.sha256(data).digest()

    def tree(some: list[Row]) -> None:
        grown = Tree()
        for row in some:
            grown.append(leaf_hash(row.leaf))
            for data in row.disclosures.values():
                hashlib.sha256(data).digest()

    def reading(some: list[Row]) -> None:
        for row in scene.ledger.store.rows(some[0].index, some[-1].index + 1):
            open_payload(parse_leaf(row.leaf), row.disclosures)

    trees, readings = [], []
    for some in portions:
        floor = timed(lambda some=some: hashing(some))
        trees.append((timed(lambda some=some: tree(some)), floor))
        readings.append((timed(lambda some=some: reading(some)), floor))
    print(f"hashes and tree                                      {ratio(trees):6.2f} x bare hashlib")
    print(f"read, parse, open, profile                           {ratio(readings):6.2f} x bare hashlib")
    leaves = [parse_leaf(row.leaf) for row in rows[:10_000]]
    spread = [(timed(lambda: signatures(leaves, 0)), timed(lambda: signatures(leaves, None))) for _ in range(3)]
    print(f"signatures, {os.cpu_count()} processors                            {ratio(spread):6.2f} x as fast as in one process")


def signatures(leaves: list[Leaf], children: int | None) -> None:
    checks = SignatureChecks(children)
    for leaf in leaves:
        for verifier, signature in signers(leaf):
            checks.add(verifier.public, signature, leaf.text)
    assert checks.wrong() == []


def memory(path: Path) -> Iterator[tuple[int, float, float]]:
    """Entries, peak memory in MB and seconds of verifying the ledger's beginnings, each in a process of its own."""
    program = (
        "import sys, time; from pathlib import Path; from factcheck.ledger.verify import verify_ledger\n"
        "start = time.perf_counter(); found = verify_ledger(Path(sys.argv[1])); took = time.perf_counter() - start\n"
        "peak = next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "print(found.ok, found.entries, int(peak) / 1024, took)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True).stdout.split()
    assert done[0] == "True", done
    yield int(done[1]), float(done[2]), float(done[3])


def opening(folder: Path, scene_folder: Path, count: int) -> None:
    around = Surroundings(scene_folder / "keys", folder / "state", lambda: datetime.now(UTC), os.urandom)
    desk_folder = folder / "desk"
    desk_folder.mkdir()
    (scene_folder / "ledger.sqlite").rename(desk_folder / "ledger.sqlite")
    case = f"{count // IN_A_CASE // 2:032x}"

    def opened() -> None:
        with closing(Desk.open(desk_folder, around)) as desk:
            assert len(desk.case_state(case).history) == IN_A_CASE

    first = timed(opened)
    again = statistics.median(timed(opened) for _ in range(5))
    print(f"open a desk, show a case        {again:8.2f} s   with the index kept; {first:.2f} s the first time")
    assert verify_desk(desk_folder, around).entries == count + 1


def main(count: int, appended: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        appending(folder, appended)
        sizes = sorted({max(1_000, count // 10), count})
        for size in sizes:
            scene = Scene(folder / f"whole{size}")
            scene.append(size, at_once=min(size, 1_000))
            if size == count:
                verifying(scene)
            scene.ledger.close()
            for entries, peak, seconds in memory(scene.path):
                print(f"verify everything, {entries:9,} events {entries / seconds:8,.0f} /s  {peak:6.0f} MB at its peak")
        opening(folder, folder / f"whole{count}", count)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000, int(sys.argv[2]) if len(sys.argv) > 2 else 300)
