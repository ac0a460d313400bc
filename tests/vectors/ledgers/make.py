"""Make the desk of a release: one small whole desk that every later version opens, folds and verifies.

python tests/vectors/ledgers/make.py FOLDER

Run with the code of the release (its checkout first on PYTHONPATH), once, when it is released, into ``tests/vectors/ledgers/<version>``;
what is there already is never made anew. Acts that a release does not know are left out. The private keys are of no use elsewhere; they
are derived from fixed seeds, so that tests can go on writing.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

try:
    from factcheck import __version__
except ImportError:
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    from factcheck import __version__
from factcheck.case.desk import Desk, open_desk
from factcheck.case.surroundings import Surroundings

ARTICLE = (
    "قالت صحيفة «الميناء» نقلاً عن مسؤول في البلدية إن الجسر افتتح أمس. وأضاف أن كلفته بلغت 40 مليون دينار.\n"
    "ورأى الكاتب أن الأعمال تأخرت شهرين. وقال وزير النقل إن الجسر سيُغلق في الشتاء المقبل."
)
PAGE = "<html><body><p>افتتح الجسر يوم الثلاثاء 3 آذار 2026، وبلغت كلفته 40 مليون دينار.</p></body></html>"


class Fixed:
    """A clock and a source of bytes that never surprise; ``seeds`` holds the private keys that were drawn."""

    def __init__(self, name: str) -> None:
        self._name, self._drawn, self._now = name, 0, datetime(2026, 11, 24, 9, tzinfo=UTC)
        self.seeds: list[str] = []

    def clock(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now

    def entropy(self, size: int) -> bytes:
        self._drawn += 1
        data = hashlib.shake_256(f"{self._name}/{self._drawn}".encode()).digest(size)
        if size == 32:
            self.seeds.append(data.hex())
        return data


def write(folder: Path) -> dict[str, Any]:
    """The desk in ``folder``, and what is known of it."""
    with tempfile.TemporaryDirectory() as temporary:
        here, there = Fixed("here"), Fixed("there")
        amal = _surroundings(Path(temporary) / "amal", here)
        desk = open_desk(folder, name="أمل", newsroom="غرفة الأخبار", around=amal)
        other = open_desk(
            Path(temporary) / "other", name="Huda", newsroom="Desk Two", around=_surroundings(Path(temporary) / "huda", there)
        )
        other.open_case("The minister said on Friday that the bridge would close.", title="Other desk")
        _acts(desk)
        if hasattr(desk, "merge"):
            desk.merge(other.folder)
        else:
            desk.ledger.merge(other.ledger, desk._signer())
            for digest in other.captures.digests():  # all of them blobs
                desk.captures.put(other.captures.get(digest))
            desk.refresh()
        known = {
            "version": __version__,
            "vkey": desk.ledger.vkey,
            "checkpoint": desk.ledger.checkpoint(),
            "leaves": [hashlib.sha256(row.leaf).hexdigest() for row in _rows(desk)],
            "desk_seed": here.seeds[1],
            "person_seed": here.seeds[0],
            **summary(desk),
        }
        desk.close()
        other.close()
    return known


def _surroundings(base: Path, fixed: Fixed) -> Surroundings:
    return Surroundings(base / "config", base / "state", fixed.clock, fixed.entropy)


def _rows(desk: Desk) -> Any:
    store = desk.ledger.store if hasattr(desk.ledger, "store") else desk.ledger._store
    return store.rows()


def _acts(desk: Desk) -> None:
    case = desk.open_case(ARTICLE, title="الجسر", facts={"outlet": "الميناء", "published": "2026-03-04"})
    first, second, *rest = [proposal.id for proposal in case.state.proposals]
    case.accept([first, second])
    if rest:
        case.dismiss(rest[-1:], "تكرار")
    case.restate(first, {"ar": "افتتح الجسر في 3 آذار", "en": "The bridge opened on 3 March"})
    content = f"content/{first}"
    case.choose([content])
    evidence = case.attach(file=PAGE.encode(), quote="افتتح الجسر يوم الثلاثاء", bears_on=[content], note="ملاحظة")
    case.search("municipality.example", ["افتتاح الجسر"], "nothing", target=content)
    case.contact("البلدية", "email", "متى افتتح الجسر؟")
    case.verdict(content, "mostly_true", "يؤيده المصدر", grounds=[f"evidence:{evidence}"])
    huda = desk.keys.create_person("هدى", "غرفة الأخبار")
    with desk.acting_as(huda):
        case.verdict(content, "true", "رأي ثان")
    case.settle(content, "mostly_true", "بعد نقاش")
    case.describe(why_chosen="لن يبقى")
    case.undo()
    case.draft({"ar": "متى افتتح الجسر؟"}, {"ar": "افتتح يوم الثلاثاء."}, {"ar": "صحيح في معظمه."})
    with desk.acting_as(huda):
        case.review()
    case.publish(url="https://desk.example/1", despite="تجربة")
    secret = case.describe(why_chosen="اسم المصدر")
    desk.ledger.erase([(secret.digest, "why_chosen")], actor=desk._signer(), because="حماية مصدر")
    desk.refresh()
    if hasattr(desk, "rotate"):
        desk.rotate(retire=True)


def summary(desk: Desk) -> dict[str, Any]:
    """What a desk's fold says, in words that no release may change."""
    cases = {}
    for id in sorted(desk.cases()):
        state = desk.case(id).state
        cases[id] = {
            "title": state.title,
            "article": desk.case(id).text,
            "claims": {id: [held.value.text, held.value.kind.value] for id, held in state.claims.items()},
            "dismissed": sorted(state.dismissed),
            "evidence": {id: held.value.quote.exact for id, held in state.evidence.items() if held.value.quote},
            "bearings": sorted([held.value.evidence, held.value.target] for held in state.bearings.values()),
            "searches": sorted(held.value.place for held in state.searches.values()),
            "contacts": sorted(held.value.who for held in state.contacts.values()),
            "verdicts": sorted([held.value.target, held.value.rating, held.value.reasons] for held in state.verdicts.values()),
            "headline": dict(state.draft.value.headline) if state.draft else {},
            "reviews": sorted(held.value.decision.value for held in state.reviews.values()),
            "publications": sorted(held.value.url for held in state.publications.values()),
            "heads": {register: list(heads) for register, heads in sorted(state.heads.items())},
            "history": [event.digest for event in state.history],
        }
    return {
        "cases": cases,
        "persons": {id: [person.name, sorted(person.keys), person.active] for id, person in sorted(desk.state.persons.items())},
        "events": [[event.type, event.version, event.digest, sorted(event.missing)] for event in desk.ledger.events()],
    }


def main(say: Callable[[str], object] = sys.stdout.write) -> int:
    folder = Path(sys.argv[1])
    if folder.exists():
        say(f"{folder} is there already, and is never made anew.\n")
        return 1
    known = write(folder / "desk")
    shutil.rmtree(folder / "desk" / "reports", ignore_errors=True)
    (folder / "expected.json").write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", "utf-8")
    say(f"{folder}: release {known['version']}, {len(known['leaves'])} entries\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
