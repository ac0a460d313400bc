"""Credentials of services that a desk asks: from the environment, else from the system's keyring. Never from a desk's folder.

A credential belongs to a host and is handed out for that host only, so that a desk whose settings somebody else wrote cannot have it sent
elsewhere.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from factcheck.errors import KeyUnavailableError

SERVICE = "factcheck services"  # the keyring's name for them all; the user name is the host


def variable_of(host: str) -> str:
    """The environment variable that holds the credential for a host: ``FACTCHECK_KEY_WEB_ARCHIVE_ORG``."""
    return "FACTCHECK_KEY_" + re.sub(r"[^A-Z0-9]", "_", host.upper())


def credential(host: str, environ: Mapping[str, str] | None = None) -> str:
    """The credential for a host; empty when there is none.

    Raises:
        KeyUnavailableError: it holds characters that cannot be sent. The message does not repeat it.
    """
    found = (os.environ if environ is None else environ).get(variable_of(host), "").strip() or _from_keyring(host)
    if not all("!" <= char <= "~" for char in found):
        raise KeyUnavailableError(f"The key for {host} holds spaces or letters that cannot be sent. Set {variable_of(host)} anew.")
    return found


def _from_keyring(host: str) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:  # an extra; the environment serves without it
        return ""
    try:
        return (keyring.get_password(SERVICE, host) or "").strip()
    except (KeyringError, RuntimeError):  # locked, or none on this machine: as if there were no key
        return ""


def scrubbed(text: str, secret: str) -> str:
    """Foreign words without any part of a secret that they repeat."""
    for part in sorted({secret, *secret.split(":")}, key=len, reverse=True):
        if len(part) >= 4:
            text = text.replace(part, "…")
    return text
