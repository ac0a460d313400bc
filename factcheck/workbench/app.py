"""The workbench widget: commands from the page, each checked and bound to one Case method; the answer says the entry or why not.

The page sends ``{"request": id, "command": name, "arguments": {...}}`` and gets ``{"request": id, "ok": true, "entry": n}`` or
``{"ok": false, "message": "..."}``. A request id is done once, so a double click does nothing twice. Commands are listed in ``COMMANDS``;
anything else is refused. Text is checked against the article it claims to quote.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from factcheck.case.case import Case
from factcheck.errors import FactcheckError
from factcheck.model.article import Span, Utf16Offsets
from factcheck.model.claim import Step
from factcheck.model.evidence import OfflineKind, OfflineSource, Translation
from factcheck.workbench.snapshot import snapshot
from factcheck.workbench.view import article_view, case_view, history_view, texts
from factcheck.workbench.words import words

STATIC = Path(__file__).parent / "static"
REMEMBERED = 500  # request ids, newest

Arguments = Mapping[str, Any]
Export = Callable[[Case, str, str], Path]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the workbench needs while this machine knows nobody: the article, and how to begin once there is a name."""

    text: str
    language: str
    begin: Callable[[str, str], Case]  # name, newsroom -> the case


class Workbench(anywidget.AnyWidget):
    """Article, claims, evidence, results and review of one case, in one widget.

    Args:
        case: the case to work on; or ``welcome`` while this machine knows nobody.
        export: writes a report (case, format, language) and returns its path; without it there is no report button.
    """

    _esm = STATIC / "workbench.js"
    _css = STATIC / "workbench.css"

    lang = traitlets.Unicode("ar").tag(sync=True)  # of the interface: ar, en
    words = traitlets.Dict().tag(sync=True)  # key -> word
    article = traitlets.Dict().tag(sync=True)  # view.article_view
    view = traitlets.Dict().tag(sync=True)  # view.case_view; empty while welcoming
    exports = traitlets.Bool(False).tag(sync=True)

    def __init__(self, case: Case | None = None, *, welcome: Welcome | None = None, export: Export | None = None) -> None:
        super().__init__()
        if (case is None) == (welcome is None):
            raise ValueError("a workbench shows a case, or welcomes somebody new")
        self._export = export
        self._welcome = welcome
        self._case: Case | None = None
        self._offsets = Utf16Offsets("")
        self._answers: dict[str, dict[str, Any]] = {}
        self.exports = export is not None
        if case is not None:
            self._show(case)
        elif welcome is not None:
            self.words = words(self.lang)
            self.article = article_view(welcome.text, welcome.language)
        self.on_msg(self._receive)

    @property
    def case(self) -> Case:
        """The case under check.

        Raises:
            ValueError: nobody has said yet who they are.
        """
        if self._case is None:
            raise ValueError("Say who you are in the workbench first; then run this cell again.")
        return self._case

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        if self._case is not None and bundle:
            first = bundle[0] if isinstance(bundle, tuple) else bundle
            first["text/html"] = snapshot(self._case, self.lang)
        return bundle

    def _show(self, case: Case) -> None:
        self._case = case
        self._offsets = Utf16Offsets(case.text)
        self.lang = case.desk.settings.language
        self.words = words(self.lang)
        state = case.state
        if state.article:
            self.article = article_view(case.text, state.article.language, state.article.credit, state.coverage)
        self._refresh_view()

    def _refresh_view(self) -> None:
        if self._case is not None:
            self.view = case_view(self._case, self._offsets, self.lang)

    # ---- messages

    def _receive(self, _widget: Any, content: Any, buffers: list[Any]) -> None:
        """A message of the page; every one is answered."""
        request = content.get("request") if isinstance(content, dict) else None
        if not isinstance(request, str) or len(request) > 64:
            return
        if request not in self._answers:
            self._answers[request] = self._do(content, buffers)
            while len(self._answers) > REMEMBERED:
                self._answers.pop(next(iter(self._answers)))
        self.send({"request": request, **self._answers[request]})

    def _do(self, content: Mapping[str, Any], buffers: list[Any]) -> dict[str, Any]:
        name, arguments = content.get("command"), content.get("arguments")
        try:
            if not isinstance(name, str) or not isinstance(arguments, dict):
                raise ValueError("a message needs a command and its arguments")
            value = self._command(name, {**arguments, "buffers": buffers})
        except (FactcheckError, ValueError) as error:
            if self._case is not None:
                self._case.refresh()
                self._refresh_view()
            return {"ok": False, "message": str(error)}
        except Exception as error:  # the page must be answered; the trace goes to the log, not to the reader
            log.exception("the command %s failed", name)
            return {"ok": False, "message": f"{words(self.lang)['unexpected']}: {type(error).__name__}"}
        entry = self._case.desk.ledger.size - 1 if self._case else None
        return {"ok": True, "entry": entry, "value": value}

    def _command(self, name: str, arguments: Arguments) -> Any:
        if name == "begin":
            return self._begin(arguments)
        if name == "language":
            self.lang = "en" if self.lang == "ar" else "ar"
            self.words = words(self.lang)
            self._refresh_view()
            return None
        if name == "report":
            fmt, lang = texts(arguments, "format", "lang")
            if self._export is None:
                raise ValueError("this workbench was opened without reports")
            return str(self._export(self.case, fmt, lang))
        command = COMMANDS.get(name)
        if command is None:
            raise ValueError(f"there is no command {name!r}")
        value = command(self, self.case, arguments)
        self._refresh_view()
        return value

    def _begin(self, arguments: Arguments) -> None:
        name, newsroom = (text.strip() for text in texts(arguments, "name", "newsroom"))
        if not name or not newsroom:
            raise ValueError("الاسم وغرفة الأخبار مطلوبان. / Name and newsroom are needed.")
        if self._welcome is None or self._case is not None:
            return
        self._show(self._welcome.begin(name, newsroom))

    # ---- arguments

    def span(self, arguments: Arguments) -> Span:
        """A stretch of the article from UTF-16 offsets, if it is the text that the page shows there.

        Raises:
            ValueError: it is not.
        """
        start, end, (exact,) = arguments.get("start"), arguments.get("end"), texts(arguments, "exact")
        if type(start) is not int or type(end) is not int:
            raise ValueError("a selection needs a start and an end")
        span = Span(self._offsets.to_code_points(start), self._offsets.to_code_points(end))
        if span.of(self.case.text) != exact:
            raise ValueError("the selection is not what the article says there; select it again")
        return span

    def offset(self, value: Any) -> int:
        """A code point of the article from a UTF-16 offset."""
        if type(value) is not int:
            raise ValueError("a place in the article is a number")
        return self._offsets.to_code_points(value)


