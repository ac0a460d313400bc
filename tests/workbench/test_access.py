"""Access: axe in every state, both themes and both languages; sizes of targets; narrow windows, zoom, touch, still motion."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest

from tests.workbench.conftest import SHOTS, shot
from tests.workbench.hands import Mouse, key
from tests.workbench.scene import LAST, full
from tests.workbench.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("page")]

AXE = str(files("axe_playwright_python") / "axe.min.js")
THEME = """(dark) => {
    document.body.dataset.jpThemeLight = String(!dark);
    document.body.style.background = dark ? '#111' : '#fff';
    if (dark) document.body.style.setProperty('--jp-layout-color1', '#111'); else document.body.style.removeProperty('--jp-layout-color1');
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
RUN_AXE = """async (where) => (await axe.run(where, { resultTypes: ['violations'] })).violations
    .filter((v) => ['serious', 'critical', 'moderate'].includes(v.impact))
    .map((v) => `${v.impact} ${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')}`)"""


UNDER_WAY = "() => window.arrive([{ content: { request: 'x', under_way: ['attach_links', 2, 5] }, buffers: [] }])"
UNUSED = "() => window.arrive([{ content: { request: 'x', ok: true, value: null }, buffers: [] }])"


def test_axe_finds_nothing_in_any_state_in_either_language_and_theme(stage, case, mouse) -> None:
    """One walk through the states; each is scanned in Arabic and light, then in English and dark: neither depends on the other."""
    page = stage.page
    claim = full(case)
    cited = case.attach("https://paper.example/a", file=b"<p>the page as it was saved</p>", bears_on=[f"content/{claim}"])
    case.contact("سامي الحداد", "بريد", "سؤال", target=f"content/{claim}", deadline="2021-11-20")
    case.publish(url="https://newsroom.example/1", despite="عاجل")
    stage.show()
    page.add_script_tag(path=AXE)
    earlier = lambda: (mouse.open(f"earlier/{claim}"), mouse.press(f"q/{claim}/send"))  # noqa: E731
    whole, panel = ".fcw", ".fcw-inspector"  # what is new in a state is scanned; the whole where the frame is another
    states: list[tuple[str, str, Any]] = [
        ("desk", whole, lambda: None),
        ("claim", whole, lambda: (mouse.claim(LAST), mouse.open(f"chain/established/{claim}"), mouse.press("bar/chain"))),
        ("evidence", panel, lambda: (mouse.tab("evidence"), mouse.open("e/more"), mouse.open("links"), mouse.open(f"edit/{cited}"))),
        ("passage", whole, lambda: (page.locator("[data-key^='passage/']").first.click(), page.wait_for_selector(".fcw-passage"))),
        ("searches", panel, lambda: (mouse.press("capture/close"), mouse.tab("searches"), earlier())),
        ("result", panel, lambda: mouse.tab("result")),
        ("review", panel, lambda: (mouse.tab("review"), mouse.open("publish"), mouse.open("p/more"), mouse.open("correct"))),
        ("handing", panel, lambda: (mouse.take("report/preset", "public"), mouse.press("report/still"), mouse.see("سامي", ".fcw-panel"))),
        ("ledger", panel, lambda: (mouse.open("ledger"), mouse.press("ledger/verify"), mouse.see("✓", ".fcw-panel"))),
        ("history", panel, lambda: (mouse.tab("history"), mouse.open("erase/entry"))),
        ("under-way", ".fcw-underway", lambda: (page.evaluate(UNDER_WAY), page.wait_for_selector(".fcw-underway"))),
        ("help", ".fcw-help", lambda: (page.evaluate(UNUSED), mouse.press("help"))),
        ("cases", ".fcw-aside", lambda: (mouse.press("keys/close"), mouse.press("header/cases"), page.wait_for_selector(".fcw-aside li"))),
        ("person", ".fcw-aside", lambda: mouse.press("header/person")),
        ("caret", ".fcw-article", lambda: (mouse.press("aside/close"), mouse.press("bar/caret"))),
        ("table", whole, lambda: (mouse.press("list/wide"), page.locator(".fcw-pick").first.click())),
        ("refused", whole, lambda: (mouse.press("list/wide"), mouse.tab("searches"), mouse.press("search/send"))),
        ("lost", whole, lambda: page.evaluate("() => window.model.die()")),
    ]  # fmt: skip
    found = {}
    for name, where, go in states:
        go()
        for lang, dark in (("ar", False), ("en", True)) if not SHOTS else (("ar", False), ("ar", True), ("en", False), ("en", True)):
            page.evaluate("(lang) => window.model.set('lang', lang)", lang)
            page.evaluate(THEME, dark)
            page.wait_for_selector(f".fcw[lang={lang}]")
            shot(page, f"{lang}-{'dark' if dark else 'light'}-{name}")
            if broken := page.evaluate(RUN_AXE, where):
                found[name, lang, dark] = broken
        page.evaluate("() => window.model.set('lang', 'ar')")
        page.wait_for_selector(".fcw[lang=ar]")
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
