"""The page's own doings, in a real Chromium with the real kernel side (``stage``): states, keys, offsets, access."""

from __future__ import annotations

import base64
import random
from dataclasses import replace

import pytest

from factcheck.case.desk import open_desk
from factcheck.evidence.fetch import FetchPolicy, HttpFetcher
from factcheck.workbench.app import Workbench
from tests.workbench.conftest import shot
from tests.workbench.hands import POINTS, Mouse, key
from tests.workbench.scene import LAST, full
from tests.workbench.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("page")]

HOSTILE = "<img src=x onerror=window.hacked=1>\u202egnp.exe\u200b</bdi><script>window.hacked=1</script>"
HARD = (
    "قالَ الوزيرُ إنَّ «الجسرَ» 🇱🇧 افتُتح أمس 😀👨‍👩‍👧 وكلفته ١٢٣٤ (1234) دينار.\n"
    "می‌رود به خانه، e\u0301te\u0301 and naïve Ελλάδα; הסכם: 50% off 𝒳𝒴 ﷺ.\n\n"
    "قال John Smith من BBC News إن الـCO₂ بلغ ٤٢٠ppm ثم قال: «لا».\u200f و\u202eمقلوب\u202c انتهى."
)


# ---- offsets

RANGES = """(pairs) => {
    const pane = document.querySelector('.fcw-text');
    const nodes = [];
    const walker = document.createTreeWalker(pane, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (walker.currentNode.parentElement.closest('.fcw-words')) nodes.push(walker.currentNode);
    const total = nodes.reduce((sum, node) => sum + node.data.length, 0);
    const point = (at) => { for (const node of nodes) { if (at <= node.data.length) return [node, at]; at -= node.data.length; } };
    return Promise.all(pairs.map(async ([a, b]) => {
        const [from, to] = [Math.floor(a * total), Math.floor(b * total)].sort((x, y) => x - y);
        if (from === to) return null;
        getSelection().removeAllRanges();
        getSelection().setBaseAndExtent(...point(from), ...point(to));
        await new Promise((done) => setTimeout(done, 0));
        return getSelection().toString();
    }));
}"""


@pytest.mark.parametrize("free", [False, True])
def test_random_selections_over_hard_text_arrive_as_the_same_characters(desk, bare_page, free) -> None:
    page = bare_page
    case = desk.open_case(HARD)
    workbench = Workbench(case)
    stage = Stage(page, workbench)
    page.wait_for_selector(".fcw-panes")
    if free:
        page.click(key("bar/free"))
    draw = random.Random(7)
    hand = Mouse(page)
    for _ in range(40):
        [selected] = page.evaluate(RANGES, [[draw.random(), draw.random()]])
        if not selected or not selected.strip():
            continue
        page.wait_for_timeout(20)
        if page.is_disabled(key("bar/mark")):
            continue
        known = set(case.state.claims)
        hand.done(lambda: hand.press("bar/mark"))
        new = set(case.state.claims) - known
        for id in new:
            text = case.state.claims[id].value.text
            assert text == case.text[case.state.claims[id].value.span.start : case.state.claims[id].value.span.end]
            joined = "".join(text.split())
            taken = "".join(selected.split())
            assert taken in joined
            assert text == text.strip()
            assert page.evaluate("(t) => ![...new Intl.Segmenter('ar').segment(t)].some((s) => /^\\p{M}/u.test(s.segment))", text)
            shown = page.inner_text(".fcw-quote")
            assert "".join(shown.replace("⟦U+202E⟧", "\u202e").replace("⟦U+202C⟧", "\u202c").split()) == joined
    assert len(case.state.claims) > 15
    assert stage.page.evaluate("() => [...document.querySelectorAll('.fcw-words')].map((p) => p.textContent).join('\\n')") == "\n".join(
        line for line in HARD.split("\n") if line
    )
    workbench.close()


