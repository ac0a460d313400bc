"""Events to leaves and back: RFC 8785 lines as signed notes, every body field a salted commitment (FORMAT.md sections 2 to 4).

A leaf is stored, hashed and signed as these very bytes; reading never writes them anew.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from factcheck.errors import IntegrityError
from factcheck.ledger.canonical import Typed, b64url, canonical, encode, strict_json, unb64url
from factcheck.ledger.checkpoint import Note, Verifier, parse_note
from factcheck.model.events import EVENT_TYPES, TYPE_OF, Event, KeyAdmitted, KeyIntroduced, KeyRotated, Payload, Seen

MAX_LEAF = 65_535  # bytes; tlog-tiles counts an entry's length in 16 bits
MAX_DISCLOSURE = 1024 * 1024  # bytes
SALT_SIZE = 16
KEY_PREFIX = "ed25519:"
CONSENT = "factcheck-key-request/v1"  # first line of a note by which a key asks to be introduced
ENVELOPE = frozenset({"actor", "at", "body", "case", "desk", "id", "n", "on", "prev", "saw", "type", "v"})

_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_ID = re.compile(r"[0-9a-f]{32}")
_DIGEST = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")  # the one spelling of 32 bytes
_DIGESTS = re.compile(rf"(?:(?:{_DIGEST.pattern})(?:,(?!$)|$))*")  # several, with commas between
_BEFORE = 2 + 22  # bytes of a disclosure up to the end of its salt
_LAST = ord("]")
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_REGISTER = re.compile(r"[a-z]+:[!-~]{1,200}")
_TYPE = re.compile(r"[a-z]+(\.[a-z_]+)+")


def key_name(public: bytes) -> str:
    """The name of a person's key: the key itself."""
    return KEY_PREFIX + b64url(public)


def person_of_key(key: str) -> str:
    """The id of the person whose first key this is; nobody else can take it."""
    return hashlib.sha256(key.encode("utf-8")).hexdigest()[:32]


def origin_of(root_key: str) -> str:
    """The origin of a log whose desk has no domain: made of the desk's first public key, unchanged for ever.

    Raises:
        ValueError: not the name of an Ed25519 key.
    """
    return "factcheck.invalid/" + hashlib.sha256(verifier_of(root_key).public).hexdigest()[:32]


@lru_cache(4096)
def verifier_of(actor: str) -> Verifier:
    """The verifier of an actor; no look-up is needed.

    Raises:
        ValueError: not the name of an Ed25519 key.
    """
    if not actor.startswith(KEY_PREFIX):
        raise ValueError(f"{actor!r} is no key name; it starts with {KEY_PREFIX}")
    public = unb64url(actor[len(KEY_PREFIX) :])
    if len(public) != 32:
        raise ValueError(f"{actor!r} holds {len(public)} bytes; an Ed25519 key has 32")
    return Verifier(actor, public)


@dataclass(frozen=True, slots=True)
class Sealed:
    """An event ready to be signed, and the disclosures of its fields."""

    text: bytes  # the canonical line with its LF
    digest: str
    envelope: Mapping[str, Any]
    disclosures: Mapping[str, bytes]  # field -> canonical [salt, actor, field, value]
    payload: Payload  # as it will be read back


def digest_of(text: bytes) -> str:
    """The name of an event: base64url SHA-256 of its text line with its LF."""
    return b64url(hashlib.sha256(text).digest())


def disclose(salt: bytes, actor: str, field: str, value: Any) -> bytes:
    """The bytes a commitment is made over.

    Raises:
        ValueError: larger than 1 MiB; larger things are captures named by SHA-256.
    """
    data = canonical([b64url(salt), actor, field, value])
    if len(data) > MAX_DISCLOSURE:
        raise ValueError(f"the field {field!r} takes {len(data)} bytes; a field may take {MAX_DISCLOSURE}. Attach it as a file instead.")
    return data


