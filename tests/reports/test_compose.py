"""What a report says, before any format: the parts, corrections with what they changed, and templates of the desk's own."""

from __future__ import annotations

import re

import pytest

from factcheck.errors import ReportError
from factcheck.reports.blocks import Bars, Bullets, Section, Table, TimeLine
from factcheck.reports.compose import compose
from factcheck.reports.html import render
from factcheck.reports.writing import source_of


def texts(part) -> str:
    """All words of a part, in order."""
    if isinstance(part, str):
        return part
    if isinstance(part, tuple | list):
        return " ".join(filter(None, map(texts, part)))
    if hasattr(part, "__dataclass_fields__"):
        names = [
            n for n in part.__dataclass_fields__ if n not in ("style", "tone", "language", "kind", "anchor", "name", "lang", "direction")
        ]
        return " ".join(filter(None, (texts(getattr(part, n)) for n in names)))
    return ""


def every(part, kind):
    """All parts of a kind, at any depth."""
    if isinstance(part, kind):
        yield part
    for inner in part if isinstance(part, tuple | list) else [getattr(part, n) for n in getattr(part, "__dataclass_fields__", ())]:
        yield from every(inner, kind)


@pytest.fixture
def published(case, as_person):
    """A case that was signed and published, with one result on its content."""
    claim = case.mark((0, 30))
    case.restate(claim, {"ar": "الادعاء كاملاً"}, short={"ar": "الادعاء"})
    case.choose([f"content/{claim}"])
    search = case.search("أرشيف", ["كلمات"], "nothing", target=f"content/{claim}")
    target = f"content/{claim}"
    case.verdict(target, "unproven", "بحثنا ولم نجد.", grounds=[f"search:{search}"], unknown="كل شيء")
    case.draft({"ar": "عنوان قديم"}, {"ar": "خلاصة"}, {"ar": "استنتاج"})
    as_person("Huda")
    case.review()
    as_person("Amal")
    case.publish("2026-11-24", "https://desk.example/1", despite="نجرب")
    return case, target, search


def test_a_correction_shows_what_stood_before_and_what_stands_now(published) -> None:
    case, target, search = published
    case.verdict(target, "false", "وجدنا نفياً.", grounds=[f"search:{search}"])
    case.draft({"ar": "عنوان جديد"}, {"ar": "خلاصة"}, {"ar": "استنتاج"})
    case.correct("correction", "غيّرنا النتيجة والعنوان.", "ظهر دليل.", on="2026-11-26")
    report = compose(source_of(case), "ar")
    rows = {texts(what): (texts(was), texts(now)) for table in every(report.corrections, Table) for what, was, now in table.rows}
    assert rows["العنوان"] == ("عنوان قديم", "عنوان جديد")
    changed = {key.partition(" ")[0]: value for key, value in rows.items()}
    assert changed["التصنيف"] == ("غير مثبت", "غير صحيح")
    assert changed["الحيثيات"] == ("بحثنا ولم نجد.", "وجدنا نفياً.")
    assert "what it rests on" not in texts(report.corrections)


def test_a_withdrawn_result_a_link_and_a_date_show_in_the_correction(published) -> None:
    case, _, _ = published
    [verdict] = case.state.verdicts
    case.withdraw_verdict(verdict, "أخطأنا")
    case.describe_article(url="https://outlet.example/a", published="2021-11-20")
    case.correct("clarification", "سحبنا النتيجة وأضفنا الرابط والتاريخ.", "")
    english = compose(source_of(case), "en")
    rows = [(texts(what), texts(was), texts(now)) for table in every(english.corrections, Table) for what, was, now in table.rows]
    assert ("Result", "Unproven", "—") in rows
    assert ("Link", "—", "https://outlet.example/a") in rows
    assert ("Date", "—", "20 November 2021") in rows


def test_a_change_after_publication_without_a_correction_is_a_known_gap(published) -> None:
    case, target, search = published
    assert "publication.changed_since" not in {problem.code for problem in case.problems()}
    case.verdict(target, "false", "وجدنا نفياً.", grounds=[f"search:{search}"])
    assert "publication.changed_since" in {problem.code for problem in case.problems()}
    case.correct("update", "غيّرنا النتيجة.", "")
    assert "publication.changed_since" not in {problem.code for problem in case.problems()}


def test_a_report_published_again_after_its_withdrawal_is_not_withdrawn(published) -> None:
    case, _, _ = published
    case.correct("withdrawal", "سحبناه.", "", on="2026-11-25")
    assert source_of(case).withdrawn
    case.publish("2026-11-26", "https://desk.example/2", despite="نجرب")
    assert not source_of(case).withdrawn


def test_sections_come_in_the_order_of_the_glossary_and_have_names(source) -> None:
    report = compose(source, "ar")
    names = [section.name for section in report.sections]
    assert names == [
        "item", "claim-1", "conclusion", "interests", "searches", "contacts", "time", "not-checked", "problems", "article",
    ]  # fmt: skip
    assert isinstance(report.section("searches"), Section)
    assert report.section("elsewhere") is None


