"""People at a desk: further keys, colleagues on other machines, rotation, revocation, and keys that were copied."""

from __future__ import annotations

import shutil

import pytest

from factcheck.case.desk import Desk
from factcheck.case.verify import verify_desk
from factcheck.errors import IntegrityError, KeyUnavailableError, NotAllowedError
from factcheck.ledger import locks
from factcheck.ledger.asking import write_request
from factcheck.ledger.ledger import Ledger
from factcheck.ledger.sqlite import SqliteStore
from tests.machines import Machine

TEXT = "قال الوزير إن الجسر افتتح أمس في المدينة."


@pytest.fixture
def home(tmp_path, clock) -> Machine:
    return Machine(tmp_path / "home", clock)


@pytest.fixture
def away(tmp_path, clock) -> Machine:
    return Machine(tmp_path / "away", clock)


def holds(desk: Desk) -> bool:
    findings = desk.verify()
    assert findings.ok, findings.findings
    return findings.signed_by_introduced


def test_a_colleague_on_another_machine_is_introduced_by_her_request(home, away) -> None:
    with home.desk() as desk, away.desk("Huda") as hers:
        known = desk.introduce(hers.request_introduction())
        assert (known.name, known.keys) == ("Huda", hers.me.keys)
        assert {person.name for person in desk.state.persons.values()} == {"Amal", "Huda"}
        assert holds(desk)
        hers.open_case(TEXT)
        desk.ledger.merge(hers.ledger, desk._signer())
        desk.refresh()
        assert len(desk.cases()) == 1, "what she wrote at home counts here now"
        with pytest.raises(NotAllowedError, match="introduced to this desk already"):
            desk.introduce(hers.request_introduction())


def test_a_second_machine_of_the_same_person_is_introduced_by_the_first(home, away, clock) -> None:
    with home.desk() as desk:
        key = away.desk("Huda").keys.create_person("Amal", "Newsroom", person=desk.me.id)
        request = write_request(key, clock())
        before = desk.me.id
        desk.introduce(request)
        assert desk.state.person(key.key).id == before
        assert set(desk.me.keys) == {desk.signing_key[0], key.key}
        assert len(desk.me.machines) == 2
        assert holds(desk)


def test_a_colleague_does_not_vouch_for_a_further_key_of_mine(home, away, clock) -> None:
    with home.desk() as desk:
        amal = desk.me.id
        key = away.desk("X").keys.create_person("Amal", "Newsroom", person=amal)
        desk.act_as(desk.keys.create_person("Huda", "Newsroom"))
        with pytest.raises(NotAllowedError, match="further key of ⁨Amal⁩"):
            desk.introduce(write_request(key, clock()))
        assert desk.introduce(write_request(key, clock()), as_desk=True).id == amal


def test_a_further_key_of_nobody_known_is_refused(home, away, clock) -> None:
    with home.desk() as desk:
        key = away.desk("X").keys.create_person("Amal", "Newsroom", person="a" * 32)
        with pytest.raises(NotAllowedError, match="whom this desk does not know"):
            desk.introduce(write_request(key, clock()))
        with pytest.raises(IntegrityError, match="no request"):
            desk.introduce(b"x")


def test_rotating_signs_with_both_keys_and_goes_on_with_the_new_one(home) -> None:
    with home.desk() as desk:
        old, person = desk.signing_key[0], desk.me.id
        desk.rotate()
        new = desk.signing_key[0]
        assert new != old
        assert desk.me.id == person
        case = desk.open_case(TEXT)
        assert case.state.history[0].actor == new
        assert desk.ledger.counts(old)
        assert holds(desk)
    with home.desk() as again:
        assert again.signing_key[0] == new


def test_a_retired_key_counts_no_more_but_what_it_wrote_does(home) -> None:
    with home.desk() as desk:
        case = desk.open_case(TEXT)
        old = desk.signing_key[0]
        desk.rotate(retire=True)
        assert not desk.ledger.counts(old)
        assert case.id in desk.cases()
        assert desk.me.active
        assert holds(desk)


def test_a_desk_that_knows_the_old_key_goes_on_with_it_until_it_is_rotated_there_too(home) -> None:
    with home.desk(folder="one") as one, home.desk(folder="two") as two:
        old = two.signing_key[0]
        one.rotate()
    with home.desk(folder="two") as two:
        assert two.signing_key[0] == old
        two.open_case(TEXT)
        two.rotate()
        assert two.signing_key[0] != old
        assert len(two.keys.all_keys()) == 2, "the new key of the first desk, not a third one"
        assert holds(two)


def test_a_locked_keys_successor_is_locked_too(home, monkeypatch) -> None:
    monkeypatch.setattr(locks, "_N", locks._LEAST_N)
    with home.desk(passphrase="one") as desk:
        with pytest.raises(KeyUnavailableError, match="passphrase is needed for the one that replaces"):
            desk.rotate()
        desk.rotate("one")
        assert [info.locked for info in desk.keys.all_keys()] == [True, True]
    with home.desk(passphrase="one") as again:
        assert again.state.person(again.signing_key[0]).name == "Amal"


