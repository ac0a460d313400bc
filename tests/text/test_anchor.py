from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from factcheck.errors import AnchorError
from factcheck.model.article import Span, TextQuote
from factcheck.model.evidence import AnchorHow
from factcheck.text.anchor import locate
from factcheck.text.boundaries import cuts_word
from factcheck.text.folding import fold
from tests.strategies import texts

TEXT = "قال الوزيرُ إنّ «الجسر» اُفتتح أمس. وأضاف أن الجســر مغلق اليوم 12 آذار، أمس. café noir"


def found(quote: str, text: str) -> str:
    return locate(TextQuote(quote), text).span.of(text)


def refused(quote: str | TextQuote, text: str) -> AnchorError:
    with pytest.raises(AnchorError) as caught:
        locate(TextQuote(quote) if isinstance(quote, str) else quote, text)
    return caught.value


def test_an_exact_occurrence_wins() -> None:
    match = locate(TextQuote("الوزيرُ إنّ"), TEXT)
    assert (match.how, match.span.of(TEXT)) == (AnchorHow.EXACT, "الوزيرُ إنّ")


@pytest.mark.parametrize(
    ("quote", "text", "stands"),
    [
        ('الوزير إن "الجسر" افتتح', TEXT, "الوزيرُ إنّ «الجسر» اُفتتح"),
        ("الجسر  مغلق", TEXT, "الجســر مغلق"),
        ("cafe\u0301 noir", TEXT, "café noir"),
        ("مغلق\u200f اليوم ١٢ اذار", TEXT, "مغلق اليوم 12 آذار"),
        ("علي مدرسة", "زار علىٌّ مدرسةَ الحي", "علىٌّ مدرسةَ"),
        ("مدرسة", "ﻣﺪﺭﺳﺔ جديدة", "ﻣﺪﺭﺳﺔ"),  # forms of a line, as PDF files hold them
        ("بنسبة 1.5%", "ارتفع بنسبة ١٫٥٪ هذا العام", "بنسبة ١٫٥٪"),
        ("كلفته 40 مليونا", "بلغت كلفته\u00a0۴۰ مليوناً", "كلفته\u00a0۴۰ مليوناً"),
        ("بين 10-15", "بين ١٠ـ١٥ شخصا", "بين ١٠ـ١٥"),
        ("The bridge is open", "He said “the bridge is open”.", "the bridge is open"),
        ("the bridge is open", "THE BRIDGE IS OPEN\nIt opened on Monday.", "THE BRIDGE IS OPEN"),
        ("don’t stop", "They don't stop.", "don't stop"),
        ("الكتاب الجديد", "هذا الكتابَ الجديدٌ هنا", "الكتابَ الجديدٌ"),
        ("قال نعم", "قا\u200bل\u202b نعم\u202c اليوم", "قا\u200bل\u202b نعم"),
    ],
)
def test_what_differs_only_by_marks_forms_digits_and_spaces_is_found_and_said_to_be_folded(quote: str, text: str, stands: str) -> None:
    match = locate(TextQuote(quote), text)
    assert (match.how, match.span.of(text)) == (AnchorHow.FOLDED, stands)


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("الوزير إن الجسر أُغلق أمس", TEXT),  # another verb
        ("لا مغلق اليوم", TEXT),  # a negation that is not there
        ("اتفقا على العمل", "لم يتفقا على العمل"),
        ("Рutin agreed", "Putin agreed"),  # a Cyrillic letter
        ("αpril rain", "april rain"),
        ("Putin", "\U0001d5e3\U0001d602\U0001d601\U0001d5f6\U0001d5fb"),  # ornamental letters
        ("سوريا", "في سورېا"),
        ("about 52 tons", "about 5² tons"),
        ("12 of them", "½ of them"),
        ("H20", "H₂0 then H₂O"),
        ("room 1", "room ①"),
        ("1015 شخصا", "10ـ15 شخصا"),
        ("10 15", "10-15"),
        ("6' tall", 'he is 6" tall'),
        ("told US", "he told us all"),
        ("Je pague", "Je pagué"),
        ("мои дом", "мой дом"),
        ("cant go", "they can't go"),
        ("نعم لا أحد حضر", "قال نعم. لا أحد حضر"),  # the end of a sentence left out
    ],
)
def test_a_look_alike_is_never_taken(quote: str, text: str) -> None:
    assert refused(quote, text).code in ("absent", "inside-word")


