"""Passages to clauses: stretches with a predicate of their own, and relative clauses that add to something already identified.

One pass over the tokens of a passage. Language matters twice: where a clause begins, and which words before and behind it are not part
of the assertion.
"""

from __future__ import annotations

from dataclasses import dataclass

from factcheck.model.article import Span
from factcheck.text.arabic_lexicon import lexicon
from factcheck.text.arabic_phrases import Phrases
from factcheck.text.english_clauses import clauses as english_clauses
from factcheck.text.quotes import Quoted
from factcheck.text.tokens import COMMAS, QUOTES, Token, Tokenised

_TRIM = frozenset(' \t\n\u00a0.,،؛;:!؟?…"“”«»„‟″〝〞＂-–—{}/')


@dataclass(frozen=True, slots=True)
class Clause:
    span: Span
    verbal: bool  # has a finite verb, as far as the rules can tell
    relative: bool = False


def trimmed(text: str, start: int, end: int, quoted: Quoted | None = None) -> Span | None:
    """The stretch without punctuation, quotation marks and white space around it.

    Brackets stay, and so does a mark that closes a quotation opened inside the stretch.
    """
    while start < end and (text[start] in _TRIM or text[start].isspace()):
        start += 1
    while end > start and (text[end - 1] in _TRIM or text[end - 1].isspace()):
        if quoted and text[end - 1] in QUOTES and end - 2 > start:
            quote = quoted.at(end - 2)
            if quote and quote.end == end - 1 and quote.start > start + 1:
                break
        end -= 1
    return Span(start, end) if start < end else None


def clauses(words: Tokenised, start: int, end: int, language: str, quoted: Quoted) -> list[Clause]:
    """The clauses of ``text[start:end]`` in order; relative clauses follow the clause they stand in or behind."""
    text, toks = words.text, words.within(start, end)
    match language.partition("-")[0]:
        case "ar":
            return _arabic(text, toks, quoted)
        case "en":
            return [
                Clause(span, verbal, relative)
                for low, high, verbal, relative in english_clauses(text, toks)
                if (span := trimmed(text, low, high, quoted))
            ]
        case _:
            span = trimmed(text, start, end, quoted)
            return [Clause(span, True)] if span else []


# ---------------------------------------------------------------------- Arabic


def _arabic(text: str, toks: list[Token], quoted: Quoted) -> list[Clause]:
    if not toks:
        return []
    phrases = Phrases(text, toks, quoted)
    starts = [0] + [index for index in range(1, len(toks)) if phrases.boundary(index)]
    merged: list[int] = []
    for index in starts:
        if merged and _words(toks, merged[-1], index) < 2 and merged[-1] != index:
            continue
        merged.append(index)
    found: list[Clause] = []
    for low, high in zip(merged, [*merged[1:], len(toks)], strict=True):
        found.extend(_with_relatives(text, phrases, low, high))
    return found


def _words(toks: list[Token], low: int, high: int) -> int:
    return sum(token.kind != "mark" for token in toks[low:high])


def _head(phrases: Phrases, low: int, high: int) -> tuple[int, int]:
    """Token index and offset where the assertion begins, past the words that only open the clause."""
    lex = lexicon()
    index = _past_boilerplate(phrases, low, high)
    while index < high - 1:
        key = phrases.key(index)
        token = phrases.tokens[index]
        if token.kind == "mark":
            index += 1
            continue
        if key in lex.openers or key.removeprefix("و") in ("ان", "الا", "غير", "بيد") or key == "فان":
            index += 1
            continue
        if (key in ("في", "علي") and phrases.key(index + 1) in ("حين", "ان")) or key in ("خصوصا", "خاصه", "علما"):
            index += 2
            continue
        break
    index = min(index, high - 1)
    token = phrases.tokens[index]
    key = token.key
    if key[:1] in ("و", "ف") and len(key) > 2 and token.kind == "word" and key not in lex.waw:
        rest = key[1:]
        known = rest in lex.subjects or rest in lex.relatives or phrases.verb_at(index, 1, listed=key[0] == "ف")
        if known or (index == 0 and key[0] == "و" and low == 0 and lex.bare(key) != key):
            return index, token.start + 1
    return index, token.start


def _past_boilerplate(phrases: Phrases, low: int, high: int) -> int:
    """Past "يذكر أن", "جدير بالذكر أن": words of the outlet that assert nothing."""
    if phrases.key(low).removeprefix("و") not in lexicon().boilerplate:
        return low
    return next((index + 1 for index in range(low + 1, min(low + 6, high - 1)) if phrases.complementiser(index)), low)


def _with_relatives(text: str, phrases: Phrases, low: int, high: int) -> list[Clause]:
    toks = phrases.tokens
    index, start = _head(phrases, low, high)
    end = toks[high - 1].end
    relatives: list[Clause] = []
    host_end = end
    at = index + 1
    while at < high:
        key = phrases.key(at)
        bare = key.removeprefix("و")
        if bare in lexicon().relatives:
            stop = next((i for i in range(at + 1, high) if phrases.key(i) in COMMAS), high)
            apart = phrases.key(at - 1) in COMMAS or key != bare
            counted = any(token.kind == "number" for token in toks[at:stop])
            if apart or counted:
                rel_start = toks[at].start + (key != bare)
                span = trimmed(text, rel_start, toks[stop - 1].end, phrases.quoted)
                if span and _words(toks, at, stop) > 2:
                    relatives.append(Clause(span, True, True))
                    if stop >= high - 1 and _words(toks, index, at) > 3:
                        host_end = min(host_end, toks[at].start)
                at = stop
                continue
        at += 1
    while high > index + 1 and end == host_end and (phrases.key(high - 1) in lexicon().openers or toks[high - 1].kind == "mark"):
        if phrases.key(high - 1) in QUOTES:
            break
        high -= 1
        end = host_end = toks[high - 1].end
    host = trimmed(text, start, host_end, phrases.quoted)
    if host is None or all(token.kind == "mark" or token.key in lexicon().openers for token in toks[index:high]):
        return relatives
    verbal = phrases.predicate(index, high) or _past_boilerplate(phrases, low, high) > low
    return [Clause(host, verbal), *relatives]