def seal(
    payload: Payload,
    *,
    actor: str,
    at: str,
    case: str,
    desk: str,
    id: str,
    n: int,
    prev: str | None,
    on: Mapping[str, tuple[str, ...]],
    saw: Seen | None,
    entropy: Callable[[int], bytes],
) -> Sealed:
    """Make the line and the disclosures of an event.

    Raises:
        ValueError: a payload with values of other types than its fields have, something the profile leaves out, a field over 1 MiB,
            or a line too long for a leaf.
    """
    name, version = TYPE_OF[type(payload)]
    values = msgspec.to_builtins(payload)
    try:
        read_back: Payload = msgspec.convert(values, type(payload), strict=True)
    except msgspec.ValidationError as error:  # what cannot be read back is not written: it would stay in the log for ever
        raise ValueError(f"an event of type {name} version {version} does not have the form FORMAT.md gives it: {error}") from error
    disclosures = {field: disclose(entropy(SALT_SIZE), actor, field, value) for field, value in sorted(values.items())}
    envelope = {
        "actor": actor,
        "at": at,
        "body": {field: b64url(hashlib.sha256(data).digest()) for field, data in disclosures.items()},
        "case": case,
        "desk": desk,
        "id": id,
        "n": n,
        "on": {register: list(replaced) for register, replaced in on.items()},
        "prev": prev,
        "saw": {"root": saw.root, "size": saw.size} if saw else None,
        "type": name,
        "v": version,
    }
    _check_envelope(envelope)  # which leaves nothing that is outside the profile
    text = encode(envelope) + b"\n"
    if len(text) + 300 > MAX_LEAF:
        raise ValueError(f"the event takes {len(text)} bytes; an entry may take {MAX_LEAF}. Do it in several acts.")
    return Sealed(text, digest_of(text), envelope, disclosures, read_back)


class Leaf(NamedTuple):
    """A leaf taken apart: well formed, but signatures and disclosures not yet checked."""

    raw: bytes
    text: bytes  # the line with its LF: what is signed
    digest: str
    envelope: Mapping[str, Any]

    @property
    def note(self) -> Note:
        """The leaf as a signed note."""
        return parse_note(self.raw)

    @property
    def actor(self) -> str:
        return str(self.envelope["actor"])

    @property
    def body(self) -> Mapping[str, str]:
        body: Mapping[str, str] = self.envelope["body"]
        return body


def parse_leaf(leaf: bytes) -> Leaf:
    """Take a leaf apart, strictly.

    Raises:
        IntegrityError: too long, not a note of one canonical line, or not the envelope of an event.
    """
    if len(leaf) > MAX_LEAF:
        raise IntegrityError(f"The entry takes {len(leaf)} bytes; an entry may take {MAX_LEAF}.", place="leaf")
    envelope = _usual_envelope(leaf)
    if envelope is not None:
        text = leaf[: leaf.index(b"\n") + 1]
        return Leaf(leaf, text, digest_of(text), envelope)
    note = parse_note(leaf)
    if note.text.count(b"\n") != 1:
        raise IntegrityError("The entry is not a single line.", place="leaf")
    envelope = strict_json(note.text[:-1])
    try:
        _check_envelope(envelope)
    except ValueError as error:
        raise IntegrityError(f"This is not the envelope of an event: {error}", place="leaf") from error
    return Leaf(leaf, note.text, digest_of(note.text), envelope)


def _usual_envelope(leaf: bytes) -> dict[str, Any] | None:
    """The envelope of a leaf of the usual spelling, found by one expression; None where the full rules have to judge."""
    match = _USUAL.fullmatch(leaf)
    if match is None:
        return None
    try:
        envelope: dict[str, Any] = _ENVELOPE.decode(match[1])
        datetime.fromisoformat(envelope["at"])
    except (ValueError, msgspec.DecodeError):
        return None
    if encode(envelope) != match[1]:
        return None
    ordered = all(len(digests) < 2 or sorted(set(digests)) == digests for digests in envelope["on"].values())
    return envelope if ordered and (envelope["n"] == 0) == (envelope["prev"] is None) else None


