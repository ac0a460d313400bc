#!/usr/bin/env python3
"""A verifier of what factcheck hands out (bundles, reports, exported logs), in one file to be read before it is believed.

    python tiny_verify.py FILE_OR_FOLDER [--json] [--key VKEY]... [--against CHECKPOINT]

It needs Python 3.11 and the library `cryptography`; no network, nothing of factcheck. It follows factcheck/ledger/FORMAT.md, whose sections
stand in the comments; codes of findings are those of findings.schema.json. It does not compare the words of a page with its entries.
Exit code 0: it holds; 1: something is wrong, or nothing could be checked; 2: wrong usage.
It shows that these bytes are as people with these keys signed them; not that a site showed them, that they are true, or whose the keys are.
"""

import argparse, base64, datetime, hashlib, json, os, re, struct, sys, zlib
from collections import defaultdict

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

# Section 8: types with their versions and fields; ! marks fields that are never left out
TYPES = """key.introduced/1 key! person! name newsroom role machine | key.admitted/1 key! person! request! name newsroom role machine | key.rotated/1
 old! new! machine | key.revoked/1 key! last! reason | policy.set/1 policy | scale.set/1 scale | case.opened/1 title language why_chosen
 practice | case.described/1 title language why_chosen practice | article.added/1 text original media_type language facts credit links
 notes file_name | article.described/1 text original media_type language facts credit links notes file_name | claims.proposed/1 engine
 version article proposals blob coverage | claims.made/1 claims change because | claims.revised/1 claims change because | claim.split/1
 claims change because | claims.merged/1 claims change because | claims.dismissed/1 claims change because | evidence.attached/1 evidence |
 evidence.revised/1 evidence change because | evidence.bears/1 bearing | sources.grouped/1 group | search.recorded/1 search |
 contact.recorded/1 contact | archive.requested/1 request | archive.answered/1 request | evidence.rechecked/1 recheck | verdict.given/1
 verdict | verdict.withdrawn/1 because | verdict.settled/1 verdict because | draft.written/1 draft | review.given/1 review |
 publication.recorded/1 publication | publication.recorded/2 publication claims language | act.undone/1 event | body.erased/1 fields!
 captures! because | log.merged/1 origin! checkpoint!"""
MARKED = {line.split()[0]: line.split()[1:] for line in TYPES.split("|")}
FIELDS = {type: {name.strip("!") for name in names} for type, names in MARKED.items()}
NEVER_OUT = {type.split("/")[0]: {name[:-1] for name in names if name[-1] == "!"} for type, names in MARKED.items()}
OWN_ONLY = {"verdict.given", "verdict.withdrawn", "review.given", "act.undone"}
ENTRIES_TAG, SEAL_TAG = b'<script type="application/json" id="factcheck-entries">', b'<script type="text/plain" id="factcheck-seal">'
END_TAG, TAIL = b"</script>", b"</body>\n</html>\n"
NAME = r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9_-]))*"
HEX32, DIGEST, TIME = r"[0-9a-f]{32}", r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
MAX_BYTES, MAX_MEMBER, MAX_MANIFEST, MAX_MEMBERS, MAX_STAMP, MAX_INT = 500_000_000, 100_000_000, 2_000_000, 5_000, 262_144, 2**53 - 1
found, facts = [], dict.fromkeys("kind case sealed_by origin vkey root".split(), "")


def error(place, code, message=""):
    found.append({"level": "error", "place": place, "code": code, "message": message or code, "remedy": ""})


def must(good, what):
    if not good:
        raise ValueError(what)


def sha(data):
    return hashlib.sha256(data).digest()


def fits(pattern, text):
    return isinstance(text, str) and re.fullmatch(pattern, text, re.ASCII) is not None


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text, size=None, url=False):
    """Bytes of base64 in its one spelling."""
    data = base64.b64decode(text + "=" * (-len(text) % 4 if url else 0), b"-_" if url else None, validate=True)
    must(
        (b64url(data) if url else base64.b64encode(data).decode()) == text and size in (None, len(data)), f"malformed base64 {text[:60]!r}"
    )
    return data


# ---- section 2: keys, signatures, notes


def accepts(public, text, signature):
    """RFC 8032 without the cofactor; points that are not canonical or of small order are refused."""
    p, y8 = 2**255 - 19, 2707385501144840649318225287225658788936804267575313519463743609750303402022
    ys = [int.from_bytes(point, "little") & (1 << 255) - 1 for point in (public, signature[:32])]
    try:
        must(all(y < p and y not in (0, 1, p - 1, y8, p - y8) for y in ys), "a point that is refused")
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text)
        return True
    except (InvalidSignature, ValueError):
        return False


def key_of(actor):
    must(isinstance(actor, str) and actor.startswith("ed25519:"), "no key of a person")
    return unb64(actor[8:], 32, url=True)


