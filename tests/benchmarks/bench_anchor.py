"""How fast quotes are found again: ``python tests/benchmarks/bench_anchor.py [--mb 1 5]``. A command of its own; pytest does not run it.

Seconds per megabyte of UTF-8 for a quote that is found exactly, after folding, not at all (then the nearest passages are looked for), and
everywhere, on pages made of the seed article and of unkind shapes. Per shape the sizes' figures should stay about level, or fall: time is
linear.
"""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from factcheck.errors import AnchorError  # noqa: E402  # a script finds the package beside it
from factcheck.model.article import TextQuote  # noqa: E402
from factcheck.text.anchor import locate  # noqa: E402

SEED = ROOT / "data" / "seed" / "almodon-putin-raisi.txt"
END = " وهنا نهايةٌ خاصّة."
SHAPES = {
    "seed article": None,
    "one word": "a",
    "short words": "ba ",
    "combining marks": "م\u064b\u0651",
    "invisible": "\u200b",
    "overrides": "\u202ea",
    "line ends": "x\n",
    "tatweel": "مـــ",
    "numbers": "1,",
    "no spaces": "北京",
}


def seconds(quote: str, text: str) -> float:
    start = time.perf_counter()
    with suppress(AnchorError):
        locate(TextQuote(quote), text)
    return time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=float, nargs="*", default=[1, 5], help="sizes of the pages")
    chosen = parser.parse_args()
    article = SEED.read_text(encoding="utf-8").strip() + "\n"
    quotes = {"exact": END.strip(), "folded": "وهنا نهاية خاصة", "orphan": "قال الوزير إن الجسر افتتح يوم أمس في دمشق", "everywhere": ""}
    print(f"{'seconds per MB':18}" + "".join(f"{f'{name}, {mb:g} MB':>20}" for name in quotes for mb in chosen.mb))
    for shape, unit in SHAPES.items():
        unit = unit or article
        row = []
        for quote in quotes.values():
            for mb in chosen.mb:
                text = unit * int(mb * 1e6 / len(unit.encode()) + 1) + END
                words = quote or (unit * 40 if any(map(str.isalnum, unit)) and unit != article else "في")
                row.append(f"{seconds(words, text) / mb:20.3f}")
        print(f"{shape:18}" + "".join(row))
    return 0


if __name__ == "__main__":
    sys.exit(main())
