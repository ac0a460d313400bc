"""States that are made of the entries the index names are those that folding the whole log makes."""

from __future__ import annotations

import pytest

from factcheck.case import states
from factcheck.case.fold import Fold
from factcheck.case.states import States
from factcheck.model import events as ev

TEXT = "قالت صحيفة «الميناء» نقلاً عن مسؤول في البلدية إن الجسر افتتح أمس. وأضاف أن كلفته بلغت 40 مليون دينار."


@pytest.fixture
def busy(desk, as_person):
    """Three cases, two people, results, undoings, a policy, and a register of one case that an event of another moved."""
    cases = [desk.open_case(TEXT, title=f"case {n}") for n in range(3)]
    for case in cases:
        claim = case.state.proposals[0].id
        case.accept([claim])
        case.verdict(f"content/{claim}", "mostly_true", "لأن")
        case.undo()
        case.redo()
    as_person("Huda")
    claim = next(iter(cases[1].state.claims))
    cases[1].verdict(f"content/{claim}", "false", "لأن")
    cases[2].describe(title="renamed")
    desk.append("", [(ev.PolicySet({"blind": True}), {"policy:desk": ()})])
    stray = f"claim:{next(iter(cases[0].state.claims))}"
    heads = cases[0].state.heads[stray]
    desk.append(cases[2].id, [(ev.ClaimsDismissed({stray[6:]: None}, "", "by mistake"), {stray: heads})])
    return desk


def whole(desk) -> Fold:
    fold = Fold(desk.ledger.root_keys)
    fold.add(desk._hydrated(event) for event in desk.ledger.events())
    return fold


def test_a_desk_and_its_cases_are_as_the_whole_fold_has_them(busy) -> None:
    fold = whole(busy)
    fresh = States(busy.ledger, busy._hydrated)
    assert fresh.desk() == busy.state == fold.desk()
    for id in busy.cases():
        assert fresh.case(id) == busy.case_state(id) == fold.case(id)


def test_every_state_before_is_too(busy) -> None:
    events = [busy._hydrated(event) for event in busy.ledger.events()]
    for entries in range(2, len(events) + 1):
        fold = Fold(busy.ledger.root_keys)
        fold.add(events[:entries])
        for id in fold.desk().cases:
            assert busy.state_at(id, entries) == fold.case(id)


def test_states_follow_what_is_written_by_others(busy, around) -> None:
    ids = list(busy.cases())
    other = type(busy).open(busy.folder, around, person=busy.keys.open_person("Amal"))
    before = [busy.case_state(id) for id in ids]
    other.case(ids[0]).describe(title="from elsewhere")
    assert busy.refresh() == 1
    after = [busy.case_state(id) for id in ids]
    other.close()
    assert after[0].title == "from elsewhere"
    assert after == [whole(busy).case(id) for id in ids]
    assert before[1].history == after[1].history


def test_only_some_cases_stay_in_memory(busy, monkeypatch) -> None:
    monkeypatch.setattr(states, "KEPT", 1)
    fold = whole(busy)
    for id in (*busy.cases(), *busy.cases()):
        assert busy.case_state(id) == fold.case(id)
    assert len(busy._states._cases) == 1
