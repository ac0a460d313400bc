"""Fetching from a server that misbehaves: each fault has its error, nothing hangs, nothing tells on the user."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from factcheck.errors import AddressRefusedError, FetchError
from factcheck.evidence.fetch import FetchPolicy, HttpFetcher
from factcheck.evidence.guard import is_allowed, refused_address
from tests.evidence.server import GOOD, misbehaving


@pytest.fixture(scope="module")
def site():
    with misbehaving() as (address, seen):
        yield address, seen


@pytest.fixture
def fetcher(site) -> HttpFetcher:
    policy = FetchPolicy(allowed_hosts=frozenset({site[0].removeprefix("http://")}), max_bytes=1_000_000, total_seconds=2)
    return HttpFetcher(policy, clock=lambda: datetime.now(UTC))


def test_a_page_comes_with_where_it_came_from(fetcher, site) -> None:
    fetched = fetcher.fetch(f"{site[0]}/moved")
    assert fetched.body.decode() == GOOD
    assert fetched.requested_url.endswith("/moved")
    assert fetched.url.endswith("/good")
    assert [(hop.status, hop.peer) for hop in fetched.hops] == [(301, "127.0.0.1"), (200, "127.0.0.1")]
    assert fetched.redirects == (f"{site[0]}/good",)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("429", "429 Too Many Requests. The server asks to come back after 120 s, at 20"),
        ("429-huge", "The server is busy; try again later"),
        ("429-nonsense", "The server is busy; try again later"),
        ("503-date", "at 2037-10-21 07:28 UTC"),
        ("401", "wants a login"),
        ("403", "refuses programs"),
        ("404", "search for its title, or cite an archived copy"),
        ("410", "was removed"),
        ("451", "legal reasons"),
        ("500", "a fault of its own"),
        ("large", "larger than 1 MB. Save the part you need, or raise max_megabytes in factcheck.toml"),
        ("drip", "not through after 2 s. Open it in a browser and save it, then import the file; or cite an archived copy."),
        ("loop", "leads on after 10 redirects"),
        ("to-metadata", "it leads to http://169.254.169.254/latest/meta-data/"),
        ("not-gzip", "says it is packed as gzip and is not"),
        ("long-headers", "headers are larger"),
    ],
)
def test_a_message_says_what_was_found_and_what_to_do(fetcher, site, path: str, told: str) -> None:
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(f"{site[0]}/{path}")
    assert told in str(caught.value)
    assert str(caught.value).startswith(("Could not fetch", "Refused to fetch", "Could not read"))


def test_a_server_that_is_busy_for_a_moment_is_asked_again_at_most_twice(fetcher, site) -> None:
    site[1].clear()
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(f"{site[0]}/429-for-ever")
    assert [asked["path"] for asked in site[1]] == ["/429-for-ever"] * 3
    assert caught.value.retry_after == 0


def test_a_long_wait_is_told_and_not_slept(fetcher, site) -> None:
    start = time.monotonic()
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(f"{site[0]}/429")
    assert (caught.value.code, caught.value.status, caught.value.retry_after) == ("http-429", 429, 120)
    assert time.monotonic() - start < 3


def test_what_is_invisible_in_an_address_shows_in_the_message(fetcher) -> None:
    with pytest.raises(FetchError, match="evil%E2%80%AEfdp") as caught:
        fetcher.fetch("http://127.0.0.1/evil\u202efdp")
    assert "\u202e" not in str(caught.value)


@pytest.mark.parametrize(
    ("entry", "url", "allowed"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/", True),
        ("127.0.0.1:8000", "http://127.0.0.1:8000/", True),
        ("127.0.0.1:8001", "http://127.0.0.1:8000/", False),
        ("Intranet.Example", "http://intranet.example:8080/", True),
        ("[::1]:8000", "http://[::1]:8000/", True),
        ("::1", "http://[::1]:8000/", True),
        ("example", "http://intranet.example:8080/", False),
    ],
)
def test_a_desk_may_allow_hosts_of_its_own(entry: str, url: str, allowed: bool) -> None:
    parts = urlsplit(url)
    assert is_allowed(parts.hostname, parts.port, {entry}) is allowed


def test_names_and_numbers_of_inner_hosts_are_refused_before_a_proxy_is_asked() -> None:
    fetcher = HttpFetcher(FetchPolicy(proxy="http://127.0.0.1:9", total_seconds=2), clock=lambda: datetime.now(UTC))
    for url in ("http://localhost/", "http://127.1/", "http://[::1]/", "http://metadata.google.internal/", "http://0x7f000001/"):
        with pytest.raises(AddressRefusedError):
            fetcher.fetch(url)
    with pytest.raises(FetchError, match=r"proxy in factcheck\.toml") as caught:
        fetcher.fetch("http://news.example/")
    assert caught.value.code == "proxy"


def test_nothing_that_tells_on_the_user_is_sent(fetcher, site, tmp_path, monkeypatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    site[1].clear()
    fetcher.fetch(f"{site[0]}/cookie")
    assert len(site[1]) == 2
    for asked in site[1]:
        assert {"cookie", "authorization", "referer", "proxy-authorization"}.isdisjoint(asked)
        assert asked["user-agent"].startswith("factcheck/")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://0.0.0.0/", "http://10.0.0.1/", "http://192.168.1.1/",
        "http://172.16.0.1/", "http://169.254.169.254/latest/", "http://[::ffff:10.0.0.1]/", "http://[64:ff9b::a00:1]/",
        "http://[2002:a00:1::]/", "http://100.64.0.1/", "http://2130706433/", "http://0x7f000001/", "http://127.1/", "http://224.0.0.1/",
        "http://[fe80::1]/", "http://[fc00::1]/", "https://user:pass@example.org/", "http://example.org:22/", "ftp://example.org/",
        "file:///etc/passwd", "javascript:alert(1)", "http://exa mple.org/", "http://example.org\\@127.0.0.1/",
        "http:///x", "//example.org",
    ],
)  # fmt: skip
def test_addresses_that_are_never_connected_to(url: str) -> None:
    fetcher = HttpFetcher(FetchPolicy(total_seconds=3), clock=lambda: datetime.now(UTC))
    with pytest.raises(AddressRefusedError):
        fetcher.fetch(url)


def test_the_address_that_is_connected_to_is_the_one_that_was_checked(monkeypatch) -> None:
    """A name whose second answer is private: there is no second question."""
    answers = iter(["93.184.215.14", "127.0.0.1"])
    asked, connected = [], []

    def resolve(host, port, **_):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(self, address):
        connected.append(address)
        raise ConnectionRefusedError("no")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(FetchError) as caught:
        HttpFetcher(FetchPolicy(), clock=lambda: datetime.now(UTC)).fetch("http://rebinding.example/")
    assert caught.value.code == "connect"
    assert asked == ["rebinding.example"]
    assert connected == [("93.184.215.14", 80)]


def test_a_name_with_one_private_answer_among_public_ones_is_refused(monkeypatch) -> None:
    def resolve(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("93.184.215.14", "10.1.2.3")]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(AddressRefusedError, match=r"10\.1\.2\.3"):
        HttpFetcher(FetchPolicy(), clock=lambda: datetime.now(UTC)).fetch("http://mixed.example/")


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "93.184.215.14"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert not refused_address(address)


def test_no_such_host() -> None:
    with pytest.raises(FetchError) as caught:
        HttpFetcher(FetchPolicy(), clock=lambda: datetime.now(UTC)).fetch("http://nowhere.invalid/")
    assert caught.value.code in ("dns", "timeout")
