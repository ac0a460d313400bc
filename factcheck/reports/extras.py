"""Packages that only some formats need: imported when such a report is made, with the command that installs them when they are missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from factcheck.errors import ReportError


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
