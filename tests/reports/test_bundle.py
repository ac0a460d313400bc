"""A case as one file: what is in it, that it holds without a desk, and that nothing of it can be changed unnoticed."""

# ruff: noqa: E501 - the changes read as a table
from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from factcheck.errors import ReportError
from factcheck.ledger import attached, seal
from factcheck.reports.bundle import save_bundle, write_bundle
from factcheck.reports.bundle_check import check_bundle, verify_path
from factcheck.reports.writing import source_of
from tests.reports.forge import CASE, OTHER_CASE, Forge, key, zipped

PRACTICE = Path(__file__).resolve().parents[2] / "data" / "practice"


@pytest.fixture
def case(desk):
    """A case on two sentences, which costs less than one on the seed article."""
    return desk.open_case("قال الوزير إن الجسر افتتح أمس. وأضاف أن كلفته بلغت 40 مليون دينار.")


@pytest.fixture
def worked(case, desk):
    """A case with a capture, evidence, a result; and another case on the desk."""
    claim = case.mark((0, 30))
    case.choose([f"content/{claim}"])
    id = case.attach(
        file=(PRACTICE / "statement.html").read_bytes(), url="https://works.example/1", quote="سيُغلق ثلاثة أيام",
        bears_on=[f"content/{claim}"], stance="refutes",
    )  # fmt: skip
    case.verdict(f"content/{claim}", "false", "ينفيه البيان", grounds=[f"evidence:{id}"])
    desk.open_case("قال الوزير في ملف آخر إن الجسر سيفتتح غداً.")
    return case


@pytest.fixture
def bundle(worked, tmp_path) -> Path:
    return save_bundle(tmp_path / "case.zip", source_of(worked), worked.desk.captures)


def codes(place: Path, **asked) -> set[str]:
    return {finding.code for finding in verify_path(place, **asked).findings if finding.level == "error"}


