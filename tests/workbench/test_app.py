"""The kernel side of the workbench without a browser: what the page is told, and what it may ask."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.model.article import Utf16Offsets
from factcheck.notebook import start
from factcheck.workbench import app
from factcheck.workbench.app import Workbench
from factcheck.workbench.commands import COMMANDS
from factcheck.workbench.view import article_view
from factcheck.workbench.words import WORDS
from tests.strategies import texts

HOSTILE = "<img src=x onerror=alert(1)></script>\u202eevil {{7*7}} =cmd()"


@pytest.fixture
def workbench(case):
    workbench = Workbench(case)
    workbench._jobs.loop = lambda: None  # what takes long is done at once; beside a browser a loop runs already
    yield workbench
    workbench.close()


@pytest.fixture
def ask(workbench):
    """Send a command as the page does, with the article that it shows; the answer."""
    sent: list[dict] = []
    workbench.send = lambda content, buffers=None: sent.append(content)
    count = iter(range(1000))

    def ask(command: str, buffers=(), request: str = "", saw=None, **arguments):
        message = {
            "request": request or f"r{next(count)}",
            "command": command,
            "arguments": {"article": digest(workbench.case.text), **arguments},
            "saw": saw or {},
        }
        workbench._receive(workbench, message, list(buffers))
        return sent[-1]

    ask.sent = sent
    return ask


def whole(workbench: Workbench) -> dict:
    """What a page is told when it opens."""
    return json.loads(workbench._whole())


def utf16(text: str, part: str) -> dict:
    start = text.index(part)
    offsets = Utf16Offsets(text)
    return {"start": offsets.to_utf16(start), "end": offsets.to_utf16(start + len(part)), "exact": part}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_what_the_page_is_told_is_plain_json_with_offsets_of_its_own(workbench, case) -> None:
    told = whole(workbench)
    assert told["article"]["dir"] == "rtl"
    assert len(told["claims"]) == len(case.state.proposals)
    units = case.text.encode("utf-16-le")
    for proposal in case.state.proposals:
        row = told["claims"][proposal.id]
        assert units[2 * row["start"] : 2 * row["end"]].decode("utf-16-le") == proposal.claim.text
    last = told["claims"][case.state.proposals[-1].id]
    assert [step.get("unnamed", False) for step in last["printed"]] == [False, True]


def test_an_act_is_in_the_ledger_when_the_answer_says_so_and_only_what_changed_is_told(workbench, ask, case) -> None:
    whole(workbench)
    answer = ask("mark", **utf16(case.text, "جدية بلاده خلال المفاوضات"))
    assert answer["ok"]
    assert answer["entry"] == case.desk.ledger.size - 1
    assert case.state.claims[answer["value"]].value.text == "جدية بلاده خلال المفاوضات"
    told = ask.sent[-2]["tell"]
    assert list(told["claims"]) == [answer["value"]]
    assert "article" not in told
    assert len(json.dumps(told)) < 3_000


def test_what_is_told_bit_by_bit_adds_up_to_the_whole(workbench, ask, case) -> None:
    page = whole(workbench)
    claim = case.state.proposals[-1].id
    ask("accept", ids=[claim])
    ask("check", ids=[claim])
    ask(
        "attach",
        buffers=[b"<p>The two leaders agreed to work on it together.</p>"],
        quote="agreed",
        bears_on=[f"content/{claim}"],
        stance="context",
    )
    ask("verdict", targets=[f"content/{claim}"], rating="unproven", reasons="r", unknown="u")
    ask("undo")
    for message in ask.sent:
        for name, rows in message.get("tell", {}).items():
            if name == "facts":
                page["facts"] |= rows
            elif name != "seq":
                page[name] = {id: row for id, row in {**page[name], **rows}.items() if row is not None}
    page["seq"] = whole(workbench)["seq"]
    assert page == whole(workbench)


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
        ("mark", {"start": 0, "end": 5, "exact": "other"}, "Select it again"),
        ("mark", {"start": "0", "end": 5, "exact": ""}, "must be a number"),
        ("accept", {"ids": "abc"}, "list of texts"),
        ("accept", {"ids": ["abc"]}, "no claim"),
        ("dismiss", {"ids": ["abc"], "because": " "}, "Write the reason"),
        ("merge", {"ids": ["abc"]}, "at least two"),
        ("verdict", {"targets": ["article"], "rating": ""}, "Choose a rating"),
        ("verdict", {"targets": [], "rating": "true"}, "Choose what it bears on"),
        ("attach", {"url": "", "who": ""}, "needs a link"),
        ("search", {"place": "", "queries": "x"}, "where you looked"),
        ("contact", {"who": "x", "question": ""}, "who was asked"),
        ("draft", {"headline": {"ar": " "}}, "needs a headline"),
        ("review", {"decision": "return", "comment": ""}, "needs a comment"),
        ("review", {"decision": "sign_off", "person": "", "name": "", "newsroom": ""}, "no draft"),
        ("report", {"format": "html", "lang": "ar"}, "without reports"),
        ("new_case", {}, "Paste the article"),
        ("printed", {"id": "x", "steps": [{"source": " "}]}, "Every step"),
        ("note", {"id": "x", "note": "a" * 100_001}, "a field holds"),
        ("restate", {"id": "x", "short": {"ar": "a" * 75}}, "fewer than 75"),
    ],
)
def test_what_is_refused_says_why_in_both_languages_and_writes_nothing(ask, case, command, arguments, message) -> None:
    size = case.desk.ledger.size
    answer = ask(command, **arguments)
    assert answer["ok"] is False
    assert message in answer["message"]["en"]
    assert re.search("[\u0621-\u064a]", answer["message"]["ar"])
    assert case.desk.ledger.size == size


@pytest.mark.parametrize(
    ("command", "arguments", "arabic"),
    [
        ("accept", {"ids": ["abc"]}, "لم يعد هذا موجوداً"),
        ("undo", {}, "لا عمل لك يُتراجع عنه"),
        ("redo", {}, "لا عمل لك يُعاد"),
        ("publish", {"url": "https://paper.example/a"}, "مما يمنع النشر"),
        ("publish", {"url": "paper", "despite": "سبب"}, "«\u2068paper\u2069» ليس عنواناً"),
        ("correct", {"kind": "correction", "what": "x"}, "لم يُسجَّل نشر"),
        ("search", {"place": "a", "queries": "b", "on": "أمس الأول"}, "«\u2068أمس الأول\u2069» ليس تاريخاً واضحاً"),
        ("search", {"place": "a", "queries": "b", "on": "3/4/2021"}, "قد يعني «\u20683/4/2021\u2069» يومين"),
        ("describe_article", {"published": "25/13/2026"}, "«\u206825/13/2026\u2069» ليس تاريخاً واضحاً"),
        ("note", {"id": "x", "note": "a" * 100_001}, "100000"),
        ("settle", {"target": "article", "rating": "true", "because": "x"}, "لا نتيجة على هذا الهدف"),
    ],
)
def test_the_real_reason_of_a_refusal_is_said_in_arabic(ask, command, arguments, arabic) -> None:
    assert arabic in ask(command, **arguments)["message"]["ar"]


def test_every_command_answers_nonsense_with_words(ask) -> None:
    for command in [*COMMANDS, "begin", "upload", "open_case", "new_case"]:
        answer = ask(command, id=7, ids=[1], targets=7, start=-1, at="x", exact=None, steps=[7])
        assert answer["ok"] in (True, False)
        assert "Traceback" not in str(answer)


def test_messages_that_are_no_requests_are_ignored(workbench) -> None:
    for content in (None, [], {}, {"request": 7}, {"request": ""}, {"request": "x" * 100}):
        workbench._receive(workbench, content, [])


def test_hostile_text_stays_text_and_its_hidden_characters_are_named(workbench, ask, case) -> None:
    id = ask("attach", buffers=[f"<p>{'x' * 50}</p>".encode()], title=HOSTILE, quote=HOSTILE, note=HOSTILE)["value"]
    assert whole(workbench)["evidence"][id]["title"] == HOSTILE
    case.describe(title=HOSTILE)
    static = workbench._repr_mimebundle_()
    page = (static[0] if isinstance(static, tuple) else static)["text/html"]
    assert "<img" not in page
    assert "<script" not in page
    assert "\u202e" not in page
    assert "U+202E" in page
    assert case.state.evidence[id].value.note == HOSTILE


def test_review_signs_as_somebody_else_and_goes_on_as_who_was_here(ask, case) -> None:
    ask("draft", headline={"ar": "عنوان"}, summary={"ar": "خلاصة"}, conclusion={"ar": "استنتاج"})
    me = case.desk.me.id
    assert "Ask somebody else" in ask("review", decision="sign_off", myself=True)["message"]["en"]
    assert ask("review", decision="sign_off", comment="", person="", passphrase="", name="هدى", newsroom="غرفة")["ok"]
    assert case.desk.me.id == me
    [review] = case.state.reviews.values()
    assert case.state.name_of(review.person) == "هدى"


def test_who_did_not_write_signs_as_who_they_are(ask, case, as_person) -> None:
    ask("draft", headline={"ar": "عنوان"}, summary={"ar": "خلاصة"}, conclusion={"ar": "استنتاج"})
    huda = as_person("Huda")
    assert ask("review", decision="sign_off", myself=True)["ok"]
    [review] = case.state.reviews.values()
    assert review.person == huda.id


def test_a_stale_act_is_refused_with_what_changed_and_done_again_once_seen(workbench, ask, case, around) -> None:
    from factcheck.case.desk import open_desk

    claim = case.state.proposals[0].id
    case.accept([claim])
    with open_desk(case.desk.folder, around=around) as other:
        other.case(case.id).edit(claim, note="elsewhere")
    answer = ask("edit", id=claim, kind="opinion")
    assert not answer["ok"]
    assert answer["conflict"]
    assert "changed after you began" in answer["message"]["en"]
    assert "Amal" in answer["message"]["ar"]
    assert ask("edit", id=claim, kind="opinion")["ok"]


def test_what_was_typed_against_an_older_value_does_not_overwrite_a_newer_one_unseen(workbench, ask, case) -> None:
    claim = case.state.proposals[0].id
    ask("accept", ids=[claim])
    before = whole(workbench)["claims"][claim]["v"]
    ask("restate", id=claim, as_checked={"ar": "أ"}, saw={f"claim:{claim}": before})
    answer = ask("restate", id=claim, as_checked={"ar": "ب"}, saw={f"claim:{claim}": before})
    assert answer["conflict"]
    assert case.state.claims[claim].value.as_checked == {"ar": "أ"}
    now = whole(workbench)["claims"][claim]["v"]
    assert ask("restate", id=claim, as_checked={"ar": "ب"}, saw={f"claim:{claim}": now})["ok"]


def test_others_entries_are_told_at_the_next_look(workbench, ask, case, around) -> None:
    from factcheck.case.desk import open_desk

    whole(workbench)
    assert workbench._watch.look() is False
    claim = case.state.proposals[0].id
    with open_desk(case.desk.folder, around=around) as other:
        other.case(case.id).accept([claim])
    assert workbench._watch.look() is True
    assert ask.sent[-1]["tell"]["claims"][claim]["status"] == "claim"
    assert workbench._watch.look() is False


def test_a_first_result_is_hidden_from_the_second_checker_until_theirs_is_in(workbench, ask, case, as_person) -> None:
    claim = case.state.proposals[-1].id
    target = f"content/{claim}"
    ask("check", ids=[claim])
    ask("blind", on=True)
    ask("verdict", targets=[target], rating="false", reasons="secret reasons", unknown="")
    huda = as_person("Huda")
    ask("refresh")
    [row] = whole(workbench)["verdicts"].values()
    assert row == {"target": target, "hidden": True, "v": row["v"], "by": row["by"]}
    assert "secret" not in json.dumps(whole(workbench))
    assert not any("False" in line["what"]["en"] for line in ask("history", subject="")["value"])
    assert "False" not in workbench._repr_mimebundle_()[0]["text/html"]
    ask("verdict", targets=[target], rating="true", reasons="mine", unknown="")
    rows = whole(workbench)["verdicts"].values()
    assert {row["rating"] for row in rows} == {"false", "true"}
    assert huda.id in {row["by"] for row in rows}


def test_one_result_for_several_claims_is_one_act(ask, case) -> None:
    ids = [proposal.id for proposal in case.state.proposals[:3]]
    ask("check", ids=ids)
    at = case.desk.ledger.size
    assert ask("verdict", targets=[f"content/{id}" for id in ids], rating="unproven", reasons="r", unknown="u")["ok"]
    assert case.desk.ledger.size == at + 3
    ask("undo")
    assert not case.state.verdicts


def test_a_chain_is_established_step_by_step_with_evidence(workbench, ask, case) -> None:
    claim = case.state.proposals[-1].id
    ask("accept", ids=[claim])
    evidence = ask("attach", buffers=[b"<p>Another paper carried the words of the officer.</p>"])["value"]
    printed = whole(workbench)["claims"][claim]["printed"]
    inserted = {"source": "صحيفة أخرى", "mode": "indirect", "source_kind": "outlet", "evidence": [evidence], "said_on": "2021-11-17"}
    assert ask("establish", id=claim, steps=[inserted, printed[1]], because="نشرتها أولاً")["ok"]
    value = case.state.claims[claim].value
    assert [step.source for step in value.established] == ["صحيفة أخرى", value.printed[1].source]
    assert value.established[0].evidence == (evidence,)
    assert value.established[1] == value.printed[1]
    assert "نشرتها أولاً" in case.history()[-1].what["ar"]
    lying = {**printed[1], "source": "غيره", "span": [0, 4]}
    assert not ask("establish", id=claim, steps=[lying])["ok"]
    assert ask("establish", id=claim)["ok"]
    assert case.state.claims[claim].value.established is None


def test_relations_come_and_go(ask, case) -> None:
    first, second = (proposal.id for proposal in case.state.proposals[:2])
    assert ask("relate", id=first, kind="offered_as_proof_of", other=second)["ok"]
    assert [r.claim for r in case.state.claims[first].value.relations] == [second]
    assert not ask("relate", id=first, kind="same_as", other=first)["ok"]
    ask("relate", id=first, kind="offered_as_proof_of", other=second, remove=True)
    assert case.state.claims[first].value.relations == ()


def test_a_file_comes_in_parts(ask, case) -> None:
    page = b"<p>" + b"word " * 200 + b"</p>"
    for at in range(0, len(page), 400):
        assert ask("upload", buffers=[page[at : at + 400]], file="f1", at=at)["ok"]
    id = ask("attach", file="f1", quote="word word")["value"]
    assert case.state.evidence[id].value.capture.length == len(page)


def test_a_passage_is_shown_with_candidates_for_an_orphan_and_placed_by_its_span(ask, case) -> None:
    page = "<p>\U0001f600 قال الوزير إن الجسر يُفتتح يوم الثلاثاء المقبل في حفل صغير.</p>".encode()
    id = ask("attach", buffers=[page], quote="الجسر يفتتح يوم الأربعاء المقبل")["value"]
    passage = ask("passage", id=id)["value"]
    assert passage["place"] is None
    assert passage["candidates"]
    assert passage["dir"] == "rtl"
    chosen = utf16(passage["text"], "الجسر يُفتتح يوم الثلاثاء")
    assert ask("quote", id=id, **chosen)["ok"]
    assert case.state.evidence[id].value.quote.exact == "الجسر يُفتتح يوم الثلاثاء"
    assert case.state.evidence[id].value.anchor.how.value == "placed"


def test_drafts_are_kept_outside_the_desk_until_they_are_sent(workbench, case, around) -> None:
    workbench.drafts = {"ar/x": "نص لم يُرسل", "@x": "abc", "bad": 7}
    [kept] = (around.state / "drafts").glob("*.json")
    assert kept.stat().st_mode & 0o777 == 0o600
    again = Workbench(case)
    assert again.drafts == {"ar/x": "نص لم يُرسل", "@x": "abc"}
    again.drafts = {}
    assert not kept.exists()
    again.close()


def test_the_desk_queues_cases_and_turns_to_another(workbench, ask, case, as_person) -> None:
    other = ask("new_case", text="قال الوزير إن الجسر افتتح أمس. وبلغت كلفته 40 مليون دينار.", outlet="الميناء")["value"]
    assert workbench.case.id == other
    assert whole(workbench)["facts"]["facts"]["outlet"]["value"] == "الميناء"
    ask("draft", headline={"ar": "عنوان"}, summary={"ar": "خلاصة"}, conclusion={"ar": "استنتاج"})
    as_person("Huda")
    lines = ask("queue")["value"]
    assert [(line["id"], line["stage"], line["for_me"]) for line in lines] == [(other, "draft", True), (case.id, "open", False)]
    ask("open_case", id=case.id)
    assert workbench.case.id == case.id


def test_a_place_in_the_article_of_another_case_is_refused(workbench, ask, case) -> None:
    claim = case.state.proposals[0].id
    before = digest(case.text)
    ask("new_case", text=case.text.replace("بوتين", "لافروف"), title="آخر")
    other = workbench.case
    place = utf16(case.text, "الرئيس")
    step = {"source": "الرئيس", "span": [place["start"], place["end"]]}
    acts = {
        "mark": place, "trim": {"id": claim, **place}, "split": {"id": claim, "at": place["start"]},
        "printed": {"id": claim, "steps": [step]}, "establish": {"id": claim, "steps": [step]},
    }  # fmt: skip
    size = case.desk.ledger.size
    for command, arguments in acts.items():
        for named in (before, ""):
            assert "the article of another case" in ask(command, article=named, **arguments)["message"]["en"], command
    assert case.desk.ledger.size == size
    assert other.text != case.text


def test_every_word_is_there_in_both_languages() -> None:
    assert all(ar.strip() and en.strip() for ar, en in WORDS.values())


def test_every_word_that_the_page_asks_for_exists() -> None:
    static = Path(app.__file__).parent / "static"
    asked = {key for part in static.glob("*.js") for key in re.findall(r"\bw\(\s*\"([a-z0-9_-]+)\"", part.read_text("utf-8"))}
    assert len(asked) > 200
    assert asked <= set(WORDS)


def test_the_page_sets_no_markup_anywhere() -> None:
    static = Path(app.__file__).parent / "static"
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|DOMParser|document\.write|\beval\(|new Function|createContextualFragment"
    )
    for part in static.glob("*.js"):
        assert not forbidden.search(part.read_text("utf-8")), part.name


def test_the_script_stays_small_and_asks_for_nothing_outside(workbench) -> None:
    assert len(workbench._esm.encode()) + len(workbench._css.encode()) < 200_000
    assert not re.search(r"https?://(?!www\.w3\.org)", workbench._esm + workbench._css)
    assert not re.search(r"@import|url\(", workbench._css)


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
    assert [answer["ok"] for answer in answers if "ok" in answer] == [False, True]
    assert workbench.case.desk.me.name == "أمل"
    again = start(tmp_path / "desk", article, around=around)
    assert again.case.id == workbench.case.id
    for shown in (workbench, again):
        shown.case.desk.close()
        shown.close()


class Outputs:
    """What a cell shows: in the place of IPython's ``display``, of the handle that it returns, and of the kernel's event loop."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shown: list[dict] = []
        self.later: list[Callable[[], None]] = []
        self.loop = SimpleNamespace(
            call_later=lambda _seconds, do: self.later.append(do), call_soon_threadsafe=lambda do, *given: do(*given)
        )
        monkeypatch.setattr("IPython.display.display", lambda bundle, **_: self.shown.append(bundle) or self)

    def show(self, workbench: Workbench) -> None:
        workbench._jobs.loop = lambda: self.loop
        workbench._ipython_display_()

    def update(self, bundle: dict, **_: object) -> None:
        self.shown[0] = bundle

    @property
    def static(self) -> str:
        """The static view, once what is due later has been done."""
        while self.later:
            self.later.pop()()
        return self.shown[0]["text/html"]


