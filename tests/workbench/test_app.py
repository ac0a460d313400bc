"""The kernel side of the workbench without a browser: what the page is told, and what it may ask."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.model.article import Utf16Offsets
from factcheck.notebook import start
from factcheck.workbench.app import COMMANDS, Workbench
from factcheck.workbench.view import article_view
from factcheck.workbench.words import WORDS
from tests.strategies import texts

HOSTILE = "<img src=x onerror=alert(1)></script>\u202eevil {{7*7}} =cmd()"


@pytest.fixture
def workbench(case):
    workbench = Workbench(case)
    yield workbench
    workbench.close()


@pytest.fixture
def ask(workbench):
    """Send a command as the page does; the answer."""
    answers: list[dict] = []
    workbench.send = lambda content, buffers=None: answers.append(content)
    count = iter(range(1000))

    def ask(command: str, buffers=(), request: str = "", **arguments):
        workbench._receive(workbench, {"request": request or f"r{next(count)}", "command": command, "arguments": arguments}, list(buffers))
        return answers[-1]

    return ask


def utf16(text: str, part: str) -> dict:
    start = text.index(part)
    offsets = Utf16Offsets(text)
    return {"start": offsets.to_utf16(start), "end": offsets.to_utf16(start + len(part)), "exact": part}


def test_what_the_page_is_told_is_plain_json(workbench) -> None:
    assert json.loads(json.dumps(workbench.view)) == workbench.view
    assert workbench.article["dir"] == "rtl"
    assert len(workbench.view["claims"]) == len(workbench.case.state.proposals)
    first = workbench.view["claims"][-1]
    assert [step["named"] for step in first["printed"]] == [True, False]
    assert "مصدر لم يُسمَّ" in first["why"]


def test_an_act_is_in_the_ledger_when_the_answer_says_so(workbench, ask, case) -> None:
    answer = ask("mark", **utf16(case.text, "جدية بلاده خلال المفاوضات"))
    assert answer["ok"]
    assert answer["entry"] == case.desk.ledger.size - 1
    assert case.state.claims[answer["value"]].value.text == "جدية بلاده خلال المفاوضات"
    assert any(c["id"] == answer["value"] for c in workbench.view["claims"])


def test_the_same_request_twice_is_done_once(ask, case) -> None:
    size = case.desk.ledger.size
    first = ask("mark", request="same", **utf16(case.text, "جدية بلاده"))
    again = ask("mark", request="same", **utf16(case.text, "جدية بلاده"))
    assert first == again
    assert case.desk.ledger.size == size + 1


@pytest.mark.parametrize(
    ("command", "arguments", "message"),
    [
        ("rm", {}, "no command"),
        ("__class__", {}, "no command"),
        ("mark", {"start": 0, "end": 5, "exact": "other"}, "select it again"),
        ("mark", {"start": "0", "end": 5, "exact": ""}, "start and an end"),
        ("accept", {"ids": "abc"}, "list of texts"),
        ("accept", {"ids": ["abc"]}, "no claim"),
        ("verdict", {"target": "article", "rating": ""}, "choose a rating"),
        ("attach", {"url": "", "who": ""}, "needs a link"),
        ("review", {"decision": "sign_off", "person": "", "name": "", "newsroom": ""}, "name and a newsroom"),
        ("report", {"format": "html", "lang": "ar"}, "without reports"),
    ],
)
def test_what_is_refused_says_why_and_writes_nothing(ask, case, command, arguments, message) -> None:
    size = case.desk.ledger.size
    answer = ask(command, **arguments)
    assert answer["ok"] is False
    assert message in answer["message"]
    assert case.desk.ledger.size == size


def test_every_command_answers_nonsense_with_words(ask) -> None:
    for command in COMMANDS:
        answer = ask(command, id=7, ids=[1], targets=7, start=-1, at="x", exact=None)
        assert answer["ok"] in (True, False)
        assert "Traceback" not in str(answer)


def test_messages_that_are_no_requests_are_ignored(workbench) -> None:
    for content in (None, [], {}, {"request": 7}, {"request": "x" * 100}):
        workbench._receive(workbench, content, [])


def test_hostile_text_stays_text(workbench, ask, case) -> None:
    [id] = [ask("attach", buffers=[f"<p>{'x' * 50}</p>".encode()], title=HOSTILE, quote=HOSTILE, note=HOSTILE)["value"]]
    assert workbench.view["evidence"][0]["title"] == HOSTILE
    case.describe(title=HOSTILE)
    static = Workbench(case)._repr_mimebundle_()
    page = (static[0] if isinstance(static, tuple) else static)["text/html"]
    assert "<img" not in page
    assert "<script" not in page
    assert case.state.evidence[id].value.note == HOSTILE


def test_review_signs_as_somebody_else_and_goes_on_as_who_was_here(ask, case) -> None:
    ask("draft", headline_ar="عنوان", summary_ar="خلاصة", conclusion_ar="استنتاج", headline_en="", summary_en="", conclusion_en="")
    me = case.desk.me.id
    assert ask("review", decision="sign_off", comment="", person="", passphrase="", name="هدى", newsroom="غرفة")["ok"]
    assert case.desk.me.id == me
    [review] = case.state.reviews.values()
    assert case.state.name_of(review.person) == "هدى"


def test_a_stale_act_is_refused_and_the_page_is_told_what_is_so_now(workbench, ask, case, around) -> None:
    from factcheck.case.desk import open_desk

    claim = case.state.proposals[0].id
    case.accept([claim])
    with open_desk(case.desk.folder, around=around) as other:
        other.case(case.id).edit(claim, note="elsewhere")
    answer = ask("edit_kind", id=claim, kind="opinion")
    assert not answer["ok"]
    assert "moved after you last looked" in answer["message"]
    assert ask("edit_kind", id=claim, kind="opinion")["ok"]


def test_the_language_switches_words_and_ratings(workbench, ask) -> None:
    assert workbench.view["scales"]["content"][0]["label"] == "صحيح"
    ask("language")
    assert workbench.lang == "en"
    assert workbench.view["scales"]["content"][0]["label"] == "True"


def test_every_word_is_there_in_both_languages() -> None:
    assert all(ar.strip() and en.strip() for ar, en in WORDS.values())


def test_a_machine_that_knows_nobody_is_welcomed_and_then_works(tmp_path, around) -> None:
    article = tmp_path / "a.txt"
    article.write_text("قال الوزير إن الجسر افتتح أمس.", encoding="utf-8")
    workbench = start(tmp_path / "desk", article, around=around)
    answers: list[dict] = []
    workbench.send = lambda content, buffers=None: answers.append(content)
    with pytest.raises(ValueError, match="who you are"):
        _ = workbench.case
    for name in ("", "أمل"):
        workbench._receive(workbench, {"request": f"r{name}", "command": "begin", "arguments": {"name": name, "newsroom": "غرفة"}}, [])
    assert [answer["ok"] for answer in answers] == [False, True]
    assert workbench.case.desk.me.name == "أمل"
    again = start(tmp_path / "desk", article, around=around)
    assert again.case.id == workbench.case.id
    for shown in (workbench, again):
        shown.case.desk.close()
        shown.close()


@given(texts.filter(lambda text: text.strip()))
def test_the_article_is_told_whole(text: str) -> None:
    view = article_view(text, "ar")
    assert view["text"] == text
    assert json.loads(json.dumps(view)) == view


@given(texts.filter(bool), st.data())
def test_a_selection_of_the_page_arrives_as_the_same_characters(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    units = text.encode("utf-16-le")
    offsets = Utf16Offsets(text)
    a, b = len(text[:start].encode("utf-16-le")) // 2, len(text[:end].encode("utf-16-le")) // 2
    assert units[2 * a : 2 * b].decode("utf-16-le") == text[offsets.to_code_points(a) : offsets.to_code_points(b)]
