"""Acts on archived copies: find them, cite them, capture them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

from factcheck.case import gather
from factcheck.case.acts import Acts, known
from factcheck.errors import FetchError, NotAllowedError
from factcheck.evidence.archive import Lookup, check_may_tell, look_up
from factcheck.evidence.fetch import Fetched
from factcheck.evidence.memento import Archive, Memento, Wanted, original_bytes
from factcheck.evidence.pages import host_of
from factcheck.model import events as ev


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

    # ---- inside

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
