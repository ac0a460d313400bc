"""A result on one card, to share: plain text for messages, and a picture (SVG) with the same words.

A card says what the report says in its first lines, and never more: the claim, who is said to have said it, the result and its meaning,
what was found, what is not known, as of when, where the report stands. A correction or withdrawal stands above all.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from xml.sax.saxutils import escape

from factcheck.reports.claimreview import address_of, main_claim
from factcheck.reports.page import ClaimPart, Page
from factcheck.reports.source import ReportSource, check_language
from factcheck.reports.words import Words, direction_of, visible

WIDTH, HEIGHT, MARGIN = 1200, 630, 60
TONES = {"good": "#1f6b3b", "bad": "#a32a22", "mid": "#8a5a00", "none": "#4d4f57"}


@dataclass(frozen=True, slots=True)
class _Card:
    """The lines of a card, each in the report's language or labelled."""

    notices: tuple[str, ...]
    head: str
    claim: str
    said: str
    rating: str
    meaning: str
    tone: str
    found: tuple[str, str]  # (label, text)
    unknown: tuple[str, str]
    foot: tuple[str, ...]


def card(source: ReportSource, lang: str = "ar", claim_id: str = "") -> bytes:
    """The card of one claim as plain text, UTF-8.

    Args:
        claim_id: which of the checked claims; the one the report is about without it.

    Raises:
        ReportError: no reports in that language, or the case has no such claim.
    """
    made = _card(source, check_language(lang), claim_id)
    lines = [
        *made.notices,
        made.head,
        "",
        made.claim,
        made.said,
        "",
        f"{made.rating} — {made.meaning}" if made.meaning else made.rating,
        "",
    ]
    lines += [f"{label}: {text}" for label, text in (made.found, made.unknown) if text]
    lines += ["", *made.foot]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return ("\n".join(kept).strip("\n") + "\n").encode("utf-8")


