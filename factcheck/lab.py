"""Start JupyterLab on the starter notebook, with the workbench already there.

A folder of the user's is prepared (notebook and article are copied, never over a file that is there), a server started on this machine
only, and the notebook's first cells are run in the kernel that the page will connect to. So the page opens on a live workbench; the
notebook is signed as trusted, because its output was made by this very run.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.blocking.client import BlockingKernelClient
from nbformat.sign import NotebookNotary

from factcheck.errors import FactcheckError

NOTEBOOK = "first-check.ipynb"
WORKBENCH_TAG = "workbench"  # the last cell that is run before the page opens
START_SECONDS = 60
CELL_SECONDS = 120


def starter(*parts: str) -> Path:
    """A file of the starter: in the installed package, or at the top of a checkout."""
    installed = Path(str(files("factcheck"))) / "starter"
    base = installed if installed.is_dir() else Path(str(files("factcheck"))).parent
    path = base.joinpath(*parts)
    if not path.exists():
        raise FactcheckError(f"The starter file {'/'.join(parts)} is missing from this installation. Install factcheck-workbench again.")
    return path


def prepare(folder: Path) -> Path:
    """Copy what the first check needs into a folder of the user's; returns the notebook's path.

    Raises:
        FactcheckError: the folder cannot be written.
    """
    wanted = {
        NOTEBOOK: starter("notebooks", NOTEBOOK),
        "practice.ipynb": starter("notebooks", "practice.ipynb"),
        "almodon-putin-raisi.txt": starter("data", "seed", "almodon-putin-raisi.txt"),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, source in wanted.items():
            if not (folder / name).exists():
                shutil.copyfile(source, folder / name)
        if not (folder / "practice").exists():
            shutil.copytree(starter("data", "practice"), folder / "practice")
    except OSError as error:
        raise FactcheckError(f"Cannot prepare {folder}: {error.strerror}. Name a folder you may write to: factcheck lab FOLDER") from error
    return folder / NOTEBOOK


class Server:
    """A server of Jupyter's as a process of our own, on the loopback address, with a token."""

    name = "JupyterLab"
    command = "lab"  # of factcheck, for what an error says

    def __init__(self, folder: Path, *, port: int = 0, environment: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.port = port or _free_port()
        self.token = secrets.token_urlsafe(24)
        self._environment = {**os.environ, **(environment or {}), "JUPYTER_TOKEN": self.token}
        self._process: subprocess.Popen[bytes] | None = None
        self.log = folder / ".jupyter.log"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def arguments(self) -> list[str]:
        """What stands behind the interpreter on the command line."""
        raise NotImplementedError

    def answers(self) -> None:
        """Return when the server answers.

        Raises:
            OSError: it does not, yet.
        """
        self._api("GET", "/api/status")

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            FactcheckError: the port is taken, or it did not come up; then the message holds its last words.
        """
        another = f"Choose another port: factcheck {self.command} --port 8899"
        if not _is_free(self.port):
            raise FactcheckError(f"{self.name} was to start on port {self.port}, which another program holds. {another}")
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter, no shell
                [sys.executable, *self.arguments()],
                env={**self._environment, "JUPYTER_CONFIG_PATH": self._quiet()},
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=self.folder,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                self.answers()
            except OSError:
                time.sleep(0.1)
            else:
                return
        self.stop()
        last = "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-5:])
        raise FactcheckError(f"{self.name} did not start on port {self.port}:\n{last}\n{another}")

    def _quiet(self) -> str:
        """A folder of configuration, searched first, under which JupyterLab asks no server for news, nor the person."""
        folder = self.folder / ".jupyter"
        (folder / "labconfig").mkdir(parents=True, exist_ok=True)
        page = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
        (folder / "labconfig" / "page_config.json").write_text(json.dumps(page), "utf-8")
        return os.pathsep.join(filter(None, (str(folder), self._environment.get("JUPYTER_CONFIG_PATH"))))

    def stop(self) -> None:
        """Shut the server and its kernels down."""
        if self._process is None or self._process.poll() is not None:
            return
        try:
            self._api("POST", "/api/shutdown")
            self._process.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def wait(self) -> None:
        """Stay until the server ends."""
        if self._process is not None:
            self._process.wait()

    def _api(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(  # noqa: S310  # our own server, http on the loopback address
            self.address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as answer:
            data = answer.read()
        return json.loads(data) if data.startswith((b"{", b"[")) else None


class Lab(Server):
    """JupyterLab on a folder."""

    module = "jupyterlab"
    place = "lab/tree"  # where it shows a notebook

    def url(self, notebook: str) -> str:
        """The address of the page with a notebook open, token included."""
        return f"{self.address}/{self.place}/{notebook}?token={self.token}"

    def arguments(self) -> list[str]:
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        return [
            "-m",
            self.module,
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.folder}",
            "--ServerApp.open_browser=False",
            "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
            "--LabApp.extension_manager=readonly",
            *(["--allow-root"] if root else []),
        ]

    def run_first_cells(self, notebook: str) -> None:
        """Open the notebook's session and run its cells up to the workbench; outputs are written into the file, which is then trusted.

        Raises:
            FactcheckError: a cell failed; the message is the cell's.
        """
        path = self.folder / notebook
        book = nbformat.read(path, as_version=4)
        session = self._api(
            "POST", "/api/sessions", {"path": notebook, "name": notebook, "type": "notebook", "kernel": {"name": "python3"}}
        )
        client = BlockingKernelClient(connection_file=str(self._connection_file(session["kernel"]["id"])))
        client.load_connection_file()
        client.start_channels()
        try:
            _wait_for_kernel(client)
            for cell in book.cells:
                if cell.cell_type == "code":
                    _run_cell(client, cell)
                if WORKBENCH_TAG in cell.metadata.get("tags", []):
                    break
        finally:
            client.stop_channels()
        beside = path.with_name(path.name + ".part")
        nbformat.write(book, beside)
        beside.replace(path)
        NotebookNotary().sign(nbformat.read(path, as_version=4))

    def _connection_file(self, kernel: str) -> Path:
        from jupyter_core.paths import jupyter_runtime_dir

        path = Path(self._environment.get("JUPYTER_RUNTIME_DIR", jupyter_runtime_dir())) / f"kernel-{kernel}.json"
        deadline = time.monotonic() + START_SECONDS
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        return path


def _wait_for_kernel(client: BlockingKernelClient) -> None:
    """Wait until the kernel answers; on a busy machine a heartbeat that is late is no death."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            client.wait_for_ready(timeout=START_SECONDS)
        except RuntimeError as error:
            if time.monotonic() > deadline:
                raise FactcheckError(f"The notebook's kernel did not start within {START_SECONDS} s: {error}") from error
            time.sleep(0.2)
        else:
            return


def _run_cell(client: BlockingKernelClient, cell: Any) -> None:
    outputs: list[Any] = []

    def keep(message: dict[str, Any]) -> None:
        if message["header"]["msg_type"] in ("execute_result", "display_data", "stream", "error"):
            outputs.append(nbformat.v4.output_from_msg(message))

    reply = client.execute_interactive(cell.source, output_hook=keep, timeout=CELL_SECONDS, allow_stdin=False)
    cell.outputs = outputs
    cell.execution_count = reply["content"].get("execution_count")
    if reply["content"]["status"] == "error":
        raise FactcheckError(f"The notebook's first cells could not be run: {reply['content'].get('evalue', '')}")


def open_lab(
    folder: Path, *, port: int, tell: Callable[[str], None], browser: Callable[[str], object] | None, environment: dict[str, str]
) -> None:
    """Prepare, start, run, tell the address, and stay until the server ends or Ctrl-C."""
    notebook = prepare(folder)
    lab = Lab(folder, port=port, environment=environment)

    def ready() -> str:
        lab.run_first_cells(notebook.name)
        return lab.url(notebook.name)

    serve(lab, ready, tell=tell, browser=browser)


def serve(server: Server, ready: Callable[[], str], *, tell: Callable[[str], None], browser: Callable[[str], object] | None) -> None:
    """Start a server, tell the address that ``ready`` gives, and stay until the server ends, Ctrl-C, or this program is told to end."""
    first = threading.current_thread() is threading.main_thread()  # only that one may say what a signal does
    before = signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT)) if first else None
    try:
        server.start()
        url = ready()
        tell(url)
        if browser is not None:
            browser(url)
        server.wait()
    except KeyboardInterrupt:
        tell("")
    finally:
        server.stop()
        if first:
            signal.signal(signal.SIGTERM, before)


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as sock:
        if os.name == "posix":  # a port whose last connections linger is free; elsewhere the option means something else
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
