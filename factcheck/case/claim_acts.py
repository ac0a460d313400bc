"""Acts on claims: accept, mark, trim, split, merge, dismiss, restate, choose. A proposal's id does where a claim's is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from factcheck.case.acts import Acts, Move, check_step, filled
from factcheck.case.state import choice_key
from factcheck.model import events as ev
from factcheck.model.article import Span
from factcheck.model.claim import Chain, Choice, Claim, ClaimKind, Target, TargetKind

CLAIMS_AN_EVENT = 300  # more are told in several events of one transaction: a leaf holds less than 65,536 bytes, a disclosure 1 MiB


class ClaimActs(Acts):
    """What people do with claims."""

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
                    as_checked=filled({**claim.as_checked, **as_checked}),
                    short=filled({**claim.short, **(short or {})}),
                )
            },
            "restated",
        )[0]

    def establish(self, id: str, chain: Chain | None, *, because: str = "") -> ev.Event:
        """Write the chain as established, outermost first; the printed one stays beside it. None: not established any more."""
        claim = replace(self.claim(id), established=None if chain is None else tuple(chain))
        return self._revise({id: claim}, "chain_established", because)[0]

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
            check_step(claim, target)
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

    # ---- inside

    def _move_claims(self, cls: Any, claims: Mapping[str, Claim | None], change: str, because: str = "") -> list[ev.Event]:
        if not claims:
            raise ValueError("no claims were named")
        steps: list[Move] = []
        items = list(claims.items())
        for start in range(0, len(items), CLAIMS_AN_EVENT):
            part = dict(items[start : start + CLAIMS_AN_EVENT])
            steps.append((cls(part, change, because), [f"claim:{id}" for id in part]))
        return self._acts(steps)

    def _revise(self, claims: Mapping[str, Claim | None], change: str, because: str = "") -> list[ev.Event]:
        return self._move_claims(ev.ClaimsRevised, claims, change, because)

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
