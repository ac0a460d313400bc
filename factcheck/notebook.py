"""Case and Desk as notebooks see them: with reports, the workbench, DataFrames, and a static view of each object.

``factcheck`` itself offers these names, loaded on first use.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from factcheck.case.case import Case as BaseCase
from factcheck.case.desk import Desk as BaseDesk
from factcheck.case.desk import open_desk as open_base_desk
from factcheck.case.gather import read_article
from factcheck.case.surroundings import Surroundings
from factcheck.case.where import is_desk
from factcheck.errors import NotAllowedError
from factcheck.ledger.keys import KeyRing
from factcheck.ledger.verify import Findings
from factcheck.reports import FORMATS
from factcheck.reports.bundle_check import verify_path
from factcheck.reports.foreign import ForeignDesk, Provenance, open_foreign
from factcheck.reports.redaction import parts_of, still_readable
from factcheck.reports.tables import rows
from factcheck.reports.writing import source_of, write_bundle, write_report
from factcheck.workbench.app import Welcome, Workbench

WORKBENCH_FORMATS = tuple(FORMATS)


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

    def history(self, subject: str = "") -> pd.DataFrame:  # type: ignore[override]  # a notebook shows the same lines as a table
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
            options: of the format: ``claim_id`` for a page about one claim (``html``, ``docx``, ``pdf``, ``markdown``), its ClaimReview or
                card; ``table`` for ``csv`` and ``parquet``; and ``preset`` and ``leave_out`` as for ``bundle``.
            format: ``html``, ``docx``, ``pdf``, ``markdown``, ``xlsx``, ``csv``, ``json``, ``parquet``, ``claimreview``, ``datafeed``,
                ``card`` or ``svg``.
            lang: ``ar`` or ``en``; the desk's language without it.

        Raises:
            ReportError: the format is unknown, or the case lacks what it needs.
        """
        return write_report(self, format, lang, **options)

    def bundle(self, lang: str = "", *, preset: str = "", leave_out: Iterable[str] = (), to: Path | None = None) -> Path:
        """Write the case as one file to hand over, sealed by you: reports, tables, entries with proofs, captures; returns its path.

        A stranger checks it with ``factcheck verify``, with the small program inside, or with ``verify.html``.

        Args:
            lang: ``ar`` or ``en`` for reports and tables in one language; both without it.
            preset: ``partner`` leaves out private notes and who off-line sources are; ``public`` also names of checkers, whom you asked,
                and earlier values; without it everything of this case goes in. ``still_readable`` tells what to look at before.
            leave_out: further parts by name, or registers such as ``evidence:ID``.
            to: path to write to; in the desk's reports folder without it.

        Raises:
            ReportError: nobody is signed in, the case holds more than a bundle may, or the file cannot be written.
            ValueError: there is no such preset or part.
        """
        return write_bundle(self, lang, preset=preset, leave_out=leave_out, to=to)

    def still_readable(self, preset: str = "public", leave_out: Iterable[str] = ()) -> list[tuple[str, str]]:
        """Names that a copy leaves out in one place and that stand in another of its texts: (name, register) of each, to look at."""
        return still_readable(source_of(self), parts_of(preset, leave_out))

    def workbench(self) -> Workbench:
        """The workbench on this case: article, claims, evidence, results and review in one place."""
        return Workbench(self, export=write_report, formats=WORKBENCH_FORMATS)

    def _table(self, name: str) -> pd.DataFrame:
        return pd.DataFrame(rows(self.state, name))

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


