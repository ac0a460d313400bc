"""Acts on where evidence comes from: accept or overrule what tools think goes back to one source, confirm dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from factcheck.case import sourcing, timing
from factcheck.case.acts import Acts, Move, known
from factcheck.case.page_facts import NOTHING, PageFacts, PageReader
from factcheck.case.sourcing import CircularAlarm, Count, Source, Sourcing
from factcheck.case.timing import EvidenceDate
from factcheck.errors import NotAllowedError
from factcheck.evidence.origins import Piece
from factcheck.model import events as ev
from factcheck.model.evidence import Evidence, SourceGroup


class SourcingActs(Acts):
    """What people do about independent sources and dates."""

    _reader: PageReader | None = None
    _found: tuple[object, Sourcing] | None = None

    # ---- independent sources

    def sources(self) -> list[Source]:
        """Which pieces of evidence go back to one source: as persons decided, then as tools propose, with reasons in Arabic and English.

        What tools think is worked out from the captures and kept nowhere; it costs about a second for a thousand pieces, once.
        """
        return sourcing.sources(self.state, self._sourcing(), self.desk.settings.language)

    def accept_sources(self, *ids: str) -> list[ev.Event]:
        """Accept proposals of ``sources``: their pieces count as one source from now on.

        Raises:
            ValueError: there is no such proposal; it lists those that there are.
        """
        proposed = {source.id: source for source in self.sources() if not source.decided}
        steps = []
        for id in dict.fromkeys(ids):
            if id not in proposed:
                raise ValueError(f"there is no proposal {id!r}; proposed are: {', '.join(proposed) or 'none'}")
            source, language = proposed[id], self.desk.settings.language
            name = self.state.groups[source.joins].value.name if source.joins else source.name.get(language, "")
            reason = " · ".join(reason[language] for reason in source.reasons)[:2000]
            steps.append((ev.SourcesGrouped(SourceGroup(name, source.evidence, reason)), [f"group:{id}"]))
        return self._acts(steps)

    def group(self, evidence_ids: Iterable[str], name: str, reason: str = "") -> str:
        """Say that pieces of evidence go back to one independent source; returns the group's id.

        A piece may stand in several groups, of as many sources; one that was called a source of its own is that no more.
        """
        ids = tuple(dict.fromkeys(evidence_ids))
        for id in ids:
            known(self.state.evidence, id, "evidence")
        alone = {group for id in ids for group in self.state.groups_of(id) if len(self.state.groups[group].value.evidence) == 1}
        group_id = self.desk.new_id()
        steps: list[Move] = [(ev.SourcesGrouped(SourceGroup(name, ids, reason)), [f"group:{group_id}"])]
        self._acts([*steps, *((ev.SourcesGrouped(None), [f"group:{each}"]) for each in sorted(alone))])
        return group_id

    def separate(self, evidence_ids: Iterable[str], reason: str) -> list[ev.Event]:
        """Say that each of these pieces is an independent source of its own, whatever tools think: it leaves the group it is in, alarms
        on it are overruled, and it is not proposed again.

        Raises:
            ValueError: no reason is given, or a piece does not exist.
        """
        if not reason.strip():
            raise ValueError("say why these pieces are independent, for those who read the check")
        state, steps = self.state, []
        ids = dict.fromkeys(evidence_ids)
        left: dict[str, tuple[str, ...]] = {}
        for id in ids:
            evidence = known(state.evidence, id, "evidence").value
            for group in state.groups_of(id):
                left[group] = tuple(each for each in left.get(group, state.groups[group].value.evidence) if each not in ids)
            name = evidence.outlet or evidence.title or evidence.url
            steps.append((ev.SourcesGrouped(SourceGroup(name, (id,), reason.strip())), [f"group:{self.desk.new_id()}"]))
        for group, members in left.items():
            before = state.groups[group].value
            kept = SourceGroup(before.name, members, before.reason) if len(members) > 1 else None
            steps.append((ev.SourcesGrouped(kept), [f"group:{group}"]))
        return self._acts(steps)

    def ungroup(self, group_id: str) -> ev.Event:
        """Take a decision on a source back; tools propose again."""
        known(self.state.groups, group_id, "source")
        return self._act(ev.SourcesGrouped(None), f"group:{group_id}")

    def alarms(self) -> list[CircularAlarm]:
        """Evidence that goes back to the article under check, or to the source that the article goes back to."""
        return sourcing.circular(self.state, self._sourcing())

    def count_sources(self, target: str) -> Count:
        """How many pieces of evidence bear on a target, and how many sources they go back to."""
        return sourcing.count(self.state, self._sourcing(), str(self._known_target(target)))

    # ---- time

    def dates(self) -> dict[str, EvidenceDate]:
        """When each piece of evidence was published, by its id: as a person confirmed, else as its page says, with where it says so."""
        article = self.state.article
        claimed = article.fact("published") if article else ""
        zone = self.desk.settings.zone
        return {
            id: timing.dated(id, held.value, self._facts(held.value).dates, claimed, zone) for id, held in self.state.evidence.items()
        }  # fmt: skip

    def confirm_date(self, id: str, published: str = "") -> ev.Event:
        """Confirm when a piece of evidence was published: as its page says, or as given; "unknown" when the page bears no date.

        Raises:
            NotAllowedError: no date is given and the page says none.
            ValueError: what is given is no date.
        """
        evidence = known(self.state.evidence, id, "evidence").value
        zone, origin = self.desk.settings.zone, "person"
        if not published.strip():
            found = self.dates()[id]
            if not found.origin:
                raise NotAllowedError('Its page gives no date that could be confirmed. Write the date, or "unknown".')
            published, origin = found.published, found.origin
        read = timing.read_date(published, zone)
        return self._act(ev.EvidenceRevised(replace(evidence, published=read), "dated", origin), f"evidence:{id}")

    # ---- inside

    def _further_problems(self) -> Iterator[tuple[str, str]]:
        yield from super()._further_problems()
        yield from sourcing.problems(self.state, self._sourcing())
        yield from timing.problems(self.state, self.dates(), self.desk.settings.zone)

    def _pages(self) -> PageReader:
        if self._reader is None:
            self._reader = PageReader(self.desk.captures)
        return self._reader

    def _facts(self, evidence: Evidence) -> PageFacts:
        return self._pages().facts(evidence.capture) if evidence.capture else NOTHING

    def _sourcing(self) -> Sourcing:
        """What tools found, worked out anew when evidence, claims or the article changed."""
        state = self.state
        if not state.evidence:
            return Sourcing()
        bearings = tuple((held.value.evidence, held.value.target) for held in state.bearings.values())
        claims = tuple((id, held.event.digest) for id, held in state.claims.items())
        pieces = tuple((id, held.event.digest) for id, held in state.evidence.items())
        key = (pieces, bearings, claims, repr(state.article))
        if self._found is None or self._found[0] != key:
            found = sourcing.find(state, [self._piece(id, held.value) for id, held in state.evidence.items()], self._article_piece())
            self._found = (key, found)
        return self._found[1]

    def _piece(self, id: str, evidence: Evidence) -> Piece:
        facts, capture = self._facts(evidence), evidence.capture
        dates = timing.dated(id, evidence, facts.dates, "", self.desk.settings.zone)
        quote = evidence.anchor.span if evidence.anchor else None
        return Piece(
            id=id,
            url=evidence.url or (capture.url if capture else ""),
            addresses=tuple(filter(None, (*facts.addresses, capture.url if capture else "", evidence.archived_url))),
            links=facts.links,
            outlet=evidence.outlet or facts.outlet,
            author=evidence.author or facts.author,
            published=dates.published if dates.published != timing.UNKNOWN else "",
            text=self._pages().text(capture.text) if capture else "",
            cited=self._pages().cited(capture.text, quote) if capture and capture.text else (),
        )

    def _article_piece(self) -> Piece | None:
        article = self.state.article
        if article is None:
            return None
        published = article.fact("published")
        return Piece(
            id="article",
            url=article.fact("url"),
            addresses=tuple(filter(None, (article.fact("archived_url"),))),
            outlet=article.fact("outlet"),
            author=article.fact("author"),
            published=published if published != timing.UNKNOWN else "",
            text=self.text,
            cited=self._pages().cited(article.text),
        )
