"""Attribution in Arabic news: verb first, source next, content behind أن / إن, a colon, a quotation or the verb's own preposition.

Read ``Reader.read``: it walks the tokens of a sentence, turns each licensed cue into a frame (source, cue, where its content begins,
whether it stands inside another), and cuts the sentence into passages at the frames. Cues are licensed by what follows them
(``arabic_content``), since most reporting verbs also mean something else. What the words are is in ``lexicon/ar.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest

from factcheck.model.article import Span
from factcheck.model.claim import Reason
from factcheck.text.arabic_content import content_of, passed_on, shown
from factcheck.text.arabic_cues import cue_at, governs, is_impersonal, preposition_at
from factcheck.text.arabic_lexicon import Cue, Prepositional, lexicon
from factcheck.text.arabic_nouns import first_subject, noun_phrase, subject_end, without_apposition
from factcheck.text.arabic_phrases import Phrases
from factcheck.text.passages import Link, Passage
from factcheck.text.quotes import Quotation, Quoted
from factcheck.text.tokens import COMMAS, QUOTES, Tokenised, fold

_PRONOUNS = frozenset({"هو", "هي", "هم", "وهو", "وهي", "وهم", "فهو", "فهي", "فهم", "هما", "انه", "انها", "انهم"})
_FAR = 2000  # code points within which a nearer mention of a name is looked for
_STILL = frozenset({"يزال", "تزال", "زال", "زالت", "لايزال", "لاتزال", "مازال", "مازالت", "يزالون"})
_BETWEEN = 16  # tokens of an apposition or a relative clause between a subject and its verb
_REMEMBERED = 8  # speakers a dropped subject may point back to


@dataclass(slots=True)
class _Frame:
    begins: int  # token index where the attributing clause begins
    links: tuple[Link, ...]
    start: int  # code points: where the content starts
    at: int  # token index of the content
    reason: Reason
    nominal: bool = False
    kind: str = ""
    quote: Quotation | None = None
    trailing: bool = False  # the content stands before the cue
    aside: tuple[int, int] | None = None  # code points of a relative clause that describes the source
    inside: _Frame | None = None  # the frame in whose content this one stands
    own: int | None = None  # how many of the links lead to the cue's own speaker; all without it


@dataclass(frozen=True, slots=True)
class _Speaker:
    links: tuple[Link, ...]
    gender: str  # m, f, p of the innermost source; the verb that it is the subject of knows best


class Reader:
    """Reads the sentences of one text in order."""

    def __init__(self, words: Tokenised, quoted: Quoted) -> None:
        self._words = words
        self._text = text = words.text
        self._quoted = quoted
        self._careful = " على " in text  # على and the name علي are told apart
        self._speakers: list[_Speaker] = []
        self._topic: Span | None = None  # the subject of the last sentence that nobody is said to have said
        self._open: tuple[Quotation, tuple[Link, ...]] | None = None  # the last quotation with a chain

    def read(self, sentence: Span) -> list[Passage]:
        """The passages of the next sentence."""
        toks = self._words.within(sentence.start, sentence.end)
        if not toks:
            return []
        if self._careful:
            toks = [token._replace(key="علي_") if token.key == "علي" and self._text[token.end - 1] == "ي" else token for token in toks]
        phrases = Phrases(self._text, toks, self._quoted)
        inherited = self._open if self._open and self._open[0].start < sentence.start < self._open[0].end else None
        frames: list[_Frame] = []
        outer: list[Link] = []
        cuts: list[tuple[int, int]] = []  # token ranges of prepositional attributions
        asides: list[Passage] = []
        clause = at = 0
        headline = self._headline(phrases)
        if headline is not None:
            frames.append(headline)
            clause = at = headline.at
        while at < len(toks):
            prep = preposition_at(phrases, at)
            if prep is not None:
                frame = self._leading(prep, phrases)
                link = self._link(prep)
                if frame is not None and link is not None and at > 0:
                    frames.append(frame)
                elif link is not None:
                    outer.append(link)
                    if prep.passed and (inner := self._link(prep.passed)):
                        outer.append(inner)
                end = prep.ends
                if (aside := _aside(phrases, end, len(toks))) and clause == prep.begins:
                    asides.append(Passage(*aside))
                    end = phrases.index_at(aside[1])
                if clause == prep.begins:
                    end = _after_lead(phrases, end)
                    clause = end
                cuts.append((prep.begins, end))
                at = max(end, at + 1)
                continue
            frame = self._frame(at, clause, phrases, frames, inherited) or self._back_to_outer(at, phrases, frames)
            if frame is not None:
                if (carrier := self._carrier(phrases, clause, frame)) is not None:
                    frame.links = (carrier, *frame.links)
                frames.append(frame)
                clause = at = max(frame.at, at + 1)
                continue
            if phrases.boundary(at) or (phrases.key(at) == "فان" and phrases.key(at - 1) in COMMAS):
                clause = at
            at += 1
        if not frames and (about := first_subject(phrases, len(toks))) is not None and (self._topic is None or self._is_person(about)):
            self._topic = about
        pieces = self._cut(sentence, phrases, frames, inherited)
        return [*asides, *_without(pieces, phrases, cuts, tuple(outer))]

    # ------------------------------------------------------------------ frames

    def _frame(
        self, at: int, clause: int, phrases: Phrases, frames: list[_Frame], inherited: tuple[Quotation, tuple[Link, ...]] | None
    ) -> _Frame | None:
        """The frame of a cue at ``at``, if there is one, it is licensed, and somebody speaks."""
        cue = cue_at(phrases, at)
        if cue is None:
            return None
        noun_end = noun_phrase(phrases, at + 1) if cue.shape == "verb" else at + 1
        noun_end = next((index for index in range(at + 1, noun_end) if governs(phrases, cue, index) == 1), noun_end)
        if governs(phrases, cue, noun_end) is None:  # "حذر خبراء من خطر": من belongs to the verb, not to the experts
            noun_end = next((index for index in range(at + 2, noun_end) if governs(phrases, cue, index) == 0), noun_end)
        lead = _after_opener(phrases, clause)
        first = _subject_first(phrases, lead, _before_auxiliary(phrases, at)) if cue.shape == "verb" else None
        if first is not None and (noun_end == at + 1 or not self._agrees(cue, phrases, lead, first)):
            first = None  # the verb has its subject behind it
        content = content_of(phrases, cue, at, noun_end if first is None else at + 1)
        sight = shown(phrases, at, noun_end) if cue.takes == "pass" and cue.shape == "verb" else None
        if sight is not None:
            content = replace(sight[1], subject_end=subject_end(phrases, at + 1, noun_end))
        if content is None:
            return self._trailing(cue, at, noun_end, phrases)
        source = None
        if content.subject_end > at + 1:
            stop = without_apposition(phrases, at + 1, content.subject_end)
            if cue.group == "inform" and stop - at > 2:  # "أبلغ الحديدي رويترز أن"
                stop = next((index for index in range(at + 2, stop) if phrases.key(index) in lexicon().agencies), stop)
            source = phrases.span(at + 1, stop)
        begins = at
        topic = phrases.key(clause) == "اما" and phrases.key(at).startswith("ف")
        if source is None and cue.shape == "verb" and (topic or cue.span.start == phrases.tokens[at].start):
            if lead == at:
                begins = clause
            end = _subject_first(phrases, lead, _before_auxiliary(phrases, at))
            if end is not None:
                source, begins = phrases.span(lead, end), clause
                if end == lead + 1 and phrases.key(lead) in _PRONOUNS:
                    source = None
        elif source is not None and content.nominal and _passive(phrases, cue, at):
            return None
        parent = frames[-1] if frames else None
        nested = _nested(parent, at, begins, clause, phrases, inherited)
        links = self._links(cue, source, parent, nested, phrases, at)
        if links is None:
            return None
        outer = tuple(link for prep in content.outer for each in (prep, prep.passed) if each and (link := self._link(each)))
        inner = tuple(link for prep in content.inner if (link := self._link(prep)))
        speaking = (*outer, *links)
        if content.denied is not None and content.denied.source is not None:
            inner = (*inner, Link(content.denied.source, content.denied.span))
        links = (*speaking, *inner)
        if cue.takes == "pass":
            passed = sight or passed_on(phrases, content)
            if passed is not None:
                links, content = (*links, passed[0]), passed[1]
            elif content.nominal:
                return None  # "نقل المصابين"
        speaking = speaking if content.denied is not None else links
        self._remember(speaking, cue.gender if source is not None and cue.shape == "verb" and len(speaking) == len(nested) + 1 else "")
        reason = Reason(f"cue.{cue.shape}", cue.span.of(self._text))
        aside = _aside(phrases, noun_end, content.at)
        within = parent if nested and parent is not None else None
        return _Frame(
            begins,
            links,
            content.start,
            content.at,
            reason,
            content.nominal,
            cue.kind,
            content.quote,
            aside=aside,
            inside=within,
            own=len(speaking),
        )

    def _agrees(self, cue: Cue, phrases: Phrases, low: int, high: int) -> bool:
        """Whether the phrase before a verb is its subject by gender and number, and one that can speak."""
        head = phrases.key(low)
        if head not in lexicon().speakers and head not in _PRONOUNS:
            return not head.startswith("ال")  # a name; those of men may end in ة
        return self._fits(phrases.span(low, high), cue)

    def _fits(self, source: Span, cue: Cue) -> bool:
        """Whether a source and a verb agree; a broken plural takes a feminine verb."""
        words = source.of(self._text).split()
        gender = lexicon().gender(source.of(self._text))
        return gender == cue.gender or (gender == "p" and cue.gender == "f" and fold(words[0]) in lexicon().plurals)

    def _headline(self, phrases: Phrases) -> _Frame | None:
        """ "وزير الصحة: لا زيادة في الأسعار": a speaker and a colon at the head of a sentence."""
        end = noun_phrase(phrases, 0, subject=True)
        if phrases.key(0).removeprefix("ال") not in lexicon().roles or phrases.key(end) != ":" or end + 1 >= len(phrases.tokens):
            return None
        colon = phrases.tokens[end]
        links = (Link(phrases.span(0, end), Span(colon.start, colon.end)),)
        self._remember(links)
        quote = phrases.quote_opening(end + 1)
        start = quote.start if quote else phrases.tokens[end + 1].start
        return _Frame(0, links, start, end + 1, Reason("cue.colon"), quote=quote)

    def _leading(self, prep: Prepositional, phrases: Phrases) -> _Frame | None:
        """ "ووفقا لـ X فإن ..." inside a sentence: what was said before is over."""
        if prep.begins == 0 or prep.source is None or phrases.key(prep.ends) not in ("فان", "ان"):
            return None
        at = _after_lead(phrases, prep.ends)
        if at >= len(phrases.tokens):
            return None
        link = Link(prep.source, prep.span, False, "according")
        return _Frame(prep.begins, (link,), phrases.tokens[at].start, at, Reason("cue.preposition"))

    def _back_to_outer(self, at: int, phrases: Phrases, frames: list[_Frame]) -> _Frame | None:
        """ "قالت إن أ اعترف بكذا، وإن ب": the second إن belongs to the outer verb when the inner one governs no clause."""
        last = frames[-1] if frames else None
        if (
            last is None
            or last.inside is None
            or not last.nominal
            or phrases.key(at) not in ("وان", "وبان")
            or at + 1 >= len(phrases.tokens)
        ):
            return None
        outer = last.inside
        return replace(outer, begins=at, start=phrases.tokens[at + 1].start, at=at + 1, quote=None, aside=None)

    def _carrier(self, phrases: Phrases, clause: int, frame: _Frame) -> Link | None:
        """The outlet of "في كلمة بثها التلفزيون": between a cue and its content, a statement that somebody carried."""
        lex = lexicon()
        for index in range(max(clause, frame.begins) + 1, min(frame.at, len(phrases.tokens))):
            key = phrases.key(index).removeprefix("و")
            carries = lex.verbs.get(key, {}).get("group") == "pass" and key.endswith(("ها", "ته", "تها"))
            if carries and any(phrases.key(at) in lex.statements for at in range(max(0, index - 5), index)):
                end = noun_phrase(phrases, index + 1)
                if end > index + 1:
                    token = phrases.tokens[index]
                    cue = Span(token.start + (token.key != key), token.end)
                    return Link(phrases.span(index + 1, end), cue, False, "pass")
        return None

    def _trailing(self, cue: Cue, at: int, noun_end: int, phrases: Phrases) -> _Frame | None:
        """ "...، قال الوزير": the content stands before a plain cue at the end of its sentence."""
        toks = phrases.tokens
        previous = phrases.key(at - 1)
        placed = previous in COMMAS or previous in QUOTES
        if cue.group not in ("plain", "announce", "add") or not placed or noun_end == at + 1 or len(toks) - noun_end > 14:
            return None
        link = Link(phrases.span(at + 1, noun_end), cue.span, False, cue.group, cue.polarity)
        self._remember((link,))
        return _Frame(at, (link,), toks[-1].end, len(toks), Reason("cue.trailing", cue.span.of(self._text)), trailing=True)

    # ------------------------------------------------------------------ chains

    def _links(
        self, cue: Cue, source: Span | None, parent: _Frame | None, nested: tuple[Link, ...], phrases: Phrases, at: int
    ) -> tuple[Link, ...] | None:
        """The chain down to the cue's own speaker; None when nobody is found to speak."""
        if source is not None:
            own = Link(source, cue.span, False, cue.group, cue.polarity)
            return (*(nested or (self._carried(source) if cue.additive else ())), own)
        if is_impersonal(phrases, at):
            return None
        same = self._same_speaker(cue, parent, nested, phrases, at)
        if same is None:
            return None
        return (*same[:-1], Link(self._nearest(same[-1].source, cue.span), cue.span, True, cue.group, cue.polarity))

    def _nearest(self, source: Span, cue: Span) -> Span:
        """The nearest mention of a named person before a cue, by the last word of the name."""
        words = source.of(self._text).split()
        last = words[-1] if words else ""
        if len(words) < 2 or len(last) < 4 or last.startswith("ال") or not self._is_person(source):
            return source
        at = self._text.rfind(last, max(source.end, cue.start - _FAR), cue.start)
        if at < 0 or self._text[at - 1 : at].isalpha() or self._text[at + len(last) : at + len(last) + 1].isalpha():
            return source
        low = at
        for word in reversed(words[:-1]):
            if not self._text.startswith(word + " ", low - len(word) - 1):
                break
            low -= len(word) + 1
        return Span(low, at + len(last))

    def _carried(self, source: Span) -> tuple[Link, ...]:
        """Outer links of the sentence before, when the same speaker goes on."""
        if not self._speakers or len(self._speakers[-1].links) < 2:
            return ()
        last = self._speakers[-1].links
        words = set(source.of(self._text).split())
        if len(words) == 1 or words & set(last[-1].source.of(self._text).split()):
            return tuple(link.copied() for link in last[:-1])
        return ()

    def _same_speaker(
        self, cue: Cue, parent: _Frame | None, nested: tuple[Link, ...], phrases: Phrases, at: int
    ) -> tuple[Link, ...] | None:
        """The links of whoever speaks when the subject is dropped; those of an earlier sentence are marked as copied."""
        if nested:
            return None if cue.group == "judge" else nested
        if parent is not None:
            return parent.links[: parent.own]
        subject = first_subject(phrases, at)
        points = (
            cue.shape == "participle"
            or phrases.key(at + 1) in ("فيه", "فيها")
            or phrases.key(at - 1) in lexicon().relatives
            or (at > 6 and phrases.key(at)[:1] == "و")
        )
        if subject is not None and points:
            return (Link(subject, cue.span, True),)
        if not self._speakers and self._topic is not None:
            return (Link(self._topic, cue.span, True),)
        for speaker in reversed(self._speakers):
            inner = len(speaker.links)
            if speaker.gender == cue.gender:
                known = inner
            else:
                known = next(
                    (
                        end
                        for end in range(inner, 0, -1)
                        if (end < inner or speaker.gender == "p") and self._fits(speaker.links[end - 1].source, cue)
                    ),
                    0,
                )
            if known:
                if self._goes_to_topic(speaker, cue):
                    return (Link(self._topic, cue.span, True),) if self._topic else None
                return tuple(link.copied() for link in speaker.links[:known])
        return tuple(link.copied() for link in self._speakers[-1].links) if self._speakers else None

    def _goes_to_topic(self, speaker: _Speaker, cue: Cue) -> bool:
        """Whether a dropped subject is the person that the text is about rather than the outlet that spoke last, unless that goes on."""
        if self._topic is None or fold(speaker.links[-1].source.of(self._text).split()[0]) not in lexicon().outlets:
            return False
        newer = self._topic.start > speaker.links[-1].source.start
        return (newer or not cue.additive) and lexicon().gender(self._topic.of(self._text)) == cue.gender

    def _is_person(self, about: Span) -> bool:
        lex, words = lexicon(), about.of(self._text).split()
        head = fold(words[0])
        if head.removeprefix("ال") in lex.roles:
            return True
        return len(words) > 1 and not head.startswith("ال") and head not in lex.bodies | lex.outlets | lex.documents

    def _remember(self, links: tuple[Link, ...], gender: str = "") -> None:
        known = lexicon().gender(links[-1].source.of(self._text))
        self._speakers.append(_Speaker(links, known if known == "p" or not gender else gender))
        del self._speakers[:-_REMEMBERED]

    def _link(self, prep: Prepositional) -> Link | None:
        """The link of "بحسب X"; the same speaker again ("بحسب تعبيره") adds none."""
        if prep.source is None:
            return None
        link = Link(prep.source, prep.span, False, "according")
        self._remember((link,))
        return link

    # ------------------------------------------------------------------ passages

    def _announced(self, phrases: Phrases, piece: Passage, frame: _Frame) -> list[Passage]:
        """A passage, and apart from it the quotation that a colon announces in it."""
        quote = _spoken(phrases, piece.start, piece.end)
        if quote is None:
            return [piece]
        self._open = (quote, frame.links)
        rest = Passage(min(quote.end, piece.end), piece.end, frame.links, reasons=piece.reasons)
        said = replace(piece, start=quote.start, end=min(quote.end, piece.end), nominal=False, kind="")
        return [replace(piece, end=quote.start - 1), said, rest]

    def _cut(
        self, sentence: Span, phrases: Phrases, frames: list[_Frame], inherited: tuple[Quotation, tuple[Link, ...]] | None
    ) -> list[Passage]:
        """The sentence cut at its frames."""
        toks = phrases.tokens
        head_end = toks[frames[0].begins].start if frames else sentence.end
        pieces: list[Passage] = []
        if frames and frames[0].trailing:
            pieces.append(Passage(sentence.start, head_end, frames[0].links, reasons=(frames[0].reason,)))
        elif inherited:
            stop = min(head_end, inherited[0].end)
            pieces.append(Passage(sentence.start, stop, inherited[1], reasons=(Reason("scope.quote"),)))
            pieces.append(Passage(stop, head_end, lead=bool(frames)))
        else:
            pieces.append(Passage(sentence.start, head_end, lead=bool(frames)))
        for frame, nxt in zip_longest(frames, frames[1:]):
            if frame.aside:
                pieces.append(Passage(*frame.aside))
            if frame.trailing:
                continue
            end = toks[nxt.begins].start if nxt else sentence.end
            piece = Passage(frame.start, end, frame.links, frame.nominal, frame.kind, reasons=(frame.reason,))
            quote = frame.quote
            if quote is None:
                pieces.extend(self._announced(phrases, piece, frame))
                continue
            self._open = (quote, frame.links)
            if quote.end >= end:
                pieces.append(piece)
                continue
            tail = _tail(phrases, frame, quote, end)
            if tail.links and tail.start < tail.end:
                pieces.append(replace(piece, start=max(frame.start - 1, 0)))  # it goes on behind the quotation
                continue
            pieces.append(replace(piece, end=quote.end))
            pieces.append(tail)
        return [piece for piece in pieces if piece.start < piece.end]


