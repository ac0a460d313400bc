"""Mementos are found by each protocol, and an archive that misbehaves has an outcome with a name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from factcheck.errors import NotAllowedError, SourceUnavailableError
from factcheck.evidence.archive import cdx_rows, check_may_tell, listing, look_up, nearest
from factcheck.evidence.fetch import FetchPolicy, HttpFetcher
from factcheck.evidence.memento import WAYBACK
from tests.evidence.archive_server import web_archives

NEWS = "https://example.org/news"
NEAR = datetime(2021, 11, 21, tzinfo=UTC)
NOW = datetime(2026, 11, 23, tzinfo=UTC)
PROTOCOLS = ("timegate", "availability", "cdx", "timemap")


@pytest.fixture(scope="module")
def server():
    with web_archives() as server:
        yield server


@pytest.fixture
def fetcher(server) -> HttpFetcher:
    server.seen.clear()
    policy = FetchPolicy(allowed_hosts=frozenset({server.host}), max_bytes=2_000_000, total_seconds=1.5)
    return HttpFetcher(policy, clock=lambda: datetime.now(UTC))


def code(archive, fetcher, url: str = NEWS) -> str:
    with pytest.raises(SourceUnavailableError) as caught:
        nearest(archive, url, NEAR, fetcher, NOW)
    return caught.value.facts["code"]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_each_protocol_finds_the_nearest_copy(server, fetcher, protocol: str) -> None:
    memento = nearest(server.archive("good", protocol), NEWS, NEAR, fetcher, NOW)
    assert memento.url == f"http://{server.host}/good/web/20211120100000/{NEWS}"
    assert (memento.at, memento.original, memento.archive) == ("2021-11-20T10:00:00Z", NEWS, "good")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_arabic_address_with_a_query_is_asked_for_and_recognised(server, fetcher, protocol: str) -> None:
    memento = nearest(server.archive("good", protocol), "https://example.org/خبر?id=7#top", NEAR, fetcher, NOW)
    assert memento.at == "2021-11-21T00:00:00Z"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_archive_without_a_copy_says_so(server, fetcher, protocol: str) -> None:
    assert nearest(server.archive("good", protocol), "https://example.org/never", NEAR, fetcher, NOW) is None


def test_the_moment_wanted_decides_which_copy(server, fetcher) -> None:
    archive = server.archive("good")
    found = [nearest(archive, NEWS, datetime(year, 1, 1, tzinfo=UTC), fetcher, NOW).at[:4] for year in (1999, 2020, 2022, 2026)]
    assert found == ["2020", "2020", "2021", "2023"]


def test_one_answer_is_enough(server, fetcher) -> None:
    nearest(server.archive("good"), NEWS, NEAR, fetcher, NOW)
    assert server.asked() == ["web", "web"]


def test_a_timegate_may_answer_with_the_copy_itself(server, fetcher) -> None:
    memento = nearest(server.archive("in-place", "timegate"), NEWS, NEAR, fetcher, NOW)
    assert memento.url == f"http://{server.host}/in-place/web/20211120100000mp_/{NEWS}"


def test_what_availability_forgot_the_index_may_know(server, fetcher) -> None:
    assert nearest(server.archive("forgetful", "availability", "cdx"), NEWS, NEAR, fetcher, NOW).via == "cdx"
    assert nearest(server.archive("forgetful", "availability"), NEWS, NEAR, fetcher, NOW) is None


def test_a_copy_of_an_error_page_is_passed_over(server, fetcher) -> None:
    assert nearest(server.archive("error-copy", "timegate"), NEWS, NEAR, fetcher, NOW) is None
    assert nearest(server.archive("error-copy", "timegate", "cdx"), NEWS, NEAR, fetcher, NOW).via == "cdx"
    assert nearest(server.archive("cdx-errors", "cdx"), NEWS, NEAR, fetcher, NOW) is None


@pytest.mark.parametrize("manner", ["cdx-text", "cdx-seven", "cdx-lines"])
def test_every_form_of_index_is_read(server, fetcher, manner: str) -> None:
    assert nearest(server.archive(manner, "cdx"), NEWS, NEAR, fetcher, NOW).at == "2021-11-20T10:00:00Z"


def test_an_empty_index_is_an_answer(server, fetcher) -> None:
    assert nearest(server.archive("cdx-empty", "cdx"), NEWS, NEAR, fetcher, NOW) is None


@pytest.mark.parametrize(
    ("manner", "protocol", "expected"),
    [
        ("other-page", "timegate", "archive-nonsense"), ("other-page", "availability", "archive-nonsense"),
        ("other-page", "cdx", "archive-nonsense"), ("other-page", "timemap", "archive-nonsense"),
        ("future", "timegate", "archive-nonsense"), ("bad-date", "timegate", "archive-nonsense"),
        ("wrong-weekday", "timegate", "archive-nonsense"), ("contradiction", "timegate", "archive-nonsense"),
        ("no-datetime", "timegate", "archive-nonsense"),
        ("loop", "timegate", "too-many-redirects"), ("to-file", "timegate", "refused-scheme"),
        ("to-private", "timegate", "refused-address"),
        ("large", "timegate", "too-large"), ("silent", "timegate", "timeout"),
        ("html", "timegate", "archive-nonsense"), ("html", "availability", "archive-nonsense"), ("html", "cdx", "archive-nonsense"),
        ("html", "timemap", "archive-nonsense"),
        ("bad-date", "availability", "archive-nonsense"), ("tricks", "availability", "archive-nonsense"),
        ("malformed", "availability", "archive-nonsense"), ("wrong-types", "availability", "archive-nonsense"),
        ("deep", "availability", "archive-nonsense"),
        ("cdx-ragged", "cdx", "archive-nonsense"), ("cdx-words", "cdx", "archive-nonsense"),
        ("torn", "timemap", "archive-nonsense"),
        *((manner, protocol, f"archive-{code}") for protocol in PROTOCOLS
          for manner, code in (("busy", "busy"), ("refusing", "refused"), ("failing", "failed"))),
    ],
)  # fmt: skip
def test_each_misbehaviour_has_its_outcome(server, fetcher, manner: str, protocol: str, expected: str) -> None:
    assert code(server.archive(manner, protocol), fetcher) == expected


def test_an_archive_that_is_busy_is_asked_once_and_its_wish_is_known(server, fetcher) -> None:
    with pytest.raises(SourceUnavailableError, match="after 77 s") as caught:
        nearest(server.archive("busy"), NEWS, NEAR, fetcher, NOW)
    assert caught.value.facts["retry_after"] == 77
    assert len(server.seen) == 1


def test_one_protocol_that_fails_leaves_the_others(server, fetcher) -> None:
    archive = server.archive("other-page", "timegate", cdx=server.archive("good").cdx)
    assert nearest(archive, NEWS, NEAR, fetcher, NOW).via == "cdx"


def test_a_copy_that_names_no_original_is_judged_by_its_address(server, fetcher) -> None:
    assert nearest(server.archive("no-original", "timegate"), NEWS, NEAR, fetcher, NOW).original == NEWS


def test_one_archive_that_fails_does_not_keep_others_from_answering(server, fetcher) -> None:
    found = look_up([server.archive("html"), server.archive("good"), server.archive("in-place")], NEWS, NEAR, fetcher, NOW)
    assert [memento.archive for memento in found.mementos] == ["good", "in-place"]
    assert [(trouble.archive, trouble.code) for trouble in found.troubles] == [("html", "archive-nonsense")]
    assert "Look there with a browser" in found.troubles[0].message


def test_an_archive_without_addresses_says_what_it_lacks(server, fetcher) -> None:
    assert code(server.archive("good", "save"), fetcher) == "no-protocol"
    with pytest.raises(SourceUnavailableError, match=r"\[\[archives\]\]"):
        listing(server.archive("good", "timegate"), NEWS, fetcher, NOW)


# ---- TimeMaps and lists


@pytest.mark.parametrize("manner", ["good", "paged"])
def test_all_copies_are_listed(server, fetcher, manner: str) -> None:
    found = listing(server.archive(manner, "timemap"), NEWS, fetcher, NOW)
    assert [memento.at[:10] for memento in found.mementos] == ["2020-01-01", "2021-11-20", "2021-11-25", "2023-03-01"]
    assert not found.cut


def test_the_page_nearest_to_the_moment_is_read_first(server, fetcher) -> None:
    nearest(server.archive("paged", "timemap"), NEWS, NEAR, fetcher, NOW)
    assert [path.split("/")[3] for _, path, _, _ in server.seen][:2] == ["0", "2"]


@pytest.mark.parametrize("manner", ["endless", "breaking"])
def test_a_timemap_without_end_or_with_a_failing_page_is_cut_and_says_so(server, fetcher, manner: str) -> None:
    found = listing(server.archive(manner, "timemap"), NEWS, fetcher, NOW)
    assert found.cut
    assert [memento.at[:10] for memento in found.mementos] == ["2020-01-01"]
    assert len(server.seen) <= 20


def test_pages_of_a_timemap_elsewhere_are_not_asked_for(server, fetcher) -> None:
    found = listing(server.archive("abroad", "timemap"), NEWS, fetcher, NOW)
    assert len(found.mementos) == 4
    assert not found.cut


def test_tricks_in_a_timemap_leave_what_is_sound(server, fetcher) -> None:
    found = listing(server.archive("tricks", "timemap"), NEWS, fetcher, NOW)
    assert [memento.url for memento in found.mementos] == [f"http://{server.host}/tricks/web/20211120100000/{NEWS}"]


def test_a_large_timemap_is_read(server, fetcher) -> None:
    assert len(listing(server.archive("huge", "timemap"), NEWS, fetcher, NOW).mementos) == 2_000


def test_without_a_timemap_the_index_lists(server, fetcher) -> None:
    assert len(listing(server.archive("good", "cdx"), NEWS, fetcher, NOW).mementos) == 4
    assert len(listing(server.archive("html", "timemap", cdx=server.archive("good").cdx), NEWS, fetcher, NOW).mementos) == 4


@pytest.mark.parametrize("body", [b"\xff\xfe", b"[[1]]", b'{"a":1}', b"[" * 100_000, b"words\n", b'[["urlkey"]]'])
def test_what_is_no_index_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        list(cdx_rows(body))


# ---- what an archive is told


@pytest.mark.parametrize(
    "url", ["http://10.0.0.8/a", "http://intranet/a", "http://wiki.local/a", "http://own.example:81/", "ftp://example.org/"]
)
def test_a_public_archive_is_not_told_of_the_desks_own_network(url: str) -> None:
    with pytest.raises(NotAllowedError, match=r"Import the saved page"):
        check_may_tell(WAYBACK, url, {"own.example:81"})


def test_an_archive_of_the_desks_own_may_be_told(server) -> None:
    check_may_tell(server.archive("good"), "http://intranet/a", {server.host})
    check_may_tell(WAYBACK, "https://example.org/a", {server.host})
