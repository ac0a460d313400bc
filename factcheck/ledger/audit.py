"""One pass over a log: every leaf, signature, commitment, count and checkpoint computed anew from the bytes, in portions.

What is kept of each entry meanwhile lies in tables that spill to disk, so memory does not grow with the log; signatures are checked in
other processes when there are many.
"""

from __future__ import annotations

import base64
import re
from array import array
from collections import defaultdict
from collections.abc import Iterator

from factcheck.errors import FactcheckError, IntegrityError
from factcheck.ledger import checkpoint as notes
from factcheck.ledger._signatures import SignatureChecks
from factcheck.ledger.codec import Leaf, check_cosignature, event_of, field_names, open_payload, parse_leaf, signers
from factcheck.ledger.counting import KEY_TYPES, NOT_ERASABLE, Erasures
from factcheck.ledger.findings import Finding
from factcheck.ledger.index import Index, scratch
from factcheck.ledger.merkle import Tree, kept_nodes, leaf_hash
from factcheck.ledger.naming import captures_erased, named_captures
from factcheck.ledger.store import Header, Reader, Row
from factcheck.model.events import Event, LogMerged, Payload

_RULING = (*KEY_TYPES, "body.erased", "log.merged")
"""Types whose fields decide what other entries count for."""


class Audit:
    """What one pass finds. Call ``rows`` (as often as rows come), ``end``, and read the rest.

    Args:
        header: of the log, as its store names it.
        verifier: of its checkpoints.
        public: a copy that may leave fields out.
    """

    def __init__(self, header: Header, verifier: notes.Verifier, *, public: bool = False) -> None:
        self.origin = header.origin
        self.public = public
        self.found: list[Finding] = []
        self.index = Index({header.root_key})
        self.tree = Tree()
        self.head: notes.Checkpoint | None = None  # of the last checkpoint
        self.disclosed = self.erased = self.withheld = self.persons = 0
        self.known = False  # every entry that was written here is by a key that counts
        self.captures: set[str] = set()  # that entries need
        self.captures_erased: set[str] = set()
        self._verifier = verifier
        self.noted = _BEFORE_ALL  # the size of the last checkpoint that was taken in
        self._checks = SignatureChecks()
        self._signed = array("q")  # by number of the check: twice the entry's index, or the checkpoint's size and one more
        self._broken = False  # an entry is missing: what follows has no place
        self._ruling: list[Event] = []  # erasures and merges
        self._merged: set[str] = set()
        self._before = ""  # time of the last entry that was written here
        self._prior: str | None = None  # time of the entry before, if it was written here
        self._unsigned: list[int] = []  # sizes at which a commit ended, without a checkpoint so far
        self._back = 0
        self._db = scratch()
        self._db.execute("CREATE TABLE gap (idx INTEGER, digest TEXT, field TEXT, PRIMARY KEY (digest, field)) WITHOUT ROWID")
        self._db.execute("CREATE TABLE doubt (idx INTEGER, register TEXT, digest TEXT)")

    def close(self) -> None:
        """Let go of processes and tables."""
        self._checks.close()
        self.index.close()
        self._db.close()

    def error(self, place: str, code: str, message: str, remedy: str = "") -> None:
        self.found.append(Finding("error", place, code, message, remedy))

    def warning(self, place: str, code: str, message: str, remedy: str = "") -> None:
        self.found.append(Finding("warning", place, code, message, remedy))

    def info(self, place: str, code: str, message: str) -> None:
        self.found.append(Finding("info", place, code, message))

    @property
    def size(self) -> int:
        """Entries so far."""
        return len(self.tree)

    @property
    def broken(self) -> bool:
        """Whether an entry is missing, so that those behind it cannot be placed."""
        return self._broken

    # ---- each entry

    def rows(self, rows: Iterator[Row], stored: Iterator[tuple[int, bytes]], *, last: bool = False) -> None:
        """Take in further entries, with the checkpoints over them; ``last``: nothing comes behind, every checkpoint is due."""
        due = next(stored, None)
        for row in rows:
            while due is not None and due[0] <= self.size:
                self._checkpoint(*due)
                due = next(stored, None)
            if row.index != self.size:
                self.error(
                    f"entry {row.index}", "entry.missing", f"entry {self.size} is not there; the next one is {row.index}",
                    "Entries were removed.",
                )  # fmt: skip
                self._broken = True
                break
            self._row(row)
        while due is not None and (last or due[0] <= self.size):
            self._checkpoint(*due)
            due = next(stored, None)

    def _checkpoint(self, size: int, note: bytes) -> None:
        self.noted = size
        try:
            parsed = notes.parse_note(note)
            head = notes.Checkpoint.parse(parsed.text)
            lines = parsed.lines_of(self._verifier)
            if head.origin != self.origin or not lines:
                raise IntegrityError(f"The checkpoint is of log {head.origin}, or not signed by the key of {self.origin}.")
        except IntegrityError as error:
            self.error("checkpoint", "checkpoint.signature", str(error), _SIGNED_WRONG)
            return
        for line in lines:
            self._check(2 * size + 1, self._verifier, line.signature, parsed.text)
        if head.size != size or (size == self.size and head.root != self.tree.root()):
            self.error(f"checkpoint {size}", "checkpoint.row", f"the checkpoint stored for {size} entries signs another tree")
        self.head = head

    def _check(self, tag: int, verifier: notes.Verifier, signature: bytes, text: bytes) -> None:
        self._checks.add(verifier.public, signature, text)
        self._signed.append(tag)

    def _wrong_signatures(self) -> None:
        for number in self._checks.wrong():
            index, of_checkpoint = divmod(self._signed[number], 2)
            if of_checkpoint:
                message = f"The signature of the checkpoint over {index} entries is wrong: the text or the signature was changed."
                self.error("checkpoint", "checkpoint.signature", message, _SIGNED_WRONG)
            else:
                message = f"entry {index}: its author's signature is wrong: the text or the signature was changed."
                self.error(f"entry {index}", "entry.signature", message, "The entry or its signature was changed.")

    def _row(self, row: Row) -> None:
        place, computed = f"entry {row.index}", leaf_hash(row.leaf)
        if computed != row.leaf_hash:
            self.error(
                place,
                "entry.hash",
                f"{place} does not match its hash: stored {row.leaf_hash.hex()[:12]}, computed {computed.hex()[:12]}",
                "The file was changed outside factcheck; bring back an untouched copy.",
            )
        self.tree.append(computed)
        try:
            leaf = parse_leaf(row.leaf)
        except (IntegrityError, ValueError) as error:
            self.error(place, "entry.form", f"{place}: {error}", "The entry was not written by factcheck, or was changed.")
            return
        if self.index.find(leaf.digest) is not None:
            self.error(place, "entry.twice", f"{place} repeats event {leaf.digest}")
            return
        self._commit_before(row.index, leaf)
        self._signatures(place, leaf)
        payload, event = self._opened(place, leaf, row)
        self._places(place, row.index, leaf)
        self.index.learn(leaf, event)
        if event is not None and event.type not in KEY_TYPES:
            self._ruling.append(event)
            if isinstance(payload, LogMerged):
                self._merged.add(payload.origin)

    def _commit_before(self, index: int, leaf: Leaf) -> None:
        """Entries of one commit that were written here have one time, and foreign ones stand in front of the merge that brought them: where
        that ends, a commit ended, which had a checkpoint."""
        here, at = leaf.envelope["desk"] == self.origin, leaf.envelope["at"]
        if self._prior is not None and (not here or at != self._prior) and self.noted != index:
            self._unsigned.append(index)  # perhaps its checkpoint was written while the log was read
        self._prior = at if here else None

    def _signatures(self, place: str, leaf: Leaf) -> None:
        try:
            for verifier, signature in signers(leaf):
                self._check(2 * (self.size - 1), verifier, signature, leaf.text)
        except IntegrityError as error:
            self.error(place, "entry.signature", f"{place}: {error}", "The entry or its signature was changed.")

    def _opened(self, place: str, leaf: Leaf, row: Row) -> tuple[Payload | None, Event | None]:
        """What an entry says, and the event itself when others count by it."""
        type, version = leaf.envelope["type"], leaf.envelope["v"]
        try:
            payload, missing = open_payload(leaf, row.disclosures)
        except (FactcheckError, ValueError) as error:
            self.error(place, "entry.disclosure", f"{place}: {error}", "A disclosed field was changed; the commitment in the leaf holds.")
            return None, None
        known = field_names(type, version)
        if known is None:
            self.warning(place, "entry.unknown", f"{place} is of type {type} version {version}, unknown here")
        elif known != leaf.body.keys():
            self.error(place, "entry.fields", f"{place} has the fields {sorted(leaf.body)}, not those of its type")
        elif payload is None and not missing:
            message = f"{place}: its fields do not have the form of {type} version {version}; it holds no value"
            self.warning(place, "entry.payload", message, "It was written by a faulty program; the signature is its author's.")
        try:
            check_cosignature(leaf, payload)
        except IntegrityError as error:
            self.error(place, "key.unsigned", f"{place}: {error}", "Nobody showed that the new key is theirs.")
        self.disclosed += len(row.disclosures)
        if missing:
            self._db.executemany("INSERT INTO gap VALUES (?, ?, ?)", [(row.index, leaf.digest, name) for name in sorted(missing)])
        if payload is not None and any(_SHA256.search(data) for data in row.disclosures.values()):
            self.captures |= named_captures(payload)
        ruling = event_of(leaf.envelope, leaf.digest, payload, missing, row.index) if type in _RULING else None
        return payload, ruling

    def _places(self, place: str, index: int, leaf: Leaf) -> None:
        """What an entry replaces held those registers, and an entry that was written here stands on top of what held then."""
        e = leaf.envelope
        here = e["desk"] == self.origin
        for register, replaced in e["on"].items():
            held = self.index.heads(register)
            stray = [digest for digest in replaced if digest not in held]
            if stray:
                self._db.executemany("INSERT INTO doubt VALUES (?, ?, ?)", [(index, register, digest) for digest in stray])
            if here and (stray or (held and not replaced)):
                self.error(
                    place,
                    "register.stale",
                    f"{place} moves {register} from {list(replaced)}, but {list(held)} held it then",
                    "The entry was slipped in, or entries before it were removed or reordered.",
                )
        if not here:
            return
        saw = e["saw"]
        if saw and (saw["size"] > index or _b64(self.tree.root(saw["size"])) != saw["root"]):
            self.error(
                place,
                "entry.saw",
                f"{place}: its author saw a log of {saw['size']} entries with another root than this one had",
                "Entries before it were removed, reordered or changed after it was signed.",
            )
        last = self.index.last(self.origin, leaf.actor)
        if (e["n"], e["prev"]) != ((0, None) if last is None else (last[0] + 1, last[1])):
            self._turn(index, self.origin, leaf.actor, e["n"], e["prev"], upto=index)
        self._back += e["at"] < self._before
        self._before = e["at"]

    def _turn(self, index: int, desk: str, actor: str, n: int, prev: str | None, *, upto: int) -> None:
        """An actor's events on a desk count 0, 1, 2 ... and name the one before: a copied key or a withheld event shows.

        Args:
            upto: entries before this one are those that stood there when the entry was written.
        """
        twin = next((at for at in self.index.numbered(desk, actor, n) if at != index and at < upto), None)
        before = [at for at in self.index.numbered(desk, actor, n - 1) if at < upto] if n else []
        place = f"entry {index}"
        what = f"{place} is number {n} of {actor} on {desk}"
        if twin is not None:
            self.error(
                place,
                "actor.fork",
                f"{what}, and so is entry {twin}",
                "The key was used in two places that did not know of each other: it, or the whole desk, was copied. "
                "Ask its holder which entry is theirs, and revoke the key.",
            )
        elif n and not before:
            message = f"{what}, and number {n - 1}, which it names, is not here"
            self.error(place, "actor.fork", message, "Entries were withheld, removed or moved.")
        elif n and (prev is None or self.index.find(prev) not in before):
            self.error(
                place,
                "actor.fork",
                f"{what}; the number {n - 1} it goes on from is not entry {before[0]}, but one that is not here",
                "The key was used in two places, and an entry of one of them was left out.",
            )

    # ---- over all entries

    def end(self, reader: Reader) -> None:
        """Judge what only the whole log shows. Nothing is written meanwhile: ``reader`` stands still."""
        self._wrong_signatures()
        self._commits(reader)
        self._keys()
        self._foreign_turns()
        self._replaced()
        self._erasures(reader)
        self._merges()
        if not self.public:
            self._stored_nodes(reader)
        if self._back:
            self.info("file", "time.back", f"{self._back} entries carry an earlier time than the one before them")

    def _commits(self, reader: Reader) -> None:
        for size in () if self.public else self._unsigned:
            if next(iter(reader.notes(size - 1)), (0, b""))[0] != size:
                message = f"there is no checkpoint over the first {size} entries, though a commit ended there"
                self.error(f"checkpoint {size}", "checkpoint.missing", message, "Its row was deleted.")

    def _keys(self) -> None:
        """Whether entries are by keys that count, as the whole log tells."""
        book = self.index.book
        self.known = self.index.size > 0
        self.persons = len(set(book.person_of.values()))
        foreign: dict[tuple[str, str], int] = defaultdict(int)
        groups = list(self.index.select("SELECT actor, desk, count(*) FROM entry GROUP BY actor, desk ORDER BY min(idx)"))
        for by, on, count in groups:
            actor, desk = self.index.name(by), self.index.name(on)
            if actor in book.roots or (actor in book.person_of and actor not in book.revoked):
                continue
            if actor not in book.revoked and desk != self.origin:
                foreign[desk, actor] = count
                continue
            for index, n in self.index.select("SELECT idx, n FROM entry WHERE actor = ? AND desk = ? ORDER BY idx", by, on):
                self._key(index, actor, desk, n, foreign)
        for (desk, actor), count in foreign.items():
            message = f"{count} entries of {desk} are signed by {actor}, whom nobody introduced here; they do not count"
            self.warning(actor, "key.foreign", message)

    def _key(self, index: int, actor: str, desk: str, n: int, foreign: dict[tuple[str, str], int]) -> None:
        book, place = self.index.book, f"entry {index}"
        if book.counts(actor, desk, n):
            return
        if actor in book.revoked:
            self.warning(place, "key.revoked", f"{place} was written with a key after its revocation; it does not count")
        elif desk == self.origin:
            self.known = False
            self.error(place, "key.unknown", f"{place} is signed by {actor}, which nobody known introduced", "It does not count.")
        else:
            foreign[desk, actor] += 1

    def _foreign_turns(self) -> None:
        """Counts of actors on other desks, whose entries may stand here in another order; ids, of all."""
        here = self.index.number(self.origin)
        turn: tuple[object, ...] = ()
        query = "SELECT idx, desk, actor, n, prev, digest FROM entry WHERE desk <> ? ORDER BY desk, actor, n, idx"
        for index, desk, actor, n, prev, digest in self.index.select(query, -1 if here is None else here):
            if (n, prev) != ((turn[2], turn[3]) if turn[:2] == (desk, actor) else (0, None)):
                self._turn(index, self.index.name(desk), self.index.name(actor), n, prev, upto=self.size)
            turn = (desk, actor, n + 1, digest)
        twice = "SELECT id FROM entry GROUP BY id HAVING count(*) > 1"
        seen: set[tuple[int, int, str]] = set()
        for index, desk, actor, id in self.index.select(f"SELECT idx, desk, actor, id FROM entry WHERE id IN ({twice}) ORDER BY idx"):  # noqa: S608
            if (desk, actor, id) in seen:
                name = self.index.name(actor)
                self.error(f"entry {index}", "actor.id", f"entry {index} repeats the id of another event of {name}")
            seen.add((desk, actor, id))

    def _replaced(self) -> None:
        """What an event of another desk replaces is here, and moved the same register."""
        for index, register, digest in self._db.execute("SELECT idx, register, digest FROM doubt ORDER BY idx, register, digest"):
            other, place = self.index.get(digest), f"entry {index}"
            if other is None:
                self.warning(place, "register.missing", f"{place} replaces {digest}, which is missing")
            elif register not in other.on:
                self.error(place, "register.other", f"{place} replaces {digest} in {register}, which it did not move")

    def _erasures(self, reader: Reader) -> None:
        """Every field is disclosed or erased by somebody who may."""
        erasures = Erasures(self.origin, self.index.book, self._ruling)
        self.captures_erased = {digest for digest, needed in captures_erased(erasures, reader.rows()).items() if not needed}
        absent = captures_erased(erasures, reader.rows(), elsewhere=True)
        self.captures -= {digest for digest, needed in absent.items() if not needed}
        allowed = erasures.fields(self.index.get)
        elsewhere = erasures.elsewhere(self.index.get, self._came) - allowed
        marked = set()
        for index, digest, name in self._db.execute("SELECT idx, digest, field FROM gap ORDER BY idx, field"):
            if (digest, name) in allowed:
                self.erased += 1
                marked.add((index, name))
            elif self.public and name not in NOT_ERASABLE.get(self._type_of(digest), ()):
                self.withheld += 1
            elif (digest, name) in elsewhere:
                message = f"entry {index}: the field {name!r} is absent, by an erasure that does not count here"
                self.warning(
                    f"entry {index}", "field.elsewhere", message, "It was made on another desk, or with a key that was revoked since."
                )
            else:
                self.error(
                    f"entry {index}",
                    "field.missing",
                    f"entry {index}: the field {name!r} is not disclosed, and no erasure accounts for it",
                    "It was deleted outside factcheck; the commitment remains.",
                )
        for digest, name in sorted(allowed):
            index = self.index.find(digest)
            if index is None or (index, name) in marked:
                continue
            row = next(reader.rows(index, index + 1), None)
            if row is not None and name in row.disclosures:
                self.error(f"entry {index}", "field.undead", f"entry {index}: the field {name!r} was erased and is here again")
                marked.add((index, name))
            elif row is not None and name in parse_leaf(row.leaf).body:  # erased while the log was read
                self.erased, self.disclosed = self.erased + 1, self.disclosed - 1
                marked.add((index, name))
        once = {(self.index.find(digest), name) for digest, name in elsewhere}
        for index, name in () if self.public else sorted(marked ^ {each for each in reader.erased() if each in marked or each not in once}):
            place = f"entry {index}"
            self.error(place, "field.marked", f"{place}: the list of erased fields does not say of {name!r} what the entries say")

    def _came(self, digest: str) -> int:
        """The place of the first entry behind another that was written on this desk."""
        found = self.index.select(
            "SELECT min(idx) FROM entry WHERE desk = ? AND idx > ?", self.index.number(self.origin), self.index.find(digest)
        )
        return next(iter(found))[0] or 0

    def _type_of(self, digest: str) -> str:
        clear = self.index.get(digest)
        return clear.type if clear else ""

    def _merges(self) -> None:
        """Foreign entries are accounted for by a merge."""
        for by, count in list(self.index.select("SELECT desk, count(*) FROM entry GROUP BY desk ORDER BY min(idx)")):
            desk = self.index.name(by)
            if desk != self.origin and desk not in self._merged:
                self.warning(desk, "entry.foreign", f"{count} entries were first written on {desk}; no merge names it")

    def _stored_nodes(self, reader: Reader) -> None:
        """The stored nodes of the tree are those of the entries."""
        nodes = reader.nodes()
        if nodes is None or self._broken:
            return
        stored = {(node.level, node.index): node.hash for node in nodes}
        computed = set(kept_nodes(self.size))
        for level, index in sorted(stored.keys() | computed):
            if stored.get((level, index)) != (self.tree.node(level, index) if (level, index) in computed else None):
                message = f"the stored node {index} of level {level} of the tree is not that of the entries"
                self.error(f"node {level}/{index}", "node.hash", message, "The file was changed outside factcheck.")


_BEFORE_ALL = -(2**62)
_SIGNED_WRONG = "The checkpoint was changed, or signed with another key."
_SHA256 = re.compile(rb'"[0-9a-f]{64}"')


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
