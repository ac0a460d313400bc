"""Seals: signed notes by which a person answers for the bytes of a file (FORMAT.md section 11).

A seal has four lines or more, so it never passes for an event (one line) or a checkpoint (three).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from factcheck.errors import IntegrityError
from factcheck.ledger.attached import Check
from factcheck.ledger.checkpoint import parse_note, sign_note
from factcheck.ledger.codec import verifier_of
from factcheck.ledger.keys import SigningKey
from factcheck.ledger.verify import Finding

PAGE = "factcheck-page/1"
BUNDLE = "factcheck-bundle/1"
MANIFEST = "MANIFEST"
MAX_SEAL = 2_000_000  # bytes
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9_-]))*"
_PATH = re.compile(rf"(?=.{{1,120}}\Z){_NAME}(?:/{_NAME}){{0,2}}")
_THING = re.compile(r"([0-9a-f]{64}) (0|[1-9][0-9]{0,9})(?: ([^ ]+))?")
_CASE = re.compile(r"[0-9a-f]{32}")


def is_path(path: str) -> bool:
    """Whether a bundle may have a member of that path (FORMAT.md section 12)."""
    return path != MANIFEST and bool(_PATH.fullmatch(path))


@dataclass(frozen=True, slots=True)
class Sealed:
    """One thing that a seal covers."""

    sha256: str  # hexadecimal
    length: int  # bytes
    path: str = ""  # of a bundle's member; empty for a page

    @classmethod
    def of(cls, data: bytes, path: str = "") -> Sealed:
        return cls(hashlib.sha256(data).hexdigest(), len(data), path)


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal taken apart, its signature not yet checked."""

    note: bytes
    origin: str
    case: str
    things: tuple[Sealed, ...]
    signer: str  # ``ed25519:<base64url public key>``


def write(what: str, origin: str, case: str, things: Iterable[Sealed], key: SigningKey) -> bytes:
    """The signed note over some things; paths are given for all of them or for none."""
    lines = [f"{thing.sha256} {thing.length}" + (f" {thing.path}" if thing.path else "") for thing in things]
    text = "\n".join([what, origin, case, *lines]) + "\n"
    return sign_note(text.encode("utf-8"), [(key.verifier(), key.sign)])


def read(note: bytes, what: str) -> Seal:
    """Take a seal apart, strictly.

    Raises:
        IntegrityError: not a seal of that kind with exactly one signature line of a person's key.
    """
    if len(note) > MAX_SEAL:
        raise IntegrityError(f"A seal has at most {MAX_SEAL} bytes.", place="seal")
    parsed = parse_note(note)
    try:
        head, origin, case, *lines = parsed.text.decode("utf-8").split("\n")[:-1]
        matches = [_THING.fullmatch(line) for line in lines]
        things = tuple(Sealed(match[1], int(match[2]), match[3] or "") for match in matches if match)
        [line] = parsed.signatures
        verifier_of(line.name)
    except ValueError as error:
        raise IntegrityError(f"This is not the form of a seal: {error}.", place="seal") from error
    paths = [thing.path for thing in things]
    listed = all(is_path(path) for path in paths) if what == BUNDLE else paths == [""]
    in_order = paths == sorted(set(paths), key=lambda path: path.encode("utf-8"))
    if head != what or not _CASE.fullmatch(case) or len(things) != len(lines) or not (things and listed and in_order):
        raise IntegrityError(f"This is not the form of a {what} seal.", place="seal")
    return Seal(note, origin, case, things, line.name)


def faults(seal: Seal, place: str, check: Check | None) -> list[Finding]:
    """What is wrong with a seal's signature and, where the file's entries could be read, with its origin, case and signer."""
    found = []
    try:
        signed = parse_note(seal.note).signed_by(verifier_of(seal.signer))
    except IntegrityError:
        signed = False
    if not signed:
        found.append(Finding("error", place, "seal.signature", f"the seal is not rightly signed by {seal.signer}", "The seal was changed."))
    if check is None or check.head is None:
        return found
    if (seal.origin, seal.case) != (check.origin, check.table.case):
        message = f"the seal is for case {seal.case} of {seal.origin}, the entries are of case {check.table.case} of {check.origin}"
        found.append(Finding("error", place, "seal.other", message, "It was taken from another file."))
    if not check.answers(seal.signer):
        message = f"the seal is by {seal.signer}, and no entry here makes that a key that counts"
        found.append(Finding("error", place, "seal.key", message, "Somebody else made this file."))
    return found