def _ids(arguments: Arguments, name: str = "ids") -> list[str]:
    value = arguments.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{name} must be a list of texts")
    return list(value)


def _attach(_widget: Workbench, case: Case, a: Arguments) -> str:
    url, quote, stance, title, outlet, note = texts(a, "url", "quote", "stance", "title", "outlet", "note")
    who, kind, translation, language, primary = texts(a, "who", "kind", "translation", "language", "primary_reason")
    buffers = a["buffers"]
    source: dict[str, Any] = {"url": url.strip()}
    if buffers:
        source["file"] = bytes(buffers[0])
    elif who.strip():
        source = {"offline": OfflineSource(OfflineKind(kind or "call"), who.strip())}
    return case.attach(
        **source,
        quote=quote,
        bears_on=_ids(a, "bears_on"),
        stance=stance or "supports",
        translation=Translation(language or "ar", translation) if translation.strip() else None,
        title=title,
        outlet=outlet,
        primary=bool(primary.strip()),
        primary_reason=primary,
        note=note,
    )


def _verdict(_widget: Workbench, case: Case, a: Arguments) -> str:
    target, rating, reasons, unknown = texts(a, "target", "rating", "reasons", "unknown")
    if not rating:
        raise ValueError("choose a rating")
    return case.verdict(target, rating, reasons, grounds=_ids(a, "grounds"), unknown=unknown)


def _draft(_widget: Workbench, case: Case, a: Arguments) -> None:
    parts = [{lang: texts(a, f"{part}_{lang}")[0] for lang in ("ar", "en")} for part in ("headline", "summary", "conclusion")]
    case.draft(*parts)


def _sign_in(case: Case, a: Arguments) -> Any:
    """The key of the person the page names: one of this machine, or a new one."""
    person, passphrase, name, newsroom = texts(a, "person", "passphrase", "name", "newsroom")
    keys = case.desk.keys
    if person:
        return keys.open_person(person, passphrase or None)
    if not name.strip() or not newsroom.strip():
        raise ValueError("say who signs: a name and a newsroom")
    return keys.create_person(name, newsroom, role="editor", passphrase=passphrase or None)


def _review(_widget: Workbench, case: Case, a: Arguments) -> None:
    """Sign or return as another person, then go on as who was here."""
    decision, comment = texts(a, "decision", "comment")
    with case.desk.acting_as(_sign_in(case, a)):
        case.review(decision, comment)


def _act_as(_widget: Workbench, case: Case, a: Arguments) -> None:
    case.desk.act_as(_sign_in(case, a))


def _restate(_widget: Workbench, case: Case, a: Arguments) -> None:
    id, ar, en, short_ar, short_en = texts(a, "id", "ar", "en", "short_ar", "short_en")
    case.restate(id, {"ar": ar, "en": en}, short={"ar": short_ar, "en": short_en})


