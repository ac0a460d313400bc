"""What licenses an Arabic cue: where the content it reports begins."""

from __future__ import annotations

from dataclasses import dataclass, field

from factcheck.model.article import Span
from factcheck.model.claim import Polarity
from factcheck.text.arabic_accusations import accusation_at, accused_at
from factcheck.text.arabic_cues import governs, past_addressee, preposition_at, report_noun
from factcheck.text.arabic_lexicon import Cue, Prepositional, lexicon
from factcheck.text.arabic_nouns import noun_phrase, subject_end
from factcheck.text.arabic_phrases import Phrases
from factcheck.text.passages import Link
from factcheck.text.quotes import Quotation
from factcheck.text.tokens import COMMAS

_REACH = 32  # tokens between a cue and its content
_TRANSITIVE = frozenset({"evaluate", "accuse", "deny", "doubt", "expect"})
_SAID = frozenset({"pass", "plain", "inform", "announce", "reveal", "point", "affirm"})
_WHICH = frozenset({"بشان", "حول", "عن", "بخصوص", "من", "بان", "حيال", "تجاه"})
_IN_YEEN = frozenset({"الحسين", "فلسطين", "الفلسطين", "البحرين", "الارجنتين"})
_OBJECT_FIRST = frozenset({"call", "ascribe"})  # "دعا السكان إلى الهدوء": the content begins with the addressee


@dataclass(slots=True)
class Content:
    """Where the content of a cue begins."""

    at: int  # token index of its first word
    start: int  # code points
    subject_end: int  # token index behind the subject that stands between cue and content
    nominal: bool = False  # a noun phrase, not a clause
    quote: Quotation | None = None
    outer: list[Prepositional] = field(default_factory=list)  # بحسب between cue and content
    inner: list[Prepositional] = field(default_factory=list)  # نقلا عن
    denied: Prepositional | None = None  # "نفى ما نشرته صحيفة عن": whose words the content is


def content_of(phrases: Phrases, cue: Cue, at: int, noun_end: int) -> Content | None:
    """The content of the cue at token ``at`` whose subject phrase ends before ``noun_end``; None when nothing licenses it."""
    outer: list[Prepositional] = []
    inner: list[Prepositional] = []
    found: Content | None = None
    if cue.group == "accuse" and cue.shape == "verb" and at + 1 < noun_end:
        found = _accusation(phrases, at)
        if found is not None:
            return found
    if (
        cue.takes == "noun" and cue.group in ("evaluate", "accuse") and at + 1 < noun_end
    ):  # "وصف النائب القانون بأنه": the object comes first
        found = _object(phrases, cue, at, noun_end)
        if found is not None:
            return found
    if cue.takes == "noun" and cue.shape == "verb" and phrases.key(at + 1) in lexicon().stance:  # "أبدى انزعاجه من"
        return Content(at + 1, phrases.tokens[at + 1].start, at + 1, nominal=True)
    index = at + 1
    while index < min(len(phrases.tokens), at + _REACH):
        if index == noun_end and _object_follows(phrases, cue, index):
            break
        if index > noun_end and phrases.key(index) in lexicon().participles and phrases.key(index - 1) in COMMAS:
            break
        step = _opens(phrases, cue, index, noun_end)
        if isinstance(step, Content):
            found = step
            break
        prep = preposition_at(phrases, index)
        if prep is not None:
            (inner if prep.inner else outer).append(prep)
            index = max(prep.ends, index + 1)
            continue
        if step is None:
            break
        if index > at + 1 and index >= noun_end and phrases.boundary(index):
            past = _past_apposition(phrases, index)
            if past is None:
                break
            step = past
        index = step
    if found is None and cue.takes == "noun":
        found = _object(phrases, cue, at, noun_end)
    if found is not None:
        found.outer, found.inner = outer, inner
    return found


