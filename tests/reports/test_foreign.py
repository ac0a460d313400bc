"""A colleague's bundle opens read-only: what it discloses is shown, from whom it says it is, and nothing can be written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import factcheck
from factcheck.cli import main
from factcheck.errors import IntegrityError, LedgerError, NotAllowedError, RollbackError
from factcheck.reports.bundle import save_bundle
from factcheck.reports.foreign import is_bundle, open_foreign
from factcheck.reports.redaction import parts_of
from factcheck.reports.verify import verify_report
from factcheck.reports.writing import source_of, write_report

PRACTICE = Path(__file__).resolve().parents[2] / "data" / "practice"


@pytest.fixture
def case(desk):
    """A case on two sentences, which costs less than one on the seed article."""
    return desk.open_case("قال الوزير إن الجسر افتتح أمس. وأضاف أن كلفته بلغت 40 مليون دينار.")


@pytest.fixture
def worked(case):
    claim = case.mark((0, 30))
    case.choose([f"content/{claim}"])
    page = (PRACTICE / "statement.html").read_bytes()
    id = case.attach(file=page, url="https://works.example/1", quote="سيُغلق ثلاثة أيام", bears_on=[f"content/{claim}"], stance="refutes")
    case.contact("ليلى حداد", "هاتف", "هل صحيح؟", "answered", answer="نعم")
    case.verdict(f"content/{claim}", "false", "ينفيه البيان", grounds=[f"evidence:{id}"])
    case.draft({"ar": "هل؟"}, {"ar": "لا"}, {"ar": "غير صحيح"})
    return case


@pytest.fixture
def bundle(worked, tmp_path) -> Path:
    return save_bundle(tmp_path / "theirs.zip", source_of(worked), worked.desk.captures)


def test_a_colleagues_case_shows_what_ours_would(bundle, worked) -> None:
    theirs = factcheck.open_bundle(bundle)
    mine, seen = worked.state, theirs.state
    assert (seen.title, seen.claims, seen.evidence, seen.verdicts, seen.contacts, seen.draft) == (
        mine.title, mine.claims, mine.evidence, mine.verdicts, mine.contacts, mine.draft,
    )  # fmt: skip
    assert theirs.text == worked.text
    assert list(theirs.history()["what"]) == [line.what["ar"] for line in worked.history()]
    assert len(theirs.claims()) == len(mine.claims) + len(mine.proposals)
    assert [problem.code for problem in theirs.problems()] == [problem.code for problem in worked.problems()]
    assert theirs.at(mine.history[-1]).draft == mine.draft
    [capture] = [held.value.capture for held in seen.evidence.values()]
    assert theirs.desk.captures.get(capture.sha256) == (PRACTICE / "statement.html").read_bytes()


def test_it_says_from_whom_and_that_the_key_is_unknown(bundle, worked) -> None:
    theirs = factcheck.open_bundle(bundle)
    vkey = worked.desk.ledger.vkey
    assert "from \u2068Test Newsroom\u2069" in repr(theirs)
    assert vkey in repr(theirs)
    assert "unknown until you trust it" in repr(theirs)
    assert "غير معروف" in theirs._repr_html_()
    known = factcheck.open_bundle(bundle, key=vkey, against=worked.desk.ledger.checkpoint().encode())
    assert "unknown" not in repr(known)
    assert known.provenance.person == "Amal"


@pytest.mark.parametrize(
    "act",
    [
        lambda case: case.search("x", ["y"], "nothing"),
        lambda case: case.draft({"ar": "x"}, {}, {}),
        lambda case: case.mark((0, 10)),
        lambda case: case.attach(file=b"x"),
        lambda case: case.workbench(),
        lambda case: case.bundle(),
    ],
)
def test_nothing_of_it_can_be_written(bundle, act) -> None:
    theirs = factcheck.open_bundle(bundle)
    before = bundle.read_bytes()
    with pytest.raises((NotAllowedError, factcheck.FactcheckError)):
        act(theirs)
    assert bundle.read_bytes() == before
    assert list(bundle.parent.glob("theirs*")) == [bundle]


def test_a_report_of_it_is_unsealed(bundle) -> None:
    page = factcheck.open_bundle(bundle).report("html", lang="en")
    assert page == bundle.parent / "theirs" / "reports" / page.name
    assert {f.code for f in verify_report(page.read_bytes()).findings if f.level == "error"} == {"seal.missing"}


def test_what_was_left_out_is_not_there(worked, tmp_path) -> None:
    place = save_bundle(tmp_path / "public.zip", source_of(worked), worked.desk.captures, leave_out=parts_of("public"))
    theirs = factcheck.open_bundle(place)
    assert theirs.state.contacts == {}
    assert theirs.provenance.person == ""
    assert [held.value.rating for held in theirs.state.verdicts.values()] == ["false"]
    assert "redacted" in " ".join(line.what["en"] for line in theirs.desk.case().history())


def test_the_library_checks_whatever_it_is_given(bundle, worked, tmp_path) -> None:
    worked.desk.ledger.export(tmp_path / "log")
    page = write_report(worked, "html")
    for what, kind in ((bundle, "bundle"), (tmp_path / "log", "log"), (page, "report"), (worked.desk.folder, "desk")):
        found = factcheck.verify(what, key=worked.desk.ledger.vkey)
        assert (found.ok, found.kind) == (True, kind)
        assert not factcheck.verify(what, key="x").ok
    assert [finding.code for finding in factcheck.verify(tmp_path / "absent").findings] == ["file.unreadable"]


def test_a_spoilt_bundle_is_not_opened(bundle, tmp_path) -> None:
    (tmp_path / "spoilt.zip").write_bytes(bundle.read_bytes()[:-1])
    with pytest.raises(IntegrityError, match="It was not opened") as raised:
        factcheck.open_bundle(tmp_path / "spoilt.zip")
    assert not raised.value.findings.ok
    with pytest.raises(LedgerError, match="There is no bundle"):
        factcheck.open_bundle(tmp_path / "absent.zip")
    with pytest.raises(IntegrityError, match="none of the keys you know"):
        factcheck.open_bundle(bundle, key="x")


def test_an_entry_that_is_not_here_and_another_head_are_told(bundle, worked) -> None:
    theirs = open_foreign(bundle)
    with pytest.raises(ValueError, match="0 of the bundle's"):
        theirs.ledger.index("x" * 43)
    worked.search("x", ["y"], "nothing")
    with pytest.raises(RollbackError, match="ask for the proof"):
        theirs.case().at(worked.desk.ledger.checkpoint().encode())
    with pytest.raises(IntegrityError, match="left it out"):
        theirs.captures.get("0" * 64)
    with pytest.raises(NotAllowedError):
        theirs.captures.put(b"x")
    with pytest.raises(ValueError, match="not opened by then"):
        theirs.state_at(worked.id, 1)
    assert theirs.verify().ok
    assert not is_bundle(bundle.parent)


def test_a_bundle_without_a_sealers_name_is_from_the_newsroom(worked, tmp_path) -> None:
    source = source_of(worked)
    place = save_bundle(tmp_path / "x.zip", replace(source), worked.desk.captures, leave_out=("names",))
    assert open_foreign(place).provenance.newsroom == "Test Newsroom"


def test_commands_that_read_take_a_bundle(bundle) -> None:
    ran = CliRunner().invoke(main, ["history", str(bundle)])
    assert ran.exit_code == 0, ran.output
    assert "from \u2068Test Newsroom\u2069" in ran.stderr
    written = bundle.parent / "x.md"
    assert CliRunner().invoke(main, ["report", str(bundle), "--format", "markdown", "--to", str(written)]).exit_code == 0
    assert "هل؟" in written.read_text("utf-8")
    refused = CliRunner().invoke(main, ["search", str(bundle), "place", "query"])
    assert refused.exit_code == 1
    assert "reading only" in refused.output
