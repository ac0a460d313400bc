"""What a desk keeps folded: its own state, and the states of the cases that were asked for.

A long log is not folded whole: the index of the log names the entries that a case's state is made of, and only those are read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from factcheck.case.fold import Fold
from factcheck.case.state import CaseState, DeskState
from factcheck.ledger.index import DESK_KINDS
from factcheck.ledger.log import Log
from factcheck.ledger.turns import in_turn
from factcheck.model.events import Event

_ERASING = ("body.erased", "log.merged", "key.")  # after these, what was disclosed may be gone
KEPT = 16  # cases whose events stay in memory


class States:
    """The states of one log.

    Args:
        log: entries are read from here, up to where it has read.
        complete: brings in what an event keeps elsewhere, as proposals too large for a disclosure; the fold reads no files.
    """

    def __init__(self, log: Log, complete: Callable[[Event], Event]) -> None:
        self._log = log
        self.lock = log.lock
        self._complete = complete
        self._own = self._folded(log.places_of_desk())
        self._cases: dict[str, Fold] = {}
        self._desk: DeskState | None = None
        self.size = log.size
        """How many entries of the log the states hold."""
        self.turn = 0
        """Goes up whenever a state may have changed."""

    def _folded(self, places: Collection[int]) -> Fold:
        fold = Fold(self._log.root_keys)
        fold.add(self._events(places))
        return fold

    def _events(self, places: Collection[int]) -> Iterable[Event]:
        return (self._complete(event) for event in self._log.events_at(places))

    @in_turn
    def refresh(self, *, anew: bool = False) -> int:
        """Fold what the log has read since; returns how many entries that were.

        Args:
            anew: fields of earlier entries may have come or gone, so fold all that is asked for again.
        """
        new = [self._complete(event) for event in self._log.events(self.size)]
        if not new and not anew:
            return 0
        self.size += len(new)
        self.turn += 1
        self._desk = None
        if anew or any(event.type.startswith(_ERASING) for event in new):  # what was folded before may be gone
            self._own = self._folded(self._log.places_of_desk())
            self._cases.clear()
            return len(new)
        self._own.add(event for event in new if _of_desk(event))
        for id in list(self._cases):
            self._take_in(id, new)
        return len(new)

    def _take_in(self, id: str, new: Iterable[Event]) -> None:
        """Add what concerns a case; when it moves a register that others moved before, the case is folded anew when it is asked for."""
        fold = self._cases[id]
        for event in new:
            known = [register for register in event.on if fold.has(register)]
            if event.case != id and not known and not _of_desk(event):
                continue
            fold.add([event])
            if any(self._log.moved_before(register, event.digest) for register in event.on if register not in known):
                del self._cases[id]
                return

    @in_turn
    def desk(self) -> DeskState:
        """What holds for the desk as a whole."""
        if self._desk is None:
            self._desk = self._own.desk(self.size)
        return self._desk

    @in_turn
    def case(self, id: str) -> CaseState:
        """The state of one case.

        Raises:
            KeyError: no event of this desk opened it.
        """
        fold = self._cases.pop(id, None) or self._case_fold(id)
        self._cases[id] = fold  # at the end: the one that was asked for longest ago goes first
        while len(self._cases) > KEPT:
            del self._cases[next(iter(self._cases))]
        return fold.case(id, self.desk())

    def _case_fold(self, id: str) -> Fold:
        """The desk's own events, which are folded already, with those of a case."""
        fold = Fold(self._log.root_keys)
        fold.add(self._own.events)
        known = {event.index for event in self._own.events}
        fold.add(self._events([place for place in self._log.places_of_case(id) if place not in known]))
        return fold

    @in_turn
    def case_at(self, id: str, entries: int) -> CaseState:
        """The state of a case when the log had so many entries.

        Raises:
            ValueError: the case was not opened by then.
        """
        places = {place for place in (*self._log.places_of_desk(), *self._log.places_of_case(id)) if place < entries}
        fold = self._folded(places)
        desk = fold.desk(min(entries, self.size))
        if id not in desk.cases:
            raise ValueError(f"case {id} was not opened by then: the log had {entries} entries")
        return fold.case(id, desk)


def _of_desk(event: Event) -> bool:
    return any(register.partition(":")[0] in DESK_KINDS for register in event.on)
