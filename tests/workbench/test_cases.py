"""Turning from one case to another in one page: the text, its marks and what was typed are those of the case that is shown."""

from __future__ import annotations

import pytest

from tests.workbench.hands import key
from tests.workbench.scene import LAST

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("page")]

BRIDGE = "قال الوزير سالم إن الجسر افتتح أمس.\nوبلغت كلفته 40 مليون دينار، بحسب بيان للوزارة.\nوأضاف أن العمل انتهى قبل موعده."
SHOWN = "() => [...document.querySelectorAll('.fcw-text .fcw-words')].map((p) => p.textContent).join('\\n')"


def lines(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line.strip())


@pytest.fixture
def bridge(stage, case, mouse):
    """A second case, opened by pasting its article in the page."""
    mouse.claim(LAST)
    mouse.press("header/cases")
    stage.page.wait_for_selector(key("n/text"))
    mouse.type("n/text", BRIDGE)
    mouse.type("n/title", "الجسر")
    mouse.press("new_case/send")
    mouse.see("الجسر", ".fcw-title")
    return stage.workbench.case


def test_a_pasted_article_is_shown_with_its_own_marks(stage, case, bridge) -> None:
    page = stage.page
    assert bridge.id != case.id
    assert page.evaluate(SHOWN) == lines(BRIDGE)
    first = bridge.state.proposals[0].claim
    marked = "(id) => [...document.querySelectorAll(`mark[data-claim='${id}']`)].map((mark) => mark.textContent).join('')"
    assert page.evaluate(marked, bridge.state.proposals[0].id) == first.text
    assert page.evaluate("() => document.querySelector('.fcw-text').scrollTop") == 0


def test_going_back_to_the_first_case_shows_its_article_and_a_selection_makes_a_claim_of_its_words(stage, case, bridge, mouse) -> None:
    page = stage.page
    mouse.press("header/cases")
    mouse.press(f"case/{case.id}")
    mouse.see(case.state.title, ".fcw-title")
    assert page.evaluate(SHOWN) == lines(case.text)
    mouse.select("ضرورة التعاون المشترك بين البلدين")
    mouse.done(lambda: mouse.press("bar/mark"))
    [held] = stage.workbench.case.state.claims.values()
    assert held.value.text == "ضرورة التعاون المشترك بين البلدين"
    assert not bridge.state.claims


def test_what_was_typed_for_one_case_does_not_wait_in_another(stage, case, mouse) -> None:
    page = stage.page
    mouse.tab("evidence")
    mouse.type("e/quote", "اقتباس من الملف الأول")
    mouse.press("header/cases")
    page.wait_for_selector(key("n/text"))
    mouse.type("n/text", BRIDGE)
    mouse.press("new_case/send")
    mouse.wait("(words) => document.querySelector('.fcw-text').textContent.includes(words)", "الجسر افتتح")
    mouse.tab("evidence")
    assert page.input_value(key("e/quote")) == ""
    mouse.press("header/cases")
    mouse.press(f"case/{case.id}")
    mouse.see(case.state.title, ".fcw-title")
    mouse.tab("evidence")
    assert page.input_value(key("e/quote")) == "اقتباس من الملف الأول"


def test_words_that_are_not_those_of_the_case_are_refused_and_not_written(stage, case, mouse) -> None:
    """A page that showed another text than its case has, for whatever reason, says so instead of writing a wrong claim."""
    page = stage.page
    size = case.desk.ledger.size
    mouse.select("ضرورة التعاون المشترك بين البلدين")
    page.evaluate(
        """() => {
            const line = [...document.querySelectorAll('.fcw-words')].find((p) => p.textContent.includes('ضرورة التعاون المشترك'));
            line.textContent = line.textContent.replace('ضرورة التعاون المشترك', 'رفض التعاون المشتركة');
        }"""
    )
    mouse.press("bar/mark")
    mouse.see("التحديد لا يطابق نص المقال", ".fcw-lost")
    assert case.desk.ledger.size == size
