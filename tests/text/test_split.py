"""Articles to claims with their chains: what a checker sees first."""

from __future__ import annotations

from pathlib import Path

import pytest

from factcheck.model.article import Coverage, Direction
from factcheck.model.claim import Claim, ClaimKind, Mode, Polarity, SourceKind
from factcheck.text import Split, split

SEED = Path(__file__).resolve().parents[2] / "data" / "seed" / "almodon-putin-raisi.txt"


@pytest.fixture(scope="module")
def seed() -> Split:
    return split(SEED.read_text(encoding="utf-8").strip())


def one(result: Split, ending: str) -> Claim:
    found = [claim for claim in result.claims if claim.text.strip("“”").endswith(ending)]
    assert len(found) == 1, [claim.text for claim in result.claims]
    return found[0]


def chain(claim: Claim) -> list[tuple[str, str]]:
    return [(step.source, step.cue) for step in claim.printed]


# ---------------------------------------------------------------------- the seed article


def test_the_seed_claim_passes_from_the_paper_to_an_unnamed_officer(seed: Split) -> None:
    claim = one(seed, "اتفقا خلال لقائهما الآخير، على العمل على إخراج إيران من سوريا")
    assert chain(claim) == [("صحيفة “جيروزاليم بوست”", "نقلت"), ("ضابط كبير في سلاح الجو الإسرائيلي", "قوله")]
    paper, officer = claim.printed
    assert (paper.source_kind, paper.named) == (SourceKind.OUTLET, True)
    assert (officer.source_kind, officer.named) == (SourceKind.PERSON, False)
    assert officer.mode is Mode.MIXED
    assert claim.checkable
    assert claim.kind is ClaimKind.EVENT


def test_the_seed_sentence_also_holds_the_authors_voice_and_the_press_reports(seed: Split) -> None:
    own = one(seed, "تقليص الدور الإيراني المتزايد في مناطق نفوذ")
    assert own.text.startswith("تحاول موسكو الضغط")
    assert own.printed == ()
    reports = one(seed, "مناطق تواجد الحرس الثوري الإيراني")
    assert reports.text.startswith("موافقة روسية على تسهيل")
    assert chain(reports) == [("تقارير صحافية إسرائيلية", "تحدثت")]


def test_the_seed_credit_line_is_excluded_and_names_the_outlet(seed: Split) -> None:
    text = SEED.read_text(encoding="utf-8").strip()
    assert [span.of(text) for span in seed.credit] == ["المصدر: المدن"]
    assert seed.credit_outlet == "المدن"
    assert (seed.sentences[-1].coverage, seed.sentences[-1].reason) == (Coverage.EXCLUDED, "excluded.credit")


def test_the_seed_statement_carries_an_announcement_inside_its_quotation(seed: Split) -> None:
    assert chain(one(seed, "إلى كابول في المستقبل القريب")) == [("البيان", "تابع"), ("الرئيس الروسي", "أعلن")]


def test_in_the_seed_a_participle_keeps_the_outer_step_of_its_sentence(seed: Split) -> None:
    claim = one(seed, "التجارية والاقتصادية مع روسيا")
    assert chain(claim) == [("وسائل إعلام إيرانية", "بحسب"), ("رئيسي", "مشيراً")]
    assert [step.resolved for step in claim.printed] == [False, True]
    assert claim.printed[0].source_kind is SourceKind.OUTLET


def test_in_the_seed_both_sides_speak_as_one(seed: Split) -> None:
    claim = one(seed, "بما في ذلك في إطار صيغة أستانة")
    assert claim.printed[0].source == "الجانبان"
    assert claim.printed[0].joint
    assert claim.kind is ClaimKind.INTENT


def test_the_seed_is_arabic_and_runs_right_to_left(seed: Split) -> None:
    assert (seed.language, seed.direction) == ("ar", Direction.RTL)


def test_the_seed_date_is_a_third_of_a_month(seed: Split) -> None:
    assert "XXXX-11-21/XXXX-11-30" in {date.value for date in seed.dates}


