"""Acts that take long: under way beside the workbench, with how far they are, until they end or are stopped."""

from __future__ import annotations

import heapq
import inspect
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from factcheck.errors import NotAllowedError
from factcheck.evidence.fetch import FetchPolicy, HttpFetcher
from factcheck.workbench import jobs
from factcheck.workbench.app import Workbench
from factcheck.workbench.commands import COMMANDS
from factcheck.workbench.commands.cases import new_case
from factcheck.workbench.jobs import Later, Run
from factcheck.workbench.words import WORDS
from tests.workbench.site import serving


class Loop:
    """A kernel's event loop that goes on only when the test lets it."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    def call_later(self, seconds: float, do: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._due, (time.monotonic() + seconds, self._count, do))

    def call_soon_threadsafe(self, do: Callable[..., None], *given: Any) -> None:
        do(*given)

    def run_until(self, done: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        while not done():
            assert time.monotonic() < end
            if self._due and self._due[0][0] <= time.monotonic():
                heapq.heappop(self._due)[2]()
            else:
                time.sleep(0.005)


class Page:
    """The page's end: what it asks and what it is told."""

    def __init__(self, workbench: Workbench) -> None:
        self.workbench, self.loop, self.told = workbench, Loop(), []
        workbench._jobs.loop = lambda: self.loop  # type: ignore[return-value,assignment]
        workbench.send = lambda content, buffers=None: self.told.append(content)  # type: ignore[method-assign]

    def ask(self, request: str, command: str, /, **arguments: Any) -> None:
        self.workbench._receive(self.workbench, {"request": request, "command": command, "arguments": arguments}, [])

    def of(self, request: str) -> list[dict[str, Any]]:
        return [each for each in self.told if each.get("request") == request]

    def answer(self, request: str) -> dict[str, Any]:
        """The final answer, once it is there."""
        self.loop.run_until(lambda: any("ok" in each for each in self.of(request)))
        [answer] = [each for each in self.of(request) if "ok" in each]
        return answer


@pytest.fixture
def page(case) -> Iterator[Page]:
    workbench = Workbench(case)
    yield Page(workbench)
    workbench.close()


@pytest.fixture
def slow(monkeypatch) -> threading.Event:
    """A command that counts until it is let go or stopped; the event lets it go."""
    go = threading.Event()

    def act(case: Any, run: Run) -> str:
        run.of = 3
        while not go.wait(0.005) and not run.stop.is_set():
            run.done = min(run.done + 1, 2)
        case.describe(title="stopped" if run.stop.is_set() else "done")
        return "value"

    from factcheck.workbench import app

    monkeypatch.setattr(app, "COMMANDS", {**COMMANDS, "slow": lambda _s, _a: Later(act, lambda value: f"then {value}")})
    return go


def test_an_act_under_way_tells_how_far_it_is_and_others_are_done_meanwhile(page, slow, case) -> None:
    page.ask("long", "slow")
    assert page.of("long") == [{"request": "long", "under_way": ["slow", 0, 0]}]
    page.loop.run_until(lambda: page.told[-1].get("under_way") == ["slow", 2, 3])
    page.ask("short", "accept", ids=[case.state.proposals[0].id])
    assert page.answer("short")["ok"]
    assert not any("ok" in each for each in page.of("long"))
    slow.set()
    answer = page.answer("long")
    assert (answer["ok"], answer["value"]) == (True, "then value")
    assert answer["entry"] == case.desk.ledger.size - 1
    assert case.title == "done"
    assert page.told[-2]["tell"]["facts"]["title"] == "done"


def test_an_act_is_stopped_and_what_it_wrote_until_then_stays(page, slow, case) -> None:
    page.ask("long", "slow")
    page.ask("end", "stop", request="long")
    assert page.answer("long")["ok"]
    assert case.title == "stopped"


def test_a_page_that_opens_meanwhile_learns_what_is_under_way_and_when_it_ends(page, slow) -> None:
    page.ask("long", "slow")
    assert json.loads(page.workbench._whole())["under_way"] == {"long": ["slow", 0, 0]}
    slow.set()
    page.answer("long")
    assert json.loads(page.workbench._whole())["under_way"] == {}


