"""Find a quote in a text, or refuse: exact, or the only occurrence after folding, never silently a look-alike.

Source: W3C Web Annotation Data Model, text quote selector. Folding follows what differs between a person's keyboard and a page: tashkil,
tatweel, forms of alef, ya, ta marbuta and kaf, digits, quotation marks, dashes, white space, invisible and directional characters.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

from factcheck.errors import AnchorError, isolate
from factcheck.model.article import Span, TextQuote
from factcheck.model.evidence import AnchorHow

SHOWN = 3  # candidates in an AnchorError
MAX_SHOWN_LENGTH = 200
MAX_OCCURRENCES = 1000  # of a quote in one text; more are not compared with its surroundings

_LETTERS = {
    **dict.fromkeys("أإآٱ", "ا"), **dict.fromkeys("ىیې", "ي"), "ئ": "ي", "ؤ": "و", "ة": "ه", **dict.fromkeys("کڪ", "ك"),
    **dict.fromkeys("“”„‟«»‹›″＂‘’‚‛′`´", '"'), "'": '"', **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"), "…": "...", "،": ",", "؛": ";", "؟": "?",
}  # fmt: skip
_DROPPED = frozenset("ـ")


@dataclass(frozen=True, slots=True)
class Match:
    """Where a quote stands: ``span`` in code points of the text as given, and how it was found."""

    span: Span
    how: AnchorHow


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, with the place of each of its characters in the text it was made of."""

    text: str
    offsets: list[int]  # code point of the original for each folded character, then the original's length

    def span(self, start: int, end: int) -> Span:
        """The stretch of the original that the folded stretch [start, end) was made of."""
        return Span(self.offsets[start], self.offsets[end - 1] + 1)

    def whole(self, start: int, end: int, original: str) -> Span:
        """The same, with the marks that stand on its last letter."""
        span = self.span(start, end)
        last = span.end
        while last < len(original) and unicodedata.combining(original[last]):
            last += 1
        return Span(span.start, last)


def fold_char(char: str) -> str:
    """What one character becomes; empty when it does not count, a space for any white space."""
    if char.isascii():
        return char.lower() if char.isalpha() else _LETTERS.get(char, " " if char.isspace() else char)
    if char in _LETTERS:
        return _LETTERS[char]
    category = unicodedata.category(char)
    if category == "Cf" or char in _DROPPED or _is_dropped_mark(char):
        return ""
    if category == "Nd":
        return str(unicodedata.digit(char))
    if char.isspace() or category == "Zs":
        return " "
    if unicodedata.decomposition(char).startswith(("<super>", "<sub>", "<fraction>")):
        return char  # 5² is not 52, and ½ not 12
    return "".join(part for part in unicodedata.normalize("NFKD", char).lower() if not _is_dropped_mark(part))


def _is_dropped_mark(char: str) -> bool:
    """Accents, tashkil and niqqud: left out by many who write. Vowel signs of other scripts are letters and stay."""
    return unicodedata.combining(char) != 0 and (char < "\u0370" or "\u0591" <= char <= "\u06ed" or "\u08d3" <= char <= "\u08ff")


def fold(text: str) -> Folded:
    """Fold a text for comparison; white space becomes single spaces, none at the ends. Linear in its length."""
    table: dict[str, str] = {}
    folded: list[str] = []
    offsets: list[int] = []
    pending = False
    for i, char in enumerate(text):
        new = table.get(char)
        if new is None:
            new = table[char] = fold_char(char)
        if new == " ":
            pending = bool(folded)
            continue
        for part in new:
            if pending:
                folded.append(" ")
                offsets.append(i - 1)
                pending = False
            folded.append(part)
            offsets.append(i)
    offsets.append(len(text))
    return Folded("".join(folded), offsets)


