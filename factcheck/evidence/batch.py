"""Many addresses at once: different hosts side by side, one host a page after the other and with pauses; one bad link is not a bad run."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

from factcheck.evidence.fetch import Ask, Fetched, Fetcher

T = TypeVar("T")
LONGEST_PAUSE = 2.0  # seconds between two requests to one host


@dataclass(slots=True)
class _Host:
    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0


class PoliteFetcher:
    """A fetcher that asks one host for one page at a time, and then leaves it alone for as long as it took to answer."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._hosts: dict[str, _Host] = {}

    def fetch(self, url: str, ask: Ask | None = None) -> Fetched:
        """See ``Fetcher.fetch``."""
        host = self._hosts.setdefault(host_of(url), _Host())
        with host.lock:
            time.sleep(max(0.0, host.free_at - time.monotonic()))
            started = time.monotonic()
            try:
                return self._fetcher.fetch(url) if ask is None else self._fetcher.fetch(url, ask)
            finally:
                ended = time.monotonic()
                host.free_at = ended + min(LONGEST_PAUSE, ended - started)


def host_of(url: str) -> str:
    """Host and port of an address; the address itself when it has none."""
    with suppress(ValueError):
        return urlsplit(url.strip()).netloc.rpartition("@")[2].lower() or url
    return url


@dataclass(frozen=True, slots=True)
class _Failed:
    error: BaseException


def visit(urls: Sequence[str], act: Callable[[str], T], *, at_once: int) -> Generator[tuple[int, T]]:
    """Do the same with many addresses, each host's in their order; yields position and result as they come.

    Args:
        act: called in several threads; raises only what should end the whole run.
        at_once: how many hosts are visited at once.

    When the caller stops early, what is under way comes to its end unheard and nothing new is begun.
    """
    by_host: dict[str, list[int]] = {}
    for position, url in enumerate(urls):
        by_host.setdefault(host_of(url), []).append(position)
    waiting: queue.SimpleQueue[list[int]] = queue.SimpleQueue()
    for positions in by_host.values():
        waiting.put(positions)
    done: queue.SimpleQueue[tuple[int, T | _Failed]] = queue.SimpleQueue()
    stopped = threading.Event()

    def work() -> None:
        while not stopped.is_set():
            try:
                positions = waiting.get_nowait()
            except queue.Empty:
                return
            for position in positions:
                if stopped.is_set():
                    return
                try:
                    done.put((position, act(urls[position])))
                except BaseException as error:  # noqa: BLE001  # raised again where the results are taken
                    done.put((position, _Failed(error)))
                    return

    for _ in range(min(at_once, len(by_host))):
        threading.Thread(target=work, name="factcheck-links", daemon=True).start()
    try:
        for _ in urls:
            position, result = done.get()
            if isinstance(result, _Failed):
                raise result.error
            yield position, result
    finally:
        stopped.set()
