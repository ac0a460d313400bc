"""A stranger checks a report file: what was written holds, and a change anywhere in its entries is found."""

from __future__ import annotations

import json
import re

import pytest

from factcheck.errors import ReportError
from factcheck.reports.html import render
from factcheck.reports.verify import verify_report
from factcheck.reports.writing import source_of


@pytest.fixture
def page(case) -> bytes:
    claim = case.mark((0, 30))
    case.choose([f"content/{claim}"])
    search = case.search("أرشيف", ["كلمات"], "nothing", target=f"content/{claim}")
    case.verdict(f"content/{claim}", "unproven", "بحثنا في الأرشيف <كله> ولم نجد شيئاً.", grounds=[f"search:{search}"], unknown="كل شيء")
    return render(source_of(case), "ar")


def codes(page: bytes) -> set[str]:
    return {finding.code for finding in verify_report(page).findings if finding.level != "info"}


def block(page: bytes) -> dict:
    return json.loads(re.search(rb'id="factcheck-entries">(.*?)</script>', page, re.S)[1])


def with_block(page: bytes, table: dict) -> bytes:
    data = json.dumps(table).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return re.sub(rb'(id="factcheck-entries">).*?(</script>)', lambda m: m[1] + data.encode() + m[2], page, flags=re.S)


def test_an_untouched_report_holds(page) -> None:
    findings = verify_report(page)
    assert (codes(page), findings.ok, findings.signed_by_introduced, findings.checkpoint_signed) == (set(), True, True, True)
    assert findings.entries == len(block(page)["entries"]) > 4
    assert findings.vkey == block(page)["vkey"]


@pytest.mark.parametrize("part", ["leaf", "proof", "digest"])
def test_a_changed_entry_is_found(page, part) -> None:
    for position in range(len(block(page)["entries"])):
        table = block(page)
        text = table["entries"][position][part]
        where = len(text) // 3
        table["entries"][position][part] = text[:where] + ("a" if text[where] != "a" else "b") + text[where + 1 :]
        assert not verify_report(with_block(page, table)).ok


def test_a_changed_disclosure_is_found(page) -> None:
    table = block(page)
    item = next(item for item in table["entries"] if '"verdict"' in item["disclosures"].get("verdict", ""))
    item["disclosures"]["verdict"] = item["disclosures"]["verdict"].replace("unproven", "true")
    assert "entry.proof" in codes(with_block(page, table))


def test_another_key_is_not_the_key_of_the_checkpoint(page) -> None:
    table = block(page)
    name, _, _ = table["vkey"].rpartition("+")
    table["vkey"] = name + "+" + "A" * 44
    assert codes(with_block(page, table)) == {"checkpoint.signature"}


def test_words_of_an_entry_that_were_changed_on_the_page_are_named(page) -> None:
    forged = page.replace("ولم نجد شيئاً.".encode(), "ووجدنا كل شيء.".encode(), 1)
    assert forged != page
    assert codes(forged) == {"page.words"}


def test_names_left_out_still_verify(case) -> None:
    from dataclasses import replace

    source = source_of(case)
    page = render(replace(source, settings=replace(source.settings, show_names=False)), "ar")
    findings = verify_report(page)
    assert findings.ok
    assert [f.code for f in findings.findings] == ["entry.redacted"] * len(findings.findings) != []


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"<p>no entries</p>", b'<script id="factcheck-entries">{"format": 1}</script>'])
def test_a_file_without_entries_is_refused(data) -> None:
    with pytest.raises(ReportError):
        verify_report(data)
