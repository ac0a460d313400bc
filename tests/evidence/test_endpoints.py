"""Every endpoint of the misbehaving server has the outcome that a careful fetcher should have; see the table in ``endpoints``.

Fetched, captured and read as ``case.attach`` does it; nothing hangs, nothing grows, and no other error than ours comes out.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from factcheck.case import gather
from factcheck.errors import AddressRefusedError, FetchError, FetchLimitError
from factcheck.evidence.captures import CaptureStore
from factcheck.evidence.fetch import FetchPolicy, HttpFetcher
from factcheck.evidence.warc_reading import read_records
from factcheck.model.evidence import Capture
from factcheck.text.child import ChildReader
from tests.evidence.endpoints import ENDPOINTS, Endpoint
from tests.evidence.server import misbehaving

SECONDS = 3.0
KINDS = {"refused-": AddressRefusedError, "too-": FetchLimitError, "timeout": FetchLimitError, "headers-": FetchLimitError}


@dataclass
class Met:
    """What came of an endpoint."""

    seconds: float
    error: FetchError | None = None
    capture: Capture | None = None
    text: str = ""


def visit(address: str, store: CaptureStore, endpoints: list[Endpoint], reader: ChildReader) -> dict[str, Met]:
    policy = FetchPolicy(allowed_hosts=frozenset({address.removeprefix("http://")}), max_bytes=1_000_000, total_seconds=SECONDS)
    fetcher = HttpFetcher(policy, clock=lambda: datetime.now(UTC))
    met = {}
    for endpoint in endpoints:
        start = time.monotonic()
        try:
            fetched = fetcher.fetch(f"{address}/{endpoint.path}")
        except FetchError as error:
            met[endpoint.path] = Met(time.monotonic() - start, error)
        else:
            seconds = time.monotonic() - start
            capture, _ = gather.from_fetched(fetched, store, reader=reader)
            met[endpoint.path] = Met(seconds, None, capture, store.get(capture.text).decode() if capture.text else "")
    return met


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> CaptureStore:
    return CaptureStore(tmp_path_factory.mktemp("captures"))


@pytest.fixture(scope="module")
def outcomes(store) -> dict[str, Met]:
    """All endpoints visited once, those that make one wait beside the others."""

    def share(number: int) -> dict[str, Met]:
        with ChildReader() as reader:
            return visit(address, store, ENDPOINTS[number::4], reader)

    with misbehaving() as (address, _), ThreadPoolExecutor(4) as pool:
        return {path: met for part in pool.map(share, range(4)) for path, met in part.items()}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.path)
def test_each_endpoint_has_its_outcome(outcomes, store, endpoint: Endpoint) -> None:
    met = outcomes[endpoint.path]
    assert met.seconds < SECONDS + 3
    if met.capture is None:
        assert met.error is not None
        assert met.error.code == endpoint.outcome, str(met.error)
        wanted = next((kind for start, kind in KINDS.items() if endpoint.outcome.startswith(start)), FetchError)
        assert isinstance(met.error, wanted)
        assert endpoint.path in str(met.error.url)
        assert any(word in str(met.error) for word in ("browser", "allowed_hosts", "Save the part", "archived copy"))
        return
    assert endpoint.outcome == "page"
    assert set(met.capture.flags) == endpoint.flags
    assert met.capture.media_type == endpoint.media_type
    assert endpoint.text in met.text
    assert bool(met.text) is bool(endpoint.text)


def test_whatever_was_captured_is_warc_that_stands_our_own_strict_reading(outcomes, store) -> None:
    for met in outcomes.values():
        if met.capture:
            kept = list(read_records(io.BytesIO(store.get(met.capture.record)), name="own", keep=2_000_000))
            assert [record.kind for record in kept][:2] == ["response", "request"]
            assert not any("FORGED" in value for record in kept for _, value in record.headers)


def test_no_page_makes_us_or_the_reading_child_grow_without_bound(tmp_path) -> None:
    """In a process of its own, so that only these pages count."""
    heavy = [
        "gzip-bomb", "deflate-bomb", "bomb-in-a-bomb", "large", "endless", "endless-chunks", "endless-header", "long-headers",
        "interim-flood", "moved-with-endless-body", "moved-with-bomb", "many-attributes", "many-elements", "open-comment",
        "entity-bomb", "one-long-line",
    ]  # fmt: skip
    script = f"""
import json, resource, sys
from pathlib import Path
from factcheck.evidence.captures import CaptureStore
from factcheck.text.child import ChildReader
from tests.evidence.endpoints import ENDPOINTS
from tests.evidence.server import misbehaving
from tests.evidence.test_endpoints import visit
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with misbehaving() as (address, _), ChildReader() as reader:
    visit(address, CaptureStore(Path({str(tmp_path)!r})), [e for e in ENDPOINTS if e.path in {heavy!r}], reader)
own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([own - before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    grown, child = json.loads(done.stdout)
    assert grown < 150_000  # kB; the server's own bombs are among them
    assert child < 300_000
