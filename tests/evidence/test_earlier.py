from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.errors import KeyUnavailableError, SourceUnavailableError
from factcheck.evidence.earlier import GOOGLE, KEY_VARIABLE, MAX_PAGES, EarlierCheck, Index, Words, ask_google, google_key, read_items
from factcheck.evidence.fetch import FetchPolicy, HttpFetcher
from tests.evidence import factcheck_server
from tests.evidence.factcheck_server import KEY

REVIEW = {
    "@context": "https://schema.org", "@type": "ClaimReview", "claimReviewed": "اتفق بوتين وبينيت على إخراج إيران", "url": "https://a.example/1",
    "author": {"@type": "Organization", "name": "مسبار"}, "datePublished": "2022-01-03", "inLanguage": "ar", "headline": "هل اتفقا؟",
    "itemReviewed": {"@type": "Claim", "author": {"name": "صفحة"}, "datePublished": "2022-01-01"},
    "reviewRating": {"@type": "Rating", "alternateName": "غير مثبت", "ratingValue": 3, "bestRating": 5},
}  # fmt: skip
CHECK = EarlierCheck(
    claim="اتفق بوتين وبينيت على إخراج إيران",
    source="f",
    rating="غير مثبت",
    publisher="مسبار",
    url="https://a.example/1",
    title="هل اتفقا؟",
    claimant="صفحة",
    claimed_on="2022-01-01",
    checked_on="2022-01-03",
    language="ar",
)


@pytest.mark.parametrize(
    "data",
    [
        REVIEW,
        [REVIEW],
        {"@graph": [{"@type": "WebPage"}, REVIEW]},
        {"@type": "DataFeed", "dataFeedElement": [{"@type": "DataFeedItem", "item": [REVIEW]}]},
        {**REVIEW, "@type": ["ClaimReview", "Review"]},
        {**REVIEW, "@type": "http://schema.org/ClaimReview"},
        {**REVIEW, "author": [{"name": "مسبار"}], "itemReviewed": [REVIEW["itemReviewed"]]},
        {**REVIEW, "author": "مسبار"},
        [REVIEW, REVIEW],
    ],
)
def test_items_are_found_wherever_they_stand(data: object) -> None:
    assert read_items(data, "f").checks == (CHECK,)


def test_a_rating_in_numbers_serves_when_there_are_no_words() -> None:
    assert read_items({**REVIEW, "reviewRating": {"ratingValue": 1, "bestRating": 5}}, "f").checks[0].rating == "1/5"
    assert read_items({**REVIEW, "reviewRating": {"ratingValue": 1}}, "f").checks[0].rating == "1"
    assert read_items({**REVIEW, "reviewRating": None}, "f").checks[0].rating == ""


def test_items_without_a_claim_are_counted_and_foreign_text_is_one_line_cut_and_straight() -> None:
    read = read_items([{**REVIEW, "claimReviewed": None}, {**REVIEW, "claimReviewed": {"a": 1}}, REVIEW], "f")
    assert (len(read.checks), read.passed_over) == (1, 2)
    odd = read_items(
        {**REVIEW, "claimReviewed": "a\u202e b\x00\n c" + "x" * 9000, "url": "javascript:alert(1)", "headline": True}, "f"
    ).checks[0]
    assert odd.claim.startswith("a b c")
    assert len(odd.claim) == 2000
    assert (odd.url, odd.title) == ("", "")


NAMES = ["@type", "claimReviewed", "claimReview", "text", "author", "reviewRating", "itemReviewed", "url", "name"]
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
)


@given(JSON)
def test_no_json_is_too_odd(data: object) -> None:
    read_items(data, "f")
    read_items(
        {"@type": "ClaimReview", "claimReviewed": data, "author": data, "reviewRating": data, "itemReviewed": data, "url": data}, "f"
    )
    read_items({"text": data, "claimReview": [data]}, "f")


def test_items_deep_inside_are_walked_without_recursion() -> None:
    data: object = REVIEW
    for _ in range(50_000):
        data = [data]
    assert len(read_items(data, "f").checks) == 1


# ---- ranking


def words(text: str) -> Words:
    return Words(tuple(text.split()), tuple(text[i : i + 3] for i in range(len(text))), tuple(dict.fromkeys(text.split())))


def test_rare_words_count_more_than_frequent_ones() -> None:
    documents = [words(text) for text in ("a b c", "a b d", "a b e", "a x y", "z z z")]
    assert Index(documents).rank(words("a x"))[0][0] == 3
    assert Index(documents).rank(words("q")) == []
    assert Index(documents).rank(words("")) == []
    assert Index([]).rank(words("a")) == []
    assert next(likeness for _, likeness in Index(documents).rank(words("a b c"))) == 1000
    assert len(Index(documents).rank(words("a b c"), 2)) == 2


# ---- Google


