"""Reports: the state of a case and a checkpoint in, bytes out. No door, no I/O beyond the package's own templates, no clock.

Read ``source`` (what a report is made from), ``words`` (words, dates, digits, hidden characters), ``page`` (answers about the case),
``blocks`` (the parts of a report) and ``compose`` (which of them, in what order); then the formats: ``html`` (one sealed file with inert
data that ``factcheck verify`` checks), ``docx``, ``pdf``, ``markdown``; ``tables`` (tidy rows and CSV), ``workbook`` (XLSX) and
``columnar`` (JSON, Parquet); ``claimreview`` (schema.org); ``card`` (to share). To hand a case over: ``redaction`` (copies that leave
things out), ``members`` (a zip in its one form), ``bundle``; to be handed one: ``verify`` (a page), ``bundle_check``, ``foreign``.
Foreign text is escaped by the template engine, never sanitised; it cannot become markup, a formula or a link that runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from factcheck.reports.card import card, svg
from factcheck.reports.claimreview import claimreview, datafeed
from factcheck.reports.columnar import json, parquet
from factcheck.reports.docx import docx
from factcheck.reports.html import render
from factcheck.reports.markdown import markdown
from factcheck.reports.pdf import pdf
from factcheck.reports.tables import csv
from factcheck.reports.workbook import xlsx

FORMATS: Mapping[str, Callable[..., bytes]] = MappingProxyType({
    "html": render, "docx": docx, "pdf": pdf, "markdown": markdown, "xlsx": xlsx, "csv": csv, "json": json, "parquet": parquet,
    "claimreview": claimreview, "datafeed": datafeed, "card": card, "svg": svg,
})  # fmt: skip
"""Name -> function of a ``ReportSource``, ``lang`` and what it takes: ``table`` for CSV and Parquet, ``claim_id`` for ClaimReview."""
