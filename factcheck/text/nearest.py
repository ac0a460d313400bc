"""Passages of a text that are nearest to a quotation which does not stand in it: for a person to choose from, never taken by a program.

Windows of the quotation's length are scored by how many of its triples of letters they hold, in one pass with numpy; only the best few are
compared letter by letter. Linear in the text, whatever stands in it.
"""

from __future__ import annotations

from difflib import SequenceMatcher

import numpy as np
import numpy.typing as npt

from factcheck.text.boundaries import word_around
from factcheck.text.folding import Folded

TRIED = 12  # windows compared letter by letter
COMPARED = 400  # characters of each
MAX_QUOTE = 2_000  # characters of a quotation that the windows are made by
FLOOR = 300  # thousandths; what is less alike helps nobody


def nearest_windows(wanted: str, folded: Folded, count: int) -> list[tuple[int, int, int]]:
    """The best windows as (start, end, similarity in thousandths) in the folded text, most alike first, none overlapping."""
    wanted = wanted[:MAX_QUOTE]
    text = folded.text
    if len(wanted) < 3 or len(text) < 3:
        return []
    codes, sought = _triples(text), np.unique(_triples(wanted))
    places = np.minimum(np.searchsorted(sought, codes), len(sought) - 1)
    hits = np.cumsum(np.concatenate(([0], sought[places] == codes)), dtype=np.int64)
    width = min(len(wanted) - 2, len(codes))
    scores = hits[width:] - hits[:-width]
    found: list[tuple[int, int, int]] = []
    for _ in range(TRIED):
        best = int(scores.argmax())
        if scores[best] <= 0:
            break
        start, end = word_around(text, best, best + width + 2)
        while start < end and not (text[start].isalnum() or text[start] in '"('):
            start += 1
        while end > start and text[end - 1] == " ":
            end -= 1
        scores[max(0, best - width) : best + width] = 0
        if start < end and not any(start < other[1] and other[0] < end for other in found):
            alike = SequenceMatcher(None, wanted[:COMPARED], text[start : min(end, start + COMPARED)], autojunk=False).ratio()
            found.append((start, end, round(1000 * alike)))
    return sorted((each for each in found if each[2] >= FLOOR), key=lambda each: (-each[2], each[0]))[:count]


def _triples(text: str) -> npt.NDArray[np.uint64]:
    """Each three letters in a row as one number."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    return (codes[:-2] << np.uint64(42)) | (codes[1:-1] << np.uint64(21)) | codes[2:]
