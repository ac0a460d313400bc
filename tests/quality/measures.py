"""Scores of ``factcheck.text.split`` against annotated articles: precision, recall and F1, pooled over documents.

A record is one line of JSON in the format of ``own.jsonl`` (described in ``README.md`` beside it). Claims are matched one to one, best
overlap first, from an intersection over union of 0.5 on; sources, cues and modes are compared on matched claims.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from factcheck.text import split

Record = dict[str, Any]


def read(path: Path) -> list[Record]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def predicted(record: Record) -> Record:
    """What ``split`` makes of a record's text, as a record."""
    found = split(record["text"])
    return {
        "doc": record["doc"],
        "lang": record["lang"],
        "sentences": [[sentence.span.start, sentence.span.end] for sentence in found.sentences],
        "claims": [
            {
                "span": [claim.span.start, claim.span.end],
                "kind": claim.kind.value,
                "checkable": claim.checkable,
                "chain": [
                    {
                        "source": [step.source_span.start, step.source_span.end],
                        "resolved": step.resolved,
                        "cue": [step.cue_span.start, step.cue_span.end],
                        "mode": step.mode.value,
                    }
                    for step in claim.printed
                    if step.source_span and step.cue_span
                ],
            }
            for claim in found.claims
        ],
        "credit": [[span.start, span.end] for span in found.credit],
    }


def _shared(a: list[int], b: list[int]) -> int:
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def _overlap(a: list[int], b: list[int]) -> float:
    both = _shared(a, b)
    return both / (a[1] - a[0] + b[1] - b[0] - both)


def pairs(gold: list[Record], found: list[Record]) -> list[tuple[Record, Record]]:
    """Claims matched one to one, best overlap first, from an intersection over union of 0.5 on."""
    order = sorted(((-_overlap(g["span"], p["span"]), i, j) for i, g in enumerate(gold) for j, p in enumerate(found)))
    left, right, matched = set(), set(), []
    for overlap, i, j in order:
        if overlap <= -0.5 and i not in left and j not in right:
            left.add(i)
            right.add(j)
            matched.append((gold[i], found[j]))
    return matched


def _same(gold: Record, found: Record, part: str) -> bool:
    a, b = gold["chain"], found["chain"]
    return _shared(a[-1][part], b[-1][part]) > 0 if a and b else not a and not b


def scores(records: Iterable[Record]) -> dict[str, float]:
    """Sentence, claim, source, cue and end-to-end F1 (with claim precision and recall), mode and checkable accuracy."""
    n: Counter[str] = Counter()
    for gold in records:
        found = predicted(gold)
        wanted, got = {tuple(s) for s in gold["sentences"]}, {tuple(s) for s in found["sentences"]}
        n["sentence"] += len(wanted & got)
        n["sentences"] += len(wanted) + len(got)
        matched = pairs(gold["claims"], found["claims"])
        n["matched"] += len(matched)
        n["gold"] += len(gold["claims"])
        n["found"] += len(found["claims"])
        for g, p in matched:
            n["e2e"] += _same(g, p, "source")
            n["checkable"] += g["checkable"] == p["checkable"]
            n["sources"] += bool(g["chain"]) + bool(p["chain"])
            if g["chain"] and p["chain"]:
                n["source"] += _same(g, p, "source")
                n["cue"] += _same(g, p, "cue")
                n["modes"] += 1
                n["mode"] += g["chain"][-1]["mode"] == p["chain"][-1]["mode"]
    both = n["gold"] + n["found"]
    return {
        "sent_f1": 2 * n["sentence"] / n["sentences"],
        "claim_p": n["matched"] / n["found"],
        "claim_r": n["matched"] / n["gold"],
        "claim_f1": 2 * n["matched"] / both,
        "src_f1": 2 * n["source"] / n["sources"],
        "cue_f1": 2 * n["cue"] / n["sources"],
        "e2e_f1": 2 * n["e2e"] / both,
        "mode_acc": n["mode"] / n["modes"],
        "chk_acc": n["checkable"] / n["matched"],
    }


def by_language(records: Iterable[Record]) -> dict[str, dict[str, float]]:
    held = list(records)
    languages = sorted({record["lang"] for record in held})
    return {language: scores(record for record in held if record["lang"] == language) for language in languages}
