from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.evidence.origins import Alarm, AlarmKind, Cited, GroundKind, Piece, alarms, group
from factcheck.evidence.told import alarm_told, ground_told
from tests.evidence.test_copies import OTHER, STORY

WIRE = Piece("wire", "https://www.reuters.com/a", text="بيروت (رويترز) - " + STORY, published="2021-03-04")
COPY = Piece("copy", "https://alofoq.example/1", outlet="الأفق", text=STORY.replace("أمس", "اليوم"), published="2021-03-05")
OWN = Piece("own", "https://annahr.example/1", outlet="النهر", text=OTHER, published="2021-03-03")
POST = Piece(
    "post", "https://www.jpost.com/a", outlet="The Jerusalem Post", text="Two governments met in Limassol twice.", published="2021-11-14"
)
CITES = Piece(
    "cites",
    "https://almina.example/2",
    outlet="الميناء",
    text="نص قصير",
    cited=(Cited("صحيفة جيروزاليم بوست", "نقلت صحيفة جيروزاليم بوست"),),
)
AGAIN = Piece("again", "https://diffa.example/3", outlet="الضفة", text="نص آخر", cited=(Cited("صحيفة «الميناء»", "قالت صحيفة «الميناء»"),))
ARTICLE = Piece("article", "https://www.almodon.com/arab/1", outlet="المدن", text=STORY, published="2021-11-20")


def members(*pieces: Piece) -> list[tuple[str, ...]]:
    return [each.pieces for each in group(pieces)]


def test_copies_of_a_wire_story_are_one_source_with_the_agency_first() -> None:
    (found,) = group([COPY, OWN, WIRE])
    assert (found.pieces, found.first, found.key) == (("wire", "copy"), "wire", "reuters")
    assert found.name == {"ar": "رويترز", "en": "Reuters"}
    assert {ground.kind for ground in found.grounds} == {GroundKind.CREDIT, GroundKind.SHARES}


def test_pages_that_cite_one_paper_are_one_source_under_any_of_its_names() -> None:
    english = Piece("en", "https://coast.example/4", text="x", cited=(Cited("the Jerusalem Post"),))
    (found,) = group([CITES, english])
    assert found.name["en"] == "The Jerusalem Post"
    assert (found.pieces, found.first) == (("cites", "en"), "")  # no date is known
    (found,) = group([CITES, english, POST])
    assert (found.pieces[0], found.first) == ("post", "post")


def test_who_cites_a_paper_that_cites_another_goes_back_to_that_other() -> None:
    (found,) = group([POST, CITES, AGAIN])
    assert found.pieces[0] == "post"
    assert set(found.pieces) == {"post", "cites", "again"}


def test_a_page_of_two_credits_stands_in_two_groups_and_joins_them_not() -> None:
    both = Piece("both", "https://a.example/", text="نص جمع من وكالتين.\nالمصدر: أ ف ب، رويترز")
    afp = Piece("afp", "https://b.example/", text="(أ ف ب) - نص آخر تماماً عن الأمر.")
    reuters = Piece("reuters", "https://c.example/", text="لندن (رويترز) - نص ثالث لا شبيه له.")
    assert members(both, afp, reuters) == [("afp", "both"), ("both", "reuters")]


def test_pages_of_one_outlet_are_no_single_source_by_that_alone() -> None:
    assert members(OWN, replace(OWN, id="own2", url="https://annahr.example/2", text=STORY)) == []


def test_one_page_under_several_addresses_is_one_source() -> None:
    named = Piece("named", "https://bawaba.example/9", addresses=("https://annahr.example/1?utm_source=x",), text="مقتطف")
    mobile = replace(OWN, id="mobile", url="http://m.annahr.example/1/", text="مقتطف آخر")
    (found,) = group([OWN, named, mobile])
    assert set(found.pieces) == {"own", "named", "mobile"}
    assert {ground.kind for ground in found.grounds} == {GroundKind.SAME_PAGE}


def test_a_short_name_is_the_long_one_that_is_cited_too() -> None:
    full = Piece("full", "https://a.example/", cited=(Cited("the Harbor Gazette"),))
    short = Piece("short", "https://b.example/", cited=(Cited("the Gazette"),))
    assert members(full, short) == [("full", "short")]
    other = Piece("other", "https://c.example/", cited=(Cited("the Evening Gazette"),))
    assert members(full, short, other) == []  # which of the two is meant?


def test_a_page_that_names_itself_cites_nobody() -> None:
    told = Piece("told", "https://harbor.example/", outlet="Harbor Gazette", cited=(Cited("the Gazette"),))
    assert members(told, Piece("b", "https://b.example/", cited=(Cited("the Daily"),))) == []


def test_a_person_or_body_is_no_outlet_unless_the_table_knows_it() -> None:
    one = Piece("one", "https://a.example/", cited=(Cited("وزارة الصحة", is_outlet=False), Cited("واشنطن بوست", is_outlet=False)))
    two = Piece("two", "https://b.example/", cited=(Cited("وزارة الصحة", is_outlet=False),))
    three = Piece("three", "https://c.example/", cited=(Cited("الواشنطن بوست", is_outlet=False),))
    assert members(one, two, three) == [("one", "three")]


def test_groups_do_not_depend_on_the_order_of_the_pieces() -> None:
    pieces = [WIRE, COPY, OWN, POST, CITES, AGAIN]
    expected = group(pieces)
    for seed in range(6):
        random.Random(seed).shuffle(pieces)
        assert group(pieces) == expected


def test_nothing_and_empty_pieces_make_no_groups() -> None:
    assert group([]) == []
    assert members(Piece("a"), Piece("b")) == []


