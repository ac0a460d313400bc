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
from factcheck.text.tokens import COMMAS, QUOTES, Token, Tokenised

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


@cache
def _first_words() -> frozenset[str]:
    return frozenset(form.split()[0] for form in _cues())


class Reader:
    """Reads the sentences of one text in order."""

    def __init__(self, words: Tokenised, quoted: Quoted) -> None:
        self._words = words
        self._text = words.text
        self._quoted = quoted
        self._speakers: list[Link] = []
        self._mentions: list[Span] = []  # speakers and subjects, for pronouns
        self._open: tuple[Quotation, Link] | None = None
        self._aside: tuple[int, int] | None = None  # a relative clause that describes a source of the sentence at hand

    def read(self, sentence: Span) -> list[Passage]:
        """The passages of the next sentence."""
        toks = self._words.within(sentence.start, sentence.end)
        if not toks:
            return []
        frames = self._frames(toks)
        aside, self._aside = self._aside, None
        according = self._according(toks)
        if frames:
            self._cite(toks, frames)
        if not frames and according is None:
            return self._without_cue(sentence, toks)
        pieces = self._cut(sentence, toks, frames)
        self._mention(*(frame.link.source for frame in frames if not frame.outer))
        self._speakers += [frame.link for frame in frames if not frame.outer]
        del self._speakers[:-8]
        if according is not None:
            low, high, link = according
            self._speakers.append(link)
            self._mention(link.source)
            pieces = _take_out(pieces, toks[low].start, toks[high - 1].end)
            pieces = [
                replace(piece, links=(link, *piece.links), reasons=(*piece.reasons, Reason("cue.preposition")))
                if low == 0 or piece.start < toks[low].start or not piece.links
                else piece
                for piece in pieces
            ]
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
        if token.key not in _first_words() or (_capital(self._text, token) and at > 0 and toks[at - 1].kind == "word"):
            return None  # "the United States"
        group, width = None, 0
        for width in range(min(3, len(toks) - at), 0, -1):
            group = _cues().get(" ".join(each.key for each in toks[at : at + width]))
            if group is not None:
                break
        if group is None or (group.get("quote") and not self._quote_near(toks, at, at + width)):
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
        subject = self._subject_before(toks, at, clause, frames)
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

    def _quote_near(self, toks: list[Token], at: int, after: int) -> bool:
        """Whether a quotation begins in the next words or ended just before: "called the messages “out of context”"."""
        if any(token.key in QUOTES for token in toks[max(0, at - 6) : at]):
            return True
        for index in range(after, min(len(toks), after + 9)):
            if toks[index].key in QUOTES:
                return self._opens(toks[index])
            if toks[index].kind == "mark" or finite(toks[index : index + 1]):
                return False
        return False

    def _participle(self, toks: list[Token], at: int, after: int, group: dict[str, Any], cue: Span, frames: list[_Frame]) -> _Frame | None:
        """ "..., adding that two were hurt": the subject of the sentence goes on."""
        content = self._content(toks, after, group)
        main = _main(frames)
        source = main.link.source if main else self._speakers_subject(toks, at)
        if content is None or source is None:
            return None
        link = Link(source, cue, True, group["group"], Polarity(group.get("polarity", "asserts")))
        nominal = group["takes"] == "noun" and not finite(toks[content:])
        return _Frame(at, content, link, False, nominal, group.get("kind", ""), outer=main.outer if main else ())

    def _inverted(self, toks: list[Token], at: int, after: int, group: dict[str, Any]) -> tuple[Span, int] | None:
        """The subject behind the cue: "…," said X."""
        if at < 2 or toks[at - 1].key not in QUOTES | {","} or group["group"] not in ("plain", "add", "announce", "tell"):
            return None
        if toks[at - 1].key == "," and toks[at - 2].key not in QUOTES and toks[at].key not in ("said", "says", "added"):
            return None
        if toks[at - 2].key not in QUOTES and toks[at - 1].key not in QUOTES and toks[after : after + 1] and toks[after].key in _NO_SUBJECT:
            return None
        end = after
        while (
            end < len(toks)
            and (toks[end].kind != "mark" or _inside_name(toks, end))
            and toks[end].key not in ("in", "on", "at", "who", "after", "during")
        ):
            end += 1
        if end - after > 10 or finite(toks[after:end], strict=True):
            return None
        if end == after or (toks[after].key in ("that", "the") and end == after + 1):
            return None
        source = Span(toks[after].start, toks[end - 1].end)
        far = min(len(toks), end + LONGEST_TRAIL)
        stop = next((i for i in range(end, far) if toks[i].key in QUOTES), far if far == len(toks) else end)
        self._note_aside(toks, end, stop)
        return source, stop

    def _note_aside(self, toks: list[Token], low: int, high: int) -> None:
        """A relative clause between two tokens that describes the source: "said Maureen Tapley, who led the petition"."""
        who = next((i for i in range(low, high) if toks[i].key in ("who", "which", "whose")), None)
        if who is None or (toks[who - 1].key not in {","} and who == low):
            return
        end = next((i for i in range(who + 1, high) if toks[i].key in {",", ".", ";"} and not _inside_name(toks, i)), high)
        if finite(toks[who:end]):
            self._aside = (toks[who].start, toks[end - 1].end)

    def _subject_before(self, toks: list[Token], at: int, clause: int, frames: list[_Frame]) -> tuple[Span, int, bool, bool] | None:
        """The subject of a cue, where its clause begins, whether it points back, and whether the clause is a relative one."""
        grammar, framed = words_of("grammar"), bool(frames)
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
        if last < 0 or toks[last].key in grammar["nouns_before"] or toks[last].key in ("'", "’", "who", "which", "that", "what"):
            return None
        if toks[at].key.endswith("s") and (toks[last].kind == "number" or toks[last].key in _COUNTS):
            return None  # "two reports that ..."
        if toks[last].key in ("and", "but", "or") or (framed and last < clause):
            main = _main(frames)
            earlier = main.link.source if main else self._speakers_subject(toks, at)
            return (earlier, last + 1, True, False) if earlier else None
        begins = last
        if toks[last].key == ",":  # an apposition or a relative clause stands between subject and cue
            clause = max(
                clause, next((i + 1 for i in range(last - 1, max(clause, last - LONGEST_TRAIL), -1) if toks[i].key in QUOTES), clause)
            )
            comma = next((i for i in range(clause, last) if toks[i].key == ","), last)
            begins = clause
            while begins < comma and toks[begins].key in grammar["leads"]:
                begins += 1
            if not 0 < comma - begins <= 12:
                return None
            self._note_aside(toks, comma, last)
            return Span(toks[begins].start, toks[comma - 1].end), begins, False, False
        while (
            begins > clause
            and (toks[begins - 1].kind != "mark" or _inside_name(toks, begins - 1) or _in_brackets(toks, begins - 1))
            and toks[begins - 1].key not in grammar["leads"] | {"which", "who", "whose"}
        ):
            begins -= 1
        relative = begins > 0 and toks[begins - 1].key in ("which", "who", "whose")
        if relative and toks[begins].key not in grammar["pronouns"]:
            return None
        if begins > clause + 1 and toks[begins - 1].key == "and" and toks[begins - 2].key != ",":
            wider = begins - 2
            while wider > clause and toks[wider - 1].kind != "mark" and toks[wider - 1].key not in grammar["leads"]:
                wider -= 1
            if not finite(toks[wider:begins]) and (wider == clause or _capital(self._text, toks[begins])):
                begins = wider
        begins, last = self._without_adverbials(toks, begins, last)
        if last < begins or last - begins > 25 or (last == begins and toks[last].key.endswith("ing")):
            return None
        if last == begins and toks[begins].key in grammar["pronouns"]:
            return self._pronoun(toks[begins], begins, relative, frames)
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

    def _pronoun(self, token: Token, begins: int, relative: bool, frames: list[_Frame]) -> tuple[Span, int, bool, bool] | None:
        """Whom a pronoun means: the nearest speaker or subject that fits it, in this sentence or before."""
        if token.key in ("we", "i") and self._quoted.at(token.start) is not None:
            return None
        known = [*self._mentions, *(frame.link.source for frame in frames[-8:] if not frame.before)]
        source = next((span for span in reversed(known) if _fits(token.key, span.of(self._text))), known[-1] if known else None)
        if source is None:  # nobody was named before: the pronoun stands for itself
            return Span(token.start, token.end), begins, False, relative
        return source, begins, True, relative

    def _mention(self, *spans: Span) -> None:
        self._mentions += spans
        del self._mentions[:-12]

    def _speakers_subject(self, toks: list[Token], at: int) -> Span | None:
        """The subject of the sentence, for a second verb without one of its own: the words before its first finite verb."""
        low = 0
        while low < at - 1 and (toks[low].key in words_of("grammar")["leads"] or toks[low].kind == "mark"):
            low += 1
        for index in range(low + 1, at):
            if finite(toks[index : index + 1]):
                end = next((i for i in range(low + 1, index) if toks[i].key in {",", "("}), index)
                return Span(toks[low].start, toks[end - 1].end) if end - low <= 10 else None
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
        if toks[begins - 1].key in QUOTES and rest and rest[0].kind == "word" and rest[0].key not in ("that", "it", "he", "she", "they"):
            return stop  # "“…,” he said after the vote"
        framed = rest and (rest[0].key in words_of("grammar")["days"] or rest[0].key in ("in", "during", "after", "to", "of"))
        comma = next((i for i in range(after, stop) if toks[i].key == ","), None)
        if framed and comma is not None and toks[begins - 1].key == "," and not finite(toks[after:comma]):
            return comma  # "..., the agency said in a June report, and ..."
        if not rest or rest[0].key in {".", ","} or framed:
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
            if key == "that" and (group["group"] != "accuse" or index == after):  # not "accused them of ignoring reports that ..."
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
            opens = next(
                (i for i in range(index, min(len(toks), index + 4)) if toks[i].key in _OPENS_CLAUSE and finite(toks[i + 1 : i + 8])), None
            )
            if opens is not None and not finite(toks[index:opens]):
                index = opens  # "told church elders the bank had made an error"
            return index if index < len(toks) - 2 else None
        first = toks[after].key
        if "needs" in group:
            head = next((i for i in range(after, min(len(toks), after + 5)) if toks[i].key in group["needs"]), None)
            if head is None:
                return None
            goes_on = head + 1 + (toks[head + 1 : head + 2] != [] and toks[head + 1].key == "that")
            return goes_on if goes_on < len(toks) - 1 and finite(toks[goes_on : goes_on + 8]) else after
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

    def _cite(self, toks: list[Token], frames: list[_Frame]) -> None:
        """ "…, citing bankers who said …" and "TechLedger, citing e-mails, reported …": those who are cited stand inside whoever cites."""
        at = next((i for i in range(2, len(toks) - 1) if toks[i].key == "citing" and toks[i - 1].key == ","), None)
        if at is None:
            return
        end = at + 1
        while (
            end < len(toks)
            and toks[end].key not in {",", "who", "that", "which", "as"}
            and (toks[end].kind != "mark" or _inside_name(toks, end))
        ):
            end += 1
        if end == at + 1:
            return
        cited = Link(Span(toks[at + 1].start, toks[end - 1].end), Span(toks[at].start, toks[at].end), False, "cite")
        frame = next((each for each in frames if each.begins <= at < each.ends), None)  # it stands between a subject and its cue
        if frame is not None and not frame.before:
            frame.outer, frame.link = (*frame.outer, frame.link), cited
            return
        said = next(
            (i for i in range(end, min(len(toks), end + 4)) if _cues().get(toks[i].key, {}).get("group") in ("plain", "announce", "add")),
            None,
        )
        citing = _main(frames)
        if toks[end : end + 1] and toks[end].key in ("who", "as") and said is not None and citing is not None:
            speaker = Link(cited.source, Span(toks[said].start, toks[said].end))
            outer = (*citing.outer, replace(citing.link, cue=cited.cue, resolved=True))
            frames[:] = [each for each in frames if each.begins < at]
            frames.append(_Frame(at, said + 1, speaker, False, False, "", outer=outer))

    # ------------------------------------------------------------------ according to, quotations

    def _according(self, toks: list[Token]) -> tuple[int, int, Link] | None:
        """ "according to X": its tokens and link."""
        for index in range(len(toks) - 2):
            if toks[index].key == "according" and toks[index + 1].key == "to":
                end = index + 2
                while (
                    end < len(toks)
                    and (toks[end].kind != "mark" or _inside_name(toks, end))
                    and toks[end].key not in ("which", "who", "that", "and")
                ):
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
            about = self._mentions[-1] if self._mentions else link.source
            if about.start > link.source.start and _fits("he", about.of(self._text)):
                link = replace(link, source=about, resolved=True)
            self._open = (quote_at, link)
            return [Passage(sentence.start, sentence.end, (link,), reasons=(Reason("scope.speaker"),))]
        subject = self._speakers_subject(toks, len(toks))
        if subject is not None and subject.of(self._text).lower() not in words_of("grammar")["pronouns"] | {"this", "that", "there"}:
            self._mention(subject)
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
                goes_on = frame.ends + 1 < len(toks) and toks[frame.ends].key == "," and toks[frame.ends + 1].key in _GOES_ON
                if at < sentence.end and index == len(frames) - 1 and (toks[frame.ends].key in QUOTES or goes_on):
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


