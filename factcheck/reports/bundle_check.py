"""Check a bundle from its own bytes (FORMAT.md section 12): needs no desk and no network; every fault is a finding.

``verify_path`` is what the command asks: it tells a desk, a log, a report and a bundle apart.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from factcheck.case.places import LEDGER_FILE
from factcheck.case.surroundings import Surroundings
from factcheck.case.verify import verify_desk
from factcheck.errors import IntegrityError
from factcheck.ledger import attached, seal
from factcheck.ledger.seal import MANIFEST
from factcheck.ledger.stamps import EXPORTED, Stamps, with_stamps
from factcheck.ledger.verify import Finding, Findings, named_captures, verify_log
from factcheck.reports.members import MAX_MEMBER, Members
from factcheck.reports.verify import as_findings, check_page

ENTRIES, VKEY, CHECKPOINT = "entries.json", "vkey", "checkpoint"
ALWAYS = (ENTRIES, VKEY, CHECKPOINT)
REPORTS = ("report-ar.html", "report-en.html")
_CAPTURE = re.compile(r"captures/([0-9a-f]{64})(\.warc\.gz)?")


@dataclass(slots=True)
class BundleCheck:
    """What was found in a bundle; ``members`` is None when it has not the form of one."""

    found: list[Finding] = field(default_factory=list)
    members: Members | None = None
    entries: attached.Check | None = None
    signer: str = ""
    captures_named: frozenset[str] = frozenset()
    captures_here: frozenset[str] = frozenset()

    def error(self, place: str, code: str, message: str, remedy: str = "") -> None:
        self.found.append(Finding("error", place, code, message, remedy))

    def findings(self) -> Findings:
        broken = any(finding.code.startswith(("member.", "seal.")) for finding in self.found)  # the seal does not hold for all of it
        told = as_findings("bundle", self.found, self.entries, "" if broken else self.signer)
        return replace(told, captures_named=self.captures_named, captures_present=len(self.captures_named & self.captures_here))


def verify_path(
    what: Path,
    around: Surroundings | None = None,
    *,
    against: bytes | None = None,
    known_vkeys: Iterable[str] = (),
    tsa_roots: Sequence[bytes] = (),
) -> Findings:
    """Check a desk, an exported log, a bundle (zip or folder) or a report's page, whichever it is; every fault is a finding.

    Args:
        around: of the user, for a desk's kept head.
        against: a checkpoint of the log that somebody kept, perhaps cosigned by witnesses.
        known_vkeys: the log's key as known from elsewhere; without any, the key that comes with the files is taken.
        tsa_roots: certificates of authorities whose time-stamps are believed, of a desk or an exported log.

    Raises:
        FactcheckError: ``tsa_roots`` are given, and cannot be read, or the package that checks time-stamps is missing.
    """
    known = tuple(known_vkeys)
    if what.is_dir() and not (what / LEDGER_FILE).exists():
        if (what / MANIFEST).is_file():
            return check_bundle(what, known_vkeys=known, against=against).findings()
        if (what / "tile").is_dir() or (what / CHECKPOINT).is_file():
            stamps = Stamps(what / EXPORTED)
            return with_stamps(verify_log(what, against=against, known_vkeys=known, stamped=stamps.heads()), stamps.held(), tsa_roots)
    if not what.is_file():
        return verify_desk(what, around or Surroundings.of_user(), against=against, known_vkeys=known, tsa_roots=tsa_roots)
    try:
        with what.open("rb") as file:
            if file.read(2) == b"PK":
                return check_bundle(what, known_vkeys=known, against=against).findings()
        if what.stat().st_size > MAX_MEMBER:
            raise OSError(0, f"it is larger than a report may be ({MAX_MEMBER} bytes)")
        return check_page(what.read_bytes(), known_vkeys=known, against=against).findings()
    except OSError as error:
        return Findings((Finding("error", "file", "file.unreadable", f"{what} cannot be read: {error.strerror}"),))


def check_bundle(place: Path, *, known_vkeys: Iterable[str] = (), against: bytes | None = None) -> BundleCheck:
    """Seal, members, entries, pages and captures of a bundle."""
    check = BundleCheck()
    known = tuple(known_vkeys)
    try:
        members = check.members = Members(place)
        check.found += members.faults
        _entries(check, members, known, against)
        manifest = _manifest(check, members)
        if manifest is not None:
            _listed(check, members, manifest)
        for path in REPORTS:
            if path in members.found:
                _page(check, members, path, known)
        _captures(check, members)
    except (IntegrityError, OSError) as error:
        check.error("file", "bundle.form", str(error), "Ask for the bundle again.")
        check.members = None
    return check


def _entries(check: BundleCheck, members: Members, known: tuple[str, ...], against: bytes | None) -> None:
    for path in ALWAYS:
        if path not in members.found:
            check.error(path, "member.missing", f"{path} is not in the bundle", "Ask for the bundle again.")
    if ENTRIES not in members.found:
        return
    try:
        table = attached.read(members.read(ENTRIES))
    except IntegrityError as error:
        check.error(ENTRIES, "file.unreadable", str(error), "Ask for the bundle again.")
        return
    check.entries = attached.check(table, known_vkeys=known, against=against)
    check.found += check.entries.found
    for path, text in ((VKEY, table.vkey), (CHECKPOINT, table.checkpoint)):
        if path in members.found and members.found[path].sha256 != hashlib.sha256(text.encode("utf-8")).hexdigest():
            check.error(path, "member.other", f"{path} is not the one in {ENTRIES}")


def _manifest(check: BundleCheck, members: Members) -> seal.Seal | None:
    if MANIFEST not in members.found:
        check.error(MANIFEST, "seal.missing", "the bundle bears no seal: anybody may have put it together", "Ask for the bundle again.")
        return None
    try:
        manifest = seal.read(members.read(MANIFEST), seal.BUNDLE)
    except IntegrityError as error:
        check.error(MANIFEST, "seal.form", str(error), "The bundle was changed.")
        return None
    faults = seal.faults(manifest, MANIFEST, check.entries)
    check.found += faults
    check.signer = "" if faults else manifest.signer
    return manifest


def _listed(check: BundleCheck, members: Members, manifest: seal.Seal) -> None:
    listed = {thing.path: thing for thing in manifest.things}
    for path, thing in listed.items():
        member = members.found.get(path)
        if member is None and path not in ALWAYS:  # those were missed already
            check.error(path, "member.missing", f"{path} is listed and not in the bundle", "It was taken out; ask for the bundle again.")
        elif member and (member.sha256, member.length) != (thing.sha256, thing.length):
            message = f"{path} has the hash {member.sha256[:12]}, and was sealed with {thing.sha256[:12]}"
            check.error(path, "member.changed", message, "It was changed after the bundle was made; ask for it again.")
    for path in members.found:
        if path not in listed and path != MANIFEST:
            check.error(path, "member.stray", f"{path} is in the bundle and not listed", "It was put in; do not trust it.")


def _page(check: BundleCheck, members: Members, path: str, known: tuple[str, ...]) -> None:
    page = check_page(members.read(path), known_vkeys=known)
    check.found += [replace(finding, place=f"{path}, {finding.place}") for finding in page.found]
    if (
        check.entries
        and page.entries
        and (page.entries.table.vkey, page.entries.table.case)
        != (
            check.entries.table.vkey,
            check.entries.table.case,
        )
    ):
        check.error(path, "member.other", f"{path} is about another case or log than {ENTRIES}")


def _captures(check: BundleCheck, members: Members) -> None:
    here = set()
    for path, member in members.found.items():
        if not path.startswith("captures/"):
            continue
        match = _CAPTURE.fullmatch(path)
        if match is None:
            check.error(path, "member.name", f"{path} does not have the name of a capture")
        elif match[1] != member.sha256:
            check.error(path, "capture.changed", f"{path} does not match its name: its bytes hash to {member.sha256}")
        else:
            here.add(match[1])
    check.captures_here = frozenset(here)
    if check.entries:
        payloads = [e.payload for e in check.entries.events if e.payload is not None and e.type != "publication.recorded"]
        check.captures_named = frozenset(digest for payload in payloads for digest in named_captures(payload))
        left_out = len(check.captures_named - here)
        if left_out:
            message = f"{left_out} captures that entries name are not in the bundle"
            check.found.append(Finding("info", "captures", "capture.withheld", message, "Who made the bundle left them out."))
