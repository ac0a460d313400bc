"""Independent sources, circular sourcing and dates on a case: what tools propose, what a person decides, what rules say of it."""

from __future__ import annotations

import pytest

from factcheck.case.policy import Level
from factcheck.case.timing import When
from factcheck.errors import NotAllowedError
from factcheck.model.evidence import OfflineKind, OfflineSource
from tests.evidence.site import Site
from tests.evidence.test_copies import OTHER, STORY

HEAD = '<html lang="ar"><head><title>{title}</title><meta property="article:published_time" content="{date}">{more}</head><body>'


def page(text: str, title: str = "خبر", date: str = "2022-01-05", more: str = "") -> str:
    paragraphs = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    return HEAD.format(title=title, date=date, more=more) + paragraphs + "</body></html>"


WIRE, COPY, OWN, CITES = "https://www.reuters.com/a", "https://alofoq.example/1", "https://annahr.example/1", "https://diffa.example/1"
PAGES = {
    WIRE: page("بيروت (رويترز) - " + STORY, "رويترز", "2022-01-04"),
    COPY: page(STORY.replace("أمس", "اليوم"), "نسخة"),
    OWN: page(OTHER, "مستقل"),
    CITES: page("نقلت صحيفة «المدن» عن مصدر مطلع أن الجسر سيغلق شهراً كاملاً أمام السيارات والمشاة معاً.", "ناقل"),
}


@pytest.fixture
def claim(case, desk) -> str:
    desk.fetcher = Site(PAGES)
    case.describe_article(outlet="المدن", published="2022-01-01", url="https://www.almodon.com/x")
    id = case.state.proposals[-1].id
    case.accept([id])
    case.choose([f"content/{id}"])
    return id


def attach(case, claim: str, *urls: str, stance: str = "supports") -> list[str]:
    return [case.attach(url, bears_on=[f"content/{claim}"], stance=stance) for url in urls]


def codes(case) -> set[str]:
    return {problem.code for problem in case.problems()}


def proposed(case) -> list[frozenset[str]]:
    return [frozenset(source.evidence) for source in case.sources() if not source.decided]


def test_copies_of_a_wire_story_are_proposed_as_one_source_with_reasons_in_both_languages(case, claim) -> None:
    wire, copy, own = attach(case, claim, WIRE, COPY, OWN)
    (source,) = case.sources()
    assert (source.decided, set(source.evidence), source.first) == (False, {wire, copy}, wire)
    assert source.name["en"] == "Reuters"
    assert any("(رويترز)" in reason["en"] for reason in source.reasons)
    assert all(set(reason) == {"ar", "en"} for reason in source.reasons)
    counted = case.count_sources(f"content/{claim}")
    assert (counted.pieces, counted.decided, counted.likely) == (3, 3, 2)
    assert "sources.undecided" in codes(case)
    assert own not in source.evidence


def test_an_accepted_proposal_is_an_event_that_counts_and_is_not_proposed_again(case, claim, desk) -> None:
    wire, copy = attach(case, claim, WIRE, COPY)
    (source,) = case.sources()
    (event,) = case.accept_sources(source.id)
    assert event.type == "sources.grouped"
    (decided,) = case.sources()
    assert (decided.id, decided.decided, set(decided.evidence)) == (source.id, True, {wire, copy})
    assert case.state.independent_sources(f"content/{claim}") == 1
    assert "sources.undecided" not in codes(case)
    again = desk.case(case.id)  # read from the ledger by somebody else
    assert [each.decided for each in again.sources()] == [True]
    with pytest.raises(ValueError, match="no proposal"):
        case.accept_sources(source.id)


def test_what_a_person_overruled_stays_overruled_when_tools_look_again(case, claim, desk) -> None:
    wire, copy = attach(case, claim, WIRE, COPY)
    case.separate([copy], "لديهم مراسل في المكان وأرسلوا صوره")
    assert proposed(case) == []
    assert proposed(desk.case(case.id)) == []
    assert case.state.independent_sources(f"content/{claim}") == 2
    assert case.count_sources(f"content/{claim}").likely == 2
    case.edit_evidence(wire, note="روجع")  # a later change of the evidence proposes nothing either
    assert proposed(case) == []
    case.undo()
    case.undo()
    assert proposed(case) == [frozenset({wire, copy})]


