"""What counts: keys, persons, revocations, merges and erasures, as append and verify see them."""

from __future__ import annotations

import shutil

import pytest

from factcheck.case.fold import Fold
from factcheck.errors import IntegrityError, KeyUnavailableError, LedgerConflictError, LedgerError, NotAllowedError
from factcheck.ledger.codec import person_of_key
from factcheck.ledger.counting import KeyBook
from factcheck.ledger.ledger import Act
from factcheck.ledger.merkle import leaf_hash
from factcheck.ledger.sqlite import SqliteStore
from factcheck.ledger.store import MemoryStore
from factcheck.ledger.verify import verify_ledger, verify_store
from factcheck.model import events as ev
from factcheck.model.verdict import Verdict
from tests.ledger.conftest import CASE, make
from tests.ledger.test_attack import attack

ROOT, AMAL, HUDA, THIEF = "ed25519:root", "ed25519:amal", "ed25519:huda", "ed25519:thief"


def about(actor: str, n: int, payload, at: int) -> ev.Event:
    name, version = ev.TYPE_OF[type(payload)]
    return ev.Event(
        f"{actor}{n}", name, version, actor, f"2026-11-23T12:00:{at:02}.000000Z", "", "desk", f"{at:032x}", n, None, {}, None, payload
    )


def introduced(key: str, person: str = "") -> ev.KeyIntroduced:
    return ev.KeyIntroduced(key, person or person_of_key(key))


def test_nobody_makes_a_key_for_a_colleague() -> None:
    events = [about(ROOT, 0, introduced(AMAL), 1), about(ROOT, 1, introduced(HUDA), 2)]
    forged = about(AMAL, 0, introduced(THIEF, person_of_key(HUDA)), 3)
    assert THIEF not in KeyBook([ROOT], [*events, forged]).person_of
    second = about(HUDA, 0, introduced("ed25519:huda2", person_of_key(HUDA)), 3)
    assert KeyBook([ROOT], [*events, second]).same_person(HUDA, "ed25519:huda2")


def test_a_revoked_key_introduces_nobody_even_when_it_dates_itself_back() -> None:
    events = [about(ROOT, 0, introduced(AMAL), 5), about(ROOT, 1, ev.KeyRevoked(AMAL, {"desk": (0, "x")}), 9)]
    late = about(AMAL, 1, introduced(THIEF), 1)
    for order in ([*events, late], [late, *events]):
        assert THIEF not in KeyBook([ROOT], order).person_of
    assert HUDA in KeyBook([ROOT], [*events, about(AMAL, 0, introduced(HUDA), 6)]).person_of


def test_an_introduction_for_a_colleague_is_refused_when_it_is_made(any_scene) -> None:
    huda, other = any_scene.introduce("Huda"), any_scene.keys.create_person("Huda", "Elsewhere")
    payload = ev.KeyIntroduced(other.key, huda.person, "Huda")
    with pytest.raises(NotAllowedError, match="by the person"):
        any_scene.ledger.append([Act(payload, any_scene.amal, "", {"key:" + other.key[8:]: ()}, cosigner=other)])


def test_a_revoked_key_writes_no_more(any_scene) -> None:
    huda = any_scene.introduce("Huda")
    event = any_scene.title("before", actor=huda)
    register = "key:" + huda.key[8:]
    payload = ev.KeyRevoked(huda.key, {any_scene.ledger.origin: (event.n, event.digest)}, "lost laptop")
    any_scene.ledger.append([Act(payload, any_scene.ledger.desk_key, "", {register: any_scene.ledger.heads(register)})])
    with pytest.raises(NotAllowedError, match="revoked"):
        any_scene.title("after", actor=huda)
    assert verify_store(any_scene.ledger.store).ok


def test_erasing_ones_own_result_does_not_make_it_replace_anothers(any_scene) -> None:
    """An event counts or not by its clear fields, whatever is redacted."""
    verdict = Verdict("content/x", "standard", "true", (), "r", "en", "2026-11-23")
    huda, register = any_scene.introduce("Huda"), "verdict:" + "b" * 32
    [mine] = any_scene.ledger.append([Act(ev.VerdictGiven(verdict), any_scene.amal, CASE, {register: ()})])
    act = Act(ev.VerdictGiven(verdict), huda, CASE, {register: (mine.digest,)})
    with pytest.raises(NotAllowedError, match="Another person"):
        any_scene.ledger.append([act])
    forged = ev.Event(
        "f" * 43, "verdict.given", 1, huda.key, mine.at, CASE, mine.desk, "0" * 32, 0, None, act.on, None, None, frozenset({"verdict"})
    )
    fold = Fold(any_scene.ledger.root_keys)
    fold.add([*any_scene.ledger.events(), forged])
    assert fold.heads(register) == (mine.digest,)


def test_what_could_not_be_read_back_is_not_written(any_scene) -> None:
    with pytest.raises(ValueError, match=r"case\.opened"):
        any_scene.ledger.append([Act(ev.CaseOpened(None, "ar", "", False), any_scene.amal, CASE, {f"case:{CASE}": ()})])
    assert any_scene.ledger.size == 1


def test_appending_nothing_writes_nothing_and_half_a_retry_is_refused(any_scene) -> None:
    note = any_scene.ledger.checkpoint()
    assert any_scene.ledger.append([]) == []
    assert any_scene.ledger.checkpoint() == note
    first = Act(ev.CaseOpened("x"), any_scene.amal, CASE, {f"case:{CASE}": ()}, id="a" * 32)
    any_scene.ledger.append([first])
    other = Act(ev.CaseOpened("y"), any_scene.amal, "d" * 32, {f"case:{'d' * 32}": ()}, id="b" * 32)
    with pytest.raises(ValueError, match="1 of 2 acts"):
        any_scene.ledger.append([first, other])


