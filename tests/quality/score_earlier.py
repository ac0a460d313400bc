"""How often an earlier check is found in other words: ``python tests/quality/score_earlier.py [--worst]``.

``earlier.jsonl`` holds 70 claims, Arabic and English, as fact-checkers publish them, and 62 other wordings of them: 28 that weights were
chosen on (dev) and 34 put aside before (held). They are looked for among the 70 and 1,593 Arabic headlines (``earlier_distractors.txt``).
Recall at 1 and at 5, by language; and how many of 200 further headlines, which nobody checked, find something among the 70.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from factcheck.evidence.earlier import Index, Words
from factcheck.text.matching import terms

DATA = Path(__file__).with_name("earlier.jsonl")
DISTRACTORS = Path(__file__).with_name("earlier_distractors.txt")
Record = dict[str, Any]


def read() -> tuple[list[Record], list[Record], list[str]]:
    """Checks, queries, distractors."""
    rows = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
    headlines = DISTRACTORS.read_text(encoding="utf-8").splitlines()
    return [r for r in rows if r["kind"] == "check"], [r for r in rows if r["kind"] == "query"], headlines


def words(text: str) -> Words:
    found = terms(text)
    return Words(found.words, found.runs, found.concepts)


def by_half(worst: bool = False) -> dict[str, dict[str, float]]:
    """Recall at 1 and at 5 for each half and language."""
    checks, queries, headlines = read()
    index = Index([words(each) for each in (*(check["claim"] for check in checks), *headlines)])
    n: Counter[tuple[str, str, str]] = Counter()
    for query in queries:
        found = [checks[i]["id"] if i < len(checks) else "" for i, _ in index.rank(words(query["text"]), 5)]
        for language in (query["lang"], "both"):
            key = (query["set"], language)
            n[*key, "all"] += 1
            n[*key, "r1"] += found[:1] == [query["check"]]
            n[*key, "r5"] += query["check"] in found
        if worst and query["set"] == "dev" and found[:1] != [query["check"]]:
            print(f"  {query['check']} {query['text']}: {found}")
    return {
        f"{half}_{language}": {
            "r1": n[half, language, "r1"] / n[half, language, "all"],
            "r5": n[half, language, "r5"] / n[half, language, "all"],
        }
        for half in ("dev", "held")
        for language in ("ar", "en", "both")
    }


def false_alarms() -> float:
    """The share of headlines that nobody checked for which something is shown."""
    checks, _, headlines = read()
    index = Index([words(check["claim"]) for check in checks])
    return sum(bool(index.rank(words(line), 1)) for line in headlines[:200]) / 200


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worst", action="store_true", help="list the dev wordings that do not come first")
    for name, figures in by_half(parser.parse_args().worst).items():
        print(f"{name:10} recall at 1 {figures['r1']:.3f}, at 5 {figures['r5']:.3f}")
    print(f"headlines that nobody checked and that find something: {false_alarms():.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