_OPENS_CLAUSE = frozenset({"the", "a", "an", "he", "she", "it", "they", "we", "there", "his", "her", "its", "their", "this", "these", "no"})
_NO_SUBJECT = frozenset({"that", "it", "he", "she", "they", "there", "in", "on", "at", "no", "not"})
_GOES_ON = frozenset({"and", "although", "though", "because", "since"})
_COUNTS = frozenset(
    {"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "dozen", "several", "many", "few", "other", "such"}
)
_SHORT = frozenset(
    {
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "sen",
        "rep",
        "gov",
        "gen",
        "lt",
        "col",
        "sgt",
        "capt",
        "st",
        "jr",
        "sr",
        "u.s",
        "u.k",
        "u.n",
        "inc",
        "corp",
        "co",
    }
)


def _inside_name(toks: list[Token], index: int) -> bool:
    """Whether the point at ``index`` belongs to an abbreviation inside a name: Ms. Hadley, U.S. Attorney, Mark O. Field."""
    if toks[index].key != "." or index == 0 or index + 1 >= len(toks) or toks[index - 1].end != toks[index].start:
        return False
    before = toks[index - 1].key
    return before in _SHORT or len(before) == 1 or "." in before


def _in_brackets(toks: list[Token], index: int) -> bool:
    """Whether a bracket at ``index`` belongs to a short remark inside a name: Rep. John Mica (R-Fla.)."""
    if toks[index].key == ")":
        return any(toks[i].key == "(" for i in range(max(0, index - 6), index))
    return toks[index].key in ("(", "-", ".") and any(toks[i].key == ")" for i in range(index + 1, min(len(toks), index + 7)))


def _main(frames: list[_Frame]) -> _Frame | None:
    """The last frame that stands inside no other."""
    for index in range(len(frames) - 1, -1, -1):
        if index == 0 or frames[index].before or frames[index].begins != frames[index - 1].ends:
            return frames[index]
    return None


def _fits(pronoun: str, source: str) -> bool:
    """Whether a pronoun may mean a source: persons, things and bodies, several."""
    words = [word.strip("'’,.").lower() for word in source.split()]
    lists = words_of("source")
    thing = any(word in lists["bodies"] | lists["documents"] | lists["outlets"] for word in words[-1:] + words[:-1][:3])
    roles = any(word in lists["unnamed"] | lists["roles"] for word in words)
    plural = words[-1].endswith("s") and (words[-1] in lists["unnamed"] or not source.split()[-1][:1].isupper())
    if pronoun in ("he", "she"):
        return (roles or not thing) and not plural and (source[:1].isupper() or roles)
    if pronoun == "it":
        return (thing or not roles) and not plural
    if pronoun == "they":
        return plural or " and " in source or thing
    return True


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
