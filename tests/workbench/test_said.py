"""What is said to a person at the page: where they look, in their language, and as exactly as the library says it."""

from __future__ import annotations

import re

import pytest

from factcheck.evidence.fetch import FetchPolicy, HttpFetcher
from tests.workbench.hands import Mouse, key
from tests.workbench.scene import LAST
from tests.workbench.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("page")]

IN_VIEW = """(selector) => {
    const box = document.querySelector(selector).getBoundingClientRect();
    const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return box.height > 0 && box.bottom <= innerHeight + 1 && Boolean(at?.closest(selector));
}"""
BAD = """() => {
    const p = document.createElement('p');
    p.style.color = 'var(--bad)';
    document.querySelector('.fcw').append(p);
    const colour = getComputedStyle(p).color;
    p.remove();
    return colour;
}"""
TOP = "(selector) => Math.round(document.querySelector(selector).getBoundingClientRect().top)"


def test_the_answer_is_in_view_and_nothing_moves_under_the_hand(new_page, case, workbench) -> None:
    page = new_page(viewport={"width": 1400, "height": 560})
    Stage(page, workbench)
    page.wait_for_selector(".fcw-panes")
    hand = Mouse(page)
    claim = hand.claim(LAST)
    page.evaluate("() => scrollTo(0, 0)")
    page.evaluate("(selector) => document.querySelector(selector).click()", key("claim/dismiss"))
    hand.see("اكتب السبب أولاً", ".fcw-status")
    assert page.evaluate(IN_VIEW, ".fcw-status")
    hand.tab("searches")
    page.evaluate("() => scrollTo(0, 0)")
    before = page.evaluate(TOP, key("inspector/claim"))
    page.evaluate("(selector) => document.querySelector(selector).click()", key("search/send"))
    hand.see("اكتب أين بحثت", ".fcw-lost")
    assert page.evaluate(TOP, key("inspector/claim")) == before
    assert page.evaluate(IN_VIEW, ".fcw-lost")
    assert claim
    page.close()


@pytest.mark.parametrize("part", ["source", "cue"])
def test_while_a_part_is_picked_the_buttons_at_the_article_are_those_of_the_pick(stage, case, keys, part) -> None:
    """With the keyboard: it begins at the step, is finished at the article or left, and comes back to where it began."""
    claim = keys.claim(LAST)
    keys.done(lambda: keys.press("claim/check"))
    name = f"chain/printed/{claim}"
    keys.open(name)
    pick = f"{name}/0/{'pick' if part == 'source' else 'pickcue'}"
    keys.press(pick)
    assert stage.page.locator(key("bar/mark")).count() == 0
    assert stage.page.is_disabled(key("bar/pick"))
    stage.page.keyboard.press("Escape")
    keys.wait("(name) => document.activeElement.dataset.key === name", pick)
    assert stage.page.locator(key("bar/mark")).count() == 1
    keys.press(pick)
    keys.select("تحدثت تقارير")
    keys.press("bar/pick")
    keys.see("اختير من النص: تحدثت تقارير", ".fcw-status")
    assert stage.page.input_value(key(f"{name}/0/{part}")) == "تحدثت تقارير"
    assert stage.page.evaluate("() => document.activeElement.dataset.key") == pick


def test_a_part_is_picked_by_letting_the_mouse_go(stage, case, mouse) -> None:
    claim = mouse.claim(LAST)
    mouse.done(lambda: mouse.press("claim/check"))
    name = f"chain/printed/{claim}"
    mouse.open(name)
    mouse.press(f"{name}/0/pick")
    mouse.see("حدّد المصدر في المقال", ".fcw-bar")
    mouse.select("تقارير صحافية إسرائيلية")
    mouse.wait("(selector) => document.querySelector(selector).value === 'تقارير صحافية إسرائيلية'", key(f"{name}/0/source"))
    assert stage.page.locator(key("bar/mark")).count() == 1
    mouse.see("اختير من النص", ".fcw-status")
    mouse.press(f"{name}/0/pick")
    mouse.press("bar/cancel")
    assert stage.page.locator(key("bar/mark")).count() == 1
    assert stage.page.input_value(key(f"{name}/0/source")) == "تقارير صحافية إسرائيلية"


def test_a_refused_date_is_said_in_arabic_with_what_was_typed(stage, case, mouse) -> None:
    size = case.desk.ledger.size
    mouse.tab("searches")
    mouse.type("s/place", "kremlin.example")
    mouse.type("s/queries", "بوتين")
    mouse.open("s/more")
    mouse.type("s/on", "25/11/2026x")
    mouse.press("search/send")
    mouse.see("25/11/2026x", ".fcw-lost")
    assert "ليس تاريخاً واضحاً" in stage.page.inner_text(".fcw-lost")
    assert case.desk.ledger.size == size


