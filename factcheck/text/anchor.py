"""Find a quote in a text, or refuse: exact, or the only occurrence after folding, never silently a look-alike.

Source: W3C Web Annotation Data Model, text quote selector. What is folded away stands in ``folding``; where a quotation may begin and end,
in ``boundaries``; passages for a person to choose from, when there is none, come from ``nearest``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from factcheck.errors import AnchorError, isolate
from factcheck.model.article import Span, TextQuote
from factcheck.model.evidence import AnchorHow
from factcheck.text.boundaries import cuts_word, word_around
from factcheck.text.folding import Folded, fold

SHOWN = 3  # candidates in an AnchorError
MAX_SHOWN_LENGTH = 200
MAX_OCCURRENCES = 1000  # of a quote in one text; more are not compared with its surroundings
HEADLINE_WORDS = 3  # from so many on, capitals alone make no difference
MAX_WORK = 50_000_000  # characters compared in looking for occurrences; beyond it a text counts as holding too many

Nearest = tuple[Span, int, str]
"""A candidate: where, how alike in thousandths, its words (shortened)."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where a quote stands: ``span`` in code points of the text as given, and how it was found."""

    span: Span
    how: AnchorHow


def locate(quote: TextQuote, text: str) -> Match:
    """Find where a quote stands in a text, or refuse.

    An exact occurrence wins; several are told apart by ``quote.prefix`` and ``quote.suffix``, which serve for nothing else. If there is
    none, the only occurrence after folding is taken. An occurrence counts if it begins and ends with a word or a number ("15" does not
    stand in "115", "1.15" or "15%"), or if its surroundings are to the letter those of a quote that was cut inside a word.

    Args:
        quote: words to find, with up to 32 characters from either side.
        text: a capture's text as extracted, untouched; folding happens inside.

    Returns:
        The match: ``span``, [start, end) in code points of ``text`` (not of its folded form), and ``how``: exact or folded.

    Raises:
        AnchorError: no occurrence, or several that the context cannot tell apart; ``code`` says which (absent, several, inside-word,
            across-lines, reordered), ``nearest`` holds candidates (span, similarity in thousandths, text) to show to a person, never to
            be taken silently.
        ValueError: the quote has no words.

    Linear in the length of the text, also when nothing is found.
    """
    exact = quote.exact.strip()
    wanted = fold(exact).text
    if not any(char.isalnum() for char in wanted):
        raise ValueError("the quote has no words")
    found = _Occurrences(exact, text)
    if found.starts:
        if (start := _the_one(quote, exact, found, text)) is None:
            whole = [start for start in found.starts if not found.is_cut(start)] or found.starts
            raise _several([Span(start, start + len(exact)) for start in whole], text, exact, found.too_many)
        if start >= 0:
            return Match(Span(start, start + len(exact)), AnchorHow.EXACT)
    folded = fold(text)
    return Match(_folded(exact, wanted, folded, text, [Span(s, s + len(exact)) for s in found.starts[:SHOWN]]), AnchorHow.FOLDED)


class _Occurrences:
    """Where a part starts in a text, whole words or not, as far as they are looked at."""

    def __init__(self, part: str, text: str) -> None:
        self.part, self.text = part, text
        self.starts: list[int] = []
        self.too_many = False
        whole = cut = work = 0
        at = text.find(part)
        while at >= 0:
            work += len(part) + 200  # a look at its ends costs as much
            is_cut = self.is_cut(at)
            whole, cut = whole + (not is_cut), cut + is_cut
            if not is_cut or cut <= MAX_OCCURRENCES:
                self.starts.append(at)
            if whole > MAX_OCCURRENCES or work > MAX_WORK:
                self.too_many = True
                return
            at = text.find(part, at + 1)

    def is_cut(self, start: int) -> bool:
        return cuts_word(self.text, start) or cuts_word(self.text, start + len(self.part))

    def whole(self) -> list[int]:
        return [start for start in self.starts if not self.is_cut(start)]


