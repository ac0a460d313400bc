"""How much of Arabic PDF files comes out as it is read: ``python tests/quality/score_pdf.py``.

Counts the sentences of ``tests/evidence/files`` that stand word for word in the text, white space aside; beside ours, the plain text of
libraries where they are installed (pdfminer.six is; ``pip install pypdf pypdfium2`` for the others).
"""

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from factcheck.text.pdf import read_pdf  # noqa: E402  # a script finds the package beside it
from tests.text.test_pdf import ENGLISH, FIRST, LAST, SECOND, THIRD  # noqa: E402

COLUMNS = [
    f"الفقرة {n}. قال وزير النقل في مؤتمر صحفي عقده أمس إن الجسر سيُفتتح في الأول من آذار 2026 بعد انتهاء الأعمال، وإن كلفته "
    "بلغت 40 مليون دينار (57 مليون دولار) بزيادة 12.5% عن التقدير."
    for n in range(1, 7)
]
FILES = {"browser.pdf": [FIRST, SECOND, THIRD, ENGLISH, LAST], "office.pdf": [FIRST, SECOND, THIRD, ENGLISH, LAST], "columns.pdf": COLUMNS}


def ours(data: bytes) -> str:
    return "\n".join(text for part in read_pdf(data) for name, text in part.items() if name.startswith("page "))


def pdfminer(data: bytes) -> str:
    return importlib.import_module("pdfminer.high_level").extract_text(io.BytesIO(data))


def pypdf(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in importlib.import_module("pypdf").PdfReader(io.BytesIO(data)).pages)


def pdfium(data: bytes) -> str:
    document = importlib.import_module("pypdfium2").PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def main() -> int:
    readers: dict[str, Callable[[bytes], str]] = {"ours": ours, "pdfminer.six": pdfminer, "pypdf": pypdf, "pypdfium2": pdfium}
    for name, read in readers.items():
        row = []
        for file, sentences in FILES.items():
            try:
                text = " ".join(read((ROOT / "tests" / "evidence" / "files" / file).read_bytes()).split())
            except ImportError:
                row = ["not installed"]
                break
            row.append(f"{file} {sum(sentence in text for sentence in sentences)} of {len(sentences)}")
        print(f"{name:14} {'; '.join(row)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
