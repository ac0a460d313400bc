"""Words and phrases of Arabic attribution over the tokens of one sentence: cues, source phrases, openers, clause boundaries."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from typing import Any

from factcheck.model.article import Span
from factcheck.model.claim import Polarity
from factcheck.text.lexicon import table
from factcheck.text.morphology import is_verb, participle_forms, past_forms, present_forms, weak_forms
from factcheck.text.quotes import Quotation, Quoted
from factcheck.text.tokens import COMMAS, QUOTES, Token, fold

_PRONOUNS = ("ه", "ها", "هم", "هما", "هن", "ك", "نا", "ني", "ي")
_COMPLEMENTISERS = frozenset(
    ["ان", "بان"] + [p + "ان" + s for p in ("", "ب") for s in ("ه", "ها", "هم", "هما", "هن", "ني", "نا", "ك", "نه", "نهم")]
)
_SUBORDINATORS = frozenset(
    map(fold, ["بعد", "قبل", "رغم", "منذ", "دون", "غير", "الا", "بيد", "شرط", "شريطة", "بمجرد", "كما", "لولا", "بدل", "بدلا", "مع", "حين"])
)
_PREPOSITIONS = frozenset(
    map(
        fold,
        [
            "في",
            "من",
            "على",
            "إلى",
            "عن",
            "مع",
            "خلال",
            "بعد",
            "قبل",
            "أثناء",
            "عبر",
            "لدى",
            "ضمن",
            "حول",
            "بشأن",
            "منذ",
            "حتى",
            "بين",
            "ضد",
            "إثر",
            "عقب",
            "عند",
            "غداة",
            "لدي",
            "أمام",
            "تجاه",
            "وسط",
            "بعيد",
            "قبيل",
            "إزاء",
            "بخصوص",
            "منه",
            "فيه",
            "فيها",
            "عليه",
            "عليها",
            "له",
            "لها",
            "لهم",
            "به",
            "بها",
            "دون",
            "نقلا",
            "ردا",
            "تعليقا",
            "أيضا",
            "بدوره",
            "بدورها",
            "بدورهم",
        ],
    )
)
_TIME = frozenset(
    map(
        fold,
        [
            "اليوم",
            "أمس",
            "صباح",
            "مساء",
            "ظهر",
            "ليل",
            "فجر",
            "عصر",
            "الأحد",
            "الاثنين",
            "الإثنين",
            "الثلاثاء",
            "الأربعاء",
            "الخميس",
            "الجمعة",
            "السبت",
            "الماضي",
            "يوم",
            "ليلة",
            "الليلة",
            "مؤخرا",
            "سابقا",
            "لاحقا",
            "الآن",
            "حينها",
            "أيضا",
            "كذلك",
            "الشهر",
            "الأسبوع",
            "العام",
            "رسميا",
            "مجددا",
            "مرارا",
            "قبيل",
            "فقط",
            "صراحة",
            "علنا",
        ],
    )
)
_NEGATIONS = frozenset(
    map(
        fold,
        [
            "لم",
            "لن",
            "لا",
            "لما",
            "ولم",
            "ولن",
            "ولا",
            "دون",
            "سوف",
            "أن",
            "لأن",
            "الذي",
            "التي",
            "الذين",
            "ما",
            "مما",
            "وما",
            "بما",
            "كي",
            "عما",
            "والتي",
            "والذي",
        ],
    )
)
_BEFORE_VERB = frozenset(map(fold, ["قد", "وقد", "كان", "وكان", "وكانت", "،", "؛", ",", "»", "”"]))


@dataclass(frozen=True, slots=True)
class Cue:
    """A word or set phrase that reports, and what the lexicon says of it."""

    span: Span
    shape: str  # verb, participle, noun, preposition
    group: str
    takes: str = "clause"
    prep: tuple[str, ...] = ()
    polarity: Polarity = Polarity.ASSERTS
    kind: str = ""
    additive: bool = False
    gender: str = "m"
    begins: int = 0  # for prepositions: token range and source
    ends: int = 0
    source: Span | None = None
    inner: bool = False


class Lexicon:
    """``lexicon/ar.toml``, folded and inflected for look-up."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.verbs: dict[str, dict[str, Any]] = {}
        self.participles: dict[str, dict[str, Any]] = {}
        for group in data["verbs"]:
            forms = past_forms(group.get("past", [])) | present_forms(group.get("present", []), "يت") | weak_forms(group.get("weak", []))
            for form in forms | {fold(word) for word in group.get("forms", [])}:
                self.verbs.setdefault(form, group)
            for form in participle_forms(group.get("participle", [])) | {fold(w) for w in group.get("forms_participle", [])}:
                self.participles.setdefault(form, group)
        self.nouns = {fold(stem) + p: kind for kind, stems in data["nouns"].items() for stem in stems for p in _PRONOUNS[:5]}
        prepositions = data["prepositions"]
        self.plain = frozenset(map(fold, prepositions["plain"]))
        self.clausal = frozenset(map(fold, prepositions["clause"]))
        self.not_sources = frozenset(map(fold, prepositions["not_sources"]))
        self.same = frozenset(fold(stem) + p for stem in prepositions["same_speaker"] for p in _PRONOUNS)
        source = data["source"]
        self.roles, self.unnamed, self.outlets, self.documents, self.bodies, self.joint, self.media = (
            frozenset(map(fold, source[name])) for name in ("roles", "unnamed", "outlets", "documents", "bodies", "joint", "media")
        )
        self.titles = frozenset("ال" + fold(word) for word in source["titles"])
        self.addressees = tuple(map(fold, source["addressees"]))
        self.ambiguous = frozenset(map(fold, source["ambiguous"]))
        self.stance = frozenset(
            fold(s).removesuffix("ه") + t + p for s in data["content"]["stance"] for t in ("", "ت") for p in _PRONOUNS[:6]
        )
        self.impersonal = frozenset(map(fold, data["own_voice"]["impersonal"]))
        clauses = data["clauses"]
        self.openers = frozenset(fold(w) for w in clauses["openers"] if " " not in w)
        self.pairs = frozenset(tuple(map(fold, w.split())) for w in clauses["openers"] if " " in w)
        self.not_before = {fold(k): frozenset(map(fold, v)) for k, v in clauses["not_openers_before"].items()}
        self.subjects = frozenset(map(fold, clauses["pronouns"]))
        self.relatives = frozenset(map(fold, clauses["relatives"]))

    def gender(self, source: str) -> str:
        """m, f or p (plural) of a source phrase, by its first word."""
        words = source.strip('«»“”"').split()
        if not words:
            return "m"
        head = fold(words[0])
        if (head.endswith(("ون", "ين", "ان")) and len(head) > 4) or head in {"مصادر", "خبراء", "شهود", "اوساط", "علماء", "نشطاء", "سكان"}:
            return "p"
        if words[0].rstrip("\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652")[-1:] == "ة" or head.endswith("ات"):
            return "f"
        return (
            "f"
            if head in self.bodies
            and head
            in {
                "السعوديه",
                "ايران",
                "موسكو",
                "واشنطن",
                "طهران",
                "باريس",
                "لندن",
                "روسيا",
                "فرنسا",
                "المانيا",
                "تركيا",
                "الصين",
                "اسرائيل",
                "مصر",
            }
            else "m"
        )


