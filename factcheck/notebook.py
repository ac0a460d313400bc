"""Case and Desk as notebooks see them: with reports, the workbench, DataFrames, and a static view of each object.

``factcheck`` itself offers these names, loaded on first use.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

import pandas as pd

from factcheck import __version__
from factcheck.case.case import Case as BaseCase
from factcheck.case.desk import Desk as BaseDesk
from factcheck.case.desk import Surroundings
from factcheck.case.desk import open_desk as open_base_desk
from factcheck.case.gather import read_article
from factcheck.errors import ReportError
from factcheck.ledger.keys import KeyRing
from factcheck.reports import FORMATS
from factcheck.reports.source import LedgerEntry, ReportSource
from factcheck.reports.tables import rows
from factcheck.workbench.app import Welcome, Workbench

REPORTS = "reports"
EXTENSIONS = {"html": "html", "csv": "csv", "claimreview": "json"}


class Case(BaseCase):
    """A case with what a notebook adds: DataFrames, reports, the workbench."""

    def claims(self) -> pd.DataFrame:
        """One row a claim, accepted or proposed, in order of position."""
        return self._table("claims")

    def evidence(self) -> pd.DataFrame:
        """One row a piece of evidence."""
        return self._table("evidence")

    def verdicts(self) -> pd.DataFrame:
        """One row a result of a person on a target."""
        return self._table("verdicts")

    def history(self, subject: str = "") -> pd.DataFrame:  # type: ignore[override]
        """One row an entry of the ledger, in display order; with ``subject`` (an id) only what moved it."""
        language = self.desk.settings.language
        lines = super().history(subject)
        frame = pd.DataFrame(
            [
                {"entry": line.entry, "at": line.at, "person": line.person, "what": line.what[language], "digest": line.digest}
                for line in lines
            ],
            columns=["entry", "at", "person", "what", "digest"],
        )
        frame["at"] = pd.to_datetime(frame["at"], utc=True)
        return frame

    def report(self, format: str = "html", lang: str = "", **options: Any) -> Path:
        """Write a report of the case beside the desk and return its path.

        Args:
            format: ``html``, ``csv`` or ``claimreview``.
            lang: ``ar`` or ``en``; the desk's language without it.

        Raises:
            ReportError: the format is unknown, or the case lacks what it needs.
        """
        lang = lang or self.desk.settings.language
        data = self.report_bytes(format, lang, **options)
        folder = self.desk.folder / REPORTS
        folder.mkdir(mode=0o700, exist_ok=True)
        suffix = "".join(f"-{value}" for value in options.values() if isinstance(value, str) and value.isidentifier())
        path = folder / f"{self.id[:8]}-{format}{suffix}-{lang}.{EXTENSIONS[format]}"
        beside = path.with_name(path.name + ".part")
        beside.write_bytes(data)
        beside.replace(path)
        return path

    def report_bytes(self, format: str = "html", lang: str = "", **options: Any) -> bytes:
        """The report as bytes, nothing written."""
        render: Callable[..., bytes] | None = FORMATS.get(format)
        if render is None:
            raise ReportError(f"There is no report format {format!r}. Known formats: {', '.join(FORMATS)}.")
        return render(self.report_source(), lang=lang or self.desk.settings.language, **options)

    def report_source(self) -> ReportSource:
        """State, article, checkpoint and proofs: everything that a report is made from."""
        desk, state = self.desk, self.state
        digests = [event.digest for event in state.history]
        entries = {
            event.digest: LedgerEntry(
                digest=event.digest,
                index=event.index,
                leaf=desk.ledger.leaf(event.digest),
                disclosures=desk.ledger.disclosures(event.digest),
                proof=desk.ledger.prove(event.digest),
            )
            for event in desk.ledger.events()
            if event.digest in digests or not event.case
        }
        return ReportSource(
            state=state,
            text=self.text,
            settings=desk.settings,
            problems=tuple(self.problems()),
            checkpoint=desk.ledger.checkpoint(),
            vkey=desk.ledger.vkey,
            entries=entries,
            made_at=desk.clock().astimezone(UTC),
            generator=f"factcheck {__version__}",
        )

    def workbench(self) -> Workbench:
        """The workbench on this case: article, claims, evidence, results and review in one place."""
        return Workbench(self, export=lambda format, lang: self.report(format, lang))

    def _table(self, name: str) -> pd.DataFrame:
        return pd.DataFrame(rows(self.state, name, text=self.text))

    def _repr_html_(self) -> str:
        state = self.state
        words = {"ar": "ادعاءات {0} · أدلة {1} · نتائج {2}", "en": "{0} claims · {1} pieces of evidence · {2} results"}
        language = self.desk.settings.language
        counts = words[language].format(len(state.claims), len(state.evidence), len(state.verdicts))
        direction = "rtl" if language == "ar" else "ltr"
        return f'<div dir="{direction}"><b><bdi>{html.escape(state.title)}</bdi></b><br>{counts}</div>'


class Desk(BaseDesk):
    """A desk whose cases are those of a notebook."""

    case_class = Case


def open_desk(
    folder: str | Path, *, name: str = "", newsroom: str = "", passphrase: str | None = None, around: Surroundings | None = None
) -> Desk:
    """Open the desk in a folder, or make it, as a person of this machine; see ``factcheck.case.desk.open_desk``."""
    desk = open_base_desk(folder, name=name, newsroom=newsroom, passphrase=passphrase, around=around, desk_class=Desk)
    assert isinstance(desk, Desk)
    return desk


def start(folder: str | Path, article: str | Path, *, around: Surroundings | None = None, **facts: Any) -> Workbench:
    """The workbench on an article, whether or not this machine knows its user yet.

    A desk is opened or made in ``folder`` and a case on ``article`` (a path) opened unless there is one; run again, it shows the same
    case. When nobody has worked on this machine, the workbench first asks for a name and a newsroom.
    """
    around = around or Surroundings.of_user()
    path = Path(article)

    def begin(name: str = "", newsroom: str = "") -> Case:
        desk = open_desk(folder, name=name, newsroom=newsroom, around=around)
        for id in desk.cases():
            case = desk.case(id)
            if case.state.article and case.state.article.file_name == path.name:
                return case
        return desk.open_case(path, **facts)

    def export(case: Case) -> Callable[[str, str], Path]:
        return lambda format, lang: case.report(format, lang)

    known = KeyRing(around.config, entropy=around.entropy).persons()
    if known:
        return begin().workbench()
    read, _ = read_article(path.read_bytes(), name=path.name)
    return Workbench(welcome=Welcome(read.text, read.language, begin), export_of=export)
