"""Which pieces of evidence go back to one independent source, and which go back to the article that they are to check.

Ten pages that quote one paper are one source. A page goes back to another when they are one page (canonical address, another screen, a copy
in an archive), when it is credited to an agency, when its lead or the sentence quoted from it names an outlet as its source, or when it
shares long passages. Everything here proposes, with its reasons; a person decides (``case``).

Pure functions of plain values; who is cited in a text is read by ``text`` and handed in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from factcheck.evidence.addresses import page_key, site_of
from factcheck.evidence.outlets import Credit, Name, credits_of, known_outlet, name_of, outlet_named, outlet_of_host

if TYPE_CHECKING:
    from factcheck.evidence.copies import Shared


@dataclass(frozen=True, slots=True)
class Cited:
    """An outlet that a text names as the source of what it says, where that matters: in its lead, or for the passage quoted from it."""

    name: str  # as printed
    words: str = ""  # the words that say so: "نقلت صحيفة «الميناء»"
    is_outlet: bool = True  # False: it counts only if the table, or another piece, knows an outlet of that name


@dataclass(frozen=True, slots=True)
class Piece:
    """A page or a paper as far as its origin shows."""

    id: str
    url: str = ""
    addresses: tuple[str, ...] = ()  # further ones that the page names as its own: canonical, AMP, og:url
    links: tuple[str, ...] = ()  # to other pages
    outlet: str = ""
    author: str = ""
    published: str = ""  # ISO 8601, a day or a time; empty when not known
    text: str = ""
    cited: tuple[Cited, ...] = ()


class GroundKind(StrEnum):
    SAME_PAGE = "same_page"
    CREDIT = "credit"
    CITES = "cites"
    SHARES = "shares"
    OWN = "own"  # it is the agency's or the outlet's own page


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a piece belongs to a group."""

    kind: GroundKind
    piece: str
    other: str = ""  # the piece it shares with
    words: str = ""  # the credit, the cue, the beginning of the shared passage; foreign text
    share: int = 0  # thousandths of the shorter text
    run: int = 0  # words in a row


@dataclass(frozen=True, slots=True)
class Group:
    """Pieces that go back to one source."""

    key: str  # stable for one set of pieces: the outlet's id or name, or the first piece's address
    name: Mapping[str, str]  # of the likely source, by language; foreign text
    pieces: tuple[str, ...]  # the likely first one first, then by date
    first: str  # the likely source among them, else the one published first; empty when neither is known
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class _Linked:
    """What links pieces: clusters of copies, and the outlets that each cluster names."""

    cluster: list[int]  # of each piece: position of its first member
    keys: list[dict[str, Ground]]  # of each piece: outlet key -> why
    grounds: list[Ground]
    shared: list[Shared]
    names: _Names


def group(pieces: Sequence[Piece]) -> list[Group]:
    """Groups of two pieces or more; a piece that names two sources stands in two of them. In a fixed order, whatever that of the pieces."""
    pieces = sorted(pieces, key=lambda piece: piece.id)
    linked = _link(pieces)
    clusters: dict[int, list[int]] = defaultdict(list)
    for i, first in enumerate(linked.cluster):
        clusters[first].append(i)
    by_key: dict[str, list[int]] = defaultdict(list)  # outlet -> clusters
    for first, members in clusters.items():
        for key in dict.fromkeys(key for i in members for key in linked.keys[i]):
            by_key[key].append(first)
    made: dict[tuple[int, ...], Group] = {}
    for key, firsts in by_key.items():
        members = sorted(i for first in firsts for i in clusters[first])
        made.setdefault(tuple(members), _made(key, members, pieces, linked))
    for members in clusters.values():
        if len(members) > 1 and not any(set(members) <= set(held) for held in made):
            made[tuple(members)] = _made("", members, pieces, linked)
    return sorted((each for members, each in made.items() if len(members) > 1), key=lambda each: each.pieces)


