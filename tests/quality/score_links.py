"""Attribution links against two corpora that were annotated for something else: ``python tests/quality/score_links.py [--errors]``.

Arabic: ``attribution_ar/padt_dev.jsonl``, reporting verbs whose content is a clause, derived from the trees of UD_Arabic-PADT. A link
counts when the cues share a letter, the sources do (where the tree has one) and the contents overlap by half. Precision is over the links
that the corpus could hold: those with a verb, participle or verbal noun before a clause or a quotation.

English: ``attribution_en/polnear_valid_cofenet.jsonl``, sentences of PolNeAR. Source, cue and content count when they are the same words;
for contents, quotation marks, a leading "that" and closing points are not compared; a pronoun at the cue is the source, helping verbs
belong to the cue, and an apposition to the source, as PolNeAR has it. PolNeAR annotates attitudes and plans too; this scheme does not, so
that the figures say how far apart two schemes are as much as how good the reading is.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]

import shared_scorer  # noqa: E402  # a script finds the package and its neighbours

from factcheck.model.article import Span  # noqa: E402
from factcheck.text import split  # noqa: E402

DATA = shared_scorer.FOLDER.parent
PADT = DATA / "attribution_ar" / "padt_dev.jsonl"
POLNEAR = DATA / "attribution_en" / "polnear_valid_cofenet.jsonl"
_OPENED = re.compile(r"""(?:\b[بو]?[أإا]ن\S{0,3}|["«“:»”])\s*["«“]?\s*\Z""")
_BARE = re.compile(r"\A(?:``|''|[\"“”.,]|that\b|\s)+|(?:``|''|[\"“”.,;]|\s)+\Z")


def attributions(text: str, language: str) -> Iterator[tuple[Span, Span, Span]]:
    """Cue, source and content of every link whose cue and content stand in one sentence; the content reaches over all its claims.

    A source that was found elsewhere stands where it was found.
    """
    found = split(text, language=language)
    links: dict[tuple[int, int], tuple[Span, Span, Span]] = {}
    at = 0
    for claim in found.claims:
        while claim.span and claim.span.start >= found.sentences[at].span.end:
            at += 1
        sentence = found.sentences[at].span
        for step in claim.printed:
            if claim.span and step.cue_span and step.source_span and sentence.start <= step.cue_span.start < sentence.end:
                key = (step.cue_span.start, step.cue_span.end)
                before = links.get(key)
                low = min(before[2].start, claim.span.start) if before else claim.span.start
                high = max(before[2].end, claim.span.end) if before else claim.span.end
                links[key] = (step.cue_span, step.source_span, Span(low, high))
    yield from links.values()


def hull(spans: list[list[int]]) -> Span | None:
    return Span(min(low for low, _ in spans), max(high for _, high in spans)) if spans else None


def shared(a: Span, b: Span) -> int:
    return max(0, min(a.end, b.end) - max(a.start, b.start))


def overlap(a: Span, b: Span) -> float:
    both = shared(a, b)
    return both / (a.end - a.start + b.end - b.start - both) if both else 0.0


def line(name: str, hits: int, gold: int, found: int) -> str:
    precision, recall = hits / max(1, found), hits / max(1, gold)
    return f"{name:24} P {100 * precision:5.1f}  R {100 * recall:5.1f}  F1 {200 * hits / max(1, gold + found):5.1f}"


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(row) for row in path.read_text(encoding="utf-8").splitlines() if row.strip()]


def arabic(path: Path, errors: bool) -> dict[str, tuple[int, int, int]]:
    """Hits, annotated and found, for cues, cues with their source, and whole links."""
    n: Counter[str] = Counter()
    for number, record in enumerate(read(path)):
        text = record["text"]
        found = list(attributions(text, "ar"))
        taken: set[int] = set()
        for gold in record["attributions"]:
            cue, source, content = (hull(gold[part]) for part in ("cue", "source", "content"))
            if cue is None or content is None:
                continue
            n["gold"] += 1
            at = next((i for i, each in enumerate(found) if i not in taken and shared(each[0], cue)), None)
            if at is None:
                if errors:
                    print(f"{number} missed {cue.of(text)}: {text[max(0, cue.start - 40) : content.end][:160]!r}")
                continue
            taken.add(at)
            n["cue"] += 1
            same = source is None or shared(found[at][1], source) > 0
            n["source"] += same
            n["link"] += same and overlap(found[at][2], content) >= 0.5
        for i, (cue, source, content) in enumerate(found):
            clause = _OPENED.search(text[max(0, content.start - 8) : content.start]) is not None
            n["found"] += i in taken or (clause and not cue.of(text).startswith(("بحسب", "حسب", "وفق", "طبق", "نقلا", "استناد")))
            if errors and clause and i not in taken:
                print(f"{number} beyond {cue.of(text)} | {source.of(text)} | {content.of(text)[:100]}")
    return {name: (n[name], n["gold"], n["found"]) for name in ("cue", "source", "link")}


def english(path: Path) -> dict[str, tuple[int, int, int]]:
    """Hits, annotated and found, for sources, cues and contents of the same words."""
    n: Counter[str] = Counter()
    for record in read(path):
        text, gold = "", {"source": set(), "cue": set(), "content": set()}
        open_label, low, high = "", 0, 0
        for token, label in [*zip(record["tokens"], record["labels"], strict=True), ("", "O")]:
            if open_label and not (label.startswith("I-") and label[2:] == open_label):
                gold[open_label].add(bare(text, Span(low, high)) if open_label == "content" else (low, high))
                open_label = ""
            if label.startswith("B-"):
                open_label, low = label[2:], len(text)
            if token in _TO_THE_LEFT or token.startswith(("'", "n't")):
                text = text.removesuffix(" ")
            low = min(low, len(text)) if label.startswith("B-") else low
            text += {"``": '"', "''": '"'}.get(token, token)
            high = len(text)
            text += "" if token in _TO_THE_RIGHT else " "
        found: dict[str, set[tuple[int, int]]] = {"source": set(), "cue": set(), "content": set()}
        for cue, source, content in attributions(text.rstrip(), "en"):
            found["cue"].add(with_helpers(text, cue))
            found["source"].add(as_written(text, source, cue))
            found["content"].add(bare(text, content))
        for part, spans in gold.items():
            n[part, "hit"] += len(spans & found[part])
            n[part, "gold"] += len(spans)
            n[part, "found"] += len(found[part])
    return {part: (n[part, "hit"], n[part, "gold"], n[part, "found"]) for part in ("source", "cue", "content")}


_TO_THE_LEFT = frozenset({",", ".", ";", ":", "?", "!", "''", "%", ")"})
_TO_THE_RIGHT = frozenset({"``", "(", "$", ""})
_HELPERS = re.compile(r"(?:(?:has|have|had|is|are|was|were|be|been|also|later|repeatedly|would|will|could)\s)+\Z")
_PRONOUN_BEFORE = re.compile(
    r"\b(?:he|she|they|it|we|who|that|which|i)\s+(?:(?:has|have|had|also|later|then|would|will)\s+)*\Z", re.IGNORECASE
)
_PRONOUN_AFTER = re.compile(r"\s*(?:he|she|they|it)\b", re.IGNORECASE)


def with_helpers(text: str, cue: Span) -> tuple[int, int]:
    helpers = _HELPERS.search(text[: cue.start])
    return (helpers.start() if helpers else cue.start), cue.end


def as_written(text: str, source: Span, cue: Span) -> tuple[int, int]:
    """The pronoun at the cue, or the source with its apposition."""
    if match := _PRONOUN_BEFORE.search(text[: cue.start]):
        return match.start(), match.start() + len(match.group().split()[0])
    if match := _PRONOUN_AFTER.match(text[cue.end :]):
        return cue.end + len(match.group()) - len(match.group().strip()), cue.end + len(match.group())
    if source.end <= cue.start and text[source.end : source.end + 3].strip().startswith(","):
        return source.start, with_helpers(text, cue)[0] - 1
    return source.start, source.end


def bare(text: str, span: Span) -> tuple[int, int]:
    """A content without quotation marks, a leading "that" and closing points."""
    low, high = span.start, span.end
    while low < high and (match := _BARE.match(text[low:high])) and match.end():
        low += match.end()
    tail = re.search(r"[\"“”.,;\s]+\Z", text[low:high])
    return low, high - len(tail.group()) if tail else high


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", action="store_true", help="also list missed Arabic links and those beyond the corpus")
    chosen = parser.parse_args()
    for path in (PADT, POLNEAR):
        if not path.exists():
            print(f"{path} is not here")
            return 1
    for name, counts in arabic(PADT, chosen.errors).items():
        print(line(f"ar {name}", *counts))
    for name, counts in english(POLNEAR).items():
        print(line(f"en {name}, exact", *counts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
