"""A Fetcher over pages in memory."""

from __future__ import annotations

from collections.abc import Mapping

from factcheck.errors import FetchError
from factcheck.evidence.fetch import Fetched, Hop

AT = "2026-11-23T12:00:00.000000Z"


class Site:
    """Pages by address; any other address is a 404."""

    def __init__(self, pages: Mapping[str, str | bytes], content_type: str = "text/html; charset=utf-8") -> None:
        self.pages = {url: page.encode("utf-8") if isinstance(page, str) else page for url, page in pages.items()}
        self.content_type = content_type
        self.asked: list[str] = []

    def fetch(self, url: str) -> Fetched:
        self.asked.append(url)
        if url not in self.pages:
            raise FetchError(f"Could not fetch {url}: 404 Not Found.", url=url, code="http-404")
        headers = (("Content-Type", self.content_type),)
        hop = Hop(url, (("User-Agent", "test"),), 200, "OK", headers, self.pages[url], "192.0.2.1", AT)
        return Fetched(url, url, 200, headers, self.pages[url], AT, (hop,))
