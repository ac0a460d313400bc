"""The workbench in Notebook 7, and as a page of its own (Voila): shorter than the walk, for what these two do otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from factcheck.app import App
from factcheck.case.surroundings import Surroundings, sign_in
from factcheck.lab import Lab
from tests.workbench.conftest import outside, shot
from tests.workbench.hands import Keys, Mouse, key
from tests.workbench.scene import LAST
from tests.workbench.walk import QUOTE, Walk

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("elsewhere")]


@pytest.fixture(scope="module")
def known(lab_environment) -> dict[str, str]:
    """Amal is known on this machine already."""
    user = Surroundings.of_user()
    config, state = Path(lab_environment["FACTCHECK_CONFIG"]), Path(lab_environment["FACTCHECK_STATE"])
    sign_in(Surroundings(config, state, user.clock, user.entropy), name="أمل", newsroom="غرفة الأخبار")
    return lab_environment


class Notebook(Lab):
    """Notebook 7 in the place of JupyterLab."""

    name = "Notebook"
    module = "notebook"
    place = "notebooks"


@pytest.fixture(scope="module")
def notebook(work, known) -> Iterator[Notebook]:
    patch = pytest.MonkeyPatch()
    patch.setenv("JUPYTER_DATA_DIR", known["JUPYTER_DATA_DIR"])
    server = Notebook(work, environment=known)
    try:
        server.start()
        server.run_first_cells("first-check.ipynb")
        yield server
    finally:
        server.stop()
        patch.undo()


def test_notebook_7_does_the_walk_to_a_result_by_keyboard_and_no_key_reaches_a_cell(notebook, new_page, site) -> None:
    page = new_page()
    page.goto(notebook.url("first-check.ipynb"))
    page.wait_for_selector(".fcw-panes", timeout=60_000)
    hand = Keys(page)
    cells = len(json.loads((notebook.folder / "first-check.ipynb").read_text("utf-8"))["cells"])
    hand.cells(cells)
    walk = Walk(hand, "ar", site)
    page.focus(key("claims"))
    claim = hand.claim(LAST)
    hand.done(lambda: hand.press("claim/accept"))
    walk.restate_and_choose(claim)
    walk.attach(claim)
    walk.conclude(claim)
    shot(page, "notebook7")
    for selector in (key("claims"), key("article"), key("inspector/result"), ".fcw-panel"):
        page.focus(selector)
        for press in ("a", "b", "x", "m", "d", "d", "Shift+Enter", "Control+s"):
            page.keyboard.press(press)
    page.locator(".fcw textarea").first.focus()
    page.keyboard.press("Shift+Enter")
    page.wait_for_timeout(300)
    hand.cells(cells)
    assert page.locator(".fcw-panes").count() == 1
    assert outside(page) == []
    assert [error for error in page.errors if "'schema'" not in error] == []  # Notebook's own, on any notebook
    page.close()


@pytest.fixture(scope="module")
def app(work, known) -> Iterator[App]:
    server = App(work, environment=known)
    server.prepare()
    try:
        server.start()
        yield server
    finally:
        server.stop()


def test_the_app_needs_its_token_and_works_where_somebody_worked_last(notebook, app, new_page) -> None:
    page = new_page()
    page.goto(app.address)
    assert page.locator(".fcw").count() == 0
    assert "password" in page.content().lower()
    page.goto(app.url)
    page.wait_for_selector(".fcw-panes", timeout=60_000)
    hand = Mouse(page)
    hand.press("language")
    page.wait_for_selector(".fcw[dir=ltr]")
    hand.claim(LAST)
    hand.tab("evidence")
    hand.see(QUOTE, ".fcw-panel")
    hand.select("جدية بلاده")
    hand.done(lambda: hand.press("bar/mark"))
    shot(page, "voila")
    assert outside(page) == []
    assert page.errors == []
    page.close()


def test_two_kernels_of_the_app_see_each_other_within_seconds(app, new_page) -> None:
    first, second = new_page(), new_page()
    for page in (first, second):
        page.goto(app.url)
        page.wait_for_selector(".fcw-panes", timeout=60_000)
    hand = Mouse(first)
    claim = hand.claim("تم إيلاء الاهتمام")
    hand.done(lambda: hand.press("claim/accept"))
    second.wait_for_selector(f"mark.fcw-accepted[data-claim='{claim}']", state="attached", timeout=10_000)
    assert "Others wrote" in second.inner_text(".fcw-status") or "كتب غيرك" in second.inner_text(".fcw-status")
    for page in (first, second):
        page.close()
