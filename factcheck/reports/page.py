"""Answers to what a report asks of its case, as values: one question, one answer. No words of ours and no layout here."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property
from itertools import accumulate, pairwise

from factcheck.case import policy
from factcheck.case.state import Held, choice_key
from factcheck.model.article import Span
from factcheck.model.claim import Chain, Claim, SourceKind, Step, Target, TargetKind
from factcheck.model.evidence import Bearing, Contact, ContactOutcome, Evidence, Search, Stance
from factcheck.model.verdict import Decision, Draft, PublicationKind, Rating, ReasonKind, Scale, Verdict
from factcheck.reports.blocks import Line
from factcheck.reports.changed import change_words
from factcheck.reports.claimreview import main_claim
from factcheck.reports.source import ReportSource
from factcheck.reports.words import Words
from factcheck.text.language import language_of

SAID = frozenset({"correctly_quoted", "meaning_kept"})
HALF_RIGHT = 3  # numbers from here on count as "so, at least in part"
UNKNOWN = frozenset({"", "unknown", "غير معروف"})
LABEL_FROM = 12  # letters; shorter free text is too short to tell its language
SOURCES_DATED = 20  # primary sources in the time line; with more it tells nothing
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of a chain beside its fellow in the other chain."""

    step: Step
    number: int  # from 1, outermost first
    lone: bool  # it has no fellow: struck out of the printed chain, or inserted into the established one
    ratings: tuple[Rating, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """One person's rating of one target."""

    held: Held[Verdict]
    verdict: Verdict
    scale: Scale
    rating: Rating
    by: str
    grounds: tuple[tuple[str, str, str], ...]  # (fragment of the page, what it is with its number, name); no fragment: no longer there


@dataclass(frozen=True, slots=True)
class Card:
    """A piece of evidence in one place of the page; whole at its first place."""

    number: int
    evidence: Evidence
    bearing: Bearing | None
    source: str  # name of the independent source it goes back to
    first: bool

    @property
    def outlet(self) -> str:
        """Who published or said it, as short as it is known."""
        e = self.evidence
        return e.outlet or (e.offline.who if e.offline else "") or e.title


@dataclass(frozen=True, slots=True)
class TargetPart:
    target: Target
    source: str  # for a step: whose
    results: tuple[Result, ...]
    disputed: bool
    cards: Mapping[str, tuple[Card, ...]]  # stance -> evidence
    links: int
    offline: int
    sources: int
    primary: bool  # a primary source is among the evidence
    groups: tuple[tuple[str, str, tuple[int, ...]], ...]  # (name, reason, numbers of evidence) of sources several pieces go back to


@dataclass(frozen=True, slots=True)
class ClaimPart:
    number: int
    id: str
    claim: Claim
    targets: tuple[TargetPart, ...]
    said_not_so: bool
    printed: tuple[StepLine, ...]
    established: tuple[StepLine, ...] | None

    @property
    def results(self) -> tuple[Result, ...]:
        """Results on the content."""
        return tuple(r for part in self.targets if part.target.kind is TargetKind.CONTENT for r in part.results)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the article under the same marks."""

    text: str
    marked: bool
    checked: bool
    ends: tuple[int, ...]  # numbers of checked claims that end here


class Page:
    """A report's answers. Built once for one rendering: the first place of each piece of evidence is remembered while parts are made."""

    def __init__(self, source: ReportSource, words: Words) -> None:
        self.source, self.words, self.state, self.settings = source, words, source.state, source.settings
        self.numbers = {id: n for n, id in enumerate(self.state.evidence, 1)}
        self.search_numbers = {id: n for n, id in enumerate(self.state.searches, 1)}
        self.contact_numbers = {id: n for n, id in enumerate(self.state.contacts, 1)}
        self._shown: set[str] = set()
        self.claim_numbers = {id: n for n, id in enumerate(source.checked(), 1)}
        self.claims = tuple(self._claim(n, id) for n, id in enumerate(source.checked(), 1))
        whole = (Target(kind) for kind in (TargetKind.PROVENANCE, TargetKind.ARTICLE, TargetKind.OMISSION))
        parts = (self._target(target, "") for target in whole)
        self.whole = () if source.about else tuple(part for part in parts if part.results or any(part.cards.values()))
        self.other_evidence = tuple(
            Card(self.numbers[id], self._piece(id), None, self._source_of(id), True)
            for id in self.state.evidence
            if id not in self._shown and not source.about
        )

    # ---- top

    @property
    def draft(self) -> Draft | None:
        return self.state.draft.value if self.state.draft else None

    @property
    def main(self) -> ClaimPart | None:
        """The claim that the page is about."""
        id = main_claim(self.source)
        return next((part for part in self.claims if part.id == id), self.claims[0] if self.claims else None)

    @cached_property
    def unknowns(self) -> tuple[tuple[str, str], ...]:
        """(text, language) of what is not known, each once."""
        parts = [part for claim in self.claims for part in claim.targets] + list(self.whole)
        found = {(r.verdict.unknown, r.verdict.language): None for part in parts for r in part.results if r.verdict.unknown.strip()}
        return tuple(found)

    @property
    def why_chosen(self) -> tuple[str, str]:
        said = self.words.said(self.draft.why_chosen) if self.draft else ("", "")
        return said if said[0] else (self.state.why_chosen, "")

    def language_of(self, text: str) -> str:
        """The language of free text for which nobody said one; empty when it is too short or mixed to tell."""
        if sum(char.isalpha() for char in text) < LABEL_FROM:
            return ""
        found = language_of(text)
        return "" if found == "und" else found

    def written_in(self, language: str) -> str:
        """ "written in Arabic", for a text whose language is not the report's; else empty."""
        if not language or language == "und" or language.split("-")[0] == self.words.lang:
            return ""
        return self.words("written_in", self.words.language(language))

    @cached_property
    def review_state(self) -> str:
        """A key of the words under ``review.``."""
        return self.source.review_state

    @property
    def same_machine(self) -> bool:
        standing = policy.standing_review(self.state)
        return standing is not None and policy.same_machine(self.state, standing)

    @property
    def editor(self) -> str:
        standing = policy.standing_review(self.state)
        signed = standing is not None and standing.value.decision is Decision.SIGN_OFF
        return self.person(standing.person, "role.editor") if standing and signed else ""

    @property
    def checkers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.person(id, "role.checker") for id in self.source.authors()))

    def person(self, id: str, role: str = "role.checker") -> str:
        """The name, or the role where names endanger or nobody is known."""
        name = self.state.name_of(id) if self.settings.show_names else ""
        return name or self.words(role)

    @property
    def published(self) -> str:
        return self.source.published.value.on if self.source.published else ""

    @property
    def updated(self) -> str:
        return self.source.corrections[0].value.on if self.source.corrections else ""

    @property
    def withdrawn(self) -> bool:
        return self.source.withdrawn

    @property
    def as_of(self) -> str:
        return max((held.value.as_of for held in self.state.verdicts.values()), default="")

    @property
    def despite(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """(reason, what was missing in words) of each publication despite problems."""
        return tuple(
            (held.value.despite, tuple(self._rule(code) for code in held.value.problems))
            for held in self.source.publications(PublicationKind.PUBLICATION)
            if held.value.despite.strip()
        )

    def _rule(self, code: str) -> str:
        rule = policy.RULES.get(code)
        return code if rule is None else rule.ar if self.words.lang == "ar" else rule.en

    @property
    def problems(self) -> tuple[tuple[str, str, int], ...]:
        """(level, text, how often) of what is still missing, each once; for a page that was not published yet."""
        found: dict[tuple[str, str], int] = {}
        for problem in self.source.problems:
            key = (problem.level.value, problem.text.get(self.words.lang) or problem.code)
            found[key] = found.get(key, 0) + 1
        return tuple((level, text, count) for (level, text), count in found.items())

    def fact(self, name: str) -> str:
        """A fact of the article; empty when absent or said to be unknown."""
        value = self.state.article.fact(name) if self.state.article else ""
        return "" if value.strip().lower() in UNKNOWN else value

    @property
    def credit(self) -> tuple[str, ...]:
        return tuple(span.of(self.source.text) for span in self.state.article.credit) if self.state.article else ()

    # ---- claims

    def _claim(self, number: int, id: str) -> ClaimPart:
        claim = self.source.claim(id)
        parts = []
        for target in self.state.targets_of(id):
            choice = claim.choices.get(choice_key(target))
            part = self._target(target, _step(claim, target))
            if (choice and choice.check) or part.results or any(part.cards.values()):
                parts.append(part)
        printed, established = self._chains(id, claim)
        return ClaimPart(number, id, claim, tuple(parts), self._said_not_so(parts), printed, established)

    def _said_not_so(self, parts: list[TargetPart]) -> bool:
        """Every rated step was said, and the content is rated as not so, or not rated as so."""
        steps = [r.rating.id for part in parts if part.target.kind is TargetKind.STEP for r in part.results]
        content = [r.rating for part in parts if part.target.kind is TargetKind.CONTENT for r in part.results]
        not_so = bool(content) and all(rating.number is None or rating.number < HALF_RIGHT for rating in content)
        return bool(steps) and set(steps) <= SAID and not_so

    def _chains(self, id: str, claim: Claim) -> tuple[tuple[StepLine, ...], tuple[StepLine, ...] | None]:
        printed, established = claim.printed, claim.established
        if established is None:
            return self._lines(id, "printed", printed, frozenset(range(len(printed)))), None
        blocks = SequenceMatcher(None, [_same(s) for s in printed], [_same(s) for s in established], False).get_matching_blocks()
        kept = frozenset(i for block in blocks for i in range(block.a, block.a + block.size))
        found = frozenset(i for block in blocks for i in range(block.b, block.b + block.size))
        return self._lines(id, "printed", printed, kept), self._lines(id, "established", established, found)

    def _lines(self, id: str, which: str, chain: Chain, paired: frozenset[int]) -> tuple[StepLine, ...]:
        return tuple(
            StepLine(
                step,
                index + 1,
                index not in paired,
                tuple({held.value.rating: self._rating(held.value)[1] for held in self._rivals(f"step/{id}/{which}/{index}")}.values()),
            )
            for index, step in enumerate(chain)
        )

    def _target(self, target: Target, source: str) -> TargetPart:
        results = tuple(self._result(held) for held in self._rivals(str(target)))
        cards: dict[str, tuple[Card, ...]] = {}
        bearings = [held.value for held in self.state.bearings_on(str(target)) if held.value.evidence in self.state.evidence]
        for stance in Stance:
            cards[stance.value] = tuple(self._card(bearing) for bearing in bearings if bearing.stance is stance)
        pieces = {bearing.evidence: self.state.evidence[bearing.evidence].value for bearing in bearings}
        links = sum(1 for item in pieces.values() if item.url or not item.offline)
        disputed = len({(r.verdict.scale, r.verdict.rating) for r in results}) > 1
        sources = self.state.independent_sources(str(target))
        primary = any(item.primary for item in pieces.values())
        return TargetPart(target, source, results, disputed, cards, links, len(pieces) - links, sources, primary, self._groups(set(pieces)))

    def _rivals(self, target: str) -> list[Held[Verdict]]:
        """Every standing result, simultaneous ones included."""
        return [rival for held in self.state.verdicts_on(target) for rival in (held, *held.others) if rival.value.target == target]

    def _rating(self, verdict: Verdict) -> tuple[Scale, Rating]:
        scale = self.state.desk.scales.get(verdict.scale)
        if scale is not None and any(rating.id == verdict.rating for rating in scale.ratings):
            return scale, scale.rating(verdict.rating)
        unknown = Rating(verdict.rating, {}, {})
        return Scale(verdict.scale, policy.scale_for(self.state, Target.parse(verdict.target)).use, {}, (unknown,)), unknown

    def _result(self, held: Held[Verdict]) -> Result:
        scale, rating = self._rating(held.value)
        grounds = tuple(self._ground(ground.kind, ground.id) for ground in held.value.grounds)
        return Result(held, held.value, scale, rating, self.person(held.person), grounds)

    def _ground(self, kind: ReasonKind, id: str) -> tuple[str, str, str]:
        words = self.words
        if kind is ReasonKind.EVIDENCE and id in self.numbers:
            item = self.state.evidence[id].value
            name = item.title or item.url or (item.offline.who if item.offline else "")
            return f"evidence-{self.numbers[id]}", words("evidence_n", words.digits(self.numbers[id])), name
        if kind is ReasonKind.SEARCH and id in self.search_numbers:
            number = self.search_numbers[id]
            return f"search-{number}", words("search_n", words.digits(number)), self.state.searches[id].value.place
        if kind is ReasonKind.CONTACT and id in self.contact_numbers:
            number = self.contact_numbers[id]
            return f"contact-{number}", words("contact_n", words.digits(number)), self.state.contacts[id].value.who
        return "", words("gone"), id

    def _card(self, bearing: Bearing) -> Card:
        id = bearing.evidence
        first = id not in self._shown
        self._shown.add(id)
        return Card(self.numbers[id], self._piece(id), bearing, self._source_of(id), first)

    def _piece(self, id: str) -> Evidence:
        """A piece of evidence with the archived copy of it, be it cited or made for the case."""
        return replace(self.state.evidence[id].value, archived_url=self.state.archived_copy(id))

    def _source_of(self, evidence: str) -> str:
        return next((self.state.groups[id].value.name for id in self.state.groups_of(evidence)), "")

    def _groups(self, evidence: set[str]) -> tuple[tuple[str, str, tuple[int, ...]], ...]:
        found = []
        for group in sorted({id for item in evidence for id in self.state.groups_of(item)}):
            held = self.state.groups[group]
            numbers = tuple(sorted(self.numbers[id] for id in held.value.evidence if id in evidence))
            if len(numbers) > 1:
                found.append((held.value.name, held.value.reason, numbers))
        return tuple(found)

    @property
    def interests(self) -> tuple[tuple[int, str, str], ...]:
        """(number, name, interests) of evidence whose source has something at stake."""
        found = ((self.numbers[id], held.value) for id, held in self._evidence() if held.value.interests.strip())
        return tuple((number, e.outlet or (e.offline.who if e.offline else "") or e.title, e.interests) for number, e in found)

    def _evidence(self) -> Iterator[tuple[str, Held[Evidence]]]:
        """The evidence that stands on the page."""
        return ((id, held) for id, held in self.state.evidence.items() if not self.source.about or id in self._shown)

    def _concerns(self, target: str) -> bool:
        """Whether what is about a target, or about none, belongs on the page."""
        return not self.source.about or not target or Target.parse(target).claim in ("", self.source.about)

    @property
    def dates(self) -> tuple[tuple[str, str, str], ...]:
        """(ISO date, key of the words, name) of what happened when, oldest first."""
        found = {item for item in self._dated() if _DAY.match(item[0])}
        return tuple(sorted(found, key=lambda item: (item[0][:10], item[1], item[2])))

    def _dated(self) -> Iterator[tuple[str, str, str]]:
        for part in self.claims:
            for line in part.printed if part.established is None else part.established:
                yield line.step.said_on, "time.said", line.step.source
        yield self.fact("published"), "time.article", self.fact("outlet")
        primary = [held.value for _, held in self._evidence() if held.value.primary]
        if len(primary) <= SOURCES_DATED:
            for e in primary:
                yield e.published or (e.offline.when if e.offline else ""), "time.primary", e.outlet or e.title
        for _, contact, _ in self.contacts:
            yield contact.on, "time.asked", contact.who
            if contact.outcome is ContactOutcome.ANSWERED:
                yield contact.answered_on, "time.answered", contact.who
        yield self.as_of, "time.as_of", ""
        for held in self.source.publications(*PublicationKind):
            yield held.value.on, f"publication.{held.value.kind.value}", ""

    def changes(self, publication: str) -> tuple[tuple[Line, str, str], ...]:
        """(what, before, after) of what a correction changed in the report."""
        return tuple(change_words(self, change) for change in self.source.changes.get(publication, ()))

    @property
    def searches(self) -> tuple[tuple[int, Search, str], ...]:
        kept = ((id, held.value) for id, held in self.state.searches.items() if self._concerns(held.value.target))
        return tuple((self.search_numbers[id], search, self.target_words(search.target)) for id, search in kept)

    @property
    def contacts(self) -> tuple[tuple[int, Contact, str], ...]:
        kept = ((id, held.value) for id, held in self.state.contacts.items() if self._concerns(held.value.target))
        return tuple((self.contact_numbers[id], contact, self.target_words(contact.target)) for id, contact in kept)

    def target_words(self, target: str) -> str:
        """Which claim, and which question about it; empty for no target or one that is gone."""
        if not target:
            return ""
        parsed = Target.parse(target)
        number = self.claim_numbers.get(parsed.claim)
        if parsed.claim and number is None:
            return ""
        claim = self.words("claim_n", self.words.digits(number)) + " · " if len(self.claim_numbers) > 1 and number else ""
        source = _step(self.state.claims[parsed.claim].value, parsed) if parsed.claim else ""
        key = f"target.{parsed.kind.value}"
        return claim + (self.words(key, source) if source else self.words("target.step.plain" if parsed.step else key))

    # ---- the article, and what was not checked

    @cached_property
    def paragraphs(self) -> tuple[tuple[Stretch, ...], ...]:
        """The article's paragraphs, cut where a mark begins or ends."""
        text = self.source.text
        marks = [(held.value.span, self.claim_numbers.get(id)) for id, held in self.state.claims.items()]
        marks += [(proposal.claim.span, None) for proposal in self.state.proposals]
        if self.source.about:
            marks = [(self.state.claims[self.source.about].value.span, 1)]
        marks.sort(key=lambda mark: (mark[0].start, mark[0].end))
        starts = [span.start for span, _ in marks]
        furthest = list(accumulate((span.end for span, _ in marks), max))  # how far any of the marks up to here reaches
        paragraphs, start = [], 0
        for line in text.split("\n"):
            end = start + len(line)
            if line.strip():
                here = marks[bisect_right(furthest, start) : bisect_right(starts, end)]
                paragraphs.append(_stretches(text, Span(start, end), here))
            start = end + 1
        return tuple(paragraphs)

    @property
    def total(self) -> int:
        return len(self.state.claims) + len(self.state.proposals)

    @property
    def set_aside(self) -> tuple[tuple[Claim, str], ...]:
        """(claim, why) of accepted claims nobody checks; an empty reason: nobody chose."""
        checked = set(self.source.checked())
        return tuple(
            (held.value, next((choice.because for choice in held.value.choices.values() if choice.because), ""))
            for id, held in self.state.claims.items()
            if id not in checked
        )


def _step(claim: Claim, target: Target) -> str:
    """Whose step a target is about; empty for other targets and unnamed speakers."""
    if target.kind is not TargetKind.STEP:
        return ""
    which, _, index = target.step.partition("/")
    chain = claim.printed if which == "printed" else claim.established or ()
    return chain[int(index)].source if index.isdigit() and int(index) < len(chain) else ""


def _same(step: Step) -> tuple[str, bool]:
    """What makes two steps the same: the source's words, whatever the white space."""
    return " ".join(step.source.split()), step.source_kind is SourceKind.NOT_STATED


def _stretches(text: str, line: Span, marks: list[tuple[Span, int | None]]) -> tuple[Stretch, ...]:
    here = [(span, number) for span, number in marks if span.overlaps(line)]
    edges = {line.start, line.end} | {edge for span, _ in here for edge in (span.start, span.end) if line.start < edge < line.end}
    cuts = sorted(edges)
    return tuple(
        Stretch(
            text[start:end],
            any(span.start <= start and end <= span.end for span, _ in here),
            any(number is not None and span.start <= start and end <= span.end for span, number in here),
            tuple(number for span, number in here if number is not None and span.end == end),
        )
        for start, end in pairwise(cuts)
    )
