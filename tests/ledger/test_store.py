"""One contract over all stores."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from factcheck.errors import KeyUnavailableError, LedgerConflictError, LedgerError, NotAllowedError
from factcheck.ledger import checkpoint as notes
from factcheck.ledger.ledger import Act, Ledger
from factcheck.ledger.merkle import leaf_hash
from factcheck.ledger.sqlite import SqliteStore
from factcheck.ledger.store import Header, MemoryStore
from factcheck.ledger.verify import verify_ledger, verify_store
from factcheck.model import events as ev
from tests.ledger.conftest import CASE, make

ROOT = Path(__file__).resolve().parents[2]


def test_what_is_appended_is_read_back_as_it_was_given(any_scene) -> None:
    event = any_scene.title("عنوان 😀 \u202e")
    [read] = [e for e in any_scene.ledger.events() if e.digest == event.digest]
    assert read == event
    assert read.payload == ev.CaseDescribed("عنوان 😀 \u202e", "ar", "", False)
    assert (read.n, read.prev, read.index) == (0, None, 1)


def test_a_proof_holds_for_any_note_reader(any_scene) -> None:
    event = any_scene.title("one")
    any_scene.title("two")
    verifier = notes.Verifier.parse(any_scene.ledger.vkey)
    leaf = any_scene.ledger.leaf(event.digest)
    index, head = notes.check_proof(any_scene.ledger.prove(event.digest), leaf_hash(leaf), verifier)
    assert (index, head.size) == (1, 3)


def test_an_act_on_what_moved_since_is_refused_whole(any_scene) -> None:
    first = any_scene.title("one")
    any_scene.title("two")
    stale = Act(ev.CaseDescribed("three", "ar", "", False), any_scene.amal, CASE, {f"case:{CASE}": (first.digest,)})
    fresh = Act(ev.CaseOpened("other", "ar", "", False), any_scene.amal, "d" * 32, {f"case:{'d' * 32}": ()})
    size = any_scene.ledger.size
    with pytest.raises(LedgerConflictError) as caught:
        any_scene.ledger.append([fresh, stale])
    assert caught.value.registers == (f"case:{CASE}",)
    assert any_scene.ledger.size == size
    assert any_scene.ledger.heads(f"case:{'d' * 32}") == ()


def test_creating_what_exists_is_a_conflict(any_scene) -> None:
    any_scene.title("one")
    with pytest.raises(LedgerConflictError):
        any_scene.ledger.append([Act(ev.CaseOpened("again", "ar", "", False), any_scene.amal, CASE, {f"case:{CASE}": ()})])


def test_a_retry_is_done_once(any_scene) -> None:
    act = Act(ev.CaseOpened("x", "ar", "", False), any_scene.amal, CASE, {f"case:{CASE}": ()}, id="a" * 32)
    first, again = any_scene.ledger.append([act]), any_scene.ledger.append([act])
    assert first == again
    assert any_scene.ledger.size == 2


def test_a_key_nobody_introduced_does_not_write(any_scene) -> None:
    stranger = any_scene.keys.create_person("Mallory", "X")
    with pytest.raises(NotAllowedError, match="introduce"):
        any_scene.title("x", actor=stranger)


def test_an_introduction_needs_the_new_keys_signature(any_scene) -> None:
    new = any_scene.keys.create_person("Huda", "X")
    payload = ev.KeyIntroduced(new.key, new.person, new.name, new.newsroom, new.role, new.machine)
    with pytest.raises(NotAllowedError, match="both keys"):
        any_scene.ledger.append([Act(payload, any_scene.amal, "", {"key:" + new.key[8:]: ()})])


def test_erasing_leaves_a_tombstone_that_verifies(any_scene) -> None:
    event = any_scene.title("secret")
    any_scene.ledger.erase([(event.digest, "title")], actor=any_scene.amal, because="source")
    [read] = [e for e in any_scene.ledger.events() if e.digest == event.digest]
    assert read.missing == {"title"}
    assert read.payload.title == "", "a field that can be done without reads as its default"
    findings = verify_store(any_scene.ledger.store)
    assert findings.ok
    assert findings.erased == 1


def test_nobody_erases_what_another_wrote_but_the_root(any_scene) -> None:
    huda = any_scene.introduce("Huda")
    event = any_scene.title("mine")
    with pytest.raises(NotAllowedError, match="another person"):
        any_scene.ledger.erase([(event.digest, "title")], actor=huda, because="")
    assert any_scene.ledger.disclosures(event.digest)["title"]


def test_merging_brings_foreign_entries_unchanged_and_once(any_scene, tmp_path, clock, entropy) -> None:
    any_scene.title("here")
    other = make(tmp_path / "other", clock, entropy, MemoryStore)
    theirs = other.title("there")
    before = other.ledger.leaf(theirs.digest)
    assert any_scene.ledger.merge(other.ledger, any_scene.amal) == 2
    assert any_scene.ledger.leaf(theirs.digest) == before
    assert any_scene.ledger.merge(other.ledger, any_scene.amal) == 0
    assert theirs.digest not in any_scene.ledger.heads(f"case:{CASE}"), "nobody introduced its author here"
    findings = verify_store(any_scene.ledger.store)
    assert findings.ok
    assert {finding.code for finding in findings.findings} == {"key.foreign"}


def test_without_the_desks_key_nothing_is_signed(scene) -> None:
    ledger = scene.reopened()
    ledger.desk_key = None
    with pytest.raises(KeyUnavailableError, match="reading only"):
        ledger.append([Act(ev.CaseOpened("x", "ar", "", False), scene.amal, CASE, {f"case:{CASE}": ()})])
    ledger.close()


def test_a_clock_that_goes_backwards_harms_nothing(scene) -> None:
    scene.title("one")
    scene.clock.set(datetime(1999, 1, 1, tzinfo=UTC))
    scene.title("two")
    assert [e.payload.title for e in scene.ledger.events(1)] == ["one", "two"]
    assert verify_ledger(scene.path, kept_heads=scene.heads).ok


def test_a_disclosure_larger_than_a_mebibyte_and_a_leaf_too_long_are_refused(any_scene) -> None:
    with pytest.raises(ValueError, match="Attach it as a file"):
        any_scene.title("x" * 1024 * 1024)
    many = {f"claim:{i:032x}": () for i in range(2000)}
    with pytest.raises(ValueError, match="several acts"):
        any_scene.ledger.append([Act(ev.ClaimsMade({}, "accepted", ""), any_scene.amal, CASE, many)])
    with pytest.raises(ValueError, match="surrogate"):
        any_scene.title("\ud800")
    assert any_scene.ledger.size == 1


def test_a_new_ledger_is_never_written_over_a_file(tmp_path) -> None:
    (tmp_path / "x.sqlite").write_bytes(b"precious")
    with pytest.raises(LedgerError, match="never written over"):
        SqliteStore.create(tmp_path / "x.sqlite", Header("o", "k"))
    (tmp_path / "y.sqlite").symlink_to(tmp_path / "z.sqlite")
    with pytest.raises(LedgerError, match="never written over"):
        SqliteStore.create(tmp_path / "y.sqlite", Header("o", "k"))


WRITER = """
import sys; sys.path.insert(0, {root!r})
import os
from datetime import UTC, datetime
from pathlib import Path
from factcheck.case.desk import open_desk
from factcheck.case.surroundings import Surroundings
around = Surroundings(Path({base!r}) / "config", Path({base!r}) / "state", lambda: datetime.now(UTC), os.urandom)
desk = open_desk(Path({base!r}) / "desk", name="Amal", newsroom="N", around=around)
case = desk.open_case("قال الوزير إن الجسر افتتح أمس في المدينة.")
print(desk.ledger.size, flush=True)
while True:
    event = case.describe(title="x" * 3000)
    print(event.digest, flush=True)
