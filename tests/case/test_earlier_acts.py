"""Has this claim been checked before? In the desk's own ledger, in files, and by others."""

from __future__ import annotations

import json

import pytest

from factcheck.case.settings import Settings
from factcheck.errors import ExtractionError, KeyUnavailableError
from factcheck.evidence.credentials import variable_of
from factcheck.evidence.fetch import FetchPolicy, HttpFetcher
from factcheck.model.evidence import SearchOutcome
from tests.evidence import factcheck_server
from tests.evidence.factcheck_server import KEY
from tests.evidence.test_earlier import REVIEW

OTHER_WORDS = "توافق الرئيس الروسي بوتين ورئيس الوزراء الإسرائيلي بينيت على العمل لإخراج الإيرانيين من سورية"


@pytest.fixture
def claim(case) -> str:
    id = case.state.proposals[-1].id
    case.accept([id])
    case.restate(id, {"ar": "اتفق بوتين وبينيت على إخراج إيران من سوريا", "en": "Putin and Bennett agreed to remove Iran from Syria"})
    return id


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "checks.json"
    others = [
        {**REVIEW, "claimReviewed": f"خبر رقم {i} عن أمر مختلف تماماً في بلد بعيد", "url": f"https://b.example/{i}"} for i in range(30)
    ]
    path.write_text(json.dumps([*others, {**REVIEW, "claimReviewed": OTHER_WORDS}, {**REVIEW, "claimReviewed": 7}]), encoding="utf-8")
    return path


def test_a_claim_checked_before_on_this_desk_is_found_in_other_words(case, claim, desk) -> None:
    other = desk.open_case("قال محلل إن بوتين وبينيت توافقا على إبعاد الإيرانيين عن سورية. وأضاف أن الأمر قديم.")
    theirs = other.state.proposals[0].id
    other.accept([theirs])
    other.restate(theirs, {"ar": "توافق بوتين وبينيت على إخراج الإيرانيين من سورية"})
    other.verdict(f"content/{theirs}", "unproven", "لم نجد", unknown="المحضر")
    result = case.find_earlier(claim)
    best = result.found[0].check
    assert (best.source, best.case, best.target, best.rating) == ("desk", other.id, f"content/{theirs}", "غير مثبت")
    assert 200 < result.found[0].likeness <= 1000
    assert not any(each.check.target == f"content/{claim}" and each.check.case == case.id for each in result.found)  # not itself


def test_files_of_checks_are_searched_and_the_search_is_recorded(case, claim, file) -> None:
    before = case.desk.ledger.size
    result = case.find_earlier(f"content/{claim}", files=[file])
    assert result.found[0].check.claim == OTHER_WORDS
    assert result.found[0].check.source == "checks.json"
    assert result.passed_over == (("checks.json", 1),)
    records = [case.state.searches[id].value for id in result.searches]
    assert [(each.place, each.outcome, each.hits) for each in records] == [
        ("سجل عمل هذه المساحة", SearchOutcome.NOTHING, 0),
        ("checks.json", SearchOutcome.SOMETHING_ELSE, len(result.found)),
    ]
    assert records[0].target == f"content/{claim}"
    assert set(records[0].queries) == {"اتفق بوتين وبينيت إخراج إيران سوريا", "Putin Bennett agreed remove Iran Syria"}
    assert case.desk.ledger.size == before + 2
    case.undo()
    assert case.find_earlier(claim, files=[file], record=False).searches == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("lines.jsonl", json.dumps(REVIEW) + "\n\n{broken\n" + json.dumps({**REVIEW, "url": "https://b.example/"})),
        ("page.html", f'<html><script type="application/ld+json">{json.dumps(REVIEW)}</script><p>x</p></html>'),
        ("feed.json", json.dumps({"@type": "DataFeed", "dataFeedElement": [{"item": [REVIEW]}]})),
        ("google.json", json.dumps({"claims": [factcheck_server.claim(REVIEW["claimReviewed"])]})),
    ],
)
def test_every_form_of_file_is_read(case, claim, tmp_path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert case.find_earlier(claim, files=[tmp_path / name]).found[0].check.claim == REVIEW["claimReviewed"]


def test_files_that_the_desk_names_are_always_searched(case, claim, desk, file) -> None:
    (desk.folder / "earlier.json").write_bytes(file.read_bytes())
    desk.settings = Settings(earlier_checks=("earlier.json",))
    assert case.find_earlier(claim).asked == ("سجل عمل هذه المساحة", "earlier.json")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{}", "no ClaimReview items"),
        (b"\x00\xff", "Could not|no ClaimReview|not text|binary"),
        (b'[{"@type":"ClaimReview"}]', "1 items without a claim"),
    ],
)
def test_a_file_without_checks_is_told_and_nothing_is_written(case, claim, tmp_path, content: bytes, message: str) -> None:
    (tmp_path / "odd.json").write_bytes(content)
    before = case.desk.ledger.size
    with pytest.raises(ExtractionError, match=message):
        case.find_earlier(claim, files=[tmp_path / "odd.json"])
    with pytest.raises(ExtractionError, match="Could not read"):
        case.find_earlier(claim, files=[tmp_path / "none.json"])
    assert case.desk.ledger.size == before


@pytest.fixture
def google(desk, clock, monkeypatch):
    with factcheck_server.running() as server:
        desk.fetcher = HttpFetcher(FetchPolicy(allowed_hosts=frozenset({server.host}), total_seconds=5), clock=clock)
        monkeypatch.setenv(variable_of(server.host), KEY)

        def manner(name: str):
            desk.settings = Settings(fact_check_api=server.at(name), allowed_hosts=(server.host,))
            return server

        yield manner


def test_google_is_asked_only_when_a_person_says_so(case, claim, google) -> None:
    server = google("good")
    case.find_earlier(claim)
    assert server.seen == []
    result = case.find_earlier(claim, online=True)
    assert {each.check.url for each in result.found} >= {"https://misbar.com/1"}
    assert {"languageCode=ar", "languageCode=en"} == {
        part for path, _ in server.seen for part in path.split("&") if part.startswith("languageCode")
    }
    assert case.state.searches[result.searches[-1]].value.place == "Google Fact Check Tools"


def test_the_key_is_in_no_event_file_or_message(case, claim, google, desk) -> None:
    google("echo")
    result = case.find_earlier(claim, online=True)
    assert result.failed[0][0] == "Google Fact Check Tools"
    record = case.state.searches[result.searches[-1]].value
    assert (record.outcome, record.hits) == (SearchOutcome.COULD_NOT_OPEN, None)
    assert "refused" in record.note
    assert KEY not in repr(result) + repr(case.state)
    desk.ledger.close()
    assert not [path for path in desk.folder.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]


def test_without_a_key_nothing_is_asked_or_written(case, claim, google, monkeypatch) -> None:
    server = google("good")
    monkeypatch.delenv(variable_of(server.host))
    before = case.desk.ledger.size
    with pytest.raises(KeyUnavailableError, match="Nothing was asked"):
        case.find_earlier(claim, online=True)
    assert (server.seen, case.desk.ledger.size) == ([], before)
