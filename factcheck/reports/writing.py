"""From a case to a report file: what both doors, notebook and command line, do with the formats."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import Any

from factcheck import __version__
from factcheck.case.case import Case
from factcheck.errors import ReportError
from factcheck.ledger.attached import LedgerEntry
from factcheck.ledger.checkpoint import proof_text
from factcheck.reports import FORMATS
from factcheck.reports.source import ReportSource

FOLDER = "reports"
EXTENSIONS = {"html": "html", "csv": "csv", "claimreview": "json"}


def source_of(case: Case) -> ReportSource:
    """State, article, checkpoint and proofs: everything that a report is made from."""
    desk, state = case.desk, case.state
    note, head = desk.ledger.signed_head()
    mine = {event.digest for event in state.history}
    entries = {
        event.digest: LedgerEntry(
            digest=event.digest,
            index=event.index,
            leaf=desk.ledger.leaf(event.digest),
            disclosures=desk.ledger.disclosures(event.digest),
            proof=proof_text(event.index, desk.ledger.tree.inclusion(event.index, head.size), note),
        )
        for event in desk.ledger.events()
        if event.index < head.size and (event.digest in mine or not event.case)
    }
    return ReportSource(
        state=state,
        text=case.text,
        settings=desk.settings,
        problems=tuple(case.problems()),
        checkpoint=note.decode("utf-8"),
        vkey=desk.ledger.vkey,
        entries=entries,
        made_at=desk.clock().astimezone(UTC),
        generator=f"factcheck {__version__}",
        signer=desk.signer,
    )


def report_bytes(case: Case, format: str = "html", lang: str = "", **options: Any) -> bytes:
    """A report, nothing written.

    Raises:
        ReportError: the format is unknown, or the case lacks what it needs.
    """
    render = FORMATS.get(format)
    if render is None:
        raise ReportError(f"There is no report format {format!r}. Known formats: {', '.join(FORMATS)}.")
    return render(source_of(case), lang=lang or case.desk.settings.language, **options)


def write_report(case: Case, format: str = "html", lang: str = "", *, to: Path | None = None, **options: Any) -> Path:
    """Write a report, beside and renamed, into the desk's reports folder or to a path of the person's; returns the path.

    Raises:
        ReportError: as ``report_bytes``, or the file cannot be written.
    """
    lang = lang or case.desk.settings.language
    data = report_bytes(case, format, lang, **options)
    named = "".join(f"-{value}" for value in options.values() if isinstance(value, str) and value.isidentifier())
    path = to or case.desk.folder / FOLDER / f"{case.id[:8]}-{format}{named}-{lang}.{EXTENSIONS[format]}"
    beside = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ReportError(f"Cannot write {path}: {error.strerror}. Name another file.") from error
    return path
