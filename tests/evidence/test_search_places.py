from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from factcheck.evidence.search_places import PlaceKind, SearchPlace, built_in, links, places

QUERIES = [("ar", 'بوتين "بينيت" سوريا & إيران'), ("en", "Putin Bennett Syria")]


def test_every_built_in_place_makes_a_web_address() -> None:
    made = list(links(QUERIES, places(), pages=["https://e.example/a?b=1&c=2"], pictures=["https://e.example/p.jpg"]))
    assert {link.kind for link in made} == {PlaceKind.GENERAL, PlaceKind.FACTCHECK, PlaceKind.IMAGE, PlaceKind.ARCHIVE}
    assert {link.place for link in made} == {place.name for place in built_in()}
    for link in made:
        parts = urlsplit(link.url)
        assert parts.scheme == "https"
        assert "{" not in link.url
        assert " " not in link.url
        assert '"' not in link.url


def test_words_arrive_as_they_would_be_typed() -> None:
    google = next(link for link in links(QUERIES, places()) if link.place == "Google")
    assert parse_qs(urlsplit(google.url).query) == {"q": [QUERIES[0][1]]}
    assert (google.query, google.language) == (QUERIES[0][1], "ar")


def test_a_site_is_searched_through_the_first_general_engine_in_its_languages() -> None:
    made = [
        link for link in links(QUERIES, places(), sites=[("جيروزاليم بوست", "jpost.com")]) if link.place in ("فتبينوا", "جيروزاليم بوست")
    ]
    assert [(link.place, link.language) for link in made] == [("فتبينوا", "ar"), ("جيروزاليم بوست", "ar"), ("جيروزاليم بوست", "en")]
    assert made[-1].query == "Putin Bennett Syria site:jpost.com"
    assert "google" in made[-1].url
    assert unquote(made[-1].url).endswith("q=Putin Bennett Syria site:jpost.com")


def test_archives_are_asked_for_pages_and_picture_searches_for_pictures() -> None:
    made = list(links([], places(), pages=["https://e.example/a"], pictures=["https://e.example/p.jpg"]))
    assert {link.query for link in made if link.kind is PlaceKind.ARCHIVE} == {"https://e.example/a"}
    assert {link.query for link in made if link.kind is PlaceKind.IMAGE} == {"https://e.example/p.jpg"}
    assert list(links([], places())) == []


def test_a_desks_places_come_beside_or_instead_of_the_built_in_ones() -> None:
    own = (
        SearchPlace("Google", PlaceKind.GENERAL, "https://s.example/?w={query}"),
        SearchPlace("Bing", off=True),
        SearchPlace("سجل", site="r.example"),
    )
    made = list(links([("ar", "كلمة")], places(own)))
    assert next(link.url for link in made if link.place == "Google").startswith("https://s.example/")
    assert "Bing" not in {link.place for link in made}
    assert next(link.url for link in made if link.place == "سجل").startswith("https://s.example/")  # through the desk's engine


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"name": " ", "site": "a.example"}, "needs a name"),
        ({"name": "a"}, "either url"),
        ({"name": "a", "url": "https://a.example/?q={query}", "site": "a.example"}, "either url"),
        ({"name": "a", "url": "https://a.example/"}, "neither {query} nor {url}"),
        ({"name": "a", "url": "javascript:alert({query})"}, "no address of the web"),
        ({"name": "a", "url": "{query}"}, "no address of the web"),
        ({"name": "a", "site": "a.example site:b"}, "no address of the web"),
    ],
)
def test_a_place_that_leads_nowhere_is_refused(facts: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SearchPlace(**facts)