@pytest.fixture
def server():
    with factcheck_server.running() as running:
        yield running


@pytest.fixture
def fetcher(server):
    return HttpFetcher(FetchPolicy(allowed_hosts=frozenset({server.host}), total_seconds=5), clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))


def test_google_is_asked_in_each_language_a_few_pages_long_with_the_key_in_a_header_alone(server, fetcher) -> None:
    found = ask_google([("ar", "بوتين بينيت")], fetcher, KEY, server.at("good"))
    assert [check.url for check in found] == ["https://misbar.com/1", "https://misbar.com/9", "https://misbar.com/2"]
    assert (found[0].publisher, found[0].rating, found[0].source, found[0].claimant) == ("مسبار", "زائف", "google", "صفحة")
    assert all(KEY not in path for path, _ in server.seen)
    assert all(headers["x-goog-api-key"] == KEY for _, headers in server.seen)
    assert "languageCode=ar" in server.seen[0][0]


def test_pages_without_end_are_left(server, fetcher) -> None:
    assert len(ask_google([("ar", "خبر"), ("en", "news")], fetcher, KEY, server.at("endless"))) == 2 * MAX_PAGES


def test_no_answer_is_an_answer(server, fetcher) -> None:
    assert ask_google([("ar", "خبر")], fetcher, KEY, server.at("empty")) == []


def test_hostile_answers_give_what_can_be_read(server, fetcher) -> None:
    found = ask_google([("ar", "خبر")], fetcher, KEY, server.at("hostile"))
    assert [check.url for check in found] == ["", "https://misbar.com/0"]
    assert found[0].title == "<script> evil</script>"  # text, and shown as such
    assert len(found[1].claim) <= 2000
    assert len(found[1].rating) <= 200


@pytest.mark.parametrize(
    ("manner", "message"),
    [
        ("html", "no list of checks"),
        ("deep", "no list of checks"),
        ("list", "no list of checks"),
        ("words", "no list of checks"),
        ("quota", 'had enough for now .429: "Quota exceeded"'),
        ("broken", "does not answer as it should .500"),
        ("echo", 'refused the request or its key .400: "bad key …'),
    ],
)
def test_what_is_no_answer_is_told_without_the_key(server, fetcher, manner: str, message: str) -> None:
    with pytest.raises(SourceUnavailableError, match=message) as caught:
        ask_google([("ar", "خبر")], fetcher, KEY, server.at(manner))
    assert KEY not in str(caught.value)
    assert "\u202e" not in str(caught.value)


def test_the_key_does_not_follow_a_redirect(server, fetcher) -> None:
    with pytest.raises(SourceUnavailableError, match=r'refused the request or its key .403: "key None'):
        ask_google([("ar", "خبر")], fetcher, KEY, server.at("elsewhere"))
    assert [("x-goog-api-key" in headers) for _, headers in server.seen] == [True, False]


def test_the_key_is_on_no_record_of_the_fetch(server, fetcher) -> None:
    from factcheck.evidence.fetch import Ask

    fetched = fetcher.fetch(server.at("empty"), Ask(secret=KEY, secret_header="X-Goog-Api-Key"))
    assert KEY not in repr(fetched)
    assert KEY not in repr(Ask(secret=KEY))


def test_a_service_out_of_reach_is_told(server) -> None:
    closed = HttpFetcher(FetchPolicy(), clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(SourceUnavailableError, match=r"cannot be reached .refused"):
        ask_google([("ar", "خبر")], closed, KEY, server.at("good"))


def test_the_key_comes_from_the_environment_for_googles_host_alone() -> None:
    environ = {KEY_VARIABLE: KEY}
    assert google_key(GOOGLE, environ=environ) == KEY
    for base in ("https://other.example", "https://factchecktools.googleapis.com.evil.example"):
        with pytest.raises(KeyUnavailableError, match="there is none") as caught:
            google_key(base, environ=environ)
        assert KEY not in str(caught.value)
    assert google_key("https://other.example", environ={"FACTCHECK_KEY_OTHER_EXAMPLE": "own"}) == "own"


def test_without_a_key_the_message_says_where_to_put_one() -> None:
    with pytest.raises(KeyUnavailableError, match=r"FACTCHECK_GOOGLE_KEY.*keyring set .*Nothing was asked"):
        google_key(GOOGLE, environ={})


def test_a_key_is_not_sent_where_others_can_read_it_or_with_odd_letters() -> None:
    with pytest.raises(KeyUnavailableError, match="over https only"):
        google_key("http://other.example", environ={"FACTCHECK_KEY_OTHER_EXAMPLE": KEY})
    with pytest.raises(KeyUnavailableError, match="cannot be sent") as caught:
        google_key(GOOGLE, environ={KEY_VARIABLE: KEY + "\nX-Evil: 1"})
    assert KEY not in str(caught.value)
