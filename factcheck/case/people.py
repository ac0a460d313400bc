"""Who works at a desk: people sign in, are introduced from here or from another machine, change their keys and revoke lost ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from factcheck.case.state import DeskState, Person
from factcheck.errors import NotAllowedError, isolate
from factcheck.ledger.asking import KeyRequest, read_request, write_request
from factcheck.ledger.codec import verifier_of
from factcheck.ledger.keys import DeskKey, KeyRing, PersonKey, SigningKey
from factcheck.ledger.ledger import Act, Ledger
from factcheck.model import events as ev


class People:
    """A desk as far as its people are concerned; see ``Desk``."""

    ledger: Ledger
    keys: KeyRing
    clock: Callable[[], datetime]
    _person: PersonKey | None  # who acts, with the key that this desk knows
    _signed_in: PersonKey | None  # the same person with their newest key

    @property
    def state(self) -> DeskState:
        raise NotImplementedError

    def refresh(self, *, anew: bool = False) -> int:
        raise NotImplementedError

    def sweep(self) -> tuple[str, ...]:
        raise NotImplementedError

    # ---- signing in

    @property
    def me(self) -> Person:
        """Who acts at this desk now.

        Raises:
            NotAllowedError: the desk was opened for reading.
        """
        known = self.state.person(self._signer().key)
        if known is None:
            raise NotAllowedError("This person is not introduced to the desk.")
        return known

    @property
    def signer(self) -> PersonKey | None:
        """The key that answers for what is exported here; None when the desk is open for reading, or the key counts no more."""
        return self._person if self._person is not None and self.ledger.counts(self._person.key) else None

    def act_as(self, person: PersonKey) -> Person:
        """Let another person act, with the newest of their keys that counts here.

        One who is new here is introduced: by an earlier key of theirs, by who acted before, or else by the desk.
        """
        known = [key for key in (person, *person.earlier) if self.ledger.counts(key.key)]
        if not known and self.state.person(person.key) is None:
            introducer = self._introducer(person)
            if introducer is None:
                raise NotAllowedError(
                    f"{isolate(person.name)} is not introduced to this desk, and this machine does not hold its key. Ask somebody who "
                    "works on it to introduce you: factcheck key request makes the file that they give to factcheck key introduce."
                )
            self._introduce(person, by=introducer)
        self._person = known[0] if known else person
        self._signed_in = person
        return self.me

    def _introducer(self, person: PersonKey) -> SigningKey | None:
        """Who may introduce a person that this desk does not know: for a further key of somebody it knows, only they or the desk."""
        known_as = person.person in self.state.persons
        return self.ledger.desk_key if known_as else (self._person or self.ledger.desk_key)

    @contextmanager
    def acting_as(self, person: PersonKey) -> Iterator[Person]:
        """Let another person act for the length of a block, then go on as who was here."""
        with self.ledger.lock:  # another thread would act as that person
            before = self._person, self._signed_in
            try:
                yield self.act_as(person)
            finally:
                self._person, self._signed_in = before

    def _introduce(self, person: PersonKey, *, by: SigningKey) -> None:
        payload = ev.KeyIntroduced(person.key, person.person, person.name, person.newsroom, person.role, person.machine)
        self._about_keys(payload, by, person.key, cosigner=person)

    def _signer(self) -> PersonKey:
        if self._person is None:
            raise NotAllowedError("This desk is open for reading only: nobody is signed in. Open it with your name to work on it.")
        return self._person

    def _desk_signer(self) -> DeskKey:
        if self.ledger.desk_key is None:
            raise NotAllowedError("This machine does not hold the desk's own key, so it cannot act as the desk.")
        return self.ledger.desk_key

    def _about_keys(self, payload: ev.Payload, by: SigningKey, *keys: str, cosigner: SigningKey | None = None) -> ev.Event:
        on = {register: self.ledger.heads(register) for register in map(_register, keys)}
        [event] = self.ledger.append([Act(payload, actor=by, case="", on=on, cosigner=cosigner)])
        self.sweep()
        self.refresh()
        return event

    # ---- other machines

    def introduce(self, request: bytes, *, as_desk: bool = False) -> Person:
        """Introduce a key of another machine by the request that it signed: a colleague's, or a further key of one's own.

        Compare the key with its holder by another way (a call, a sheet of paper) before: the file says only that whoever holds the key
        wants to be introduced under that name.

        Args:
            as_desk: let the desk's own key introduce, which may also vouch for a further key of somebody else.

        Raises:
            IntegrityError: it is no request, or was changed.
            NotAllowedError: it is a further key of another person, or of nobody known here.
        """
        asked = read_request(request)
        by = self._desk_signer() if as_desk else self._signer()
        self._check_request(asked, by)
        self._about_keys(asked.admitted(), by, asked.key)
        known = self.state.person(asked.key)
        assert known is not None  # the ledger refuses an introduction that does not count
        return known

    def _check_request(self, asked: KeyRequest, by: SigningKey) -> None:
        if (known := self.state.person(asked.key)) is not None:
            raise NotAllowedError(f"The key {asked.key} is introduced to this desk already, as {isolate(known.name)}.")
        book = self.ledger.book
        if not book.vouches(by.key, asked.admitted()):
            whose = self.state.persons.get(asked.person)
            name = isolate(whose.name) if whose else f"person {asked.person}, whom this desk does not know"
            raise NotAllowedError(
                f"{asked.key} asks to be a further key of {name}. Only they introduce it, or the desk's own key "
                "(factcheck key introduce --as-desk, after you asked them)."
            )

    # ---- new keys for old

    def rotate(self, passphrase: str | None = None, *, retire: bool = False) -> Person:
        """Change to a new key on this desk; both keys sign the change, and the old one goes on to count unless it is retired.

        Somebody who changed keys on another desk already takes that same new key here.

        Args:
            passphrase: that locks the new key, when the old one is locked.
            retire: also revoke the old key up to this very change, so that nothing it signs later counts.

        Raises:
            KeyUnavailableError: the old key is locked and no passphrase is given, or the new one cannot be kept.
        """
        old = self._signer()
        signed_in = self._signed_in
        new = signed_in if signed_in is not None and signed_in.key != old.key else self.keys.succeed(old, passphrase)
        self._about_keys(ev.KeyRotated(old.key, new.key, new.machine), old, old.key, new.key, cosigner=new)
        self._person = self._signed_in = new
        if retire:
            self.revoke(old.key, reason="replaced by a new key")
        return self.me

    def revoke(self, key: str, *, last: Iterable[str] = (), nothing: bool = False, reason: str = "", as_desk: bool = False) -> ev.Event:
        """Say up to which of its entries a key counts: one that was lost, stolen, or given up.

        Args:
            last: digests of the last entries by that key that count, one for each desk where it wrote; for desks not named here, all
                that this log holds of it by now goes on to count.
            nothing: none of its entries counts.
            as_desk: let the desk's own key revoke; without it, only one's own keys.

        Raises:
            NotAllowedError: it is another person's key, or the desk's own.
            ValueError: nobody introduced the key, or an entry is not here, not by that key, or a second one of the same desk.
        """
        if key in self.ledger.root_keys:
            raise NotAllowedError("The desk's own key is not revoked. If others got it, go on in a new desk, and merge this one into it.")
        if (whose := self.state.person(key)) is None:
            raise ValueError(f"nobody introduced the key {key!r} to this desk; factcheck key list DESK shows those it knows")
        by = self._desk_signer() if as_desk else self._signer()
        if not as_desk and not self.ledger.book.same_person(by.key, key):
            raise NotAllowedError(f"{key} is a key of {isolate(whose.name)}: only they revoke it, or the desk's own key (--as-desk).")
        counted: dict[str, tuple[int, str]] = {}
        if not nothing:
            own = {event.digest: event for event in self.ledger.events() if event.actor == key}
            for event in sorted(own.values(), key=lambda each: each.n):
                counted[event.desk] = (event.n, event.digest)
            named = [own[digest] for digest in last if digest in own]
            if wrong := [digest for digest in last if digest not in own]:
                raise ValueError(f"{wrong[0]!r} is no entry by {key}")
            if len({event.desk for event in named}) != len(named):
                raise ValueError("name one last entry for each desk, not two of the same")
            counted.update({event.desk: (event.n, event.digest) for event in named})
        return self._about_keys(ev.KeyRevoked(key, counted, reason), by, key)

    @property
    def signing_key(self) -> tuple[str, bool]:
        """The key that signs here now, and whether a passphrase locks it."""
        return self._signer().key, self._signer().info.locked

    def request_introduction(self) -> bytes:
        """The file by which one's newest key asks to be introduced to other desks."""
        signer = self._signed_in or self._signer()
        return write_request(signer, self.clock())


def _register(key: str) -> str:
    """The register of a key.

    Raises:
        ValueError: not the name of a key.
    """
    verifier_of(key)
    return "key:" + key.partition(":")[2]
