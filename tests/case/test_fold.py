"""The fold on hand-made events: what counts, what replaces what, and that order does not matter."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.case.fold import Fold, claim_id
from factcheck.model import events as ev
from factcheck.model.article import Span
from factcheck.model.claim import Claim, ClaimKind, Origin
from factcheck.model.evidence import ArchiveRequest, ArchiveState, Evidence, LinkState, PassageState, Recheck
from factcheck.model.verdict import Decision, Review, Verdict

ROOT, AMAL, HUDA, STRANGER = "ed25519:root", "ed25519:amal", "ed25519:huda", "ed25519:stranger"


class Log:
    """Makes events one after another, each with a digest of its own."""

    def __init__(self) -> None:
        self.events: list[ev.Event] = []
        for key, name in ((AMAL, "Amal"), (HUDA, "Huda")):
            self.add(ROOT, ev.KeyIntroduced(key, f"person-{name}", name, "Newsroom", "checker", f"machine-{name}"), {f"key:{name}": ()})
        self.add(AMAL, ev.CaseOpened("title", "ar", "", False), {"case:c": ()}, case="c")

    def add(self, actor: str, payload, on: dict[str, tuple[str, ...]], case: str = "c") -> str:
        number = len(self.events)
        mine = [e for e in self.events if e.actor == actor]
        name, version = ev.TYPE_OF[type(payload)]
        event = ev.Event(
            digest=f"d{number:03}", type=name, version=version, actor=actor, at=f"2026-11-23T12:00:{number % 60:02}.000000Z",
            case="" if isinstance(payload, (ev.KeyIntroduced, ev.KeyRevoked)) else case, desk="desk", id=f"{number:032x}", n=len(mine),
            prev=mine[-1].digest if mine else None, on=on, saw=None, payload=payload, index=number,
        )  # fmt: skip
        self.events.append(event)
        return event.digest

    def claim(self, actor: str, id: str, note: str, *replaces: str) -> str:
        return self.add(actor, ev.ClaimsRevised({id: claim(note)}, "note", ""), {f"claim:{id}": replaces})

    def state(self, events=None):
        fold = Fold([ROOT])
        fold.add(self.events if events is None else events)
        return fold.case("c")


def claim(note: str = "", start: int = 0) -> Claim:
    return Claim("a", Span(start, start + 5), "words", ClaimKind.EVENT, True, note=note)


@pytest.fixture
def log() -> Log:
    return Log()


def test_the_value_is_what_nothing_replaced(log: Log) -> None:
    first = log.claim(AMAL, "x", "one")
    log.claim(HUDA, "x", "two", first)
    held = log.state().claims["x"]
    assert (held.value.note, held.person, held.others) == ("two", "person-Huda", ())


def test_two_that_replace_the_same_are_a_disagreement_until_one_replaces_both(log: Log) -> None:
    first = log.claim(AMAL, "x", "one")
    a, b = log.claim(AMAL, "x", "mine", first), log.claim(HUDA, "x", "hers", first)
    held = log.state().claims["x"]
    assert {held.value.note, *(other.value.note for other in held.others)} == {"mine", "hers"}
    log.claim(AMAL, "x", "agreed", *held.heads)
    assert set(held.heads) == {a, b}
    assert log.state().claims["x"].value.note == "agreed"


def test_a_stranger_moves_nothing(log: Log) -> None:
    first = log.claim(AMAL, "x", "one")
    log.claim(STRANGER, "x", "forged", first)
    assert log.state().claims["x"].value.note == "one"


def test_who_was_introduced_by_nobody_known_stays_a_stranger(log: Log) -> None:
    log.add(STRANGER, ev.KeyIntroduced(STRANGER, "p", "Mallory", "", "", ""), {"key:m": ()})
    log.claim(STRANGER, "x", "forged")
    assert "x" not in log.state().claims


def test_a_revoked_key_counts_up_to_the_named_event_only(log: Log) -> None:
    first = log.claim(HUDA, "x", "before")
    log.claim(HUDA, "x", "after", first)
    n = next(e.n for e in log.events if e.digest == first)
    log.add(ROOT, ev.KeyRevoked(HUDA, {"desk": (n, first)}, "lost laptop"), {"key:Huda": ("d001",)})
    state = log.state()
    assert state.claims["x"].value.note == "before"
    assert not state.desk.persons["person-Huda"].active


def test_only_settling_moves_other_peoples_verdicts(log: Log) -> None:
    def verdict(rating: str) -> Verdict:
        return Verdict("content/x", "standard", rating, (), "r", "en", "2026-11-23")

    log.claim(AMAL, "x", "one")
    first = log.add(AMAL, ev.VerdictGiven(verdict("true")), {"verdict:v": ()})
    log.add(HUDA, ev.VerdictGiven(verdict("false")), {"verdict:v": (first,)})
    assert log.state().verdicts["v"].value.rating == "true"
    log.add(HUDA, ev.VerdictWithdrawn(""), {"verdict:v": (first,)})
    assert log.state().verdicts["v"].value.rating == "true"
    log.add(HUDA, ev.VerdictSettled(verdict("half_true"), "agreed"), {"verdict:v": (first,), "verdict:w": ()})
    assert [held.value.rating for held in log.state().verdicts_on("content/x")] == ["half_true"]


def test_undoing_goes_back_to_what_was_held_and_undoing_that_goes_forward(log: Log) -> None:
    one = log.claim(AMAL, "x", "one")
    two = log.claim(AMAL, "x", "two", one)
    undo = log.add(AMAL, ev.ActUndone(two), {"claim:x": (two,)})
    assert log.state().claims["x"].value.note == "one"
    redo = log.add(AMAL, ev.ActUndone(undo), {"claim:x": (undo,)})
    assert log.state().claims["x"].value.note == "two"
    log.add(AMAL, ev.ActUndone(redo), {"claim:x": (redo,)})
    assert log.state().claims["x"].value.note == "one"


def test_a_proposal_is_open_again_when_its_acceptance_is_undone_but_not_when_it_was_split(log: Log) -> None:
    log.add(AMAL, ev.ArticleAdded("a", "a", "text/plain", "ar", {}, (), (), (), ""), {"article:1": ()})
    run = log.add(AMAL, ev.ClaimsProposed("rules", "1", "a", (claim(), claim(start=10)), "", ()), {})
    first, second = (claim_id(Origin(run, i)) for i in (0, 1))
    accepted = log.claim(AMAL, first, "")
    assert [p.id for p in log.state().proposals] == [second]
    log.add(AMAL, ev.ActUndone(accepted), {f"claim:{first}": (accepted,)})
    assert {p.id for p in log.state().proposals} == {first, second}
    log.add(AMAL, ev.ClaimSplit({second: None, "h": claim(start=10)}, "split", ""), {f"claim:{second}": (), "claim:h": ()})
    assert {p.id for p in log.state().proposals} == {first}


def test_a_replaced_event_counts_only_if_it_moved_the_same_register(log: Log) -> None:
    x, y = log.claim(AMAL, "x", "x"), log.claim(AMAL, "y", "y")
    log.claim(AMAL, "x", "x2", y)
    held = log.state().claims["x"]
    assert set(held.heads) == {x, log.events[-1].digest}
    assert log.state().claims["y"].value.note == "y"


def test_a_redacted_event_leaves_the_register_without_a_value(log: Log) -> None:
    from dataclasses import replace

    log.claim(AMAL, "x", "one")
    log.events[-1] = replace(log.events[-1], payload=None, missing=frozenset({"claims"}))
    state = log.state()
    assert "x" not in state.claims
    assert state.history[-1].missing == {"claims"}


@given(st.randoms(use_true_random=False))
def test_the_state_is_the_same_in_any_order(order: random.Random) -> None:
    log = Log()
    one = log.claim(AMAL, "x", "one")
    a, b = log.claim(AMAL, "x", "a", one), log.claim(HUDA, "x", "b", one)
    log.add(AMAL, ev.ActUndone(a), {"claim:x": (a,)})
    log.claim(HUDA, "y", "y")
    log.add(HUDA, ev.ReviewGiven(Review("c", Decision.SIGN_OFF, rests_on=(b,))), {"review:r": ()})
    log.add(ROOT, ev.KeyRevoked(HUDA, {"desk": (1, "d005")}, ""), {"key:Huda": ("d001",)})
    shuffled = list(log.events)
    order.shuffle(shuffled)
    assert log.state(shuffled) == log.state()
    fold = Fold([ROOT])
    for event in shuffled:
        fold.add([event])
    assert fold.case("c") == log.state()


def test_requests_for_copies_and_rechecks_hold_their_last_value_and_leave_the_evidence_alone(log: Log) -> None:
    evidence = log.add(AMAL, ev.EvidenceAttached(Evidence(url="https://example.org/a")), {"evidence:e": ()})
    asked = ArchiveRequest("https://example.org/a", "web.archive.org", ArchiveState.WAITING, "2026-11-23T12:00:00Z")
    first = log.add(AMAL, ev.ArchiveRequested(asked), {"archive:q": ()})
    assert log.state().archived_copy("e") == ""
    copy = "https://web.archive.org/web/20261123120000/https://example.org/a"
    log.add(HUDA, ev.ArchiveAnswered(replace(asked, state=ArchiveState.DONE, memento=copy)), {"archive:q": (first,)})
    log.add(
        AMAL,
        ev.EvidenceRechecked(Recheck("2026-11-24T12:00:00Z", LinkState.GONE, "https://example.org/a", PassageState.NO_QUOTE)),
        {"recheck:e": ()},
    )
    state = log.state()
    assert state.archives["q"].value.state is ArchiveState.DONE
    assert state.rechecks["e"].value.state is LinkState.GONE
    assert state.archived_copy("e") == copy
    assert state.evidence["e"].event.digest == evidence
    assert evidence in state.current
