"""Many links at once: side by side over hosts, one by one within a host; each is in the ledger when it is told of."""

from __future__ import annotations

import threading
import time
from collections import defaultdict

import pytest

from factcheck.case.batch_acts import addresses_in
from factcheck.errors import LedgerError
from factcheck.evidence.batch import PoliteFetcher, visit
from tests.evidence.site import Site

PAGE = "<html><title>خبر</title><p>قال الوزير إن الجسر افتتح.</p></html>"


class Slow(Site):
    """A site that takes its time, and notes who was there with whom."""

    def __init__(self, urls: list[str], seconds: float) -> None:
        super().__init__(dict.fromkeys(urls, PAGE))
        self.seconds, self.now, self.most, self.together = seconds, defaultdict(int), defaultdict(int), 0
        self.lock = threading.Lock()

    def fetch(self, url: str, ask=None):
        host = url.split("/")[2]
        with self.lock:
            self.now[host] += 1
            self.most[host] = max(self.most[host], self.now[host])
            self.together = max(self.together, sum(self.now.values()))
        time.sleep(self.seconds)
        with self.lock:
            self.now[host] -= 1
        return super().fetch(url)


def test_links_of_a_pasted_text_are_attached_and_one_bad_link_is_not_a_bad_run(case) -> None:
    urls = [f"https://news{n % 3}.example/{n}" for n in range(9)]
    case.desk.fetcher = Slow([url for url in urls if not url.endswith("/4")], 0.02)
    before = case.desk.ledger.size
    found = case.attach_many("انظر:\n" + "،\n".join(urls), bears_on=["article"], stance="context", progress=False)
    assert [one.url for one in found] == urls
    assert [one.captured for one in found] == [url != urls[4] for url in urls]
    assert "404" in found[4].problem
    assert case.state.evidence[found[4].id].value.problem.code == "http-404"
    assert case.state.evidence[found[0].id].value.title == "خبر"
    assert len([held for held in case.state.bearings.values() if held.value.target == "article"]) == 9
    assert case.desk.ledger.size == before + 18


def test_hosts_are_asked_side_by_side_and_one_host_a_page_after_the_other(case) -> None:
    urls = [f"https://news{n % 4}.example/{n}" for n in range(12)]
    case.desk.fetcher = slow = Slow(urls, 0.05)
    case.attach_many(urls, progress=False)
    assert set(slow.most.values()) == {1}
    assert slow.together > 1


def test_a_host_is_left_alone_for_as_long_as_it_took_to_answer() -> None:
    times = []

    class Noted(Slow):
        def fetch(self, url: str, ask=None):
            times.append(time.monotonic())
            return super().fetch(url)

    fetcher = PoliteFetcher(Noted(["https://a.example/1", "https://b.example/1"], 0.1))
    for url in ("https://a.example/1", "https://a.example/1", "https://b.example/1"):
        fetcher.fetch(url)
    assert times[1] - times[0] >= 0.2
    assert times[2] - times[1] < 0.2


def test_what_was_attached_before_somebody_stopped_stays(case) -> None:
    urls = [f"https://news.example/{n}" for n in range(6)]
    case.desk.fetcher = slow = Slow(urls, 0.01)
    each = case.attach_each(urls)
    first = next(each)
    each.close()
    assert list(case.state.evidence) == [first.id]
    time.sleep(0.3)
    assert len(slow.asked) < 6


def test_waiting_links_are_tried_again_together(case) -> None:
    urls = [f"https://news{n}.example/" for n in range(3)]
    case.desk.fetcher = Site({})
    case.attach_many(urls, progress=False)
    case.desk.fetcher = Site(dict.fromkeys(urls[:2], PAGE))
    found = {one.url: one.captured for one in case.retry_many(progress=False)}
    assert found == {urls[0]: True, urls[1]: True, urls[2]: False}
    assert len(case.retry_many(progress=False)) == 1


def test_a_fault_that_ends_the_run_is_told_and_no_thread_stays(case, monkeypatch) -> None:
    urls = [f"https://news{n}.example/" for n in range(3)]
    case.desk.fetcher = Site(dict.fromkeys(urls, PAGE))

    def full(*_, **__):
        raise LedgerError("Nothing was written: the disk is full.")

    monkeypatch.setattr(case.desk.captures, "keep_fetched", full)
    with pytest.raises(LedgerError, match="disk is full"):
        case.attach_many(urls, progress=False)
    assert not case.state.evidence


def test_results_come_with_the_position_of_their_address() -> None:
    urls = ["https://a.example/1", "https://b.example/2", "https://a.example/3", "no address"]
    assert dict(visit(urls, str.upper, at_once=2)) == {n: url.upper() for n, url in enumerate(urls)}
    assert list(visit([], str.upper, at_once=2)) == []


def test_a_bar_shows_how_far_it_is(case, capsys) -> None:
    case.desk.fetcher = Site({"https://a.example/": PAGE})
    case.attach_many(["https://a.example/"])
    assert "1/1" in capsys.readouterr().err


def test_no_address_is_an_error(case) -> None:
    with pytest.raises(ValueError, match="no address in this"):
        case.attach_many("لا روابط هنا")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://a.example/x, https://b.example/y.", ["https://a.example/x", "https://b.example/y"]),
        ("(انظر https://a.example/x)", ["https://a.example/x"]),
        ("https://en.example/wiki/A_(b)", ["https://en.example/wiki/A_(b)"]),
        ("«https://a.example/خبر»؛ ثم www.b.example/x؟", ["https://a.example/خبر", "https://www.b.example/x"]),
        (
            "https://a.example/x\nhttps://a.example/x\r\n\thttps://c.example/?q=1&r=2#z",
            ["https://a.example/x", "https://c.example/?q=1&r=2#z"],
        ),
        ("\u2067https://a.example/x\u2069", ["https://a.example/x"]),
        ("[link](https://a.example/x) <https://b.example/>", ["https://a.example/x", "https://b.example/"]),
        ("http:// www. mailto:a@b.example ftp://x.example", []),
    ],
)
def test_addresses_of_a_text_come_without_what_surrounds_them(text: str, found: list[str]) -> None:
    assert addresses_in(text) == found