def _subject_first(phrases: Phrases, lead: int, verb: int) -> int | None:
    """Where the subject at ``lead`` ends when ``verb`` is its verb: right behind it, or behind an apposition or a relative clause."""
    end = noun_phrase(phrases, lead, subject=True)
    if end == verb and lead < verb:
        return end
    if not lead < end < verb <= end + _BETWEEN:
        return None
    between = range(end + 1, verb)
    if phrases.key(end) in COMMAS:
        closed = phrases.key(verb - 1) in COMMAS and verb - 1 > end
        short = verb - end <= 10 and not any(phrases.key(index) in COMMAS for index in range(end + 1, verb - 1))
        return end if closed and (short or not any(phrases.boundary(index) for index in between)) else None
    if phrases.key(end) in lexicon().relatives and not any(phrases.boundary(index) or phrases.key(index) in COMMAS for index in between):
        return end
    return None


def _passive(phrases: Phrases, cue: Cue, at: int) -> bool:
    """ "يعتبر المعرض الأول من نوعه", "تقدر احتياطاته بكذا": an imperfect whose noun cannot speak is read as a passive."""
    verb = lexicon().bare(phrases.key(at))
    if cue.group not in ("judge", "expect") or verb[:1] not in ("ي", "ت") or verb.startswith("توقع"):
        return False
    head = phrases.key(at + 1)
    return head not in lexicon().speakers and not head.endswith(("ون", "ان"))


