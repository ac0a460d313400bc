"""A web in memory whose pages change: sites, what they answer now, and what they answer for addresses they do not have."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from factcheck.errors import FetchError
from factcheck.evidence.fetch import Ask, Fetched, Hop

AT = "2026-11-23T12:00:00.000000Z"


@dataclass(frozen=True)
class Answer:
    body: str | bytes = ""
    status: int = 200
    location: str = ""
    content_type: str = "text/html; charset=utf-8"
    code: str = ""  # of the error, when nothing comes


NOT_FOUND = Answer("<html><title>404</title><body><p>Not found</p></body></html>", 404)


class Web:
    """``pages`` by address; ``unknown`` by host, for every other address of it. A host that is in neither does not exist."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.unknown: dict[str, Answer] = {}
        self.asked: list[str] = []

    def put(self, url: str, body: str | bytes = "", **details) -> None:
        self.pages[url] = Answer(body, **details)

    def fetch(self, url: str, ask: Ask | None = None) -> Fetched:
        self.asked.append(url)
        hops, here = [], url
        for _ in range(5):
            answer = self._answer(url, here)
            headers = (("Content-Type", answer.content_type), *((("Location", answer.location),) if answer.location else ()))
            body = answer.body.encode("utf-8") if isinstance(answer.body, str) else answer.body
            hops.append(Hop(here, (), answer.status, "", headers, body, "192.0.2.1", AT))
            if not answer.location:
                break
            here = urljoin(here, answer.location)
        if ask is None and hops[-1].status != 200:
            raise FetchError(f"Could not fetch {url}: {hops[-1].status}.", url=url, code=f"http-{hops[-1].status}", status=hops[-1].status)
        return Fetched(url, here, hops[-1].status, hops[-1].headers, hops[-1].body, AT, tuple(hops))

    def _answer(self, url: str, here: str) -> Answer:
        host = urlsplit(here).netloc
        hosts = {urlsplit(page).netloc for page in self.pages} | self.unknown.keys()
        if host not in hosts:
            raise FetchError(f"Could not fetch {url}: there is no such host.", url=url, code="dns") from socket.gaierror(
                socket.EAI_NONAME, "Name or service not known"
            )
        answer = self.pages.get(here) or self.unknown.get(host, NOT_FOUND)
        if answer.code:
            raise FetchError(f"Could not fetch {url}: {answer.code}.", url=url, code=answer.code)
        return answer
