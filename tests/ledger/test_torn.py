"""Torn files, full disks, closed doors: what was acknowledged stays, what was not is gone, and what is wrong is said in a line."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from factcheck.errors import FactcheckError, LedgerError
from factcheck.ledger.keys import KeyRing
from factcheck.ledger.ledger import Act, Ledger
from factcheck.ledger.sqlite import SqliteStore
from factcheck.ledger.verify import verify_ledger
from factcheck.model import events as ev
from tests.ledger import crash

ROOT = Path(__file__).resolve().parents[2]
PAGE = 4096


def opened(folder: Path) -> tuple[Ledger, Callable[[str], ev.Event]]:
    """The ledger of a folder that ``crash.create`` made, and how its person acts on it."""
    keys = KeyRing(folder / "config", entropy=os.urandom)
    store = SqliteStore.open(folder / "ledger.sqlite")
    ledger = Ledger.open(
        store, desk_key=keys.desk_key(store.header().root_key), clock=crash.now, entropy=os.urandom, kept_heads=folder / "heads"
    )
    amal = keys.open_person("Amal")

    def act(title: str) -> ev.Event:
        case = os.urandom(16).hex()
        return ledger.append([Act(ev.CaseOpened(title, "ar", "", False), amal, case, {"case:" + case: ()})])[0]

    return ledger, act


# ---- a power cut in the middle of a commit


@pytest.fixture(scope="module")
def commit(tmp_path_factory) -> dict[str, bytes]:
    """One append, cut when all was written and the journal not yet gone: the file before and after, and the journal."""
    folder = tmp_path_factory.mktemp("commit") / "desk"
    crash.create(folder)
    ledger, act = opened(folder)
    for number in range(8):
        act("س" * 700 * number)
    ledger.close()
    before = (folder / "ledger.sqlite").read_bytes()
    strace = shutil.which("strace")
    assert strace, "strace is missing; python -m tests installs Debian's where it may"
    cut = [strace, "-f", "-qq", "-e", "trace=unlink", "-P", str(folder / "ledger.sqlite-journal"), "-e", "inject=unlink:signal=KILL"]
    command = [*cut, sys.executable, "-m", "tests.ledger.crash", str(folder), "once"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=120)
    assert done.returncode != 0
    assert done.stdout == b"", "nothing was acknowledged"
    files = {"before": before, "after": (folder / "ledger.sqlite").read_bytes(), "journal": (folder / "ledger.sqlite-journal").read_bytes()}
    assert files["before"] != files["after"]
    shutil.copytree(folder, folder.with_name("kept"))
    files["folder"] = str(folder.with_name("kept")).encode()
    return files


def mixed(before: bytes, after: bytes, draw: random.Random) -> bytes:
    """Pages as a power cut leaves them while they are written: old, new, or half of each; the file not yet grown, or grown in part."""
    size = draw.choice((len(before), len(after), draw.randrange(len(before), len(after) + 1, 512)))
    pages = bytearray(after[:size])
    for at in range(0, len(before), PAGE):
        part = draw.choice((0, PAGE, 512 * draw.randrange(9)))
        pages[at : at + part] = before[at : at + part]
    return bytes(pages)


def states(commit: dict[str, bytes], draw: random.Random, count: int):
    """File and journal as a power cut may leave them; the journal is synced before a page of the file is written."""
    before, after, journal = commit["before"], commit["after"], commit["journal"]
    yield before, b""
    yield before, journal
    yield after, journal
    yield before, bytes(len(journal))
    for _ in range(count):
        length = draw.choice((draw.randrange(len(journal)), draw.randrange(40), draw.randrange(512, 600)))
        yield before, journal[:length]
        yield before, journal[:length] + draw.randbytes(min(512, len(journal) - length))
        yield mixed(before, after, draw), journal
        yield mixed(before, after, draw), journal + draw.randbytes(draw.randrange(600))


def test_whatever_a_power_cut_leaves_of_a_commit_what_was_acknowledged_before_is_there(commit, tmp_path) -> None:
    draw = random.Random(5)
    source = Path(commit["folder"].decode())
    seen = 0
    for number, (file, journal) in enumerate(states(commit, draw, 20)):
        folder = tmp_path / str(number)
        shutil.copytree(source, folder)
        (folder / "ledger.sqlite").write_bytes(file)
        (folder / "ledger.sqlite-journal").write_bytes(journal)
        left = {path.name: path.read_bytes() for path in folder.glob("ledger*")}
        findings = verify_ledger(folder / "ledger.sqlite", kept_heads=folder / "heads")
        assert findings.ok, (number, findings.findings)
        assert findings.entries == 9
        assert {path.name: path.read_bytes() for path in folder.glob("ledger*")} == left, "verifying writes nothing"
        if number % 8 == 0:
            ledger, act = opened(folder)
            assert ledger.size == 9
            assert act("after the cut").index == 9
            ledger.close()
            assert verify_ledger(folder / "ledger.sqlite", kept_heads=folder / "heads").ok
        shutil.rmtree(folder)
        seen += 1
    assert seen > 80


# ---- a file that lost its end


def test_a_file_cut_at_any_byte_is_found_and_not_written_to(tmp_path) -> None:
    crash.create(tmp_path / "desk")
    ledger, act = opened(tmp_path / "desk")
    for number in range(6):
        act("س" * 900 * number)
    ledger.close()
    path, draw = tmp_path / "desk" / "ledger.sqlite", random.Random(3)
    whole = path.read_bytes()
    lengths = {
        0,
        1,
        99,
        100,
        len(whole) - 1,
        len(whole) - PAGE,
        *range(PAGE, len(whole), PAGE),
        *(draw.randrange(len(whole)) for _ in range(40)),
    }
    for length in sorted(lengths):
        path.write_bytes(whole[:length])
        findings = verify_ledger(path, kept_heads=tmp_path / "desk" / "heads")
        assert not findings.ok, length
        assert all(finding.message for finding in findings.findings)
        with pytest.raises(FactcheckError):
            opened(tmp_path / "desk")[1]("on top of a torn file")
        assert path.read_bytes() == whole[:length]


# ---- a disk that is full


def until_full(folder: Path, limit: int) -> dict[str, object]:
    """In a process whose files may not grow beyond a size: acts until one is refused, then with the limit lifted once more."""
    ledger, act = opened(folder)
    size = ledger.size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    done, refusals = 0, []
    for _ in range(40):
        try:
            act("س" * 1500)
            done += 1
        except FactcheckError as error:
            refusals.append(str(error))
            if len(refusals) == 3:
                break
    findings = verify_ledger(folder / "ledger.sqlite", kept_heads=folder / "heads")
    held = sum(1 for _ in ledger.events())
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    act("room again")
    return {
        "before": size,
        "done": done,
        "refusals": refusals,
        "ok": findings.ok,
        "entries": findings.entries,
        "held": held,
        "after": ledger.size,
    }


def in_child(function: Callable[[], dict[str, object]], *, nobody: bool = False) -> dict[str, object]:
    """What a function gives in a process of its own; as a user without rights, if this one has all of them."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if nobody and os.geteuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            said: dict[str, object] = function()
        except BaseException as error:  # noqa: BLE001  # the parent is told of every one
            said = {"error": f"{type(error).__name__}: {error}"}
        os.write(write, json.dumps(said).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said = json.loads(pipe.read())
    os.waitpid(child, 0)
    assert "error" not in said, said
    return said


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("room", [0, 1, 700, 4096, 9000, 20_000, 33_333])
def test_a_full_disk_refuses_in_a_line_loses_nothing_and_goes_on_when_there_is_room(tmp_path, room: int) -> None:
    crash.create(tmp_path / "desk")
    limit = (tmp_path / "desk" / "ledger.sqlite").stat().st_size + room
    said = in_child(lambda: until_full(tmp_path / "desk", limit))
    assert len(said["refusals"]) == 3
    assert all("is full" in refusal and "Nothing was written" in refusal for refusal in said["refusals"]), said
    assert said["ok"]
    assert said["entries"] == said["held"] == said["before"] + said["done"]
    assert said["after"] == said["held"] + 1
    assert verify_ledger(tmp_path / "desk" / "ledger.sqlite", kept_heads=tmp_path / "desk" / "heads").ok


# ---- closed doors


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize(("file", "folder"), [(0o400, 0o700), (0o600, 0o500), (0o400, 0o500)])
def test_a_read_only_file_or_folder_is_read_and_verified_and_writing_says_so(file: int, folder: int) -> None:
    base = Path(tempfile.mkdtemp(prefix="readonly"))
    desk = base / "desk"
    try:
        crash.create(desk)
        for path in (base, *base.rglob("*")):
            os.chown(path, 65534, 65534) if os.geteuid() == 0 else None
        (desk / "ledger.sqlite").chmod(file)
        desk.chmod(folder)

        def look() -> dict[str, object]:
            findings = verify_ledger(desk / "ledger.sqlite", kept_heads=desk / "heads")
            store = SqliteStore.open(desk / "ledger.sqlite", read_only=True)
            size = store.size()
            store.close()
            try:
                opened(desk)[1]("x")
                refusal = ""
            except LedgerError as error:
                refusal = str(error)
            return {"ok": findings.ok, "size": size, "refusal": refusal, "left": sorted(path.name for path in desk.iterdir())}

        said = in_child(look, nobody=True)
        assert said["ok"]
        assert said["size"] == 1
        assert "read-only" in str(said["refusal"])
        assert said["left"] == ["config", "heads", "ledger.sqlite"]
    finally:
        desk.chmod(0o700)
        shutil.rmtree(base)
