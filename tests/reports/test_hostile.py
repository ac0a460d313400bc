"""Hostile text in every field, in every format: nothing breaks, nothing runs, and the text is still there to be read."""

from __future__ import annotations

import csv as csv_module
import io
import json
import re
import zipfile

import docx as python_docx
import html5lib
import openpyxl
import pyarrow.parquet as pq
import pypdf
import pytest
from lxml import etree

from factcheck.reports import FORMATS
from factcheck.reports.tables import TABLES
from tests.reports.hostile import poisoned

WORDS = ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>")
RUNS = re.compile(r"[\x00-\x08\x0b-\x0c\x0e-\x1f\u202a-\u202e\u2066\u2067\ufeff\u200b]")
LOOSE = re.compile(r"[\x00\ud800-\udfff]")


def _html(data: bytes) -> str:
    tree = html5lib.HTMLParser(strict=True).parse(data, transport_encoding="utf-8")
    return "".join(tree.itertext())


def _docx(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(parts.read(name))
    document = python_docx.Document(io.BytesIO(data))
    return "\n".join("".join(p.itertext()) for p in document.element.body.iter("{*}p"))


def _pdf(data: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    assert b"/JavaScript" not in data
    for page in pages:
        for note in page.get("/Annots", ()):
            assert re.match("https://|$", str(note.get_object().get("/A", {}).get("/URI", "")))
    return ""  # line breaks do not leave these words whole


def _xlsx(data: bytes) -> str:
    cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(data)) for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    return "\n".join(str(cell.value) for cell in cells)


def _csv(data: bytes) -> str:
    cells = [cell for row in csv_module.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) for cell in row]
    assert not [cell for cell in cells if re.match(r"\s*[=+@]", cell)]
    return "\n".join(cells)


def _json(data: bytes) -> str:
    return json.dumps(json.loads(data), ensure_ascii=False)


def _parquet(data: bytes) -> str:
    return json.dumps(pq.read_table(io.BytesIO(data)).to_pylist(), ensure_ascii=False, default=str)


def _markdown(data: bytes) -> str:
    return data.decode().replace("&#60;", "<").replace("&#62;", ">")


def _svg(data: bytes) -> str:
    etree.fromstring(data)
    return ""  # what does not fit is cut


READ = {
    "html": _html, "docx": _docx, "pdf": _pdf, "markdown": _markdown, "xlsx": _xlsx, "csv": _csv, "json": _json, "parquet": _parquet,
    "claimreview": _json, "datafeed": _json, "card": lambda data: data.decode(), "svg": _svg,
}  # fmt: skip
SEEN = ("html", "docx", "markdown", "xlsx")  # formats that a person reads: hidden characters stand by their names


@pytest.mark.parametrize(("format", "lang"), [(f, lang) for f in FORMATS for lang in ("ar", "en")])
def test_hostile_text_in_every_field_breaks_no_format_and_runs_nowhere(scene, format, lang) -> None:
    poisoned(scene)
    if format in ("claimreview", "datafeed"):  # a long wording is refused, so it gets a short one that is hostile as well
        shorten(scene, WORDS[0] + '</script>"\u202e\u2028', lang)
    for table in TABLES if format in ("csv", "parquet") else ("",):
        data = FORMATS[format](scene.source(), lang=lang, **({"table": table} if table else {}))
        text = READ[format](data)
        assert not LOOSE.search(text)
        if format in SEEN:
            assert not RUNS.search(re.sub("[\u2066\u2067]", "", text) if format == "markdown" else text)
            assert "U+202E" in text
        if format not in ("pdf", "datafeed", "svg") and table in ("", "evidence"):
            assert WORDS[0] in text
        if format in ("claimreview", "datafeed"):
            assert b"<" not in data
            assert b"\xe2\x80\xa8" not in data


def shorten(scene, text: str, lang: str) -> None:
    from dataclasses import replace

    from factcheck.model import events as ev

    scene.events = [
        replace(e, payload=replace(e.payload, claims={id: replace(c, short={lang: text[:74]}) for id, c in e.payload.claims.items()}))
        if isinstance(e.payload, ev.ClaimsMade)
        else e
        for e in scene.events
    ]
