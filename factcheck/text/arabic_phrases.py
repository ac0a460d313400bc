"""Questions about the tokens of one Arabic sentence: quotations, openers of content, verbs, where a clause of its own begins."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from factcheck.model.article import Span
from factcheck.text.arabic_lexicon import lexicon
from factcheck.text.morphology import is_listed_verb, is_verb
from factcheck.text.quotes import Quotation, Quoted
from factcheck.text.tokens import COMMAS, QUOTES, Token

_OUTSIDE = ("",) * 64
_AFTER_MIN = frozenset({"اجل", "قبل", "هنا"})  # with من one particle, although the word alone is also a verb
_LED_TO = frozenset({"ادي", "اسفر", "تسبب", "خلف", "دفع", "جعل", "اجبر", "اضطر", "اثار", "يعني", "يجعل", "اوقع", "الحق"})
_EXPECTED = frozenset({"المنتظر", "المتوقع", "المقرر", "المرتقب", "المرجح", "المحتمل", "المفترض", "المزمع", "المؤمل", "الواضح", "الممكن"})


class Phrases:
    """The tokens of a sentence or passage; indices count tokens."""

    def __init__(self, text: str, toks: list[Token], quoted: Quoted) -> None:
        self.text = text
        self.tokens = toks
        self.quoted = quoted
        self.key: Callable[[int], str] = [*(token.key for token in toks), *_OUTSIDE].__getitem__
        """The folded word or mark at an index; empty up to 64 places outside the sentence, on either side."""
        self._starts = [token.start for token in toks]
        self._boundaries: dict[int, bool] = {}
        self._lex = lexicon()

    # ------------------------------------------------------------------ places

    def is_mark(self, index: int) -> bool:
        return 0 <= index < len(self.tokens) and self.tokens[index].kind == "mark"

    def index_at(self, offset: int) -> int:
        """The first token that starts at or after an offset."""
        return bisect_left(self._starts, offset)

    def skip_marks(self, index: int) -> int:
        """Past marks that open no quotation."""
        while self.is_mark(index) and self.quote_opening(index) is None:
            index += 1
        return index

    def span(self, low: int, high: int) -> Span:
        """The span of tokens [low, high), without a proclitic before the first."""
        first = self.tokens[low]
        start = first.start + (first.kind == "word" and self._lex.bare(first.key) != first.key)
        return Span(start, self.tokens[high - 1].end)

    # ------------------------------------------------------------------ quotations

    def quote_opening(self, index: int) -> Quotation | None:
        """The quotation that a mark at ``index`` opens."""
        if not self.is_mark(index) or self.tokens[index].key not in QUOTES:
            return None
        quote = self.quoted.at(self.tokens[index].end)
        return quote if quote and quote.start == self.tokens[index].end else None

    def is_speech(self, index: int, quote: Quotation) -> bool:
        """Whether a quotation is somebody's words rather than a name."""
        before = self.key(index - 1)
        if before == ":":
            return True
        if before in self._lex.outlets or before in self._lex.named_things or before == "ل":
            return False
        return len(self.text[quote.start : min(quote.end, quote.start + 200)].split()) >= 3

    # ------------------------------------------------------------------ openers of content

    def complementiser(self, index: int) -> bool:
        """أن / إن / بأن, also with a pronoun, where it opens a content rather than a subordinate clause."""
        return self.key(index) in self._lex.complementisers and self.key(index - 1) not in self._lex.subordinators

    def keeps_pronoun(self, index: int) -> bool:
        """Whether the pronoun of أنه at ``index`` is the subject of a verbless clause."""
        following = self.key(index + 1)
        return self.key(index) not in ("ان", "بان") and not self.verbal(index + 1) and following not in self._lex.verbless_never

    # ------------------------------------------------------------------ verbs and clauses

    def feminine_noun(self, index: int) -> bool:
        """Whether the word at ``index`` ends in ta marbuta, which no finite verb does."""
        token = self.tokens[index]
        return self.text[token.start : token.end].rstrip("\u064b\u064c\u064d\u064e\u064f\u0650").endswith("ة")

    def verb_at(self, index: int, skip: int = 0, listed: bool = False) -> bool:
        """Whether the word at ``index``, without its first ``skip`` letters, is a finite verb."""
        if not 0 <= index < len(self.tokens) or self.tokens[index].kind != "word" or self.feminine_noun(index):
            return False
        if self.tokens[index].key in _AFTER_MIN and self.key(index - 1) in ("من", "ومن"):
            return False  # "من أجل", "من قبل"
        key = self.tokens[index].key[skip:]
        return (is_listed_verb(key) if listed else is_verb(key)) or (key in self._lex.verbs and key not in self._lex.ambiguous)

    def verbal(self, index: int) -> bool:
        return self.verb_at(index) or self.key(index) in self._lex.subjects

    def predicate(self, low: int, high: int) -> bool:
        """Whether tokens [low, high) hold a finite verb or a pronoun that opens a clause."""
        for index in range(low, high):
            key = self.key(index)
            if self.verbal(index) or (
                key[:1] in ("و", "ف") and (key[1:] in self._lex.subjects or (len(key) > 3 and self.verb_at(index, 1)))
            ):
                return True
        return False

    def boundary(self, index: int) -> bool:
        """Whether a clause of its own begins at ``index``."""
        known = self._boundaries.get(index)
        if known is None:
            known = self._boundaries[index] = self._begins_clause(index)
        return known

    def _begins_clause(self, index: int) -> bool:
        if index == 0 or self.tokens[index].kind != "word":
            return False
        key, previous, following = self.key(index), self.key(index - 1), self.key(index + 1)
        if previous in self._lex.relatives or previous in ("ما", "كي", "لن", "لم"):
            return False
        if key in self._lex.openers:
            return self._opener(index, key, previous, following)
        if (key, following) in self._lex.pairs:
            return True
        if key[:1] == "و" and len(key) > 2 and key not in self._lex.waw:
            return self._joined(index, key[1:], following)
        if key in ("فهو", "فهي", "فهم"):
            return True
        if key[:1] == "ف" and len(key) > 3 and previous in COMMAS:
            return key[1:] in self._lex.subjects or self.verb_at(index, 1, listed=True)
        if previous == "…" or (previous == "." and self.key(index - 2) == "."):
            return self.verb_at(index) or key in self._lex.subjects
        return previous in COMMAS and self._asyndetic(index, key)

    def _opener(self, index: int, key: str, previous: str, following: str) -> bool:
        if following in self._lex.not_before.get(key, ()):
            return False
        if key == "ما":
            return self.verb_at(index + 1) if previous in COMMAS else following in _LED_TO
        if key == "حيث":
            return previous not in ("من", "الي")
        if key in ("كما", "ثم"):
            return self.verbal(index + 1) or previous in COMMAS
        return True

    def _joined(self, index: int, rest: str, following: str) -> bool:
        if rest in self._lex.subjects or (rest, following) in self._lex.pairs:
            return not (rest == "هم" and following == "")
        if rest in self._lex.openers:
            return rest != "ما"
        if rest in self._lex.ambiguous:
            return self.complementiser(index + 1)
        if rest in ("من", "علي") and following in _EXPECTED:
            return True  # "، ومن المنتظر أن"
        if self.key(index - 1) in COMMAS and not self.verb_at(index, 1) and self._nominal(index):
            return True
        if rest.startswith("ال") and self.key(index - 1) in COMMAS:
            return False
        if self.feminine_noun(index):
            return False
        if rest in self._lex.verbs:
            return rest not in self._lex.roles or self.complementiser(index + 1)
        return self.verb_at(index, 1)

    def _nominal(self, index: int) -> bool:
        """ "، والمجموعة الثانية تناولت": behind a comma, a definite noun with a verb of its own within three words."""
        for at in range(index + 1, min(index + 5, len(self.tokens))):
            if self.tokens[at].kind != "word":
                return False
            if self.key(at) in ("ليس", "ليست", "لا", "لم", "لن"):
                return True
            if at < index + 4 and self.verb_at(at, listed=True):
                return self.key(at - 1) not in self._lex.relatives
        return False

    def _asyndetic(self, index: int, key: str) -> bool:
        """A verb right behind a comma, the words before having one: "نعمل بجد، نحترم الخصم"."""
        first = key[:1]
        if key in ("لدينا", "لدي", "انا", "نحن", "لسنا", "لست") or (first == "ن" and self.verb_at(index, listed=True)):
            return True
        negated = key in ("لا", "لم", "لن", "ليس", "لست", "لسنا") and self.verb_at(index + 1)
        if not (negated or (first in ("ن", "ي", "ت", "ا", "س") and self.verb_at(index, listed=first in ("ت", "ا", "ن")))):
            return False
        opened = index - 2
        while opened > 0 and self.key(opened) not in COMMAS:
            opened -= 1
        if opened > 0 and self.key(opened + 1) in self._lex.relatives:
            return False  # the verb behind "، الذي ...،" belongs to what stands before it
        low = index - 1
        while low > 0 and not (self.key(low - 1) in COMMAS or self.key(low - 1) == ":" or index - low > 25):
            low -= 1
        return self.predicate(low, index - 1)
