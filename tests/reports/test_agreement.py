"""Four verifiers, one answer: the library, the command, the page and the small program, on everything that is handed out, good and spoilt."""

# ruff: noqa: E501 - the inputs read as a table
from __future__ import annotations

import base64
import importlib.util
import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from factcheck.cli import main
from factcheck.ledger import attached, seal, tiny_verify
from factcheck.ledger.cosign import cosign
from factcheck.reports.bundle_check import verify_path
from factcheck.reports.verify import SEAL_TAG, TAIL
from tests.firefox import find_firefox, firefox
from tests.reports import test_bundle, test_verify
from tests.reports.forge import CASE, Forge, key, zipped

SCHEMA = Path(__file__).resolve().parents[2] / "factcheck" / "ledger" / "findings.schema.json"
VALIDATOR = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
VECTORS = Path(__file__).resolve().parents[1] / "vectors" / "bundle-1"
PAGE = Path(__file__).resolve().parents[2] / "factcheck" / "workbench" / "static" / "verify.html"


@dataclass(frozen=True)
class Input:
    """Something that somebody was handed: one file, or a folder of files."""

    name: str
    files: dict[str, bytes]  # path below the folder -> bytes; one without a folder
    folder: bool = False
    known: tuple[str, ...] = ()
    against: bytes | None = None


def one(name: str, data: bytes, **asked: Any) -> Input:
    return Input(name, {"file": data}, **asked)


def folder_of(place: Path) -> dict[str, bytes]:
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}


# ---- what they are asked about


