"""How a key of another machine asks to be introduced: a file that the new key signs, and that holds nothing private.

The file is a signed note of two lines, a header and one canonical JSON object: who asks, and the *consent*, a signed note of four lines
that goes into the ledger with the introduction (``key.admitted``) and shows there for ever that the key's holder wanted it. Names lie in
the file only: in the ledger they are fields of their own, which can be redacted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from factcheck.errors import IntegrityError
from factcheck.ledger.canonical import canonical, strict_json
from factcheck.ledger.checkpoint import parse_note, sign_note
from factcheck.ledger.codec import CONSENT, consented, verifier_of
from factcheck.ledger.keys import PersonKey
from factcheck.model.events import KeyAdmitted

FILE = "factcheck-key-request-file/v1"
_FIELDS = frozenset({"consent", "key", "machine", "name", "newsroom", "person", "role"})


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """Who asks, as the new key signed it."""

    key: str
    person: str
    name: str
    newsroom: str
    role: str
    machine: str
    at: str  # the asking machine's clock
    consent: str  # signed note

    def admitted(self) -> KeyAdmitted:
        """The event's payload that introduces the key."""
        return KeyAdmitted(self.key, self.person, self.consent, self.name, self.newsroom, self.role, self.machine)


def write_request(key: PersonKey, at: datetime) -> bytes:
    """The file by which ``key`` asks to be introduced."""
    sign = [(key.verifier(), key.sign)]
    consent = sign_note(f"{CONSENT}\n{key.key}\n{key.person}\n{at:%Y-%m-%dT%H:%M:%S.%fZ}\n".encode(), sign)
    table = {
        "consent": consent.decode("utf-8"),
        "key": key.key,
        "machine": key.machine,
        "name": key.name,
        "newsroom": key.newsroom,
        "person": key.person,
        "role": key.role,
    }
    return sign_note(FILE.encode() + b"\n" + canonical(table) + b"\n", sign)


def read_request(data: bytes) -> KeyRequest:
    """What a request says, found to be signed by the key it is about.

    Raises:
        IntegrityError: it is no request, or not as the key signed it.
    """
    try:
        note = parse_note(data)
        header, line, rest = note.text.split(b"\n")
        if header != FILE.encode() or rest:
            raise ValueError("its first line is another")
        table: Any = strict_json(line)
        if not isinstance(table, dict) or set(table) != _FIELDS or not all(isinstance(value, str) for value in table.values()):
            raise ValueError("its fields are others")
        verifier = verifier_of(table["key"])
    except (IntegrityError, ValueError) as error:
        raise IntegrityError(f"This is no request as factcheck key request writes it: {error}", place="request") from error
    if len(note.signatures) != 1 or not note.signed_by(verifier):
        raise IntegrityError("The request is not signed by the key it is about.", place="request")
    key, person, at = consented(table["consent"])
    if (key, person) != (table["key"], table["person"]):
        raise IntegrityError("The request consents to another key or person than it names.", place="request")
    return KeyRequest(at=at, **table)