def _spoken(phrases: Phrases, start: int, end: int) -> Quotation | None:
    """The quotation that a colon announces between two offsets: "تعهد بالفوز: «سنهاجم»"."""
    for index in range(phrases.index_at(start), phrases.index_at(end)):
        if phrases.key(index) == ":" and (quote := phrases.quote_opening(index + 1)) is not None:
            return quote
    return None


_UNNAMED = frozenset({"هويته", "هويتها", "هويتهم", "اسمه", "اسمها", "اسمهم", "اسمائهم"})  # a wish to stay unnamed is no claim


def _aside(phrases: Phrases, start: int, stop: int) -> tuple[int, int] | None:
    """A relative clause between tokens ``start`` and ``stop`` that describes the source: "الدراسة التي نشرها المعهد أن ..."."""
    if phrases.key(start) in COMMAS:
        start += 1
    if start >= stop or (phrases.key(start) not in lexicon().relatives and phrases.key(start) not in ("وهو", "وهي")):
        return None
    end = start + 1
    while end < stop and not phrases.complementiser(end):
        quote = phrases.quote_opening(end)
        if quote is not None and not phrases.is_speech(end, quote):
            end = min(stop, phrases.index_at(quote.end) + 1)  # 'نشرت في دورية "سليب"'
        elif phrases.is_mark(end):
            break
        else:
            end += 1
    if any(phrases.key(index) in _UNNAMED for index in range(start, end)):
        return None
    return (phrases.tokens[start].start, phrases.tokens[end - 1].end) if end > start + 1 else None


