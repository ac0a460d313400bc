"""Make the vectors of sections 10 to 12 of FORMAT.md: a sealed page and a sealed bundle, from fixed keys, salts and times.

python tests/vectors/bundle-1/make.py [FOLDER]
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from tests.reports.forge import Forge  # noqa: E402


def build() -> tuple[bytes, bytes]:
    """A page and a bundle of a case with a rotated key, a revoked one, an erased field and one left out."""
    f = Forge("vector")
    amal = f.introduce("amal")
    huda = f.introduce("huda", by=amal, hidden=["name"])
    first = f.title("عنوان", amal, on={"case:" + "c" * 32: []}, hidden=["title"])
    f.verdict(huda)
    f.add("body.erased", {"fields": [[first, "title"]], "captures": [], "because": ""}, actor=amal)
    newer = f.rotate(amal, "amal-2")
    f.revoke(huda, {f.origin: [0, f.digests[3]]})
    f.title("عنوان 😀 </script>", newer)
    page = f.page(newer, words="لا دليل كل شيء")
    capture = "نص محفوظ".encode()
    members = f.members() | {"report-ar.html": page, f"captures/{hashlib.sha256(capture).hexdigest()}": capture}
    return page, f.bundle(newer, members)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for name, data in zip(("page.html", "case.zip"), build(), strict=True):
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