def _the_one(quote: TextQuote, exact: str, found: _Occurrences, text: str) -> int | None:
    """Where the quote stands exactly; -1 when only inside words that it was not cut from; None when several places fit equally."""
    whole = found.whole()
    if len(found.starts) == 1 and whole:
        return whole[0]
    before = quote.prefix + quote.exact[: len(quote.exact) - len(quote.exact.lstrip())]
    after = quote.exact[len(quote.exact.rstrip()) :] + quote.suffix
    if before or after:
        in_place = _Occurrences(before + exact + after, text)  # first as it stands: many occurrences then cost nothing
        if len(in_place.starts) == 1 and not in_place.too_many:
            return in_place.starts[0] + len(before)
        if not in_place.starts and not found.too_many:
            fitting = [start for start in whole if _fits(before, after, Span(start, start + len(exact)), text)]
            if len(fitting) == 1:
                return fitting[0]
    if len(whole) == 1 and not found.too_many:
        return whole[0]
    return None if whole or found.too_many else -1


def _fits(prefix: str, suffix: str, span: Span, text: str) -> bool:
    """Whether the surroundings of a span are these, after folding."""
    before = fold(text[max(0, span.start - 2 * len(prefix) - 8) : span.start]).text
    after = fold(text[span.end : span.end + 2 * len(suffix) + 8]).text
    return before.endswith(fold(prefix).text) and after.startswith(fold(suffix).text)


def _folded(exact: str, wanted: str, folded: Folded, text: str, inside: list[Span]) -> Span:
    """The only occurrence after folding.

    Raises:
        AnchorError: there is none, or there are several, or the text only seems to say so.
    """
    for form, place in _forms(wanted, folded.text):
        found = _Occurrences(form, place)
        whole = found.whole()
        if len(whole) > 1 or found.too_many:
            raise _several([folded.span(start, start + len(form)) for start in whole[:SHOWN]], text, exact, found.too_many, len(whole))
        if whole:
            span = folded.span(whole[0], whole[0] + len(form))
            if fault := _seeming(exact, span, text):
                raise fault
            return span
        if not inside:
            inside = [folded.span(start, start + len(form)) for start in found.starts[:SHOWN]]
    raise _inside_words(inside, text, exact) if inside else _absent(wanted, folded, text, exact)


def _forms(wanted: str, text: str) -> Iterator[tuple[str, str]]:
    """The folded quote and the folded text in which it is looked for: as they are; with the quote's first letter large or small, as at the
    head of a sentence; and, for several words all in capitals on one side, as headlines are. "US" is not "us"."""
    yield wanted, text
    first = next(i for i, char in enumerate(wanted) if char.isalnum())
    other = wanted[:first] + wanted[first].swapcase() + wanted[first + 1 :]
    if other != wanted and len(other) == len(wanted):
        yield other, text
    small, large, small_text = wanted.lower(), wanted.upper(), text.lower()
    if wanted.count(" ") < HEADLINE_WORDS - 1 or small == large:
        return
    if wanted == large and len(small_text) == len(text):
        yield small, small_text
    elif len(large) == len(wanted):
        yield large, text


def _seeming(exact: str, span: Span, text: str) -> AnchorError | None:
    """Why the words that stand there are not what a reader sees in one piece: joined over the end of a sentence or a paragraph where the
    quote has none, or shown in another order than they are written."""
    candidate: list[Nearest] = [(span, 999, _short(span.of(text)))]
    ends = sum(_ends_block(text, match.start()) for match in _LINE_END.finditer(text, span.start, span.end))
    if ends > len(_LINE_END.findall(exact)):
        return AnchorError(
            f'The quote "{isolate(_short(exact))}" is put together from words on both sides of the end of a line or paragraph at character '
            f"{span.start}. Quote one of them, or choose the passage in the captured text.",
            nearest=candidate,
            code="across-lines",
        )
    if _is_reordered(span, text):
        return AnchorError(
            f'The quote "{isolate(_short(exact))}" stands at character {span.start}, but a directional override (U+202D or U+202E) there '
            "shows its characters in another order. Look at the page, and choose the passage in the captured text.",
            nearest=candidate,
            code="reordered",
        )
    return None