def _usual() -> re.Pattern[bytes]:
    """Leaves as this program writes them, with ASCII keys and short integers; anything else, however valid, is left to the full rules."""
    digest = rb'"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]"'
    whole = rb"[0-9]{1,15}"
    return re.compile(
        rb'(\{"actor":"ed25519:[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]","at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",'
        rb'"body":\{(?:"[a-z_]{1,40}":' + digest + rb',?)*+\},"case":"(?:[0-9a-f]{32})?","desk":"[!#-*,-\[\]-~]{1,255}",'
        rb'"id":"[0-9a-f]{32}","n":' + whole + rb',"on":\{(?:"[a-z]+:[!#-\[\]-~]{1,200}":\[(?:' + digest + rb",?)*+\],?)*+\},"
        rb'"prev":(?:null|' + digest + rb'),"saw":(?:null|\{"root":"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=","size":' + whole + rb"\}),"
        rb'"type":"[a-z]+(?:\.[a-z_]+)+","v":[1-9][0-9]{0,14}\})\n\n'
        rb"(?:\xe2\x80\x94 ed25519:[A-Za-z0-9_-]{43} [A-Za-z0-9+/]{90}[AEIMQUYcgkosw048]=\n){1,2}"
    )


_USUAL = _usual()
_ENVELOPE = msgspec.json.Decoder()


def _check_envelope(envelope: Any) -> None:
    if not isinstance(envelope, dict) or set(envelope) != ENVELOPE:
        raise ValueError(f"it needs exactly the fields {', '.join(sorted(ENVELOPE))}")
    e = envelope
    verifier_of(_text(e, "actor"))
    for field, pattern in (("at", _AT), ("id", _ID), ("type", _TYPE)):
        if not pattern.fullmatch(_text(e, field)):
            raise ValueError(f"{field} is {e[field]!r}")
    datetime.fromisoformat(e["at"])  # ValueError: no such day or hour
    if _text(e, "case") and not _ID.fullmatch(e["case"]):
        raise ValueError(f"case is {e['case']!r}")
    if not _text(e, "desk") or len(e["desk"]) > 255 or " " in e["desk"] or "+" in e["desk"] or not e["desk"].isprintable():
        raise ValueError(f"desk is {e['desk']!r}")
    for field in ("n", "v"):
        if type(e[field]) is not int or e[field] < (field == "v"):
            raise ValueError(f"{field} is {e[field]!r}")
    if e["prev"] is not None and not _DIGEST.fullmatch(_text(e, "prev")):
        raise ValueError(f"prev is {e['prev']!r}")
    if (e["n"] == 0) != (e["prev"] is None):
        raise ValueError("the first event of an actor, and only that, has no prev")
    if not isinstance(e["body"], dict) or not _are_digests(list(e["body"].values())):
        raise ValueError("body holds something that is no commitment")
    if not isinstance(e["on"], dict):
        raise ValueError("on is no object")
    for register, replaced in e["on"].items():
        listed = isinstance(replaced, list) and (not replaced or (_are_digests(replaced) and sorted(set(replaced)) == replaced))
        if not _REGISTER.fullmatch(register) or not listed:
            raise ValueError(f"on holds {register!r}: {replaced!r}; digests are sorted and stand once")
    saw = e["saw"]
    if saw is not None:
        if not isinstance(saw, dict) or set(saw) != {"root", "size"} or type(saw["size"]) is not int or saw["size"] < 0:
            raise ValueError(f"saw is {saw!r}")
        root = base64.b64decode(_text(saw, "root"), validate=True)
        if len(root) != 32 or base64.b64encode(root).decode("ascii") != saw["root"]:
            raise ValueError(f"saw is {saw!r}")


def _are_digests(values: list[Any]) -> bool:
    return all(type(value) is str for value in values) and bool(_DIGESTS.fullmatch(",".join(values)))


def _text(table: Mapping[str, Any], field: str) -> str:
    value = table[field]
    if not isinstance(value, str):
        raise ValueError(f"{field} is {value!r}, not a text")
    return value


def check_signatures(leaf: Leaf) -> None:
    """That the actor signed the leaf, and nobody else but the new key of an introduction or rotation.

    Raises:
        IntegrityError: a signature is missing, wrong, or one too many.
    """
    for verifier, signature in signers(leaf):
        if not verifier.accepts(leaf.text, signature):
            message = f"Event {leaf.digest}: a signature of {verifier.name} is wrong: the text or the signature was changed."
            raise IntegrityError(message, place=leaf.digest)


