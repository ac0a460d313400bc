"""Ask a web archive for a new copy of a page: Save Page Now, with a key (jobs, JSON) and without (a page that names the job).

One exchange a call; what comes back is an ``Answer``, never an exception, since an archive's moods are the normal case. When to ask again
is the queue's part. The protocol is the Internet Archive's "SPN2". Its answers are known to be wrong at times: it fails and has copied the
page all the same, and it forgets jobs after an hour. So whatever is not plain is ``unclear``, and the copy is then looked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
import urllib3

from factcheck.errors import FetchError
from factcheck.evidence.archive import wait_asked
from factcheck.evidence.credentials import scrubbed
from factcheck.evidence.faults import causes_of
from factcheck.evidence.fetch import REDIRECTS, Ask, Fetched, Fetcher
from factcheck.evidence.memento import Archive, Memento, Wanted, header, header_links, moment, replayed

MAX_MESSAGE = 500  # characters kept of an archive's words


class Said(StrEnum):
    """What an archive made of a request, as far as its answer tells."""

    ACCEPTED = "accepted"  # there is a job to ask about
    PENDING = "pending"
    DONE = "done"
    LATER = "later"  # not taken on; ask anew after ``wait`` seconds or more
    FAILED = "failed"  # taken on and come to nothing; a later request may fare better
    REFUSED = "refused"  # it will not, now or later
    UNCLEAR = "unclear"  # it may have been taken on: look whether the copy is there


@dataclass(frozen=True, slots=True)
class Answer:
    said: Said
    job: str = ""
    memento: Memento | None = None
    wait: int = 0  # seconds that the archive asks to wait; 0: it does not say
    code: str = ""  # the archive's own ("error:blocked-url"), an HTTP status ("http-400"), or ours
    message: str = ""  # the archive's own words, cut and without any key


_JOB = re.compile(r"[A-Za-z0-9_-]{1,120}", re.ASCII)
_JOB_IN_PAGE = re.compile(rb"""spn\.watchJob\(\s*["']([A-Za-z0-9_-]{1,120})["']""")
_BUSY = frozenset({"bandwidth-limit-exceeded", "no-browsers-available", "service-unavailable", "too-many-requests", "user-session-limit"})
"""The archive has no room now: as if it had not been asked."""
_NEVER = frozenset({
    "bad-request", "blocked", "blocked-url", "filesize-limit", "ftp-access-denied", "http-version-not-supported", "invalid-host-resolution",
    "invalid-server-response", "invalid-url-syntax", "method-not-allowed", "network-authentication-required", "no-access", "not-found",
    "not-implemented", "too-many-daily-captures", "too-many-redirects", "unauthorized",
})  # fmt: skip
"""Asking again would be answered the same. Codes on neither list, undocumented ones too, may pass."""
_HAD_ONE = re.compile(r"same snapshot", re.I)
_LOGIN = re.compile(r"(?:need to|must) be (?:logged|signed) in", re.I)  # not the "Log in" that stands on every page


def request_copy(archive: Archive, url: str, fetcher: Fetcher, now: datetime, key: str = "") -> Answer:
    """Ask for a copy of a page.

    Args:
        key: ``access:secret`` of the Internet Archive's S3-like API; empty to ask without.
    """
    try:
        fetched = fetcher.fetch(archive.save, Ask(headers=(("Accept", "application/json"),), form=(("url", url),), secret=_login(key)))
    except FetchError as error:
        return _unreached(error)
    answer = _answer(archive, url, fetched, now, asking=True)
    if answer.said is Said.REFUSED and fetched.status in (401, 403) and not answer.code.startswith("error:"):
        answer = Answer(Said.REFUSED, code="key-refused" if key else "needs-key", message=answer.message)
    return _scrubbed(answer, key)


def job_answer(archive: Archive, job: str, url: str, fetcher: Fetcher, now: datetime, key: str = "") -> Answer:
    """Ask how a job goes."""
    try:
        ask = Ask(headers=(("Accept", "application/json"),), secret=_login(key))
        fetched = fetcher.fetch(f"{archive.save.rstrip('/')}/status/{quote(job, safe='')}", ask)
    except FetchError as error:
        return Answer(Said.PENDING, code=str(getattr(error, "code", "fetch")))
    answer = _answer(archive, url, fetched, now, asking=False)
    if answer.said is Said.UNCLEAR and answer.code != "other-page":  # one bad answer is not the end of a job
        answer = Answer(Said.PENDING, code=answer.code, message=answer.message)
    return _scrubbed(answer, key)


def _login(key: str) -> str:
    return f"LOW {key}" if key else ""


def _scrubbed(answer: Answer, key: str) -> Answer:
    message = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]+", " ", scrubbed(answer.message, key)).strip()
    return Answer(answer.said, answer.job, answer.memento, answer.wait, scrubbed(answer.code, key)[:100], message[:MAX_MESSAGE])


def _unreached(error: FetchError) -> Answer:
    """A request that surely never left may be sent again; any other may have been taken on."""
    code = str(getattr(error, "code", "fetch"))
    if code.startswith("refused-"):
        return Answer(Said.REFUSED, code=code)
    unmade = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
    never_left = code in ("dns", "tls") or any(isinstance(cause, unmade) for cause in causes_of(error))
    return Answer(Said.LATER if never_left else Said.UNCLEAR, code=code)


def _answer(archive: Archive, url: str, fetched: Fetched, now: datetime, *, asking: bool) -> Answer:
    wanted = Wanted(archive, url, now)
    if fetched.status in (429, 503):
        return Answer(Said.LATER, wait=wait_asked(fetched), code=f"http-{fetched.status}")
    said = _json(fetched.body)
    if said is not None:
        told = _told(said, wanted, asking=asking)
        if told is not None:
            return told
    if asking and (named := _named(fetched, wanted)) is not None:
        return Answer(Said.DONE, memento=named, code="copied")
    in_page = _JOB_IN_PAGE.search(fetched.body) if asking and fetched.status == 200 else None
    if in_page:
        return Answer(Said.ACCEPTED, job=in_page[1].decode("ascii"))
    words = _text(said or {}, "message")
    if asking and fetched.status == 200 and _LOGIN.search(words or fetched.body[:100_000].decode("utf-8", "replace")):
        return Answer(Said.REFUSED, code="needs-key", message=words)
    if asking and 400 <= fetched.status < 500:
        return Answer(Said.REFUSED, code=f"http-{fetched.status}", message=words)
    code = f"http-{fetched.status}" if fetched.status != 200 else "archive-nonsense"
    return Answer(Said.UNCLEAR, code=code, message=words)


def _json(body: bytes) -> Mapping[str, Any] | None:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""


def _told(said: Mapping[str, Any], wanted: Wanted, *, asking: bool) -> Answer | None:
    """What JSON tells; None when it is not of this protocol."""
    status, words = _text(said, "status"), _text(said, "message")
    job = _text(said, "job_id")
    job = job if _JOB.fullmatch(job) else ""
    if status == "error" or _text(said, "status_ext"):
        return _failure(_text(said, "status_ext"), words, asking=asking)
    if status == "success":
        original = _text(said, "original_url") or wanted.url
        at = moment(_text(said, "timestamp"))
        prefix = wanted.archive.replay or wanted.archive.timegate
        memento = wanted.memento(f"{prefix}{_text(said, 'timestamp')}/{original}", at, original, "save")
        if memento:
            return Answer(Said.DONE, job, memento, code="copied", message=words)
        return Answer(Said.UNCLEAR, job, code="other-page", message=words)  # where the page leads to was copied, or nothing of ours
    if asking and job:
        return Answer(Said.ACCEPTED, job, message=words)
    if asking and _HAD_ONE.search(words):
        return Answer(Said.UNCLEAR, code="had-one", message=words)
    if not asking and status == "pending":
        return Answer(Said.PENDING, job, message=words)
    return None


def _failure(code: str, words: str, *, asking: bool) -> Answer:
    name = code.removeprefix("error:")
    if name in _BUSY:
        return Answer(Said.LATER, code=code, message=words)
    if name in _NEVER:
        return Answer(Said.REFUSED, code=code, message=words)
    return Answer(Said.LATER if asking else Said.FAILED, code=code or "error", message=words)


def _named(fetched: Fetched, wanted: Wanted) -> Memento | None:
    """The copy that an answer names by a redirect, by Content-Location, by a link, or by being where it is."""
    named = [header(fetched, "content-location"), *(link.url for link in header_links(fetched) if "memento" in link.rels)]
    if fetched.status in REDIRECTS:
        named.append(header(fetched, "location"))
    for address in named:
        with suppress(UnicodeError):
            address = address.encode("latin-1").decode("utf-8")
        replay = replayed(address)
        memento = wanted.memento(address, replay[0], replay[1], "save") if replay else None
        if memento and urlsplit(memento.url).scheme in ("http", "https"):
            return memento
    return None
