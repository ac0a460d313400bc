"""``factcheck app``: what it prepares, and what it says when it cannot start."""

from __future__ import annotations

import importlib.util
import re

import pytest

from factcheck.app import TEMPLATES, App, open_app
from factcheck.errors import FactcheckError
from factcheck.notebook import open_desk, resume


def test_without_voila_the_way_to_get_it_is_said(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(FactcheckError, match=r'pip install "factcheck-workbench\[app\]"'):
        open_app(tmp_path, port=0, tell=print, browser=None, environment={})


def test_a_port_that_is_taken_is_told_with_the_way_out(tmp_path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        app = App(tmp_path, port=taken.getsockname()[1], environment={"JUPYTER_RUNTIME_DIR": str(tmp_path / "r")})
        app.prepare()
        with pytest.raises(FactcheckError, match=r"another program holds.*factcheck app --port"):
            app.start()


def test_the_templates_ask_nothing_of_servers_elsewhere() -> None:
    for path in TEMPLATES.rglob("*.*"):
        assert not re.search(r"(?:src|href)=\"https?://", path.read_text("utf-8")), path


def test_work_is_resumed_on_the_case_where_somebody_worked_last(tmp_path, around) -> None:
    article = tmp_path / "a.txt"
    article.write_text("قال الوزير إن الجسر افتتح أمس.", encoding="utf-8")
    assert "nobody" in repr(resume(tmp_path / "desk", article, around=around))
    with open_desk(tmp_path / "desk", name="Amal", newsroom="N", around=around) as desk:
        first = desk.open_case("قال الوزير إن الجسر افتتح أمس.").id
        desk.open_case("وقال الناطق إن الكلفة بلغت 40 مليون دينار.")
        desk.case(first).describe(title="resumed")
    shown = resume(tmp_path / "desk", article, around=around)
    assert shown.case.title == "resumed"
    shown.case.desk.close()
    shown.close()
