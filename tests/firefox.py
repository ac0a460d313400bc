"""A Firefox driven by Marionette, the protocol it brings itself: no further program is needed."""

# ruff: noqa: E501 - preferences read as a table
from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

NAMES = ("firefox-esr", "firefox")
PREFERENCES = {
    "datareporting.policy.dataSubmissionEnabled": False, "toolkit.telemetry.enabled": False, "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False, "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,", "browser.safebrowsing.update.enabled": False, "extensions.update.enabled": False,
}  # fmt: skip


def find_firefox() -> str | None:
    """The path of a Firefox, or None; ``FACTCHECK_FIREFOX`` names one."""
    named = os.environ.get("FACTCHECK_FIREFOX")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


class Marionette:
    """One session with one window."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        self._read = self._socket.makefile("rb")
        self._number = 0
        self._take()
        self.call("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {}}})
        self.call("WebDriver:SetTimeouts", {"script": 110_000})

    def call(self, name: str, arguments: dict[str, Any]) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, name, arguments]).encode()
        self._socket.sendall(str(len(message)).encode() + b":" + message)
        _, _, error, result = self._take()
        if error:
            raise RuntimeError(f"{name}: {error['error']}: {error['message']}")
        return result

    def _take(self) -> Any:
        length = b""
        while (byte := self._read.read(1)) != b":":
            if not byte:
                raise RuntimeError("Firefox hung up")
            length += byte
        return json.loads(self._read.read(int(length)))

    def goto(self, url: str) -> None:
        self.call("WebDriver:Navigate", {"url": url})

    def run(self, script: str, *arguments: Any) -> Any:
        """The value of an asynchronous function's body in the page; its arguments are ``given``."""
        body = "const done = arguments[arguments.length - 1], given = Array.from(arguments).slice(0, -1);"
        body += f"(async () => {{{script}}})().then(done, (error) => done({{failed: String(error)}}));"
        value = self.call("WebDriver:ExecuteAsyncScript", {"script": body, "args": list(arguments), "sandbox": None})["value"]
        if isinstance(value, dict) and "failed" in value:
            raise RuntimeError(value["failed"])
        return value

    def close(self) -> None:
        with suppress(RuntimeError, OSError):
            self.call("Marionette:Quit", {"flags": ["eForceQuit"]})
        self._read.close()
        self._socket.close()


@contextmanager
def firefox(path: str) -> Iterator[Marionette]:
    """A Firefox without a window, in a profile of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="firefox", ignore_cleanup_errors=True) as home:
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in {**PREFERENCES, "marionette.port": port}.items()]
        (Path(home) / "user.js").write_text("\n".join(lines), "utf-8")
        process = subprocess.Popen(
            [path, "--headless", "--marionette", "--no-remote", "--profile", home], env={**os.environ, "HOME": home, "MOZ_CRASHREPORTER_DISABLE": "1"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            session = _connected(port, process)
            try:
                yield session
            finally:
                session.close()
        finally:
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            if process.poll() is None:
                process.kill()
                process.wait()


def _connected(port: int, process: subprocess.Popen[bytes]) -> Marionette:
    for _ in range(240):
        if process.poll() is not None:
            raise RuntimeError(f"Firefox ended with {process.returncode} before it could be asked anything")
        try:
            return Marionette(port)
        except OSError:
            time.sleep(0.25)
    raise RuntimeError("Firefox did not answer within a minute")
