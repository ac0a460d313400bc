"""The command line: parse, call one Desk or Case method, print, choose the exit code.

Exit codes: 0 done; 1 refused, or verification found faults; 2 wrong usage. ``door`` holds what all commands share; each other module
adds its commands to ``main`` when it is imported.
"""

from factcheck.cli import archiving, checking, keys, looking, opening, proving, publishing, sheets, upkeep
from factcheck.cli.door import main

__all__ = ["archiving", "checking", "keys", "looking", "main", "opening", "proving", "publishing", "sheets", "upkeep"]
