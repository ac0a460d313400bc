"""Archived copies are found when a person asks, cited, and captured with their date on record."""

from __future__ import annotations

import gzip

import pytest

from factcheck.errors import FetchError, NotAllowedError
from factcheck.model.evidence import AnchorHow, OfflineKind, OfflineSource
from tests.case.archives import use_archives
from tests.evidence.archive_server import web_archives
from tests.evidence.site import Site

NEWS = "https://example.org/news"


@pytest.fixture
def case(desk):
    return desk.open_case("قال الوزير إن الجسر افتتح أمس.")


@pytest.fixture
def server():
    with web_archives() as server:
        yield server


@pytest.fixture
def dead(case, server) -> str:
    """A link that leads nowhere any more, with the passage that somebody noted down."""
    use_archives(case.desk, server, [server.archive("good")])
    return case.attach(NEWS, quote="نص الصفحة كما كانت يوم 20211120", published="2021-11-19")


def test_nothing_is_asked_before_a_person_asks(case, server, dead) -> None:
    assert server.seen == []
    assert case.state.evidence[dead].value.problem.code == "dns"


def test_the_copy_nearest_to_the_publication_becomes_the_capture_of_a_dead_link(case, server, dead) -> None:
    found = case.mementos(dead)
    assert found.mementos[0].at == "2021-11-20T10:00:00Z"
    case.cite_memento(dead, found.mementos[0])
    evidence = case.state.evidence[dead].value
    assert evidence.archived_url == f"http://{server.host}/good/web/20211120100000/{NEWS}"
    assert evidence.anchor.how is AnchorHow.EXACT
    assert "memento:2021-11-20T10:00:00Z" in evidence.capture.flags
    assert "Archive banner" not in case.capture_text(dead)
    assert evidence.problem is None
    warc = gzip.decompress(case.desk.captures.get(evidence.capture.record))
    assert b"Memento-Datetime: Sat, 20 Nov 2021 10:00:00 GMT" in warc
    assert "evidence.capture" not in {problem.code for problem in case.problems()}
    assert "نسخة مؤرشفة" in case.history(dead)[-1].what["ar"]
    assert case.desk.verify().ok


def test_a_link_that_is_captured_keeps_its_capture(case, server) -> None:
    use_archives(case.desk, server, [server.archive("good")])
    case.desk.fetcher.pages = Site({NEWS: "<html><body><p>نص</p></body></html>"})
    id = case.attach(NEWS, quote="نص")
    before = case.state.evidence[id].value
    case.cite_memento(id, case.mementos(id, "2020-01-02").mementos[0])
    after = case.state.evidence[id].value
    assert after.archived_url.endswith(f"/20200101120000/{NEWS}")
    assert (after.capture, after.anchor) == (before.capture, before.anchor)
    with pytest.raises(NotAllowedError, match="evidence of its own"):
        case.cite_memento(id, after.archived_url, capture=True)


def test_a_copy_attached_by_its_address_is_marked_with_its_date(case, server, dead) -> None:
    id = case.attach(f"http://{server.host}/good/web/20211120100000/{NEWS}")
    assert "memento:2021-11-20T10:00:00Z" in case.state.evidence[id].value.capture.flags


@pytest.mark.parametrize("manner", ["other-page", "future", "no-datetime", "html"])
def test_what_is_no_copy_of_the_page_is_not_captured(case, server, dead, manner: str) -> None:
    size = case.desk.ledger.size
    with pytest.raises(FetchError, match="Did not take"):
        case.cite_memento(
            dead,
            f"http://{server.host}/{manner}/web/20211120100000/{NEWS}"
            if manner != "no-datetime"
            else f"http://{server.host}/{manner}/web/{NEWS}",
        )
    assert case.desk.ledger.size == size
    case.edit_evidence(dead, archived_url="https://archive.example/abc")  # by hand, on the person's word
    assert case.state.evidence[dead].value.capture is None


def test_a_copy_may_be_cited_without_capturing_it(case, server, dead) -> None:
    case.cite_memento(dead, case.mementos(dead).mementos[0], capture=False)
    assert case.state.evidence[dead].value.capture is None
    assert case.state.evidence[dead].value.archived_url


def test_an_address_can_be_asked_for_without_evidence(case, server, dead) -> None:
    assert case.mementos(NEWS, "2023-01-01").mementos[0].at == "2023-03-01T00:00:00Z"
    assert case.mementos(NEWS, "2023-01-01T10:00+02:00").mementos[0].at == "2023-03-01T00:00:00Z"
    assert case.mementos(NEWS).mementos[0].at == "2023-03-01T00:00:00Z"


def test_a_published_date_that_is_none_does_not_stand_in_the_way(case, server, dead) -> None:
    case.edit_evidence(dead, published="unknown")
    assert case.mementos(dead).mementos[0].at == "2023-03-01T00:00:00Z"


def test_what_cannot_be_asked_is_refused_with_the_reason(case, server, dead) -> None:
    with pytest.raises(ValueError, match="2021-11-20"):
        case.mementos(dead, "in November")
    with pytest.raises(ValueError, match="no evidence"):
        case.mementos("nothing")
    call = case.attach(offline=OfflineSource(OfflineKind.CALL, "متحدث"), quote="نعم")
    with pytest.raises(NotAllowedError, match="Only a link"):
        case.mementos(call)
    with pytest.raises(NotAllowedError, match="Only a link"):
        case.cite_memento(call, NEWS)
    use_archives(case.desk, server, [])
    with pytest.raises(NotAllowedError, match=r"\[\[archives\]\]"):
        case.mementos(dead)
    assert server.seen == []
