"""Checks signatures of leaves in other processes: run as ``python -m factcheck.ledger._signatures FILE``.

Ed25519 takes most of the time of a verification, and Python's threads do not share it out. A child gets a file of leaves, each behind its
length in four bytes, and prints a JSON object: the position of each faulty one with what is wrong.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from factcheck.errors import IntegrityError
from factcheck.ledger.codec import check_signatures, parse_leaf

WORTH_IT = 2_000  # leaves; for fewer the children cost more than they save
MOST = 8  # children


class SignatureChecks:
    """Signatures of many leaves being checked in children while the caller goes on.

    Args:
        leaves: in order; those that are no leaves at all are passed over, their form is the caller's to judge.
        processes: how many children; one for each processor without it.
    """

    def __init__(self, leaves: Sequence[bytes], processes: int = 0) -> None:
        self._leaves = leaves
        self._folder = tempfile.TemporaryDirectory(prefix="factcheck-")
        self._children: list[tuple[range, subprocess.Popen[bytes] | None]] = []
        processes = processes or min(MOST, os.cpu_count() or 1)
        share = -(-len(leaves) // processes)
        for first in range(0, len(leaves), share):
            part = range(first, min(first + share, len(leaves)))
            self._children.append((part, self._start(part)))

    def _start(self, part: range) -> subprocess.Popen[bytes] | None:
        path = Path(self._folder.name) / str(part.start)
        try:
            with path.open("wb") as file:
                for at in part:
                    file.write(len(self._leaves[at]).to_bytes(4, "big") + self._leaves[at])
            places = [str(Path(__file__).parents[2]), *(place for place in sys.path if place)]  # where this process finds its modules
            return subprocess.Popen(  # noqa: S603  # our own interpreter and module, no shell
                [sys.executable, "-P", "-m", "factcheck.ledger._signatures", str(path)],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(places)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            return None  # no room or no right to start one: checked here

    def faults(self) -> dict[int, str]:
        """What is wrong with which leaf; asked once. A child that did not answer is done again here: nothing stays unchecked."""
        found: dict[int, str] = {}
        while self._children:
            part, child = self._children.pop()
            answer = None
            if child is not None:
                said, _ = child.communicate()
                with suppress(ValueError):
                    answer = json.loads(said) if child.returncode == 0 else None
            if not isinstance(answer, dict) or answer.get("checked") != len(part):
                answer = checked([self._leaves[at] for at in part])
            found |= {part.start + int(at): message for at, message in answer["faults"].items()}
        return found

    def close(self) -> None:
        """Stop children that are still at work, and remove their files."""
        for _, child in self._children:
            if child is not None:
                child.kill()
                child.communicate()
        self._folder.cleanup()


def checked(leaves: Sequence[bytes]) -> dict[str, Any]:
    """How many leaves were looked at, and what is wrong with which."""
    faults: dict[int, str] = {}
    for at, data in enumerate(leaves):
        try:
            leaf = parse_leaf(data)
        except (IntegrityError, ValueError):
            continue
        try:
            check_signatures(leaf)
        except IntegrityError as error:
            faults[at] = str(error)
    return {"checked": len(leaves), "faults": faults}


def main() -> None:
    data, leaves, at = Path(sys.argv[1]).read_bytes(), [], 0
    while at < len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4], "big")
        leaves.append(data[at + 4 : end])
        at = end
    sys.stdout.write(json.dumps(checked(leaves)))


if __name__ == "__main__":
    main()
