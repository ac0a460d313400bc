"""The page's script and style, joined from the parts in ``static/``: plain ES modules and style sheets, no build step.

Each part is a module that an editor and a type checker follow by its imports. A widget carries one text, so the parts are put behind one
another in the order below: their imports of each other and the word ``export`` go, as do comments and indentation, since all of it is
sent with every widget. A part therefore imports only from parts named before it, on one line, and top-level names are unique.
"""

from __future__ import annotations

import re
from pathlib import Path

STATIC = Path(__file__).parent / "static"
LIBRARY = "vendor/preact.js"  # MIT, 12 kB: keyed drawing; version and licence stand beside it
NAMES = {"h": "h", "renderInto": "render", "Component": "Component"}  # ours -> Preact's
SCRIPTS = (
    "text.js", "store.js", "drafts.js", "bench.js", "parts.js", "textpane.js", "article.js", "claims.js", "chain.js", "history.js",
    "claim.js", "sources.js", "passage.js", "links.js", "evidence.js", "searches.js", "result.js", "handing.js", "review.js", "cases.js",
    "keys.js", "main.js",
)  # fmt: skip
STYLES = ("base.css", "article.css", "panels.css")

_IMPORT = re.compile(r"^import .*;$", re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)
_INDENT = re.compile(r"^\s+", re.MULTILINE)
_STYLE_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def script() -> str:
    """The one ES module that the widget carries."""
    return "\n".join([_library(), *(_part((STATIC / name).read_text("utf-8")) for name in SCRIPTS)])


def style() -> str:
    """The one style sheet that the widget carries."""
    joined = "\n".join((STATIC / name).read_text("utf-8") for name in STYLES)
    return _INDENT.sub("", _STYLE_COMMENT.sub("", joined))


def _part(source: str) -> str:
    for pattern in (_IMPORT, _EXPORT):
        source = pattern.sub("", source)
    source = re.sub(r"^\s*//.*$", "", source, flags=re.MULTILINE)
    source = re.sub(r"^\s*/\*\*(?:(?!\*/).)*\*/\s*$", "", source, flags=re.MULTILINE | re.DOTALL)
    return _INDENT.sub("", source).strip()


def _library() -> str:
    """Preact's module as a scope of its own, so that its one-letter names meet none of ours."""
    source = (STATIC / LIBRARY).read_text("utf-8").strip()
    body, _, names = source.rpartition("export{")
    exported = {name: local for local, _, name in (pair.partition(" as ") for pair in names.rstrip("};\n").split(","))}
    returned = ",".join(f"{ours}:{exported[name]}" for ours, name in NAMES.items())
    return f"const {{{','.join(NAMES)}}}=(()=>{{{body}return{{{returned}}}}})();"


_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0001\U000e0020-\U000e007f]"
)


def visible(text: str) -> str:
    """Hidden and directional characters named where they stand, as ``text.js`` does."""
    return _HIDDEN.sub(lambda found: f"\u27e6U+{ord(found[0]):04X}\u27e7", text)