def test_evidence_attached_after_a_decision_is_proposed_to_join_it(case, claim) -> None:
    wire, copy = attach(case, claim, WIRE, COPY)
    case.accept_sources(case.sources()[0].id)
    case.desk.fetcher.pages["https://sada.example/1"] = PAGES[COPY].encode()
    (late,) = attach(case, claim, "https://sada.example/1")
    proposal = next(source for source in case.sources() if not source.decided)
    assert proposal.joins == case.sources()[0].id
    assert set(proposal.evidence) == {wire, copy, late}
    case.accept_sources(proposal.id)
    (decided,) = case.sources()
    assert set(decided.evidence) == {wire, copy, late}
    assert len(case.state.groups) == 1


def test_a_piece_leaves_the_group_that_it_was_put_into(case, claim) -> None:
    wire, copy, own = attach(case, claim, WIRE, COPY, OWN)
    group = case.group([wire, copy, own], "وكالة")
    case.separate([own], "كان هناك")
    assert {frozenset(held.value.evidence) for held in case.state.groups.values()} == {frozenset({wire, copy}), frozenset({own})}
    case.separate([copy], "كانوا هناك أيضاً")
    assert {frozenset(held.value.evidence) for held in case.state.groups.values()} == {frozenset({own}), frozenset({copy})}
    with pytest.raises(ValueError, match="say why"):
        case.separate([own], " ")
    with pytest.raises(ValueError, match="no evidence"):
        case.separate(["nobody"], "سبب")
    with pytest.raises(ValueError, match="no source"):
        case.ungroup(group)


def test_a_decision_taken_back_lets_tools_propose_again(case, claim) -> None:
    wire, copy = attach(case, claim, WIRE, COPY)
    group = case.group([wire, copy], "وكالة")
    assert proposed(case) == []
    case.ungroup(group)
    assert proposed(case) == [frozenset({wire, copy})]
    assert case.history()[-1].what["en"] == "took back a decision on a source"


def test_evidence_that_cites_the_article_under_check_raises_an_alarm(case, claim) -> None:
    (cites,) = attach(case, claim, CITES)
    (alarm,) = case.alarms()
    assert (alarm.evidence, alarm.kind.value, alarm.overruled) == (cites, "cites_article", False)
    assert "المدن" in alarm.text["ar"]
    problem = next(p for p in case.problems() if p.code == "source.circular")
    assert problem.place == f"evidence/{cites}"
    case.bear(cites, [f"content/{claim}"], "context")
    assert "source.circular" not in codes(case)  # it no longer supports anything
    case.bear(cites, [f"content/{claim}"], "supports")
    case.separate([cites], "لهم مصدر آخر تحققنا منه")
    assert "source.circular" not in codes(case)
    assert [each.overruled for each in case.alarms()] == [True]


def test_a_page_that_cites_the_paper_that_the_claim_comes_from_is_no_second_source(case, claim, desk) -> None:
    assert "جيروزاليم بوست" in case.state.claims[claim].value.printed[0].source
    desk.fetcher.pages["https://x.example/1"] = page("قالت صحيفة جيروزاليم بوست إن الزعيمين اتفقا على أمر مهم في لقائهما.").encode()
    (evidence,) = attach(case, claim, "https://x.example/1")
    (alarm,) = case.alarms()
    assert (alarm.evidence, alarm.kind.value, alarm.claim) == (evidence, "same_source", claim)
    assert "جيروزاليم بوست" in alarm.text["ar"]
    assert "source.same" in codes(case)


def test_two_sources_that_seem_to_be_one_block_publication_until_somebody_decides(case, claim) -> None:
    content = f"content/{claim}"
    first, second = attach(case, claim, WIRE, COPY)
    case.verdict(content, "true", "تؤيده وكالتان", grounds=[f"evidence:{first}"])
    assert "content.sources" not in codes(case)
    problem = next(p for p in case.problems() if p.code == "content.sources_doubtful")
    assert (problem.level, problem.place) == (Level.BLOCKS, content)
    case.separate([second], "كان مراسلهم هناك")
    assert "content.sources_doubtful" not in codes(case)
    case.separate([first], "كذلك")
    assert {"content.sources", "content.sources_doubtful"} & codes(case) == set()
    case.group([first, second], "رويترز")
    assert "content.sources" in codes(case)


# ---- time


