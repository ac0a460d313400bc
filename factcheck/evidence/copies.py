"""Which of many texts share long passages: wire copy that lost its credit, a press release, a story rewritten with a few words changed.

Texts are cut into runs of four words ("shingles"). What stands in quotation marks is left out, since two reporters who heard one speech
print the same sentence; so are lines of a site's own (notices, invitations) and lines that many pages of one site share. Every pair that
shares a shingle is counted exactly, no sketch is made: with numpy a thousand pages take about a second, and a figure can be shown to a
person who asks why. Nothing depends on the order of the texts.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from factcheck.evidence.outlets import PROSE_WORDS, chrome_line, ends_text
from factcheck.evidence.words import WORD, fold_word

SHINGLE = 4  # words
MAX_WORDS = 20_000  # of one text; the rest is not compared
COMMON = 40  # texts that share a shingle, from which on they are compared with the first few only: likeness then goes from one to the next
SHARE = 0.10  # of the shorter text's shingles
FEWEST = 8  # shingles shared
LONG_RUN = 16  # words in a row, which suffice whatever else the texts hold
TEASER_RUN, TEASER_SHARE = 9, 0.5  # a short text that gives away the beginning of a long one
SAME_SITE_SHARE = 0.5
SHOWN_WORDS = 40  # of a shared passage
SITE_LINE_WORDS = 20  # a line of a site's own that two of its pages carry is shorter; one that three carry may have any length

_QUOTED = re.compile(r"«[^«»]{1,600}»|“[^“”]{1,600}”|\"[^\"\n]{1,600}\"")


@dataclass(frozen=True, slots=True)
class Shared:
    """What two texts have in common."""

    first: int  # position among the texts given
    second: int
    share: int  # thousandths of the shorter text's shingles
    run: int  # words of the longest passage they share
    passage: tuple[int, int]  # where it stands in the first text, [start, end); its first words if it is long


@dataclass(frozen=True, slots=True)
class _Shingled:
    codes: npt.NDArray[np.uint64]  # one a shingle, in the order of the text
    stretches: list[tuple[int, int]]  # of the text, [start, end), that hold shingles
    lines: npt.NDArray[np.int64]  # the number of the line that each shingle stands in
    counts: npt.NDArray[np.int64]  # of shingles in each stretch

    def passage(self, text: str, first: int, run: int) -> tuple[int, int]:
        """Where the words stand that begin with a shingle; cut at the end of their stretch."""
        stretch = int(np.searchsorted(np.cumsum(self.counts), first, side="right"))
        before = int(self.counts[:stretch].sum())
        start, end = self.stretches[stretch]
        placed = (match for match in WORD.finditer(text, start, end) if fold_word(match[0]))
        words = list(islice(placed, first - before, first - before + min(run, SHOWN_WORDS)))
        return words[0].start(), words[-1].end()


def shared_passages(texts: Sequence[str], sites: Sequence[str] = (), focus: int = -1) -> list[Shared]:
    """Pairs of texts of which one was made from the other, or both from a third.

    Enough pairs to join all texts that hang together: two that are joined over others are not compared again.

    Args:
        sites: the host of each text, equal for pages of one site; empty strings where it is not known.
        focus: position of a text whose every pair is told.
    """
    sites = sites or [""] * len(texts)
    vocabulary = _Vocabulary()
    own = _site_lines(texts, sites)
    shingled = [_shingled(text, own.get(site, frozenset()), vocabulary) for text, site in zip(texts, sites, strict=True)]
    sets = [np.unique(each.codes) for each in shingled]
    joined = list(range(len(texts)))
    found = []
    for (i, j), count in _counted(sets).items():
        if focus not in (i, j) and root(joined, i) == root(joined, j):
            continue
        share = count / min(len(sets[i]), len(sets[j]))
        if share < SHARE / 2 and count < LONG_RUN - SHINGLE + 1:
            continue
        held = _held(shingled[i].codes, sets[j])
        run, first = _longest_run(held)
        if not _is_copy(share, count, run, bool(sites[i]) and sites[i] == sites[j]):
            continue
        if _beyond_one_line(shingled[i], held) or _beyond_one_line(shingled[j], _held(shingled[j].codes, sets[i])):
            joined[root(joined, j)] = root(joined, i)
            found.append(Shared(i, j, round(1000 * share), run, shingled[i].passage(texts[i], first, run)))
    return found


def root(joined: list[int], i: int) -> int:
    """The member that stands for all that ``i`` is joined with."""
    while joined[i] != i:
        joined[i] = joined[joined[i]]
        i = joined[i]
    return i


def _is_copy(share: float, count: int, run: int, same_site: bool) -> bool:
    if same_site:
        return share >= SAME_SITE_SHARE and (count >= FEWEST or run >= TEASER_RUN)
    if share >= TEASER_SHARE and run >= TEASER_RUN:
        return True
    return (share >= SHARE and count >= FEWEST) or run >= LONG_RUN


def _beyond_one_line(text: _Shingled, held: npt.NDArray[np.bool_]) -> bool:
    """Whether what two texts share is more than one paragraph, or the lead of one of them: sites share notices, and reporters the paragraph
    of background that everybody has at hand."""
    lines = text.lines[held]
    return len(lines) > 0 and (int(lines[0]) == int(text.lines[0]) or int(lines[0]) != int(lines[-1]))


def _site_lines(texts: Sequence[str], sites: Sequence[str]) -> dict[str, frozenset[str]]:
    """By site, the lines that several of its pages carry; not those of a story that a site has twice."""
    carried: dict[str, Counter[str]] = defaultdict(Counter)
    pages: dict[str, list[set[str]]] = defaultdict(list)
    for text, site in zip(texts, sites, strict=True):
        if site:
            pages[site].append({line.strip() for line in text.split("\n")} - {""})
            carried[site].update(pages[site][-1])
    own: dict[str, frozenset[str]] = {}
    for site, counts in carried.items():
        twice: Counter[str] = Counter()
        for lines in pages[site]:
            shared = {line for line in lines if counts[line] == 2}
            if 2 * sum(map(len, shared)) < sum(map(len, lines)):
                twice.update(line for line in shared if line.count(" ") < SITE_LINE_WORDS)
        own[site] = frozenset(
            {line for line, count in counts.items() if count >= 3} | {line for line, count in twice.items() if count == 2}
        )
    return own


def _shingled(text: str, own: frozenset[str], vocabulary: _Vocabulary) -> _Shingled:
    """The shingles of a text's own words; none goes over a gap where something was left out."""
    codes: list[npt.NDArray[np.uint64]] = [np.empty(0, dtype=np.uint64)]
    stretches: list[tuple[int, int]] = []
    lines: list[tuple[int, int]] = []
    words = 0
    for start, end, line in _narrated(text, own):
        numbers = [number for word in WORD.findall(text, start, end) if (number := vocabulary[word])][: MAX_WORDS - words]
        words += len(numbers)
        if len(numbers) >= SHINGLE:
            codes.append(_hashed(np.array(numbers, dtype=np.uint64)))
            stretches.append((start, end))
            lines.append((line, len(numbers) - SHINGLE + 1))
        if words >= MAX_WORDS:
            break
    counts = np.array([count for _, count in lines], dtype=np.int64)
    return _Shingled(np.concatenate(codes), stretches, np.repeat(np.array([line for line, _ in lines], dtype=np.int64), counts), counts)