def pages() -> Iterator[Input]:
    for name, (change, _) in test_verify.ATTACKS.items():
        f, people = test_verify.honest()
        change(f, people)
        yield one(f"page: {name}", f.page(people["amal"]))
    f, people = test_verify.honest()
    page, table = f.page(people["amal"]), f.table()
    text = attached.write(table)
    yield one("page: honest", page)
    yield one("page: unsealed", f.page(None))
    yield one("page: sealed by a stranger", f.page(key("mallory")))
    yield one("page: sealed by the desk", f.page(f.desk))
    yield one("page: no entries", f.page(people["amal"], replace(table, entries=())))
    yield one("page: backwards", f.page(people["amal"], replace(table, entries=table.entries[::-1])))
    yield one("page: other vkey", f.page(people["amal"], replace(table, vkey=Forge("x").verifier.vkey)))
    yield one("page: broken vkey", f.page(people["amal"], replace(table, vkey="a+b+c")))
    yield one("page: vkey with a space", f.page(people["amal"], replace(table, vkey=table.vkey + " ")))
    yield one("page: other checkpoint", f.page(people["amal"], replace(table, checkpoint=Forge("x").note().decode())))
    yield one("page: words changed", page.replace("لا دليل".encode(), "كل دليل".encode(), 1))
    yield one("page: end cut", page[:-1])
    yield one("page: end longer", page + b"\n")
    yield one("page: seal moved", page.replace(SEAL_TAG, b"<p>x</p>" + SEAL_TAG))
    yield one("page: seal twice", page.removesuffix(TAIL) + SEAL_TAG + b"x</script>\n" + TAIL)
    yield one("page: not UTF-8", page.replace(b"<title>x", b"<title>\xff"))
    yield one("page: two tables", page.replace(b"<p>", b'<script type="application/json" id="factcheck-entries">{}</script><p>', 1))
    note = page.partition(SEAL_TAG)[2].partition(b"</script>")[0]
    for name, other in {
        "three lines": b"factcheck-page/1\nx\n" + CASE.encode() + note[note.index(b"\n\n") :],
        "no signature": note.partition(b"\n\n")[0] + b"\n\n",
        "two signatures": note + note.rpartition(b"\n\n")[2],
        "space behind": note.replace(b"\n\n", b" \n\n"),
        "with a path": note.replace(b"\n\n", b" x\n\n"),
        "other length": note.replace(b"\n\n", b"0\n\n"),
        "leading zero": note.replace(
            b" " + note.partition(b"\n\n")[0].rpartition(b" ")[2], b" 0" + note.partition(b"\n\n")[0].rpartition(b" ")[2]
        ),
        "bad key": note.replace(b"ed25519:", b"ed25518:"),
        "spaces in the name": note.replace(b"ed25519:", b"ed 25519:"),
        "a no-break space": note.replace(b"ed25519:", "ed\u00a025519:".encode()),
        "a byte order mark": note.replace(b"ed25519:", "\ufeffed25519:".encode()),
        "a separator": note.replace(b"ed25519:", b"ed\x1c25519:"),
        "carriage return": note.replace(b"\n\n", b"\r\n\n"),
        "empty": b"",
    }.items():
        yield one(f"page: seal {name}", page.replace(note, other, 1))
    for name, other in {
        "white space": " " + text, "a float": text.replace('"index":0', '"index":0.0'), "minus zero": text.replace('"index":0', '"index":-0'),
        "a member twice": text.replace('"case":', '"case":"x","case":'), "a member more": text.replace('"entries":', '"more":1,"entries":'),
        "another escape": text.replace("\\n", "\\u000a", 1), "capital escapes": text.replace("\\u003c", "\\u003C").replace("\\u0642", "\\u0642".upper()),
        "raw letters": text.encode().decode("unicode-escape"), "not an object": "[]", "null": "null", "nothing": "", "cut": text[:-1],
        "NaN": text.replace('"index":0', '"index":NaN'), "a giant number": text.replace('"index":0', '"index":' + "9" * 5000),
        "beyond 2^53": text.replace('"index":0', '"index":9007199254740993'), "text for number": text.replace('"index":0', '"index":"0"'),
        "half a pair": text.replace('"proof":"', '"proof":"\\ud800', 1), "proto": text.replace('"disclosures":{', '"disclosures":{"__proto__":"x",', 1),
        "number as field": text.replace('"disclosures":{', '"disclosures":{"1":"x",', 1), "unknown field": text.replace('"disclosures":{', '"disclosures":{"a":"x",', 1),
        "deep": "[" * 100_000, "other format": text.replace("entries/1", "entries/2", 1), "no case": text.replace(CASE, "x", 1), "DEL": text.replace('"proof":"', '"proof":"\x7f', 1),
    }.items():  # fmt: skip
        yield one(f"page: table {name}", f.page(people["amal"], other))
    for position, entry in enumerate(table.entries):
        for part in ("leaf", "proof", "digest"):
            value = getattr(entry, part)
            changed = test_verify.bent(value) if isinstance(value, str) else test_verify.bent(value.decode()).encode()
            yield one(f"page: {part} of {position}", f.page(people["amal"], test_verify.with_entry(table, position, **{part: changed})))
        fields = {name: data.replace(b'["', b'[ "') for name, data in entry.disclosures.items()}
        yield one(f"page: disclosures of {position}", f.page(people["amal"], test_verify.with_entry(table, position, disclosures=fields)))
        yield one(f"page: nothing of {position}", f.page(people["amal"], test_verify.with_entry(table, position, disclosures={})))
    for name, proof in {
        "an extra line": table.entries[1].proof.replace("index", "extra AA==\nindex", 1), "index with a zero": table.entries[1].proof.replace("index 1", "index 01"),
        "no hashes": "c2sp.org/tlog-proof@v1\nindex 1\n\n" + table.checkpoint, "empty": "", "short": table.checkpoint,
        "64 hashes": table.entries[1].proof.replace("index 1\n", "index 1\n" + ("A" * 43 + "=\n") * 64),
    }.items():  # fmt: skip
        yield one(f"page: proof with {name}", f.page(people["amal"], test_verify.with_entry(table, 1, proof=proof)))
    note = f.note()
    yield one("page: the known key", page, known=(f.verifier.vkey,))
    yield one("page: another known key", page, known=(Forge("x").verifier.vkey,))
    yield one("page: the kept head", page, against=note)
    yield one("page: a cosigned head", page, against=cosign(note, key("witness"), Clock()))
    yield one("page: a wrongly cosigned head", page, against=cosign(note, key("witness"), Clock())[:-6] + b"AAA=\n")
    yield one("page: an older head", page, against=f.note(2))
    yield one("page: another history", page, against=other_history())
    yield one("page: a head that is none", page, against=b"x")
    f.introduce("ali")
    yield one("page: a newer head", page, against=f.note())
    for name in ("", "\x00", "PK", "PK\x03\x04", "<html></html>", "{}"):
        yield one(f"page: a file of {name!r}", name.encode())


