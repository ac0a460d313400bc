"""Each problem that can stand against publication is provoked, and goes when its remedy is followed."""

from __future__ import annotations

import pytest

from factcheck.case.policy import RULES, Level
from factcheck.errors import NotAllowedError
from factcheck.model import events as ev
from factcheck.model.evidence import OfflineKind, OfflineSource, Translation
from tests.evidence.site import Site


@pytest.fixture
def claim(case) -> str:
    id = case.state.proposals[-1].id
    case.accept([id])
    return id


def codes(case) -> set[str]:
    return {problem.code for problem in case.problems()}


def call(words: str = "نعم") -> dict:
    return {"offline": OfflineSource(OfflineKind.CALL, "متحدث"), "quote": words}


def test_every_rule_speaks_both_languages_and_names_a_remedy() -> None:
    for rule in RULES.values():
        assert all((rule.en, rule.ar, rule.en_remedy, rule.ar_remedy))


def test_a_new_case_says_what_comes_first(case) -> None:
    assert {"targets.none", "article.appearance", "draft.missing", "settings.links"} <= codes(case)
    case.describe_article(published="unknown")
    assert "article.appearance" not in codes(case)


def test_a_chosen_target_needs_words_a_result_and_sources(case, claim) -> None:
    content = f"content/{claim}"
    case.choose([content])
    assert {"claim.as_checked", "verdict.missing", "contact.missing"} <= codes(case)
    case.restate(claim, {"ar": "صيغة"})
    case.verdict(content, "half_true", "حيثيات")
    assert {"verdict.grounds", "verdict.unknown", "content.sources"} <= codes(case)
    first = case.attach(**call("أول"), bears_on=[content])
    case.verdict(content, "half_true", "حيثيات", grounds=[f"evidence:{first}"], unknown="كثير")
    assert codes(case) & {"verdict.grounds", "verdict.unknown", "verdict.missing"} == set()
    assert "content.sources" in codes(case)
    second = case.attach(**call("ثان"), bears_on=[content], stance="refutes")
    assert "content.sources" not in codes(case)
    case.group([first, second], "الجهة نفسها")
    assert "content.sources" in codes(case)
    case.edit_evidence(first, primary=True, primary_reason="صاحب القرار")
    assert "content.sources" not in codes(case)
    assert "verdict.changed_since" in codes(case)
    case.contact("الوزارة", "بريد", "هل؟")
    assert "contact.missing" not in codes(case)


def test_unproven_needs_a_search_and_a_step_a_capture(case, claim) -> None:
    content, step = f"content/{claim}", f"step/{claim}/printed/0"
    case.choose([content, step])
    case.verdict(content, "unproven", "لم نجد", unknown="كل شيء")
    case.verdict(step, "not_found", "لم نجد", unknown="كل شيء")
    assert {"content.searched", "step.capture"} <= codes(case)
    case.search("أرشيف", "كلمات", "nothing", target=content)
    case.search("أرشيف", "كلمات", "nothing", target=step)
    assert codes(case) & {"content.searched", "step.capture"} == set()


def test_results_on_the_article_as_a_whole_are_held_to_the_same_rules(case, claim) -> None:
    case.verdict("article", "misleading", "حيثيات")
    assert {"verdict.grounds", "verdict.unknown"} <= codes(case)


def test_evidence_is_captured_placed_quoted_and_translated(case, desk) -> None:
    desk.fetcher = Site({})
    dead = case.attach("https://a.example/x")
    case.attach(file=b"<p>The bridge opened on Tuesday morning in the town.</p>", quote="The bridge closed")
    case.attach(file=b"<p>The bridge opened on Tuesday morning in town.</p>", quote="The bridge opened on Tuesday morning")
    assert {"evidence.capture", "evidence.orphan", "evidence.quote", "evidence.translation"} <= codes(case)
    case.edit_evidence(dead, archived_url="https://archive.example/x")
    assert "evidence.capture" not in codes(case)
    for id in case.state.evidence:
        if case.state.evidence[id].value.quote:
            case.translate(id, "ar", "افتتح الجسر")
    assert "evidence.translation" not in codes(case)


def test_a_draft_in_another_language_a_return_and_a_change(case, as_person) -> None:
    case.draft({"en": "Headline"}, {"en": "Summary"}, {"en": "Conclusion"})
    assert {"draft.language", "review.missing"} <= codes(case)
    as_person("Huda")
    with pytest.raises(ValueError, match="comment"):
        case.review("return")
    case.review("return", "أضف العربية")
    assert "review.returned" in codes(case)
    as_person("Amal")
    case.draft({"ar": "عنوان"}, {"ar": "خلاصة"}, {"ar": "استنتاج"})
    as_person("Huda")
    case.review("sign_off")
    assert "review.same_machine" in codes(case)
    as_person("Amal")
    case.draft({"ar": "عنوان آخر"}, {"ar": "خلاصة"}, {"ar": "استنتاج"})
    assert "review.changed_since" in codes(case)


def test_there_is_nothing_to_review_without_a_draft(case, as_person) -> None:
    as_person("Huda")
    with pytest.raises(NotAllowedError, match="no draft"):
        case.review()


def test_a_desk_sets_what_blocks_and_that_is_on_record(case, desk) -> None:
    assert next(p for p in case.problems() if p.code == "draft.missing").level is Level.BLOCKS
    desk.append("", [(ev.PolicySet({"draft.missing": "warns", "settings.links": "off"}), {"policy:desk": ()})])
    assert next(p for p in case.problems() if p.code == "draft.missing").level is Level.WARNS
    assert "settings.links" not in codes(case)


def test_a_translation_is_ours_unless_somebody_is_named(case) -> None:
    id = case.attach(**call("yes"), translation=Translation("ar", "نعم"))
    assert case.state.evidence[id].value.translation.by == ""


def test_corrections_are_publications_of_their_own(case) -> None:
    first = case.publish(despite="تجربة", url="https://desk.example/1")
    case.correct("correction", "التاريخ", "خطأ مطبعي", of=first)
    assert {p.value.kind.value for p in case.state.publications.values()} == {"publication", "correction"}
    with pytest.raises(ValueError, match=r"case\.publish"):
        case.correct("publication", "x", "y")
