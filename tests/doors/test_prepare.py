"""What ``factcheck lab`` puts into a person's folder, and that it never writes over their work."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from factcheck.errors import FactcheckError
from factcheck.lab import Lab, prepare, starter

ROOT = Path(__file__).resolve().parents[2]


def test_a_folder_is_prepared_once_and_a_changed_file_stays(tmp_path) -> None:
    notebook = prepare(tmp_path / "w")
    assert notebook.name == "first-check.ipynb"
    assert (tmp_path / "w" / "almodon-putin-raisi.txt").read_text("utf-8").startswith("اعتبر الرئيس")
    notebook.write_text("mine", "utf-8")
    prepare(tmp_path / "w")
    assert notebook.read_text("utf-8") == "mine"


def test_a_missing_starter_file_says_what_to_do() -> None:
    with pytest.raises(FactcheckError, match="Install factcheck-workbench again"):
        starter("data", "no-such-file")


def test_a_folder_that_cannot_be_made_is_named(tmp_path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(FactcheckError, match="factcheck lab FOLDER"):
        prepare(tmp_path / "file" / "w")


def test_a_port_that_is_taken_is_told_with_the_way_out(tmp_path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        prepare(tmp_path)
        lab = Lab(tmp_path, port=taken.getsockname()[1], environment={"JUPYTER_RUNTIME_DIR": str(tmp_path / "r")})
        with pytest.raises(FactcheckError, match=r"another program holds.*--port"):
            lab.start()


@pytest.mark.parametrize("ended", [signal.SIGINT, signal.SIGTERM])
def test_the_command_prints_an_address_and_ends_with_its_server(tmp_path, ended) -> None:
    environment = {
        **os.environ, "FACTCHECK_CONFIG": str(tmp_path / "c"), "FACTCHECK_STATE": str(tmp_path / "s"), "PYTHONPATH": str(ROOT),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "r"), "JUPYTER_DATA_DIR": str(tmp_path / "d"), "IPYTHONDIR": str(tmp_path / "i"),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "j"),
    }  # fmt: skip
    command = [sys.executable, "-m", "factcheck", "lab", str(tmp_path / "w"), "--name", "أمل", "--newsroom", "غرفة", "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, cwd=tmp_path)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert "http://127.0.0.1:" in line, line + process.stdout.read()
    assert "first-check.ipynb?token=" in line
    time.sleep(0.2)
    process.send_signal(ended)
    assert process.wait(90) == 0
    with socket.socket() as sock:
        assert sock.connect_ex(("127.0.0.1", int(line.split("127.0.0.1:")[1].split("/")[0]))) != 0
    process.stdout.close()
    assert (tmp_path / "w" / "desk" / "ledger.sqlite").exists()
    assert "application/vnd.jupyter.widget-view+json" in (tmp_path / "w" / "first-check.ipynb").read_text("utf-8")
