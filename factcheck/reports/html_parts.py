"""How the parts of a report become markup: lines here, blocks by the templates, which a desk may replace by its own.

Foreign text gets on the page in one way only: escaped, isolated, with hidden characters named in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import BaseLoader, Environment, FunctionLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from factcheck.errors import ReportError
from factcheck.reports import blocks
from factcheck.reports.blocks import Address, Badge, Block, Code, Foreign, Ours, Piece, Prose, Quote, Ref, Stretch
from factcheck.reports.words import TAG, Words, pieces, safe_url, visible

BLOCKS, STYLE = "blocks.html.j2", "report.css"
DESK = "templates/"  # folder of the desk's own templates
OURS = "factcheck/"  # prefix under which a desk's template reaches the one it stands in for


class Parts:
    """Markup for the lines and blocks of one page."""

    def __init__(self, jinja: Environment, words: Words) -> None:
        self.words = words
        around = {"w": words, "h": self}
        own = jinja.get_template(OURS + BLOCKS).make_module(around)
        theirs = filled_module(jinja, BLOCKS, around) if BLOCKS in desk_templates(jinja) else None
        self._modules = tuple(module for module in (theirs, own) if module is not None)

    # ---- text

    def chars(self, text: str) -> Markup:
        """The bare text. A hidden character is shown by its name and does not act; the ledger keeps the text as it was."""
        found = pieces(text)
        if len(found) == 1 and not found[0][1]:
            return escape(found[0][0])
        return Markup("").join(self._hidden(part) if hidden else escape(part) for part, hidden in found)

    def _hidden(self, name: str) -> Markup:
        return Markup('<span class="hidden" dir="ltr" title="{}">{}</span>').format(self.words("hidden.title"), name)

    def isolated(self, text: str, language: str = "") -> Markup:
        """A name or phrase inside a line, its direction its own."""
        return Markup(f"<bdi{lang_of(language)}>{self.chars(text)}</bdi>")  # noqa: S704 - both are markup

    def paragraphs(self, part: Prose | Quote) -> Markup:
        """Free text, one paragraph a line, direction by content."""
        lines = [line for line in part.text.split("\n") if line.strip()]
        language = lang_of(part.language)
        return Markup("").join(Markup(f'<p dir="auto"{language}>{self.chars(line)}</p>') for line in lines)  # noqa: S704 - both are markup

    # ---- lines

    def line(self, line: Iterable[Piece]) -> Markup:
        return Markup("").join(self._piece(piece) for piece in line)

    def _piece(self, piece: Piece) -> Markup:
        match piece:
            case Ours(text, style):
                return _styled(style, escape(visible(text)))
            case Foreign(text, language, style):
                return _styled(style, self.isolated(text, language))
            case Badge(text, tone, language, big):
                kind = f"badge {tone} big" if big else f"badge {tone}"
                return Markup('<span class="{}">{}</span>').format(kind, self.isolated(text, language))
            case Address(url):
                return self.address(url)
            case Ref(anchor, text):
                return Markup('<a href="#{}">{}</a>').format(anchor, visible(text))
            case Code(text):
                return Markup('<code dir="ltr">{}</code>').format(self.chars(text))

    def address_in(self, href: str, text: str) -> Markup:
        """A link to another file of the same folder."""
        return Markup('<a href="{}">{}</a>').format(quote(href), self.isolated(text))

    def address(self, url: str) -> Markup:
        """An address in full, its host stressed; a link only when it is plain http or https."""
        if not safe_url(url):
            return Markup('<bdi dir="ltr" class="url">{}</bdi>').format(self.chars(url))
        host = urlsplit(url).netloc
        before, _, after = url.partition(host)
        return Markup('<a class="url" dir="ltr" href="{}" rel="noopener noreferrer">{}<b>{}</b>{}</a>').format(url, before, host, after)

    def stretch(self, part: Stretch) -> Markup:
        """A stretch of the article under its marks, with the numbers of the claims that end there."""
        mark = ' class="checked"' if part.checked else ""
        text = self.chars(part.text)
        shown = Markup("<mark{}>{}</mark>").format(Markup(mark), text) if part.marked else text  # noqa: S704 - a literal of ours
        refs = [
            Markup('<sup><a href="#{}" aria-label="{}">{}</a></sup>').format(ref.anchor, self.words("claim_n", ref.text), ref.text)
            for ref in part.ends
        ]
        return Markup("").join((shown, *refs))

    def lang(self, language: str) -> Markup:
        return lang_of(language)

    # ---- blocks

    def block(self, block: Block) -> Markup:
        name = type(block).__name__.lower()
        macro = next(found for module in self._modules if (found := getattr(module, name, None)) is not None)
        return Markup(macro(block))  # noqa: S704 - a template's own output, autoescaped

    def blocks(self, blocks: Iterable[Block]) -> Markup:
        return Markup("").join(self.block(block) for block in blocks)


_STYLES = {
    "strong": ("<b>", "</b>"),
    "soft": ('<span class="small">', "</span>"),
    "label": ('<span class="label">', "</span>"),
    "source": ('<span class="source">', "</span>"),
    "struck": ('<del class="source">', "</del>"),
    "inserted": ('<ins class="source">', "</ins>"),
}


def _styled(style: str, text: Markup) -> Markup:
    if not style:
        return text
    before, after = _STYLES[style]
    return Markup(f"{before}{text}{after}")  # noqa: S704 - literals of ours around markup


@lru_cache(maxsize=256)
def lang_of(language: str) -> Markup:
    """The ``lang`` attribute for a language tag; nothing for what is none."""
    return Markup(' lang="{}"').format(language) if TAG.fullmatch(language) and language != "und" else Markup("")


# ---- templates


def environment(templates: Mapping[str, bytes]) -> Environment:
    """The templates: a desk's own where it has one, else ours. A desk's template reaches ours as ``factcheck/NAME``.

    A desk folder may come from somebody else, so templates are run in Jinja2's sandbox.

    Raises:
        ReportError: a template of the desk's is not UTF-8.
    """
    own = {}
    for name, data in templates.items():
        if name.endswith((".j2", ".css")):
            try:
                own[name] = data.decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise ReportError(f"The desk's template templates/{name} is not UTF-8: {error}. Save it as UTF-8, or remove it.") from error
    return _environment(tuple(sorted(own.items())))


class _Sandbox(SandboxedEnvironment):
    """Jinja2's sandbox, which need not look twice at the parts of a report: they are values without code."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if type(obj) in _VALUES:
            return not attr.startswith("_")
        return super().is_safe_attribute(obj, attr, value)


