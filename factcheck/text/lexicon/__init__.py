"""Word lists by language, as data files beside this module, read once when first asked for.

``ar.toml`` and ``en.toml`` hold reporting verbs, sources, clause openers, marks of kind; ``languages.toml`` what tells languages apart;
``abbreviations.toml`` what a full stop may belong to; ``places.toml`` (built by ``tools/cldr_places.py``) and ``names.toml`` names;
``numbers.toml`` number words, months and weekdays; ``reasons.toml`` the words for reason codes. Words are written as a reader would
spell them; whoever compares them folds both sides (``text.tokens.fold``).
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """The parsed file ``<name>.toml``. Callers do not change it.

    Raises:
        FileNotFoundError: no such list ships with the package.
    """
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
