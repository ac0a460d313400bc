"""How a person works at the workbench: by mouse, or by keyboard alone. Scenes are written once and done with either hand."""

from __future__ import annotations

from typing import Any

POINTS = """(words) => {
    const pane = [...document.querySelectorAll('.fcw-text')].at(-1);
    const lines = [...pane.querySelectorAll('.fcw-words')];
    const p = lines.find((line) => line.textContent.includes(words));
    p.scrollIntoView({ block: 'center' });
    const at = p.textContent.indexOf(words);
    const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    const box = (offset) => {
        for (const node of nodes) {
            if (offset < node.data.length) {
                const range = document.createRange();
                range.setStart(node, offset);
                range.setEnd(node, offset + 1);
                return range.getBoundingClientRect();
            }
            offset -= node.data.length;
        }
    };
    const rtl = getComputedStyle(p).direction === 'rtl';
    const a = box(at), b = box(at + words.length - 1);
    return [rtl ? a.right - 1 : a.left + 1, a.top + a.height / 2, rtl ? b.left + 1 : b.right - 1, b.top + b.height / 2];
}"""
WAY = """(selector) => {
    const at = document.activeElement, wanted = document.querySelector(selector);
    if (!wanted) throw new Error(`there is no ${selector}`);
    if (at === wanted || wanted.contains(at)) return 0;
    const on = at.compareDocumentPosition(wanted) & Node.DOCUMENT_POSITION_FOLLOWING;
    const [first, last] = on ? [at, wanted] : [wanted, at];
    const follows = (a, b) => a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING;
    const stops = [...document.querySelectorAll('.fcw :is(a, button, input, select, textarea, summary, [tabindex])')]
        .filter((e) => e.tabIndex >= 0 && !e.disabled && follows(first, e) && (e === last || follows(e, last)));
    return (on ? 1 : -1) * Math.max(1, stops.length >> 1);
}"""
"""Half of the way to a control in Tab stops, roughly; negative when it lies back, 0 when it has the focus."""


def key(name: str) -> str:
    """A control by the name that it carries in both languages."""
    return f'.fcw [data-key="{name}"]'


