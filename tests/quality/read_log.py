"""Whether other people's code reads our log: ``python tests/quality/read_log.py [SIZE ...]``.

Desks of so many entries (and a few more that open them) are exported and proved on the command line; ``read_log.go`` checks checkpoint,
entries, tiles, signatures and proofs with golang.org/x/mod, which Go's checksum database uses. Needs Go; Debian's packages golang-go and
golang-golang-x-mod-dev do, else the module is fetched. Exit code 1 when anything does not fit.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from factcheck.case.desk import open_desk  # noqa: E402
from factcheck.case.surroundings import Surroundings, sign_in  # noqa: E402
from factcheck.ledger.keys import PersonKey  # noqa: E402
from factcheck.ledger.ledger import Act  # noqa: E402
from factcheck.model.events import ClaimsDismissed  # noqa: E402
from tests.conftest import Clock, Entropy  # noqa: E402

PACKAGED = Path("/usr/share/gocode")  # where Debian keeps Go's libraries
SIZES = (1, 255, 256, 257, 1_000, 65_537)
AT_ONCE = 500


def program(folder: Path) -> Path:
    """The Go program, built in a folder of its own."""
    folder.mkdir()
    (folder / "main.go").write_bytes((ROOT / "tests" / "quality" / "read_log.go").read_bytes())
    go = {**os.environ, "GOCACHE": str(folder / "cache")}
    if (PACKAGED / "src/golang.org/x/mod").is_dir():
        go |= {"GO111MODULE": "off", "GOPATH": str(PACKAGED)}
    else:
        subprocess.run(["go", "mod", "init", "readlog"], cwd=folder, env=go, check=True)
        subprocess.run(["go", "get", "golang.org/x/mod"], cwd=folder, env=go, check=True)
    subprocess.run(["go", "build", "-o", "readlog", "."], cwd=folder, env=go, check=True)
    return folder / "readlog"


def hand_out(folder: Path, size: int) -> tuple[Path, Path]:
    """A desk with at least so many entries: its exported log, and proofs of some entries and of its growth."""
    folder.mkdir()
    around = Surroundings(folder / "config", folder / "state", Clock(), Entropy())
    with open_desk(folder / "desk", name="أمل", newsroom="غرفة الأخبار", around=around) as desk:
        case = desk.open_case("قال الوزير إن الجسر افتُتح أمس. وأضاف أن كلفته بلغت 3 ملايين.")
        person = sign_in(around)
        old = desk.ledger.store.checkpoint()
        while desk.ledger.size < size:
            numbers = range(desk.ledger.size, min(desk.ledger.size + AT_ONCE, size))
            acts = [act(case.id, person, n) for n in numbers]
            desk.ledger.append(acts)
        last = desk.ledger.size - 1
    log, proofs = folder / "log", folder / "proofs"
    proofs.mkdir()
    (proofs / "old-checkpoint").write_bytes(old)
    at = str(folder / "desk")
    factcheck(around, "log", "export", at, str(log))
    for entry in sorted({0, 1, last // 2, last}):
        factcheck(around, "log", "prove", at, str(entry), "--to", str(proofs))
    (proofs / "consistency").write_bytes(factcheck(around, "log", "consistency", at, str(proofs / "old-checkpoint")))
    return log, proofs


def act(case: str, person: PersonKey, number: int) -> Act:
    dismissed = ClaimsDismissed({f"{number:032x}": None}, "dismissed", "رأي")
    return Act(dismissed, person, case, {f"claim:{number:032x}": ()})


def factcheck(around: Surroundings, *words: str) -> bytes:
    settings = {**os.environ, "PYTHONPATH": str(ROOT), "FACTCHECK_CONFIG": str(around.config), "FACTCHECK_STATE": str(around.state)}
    return subprocess.run([sys.executable, "-m", "factcheck", *words], env=settings, check=True, capture_output=True).stdout


def main(sizes: list[int]) -> int:
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        reader = program(Path(name) / "go")
        for size in sizes:
            log, proofs = hand_out(Path(name) / str(size), size)
            failed |= subprocess.run([str(reader), str(log), str(proofs)], check=False).returncode
    return failed


if __name__ == "__main__":
    sys.exit(main([int(word) for word in sys.argv[1:]] or list(SIZES)))
