"""Panels for what is done beside the walk: many links, archives, earlier checks, sources, dates, handing over, the ledger, erasing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from factcheck.reports.writing import write_report
from factcheck.workbench.app import Workbench
from tests.case.archives import use_archives
from tests.evidence.archive_server import web_archives
from tests.evidence.archives_in import page, response, wacz
from tests.evidence.test_earlier import REVIEW
from tests.workbench.conftest import shot
from tests.workbench.hands import key
from tests.workbench.scene import LAST, full

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("page")]

NEWS = "https://example.org/news"
WIRE = (
    "<title>{0}</title><p>وكالة الأفق - قال مسؤول في البلدية إن الجسر افتتح أمس بحضور الوزير وعدد من أعضاء المجلس، "
    "وكلفته أربعون مليوناً.</p>"
)
HOLD = """() => {
    const { send } = window.model;
    window.mute = true;
    window.model.send = (content, ...rest) => { window.last = content.request; return send(content, ...rest); };
}"""
TOLD = "(message) => window.arrive([{ content: message, buffers: [] }])"


@pytest.fixture
def workbench(case):
    workbench = Workbench(case, export=write_report, formats=("html", "csv", "markdown"))
    yield workbench
    workbench.close()


def test_what_takes_long_is_shown_with_how_far_it_is_and_can_be_stopped(stage, mouse) -> None:
    page = stage.page
    page.evaluate(TOLD, {"request": "elsewhere", "under_way": ["attach_links", 2, 5]})
    mouse.see("نجلب الروابط… · 2 من 5", ".fcw-underway")
    assert page.get_attribute(".fcw-underway progress", "value") == "2"
    assert not page.is_disabled(key("bar/caret"))
    sent = page.evaluate("() => window.sent ?? 0")
    mouse.press("stop/attach_links")
    assert page.evaluate("() => window.sent") == sent + 1
    page.evaluate(TOLD, {"request": "elsewhere", "ok": True, "entry": 3, "value": None})
    page.wait_for_selector(".fcw-underway", state="detached")


def test_a_long_act_is_not_called_slow_and_its_answer_comes_when_it_ends(stage, mouse) -> None:
    page = stage.page
    page.evaluate(HOLD)
    mouse.tab("review")
    mouse.open("ledger")
    mouse.press("ledger/verify")
    page.evaluate(TOLD.replace("(message)", "()").replace("message,", "{ request: window.last, under_way: ['verify', 0, 0] },"))
    mouse.see("نتحقق من سجل العمل", ".fcw-underway")
    page.wait_for_timeout(3_200)
    assert page.locator(".fcw-slow").count() == 0


def test_archives_are_asked_for_copies_and_one_is_cited(stage, case, mouse) -> None:
    with web_archives() as server:
        use_archives(case.desk, server, [server.archive("good")])
        id = case.attach(NEWS, quote="نص الصفحة كما كانت يوم 20211120", published="2021-11-19")
        stage.show()
        mouse.tab("evidence")
        mouse.press(f"mementos/{id}")
        mouse.see("2021-11-20", f"[data-card='{id}']")
        mouse.done(lambda: stage.page.locator(f"[data-key^='cite/{id}/']").first.click())
        assert case.state.evidence[id].value.archived_url.endswith(NEWS)
        assert case.state.evidence[id].value.capture


def test_the_queue_of_archive_requests_is_seen_and_a_request_taken_back(stage, case, mouse, monkeypatch) -> None:
    monkeypatch.setattr(
        type(case.desk), "archive_in_background", lambda _desk: type("Idle", (), {"running": True, "stop": lambda *_: None})()
    )
    id = case.attach("https://paper.example/a", file=b"<p>the page as it was saved</p>")
    stage.show()
    mouse.tab("evidence")
    mouse.open("links")
    mouse.done(lambda: mouse.press("links/archive"))
    mouse.see("الطلبات: 1", ".fcw-status")
    [request] = case.state.archives
    mouse.see("بانتظار الأرشيف", f"[data-card='{id}']")
    shot(stage.page, "panel-links")
    mouse.done(lambda: stage.page.locator(key(f"archive/withdraw/{request}")).first.click())
    assert case.state.archives[request].value.state == "withdrawn"


def test_a_link_checked_again_says_what_was_seen(stage, case, mouse, site) -> None:
    from factcheck.evidence.fetch import FetchPolicy, HttpFetcher

    host = site.removeprefix("http://")
    case.desk.settings = replace(case.desk.settings, allowed_hosts=(host,))
    case.desk.fetcher = HttpFetcher(FetchPolicy(allowed_hosts=frozenset({host})), clock=case.desk.clock)
    ids = [
        case.attach(f"{site}/{name}", file=b"<p>what was here before, word for word</p>", quote="word for word")
        for name in ("officer", "dead")
    ]
    stage.show()
    mouse.tab("evidence")
    mouse.open("links")
    mouse.done(lambda: mouse.press("links/recheck"))
    mouse.see("المقطع المقتبس غير موجود", f"[data-card='{ids[0]}']")
    mouse.see("تغيّرت أو اختفت: 2", ".fcw-panel")
    mouse.press(f"links/to/{ids[1]}")
    mouse.wait("(id) => document.querySelector(`[data-card='${id}']`).classList.contains('fcw-chosen')", ids[1])


def test_evidence_that_goes_back_to_the_article_raises_an_alarm_until_a_person_overrules_it(stage, case, mouse) -> None:
    claim = case.state.proposals[-1].id
    case.accept([claim])
    case.choose([f"content/{claim}"])
    case.describe_article(outlet="المدن", published="2021-11-17")
    page = "<title>إعادة</title><p>نقلت صحيفة المدن أن الرئيس الروسي وعد بالعمل، وفق ما ذكرت المدن.</p>"
    id = case.attach(file=page.encode(), url="https://copy.example/1", bears_on=[f"content/{claim}"], published="2021-11-18")
    stage.show()
    mouse.tab("evidence")
    mouse.press(f"alarm/{id}")
    mouse.wait("(id) => document.querySelector(`[data-card='${id}']`).classList.contains('fcw-chosen')", id)
    mouse.open(f"alarm/{id}")
    mouse.type(f"separate/{id}/because", "لهم مراسل هناك")
    mouse.done(lambda: mouse.press(f"separate/{id}/send"))
    mouse.wait("() => !document.querySelector('[data-key^=\"alarm/\"]')")
    assert [alarm.overruled for alarm in case.alarms()] == [True]


def test_likely_one_source_is_accepted_with_a_click(stage, case, mouse) -> None:
    ids = [case.attach(file=WIRE.format(n).encode()) for n in (1, 2)]
    stage.show()
    mouse.tab("evidence")
    mouse.done(lambda: stage.page.locator("[data-key^='sources/accept/']").click())
    [group] = case.state.groups.values()
    assert set(group.value.evidence) == set(ids)


def test_the_date_of_a_page_is_confirmed_or_said_to_be_missing(stage, case, mouse) -> None:
    page = (
        b'<title>x</title><meta property="article:published_time" content="2021-11-16T09:00:00Z"><p>A page that says when it appeared.</p>'
    )
    dated, undated = case.attach(file=page), case.attach(file=b"<p>A page that does not say when it appeared.</p>")
    stage.show()
    mouse.tab("evidence")
    mouse.see("2021", f"[data-card='{dated}']")
    mouse.done(lambda: mouse.press(f"date/{dated}"))
    assert case.state.evidence[dated].value.published.startswith("2021-11-16")
    mouse.wait("(selector) => !document.querySelector(selector)", key(f"date/{dated}"))
    mouse.open(f"edit/{undated}")
    mouse.type(f"details/{undated}/published", "2021-11")
    mouse.done(lambda: mouse.press(f"details/{undated}/send"))
    assert case.dates()[undated].confirmed


def test_earlier_checks_are_looked_for_in_files_and_attached(stage, case, mouse, tmp_path) -> None:
    claim = case.state.proposals[-1].id
    case.accept([claim])
    case.restate(claim, {"ar": "اتفق بوتين وبينيت على إخراج إيران من سوريا"})
    path = tmp_path / "checks.json"
    path.write_text(json.dumps([{**REVIEW, "claimReviewed": "توافق بوتين وبينيت على إخراج الإيرانيين من سورية"}]), "utf-8")
    case.desk.settings = replace(case.desk.settings, earlier_checks=(str(path),))
    stage.show()
    mouse.claim(LAST)
    mouse.tab("searches")
    mouse.open(f"earlier/{claim}")
    mouse.done(lambda: mouse.press(f"q/{claim}/send"))
    mouse.see("توافق بوتين وبينيت", ".fcw-panel")
    mouse.see("checks.json", ".fcw-panel")
    assert {held.value.place for held in case.state.searches.values()} >= {"checks.json"}
    shot(stage.page, "panel-earlier")
    search = next(iter(case.state.searches))
    mouse.done(lambda: mouse.press(f"search/withdraw/{search}"))
    assert search not in case.state.searches


def test_publication_and_correction_name_their_claims_language_and_page(stage, case, mouse) -> None:
    claim = full(case)
    other = next(id for id in case.state.claims if id != claim)
    case.choose([f"content/{other}"])
    stage.show()
    mouse.tab("review")
    mouse.open("publish")
    mouse.type("p/url", "https://newsroom.example/1")
    mouse.type("p/despite", "عاجل")
    mouse.open("p/more")
    stage.page.set_input_files(key("p/file"), {"name": "page.html", "mimeType": "text/html", "buffer": b"<p>as it appeared</p>"})
    mouse.take("p/language", "ar")
    mouse.check(f"p/claims/{claim}")
    mouse.done(lambda: mouse.press("publish/send"))
    [held] = case.state.publications.values()
    assert case.desk.captures.get(held.value.report) == b"<p>as it appeared</p>"
    assert (held.event.payload.claims, held.event.payload.language) == ((claim,), "ar")
    first = held.id
    case.publish(url="https://newsroom.example/2", despite="عاجل")
    stage.show()
    mouse.tab("review")
    mouse.open("correct")
    mouse.take("c/of", first)
    mouse.type("c/what", "التاريخ")
    mouse.done(lambda: mouse.press("correct/send"))
    assert [h.value.of for h in case.state.publications.values() if h.value.kind == "correction"] == [first]


def test_a_bundle_for_others_is_written_and_says_which_names_stay_readable(stage, case, mouse) -> None:
    claim = full(case)
    case.contact("سامي الحداد", "بريد", "هل قلت ذلك؟", target=f"content/{claim}")
    case.verdict(f"content/{claim}", "unproven", "لم يجب سامي الحداد عن سؤالنا", unknown="رأيه")
    stage.show()
    mouse.tab("review")
    mouse.take("report/preset", "public")
    mouse.press("report/still")
    mouse.see("سامي الحداد", ".fcw-panel")
    shot(stage.page, "panel-handing")
    mouse.press("still/0")
    mouse.wait("() => document.querySelector('.fcw-tabs [aria-selected=true]').dataset.key === 'inspector/result'")
    mouse.tab("review")
    mouse.press("report/bundle")
    mouse.see("bundle-public.zip", ".fcw-status")
    [path] = (case.desk.folder / "reports").glob("*-bundle-public.zip")
    mouse.press("report/csv")
    mouse.see(".csv", ".fcw-status")
    assert "سامي".encode() not in next((case.desk.folder / "reports").glob("*.csv")).read_bytes() or path.stat().st_size > 0


def test_the_ledger_is_verified_and_a_stamp_needs_an_authority(stage, case, mouse) -> None:
    full(case)
    stage.show()
    mouse.tab("review")
    mouse.open("ledger")
    mouse.press("ledger/verify")
    mouse.see("السجل سليم", ".fcw-panel")
    assert stage.page.locator(".fcw-panel li", has_text="✓").count() >= 3
    mouse.press("ledger/stamp")
    mouse.see("time_stamp_authority", ".fcw-lost")


def test_a_ledger_that_was_changed_by_hand_is_said_not_to_hold(stage, case, mouse) -> None:
    id = case.attach(file=b"<p>a page that somebody will change on the disk</p>")
    path = next(path for path in Path(case.desk.folder).rglob(f"*{case.state.evidence[id].value.capture.sha256[2:]}*"))
    path.chmod(0o600)
    path.write_bytes(b"something else")
    stage.show()
    mouse.tab("review")
    mouse.open("ledger")
    mouse.press("ledger/verify")
    mouse.see("السجل غير سليم", ".fcw-panel")
    assert stage.page.locator(".fcw-panel .fcw-blocks").count() >= 1


def test_what_an_entry_says_is_erased_for_good_with_a_reason_on_record(stage, case, mouse) -> None:
    contact = case.contact("من يجب أن يُحمى", "هاتف", "سؤال")
    entry = case.state.contacts[contact].event.index
    stage.show()
    mouse.tab("history")
    mouse.open("erase/entry")
    mouse.type("erase/entry/entry", str(entry))
    mouse.press("erase/entry/send")
    mouse.see("اكتب السبب", ".fcw-lost")
    mouse.type("erase/entry/because", "طلب صاحب الشأن")
    mouse.done(lambda: mouse.press("erase/entry/send"))
    mouse.tab("searches")
    assert "من يجب أن يُحمى" not in stage.page.inner_text(".fcw")
    assert case.desk.verify().ok


def test_a_capture_is_erased_from_its_card(stage, case, mouse) -> None:
    id = case.attach(file=b"<p>a page with somebody's address in it</p>")
    digest = case.state.evidence[id].value.capture.sha256
    stage.show()
    mouse.tab("evidence")
    mouse.open(f"edit/{id}")
    mouse.open(f"erase/{id}")
    mouse.type(f"erase/{id}/because", "عنوان شخص")
    mouse.done(lambda: mouse.press(f"erase/{id}/send"))
    assert not case.desk.captures.has(digest)


def test_a_contact_past_its_deadline_is_a_problem_that_leads_to_it(stage, case, mouse) -> None:
    contact = case.contact("الجيش", "بريد", "من هو الضابط؟", deadline="2021-11-20")
    stage.show()
    mouse.tab("review")
    mouse.open("problems")
    stage.page.locator(".fcw-jump", has_text="الجيش").click()
    mouse.wait("(id) => document.activeElement.closest('[data-card]')?.dataset.card === id", contact)


def test_of_an_archive_with_several_pages_one_is_chosen(stage, case, mouse) -> None:
    one, two = "https://news.example/a", "https://news.example/b"
    archive = wacz(response(one, page()) + response(two, page()), [(one, "الأولى"), (two, "الثانية")])
    mouse.tab("evidence")
    stage.page.set_input_files(key("e/file"), {"name": "pages.wacz", "mimeType": "application/zip", "buffer": archive})
    mouse.check("e/bears/none")
    mouse.press("attach/send")
    mouse.see("عدة صفحات", ".fcw-lost")
    mouse.press("refusal/page/1")
    mouse.done(lambda: mouse.press("attach/send"))
    [held] = case.state.evidence.values()
    assert held.value.url == two
