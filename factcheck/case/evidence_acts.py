"""Acts on evidence: attach, try again, quote, translate, say what it bears on."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from factcheck.case import gather, timing
from factcheck.case.acts import Acts, Move, check_names, known
from factcheck.case.state import Held
from factcheck.errors import AnchorError, ExtractionError, NotAllowedError
from factcheck.evidence.wacz import write_wacz
from factcheck.evidence.web_archive import ArchivedPage
from factcheck.model import events as ev
from factcheck.model.article import Span, TextQuote
from factcheck.model.claim import Target
from factcheck.model.evidence import (
    Anchor,
    AnchorHow,
    Bearing,
    Capture,
    Evidence,
    OfflineSource,
    Stance,
    Translation,
)
from factcheck.text import language as languages
from factcheck.text.anchor import locate
from factcheck.text.pdf import page_number

DETAILS = ("title", "outlet", "author", "published", "archived_url", "primary", "primary_reason", "reliability", "interests")
"""Fields of evidence that a person fills in or changes, beside its note."""


class EvidenceActs(Acts):
    """What people do with evidence."""

    def attach(
        self,
        url: str = "",
        *,
        file: Path | str | bytes | None = None,
        offline: OfflineSource | None = None,
        quote: str = "",
        translation: Translation | None = None,
        bears_on: Iterable[str] = (),
        stance: Stance | str = Stance.SUPPORTS,
        note: str = "",
        **details: Any,
    ) -> str:
        """Attach evidence: a link (fetched and captured now), a saved file, or an off-line source; returns its id.

        A link that cannot be fetched is recorded with its problem and can be tried again. A quote that is not in the capture is kept
        as an orphan for a person to place. With both ``url`` and ``file``, the file is the saved page of that address and nothing is
        fetched.

        Args:
            bears_on: targets; one page may bear on many.
            details: further fields of ``Evidence``: title, outlet, author, published, archived_url, primary, primary_reason,
                reliability, interests.

        Raises:
            ValueError: neither link, file nor off-line source, or a detail that evidence does not have.
            DateError: ``published`` is no date.
        """
        targets = [self._known_target(text) for text in bears_on]
        if sum(map(bool, (url or file is not None, offline))) != 1:
            raise ValueError("evidence needs a link, a file, or an off-line source, and only one of link or file and off-line source")
        check_names(details, DETAILS)
        evidence = Evidence(url=url.strip(), offline=offline, translation=translation, note=note, **self._dated(details))
        if file is not None:
            with _opened(file) as (opened, name):
                capture, title = gather.from_file(opened, self.desk.captures, self.desk.clock, name=name, url=evidence.url)
            evidence = replace(evidence, capture=capture, url=evidence.url or capture.url, title=evidence.title or title)
        elif evidence.url:
            capture_or_none, problem, title = gather.from_link(evidence.url, self.desk.fetcher, self.desk.captures, self.desk.clock)
            evidence = replace(evidence, capture=capture_or_none, problem=problem, title=evidence.title or title)
        evidence = gather.place_quote(evidence, TextQuote(quote) if quote.strip() else None, self._text_of(evidence))
        id = self.desk.new_id()
        steps: list[Move] = [(ev.EvidenceAttached(evidence), [f"evidence:{id}"])]
        steps += [self._bearing_step(id, target, Stance(stance), "") for target in targets]
        self._acts(steps)
        return id

    def retry(self, id: str) -> bool:
        """Fetch a link again; returns whether it is captured now. Either way what happened is on record."""
        held = self._evidence(id)
        evidence = held.value
        if not evidence.url:
            raise NotAllowedError("Only a link can be tried again; this evidence has none.")
        if evidence.capture:
            raise NotAllowedError("This link is captured already; a later version of the page is a new piece of evidence.")
        capture, problem, title = gather.from_link(evidence.url, self.desk.fetcher, self.desk.captures, self.desk.clock)
        evidence = replace(evidence, capture=capture, problem=problem, title=evidence.title or title)
        evidence = gather.place_quote(evidence, evidence.quote, self._text_of(evidence))
        self._act(ev.EvidenceRevised(evidence, "retried", ""), f"evidence:{id}")
        return capture is not None

    def import_page(self, id: str, file: Path | str | bytes) -> ev.Event:
        """Give a link that could not be fetched the page that a person saved from a browser."""
        evidence = self._evidence(id).value
        with _opened(file) as (opened, name):
            capture, title = gather.from_file(opened, self.desk.captures, self.desk.clock, name=name, url=evidence.url)
        evidence = replace(evidence, capture=capture, problem=None, title=evidence.title or title)
        evidence = gather.place_quote(evidence, evidence.quote, self._text_of(evidence))
        return self._act(ev.EvidenceRevised(evidence, "imported", ""), f"evidence:{id}")

    def quote(self, id: str, exact: str = "", *, span: Span | tuple[int, int] | None = None) -> ev.Event:
        """Quote a passage of the captured text: by its words, which must be found, or by the span that a person chose there.

        Raises:
            AnchorError: the words are not in the capture, or stand there more than once; ``nearest`` holds candidates.
        """
        evidence = self._evidence(id).value
        text = self._text_of(evidence)
        if span is not None:
            chosen = span if isinstance(span, Span) else Span(*span)
            if chosen.end > len(text):
                raise ValueError(f"span [{chosen.start}, {chosen.end}) lies outside the captured text of {len(text)} characters")
            quote, anchor = TextQuote.at(chosen, text), Anchor(AnchorHow.PLACED, chosen)
        elif text:
            match = locate(TextQuote(exact), text)
            quote, anchor = TextQuote.at(match.span, text), Anchor(match.how, match.span)
        elif evidence.capture or evidence.offline:
            quote, anchor = TextQuote(exact), Anchor(AnchorHow.BY_HAND)
        else:
            raise AnchorError("There is no captured text to quote from yet. Try the link again, or import the saved page.", nearest=[])
        revised = replace(evidence, quote=quote, anchor=anchor, quote_language=languages.language_of(quote.exact))
        return self._act(ev.EvidenceRevised(revised, "placed", ""), f"evidence:{id}")

    def translate(self, id: str, language: str, text: str, by: str = "") -> ev.Event:
        """Add the translation of a quote; without ``by`` it is marked as ours."""
        evidence = replace(self._evidence(id).value, translation=Translation(language, text, by))
        return self._act(ev.EvidenceRevised(evidence, "translated", ""), f"evidence:{id}")

    def edit_evidence(self, id: str, **changes: Any) -> ev.Event:
        """Change what is known of a piece of evidence, not the capture or the quote.

        Raises:
            ValueError: a detail that evidence does not have.
            DateError: ``published`` is no date.
        """
        check_names(changes, (*DETAILS, "note"))
        return self._act(ev.EvidenceRevised(replace(self._evidence(id).value, **self._dated(changes)), "edited", ""), f"evidence:{id}")

    def withdraw_evidence(self, id: str, because: str) -> ev.Event:
        """Take a piece of evidence out of the case; capture and history stay."""
        self._evidence(id)
        return self._act(ev.EvidenceRevised(None, "withdrawn", because), f"evidence:{id}")

    def bear(self, id: str, targets: Iterable[str], stance: Stance | str, note: str = "") -> list[ev.Event]:
        """Say that evidence supports, refutes, or otherwise bears on targets; saying it again about a target replaces the stance."""
        self._evidence(id)
        return self._acts([self._bearing_step(id, self._known_target(text), Stance(stance), note) for text in targets])

    def unbear(self, bearing_id: str) -> ev.Event:
        """Withdraw one bearing."""
        known(self.state.bearings, bearing_id, "bearing")
        return self._act(ev.EvidenceBears(None), f"bearing:{bearing_id}")

    def capture_text(self, evidence_id: str) -> str:
        """The text read out of a piece of evidence's capture; empty when there is none."""
        return self._text_of(self._evidence(evidence_id).value)

    def pages_in(self, file: Path | str | bytes) -> tuple[ArchivedPage, ...]:
        """The pages that a web archive (WACZ, WARC) lists, of which ``attach(file=..., url=...)`` takes one; none for any other file.

        Raises:
            IntegrityError: the archive is damaged, or not what its digests say.
        """
        with _opened(file) as (opened, name):
            return gather.pages_in(opened, name)

    def page_number(self, evidence_id: str) -> int:
        """On which page of a PDF a quote stands, from 1; 0 when it stands in no PDF, or was not found."""
        evidence = self._evidence(evidence_id).value
        span = evidence.anchor.span if evidence.anchor else None
        if span is None or evidence.capture is None or evidence.capture.media_type != "application/pdf":
            return 0
        return page_number(self._text_of(evidence), span.start)

    def captures(self) -> list[Capture]:
        """What is held for this case's evidence, oldest first, each once."""
        held = {c.record or c.sha256: c for e in self.state.evidence.values() if (c := e.value.capture)}
        return sorted(held.values(), key=lambda capture: (capture.at, capture.url, capture.sha256))

    def write_wacz(self, path: Path | str) -> int:
        """Write the captures of this case's evidence as a WACZ file that ReplayWeb.page and pywb replay; returns how many there are.

        Raises:
            ReportError: there is no capture yet, or the file cannot be written.
            IntegrityError: a capture is missing or was changed.
        """
        titles = {e.value.capture.record: e.value.title for e in self.state.evidence.values() if e.value.capture}
        return write_wacz(Path(path).expanduser(), self.captures(), self.desk.captures, titles=titles, title=self.title)

    # ---- inside

    def _dated(self, details: Mapping[str, Any]) -> dict[str, Any]:
        """Details with the day of publication as ISO 8601, however it was typed."""
        typed = str(details.get("published") or "").strip()
        return {**details, "published": timing.read_date(typed, self.desk.settings.zone)} if typed else dict(details)

    def _evidence(self, id: str) -> Held[Evidence]:
        return known(self.state.evidence, id, "evidence")

    def _bearing_step(self, evidence_id: str, target: Target, stance: Stance, note: str) -> Move:
        """One evidence and one target have one bearing, so that two people who say it move one register."""
        id = hashlib.sha256(f"{evidence_id}/{target}".encode()).hexdigest()[:32]
        return ev.EvidenceBears(Bearing(evidence_id, str(target), stance, note)), [f"bearing:{id}"]


@contextmanager
def _opened(file: Path | str | bytes) -> Iterator[tuple[BinaryIO, str]]:
    """A file or its bytes, to be read, and what to call it."""
    if isinstance(file, bytes):
        yield io.BytesIO(file), ""
        return
    path = Path(file).expanduser()
    try:
        opened = path.open("rb")
    except OSError as error:
        raise ExtractionError(f"Could not read {path}: {error.strerror}. Check the path, or drop the file into the workbench.") from error
    with opened:
        yield opened, path.name