class _Vocabulary(dict[str, int]):
    """A number for each word as it stands, equal for words that are folded alike; 0 for what is no word."""

    def __init__(self) -> None:
        super().__init__()
        self._folded: dict[str, int] = {"": 0}

    def __missing__(self, word: str) -> int:
        self[word] = number = self._folded.setdefault(fold_word(word), len(self._folded))
        return number


def _narrated(text: str, own: frozenset[str]) -> list[tuple[int, int, int]]:
    """Stretches of a text that are neither quotations nor lines of the site, each with the number of its line among those kept."""
    kept: list[tuple[int, int, int]] = []
    at = number = 0
    for line in text.split("\n"):
        end = at + len(line)
        if number >= 2 and ends_text(line.strip()):
            break
        if line.strip() and line.strip() not in own and not chrome_line(line):
            low = at
            for match in _QUOTED.finditer(text, at, end):
                if match[0].count(" ") >= SHINGLE - 1:  # a name in quotation marks stays where it is
                    kept.append((low, match.start(), number))
                    low = match.end()
            kept.append((low, end, number))
            number += line.count(" ") >= PROSE_WORDS - 1  # headings and menus count to the line that follows
        at = end + 1
    return [each for each in kept if each[0] < each[1]]


_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5], dtype=np.uint64)


def _hashed(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """A number for each run of words; two runs that differ have equal ones once in 10^13 comparisons."""
    count = len(numbers) - SHINGLE + 1
    total = np.zeros(count, dtype=np.uint64)
    for k in range(SHINGLE):
        mixed = numbers[k : k + count] * _FACTORS[k]
        total += mixed ^ (mixed >> np.uint64(29))
        total *= _FACTORS[-1 - k]
    return total


def _counted(sets: Sequence[npt.NDArray[np.uint64]]) -> dict[tuple[int, int], int]:
    """How many shingles each pair shares; pairs that share none are left out. In order of the positions."""
    lengths = [len(each) for each in sets]
    if not sum(lengths):
        return {}
    codes = np.concatenate(sets)
    owners = np.repeat(np.arange(len(sets)), lengths)
    order = np.lexsort((owners, codes))
    codes, owners = codes[order], owners[order]
    starts = np.flatnonzero(np.concatenate(([True], codes[1:] != codes[:-1])))
    sizes = np.diff(np.concatenate((starts, [len(codes)])))
    pairs: list[npt.NDArray[np.int64]] = []
    for size in np.unique(sizes):
        if size < 2:
            continue
        members = owners[starts[sizes == size][:, None] + np.arange(size)]  # one row a shingle
        for a in range(min(int(size) - 1, COMMON // 4 if size > COMMON else int(size) - 1)):
            pairs.append((members[:, a, None] * len(sets) + members[:, a + 1 :]).ravel())
    if not pairs:
        return {}
    found, counts = np.unique(np.concatenate(pairs), return_counts=True)
    return {divmod(int(pair), len(sets)): int(count) for pair, count in zip(found, counts, strict=True)}


def _held(codes: npt.NDArray[np.uint64], other: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Which of these shingles another text holds; ``other`` is sorted and not empty."""
    places = np.minimum(np.searchsorted(other, codes), len(other) - 1)
    return np.asarray(other[places] == codes)


def _longest_run(held: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """The longest row of shingles that the other text holds too: how many words, and the first shingle."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], held.astype(np.int8), [0]))))
    starts, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - starts))
    return int(ends[longest] - starts[longest]) - 1 + SHINGLE, int(starts[longest])
