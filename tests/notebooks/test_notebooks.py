"""Notebooks run top to bottom in a fresh kernel, offline, and are kept without outputs."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from factcheck.lab import WORKBENCH_TAG, prepare

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

pytestmark = pytest.mark.filterwarnings("ignore")  # of the kernel's own libraries: they are not ours to mend


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(path: Path) -> None:
    for cell in nbformat.read(path, as_version=4).cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_the_first_notebook_shows_the_workbench_in_its_first_cell() -> None:
    cells = [c for c in nbformat.read(ROOT / "notebooks" / "first-check.ipynb", as_version=4).cells if c.cell_type == "code"]
    assert WORKBENCH_TAG in cells[0].metadata.tags


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_offline_and_again_on_the_same_desk(path: Path, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("FACTCHECK_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("FACTCHECK_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # whoever asks the network in spite of us is told no
    if path.stem == "first-check":
        from factcheck.case.surroundings import Surroundings, sign_in

        sign_in(Surroundings.of_user(), name="Amal", newsroom="Test")
    prepare(tmp_path / "work")
    times = 2 if path.stem == "first-check" else 1
    for _ in range(times):
        book = nbformat.read(tmp_path / "work" / path.name, as_version=4)
        NotebookClient(book, timeout=120, resources={"metadata": {"path": str(tmp_path / "work")}}).execute()
    words = str([cell.get("outputs") for cell in book.cells])
    assert "whole: True" in words
    assert "reports/" in words
