"""Attribution in English news: subject, cue, content; content before its cue; "according to"; quotations over several sentences.

Read ``Reader.read``. Every reporting verb that has a subject before it (or, behind a quotation, after it) becomes a frame; frames and
"according to" cut the sentence into passages. What the words are is in ``lexicon/en.toml``; clauses are found in ``english_clauses``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from factcheck.model.article import Span
from factcheck.model.claim import Polarity, Reason
from factcheck.text.english_clauses import finite, words_of
from factcheck.text.lexicon import table
from factcheck.text.passages import Link, Passage
from factcheck.text.quotes import Quotation, Quoted
from factcheck.text.tokens import COMMAS, QUOTES, Token, tokens

LONGEST_TRAIL = 60  # tokens of an attribution that follows its content


@dataclass(slots=True)
class _Frame:
    begins: int  # token index where the attributing clause begins
    ends: int  # token index behind it, where content may follow
    link: Link
    before: bool  # the content stands before the cue
    nominal: bool
    kind: str
    relative: bool = False
    outer: tuple[Link, ...] = ()


@cache
def _cues() -> dict[str, dict[str, Any]]:
    return {form: group for group in table("en")["verbs"] for form in group["forms"]}


class Reader:
    """Reads the sentences of one text in order."""

    def __init__(self, text: str, quoted: Quoted) -> None:
        self._text = text
        self._quoted = quoted
        self._speakers: list[Link] = []
        self._subject: Span | None = None  # of the last sentence in the outlet's own voice
        self._open: tuple[Quotation, Link] | None = None
        self._aside: tuple[int, int] | None = None  # a relative clause that describes a source of the sentence at hand

    def read(self, sentence: Span) -> list[Passage]:
        """The passages of the next sentence."""
        toks = tokens(self._text, sentence.start, sentence.end)
        if not toks:
            return []
        frames = self._frames(toks)
        aside, self._aside = self._aside, None
        according = self._according(toks)
        if not frames and according is None:
            return self._without_cue(sentence, toks)
        pieces = self._cut(sentence, toks, frames)
        self._speakers += [frame.link for frame in frames if not frame.outer]
        del self._speakers[:-8]
        if according is not None:
            low, high, link = according
            self._speakers.append(link)
            pieces = _take_out(pieces, toks[low].start, toks[high - 1].end)
            pieces = [replace(piece, links=(link, *piece.links), reasons=(*piece.reasons, Reason("cue.preposition"))) for piece in pieces]
        self._note_quote(sentence, pieces)
        return [Passage(*aside), *pieces] if aside and frames else pieces

    # ------------------------------------------------------------------ frames

    def _frames(self, toks: list[Token]) -> list[_Frame]:
        frames: list[_Frame] = []
        clause = at = 0
        while at < len(toks):
            frame = self._frame(toks, at, clause, frames)
            if frame is not None:
                frames.append(frame)
                clause = at = max(frame.ends, at + 1)
                continue
            if toks[at].key in (";", ":", "but", "while", "whereas") or (toks[at].key == "and" and at > clause + 2):
                clause = at
            at += 1
        return frames

    def _frame(self, toks: list[Token], at: int, clause: int, frames: list[_Frame]) -> _Frame | None:
        token = toks[at]
        group = _cues().get(token.key) if token.kind == "word" else None
        width = 1
        if group is None and at + 1 < len(toks):
            group, width = _cues().get(f"{token.key} {toks[at + 1].key}"), 2
        if group is None:
            return None
        cue = Span(token.start, toks[at + width - 1].end)
        polarity = Polarity(group.get("polarity", "asserts"))

        def link(source: Span, resolved: bool) -> Link:
            return Link(source, cue, resolved, group["group"], polarity)

        after = at + width
        inverted = self._inverted(toks, at, after, group)
        if inverted is not None:
            return _Frame(at, inverted[1], link(inverted[0], False), True, False, group.get("kind", ""))
        if token.key.endswith("ing") and at > 2 and toks[at - 1].key == ",":
            return self._participle(toks, at, after, group, cue, frames)
        subject = self._subject_before(toks, at, clause, bool(frames))
        if subject is None:
            return None
        source, begins, resolved, relative = subject
        if resolved and not relative and frames and begins == frames[-1].ends:
            return None  # "Absa said it expects": the speaker's own belief is no further step
        end = self._trails(toks, begins, after)
        if end is not None and begins > 2:
            return _Frame(begins, end, link(source, resolved), True, False, group.get("kind", ""))
        content = self._content(toks, after, group)
        if content is None:
            return None
        nominal = group["takes"] == "noun" and not finite(toks[content:])
        as_clause = begins > 0 and toks[begins - 1].key == "as"
        return _Frame(begins - as_clause, content, link(source, resolved), False, nominal, group.get("kind", ""), relative)

    def _participle(self, toks: list[Token], at: int, after: int, group: dict[str, Any], cue: Span, frames: list[_Frame]) -> _Frame | None:
        """ "..., adding that two were hurt": the subject of the sentence goes on."""
        content = self._content(toks, after, group)
        source = frames[-1].link.source if frames else self._speakers_subject(toks, at)
        if content is None or source is None:
            return None
        link = Link(source, cue, True, group["group"], Polarity(group.get("polarity", "asserts")))
        nominal = group["takes"] == "noun" and not finite(toks[content:])
        return _Frame(at, content, link, False, nominal, group.get("kind", ""), outer=frames[-1].outer if frames else ())

    def _inverted(self, toks: list[Token], at: int, after: int, group: dict[str, Any]) -> tuple[Span, int] | None:
        """The subject behind the cue: "…," said X."""
        if at < 2 or toks[at - 1].key not in QUOTES | {","} or group["group"] not in ("plain", "add", "announce", "tell"):
            return None
        if toks[at - 1].key == "," and toks[at - 2].key not in QUOTES and toks[at].key not in ("said", "says", "added"):
            return None
        end = after
        while end < len(toks) and toks[end].kind != "mark" and toks[end].key not in ("in", "on", "at", "who", "after", "during"):
            end += 1
        if end - after > 10 or finite(toks[after:end], strict=True):
            return None
        if end == after or (toks[after].key in ("that", "the") and end == after + 1):
            return None
        source = Span(toks[after].start, toks[end - 1].end)
        stop = next((i for i in range(end, len(toks)) if toks[i].key in QUOTES), len(toks))
        return source, stop

    def _subject_before(self, toks: list[Token], at: int, clause: int, framed: bool) -> tuple[Span, int, bool, bool] | None:
        """The subject of a cue, where its clause begins, whether it points back, and whether the clause is a relative one."""
        grammar = words_of("grammar")
        last = at - 1
        while last >= 0 and toks[last].key in grammar["auxiliaries"]:
            last -= 1
        between = {toks[i].key for i in range(last + 1, at)}
        if not toks[at].key.endswith("ing") and between & {
            "is",
            "are",
            "was",
            "were",
            "be",
            "been",
            "do",
            "does",
            "did",
            "will",
            "would",
            "could",
            "may",
            "might",
            "can",
            "should",
        }:
            return None
        if last < clause and not framed:
            return None
        if last < 0 or toks[last].key in grammar["nouns_before"] or toks[last].key in ("'", "’"):
            return None
        if toks[last].key == "and" or (framed and last < clause):
            earlier = self._speakers_subject(toks, at)
            return (earlier, last + 1, True, False) if earlier else None
        begins = last
        if toks[last].key == ",":  # an apposition or a relative clause stands between subject and cue
            comma = next((i for i in range(clause, last) if toks[i].key == ","), last)
            begins = clause
            while begins < comma and toks[begins].key in grammar["leads"]:
                begins += 1
            if not 0 < comma - begins <= 12:
                return None
            if toks[comma + 1 : last] and toks[comma + 1].key in ("who", "which", "whose") and finite(toks[comma + 1 : last]):
                self._aside = (toks[comma + 1].start, toks[last - 1].end)
            return Span(toks[begins].start, toks[comma - 1].end), begins, False, False
        while (
            begins > clause and toks[begins - 1].kind != "mark" and toks[begins - 1].key not in grammar["leads"] | {"which", "who", "whose"}
        ):
            begins -= 1
        if begins > clause and toks[begins - 1].key in {"-", "–"} and begins > 1:
            pass
        relative = begins > 0 and toks[begins - 1].key in ("which", "who", "whose")
        if relative and toks[begins].key not in grammar["pronouns"]:
            return None
        if begins > clause and toks[begins - 1].key == "and":
            wider = begins - 2
            while wider > clause and toks[wider - 1].kind != "mark" and toks[wider - 1].key not in grammar["leads"]:
                wider -= 1
            if not finite(toks[wider:begins]) and (wider == clause or _capital(self._text, toks[begins])):
                begins = wider
        begins, last = self._without_adverbials(toks, begins, last)
        if last < begins or last - begins > 25 or (last == begins and toks[last].key.endswith("ing")):
            return None
        if last == begins and toks[begins].key in grammar["pronouns"]:
            return self._pronoun(toks[begins], begins, relative)
        if finite(toks[begins : last + 1], strict=True):
            subject = self._speakers_subject(toks, at)
            return (subject, last + 1, True, False) if subject and framed else None
        return Span(toks[begins].start, toks[last].end), begins, False, relative

    def _without_adverbials(self, toks: list[Token], begins: int, last: int) -> tuple[int, int]:
        """Without "on Friday" behind and "both" before a subject."""
        days = words_of("grammar")["days"]
        while last > begins and (toks[last].key in days or toks[last].key == "both"):
            last -= 1
        while begins < last and toks[begins].key in ("both", "and", "but", "for", "example"):
            begins += 1
        return begins, last

    def _pronoun(self, token: Token, begins: int, relative: bool) -> tuple[Span, int, bool, bool] | None:
        if token.key in ("we", "i") and self._quoted.at(token.start) is not None:
            return None
        for link in reversed(self._speakers):
            return link.source, begins, True, relative
        return (self._subject, begins, True, relative) if self._subject else None

    def _speakers_subject(self, toks: list[Token], at: int) -> Span | None:
        """The subject of the sentence, for a second verb without one of its own: the words before its first finite verb."""
        for index in range(1, at):
            if finite(toks[index : index + 1]):
                return Span(toks[0].start, toks[index - 1].end) if index <= 10 else None
        return None

    def _trails(self, toks: list[Token], begins: int, after: int) -> int | None:
        """The end of an attribution that follows its content: ", X said." or ", X said in a statement."."""
        if begins == 0 or toks[begins - 1].key not in QUOTES | {","}:
            return None
        if toks[after : after + 1] and toks[after].key == "," and toks[begins - 1].key == ",":
            return after  # "..., a spokesman confirmed, but ..."
        far = min(len(toks), after + LONGEST_TRAIL)
        stop = next((i for i in range(after, far) if toks[i].key in QUOTES), far)
        if stop == far < len(toks):
            return None
        rest = [token for token in toks[after:stop] if token.key not in QUOTES]
        if (
            not rest
            or rest[0].key in {".", ","}
            or rest[0].key in words_of("grammar")["days"]
            or rest[0].key in ("in", "during", "after", "to", "of")
        ):
            return stop if not finite(rest) and all(token.key != "that" for token in rest) else None
        told = toks[after - 1].key == "told"
        if told and not finite(rest) and len(rest) <= 8:
            return stop
        return None

    def _content(self, toks: list[Token], after: int, group: dict[str, Any]) -> int | None:
        """Where the content behind a cue begins."""
        if after >= len(toks):
            return None
        limit = min(len(toks), after + 14)
        for index in range(after, limit):
            key = toks[index].key
            if key == "that":
                return index + 1 if index + 1 < len(toks) else None
            if key in QUOTES and self._opens(toks[index]):
                if group["group"] == "tell" or (index <= after + 1 and group["takes"] != "that") or toks[index - 1].key in {",", ":"}:
                    return index
                break
            if finite(toks[index : index + 1]) or key in {".", ";"}:
                break
        if group["group"] == "tell":
            index = after
            while index < len(toks) and (
                _capital(self._text, toks[index])
                or toks[index].key
                in ("the", "a", "him", "her", "them", "us", "me", "his", "news", "agency", "users", "reporters", "journalists")
            ):
                index += 1
            if index < len(toks) and toks[index].key == ",":
                index += 1
            return index if index < len(toks) - 2 else None
        first = toks[after].key
        if group["group"] == "call" and first in ("on", "for"):
            return after + 1
        if first in (",", ":"):
            return after + 1 if after + 1 < len(toks) and group["takes"] == "clause" else None
        if first in words_of("grammar")["content_never"] or first in {".", ";", ")"}:
            return None
        if finite(toks[after : after + 1]) and group["takes"] != "clause":
            return None
        stretch = next((i for i in range(after, len(toks)) if toks[i].key in COMMAS), len(toks))
        framed = first in ("by", "in", "as", "if", "although", "while")  # "estimated by 2050, ..."
        if group["takes"] == "that" and not finite(toks[after + 1 : len(toks) if framed else stretch]):
            return None
        if group["group"] in ("judge", "accuse", "deny", "call", "expect", "warn", "doubt") or len(toks) - after > 2:
            return after + 1 if first == "to" and group["group"] == "x" else after
        return None

    def _opens(self, token: Token) -> bool:
        quote = self._quoted.at(token.end)
        return quote is not None and quote.start == token.end

    # ------------------------------------------------------------------ according to, quotations

    def _according(self, toks: list[Token]) -> tuple[int, int, Link] | None:
        """ "according to X": its tokens and link."""
        for index in range(len(toks) - 2):
            if toks[index].key == "according" and toks[index + 1].key == "to":
                end = index + 2
                while end < len(toks) and toks[end].kind != "mark" and toks[end].key not in ("which", "who", "that", "and"):
                    end += 1
                if end == index + 2:
                    return None
                source = Span(toks[index + 2].start, toks[end - 1].end)
                cue = Span(toks[index].start, toks[index + 1].end)
                return index, end, Link(source, cue, False, "according")
        return None

    def _without_cue(self, sentence: Span, toks: list[Token]) -> list[Passage]:
        """A sentence of the outlet, or a quotation that goes on, or one that stands alone and belongs to the last speaker."""
        if self._open and self._open[0].start < sentence.start < self._open[0].end:
            quote, link = self._open
            inside = Passage(sentence.start, min(quote.end, sentence.end), (link,), reasons=(Reason("scope.quote"),))
            if quote.end >= sentence.end - 2:
                return [inside]
            return [inside, Passage(min(quote.end + 1, sentence.end), sentence.end)]
        quote_at = self._quoted.at(toks[0].end) if toks[0].key in QUOTES else None
        if quote_at is not None and self._speakers and quote_at.end >= sentence.end - 3 and quote_at.end - quote_at.start > 10:
            link = self._speakers[-1]
            self._open = (quote_at, link)
            return [Passage(sentence.start, sentence.end, (link,), reasons=(Reason("scope.speaker"),))]
        self._subject = self._speakers_subject(toks, len(toks)) or self._subject
        return [Passage(sentence.start, sentence.end)]

    def _note_quote(self, sentence: Span, pieces: list[Passage]) -> None:
        last = self._quoted.at(sentence.end - 1) or (self._quoted.at(sentence.end - 2) if sentence.end > 1 else None)
        if last and last.end > sentence.end and pieces and pieces[-1].links:
            self._open = (last, pieces[-1].links[-1])

    # ------------------------------------------------------------------ passages

    def _cut(self, sentence: Span, toks: list[Token], frames: list[_Frame]) -> list[Passage]:
        pieces: list[Passage] = []
        at = sentence.start
        for index, frame in enumerate(frames):
            begin = toks[frame.begins].start
            reason = Reason("cue.trailing" if frame.before else "cue.verb", frame.link.cue.of(self._text))
            if frame.before:
                if at < begin:
                    pieces.append(Passage(at, begin, (frame.link,), reasons=(reason,)))
                at = toks[frame.ends].start if frame.ends < len(toks) else sentence.end
                if at < sentence.end and toks[frame.ends].key in QUOTES:
                    pieces.append(Passage(at, sentence.end, (frame.link,), reasons=(reason,)))
                    at = sentence.end
                continue
            if at < begin:
                pieces.append(Passage(at, begin, lead=True))
            nxt = frames[index + 1] if index + 1 < len(frames) else None
            end = toks[nxt.begins].start if nxt else sentence.end
            start = toks[frame.ends].start if frame.ends < len(toks) else sentence.end
            nested = nxt is not None and not nxt.before and nxt.begins == frame.ends
            if nested and nxt is not None:
                nxt.outer = (*frame.outer, frame.link)
            elif start < end:
                pieces.append(Passage(start, end, (*frame.outer, frame.link), frame.nominal, frame.kind, reasons=(reason,)))
            at = end
        if at < sentence.end and (not frames or frames[-1].before):
            pieces.append(Passage(at, sentence.end, lead=bool(frames)))
        return pieces


def _capital(text: str, token: Token) -> bool:
    return text[token.start].isupper()


def _take_out(pieces: list[Passage], low: int, high: int) -> list[Passage]:
    """Passages without [low, high)."""
    parted: list[Passage] = []
    for piece in pieces:
        if piece.end <= low or piece.start >= high:
            parted.append(piece)
            continue
        if piece.start < low:
            parted.append(replace(piece, end=low))
        if high < piece.end:
            parted.append(replace(piece, start=high))
    return parted