def _accusation(phrases: Phrases, at: int) -> Content | None:
    """ "اتهم النائب البلدية بإهمال تقريرين": the accused and what of; "اتهمتها النقابة بتأخير الرواتب": what of alone."""
    opens = accusation_at(phrases, at + 1)
    if opens is None or opens == at + 1:
        return None
    verb = phrases.key(at).removeprefix("و")
    if any(verb.endswith(own) and verb.removesuffix(own) in lexicon().verbs for own in ("ه", "ها", "هم", "هما")):
        fused = phrases.key(opens)[:1] == "ب" and len(phrases.key(opens)) > 1
        if phrases.complementiser(opens):
            return None
        return Content(opens, phrases.tokens[opens].start + fused, min(opens, noun_phrase(phrases, at + 1)), nominal=True)
    accused = accused_at(phrases, at + 1, opens)
    if accused is None:
        return None
    end = accused
    while end > at + 2 and (phrases.is_mark(end - 1) or phrases.key(end - 1) in lexicon().time):
        end -= 1
    subject = next((index for index in range(at + 2, end) if phrases.key(index) in COMMAS), end)
    return Content(accused, phrases.tokens[accused].start, subject, nominal=True)


def _past_apposition(phrases: Phrases, index: int) -> int | None:
    """Past "، وهو نازح من الجنوب،" between a subject and its content; None when a clause of its own begins at ``index``."""
    if (
        phrases.key(index) not in ("وهو", "وهي", "وهم", "ويدعي", "وتدعي", "واسمه", "واسمها", "ويبلغ", "وتبلغ", "ويعمل", "وتعمل")
        or phrases.key(index - 1) not in COMMAS
    ):
        return None
    return next((i for i in range(index + 1, min(len(phrases.tokens), index + 16)) if phrases.key(i) in COMMAS), None)


def _object_follows(phrases: Phrases, cue: Cue, index: int) -> bool:
    """Whether the words behind the subject of a transitive cue are its object rather than an opener of content."""
    if cue.takes != "noun" or cue.group not in _TRANSITIVE or phrases.tokens[index].kind != "word":
        return False
    opener = phrases.complementiser(index) or governs(phrases, cue, index) is not None
    return not opener and phrases.key(index) not in lexicon().small | lexicon().time


def _opens(phrases: Phrases, cue: Cue, index: int, noun_end: int) -> Content | int | None:
    """Content that opens at ``index``; else the index to look at next, None to stop."""
    token = phrases.tokens[index]
    quote = phrases.quote_opening(index)
    if quote is not None:
        if index >= noun_end and phrases.is_speech(index, quote):
            return _quoted(phrases, quote, noun_end)
        return max(index + 1, phrases.index_at(quote.end))
    if token.kind == "mark":
        if token.key in {".", "!", "؟"} and len(phrases.key(index - 1)) > 2:  # not the point of "د."
            return None
        return _after_colon(phrases, index, noun_end) or index + 1 if token.key == ":" else index + 1
    if phrases.complementiser(index):
        return _after_complementiser(phrases, index, noun_end) or index + 1
    if index >= noun_end and cue.takes != "clause":
        return _after_preposition(phrases, cue, index, noun_end) or index + 1
    if index >= noun_end and governs(phrases, cue, index) == 0 and phrases.complementiser(index + 1):
        return _after_complementiser(phrases, index + 1, noun_end) or index + 1
    return index + 1


def _quoted(phrases: Phrases, quote: Quotation, noun_end: int) -> Content:
    return Content(phrases.index_at(quote.start), quote.start, noun_end, quote=quote)


def _after_colon(phrases: Phrases, index: int, noun_end: int) -> Content | None:
    following = index + 1
    if following >= len(phrases.tokens):
        return None
    quote = phrases.quote_opening(following)
    if quote is not None:
        return _quoted(phrases, quote, noun_end)
    if phrases.complementiser(following):
        return _after_complementiser(phrases, following, noun_end)
    return Content(following, phrases.tokens[following].start, noun_end)


def _after_complementiser(phrases: Phrases, index: int, noun_end: int) -> Content | None:
    following = index + 1
    if following >= len(phrases.tokens):
        return None
    quote = phrases.quote_opening(following)
    if quote is not None and phrases.is_speech(following, quote):
        return _quoted(phrases, quote, noun_end)
    kept = phrases.tokens[index].start + phrases.key(index).startswith("ب") if phrases.keeps_pronoun(index) else None
    return Content(following, phrases.tokens[following].start if kept is None else kept, noun_end)