def test_two_programs_on_one_desk_take_turns_or_conflict(scene) -> None:
    other = scene.reopened()
    first = scene.title("one")
    stale = Act(ev.CaseDescribed("two"), scene.amal, CASE, {f"case:{CASE}": ()})
    with pytest.raises(LedgerConflictError) as caught:
        other.append([stale])
    assert [event.digest for event in caught.value.events] == [first.digest]
    other.append([Act(ev.CaseDescribed("two"), scene.amal, CASE, {f"case:{CASE}": other.heads(f"case:{CASE}")})])
    proof = scene.ledger.prove(first.digest)
    assert "\n3\n" in proof, "the proof is against the newest checkpoint, which the other program wrote"
    assert scene.title("three").index == 3
    other.close()
    assert verify_ledger(scene.path, kept_heads=scene.heads).ok


def test_erasures_travel_with_a_merge_and_are_not_brought_back(any_scene, tmp_path, clock, entropy) -> None:
    other = make(tmp_path / "other", clock, entropy, MemoryStore)
    theirs = other.title("secret")
    any_scene.ledger.merge(other.ledger, any_scene.amal)
    other.ledger.erase([(theirs.digest, "title")], actor=other.ledger.desk_key, because="source")
    any_scene.ledger.merge(other.ledger, any_scene.amal)
    assert "title" not in any_scene.ledger.disclosures(theirs.digest)
    findings = verify_store(any_scene.ledger.store)
    assert findings.ok, findings.findings
    assert findings.erased == 1


def test_a_foreign_entry_that_does_not_hold_is_not_merged(any_scene, tmp_path, clock, entropy) -> None:
    other = make(tmp_path / "other", clock, entropy, MemoryStore)
    event = other.title("there")
    store = other.ledger.store
    row = store._rows[event.index]
    leaf = row.leaf.replace(b'"at":"2026', b'"at":"2025')
    store._rows[event.index] = type(row)(row.index, leaf, leaf_hash(leaf), row.disclosures)
    with pytest.raises(IntegrityError, match="is wrong"):
        any_scene.ledger.merge(other.ledger, any_scene.amal)
    assert any_scene.ledger.size == 1


def test_another_copy_of_the_same_log_is_not_merged(scene, tmp_path) -> None:
    other = scene.reopened()
    with pytest.raises(LedgerError, match="another copy"):
        scene.ledger.merge(other, scene.amal)
    other.close()


def test_what_others_events_hang_on_is_not_erased(any_scene) -> None:
    [introduction] = any_scene.ledger.events()
    with pytest.raises(ValueError, match="hangs on it"):
        any_scene.ledger.erase([(introduction.digest, "key")], actor=any_scene.ledger.desk_key, because="")
    any_scene.ledger.erase([(introduction.digest, "name")], actor=any_scene.ledger.desk_key, because="danger")
    assert verify_store(any_scene.ledger.store).ok
    assert any_scene.title("still counts").index == 2


def test_nothing_is_signed_on_top_of_entries_that_were_slipped_in(scene) -> None:
    """Without a kept head, the last checkpoint alone stands guard."""
    scene.title("one")
    scene.ledger.close()
    attack(scene.path, ["DELETE FROM event WHERE idx = 1", "DELETE FROM disclosure WHERE idx = 1"])
    scene.ledger = scene.reopened(kept_heads=None)
    with pytest.raises(IntegrityError, match="Nothing was written"):
        scene.title("two")


def test_the_list_of_erased_fields_is_checked_and_a_foreign_key_is_named(scene, tmp_path) -> None:
    scene.title("one")
    assert verify_ledger(scene.path, known_vkeys=[scene.ledger.vkey]).ok
    assert {f.code for f in verify_ledger(scene.path, known_vkeys=["other"]).findings} == {"header.key"}
    shutil.copy(scene.path, tmp_path / "spoilt.sqlite")
    attack(tmp_path / "spoilt.sqlite", ["INSERT INTO erasing VALUES (1, 'title')"])
    assert {f.code for f in verify_ledger(tmp_path / "spoilt.sqlite").findings} == {"field.marked"}


def test_a_ledger_with_two_names_is_not_written_to(scene, tmp_path) -> None:
    (tmp_path / "second.sqlite").hardlink_to(scene.path)
    with pytest.raises(LedgerError, match="hard link"):
        SqliteStore.open(scene.path)
    SqliteStore.open(scene.path, read_only=True).close()


def test_key_files_are_private_and_damage_is_said(scene) -> None:
    folder = scene.keys.folder
    assert {path.stat().st_mode & 0o077 for path in (folder, *folder.rglob("*"))} == {0}
    with pytest.raises(KeyUnavailableError, match="which is none"):
        scene.keys.desk_key("ed25519:../../persons/x")
    [path] = (folder / "persons").glob("*.json")
    for text in ("[]", '{"name": 1}', "{"):
        path.write_text(text)
        with pytest.raises(KeyUnavailableError, match="damaged"):
            scene.keys.persons()
    with pytest.raises(TypeError, match="not pickled"):
        scene.amal.__reduce__()
    assert "PRIVATE" not in repr(scene.amal)
