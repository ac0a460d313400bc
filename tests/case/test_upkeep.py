"""Taking in another desk, and erasing: what goes, what stays, what is refused, and that nothing of it is left below the desk."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import shutil

import pytest

from factcheck.case.desk import Desk
from factcheck.errors import IntegrityError, LedgerError, NotAllowedError
from factcheck.ledger.canonical import b64url, canonical
from factcheck.ledger.checkpoint import sign_note
from factcheck.ledger.codec import disclose, open_disclosure, open_leaf, parse_leaf
from factcheck.ledger.sqlite import SqliteStore
from factcheck.ledger.verify import verify_ledger
from tests.ledger.test_attack import attack
from tests.machines import Machine, files

TEXT = "قال الوزير إن الجسر افتتح أمس في المدينة."
SECRET = "the source is Karim at the harbour office"
PAGE = f"<html><body><p>The bridge opened. {SECRET}.</p></body></html>".encode()


@pytest.fixture
def home(tmp_path, clock) -> Machine:
    return Machine(tmp_path / "home", clock)


@pytest.fixture
def away(tmp_path, clock) -> Machine:
    return Machine(tmp_path / "away", clock)


def holds(desk: Desk, *codes: str) -> None:
    findings = desk.verify()
    assert findings.ok, findings.findings
    assert {finding.code for finding in findings.findings} == set(codes)


def attach(case, page: bytes = PAGE, quote: str = SECRET) -> tuple[str, str]:
    """Evidence of a saved page; its id, and the digest of the page."""
    id = case.attach(file=page, quote=quote, note="note on " + quote)
    return id, case.state.evidence[id].value.capture.sha256


def entry_of(case, id: str) -> str:
    return str(case.state.evidence[id].event.index)


def holding(desk: Desk, *words: str) -> list[str]:
    """Files below the desk that hold any of these words, packed ones unpacked."""
    found = []
    for path, data in files(desk.folder):
        plain = gzip.decompress(data) if path.name.endswith(".gz") else data
        if any(word.encode() in plain for word in words):
            found.append(path.name)
    return found


# ---- merging


def test_another_desk_comes_with_its_captures_and_counts_once_its_people_are_introduced(home, away) -> None:
    with home.desk() as desk, away.desk("Huda") as hers:
        case = hers.open_case(TEXT)
        attach(case)
        came = desk.merge(hers.folder)
        assert came.entries == hers.ledger.size
        assert came.captures == hers.verify().captures_present > 3
        assert list(came.strangers.values()) == ["Huda"]
        assert desk.cases() == {}
        holds(desk, "key.foreign")
        desk.introduce(hers.request_introduction())
        assert desk.case().text == TEXT
        assert desk.case().state.evidence
        holds(desk, "key.foreign")  # her desk's own key, which introduced her there
        again = desk.merge(hers.folder)
        assert (again.entries, again.captures) == (0, 0)


def test_a_capture_that_was_changed_elsewhere_is_not_taken(home, away) -> None:
    with home.desk() as desk, away.desk("Huda") as hers:
        _, page = attach(hers.open_case(TEXT))
        path = hers.folder / "captures" / page[:2] / page
        path.write_bytes(path.read_bytes() + b" ")
        came = desk.merge(hers.folder)
        assert came.missing == (page,)
        assert not desk.captures.has(page)
        assert {finding.code for finding in desk.verify().findings} == {"key.foreign", "capture.missing"}
        path.write_bytes(PAGE)
        assert desk.merge(hers.folder).captures == 1
        holds(desk, "key.foreign")


def test_a_spoilt_desk_and_no_desk_are_not_taken_in(home, away) -> None:
    with home.desk() as desk, away.desk("Huda") as hers:
        hers.open_case(TEXT)
        attack(hers.folder / "ledger.sqlite", ["UPDATE disclosure SET bytes = CAST('[1,2,3,4]' AS BLOB) WHERE idx = 1 AND field = 'title'"])
        size = desk.ledger.size
        with pytest.raises(IntegrityError):
            desk.merge(hers.folder)
        with pytest.raises(LedgerError, match="There is no desk"):
            desk.merge(away.folder / "none")
        with pytest.raises(LedgerError, match="another copy"):
            desk.merge(desk.folder)
        assert desk.ledger.size == size


def test_what_was_erased_there_goes_here_and_what_was_erased_here_does_not_come_back(home, away) -> None:
    with home.desk() as desk, away.desk("Huda") as hers:
        desk.introduce(hers.request_introduction())
        case = hers.open_case(TEXT)
        evidence, page = attach(case)
        desk.merge(hers.folder)
        shutil.copytree(hers.folder, away.folder / "before")
        case.erase(entry_of(case, evidence), captures=[page], because="protection")
        came = desk.merge(hers.folder)
        assert page in came.deleted
        assert holding(desk, SECRET) == holding(hers, SECRET) == []
        assert desk.case().state.evidence == {}
        holds(desk, "key.foreign")
        desk.merge(away.folder / "before")
        assert holding(desk, SECRET) == []
        holds(desk, "key.foreign")


# ---- erasing


def test_an_erased_entry_is_gone_and_the_rest_verifies(home) -> None:
    with home.desk() as desk:
        case = desk.open_case(TEXT)
        evidence, page = attach(case)
        done = case.erase(entry_of(case, evidence), captures=[page[:10]], because="protection")
        assert set(done.fields) == {"evidence"}
        assert len(done.captures) == 3, "the page, its exchange, and the text read out of it"
        assert done.remains == ()
        assert holding(desk, SECRET, "harbour") == []
        assert case.state.evidence == {}
        assert case.history()[-1].what["en"] == "erased 1 fields, 3 captures — \u2068protection\u2069"
        findings = desk.verify()
        assert findings.ok
        assert (findings.erased, len(findings.captures_erased)) == (1, 3)
    with home.desk() as again:
        assert again.case().state.evidence == {}


@pytest.mark.parametrize("seed", range(3))
def test_nothing_of_many_erased_values_is_left_in_any_file(home, seed) -> None:
    """Free pages and gaps within pages of the database included: values of all sizes are written and erased in turn."""
    draw = random.Random(seed)
    with home.desk() as desk:
        case = desk.open_case(TEXT)
        live: dict[str, str] = {}
        gone: list[str] = []
        for number in range(60):
            word = hashlib.sha256(f"{seed}/{number}".encode()).hexdigest()
            live[case.describe(why_chosen=f"{word} " * draw.choice((1, 3, 20, 100, 900))).digest] = word
            if number % 4 == 3:
                digest = draw.choice(sorted(live))
                desk.erase(digest, because="x")
                gone.append(live.pop(digest))
        assert holding(desk, *gone) == []
        assert not any(word.encode() in data for word in gone for _, data in files(home.around.state))
        holds(desk)


def test_an_erasure_that_was_cut_short_is_finished_when_the_desk_is_opened(home, monkeypatch) -> None:
    with home.desk() as desk:
        case = desk.open_case(TEXT)
        _, page = attach(case)
        monkeypatch.setattr(type(desk), "sweep", lambda _self: ())
        desk.erase(captures=[page], because="x")
        monkeypatch.undo()
        findings = desk.verify()
        assert {finding.code for finding in findings.findings} == {"capture.undead"}
        assert not findings.ok
    with home.desk() as again:
        holds(again)
        assert not again.captures.has(page)


def test_what_a_crash_left_of_a_captures_writing_goes_too(home) -> None:
    with home.desk() as desk:
        _, page = attach(desk.open_case(TEXT))
        (desk.folder / "captures" / page[:2] / f"{page}.77.part").write_bytes(PAGE[:60])
        desk.erase(captures=[page], because="x")
        assert [name for name in holding(desk, "The bridge opened") if "part" in name] == []


def test_another_case_that_needs_a_capture_keeps_it(home) -> None:
    with home.desk() as desk:
        first, second = desk.open_case(TEXT), desk.open_case(TEXT + " ثانية")
        evidence, page = attach(first)
        other, _ = attach(second)
        done = first.erase(entry_of(first, evidence), captures=[page], because="x")
        assert len(done.captures) == 1, "the exchange that brought it here alone"
        assert page not in done.captures
        assert done.needed[page] == (second.state.evidence[other].event.digest,)
        assert desk.captures.has(page)
        assert f"entry {entry_of(second, other)}, field evidence" in done.remains
        holds(desk)
        gone = desk.erase(captures=[page], because="x").captures
        assert page in gone
        holds(desk)
        again, _ = attach(second)
        assert desk.captures.has(page), "whoever brings the same page again means to"
        assert again in second.state.evidence
        holds(desk)


def test_a_colleague_does_not_erase_what_is_not_hers_but_the_desk_does(home) -> None:
    with home.desk() as desk:
        case = desk.open_case(TEXT)
        evidence, page = attach(case)
        number = entry_of(case, evidence)
        with desk.acting_as(desk.keys.create_person("Huda", "N")):
            with pytest.raises(NotAllowedError, match="another person's"):
                case.erase(number, because="x")
            with pytest.raises(NotAllowedError, match="names capture"):
                desk.erase(captures=[page], because="x")
            assert desk.captures.has(page)
            case.erase(number, captures=[page], because="x", as_desk=True)
        assert holding(desk, SECRET) == []
        holds(desk)


def test_words_that_stand_elsewhere_are_named(home) -> None:
    with home.desk() as desk:
        case = desk.open_case(TEXT)
        claim = case.state.proposals[0].id
        case.accept([claim])
        case.verdict(f"content/{claim}", "unproven", SECRET)
        (desk.folder / "reports").mkdir()
        (desk.folder / "reports" / "page.html").write_text(f"<p>{SECRET}</p>", "utf-8")
        case.describe(why_chosen=SECRET + ", he says")
        number = next(line.entry for line in case.history() if "gave a result" in line.what["en"])
        done = case.erase(str(number), because="x")
        assert done.remains == (f"entry {desk.ledger.size - 2}, field why_chosen", "reports/page.html")


def test_what_cannot_be_erased_is_said(home) -> None:
    with home.desk() as desk:
        first, second = desk.open_case(TEXT), desk.open_case(TEXT)
        with pytest.raises(ValueError, match="say why"):
            first.erase("1", because=" ")
        with pytest.raises(ValueError, match="not of this case"):
            second.erase("1", because="x")
        with pytest.raises(ValueError, match="name the entry"):
            desk.erase(because="x")
        with pytest.raises(ValueError, match="no field 'colour'"):
            first.erase("1", ["colour"], because="x")
        with pytest.raises(ValueError, match="0 captures begin"):
            first.erase("1", captures=["abcdef0123"], because="x")
        first.erase("1", ["title"], because="x")
        with pytest.raises(ValueError, match="title of that entry is erased already"):
            first.erase("1", ["title"], because="x")
        first.erase("1", because="x")
        with pytest.raises(ValueError, match="all of that entry is erased already"):
            first.erase("1", because="x")
        with pytest.raises(ValueError, match="hangs on it"):
            desk.erase("0", ["key"], because="x", as_desk=True)


def test_a_case_whose_article_is_erased_is_still_read(home) -> None:
    with home.desk() as desk:
        case = desk.open_case(TEXT)
        case.erase(captures=[case.state.article.text], because="x")
        assert set(case.text) == {"\u2592"}
        assert len(case.text) >= max(proposal.claim.span.end for proposal in case.state.proposals)
        assert holding(desk, TEXT) == ["ledger.sqlite"], "what the proposals quote of it is erased by itself"
        assert case.title
        holds(desk)


def test_an_erased_capture_that_is_put_back_is_found(home) -> None:
    with home.desk() as desk:
        _, page = attach(desk.open_case(TEXT))
        desk.erase(captures=[page], because="x")
        desk.captures.put(PAGE)
        assert {finding.code for finding in desk.verify().findings} == {"capture.undead"}


def test_an_erased_field_that_is_put_back_is_found(home) -> None:
    with home.desk() as desk:
        case = desk.open_case(TEXT)
        digest = case.describe(why_chosen=SECRET).digest
        kept, index = desk.ledger.disclosures(digest)["why_chosen"], desk.ledger.index(digest)
        desk.erase(digest, ["why_chosen"], because="x")
    attack(desk.folder / "ledger.sqlite", [f"INSERT INTO disclosure VALUES ({index}, 'why_chosen', x'{kept.hex()}')"])
    found = {finding.code for finding in verify_ledger(desk.folder / "ledger.sqlite").findings}
    assert "field.undead" in found


# ---- sealed fields


def test_a_commitment_is_not_copied_under_another_actor(home) -> None:
    """Huda takes the commitment of Amal's result into an event of her own before it is opened: Amal's disclosure does not open it."""
    with home.desk() as desk:
        case = desk.open_case(TEXT)
        mine = case.describe(title="a secret verdict")
        [disclosure] = [data for name, data in desk.ledger.disclosures(mine.digest).items() if name == "title"]
        huda = desk.keys.create_person("Huda", "N")
        with desk.acting_as(huda):
            hers = case.describe(title="x")
        line = json.loads(desk.ledger.leaf(hers.digest).decode().partition("\n")[0])
        for field in ("title", "language"):
            line["body"][field] = b64url(hashlib.sha256(disclosure).digest())
            copied = parse_leaf(sign_note(canonical(line) + b"\n", [(huda.verifier(), huda.sign)]))
            with pytest.raises(IntegrityError, match="another place"):
                open_disclosure(copied, field, disclosure)
            with pytest.raises(IntegrityError, match="another place"):
                open_leaf(copied, {field: disclosure})


def test_a_short_value_is_not_guessed_from_its_commitment(home) -> None:
    """Salts differ in every field, so that neither a table of likely values nor an equal commitment tells one."""
    with home.desk() as desk:
        case = desk.open_case(TEXT)
        one, two = (case.describe(language="ar", title="true") for _ in range(2))
        store = SqliteStore.open(desk.folder / "ledger.sqlite", read_only=True)
        rows = {row.index: row for row in store.rows()}
        store.close()
        leaves = [rows[event.index].leaf.decode() for event in (one, two)]
        commitments = [set(json.loads(leaf.partition("\n")[0])["body"].values()) for leaf in leaves]
        assert not commitments[0] & commitments[1]
        salts = {data[2:24] for row in rows.values() for data in row.disclosures.values()}
        assert len(salts) == sum(len(row.disclosures) for row in rows.values())
        guessed = {
            b64url(hashlib.sha256(disclose(salt, one.actor, field, value)).digest())
            for salt in (b"", bytes(16))
            for field in ("language", "title", "practice", "why_chosen")
            for value in ("true", "false", "ar", "en", "", True, False, None)
        }
        assert not guessed & commitments[0]


# ---- erasures that count, or do not, as people and keys come and go


def test_what_another_desk_erased_as_it_may_there_is_a_warning_here_and_comes_back_from_who_has_it(home, away, tmp_path, clock) -> None:
    """A third desk takes in a copy whose root erased what Huda wrote; her own desk still has it."""
    with home.desk() as desk, away.desk("Huda") as hers, Machine(tmp_path / "third", clock).desk("Sami") as third:
        for each in (desk, third):
            each.introduce(hers.request_introduction())
        case = hers.open_case(TEXT)
        digest = case.describe(why_chosen=SECRET).digest
        _, page = attach(case, quote="The bridge opened")
        desk.merge(hers.folder)
        desk.erase(digest, ["why_chosen"], captures=[page], because="x", as_desk=True)
        holds(desk, "key.foreign")
        came = third.merge(desk.folder)
        assert came.missing == ()
        holds(third, "key.foreign", "field.elsewhere")
        assert third.case().state.why_chosen == ""
        open_before = third.case()
        assert open_before.state.why_chosen == ""
        third.merge(hers.folder)
        assert open_before.state.why_chosen == SECRET
        assert third.captures.has(page)
        holds(third, "key.foreign")
        assert holding(desk, SECRET) == []


def test_a_field_that_nobody_there_could_have_erased_is_missed_for_all_that(home) -> None:
    """A colleague deletes in the file what Amal wrote, and signs an erasure that software refuses her."""
    with home.desk() as desk:
        digest = desk.open_case(TEXT).describe(why_chosen=SECRET).digest
        index = desk.ledger.index(digest)
        huda = desk.keys.create_person("Huda", "N")
        with desk.acting_as(huda), pytest.MonkeyPatch.context() as patch:
            patch.setattr("factcheck.ledger.counting.Erasures.may", lambda *_: True)
            desk.erase(digest, ["why_chosen"], because="x")
        assert {finding.code for finding in desk.verify().findings} == {"field.missing", "field.marked"}
        assert index


def test_a_thiefs_erasure_is_told_once_the_key_is_revoked_and_a_colleagues_copy_heals_it(home, away) -> None:
    with home.desk() as desk, away.desk("Huda") as hers:
        mine = desk.signing_key[0]
        event = desk.open_case(TEXT).describe(why_chosen=SECRET)
        hers.merge(desk.folder)
        desk.erase(event.digest, ["why_chosen"], because="by the thief")
        desk.revoke(mine, last=[event.digest], as_desk=True)
        findings = desk.verify()
        assert findings.ok
        assert {finding.code for finding in findings.findings} == {"field.elsewhere", "key.revoked"}
        came = desk.ledger.merge(hers.ledger, desk._desk_signer())
        desk.refresh()
        assert came > 0
        assert desk.case().state.why_chosen == SECRET
        assert {finding.code for finding in desk.verify().findings} == {"key.revoked", "key.foreign"}


def test_an_erasure_that_counts_once_its_author_is_introduced_is_carried_out_then(home, away) -> None:
    """Huda's second key erased what her first one wrote; here only the first was known."""
    with home.desk() as desk, away.desk("Huda") as hers:
        desk.introduce(hers.request_introduction())
        case = hers.open_case(TEXT)
        digest = case.describe(why_chosen=SECRET).digest
        evidence, page = attach(case)
        desk.merge(hers.folder)
        first = hers.signing_key[0]
        second = hers.keys.succeed(hers._signer())
        hers._introduce(second, by=hers._desk_signer())
        hers._person = hers._signed_in = second
        hers.erase(digest, ["why_chosen"], because="x")
        hers.erase(entry_of(case, evidence), captures=[page], because="x")
        desk.merge(hers.folder)
        assert holding(desk, SECRET), "the second key is nobody's here"
        holds(desk, "key.foreign")
        desk.introduce(hers.request_introduction(), as_desk=True)
        assert desk.state.person(first).id == desk.state.person(second.key).id
        assert holding(desk, SECRET) == []
        assert desk.case().state.why_chosen == ""
        holds(desk, "key.foreign")
