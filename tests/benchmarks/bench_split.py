"""How fast articles are split: ``python tests/benchmarks/bench_split.py [FILE ...]``. A command of its own; pytest does not run it.

Prints articles a second and millions of characters a second on the seed article and on the given files, then the slope: time for texts of
growing size and of unkind shapes (one line, only quotation marks, combining marks), where the last column should stay about level.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from factcheck.text import split  # noqa: E402  # a script finds the package beside it

SEED = ROOT / "data" / "seed" / "almodon-putin-raisi.txt"
SHAPES = {
    "articles": None,
    "one line": "وقال الوزير إن الجسر مغلق وأضاف أن العمل مستمر، فيما وصل الوفد ",
    "quotation marks": '"',
    "opening marks": "« ",
    "combining marks": "م\u064b\u0651",
    "brackets": "(",
}


def seconds(text: str) -> float:
    start = time.perf_counter()
    split(text, language="ar")
    return time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=[50_000, 200_000, 800_000], help="characters")
    chosen = parser.parse_args()
    texts = [path.read_text(encoding="utf-8").strip() for path in [SEED, *chosen.files]]
    split(texts[0])
    for path, text in zip([SEED, *chosen.files], texts, strict=True):
        runs, start = 0, time.perf_counter()
        while (elapsed := time.perf_counter() - start) < 1.5:
            split(text)
            runs += 1
        print(f"{path.name}: {runs / elapsed:.0f} articles/s, {runs * len(text) / elapsed / 1e6:.3f} M chars/s")
    print(f"{'shape':18}" + "".join(f"{size:>22,}" for size in chosen.sizes) + "   (seconds, M chars/s)")
    for name, piece in SHAPES.items():
        unit = piece or texts[0] + "\n"
        row = []
        for size in chosen.sizes:
            text = (unit * (size // len(unit) + 1))[:size]
            spent = seconds(text)
            row.append(f"{spent:12.2f} {size / spent / 1e6:9.3f}")
        print(f"{name:18}" + "".join(row))
    return 0


if __name__ == "__main__":
    sys.exit(main())
