"""Checks Ed25519 signatures, in other processes when there are many: run as ``python -m factcheck.ledger._signatures``.

Signatures take most of the time of a verification, and Python's threads do not share it out. A child reads batches from its standard
input, each a count and so many times public key, signature, length and text, and answers with a byte for each: 1 when it is right. What no
child takes in time is checked here.
"""

from __future__ import annotations

import os
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from factcheck.ledger.checkpoint import Verifier

WORTH_IT = 2_000  # signatures; for fewer the children cost more than they save
BATCH = 250
WAITING = 4  # batches before each child
MOST = 8  # children

Job = tuple[int, bytes, bytes, bytes]
"""Number, public key, signature, text."""

_COUNT = struct.Struct(">I")
_HEAD = struct.Struct(">32s64sI")


class SignatureChecks:
    """Signatures being checked while the caller goes on.

    Args:
        children: how many processes beside this one; one for each further processor without it.
    """

    def __init__(self, children: int | None = None) -> None:
        self._children = min(MOST, (os.cpu_count() or 1) - 1) if children is None else children
        self._started = False
        self._workers: list[_Worker] = []
        self._batch: list[Job] = []
        self._wrong: list[int] = []
        self._count = 0

    def add(self, public: bytes, signature: bytes, text: bytes) -> int:
        """Have a signature checked; returns its number, which ``wrong`` names if it is not right."""
        number = self._count
        self._count += 1
        if len(signature) != 64:
            self._wrong.append(number)
            return number
        self._batch.append((number, public, signature, text))
        if len(self._batch) == BATCH:
            self._hand_out()
        return number

    def _hand_out(self) -> None:
        batch, self._batch = self._batch, []
        if not self._started and self._count >= WORTH_IT:
            self._started = True
            self._workers = [worker for _ in range(self._children) if (worker := _Worker.start())]
        if not any(worker.takes(batch) for worker in self._workers):
            self._wrong += faulty(batch)

    def wrong(self) -> list[int]:
        """The numbers of those that are not right, in order; asked once. What a child did not answer is checked here."""
        self._hand_out()
        for worker in self._workers:
            self._wrong += worker.finish()
        self._workers = []
        return sorted(self._wrong)

    def close(self) -> None:
        """Stop children that are still at work."""
        for worker in self._workers:
            worker.kill()


class _Worker(threading.Thread):
    """A child, and the thread that waits for it."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        super().__init__(daemon=True)
        self._child = child
        self._todo: queue.Queue[list[Job] | None] = queue.Queue(WAITING)
        self._undone: list[Job] = []
        self._wrong: list[int] = []
        self._lost = False

    @classmethod
    def start(cls) -> _Worker | None:  # type: ignore[override]
        """A worker that is running; None when there is no room or no right to start a process."""
        places = [str(Path(__file__).parents[2]), *(place for place in sys.path if place)]  # where this process finds its modules
        try:
            child = subprocess.Popen(  # our own interpreter and module, no shell
                [sys.executable, "-P", "-m", "factcheck.ledger._signatures"],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(places)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            return None
        worker = cls(child)
        threading.Thread.start(worker)
        return worker

    def takes(self, batch: list[Job]) -> bool:
        """Whether it has room for a further batch."""
        if self._lost:
            return False
        try:
            self._todo.put_nowait(batch)
        except queue.Full:
            return False
        return True

    def run(self) -> None:
        while (batch := self._todo.get()) is not None:
            answer = b""
            if not self._lost:
                with suppress(OSError, ValueError):
                    assert self._child.stdin is not None
                    assert self._child.stdout is not None
                    _send(self._child.stdin, batch)
                    answer = self._child.stdout.read(len(batch))
            if len(answer) != len(batch) or answer.strip(b"\x00\x01"):
                self._lost = True
                self._undone += batch
            else:
                self._wrong += [job[0] for job, right in zip(batch, answer, strict=True) if not right]

    def finish(self) -> list[int]:
        """The numbers of those that are not right, when all batches are answered."""
        self._todo.put(None)
        self.join()
        self.kill()
        return self._wrong + faulty(self._undone)

    def kill(self) -> None:
        self._child.kill()
        with suppress(OSError):
            self._child.communicate()


def faulty(jobs: Iterable[Job]) -> list[int]:
    """The numbers of the signatures that are not right."""
    return [number for number, public, signature, text in jobs if not Verifier("", public).accepts(text, signature)]


def _send(to: IO[bytes], batch: Sequence[Job]) -> None:
    parts = [_COUNT.pack(len(batch))]
    for _, public, signature, text in batch:
        parts += (_HEAD.pack(public, signature, len(text)), text)
    to.write(b"".join(parts))
    to.flush()


def main() -> None:
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while len(count := source.read(_COUNT.size)) == _COUNT.size:
        jobs = []
        for number in range(_COUNT.unpack(count)[0]):
            public, signature, length = _HEAD.unpack(source.read(_HEAD.size))
            jobs.append((number, public, signature, source.read(length)))
        wrong = set(faulty(jobs))
        target.write(bytes(number not in wrong for number in range(len(jobs))))
        target.flush()


if __name__ == "__main__":
    main()
