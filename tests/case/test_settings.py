from __future__ import annotations

import pytest

from factcheck.case.settings import FILE_NAME, Links, Settings, read_settings, settings_file
from factcheck.errors import FactcheckError
from factcheck.evidence.memento import Archive


def test_written_settings_are_read_back(tmp_path) -> None:
    settings = Settings(newsroom='غرفة "الأخبار"\n\\', allowed_hosts=("127.0.0.1:8000",), links=Links(method="https://a.example/m"))
    (tmp_path / FILE_NAME).write_text(settings_file(settings), encoding="utf-8")
    assert read_settings(tmp_path) == settings


@pytest.mark.parametrize(
    "archives",
    [(), (Archive("ours", timegate="http://127.0.0.1:8000/web/", every=0), Archive("other", save="https://archive.example/save"))],
)
def test_archives_are_read_back(tmp_path, archives) -> None:
    settings = Settings(archives=archives)
    (tmp_path / FILE_NAME).write_text(settings_file(settings), encoding="utf-8")
    assert read_settings(tmp_path) == settings


def test_the_example_in_a_new_file_holds_when_its_marks_are_taken_away(tmp_path) -> None:
    lines = settings_file(Settings()).splitlines()
    shown = [line.removeprefix("# ") if line.startswith(("# [[", "# name =", "# timegate =", "# timemap =")) else line for line in lines]
    (tmp_path / FILE_NAME).write_text("\n".join(shown), encoding="utf-8")
    assert [archive.name for archive in read_settings(tmp_path).archives] == ["arquivo.pt"]


def test_without_a_file_the_defaults_hold(tmp_path) -> None:
    assert read_settings(tmp_path) == Settings()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("langauge = 'ar'", "no setting 'langauge'"),
        ("language = 'fr'", "ar, en"),
        ("time_zone = 'Mars/Base'", "Asia/Beirut"),
        ("show_names = 'yes'", "should be bool"),
        ("allowed_hosts = [1]", "should be tuple"),
        ("language = ", "not valid TOML"),
        ("[links]\nabout = 'x'", "no setting 'about'"),
        ("archives = ['web.archive.org']", r"should be tables. Begin each with a line \[\[archives\]\]"),
        ("archives = 'none'", "should be tables"),
        ("[[archives]]\nsave = 'https://a.example/save'", "a name of its own"),
        ("[[archives]]\nname = 'a'\n[[archives]]\nname = 'a'", "a name of its own"),
        ("[[archives]]\nname = 'a'\ntimegate = 'javascript:x'", "is no address"),
        ("[[archives]]\nname = 'a'\nsave = 'https://me:word@a.example/'", "is no address"),
        ("[[archives]]\nname = 'a'\nevery = -1", "from 0 to 86400"),
        ("[[archives]]\nname = 'a'\nevery = '5'", "should be int"),
        ("[[archives]]\nname = 'a'\nkey = 'x'", "no setting 'key'"),
    ],
)
def test_a_wrong_line_is_named_with_what_would_be_right(tmp_path, line: str, message: str) -> None:
    (tmp_path / FILE_NAME).write_text(line, encoding="utf-8")
    with pytest.raises(FactcheckError, match=message):
        read_settings(tmp_path)