def _after_preposition(phrases: Phrases, cue: Cue, index: int, noun_end: int) -> Content | None:
    """Content behind the verb's own preposition: "أعلن عن إرسال", "ندد بالهجوم", "أشار إلى أن", "دعا السكان إلى الهدوء"."""
    fused = governs(phrases, cue, index)
    if fused is None:
        return None
    following = index + 1
    if fused == 0 and following >= len(phrases.tokens):
        return None
    if fused == 0 and phrases.complementiser(following):
        return _after_complementiser(phrases, following, noun_end)
    if fused == 0 and phrases.key(index - 1) in lexicon().stance:  # "أعلنت الجماعة مسؤوليتها عن الهجوم"
        return Content(index - 1, phrases.tokens[index - 1].start, min(noun_end, index - 1), nominal=True)
    if cue.shape == "participle" and cue.group in _OBJECT_FIRST and index > noun_end:
        return Content(noun_end, phrases.tokens[noun_end].start, noun_end, nominal=True)  # "داعيا المواطنين إلى الهدوء"
    if cue.group in _OBJECT_FIRST and noun_end > 0:
        first = _first_after_cue(phrases, index, noun_end)
        split = first if _only_addressee(phrases, first, cue) else subject_end(phrases, first, noun_end)
        if split < noun_end:
            return Content(split, phrases.tokens[split].start, split, nominal=True)
    if fused:
        return Content(index, phrases.tokens[index].start + 1, noun_end, nominal=True)
    quote = phrases.quote_opening(following)
    if quote is not None and phrases.is_speech(following, quote):
        return Content(phrases.index_at(quote.start), quote.start, noun_end, nominal=True, quote=quote)
    return Content(following, phrases.tokens[following].start, noun_end, nominal=True)


def _only_addressee(phrases: Phrases, index: int, cue: Cue) -> bool:
    """ "وحث المواطنين على": a plural in ين is no subject; behind و + verb a noun that cannot speak is none either."""
    head = phrases.key(index)
    if head.startswith("ال") and head.endswith("ين") and len(head) > 6 and head not in _IN_YEEN:
        return True
    joined = phrases.key(index - 1)[:1] == "و" and (index > 2 or cue.group == "ascribe")
    return joined and head.startswith("ال") and head not in lexicon().speakers and head.removeprefix("ال") not in lexicon().roles


def _first_after_cue(phrases: Phrases, index: int, noun_end: int) -> int:
    """Walk back from ``noun_end`` to the word behind the cue."""
    low = noun_end
    lex = lexicon()
    while low > 0 and lex.bare(phrases.key(low - 1)) not in lex.verbs and lex.bare(phrases.key(low - 1)) not in lex.participles:
        low -= 1
    return low


