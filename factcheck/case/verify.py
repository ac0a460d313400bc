"""Checking a desk: its ledger, the captures and time-stamps beside it, and the heads kept elsewhere. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from factcheck.case.places import CAPTURES, LEDGER_FILE
from factcheck.case.settings import FILE_NAME, read_settings
from factcheck.case.surroundings import HEADS, Surroundings
from factcheck.case.where import open_store
from factcheck.errors import FactcheckError
from factcheck.evidence.captures import CaptureStore
from factcheck.ledger.stamps import FOLDER as STAMPS
from factcheck.ledger.stamps import Stamps, with_stamps
from factcheck.ledger.verify import Finding, Findings, verify_ledger, verify_store


def verify_desk(
    folder: Path,
    around: Surroundings,
    *,
    against: bytes | None = None,
    known_vkeys: Iterable[str] = (),
    tsa_roots: Sequence[bytes] = (),
) -> Findings:
    """Check a desk without writing to it or to any folder beside it; every fault is a finding, none an exception.

    Args:
        against: a checkpoint that somebody kept, perhaps cosigned by witnesses; the ledger must extend it.
        known_vkeys: the log's key as known from elsewhere; without any, the key that the ledger names is taken.
        tsa_roots: certificates of authorities whose time-stamps are believed.

    Raises:
        FactcheckError: ``tsa_roots`` are given, and cannot be read, or the package that checks time-stamps is missing.
    """
    stamps, kept_heads, faults = Stamps(folder / STAMPS), [around.state / HEADS], list[Finding]()
    try:
        kept_heads += read_settings(folder).head_folders
    except FactcheckError as error:
        faults.append(Finding("warning", FILE_NAME, "file.settings", f"heads that are kept by setting were not looked at: {error}"))
    given = {"kept_heads": kept_heads, "against": against, "known_vkeys": known_vkeys, "stamped": stamps.heads()}
    findings = _verified(folder, given)
    findings = replace(findings, findings=(*findings.findings, *faults))
    return with_stamps(_with_captures(findings, folder), stamps.held(), tsa_roots)


def _verified(folder: Path, given: Mapping[str, Any]) -> Findings:
    path = folder / LEDGER_FILE
    try:
        if path.exists() or not read_settings(folder).database:
            return verify_ledger(path, **given)
        with closing(open_store(folder, read_only=True)) as store:
            return verify_store(store, **given)
    except FactcheckError as error:
        remedy = "Bring back an untouched copy of the ledger, or mend the settings of its database."
        return Findings((Finding("error", str(folder), "file.unreadable", str(error), remedy),), kind="desk")


def _with_captures(findings: Findings, folder: Path) -> Findings:
    store = CaptureStore(folder / CAPTURES)
    faults: list[Finding] = []
    present = set(store.digests())
    for problem in store.check():
        faults.append(
            Finding(
                level="error",
                place=problem.place,
                code="capture.changed",
                message=f"capture {problem.place} does not match its name: expected {problem.expected}, computed {problem.computed}",
                remedy="Restore it from a backup; the ledger still says what it was.",
            )
        )
    for digest in sorted(findings.captures_erased & present):
        faults.append(
            Finding(
                level="error",
                place=digest,
                code="capture.undead",
                message=f"capture {digest} was erased and is here again",
                remedy="Opening the desk to work on it deletes it; look where it came from.",
            )
        )
    missing = sorted(findings.captures_named - present)
    for digest in missing:
        faults.append(
            Finding(
                level="error",
                place=digest,
                code="capture.missing",
                message=f"capture {digest} is named by an entry and is not in {CAPTURES}/",
                remedy="Restore it from a backup, or from a colleague's copy of the desk.",
            )
        )
    return findings.with_captures(faults, present=len(findings.captures_named & present))
