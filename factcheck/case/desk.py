"""A desk: a folder with one ledger, its captures and its settings; opens and creates cases.

::

    DESK/
      factcheck.toml     settings
      ledger.sqlite      the ledger
      captures/          bytes by SHA-256
      stamps/            time-stamps of checkpoints, where somebody asked for one
      archive-queue.*    requests to web archives that are on their way
      reports/           what was exported

Private keys never lie here, but in the user's configuration folder; the kept head lies in the user's state folder.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

import msgspec

from factcheck.case import gather, pipeline, timing
from factcheck.case.archiving import work
from factcheck.case.background import Background
from factcheck.case.case import Case
from factcheck.case.places import CAPTURES
from factcheck.case.settings import FILE_NAME, Settings, read_settings, settings_file
from factcheck.case.state import CaseState, DeskState
from factcheck.case.states import States
from factcheck.case.surroundings import HEADS, Surroundings, sign_in
from factcheck.case.upkeep import Upkeep
from factcheck.case.verify import verify_desk
from factcheck.case.where import create_store, is_desk, open_store
from factcheck.errors import ExtractionError, KeyUnavailableError, LedgerError, isolate
from factcheck.evidence.captures import CaptureStore
from factcheck.evidence.fetch import USER_AGENT, Fetcher, FetchPolicy, HttpFetcher
from factcheck.ledger.keys import KEYRING, KeyRing, PersonKey
from factcheck.ledger.ledger import Act, Ledger
from factcheck.ledger.verify import Findings
from factcheck.model import events as ev
from factcheck.model.article import MAX_ARTICLE_BYTES, Known
from factcheck.model.claim import Claim

T = TypeVar("T")

PROPOSALS_INLINE = 900_000  # bytes of JSON; a disclosure may hold 1 MiB


class Desk(Upkeep):
    """One desk, opened by one person. Made by ``Desk.create`` or ``Desk.open``."""

    case_class: ClassVar[type[Case]] = Case  # notebooks open cases that know reports and widgets

    def __init__(
        self, folder: Path, ledger: Ledger, settings: Settings, around: Surroundings, keys: KeyRing, person: PersonKey | None
    ) -> None:
        self.folder = folder
        self.ledger = ledger
        self.settings = settings
        self.clock, self.entropy = around.clock, around.entropy
        self.keys = keys
        self.captures = CaptureStore(folder / CAPTURES)
        self.fetcher: Fetcher = HttpFetcher(_fetch_policy(settings), clock=around.clock)
        self._around = around
        self._person = self._signed_in = person
        self._states = States(ledger, self._hydrated)

    def __repr__(self) -> str:
        return f"<Desk {self.folder}: {len(self.state.cases)} cases, {self.ledger.size} entries>"

    # ---- opening

    @classmethod
    def create(cls, folder: Path, person: PersonKey, around: Surroundings, *, settings: Settings | None = None) -> Self:
        """Make a desk in a folder and introduce its first person.

        Raises:
            LedgerError: the folder holds a desk already, or cannot be written.
        """
        keys = KeyRing(around.config, entropy=around.entropy)
        if is_desk(folder):
            raise LedgerError(f'There is a desk in {folder} already. Open it with open_desk("{folder}"), or choose another folder.')
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            settings = settings or read_settings(folder)
            if not (folder / FILE_NAME).exists():
                (folder / FILE_NAME).write_text(settings_file(replace(settings, newsroom=settings.newsroom or person.newsroom)), "utf-8")
        except OSError as error:
            raise LedgerError(f"Cannot make a desk in {folder}: {error.strerror}. Choose a folder you may write to.") from error
        settings = read_settings(folder)
        desk_key = keys.create_desk_key(keyring=person.info.place == KEYRING)  # the desk's key lies where its maker keeps their own

        ledger = Ledger.create(
            partial(create_store, folder, settings),
            desk_key,
            clock=around.clock,
            entropy=around.entropy,
            **_elsewhere(around, settings),
        )
        desk = cls(folder, ledger, settings, around, keys, None)
        desk._introduce(person, by=desk_key)
        desk._person = desk._signed_in = person
        return desk

    @classmethod
    def open(cls, folder: Path, around: Surroundings, *, person: PersonKey | None = None) -> Self:
        """Open a desk, for reading only when ``person`` is None or this machine lacks the desk's key.

        Raises:
            LedgerError: there is no desk, or its ledger cannot be read.
        """
        store = open_store(folder, read_only=person is None)
        settings = read_settings(folder)
        keys = KeyRing(around.config, entropy=around.entropy)
        desk_key = None
        if person is not None:
            try:
                desk_key = keys.desk_key(store.header().root_key)
            except KeyUnavailableError:
                desk_key = None
        ledger = Ledger.open(
            store,
            desk_key=desk_key,
            clock=around.clock,
            entropy=around.entropy,
            **_elsewhere(around, settings),
        )
        desk = cls(folder, ledger, settings, around, keys, None)
        if person is not None:
            desk.act_as(person)
            desk.sweep()  # an erasure may have been cut short
        return desk

    def opened_again(self) -> Self:
        """The same desk for the same person, opened once more: another thread needs one of its own."""
        other = type(self).open(self.folder, self._around, person=self._person)
        other.settings, other.fetcher = self.settings, self.fetcher
        return other

    def in_background(self, act: Callable[[Self, threading.Event], T]) -> Background[T]:
        """Do something that takes long in a thread, with this desk opened once more.

        Args:
            act: called with that desk and an event that is set when it should stop.
        """
        return Background(self.opened_again, act)

    def archive_in_background(self) -> Background[int]:
        """Work on the queue of archive requests in a thread, until its ``stop`` is called."""
        return self.in_background(lambda own, stop: work(own, idle=True, patience=float("inf"), wait=stop.wait))

    def close(self) -> None:
        """Let go of the ledger's file."""
        self.ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- state

    @property
    def folded(self) -> int:
        """A number that goes up whenever the state may have changed."""
        return self._states.turn

    @property
    def state(self) -> DeskState:
        return self._states.desk()

    @property
    def state_folder(self) -> Path:
        """The user's state folder, outside every desk: kept heads, drafts that were not sent yet."""
        return self._around.state

    def set_policy(self, **changes: Any) -> ev.Event:
        """Set rules of this desk: ``blind=True``, ``scale="short"``, or with ``**{"review.missing": "warns"}`` the level of a problem."""
        policy = {**self.state.policy, **changes}
        return self.append("", [(ev.PolicySet(policy), {"policy:desk": self.ledger.heads("policy:desk")})])[0]

    def case_state(self, id: str) -> CaseState:
        return self._states.case(id)

    def state_at(self, id: str, entries: int) -> CaseState:
        """The state of a case when the log had so many entries.

        Raises:
            ValueError: the case was not opened by then.
        """
        return self._states.case_at(id, entries)

    def refresh(self, *, anew: bool = False) -> int:
        """Fold what was appended since, here or elsewhere; returns how many events that were. ``anew``: see ``States.refresh``."""
        with self.ledger.lock:
            self.ledger.refresh()
            return self._states.refresh(anew=anew)

    def _hydrated(self, event: ev.Event) -> ev.Event:
        """Proposals too large for a disclosure lie among the captures; the fold reads no files, so they are brought in here."""
        payload = event.payload
        if isinstance(payload, ev.ClaimsProposed) and payload.proposals is None and payload.blob and self.captures.has(payload.blob):
            proposals = msgspec.json.decode(self.captures.get(payload.blob), type=tuple[Claim, ...])
            return replace(event, payload=replace(payload, proposals=proposals))
        return event

    def append(self, case: str, steps: Iterable[tuple[ev.Payload, Mapping[str, tuple[str, ...]]]], *, saw: bool = False) -> list[ev.Event]:
        """Append one act of the person who is signed in, all of it or nothing, and fold it.

        Raises:
            LedgerConflictError: something it replaces moved since this desk last looked; ``refresh`` and look again.
        """
        with self.ledger.lock:
            signer = self._signer()
            seen = self.ledger.seen() if saw else None
            acts = [Act(payload, actor=signer, case=case, on=on, saw=seen) for payload, on in steps]
            appended = self.ledger.append(acts)
            self.refresh()
        return appended

    def new_id(self) -> str:
        """A fresh id of a register: 32 hexadecimal digits."""
        return self._around.entropy(16).hex()

    def today(self) -> str:
        """The date in the desk's zone, ISO 8601."""
        return self.clock().astimezone(self.settings.zone).date().isoformat()

    @staticmethod
    def date_of(text: str) -> date | None:
        """The day an ISO 8601 date or time names; None when it names none."""
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            return None

    # ---- cases

    def cases(self) -> dict[str, str]:
        """Case ids and titles."""
        return dict(self.state.cases)

    def case(self, id: str = "") -> Case:
        """A case by id, by the start of its id or title, or the only one there is.

        Raises:
            ValueError: none fits, or several do; the message lists them.
        """
        cases = self.cases()
        found = [key for key, title in cases.items() if key.startswith(id) or title.startswith(id)]
        if len(found) != 1:
            listed = "; ".join(f"{key[:8]} {isolate(title)}" for key, title in cases.items()) or "none yet"
            fit = f"{len(found)} cases fit {id!r}" if id or not cases else "there are several cases"
            way = "Name one by the start of its id or title: --case on the command line, desk.case(...) in a notebook." if cases else ""
            raise ValueError(f"{fit}; this desk has: {listed}. {way}".rstrip())
        return self.case_class(self, found[0])

    def open_case(
        self,
        article: bytes | str | Path,
        *,
        title: str = "",
        language: str = "",
        why_chosen: str = "",
        practice: bool = False,
        engine: str = pipeline.BUILT_IN,
        name: str = "",
        url: str = "",
        facts: Mapping[str, str] | None = None,
    ) -> Case:
        """Open a case on an article and let an engine propose its claims, in one act.

        Args:
            article: bytes of a file, pasted text, an address to fetch, or the path of a file (``Path``).
            url: where saved bytes came from.
            facts: what the person knows of the article: outlet, published, author, title.

        Raises:
            ExtractionError: no readable text: empty, binary, too large.
            FetchError: an address could not be brought; nothing was written.
            DateError: a date among the facts is none; nothing was written.
        """
        media_type, declared = "", None
        if isinstance(article, Path):
            name = name or article.name
            data = _read_article_file(article)
        elif isinstance(article, str) and gather.looks_like_url(article):
            fetched = self.fetcher.fetch(article.strip())
            data, url = fetched.body, fetched.url
            declared = next((value for key, value in fetched.headers if key.lower() == "content-type"), None)
        else:
            data = article.encode("utf-8", "surrogatepass") if isinstance(article, str) else article
        read, media_type = gather.read_article(data, media_type=media_type, declared=declared, url=url, name=name)
        text_digest = self.captures.put(read.text.encode("utf-8"))
        original = self.captures.put(data)
        given = {key: Known(value, "person") for key, value in timing.facts(facts or {}, self.settings.zone).items()}
        merged = {**gather.dateline_facts(read.text, read.language, self.today()), **read.facts, **given}
        published = merged["published"].value if "published" in merged else ""
        run = pipeline.propose(engine, read.text, language=read.language, published=self.date_of(published), article=text_digest)
        if run.credit_outlet and "outlet" not in {**read.facts, **given}:
            merged["outlet"] = Known(run.credit_outlet, "credit line")
        case_id, article_id = self.new_id(), self.new_id()
        opened = ev.CaseOpened(title or _title(read.fact("title"), read.text), language or self.settings.language, why_chosen, practice)
        added = ev.ArticleAdded(
            text=text_digest,
            original=original,
            media_type=media_type,
            language=run.language if read.language in ("", "und") else read.language,
            facts=merged,
            credit=run.credit,
            links=read.links[:500],
            notes=read.notes,
            file_name=name,
        )
        self.append(
            case_id, [(opened, {f"case:{case_id}": ()}), (added, {f"article:{article_id}": ()}), (self.proposed(run, text_digest), {})]
        )
        return self.case_class(self, case_id)

    def proposed(self, run: pipeline.Run, article: str) -> ev.ClaimsProposed:
        """The event that records an engine's run; proposals too large for a disclosure are kept among the captures."""
        encoded = msgspec.json.encode(run.claims)
        large = len(encoded) > PROPOSALS_INLINE
        coverage = run.coverage if len(run.coverage) < 10_000 else ()
        return ev.ClaimsProposed(
            engine=run.engine,
            version=run.version,
            article=article,
            proposals=None if large else run.claims,
            blob=self.captures.put(encoded) if large else "",
            coverage=coverage,
        )

    # ---- checking

    def verify(self) -> Findings:
        """Check the whole desk: ledger, signatures, tree, checkpoint, and that every capture an event names is here and unchanged."""
        return verify_desk(self.folder, self._around)