@given(st.lists(st.text(alphabet="نقل صحيفة«» رويترز()-\n.ab", max_size=80), max_size=5))
def test_no_pieces_are_too_odd(texts: list[str]) -> None:
    pieces = [
        Piece(str(i), f"https://e.example/{text}", (text,), (text,), text, text, text, text, (Cited(text, text),))
        for i, text in enumerate(texts)
    ]
    for each in group(pieces):
        assert len(each.pieces) > 1
        assert set(each.pieces) <= {piece.id for piece in pieces}
        assert each.first in (*each.pieces, "")
    if pieces:
        assert {alarm.piece for alarm in alarms(pieces[1:], pieces[0])} <= {piece.id for piece in pieces[1:]}


# ---- alarms


def raised(*pieces: Piece, article: Piece = ARTICLE) -> dict[str, AlarmKind]:
    return {alarm.piece: alarm.kind for alarm in alarms(pieces, article)}


def test_the_article_itself_and_what_cites_links_or_copies_it_is_circular() -> None:
    late = "2021-11-22"
    itself = Piece("itself", "https://m.almodon.com/arab/1?utm_source=x", text=STORY)
    cites = Piece("cites", "https://a.example/", published=late, cited=(Cited("صحيفة «المدن»", "نقلت صحيفة «المدن»"),))
    links = Piece("links", "https://b.example/", published=late, links=("https://www.almodon.com/arab/1#x",))
    copies = Piece("copies", "https://c.example/", published=late, text=STORY)
    free = Piece("free", "https://d.example/", published=late, text=OTHER)
    assert raised(itself, cites, links, copies, free) == {
        "itself": AlarmKind.IS_ARTICLE,
        "cites": AlarmKind.CITES_ARTICLE,
        "links": AlarmKind.CITES_ARTICLE,
        "copies": AlarmKind.COPIES_ARTICLE,
    }


def test_what_came_before_the_article_does_not_go_back_to_it() -> None:
    before = Piece("before", "https://c.example/", published="2021-11-18", text=STORY)
    assert raised(before) == {}
    assert raised(replace(before, published="2021-11-20T09:00:00Z")) == {"before": AlarmKind.COPIES_ARTICLE}  # the same day
    assert raised(replace(before, published="")) == {"before": AlarmKind.COPIES_ARTICLE}


def test_an_outlet_downstream_of_the_article_is_circular_too() -> None:
    first = Piece("first", "https://a.example/", outlet="الأفق", published="2021-11-21", cited=(Cited("موقع المدن"),))
    second = Piece("second", "https://b.example/", outlet="النهر", published="2021-11-22", cited=(Cited("موقع الأفق", "بحسب موقع الأفق"),))
    third = Piece("third", "https://c.example/", outlet="البرق", published="2021-11-23", cited=(Cited("صحيفة «النهر»"),))
    early = Piece("early", "https://e.example/", published="2021-11-01", cited=(Cited("موقع الأفق"),))
    found = {alarm.piece: alarm for alarm in alarms([third, second, early, first], ARTICLE)}
    assert {id: (alarm.kind, alarm.via) for id, alarm in found.items()} == {
        "first": (AlarmKind.CITES_ARTICLE, ""),
        "second": (AlarmKind.DOWNSTREAM, "first"),
        "third": (AlarmKind.DOWNSTREAM, "second"),
    }


def test_who_shares_the_articles_own_source_confirms_nothing() -> None:
    article = replace(ARTICLE, text="نص المقال.\nالمصدر: رويترز", cited=(Cited("صحيفة جيروزاليم بوست"),))
    wire = Piece("wire", "https://a.example/", published="2021-11-19", text="(رويترز) - نص آخر تماماً عن الأمر.")
    found = {alarm.piece: alarm for alarm in alarms([wire, CITES], article)}
    assert {id: alarm.kind for id, alarm in found.items()} == {"wire": AlarmKind.SAME_SOURCE, "cites": AlarmKind.SAME_SOURCE}
    assert found["cites"].source == {"ar": "جيروزاليم بوست", "en": "The Jerusalem Post"}


def test_the_paper_that_the_article_cites_is_upstream_and_raises_no_alarm() -> None:
    article = replace(ARTICLE, cited=(Cited("صحيفة جيروزاليم بوست"),))
    assert raised(POST, article=article) == {}


def test_an_article_without_address_outlet_and_date_still_has_copies() -> None:
    assert raised(COPY, OWN, article=Piece("article", text=STORY)) == {"copy": AlarmKind.COPIES_ARTICLE}


# ---- in words


@pytest.mark.parametrize("language", ["ar", "en"])
def test_grounds_and_alarms_are_told_with_foreign_text_isolated(language: str) -> None:
    titles = {"wire": "Reuters: \u202eevil", "copy": "الأفق"}
    for found in group([COPY, WIRE]):
        for ground in found.grounds:
            told = ground_told(ground, titles)[language]
            assert "\u2068" in told
            assert told.count("\u2068") == told.count("\u2069")
    assert "Reuters" in ground_told(group([COPY, WIRE])[0].grounds[0], titles)["en"]
    alarm = Alarm(AlarmKind.DOWNSTREAM, "copy", "wire", "بحسب رويترز")
    assert "بحسب رويترز" in alarm_told(alarm, titles)[language]
    assert "“" not in alarm_told(replace(alarm, words=""), titles)["en"]
    same = Alarm(AlarmKind.SAME_SOURCE, "copy", words="x", source={"ar": "رويترز", "en": "Reuters"})
    assert {"ar": "رويترز", "en": "Reuters"}[language] in alarm_told(same, titles)[language]
