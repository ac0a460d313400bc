"""What kind a claim is, in Arabic as in English; the sentences are made up."""

from __future__ import annotations

import pytest

from factcheck.model.claim import ClaimKind
from factcheck.text import split


@pytest.mark.parametrize(
    "text",
    [
        "كانت الاستجابة بطيئة.",
        "كان رد البلدية بطيئا جدا.",
        "كانت استجابتها ضعيفة في القرى.",
        "لم تكن المساعدات كافية.",
        "كان أداء الفرق ممتازا.",
        "كانت الخطة فوضوية.",
        "The response was slow.",
        "The municipality's reply was very slow.",
        "Its response was weak in the villages.",
        "The aid was not sufficient.",
        "The teams were excellent.",
        "The plan looked chaotic.",
    ],
)
def test_a_vague_adjective_of_the_whole_makes_an_opinion(text: str) -> None:
    assert [(claim.kind, claim.checkable) for claim in split(text).claims] == [(ClaimKind.OPINION, False)]


@pytest.mark.parametrize(
    "text",
    [
        "كانت البوابة الشرقية معطلة منذ شهرين.",
        "كان السد قديما.",
        "كانت سيارة سريعة تعبر الجسر.",
        "وكانت حالتهم الصحية جيدة.",
        "The eastern gate was broken.",
        "The rescue was late.",
        "The pump was faster than last year.",
        "A slow boat crossed the river.",
    ],
)
def test_what_evidence_could_decide_stays_checkable(text: str) -> None:
    assert [claim.checkable for claim in split(text).claims] == [True]
