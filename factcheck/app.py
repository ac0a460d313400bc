"""The workbench as a page of its own, without a notebook around it: Voila with a template that asks nothing of servers elsewhere.

Each page that is opened gets a kernel of its own; they meet in the ledger. The address holds a token, since Voila has no log-in.
"""

from __future__ import annotations

import importlib.util
import os
import urllib.request
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import nbformat

from factcheck.errors import FactcheckError
from factcheck.lab import Server, prepare, serve

TEMPLATES = Path(str(files("factcheck"))) / "workbench" / "jupyter"  # a Jupyter data folder: voila/templates/factcheck
PAGE = "workbench.ipynb"
ARTICLE = "almodon-putin-raisi.txt"


class App(Server):
    """Voila on the one notebook that shows the workbench of a folder's desk."""

    name = "The app"
    command = "app"

    def __init__(self, folder: Path, *, port: int = 0, environment: dict[str, str] | None = None) -> None:
        super().__init__(folder, port=port, environment=environment)
        self._environment["JUPYTER_PATH"] = os.pathsep.join(filter(None, (str(TEMPLATES), self._environment.get("JUPYTER_PATH"))))
        self._notebook = folder / ".app" / PAGE

    @property
    def url(self) -> str:
        """The address of the page, token included."""
        return f"{self.address}/?token={self.token}"

    def arguments(self) -> list[str]:
        return [
            "-m",
            "voila",
            str(self._notebook),
            "--no-browser",
            "--template=factcheck",
            "--Voila.ip=127.0.0.1",
            f"--Voila.port={self.port}",
            "--Voila.port_retries=0",
            f"--Voila.token={self.token}",
            "--VoilaConfiguration.allow_template_override=NO",
        ]

    def answers(self) -> None:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.address}/static/", timeout=30):
            pass

    def prepare(self) -> None:
        """Write the page's notebook; it opens the desk where somebody worked last."""
        source = (
            "import factcheck\n"
            f"factcheck.resume({str(self.folder / 'desk')!r}, {str(self.folder / ARTICLE)!r})"
        )  # fmt: skip
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
        self._notebook.parent.mkdir(mode=0o700, exist_ok=True)
        nbformat.write(book, self._notebook)


def open_app(
    folder: Path, *, port: int, tell: Callable[[str], None], browser: Callable[[str], object] | None, environment: dict[str, str]
) -> None:
    """Prepare the folder as for ``factcheck lab``, start, tell the address, and stay until the server ends or Ctrl-C.

    Raises:
        FactcheckError: Voila is not installed, or did not start.
    """
    if importlib.util.find_spec("voila") is None:
        raise FactcheckError(
            'The app needs the package voila, which is not installed. Install it with: pip install "factcheck-workbench[app]"'
        )
    prepare(folder)
    app = App(folder, port=port, environment=environment)
    app.prepare()
    serve(app, lambda: app.url, tell=tell, browser=browser)
