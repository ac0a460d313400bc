"""Acts that wait for a network or take long: done in a thread, on the desk opened once more, so that the workbench goes on meanwhile."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from factcheck.case.background import Background
from factcheck.case.case import Case
from factcheck.case.desk import Desk

LOOK_SECONDS = 0.05  # between two looks at a job


@dataclass(slots=True)
class Run:
    """What an act and the workbench tell each other while it is under way."""

    stop: threading.Event = field(default_factory=threading.Event)  # set when it should end
    done: int = 0
    of: int = 0  # 0: not known


@dataclass(frozen=True, slots=True)
class Later:
    """What a command returns in the place of a value when its act may take long.

    ``act`` is called with the case, on a desk of its own; ``then`` with what it returned, back at the workbench, once that has seen what
    was written.
    """

    act: Callable[[Case, Run], Any]
    then: Callable[[Any], Any] = lambda value: value


@dataclass(slots=True)
class _Job:
    command: str
    run: Run
    background: Background[Any]
    told: tuple[int, int] = (0, 0)


class Jobs:
    """Acts under way, by the request that asked for them.

    Args:
        moved: told in the event loop of a job that got further: request, how many are done, of how many.
    """

    def __init__(self, moved: Callable[[str, int, int], None]) -> None:
        self._under_way: dict[str, _Job] = {}
        self._moved = moved
        self.loop: Callable[[], asyncio.AbstractEventLoop | None] = home_loop()

    def lines(self) -> dict[str, list[Any]]:
        """What is under way: request -> command, how many are done, of how many."""
        return {request: [job.command, *job.told] for request, job in self._under_way.items()}

    def start(self, request: str, command: str, case: Case, later: Later, ended: Callable[[Callable[[], Any]], None]) -> bool:
        """Begin in a thread, if there is an event loop to come back to; returns whether there is.

        Args:
            ended: called in the event loop with a function that gives the act's result or raises what it raised.
        """
        loop = self.loop()
        if loop is None:
            return False
        caught: list[Exception] = []
        run = Run()

        def act(own: Desk, stop: threading.Event) -> Any:
            run.stop = stop
            try:
                return later.act(own.case(case.id), run)
            except Exception as error:  # noqa: BLE001  # raised again where somebody can be told
                caught.append(error)
                return None

        job = self._under_way[request] = _Job(command, run, case.desk.in_background(act))

        def result() -> Any:
            failed = caught[0] if caught else job.background.problem
            if failed:
                raise failed
            return later.then(job.background.result)

        def look() -> None:
            if request not in self._under_way:
                return
            if job.background.running:
                if (now := (run.done, run.of)) != job.told:
                    job.told = now
                    self._moved(request, *now)
                call_later(loop, LOOK_SECONDS, look)
                return
            del self._under_way[request]
            job.background.stop(0)  # nothing at the end of the program waits for it any more
            ended(result)

        call_later(loop, LOOK_SECONDS, look)
        return True

    def stop(self, request: str) -> None:
        """Ask one job to end; what it wrote until then stays, and it is still answered."""
        if job := self._under_way.get(request):
            job.background.stop(0)

    def close(self) -> None:
        """Ask all to end, and answer none of them any more."""
        for job in self._under_way.values():
            job.background.stop(0)
        self._under_way.clear()


def home_loop() -> Callable[[], asyncio.AbstractEventLoop | None]:
    """Where to come back to: the event loop of the cell that is running now, for as long as it runs.

    A page's messages may come in another thread (a subshell of the kernel), whose loop ends with the page.
    """
    home = running_loop()
    return lambda: home if home is not None and home.is_running() else running_loop()


def call_later(loop: asyncio.AbstractEventLoop, seconds: float, work: Callable[[], object]) -> None:
    """Do something in a loop, some time later, whichever thread asks."""
    loop.call_soon_threadsafe(loop.call_later, seconds, work)


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The event loop of a kernel, or None in a script."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
