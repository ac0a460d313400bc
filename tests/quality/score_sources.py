"""How well independent sources are told: ``python tests/quality/score_sources.py [--errors]``.

``sources.jsonl`` holds made-up pages of twenty-two small events with the source that each goes back to (``groups``): wire copy with and
without its credit, rewrites, pages that quote one paper, press releases, one page under several addresses, and reports that are
independent although they are about the same thing. Each event is grouped by itself, as a case is. A pair of pages counts as found when
they share a group, as right when they share a source. Precision and recall of pairs, for the half that rules were tuned on (dev) and for
the half that was put aside before (held), by language and for both.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from factcheck.evidence.origins import Cited, Piece, group  # a script finds the package beside it
from factcheck.model.article import Span
from factcheck.text.citing import cited_sources

DATA = Path(__file__).with_name("sources.jsonl")
Record = dict[str, Any]


def read(path: Path = DATA) -> list[Record]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def piece(record: Record) -> Piece:
    """A record as the workbench would see it, without what it goes back to."""
    start = record["text"].find(record["quote"]) if record.get("quote") else -1
    quote = Span(start, start + len(record["quote"])) if start >= 0 else None
    cited = cited_sources(record["text"], quote, record["lang"])
    return Piece(
        id=record["doc"],
        url=record["url"],
        addresses=(record["canonical"],) if record.get("canonical") else (),
        outlet=record["outlet"],
        published=record["published"],
        text=record["text"],
        cited=tuple(Cited(each.name, each.words, each.is_outlet) for each in cited),
    )


def pairs(records: list[Record]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Pairs that share a source, and pairs that were found to."""
    gold = {(a["doc"], b["doc"]) for a, b in combinations(records, 2) if set(a["groups"]) & set(b["groups"])}
    docs = [record["doc"] for record in records]
    found = set()
    for each in group([piece(record) for record in records]):
        found |= {(a, b) for a, b in combinations(docs, 2) if a in each.pieces and b in each.pieces}
    return gold, found


def scores(records: Iterable[Record], errors: bool = False) -> dict[str, float]:
    """Precision, recall and F1 of pairs within each event."""
    n: Counter[str] = Counter()
    scenes: dict[str, list[Record]] = {}
    for record in records:
        scenes.setdefault(record["scene"], []).append(record)
    for scene in scenes.values():
        gold, found = pairs(scene)
        n["right"] += len(gold & found)
        n["gold"] += len(gold)
        n["found"] += len(found)
        for kind, wrong in (("missed", gold - found), ("spurious", found - gold)) if errors else ():
            for a, b in sorted(wrong):
                print(f"  {kind:9} {a} {b}")
    return {
        "pair_p": n["right"] / max(1, n["found"]),
        "pair_r": n["right"] / max(1, n["gold"]),
        "pair_f1": 2 * n["right"] / max(1, n["found"] + n["gold"]),
        "pairs": n["gold"],
    }


def by_half(errors: bool = False) -> dict[str, dict[str, float]]:
    records = read()
    result = {}
    for half in ("dev", "held"):
        result[half] = scores([record for record in records if record["set"] == half], errors)
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", action="store_true", help="list the pairs of the dev half that come out wrong")
    parser.add_argument("--held-errors", action="store_true", help="list those of the other half, which rules are not mended by")
    chosen = parser.parse_args()
    records = read()
    for half in ("dev", "held"):
        for language in ("ar", "en", ""):
            chosen_records = [r for r in records if r["set"] == half and (not language or r["lang"] == language)]
            listed = not language and (chosen.errors if half == "dev" else chosen.held_errors)
            made = scores(chosen_records, listed)
            print(f"{half:5} {language or 'both':5} {len(chosen_records):3} pages, {made['pairs']:3.0f} pairs of one source: "
                  f"precision {made['pair_p']:.3f}, recall {made['pair_r']:.3f}, F1 {made['pair_f1']:.3f}")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
