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

from factcheck.text.record import record

Record = dict[str, Any]


def read(path: Path) -> list[Record]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def predicted(annotated: Record) -> Record:
    """What the splitter makes of a record's text, as a record."""
    return record(annotated["text"], annotated["doc"])


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


def _macro(kinds: Counter[tuple[str, str]]) -> float:
    """Mean F1 over the kinds that were annotated."""
    named = {gold for gold, _ in kinds}
    parts = []
    for kind in named:
        gold = sum(count for (g, _), count in kinds.items() if g == kind)
        found = sum(count for (_, p), count in kinds.items() if p == kind)
        parts.append(2 * kinds[kind, kind] / (gold + found))
    return sum(parts) / len(parts) if parts else 1.0


def scores(records: Iterable[Record]) -> dict[str, float]:
    """Precision, recall and F1 of claims; over matched claims: innermost source and cue F1, end-to-end F1, accuracy of mode and of chain
    length, macro F1 of kinds, F1 of checkable, and polarity accuracy where the annotation has a denial or doubt (1 where it has none)."""
    n: Counter[str] = Counter()
    kinds: Counter[tuple[str, str]] = Counter()
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
            kinds[g["kind"], p["kind"]] += 1
            n["checkable"] += g["checkable"] and p["checkable"]
            n["checkables"] += g["checkable"] + p["checkable"]
            n["length"] += len(g["chain"]) == len(p["chain"])
            n["sources"] += bool(g["chain"]) + bool(p["chain"])
            if g.get("polarity", "asserts") != "asserts":
                n["polarities"] += 1
                n["polarity"] += g["polarity"] == p["polarity"]
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
        "len_acc": n["length"] / n["matched"],
        "mode_acc": n["mode"] / n["modes"],
        "kind_f1": _macro(kinds),
        "chk_f1": 2 * n["checkable"] / n["checkables"],
        "pol_acc": n["polarity"] / n["polarities"] if n["polarities"] else 1.0,
    }


def faults(gold: Record) -> tuple[float, list[str]]:
    """End-to-end F1 of one article, and what went wrong in it, a line each."""
    found, text = predicted(gold), gold["text"]
    matched = pairs(gold["claims"], found["claims"])
    taken = {id(claim) for pair in matched for claim in pair}
    told = [f"missed    {text[slice(*claim['span'])]}" for claim in gold["claims"] if id(claim) not in taken]
    told += [f"spurious  {text[slice(*claim['span'])]}" for claim in found["claims"] if id(claim) not in taken]
    for g, p in matched:
        if not _same(g, p, "source") or len(g["chain"]) != len(p["chain"]):
            told.append(f"chain     {text[slice(*g['span'])][:60]} | annotated {_chain(g, text)} | found {_chain(p, text)}")
    right = sum(_same(g, p, "source") for g, p in matched)
    return 2 * right / max(1, len(gold["claims"]) + len(found["claims"])), told


def _chain(claim: Record, text: str) -> str:
    return " > ".join(text[slice(*link["source"])] for link in claim["chain"]) or "own voice"


def by_language(records: Iterable[Record]) -> dict[str, dict[str, float]]:
    held = list(records)
    languages = sorted({record["lang"] for record in held})
    return {language: scores(record for record in held if record["lang"] == language) for language in languages}