def _establish(_widget: Workbench, case: Case, a: Arguments) -> None:
    """Steps by name, outermost first; those of the printed chain keep what is known of them."""
    (id,) = texts(a, "id")
    claim = case.claim(id)
    printed = {step.source: step for step in claim.printed}
    case.establish(id, tuple(printed.get(name, Step(source=name)) for name in (line.strip() for line in _ids(a, "steps")) if name))


def _choose(_widget: Workbench, case: Case, a: Arguments) -> None:
    case.choose(_ids(a, "targets"), check=bool(a.get("check")), because=texts(a, "because")[0])


def _import_page(_widget: Workbench, case: Case, a: Arguments) -> None:
    if not a["buffers"]:
        raise ValueError("choose a file")
    case.import_page(texts(a, "id")[0], bytes(a["buffers"][0]))


def _capture_text(_widget: Workbench, case: Case, a: Arguments) -> str:
    return case.capture_text(texts(a, "id")[0])


def _quote(_widget: Workbench, case: Case, a: Arguments) -> None:
    """Quote what was selected in the captured text; its offsets come in UTF-16 of that text."""
    id, exact = texts(a, "id", "exact")
    text = case.capture_text(id)
    if type(a.get("start")) is int and type(a.get("end")) is int:
        offsets = Utf16Offsets(text)
        span = Span(offsets.to_code_points(a["start"]), offsets.to_code_points(a["end"]))
        if span.of(text) != exact:
            raise ValueError("the selection is not what the captured text says there; select it again")
        case.quote(id, span=span)
    else:
        case.quote(id, exact)


def _search(_widget: Workbench, case: Case, a: Arguments) -> str:
    place, queries, outcome, target, note = texts(a, "place", "queries", "outcome", "target", "note")
    return case.search(place, [line for line in queries.splitlines() if line.strip()], outcome, target=target, note=note)


def _contact(_widget: Workbench, case: Case, a: Arguments) -> str:
    who, how, question, outcome, answer, target = texts(a, "who", "how", "question", "outcome", "answer", "target")
    return case.contact(who, how, question, outcome or "waiting", answer=answer, target=target)


def _describe_article(_widget: Workbench, case: Case, a: Arguments) -> None:
    outlet, published, url = texts(a, "outlet", "published", "url")
    case.describe_article(outlet=outlet, published=published, url=url)


COMMANDS: Mapping[str, Callable[[Workbench, Case, Arguments], Any]] = {
    "refresh": lambda _w, case, _a: case.refresh(),
    "describe_article": _describe_article,
    "accept": lambda _w, case, a: case.accept(_ids(a)) and None,
    "mark": lambda w, case, a: case.mark(w.span(a)),
    "trim": lambda w, case, a: case.trim(texts(a, "id")[0], w.span(a)) and None,
    "split": lambda w, case, a: list(case.split(texts(a, "id")[0], w.offset(a.get("at")))),
    "merge": lambda _w, case, a: case.merge(_ids(a)),
    "dismiss": lambda _w, case, a: case.dismiss(_ids(a), texts(a, "because")[0]) and None,
    "restore": lambda _w, case, a: case.restore(_ids(a)) and None,
    "set_aside": lambda _w, case, a: case.set_aside(_ids(a), texts(a, "because")[0]) and None,
    "set_aside_kinds": lambda _w, case, a: case.set_aside_kinds(_ids(a, "kinds"), texts(a, "because")[0]),
    "choose": _choose,
    "restate": _restate,
    "establish": _establish,
    "edit_kind": lambda _w, case, a: case.edit(texts(a, "id")[0], kind=texts(a, "kind")[0]) and None,
    "attach": _attach,
    "retry": lambda _w, case, a: case.retry(texts(a, "id")[0]),
    "import_page": _import_page,
    "capture_text": _capture_text,
    "quote": _quote,
    "bear": lambda _w, case, a: case.bear(texts(a, "id")[0], _ids(a, "targets"), texts(a, "stance")[0]) and None,
    "withdraw_evidence": lambda _w, case, a: case.withdraw_evidence(texts(a, "id")[0], texts(a, "because")[0]) and None,
    "search": _search,
    "contact": _contact,
    "answer": lambda _w, case, a: case.answer(*texts(a, "id", "outcome", "answer")) and None,
    "verdict": _verdict,
    "withdraw_verdict": lambda _w, case, a: case.withdraw_verdict(texts(a, "id")[0]) and None,
    "draft": _draft,
    "review": _review,
    "act_as": _act_as,
    "undo": lambda _w, case, _a: len(case.undo()),
    "redo": lambda _w, case, _a: len(case.redo()),
    "history": lambda w, case, a: history_view(case, w.lang, texts(a, "subject")[0]),
}
"""What the page may ask for, by name; each checks its arguments and calls one method of Case."""
