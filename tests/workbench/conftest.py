"""Browsers, and JupyterLab with a workbench in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from factcheck.lab import Lab, prepare
from factcheck.workbench.app import Workbench
from tests.browser import find_chromium
from tests.workbench.hands import Keys, Mouse
from tests.workbench.site import serving
from tests.workbench.stage import Stage

CHROMIUM = find_chromium()
ROOT = Path(__file__).resolve().parents[2]
SHOTS = os.environ.get("FACTCHECK_SHOTS")
LOOPBACK = ("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:", "about:")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests need a browser; where the test command runs them, there is one."""
    if CHROMIUM is None and not os.environ.get("FACTCHECK_BROWSER_REQUIRED") and not os.environ.get("CI"):
        skip = pytest.mark.skip(reason="no Chromium found: install one or name it in FACTCHECK_CHROMIUM; python -m tests gets one")
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(skip)


@pytest.fixture(scope="session")
def new_page(browser) -> Callable[..., Any]:
    """A page that notes what it asked for and what went wrong in it."""

    def make(**options: Any) -> Any:
        page = browser.new_page(**{"viewport": {"width": 1500, "height": 1100}, **options})
        page.asked, page.errors = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("websocket", lambda socket: page.asked.append(socket.url))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        return page

    return make


def outside(page: Any) -> list[str]:
    """What a page asked of anything but this machine."""
    return [url for url in page.asked if not url.startswith(LOOPBACK)]


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture(scope="module")
def lab_environment(tmp_path_factory) -> dict[str, str]:
    """Folders of their own for everything that Jupyter and factcheck keep."""
    base = tmp_path_factory.mktemp("lab")
    names = {
        "FACTCHECK_CONFIG": "config", "FACTCHECK_STATE": "state", "JUPYTER_RUNTIME_DIR": "runtime", "JUPYTER_CONFIG_DIR": "jupyter",
        "JUPYTER_DATA_DIR": "data", "IPYTHONDIR": "ipython", "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }  # fmt: skip
    return {**{name: str(base / folder) for name, folder in names.items()}, "PYTHONPATH": str(ROOT), "HOME": str(base)}


@pytest.fixture(scope="module")
def work(tmp_path_factory, site) -> Path:
    """A prepared folder whose desk may fetch from the site."""
    folder = tmp_path_factory.mktemp("work")
    prepare(folder)
    (folder / "desk").mkdir()
    (folder / "desk" / "factcheck.toml").write_text(f'allowed_hosts = ["{site.removeprefix("http://")}"]\n', "utf-8")
    return folder


@pytest.fixture(scope="module")
def lab(work, lab_environment) -> Iterator[Lab]:
    patch = pytest.MonkeyPatch()
    patch.setenv("JUPYTER_DATA_DIR", lab_environment["JUPYTER_DATA_DIR"])  # where the trust of a notebook is remembered
    lab = Lab(work, environment=lab_environment)
    try:
        lab.start()
        lab.run_first_cells("first-check.ipynb")
        yield lab
    finally:
        lab.stop()
        patch.undo()


def shot(page: Any, name: str, what: str = ".fcw") -> None:
    """A picture to look at, outside the repository: FACTCHECK_SHOTS names the folder."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.locator(what).first.screenshot(path=f"{SHOTS}/{name}.png")


@pytest.fixture
def bare_page(new_page):
    """A page without anything; afterwards it must have asked nothing outside and thrown nothing."""
    page = new_page()
    page.set_default_timeout(30_000)
    yield page
    assert page.errors == []
    assert outside(page) == []
    page.close()


@pytest.fixture
def workbench(case):
    workbench = Workbench(case, export=lambda case, format, lang: case.desk.folder / f"{format}-{lang}", formats=("html", "csv"))
    yield workbench
    workbench.close()


@pytest.fixture
def stage(bare_page, workbench) -> Stage:
    stage = Stage(bare_page, workbench)
    bare_page.wait_for_selector(".fcw-panes")
    return stage


@pytest.fixture
def mouse(stage) -> Mouse:
    return Mouse(stage.page)


@pytest.fixture
def keys(stage) -> Keys:
    return Keys(stage.page)
