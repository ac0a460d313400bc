"""Rollback, fork and truncation in the words of verify: heads kept here, elsewhere by setting, given, cosigned and stamped."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from factcheck.case.desk import Desk
from factcheck.case.log import witness
from factcheck.case.settings import read_settings
from factcheck.case.verify import verify_desk
from factcheck.cli import main
from factcheck.errors import FactcheckError, RollbackError
from tests.ledger.test_attack import attack
from tests.machines import Machine

TEXT = "قال الوزير إن الجسر افتتح أمس في المدينة."


@pytest.fixture
def stick(tmp_path) -> Path:
    """A further place for heads, as a stick that is plugged in."""
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def home(tmp_path, clock, stick) -> Machine:
    machine = Machine(tmp_path / "home", clock)
    (machine.folder / "desk").mkdir(parents=True)
    (machine.folder / "desk" / "factcheck.toml").write_text(f'kept_heads = ["{stick}"]\n', "utf-8")
    return machine


def codes(machine: Machine, **details) -> dict[str, str]:
    findings = verify_desk(machine.folder / "desk", machine.around, **details)
    return {finding.code: finding.place for finding in findings.findings}


def forget(machine: Machine) -> None:
    """As on a machine that never saw this desk."""
    shutil.rmtree(machine.around.state / "heads")


def cut(path: Path, size: int) -> None:
    """Cut the tail so that the rest is signed as it once was."""
    db = sqlite3.connect(path)
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    db.close()
    statements = [f"DELETE FROM {table} WHERE idx >= {size}" for table in ("disclosure", "event", "erasing")]
    statements.append(f"DELETE FROM checkpoint WHERE size > {size}")
    if "node" in tables:
        statements.append(f"DELETE FROM node WHERE (idx + 1) * (1 << level) > {size}")
    attack(path, statements)


def test_the_head_is_kept_at_every_place_and_a_restored_backup_is_found_at_each(home, stick) -> None:
    with home.desk() as desk:
        desk.open_case(TEXT)
    shutil.copytree(home.folder / "desk", home.folder / "backup")
    with home.desk() as desk:
        desk.open_case(TEXT)
    assert len(list(stick.glob("*.checkpoint"))) == 1
    assert codes(home) == {}
    shutil.copy(home.folder / "backup" / "ledger.sqlite", home.folder / "desk" / "ledger.sqlite")
    findings = verify_desk(home.folder / "desk", home.around)
    assert [(f.code, f.place) for f in findings.findings] == [("head.rollback", "kept head"), ("head.rollback", f"kept head in {stick}")]
    forget(home)
    assert codes(home) == {"head.rollback": f"kept head in {stick}"}
    with home.desk() as desk, pytest.raises(RollbackError, match="stick"):
        desk.open_case(TEXT)


def test_a_stick_that_is_not_plugged_in_stops_nobody_and_is_said(home, stick) -> None:
    home.desk().close()
    stick.rename(stick.with_name("away"))
    with home.desk() as desk:
        desk.open_case(TEXT)
        findings = desk.verify()
    assert findings.ok
    assert [(f.level, f.code) for f in findings.findings] == [("warning", "head.absent")]
    assert not stick.exists(), "a mount point without its stick is not filled"
    stick.with_name("away").rename(stick)
    assert codes(home) == {}, "an older head is no fault"
    with home.desk() as desk:
        desk.open_case(TEXT)
    assert codes(home) == {}


def test_a_head_that_was_changed_or_is_another_logs_is_no_silence(home, stick, tmp_path, clock) -> None:
    home.desk().close()
    [kept] = stick.glob("*.checkpoint")
    note = kept.read_bytes()
    kept.write_bytes(note.replace(b"\n1\n", b"\n2\n"))
    assert codes(home) == {"head.unreadable": f"kept head in {stick}"}
    with Machine(tmp_path / "other", clock).desk() as other:
        kept.write_bytes(other.ledger.checkpoint().encode())
    assert codes(home) == {"head.unreadable": f"kept head in {stick}"}
    with home.desk() as desk, pytest.raises(FactcheckError, match="log"):
        desk.open_case(TEXT)


@pytest.mark.parametrize("place", ["heads", "../x", "{desk}/heads"])
def test_a_place_for_heads_lies_outside_the_desk(home, place) -> None:
    (home.folder / "desk" / "factcheck.toml").write_text(f'kept_heads = ["{place.format(desk=home.folder / "desk")}"]\n', "utf-8")
    with pytest.raises(FactcheckError, match="outside the desk"):
        read_settings(home.folder / "desk")


def test_settings_that_cannot_be_read_do_not_hide_that_heads_were_not_looked_at(home) -> None:
    home.desk().close()
    (home.folder / "desk" / "factcheck.toml").write_text("kept_heads = [", "utf-8")
    findings = verify_desk(home.folder / "desk", home.around)
    assert findings.ok
    assert [(f.level, f.code) for f in findings.findings] == [("warning", "file.settings")]


def test_a_cut_tail_and_an_emptied_ledger_are_found_beside_any_head(home, stick) -> None:
    with home.desk() as desk:
        desk.open_case(TEXT)
        size, kept = desk.ledger.size, desk.ledger.checkpoint().encode()
    path = home.folder / "desk" / "ledger.sqlite"
    whole = path.read_bytes()
    for length in range(size):
        path.write_bytes(whole)
        cut(path, length)
        alone = Machine(home.folder.parent / "alone", home.around.clock)
        (home.folder / "desk" / "factcheck.toml").write_text("", "utf-8")
        alone_says = verify_desk(home.folder / "desk", alone.around)
        assert alone_says.ok is (length == 1), "cut behind a checkpoint that was signed once, it is whole by itself"
        assert "head.rollback" in codes(home)
        assert {f.place for f in verify_desk(home.folder / "desk", alone.around, against=kept).findings if f.code == "head.rollback"} == {
            "given checkpoint"
        }
        (home.folder / "desk" / "factcheck.toml").write_text(f'kept_heads = ["{stick}"]\n', "utf-8")
        by_stick = verify_desk(home.folder / "desk", alone.around)
        assert f"kept head in {stick}" in {f.place for f in by_stick.findings if f.code == "head.rollback"}


def test_a_fork_that_both_sides_sign_is_found_by_the_head_a_witness_cosigned(home, tmp_path, clock) -> None:
    with home.desk() as desk:
        desk.open_case(TEXT)
    shutil.copytree(home.folder / "desk", home.folder / "twin")
    with home.desk() as desk:
        desk.open_case("one")
    with Machine(tmp_path / "colleague", clock).desk("Huda") as hers:
        cosigned = witness(home.folder / "desk", hers._signer(), hers._around)
        name = hers._signer().key
    shutil.rmtree(home.around.state)
    (home.folder / "twin" / "factcheck.toml").write_text("", "utf-8")
    with Desk.open(home.folder / "twin", home.around, person=home.desk(folder="x")._signer()) as twin:
        twin.open_case("two")
        twin.open_case("three")
    findings = verify_desk(home.folder / "twin", home.around, against=cosigned)
    told = {finding.code: finding for finding in findings.findings}
    assert told["head.rollback"].place == "given checkpoint"
    assert name in told["head.witnessed"].message
    assert findings.extends_kept_head is False


def test_verify_tells_each_of_these_in_a_line(home, stick, monkeypatch, tmp_path, clock) -> None:
    monkeypatch.setenv("FACTCHECK_CONFIG", str(home.around.config))
    monkeypatch.setenv("FACTCHECK_STATE", str(home.around.state))
    with home.desk() as desk:
        desk.open_case(TEXT)
        with Machine(tmp_path / "colleague", clock).desk("Huda") as hers:
            (tmp_path / "cosigned").write_bytes(witness(desk.folder, hers._signer(), hers._around))

    def run(*arguments: object) -> str:
        return CliRunner().invoke(main, ["verify", str(home.folder / "desk"), *map(str, arguments)]).output

    said = run("--against", tmp_path / "cosigned")
    assert "extends the kept head        yes" in said
    assert "witnessed                    by 1 whose key is to be compared" in said
    assert "time-stamped                 no stamp is here" in said
    assert "witnessed                    no cosigned checkpoint was given (--against FILE)" in run()
    cut(home.folder / "desk" / "ledger.sqlite", 2)
    said = run("--against", tmp_path / "cosigned")
    assert said.count("this ledger does not extend it") == 3
    assert "extends the kept head        NO" in said
