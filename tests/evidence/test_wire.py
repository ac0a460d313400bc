"""What comes over the wire in shapes no library's server would send: each is a page, a marked page, or one of our errors."""

from __future__ import annotations

import gzip
import hashlib
import io
import random
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from warcio.archiveiterator import ArchiveIterator

from factcheck.errors import AddressRefusedError, FetchError, FetchLimitError
from factcheck.evidence.captures import CaptureStore
from factcheck.evidence.fetch import FetchPolicy, HttpFetcher

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


class Wire:
    """A socket that answers each request with what ``answer`` returns for its number, then hangs up."""

    def __init__(self, answer: Callable[[int, bytes], bytes], tls: ssl.SSLContext | None = None) -> None:
        self.answer, self.asked, self.tls = answer, [], tls
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self.listening.getsockname()[1]}"
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listening.accept()
                with suppress(OSError), self._secured(connection) as connection:
                    request = connection.recv(65536)
                    self.asked.append(request)
                    for piece in self._pieces(self.answer(len(self.asked), request)):
                        connection.sendall(piece)
                        time.sleep(0.05 if piece == b"." else 0)

    def _secured(self, connection: socket.socket) -> socket.socket:
        return connection if self.tls is None else self.tls.wrap_socket(connection, server_side=True)

    @staticmethod
    def _pieces(answer: bytes) -> list[bytes]:
        head, drip, count = answer.partition(b"@drip")
        return [head, *([b"."] * int(count))] if drip else [answer]

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.thread.join(5)

    def fetch(self, path: str = "/", scheme: str = "http"):
        policy = FetchPolicy(allowed_hosts=frozenset({self.host}), max_bytes=1_000_000, total_seconds=1.5)
        return HttpFetcher(policy, clock=lambda: datetime.now(UTC)).fetch(f"{scheme}://{self.host}{path}")


def fetched(answer: bytes):
    with Wire(lambda n, request: answer) as wire:
        return wire.fetch()


def packed(body: bytes, coding: bytes = b"gzip") -> bytes:
    return OK + b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (coding, len(body)) + body


@pytest.mark.parametrize(
    ("answer", "body", "flags"),
    [
        (packed(gzip.compress(b"first ") + gzip.compress(b"second")), b"first second", ()),
        (packed(gzip.compress(b"words") + b"more"), b"words", ("bytes-after-end",)),
        (packed(gzip.compress(b"words") + gzip.compress(b"gone" * 99)[:-4]), b"words" + b"gone" * 99, ("truncated:packed",)),
        (packed(zlib.compress(b"words"), b"deflate"), b"words", ()),
        (packed(zlib.compress(b"words")[2:-4], b"deflate"), b"words", ()),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nwords\r\n0\r\n\r\n", b"words", ()),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nwords\r\n", b"words", ("truncated:disconnect",)),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n9\r\nwor", b"wor", ("truncated:disconnect",)),
        (b"HTTP/1.0 200 OK\r\n\r\nold words", b"old words", ()),
        (OK + b"Content-Length: 0\r\n\r\n", b"", ("empty",)),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 20 + OK + b"\r\nwords", b"words", ()),
    ],
)
def test_a_body_is_whole_or_marked(answer: bytes, body: bytes, flags: tuple[str, ...]) -> None:
    found = fetched(answer)
    assert (found.body, found.flags, found.hops[0].peer) == (body, flags, "127.0.0.1")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"SSH-2.0-OpenSSH_9.9\r\n", "bad-response"),
        (OK + b"".join(b"X-%d: y\r\n" % n for n in range(500)) + b"\r\n", "headers-too-large"),
        (OK + b"X: " + b"a" * 200_000 + b"\r\n\r\n", "headers-too-large"),
        (OK + b"Content-Length: 2\r\nContent-Length: 5\r\n\r\nok", "bad-response"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n", "bad-response"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://a..b/\r\nContent-Length: 0\r\n\r\n", "refused-address"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:99999/\r\nContent-Length: 0\r\n\r\n", "refused-address"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://1.1.1.1:22/\r\nContent-Length: 0\r\n\r\n", "refused-port"),
        (b"", "connect"),
        (b"HTTP/1.0 200 OK\r\n\r\n@drip99", "timeout"),
        (packed((gzip.compress(b"") * 200) + gzip.compress(b"x" * 2_000_000)), "marked"),
    ],
)
def test_a_malformed_answer_is_one_of_our_errors(answer: bytes, code: str) -> None:
    start = time.monotonic()
    if code == "marked":
        assert fetched(answer).flags == ("truncated:packed", "empty")
        return
    with pytest.raises(FetchError) as caught:
        fetched(answer)
    assert caught.value.code == code
    assert time.monotonic() - start < 4