# ---------------------------------------------------------------------- chains, on made-up sentences


@pytest.mark.parametrize(
    ("text", "ending", "expected"),
    [
        ("قال وزير النقل في مؤتمر صحفي إن الجسر سيفتتح في مارس.", "في مارس", [("وزير النقل", "قال")]),
        ("وأفادت قناة «المرفأ» بأن الأمطار غمرت الميناء.", "غمرت الميناء", [("قناة «المرفأ»", "أفادت")]),
        ("ذكرت الصحيفة نقلا عن الشرطة أن اللصوص فروا.", "اللصوص فروا", [("الصحيفة", "ذكرت"), ("الشرطة", "نقلا عن")]),
        (
            "ونقلت وكالة الميناء للأنباء عن مسؤول في الجمارك قوله إن الشاحنات كانت فارغة.",
            "كانت فارغة",
            [("وكالة الميناء للأنباء", "نقلت"), ("مسؤول في الجمارك", "قوله")],
        ),
        ("غرق القارب فجرا، بحسب خفر السواحل.", "غرق القارب فجرا", [("خفر السواحل", "بحسب")]),
        ("وبحسب بيان للبلدية، توقف العمل في السوق.", "توقف العمل في السوق", [("بيان للبلدية", "بحسب")]),
        ("الطريق مغلق منذ الصباح، كما قالت الشرطة.", "منذ الصباح", [("الشرطة", "قالت")]),
        ("لكن الوزارة قالت إن المخزون يكفي شهرين.", "يكفي شهرين", [("الوزارة", "قالت")]),
        ("دعا المحافظ السكان إلى الهدوء.", "السكان إلى الهدوء", [("المحافظ", "دعا")]),
        ("نفت الشركة وجود أي تسرب.", "وجود أي تسرب", [("الشركة", "نفت")]),
        ("وقال المدير: «ضبطنا ثلاث شاحنات أمس في الميناء».", "أمس في الميناء", [("المدير", "قال")]),
        ("وقال المدير: إن العمل بدأ في الميناء.", "بدأ في الميناء", [("المدير", "قال")]),
        ("كما نفى المتحدث باسم الجيش صحة تلك الأنباء.", "صحة تلك الأنباء", [("المتحدث باسم الجيش", "نفى")]),
        ("اكد مصدر امنى رفيع ان القوات انسحبت.", "القوات انسحبت", [("مصدر امنى رفيع", "اكد")]),
        ("وزير الصحة: لا زيادة في أسعار الدواء.", "في أسعار الدواء", [("وزير الصحة", ":")]),
        ("يقول أبو أحمد، وهو نازح من الجنوب، إن الخيمة لا تكفي عائلته.", "لا تكفي عائلته", [("أبو أحمد", "يقول")]),
        ("وأعلن الجيش، اليوم الخميس، إسقاط 12 مسيرة.", "إسقاط 12 مسيرة", [("الجيش", "أعلن")]),
        ("وأدانت كل من قطر وتركيا القصف على المستشفى.", "القصف على المستشفى", [("كل من قطر وتركيا", "أدانت")]),
        ("وأفادت مصادر طبية بوفاة شخصين.", "وفاة شخصين", [("مصادر طبية", "أفادت")]),
        ("الوزير الأول أوضح، في تصريح للصحافة، أن الحكومة ستدعم القطاع.", "ستدعم القطاع", [("الوزير الأول", "أوضح")]),
        ("The mayor said the bridge would open in March.", "open in March", [("The mayor", "said")]),
        ("The bridge will open in March, the mayor said.", "open in March", [("the mayor", "said")]),
        ('"The bridge is safe and open," said Anna Green, an engineer.', "safe and open", [("Anna Green", "said")]),
        ("According to the ministry, the road was closed.", "road was closed", [("the ministry", "According to")]),
        ("The road was closed at noon, according to the ministry.", "closed at noon", [("the ministry", "according to")]),
        ("As the mayor told Reuters, the road was closed.", "road was closed", [("the mayor", "told")]),
        ("The company denied any wrongdoing in the deal.", "wrongdoing in the deal", [("The company", "denied")]),
        ("Police held three men, a spokesman confirmed, but nobody was charged.", "three men", [("a spokesman", "confirmed")]),
        ("The army said it hit a depot, adding that two men died.", "two men died", [("The army", "adding")]),
        ("Unions and employers both welcomed the deal.", "the deal", [("Unions and employers", "welcomed")]),
        ("The minister, who took office in June, told reporters that taxes would stay.", "taxes would stay", [("The minister", "told")]),
    ],
)
def test_a_chain_names_source_and_cue(text: str, ending: str, expected: list[tuple[str, str]]) -> None:
    assert chain(one(split(text), ending)) == expected


