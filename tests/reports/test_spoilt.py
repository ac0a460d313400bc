"""Nothing that is handed out can be changed unnoticed, byte by byte; and nothing that is handed in breaks a verifier or fills its machine."""

# ruff: noqa: E501 - the inputs read as a table
from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from factcheck.ledger import tiny_verify
from factcheck.reports.bundle import save_bundle
from factcheck.reports.bundle_check import verify_path
from factcheck.reports.members import _HEAD
from factcheck.reports.verify import ENTRIES_TAG, verify_report
from factcheck.reports.writing import report_bytes, source_of
from tests.reports.forge import Forge
from tests.reports.test_agreement import ASK, for_page, one

MEMORY = 500_000  # kilobytes that a verifier may have in memory at most, whatever it is given


@pytest.fixture
def case(desk):
    """A case on two sentences, which costs less than one on the seed article."""
    return desk.open_case("قال الوزير إن الجسر افتتح أمس. وأضاف أن كلفته بلغت 40 مليون دينار.")


@pytest.fixture(scope="module")
def small() -> tuple[bytes, bytes]:
    """A page and a bundle of one entry, which is all that a seal needs."""
    f = Forge()
    amal = f.introduce("amal")
    return f.page(amal, words="x"), f.bundle(amal, f.members(notes_o_txt=b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"))


def changed(data: bytes, places: Iterator[int] | range) -> Iterator[tuple[int, bytes]]:
    """The data with one byte one higher, and with one bit flipped."""
    for place in places:
        for byte in (data[place] + 1 & 255, data[place] ^ 1 << place % 8):
            if byte != data[place]:
                yield place, data[:place] + bytes([byte]) + data[place + 1 :]


def contents(data: bytes) -> dict[str, bytes] | None:
    """Names and bytes of the members of a zip; None when Python's own reader cannot tell."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            return {name: file.read(name) for name in file.namelist()}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, OSError, ValueError):
        return None


def by_library(data: bytes, place: Path) -> bool:
    place.write_bytes(data)
    return verify_path(place).ok


def by_program(data: bytes, place: Path) -> bool:
    place.write_bytes(data)
    return bool(tiny_verify.check(str(place))["ok"])


VERIFIERS = [by_library, by_program]


@pytest.mark.parametrize("holds", VERIFIERS)
def test_every_changed_byte_of_a_page_is_found(small, tmp_path, holds: Callable[[bytes, Path], bool]) -> None:
    page, _ = small
    assert holds(page, tmp_path / "x")
    assert [place for place, spoilt in changed(page, range(len(page))) if holds(spoilt, tmp_path / "x")] == []


@pytest.mark.parametrize("holds", VERIFIERS)
def test_every_changed_byte_of_a_bundle_is_found_or_changes_no_member(small, tmp_path, holds: Callable[[bytes, Path], bool]) -> None:
    _, bundle = small
    assert holds(bundle, tmp_path / "x")
    untouched = contents(bundle)
    passed = [spoilt for _, spoilt in changed(bundle, range(len(bundle))) if holds(spoilt, tmp_path / "x")]
    assert [spoilt for spoilt in passed if contents(spoilt) != untouched] == []
    assert len(passed) <= 4, "only the bits behind the end of a deflate stream say nothing"


@pytest.mark.parametrize("holds", VERIFIERS)
def test_what_is_cut_added_or_repeated_anywhere_is_found(small, tmp_path, holds: Callable[[bytes, Path], bool]) -> None:
    for data in small:
        for place in range(0, len(data) + 1, 37):
            for spoilt in (
                data[:place] + data[place + 1 :],
                data[:place] + b"\n" + data[place:],
                data[:place],
                data[:place] + data[max(0, place - 50) :],
            ):
                assert spoilt == data or not holds(spoilt, tmp_path / "x"), place


def test_changes_in_a_real_report_and_a_real_bundle_are_found(case, tmp_path) -> None:
    case.search("أرشيف", ["كلمات"], "nothing")
    draw = random.Random(7)
    page = report_bytes(case, "html", "ar")
    for place, spoilt in changed(page, sorted(draw.sample(range(len(page)), 40))):
        assert not verify_report(spoilt).ok, place
    path = save_bundle(tmp_path / "b.zip", source_of(case), case.desk.captures)
    bundle = path.read_bytes()
    for place, spoilt in changed(bundle, sorted(draw.sample(range(len(bundle)), 60))):
        assert not by_library(spoilt, tmp_path / "x") or contents(spoilt) == contents(bundle), place


@pytest.mark.browser
def test_changed_bytes_are_found_in_the_browser(small, verify_page) -> None:
    inputs = []
    for data in small:
        spoilt = changed(data, range(0, len(data), len(data) // 100))
        inputs += [one(str(place), other) for place, other in spoilt if contents(other) is None or contents(other) != contents(data)]
    told = verify_page.evaluate(ASK, [for_page(given) for given in inputs])
    assert [given.name for given, found in zip(inputs, told, strict=True) if found["ok"]] == []


# ---- too much, too deep, too strange


@cache
def deflated(data: bytes) -> bytes:
    press = zlib.compressobj(1, zlib.DEFLATED, -15)
    return press.compress(data) + press.flush()


def archive(members: list[tuple[bytes, bytes]]) -> bytes:
    """A zip of deflated members, as the form has it."""
    made, central = [], []
    at = 0
    for name, data in members:
        packed = deflated(data)
        head = _HEAD.pack(20, 0, 8, 0, 0x21, zlib.crc32(data), len(packed), len(data), len(name), 0)
        central.append(b"PK\x01\x02\x14\x00" + head + bytes(10) + at.to_bytes(4, "little") + name)
        made.append(b"PK\x03\x04" + head + name + packed)
        at += len(made[-1])
    listed, count = b"".join(central), len(members).to_bytes(2, "little")
    return (
        b"".join(made)
        + listed
        + b"PK\x05\x06"
        + bytes(4)
        + count
        + count
        + len(listed).to_bytes(4, "little")
        + at.to_bytes(4, "little")
        + bytes(2)
    )


ZEROS = bytes(99_000_000)
HUGE: dict[str, Callable[[], bytes]] = {
    "six hundred megabytes": lambda: archive([(b"captures/%d" % n, ZEROS) for n in range(6)]),
    "a member beyond the limit": lambda: archive([(b"a", bytes(100_000_001))]),
    "too many members": lambda: archive([(b"%05d" % n, b"x" * 20) for n in range(5_001)]),
    "entries of brackets": lambda: archive([(b"entries.json", b"[" * 20_000_000)]),
    "entries of little arrays": lambda: archive([(b"entries.json", b"[" + b"[]," * 30_000_000 + b"[]]")]),
    "entries of one text": lambda: archive([(b"entries.json", b'"' + b"a" * 90_000_000 + b'"')]),
    "entries of escapes": lambda: archive([(b"entries.json", b'"' + b"\\n" * 20_000_000 + b'"')]),
    "a seal of empty lines": lambda: archive([(b"MANIFEST", b"\n" * 90_000_000)]),
    "a page of nothing": lambda: bytes(100_000_000),
    "a page beyond the limit": lambda: bytes(100_000_001),
    "a page of tags": lambda: ENTRIES_TAG * 500_000,
    "a page of many numbers": lambda: ENTRIES_TAG + b"[" + b"1," * 25_000_000 + b"1]</script>",
    "a page of many tags": lambda: f.page(f.introduce("amal"), words="<a" * 5_000_000) if (f := Forge()) else b"",
}
ASKED = """
import json, re, sys
sys.path.insert(0, sys.argv[2])
if sys.argv[1] == "library":
    from pathlib import Path
    from factcheck.reports.bundle_check import verify_path
    ask = lambda name: {finding.code for finding in verify_path(Path(name)).findings if finding.level == "error"}
else:
    from factcheck.ledger.tiny_verify import check
    ask = lambda name: {finding["code"] for finding in check(name)["findings"]}
told = [sorted(ask(name)) for name in sys.argv[3:]]
print(json.dumps({"told": told, "memory": int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])}))
"""


def test_what_is_made_to_fill_a_machine_gives_findings_in_bounded_memory(tmp_path) -> None:
    places = {name: tmp_path / str(number) for number, name in enumerate(HUGE)}
    for name, place in places.items():
        place.write_bytes(HUGE[name]())
    deflated.cache_clear()
    answers = {}
    for which in ("library", "program"):
        command = [sys.executable, "-c", ASKED, which, str(Path(__file__).resolve().parents[2]), *map(str, places.values())]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=250, check=False)
        assert ran.returncode == 0, ran.stderr
        told = json.loads(ran.stdout)
        assert told["memory"] < MEMORY, which
        answers[which] = dict(zip(places, told["told"], strict=True))
    assert answers["library"] == answers["program"]
    assert [name for name, codes in answers["library"].items() if not codes] == ["a page of many tags"]
