"""A case with something in every panel."""

from __future__ import annotations

from typing import Any

LAST = "إخراج إيران من سوريا"
"""Words of the claim in the seed article's last paragraph."""


def full(case: Any) -> str:
    """A case with something in every panel; returns its claim."""
    claim = case.state.proposals[-1].id
    case.accept([claim, case.state.proposals[3].id])
    case.set_aside_kinds(["opinion"], "رأي")
    case.dismiss([case.state.proposals[0].id], "ليس ادعاءً")
    case.restate(claim, {"ar": "اتفق بوتين وبينيت على العمل على إخراج إيران من سوريا", "en": "Putin and Bennett agreed to work on it"})
    targets = [f"content/{claim}", f"step/{claim}/printed/0"]
    case.choose(targets)
    page = b"<title>Officer: talks were useful</title><p>A senior officer told the paper that the two leaders had agreed on it.</p>"
    evidence = case.attach(file=page, url="https://post.example/a", quote="the two leaders had agreed", bears_on=targets, stance="context")
    case.translate(evidence, "ar", "اتفق الزعيمان")
    case.attach(file=page, quote="the two leaders agreed on nothing at all", bears_on=targets[:1])
    case.search("kremlin.example", ["بوتين بينيت"], "nothing", target=targets[0])
    case.contact("الجيش", "بريد", "من هو الضابط؟", target=targets[1])
    case.verdict(targets[0], "unproven", "لا دليل مستقل", grounds=[f"evidence:{evidence}"], unknown="محضر اللقاء")
    case.draft({"ar": "هل اتفقا؟"}, {"ar": "لم نجد ما يثبت."}, {"ar": "غير مثبت."})
    return claim
