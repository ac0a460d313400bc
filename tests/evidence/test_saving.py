"""Save Page Now: every answer an archive gives comes out as one of seven words, whatever it looks like."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from factcheck.errors import KeyUnavailableError
from factcheck.evidence.credentials import credential, scrubbed, variable_of
from factcheck.evidence.fetch import FetchPolicy, HttpFetcher
from factcheck.evidence.memento import Archive
from factcheck.evidence.saving import Answer, Said, job_answer, request_copy
from tests.evidence.archive_server import web_archives

PAGE = "https://example.org/خبر?id=7"
KEY = "access:verysecret"


@pytest.fixture(scope="module")
def server():
    with web_archives() as server:
        yield server


@pytest.fixture
def fetcher(server) -> HttpFetcher:
    server.seen.clear()
    policy = FetchPolicy(allowed_hosts=frozenset({server.host}), max_bytes=2_000_000, total_seconds=1.5)
    return HttpFetcher(policy, clock=lambda: datetime.now(UTC))


def now() -> datetime:
    return datetime.now(UTC)


def asked(server, fetcher, manner: str, key: str = "") -> Answer:
    return request_copy(server.archive(manner), PAGE, fetcher, now(), key)


def job(server, fetcher, manner: str) -> Answer:
    begun = asked(server, fetcher, "good")
    return job_answer(server.archive(manner), begun.job, PAGE, fetcher, now())


@pytest.mark.parametrize(
    ("manner", "said", "code"),
    [
        ("good", Said.ACCEPTED, ""),
        ("job-in-page", Said.ACCEPTED, ""),
        ("redirecting", Said.DONE, "copied"),
        ("overloaded", Said.LATER, "http-429"),
        ("overloaded-html", Said.LATER, "http-503"),
        ("session-limit", Said.LATER, "error:user-session-limit"),
        ("blocked", Said.REFUSED, "error:blocked-url"),
        ("keyed", Said.REFUSED, "needs-key"),
        ("login-page", Said.REFUSED, "needs-key"),
        ("refusing", Said.REFUSED, "needs-key"),
        ("bad-request", Said.REFUSED, "http-400"),
        ("had-one", Said.UNCLEAR, "had-one"),
        ("bad-gateway", Said.UNCLEAR, "http-523"),
        ("failing", Said.UNCLEAR, "http-500"),
        ("hangs-up", Said.UNCLEAR, "connect"),
        ("goes-mute", Said.UNCLEAR, "timeout"),
        ("nothing-comes", Said.UNCLEAR, "archive-nonsense"),
        ("redirecting-elsewhere", Said.UNCLEAR, "http-302"),
        ("job-with-tricks", Said.UNCLEAR, "archive-nonsense"),
        ("deep", Said.UNCLEAR, "archive-nonsense"),
    ],
)
def test_every_answer_to_a_request(server, fetcher, manner: str, said: Said, code: str) -> None:
    answer = asked(server, fetcher, manner)
    assert (answer.said, answer.code) == (said, code)
    assert len(server.saves()) == 1


@pytest.mark.parametrize(
    ("manner", "said", "code"),
    [
        ("stuck", Said.PENDING, ""),
        ("stumbling", Said.PENDING, "http-502"),
        ("html", Said.PENDING, "archive-nonsense"),
        ("silent", Said.PENDING, "timeout"),
        ("job-busy", Said.LATER, "http-429"),
        ("job-fails", Said.FAILED, "error:job-failed"),
        ("job-unknown-code", Said.FAILED, "error:no-captures"),
        ("job-not-found", Said.REFUSED, "error:not-found"),
        ("job-other-page", Said.UNCLEAR, "other-page"),
        ("job-bad-date", Said.UNCLEAR, "other-page"),
        ("refusing", Said.PENDING, "http-403"),
    ],
)
def test_every_answer_about_a_job(server, fetcher, manner: str, said: Said, code: str) -> None:
    answer = job(server, fetcher, manner)
    assert (answer.said, answer.code) == (said, code)


def test_a_job_that_is_done_names_the_copy(server, fetcher) -> None:
    begun = asked(server, fetcher, "good")
    archive = server.archive("good")
    assert job_answer(archive, begun.job, PAGE, fetcher, now()).said is Said.PENDING
    done = job_answer(archive, begun.job, PAGE, fetcher, now())
    assert done.said is Said.DONE
    assert done.memento.url.startswith(f"http://{server.host}/good/web/")
    assert done.memento.original == PAGE


def test_the_wait_that_is_asked_for_is_known(server, fetcher) -> None:
    assert asked(server, fetcher, "overloaded").wait == 90
    assert job(server, fetcher, "job-busy").wait == 45


def test_what_never_left_may_be_sent_again(fetcher) -> None:
    nobody = Archive("nobody", save="http://127.0.0.1:9/save")
    policy = FetchPolicy(allowed_hosts=frozenset({"127.0.0.1:9"}), total_seconds=2)
    local = HttpFetcher(policy, clock=now)
    assert request_copy(nobody, PAGE, local, now()).said is Said.LATER
    assert request_copy(Archive("none", save="http://nowhere.invalid/save"), PAGE, local, now()).said in (Said.LATER, Said.UNCLEAR)
    refused = request_copy(Archive("own", save="http://10.0.0.1/save"), PAGE, local, now())
    assert (refused.said, refused.code) == (Said.REFUSED, "refused-address")


# ---- keys


def test_a_key_goes_to_the_archive_and_nowhere_else(server, fetcher) -> None:
    begun = asked(server, fetcher, "keyed", KEY)
    assert begun.said is Said.ACCEPTED
    job_answer(server.archive("keyed"), begun.job, PAGE, fetcher, now(), KEY)
    assert [headers["authorization"] for _, _, headers, _ in server.seen] == [f"LOW {KEY}"] * 2
    assert asked(server, fetcher, "keyed", "access:wrong").code == "key-refused"


def test_what_an_archive_repeats_of_a_key_is_not_kept(server, fetcher) -> None:
    for manner in ("echoing", "keyed"):
        answer = asked(server, fetcher, manner, "access:notsoverysecret")
        assert "notsoverysecret" not in repr(answer)
        assert "access" not in repr(answer)
    assert scrubbed("a:b and abcd:efgh", "abcd:efgh") == "a:b and …"


def test_the_environment_names_keys_by_host() -> None:
    assert variable_of("web.archive.org:443") == "FACTCHECK_KEY_WEB_ARCHIVE_ORG_443"
    environ = {"FACTCHECK_KEY_WEB_ARCHIVE_ORG": " a:b\n"}
    assert credential("web.archive.org", environ) == "a:b"
    assert credential("archive.example", environ) == ""


@pytest.mark.parametrize("value", ["a b", "a\r\nX: y", "مفتاح"])
def test_a_key_that_cannot_be_sent_is_refused_without_being_repeated(value: str) -> None:
    with pytest.raises(KeyUnavailableError, match="FACTCHECK_KEY_A_EXAMPLE") as caught:
        credential("a.example", {"FACTCHECK_KEY_A_EXAMPLE": value})
    assert value not in str(caught.value)


def test_the_keyring_serves_where_the_environment_does_not(monkeypatch) -> None:
    import keyring

    monkeypatch.setattr(
        keyring, "get_password", lambda service, name: {("factcheck services", "a.example"): "from:ring"}.get((service, name))
    )
    assert credential("a.example", {}) == "from:ring"
    assert credential("a.example", {"FACTCHECK_KEY_A_EXAMPLE": "from:env"}) == "from:env"
    assert credential("b.example", {}) == ""


def test_a_locked_keyring_is_as_good_as_none(monkeypatch) -> None:
    import keyring
    from keyring.errors import KeyringLocked

    def locked(*_: str) -> str:
        raise KeyringLocked("locked")

    monkeypatch.setattr(keyring, "get_password", locked)
    assert credential("a.example", {}) == ""


def test_words_of_an_archive_are_cut_and_stay_on_one_line(server, fetcher) -> None:
    message = asked(server, fetcher, "wordy").message
    assert len(message) == 500
    assert message.startswith("a [31mك")
