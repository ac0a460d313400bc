"""Cues: which words report, and what may stand behind them. Prepositional attribution: بحسب، وفقا لـ، نقلا عن، حسبما ذكر، كما قال."""

from __future__ import annotations

from typing import Any

from factcheck.model.article import Span
from factcheck.model.claim import Polarity
from factcheck.text.arabic_lexicon import Cue, Prepositional, gender_of_verb, lexicon
from factcheck.text.arabic_nouns import begins_object, is_addressee, noun_phrase
from factcheck.text.arabic_phrases import Phrases
from factcheck.text.morphology import is_masdar, is_verb
from factcheck.text.tokens import COMMAS, QUOTES, fold

_FROM = frozenset(map(fold, ["نقلا", "استنادا"]))
_TO = frozenset(map(fold, ["وفقا", "طبقا"]))
_BEFORE_NOUNS = frozenset(
    map(fold, ["في", "من", "على", "إلى", "عن", "مع", "بعد", "قبل", "حول", "بشأن", "بسبب", "دون", "خلال", "منذ", "ضد"])
)
_WAS = frozenset({"كان", "كانت", "كانوا", "قد"})
_SHORT = frozenset(map(fold, ["بأي", "بما", "بكل", "بهذا", "بهذه", "بذلك", "بتلك", "بعض"])) - {"بعض"}
_MEASURES = frozenset(map(fold, ["وفق", "وفقا", "طبقا", "حسب"]))
_NOT_YET = frozenset(map(fold, ["تكن", "يكن", "يكونوا", "لتكن"]))  # "لم تكن قد أعلنت"
_SAYING = frozenset({"plain", "inform", "announce", "affirm", "add", "pass", "reveal", "point"})
_FUSED_NEVER = tuple(
    map(fold, ["بعد", "بين", "بيان", "بشأن", "بوت", "بحسب", "باسم", "بلاد", "برئاس", "بدور", "بيروت", "بكين", "بغداد", "باريس"])
)


def cue_at(phrases: Phrases, index: int) -> Cue | None:
    """The reporting verb or participle at ``index``, if what stands before does not forbid it."""
    lex, token, previous = lexicon(), phrases.tokens[index], phrases.key(index - 1)
    if token.kind != "word" or not lex.may_report(token.key):
        return None
    bare = _replied(phrases, index) or lex.bare(token.key)
    shape, group = "verb", lex.verbs.get(bare)
    if group is None:
        shape, group = "participle", lex.participles.get(bare)
    if group is None or (shape == "verb" and phrases.feminine_noun(index)):
        return None
    if previous in _WAS and phrases.key(index - 2) in lex.relatives:
        return None
    apart = phrases.key(index - 2) in COMMAS or phrases.key(index - 2) == "الامر" or previous[:1] == "و"
    if previous in lex.forbid and not (previous.removeprefix("و") in lex.relatives and apart and shape == "verb"):
        return None
    if shape == "verb" and previous in _BEFORE_NOUNS:
        return None  # "عن تعهد قطعه"
    if bare in lex.stance or not _backed(phrases, index, shape, group):
        return None
    if {phrases.key(i) for i in range(max(0, index - 7), index)} & _NOT_YET:
        return None
    joined = bare != token.key
    if bare in lex.ambiguous and not joined and index and previous not in lex.openers and previous not in lex.before_verb:
        following = phrases.key(index + 1)
        speaks = previous.startswith("ال") and previous in lex.speakers  # "أن الدبلوماسي توقع"
        if not speaks and following not in lex.roles and following not in lex.bodies and not phrases.complementiser(index + 1):
            return None
    if shape == "participle" and not bare.endswith("ا") and not (joined or previous in COMMAS or previous in QUOTES or previous == ")"):
        return None
    return Cue(
        Span(token.start + joined, token.end),
        shape,
        group["group"],
        group["takes"],
        tuple(map(fold, group.get("prep", []))),
        Polarity(group.get("polarity", "asserts")),
        group.get("kind", ""),
        group.get("additive", False),
        gender_of_verb(bare),
    )


def _replied(phrases: Phrases, index: int) -> str:
    """ "ورد الوزير بأن" is و + رد, although ورد is a word too."""
    key = phrases.key(index)
    if key not in ("ورد", "وردت") or not any(phrases.complementiser(at) for at in range(index + 1, index + 8)):
        return ""
    return key[1:]