class ForeignCase(Case):
    """A colleague's case from a bundle: what a case shows, and nothing that would write."""

    def workbench(self) -> Workbench:
        raise NotAllowedError(f"This case came {self.provenance.words('en')}; it is open for reading only.")

    @property
    def provenance(self) -> Provenance:
        """Whose it says it is, and whether its key was known here."""
        assert isinstance(self.desk, ForeignDesk)
        return self.desk.provenance

    def __repr__(self) -> str:
        return f"{super().__repr__()[:-1]}, {self.provenance.words('en')}>"

    def _repr_html_(self) -> str:
        lang = self.desk.settings.language
        direction = "rtl" if lang == "ar" else "ltr"
        return f'{super()._repr_html_()}<div dir="{direction}"><small>{html.escape(self.provenance.words(lang))}</small></div>'


def open_bundle(path: str | Path, *, key: str = "", against: bytes | None = None) -> ForeignCase:
    """Open a colleague's bundle to read: its case with tables, history and reports, and from whom it says it is.

    Args:
        key: the log's verifier key as you know it from elsewhere; without it the bundle's own is taken, and said to be unknown.
        against: a checkpoint of that log that you kept.

    Raises:
        LedgerError: there is no such file.
        IntegrityError: the bundle does not hold; ``findings`` has all that was found.
    """
    desk = open_foreign(Path(path).expanduser(), known_vkeys=[key] if key else (), against=against)
    return ForeignCase(desk, desk.table.case)


def verify(path: str | Path, *, key: str = "", against: bytes | None = None) -> Findings:
    """How far a desk, an exported log, a bundle or a report's page holds; every fault is a finding, none an exception.

    Args:
        key: the log's verifier key as you know it from elsewhere; without it the key that comes with the files is taken.
        against: a checkpoint of the log that you kept.
    """
    return verify_path(Path(path).expanduser(), known_vkeys=[key] if key else (), against=against)


def start(
    folder: str | Path, article: str | Path, *, passphrase: str | None = None, around: Surroundings | None = None, **facts: Any
) -> Workbench:
    """The workbench on an article, whether or not this machine knows its user yet.

    A desk is opened or made in ``folder`` and a case on ``article`` (a path) opened unless there is one; run again, it shows the same
    case. When nobody has worked on this machine, the workbench first asks for a name and a newsroom.

    Args:
        article: path of a text file or a saved page.
        passphrase: of a person's locked key; ``FACTCHECK_PASSPHRASE`` in the environment does as well.
        facts: further arguments of ``Desk.open_case``: title, why_chosen, practice.

    Raises:
        KeyUnavailableError, LedgerError: as ``open_desk``.
    """
    around = around or Surroundings.of_user()
    path = Path(article)

    def begin(name: str = "", newsroom: str = "") -> Case:
        desk = open_desk(folder, name=name, newsroom=newsroom, passphrase=passphrase, around=around)
        for id in desk.cases():
            case = desk.case(id)
            if case.state.article and case.state.article.file_name == path.name:
                break
        else:
            case = desk.open_case(path, **facts)
        assert isinstance(case, Case)
        return case

    known = KeyRing(around.config, entropy=around.entropy).persons()
    if known:
        return begin().workbench()
    read, _ = read_article(path.read_bytes(), name=path.name)
    return Workbench(welcome=Welcome(read.text, read.language, begin), export=write_report, formats=WORKBENCH_FORMATS)


def resume(folder: str | Path, article: str | Path, *, passphrase: str | None = None, around: Surroundings | None = None) -> Workbench:
    """The workbench on the case where somebody worked last; on the article, as ``start``, when the desk has no case yet.

    Raises:
        KeyUnavailableError, LedgerError: as ``open_desk``.
    """
    around = around or Surroundings.of_user()
    known = KeyRing(around.config, entropy=around.entropy).persons()
    if not known or not is_desk(Path(folder)):
        return start(folder, article, passphrase=passphrase, around=around)
    desk = open_desk(folder, passphrase=passphrase, around=around)
    last = {event.case: event.index for event in desk.ledger.events() if event.case}
    if not last:
        desk.close()
        return start(folder, article, passphrase=passphrase, around=around)
    case = desk.case(max(last, key=lambda id: last[id]))
    assert isinstance(case, Case)
    return case.workbench()
