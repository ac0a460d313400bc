"""The store on a real PostgreSQL: rights, turns, crashes; the common contract runs in ``test_store``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from factcheck.errors import LedgerError
from factcheck.ledger.ledger import Ledger
from factcheck.ledger.postgres import PostgresStore
from factcheck.ledger.store import Header, Row
from factcheck.ledger.verify import verify_store
from tests.ledger.conftest import Scene, make

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def team(postgres, schema, tmp_path, clock, entropy) -> Scene:
    """A ledger that the role ``worker`` works with, and the owner made."""
    with psycopg.connect(postgres, autocommit=True) as db:
        db.execute("DROP ROLE IF EXISTS worker")
        db.execute("CREATE ROLE worker LOGIN")

    def store(header: Header) -> PostgresStore:
        PostgresStore.create(postgres, header, schema=schema, role="worker").close()
        return PostgresStore.open(as_worker(postgres), schema=schema)

    scene = make(tmp_path, clock, entropy, store)
    yield scene
    scene.ledger.close()
    with psycopg.connect(postgres, autocommit=True) as db:
        db.execute("DROP OWNED BY worker")
        db.execute("DROP ROLE worker")


def as_worker(conninfo: str) -> str:
    return conninfo.replace("user=owner", "user=worker")


def test_the_working_role_appends_and_erases_and_can_change_nothing(team, postgres, schema) -> None:
    event = team.title("سرّ")
    team.ledger.erase([(event.digest, "title")], actor=team.amal, because="source")
    findings = verify_store(team.ledger.store)
    assert findings.ok
    assert (findings.entries, findings.erased) == (3, 1)
    with psycopg.connect(as_worker(postgres), autocommit=True) as db:
        for table in ("header", "event", "disclosure", "checkpoint", "erasing"):
            for statement in (f"DELETE FROM {schema}.{table}", f"TRUNCATE {schema}.{table}", f"DROP TABLE {schema}.{table}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    db.execute(statement)
        for change in ("event SET leaf = ''", "disclosure SET bytes = ''", "checkpoint SET note = ''", "header SET origin = ''"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute(f"UPDATE {schema}.{change}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute(f"INSERT INTO {schema}.erasing VALUES (1, 'title')")


def test_the_owners_accidents_are_stopped_and_changes_behind_the_triggers_found(team, postgres, schema) -> None:
    team.title("one")
    with psycopg.connect(postgres, autocommit=True) as db:
        db.execute(f"SET search_path = {schema}")
        for statement in ("UPDATE event SET idx = idx", "DELETE FROM checkpoint", "TRUNCATE disclosure", "DELETE FROM disclosure"):
            with pytest.raises(psycopg.errors.RaiseException):
                db.execute(statement)
        db.execute("SET session_replication_role = replica")  # triggers off, as an attacker would
        db.execute("UPDATE disclosure SET bytes = replace(encode(bytes, 'escape'), 'one', 'two')::bytea WHERE field = 'title'")
    assert {finding.code for finding in verify_store(team.ledger.store).findings} == {"entry.disclosure"}


def test_a_tempting_search_path_does_not_reach_the_erasing_function(team, postgres, schema) -> None:
    event = team.title("one")
    with psycopg.connect(as_worker(postgres), autocommit=True) as db:
        db.execute("CREATE TEMP TABLE erasing (idx bigint, field text, PRIMARY KEY (idx, field))")
        db.execute("CREATE TEMP TABLE disclosure (idx bigint, field text, bytes bytea)")
        db.execute(f"SET search_path = pg_temp, {schema}")
        db.execute(f"SELECT {schema}.erase_disclosure(%s, 'title')", (event.index,))
    assert "field.missing" in {finding.code for finding in verify_store(team.ledger.store).findings}, "erased, unaccounted for, and found"


def test_an_act_that_is_refused_leaves_no_trace(team) -> None:
    def broken(_fields: object) -> None:
        raise RuntimeError

    team.ledger.store.erase, kept = broken, team.ledger.store.erase
    event = team.title("one")
    with pytest.raises(RuntimeError):
        team.ledger.erase([(event.digest, "title")], actor=team.amal, because="")
    team.ledger.store.erase = kept
    assert team.ledger.store.size() == 2
    team.title("two")
    assert verify_store(team.ledger.store).ok


def test_reading_only_is_the_databases_own_refusal(team, postgres, schema) -> None:
    store = PostgresStore.open(postgres, schema=schema, read_only=True)
    with pytest.raises(LedgerError, match="Nothing was written"), store.writing() as writer:
        writer.add([Row(9, b"x", b"y", {})], [], b"x")
    assert verify_store(store).ok
    store.close()


def test_bad_addresses_are_told_without_the_password(tmp_path) -> None:
    with pytest.raises(LedgerError, match="cannot be reached") as caught:
        PostgresStore.open(f"host={tmp_path} password=hunter2 user=x dbname=y")
    assert "hunter2" not in str(caught.value)
    with pytest.raises(ValueError, match="schema"):
        PostgresStore.open("dbname=y", schema="a; DROP TABLE event")


def test_a_ledger_is_never_made_over_another(team, postgres, schema) -> None:
    with pytest.raises(LedgerError, match="already"):
        PostgresStore.create(postgres, Header("o", "k"), schema=schema)
    with pytest.raises(LedgerError, match="no ledger"):
        PostgresStore.open(postgres, schema=schema + "_missing")


WRITER = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from factcheck.ledger.keys import KeyRing
from factcheck.ledger.ledger import Act, Ledger
from factcheck.ledger.postgres import PostgresStore
from factcheck.ledger.store import Row
from factcheck.model import events as ev
conninfo, schema, config, times = sys.argv[1:]
keys = KeyRing(Path(config), entropy=os.urandom)
store = PostgresStore.open(conninfo, schema=schema)
ledger = Ledger.open(store, desk_key=keys.desk_key(store.header().root_key), clock=lambda: datetime.now(UTC), entropy=os.urandom)
amal = keys.open_person("Amal")
for _ in range(int(times)):
    case = os.urandom(16).hex()
    ledger.append([Act(ev.CaseOpened("x", "ar", "", False), amal, case, {"case:" + case: ()})])
    print(ledger.size, flush=True)
"""


def test_writers_of_several_programs_leave_no_gap(team, postgres, schema, tmp_path) -> None:
    command = [sys.executable, "-c", WRITER, as_worker(postgres), schema, str(tmp_path / "config"), "25"]
    programs = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    acknowledged = [int(line) for program in programs for line in program.communicate(timeout=120)[0].split()]
    assert [program.returncode for program in programs] == [0] * 4
    assert sorted(acknowledged) == list(range(2, 102))
    findings = verify_store(team.ledger.store)
    assert findings.ok
    assert findings.entries == 101
    assert isinstance(team.ledger, Ledger)
    assert team.ledger.refresh() == 101


def test_a_writer_that_is_killed_loses_nothing_acknowledged(team, postgres, schema, tmp_path) -> None:
    for lines in (1, 7, 20):
        command = [sys.executable, "-c", WRITER, as_worker(postgres), schema, str(tmp_path / "config"), "10000"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
            acknowledged = [int(program.stdout.readline()) for _ in range(lines)]
            program.kill()
        assert team.ledger.refresh() >= acknowledged[-1]
        assert verify_store(team.ledger.store).ok
