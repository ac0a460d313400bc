"""Small ledgers for the tests of the layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from factcheck.ledger.keys import KeyRing, PersonKey
from factcheck.ledger.ledger import Act, Ledger
from factcheck.ledger.postgres import PostgresStore
from factcheck.ledger.sqlite import SqliteStore
from factcheck.ledger.store import Header, MemoryStore, Store
from factcheck.model import events as ev

CASE = "c" * 32


@dataclass
class Scene:
    """A ledger with Amal introduced, and what made it."""

    ledger: Ledger
    keys: KeyRing
    amal: PersonKey
    path: Path
    heads: Path
    clock: Callable
    entropy: Callable

    def introduce(self, name: str) -> PersonKey:
        key = self.keys.create_person(name, "Newsroom")
        payload = ev.KeyIntroduced(key.key, key.person, key.name, key.newsroom, key.role, key.machine)
        by = self.amal if self.ledger.heads("key:" + self.amal.key.partition(":")[2]) else self.ledger.desk_key
        self.ledger.append([Act(payload, by, "", {"key:" + key.key.partition(":")[2]: ()}, cosigner=key)])
        return key

    def title(self, text: str, actor: PersonKey | None = None, **details) -> ev.Event:
        register = f"case:{CASE}"
        payload = ev.CaseDescribed(text, "ar", "", False)
        return self.ledger.append([Act(payload, actor or self.amal, CASE, {register: self.ledger.heads(register)}, **details)])[0]

    def reopened(self, **details) -> Ledger:
        store = SqliteStore.open(self.path)
        key = self.keys.desk_key(store.header().root_key)
        return Ledger.open(store, desk_key=key, clock=self.clock, entropy=self.entropy, **{"kept_heads": self.heads, **details})


def make(tmp_path: Path, clock: Callable, entropy: Callable, store: Callable[[Header], Store]) -> Scene:
    keys = KeyRing(tmp_path / "config", entropy=entropy)
    heads = tmp_path / "heads"
    ledger = Ledger.create(store, keys.create_desk_key(), clock=clock, entropy=entropy, kept_heads=heads)
    amal = keys.create_person("Amal", "Newsroom")
    scene = Scene(ledger, keys, amal, tmp_path / "ledger.sqlite", heads, clock, entropy)
    payload = ev.KeyIntroduced(amal.key, amal.person, amal.name, amal.newsroom, amal.role, amal.machine)
    ledger.append([Act(payload, ledger.desk_key, "", {"key:" + amal.key.partition(":")[2]: ()}, cosigner=amal)])
    return scene


@pytest.fixture
def scene(tmp_path, clock, entropy) -> Scene:
    scene = make(tmp_path, clock, entropy, lambda header: SqliteStore.create(tmp_path / "ledger.sqlite", header))
    yield scene
    scene.ledger.close()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def any_scene(request, tmp_path, clock, entropy) -> Scene:
    """The same scene on every store."""
    stores = {"memory": MemoryStore, "sqlite": lambda header: SqliteStore.create(tmp_path / "ledger.sqlite", header)}
    if request.param == "postgres":
        conninfo, schema = request.getfixturevalue("postgres"), request.getfixturevalue("schema")
        stores["postgres"] = lambda header: PostgresStore.create(conninfo, header, schema=schema)
    scene = make(tmp_path, clock, entropy, stores[request.param])
    yield scene
    scene.ledger.close()
