from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from factcheck.evidence.copies import SHINGLE, root, shared_passages

STORY = (
    "أعلنت بلدية المدينة القديمة أمس أن الجسر الحجري الذي بني قبل قرنين سيغلق شهراً كاملاً أمام السيارات لترميم أقواسه الثلاثة.\n"
    "ويقول المهندس المشرف إن الرطوبة أكلت الحجارة السفلى وإن العمل سيكلف مليوني دينار تدفعها الوزارة والبلدية مناصفة.\n"
    "وسيمر المشاة على جسر خشبي موقت نصب عند الضفة الشرقية."
)
OTHER = (
    "زار وزير السياحة الجسر الحجري في المدينة القديمة ووعد أهل السوق بتعويض عن شهر الإغلاق يصرف في نهاية العام.\n"
    "ويخشى التجار أن يتأخر الترميم كما تأخر ترميم السوق المسقوف قبل ثلاثة أعوام."
)
NOTICE = (
    "نرحب بملاحظاتكم على ما ينشر في هذا الموقع عبر البريد أو الهاتف أو زيارة مقرنا في شارع النهر كل يوم من التاسعة صباحاً حتى الرابعة "
    "بعد الظهر ما عدا أيام العطل الرسمية"
)


def pairs(*texts: str, sites: tuple[str, ...] = ()) -> list[tuple[int, int]]:
    return [(shared.first, shared.second) for shared in shared_passages(texts, sites)]


def test_a_copy_with_a_few_words_changed_is_found_and_shown() -> None:
    copy = STORY.replace("أمس", "اليوم").replace("ويقول", "وقال").replace("مليوني", "نحو مليوني").replace("الجسرَ", "الجسر")
    (shared,) = shared_passages([STORY, copy, OTHER])
    assert (shared.first, shared.second) == (0, 1)
    assert 600 < shared.share < 1000
    assert shared.run >= 10
    assert STORY[slice(*shared.passage)] in STORY
    assert len(STORY[slice(*shared.passage)].split()) >= 8


def test_spelling_makes_no_difference() -> None:
    assert pairs(STORY, STORY.replace("أ", "ا").replace("ة", "ه").replace("ى", "ي")) == [(0, 1)]


def test_two_reports_of_one_thing_are_no_copies() -> None:
    assert pairs(STORY, OTHER) == []


def test_a_speech_that_both_quote_makes_no_copies() -> None:
    speech = "«سنعيد إلى هذا الجسر وجهه الذي عرفه أجدادنا حجراً حجراً ولن نترك قوساً واحداً من أقواسه الثلاثة قبل أن يكتمل العمل كله»"
    assert pairs(STORY + "\nوقال الرئيس: " + speech, OTHER + "\nوختم الوزير: " + speech) == []


def test_a_notice_that_sites_share_makes_no_copies() -> None:
    assert pairs(STORY + "\n" + NOTICE, OTHER + "\n" + NOTICE) == []
    assert pairs(STORY + "\nالأكثر قراءة\n" + STORY[::-1] + "\n" + NOTICE, OTHER + "\nالأكثر قراءة\n" + STORY[::-1]) == []


def test_lines_that_pages_of_one_site_share_are_the_sites() -> None:
    frame = "صحيفة النهر يومية مستقلة تأسست قبل قرن\n{}\n" + NOTICE + "\n" + NOTICE[::-1]
    assert pairs(*(frame.format(text) for text in (STORY, OTHER, STORY[::-1])), sites=("n.example",) * 3) == []


def test_a_teaser_goes_with_its_story() -> None:
    assert pairs(STORY, "\n".join([" ".join(STORY.split()[:14]), "اقرأ النص الكامل في الموقع."])) == [(0, 1)]


def test_texts_that_hang_together_are_joined_whatever_their_order() -> None:
    texts = [STORY, STORY + "\nالمصدر: وكالات", OTHER, OTHER + "\nخاص", STORY.replace("أمس", "اليوم"), "كلمة"]
    for seed in range(5):
        order = list(range(len(texts)))
        random.Random(seed).shuffle(order)
        joined = list(range(len(texts)))
        for i, j in pairs(*(texts[k] for k in order)):
            joined[root(joined, i)] = root(joined, j)
        heads = {root(joined, i) for i in range(len(order))}
        groups = {frozenset(order[i] for i in range(len(order)) if root(joined, i) == head) for head in heads}
        assert groups == {frozenset({0, 1, 4}), frozenset({2, 3}), frozenset({5})}


def test_a_text_in_focus_is_compared_with_all() -> None:
    told = shared_passages([STORY] * 4, focus=3)
    assert {(shared.first, shared.second) for shared in told} >= {(0, 3), (1, 3), (2, 3)}


@given(st.lists(st.text(alphabet='اب تج«»"\n.', max_size=120), max_size=6))
def test_no_texts_are_too_odd(texts: list[str]) -> None:
    for shared in shared_passages(texts):
        assert 0 <= shared.first < shared.second < len(texts)
        assert 0 < shared.share <= 1000
        assert shared.run >= SHINGLE
        low, high = shared.passage
        assert 0 <= low < high <= len(texts[shared.first])


def test_a_story_that_a_site_has_twice_is_found_twice() -> None:
    assert pairs(STORY, STORY, sites=("n.example", "n.example")) == [(0, 1)]
    assert set(pairs(STORY, STORY, STORY + "\nالمصدر: وكالات", sites=("n.example", "n.example", "o.example"))) >= {(0, 1), (0, 2)}
