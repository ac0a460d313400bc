"""The report as a page: what it holds, what it never holds, and that it is valid HTML."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace

import html5lib
import pytest

from factcheck.errors import ReportError
from factcheck.model import events as ev
from factcheck.model.evidence import Evidence
from factcheck.model.verdict import Draft, Publication, PublicationKind, Verdict
from factcheck.reports.html import render
from tests.reports.hostile import poisoned

HTML = "{http://www.w3.org/1999/xhtml}"


def parse(page: bytes):
    parser = html5lib.HTMLParser(strict=True)  # raises at the first parse error
    return parser.parse(page, transport_encoding="utf-8")


def words(page: bytes) -> str:
    tree = parse(page)
    for parent in list(tree.iter()):
        for child in list(parent):
            if child.tag in (f"{HTML}script", f"{HTML}style"):
                child.text = ""
    for element in tree.iter():
        if re.search(r"}(p|h[1-4]|dt|dd|li|div)$", str(element.tag)):
            element.tail = " " + (element.tail or "")
    return " ".join("".join(tree.itertext()).split())


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_the_page_is_valid_html_in_the_direction_of_its_language(source, lang) -> None:
    page = render(source, lang)
    root = parse(page)
    assert (root.get("lang"), root.get("dir")) == (lang, "rtl" if lang == "ar" else "ltr")
    assert next(iter(root.find(f"{HTML}head"))).attrib == {"charset": "utf-8"}


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_nothing_runs_and_nothing_is_loaded(source, lang) -> None:
    root = parse(render(source, lang))
    scripts = [(s.get("type"), s.get("src")) for s in root.iter(f"{HTML}script")]
    assert sorted(scripts) == [("application/json", None), ("application/ld+json", None)]
    for element in root.iter():
        assert not [name for name in element.attrib if name.startswith("on") or name in ("style", "src", "srcset", "srcdoc")]
        assert element.tag not in {f"{HTML}{tag}" for tag in ("iframe", "object", "embed", "link", "base", "form", "img", "svg")}


def test_the_style_is_the_one_the_policy_allows(source) -> None:
    root = parse(render(source, "ar"))
    policy = next(m.get("content") for m in root.iter(f"{HTML}meta") if m.get("http-equiv"))
    style = root.find(f".//{HTML}style").text
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{digest}'" in policy


def test_the_arabic_page_holds_what_a_report_must_hold(source) -> None:
    shown = words(render(source, "ar"))
    for part in (
        "سد وادي الرمان لا يُغلق: صيانة ثلاث ليالٍ",  # headline
        "كتبنا أربع ليالٍ والصحيح ثلاث.",  # correction
        "قال رئيس هيئة المياه في مرجانة إن سد وادي الرمان سيُغلق",  # claim as checked
        "https://aljorn.example/dam", "https://archive.example/2026/aljorn.example/dam",  # the item, its archived copy
        "غير صحيح", "تنفيه الأدلة", "منسوب إلى غير قائله",  # ratings, meaning
        "هل تُمدَّد الأعمال لاحقاً.", "تداوله آلاف سكان الوادي",  # not known, why chosen
        "كما وردت", "كما ثبتت", "لم تثبت", "أضافها التحقق", "مصدر لم يُسمَّ", "اقتباس حرفي",  # chains
        "مصدر أولي", "الهيئة طرف في الموضوع.", "ترجمة فريقنا", "تعذّر فتح الرابط", "http-404",  # evidence
        "3 روابط، مصدران مستقلان", "لا دليل يؤيده بين ما جمعناه.",
        "بحثنا ولم نجد", "لم يصدر عنّا هذا الكلام.", "لم يصلنا رد",  # searches, contacts
        "تحققنا من 1 من أصل 3 ادعاءات", "لا أرقام منشورة بعد.",  # not checked
        "أمل سرور", "هدى زين", "عمل الكاتب والمراجع على الجهاز نفسه.",  # people
        "14 تشرين الثاني/نوفمبر 2026", "الوقت ضيق والضرر قريب.", "رابط بلا نسخة محفوظة.",  # dates, published despite
        "factcheck verify REPORT.html", "https://marsad.example/method",
    ):  # fmt: skip
        assert part in shown, part


def test_text_in_another_language_is_labelled(source) -> None:
    shown = words(render(source, "en"))
    assert "Reasons written in Arabic ينص بيان الهيئة" in shown
    assert "Conclusion written in Arabic" in shown
    assert "Translation by us · Arabic" in shown


def test_headline_and_claim_come_in_the_page_s_language_when_there_is_one(source) -> None:
    shown = words(render(source, "en"))
    assert "The Rumman dam stays open: three nights of works" in shown
    assert "Evidence: 3 links, 2 independent sources" in shown
    assert "We checked 1 of 3 claims in the article." in shown


def test_digits_and_months_follow_the_settings(scene) -> None:
    shown = words(render(scene.source(digits="arabic", months="levantine"), "ar"))
    assert "١٤ تشرين الثاني ٢٠٢٦" in shown
    assert "14 November 2026" in words(render(scene.source(digits="arabic"), "en"))


def test_the_claim_is_marked_in_the_article_with_its_direction_by_content(source) -> None:
    root = parse(render(source, "en"))
    marks = ["".join(m.itertext()) for m in root.iter(f"{HTML}mark") if m.get("class") == "checked"]
    assert marks == ["إنّ سدّ وادي الرمّان سيُغلَق أسبوعين ابتداءً من الاثنين"]
    assert all(p.get("dir") == "auto" for div in root.iter(f"{HTML}div") if div.get("class") == "article" for p in div)


def test_the_saying_is_established_but_not_the_content(scene) -> None:
    line = "أُثبت القول لا المضمون"
    assert line not in words(render(scene.source(), "ar"))  # the printed speaker did not say it
    verdict = Verdict("step/dam/printed/1", "standard_step", "meaning_kept", (), "قاله.", "ar", "2026-11-16")
    old = next(e.digest for e in scene.events if "verdict:v2" in e.on)
    scene.add("ed25519:amal", ev.VerdictGiven(verdict), "verdict:v2", old)
    assert line in words(render(scene.source(), "ar"))


def test_disagreeing_results_are_both_shown(scene) -> None:
    scene.add(
        "ed25519:huda",
        ev.VerdictGiven(Verdict("content/dam", "standard", "misleading", (), "فيه اقتطاع.", "ar", "2026-11-16")),
        "verdict:v9",
    )
    shown = words(render(scene.source(), "ar"))
    assert "اختلف المدققون" in shown
    assert "مضلل" in shown
    assert "غير صحيح" in shown


def test_a_draft_changed_after_the_sign_off_is_no_signed_page(scene) -> None:
    old = next(e.digest for e in scene.events if "draft:c1" in e.on)
    scene.add("ed25519:amal", ev.DraftWritten(Draft({"ar": "عنوان جديد"}, {}, {})), "draft:c1", old)
    page = render(scene.source(), "ar")
    assert "مسودة غير معتمدة · الاعتماد يخص صيغة سابقة" in words(page)
    assert b"ld+json" not in page


def test_a_case_without_draft_says_so_in_both_languages(scene) -> None:
    scene.events = [e for e in scene.events if not set(e.on) & {"draft:c1", "review:r1", "publication:u1", "publication:u2"}]
    assert "مسودة غير معتمدة" in words(render(scene.source(), "ar"))
    shown = words(render(scene.source(), "en"))
    assert "Unsigned draft" in shown
    assert "What is missing before publication" in shown


def test_an_empty_case_can_be_printed(scene) -> None:
    scene.events = [e for e in scene.events if set(e.on) & {"case:c1"} or not e.case]
    scene.text = ""
    assert "No headline yet" not in words(render(scene.source(), "en"))
    assert "إغلاق سد وادي الرمان" in words(render(scene.source(), "en"))


def test_practice_is_said_on_the_page_and_never_offered_to_search_engines(scene) -> None:
    at = next(n for n, e in enumerate(scene.events) if "case:c1" in e.on)
    scene.events[at] = replace(scene.events[at], payload=replace(scene.events[at].payload, practice=True))
    page = render(scene.source(), "ar")
    assert "ملف تدريبي: الأشخاص والأماكن والمصادر مختلقة" in words(page)
    assert b"ld+json" not in page
    assert b'content="noindex"' in page


def test_roles_stand_for_names_where_names_endanger(scene) -> None:
    page = render(scene.source(show_names=False), "ar").decode()
    assert "مدقق معلومات" in page
    for name in ("أمل سرور", "هدى زين"):
        assert name not in page
        assert json.dumps(name)[1:-1] not in page  # nor in the data


def test_other_people_of_the_desk_stay_at_home(source) -> None:
    data = json.loads(parse(render(source, "ar")).find(f".//{HTML}script[@id='factcheck-entries']").text)
    assert "زميل لا شأن له" not in json.dumps(data, ensure_ascii=False)
    assert {e["digest"] for e in data["entries"]} >= {"digest000", "digest001"}


def test_entries_come_back_byte_for_byte(source) -> None:
    data = json.loads(parse(render(source, "ar")).find(f".//{HTML}script[@id='factcheck-entries']").text)
    for item in data["entries"]:
        entry = source.entries[item["digest"]]
        assert item["leaf"].encode() == entry.leaf
        assert {k: v.encode() for k, v in item["disclosures"].items()} == entry.disclosures
        assert item["proof"] == entry.proof
    assert (data["checkpoint"], data["vkey"]) == (source.checkpoint, source.vkey)


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_hostile_text_in_every_field_stays_text(scene, lang) -> None:
    poisoned(scene)
    page = render(scene.source(), lang)
    root = parse(page)
    assert {s.get("type") for s in root.iter(f"{HTML}script")} <= {"application/json", "application/ld+json"}
    assert not list(root.iter(f"{HTML}img"))
    assert not [a.get("href") for a in root.iter(f"{HTML}a") if not re.match(r"https://|#", a.get("href"))]
    text = page.decode()
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ufeff\u200b]", text)
    for name in ("U+202E", "U+2066", "U+0000", "U+D83D", "U+200B"):
        assert f">{name}</span>" in text
    assert "{{ 7*7 }}" in words(page)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://user:pw@a.example/",
        "https://a.example/\u202ex",
        "https://a b.example",
        "data:text/html,x",
        "http://",
    ],
)
def test_an_address_that_could_deceive_is_no_link(scene, url) -> None:
    scene.add("ed25519:amal", ev.EvidenceAttached(Evidence("x", url)), "evidence:odd")
    hrefs = [a.get("href") for a in parse(render(scene.source(), "en")).iter(f"{HTML}a")]
    assert url not in hrefs


def test_links_reveal_nothing_about_the_reader(source) -> None:
    outward = [a for a in parse(render(source, "ar")).iter(f"{HTML}a") if a.get("href").startswith("http")]
    assert outward
    assert {a.get("rel") for a in outward} == {"noopener noreferrer"}


def test_a_withdrawn_report_says_so_at_the_top(scene) -> None:
    scene.add(
        "ed25519:amal", ev.PublicationRecorded(Publication(PublicationKind.WITHDRAWAL, "2026-11-20", what="سحبناه.")), "publication:u3"
    )
    shown = words(render(scene.source(), "ar"))
    assert shown.index("سُحب هذا التقرير") < shown.index("سد وادي الرمان لا يُغلق: صيانة ثلاث ليالٍ", 200)
    assert b"ld+json" not in render(scene.source(), "ar")


def test_an_unknown_language_is_refused_with_the_known_ones(source) -> None:
    with pytest.raises(ReportError, match="ar, en"):
        render(source, "fr")
