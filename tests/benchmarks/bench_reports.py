"""What reports cost: time and memory of each format, and how they grow with the case.

``python tests/benchmarks/bench_reports.py [CLAIMS ...]`` makes a desk with a case of so many claims (1,000 without any; give several, such
as 10 100 1000 10000, to see the growth), five pieces of evidence each, and renders it in every format, each in a process of its own, so
that peak memory is that format's; seconds are of the processor, since other people's work makes a clock run. The last columns compare the
time a claim with that of the size before: 1.0 is linear growth. ``source`` is what is gathered before any format. PDF is made up to
``--pdf`` claims only (1,000): a page takes about a hundredth of a second, and more than a megabyte of memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from factcheck.case.desk import Desk, open_desk  # noqa: E402
from factcheck.case.surroundings import Surroundings  # noqa: E402
from factcheck.model import events as ev  # noqa: E402
from factcheck.model.article import Span, TextQuote  # noqa: E402
from factcheck.model.claim import Choice, Claim, ClaimKind, SourceKind, Step  # noqa: E402
from factcheck.model.evidence import Anchor, AnchorHow, Bearing, Capture, Evidence, Obtained, Stance  # noqa: E402
from factcheck.model.verdict import Draft, Ground, ReasonKind, Verdict  # noqa: E402

EVIDENCE = 5  # pieces a claim
AN_ACT = 500  # events written at once
LINE = "قالت صحيفة «الميناء» نقلاً عن مسؤول في البلدية إن الجسر رقم {} افتُتح أمس وإن كلفته بلغت {} مليون دينار."


def around(folder: Path) -> Surroundings:
    start, ticks = datetime(2026, 11, 23, 12, tzinfo=UTC), iter(range(10**9))
    drawn = iter(range(10**9))
    return Surroundings(
        folder / "config",
        folder / "state",
        lambda: start + timedelta(milliseconds=next(ticks)),
        lambda size: next(drawn).to_bytes(size, "big"),
    )


def make(folder: Path, claims: int) -> None:
    """A desk with one case of so many claims, written straight into its ledger."""
    with open_desk(folder / "desk", name="Amal", newsroom="Bench", around=around(folder)) as desk:
        lines = [LINE.format(n, n + 40) for n in range(claims)]
        text = "\n".join(lines)
        digest = desk.captures.put(text.encode())
        case, article = desk.new_id(), desk.new_id()
        steps = [
            (ev.CaseOpened("جسور", "ar", "قياس", False), {f"case:{case}": ()}),
            (ev.ArticleAdded(digest, digest, "text/plain", "ar"), {f"article:{article}": ()}),
        ]
        start = 0
        for n, line in enumerate(lines):
            chain = (
                Step("صحيفة «الميناء»", cue="قالت", source_kind=SourceKind.OUTLET),
                Step("مسؤول في البلدية", cue="نقلاً عن", named=False),
            )
            claim = Claim(
                digest, Span(start, start + len(line)), line, ClaimKind.EVENT, True, printed=chain, as_checked={"ar": line},
                short={"ar": f"الجسر رقم {n} افتُتح"}, choices={key: Choice(True) for key in ("content", "step/printed/0")},
            )  # fmt: skip
            start += len(line) + 1
            steps.append((ev.ClaimsMade({f"{n:032x}": claim}, "marked", ""), {f"claim:{n:032x}": ()}))
            for k in range(EVIDENCE):
                id, url = f"{n:024x}{k:08x}", f"https://site{k}.example/{n}"
                capture = Capture(f"{n:056x}{k:08x}", "text/html", 2000, Obtained.FETCHED, "2026-11-12T08:30:00Z", url, url, 200)
                quote = TextQuote("The bridge was opened on Tuesday." if k % 2 else f"افتُتح الجسر رقم {n} يوم الثلاثاء بحضور أهل البلدة.")
                evidence = Evidence(
                    f"خبر {n} {k}", url, capture, quote=quote, anchor=Anchor(AnchorHow.EXACT, Span(0, 20)),
                    quote_language="en" if k % 2 else "ar", outlet=f"موقع {k}", published="2026-11-10",
                )  # fmt: skip
                steps.append((ev.EvidenceAttached(evidence), {f"evidence:{id}": ()}))
                stance = Stance.SUPPORTS if k < 3 else Stance.REFUTES
                steps.append((ev.EvidenceBears(Bearing(id, f"content/{n:032x}", stance)), {f"bearing:{id}": ()}))
            grounds = tuple(Ground(ReasonKind.EVIDENCE, f"{n:024x}{k:08x}") for k in range(2))
            verdict = Verdict(f"content/{n:032x}", "standard", "mostly_true", grounds, "يؤيده خبران مستقلان.", "ar", "2026-11-13")
            steps.append((ev.VerdictGiven(verdict), {f"verdict:{n:032x}": ()}))
        steps.append((ev.DraftWritten(Draft({"ar": "عنوان"}, {"ar": "خلاصة"}, {"ar": "استنتاج"})), {f"draft:{case}": ()}))
        for at in range(0, len(steps), AN_ACT):
            desk.append(case, steps[at : at + AN_ACT])


def worked() -> float:
    """Seconds of processor time of this process and of those it started."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def one(folder: Path, format: str) -> None:
    """Render one format in this process, and print what it took."""
    from factcheck.reports import FORMATS
    from factcheck.reports.writing import source_of

    with Desk.open(folder / "desk", around(folder)) as desk:
        case = desk.case()
        began = worked()
        source = source_of(case)
        gathered = worked()
        base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        size = len(FORMATS[format](source, lang="ar")) if format != "source" else 0
        ended = worked()
        peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))  # PDF is set in a child
    seconds = gathered - began if format == "source" else ended - gathered
    print(json.dumps({"seconds": seconds, "size": size, "base": base / 1024, "peak": peak / 1024}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("claims", nargs="*", type=int, default=[1000])
    parser.add_argument("--pdf", type=int, default=1000, help="largest case that is made into a PDF")
    parser.add_argument("--one", nargs=2, metavar=("FOLDER", "FORMAT"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one(Path(given.one[0]), given.one[1])
        return
    from factcheck.reports import FORMATS

    before: dict[str, tuple[int, float]] = {}
    for claims in given.claims:
        with tempfile.TemporaryDirectory(prefix="bench-reports-") as name:
            began = time.perf_counter()
            make(Path(name), claims)
            print(f"\n{claims:,} claims, {claims * EVIDENCE:,} pieces of evidence (made in {time.perf_counter() - began:.1f} s)")
            print(f"{'format':12} {'seconds':>9} {'ms/claim':>9} {'megabytes':>10} {'peak MB':>9} {'of it':>8}  growth")
            for format in ("source", *FORMATS):
                if format == "pdf" and claims > given.pdf:
                    continue
                command = [sys.executable, __file__, "--one", name, format]
                done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
                found = json.loads(done.stdout.splitlines()[-1])
                each = found["seconds"] / claims
                growth = f"{each / before[format][1]:.2f} x {before[format][0]:,}" if format in before else ""
                before[format] = (claims, each)
                own = found["peak"] - found["base"]
                print(
                    f"{format:12} {found['seconds']:9.2f} {each * 1000:9.2f} {found['size'] / 1e6:10.2f} {found['peak']:9.0f} {own:8.0f}  {growth}",  # noqa: E501
                    flush=True,
                )


if __name__ == "__main__":
    main()
