"""What a desk takes from the world around it: the user's folders, clock and randomness, and who of this machine's people sits down."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import platformdirs

from factcheck.errors import KeyUnavailableError, isolate
from factcheck.ledger.keys import KeyRing, PersonKey

HEADS = "heads"  # in the user's state folder


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a desk takes from the world: folders of the user, clock and randomness; tests hand in their own."""

    config: Path  # keys, 0700
    state: Path  # kept heads
    clock: Callable[[], datetime]  # aware UTC
    entropy: Callable[[int], bytes]

    @classmethod
    def of_user(cls) -> Surroundings:
        """The user's own; ``FACTCHECK_CONFIG`` and ``FACTCHECK_STATE`` name other folders."""
        config = os.environ.get("FACTCHECK_CONFIG") or platformdirs.user_config_dir("factcheck", appauthor=False)
        state = os.environ.get("FACTCHECK_STATE") or platformdirs.user_state_dir("factcheck", appauthor=False)
        return cls(Path(config), Path(state), lambda: datetime.now(UTC), os.urandom)


def sign_in(around: Surroundings, *, name: str = "", newsroom: str = "", passphrase: str | None = None) -> PersonKey:
    """The key of a person of this machine, made now when the name is new; remembered as the one who worked here last.

    Raises:
        KeyUnavailableError: see ``open_desk``.
    """
    keys = KeyRing(around.config, entropy=around.entropy)
    passphrase = passphrase if passphrase is not None else os.environ.get("FACTCHECK_PASSPHRASE")
    known = keys.persons()
    last = around.state / "last-person"
    if name:
        fitting = [info for info in known if name in (info.name, info.person) and newsroom in ("", info.newsroom)]
    elif len(known) > 1 and last.exists():
        fitting = [info for info in known if info.person == last.read_text("utf-8").strip()]
    else:
        fitting = known
    names = ", ".join(isolate(info.name) for info in known)
    if not name and not known:
        raise KeyUnavailableError('Nobody has worked on this machine yet. Say who you are with name="..." and newsroom="...".')
    if len(fitting) > 1 or (not fitting and not name):
        raise KeyUnavailableError(f"Several persons work on this machine: {names}. Say who you are with name=... (and newsroom=...).")
    if not fitting and not newsroom:
        raise KeyUnavailableError(f"{isolate(name)} is new on this machine (known: {names or 'nobody'}). Add newsroom=...")
    person = keys.open_person(fitting[0].person, passphrase) if fitting else keys.create_person(name, newsroom, passphrase=passphrase)
    try:
        around.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        last.write_text(person.person, "utf-8")
    except OSError:
        pass  # a convenience only: next time the name is asked for again
    return person
