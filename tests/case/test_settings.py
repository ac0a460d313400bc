from __future__ import annotations

import pytest

from factcheck.case.settings import FILE_NAME, Links, Settings, read_settings, settings_file
from factcheck.errors import FactcheckError


def test_written_settings_are_read_back(tmp_path) -> None:
    settings = Settings(newsroom='غرفة "الأخبار"\n\\', allowed_hosts=("127.0.0.1:8000",), links=Links(method="https://a.example/m"))
    (tmp_path / FILE_NAME).write_text(settings_file(settings), encoding="utf-8")
    assert read_settings(tmp_path) == settings


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
    ],
)
def test_a_wrong_line_is_named_with_what_would_be_right(tmp_path, line: str, message: str) -> None:
    (tmp_path / FILE_NAME).write_text(line, encoding="utf-8")
    with pytest.raises(FactcheckError, match=message):
        read_settings(tmp_path)
