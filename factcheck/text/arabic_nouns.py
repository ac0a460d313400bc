"""Source phrases: where the noun phrase behind or before a cue ends, and where an object begins behind a subject."""

from __future__ import annotations

from factcheck.model.article import Span
from factcheck.text.arabic_lexicon import lexicon
from factcheck.text.arabic_phrases import Phrases
from factcheck.text.morphology import is_masdar, is_verb

_POINTING = frozenset({"ذلك", "هذا", "تلك", "هذه", "هولاء"})
_ISSUED = frozenset({"صادر", "صادره", "الصادر", "الصادره"})  # "تقرير صادر عن الأمم المتحدة"
_REFUSES = frozenset({"رفض", "رفضت", "رفضوا", "فضل", "فضلت", "فضلوا", "اشترط", "اشترطت"})  # "مسؤول رفض الكشف عن هويته"
_REFUSED = frozenset({"الكشف", "ذكر", "نشر", "الافصاح", "عدم", "ان", "التعريف", "كشف", "الادلاء"})
_ENDS_IN_HA = frozenset({"نفسه", "عينه", "ذاته", "اله", "عبده", "وجه", "فقه", "شبه", "طه", "نزيه", "وجيه", "فقيه", "عبداله", "اللاه"})
_YEARS = frozenset({"المقبل", "الجاري", "الحالي", "المنصرم", "القادم", "الفايت", "المنقضي"})
_BOUND = frozenset({"عليه", "عليها", "عليهم", "فيه", "فيها", "عنه", "عنها", "به", "بها", "له", "لها"})
_TITLES = frozenset({"د", "م", "ا", "أ", "ق", "أ.د", "ا.د"})
_INSIDE = frozenset({"باسم", "في", "لدي"})  # prepositions inside a title
_IN_YEEN = frozenset({"الحسين", "البحرين", "الارجنتين"})
_LONGEST = 24  # tokens in one phrase


def noun_phrase(phrases: Phrases, start: int, subject: bool = False, complement: bool = False) -> int:
    """The end of the source phrase that begins at token ``start``; ``start`` itself when none does.

    Args:
        phrases: the sentence.
        start: token index.
        subject: the phrase stands before its verb.
        complement: it stands behind a preposition, with which its first word may be fused.
    """
    lex = lexicon()
    head = phrases.key(start).removeprefix("لل").removeprefix("ل") if complement else phrases.key(start)
    role = head in lex.roles or head.removeprefix("ال") in lex.roles
    index = start
    while index < min(len(phrases.tokens), start + _LONGEST):
        token, key, first = phrases.tokens[index], phrases.key(index), index == start
        if token.kind == "number":
            break
        if token.kind == "mark":
            jump = _mark(phrases, index, first)
            if jump == index:
                break
            index = jump
            continue
        if _closes(phrases, index, first):
            break
        if (
            first
            and not complement
            and ((key not in lex.roles and key.removeprefix("و") in lex.small) or key.startswith("لل") or is_addressee(key))
        ):
            break
        if first and not complement and key in _POINTING and not phrases.key(index + 1).startswith("ال"):
            break
        if not first and key in _POINTING and (phrases.key(index - 1).startswith("ال") or _adjective(phrases.key(index - 1))):
            break  # "قدرت مصادر رسمية هذه النسبة"
        if key == "من" and phrases.key(index - 1) == "كل" and index == start + 1:
            index += 1
            continue
        if key == "عن" and phrases.key(index - 1) in _ISSUED and index + 1 < len(phrases.tokens):
            index += 2
            continue
        if key == "علي" and phrases.key(index - 1).startswith("مطلع"):  # "مسؤول مطلع على الأمر"
            index += 2
            continue
        if key in lex.small:
            if first or key not in ("في", "من", "لدي", "بين") or not role or _occasion(phrases, index + 1):
                break
            role = False
            index += 1 if phrases.is_mark(index + 1) else 2
            continue
        if key == "ل" and not (first and complement):
            if not role or token.end != phrases.tokens[index - 1].end + 2:
                break
            role = False
            index += 1
            continue
        if not first and is_addressee(key):
            if head not in ("مصور", "مراسل"):
                break
            index += 1
            continue
        if not first and key.startswith(("لل", "بال")) and head not in lex.documents | lex.outlets and not role:
            break
        if not first and key in lex.titles and not role and head not in lex.bodies and not head.startswith("ال"):
            break
        if index > start + 1 and key in lex.roles:
            role = True  # an apposition without a comma
        if first and not subject and key in lex.verbs and is_verb(key) and key not in lex.bodies and not role:
            break
        index += 1
    return min(index, len(phrases.tokens))