def signers(leaf: Leaf) -> list[tuple[Verifier, bytes]]:
    """The actor's signatures, each still to be checked against the leaf's text; the new key's of an introduction is checked by itself.

    Raises:
        IntegrityError: the actor's is missing, or there is one too many.
    """
    wanted = 2 if leaf.envelope["type"] in ("key.introduced", "key.rotated") else 1
    note, verifier = leaf.note, verifier_of(leaf.actor)
    mine = note.lines_of(verifier)
    if not mine:
        raise IntegrityError(f"Event {leaf.digest} is not signed by its actor {leaf.actor}.", place=leaf.digest)
    if len(note.signatures) != wanted:
        raise IntegrityError(
            f"Event {leaf.digest} carries {len(note.signatures)} signatures; {wanted} is its form.",
            place=leaf.digest,
            expected=wanted,
            computed=len(note.signatures),
        )
    return [(verifier, line.signature) for line in mine]


def check_cosignature(leaf: Leaf, payload: Payload | None) -> None:
    """That the new key of an introduction or rotation signed it too, or signed the request that an admission carries.

    Raises:
        IntegrityError: it did not, or not rightly.
    """
    if isinstance(payload, KeyAdmitted) and consented(payload.request)[:2] != (payload.key, payload.person):
        raise IntegrityError(f"Event {leaf.digest} admits {payload.key}, which asked for something else.", place=leaf.digest)
    new = new_key(payload)
    if new is None:
        return
    try:
        signed = leaf.note.signed_by(verifier_of(new))
    except ValueError as error:
        raise IntegrityError(f"Event {leaf.digest} introduces {new!r}, which is no key.", place=leaf.digest) from error
    if not signed:
        raise IntegrityError(f"Event {leaf.digest} introduces {new}, which did not sign it.", place=leaf.digest)


def consented(consent: str) -> tuple[str, str, str]:
    """Key, person and time of a request to be introduced, found to be signed by that key: a note of four lines, ``CONSENT`` first.

    Raises:
        IntegrityError: it is none, or not as the key signed it.
    """
    try:
        note = parse_note(consent.encode("utf-8"))
        header, key, person, at, rest = note.text.decode("utf-8").split("\n")
        if header != CONSENT or rest or not _ID.fullmatch(person) or not _AT.fullmatch(at):
            raise ValueError("it is not of four lines")
        verifier = verifier_of(key)
    except (IntegrityError, ValueError) as error:
        raise IntegrityError(f"This is no key's request to be introduced: {error}", place="request") from error
    if len(note.signatures) != 1 or not note.signed_by(verifier):
        raise IntegrityError(f"The request to introduce {key} is not signed by that key.", place="request")
    return key, person, at


def new_key(payload: Payload | None) -> str | None:
    """The key that signs an event beside its actor: one that it introduces or changes to."""
    if isinstance(payload, KeyIntroduced):
        return payload.key
    return payload.new if isinstance(payload, KeyRotated) else None


def open_leaf(leaf: Leaf, disclosures: Mapping[str, bytes], *, index: int = -1) -> Event:
    """The event of a leaf. Fields that are not disclosed are ``missing``; a type this version does not know has no payload, and neither
    has one whose fields are not of the form of its type: whoever signed it is not prevented from writing nonsense, and others go on.

    Raises:
        IntegrityError: a disclosure does not match its commitment, or belongs to no field.
    """
    payload, missing = open_payload(leaf, disclosures)
    return event_of(leaf.envelope, leaf.digest, payload, missing, index)


def open_payload(leaf: Leaf, disclosures: Mapping[str, bytes]) -> tuple[Payload | None, frozenset[str]]:
    """What the fields of a leaf hold, and which are missing; see ``open_leaf``.

    Raises:
        IntegrityError: as ``open_leaf``.
    """
    form = _FORMS.get((leaf.envelope["type"], leaf.envelope["v"]))
    try:
        if form is None or form.typed is None:
            raise ValueError("a type that is not read straight")
        return _straight(leaf, disclosures, form, form.typed), _NONE
    except (ValueError, KeyError, msgspec.DecodeError):  # the full rules say what is wrong, if anything is
        missing = frozenset(leaf.body.keys() - disclosures.keys())
        return _payload(form, {field: open_disclosure(leaf, field, data) for field, data in disclosures.items()}, missing), missing


