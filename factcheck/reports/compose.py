"""From a case to the parts of its report: the one place that decides what a report says, in which words and in which order.

``page`` answers questions about the case; here the answers become blocks, the same for every format. The order follows "What a published
report contains" of the glossary. ``compose_claim`` holds a claim with its chains, results and evidence.
"""

from __future__ import annotations

from factcheck.reports.blocks import (
    Address,
    Badge,
    Block,
    Box,
    Bullets,
    Card,
    Facts,
    Fold,
    Foreign,
    Heading,
    Line,
    Marked,
    Ours,
    Paragraph,
    Piece,
    Ref,
    Report,
    Section,
    Table,
    TimeLine,
    Verbatim,
)
from factcheck.reports.blocks import Stretch as Marks
from factcheck.reports.compose_claim import ClaimComposer
from factcheck.reports.page import ClaimPart, Page
from factcheck.reports.redaction import left_out_words
from factcheck.reports.source import ReportSource, check_language
from factcheck.reports.words import Words, visible

LINKS = ("method", "corrections", "funding", "contact", "complaints")


def compose(source: ReportSource, lang: str) -> Report:
    """What the report of a case says, in ``ar`` or ``en``.

    Raises:
        ReportError: no reports in that language, or an entry of the ledger cannot be read.
    """
    return _Composer(Page(source, Words(check_language(lang), source.settings))).report()