def test_a_pages_date_is_a_proposal_with_its_origin_until_a_person_confirms_it(case, claim) -> None:
    (own,) = attach(case, claim, OWN)
    found = case.dates()[own]
    assert (found.published, found.confirmed, found.origin) == ("2022-01-05", False, "meta article:published_time")
    assert (found.when, set(found.text)) == (When.AFTER, {"ar", "en"})
    assert "evidence.date_unconfirmed" in codes(case)
    event = case.confirm_date(own)
    assert (event.payload.change, event.payload.because) == ("dated", "meta article:published_time")
    found = case.dates()[own]
    assert (found.published, found.confirmed, found.origin) == ("2022-01-05", True, "")
    assert "evidence.date_unconfirmed" not in codes(case)


def test_evidence_later_than_the_claim_it_supports_is_told_until_somebody_says_why_it_counts(case, claim) -> None:
    content = f"content/{claim}"
    (own,) = attach(case, claim, OWN)
    assert "evidence.later" in codes(case)
    case.bear(own, [content], "refutes")
    assert "evidence.later" not in codes(case)
    case.bear(own, [content], "supports", "وثيقة كشفت لاحقاً وهي مؤرخة قبل الادعاء")
    assert "evidence.later" not in codes(case)
    case.bear(own, [content], "supports")
    case.confirm_date(own, "2021-12-30")
    assert case.dates()[own].when is When.BEFORE
    assert "evidence.later" not in codes(case)


def test_a_page_without_a_date_is_told_until_somebody_looked(case, claim, desk) -> None:
    desk.fetcher.pages["https://x.example/1"] = b"<html><body><p>The bridge will be closed for a month.</p></body></html>"
    (bare,) = attach(case, claim, "https://x.example/1")
    assert "evidence.undated" in codes(case)
    with pytest.raises(NotAllowedError, match="no date"):
        case.confirm_date(bare)
    with pytest.raises(ValueError, match="is no date"):
        case.confirm_date(bare, "last week")
    case.confirm_date(bare, "unknown")
    assert not {"evidence.undated", "evidence.later"} & codes(case)
    assert case.dates()[bare].when is When.UNKNOWN
    case.confirm_date(bare, "2021-11/2021-12")
    assert case.dates()[bare].when is When.BEFORE


def test_dates_of_one_page_that_contradict_each_other_are_told(case, claim, desk) -> None:
    desk.fetcher.pages["https://x.example/2019/03/04/a"] = page(OTHER).encode()
    (odd,) = attach(case, claim, "https://x.example/2019/03/04/a")
    assert [date.value for date in case.dates()[odd].proposals] == ["2022-01-05", "2019-03-04"]
    assert "evidence.dates_contradict" in codes(case)
    case.confirm_date(odd, "2022-01-05")
    assert "evidence.dates_contradict" not in codes(case)


def test_a_date_after_the_capture_cannot_be(case, claim, desk) -> None:
    desk.fetcher.pages["https://x.example/1"] = page(OTHER, date="2030-01-01").encode()
    (odd,) = attach(case, claim, "https://x.example/1")
    assert case.dates()[odd].contradicts


def test_off_line_sources_and_waiting_links_have_no_page_to_read(case, claim) -> None:
    call = case.attach(offline=OfflineSource(OfflineKind.CALL, "متحدث", "2021-12-31"), quote="نعم", bears_on=[f"content/{claim}"])
    (waiting,) = attach(case, claim, "https://gone.example/")
    assert case.dates()[call].published == "2021-12-31"
    assert case.dates()[waiting].published == ""
    assert case.sources() == []


def test_a_quote_that_begins_behind_a_denial_is_told(case, claim, desk) -> None:
    desk.fetcher.pages["https://x.example/1"] = page("وأكد المصدر أن الطرفين لم يتفقا على إخراج أحد من البلد.").encode()
    id = case.attach("https://x.example/1", quote="يتفقا على إخراج أحد", bears_on=[f"content/{claim}"])
    assert "evidence.denied" in codes(case)
    case.quote(id, "لم يتفقا على إخراج أحد")
    assert "evidence.denied" not in codes(case)


def test_a_capture_that_was_lost_spoils_no_list(case, claim, desk) -> None:
    wire, copy = attach(case, claim, WIRE, COPY)
    capture = case.state.evidence[copy].value.capture
    for digest in (capture.sha256, capture.text):
        (desk.captures.folder / digest[:2] / digest).unlink()
    fresh = desk.case(case.id)
    assert fresh.sources() == []
    assert fresh.dates()[copy].published == ""
    assert wire in fresh.dates()
