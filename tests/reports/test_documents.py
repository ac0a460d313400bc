"""DOCX and Markdown read back by other people's programs: words in order, direction everywhere, nothing that runs."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile

import docx as python_docx
import pytest
from docx.oxml.ns import qn
from lxml import etree
from markdown_it import MarkdownIt

from factcheck.errors import ReportError
from factcheck.reports import extras
from factcheck.reports.docx import STYLES, by_direction, docx
from factcheck.reports.markdown import markdown
from factcheck.reports.pdf import pdf
from tests.reports.hostile import poisoned

PARTS_AR = (
    "سد وادي الرمان", "كتبنا أربع", "والصحيح ثلاث", "الادعاء كما نتحقق منه", "غير صحيح", "تنفيه الأدلة", "منسوب إلى غير قائله",
    "تداوله آلاف سكان الوادي في يوم واحد", "سلسلة الإسناد", "مصدر أولي", "ترجمة فريقنا", "لم يصلنا رد", "بحثنا ولم نجد",
    "تحققنا من 1 من أصل 3 ادعاءات", "المراجعة والاعتماد", "https://aljorn.example/dam", "The works will take three nights",
)  # fmt: skip


def bare(text: str) -> str:
    """Without marks above and below letters and without invisible characters, white space folded."""
    kept = (char for char in unicodedata.normalize("NFC", text) if unicodedata.category(char) not in ("Mn", "Cf"))
    return " ".join("".join(kept).split())


# ---- DOCX


def opened(data: bytes):
    return python_docx.Document(io.BytesIO(data))


def words_of(document) -> str:
    return " ".join(
        "".join(text.text or "" for text in paragraph.iter(qn("w:t"))) for paragraph in document.element.body.iter(qn("w:p"))
    )  # fmt: skip


def test_a_word_file_says_what_the_page_says(source) -> None:
    said = bare(words_of(opened(docx(source, "ar"))))
    for part in PARTS_AR:
        assert bare(part) in said, part
    english = bare(words_of(opened(docx(source, "en"))))
    assert "The Rumman dam stays open: three nights of works" in english
    assert "written in Arabic" in english


def test_direction_is_set_on_every_paragraph_run_and_table(source) -> None:
    document = opened(docx(source, "ar"))
    body = document.element.body
    assert all(paragraph.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None for paragraph in body.iter(qn("w:p")) if len(paragraph))
    assert all(table.find(f"{qn('w:tblPr')}/{qn('w:bidiVisual')}") is not None for table in body.iter(qn("w:tbl")))
    assert body.sectPr.find(qn("w:bidi")) is not None
    for run in body.iter(qn("w:r")):
        text = "".join(t.text or "" for t in run.iter(qn("w:t")))
        arabic = any(unicodedata.bidirectional(char) in ("R", "AL") for char in text.replace("\u200f", ""))
        latin = any(unicodedata.bidirectional(char) == "L" for char in text.replace("\u200e", ""))
        assert not (arabic and latin), text
        assert (run.find(f"{qn('w:rPr')}/{qn('w:rtl')}") is not None) >= arabic, text
    english = opened(docx(source, "en")).element.body
    assert english.sectPr.find(qn("w:bidi")) is None
    assert not list(english.iter(qn("w:bidiVisual")))


def test_an_english_quote_in_an_arabic_report_is_a_paragraph_of_its_own_direction(source) -> None:
    [found] = [p for p in opened(docx(source, "ar")).element.body.iter(qn("w:p")) if "works will take" in "".join(p.itertext())]
    assert found.find(f"{qn('w:pPr')}/{qn('w:bidi')}").get(qn("w:val")) == "0"


def test_headings_can_be_jumped_to_and_links_go_where_they_say(source) -> None:
    document = opened(docx(source, "ar"))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings[:3] == ["تصويبات وتحديثات", "المادة موضع التحقق", "الادعاء"]
    targets = {rel.target_ref for rel in document.part.rels.values() if rel.is_external}
    assert "https://water.example/31" in targets
    names = {mark.get(qn("w:name")) for mark in document.element.body.iter(qn("w:bookmarkStart"))}
    anchors = {link.get(qn("w:anchor")) for link in document.element.body.iter(qn("w:hyperlink"))} - {None}
    assert anchors
    assert anchors <= names


def test_a_word_file_holds_no_fields_no_macros_and_no_names(source) -> None:
    data = docx(source, "ar")
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert not [name for name in parts.namelist() if re.search(r"vba|macro|embed|activex", name, re.I)]
        text = parts.read("word/document.xml").decode()
    assert not re.search(r"instrText|fldSimple|fldChar|altChunk|w:object|w:pict", text)
    core = opened(data).core_properties
    assert (core.author, core.last_modified_by, core.comments) == ("", "", "")
    assert docx(source, "ar") == data  # the same report is the same file


def test_a_newsroom_s_reference_keeps_its_styles_and_header(source) -> None:
    from dataclasses import replace

    house = python_docx.Document()
    house.add_paragraph("text of the reference that nobody wants")
    house.sections[0].header.paragraphs[0].text = "The House"
    house.styles["Heading 1"].font.name = "House Sans"
    house.styles.add_style("Report Label", 1).font.name = "House Label"
    stream = io.BytesIO()
    house.save(stream)
    document = opened(docx(replace(source, templates={"reference.docx": stream.getvalue()}), "ar"))
    assert document.sections[0].header.paragraphs[0].text == "The House"
    assert (document.styles["Heading 1"].font.name, document.styles["Report Label"].font.name) == ("House Sans", "House Label")
    assert "nobody wants" not in words_of(document)
    assert set(STYLES) <= {style.name for style in document.styles}
    with pytest.raises(ReportError, match=r"templates/reference.docx cannot be read as a Word document"):
        docx(replace(source, templates={"reference.docx": b"PK no"}), "ar")


@pytest.mark.parametrize(
    ("text", "rtl", "stretches"),
    [
        ("نص", True, [("نص", True)]),
        ("plain words", False, [("plain words", False)]),
        ("قالت Coast Wire أمس", True, [("قالت ", True), ("Coast Wire", False), (" أمس", True)]),
        ("said «نعم» twice", False, [("said «", False), ("نعم", True), ("» twice", False)]),
        ("12.5 (", True, [("12.5 (", True)]),
        ("", True, []),
    ],
)
def test_runs_have_one_direction(text, rtl, stretches) -> None:
    assert list(by_direction(text, rtl)) == stretches
    assert "".join(part for part, _ in by_direction(text, rtl)) == text


# ---- Markdown


def test_markdown_says_what_the_page_says(source) -> None:
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown(source, "ar").decode())
    tree = etree.HTML(html)
    said = bare("".join(tree.itertext()))
    for part in PARTS_AR:
        assert bare(part) in said, part
    assert tree.find(".//div").get("dir") == "rtl"
    assert [h.text for h in tree.iter("h2")][:2] == ["تصويبات وتحديثات", "ما وجدناه"]
    assert "https://water.example/31" in {a.get("href") for a in tree.iter("a")}
    assert any("غير صحيح" in "".join(cell.itertext()) for cell in tree.iter("td"))


def test_hostile_text_is_no_markdown(scene) -> None:
    poisoned(scene)
    data = markdown(scene.source(), "en").decode()
    html = MarkdownIt("gfm-like", {"linkify": False}).render(data)
    tree = etree.HTML(html)
    assert {element.tag for element in tree.iter()} <= {
        "html", "body", "div", "p", "h1", "h2", "h3", "h4", "h5", "strong", "em", "ul", "li", "table", "thead", "tbody", "tr", "th", "td",
        "blockquote", "pre", "code", "a", "s", "del",
    }  # fmt: skip
    assert all(re.match("https://", a.get("href")) for a in tree.iter("a"))
    assert "<script>alert(1)</script>" in "".join(tree.itertext())


# ---- packages that are not there


def test_a_missing_package_says_how_to_get_it(source, monkeypatch) -> None:
    def missing(name: str):
        raise ImportError(name)

    monkeypatch.setattr(extras, "import_module", missing)
    with pytest.raises(ReportError) as caught:
        pdf(source, "ar")
    assert "the package typst, which is not installed" in str(caught.value)
    assert 'pip install "factcheck-workbench[pdf]"' in str(caught.value)