def parse_note(note):
    """Text and signature lines (name, key id, signature) of a C2SP signed note."""
    split, lines = note.rfind(b"\n\n"), []
    must(split >= 0 and note.endswith(b"\n"), "no signed note")
    for line in note[split + 2 :].split(b"\n")[:-1]:
        dash, name, data = line.decode().split(" ")
        raw = unb64(data)
        must(dash == "\u2014" and re.fullmatch(r"[^\s+]+", name) and len(raw) > 4, "a signature line is malformed")
        lines.append((name, raw[:4], raw[4:]))
    must(lines, "the note carries no signature")
    return note[: split + 1], lines


def signed_by(note, name, public, kind=b"\x01"):
    """The signatures of a key, all right, or an error."""
    id = sha(name.encode() + b"\n" + kind + public)[:4]
    mine = [signature for other, key_id, signature in note[1] if (other, key_id) == (name, id)]
    for raw in mine:  # a witness signs the time and the text (section 5)
        time = b"cosignature/v1\ntime %d\n" % int.from_bytes(raw[:8], "big")
        good = accepts(public, time + note[0], raw[8:]) if kind == b"\x04" else accepts(public, note[0], raw)
        must(good, f"a signature of {name} is wrong")
    return mine


def signed(note, actor):
    try:
        return bool(signed_by(note, actor, key_of(actor)))
    except ValueError:
        return False


def read_file(path, limit):
    """The bytes of a file; nothing of one that is too large."""
    with open(path, "rb") as file:
        data = file.read(limit + 1)
    return data if len(data) <= limit else b""


def vkey_of(name, public):
    key_id = sha(name.encode() + b"\n\x01" + public)[:4]
    return "+".join([name, key_id.hex(), base64.b64encode(b"\x01" + public).decode()])


def parse_vkey(vkey):
    name, id, data = (vkey.strip().split("+", 2) + ["", ""])[:3]
    raw = unb64(data, 33)
    must(re.fullmatch(r"[^\s+]+", name) and raw[:1] == b"\x01" and sha(name.encode() + b"\n" + raw)[:4].hex() == id, "no verifier key")
    return name, raw[1:]


def open_checkpoint(note, name, public):
    """Size and root that a checkpoint of this log signs (section 5)."""
    parsed = parse_note(note)
    origin, size, root, rest = parsed[0].decode().split("\n")
    must(not rest and origin == name and fits(r"0|[1-9][0-9]*", size), f"no checkpoint of {name}")
    must(signed_by(parsed, name, public), f"the checkpoint is not signed by the key of {name}")
    must(len(size) < 17 and int(size) <= MAX_INT, "a size beyond all logs")
    return int(size), unb64(root, 32)


# ---- sections 1, 2, 4, 8: canonical JSON, leaves, their fields


def profile(value, depth=64):
    must(not isinstance(value, float) and (not isinstance(value, int) or abs(value) <= MAX_INT), "a number that has no place here")
    must(depth or not isinstance(value, dict | list), "too deep")
    if isinstance(value, str):
        value.encode()  # half a surrogate pair is an error
    elif isinstance(value, dict | list):
        must(isinstance(value, list) or all(name.isascii() for name in value), "a key that is not ASCII")
        for item in value.values() if isinstance(value, dict) else value:
            profile(item, depth - 1)


def canonical(data):
    """A value from its one spelling (RFC 8785)."""
    value = json.loads(data.decode())
    profile(value)
    must(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == data, "not in canonical form")
    return value


class Event:
    """A leaf taken apart; its clear fields become attributes."""

    def __init__(self, leaf, index):
        must(len(leaf) < 65_536, "too long")
        self.note, self.index, self.values = parse_note(leaf), index, None
        must(self.note[0].count(b"\n") == 1, "not one line")
        e = canonical(self.note[0][:-1])
        must(isinstance(e, dict) and set(e) == set("actor at body case desk id n on prev saw type v".split()), "not the fields of an event")
        must(key_of(e["actor"]) and fits(TIME, e["at"]) and datetime.datetime.fromisoformat(e["at"]), "actor, at")
        must(fits(HEX32, e["id"]) and fits(rf"({HEX32})?", e["case"]) and fits(r"[a-z]+(\.[a-z_]+)+", e["type"]), "id, case, type")
        must(
            isinstance(e["desk"], str) and 0 < len(e["desk"]) < 256 and e["desk"].isprintable() and not re.search(r"[\s+]", e["desk"]),
            "desk",
        )
        must(type(e["n"]) is int and e["n"] >= 0 and type(e["v"]) is int and e["v"] >= 1, "n, v")
        must((e["n"] == 0) == (e["prev"] is None) and (e["prev"] is None or fits(DIGEST, e["prev"])), "prev")
        must(isinstance(e["body"], dict) and all(fits(DIGEST, commitment) for commitment in e["body"].values()), "body")
        must(isinstance(e["on"], dict), "on")
        for register, replaced in e["on"].items():
            must(fits(r"[a-z]+:[!-~]{1,200}", register) and isinstance(replaced, list) and all(fits(DIGEST, d) for d in replaced), "on")
            must(sorted(set(replaced)) == replaced, "on")
        if e["saw"] is not None:
            must(isinstance(e["saw"], dict) and set(e["saw"]) == {"root", "size"} and isinstance(e["saw"]["root"], str), "saw")
            must(type(e["saw"]["size"]) is int and e["saw"]["size"] >= 0 and unb64(e["saw"]["root"], 32), "saw")
        self.__dict__.update(e)
        self.digest, self.kind = b64url(sha(self.note[0])), f"{self.type}/{self.v}"
        self.disclosures, self.opened = {}, False

    def open(self, disclosures):
        """Check disclosures against commitments; keep the values of types that decide what others count for."""
        opened = {}
        for name, data in disclosures.items():
            must(self.body.get(name) == b64url(sha(data)), f"the field {name!r} does not match its commitment")
            value = canonical(data)
            must(isinstance(value, list) and len(value) == 4 and value[1:3] == [self.actor, name], f"{name!r} is made for another place")
            must(fits(r"[A-Za-z0-9_-]{21}[AQgw]", value[0]), "no salt")
            opened[name] = value[3]
        never, names = NEVER_OUT.get(self.type), FIELDS.get(self.kind, set())
        if never and names and never <= set(opened) and names <= set(self.body):
            self.values = opened if all(has_form(name, opened[name]) for name in names & set(opened)) else None
        self.opened = True

    def unsigned_key(self):
        """Whether a new key did not sign its introduction or rotation, or the request by which it was admitted."""
        if not self.values or self.type not in ("key.introduced", "key.admitted", "key.rotated"):
            return False
        if self.type != "key.admitted":
            return not signed(self.note, self.values["new" if self.type == "key.rotated" else "key"])
        try:
            note = parse_note(self.values["request"].encode())
            head, key, person, at, rest = note[0].decode().split("\n")
            form = (head, rest) == ("factcheck-key-request/v1", "") and fits(HEX32, person) and fits(TIME, at) and len(note[1]) == 1
            return not (form and (key, person) == (self.values["key"], self.values["person"]) and signed(note, key))
        except ValueError:
            return True