def test_a_cell_shows_a_static_view_beside_the_widget_and_it_follows_the_work(workbench, ask, monkeypatch) -> None:
    outputs = Outputs(monkeypatch)
    outputs.show(workbench)
    live = outputs.shown[1]
    assert "القيد 3" in outputs.static
    for title in ("عنوان", "عنوان جديد"):
        ask("describe", title=title)
    assert len(outputs.later) == 1
    assert "القيد 5" in outputs.static
    assert "عنوان جديد" in outputs.static
    assert "application/vnd.jupyter.widget-view+json" in live
    assert "text/html" not in live


def test_where_nobody_is_known_the_static_view_says_so_and_becomes_the_case(tmp_path, around, monkeypatch) -> None:
    outputs = Outputs(monkeypatch)
    article = tmp_path / "a.txt"
    article.write_text("قال الوزير إن الجسر افتتح أمس.", encoding="utf-8")
    workbench = start(tmp_path / "desk", article, around=around)
    outputs.show(workbench)
    assert "شغّل الخلية لتبدأ" in outputs.static
    workbench._receive(workbench, {"request": "r", "command": "begin", "arguments": {"name": "أمل", "newsroom": "غرفة"}}, [])
    assert "الادعاءات" in outputs.static
    workbench.case.desk.close()
    workbench.close()


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


