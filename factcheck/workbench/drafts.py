"""What somebody typed and did not send yet: kept outside the desk, for this user's eyes only, until it is sent or thrown away."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MAX_FIELDS = 2_000
MAX_CHARACTERS = 2_000_000


def read(folder: Path, case: str) -> dict[str, str]:
    """Drafts of a case; none when there are none or the file is no longer readable."""
    try:
        return checked(json.loads((folder / f"{case}.json").read_text("utf-8")))
    except (OSError, ValueError):
        return {}


def write(folder: Path, case: str, drafts: Mapping[str, str]) -> None:
    """Write beside, then rename; a full disk costs the draft's safety, not the work."""
    path = folder / f"{case}.json"
    beside = path.with_name(path.name + ".part")
    try:
        if not drafts:
            path.unlink(missing_ok=True)
            return
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(dict(drafts), file, ensure_ascii=False)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)


def checked(drafts: Any) -> dict[str, str]:
    """Texts by field, within limits; whatever else the page sent is left out."""
    if not isinstance(drafts, dict):
        return {}
    kept = [(k, v) for k, v in drafts.items() if isinstance(k, str) and isinstance(v, str)][:MAX_FIELDS]
    kept = [(k, "".join(c if not 0xD800 <= ord(c) <= 0xDFFF else "\ufffd" for c in v)) for k, v in kept]
    return dict(kept) if sum(len(v) for _, v in kept) <= MAX_CHARACTERS else {}