def _tail(phrases: Phrases, frame: _Frame, quote: Quotation, end: int) -> Passage:
    """What follows a quotation in its sentence: the outlet again, unless it plainly goes on."""
    rest = phrases.index_at(quote.end)
    after = phrases.skip_marks(rest)
    start = phrases.tokens[after].start if after < len(phrases.tokens) else end
    opens = after < len(phrases.tokens) and phrases.boundary(after)
    stopped = any(phrases.key(index) in COMMAS | {"."} for index in range(rest, after))
    return Passage(min(start, end), end, () if opens or stopped else frame.links, lead=not opens, reasons=(frame.reason,))


def _nested(
    parent: _Frame | None, at: int, begins: int, clause: int, phrases: Phrases, inherited: tuple[Quotation, tuple[Link, ...]] | None
) -> tuple[Link, ...]:
    """The links that govern a cue because it stands inside reported content."""
    offset = phrases.tokens[at].start
    if parent is None:
        return inherited[1] if inherited and inherited[0].start <= offset < inherited[0].end else ()
    if parent.quote is not None:
        return parent.links if parent.quote.start <= offset < parent.quote.end else ()
    coordinated = phrases.key(clause) in ("وان", "فان", "وبان")
    return parent.links if begins < at and (clause == parent.at or coordinated) else ()