def test_likely_one_source_is_proposed_with_reasons_and_decided_by_a_person(workbench, ask, case) -> None:
    claim = case.state.proposals[-1].id
    ask("check", ids=[claim])
    story = (
        "<p>وكالة الأفق - قال مسؤول في البلدية إن الجسر افتتح أمس بحضور الوزير وعدد من أعضاء المجلس، وإن كلفته بلغت أربعين مليون دينار.</p>"
    )
    ids = [ask("attach", buffers=[f"<title>{n}</title>{story}".encode()], bears_on=[f"content/{claim}"])["value"] for n in (1, 2)]
    proposed = ask("findings")["value"]["proposed"]
    assert [sorted(source["evidence"]) for source in proposed] == [sorted(ids)]
    assert all(reason["ar"] and reason["en"] for reason in proposed[0]["reasons"])
    assert ask("accept_sources", ids=[proposed[0]["id"]])["ok"]
    assert ask("findings")["value"]["proposed"] == []
    assert len(whole(workbench)["groups"]) == 1


def test_searches_are_offered_to_be_opened_and_recorded_in_one_act(ask, case) -> None:
    claim = case.state.proposals[-1].id
    ask("check", ids=[claim])
    links = ask("search_links", id=claim)["value"]
    assert all(link["url"].startswith("https://") for link in links)
    before = case.desk.ledger.size
    assert ask("record_links", id=claim, urls=[link["url"] for link in links[:2]], target=f"content/{claim}")["ok"]
    assert case.desk.ledger.size > before
    assert {held.value.target for held in case.state.searches.values()} == {f"content/{claim}"}
    assert not ask("record_links", id=claim, urls=["https://elsewhere.example"])["ok"]


def test_messages_in_one_thread_and_looks_in_another_lose_nothing(workbench, case) -> None:
    """As in a kernel whose page talks to a subshell, while its own loop looks for others' entries."""
    sent: list[dict] = []
    workbench.send = lambda content, buffers=None: sent.append(content)
    before, claim, wrong, done = case.desk.ledger.size, case.state.proposals[0].id, [], threading.Event()
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)

    def look() -> None:
        try:
            while not done.is_set():
                workbench._look()
                _ = case.state
        except Exception as error:  # noqa: BLE001  # told by the test
            wrong.append(error)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        for number in range(30):
            command = {"command": "accept", "arguments": {"ids": [claim]}} if number % 2 == 0 else {"command": "undo", "arguments": {}}
            workbench._receive(workbench, {"request": f"turn {number}", "saw": {}, **command}, [])
    finally:
        done.set()
        looking.join(60)
        sys.setswitchinterval(interval)
    assert wrong == []
    assert [each["ok"] for each in sent if "request" in each] == [True] * 30
    assert case.desk.ledger.size == before + 30
    assert [each["tell"]["seq"] for each in sent if "tell" in each] == sorted(each["tell"]["seq"] for each in sent if "tell" in each)
    assert case.desk.verify().ok
