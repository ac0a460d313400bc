"""Acts of looking and asking: where somebody searched, with links ready made; whom they asked, by when, and what came back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from factcheck.case import timing
from factcheck.case.acts import Acts, Move, check_names, known
from factcheck.errors import DateError
from factcheck.evidence import search_places
from factcheck.evidence.outlets import known_outlet, name_of, outlet_named
from factcheck.evidence.search_places import SearchLink
from factcheck.model import events as ev
from factcheck.model.claim import Claim, Target
from factcheck.model.evidence import Contact, ContactOutcome, Search, SearchOutcome
from factcheck.text import language as languages
from factcheck.text.queries import exact_words, search_words


class LookingActs(Acts):
    """What people do when they look and ask."""

    _looked_at = ""

    # ---- what is in hand

    @property
    def current_target(self) -> str:
        """The target in hand: the one last looked at, else the only one that is checked; empty when there are several."""
        chosen = self.state.chosen_targets()
        return self._looked_at or (chosen[0] if len(chosen) == 1 else "")

    def look_at(self, target: str) -> None:
        """Take a target in hand: searches are recorded on it until another is taken. Nothing is written."""
        self._looked_at = str(self._known_target(target)) if target else ""

    # ---- searches

    def search(
        self,
        place: str,
        queries: Iterable[str] | str,
        outcome: SearchOutcome | str = SearchOutcome.NOTHING,
        *,
        target: str | None = None,
        on: str = "",
        language: str = "",
        hits: int | None = None,
        note: str = "",
    ) -> str:
        """Record where somebody looked without finding what they looked for; returns the search's id.

        The usual answer needs two words: ``case.search("kremlin.ru", "بوتين بينيت")`` records that nothing was found, today, for the
        target in hand.

        Args:
            queries: what was asked there; several make one record.
            outcome: nothing, could_not_open, or something_else (then say what in ``note``).
            target: what it was looked for; the one in hand without it, none when empty.
            on: ISO 8601 date or interval; today without it.
            hits: how many results there were, if counted.
        """
        asked = (queries,) if isinstance(queries, str) else tuple(queries)
        asked = tuple(dict.fromkeys(query.strip() for query in asked if query.strip()))
        if not place.strip() or not asked:
            raise ValueError("a search needs the place that was searched and what was asked there")
        wanted = self.current_target if target is None else target
        where = str(self._known_target(wanted)) if wanted else ""
        language = language or languages.language_of_note(" ".join(asked), self.state.language)
        search = Search(place.strip(), asked, SearchOutcome(outcome), self._period(on), where, language, hits, note)
        id = self.desk.new_id()
        self._act(ev.SearchRecorded(search), f"search:{id}")
        return id

    def amend_search(self, id: str, *, queries: Iterable[str] | str = (), **changes: Any) -> ev.Event:
        """Add queries to a record of a search, or change its outcome, date, target, hits or note."""
        check_names(changes, ("place", "outcome", "on", "target", "language", "hits", "note"))
        held: Search = known(self.state.searches, id, "search").value
        if "outcome" in changes:
            changes["outcome"] = SearchOutcome(changes["outcome"])
        if "on" in changes:
            changes["on"] = self._period(changes["on"])
        if changes.get("target"):
            changes["target"] = str(self._known_target(changes["target"]))
        more = (queries,) if isinstance(queries, str) else tuple(queries)
        asked = tuple(dict.fromkeys((*held.queries, *(query.strip() for query in more if query.strip()))))
        return self._act(ev.SearchRecorded(replace(held, queries=asked, **changes)), f"search:{id}")

    def withdraw_search(self, id: str) -> ev.Event:
        """Take a record of a search out of the case; its history stays."""
        known(self.state.searches, id, "search")
        return self._act(ev.SearchRecorded(None), f"search:{id}")

    def search_links(self, claim: str, *, pictures: Sequence[str] = (), languages: Iterable[str] = ()) -> list[SearchLink]:
        """Searches for a claim, ready to be opened by a person: general ones, at the outlets that its chain names, at fact-check sites, for
        pictures, in archives. Nothing is fetched.

        Words come from the claim as checked, in each language that it is written in, else from the claim as it stands: names, numbers,
        telling words; and the longest quotation as it is. Archives are asked for the article and for links that could not be captured.

        Args:
            claim: id of a claim or proposal, or a target of one.
            pictures: addresses of pictures in question.
            languages: only queries in these.
        """
        found = self.claim(Target.parse(claim).claim if "/" in claim else claim)
        only = tuple(languages)
        queries = [query for query in self._queries(found) if not only or query[0] in only]
        article = self.state.article
        waiting = [held.value.url for held in self.state.evidence.values() if held.value.url and not held.value.capture]
        pages = tuple(dict.fromkeys(filter(None, (article.fact("url") if article else "", *waiting))))
        places = search_places.places(self.desk.settings.search_places)
        return list(search_places.links(queries, places, sites=self._sites(found), pages=pages, pictures=pictures))

    def record_links(
        self,
        links: Iterable[SearchLink],
        outcome: SearchOutcome | str = SearchOutcome.NOTHING,
        *,
        target: str | None = None,
        note: str = "",
    ) -> list[str]:
        """Record what a person found behind search links: one search a place, with all that was asked there, in one act; returns ids."""
        by_place: dict[str, list[SearchLink]] = {}
        for link in links:
            by_place.setdefault(link.place, []).append(link)
        if not by_place:
            raise ValueError("no link is given; case.search_links(claim) makes them")
        wanted = self.current_target if target is None else target
        where = str(self._known_target(wanted)) if wanted else ""
        moves: list[Move] = []
        ids = []
        for place, opened in by_place.items():
            tongues = {link.language for link in opened}
            language = tongues.pop() if len(tongues) == 1 else ""
            asked = tuple(dict.fromkeys(link.query for link in opened))
            ids.append(self.desk.new_id())
            search = Search(place, asked, SearchOutcome(outcome), self.desk.today(), where, language, None, note)
            moves.append((ev.SearchRecorded(search), [f"search:{ids[-1]}"]))
        self._acts(moves)
        return ids

    # ---- contacts

    def contact(
        self,
        who: str,
        how: str,
        question: str,
        outcome: ContactOutcome | str = ContactOutcome.WAITING,
        *,
        target: str = "",
        on: str = "",
        deadline: str = "",
        answer: str = "",
        note: str = "",
    ) -> str:
        """Record that somebody was asked; returns the contact's id. A deadline that passes without an answer shows among the problems."""
        if not who.strip() or not question.strip():
            raise ValueError("a contact needs who was asked and what")
        where = str(self._known_target(target)) if target else ""
        outcome = ContactOutcome(outcome)
        answered = self.desk.today() if outcome is ContactOutcome.ANSWERED else ""
        try:
            due = timing.read_date(deadline, self.desk.settings.zone) if deadline.strip() else ""
        except DateError:
            due = deadline.strip()  # "before noon": a person must look
        contact = Contact(who.strip(), how, self._period(on), question, outcome, where, due, answer, answered, note)
        id = self.desk.new_id()
        self._act(ev.ContactRecorded(contact), f"contact:{id}")
        return id

    def answer(self, id: str, outcome: ContactOutcome | str, answer: str = "", *, on: str = "") -> ev.Event:
        """Record what came back from somebody who was asked: an answer, silence, a refusal."""
        held = known(self.state.contacts, id, "contact")
        contact = replace(held.value, outcome=ContactOutcome(outcome), answer=answer, answered_on=self._period(on))
        return self._act(ev.ContactRecorded(contact), f"contact:{id}")

    def overdue(self) -> list[str]:
        """Contacts that are still waited for although their deadline has passed, by id."""
        today = date.fromisoformat(self.desk.today())
        found = []
        for id, held in self.state.contacts.items():
            due = timing.extent(held.value.deadline, self.desk.settings.zone) if held.value.deadline else None
            if held.value.outcome is ContactOutcome.WAITING and due and due[1] < today:
                found.append(id)
        return found

    # ---- inside

    def _further_problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._further_problems()
        yield from (("contact.overdue", f"contact/{id}") for id in self.overdue())

    def _period(self, on: str) -> str:
        return timing.read_date(on, self.desk.settings.zone) if on.strip() else self.desk.today()

    def _queries(self, claim: Claim) -> list[tuple[str, str]]:
        """Words to search with, by language: telling ones, then the longest quotation."""
        texts: Mapping[str, str] = claim.as_checked or {languages.language_of(claim.text): claim.text}
        found = [(language, search_words(text, language)) for language, text in texts.items()]
        found += [(language, exact_words(text)) for language, text in texts.items()]
        if quoted := exact_words(claim.text):
            found.append((languages.language_of(claim.text), quoted))
        return [(language, words) for language, words in dict.fromkeys(found) if words]

    def _sites(self, claim: Claim) -> list[tuple[str, str]]:
        """Outlets that the claim's chain names and the table knows: did they print it?"""
        steps = (*claim.printed, *(claim.established or ()))
        outlets = [known_outlet(outlet_named(name_of(step.source))) for step in steps]
        language = self.desk.settings.language
        named = [(each.ar if language == "ar" else each.en, each.hosts[0]) for each in outlets if each and each.hosts]
        return list(dict.fromkeys(named))
