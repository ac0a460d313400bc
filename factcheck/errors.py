"""Every exception of the package.

::

    FactcheckError
    ├── ExtractionError            bytes that hold no article: empty, binary, undecodable, too large
    ├── AnchorError                a quote that is nowhere, or in several places
    ├── FetchError                 one address could not be brought; go on with the next
    │   ├── AddressRefusedError    the desk's policy forbids it (private address, scheme, port)
    │   └── FetchLimitError        too large, too slow, too many redirects
    ├── SourceUnavailableError     a service as a whole does not answer; stop asking it
    ├── LedgerError                the ledger cannot be opened or written
    │   ├── LedgerConflictError    what an act replaces has moved since; nothing was written
    │   ├── IntegrityError         stored bytes do not match their hash, proof or signature
    │   └── RollbackError          the ledger is older than the head kept outside it; signing is refused
    ├── DateError                  what somebody typed as a date is none, or may be two
    ├── KeyUnavailableError        a private key is missing, locked, or readable by others
    ├── NotAllowedError            a rule of the desk or of review forbids the act
    └── ReportError                a report cannot be made

Wrong use of a function is ``ValueError`` or ``TypeError``. A message says what was asked, what was found, and what to do; the facts
also travel as attributes, the cause with ``from``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def isolate(text: str) -> str:
    """Wrap foreign text in U+2068 and U+2069, so that its direction does not spill into the message around it."""
    return f"\u2068{text}\u2069"


class FactcheckError(Exception):
    """The root of the tree. Keyword arguments become attributes."""

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.facts = facts
        for name, value in facts.items():
            setattr(self, name, value)

    @property
    def _render_traceback_(self) -> Callable[[], list[str]]:
        """How IPython shows it in a cell: one readable line, once; ``%tb`` then shows the whole trace.

        Raises:
            AttributeError: the line was shown, so that IPython shows the trace itself.
        """
        if self.__dict__.get("_told"):
            raise AttributeError("_render_traceback_")

        def tell() -> list[str]:
            self.__dict__["_told"] = True
            return [f"{type(self).__name__}: {self}", "(%tb shows where it happened)"]

        return tell


class ExtractionError(FactcheckError):
    """Bytes that hold no readable article."""


class AnchorError(FactcheckError):
    """A quote that does not stand in a text, or stands there more than once; ``nearest`` lists candidates for a person.

    ``code``, where a text was searched: absent, several, inside-word, across-lines, reordered.
    """


class FetchError(FactcheckError):
    """One address could not be brought; ``url`` and ``code`` say which and why."""


class AddressRefusedError(FetchError):
    """The desk's policy forbids this address."""


class FetchLimitError(FetchError):
    """A page is larger, slower or further away than the desk's limits."""


class SourceUnavailableError(FactcheckError):
    """A whole service does not answer; do not ask it again now."""


class LedgerError(FactcheckError):
    """The ledger cannot be opened, read or written."""


class LedgerConflictError(LedgerError):
    """Something that the act replaces has moved since it was read; nothing was written. ``registers`` names what moved."""


class IntegrityError(LedgerError):
    """Stored bytes do not match their hash, proof or signature; ``place``, ``expected`` and ``computed`` say where."""


class RollbackError(LedgerError):
    """The ledger is older than the head kept outside it, as after a restored backup."""


class DateError(FactcheckError, ValueError):
    """What somebody typed as a date is none, or may be two; ``typed`` holds it."""


class KeyUnavailableError(FactcheckError):
    """A private key is missing, locked by a passphrase, or readable by other users."""


class NotAllowedError(FactcheckError):
    """A rule of the desk or of review forbids the act."""


class ReportError(FactcheckError):
    """A report cannot be made; an optional package may be missing."""
