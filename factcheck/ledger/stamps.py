"""Time-stamps of checkpoints, beside a ledger: ``stamps/<size>.checkpoint`` as it was stamped, ``stamps/<size>-<n>.tsr`` for each answer.

A stamp proves that a checkpoint existed before a time, and with it every entry it covers; it says nothing of what came before. Answers are
kept whatever their form, since another program may read what this one cannot.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from factcheck.errors import FactcheckError, IntegrityError, LedgerError
from factcheck.ledger.checkpoint import Checkpoint, parse_note
from factcheck.ledger.durable import write_durably
from factcheck.ledger.findings import Finding, Findings
from factcheck.ledger.timestamps import MAX_ANSWER, UnreadableStampError, UntrustedStampError, check_roots, proved, read_answer

FOLDER = "stamps"  # of a desk
EXPORTED = "timestamps"  # of an exported log, a bundle
_TOKEN = re.compile(r"(0|[1-9][0-9]{0,15})-([1-9][0-9]{0,5})\.tsr")


@dataclass(frozen=True, slots=True)
class Stamp:
    """One answer of an authority, with the checkpoint it is about; nothing is believed yet."""

    place: str  # stamps/57-1
    size: int
    note: bytes  # empty when its file is gone
    token: bytes


class Stamps:
    """The stamps below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, note: bytes, token: bytes) -> str:
        """Keep an answer beside those that are there; returns its place.

        Raises:
            LedgerError: the folder cannot be written, or holds another checkpoint of that size.
        """
        size = Checkpoint.parse(parse_note(note).text).size
        stamped = self.folder / f"{size}.checkpoint"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not stamped.exists():
                write_durably(stamped, note)
            elif stamped.read_bytes() != note:
                raise LedgerError(f"{stamped} holds another checkpoint of {size} entries. Look at it with factcheck verify.")
            number = 1
            while (path := self.folder / f"{size}-{number}.tsr").exists():
                number += 1
            write_durably(path, token)
        except OSError as error:
            raise LedgerError(f"The stamp could not be kept in {self.folder}: {error.strerror}. Make room, or mend the folder.") from error
        return f"{self.folder.name}/{path.stem}"

    def held(self) -> list[Stamp]:
        """Every answer, in order of size; what cannot be read counts as empty."""
        if not self.folder.is_dir():
            return []
        found = []
        for path in self.folder.iterdir():
            if (match := _TOKEN.fullmatch(path.name)) is not None:
                note = _read(self.folder / f"{match[1]}.checkpoint")
                found.append((int(match[1]), int(match[2]), Stamp(f"{self.folder.name}/{path.stem}", int(match[1]), note, _read(path))))
        return [stamp for _, _, stamp in sorted(found, key=lambda each: each[:2])]

    def copy(self, folder: Path) -> int:
        """Write what is here to another folder; returns how many files that were.

        Raises:
            LedgerError: it cannot be written.
        """
        written = 0
        for stamp in self.held():
            names = (f"{stamp.size}.checkpoint", f"{stamp.place.partition('/')[2]}.tsr")
            for name, data in zip(names, (stamp.note, stamp.token), strict=True):
                try:
                    folder.mkdir(parents=True, exist_ok=True)
                    if _read(folder / name) != data:
                        write_durably(folder / name, data)
                        written += 1
                except OSError as error:
                    raise LedgerError(f"Could not write {folder / name}: {error.strerror}.") from error
        return written

    def heads(self) -> dict[str, bytes]:
        """The stamped checkpoints by their place, for a log to be held against."""
        return {f"{self.folder.name}/{stamp.size}.checkpoint": stamp.note for stamp in self.held() if stamp.note}


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_ANSWER + 1)
    except OSError:
        return b""
    return data if len(data) <= MAX_ANSWER else b""


def with_stamps(findings: Findings, stamps: Sequence[Stamp], roots: Sequence[bytes] = ()) -> Findings:
    """What was found of a log, and what its stamps prove: answers are checked against the checkpoints beside them, and with ``roots``
    (certificates) also who signed them.

    Whether the log goes on from those checkpoints is for the check of the log (``Stamps.heads``).

    Raises:
        FactcheckError: roots are given and the package that checks signatures is missing, or one is no certificate.
    """
    if roots:
        check_roots(roots)
    found = [_checked(stamp, roots) for stamp in stamps]
    whole = [(stamp.size, before) for stamp, (_, before) in zip(stamps, found, strict=True) if before]
    listed = [finding for finding, _ in found]
    if roots and not whole:
        what = "none of them is proved" if stamps else "there is none"
        message = f"roots of time-stamp authorities were given, {len(stamps)} stamps were checked, and {what}"
        listed.append(
            Finding("error", FOLDER, "stamp.missing", message, "Ask for a stamp with factcheck stamp, or give the authority's root.")
        )
    entries = max((size for size, _ in whole), default=0)
    before = min((before for size, before in whole if size == entries), default="")
    return replace(
        findings,
        findings=(*findings.findings, *listed),
        stamps_held=len(stamps),
        stamps_proved=len(whole),
        stamped_entries=entries,
        stamped_before=before,
    )


def _checked(stamp: Stamp, roots: Sequence[bytes]) -> tuple[Finding, str]:
    """What is to be said of one stamp, and the time that it proves; empty when it proves none."""
    covered = f"the checkpoint of {stamp.size} entries"
    by_hand = f"openssl ts -verify -data {stamp.place.partition('-')[0]}.checkpoint -in {stamp.place}.tsr -CAfile ROOT.pem"
    if not stamp.note or not stamp.token:
        message = f"{stamp.place}: {covered} or the answer of the authority is gone or too large"
        return Finding("error", stamp.place, "stamp.wrong", message, "Bring it back from a copy."), ""
    try:
        answer = read_answer(stamp.token)
    except (IntegrityError, FactcheckError) as error:
        message = f"{stamp.place}: the answer over {covered} cannot be read here: {error}"
        return Finding("warning", stamp.place, "stamp.unreadable", message, f"Another program may: {by_hand}"), ""
    at = f"{answer.at:%Y-%m-%d %H:%M:%S}Z"
    if not answer.sha256 or answer.imprint != hashlib.sha256(stamp.note).digest():
        message = f"{stamp.place}: the authority stamped something else than {covered}"
        return Finding("error", stamp.place, "stamp.wrong", message, "The stamp or the checkpoint beside it was changed."), ""
    if not roots:
        message = f"{stamp.place}: a time-stamp says that {covered} existed before {at}; who signed it was not checked"
        return Finding("info", stamp.place, "stamp.held", message, "Give the authority's root: factcheck verify --tsa-root FILE"), ""
    try:
        proved(stamp.token, stamp.note, roots)
    except UnreadableStampError as error:
        return Finding("warning", stamp.place, "stamp.unreadable", f"{stamp.place}: {error}", f"Another program may: {by_hand}"), ""
    except UntrustedStampError as error:
        return Finding("warning", stamp.place, "stamp.untrusted", f"{stamp.place}: {error}", "Give the root of that authority too."), ""
    except IntegrityError as error:
        message = f"{stamp.place}: {error}"
        return Finding("error", stamp.place, "stamp.wrong", message, "The stamp was changed, or was never made by an authority."), ""
    message = f"{stamp.place}: {covered} existed before {at}, as an authority under the given roots signed"
    return Finding("info", stamp.place, "stamp.proved", message), f"{answer.at:%Y-%m-%dT%H:%M:%SZ}"
