"""Untrusted bytes are read in a child process with limits, since parsers are never clean: this side of it.

A child that stops, takes too long or is cut off gives what it had said until then, with the problem; the next page gets a new one.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

CHILD_SECONDS = 40.0  # wall clock for one page; the child limits its own processor time to 20 s
_SCRIPT = Path(__file__).with_name("_extract_child.py")
_MANY = 200  # pages of one child
_LARGE = 1_000_000  # bytes of a page after which a child has grown enough


class ChildReader:
    """Reads one page after the other in a child; starting a child takes longer than reading most pages. For one thread."""

    def __init__(self, *, once: bool = False) -> None:
        self._once = once
        self._child: subprocess.Popen[bytes] | None = None
        self._pages = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def read(self, what: str, data: bytes, **details: Any) -> dict[str, Any]:
        """What the child says of some bytes, with ``problem`` when it did not come to an end.

        Args:
            what: page, article, pdf or mhtml: which reading of ``_extract_child``.
        """
        child = self._child or self._start()
        late = threading.Event()

        def kill() -> None:
            late.set()
            child.kill()

        watch = threading.Timer(CHILD_SECONDS, kill)
        watch.daemon = True
        watch.start()
        answer: dict[str, Any] = {}
        ended = False
        try:
            assert child.stdin is not None
            assert child.stdout is not None
            request = {"what": what, "length": len(data), **details}
            with suppress(BrokenPipeError):
                child.stdin.write(json.dumps(request).encode() + b"\n" + data)
                child.stdin.flush()
            while (line := child.stdout.readline()).endswith(b"\n"):  # else it was cut
                if line == b"end\n":
                    ended = True
                    break
                answer.update(json.loads(line))
        finally:
            watch.cancel()
        self._pages += 1
        if not ended:
            self.close()
            answer["problem"] = "reading took too long" if late.is_set() else f"the reader stopped with code {child.returncode}"
        elif self._once or self._pages >= _MANY or len(data) > _LARGE:
            self.close()
        return answer

    def close(self) -> None:
        """Let the child go."""
        child, self._child, self._pages = self._child, None, 0
        if child is not None:
            with suppress(OSError):
                child.stdin.close()  # type: ignore[union-attr]
            try:
                child.wait(1)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            child.stdout.close()  # type: ignore[union-attr]

    def _start(self) -> subprocess.Popen[bytes]:
        self._child = subprocess.Popen(  # noqa: S603  # our own interpreter and module, no shell
            [sys.executable, "-P", "-B", str(_SCRIPT)],
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return self._child


class ReaderPool:
    """A few children that several threads share; each has a page at a time."""

    def __init__(self, size: int = 0) -> None:
        self._idle: queue.SimpleQueue[ChildReader] = queue.SimpleQueue()
        self._size = size or min(4, os.cpu_count() or 1)
        self._closed = False
        for _ in range(self._size):
            self._idle.put(ChildReader())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def read(self, what: str, data: bytes, **details: Any) -> dict[str, Any]:
        """See ``ChildReader.read``; waits until a child is free."""
        reader = self._idle.get()
        try:
            return reader.read(what, data, **details)
        finally:
            if self._closed:  # somebody stopped early, and this page was still under way
                reader.close()
            self._idle.put(reader)

    def close(self) -> None:
        """Let the children go, those that read at this moment when they are done."""
        self._closed = True
        for _ in range(self._size):
            try:
                reader = self._idle.get_nowait()
            except queue.Empty:
                return
            reader.close()
            self._idle.put(reader)


Reader = ChildReader | ReaderPool


def read_once(what: str, data: bytes, **details: Any) -> dict[str, Any]:
    """Read in a child of its own, which nothing read before could have changed."""
    with ChildReader(once=True) as reader:
        return reader.read(what, data, **details)


def _environment() -> dict[str, str]:
    """The child finds its modules where this process does, wherever that started, and never in the folder a person works in."""
    places = [str(Path(__file__).parents[2]), *(place for place in sys.path if place)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(places)}
