"""What became of a link: dead, gone, moved, led to the front page, an error page under status 200, closed to us, or there.

A page in which the quoted words stand is there, whatever else it looks like. When they do not, signs are weighed: where redirects led, what
the page says of itself (``text.signs``, handed in), and whether the site answers any address with the same page, which one made-up address
beside the link's tells. Pure but for ``visit``.
"""

from __future__ import annotations

import random
import re
import socket
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import accumulate
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from factcheck.errors import FetchError
from factcheck.evidence.faults import causes_of
from factcheck.evidence.fetch import Ask, Fetched, Fetcher
from factcheck.evidence.pages import is_front_page, same_page
from factcheck.evidence.words import folded_words
from factcheck.model.evidence import LinkState, PassageState

WALLS = ("challenge", "login", "consent", "paywall")  # signs that something stands before the page
FEW_WORDS, FEW_SHARE = 8, 0.04  # of its own, that a page has which the site shows for any address: the address itself, a date
NEAR_LINES, NEAR_WORDS = 3, 4  # lines on either side of a quote that go with it, and words that a line needs to tell anything
FRAME_LINES = 3  # that two pages of a site share, from which on its frame is known
KEPT_SHARE = 0.3  # of its former lines, from which on a page without a quote is still the same page

_NO_HOST = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))  # not EAI_AGAIN: then nobody could be asked
_ERROR_PATH = re.compile(
    r"/(?:errors?|40[34]|page[-_]?not[-_]?found|not[-_]?found|missing|gone)(?:[-_/.](?:\d{3}|page|html?|aspx?|php|jsp|not[-_]?found))*/?$",
    re.I,
)
_LOGIN_PATH = re.compile(r"/(?:log[-_]?in|sign[-_]?in|auth|sso|subscribe|subscription|paywall|captcha|consent)(?:[/.][\w.-]*)*$", re.I)


@dataclass(frozen=True, slots=True)
class Visit:
    """What came when an address was asked for once more."""

    url: str
    fetched: Fetched | None = None  # of any status; None: nothing came
    code: str = ""  # then of FetchError
    message: str = ""
    no_host: bool = False  # names are resolved, and this one is none

    @property
    def unanswered(self) -> bool:
        """Whether nobody was there, which may also mean that our own network is down."""
        return self.fetched is None and self.code in ("dns", "connect", "timeout")