def locate(quote: TextQuote, text: str) -> Match:
    """Find where a quote stands in a text, or refuse.

    An exact occurrence wins; several are told apart by ``quote.prefix`` and ``quote.suffix``. If there is none, the only occurrence
    after folding is taken.

    Args:
        quote: words to find, with up to 32 characters from either side.
        text: a capture's text as extracted, untouched; folding happens inside.

    Returns:
        The match: ``span``, [start, end) in code points of ``text`` (not of its folded form), and ``how``: exact or folded.

    Raises:
        AnchorError: no occurrence, or several that the context cannot tell apart; ``nearest`` holds candidates (span, similarity in
            thousandths, text) to show to a person, never to be taken silently.
        ValueError: the quote has no words.
    """
    exact = quote.exact.strip()
    if not any(char.isalnum() for char in exact):
        raise ValueError("the quote has no words")
    found = _occurrences(exact, text)
    if found:
        spans = [Span(start, start + len(exact)) for start in found]
        return Match(_the_one(quote, spans, text, exact), AnchorHow.EXACT)
    folded, wanted = fold(text), fold(exact).text
    spans = [folded.whole(start, start + len(wanted), text) for start in _occurrences(wanted, folded.text)] if wanted else []
    if len(spans) == 1:
        return Match(spans[0], AnchorHow.FOLDED)
    if spans:
        raise _several(spans, text, exact)
    nearest = _nearest(wanted, folded, text)
    shown = ""
    if nearest:
        span, similarity, words = nearest[0]
        shown = f' Nearest: "{isolate(words)}" at character {span.start}, similarity {similarity / 1000:.2f}.'
    raise AnchorError(
        f'The quote "{isolate(_short(exact))}" ({len(exact)} characters) is not in the captured text.{shown} '
        "Correct the quote, or choose the passage in the captured text.",
        nearest=nearest,
    )


def _occurrences(part: str, text: str) -> list[int]:
    """Where ``part`` starts, at most one place more than are compared."""
    starts: list[int] = []
    at = text.find(part)
    while at >= 0 and len(starts) <= MAX_OCCURRENCES:
        starts.append(at)
        at = text.find(part, at + 1)
    return starts


def _the_one(quote: TextQuote, spans: list[Span], text: str, exact: str) -> Span:
    """The only span, or the only one whose surroundings are those of the quote."""
    if len(spans) == 1:
        return spans[0]
    before = quote.prefix + quote.exact[: len(quote.exact) - len(quote.exact.lstrip())]
    after = quote.exact[len(quote.exact.rstrip()) :] + quote.suffix
    if before or after:
        in_place = _occurrences(before + exact + after, text)  # first as it stands: many occurrences then cost nothing
        if len(in_place) == 1:
            return Span(in_place[0] + len(before), in_place[0] + len(before) + len(exact))
        if not in_place and len(spans) <= MAX_OCCURRENCES:
            fitting = [span for span in spans if _fits(before, after, span, text)]
            if len(fitting) == 1:
                return fitting[0]
    raise _several(spans, text, exact)


def _fits(prefix: str, suffix: str, span: Span, text: str) -> bool:
    """Whether the surroundings of a span are these, after folding."""
    before = fold(text[max(0, span.start - 2 * len(prefix) - 8) : span.start]).text
    after = fold(text[span.end : span.end + 2 * len(suffix) + 8]).text
    return before.endswith(fold(prefix).text) and after.startswith(fold(suffix).text)


def _several(spans: list[Span], text: str, exact: str) -> AnchorError:
    count = f"more than {MAX_OCCURRENCES}" if len(spans) > MAX_OCCURRENCES else str(len(spans))
    return AnchorError(
        f'The quote "{isolate(_short(exact))}" stands {count} times in the captured text. Quote more words, or choose the place.',
        nearest=[(span, 1000, span.of(text)) for span in spans[:SHOWN]],
    )


def _nearest(wanted: str, folded: Folded, text: str) -> list[tuple[Span, int, str]]:
    """Passages that share most words with the quote: windows of its length in words, compared by letters. For people only."""
    words = wanted.split()
    if not words or not folded.text:
        return []
    starts, position = [], 0
    for word in folded.text.split(" "):
        starts.append((position, word))
        position += len(word) + 1
    wanted_words = Counter(words)
    width = min(len(words), len(starts))
    window: Counter[str] = Counter()
    common, scores = 0, []
    for i, (_, word) in enumerate(starts):
        window[word] += 1
        common += window[word] <= wanted_words[word]
        if i >= width:
            left = starts[i - width][1]
            common -= window[left] <= wanted_words[left]
            window[left] -= 1
        if i >= width - 1 and common:
            scores.append((common, i - width + 1))
    candidates: list[tuple[Span, int, str]] = []
    taken: list[int] = []
    for _, first in sorted(scores, key=lambda pair: (-pair[0], pair[1]))[:50]:
        if any(abs(first - other) < width for other in taken):
            continue
        taken.append(first)
        start, (last_start, last) = starts[first][0], starts[first + width - 1]
        passage = folded.text[start : last_start + len(last)]
        similarity = round(1000 * SequenceMatcher(None, wanted[:500], passage[:500], autojunk=False).ratio())
        span = folded.span(start, last_start + len(last))
        candidates.append((span, similarity, _short(span.of(text))))
        if len(candidates) == SHOWN:
            break
    return sorted(candidates, key=lambda c: -c[1])


def _short(text: str) -> str:
    return text if len(text) <= MAX_SHOWN_LENGTH else text[:MAX_SHOWN_LENGTH] + "…"
