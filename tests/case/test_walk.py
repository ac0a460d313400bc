"""The walk of a check, through methods alone: what the workbench and the command line do as well."""

from __future__ import annotations

import pytest

from factcheck.case.policy import Level
from factcheck.errors import AnchorError, LedgerConflictError, NotAllowedError
from factcheck.model.claim import Step, Target, TargetKind
from factcheck.model.evidence import AnchorHow, OfflineKind, OfflineSource, Translation
from tests.evidence.site import Site

OFFICER = "ضابط كبير في سلاح الجو الإسرائيلي"
POST = "صحيفة “جيروزاليم بوست”"
AGREED = "اتفقا خلال لقائهما الآخير، على العمل على إخراج إيران من سوريا"

PAGE = """<html lang="en"><head><title>Officer: talks were useful</title></head><body><article>
<p>A senior officer told the paper that the two leaders had agreed to work on removing Iran from Syria.</p>
<p>He spoke on condition that he not be named, and gave no document. The paper did not see minutes of the meeting.</p>
</article></body></html>"""


@pytest.fixture
def last_claim(case) -> str:
    """The id of the claim that the leaders agreed, accepted."""
    found = next(p for p in case.state.proposals if AGREED in p.claim.text)
    case.accept([found.id])
    return found.id


def test_the_seed_article_proposes_the_officers_claim_with_its_chain(case) -> None:
    proposal = next(p for p in case.state.proposals if AGREED in p.claim.text)
    assert [step.source for step in proposal.claim.printed] == [POST, OFFICER]
    assert not proposal.claim.printed[1].named
    assert case.state.article.fact("outlet") == "المدن"
    assert case.state.article.facts["outlet"].origin == "credit line"


def test_a_whole_check_from_proposal_to_signed_report(case, desk, as_person, clock) -> None:
    claim = next(p.id for p in case.state.proposals if AGREED in p.claim.text)
    content = str(Target(TargetKind.CONTENT, claim))
    said = str(Target(TargetKind.STEP, claim, "printed/1"))
    case.describe_article(outlet="المدن", published="unknown")
    case.restate(claim, {"ar": "اتفق الزعيمان في لقائهما على العمل على إخراج إيران من سوريا", "en": "The leaders agreed to act"})
    case.choose([content, said])
    desk.fetcher = Site({"https://post.example/a": PAGE})
    evidence = case.attach(
        "https://post.example/a",
        quote="the two leaders had agreed to work on removing Iran from Syria",
        translation=Translation("ar", "اتفق الزعيمان على العمل على إخراج إيران من سوريا"),
        bears_on=[content, said],
        stance="supports",
    )
    held = case.state.evidence[evidence].value
    assert held.anchor.how is AnchorHow.EXACT
    assert held.anchor.span.of(case.capture_text(evidence)) == held.quote.exact
    search = case.search("kremlin.example", ["بوتين بينيت إيران سوريا"], "nothing", target=content)
    case.contact("مكتب المتحدث", "e-mail", "هل اتفقتم؟", target=content)
    case.verdict(said, "meaning_kept", "نقلت الصحيفة قول الضابط", grounds=[f"evidence:{evidence}"])
    case.verdict(content, "unproven", "لا دليل مستقل", grounds=[f"evidence:{evidence}", f"search:{search}"], unknown="محضر اللقاء")
    case.draft({"ar": "هل اتفق الزعيمان؟"}, {"ar": "لم نجد ما يثبت"}, {"ar": "غير مثبت"})
    assert {p.code for p in case.problems() if p.level is Level.BLOCKS} == {"review.missing"}

    with pytest.raises(NotAllowedError, match="two people"):
        case.review("sign_off")
    as_person("Huda")
    case.review("sign_off")
    assert not [p for p in case.problems() if p.level is Level.BLOCKS]
    assert "review.same_machine" in {p.code for p in case.problems()}

    as_person("Amal")
    case.verdict(content, "unproven", "لا دليل مستقل بعد بحث ثان", grounds=[f"search:{search}"], unknown="محضر اللقاء")
    assert "review.changed_since" in {p.code for p in case.problems()}
    with pytest.raises(NotAllowedError, match="despite"):
        case.publish(url="https://desk.example/1")
    case.publish(url="https://desk.example/1", despite="عاجل")
    [publication] = case.state.publications.values()
    assert publication.value.problems == ("review.changed_since",)