def _elsewhere(around: Surroundings, settings: Settings) -> dict[str, Any]:
    """Where a ledger keeps things outside its desk."""
    return {"kept_heads": [around.state / HEADS, *settings.head_folders], "saved": around.state / "index"}


def _fetch_policy(settings: Settings) -> FetchPolicy:
    return FetchPolicy(
        allowed_hosts=frozenset(settings.allowed_hosts),
        max_bytes=settings.max_megabytes * 1_000_000,
        total_seconds=settings.max_seconds,
        max_redirects=settings.max_redirects,
        proxy=settings.proxy or None,
        user_agent=settings.user_agent or USER_AGENT,
    )


def _read_article_file(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > 4 * MAX_ARTICLE_BYTES:
            raise ExtractionError(
                f"{path} holds {size / 1e6:.1f} MB; an article may hold {MAX_ARTICLE_BYTES / 1e6:.1f} MB. Cut out the part you check.",
                size=size,
            )
        return path.read_bytes()
    except OSError as error:
        raise ExtractionError(f"Could not read {path}: {error.strerror}. Check the path and that you may read it.") from error


def _title(title: str | None, text: str) -> str:
    """The page's title, else the first words of the text."""
    if title:
        return title[:200]
    first = text.strip().split("\n", 1)[0]
    return first if len(first) <= 60 else first[:60].rsplit(" ", 1)[0] + " …"


def open_desk(
    folder: str | Path,
    *,
    name: str = "",
    newsroom: str = "",
    passphrase: str | None = None,
    around: Surroundings | None = None,
    desk_class: type[Desk] = Desk,
) -> Desk:
    """Open the desk in a folder, or make it, as a person of this machine.

    Without ``name`` it is the only person this machine has, or the one who opened a desk last. A name that is new makes a person (then
    ``newsroom`` is needed).

    Raises:
        KeyUnavailableError: nobody is known on this machine yet and no name was given, or the passphrase is missing or wrong.
        LedgerError: the ledger cannot be opened.
    """
    around = around or Surroundings.of_user()
    person = sign_in(around, name=name, newsroom=newsroom, passphrase=passphrase)
    path = Path(folder).expanduser()
    if is_desk(path):
        return desk_class.open(path, around, person=person)
    return desk_class.create(path, person, around)
