"""Cosignatures of witnesses (C2SP tlog-cosignature, version 1): who saw which head of a log, and when.

A witness signs only heads that extend every head of that log it signed before, so that a log which shows two people two histories
needs a witness that lies with it. The name of our witnesses is their key, as it is for authors: no look-up is needed to check one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from factcheck.errors import IntegrityError
from factcheck.ledger.checkpoint import Note, SignatureLine, Verifier, parse_note, signature_line_of
from factcheck.ledger.codec import KEY_PREFIX, verifier_of
from factcheck.ledger.keys import SigningKey

COSIGNATURE = b"\x04"
_SIZE = 8 + 64  # time, signature


@dataclass(frozen=True, slots=True)
class Cosignature:
    """That a witness saw a head."""

    witness: str  # its name; that of ours is the key itself
    at: datetime  # aware UTC, the witness's clock


def key_id(verifier: Verifier) -> bytes:
    """The first four bytes of SHA-256(name, LF, 04, public key)."""
    return hashlib.sha256(verifier.name.encode() + b"\n" + COSIGNATURE + verifier.public).digest()[:4]


def message(text: bytes, seconds: int) -> bytes:
    """What a witness signs: a header with the time in seconds since 1970, and the text of the checkpoint."""
    return f"cosignature/v1\ntime {seconds}\n".encode() + text


def cosign(note: bytes, key: SigningKey, at: datetime) -> bytes:
    """The note with a further line of the witness; one that it wrote before is replaced.

    Raises:
        IntegrityError: not a note.
    """
    parsed, verifier, seconds = parse_note(note), key.verifier(), int(at.timestamp())
    own = key_id(verifier)
    lines = [signature_line_of(line) for line in parsed.signatures if (line.name, line.key_id) != (verifier.name, own)]
    signature = seconds.to_bytes(8, "big") + key.sign(message(parsed.text, seconds))
    lines.append(signature_line_of(SignatureLine(verifier.name, own, signature)))
    return parsed.text + b"\n" + b"".join(lines)


def cosignatures(note: Note) -> list[Cosignature]:
    """The cosignatures of witnesses whose name is their key; lines of other kinds and names are passed over.

    Raises:
        IntegrityError: one of them is wrong.
    """
    found = []
    for line in note.signatures:
        if not line.name.startswith(KEY_PREFIX):
            continue
        try:
            verifier = verifier_of(line.name)
        except ValueError:
            continue
        if line.key_id != key_id(verifier):
            continue
        seconds = int.from_bytes(line.signature[:8], "big")
        if len(line.signature) != _SIZE or not verifier.accepts(message(note.text, seconds), line.signature[8:]):
            raise IntegrityError(f"The cosignature of {line.name} is wrong: the checkpoint or the line was changed.", place=line.name)
        try:
            at = datetime.fromtimestamp(seconds, UTC)
        except (OverflowError, ValueError, OSError) as error:
            raise IntegrityError(f"The cosignature of {line.name} names no time: {seconds}.", place=line.name) from error
        found.append(Cosignature(line.name, at))
    return found