def _made(key: str, members: list[int], pieces: Sequence[Piece], linked: _Linked) -> Group:
    inside = {pieces[i].id for i in members}
    grounds = [linked.keys[i][key] for i in members if key in linked.keys[i]]
    grounds += [ground for ground in linked.grounds if ground.piece in inside and ground.other in inside]
    dated = sorted(members, key=lambda i: (not pieces[i].published, pieces[i].published, pieces[i].id))
    own = [i for i in dated if key and _own_key(pieces[i]) == key]
    first = own[0] if own else dated[0] if pieces[dated[0]].published else -1
    order = sorted(dated, key=lambda i: i != first)
    plain = pieces[order[0]].outlet or site_of(pieces[order[0]].url)
    named = linked.names.shown(key or _own_key(pieces[order[0]])) or {"ar": plain, "en": plain}
    shown = key or page_key(pieces[order[0]].url) or pieces[order[0]].id
    return Group(shown, named, tuple(pieces[i].id for i in order), pieces[first].id if first >= 0 else "", tuple(grounds))


# ---- links


def _link(pieces: Sequence[Piece], focus: int = -1) -> _Linked:
    from factcheck.evidence.copies import root, shared_passages  # brings numpy, which most commands start without

    cluster = list(range(len(pieces)))
    grounds: list[Ground] = []

    def join(i: int, j: int) -> None:
        low, high = sorted((root(cluster, i), root(cluster, j)))
        cluster[high] = low

    at: dict[str, int] = {}
    for i, piece in enumerate(pieces):
        for address in dict.fromkeys(filter(None, map(page_key, (piece.url, *piece.addresses)))):
            other = at.setdefault(address, i)
            if other != i and root(cluster, other) != root(cluster, i):
                grounds.append(Ground(GroundKind.SAME_PAGE, piece.id, pieces[other].id, address))
                join(i, other)
    sites = ["" if root(cluster, i) != i else site_of(piece.url) for i, piece in enumerate(pieces)]  # one page counts once for its site
    shared = shared_passages([piece.text for piece in pieces], sites, focus)
    for pair in shared:
        one, two = pieces[pair.first], pieces[pair.second]
        if root(cluster, pair.first) != root(cluster, pair.second):
            grounds.append(Ground(GroundKind.SHARES, one.id, two.id, one.text[slice(*pair.passage)][:200], pair.share, pair.run))
            join(pair.first, pair.second)
    names = _Names(pieces)
    return _Linked([root(cluster, i) for i in range(len(pieces))], _keys(pieces, names), grounds, shared, names)


def _keys(pieces: Sequence[Piece], names: _Names) -> list[dict[str, Ground]]:
    """The outlets that each piece goes back to.

    One that is not in the table counts by its name, and by the short form of a name that another piece gives in full ("the Gazette" where
    the Harbor Gazette is cited too).
    """
    keys: list[dict[str, Ground]] = []
    for piece in pieces:
        own = _own_key(piece)
        found: dict[str, Ground] = {}
        for credit in _credits(piece):
            found.setdefault(credit.outlet, Ground(GroundKind.CREDIT, piece.id, words=credit.words))
        for cited in piece.cited:
            key = names.key(cited)
            if key and key != own and not names.is_own(cited.name, piece):
                found.setdefault(key, Ground(GroundKind.CITES, piece.id, words=cited.words or cited.name))
        if own and own not in found and (not found or not _is_agency(own)):
            found[own] = Ground(GroundKind.OWN, piece.id, words=piece.outlet or site_of(piece.url))
        keys.append(found)
    return _without_lone_owners(_upstream(pieces, keys))


def _upstream(pieces: Sequence[Piece], keys: list[dict[str, Ground]]) -> list[dict[str, Ground]]:
    """Who cites an outlet whose every piece here goes back to one other goes back to that other too."""
    above: dict[str, set[str]] = defaultdict(set)
    for piece, found in zip(pieces, keys, strict=True):
        if own := _own_key(piece):
            above[own].add(next((key for key in found if key != own), "") if len(found.keys() - {own}) == 1 else "")
    follows = {own: next(iter(keys)) for own, keys in above.items() if len(keys) == 1 and keys != {""}}

    def top(key: str) -> str:
        seen = {key}
        while (key := follows.get(key, key)) not in seen:
            seen.add(key)
        return key

    followed = []
    for found in keys:
        new: dict[str, Ground] = {}
        for key, ground in found.items():
            end = top(key)
            if end == key or ground.kind is not GroundKind.OWN:
                new.setdefault(end, ground)
        followed.append(new)
    return followed