def test_what_is_written_is_there_for_the_next_kernel(case, desk, around, last_claim) -> None:
    from factcheck.case.desk import open_desk

    case.restate(last_claim, {"ar": "صيغة كاملة"})
    before = case.state
    desk.close()
    with open_desk(desk.folder, around=around) as again:
        state = again.case(case.id).state
    assert state.claims == before.claims
    assert [event.digest for event in state.history] == [event.digest for event in before.history]


def test_split_and_merge_keep_the_words_of_the_article(case, last_claim) -> None:
    span = case.state.claims[last_claim].value.span
    cut = case.text.index("على العمل على إخراج", span.start)
    first, second = case.split(last_claim, cut)
    assert last_claim not in case.state.claims
    assert case.state.claims[second].value.text.startswith("على العمل")
    assert last_claim not in {p.id for p in case.state.proposals}, "a split claim must not come back as a proposal"
    merged = case.merge([first, second])
    assert case.state.claims[merged].value.span == span
    with pytest.raises(ValueError, match="cannot cut"):
        case.split(merged, span.end)


def test_marking_by_hand_takes_the_nearest_chain(case) -> None:
    start = case.text.index("اتفقا خلال")
    id = case.mark((start, start + len(AGREED)))
    claim = case.state.claims[id].value
    assert claim.text == AGREED
    assert [step.source for step in claim.printed] == [POST, OFFICER]
    with pytest.raises(ValueError, match="outside"):
        case.mark((0, len(case.text) + 1))


def test_all_opinions_and_intents_are_set_aside_in_one_act(case, desk) -> None:
    before = desk.ledger.size
    opinions = [p.id for p in case.state.proposals if p.claim.kind in ("opinion", "intent")]
    assert case.set_aside_kinds(["opinion", "intent"], "رأي أو نية") == len(opinions) > 3
    assert desk.ledger.size == before + 1
    assert all(not case.state.claims[id].value.choices["content"].check for id in opinions)
    case.undo()
    assert set(opinions) <= {p.id for p in case.state.proposals}


def test_undo_and_redo_walk_back_and_forth_as_further_entries(case, desk, last_claim) -> None:
    def kind() -> str:
        return case.state.claims[last_claim].value.note

    case.edit(last_claim, note="one")
    case.edit(last_claim, note="two")
    size = desk.ledger.size
    case.undo()
    assert kind() == "one"
    case.undo()
    assert kind() == ""
    case.redo()
    assert kind() == "one"
    case.redo()
    assert kind() == "two"
    with pytest.raises(NotAllowedError, match="redo"):
        case.redo()
    case.undo()
    assert kind() == "one"
    assert desk.ledger.size == size + 5


def test_what_was_signed_or_published_since_is_not_undone(case, as_person, last_claim) -> None:
    case.edit(last_claim, note="one")
    case.edit(last_claim, note="two")
    case.undo()
    case.draft({"ar": "عنوان"}, {"ar": "خلاصة"}, {"ar": "خاتمة"}, {})
    case.undo()
    case.redo()
    amal = case.desk.me
    as_person("Huda")
    case.review("return", "أضف مصدراً")
    as_person(amal.name)
    assert case.state.draft
    for act in (case.undo, case.redo):
        with pytest.raises(NotAllowedError, match=r"(un|re)do"):
            act()
    case.edit(last_claim, note="three")
    case.undo()
    assert case.state.claims[last_claim].value.note == "one"
    lines = [line.what for line in case.history()]
    number = case.state.history[-1].index - 1
    assert lines[-1]["en"].startswith(f"undid entry {number}: ")
    case.redo()
    assert case.history()[-1].what["ar"].startswith(f"أعاد القيد {number}: ")


def test_undo_takes_back_a_whole_act(case, last_claim) -> None:
    content = str(Target(TargetKind.CONTENT, last_claim))
    case.attach(offline=OfflineSource(OfflineKind.CALL, "متحدث"), quote="لا تعليق", bears_on=[content], stance="context")
    assert case.state.bearings
    case.undo()
    assert not case.state.evidence
    assert not case.state.bearings


def test_nobody_undoes_what_somebody_else_moved_since(case, as_person, last_claim) -> None:
    case.edit(last_claim, note="Amal's")
    as_person("Huda")
    case.edit(last_claim, note="Huda's")
    as_person("Amal")
    assert not any(last_claim in register for event in case.can_undo for register in event.on)


