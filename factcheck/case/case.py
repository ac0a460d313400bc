"""A case: one method for each thing a person does. When a method returns, its act is in the ledger.

Methods read the state, ask the rules, and append; the state is folded anew from what was appended, never patched. Read ``acts`` (what all
share), ``claim_acts``, ``evidence_acts``, ``archive_acts`` and ``recheck_acts``; here are the article, results, draft, review, publication
and undo.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from factcheck.case import gather, pipeline, policy, timing, undo
from factcheck.case.acts import check_names, filled, known
from factcheck.case.archive_acts import ArchiveActs
from factcheck.case.batch_acts import BatchActs
from factcheck.case.claim_acts import ClaimActs
from factcheck.case.earlier_acts import EarlierActs
from factcheck.case.looking_acts import LookingActs
from factcheck.case.recheck_acts import RecheckActs
from factcheck.case.sourcing_acts import SourcingActs
from factcheck.case.state import Held
from factcheck.errors import NotAllowedError, isolate
from factcheck.model import events as ev
from factcheck.model.article import Known
from factcheck.model.verdict import Decision, Draft, Ground, Publication, PublicationKind, ReasonKind, Review, Verdict
from factcheck.text import language as languages


class Case(ClaimActs, BatchActs, ArchiveActs, RecheckActs, SourcingActs, LookingActs, EarlierActs):
    """One piece under check on a desk. Made by ``Desk.case`` or ``Desk.open_case``."""

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
        """Say where and when the article appeared: ``outlet``, ``published``, ``author``, ``title``, ``url``, ``archived_url``.

        "unknown" is an answer.

        Raises:
            ValueError: there is no such fact.
            DateError: a date is none.
        """
        check_names(facts, ("title", "outlet", "author", "published", "modified", "url", "archived_url"))
        entry = self.state.article
        if entry is None:
            raise NotAllowedError("This case has no article yet.")
        merged = {**entry.facts, **{name: Known(value, "person") for name, value in timing.facts(facts, self.desk.settings.zone).items()}}
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
        details = {"grounds": grounds, "unknown": unknown, "as_of": as_of, "language": language, "scale": scale}
        return self.verdicts_for([target], rating, reasons, **details)[0]

    def verdicts_for(self, targets: Iterable[str], rating: str, reasons: str, **details: Any) -> list[str]:
        """Give or revise one result on several targets that rest on the same grounds, in one act; returns the verdicts' ids.

        Args:
            details: as for ``verdict``.

        Raises:
            ValueError: as ``verdict``; nothing is written then.
        """
        named = {name: details.pop(name, default) for name, default in _VERDICT_DETAILS.items()}
        check_names(details, ())
        grounds, me = tuple(named.pop("grounds")), self.desk.me.id
        given: dict[str, ev.VerdictGiven] = {}
        for target in dict.fromkeys(targets):
            mine = next((held.id for held in self.state.verdicts_on(target) if held.person == me), None)
            given[mine or self.desk.new_id()] = ev.VerdictGiven(self._verdict_value(target, rating, reasons, grounds, **named))
        self._acts([(payload, [f"verdict:{id}"]) for id, payload in given.items()], saw=True)
        return list(given)

    def settle(self, target: str, rating: str, reasons: str, **details: Any) -> str:
        """Settle a disagreement: one result replaces everybody's on that target; returns its id."""
        rivals = self.state.verdicts_on(target)
        if not rivals:
            raise NotAllowedError(f"There is no result on {target} to settle. Give one with case.verdict(...).")
        because = details.pop("because", "")
        named = {name: details.pop(name, default) for name, default in _VERDICT_DETAILS.items()}
        check_names(details, ())
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
        held = known(self.state.verdicts, id, "verdict")
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
        draft = Draft(filled(headline), filled(summary), filled(conclusion), filled(why_chosen or {}))
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

    def publish(
        self, on: str = "", url: str = "", *, report: bytes = b"", despite: str = "", claims: Iterable[str] = (), language: str = ""
    ) -> str:
        """Record where and when the report appeared; returns the publication's id.

        Args:
            on: the day, ISO 8601; today without it.
            report: the final text as it appeared (the page's bytes, or the text that a desk pasted elsewhere): kept among the captures.
            claims: ids of the claims, when the page is about some of them only; each has then a ClaimReview of its own with this address.
            language: of the page, when pages in several languages have addresses of their own.

        Raises:
            NotAllowedError: problems block and no reason for publishing despite them is given.
            ValueError: the day or the address is none, or there is no such claim.
        """
        about = tuple(dict.fromkeys(claims))
        for id in about:
            known(self.state.claims, id, "claim")
        blocking = [problem for problem in self.problems() if problem.level is policy.Level.BLOCKS]
        if blocking and not despite.strip():
            listed = "; ".join(f"{problem.place}: {problem.text['en']}" for problem in blocking)
            raise NotAllowedError(
                f"{len(blocking)} problems stand against publication: {listed} Mend them, or give a reason with despite=."
            )
        publication = Publication(
            kind=PublicationKind.PUBLICATION,
            on=self._day(on),
            url=_address(url),
            report=self.desk.captures.put(report) if report else "",
            despite=despite,
            problems=tuple(dict.fromkeys(problem.code for problem in blocking)),
        )
        return self._record(publication, about, language)

    def correct(
        self, kind: PublicationKind | str, what: str, why: str, *, of: str = "", on: str = "", url: str = "", report: bytes = b""
    ) -> str:
        """Record a correction, clarification, update or withdrawal of a published report; returns its id.

        Change the results, prose, dates or links first: the report then shows with the note what they were before and what they are now.

        Args:
            of: id of the publication it concerns; the latest one without it.
            url: where the correction was shown, or the report's new address for an update.
            report: the text as it stands corrected, kept among the captures.

        Raises:
            ValueError: there is no such kind or publication, nothing is said to have changed, or the day or address is none.
            NotAllowedError: nothing was published yet.
        """
        kind = PublicationKind(kind)
        if kind is PublicationKind.PUBLICATION:
            raise ValueError("a publication is recorded with case.publish(...)")
        if not what.strip():
            raise ValueError("say what was corrected")
        published = [held for held in self.state.publications.values() if held.value.kind is PublicationKind.PUBLICATION]
        if not published:
            raise NotAllowedError("Nothing of this case is on record as published. Record that first with case.publish(...).")
        if of:
            known({held.id: held for held in published}, of, "publication")
        corrected = of or max(published, key=lambda held: (held.event.index, held.id)).id
        text = self.desk.captures.put(report) if report else ""
        return self._record(Publication(kind, self._day(on), _address(url), text, corrected, what, why))

    def _record(self, publication: Publication, claims: tuple[str, ...] = (), language: str = "") -> str:
        id = self.desk.new_id()
        event = ev.PageRecorded(publication, claims, language) if claims or language else ev.PublicationRecorded(publication)
        self._act(event, f"publication:{id}", saw=True)
        return id

    def _day(self, text: str) -> str:
        """An ISO 8601 day; today for none."""
        return timing.read_day(text, self.desk.settings.zone) if text.strip() else self.desk.today()

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
        return self._undo(
            self.can_undo,
            "There is nothing of yours to undo: your acts were undone already, or something moved since. "
            "What was reviewed or published is changed by a further act.",
        )

    def redo(self) -> list[ev.Event]:
        """Undo your last undoing."""
        return self._undo(self.can_redo, "There is nothing to redo.")

    def _undo(self, events: tuple[ev.Event, ...], nothing: str) -> list[ev.Event]:
        if not events:
            raise NotAllowedError(nothing)
        return self._acts([(ev.ActUndone(event.digest), list(event.on)) for event in reversed(events)])

    # ---- inside

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
            rests_on += known(records.get(kind, {}), id, kind or "ground").heads
            named.append(Ground(ReasonKind(kind), id))
        language = language or languages.language_of_note(reasons, self.state.language)
        return Verdict(str(on), used.id, rating, tuple(named), reasons, language, self._day(as_of), unknown, tuple(rests_on))


def _address(url: str) -> str:
    """A web address, or none."""
    if url.strip() and not gather.looks_like_url(url):
        raise ValueError(f"{url!r} is no web address; write it whole, with https:// in front")
    return url.strip()


_VERDICT_DETAILS: Mapping[str, Any] = {"grounds": (), "unknown": "", "as_of": "", "language": "", "scale": ""}
