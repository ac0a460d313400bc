"""Earlier checks of a claim: read from ClaimReview items, asked of Google's Fact Check Tools, and ranked by how alike they are.

Whatever comes from a file or a service is foreign: wrong types are passed over, texts are cut, addresses must be of the web. The key for
Google goes into a header for Google's host alone; it stands in no address, record or message.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from factcheck.errors import FetchError, KeyUnavailableError, SourceUnavailableError
from factcheck.evidence.credentials import SERVICE, credential, scrubbed
from factcheck.evidence.fetch import Ask, Fetched, Fetcher
from factcheck.evidence.pages import host_of, is_inside
from factcheck.evidence.weblinks import web_address

GOOGLE = "https://factchecktools.googleapis.com"
KEY_VARIABLE = "FACTCHECK_GOOGLE_KEY"
PAGE_SIZE, MAX_PAGES = 20, 3
MAX_ITEMS = 100_000  # ClaimReview items read from one file
MAX_OBJECTS = 2_000_000  # objects looked at for them
_TEXT, _NAME = 2_000, 200  # characters kept
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class EarlierCheck:
    """Somebody's check of a claim. All texts but ``source`` are foreign."""

    claim: str
    source: str  # where it was found: "desk", the name of a file, "google"
    rating: str = ""  # in the checker's words
    publisher: str = ""
    url: str = ""
    title: str = ""
    claimant: str = ""
    claimed_on: str = ""
    checked_on: str = ""
    language: str = ""
    case: str = ""  # of this desk: id of the case
    target: str = ""  # of this desk: the target that has the result


@dataclass(frozen=True, slots=True)
class Ranked:
    """An earlier check, and how alike its claim is."""

    check: EarlierCheck
    likeness: int  # thousandths of what the query is about that the claim holds too


@dataclass(frozen=True, slots=True)
class Read:
    """What a file of ClaimReview items held."""

    checks: tuple[EarlierCheck, ...]
    passed_over: int  # items without a claim that could be read


# ---- ranking


@dataclass(frozen=True, slots=True)
class Words:
    """What a text is found by: telling terms, runs of letters, concepts (``text.matching`` gives them)."""

    words: tuple[str, ...]
    runs: tuple[str, ...]
    concepts: tuple[str, ...]  # what the words are about, each once


RUNS_WEIGHT = 0.1
FLOOR = 220  # thousandths; less is chance


class Index:
    """Documents that can be asked what is about the same thing; building it costs a pass over them."""

    def __init__(self, documents: Sequence[Words]) -> None:
        self._documents = documents
        self._words = _Bm25([each.words for each in documents])
        self._runs = _Bm25([each.runs for each in documents])
        self._seen = Counter(concept for each in documents for concept in each.concepts)

    def rank(self, query: Words, limit: int = 10) -> list[tuple[int, int]]:
        """Documents that are about what the query is about, best first: (position, likeness in thousandths).

        Ordered by BM25 over terms, with a tenth of BM25 over runs of letters for names that are spelt in several ways. Likeness is what
        both are about, as the geometric mean of its shares in either, each concept weighted by how rare it is.
        """
        wanted, whole = set(query.concepts), self._weight(query.concepts)
        if not whole or not self._documents:
            return []
        both_scores = zip(self._words.scores(query.words), self._runs.scores(query.runs), strict=True)
        scores = [words + RUNS_WEIGHT * runs for words, runs in both_scores]
        found = []
        for i in sorted(range(len(scores)), key=lambda i: -scores[i])[: 5 * limit]:
            concepts = self._documents[i].concepts
            both = self._weight(wanted.intersection(concepts))
            likeness = round(1000 * both / math.sqrt(whole * self._weight(concepts))) if both else 0
            if likeness >= FLOOR:
                found.append((i, likeness))
        return found[:limit]

    def _weight(self, concepts: Iterable[str]) -> float:
        count, seen = len(self._documents), self._seen
        return sum(math.log(1 + (count - seen[concept] + 0.5) / (seen[concept] + 0.5)) for concept in concepts)


