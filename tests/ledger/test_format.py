"""The specification names every event type, field and member that the code knows."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from factcheck.model.events import EVENT_TYPES
from tests.tables.event_types import PAGE, TINY, with_hashes, with_table

FORMAT = (Path(__file__).resolve().parents[2] / "factcheck" / "ledger" / "FORMAT.md").read_text("utf-8")


@pytest.mark.parametrize(("name", "version"), EVENT_TYPES)
def test_every_event_type_has_its_table(name: str, version: int) -> None:
    found = re.search(rf"^### `{re.escape(name)}` version {version}\n(.*?)(?=^##)", FORMAT, re.M | re.S)
    assert found, name
    rows = re.findall(r"^\| `(\w+)` \|", found[1], re.M)
    assert rows == [field.name for field in dataclasses.fields(EVENT_TYPES[name, version])]
    assert "**Registers:**" in found[1]
    assert "**Signed by:**" in found[1]
    assert "**Effect:**" in found[1]


@pytest.mark.parametrize("place", [TINY, PAGE], ids=lambda path: path.name)
def test_verifiers_that_stand_alone_know_every_event_type(place: Path) -> None:
    text = place.read_text("utf-8")
    wanted = with_table(text)
    assert (with_hashes(wanted) if place == PAGE else wanted) == text, "run: python tests/tables/event_types.py"
