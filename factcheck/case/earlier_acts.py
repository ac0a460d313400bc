"""Acts on earlier checks: has this desk, a file of checks, or the world checked this claim before?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factcheck.case.acts import Acts, Move
from factcheck.case.state import CaseState
from factcheck.errors import ExtractionError, SourceUnavailableError
from factcheck.evidence import earlier
from factcheck.evidence.earlier import EarlierCheck, Ranked, Words
from factcheck.model import events as ev
from factcheck.model.claim import Claim, Target
from factcheck.model.evidence import Search, SearchOutcome
from factcheck.text import language as languages
from factcheck.text.decode import decode
from factcheck.text.matching import terms
from factcheck.text.page_tags import read_tags
from factcheck.text.queries import search_words

MAX_FILE = 50_000_000  # bytes
DESK_PLACE = {"ar": "سجل عمل هذه المساحة", "en": "this desk's own ledger"}
GOOGLE_PLACE = "Google Fact Check Tools"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was found for one claim."""

    found: tuple[Ranked, ...]  # best first
    asked: tuple[str, ...]  # places that were searched
    failed: tuple[tuple[str, str], ...]  # (place, why): those that could not be searched
    passed_over: tuple[tuple[str, int], ...]  # (file, items in it that could not be read)
    searches: tuple[str, ...]  # ids of the records of it


class EarlierActs(Acts):
    """What people do to learn whether a claim was checked before."""

    def find_earlier(
        self, claim: str, *, files: Iterable[Path | str] = (), online: bool = False, limit: int = 10, record: bool = True
    ) -> Earlier:
        """Earlier checks of a claim, also in other words: of this desk, in files of ClaimReview items, and, if asked for, known to Google.

        The claim as checked is compared in every language that it is written in, else the claim as it stands. What was searched is recorded
        as searches, one a place, in one act.

        Args:
            claim: id of a claim or proposal, or a target of one.
            files: JSON, JSON lines, a DataFeed, or a page with structured data; beside those in the desk's settings.
            online: ask Google's Fact Check Tools, with the desk's own key; they learn the claim's words.
            record: write the searches down; False for a look that leaves no trace.

        Raises:
            ExtractionError: a file cannot be read; nothing was written.
            KeyUnavailableError: ``online``, and there is no key; nothing was asked or written.
        """
        id = Target.parse(claim).claim if "/" in claim else claim
        wanted = self.claim(id)
        texts = dict(wanted.as_checked) or {languages.language_of(wanted.text): wanted.text}
        language = self.desk.settings.language
        settings = self.desk.settings
        paths = [*(self.desk.folder / Path(name).expanduser() for name in settings.earlier_checks), *(Path(p).expanduser() for p in files)]
        read = [(path.name, read_file(path)) for path in paths]
        key = earlier.google_key(settings.fact_check_api, settings.allowed_hosts) if online else ""
        pools: list[tuple[str, Sequence[EarlierCheck]]] = [(DESK_PLACE[language], list(self._own(id)))]
        pools += [(name, items.checks) for name, items in read]
        failed: list[tuple[str, str]] = []
        queries = list(dict.fromkeys((tongue, words) for tongue, text in texts.items() if (words := search_words(text, tongue))))
        if online:
            try:
                pools.append((GOOGLE_PLACE, earlier.ask_google(queries, self.desk.fetcher, key, settings.fact_check_api)))
            except SourceUnavailableError as error:
                failed.append((GOOGLE_PLACE, str(error)))
        found = _ranked(texts, [check for _, checks in pools for check in checks], limit)
        places = [(place, sum(each.check in set(checks) for each in found), "") for place, checks in pools]
        places += [(place, 0, why) for place, why in failed]
        searches = self._record_earlier(places, tuple(words for _, words in queries), wanted, id) if record and queries else ()
        skipped = tuple((name, items.passed_over) for name, items in read if items.passed_over)
        return Earlier(tuple(found), tuple(place for place, _ in pools), tuple(failed), skipped, searches)

    # ---- inside

    def _own(self, claim: str) -> Iterator[EarlierCheck]:
        """Claims of this desk that were restated or given a result, in all its cases."""
        for id in self.desk.cases():
            state = self.state if id == self.id else self.desk.case_state(id)
            for other, held in state.claims.items():
                if other != claim or id != self.id:
                    yield from _own_checks(state, other, held.value)

    def _record_earlier(self, places: Sequence[tuple[str, int, str]], queries: tuple[str, ...], claim: Claim, id: str) -> tuple[str, ...]:
        moves: list[Move] = []
        ids = []
        target = f"content/{id}" if id in self.state.claims else ""
        for place, hits, failure in places:
            outcome = SearchOutcome.COULD_NOT_OPEN if failure else SearchOutcome.SOMETHING_ELSE if hits else SearchOutcome.NOTHING
            ids.append(self.desk.new_id())
            note = failure or {"ar": "تحققات سابقة", "en": "earlier checks"}[self.desk.settings.language]
            counted = None if failure else hits
            search = Search(place, queries, outcome, self.desk.today(), target, languages.language_of(claim.text), counted, note)
            moves.append((ev.SearchRecorded(search), [f"search:{ids[-1]}"]))
        self._acts(moves)
        return tuple(ids)