def _without_lone_owners(keys: list[dict[str, Ground]]) -> list[dict[str, Ground]]:
    """An outlet that publishes two pieces of its own is no single source; one that others cite is, with the pieces that cite it."""
    cited = {key for each in keys for key, ground in each.items() if ground.kind is not GroundKind.OWN}
    return [{key: ground for key, ground in each.items() if key in cited} for each in keys]


def _credits(piece: Piece) -> tuple[Credit, ...]:
    return credits_of(piece.text, piece.author)


def _is_agency(key: str) -> bool:
    known = known_outlet(key)
    return known is not None and known.agency


def _own_key(piece: Piece) -> str:
    """The outlet that published a piece: by the table, else by its name; empty when it is not known."""
    name = name_of(piece.outlet)
    return outlet_of_host(piece.url) or outlet_named(name) or ("name:" + " ".join(name) if name else "")


LONGEST_NAME = 5  # words of a cited name that is not in the table


class _Names:
    """Cited names that mean one outlet."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.owners: dict[Name, str] = {}
        self._printed: dict[str, str] = {}  # outlet that is not in the table -> its name as printed
        for piece in pieces:
            if name := name_of(piece.outlet):
                self.owners[name] = _own_key(piece)
                self._printed.setdefault(_own_key(piece), piece.outlet)
        cited = [name_of(cited.name) for piece in pieces for cited in piece.cited if cited.is_outlet]
        self._longer: dict[Name, set[Name]] = defaultdict(set)  # end of a name -> names
        for name in {name for name in (*cited, *self.owners) if 2 <= len(name) <= LONGEST_NAME}:
            for start in range(1, len(name)):
                self._longer[name[start:]].add(name)

    def key(self, cited: Cited) -> str:
        """What outlet a cited phrase means; empty when it names none."""
        name = name_of(cited.name)[:40]
        for length in range(min(len(name), LONGEST_NAME), 1, -1):
            for start in range(len(name) - length + 1):
                if owner := self.owners.get(name[start : start + length]):
                    return owner
        if not name or (known := outlet_named(name)):
            return known if name else ""
        if name in self.owners:
            return self.owners[name]
        longer = self._longer.get(name, set())
        if len(longer) == 1 and len(name) <= LONGEST_NAME:
            (full,) = longer
            return self.owners.get(full) or outlet_named(full) or "name:" + " ".join(full)
        if not cited.is_outlet or len(name) > LONGEST_NAME:
            return ""
        key = "name:" + " ".join(name)
        self._printed.setdefault(key, cited.name)
        return key

    def shown(self, key: str) -> dict[str, str]:
        """An outlet's name by language; one that is not in the table goes by its own words. Empty for no outlet."""
        if known := known_outlet(key):
            return {"ar": known.ar, "en": known.en}
        plain = self._printed.get(key, key.removeprefix("name:"))
        return {"ar": plain, "en": plain} if plain else {}

    def is_own(self, phrase: str, piece: Piece) -> bool:
        """Whether a piece names itself: "told the Gazette", in the Harbor Gazette."""
        name, own = name_of(phrase), name_of(piece.outlet)
        return bool(name and own) and (_within(name, own) or _within(own, name))


def _within(part: Name, whole: Name) -> bool:
    return any(whole[i : i + len(part)] == part for i in range(len(whole) - len(part) + 1))


# ---- the article under check


class AlarmKind(StrEnum):
    IS_ARTICLE = "is_article"  # it is the article itself
    CITES_ARTICLE = "cites_article"  # it names the article's outlet as its source, or links to the article
    COPIES_ARTICLE = "copies_article"  # it shares long passages with the article, which came first or bears no date
    SAME_SOURCE = "same_source"  # both are credited to one agency, or cite one outlet
    DOWNSTREAM = "downstream"  # it goes back to a piece that goes back to the article


@dataclass(frozen=True, slots=True)
class Alarm:
    """Why a piece cannot confirm the article: it goes back to it, or to what the article goes back to."""

    kind: AlarmKind
    piece: str
    via: str = ""  # id of the piece between, for downstream
    words: str = ""  # the words that say so; foreign text
    source: Mapping[str, str] | None = None  # the common source, by language


