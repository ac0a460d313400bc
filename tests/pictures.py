"""The pictures of the workbench in the README: ``python -m tests.pictures``. Needs what the tests need, and pillow."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from factcheck.case.surroundings import Surroundings
from factcheck.notebook import open_desk
from tests.browser import ARGUMENTS, find_chromium
from tests.conftest import SEED
from tests.workbench.hands import Mouse, key
from tests.workbench.scene import LAST, full
from tests.workbench.stage import Stage

FOLDER = Path(__file__).resolve().parents[1] / "data" / "pictures"
COLOURS = 64  # of a picture; enough for text and a few tints, and a third of the size


def main() -> None:
    """Write workbench-ar.png and workbench-en.png."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as base, sync_playwright() as playwright:
        around = Surroundings(Path(base, "config"), Path(base, "state"), lambda: datetime(2026, 11, 23, 12, tzinfo=UTC), os.urandom)
        desk = open_desk(Path(base, "desk"), name="أمل", newsroom="غرفة الأخبار", around=around)
        case = desk.open_case(SEED)
        full(case)
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        for lang, tab in (("ar", "claim"), ("en", "result")):
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            workbench = case.workbench()
            workbench.lang = lang
            Stage(page, workbench)
            page.wait_for_selector(".fcw-item")
            hand = Mouse(page)
            hand.claim(LAST)
            hand.press("bar/chain")
            hand.tab(tab)
            page.focus(key("claims"))
            page.wait_for_timeout(300)
            taken = Image.open(BytesIO(page.locator(".fcw").screenshot()))
            small = taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            small.save(FOLDER / f"workbench-{lang}.png", optimize=True)
            print(FOLDER / f"workbench-{lang}.png", (FOLDER / f"workbench-{lang}.png").stat().st_size // 1024, "kB")
            workbench.close()
            page.close()
        browser.close()
        desk.close()


if __name__ == "__main__":
    main()
