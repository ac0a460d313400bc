"""Where checkers look, and the addresses of searches there: made, shown, and never fetched.

The places are data (``search_places.toml``), which a desk extends.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from urllib.parse import quote, urlsplit


class PlaceKind(StrEnum):
    GENERAL = "general"
    FACTCHECK = "factcheck"
    IMAGE = "image"
    ARCHIVE = "archive"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class SearchPlace:
    """Somewhere to look.

    Raises:
        ValueError: it has neither an address of results nor a site, or one that is none.
    """

    name: str
    kind: PlaceKind = PlaceKind.SITE
    url: str = ""  # of the results, with {query} or {url} in it
    site: str = ""  # a host, or a host and the beginning of a path, searched through a search engine
    languages: tuple[str, ...] = ()  # of queries that are of use there; empty: any
    off: bool = False  # a desk leaves a built-in place of that name out

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a search place needs a name")
        if self.off:
            return
        if bool(self.url) == bool(self.site):
            raise ValueError(f"{self.name}: give either url, with {{query}} or {{url}} in it, or site, a host")
        if self.url and ("{query}" not in self.url and "{url}" not in self.url):
            raise ValueError(f"{self.name}: url = {self.url!r} holds neither {{query}} nor {{url}}")
        if urlsplit(self.url or f"https://{self.site}").scheme not in ("http", "https") or any(char in self.site for char in ' "\\:@'):
            raise ValueError(f"{self.name}: {self.url or self.site!r} is no address of the web")


@dataclass(frozen=True, slots=True)
class SearchLink:
    """One search, ready to be opened by a person."""

    place: str
    kind: PlaceKind
    query: str  # as it would be typed there; the address in question for pictures and archives
    language: str  # of the query; empty for an address
    url: str


@cache
def built_in() -> tuple[SearchPlace, ...]:
    """The places that come with factcheck."""
    table = tomllib.loads(files("factcheck.evidence").joinpath("search_places.toml").read_text(encoding="utf-8"))
    return tuple(
        SearchPlace(**{**entry, "kind": PlaceKind(entry["kind"]), "languages": tuple(entry.get("languages", ()))})
        for entry in table["place"]
    )


def places(own: Sequence[SearchPlace] = ()) -> tuple[SearchPlace, ...]:
    """The built-in places and a desk's own, which take the place of those of the same name."""
    by_name = {place.name: place for place in (*built_in(), *own)}
    return tuple(place for place in by_name.values() if not place.off)


def links(
    queries: Sequence[tuple[str, str]],
    places: Sequence[SearchPlace],
    *,
    sites: Sequence[tuple[str, str]] = (),
    pages: Sequence[str] = (),
    pictures: Sequence[str] = (),
) -> Iterator[SearchLink]:
    """Searches for some words and pages.

    Args:
        queries: (language, words).
        places: where to look; ``places()`` gives them.
        sites: (name, host) of further sites where the words are looked for.
        pages: addresses of pages in question, for archives.
        pictures: addresses of pictures in question, for searches by picture.
    """
    engine = next((place.url for place in places if place.kind is PlaceKind.GENERAL and "{query}" in place.url), "")
    further = [SearchPlace(name, PlaceKind.SITE, site=host) for name, host in sites]
    for place in (*places, *further):
        if "{url}" in place.url:
            for page in pictures if place.kind is PlaceKind.IMAGE else pages:
                yield SearchLink(place.name, place.kind, page, "", place.url.replace("{url}", quote(page, safe="")))
            continue
        for language, words in queries:
            if place.languages and language not in place.languages:
                continue
            template, typed = (place.url, words) if place.url else (engine, f"{words} site:{place.site}")
            if template:
                yield SearchLink(place.name, place.kind, typed, language, template.replace("{query}", quote(typed, safe="")))