def svg(source: ReportSource, lang: str = "ar", claim_id: str = "") -> bytes:
    """The same as a picture of 1200 by 630, as platforms show it; its words are text that a screen reader reads.

    Raises:
        ReportError: as ``card``.
    """
    made, words = _card(source, check_language(lang), claim_id), Words(lang, source.settings)
    rtl = words.direction == "rtl"
    edge = WIDTH - MARGIN if rtl else MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'lang="{lang}" direction="{words.direction}" role="img" font-family="Noto Sans Arabic, Noto Sans, Segoe UI, Tahoma, sans-serif">',
        f"<title>{escape(_bare(made.claim))}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/><rect width="{WIDTH}" height="14" fill="{TONES[made.tone]}"/>',
    ]
    y = 62

    def write(text: str, size: int, *, colour: str = "#1c1b19", weight: int = 400, most: int = 2) -> None:
        nonlocal y
        for line in wrapped(text, (WIDTH - 2 * MARGIN) / size, most):
            own = direction_of(line) or words.direction
            anchor = "start" if (own == "rtl") == rtl else "end"
            style = f'x="{edge}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{colour}" direction="{own}" text-anchor="{anchor}"'
            parts.append(f"<text {style}>{escape(line)}</text>")
            y += round(size * 1.5)
        y += size // 3

    for notice in made.notices:
        write(notice, 24, colour=TONES["bad"], weight=700, most=1)
    write(made.head, 24, colour="#0b5d66", weight=700, most=1)
    write(made.claim, 38, weight=700, most=3)
    write(made.said, 24, colour="#5b574f", most=1)
    write(made.rating, 46, colour=TONES[made.tone], weight=700, most=1)
    write(made.meaning, 24, colour="#5b574f", most=1)
    write(f"{made.found[0]}: {made.found[1]}" if made.found[1] else "", 26, most=max(1, min(3, (HEIGHT - 70 - y) // 42)))
    y = HEIGHT - 28
    write(" · ".join(made.foot), 20, colour="#5b574f", most=1)
    return ("".join(parts) + "</svg>\n").encode("utf-8")


def _card(source: ReportSource, lang: str, claim_id: str) -> _Card:
    words = Words(lang, source.settings)
    page = Page(source, words)
    id = claim_id or main_claim(source) or next(iter(source.checked()), "")
    source.claim(id)
    part = next((part for part in page.claims if part.id == id), None)
    claim = source.claim(id)
    text, language = words.said(claim.short)
    if not text:
        text, language = words.said(claim.as_checked)
    text = text or claim.text
    results = part.results if part and not any(t.disputed for t in part.targets if t.target.kind.value == "content") else ()
    rating = results[0].rating if results else None
    summary = words.said(page.draft.summary) if page.draft else ("", "")
    unknown = next(((r.verdict.unknown, r.verdict.language) for r in results if r.verdict.unknown.strip()), ("", ""))
    head = " · ".join(filter(None, (_foreign(source.settings.newsroom), words("kicker"))))
    url = address_of(source, lang, id, main_claim(source)) or (source.url if id == main_claim(source) else "")
    return _Card(
        notices=tuple(_notices(source, page, words)),
        head=head,
        claim=f"{words('claim')}: {_labelled(page, text, language)}",
        said=f"{words('who')}: {_who(part, page, words)}",
        rating=f"{words('result')}: {_foreign(words.said(rating.label)[0] or rating.id) if rating else words('no_result')}",
        meaning=_foreign(words.said(rating.meaning)[0]) if rating else "",
        tone=rating.tone if rating else "none",
        found=(words("found"), _labelled(page, *summary) if summary[0] else ""),
        unknown=(words("unknown"), _labelled(page, *unknown) if unknown[0] else ""),
        foot=tuple(filter(None, (f"{words('as_of')}: {visible(words.date(page.as_of))}" if page.as_of else "", visible(url)))),
    )


def _notices(source: ReportSource, page: Page, words: Words) -> list[str]:
    found = [words("practice")] if source.state.practice else []
    if page.withdrawn:
        return [*found, words("withdrawn")]
    if page.review_state != "signed":
        found.append(words("draft.unsigned"))
    if source.corrections:
        c = source.corrections[0].value
        found.append(
            f"{words('publication.' + c.kind.value)} ({visible(words.date(c.on))}): {_labelled(page, c.what, page.language_of(c.what))}"
        )
    return found


def _who(part: ClaimPart | None, page: Page, words: Words) -> str:
    lines = () if part is None else part.printed if part.established is None else part.established
    if not lines:
        outlet = page.fact("outlet")
        return words("own_voice.of", _foreign(outlet)) if outlet else words("own_voice")
    step = lines[-1].step
    name = _foreign(step.source) if step.source else words("not_stated")
    return name if step.named else f"{name} ({words('unnamed')})"


def _labelled(page: Page, text: str, language: str) -> str:
    label = page.written_in(language)
    return _foreign(text) + (f" ({label})" if label else "")


def _foreign(text: str) -> str:
    """Somebody else's words in a line of ours: between isolates, hidden characters named, in one line."""
    plain = " ".join(visible(text).split())
    return f"\u2068{plain}\u2069" if plain else ""


def _bare(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


def wrapped(text: str, ems: float, most: int) -> list[str]:
    """Lines of at most so many ems, by a rough width of letters; what does not fit ends in an ellipsis."""
    found: list[str] = []
    line, width = "", 0.0
    for word in text.split():
        for piece in (word[at : at + 40] for at in range(0, len(word), 40)):
            size = sum(_em(char) for char in piece)
            if line and width + size > ems * 0.96:
                found.append(line)
                line, width = "", 0.0
            line, width = f"{line} {piece}" if line else piece, width + size + 0.3
    found += [line] if line else []
    if len(found) > most:
        found = [*found[: most - 1], found[most - 1].rsplit(" ", 1)[0] + " …"]
    return [_balanced(line) for line in found]


def _em(char: str) -> float:
    """How wide a letter is, in ems: marks nothing, ideographs a whole, capitals more than small letters."""
    if unicodedata.category(char) in ("Mn", "Cf"):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(char) in "WF" else 0.66 if char.isupper() or char.isdigit() else 0.54


def _balanced(line: str) -> str:
    """A cut line whose isolates are closed again."""
    opened = line.count("\u2068") - line.count("\u2069")
    return "\u2068" * max(0, -opened) + line + "\u2069" * max(0, opened)
