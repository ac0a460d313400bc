"""How well it is told what became of a link: ``python tests/quality/score_rechecks.py [--errors]``.

``rechecks.toml`` holds made-up pages as they were, as they are now, and what their sites answer for addresses they do not have: error pages
under status 200, redirects to the front page, pages that moved, walls, and pages that are there although their text or the quoted passage
changed. Each link is checked as ``case.recheck`` does, over a web in memory. Precision and recall of "no longer there" (an error page or
the front page in its place), and the share of links whose state is told exactly; for the part that rules were written with and others.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from factcheck.case.gather import read_fetched  # a script finds the package beside it
from factcheck.case.recheck_acts import Judging
from factcheck.evidence.link_check import visit
from factcheck.model.article import Span, TextQuote
from factcheck.model.evidence import Anchor, AnchorHow, Capture, Evidence, LinkState, Obtained
from factcheck.text.child import ChildReader
from tests.case.web import Answer, Web

DATA = Path(__file__).with_name("rechecks.toml")
LOST = (LinkState.SOFT_404, LinkState.HOME)
SITE = "https://site.example"
SOFT = {
    "soft-ar": ("الصفحة غير موجودة", "<h2>الصفحة غير موجودة</h2><p>يبدو أن الرابط غير صحيح، أو أن الصفحة حُذفت.</p>"),
    "soft-en": ("Page not found", "<h1>Page not found</h1><p>The link may be broken, or the page may have been removed.</p>"),
    "same-template": ("", ""),
}


@dataclass(frozen=True)
class Told:
    half: str
    language: str
    expected: LinkState
    found: LinkState
    code: str
    about: str


def told(path: Path = DATA) -> list[Told]:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    with ChildReader() as reader:
        return [_one(case, table["sites"][case["site"]], table["old"][case["old"]], reader) for case in table["cases"]]


def _one(case: dict[str, Any], site: dict[str, str], old: dict[str, str], reader: ChildReader) -> Told:
    def page(title: str, main: str) -> str:
        return site["page"].replace("{title}", title).replace("{main}", main)

    web, url = Web(), SITE + case["url"]
    web.put(url, page(old["title"], old["main"]))
    first = visit(url, web).fetched
    assert first is not None
    before = read_fetched(first, reader).text
    at = before.index(old["quote"])
    capture = Capture(sha256(first.body).hexdigest(), "text/html", len(first.body), Obtained.FETCHED, first.at)
    evidence = Evidence(
        url=url, capture=capture, quote=TextQuote(old["quote"]), anchor=Anchor(AnchorHow.EXACT, Span(at, at + len(old["quote"])))
    )

    front = page("", "<h1>" + {"ar": "أهم الأخبار", "en": "Top stories"}[site["language"]] + "</h1>")
    location = case.get("location", "")
    if location:
        landing = page(case.get("title", ""), case["now"]) if "now" in case else page("", case["landing"]) if "landing" in case else front
        web.put(location if "://" in location else SITE + location, landing)
        web.put(url, status=302, location=location)
    else:
        web.put(url, page(case.get("title", ""), case["now"]))
    other = case.get("other", "")
    if other == "same" or case.get("other_location"):
        web.unknown["site.example"] = web.pages[url]
    elif other == "404-template":
        web.unknown["site.example"] = Answer(page("404", "<p>404</p>"), 404)
    elif other:
        web.unknown["site.example"] = Answer(page(*SOFT[other]))
    look = Judging(web, reader).look(evidence, before, visit(url, web))
    about = case.get("now") or location
    return Told(case["half"], site["language"], LinkState(case["expect"]), look.state, look.code, about)


def figures(results: list[Told]) -> dict[str, float]:
    right = sum(each.expected in LOST and each.found in LOST for each in results)
    found = sum(each.found in LOST for each in results)
    lost = sum(each.expected in LOST for each in results)
    exact = sum(each.expected is each.found for each in results)
    return {"lost_p": right / found if found else 1.0, "lost_r": right / lost if lost else 1.0, "state": exact / len(results)}


def by_part() -> dict[str, dict[str, float]]:
    results = told()
    return {part: figures([each for each in results if each.half == part]) for part in ("first", "second", "third")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--errors", action="store_true", help="list what was told wrongly")
    arguments = parser.parse_args()
    results = told()
    for half in ("first", "second", "third"):
        for language in ("ar", "en", "both"):
            some = [each for each in results if each.half == half and language in (each.language, "both")]
            row = figures(some)
            print(f"{half:6} {language:4} {len(some):3} links  " + "  ".join(f"{name} {value:.3f}" for name, value in row.items()))
    if arguments.errors:
        for each in results:
            if each.expected is not each.found:
                print(f"{each.half} {each.language}: expected {each.expected}, found {each.found} ({each.code}): {each.about[:150]}")


if __name__ == "__main__":
    main()