def members_of(place: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(place) as file:
        return {name: file.read(name) for name in file.namelist()}


# ---- what is in it


def test_a_bundle_holds_the_case_and_verifies_without_a_desk(bundle, worked) -> None:
    found = verify_path(bundle)
    assert found.ok, found.findings
    assert (found.kind, found.case, found.sealed_by, found.vkey) == ("bundle", worked.id, worked.desk.signer.key, worked.desk.ledger.vkey)
    assert found.captures_present == len(found.captures_named) == 4  # article; page, exchange, text
    members = members_of(bundle)
    table = attached.read(members["entries.json"])
    assert {event.digest for event in worked.state.history} <= {entry.digest for entry in table.entries}
    assert {"README.html", "tiny_verify.py", "vkey", "checkpoint", "report-ar.html", "report-en.html", "tables/ar/claims.csv"} <= set(
        members
    )
    assert {len({f"captures/{d}", f"captures/{d}.warc.gz"} & set(members)) for d in found.captures_named} == {1}


def test_other_programs_open_the_zip(bundle) -> None:
    with zipfile.ZipFile(bundle) as file:
        assert file.testzip() is None
        assert file.namelist() == sorted(file.namelist())


def test_the_same_case_gives_the_same_bytes(worked) -> None:
    source = source_of(worked)
    first, second = io.BytesIO(), io.BytesIO()
    write_bundle(first, source, worked.desk.captures)
    write_bundle(second, source, worked.desk.captures)
    assert first.getvalue() == second.getvalue()


def test_entries_and_titles_of_other_cases_stay_at_home(bundle, worked) -> None:
    for name, data in members_of(bundle).items():
        assert "ملف آخر".encode() not in data, name
    other = next(id for id in worked.desk.cases() if id != worked.id)
    assert other.encode() not in members_of(bundle)["entries.json"]


def test_nobody_signed_in_makes_no_bundle(worked, tmp_path) -> None:
    with pytest.raises(ReportError, match="nobody is signed in"):
        save_bundle(tmp_path / "x.zip", replace(source_of(worked), signer=None), worked.desk.captures)
    assert list(tmp_path.glob("x.zip*")) == []


def test_a_bundle_of_one_language(worked, tmp_path) -> None:
    place = save_bundle(tmp_path / "x.zip", source_of(worked), worked.desk.captures, ["en"])
    assert not any("ar" in name.split(".")[0].split("-") for name in members_of(place) if name.startswith("report"))
    with pytest.raises(ReportError, match="no reports in"):
        save_bundle(tmp_path / "x.zip", source_of(worked), worked.desk.captures, ["fr"])


def test_the_small_program_in_it_stands_alone(bundle, tmp_path) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "tiny_verify.py").write_bytes(members_of(bundle)["tiny_verify.py"])
    ran = subprocess.run(
        [sys.executable, "-I", "tiny_verify.py", str(bundle), "--json"], cwd=alone, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["ok"]


# ---- unpacked, and packed anew


def unpacked(bundle: Path, folder: Path) -> Path:
    with zipfile.ZipFile(bundle) as file:
        file.extractall(folder)
    return folder


def test_an_unpacked_bundle_holds_and_what_changes_in_it_is_found(bundle, tmp_path) -> None:
    folder = unpacked(bundle, tmp_path / "open")
    assert verify_path(folder).ok
    (folder / "tables" / "ar" / "claims.csv").write_bytes(b"x")
    (folder / "more.txt").write_bytes(b"x")
    (folder / "tables" / "ar" / "verdicts.csv").unlink()
    assert codes(folder) == {"member.changed", "member.stray", "member.missing"}
    (folder / "link").symlink_to("/etc/passwd")
    assert "member.name" in codes(folder)


def test_a_bundle_packed_anew_is_refused_with_what_to_do(bundle, tmp_path) -> None:
    again = tmp_path / "again.zip"
    with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members_of(bundle).items():
            file.writestr(name, data)
    found = verify_path(again)
    assert [finding.code for finding in found.findings] == ["bundle.form"]
    assert "unpack it and check the folder" in found.findings[0].message


# ---- what a forger may try


def scene() -> tuple[Forge, dict]:
    f = Forge()
    people = {"amal": f.introduce("amal")}
    f.title("عنوان", people["amal"], on={f"case:{CASE}": []})
    return f, people


def with_page(f: Forge, by) -> dict[str, bytes]:
    capture = b"a captured page"
    return f.members() | {"report-ar.html": f.page(by), f"captures/{hashlib.sha256(capture).hexdigest()}": capture}


def swapped(members: dict[str, bytes], one: str, other: str) -> dict[str, bytes]:
    return {**members, one: members[other], other: members[one]}


CHANGES = {
    "nothing": (lambda f, p, m: f.sealed(m, p), set()),
    "no seal": (lambda f, p, m: m, {"seal.missing"}),
    "a seal by somebody else": (lambda f, p, m: f.sealed(m, key("mallory")), {"seal.key"}),
    "a seal of another case": (lambda f, p, m: f.sealed(m, p, case=OTHER_CASE), {"seal.other"}),
    "a seal of another log": (lambda f, p, m: f.sealed(m, p, origin="factcheck.invalid/" + "0" * 32), {"seal.other"}),
    "a page's seal": (lambda f, p, m: {**m, "MANIFEST": seal.write(seal.PAGE, f.origin, CASE, [seal.Sealed.of(b"")], p)}, {"seal.form"}),
    "an event as the seal": (lambda f, p, m: {**m, "MANIFEST": f.rows[1][0]}, {"seal.form"}),
    "a member taken out": (lambda f, p, m: {k: v for k, v in f.sealed({**m, "a": b"a"}, p).items() if k != "a"}, {"member.missing"}),
    "a member put in": (lambda f, p, m: {**f.sealed(m, p), "a": b"a"}, {"member.stray"}),
    "a member changed": (lambda f, p, m: {**f.sealed({**m, "a": b"a"}, p), "a": b"b"}, {"member.changed"}),
    "two members swapped": (lambda f, p, m: swapped(f.sealed({**m, "a": b"a", "b": b"b"}, p), "a", "b"), {"member.changed"}),
    "a member renamed": (lambda f, p, m: {("b" if k == "a" else k): v for k, v in f.sealed({**m, "a": b"a"}, p).items()}, {"member.missing", "member.stray"}),
    "no entries": (lambda f, p, m: f.sealed({k: v for k, v in m.items() if k != "entries.json"}, p), {"member.missing"}),
    "no key": (lambda f, p, m: f.sealed({k: v for k, v in m.items() if k != "vkey"}, p), {"member.missing"}),
    "another key beside": (lambda f, p, m: f.sealed({**m, "vkey": b"x"}, p), {"member.other"}),
    "another checkpoint beside": (lambda f, p, m: f.sealed({**m, "checkpoint": b"x"}, p), {"member.other"}),
    "entries that cannot be read": (lambda f, p, m: f.sealed({**m, "entries.json": b"{}"}, p), {"file.unreadable"}),
    "a page without a seal": (lambda f, p, m: f.sealed({**m, "report-ar.html": f.page(None)}, p), {"seal.missing"}),
    "a page of another case": (lambda f, p, m: f.sealed({**m, "report-en.html": f.page(p, replace(f.table(chosen=[0]), case=OTHER_CASE))}, p), {"member.other", "seal.other"}),
    "a page of another log": (lambda f, p, m: f.sealed({**m, "report-en.html": other_log()}, p), {"member.other"}),
    "a page that is none": (lambda f, p, m: f.sealed({**m, "report-en.html": b"hello"}, p), {"file.unreadable"}),
    "a capture under another name": (lambda f, p, m: f.sealed({**m, "captures/" + "0" * 64: b"x"}, p), {"capture.changed"}),
    "a capture with no such name": (lambda f, p, m: f.sealed({**m, "captures/x.html": b"x"}, p), {"member.name"}),
    "a path that climbs": (lambda f, p, m: {**f.sealed(m, p), "../x": b"x"}, {"member.name"}),
    "a hidden file": (lambda f, p, m: {**f.sealed(m, p), ".profile": b"x"}, {"member.name"}),
    "an absolute path": (lambda f, p, m: {**f.sealed(m, p), "/etc/passwd": b"x"}, {"member.name"}),
    "other letters": (lambda f, p, m: {**f.sealed({**m, "a": b"a"}, p), "A": b"b"}, {"member.name", "member.stray", "member.missing"}),
    "a seal that lists a path that climbs": (lambda f, p, m: f.sealed({**m, "../x": b"x"}, p), {"seal.form", "member.name"}),
}  # fmt: skip


def other_log() -> bytes:
    f = Forge("other desk")
    return f.page(f.introduce("amal"))


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_bundle_is_found(name: str, tmp_path) -> None:
    change, expected = CHANGES[name]
    f, people = scene()
    place = tmp_path / "b.zip"
    place.write_bytes(zipped(change(f, people["amal"], with_page(f, people["amal"]))))
    assert codes(place) == expected


def test_a_key_and_a_head_known_from_elsewhere_are_compared(tmp_path) -> None:
    f, people = scene()
    place, note = tmp_path / "b.zip", f.note()
    place.write_bytes(f.bundle(people["amal"]))
    assert check_bundle(place, known_vkeys=[f.verifier.vkey], against=note).findings().extends_kept_head is True
    assert codes(place, known_vkeys=[Forge("x").verifier.vkey]) == {"header.key"}
    other = Forge()
    for who in ("huda", "ali"):
        other.introduce(who)
    assert codes(place, against=other.note()) == {"head.rollback"}
