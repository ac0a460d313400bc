"""Acts on a desk as a whole: taking in another desk, erasing, asking an authority when the log existed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from factcheck.case import erasure
from factcheck.case.people import People
from factcheck.case.places import CAPTURES
from factcheck.case.settings import Settings
from factcheck.case.where import open_store
from factcheck.errors import FactcheckError, IntegrityError, LedgerError, SourceUnavailableError
from factcheck.evidence.captures import CaptureStore
from factcheck.evidence.fetch import Ask, Fetched, Fetcher
from factcheck.ledger.counting import NOT_ERASABLE
from factcheck.ledger.log import Log
from factcheck.ledger.naming import named_captures
from factcheck.ledger.stamps import FOLDER, Stamps
from factcheck.ledger.timestamps import MAX_ANSWER, Answer, read_answer, request
from factcheck.model import events as ev

_QUERY = (("Content-Type", "application/timestamp-query"), ("Accept", "application/timestamp-reply"))
_REPLY = "application/timestamp-reply"


@dataclass(frozen=True, slots=True)
class StampKept:
    """An answer of a time-stamp authority that was kept."""

    place: str  # stamps/57-1
    entries: int  # that the stamped checkpoint covers
    answer: Answer | None  # None: its form is not read here; other programs may read it


@dataclass(frozen=True, slots=True)
class Merged:
    """What came with another desk."""

    entries: int  # that were new here
    captures: int  # that were copied
    missing: tuple[str, ...]  # captures that its entries name and that it does not hold, or not as they were
    deleted: tuple[str, ...]  # captures that were erased there
    strangers: Mapping[str, str]  # keys that nobody introduced here, with the name they go by there; what they wrote does not count


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, and where the same words or bytes still are."""

    tombstone: ev.Event
    fields: tuple[str, ...]
    captures: tuple[str, ...]  # whose files were deleted
    needed: Mapping[str, tuple[str, ...]]  # captures that stay, with the entries (digests) that need them
    remains: tuple[str, ...]  # places below the desk that still hold a passage of what was erased


class Upkeep(People):
    """A desk as far as acts on the whole of it are concerned; see ``Desk``."""

    folder: Path
    captures: CaptureStore
    settings: Settings
    fetcher: Fetcher
    entropy: Callable[[int], bytes]

    # ---- other desks

    def merge(self, folder: Path) -> Merged:
        """Take in another desk: its entries unchanged, the captures they name, and what was erased there.

        Entries by keys that nobody introduced here are kept and do not count, until somebody introduces them.

        Raises:
            LedgerError: there is no desk, it is another copy of this one, or its captures cannot be kept here.
            IntegrityError: an entry or the checkpoint of the other desk does not hold; nothing was written.
        """
        with closing(Log(open_store(folder, read_only=True))) as other:
            new = self.ledger.merge(other, self._signer())
            self.refresh(anew=True)
            named: set[str] = set()
            strangers: dict[str, str] = {}
            for event in other.events():
                if event.payload is not None:
                    named |= named_captures(event.payload)
                if isinstance(event.payload, (ev.KeyIntroduced, ev.KeyAdmitted)) and event.payload.key not in self.state.person_of:
                    strangers[event.payload.key] = event.payload.name
        deleted = self.sweep()
        absent = {digest for digest in named if not self.captures.has(digest)}
        erased = {digest for digest, needed in self.ledger.captures_erased(absent).items() if not needed}
        missing = sorted(absent - erased)
        theirs = CaptureStore(folder / CAPTURES)
        left = [digest for digest in missing if not self.captures.take(theirs, digest)]
        accounted = {digest for digest, needed in self.ledger.captures_erased(left, elsewhere=True).items() if not needed}
        return Merged(new, len(missing) - len(left), tuple(each for each in left if each not in accounted), deleted, strangers)

    # ---- erasure

    def erase(
        self,
        event: str = "",
        fields: Sequence[str] = (),
        *,
        captures: Sequence[str] = (),
        because: str,
        case: str = "",
        as_desk: bool = False,
    ) -> Erased:
        """Delete what an entry says, and captures, for good; a tombstone says who did it and why, and the rest of the log still verifies.

        Copies that were handed out, and backups, are not reached.

        Args:
            event: the entry, by its number or the start of its digest.
            fields: which of its fields; all that can be erased, without any.
            captures: SHA-256 digests, or their beginnings (eight digits or more). What was kept together goes together: a page, the
                exchange that brought it, and the text read out of it.
            because: why, for the tombstone. Name nobody who is to be protected.
            case: only this case gives the captures up, and others that need them keep them; that of ``event``, or all, without it.
            as_desk: act as the desk, which may erase what others wrote.

        Raises:
            NotAllowedError: the entry, or one that names a capture, is another person's.
            ValueError: no reason, no such entry, field or capture, or nothing of it is left.
        """
        if not because.strip():
            raise ValueError("say why: the tombstone is all that is left")
        if not event and (fields or not captures):
            raise ValueError("name the entry whose fields are to go, or a capture")
        digest = self.ledger.find(event) if event else ""
        held = self.ledger.event(digest) if digest else None
        known = held is not None and self.ledger.disclosures(digest)
        wanted = tuple(fields) or tuple(name for name in known or () if held and name not in NOT_ERASABLE.get(held.type, ()))
        gone = [name for name in fields if held is not None and name in held.missing]
        if gone or (held is not None and not wanted):
            raise ValueError(f"{', '.join(gone) or 'all'} of that entry is erased already")
        case = case or (held.case if held else "")
        together = erasure.together(self.ledger, self.captures, captures, case)
        words = erasure.words_of([data for name, data in (known or {}).items() if name in wanted])
        signer = self._desk_signer() if as_desk else self._signer()
        pairs = [(digest, name) for name in wanted]
        tombstone = self.ledger.erase(pairs, actor=signer, because=because, captures=together, case=case)
        deleted = self.sweep()
        self.refresh()
        needed = {each: by for each, by in self.ledger.captures_erased(together).items() if by}
        return Erased(tombstone, tuple(wanted), deleted, needed, erasure.remains(self.ledger, self.captures, self.folder, words))

    def sweep(self) -> tuple[str, ...]:
        """Delete the files of captures that were erased and that no entry needs; returns their digests."""
        there = {digest for digest in self.ledger.captures_listed() if self.captures.has(digest)}
        gone = sorted(digest for digest, needed in self.ledger.captures_erased(there).items() if not needed)
        return tuple(digest for digest in gone if self.captures.delete(digest))

    # ---- time-stamps

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
