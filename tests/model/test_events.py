from __future__ import annotations

import dataclasses
import typing

from factcheck.model import events


def test_every_payload_has_one_name_and_version() -> None:
    assert len(set(events.EVENT_TYPES.values())) == len(events.EVENT_TYPES)
    assert set(typing.get_args(events.Payload)) == set(events.EVENT_TYPES.values())


def test_events_are_frozen() -> None:
    for cls in events.EVENT_TYPES.values():
        assert cls.__dataclass_params__.frozen  # type: ignore[attr-defined]
        assert dataclasses.fields(cls)
