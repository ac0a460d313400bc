"""The page on which a stranger checks a file: by mouse, by keyboard, by drop, in both languages, with nothing sent anywhere."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.reports import test_bundle
from tests.reports.conftest import VERIFY_PAGE
from tests.reports.forge import Forge

pytestmark = pytest.mark.browser

VERDICT = {("ar", True): "سليم", ("ar", False): "غير سليم", ("en", True): "It holds", ("en", False): "It does not hold"}


@pytest.fixture(scope="module")
def handed(tmp_path_factory) -> dict[str, Path]:
    """What somebody was handed: a good bundle, a spoilt one, an exported log, a checkpoint."""
    home = tmp_path_factory.mktemp("handed")
    f, people = test_bundle.scene()
    members = f.sealed(test_bundle.with_page(f, people["amal"]), people["amal"])
    files = {
        "good.zip": test_bundle.zipped(members),
        "bad.zip": test_bundle.zipped({**members, "checkpoint": b"x"}),
        "checkpoint": f.note(),
    }
    files["page.html"] = f.page(people["amal"])
    for name, data in files.items():
        (home / name).write_bytes(data)
    f.log(home / "log")
    for path, data in members.items():
        (home / "open" / path).parent.mkdir(parents=True, exist_ok=True)
        (home / "open" / path).write_bytes(data)
    (home / "vkey").write_text(f.verifier.vkey)
    return {path.name: path for path in home.iterdir()}


@pytest.fixture
def window(browser):
    """A fresh window; what it asks of the network, and what its policy had to forbid, are collected."""
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    page = context.new_page()
    page.asked, page.said = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    yield page
    assert [url for url in page.asked if not url.startswith("file:")] == []
    assert page.said == []
    context.close()


def opened(window, lang: str):
    window.goto("about:blank")
    window.goto(f"{VERIFY_PAGE.as_uri()}#{lang}")
    return window


def verdict(window) -> str:
    window.locator("#verdict").wait_for(state="visible")
    return window.locator("#verdict").inner_text()


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_file_is_chosen_and_the_verdict_read(window, handed, lang: str) -> None:
    opened(window, lang)
    assert window.evaluate("document.documentElement.dir") == {"ar": "rtl", "en": "ltr"}[lang]
    for name, good in (("good.zip", True), ("page.html", True), ("bad.zip", False)):
        window.set_input_files("#file", handed[name])
        window.locator("#name", has_text=name).wait_for()
        assert verdict(window).startswith(VERDICT[lang, good])
        assert window.evaluate("document.activeElement.id") == "verdict"
    assert window.locator("td code", has_text="member.changed").count() == 1
    assert window.locator("pre", has_text="factcheck.invalid/").count() == 1


def test_folders_are_chosen(window, handed) -> None:
    opened(window, "en")
    for name in ("log", "open"):
        window.set_input_files("#folder", handed[name])
        assert verdict(window).startswith("It holds")
    assert "bundle of a case" in window.locator("dl").inner_text()


def test_what_is_known_from_elsewhere_is_compared(window, handed) -> None:
    opened(window, "en")
    window.locator("summary").click()
    window.fill("#vkey", handed["vkey"].read_text())
    window.set_input_files("#kept", handed["checkpoint"])
    window.set_input_files("#file", handed["good.zip"])
    assert verdict(window).startswith("It holds")
    assert window.locator("tr.yes").count() == 6
    assert "the key that you entered" in window.locator("#told").inner_text()
    window.fill("#vkey", Forge("x").verifier.vkey)
    window.click("#again")
    window.locator("td code", has_text="header.key").first.wait_for()
    assert "could carry a forged key" in window.locator("#told").inner_text()


def test_everything_is_done_by_keyboard(window, handed) -> None:
    opened(window, "ar")
    reached = []
    for _ in range(12):
        window.keyboard.press("Tab")
        reached.append(window.evaluate("document.activeElement.id || document.activeElement.tagName"))
        if reached[-1] == "en":
            window.keyboard.press("Enter")
            assert window.evaluate("document.documentElement.lang") == "en"
        if reached[-1] == "SUMMARY":
            window.keyboard.press("Enter")
    assert [name for name in ("ar", "en", "file", "folder", "SUMMARY", "vkey", "kept", "again") if name not in reached] == []


def test_a_file_is_dropped(window, handed) -> None:
    import base64

    opened(window, "en")
    data = base64.b64encode(handed["good.zip"].read_bytes()).decode()
    window.evaluate(
        """(data) => {
            const held = new DataTransfer();
            held.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], "<img src=x onerror=alert(1)>.zip"));
            document.dispatchEvent(new DragEvent("drop", { dataTransfer: held, bubbles: true, cancelable: true }));
        }""",
        data,
    )
    assert verdict(window).startswith("It holds")
    assert window.locator("#name").inner_text().startswith("<img"), "a name is text"
    assert window.locator("img").count() == 0


def test_the_language_changes_with_the_result_in_view(window, handed) -> None:
    opened(window, "ar")
    window.set_input_files("#file", handed["bad.zip"])
    assert verdict(window).startswith("غير سليم")
    window.click("#en")
    assert verdict(window).startswith("It does not hold")
    assert "changed after it was sealed" in window.locator("#told").inner_text()


def test_the_page_may_not_reach_the_network(browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(VERIFY_PAGE.as_uri())
    tried = "fetch('https://example.org/').then(() => 'sent', () => 'refused')"
    assert page.evaluate(tried) == "refused"
    assert "default-src 'none'" in (page.locator("meta[http-equiv]").get_attribute("content") or "")
    context.close()


@pytest.mark.parametrize(("lang", "scheme"), [("ar", "light"), ("en", "dark")])
def test_axe_finds_nothing_and_nothing_overflows(browser, handed, lang: str, scheme: str) -> None:
    spec = find_spec("axe_playwright_python")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    axe = Path(next(iter(spec.submodule_search_locations))) / "axe.min.js"
    context = browser.new_context(viewport={"width": 390, "height": 900}, bypass_csp=True, color_scheme=scheme)  # axe itself is a script
    page = context.new_page()
    for name in ("good.zip", "bad.zip"):
        opened(page, lang)
        page.set_input_files("#file", handed[name])
        verdict(page)
        page.locator("summary").click()
        page.add_script_tag(path=str(axe))
        found = page.evaluate("axe.run()")["violations"]
        assert [(v["id"], v["impact"], v["nodes"][0]["html"][:120]) for v in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
