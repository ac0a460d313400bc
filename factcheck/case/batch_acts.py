"""Acts on many links at once: attach a pasted list, try all waiting links again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace

from tqdm.auto import tqdm

from factcheck.case import gather
from factcheck.case.acts import Move
from factcheck.case.evidence_acts import EvidenceActs
from factcheck.evidence.batch import PoliteFetcher, visit
from factcheck.model import events as ev
from factcheck.model.evidence import Capture, Evidence, LinkProblem, Stance
from factcheck.text.child import ReaderPool

_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"'«»“”\u200e\u200f\u202a-\u202e\u2066-\u2069]+", re.IGNORECASE)
_ENDINGS = ".,;:!?،؛؟…*_"
_BRACKETS = {")": "(", "]": "[", "}": "{"}

Brought = tuple[Capture | None, LinkProblem | None, str]


@dataclass(frozen=True, slots=True)
class Attached:
    """What became of one link of many: it is evidence either way, and its problem says why it is not captured."""

    url: str
    id: str
    captured: bool
    problem: str = ""


def addresses_in(text: str) -> list[str]:
    """The web addresses in a pasted text, each once, in order; punctuation and brackets around them are not theirs."""
    found: dict[str, None] = {}
    for match in _ADDRESS.finditer(text):
        url = match[0]
        while url and (url[-1] in _ENDINGS or (url[-1] in _BRACKETS and url.count(url[-1]) > url.count(_BRACKETS[url[-1]]))):
            url = url[:-1]
        if len(url.partition("://")[2] or url) > 4:
            found[url if "://" in url else f"https://{url}"] = None
    return list(found)


class BatchActs(EvidenceActs):
    """What people do with many links."""

    def attach_each(
        self, links: str | Iterable[str], *, bears_on: Iterable[str] = (), stance: Stance | str = Stance.SUPPORTS, note: str = ""
    ) -> Iterator[Attached]:
        """Attach links one after the other as their pages come; each is in the ledger when it is yielded.

        Different hosts are asked side by side, one host a page after the other. A link that cannot be fetched is evidence with its
        problem, as with ``attach``. Stopping early leaves what was attached until then.

        Args:
            links: addresses, or a text that holds some, such as a pasted list.

        Raises:
            ValueError: there is no address, or a target that the case does not have.
        """
        urls = addresses_in(links) if isinstance(links, str) else list(dict.fromkeys(url.strip() for url in links if url.strip()))
        if not urls:
            raise ValueError("there is no address in this; addresses begin with http:// or https://")
        targets = [self._known_target(text) for text in bears_on]
        stance = Stance(stance)
        for position, (capture, problem, title) in self._brought(urls):
            evidence = Evidence(url=urls[position], capture=capture, problem=problem, title=title, note=note)
            id = self.desk.new_id()
            steps: list[Move] = [(ev.EvidenceAttached(evidence), [f"evidence:{id}"])]
            steps += [self._bearing_step(id, target, stance, "") for target in targets]
            self._acts(steps)
            yield Attached(urls[position], id, capture is not None, problem.message if problem else "")

    def attach_many(
        self,
        links: str | Iterable[str],
        *,
        bears_on: Iterable[str] = (),
        stance: Stance | str = Stance.SUPPORTS,
        note: str = "",
        progress: bool = True,
    ) -> list[Attached]:
        """Attach many links, with a bar that shows how far it is; see ``attach_each``. In the order of the links."""
        links = addresses_in(links) if isinstance(links, str) else list(dict.fromkeys(url.strip() for url in links if url.strip()))
        each = self.attach_each(links, bears_on=bears_on, stance=stance, note=note)
        found = {one.url: one for one in tqdm(each, total=len(links), unit="link", disable=not progress)}
        return [found[url] for url in links]

    def retry_each(self, ids: Iterable[str] = ()) -> Iterator[Attached]:
        """Try waiting links again, all of them without ``ids``; what happened is on record either way."""
        state = self.state
        waiting = [id for id, held in state.evidence.items() if held.value.url and not held.value.capture]
        chosen = [id for id in waiting if id in set(ids)] if (ids := tuple(ids)) else waiting
        urls = [state.evidence[id].value.url for id in chosen]
        for position, (capture, problem, title) in self._brought(urls):
            id = chosen[position]
            evidence = self._evidence(id).value
            evidence = replace(evidence, capture=capture, problem=problem, title=evidence.title or title)
            evidence = gather.place_quote(evidence, evidence.quote, self._text_of(evidence))
            self._act(ev.EvidenceRevised(evidence, "retried", ""), f"evidence:{id}")
            yield Attached(urls[position], id, capture is not None, problem.message if problem else "")

    def retry_many(self, ids: Iterable[str] = (), *, progress: bool = True) -> list[Attached]:
        """Try waiting links again, with a bar that shows how far it is; see ``retry_each``."""
        total = sum(bool(held.value.url and not held.value.capture) for held in self.state.evidence.values())
        return list(tqdm(self.retry_each(ids), total=total, unit="link", disable=not progress))

    def _brought(self, urls: list[str]) -> Iterator[tuple[int, Brought]]:
        """Pages as they come: their position, and the capture or the problem. Fetched politely, read by a few children that all share."""
        fetcher = PoliteFetcher(self.desk.fetcher)
        store, clock = self.desk.captures, self.desk.clock
        with ReaderPool() as readers:

            def bring(url: str) -> Brought:
                return gather.from_link(url, fetcher, store, clock, reader=readers)

            with closing(visit(urls, bring, at_once=self.desk.settings.hosts_at_once)) as brought:
                yield from brought
