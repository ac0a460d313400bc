"""The report as PDF: set by Typst from data, tagged for screen readers (PDF/UA-1), with bookmarks and without actions.

``templates/report.typ`` says how the blocks look, ``pdf_data`` turns them into the data it reads; it is compiled in a child process that
has nothing but those two (``_typst_child``). ``pdf_text`` then mends how Arabic vowel signs are copied. Fonts are those of the machine.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from factcheck.errors import ReportError
from factcheck.reports.compose import compose
from factcheck.reports.extras import needed
from factcheck.reports.html_parts import DESK, OURS
from factcheck.reports.pdf_data import data_of
from factcheck.reports.pdf_text import with_own_signs
from factcheck.reports.source import ReportSource, check_language
from factcheck.reports.words import Words

TEMPLATE = "report.typ"
FONTS = {  # in the order in which they are preferred
    "arabic": ("Noto Naskh Arabic", "Noto Sans Arabic", "Amiri", "Scheherazade New", "Geeza Pro"),
    "latin": ("Libertinus Serif",),  # the compiler carries it
    "both": ("Segoe UI", "Arial", "Tahoma", "DejaVu Sans"),
}
_ARABIC = FONTS["arabic"] + FONTS["both"]
SECONDS = 1200  # wall clock of the child, which limits its own processor time
TRIES = 3  # of naming the characters that no font here has


def pdf(source: ReportSource, lang: str = "ar") -> bytes:
    """The report of a case as PDF. A desk's ``templates/report.typ`` stands in for ours, and reaches it as ``factcheck/report.typ``.

    Characters that no font of the machine has are named in their place.

    Raises:
        ReportError: the package typst is missing, there is no Arabic font, no reports in that language, or a template of the desk's is
            broken or asks for more than it is given.
    """
    needed("pdf")
    report, words = compose(source, check_language(lang)), Words(lang, source.settings)
    templates = _templates(source.templates)
    unknown: frozenset[str] = frozenset()
    said: dict[str, Any] = {}
    for _ in range(TRIES):
        data = data_of(report, words, unknown) | {"fonts": FONTS}
        said, made = typeset({**templates, "report.json": json.dumps(data, ensure_ascii=False)}, int(source.made_at.timestamp()))
        if not said:
            return with_own_signs(made)
        if "missing" not in said:
            break
        unknown |= frozenset(said["missing"])
    raise _told(said, TEMPLATE in source.templates)


def _templates(own: Mapping[str, bytes]) -> dict[str, str]:
    """The file that is compiled, and ours under its own name."""
    ours = files("factcheck.reports").joinpath("templates", TEMPLATE).read_text("utf-8")
    if TEMPLATE not in own:
        return {"main.typ": ours}
    try:
        return {"main.typ": own[TEMPLATE].decode("utf-8-sig"), OURS + TEMPLATE: ours}
    except UnicodeDecodeError as error:
        raise ReportError(f"The desk's template {DESK}{TEMPLATE} is not UTF-8: {error}. Save it as UTF-8, or remove it.") from error


def typeset(texts: Mapping[str, str], stamp: int) -> tuple[dict[str, Any], bytes]:
    """The file ``main.typ`` of some, compiled: ({}, PDF), or (what went wrong, nothing)."""
    places = [str(Path(__file__).parents[2]), *(place for place in sys.path if place)]
    request = json.dumps({"files": texts, "stamp": stamp, "arabic": [] if OURS + TEMPLATE in texts else _ARABIC})
    with tempfile.TemporaryDirectory(prefix="factcheck-pdf-") as empty:
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter and script, no shell
                [sys.executable, "-P", "-B", str(Path(__file__).with_name("_typst_child.py"))],
                input=request.encode("utf-8", "surrogatepass"),
                capture_output=True,
                cwd=empty,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(places)},
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"stopped": f"it took more than {SECONDS // 60} minutes"}, b""
    line, newline, made = done.stdout.partition(b"\n")
    if not newline:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return {"stopped": f"it ended with code {done.returncode}{': ' + last if last else ''}"}, b""
    said: dict[str, Any] = json.loads(line)
    return said, made


def _told(said: Mapping[str, Any], theirs: bool) -> ReportError:
    """What went wrong, as the person at the desk needs it."""
    if "fonts" in said:
        return ReportError(
            f"PDF reports need an Arabic font, and this machine has none of: {', '.join(_ARABIC)}. Install one (on Debian: apt-get "
            "install fonts-noto-core), or print the HTML report from a browser."
        )
    if "missing" in said:
        return ReportError(f"No font of this machine has these characters, nor their names: {' '.join(said['missing'])}. Install one.")
    if "stopped" in said:
        return ReportError(f"The PDF could not be set: {said['stopped']}. Memory or time ran out; print the HTML report from a browser.")
    told = re.sub(r"\S*main\.typ", DESK + TEMPLATE, said["error"]).strip()
    if theirs:
        return ReportError(
            f"The desk's template {DESK}{TEMPLATE} is broken, or asks for what it is not given:\n{told}\nMend it, or remove it."
        )
    return ReportError(
        f"The PDF could not be set, which is a fault of factcheck's:\n{told}\nPrint the HTML report from a browser meanwhile."
    )