def Clock() -> Any:  # a moment that a witness names
    from datetime import UTC, datetime

    return datetime(2026, 11, 24, tzinfo=UTC)


def other_history() -> bytes:
    f = Forge()
    for who in ("b", "c", "d", "e"):
        f.introduce(who)
    return f.note()


def longer() -> bytes:
    f, people = test_verify.honest()
    f.title("x", people["amal"])
    return f.note()


def bundles() -> Iterator[Input]:
    yield from (one(f"vector: {name}", (VECTORS / name).read_bytes()) for name in ("page.html", "case.zip"))
    for name, (change, _) in test_bundle.CHANGES.items():
        f, people = test_bundle.scene()
        members = change(f, people["amal"], test_bundle.with_page(f, people["amal"]))
        yield one(f"bundle: {name}", zipped(members))
        if all(seal.is_path(path) or path == "MANIFEST" for path in members):
            yield Input(f"unpacked: {name}", members, folder=True)
    for name, (change, _) in test_verify.ATTACKS.items():
        f, people = test_verify.honest()
        change(f, people)
        yield one(f"bundle with {name}", f.bundle(people["amal"]))
    f, people = test_bundle.scene()
    data = f.bundle(people["amal"], test_bundle.with_page(f, people["amal"]))
    yield one("bundle: the kept head", data, against=f.note())
    yield one("bundle: another history", data, against=other_history())
    yield one("bundle: another known key", data, known=(Forge("x").verifier.vkey,))
    yield from zip_tricks(f, people["amal"])


