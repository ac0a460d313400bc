"""Numbers as written, in digits or in words, as decimals with a unit: "45 ألفا", "أربعة ملايين ومئتا ألف", "$4.3bn", "12,6 في المئة".

A grammar over tokens: digits or number words, then scales, joined by و or "and"; then a percentage, a currency or the counted noun. At each
token a bounded number of tokens is read, so the cost is linear.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from factcheck.model.article import Span
from factcheck.text.lexicon import table
from factcheck.text.tokens import Token, fold

_DIGITS = {ord(char): str(value) for base in ("٠", "۰") for value, char in ((i, chr(ord(base) + i)) for i in range(10))}
_LONGEST = 16  # tokens in one number


@dataclass(frozen=True, slots=True)
class Number:
    """A number and what it counts."""

    span: Span  # number words, percent sign and currency; without the counted noun
    value: Decimal
    unit: str = ""  # "percent", an ISO 4217 code, or the counted noun as printed


@dataclass(frozen=True, slots=True)
class _Words:
    small: dict[str, int]
    scale: dict[str, int]
    dual: dict[str, int]
    part: dict[str, Decimal]
    not_alone: frozenset[str]
    percent: tuple[tuple[str, ...], ...]
    currencies: dict[str, str]
    national: dict[str, dict[str, str]]
    begins: frozenset[str]  # words with which a number or a fraction may begin

    def may_begin(self, key: str) -> bool:
        """Whether a number or a fraction may begin with a word: most words are passed over by this alone."""
        return key in self.begins or "-" in key or (key[:2] == "ال" and key[2:] in self.begins)


def _folded(mapping: dict[str, Any]) -> dict[str, Any]:
    return {fold(word): value for word, value in mapping.items()}


@cache
def _words(language: str) -> _Words:
    lists = table("numbers")[language if language in ("ar", "en") else "en"]
    small, scale, dual = _folded(lists["small"]), _folded(lists["scale"]), _folded(lists["dual"])
    part = {fold(word): Decimal(value) for word, value in lists["part"].items()}
    fractions = {phrase.split()[0] for phrase in _FRACTIONS}
    return _Words(
        small,
        scale,
        dual,
        part,
        frozenset(map(fold, lists["not_alone"])),
        tuple(tuple(fold(part) for part in words.split()) for words in lists["percent"]),
        _folded(lists["currencies"]),
        {fold(word): _folded(countries) for word, countries in lists["national"].items()},
        frozenset({*small, *scale, *dual, *part, *fractions, *_DUAL_OR_ONE, "half", "a", "an"}),
    )


def digits(written: str) -> Decimal | None:
    """The value of digits with marks: "1.200" and "41,502" are thousands, "3,5", "2،4" and "0.25" decimals; None for times and fractions.

    A single mark before exactly three digits groups thousands, unless nothing but a zero stands before it; every other single mark is a
    decimal mark; of two kinds the last is the decimal mark.
    """
    plain = written.translate(_DIGITS)
    if ":" in plain or "/" in plain:
        return None
    plain = plain.replace("٬", ",").replace("٫", "\u0001").replace("،", ",")
    if "\u0001" in plain:
        whole, _, part = plain.rpartition("\u0001")
        plain = re.sub(r"[.,\u0001]", "", whole) + "." + part
        return Decimal(plain)
    kinds = [char for char in plain if char in ".,"]
    if not kinds:
        return Decimal(plain)
    if len(set(kinds)) == 2:
        mark = kinds[-1]
        whole, _, part = plain.rpartition(mark)
        return Decimal(re.sub(r"[.,]", "", whole) + "." + part) if kinds.count(mark) == 1 else None
    groups = plain.split(kinds[0])
    grouped = all(len(group) == 3 for group in groups[1:]) and 1 <= len(groups[0]) <= 3 and groups[0].strip("0")
    if grouped:
        return Decimal("".join(groups))
    return Decimal(".".join(groups)) if len(groups) == 2 else None


def _atom(token: Token, words: _Words, joined: bool) -> tuple[str, Decimal] | None:
    """What one token adds to a number: small, scale, dual or part, with its value; without a joining و when ``joined``."""
    for key in (token.key, token.key.removeprefix("ال")) if not joined else (token.key,):
        for name, mapping in (("small", words.small), ("scale", words.scale), ("dual", words.dual)):
            value = mapping.get(key)
            if value is not None:
                return name, Decimal(value)
    key = token.key
    if "-" in key:  # twenty-one
        parts = key.split("-")
        if len(parts) == 2 and all(part in words.small for part in parts):
            return "small", Decimal(words.small[parts[0]] + words.small[parts[1]])
    return None


def _read(toks: Sequence[Token], at: int, words: _Words) -> tuple[int, Decimal] | None:
    """The number that begins at ``at``: the index behind it and its value."""
    total, current, last_scale = Decimal(0), None, Decimal(1)
    index, first = at, True
    alone: str | None = None
    count = 0
    while index < len(toks) and index < at + _LONGEST:
        token = toks[index]
        if token.kind == "number":
            value = digits(token.key)
            if value is None or not first:
                break
            step = 1
            if index + 2 < len(toks) and toks[index + 1].key == "ر" and toks[index + 2].kind == "number":
                value, step = Decimal(f"{toks[index + 2].key.translate(_DIGITS)}.{toks[index].key.translate(_DIGITS)}"), 3  # "7ر3" is 3.7
            while _thousands(toks, index, step):
                value, step = value * 1000 + Decimal(toks[index + step].key.translate(_DIGITS)), step + 1  # "10 000"
            current = value
            index += step
            first = False
            count += 2
            continue
        if token.kind != "word":
            break
        key = token.key
        joined = False
        if not first and key == "و" and (more := _continued(toks, index + 1, words, last_scale)) is not None and current is None:
            current, index, count = more, index + 2, count + 1
            continue  # "مليار و200 مليون"
        ahead = [toks[i].key for i in range(index + 1, min(len(toks), index + 4))]
        if first and key == "half" and len(ahead) > 1 and ahead[0] == "a" and ahead[1] in words.scale:
            return index + 3, _plain(Decimal(words.scale[ahead[1]]) / 2)
        if first and key in ("a", "an") and ahead and ahead[0] in words.scale and ahead[0] not in ("m", "k"):
            current, index, first, count = Decimal(1), index + 1, False, count + 1
            continue
        if not first and key == "and" and ahead[:2] == ["a", "half"] and current is not None:
            current, index, count = current + Decimal("0.5"), index + 3, count + 3
            continue
        if first and key in _DUAL_OR_ONE and _counts_two(toks, index + 1):
            return index + 1, Decimal(2 * _DUAL_OR_ONE[key])
        if first and key in words.part and index + 1 < len(toks) and toks[index + 1].key in words.scale:
            scale = words.scale[toks[index + 1].key]
            return index + 2, _plain(words.part[key] * scale)
        atom = _atom(token, words, joined)
        if atom is None and not first and key[:1] == "و":
            rest = Token(token.start + 1, token.end, key[1:], "word")
            if rest.key in words.part:
                total += words.part[rest.key] * last_scale
                if current is not None:
                    total, current = total + current, None
                index += 1
                count += 1
                if index < len(toks) and words.scale.get(toks[index].key.removeprefix("ال")) == last_scale:
                    index += 1
                continue
            atom, joined = _atom(rest, words, True), True
        if atom is None and key == "and" and not first and index + 1 < len(toks) and (following := _atom(toks[index + 1], words, True)):
            if following[0] == "small" and last_scale >= 100:
                index += 1
                continue
            break
        if atom is None:
            break
        name, value = atom
        if not first and not joined and name in ("small", "dual") and not _follows(current, value):
            break
        alone = key if first else None
        if name == "small":
            current = (current or Decimal(0)) + value
        elif name == "dual":
            total, current, last_scale = total + (current or 0) + value, None, value / 2
        elif value == 100 and (current is None or current < 10):
            current, last_scale = (current or Decimal(1)) * 100, Decimal(100)
        else:
            total, current, last_scale = total + (current if current is not None else Decimal(1)) * value, None, value
        index += 1
        count += 1
        first = False
    vague = count == 1 and alone is not None and bool({alone, alone.removeprefix("ال")} & words.not_alone)
    if count == 0 or (vague and not (alone in _COUNTING and index < len(toks) and _is_noun(toks[index]))):
        return None
    return index, _plain(total + (current or Decimal(0)))


_DUAL_OR_ONE = {"الفا": 1000, "مليونا": 1_000_000, "مليارا": 1_000_000_000}  # two of them before a noun: "ألفا شخص"
_COUNTING = frozenset({"عشر", "سبع", "ست"})  # three to ten of a feminine noun, and other words too
_SMALL_WORDS = frozenset(
    map(fold, [*table("ar")["particles"]["prepositions"], *table("ar")["particles"]["time"], *table("numbers")["no_units"]["words"]])
)
"""Words that number nothing: no units."""


def _is_noun(token: Token) -> bool:
    return token.kind == "word" and token.key not in _SMALL_WORDS and not token.key.startswith(("و", "ال", "ب"))


def _counts_two(toks: Sequence[Token], at: int) -> bool:
    return at < len(toks) and _is_noun(toks[at]) and not toks[at].key.endswith(("ا", "ان", "ين"))


def _thousands(toks: Sequence[Token], at: int, step: int) -> bool:
    """Whether three digits follow behind a space: "10 000"."""
    if at + step >= len(toks) or toks[at + step].kind != "number" or len(toks[at].key) > 3 or not toks[at].key.isdigit():
        return False
    return len(toks[at + step].key) == 3 and toks[at + step].key.isdigit() and toks[at + step].start == toks[at + step - 1].end + 1


def _continued(toks: Sequence[Token], at: int, words: _Words, last: Decimal) -> Decimal | None:
    """The digits behind "مليار و", when what they count is smaller than the scale before them."""
    if at >= len(toks) or toks[at].kind != "number" or last <= 1:
        return None
    value = digits(toks[at].key)
    scale = words.scale.get(toks[at + 1].key) if at + 1 < len(toks) else None
    return value if value is not None and (Decimal(scale) if scale else value) < last and value < 1000 else None


def _plain(value: Decimal) -> Decimal:
    """Without trailing zeros and without an exponent."""
    return Decimal(int(value)) if value == value.to_integral_value() else value.normalize()


def _follows(current: Decimal | None, value: Decimal) -> bool:
    """Whether a small number may follow another without "and": "خمسة عشر", "two hundred five"."""
    if current is None:
        return True
    return (
        (current < 10 and value == 10)
        or (current % 100 == 0 and current >= 100)
        or (20 <= current < 100 and current % 10 == 0 and value < 10)
    )


def _unit(toks: Sequence[Token], at: int, words: _Words, text: str) -> tuple[int, str]:
    """The unit behind a number, and the index behind what belongs to its span."""
    for phrase in words.percent:
        if tuple(token.key for token in toks[at : at + len(phrase)]) == phrase:
            return at + len(phrase), "percent"
    if (
        at < len(toks)
        and toks[at].kind == "mark"
        and (code := table("numbers")["signs"].get(toks[at].key))
        and toks[at].start == toks[at - 1].end
    ):
        return at + 1, code  # 20$
    if at >= len(toks) or toks[at].kind != "word" or toks[at].key in _SMALL_WORDS:
        return at, ""
    key = toks[at].key
    following = toks[at + 1].key if at + 1 < len(toks) else ""
    key = _SINGULAR.get(key, key)
    national = words.national.get(key)
    if national:
        code = national.get(following) or national.get(re.sub(r"(?:يه|يا)\Z", "ي", following))
        return (at + 2, code) if code else (at + 1, text[toks[at].start : toks[at].end])
    if key in words.currencies:
        return at + 1 + (words.currencies[key] == "USD" and following in _AMERICAN), words.currencies[key]
    for size in range(min(4, len(toks) - at), 0, -1):  # "Saudi riyals", "ين ياباني"
        code = _currencies().get(" ".join(token.key for token in toks[at : at + size]))
        if code is not None:
            return at + size, code
    return at, text[toks[at].start : toks[at].end]


_AMERICAN = frozenset(map(fold, ["أميركي", "أمريكي", "أميركيا", "أمريكيا", "أميركية"]))
_SINGULAR = {
    fold(plural): fold(singular)
    for plural, singular in {
        "جنيهات": "جنيه", "ريالات": "ريال", "دراهم": "درهم", "دنانير": "دينار", "ليرات": "ليرة", "روبيات": "روبية",
    }.items()
}  # fmt: skip


@cache
def _currencies() -> dict[str, str]:
    """The names of currencies in full, from CLDR's tables, and English ones behind their people: "Egyptian pounds"."""
    cldr = table("cldr")["currencies"]
    names = {
        " ".join(map(fold, name.split())): code for language in ("en", "ar") for code, written in cldr[language].items() for name in written
    }
    for money, nations in table("numbers")["en"]["nations"].items():
        for people, code in nations.items():
            names |= {f"{people} {money}": code, f"{people} {money}s": code}
    return names


