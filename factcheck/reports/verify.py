"""Check a report file from its own bytes: every attached entry against its signature, its disclosures, its proof and the checkpoint.

A report that verified itself would prove nothing, so this is a program of the reader's, not of the page. The key it checks with stands
in the file and must be compared with what the newsroom publishes elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from factcheck.errors import FactcheckError, IntegrityError, ReportError
from factcheck.ledger.checkpoint import Verifier, check_proof, open_checkpoint
from factcheck.ledger.codec import open_disclosure, open_leaf, parse_leaf, verifier_of
from factcheck.ledger.merkle import leaf_hash
from factcheck.ledger.verify import Finding, Findings
from factcheck.model import events as ev
from factcheck.model.events import Event
from factcheck.reports.words import pieces

ENTRIES_ID = "factcheck-entries"
ENTRIES_FORMAT = "factcheck-report-entries/1"


def verify_report(data: bytes) -> Findings:
    """How far the entries inside an HTML report hold, and whether words of theirs are missing from the page.

    Raises:
        ReportError: the file is no report of factcheck, or its data block cannot be read.
    """
    words, table = _read(data)
    found: list[Finding] = []
    events: list[Event] = []
    introduced: set[str] = set()
    disclosed = 0
    try:
        verifier = Verifier.parse(table["vkey"])
        head = open_checkpoint(table["checkpoint"].encode(), verifier)
    except (FactcheckError, ValueError) as error:
        return Findings((Finding("error", "checkpoint", "checkpoint.signature", str(error)),))
    for item in table["entries"]:
        place = f"entry {item['index']}"
        try:
            bytes_ = item["leaf"].encode()
            index, tree = check_proof(item["proof"], leaf_hash(bytes_), verifier)
            if index != item["index"] or tree.size > head.size or (tree.size == head.size and tree.root != head.root):
                raise IntegrityError(f"The proof is for entry {index} of another tree than the page's checkpoint.")
            leaf = parse_leaf(bytes_)
            if leaf.digest != item["digest"] or not leaf.note.signed_by(verifier_of(leaf.actor)):
                raise IntegrityError("The entry is not signed by the key it names, or carries another name than its own.")
            fields = {name: text.encode() for name, text in item["disclosures"].items()}
            event = open_leaf(leaf, fields, index=index)
            introduced |= {
                open_disclosure(leaf, name, fields[name]) for name in ("key", "new") if name in fields and event.type.startswith("key.")
            }
        except (FactcheckError, ValueError) as error:
            found.append(
                Finding("error", place, "entry.proof", f"{place}: {error}", "The page was changed; ask the newsroom for the report.")
            )
            continue
        events.append(event)
        disclosed += len(fields)
        if event.missing:
            listed = ", ".join(sorted(event.missing))
            found.append(Finding("info", place, "entry.redacted", f"{place}: not disclosed: {listed}"))
        for text in _shown(event):
            if _plain(text) not in words:
                message = f"{place}: words of this entry do not stand on the page: {_plain(text)[:60]}"
                found.append(Finding("warning", place, "page.words", message, "Compare the page with the entry before you trust it."))
    strangers = {event.actor for event in events} - introduced
    roots = {event.actor for event in events if event.type == "key.introduced"}
    for actor in sorted(strangers - roots):
        found.append(Finding("error", actor, "key.unknown", f"entries are signed by {actor}, which no attached entry introduces"))
    return Findings(
        findings=tuple(found),
        origin=head.origin,
        vkey=table["vkey"],
        entries=len(events),
        disclosed=disclosed,
        root=head.root.hex(),
        whole=bool(events) and not any(finding.level == "error" for finding in found),
        signed_by_introduced=bool(events) and not strangers - roots,
        checkpoint_signed=True,
    )


class _Reader(HTMLParser):
    """The words of a page and its block of entries; the parser of the standard library, so that nothing is run or fetched."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.entries: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._inside = "entries" if tag == "script" and dict(attrs).get("id") == ENTRIES_ID else tag
        elif tag in ("p", "li", "dd", "div"):
            self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "entries":
            self.entries.append(data)
        elif not self._inside:
            self.words.append(data)


def _read(data: bytes) -> tuple[str, dict[str, Any]]:
    reader = _Reader()
    try:
        reader.feed(data.decode("utf-8"))
        reader.close()
        table = json.loads("".join(reader.entries))
    except ValueError as error:
        raise ReportError("This file carries no entries of factcheck that can be read. Ask for the report as it was published.") from error
    if not isinstance(table, dict) or table.get("format") != ENTRIES_FORMAT or not _well_formed(table):
        raise ReportError(f"The entries in this file are not of the form {ENTRIES_FORMAT}; a newer factcheck may read them.")
    return " ".join("".join(reader.words).split()), table


def _well_formed(table: dict[str, Any]) -> bool:
    texts = all(isinstance(table.get(name), str) for name in ("vkey", "checkpoint"))
    return texts and isinstance(table.get("entries"), list) and all(_entry_formed(item) for item in table["entries"])


def _entry_formed(item: object) -> bool:
    if not isinstance(item, dict) or type(item.get("index")) is not int or not isinstance(item.get("disclosures"), dict):
        return False
    return all(isinstance(item.get(name), str) for name in ("digest", "leaf", "proof")) and all(
        isinstance(text, str) for text in item["disclosures"].values()
    )


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