@cache
def lexicon() -> Lexicon:
    return Lexicon(table("ar"))


def _gender(key: str, past: bool) -> str:
    if key.endswith(("وا", "ون", "ين", "ان")) and len(key) > 3:
        return "p"
    if key.endswith(("ت", "ته", "تها", "تهم")) or (key.startswith("ت") and not past):
        return "f"
    return "m"


class Phrases:
    """Questions about the tokens of one sentence. Indices are token indices."""

    def __init__(self, text: str, toks: list[Token], quoted: Quoted) -> None:
        self.text = text
        self.tokens = toks
        self.quoted = quoted
        self._starts = [token.start for token in toks]
        self._lex = lexicon()

    # ------------------------------------------------------------------ places

    def key(self, index: int) -> str:
        return self.tokens[index].key if 0 <= index < len(self.tokens) else ""

    def index_at(self, offset: int) -> int:
        """The first token that starts at or after an offset."""
        return bisect_left(self._starts, offset)

    def skip_marks(self, index: int) -> int:
        while index < len(self.tokens) and self.tokens[index].kind == "mark" and self.quote_opening(index) is None:
            index += 1
        return index

    def marked_off(self, low: int, high: int) -> bool:
        return any(self.key(i) in COMMAS | {"."} for i in range(low, high))

    def span(self, low: int, high: int) -> Span:
        """The span of tokens [low, high), without a proclitic before the first and with a closing mark that belongs to it."""
        start, end = self.tokens[low].start, self.tokens[high - 1].end
        first = self.tokens[low]
        if first.key[:1] in ("و", "ف") and first.kind == "word" and self._bare(first.key) != first.key:
            start += 1
        return Span(start, end)

    def content_start(self, index: int) -> int:
        return self.tokens[index].start

    def quote_opening(self, index: int) -> Quotation | None:
        """The quotation that a mark at ``index`` opens."""
        if not 0 <= index < len(self.tokens) or self.tokens[index].key not in QUOTES:
            return None
        quote = self.quoted.at(self.tokens[index].end)
        return quote if quote and quote.start == self.tokens[index].end else None

    def is_speech(self, index: int, quote: Quotation) -> bool:
        """Whether a quotation is somebody's words rather than a name."""
        before = self.key(index - 1)
        words = len(quote and self.text[quote.start : min(quote.end, quote.start + 200)].split())
        if before in self._lex.outlets or before.removeprefix("ال") in {"طراز", "حزب", "حركة", "شركة", "برنامج", "فيلم", "كتاب"}:
            return False
        return words >= 3 or before == ":" or self.text[quote.start - 2 : quote.start - 1] == ":"

    # ------------------------------------------------------------------ cues

    def _bare(self, key: str) -> str:
        """A key without a proclitic و or ف, when what is left is a known cue or noun of attribution."""
        if key[:1] in ("و", "ف") and key not in self._lex.verbs and key not in self._lex.participles and len(key) > 2:
            rest = key[1:]
            known = (
                self._lex.verbs,
                self._lex.participles,
                self._lex.nouns,
                self._lex.plain,
                self._lex.clausal,
                self._lex.roles,
                self._lex.bodies,
            )
            if any(rest in words for words in known) or rest.startswith("ال"):
                return rest
        return key

    def cue(self, index: int) -> Cue | None:
        """The reporting verb or participle at ``index``, if what stands before does not forbid it."""
        token = self.tokens[index]
        if token.kind != "word":
            return None
        bare = self._bare(token.key)
        shape, group = "verb", self._lex.verbs.get(bare)
        if group is None:
            shape, group = "participle", self._lex.participles.get(bare)
        previous = self.key(index - 1)
        if group is None or previous in _NEGATIONS:
            return None
        if (
            bare in self._lex.ambiguous
            and bare == token.key
            and index
            and previous not in self._lex.openers
            and previous not in _BEFORE_VERB
        ):
            return None
        if (
            shape == "participle"
            and not (index and (previous in COMMAS | {")"} or previous in QUOTES or token.key != bare))
            and not bare.endswith("ا")
        ):
            return None
        start = token.start + (token.key != bare)
        past = bare[:1] not in "ي"
        return Cue(
            Span(start, token.end),
            shape,
            group["group"],
            group["takes"],
            tuple(map(fold, group.get("prep", []))),
            Polarity(group.get("polarity", "asserts")),
            group.get("kind", ""),
            group.get("additive", False),
            _gender(bare, past),
        )

    def report_noun(self, index: int) -> str | None:
        """Group of a verbal noun that reports (قوله), ``deny`` for نفيه; also a verb of speech in its place (قال)."""
        found = self._lex.nouns.get(self.key(index))
        if found == "report":
            return "plain"
        return found

    def preposition(self, index: int) -> Cue | None:
        """ "بحسب X", "وفقا لـ X", "نقلا عن X", "حسبما ذكر X", "كما قالت X" at ``index``, with its source."""
        token = self.tokens[index]
        if token.kind != "word":
            return None
        bare = self._bare(token.key)
        if bare in self._lex.clausal:
            return self._clausal(index, index + 1)
        if bare not in self._lex.plain:
            if token.key in ("على", "علي") and self.key(index + 1) == "حد":
                return Cue(Span(token.start, token.end), "preposition", "according", begins=index, ends=min(len(self.tokens), index + 3))
            if token.key == "كما" and (cue := self._verb_cue(index + 1)) and cue.group in ("plain", "announce", "pass", "add"):
                end = self.noun_phrase(index + 2)
                if end > index + 2 and not self.complementiser(end) and end >= len(self.tokens) - 2:
                    return Cue(cue.span, "preposition", "according", begins=index, ends=end, source=self.span(index + 2, end))
            return None
        start = token.start + (token.key != bare)
        after = index + 1
        if self.key(after) in ("ما",) or (self.key(after) == "ل" and self.key(after + 1) == "ما") or self.key(after) == "لما":
            return self._clausal(index, after + (2 if self.key(after) == "ل" else 1))
        if bare in {fold("وفقا"), fold("طبقا"), fold("استنادا"), fold("نقلا")} and self.key(after) in ("عن", "الي", "ل"):
            after += 1
        elif bare in {fold("نقلا"), fold("استنادا")}:
            return None
        cue_end = self.tokens[after - 1].end if bare == fold("نقلا") else token.end
        cue = Span(start, cue_end)
        if self.key(after) in self._lex.same:
            return Cue(cue, "preposition", "according", begins=index, ends=after + 1)
        after_quote = self.quote_opening(after)
        end = self.index_at(after_quote.end) + 1 if after_quote else self.noun_phrase(after, complement=True)
        end = min(end, len(self.tokens))
        first = self.key(after)
        stripped = {first, first.removeprefix("ل"), "ال" + first.removeprefix("لل"), first.removeprefix("ل").removeprefix("ال")}
        if end == after or stripped & self._lex.not_sources or self.tokens[after].kind == "number":
            return None
        source = self.span(after, end) if not after_quote else Span(after_quote.start, after_quote.end)
        source = self._without_lam(source, bare in {fold("وفقا"), fold("طبقا")}, first)
        inner = bare in {fold("نقلا"), fold("استنادا")}
        return Cue(cue, "preposition", "according", begins=index, ends=end, source=source, inner=inner)

    def _without_lam(self, source: Span, expected: bool, first: str) -> Span:
        if expected and first.startswith("ل") and len(first) > 3:
            return Span(source.start + (2 if first.startswith("لل") else 1), source.end)
        return source

    def _verb_cue(self, index: int) -> Cue | None:
        if index >= len(self.tokens) or self.tokens[index].kind != "word":
            return None
        group = self._lex.verbs.get(self.key(index))
        if group is None:
            return None
        token = self.tokens[index]
        return Cue(Span(token.start, token.end), "verb", group["group"], group["takes"])

    def _clausal(self, index: int, verb: int) -> Cue | None:
        cue = self._verb_cue(verb)
        if cue is None:
            return None
        at = verb + 1
        while self.key(at) in ("عنه", "به", "اليه", "عليه"):
            at += 1
        end = self.noun_phrase(at)
        if end == at:
            return Cue(cue.span, "preposition", "according", begins=index, ends=verb + 1)
        return Cue(cue.span, "preposition", "according", begins=index, ends=end, source=self.span(at, end))

    def governs(self, cue: Cue, index: int) -> int | None:
        """0 when the preposition of ``cue`` stands at ``index`` as a word, 1 when it is fused with it (بالهجوم)."""
        key = self.key(index)
        if self.tokens[index].kind != "word":
            return None
        for prep in cue.prep:
            if key == prep and not (prep == "في" and self.key(index + 1) in self._lex.media):
                return 0
            if prep == "ب" and (
                key.startswith("بال")
                or (
                    key.startswith("ب")
                    and len(key) > 4
                    and index > 0
                    and not is_verb(key)
                    and cue.takes != "clause"
                    and not key.startswith(("بعد", "بين", "بيان", "بشان", "بوت", "بحسب", "باسم", "بلاد", "برئاس", "بدور"))
                )
            ):
                return 1
        return None

    def complementiser(self, index: int) -> bool:
        return self.key(index) in _COMPLEMENTISERS and self.key(index - 1) not in _SUBORDINATORS

    def has_pronoun(self, index: int) -> bool:
        return self.key(index) not in ("ان", "بان") and not self.key(index).startswith("ب")

    def opens_with_complementiser(self, index: int) -> bool:
        return self.key(index) in ("وان", "فان", "وبان") or self.key(index).startswith(("وانه", "وانها"))

    def stance(self, low: int, high: int) -> int | None:
        """The noun with the speaker's pronoun that begins a content (مسؤوليتها), within a few tokens."""
        for index in range(low, min(len(self.tokens), max(high, low) + 9)):
            if self.key(index) in self._lex.stance:
                return index
            if self.boundary(index):
                return None
        return None

    def can_begin_content(self, index: int, cue: Cue) -> bool:
        key = self.key(index)
        return key not in _TIME and key not in self._lex.relatives and (key not in _PREPOSITIONS)

    def impersonal(self, cue: Cue, at: int, clause: int) -> bool:
        """ "ويذكر أن", "من المتوقع أن": present verbs of saying without a subject are nobody's words."""
        return self._bare(self.key(at)) in self._lex.impersonal

    # ------------------------------------------------------------------ phrases

    def after_lead(self, index: int) -> int:
        """Past the comma, the فإن or the أن behind a leading "بحسب X"."""
        while self.key(index) and (self.tokens[index].kind == "mark" and self.quote_opening(index) is None):
            index += 1
        if self.key(index) in ("فان", "ان"):
            index += 1
        return index

    def after_opener(self, index: int) -> int:
        """Past the words that open a clause: لكن، إلا أن، وكان، وقد، فيما، وإن."""
        while index < len(self.tokens) and (
            (self.tokens[index].kind == "mark" and self.quote_opening(index) is None)
            or self.key(index) in self._lex.openers
            or self.key(index).removeprefix("و") in {"كان", "كانت", "قد", "ان", "الا", "غير", "بيد", "لكن", "فقد", "هذا"}
            or self.key(index) in {"ولكن", "وفي", "حين", "هذا"}
        ):
            index += 1
        return index

    def noun_phrase(self, index: int, subject: bool = False, complement: bool = False) -> int:
        """The end of the source phrase that begins at ``index``; ``index`` itself when none does."""
        toks = self.tokens
        start = index
        lex = self._lex
        head = self.key(index).removeprefix("لل").removeprefix("ل") if complement else self.key(index)
        role = head in lex.roles or head.removeprefix("ال") in lex.roles
        named = False
        while index < len(toks):
            token, key = toks[index], toks[index].key
            first = index == start
            if token.kind == "number":
                break
            if token.kind == "mark":
                quote = self.quote_opening(index)
                after_outlet = not first and not self.is_speech(index, quote) if quote else False
                if quote and (after_outlet or (first and quote.end - quote.start < 30 and not self.is_speech(index, quote))):
                    index = min(len(toks), self.index_at(quote.end) + 1)
                    continue
                if key == "(" and not first:
                    close = next((i for i in range(index, min(index + 6, len(toks))) if toks[i].key == ")"), None)
                    if close and self.key(index + 1) not in _TIME and toks[index + 1].kind == "word":
                        index = close + 1
                        continue
                if (
                    key in ("-", "–")
                    and not first
                    and index + 1 < len(toks)
                    and toks[index + 1].start == token.end == toks[index - 1].end + 1
                ):
                    index += 1
                    continue
                if key == "." and index + 1 < len(toks) and toks[index + 1].start == token.end:
                    index += 1
                    continue
                break
            if key in _TIME or key in lex.relatives or key.removeprefix("و") in lex.relatives:
                break
            if key in _COMPLEMENTISERS or key in lex.openers or key in lex.plain or key in lex.nouns:
                break
            if key in _PREPOSITIONS:
                if (
                    first
                    or key not in ("في", "من", "ل", "لدي", "بين")
                    or not role
                    or self.key(index + 1) in lex.media
                    or self.key(index + 1) in _TIME
                    or named
                ):
                    break
                role = False
                index += 2
                continue
            if key == "ل" and not (first and complement):
                if role and (self.tokens[index].end == self.tokens[index - 1].end + 2):
                    role = False
                    index += 1
                    continue
                break
            if not first and key.startswith("ل") and key[1:].removeprefix("ل").startswith(lex.addressees):
                if fold("مصور") == head or fold("مراسل") == head:
                    index += 1
                    continue
                break
            if not first and key.startswith(("لل", "بال")) and head not in lex.documents and not role:
                break
            if not first and key in lex.titles and not role and index - start >= 1 and head not in lex.bodies and not head.startswith("ال"):
                break
            if not first and (self._conjoined_verb(key) or (not named and self._stops(key, index))):
                break
            if first and not subject and (is_verb(key) and key not in lex.bodies and not role and key in lex.verbs):
                break
            if key in lex.participles and not first and key.endswith("ا"):
                break
            index += 1
        return min(index, len(toks))

    def _conjoined_verb(self, key: str) -> bool:
        return key[:1] == "و" and len(key) > 3 and (key[1:] in self._lex.verbs or is_verb(key[1:]) or key[1:] in self._lex.subjects)

    def _stops(self, key: str, index: int) -> bool:
        """A verb inside a phrase ends it: "قالت سيدة شهدت الحادث"."""
        return (
            (key in self._lex.verbs and key not in self._lex.roles)
            or (key.endswith("ت") and not key.endswith("ات") and is_verb(key) and len(key) > 3)
            or (key[:1] == "ي" and is_verb(key))
        )

    def joins_subject(self, index: int, noun_end: int) -> bool:
        return index < noun_end

    def first_subject(self, before: int) -> Span | None:
        """The subject of the sentence's first verb: the phrase behind it."""
        for index in range(min(before, len(self.tokens))):
            key = self.key(index)
            bare = key[1:] if key[:1] in ("و", "ف") and not is_verb(key) else key
            if self.tokens[index].kind == "word" and is_verb(bare):
                end = self.noun_phrase(index + 1)
                if end > index + 1:
                    return self.span(index + 1, min(end, index + 7))
        return None

    # ------------------------------------------------------------------ clauses

    def verbal(self, index: int) -> bool:
        key = self.key(index)
        return is_verb(key) or key in self._lex.subjects

    def boundary(self, index: int) -> bool:
        """Whether a clause of its own begins at ``index``."""
        token = self.tokens[index]
        if token.kind != "word" or index == 0:
            return False
        key, following = token.key, self.key(index + 1)
        if key in self._lex.openers:
            if following in self._lex.not_before.get(key, ()):
                return False
            if key == "ما":
                return self.key(index - 1) in COMMAS and is_verb(following)
            if key == "حيث":
                return self.key(index - 1) not in ("من", "الي")
            if key in ("كما", "ثم"):
                return is_verb(following) or following in self._lex.subjects or self.key(index - 1) in COMMAS
            return True
        if (key, following) in self._lex.pairs:
            return True
        if key[:1] == "و" and len(key) > 2:
            rest = key[1:]
            if key in _WAW_WORDS:
                return False
            if rest in self._lex.subjects:
                return True
            if rest in self._lex.verbs or rest in self._lex.openers:
                return rest not in self._lex.roles or self.complementiser(index + 1)
            if (rest, following) in self._lex.pairs:
                return True
            return is_verb(rest)
        if key[:1] == "ف" and len(key) > 3 and self.key(index - 1) in COMMAS:
            return key[1:] in self._lex.subjects or is_verb(key[1:])
        return False


_WAW_WORDS = frozenset(
    map(
        fold,
        [
            "واحد",
            "وزير",
            "وزارة",
            "وكالة",
            "وقت",
            "وجود",
            "وفاة",
            "وصول",
            "وسط",
            "وفد",
            "وثيقة",
            "وضع",
            "ولاية",
            "وطن",
            "وعد",
            "وقف",
            "ورقة",
            "ولد",
            "والد",
            "والدة",
            "وحدة",
            "وظيفة",
            "وسائل",
            "وكيل",
            "وراء",
            "وقوع",
            "واشنطن",
            "وفق",
            "وفقا",
            "وصف",
            "واسع",
            "واضح",
            "وقع",
            "وصل",
            "وجه",
            "واجه",
            "واصل",
            "وافق",
            "ورد",
            "وجد",
            "وكالات",
            "وقود",
            "وباء",
            "وسيلة",
            "وقائع",
            "وجهة",
            "وزن",
            "وشيك",
            "وقالة",
        ],
    )
)
