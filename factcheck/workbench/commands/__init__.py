"""What the page may ask for, by name; each command checks its arguments and calls one method of Case.

``session`` (what a command works on), then the commands by panel: ``claims``, ``evidence``, ``links``, ``looking``, ``review``, ``handing``
(reports, bundles, verification), ``cases``. A command that takes long returns a ``jobs.Later``.
"""

from collections.abc import Callable, Mapping
from typing import Any

from factcheck.workbench.arguments import Arguments
from factcheck.workbench.commands import cases, claims, evidence, handing, links, looking, review
from factcheck.workbench.commands.session import Export, Session

COMMANDS: Mapping[str, Callable[[Session, Arguments], Any]] = {
    **claims.COMMANDS,
    **evidence.COMMANDS,
    **links.COMMANDS,
    **looking.COMMANDS,
    **review.COMMANDS,
    **handing.COMMANDS,
    **cases.COMMANDS,
}

__all__ = ["COMMANDS", "Export", "Session"]
