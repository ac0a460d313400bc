"""The parts of a report that belong to one claim: its words, its chains, and each target with results and evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from factcheck.evidence.flags import flag_words
from factcheck.model.claim import Claim, Step, TargetKind
from factcheck.model.evidence import AnchorHow, Evidence, Stance
from factcheck.model.verdict import Rating
from factcheck.reports.blocks import (
    Address,
    Badge,
    Bars,
    Block,
    Box,
    Bullets,
    Card,
    Chain,
    ChainStep,
    Code,
    Columns,
    Facts,
    Fold,
    Foreign,
    Heading,
    Line,
    Ours,
    Pair,
    Paragraph,
    Piece,
    Prose,
    Quote,
    Ref,
    Section,
    Table,
)
from factcheck.reports.page import UNKNOWN, ClaimPart, Page, Result, StepLine, TargetPart
from factcheck.reports.page import Card as Shown

Rows = list[tuple[str, tuple[Block, ...]]]
BARS_FROM = 4  # pieces of evidence on one target; fewer are seen at a glance


class ClaimComposer:
    """Words, lines and blocks for one page."""

    def __init__(self, page: Page) -> None:
        self.page, self.w = page, page.words

    # ---- lines

    def said(self, text: str, language: str, style: str = "") -> Line:
        """A text for which its language is known, labelled where that is not the report's."""
        return (Foreign(text, language, style), *self.label(language))

    def note(self, text: str, language: str = "", style: str = "") -> Line:
        """Free text inside a line, its language guessed."""
        return self.said(text, language or self.page.language_of(text), style)

    def label(self, language: str) -> Line:
        label = self.page.written_in(language)
        return (Ours(f" ({label})", "label"),) if label else ()

    def around(self, key: str, piece: Piece) -> Line:
        """The words of a key with a piece in place of its ``{}``."""
        before, _, after = self.w(key).partition("{}")
        return tuple(part for part in (Ours(before), piece, Ours(after)) if not isinstance(part, Ours) or part.text)

    def joined(self, pieces: Sequence[Piece]) -> Line:
        comma = Ours("، " if self.w.lang == "ar" else ", ")
        return tuple(part for piece in pieces for part in (comma, piece))[1:]

    def guillemets(self, piece: Piece) -> Line:
        return (Ours("«"), piece, Ours("»")) if isinstance(piece, Foreign) else (piece,)

    # ---- blocks

    def prose(self, text: str, language: str = "", style: str = "") -> Prose:
        language = language or self.page.language_of(text)
        return Prose(text, language, self.page.written_in(language), style)

    def columns(self, first: Iterable[Block], second: Iterable[Block]) -> Columns:
        return Columns(tuple(first), tuple(second))

    def claim_words(self, claim: Claim, style: str = "") -> Prose:
        text, language = self.w.said(claim.as_checked)
        return self.prose(text, language, style) if text else self.prose("«" + claim.text + "»", style=style)

    # ---- ratings

    def rating(self, rating: Rating, *, big: bool = False, tone: str = "") -> Badge:
        text, language = self.w.said(rating.label)
        return Badge(text or rating.id, tone or rating.tone, language if text else "", big)

    def meaning(self, rating: Rating) -> Line:
        text, language = self.w.said(rating.meaning)
        return self.said(text, language, "soft") if text else ()

    def scale(self, result: Result) -> Fold:
        """All ratings of the scale with their meanings, and the page that explains them."""
        w = self.w
        rows = []
        for rating in result.scale.ratings:
            mine = (Ours(f" ← {w('this_one')}"),) if rating.id == result.rating.id else ()
            text, language = w.said(rating.label)
            rows.append(((Foreign(text or rating.id, language if text else ""), *mine), self.meaning(rating)))
        current = next((n for n, rating in enumerate(result.scale.ratings) if rating.id == result.rating.id), -1)
        name = w.said(result.scale.name)
        summary: Line = (Ours(w("scale.all")), *((Ours(" · "), Foreign(*name)) if name[0] else ()))
        blocks: list[Block] = [Table((w("rating"), w("meaning")), tuple(rows), current)]
        if method := self.page.settings.links.method:
            blocks.append(Paragraph((Ours(w("link.method") + ": "), Address(method)), "small"))
        return Fold(summary, tuple(blocks))

    # ---- a claim

    def claim(self, part: ClaimPart) -> Section:
        page, w = self.page, self.w
        whole = w.said(part.claim.as_checked)[0]
        rows: Rows = [
            (w("as_checked"), (self.claim_words(part.claim) if whole else Paragraph((Ours(w("no_as_checked"), "soft"),)),)),
            (w("as_printed"), (self.prose("«" + part.claim.text + "»"),)),
            (w("who"), (Paragraph(self.speaker(part)),)),
            (w("appeared"), (Paragraph(self.appeared()),)),
        ]
        printed: list[Block] = [Heading((Ours(w("chain.printed")),), 4), *self.chain(part.printed, "struck")]
        established: list[Block] = [Heading((Ours(w("chain.established")),), 4)]
        if part.established is None:
            established.append(Paragraph((Ours(w("chain.none")),), "small"))
        else:
            established += self.chain(part.established, "inserted")
        blocks: list[Block] = [
            Facts(tuple(rows)),
            Heading((Ours(w("chain")), Ours(f" ({w('chain.hint')})", "soft")), 3),
            self.columns(printed, established),
        ]
        if part.said_not_so:
            blocks.append(Paragraph((Ours(w("said_not_so")),), "said"))
        for target in part.targets:
            blocks += self.target(target)
        several = len(page.claims) > 1
        title = w("claim_n", w.digits(part.number)) if several else w("claim")
        return Section(f"claim-{part.number}", (Ours(title),), tuple(blocks))

    def appeared(self) -> Line:
        page, w = self.page, self.w
        day = w.date(page.fact("published")) or w("not_known")
        return (Foreign(page.fact("outlet") or w("not_known")), Ours(" · "), Foreign(day))

    def source_of(self, step: Step, style: str = "") -> Piece:
        if step.source_kind.value == "not_stated" and not step.source:
            return Ours(self.w("not_stated"))
        return Foreign(step.source, style=style)

    def own_voice(self) -> Line:
        outlet = self.page.fact("outlet")
        return self.around("own_voice.of", Foreign(outlet)) if outlet else (Ours(self.w("own_voice")),)

    def speaker(self, part: ClaimPart) -> Line:
        lines = part.printed if part.established is None else part.established
        if not lines:
            return self.own_voice()
        step, w = lines[-1].step, self.w
        day = (Ours(" · "), Foreign(w.date(step.said_on))) if step.said_on else ()
        unnamed = () if step.named else (Ours(f" ({w('unnamed')})", "soft"),)
        return (self.source_of(step), *day, *unnamed)

    def chain(self, lines: tuple[StepLine, ...], lone: str) -> list[Block]:
        if not lines:
            return [Paragraph(self.own_voice())]
        return [Chain(tuple(self.chain_step(line, lone if line.lone else "") for line in lines))]

    def chain_step(self, line: StepLine, lone: str) -> ChainStep:
        step, w = line.step, self.w
        cue = (Ours(" «", "soft"), Foreign(step.cue, style="soft"), Ours("»", "soft")) if step.cue else ()
        kind = w("not_stated") if step.source_kind.value == "not_stated" else w("named" if step.named else "unnamed")
        traits: list[Piece] = [Ours(w(f"chain.{lone}"), "strong"), Ours(" · ")] if lone else []
        traits.append(Ours(f"{kind} · {w('mode.' + step.mode.value)}"))
        if step.said_on:
            traits += [Ours(" · "), Foreign(w.date(step.said_on))]
        if step.resolved:
            traits.append(Ours(f" · {w('resolved')}"))
        ratings = tuple(self.rating(rating, tone="line") for rating in line.ratings)
        note: tuple[Block, ...] = (Paragraph(self.note(step.note), "small"),) if step.note else ()
        source = self.source_of(step, lone or "source")
        return ChainStep(w.digits(line.number), (source, *cue), tuple(traits), lone, ratings, note)

    # ---- a target

    def target(self, part: TargetPart) -> list[Block]:
        w, t = self.w, part.target
        if t.kind is TargetKind.STEP:
            asked = self.around("target.step", Foreign(part.source)) if part.source else (Ours(w("target.step.plain")),)
            where = Ours(f" ({w('target.' + t.step.split('/')[0])})", "soft")
            blocks: list[Block] = [Heading((*asked, where), 3)]
        else:
            blocks = [Heading((Ours(w(f"target.{t.kind.value}")),), 3)]
        if part.disputed:
            blocks.append(Paragraph((Ours(w("disagreement")),), "notice"))
        blocks += [self.result(r, several=len(part.results) > 1) for r in part.results]
        if not part.results:
            blocks.append(Paragraph((Ours(w("no_result")),)))
        if not part.links + part.offline:
            blocks.append(Paragraph((Ours(w("evidence.none")),), "small"))
            return blocks
        comma = "، " if w.lang == "ar" else ", "
        counts = [w.count(part.links, "link")] if part.links else []
        counts += [w.count(part.offline, "offline")] if part.offline else []
        counts.append(w.count(part.sources, "source"))
        blocks.append(Paragraph((Ours(w("evidence") + ":", "strong"), Ours(" " + comma.join(counts))), "small"))
        if t.kind is TargetKind.CONTENT and not part.primary:
            blocks.append(Paragraph((Ours(w("none.primary")),), "small"))
        for name, reason, numbers in part.groups:
            refs = self.joined([Ref(f"evidence-{n}", w.digits(n)) for n in numbers])
            why = (Ours(" — "), *self.note(reason)) if reason else ()
            blocks.append(Paragraph((*self.around("group.of", Foreign(name)), Ours(": "), *refs, *why), "small"))
        if part.links + part.offline >= BARS_FROM:
            blocks.append(self.bars(part))
        for stance, cards in part.cards.items():
            if cards:
                title = Heading((Ours(f"{w('stance.' + stance)} ({w.digits(len(cards))})"),), 4)
                blocks.append(Box(stance, (title, *(block for card in cards for block in self.card(card)))))
            elif t.kind is TargetKind.CONTENT and stance in (Stance.SUPPORTS, Stance.REFUTES):
                blocks.append(Paragraph((Ours(w(f"none.{stance}")),), "small"))
        return blocks

    def bars(self, part: TargetPart) -> Bars:
        """How the evidence is spread over its sources, when there is too much to see at a glance."""
        w = self.w
        stances = tuple((stance.value, w(f"stance.{stance.value}")) for stance in Stance if part.cards[stance.value])
        names = dict.fromkeys(card.source or card.outlet for cards in part.cards.values() for card in cards)
        counted: dict[str, list[int]] = {name: [0] * len(stances) for name in names}
        for at, (stance, _) in enumerate(stances):
            for card in part.cards[stance]:
                counted[card.source or card.outlet][at] += 1
        rows = tuple((Foreign(name) if name else Ours(w("not_known")), tuple(counts)) for name, counts in counted.items())
        return Bars(w("by_source"), stances, rows, {n: w.digits(n) for _, counts in rows for n in counts})

    def result(self, r: Result, *, several: bool) -> Box:
        w = self.w
        by: Line = (Ours(w("by") + " "), Foreign(r.by), Ours(" · ")) if several else ()
        blocks: list[Block] = [
            Paragraph((self.rating(r.rating), Ours(" "), *self.meaning(r.rating))),
            Paragraph((*by, Ours(w("as_of") + " "), Foreign(w.date(r.verdict.as_of))), "small"),
        ]
        if r.verdict.reasons:
            blocks += [Heading((Ours(w("reasons")),), 4), self.prose(r.verdict.reasons, r.verdict.language)]
        if r.grounds:
            items = []
            for place, what, name in r.grounds:
                items.append((Paragraph((Ref(place, what) if place else Ours(what), Ours(": "), Foreign(name))),))
            blocks += [Heading((Ours(w("grounds")),), 4), Bullets(tuple(items))]
        else:
            blocks.append(Paragraph((Ours(w("grounds.none")),), "small"))
        if r.verdict.unknown:
            blocks += [Heading((Ours(w("unknown")),), 4), self.prose(r.verdict.unknown, r.verdict.language)]
        return Box("result", tuple(blocks), r.rating.tone)

    # ---- evidence

    def card(self, c: Shown, level: int = 5) -> list[Block]:
        w, e = self.w, c.evidence
        name = e.title or e.outlet or (e.offline.who if e.offline else "") or e.url
        number = w("evidence_n", w.digits(c.number))
        note: list[Block] = []
        if c.bearing and c.bearing.note:
            note.append(Paragraph((Ours(w("note") + ": "), *self.note(c.bearing.note)), "small" if not c.first else ""))
        if not c.first:
            again = (Ref(f"evidence-{c.number}", number), Ours(": "), Foreign(name), Ours(f" ({w('evidence.again')})", "soft"))
            return [Card((), (Paragraph(again), *note))]
        title: list[Piece] = [Ours(number + " · ", "soft"), Foreign(name, style="strong")]
        if e.primary:
            title += [Ours(" "), Badge(w("primary"), "primary")]
        if e.problem:
            title += [Ours(" "), Badge(w("dead"), "dead")]
        blocks: list[Block] = []
        about = [text for text in (e.outlet if e.outlet != name else "", e.author, w.date(e.published)) if text not in UNKNOWN]
        if about:
            dotted = [part for text in about for part in (Ours(" · "), Foreign(text))][1:]
            blocks.append(Paragraph(tuple(dotted), "small"))
        blocks += [*self.quote(e), *note, Facts(tuple(self.evidence_rows(c)))]
        return [Card(tuple(title), tuple(blocks), f"evidence-{c.number}", level)]

    def quote(self, e: Evidence) -> list[Block]:
        """The quoted passage in its own words, beside its translation, and how it was found."""
        if not e.quote:
            return []
        w = self.w
        foreign = bool(e.quote_language) and e.quote_language.split("-")[0] != w.lang
        label: Line = ()
        if foreign or e.translation:
            label = (Ours(w("original")), *((Ours(" · "), Foreign(w.language(e.quote_language))) if e.quote_language else ()))
        original = Quote(e.quote.exact, e.quote_language, label)
        blocks: list[Block] = []
        if e.translation:
            named = e.translation.by and self.page.settings.show_names
            by = self.around("translation.by", Foreign(e.translation.by)) if named else (Ours(w("translation")),)
            other = e.translation.language and e.translation.language != w.lang
            in_language = (Ours(" · "), Foreign(w.language(e.translation.language))) if other else ()
            blocks.append(Pair(original, Quote(e.translation.text, e.translation.language, (*by, *in_language))))
        else:
            blocks.append(original)
            if foreign:
                blocks.append(Paragraph((Ours(w("no_translation")),), "small"))
        if e.anchor is None and (e.capture or not e.offline):
            blocks.append(Paragraph((Ours(w("quote.orphan"), "strong"),), "small"))
        elif e.anchor and e.anchor.how is AnchorHow.BY_HAND:
            blocks.append(Paragraph((Ours(w("quote.by_hand")),), "small"))
        return blocks

    def evidence_rows(self, c: Shown) -> Rows:
        w, e = self.w, c.evidence
        rows: Rows = []

        def row(key: str, *line: Piece) -> None:
            rows.append((w(key), (Paragraph(line),)))

        if e.url:
            row("link", Address(e.url))
        if e.archived_url:
            row("archived", Address(e.archived_url))
        if e.problem:
            tried = self.around("tried", Foreign(w.moment(e.problem.at)))
            row("dead", Code(e.problem.code), Ours(" "), *self.note(e.problem.message), Ours(" · "), *tried)
        if e.offline:
            day = (Ours(" · "), Foreign(w.date(e.offline.when))) if e.offline.when else ()
            row(f"offline.{e.offline.kind.value}", Foreign(e.offline.who), *day)
            if e.offline.how_obtained:
                row("how_obtained", *self.note(e.offline.how_obtained))
        if e.primary and e.primary_reason:
            row("primary", *self.note(e.primary_reason))
        if c.source:
            row("goes_back", Foreign(c.source))
        if e.interests:
            row("interests", *self.note(e.interests))
        if e.reliability:
            row("reliability", *self.note(e.reliability))
        if e.note:
            row("note", *self.note(e.note))
        if e.capture:
            flags = self.joined([Ours(flag_words(flag, w.lang)) for flag in e.capture.flags])
            row(
                "captured", Foreign(w.moment(e.capture.at)), Ours(f" · {w('obtained.' + e.capture.obtained.value)}"),
                *((Ours(f" · {w('flags')}: "), *flags) if flags else ()),
            )  # fmt: skip
            row("fingerprint", Code(e.capture.sha256))
        elif not e.offline:
            row("captured", Ours(w("not_captured")))
        return rows
