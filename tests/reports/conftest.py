"""A made-up Arabic case, built by hand: nested chain, two results, translated evidence, dead link, search, contact, correction."""

# ruff: noqa: E501 - the scene reads as a table
from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from factcheck.case.fold import Fold
from factcheck.case.policy import problems
from factcheck.case.settings import Links, Settings
from factcheck.ledger.attached import LedgerEntry
from factcheck.model import events as ev
from factcheck.model.article import Known, Span, TextQuote
from factcheck.model.claim import Choice, Claim, ClaimKind, Mode, SourceKind, Step
from factcheck.model.evidence import (
    Anchor,
    AnchorHow,
    Bearing,
    Capture,
    Contact,
    ContactOutcome,
    Evidence,
    LinkProblem,
    Obtained,
    OfflineKind,
    OfflineSource,
    Search,
    SearchOutcome,
    SourceGroup,
    Stance,
    Translation,
)
from factcheck.model.verdict import Decision, Draft, Ground, Publication, PublicationKind, ReasonKind, Review, Verdict
from factcheck.reports.source import ReportSource

ROOT, AMAL, HUDA = "ed25519:root", "ed25519:amal", "ed25519:huda"

CLAIM = "إنّ سدّ وادي الرمّان سيُغلَق أسبوعين ابتداءً من الاثنين"
ARTICLE = (
    "نقلت صحيفة «البيدر» عن رئيس هيئة المياه في مرجانة سالم الطويل قوله "
    + CLAIM
    + "، وإن خمسين قرية ستبقى بلا ماء.\n"
    + "ورأى الكاتب أن الإدارة مقصّرة.\nالمصدر: البيدر"
)


def span_of(words: str) -> Span:
    start = ARTICLE.index(words)
    return Span(start, start + len(words))


class Scene:
    """Events one after another, folded on demand; every event has a ledger entry."""

    def __init__(self) -> None:
        self.events: list[ev.Event] = []
        self.text = ARTICLE
        self.settings = Settings(
            newsroom="مرصد مرجانة",
            url="https://marsad.example",
            time_zone="Asia/Beirut",
            links=Links("https://marsad.example/method", "https://marsad.example/corrections", "", "https://marsad.example/contact", ""),
        )

    def add(self, actor: str, payload: ev.Payload, register: str, *replaces: str, case: str = "c1") -> str:
        number = len(self.events)
        mine = [event for event in self.events if event.actor == actor]
        name, version = ev.TYPE_OF[type(payload)]
        event = ev.Event(
            digest=f"digest{number:03}", type=name, version=version, actor=actor, at=f"2026-11-{10 + number // 6:02}T09:{number:02}:00.000000Z",
            case=case, desk="desk", id=f"{number:032x}", n=len(mine), prev=mine[-1].digest if mine else None, on={register: replaces},
            saw=None, payload=payload, index=number,
        )  # fmt: skip
        self.events.append(event)
        return event.digest

    def state(self):
        fold = Fold([ROOT])
        fold.add(self.events)
        return fold.case("c1")

    def source(self, **changes) -> ReportSource:
        settings = replace(self.settings, **changes)
        state = self.state()
        entries = {event.digest: entry(event) for event in self.events}
        return ReportSource(
            state, self.text, settings, tuple(problems(state, settings)), "factcheck.invalid/desk\n31\ncm9vdA==\n\n— desk sig\n",
            "factcheck.invalid/desk+00000000+AQ==", entries, datetime(2026, 11, 23, 15, 4, 5, tzinfo=UTC), "factcheck 0.1.0",
        )  # fmt: skip


def entry(event: ev.Event) -> LedgerEntry:
    clear = {"actor": event.actor, "at": event.at, "case": event.case, "desk": event.desk, "type": event.type, "v": event.version}
    fields = {name: getattr(event.payload, name) for name in event.payload.__dataclass_fields__}
    shown = {
        name: json.dumps(["salt", event.actor, name, value if isinstance(value, str) else "…"]).encode() for name, value in fields.items()
    }
    leaf = json.dumps(clear, sort_keys=True).encode() + "\n\n— key sig\n".encode()
    return LedgerEntry(event.digest, event.index, leaf, shown, f"c2sp.org/tlog-proof@v1\nindex {event.index}\n")


def capture(name: str, url: str, **more) -> Capture:
    return Capture(
        (name * 64)[:64], "text/html", 2000, Obtained.FETCHED, "2026-11-12T08:30:00Z", url, url, 200, text=("f" + name) * 32, **more
    )


def known(**facts: str) -> dict[str, Known]:
    return {name: Known(value, "person") for name, value in facts.items()}