class _Bm25:
    """Scores between 0 and 1: shares of the best."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        import bm25s  # when it is used: commands that rank nothing start without it

        self._count = len(documents)
        self._index = bm25s.BM25(k1=1.2, b=0.5) if any(documents) else None
        if self._index is not None:
            self._index.index([list(each) or [""] for each in documents], show_progress=False)

    def scores(self, query: Sequence[str]) -> list[float]:
        if self._index is None or not query:
            return [0.0] * self._count
        scores: list[float] = self._index.get_scores(list(query)).tolist()
        best = max(scores)
        return [score / best for score in scores] if best > 0 else scores


# ---- ClaimReview items


def read_items(data: Any, source: str) -> Read:
    """The ClaimReview items in parsed JSON, wherever they stand: alone, in lists, in @graph, in a DataFeed, in Google's answers."""
    found: list[EarlierCheck] = []
    passed_over = 0
    for item in _objects(data):
        made = [_from_review(item, source)] if _is_review(item) else list(_from_google(item, source)) if _is_google(item) else None
        if made is None:
            continue
        good = [check for check in made if check is not None]
        passed_over += max(1, len(made)) - len(good) if not good else len(made) - len(good)
        found += good
        if len(found) >= MAX_ITEMS:
            break
    return Read(tuple(dict.fromkeys(found[:MAX_ITEMS])), passed_over)


def _objects(data: Any) -> Iterator[Mapping[str, Any]]:
    """Objects, outer ones first; walked, not recursed, and up to a number."""
    todo, looked = [data], 0
    while todo and looked < MAX_OBJECTS:
        looked += 1
        at = todo.pop()
        if isinstance(at, dict):
            yield at
            if not _is_review(at) and not _is_google(at):
                todo.extend(reversed([each for each in at.values() if isinstance(each, (dict, list))]))
        elif isinstance(at, list):
            todo.extend(reversed([each for each in at if isinstance(each, (dict, list))]))


def _is_review(item: Mapping[str, Any]) -> bool:
    kind = item.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return any(isinstance(each, str) and each.rpartition("/")[2] == "ClaimReview" for each in kinds)


def _is_google(item: Mapping[str, Any]) -> bool:
    return isinstance(item.get("claimReview"), list) and "@type" not in item


def _from_review(item: Mapping[str, Any], source: str) -> EarlierCheck | None:
    claim = _claim(item.get("claimReviewed"))
    if not claim:
        return None
    rating, reviewed = _first(item.get("reviewRating")), _first(item.get("itemReviewed"))
    number, best = _text(rating.get("ratingValue"), _NAME), _text(rating.get("bestRating"), _NAME)
    numbers = f"{number}/{best}" if number and best else number
    return EarlierCheck(
        claim=claim,
        source=source,
        rating=_text(rating.get("alternateName"), _NAME) or _text(rating.get("name"), _NAME) or numbers,
        publisher=_name(item.get("author")) or _name(item.get("publisher")),
        url=_address(item.get("url")),
        title=_text(item.get("headline"), _NAME) or _text(item.get("name"), _NAME),
        claimant=_name(reviewed.get("author")),
        claimed_on=_text(reviewed.get("datePublished"), 40),
        checked_on=_text(item.get("datePublished"), 40) or _text(item.get("dateCreated"), 40),
        language=_text(item.get("inLanguage"), 20),
    )


def _from_google(item: Mapping[str, Any], source: str) -> Iterator[EarlierCheck | None]:
    claim = _claim(item.get("text"))
    for review in item["claimReview"][:50]:
        if not claim or not isinstance(review, dict):
            yield None
            continue
        publisher = _first(review.get("publisher"))
        yield EarlierCheck(
            claim=claim,
            source=source,
            rating=_text(review.get("textualRating"), _NAME),
            publisher=_text(publisher.get("name"), _NAME) or _text(publisher.get("site"), _NAME),
            url=_address(review.get("url")),
            title=_text(review.get("title"), _NAME),
            claimant=_text(item.get("claimant"), _NAME),
            claimed_on=_text(item.get("claimDate"), 40),
            checked_on=_text(review.get("reviewDate"), 40),
            language=_text(review.get("languageCode"), 20),
        )


def _claim(value: Any) -> str:
    """The words of a claim; a number alone is none."""
    return _text(value) if isinstance(value, (str, dict)) else ""


def _text(value: Any, limit: int = _TEXT) -> str:
    """A text of some JSON: one line, without what turns a line round, cut."""
    if isinstance(value, dict):
        value = value.get("@value")
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return " ".join(_CONTROL.sub(" ", str(value)[: 4 * limit]).split())[:limit]