"""


@pytest.mark.parametrize("seconds", [0.05, 0.13, 0.21, 0.34, 0.55])
def test_kill_9_in_the_middle_of_appends_loses_nothing_acknowledged(tmp_path, seconds: float) -> None:
    from factcheck.case.desk import Desk
    from factcheck.case.surroundings import Surroundings
    from factcheck.case.verify import verify_desk

    script = tmp_path / "writer.py"
    script.write_text(WRITER.format(root=str(ROOT), base=str(tmp_path)), "utf-8")
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    first = process.stdout.readline()  # on a busy machine the first act takes longer than any wait
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    acknowledged = [line.strip() for line in (first, *process.stdout) if line.endswith("\n")]
    process.stdout.close()
    process.wait()
    around = Surroundings(tmp_path / "config", tmp_path / "state", lambda: datetime.now(UTC), os.urandom)
    findings = verify_desk(tmp_path / "desk", around)
    assert findings.ok, findings.findings
    with Desk.open(tmp_path / "desk", around) as desk:
        kept = {event.digest for event in desk.ledger.events()}
    assert acknowledged
    assert set(acknowledged) <= kept


def test_a_hot_journal_is_recovered_in_a_private_copy(scene, tmp_path) -> None:
    """A transaction is cut in the middle: reading shows the last commit, and the folder stays as it was found."""
    scene.title("one")
    scene.ledger.close()
    script = tmp_path / "cut.py"
    script.write_text(
        "import sqlite3, os\n"
        f"db = sqlite3.connect({str(scene.path)!r}, isolation_level=None)\n"
        "db.execute('PRAGMA cache_size = 1'); db.execute('BEGIN IMMEDIATE')\n"
        "for i in range(300): db.execute('INSERT INTO event VALUES (?, ?, ?)', (10 + i, b'x' * 3000, b'y'))\n"
        "os._exit(9)\n",
        "utf-8",
    )
    subprocess.run([sys.executable, str(script)], check=False)
    journal = scene.path.with_name(scene.path.name + "-journal")
    assert journal.stat().st_size > 0
    before = {path.name: path.read_bytes() for path in scene.path.parent.glob("ledger*")}
    findings = verify_ledger(scene.path, kept_heads=scene.heads)
    assert findings.ok
    assert findings.entries == 2
    assert {path.name: path.read_bytes() for path in scene.path.parent.glob("ledger*")} == before
    scene.ledger = scene.reopened()
    assert scene.ledger.size == 2
    assert isinstance(scene.ledger, Ledger)