def test_the_same_request_again_begins_nothing_anew(page, slow) -> None:
    page.ask("long", "slow")
    page.ask("long", "slow")
    assert [each["under_way"] for each in page.of("long")] == [["slow", 0, 0]] * 2
    assert len(page.workbench._jobs.lines()) == 1
    slow.set()
    page.answer("long")
    page.ask("long", "slow")
    assert page.of("long")[-1]["ok"]


def test_what_an_act_raises_is_told_as_any_refusal(page, case) -> None:
    page.ask("r", "retry", id="no such evidence")
    answer = page.answer("r")
    assert not answer["ok"]
    assert "no evidence" in answer["message"]["en"]
    assert case.desk.ledger.size - 1 == json.loads(page.workbench._whole())["facts"]["entry"]


@pytest.mark.parametrize("error", [NotAllowedError("not here"), RuntimeError("a bug")])
def test_a_failure_of_any_kind_is_answered(page, monkeypatch, error) -> None:
    def act(_case: Any, _run: Run) -> None:
        raise error

    from factcheck.workbench import app

    monkeypatch.setattr(app, "COMMANDS", {"fails": lambda _s, _a: Later(act)})
    page.ask("r", "fails")
    answer = page.answer("r")
    assert not answer["ok"]
    assert answer["message"]["ar"]


def test_closing_the_workbench_stops_what_is_under_way_and_answers_nothing(page, slow) -> None:
    page.ask("long", "slow")
    background = page.workbench._jobs._under_way["long"].background
    page.workbench.close()
    assert background.wait(30)
    before = len(page.told)
    time.sleep(2 * jobs.LOOK_SECONDS)
    page.loop.run_until(lambda: not page.loop._due or page.loop._due[0][0] > time.monotonic())
    assert len(page.told) == before


def test_links_are_attached_one_by_one_with_their_count_and_one_that_is_dead_stops_no_other(case) -> None:
    with serving() as site:
        host = site.removeprefix("http://")
        case.desk.settings = replace(case.desk.settings, allowed_hosts=(host,))
        case.desk.fetcher = HttpFetcher(FetchPolicy(allowed_hosts=frozenset({host})), clock=case.desk.clock)
        workbench = Workbench(case)
        page = Page(workbench)
        claim = case.state.proposals[0].id
        case.accept([claim])
        text = f"انظر {site}/officer ثم {site}/dead."
        page.ask("r", "attach_links", links=text, bears_on=[f"content/{claim}"], stance="refutes")
        assert page.answer("r")["value"] == {"asked": 2, "came": 2, "captured": 1}
        assert [bearing.value.stance for bearing in case.state.bearings.values()] == ["refutes", "refutes"]
        assert ["attach_links", 0, 2] in [each.get("under_way") for each in page.of("r")]
        page.ask("again", "retry")
        assert page.answer("again")["value"] == {"asked": 1, "came": 1, "captured": 0}
        page.ask("check", "recheck")
        assert page.answer("check")["value"] == 2
        assert len(case.state.rechecks) == 2
        workbench.close()


def test_a_new_case_is_opened_beside_and_turned_to_when_it_is_there(page) -> None:
    page.ask("r", "new_case", text="قال الوزير إن الجسر افتتح أمس.", title="الجسر")
    assert page.workbench.case.title != "الجسر"
    assert page.workbench.case.id != page.answer("r")["value"]  # the page is turned before it is answered
    assert page.workbench.case.title == "الجسر"


def test_every_act_that_may_take_long_has_words_for_what_it_does() -> None:
    late = {name for name, act in {**COMMANDS, "new_case": new_case}.items() if "Later" in str(inspect.signature(act).return_annotation)}
    assert {"attach", "attach_links", "recheck", "bundle", "verify", "new_case"} <= late
    assert {f"doing_{name}" for name in late} == {key for key in WORDS if key.startswith("doing_")}