def test_a_double_click_a_sentence_and_moved_edges_make_a_claim_of_just_that(stage, case, mouse) -> None:
    page = stage.page
    x, y, *_ = page.evaluate(POINTS, "باستفاضة")
    page.mouse.dblclick(x - 8, y)
    mouse.done(lambda: mouse.press("bar/mark"))
    assert case.state.claims[mouse.chosen()].value.text == "باستفاضة"
    mouse.press("bar/edges")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    mouse.done(lambda: page.keyboard.press("Enter"))
    assert case.state.claims[mouse.chosen()].value.text == "الأعمال الدولي باستفاضة"
    page.mouse.click(x - 8, y)
    mouse.press("bar/sentence")
    mouse.done(lambda: mouse.press("bar/trim"))
    assert case.state.claims[mouse.chosen()].value.text.startswith("وبحسب بيان للكرملين")


def test_a_claim_is_split_at_the_caret_and_merged_again(stage, case, keys) -> None:
    page = stage.page
    claim = keys.claim(LAST)
    keys.select("على العمل")
    before = case.state.proposals[-1].claim.text
    keys.done(lambda: page.keyboard.press("s"))
    halves = [held.value.text for held in case.state.claims.values()]
    assert halves == [before[: before.index("على العمل")].strip(), before[before.index("على العمل") :]]
    assert claim not in {proposal.id for proposal in case.state.proposals}
    keys.done(lambda: keys.press("undo"))
    assert not case.state.claims
    keys.done(lambda: page.keyboard.press("Control+Shift+Z"))
    assert len(case.state.claims) == 2
    first, second = case.state.claims
    page.focus(key("claims"))
    page.evaluate("(id) => document.querySelector(`[data-id='${id}']`).scrollIntoView()", second)
    for id in (first, second):
        page.click(f".fcw-item[data-id='{id}'] .fcw-pick")
    keys.done(lambda: keys.press("bulk/merge"))
    [merged] = case.state.claims.values()
    assert merged.value.text == before


def test_marks_move_no_letter(stage, case) -> None:
    """Every line of the article breaks where it breaks without any mark."""
    page = stage.page
    widths = """() => [...document.querySelectorAll('.fcw-words')].map((p) => {
        const range = document.createRange();
        range.selectNodeContents(p);
        return [Math.round(p.getBoundingClientRect().height), p.textContent.length];
    })"""
    marked = page.evaluate(widths)
    page.evaluate("() => document.querySelectorAll('.fcw-words').forEach((p) => p.replaceChildren(p.textContent))")
    assert page.evaluate(widths) == marked


def test_nested_and_overlapping_marks_are_underlined_beneath_each_other(stage, case) -> None:
    text = case.text
    start = text.index("مناقشة الموضوعات")
    case.mark((start, start + 16))
    case.mark((start + 8, start + 40))
    stage.workbench._tell()
    stage.page.evaluate("(messages) => window.arrive(messages)", stage._take())
    lanes = stage.page.evaluate(
        """(ids) => ids.map((id) => [...document.querySelectorAll(`mark[data-claim='${id}']`)]
            .map((mark) => mark.style.getPropertyValue('--lane')))""",
        list(case.state.claims),
    )
    assert all(len(set(each)) == 1 for each in lanes)
    assert len({each[0] for each in lanes}) == 2


# ---- the list


def test_the_list_filters_searches_as_arabic_is_typed_and_acts_on_many_at_once(stage, case, mouse) -> None:
    page = stage.page
    mouse.type("list/query", "ايران من سوريا")
    assert page.locator(".fcw-item").count() == 1
    mouse.type("list/query", "")
    mouse.take("list/kind", "opinion")
    opinions = [p.id for p in case.state.proposals if p.claim.kind.value == "opinion"]
    mouse.wait("(n) => document.querySelectorAll('.fcw-item').length === n", len(opinions))
    page.focus(key("claims"))
    page.keyboard.press("Control+a")
    mouse.press("bulk/aside")
    mouse.see("اكتب السبب أولاً", ".fcw-status")
    mouse.type("bulk/because", "رأي")
    before = case.desk.ledger.size
    mouse.done(lambda: mouse.press("bulk/aside"))
    assert case.desk.ledger.size == before + 1
    mouse.take("list/kind", "")
    mouse.take("list/filter", "set_aside")
    mouse.wait("(n) => document.querySelectorAll('.fcw-item').length === n", len(opinions))
    mouse.take("list/filter", "all")
    mouse.take("list/order", "worth")
    first = max(case.state.proposals, key=lambda p: p.claim.worth).claim.text
    assert page.inner_text(".fcw-item .fcw-said").strip()[:20] == first[:20]