def test_a_redirects_own_body_is_never_unpacked() -> None:
    """requests' sessions read it whole, unpacked and without a limit, before they say where it leads."""
    bomb = gzip.compress(bytes(300_000_000))

    def answer(n: int, request: bytes) -> bytes:
        head = b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
        return head + bomb if n == 1 else OK + b"Content-Length: 5\r\n\r\nwords"

    with Wire(answer) as wire:
        found = wire.fetch()
    assert found.body == b"words"
    assert len(found.hops[0].body) == len(bomb)


def test_a_redirect_to_letters_beyond_ascii_and_spaces_is_followed() -> None:
    def answer(n: int, request: bytes) -> bytes:
        if n == 1:
            return "HTTP/1.1 302 Found\r\nLocation: /خبر عاجل#top\r\nContent-Length: 0\r\n\r\n".encode()
        return OK + b"Content-Length: 5\r\n\r\nwords"

    with Wire(answer) as wire:
        found = wire.fetch()
    assert found.url == f"http://{wire.host}/%D8%AE%D8%A8%D8%B1%20%D8%B9%D8%A7%D8%AC%D9%84"
    assert wire.asked[1].startswith(b"GET /%D8%AE%D8%A8%D8%B1%20%D8%B9%D8%A7%D8%AC%D9%84 HTTP/1.1\r\n")


def test_a_server_that_speaks_no_tls_is_not_trusted() -> None:
    with Wire(lambda n, request: b"hello, not a handshake at all") as wire, pytest.raises(FetchError) as caught:
        wire.fetch(scheme="https")
    assert caught.value.code == "tls"
    assert isinstance(caught.value.__cause__, OSError)


def test_a_handshake_that_drips_ends_at_the_deadline() -> None:
    start = time.monotonic()
    with Wire(lambda n, request: b"\x16\x03\x03\x40\x00@drip99") as wire, pytest.raises(FetchLimitError) as caught:
        wire.fetch(scheme="https")
    assert caught.value.code == "timeout"
    assert time.monotonic() - start < 4


def own_certificate(folder) -> ssl.SSLContext:
    """A server's context with a certificate for 127.0.0.1 that only ``own.pem`` in the folder vouches for."""
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    builder = builder.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2090, 1, 1, tzinfo=UTC))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    pem = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "own.pem").write_bytes(pem)
    (folder / "both.pem").write_bytes(pem + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path) -> None:
    with Wire(lambda n, request: b"", own_certificate(tmp_path)) as wire, pytest.raises(FetchError) as caught:
        wire.fetch(scheme="https")
    assert caught.value.code == "tls"


def test_the_servers_certificate_goes_on_record(tmp_path, monkeypatch) -> None:
    context = own_certificate(tmp_path)
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(tmp_path / "own.pem"))
    with Wire(lambda n, request: OK + b"Content-Length: 5\r\n\r\nwords", context) as wire:
        found = wire.fetch(scheme="https")
    der = ssl.PEM_cert_to_DER_cert((tmp_path / "own.pem").read_text())
    assert found.hops[0].certificate == hashlib.sha256(der).hexdigest()
    store = CaptureStore(tmp_path / "captures")
    records = list(ArchiveIterator(io.BytesIO(store.get(store.keep_fetched(found, "", encoding_note="", tool="t").record))))
    assert records[0].rec_headers.get_header("X-TLS-Certificate-SHA256") == found.hops[0].certificate


@pytest.mark.parametrize(
    ("answers", "marks"),
    [
        ([OK + b"Content-Length: 500\r\n\r\nonly this"], ["disconnect"]),
        ([b"HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n" + b"x" * 900_000, OK + b"Content-Length: 2\r\n\r\nok"], ["length", None]),
        ([OK + b"Content-Length: 2\r\n\r\nok"], [None]),
    ],
)
def test_a_body_that_is_not_whole_is_marked_in_its_record(tmp_path, answers: list[bytes], marks: list[str | None]) -> None:
    with Wire(lambda n, request: answers[n - 1]) as wire:
        found = wire.fetch()
    store = CaptureStore(tmp_path / "captures")
    data = store.get(store.keep_fetched(found, "", encoding_note="", tool="t").record)
    records = [record for record in ArchiveIterator(io.BytesIO(data)) if record.rec_type == "response"]
    assert [record.rec_headers.get_header("WARC-Truncated") for record in records] == marks


