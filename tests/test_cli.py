"""The command line: the same acts, one readable line for refusals, exit codes."""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from factcheck.cli import main
from factcheck.cli.proving import _tell
from factcheck.ledger.checkpoint import Verifier, check_proof, open_checkpoint
from factcheck.ledger.codec import parse_leaf
from factcheck.ledger.findings import Finding
from factcheck.ledger.merkle import leaf_hash, root_of, verify_consistency
from factcheck.ledger.verify import Findings

SEED = Path(__file__).resolve().parents[1] / "data" / "seed" / "almodon-putin-raisi.txt"
PRACTICE = SEED.parents[1] / "practice"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("FACTCHECK_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("FACTCHECK_STATE", str(tmp_path / "state"))

    def run(*arguments: object, ok: bool = True):
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert (result.exit_code == 0) is ok, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result.output

    return run


@pytest.fixture
def desk(run, tmp_path) -> Path:
    run("new", tmp_path / "desk", PRACTICE / "article.txt", "--as", "أمل", "--newsroom", "تدريب", "--practice", "--published", "2026-03-04")
    return tmp_path / "desk"


def test_the_log_goes_out_is_proved_and_witnessed(run, desk, tmp_path) -> None:
    exported = tmp_path / "log"
    assert "entries" in run("log", "export", desk, exported)
    kept = tmp_path / "kept"
    kept.write_bytes((exported / "checkpoint").read_bytes())
    verifier = Verifier.parse((exported / "vkey").read_text())
    assert verify_folder(exported, verifier) > 1

    assert "withheld" in run("verify", exported, "--key", verifier.vkey)
    made = json.loads(run("log", "prove", desk, "1", "--json"))
    leaf = base64.b64decode(made["leaf"])
    assert check_proof(made["proof"], leaf_hash(leaf), verifier)[0] == 1
    assert run("log", "prove", desk, "1") == leaf.decode() + made["proof"]
    written = run("log", "prove", desk, parse_leaf(leaf).digest[:8], "--to", tmp_path / "proofs").splitlines()
    assert [Path(name).read_bytes() for name in written] == [leaf, made["proof"].encode()]
    assert "entries fit" in run("log", "prove", desk, "99999", ok=False)

    run("contact", desk, "الوزارة", "هل يُغلق؟")
    lines = run("log", "consistency", desk, kept).split("\n")
    old, new = open_checkpoint(kept.read_bytes(), verifier), open_checkpoint("\n".join(lines[lines.index("") + 1 :]).encode(), verifier)
    proof = [base64.b64decode(line) for line in lines[1 : lines.index("")]]
    assert lines[0] == f"old {old.size}"
    assert verify_consistency(old.size, new.size, proof, old.root, new.root)

    assert "none of the keys you know" in run("verify", desk, "--key", Verifier(verifier.name, bytes(range(32))).vkey, ok=False)
    cosigned = tmp_path / "cosigned"
    run("witness", desk, "--to", cosigned)
    found = json.loads(run("verify", desk, "--against", cosigned, "--key", verifier.vkey, "--json"))
    assert found["extends_kept_head"] is True
    assert [finding["code"] for finding in found["findings"]] == ["head.witnessed"]
    run("contact", desk, "البلدية", "هل يُغلق؟")
    newer = tmp_path / "newer"
    run("log", "export", desk, exported)
    newer.write_bytes((exported / "checkpoint").read_bytes())
    with sqlite3.connect(desk / "ledger.sqlite") as db:  # cut the tail, as a restored backup would
        for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {trigger}")
        [last] = db.execute("SELECT max(idx) FROM event").fetchone()
        for table in ("disclosure", "event"):
            db.execute(f"DELETE FROM {table} WHERE idx = ?", (last,))
        db.execute("DELETE FROM checkpoint WHERE size = ?", (last + 1,))
    assert "does not extend" in run("verify", desk, "--against", newer, ok=False)
    assert "does not extend" in run("log", "consistency", desk, newer, ok=False)
    assert "older copy" in run("log", "export", desk, exported, ok=False)


def test_what_changed_since_a_kept_checkpoint(run, desk, tmp_path) -> None:
    run("log", "export", desk, tmp_path / "log")
    contact = run("contact", desk, "الوزارة", "هل يُغلق؟").split()[1]
    first = run("diff", desk, tmp_path / "log" / "checkpoint")
    assert "الوزارة" in first
    run("contact", desk, contact, "--outcome", "answered", "--answer", "لا")
    assert "not opened by then" in run("diff", desk, "2000-01-01", ok=False)
    table = json.loads(run("diff", desk, tmp_path / "log" / "checkpoint", "--json"))
    assert [(change["subject"].partition(":")[0], change["field"], change["after"]) for change in table] == [("contact", "", "الوزارة")]
    assert run("diff", desk, "2999-01-01") == ""


def verify_folder(folder: Path, verifier: Verifier) -> int:
    """The size of an exported log whose entries make its tree."""
    head, leaves = open_checkpoint((folder / "checkpoint").read_bytes(), verifier), []
    for path in sorted((folder / "tile" / "entries").glob("*.p/*")):
        data = path.read_bytes()
        while data:
            length = int.from_bytes(data[:2], "big")
            leaves.append(leaf_hash(data[2 : 2 + length]))
            data = data[2 + length :]
    assert root_of(leaves) == head.root
    return head.size


def test_the_whole_walk_on_the_command_line(run, desk, tmp_path) -> None:
    claims = json.loads(run("claims", desk, "--json"))
    closing = next(row["id"] for row in claims if "سيُغلق شهراً" in row["text"])
    run("claims", desk, "--accept", closing[:8])
    run("claims", desk, "--check", f"content/{closing[:8]}", "--set-aside-kind", "opinion", "--because", "رأي")
    run("claims", desk, "--as-checked", closing[:8], "ar", "سيُغلق الجسر شهراً", "--short", closing[:8], "ar", "سيُغلق الجسر شهراً")
    address = "https://works.example/statements/wadi-bridge"
    attached = run(
        "attach", desk, PRACTICE / "statement.html", "--url", address, "--quote", "سيُغلق ثلاثة أيام", "--stance", "refutes", "--bears-on",
        f"content/{closing[:8]}", "--primary", "الجهة صاحبة القرار",
    )  # fmt: skip
    evidence = attached.split()[1]
    assert "kept · saved, entry" in attached
    run("search", desk, "أرشيف", "جسر الوادي", "--target", f"content/{closing[:8]}")
    contact = run("contact", desk, "الوزارة", "هل يُغلق؟").split()[1]
    run("contact", desk, contact, "--outcome", "silence")
    run("verdict", desk, f"content/{closing[:8]}", "false", "ينفيه البيان", "--ground", f"evidence:{evidence}")
    run("draft", desk, "هل يُغلق الجسر؟", "لا", "غير صحيح")
    assert "two people" in run("review", desk, ok=False)
    run("key", "new", "هدى", "تدريب")
    assert "signed" in run("review", desk, "--as", "هدى")
    run("publish", desk, "--as", "أمل", "--url", "https://desk.example/1")
    final = tmp_path / "final.txt"
    final.write_text("النص النهائي", "utf-8")
    told = run("correct", desk, "correction", "صححنا تاريخاً.", "--as", "أمل", "--why", "خطأ", "--text", final, "--on", "2026-03-08")
    assert json.loads(Path(told.partition("ClaimReview: ")[2].strip()).read_text("utf-8"))["dateModified"] == "2026-03-08"
    assert "is no date" in run("correct", desk, "update", "شيء", "--on", "8 March", ok=False)
    assert "is no web address" in run("correct", desk, "update", "شيء", "--url", "desk.example", ok=False)
    assert "صححنا تاريخاً." in run("card", desk)
    picture = Path(run("card", desk, "--lang", "en", "--to", tmp_path / "card.svg").strip())
    assert picture.read_bytes().startswith(b"<svg")
    english = run("publish", desk, "--url", "https://desk.example/en/1", "--lang", "en", "--claim", closing[:8], "--text", final)
    assert "No ClaimReview: " in english  # there is no short form in English
    assert "1 cases written" in run("tables", desk, "--to", tmp_path / "desk.sqlite", "--as", "أمل")
    assert "1 reports listed" in run("site", desk, "--to", tmp_path / "site", "--drafts", "--as", "أمل")
    page = Path(run("report", desk, "--as", "أمل").strip())
    assert "هل يُغلق الجسر؟" in page.read_text("utf-8")
    assert json.loads(Path(run("report", desk, "--format", "claimreview").strip()).read_text("utf-8"))["@type"] == "ClaimReview"
    one = Path(run("report", desk, "--as", "أمل", "--claim", closing[:8]).strip())
    assert "<h1><bdi" not in one.read_text("utf-8")  # its headline is the claim as words, with the result
    assert "«" in one.read_text("utf-8").partition("<h1>")[2].partition("</h1>")[0]
    assert "xlsx holds the whole case" in run("report", desk, "--format", "xlsx", "--claim", closing[:8], ok=False)
    assert "sealed by                    ed25519:" in run("verify", one)
    table = Path(run("report", desk, "--format", "csv", "--table", "evidence", "--to", tmp_path / "evidence.csv").strip())
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "اعتمد المسودة" in run("history", desk)
    assert "sealed by                    ed25519:" in run("verify", page)
    bundle = Path(run("bundle", desk, "--to", tmp_path / "case.zip").strip())
    assert json.loads(run("verify", bundle, "--json"))["kind"] == "bundle"
    assert b"default-src 'none'" in Path(run("verify", "--page", tmp_path / "verify.html").strip()).read_bytes()
    assert "Name what is to be checked" in run("verify", ok=False)
    bundle.write_bytes(bundle.read_bytes()[:-1])
    assert "no bundle in its one form" in run("verify", bundle, ok=False)
    assert json.loads(run("verify", desk, "--json"))["ok"]


def test_verify_says_where_and_why_and_exits_with_one(run, desk) -> None:
    assert "whole                        yes" in run("verify", desk)
    db = sqlite3.connect(desk / "ledger.sqlite")
    db.executescript(
        "DROP TRIGGER event_no_update; UPDATE event SET leaf = CAST(replace(CAST(leaf AS TEXT), 'case', 'base') AS BLOB) WHERE idx = 1;"
    )
    db.close()
    said = run("verify", desk, ok=False)
    assert "entry 1 does not match its hash" in said


def test_a_changed_capture_is_found(run, desk) -> None:
    capture = next((desk / "captures").glob("??/*"))
    capture.write_bytes(capture.read_bytes() + b" ")
    assert "does not match its name" in run("verify", desk, ok=False)
    capture.unlink()
    assert "is not in captures" in run("verify", desk, ok=False)


def test_undo_and_redo(run, desk) -> None:
    first = json.loads(run("claims", desk, "--json"))[0]["id"]
    run("claims", desk, "--accept", first[:8])
    run("undo", desk)
    assert json.loads(run("claims", desk, "--json"))[0]["status"] == "proposed"
    run("undo", desk, "--redo")
    assert json.loads(run("claims", desk, "--json"))[0]["status"] == "accepted"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["claims", "nowhere"], "There is no desk"),
        (["verify", "nowhere"], "nothing at nowhere"),
        (["new", "{desk}", "missing.txt"], "Could not read"),
        (["claims", "{desk}", "--accept", "zz"], "0 claims have an id"),
        (["verdict", "{desk}", "content/zz", "true", "x"], "0 claims have an id"),
        (["claims", "{desk}", "--as", "Nobody"], "newsroom"),
    ],
)
def test_refusals_are_one_line_without_a_trace(run, desk, arguments, message) -> None:
    said = run(*[argument.format(desk=desk) for argument in arguments], ok=False)
    assert message in said
    assert "Traceback" not in said