_VALUES = frozenset(item for item in vars(blocks).values() if is_dataclass(item))


@lru_cache(maxsize=8)
def _environment(own: tuple[tuple[str, str], ...]) -> Environment:
    texts = dict(own)

    def load(name: str) -> tuple[str, str | None, Callable[[], bool]] | None:
        text = texts.get(name)
        if text is not None:
            return text, DESK + name, lambda: True
        ours = _ours(name.removeprefix(OURS))
        return None if ours is None else (ours, None, lambda: True)

    loader: BaseLoader = FunctionLoader(load)
    jinja = _Sandbox(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalize,
        auto_reload=False,
    )
    jinja.globals["desk_templates"] = frozenset(texts)
    return jinja


@lru_cache(maxsize=16)
def _ours(name: str) -> str | None:
    from importlib.resources import files

    path = files("factcheck.reports").joinpath("templates", name)
    return path.read_text("utf-8") if "/" not in name and path.is_file() else None


def desk_templates(jinja: Environment) -> frozenset[str]:
    """Names of the templates that are the desk's own."""
    found: frozenset[str] = jinja.globals["desk_templates"]  # type: ignore[assignment]
    return found


def _finalize(value: Any) -> Any:
    """The net below the templates: text that came past ``Parts`` is escaped by Jinja2 and has its hidden characters named too."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def style_of(jinja: Environment) -> str:
    """The style sheet; one that would end its element is refused.

    Raises:
        ReportError: the desk's style sheet holds ``</style`` or ``<!--``.
    """
    assert jinja.loader is not None
    style, _, _ = jinja.loader.get_source(jinja, STYLE)
    for mark in ("</style", "<!--"):
        if mark in style.lower():
            raise ReportError(f"The desk's templates/{STYLE} holds {mark!r}, which would end the style of the page. Take it out.")
    return style


def filled(jinja: Environment, name: str, **values: Any) -> str:
    """A template with its values.

    Raises:
        ReportError: a template of the desk's is broken; the message names file, line and fault.
    """
    try:
        return jinja.get_template(name).render(**values)
    except Exception as error:
        raise _told(jinja, name, error) from error


def filled_module(jinja: Environment, name: str, values: Mapping[str, Any]) -> Any:
    """The macros of a template; errors as ``filled``."""
    try:
        return jinja.get_template(name).make_module(dict(values))
    except Exception as error:
        raise _told(jinja, name, error) from error


def _told(jinja: Environment, name: str, error: Exception) -> Exception:
    """The fault as a person who wrote the template needs it; faults of our own code stay what they are."""
    own = desk_templates(jinja)
    if not own or isinstance(error, ReportError):
        return error
    if isinstance(error, TemplateSyntaxError):
        where = f"templates/{error.name or name}, line {error.lineno}"
    elif isinstance(error, TemplateNotFound):
        where = f"templates/{name}"
        return ReportError(f"The desk's {where} asks for a template {str(error)!r} that there is not. Ours are reached as {OURS}NAME.")
    else:
        place = _line_of(error)
        if place is None and not isinstance(error, TemplateError):
            return error
        where = f"templates/{place[0]}, line {place[1]}" if place else f"templates/{name}"
    listed = ", ".join(sorted(own))
    return ReportError(f"The desk's template is broken at {where}: {error}. Mend it, or remove it to use ours (the desk has: {listed}).")


def _line_of(error: Exception) -> tuple[str, int] | None:
    """(template, line) where an error was raised, from Jinja2's rewritten traceback; None when no template was running."""
    found, trace = None, error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename.startswith(DESK):
            found = (code.co_filename.removeprefix(DESK), trace.tb_lineno)
        trace = trace.tb_next
    return found
