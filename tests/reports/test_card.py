"""The card to share: the same few words as the report's first lines, in plain text and as a picture."""

from __future__ import annotations

from lxml import etree

from factcheck.model import events as ev
from factcheck.model.verdict import Publication, PublicationKind, Verdict
from factcheck.reports.card import card, svg, wrapped
from factcheck.reports.compose import compose
from tests.reports.hostile import poisoned


def plain(data: bytes) -> str:
    return data.decode().replace("\u2068", "").replace("\u2069", "")


def test_an_arabic_card_says_claim_result_and_what_was_found(source) -> None:
    assert plain(card(source, "ar")) == (
        "تصويب (15 تشرين الثاني/نوفمبر 2026): كتبنا أربع ليالٍ والصحيح ثلاث.\n"
        "مرصد مرجانة · تدقيق معلومات\n"
        "\n"
        "الادعاء: سد وادي الرمان يُغلق أسبوعين ابتداءً من الاثنين\n"
        "من قال: موظف في هيئة المياه (مصدر لم يُسمَّ)\n"
        "\n"
        "النتيجة: غير صحيح — تنفيه الأدلة\n"
        "\n"
        "ما وجدناه: الأعمال ثلاث ليالٍ والسد يبقى مفتوحاً، والكلام ليس لرئيس الهيئة.\n"
        "ما لا نعرفه: هل تُمدَّد الأعمال لاحقاً.\n"
        "\n"
        "حتى تاريخ: 13 تشرين الثاني/نوفمبر 2026\n"
        "https://marsad.example/check/dam\n"
    )


def test_an_english_card_labels_what_is_arabic(source) -> None:
    said = plain(card(source, "en"))
    assert "Claim: The Rumman valley dam closes for two weeks from Monday\n" in said
    assert "Result: False — Evidence refutes it" in said
    assert "What we do not know: هل تُمدَّد الأعمال لاحقاً. (written in Arabic)" in said


def test_a_card_of_a_withdrawn_unsigned_or_disputed_result_says_so(scene) -> None:
    scene.add("ed25519:huda", ev.VerdictGiven(Verdict("content/dam", "standard", "true", (), "", "ar", "2026-11-16")), "verdict:v9")
    said = plain(card(scene.source(), "ar"))
    assert said.startswith("مسودة غير معتمدة\n")
    assert "النتيجة: لا نتيجة بعد" in said
    scene.add(
        "ed25519:amal", ev.PublicationRecorded(Publication(PublicationKind.WITHDRAWAL, "2026-11-20", what="سحبناه.")), "publication:u9"
    )
    assert plain(card(scene.source(), "ar")).startswith("سُحب هذا التقرير\n")


def test_the_picture_is_well_formed_says_the_same_and_does_nothing(scene) -> None:
    root = etree.fromstring(svg(scene.source(), "ar"))
    texts = [element.text.replace("\u2068", "").replace("\u2069", "") for element in root.iter("{*}text")]
    assert "النتيجة: غير صحيح" in texts
    assert root.get("direction") == "rtl"
    assert all(0 < float(element.get("y")) < 630 for element in root.iter("{*}text"))
    poisoned(scene)
    hostile = etree.fromstring(svg(scene.source(), "en"))
    assert {etree.QName(element).localname for element in hostile.iter()} == {"svg", "title", "rect", "text"}
    assert b"\xe2\x80\xae" not in svg(scene.source(), "en")


def test_lines_fit_and_a_long_text_ends_in_an_ellipsis() -> None:
    lines = wrapped("كلمة " * 100 + "x" * 500, 30, 3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert wrapped("", 30, 3) == []


def test_the_card_and_the_report_name_the_same_result(source) -> None:
    from tests.reports.test_compose import texts

    assert "غير صحيح" in texts(compose(source, "ar").lede)
    assert "غير صحيح" in plain(card(source, "ar"))