def alarms(pieces: Iterable[Piece], article: Piece) -> list[Alarm]:
    """Pieces that go back to the article under check, directly or over others; one alarm a piece, the strongest.

    A piece that was published before the article cannot go back to it.
    """
    pieces = sorted(pieces, key=lambda piece: piece.id)
    everyone = [*pieces, article]
    own, last = _own_key(article), len(pieces)
    linked = _link(everyone, last)
    names = linked.names
    found: dict[str, Alarm] = {}
    copies = {pair.first: pair for pair in linked.shared if pair.second == last}
    addresses = set(filter(None, map(page_key, (article.url, *article.addresses))))
    for i, piece in enumerate(pieces):
        alarm = _direct(piece, article, own, addresses, names, copies.get(i))
        if alarm:
            found[piece.id] = alarm
    _follow(pieces, names, linked, found)
    for alarm in _common(pieces, linked.keys, names):
        found.setdefault(alarm.piece, alarm)
    return [found[piece.id] for piece in pieces if piece.id in found]


def same_sources(pieces: Iterable[Piece], article: Piece) -> list[Alarm]:
    """Pieces that go back to what the article goes back to, as ``alarms`` finds them, without a look at anybody's text."""
    pieces = sorted(pieces, key=lambda piece: piece.id)
    names = _Names([*pieces, article])
    return list(_common(pieces, _keys([*pieces, article], names), names))


def _common(pieces: Sequence[Piece], keys: Sequence[Mapping[str, Ground]], names: _Names) -> Iterator[Alarm]:
    """The pieces that share a source with the article, whose keys are the last."""
    for piece, own in zip(pieces, keys, strict=False):
        both = keys[-1].keys() & own.keys()
        common = sorted(key for key in both if GroundKind.OWN not in (keys[-1][key].kind, own[key].kind))
        if common:
            yield Alarm(AlarmKind.SAME_SOURCE, piece.id, words=own[common[0]].words, source=names.shown(common[0]))


def _direct(piece: Piece, article: Piece, own: str, addresses: set[str], names: _Names, copy: Shared | None) -> Alarm | None:
    if addresses & set(filter(None, map(page_key, (piece.url, *piece.addresses)))):
        return Alarm(AlarmKind.IS_ARTICLE, piece.id, words=piece.url)
    if _before(piece.published, article.published):
        return None
    for cited in piece.cited:
        of_article = (own and names.key(cited) == own) or names.is_own(cited.name, article)
        if of_article and not names.is_own(cited.name, piece):
            return Alarm(AlarmKind.CITES_ARTICLE, piece.id, words=cited.words or cited.name)
    if link := next((link for link in piece.links if page_key(link) in addresses), ""):
        return Alarm(AlarmKind.CITES_ARTICLE, piece.id, words=link)
    if own and _is_agency(own) and (credit := next((each for each in _credits(piece) if each.outlet == own), None)):
        return Alarm(AlarmKind.CITES_ARTICLE, piece.id, words=credit.words)
    if copy:
        return Alarm(AlarmKind.COPIES_ARTICLE, piece.id, words=piece.text[slice(*copy.passage)][:200])
    return None


def _follow(pieces: Sequence[Piece], names: _Names, linked: _Linked, found: dict[str, Alarm]) -> None:
    """Pieces that cite or copy a piece which goes back to the article, until there are no more."""
    copied: dict[int, list[int]] = defaultdict(list)
    for pair in linked.shared:
        if pair.second < len(pieces):
            copied[pair.first].append(pair.second)
            copied[pair.second].append(pair.first)
    position = {piece.id: i for i, piece in enumerate(pieces)}
    todo = [id for id, alarm in found.items()]
    cites = [{names.key(cited): cited for cited in piece.cited if not names.is_own(cited.name, piece)} for piece in pieces]
    while todo:
        via = todo.pop()
        upstream = pieces[position[via]]
        own = _own_key(upstream)
        for i, piece in enumerate(pieces):
            if piece.id in found or _before(piece.published, upstream.published):
                continue
            if own and own in cites[i]:
                words = cites[i][own].words or cites[i][own].name
            elif i in copied[position[via]]:
                words = ""
            else:
                continue
            found[piece.id] = Alarm(AlarmKind.DOWNSTREAM, piece.id, via, words)
            todo.append(piece.id)


def _before(one: str, other: str) -> bool:
    """Whether the first date lies before the second, as far as both say; unknown and equal ones do not."""
    length = min(len(one), len(other), 10)
    return length >= 10 and one[:10] < other[:10]
