"""What verification has to say: findings, and how far a log holds. Their codes are in ``findings.schema.json``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that verification has to say."""

    level: str  # error, warning, info
    place: str  # entry 118, entry 118 field quote, checkpoint, capture 3f9a1c..., file
    code: str
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """How far a ledger holds, with counts of what was checked."""

    findings: tuple[Finding, ...]
    origin: str = ""
    vkey: str = ""
    entries: int = 0
    disclosed: int = 0  # fields
    erased: int = 0  # fields
    withheld: int = 0  # fields that a public copy leaves out
    persons: int = 0
    root: str = ""  # hexadecimal
    whole: bool = False  # leaves, commitments, tree and checkpoint agree
    signed_by_introduced: bool = False
    checkpoint_signed: bool = False
    extends_kept_head: bool | None = None  # None: no head was kept
    captures_named: frozenset[str] = field(default_factory=frozenset)
    captures_present: int = 0
    captures_erased: frozenset[str] = field(default_factory=frozenset)  # that an erasure lists and no entry needs
    stamps_held: int = 0
    stamps_proved: int = 0  # signed by an authority under the roots that were given
    stamped_entries: int = 0  # covered by the widest of these
    stamped_before: str = ""  # aware UTC, ISO 8601: when so many entries were there already
    kind: str = ""  # desk, log, report, bundle: what was checked
    case: str = ""  # of a report or bundle
    sealed_by: str = ""  # the key of the person who answers for a report or bundle, when the seal holds

    @property
    def ok(self) -> bool:
        return self.entries > 0 and self.whole and not any(finding.level == "error" for finding in self.findings)

    def with_captures(self, faults: Iterable[Finding], *, present: int) -> Findings:
        return replace(self, findings=(*self.findings, *faults), captures_present=present)