_NUMBERED = frozenset(map(fold, ["رقم", "الرقم", "المادة", "الفقرة", "البند", "no", "article", "clause", "section", "resolution"]))
_FRACTIONS = {
    fold(word): Decimal(value)
    for word, value in {
        "ثلث": "0.3333", "ثلثا": "0.6667", "ثلثي": "0.6667", "ربع": "0.25", "نصف": "0.5", "ثلاثة أرباع": "0.75",
        "a third": "0.3333", "a quarter": "0.25", "half": "0.5", "two-thirds": "0.6667", "three-quarters": "0.75", "one-third": "0.3333",
    }.items()
}  # fmt: skip


def _fraction(toks: Sequence[Token], at: int, text: str) -> tuple[int, Decimal, str] | None:
    """ "ثلث السكان", "ثلاثة أرباع المدينة", "two-thirds of voters": the index behind it, its value, and what it is a part of."""
    for size in range(min(2, len(toks) - at), 0, -1):
        value = _FRACTIONS.get(" ".join(token.key for token in toks[at : at + size]))
        end = at + size
        if value is None:
            continue
        thing = end + (end < len(toks) and toks[end].key == "of")
        if (
            thing >= len(toks)
            or toks[thing].kind != "word"
            or (thing == end and toks[thing].key in _SMALL_WORDS)
            or "نهاي" in toks[thing].key
        ):
            return None
        if thing == end and toks[at].key.isascii():
            return None
        return end, value, text[toks[thing].start : toks[thing].end]
    return None