def _after_lead(phrases: Phrases, index: int) -> int:
    """Past the comma, the فإن or the أن behind a leading "بحسب X"."""
    index = phrases.skip_marks(index)
    return index + 1 if phrases.key(index) in ("فان", "ان") else index


def _after_opener(phrases: Phrases, index: int) -> int:
    """Past the words that open a clause: لكن، إلا أن، وكان، وقد، فيما، وإن."""
    lex = lexicon()
    while index < len(phrases.tokens):
        key = phrases.key(index)
        bare = key.removeprefix("و")
        marks = phrases.is_mark(index) and phrases.quote_opening(index) is None
        if not (
            marks
            or key in lex.openers
            or bare in {"اما", "كان", "كانت", "قد", "ان", "الا", "غير", "بيد", "لكن", "فقد"}
            or key in ("حين", "فان")
            or key in _STILL
            or (key in ("لا", "ما", "ولا", "وما") and phrases.key(index + 1) in _STILL)
        ):
            break
        index += 1
    return index


def _before_auxiliary(phrases: Phrases, at: int) -> int:
    """The index of قد or كان right before a verb, or the verb's own."""
    while phrases.key(at - 1) in ("قد", "كان", "كانت", "كانوا"):
        at -= 1
    return at


def _without(pieces: list[Passage], phrases: Phrases, cuts: list[tuple[int, int]], outer: tuple[Link, ...]) -> list[Passage]:
    """Take the prepositional attributions out of the passages and put their links outermost."""
    for begin, stop in cuts:
        low, high = phrases.tokens[begin].start, phrases.tokens[stop - 1].end
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
    if not outer:
        return pieces
    reason = Reason("cue.preposition")
    return [
        replace(
            piece,
            links=(*(link for link in outer if all(link.source != each.source for each in piece.links)), *piece.links),
            lead=False,
            reasons=(*piece.reasons, reason),
        )
        for piece in pieces
    ]
