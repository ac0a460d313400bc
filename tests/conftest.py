"""What scenes are made of: a clock, randomness that can be repeated, a site of pages in memory, a desk with a case on it."""

from __future__ import annotations

import hashlib
import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from tests.ledger.cluster import running

ROOT = Path(__file__).resolve().parents[1]
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("tests")  # a busy machine is slow, not wrong

SEED = ROOT / "data" / "seed" / "almodon-putin-raisi.txt"


class Clock:
    """Aware UTC; every look moves it on by a second. ``set`` moves it anywhere, backwards too."""

    def __init__(self, start: datetime = datetime(2026, 11, 23, 12, tzinfo=UTC)) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def set(self, now: datetime) -> None:
        self.now = now


class Entropy:
    """Bytes that look random and are the same in every run."""

    def __init__(self, seed: str = "scene") -> None:
        self._seed, self._drawn = seed, 0

    def __call__(self, size: int) -> bytes:
        self._drawn += 1
        return hashlib.shake_256(f"{self._seed}/{self._drawn}".encode()).digest(size)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all tests: Playwright starts only once in a process."""
    from tests.browser import ARGUMENTS, find_chromium

    path = find_chromium()
    if path is None and not os.environ.get("FACTCHECK_BROWSER_REQUIRED") and not os.environ.get("CI"):
        pytest.skip("no Chromium found: install one or name it in FACTCHECK_CHROMIUM; python -m tests gets one")
    assert path, "no Chromium: python -m tests gets one"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def entropy() -> Entropy:
    return Entropy()


@pytest.fixture
def around(tmp_path: Path, clock: Clock, entropy: Entropy):
    """The surroundings of a machine of its own: config and state below a temporary folder."""
    from factcheck.case.surroundings import Surroundings

    return Surroundings(tmp_path / "config", tmp_path / "state", clock, entropy)


@pytest.fixture
def desk(tmp_path: Path, around) -> Iterator:
    """A new desk with one person, Amal, at it."""
    from factcheck.case.desk import open_desk

    desk = open_desk(tmp_path / "desk", name="Amal", newsroom="Test Newsroom", around=around)
    yield desk
    desk.close()


@pytest.fixture
def case(desk):
    """The seed article as a case, its claims proposed."""
    return desk.open_case(SEED)


@pytest.fixture
def as_person(desk) -> Callable:
    """Let somebody else act at the desk, as on the same machine: ``as_person("Huda")``."""

    def change(name: str, newsroom: str = "Test Newsroom"):
        known = [info for info in desk.keys.persons() if info.name == name]
        key = desk.keys.open_person(known[0].person) if known else desk.keys.create_person(name, newsroom)
        return desk.act_as(key)

    return change


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The connection's words of a PostgreSQL server of our own."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder, running(Path(folder)) as conninfo:  # a socket's path is short
        yield conninfo


@pytest.fixture
def schema(postgres) -> Iterator[str]:
    """The name of a schema that is not there, and is gone afterwards."""
    name = f"desk_{uuid.uuid4().hex}"
    yield name
    with psycopg.connect(postgres, autocommit=True) as db:
        db.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")
