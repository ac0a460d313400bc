"""``lexicon/ar.toml``, folded and inflected for look-up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from factcheck.model.article import Span
from factcheck.model.claim import Polarity
from factcheck.text.lexicon import table
from factcheck.text.morphology import participle_forms, past_forms, present_forms, weak_forms
from factcheck.text.tokens import fold

_REMEMBERED = 50_000  # words whose stripped form is kept
_PRONOUNS = ("ه", "ها", "هم", "هما", "هن", "نا", "ي", "ك", "ني")


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that reports, and what the lexicon says of it."""

    span: Span
    shape: str  # verb, participle
    group: str
    takes: str  # clause, noun, prep, pass
    prep: tuple[str, ...]
    polarity: Polarity
    kind: str
    additive: bool
    gender: str  # m, f, p


@dataclass(frozen=True, slots=True)
class Prepositional:
    """ "بحسب X", "نقلا عن X", "حسبما ذكر X": tokens [begins, ends), with the source, or none when it points at the same speaker."""

    begins: int
    ends: int
    span: Span  # of the cue
    source: Span | None = None
    inner: bool = False  # نقلا عن: inside the cue it stands behind; the others govern the whole sentence
    passed: Prepositional | None = None  # "بحسب ما نقلته أ عن ب": ب, inside أ


def _set(words: list[str]) -> frozenset[str]:
    return frozenset(map(fold, words))


class Lexicon:
    """Look-up by folded key."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.verbs: dict[str, dict[str, Any]] = {}
        self.participles: dict[str, dict[str, Any]] = {}
        for group in data["verbs"]:
            forms = past_forms(group.get("past", [])) | present_forms(group.get("present", []), "يت") | weak_forms(group.get("weak", []))
            forms |= {stem + "ه" for stem in map(fold, group.get("past", []))}
            for form in (forms | _set(group.get("forms", []))) - _set(group.get("never", [])):
                self.verbs.setdefault(form, group)
            for form in participle_forms(group.get("participle", [])) | _set(group.get("forms_participle", [])):
                self.participles.setdefault(form, group)
        self.nouns = {fold(stem) + p: kind for kind, stems in data["nouns"].items() for stem in stems for p in _PRONOUNS[:5]}

        prepositions, source, particles, clauses = data["prepositions"], data["source"], data["particles"], data["clauses"]
        self.plain, self.clausal, self.not_sources = (_set(prepositions[name]) for name in ("plain", "clause", "not_sources"))
        self.same = frozenset(fold(stem) + p for stem in prepositions["same_speaker"] for p in _PRONOUNS)
        self.roles, self.unnamed, self.outlets, self.documents, self.bodies = (
            _set(source[name]) for name in ("roles", "unnamed", "outlets", "documents", "bodies")
        )
        self.names_in_ba = _set(source["names_in_ba"])
        self.agencies = _set(source["agencies"])
        self.adjectives = _set(source["adjectives"])
        self.media, self.ambiguous, self.feminine, self.plurals, self.joint, self.named_things = (
            _set(source[name]) for name in ("media", "ambiguous", "feminine", "plurals", "joint", "named_things")
        )
        self.ambiguous_participles = _set(source["ambiguous_participles"])
        self.speakers = self.roles | self.unnamed | self.outlets | self.documents | self.bodies | self.feminine | self.plurals
        self.speakers |= {"ال" + word for word in self.roles}
        self.ambiguous |= {word + ending for word in self.ambiguous for ending in ("ا", "ه", "ها", "هم", "ته", "تها", "ات")}
        self.roles |= {role + "ا" for role in self.roles}  # accusative: "أن مصدرا مطلعا قال"
        self.titles = frozenset("ال" + fold(word) for word in source["titles"])
        self.addressees = tuple(map(fold, source["addressees"]))
        self.stance = frozenset(
            fold(stem).removesuffix("ه") + t + p for stem in data["content"]["stance"] for t in ("", "ت") for p in _PRONOUNS[:6]
        )
        self.boilerplate = _set(data["own_voice"]["boilerplate"])
        self.statements = _set(data["content"]["statements"])
        self.impersonal = _set(data["own_voice"]["impersonal"])
        self.small = _set(particles["prepositions"])
        self.time, self.forbid, self.before_verb, self.subordinators, self.verbless_never, self.demonstratives, self.waw = (
            _set(particles[name]) for name in ("time", "forbid", "before_verb", "subordinators", "verbless_never", "demonstratives", "waw")
        )
        self.openers = frozenset(fold(word) for word in clauses["openers"] if " " not in word)
        self.pairs = frozenset(tuple(map(fold, word.split())) for word in clauses["openers"] if " " in word)
        self.not_before = {fold(word): _set(following) for word, following in clauses["not_openers_before"].items()}
        self.subjects, self.relatives = _set(clauses["pronouns"]), _set(clauses["relatives"])
        self.nouns_in_ba = tuple(map(fold, clauses["nouns_in_ba"]))
        self.complementisers = frozenset(
            p + "ان" + s for p in ("", "ب") for s in ("", "ه", "ها", "هم", "هما", "هن", "ني", "نا", "ك", "نه", "نهم")
        )
        self.past_in_ta = frozenset(fold(stem) for group in data["verbs"] for stem in group.get("past", []) if fold(stem).startswith("ت"))
        self._memory: dict[str, str] = {}
        self._bare = (self.verbs, self.participles, self.nouns, self.plain, self.clausal, self.roles, self.bodies, self.outlets)

    def bare(self, key: str) -> str:
        """A key without a proclitic و or ف, when what is left is a word of attribution or a definite noun."""
        found = self._memory.get(key)
        if found is None:
            if len(self._memory) > _REMEMBERED:
                self._memory.clear()
            found = self._memory[key] = self._stripped(key)
        return found

    def may_report(self, key: str) -> bool:
        """Whether a word can be a cue at all."""
        bare = self.bare(key)
        return bare in self.verbs or bare in self.participles or key in ("ورد", "وردت")

    def _stripped(self, key: str) -> str:
        if key[:1] in ("و", "ف") and len(key) > 2 and key not in self.verbs and key not in self.participles and key not in self.waw:
            rest = key[1:]
            if rest.startswith("ال") or any(rest in words for words in self._bare):
                return rest
        return key

    def gender(self, source: str) -> str:
        """m, f or p (plural) of a source phrase, by its first word."""
        words = source.strip('«»“”"').split()
        if not words:
            return "m"
        head = fold(words[0])
        if (head.endswith(("ون", "ين", "ان")) and len(head) > 4) or head in self.plurals:
            return "p"
        return "f" if "ة" in words[0][-2:] or head.endswith("ات") or head in self.feminine else "m"


@cache
def lexicon() -> Lexicon:
    """The lexicon, built when first asked for."""
    return Lexicon(table("ar"))


def gender_of_verb(key: str) -> str:
    """m, f or p of a verb or participle form."""
    if key.endswith(("وا", "ون", "ين", "ان")) and len(key) > 3:
        return "p"
    if key.endswith(("ت", "ته", "تها", "ه")) or (key.endswith("تهم") and len(key) > 4):  # not اتهم
        return "f"
    return "f" if key.startswith("ت") and key not in lexicon().past_in_ta else "m"  # تقول, but تابع
