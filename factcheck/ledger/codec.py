"""Events to leaves and back: RFC 8785 lines as signed notes, every body field a salted commitment (FORMAT.md sections 2 to 4).

A leaf is stored, hashed and signed as these very bytes; reading never writes them anew.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from typing import Any

import msgspec
import rfc8785

from factcheck.errors import IntegrityError
from factcheck.ledger.checkpoint import Note, Verifier, parse_note
from factcheck.model.events import EVENT_TYPES, TYPE_OF, Event, KeyAdmitted, KeyIntroduced, KeyRotated, Payload, Seen

MAX_LEAF = 65_535  # bytes; tlog-tiles counts an entry's length in 16 bits
MAX_DISCLOSURE = 1024 * 1024  # bytes
MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 64  # arrays and objects inside each other; without a number, readers would differ in what they can follow
SALT_SIZE = 16
KEY_PREFIX = "ed25519:"
CONSENT = "factcheck-key-request/v1"  # first line of a note by which a key asks to be introduced
ENVELOPE = frozenset({"actor", "at", "body", "case", "desk", "id", "n", "on", "prev", "saw", "type", "v"})

_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_ID = re.compile(r"[0-9a-f]{32}")
_DIGEST = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")  # the one spelling of 32 bytes
_SALT = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")  # the one spelling of 16 bytes
_REGISTER = re.compile(r"[a-z]+:[!-~]{1,200}")
_TYPE = re.compile(r"[a-z]+(\.[a-z_]+)+")


def b64url(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64url(text: str) -> bytes:
    """The reverse; only the one spelling that ``b64url`` writes.

    Raises:
        ValueError: anything else.
    """
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64url(data) != text:
        raise ValueError(f"{text!r} is not canonical base64url")
    return data


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


def canonical(value: Any) -> bytes:
    """RFC 8785 within the profile.

    Raises:
        ValueError: a float, an integer beyond 2**53 - 1, a lone surrogate, a key that is not ASCII, or nesting beyond 64 levels.
    """
    check_profile(value)
    return rfc8785.dumps(value)


def check_profile(value: Any, depth: int = MAX_DEPTH) -> None:
    """Refuse what the profile leaves out of JSON."""
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise ValueError(f"the integer {value} lies beyond 2**53 - 1")
    elif isinstance(value, str):
        if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
            raise ValueError("a text holds half a surrogate pair, which UTF-8 cannot write")
    elif depth == 0:
        raise ValueError(f"arrays and objects lie deeper in each other than {MAX_DEPTH}")
    elif isinstance(value, (list, tuple)):
        for item in value:
            check_profile(item, depth - 1)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise ValueError(f"the key {key!r} is not ASCII")
            check_profile(item, depth - 1)
    else:
        raise ValueError(f"{type(value).__name__} has no place in an event")


def strict_json(data: bytes) -> Any:
    """Parse JSON that must be RFC 8785 within the profile, byte for byte.

    Raises:
        IntegrityError: not JSON, a duplicate key, a float, a byte-order mark, or another spelling than the canonical one.
    """
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_no_duplicates, parse_float=_no_float, parse_constant=_no_float)
        if canonical(value) != data:
            raise ValueError("not in canonical form")
    except (ValueError, RecursionError) as error:
        raise IntegrityError(f"These bytes are not canonical JSON: {error}", place="json") from error
    return value


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_float(text: str) -> Any:
    raise ValueError(f"the number {text} is not an integer")


@dataclass(frozen=True, slots=True)
class Sealed:
    """An event ready to be signed, and the disclosures of its fields."""

    text: bytes  # the canonical line with its LF
    disclosures: Mapping[str, bytes]  # field -> canonical [salt, actor, field, value]

    @property
    def digest(self) -> str:
        return digest_of(self.text)


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
        msgspec.convert(values, type(payload), strict=True)
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
    text = canonical(envelope) + b"\n"
    _check_envelope(envelope)
    if len(text) + 300 > MAX_LEAF:
        raise ValueError(f"the event takes {len(text)} bytes; an entry may take {MAX_LEAF}. Do it in several acts.")
    return Sealed(text, disclosures)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf taken apart: well formed, but signatures and disclosures not yet checked."""

    note: Note
    digest: str
    envelope: Mapping[str, Any]

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
    note = parse_note(leaf)
    if note.text.count(b"\n") != 1:
        raise IntegrityError("The entry is not a single line.", place="leaf")
    envelope = strict_json(note.text[:-1])
    try:
        _check_envelope(envelope)
    except ValueError as error:
        raise IntegrityError(f"This is not the envelope of an event: {error}", place="leaf") from error
    return Leaf(note, digest_of(note.text), envelope)


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
    if not _text(e, "desk") or len(e["desk"]) > 255 or any(c.isspace() or c == "+" or not c.isprintable() for c in e["desk"]):
        raise ValueError(f"desk is {e['desk']!r}")
    for field in ("n", "v"):
        if type(e[field]) is not int or e[field] < (field == "v"):
            raise ValueError(f"{field} is {e[field]!r}")
    if e["prev"] is not None and not _DIGEST.fullmatch(_text(e, "prev")):
        raise ValueError(f"prev is {e['prev']!r}")
    if (e["n"] == 0) != (e["prev"] is None):
        raise ValueError("the first event of an actor, and only that, has no prev")
    if not isinstance(e["body"], dict) or not all(isinstance(c, str) and _DIGEST.fullmatch(c) for c in e["body"].values()):
        raise ValueError("body holds something that is no commitment")
    if not isinstance(e["on"], dict):
        raise ValueError("on is no object")
    for register, replaced in e["on"].items():
        listed = isinstance(replaced, list) and all(isinstance(d, str) and _DIGEST.fullmatch(d) for d in replaced)
        if not _REGISTER.fullmatch(register) or not listed or sorted(set(replaced)) != replaced:
            raise ValueError(f"on holds {register!r}: {replaced!r}; digests are sorted and stand once")
    saw = e["saw"]
    if saw is not None:
        if not isinstance(saw, dict) or set(saw) != {"root", "size"} or type(saw["size"]) is not int or saw["size"] < 0:
            raise ValueError(f"saw is {saw!r}")
        root = base64.b64decode(_text(saw, "root"), validate=True)
        if len(root) != 32 or base64.b64encode(root).decode("ascii") != saw["root"]:
            raise ValueError(f"saw is {saw!r}")


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
    wanted = 2 if leaf.envelope["type"] in ("key.introduced", "key.rotated") else 1
    if not leaf.note.signed_by(verifier_of(leaf.actor)):
        raise IntegrityError(f"Event {leaf.digest} is not signed by its actor {leaf.actor}.", place=leaf.digest)
    if len(leaf.note.signatures) != wanted:
        raise IntegrityError(
            f"Event {leaf.digest} carries {len(leaf.note.signatures)} signatures; {wanted} is its form.",
            place=leaf.digest,
            expected=wanted,
            computed=len(leaf.note.signatures),
        )


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
    values = {}
    for field, data in disclosures.items():
        values[field] = open_disclosure(leaf, field, data)
    e = leaf.envelope
    missing = frozenset(leaf.body) - set(values)
    saw = Seen(e["saw"]["size"], e["saw"]["root"]) if e["saw"] else None
    return Event(
        digest=leaf.digest,
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
        saw=saw,
        payload=_payload(e["type"], e["v"], values, missing),
        missing=missing,
        index=index,
    )


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
    if not isinstance(value, list) or len(value) != 4 or value[1:3] != [leaf.actor, field] or not _is_salt(value[0]):
        raise IntegrityError(
            f"The disclosure of {field!r} of event {leaf.digest} is made for another place.", place=f"{leaf.digest}/{field}"
        )
    return value[3]


def _is_salt(value: object) -> bool:
    return isinstance(value, str) and bool(_SALT.fullmatch(value))


def field_names(type: str, version: int) -> frozenset[str] | None:
    """The fields of an event type; None when this version does not know the type."""
    cls = EVENT_TYPES.get((type, version))
    return frozenset(f.name for f in fields(cls)) if cls else None


def _payload(type: str, version: int, values: Mapping[str, Any], missing: frozenset[str]) -> Payload | None:
    """The payload, when its class can do without the missing fields; those read as their default."""
    cls = EVENT_TYPES.get((type, version))
    if cls is None or not missing <= _dispensable(cls):
        return None
    try:
        converted: Payload = msgspec.convert(values, cls, strict=True)
    except msgspec.ValidationError:
        return None
    return converted


def _dispensable(cls: type[Any]) -> frozenset[str]:
    return frozenset(f.name for f in fields(cls) if f.default is not MISSING or f.default_factory is not MISSING)
