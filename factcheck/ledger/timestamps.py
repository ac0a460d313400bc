"""RFC 3161: asking when something existed, and what an answer says.

Requests are written and answers read here, in the few lines of DER that they take, so that an answer can be held against its question on
any machine. Whether an authority signed it is checked by rfc3161-client (extra ``stamps``), which is stricter about form than some
authorities are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from factcheck.errors import FactcheckError, IntegrityError

MAX_ANSWER = 262_144  # bytes; certificates of an authority take a few thousand
_SHA256 = bytes.fromhex("608648016503040201")
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_TST_INFO = bytes.fromhex("2a864886f70d0109100104")
_SEQUENCE, _SET, _INTEGER, _OCTETS, _OID, _TIME, _BOOLEAN = 0x30, 0x31, 0x02, 0x04, 0x06, 0x18, 0x01
_GRANTED = (0, 1)  # granted, granted with modifications
_REFUSED = {2: "rejected", 3: "waiting", 4: "a revocation warning", 5: "a revocation notice"}


def request(data: bytes, nonce: int) -> bytes:
    """A TimeStampReq over the SHA-256 of ``data`` that asks for the authority's certificates; ``nonce`` is positive."""
    algorithm = _tlv(_SEQUENCE, _tlv(_OID, _SHA256) + b"\x05\x00")
    imprint = _tlv(_SEQUENCE, algorithm + _tlv(_OCTETS, hashlib.sha256(data).digest()))
    number = nonce.to_bytes(nonce.bit_length() // 8 + 1, "big")
    return _tlv(_SEQUENCE, _tlv(_INTEGER, b"\x01") + imprint + _tlv(_INTEGER, number) + _tlv(_BOOLEAN, b"\xff"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a TimeStampResp says. Nothing of it is believed before ``proved``."""

    imprint: bytes  # of what was stamped
    sha256: bool  # whether the imprint is a SHA-256
    nonce: int | None
    at: datetime  # aware UTC


def read_answer(token: bytes) -> Answer:
    """Take a TimeStampResp apart.

    Raises:
        FactcheckError: the authority refused; the message holds its reason.
        IntegrityError: the bytes are none, or not in the form that is read here.
    """
    status, words = _status(token)
    if status not in _GRANTED:
        raise FactcheckError(f"the authority answered {_REFUSED.get(status, f'status {status}')}{words and ': '}{words}")
    try:
        return _answer(_inner(token))
    except (IndexError, ValueError, OverflowError) as error:
        raise IntegrityError(f"The answer of a time-stamp authority cannot be read here: {error}.", place="stamp") from error


def _status(token: bytes) -> tuple[int, str]:
    try:
        parts = _parts(_whole(token, _SEQUENCE))
        said = _parts(_content(parts[0], _SEQUENCE))
        words = [text for tag, text in _parts(said[1][1])] if len(said) > 1 and said[1][0] == _SEQUENCE else []
        return _number(said[0]), "; ".join(text.decode("utf-8", "replace")[:200] for text in words[:5])
    except (IndexError, ValueError) as error:
        raise IntegrityError(f"These bytes are no answer of a time-stamp authority: {error}.", place="stamp") from error


def _inner(token: bytes) -> bytes:
    """The TSTInfo within a response: ContentInfo, SignedData, what it encapsulates."""
    content = _parts(_content(_parts(_whole(token, _SEQUENCE))[1], _SEQUENCE))
    if content[0] != (_OID, _SIGNED_DATA):
        raise ValueError("it holds no signed data")
    signed = _parts(_whole(_content(content[1], 0xA0), _SEQUENCE))
    encapsulated = _parts(_content(signed[2], _SEQUENCE))
    if encapsulated[0] != (_OID, _TST_INFO):
        raise ValueError("what is signed is no time-stamp")
    return _whole(_content(encapsulated[1], 0xA0), _OCTETS)


def _answer(info: bytes) -> Answer:
    fields = _parts(_whole(info, _SEQUENCE))
    imprint = _parts(_content(fields[2], _SEQUENCE))
    algorithm = _parts(_content(imprint[0], _SEQUENCE))[0]
    text = _content(fields[4], _TIME).decode("ascii")
    if not text.endswith("Z") or not text[:14].isdecimal():
        raise ValueError(f"its time is {text!r}")
    at = datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    nonce = next((_number(part) for part in fields[5:] if part[0] == _INTEGER), None)
    return Answer(_content(imprint[1], _OCTETS), algorithm == (_OID, _SHA256), nonce, at)


def proved(token: bytes, data: bytes, roots: Sequence[bytes]) -> None:
    """That an authority under one of the roots signed the answer, over ``data``, with a certificate that held at the time it names.

    Args:
        roots: certificates, PEM or DER; a PEM file may hold several.

    Raises:
        UntrustedStampError: the authority is under none of the roots.
        IntegrityError: the signature is wrong, it is over something else, or the answer is not in the form that is read here.
        FactcheckError: the package is missing, or a root is no certificate.
    """
    client, x509 = _client()
    certificates = [certificate for root in roots for certificate in _certificates(root, x509)]
    try:
        response = client.decode_timestamp_response(_sorted_certificates(token))
    except ValueError as error:
        raise UnreadableStampError(f"its form is not the one that is read here ({str(error)[:120]})", place="stamp") from error
    try:
        client.VerifierBuilder(roots=certificates).build().verify_message(response, data)
    except client.VerificationError as error:
        if "certificate verify error" in str(error):
            raise UntrustedStampError("its authority is under none of the roots that were given", place="stamp") from error
        raise IntegrityError(f"its signature does not hold ({str(error).partition(': ErrorStack')[0]})", place="stamp") from error
    except ValueError as error:  # what it stamps is read late
        raise UnreadableStampError(f"its form is not the one that is read here ({str(error)[:120]})", place="stamp") from error


class UntrustedStampError(IntegrityError):
    """A time-stamp by an authority that is under none of the roots given."""


class UnreadableStampError(IntegrityError):
    """A time-stamp in a form that is not read here; other programs may."""


def check_roots(roots: Sequence[bytes]) -> None:
    """That each root is a certificate, and that signatures can be checked here.

    Raises:
        FactcheckError: not so.
    """
    _, x509 = _client()
    for root in roots:
        _certificates(root, x509)


def _client() -> tuple[Any, Any]:
    try:
        import rfc3161_client
    except ImportError as error:
        raise FactcheckError(
            "Checking time-stamps needs the package rfc3161-client, which is not installed. "
            'Install it with: pip install "factcheck-workbench[stamps]"'
        ) from error
    from cryptography import x509

    return rfc3161_client, x509


def _certificates(root: bytes, x509: Any) -> list[Any]:
    try:
        if b"-----BEGIN CERTIFICATE-----" in root:
            return list(x509.load_pem_x509_certificates(root))
        return [x509.load_der_x509_certificate(root)]
    except ValueError as error:
        raise FactcheckError(f"A root of time-stamp authorities is no certificate, PEM or DER: {error}.") from error


def _sorted_certificates(token: bytes) -> bytes:
    """The answer with its certificates in the order that DER asks for: some authorities send them in another, and nothing signs it."""
    try:
        body = _content(_parts(_whole(token, _SEQUENCE))[1], _SEQUENCE)
        signed = _whole(_content(_parts(body)[1], 0xA0), _SEQUENCE)
        held = next((content for tag, content in _parts(signed) if tag == 0xA0), b"")
        ordered = b"".join(sorted(_tlv(tag, content) for tag, content in _parts(held)))
    except (IndexError, ValueError):
        return token
    return token.replace(held, ordered) if len(ordered) == len(held) and token.count(held) == 1 else token


# ---- DER


def _tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def _parts(data: bytes) -> list[tuple[int, bytes]]:
    """The elements that stand one after the other: tag and content."""
    found = []
    at = 0
    while at < len(data):
        tag, size, at = data[at], data[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7F
            if not 1 <= count <= 4:
                raise ValueError("a length is not in DER")
            size, at = int.from_bytes(data[at : at + count], "big"), at + count
        if at + size > len(data):
            raise ValueError("it is cut short")
        found.append((tag, data[at : at + size]))
        at += size
    return found


def _whole(data: bytes, tag: int) -> bytes:
    """The content of the one element that ``data`` is."""
    parts = _parts(data)
    if len(parts) != 1:
        raise ValueError(f"{len(parts)} elements stand where one is expected")
    return _content(parts[0], tag)


def _content(part: tuple[int, bytes], tag: int) -> bytes:
    if part[0] != tag:
        raise ValueError(f"an element is of kind {part[0]:#x}, not {tag:#x}")
    return part[1]


def _number(part: tuple[int, bytes]) -> int:
    return int.from_bytes(_content(part, _INTEGER), "big", signed=True)
