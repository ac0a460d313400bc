"""A folder of a desk's reports with a page that lists them and searches without a server.

The page's one script is ours, named by its hash in the policy; content reaches it as text and as inert JSON, and it writes nothing but a
number. Reports are the very pages of ``html``, sealed; beside them lies the feed of their ClaimReviews.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from factcheck.case.desk import Desk
from factcheck.errors import ReportError
from factcheck.reports.blocks import Badge, Foreign, Line, Ours
from factcheck.reports.claimreview import feed, main_claim
from factcheck.reports.compose_claim import ClaimComposer
from factcheck.reports.html import render
from factcheck.reports.html_parts import Parts, environment, filled, style_of
from factcheck.reports.page import Page
from factcheck.reports.source import LANGUAGES, ReportSource, check_language
from factcheck.reports.words import Words, visible
from factcheck.reports.writing import source_of

PAGE, SCRIPT, MANIFEST = "site.html.j2", "site.js", "site.json"
SEARCHED = 20_000  # characters of a report that are searched beside what the list shows
_FILE = re.compile(r"(index|reports/[\w-]+)\.html|claimreview-(ar|en)\.json")


@dataclass(frozen=True, slots=True)
class Item:
    """One report in the list."""

    href: str
    headline: str
    notices: tuple[str, ...]
    claim: Line
    badge: Badge | None
    facts: Line
    others: tuple[tuple[str, str], ...]  # (name of a language, address of the report in it)
    text: str  # searched, not shown


def write_site(desk: Desk, folder: Path, *, lang: str = "", drafts: bool = False) -> int:
    """Write the reports of a desk and their list; returns how many reports are listed.

    Only published cases are there, newest first; with ``drafts`` every case that has a result or a draft, practice cases too, each marked
    as what it is. Files of an earlier run that are no longer listed are removed; nothing else in the folder is touched.

    Raises:
        ReportError: a file cannot be written, or a report cannot be made.
    """
    lang = check_language(lang or desk.settings.language)
    sources = sorted(_sources(desk, drafts), key=_newest, reverse=True)
    files: dict[str, bytes] = {}
    items = []
    for source in sources:
        languages = [
            lang,
            *(other for other in LANGUAGES if other != lang and source.state.draft and source.state.draft.value.headline.get(other)),
        ]
        names = {language: file_name(source, language) for language in languages}
        for language, name in names.items():
            files[name] = render(source, language)
        items.append(_item(source, lang, names))
    for language in LANGUAGES:
        files[f"claimreview-{language}.json"] = feed([source for source in sources if source.published], language)
    files["index.html"] = _index(desk, lang, items, sources)
    _write(folder, files)
    return len(items)


def file_name(source: ReportSource, lang: str) -> str:
    """A name of Latin and Arabic letters and digits, with the start of the case's id."""
    slug = "-".join(re.findall(r"[A-Za-z0-9\u0621-\u063a\u0641-\u064a]+", source.state.title))
    while len(slug.encode()) > 80:
        slug = slug[:-1]
    return f"reports/{slug.strip('-') or 'report'}-{source.state.id[:8]}-{lang}.html"


def _sources(desk: Desk, drafts: bool) -> Iterator[ReportSource]:
    for id in desk.cases():
        state = desk.case_state(id)
        if (drafts and (state.verdicts or state.draft)) or (state.publications and not state.practice):
            yield source_of(desk.case(id))


def _newest(source: ReportSource) -> tuple[str, str]:
    dates = [held.value.on for held in source.state.publications.values()]
    return (max(dates, default=""), source.state.id)


def _item(source: ReportSource, lang: str, names: dict[str, str]) -> Item:
    words = Words(lang, source.settings)
    page = Page(source, words)
    composer = ClaimComposer(page)
    headline = words.said(page.draft.headline)[0] if page.draft else ""
    main = next((part for part in page.claims if part.id == main_claim(source)), None)
    text, language = words.said(main.claim.as_checked) if main else ("", "")
    settled = main is not None and len({r.rating.id for r in main.results}) == 1
    notices = [words("practice.short")] if source.state.practice else []
    notices += [words("withdrawn")] if page.withdrawn else []
    notices += [words("draft.unsigned")] if page.review_state != "signed" else []
    facts: list[Ours | Foreign] = [Foreign(words.date(page.published)) if page.published else Ours(words("not_published"))]
    if page.updated:
        facts += [Ours(f" · {words('updated')} "), Foreign(words.date(page.updated))]
    searched = [held.value.text for held in source.state.claims.values()]
    searched += [wording for held in source.state.claims.values() for wording in held.value.as_checked.values()]
    searched += (
        [wording for part in (page.draft.summary, page.draft.conclusion, page.draft.headline) for wording in part.values()]
        if page.draft
        else []
    )
    searched += [held.value.title for held in source.state.evidence.values()]
    return Item(
        href=names[lang],
        headline=headline or source.state.title or words("no_headline"),
        notices=tuple(notices),
        claim=composer.said(text, language) if text else (),
        badge=composer.rating(main.results[0].rating) if main and settled else None,
        facts=tuple(facts),
        others=tuple((words.language(language), name) for language, name in names.items() if language != lang),
        text=visible("\n".join(searched))[:SEARCHED],
    )


def _index(desk: Desk, lang: str, items: list[Item], sources: list[ReportSource]) -> bytes:
    words = Words(lang, desk.settings)
    jinja = environment(sources[0].templates if sources else {})
    style = style_of(jinja)
    assert jinja.loader is not None
    script, _, _ = jinja.loader.get_source(jinja, SCRIPT)
    more = {
        "texts": [item.text for item in items],
        "count": words("site.count"),
        "digits": desk.settings.digits if lang == "ar" else "latin",
    }
    block = json.dumps(more, ensure_ascii=True, allow_nan=False)
    for char in "<>&":
        block = block.replace(char, f"\\u{ord(char):04x}")
    page = filled(
        jinja,
        PAGE,
        w=words,
        h=Parts(jinja, words),
        title=visible(desk.settings.newsroom or words("kicker")),
        items=items,
        style=Markup(style),  # noqa: S704 - a file of ours or of the desk's, not content
        style_hash=_hash(style),
        script=Markup(script),  # noqa: S704 - a file of ours
        script_hash=_hash(script),
        more=Markup(block),  # noqa: S704 - every < > & is escaped as JSON
    )
    return page.encode("utf-8")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """The reports first, the list last; then what an earlier run left and this one did not write goes."""
    try:
        (folder / "reports").mkdir(parents=True, exist_ok=True)
        before = json.loads((folder / MANIFEST).read_text("utf-8")) if (folder / MANIFEST).is_file() else []
        for name, data in {**files, MANIFEST: json.dumps(sorted(files), ensure_ascii=False).encode()}.items():
            beside = folder / f"{name}.part"
            beside.write_bytes(data)
            beside.replace(folder / name)
        for name in before if isinstance(before, list) else []:
            if isinstance(name, str) and _FILE.fullmatch(name) and name not in files:
                (folder / name).unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        raise ReportError(f"Cannot write the site to {folder}: {error}. Name another folder.") from error