class Hand:
    """What both hands share: seeing."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def status(self) -> str:
        return self.page.inner_text(".fcw-status")

    def wait(self, condition: str, arg: Any = None) -> None:
        self.page.wait_for_function(condition, arg=arg)

    def saved(self) -> int:
        """Wait until the workbench says that the act is saved; the entry."""
        self.wait("() => /\\d+$/.test(document.querySelector('.fcw-status')?.textContent ?? '')")
        return int("".join(char for char in self.status().rpartition(" ")[2] if char.isdecimal()))

    def done(self, act: Any) -> int:
        """Do something and wait until one entry more is saved; the entry."""
        before = int(self.page.get_attribute(".fcw-status", "data-entry"))
        act()
        self.wait("(n) => Number(document.querySelector('.fcw-status').dataset.entry) > n", before)
        return self.saved()

    def _opened(self, name: str) -> None:
        """Wait until a fold is open and what it holds is drawn."""
        self.wait(
            "(selector) => document.querySelector(selector).closest('details').querySelector(':scope > :not(summary)')", key(f"open/{name}")
        )

    def cells(self, number: int) -> None:
        """Wait until the notebook shows so many cells: it draws them one after another, some of them after the workbench."""
        self.wait("(n) => document.querySelectorAll('.jp-Notebook .jp-Cell').length === n", number)

    def chosen(self) -> str:
        """The id of the claim that is chosen."""
        return self.page.get_attribute(".fcw-item.fcw-chosen", "data-id")

    def see(self, words: str, within: str = ".fcw") -> None:
        self.wait("([selector, words]) => document.querySelector(selector)?.innerText.includes(words)", [within, words])


class Mouse(Hand):
    """Clicks and types."""

    def press(self, name: str) -> None:
        self.page.click(key(name))

    def open(self, name: str) -> None:
        """Open a fold, unless it is open."""
        if not self.page.evaluate("(selector) => document.querySelector(selector).closest('details').open", key(f"open/{name}")):
            self.press(f"open/{name}")
            self._opened(name)

    def type(self, name: str, text: str) -> None:
        self.page.fill(key(name), text)

    def check(self, name: str) -> None:
        self.page.check(key(name))

    def take(self, name: str, value: str) -> None:
        """Take an option of a select."""
        self.page.select_option(key(name), value)

    def tab(self, name: str) -> None:
        self.press(f"inspector/{name}")

    def claim(self, words: str) -> str:
        """Choose the claim that has these words; its id."""
        self.page.fill(key("list/query"), words)
        self.page.locator(".fcw-item").first.click()
        self.page.fill(key("list/query"), "")
        self.wait("() => document.querySelector('.fcw-item.fcw-chosen')")
        return self.chosen()

    def select(self, words: str) -> None:
        """Select words of the text with the mouse, from their first to their last character."""
        x1, y1, x2, y2 = self.page.evaluate(POINTS, words)
        self.page.mouse.move(x1, y1)
        self.page.mouse.down()
        self.page.mouse.move((x1 + x2) / 2, (y1 + y2) / 2, steps=4)
        self.page.mouse.move(x2, y2, steps=4)
        self.page.mouse.up()


class Keys(Hand):
    """Never touches the mouse: Tab, arrows, letters."""

    def reach(self, name: str) -> None:
        """Walk with Tab, as one who sees where the control is."""
        for _ in range(100):
            way = self.page.evaluate(WAY, key(name))
            if not way:
                return
            for _ in range(abs(way)):
                self.page.keyboard.press("Tab" if way > 0 else "Shift+Tab")
        raise AssertionError(f"{name} cannot be reached with Tab")

    def press(self, name: str) -> None:
        if name.startswith(("inspector/", "bar/", "bulk/")):
            self._in_row(name)
        else:
            self.reach(name)
        self.page.keyboard.press("Enter")

    def _in_row(self, name: str) -> None:
        """Reach the row's Tab stop, then go along it with the arrows."""
        row = name.partition("/")[0]
        stop = self.page.evaluate(
            """([row, name]) => {
                const all = [...document.querySelectorAll(`.fcw [data-key^="${row}/"]`)].filter((e) => !e.disabled);
                return all.find((e) => e.tabIndex === 0)?.dataset.key ?? name;
            }""",
            [row, name],
        )
        self.reach(stop)
        for _ in range(30):
            if self.page.evaluate("() => document.activeElement.dataset.key") == name:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} cannot be reached with arrows")

    def open(self, name: str) -> None:
        if not self.page.evaluate("(selector) => document.querySelector(selector).closest('details').open", key(f"open/{name}")):
            self.reach(f"open/{name}")
            self.page.keyboard.press("Enter")
            self._opened(name)

    def type(self, name: str, text: str) -> None:
        self.reach(name)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(text)

    def check(self, name: str) -> None:
        element = self.page.locator(key(name))
        if element.is_checked():
            return
        if element.get_attribute("type") == "checkbox":
            self.reach(name)
            self.page.keyboard.press("Space")
            return
        group = name.rpartition("/")[0]
        stop = self.page.evaluate(
            """(group) => {
                const all = [...document.querySelectorAll(`.fcw [data-key^="${CSS.escape(group)}/"]`)];
                return (all.find((e) => e.checked) ?? all[0]).dataset.key;
            }""",
            group,
        )
        self.reach(stop)
        self.page.keyboard.press("Space")
        for _ in range(20):
            if element.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} cannot be chosen with arrows")

    def take(self, name: str, value: str) -> None:
        self.reach(name)
        self.page.keyboard.press("Home")
        for _ in range(60):
            if self.page.input_value(key(name)) == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{value} is no option of {name}")

    def tab(self, name: str) -> None:
        order = ("claim", "evidence", "searches", "result", "review", "history")
        self.page.keyboard.press(f"Alt+Digit{order.index(name) + 1}") if not self._typing() else self.press(f"inspector/{name}")
        self.wait("(name) => document.querySelector(`.fcw [data-key='inspector/${name}']`).getAttribute('aria-selected') === 'true'", name)

    def _typing(self) -> bool:
        return self.page.evaluate(
            "() => Boolean(document.activeElement.closest('input:not([type=checkbox], [type=radio]), textarea, select'))"
        )

    def claim(self, words: str) -> str:
        self.type("list/query", words)
        self.reach("claims")
        self.page.keyboard.press("End")
        self.page.keyboard.press("Home")
        chosen = self.chosen()
        self.type("list/query", "")
        self.reach("claims")
        return chosen

    def select(self, words: str) -> None:
        """Select words with caret and shift: to the start of the text, on by characters, then over the words."""
        name = "capture" if self.page.locator(".fcw-passage").count() else "article"
        self.reach(name)
        if self.page.get_attribute(key(name), "contenteditable") is None:
            self.page.keyboard.press("e")
            self.wait("(selector) => document.querySelector(selector).isContentEditable", key(name))
        text = self.page.evaluate("(selector) => document.querySelector(selector).innerText", key(name))
        assert words in text
        self.page.keyboard.press("Control+Home")
        found = self._at()
        for _ in range(text.count("\n") + 60):
            if found["text"].find(words) >= 0:
                break
            self.page.keyboard.press("ArrowDown")
            found = self._at()
        forward = "ArrowLeft" if found["rtl"] else "ArrowRight"
        back = "ArrowRight" if found["rtl"] else "ArrowLeft"
        wanted = found["text"].index(words)
        for _ in range(200):
            left = wanted - self._at()["offset"]
            if not left:
                break
            for _ in range(max(1, abs(left) // 2)):
                self.page.keyboard.press(forward if left > 0 else back)
        for _ in range(200):
            left = len(words) - self.page.evaluate("() => getSelection().toString().length")
            if left <= 0:
                break
            for _ in range(max(1, left // 2)):
                self.page.keyboard.press(f"Shift+{forward}")

    def _at(self) -> dict[str, Any]:
        """The paragraph that holds the caret, and where in it."""
        return self.page.evaluate(
            """() => {
                const selection = getSelection();
                const node = selection.focusNode;
                const near = node.nodeType === 3 ? node.parentElement : node;
                const p = near.closest('.fcw-words') ?? document.querySelector('.fcw-text .fcw-words');
                const range = document.createRange();
                range.selectNodeContents(p);
                if (p.contains(node)) range.setEnd(node, selection.focusOffset); else range.collapse(true);
                return { text: p.textContent, offset: range.toString().length, rtl: getComputedStyle(p).direction === 'rtl' };
            }"""
        )


HANDS = {"mouse": Mouse, "keys": Keys}
