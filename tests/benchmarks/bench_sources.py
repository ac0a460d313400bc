"""How fast evidence is grouped: ``python tests/benchmarks/bench_sources.py [--pieces 250 500 1000]``. A command of its own.

Seconds of processor time. Pages are made up of words of the annotated set, as many as news pages have (about 500); a tenth of them are
copies with a credit, a twenty-fifth cite one paper. Also timed: unkind sets (all pages alike, all of one site, one word over and over),
alarms, and reading whom each page cites, which a case does once a page and keeps. The figures should grow no faster than the pages.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "quality")]

import score_sources  # noqa: E402  # a script finds the package and its neighbours

from factcheck.evidence.origins import Cited, Piece, alarms, group  # noqa: E402
from factcheck.text.citing import cited_sources  # noqa: E402


def pages(count: int, seed: int = 7) -> list[Piece]:
    chance = random.Random(seed)
    words = [word for record in score_sources.read() for word in record["text"].split()]
    made: list[Piece] = []
    for i in range(count):
        if i % 10 == 9:
            text = made[i - 1].text + "\nالمصدر: رويترز"
        else:
            text = "\n".join(" ".join(chance.choice(words) for _ in range(50)) + "." for _ in range(10))
        cited = (Cited("صحيفة الميناء", "بحسب صحيفة الميناء"),) if i % 25 == 0 else ()
        made.append(Piece(f"p{i:04}", f"https://site{i % 300}.example/{i}", outlet=f"Site {i % 300}", published=f"2022-01-{i % 28 + 1:02}",
                          text=text, cited=cited))  # fmt: skip
    return made


def alike(count: int) -> list[Piece]:
    text = pages(1)[0].text
    return [Piece(f"p{i:04}", f"https://s{i}.example/{i}", text=text) for i in range(count)]


def one_site(count: int) -> list[Piece]:
    return [Piece(piece.id, f"https://s.example/{piece.id}", text=piece.text) for piece in pages(count)]


def one_word(count: int) -> list[Piece]:
    return [Piece(f"p{i:04}", f"https://s{i}.example/", text="ba " * 3000) for i in range(count)]


def seconds(task: Callable[[], object]) -> float:
    start = time.process_time()
    task()
    return time.process_time() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pieces", type=int, nargs="*", default=[250, 500, 1000])
    chosen = parser.parse_args()
    group(pages(10))
    print(f"{'seconds for':26}" + "".join(f"{count:>9,} pages" for count in chosen.pieces))
    for name, make in (("groups", pages), ("groups, all alike", alike), ("groups, one site", one_site), ("groups, one word", one_word)):
        sets = [make(count) for count in chosen.pieces]
        print(f"{name:26}" + "".join(f"{seconds(lambda made=made: group(made)):15.2f}" for made in sets))
    sets = [pages(count) for count in chosen.pieces]
    print(f"{'alarms':26}" + "".join(f"{seconds(lambda made=made: alarms(made[1:], made[0])):15.2f}" for made in sets))
    texts = [[record["text"] for record in score_sources.read() * 20][:count] for count in chosen.pieces]
    print(
        f"{'whom pages cite, once':26}"
        + "".join(f"{seconds(lambda made=made: [cited_sources(each) for each in made]):15.2f}" for made in texts)
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
