"""Packages that only some formats need: imported when such a report is made, with the command that installs them when they are missing."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from factcheck.errors import ReportError

EXTRAS: Mapping[str, tuple[str, str]] = {
    "pdf": ("typst", "pdf"), "parquet": ("pyarrow", "parquet"),
}  # fmt: skip
"""Format -> the module that it needs, and the extra that brings it."""


def missing() -> dict[str, str]:
    """Formats that cannot be made here yet: format -> the extra to install."""
    return {format: extra for format, (module, extra) in EXTRAS.items() if find_spec(module) is None}


def needed(module: str, package: str, extra: str, what: str) -> Any:
    """The module, imported.

    Raises:
        ReportError: its package is not installed; the message says how to install it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise ReportError(
            f'{what} need the package {package}, which is not installed. Install it with: pip install "factcheck-workbench[{extra}]"'
        ) from error
