"""What every report is made from: the state of a case, its article, and the ledger entries it rests on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from factcheck.case import policy
from factcheck.case.policy import Problem, authors_of
from factcheck.case.settings import Settings
from factcheck.case.state import CaseState, Held
from factcheck.case.travel import Change
from factcheck.errors import ReportError
from factcheck.ledger.attached import Attached, LedgerEntry
from factcheck.ledger.keys import SigningKey
from factcheck.model.claim import Claim
from factcheck.model.events import ActUndone, PageRecorded
from factcheck.model.verdict import Decision, Publication, PublicationKind

LANGUAGES = ("ar", "en")


@dataclass(frozen=True, slots=True)
class ReportSource:
    """Everything that a report is made from."""

    state: CaseState
    text: str  # of the article, as extracted
    settings: Settings
    problems: tuple[Problem, ...]
    checkpoint: str  # C2SP signed note
    vkey: str  # of the desk's key that signed the checkpoint
    entries: Mapping[str, LedgerEntry]  # by digest: every event the report may rest on, and those of the desk
    made_at: datetime  # aware UTC
    generator: str  # "factcheck 0.1.0"
    signer: SigningKey | None = None  # who exports, and answers for it; None: the desk is open for reading only
    left_out: tuple[str, ...] = ()  # parts that a copy for others leaves out: names of ``redaction.PARTS``, or registers
    changes: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)  # id of a correction -> what it changed in what readers see
    templates: Mapping[str, bytes] = field(default_factory=dict)  # file name -> file of the desk's that stands in for one of ours
    about: str = ""  # id of the claim that a page is about; empty: of all of them

    def page_of(self, claim: str) -> ReportSource:
        """What the page of one claim is made from.

        Raises:
            ReportError: there is no such claim, or nobody chose to check it.
        """
        self.claim(claim)
        if claim not in self.checked():
            raise ReportError(
                f'Claim {claim} has no page of its own: nobody chose to check it. Choose it with case.choose(["content/{claim}"]).'
            )
        return replace(self, about=claim)

    # ---- claims

    def checked(self) -> tuple[str, ...]:
        """Ids of claims with at least one chosen target, in order of position; on the page of one claim only that."""
        chosen = {target.split("/")[1] for target in self.state.chosen_targets()}
        return tuple(id for id in self.state.claims if id in chosen and self.about in ("", id))

    def rated(self) -> tuple[str, ...]:
        """Those of ``checked`` with at least one result."""
        return tuple(id for id in self.checked() if any(self.state.verdicts_on(str(t)) for t in self.state.targets_of(id)))

    def claim(self, id: str) -> Claim:
        """An accepted claim.

        Raises:
            ReportError: the case has none of that id; the message lists those it has.
        """
        held = self.state.claims.get(id)
        if held is None:
            raise ReportError(f"This case has no claim {id!r}. Its claims: {', '.join(self.state.claims) or 'none'}.")
        return held.value

    # ---- publications

    def publications(self, *kinds: PublicationKind) -> tuple[Held[Publication], ...]:
        """Publications of those kinds, oldest first."""
        found = (held for held in self.state.publications.values() if held.value.kind in kinds)
        return tuple(sorted(found, key=lambda held: (held.value.on, held.event.at)))

    @property
    def published(self) -> Held[Publication] | None:
        """The first publication; of the page of one claim, if that is on record, else of the report."""
        found = self.publications(PublicationKind.PUBLICATION)
        own = (held for held in found if isinstance(held.event.payload, PageRecorded) and self.about in held.event.payload.claims)
        return next(own, None) or next(iter(found), None)

    @property
    def corrections(self) -> tuple[Held[Publication], ...]:
        """Corrections, clarifications, updates and withdrawals, newest first."""
        return self.publications(*(kind for kind in PublicationKind if kind is not PublicationKind.PUBLICATION))[::-1]

    @property
    def withdrawn(self) -> bool:
        """Whether the report was taken back and not published again since."""
        kinds = (PublicationKind.PUBLICATION, PublicationKind.WITHDRAWAL)
        last = next(reversed(self.publications(*kinds)), None)
        return last is not None and last.value.kind is PublicationKind.WITHDRAWAL

    @property
    def url(self) -> str:
        """Where the report stands: the address given last, in whichever language."""
        return self.address(claim=self.about)

    def address(self, lang: str = "", claim: str = "") -> str:
        """Where a page stands: the address given last for it; empty when none is on record.

        Args:
            lang: of the page; one in that language goes before one for which no language was said.
            claim: id of a claim that has a page of its own; without it the page of the whole case.
        """
        exact, general = "", ""
        for held in self.publications(PublicationKind.PUBLICATION, PublicationKind.UPDATE):
            page = held.event.payload if isinstance(held.event.payload, PageRecorded) else None
            about, said = (page.claims, page.language) if page else ((), "")
            if held.value.url and (claim in about if claim else not about):
                exact = held.value.url if said == lang else exact
                general = held.value.url if not said or not lang else general
        return exact or general

    @property
    def archived_article(self) -> str:
        """The archived copy of the article under check, from a fact of the article or from evidence with the article's address."""
        article = self.state.article
        if article is None:
            return ""
        known = article.fact("archived_url")
        url = article.fact("url")
        copies = (self.state.archived_copy(id) for id, held in self.state.evidence.items() if url and held.value.url == url)
        return known or next(filter(None, copies), "")

    @property
    def review_state(self) -> str:
        """``none``, ``returned``, ``other`` (signed, but another version) or ``signed``."""
        standing = policy.standing_review(self.state)
        if standing is None or self.state.draft is None:
            return "none"
        if standing.value.decision is Decision.RETURN:
            return "returned"
        fresh = policy.covers(self.state, standing.value) and not policy.changed_since(self.state, standing.value.rests_on)
        return "signed" if fresh else "other"

    @property
    def signed(self) -> bool:
        """Whether a second person signed this very draft with its results."""
        return self.review_state == "signed"

    # ---- people

    def authors(self) -> tuple[str, ...]:
        """Person ids of who wrote the draft or gave a standing result, in order of name."""
        return tuple(sorted(authors_of(self.state), key=self.state.name_of))

    # ---- ledger

    def resting_entries(self) -> tuple[LedgerEntry, ...]:
        """Entries the report rests on, in the order of the log, without what must stay private.

        Of the case: events that hold a current value. Of the desk: scales, rules, and the keys that signed one of these entries or
        introduced such a key; other people's names stay at home. Where the desk shows roles only, the disclosures of names are left
        out: the entries still verify, and the gap shows as redacted.

        Raises:
            ReportError: an entry holds bytes that are not UTF-8 JSON.
        """
        of_case, resting = {event.digest for event in self.state.history}, self.resting()
        return self._with_desk([entry for entry in self.entries.values() if entry.digest in resting and entry.digest in of_case])

    def resting(self) -> frozenset[str]:
        """Digests of the case's events that hold a current value, or are what an undoing goes back to."""
        undoing = (e for e in self.state.history if e.digest in self.state.current and isinstance(e.payload, ActUndone))
        restored = {register for event in undoing for register in event.on}  # an undoing holds no value of its own
        return self.state.current | {event.digest for event in self.state.history if restored & set(event.on)}

    def case_entries(self) -> tuple[LedgerEntry, ...]:
        """Every entry of the case that counts, and those of the desk that these need, in the order of the log.

        Raises:
            ReportError: as ``resting_entries``.
        """
        of_case = {event.digest for event in self.state.history}
        return self._with_desk([entry for entry in self.entries.values() if entry.digest in of_case])

    def table(self, entries: tuple[LedgerEntry, ...]) -> Attached:
        """The entries as a file carries them (FORMAT.md section 10)."""
        return Attached(self.state.id, self.checkpoint, self.vkey, entries)

    @property
    def origin(self) -> str:
        """The name of the log."""
        return self.vkey.partition("+")[0]

    def _with_desk(self, chosen: list[LedgerEntry]) -> tuple[LedgerEntry, ...]:
        """Entries of the case with those of the desk that say what they count for: scales, rules, keys, erasures, merges."""
        digests, desks = {entry.digest for entry in chosen}, {_clear(entry)["desk"] for entry in chosen}
        keys = []
        needed = {self.signer.key} if self.signer else set()
        for entry in self.entries.values():
            clear = _clear(entry)
            if clear["case"] and (clear["case"] != self.state.id or clear["type"] != "body.erased"):
                continue
            if clear["type"].startswith("key."):
                keys.append(entry)
            elif clear["type"] == "body.erased":  # one that names entries of other cases stays at home
                chosen += [entry] if {digest for digest, _ in _value(entry, "fields") or [("", "")]} <= digests else []
            elif clear["type"] != "log.merged" or _value(entry, "origin") in desks:
                chosen.append(entry)
        needed |= {_clear(entry)["actor"] for entry in chosen}
        there = {entry.digest for entry in chosen}
        while wanted := [entry for entry in keys if entry.digest not in there and needed & set(_keys_named(entry))]:
            chosen += wanted
            there |= {entry.digest for entry in wanted}
            needed |= {_clear(entry)["actor"] for entry in wanted}
        return tuple(self._without_names(entry) for entry in sorted(chosen, key=lambda entry: entry.index))

    def _without_names(self, entry: LedgerEntry) -> LedgerEntry:
        if self.settings.show_names or _clear(entry)["type"] not in ("key.introduced", "key.admitted"):
            return entry
        shown = {field: data for field, data in entry.disclosures.items() if field != "name"}
        return LedgerEntry(entry.digest, entry.index, entry.leaf, shown, entry.proof)


def _clear(entry: LedgerEntry) -> dict[str, Any]:
    """The fields that an event shows to all."""
    try:
        event: dict[str, Any] = json.loads(entry.leaf.decode().partition("\n")[0])
    except ValueError as error:
        raise ReportError(f'Ledger entry {entry.index} cannot be read: {error}. Run "factcheck verify" on the desk.') from error
    return event


def _keys_named(entry: LedgerEntry) -> Iterable[str]:
    """Keys that an event about keys introduces, changes to or revokes."""
    for name in ("key", "new", "old"):
        if name in entry.disclosures:
            yield _value(entry, name)


def _value(entry: LedgerEntry, name: str) -> Any:
    """What a field discloses; None when it does not."""
    return json.loads(entry.disclosures[name])[3] if name in entry.disclosures else None


def check_language(lang: str) -> str:
    """``lang``, if reports are written in it.

    Raises:
        ReportError: they are not.
    """
    if lang not in LANGUAGES:
        raise ReportError(f"There are no reports in {lang!r}. Use one of: {', '.join(LANGUAGES)}.")
    return lang