def has_form(name, value):
    """The form of fields that decide what events count for; most are texts."""
    if name in ("last", "fields"):
        must_be, kinds = (dict, [int, str]) if name == "last" else (list, [str, str])
        pairs = list(value.values() if isinstance(value, dict) else value) if isinstance(value, must_be) else [0]
        return all(isinstance(pair, list) and list(map(type, pair)) == kinds for pair in pairs)
    return isinstance(value, list) and all(isinstance(v, str) for v in value) if name == "captures" else isinstance(value, str)


# ---- sections 3, 4, 7: whose keys count, which events hold a register, what is erased


def origin_of(public):
    return "factcheck.invalid/" + sha(public).hex()[:32]


class Keys:
    """Whose the keys are that count: from the root outwards, whatever the order of events."""

    def __init__(self, root, events):
        self.root, self.person, self.revoked = root, {}, {}
        about = sorted((e for e in events if e.type.startswith("key.") and e.values), key=lambda e: (e.at, e.digest))
        revoked = self.revocations(e for e in about if e.actor == root)
        while True:
            self.revoked = revoked
            self.person = self.persons(about)
            revoked = self.revocations(about)
            if revoked == self.revoked:
                return

    def persons(self, about):
        found, before = {}, -1
        while len(found) > before:
            before = len(found)
            for e in about:
                known = e.actor == self.root or (e.actor in found and not self.stopped(e.actor, e.desk, e.n))
                if known and e.type in ("key.introduced", "key.admitted"):
                    key, person = e.values["key"], e.values["person"]
                    if e.actor == self.root or person in (sha(key.encode()).hex()[:32], found[e.actor]):
                        found.setdefault(key, person)
                elif known and e.type == "key.rotated" and e.actor == e.values["old"] and e.actor in found:
                    found.setdefault(e.values["new"], found[e.actor])
        return found

    def revocations(self, about):
        found = dict(self.revoked)
        for e in about:
            if e.type == "key.revoked" and self.counts(e.actor, e.desk, e.n):
                key, last = e.values["key"], {desk: n for desk, (n, _) in e.values["last"].items()}
                if e.actor == self.root or self.person.get(e.actor) == self.person.get(key):
                    before = found.get(key, last)
                    found[key] = {desk: min(last[desk], before[desk]) for desk in last if desk in before}  # the strictest holds
        return found

    def stopped(self, key, desk, n):
        return key in self.revoked and (desk not in self.revoked[key] or n > self.revoked[key][desk])

    def counts(self, key, desk, n):
        return key == self.root or (key in self.person and not self.stopped(key, desk, n))

    def same(self, one, other):
        return one == other or (one in self.person and self.person[one] == self.person.get(other))