def _names_something(toks: Sequence[Token], begin: int, end: int) -> bool:
    """Whether digits are a name rather than a number: a telephone number, a paragraph, a score, the second word of an ordinal."""
    token = toks[begin]
    before = toks[begin - 1].key if begin else ""
    if token.kind == "number":
        if begin + 1 < len(toks) and toks[begin + 1].key in ("th", "st", "nd", "rd") and toks[begin + 1].start == token.end:
            return True
        if before.strip(".") in _NUMBERED or (begin > 1 and before == "." and toks[begin - 2].key in _NUMBERED):
            return True
        if token.key[:1] in "0٠" and token.key.isdigit() and len(token.key) > 3:
            return True
        for dash, other in ((begin + 1, begin + 2), (begin - 1, begin - 2)):
            if 0 <= other < len(toks) and toks[dash].key in ("-", "–") and toks[other].kind == "number":
                glued = toks[dash].end - toks[dash].start == abs(toks[other].start - token.start) - len(toks[min(begin, other)].key)
                last = toks[max(begin, other) + 1] if max(begin, other) + 1 < len(toks) else None
                small = len(token.key) < 3 and len(toks[other].key) < 3
                if glued and small and not (last is not None and (last.key in ("%", "٪") or (last.kind == "word" and _is_noun(last)))):
                    return True
        return False
    return token.key.startswith("وال") and before.startswith("ال")