def _backed(phrases: Phrases, index: int, shape: str, group: dict[str, Any]) -> bool:
    """Whether the words behind an ambiguous cue are those that it needs: "مفيدا بأن", "حمّل الحكومة مسؤولية"."""
    if shape == "participle" and phrases.key(index) in lexicon().ambiguous_participles:
        return phrases.complementiser(index + 1) or phrases.quote_opening(index + 1) is not None
    needs = group.get("needs")
    if phrases.key(index).removeprefix("و") == "راي" and phrases.text[phrases.tokens[index].end - 1] == "ي":
        return any(phrases.complementiser(at) for at in range(index + 1, index + 8))  # رأي is a noun, رأى reports
    return not needs or any(fold(word) in phrases.key(at) for word in needs for at in range(index + 1, index + 20))


def past_addressee(phrases: Phrases, index: int) -> int:
    """Past "لوكالة فرانس برس", "لـ«الميناء»", "في تصريح لـ..." behind a subject: up to a comma, a content, or a verb."""
    start, key, lex = index, phrases.key(index), lexicon()
    quoted = key == "ل" and phrases.quote_opening(index + 1) is not None
    if not (quoted or is_addressee(key) or (key == "في" and phrases.key(index + 1) in lex.media)):
        return index
    while index < min(len(phrases.tokens), start + 10):
        quote = phrases.quote_opening(index)
        if quote is not None:
            if index > start + 1 and phrases.is_speech(index, quote):
                break
            index = phrases.index_at(quote.end) + 1
            if quoted:
                break
            continue
        if phrases.is_mark(index) or phrases.complementiser(index) or phrases.verb_at(index, listed=True):
            break
        if key.startswith("لنظير") and index > start and _opens_object(phrases, index):
            break
        index += 1
    return index


def _opens_object(phrases: Phrases, index: int) -> bool:
    """ "لنظيره الروسي | جدية بلاده": behind a person spoken to, a bare noun in construct is what was said, for names stand in none."""
    key, following = phrases.key(index), phrases.key(index + 1)
    if key.startswith("ال") or key in lexicon().roles or key in lexicon().time:
        return False
    owned = following.endswith(("ه", "ها", "هم", "هما")) and len(following) > 3 and not phrases.feminine_noun(index + 1)
    return begins_object(phrases, index) or owned or (following.startswith("ال") and following not in lexicon().time)


def is_impersonal(phrases: Phrases, index: int) -> bool:
    """ "ويذكر أن": present verbs of saying without a subject are nobody's words."""
    return lexicon().bare(phrases.key(index)) in lexicon().impersonal


def report_noun(phrases: Phrases, index: int) -> str | None:
    """Group of a verbal noun that reports: ``plain`` for قوله, ``deny`` for نفيه."""
    found = lexicon().nouns.get(phrases.key(index))
    return "plain" if found == "report" else found


def governs(phrases: Phrases, cue: Cue, index: int) -> int | None:
    """0 when a preposition of ``cue`` stands at ``index`` as a word, 1 when it is fused with one (بالهجوم), else None."""
    key = phrases.key(index)
    if not key or phrases.tokens[index].kind != "word":
        return None
    for prep in cue.prep:
        if key == prep and not (prep == "في" and phrases.key(index + 1) in lexicon().media):
            return 0
        if prep == "ل" and key.startswith("ل") and len(key) > 3 and not is_addressee(key):
            return 1
        if prep == "ب" and key.startswith("ب"):
            fused = len(key) > 4 and not is_verb(key) and cue.takes != "clause" and not key.startswith(_FUSED_NEVER)
            if key in _SHORT or (
                (key.startswith("بال") or fused) and not _last_name(phrases, index) and not _that_follows(phrases, cue, index)
            ):
                return 1
    return None


def _that_follows(phrases: Phrases, cue: Cue, index: int) -> bool:
    """ "صرح رئيس الغرفة بالولاية بأن": the content opens at بأن, before any other verb."""
    if cue.group != "inform":
        return False
    for at in range(index + 1, min(index + 14, len(phrases.tokens))):
        if phrases.complementiser(at):
            return True
        if phrases.key(at) == "." or phrases.verb_at(at, listed=True) or phrases.boundary(at):
            return False
    return False


def _last_name(phrases: Phrases, index: int) -> bool:
    """ "إيهود باراك": a name in ب, by the list or because the content opens right behind it, is no ب with a noun."""
    lex, before = lexicon(), phrases.key(index - 1)
    if phrases.key(index) in lex.names_in_ba:
        return True
    bare = not before.startswith("ال") and before not in lex.verbs and before not in lex.participles and before not in lex.roles
    return bare and any(phrases.key(at) == "ان" for at in (index + 1, index + 2)) and not is_masdar(phrases.key(index)[1:])