@pytest.mark.parametrize(
    ("quote", "text", "whole"),
    [
        ("15 مليار", "بلغت 115 مليار دولار", "115 مليار"),
        ("15 مليار", "بلغت 1\u200b15 مليار دولار", "1\u200b15 مليار"),
        ("5 ملايين", "بلغت 1.5 ملايين", "1.5 ملايين"),
        ("5 ملايين", "بلغت 1٫5 ملايين", "1٫5 ملايين"),
        ("500 شخص", "قتل 1 500 شخص", "1 500 شخص"),
        ("قتل 1", "قتل 1 500 شخص", "قتل 1 500"),
        ("15 شخصا", "بين 10-15 شخصا", "10-15 شخصا"),
        ("5 degrees", "it was -5 degrees", "-5 degrees"),
        ("نمت 20", "نمت 20% هذا العام", "نمت 20%"),
        ("2 tons", "some 1½2 tons", "1½2 tons"),
        ("about 5", "about 5² units", "about 5²"),
        ("اتفق الجانبان", "اتفق الجانبانِي", "اتفق الجانبانِي"),
        ("يغلق الجسر", "سيغلق الجسر غدا", "سيغلق الجسر"),
        ("لا شك", "بلا شك", "بلا شك"),
        ("كتاب", "في كتابه الجديد", "كتابه"),
        ("كتاب", "في كتا\u200cبه وكتاب\u200cه الجديد", "كتاب\u200cه"),
        ("جد الوزير", "وجد الوزير نفسه", "وجد الوزير"),
        ("سائل الإعلام", "وسائل الإعلام", "وسائل الإعلام"),
        ("they can", "they can't go", "they can't"),
        ("they can", "they can’t go", "they can’t"),
        ("est prêt", "il n'est prêt", "n'est prêt"),
        ("violent act", "a non-violent act", "non-violent act"),
        ("caf", "café noir", "café"),
        ("cafe", "cafe\u0301 noir", "cafe\u0301"),
    ],
)
def test_a_part_of_a_longer_word_or_number_is_shown_whole_and_not_taken(quote: str, text: str, whole: str) -> None:
    error = refused(quote, text)
    assert error.code == "inside-word"
    assert error.nearest[0][2] == whole
    assert "longer word or number" in str(error)
    assert error.nearest[0][1] < 1000


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("قال الوزير", "وقال الوزير إن"),  # a conjunction may be left out
        ("أعلن الجيش", "وأعلن الجيش أمس"),
        ("الجسر مغلق", "والجسر مغلق"),
        ("لم يتفقا", "ولم يتفقا"),
        ("15 مليار", "بلغت بـ15 مليار"),
        ("15 قتيلا", "بلغ العدد 15 قتيلا، 20 جريحا"),
        ("北京", "我在北京市工作"),
        ("hello", "He said 'hello'."),
        ("الإيراني", "الاتفاق الأميركي-الإيراني"),
        ("15 May", "on 15 May 2021."),
        ("2021", "في عام 2021."),
    ],
)
def test_a_whole_word_is_taken_whatever_stands_beside_it(quote: str, text: str) -> None:
    match = locate(TextQuote(quote), text)
    assert (match.how, match.span.of(text)) == (AnchorHow.EXACT, quote)


def test_words_on_both_sides_of_a_paragraphs_end_are_not_joined() -> None:
    heading = "الوزير يستقيل\nلا صحة للخبر الذي نشر أمس عن استقالة الوزير من منصبه"
    error = refused("الوزير يستقيل لا صحة للخبر", heading)
    assert error.code == "across-lines"
    assert "both sides of the end of a line" in str(error)
    assert error.nearest[0][2] == "الوزير يستقيل\nلا صحة للخبر"
    for text in ("5 قتلى\n3 جرحى", "بلغ عددهم 5 قتلى.\nوجرح 3 جرحى", "5 قتلى\n\nو3 جرحى", "5 قتلى\u2029و3 جرحى"):
        with pytest.raises(AnchorError):
            locate(TextQuote(" ".join(text.split())), text)
    assert found("الوزير يستقيل\nلا صحة للخبر", heading.replace("\n", "\n\n")) == "الوزير يستقيل\n\nلا صحة للخبر"


