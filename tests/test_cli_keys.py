"""Commands about persons, keys and whole desks, with two machines that hand each other files."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import keyring
import keyring.backends.fail
import pytest
from click.testing import CliRunner

from factcheck.cli import main
from factcheck.ledger import locks
from tests.test_cli import PRACTICE


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a command on a machine: ``run("home", "key", "list")``."""
    monkeypatch.setattr(locks, "_N", locks._LEAST_N)

    def run(machine: str, *arguments: object, ok: bool = True, type: str = ""):
        monkeypatch.setenv("FACTCHECK_CONFIG", str(tmp_path / machine / "config"))
        monkeypatch.setenv("FACTCHECK_STATE", str(tmp_path / machine / "state"))
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], input=type)
        assert (result.exit_code == 0) is ok, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result.output

    return run


@pytest.fixture
def desk(run, tmp_path) -> Path:
    run("home", "new", tmp_path / "desk", PRACTICE / "article.txt", "--as", "أمل", "--newsroom", "تدريب", "--practice")
    return tmp_path / "desk"


def key_of(line: str) -> str:
    return next(word for word in line.split() if word.startswith("ed25519:"))


def test_a_colleague_elsewhere_is_introduced_and_handed_the_desks_key(run, desk, tmp_path) -> None:
    run("away", "key", "new", "هدى", "غرفة")
    said = run("away", "key", "request", "--to", tmp_path / "request")
    hers = key_of(said)
    said = run("home", "key", "introduce", desk, tmp_path / "request", "--as", "أمل")
    assert "هدى" in said
    assert hers in said, "so that it can be compared with what she says"
    assert hers in run("home", "key", "list", desk)

    run("home", "key", "export-desk", desk, tmp_path / "desk.key", type="word\nword\n")
    assert (tmp_path / "desk.key").stat().st_mode & 0o077 == 0
    assert "cannot be taken" in run("away", "key", "import-desk", tmp_path / "desk.key", ok=False, type="other\n")
    assert "This machine holds" in run("away", "key", "import-desk", tmp_path / "desk.key", type="word\n")
    shutil.copytree(desk, tmp_path / "copy")
    assert "saved" in run("away", "contact", tmp_path / "copy", "الوزارة", "هل يُغلق؟", "--as", "هدى")
    assert "whole                        yes" in run("away", "verify", tmp_path / "copy")


def test_a_key_is_rotated_and_the_old_one_revoked(run, desk) -> None:
    old = key_of(run("home", "key", "list"))
    said = run("home", "key", "rotate", desk)
    new = key_of(said)
    assert f'factcheck key revoke "{desk}" {old}' in said
    assert "is revoked" in run("home", "key", "revoke", desk, old[:20], "--reason", "lost")
    listed = run("home", "key", "list", desk)
    assert [line for line in listed.splitlines() if "revoked" in line and old in line]
    assert [line for line in listed.splitlines() if "revoked" not in line and new in line]
    assert "saved" in run("home", "contact", desk, "الوزارة", "هل يُغلق؟")
    assert "signed by introduced keys    yes" in run("home", "verify", desk)


def test_a_key_is_revoked_up_to_an_entry(run, desk) -> None:
    said = run("home", "new", desk, PRACTICE / "article.txt", "--as", "هدى", "--newsroom", "غرفة")
    last = said.rsplit("entry ", 1)[1].split(":")[0].strip()
    run("home", "contact", desk, "الوزارة", "هل يُغلق؟", "--as", "هدى", "--case", said.split("case ")[1][:8])
    hers = next(key_of(line) for line in run("home", "key", "list", desk).splitlines() if "هدى" in line)
    assert "only they revoke it" in run("home", "key", "revoke", desk, hers, "--last", last, "--as", "أمل", ok=False)
    run("home", "key", "revoke", desk, hers, "--last", last, "--as", "أمل", "--as-desk", "--reason", "stolen")
    verified = run("home", "verify", desk)
    assert verified.count("after its revocation") == 1
    assert "0 keys fit" in run("home", "key", "revoke", desk, "zzzz", "--as", "أمل", ok=False)
    assert "different things" in run("home", "key", "revoke", desk, hers, "--last", "1", "--nothing", ok=False)


def test_a_passphrase_is_set_changed_and_taken_away(run, desk) -> None:
    run("home", "key", "lock", "أمل", "--passphrase", type="one\none\n")
    assert "locked" in run("home", "key", "list")
    assert "a passphrase is needed" in run("home", "contact", desk, "الوزارة", "هل يُغلق؟", ok=False)
    run("home", "key", "lock", "أمل", "--passphrase", type="one\ntwo\ntwo\n")
    assert "wrong" in run("home", "key", "lock", "أمل", "--open", ok=False, type="one\n")
    run("home", "key", "lock", "أمل", "--open", type="two\n")
    assert "saved" in run("home", "contact", desk, "الوزارة", "هل يُغلق؟")
    assert "Say how" in run("home", "key", "lock", "أمل", ok=False)


def test_a_machine_without_a_keyring_says_so(run, monkeypatch) -> None:
    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.fail.Keyring)
    assert "offers no keyring" in run("home", "key", "new", "Amal", "N", "--keyring", ok=False)
    assert run("home", "key", "list") == ""


def test_a_second_machine_of_a_person(run, desk, tmp_path) -> None:
    person = run("home", "key", "list").split()[-1]
    run("away", "key", "new", "أمل", "تدريب", "--person", person)
    run("away", "key", "request", "--to", tmp_path / "request")
    run("home", "key", "introduce", desk, tmp_path / "request")
    lines = run("home", "key", "list", desk).splitlines()
    assert sum(person in line for line in lines) == 2
    (tmp_path / "request").write_bytes((tmp_path / "request").read_bytes().replace("أمل".encode(), "علي".encode()))
    assert "is wrong" in run("home", "key", "introduce", desk, tmp_path / "request", ok=False)


def test_another_desk_is_merged_and_an_entry_erased(run, desk, tmp_path) -> None:
    other = tmp_path / "other"
    run("away", "new", other, PRACTICE / "article.txt", "--as", "هدى", "--newsroom", "غرفة")
    said = run("home", "merge", desk, other)
    assert "captures · saved" in said
    assert "هدى" in said
    assert "until somebody introduces ed25519:" in said
    assert "There is no desk" in run("home", "merge", desk, tmp_path / "none", ok=False)
    page = tmp_path / "page.html"
    page.write_text("<p>قالت الموظفة سلمى إن السجل نُقل إلى الطابق الثاني.</p>", "utf-8")
    run("home", "attach", desk, page, "--quote", "السجل نُقل إلى الطابق الثاني")
    listed = run("home", "history", desk)
    entry = next(line.split()[0] for line in listed.splitlines() if "أرفق دليلاً" in line)
    digest = hashlib.sha256(page.read_bytes()).hexdigest()
    assert "Name an entry" in run("home", "erase", desk, "--because", "x", ok=False)
    said = run("home", "erase", desk, entry, "--capture", digest[:12], "--because", "حماية مصدر")
    assert "erased 1 fields, 3 captures" in said
    assert "محا" in run("home", "history", desk)
    verified = run("home", "verify", desk)
    assert "1 erased" in verified
    assert "3 erased" in verified
