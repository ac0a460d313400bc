"""What ``factcheck verify --json`` prints is what the schema says, and the schema knows every code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from factcheck.cli import main
from factcheck.model.events import EVENT_TYPES

PACKAGE = Path(__file__).resolve().parents[2] / "factcheck"
SCHEMA = json.loads((PACKAGE / "ledger" / "findings.schema.json").read_text("utf-8"))
CODES = {entry["const"] for entry in SCHEMA["properties"]["findings"]["items"]["properties"]["code"]["oneOf"]}
SOURCES = (
    "ledger/verify.py", "ledger/audit.py", "ledger/exported.py", "ledger/attached.py", "ledger/seal.py", "ledger/stamps.py",
    "case/verify.py",
    "reports/verify.py", "reports/bundle_check.py", "reports/members.py",
)  # fmt: skip


def test_the_schema_names_every_code_that_is_drawn() -> None:
    families = "|".join({code.partition(".")[0] for code in CODES})
    text = "".join((PACKAGE / name).read_text("utf-8") for name in SOURCES)
    types = {name for name, _ in EVENT_TYPES}
    assert set(re.findall(rf'"((?:{families})\.[a-z_]+)"', text)) - types == CODES - types  # key.revoked is both


@pytest.mark.parametrize("spoil", [None, "leaf", "gone", "export", "tile"])
def test_what_is_printed_fits_the_schema_and_the_exit_code(scene, tmp_path, monkeypatch, spoil: str | None) -> None:
    monkeypatch.setenv("FACTCHECK_STATE", str(tmp_path / "state"))
    scene.title("سرّ")
    place = tmp_path
    if spoil in ("export", "tile"):
        place = tmp_path / "log"
        scene.ledger.export(place)
    scene.ledger.close()
    if spoil == "leaf":
        data = scene.path.read_bytes()
        scene.path.write_bytes(data.replace(b'"case.described"', b'"case.descrybed"'))
    elif spoil == "gone":
        scene.path.unlink()
    elif spoil == "tile":
        (place / "tile/0/000.p/2").write_bytes(bytes(64))
    result = CliRunner().invoke(main, ["verify", str(place), "--json"])
    printed = json.loads(result.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(printed)
    assert printed["ok"] is (spoil in (None, "export"))
    assert result.exit_code == (0 if printed["ok"] else 1)
    scene.ledger = scene.reopened() if spoil in (None, "export", "tile") else scene.ledger


def test_wrong_usage_is_code_2(tmp_path) -> None:
    result = CliRunner().invoke(main, ["verify", str(tmp_path), "--nothing"])
    assert result.exit_code == 2


def test_the_format_names_no_code_that_the_schema_lacks() -> None:
    text = (PACKAGE / "ledger" / "FORMAT.md").read_text("utf-8")
    steps = text[text.index("## 10. Entries outside") :]
    families = {code.partition(".")[0] for code in CODES}
    named = {code for code in re.findall(r"`([a-z]+\.[a-z_]+)`", steps) if code.partition(".")[0] in families}
    assert len(named) > 40
    assert named - {"entries.json"} <= CODES