def test_a_dropped_subject_and_a_participle_point_back_to_the_speaker() -> None:
    result = split("قال وزير النقل إن الجسر سيفتتح غدا، مؤكدا أن كلفته بلغت 40 مليون دينار. وأضاف أن الأعمال تأخرت شهرين.")
    for ending, cue in (("40 مليون دينار", "مؤكدا"), ("تأخرت شهرين", "أضاف")):
        step = one(result, ending).printed[-1]
        assert (step.source, step.cue, step.resolved) == ("وزير النقل", cue, True)


def test_a_trailing_attribution_is_the_outermost_of_all_claims_of_its_sentence() -> None:
    result = split("وقالت الوكالة إن الانفجار وقع فجرا وإن النار امتدت إلى السوق، بحسب ما نشرته قناة «المدى».")
    assert chain(one(result, "وقع فجرا")) == [("قناة «المدى»", "نشرته"), ("الوكالة", "قالت")]
    assert chain(one(result, "امتدت إلى السوق")) == [("قناة «المدى»", "نشرته"), ("الوكالة", "قالت")]


def test_an_outer_step_goes_on_with_an_additive_cue() -> None:
    result = split("ونقلت صحيفة «الميناء» عن مسؤول في الجمارك قوله إن الشاحنات فارغة. وتابع المسؤول أن السائقين غادروا.")
    claim = one(result, "السائقين غادروا")
    assert chain(claim) == [("صحيفة «الميناء»", "نقلت"), ("المسؤول", "تابع")]
    assert [step.resolved for step in claim.printed] == [True, False]


def test_a_quotation_over_several_sentences_keeps_its_chain() -> None:
    result = split("وقال المدير «وصلت الشحنة أمس إلى الميناء. لم نجد فيها سلاحا». وغادر الوفد المدينة.")
    assert chain(one(result, "نجد فيها سلاحا")) == [("المدير", "قال")]
    assert one(result, "وغادر الوفد المدينة".removeprefix("و")).printed == ()


def test_a_quotation_with_its_cue_at_the_end_gives_the_cue_to_all_its_sentences() -> None:
    result = split('"We heard a loud bang. Then the lights went out," said Tom Hale. "We were afraid." Rain fell all night.')
    for ending in ("loud bang", "went out", "were afraid"):
        assert chain(one(result, ending)) == [("Tom Hale", "said")]
    assert one(result, "all night").printed == ()


