"""The report as PDF: the page of ``html`` with its print style, shaped by Pango and tagged for screen readers (PDF/UA), without actions.

Nothing is loaded: fonts are those of the machine, and every address that the page could ask for is refused.
"""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from factcheck.errors import ReportError
from factcheck.reports.extras import needed
from factcheck.reports.html import page
from factcheck.reports.source import ReportSource, check_language


def pdf(source: ReportSource, lang: str = "ar") -> bytes:
    """The report of a case as PDF, with bookmarks for its headings and its text in reading order.

    Raises:
        ReportError: the package weasyprint is missing or cannot be loaded, no reports in that language, or a template of the desk's is
            broken.
    """
    text = page(source, check_language(lang), paper=True)
    library = _library()
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)
    identifier = hashlib.sha256(text.encode("utf-8")).digest()[:16]
    document = library.HTML(string=text, base_url=None, url_fetcher=_refuse)
    made: bytes = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier)
    return made


def _refuse(url: str, *_: Any, **__: Any) -> Any:
    raise ValueError(f"a report loads nothing, and asked for {url}")


def _library() -> Any:
    try:
        return needed("weasyprint", "weasyprint", "pdf", "PDF reports")
    except OSError as error:  # the package is there, Pango is not
        raise ReportError(
            f"PDF reports need the library Pango, which weasyprint could not load: {error}. On Debian: apt-get install libpango-1.0-0 "
            "libpangoft2-1.0-0. Or print the HTML report from a browser."
        ) from error