def test_a_dead_link_is_kept_and_tried_again(case, desk, last_claim) -> None:
    content = str(Target(TargetKind.CONTENT, last_claim))
    desk.fetcher = Site({})
    id = case.attach("https://post.example/a", quote="the two leaders had agreed", bears_on=[content])
    assert case.state.evidence[id].value.problem.code
    assert {"evidence.capture", "evidence.orphan"} <= {p.code for p in case.problems()}
    assert case.retry(id) is False
    desk.fetcher = Site({"https://post.example/a": PAGE})
    assert case.retry(id) is True
    evidence = case.state.evidence[id].value
    assert evidence.problem is None
    assert evidence.anchor.how is AnchorHow.EXACT
    assert case.state.bearings_on(content)


def test_a_quote_that_is_not_there_is_an_orphan_until_a_person_places_it(case, desk) -> None:
    id = case.attach(file=PAGE.encode(), quote="the two leaders had refused to work")
    assert case.state.evidence[id].value.anchor is None
    with pytest.raises(AnchorError) as caught:
        case.quote(id, "the two leaders had refused to work")
    assert caught.value.nearest
    text = case.capture_text(id)
    start = text.index("the two leaders")
    case.quote(id, span=(start, start + 15))
    assert case.state.evidence[id].value.anchor.how is AnchorHow.PLACED


def test_the_chain_as_established_stands_beside_the_printed_one(case, last_claim) -> None:
    printed = case.state.claims[last_claim].value.printed
    case.establish(last_claim, (printed[0], Step(source="صحيفة أخرى", cue="نقلت"), printed[1]))
    claim = case.state.claims[last_claim].value
    assert len(claim.established) == 3
    assert claim.printed == printed
    case.choose([str(Target(TargetKind.STEP, last_claim, "established/1"))])
    with pytest.raises(ValueError, match="does not have"):
        case.choose([str(Target(TargetKind.STEP, last_claim, "established/3"))])


def test_two_kernels_on_one_desk_take_turns_or_are_told_what_moved(case, desk, around, last_claim) -> None:
    from factcheck.case.desk import open_desk

    with open_desk(desk.folder, name="Huda", newsroom="Test Newsroom", around=around) as other:
        theirs = other.case(case.id)
        theirs.edit(last_claim, note="first")
        with pytest.raises(LedgerConflictError) as caught:
            case.edit(last_claim, note="second")
        assert f"claim:{last_claim}" in caught.value.registers
        case.refresh()
        case.edit(last_claim, note="second")
        theirs.refresh()
        assert theirs.state.claims[last_claim].value.note == "second"


def test_people_who_disagree_are_shown_side_by_side_until_it_is_settled(case, as_person, last_claim) -> None:
    content = str(Target(TargetKind.CONTENT, last_claim))
    case.choose([content])
    case.verdict(content, "unproven", "لا دليل", unknown="كل شيء")
    as_person("Huda")
    mine = case.verdict(content, "false", "تنفيه الوثائق")
    assert len(case.state.verdicts_on(content)) == 2
    assert "verdict.disputed" in {p.code for p in case.problems()}
    as_person("Amal")
    with pytest.raises(NotAllowedError, match="Huda"):
        case.withdraw_verdict(mine)
    case.settle(content, "unproven", "اتفقنا", unknown="كل شيء")
    [held] = case.state.verdicts_on(content)
    assert held.value.reasons == "اتفقنا"


def test_an_unknown_rating_names_the_known_ones(case, last_claim) -> None:
    with pytest.raises(ValueError, match="mostly_false"):
        case.verdict(str(Target(TargetKind.CONTENT, last_claim)), "liar", "x")


def test_history_tells_who_did_what_in_both_languages(case, last_claim) -> None:
    [line] = case.history(last_claim)
    assert line.person == "Amal"
    assert "قبِل المقترح" in line.what["ar"]
    assert "accepted" in line.what["en"]
    assert len(case.history()) == len(case.state.history)


def test_same_evidence_bears_on_many_targets_each_with_its_stance(case, last_claim) -> None:
    content, step = (str(t) for t in case.state.targets_of(last_claim)[:2])
    id = case.attach(file=PAGE.encode(), quote="gave no document", bears_on=[content, step], stance="context")
    case.bear(id, [content], "refutes", "لا وثيقة")
    stances = {b.value.target: b.value.stance for b in case.state.bearings_of(id)}
    assert stances == {content: "refutes", step: "context"}
    first, second = (case.attach(file=PAGE.encode() + b" " * n, quote="gave no document", bears_on=[content]) for n in (1, 2))
    assert case.state.independent_sources(content) == 3
    case.group([first, second], "وكالة")
    assert case.state.independent_sources(content) == 2
