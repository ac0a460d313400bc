"""Opening cases from what people have at hand, and finding them again."""

from __future__ import annotations

from pathlib import Path

import pytest

from factcheck.case.desk import Desk, open_desk
from factcheck.case.places import LEDGER_FILE
from factcheck.case.surroundings import sign_in
from factcheck.case.verify import verify_desk
from factcheck.errors import KeyUnavailableError, LedgerError, NotAllowedError
from tests.evidence.site import Site

PAGE = """<!doctype html><html lang="ar"><head><meta charset="utf-8"><title>الجسر يفتتح</title>
<meta property="og:site_name" content="الميناء">
<meta property="article:published_time" content="2026-03-03T08:00:00Z"></head><body><article><h1>الجسر يفتتح</h1>
<p>قال وزير النقل سالم الراوي في مؤتمر صحفي إن الجسر افتتح الثلاثاء، وإن كلفته بلغت 40 مليون دينار.</p>
<p>وأضاف أن الأعمال تأخرت شهرين بسبب الأمطار التي هطلت على المنطقة في الشتاء الماضي.</p></article></body></html>"""


def test_a_case_from_an_address_keeps_page_and_facts(desk) -> None:
    desk.fetcher = Site({"https://port.example/a": PAGE})
    case = desk.open_case("https://port.example/a")
    facts = {name: known.value for name, known in case.state.article.facts.items()}
    assert facts["outlet"] == "الميناء"
    assert facts["published"].startswith("2026-03-03")
    assert facts["url"] == "https://port.example/a"
    assert desk.captures.get(case.state.article.original).decode() == PAGE
    assert case.state.article.media_type == "text/html"
    assert any("وزير النقل سالم الراوي" in step.source for p in case.state.proposals for step in p.claim.printed)
    assert case.title == "الجسر يفتتح"


def test_a_case_from_a_saved_page_and_from_pasted_text(desk, tmp_path) -> None:
    (tmp_path / "saved.html").write_text(PAGE, encoding="utf-8")
    saved = desk.open_case(tmp_path / "saved.html", url="https://port.example/a")
    pasted = desk.open_case("قال الوزير إن الجسر افتتح أمس.", facts={"outlet": "الميناء"})
    assert saved.state.article.fact("url") == "https://port.example/a"
    assert pasted.state.article.facts["outlet"].origin == "person"
    assert len(desk.cases()) == 2
    with pytest.raises(ValueError, match="there are several cases"):
        desk.case()
    assert desk.case(pasted.id[:6]).id == pasted.id


def test_a_dateline_proposes_outlet_and_day_of_a_pasted_text(desk) -> None:
    case = desk.open_case("الخابور برس — 14 آذار 2024\nفاض النهر مساء أمس وغمر أربعين منزلا.")
    facts = {name: (known.value, known.origin) for name, known in case.state.article.facts.items()}
    assert facts == {"outlet": ("الخابور برس", "credit line"), "published": ("2024-03-14", "credit line")}
    assert [claim.claim.text for claim in case.state.proposals] == ["فاض النهر مساء أمس", "غمر أربعين منزلا"]


def test_a_name_beside_a_date_is_the_outlet_only_when_the_table_knows_it(desk) -> None:
    text = "{} — 14 آذار 2024\nفاض النهر مساء أمس وغمر أربعين منزلا."
    assert desk.open_case(text.format("المدن")).state.article.fact("outlet") == "المدن"
    assert desk.open_case(text.format("ليلى حداد")).state.article.fact("outlet") == ""


def test_a_person_and_the_page_know_better_than_a_dateline_and_a_day_to_come_is_none(desk) -> None:
    text = "Khabur Press — 14 March {}\nThe river flooded forty homes on Tuesday."
    told = desk.open_case(text.format(2024), facts={"published": "2024-03-15", "outlet": "Al-Modon"}).state.article
    assert [(known.value, known.origin) for known in told.facts.values()] == [("Al-Modon", "person"), ("2024-03-15", "person")]
    assert desk.open_case(text.format(2199)).state.article.fact("published") == ""


def test_what_is_said_of_the_article_is_a_further_entry(case) -> None:
    case.describe_article(published="2021-11-17", outlet="المدن")
    assert case.state.article.facts["published"].origin == "person"
    with pytest.raises(ValueError, match="unknown detail"):
        case.describe_article(colour="red")


def test_a_desk_is_not_made_twice_and_not_found_where_there_is_none(desk, around, tmp_path) -> None:
    with pytest.raises(LedgerError, match="already"):
        Desk.create(desk.folder, desk._signer(), around)
    with pytest.raises(LedgerError, match="factcheck new"):
        Desk.open(tmp_path / "none", around)


def test_reading_needs_nobody_and_writes_nothing(case, desk, around) -> None:
    desk.close()
    before = {path: path.read_bytes() for path in desk.folder.rglob("*") if path.is_file()}
    with Desk.open(desk.folder, around) as reading:
        assert reading.case(case.id).state.proposals
        with pytest.raises(NotAllowedError, match="reading only"):
            reading.case(case.id).describe(title="x")
    assert verify_desk(desk.folder, around).ok
    assert {path: path.read_bytes() for path in desk.folder.rglob("*") if path.is_file()} == before


def test_a_name_is_for_one_opening_and_who_sits_here_goes_on(desk, around) -> None:
    desk.close()
    with pytest.raises(KeyUnavailableError, match="newsroom"):
        open_desk(desk.folder, name="Huda", around=around)
    with open_desk(desk.folder, name="Huda", newsroom="Test Newsroom", around=around) as as_huda:
        assert as_huda.me.name == "Huda"
    with open_desk(desk.folder, around=around) as again:
        assert again.me.name == "Amal"
        assert {person.name for person in again.state.persons.values()} == {"Amal", "Huda"}
    huda = sign_in(around, name=" huda ", remember=True)
    assert sign_in(around, name=huda.person[:8]).person == huda.person
    with open_desk(desk.folder, around=around) as then:
        assert then.me.name == "Huda"


def test_two_of_one_name_in_one_newsroom_are_refused_and_two_newsrooms_told_apart(desk, around) -> None:
    with pytest.raises(KeyUnavailableError, match="Act as that person"):
        desk.keys.create_person("  AMAL", "test  newsroom")
    other = desk.keys.create_person("Amal", "Elsewhere")
    with pytest.raises(KeyUnavailableError, match=rf"Elsewhere.*{other.person[:8]}.*--as"):
        sign_in(around, name="Amal")
    assert sign_in(around, name="Amal", newsroom="elsewhere").person == other.person


def test_private_keys_stay_outside_the_desk(case, desk, around) -> None:
    for path in [p for p in Path(desk.folder).rglob("*") if p.is_file()]:
        assert b"PRIVATE" not in path.read_bytes()
    assert "PRIVATE" not in repr(desk.keys.persons())
    for path in around.config.rglob("*.json"):
        assert path.stat().st_mode & 0o077 == 0
    assert (desk.folder / LEDGER_FILE).stat().st_mode & 0o077 == 0


def test_a_large_run_of_proposals_lies_among_the_captures(desk) -> None:
    text = "\n".join(f"قال الوزير رقم {n} إن الجسر افتتح أمس، وأضاف أن كلفته بلغت {n} مليون دينار." for n in range(1, 600))
    case = desk.open_case(text)
    event = next(e for e in desk.ledger.events() if e.type == "claims.proposed")
    assert event.payload.proposals is None
    assert event.payload.blob
    assert len(case.state.proposals) > 1000
    assert case.set_aside_kinds(["event", "quantity", "state"], "كثير") > 1000
    assert verify_desk(desk.folder, desk._around).ok