def test_why_a_link_was_not_fetched_is_said_in_arabic_and_a_retry_that_fails_says_so(stage, case, mouse, site) -> None:
    case.desk.fetcher = HttpFetcher(FetchPolicy(), clock=case.desk.clock)
    mouse.claim(LAST)
    mouse.tab("evidence")
    mouse.type("e/url", "http://127.0.0.1/page")
    mouse.done(lambda: mouse.press("attach/send"))
    mouse.see("العنوان ليس لموقع عام على الشبكة", ".fcw-waiting")
    [id] = case.state.evidence
    mouse.done(lambda: mouse.press(f"retry/{id}"))
    assert "لم تُجلب الصفحة بعد" in mouse.status()
    assert "fcw-alarm" in stage.page.get_attribute(".fcw-status", "class")


def test_evidence_is_for_the_chosen_claim_and_without_a_target_it_is_asked_for(stage, case, mouse) -> None:
    page = stage.page
    mouse.tab("evidence")
    mouse.type("e/who", "سامي") if page.locator(key("e/who")).count() else (mouse.open("e/more"), mouse.type("e/who", "سامي"))
    size = case.desk.ledger.size
    assert page.locator(key("e/stance/supports")).count() == 0
    mouse.press("attach/send")
    mouse.see("اختر ما يتناوله", ".fcw-status")
    assert case.desk.ledger.size == size
    claim = mouse.claim(LAST)
    assert page.is_checked(key(f"e/bears/content/{claim}"))
    mouse.check("e/stance/refutes")
    mouse.done(lambda: mouse.press("attach/send"))
    [bearing] = case.state.bearings.values()
    assert (bearing.value.target, bearing.value.stance.value) == (f"content/{claim}", "refutes")


def test_a_result_has_the_colour_of_its_tone_and_one_without_reasons_is_warned_of(stage, case, mouse) -> None:
    page = stage.page
    claim = mouse.claim(LAST)
    mouse.done(lambda: mouse.press("claim/check"))
    mouse.tab("result")
    mouse.check(f"r/content/{claim}/rating/false")
    mouse.done(lambda: mouse.press(f"verdict/content/{claim}/send"))
    assert "بلا حيثيات" in mouse.status()
    assert "verdict.reasons" in {problem.code for problem in case.problems()}
    bad = page.evaluate(BAD)
    for selector, what in (
        (".fcw-item .fcw-rating", "color"),
        (f"mark[data-claim='{claim}']", "textDecorationColor"),
        (".fcw-opinion .fcw-rating", "color"),
    ):
        assert page.evaluate("([selector, what]) => getComputedStyle(document.querySelector(selector))[what]", [selector, what]) == bad
    mouse.press(f"result/step/{claim}/printed/0")
    mouse.check(f"r/step/{claim}/printed/0/rating/not_found")
    mouse.type(f"r/step/{claim}/printed/0/reasons", "بحثنا")
    mouse.done(lambda: mouse.press(f"verdict/step/{claim}/printed/0/send"))
    assert re.search(r"غير صحيح · هل قيل؟ .?لم نعثر عليه", page.inner_text(".fcw-item.fcw-chosen .fcw-labels"))


def test_another_claim_is_shown_from_its_top(stage, case, mouse) -> None:
    page = stage.page
    page.set_viewport_size({"width": 1400, "height": 700})
    mouse.claim(LAST)
    page.evaluate("() => { document.querySelector('.fcw-panel').scrollTop = 400; }")
    page.locator(".fcw-item:not(.fcw-chosen)").first.click()
    mouse.wait("() => document.querySelector('.fcw-panel').scrollTop === 0")
    assert page.evaluate(IN_VIEW, key("claim/accept"))


def test_after_an_act_the_focus_goes_to_what_comes_next_and_to_no_neighbour(stage, case, keys) -> None:
    page = stage.page
    claim = keys.claim(LAST)
    keys.done(lambda: keys.press("claim/accept"))
    assert page.evaluate("() => document.activeElement.dataset.key") == "claim/check"
    keys.done(lambda: page.keyboard.press("Enter"))
    keys.wait("(name) => document.activeElement.dataset.key === name", f"to/evidence/content/{claim}")


