"""Access: axe in every state, both themes and both languages; sizes of targets; narrow windows, zoom, touch, still motion."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest

from tests.workbench.conftest import shot
from tests.workbench.hands import Mouse, key
from tests.workbench.scene import LAST, full
from tests.workbench.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("page")]

AXE = str(files("axe_playwright_python") / "axe.min.js")
DARK = """() => {
    document.body.dataset.jpThemeLight = 'false';
    document.body.style.background = '#111';
    document.body.style.setProperty('--jp-layout-color1', '#111');
}"""
SMALL = """() => [...document.querySelectorAll('.fcw button, .fcw select, .fcw input, .fcw summary, .fcw a')]
    .filter((e) => e.offsetParent).map((e) => [(e.closest('label') ?? e).getBoundingClientRect(), e.dataset.key ?? e.textContent])
    .filter(([box]) => box.width && (box.height < 24 || box.width < 24)).map(([box, name]) => `${name} ${box.width}x${box.height}`)"""
WIDE = """() => [...document.querySelectorAll('.fcw *:not(.fcw-item *)')].filter((e) => {
    const { left, right } = e.getBoundingClientRect();
    return right > innerWidth + 1 || left < -1;
}).map((e) => e.className).slice(0, 3)"""
TOUCHED = """() => {
    const text = document.querySelector('.fcw-words').firstChild;
    getSelection().setBaseAndExtent(text, 0, text, 12);
}"""
RUN_AXE = """async () => (await axe.run('.fcw', { resultTypes: ['violations'] })).violations
    .filter((v) => ['serious', 'critical', 'moderate'].includes(v.impact))
    .map((v) => `${v.impact} ${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')}`)"""


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(stage, case, mouse, theme, lang) -> None:
    page = stage.page
    claim = full(case)
    stage.workbench.lang = lang
    stage.show()
    if theme == "dark":
        page.evaluate(DARK)
    page.add_script_tag(path=AXE)
    states: list[tuple[str, Any]] = [
        ("desk", lambda: None),
        ("claim", lambda: (mouse.claim(LAST), mouse.open(f"chain/established/{claim}"), mouse.press("bar/chain"))),
        ("evidence", lambda: (mouse.tab("evidence"), mouse.open("e/more"))),
        ("passage", lambda: (page.locator("[data-key^='passage/']").first.click(), page.wait_for_selector(".fcw-passage"))),
        ("searches", lambda: (mouse.press("capture/close"), mouse.tab("searches"))),
        ("result", lambda: mouse.tab("result")),
        ("review", lambda: mouse.tab("review")),
        ("history", lambda: mouse.tab("history")),
        ("help", lambda: mouse.press("help")),
        ("cases", lambda: (mouse.press("keys/close"), mouse.press("header/cases"))),
        ("person", lambda: mouse.press("header/person")),
        ("caret", lambda: (mouse.press("aside/close"), mouse.press("bar/caret"))),
        ("table", lambda: (mouse.press("list/wide"), page.locator(".fcw-pick").first.click())),
        ("refused", lambda: (mouse.press("list/wide"), mouse.tab("searches"), mouse.press("search/send"))),
        ("lost", lambda: page.evaluate("() => window.model.die()")),
    ]  # fmt: skip
    found = {}
    for name, go in states:
        go()
        page.wait_for_timeout(80)
        if broken := page.evaluate(RUN_AXE):
            found[name] = broken
        shot(page, f"{lang}-{theme}-{name}")
    assert found == {}


def test_every_target_is_large_enough_and_focus_is_visible(stage, case, mouse) -> None:
    page = stage.page
    full(case)
    stage.show()
    mouse.claim(LAST)
    for tab in ("claim", "evidence", "searches", "result", "review"):
        mouse.tab(tab)
        assert page.evaluate(SMALL) == []
    page.keyboard.press("Tab")
    assert page.evaluate("() => parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (512, 384), (390, 844)])
def test_narrow_windows_and_zoom_stack_the_panels_and_hide_nothing(new_page, case, workbench, width, height) -> None:
    page = new_page(viewport={"width": width, "height": height})
    full(case)
    Stage(page, workbench)
    page.wait_for_selector(".fcw-panes")
    hand = Mouse(page)
    hand.claim(LAST)
    for tab in ("claim", "evidence", "searches", "result", "review", "history"):
        hand.tab(tab)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate(WIDE) == []
    shot(page, f"narrow-{width}")
    page.close()


def test_touch_selects_and_acts(new_page, case, workbench) -> None:
    page = new_page(viewport={"width": 820, "height": 1180}, has_touch=True)
    Stage(page, workbench)
    page.wait_for_selector(".fcw-panes")
    page.evaluate(TOUCHED)
    page.wait_for_function("() => !document.querySelector('[data-key=\"bar/mark\"]').disabled")
    hand = Mouse(page)
    hand.done(lambda: page.tap(key("bar/mark")))
    assert len(case.state.claims) == 1
    page.close()


def test_motion_is_still_when_asked(new_page, workbench) -> None:
    page = new_page(reduced_motion="reduce")
    Stage(page, workbench)
    assert page.evaluate("() => getComputedStyle(document.querySelector('.fcw button')).transitionDuration") == "0s"
    page.close()
