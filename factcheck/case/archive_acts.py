"""Acts on archived copies: find them, cite them, capture them, ask for new ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from factcheck.case import gather
from factcheck.case.acts import Acts, Move, known
from factcheck.case.archiving import ArchiveStatus, page_of, statuses
from factcheck.errors import FetchError, NotAllowedError, isolate
from factcheck.evidence.archive import Lookup, check_may_tell, look_up
from factcheck.evidence.fetch import Fetched
from factcheck.evidence.memento import Archive, Memento, Wanted, original_bytes
from factcheck.evidence.pages import host_of, is_inside, secret_part
from factcheck.model import events as ev
from factcheck.model.evidence import ArchiveRequest, ArchiveState


@dataclass(frozen=True, slots=True)
class Asked:
    """What ``ask_archive`` wrote down."""

    requests: tuple[str, ...]  # ids, of those that waited already too
    passed: Mapping[str, str]  # evidence id -> why it was passed over: no-link, has-copy, not-public, credential


def request_id(case: str, archive: str, url: str) -> str:
    """The id of a case's request for a page, so that two people who ask for it move one register."""
    return hashlib.sha256(f"{case}/{archive}/{page_of(url)}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


class ArchiveActs(Acts):
    """What people do with archived copies of the pages that evidence links to."""

    def mementos(self, of: str, near: str = "") -> Lookup:
        """Ask the desk's archives for their copies of a page, nearest to a day first. They learn of the address.

        Args:
            of: a piece of evidence, or an address.
            near: ISO 8601 date or aware time; without it when the evidence was captured, else when it was published, else now.

        Raises:
            NotAllowedError: the desk names no archive, or the address is not of the public web.
            ValueError: ``near`` is no date.
        """
        url, moment = self._page(of, near)
        archives = self.desk.settings.archives
        if not archives:
            raise NotAllowedError("This desk asks no archive: factcheck.toml says archives = []. Name one under [[archives]].")
        for archive in archives:
            check_may_tell(archive, url, self.desk.settings.allowed_hosts)
        return look_up(archives, url, moment, self.desk.fetcher, self.desk.clock())

    def cite_memento(self, id: str, memento: Memento | str, *, capture: bool | None = None) -> ev.Event:
        """Cite an archived copy of the page that a piece of evidence links to.

        Args:
            memento: one that was found, or the address of one.
            capture: fetch the copy and make it the evidence's capture; without it, when the evidence has none yet. The capture is marked
                with the moment for which the archive vouches, and the WARC record holds the headers that say so.

        Raises:
            FetchError: the copy cannot be brought, or it is none of this page; nothing was written.
        """
        evidence = known(self.state.evidence, id, "evidence").value
        if not evidence.url:
            raise NotAllowedError("Only a link has archived copies; this evidence has none.")
        if capture and evidence.capture:
            raise NotAllowedError("This link is captured already. Attach the archived copy as a piece of evidence of its own.")
        url = memento.url if isinstance(memento, Memento) else memento.strip()
        evidence = replace(evidence, archived_url=url)
        if capture or (capture is None and evidence.capture is None):
            made, title = gather.from_fetched(self._memento_fetched(url, evidence.url), self.desk.captures)
            evidence = replace(evidence, capture=made, problem=None, title=evidence.title or title)
            evidence = gather.place_quote(evidence, evidence.quote, self._text_of(evidence))
        return self._act(ev.EvidenceRevised(evidence, "archived", ""), f"evidence:{id}")

    def ask_archive(self, evidence: Iterable[str] | str | None = None, *, archive: str = "") -> Asked:
        """Ask for a new archived copy of what evidence links to. This only writes the request down: ``archiving.work`` sends it.

        A page for which a request waits, or was fulfilled within a day, is not asked for again; its request is returned.

        Args:
            evidence: one or several pieces; without it every link of the case that has no archived copy, but not those whose address
                holds what looks like a credential, since the copy will be public.
            archive: name of one archive; without it every one of the desk that makes copies.

        Raises:
            NotAllowedError: a named piece is no link, or its address is not of the public web; no archive makes copies.
        """
        archives = [a for a in self.desk.settings.archives if a.save and archive in ("", a.name)]
        if not archives:
            which = f"the archive {isolate(archive)}" if archive else "an archive"
            raise NotAllowedError(f"factcheck.toml does not name {which} with an address for making copies. Give it a line save = ....")
        named = [evidence] if isinstance(evidence, str) else list(evidence) if evidence is not None else None
        now = gather.now_text(self.desk.clock)
        steps: list[Move] = []
        asked: dict[str, None] = {}
        passed: dict[str, str] = {}
        for id in named if named is not None else list(self.state.evidence):
            url = known(self.state.evidence, id, "evidence").value.url
            why = "" if named is not None else self._why_not(id, url)
            if why:
                passed[id] = why
                continue
            if not url:
                raise NotAllowedError("Only a link can be copied by an archive; this evidence has none.")
            for each in archives:
                check_may_tell(each, url, self.desk.settings.allowed_hosts)
                request = request_id(self.id, each.name, url)
                if request not in asked and not self._asked_already(request, now):
                    steps.append((ev.ArchiveRequested(ArchiveRequest(url, each.name, ArchiveState.WAITING, now)), [f"archive:{request}"]))
                asked[request] = None
        if steps:
            self._acts(steps)
        return Asked(tuple(asked), passed)

    def withdraw_archive(self, id: str) -> ev.Event:
        """Take a waiting request back. What was sent already may be copied all the same."""
        request = known(self.state.archives, id, "request for an archived copy").value
        if request.state is not ArchiveState.WAITING:
            raise NotAllowedError("This request is over; there is nothing to take back.")
        taken = replace(request, state=ArchiveState.WITHDRAWN, answered=gather.now_text(self.desk.clock))
        return self._act(ev.ArchiveAnswered(taken), f"archive:{id}")

    def archive_status(self) -> list[ArchiveStatus]:
        """How the requests of this case stand, oldest first."""
        return statuses(self.desk, self.id)

    # ---- inside

    def _why_not(self, id: str, url: str) -> str:
        """Why a piece is passed over when nobody named it: a code; empty when it is not."""
        if not url:
            return "no-link"
        if self.state.archived_copy(id):
            return "has-copy"
        if is_inside(url, self.desk.settings.allowed_hosts):
            return "not-public"
        return "credential" if secret_part(url) else ""

    def _asked_already(self, request: str, now: str) -> bool:
        held = self.state.archives.get(request)
        if held is None:
            return False
        answered = gather.moment_of(held.value.answered)
        fresh = answered is not None and datetime.fromisoformat(now) - answered < timedelta(days=1)
        return held.value.state is ArchiveState.WAITING or (held.value.state is ArchiveState.DONE and fresh)

    def _page(self, of: str, near: str) -> tuple[str, datetime]:
        """The address to ask for and the moment that matters."""
        if gather.looks_like_url(of):
            return of.strip(), self._moment(near) or self.desk.clock()
        evidence = known(self.state.evidence, of, "evidence").value
        if not evidence.url:
            raise NotAllowedError("Only a link has archived copies; this evidence has none.")
        when = near or (evidence.capture.at if evidence.capture else "") or evidence.published
        try:
            return evidence.url, self._moment(when) or self.desk.clock()
        except ValueError:
            if near:
                raise
            return evidence.url, self.desk.clock()  # "unknown", or an interval

    def _moment(self, text: str) -> datetime | None:
        if not text:
            return None
        try:
            at = datetime.fromisoformat(text)
        except ValueError as error:
            raise ValueError(f"{text!r} is no date; write one like 2021-11-20") from error
        if len(text) == 10:
            at = datetime.combine(at.date(), time(12), self.desk.settings.zone)
        return (at if at.tzinfo else at.replace(tzinfo=self.desk.settings.zone)).astimezone(UTC)

    def _memento_fetched(self, url: str, page: str) -> Fetched:
        """Bring an archived copy, as the site sent it where the archive can give that, and see that it is one of this page."""
        fetched = self.desk.fetcher.fetch(original_bytes(url))
        wanted = Wanted(Archive(host_of(url), timegate=url), page, self.desk.clock())
        try:
            wanted.from_headers(fetched)
        except ValueError as error:
            raise FetchError(
                f"Did not take {url} as an archived copy of {page}: {error}. Look at it in a browser; a copy that is right all the same "
                "can be saved there and attached as a file.",
                url=url,
                code="no-memento",
            ) from error
        return fetched
