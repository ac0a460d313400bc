"""A desk whose people may write anything: leaves by hand, a tree over them, and the files that carry them.

What the package would refuse to write is made here, so that those who check it are asked about it.
"""

# ruff: noqa: E501 - events read as lines
from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from factcheck.ledger import attached, seal, tiles
from factcheck.ledger.attached import Attached, LedgerEntry
from factcheck.ledger.checkpoint import Checkpoint, Verifier, proof_text, sign_note
from factcheck.ledger.codec import b64url, canonical, digest_of, disclose, origin_of, person_of_key
from factcheck.ledger.counting import NOT_ERASABLE
from factcheck.ledger.keys import SigningKey
from factcheck.ledger.merkle import Tree, leaf_hash
from factcheck.reports.members import write_zip
from factcheck.reports.verify import ENTRIES_TAG, TAIL, seal_page

CASE, OTHER_CASE = "c" * 32, "d" * 32


def key(name: str) -> SigningKey:
    return SigningKey(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest()))


class Forge:
    """A log of events as somebody wants them. ``introduce`` and ``title`` are honest unless told otherwise."""

    def __init__(self, name: str = "desk", origin: str = "") -> None:
        self.desk = key(name)
        self.origin = origin or origin_of(self.desk.key)
        self.verifier = Verifier(self.origin, self.desk.public)
        self.rows: list[tuple[bytes, dict[str, bytes]]] = []
        self.digests: list[str] = []
        self.last: dict[tuple[str, str], tuple[int, str]] = {}
        self.held: dict[str, str] = {}
        self.drawn = 0

    def bytes(self, size: int) -> bytes:
        self.drawn += 1
        return hashlib.shake_256(f"{self.origin}/{self.drawn}".encode()).digest(size)

    # ---- events

    def add(
        self, type: str, values: Mapping[str, Any], *, actor: SigningKey, case: str = "", on: Mapping[str, list[str]] | None = None,
        cosigner: SigningKey | None = None, signers: Iterable[SigningKey] | None = None, hidden: Iterable[str] = (), **envelope: Any,
    ) -> str:  # fmt: skip
        """Append an event; ``envelope`` overrides any clear field, ``hidden`` names fields that are not disclosed. Returns its digest."""
        disclosures = {name: disclose(self.bytes(16), actor.key, name, value) for name, value in values.items()}
        where = (envelope.get("desk", self.origin), actor.key)
        n, prev = (self.last[where][0] + 1, self.last[where][1]) if where in self.last else (0, None)
        line = {
            "actor": actor.key, "at": f"2026-11-23T12:00:00.{len(self.rows):06d}Z", "case": case, "desk": self.origin, "id": self.bytes(16).hex(),
            "body": {name: b64url(hashlib.sha256(data).digest()) for name, data in disclosures.items()},
            "n": n, "on": on if on is not None else {}, "prev": prev, "saw": None, "type": type, "v": 1, **envelope,
        }  # fmt: skip
        text = canonical(line) + b"\n"
        by = list(signers) if signers is not None else [actor, *([cosigner] if cosigner else [])]
        leaf = sign_note(text, [(one.verifier(), one.sign) for one in by])
        digest = digest_of(text)
        self.last[where] = (line["n"], digest)
        for register in line["on"]:
            self.held[register] = digest
        return self.keep(leaf, {name: data for name, data in disclosures.items() if name not in hidden}, digest)

    def keep(self, leaf: bytes, disclosures: dict[str, bytes], digest: str = "") -> str:
        self.rows.append((leaf, disclosures))
        self.digests.append(digest)
        return digest

    def introduce(self, who: str, by: SigningKey | None = None, **details: Any) -> SigningKey:
        new = key(who)
        values = {"key": new.key, "person": person_of_key(new.key), "name": who, "newsroom": "N", "role": "checker", "machine": "m"}
        values |= details.pop("values", {})
        on = {"key:" + new.key.partition(":")[2]: []}
        self.add("key.introduced", values, actor=by or self.desk, cosigner=new, on=details.pop("on", on), **details)
        return new

    def rotate(self, old: SigningKey, who: str, **details: Any) -> SigningKey:
        new = key(who)
        name_of = {one: "key:" + one.key.partition(":")[2] for one in (old, new)}
        on = {name_of[old]: [self.held[name_of[old]]] if name_of[old] in self.held else [], name_of[new]: []}
        self.add("key.rotated", {"old": old.key, "new": new.key, "machine": "m"}, actor=old, cosigner=new, on=on, **details)
        return new

    def revoke(self, whom: SigningKey, last: Mapping[str, list[Any]], by: SigningKey | None = None, **details: Any) -> str:
        register = "key:" + whom.key.partition(":")[2]
        values = {"key": whom.key, "last": last, "reason": "", **details.pop("values", {})}
        return self.add("key.revoked", values, actor=by or self.desk, on={register: self.heads(register)}, **details)

    def heads(self, register: str) -> list[str]:
        return [self.held[register]] if register in self.held else []

    def title(self, text: str, actor: SigningKey, case: str = CASE, **details: Any) -> str:
        register = f"case:{case}"
        values = {"title": text, "language": "ar", "why_chosen": "", "practice": False, **details.pop("values", {})}
        return self.add("case.described", values, actor=actor, case=case, **{"on": {register: self.heads(register)}, **details})

    def verdict(self, actor: SigningKey, id: str = "e" * 32, **details: Any) -> str:
        register = f"verdict:{id}"
        value = {
            "target": "article", "scale": "standard", "rating": "unproven", "grounds": [], "reasons": "لا دليل", "language": "ar",
            "as_of": "2026-11-23", "unknown": "كل شيء", "rests_on": [],
        }  # fmt: skip
        return self.add("verdict.given", {"verdict": value}, actor=actor, case=CASE, **{"on": {register: self.heads(register)}, **details})

    # ---- files

    def note(self, size: int | None = None) -> bytes:
        size = len(self.rows) if size is None else size
        head = Checkpoint(self.origin, size, self.tree(size).root(size))
        return sign_note(head.text(), [(self.verifier, self.desk.sign)])

    def tree(self, size: int | None = None) -> Tree:
        return Tree([leaf_hash(leaf) for leaf, _ in self.rows[:size]])

    def saw(self, size: int) -> dict[str, Any]:
        return {"root": base64.b64encode(self.tree(size).root(size)).decode(), "size": size}

    def table(self, chosen: Iterable[int] | None = None, case: str = CASE) -> Attached:
        tree, note = self.tree(), self.note()
        entries = []
        for index in chosen if chosen is not None else range(len(self.rows)):
            leaf, fields = self.rows[index]
            entries.append(LedgerEntry(self.digests[index], index, leaf, fields, proof_text(index, tree.inclusion(index), note)))
        return Attached(case, note.decode(), self.verifier.vkey, tuple(entries))

    def page(self, by: SigningKey | None, table: Attached | str | None = None, words: str = "لا دليل كل شيء") -> bytes:
        """A page of a few lines."""
        text = table if isinstance(table, str) else attached.write(table or self.table())
        head = f'<!DOCTYPE html>\n<html lang="ar" dir="rtl">\n<head>\n<meta charset="utf-8">\n<title>x</title>\n</head>\n<body>\n<p>{words}</p>\n'
        page = head.encode() + ENTRIES_TAG + text.encode("utf-8", "surrogatepass") + b"</script>\n" + TAIL
        return seal_page(page, Attached(CASE, "", "", ()), self.origin, by) if by else page

    def members(self, table: Attached | None = None, **further: bytes) -> dict[str, bytes]:
        """The members of a bundle but its seal; names of ``further`` are written with __ for / and _o_ for a dot."""
        table = table or self.table()
        found = {"entries.json": attached.write(table).encode(), "vkey": table.vkey.encode(), "checkpoint": table.checkpoint.encode()}
        return found | {name.replace("__", "/").replace("_o_", "."): data for name, data in further.items()}

    def sealed(self, members: Mapping[str, bytes], by: SigningKey, **changed: Any) -> dict[str, bytes]:
        """The members with a seal over them."""
        things = [seal.Sealed.of(data, path) for path, data in sorted(members.items())]
        facts = {"what": seal.BUNDLE, "origin": self.origin, "case": CASE, **changed}
        return {**members, "MANIFEST": seal.write(facts["what"], facts["origin"], facts["case"], things, by)}

    def bundle(self, by: SigningKey, members: Mapping[str, bytes] | None = None, **changed: Any) -> bytes:
        return zipped(self.sealed(members or self.members(), by, **changed))

    def log(self, folder: Path, *, everything: bool = False) -> Path:
        """The log as a folder of tiles."""
        opened = [
            data
            for leaf, fields in self.rows
            for name, data in fields.items()
            if everything or name in {n for names in NOT_ERASABLE.values() for n in names}
        ]
        tiles.export_log(folder, self.verifier, self.note(), self.tree(), (leaf for leaf, _ in self.rows), opened)
        return folder


def zipped(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    write_zip(file, sorted(members.items()))
    return file.getvalue()
