"""The workbench widget: commands from the page, each checked and bound to one Case method; the answer says the entry or why not.

The page sends ``{"request": id, "command": name, "arguments": {...}, "saw": {register: entry}}`` and gets ``{"request": id, "ok": true,
"entry": n, "value": ...}`` or ``{"ok": false, "message": {"ar": ..., "en": ...}}``. A request id is done once, so a double click does
nothing twice. ``saw`` names what the person had before them when they began to write; if that has moved, the act is refused with what
changed. An act that takes long is told to be under way, ``{"request": id, "under_way": [command, done, of how many]}``, and answered when
it has ended; the command ``stop`` ends it early. Before an answer every page that shows the case is told what is so now:
``{"tell": {...}}`` (``view.Telling``).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anywidget
import msgspec
import traitlets

from factcheck.case.case import Case
from factcheck.case.places import LEDGER_FILE
from factcheck.errors import FactcheckError
from factcheck.ledger.turns import Lock, in_turn
from factcheck.model.article import Utf16Offsets
from factcheck.reports.extras import missing
from factcheck.workbench import drafts
from factcheck.workbench.arguments import Arguments, Refused
from factcheck.workbench.commands import COMMANDS, Export, Session
from factcheck.workbench.commands.cases import new_case, open_case
from factcheck.workbench.jobs import Jobs, Later, Run, call_later, home_loop
from factcheck.workbench.page import script, style
from factcheck.workbench.refusals import MovedError, refusal
from factcheck.workbench.snapshot import snapshot, welcome_snapshot
from factcheck.workbench.view import Telling, article_view
from factcheck.workbench.watch import Watch
from factcheck.workbench.words import WORDS

STATIC_SECONDS = 5.0  # until the static view follows an act
REMEMBERED = 500  # request ids, newest
MAX_UPLOAD = 64 * 1024 * 1024  # bytes of one file from the page

MAX_DOWNLOAD = 16 * 1024 * 1024  # bytes of a report handed to the page

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
        formats: the formats that ``export`` knows.
    """

    _esm = script()
    _css = style()

    lang = traitlets.Unicode("ar").tag(sync=True)  # of the interface: ar, en; the page changes it
    words = traitlets.Dict().tag(sync=True)  # key -> [Arabic, English]
    drafts = traitlets.Dict().tag(sync=True)  # field -> what was typed and not sent; the page writes it
    formats: traitlets.List[Any] = traitlets.List().tag(sync=True)
    missing: traitlets.Dict[str, str] = traitlets.Dict().tag(sync=True)  # format -> the extra that brings what it needs
    whole = traitlets.Int(0).tag(sync=True, to_json=lambda _value, widget: widget._whole())  # everything, as JSON, when a page opens

    def __init__(
        self,
        case: Case | None = None,
        *,
        welcome: Welcome | None = None,
        export: Export | None = None,
        formats: tuple[str, ...] = (),
    ) -> None:
        if (case is None) == (welcome is None):
            raise ValueError("a workbench shows a case, or welcomes somebody new")
        self.lock = Lock()  # messages may come in a thread of their own (a subshell of the kernel), timers tick in the cells' one
        self._welcome = welcome
        self._session: Session | None = None
        self._export = export
        self._telling = Telling()
        self._article: dict[str, Any] = {}
        self._answers: dict[str, dict[str, Any] | None] = {}  # None: under way
        self._jobs = Jobs(self._moved)
        self._home = home_loop()
        self._static: Any = None  # IPython's handle of the static view
        self._renewing = False
        self._uploads: dict[str, bytearray] = {}
        self._watch: Watch | None = None
        kept: dict[str, str] = {}
        lang = "ar"
        if case is not None:
            kept = self._bind(case)
            lang = case.desk.settings.language
        elif welcome is not None:
            self._article = article_view(welcome.text, welcome.language)
        super().__init__(
            lang=lang,
            words={key: list(pair) for key, pair in WORDS.items()},
            drafts=kept,
            formats=list(formats) if export else [],
            missing=missing() if export else {},
        )
        self.on_msg(self._receive)
        self.observe(self._keep_drafts, "drafts")
        self._start_watching()

    @property
    def case(self) -> Case:
        """The case under check.

        Raises:
            ValueError: nobody has said yet who they are.
        """
        if self._session is None:
            raise ValueError("Say who you are in the workbench first; then run this cell again.")
        return self._session.case

    def __repr__(self) -> str:
        return f"<Workbench on {self._session.case!r}>" if self._session else "<Workbench: nobody has said yet who they are>"

    def _ipython_display_(self) -> None:
        """Show a static view and the widget, as two outputs: the first is what a saved notebook shows before a kernel runs.

        While the widget lives, its page hides the static view.
        """
        from IPython.display import display

        self._static = display(self._static_view(), raw=True, display_id=True)
        bundle = super()._repr_mimebundle_()
        if bundle:
            data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
            display({**data, "text/plain": repr(self)}, metadata=metadata, raw=True)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """Widget and static view in one output, for whoever does not ask for ``_ipython_display_``."""
        bundle = super()._repr_mimebundle_(**options)
        if bundle:
            (bundle[0] if isinstance(bundle, tuple) else bundle).update(self._static_view())
        return bundle

    def _static_view(self) -> dict[str, str]:
        page = snapshot(self.case, self.lang) if self._session else welcome_snapshot(self.lang)
        return {"text/html": page, "text/plain": repr(self)}

    def _renew_static_view(self) -> None:
        """Let the static view follow the work, some seconds behind, so that a notebook saved later shows no older state.

        A page that was loaded again, or did not run the cell itself, knows no output to renew: there it stays as of its entry.
        """
        loop = self._jobs.loop()
        if self._static is None or self._renewing or loop is None:
            return

        def renew() -> None:
            with self.lock:
                self._renewing = False
                if self._static is not None:
                    self._static.update(self._static_view(), raw=True)

        self._renewing = True
        call_later(loop, STATIC_SECONDS, renew)

    def close(self) -> None:
        self._static = None
        self._jobs.close()
        for each in self._session.archiving if self._session else ():
            each.stop(0)
        if self._watch:
            self._watch.stop()
        super().close()

    # ---- showing a case

    def _bind(self, case: Case) -> dict[str, str]:
        """Show a case; returns the drafts that were kept of it."""
        archiving = self._session.archiving if self._session else []
        self._session = Session(case, Utf16Offsets(case.text), self._export, archiving=archiving)
        state = case.state
        if state.article:
            self._article = article_view(case.text, state.article.language, state.article.credit, state.coverage)
        path = case.desk.folder / LEDGER_FILE
        self._watch = Watch(path if path.exists() else None, self._look, self._home)
        return drafts.read(self._drafts_folder(case), case.id)

    def _whole(self) -> bytes:
        if self._session is None:
            return msgspec.json.encode({"seq": 0, "article": self._article, "facts": {}})
        return self._telling.whole(
            self._session.case, self._session.offsets, article=self._article, under_way=self._jobs.lines(), drafts=self.drafts
        )

    def _tell(self) -> bool:
        """Tell every page what changed; returns whether anything did."""
        if self._session is None:
            return False
        changed = self._telling.changes(self._session.case, self._session.offsets)
        if changed:
            self.send({"tell": changed})
            self._renew_static_view()
        return bool(changed)

    @in_turn
    def _look(self) -> bool:
        """Bring in what others appended; returns whether anything was."""
        if self._session is None:
            return False
        return bool(self._session.case.refresh()) and self._tell()

    def _start_watching(self) -> None:
        if self._watch:
            self._watch.start()

    @staticmethod
    def _drafts_folder(case: Case) -> Path:
        return case.desk.state_folder / "drafts"

    @in_turn
    def _keep_drafts(self, change: Mapping[str, Any]) -> None:
        if self._session is not None:
            case = self._session.case
            drafts.write(self._drafts_folder(case), case.id, drafts.checked(change["new"]))

    # ---- messages

    @in_turn
    def _receive(self, _widget: Any, content: Any, buffers: list[Any]) -> None:
        """A message of the page; every one is answered."""
        request = content.get("request") if isinstance(content, dict) else None
        if not isinstance(request, str) or not 0 < len(request) <= 64:
            return
        if content.get("command") == "whole":
            self.send({"request": request, "ok": True, "whole": True}, [self._whole()])
            return
        if content.get("command") == "file":
            self._send_file(request, content.get("arguments"))
            return
        if request not in self._answers:
            self._answers[request] = self._answer(request, content, buffers)
            while len(self._answers) > REMEMBERED:
                self._answers.pop(next(iter(self._answers)))
        answer = self._answers[request]
        if answer is None:
            self.send({"request": request, "under_way": self._jobs.lines().get(request, ["", 0, 0])})
        else:
            self.send({"request": request, **answer})

    def _send_file(self, request: str, arguments: Any) -> None:
        """The bytes of a report that was written for this page, to be saved where the person's browser saves files."""
        try:
            if self._session is None or not isinstance(arguments, dict):
                raise Refused("refused_nobody")
            path = self._session.file(Arguments(arguments))
            if path.stat().st_size > MAX_DOWNLOAD:
                raise Refused("refused_download")
            data = path.read_bytes()
        except (OSError, ValueError) as error:
            self.send({"request": request, **self._refused("file", error)})
            return
        self.send({"request": request, "ok": True, "value": path.name}, [data])

    @in_turn
    def _moved(self, request: str, *_how_far: int) -> None:
        self.send({"request": request, "under_way": self._jobs.lines()[request]})

    def _answer(self, request: str, content: Mapping[str, Any], buffers: list[Any]) -> dict[str, Any] | None:
        """The answer to a request; None when the act is under way and will be answered when it has ended."""
        name, arguments = content.get("command"), content.get("arguments")
        try:
            if not isinstance(name, str) or not isinstance(arguments, dict):
                raise ValueError("a message needs a command and its arguments")
            if name == "upload":
                return self._upload(Arguments(arguments, buffers))
            if name == "stop":
                self._jobs.stop(Arguments(arguments).text("request"))
                return {"ok": True, "entry": None, "value": None}
            self._check_seen(content.get("saw"))
            value = self._do(name, Arguments(arguments, self._files(arguments, buffers)))
            if isinstance(value, Later):
                return self._begun(request, name, value)
        except Exception as error:  # noqa: BLE001  # told to the page or logged
            return self._refused(str(name), error)
        return self._done(value)

    def _done(self, value: Any) -> dict[str, Any]:
        self._tell()
        return {"ok": True, "entry": self._session.case.desk.ledger.size - 1 if self._session else None, "value": value}

    def _refused(self, name: str, error: Exception) -> dict[str, Any]:
        """Why an act was not done. The page must be answered whatever happened; a trace goes to the log, not to the reader."""
        if isinstance(error, (FactcheckError, ValueError)):
            self._look()
            return {"ok": False, **refusal(error, self._session.case if self._session else None)}
        log.error("the command %s failed", name, exc_info=error)
        return {"ok": False, **refusal(error, None)}

    def _begun(self, request: str, name: str, later: Later) -> dict[str, Any] | None:
        """Begin what takes long; where there is no event loop to come back to, do it at once."""
        assert self._session is not None
        case = self._session.case

        def ended(result: Callable[[], Any]) -> None:
            with self.lock:
                try:
                    case.refresh()
                    answer = self._done(result())
                except Exception as error:  # noqa: BLE001  # told to the page or logged
                    answer = self._refused(name, error)
                self._answers[request] = answer
                self.send({"request": request, **answer})

        if self._jobs.start(request, name, case, later, ended):
            return None
        return self._done(later.then(later.act(case, Run())))

    def _do(self, name: str, arguments: Arguments) -> Any:
        if name == "begin":
            return self._begin(arguments)
        if self._session is None:
            raise Refused("refused_nobody")
        if name in ("open_case", "new_case"):
            if name == "open_case":
                return self._turn_to(open_case(self._session, arguments))
            desk, opened = self._session.case.desk, new_case(self._session, arguments)
            return replace(opened, then=lambda id: self._turn_to(desk.case(id)))
        command = COMMANDS.get(name)
        if command is None:
            raise ValueError(f"there is no command {name!r}")
        return command(self._session, arguments)

    def _begin(self, arguments: Arguments) -> None:
        name, newsroom = arguments.needed("name", "refused_name"), arguments.needed("newsroom", "refused_name")
        if self._welcome is None or self._session is not None:
            return
        case = self._welcome.begin(name, newsroom)
        self._bind(case)
        self.lang = case.desk.settings.language
        self._start_watching()
        self.send({"whole": True}, [self._whole()])
        self._renew_static_view()

    def _turn_to(self, case: Case) -> str:
        """Show another case of the desk, on every page that shows this one."""
        if self._watch:
            self._watch.stop()
        self._telling = Telling()
        self.drafts = self._bind(case)
        self._start_watching()
        self.send({"whole": True}, [self._whole()])
        self._renew_static_view()
        return case.id

    def _check_seen(self, saw: Any) -> None:
        """Refuse an act on something that has moved since the person began to write."""
        if not isinstance(saw, dict) or self._session is None:
            return
        heads = self._session.case.state.heads
        moved = [
            name
            for name, v in saw.items()
            if not any(head.startswith(str(v)) and v for head in heads.get(name, ())) and (v or heads.get(name))
        ]
        if moved:
            raise MovedError(moved)

    # ---- files, in parts: a message may hold 10 MB

    def _upload(self, arguments: Arguments) -> dict[str, Any]:
        file, part = arguments.text("file"), arguments.file() or b""
        parts = self._uploads.setdefault(file, bytearray())
        if len(parts) + len(part) > MAX_UPLOAD or len(self._uploads) > 20:
            self._uploads.clear()
            raise Refused("refused_size")
        parts += part
        return {"ok": True, "entry": None, "value": len(parts)}

    def _files(self, arguments: Mapping[str, Any], buffers: list[Any]) -> list[Any]:
        file = arguments.get("file")
        if isinstance(file, str) and file in self._uploads:
            return [bytes(self._uploads.pop(file))]
        return buffers
