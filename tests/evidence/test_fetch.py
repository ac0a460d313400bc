"""Fetching from a server that misbehaves: each fault has its error, nothing hangs, nothing tells on the user."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime

import pytest

from factcheck.errors import AddressRefusedError, FetchError, FetchLimitError
from factcheck.evidence.fetch import FetchPolicy, HttpFetcher, refused_address
from tests.evidence.server import GOOD, misbehaving


@pytest.fixture(scope="module")
def site():
    with misbehaving() as (address, seen):
        yield address, seen


@pytest.fixture
def fetcher(site) -> HttpFetcher:
    policy = FetchPolicy(allowed_hosts=frozenset({site[0].removeprefix("http://")}), max_bytes=1_000_000, total_seconds=1.5)
    return HttpFetcher(policy, clock=lambda: datetime.now(UTC))


@pytest.mark.parametrize("path", ["good", "packed", "moved", "cookie", "hostile-headers"])
def test_a_page_is_brought_whole(fetcher, site, path: str) -> None:
    fetched = fetcher.fetch(f"{site[0]}/{path}")
    assert fetched.body.decode() == GOOD
    assert fetched.flags == ()
    assert fetched.hops[-1].peer == "127.0.0.1"


def test_redirects_are_kept_hop_by_hop(fetcher, site) -> None:
    fetched = fetcher.fetch(f"{site[0]}/moved")
    assert fetched.requested_url.endswith("/moved")
    assert fetched.url.endswith("/good")
    assert [hop.status for hop in fetched.hops] == [301, 200]


@pytest.mark.parametrize(
    ("path", "code", "error"),
    [
        ("missing", "http-404", FetchError),
        ("403", "http-403", FetchError),
        ("429", "http-429", FetchError),
        ("500", "http-500", FetchError),
        ("bomb", "too-large", FetchLimitError),
        ("large", "too-large", FetchLimitError),
        ("endless", "too-large", FetchLimitError),
        ("drip", "timeout", FetchLimitError),
        ("header-drip", "timeout", FetchLimitError),
        ("silent", "timeout", FetchError),
        ("loop", "too-many-redirects", FetchLimitError),
        ("to-private", "refused-address", AddressRefusedError),
        ("to-loopback", "refused-address", AddressRefusedError),
        ("to-file", "refused-scheme", AddressRefusedError),
        ("to-login", "refused-address", AddressRefusedError),
        ("not-gzip", "bad-encoding", FetchError),
        ("brotli", "bad-encoding", FetchError),
    ],
)
def test_each_fault_has_its_error_in_time(fetcher, site, path, code, error) -> None:
    start = time.monotonic()
    with pytest.raises(error) as caught:
        fetcher.fetch(f"{site[0]}/{path}")
    assert caught.value.code == code
    assert caught.value.url == f"{site[0]}/{path}"
    assert any(word in str(caught.value) for word in ("browser", "allowed_hosts", "Save the part", "unpacked"))
    assert time.monotonic() - start < 8


@pytest.mark.parametrize(("path", "flag"), [("short", "truncated:disconnect"), ("cut-gzip", "truncated:packed")])
def test_a_cut_body_is_kept_and_marked(fetcher, site, path, flag) -> None:
    assert flag in fetcher.fetch(f"{site[0]}/{path}").flags


def test_a_server_that_asks_to_come_back_is_quoted(fetcher, site) -> None:
    with pytest.raises(FetchError, match="after 120 s"):
        fetcher.fetch(f"{site[0]}/429")


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
