"""Attribution in Arabic news: verb first, source next, content behind أن / إن, a colon, a quotation or the verb's own preposition.

Read ``Reader.read``: it walks the tokens of a sentence, turns each licensed cue into a frame (source, cue, where its content begins,
whether it stands inside another), and cuts the sentence into passages at the frames. Cues are licensed by what follows them, since most
reporting verbs also mean something else. What the words are is in ``lexicon/ar.toml``; which phrase is a source, in ``arabic_phrases``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from factcheck.model.article import Span
from factcheck.model.claim import Polarity, Reason
from factcheck.text.arabic_phrases import Cue, Phrases, lexicon
from factcheck.text.morphology import is_verb
from factcheck.text.passages import Link, Passage
from factcheck.text.quotes import Quotation, Quoted
from factcheck.text.tokens import QUOTES, Token, tokens

_REACH = 32  # tokens between a cue and its content


@dataclass(slots=True)
class _Complement:
    """Where the content of a cue begins."""

    at: int  # token index of its first word
    start: int  # code point
    how: str  # clause, quote, colon, prep, noun
    quote: Quotation | None = None
    outer: list[Link] = field(default_factory=list)  # بحسب between cue and content
    inner: list[Link] = field(default_factory=list)  # نقلا عن


@dataclass(slots=True)
class _Frame:
    begins: int  # token index where the attributing clause begins
    links: tuple[Link, ...]
    start: int  # code points: where the content starts
    at: int  # token index of the content
    nominal: bool
    kind: str
    quote: Quotation | None
    reasons: tuple[Reason, ...]
    trailing: bool = False  # the content stands before the cue


@dataclass(slots=True)
class _Speaker:
    links: tuple[Link, ...]
    gender: str  # m, f, p


class Reader:
    """Reads the sentences of one text in order."""

    def __init__(self, text: str, quoted: Quoted) -> None:
        self._text = text
        self._quoted = quoted
        self._speakers: list[_Speaker] = []
        self._quote_links: tuple[Quotation, tuple[Link, ...]] | None = None

    # ------------------------------------------------------------------ one sentence

    def read(self, sentence: Span) -> list[Passage]:
        """The passages of the next sentence."""
        toks = tokens(self._text, sentence.start, sentence.end)
        if not toks:
            return []
        phrases = Phrases(self._text, toks, self._quoted)
        frames: list[_Frame] = []
        outer: list[Link] = []
        cuts: list[tuple[int, int]] = []  # token ranges of prepositional attributions
        inherited = self._inherited(sentence)
        clause = at = 0
        while at < len(toks):
            prep = phrases.preposition(at)
            if prep is not None:
                link = self._preposition_link(prep, toks)
                if link is not None:
                    outer.append(link)
                cuts.append((prep.begins, prep.ends))
                at = prep.ends
                if clause == prep.begins or prep.begins == 0:
                    at = clause = phrases.after_lead(at)
                    cuts[-1] = (prep.begins, at)
                continue
            frame = self._frame(at, clause, phrases, frames, inherited)
            if frame is not None:
                frames.append(frame)
                at = max(frame.at, at + 1)
                clause = at
                continue
            if phrases.boundary(at):
                clause = at
            at += 1
        return self._cut(sentence, toks, phrases, frames, outer, cuts, inherited)

    def _inherited(self, sentence: Span) -> tuple[Quotation, tuple[Link, ...]] | None:
        """The quotation that began in an earlier sentence and still runs, with its links."""
        if self._quote_links and self._quote_links[0].end > sentence.start and self._quote_links[0].start < sentence.start:
            return self._quote_links
        return None

    # ------------------------------------------------------------------ frames

    def _frame(
        self, at: int, clause: int, phrases: Phrases, frames: list[_Frame], inherited: tuple[Quotation, tuple[Link, ...]] | None
    ) -> _Frame | None:
        cue = phrases.cue(at)
        if cue is None:
            return None
        noun_end = phrases.noun_phrase(at + 1) if cue.shape == "verb" else at + 1
        source: Span | None = phrases.span(at + 1, noun_end) if noun_end > at + 1 else None
        begins = at
        if source is None and cue.shape == "verb":
            lead = phrases.after_opener(clause)
            if lead < at and phrases.noun_phrase(lead, subject=True) == at:
                source, begins = phrases.span(lead, at), clause
        complement = self._complement(cue, at, noun_end, phrases)
        if complement is None:
            return self._trailing_frame(cue, at, noun_end, source, phrases)
        parent = frames[-1] if frames else None
        nested = self._nested(parent, at, begins, clause, phrases, inherited)
        base: tuple[Link, ...] = nested or ()
        if source is not None:
            own = Link(source, cue.span, False, cue.group, cue.polarity)
            if not nested and cue.additive:
                base = self._carried(source)
            links: tuple[Link, ...] = (*base, own)
        else:
            if phrases.impersonal(cue, at, clause):
                return None
            same = self._same_speaker(cue, parent, nested, phrases, at)
            if same is None:
                return None
            links = (*same[:-1], Link(same[-1].source, cue.span, True, cue.group, cue.polarity))
        links = (*complement.outer, *links, *complement.inner)
        passed = self._passed_on(cue, complement, phrases) if cue.takes == "pass" else None
        if cue.takes == "pass" and passed is None:
            return None
        start, content_at, quote = complement.start, complement.at, complement.quote
        if passed is not None:
            links, (start, content_at, quote) = (*links, passed[0]), passed[1]
        self._remember(links)
        reason = Reason("cue." + cue.shape, cue.span.of(self._text))
        return _Frame(
            begins if begins < at else at, links, start, content_at, complement.how in ("prep", "noun"), cue.kind, quote, (reason,)
        )

    def _complement(self, cue: Cue, at: int, noun_end: int, phrases: Phrases) -> _Complement | None:
        """What licenses a cue: the first opener of content behind it."""
        toks = phrases.tokens
        found = _Complement(at + 1, 0, "")
        index = at + 1
        direct = cue.takes == "noun" and cue.group == "evaluate"
        fallback: tuple[int, int, str] | None = None
        while index < min(len(toks), at + _REACH):
            token = toks[index]
            quote = phrases.quote_opening(index)
            if quote is not None:
                if phrases.is_speech(index, quote) and not (index < noun_end):
                    found.at, found.start, found.how, found.quote = phrases.index_at(quote.start), quote.start, "quote", quote
                    return found if fallback is None or cue.takes == "clause" else self._fall_back(found, fallback)
                index = max(index + 1, phrases.index_at(quote.end))
                continue
            if token.key in {".", "!", "؟"} and token.kind == "mark":
                break
            if token.key == ":":
                return self._after_colon(found, index, phrases)
            prep = phrases.preposition(index)
            if prep is not None:
                link = self._preposition_link(prep, toks)
                if link is not None:
                    (found.inner if prep.inner else found.outer).append(link)
                index = prep.ends
                continue
            if phrases.complementiser(index):
                opened = self._after_complementiser(found, index, phrases)
                return opened if fallback is None else self._fall_back(opened, fallback)
            if index >= noun_end and fallback is None:
                step = phrases.governs(cue, index)
                if step is not None:
                    nxt = index + 1
                    if step == 0 and nxt < len(toks) and phrases.complementiser(nxt):
                        return self._after_complementiser(found, nxt, phrases)
                    if cue.takes in ("prep", "noun", "pass"):
                        if cue.group == "call" and noun_end < index:
                            fallback = (noun_end, phrases.content_start(noun_end), "prep")
                        elif step == 0:
                            if nxt >= len(toks):
                                break
                            fallback = (nxt, phrases.content_start(nxt), "prep")
                        else:
                            fallback = (index, token.start + 1, "prep")
                        break
            if index > at + 1 and (phrases.boundary(index) and not phrases.joins_subject(index, noun_end)):
                break
            if direct and index >= noun_end:
                break
            index += 1
        if fallback is not None:
            return self._fall_back(found, fallback)
        if cue.takes == "noun" and noun_end < len(toks) and toks[noun_end].kind == "word":
            start = phrases.stance(at + 1, noun_end) or noun_end
            if phrases.can_begin_content(start, cue):
                return self._fall_back(found, (start, phrases.content_start(start), "noun"))
        if cue.takes == "noun" and noun_end > at + 1:  # the phrase behind the verb may be the content itself
            start = phrases.stance(at + 1, noun_end)
            if start is not None:
                return self._fall_back(found, (start, phrases.content_start(start), "noun"))
        return None

    @staticmethod
    def _fall_back(found: _Complement, place: tuple[int, int, str]) -> _Complement:
        found.at, found.start, found.how = place
        return found

    def _after_colon(self, found: _Complement, index: int, phrases: Phrases) -> _Complement | None:
        toks = phrases.tokens
        nxt = index + 1
        if nxt >= len(toks):
            return None
        quote = phrases.quote_opening(nxt)
        if quote is not None:
            found.at, found.start, found.how, found.quote = phrases.index_at(quote.start), quote.start, "quote", quote
            return found
        if phrases.complementiser(nxt):
            return self._after_complementiser(found, nxt, phrases)
        found.at, found.start, found.how = nxt, toks[nxt].start, "colon"
        return found

    def _after_complementiser(self, found: _Complement, index: int, phrases: Phrases) -> _Complement | None:
        toks = phrases.tokens
        nxt = index + 1
        if nxt >= len(toks):
            return None
        quote = phrases.quote_opening(nxt)
        found.how = "clause"
        if quote is not None and phrases.is_speech(nxt, quote):
            found.at, found.start, found.quote = phrases.index_at(quote.start), quote.start, quote
            return found
        token = toks[nxt]
        keep_pronoun = phrases.has_pronoun(index) and not phrases.verbal(nxt)
        found.at, found.start = (nxt, toks[index].start) if keep_pronoun else (nxt, token.start)
        return found

    def _passed_on(self, cue: Cue, complement: _Complement, phrases: Phrases) -> tuple[Link, tuple[int, int, Quotation | None]] | None:
        """The inner speaker of "نقلت أ عن ب قوله إن", whose phrase begins where the content of the outer cue would."""
        toks = phrases.tokens
        end = phrases.noun_phrase(complement.at)
        if complement.how != "prep" or end == complement.at:
            return None
        source = phrases.span(complement.at, end)
        group, polarity, cue_index = "pass", Polarity.ASSERTS, complement.at - 1
        index = end
        while index < min(len(toks), end + 14):
            noun = phrases.report_noun(index)
            if noun is not None:
                cue_index, group, polarity = index, noun, Polarity.DENIES if noun == "deny" else Polarity.ASSERTS
                if noun == "deny" and not phrases.complementiser(index + 1):
                    if index + 1 >= len(toks):
                        return None
                    link = Link(source, phrases.span(index, index + 1), False, group, polarity)
                    return link, (toks[index + 1].start, index + 1, None)
            quote = phrases.quote_opening(index)
            place: _Complement | None = None
            if phrases.complementiser(index):
                place = self._after_complementiser(_Complement(0, 0, ""), index, phrases)
            elif toks[index].key == ":":
                place = self._after_colon(_Complement(0, 0, ""), index, phrases)
            elif quote is not None and phrases.is_speech(index, quote):
                place = _Complement(phrases.index_at(quote.start), quote.start, "quote", quote)
            if place is not None:
                link = Link(source, phrases.span(cue_index, cue_index + 1), False, group, polarity)
                return link, (place.start, place.at, place.quote)
            index += 1
        return None

    def _trailing_frame(self, cue: Cue, at: int, noun_end: int, source: Span | None, phrases: Phrases) -> _Frame | None:
        """ "...، قال الوزير" and "كما قالت وسائل الإعلام": the content stands before a plain cue at the end of its sentence."""
        toks = phrases.tokens
        previous = toks[at - 1].key if at else ""
        plain = cue.group in ("plain", "announce", "add", "pass")
        placed = previous in "،,؛" or previous in QUOTES or previous == "كما"
        if not (plain and source and previous and placed and noun_end > at + 1 and len(toks) - noun_end <= 14):
            return None
        link = Link(source, cue.span, False, cue.group, cue.polarity)
        self._remember((link,))
        begins = at - 1 if previous == "كما" else at
        reason = Reason("cue.trailing", cue.span.of(self._text))
        return _Frame(begins, (link,), toks[-1].end, len(toks), False, cue.kind, None, (reason,), trailing=True)

    # ------------------------------------------------------------------ chains

    def _nested(
        self,
        parent: _Frame | None,
        at: int,
        begins: int,
        clause: int,
        phrases: Phrases,
        inherited: tuple[Quotation, tuple[Link, ...]] | None,
    ) -> tuple[Link, ...]:
        """The links that govern a cue because it stands inside reported content."""
        offset = phrases.tokens[at].start
        if parent is not None:
            if parent.quote is not None and parent.quote.start <= offset < parent.quote.end:
                return parent.links
            if parent.quote is None and begins < at and clause == parent.at:
                return parent.links
            if parent.quote is None and begins < at and phrases.opens_with_complementiser(clause):
                return parent.links
        elif inherited and inherited[0].start <= offset < inherited[0].end:
            return inherited[1]
        return ()

    def _carried(self, source: Span) -> tuple[Link, ...]:
        """Outer links of the sentence before, when the same speaker goes on."""
        if not self._speakers or len(self._speakers[-1].links) < 2:
            return ()
        last = self._speakers[-1].links
        words = set(source.of(self._text).split())
        generic = len(words) == 1
        if generic or words & set(last[-1].source.of(self._text).split()):
            return tuple(link.copied() for link in last[:-1])
        return ()

    def _same_speaker(
        self, cue: Cue, parent: _Frame | None, nested: tuple[Link, ...], phrases: Phrases, at: int
    ) -> tuple[Link, ...] | None:
        """The links of whoever speaks when the subject is dropped, those of an earlier sentence marked as copied."""
        if nested:
            return nested
        if parent is not None:
            if parent.quote is None and len(parent.links) > 1 and cue.shape == "participle":
                return parent.links
            return parent.links
        subject = phrases.first_subject(at)
        if cue.shape == "participle" and subject is not None:
            return (Link(subject, cue.span, True),)
        gender = cue.gender
        for speaker in reversed(self._speakers[-6:]):
            if speaker.gender == gender:
                return tuple(link.copied() for link in speaker.links)
        return tuple(link.copied() for link in self._speakers[-1].links) if self._speakers else None

    def _remember(self, links: tuple[Link, ...]) -> None:
        self._speakers.append(_Speaker(links, lexicon().gender(links[-1].source.of(self._text))))
        del self._speakers[:-8]

    def _preposition_link(self, prep: Cue, toks: list[Token]) -> Link | None:
        """The link of "بحسب X"; the same speaker again adds none, and one nobody has met points back."""
        if prep.source is not None:
            link = Link(prep.source, prep.span, False, "according")
            self._remember((link,))
            return link
        return None

    # ------------------------------------------------------------------ passages

    def _cut(
        self,
        sentence: Span,
        toks: list[Token],
        phrases: Phrases,
        frames: list[_Frame],
        outer: list[Link],
        cuts: list[tuple[int, int]],
        inherited: tuple[Quotation, tuple[Link, ...]] | None,
    ) -> list[Passage]:
        """Cut the sentence at its frames and prepositional attributions."""
        pieces: list[Passage] = []
        first = frames[0].begins if frames else len(toks)
        head_end = toks[first].start if first < len(toks) else sentence.end
        if frames and frames[0].trailing:
            pieces.append(Passage(sentence.start, head_end, frames[0].links, reasons=frames[0].reasons))
        elif inherited and inherited[0].start < sentence.start:
            stop = min(head_end, inherited[0].end)
            pieces.append(Passage(sentence.start, stop, inherited[1], reasons=(Reason("scope.quote"),)))
            if stop < head_end:
                pieces.append(Passage(stop, head_end, lead=bool(frames)))
        elif first > 0:
            pieces.append(Passage(sentence.start, head_end, lead=bool(frames)))
        for index, frame in enumerate(frames):
            if frame.trailing:
                continue
            nxt = frames[index + 1] if index + 1 < len(frames) else None
            end = toks[nxt.begins].start if nxt else sentence.end
            if frame.quote is not None:
                self._quote_links = (frame.quote, frame.links)
                if frame.quote.end < end:
                    rest = phrases.index_at(frame.quote.end)
                    after = phrases.skip_marks(rest)
                    pieces.append(self._piece(frame, frame.start, frame.quote.end))
                    if after < len(toks) and toks[after].start < end:
                        opens = phrases.boundary(after)
                        tail_links = () if opens or phrases.marked_off(rest, after) else frame.links
                        pieces.append(Passage(toks[after].start, end, tail_links, lead=not opens, reasons=frame.reasons))
                    continue
            if frame.start < end:
                pieces.append(self._piece(frame, frame.start, end))
        return self._without(pieces, toks, cuts, tuple(outer), bool(frames))

    @staticmethod
    def _piece(frame: _Frame, start: int, end: int) -> Passage:
        return Passage(start, end, frame.links, frame.nominal, frame.kind, reasons=frame.reasons)

    @staticmethod
    def _without(
        pieces: list[Passage], toks: list[Token], cuts: list[tuple[int, int]], outer: tuple[Link, ...], framed: bool
    ) -> list[Passage]:
        """Take the prepositional attributions out of the passages and put their links outermost."""
        for begin, stop in cuts:
            low, high = toks[begin].start, toks[stop - 1].end
            parted: list[Passage] = []
            for piece in pieces:
                if piece.end <= low or piece.start >= high:
                    parted.append(piece)
                    continue
                if piece.start < low:
                    parted.append(replace(piece, end=low))
                if high < piece.end:
                    parted.append(replace(piece, start=high))
            pieces = parted
        if outer:
            reason = Reason("cue.preposition")
            pieces = [
                replace(
                    piece,
                    links=(*(link for link in outer if link not in piece.links), *piece.links),
                    reasons=(*piece.reasons, reason),
                )
                for piece in pieces
            ]
        return pieces


__all__ = ["Reader", "is_verb"]