class Log:
    """Events of a log, all of them (`whole`) or those of a file, and the faults that show when they are seen together."""

    def __init__(self, name, public, whole):
        self.name, self.root, self.whole = name, "ed25519:" + b64url(public), whole
        self.events, self.keys, self.seen, self.last = {}, Keys(self.root, []), set(), -1
        self.held, self.replaced, self.unsigned, self.roots = defaultdict(set), defaultdict(set), [], []

    def take(self, index, leaf, disclosures_of, proved, case=None):
        """Check an event by itself, and add it unless it is too faulty to be asked anything more."""
        place, step = f"entry {index}", "entry.form"
        try:
            e = Event(leaf, index)
            step = "entry.twice"
            must(e.digest not in self.seen and index > self.last, "it repeats an entry, or stands out of order")
            self.seen.add(e.digest)
            self.last, step = index, "entry.proof"
            must(proved(e), "it is not shown to be in the log")
        except (ValueError, RecursionError) as fault:
            return error(place, step, str(fault))
        if len(e.note[1]) != (2 if e.type in ("key.introduced", "key.rotated") else 1) or not signed(e.note, e.actor):
            self.unsigned.append(place)
        if case and e.case not in ("", case):
            error(place, "entry.case")
        try:
            e.disclosures = disclosures_of(e)
            e.open(e.disclosures)
            if e.kind in FIELDS and FIELDS[e.kind] != set(e.body):
                error(place, "entry.fields")
            if e.unsigned_key():
                error(place, "key.unsigned")
        except (ValueError, RecursionError) as fault:
            error(place, "entry.disclosure", str(fault))
        if self.whole and e.desk == self.name:
            if any(not set(ds) <= self.held[r] or (self.held[r] and not ds) for r, ds in e.on.items()):
                error(place, "register.stale")
            if e.saw and (e.saw["size"] > index or base64.b64encode(self.roots[e.saw["size"]]).decode() != e.saw["root"]):
                error(place, "entry.saw")
        self.events[e.digest] = e
        if e.type.startswith("key."):  # it may change what events before it count for
            self.keys = Keys(self.root, self.events.values())
            self.held.clear()
            self.replaced.clear()
        for event in self.events.values() if e.type.startswith("key.") else [e]:
            for register, replaced in event.on.items() if self.counts(event) else ():
                self.replaced[register].update(replaced)
                self.held[register] = (self.held[register] | {event.digest}) - self.replaced[register]

    def counts(self, e):
        others = [
            self.events[d].actor for r, ds in e.on.items() if r.split(":")[0] in ("verdict", "review") for d in ds if d in self.events
        ]
        return self.keys.counts(e.actor, e.desk, e.n) and (e.type not in OWN_ONLY or all(self.keys.same(e.actor, o) for o in others))

    def together(self):
        """Faults of all events together; fills the facts."""
        chains, erased, withheld, gone = defaultdict(list), self.erased(), 0, 0
        for place in self.unsigned:
            error(place, "entry.signature")
        for e in self.events.values():
            place = f"entry {e.index}"
            chains[e.desk, e.actor].append(e)
            strange = e.actor != self.root and e.actor not in self.keys.person
            if strange and (not self.whole or (e.desk == self.name and e.actor not in self.keys.revoked)):
                error(place, "key.unknown", f"nobody introduced {e.actor}")
            elif not self.whole and not self.counts(e):
                error(place, "entry.uncounted")
            if any(d in self.events and r not in self.events[d].on for r, ds in e.on.items() for d in ds):
                error(place, "register.other")
            for name in e.body:
                if (e.digest, name) in erased:
                    gone += name not in e.disclosures
                    if name in e.disclosures:
                        error(place, "field.undead", name)
                elif name not in e.disclosures and e.opened:
                    withheld += name not in NEVER_OUT.get(e.type, ())
                    if name in NEVER_OUT.get(e.type, ()):
                        error(place, "field.missing", name)
        for (desk, _), events in chains.items():
            number, taken, before, ids = {}, set(), None, set()
            for e in events if desk == self.name else sorted(events, key=lambda e: (e.n, e.index)):
                some = before and (e.n < before.n or (e.n == before.n + 1 and e.prev != before.digest))
                if e.n in taken or (e.n and number.get(e.prev) != e.n - 1 if self.whole else some):
                    error(f"entry {e.index}", "actor.fork")
                if e.id in ids:
                    error(f"entry {e.index}", "actor.id")
                before, number[e.digest] = e, e.n
                ids.add(e.id)
                taken.add(e.n)
        if not self.whole:
            self.order()
        if not self.events:
            error("file", "file.empty")
        facts.update(entries=len(self.events), erased=gone, withheld=withheld, persons=len(set(self.keys.person.values())))
        facts.update(disclosed=sum(len(e.disclosures) for e in self.events.values()))

    def order(self):
        """Where only some events are here: what those of the log's own desk replaced and saw, as far as that can be told."""
        replaced, moved, roots = defaultdict(set), set(), {}
        for e in (e for e in self.events.values() if e.desk == self.name):
            if self.counts(e):
                late = [
                    d for r, ds in e.on.items() for d in ds if d in replaced[r] or (d in self.events and self.events[d].index >= e.index)
                ]
                if late or any(not ds and r in moved for r, ds in e.on.items()):
                    error(f"entry {e.index}", "register.stale")
                for register, digests in e.on.items():
                    replaced[register].update(digests)
                    moved.add(register)
            if e.saw and (e.saw["size"] > e.index or roots.setdefault(e.saw["size"], e.saw["root"]) != e.saw["root"]):
                error(f"entry {e.index}", "entry.saw")

    def erased(self):
        """Section 4: (digest, field) of all that was erased by somebody who may."""
        allowed, merged = set(), {}
        for e in self.events.values():
            if e.type == "log.merged" and e.values:
                merged.setdefault(e.values["origin"], e.values["checkpoint"])
        for e in self.events.values():
            stopped = e.actor in self.keys.revoked and not self.keys.counts(e.actor, e.desk, e.n)
            for digest, name in e.values["fields"] if e.type == "body.erased" and e.values and not stopped else ():
                target = self.events.get(digest)
                if target and name not in NEVER_OUT.get(target.type, ()) and self.may_erase(e.actor, target, merged):
                    allowed.add((digest, name))
        return allowed

    def may_erase(self, actor, target, merged):
        if actor == self.root or self.keys.same(actor, target.actor) or origin_of(key_of(actor)) == target.desk:
            return True
        try:
            return target.desk != self.name and bool(signed_by(parse_note(merged[target.desk].encode()), target.desk, key_of(actor)))
        except (ValueError, KeyError):
            return False