# ---------------------------------------------------------------------- prepositions


def preposition_at(phrases: Phrases, index: int) -> Prepositional | None:
    """The prepositional attribution that begins at ``index``."""
    lex, token = lexicon(), phrases.tokens[index]
    if token.kind != "word":
        return None
    bare = lex.bare(token.key)
    if bare in lex.clausal:
        return _with_verb(phrases, index, index + 1)
    if bare in lex.plain:
        return _plain(phrases, index, bare)
    if bare.removeprefix("و") == "من" and phrases.key(index + 1) == "وجهه" and phrases.key(index + 2) == "نظر":
        end = noun_phrase(phrases, index + 3, complement=True)
        if end > index + 3:
            cue = Span(token.start + (token.key != "من"), phrases.tokens[index + 2].end)
            return Prepositional(index, end, cue, phrases.span(index + 3, end))
    if token.key == "علي" and phrases.key(index + 1) == "حد":
        return Prepositional(index, min(len(phrases.tokens), index + 3), Span(token.start, token.end))
    if token.key == "كما" and index > 0 and lex.verbs.get(phrases.key(index + 1), {}).get("group") in _SAYING:
        found = _with_verb(phrases, index, index + 1)
        if found and found.source and found.ends >= len(phrases.tokens) - 2 and not phrases.complementiser(found.ends):
            return found
    return None


def _plain(phrases: Phrases, index: int, bare: str) -> Prepositional | None:
    lex, toks, token = lexicon(), phrases.tokens, phrases.tokens[index]
    start = token.start + (token.key != bare)
    after = index + 1
    if phrases.key(after) == "ل" and phrases.key(after + 1) == "ما":
        return _with_verb(phrases, index, after + 2)
    if phrases.key(after) in ("ما", "لما"):
        return _with_verb(phrases, index, after + 1)
    if bare in _FROM | _TO and phrases.key(after) in ("عن", "الي", "ل"):
        after += 1
    elif bare in _FROM:
        return None
    cue = Span(start, toks[after - 1].end if bare in _FROM else token.end)
    if after >= len(toks):
        return None
    if phrases.key(after) in lex.same:
        return Prepositional(index, after + 1, cue)
    quote = phrases.quote_opening(after)
    first = phrases.key(after)
    if quote:
        end = min(len(toks), phrases.index_at(quote.end) + 1)
        return Prepositional(index, end, cue, Span(quote.start, quote.end), bare in _FROM)
    end = noun_phrase(phrases, after, complement=True)
    without = {first, first.removeprefix("ل"), "ال" + first.removeprefix("لل"), first.removeprefix("ل").removeprefix("ال")}
    if end == after or without & lex.not_sources or toks[after].kind == "number":
        return None
    apart = index == 0 or phrases.key(index - 1) in COMMAS or phrases.key(index - 1) in QUOTES or bare not in _MEASURES
    if not apart and not without & lex.speakers:
        return None  # "وفقا لنسبة الاكتتاب"
    source = phrases.span(after, end)
    if bare in _TO and first.startswith("ل") and len(first) > 3:
        source = Span(source.start + (2 if first.startswith("لل") else 1), source.end)
    return Prepositional(index, end, cue, source, bare in _FROM)


def _with_verb(phrases: Phrases, index: int, verb: int) -> Prepositional | None:
    """ "حسبما ذكر X", "بحسب ما نشرته X", "كما قالت X": the verb is the cue."""
    if phrases.key(verb) == "سبق" and phrases.key(verb + 1) in ("ان", "وان"):  # "وفق ما سبق أن أعلنه"
        verb += 2
    if verb >= len(phrases.tokens) or phrases.tokens[verb].kind != "word" or phrases.key(verb) not in lexicon().verbs:
        return None
    token = phrases.tokens[verb]
    at = verb + 1
    while phrases.key(at) in ("عنه", "به", "اليه", "عليه", "له", "لها", "لهم", "لنا"):
        at += 1
    end = noun_phrase(phrases, at) if at < len(phrases.tokens) else at
    source = phrases.span(at, end) if end > at else None
    end = past_addressee(phrases, end)
    cue = Span(token.start, token.end)
    if source and lexicon().verbs[phrases.key(verb)]["takes"] == "pass" and phrases.key(end) == "عن":
        stop = noun_phrase(phrases, end + 1)
        if stop > end + 1:
            inner = Prepositional(end, stop, phrases.span(end, end + 1), phrases.span(end + 1, stop))
            return Prepositional(index, stop, cue, source, passed=inner)
    return Prepositional(index, end, cue, source)