def test_the_time_line_puts_what_happened_in_order(source) -> None:
    [line] = every(compose(source, "en").sections, TimeLine)
    told = [f"{on}: {texts(what)}" for on, what in line.rows]
    assert told[0].startswith("7 November 2026: Said :")
    assert told[-2:] == ["14 November 2026: Publication", "15 November 2026: Correction"]


def test_much_evidence_is_counted_by_source_and_stance(scene) -> None:
    from factcheck.model import events as ev
    from factcheck.model.evidence import Bearing, Evidence, Stance

    for n in range(3):
        scene.add("ed25519:amal", ev.EvidenceAttached(Evidence("مادة", f"https://x.example/{n}", outlet="جريدة")), f"evidence:e{n}")
        scene.add("ed25519:amal", ev.EvidenceBears(Bearing(f"e{n}", "content/dam", Stance.SUPPORTS)), f"bearing:e{n}")
    report = compose(scene.source(), "ar")
    [bars] = every(report.sections, Bars)
    assert [code for code, _ in bars.stances] == ["supports", "refutes"]
    counts = {texts(name): counts for name, counts in bars.rows}
    assert counts == {"جريدة": (3, 0), "هيئة المياه في مرجانة": (0, 1), "وكالة الساحل": (0, 2)}
    page = render(scene.source(), "ar").decode()
    assert '<rect x="0" width="100" height="10"/>' in page
    assert '<rect x="34" width="66" height="10"/>' in page  # from the right, where Arabic starts


def test_corrections_are_bullets_of_their_own(source) -> None:
    [bullets] = every(compose(source, "ar").corrections, Bullets)
    assert len(bullets.items) == 1


# ---- templates of the desk's own

EXTENDS = '{% extends "factcheck/report.html.j2" %}'


def with_template(case, name: str, text: str | bytes):
    folder = case.desk.folder / "templates"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return source_of(case)


def test_a_desk_s_template_changes_the_page_and_keeps_the_rest(case) -> None:
    source = with_template(case, "report.html.j2", EXTENDS + "{% block header %}<h1>غلافنا {{ report.title }}</h1>{% endblock %}")
    page = render(source, "ar").decode()
    assert "<h1>غلافنا " in page
    assert 'id="factcheck-entries"' in page
    assert 'class="kicker' not in page


def test_a_desk_s_blocks_stand_in_for_ours_one_by_one(case) -> None:
    source = with_template(case, "blocks.html.j2", '{% macro verbatim(b) %}<pre dir="ltr" class="ours">{{ b.text }}</pre>{% endmacro %}')
    page = render(source, "ar").decode()
    assert '<pre dir="ltr" class="ours">factcheck verify' in page
    assert "<dl class=" in page


def test_a_desk_s_style_is_the_one_the_policy_allows(case) -> None:
    source = with_template(case, "report.css", "body { color: #222; }")
    assert "<style>body { color: #222; }</style>" in render(source, "ar").decode()
    with pytest.raises(ReportError, match=r"report.css holds '</style'"):
        render(with_template(case, "report.css", "</STYLE><script>alert(1)</script>"), "ar")


def test_text_in_a_desk_s_template_is_escaped(case) -> None:
    case.describe(title="<img src=x onerror=alert(1)>")
    source = with_template(case, "report.html.j2", EXTENDS + "{% block header %}<p>{{ report.title }}</p>{% endblock %}")
    assert "<p>&lt;img src=x" in render(source, "ar").decode()


def test_a_template_whose_page_could_not_be_verified_is_refused(case) -> None:
    with pytest.raises(ReportError, match="could not be verified"):
        render(with_template(case, "report.html.j2", "<p>{{ report.title }}</p>"), "ar")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("report.html.j2", "a\n{% if %}", r"broken at templates/report.html.j2, line 2: Expected an expression"),
        ("report.html.j2", "a\n\n{{ report.no_such_part.x }}", r"broken at templates/report.html.j2, line 3: .*no_such_part"),
        ("report.html.j2", '{% include "other.html.j2" %}', r"asks for a template 'other.html.j2' that there is not"),
        ("report.html.j2", "{{ ''.__class__.__mro__ }}", r"line 1: access to attribute '__class__' .* is unsafe"),
        ("blocks.html.j2", "\n{% macro verbatim(b) %}{{ b.nothing.x }}{% endmacro %}", r"templates/blocks.html.j2, line 2"),
        ("blocks.html.j2", "{% macro verbatim(b) %}", r"templates/blocks.html.j2, line 1"),
        ("report.html.j2", b"\xff\xfe", r"templates/report.html.j2 is not UTF-8"),
    ],
)
def test_a_broken_template_says_where_and_what(case, name, text, told) -> None:
    with pytest.raises(ReportError) as caught:
        render(with_template(case, name, text), "ar")
    assert re.search(told, str(caught.value)), str(caught.value)
