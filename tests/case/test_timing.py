"""Dates as people type them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from factcheck.case.timing import read_date, read_day
from factcheck.errors import DateError

ZONE = ZoneInfo("Asia/Beirut")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2021-11-17", "2021-11-17"), (" ٢٠٢١-١١-١٧ ", "2021-11-17"), ("2021-11", "2021-11"),
        ("2021-11-20/2021-11-22", "2021-11-20/2021-11-22"), ("22 تشرين الأول 2021", "2021-10-22"), ("17 نوفمبر 2021", "2021-11-17"),
        ("November 17, 2021", "2021-11-17"), ("17/11/2021", "2021-11-17"),
        ("3/3/2021", "2021-03-03"), ("2021-11-17T10:00:00Z", "2021-11-17T10:00:00Z"), ("unknown", "unknown"),
    ],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(typed: str, read: str) -> None:
    assert read_date(typed, ZONE) == read


@pytest.mark.parametrize("typed", ["03/04/2021", "أمس", "2021-13-40", "قبل 17 نوفمبر 2021 بأيام", "x" * 10_000, "/"])
def test_what_is_none_or_may_be_two_is_refused_with_a_way_out(typed: str) -> None:
    with pytest.raises(DateError, match="2021-11-20") as raised:
        read_date(typed, ZONE)
    assert len(str(raised.value)) < 300


def test_a_day_is_one_day() -> None:
    assert read_day("17/11/2021", ZONE) == "2021-11-17"
    with pytest.raises(DateError, match="no day"):
        read_day("2021-11", ZONE)


def test_nothing_is_written_with_a_date_that_is_none(case) -> None:
    size = case.desk.ledger.size
    evidence = {"file": b"<p>x</p>", "published": "17 حول 2021"}
    for act in (
        lambda: case.describe_article(published="3/4/2021"), lambda: case.attach(**evidence), lambda: case.search("x", ["y"], on="x"),
        lambda: case.contact("x", "y", "z", on="x"), lambda: case.desk.open_case("نص", facts={"published": "x"}),
    ):  # fmt: skip
        with pytest.raises(DateError):
            act()
    assert case.desk.ledger.size == size
    case.describe_article(published="١٧/١١/٢٠٢١")
    assert case.state.article.fact("published") == "2021-11-17"
    id = case.attach(file=b"<p>x</p>", published="22 تشرين الأول 2021")
    assert case.state.evidence[id].value.published == "2021-10-22"