def zip_tricks(f: Forge, by: Any) -> Iterator[Input]:
    members = f.sealed(f.members() | {"big.txt": b"0" * 5000}, by)
    data = zipped(members)
    tricks: dict[str, bytes] = {
        "a byte before": b"x" + data, "a byte behind": data + b"x", "a comment": data[:-2] + b"\x01\x00x", "the end cut": data[:-1], "half of it": data[: len(data) // 2],
        "a second archive behind": data + data, "another way": packed_anew(members, zipfile.ZIP_DEFLATED), "stored": packed_anew(members, zipfile.ZIP_STORED),
        "empty": b"PK\x05\x06" + bytes(18), "only a header": data[:30], "a member between": between(data), "encrypted": flag(data, 1), "streamed": flag(data, 8),
        "names in UTF-8": flag(data, 0x800), "another date": data.replace(b"\x21\x00", b"\x22\x00"), "another method": data.replace(b"\x08\x00\x00\x00\x21\x00", b"\x0c\x00\x00\x00\x21\x00"),
        "a bomb": bomb(10_000_000_000), "a member longer than it says": lies(members, -1), "a member shorter than it says": lies(members, 1), "a wrong check sum": wrong_sum(data),
        "a name of nothing": zipped({"": b"x", **members}), "a long name": zipped({"a" * 999: b"x", **members}), "out of order": out_of_order(members),
        "twice": twice(members), "deflated for nothing": zipped({**members, "z": b""}),
    }  # fmt: skip
    for name, trick in tricks.items():
        yield one(f"zip: {name}", trick)


def packed_anew(members: dict[str, bytes], how: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def between(data: bytes) -> bytes:
    at = data.index(b"PK\x03\x04", 4)
    return data[:at] + b"hello" + data[at:]


def flag(data: bytes, bit: int) -> bytes:
    head = b"\x14\x00\x00\x00\x08\x00"
    return data.replace(head, head[:2] + bit.to_bytes(2, "little") + head[4:])


def header(name: bytes, packed: bytes, length: int, crc: int) -> bytes:
    from factcheck.reports.members import _HEAD

    return b"PK\x03\x04" + _HEAD.pack(20, 0, 8, 0, 0x21, crc, len(packed), length, len(name), 0) + name + packed


def bomb(length: int) -> bytes:
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = press.compress(b"0" * 20_000_000) + press.flush()
    return header(b"a", packed, min(length, 2**32 - 1), 0)


def lies(members: dict[str, bytes], by: int) -> bytes:
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = press.compress(b"0" * 5000) + press.flush()
    return header(b"a", packed, 5000 + by, zlib.crc32(b"0" * 5000))


def wrong_sum(data: bytes) -> bytes:
    sums = [int.from_bytes(data[14:18], "little").to_bytes(4, "little")]
    return data.replace(sums[0], b"\x01\x02\x03\x04")


def out_of_order(members: dict[str, bytes]) -> bytes:
    from factcheck.reports.members import write_zip

    file = io.BytesIO()
    write_zip(file, sorted(members.items(), reverse=True))
    return file.getvalue()


def twice(members: dict[str, bytes]) -> bytes:
    from factcheck.reports.members import write_zip

    file = io.BytesIO()
    write_zip(file, sorted([*members.items(), ("big.txt", b"other")]))
    return file.getvalue()


def logs(home: Path) -> Iterator[Input]:
    number = 0

    def exported(f: Forge, *, everything: bool) -> dict[str, bytes]:
        nonlocal number
        number += 1
        return folder_of(f.log(home / str(number), everything=everything))

    for name, (change, _) in test_verify.ATTACKS.items():
        f, people = test_verify.honest()
        change(f, people)
        for everything in (False, True):
            yield Input(f"log: {name}{' with fields' if everything else ''}", exported(f, everything=everything), folder=True)
    f, people = test_verify.honest()
    files = exported(f, everything=True)
    yield Input("log: honest", files, folder=True)
    yield Input("log: kept head", files, folder=True, against=f.note(3))
    yield Input("log: known key", files, folder=True, known=(f.verifier.vkey,))
    yield Input("log: another known key", files, folder=True, known=("x",))
    yield Input("log: another history", files, folder=True, against=other_history())
    yield Input("log: a head that is none", files, folder=True, against=b"x")
    yield Input("log: cosigned", files, folder=True, against=cosign(f.note(2), key("witness"), Clock()))
    yield Input("log: empty", exported(Forge("empty"), everything=True), folder=True)
    yield Input("log: one file", {"x": b"x", "y": b"y"}, folder=True)
    for path, data in files.items():
        yield Input(f"log: without {path}", {name: other for name, other in files.items() if name != path}, folder=True)
        for what, changed in {"a bit": data[:-9] + bytes([data[-9] ^ 1]) + data[-8:] if len(data) > 9 else b"x", "cut": data[:-1], "longer": data + b"x", "empty": b"", "a line more": data + b"\n"}.items():  # fmt: skip
            yield Input(f"log: {path} {what}", {**files, path: changed}, folder=True)
    for first, second in (("tile/0/000.p/4", "tile/entries/000.p/4"), ("vkey", "checkpoint")):
        yield Input(f"log: {first} and {second} swapped", {**files, first: files[second], second: files[first]}, folder=True)
    lines = files["disclosures.jsonl"].splitlines(keepends=True)
    for what, text in {"backwards": lines[::-1], "twice": lines[:1] + lines, "one less": lines[1:], "one more": [*lines, b"[]\n"]}.items():
        yield Input(f"log: disclosures {what}", {**files, "disclosures.jsonl": b"".join(text)}, folder=True)
    sorted_more = sorted([*(line[:-1] for line in lines), b"[]"], key=lambda line: __import__("hashlib").sha256(line).digest())
    yield Input(
        "log: a stray disclosure in its place", {**files, "disclosures.jsonl": b"".join(line + b"\n" for line in sorted_more)}, folder=True
    )
    stamp = {"timestamps/3.checkpoint": f.note(3), "timestamps/3-1.tsr": b"not read by all"}
    for what, stamps in {
        "held": stamp, "without its checkpoint": {"timestamps/3-1.tsr": b"x"}, "empty": {**stamp, "timestamps/3-1.tsr": b""},
        "of another log": {**stamp, "timestamps/3.checkpoint": Forge("x").note()}, "of another history": {**stamp, "timestamps/3.checkpoint": other_history()},
        "of a longer log": {**stamp, "timestamps/3.checkpoint": longer()}, "of nothing": {"timestamps/x": b"x", "timestamps/03-1.tsr": b""},
    }.items():  # fmt: skip
        yield Input(f"log: a stamp {what}", {**files, **stamps}, folder=True)
    f = Forge("merging")
    amal = f.introduce("amal")
    other = Forge("other")
    huda = other.introduce("huda")
    for leaf, fields in other.rows:
        f.keep(leaf, fields, other.digests[0])
    f.add("log.merged", {"origin": other.origin, "checkpoint": other.note().decode()}, actor=amal)
    f.title("x", huda, desk=other.origin, n=0, prev=None)
    f.title("y", huda, desk=other.origin, n=0, prev=None)
    f.add(
        "body.erased",
        {"fields": [[f.digests[1], "name"]], "captures": [], "because": ""},
        actor=other.desk,
        desk=other.origin,
        n=1,
        prev=other.digests[0],
    )
    yield Input("log: merged", exported(f, everything=True), folder=True)
    f = Forge("long")
    amal = f.introduce("amal")
    for at in range(300):
        f.title(str(at), amal, saw=f.saw(at) if at % 50 == 0 else None)
    files = exported(f, everything=True)
    yield Input("log: long", files, folder=True, against=f.note(257))
    yield Input("log: long with a tile less", {name: data for name, data in files.items() if name != "tile/entries/001.p/45"}, folder=True)
    yield Input("log: long with a changed tile of tiles", {**files, "tile/1/000.p/1": bytes(32)}, folder=True)


def everything(home: Path) -> list[Input]:
    home.mkdir()
    return [*pages(), *bundles(), *logs(home)]


# ---- asking


def error_codes(told: dict[str, Any]) -> list[str]:
    return sorted({finding["code"] for finding in told["findings"] if finding["level"] == "error"})


def answer(told: dict[str, Any]) -> dict[str, Any]:
    """What must be the same, whoever is asked."""
    VALIDATOR.validate({name: len(value) if isinstance(value, frozenset) else value for name, value in told.items()})
    facts = (
        "ok",
        "kind",
        "case",
        "origin",
        "vkey",
        "sealed_by",
        "entries",
        "disclosed",
        "erased",
        "withheld",
        "persons",
        "root",
        "extends_kept_head",
    )
    return {
        "codes": error_codes(told),
        **({name: told[name] for name in facts} if "file.unreadable" not in error_codes(told) else {"ok": told["ok"]}),
    }


def placed(inputs: list[Input], home: Path) -> dict[str, Path]:
    """Every input as a file or folder."""
    places = {}
    for number, given in enumerate(inputs):
        place = home / str(number)
        for path, data in given.files.items():
            target = place / path if given.folder else place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        places[given.name] = place
    return places


def by_library(given: Input, place: Path) -> dict[str, Any]:
    found = verify_path(place, against=given.against, known_vkeys=given.known)
    listed = [{name: getattr(finding, name) for name in finding.__slots__} for finding in found.findings]
    return {**{name: getattr(found, name) for name in found.__slots__}, "ok": found.ok, "findings": listed}


def by_command(given: Input, place: Path, kept: Path) -> dict[str, Any]:
    arguments = ["verify", str(place), "--json", *(part for vkey in given.known for part in ("--key", vkey))]
    if given.against is not None:
        kept.write_bytes(given.against)
        arguments += ["--against", str(kept)]
    ran = CliRunner().invoke(main, arguments)
    told: dict[str, Any] = json.loads(ran.stdout)
    assert ran.exit_code == (0 if told["ok"] else 1)
    return told


ASK = """async (given) => {
  const bytes = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const answers = [];
  for (const one of given) {
    const files = one.files.map(([path, text]) => ({ path, file: new File([bytes(text)], path) }));
    answers.push(await factcheck.check(files, { known: one.known, against: one.against === null ? null : bytes(one.against) }));
  }
  return answers;
}"""


def for_page(given: Input) -> dict[str, Any]:
    files = [[path, base64.b64encode(data).decode()] for path, data in given.files.items()]
    return {
        "files": files,
        "known": list(given.known),
        "against": None if given.against is None else base64.b64encode(given.against).decode(),
    }


@pytest.fixture(scope="module")
def inputs(tmp_path_factory) -> list[Input]:
    return everything(tmp_path_factory.mktemp("inputs") / "logs")


@pytest.fixture(scope="module")
def places(inputs, tmp_path_factory) -> dict[str, Path]:
    return placed(inputs, tmp_path_factory.mktemp("placed"))


@pytest.fixture(scope="module")
def answers(inputs, places) -> dict[str, dict[str, Any]]:
    return {given.name: answer(by_library(given, places[given.name])) for given in inputs}


def compare(answers: dict[str, dict[str, Any]], others: dict[str, dict[str, Any]]) -> None:
    differing = {name: (answers[name], other) for name, other in others.items() if answers[name] != other}
    assert differing == {}


def test_the_inputs_are_good_and_spoilt(inputs, answers) -> None:
    assert len({given.name for given in inputs}) == len(inputs) > 250
    assert sum(told["ok"] for told in answers.values()) > 10
    assert len({code for told in answers.values() for code in told["codes"]}) > 40


def test_vectors_hold_and_the_same_page_is_made_again(answers) -> None:
    spec = importlib.util.spec_from_file_location("make_bundle_1", VECTORS / "make.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    page, bundle = made.build()
    assert page == (VECTORS / "page.html").read_bytes()
    for data in (bundle, (VECTORS / "case.zip").read_bytes()):  # another zlib may press members otherwise
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            members = {name: file.read(name) for name in file.namelist()}
        assert members["report-ar.html"] == page
    for name in ("page.html", "case.zip"):
        told = answers[f"vector: {name}"]
        assert (told["ok"], told["entries"], told["erased"], told["withheld"], told["persons"]) == (True, 8, 1, 1, 2)


def test_the_small_program_agrees(inputs, places, answers) -> None:
    compare(answers, {g.name: answer(tiny_verify.check(str(places[g.name]), g.known, g.against)) for g in inputs})


def test_the_command_agrees(inputs, places, answers, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("FACTCHECK_STATE", str(tmp_path))
    some = inputs[::7]  # it asks the library; every input would only tell that again
    compare(answers, {g.name: answer(by_command(g, places[g.name], tmp_path / "kept")) for g in some})


@pytest.mark.browser
def test_the_page_agrees_in_firefox(inputs, answers) -> None:
    path = find_firefox()
    if path is None and not os.environ.get("FACTCHECK_BROWSER_REQUIRED") and not os.environ.get("CI"):
        pytest.skip("no Firefox found: install one or name it in FACTCHECK_FIREFOX; python -m tests gets one")
    assert path, "no Firefox: python -m tests gets one"
    with firefox(path) as window:
        window.goto(PAGE.as_uri() + "#ar")
        told = []
        for start in range(0, len(inputs), 60):  # an answer at a time stays small
            some = [for_page(given) for given in inputs[start : start + 60]]
            told += json.loads(window.run(f"return JSON.stringify(await ({ASK})(JSON.parse(given[0])));", json.dumps(some)))
    compare(answers, {given.name: answer(found) for given, found in zip(inputs, told, strict=True)})


@pytest.mark.browser
def test_the_page_agrees_in_chromium(inputs, answers, verify_page) -> None:
    told = verify_page.evaluate(ASK, [for_page(given) for given in inputs])
    compare(answers, {given.name: answer(found) for given, found in zip(inputs, told, strict=True)})
