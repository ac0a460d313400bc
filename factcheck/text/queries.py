"""Words to search for a claim with: its names, its numbers, its telling words, in their order; and its quoted words as they are."""

from __future__ import annotations

import re
from functools import cache

from factcheck.text.language import language_of
from factcheck.text.lexicon import table
from factcheck.text.names import names
from factcheck.text.quotes import quotations
from factcheck.text.tokens import Token, fold, tokens

MAX_WORDS = 9
MAX_EXACT = 12  # words of a quotation; search engines look at no more
_DIRECTIONAL = re.compile("[\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u064b-\u065f\u0670]")
_ARTICLES = re.compile(r"^(?:[وفبك]{1,2}(?=ال[^\W\d]{2})|[وف]?لل(?=[^\W\d]{2}))")


@cache
def stopwords(language: str) -> frozenset[str]:
    return frozenset(fold(word) for word in table("stopwords").get(language, "").split())


def search_words(text: str, language: str = "") -> str:
    """The telling words of a claim: no stop words, no tashkil, no conjunctions glued on; names and numbers first to stay when there are too
    many. In the order of the claim."""
    tongue = (language or language_of(text)).partition("-")[0]
    named = [name.span for name in names(text, tongue)]
    stop = stopwords(tongue)
    telling: list[tuple[int, int, str]] = []  # place, rank, word
    seen: set[str] = set()
    for token in tokens(text):
        if token.kind == "mark":
            continue
        is_name = any(span.start <= token.start < span.end for span in named)
        word = _plain(text[token.start : token.end], is_name and any(span.start == token.start for span in named))
        key = fold(word)
        if key in seen or (not is_name and (key in stop or (len(key) < 2 and token.kind == "word"))):
            continue
        seen.add(key)
        telling.append((token.start, _rank(token, word, is_name, tongue), word))
    kept = sorted(sorted(telling, key=lambda each: each[1])[:MAX_WORDS])
    return " ".join(word for _, _, word in kept)


def exact_words(text: str) -> str:
    """The longest quotation inside a claim, in double quotation marks, which search engines take to the letter; empty for none."""
    return _quoted(max((text[each.start : each.end] for each in quotations(text)), key=len, default=""))


def _quoted(words: str) -> str:
    kept = _DIRECTIONAL.sub("", words).replace('"', " ").split()[:MAX_EXACT]
    return f'"{" ".join(kept)}"' if len(kept) >= 3 else ""


def _plain(word: str, is_name: bool) -> str:
    """A word without marks and without the conjunction or preposition before its article."""
    bare = _DIRECTIONAL.sub("", word)
    if is_name:
        return bare
    match = _ARTICLES.match(bare)
    if match is None:
        return bare
    return ("ال" if match[0].endswith("لل") else "") + bare[match.end() :]


def _rank(token: Token, word: str, is_name: bool, language: str) -> int:
    """What stays when there are too many words: names, then numbers, then capitals and long words."""
    if is_name:
        return 0
    if token.kind == "number":
        return 1
    if language != "ar" and word[:1].isupper():
        return 1
    return 2 if len(word) > 4 else 3
