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
from factcheck.model.claim import Choice
from factcheck.model.evidence import Bearing, Evidence, Stance
from factcheck.model.verdict import Publication, PublicationKind, Rating, Scale, ScaleUse, Verdict
from factcheck.reports.claimreview import claimreview, datafeed
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


# ---- several pages, corrections, feeds, and a validator of graphs

SHAPES = (Path(__file__).parents[1] / "vectors" / "claimreview.shacl.ttl").read_text("utf-8")


pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated", "ignore:Dataset.* is deprecated")  # rdflib by itself


def graph(data: bytes):
    """The triples of JSON-LD, with schema.org's context stood in for (nothing is fetched)."""
    from rdflib import Graph

    value = json.loads(data)
    value["@context"] = {"@vocab": "https://schema.org/"}
    return Graph().parse(data=json.dumps(value), format="json-ld")


def conforms(data: bytes) -> str:
    """Empty, or what the SHACL validator has against it; every term must be one of schema.org's."""
    from pyshacl import validate
    from rdflib import SDO, Graph, Literal

    triples = graph(data)
    terms = {term for s, p, o in triples for term in (p, o) if not isinstance(term, Literal) and str(term).startswith(str(SDO))}
    unknown = [term for term in terms if str(term).removeprefix(str(SDO)) not in SDO]
    if unknown:
        return f"not of schema.org: {unknown}"
    fits, _, text = validate(triples, shacl_graph=Graph().parse(data=SHAPES, format="turtle"))
    return "" if fits else text


def record(scene, kind: PublicationKind, on: str, url: str, *, claims=(), language: str = "", what: str = "") -> None:
    publication = Publication(kind, on, url, what=what)
    scene.add("ed25519:amal", ev.PageRecorded(publication, claims, language), f"publication:x{len(scene.events)}")


def rate(scene, claim: str, rating: str) -> None:
    old = scene.state().claims[claim]
    value = replace(old.value, choices={"content": Choice(True)}, short={"ar": "خمسون قرية بلا ماء", "en": "Fifty villages without water"})
    scene.add("ed25519:amal", ev.ClaimsRevised({claim: value}, "chosen", ""), f"claim:{claim}", *old.heads)
    scene.add(
        "ed25519:amal", ev.VerdictGiven(Verdict(f"content/{claim}", "standard", rating, (), "", "ar", "2026-11-16")), f"verdict:{claim}"
    )


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_graph_validator_has_nothing_against_item_and_feed(source, lang) -> None:
    assert conforms(claimreview(source, lang)) == ""
    assert conforms(datafeed(source, lang)) == ""


def test_the_graph_validator_would_find_a_fault(source) -> None:
    for spoil in (
        lambda v: v["reviewRating"].update(ratingValue=7),
        lambda v: v.pop("author"),
        lambda v: v.update(claimReviewed="x" * 80),
        lambda v: v.update(mediaAuthenticity="y"),
        lambda v: v["itemReviewed"].update(appearance=[{"@type": "Person", "name": "x"}]),
    ):
        value = json.loads(claimreview(source, "ar"))
        spoil(value)
        assert conforms(json.dumps(value).encode()) != ""


def test_another_claim_has_an_item_once_a_page_of_its_own_is_on_record(scene) -> None:
    rate(scene, "villages", "true")
    assert "url" not in item(scene.source(), claim_id="villages")
    assert len(json.loads(datafeed(scene.source()))["dataFeedElement"]) == 1
    record(scene, PublicationKind.PUBLICATION, "2026-11-17", "https://marsad.example/check/villages", claims=("villages",))
    assert item(scene.source(), claim_id="villages")["url"] == "https://marsad.example/check/villages"
    assert item(scene.source())["url"] == "https://marsad.example/check/dam"
    urls = [entry["item"]["url"] for entry in json.loads(datafeed(scene.source()))["dataFeedElement"]]
    assert urls == ["https://marsad.example/check/dam", "https://marsad.example/check/villages"]


def test_pages_in_two_languages_have_their_own_addresses(scene) -> None:
    record(scene, PublicationKind.PUBLICATION, "2026-11-17", "https://marsad.example/en/dam", language="en")
    assert item(scene.source(), "en")["url"] == "https://marsad.example/en/dam"
    assert item(scene.source(), "ar")["url"] == "https://marsad.example/check/dam"


def test_a_correction_makes_the_item_anew_at_the_same_address(scene) -> None:
    found = item(scene.source())
    assert found["dateModified"] == "2026-11-15"
    assert found["correction"] == [{"@type": "CorrectionComment", "text": "كتبنا أربع ليالٍ والصحيح ثلاث.", "datePublished": "2026-11-15"}]
    record(scene, PublicationKind.UPDATE, "2026-11-18", "https://marsad.example/new/dam", what="نُقلت الصفحة.")
    moved = item(scene.source())
    assert (moved["url"], moved["dateModified"], len(moved["correction"])) == ("https://marsad.example/new/dam", "2026-11-18", 2)


def test_a_withdrawn_item_is_told_as_deleted(scene) -> None:
    record(scene, PublicationKind.WITHDRAWAL, "2026-11-19", "", what="سحبناه.")
    [entry] = json.loads(datafeed(scene.source()))["dataFeedElement"]
    assert (entry["dateDeleted"], entry["item"]) == ("2026-11-19", {"@type": "ClaimReview", "url": "https://marsad.example/check/dam"})
    assert conforms(datafeed(scene.source())) == ""


def test_the_outlet_whose_page_was_found_is_the_first_appearance(scene) -> None:
    page = Evidence(
        "سد الرمان يُغلق", "https://albaydar.example/dam", outlet="البيدر", published="2026-11-07", archived_url="https://a.example/1"
    )
    scene.add("ed25519:amal", ev.EvidenceAttached(page), "evidence:found")
    scene.add("ed25519:amal", ev.EvidenceBears(Bearing("found", "step/dam/established/0", Stance.SUPPORTS)), "bearing:found")
    claim = item(scene.source())["itemReviewed"]
    assert claim["firstAppearance"]["url"] == "https://albaydar.example/dam"
    assert [work["url"] for work in claim["appearance"]] == ["https://aljorn.example/dam", "https://albaydar.example/dam"]
    jsonschema.validate(item(scene.source()), SCHEMA)
    assert conforms(claimreview(scene.source())) == ""


def test_a_scale_of_the_desk_s_own_may_reach_higher_than_five(scene) -> None:
    scale = Scale("ten", ScaleUse.CONTENT, {}, tuple(Rating(f"r{n}", {"ar": f"درجة {n}"}, {}, n or None) for n in (0, 3, 10)))
    scene.add("ed25519:root", ev.ScaleSet(scale), "scale:ten", case="")
    old = next(e.digest for e in scene.events if "verdict:v1" in e.on)
    scene.add("ed25519:amal", ev.VerdictGiven(Verdict("content/dam", "ten", "r3", (), "", "ar", "2026-11-16")), "verdict:v1", old)
    rating = item(scene.source())["reviewRating"]
    assert (rating["ratingValue"], rating["worstRating"], rating["bestRating"]) == (3, 1, 10)
    assert conforms(claimreview(scene.source())) == ""


def test_a_feed_leaves_practice_out(scene) -> None:
    at = next(n for n, e in enumerate(scene.events) if "case:c1" in e.on)
    scene.events[at] = replace(scene.events[at], payload=replace(scene.events[at].payload, practice=True))
    assert json.loads(datafeed(scene.source()))["dataFeedElement"] == []