def without_apposition(phrases: Phrases, start: int, end: int) -> int:
    """Where a name ends that a title without an article follows: "هادي فهمي | رئيس الشركة"."""
    lex = lexicon()
    if phrases.key(start) in lex.speakers or phrases.key(start).startswith("ال"):
        return end
    return next((index for index in range(start + 2, end) if phrases.key(index) in lex.roles), end)


def _mark(phrases: Phrases, index: int, first: bool) -> int:
    """Past a mark that belongs to a phrase: a quoted name, a bracketed one, a hyphen, a point inside initials."""
    toks = phrases.tokens
    quote = phrases.quote_opening(index)
    if quote and not phrases.is_speech(index, quote) and (not first or quote.end - quote.start < 30):
        return min(len(toks), phrases.index_at(quote.end) + 1)
    key = toks[index].key
    if first or index + 1 >= len(toks):
        return index
    if key == "(":
        close = next((i for i in range(index, min(index + 6, len(toks))) if toks[i].key == ")"), None)
        named = close is not None and phrases.key(index + 1) not in lexicon().time and toks[index + 1].kind == "word"
        return close + 1 if named and close is not None else index
    glued = toks[index + 1].start == toks[index].end
    if key in ("-", "–") and glued and toks[index].start == toks[index - 1].end:
        return index + 1
    return index + 1 if key == "." and (glued or phrases.key(index - 1) in _TITLES) else index


def _closes(phrases: Phrases, index: int, first: bool) -> bool:
    """Whether the word at ``index`` cannot stand in a source phrase."""
    lex, key = lexicon(), phrases.key(index)
    if key == "العام" and not first and phrases.key(index - 1).startswith("ال") and phrases.key(index + 1) not in lex.time | _YEARS:
        return False  # "الأمن العام", not the year
    if key in lex.time or key.removeprefix("و") in lex.relatives or key in lex.complementisers:
        return True
    if (
        key in lex.openers
        or (index > 0 and key.removeprefix("و") in lex.openers)
        or key in lex.plain
        or key in lex.nouns
        or (key in lex.participles and key.endswith("ا"))
    ):
        return True
    if key in ("قد", "كان", "كانت", "النقاب", "اذا", "لو", "فان") or (not first and key in _REFUSES and phrases.key(index + 1) in _REFUSED):
        return True
    if first:
        return False
    if key[:1] == "و" and len(key) > 3 and key not in lex.waw:
        rest = key[1:]
        return rest in lex.verbs or phrases.verb_at(index, 1) or rest in lex.subjects or (rest in lex.participles and rest.endswith("ا"))
    if key in lex.verbs and key not in lex.roles:
        return True
    if key[:1] == "ف" and key[1:] in lex.verbs:
        return True  # "أما المدير فأقر"
    if phrases.key(index + 1) in _BOUND and phrases.verb_at(index, listed=True) and key not in lex.roles:
        return True  # "رسالة داخلية اطلع عليها"
    return phrases.verb_at(index) and (key[:1] == "ي" or (key.endswith("ت") and not key.endswith("ات")))


def _occasion(phrases: Phrases, index: int) -> bool:
    return phrases.key(index) in lexicon().media or phrases.key(index) in lexicon().time


def is_addressee(key: str) -> bool:
    return key.startswith("ل") and key[1:].removeprefix("ل").startswith(lexicon().addressees)


