"""The report as one HTML file: nothing runs, nothing is loaded, everything foreign is escaped.

``Page`` answers the template's questions; the template says where answers stand. Data for ``factcheck verify`` lie in inert
``application/json`` blocks, the ClaimReview of a signed case in an ``ld+json`` block.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from factcheck.errors import ReportError
from factcheck.ledger import attached
from factcheck.reports.claimreview import claimreview
from factcheck.reports.page import Page
from factcheck.reports.source import ReportSource, check_language
from factcheck.reports.verify import seal_page
from factcheck.reports.words import Words, pieces, safe_url, visible
from factcheck.text.language import language_of

LABEL_FROM = 12  # letters; shorter free text is too short to tell its language
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def render(source: ReportSource, lang: str = "ar") -> bytes:
    """The report of a case in one self-contained file, to publish or to send on.

    Args:
        lang: ``ar`` or ``en``: the page around the texts; text that exists only in another language is labelled so.

    Raises:
        ReportError: no reports in that language, or an entry of the ledger cannot be read.
    """
    words = Words(check_language(lang), source.settings)
    environment = _environment()
    style, _, _ = environment.loader.get_source(environment, "report.css")  # type: ignore[union-attr]
    table = source.table(source.resting_entries())
    text = environment.get_template("report.html.j2").render(
        page=Page(source, words),
        source=source,
        state=source.state,
        w=words,
        f=_Foreign(words),
        style=Markup(style),  # noqa: S704 - our own file, not content
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        entries=table.entries,
        data=Markup(attached.write(table)),  # noqa: S704 - every < > & is escaped as JSON
        review=_review_block(source, lang),
        as_plain=visible,
    )
    page = text.encode("utf-8")
    return seal_page(page, table, source.origin, source.signer) if source.signer else page


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("factcheck.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalize,
    )


def _finalize(value: Any) -> Any:
    """The net below the template: text that came past ``_Foreign`` is escaped by Jinja2 and has its hidden characters named too."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


class _Foreign:
    """How text that we did not write gets on the page: escaped, isolated, with hidden characters named in their place."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def chars(self, text: str) -> Markup:
        """The bare text. A hidden character is shown by its name and does not act; the ledger keeps the text as it was."""
        title = self.words("hidden.title")
        mark = Markup('<span class="hidden" dir="ltr" title="{}">{}</span>')
        return Markup("").join(mark.format(title, part) if hidden else escape(part) for part, hidden in pieces(text))

    def __call__(self, text: object, language: str = "") -> Markup:
        """A name or phrase inside a line, its direction its own."""
        return Markup("<bdi{}>{}</bdi>").format(_lang(language), self.chars(str(text)))

    def block(self, text: str, language: str = "") -> Markup:
        """Paragraphs of free text, direction by content, with a label when they are not in the report's language."""
        language = language or self._guess(text)
        label = Markup("")
        if language and language.split("-")[0] != self.words.lang:
            label = Markup('<p class="label">{}</p>').format(self.chars(self.words("written_in", self.words.language(language))))
        return label + self.quote(text, language)

    def quote(self, text: str, language: str = "") -> Markup:
        """Quoted words in paragraphs, whose language the page says beside them."""
        lines = [line for line in text.split("\n") if line.strip()]
        return Markup("").join(Markup('<p dir="auto"{}>{}</p>').format(_lang(language), self.chars(line)) for line in lines)

    def note(self, text: str, language: str = "") -> Markup:
        """Free text inside a line, labelled like a block."""
        language = language or self._guess(text)
        foreign = bool(language) and language.split("-")[0] != self.words.lang
        label = Markup(' <span class="label">({})</span>').format(self.chars(self.words("written_in", self.words.language(language))))
        return self(text, language) + (label if foreign else Markup(""))

    def link(self, url: str) -> Markup:
        """An address in full, its host stressed; a link only when it is plain http or https."""
        if not safe_url(url):
            return Markup('<bdi dir="ltr" class="url">{}</bdi>').format(self.chars(url))
        host = urlsplit(url).netloc
        before, _, after = url.partition(host)
        return Markup('<a class="url" dir="ltr" href="{}" rel="noopener noreferrer">{}<b>{}</b>{}</a>').format(url, before, host, after)

    def _guess(self, text: str) -> str:
        """The language of free text for which nobody said one; empty when it is too short or mixed to tell."""
        if sum(char.isalpha() for char in text) < LABEL_FROM:
            return ""
        found = language_of(text)
        return "" if found == "und" else found


def _lang(language: str) -> Markup:
    return Markup(' lang="{}"').format(language) if _TAG.fullmatch(language) and language != "und" else Markup("")


def _review_block(source: ReportSource, lang: str) -> Markup:
    """The ClaimReview of a published or signed page; empty for practice, drafts, and cases that cannot have one."""
    page = Page(source, Words(lang, source.settings))
    if source.state.practice or page.withdrawn or page.review_state != "signed":
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
