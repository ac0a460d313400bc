"""The tidy tables for other programs: JSON with all of them, Parquet with one; codes, not words, under the names of ``tables.TABLES``."""

from __future__ import annotations

import io
import json as json_module
from datetime import datetime

from factcheck.reports.extras import needed
from factcheck.reports.source import ReportSource, check_language
from factcheck.reports.tables import FLAGS, INTEGERS, MOMENTS, TABLES, Cell, Row, named, published_rows
from factcheck.reports.words import Words

FORMAT = "factcheck-tables/1"


def json(source: ReportSource, lang: str = "ar") -> bytes:
    """All tables of a case as one JSON object, UTF-8: ``{"format", "case", "title", "checkpoint", "made", "tables": {name: [row]}}``.

    Texts are those of the ledger; lone surrogates and NUL, which other programs choke on, stand by their names: ``[U+0000]``.

    Args:
        lang: of the role that stands for a name, where the desk shows roles only.
    """
    words = Words(check_language(lang), source.settings)
    value = {
        "format": FORMAT,
        "case": source.state.id,
        "title": named(source.state.title),
        "practice": source.state.practice,
        "generator": source.generator,
        "made": source.made_at.isoformat(),
        "checkpoint": source.checkpoint,
        "tables": {table: [_plain(row) for row in published_rows(source, table, words)] for table in TABLES},
    }
    return json_module.dumps(value, ensure_ascii=False, allow_nan=False, indent=1).encode("utf-8") + b"\n"


def parquet(source: ReportSource, lang: str = "ar", table: str = "claims") -> bytes:
    """One table as Parquet with the same types in every file: text, integers, booleans, times in UTC.

    Days stay text, since a day of the model may be a month, a year or an interval. Case, title and checkpoint stand in the file's metadata.

    Raises:
        ReportError: the package pyarrow is missing, or there is no such table.
    """
    words = Words(check_language(lang), source.settings)
    rows = published_rows(source, table, words)
    arrow = needed("parquet")
    writer = needed("parquet", "pyarrow.parquet")
    kinds = {name: _kind(arrow, name) for name in TABLES[table]}
    about = {"format": FORMAT, "table": table, "case": source.state.id, "title": named(source.state.title), "checkpoint": source.checkpoint}
    schema = arrow.schema(list(kinds.items()), metadata={key: value.encode("utf-8") for key, value in about.items()})
    columns = [arrow.array([_typed(name, row[name]) for row in rows], type=kind) for name, kind in kinds.items()]
    stream = io.BytesIO()
    writer.write_table(arrow.table(columns, schema=schema), stream, compression="zstd")
    return stream.getvalue()


def _kind(arrow: object, name: str) -> object:
    if name in INTEGERS:
        return arrow.int64()  # type: ignore[attr-defined]
    if name in FLAGS:
        return arrow.bool_()  # type: ignore[attr-defined]
    return arrow.timestamp("us", tz="UTC") if name in MOMENTS else arrow.string()  # type: ignore[attr-defined]


def _typed(name: str, value: Cell) -> object:
    if name in MOMENTS:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            return None
        return moment if moment.tzinfo else None
    if name in INTEGERS or name in FLAGS:
        return value if isinstance(value, int) else None
    return None if value is None else named(str(value))


def _plain(row: Row) -> Row:
    return {name: named(value) if isinstance(value, str) else value for name, value in row.items()}
