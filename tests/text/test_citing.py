from __future__ import annotations

from factcheck.model.article import Span
from factcheck.text.citing import LEAD_CHARACTERS, cited_sources


def outlets(text: str, quote: str = "") -> set[str]:
    start = text.index(quote) if quote else 0
    found = cited_sources(text, Span(start, start + len(quote)) if quote else None)
    return {source.name for source in found if source.is_outlet}


PARAGRAPH = (
    "يقع الجسر في الضفة الشرقية من المدينة القديمة وقد بني قبل قرنين من حجر أبيض. ويعبره كل يوم ألف شخص ومئتا عربة. ولا تعبره الشاحنات."
)


def test_the_lead_names_the_source_of_a_page() -> None:
    text = "كشفت صحيفة «الميناء» أن الجسر سيغلق شهراً كاملاً أمام السيارات والمشاة.\n" + PARAGRAPH
    (source,) = cited_sources(text)
    assert (source.name, source.is_outlet) == ("صحيفة «الميناء»", True)
    assert source.words == "كشفت صحيفة «الميناء»"


def test_what_the_last_paragraph_mentions_is_no_source_of_the_page() -> None:
    text = (PARAGRAPH + "\n") * 3 + "وذكرت صحيفة «الميناء» أمس أن الجسر سيغلق شهراً كاملاً أمام السيارات."
    assert outlets(text) == set()
    assert outlets(text, "الجسر سيغلق شهراً كاملاً") == {"صحيفة «الميناء»"}


def test_background_in_the_lead_is_no_source_of_the_page_but_of_a_quote_from_it() -> None:
    text = "أغلق الجسر صباح اليوم أمام السيارات والمشاة. وكانت صحيفة «الميناء» قد ذكرت أن الترميم سيكلف مليوني دينار. " + PARAGRAPH
    assert outlets(text) == set()
    assert outlets(text, "الترميم سيكلف مليوني دينار") == {"صحيفة «الميناء»"}


def test_headings_and_menus_before_the_text_are_passed_over() -> None:
    text = "Home\nWorld\nNews\nPolice\n12 May 2022\n\nThe bridge will be closed for a month, the Harbor Gazette reported.\nMore."
    assert outlets(text) == {"the Harbor Gazette"}


def test_outlets_to_whom_somebody_spoke_are_told_as_possible_ones() -> None:
    english = cited_sources("Three people with knowledge of the talks told The Jerusalem Post that a third round was planned.")
    assert ("The Jerusalem Post", False) in {(source.name, source.is_outlet) for source in english}
    arabic = cited_sources("قال ثلاثة مسؤولين لرويترز إن الوساطة استمرت حتى الفجر وإن الأطراف كلها وافقت.")
    assert "رويترز" in {source.name for source in arabic}


def test_only_the_lead_is_read_of_a_long_page() -> None:
    text = "كلمة " * 1_000_000
    assert cited_sources(text) == ()
    assert LEAD_CHARACTERS < 1000


def test_a_text_without_prose_names_nobody() -> None:
    assert cited_sources("") == ()
    assert cited_sources("عنوان\nآخر") == ()
