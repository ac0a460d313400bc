"""Accusations: the accuser is the source, the accused with what of is the claim; the sentences are made up."""

from __future__ import annotations

import pytest

from factcheck.model.claim import ClaimKind
from factcheck.text import split


@pytest.mark.parametrize(
    ("text", "claim", "source"),
    [
        (
            "واتهم النائب خالد العمر البلدية بإهمال تقريرين سابقين رفعهما إليها مهندسون.",
            "البلدية بإهمال تقريرين سابقين رفعهما إليها مهندسون",
            "النائب خالد العمر",
        ),
        ("واتهم النائب وليد الخطيب الشركة الوطنية بتلويث النهر.", "الشركة الوطنية بتلويث النهر", "النائب وليد الخطيب"),
        ("اتهم النائب خالد العمر رئيس البلدية بأنه أخفى التقرير.", "رئيس البلدية بأنه أخفى التقرير", "النائب خالد العمر"),
        ("اتهم وزير الدفاع المعارضة بالتحريض على العنف.", "المعارضة بالتحريض على العنف", "وزير الدفاع"),
        ("اتهمت وزيرة الدفاع السابقة المعارضة بالتحريض على العنف.", "المعارضة بالتحريض على العنف", "وزيرة الدفاع السابقة"),
        ("اتهمت منظمة العفو الدولية الجيش السوري بقصف مستشفى.", "الجيش السوري بقصف مستشفى", "منظمة العفو الدولية"),
        ("واتهمت النقابة إدارة المصنع بتأخير الرواتب.", "إدارة المصنع بتأخير الرواتب", "النقابة"),
        ("وتتهم واشنطن طهران بتزويد الميليشيات بأسلحة.", "طهران بتزويد الميليشيات بأسلحة", "واشنطن"),
        (
            "واتهم رئيس الوزراء الإسرائيلي نفتالي بينيت إيران بتمويل الهجمات.",
            "إيران بتمويل الهجمات",
            "رئيس الوزراء الإسرائيلي نفتالي بينيت",
        ),
        ("واتهم الناطق باسم الجيش سالم حداد المتمردين بسرقة الوقود.", "المتمردين بسرقة الوقود", "الناطق باسم الجيش سالم حداد"),
        ("اتهم سليم حداد، عضو المجلس البلدي، الشركة بتلويث النهر.", "الشركة بتلويث النهر", "سليم حداد"),
        ("اتهم الوزير أمس موظفين في الجمارك بتلقي رشاوى.", "موظفين في الجمارك بتلقي رشاوى", "الوزير"),
        ("واتهم مزارعون من تل الرمان وزارة الري بفتح البوابات ليلا.", "وزارة الري بفتح البوابات ليلا", "مزارعون من تل الرمان"),
        ("النائب خالد العمر اتهم البلدية بإهمال التقرير.", "البلدية بإهمال التقرير", "النائب خالد العمر"),
        ("واتهمها النائب خالد العمر بإهمال التقرير.", "إهمال التقرير", "النائب خالد العمر"),
        (
            "MP Khaled Omar accused the municipality of ignoring two reports that engineers had submitted to it.",
            "the municipality of ignoring two reports that engineers had submitted to it",
            "MP Khaled Omar",
        ),
        (
            "The opposition accuses the minister of taking bribes from a contractor.",
            "the minister of taking bribes from a contractor",
            "The opposition",
        ),
        ("The union has accused managers of delaying wages.", "managers of delaying wages", "The union"),
    ],
)
def test_an_accusation_of_a_deed_is_an_event_that_the_accuser_claims(text: str, claim: str, source: str) -> None:
    found = [(each.text, each.kind, each.checkable, [step.source for step in each.printed]) for each in split(text).claims]
    assert found == [(claim, ClaimKind.EVENT, True, [source])]


@pytest.mark.parametrize("text", ["وحمل الوزير الشركة مسؤولية انقطاع الكهرباء.", "Residents blamed the company for the outage."])
def test_blame_is_an_opinion(text: str) -> None:
    assert [(claim.kind, claim.checkable, len(claim.printed)) for claim in split(text).claims] == [(ClaimKind.OPINION, False, 1)]


def test_a_passive_accuses_nobody_in_anybodys_name() -> None:
    assert [claim.printed for claim in split("اتهم الوزير بالفساد.").claims] == [()]
