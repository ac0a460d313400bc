"""A case: one method for each thing a person does. When a method returns, its act is in the ledger.

Methods read the state, ask the rules, and append; the state is folded anew from what was appended, never patched. Wherever a claim id
is asked for, the id of a proposal will do: acting on a proposal accepts it in the same event.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from factcheck.case import gather, history, pipeline, policy, undo
from factcheck.case.state import CaseState, Held, choice_key
from factcheck.errors import AnchorError, ExtractionError, NotAllowedError, isolate
from factcheck.model import events as ev
from factcheck.model.article import Known, Span, TextQuote
from factcheck.model.claim import Chain, Choice, Claim, ClaimKind, Target, TargetKind
from factcheck.model.evidence import (
    Anchor,
    AnchorHow,
    Bearing,
    Contact,
    ContactOutcome,
    Evidence,
    OfflineSource,
    Search,
    SearchOutcome,
    SourceGroup,
    Stance,
    Translation,
)
from factcheck.model.verdict import (
    Decision,
    Draft,
    Ground,
    Publication,
    PublicationKind,
    ReasonKind,
    Review,
    Verdict,
)
from factcheck.text import language as languages
from factcheck.text.anchor import locate

if TYPE_CHECKING:
    from factcheck.case.desk import Desk

CLAIMS_AN_EVENT = 300  # more are told in several events of one transaction: a leaf holds less than 65,536 bytes, a disclosure 1 MiB

Step = tuple[ev.Payload, Sequence[str]]
"""A payload and the registers it moves."""


class Case:
    """One piece under check on a desk. Made by ``Desk.case`` or ``Desk.open_case``."""

    def __init__(self, desk: Desk, id: str) -> None:
        self.desk = desk
        self.id = id
        self._state: CaseState | None = None
        self._folded = -1
        self._text: tuple[str, str] = ("", "")

    def __repr__(self) -> str:
        state = self.state
        return f"<Case {isolate(state.title)}: {len(state.claims)} claims, {len(state.evidence)} pieces of evidence, {self.id[:8]}>"

    # ---- reading

    @property
    def state(self) -> CaseState:
        """The case as this desk's folded events leave it; ``refresh`` brings in what others wrote meanwhile."""
        if self._state is None or self._folded != self.desk.folded:
            self._state = self.desk.case_state(self.id)
            self._folded = self.desk.folded
        return self._state

    def refresh(self) -> int:
        """Fold what others appended since; returns how many events that were."""
        return self.desk.refresh()

    @property
    def title(self) -> str:
        return self.state.title

    @property
    def text(self) -> str:
        """The article's text; offsets of all spans count its code points."""
        article = self.state.article
        if article is None:
            return ""
        if self._text[0] != article.text:
            self._text = (article.text, self.desk.captures.get(article.text).decode("utf-8"))
        return self._text[1]

    def capture_text(self, evidence_id: str) -> str:
        """The text read out of a piece of evidence's capture; empty when there is none."""
        capture = self._evidence(evidence_id).value.capture
        return self.desk.captures.get(capture.text).decode("utf-8") if capture and capture.text else ""

    def problems(self) -> list[policy.Problem]:
        """What stands between this case and publication, blocking problems first."""
        return policy.problems(self.state, self.desk.settings)

    def history(self, subject: str = "") -> list[history.HistoryLine]:
        """Who did what, in words, in display order; with ``subject`` (an id) only what moved it."""
        return history.history(self.state, subject)

    # ---- the article

    def describe(self, *, title: str | None = None, why_chosen: str | None = None, language: str | None = None) -> ev.Event:
        """Name the case, say why it was chosen, set the language of its report."""
        state = self.state
        return self._act(
            ev.CaseDescribed(
                title=state.title if title is None else title,
                language=state.language if language is None else language,
                why_chosen=state.why_chosen if why_chosen is None else why_chosen,
                practice=state.practice,
            ),
            f"case:{self.id}",
        )

    def describe_article(self, **facts: str) -> ev.Event:
        """Say where and when the article appeared: ``outlet``, ``published``, ``author``, ``title``, ``url``; "unknown" is an answer.

        Raises:
            ValueError: there is no such fact.
        """
        known = ("title", "outlet", "author", "published", "modified", "url")
        for name in facts:
            if name not in known:
                raise ValueError(f"an article has no fact {name!r}; it has: {', '.join(known)}")
        entry = self.state.article
        if entry is None:
            raise NotAllowedError("This case has no article yet.")
        merged = {**entry.facts, **{name: Known(value.strip(), "person") for name, value in facts.items() if value.strip()}}
        return self._act(
            ev.ArticleDescribed(**{**{f.name: getattr(entry, f.name) for f in fields(entry)}, "facts": merged}),
            f"article:{self.state.article_id}",
        )

    def propose(self, engine: str = pipeline.BUILT_IN) -> int:
        """Let an engine propose claims, in one event; returns how many. What people decided already stays decided."""
        article = self.state.article
        if article is None:
            raise NotAllowedError("This case has no article yet.")
        run = pipeline.propose(
            engine, self.text, language=article.language, published=self.desk.date_of(article.fact("published")), article=article.text
        )
        self._act(self.desk.proposed(run, article.text))
        return len(run.claims)

    # ---- claims

    def accept(self, ids: Iterable[str]) -> list[ev.Event]:
        """Take proposals over as claims, as they are."""
        return self._move_claims(ev.ClaimsMade, {id: self.claim(id) for id in ids}, "accepted")

    def mark(self, span: Span | tuple[int, int], *, kind: str | None = None, because: str = "") -> str:
        """Make a claim of a stretch of the article; returns its id.

        Kind, polarity and chain are taken over from the proposal or claim that overlaps most, for the person to correct.

        Raises:
            ValueError: the span lies outside the text or covers only white space.
        """
        span = self._trimmed(span)
        for proposal in self.state.proposals:
            if proposal.claim.span == span and kind in (None, proposal.claim.kind):
                self.accept([proposal.id])
                return proposal.id
        article = self.state.article
        assert article is not None
        model = self._nearest(span)
        claim = Claim(
            article=article.text,
            span=span,
            text=span.of(self.text),
            kind=ClaimKind(kind) if kind else model.kind if model else ClaimKind.STATE,
            checkable=model.checkable if model else True,
        )
        if model:
            claim = replace(claim, polarity=model.polarity, printed=model.printed, worth=model.worth, priority=model.priority)
        id = self.desk.new_id()
        self._move_claims(ev.ClaimsMade, {id: claim}, "marked", because)
        return id

    def trim(self, id: str, span: Span | tuple[int, int]) -> ev.Event:
        """Give a claim other edges."""
        span = self._trimmed(span)
        return self._revise({id: replace(self.claim(id), span=span, text=span.of(self.text))}, "trimmed")[0]

    def split(self, id: str, at: int) -> tuple[str, str]:
        """Cut a claim in two at a code point of the article; returns the ids of the halves.

        Raises:
            ValueError: the cut lies outside the claim, or leaves one half empty.
        """
        claim = self.claim(id)
        if not claim.span.start < at < claim.span.end:
            raise ValueError(f"cannot cut at {at}: the claim covers [{claim.span.start}, {claim.span.end})")
        halves = [self._trimmed((claim.span.start, at)), self._trimmed((at, claim.span.end))]
        new = {
            self.desk.new_id(): replace(claim, span=half, text=half.of(self.text), origin=None, as_checked={}, short={}) for half in halves
        }
        self._move_claims(ev.ClaimSplit, {id: None, **new}, "split")
        first, second = new
        return first, second

    def merge(self, ids: Iterable[str]) -> str:
        """Make one claim of several, from the first one's start to the last one's end; returns its id.

        Raises:
            ValueError: fewer than two claims.
        """
        unique = list(dict.fromkeys(ids))
        if len(unique) < 2:
            raise ValueError(f"merging takes at least two claims, got {len(unique)}")
        parts = sorted((self.claim(id) for id in unique), key=lambda c: (c.span.start, c.span.end))
        span = Span(parts[0].span.start, max(part.span.end for part in parts))
        merged = replace(parts[0], span=span, text=span.of(self.text), origin=None, as_checked={}, short={}, choices={})
        new = self.desk.new_id()
        self._move_claims(ev.ClaimsMerged, {**dict.fromkeys(unique), new: merged}, "merged")
        return new

    def dismiss(self, ids: Iterable[str], because: str) -> list[ev.Event]:
        """Say that these are no claims, and why."""
        if not because.strip():
            raise ValueError("say why the claim is dismissed")
        return self._move_claims(ev.ClaimsDismissed, {id: replace(self.claim(id), dismissed=because) for id in ids}, "dismissed", because)

    def restore(self, ids: Iterable[str]) -> list[ev.Event]:
        """Take dismissed claims back."""
        return self._revise({id: replace(self.claim(id), dismissed="") for id in ids}, "restored")

    def edit(self, id: str, **changes: Any) -> ev.Event:
        """Change fields of a claim: kind, checkable, polarity, priority, note, printed, established, relations, as_checked, short.

        Raises:
            ValueError: a claim has no such field, or the field is moved by a method of its own.
        """
        allowed = ("kind", "checkable", "polarity", "priority", "note", "printed", "established", "relations", "as_checked", "short")
        for name in changes:
            if name not in allowed:
                raise ValueError(f"{name!r} cannot be edited here; fields to edit: {', '.join(allowed)}")
        claim = self.claim(id)
        typed = {
            name: type(getattr(claim, name))(value) if name in ("kind", "polarity", "priority") else value
            for name, value in changes.items()
        }
        word = next(iter(changes)) if len(changes) == 1 else "edited"
        return self._revise({id: replace(claim, **typed)}, word)[0]

    def restate(self, id: str, as_checked: Mapping[str, str], *, short: Mapping[str, str] | None = None) -> ev.Event:
        """Write the claim as checked, by language; ``short`` under 75 characters is for ClaimReview. An empty text removes one.

        Raises:
            ValueError: a short form is too long.
        """
        for language, text in (short or {}).items():
            if len(text) >= 75:
                raise ValueError(f"the short form in {language!r} has {len(text)} characters; ClaimReview wants fewer than 75")
        claim = self.claim(id)
        return self._revise(
            {
                id: replace(
                    claim,
                    as_checked=_filled({**claim.as_checked, **as_checked}),
                    short=_filled({**claim.short, **(short or {})}),
                )
            },
            "restated",
        )[0]

    def establish(self, id: str, chain: Chain | None) -> ev.Event:
        """Write the chain as established, outermost first; the printed one stays beside it. None: not established any more."""
        return self._revise({id: replace(self.claim(id), established=None if chain is None else tuple(chain))}, "chain_established")[0]

    def choose(self, targets: Iterable[str], check: bool = True, because: str = "") -> list[ev.Event]:
        """Say of targets (``content/<claim>``, ``step/<claim>/printed/0``) that we check them, or set them aside because of something.

        Raises:
            ValueError: a target that belongs to no claim, a step that the chain does not have, or no reason for setting aside.
        """
        if not check and not because.strip():
            raise ValueError("say why the target is set aside")
        changed: dict[str, Claim] = {}
        for text in targets:
            target = Target.parse(text)
            if not target.claim:
                raise ValueError(f"{text!r} belongs to no claim; give a result on it directly")
            claim = changed.get(target.claim) or self.claim(target.claim)
            _check_step(claim, target)
            changed[target.claim] = replace(claim, choices={**claim.choices, choice_key(target): Choice(check, because)})
        return self._revise(changed, "chosen" if check else "set_aside", because)

    def set_aside(self, ids: Iterable[str], because: str) -> list[ev.Event]:
        """Set aside the content of claims."""
        return self.choose([str(Target(TargetKind.CONTENT, id)) for id in ids], check=False, because=because)

    def set_aside_kinds(self, kinds: Iterable[str], because: str) -> int:
        """Set aside, in one act, every claim and proposal of these kinds that nobody chose or set aside yet; returns how many."""
        wanted = {ClaimKind(kind) for kind in kinds}
        state = self.state
        ids = [id for id, held in state.claims.items() if held.value.kind in wanted and "content" not in held.value.choices]
        ids += [proposal.id for proposal in state.proposals if proposal.claim.kind in wanted]
        if ids:
            self.set_aside(ids, because)
        return len(ids)

    # ---- evidence

    def attach(
        self,
        url: str = "",
        *,
        file: Path | str | bytes | None = None,
        offline: OfflineSource | None = None,
        quote: str = "",
        translation: Translation | None = None,
        bears_on: Iterable[str] = (),
        stance: Stance | str = Stance.SUPPORTS,
        note: str = "",
        **details: Any,
    ) -> str:
        """Attach evidence: a link (fetched and captured now), a saved file, or an off-line source; returns its id.

        A link that cannot be fetched is recorded with its problem and can be tried again. A quote that is not in the capture is kept
        as an orphan for a person to place. With both ``url`` and ``file``, the file is the saved page of that address and nothing is
        fetched.

        Args:
            bears_on: targets; one page may bear on many.
            details: further fields of ``Evidence``: title, outlet, author, published, archived_url, primary, primary_reason,
                reliability, interests.

        Raises:
            ValueError: neither link, file nor off-line source, or a detail that evidence does not have.
        """
        targets = [self._known_target(text) for text in bears_on]
        if sum(map(bool, (url or file is not None, offline))) != 1:
            raise ValueError("evidence needs a link, a file, or an off-line source, and only one of link or file and off-line source")
        _check_names(
            details, ("title", "outlet", "author", "published", "archived_url", "primary", "primary_reason", "reliability", "interests")
        )
        evidence = Evidence(url=url.strip(), offline=offline, translation=translation, note=note, **details)
        if file is not None:
            capture, title = gather.from_file(_read_file(file), self.desk.captures, self.desk.clock, url=evidence.url)
            evidence = replace(evidence, capture=capture, title=evidence.title or title)
        elif evidence.url:
            capture_or_none, problem, title = gather.from_link(evidence.url, self.desk.fetcher, self.desk.captures, self.desk.clock)
            evidence = replace(evidence, capture=capture_or_none, problem=problem, title=evidence.title or title)
        evidence = gather.place_quote(evidence, TextQuote(quote) if quote.strip() else None, self._text_of(evidence))
        id = self.desk.new_id()
        steps: list[Step] = [(ev.EvidenceAttached(evidence), [f"evidence:{id}"])]
        steps += [self._bearing_step(id, target, Stance(stance), "") for target in targets]
        self._acts(steps)
        return id

    def retry(self, id: str) -> bool:
        """Fetch a link again; returns whether it is captured now. Either way what happened is on record."""
        held = self._evidence(id)
        evidence = held.value
        if not evidence.url:
            raise NotAllowedError("Only a link can be tried again; this evidence has none.")
        if evidence.capture:
            raise NotAllowedError("This link is captured already; a later version of the page is a new piece of evidence.")
        capture, problem, title = gather.from_link(evidence.url, self.desk.fetcher, self.desk.captures, self.desk.clock)
        evidence = replace(evidence, capture=capture, problem=problem, title=evidence.title or title)
        evidence = gather.place_quote(evidence, evidence.quote, self._text_of(evidence))
        self._act(ev.EvidenceRevised(evidence, "retried", ""), f"evidence:{id}")
        return capture is not None

    def import_page(self, id: str, file: Path | str | bytes) -> ev.Event:
        """Give a link that could not be fetched the page that a person saved from a browser."""
        evidence = self._evidence(id).value
        capture, title = gather.from_file(_read_file(file), self.desk.captures, self.desk.clock, url=evidence.url)
        evidence = replace(evidence, capture=capture, problem=None, title=evidence.title or title)
        evidence = gather.place_quote(evidence, evidence.quote, self._text_of(evidence))
        return self._act(ev.EvidenceRevised(evidence, "imported", ""), f"evidence:{id}")

    def quote(self, id: str, exact: str = "", *, span: Span | tuple[int, int] | None = None) -> ev.Event:
        """Quote a passage of the captured text: by its words, which must be found, or by the span that a person chose there.

        Raises:
            AnchorError: the words are not in the capture, or stand there more than once; ``nearest`` holds candidates.
        """
        evidence = self._evidence(id).value
        text = self._text_of(evidence)
        if span is not None:
            chosen = span if isinstance(span, Span) else Span(*span)
            if chosen.end > len(text):
                raise ValueError(f"span [{chosen.start}, {chosen.end}) lies outside the captured text of {len(text)} characters")
            quote, anchor = TextQuote.at(chosen, text), Anchor(AnchorHow.PLACED, chosen)
        elif text:
            match = locate(TextQuote(exact), text)
            quote, anchor = TextQuote.at(match.span, text), Anchor(match.how, match.span)
        elif evidence.capture or evidence.offline:
            quote, anchor = TextQuote(exact), Anchor(AnchorHow.BY_HAND)
        else:
            raise AnchorError("There is no captured text to quote from yet. Try the link again, or import the saved page.", nearest=[])
        revised = replace(evidence, quote=quote, anchor=anchor, quote_language=languages.language_of(quote.exact))
        return self._act(ev.EvidenceRevised(revised, "placed", ""), f"evidence:{id}")

    def translate(self, id: str, language: str, text: str, by: str = "") -> ev.Event:
        """Add the translation of a quote; without ``by`` it is marked as ours."""
        evidence = replace(self._evidence(id).value, translation=Translation(language, text, by))
        return self._act(ev.EvidenceRevised(evidence, "translated", ""), f"evidence:{id}")

    def edit_evidence(self, id: str, **changes: Any) -> ev.Event:
        """Change what is known of a piece of evidence, not the capture or the quote."""
        names = ("title", "outlet", "author", "published", "archived_url", "primary", "primary_reason", "reliability", "interests", "note")
        _check_names(changes, names)
        return self._act(ev.EvidenceRevised(replace(self._evidence(id).value, **changes), "edited", ""), f"evidence:{id}")

    def withdraw_evidence(self, id: str, because: str) -> ev.Event:
        """Take a piece of evidence out of the case; capture and history stay."""
        self._evidence(id)
        return self._act(ev.EvidenceRevised(None, "withdrawn", because), f"evidence:{id}")

    def bear(self, id: str, targets: Iterable[str], stance: Stance | str, note: str = "") -> list[ev.Event]:
        """Say that evidence supports, refutes, or otherwise bears on targets; saying it again about a target replaces the stance."""
        self._evidence(id)
        return self._acts([self._bearing_step(id, self._known_target(text), Stance(stance), note) for text in targets])

    def unbear(self, bearing_id: str) -> ev.Event:
        """Withdraw one bearing."""
        _known(self.state.bearings, bearing_id, "bearing")
        return self._act(ev.EvidenceBears(None), f"bearing:{bearing_id}")

    def group(self, evidence_ids: Iterable[str], name: str, reason: str = "") -> str:
        """Say that pieces of evidence go back to one independent source; returns the group's id."""
        ids = tuple(dict.fromkeys(evidence_ids))
        for id in ids:
            self._evidence(id)
        group_id = self.desk.new_id()
        self._act(ev.SourcesGrouped(SourceGroup(name, ids, reason)), f"group:{group_id}")
        return group_id

    def search(
        self,
        place: str,
        queries: Iterable[str] | str,
        outcome: SearchOutcome | str,
        *,
        target: str = "",
        on: str = "",
        language: str = "",
        hits: int | None = None,
        note: str = "",
    ) -> str:
        """Record where somebody looked without finding what they looked for; returns the search's id."""
        asked = (queries,) if isinstance(queries, str) else tuple(queries)
        if not place.strip() or not any(query.strip() for query in asked):
            raise ValueError("a search needs the place that was searched and what was asked there")
        where = str(self._known_target(target)) if target else ""
        language = language or languages.language_of(" ".join(asked))
        search = Search(place.strip(), asked, SearchOutcome(outcome), on or self.desk.today(), where, language, hits, note)
        id = self.desk.new_id()
        self._act(ev.SearchRecorded(search), f"search:{id}")
        return id

    def contact(
        self,
        who: str,
        how: str,
        question: str,
        outcome: ContactOutcome | str = ContactOutcome.WAITING,
        *,
        target: str = "",
        on: str = "",
        deadline: str = "",
        answer: str = "",
        note: str = "",
    ) -> str:
        """Record that somebody was asked; returns the contact's id."""
        if not who.strip() or not question.strip():
            raise ValueError("a contact needs who was asked and what")
        where = str(self._known_target(target)) if target else ""
        outcome = ContactOutcome(outcome)
        answered = self.desk.today() if outcome is ContactOutcome.ANSWERED else ""
        contact = Contact(who.strip(), how, on or self.desk.today(), question, outcome, where, deadline, answer, answered, note)
        id = self.desk.new_id()
        self._act(ev.ContactRecorded(contact), f"contact:{id}")
        return id

    def answer(self, id: str, outcome: ContactOutcome | str, answer: str = "", *, on: str = "") -> ev.Event:
        """Record what came back from somebody who was asked: an answer, silence, a refusal."""
        held = _known(self.state.contacts, id, "contact")
        contact = replace(held.value, outcome=ContactOutcome(outcome), answer=answer, answered_on=on or self.desk.today())
        return self._act(ev.ContactRecorded(contact), f"contact:{id}")

    # ---- results, draft, review

    def verdict(
        self,
        target: str,
        rating: str,
        reasons: str,
        *,
        grounds: Iterable[str] = (),
        unknown: str = "",
        as_of: str = "",
        language: str = "",
        scale: str = "",
    ) -> str:
        """Give or revise your own result on a target; returns the verdict's id.

        Args:
            rating: id of a rating on the desk's scale for that kind of target.
            grounds: what it rests on: ``evidence:<id>``, ``search:<id>``, ``contact:<id>``.
            unknown: what is not known; some ratings need it before publication.

        Raises:
            ValueError: the target or rating does not exist; the message lists the ratings.
        """
        mine = next((held.id for held in self.state.verdicts_on(target) if held.person == self.desk.me.id), None)
        verdict = self._verdict_value(target, rating, reasons, grounds, unknown, as_of, language, scale)
        id = mine or self.desk.new_id()
        self._act(ev.VerdictGiven(verdict), f"verdict:{id}", saw=True)
        return id

    def settle(self, target: str, rating: str, reasons: str, **details: Any) -> str:
        """Settle a disagreement: one result replaces everybody's on that target; returns its id."""
        rivals = self.state.verdicts_on(target)
        if not rivals:
            raise NotAllowedError(f"There is no result on {target} to settle. Give one with case.verdict(...).")
        because = details.pop("because", "")
        named = {name: details.pop(name, default) for name, default in _VERDICT_DETAILS.items()}
        _check_names(details, ())
        verdict = self._verdict_value(target, rating, reasons, **named)
        id = self.desk.new_id()
        registers = [f"verdict:{id}", *(f"verdict:{held.id}" for held in rivals)]
        self._acts([(ev.VerdictSettled(verdict, because), registers)], saw=True)
        return id

    def withdraw_verdict(self, id: str, because: str = "") -> ev.Event:
        """Take your own result back.

        Raises:
            NotAllowedError: it is somebody else's.
        """
        held = _known(self.state.verdicts, id, "verdict")
        if held.person != self.desk.me.id:
            raise NotAllowedError(
                f"This result was given by {isolate(self.state.name_of(held.person))}; only they withdraw it. Settle instead."
            )
        return self._act(ev.VerdictWithdrawn(because), f"verdict:{id}")

    def draft(
        self,
        headline: Mapping[str, str],
        summary: Mapping[str, str],
        conclusion: Mapping[str, str],
        why_chosen: Mapping[str, str] | None = None,
    ) -> ev.Event:
        """Write headline, summary and conclusion, by language; the headline should not state the falsehood as fact."""
        draft = Draft(_filled(headline), _filled(summary), _filled(conclusion), _filled(why_chosen or {}))
        if not draft.headline:
            raise ValueError("a draft needs a headline in at least one language")
        return self._act(ev.DraftWritten(draft), f"draft:{self.id}")

    def review(self, decision: Decision | str = Decision.SIGN_OFF, comment: str = "") -> ev.Event:
        """Sign the present draft with its verdicts, or return it with a comment.

        Raises:
            NotAllowedError: you wrote the draft or gave one of its verdicts, or there is no draft.
            ValueError: a return without a comment.
        """
        state, me = self.state, self.desk.me
        policy.check_reviewer(state, me.id)
        decision = Decision(decision)
        if decision is Decision.RETURN and not comment.strip():
            raise ValueError("a draft that is returned needs a comment that says what to change")
        assert state.draft is not None
        rests_on = (*state.draft.heads, *sorted(d for held in state.verdicts.values() for d in held.heads))
        id = hashlib.sha256(f"{me.id}/{self.id}".encode()).hexdigest()[:32]
        return self._act(ev.ReviewGiven(Review(self.id, decision, comment, rests_on)), f"review:{id}", saw=True)

    def publish(self, on: str = "", url: str = "", *, report: bytes = b"", despite: str = "") -> str:
        """Record where and when the report appeared; returns the publication's id.

        Raises:
            NotAllowedError: problems block and no reason for publishing despite them is given.
        """
        blocking = [problem for problem in self.problems() if problem.level is policy.Level.BLOCKS]
        if blocking and not despite.strip():
            listed = "; ".join(f"{problem.place}: {problem.text['en']}" for problem in blocking)
            raise NotAllowedError(
                f"{len(blocking)} problems stand against publication: {listed} Mend them, or give a reason with despite=."
            )
        publication = Publication(
            kind=PublicationKind.PUBLICATION,
            on=on or self.desk.today(),
            url=url,
            report=self.desk.captures.put(report) if report else "",
            despite=despite,
            problems=tuple(dict.fromkeys(problem.code for problem in blocking)),
        )
        id = self.desk.new_id()
        self._act(ev.PublicationRecorded(publication), f"publication:{id}", saw=True)
        return id

    def correct(self, kind: PublicationKind | str, what: str, why: str, *, of: str = "", on: str = "", url: str = "") -> str:
        """Record a correction, clarification, update or withdrawal of a published report; returns its id."""
        kind = PublicationKind(kind)
        if kind is PublicationKind.PUBLICATION:
            raise ValueError("a publication is recorded with case.publish(...)")
        if not what.strip():
            raise ValueError("say what was corrected")
        id = self.desk.new_id()
        self._act(
            ev.PublicationRecorded(Publication(kind, on or self.desk.today(), url, of=of, what=what, why=why)),
            f"publication:{id}",
            saw=True,
        )
        return id

    # ---- undo

    @property
    def can_undo(self) -> tuple[ev.Event, ...]:
        """The events of your last act that can still be undone; empty when there is none."""
        return undo.undoable(self.state, self.desk.me.keys)

    @property
    def can_redo(self) -> tuple[ev.Event, ...]:
        """The events of your last undoing, when you did nothing else since."""
        return undo.redoable(self.state, self.desk.me.keys)

    def undo(self) -> list[ev.Event]:
        """Undo your last act: its registers go back to what they held, as a further entry."""
        return self._undo(self.can_undo, "There is nothing of yours to undo: your acts were undone already, or something moved since.")

    def redo(self) -> list[ev.Event]:
        """Undo your last undoing."""
        return self._undo(self.can_redo, "There is nothing to redo.")

    def _undo(self, events: tuple[ev.Event, ...], nothing: str) -> list[ev.Event]:
        if not events:
            raise NotAllowedError(nothing)
        return self._acts([(ev.ActUndone(event.digest), list(event.on)) for event in reversed(events)])

    # ---- inside

    def _act(self, payload: ev.Payload, *registers: str, saw: bool = False) -> ev.Event:
        return self._acts([(payload, registers)], saw=saw)[0]

    def _acts(self, steps: Sequence[Step], *, saw: bool = False) -> list[ev.Event]:
        heads = self.state.heads
        return self.desk.append(self.id, [(payload, {r: heads.get(r, ()) for r in registers}) for payload, registers in steps], saw=saw)

    def _move_claims(self, cls: Any, claims: Mapping[str, Claim | None], change: str, because: str = "") -> list[ev.Event]:
        if not claims:
            raise ValueError("no claims were named")
        steps: list[Step] = []
        items = list(claims.items())
        for start in range(0, len(items), CLAIMS_AN_EVENT):
            part = dict(items[start : start + CLAIMS_AN_EVENT])
            steps.append((cls(part, change, because), [f"claim:{id}" for id in part]))
        return self._acts(steps)

    def _revise(self, claims: Mapping[str, Claim | None], change: str, because: str = "") -> list[ev.Event]:
        return self._move_claims(ev.ClaimsRevised, claims, change, because)

    def claim(self, id: str) -> Claim:
        """A claim or proposal by its id.

        Raises:
            ValueError: there is none.
        """
        state = self.state
        held = state.claims.get(id) or state.dismissed.get(id)
        if held:
            return held.value
        for proposal in state.proposals:
            if proposal.id == id:
                return proposal.claim
        raise ValueError(f"this case has no claim {id!r}; case.claims() lists them")

    def _nearest(self, span: Span) -> Claim | None:
        """The claim or proposal that shares most with a span."""
        candidates = [p.claim for p in self.state.proposals] + [held.value for held in self.state.claims.values()]
        shared = [(min(c.span.end, span.end) - max(c.span.start, span.start), c) for c in candidates if c.span.overlaps(span)]
        return max(shared, key=lambda pair: pair[0], default=(0, None))[1]

    def _trimmed(self, span: Span | tuple[int, int]) -> Span:
        start, end = (span.start, span.end) if isinstance(span, Span) else span
        text = self.text
        if not 0 <= start < end <= len(text):
            raise ValueError(f"span [{start}, {end}) lies outside the article of {len(text)} characters")
        part = text[start:end]
        if not part.strip():
            raise ValueError(f"span [{start}, {end}) covers only white space")
        return Span(start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip()))

    def _evidence(self, id: str) -> Held[Evidence]:
        return _known(self.state.evidence, id, "evidence")

    def _text_of(self, evidence: Evidence) -> str:
        capture = evidence.capture
        return self.desk.captures.get(capture.text).decode("utf-8") if capture and capture.text else ""

    def _known_target(self, text: str) -> Target:
        target = Target.parse(text)
        if target.claim:
            _check_step(self.claim(target.claim), target)
        return target

    def _bearing_step(self, evidence_id: str, target: Target, stance: Stance, note: str) -> Step:
        """One evidence and one target have one bearing, so that two people who say it move one register."""
        id = hashlib.sha256(f"{evidence_id}/{target}".encode()).hexdigest()[:32]
        return ev.EvidenceBears(Bearing(evidence_id, str(target), stance, note)), [f"bearing:{id}"]

    def _verdict_value(
        self, target: str, rating: str, reasons: str, grounds: Iterable[str], unknown: str, as_of: str, language: str, scale: str
    ) -> Verdict:
        state = self.state
        on = self._known_target(target)
        if on.claim and on.claim not in state.claims:
            raise NotAllowedError("This is still a proposal. Accept it before giving a result on it.")
        used = state.desk.scales.get(scale) if scale else policy.scale_for(state, on)
        if used is None:
            raise ValueError(f"there is no scale {scale!r}; this desk has: {', '.join(state.desk.scales)}")
        used.rating(rating)
        named, rests_on = [], list(state.heads.get(f"claim:{on.claim}", ())) if on.claim else []
        records: Mapping[str, Mapping[str, Held[Any]]] = {"evidence": state.evidence, "search": state.searches, "contact": state.contacts}
        for ground in dict.fromkeys(grounds):
            kind, _, id = ground.partition(":")
            rests_on += _known(records.get(kind, {}), id, kind or "ground").heads
            named.append(Ground(ReasonKind(kind), id))
        language = language or languages.language_of(reasons)
        return Verdict(str(on), used.id, rating, tuple(named), reasons, language, as_of or self.desk.today(), unknown, tuple(rests_on))