_LINE_END = re.compile(r"\s*[\n\r\u2028\u2029]\s*")
_STOP = re.compile(r"[.!?؟…:؛;][\"'”’»)\]]*$")
_ITEM = re.compile(r"[-–—•*·▪◦]|\d")
_LONGEST_WRAPPED = 160  # characters of a line


def _ends_block(text: str, at: int) -> bool:
    """Whether the line end at that place ends a sentence, an item or a paragraph rather than wrap a long line.

    A wrapped line is one that the first word of the next would have made longer than the longest of its neighbours.
    """
    before = [line.strip() for line in text[max(0, at - 1500) : at].split("\n")]
    after = [line.strip() for line in text[at : at + 1500].lstrip("\r").split("\n")[1:]]
    if not before[-1] or not after or not after[0] or text[at] == "\u2029":
        return True
    line, following = before[-1], after[0]
    if len(line) > _LONGEST_WRAPPED or _STOP.search(line) or _ITEM.match(following):
        return True
    width = max(len(each) for each in (*takewhile(bool, reversed(before)), *takewhile(bool, after)))
    return len(line) + 1 + len(following.split(maxsplit=1)[0]) <= width


def _is_reordered(span: Span, text: str) -> bool:
    """Whether an override turns the characters of a span round: letters and digits that run from left to right under U+202E, others under
    U+202D. The scope of an override ends with its paragraph or U+202C."""
    line = max(text.rfind("\n", 0, span.start) + 1, span.start - 10_000)
    before = text[line : span.start]
    opened = max(before.rfind("\u202e"), before.rfind("\u202d"))
    turned = before[opened] if opened > before.rfind("\u202c") and opened >= 0 else ""
    for char in span.of(text):
        if char in "\u202d\u202e":
            turned = char
        elif char == "\u202c":
            turned = ""
        elif turned and char.isalnum():
            runs_right = unicodedata.bidirectional(char) in ("R", "AL")
            if runs_right == (turned == "\u202d"):
                return True
    return False


def _several(spans: list[Span], text: str, exact: str, too_many: bool, count: int = 0) -> AnchorError:
    told = f"more than {MAX_OCCURRENCES}" if too_many else str(count or len(spans))
    return AnchorError(
        f'The quote "{isolate(_short(exact))}" stands {told} times in the captured text. Quote more words, or choose the place.',
        nearest=[(span, 1000, _short(span.of(text))) for span in spans[:SHOWN]],
        code="several",
    )


def _inside_words(spans: list[Span], text: str, exact: str) -> AnchorError:
    """The quote stands there as a part of longer words or numbers only."""
    wider = [Span(*word_around(text, span.start, span.end)) for span in spans]
    nearest: list[Nearest] = [(span, round(1000 * 2 * len(exact) / (len(exact) + len(span))), _short(span.of(text))) for span in wider]
    return AnchorError(
        f'The quote "{isolate(_short(exact))}" stands in the captured text only as a part of a longer word or number: '
        f'"{isolate(nearest[0][2])}" at character {nearest[0][0].start}. Quote it whole, or choose the passage in the captured text.',
        nearest=nearest,
        code="inside-word",
    )


def _absent(wanted: str, folded: Folded, text: str, exact: str) -> AnchorError:
    from factcheck.text.nearest import nearest_windows  # brings numpy, which most commands start without

    nearest: list[Nearest] = []
    for start, end, similarity in nearest_windows(wanted, folded, SHOWN):
        span = folded.span(start, end)
        nearest.append((span, min(similarity, 999), _short(span.of(text))))
    shown = ""
    if nearest:
        span, similarity, words = nearest[0]
        shown = f' Nearest: "{isolate(words)}" at character {span.start}, similarity {similarity / 1000:.2f}.'
    return AnchorError(
        f'The quote "{isolate(_short(exact))}" ({len(exact)} characters) is not in the captured text.{shown} '
        "Correct the quote, or choose the passage in the captured text.",
        nearest=nearest,
        code="absent",
    )


def _short(text: str) -> str:
    return text if len(text) <= MAX_SHOWN_LENGTH else text[:MAX_SHOWN_LENGTH] + "…"
