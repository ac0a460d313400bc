"""Threads take turns: a notebook's cells, the page's messages and timers may call from different ones."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
Lock = threading.RLock
"""The thread that has it may take it again: a turn may call what takes one."""


class _Locked(Protocol):
    @property
    def lock(self) -> AbstractContextManager[Any]: ...


S = TypeVar("S", bound=_Locked)


def in_turn(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """A method during which no other thread is in a turn of the same ``lock``."""

    def turn(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.lock:
            return method(self, *args, **kwargs)

    return update_wrapper(turn, method)