@pytest.mark.parametrize(
    ("source", "several"),
    [
        ("البيان", False),
        ("بيان", False),
        ("البرلمان", False),
        ("ديوان الرئاسة", False),
        ("السلطان", False),
        ("إيران", False),
        ("بوتين", False),
        ("ماكرون", False),
        ("الحسين", False),
        ("التلفزيون", False),
        ("مصدران", True),
        ("الوزيران", True),
        ("الشركتان", True),
        ("الجانبان", True),
        ("مسؤولون", True),
        ("دبلوماسيون", True),
        ("المتظاهرون", True),
        ("الناجون", True),
        ("خبراء", True),
        ("مصادر طبية", True),
    ],
)
def test_a_source_is_several_by_more_than_its_ending(source: str, several: bool) -> None:
    claim = one(split(f"وبحسب {source}، توقف العمل في السوق أمس."), "في السوق أمس")
    assert [(step.source, step.plural) for step in claim.printed] == [(source, several)]


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("أكد الوزير لنظيره الروسي جدية بلاده خلال المفاوضات من أجل رفع العقوبات.", ["جدية بلاده خلال المفاوضات من أجل رفع العقوبات"]),
        ("أكد الوزير لنظيره التركي هاكان فيدان متانة العلاقات بين البلدين.", ["متانة العلاقات بين البلدين"]),
        ("أكدت الوزيرة لنظيرتها الإسبانية استعداد الحكومة للعمل من أجل وقف النار.", ["استعداد الحكومة للعمل من أجل وقف النار"]),
        ("وقال الوزير لنظيره المصري إن المعبر سيفتح غدا.", ["المعبر سيفتح غدا"]),
        ("وأكد المدير أن الشركة تعرضت لضغوط من أجل خفض الأسعار.", ["الشركة تعرضت لضغوط من أجل خفض الأسعار"]),
        ("أغلقت الطرق في وسط المدينة من قبل المحتجين.", ["أغلقت الطرق في وسط المدينة من قبل المحتجين"]),
    ],
)
def test_a_particle_with_min_begins_no_claim_and_what_was_said_to_a_counterpart_is_whole(text: str, claims: list[str]) -> None:
    assert [claim.text for claim in split(text).claims] == claims


def test_boilerplate_without_a_source_stays_the_outlets_voice() -> None:
    assert one(split("يذكر أن المصنع افتتح عام 1998."), "افتتح عام 1998").printed == ()


def test_denial_is_polarity_and_not_part_of_the_span() -> None:
    assert one(split("نفت الشركة وجود أي تسرب."), "وجود أي تسرب").polarity is Polarity.DENIES
    assert one(split("استبعد الخبير انهيار السد."), "انهيار السد").polarity is Polarity.DOUBTS


@pytest.mark.parametrize(
    ("text", "ending", "mode"),
    [
        ("قال المدير إن «العمل بدأ في الميناء أمس».", "الميناء أمس", Mode.DIRECT),
        ("قال المدير إن العمل «بدأ فعلا في الميناء» أمس.", "أمس", Mode.MIXED),
        ("قال المدير إن سفينة «النورس» غادرت.", "غادرت", Mode.INDIRECT),
        ('The mayor said lending was "much weaker" now.', "now", Mode.MIXED),
    ],
)
def test_mode_follows_the_quotation_marks(text: str, ending: str, mode: Mode) -> None:
    assert one(split(text), ending).printed[0].mode is mode


def test_clauses_with_their_own_predicate_are_claims_of_their_own() -> None:
    texts = [claim.text for claim in split("قال الناطق إن الحريق اندلع فجرا، فيما نقل المصابون إلى المستشفى، وسقط جدار.").claims]
    assert texts == ["الحريق اندلع فجرا", "نقل المصابون إلى المستشفى", "سقط جدار"]


def test_every_sentence_has_a_place_and_a_reason_when_it_holds_no_claim() -> None:
    result = split("وصل الوفد أمس.\nهل يعود؟\nسمات سفر وفود\n...المزيد\nرويترز")
    assert [(s.coverage, s.reason) for s in result.sentences] == [
        (Coverage.CLAIM, ""),
        (Coverage.EXCLUDED, "excluded.question"),
        (Coverage.EXCLUDED, "excluded.tags"),
        (Coverage.EXCLUDED, "excluded.link"),
        (Coverage.EXCLUDED, "excluded.credit"),
    ]


def test_an_unknown_language_gives_its_sentences_as_claims() -> None:
    result = split("Мост откроют завтра, это был бы рекорд. Так сообщили.")
    assert [claim.printed for claim in result.claims] == [(), ()]


def test_an_empty_text_gives_nothing() -> None:
    assert (split("").sentences, split("").claims, split("").language) == ((), (), "und")
