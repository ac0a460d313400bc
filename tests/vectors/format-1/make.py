"""Make the vectors of format 1: everything fixed, so that the same bytes come out for ever.

python tests/vectors/format-1/make.py [FOLDER]
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from factcheck.ledger.keys import KeyRing, PersonKey  # noqa: E402
from factcheck.ledger.ledger import Act, Ledger  # noqa: E402
from factcheck.ledger.store import MemoryStore  # noqa: E402
from factcheck.model import events as ev  # noqa: E402
from factcheck.model.article import Span  # noqa: E402
from factcheck.model.claim import Claim, ClaimKind, Step  # noqa: E402
from factcheck.model.verdict import Verdict  # noqa: E402

CASE = hashlib.sha256(b"case").hexdigest()[:32]


class Fixed:
    """A clock and a source of bytes that never surprise."""

    def __init__(self, seed: str) -> None:
        self._seed, self._drawn, self._now = seed, 0, datetime(2026, 11, 23, 15, 4, 5, 123456, tzinfo=UTC)

    def clock(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now

    def entropy(self, size: int) -> bytes:
        self._drawn += 1
        return hashlib.shake_256(f"{self._seed}/{self._drawn}".encode()).digest(size)


def log(seed: str, name: str, folder: Path) -> tuple[Ledger, PersonKey]:
    fixed = Fixed(seed)
    keys = KeyRing(folder / seed, entropy=fixed.entropy)
    ledger = Ledger.create(MemoryStore, keys.create_desk_key(), clock=fixed.clock, entropy=fixed.entropy)
    person = keys.create_person(name, "غرفة الأخبار")
    payload = ev.KeyIntroduced(person.key, person.person, person.name, person.newsroom, person.role, person.machine)
    ledger.append([Act(payload, ledger.desk_key, "", {"key:" + person.key.partition(":")[2]: ()}, cosigner=person)])
    return ledger, person


def build() -> dict[str, str]:
    """File name -> text."""
    with tempfile.TemporaryDirectory() as folder:
        first, amal = log("seed-1", "أمل", Path(folder))
        second, huda = log("seed-2", "Huda", Path(folder))
    text = hashlib.sha256("قال الوزير إن الجسر افتتح أمس.".encode()).hexdigest()
    step = Step(source="الوزير", source_span=Span(4, 10), cue="قال", cue_span=Span(0, 3))
    claim = Claim(text, Span(14, 29), "الجسر افتتح أمس", ClaimKind.EVENT, True, printed=(step,))
    register = "claim:" + "a" * 32

    def act(ledger: Ledger, actor: PersonKey, payload: ev.Payload, *registers: str, saw: bool = False) -> ev.Event:
        on: dict[str, tuple[str, ...]] = {name: ledger.heads(name) for name in registers}
        return ledger.append([Act(payload, actor, CASE, on, saw=ledger.seen() if saw else None)])[0]

    act(first, amal, ev.CaseOpened("عنوان", "ar", "", False), f"case:{CASE}")
    act(first, amal, ev.ClaimsMade({"a" * 32: claim}, "marked", ""), register)
    verdict = Verdict(
        f"content/{'a' * 32}", "standard", "unproven", (), "لا دليل 😀", "ar", "2026-11-23", "الموعد", tuple(first.heads(register))
    )
    given = act(first, amal, ev.VerdictGiven(verdict), "verdict:" + "b" * 32, saw=True)
    act(second, huda, ev.CaseOpened("Other desk", "en", "", False), "case:" + "d" * 32)
    first.merge(second, amal)
    first.erase([(given.digest, "verdict")], actor=amal, because="protect a source")
    events = list(first.events())
    entries = [
        {
            "index": event.index,
            "digest": event.digest,
            "leaf": first.leaf(event.digest).decode("utf-8"),
            "disclosures": {name: data.decode("utf-8") for name, data in sorted(first.disclosures(event.digest).items())},
            "proof": first.prove(event.digest),
        }
        for event in events
    ]
    return {
        "vkey": first.vkey + "\n",
        "checkpoint": first.checkpoint(),
        "entries.json": json.dumps(entries, ensure_ascii=False, indent=1) + "\n",
        "consistency.json": json.dumps(
            {str(old): [h.hex() for h in first.tree.consistency(old)] for old in range(first.size + 1)}, indent=1
        )
        + "\n",
    }


def main(write: Callable[[str], object] = sys.stdout.write) -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for name, text in build().items():
        (folder / name).write_text(text, "utf-8", newline="\n")
        write(f"{folder / name}: {len(text)} characters\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
