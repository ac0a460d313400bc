"""The page of one claim: what is about it and nothing that is about others, with its own ClaimReview."""

from __future__ import annotations

import json
import re

import pytest

from factcheck.errors import ReportError
from factcheck.model.verdict import PublicationKind
from factcheck.reports.compose import compose
from factcheck.reports.html import render
from factcheck.reports.markdown import markdown
from factcheck.reports.writing import report_bytes, write_report
from tests.reports.test_claimreview import rate, record
from tests.reports.test_compose import published as published  # a fixture
from tests.reports.test_compose import texts

OF_THE_DAM = ("بيان الهيئة رقم 31", "Marjana dam works", "مكتب سالم الطويل", "أرشيف «البيدر» الورقي", "أنا من قال ذلك")


@pytest.fixture
def two(scene):
    """The scene with a result on a second claim."""
    rate(scene, "villages", "true")
    return scene


def said(source, lang: str = "ar") -> str:
    return markdown(source, lang).decode()


def test_the_page_is_about_its_claim_and_no_other(two) -> None:
    page, dam, whole = said(two.source().page_of("villages")), said(two.source().page_of("dam")), said(two.source())
    assert "خمسين قرية ستبقى بلا ماء" in page
    assert "تحرير «البيدر»" in page  # was asked about nothing in particular
    for words in OF_THE_DAM:
        assert words in whole
        assert words in dam
        assert words not in page
    assert "## ما لم نتحقق منه" in whole
    assert "## ما لم نتحقق منه" not in page


def test_the_headline_tells_the_claim_as_words_with_the_result(two) -> None:
    report = compose(two.source().page_of("villages"), "ar")
    assert report.title == "«خمسون قرية بلا ماء» · صحيح"
    assert texts(report.headline).replace("  ", " ") == "« خمسون قرية بلا ماء » · صحيح"
    english = compose(two.source().page_of("villages"), "en")
    assert english.title.startswith("«Fifty villages without water» · True")


def test_the_page_names_the_whole_report_and_its_own_address(two) -> None:
    first = said(two.source().page_of("villages"))
    assert re.search(r"التقرير كاملاً: .*https://marsad\.example/check/dam", first)
    assert "check/villages" not in first
    record(two, PublicationKind.PUBLICATION, "2026-11-17", "https://marsad.example/check/villages", claims=("villages",))
    page = said(two.source().page_of("villages"))
    assert "https://marsad.example/check/villages" in page
    assert re.search(r"نُشر:\W*17 تشرين الثاني", page)


def review_of(page: bytes) -> dict:
    found = re.search(rb'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_its_claimreview_is_that_of_the_claim_at_the_page_s_own_address(scene) -> None:
    assert "url" not in review_of(render(scene.source().page_of("dam")))  # the address on record is that of the whole report
    record(scene, PublicationKind.PUBLICATION, "2026-11-17", "https://marsad.example/check/only-dam", claims=("dam",))
    item = review_of(render(scene.source().page_of("dam")))
    assert (item["url"], item["claimReviewed"]) == (
        "https://marsad.example/check/only-dam",
        "سد وادي الرمان يُغلق أسبوعين ابتداءً من الاثنين",
    )


def test_a_claim_that_nobody_checks_has_no_page(scene) -> None:
    with pytest.raises(ReportError, match=r"Claim villages has no page of its own: nobody chose to check it\. Choose it with"):
        scene.source().page_of("villages")
    with pytest.raises(ReportError, match=r"This case has no claim 'nobody'"):
        scene.source().page_of("nobody")


def test_files_of_one_claim_have_its_name(published) -> None:
    case, target, _ = published
    claim = target.partition("/")[2]
    whole, one = write_report(case, "html"), write_report(case, "html", claim_id=claim)
    assert whole != one
    assert claim[:12] in one.name
    assert len(report_bytes(case, "markdown", claim_id=claim)) < len(report_bytes(case, "markdown"))