def test_a_revoked_key_counts_up_to_the_entry_named(home) -> None:
    with home.desk() as desk:
        huda = desk.keys.create_person("Huda", "Newsroom")
        with desk.acting_as(huda):
            kept = desk.open_case(TEXT)
            last = desk.ledger.size - 1
            undone = desk.open_case(TEXT)
        digest = desk.ledger.find(str(last))
        with pytest.raises(NotAllowedError, match="a key of ⁨Huda⁩: only they"):
            desk.revoke(huda.key, last=[digest])
        desk.revoke(huda.key, last=[digest], reason="stolen laptop", as_desk=True)
        assert kept.id in desk.cases()
        assert undone.id not in desk.cases()
        assert not desk.state.persons[huda.person].active
        desk.act_as(huda)
        with pytest.raises(NotAllowedError, match="was revoked"):
            desk.open_case(TEXT)
        findings = desk.verify()
        assert findings.ok
        assert {finding.code for finding in findings.findings} == {"key.revoked"}


def test_revoking_names_by_default_what_is_here_and_may_name_nothing(home) -> None:
    with home.desk() as desk:
        huda = desk.keys.create_person("Huda", "Newsroom")
        with desk.acting_as(huda):
            case = desk.open_case(TEXT)
        event = desk.revoke(huda.key, as_desk=True)
        assert event.payload.last == {desk.ledger.origin: (2, desk.ledger.find(str(desk.ledger.size - 2)))}
        assert case.id in desk.cases()
        desk.revoke(huda.key, nothing=True, as_desk=True)
        assert case.id not in desk.cases()


def test_what_cannot_be_revoked_is_said(home) -> None:
    with home.desk() as desk:
        [root] = desk.ledger.root_keys
        with pytest.raises(NotAllowedError, match="desk's own key is not revoked"):
            desk.revoke(root)
        with pytest.raises(ValueError, match="nobody introduced"):
            desk.revoke("ed25519:" + "A" * 43)
        mine = desk.signing_key[0]
        desk.open_case(TEXT)
        with pytest.raises(ValueError, match="is no entry by"):
            desk.revoke(mine, last=[desk.ledger.find("0")])
        with pytest.raises(ValueError, match="two of the same"):
            desk.revoke(mine, last=[desk.ledger.find("1"), desk.ledger.find("2")])


def test_a_machine_without_the_desks_key_reads_until_it_is_handed_over(home, away, monkeypatch) -> None:
    monkeypatch.setattr(locks, "_N", locks._LEAST_N)
    with home.desk() as desk, away.desk("Huda", folder="hers") as hers:
        desk.introduce(hers.request_introduction())
        exported = desk.keys.export_desk_key(next(iter(desk.ledger.root_keys)), "word")
    shutil.copytree(home.folder / "desk", away.folder / "desk")
    with away.desk("Huda") as copy:
        with pytest.raises(KeyUnavailableError, match="not on this machine"):
            copy.open_case(TEXT)
        copy.keys.import_desk_key(exported, "word")
    with away.desk("Huda") as copy:
        copy.open_case(TEXT)
        assert holds(copy)


def test_a_stranger_to_a_desk_is_told_how_to_be_introduced(home, away) -> None:
    home.desk().close()
    shutil.copytree(home.folder / "desk", away.folder / "desk")
    with pytest.raises(NotAllowedError, match="factcheck key request makes the file"):
        away.desk("Huda")


def test_a_key_used_on_two_copies_of_a_desk_is_told_in_words_where_both_meet(home, tmp_path) -> None:
    """A desk is copied with its keys, and both copies go on; a third desk takes in both."""
    home.desk(folder="one").close()
    shutil.copytree(home.folder / "one", home.folder / "two")
    with home.desk(folder="one") as one:
        one.open_case(TEXT)
    shutil.rmtree(home.folder / "state" / "heads")  # another machine: nothing was kept of the first copy's head
    with home.desk(folder="two") as two:
        two.open_case(TEXT)
    with home.desk(folder="third") as third:
        for name in ("one", "two"):
            store = SqliteStore.open(home.folder / name / "ledger.sqlite", read_only=True)
            other = Ledger.open(store, desk_key=None, clock=home.around.clock, entropy=home.around.entropy)
            third.ledger.merge(other, third._signer())
            other.close()
    findings = verify_desk(home.folder / "third", home.around)
    forks = [finding for finding in findings.findings if finding.code == "actor.fork"]
    assert "and so is entry" in forks[0].message
    assert "copied" in forks[0].remedy
    assert not findings.ok


def test_an_entry_that_was_withheld_is_told_in_words(home) -> None:
    with home.desk(folder="one") as one:
        one.open_case(TEXT)
        rows = [row for row in one.ledger.store.rows() if row.index != 2]
        with home.desk(folder="two") as two, two.ledger.store.writing() as writer:
            start = two.ledger.size
            writer.add([type(row)(start + i, row.leaf, row.leaf_hash, row.disclosures) for i, row in enumerate(rows)], [], b"")
        findings = verify_desk(home.folder / "two", home.around)
    fork = next(finding for finding in findings.findings if finding.code == "actor.fork")
    assert "is not here" in fork.message
    assert "withheld" in fork.remedy
