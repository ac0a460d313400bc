"""States as they were, and what changed between them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from factcheck.case import travel
from factcheck.errors import IntegrityError


@pytest.fixture
def told(case, clock):
    """A case over three days: a result, then another one; and what was kept of the day before."""
    proposal = case.state.proposals[-1]
    case.accept([proposal.id])
    target = f"content/{proposal.id}"
    search = case.search("Kremlin", ["Bennett"], "nothing", target=target)
    first = case.verdict(target, "unproven", "لا دليل", grounds=[f"search:{search}"], unknown="المصدر")
    note = case.desk.ledger.checkpoint()
    clock.set(datetime(2026, 11, 25, 9, tzinfo=UTC))
    case.verdict(target, "half_true", "ظهر بيان", grounds=[f"search:{search}"], unknown="الموعد")
    clock.set(datetime(2026, 11, 26, 9, tzinfo=UTC))
    case.draft({"ar": "عنوان"}, {"ar": "خلاصة"}, {"ar": "خاتمة"}, {})
    return case, first, note, target


def test_a_case_is_seen_as_it_was(told) -> None:
    case, first, note, target = told
    now = case.state
    for when in (date(2026, 11, 23), "2026-11-23", datetime(2026, 11, 24, tzinfo=UTC), note, note.encode(), "2026-11-25T08:59:00+00:00"):
        then = case.at(when)
        assert [held.value.rating for held in then.verdicts_on(target)] == ["unproven"]
        assert not then.drafts
    event = now.verdicts[first].event
    assert case.at(event) == case.at(event.digest[:10]) == case.at("2026-11-25")
    assert case.at("2026-11-26") == now
    assert case.at("2030-01-01") == now


def test_a_day_ends_in_the_desks_zone(told) -> None:
    case, *_ = told
    size = travel.entries_at(case.desk.ledger, "2026-11-25", ZoneInfo("UTC"))
    assert travel.entries_at(case.desk.ledger, "2026-11-24", ZoneInfo("UTC")) == size - 1
    assert travel.entries_at(case.desk.ledger, "2026-11-24", ZoneInfo("Pacific/Pago_Pago")) == size  # eleven hours behind


def test_a_clock_that_went_back_hides_nothing_behind_it(told, clock) -> None:
    case, _, _, target = told
    before = case.desk.ledger.size
    clock.set(datetime(2026, 11, 1, tzinfo=UTC))
    case.search("Archive", ["x"], "nothing", target=target)
    assert travel.entries_at(case.desk.ledger, "2026-11-02", case.desk.settings.zone) == 0
    assert travel.entries_at(case.desk.ledger, "2026-11-26", case.desk.settings.zone) == before + 1


def test_what_changed_names_who_from_what_to_what_and_why(told) -> None:
    case, first, note, _ = told
    changes = {(change.subject, change.field): change for change in case.diff(note)}
    rating = changes[f"verdict:{first}", "rating"]
    assert (rating.before, rating.after, rating.person, rating.because) == ("unproven", "half_true", "Amal", "ظهر بيان")
    assert rating.at.startswith("2026-11-25T09:")
    assert changes[f"verdict:{first}", "unknown"].after == "الموعد"
    assert changes[f"draft:{case.id}", ""].before == ""
    assert rating.what == {
        "ar": "النتيجة (التقييم): \u2068غير مثبت\u2069 → \u2068صحيح جزئياً\u2069 — \u2068ظهر بيان\u2069",
        "en": "the result (rating): \u2068Unproven\u2069 → \u2068Half true\u2069 — \u2068ظهر بيان\u2069",
    }
    assert case.diff("2026-11-26") == []
    assert {change.subject for change in case.diff(note, "2026-11-25")} == {f"verdict:{first}"}


def test_what_was_taken_back_is_a_change_too(told) -> None:
    case, *_ = told
    drafted = case.state.history[-1]
    case.undo()
    [gone] = case.diff(drafted)
    assert (gone.field, gone.before, gone.after, gone.person) == ("", '{"ar": "عنوان"}', "", "Amal")


@pytest.mark.parametrize("when", ["yesterday", "2026-13-01", "zz", "", "2026-11-23T10:00:00", datetime(2026, 11, 23)])  # noqa: DTZ001
def test_times_that_name_nothing_are_told(told, when) -> None:
    case, *_ = told
    with pytest.raises(ValueError, match=r"date|zone"):
        case.at(when)


def test_before_a_case_and_under_anothers_checkpoint_there_is_nothing(told, desk, clock) -> None:
    case, _, note, _ = told
    with pytest.raises(ValueError, match="not opened by then"):
        case.at("2020-01-01")
    with pytest.raises(IntegrityError):
        case.at(note.replace("\n\n", "\n\n\u2014 x AAAAAAA=\n", 1).replace(note.split("\n")[2], "A" * 43 + "="))
    with pytest.raises(ValueError, match="later one"):
        travel.diff(case.state, case.at(note))
    with pytest.raises(ValueError, match="two cases"):
        travel.diff(case.state, desk.open_case("قال الوزير إن الجسر افتتح أمس.").state)


def test_codes_targets_and_lists_are_told_in_words(case) -> None:
    claim = case.state.proposals[-1].id
    case.accept([claim])
    before = case.state.history[-1]
    evidence = case.attach(file="<title>بيان</title><p>نص</p>".encode(), bears_on=[f"content/{claim}"], stance="refutes")
    case.choose([f"step/{claim}/printed/0"], check=False, because='["كما كُتب"]')
    case.verdict(f"content/{claim}", "false", "نفاه", grounds=[f"evidence:{evidence}"])
    first = case.state.history[-1]
    other = case.attach(file="<title>سجل</title><p>نص</p>".encode())
    case.verdict(f"content/{claim}", "false", "نفاه", grounds=[f"evidence:{evidence}", f"evidence:{other}"])
    case.draft({"ar": "عنوان"}, {"ar": "خلاصة"}, {"ar": "خاتمة"}, {})
    told = " | ".join(change.what["ar"] for change in [*case.diff(before), *case.diff(first)])
    assert "صلة الدليل: ∅ → \u2068ينفي\u2069" in told
    assert "الحلقة كما وردت 1" in told
    for value in ('["كما كُتب"]', "بيان; سجل", "عنوان", "لا"):  # what somebody wrote is shown as they wrote it
        assert f"→ \u2068{value}\u2069" in told, told
    assert not [code for code in ("refutes", "printed/0", '{"') if code in told]
