"""The walk in a real JupyterLab, in a headless Chromium: nothing here is simulated but the person."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.workbench.conftest import ROOT, outside, shot
from tests.workbench.hands import HANDS, Mouse, key
from tests.workbench.walk import QUOTE, Walk

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("lab")]


@pytest.fixture(scope="module")
def page(lab, new_page):
    page = new_page()
    page.goto(lab.url("first-check.ipynb"))
    yield page
    page.close()


def test_the_page_opens_on_a_workbench_that_asks_only_for_name_and_newsroom(page) -> None:
    page.wait_for_selector(".fcw-welcome", timeout=60_000)
    assert page.get_attribute(".fcw", "dir") == "rtl"
    assert "اعتبر الرئيس الروسي" in page.inner_text(".fcw-text")
    assert "مفتاح" not in page.inner_text(".fcw")
    shot(page, "lab-welcome")
    hand = Mouse(page)
    hand.press("begin/send")
    hand.see("الاسم وغرفة الأخبار مطلوبان", ".fcw-lost")
    hand.type("name", "أمل")
    hand.type("newsroom", "غرفة الأخبار")
    hand.press("begin/send")
    page.wait_for_selector(".fcw-panes")
    hand.wait("() => Number(/\\((\\d+)\\)/.exec(document.querySelector('[data-key=\"list/filter\"]').selectedOptions[0].text)[1]) > 15")


def test_the_workbench_is_no_taller_than_the_notebook_shows_and_what_it_says_is_in_view(page) -> None:
    page.set_viewport_size({"width": 1400, "height": 900})
    Mouse(page).wait(
        """() => document.querySelector('.fcw').getBoundingClientRect().height
            <= document.querySelector('.jp-WindowedPanel-outer').clientHeight"""
    )
    seen = """(block) => {
        document.querySelector('.fcw-header').scrollIntoView({ block });
        const box = document.querySelector('.fcw-status').getBoundingClientRect();
        const notebook = document.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect();
        return box.top >= notebook.top && box.bottom <= notebook.bottom + 1;
    }"""
    assert page.evaluate(seen, "start")
    assert page.evaluate(seen, "center")
    page.set_viewport_size({"width": 1500, "height": 1100})


@pytest.mark.parametrize(("hand", "lang"), [("mouse", "ar"), ("keys", "ar"), ("keys", "en"), ("mouse", "en")])
def test_the_whole_walk(page, site, hand, lang) -> None:
    walk = Walk(HANDS[hand](page), lang, site)
    walk.whole()
    shot(page, f"lab-walked-{hand}-{lang}")


def test_single_keys_change_no_cell_and_ctrl_s_saves_no_page(page, lab) -> None:
    hand = Mouse(page)
    hand.tab("claim")
    cells = len(json.loads((lab.folder / "first-check.ipynb").read_text("utf-8"))["cells"])
    hand.cells(cells)
    downloads: list[object] = []
    page.on("download", lambda download: downloads.append(download))
    for selector in (".fcw-text", ".fcw-listbox", key("inspector/claim"), key("undo"), ".fcw-panel"):
        page.focus(selector)
        for press in ("a", "b", "x", "m", "d", "d", "ArrowDown", "ArrowUp", "Shift+Enter", "Control+Enter", "Control+s"):
            page.keyboard.press(press)
    hand.cells(cells)
    assert page.locator(".fcw").count() == 1
    assert page.locator(".jp-Dialog").count() == 0
    assert downloads == []
    hand.see("حُفظ" if page.get_attribute(".fcw", "lang") == "ar" else "Saved", ".fcw-status")


def test_a_reload_keeps_the_case_and_what_was_not_sent(page) -> None:
    hand = Mouse(page)
    title = page.inner_text(".fcw-title")
    hand.tab("searches")
    hand.type("s/place", "typed and not sent")
    page.wait_for_timeout(700)  # after half a second the kernel has it
    page.evaluate("() => sessionStorage.clear()")
    page.keyboard.press("Control+s")
    page.locator("[data-command='docmanager:save'], .jp-ToolbarButtonComponent[data-command='docmanager:save']").first.click()
    page.reload()
    page.wait_for_selector(".fcw-panes", timeout=60_000)
    assert page.inner_text(".fcw-title") == title
    hand.tab("searches")
    assert page.input_value(key("s/place")) == "typed and not sent"
    hand.type("s/place", "")


def test_a_second_tab_and_a_second_kernel_see_the_act_within_seconds(page, lab, new_page, lab_environment) -> None:
    hand = Mouse(page)
    other = new_page()
    other.goto(lab.url("first-check.ipynb"))
    other.wait_for_selector(".fcw-panes", timeout=60_000)
    hand.tab("claim")
    claim = hand.claim("تم إيلاء الاهتمام")
    hand.done(lambda: hand.press("claim/accept"))
    other.wait_for_selector(f"mark.fcw-accepted[data-claim='{claim}']", state="attached")
    other.close()
    case = page.inner_text(".fcw-title")
    command = [sys.executable, "-m", "factcheck", "claims", str(lab.folder / "desk"), "--case", case, "--check", f"content/{claim}"]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env={**os.environ, **lab_environment})
    page.wait_for_selector(f"mark.fcw-checking[data-claim='{claim}']", timeout=10_000)


def test_after_a_restart_of_the_kernel_and_a_run_everything_is_there_again(page) -> None:
    hand = Mouse(page)
    hand.tab("searches")
    hand.type("s/place", "kept over a restart")
    page.click(".jp-Notebook .jp-CodeCell .jp-InputPrompt >> nth=0")
    page.keyboard.press("Escape")
    page.click("[data-command*='restart-and-run-all'], [data-command='notebook:restart-run-all']")
    accept = page.locator(".jp-Dialog .jp-mod-accept")
    accept.wait_for()
    page.evaluate("() => { document.querySelector('.fcw').dataset.old = 'yes'; }")
    accept.click()
    page.wait_for_selector(".fcw:not([data-old]) .fcw-panes", timeout=60_000)
    hand.wait("() => document.querySelectorAll('.fcw').length === 1")
    hand.press("header/cases")
    page.wait_for_selector(".fcw-aside .fcw-jump:not(:disabled)")
    page.locator(".fcw-aside .fcw-jump", has_text="walk ar Mouse").click()
    hand.see("walk ar Mouse", ".fcw-title")
    hand.tab("evidence")
    hand.see(QUOTE, ".fcw-inspector")
    hand.tab("review")
    hand.see("هدى", ".fcw-review")
    shot(page, "lab-restarted")


def test_a_saved_notebook_shows_the_case_before_any_kernel_runs(page, lab) -> None:
    assert page.locator(".fcw-snapshot").count() == 1
    assert not page.locator(".fcw-snapshot").is_visible()
    page.locator("[data-command='docmanager:save']").first.click()
    page.wait_for_timeout(500)
    for session in lab._api("GET", "/api/sessions"):
        lab._api("DELETE", f"/api/sessions/{session['id']}")
    page.reload()
    page.wait_for_selector(".fcw-snapshot", timeout=60_000)
    assert page.locator(".fcw-panes").count() == 0
    assert "شغّل الخلية" in page.inner_text(".fcw-snapshot")
    assert page.evaluate("() => getComputedStyle(document.querySelector('.fcw-snapshot')).direction") == "rtl"
    shot(page, "lab-static", ".jp-OutputArea:has(.fcw-snapshot)")


def test_nothing_asked_anything_outside_this_machine(page) -> None:
    assert outside(page) == []
    assert len(page.asked) > 50
    assert page.errors == []


def test_a_stranger_verifies_what_was_done_here(lab, lab_environment) -> None:
    command = [sys.executable, "-m", "factcheck", "verify", str(lab.folder / "desk"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, **lab_environment})
    findings = json.loads(done.stdout)
    assert findings["ok"], findings
    assert findings["persons"] == 2
    assert findings["extends_kept_head"]
