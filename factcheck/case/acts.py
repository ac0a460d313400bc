"""What all acts on a case share: reading the state, appending, finding what an id names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from factcheck.case import history, policy, travel
from factcheck.case.state import CaseState, Held
from factcheck.errors import isolate
from factcheck.model import events as ev
from factcheck.model.claim import Chain, Claim, Target, TargetKind
from factcheck.model.evidence import Evidence

if TYPE_CHECKING:
    from factcheck.case.desk import Desk
    from factcheck.case.upkeep import Erased

ERASED = "\u2592"  # stands for each character of a text that was erased

Move = tuple[ev.Payload, Sequence[str]]
"""A payload and the registers it moves."""


class Acts:
    """A case as far as every kind of act needs it; see ``Case``."""

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
        """The article's text; offsets of all spans count its code points. Of one that was erased, as many blocks as spans still count."""
        article = self.state.article
        if article is None:
            return ERASED * _length(self.state)
        if not self.desk.captures.has(article.text) and self.desk.ledger.captures_erased({article.text}).get(article.text) == ():
            return ERASED * _length(self.state)
        if self._text[0] != article.text:
            self._text = (article.text, self.desk.captures.get(article.text).decode("utf-8"))
        return self._text[1]

    def problems(self) -> list[policy.Problem]:
        """What stands between this case and publication, blocking problems first."""
        return policy.problems(self.state, self.desk.settings, self._further_problems())

    def history(self, subject: str = "") -> list[history.HistoryLine]:
        """Who did what, in words, in display order; with ``subject`` (an id) only what moved it."""
        return history.history(self.state, subject)

    def at(self, when: travel.When) -> CaseState:
        """The state of this case as it was: on a day, at an aware moment, under a signed checkpoint, or right behind an entry.

        Raises:
            ValueError: the case was not opened by then, or ``when`` names no time and no entry (see ``travel.entries_at``).
        """
        return self.desk.state_at(self.id, travel.entries_at(self.desk.ledger, when, self.desk.settings.zone))

    def diff(self, before: travel.When, after: travel.When | None = None) -> list[travel.Change]:
        """What changed between two times (until now without ``after``): who changed what from what to what, when, on what basis."""
        return travel.diff(self.at(before), self.at(after) if after is not None else self.state)

    def erase(
        self, event: str = "", fields: Sequence[str] = (), *, captures: Sequence[str] = (), because: str, as_desk: bool = False
    ) -> Erased:
        """Delete what an entry of this case says, and captures as far as this case needs them; see ``Desk.erase``.

        Raises:
            ValueError: the entry is of another case.
        """
        if event and self.desk.ledger.event(self.desk.ledger.find(event)).case != self.id:
            raise ValueError(f"entry {event} is not of this case")
        return self.desk.erase(event, fields, captures=captures, because=because, case=self.id, as_desk=as_desk)

    # ---- inside

    def _further_problems(self) -> Iterator[tuple[str, str]]:
        """Codes and places of problems that show only in the captures, or on the calendar; kinds of acts add theirs."""
        yield from ()

    def _act(self, payload: ev.Payload, *registers: str, saw: bool = False) -> ev.Event:
        return self._acts([(payload, registers)], saw=saw)[0]

    def _acts(self, steps: Sequence[Move], *, saw: bool = False) -> list[ev.Event]:
        heads = self.state.heads
        return self.desk.append(self.id, [(payload, {r: heads.get(r, ()) for r in registers}) for payload, registers in steps], saw=saw)

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

    def _text_of(self, evidence: Evidence) -> str:
        """The text read out of the evidence's capture; empty when there is none."""
        capture = evidence.capture
        return self.desk.captures.get(capture.text).decode("utf-8") if capture and capture.text else ""

    def _known_target(self, text: str) -> Target:
        target = Target.parse(text)
        if target.claim:
            check_step(self.claim(target.claim), target)
        return target


def _length(state: CaseState) -> int:
    """How long the article's text was at least, by what points into it."""
    spans = [held.value.span.end for held in (*state.claims.values(), *state.dismissed.values())]
    spans += [proposal.claim.span.end for proposal in state.proposals] + [end for _, end, *_ in state.coverage]
    return max(spans, default=0)


def known(records: Mapping[str, Held[Any]], id: str, what: str) -> Held[Any]:
    """The record of that id.

    Raises:
        ValueError: there is none; the message lists some that there are.
    """
    held = records.get(id)
    if held is None:
        listed = ", ".join(list(records)[:5]) or "none yet"
        raise ValueError(f"this case has no {what} {id!r}; it has: {listed}")
    return held


def check_step(claim: Claim, target: Target) -> None:
    """Refuse a target that names a step which the claim's chain does not have.

    Raises:
        ValueError: it does.
    """
    if target.kind is not TargetKind.STEP:
        return
    which, _, number = target.step.partition("/")
    chains: Mapping[str, Chain] = {"printed": claim.printed, "established": claim.established or ()}
    if which not in chains or not number.isdecimal() or int(number) >= len(chains[which]):
        raise ValueError(f"{target} names a step that the chain does not have: {len(chains.get(which, ()))} steps {which or 'there'}")


def check_names(given: Mapping[str, Any], known: Sequence[str]) -> None:
    """Refuse names that are not known, listing those that are.

    Raises:
        ValueError: one is not.
    """
    for name in given:
        if name not in known:
            raise ValueError(f"unknown detail {name!r}; known ones: {', '.join(known) or 'none'}")


def filled(texts: Mapping[str, str]) -> dict[str, str]:
    """Texts by language, trimmed, without the empty ones."""
    return {language: text.strip() for language, text in texts.items() if text.strip()}