@pytest.fixture
def scene() -> Scene:
    s = Scene()
    for key, name, role in ((AMAL, "أمل سرور", "checker"), (HUDA, "هدى زين", "editor")):
        s.add(ROOT, ev.KeyIntroduced(key, f"p-{name}", name, "مرصد مرجانة", role, "one-machine"), f"key:{key}", case="")
    s.add(ROOT, ev.KeyIntroduced("ed25519:other", "p-other", "زميل لا شأن له", "مرصد مرجانة", "checker", "m"), "key:other", case="")
    s.add(AMAL, ev.CaseOpened("إغلاق سد وادي الرمان", "ar", "تداوله آلاف سكان الوادي في يوم واحد.", False), "case:c1")
    facts = known(title="خمسون قرية بلا ماء", outlet="موقع الجرن", published="2026-11-09", url="https://aljorn.example/dam",
                  archived_url="https://archive.example/2026/aljorn.example/dam")  # fmt: skip
    s.add(
        AMAL, ev.ArticleAdded("a" * 64, "b" * 64, "text/html", "ar", facts, (span_of("المصدر: البيدر"),), (), (), "dam.html"), "article:a1"
    )

    outlet = Step("صحيفة «البيدر»", span_of("صحيفة «البيدر»"), "نقلت", None, Mode.INDIRECT, False, SourceKind.OUTLET)
    head = Step("رئيس هيئة المياه في مرجانة سالم الطويل", span_of("رئيس هيئة المياه"), "قوله", None, Mode.INDIRECT)
    insider = Step("موظف في هيئة المياه", None, "قال", None, Mode.DIRECT, named=False, said_on="2026-11-07", note="طلب عدم ذكر اسمه.")
    claim = Claim(
        "a" * 64, span_of(CLAIM), CLAIM, ClaimKind.EVENT, True, printed=(outlet, head), established=(outlet, insider),
        as_checked={"ar": "قال رئيس هيئة المياه في مرجانة إن سد وادي الرمان سيُغلق أسبوعين ابتداءً من الاثنين 16 تشرين الثاني 2026.",
                    "en": "The head of Marjana’s water authority said the Rumman valley dam would close for two weeks from Monday."},
        short={"ar": "سد وادي الرمان يُغلق أسبوعين ابتداءً من الاثنين", "en": "The Rumman valley dam closes for two weeks from Monday"},
        choices={key: Choice(True) for key in ("content", "step/printed/1", "step/established/1")},
    )  # fmt: skip
    s.claim_event = s.add(AMAL, ev.ClaimsMade({"dam": claim}, "marked", ""), "claim:dam")
    villages = Claim("a" * 64, span_of("خمسين قرية ستبقى بلا ماء"), "خمسين قرية ستبقى بلا ماء", ClaimKind.QUANTITY, True,
                     choices={"content": Choice(False, "لا أرقام منشورة بعد.")})  # fmt: skip
    s.add(AMAL, ev.ClaimsMade({"villages": villages}, "marked", ""), "claim:villages")
    opinion = Claim("a" * 64, span_of("الإدارة مقصّرة"), "الإدارة مقصّرة", ClaimKind.OPINION, False)
    s.add(AMAL, ev.ClaimsMade({"opinion": opinion}, "marked", ""), "claim:opinion")

    def evidence(id: str, item: Evidence, *bearings: tuple[str, Stance, str]) -> None:
        s.add(AMAL, ev.EvidenceAttached(item), f"evidence:{id}")
        for n, (target, stance, note) in enumerate(bearings):
            s.add(AMAL, ev.EvidenceBears(Bearing(id, target, stance, note)), f"bearing:{id}{n}")

    evidence("statement", Evidence(
        "بيان الهيئة رقم 31", "https://water.example/31", capture("1", "https://water.example/31"),
        archived_url="https://archive.example/2026/water.example/31",
        quote=TextQuote("تُجرى الصيانة ليلاً ثلاث ليالٍ، ولا يُغلق السد."), anchor=Anchor(AnchorHow.EXACT, Span(10, 58)), quote_language="ar",
        outlet="هيئة المياه في مرجانة", published="2026-11-08", primary=True, primary_reason="الهيئة هي التي تقرر الإغلاق.",
        interests="الهيئة طرف في الموضوع."), ("content/dam", Stance.REFUTES, "ينفي مدة الأسبوعين."),
        ("step/dam/printed/1", Stance.SAYS_SOMETHING_ELSE, ""))  # fmt: skip
    evidence("wire", Evidence(
        "Marjana dam works to last three nights", "https://wire.example/dam", capture("2", "https://wire.example/dam"),
        quote=TextQuote("The works will take three nights and the dam stays open, the authority said."),
        anchor=Anchor(AnchorHow.EXACT, Span(0, 76)), quote_language="en",
        translation=Translation("ar", "قالت الهيئة إن الأعمال تستغرق ثلاث ليالٍ ويبقى السد مفتوحاً."), outlet="Coast Wire",
        published="2026-11-09"), ("content/dam", Stance.REFUTES, ""))  # fmt: skip
    evidence("copy", Evidence(
        "Dam stays open", "https://daily.example/dam", capture("3", "https://daily.example/dam", flags=("soft404",)),
        quote=TextQuote("the dam stays open"), anchor=Anchor(AnchorHow.EXACT, Span(0, 18)), quote_language="en", outlet="Daily Copy"),
        ("content/dam", Stance.REFUTES, "النص نفسه كما في الوكالة."))  # fmt: skip
    evidence("lost", Evidence(
        "خبر «البيدر»", "https://albaydar.example/1", problem=LinkProblem("http-404", "404 Not Found", "2026-11-12T08:31:00Z"),
        outlet="البيدر"), ("step/dam/printed/1", Stance.CONTEXT, ""))  # fmt: skip
    evidence("call", Evidence(
        "", offline=OfflineSource(OfflineKind.CALL, "موظف في هيئة المياه", "2026-11-12", "مكالمة هاتفية مع المدققة"),
        quote=TextQuote("أنا من قال ذلك لا رئيس الهيئة."), anchor=Anchor(AnchorHow.BY_HAND), quote_language="ar"),
        ("step/dam/established/1", Stance.SUPPORTS, ""))  # fmt: skip
    s.add(AMAL, ev.SourcesGrouped(SourceGroup("وكالة الساحل", ("wire", "copy"), "نص واحد حرفاً بحرف.")), "group:g1")
    s.add(AMAL, ev.SearchRecorded(Search("أرشيف «البيدر» الورقي", ("سد وادي الرمان", "سالم الطويل"), SearchOutcome.NOTHING, "2026-11-12",
                                         "step/dam/printed/1", "ar", 0)), "search:s1")  # fmt: skip
    s.add(AMAL, ev.ContactRecorded(Contact("مكتب سالم الطويل", "بريد إلكتروني", "2026-11-11", "هل قلتم إن السد سيُغلق؟", ContactOutcome.ANSWERED,
                                           "step/dam/printed/1", "2026-11-13", "لم يصدر عنّا هذا الكلام.", "2026-11-12")), "contact:k1")  # fmt: skip
    s.add(AMAL, ev.ContactRecorded(Contact("تحرير «البيدر»", "هاتف", "2026-11-11", "من أين الخبر؟", ContactOutcome.SILENCE)), "contact:k2")
    given = [
        s.add(AMAL, ev.VerdictGiven(Verdict(
            "content/dam", "standard", "false", (Ground(ReasonKind.EVIDENCE, "statement"), Ground(ReasonKind.EVIDENCE, "wire")),
            "ينص بيان الهيئة على ثلاث ليالٍ من دون إغلاق، ونقلته وكالة الساحل.", "ar", "2026-11-13", "هل تُمدَّد الأعمال لاحقاً.")), "verdict:v1"),
        s.add(AMAL, ev.VerdictGiven(Verdict(
            "step/dam/printed/1", "standard_step", "wrong_source",
            (Ground(ReasonKind.CONTACT, "k1"), Ground(ReasonKind.SEARCH, "s1"), Ground(ReasonKind.EVIDENCE, "call")),
            "نفى مكتبه، وأقرّ موظف بأنه القائل.", "ar", "2026-11-13")), "verdict:v2"),
    ]  # fmt: skip
    draft = s.add(AMAL, ev.DraftWritten(Draft(
        {"ar": "سد وادي الرمان لا يُغلق: صيانة ثلاث ليالٍ", "en": "The Rumman dam stays open: three nights of works"},
        {"ar": "الأعمال ثلاث ليالٍ والسد يبقى مفتوحاً، والكلام ليس لرئيس الهيئة.", "en": "Works last three nights; the dam stays open."},
        {"ar": "الادعاء غير صحيح، ونُسب إلى غير قائله."})), "draft:c1")  # fmt: skip
    s.review_event = s.add(HUDA, ev.ReviewGiven(Review("c1", Decision.SIGN_OFF, "", (draft, *given))), "review:r1")
    s.add(AMAL, ev.PublicationRecorded(Publication(PublicationKind.PUBLICATION, "2026-11-14", "https://marsad.example/check/dam",
                                                   despite="الوقت ضيق والضرر قريب.", problems=("evidence.capture",))), "publication:u1")  # fmt: skip
    s.add(AMAL, ev.PublicationRecorded(Publication(PublicationKind.CORRECTION, "2026-11-15", "", "", "u1", "كتبنا أربع ليالٍ والصحيح ثلاث.",
                                                   "خطأ في النقل.")), "publication:u2")  # fmt: skip
    return s


@pytest.fixture
def source(scene: Scene) -> ReportSource:
    return scene.source()


VERIFY_PAGE = Path(__file__).resolve().parents[2] / "factcheck" / "workbench" / "static" / "verify.html"


@pytest.fixture(scope="module")
def verify_page(browser):
    """The page that checks, opened from its file as a stranger opens it; it asks the network for nothing."""
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(VERIFY_PAGE.as_uri() + "#en")
    yield page
    assert [url for url in asked if not url.startswith("file:")] == []
    context.close()
