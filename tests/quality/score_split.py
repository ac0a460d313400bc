"""Print the scores of the splitter on annotated articles: ``python tests/quality/score_split.py [FILE.jsonl] [--floors] [--worst N]``.

Without a file: ``own.jsonl`` beside this script and, where it is present, the shared development set with its own scorer. ``--floors``
prints the tables of ``floors.toml`` but that of links, a hundredth below what is measured; ``--worst`` lists the articles with the lowest
end-to-end F1, and what went wrong in them.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]

import measures  # noqa: E402  # a script finds the package and its neighbours
import shared_scorer  # noqa: E402

OWN = Path(__file__).with_name("own.jsonl")


def worst(files: list[Path], count: int) -> int:
    """Print the articles with the lowest end-to-end F1, each with its faults."""
    told = [
        (*measures.faults(record), record["doc"]) for path in files for record in measures.read(path) if record["doc"] != shared_scorer.SEED
    ]
    for score, lines, doc in sorted(told, key=lambda each: each[0])[:count]:
        print(f"{doc}: end-to-end F1 {score:.3f}")
        for line in lines:
            print(f"  {line}")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--floors", action="store_true", help="print lines for floors.toml")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="list the N articles that come out worst")
    chosen = parser.parse_args()
    if chosen.worst:
        return worst([chosen.file] if chosen.file else [OWN, *([shared_scorer.DOCS] if shared_scorer.present() else [])], chosen.worst)
    tables = {"own": (chosen.file or OWN, measures.by_language(measures.read(chosen.file or OWN)))}
    if chosen.file is None and shared_scorer.present():
        tables["claims_dev"] = (shared_scorer.DOCS, shared_scorer.scores())
    for name, (path, result) in tables.items():
        if chosen.floors:
            print(f'[{name}]\ndigest = "{measures.digest(path)}"\n')
            for language, figures in result.items():
                print(f"[{name}.{language}]")
                for figure in shared_scorer.FIGURES if name == "claims_dev" else figures:
                    print(f"{figure} = {max(0.0, math.floor(100 * figures[figure] - 1) / 100):.2f}")
                print()
            continue
        print(f"{name}: {path}")
        print(f"{'':14}" + "".join(f"{language:>8}" for language in result))
        for figure in next(iter(result.values())):
            print(f"{figure:14}" + "".join(f"{figures[figure]:8.3f}" for figures in result.values()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
