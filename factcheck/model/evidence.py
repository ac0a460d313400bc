"""What was found, what it bears on, where people looked, and whom they asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from factcheck.model.article import Span, TextQuote


class Stance(StrEnum):
    SUPPORTS = "supports"
    REFUTES = "refutes"
    SAYS_SOMETHING_ELSE = "says_something_else"
    CONTEXT = "context"


class Obtained(StrEnum):
    """How the bytes of a capture came to us."""

    FETCHED = "fetched"
    IMPORTED = "imported"  # a file a person saved
    PASTED = "pasted"


@dataclass(frozen=True, slots=True)
class Capture:
    """Bytes we hold, named by their SHA-256."""

    sha256: str  # of the payload as decoded from transfer and content encodings; hexadecimal
    media_type: str
    length: int  # bytes
    obtained: Obtained
    at: str  # aware UTC, ISO 8601
    url: str = ""  # final address, after redirects
    requested_url: str = ""
    status: int = 0  # HTTP status; 0 when not fetched
    record: str = ""  # SHA-256 of the stored WARC file that holds the exchange
    text: str = ""  # SHA-256 of the extracted text (UTF-8), itself kept; empty when nothing could be read out
    encoding: str = ""  # how the bytes were decoded and why, e.g. "windows-1256: detected from content"
    tool: str = ""  # name and version that fetched and extracted
    flags: tuple[str, ...] = ()  # "truncated:length", "soft404", "encoding-conflict", ...


class AnchorHow(StrEnum):
    EXACT = "exact"
    FOLDED = "folded"
    BY_HAND = "by_hand"  # typed from an image, a call, a book: nothing to find it in
    PLACED = "placed"  # an orphan that a person placed


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a quote stands in the extracted text of a capture."""

    how: AnchorHow
    span: Span | None = None  # None when by hand


class OfflineKind(StrEnum):
    CALL = "call"
    PAPER = "paper"
    BOOK = "book"
    DOCUMENT = "document"
    IN_PERSON = "in_person"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class OfflineSource:
    kind: OfflineKind
    who: str  # person spoken to, or author and title
    when: str = ""  # ISO 8601 date or interval
    how_obtained: str = ""


@dataclass(frozen=True, slots=True)
class Translation:
    language: str
    text: str
    by: str = ""  # translator; empty: the desk ("translation by us")


@dataclass(frozen=True, slots=True)
class LinkProblem:
    """Why a link could not be captured; kept, so that it can be tried again."""

    code: str  # of FetchError: "http-404", "dns", "timeout", "refused-address", ...
    message: str
    at: str  # aware UTC, ISO 8601


@dataclass(frozen=True, slots=True)
class Evidence:
    """A capture, a link that is still waiting, or an off-line source, with the passage that matters."""

    title: str = ""
    url: str = ""
    capture: Capture | None = None
    offline: OfflineSource | None = None
    problem: LinkProblem | None = None
    archived_url: str = ""
    quote: TextQuote | None = None
    anchor: Anchor | None = None  # None with a quote: an orphan that a person must place
    quote_language: str = ""
    translation: Translation | None = None
    outlet: str = ""
    author: str = ""
    published: str = ""  # ISO 8601
    primary: bool = False
    primary_reason: str = ""  # why this one primary source is enough
    reliability: str = ""
    interests: str = ""  # of the quoted source
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bearing:
    """That a piece of evidence says something about a target."""

    evidence: str  # evidence id
    target: str  # str(Target)
    stance: Stance
    note: str = ""


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """Pieces of evidence that go back to one independent source."""

    name: str
    evidence: tuple[str, ...]
    reason: str = ""


class SearchOutcome(StrEnum):
    NOTHING = "nothing"
    COULD_NOT_OPEN = "could_not_open"
    SOMETHING_ELSE = "something_else"


@dataclass(frozen=True, slots=True)
class Search:
    """Where somebody looked without finding what they looked for."""

    place: str
    queries: tuple[str, ...]
    outcome: SearchOutcome
    on: str  # ISO 8601 date
    target: str = ""  # str(Target)
    language: str = ""
    hits: int | None = None
    note: str = ""


class ContactOutcome(StrEnum):
    WAITING = "waiting"
    ANSWERED = "answered"
    SILENCE = "silence"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who was asked, and what came back."""

    who: str
    how: str  # e-mail, telephone, ...
    on: str  # ISO 8601 date
    question: str
    outcome: ContactOutcome
    target: str = ""  # str(Target)
    deadline: str = ""
    answer: str = ""
    answered_on: str = ""
    note: str = ""


class ArchiveState(StrEnum):
    """How a request for an archived copy stands."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"  # the archive will not have this page, or not from us
    GAVE_UP = "gave_up"  # it did not come to it, time and again
    WITHDRAWN = "withdrawn"  # a person no longer wants it


@dataclass(frozen=True, slots=True)
class ArchiveRequest:
    """That a web archive is to copy a page, and what came of it."""

    url: str
    archive: str  # its name in the desk's settings
    state: ArchiveState
    asked: str  # when a person wanted it; aware UTC, ISO 8601
    memento: str = ""  # address of the copy
    memento_at: str = ""  # when the archive says it was made; aware UTC, ISO 8601
    answered: str = ""  # when the outcome was known here; aware UTC, ISO 8601
    code: str = ""  # how it came so: "copied", "found", "needs-key", "no-answer", or the archive's own such as "error:blocked-url"
    message: str = ""  # the archive's own words, if any


class LinkState(StrEnum):
    """What a link led to when it was tried again."""

    ALIVE = "alive"
    MOVED = "moved"  # to another address that has a page
    HOME = "home"  # to the site's front page
    SOFT_404 = "soft_404"  # a page that says there is none, under a status that says there is
    GONE = "gone"  # 404 or 410
    DEAD = "dead"  # there is no such host
    BARRED = "barred"  # a page is there, and not for us: 401, 403, 451, a login
    FAILED = "failed"  # no answer, or one that says nothing of the page: 429, 5xx, a timeout


class PassageState(StrEnum):
    """Whether the quoted words are still where a link leads."""

    STANDS = "stands"
    MISSING = "missing"
    UNREAD = "unread"  # no text could be read out, so that nobody knows
    NO_QUOTE = "no_quote"


@dataclass(frozen=True, slots=True)
class Recheck:
    """What was seen when the link of a piece of evidence was tried again; the evidence itself stays as it is."""

    at: str  # aware UTC, ISO 8601
    state: LinkState
    url: str  # that was asked for
    passage: PassageState
    final_url: str = ""  # after redirects
    status: int = 0  # HTTP status of the last answer; 0 without one
    compared_with: str = ""  # SHA-256 of the capture that the page was compared with; empty when there was none
    changed: bool | None = None  # whether the page's text differs from that capture's; None: not known
    capture: Capture | None = None  # of what came now, when its bytes differ
    code: str = ""  # why: of FetchError, "http-404", or the sign that gave an error page away
    message: str = ""