def test_dozens_of_proposals_are_accepted_by_one_key_each(stage, case, keys) -> None:
    page = stage.page
    keys.reach("claims")
    page.keyboard.press("Home")
    number = len(case.state.proposals)
    for _ in range(number):
        keys.done(lambda: page.keyboard.press("y"))
    assert len(case.state.claims) == number


def test_keys_stay_where_they_are_by_place_not_by_letter_and_can_be_switched_off(stage, mouse) -> None:
    page = stage.page
    page.evaluate("() => document.addEventListener('keydown', (e) => (window.leaked ??= []).push(e.code))")
    for selector in (key("article"), key("claims"), key("undo"), key("inspector/claim")):
        page.focus(selector)
        for press in ("a", "b", "x", "m", "Escape", "d"):
            page.keyboard.press(press)
    assert page.evaluate("() => window.leaked ?? []") == []
    page.focus(key("claims"))
    page.evaluate("() => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'ش', code: 'KeyA', bubbles: true }))")
    assert page.evaluate("() => document.activeElement.dataset.key") == "article"
    mouse.press("help")
    page.uncheck(key("keys/on"))
    page.focus(key("claims"))
    page.keyboard.press("a")
    assert page.evaluate("() => document.activeElement.dataset.key") == "claims"


# ---- states


def test_hostile_text_is_shown_inert_with_its_hidden_characters_named(stage, case, mouse) -> None:
    page = stage.page
    claim = full(case)
    case.describe(title=HOSTILE)
    case.attach(file=b"<p>x</p>", title=HOSTILE, note=HOSTILE, outlet=HOSTILE, quote=HOSTILE)
    case.contact(HOSTILE, HOSTILE, HOSTILE)
    case.search(HOSTILE, [HOSTILE], "nothing")
    case.verdict(f"content/{claim}", "false", HOSTILE, unknown=HOSTILE)
    case.draft({"ar": HOSTILE}, {"ar": HOSTILE}, {"ar": HOSTILE})
    stage.show()
    page.wait_for_selector(".fcw-panes")
    mouse.claim(LAST)
    for tab in ("claim", "evidence", "searches", "result", "review", "history"):
        mouse.tab(tab)
        page.wait_for_timeout(60)
        assert page.locator(".fcw img, .fcw script").count() == 0
        assert "\u202e" not in page.inner_text(".fcw")
    assert "⟦U+202E⟧" in page.inner_text(".fcw-title")
    assert page.evaluate("() => window.hacked") is None


def test_an_address_is_a_link_only_when_it_is_plain(stage, case, mouse) -> None:
    for url in ("https://user:pass@evil.example/", "https://evil.example/\u202egpj", "https://good.example/a"):
        case.attach(url, file=b"<p>x</p>")
    stage.show()
    mouse.tab("evidence")
    stage.page.wait_for_selector(".fcw-card")
    links = stage.page.locator(".fcw-card a")
    assert links.count() == 1
    assert links.get_attribute("href") == "https://good.example/a"
    assert links.get_attribute("rel") == "noopener noreferrer"


