"""PDF reports read back by other people's programs: words in order, tags and bookmarks, and a template that gets nothing but the data."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import unicodedata
from dataclasses import replace
from itertools import pairwise

import pypdf
import pytest

from factcheck.errors import ReportError
from factcheck.reports.compose import compose
from factcheck.reports.pdf import pdf
from factcheck.reports.pdf_data import data_of
from factcheck.reports.pdf_text import with_own_signs
from factcheck.reports.words import Words
from tests.reports.test_documents import PARTS_AR, bare

pdf_module = sys.modules[pdf.__module__]
PAGE = '#set document(title: "x")\n#set text(lang: "ar", dir: rtl, font: ("Noto Naskh Arabic", "DejaVu Sans"), size: {}pt)\n= x\n'


def read(data: bytes, tmp_path, *options: str) -> str:
    """What pdftotext makes of it, without marks of direction."""
    (tmp_path / "report.pdf").write_bytes(data)
    done = subprocess.run(["pdftotext", "-enc", "UTF-8", *options, str(tmp_path / "report.pdf"), "-"], capture_output=True, check=True)
    kept = (char for char in unicodedata.normalize("NFC", done.stdout.decode()) if unicodedata.category(char) != "Cf")
    return " ".join("".join(kept).split())


def lines_of(texts: list[str], size: int = 11) -> bytes:
    """Lines set by the compiler alone, not yet mended."""
    said, made = pdf_module.typeset(
        {"main.typ": PAGE.format(size) + '#for s in json("/report.json") { par(s) }', "report.json": json.dumps(texts)}, 0
    )
    assert said == {}
    return made


def with_template(source, text: str):
    return replace(source, templates={"report.typ": text.encode()})


# ---- words in order


def test_pdftotext_reads_a_report_in_order(source, tmp_path) -> None:
    said = bare(read(pdf(source, "ar"), tmp_path)).replace(" ", "")  # it moves spaces beside digits
    for part in PARTS_AR:
        assert bare(part).replace(" ", "") in said, part
    english = read(pdf(source, "en"), tmp_path)
    assert "The Rumman dam stays open: three nights of works" in english
    assert "Marjana dam works to last three nights" in english


def test_addresses_and_fingerprints_are_copied_whole(source, tmp_path) -> None:
    said = read(pdf(source, "ar"), tmp_path)
    assert "https://archive.example/2026/aljorn.example/dam" in said
    assert "1" * 64 in said


@pytest.mark.parametrize("options", [(), ("-layout",)])
@pytest.mark.parametrize(
    "line",
    [
        "سد وادي الرمان لا يُغلق ليلاً: صيانةٌ ثلاث ليالٍ",
        "مُؤَسَّسَةٌ شَبَابِيَّةٌ نُشِرت أمسِ",
        "قالا مثلاً لأَن أَمراً بلاغٌ أُعلن لاِبنه",
        "لا أحد الآن في الإسلام لأن الأمر كذلك",
    ],
)
def test_vowel_signs_neither_double_letters_nor_break_words(line, options, tmp_path) -> None:
    said = read(with_own_signs(lines_of(["بداية", line, "نهاية"])), tmp_path, *options)
    assert f"بداية {bare(line)} نهاية" in bare(said).replace(" :", ": ").replace("  ", " ")  # it moves the space of a colon


def test_the_compiler_s_own_file_does_double_them(tmp_path) -> None:
    assert bare("لا يُغلق") not in bare(read(lines_of(["لا يُغلق ثلاث ليالٍ"]), tmp_path))  # or pdf_text may go


@pytest.mark.parametrize(
    "line",
    ["قالت Coast Wire أمس إن السد مفتوح", "كلفته 12.5 مليون و١٢٣ مرة و50% منه", "المجلس (في مرجانة) قال «نعم» أمس [كذا]"],
)
def test_names_digits_and_brackets_keep_their_places(line, tmp_path) -> None:
    said = read(with_own_signs(lines_of([line])), tmp_path).replace(" ", "")
    assert line.replace(" ", "") in said.replace("%50", "50%")


def test_mending_changes_nothing_that_is_seen(tmp_path) -> None:
    made = lines_of(["مُؤَسَّسَةٌ شَبَابِيَّةٌ", "لا يُغلق ثلاث ليالٍ", "Coast Wire é ṩ"], 30)
    pictures = []
    for name, data in (("before", made), ("after", with_own_signs(made))):
        (tmp_path / f"{name}.pdf").write_bytes(data)
        subprocess.run(["pdftoppm", "-r", "80", "-png", "-singlefile", f"{name}.pdf", name], cwd=tmp_path, check=True)
        pictures.append((tmp_path / f"{name}.png").read_bytes())
    assert pictures[0] == pictures[1]


def test_a_mended_file_is_a_sound_one() -> None:
    data = with_own_signs(lines_of(["مُؤَسَّسَةٌ شَبَابِيَّةٌ"]))
    reader = pypdf.PdfReader(io.BytesIO(data), strict=True)
    assert len(reader.pages) == 1
    own = {char for font in reader.pages[0]["/Resources"]["/Font"].values() for char in _mapped(font.get_object())}
    assert {"م", "ُ", "َّ"} <= {unicodedata.normalize("NFC", char) for char in own}
    assert not [char for char in own if re.fullmatch("[\u0620-\u064a][\u064b-\u0652]+", char)]
    latin = lines_of(["plain words"])
    assert with_own_signs(latin) == latin


def _mapped(font):
    cmap = font["/ToUnicode"].get_object().get_data().decode()
    return [bytes.fromhex(text).decode("utf-16-be") for text in re.findall(r"<[0-9A-F]{4}> <([0-9A-F]+)>", cmap)]


# ---- tags, bookmarks, nothing that runs


def test_a_pdf_is_tagged_has_bookmarks_and_does_nothing(source) -> None:
    data = pdf(source, "ar")
    reader = pypdf.PdfReader(io.BytesIO(data), strict=True)
    catalog = reader.trailer["/Root"]
    assert bool(catalog["/MarkInfo"]["/Marked"])
    assert catalog["/Lang"] == "ar"
    assert catalog["/ViewerPreferences"]["/Direction"] == "/R2L"
    assert reader.metadata.title == "سد وادي الرمان لا يُغلق: صيانة ثلاث ليالٍ"
    titles = [item.title for item in _flat(reader.outline)]
    assert {"المادة موضع التحقق", "ما لم نتحقق منه"} <= set(titles)
    assert "pdfuaid" in catalog["/Metadata"].get_object().get_data().decode()
    assert not {"/OpenAction", "/AA"} & set(catalog)
    for kind in (b"/JavaScript", b"/Launch", b"/EmbeddedFile"):
        assert kind not in data
    links = {str(note.get_object()["/A"]["/URI"]) for page in reader.pages for note in page.get("/Annots", ()) if "/A" in note.get_object()}
    assert "https://water.example/31" in links


def test_foreign_passages_bear_their_language(source) -> None:
    root = pypdf.PdfReader(io.BytesIO(pdf(source, "ar"))).trailer["/Root"]["/StructTreeRoot"]
    found: set[str] = set()

    def walk(item) -> None:
        item = item.get_object()
        if isinstance(item, pypdf.generic.ArrayObject):
            for inner in item:
                walk(inner)
        elif isinstance(item, pypdf.generic.DictionaryObject):
            found.update(str(item[key]) for key in ("/Lang",) if key in item)
            if "/K" in item:
                walk(item["/K"])

    walk(root)
    assert "en" in found


def test_the_same_report_is_the_same_file(source) -> None:
    assert pdf(source, "en") == pdf(source, "en")


def _flat(items):
    for item in items:
        if isinstance(item, list):
            yield from _flat(item)
        else:
            yield item


def test_text_is_never_code_of_the_typesetter(scene, tmp_path) -> None:
    from tests.reports.hostile import poisoned

    poisoned(scene, '#read("/etc/passwd") $x$ *b* _i_ `r` \\u{41} <label> @ref = h // c')
    said = read(pdf(scene.source(), "en"), tmp_path)
    assert '#read("/etc/passwd") $x$ *b* _i_ `r` \\u{41} <label> @ref = h // c' in said


def test_characters_without_a_font_are_named(scene, tmp_path) -> None:
    scene.settings = replace(scene.settings, newsroom="Desk \U0001f9ff\U000fffd0")
    assert "U+FFFD0" in read(pdf(scene.source(), "en"), tmp_path).replace(" ", "")


def test_headings_never_skip_a_level_and_links_lead_somewhere(source) -> None:
    data = data_of(compose(source, "ar"), Words("ar", source.settings))
    levels: list[int] = []
    anchors: list[str] = []
    refs: list[list] = []

    def walk(item) -> None:
        if isinstance(item, dict):
            item = list(item.values())
        if isinstance(item, list):
            match item:
                case ["section", name, _, level, _]:
                    anchors.append(name)
                    levels.append(level)
                case ["card", _, _, anchor, level]:
                    anchors.append(anchor)
                    levels.extend([level] if level else [])
                case ["heading", _, level]:
                    levels.append(level)
                case ["ref", _, _, _]:
                    refs.append(item)
            for inner in item:
                walk(inner)

    walk(data["blocks"])
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    named = [name for name in anchors if name]
    assert len(named) == len(set(named))
    assert refs
    assert all(known == (name in named) for _, name, _, known in refs)


# ---- a desk's own template


def test_a_desk_s_template_stands_in_for_ours_and_can_build_on_it(source, tmp_path) -> None:
    own = '#import "factcheck/report.typ": *\n#show: laid-out\n= House style\n#for b in report.blocks { block-of(b) }'
    said = read(pdf(with_template(source, own), "en"), tmp_path)
    assert said.startswith("House style")
    assert "three nights of works" in said


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ('#read("/etc/passwd")', "file not found"),
        ('#read("../../../../etc/passwd")', "escape the project root"),
        ('#image("/usr/share/pixmaps/x.png")', "file not found"),
        ('#import "@preview/cetz:0.3.0": *', "Connection refused"),
        ('#import ("@pre" + "view/cetz:0.3.0"): *', "Connection refused"),
        ('#import "@local/x:0.1.0": *', "package not found"),
        ("= a\n#nonsense", "unknown variable: nonsense"),
    ],
)
def test_a_desk_s_template_gets_nothing_but_the_report(source, code, told) -> None:
    with pytest.raises(ReportError, match=r"templates/report\.typ is broken, or asks for what it is not given") as caught:
        pdf(with_template(source, code), "en")
    assert told in str(caught.value)
    assert "main.typ" not in str(caught.value)


def test_a_template_that_is_no_text_or_does_not_end_is_refused(source, monkeypatch) -> None:
    with pytest.raises(ReportError, match=r"templates/report\.typ is not UTF-8"):
        pdf(replace(source, templates={"report.typ": b"\xff\xfe"}), "en")
    monkeypatch.setattr(pdf_module, "SECONDS", 2)
    with pytest.raises(ReportError, match=r"The PDF could not be set: it took more than"):
        pdf(with_template(source, "#for a in range(90000) { for b in range(90000) { let c = calc.pow(a, 2) } }"), "en")


def test_a_machine_without_an_arabic_font_is_told_so(source, monkeypatch) -> None:
    monkeypatch.setattr(pdf_module, "_ARABIC", ("No Such Naskh",))
    with pytest.raises(ReportError, match=r"PDF reports need an Arabic font, and this machine has none of: No Such Naskh\. Install one"):
        pdf(source, "ar")
