"""Judging links without asking anybody: addresses that say enough, neighbours of a quote, made-up addresses."""

from __future__ import annotations

import random
import socket

import pytest

from factcheck.errors import FetchError
from factcheck.evidence.fetch import Fetched
from factcheck.evidence.link_check import Seen, Visit, judge, made_up_address, new_lines, visit
from factcheck.model.evidence import LinkState, PassageState

URL = "https://news.example/a/b"
FRAME = "menu one two three four\nabout us and our contacts\nfooter with many more words"
STORY = "Heading of the old story\nFirst paragraph of it here\nthe quoted words stand in it\nLast paragraph of it here"
BEFORE = f"{FRAME}\n{STORY}"


def came(final: str = URL, status: int = 200) -> Visit:
    return Visit(URL, Fetched(URL, final, status, (), b"x", "2026-11-23T12:00:00Z"))


def judged(text: str, *, quoted: bool = True, final: str = URL, other: Visit | None = None, other_text: str = "", notice: bool = False):
    at = BEFORE.index("the quoted words")
    passage = PassageState.MISSING if quoted else PassageState.NO_QUOTE
    seen = Seen(came(final), text, (), passage, True, BEFORE, (at, at + 16) if quoted else None, notice)
    return judge(seen, lambda: (other or came(status=404), other_text))


@pytest.mark.parametrize("kept", ["Heading of the old story", "Last paragraph of it here"])
def test_a_neighbour_of_the_quote_shows_that_the_page_is_there(kept: str) -> None:
    assert judged(f"{FRAME}\n{kept}\nsomething was removed", other_text=FRAME, notice=True) == (LinkState.ALIVE, "")


def test_the_frame_of_a_site_shows_nothing() -> None:
    assert judged(f"{FRAME}\nsomething was removed", other_text=FRAME, notice=True) == (LinkState.SOFT_404, "notice")


def test_without_a_quote_a_third_of_the_page_is_enough() -> None:
    kept = f"{FRAME}\nHeading of the old story\nFirst paragraph of it here"
    assert judged(kept, quoted=False, other_text=FRAME) == (LinkState.ALIVE, "")
    assert judged(f"{FRAME}\nwas removed", quoted=False, other_text=FRAME, notice=True) == (LinkState.SOFT_404, "notice")


def test_a_made_up_address_that_is_led_to_the_same_place() -> None:
    other = Visit(URL, came("https://news.example/topics").fetched)
    assert judged("All topics are here", final="https://news.example/topics", other=other) == (LinkState.SOFT_404, "like-any-address")


def test_a_made_up_address_that_fails_tells_nothing() -> None:
    story = "Quite another story stands here now"
    for other in (Visit(URL, None, "timeout"), came(status=404), came(status=500)):
        assert judged(story, other=other, other_text=story)[0] is LinkState.ALIVE


@pytest.mark.parametrize(
    ("final", "state"),
    [
        ("https://news.example/", LinkState.HOME),
        ("https://www.news.example/en/index.php", LinkState.HOME),
        ("https://news.example/errors/404.aspx?aspxerrorpath=/a", LinkState.SOFT_404),
        ("https://news.example/page-not-found", LinkState.SOFT_404),
        ("https://id.example/login?next=x", LinkState.BARRED),
        ("https://news.example/consent", LinkState.BARRED),
        ("https://news.example/a/error-correction-in-genes", LinkState.MOVED),
        ("https://news.example/news/author-signs-in", LinkState.MOVED),
        ("https://news.example/login-troubles-at-bank", LinkState.MOVED),
    ],
)
def test_where_a_redirect_led(final: str, state: LinkState) -> None:
    assert judged("Another text with some words in it", final=final)[0] is state


def test_made_up_addresses_lie_beside_the_link() -> None:
    chance = random.Random(1)
    made = made_up_address("https://news.example/2021/11/bridge/", chance)
    assert made.startswith("https://news.example/2021/11/")
    assert len(made.rpartition("/")[2]) == 16
    assert made_up_address("https://news.example", chance).count("/") == 3
    numbered = made_up_address("https://news.example/a.php?id=7&lang=ar&q=", chance)
    assert numbered.startswith("https://news.example/a.php?id=")
    assert numbered.endswith("&lang=ar&q=")
    assert made_up_address("https://news.example/a?slug=x", chance).startswith("https://news.example/")


@pytest.mark.parametrize(("number", "no_host"), [(socket.EAI_NONAME, True), (socket.EAI_AGAIN, False)])
def test_a_name_that_nobody_could_be_asked_about_is_not_called_dead(number: int, no_host: bool) -> None:
    class Failing:
        def fetch(self, url, ask=None):
            raise FetchError("no", url=url, code="dns") from socket.gaierror(number, "x")

    seen = visit(URL, Failing())
    assert (seen.no_host, seen.unanswered) == (no_host, True)


def test_lines_are_new_whatever_their_marks() -> None:
    assert new_lines("قالَ الوزيرُ\nجديد", "قال الوزير") == ["جديد"]
