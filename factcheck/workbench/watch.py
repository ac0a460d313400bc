"""Others at the same desk: a look at the ledger's size every second or so, from the kernel's own event loop."""

from __future__ import annotations

import asyncio
import logging
import weakref
from collections.abc import Callable
from pathlib import Path

from factcheck.errors import FactcheckError
from factcheck.workbench.jobs import call_later

EVERY_SECONDS = 1.0
log = logging.getLogger(__name__)


class Watch:
    """Calls back when the ledger's file has changed since the last look.

    A look is one ``stat`` of the file: nothing is read while nobody writes. Without a running event loop (a script, a test) it stays
    still, and the refresh button does the same.

    Args:
        path: the ledger's file; None when it lies on a server, then every look calls back.
        changed: told to look; held weakly, so that a forgotten workbench is let go.
        loop: where to look (see ``jobs.home_loop``).
    """

    def __init__(self, path: Path | None, changed: Callable[[], object], loop: Callable[[], asyncio.AbstractEventLoop | None]) -> None:
        self._path = path
        self._loop = loop
        self._on = False
        self._changed = weakref.WeakMethod(changed)
        self._seen = self._stamp()

    def start(self) -> None:
        loop = self._loop()
        self._on = loop is not None
        if loop is not None:
            call_later(loop, EVERY_SECONDS if self._path else 3 * EVERY_SECONDS, self._tick)

    def stop(self) -> None:
        self._on = False

    def look(self) -> bool:
        """Look once; returns whether there was something to tell."""
        stamp = self._stamp()
        if stamp is not None and stamp == self._seen:
            return False
        self._seen = stamp
        changed = self._changed()
        return bool(changed and changed())

    def _tick(self) -> None:
        if not self._on or self._changed() is None:
            return
        try:
            self.look()
        except FactcheckError as error:  # a file that is locked or gone for a moment: the next look may find it again
            log.warning("could not look for others' entries: %s", error)
        if self._on:
            self.start()

    def _stamp(self) -> tuple[int, int] | None:
        if self._path is None:
            return None
        try:
            found = self._path.stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_size)