def _object(phrases: Phrases, cue: Cue, at: int, noun_end: int) -> Content | None:
    """The noun phrase that a transitive cue governs: "أدانت الحكومة الهجوم", "نفى وجود أي تسرب"."""
    lex = lexicon()
    if cue.group == "reveal" and lex.bare(phrases.key(at + 1)) not in lex.documents | lex.outlets:
        return None  # "كشف الجيش العبوة" reports nothing
    if cue.group in _TRANSITIVE and phrases.quote_opening(at + 1) is not None:  # 'واتهم "جهات سياسية" بتضخيم'
        return Content(at + 1, phrases.tokens[at + 1].start, at + 1, nominal=True)
    apart = phrases.is_mark(at - 1) or phrases.key(at)[:1] == "و"
    if cue.shape == "participle" and apart and _object_at(phrases, at + 1, masdar=True):  # "نافيا وجود تأخير"
        return Content(at + 1, phrases.tokens[at + 1].start, at + 1, nominal=True)
    reported = _what_was_said(phrases, cue, at, noun_end)
    if reported is not None:
        return reported
    beyond = past_addressee(phrases, noun_end)
    opening = phrases.quote_opening(beyond)
    if beyond > at + 1 and (phrases.key(beyond) in lex.demonstratives or opening is not None) and beyond < len(phrases.tokens):
        return Content(beyond, phrases.tokens[beyond].start, noun_end, nominal=True)  # "نفى شقيق السائق هذه الرواية"
    if (
        noun_end == at + 1
        and cue.shape == "verb"
        and cue.group in _TRANSITIVE
        and not phrases.is_mark(at + 1)
        and _object_at(phrases, at + 1)
    ):
        return Content(at + 1, phrases.tokens[at + 1].start, at + 1, nominal=True)  # "إن عطية كذب الخبر"
    if beyond > noun_end and _object_at(phrases, beyond, masdar=True):
        return Content(beyond, phrases.tokens[beyond].start, noun_end, nominal=True)
    split = subject_end(phrases, at + 1, noun_end) if noun_end > at + 1 else at + 1
    if split >= noun_end:
        stance = next((i for i in range(noun_end, min(len(phrases.tokens), noun_end + 9)) if phrases.key(i) in lex.stance), None)
        if stance is not None:
            return Content(stance, phrases.tokens[stance].start, noun_end, nominal=True)
        if phrases.key(noun_end) in COMMAS and split > at + 1 and (beyond := _past_title(phrases, noun_end + 1)):
            return Content(beyond, phrases.tokens[beyond].start, noun_end, nominal=True)
        if phrases.key(noun_end) in COMMAS and split > at + 1 and cue.group in _TRANSITIVE and _names_somebody(phrases, noun_end + 1):
            return Content(noun_end + 1, phrases.tokens[noun_end + 1].start, noun_end, nominal=True)
        late = _past_time(phrases, noun_end)
        if late > noun_end and split > at + 1 and late < len(phrases.tokens) and _object_at(phrases, late):
            return Content(late, phrases.tokens[late].start, noun_end, nominal=True)
        lone = split > at + 1 and cue.group in _TRANSITIVE and not _could_speak(phrases, at + 1)
        if lone:
            split = at + 1
        elif noun_end < len(phrases.tokens) and phrases.tokens[noun_end].kind == "word" and _addressed(phrases, noun_end) > noun_end:
            split = _addressed(phrases, noun_end)
            if split >= len(phrases.tokens) or phrases.tokens[split].kind != "word" or phrases.key(split) in lex.small:
                return None
            return Content(split, phrases.tokens[split].start, noun_end, nominal=True)
        else:
            return None
    if phrases.key(split) == "ما" and lexicon().verbs.get(phrases.key(split + 1)) is None:
        return None
    return Content(split, phrases.tokens[split].start, split, nominal=True)


def _past_title(phrases: Phrases, index: int) -> int:
    """Past "، رئيس الشركة القابضة،" behind a name: the index of what follows the second comma, 0 when there is none."""
    if phrases.key(index).removeprefix("ال") not in lexicon().roles:
        return 0
    comma = next((i for i in range(index + 1, min(len(phrases.tokens) - 1, index + 14)) if phrases.key(i) in COMMAS), 0)
    return comma + 1 if comma and phrases.tokens[comma + 1].kind == "word" else 0


def _what_was_said(phrases: Phrases, cue: Cue, at: int, noun_end: int) -> Content | None:
    """ "نفت الوزارة ما أوردته صحيفة «الميناء» بشأن س": the content is س, as the paper has it."""
    what = next((i for i in range(at + 1, min(len(phrases.tokens), noun_end + 8)) if phrases.key(i) == "ما"), None)
    if what is not None and any(
        phrases.tokens[i].kind == "word" and phrases.key(i) not in lexicon().time and not phrases.is_mark(what - 1)
        for i in range(noun_end, what)
    ):
        return None  # it has an object of its own before
    if cue.group not in _TRANSITIVE or what is None or lexicon().verbs.get(phrases.key(what + 1), {}).get("group") not in _SAID:
        return None
    verb = phrases.tokens[what + 1]
    end = noun_phrase(phrases, what + 2)
    if phrases.key(end) not in _WHICH or end + 1 >= len(phrases.tokens):
        return None
    source = phrases.span(what + 2, end) if end > what + 2 else None
    start = end + 1
    if phrases.complementiser(start):
        start += 1
    subject = min(noun_end, what)
    content = Content(start, phrases.tokens[start].start, subject, nominal=not phrases.complementiser(start - 1))
    if source is not None:
        content.denied = Prepositional(what, end, Span(verb.start, verb.end), source, inner=True)
    return content


