"""The kept head: the newest checkpoint of a log, outside its desk, so that a restored backup or a cut tail is noticed.

One place is the user's own and must work. Further places, such as a stick or a colleague's share, may be out of reach for a while: an act
is acknowledged without them, and verification says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from factcheck.errors import LedgerError
from factcheck.ledger.canonical import b64url
from factcheck.ledger.checkpoint import Checkpoint, Verifier, open_checkpoint, parse_note
from factcheck.ledger.durable import write_durably


class KeptHead:
    """The newest checkpoint of one log, in a file of its own.

    Args:
        further: a place beside the user's own: its folder is not made, since a mount point without its disk would take the head.
    """

    def __init__(self, folder: Path, verifier: Verifier, *, further: bool = False) -> None:
        self.further = further
        self.place = f"kept head in {folder}" if further else "kept head"
        self.path = folder / (b64url(hashlib.sha256(verifier.name.encode()).digest())[:22] + ".checkpoint")
        self._verifier = verifier
        self._found: tuple[bytes, Checkpoint] | None = None  # the last note that was found to hold, so that it is verified once

    def read(self) -> Checkpoint | None:
        """The kept tree head; None when none was kept.

        Raises:
            IntegrityError: the file does not hold a checkpoint of this log.
            LedgerError: it cannot be read.
        """
        try:
            note = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise LedgerError(f"Cannot read the kept head {self.path}: {error.strerror}.") from error
        if self._found is None or self._found[0] != note:
            self._found = note, open_checkpoint(note, self._verifier)
        return self._found[1]

    def write(self, note: bytes) -> None:
        """Keep a newer head, which the caller signed or found to hold: write beside, sync, rename, sync the folder.

        Another program's head that is newer still stays.
        """
        kept, head = self.read(), Checkpoint.parse(parse_note(note).text)
        if kept is not None and kept.size > head.size:
            return
        self._found = note, head
        try:
            if not self.further:
                self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_durably(self.path, note)
        except OSError as error:
            raise LedgerError(f"The head could not be kept in {self.path}: {error.strerror}. Mend that folder.") from error


def kept_heads_in(folders: Path | Sequence[Path] | None, verifier: Verifier) -> tuple[KeptHead, ...]:
    """The kept heads of a log: the first folder is the user's own, the others are further places."""
    listed = (folders,) if isinstance(folders, Path) else tuple(folders or ())
    return tuple(KeptHead(folder, verifier, further=number > 0) for number, folder in enumerate(listed))