def test_pasted_text_on_standard_input(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("FACTCHECK_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("FACTCHECK_STATE", str(tmp_path / "state"))
    text = "قال الوزير إن الجسر افتتح أمس."
    result = CliRunner().invoke(main, ["new", str(tmp_path / "d"), "-", "--as", "Amal", "--newsroom", "N"], input=text.encode())
    assert result.exit_code == 0, result.output
    assert "1 claims proposed" in result.output


def test_split_prints_a_record_a_line_and_a_line_a_file(run, tmp_path) -> None:
    (tmp_path / "one.txt").write_text("  قال الوزير إن الجسر مغلق منذ 3 أيار 2020، وكلفته 4,5 مليون دولار.\n", "utf-8")
    (tmp_path / "two.txt").write_text("The minister said on Friday that 45 people were hurt.\nSource: Reuters\n", "utf-8")
    first, second = map(json.loads, run("split", tmp_path / "one.txt", tmp_path / "two.txt", "--json").splitlines())
    assert first["text"] == (tmp_path / "one.txt").read_text("utf-8").strip()
    assert (first["doc"], first["lang"], first["sha256"]) == ("one", "ar", hashlib.sha256(first["text"].encode()).hexdigest())
    assert [first["text"][slice(*claim["chain"][-1]["source"])] for claim in first["claims"]] == ["الوزير"] * len(first["claims"])
    assert [(first["text"][slice(*day["span"])], day["value"]) for day in first["dates"]] == [("3 أيار 2020", "2020-05-03")]
    assert ("4500000", "USD") in [(number["value"], number["unit"]) for number in first["numbers"]]
    assert second["credit"] == [second["sentences"][1]]
    assert [(part["coverage"], part["reason"]) for part in second["coverage"]] == [("claim", ""), ("excluded", "excluded.credit")]
    claim = second["claims"][0]
    assert {"polarity", "worth", "reasons", "kind", "checkable", "span", "chain"} == set(claim)
    assert all(reason["ar"] and reason["en"] for reason in claim["reasons"])


def test_split_goes_on_past_a_file_it_cannot_read(run, tmp_path) -> None:
    (tmp_path / "empty.txt").write_text(" \n", "utf-8")
    (tmp_path / "good.txt").write_text("قتل حارسان.", "utf-8")
    said = run("split", tmp_path / "absent.txt", tmp_path / "empty.txt", tmp_path / "good.txt", "--json", ok=False)
    assert "absent.txt" in said
    assert "no words in the file empty.txt" in said
    assert '"doc": "good"' in said


def test_split_for_a_reader_lists_claims_with_who_said_them(run) -> None:
    said = run("split", SEED, "--published", "2021-11-20")
    assert "24 claims" in said
    assert "جيروزاليم بوست" in said
    assert "2021-11-20" in run("split", SEED, "--published", "soon", ok=False)


@pytest.mark.parametrize("start", ["-4OX2", "-hOX2", "--to2"])
def test_an_entry_whose_digest_begins_with_a_hyphen_is_named_like_any_other(run, desk, monkeypatch, start) -> None:
    asked = []
    monkeypatch.setattr("factcheck.ledger.log.Log.find", lambda self, name: asked.append(name) or next(self.events()).digest)
    assert "c2sp.org/tlog-proof@v1" in run("log", "prove", desk, start)
    run("log", "prove", desk, start, "--to", desk.parent / "proofs")
    assert asked == [start, start]
    assert "Missing argument" in run("log", "prove", desk, ok=False)


def test_every_command_is_where_it_is_said_to_be() -> None:
    from importlib import import_module

    from factcheck.cli import HOMES

    for home in sorted(set(HOMES.values())):
        before = dict(main.commands)
        import_module(f"factcheck.cli.{home}")
        assert {HOMES[name] for name in main.commands.keys() - before.keys()} <= {home}
    assert main.commands.keys() == HOMES.keys()


def test_the_splitter_starts_without_the_libraries_of_other_commands() -> None:
    program = "import sys; from factcheck.cli import main; main.get_command(None, 'split'); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"nbformat", "pandas", "jinja2", "requests", "cryptography"} & set(loaded)


def test_notes_of_one_kind_are_told_briefly_and_errors_all(capsys) -> None:
    notes = [Finding("info", f"entry {n}", "field.withheld", f"entry {n}: a field was left out") for n in range(9)]
    errors = [Finding("error", f"entry {n}", "entry.hash", f"entry {n} does not match its hash") for n in range(5)]
    _tell(Findings((*notes, *errors), kind="bundle"))
    told = capsys.readouterr()
    assert told.out.count("info: ") == 3
    assert "info: entry 0: a field was left out" in told.out
    assert "... and 6 more of field.withheld" in told.out
    assert told.err.count("error: ") == 5