def visit(url: str, fetcher: Fetcher) -> Visit:
    """Ask for an address, whatever the status; a failure is an answer."""
    try:
        return Visit(url, fetcher.fetch(url, Ask()))
    except FetchError as error:
        unknown = any(isinstance(cause, socket.gaierror) and cause.errno in _NO_HOST for cause in causes_of(error))
        return Visit(url, None, str(getattr(error, "code", "fetch")), str(error), unknown)


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as it is now, beside what it was."""

    visit: Visit
    text: str  # as read out now
    signs: Collection[str]  # that it is something else, by name
    passage: PassageState
    changed: bool | None  # whether its text differs from what was captured; None: nothing was
    before: str = ""  # the text that was captured
    quoted: tuple[int, int] | None = None  # where the quote stands in it, [start, end)
    notice: bool = False  # whether what is new on it only says that something is not there


def judge(seen: Seen, made_up: Callable[[], tuple[Visit, str]]) -> tuple[LinkState, str]:
    """What became of a link, and the sign or status that says so.

    Args:
        made_up: asks for an address beside the link's that cannot exist, and gives what came and its text; called when it matters.
    """
    fetched = seen.visit.fetched
    if fetched is None:
        return (LinkState.DEAD if seen.visit.no_host else LinkState.FAILED), seen.visit.code
    by_status = _by_status(fetched.status)
    if by_status:
        return by_status, f"http-{fetched.status}"
    led_away = not same_page(fetched.url, seen.visit.url)
    there = LinkState.MOVED if led_away else LinkState.ALIVE
    if seen.passage is PassageState.STANDS or seen.changed is False:
        return there, ""
    by_address = _by_address(seen.visit.url, fetched.url) if led_away else None
    if by_address:
        return by_address
    wall = next((sign for sign in WALLS if sign in seen.signs), "")
    if wall:
        return LinkState.BARRED, wall
    if not seen.text.strip():
        return there, "no-text"
    other, other_text = made_up()
    if _kept(seen, _lines(other_text)):
        return there, ""
    if seen.notice or ("soft-404" in seen.signs and not seen.before):
        return LinkState.SOFT_404, "notice" if seen.notice else "soft-404"
    if _answers_alike(fetched, seen.text, other, other_text):
        return (LinkState.HOME if is_front_page(fetched.url) else LinkState.SOFT_404), "like-any-address"
    return there, ""


def _by_status(status: int) -> LinkState | None:
    if status in (200, 203):
        return None
    if status in (404, 410):
        return LinkState.GONE
    return LinkState.BARRED if status in (401, 402, 403, 407, 451) else LinkState.FAILED


def _by_address(asked: str, final: str) -> tuple[LinkState, str] | None:
    """What the address says that a redirect led to."""
    path = urlsplit(final).path
    if is_front_page(final) and not is_front_page(asked):
        return LinkState.HOME, "front-page"
    if _ERROR_PATH.search(path):
        return LinkState.SOFT_404, "error-address"
    return (LinkState.BARRED, "login-address") if _LOGIN_PATH.search(path) else None


def _answers_alike(fetched: Fetched, text: str, other: Visit, other_text: str) -> bool:
    """Whether a made-up address got the same page: by redirect to the same place, or with hardly a line that differs."""
    if other.fetched is None or other.fetched.status not in (200, 203):
        return False
    if same_page(fetched.url, other.fetched.url):
        return True
    shared = _lines(other_text)
    words = [word for line in text.splitlines() for word in folded_words(line)]
    own = [word for line in text.splitlines() if _folded(line) not in shared for word in folded_words(line)]
    return len(own) <= max(FEW_WORDS, FEW_SHARE * len(words))


def _kept(seen: Seen, elsewhere: Collection[str]) -> bool:
    """Whether the page still has what stood around the quote; without one, a good part of what it had.

    Args:
        elsewhere: lines that the site shows on a page it does not have, which are its frame and tell nothing.
    """
    lines, former = _lines(seen.text), seen.before.splitlines(keepends=True)
    own = [_folded(line) not in elsewhere for line in former]
    if seen.quoted is None:
        counted = [(line, len(folded_words(line))) for line, is_own in zip(former, own, strict=True) if is_own]
        total = sum(count for _, count in counted)
        return bool(total) and sum(count for line, count in counted if _folded(line) in lines) / total >= KEPT_SHARE
    near = NEAR_LINES if len(former) - sum(own) >= FRAME_LINES else 1  # where the frame is not known, it begins too soon
    ends = list(accumulate(map(len, former)))
    first, last = bisect_right(ends, seen.quoted[0]), bisect_left(ends, seen.quoted[1])
    around = [*range(max(0, first - near), first), *range(last + 1, min(len(former), last + 1 + near))]
    return any(own[i] and len(folded_words(former[i])) >= NEAR_WORDS and _folded(former[i]) in lines for i in around)


def new_lines(now: str, before: str) -> list[str]:
    """The lines of a page that it did not have before."""
    had = _lines(before)
    return [line for line in now.splitlines() if _folded(line) not in had]


def _lines(text: str) -> set[str]:
    return {_folded(line) for line in text.splitlines()}


def _folded(line: str) -> str:
    return " ".join(folded_words(line))


def made_up_address(url: str, chance: random.Random) -> str:
    """An address beside another that cannot exist: with a number in its query beyond what is in use, else with a name that nobody gave."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    numbered = [name for name, value in query if value.isascii() and value.isdecimal()]
    if numbered:
        changed = [(name, str(chance.randrange(10**11, 10**12)) if name in numbered else value) for name, value in query]
        return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(changed), ""))
    folder = parts.path.rstrip("/").rpartition("/")[0]
    name = "".join(chance.choice("bcdfghjklmnpqrstvwxz") for _ in range(16))
    return urlunsplit((parts.scheme, parts.netloc, f"{folder}/{name}", "", ""))
