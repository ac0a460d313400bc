"""What a desk takes from the world around it: the user's folders, clock and randomness, and who of this machine's people sits down."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import platformdirs

from factcheck.errors import KeyUnavailableError, isolate
from factcheck.ledger.keys import KeyRing, PersonInfo, PersonKey, alike

HEADS = "heads"  # in the user's state folder
LAST = "last-person"  # who sits at this machine, in the same folder
MAKE = "factcheck key new NAME NEWSROOM on the command line, name=... and newsroom=... in a notebook."
SAY_WHO = "Say who you are by name or id: --as on the command line, name=... in a notebook."


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


def sign_in(
    around: Surroundings, *, name: str = "", newsroom: str = "", passphrase: str | None = None, remember: bool = False
) -> PersonKey:
    """The key of a person of this machine, made now when the name is new.

    Args:
        name: or the id, or its start; without it the only person there is, or the one who is remembered.
        remember: this is who sits here from now on; the first person of a machine is, without being asked.

    Raises:
        KeyUnavailableError: see ``open_desk``.
    """
    keys = KeyRing(around.config, entropy=around.entropy)
    passphrase = passphrase if passphrase is not None else os.environ.get("FACTCHECK_PASSPHRASE")
    known = keys.persons()
    last = around.state / LAST
    if name:
        fitting = [info for info in known if _means(info, name) and (not newsroom or alike(newsroom, info.newsroom))]
    elif len(known) > 1 and last.exists():
        fitting = [info for info in known if info.person == last.read_text("utf-8").strip()]
    else:
        fitting = known
    names = ", ".join(f"{isolate(info.name)} ({isolate(info.newsroom)}, {info.person[:8]})" for info in fitting or known)
    if not name and not known:
        raise KeyUnavailableError(f"Nobody has worked on this machine yet. Say who you are: {MAKE}")
    if len(fitting) > 1 or (not fitting and not name):
        raise KeyUnavailableError(f"Several persons of this machine may be meant: {names}. {SAY_WHO}")
    if not fitting and not newsroom:
        raise KeyUnavailableError(f"{isolate(name)} is new on this machine (known: {names or 'nobody'}). Add the newsroom: {MAKE}")
    person = keys.open_person(fitting[0].person, passphrase) if fitting else keys.create_person(name, newsroom, passphrase=passphrase)
    if remember or not last.exists():
        try:
            around.state.mkdir(parents=True, exist_ok=True, mode=0o700)
            last.write_text(person.person, "utf-8")
        except OSError:
            pass  # a convenience only: next time the name is asked for again
    return person


def _means(info: PersonInfo, name: str) -> bool:
    """Whether somebody's name, id or at least eight digits of it are given."""
    return alike(name, info.name) or (len(name) >= 8 and info.person.startswith(name))
