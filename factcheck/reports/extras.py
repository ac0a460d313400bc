"""Packages that only some formats need: imported when such a report is made, with the command that installs them when they are missing."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from factcheck.errors import ReportError

EXTRAS: Mapping[str, tuple[str, str]] = {"pdf": ("typst", "PDF reports"), "parquet": ("pyarrow", "Parquet tables")}
"""Format, which names its extra too -> the package that it needs, and what is made with it."""


def missing() -> dict[str, str]:
    """Formats that cannot be made here yet: format -> the extra to install."""
    return {format: format for format, (package, _) in EXTRAS.items() if find_spec(package) is None}


def needed(format: str, module: str = "") -> Any:
    """The package that a format needs, or a module of it, imported.

    Raises:
        ReportError: it is not installed; the message says how to install it.
    """
    package, what = EXTRAS[format]
    try:
        return import_module(module or package)
    except ImportError as error:
        raise ReportError(
            f'{what} need the package {package}, which is not installed. Install it with: pip install "factcheck-workbench[{format}]"'
        ) from error
