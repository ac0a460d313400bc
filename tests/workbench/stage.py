"""The workbench's page in a real Chromium, with the real kernel side behind it, and nothing between them but a function call.

What JupyterLab, Notebook and Voila add is tested with them (``test_lab``, ``test_notebook7``, ``test_voila``); here the page's own doings
are, many times faster. The model below keeps to what anywidget promises: get, set, save_changes, on, off, send.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from factcheck.workbench.app import Workbench

HERE = Path(__file__).parent
PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>stage</title><style>body { margin: 8px; }</style></head>'
    '<body data-jp-theme-light="true"><main id="at"></main></body></html>'
)


class Stage:
    """A page that shows a workbench. ``page`` is Playwright's."""

    def __init__(self, page: Any, workbench: Workbench) -> None:
        self.page = page
        self.workbench = workbench
        self._out: list[dict[str, Any]] = []
        workbench.send = self._keep  # type: ignore[method-assign]
        workbench._jobs.loop = lambda: None  # what takes long is done at once: Playwright's own loop is none to come back to
        page.expose_function("py_send", self._receive)
        page.expose_function("py_set", self._set)
        self.show()

    def show(self) -> None:
        """Load the page anew, as a reload does."""
        page, workbench = self.page, self.workbench
        page.goto("about:blank")
        page.set_content(PAGE)
        state = {name: getattr(workbench, name) for name in ("lang", "words", "drafts", "formats", "missing")}
        page.evaluate((HERE / "stage.js").read_text("utf-8"), {**state, "whole": base64.b64encode(workbench._whole()).decode()})
        page.add_style_tag(content=workbench._css)
        page.evaluate(
            """async (esm) => {
                const { default: widget } = await import(URL.createObjectURL(new Blob([esm], { type: "text/javascript" })));
                window.widget = widget;
                widget.initialize({ model: window.model });
                window.cleanUp = widget.render({ model: window.model, el: document.getElementById("at") });
            }""",
            workbench._esm,
        )

    def others(self) -> bool:
        """Look for others' entries, as the kernel does every second."""
        found = self.workbench._look()
        self.page.evaluate("(messages) => window.arrive(messages)", self._take())
        return found

    def _keep(self, content: Any, buffers: Any = None) -> None:
        self._out.append({"content": content, "buffers": [base64.b64encode(bytes(b)).decode() for b in buffers or []]})

    def _take(self) -> list[dict[str, Any]]:
        out, self._out = self._out, []
        return out

    def _receive(self, content: str, buffers: list[str]) -> list[dict[str, Any]]:
        before = (self.workbench.lang, self.workbench.drafts)
        self.workbench._receive(self.workbench, json.loads(content), [base64.b64decode(b) for b in buffers])
        after = (self.workbench.lang, self.workbench.drafts)
        told = self._take()
        if before != after:
            told.insert(0, {"set": {"lang": after[0], "drafts": after[1]}, "buffers": []})
        return told

    def _set(self, values: str) -> None:
        for name, value in json.loads(values).items():
            setattr(self.workbench, name, value)