def check_header(name, public, vkey, known):
    """The log's name and key."""
    facts.update(origin=name, vkey=vkey, checkpoint_signed=True)
    if name.startswith("factcheck.invalid/") and name != origin_of(public):
        error("header", "header.origin")
    if known and vkey not in known:
        error("header", "header.key", f"the log is signed with {vkey}, which is none of the keys you know")


def check_kept(name, public, against, root_at, fact="extends_kept_head"):
    """Whether the log goes on from a checkpoint that somebody kept; `root_at` is None where that cannot be told."""
    if against is None:
        return
    try:
        kept, root = open_checkpoint(against, name, public)
        check_witnesses(parse_note(against)) if fact == "extends_kept_head" else None
    except ValueError as fault:
        facts[fact] = False
        return error("given checkpoint", "head.unreadable", str(fault))
    if root_at(kept) is not None:
        facts[fact] = root_at(kept) == root
        if root_at(kept) != root:
            error("given checkpoint", "head.rollback", "it has another history, or is older than what you kept")


def check_witnesses(note):
    for witness, _, raw in note[1]:
        try:
            key = key_of(witness)
        except ValueError:
            continue  # a name of another kind
        if signed_by(note, witness, key, b"\x04"):
            must(len(raw) < 72 or int.from_bytes(raw[:8], "big") < 253_402_300_800, "a witness at no time")


# ---- section 5: trees


def node(left, right):
    return sha(b"\x01" + left + right)


def grow(edge, size, top):
    """Add a leaf hash to a tree of `size`; `edge` holds the roots of its whole subtrees, largest first. Returns the new root."""
    while size & 1:
        top, size = node(edge.pop(), top), size >> 1
    edge.append(top)
    root = edge[-1]
    for left in edge[-2::-1]:
        root = node(left, root)
    return root


def included(leaf, index, size, path, root):
    """RFC 9162 section 2.1.3.2."""
    fn, sn = index, size - 1
    for sibling in path:
        if not sn:
            return False
        if fn & 1 or fn == sn:
            leaf = node(sibling, leaf)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            leaf = node(leaf, sibling)
        fn, sn = fn >> 1, sn >> 1
    return index < size and not sn and leaf == root


# ---- section 10: tables of entries