def _own_checks(state: CaseState, id: str, claim: Claim) -> Iterator[EarlierCheck]:
    target = f"content/{id}"
    verdicts = state.verdicts_on(target)
    verdict = verdicts[-1].value if verdicts else None
    scale = state.desk.scales.get(verdict.scale) if verdict else None
    texts = dict(claim.as_checked) or {"": claim.text}
    for language, text in texts.items():
        label = ""
        if verdict and scale:
            labels = scale.rating(verdict.rating).label
            label = labels.get(language) or labels.get(state.language) or verdict.rating
        yield EarlierCheck(
            claim=text,
            source="desk",
            rating=label,
            title=state.title,
            claimed_on=state.article.fact("published") if state.article else "",
            checked_on=verdict.as_of if verdict else "",
            language=language,
            case=state.id,
            target=target,
        )


def _ranked(texts: dict[str, str], checks: Sequence[EarlierCheck], limit: int) -> list[Ranked]:
    """The checks that are most alike to one of the texts; each published check once."""
    index = earlier.Index([_words(check.claim) for check in checks])
    best: dict[int, int] = {}
    for text in texts.values():
        for i, likeness in index.rank(_words(text), 3 * limit):
            best[i] = max(best.get(i, 0), likeness)
    ranked: list[Ranked] = []
    seen: set[tuple[str, str]] = set()
    for i, likeness in sorted(best.items(), key=lambda each: (-each[1], each[0])):
        check = checks[i]
        same = (check.url, "") if check.url else (check.case, check.target) if check.case else (check.claim, check.publisher)
        if same not in seen:
            seen.add(same)
            ranked.append(Ranked(check, likeness))
    return ranked[:limit]


def _words(text: str) -> Words:
    found = terms(text)
    return Words(found.words, found.runs, found.concepts)


def read_file(path: Path) -> earlier.Read:
    """The ClaimReview items of a file: JSON, JSON lines, a DataFeed, an answer of Google's API, or a page with structured data.

    Raises:
        ExtractionError: it cannot be read, is too large, or holds no such items.
    """
    try:
        if path.stat().st_size > MAX_FILE:
            raise ExtractionError(
                f"{path} holds {path.stat().st_size / 1e6:.0f} MB; a file of checks may hold {MAX_FILE / 1e6:.0f}. Split it."
            )
        data = path.read_bytes()
    except OSError as error:
        raise ExtractionError(f"Could not read {path}: {error.strerror}. Check the path.") from error
    read = earlier.read_items(_parsed(decode(data).text), path.name)
    if not read.checks:
        what = f"{read.passed_over} items without a claim that could be read" if read.passed_over else "no ClaimReview items"
        raise ExtractionError(f"There are {what} in {path}. Give JSON, JSON lines, a DataFeed, or a page that carries ClaimReview markup.")
    return read


def _parsed(text: str) -> Any:
    """JSON, JSON a line, or the structured data of a page."""
    stripped = text.lstrip("\ufeff \t\r\n")
    if stripped.startswith("<"):
        return list(read_tags(text, limit=MAX_FILE).items)
    try:
        return json.loads(stripped)
    except (ValueError, RecursionError):
        return [item for line in stripped.splitlines() if (item := _line(line)) is not None]


def _line(line: str) -> Any:
    try:
        return json.loads(line) if line.strip() else None
    except (ValueError, RecursionError):
        return None
