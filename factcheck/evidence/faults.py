"""What goes wrong while fetching, as one of our few errors whose message says what to do: libraries' errors, and statuses."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import requests
import urllib3

from factcheck.errors import AddressRefusedError, FetchError, FetchLimitError
from factcheck.evidence.connect import HeadTooLargeError, RefusedConnectionError
from factcheck.evidence.guard import shown

REMEDY = "Open it in a browser and save it, then import the file; or cite an archived copy."
LONGEST_WAIT = 100 * 366 * 86_400  # seconds; what a server asks beyond is nonsense

_STATUS_REMEDIES = {
    401: "The page wants a login. Open it in a browser where you are logged in, save it, and import the file.",
    402: "The page is behind a paywall. Open it in a browser with your subscription, save it, and import the file.",
    403: "The server refuses programs. " + REMEDY,
    404: "It may have moved or been removed: look with a browser, search for its title, or cite an archived copy.",
    410: "It was removed: look with a browser, or cite an archived copy.",
    407: "The proxy wants a login. Look at proxy in factcheck.toml.",
    451: "It is withheld for legal reasons where you are. Cite an archived copy.",
}


def from_status(url: str, status: int, reason: str, headers: Iterable[tuple[str, str]], now: datetime) -> FetchError:
    """The error for a page that came with another status than OK; ``retry_after`` holds seconds when the server named a time."""
    words = re.sub(r"[^\w .,'()-]+", " ", reason).strip()[:60]
    what = f"{status} {words}".strip()
    wait = retry_after(headers, now) if status in (429, 503) else None
    if status in (429, 503):
        remedy = (
            f"The server asks to come back after {wait:.0f} s, at {(now + timedelta(seconds=wait)).astimezone(UTC):%Y-%m-%d %H:%M} UTC. "
            if wait is not None
            else "The server is busy; try again later. "
        ) + REMEDY
    elif status >= 500:
        remedy = "The server has a fault of its own; try again later. " + REMEDY
    else:
        remedy = _STATUS_REMEDIES.get(status, REMEDY)
    return FetchError(f"Could not fetch {shown(url)}: {what}. {remedy}", url=url, code=f"http-{status}", status=status, retry_after=wait)


def retry_after(headers: Iterable[tuple[str, str]], now: datetime) -> float | None:
    """Seconds until a server wants to be asked again; None when it does not say, or says nothing that makes sense."""
    said = next((value.strip() for key, value in headers if key.lower() == "retry-after"), "")
    if re.fullmatch(r"[0-9]{1,10}", said):
        return float(said) if int(said) <= LONGEST_WAIT else None
    try:
        moment = parsedate_to_datetime(said)
    except (TypeError, ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def from_library(error: Exception, url: str, here: str) -> FetchError:
    """A library's error as one of ours.

    Args:
        here: where redirects from ``url`` had led.
    """
    causes = list(causes_of(error))

    def among(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    for cause in causes:
        if isinstance(cause, RefusedConnectionError):
            where = f"{shown(url)}{leading(url, here)}"
            return AddressRefusedError(
                f"Refused to fetch {where}: {cause}. If this host is yours, name it in allowed_hosts in factcheck.toml.",
                url=url,
                code="refused-address",
            )
    if among(HeadTooLargeError, http.client.LineTooLong) or any("more than 100 headers" in str(cause) for cause in causes):
        return FetchLimitError(
            f"Could not fetch {shown(url)}: its headers are larger than a page has need of. {REMEDY}", url=url, code="headers-too-large"
        )
    if among(requests.exceptions.ProxyError, requests.exceptions.InvalidProxyURL, urllib3.exceptions.ProxyError):
        return FetchError(
            f"Could not fetch {shown(url)}: the desk's proxy did not let it through. Look at proxy in factcheck.toml.",
            url=url,
            code="proxy",
        )
    if among(socket.gaierror, urllib3.exceptions.NameResolutionError):
        code, why = "dns", "there is no such host, or the network is down"
    elif among(requests.Timeout, TimeoutError, urllib3.exceptions.ReadTimeoutError):
        code, why = "timeout", "the server did not answer in time"
    elif among(requests.exceptions.SSLError, ssl.SSLError, urllib3.exceptions.SSLError):
        code, why = "tls", "no secure connection could be made, so the page might be somebody else's"
    elif among(requests.exceptions.InvalidURL, UnicodeError, urllib3.exceptions.LocationValueError):
        where = f"{shown(url)}{leading(url, here)}"
        return AddressRefusedError(f"Refused to fetch {where}: the address is malformed. {REMEDY}", url=url, code="refused-address")
    elif among(requests.exceptions.InvalidHeader) or (among(http.client.HTTPException) and not among(ConnectionError)):
        code, why = "bad-response", "the server's answer is malformed"
    else:
        code, why = "connect", "the connection failed"
    return FetchError(f"Could not fetch {shown(url)}: {why}. Try again later. {REMEDY}", url=url, code=code)


def leading(url: str, here: str) -> str:
    """That an address leads elsewhere, for a message; empty when it does not."""
    return "" if here == url.strip() else f" (it leads to {shown(here)})"


def causes_of(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it was made of, outermost first; libraries nest theirs in ``reason``, in ``args`` or as the cause."""
    for _ in range(20):
        if error is None:
            return
        yield error
        reason = getattr(error, "reason", None)
        inner = reason if isinstance(reason, BaseException) else next((a for a in error.args if isinstance(a, BaseException)), None)
        error = inner or error.__cause__
