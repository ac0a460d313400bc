"""Every change of a finished ledger is found, or alters no row."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from factcheck.ledger.sqlite import SqliteStore
from factcheck.ledger.verify import verify_ledger
from tests.conftest import Entropy
from tests.ledger import mutations
from tests.ledger.conftest import make
from tests.ledger.mutations import apply, contents


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    """A ledger of two persons with a field erased, entries of another desk, and a stored node of the tree's second row."""
    from tests.conftest import Clock

    folder, clock, entropy = tmp_path_factory.mktemp("finished"), Clock(), Entropy("finished")
    scene = make(folder, clock, entropy, lambda header: SqliteStore.create(folder / "ledger.sqlite", header))
    other = make(folder / "other", clock, entropy, lambda header: SqliteStore.create(folder / "other.sqlite", header))
    huda = scene.introduce("Huda")
    first = scene.title("عنوان أول")
    scene.title("ثان", actor=huda)
    other.title("هناك")
    shutil.copy(scene.path, folder / "older.sqlite")
    scene.ledger.merge(other.ledger, scene.amal)
    scene.ledger.erase([(first.digest, "title")], actor=scene.amal, because="حماية مصدر")
    scene.ledger.close()
    other.ledger.close()
    findings = verify_ledger(scene.path)
    assert findings.ok, findings
    assert (findings.entries, findings.erased) == (8, 1)
    return scene.path


class Tally:
    """What became of many changes of one file."""

    def __init__(self, path: Path, spoilt: Path) -> None:
        self.path, self.spoilt, self.before = path, spoilt, contents(path)
        self.tried = self.refused = self.harmless = self.found = 0
        self.missed: list[str] = []

    def __call__(self, name: str, change, *, loose: bool = False) -> None:
        shutil.copy(self.path, self.spoilt)
        self.tried += 1
        if not apply(self.spoilt, change, loose=loose):
            self.refused += 1
        if contents(self.spoilt) == self.before:
            self.harmless += 1
            return
        findings = verify_ledger(self.spoilt)
        assert all(finding.place and finding.message for finding in findings.findings), name
        if findings.ok:
            self.missed.append(name)
        else:
            self.found += 1


@pytest.fixture
def tally(finished) -> Iterator[Tally]:
    with tempfile.TemporaryDirectory(dir=mutations.memory()) as folder:
        yield Tally(finished, Path(folder) / "spoilt.sqlite")


def test_every_value_of_every_column_is_guarded(finished, tally) -> None:
    for name, loose, change in mutations.of_columns(finished, every=4):
        tally(name, change, loose=loose)
    assert tally.missed == []
    assert tally.found > 400
    assert tally.harmless <= tally.refused, "what SQLite let through altered a row"


def test_rows_deleted_repeated_cut_and_tables_emptied_or_dropped_are_found(finished, tally) -> None:
    for name, change in mutations.of_rows(finished):
        if name.startswith("without "):
            continue
        tally(name, change)
    assert tally.missed == []
    assert tally.found > 150


def test_entries_out_of_turn_are_found(finished, tally) -> None:
    for name, change in mutations.of_orders(finished):
        tally(name, change)
    assert tally.missed == []
    assert tally.found == tally.tried


def test_a_trigger_taken_away_or_changed_is_found(finished, tmp_path) -> None:
    with closing(sqlite3.connect(finished)) as db:
        triggers = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
    assert len(triggers) > 8
    for name in triggers:
        for after in ("", f"CREATE TRIGGER {name} BEFORE UPDATE ON event BEGIN SELECT 1; END"):
            spoilt = tmp_path / "spoilt.sqlite"
            shutil.copy(finished, spoilt)
            with closing(sqlite3.connect(spoilt, isolation_level=None)) as db:
                db.execute(f"DROP TRIGGER {name}")
                if after:
                    db.execute(after)
            assert "file.schema" in {finding.code for finding in verify_ledger(spoilt).findings}, name


def test_a_table_of_another_desk_or_of_an_older_copy_is_found(finished, tmp_path) -> None:
    """Each table is replaced whole: by that of another good ledger, and by its own of some entries ago."""
    other = finished.parent / "other.sqlite"
    older = tmp_path / "older.sqlite"
    shutil.copy(finished.parent / "older.sqlite", older)
    assert verify_ledger(older).ok, "an older copy is whole by itself"
    missed = []
    for source in (other, older):
        for table in mutations.TABLES:
            spoilt = tmp_path / "spoilt.sqlite"
            shutil.copy(finished, spoilt)

            def change(db: sqlite3.Connection, source=source, table=table) -> None:
                db.execute("ATTACH ? AS source", (str(source),))
                db.execute(f"DELETE FROM main.{table}")
                db.execute(f"INSERT INTO main.{table} SELECT * FROM source.{table}")

            apply(spoilt, change)
            if contents(spoilt) != contents(finished) and verify_ledger(spoilt).ok:
                missed.append((source.name, table))
    assert missed == []


def test_a_flipped_byte_alters_no_row_or_is_found(tmp_path, clock, entropy) -> None:
    """Every ninth byte; ``python -m tests.ledger.mutations`` flips all of them."""
    scene = make(tmp_path, clock, entropy, lambda header: SqliteStore.create(tmp_path / "ledger.sqlite", header))
    scene.title("x")
    scene.ledger.close()
    mutations.small(scene.path)
    assert verify_ledger(scene.path).ok
    altered, found, missed = mutations.flips(scene.path, 9)
    assert missed == []
    assert altered == found > 400