def _shared_scale(found: list[Number], text: str, language: str) -> list[Number]:
    """ "بين 3 و5 ملايين دولار": the first end of a range counts what the second does."""
    words = _words(language)
    done = list(found)
    for index in range(len(done) - 1):
        first, second = done[index], done[index + 1]
        between = text[first.span.end : second.span.start].strip()
        before = text[max(0, first.span.start - 9) : first.span.start].split()
        opened = before and fold(before[-1]) in _RANGES
        if between not in _JOINTS or not (opened or between in "-–") or first.unit or first.value >= 1000:
            continue
        scale = Decimal(1)
        for word in fold(second.span.of(text)).split()[1:]:
            scale *= words.scale.get(word, 1)
        done[index] = Number(first.span, _plain(first.value * scale), second.unit)
    return done


_RANGES = frozenset(map(fold, ["بين", "من", "between", "from"]))
_JOINTS = frozenset({"و", "إلى", "الى", "-", "–", "to", "and"})


def numbers(text: str, toks: Sequence[Token], language: str, taken: Sequence[bool]) -> list[Number]:
    """The numbers among the tokens, in order; tokens marked in ``taken`` belong to dates and are left out."""
    words = _words(language.partition("-")[0])
    found: list[Number] = []
    at = 0
    while at < len(toks):
        read = None if taken[at] else _number_at(toks, at, text, words, taken)
        if read is None:
            at += 1
            continue
        at, number = read
        found.append(number)
    return _shared_scale(found, text, language.partition("-")[0])