def event_of(e: Mapping[str, Any], digest: str, payload: Payload | None, missing: frozenset[str], index: int) -> Event:
    """The event of an envelope and what its fields hold."""
    return Event(
        digest=digest,
        type=e["type"],
        version=e["v"],
        actor=e["actor"],
        at=e["at"],
        case=e["case"],
        desk=e["desk"],
        id=e["id"],
        n=e["n"],
        prev=e["prev"],
        on={register: tuple(replaced) for register, replaced in e["on"].items()},
        saw=Seen(e["saw"]["size"], e["saw"]["root"]) if e["saw"] else None,
        payload=payload,
        missing=missing,
        index=index,
    )


def _straight(leaf: Leaf, disclosures: Mapping[str, bytes], form: _Form, typed: Typed) -> Payload:
    """What a leaf says, when every field is disclosed: read in one go, each field's bytes then compared with their one spelling.

    Raises:
        ValueError, KeyError, msgspec.DecodeError: the full rules have to judge.
    """
    body, values, salts = leaf.envelope["body"], [], []
    for field, middle in _middles(leaf.envelope["actor"], form.names):
        data = disclosures[field]
        salt = data[2:_BEFORE]
        if body[field] != b64url(hashlib.sha256(data).digest()) or len(data) > MAX_DISCLOSURE:
            raise ValueError("another commitment")
        if not data.startswith(b'["' + salt + middle) or data[-1] != _LAST:
            raise ValueError("another place")
        salts.append(salt)
        values.append(data[_BEFORE + len(middle) : -1])
    if len(disclosures) != len(values) or len(body) != len(values) or not all(map(_is_salt, salts)):
        raise ValueError("other fields, or another salt")
    payload: Payload = typed.read(values)
    return payload


@lru_cache(4096)
def _middles(actor: str, names: tuple[str, ...]) -> list[tuple[str, bytes]]:
    """Names of fields, with what stands between the salt and the value of their disclosures."""
    return [(name, f'","{actor}","{name}",'.encode("ascii")) for name in names]


def _is_salt(text: bytes) -> bool:
    """Whether this is the one spelling of 16 bytes."""
    return len(text) == 22 and text[-1] in b"AQgw" and not text.translate(None, _ALPHABET)


def open_disclosure(leaf: Leaf, field: str, data: bytes) -> Any:
    """The value that a disclosure reveals, if it is the one the leaf is committed to.

    Raises:
        IntegrityError: it is not.
    """
    expected = leaf.body.get(field)
    computed = b64url(hashlib.sha256(data).digest())
    if expected is None:
        raise IntegrityError(f"Event {leaf.digest} has no field {field!r}.", place=f"{leaf.digest}/{field}")
    if expected != computed:
        raise IntegrityError(
            f"The field {field!r} of event {leaf.digest} does not match its commitment.",
            place=f"{leaf.digest}/{field}",
            expected=expected,
            computed=computed,
        )
    value = strict_json(data)
    salted = isinstance(value, list) and len(value) == 4 and isinstance(value[0], str) and _is_salt(value[0].encode("utf-8"))
    if not salted or value[1:3] != [leaf.actor, field]:
        raise IntegrityError(
            f"The disclosure of {field!r} of event {leaf.digest} is made for another place.", place=f"{leaf.digest}/{field}"
        )
    return value[3]


def field_names(type: str, version: int) -> frozenset[str] | None:
    """The fields of an event type; None when this version does not know the type."""
    form = _FORMS.get((type, version))
    return frozenset(form.names) if form else None


class _Form:
    """How the fields of a type are read."""

    def __init__(self, cls: type[Any]) -> None:
        self.cls = cls
        self.names = tuple(sorted(f.name for f in fields(cls)))
        try:
            self.typed: Typed | None = Typed(cls, self.names)
        except TypeError:
            self.typed = None
        self.dispensable = frozenset(f.name for f in fields(cls) if f.default is not MISSING or f.default_factory is not MISSING)


_NONE: frozenset[str] = frozenset()
_FORMS = {key: _Form(cls) for key, cls in EVENT_TYPES.items()}


def _payload(form: _Form | None, values: Mapping[str, Any], missing: frozenset[str]) -> Payload | None:
    """The payload, when its class can do without the missing fields; those read as their default."""
    if form is None or not missing <= form.dispensable:
        return None
    try:
        converted: Payload = msgspec.convert(values, form.cls, strict=True)
    except msgspec.ValidationError:
        return None
    return converted