def test_an_act_with_the_mouse_scrolls_nothing_under_the_pointer(stage, mouse) -> None:
    page = stage.page
    page.set_viewport_size({"width": 1400, "height": 700})
    mouse.claim(LAST)
    mouse.press("claim/accept")
    mouse.wait("() => document.activeElement.dataset.key === 'claim/check'")
    mouse.done(lambda: mouse.press("claim/check"))
    page.wait_for_timeout(100)
    assert page.evaluate("() => document.querySelector('.fcw-panel').scrollTop") == 0


def test_reasons_of_a_proposal_name_its_kind_in_the_language_of_the_page(stage, case, mouse) -> None:
    intent = next(p.claim for p in case.state.proposals if p.claim.kind.value in ("intent", "opinion"))
    mouse.claim(intent.text[:40])
    mouse.see("لا تحسم", ".fcw-why")
    assert not re.search("intent|opinion", stage.page.inner_text(".fcw-why"))


def test_selecting_the_sentence_without_a_caret_says_what_to_do(stage, keys) -> None:
    keys.reach("article")
    stage.page.keyboard.press("d")
    keys.see("ضع المؤشر في الجملة أولاً", ".fcw-status")


def test_keys_stand_whole_and_numbers_in_the_margin_apart(stage, case, mouse) -> None:
    page = stage.page
    text = case.text
    start = text.index("مناقشة الموضوعات")
    for length in (3, 8, 12, 16):
        case.mark((start, start + length))
    stage.workbench._tell()
    page.evaluate("(messages) => window.arrive(messages)", stage._take())
    mouse.wait("() => document.querySelectorAll('.fcw-number').length > 20")
    page.wait_for_timeout(100)
    overlapping = """() => {
        const boxes = [...document.querySelectorAll('.fcw-number')].map((e) => [e.getBoundingClientRect(), e.textContent]);
        return boxes.flatMap(([a, x], i) => boxes.slice(i + 1).filter(([b]) => a.left < b.right - 1 && b.left < a.right - 1
            && a.top < b.bottom - 1 && b.top < a.bottom - 1).map(([, y]) => `${x} on ${y}`));
    }"""
    assert page.evaluate(overlapping) == []
    mouse.press("help")
    heights = page.evaluate("() => [...document.querySelectorAll('.fcw-help kbd')].map((e) => e.getBoundingClientRect().height)")
    assert max(heights) < 40


def test_a_written_report_is_downloaded_and_no_other_file_is_handed_out(stage, case, mouse, workbench) -> None:
    page = stage.page
    path = case.desk.folder / "html-ar"
    path.write_text("<p>تقرير</p>", "utf-8")
    mouse.tab("review")
    mouse.press("report/html")
    page.wait_for_selector(key("download/html-ar"))
    with page.expect_download() as coming:
        mouse.press("download/html-ar")
    assert coming.value.suggested_filename == "html-ar"
    assert "تقرير" in coming.value.path().read_text("utf-8")
    secret = case.desk.folder / "factcheck.toml"
    secret.write_text("", "utf-8")
    asked = """(path) => new Promise((done) => {
        window.model.on('msg:custom', (m) => m.request === 'x' && done(m));
        window.model.send({ request: 'x', command: 'file', arguments: { path } });
    })"""
    assert page.evaluate(asked, str(secret))["ok"] is False


def test_a_written_report_is_opened_through_the_server_that_shows_its_folder(stage, case, mouse) -> None:
    page = stage.page
    (case.desk.folder / "html-ar").write_text("<p>تقرير</p>", "utf-8")
    page.evaluate(
        """(root) => {
            const config = document.createElement('script');
            config.type = 'application/json';
            config.id = 'jupyter-config-data';
            config.textContent = JSON.stringify({ baseUrl: '/base/', serverRoot: root });
            document.head.append(config);
        }""",
        str(case.desk.folder.parent),
    )
    mouse.tab("review")
    mouse.press("report/html")
    page.wait_for_selector(key("open/html-ar"))
    assert page.get_attribute(key("open/html-ar"), "href") == f"/base/files/{case.desk.folder.name}/html-ar"


def test_a_format_whose_package_is_missing_says_how_to_get_it(stage, workbench) -> None:
    workbench.missing = {"csv": "parquet"}
    stage.show()
    stage.page.wait_for_selector(".fcw-panes")
    hand = Mouse(stage.page)
    hand.tab("review")
    assert stage.page.is_disabled(key("report/csv"))
    hand.see('pip install "factcheck-workbench[parquet]"', ".fcw-panel")
