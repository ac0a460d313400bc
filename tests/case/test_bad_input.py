"""What is wrong with an input is said in words, and nothing is lost or half-written."""

from __future__ import annotations

import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from factcheck.case.desk import open_desk
from factcheck.case.places import LEDGER_FILE
from factcheck.case.verify import verify_desk
from factcheck.errors import ExtractionError, FetchError, KeyUnavailableError, LedgerError, NotAllowedError
from tests.evidence.site import Site

ROOT = Path(__file__).resolve().parents[2]
ARABIC = "قال الوزير إن الجسر افتتح أمس. وأضاف أن كلفته بلغت أربعين مليون دينار، وأن الأعمال تأخرت شهرين بسبب الأمطار.\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no words"),
        (" \n\u200f\n".encode(), "no words"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "binary file"),
        (bytes(range(256)) * 4, "binary file"),
        (b"%PDF-1.7 x", "PDF"),
    ],
)
def test_what_holds_no_article_is_refused_and_nothing_is_written(desk, data: bytes, message: str) -> None:
    size = desk.ledger.size
    with pytest.raises(ExtractionError, match=message):
        desk.open_case(data)
    desk.refresh()
    assert desk.ledger.size == size


@pytest.mark.parametrize("encoding", ["cp1256", "iso8859-6", "utf-16", "utf-16-le", "utf-8-sig"])
def test_an_undeclared_encoding_is_found_and_on_record(desk, encoding: str) -> None:
    case = desk.open_case((ARABIC * 3).encode(encoding))
    assert case.text == (ARABIC * 3).strip()
    if encoding not in ("utf-8-sig",):
        assert any("decoded as" in note for note in case.state.article.notes)


def test_an_article_of_five_megabytes_opens_and_a_larger_one_says_what_to_do(desk) -> None:
    text = "Said nothing new in this line of words" + ", and more words here" * 100 + ".\n"
    with pytest.raises(ExtractionError, match="Cut out the part"):
        desk.open_case(text * (6_000_000 // len(text)))
    case = desk.open_case(text * (5_200_000 // len(text)))
    assert len(case.text) > 5_000_000
    assert case.state.proposals
    desk.close()


def test_a_missing_file_is_named(desk, tmp_path) -> None:
    with pytest.raises(ExtractionError, match=r"not-there\.txt"):
        desk.open_case(tmp_path / "not-there.txt")


def test_an_article_that_cannot_be_fetched_opens_no_case(desk) -> None:
    desk.fetcher = Site({})
    with pytest.raises(FetchError, match="404"):
        desk.open_case("https://news.example/a")
    assert desk.cases() == {}


def test_without_the_persons_key_the_desk_is_not_opened_and_stays_whole(desk, around) -> None:
    desk.close()
    shutil.rmtree(around.config)
    with pytest.raises(KeyUnavailableError, match="Nobody has worked on this machine"):
        open_desk(desk.folder, around=around)
    assert verify_desk(desk.folder, around).ok


def test_a_person_of_another_machine_is_told_to_be_introduced(desk, around) -> None:
    desk.close()
    shutil.rmtree(around.config)
    with pytest.raises(NotAllowedError, match="introduce"):
        open_desk(desk.folder, name="Stranger", newsroom="Elsewhere", around=around)


def test_a_key_others_may_read_is_refused_with_the_command_that_mends_it(desk, around) -> None:
    desk.close()
    [path] = (around.config / "persons").glob("*.json")
    path.chmod(0o644)
    with pytest.raises(KeyUnavailableError, match="chmod 600"):
        open_desk(desk.folder, around=around)


def test_a_locked_key_needs_its_passphrase(tmp_path, around) -> None:
    with open_desk(tmp_path / "d", name="Amal", newsroom="N", passphrase="سر", around=around):
        pass
    with pytest.raises(KeyUnavailableError, match="passphrase is needed"):
        open_desk(tmp_path / "d", around=around)
    with pytest.raises(KeyUnavailableError, match="wrong"):
        open_desk(tmp_path / "d", passphrase="other", around=around)
    with open_desk(tmp_path / "d", passphrase="سر", around=around) as desk:
        assert desk.me.name == "Amal"


def test_no_desk_no_file_no_desk_made(tmp_path, around) -> None:
    findings = verify_desk(tmp_path / "nowhere", around)
    assert not findings.ok
    assert "no ledger" in findings.findings[0].message
    assert not (tmp_path / "nowhere").exists()


def test_a_file_that_is_no_ledger_is_left_alone(tmp_path, around) -> None:
    (tmp_path / LEDGER_FILE).write_bytes(b"not a database, at all" * 100)
    before = (tmp_path / LEDGER_FILE).read_bytes()
    with pytest.raises(LedgerError, match=r"damaged or no ledger|no ledger this version"):
        open_desk(tmp_path, name="Amal", newsroom="N", around=around)
    assert (tmp_path / LEDGER_FILE).read_bytes() == before


@pytest.mark.skipif(shutil.which("unshare") is None, reason="making a folder read-only for root needs util-linux's unshare")
def test_on_a_read_only_folder_reading_and_verifying_work_and_writing_is_refused(case, desk, around, tmp_path) -> None:
    """A bind mount made read-only in a mount namespace of its own: file modes do not stop root."""
    desk.close()
    script = tmp_path / "read_only.py"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from pathlib import Path; from datetime import UTC, datetime; import os\n"
        "from factcheck.case.desk import Desk, open_desk\n"
        "from factcheck.case.surroundings import Surroundings\n"
        "from factcheck.case.verify import verify_desk\n"
        "from factcheck.errors import LedgerError\n"
        f"around = Surroundings(Path({str(around.config)!r}), Path({str(around.state)!r}), lambda: datetime.now(UTC), os.urandom)\n"
        f"folder = Path({str(desk.folder)!r})\n"
        "assert verify_desk(folder, around).ok, verify_desk(folder, around)\n"
        "reading = Desk.open(folder, around)\n"
        "assert len(reading.case().state.proposals) > 5\n"
        "try:\n"
        "    writing = open_desk(folder, around=around)\n"
        "    writing.case().describe(title='x')\n"
        "except LedgerError as error:\n"
        "    assert 'read-only' in str(error), error\n"
        "    print('refused')\n",
        encoding="utf-8",
    )
    command = f"mount --bind {desk.folder} {desk.folder} && mount -o remount,ro,bind {desk.folder} && exec {sys.executable} {script}"
    done = subprocess.run(["unshare", "-m", "sh", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False)
    if "Operation not permitted" in done.stderr:
        pytest.skip("this machine lets nobody make mounts")
    assert (done.returncode, done.stdout.strip()) == (0, "refused"), done.stderr


def test_a_full_disk_loses_nothing_and_writing_goes_on_when_there_is_room(case, desk, around) -> None:
    """The operating system refuses to let files grow, as a full disk does."""
    size, state = desk.ledger.size, case.state
    room = (desk.folder / LEDGER_FILE).stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill() -> None:
        nonlocal size, state
        for _ in range(200):
            case.describe(title="x" * 5000)
            size, state = desk.ledger.size, case.state

    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        with pytest.raises(LedgerError, match="Nothing was written"):
            fill()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert desk.ledger.size == size
    assert case.state == state
    assert verify_desk(desk.folder, around).ok
    case.describe(title="room again")
    assert verify_desk(desk.folder, around).ok
    assert any((desk.folder / "captures").iterdir())
