"""The report as one HTML file: nothing runs, nothing is loaded, everything foreign is escaped.

``compose`` says what stands in the report, ``html_parts`` turns its lines into markup, the templates say where blocks stand. Data for
``factcheck verify`` lie in inert ``application/json`` blocks, the ClaimReview of a signed case in an ``ld+json`` block.
"""

from __future__ import annotations

import base64
import hashlib

from markupsafe import Markup

from factcheck.errors import ReportError
from factcheck.ledger import attached
from factcheck.reports.claimreview import claimreview
from factcheck.reports.compose import compose
from factcheck.reports.html_parts import OURS, Parts, environment, filled, style_of
from factcheck.reports.source import ReportSource, check_language
from factcheck.reports.verify import TAIL, seal_page
from factcheck.reports.words import Words, visible

PAGE = "report.html.j2"


def render(source: ReportSource, lang: str = "ar") -> bytes:
    """The report of a case in one self-contained file, to publish or to send on.

    Args:
        lang: ``ar`` or ``en``: the page around the texts; text that exists only in another language is labelled so.

    Raises:
        ReportError: no reports in that language, an entry of the ledger cannot be read, or a template of the desk's is broken.
    """
    review = _review_block(source, check_language(lang))
    table = source.table(source.resting_entries())
    data = Markup(attached.write(table))  # noqa: S704 - every < > & is escaped as JSON
    made = page(source, lang, review=review, data=data).encode("utf-8")
    if data.encode() not in made or not made.endswith(TAIL):
        raise ReportError(
            f"The desk's templates/{PAGE} leaves out {{{{ data }}}}, or does not end with the end tags of body and html, each on a line "
            f'of its own, so that the page could not be verified. Start it with {{% extends "{OURS}{PAGE}" %}} and change its blocks.'
        )
    return seal_page(made, table, source.origin, source.signer) if source.signer else made


def page(source: ReportSource, lang: str, *, review: Markup | None = None, data: Markup | None = None) -> str:
    """The page as text, without its data blocks unless they are given."""
    jinja = environment(source.templates)
    words = Words(lang, source.settings)
    style = style_of(jinja)
    return filled(
        jinja,
        PAGE,
        report=compose(source, lang),
        w=words,
        h=Parts(jinja, words),
        style=Markup(style),  # noqa: S704 - a file of ours or of the desk's, not content
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        generator=visible(source.generator),
        review=review,
        data=data,
    )


def _review_block(source: ReportSource, lang: str) -> Markup:
    """The ClaimReview of a published or signed page; empty for practice, drafts, and cases that cannot have one."""
    if source.state.practice or source.withdrawn or not source.signed:
        return Markup("")
    try:
        text = claimreview(source, lang).decode()
    except ReportError:
        return Markup("")  # no settled result with a short wording: the page stands without it
    return Markup(_escaped(text))  # noqa: S704 - escaped by claimreview


def _escaped(text: str) -> str:
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text
