"""How a private key lies at rest: locked by a passphrase, or in the keyring of the operating system.

A passphrase locks with scrypt and ChaCha20-Poly1305 over the 32 bytes of the key, with the key's name as associated data: a lock moved to
another key's file does not open. What is private is carried in ``Hidden``, so that no repr and no traceback with its variables shows it.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from factcheck.errors import KeyUnavailableError
from factcheck.ledger.canonical import b64url, unb64url

SEED_SIZE = 32
SERVICE = "factcheck"  # under which the keyring of the operating system holds our keys
_N, _R, _P = 2**16, 8, 1  # 64 MiB and a tenth of a second a guess
_LEAST_N, _MOST_N = 2**14, 2**20  # a file from elsewhere does not make this machine use more


class Hidden:
    """Private bytes that show themselves to nobody who does not ask for them by name."""

    __slots__ = ("__bytes",)

    def __init__(self, data: bytes) -> None:
        self.__bytes = data

    def reveal(self) -> bytes:
        return self.__bytes

    def __repr__(self) -> str:
        return "<hidden>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hidden) and hmac.compare_digest(self.__bytes, other.__bytes)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> NoReturn:
        raise TypeError("private keys are not pickled")


def lock(seed: Hidden, passphrase: Hidden, name: str, entropy: Callable[[int], bytes]) -> dict[str, Any]:
    """The private bytes of the key ``name`` under a passphrase, as a JSON object."""
    salt, nonce = entropy(16), entropy(12)
    sealed = ChaCha20Poly1305(_derived(passphrase, salt, _N, _R, _P)).encrypt(nonce, seed.reveal(), name.encode("utf-8"))
    return {"kdf": "scrypt", "n": _N, "r": _R, "p": _P, "salt": b64url(salt), "nonce": b64url(nonce), "sealed": b64url(sealed)}


def unlock(locked: Mapping[str, Any], passphrase: Hidden, name: str) -> Hidden:
    """The private bytes again.

    Raises:
        KeyUnavailableError: the passphrase is wrong, or the object is not as ``lock`` makes it.
    """
    try:
        n, r, p = (_number(locked[item]) for item in ("n", "r", "p"))
        salt, nonce, sealed = (unb64url(locked[item]) for item in ("salt", "nonce", "sealed"))
        if locked["kdf"] != "scrypt" or not _LEAST_N <= n <= _MOST_N or n & (n - 1) or r != _R or not 1 <= p <= 4:
            raise ValueError("its lock is of another kind")
        seed = ChaCha20Poly1305(_derived(passphrase, salt, n, r, p)).decrypt(nonce, sealed, name.encode("utf-8"))
    except InvalidTag:
        raise KeyUnavailableError("the passphrase is wrong, or the file was changed") from None
    except (KeyError, TypeError, ValueError) as error:
        raise KeyUnavailableError(f"the file is damaged: {error}") from error
    return Hidden(seed)


def _derived(passphrase: Hidden, salt: bytes, n: int, r: int, p: int) -> bytes:
    """Letters that look alike give one key: machines spell Arabic and accents differently (RFC 8265 asks for NFC too)."""
    words = unicodedata.normalize("NFC", passphrase.reveal().decode("utf-8")).encode("utf-8")
    return Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(words)


def _number(value: object) -> int:
    if type(value) is not int:
        raise ValueError(f"{value!r} is no number")
    return value


# ---- the keyring of the operating system


def keep_in_keyring(seed: Hidden, name: str) -> None:
    """Hand private bytes to the keyring of the operating system, and see that it holds them.

    Raises:
        KeyUnavailableError: there is none, it refused, or it gives back something else.
    """
    keyring = _keyring()
    refusal = None
    try:
        keyring.set_password(SERVICE, name, b64url(seed.reveal()))
    except keyring.errors.KeyringError as error:  # its traceback holds what was handed over, so it is not handed on as a cause
        refusal = _refused(error)
    if refusal:
        raise refusal
    if from_keyring(name) != seed:  # some backends take everything and keep nothing
        raise KeyUnavailableError(
            f"The keyring of this machine ({_backend(keyring)}) did not keep the key. Lock it with a passphrase instead: --passphrase."
        )


def from_keyring(name: str) -> Hidden:
    """Private bytes from the keyring of the operating system.

    Raises:
        KeyUnavailableError: there is no keyring, it stays locked, or it does not hold the key.
    """
    keyring = _keyring()
    try:
        held = keyring.get_password(SERVICE, name)
    except keyring.errors.KeyringError as error:
        raise _refused(error) from error
    try:
        return Hidden(unb64url(held or ""))
    except ValueError:
        return Hidden(b"")


def forget_in_keyring(name: str) -> None:
    """Take a key out of the keyring; one that is not there is no fault.

    Raises:
        KeyUnavailableError: the keyring refused.
    """
    keyring = _keyring()
    try:
        if keyring.get_password(SERVICE, name) is not None:
            keyring.delete_password(SERVICE, name)
    except keyring.errors.KeyringError as error:
        raise _refused(error) from error


def _keyring() -> Any:
    try:
        import keyring
        import keyring.backends.fail
        import keyring.errors
    except ImportError as error:
        raise KeyUnavailableError(
            "Keys in the keyring of the operating system need the package keyring, which is not installed. "
            'Install it with: pip install "factcheck-workbench[keyring]"'
        ) from error
    if isinstance(keyring.get_keyring(), keyring.backends.fail.Keyring):
        raise KeyUnavailableError(
            "This machine offers no keyring (as on a server without a desktop). Lock the key with a passphrase instead: --passphrase."
        )
    return keyring


def _backend(keyring: Any) -> str:
    return str(keyring.get_keyring().name)


def _refused(error: Exception) -> KeyUnavailableError:
    return KeyUnavailableError(f"The keyring of this machine refused: {error or type(error).__name__}. Unlock it, then try again.")
