"""A folder of reports with its list, and the tables of a desk in datasette."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import html5lib
import pytest

from factcheck.errors import ReportError
from factcheck.reports.desk_tables import write_tables
from factcheck.reports.site import write_site
from factcheck.reports.tables import TABLES, rows
from factcheck.reports.verify import verify_report
from tests.reports.hostile import HOSTILE


@pytest.fixture
def published(desk, as_person):
    """Two published cases, a practice case and a draft."""
    made = []
    for text, headline, practice in (
        ("قالت الوزارة إن الجسر سيُغلق شهراً ابتداءً من الاثنين.", "الجِسر لا يُغلق", False),
        ("Officials said the dam would close for 2 weeks.", "السد مفتوح", False),
        ("قالت البلدية إن الحديقة ستُغلق.", "حديقة", True),
        ("قالت الشركة إن الأسعار سترتفع.", "مسودة", False),
    ):
        case = desk.open_case(text, title=headline, practice=practice)
        id = case.mark((0, len(text) - 1))
        target = f"content/{id}"
        case.choose([target])
        case.restate(id, {"ar": headline + " كما نتحقق منه"}, short={"ar": headline})
        search = case.search("أرشيف", ["كلمات"], "nothing", target=target)
        case.verdict(target, "false", "بحثنا.", grounds=[f"search:{search}"])
        case.draft({"ar": headline, **({"en": "The dam"} if headline == "السد مفتوح" else {})}, {"ar": "خلاصة"}, {"ar": "استنتاج"})
        as_person("Huda")
        case.review()
        as_person("Amal")
        made.append(case)
    for case, day in zip(made[:3], ("2026-11-24", "2026-11-25", "2026-11-26"), strict=True):
        case.publish(day, f"https://desk.example/{day}", despite="نجرب")
    return desk, made


def listed(folder) -> list[str]:
    page = (folder / "index.html").read_bytes()
    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    return ["".join(h.itertext()) for h in root.iter("h2")]


def test_published_reports_are_listed_newest_first_and_verify(published, tmp_path) -> None:
    desk, _ = published
    assert write_site(desk, tmp_path / "site") == 2
    assert listed(tmp_path / "site") == ["السد مفتوح", "الجِسر لا يُغلق"]
    pages = sorted((tmp_path / "site" / "reports").glob("*.html"))
    assert len(pages) == 3  # one of them in English too
    assert all(verify_report(page.read_bytes()).ok for page in pages)
    feed = json.loads((tmp_path / "site" / "claimreview-ar.json").read_text("utf-8"))
    assert [entry["item"]["url"] for entry in feed["dataFeedElement"]] == [
        "https://desk.example/2026-11-25",
        "https://desk.example/2026-11-24",
    ]
    assert write_site(desk, tmp_path / "all", drafts=True) == 4
    text = (tmp_path / "all" / "index.html").read_text("utf-8")
    assert text.count("ملف تدريبي") == 1


def test_a_withdrawn_report_stays_and_says_so_and_a_stale_file_goes(published, tmp_path) -> None:
    desk, cases = published
    write_site(desk, tmp_path, drafts=True)
    (tmp_path / "reports" / "mine.txt").write_text("x")
    cases[0].correct("withdrawal", "سحبناه.", "", on="2026-11-27")
    write_site(desk, tmp_path)
    assert listed(tmp_path) == ["الجِسر لا يُغلق", "السد مفتوح"]
    assert "سُحب هذا التقرير" in (tmp_path / "index.html").read_text("utf-8")
    assert {path.suffix for path in (tmp_path / "reports").iterdir()} == {".html", ".txt"}
    assert len(list((tmp_path / "reports").glob("*.html"))) == 3


def test_the_list_runs_our_script_alone_and_content_is_inert(desk, tmp_path) -> None:
    case = desk.open_case("كلام عن شيء ما هنا. " * 3, title="عنوان")
    case.draft({"ar": HOSTILE.replace("\x00", "").replace("\ud83d", "")}, {"ar": "</script><script>alert(1)</script>"}, {"ar": "x"})
    write_site(desk, tmp_path, drafts=True)
    page = (tmp_path / "index.html").read_text("utf-8")
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page, re.S)
    assert [attributes for attributes, _ in scripts] == [' type="application/json" id="more"', ""]
    digest = base64.b64encode(hashlib.sha256(scripts[1][1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    assert json.loads(scripts[0][1])["texts"]
    assert not re.search(r"innerHTML|insertAdjacent|document\.write|eval|Function\(", scripts[1][1])
    html5lib.HTMLParser(strict=True).parse(page)


@pytest.mark.browser
def test_search_folds_arabic_and_needs_no_server(published, tmp_path, browser) -> None:
    desk, _ = published
    write_site(desk, tmp_path)
    page = browser.new_page(viewport={"width": 390, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto((tmp_path / "index.html").as_uri())

    def search(words: str) -> list[str]:
        page.fill("#words", words)
        return page.eval_on_selector_all("#reports > li:not([hidden]) h2", "found => found.map(h => h.textContent)")

    assert search("") == ["السد مفتوح", "الجِسر لا يُغلق"]
    assert search("الجسر") == ["الجِسر لا يُغلق"]  # without its vowel
    assert search("إبتداء") == ["الجِسر لا يُغلق"]  # words of the claim, another alef
    assert search("dam ٢") == ["السد مفتوح"]  # other digits
    assert search("<b>") == []
    assert page.text_content("#count") == "عدد التقارير: 0"
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_a_folder_that_cannot_be_written_says_so(published, tmp_path) -> None:
    (tmp_path / "site").write_text("a file")
    with pytest.raises(ReportError, match="Cannot write the site to"):
        write_site(published[0], tmp_path / "site")


# ---- tables


def test_the_tables_of_all_cases_lie_in_one_file(published, tmp_path) -> None:
    desk, cases = published
    assert write_tables(desk, tmp_path / "desk.sqlite") == 4
    db = sqlite3.connect(tmp_path / "desk.sqlite")
    for table in TABLES:
        [count] = db.execute(f'SELECT count(*) FROM "{table}"').fetchone()
        assert count == sum(len(rows(case.state, table)) for case in cases)
    assert db.execute("SELECT title, signed, published_on, url FROM cases WHERE practice = 0 ORDER BY published_on DESC").fetchone() == (
        "السد مفتوح", 1, "2026-11-25", "https://desk.example/2026-11-25",
    )  # fmt: skip
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    db.close()
    assert not list(tmp_path.glob("*.part"))
    with pytest.raises(ReportError, match="Cannot write"):
        write_tables(desk, tmp_path)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")  # datasette's own
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_datasette_opens_them(published, tmp_path) -> None:
    from datasette.app import Datasette

    write_tables(published[0], tmp_path / "desk.sqlite")

    def ask(path: str) -> list[dict]:
        async def answer() -> Any:
            return await Datasette([str(tmp_path / "desk.sqlite")]).client.get(path)

        with ThreadPoolExecutor(1) as elsewhere:  # a browser of other tests may hold this thread's event loop
            found = elsewhere.submit(asyncio.run, answer()).result()
        assert found.status_code == 200
        return found.json()

    found = ask("/desk/verdicts.json?_shape=array&rating=false")
    assert len(found) == 4
    assert {row["label_ar"] for row in found} == {"غير صحيح"}
    query = "select+title,count(*)+n+from+claims+join+cases+on+cases.id=claims.%22case%22+group+by+title"
    joined = ask(f"/desk.json?sql={query}&_shape=array")
    assert {row["title"] for row in joined} >= {"السد مفتوح", "حديقة"}