def test_a_long_line_that_was_wrapped_is_one_sentence() -> None:
    text = "أعلن المتحدث أمس في بيان له أن الأمر محسوم وقرر مجلس\nالوزراء في جلسته اليوم تأجيل الانتخابات إلى موعد يحدد\nلاحقا."
    assert found("قرر مجلس الوزراء في جلسته اليوم تأجيل الانتخابات إلى موعد يحدد لاحقا", text).count("\n") == 2


def test_characters_shown_in_another_order_than_they_are_written_are_not_taken() -> None:
    error = refused("بلغ 15 مليارا", "وقد \u202eبلغ\u200f 15 مليارا\u202c أمس")
    assert error.code == "reordered"
    assert "U+202E" in str(error)
    assert found("بلغ مليارا", "وقد \u202eبلغ\u200f مليارا\u202c أمس") == "بلغ\u200f مليارا"  # it turns nothing round there
    assert refused("a b 12", "\u202ea  b 12\u202c").code == "reordered"
    assert found("a b 12", "\u202eabc\u202c a  b 12") == "a  b 12"
    assert refused("ا ب", "\u202dا  ب").code == "reordered"


def test_several_are_told_apart_by_their_surroundings_or_refused() -> None:
    error = refused("أمس", TEXT)
    assert (error.code, len(error.nearest)) == ("several", 2)
    assert "stands 2 times" in str(error)
    match = locate(TextQuote("أمس", prefix="آذار، "), TEXT)
    assert match.span.start == TEXT.rindex("أمس")
    assert locate(TextQuote("أمس", prefix="اذار، ", suffix=". cafe"[:2]), TEXT).span.start == TEXT.rindex("أمس")
    assert refused(TextQuote("أمس", prefix="اُفتتح ", suffix=". caf"), TEXT).code == "several"  # each end fits another place


def test_surroundings_serve_for_nothing_but_telling_several_apart() -> None:
    assert locate(TextQuote("الوزيرُ إنّ", prefix="ليس هنا "), TEXT).how is AnchorHow.EXACT
    assert refused(TextQuote("احمد قال", prefix="ثم "), "أحمد قال نعم، ثم أحمد قال لا").code == "several"
    assert refused(TextQuote("أحمد قال كلا", prefix="ثم "), "أحمد قال نعم، ثم أحمد قال لا").code == "absent"


def test_a_quote_cut_inside_a_word_stands_where_its_surroundings_are_to_the_letter() -> None:
    text = "أمس وخمسأمس"
    assert locate(TextQuote.at(Span(8, 11), text), text).span == Span(8, 11)
    assert locate(TextQuote("أمس"), text).span == Span(0, 3)


def test_an_orphan_shows_the_nearest_passages() -> None:
    text = "مقدمة طويلة عن أمر آخر. " * 50 + TEXT + " خاتمة طويلة عن أمر ثالث. " * 50
    error = refused("قال الوزير ان الجسر افتتح أول أمس", text)
    span, similarity, words = error.nearest[0]
    assert 600 < similarity < 1000
    assert span.of(text) == words
    assert "الوزيرُ إنّ «الجسر» اُفتتح" in words
    assert f'Nearest: "\u2068{words}\u2069" at character {span.start}, similarity {similarity / 1000:.2f}' in str(error)
    assert not any(a[0].overlaps(b[0]) for a in error.nearest for b in error.nearest if a is not b)
    assert refused("اتفققوا", "لقد اتفقوا أمس").nearest[0][2] == "اتفقوا"
    assert refused("شيء لا شبيه له", "1234").nearest == []


@pytest.mark.parametrize("quote", ["", "  ", "…", "\u200f", "ـ", "\u064b"])
def test_a_quote_without_words_is_wrong_use(quote: str) -> None:
    with pytest.raises(ValueError, match="no words"):
        locate(TextQuote(quote), TEXT)


