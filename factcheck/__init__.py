"""A notebook workbench for fact-checkers: claims with their chains of attribution, evidence, verdicts, an auditable ledger, reports.

In a notebook::

    import factcheck
    desk = factcheck.open_desk("desk", name="Amal", newsroom="The Newsroom")
    case = desk.open_case(Path("article.txt"))
    case.workbench()

The names below are loaded on first use, so that the parts of the package stay usable without one another.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Case", "Desk", "FactcheckError", "Workbench", "__version__", "open_bundle", "open_desk", "resume", "start", "verify"]

_HOMES = {
    "Case": "factcheck.notebook",
    "Desk": "factcheck.notebook",
    "Workbench": "factcheck.workbench.app",
    "open_bundle": "factcheck.notebook",
    "open_desk": "factcheck.notebook",
    "resume": "factcheck.notebook",
    "start": "factcheck.notebook",
    "verify": "factcheck.notebook",
    "FactcheckError": "factcheck.errors",
}

if TYPE_CHECKING:
    from factcheck.errors import FactcheckError
    from factcheck.notebook import Case, Desk, open_bundle, open_desk, resume, start, verify
    from factcheck.workbench.app import Workbench


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'factcheck' has no attribute {name!r}")
