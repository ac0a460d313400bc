"""The tidy tables of all cases of a desk in one SQLite file, for datasette, notebooks and whatever else reads SQL."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from factcheck.case import policy
from factcheck.case.desk import Desk
from factcheck.case.state import CaseState
from factcheck.errors import ReportError
from factcheck.model.verdict import PublicationKind
from factcheck.reports.tables import FLAGS, INTEGERS, TABLES, Row, named, published_rows
from factcheck.reports.words import Words

CASES = ("id", "title", "language", "practice", "outlet", "published", "article_url", "claims", "rated", "signed", "published_on", "url")
NUMBERS = frozenset({"practice", "claims", "rated", "signed"})


def write_tables(desk: Desk, path: Path, *, lang: str = "") -> int:
    """Write the tables of every case, beside and renamed; returns how many cases there are.

    A table ``cases``, and each table of ``tables.TABLES`` with a column ``case`` in front. Codes and dates as in the ledger; where the desk
    shows roles only, roles stand for names.

    Raises:
        ReportError: the file cannot be written.
    """
    words = Words(lang or desk.settings.language, desk.settings)
    beside = path.with_name(path.name + ".part")
    cases = desk.cases()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        with closing(sqlite3.connect(beside)) as db, db:
            _make(db)
            for id in cases:
                _fill(db, desk.case_state(id), words)
        beside.replace(path)
    except (OSError, sqlite3.Error) as error:
        beside.unlink(missing_ok=True)
        raise ReportError(f"Cannot write {path}: {error}. Name another file.") from error
    return len(cases)


def _make(db: sqlite3.Connection) -> None:
    columns = ", ".join(f'"{name}" {"INTEGER" if name in NUMBERS else "TEXT"}' for name in CASES[1:])
    db.execute(f'CREATE TABLE cases ("id" TEXT PRIMARY KEY, {columns})')
    for table, header in TABLES.items():
        kinds = ", ".join(f'"{name}" {"INTEGER" if name in INTEGERS | FLAGS else "TEXT"}' for name in header)
        db.execute(f'CREATE TABLE "{table}" ("case" TEXT REFERENCES cases("id"), {kinds})')
        db.execute(f'CREATE INDEX "{table}_case" ON "{table}" ("case")')


def _fill(db: sqlite3.Connection, state: CaseState, words: Words) -> None:
    marks = ", ".join("?" * len(CASES))
    db.execute(f"INSERT INTO cases VALUES ({marks})", _case(state))  # noqa: S608 - only question marks
    for table, header in TABLES.items():
        marks = ", ".join("?" * (len(header) + 1))
        rows = published_rows(state, table, words)
        db.executemany(f'INSERT INTO "{table}" VALUES ({marks})', [_values(state.id, row) for row in rows])  # noqa: S608 - a name of ours


def _values(case: str, row: Row) -> list[Any]:
    return [case, *(named(value) if isinstance(value, str) else value for value in row.values())]


def _case(state: CaseState) -> list[Any]:
    article = state.article
    published = [held.value for held in state.publications.values() if held.value.kind is PublicationKind.PUBLICATION]
    first = min(published, key=lambda item: item.on, default=None)
    signed = policy.standing_review(state)
    fresh = signed is not None and policy.covers(state, signed.value) and not policy.changed_since(state, signed.value.rests_on)
    values: list[Any] = [
        state.id,
        state.title,
        state.language,
        state.practice,
        *(article.fact(name) if article else "" for name in ("outlet", "published", "url")),
        len(state.claims),
        sum(1 for id in state.claims if state.verdicts_on(f"content/{id}")),
        fresh and signed is not None and signed.value.decision == "sign_off",
        first.on if first else "",
        next((item.url for item in reversed(published) if item.url), ""),
    ]
    return [named(value) if isinstance(value, str) else value for value in values]