def test_headers_behind_a_line_that_is_none_count_and_nothing_is_printed(capfd) -> None:
    head = (
        b"HTTP/1.1 200 OK\r\nX-A: 1\r\nno colon here\r\nContent-Type: text/html; charset=windows-1256\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    found = fetched(head + b"5\r\nwords\r\n0\r\n\r\n")
    assert (found.body, found.flags) == (b"words", ())
    assert dict(found.headers)["Content-Type"] == "text/html; charset=windows-1256"
    assert fetched(head.replace(b"Transfer-Encoding: chunked", b"Content-Length: 3") + b"words").body == b"wor"
    assert capfd.readouterr() == ("", "")


def test_whatever_bytes_come_they_are_a_page_or_one_of_our_errors() -> None:
    """Answers with random bytes changed, doubled, cut out."""
    chance = random.Random(11)
    parts = [
        b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 Found\r\n", b"Content-Type: text/html\r\n", b"Content-Length: 20\r\n", b"\x00\xff", b"\r\n",
        b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n", b"Location: /x\r\n", b"5\r\nwords\r\n0\r\n\r\n",
        gzip.compress(b"words"),
    ]  # fmt: skip

    def answer(n: int, request: bytes) -> bytes:
        data = bytearray(
            b"".join(chance.choices(parts, k=chance.randrange(1, 9))) if n % 2 else parts[0] + b"".join(chance.sample(parts, 6))
        )
        for _ in range(chance.randrange(4)):
            at = chance.randrange(len(data))
            data[at : at + chance.randrange(3)] = bytes(chance.choices(range(256), k=chance.randrange(3)))
            data = data or bytearray(b"x")
        return bytes(data)

    came, codes = 0, set()
    with Wire(answer) as wire:
        for _ in range(400):
            try:
                wire.fetch()
                came += 1
            except FetchError as error:
                codes.add(error.facts["code"])
    assert came
    assert len(codes) >= 3


def test_a_resolver_that_does_not_answer_ends_at_the_deadline(monkeypatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(3) or [])
    with pytest.raises(FetchLimitError) as caught:
        HttpFetcher(FetchPolicy(total_seconds=0.3), clock=lambda: datetime.now(UTC)).fetch("http://slow.example/")
    assert caught.value.code == "timeout"


def test_a_proxy_is_used_only_when_named_and_the_capture_says_so() -> None:
    with Wire(lambda n, request: OK + b"Content-Length: 5\r\n\r\nwords") as wire:
        policy = FetchPolicy(proxy=f"http://{wire.host}", total_seconds=2)
        found = HttpFetcher(policy, clock=lambda: datetime.now(UTC)).fetch("http://news.example/a")
    assert found.flags == ("proxy",)
    assert wire.asked[0].startswith(b"GET http://news.example/a HTTP/1.1\r\n")


def test_an_allowed_host_does_not_open_its_neighbours() -> None:
    with Wire(lambda n, request: b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n") as wire:
        with pytest.raises(AddressRefusedError):
            wire.fetch()
        assert len(wire.asked) == 1


def test_headers_are_kept_byte_for_byte_and_a_body_without_its_chunks_is_not_said_to_have_them(tmp_path) -> None:
    raw = "HTTP/1.1 200 Fine\r\nX-Title: خبر\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwords\r\n0\r\n\r\n".encode()
    store = CaptureStore(tmp_path / "captures")
    capture = store.keep_fetched(fetched(raw), "words", encoding_note="", tool="t")
    assert store.has(capture.record)
    stored = store.get(capture.record)
    unpacked = gzip.decompress(stored)
    assert "HTTP/1.1 200 Fine\r\nX-Title: خبر\r\nX-Orig-Transfer-Encoding: chunked\r\n\r\nwords\r\n".encode() in unpacked
    assert [record.rec_type for record in ArchiveIterator(io.BytesIO(stored))] == ["response", "request", "conversion"]
