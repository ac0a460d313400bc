"""Links of evidence tried again: what became of them, whether the quoted words still stand there. The evidence itself is never changed."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from queue import Empty, Full, Queue
from threading import Event
from urllib.parse import urlsplit

from tqdm.auto import tqdm

from factcheck.case import gather
from factcheck.case.acts import Acts, known
from factcheck.case.background import Background
from factcheck.errors import AnchorError, LedgerConflictError, NotAllowedError
from factcheck.evidence.fetch import Fetcher
from factcheck.evidence.link_check import Seen, Visit, judge, made_up_address, new_lines, visit
from factcheck.evidence.pages import host_of
from factcheck.evidence.words import folded_words
from factcheck.model import events as ev
from factcheck.model.article import TextQuote
from factcheck.model.evidence import Evidence, LinkState, PassageState, Recheck
from factcheck.text.anchor import locate
from factcheck.text.child import ChildReader
from factcheck.text.extract import Readable
from factcheck.text.signs import is_notice

HOSTS_AT_ONCE = 8
AHEAD = 16  # pages that are held while the ledger is written to


class RecheckActs(Acts):
    """Trying links again."""

    def recheck(
        self, evidence: Iterable[str] | str | None = None, *, progress: bool = True, stop: Event | None = None
    ) -> dict[str, Recheck]:
        """Try the links of evidence again, and write down what was seen: one event each, as it is seen.

        A link that fails is an answer like another. Where the quoted words are not found, one made-up address of the same site is asked for
        as well, to learn how it answers for pages it does not have. New bytes are kept as a capture of their own.

        Args:
            evidence: one or several pieces; without it every link of the case.
            progress: show a bar.
            stop: ends the run when it is set; what was seen until then is written down.

        Returns:
            What was seen, by evidence id.

        Raises:
            NotAllowedError: a piece that was named is no link.
        """
        ids = [evidence] if isinstance(evidence, str) else list(evidence) if evidence is not None else None
        pieces = {id: known(self.state.evidence, id, "evidence").value for id in (self.state.evidence if ids is None else ids)}
        links = {id: piece.url for id, piece in pieces.items() if urlsplit(piece.url).scheme in ("http", "https")}
        if ids is not None and len(links) < len(pieces):
            raise NotAllowedError("Only a link can be checked again; a piece that was named is none.")
        linking: dict[str, list[str]] = {}
        for id, url in links.items():
            linking.setdefault(url, []).append(id)
        found: dict[str, Recheck] = {}
        with ChildReader() as reader, tqdm(total=len(links), disable=not progress, unit="link") as bar:
            judging = Judging(self.desk.fetcher, reader)
            for came in _weighed(_visits(linking, self.desk.fetcher)):
                if stop and stop.is_set():
                    break
                for id in linking[came.url]:
                    found[id] = self._rechecked(id, pieces[id], came, judging)
                    bar.update()
        return found

    def recheck_in_background(self, evidence: Iterable[str] | str | None = None) -> Background[dict[str, Recheck]]:
        """The same in a thread; ``refresh`` brings in what it has written so far."""
        ids = evidence if evidence is None or isinstance(evidence, str) else tuple(evidence)
        return self.desk.in_background(lambda own, stop: own.case(self.id).recheck(ids, progress=False, stop=stop))

    def _rechecked(self, id: str, evidence: Evidence, came: Visit, judging: Judging) -> Recheck:
        fetched = came.fetched
        seen = judging.look(evidence, self._text_of(evidence), came)
        capture = None
        if fetched is not None and fetched.body and not seen.same_bytes:
            capture, _ = gather.from_fetched(fetched, self.desk.captures, found=seen.found)
        recheck = Recheck(
            at=fetched.at if fetched else gather.now_text(self.desk.clock),
            state=seen.state,
            url=evidence.url,
            passage=seen.passage,
            final_url=fetched.url if fetched else "",
            status=fetched.status if fetched else 0,
            compared_with=evidence.capture.sha256 if evidence.capture else "",
            changed=seen.changed,
            capture=capture,
            code=seen.code,
            message=came.message,
        )
        try:
            self._act(ev.EvidenceRechecked(recheck), f"recheck:{id}")
        except LedgerConflictError:  # somebody else checked it meanwhile
            self.refresh()
            self._act(ev.EvidenceRechecked(recheck), f"recheck:{id}")
        return recheck


@dataclass(frozen=True, slots=True)
class Look:
    """What a visit to a link shows, beside what was captured."""

    state: LinkState
    code: str
    passage: PassageState
    changed: bool | None
    found: Readable  # what can be read now
    same_bytes: bool


@dataclass(slots=True)
class Judging:
    """Reads pages, and learns how each site answers for addresses that it does not have."""

    fetcher: Fetcher
    reader: ChildReader
    chance: random.Random = field(default_factory=random.SystemRandom)
    _made_up: dict[str, tuple[Visit, str]] = field(default_factory=dict)

    def look(self, evidence: Evidence, before: str, came: Visit) -> Look:
        """What came, beside what was captured of it.

        Args:
            before: the text of the evidence's capture.
        """
        fetched, capture = came.fetched, evidence.capture
        same_bytes = bool(fetched and capture and sha256(fetched.body).hexdigest() == capture.sha256)
        now = Readable(before, "") if same_bytes else self._read(came)
        passage = _passage(evidence, now.text, same_bytes=same_bytes, came=fetched is not None)
        changed = None if fetched is None or not capture or not (before or same_bytes) else _differ(before, now.text)
        span = evidence.anchor.span if evidence.anchor else None
        quoted = (span.start, span.end) if span else None
        notice = bool(before) and is_notice(now.title, new_lines(now.text, before))
        seen = Seen(came, now.text, now.flags, passage, changed, before, quoted, notice)
        state, code = judge(seen, lambda: self._beside(evidence.url))
        if state in (LinkState.FAILED, LinkState.BARRED) and passage is PassageState.MISSING:
            passage = PassageState.UNREAD  # what came is not the page
        return Look(state, code, passage, changed, now, same_bytes)

    def _read(self, came: Visit) -> Readable:
        return gather.read_fetched(came.fetched, self.reader) if came.fetched else Readable("", "")

    def _beside(self, url: str) -> tuple[Visit, str]:
        """What came for a made-up address beside one, and its text; asked once for a folder of a site."""
        address = made_up_address(url, self.chance)
        key = address.partition("?")[0].rpartition("/")[0] + ("?" if "?" in address else "")
        if key not in self._made_up:
            came = visit(address, self.fetcher)
            self._made_up[key] = (came, self._read(came).text)
        return self._made_up[key]


def _weighed(visits: Iterable[Visit]) -> Iterator[Visit]:
    """The same visits, but those to sites that nobody answered for at the end: when none of several did, our own network may be down."""
    silent, answered = [], False
    for came in visits:
        if came.unanswered:
            silent.append(came)
        else:
            answered = answered or came.fetched is not None
            yield came
    down = not answered and len({host_of(came.url) for came in silent}) > 1
    message = "None of the sites answered: perhaps the network is down."
    yield from (replace(came, no_host=False, code="offline", message=message) if down else came for came in silent)


def _passage(evidence: Evidence, text: str, *, same_bytes: bool, came: bool) -> PassageState:
    """Whether the quoted words stand in a text; the place is not judged, since the evidence's own anchor stays."""
    quote = evidence.quote
    if quote is None:
        return PassageState.NO_QUOTE
    if same_bytes and evidence.anchor:
        return PassageState.STANDS
    if not came or not text.strip():
        return PassageState.UNREAD
    return PassageState.STANDS if _stands(quote, text) else PassageState.MISSING


