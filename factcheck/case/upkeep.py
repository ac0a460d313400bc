"""Acts on a desk as a whole: asking an authority when its log existed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from factcheck.case.settings import Settings
from factcheck.errors import FactcheckError, IntegrityError, LedgerError, SourceUnavailableError
from factcheck.evidence.fetch import Ask, Fetched, Fetcher
from factcheck.ledger.ledger import Ledger
from factcheck.ledger.stamps import FOLDER, Stamps
from factcheck.ledger.timestamps import MAX_ANSWER, Answer, read_answer, request

_QUERY = (("Content-Type", "application/timestamp-query"), ("Accept", "application/timestamp-reply"))
_REPLY = "application/timestamp-reply"


@dataclass(frozen=True, slots=True)
class StampKept:
    """An answer of a time-stamp authority that was kept."""

    place: str  # stamps/57-1
    entries: int  # that the stamped checkpoint covers
    answer: Answer | None  # None: its form is not read here; other programs may read it


class Upkeep:
    """A desk as far as acts on the whole of it are concerned; see ``Desk``."""

    folder: Path
    ledger: Ledger
    settings: Settings
    fetcher: Fetcher
    entropy: Callable[[int], bytes]

    def stamp(self, authority: str = "") -> StampKept:
        """Ask a time-stamp authority (RFC 3161) to sign that the newest checkpoint exists now, and keep its answer.

        The authority learns the SHA-256 of the checkpoint, and this machine's address; nothing of the log. Who signed the answer is
        checked by ``verify`` with the authority's root.

        Args:
            authority: its address; without it, the one in the desk's settings.

        Raises:
            ValueError: there is no address, or no entry yet.
            FetchError: it could not be reached, or its address is refused.
            SourceUnavailableError: it refused, or answered with something else.
            IntegrityError: its answer is about something else than was asked; nothing was kept.
        """
        authority = authority or self.settings.time_stamp_authority
        if not authority:
            raise ValueError("name a time-stamp authority, with --tsa URL or as time_stamp_authority in factcheck.toml")
        note, head = self.ledger.signed_head()
        if not head.size:
            raise LedgerError("The ledger has no entry yet; there is nothing to stamp.")
        nonce = int.from_bytes(self.entropy(8), "big")
        fetched = self.fetcher.fetch(authority, Ask(headers=_QUERY, body=request(note, nonce)))
        answer = _answered(authority, fetched, note, nonce)
        place = Stamps(self.folder / FOLDER).keep(note, fetched.body)
        return StampKept(place, head.size, answer)


def _answered(authority: str, fetched: Fetched, note: bytes, nonce: int) -> Answer | None:
    """What an authority answered, if it is about what was asked; None when it seems to be and its form is not read here."""

    def refused(what: str) -> SourceUnavailableError:
        return SourceUnavailableError(f"{authority} {what}; nothing was kept. Try again later, or ask another authority.")

    kind = next((value for name, value in fetched.headers if name.lower() == "content-type"), "").partition(";")[0].strip().lower()
    if fetched.status != 200:
        raise refused(f"answered {fetched.status}")
    if len(fetched.body) > MAX_ANSWER:
        raise refused(f"answered with {len(fetched.body)} bytes, more than a time-stamp takes")
    digest = hashlib.sha256(note).digest()
    try:
        answer = read_answer(fetched.body)
    except IntegrityError as error:
        if kind == _REPLY and fetched.body.startswith(b"\x30") and digest in fetched.body:
            return None
        raise refused(f"answered with something that is no time-stamp ({len(fetched.body)} bytes, {kind or 'of no kind'})") from error
    except FactcheckError as error:
        raise refused(f"refused: {error}") from error
    if not answer.sha256 or answer.imprint != digest or answer.nonce != nonce:
        what = "another request" if answer.imprint == digest else "something else"
        raise IntegrityError(f"The answer of {authority} is about {what} than was asked; nothing was kept.", place=authority)
    return answer
