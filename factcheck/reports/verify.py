"""Check a report file from its own bytes: its seal, and every attached entry against its signature, its disclosures and its proof.

A report that verified itself would prove nothing, so this is a program of the reader's, not of the page. The key it checks with stands
in the file and must be compared with what the newsroom publishes elsewhere. The form of a page is FORMAT.md section 11.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from factcheck.errors import IntegrityError
from factcheck.ledger import attached, seal
from factcheck.ledger.keys import SigningKey
from factcheck.ledger.verify import Finding, Findings
from factcheck.model import events as ev
from factcheck.model.events import Event
from factcheck.reports.words import pieces

ENTRIES_TAG = b'<script type="application/json" id="factcheck-entries">'
SEAL_TAG = b'<script type="text/plain" id="factcheck-seal">'
END_TAG = b"</script>"
TAIL = b"</body>\n</html>\n"


def seal_page(page: bytes, table: attached.Attached, origin: str, key: SigningKey) -> bytes:
    """A finished page with the seal of the person who exports it.

    Raises:
        ValueError: it does not end as pages do, or bears a seal.
    """
    if not page.endswith(TAIL) or SEAL_TAG in page:
        raise ValueError("a page is sealed once, and ends with the end tags of body and html, each on its own line")
    note = seal.write(seal.PAGE, origin, table.case, [seal.Sealed.of(page)], key)
    return page[: -len(TAIL)] + SEAL_TAG + note + END_TAG + b"\n" + TAIL


def verify_report(data: bytes, *, known_vkeys: Iterable[str] = (), against: bytes | None = None) -> Findings:
    """How far an HTML report holds: its seal, its entries, and whether words of theirs are missing from the page.

    Args:
        known_vkeys: the log's key as known from elsewhere; without any, the key in the page is taken.
        against: a checkpoint of the log that somebody kept.
    """
    return check_page(data, known_vkeys=known_vkeys, against=against).findings()


@dataclass(slots=True)
class PageCheck:
    """What was found in a page; ``entries`` is None when there is no table that can be read."""

    found: list[Finding]
    entries: attached.Check | None
    signer: str = ""

    def findings(self) -> Findings:
        return as_findings("report", self.found, self.entries, self.signer)


def as_findings(kind: str, found: Iterable[Finding], check: attached.Check | None, signer: str) -> Findings:
    """All that a file with attached entries has to say."""
    if check is None or check.head is None:
        return Findings(tuple(found), kind=kind)
    found = tuple(found)
    return Findings(
        findings=found,
        kind=kind,
        case=check.table.case,
        sealed_by=signer,
        origin=check.origin,
        vkey=check.table.vkey,
        entries=len(check.events),
        disclosed=check.disclosed,
        erased=check.erased,
        withheld=check.withheld,
        persons=check.persons,
        root=check.head.root.hex(),
        whole=bool(check.events) and not any(finding.level == "error" for finding in found),
        signed_by_introduced=check.signed_by_introduced,
        checkpoint_signed=True,
        extends_kept_head=check.extends,
    )


def check_page(data: bytes, *, known_vkeys: Iterable[str] = (), against: bytes | None = None) -> PageCheck:
    try:
        text = data.decode("utf-8")
        _, tag, rest = data.partition(ENTRIES_TAG)
        block, end, _ = rest.partition(END_TAG)
        if not tag or not end or ENTRIES_TAG in rest:
            raise IntegrityError("it carries no table of entries, or more than one")
        table = attached.read(block)
    except (IntegrityError, ValueError) as error:
        remedy = "Ask for the report as it was published."
        return PageCheck(
            [Finding("error", "file", "file.unreadable", f"this is no report of factcheck that can be read: {error}", remedy)], None
        )
    check = attached.check(table, known_vkeys=known_vkeys, against=against)
    found, signer = _seal(data, check)
    found += check.found
    words = _words_of(text)
    for event in check.events:
        for shown in _shown(event):
            if _plain(shown) not in words:
                message = f"entry {event.index}: words of this entry do not stand on the page: {_plain(shown)[:60]}"
                remedy = "Compare the page with the entry before you trust it."
                found.append(Finding("warning", f"entry {event.index}", "page.words", message, remedy))
    return PageCheck(found, check, signer)


def _seal(page: bytes, check: attached.Check | None) -> tuple[list[Finding], str]:
    """What is wrong with a page's seal, and whose it is when nothing is."""
    before, tag, rest = page.partition(SEAL_TAG)
    if not tag:
        message = "the page bears no seal: its entries may hold, and anybody may have written the words around them"
        remedy = "A desk that was open for reading only cannot seal; ask for a report made by a person."
        return [Finding("error", "page", "seal.missing", message, remedy)], ""
    note, end, tail = rest.partition(END_TAG)
    try:
        if not end or tail != b"\n" + TAIL:
            raise IntegrityError("The seal does not stand at the page's end, or stands there twice.")
        found = seal.read(note, seal.PAGE)
    except IntegrityError as error:
        return [Finding("error", "page", "seal.form", str(error), "The page was changed.")], ""
    faults = seal.faults(found, "page", check)
    computed = seal.Sealed.of(before + TAIL)
    if computed != found.things[0]:
        message = (
            f"the page has the hash {computed.sha256[:12]} over {computed.length} bytes, and was sealed with {found.things[0].sha256[:12]}"
        )
        faults.append(Finding("error", "page", "seal.bytes", message, "The page was changed after it was made; ask the newsroom for it."))
    return faults, "" if faults else found.signer


def _words_of(page: str) -> str:
    """The words of a page, in time that grows with its length whatever stands in it; good enough for pages of our making."""
    words, skipped = [], ""
    for piece in html.unescape(page.replace("&lt;", "\uffff")).split("<"):  # an escaped < is a word's, not a tag's
        tag, _, after = piece.partition(">")
        name = tag.split(None, 1)[0].lower() if tag.strip() else ""
        if name in ("script", "style"):
            skipped = "/" + name
        elif skipped and name != skipped:
            continue
        else:
            skipped = ""
            words.append((" " if name in ("p", "li", "dd", "div") else "") + after)
    return " ".join("".join(words).replace("\uffff", "<").split())


def _shown(event: Event) -> Iterator[str]:
    """Words of an entry that the page must show."""
    match event.payload:
        case ev.VerdictGiven(verdict=verdict) | ev.VerdictSettled(verdict=verdict):
            yield from (text for text in (verdict.reasons, verdict.unknown) if text.strip())
        case ev.EvidenceAttached(evidence=evidence) if evidence.quote:
            yield evidence.quote.exact
        case ev.ContactRecorded(contact=contact) if contact:
            yield from (text for text in (contact.question, contact.answer) if text.strip())


def _plain(text: str) -> str:
    """As the page shows it: hidden characters named in their place, white space folded."""
    return " ".join("".join(part for part, _ in pieces(text)).split())