def _number_at(toks: Sequence[Token], at: int, text: str, words: _Words, taken: Sequence[bool]) -> tuple[int, Number] | None:
    """The number that begins at a token, and the index behind it."""
    token = toks[at]
    if token.kind == "mark":
        sign = table("numbers")["signs"].get(token.key) or ("percent" if token.key in ("%", "٪") else "")
        if not sign or at + 1 >= len(toks) or toks[at + 1].kind != "number" or taken[at + 1]:
            return None
        return _measured(toks, at + 1, _read(toks, at + 1, words), token.start, sign, text, words)
    if token.kind == "number" or words.may_begin(token.key):
        start, read = token.start, _read(toks, at, words)
    elif token.key[:1] in _PROCLITICS and words.may_begin(token.key[1:]):
        start = token.start + 1
        while text[start] == "\u0640":  # بـخمسين
            start += 1
        read = _read([Token(start, token.end, token.key[1:], "word"), *toks[at + 1 : at + _LONGEST]], 0, words)
        read = (at + read[0], read[1]) if read else None
    else:
        return None
    part = _fraction(toks, at, text)
    if part is not None and (read is None or part[0] >= read[0]):
        return part[0], Number(Span(token.start, toks[part[0] - 1].end), part[1], part[2])
    return _measured(toks, at, read, start, "", text, words)


def _measured(
    toks: Sequence[Token], at: int, read: tuple[int, Decimal] | None, start: int, sign: str, text: str, words: _Words
) -> tuple[int, Number] | None:
    """A number that was read, with the unit before or behind it; None for one that only names something."""
    if read is None or _names_something(toks, at, read[0]):
        return None
    after, unit = _unit(toks, read[0], words, text)
    return after, Number(Span(start, toks[after - 1].end), read[1], sign or unit)


_PROCLITICS = frozenset("بلوف")