def _stands(quote: TextQuote, text: str) -> bool:
    try:
        locate(quote, text)
    except AnchorError as error:
        return error.facts.get("code") == "several"
    return True


def _differ(before: str, now: str) -> bool:
    return before != now and folded_words(before) != folded_words(now)


def _visits(urls: Iterable[str], fetcher: Fetcher) -> Iterator[Visit]:
    """Each address once, several sites at a time, those of one site one after the other; no more pages held than can be worked on."""
    by_host: dict[str, list[str]] = {}
    for url in dict.fromkeys(urls):
        by_host.setdefault(host_of(url), []).append(url)
    came: Queue[Visit] = Queue(AHEAD)
    stop = Event()

    def ask(of_host: list[str]) -> None:
        for url in of_host:
            seen = visit(url, fetcher)
            while not stop.is_set():
                with suppress(Full):
                    came.put(seen, timeout=0.2)
                    break

    with ThreadPoolExecutor(HOSTS_AT_ONCE, thread_name_prefix="factcheck-recheck") as pool:
        asking = [pool.submit(ask, of_host) for of_host in by_host.values()]
        try:
            while True:
                ended = all(future.done() for future in asking)
                try:
                    yield came.get(timeout=0.2)
                except Empty:
                    if ended:
                        break
        finally:
            stop.set()
            for future in asking:
                future.cancel()
    for future in asking:
        future.result()
