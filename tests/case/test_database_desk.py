"""A desk whose ledger lies in a database: everything works as on a file, for a second member of the team too."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from factcheck.case.desk import Desk, open_desk
from factcheck.case.settings import Settings, read_settings
from factcheck.case.surroundings import sign_in
from factcheck.case.verify import verify_desk
from factcheck.case.where import is_desk
from factcheck.cli import main
from factcheck.errors import FactcheckError, LedgerError

TEXT = "قالت صحيفة «الميناء» نقلاً عن مسؤول في البلدية إن الجسر افتتح أمس. وأضاف أن كلفته بلغت 40 مليون دينار."


@pytest.fixture
def settings(postgres, schema) -> Settings:
    return Settings(database=postgres, database_schema=schema)


@pytest.fixture
def team(tmp_path, around, settings):
    """A desk on a database, with one case."""
    desk = Desk.create(tmp_path / "team", sign_in(around, name="Amal", newsroom="N"), around, settings=settings)
    desk.open_case(TEXT, title="الجسر")
    yield desk
    desk.close()


def test_it_is_worked_on_reopened_and_verified(team, around) -> None:
    case = team.case()
    claim = case.state.proposals[0].id
    case.accept([claim])
    case.verdict(f"content/{claim}", "mostly_true", "لأن")
    assert not (team.folder / "ledger.sqlite").exists()
    assert is_desk(team.folder)
    findings = verify_desk(team.folder, around)
    assert (findings.ok, findings.entries, findings.extends_kept_head) == (True, team.ledger.size, True)
    with open_desk(team.folder, around=around) as again:
        assert again.case().state.verdicts == case.state.verdicts


def test_another_member_works_on_it_from_a_folder_of_their_own(team, tmp_path, around) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "factcheck.toml").write_text((team.folder / "factcheck.toml").read_text("utf-8"), "utf-8")
    with open_desk(tmp_path / "mine", name="Huda", newsroom="N", around=around) as mine:
        mine.case().describe(title="الجسر الجديد")
    assert team.refresh() == 2, "an introduction and a title"
    assert team.case().title == "الجسر الجديد"


def test_a_schema_without_a_ledger_is_no_desk(tmp_path, settings, around) -> None:
    (tmp_path / "factcheck.toml").write_text(f'database = "{settings.database}"\ndatabase_schema = "{settings.database_schema}"\n')
    assert not is_desk(tmp_path)
    with pytest.raises(LedgerError, match="no ledger in schema"):
        Desk.open(tmp_path, around)


def test_a_server_that_is_away_is_a_finding(tmp_path, around) -> None:
    (tmp_path / "factcheck.toml").write_text(f'database = "host={tmp_path} user=nobody dbname=x"\n')
    findings = verify_desk(tmp_path, around)
    assert not findings.ok
    assert [finding.code for finding in findings.findings] == ["file.unreadable"]
    assert "cannot be reached" in findings.findings[0].message


def test_a_ledger_in_both_places_is_refused(desk, around, settings) -> None:
    desk.close()
    (desk.folder / "factcheck.toml").write_text(f'database = "{settings.database}"\n')
    with pytest.raises(LedgerError, match="Take one away"):
        Desk.open(desk.folder, around)


@pytest.mark.parametrize("words", ["host=x password=secret", "postgresql://amal:secret@db/desk", "password = 'secret' host=x"])
def test_a_password_in_the_settings_is_refused_and_not_repeated(tmp_path, words) -> None:
    (tmp_path / "factcheck.toml").write_text(f'database = "{words}"\n')
    with pytest.raises(FactcheckError, match="no place for a password") as caught:
        read_settings(tmp_path)
    assert "secret" not in str(caught.value)


def test_the_command_line_makes_one(tmp_path, settings, monkeypatch) -> None:
    monkeypatch.setenv("FACTCHECK_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("FACTCHECK_STATE", str(tmp_path / "state"))
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "factcheck.toml").write_text(f'database = "{settings.database}"\ndatabase_schema = "{settings.database_schema}"\n')
    (tmp_path / "article.txt").write_text(TEXT, "utf-8")
    for arguments in (
        ("new", tmp_path / "desk", tmp_path / "article.txt", "--as", "Amal", "--newsroom", "N"), ("claims", tmp_path / "desk"),
        ("verify", tmp_path / "desk"), ("log", "export", tmp_path / "desk", tmp_path / "log"), ("verify", tmp_path / "log"),
        ("witness", tmp_path / "desk", "--to", tmp_path / "note"),
    ):  # fmt: skip
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert result.exit_code == 0, result.output