_VERDICT_DETAILS: Mapping[str, Any] = {"grounds": (), "unknown": "", "as_of": "", "language": "", "scale": ""}


def _known(records: Mapping[str, Held[Any]], id: str, what: str) -> Held[Any]:
    held = records.get(id)
    if held is None:
        listed = ", ".join(list(records)[:5]) or "none yet"
        raise ValueError(f"this case has no {what} {id!r}; it has: {listed}")
    return held


def _check_step(claim: Claim, target: Target) -> None:
    if target.kind is not TargetKind.STEP:
        return
    which, _, number = target.step.partition("/")
    chains: Mapping[str, Chain] = {"printed": claim.printed, "established": claim.established or ()}
    if which not in chains or not number.isdecimal() or int(number) >= len(chains[which]):
        raise ValueError(f"{target} names a step that the chain does not have: {len(chains.get(which, ()))} steps {which or 'there'}")


def _check_names(given: Mapping[str, Any], known: Sequence[str]) -> None:
    for name in given:
        if name not in known:
            raise ValueError(f"unknown detail {name!r}; known ones: {', '.join(known) or 'none'}")


def _filled(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: text.strip() for language, text in texts.items() if text.strip()}


def _read_file(file: Path | str | bytes) -> bytes:
    if isinstance(file, bytes):
        return file
    try:
        return Path(file).expanduser().read_bytes()
    except OSError as error:
        raise ExtractionError(f"Could not read {file}: {error.strerror}. Check the path, or drop the file into the workbench.") from error