def _first(value: Any) -> Mapping[str, Any]:
    value = value[0] if isinstance(value, list) and value else value
    return value if isinstance(value, dict) else {}


def _name(value: Any) -> str:
    value = value[0] if isinstance(value, list) and value else value
    return _text(value.get("name"), _NAME) if isinstance(value, dict) else _text(value, _NAME)


def _address(value: Any) -> str:
    return web_address("", value.strip())[:2_000] if isinstance(value, str) else ""


# ---- Google's Fact Check Tools


def google_key(base: str, allowed_hosts: Sequence[str] = (), environ: Mapping[str, str] | None = None) -> str:
    """The desk's own key for Google's Fact Check Tools: from the environment, else from the system's keyring.

    ``FACTCHECK_GOOGLE_KEY`` is for Google's host alone; another host, which a desk's settings may name, has a variable of its own.

    Raises:
        KeyUnavailableError: there is none, or the connection is one that others can read. The message does not repeat it.
    """
    host = host_of(base)
    if not (base.startswith("https:") or is_inside(base, allowed_hosts)):
        raise KeyUnavailableError(f"{base} was not asked: a key is sent over https only. Mend fact_check_api in factcheck.toml.")
    found = (os.environ if environ is None else environ).get(KEY_VARIABLE, "").strip() if base == GOOGLE else ""
    found = found or credential(host, environ)
    if not found:
        raise KeyUnavailableError(
            f"{host} answers only to a key of your own, and there is none. Set the environment variable {KEY_VARIABLE}, or put it into the "
            f'system\'s keyring with: keyring set "{SERVICE}" {host}. Nothing was asked.'
        )
    if not all("!" <= char <= "~" for char in found):
        raise KeyUnavailableError(f"The key in {KEY_VARIABLE} holds spaces or letters that cannot be sent. Set it anew.")
    return found


def ask_google(queries: Iterable[tuple[str, str]], fetcher: Fetcher, key: str, base: str = GOOGLE) -> list[EarlierCheck]:
    """Ask for checks of claims by their words.

    Args:
        queries: (language, words); each is asked in its language, a few pages of answers long.

    Raises:
        SourceUnavailableError: it cannot be reached, refuses the key, has had enough, or answers what is no list of checks.
    """
    found: list[EarlierCheck] = []
    for language, words in queries:
        token = ""
        for _ in range(MAX_PAGES):
            asked = {"query": words, "languageCode": language, "pageSize": str(PAGE_SIZE), **({"pageToken": token} if token else {})}
            answer = _asked(f"{base.rstrip('/')}/v1alpha1/claims:search?{urlencode(asked)}", fetcher, key, base)
            found += read_items(answer.get("claims", []), "google").checks
            token = _text(answer.get("nextPageToken"), 500)
            if not token:
                break
    return list(dict.fromkeys(found))


def _asked(url: str, fetcher: Fetcher, key: str, base: str) -> Mapping[str, Any]:
    host = host_of(base)
    try:
        fetched = fetcher.fetch(url, Ask(headers=(("Accept", "application/json"),), secret=key, secret_header="X-Goog-Api-Key"))  # noqa: S106
    except FetchError as error:
        code = getattr(error, "code", "fetch")
        raise SourceUnavailableError(
            f"{host} cannot be reached ({code}). Try again later; other earlier checks are still found."
        ) from error
    said = _json(fetched)
    if fetched.status != 200:
        raise SourceUnavailableError(_refusal(fetched, said, host, key))
    if not isinstance(said, dict) or not isinstance(said.get("claims", []), list):
        raise SourceUnavailableError(f"{host} answered something that is no list of checks. Try again later, or look in its Explorer.")
    return said


def _json(fetched: Fetched) -> Any:
    try:
        return json.loads(fetched.body)
    except (ValueError, RecursionError):
        return None


def _refusal(fetched: Fetched, said: Any, host: str, key: str) -> str:
    error = said.get("error") if isinstance(said, dict) else None
    words = _text(error.get("message"), 300) if isinstance(error, dict) else ""
    told = f': "{scrubbed(words, key)}"' if words else ""
    if fetched.status in (400, 401, 403):
        return f"{host} refused the request or its key ({fetched.status}{told}). See that the key is valid and the API enabled for it."
    if fetched.status == 429:
        return f"{host} has had enough for now (429{told}). Try again later."
    return f"{host} does not answer as it should ({fetched.status}{told}). Try again later."
