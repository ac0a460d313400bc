"""The table of misbehaviour: a path, what the server sends there, and the outcome that a careful fetcher should have.

``page`` means that the page is there: ``text`` stands in its readable text, ``flags`` are exactly the marks it carries. Anything else is
the code of the ``FetchError``.
"""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from tests.evidence.server import GOOD, Answer, Visit

WORDS = "قال الوزير إن الجسر افتتح."
LONG = " ".join([WORDS] * 60)


@dataclass(frozen=True)
class Endpoint:
    path: str
    answer: Answer
    outcome: str = "page"
    flags: frozenset[str] = frozenset()
    text: str = WORDS
    media_type: str = "text/html"


def head(*lines: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *([f"Content-Type: {kind}"] if kind else []), *lines, "", ""]).encode()


def whole(body: bytes | str, *lines: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> Answer:
    data = body.encode() if isinstance(body, str) else body
    return lambda visit: visit.send(head(*lines, f"Content-Length: {len(data)}", status=status, kind=kind) + data)


def raw(*pieces: bytes | str) -> Answer:
    """These very bytes, then the end of the connection."""
    data = b"".join(piece.encode() if isinstance(piece, str) else piece for piece in pieces)
    return lambda visit: visit.send(data)


def drip(first: bytes, piece: bytes, seconds: float = 0.05) -> Answer:
    def answer(visit: Visit) -> None:
        visit.send(first)
        for _ in range(int(60 / seconds)):
            visit.send(piece)
            time.sleep(seconds)

    return answer


def flood(first: bytes, piece: bytes) -> Answer:
    def answer(visit: Visit) -> None:
        visit.send(first)
        for _ in range(200_000):
            visit.send(piece)

    return answer


def to(location: str, status: str = "302 Found") -> Answer:
    return whole(b"", f"Location: {location}", status=status)


def in_turn(*answers: Answer) -> Answer:
    """The first answer to the first visit, and so on; the last one to all that follow."""
    return lambda visit: answers[min(visit.number, len(answers)) - 1](visit)


def chunks(parts: Iterable[bytes], end: bytes = b"0\r\n\r\n") -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + end


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def spoilt(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


GZIP_BOMB = gzip.compress(bytes(50_000_000))
DEFLATE_BOMB = zlib.compress(bytes(50_000_000))


def page(body: str, title: str = "عنوان", head: str = "") -> str:
    return f"<!doctype html><html lang='ar'><head><meta charset='utf-8'><title>{title}</title>{head}</head><body>{body}</body></html>"


def bare(body: str) -> str:
    return f"<!doctype html><html><head><title>خبر</title></head><body><p>{body}</p></body></html>"


def hang_up(visit: Visit) -> None:
    visit.socket.close()


def pause(visit: Visit) -> None:
    time.sleep(7)


def here(path: str) -> Answer:
    """A redirect to another path of this server by its full address."""
    return lambda visit: to(f"http://{visit.host}/{path}")(visit)


OK = head()
P = Endpoint
ENDPOINTS: list[Endpoint] = [
    # ---- as it should be
    P("good", whole(GOOD)),
    P("until-closed", raw(head(), GOOD)),
    P("in-chunks", raw(head("Transfer-Encoding: chunked"), chunks([GOOD.encode()[:50], GOOD.encode()[50:]]))),
    P("old", raw("HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n", GOOD)),
    P("bare-newlines", raw(head().replace(b"\r\n", b"\n"), GOOD)),
    P("no-kind", whole(GOOD, kind="")),
    P("early-hints", raw("HTTP/1.1 103 Early Hints\r\nLink: </s.css>\r\n\r\n", head(f"Content-Length: {len(GOOD.encode())}"), GOOD)),
    P("continue", raw("HTTP/1.1 100 Continue\r\n\r\n" * 20, head(f"Content-Length: {len(GOOD.encode())}"), GOOD)),
    P("non-authoritative", whole(GOOD, status="203 Non-Authoritative Information")),
    # ---- packing
    P("packed", whole(gzip.compress(GOOD.encode()), "Content-Encoding: gzip")),
    P("packed-twice", whole(gzip.compress(gzip.compress(GOOD.encode())), "Content-Encoding: gzip", "Content-Encoding: gzip")),
    P("deflate", whole(zlib.compress(GOOD.encode()), "Content-Encoding: deflate")),
    P("raw-deflate", whole(raw_deflate(GOOD.encode()), "Content-Encoding: deflate")),
    P("two-members", whole(gzip.compress(GOOD.encode()[:60]) + gzip.compress(GOOD.encode()[60:]), "Content-Encoding: gzip")),
    P(
        "cut-gzip",
        whole(gzip.compress(page(f"<p>{LONG}</p>").encode())[:-12], "Content-Encoding: gzip"),
        flags=frozenset({"truncated:packed"}),
    ),
    P("wrong-sum-gzip", whole(spoilt(gzip.compress(GOOD.encode()), -6), "Content-Encoding: gzip"), flags=frozenset({"damaged:packed"})),
    P("gzip-and-more", whole(gzip.compress(GOOD.encode()) + b"more", "Content-Encoding: gzip"), flags=frozenset({"bytes-after-end"})),
    P("gzip-as-br", whole(gzip.compress(GOOD.encode()), "Content-Encoding: br"), flags=frozenset({"mislabelled:br"})),
    P("not-gzip", whole("plain words", "Content-Encoding: gzip"), "bad-encoding"),
    P("not-deflate", whole("plain words", "Content-Encoding: deflate"), "bad-encoding"),
    P("brotli", whole(b"\x0b\x02\x80xx\x03", "Content-Encoding: br"), "bad-encoding"),
    P("unheard-of", whole(GOOD, "Content-Encoding: " + "z" * 5000), "bad-encoding"),
    P("packed-nine-times", whole(GOOD, "Content-Encoding: " + ", ".join(["gzip"] * 9)), "bad-encoding"),
    # ---- too much
    P("gzip-bomb", whole(GZIP_BOMB, "Content-Encoding: gzip"), "too-large"),
    P("deflate-bomb", whole(DEFLATE_BOMB, "Content-Encoding: deflate"), "too-large"),
    P("bomb-in-a-bomb", whole(gzip.compress(GZIP_BOMB), "Content-Encoding: gzip, gzip"), "too-large"),
    P("large", whole(b"x" * 2_000_000), "too-large"),
    P("says-it-is-large", raw(head("Content-Length: 99999999999999"), b"x"), "too-large"),
    P("endless", flood(head(), b"x" * 65536), "too-large"),
    P("endless-chunks", flood(head("Transfer-Encoding: chunked"), b"10000\r\n" + b"x" * 65536 + b"\r\n"), "too-large"),
    P("endless-chunk-name", flood(head("Transfer-Encoding: chunked"), b"f" * 65536), flags=frozenset({"truncated:disconnect", "empty"}), text=""),
    P("endless-header", flood(b"HTTP/1.1 200 OK\r\nX: ", b"y" * 65536), "headers-too-large"),
    P("many-headers", raw("HTTP/1.1 200 OK\r\n", "".join(f"X-{n}: y\r\n" for n in range(5000)), "\r\n", GOOD), "headers-too-large"),
    P("long-headers", raw("HTTP/1.1 200 OK\r\n", "".join(f"X-{n}: {'y' * 50_000}\r\n" for n in range(20)), "\r\n", GOOD), "headers-too-large"),
    P("interim-flood", flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "headers-too-large"),
    P("hints-flood", flood(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"), "headers-too-large"),
    # ---- too slow
    P("silent", pause, "timeout"),
    P("drip", drip(head("Content-Length: 1000"), b"x"), "timeout"),
    P("drip-until-closed", drip(head(), b"x"), "timeout"),
    P("drip-chunks", drip(head("Transfer-Encoding: chunked"), b"1\r\nx\r\n"), "timeout"),
    P("drip-status", drip(b"HTTP/1.1 2", b"0"), "timeout"),
    P("drip-headers", drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"), "timeout"),
    P("drip-interim", drip(b"", b"HTTP/1.1 102 Processing\r\n\r\n", 0.1), "timeout"),
    P("drip-trailers", drip(head("Transfer-Encoding: chunked") + chunks([GOOD.encode()], b"0\r\n"), b"X: y\r\n"), "timeout"),
    P("stalls", lambda v: (v.send(head("Content-Length: 500") + b"<p>a"), time.sleep(7))[0], "timeout"),
    # ---- wrong lengths, cut and twisted answers
    P("short", raw(head("Content-Length: 5000"), GOOD), flags=frozenset({"truncated:disconnect"})),
    P("longer", raw(head(f"Content-Length: {len(GOOD.encode())}"), GOOD, "and more"), flags=frozenset({"longer-than-declared"})),
    P("negative-length", raw(head("Content-Length: -7"), GOOD)),
    P("length-of-words", raw(head("Content-Length: many"), GOOD)),
    P("same-length-twice", raw(head(*[f"Content-Length: {len(GOOD.encode())}"] * 2), GOOD)),
    P("two-lengths", raw(head("Content-Length: 2", "Content-Length: 5"), GOOD), "bad-response"),
    P("length-and-chunks", raw(head("Transfer-Encoding: chunked", "Content-Length: 3"), chunks([GOOD.encode()])), flags=frozenset({"truncated:length-mismatch"})),
    P("cut-chunk", raw(head("Transfer-Encoding: chunked"), b"%x\r\n" % (2 * len(GOOD.encode())), GOOD), flags=frozenset({"truncated:disconnect"})),
    P("no-last-chunk", raw(head("Transfer-Encoding: chunked"), chunks([GOOD.encode()], b"")), flags=frozenset({"truncated:disconnect"})),
    P("chunk-of-words", raw(head("Transfer-Encoding: chunked"), "many\r\n", GOOD), flags=frozenset({"truncated:disconnect", "empty"}), text=""),
    P("huge-chunk", raw(head("Transfer-Encoding: chunked"), "f" * 40, "\r\n", GOOD), flags=frozenset({"truncated:disconnect"})),
    P("chunks-not-said", whole(chunks([GOOD.encode()]))),
    P("empty", whole(b""), flags=frozenset({"empty"}), text=""),
    P("blank", whole(b" \r\n\t "), flags=frozenset({"empty"}), text=""),
    P("no-answer", raw(b""), "connect"),
    P("reset", Visit.reset, "connect"),
    P("http-0-9", raw(GOOD), "bad-response"),
    P("not-http", raw("SSH-2.0-OpenSSH_9.9\r\n"), "bad-response"),
    P("status-of-words", raw("HTTP/1.1 fine\r\n\r\n", GOOD), "bad-response"),
    P("status-999", whole(GOOD, status="999 Request denied"), "http-999"),
    P("head-cut", raw("HTTP/1.1 200 OK\r\nContent-Ty"), flags=frozenset({"empty"}), text="", media_type="text/plain"),
    P("switching", raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"), "http-101"),
    # ---- headers
    P("two-kinds", whole(GOOD, "Content-Type: image/png")),
    P("header-without-colon", raw("HTTP/1.1 200 OK\r\nno colon here\r\nContent-Type: text/html; charset=utf-8\r\n\r\n", GOOD)),
    P("raw-headers", raw("HTTP/1.1 200 ", "حسنا".encode("cp1256"), "\r\nX-A: خبر\u202e\r\nContent-Type: text/html; charset=utf-8\r\n\r\n", GOOD)),
    P("nul-headers", raw(b"HTTP/1.1 200 O\x00K\r\nX-A: a\x00b\x07\r\nContent-Type: text/html; charset=utf-8\r\n\r\n", GOOD)),
    P("folded-headers", raw("HTTP/1.1 200 OK\r\nContent-Type: text/html;\r\n charset=utf-8\r\nX-A: a\r\n\tWARC-Type: response\r\n\r\n", GOOD)),
    P("bare-cr-headers", raw("HTTP/1.1 200 OK\r\nX-A: a\rWARC-Payload-Digest: sha1:FORGED\r\nContent-Type: text/html; charset=utf-8\r\n\r\n", GOOD)),
    P("cookie", whole(b"", "Location: /good", "Set-Cookie: track=1; Domain=127.0.0.1", status="302 Found")),
    # ---- redirects
    P("moved", to("/good", "301 Moved Permanently")),
    P("moved-in-full", here("good")),
    P("moved-308", to("good", "308 Permanent Redirect")),
    P("moved-to-letters", to("/خبر عاجل#top")),
    P("%D8%AE%D8%A8%D8%B1%20%D8%B9%D8%A7%D8%AC%D9%84", whole(GOOD)),
    P("loop", to("/loop"), "too-many-redirects"),
    P("ping", to("/pong"), "too-many-redirects"),
    P("pong", to("/ping"), "too-many-redirects"),
    P("moved-nowhere", whole(GOOD, status="302 Found"), "http-302"),
    P("moved-with-endless-body", flood(head("Location: /good", status="302 Found"), b"x" * 65536)),
    P("moved-with-bomb", whole(GZIP_BOMB, "Location: /good", "Content-Encoding: gzip", status="302 Found")),
    P("to-private", to("http://192.168.1.1/"), "refused-address"),
    P("to-metadata", to("http://169.254.169.254/latest/meta-data/"), "refused-address"),
    P("to-mapped-loopback", to("http://[::ffff:127.0.0.1]/"), "refused-address"),
    P("to-number", to("http://2130706433/"), "refused-address"),
    P("to-hex", to("http://0x7f000001/"), "refused-address"),
    P("to-short", to("//127.1/"), "refused-address"),
    P("to-6to4", to("http://[2002:7f00:1::]/"), "refused-address"),
    P("to-nat64", to("http://[64:ff9b::7f00:1]/"), "refused-address"),
    P("to-teredo", to("http://[2001:0:7f00:1::]/"), "refused-address"),
    P("to-localhost", to("http://localhost/"), "refused-address"),
    P("to-inner-name", to("http://metadata.google.internal/"), "refused-address"),
    P("to-file", to("file:///etc/passwd"), "refused-scheme"),
    P("to-script", to("javascript:alert(1)"), "refused-scheme"),
    P("to-data", to("data:text/html,<p>x"), "refused-scheme"),
    P("to-login", to("http://user:word@127.0.0.1/"), "refused-address"),
    P("to-port", to("http://8.8.8.8:22/"), "refused-port"),
    P("to-backslash", to("http://8.8.8.8\\@127.0.0.1/"), "refused-address"),
    P("to-bad-ipv6", to("http://[::1/"), "bad-response"),
    P("to-bad-port", to("http://8.8.8.8:99999/"), "refused-address"),
    P("to-empty-label", to("http://a..b/"), "refused-address"),
    # ---- refusals
    P("401", whole("no", 'WWW-Authenticate: Basic realm="x"', status="401 Unauthorized"), "http-401"),
    P("402", whole("no", status="402 Payment Required"), "http-402"),
    P("403", whole("no", status="403 Forbidden"), "http-403"),
    P("404", whole("no", status="404 Not Found"), "http-404"),
    P("410", whole("no", status="410 Gone"), "http-410"),
    P("451", whole("no", status="451 Unavailable For Legal Reasons"), "http-451"),
    P("500", whole("no", status="500 Oops"), "http-500"),
    P("502", whole("no", status="502 Bad Gateway"), "http-502"),
    P("204", raw("HTTP/1.1 204 No Content\r\n\r\n"), "http-204"),
    P("206", whole(GOOD, "Content-Range: bytes 0-9/999", status="206 Partial Content"), "http-206"),
    P("429", whole("later", "Retry-After: 120", status="429 Too Many Requests"), "http-429"),
    P("429-huge", whole("later", "Retry-After: " + "9" * 30, status="429 Too Many Requests"), "http-429"),
    P("429-nonsense", whole("later", "Retry-After: -5 apples", status="429 Too Many Requests"), "http-429"),
    P("429-for-ever", whole("later", "Retry-After: 0", status="429 Too Many Requests"), "http-429"),
    P("429-once", in_turn(whole("later", "Retry-After: 0", status="429 Too Many Requests"), whole(GOOD)), flags=frozenset({"retried:429"})),
    P("503-past", in_turn(whole("later", "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT", status="503 Busy"), whole(GOOD)), flags=frozenset({"retried:503"})),
    P("503-date", whole("later", "Retry-After: Wed, 21 Oct 2037 07:28:00 GMT", status="503 Busy"), "http-503"),
    # ---- charsets
    P("1256-said-latin", whole(bare(WORDS).encode("cp1256"), kind="text/html; charset=iso-8859-1"), flags=frozenset({"encoding-conflict"})),
    P("1256-unsaid", whole(bare(WORDS).encode("cp1256"), kind="text/html")),
    P("1256-said-utf-8", whole(bare(WORDS).encode("cp1256"), kind="text/html; charset=utf-8"), flags=frozenset({"encoding-conflict"})),
    P("8859-6-unsaid", whole(bare(LONG).encode("iso-8859-6"), kind="text/html")),
    P("utf-8-said-1256", whole(bare(WORDS), kind="text/html; charset=windows-1256")),
    P("utf-16", whole(bare(WORDS).encode("utf-16"), kind="text/html")),
    P("utf-16-no-mark", whole(bare(WORDS).encode("utf-16-le"), kind="text/html")),
    P("charset-unheard-of", whole(bare(WORDS), kind="text/html; charset=x-" + "z" * 300)),
    P("charset-codec", whole(bare(WORDS), kind="text/html; charset=base64")),
    P("broken-utf-8", whole(bare(LONG).encode() + b"\xff\xfe\xfd"), flags=frozenset({"encoding-conflict"})),
    # ---- content that is not what it says
    P("binary", whole(bytes(range(256)) * 10), text="", media_type="application/octet-stream"),
    P("png-as-html", whole(b"\x89PNG\r\n\x1a\n" + bytes(100)), text="", media_type="image/png"),
    P("html-as-png", whole(GOOD, kind="image/png")),
    P("nul-in-text", whole(GOOD.replace("الجسر", "الج\x00سر")), text="قال الوزير"),
    P("changing", lambda v: whole(page(f"<p>{WORDS} {v.number}</p>"))(v)),
    P("script-in-title", whole(page(f"<p>{WORDS}</p>", "<script>alert(1)</script>"))),
    P("bidi-in-title", whole(page(f"<p>{WORDS}</p>", "safe\u202egpj.exe\u2066"))),
    P("control-references", whole(page(f"<p>{WORDS}&#11;&#27;&#xFFFE;&#0;&#x110000;&#xD800;</p>"))),
    P("entity-bomb", whole('<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "' + "b" * 1000 + '">' + "".join(f'<!ENTITY a{n} "{"&a;" * 50}">' for n in range(20)) + f"]><html><body><p>{WORDS} &a19;</p></body></html>")),
    P("open-comment", whole(page(f"<p>{WORDS}</p>") + "<!-- " * 50_000)),
    P("open-tag", whole(page(f"<p>{WORDS}</p>") + "<a href='" + "x" * 500_000)),
    P("deep", whole(page("<div>" * 20_000 + f"<p>{WORDS}</p>"))),
    P("many-attributes", whole(page("<p " + " ".join(f"a{n}=b" for n in range(80_000)) + f">{WORDS}</p>"))),
    P("many-elements", whole(page("<p>x" * 200_000 + f"<p>{WORDS}"))),
    P("many-references", whole(page("&amp;&lt;&eacute;" * 50_000 + f"<p>{WORDS}"))),
    P("one-long-line", whole(page("x" * 900_000 + f"<p>{WORDS}"))),
    P("declarations", whole("<![<![<![" * 30_000 + f"<p>{WORDS}")),
    P("instructions", whole(page("<?php " * 100_000 + f"?><p>{WORDS}</p>"))),
]  # fmt: skip
