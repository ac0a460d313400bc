"""ClaimReview against a schema written from Google's and schema.org's pages, and read back by somebody else's extractor."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import extruct
import jsonschema
import pytest

from factcheck.errors import ReportError
from factcheck.model import events as ev
from factcheck.model.verdict import Verdict
from factcheck.reports.claimreview import claimreview
from factcheck.reports.html import render

SCHEMA = json.loads((Path(__file__).parents[1] / "vectors" / "claimreview.schema.json").read_text("utf-8"))


def item(source, lang="ar", **options) -> dict:
    return json.loads(claimreview(source, lang, **options))


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_it_meets_the_documented_requirements(source, lang) -> None:
    jsonschema.validate(item(source, lang), SCHEMA)


def test_the_rating_has_its_word_and_its_number(source) -> None:
    rating = item(source)["reviewRating"]
    assert (rating["alternateName"], rating["ratingValue"], rating["bestRating"], rating["worstRating"]) == ("غير صحيح", 1, 5, 1)


def test_unproven_is_exported_without_a_number(scene) -> None:
    old = next(e.digest for e in scene.events if "verdict:v1" in e.on)
    scene.add(
        "ed25519:amal",
        ev.VerdictGiven(Verdict("content/dam", "standard", "unproven", (), "", "ar", "2026-11-16", "كل شيء")),
        "verdict:v1",
        old,
    )
    found = item(scene.source())
    assert found["reviewRating"]["alternateName"] == "غير مثبت"
    assert "ratingValue" not in found["reviewRating"]
    jsonschema.validate(found, SCHEMA)


def test_the_claim_is_attributed_to_the_innermost_named_source(scene) -> None:
    # as established: the paper named an insider, who is not named; so the paper it is
    assert item(scene.source())["itemReviewed"]["author"] == {"@type": "Organization", "name": "صحيفة «البيدر»"}
    without = change_claim(scene, established=None)
    # as printed, the head of the authority is innermost, but he was found not to have said it
    assert item(without)["itemReviewed"]["author"]["name"] == "صحيفة «البيدر»"
    scene.events = [e for e in scene.events if "verdict:v2" not in e.on]
    assert item(scene.source())["itemReviewed"]["author"] == {"@type": "Person", "name": "رئيس هيئة المياه في مرجانة سالم الطويل"}


def test_the_article_s_own_voice_is_the_outlet(scene) -> None:
    source = change_claim(scene, printed=(), established=None)
    assert item(source)["itemReviewed"]["author"] == {"@type": "Organization", "name": "موقع الجرن"}


def test_it_says_where_the_claim_appeared(source) -> None:
    assert item(source)["itemReviewed"]["appearance"] == [{
        "@type": "CreativeWork", "url": "https://aljorn.example/dam", "headline": "خمسون قرية بلا ماء", "datePublished": "2026-11-09",
        "publisher": {"@type": "Organization", "name": "موقع الجرن"},
        "archivedAt": "https://archive.example/2026/aljorn.example/dam"}]  # fmt: skip


def test_its_address_is_that_of_the_publication_unless_another_is_given(source) -> None:
    assert item(source)["url"] == "https://marsad.example/check/dam"
    assert item(source, url="https://marsad.example/other")["url"] == "https://marsad.example/other"


def test_it_is_safe_inside_a_script_element(scene) -> None:
    source = change_claim(scene, short={"ar": "</script><script>alert(1)</script>&\u2028\u202e"})
    data = claimreview(source, "ar").decode()
    assert not set("<>&\u2028\u202e") & set(data)
    assert json.loads(data)["claimReviewed"].startswith("</script><script>alert(1)")


def test_a_long_claim_is_refused_not_cut(scene) -> None:
    source = change_claim(scene, short={"ar": "ط" * 75})
    with pytest.raises(ReportError, match=r'under 75 characters.*case\.restate\("dam"'):
        claimreview(source, "ar")


def test_without_a_result_it_says_what_to_do(scene) -> None:
    scene.events = [e for e in scene.events if "verdict:v1" not in e.on]
    with pytest.raises(ReportError, match=r"case\.choose"):
        claimreview(scene.source(), "ar")
    with pytest.raises(ReportError, match=r"case\.verdict"):
        claimreview(scene.source(), "ar", claim_id="dam")
    with pytest.raises(ReportError, match="no claim 'nobody'"):
        claimreview(scene.source(), "ar", claim_id="nobody")


def test_a_disagreement_is_settled_first(scene) -> None:
    scene.add("ed25519:huda", ev.VerdictGiven(Verdict("content/dam", "standard", "true", (), "", "ar", "2026-11-16")), "verdict:v9")
    with pytest.raises(ReportError, match=r"false, true.*case\.settle"):
        claimreview(scene.source(), "ar")


def test_an_independent_extractor_finds_the_same_item_in_the_page(source) -> None:
    found = extruct.extract(render(source, "ar").decode(), syntaxes=["json-ld"])["json-ld"]
    assert found == [item(source)]


def change_claim(scene, **changes):
    old = next(e for e in reversed(scene.events) if "claim:dam" in e.on)
    revised = replace(old.payload.claims["dam"], **changes)
    scene.add("ed25519:amal", ev.ClaimsRevised({"dam": revised}, "edited", ""), "claim:dam", old.digest)
    return scene.source()
