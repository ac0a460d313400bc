"""Signed notes, checkpoints and proofs as text (C2SP signed-note, tlog-checkpoint, tlog-proof). Exact bytes matter.

A note is text whose every line ends in LF, an empty line, then signature lines: U+2014, space, key name, space, base64 of key id and
signature, LF. What is signed is the text with its last LF, without the empty line. The key id is the first four bytes of
SHA-256(name, LF, algorithm byte 01, public key) for Ed25519.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from factcheck.errors import IntegrityError
from factcheck.ledger.merkle import HASH_SIZE, verify_inclusion

ED25519 = b"\x01"
DASH = "\u2014"
MAX_SIZE = 2**53 - 1  # entries; every reader of JSON can count so far
PROOF_HEADER = "c2sp.org/tlog-proof@v1"
_P = 2**255 - 19
_Y8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022
_SMALL_ORDER = frozenset({0, 1, _P - 1, _Y8, _P - _Y8})  # y of the eight points whose order divides 8
_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key under a name, as ``name+<hex key id>+<base64 of 01 and the key>`` writes it."""

    name: str
    public: bytes  # 32 bytes

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_b64(ED25519 + self.public)}"

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """The reverse of ``vkey``.

        Raises:
            ValueError: not a verifier key of an Ed25519 key, or its key id does not fit.
        """
        parts = vkey.strip().split("+", 2)
        if len(parts) == 3 and _NAME.fullmatch(parts[0]):
            data = _unb64(parts[2])
            if data is not None and len(data) == 33 and data[:1] == ED25519:
                verifier = cls(parts[0], data[1:])
                if verifier.key_id.hex() == parts[1]:
                    return verifier
        raise ValueError(f"{vkey!r} is no Ed25519 verifier key (name+8 hex digits+base64)")

    def accepts(self, text: bytes, signature: bytes) -> bool:
        """Whether the signature is right by the strictest reading of RFC 8032, on which all verifiers agree."""
        if not _sound_point(self.public) or not _sound_point(signature[:32]):
            return False
        try:
            _public_key(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


@lru_cache(4096)
def _public_key(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)


def _sound_point(encoded: bytes) -> bool:
    """Whether an encoded point has its one spelling and is not of small order: with such keys anybody's signature fits many texts."""
    y = int.from_bytes(encoded, "little") & (1 << 255) - 1
    return y < _P and y not in _SMALL_ORDER


@dataclass(frozen=True, slots=True)
class SignatureLine:
    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signature lines under it, taken apart but not yet believed."""

    text: bytes  # with its last LF
    signatures: tuple[SignatureLine, ...]

    def lines_of(self, verifier: Verifier) -> list[SignatureLine]:
        """The lines that name this key; whether they are right is not looked at."""
        return [line for line in self.signatures if line.name == verifier.name and line.key_id == verifier.key_id]

    def signed_by(self, verifier: Verifier) -> bool:
        """Whether a line of this key is there and every such line is right.

        Raises:
            IntegrityError: a line names this key and its signature is wrong.
        """
        mine = self.lines_of(verifier)
        for line in mine:
            if not verifier.accepts(self.text, line.signature):
                raise IntegrityError(
                    f"A signature of {verifier.name} is wrong: the text or the signature was changed.", place=verifier.name
                )
        return bool(mine)


def signature_line(verifier: Verifier, signature: bytes) -> bytes:
    return signature_line_of(SignatureLine(verifier.name, verifier.key_id, signature))


def signature_line_of(line: SignatureLine) -> bytes:
    return f"{DASH} {line.name} {_b64(line.key_id + line.signature)}\n".encode()


def sign_note(text: bytes, signers: Iterable[tuple[Verifier, Callable[[bytes], bytes]]]) -> bytes:
    """A note over ``text``, which ends in LF, with a line of each signer."""
    if not text.endswith(b"\n"):
        raise ValueError("the text of a note ends in LF")
    return text + b"\n" + b"".join(signature_line(verifier, sign(text)) for verifier, sign in signers)


def parse_note(note: bytes) -> Note:
    """Take a note apart, strictly.

    Raises:
        IntegrityError: not a note.
    """
    split = note.rfind(b"\n\n")
    if split < 0 or not note.endswith(b"\n"):
        raise IntegrityError("This is no signed note: the empty line before the signatures is missing.", place="note")
    text, lines = note[: split + 1], note[split + 2 :].split(b"\n")[:-1]
    signatures = []
    for line in lines:
        try:
            dash, name, data = line.decode("utf-8").split(" ")
        except ValueError as error:
            raise IntegrityError(f"A signature line of the note is malformed: {line!r}.", place="note") from error
        raw = _unb64(data)
        if dash != DASH or not _NAME.fullmatch(name) or raw is None or len(raw) < 5:
            raise IntegrityError(f"A signature line of the note is malformed: {line!r}.", place="note")
        signatures.append(SignatureLine(name, raw[:4], raw[4:]))
    if not signatures:
        raise IntegrityError("The note carries no signature.", place="note")
    return Note(text, tuple(signatures))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: which log, how many leaves, which root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> bytes:
        return f"{self.origin}\n{self.size}\n{_b64(self.root)}\n".encode()

    @classmethod
    def parse(cls, text: bytes) -> Checkpoint:
        """Exactly three lines.

        Raises:
            IntegrityError: not the text of a checkpoint.
        """
        try:
            origin, size, root, rest = text.decode("utf-8").split("\n")
        except ValueError as error:
            raise IntegrityError("This is no checkpoint: it needs exactly three lines (origin, size, root).", place="checkpoint") from error
        decoded = _unb64(root)
        if rest or not _NAME.fullmatch(origin) or not _SIZE.fullmatch(size) or decoded is None or len(decoded) != HASH_SIZE:
            raise IntegrityError(f"This is no checkpoint: {text!r}.", place="checkpoint")
        if len(size) > 16 or int(size) > MAX_SIZE:
            raise IntegrityError(f"A checkpoint over {size[:20]} entries is beyond all logs.", place="checkpoint")
        return cls(origin, int(size), decoded)


def open_checkpoint(note: bytes, verifier: Verifier) -> Checkpoint:
    """The tree head of a note that this key signed.

    Raises:
        IntegrityError: malformed, another origin, not signed by the key, or signed wrongly.
    """
    parsed = parse_note(note)
    checkpoint = Checkpoint.parse(parsed.text)
    if checkpoint.origin != verifier.name:
        raise IntegrityError(
            f"The checkpoint is of log {checkpoint.origin}, not of {verifier.name}.",
            place="checkpoint",
            expected=verifier.name,
            computed=checkpoint.origin,
        )
    if not parsed.signed_by(verifier):
        raise IntegrityError(f"The checkpoint is not signed by the key of {verifier.name}.", place="checkpoint")
    return checkpoint


def proof_text(index: int, path: Sequence[bytes], checkpoint: bytes) -> str:
    """An inclusion proof with its checkpoint (C2SP tlog-proof)."""
    hashes = "".join(_b64(node) + "\n" for node in path)
    return f"{PROOF_HEADER}\nindex {index}\n{hashes}\n" + checkpoint.decode("utf-8")


def consistency_text(old: int, path: Sequence[bytes], checkpoint: bytes) -> str:
    """The body with which a witness is asked to cosign: the size it knows, the proof, the new checkpoint (C2SP tlog-witness)."""
    return f"old {old}\n" + "".join(_b64(node) + "\n" for node in path) + "\n" + checkpoint.decode("utf-8")


def check_proof(proof: str, leaf: bytes, verifier: Verifier) -> tuple[int, Checkpoint]:
    """Index and tree head of a proof that ``leaf`` (a leaf hash) is in a tree that this key signed.

    Raises:
        IntegrityError: malformed, or the proof, the checkpoint or its signature does not hold.
    """
    head, _, note = proof.partition("\n\n")
    lines = head.split("\n")
    if lines[0] != PROOF_HEADER or len(lines) < 2:
        raise IntegrityError(f"This is no proof: its first line is not {PROOF_HEADER}.", place="proof")
    body = lines[2:] if lines[1].startswith("extra ") else lines[1:]
    if not body or not body[0].startswith("index ") or not _SIZE.fullmatch(body[0][6:]):
        raise IntegrityError("The proof names no index.", place="proof")
    path = [_unb64(line) for line in body[1:]]
    if len(path) > 63 or any(node is None for node in path):
        raise IntegrityError("The proof holds a malformed hash.", place="proof")
    index = int(body[0][6:])
    checkpoint = open_checkpoint(note.encode("utf-8"), verifier)
    if not verify_inclusion(leaf, index, checkpoint.size, [node for node in path if node is not None], checkpoint.root):
        raise IntegrityError(
            f"Entry {index} is not in the tree of {checkpoint.size} that {verifier.name} signed: leaf or proof was changed.",
            place=f"entry {index}",
        )
    return index, checkpoint


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _unb64(text: str) -> bytes | None:
    """Strict padded base64: the one spelling of its bytes, or None."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if _b64(data) == text else None