def _past_time(phrases: Phrases, index: int) -> int:
    """Past "، اليوم الخميس،" and "في بيان" between a subject and its object."""
    lex = lexicon()
    while index < len(phrases.tokens):
        if phrases.key(index) in COMMAS or phrases.key(index) in lex.time:
            index += 1
        elif phrases.key(index) == "في" and phrases.key(index + 1) in lex.media:
            index += 2
        else:
            break
    return index


def _object_at(phrases: Phrases, index: int, masdar: bool = False) -> bool:
    """Whether the word at ``index`` can begin an object; with ``masdar`` also one that may be read as a verb: "مستبعدا عقد لقاء"."""
    if index >= len(phrases.tokens):
        return False
    lex, key = lexicon(), phrases.key(index)
    known = key in lex.small or key in lex.relatives or key in lex.participles or key in lex.openers
    return (
        phrases.tokens[index].kind == "word"
        and not known
        and (masdar or not phrases.verbal(index))
        and not phrases.boundary(index)
        and (key[:1] != "و" or key in lex.waw)
    )


def _names_somebody(phrases: Phrases, index: int) -> bool:
    lex, key = lexicon(), phrases.key(index)
    return key.startswith("ال") or key in lex.bodies or key in lex.outlets or key in lex.roles


def _could_speak(phrases: Phrases, index: int) -> bool:
    lex, key = lexicon(), phrases.key(index)
    return key in lex.bodies or key in lex.outlets or key.removeprefix("ال") in lex.roles or not key.startswith("ال")


def _addressed(phrases: Phrases, index: int) -> int:
    """Past an addressee: "أكد لنظيره الروسي جدية بلاده"."""
    if not phrases.key(index).startswith("ل"):
        return index
    index += 1
    while phrases.key(index).startswith("ال"):
        index += 1
    return index


def shown(phrases: Phrases, at: int, noun_end: int) -> tuple[Link, Content] | None:
    """The inner source of "بثت قناة مشاهد تظهر أن": what the outlet passes on itself shows or says."""
    lex = lexicon()
    start = subject_end(phrases, at + 1, noun_end) if noun_end > at + 1 else at + 1
    for index in range(start + 1, min(len(phrases.tokens), start + 9)):
        group = lex.verbs.get(phrases.key(index), {}).get("group")
        if group in ("reveal", "plain", "affirm") and phrases.key(index)[:1] in ("ي", "ت") and phrases.key(index - 1) not in lex.small:
            opened = next((found for at in range(index + 1, index + 4) if (found := _opened(phrases, at, index + 1))), None)
            end = min(noun_phrase(phrases, start), index)
            if opened is None and group == "reveal" and _object_at(phrases, index + 1):
                opened = Content(index + 1, phrases.tokens[index + 1].start, index + 1, nominal=True)
            if opened is None or end <= start:
                return None
            return Link(phrases.span(start, end), phrases.span(index, index + 1), False, "reveal"), opened
    return None


def passed_on(phrases: Phrases, content: Content) -> tuple[Link, Content] | None:
    """The inner speaker of "نقلت أ عن ب قوله إن", whose phrase begins where the content of the outer cue would."""
    toks = phrases.tokens
    end = noun_phrase(phrases, content.at)
    if not content.nominal or end == content.at:
        return None
    source = phrases.span(content.at, end)
    cue, group, polarity = content.at - 1, "pass", Polarity.ASSERTS
    index = end
    while index < min(len(toks), end + 14):
        noun = report_noun(phrases, index)
        if noun is not None:
            cue, group = index, noun
            polarity = Polarity.DENIES if noun == "deny" else Polarity.ASSERTS
        opened = _opened(phrases, index, end)
        if opened is None and noun == "deny" and index + 1 < len(toks) and not phrases.complementiser(index + 1):
            opened = Content(index + 1, toks[index + 1].start, end, nominal=True)
        if opened is not None:
            return Link(source, phrases.span(cue, cue + 1), False, group, polarity), opened
        index += 1
    return None


def _opened(phrases: Phrases, index: int, noun_end: int) -> Content | None:
    quote = phrases.quote_opening(index)
    if quote is not None and phrases.is_speech(index, quote):
        return _quoted(phrases, quote, noun_end)
    if phrases.complementiser(index):
        return _after_complementiser(phrases, index, noun_end)
    return _after_colon(phrases, index, noun_end) if phrases.key(index) == ":" else None
