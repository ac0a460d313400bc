from __future__ import annotations

import pytest

from factcheck.case.settings import FILE_NAME, Links, Settings, read_settings, settings_file
from factcheck.errors import FactcheckError
from factcheck.evidence.memento import Archive
from factcheck.evidence.search_places import PlaceKind, SearchPlace


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


def test_search_places_are_read_back(tmp_path) -> None:
    settings = Settings(
        search_places=(SearchPlace("سجل", PlaceKind.FACTCHECK, site="r.example", languages=("ar",)), SearchPlace("Bing", off=True))
    )
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
        ("max_megabytes = 0", "up to 500"),
        ("max_seconds = 9999", "up to 600"),
        ("hosts_at_once = 99", "up to 32"),
        ("proxy = 'proxy.example:3128'", "like http://proxy"),
        ('user_agent = "a\\r\\nb"', "may hold plain Latin"),
        ("allowed_hosts = ['http://a.example/']", "without http://"),
        ("[links]\nabout = 'x'", "no setting 'about'"),
        ("archives = ['web.archive.org']", r"should be tables. Begin each with a line \[\[archives\]\]"),
        ("archives = 'none'", "should be tables"),
        ("search_places = 'none'", r"should be tables. Begin each with a line \[\[search_places\]\]"),
        ("[[search_places]]\nname = 'a'", "either url"),
        ("[[search_places]]\nname = 'a'\nsite = 'a.example'\nkind = 'odd'", "general, factcheck"),
        ("[[search_places]]\nname = 'a'\naddress = 'x'", "no setting 'address'"),
        ("[[search_places]]\nname = 'a'\nurl = 'file:///{query}'", "no address of the web"),
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


def test_what_a_desk_may_fetch_is_one_policy_from_its_settings(desk, around) -> None:
    from factcheck.case.desk import Desk

    lines = ["max_megabytes = 2", "max_seconds = 5", "max_redirects = 0", "proxy = 'http://p.example:3128'", "user_agent = 'Check/1'"]
    (desk.folder / FILE_NAME).write_text("\n".join([*lines, "allowed_hosts = ['a.example']"]), encoding="utf-8")
    with Desk.open(desk.folder, around) as opened:
        policy = opened.fetcher.policy
    assert (policy.max_bytes, policy.total_seconds, policy.max_redirects) == (2_000_000, 5, 0)
    assert (policy.proxy, policy.user_agent, policy.allowed_hosts) == ("http://p.example:3128", "Check/1", {"a.example"})