class _Composer(ClaimComposer):
    def report(self) -> Report:
        page, w = self.page, self.w
        headline = self.headline()
        title = "".join(getattr(piece, "text", "") for piece in headline) if page.source.about else ""
        title = title or (w.said(page.draft.headline)[0] if page.draft else "")
        practice = w("practice.short") + " · " if page.state.practice else ""
        newsroom = page.settings.newsroom
        return Report(
            lang=w.lang,
            direction=w.direction,
            title=practice + visible(title or page.state.title or w("no_headline")),
            kicker=(*((Foreign(newsroom), Ours(" · ")) if newsroom else ()), Ours(w("kicker"))),
            headline=headline,
            notices=tuple(self.notices()),
            corrections=self.corrections(),
            facts=self.meta(),
            lede=tuple(self.lede()),
            sections=tuple(section for section in self.sections() if section),
            links=self.links(),
            proof=self.proof(),
            practice=page.state.practice,
            indexed=not page.state.practice and page.review_state == "signed" and not page.withdrawn,
        )

    # ---- above the headline

    def notices(self) -> list[Block]:
        page, w = self.page, self.w
        found: list[Block] = []
        if page.state.practice:
            found.append(Paragraph((Ours(w("practice")),), "practice"))
        if page.withdrawn:
            found.append(Paragraph((Ours(w("withdrawn")),), "practice"))
        if page.source.left_out:
            listed = ("؛ " if w.lang == "ar" else "; ").join(left_out_words(page.source.left_out, w.lang))
            found.append(Paragraph((Ours(w("left_out", listed)),), "notice"))
        if page.review_state != "signed":
            more = f" · {w('review.' + page.review_state)}. {w('draft.unsigned.more')}"
            found.append(Paragraph((Ours(w("draft.unsigned"), "strong"), Ours(more)), "notice"))
            if not page.draft:
                found.append(Paragraph(self.around("draft.missing", Foreign(page.state.title)), "notice"))
        return found

    def corrections(self) -> Section | None:
        """Every correction, newest first, with what the report said before and says now."""
        w = self.w
        items: list[tuple[Block, ...]] = []
        for held in self.page.source.corrections:
            c = held.value
            head = (Ours(w("publication." + c.kind.value), "strong"), Ours(" · "), Foreign(w.date(c.on), style="strong"))
            parts: list[Block] = [Paragraph(head), self.prose(c.what)]
            if c.why:
                parts.append(Paragraph((Ours(w("why") + ": "), *self.note(c.why)), "small"))
            if c.url:
                parts.append(Paragraph((Address(c.url),), "small"))
            if rows := self.page.changes(held.id):
                head_row = (w("change.what"), w("change.before"), w("change.after"))
                parts.append(Table(head_row, tuple((what, self.value(was), self.value(now)) for what, was, now in rows)))
            items.append(tuple(parts))
        return Section("corrections", (Ours(w("corrections")),), (Bullets(tuple(items)),)) if items else None

    def value(self, text: str) -> Line:
        return (Foreign(text),) if text else (Ours("—"),)

    # ---- headline and what stands under it

    def headline(self) -> Line:
        page, w = self.page, self.w
        if page.source.about and page.main:
            return self.claim_headline(page.main)
        text, language = w.said(page.draft.headline) if page.draft else ("", "")
        return self.said(text, language) if text else (Foreign(page.state.title or w("no_headline")),)

    def claim_headline(self, part: ClaimPart) -> Line:
        """The claim as somebody's words, with what was found of it: it is not told as a fact."""
        w = self.w
        text, language = next(
            (said for said in (w.said(part.claim.short), w.said(part.claim.as_checked)) if said[0]), (part.claim.text, "")
        )
        results = self.joined([Foreign(*w.said(r.rating.label)) for r in part.results if w.said(r.rating.label)[0]])
        return (*self.guillemets(Foreign(text, language)), Ours(" · "), *(results or (Ours(w("no_result")),)), *self.label(language))

    def meta(self) -> Facts:
        page, w = self.page, self.w
        rows: list[tuple[str, tuple[Block, ...]]] = []

        def row(key: str, *line: Piece) -> None:
            rows.append((w(key), (Paragraph(line),)))

        row("published", Foreign(w.date(page.published)) if page.published else Ours(w("not_published")))
        if page.source.url:
            row("link", Address(page.source.url))
        if page.updated:
            row("updated", Foreign(w.date(page.updated)))
        if page.as_of:
            row("as_of", Foreign(w.date(page.as_of)))
        row("checker", *self.joined([Foreign(name) for name in page.checkers]) or (Ours(w("nobody")),))
        signed = f" · {w('review.' + page.review_state)}." + (f" {w('same_machine')}" if page.same_machine else "")
        row("editor", Foreign(page.editor) if page.editor else Ours(w("nobody")), Ours(signed))
        return Facts(tuple(rows))

    def lede(self) -> list[Block]:
        page, w = self.page, self.w
        found: list[Block] = []
        if page.main:
            found.append(self.hero(page.main))
        if page.source.about:
            return [*found, *self.about_one()]
        text, language = w.said(page.draft.summary) if page.draft else ("", "")
        known: list[Block] = [Heading((Ours(w("found")),), 2), self.prose(text, language) if text else Paragraph((Ours("—"),))]
        unknown: list[Block] = [Heading((Ours(w("unknown")),), 2), *(self.prose(text, language) for text, language in page.unknowns)]
        if not page.unknowns:
            unknown.append(Paragraph((Ours(w("unknown.none")),)))
        found.append(self.columns(known, unknown))
        why, language = page.why_chosen
        if why:
            found += [Heading((Ours(w("why_chosen")),), 2), self.prose(why, language)]
        return found

    def about_one(self) -> list[Block]:
        """On the page of one claim: what the page is about, and what is not known."""
        page, w = self.page, self.w
        whole = page.source.address(w.lang)
        found: list[Block] = [Paragraph((Ours(w("page.one") + " "), Address(whole)) if whole else (Ours(w("page.one.alone")),))]
        if page.unknowns:
            found += [Heading((Ours(w("unknown")),), 2), *(self.prose(text, language) for text, language in page.unknowns)]
        return found

    def hero(self, part: ClaimPart) -> Box:
        """The claim that the page is about: its words, who said it where, the result, and what the result means."""
        page, w = self.page, self.w
        whole = w.said(part.claim.as_checked)[0]
        blocks: list[Block] = [
            Paragraph((Ours(w("as_checked" if whole else "as_printed")),), "label"),
            self.claim_words(part.claim, "claim"),
        ]
        outlet = page.fact("outlet") or w("not_known")
        said = [Ours(w("who") + ": ", "soft"), *self.speaker(part), Ours(" · ")]
        blocks.append(Paragraph((*said, Foreign(outlet), Ours(" · "), Foreign(w.date(page.fact("published")) or w("not_known"))), "small"))
        if page.fact("url"):
            blocks.append(Paragraph((Address(page.fact("url")),), "small"))
        for r in part.results:
            by = (Ours(f" {w('by')} ", "soft"), Foreign(r.by, style="soft")) if len(part.results) > 1 else ()
            blocks.append(Paragraph((self.rating(r.rating, big=True), *by, Ours(" "), *self.meaning(r.rating)), "hero"))
        if not part.results:
            blocks.append(Paragraph((Badge(w("no_result"), "none", big=True),), "hero"))
        disputed = bool(part.targets) and part.targets[0].disputed
        if disputed and len(part.results) > 1:
            blocks.append(Paragraph((Ours(w("disagreement")),), "notice"))
        if part.said_not_so:
            blocks.append(Paragraph((Ours(w("said_not_so")),), "said"))
        if part.results:
            blocks.append(self.scale(part.results[0]))
        tone = part.results[0].rating.tone if part.results and not disputed else "none"
        return Box("hero", tuple(blocks), tone)

    # ---- sections

    def sections(self) -> list[Section | None]:
        page, w = self.page, self.w
        text, language = w.said(page.draft.conclusion) if page.draft and not page.source.about else ("", "")
        return [
            self.item(),
            *(self.claim(part) for part in page.claims),
            Section("whole", (Ours(w("whole")),), tuple(b for t in page.whole for b in self.target(t))) if page.whole else None,
            Section("conclusion", (Ours(w("conclusion")),), (self.prose(text, language),)) if text else None,
            self.other_evidence(),
            self.interests(),
            self.searches(),
            self.contacts(),
            self.time_line(),
            None if page.source.about else self.not_checked(),
            self.problems(),
            self.article(),
        ]

    def item(self) -> Section:
        """The article under check: where and when it appeared."""
        page, w = self.page, self.w
        title, author = page.fact("title"), page.fact("author")
        line: Line = (Foreign(title), Ours(" — ")) if title else ()
        line += (Foreign(page.fact("outlet") or w("not_known")),)
        line += (Ours(" · "), Foreign(author)) if author else ()
        line += (Ours(" · "), Foreign(w.date(page.fact("published")) or w("not_known")))
        url, archived = page.fact("url"), page.source.archived_article
        rows: list[tuple[str, tuple[Block, ...]]] = [
            (w("appeared"), (Paragraph(line), Paragraph((Address(url) if url else Ours(w("no_link")),)))),
            (w("archived"), (Paragraph((Address(archived) if archived else Ours(w("no_archived")),)),)),
        ]
        rows += [(w("credit_line"), (Paragraph((Foreign(credit),)),)) for credit in page.credit]
        return Section("item", (Ours(w("the_article")),), (Facts(tuple(rows)),))

    def other_evidence(self) -> Section | None:
        cards = tuple(block for card in self.page.other_evidence for block in self.card(card, 3))
        return Section("other", (Ours(self.w("evidence.other")),), cards) if cards else None

    def interests(self) -> Section | None:
        """What the quoted sources have at stake, together, for a reader who wonders about one of them."""
        w = self.w
        rows = tuple(
            ((Ref(f"evidence-{number}", w("evidence_n", w.digits(number))), Ours(" · "), Foreign(name)), self.note(text))
            for number, name, text in self.page.interests
        )
        head = (w("evidence"), w("interests"))
        return Section("interests", (Ours(w("interests.all")),), (Table(head, rows),)) if rows else None

    def searches(self) -> Section | None:
        w = self.w
        cards: list[Block] = []
        for number, s, target in self.page.searches:
            title = (Ours(w("search_n", w.digits(number)) + " · ", "strong"), Foreign(s.place, style="strong"))
            rows: list[tuple[str, tuple[Block, ...]]] = []
            if s.queries:
                language = (Ours(" ("), Foreign(w.language(s.language)), Ours(")")) if s.language else ()
                quoted = [piece for q in self.joined([Foreign(q) for q in s.queries]) for piece in self.guillemets(q)]
                rows.append((w("queries"), (Paragraph((*quoted, *language)),)))
            hits = f" · {w('hits')}: {w.digits(s.hits)}" if s.hits is not None else ""
            rows.append((w("when_said"), (Paragraph((Foreign(w.date(s.on)), Ours(hits))),)))
            rows += self.about_rows(target, s.note)
            badge = Paragraph((Badge(w(f"search.{s.outcome.value}"), "line"),))
            cards.append(Card(title, (badge, Facts(tuple(rows))), f"search-{number}", 3))
        return Section("searches", (Ours(w("searches")),), tuple(cards)) if cards else None

    def contacts(self) -> Section:
        w = self.w
        cards: list[Block] = []
        for number, c, target in self.page.contacts:
            title = (Ours(w("contact_n", w.digits(number)) + " · ", "strong"), Foreign(c.who, style="strong"))
            when: list[Foreign | Ours] = [Foreign(w.date(c.on))]
            if c.how:
                when += [Ours(" · "), Foreign(c.how)]
            if c.deadline:
                when += [Ours(f" · {w('deadline')}: "), Foreign(w.date(c.deadline))]
            rows: list[tuple[str, tuple[Block, ...]]] = [(w("asked"), (self.prose(c.question), Paragraph(tuple(when), "small")))]
            if c.answer:
                on = (Paragraph((Foreign(w.date(c.answered_on)),), "small"),) if c.answered_on else ()
                rows.append((w("answer"), (self.prose(c.answer), *on)))
            rows += self.about_rows(target, c.note)
            badge = Paragraph((Badge(w(f"contact.{c.outcome.value}"), "line"),))
            cards.append(Card(title, (badge, Facts(tuple(rows))), f"contact-{number}", 3))
        none = Paragraph((Ours(w("contacts.none")),))
        return Section("contacts", (Ours(w("contacts")),), tuple(cards) or (none,))

    def about_rows(self, target: str, note: str) -> list[tuple[str, tuple[Block, ...]]]:
        rows: list[tuple[str, tuple[Block, ...]]] = []
        if target:
            rows.append((self.w("about"), (Paragraph((Foreign(target),)),)))
        if note:
            rows.append((self.w("note"), (Paragraph(self.note(note)),)))
        return rows

    def time_line(self) -> Section | None:
        """What happened when; only where there is more than the day of publication to tell."""
        w = self.w
        rows = tuple((w.date(on), (Ours(w(key)), *((Ours(": "), Foreign(text)) if text else ()))) for on, key, text in self.page.dates)
        return Section("time", (Ours(w("time_line")),), (TimeLine(rows),)) if len(rows) > 2 else None

    def not_checked(self) -> Section:
        page, w = self.page, self.w
        rated, total = len(page.source.rated()), page.total
        if w.lang == "ar":
            said = w("checked_of", w.digits(rated), w.count(total, "claim"))
        else:
            said = w("checked_of", rated, total, "claim" if total == 1 else "claims")
        undecided = f" {w('undecided')}: {w.digits(len(page.state.proposals))}." if page.state.proposals else ""
        blocks: list[Block] = [Paragraph((Ours(said, "strong"), Ours(undecided)))]
        items = []
        for claim, because in page.set_aside:
            why = (Ours(f" · {w('set_aside')}: "), *self.note(because)) if because else (Ours(f" · {w('not_chosen')}"),)
            line = (*self.note("«" + claim.text + "»"), Ours(f" {w('kind.' + claim.kind.value)}", "soft"), *why)
            items.append((Paragraph(line),))
        if items:
            blocks.append(Bullets(tuple(items)))
        return Section("not-checked", (Ours(w("not_checked")),), tuple(blocks))

    def problems(self) -> Section | None:
        page, w = self.page, self.w
        blocks: list[Block] = []
        for reason, gaps in page.despite:
            blocks += [self.prose(reason), Bullets(tuple((Paragraph((Foreign(gap),)),) for gap in gaps))]
        if not page.published and page.problems:
            items = []
            for level, text, count in page.problems:
                often = f" (×{w.digits(count)}) " if count > 1 else " "
                items.append((Paragraph((Foreign(text), Ours(often), Badge(w(f"level.{level}"), "line"))),))
            blocks.append(Bullets(tuple(items)))
        title = w("despite" if page.despite else "problems.open")
        return Section("problems", (Ours(title),), tuple(blocks)) if blocks else None

    def article(self) -> Section | None:
        page, w = self.page, self.w
        if not page.paragraphs:
            return None
        marked = tuple(
            tuple(
                Marks(s.text, s.marked, s.checked, tuple(Ref(f"claim-{n}", w.digits(n)) for n in s.ends))
                for s in paragraph
            )
            for paragraph in page.paragraphs
        )  # fmt: skip
        language = page.state.article.language if page.state.article else ""
        legend = () if page.source.about else (Paragraph((Ours(w("article.legend")),), "small"),)
        blocks = (*legend, Marked(marked, language))
        return Section("article", (Ours(w("article")),), blocks)

    # ---- foot

    def links(self) -> Section | None:
        pages, w = self.page.settings.links, self.w
        found = [(w(f"link.{name}"), (Paragraph((Address(getattr(pages, name)),)),)) for name in LINKS if getattr(pages, name)]
        return Section("links", (Ours(w("links")),), (Facts(tuple(found)),)) if found else None

    def proof(self) -> Section:
        source, w = self.page.source, self.w
        made = w("made", visible(source.generator), w.moment(source.made_at.isoformat()))
        blocks: tuple[Block, ...] = (
            Paragraph((Ours(w("proof.how")),)),
            Verbatim("factcheck verify REPORT.html"),
            Paragraph((Ours(w("proof.or")),)),
            Verbatim("factcheck verify DESK"),
            Heading((Ours(w("proof.yes")),), 3),
            Paragraph((Ours(w("proof.yes.text")),)),
            Heading((Ours(w("proof.no")),), 3),
            Paragraph((Ours(w("proof.no.text")),)),
            Paragraph((Ours(w("proof.key"), "strong"),)),
            Heading((Ours(w("proof.vkey")),), 3),
            Verbatim(source.vkey),
            Heading((Ours(w("proof.checkpoint")),), 3),
            Verbatim(source.checkpoint),
            Paragraph((Ours(w("proof.count", w.digits(len(source.resting_entries())))), Ours(" · "), Ours(made, "soft"))),
        )
        return Section("proof", (Ours(w("proof")),), (Fold((Ours(w("proof")),), blocks),))
