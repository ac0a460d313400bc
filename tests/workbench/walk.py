"""The walk of the design's first section, from article to correction, written once for either hand and either language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.conftest import SEED
from tests.workbench.hands import Hand, key

LAST = "إخراج إيران من سوريا"
QUOTE = "the two leaders had agreed to work on removing Iran from Syria"
WORDS = {
    "ar": {"headline": "هل اتفق الزعيمان؟", "summary": "لم نجد ما يثبت ذلك.", "conclusion": "غير مثبت.", "reasons": "لا دليل مستقل",
           "unproven": "غير مثبت", "cannot": "يتعذر التحقق", "direction": "rtl"},
    "en": {"headline": "Did the two leaders agree?", "summary": "We found nothing to show it.", "conclusion": "Unproven.",
           "reasons": "no independent evidence", "unproven": "Unproven", "cannot": "Cannot be checked", "direction": "ltr"},
}  # fmt: skip


@dataclass
class Walk:
    """One walk: a hand, a language, and the site that is cited."""

    hand: Any
    lang: str
    site: str

    @property
    def page(self) -> Any:
        return self.hand.page

    @property
    def words(self) -> dict[str, str]:
        return WORDS[self.lang]

    def begin_case(self) -> None:
        """A case of its own on the pasted article; where it appeared is known, when is not."""
        hand = self.hand
        if self.page.get_attribute(".fcw", "lang") != self.lang:
            hand.press("language")
        self.page.wait_for_selector(f".fcw[dir={self.words['direction']}]")
        hand.press("header/cases")
        self.page.wait_for_selector(key("n/text"))
        hand.type("n/text", SEED.read_text("utf-8"))
        hand.type("n/title", f"walk {self.lang} {type(hand).__name__}")
        hand.press("new_case/send")
        hand.see(f"walk {self.lang} {type(hand).__name__}", ".fcw-title")
        assert self.page.get_attribute(".fcw-text", "dir") == "rtl"
        assert self.page.locator("mark.fcw-proposed").count() > 15
        assert self.page.locator(".fcw-text .fcw-credit").count() == 1
        hand.done(lambda: hand.press("facts/unknown"))

    def sort_proposals(self) -> str:
        """Correct, split, merge, set aside and dismiss proposals; returns the claim of the last paragraph."""
        hand = self.hand
        words = "ضرورة التعاون المشترك بين البلدين"
        hand.select(words)
        hand.done(lambda: hand.press("bar/mark"))
        self.hand.wait("(words) => document.querySelector('.fcw-quote')?.textContent === words", words)
        hand.done(lambda: hand.press("undo"))
        hand.done(lambda: hand.press("list/aside"))
        assert self.page.locator(".fcw-item.fcw-set_aside").count() > 0
        hand.claim("الذهاب إلى كابول" if False else "إرسال مساعدات إنسانية")
        hand.done(lambda: hand.press("claim/accept"))
        number = self.page.inner_text(".fcw-item.fcw-chosen .fcw-n")
        hand.type(f"because/{hand.chosen()}", "خارج موضوعنا")
        hand.done(lambda: hand.press("claim/dismiss"))
        assert number
        claim = hand.claim(LAST)
        hand.done(lambda: hand.press("claim/accept"))
        assert "جيروزاليم بوست" in self.page.inner_text(".fcw-chain >> nth=0")
        return claim

    def restate_and_choose(self, claim: str) -> None:
        hand = self.hand
        hand.done(lambda: hand.check(f"target/content/{claim}"))
        hand.done(lambda: hand.check(f"target/step/{claim}/printed/0"))
        hand.type(f"ar/{claim}", "اتفق بوتين ونفتالي بينيت، في لقائهما، على العمل على إخراج إيران من سوريا")
        hand.type(f"en/{claim}", "Putin and Bennett agreed, when they met, to work on removing Iran from Syria")
        hand.done(lambda: hand.press(f"restate/{claim}/send"))

    def attach(self, claim: str) -> None:
        """A page that bears on two targets, its quote chosen in the captured text; a dead link that is kept and tried again."""
        hand, page = self.hand, self.page
        hand.tab("evidence")
        hand.type("e/url", f"{self.site}/officer")
        hand.check(f"e/bears/content/{claim}")
        hand.check(f"e/bears/step/{claim}/printed/0")
        hand.check("e/stance/context")
        hand.done(lambda: hand.press("attach/send"))
        evidence = page.get_attribute(".fcw-card[data-card]", "data-card")
        hand.press(f"passage/{evidence}")
        page.wait_for_selector(".fcw-passage")
        hand.select(QUOTE)
        hand.done(lambda: hand.press("capture/quote"))
        hand.see(QUOTE, f"[data-card='{evidence}'] blockquote")
        assert page.locator(f"[data-card='{evidence}'] .fcw-plain > li").count() == 2
        hand.open(f"edit/{evidence}")
        hand.type(f"translate/{evidence}/text", "اتفق الزعيمان على العمل على إخراج إيران من سوريا")
        hand.done(lambda: hand.press(f"translate/{evidence}/send"))
        hand.type("e/url", f"{self.site}/dead")
        hand.done(lambda: hand.press("attach/send"))
        assert "404" in page.inner_text(".fcw-waiting")
        dead = page.locator(".fcw-card", has=page.locator(".fcw-waiting")).get_attribute("data-card")
        hand.done(lambda: hand.press(f"retry/{dead}"))
        hand.open(f"edit/{dead}")
        hand.type(f"withdraw/{dead}/because", "الرابط ميت")
        hand.done(lambda: hand.press(f"withdraw/{dead}/send"))

    def look_and_ask(self, claim: str) -> None:
        hand, page = self.hand, self.page
        hand.tab("searches")
        hand.type("s/place", "kremlin.example")
        hand.type("s/queries", "بوتين بينيت إيران")
        hand.take("s/target", f"content/{claim}")
        hand.done(lambda: hand.press("search/send"))
        hand.type("k/who", "الجيش الإسرائيلي")
        hand.type("k/how", "بريد")
        hand.type("k/question", "من هو الضابط؟")
        hand.done(lambda: hand.press("contact/send"))
        contact = page.locator(".fcw-card").last.get_attribute("data-card")
        hand.done(lambda: hand.press(f"ka/{contact}/silence"))

    def establish(self, claim: str) -> None:
        """It turns out that another paper carried the words: a step is inserted, with evidence; the printed chain stays."""
        hand, page = self.hand, self.page
        hand.tab("claim")
        name = f"chain/established/{claim}"
        hand.open(name)
        hand.press(f"{name}/0/before")
        page.wait_for_selector(key(f"{name}/2/source"))
        hand.type(f"{name}/0/source", "صحيفة أخرى")
        hand.open(f"{name}/0/evidence")
        page.wait_for_selector(f'[data-key^="{name}/0/evidence/"]')
        hand.check(page.get_attribute(f'[data-key^="{name}/0/evidence/"]', "data-key"))
        hand.press(f"{name}/1/strike")
        hand.done(lambda: hand.press(f"{name}/save"))
        assert page.locator(".fcw-chain .fcw-inserted").count() == 1
        assert page.locator(".fcw-chain .fcw-struck").count() == 1

    def conclude(self, claim: str) -> None:
        """Two questions, two results: is it so, and was it said."""
        hand, page = self.hand, self.page
        hand.tab("result")
        for target, rating, label in (
            (f"content/{claim}", "unproven", "unproven"),
            (f"step/{claim}/printed/0", "cannot_be_checked", "cannot"),
        ):
            hand.press(f"result/{target}")
            prefix = f"r/{target}/"
            page.wait_for_selector(key(f"{prefix}reasons"))
            hand.check(f"{prefix}rating/{rating}")
            hand.type(f"{prefix}reasons", self.words["reasons"])
            hand.check(page.locator(f'[data-key^="{prefix}grounds/evidence"]').first.get_attribute("data-key"))
            hand.type(f"{prefix}unknown", "محضر اللقاء")
            hand.done(lambda target=target: hand.press(f"verdict/{target}/send"))
            hand.see(self.words[label], ".fcw-opinion")
        assert page.locator(".fcw-item.fcw-has_result").count() == 1

    def review(self) -> None:
        """Written here; sent back by a colleague, mended, then signed."""
        hand, page = self.hand, self.page
        hand.tab("review")
        for part in ("headline", "summary", "conclusion"):
            hand.type(f"d/{part}/{self.lang}", self.words[part])
        hand.done(lambda: hand.press("draft/send"))
        self._sign("return", "العنوان طويل")
        assert "العنوان طويل" in page.inner_text(".fcw-review >> nth=0")
        hand.type(f"d/headline/{self.lang}", self.words["headline"] + "!")
        hand.done(lambda: hand.press("draft/send"))
        self._sign("sign", "")
        hand.see("هدى", ".fcw-review")
        blocking = page.locator(".fcw-card.fcw-blocks")
        assert blocking.count() == 0, blocking.all_inner_texts()

    def _sign(self, decision: str, comment: str) -> None:
        hand = self.hand
        if self.page.locator(key("v/person")).input_value() == "new":
            hand.type("v/name", "هدى")
            hand.type("v/newsroom", "غرفة الأخبار")
        hand.type("review/comment", comment)
        hand.done(lambda: hand.press(f"review/{decision}"))

    def publish_and_correct(self) -> None:
        hand, page = self.hand, self.page
        hand.press("report/html")
        hand.wait("() => /reports/.test(document.querySelector('.fcw-status').textContent)")
        hand.press("refresh")
        hand.open("publish")
        hand.type("p/url", "https://newsroom.example/check/1")
        hand.done(lambda: hand.press("publish/send"))
        hand.open("correct")
        hand.type("c/what", "تاريخ اللقاء")
        hand.type("c/why", "خطأ في النقل")
        hand.done(lambda: hand.press("correct/send"))
        hand.see("تاريخ اللقاء", ".fcw-panel")
        hand.tab("history")
        hand.see("هدى", ".fcw-history")
        assert page.locator(".fcw-history li").count() > 20

    def whole(self) -> str:
        """From beginning to end; returns the claim's id."""
        self.begin_case()
        claim = self.sort_proposals()
        self.restate_and_choose(claim)
        self.attach(claim)
        self.look_and_ask(claim)
        self.establish(claim)
        self.conclude(claim)
        self.review()
        self.publish_and_correct()
        return claim


__all__ = ["LAST", "QUOTE", "Hand", "Walk"]
