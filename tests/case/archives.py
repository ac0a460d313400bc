"""A desk whose archives are the local server, and whose every other address is a host that does not exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from factcheck.case.desk import Desk
from factcheck.errors import FetchError
from factcheck.evidence.fetch import Ask, Fetched, FetchPolicy, HttpFetcher
from factcheck.evidence.memento import Archive
from tests.conftest import Clock
from tests.evidence.archive_server import Archives
from tests.evidence.site import Site


class Outside:
    """Fetches from the local server; ``pages`` are a site in memory, all else is no host."""

    def __init__(self, server: Archives, clock: Callable[[], datetime], pages: Site | None = None) -> None:
        self.pages = pages or Site({})
        self._server = server.host
        policy = FetchPolicy(allowed_hosts=frozenset({server.host}), max_bytes=2_000_000, total_seconds=3)
        self._http = HttpFetcher(policy, clock=clock)

    def fetch(self, url: str, ask: Ask | None = None) -> Fetched:
        if url.startswith(f"http://{self._server}/"):
            return self._http.fetch(url, ask)
        if url in self.pages.pages:
            return self.pages.fetch(url)
        raise FetchError(f"Could not fetch {url}: there is no such host.", url=url, code="dns")


def use_archives(desk: Desk, server: Archives, archives: Iterable[Archive]) -> None:
    """Let a desk ask these archives, and nobody else."""
    desk.settings = replace(desk.settings, archives=tuple(archives), allowed_hosts=(server.host,))
    desk.fetcher = Outside(server, desk.clock)


class Nap:
    """Lets time pass on a scene's clock instead of sleeping; stops after ``most`` naps, since a test that never ends tells nothing."""

    def __init__(self, clock: Clock, most: int = 2000) -> None:
        self._clock, self._left = clock, most
        self.slept: list[float] = []

    def __call__(self, seconds: float) -> bool:
        self._clock.now += timedelta(seconds=seconds)
        self.slept.append(seconds)
        self._left -= 1
        return self._left < 0
