"""Private keys leave their files nowhere: the bytes of everything that a whole walk writes, prints or logs are searched for them."""

from __future__ import annotations

import json
import logging
import pickle
import traceback

import pytest

from factcheck import notebook
from factcheck.case.desk import open_desk
from factcheck.case.log import witness
from factcheck.errors import FactcheckError
from factcheck.ledger import locks
from factcheck.reports.writing import write_bundle
from tests.conftest import SEED
from tests.machines import Machine, files, leaks, unpacked


@pytest.fixture
def machine(tmp_path, clock, monkeypatch) -> Machine:
    monkeypatch.setattr(locks, "_N", locks._LEAST_N)
    return Machine(tmp_path / "machine", clock)


def walk(machine: Machine, passphrase: str | None) -> list[object]:
    """A check from article to report, with every act that touches keys; what a notebook would have shown of it."""
    details = {"newsroom": "N", "around": machine.around, "desk_class": notebook.Desk, "passphrase": passphrase}
    desk = open_desk(machine.folder / "desk", name="Amal", **details)
    case = desk.open_case(SEED)
    claim = case.state.proposals[-1].id
    case.accept([claim])
    case.choose([f"content/{claim}"])
    evidence = case.attach(file=b"<html><body><p>The bridge opened on Tuesday.</p></body></html>", quote="The bridge opened")
    case.verdict(f"content/{claim}", "true", "لا دليل", grounds=[f"evidence:{evidence}"])
    case.restate(claim, {"ar": "افتتح الجسر"})
    case.draft({"ar": "هل افتتح الجسر؟"}, {"ar": "لا نعرف."}, {"ar": "غير مثبت."})
    huda = desk.keys.create_person("Huda", "N", passphrase=passphrase)
    with desk.acting_as(huda):
        case.review()
    desk.rotate(passphrase, retire=True)
    desk.revoke(huda.key, as_desk=True)
    [root] = desk.ledger.root_keys
    (machine.folder / "request").write_bytes(desk.request_introduction())
    (machine.folder / "desk.key").write_bytes(desk.keys.export_desk_key(root, "word"))
    (machine.folder / "cosigned").write_bytes(witness(desk.folder, huda, machine.around))
    desk.ledger.export(machine.folder / "log", disclosures=True)
    for format in ("html", "csv", "claimreview", "docx", "xlsx", "markdown", "json"):
        case.report(format)
    write_bundle(case)
    shown = [desk, case, desk.keys, desk.state, case.state, desk.me, desk.verify(), desk.ledger, desk.ledger.desk_key, desk._person]
    shown += [case._repr_html_(), case.claims().to_html(), case.history().to_html()]
    shown += [json.dumps(case.workbench().get_state(), default=str)]
    shown += [vars(thing) for thing in (desk, desk.ledger, desk.keys, desk._person, desk.ledger.desk_key)]
    desk.close()
    return shown


@pytest.mark.parametrize("passphrase", [None, "كلمة سرّ"])
def test_a_whole_walk_leaves_private_keys_in_their_files_alone(machine, caplog, capfd, passphrase) -> None:
    caplog.set_level(logging.DEBUG)
    shown = walk(machine, passphrase)
    assert len(machine.seeds) == 4, "two persons, a new key of one, and the desk's"
    written = list(files(machine.folder))
    assert {".zip", ".docx", ".xlsx", ".html", ".sqlite", ".json", ".gz"} <= {path.suffix for path, _ in written}
    inside = [path for path, data in written if any(leaks(machine.seeds, part) for part in unpacked(data))]
    keys = machine.around.config / "desks" if passphrase else machine.around.config
    assert all(path.is_relative_to(keys) for path in inside), inside
    assert len(inside) == (1 if passphrase else 4)
    assert {path.stat().st_mode & 0o077 for path in inside} == {0}
    assert any(data for path, data in files(machine.folder / "log"))
    told = "".join(f"{thing!r}{thing}" for thing in shown)
    told += caplog.text + "".join(repr(vars(record)) for record in caplog.records) + "".join(capfd.readouterr())
    assert not leaks(machine.seeds, told.encode())
    assert "PRIVATE KEY" not in told


def test_objects_that_hold_keys_are_not_pickled(machine) -> None:
    with machine.desk() as desk:
        for thing in (desk._person, desk.ledger.desk_key, desk, desk.ledger):
            with pytest.raises(TypeError):
                pickle.dumps(thing)


def test_errors_on_the_way_show_no_key_with_all_their_variables(machine) -> None:
    """As a notebook in its verbose mode would print them."""
    told = ""
    with machine.desk() as desk:
        case = desk.open_case(SEED)
        [root] = desk.ledger.root_keys
        for act in (
            lambda: desk.revoke(root),
            lambda: desk.introduce(b"x"),
            lambda: case.verdict("content/x", "true", "x"),
            lambda: desk.keys.import_desk_key(desk.keys.export_desk_key(root, "word"), "other"),
            lambda: case.describe(title="\ud800"),
            lambda: desk.rotate("\ud800"),
        ):
            with pytest.raises((FactcheckError, ValueError)) as caught:
                act()
            told += "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "acts" in told
    assert not leaks(machine.seeds, told.encode("utf-8", "backslashreplace"))
