"""What LibreOffice makes of our files: ``python tests/quality/office.py [FOLDER]``, a command of its own, since LibreOffice is large.

The made-up case of ``tests/reports/conftest.py`` as DOCX, XLSX and CSV, plain and with hostile text in every field, is opened by
LibreOffice (Debian: libreoffice-writer-nogui, libreoffice-calc-nogui) and written as PDF and as a sheet again. Arabic words must come out
in order, and no cell may have become a formula. With FOLDER the pages are left there as PNG, to be looked at.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from factcheck.reports import FORMATS  # noqa: E402
from tests.reports import conftest  # noqa: E402
from tests.reports.hostile import poisoned  # noqa: E402

WORDS = ("مصدر أولي", "غير صحيح", "تنفيه", "الهيئة طرف في الموضوع", "The works will take three nights")


def scene(hostile: bool) -> conftest.Scene:
    fixture = conftest.scene
    made = (getattr(fixture, "__wrapped__", None) or fixture._fixture_function)()
    if hostile:
        poisoned(made)
    return made


def convert(path: Path, kind: str, profile: Path) -> Path:
    # a person in an office is asked, and the mark at the start answers for the encoding; without a dialogue it must be told
    how = ["--infilter=Text - txt - csv (StarCalc):44,34,76,1"] if path.suffix == ".csv" else []
    user = f"-env:UserInstallation={profile.as_uri()}"
    command = ["soffice", "--headless", user, *how, "--convert-to", kind, "--outdir", str(path.parent), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return path.with_suffix(f".{kind.partition(':')[0]}")


def bare(text: str) -> str:
    """Letters only: pdftotext moves marks and spaces, and turns the ligature of lam and alef round."""
    kept = "".join(char for char in text if unicodedata.category(char)[0] in "LN")
    return kept.replace("لا", "ال")


def main() -> int:
    if not shutil.which("soffice") or not shutil.which("pdftotext"):
        print("LibreOffice or pdftotext is not installed: apt-get install libreoffice-writer-nogui libreoffice-calc-nogui poppler-utils")
        return 2
    keep = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    faults = []
    with tempfile.TemporaryDirectory(prefix="office-") as name:
        folder = Path(name)
        for hostile in (False, True):
            source = scene(hostile).source()
            for format in ("docx", "xlsx"):
                for lang in ("ar", "en"):
                    path = folder / f"{'hostile' if hostile else 'plain'}-{lang}.{format}"
                    path.write_bytes(FORMATS[format](source, lang=lang))
                    pdf = convert(path, "pdf", folder / "profile")
                    said = bare(subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True).stdout.decode())
                    wanted = [] if hostile or lang == "en" else list(WORDS if format == "docx" else WORDS[1:2])
                    faults += [f"{path.name}: {word} is not in order" for word in wanted if bare(word) not in said]
                    print(f"{path.name}: {len(said):,} letters", flush=True)
                    if keep:
                        keep.mkdir(parents=True, exist_ok=True)
                        subprocess.run(
                            ["pdftoppm", "-r", "60", "-l", "6", "-png", str(pdf), str(keep / f"{format}-{path.stem}")], check=True
                        )
            for table in ("evidence", "contacts", "claims"):
                path = folder / f"{hostile}-{table}.csv"
                path.write_bytes(FORMATS["csv"](source, table=table, lang="ar"))
                sheet = convert(path, "fods", folder / "profile").read_text("utf-8")
                formulas = re.findall(r'table:formula="[^"]*"', sheet)
                faults += [f"{path.name}: a cell became a formula: {formula}" for formula in formulas]
                rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
                if not hostile and rows[1][1] and rows[1][1] not in sheet:
                    faults.append(f"{path.name}: Arabic was lost")
    print("\n".join(faults) or "LibreOffice reads all of it, in order, and runs none of it.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