def test_a_lost_kernel_is_said_and_what_was_typed_is_offered_again(stage, case, mouse) -> None:
    page = stage.page
    claim = mouse.claim(LAST)
    mouse.done(lambda: mouse.press("claim/accept"))
    mouse.type(f"ar/{claim}", "كُتب ولم يُرسل")
    page.evaluate("() => window.model.die()")
    mouse.see("انقطع الاتصال", ".fcw-lost")
    assert page.is_disabled(key("bar/mark"))
    assert page.input_value(key(f"ar/{claim}")) == "كُتب ولم يُرسل"
    shot(page, "state-lost")
    stage.workbench.drafts = {}
    stage.show()  # the cell is run again: this tab kept the text
    page.wait_for_selector(".fcw-panes")
    mouse.claim(LAST)
    assert page.input_value(key(f"ar/{claim}")) in ("كُتب ولم يُرسل", "")


def test_a_busy_kernel_is_said_and_the_act_waits_its_turn(stage, case, mouse) -> None:
    page = stage.page
    page.evaluate("() => { window.mute = true; }")
    mouse.claim(LAST)
    mouse.press("claim/accept")
    mouse.see("النواة مشغولة", ".fcw-slow")
    assert not page.is_disabled(key("claim/dismiss"))


def test_two_people_who_change_one_claim_are_shown_both(stage, case, around, mouse) -> None:
    page = stage.page
    claim = mouse.claim(LAST)
    mouse.done(lambda: mouse.press("claim/accept"))
    mouse.type(f"ar/{claim}", "صيغتي")
    with open_desk(case.desk.folder, around=around) as other:
        other.case(case.id).restate(claim, {"ar": "صيغة الزميل"})
    assert stage.others()
    assert page.input_value(key(f"ar/{claim}")) == "صيغتي"
    mouse.press(f"restate/{claim}/send")
    mouse.see("تغيّر هذا بعد أن بدأت", ".fcw-lost")
    mouse.see("كتب الادعاء كما نتحقق منه", ".fcw-lost")
    assert case.state.claims[claim].value.as_checked["ar"] == "صيغة الزميل"
    shot(page, "state-conflict")
    mouse.done(lambda: mouse.press("refusal/mine"))
    assert case.state.claims[claim].value.as_checked["ar"] == "صيغتي"


def test_the_source_and_cue_of_a_step_are_picked_in_the_text(stage, case, mouse) -> None:
    claim = mouse.claim(LAST)
    mouse.done(lambda: mouse.press("claim/check"))
    name = f"chain/printed/{claim}"
    mouse.open(name)
    mouse.press(f"{name}/0/pick")
    mouse.select("تقارير صحافية إسرائيلية")
    mouse.wait("(selector) => document.querySelector(selector).value.startsWith('تقارير')", key(f"{name}/0/source"))
    mouse.press(f"{name}/0/pickcue")
    mouse.select("تحدثت")
    mouse.wait("(selector) => document.querySelector(selector).value === 'تحدثت'", key(f"{name}/0/cue"))
    mouse.press(f"{name}/1/strike")
    mouse.done(lambda: mouse.press(f"{name}/save"))
    [step] = case.state.claims[claim].value.printed
    assert (step.source, step.source_span.of(case.text)) == ("تقارير صحافية إسرائيلية",) * 2
    assert (step.cue, step.cue_span.of(case.text)) == ("تحدثت", "تحدثت")


def test_double_clicks_do_nothing_twice(stage, case, mouse) -> None:
    mouse.claim(LAST)
    before = case.desk.ledger.size
    stage.page.dblclick(key("claim/accept"))
    stage.page.wait_for_timeout(200)
    assert case.desk.ledger.size == before + 1


def test_several_links_are_attached_one_after_another(stage, case, mouse, site) -> None:
    case.desk.fetcher = HttpFetcher(FetchPolicy(allowed_hosts=frozenset({site.removeprefix("http://")})), clock=case.desk.clock)
    mouse.tab("evidence")
    mouse.type("e/url", f"{site}/second\n{site}/dead\n{site}/third")
    mouse.check("e/bears/none")
    mouse.press("attach/send")
    mouse.see("أُرفق 3 من 3", ".fcw-status")
    mouse.wait("() => document.querySelectorAll('[data-card]').length === 3")
    captured = {held.value.url.rpartition("/")[2]: bool(held.value.capture) for held in case.state.evidence.values()}
    assert captured == {"second": True, "dead": False, "third": True}