def read_table(data):
    must(len(re.sub(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', b"", data, flags=re.S)) <= 16_000_000, "too many parts")
    table = json.loads(data.decode("ascii"))
    must(isinstance(table, dict) and list(table) == "format case checkpoint vkey entries".split(), "not a table of entries")
    must(table["format"] == "factcheck-report-entries/1" and fits(HEX32, table["case"]) and isinstance(table["entries"], list), "format")
    must(isinstance(table["checkpoint"], str) and isinstance(table["vkey"], str), "checkpoint, vkey")
    for item in table["entries"]:
        must(isinstance(item, dict) and list(item) == "digest index leaf disclosures proof".split(), "an entry is malformed")
        must(
            type(item["index"]) is int and 0 <= item["index"] <= MAX_INT and isinstance(item["disclosures"], dict), "an entry is malformed"
        )
        texts = [item["digest"], item["leaf"], item["proof"], *item["disclosures"].values()]
        must(all(isinstance(text, str) and text.encode() is not None for text in texts), "a text is malformed")
        must(
            list(item["disclosures"]) == sorted(item["disclosures"]) and all(fits("[a-z_]+", name) for name in item["disclosures"]),
            "fields",
        )
    spelled = json.dumps(table, separators=(",", ":")).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    must(spelled == data.decode(), "another spelling of the table")
    return table


def check_table(data, place, known, against):
    """The table and its log; None for what cannot be read."""
    try:
        table = read_table(data)
    except (ValueError, RecursionError) as fault:
        return error(place, "file.unreadable", str(fault)), None
    try:
        name, public = parse_vkey(table["vkey"])
        must(table["vkey"] == table["vkey"].strip(), "white space around the key")
        size, root = open_checkpoint(table["checkpoint"].encode(), name, public)
    except ValueError as fault:
        return error("checkpoint", "checkpoint.signature", str(fault)) or table, None
    facts["case"] = table["case"]
    check_header(name, public, table["vkey"], known)
    log = Log(name, public, whole=False)
    for item in table["entries"]:
        fields = {field: text.encode() for field, text in item["disclosures"].items()}
        proved = lambda e, item=item: e.digest == item["digest"] and proof_holds(item, table["checkpoint"], size, root)  # noqa: E731
        log.take(item["index"], item["leaf"].encode(), lambda _, fields=fields: fields, proved, table["case"])
    log.together()
    facts["root"] = root.hex()
    check_kept(name, public, against, lambda n: root if n == size else None)
    return table, log


def proof_holds(item, checkpoint, size, root):
    before, after = f"c2sp.org/tlog-proof@v1\nindex {item['index']}\n", "\n" + checkpoint
    middle = item["proof"][len(before) : -len(after)]
    path = [unb64(line, 32) for line in middle.split("\n")[:-1]]
    form = item["proof"] == before + middle + after and middle[-1:] in ("", "\n") and len(path) < 64
    return form and included(sha(b"\x00" + item["leaf"].encode()), item["index"], size, path, root)


# ---- section 11: seals, pages


def read_seal(note, what):
    """The note, origin, case, and what is sealed: path -> (SHA-256, length)."""
    must(len(note) <= MAX_MANIFEST, "the seal is too long")
    parsed = parse_note(note)
    head, origin, case, *lines = parsed[0].decode().split("\n")[:-1]
    things = [re.fullmatch(r"([0-9a-f]{64}) (0|[1-9][0-9]{0,9})(?: ([^ ]+))?", line, re.ASCII) for line in lines]
    must(
        head == what and fits(HEX32, case) and things and all(things) and len(parsed[1]) == 1 and key_of(parsed[1][0][0]),
        "form of the seal",
    )
    paths = [thing[3] for thing in things]
    bundled = None not in paths and all(map(is_path, paths)) and sorted(set(paths)) == paths
    must(paths == [None] if what == "factcheck-page/1" else bundled, "what is sealed")
    return parsed, origin, case, {thing[3]: (thing[1], int(thing[2])) for thing in things}


def check_seal(place, seal, table, log):
    """Faults of signature, log, case and signer; True when there are none."""
    (note, origin, case, _), before = seal, len(found)
    signer = note[1][0][0]
    if not signed(note, signer):
        error(place, "seal.signature")
    if log and (origin, case) != (log.name, table["case"]):
        error(place, "seal.other")
    if log and (signer not in log.keys.person or signer in log.keys.revoked):
        error(place, "seal.key")
    facts["sealed_by"] = signer if log and len(found) == before else ""


def check_page(page, place, known, against):
    """The table of a report's page."""
    _, tag, rest = page.partition(ENTRIES_TAG)
    block, end, _ = rest.partition(END_TAG)
    try:
        must(len(page) <= MAX_MEMBER and page.decode() is not None and tag and end and ENTRIES_TAG not in rest, "no page of a report")
    except ValueError as fault:
        return error(place, "file.unreadable", str(fault))
    table, log = check_table(block, place, known, against)
    before, tag, rest = page.partition(SEAL_TAG)
    note, end, tail = rest.partition(END_TAG)
    if table and not tag:
        error(place, "seal.missing", "nobody answers for the words of this page")
    elif table:
        try:
            must(end and tail == b"\n" + TAIL, "the seal does not stand at the page's end")
            seal = read_seal(note, "factcheck-page/1")
            check_seal(place, seal, table, log)
            if seal[3][None] != (sha(before + TAIL).hex(), len(before + TAIL)):
                facts["sealed_by"] = error(place, "seal.bytes", "the page was changed after it was sealed") or ""
        except ValueError as fault:
            error(place, "seal.form", str(fault))
    return table


# ---- section 12: bundles


def is_path(path):
    return len(path) <= 120 and path != "MANIFEST" and fits(rf"{NAME}(/{NAME}){{0,2}}", path)


def unzip(file):
    """Path, bytes and offset of each member of a zip in its one form, front to back."""
    central, count, before = b"", 0, b""
    while (start := file.read(4)) == b"PK\x03\x04":
        offset, head = file.tell() - 4, file.read(26)
        must(len(head) == 26, "the zip ends in a header")
        version, flags, method, time, date, crc, packed, length, named, extra = struct.unpack("<5H3L2H", head)
        must((version, flags, time, date, extra) == (20, 0, 0, 0x21, 0) and method in (0, 8) and 0 < named <= 1000, "a header of the zip")
        must(packed <= length <= MAX_MEMBER, "a member is too large")
        name, data = file.read(named), file.read(packed)
        must(len(name) == named and len(data) == packed and name > before, "members out of order, or cut short")
        if method:
            inflate = zlib.decompressobj(-15)
            try:
                data = inflate.decompress(data, length + 1)
            except zlib.error as fault:
                raise ValueError(str(fault)) from fault
            must(inflate.eof and not inflate.unused_data, "a member is cut short, or goes on")
        must(len(data) == length and zlib.crc32(data) == crc, "a member has another length or check sum")
        central += b"PK\x01\x02\x14\x00" + head + struct.pack("<3HLL", 0, 0, 0, 0, offset) + name
        count, before = count + 1, name
        yield name.decode("latin-1"), data
    end = b"PK\x05\x06" + struct.pack("<4HLLH", 0, 0, count, count, len(central), file.tell() - len(start), 0)
    must(
        start + file.read(len(central + end)) == central + end,
        "the list of members is not that of the members, or something stands around it",
    )


def walk(folder):
    paths = []
    for below, folders, names in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(below, name))]
        paths += [os.path.relpath(os.path.join(below, name), folder).replace(os.sep, "/") for name in names + links]
        must(len(paths) <= MAX_MEMBERS, "the folder is too large")
    for relative in sorted(paths):
        path = os.path.join(folder, relative)
        if os.path.islink(path) or not os.path.isfile(path):
            error("bundle", "member.name", f"{relative} is no file")
            continue
        must(os.path.getsize(path) <= MAX_MEMBER, f"{relative} is too large")
        with open(path, "rb") as file:
            yield relative, file.read()


def check_bundle(file, folder, known, against):
    hashes, kept, folded, total, count = {}, {}, set(), 0, 0
    looked_into = ("entries.json", "MANIFEST", "report-ar.html", "report-en.html")
    try:
        for path, data in unzip(file) if file else walk(folder):
            total += len(data)
            count += 1
            must(count <= MAX_MEMBERS and total <= MAX_BYTES, "the bundle is too large")
            if path.lower() in folded or not (is_path(path) or path == "MANIFEST"):
                error("bundle", "member.name", f"{path[:120]!r} is no name of a member, or stands there in other letters")
                continue
            folded.add(path.lower())
            hashes[path] = (sha(data).hex(), len(data))
            kept |= {path: data} if path in looked_into else {}
    except ValueError as fault:
        return error("file", "bundle.form", str(fault))
    always, table, log, listed = ("entries.json", "vkey", "checkpoint"), None, None, None
    for path in always:
        if path not in hashes:
            error(path, "member.missing")
    if "entries.json" in kept:
        table, log = check_table(kept["entries.json"], "entries.json", known, against)
        for path in always[1:] if table else ():
            if path in hashes and hashes[path][0] != sha(table[path].encode()).hex():
                error(path, "member.other")
    for path in looked_into[2:]:
        told = dict(facts)
        other = check_page(kept[path], path, known, None) if path in kept else None
        facts.update(told)  # the bundle's own table tells the facts
        if table and other and (other["vkey"], other["case"]) != (table["vkey"], table["case"]):
            error(path, "member.other")
    try:
        seal = read_seal(kept["MANIFEST"], "factcheck-bundle/1")
        listed = seal[3]
        check_seal("MANIFEST", seal, table, log)
    except KeyError:
        error("MANIFEST", "seal.missing", "nobody answers for this bundle")
    except ValueError as fault:
        error("MANIFEST", "seal.form", str(fault))
    for path, thing in (listed or {}).items():
        if path not in hashes and path not in always:
            error(path, "member.missing", f"{path} was taken out")
        elif path in hashes and hashes[path] != thing:
            error(path, "member.changed", f"{path} was changed after it was sealed")
    for path, (digest, _) in hashes.items():
        if listed is not None and path not in listed and path != "MANIFEST":
            error(path, "member.stray", f"{path} was put in")
        capture = re.fullmatch(r"captures/([0-9a-f]{64})(\.warc\.gz)?", path)
        if path.startswith("captures/") and (not capture or capture[1] != digest):
            error(path, "capture.changed" if capture else "member.name")
    if any(finding["code"].startswith(("member.", "seal.")) for finding in found):
        facts["sealed_by"] = ""  # the seal does not hold for all of it


# ---- section 5: exported logs


def tile_path(level, number, width):
    path = f"{number % 1000:03d}"
    while number >= 1000:
        number //= 1000
        path = f"x{number % 1000:03d}/{path}"
    return f"tile/{level}/{path}" + ("" if width == 256 else f".p/{width}")


def stamps(folder):
    """Time-stamps that lie beside a log, with the checkpoints they are about; who signed them is not checked here."""
    found = {}
    folder = os.path.join(folder, "timestamps")
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        if match := re.fullmatch(r"(0|[1-9][0-9]{0,15})-[1-9][0-9]{0,5}\.tsr", name, re.ASCII):
            paths = [os.path.join(folder, other) for other in (f"{match[1]}.checkpoint", name)]
            found[name] = [read_file(path, MAX_STAMP) if os.path.isfile(path) else b"" for path in paths]
    return found


def check_log(folder, known, against):
    def read(path):
        with open(os.path.join(folder, path), "rb") as file:
            return file.read()

    name, public = parse_vkey(read("vkey").decode("utf-8", "replace"))
    size, root = open_checkpoint(read("checkpoint"), name, public)
    text = read("disclosures.jsonl")
    sealed = {b64url(sha(line)): line for line in text.removesuffix(b"\n").split(b"\n") if text}
    in_order = [sha(line) for line in text.split(b"\n")[:-1]]
    if text[-1:] not in (b"", b"\n") or in_order != sorted(set(in_order)):
        error("disclosures.jsonl", "field.order")
    log, hashes, used, edge = Log(name, public, whole=True), [], set(), []
    log.roots = [sha(b"")]
    check_header(name, public, vkey_of(name, public), known)

    def disclosed(e):
        used.update(commitment for commitment in e.body.values() if commitment in sealed)
        return {field: sealed[commitment] for field, commitment in e.body.items() if commitment in sealed}

    for number in range((size + 255) // 256):
        width = min(256, size - 256 * number)
        data, leaves = read(tile_path("entries", number, width)), []
        for _ in range(width):
            end = 2 + int.from_bytes(data[:2], "big")
            must(2 <= len(data) and end <= len(data), "a tile of entries is cut short")
            leaves.append(data[2:end])
            data = data[end:]
        must(not data, "a tile of entries is too long")
        for leaf in leaves:
            log.roots.append(grow(edge, len(hashes), sha(b"\x00" + leaf)))
            hashes.append(sha(b"\x00" + leaf))
            log.take(len(hashes) - 1, leaf, disclosed, lambda e: True)
    log.together()
    facts.update(entries=size, root=log.roots[-1].hex())
    if log.roots[-1] != root:
        error("checkpoint", "checkpoint.row")
        error("checkpoint", "checkpoint.tree")
    check_kept(name, public, against, lambda n: log.roots[n] if n <= size else b"")
    for note, _ in stamps(folder).values():
        if note:
            check_kept(name, public, note, lambda n: log.roots[n] if n <= size else b"", "extends_stamped_head")
    below, level = hashes, 0
    while below:
        tops = []
        for number in range((len(below) + 255) // 256):
            part = below[256 * number : 256 * number + 256]
            if read(tile_path(level, number, len(part))) != b"".join(part):
                error(tile_path(level, number, len(part)), "tile.hash")
            edge = []
            tops += [[grow(edge, size, top) for size, top in enumerate(part)][-1]] if len(part) == 256 else []
        below, level = tops, level + 1
    if set(sealed) - used:
        error("disclosures.jsonl", "field.stray")


# ---- the door


def check(what, known=(), against=None):
    """Everything that can be said of a file or folder, as findings.schema.json has it."""
    found.clear()
    facts.clear()
    facts.update(kind="", case="", sealed_by="", origin="", vkey="", entries=0, disclosed=0, erased=0, withheld=0, persons=0, root="")
    facts.update(checkpoint_signed=False, extends_kept_head=None, captures_named=0, captures_present=0)
    try:
        if os.path.isdir(what):
            facts["kind"] = "bundle" if os.path.isfile(os.path.join(what, "MANIFEST")) else "log"
            for name, pair in stamps(what).items() if facts["kind"] == "log" else ():
                if not all(pair):
                    error(f"timestamps/{name}", "stamp.wrong", "the stamp or the checkpoint it is about is gone, empty or too large")
            check_bundle(None, what, known, against) if facts["kind"] == "bundle" else check_log(what, known, against)
        else:
            with open(what, "rb") as file:
                facts["kind"] = "bundle" if file.read(2) == b"PK" else "report"
                file.seek(0)
                check_bundle(file, "", known, against) if facts["kind"] == "bundle" else check_page(
                    file.read(MAX_MEMBER + 1), "page", known, against
                )
    except (OSError, ValueError) as fault:
        error("file", "file.unreadable", str(fault))
    facts.pop("extends_stamped_head", None)
    codes = {finding["code"] for finding in found}
    whole = facts["entries"] > 0 and not codes
    signed_by_introduced = facts["entries"] > 0 and "key.unknown" not in codes
    return {**facts, "ok": whole, "whole": whole, "signed_by_introduced": signed_by_introduced, "findings": list(found)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", metavar="FILE_OR_FOLDER")
    parser.add_argument("--json", action="store_true", help="print JSON by findings.schema.json")
    parser.add_argument("--key", action="append", default=[], metavar="VKEY", help="the log's key as you know it from elsewhere")
    parser.add_argument("--against", metavar="CHECKPOINT", help="a checkpoint of the log that you kept")
    asked = parser.parse_args()
    kept = None
    if asked.against:
        try:
            with open(asked.against, "rb") as file:
                kept = file.read()
        except OSError as fault:
            parser.error(str(fault))
    told = check(asked.what, asked.key, kept)
    if asked.json:
        print(json.dumps(told, indent=1))
    else:
        for finding in told["findings"]:
            print(f"{finding['level']}: {finding['place']}: {finding['code']}: {finding['message']}", file=sys.stderr)
        for name in told:
            if name not in ("findings", "captures_named", "captures_present"):
                print(f"{name:22} {told[name]}")
        print("Compare vkey with what the newsroom publishes elsewhere. A hash shows that bytes did not change; not that they are true.")
    sys.exit(0 if told["ok"] else 1)


if __name__ == "__main__":
    main()