def subject_end(phrases: Phrases, start: int, end: int) -> int:
    """Where, in the phrase [start, end) behind a transitive cue, the subject ends and its object begins.

    A definite noun takes its adjectives in ي; a title takes a name; an outlet or body takes one definite noun; a name takes the bare
    words behind it. Equal to ``start`` when the phrase is the object itself.
    """
    lex = lexicon()
    index = start
    while True:
        if phrases.key(index) == "كل" and phrases.key(index + 1) == "من":
            index += 2
        if index >= end or begins_object(phrases, index):
            return index
        key = phrases.key(index)
        head = key[1:] if index > start and key[:1] == "و" else key
        index += 1
        if head in lex.feminine and index < end and phrases.key(index)[:1] != "و":
            return index
        definite = head.startswith("ال")
        title = head.removeprefix("ال") in lex.roles
        if not definite and (
            title
            or head in lex.outlets
            or head in lex.bodies
            or head in lex.documents
            or head in lex.named_things
            or phrases.key(index).startswith("ال")
        ):
            while (
                index < end
                and not phrases.key(index).startswith("ال")
                and not begins_object(phrases, index)
                and phrases.key(index)[:1] != "و"
            ):
                index += 1
            if index < end and phrases.key(index).startswith("ال") and not (title and _adjective(phrases.key(index - 1))):
                index += 1
        while (
            index < end and phrases.key(index).startswith("ال") and (_adjective(phrases.key(index)) or phrases.key(index) in lex.adjectives)
        ):
            index += 1
        if title or not definite:
            low = index
            while index < end and not begins_object(phrases, index) and _name(phrases, index):
                if phrases.key(index) in lex.roles or (index > low and is_masdar(phrases.key(index))):
                    break
                index += 1
            if index < end - 1 and index > low and phrases.key(index) in lex.roles:
                continue  # "هادي فهمي رئيس الشركة": an apposition without a comma
        if index < end and phrases.is_mark(index):
            index = max(index, _mark(phrases, index, False))
        if index < end - 1 and phrases.key(index) in _INSIDE:
            index += 1
            continue
        if not (index < end and phrases.key(index)[:1] == "و" and phrases.key(index) not in lex.waw):
            return min(index, end)


def begins_object(phrases: Phrases, index: int) -> bool:
    """Whether the word at ``index``, behind a subject, begins an object: a pointing or judging word, a noun with the subject's pronoun."""
    lex, key = lexicon(), phrases.key(index)
    if (
        key.endswith("ه")
        and len(key) > 3
        and key not in _ENDS_IN_HA
        and phrases.tokens[index].kind == "word"
        and not phrases.feminine_noun(index)
    ):
        return True  # نظيره: a noun with the subject's pronoun
    owned = key.endswith(("ها", "هم", "هما")) and len(key) > 4 and not key.startswith("ال") and key not in lex.roles
    return key in lex.demonstratives or key in lex.stance or owned


def _adjective(key: str) -> bool:
    return key.endswith(("ي", "يه", "يون", "يين", "يان"))


def _name(phrases: Phrases, index: int) -> bool:
    key = phrases.key(index)
    return phrases.tokens[index].kind == "word" and not key.startswith("ال") and key[:1] != "و" and key not in _INSIDE


_SINGULAR_IN_YUN = frozenset({"تلفزيون", "تليفزيون", "مليون", "صهيون", "افيون"})


def is_several(key: str) -> bool:
    """Whether a folded noun is a dual or a plural of persons or bodies that can speak.

    An ending decides nothing alone (بيان، برلمان، لسان، قانون، الحسين). ون، ين، ان count behind a noun of the lists in the singular
    (مصدران، شركتين) and behind a nisba (دبلوماسيون), ون and ين also behind a participle of four letters or more (المتظاهرون); of the latter
    only where it is definite, because names have such shapes too (ماكرون).
    """
    lex, bare = lexicon(), key.removeprefix("ال")
    if lex.plurals & {key, bare} or lex.joint & {key, bare}:
        return True
    stem, ending = bare[:-2], bare[-2:]
    if ending not in ("ون", "ين", "ان"):
        return False
    if lex.speakers & {stem, "ال" + stem} or (stem.endswith("ت") and lex.speakers & {stem[:-1] + "ه", "ال" + stem[:-1] + "ه"}):
        return True
    if stem.endswith("ي") and len(stem) > 3:
        return bare not in _SINGULAR_IN_YUN
    return ending != "ان" and key != bare and len(stem) > 3 and (stem[0] == "م" or stem[1] == "ا") and key not in _IN_YEEN


def first_subject(phrases: Phrases, before: int) -> Span | None:
    """The subject of the sentence's first verb: the phrase behind it, or before it when the sentence begins with a noun."""
    for index in range(min(before, len(phrases.tokens))):
        if phrases.tokens[index].kind != "word":
            continue
        key = phrases.key(index)
        if index and phrases.key(index - 1) in lexicon().relatives:
            continue
        skip = int(key[:1] in ("و", "ف") and not is_verb(key) and index == 0)
        if phrases.verb_at(index, skip):
            start = index + 1 + (phrases.key(index + 1) in _POINTING and not phrases.key(index + 2).startswith("ال"))
            end = noun_phrase(phrases, start)
            if end > start:
                end = min(subject_end(phrases, start, end) or end, start + 8)
                return phrases.span(start, max(end, start + 1))
            if 0 < index <= 8:
                return phrases.span(0, index)
    return None
