"""How many pages are decoded to the very letters they were written in: ``python tests/quality/score_decode.py``.

Generated from the Arabic texts of ``own.jsonl``: whole articles, paragraphs and single sentences, bare and as pages, in each encoding that
Arabic pages come in, declared rightly, not at all, or wrongly in the ways that servers and templates do it. Prints a table of exact
results; ``--misses`` shows what came out instead. Pages in other languages stand beside, so that Arabic is not found everywhere.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from factcheck.errors import ExtractionError
from factcheck.text.decode import decode

TEXTS = Path(__file__).with_name("own.jsonl")
ENCODINGS = ("windows-1256", "iso-8859-6", "utf-8", "utf-16", "utf-16-le", "utf-16-be")
OTHERS = {
    "fr": (
        "Le président a déclaré que l'été serait très sec à Paris, et que la sécheresse était déjà là.",
        ("cp1252", "iso-8859-15", "utf-8"),
    ),
    "de": ("Die Straße wurde für den Verkehr geschlossen, sagte der Bürgermeister über die Brücke.", ("cp1252", "iso-8859-1", "utf-8")),
    "tr": ("Cumhurbaşkanı, köprünün açılışının gecikeceğini söyledi; çalışmalar sürüyor.", ("cp1254", "iso-8859-9", "utf-8")),
    "ru": ("Министр заявил, что мост будет открыт в марте, сообщает агентство.", ("cp1251", "koi8-r", "utf-8")),
    "he": ("השר אמר כי הגשר ייפתח במרץ, וכי העבודות הסתיימו.", ("cp1255", "utf-8", "utf-16")),
    "el": ("Ο υπουργός δήλωσε ότι η γέφυρα θα ανοίξει τον Μάρτιο.", ("cp1253", "iso-8859-7", "utf-8")),
    "fa": ("وزیر گفت که پل در ماه مارس گشایش می‌یابد و کار پایان یافته است.", ("utf-8", "utf-16")),
}


@dataclass(frozen=True)
class Sample:
    kind: str
    encoding: str
    data: bytes
    text: str
    declared: str | None


def page(text: str, meta: str) -> str:
    title = text.split()[0]
    declared = f'<meta charset="{meta}">' if meta else ""
    paragraphs = "".join(f"<p>{line}</p>\n" for line in text.split("\n"))
    head = f'<head>{declared}<title>{title}</title>\n<link rel="stylesheet" href="/style.css"></head>'
    return f'<!doctype html>\n<html lang="ar" dir="rtl">{head}<body>\n{paragraphs}</body></html>\n'


def heavy(text: str) -> str:
    """As pages of news sites are: some lines of Arabic among scripts, styles and a menu in English."""
    script = (
        "<script>" + "function trackReader(eventName){window.dataLayer.push({event:eventName,page:location.href});}\n" * 900 + "</script>"
    )
    menu = (
        "<ul>"
        + "".join(f'<li><a href="/{word}">{word.title()}</a></li>' for word in ("home", "world", "politics", "sports") * 10)
        + "</ul>"
    )
    return page(text, "").replace("</head>", script + "<style>body{margin:0;padding:0}</style></head>").replace("<body>", "<body>" + menu)


def encodable(text: str, encoding: str) -> bool:
    try:
        return text.encode(encoding).decode(encoding) == text
    except UnicodeError:
        return False


def plain(text: str) -> str:
    """Without signs that old encodings lack, as old pages were."""
    return text.translate(
        str.maketrans({"«": '"', "»": '"', "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "’": "'", "‘": "'", "\u200f": None})
    )


def samples() -> Iterator[Sample]:
    articles = [json.loads(line)["text"] for line in TEXTS.read_text("utf-8").splitlines() if json.loads(line)["lang"] == "ar"]
    texts = []
    for article in articles:
        lines = [line for line in article.split("\n") if len(line) > 60]
        texts += [article, lines[0], lines[len(lines) // 2].split("،")[0] + "، " + lines[0].split(" ", 1)[0]]
    for text in texts:
        for encoding in ENCODINGS:
            written = text if encodable(text, encoding) else plain(text)
            if not encodable(written, encoding):
                continue
            wide = encoding.startswith("utf-16")
            yield Sample("bare", encoding, written.encode(encoding), written, None)
            for name, meta, declared in (
                ("page, nothing said", "", "text/html"),
                ("page, said rightly", encoding if not wide else "", f"text/html; charset={encoding}"),
                ("page, header says latin-1", "", "text/html; charset=ISO-8859-1"),
                ("page, meta says utf-8", "utf-8", "text/html"),
                ("page, header says utf-8", "", "text/html; charset=utf-8"),
                ("page, meta says windows-1256", "windows-1256", "text/html"),
                ("page, meta says iso-8859-6", "iso-8859-6", "text/html"),
                ("page, header says windows-1252", "windows-1252", "text/html; charset=windows-1252"),
            ):
                whole = page(written, meta)
                yield Sample(name, encoding, whole.encode(encoding), whole, declared)
            whole = heavy(written[:200])
            for name, said in (("nothing", None), ("latin-1", "text/html; charset=ISO-8859-1"), ("utf-8", "text/html; charset=utf-8")):
                yield Sample(f"among scripts, header says {name}", encoding, whole.encode(encoding), whole, said)


def foreign() -> Iterator[Sample]:
    for language, (text, encodings) in OTHERS.items():
        for encoding in encodings:
            longer = (text + " ") * 4
            scripted = heavy(text)
            yield Sample(
                f"{language}, among scripts", encoding, scripted.encode(encoding, "replace"), scripted, f"text/html; charset={encoding}"
            )
            yield Sample(f"{language}, said rightly", encoding, longer.encode(encoding), longer, f"text/html; charset={encoding}")
            if encoding in ("utf-8", "utf-16", "cp1251", "cp1253", "cp1255"):
                yield Sample(f"{language}, nothing said", encoding, longer.encode(encoding), longer, None)


def right(sample: Sample) -> str | None:
    """What came out instead; None when the letters are the very ones."""
    try:
        decoded = decode(sample.data, declared=sample.declared)
    except ExtractionError as error:
        return f"refused: {error}"
    return None if decoded.text == sample.text else f"{decoded.encoding}: {decoded.note}: {decoded.text[-80:]!r}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", type=int, default=0, metavar="N")
    given = parser.parse_args()
    good: Counter[tuple[str, str]] = Counter()
    seen: Counter[tuple[str, str]] = Counter()
    shown = 0
    for sample in (*samples(), *foreign()):
        key = (sample.kind, sample.encoding)
        seen[key] += 1
        miss = right(sample)
        good[key] += miss is None
        if miss and shown < given.misses:
            shown += 1
            print(f"{sample.kind}, {sample.encoding}, {len(sample.data)} bytes\n  {miss}")
    for key, count in seen.items():
        print(f"{key[0]:32} {key[1]:14} {good[key]:4} of {count}")
    arabic = [key for key in seen if key[1] in ENCODINGS and key[0][2:3] != ","]
    print(f"Arabic: {sum(good[key] for key in arabic)} of {sum(seen[key] for key in arabic)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