def test_a_file_is_dropped_and_becomes_evidence(stage, case, mouse) -> None:
    page = stage.page
    mouse.tab("evidence")
    data = base64.b64encode("<title>صفحة</title><p>نص الصفحة المحفوظة كاملاً هنا.</p>".encode()).decode()
    page.evaluate(
        """([selector, data]) => {
            const transfer = new DataTransfer();
            const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
            transfer.items.add(new File([bytes], 'saved \\u202egpj.html', { type: 'text/html' }));
            const at = document.querySelector(selector).closest('.fcw-drop');
            at.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }));
        }""",
        [key("e/file"), data],
    )
    mouse.see("⟦U+202E⟧", ".fcw-drop")
    mouse.check("e/bears/none")
    mouse.done(lambda: mouse.press("attach/send"))
    [held] = case.state.evidence.values()
    assert held.value.title == "صفحة"


def test_an_orphan_is_placed_by_hand_with_the_nearest_passage_shown(stage, case, mouse) -> None:
    page = stage.page
    id = case.attach(
        file="<p>قال الوزير إن الجسر يفتتح يوم الثلاثاء المقبل في حفل صغير.</p>".encode(), quote="الجسر يفتتح يوم الأربعاء المقبل"
    )
    stage.show()
    mouse.tab("evidence")
    mouse.press(f"place/{id}")
    page.wait_for_selector(".fcw-passage .fcw-candidate")
    mouse.press("capture/candidate/0")
    mouse.done(lambda: mouse.press("capture/quote"))
    assert case.state.evidence[id].value.anchor.how.value == "placed"


def test_a_blind_second_opinion_and_the_disagreement_side_by_side(stage, case, mouse, as_person) -> None:
    page = stage.page
    claim = full(case)
    case.desk.set_policy(blind=True)
    as_person("Huda")
    stage.show()
    mouse.claim(LAST)
    mouse.press(f"to/result/content/{claim}")
    mouse.see("تبقى محجوبة", ".fcw-opinion")
    assert "لا دليل مستقل" not in page.inner_text(".fcw")
    mouse.check(f"r/content/{claim}/rating/false")
    mouse.type(f"r/content/{claim}/reasons", "أنفيه")
    mouse.done(lambda: mouse.press(f"verdict/content/{claim}/send"))
    mouse.wait("() => document.querySelectorAll('.fcw-opinion').length === 2")
    mouse.see("تصنيفات مختلفة", ".fcw-panel")
    shot(page, "state-disagreement")
    mouse.open(f"settle/content/{claim}/")
    mouse.check(f"settle/content/{claim}/rating/unproven")
    mouse.type(f"settle/content/{claim}/because", "بعد نقاش")
    mouse.done(lambda: mouse.press(f"settle/content/{claim}/send"))
    mouse.wait("() => document.querySelectorAll('.fcw-opinion').length === 1")
    mouse.see("حُسم", ".fcw-opinion")


def test_a_problem_leads_to_its_place(stage, case, mouse) -> None:
    full(case)
    stage.show()
    mouse.tab("review")
    stage.page.locator(".fcw-jump", has_text="هدف مختار بلا نتيجة").first.click()
    mouse.wait("() => document.querySelector('.fcw-tabs [aria-selected=true]').dataset.key === 'inspector/result'")
    assert stage.page.evaluate("() => document.activeElement.closest('.fcw-panel') !== null")


def test_digits_are_shown_as_the_desk_sets_them(case, bare_page, desk) -> None:
    page = bare_page
    desk.settings = replace(desk.settings, digits="arabic")
    workbench = Workbench(case)
    Stage(page, workbench)
    assert page.inner_text(".fcw-n >> nth=0") == "١"
    assert "القيد ٣" in page.inner_text(".fcw-status")
    page.click(key("language"))
    assert page.inner_text(".fcw-n >> nth=0") == "1"
    workbench.close()
