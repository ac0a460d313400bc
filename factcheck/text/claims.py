"""Sentences and their passages to claims, and a place for every sentence: claim, context, or excluded with a reason.

Read ``propose``. A clause of a passage becomes a claim with the passage's chain; what has no predicate and nobody to report it is
context; credits, datelines, tags, link lines and questions are excluded.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from factcheck.model.article import Coverage, Sentence, Span
from factcheck.model.claim import Claim, Mode, Polarity, Reason, SourceKind, Step
from factcheck.text.arabic_nouns import is_several
from factcheck.text.clauses import Clause, clauses
from factcheck.text.dateline import is_dateline, run_in
from factcheck.text.features import features, line_of
from factcheck.text.kinds import judge
from factcheck.text.language import language_of
from factcheck.text.lexicon import table
from factcheck.text.morphology import is_listed_verb
from factcheck.text.passages import Link, Passage
from factcheck.text.priority import weigh
from factcheck.text.quantities import Quantities
from factcheck.text.quotes import Quoted
from factcheck.text.relatives import is_relative, noun_before
from factcheck.text.tokens import Token, Tokenised, fold, tokens


@dataclass(frozen=True, slots=True)
class Proposals:
    sentences: tuple[Sentence, ...]
    claims: tuple[Claim, ...]
    credit: tuple[Span, ...]
    credit_outlet: str


# ---------------------------------------------------------------------- sentences that hold no claim


@cache
def _boilerplate() -> list[tuple[str, re.Pattern[str]]]:
    return [(rule["reason"], re.compile(rule["pattern"])) for rule in table("boilerplate")["rules"]]


def excluded(sentence: str) -> tuple[str, str]:
    """Why a sentence is no news text, and the outlet when it is a credit line: ("excluded.credit", "المدن"); empty when it is text."""
    if len(sentence) > 300:
        return "", ""
    for reason, pattern in _boilerplate():
        match = pattern.search(sentence)
        if match:
            outlet = match.groupdict().get("outlet") or ""
            return reason, outlet.strip(' ."“”«»()[]-–—:')
    return "", ""


# ---------------------------------------------------------------------- steps


@cache
def _heads(language: str) -> dict[str, frozenset[str]]:
    source = table("ar" if language == "ar" else "en")["source"]
    names = ("unnamed", "outlets", "documents", "bodies", "joint", "named_things")
    return {name: frozenset(fold(word) for word in source.get(name, [])) for name in names}


def _kind_of(words: list[str], heads: dict[str, frozenset[str]], language: str) -> SourceKind:
    asked = words[:1] if language == "ar" else words[-1:] + words[:-1]
    pairs = {" ".join(pair) for pair in itertools.pairwise(words)}
    for name, kind in (("outlets", SourceKind.OUTLET), ("documents", SourceKind.DOCUMENT), ("bodies", SourceKind.BODY)):
        if pairs & heads[name] or any(word in heads[name] for word in asked[: 1 if language == "ar" else 4]):
            return kind
    return SourceKind.PERSON


def step_of(link: Link, mode: Mode, text: str, language: str) -> Step:
    """A link as a step of a printed chain, with what the lexicons say of its source."""
    heads = _heads("ar" if language == "ar" else "en")
    phrase = link.source.of(text)
    words = [token.key for token in tokens(phrase) if token.kind == "word"]
    head = words[:1]
    plural = bool(head) and (
        is_several(head[0])
        if language == "ar"
        else words[-1].endswith("s") and words[0] in heads["unnamed"] | {"the", "some", "several", "many", "both"}
    )
    unnamed = set(words[:1] if language == "ar" else words) & heads["unnamed"]
    capital = language == "en" and any(word[:1].isupper() for word in phrase.split()[1:])
    return Step(
        source=phrase,
        source_span=link.source,
        cue=link.cue.of(text),
        cue_span=link.cue,
        mode=mode,
        resolved=link.resolved,
        source_kind=_kind_of(words, heads, language),
        named=not (unnamed and not capital),
        plural=plural,
        joint=bool(set(words) & heads["joint"]),
    )


def mode_of(span: Span, text: str, quoted: Quoted, language: str) -> Mode:
    """Direct when the words stand wholly in quotation marks, mixed when some of them do, indirect otherwise; names do not count."""
    inside = quoted.within(span.start, span.end)
    if not inside:
        return Mode.INDIRECT
    for quote in inside:
        if quote.start <= span.start + 1 and span.end - 1 <= quote.end:
            return Mode.DIRECT
    for quote in inside:
        low, high = max(span.start, quote.start), min(span.end, quote.end)
        words = text[low:high].split()
        if not words:
            continue
        if language == "ar":
            cut = quote.start < span.start or quote.end > span.end
            before = fold(text[max(0, quote.start - 14) : quote.start - 1].split()[-1]) if text[: quote.start - 1].strip() else ""
            spoken = len(words) == 2 and is_listed_verb(fold(words[0]))
            spoken = spoken or (len(words) == 2 and quote.end >= span.end - 1 and before not in _heads("ar")["named_things"])
            if (len(words) >= 3 or spoken or cut or before.endswith("ب")) and before not in _heads("ar")["outlets"]:
                return Mode.MIXED
        elif not all(word[:1].isupper() or word in ("of", "the", "and") for word in words):
            return Mode.MIXED
    return Mode.INDIRECT


# ---------------------------------------------------------------------- claims


def _adverbial(toks: Sequence[Token], language: str) -> bool:
    """ "وفيما يتعلق بالأسعار، أكد ...": words before a cue that begin with a preposition frame it and assert nothing."""
    particles = _particles(language)
    first = toks[0].key
    return first in particles or (language == "ar" and first.removeprefix("و") in particles)


@cache
def _particles(language: str) -> frozenset[str]:
    if language == "ar":
        return frozenset(fold(word) for word in table("ar")["particles"]["prepositions"])
    return frozenset(table("en")["grammar"]["adverbial"])


def _is_claim(clause: Clause, passage: Passage, toks: Sequence[Token], text: str, language: str) -> bool:
    words = sum(token.kind == "word" for token in toks)
    if text[clause.span.end - 1 : clause.span.end + 2].strip('"”»’')[-1:] in ("؟", "?"):
        return False  # a question asserts nothing
    if passage.lead:
        return clause.verbal and words >= 3 and not _adverbial(toks, language)
    if passage.links:
        return words >= 1 and (words >= 2 or passage.nominal)
    whole = (
        language in ("ar", "en")
        and words >= 4
        and text[clause.span.end : clause.span.end + 1] == "."
        and passage.start == clause.span.start
    )
    return (clause.verbal or whole) and words >= 2


def _standing(clause: Clause, host: Span | None, passage: Passage, words: Tokenised, quoted: Quoted, language: str) -> Span | None:
    """A claim that can stand alone: a relative clause with its noun, or with the clause that it tells of; None when neither is there.

    A clause that opens a passage with a pronoun may be one of "those who": it stands.
    """
    primary = language.partition("-")[0]
    head = clause.span.of(words.text).split(maxsplit=1)[0]
    if not is_relative(head, primary):
        return clause.span
    noun = noun_before(words, clause.span.start, quoted, primary)
    if noun is not None:
        return Span(noun, clause.span.end)
    if clause.relative or primary == "en" or not passage.links:
        return Span(host.start, clause.span.end) if host and host.end <= clause.span.start else None
    return clause.span


def _claims_of(passage: Passage, words: Tokenised, language: str, quoted: Quoted, quantities: Quantities) -> list[Claim]:
    text, found = words.text, []
    host: Span | None = None
    for clause in clauses(words, passage.start, passage.end, language, quoted):
        toks = words.within(clause.span.start, clause.span.end)
        if not toks or not _is_claim(clause, passage, toks, text, language):
            continue
        span = _standing(clause, host, passage, words, quoted, language)
        if span is None:
            continue
        host = host if clause.relative else span
        mode = mode_of(clause.span, text, quoted, language)
        chain = tuple(step_of(link, mode, text, language) for link in passage.links)
        primary = language.partition("-")[0]
        seen = features(text, toks, primary, passage, quantities)
        judged = judge(seen, primary, line_of(toks, primary)[1])
        polarity = passage.links[0].polarity if passage.links else Polarity.ASSERTS
        if polarity is Polarity.ASSERTS and len(passage.links) > 1:
            polarity = next((link.polarity for link in passage.links if link.polarity is not Polarity.ASSERTS), polarity)
        worth, grade, weights = weigh(seen, judged.kind, judged.checkable, polarity, chain)
        voice = () if chain else (Reason("voice.own"),)
        found.append(
            Claim(
                article="",
                span=span,
                text=span.of(text),
                kind=judged.kind,
                checkable=judged.checkable,
                polarity=polarity,
                priority=grade,
                worth=worth,
                printed=chain,
                reasons=(*voice, *passage.reasons, *judged.reasons, *weights),
            )
        )
    return found


_NOT_ARABIC = re.compile(r"[A-Za-z\u0400-\u04ff\u0590-\u05ff\u0679-\u06d5]")  # other scripts, and letters that Arabic itself has not


def _language(sentence: str, article: str) -> str:
    """The language of a sentence; too short a one, or an Arabic one with none but Arabic letters, has that of its article."""
    if len(sentence) < 40 or (article == "ar" and not _NOT_ARABIC.search(sentence)):
        return article
    found = language_of(sentence)
    return article if found == "und" else found


def propose(
    words: Tokenised, spans: Sequence[Span], parts: Sequence[Sequence[Passage]], language: str, quoted: Quoted, quantities: Quantities
) -> Proposals:
    """Claims and the coverage of every sentence.

    Args:
        words: the untouched text with its tokens.
        spans: its sentences.
        parts: the passages of each sentence.
        language: of the article; a sentence in plainly another language says so itself.
        quoted: quotations of the text.
        quantities: dates and numbers of the text.
    """
    text = words.text
    sentences: list[Sentence] = []
    claims: list[Claim] = []
    credit: list[Span] = []
    outlet = ""
    for span, passages in zip(spans, parts, strict=True):
        own = span.of(text)
        reason, name = excluded(own)
        tongue = _language(own, language)
        if not reason and is_dateline(own, language.partition("-")[0]):
            reason = "excluded.dateline"
        elif reason == "excluded.dateline" and run_in(own, 0, language.partition("-")[0]) is not None:
            reason = ""  # news stands behind it
        if reason:
            if reason == "excluded.credit":
                credit.append(span)
                outlet = outlet or name
            sentences.append(Sentence(span, tongue, Coverage.EXCLUDED, reason))
            continue
        found = [claim for passage in passages for claim in _claims_of(passage, words, language, quoted, quantities)]
        if found:
            claims.extend(found)
            sentences.append(Sentence(span, tongue, Coverage.CLAIM))
        else:
            sentences.append(Sentence(span, tongue, Coverage.CONTEXT, "context.no_predicate"))
    return Proposals(tuple(sentences), tuple(claims), tuple(credit), outlet)


__all__ = ["Proposals", "excluded", "mode_of", "propose", "step_of"]