@given(texts.filter(bool), st.data())
def test_what_was_cut_out_is_found_where_it_was_or_refused(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quote = TextQuote.at(Span(start, end), text)
    assume(any(c.isalnum() for c in fold(quote.exact.strip()).text))
    try:
        match = locate(quote, text)
    except AnchorError:
        words = quote.exact.strip()
        assert sum(text.startswith(words, i) for i in range(len(text))) > 1
    else:
        assert match.how is AnchorHow.EXACT
        assert match.span.of(text) == quote.exact.strip()


SENTENCES = st.lists(
    st.sampled_from(
        ["قال", "الوزيرُ", "إن", "أن", "لا", "لم", "15", "١٥", "1.5", "مليار", "مدرسة", "على", "علي", "«الجسر»", "a", "US", "us", "can't",
         "café",          "وقال", "وجد", "جد", "115", "-5", "5%", "10-15", ".", "،", "\n", "\u200f", "ـ", "الـ7"]
    ),
    min_size=1, max_size=14,
)  # fmt: skip


@given(SENTENCES, SENTENCES, st.booleans())
@example(["15"], ["115"], False)
@example(["قال", "لا"], ["قال", ".", "لا"], False)
def test_what_is_taken_reads_as_the_quote_and_is_cut_from_nothing(wanted: list[str], words: list[str], glued: bool) -> None:
    quote, text = " ".join(wanted), ("" if glued else " ").join(words)
    assume(any(char.isalnum() for char in fold(quote).text))
    try:
        match = locate(TextQuote(quote), text)
    except AnchorError:
        return
    taken = match.span.of(text)
    if match.how is AnchorHow.EXACT:
        assert taken == quote.strip()
    else:
        assert fold(taken).text.lower() == fold(quote).text.lower()
    assert re.findall(r"\d+", fold(taken).text) == re.findall(r"\d+", fold(quote).text)
    assert not cuts_word(text, match.span.start)
    assert not cuts_word(text, match.span.end)
    assert sum(text.startswith(quote.strip(), i) for i in range(len(text))) <= 1 or match.how is AnchorHow.EXACT


LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويabcdefgхκ"


@given(st.lists(st.text(LETTERS, min_size=3, max_size=6), min_size=3, max_size=8), st.data())
def test_a_quote_with_one_letter_changed_is_never_found(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    at = data.draw(st.integers(0, len(text) - 1))
    new = data.draw(st.sampled_from(LETTERS + "012345"))
    assume(text[at] != " " and fold(new).text != fold(text[at]).text)
    with pytest.raises(AnchorError):
        locate(TextQuote(text[:at] + new + text[at + 1 :]), text)


HARMLESS = {
    "ا": "أإآا",
    "ي": "يىی",
    "ه": "ةه",
    "ك": "كک",
    " ": [" ", "\u00a0", "  ", " \u200f", "\t"],
    "1": "1١۱",
    "5": "5٥",
    '"': "“«'",
    "-": "–—",
}


@given(st.data())
def test_harmless_differences_never_hide_a_passage_and_never_move_it(data: st.DataObject) -> None:
    passage = 'اعلن المدير في مدينه "الضفه" ان 15 - 11 شاركوا هناك'
    marks = st.sampled_from(["", "", "", "\u064f", "\u200c"])
    parts = [data.draw(st.sampled_from(list(HARMLESS.get(char, char)))) + data.draw(marks) * char.isalpha() for char in passage]
    text = "".join(parts)
    page = "كلام قبله. " + text + ". كلام بعده."
    match = locate(TextQuote(passage), page)
    assert match.span.start == len("كلام قبله. ")
    assert match.span.end >= len("كلام قبله. ") + len(text.rstrip("\u200c"))


def test_a_large_page_is_searched_in_one_go() -> None:
    text = ("وقال الوزير إن العمل مستمر في الموقع. " * 30_000) + TEXT
    assert locate(TextQuote("الجسر مغلق اليوم"), text).how is AnchorHow.FOLDED
    assert refused("كلمات ليست في الصفحة أبداً", text).code == "absent"


def test_a_quote_that_stands_everywhere_is_placed_by_its_surroundings_or_refused_at_once() -> None:
    text = "ab " * 500_000 + "here ab there"
    assert locate(TextQuote("ab", prefix="here "), text).span.start == len(text) - 8
    assert "more than 1000 times" in str(refused(TextQuote("ab", prefix="nowhere"), text))
    assert "more than 1000 times" in str(refused("a" * 500, "a" * 1_000_000))


def test_lone_surrogates_and_marks_without_a_letter_are_read_like_any_other() -> None:
    assert refused("قال نعم", "\ud800قال لا\udfff").code == "absent"
    assert found("قال نعم", "\u0301\u064b قالَ نعم") == "قالَ نعم"
    assert unicodedata.category("\u0301") == "Mn"
