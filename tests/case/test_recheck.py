"""Links tried again: what became of each, whether the quoted words stand, and that evidence stays as it was."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Event

import pytest

from factcheck.case.link_words import recheck_words
from factcheck.errors import NotAllowedError
from factcheck.evidence.fetch import FetchPolicy, HttpFetcher
from factcheck.model.evidence import LinkState, OfflineKind, OfflineSource, PassageState
from tests.case.web import Web
from tests.evidence.server import misbehaving

URL = "https://news.example/2021/11/bridge"
QUOTE = "افتتح الجسر الجديد يوم الثلاثاء"
MENU = "<li>قسم سياسة</li><li>قسم اقتصاد</li><li>قسم رياضة</li><li>قسم ثقافة</li><li>قسم صحة</li><li>قسم علوم</li><li>اتصل بنا</li>"
BODY = f"<p>قال الوزير أمس. {QUOTE} بحضور عدد من المسؤولين، وبلغت كلفته أربعين مليون دينار.</p><p>وأضاف أن الأعمال استمرت عامين كاملين.</p>"


def page(body: str = BODY, title: str = "افتتاح الجسر") -> str:
    return f"<html><head><title>{title}</title></head><body><ul>{MENU}</ul><article>{body}</article></body></html>"


@pytest.fixture
def case(desk):
    return desk.open_case("قال الوزير إن الجسر افتتح أمس.")


@pytest.fixture
def web(case) -> Web:
    web = case.desk.fetcher = Web()
    web.put(URL, page())
    return web


@pytest.fixture
def link(case, web) -> str:
    return case.attach(URL, quote=QUOTE)


def again(case, id: str):
    found = case.recheck(id, progress=False)
    assert case.state.rechecks[id].value == found[id]
    return found[id]


# ---- what became of the page


def test_a_page_that_did_not_change(case, web, link) -> None:
    seen = again(case, link)
    assert (seen.state, seen.passage, seen.changed, seen.capture, seen.status) == (LinkState.ALIVE, PassageState.STANDS, False, None, 200)
    assert recheck_words(seen)["ar"] == "الصفحة موجودة؛ لم يتغيّر النص؛ المقطع المقتبس باقٍ"


def test_new_bytes_with_the_same_words_are_kept_and_are_no_change(case, web, link) -> None:
    web.put(URL, page() + "<!-- 12:07 -->")
    seen = again(case, link)
    assert (seen.state, seen.passage, seen.changed) == (LinkState.ALIVE, PassageState.STANDS, False)
    assert case.desk.captures.get(seen.capture.sha256).endswith(b"12:07 -->")
    assert case.desk.verify().ok


def test_a_page_that_changed_around_the_passage(case, web, link) -> None:
    web.put(URL, page(BODY + "<p>تحديث: أُغلق الجسر مساء اليوم.</p>"))
    seen = again(case, link)
    assert (seen.state, seen.passage, seen.changed) == (LinkState.ALIVE, PassageState.STANDS, True)
    assert web.asked == [URL, URL]


def test_a_page_whose_passage_was_changed(case, web, link) -> None:
    web.put(URL, page(BODY.replace("الثلاثاء", "الأربعاء")))
    seen = again(case, link)
    assert (seen.state, seen.passage, seen.changed) == (LinkState.ALIVE, PassageState.MISSING, True)
    assert recheck_words(seen)["en"] == "the page is there; its text changed; the quoted passage is not there"


def test_a_passage_that_stands_twice_now_still_stands(case, web, link) -> None:
    web.put(URL, page(BODY + f"<p>وكرر: {QUOTE} بحضور آخرين.</p><p>{QUOTE}</p>"))
    assert again(case, link).passage is PassageState.STANDS


@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [
        ({"body": "gone", "status": 404}, LinkState.GONE, "http-404"),
        ({"body": "gone", "status": 410}, LinkState.GONE, "http-410"),
        ({"body": "no", "status": 403}, LinkState.BARRED, "http-403"),
        ({"body": "law", "status": 451}, LinkState.BARRED, "http-451"),
        ({"body": "oops", "status": 500}, LinkState.FAILED, "http-500"),
        ({"body": "later", "status": 429}, LinkState.FAILED, "http-429"),
        ({"code": "timeout"}, LinkState.FAILED, "timeout"),
        ({"code": "connect"}, LinkState.FAILED, "connect"),
        ({"code": "refused-address"}, LinkState.FAILED, "refused-address"),
        ({"status": 302, "location": "/"}, LinkState.HOME, "front-page"),
        ({"status": 301, "location": "https://news.example/ar/"}, LinkState.HOME, "front-page"),
        ({"status": 302, "location": "/error/404.html"}, LinkState.SOFT_404, "error-address"),
        ({"status": 302, "location": "/login?next=/2021"}, LinkState.BARRED, "login-address"),
        ({"body": page("<p>عذراً، الصفحة التي تبحث عنها غير موجودة.</p>", "خطأ")}, LinkState.SOFT_404, "notice"),
        ({"body": page("<p>Sorry, this page can't be found.</p>", "Page not found | News")}, LinkState.SOFT_404, "notice"),
        ({"body": "<title>Just a moment...</title><p>Checking your browser before accessing</p>"}, LinkState.BARRED, "challenge"),
        ({"body": "<div id=app></div><script>" + "x=1;" * 300 + "</script>"}, LinkState.ALIVE, "no-text"),
    ],
)
def test_what_became_of_a_page(case, web, link, answer, state, code: str) -> None:
    for other in ("/", "/ar/", "/error/404.html", "/login?next=/2021"):
        web.put(f"https://news.example{other}", page("<p>أخبار اليوم كلها في مكان واحد، تصلك أولاً بأول كل ساعة.</p>", "الأخبار"))
    web.put(URL, **answer)
    seen = again(case, link)
    assert (seen.state, seen.code) == (state, code)
    assert seen.passage in (PassageState.MISSING, PassageState.UNREAD)


def test_a_site_that_is_gone_is_dead(case, web, link) -> None:
    web.pages.clear()
    seen = again(case, link)
    assert (seen.state, seen.code, seen.capture, seen.status) == (LinkState.DEAD, "dns", None, 0)
    assert "no such host" in seen.message


def test_a_page_that_moved_with_its_passage(case, web, link) -> None:
    web.put(URL, status=301, location="https://new.example/bridge-opened")
    web.put("https://new.example/bridge-opened", page())
    seen = again(case, link)
    assert (seen.state, seen.passage, seen.final_url) == (LinkState.MOVED, PassageState.STANDS, "https://new.example/bridge-opened")


def test_the_same_page_under_another_spelling_did_not_move(case, web, link) -> None:
    web.put(URL, status=301, location="https://www.news.example/2021/11/bridge/")
    web.put("https://www.news.example/2021/11/bridge/", page())
    assert again(case, link).state is LinkState.ALIVE


def test_a_front_page_in_which_the_passage_stands_is_where_it_moved(case, web, link) -> None:
    web.put(URL, status=302, location="/")
    web.put("https://news.example/", page())
    assert again(case, link).state is LinkState.MOVED


# ---- how the site answers for addresses it does not have


LATEST = "<p>تابعوا أحدث الأخبار والتقارير والتحليلات من مراسلينا في كل مكان على مدار الساعة، ومن دون انقطاع طوال أيام الأسبوع.</p>" * 3


def test_a_page_that_the_site_shows_for_any_address_is_none(case, web, link) -> None:
    """No word of an error, and no short page: only a made-up address gives it away."""
    web.put(URL, page(LATEST + "<p>2021/11/bridge</p>", "شبكة الأخبار"))
    web.unknown["news.example"] = web.pages[URL].__class__(page(LATEST + "<p>2021/11/other</p>", "شبكة الأخبار"))
    seen = again(case, link)
    assert (seen.state, seen.code) == (LinkState.SOFT_404, "like-any-address")
    assert len(web.asked) == 3


def test_a_link_that_was_never_captured_is_judged_by_what_it_says_of_itself(case, web) -> None:
    id = case.attach("https://late.example/a", quote=QUOTE)
    web.put("https://late.example/a", page("<p>Sorry, this page can't be found.</p>", "Page not found"))
    seen = again(case, id)
    assert (seen.state, seen.code) == (LinkState.SOFT_404, "soft-404")


def test_an_article_beside_such_a_page_is_there(case, web, link) -> None:
    web.put(URL, page(LATEST + BODY.replace("الثلاثاء", "الأربعاء") + "<p>وقال شهود إن الازدحام كان شديداً منذ ساعات الصباح الأولى.</p>"))
    web.unknown["news.example"] = web.pages[URL].__class__(page(LATEST))
    assert again(case, link).state is LinkState.ALIVE


def test_a_site_that_leads_any_address_to_one_page(case, web, link) -> None:
    web.put("https://news.example/portal", page(LATEST))
    web.put(URL, status=302, location="/portal")
    web.unknown["news.example"] = web.pages[URL]
    assert (again(case, link).state, again(case, link).code) == (LinkState.SOFT_404, "like-any-address")


def test_a_site_is_asked_for_one_made_up_address_a_folder(case, web) -> None:
    links = []
    for number in range(5):
        url = f"https://news.example/2021/11/{number}"
        web.put(url, page(BODY + f"<p>خبر رقم {number}</p>"))
        links.append(case.attach(url, quote=f"خبر رقم {number}"))
        web.put(url, page(LATEST))
    web.unknown["news.example"] = web.pages[url]
    web.asked.clear()
    assert {seen.state for seen in case.recheck(links, progress=False).values()} == {LinkState.SOFT_404}
    assert len(web.asked) == 6


def test_numbers_in_a_query_are_made_up(case, web) -> None:
    url = "https://news.example/article?id=7&lang=ar"
    web.put(url, page())
    id = case.attach(url, quote=QUOTE)
    web.put(url, page(LATEST))
    again(case, id)
    made_up = web.asked[-1]
    assert made_up.startswith("https://news.example/article?id=")
    assert made_up.endswith("&lang=ar")
    assert "id=7&" not in made_up


# ---- evidence of other kinds


def test_without_a_quote_a_page_that_kept_most_of_its_text_is_there(case, web) -> None:
    id = case.attach(URL)
    web.put(URL, page(BODY + "<p>تحديث جديد.</p>"))
    seen = again(case, id)
    assert (seen.state, seen.passage, seen.changed) == (LinkState.ALIVE, PassageState.NO_QUOTE, True)
    assert recheck_words(seen)["en"] == "the page is there; its text changed"


def test_a_picture_with_the_same_bytes_stands_and_with_others_cannot_be_read(case, web) -> None:
    url = "https://news.example/a.png"
    web.put(url, b"\x89PNG\r\n\x1a\n one", content_type="image/png")
    id = case.attach(url)
    case.quote(id, "نص الصورة")
    assert again(case, id).passage is PassageState.STANDS
    web.put(url, b"\x89PNG\r\n\x1a\n two", content_type="image/png")
    seen = again(case, id)
    assert (seen.state, seen.passage, seen.changed) == (LinkState.ALIVE, PassageState.UNREAD, None)
    assert seen.capture.media_type == "image/png"


def test_a_link_that_was_never_captured_can_be_checked(case, web) -> None:
    id = case.attach("https://late.example/a", quote=QUOTE)
    web.put("https://late.example/a", page())
    seen = again(case, id)
    assert (seen.state, seen.passage, seen.changed, seen.compared_with) == (LinkState.ALIVE, PassageState.STANDS, None, "")
    assert case.state.evidence[id].value.capture is None


def test_only_links_are_checked(case, web, link) -> None:
    call = case.attach(offline=OfflineSource(OfflineKind.CALL, "متحدث"), quote="نعم")
    assert list(case.recheck(progress=False)) == [link]
    with pytest.raises(NotAllowedError, match="Only a link"):
        case.recheck([link, call], progress=False)
    with pytest.raises(ValueError, match="no evidence"):
        case.recheck("nothing", progress=False)


def test_two_pieces_of_one_page_are_asked_for_once(case, web, link) -> None:
    other = case.attach(URL, quote="وأضاف أن الأعمال استمرت عامين")
    web.asked.clear()
    web.put(URL, page(BODY.replace("الثلاثاء", "الأربعاء")))
    seen = case.recheck(progress=False)
    assert (seen[link].passage, seen[other].passage) == (PassageState.MISSING, PassageState.STANDS)
    assert web.asked.count(URL) == 1


# ---- what is written


def test_the_evidence_and_what_rests_on_it_do_not_move(case, web, link) -> None:
    before = case.state.evidence[link]
    web.put(URL, "gone", status=404)
    again(case, link)
    assert case.state.evidence[link] == before
    assert case.desk.captures.has(before.value.capture.sha256)
    assert before.event.digest in case.state.current


def test_each_look_is_an_entry_and_the_last_one_holds(case, web, link) -> None:
    for status, state in ((404, LinkState.GONE), (200, LinkState.ALIVE), (410, LinkState.GONE)):
        web.put(URL, page() if status == 200 else "gone", status=status)
        assert again(case, link).state is state
    lines = [line.what["ar"] for line in case.history(link) if "أعاد فحص الرابط" in line.what["ar"]]
    assert len(lines) == 3
    assert "حُذفت الصفحة" in lines[-1]


def test_what_came_instead_is_kept_with_its_status(case, web, link) -> None:
    web.put(URL, "<p>This article was removed by order of the court.</p>", status=410)
    seen = again(case, link)
    assert seen.capture.status == 410
    assert "order of the court" in case.desk.captures.get(seen.capture.text).decode()


def test_somebody_else_who_checked_meanwhile_is_no_obstacle(case, web, link, monkeypatch) -> None:
    other = case.desk.opened_again()
    fetch = web.fetch

    def fetch_while_another_checks(url, ask=None):
        monkeypatch.setattr(web, "fetch", fetch)
        other.case(case.id).recheck(link, progress=False)
        return fetch(url, ask)

    monkeypatch.setattr(web, "fetch", fetch_while_another_checks)
    other.fetcher = web
    again(case, link)
    other.close()
    assert len([line for line in case.history(link) if "أعاد فحص الرابط" in line.what["ar"]]) == 2


def test_one_bad_link_is_not_a_bad_run(case, web, link) -> None:
    links = [link]
    for name, answer in (("a", {"code": "bad-response"}), ("b", {"status": 500}), ("c", {})):
        url = f"https://{name}.example/page"
        web.put(url, page(BODY + f"<p>{name}</p>"))
        links.append(case.attach(url, quote=QUOTE))
        web.put(url, page() if not answer else "", **answer)
    states = [seen.state for seen in (case.recheck(progress=False)[id] for id in links)]
    assert states == [LinkState.ALIVE, LinkState.FAILED, LinkState.FAILED, LinkState.ALIVE]


def test_when_no_site_answers_none_is_called_dead(case, web, link) -> None:
    web.put("https://other.example/a", page())
    other = case.attach("https://other.example/a", quote=QUOTE)
    web.pages.clear()
    seen = case.recheck(progress=False)
    assert [(seen[id].state, seen[id].code) for id in (link, other)] == [(LinkState.FAILED, "offline")] * 2
    web.put("https://other.example/a", page())
    seen = case.recheck(progress=False)
    assert [seen[id].state for id in (link, other)] == [LinkState.DEAD, LinkState.ALIVE]


def test_a_thread_checks_links_while_the_notebook_goes_on(case, web, link) -> None:
    web.put(URL, "gone", status=404)
    background = case.recheck_in_background([link])
    case.describe(title="عنوان آخر")
    assert background.wait(30)
    assert background.problem is None
    case.refresh()
    assert case.state.rechecks[link].value == background.result[link]
    failed = case.recheck_in_background("nothing")
    assert failed.wait(30)
    assert "no evidence" in str(failed.problem)


def test_a_run_that_is_stopped_keeps_what_it_saw(case, web, link) -> None:
    for number in range(3):
        web.put(f"https://news.example/{number}", page())
        case.attach(f"https://news.example/{number}", quote=QUOTE)
    stop = Event()
    fetch = web.fetch

    def fetch_and_stop(url, ask=None):
        if url.endswith("/1"):
            stop.set()
        return fetch(url, ask)

    web.fetch = fetch_and_stop
    assert len(case.recheck(progress=False, stop=stop)) < 4


# ---- before publication


def test_a_dead_page_that_a_result_rests_on_is_a_problem_until_a_copy_is_cited(case, web, link) -> None:
    claim = case.state.proposals[-1].id
    case.accept([claim])
    case.verdict(f"content/{claim}", "true", "حيثيات", grounds=[f"evidence:{link}"])

    def codes() -> set[str]:
        return {problem.code for problem in case.problems()} & {"evidence.dead", "evidence.passage", "verdict.changed_since"}

    assert codes() == set()
    web.put(URL, page(BODY.replace("الثلاثاء", "الأربعاء")))
    again(case, link)
    assert codes() == {"evidence.passage"}
    web.put(URL, "gone", status=404)
    again(case, link)
    assert codes() == {"evidence.dead"}
    web.put(URL, "oops", status=500)
    again(case, link)
    assert codes() == set()  # it says nothing of the page
    web.put(URL, "gone", status=404)
    again(case, link)
    case.edit_evidence(link, archived_url="https://archive.example/bridge")
    assert "evidence.dead" not in codes()


def test_a_dead_page_that_nothing_rests_on_is_none(case, web, link) -> None:
    web.put(URL, "gone", status=404)
    again(case, link)
    assert "evidence.dead" not in {problem.code for problem in case.problems()}


# ---- over a real connection


def test_real_servers(case) -> None:
    with misbehaving() as (address, _):
        policy = FetchPolicy(allowed_hosts=frozenset({address.removeprefix("http://")}), total_seconds=0.7)
        case.desk.fetcher = HttpFetcher(policy, clock=lambda: datetime.now(UTC))
        ids = {name: case.attach(f"{address}/{name}", quote="قال الوزير") for name in ("good", "moved", "404", "429", "silent")}
        seen = case.recheck(progress=False)
    states = {name: seen[id].state for name, id in ids.items()}
    assert states == {
        "good": LinkState.ALIVE, "moved": LinkState.MOVED, "404": LinkState.GONE, "429": LinkState.FAILED, "silent": LinkState.FAILED,
    }  # fmt: skip
