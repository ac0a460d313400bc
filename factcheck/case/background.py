"""Work that takes long, in a thread beside the notebook: it opens the desk for itself, so that neither waits for the other."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Generic, Self, TypeVar

from factcheck.errors import FactcheckError

T = TypeVar("T")


class Background(Generic[T]):
    """One piece of work under way; made by ``Desk.in_background``. Whoever shows a case calls ``case.refresh()`` to see what it wrote."""

    def __init__(self, opened: Callable[[], AbstractContextManager[Any]], act: Callable[[Any, threading.Event], T]) -> None:
        self.result: T | None = None  # when it came to its end
        self.problem: FactcheckError | ValueError | None = None  # when it did not
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(opened, act), name="factcheck-background", daemon=True)
        self._thread.start()
        atexit.register(self.stop)

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for its end, or that long; whether it has ended."""
        self._thread.join(seconds)
        return not self.running

    def stop(self, seconds: float = 60.0) -> None:
        """Ask it to end, and wait for that: a question to a server that is under way is waited for, but no longer than ``seconds``."""
        self._stop.set()
        self._thread.join(seconds)
        atexit.unregister(self.stop)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self, opened: Callable[[], AbstractContextManager[Any]], act: Callable[[Any, threading.Event], T]) -> None:
        try:
            with opened() as own:
                self.result = act(own, self._stop)
        except (FactcheckError, ValueError) as error:
            self.problem = error
