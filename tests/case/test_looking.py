"""Searches, search links and contacts on a case."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from factcheck.case.settings import Settings
from factcheck.evidence.search_places import PlaceKind, SearchPlace
from factcheck.model.evidence import SearchOutcome
from tests.evidence.site import Site


@pytest.fixture
def claim(case) -> str:
    id = case.state.proposals[-1].id
    case.accept([id])
    return id


def codes(case) -> set[str]:
    return {problem.code for problem in case.problems()}


def target_of(case, search: str) -> str:
    return case.state.searches[search].value.target


def test_the_usual_answer_needs_a_place_and_a_query(case, claim) -> None:
    case.choose([f"content/{claim}"])
    id = case.search("kremlin.ru", "بوتين بينيت")
    held = case.state.searches[id].value
    assert (held.outcome, held.on, held.target, held.language) == (SearchOutcome.NOTHING, "2026-11-23", f"content/{claim}", "ar")
    assert held.queries == ("بوتين بينيت",)


def test_the_target_in_hand_is_the_one_last_looked_at(case, claim) -> None:
    assert case.current_target == ""
    assert target_of(case, case.search("a", "b")) == ""
    case.choose([f"content/{claim}", f"step/{claim}/printed/0"])
    assert case.current_target == ""  # several, and none was taken in hand
    case.look_at(f"step/{claim}/printed/0")
    assert target_of(case, case.search("a", "b")) == f"step/{claim}/printed/0"
    assert target_of(case, case.search("a", "b", target="")) == ""
    with pytest.raises(ValueError, match="unknown target"):
        case.look_at("nowhere")


def test_several_queries_make_one_record_that_can_grow_be_changed_and_withdrawn(case) -> None:
    id = case.search("Google", ["a", " a ", "ب", ""], on="2026-11-01/2026-11-03", hits=12)
    assert case.state.searches[id].value.queries == ("a", "ب")
    case.amend_search(id, queries="c", outcome="something_else", note="خبر قديم")
    held = case.state.searches[id].value
    assert (held.queries, held.outcome, held.note, held.hits) == (("a", "ب", "c"), SearchOutcome.SOMETHING_ELSE, "خبر قديم", 12)
    with pytest.raises(ValueError, match="unknown detail"):
        case.amend_search(id, who="x")
    with pytest.raises(ValueError, match="is no date"):
        case.search("a", "b", on="yesterday")
    with pytest.raises(ValueError, match="needs the place"):
        case.search("a", [" "])
    case.withdraw_search(id)
    assert id not in case.state.searches


def test_links_are_made_from_the_claim_as_checked_in_both_languages_and_nothing_is_fetched(case, claim, desk) -> None:
    desk.fetcher = site = Site({})
    case.describe_article(url="https://www.almodon.com/x")
    case.restate(claim, {"ar": "اتفق بوتين وبينيت على إخراج إيران من سوريا", "en": "Putin and Bennett agreed to remove Iran from Syria"})
    links = case.search_links(claim)
    assert {link.kind for link in links} == {PlaceKind.GENERAL, PlaceKind.SITE, PlaceKind.FACTCHECK, PlaceKind.IMAGE, PlaceKind.ARCHIVE}
    google = [link.query for link in links if link.place == "Google"]
    assert google[:2] == ["اتفق بوتين وبينيت إخراج إيران سوريا", "Putin Bennett agreed remove Iran Syria"]
    assert any(query.startswith('"') for query in google)  # the words that the article quotes
    post = [link for link in links if link.kind is PlaceKind.SITE]
    assert {link.place for link in post} == {"جيروزاليم بوست"}
    assert all("site:jpost.com" in link.query for link in post)
    assert next(link for link in links if link.place == "Wayback Machine").url.endswith("almodon.com%2Fx")
    assert case.search_links(f"content/{claim}", languages=["en"])[0].language == "en"
    assert site.asked == []


def test_a_claim_not_yet_restated_is_searched_in_its_own_words(case) -> None:
    proposal = case.state.proposals[0].id
    assert {link.language for link in case.search_links(proposal) if link.kind is PlaceKind.GENERAL} == {"ar"}


def test_a_desk_extends_the_places(case, claim, desk) -> None:
    desk.settings = Settings(search_places=(SearchPlace("الجريدة الرسمية", site="gazette.example"),))
    assert "الجريدة الرسمية" in {link.place for link in case.search_links(claim)}


def test_what_a_person_found_behind_links_is_recorded_a_place_a_record(case, claim) -> None:
    case.restate(claim, {"ar": "اتفق بوتين وبينيت", "en": "Putin and Bennett agreed"})
    links = [link for link in case.search_links(claim) if link.place in ("Google", "Bing")]
    before = case.desk.ledger.size
    ids = case.record_links(links, target=f"content/{claim}", note="أول صفحتين")
    records = [case.state.searches[id].value for id in ids]
    assert [record.place for record in records] == ["Google", "Bing"]
    assert len(records[0].queries) >= 2
    assert (records[0].outcome, records[0].note, records[0].language) == (SearchOutcome.NOTHING, "أول صفحتين", "")
    assert case.desk.ledger.size == before + 2
    with pytest.raises(ValueError, match="no link"):
        case.record_links([])


def test_a_deadline_that_passed_shows_until_an_answer_or_silence_is_recorded(case, clock) -> None:
    id = case.contact("الوزارة", "بريد", "هل؟", deadline="2026-11-24")
    asked = case.contact("البلدية", "هاتف", "متى؟", deadline="قبل الظهر")  # no date: a person must look
    assert case.overdue() == []
    assert "contact.overdue" not in codes(case)
    clock.set(datetime(2026, 11, 25, 9, tzinfo=UTC))
    assert case.overdue() == [id]
    problem = next(p for p in case.problems() if p.code == "contact.overdue")
    assert problem.place == f"contact/{id}"
    case.answer(id, "silence")
    assert case.overdue() == []
    assert case.state.contacts[id].value.answered_on == "2026-11-25"
    assert asked in case.state.contacts
