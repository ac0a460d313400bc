"""From a case to a report file: what both doors, notebook and command line, do with the formats."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from pathlib import Path
from typing import Any

from factcheck import __version__
from factcheck.case.case import Case
from factcheck.case.travel import Change, diff
from factcheck.errors import ReportError
from factcheck.ledger.attached import LedgerEntry
from factcheck.ledger.checkpoint import proof_text
from factcheck.ledger.merkle import KEPT, Provable, node_hash
from factcheck.model.verdict import PublicationKind
from factcheck.reports import FORMATS
from factcheck.reports.bundle import save_bundle
from factcheck.reports.changed import public
from factcheck.reports.foreign import ForeignDesk
from factcheck.reports.redaction import parts_of, redacted
from factcheck.reports.source import LANGUAGES, ReportSource

FOLDER = "reports"
TEMPLATES = "templates"  # folder of a desk's own templates
TEMPLATE_BYTES = 10_000_000  # largest file there
PAGES = ("html", "docx", "pdf", "markdown")  # formats that have a page of one claim
EXTENSIONS = {
    "html": "html",
    "docx": "docx",
    "pdf": "pdf",
    "markdown": "md",
    "xlsx": "xlsx",
    "csv": "csv",
    "json": "json",
    "parquet": "parquet",
    "claimreview": "json",
    "datafeed": "json",
    "card": "txt",
    "svg": "svg",
}


def source_of(case: Case) -> ReportSource:
    """State, article, checkpoint and proofs: everything that a report is made from."""
    if isinstance(case.desk, ForeignDesk):
        return _foreign_source(case, case.desk)
    desk, state = case.desk, case.state
    note, head = desk.ledger.signed_head()
    places = {event.index for event in state.history} | set(desk.ledger.places_of_no_case())
    tree = _Remembered(desk.ledger.tree)
    entries = {
        digest: LedgerEntry(
            digest=digest,
            index=row.index,
            leaf=row.leaf,
            disclosures=dict(row.disclosures),
            proof=proof_text(row.index, tree.inclusion(row.index, head.size), note),
        )
        for digest, row in desk.ledger.rows_at({place for place in places if place < head.size})
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
        changes=_changes(case),
        templates=read_templates(desk.folder / TEMPLATES),
    )


class _Remembered(Provable):
    """A tree that keeps the nodes it was asked for: the proofs of one report share most of them."""

    def __init__(self, tree: Provable) -> None:
        self._tree = tree
        self._nodes: dict[tuple[int, int], bytes] = {}
        self._spans: dict[tuple[int, int], bytes] = {}

    def __len__(self) -> int:
        return len(self._tree)

    def node(self, level: int, index: int) -> bytes:
        found = self._nodes.get((level, index))
        if found is None:
            if level % KEPT == 0:
                found = self._tree.node(level, index)
            else:
                found = node_hash(self.node(level - 1, 2 * index), self.node(level - 1, 2 * index + 1))
            self._nodes[level, index] = found
        return found

    def _subtree(self, start: int, end: int) -> bytes:
        found = self._spans.get((start, end))
        if found is None:
            found = self._spans[start, end] = super()._subtree(start, end)
        return found


def _foreign_source(case: Case, desk: ForeignDesk) -> ReportSource:
    """What a report of somebody else's case is made from; nobody here answers for it, so it is unsealed."""
    return ReportSource(
        state=case.state,
        text=case.text,
        settings=desk.settings,
        problems=tuple(case.problems()),
        checkpoint=desk.table.checkpoint,
        vkey=desk.table.vkey,
        entries={entry.digest: entry for entry in desk.table.entries},
        made_at=desk.clock().astimezone(UTC),
        generator=f"factcheck {__version__}",
        changes=_changes(case),
    )


def _changes(case: Case) -> dict[str, tuple[Change, ...]]:
    """For each correction, what changed in what readers see since the publication or correction before it."""
    told = sorted(case.state.publications.items(), key=lambda item: (item[1].event.index, item[0]))
    if all(held.value.kind is PublicationKind.PUBLICATION for _, held in told):
        return {}
    found, before = {}, case.at(told[0][1].event)
    for id, held in told[1:]:
        after = case.at(held.event)
        if held.value.kind is not PublicationKind.PUBLICATION:
            chosen = frozenset(target.split("/")[1] for state in (before, after) for target in state.chosen_targets())
            found[id] = public(diff(before, after), chosen)
        before = after
    return found


def read_templates(folder: Path) -> dict[str, bytes]:
    """A desk's own templates: file name -> bytes; empty when there is no such folder.

    Raises:
        ReportError: one cannot be read, or is larger than a template may be.
    """
    found = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_file() and not path.name.startswith("."):
            try:
                if path.stat().st_size > TEMPLATE_BYTES:
                    raise ReportError(f"{path} is larger than {TEMPLATE_BYTES // 1_000_000} MB. Make it smaller, or remove it.")
                found[path.name] = path.read_bytes()
            except OSError as error:
                raise ReportError(f"Cannot read the template {path}: {error.strerror}. Make it readable, or remove it.") from error
    return found


def report_bytes(case: Case, format: str = "html", lang: str = "", **options: Any) -> bytes:
    """A report, nothing written.

    Args:
        options: of the format; ``claim_id`` for a page about one claim, or the item or card of it; and ``preset`` (``public`` or
            ``partner``) and ``leave_out``, for a copy that leaves things out.

    Raises:
        ReportError: the format is unknown, or the case lacks what it needs.
        ValueError: there is no such preset or part.
    """
    render = FORMATS.get(format)
    if render is None:
        raise ReportError(f"There is no report format {format!r}. Known formats: {', '.join(FORMATS)}.")
    lang = lang or case.desk.settings.language
    parts = parts_of(options.pop("preset", ""), options.pop("leave_out", ()))
    source = redacted(source_of(case), parts, lang)
    if format in PAGES and (claim := options.pop("claim_id", "")):
        source = source.page_of(claim)
    return render(source, lang=lang, **options)


def write_bundle(case: Case, lang: str = "", *, preset: str = "", leave_out: Iterable[str] = (), to: Path | None = None) -> Path:
    """Write the case's bundle, into the desk's reports folder or to a path of the person's; returns the path.

    Args:
        lang: ``ar`` or ``en`` for reports and tables in one language; both without it.
        preset: for whom: ``public`` or ``partner``; everything of the case without it. See ``redaction``.
        leave_out: further parts, or registers.

    Raises:
        ReportError, IntegrityError: as ``bundle.save_bundle``.
        ValueError: there is no such preset or part.
    """
    parts = parts_of(preset, leave_out)
    path = to or case.desk.folder / FOLDER / f"{case.id[:8]}-bundle{'-' + preset if preset else ''}.zip"
    mine = case.desk.settings.language
    languages = (lang,) if lang else (mine, *(other for other in LANGUAGES if other != mine))
    return save_bundle(path, source_of(case), case.desk.captures, languages, parts)


def write_report(case: Case, format: str = "html", lang: str = "", *, to: Path | None = None, **options: Any) -> Path:
    """Write a report, beside and renamed, into the desk's reports folder or to a path of the person's; returns the path.

    Raises:
        ReportError: as ``report_bytes``, or the file cannot be written.
    """
    lang = lang or case.desk.settings.language
    data = report_bytes(case, format, lang, **options)
    claim = str(options.get("claim_id", ""))
    named = "".join(
        f"-{value}" for name, value in options.items() if isinstance(value, str) and value.isidentifier() and name != "claim_id"
    )
    named += f"-{claim[:12]}" if claim.isalnum() else ""
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
