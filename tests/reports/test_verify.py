"""A stranger checks a report file: what was written holds, and a change anywhere in it is found."""

# ruff: noqa: E501 - the attacks read as a table
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from factcheck.ledger import attached
from factcheck.ledger.attached import Attached
from factcheck.ledger.codec import person_of_key
from factcheck.reports.html import render
from factcheck.reports.verify import SEAL_TAG, check_page, seal_page, verify_report
from factcheck.reports.writing import source_of
from tests.reports.forge import CASE, OTHER_CASE, Forge, key

BLOCK = re.compile(rb'(id="factcheck-entries">)(.*?)(</script>)', re.S)


@pytest.fixture
def case(desk):
    """A case on two sentences, which costs less than one on the seed article."""
    return desk.open_case("قال الوزير إن الجسر افتتح أمس. وأضاف أن كلفته بلغت 40 مليون دينار.")


@pytest.fixture
def page(case) -> bytes:
    claim = case.mark((0, 30))
    case.choose([f"content/{claim}"])
    search = case.search("أرشيف", ["كلمات"], "nothing", target=f"content/{claim}")
    case.verdict(f"content/{claim}", "unproven", "بحثنا في الأرشيف <كله> ولم نجد شيئاً.", grounds=[f"search:{search}"], unknown="كل شيء")
    return render(source_of(case), "ar")


def codes(page: bytes, level: str = "error", **asked) -> set[str]:
    return {finding.code for finding in verify_report(page, **asked).findings if finding.level == level}


def table_of(page: bytes) -> Attached:
    return attached.read(BLOCK.search(page)[2])


def with_table(page: bytes, table: Attached) -> bytes:
    return BLOCK.sub(lambda m: m[1] + attached.write(table).encode() + m[3], page)


def unsealed(page: bytes) -> bytes:
    return re.sub(re.escape(SEAL_TAG) + b".*?</script>\n", b"", page, flags=re.S)


def with_entry(table: Attached, position: int, **changed) -> Attached:
    entries = list(table.entries)
    entries[position] = replace(entries[position], **changed)
    return replace(table, entries=tuple(entries))


def bent(text: str) -> str:
    where = len(text) // 3
    return text[:where] + ("a" if text[where] != "a" else "b") + text[where + 1 :]


# ---- a report that the package made


def test_an_untouched_report_holds_and_says_who_answers_for_it(page, desk) -> None:
    findings = verify_report(page)
    assert [f for f in findings.findings if f.level != "info"] == []
    assert (findings.ok, findings.signed_by_introduced, findings.checkpoint_signed, findings.kind) == (True, True, True, "report")
    assert findings.entries == len(table_of(page).entries) > 4
    assert (findings.vkey, findings.sealed_by, findings.persons) == (desk.ledger.vkey, desk.signer.key, 1)


def test_a_report_of_a_desk_that_is_read_only_is_unsealed_and_said_to_be(case) -> None:
    page = render(replace(source_of(case), signer=None), "ar")
    assert codes(page) == {"seal.missing"}
    assert verify_report(page).signed_by_introduced
    assert not verify_report(page).ok


@pytest.mark.parametrize(("part", "code"), [("leaf", "entry.form entry.proof"), ("proof", "entry.proof"), ("digest", "entry.proof")])
def test_a_changed_entry_is_found(page, part: str, code: str) -> None:
    table = table_of(page)
    for position, entry in enumerate(table.entries):
        value = getattr(entry, part)
        changed = bent(value) if isinstance(value, str) else bent(value.decode()).encode()
        found = codes(with_table(page, with_entry(table, position, **{part: changed})))
        assert found & set(code.split())
        assert "seal.bytes" in found


def test_a_changed_disclosure_is_found(page) -> None:
    table = table_of(page)
    [position] = [at for at, entry in enumerate(table.entries) if b'"verdict"' in entry.disclosures.get("verdict", b"")]
    fields = table.entries[position].disclosures
    changed = {**fields, "verdict": fields["verdict"].replace(b"unproven", b"true")}
    assert "entry.disclosure" in codes(with_table(page, with_entry(table, position, disclosures=changed)))


def test_changed_words_break_the_seal_and_those_of_entries_are_named(page) -> None:
    forged = page.replace("ولم نجد شيئاً.".encode(), "ووجدنا كل شيء.".encode(), 1)
    assert forged != page
    assert (codes(forged), codes(forged, "warning")) == ({"seal.bytes"}, {"page.words"})
    headline = page.replace("الادعاء".encode(), "الحقيقة".encode(), 1)
    assert codes(headline) == {"seal.bytes"}


def test_who_takes_the_seal_off_is_found(page) -> None:
    assert codes(unsealed(page)) == {"seal.missing"}


def test_a_seal_by_somebody_else_does_not_count(page, desk) -> None:
    mine = seal_page(unsealed(page), table_of(page), desk.ledger.origin, key("mallory"))
    assert codes(mine) == {"seal.key"}
    assert verify_report(mine).sealed_by == ""


def test_a_seal_of_another_case_or_page_does_not_count(page, desk) -> None:
    other = seal_page(unsealed(page), replace(table_of(page), case=OTHER_CASE), desk.ledger.origin, desk.signer)
    assert codes(other) == {"seal.other"}
    longer = unsealed(page).replace(b"</main>", b"<p>more</p></main>")
    theirs = SEAL_TAG + page.partition(SEAL_TAG)[2]
    moved = longer.removesuffix(b"</body>\n</html>\n") + theirs
    assert codes(moved) == {"seal.bytes"}


def test_names_left_out_still_verify(case) -> None:
    source = source_of(case)
    page = render(replace(source, settings=replace(source.settings, show_names=False)), "ar")
    findings = verify_report(page)
    assert findings.ok
    assert [f.code for f in findings.findings] == ["entry.redacted"] * len(findings.findings) != []


def test_a_known_key_and_a_kept_head_are_compared(page, desk, case) -> None:
    assert codes(page, known_vkeys=[desk.ledger.vkey]) == set()
    assert codes(page, known_vkeys=[Forge().verifier.vkey]) == {"header.key"}
    note = desk.ledger.checkpoint().encode()
    assert verify_report(page, against=note).extends_kept_head is True
    case.search("x", ["y"], "nothing")
    later = verify_report(page, against=desk.ledger.checkpoint().encode())
    assert (later.ok, later.extends_kept_head, codes(page, "warning", against=desk.ledger.checkpoint().encode())) == (
        True,
        None,
        {"head.unchecked"},
    )
    assert codes(page, against=b"nonsense") == {"head.unreadable"}


HOSTILE = {
    "empty": b"",
    "not UTF-8": b"\xff\xfe",
    "no table": b"<p>no entries</p>",
    "other format": b'<script type="application/json" id="factcheck-entries">{"format": 1}</script>',
    "deep": b'<script type="application/json" id="factcheck-entries">' + b"[" * 200_000 + b"</script>",
    "giant number": b'<script type="application/json" id="factcheck-entries">' + b"1" * 20_000 + b"</script>",
    "many parts": b'<script type="application/json" id="factcheck-entries">[' + b"[]," * 8_000_000 + b"[]]</script>",
    "no end": b'<script type="application/json" id="factcheck-entries">{}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_report_is_a_finding(name: str) -> None:
    findings = verify_report(HOSTILE[name])
    assert not findings.ok
    assert {f.code for f in findings.findings} == {"file.unreadable"}


def test_another_spelling_of_the_table_is_refused(page) -> None:
    text = BLOCK.search(page)[2]
    for other in (
        b" " + text, text.replace(b'"index":0', b'"index":0.0'), text.replace(b'"index":0', b'"index":-0'), text.replace(b'"case":', b'"case":"x","case":'),
        text.replace(b'"entries":', b'"more":1,"entries":'), text.replace(b"\\n", b"\\u000a"), text + b"\n", text.replace(b'"digest":', b'"digest":null,"digest":'),
    ):  # fmt: skip
        assert other != text
        assert codes(BLOCK.sub(lambda m, other=other: m[1] + other + m[3], page)) == {"file.unreadable"}


# ---- what a dishonest desk may try


def honest() -> tuple[Forge, dict]:
    f = Forge()
    people = {"amal": f.introduce("amal")}
    people["huda"] = f.introduce("huda", by=people["amal"])
    f.title("عنوان", people["amal"], on={f"case:{CASE}": []})
    f.verdict(people["amal"])
    return f, people


def forged_codes(change: Callable[[Forge, dict], None]) -> set[str]:
    f, people = honest()
    change(f, people)
    return codes(f.page(people["amal"]))


def test_an_honest_small_page_holds() -> None:
    assert forged_codes(lambda f, p: None) == set()


ATTACKS = {
    "an author nobody introduced": (lambda f, p: f.title("x", key("mallory")), "key.unknown"),
    "a colleague's key made by a member": (lambda f, p: f.title("x", f.introduce("h2", by=p["amal"], values={"person": person_of_key(p["huda"].key)})), "key.unknown"),
    "an introduction that the new key did not sign": (lambda f, p: f.introduce("ali", signers=[f.desk, key("mallory")]), "key.unsigned"),
    "an introduction with one signature": (lambda f, p: f.introduce("ali", signers=[f.desk]), "entry.signature key.unsigned"),
    "an event with a further signature": (lambda f, p: f.title("x", p["amal"], signers=[p["amal"], p["huda"]]), "entry.signature"),
    "an event signed by another": (lambda f, p: f.title("x", p["amal"], signers=[p["huda"]]), "entry.signature"),
    "an event after its key was revoked": (
        lambda f, p: (f.revoke(p["huda"], {}), f.title("x", p["huda"], n=0, prev=None)), "entry.uncounted"),
    "an event behind the last one that counts": (
        lambda f, p: (f.title("x", p["huda"]), f.revoke(p["huda"], {f.origin: [0, f.digests[-1]]}), f.title("y", p["huda"])), "entry.uncounted"),
    "another person's verdict replaced": (lambda f, p: f.verdict(p["huda"]), "entry.uncounted"),
    "an entry of another case": (lambda f, p: f.title("x", p["amal"], case=OTHER_CASE), "entry.case"),
    "fields that the type does not have": (lambda f, p: f.title("x", p["amal"], values={"more": 1}), "entry.fields"),
    "a key that is not disclosed": (lambda f, p: f.introduce("ali", hidden=["person"]), "field.missing"),
    "a number twice": (lambda f, p: f.title("x", p["amal"], n=0, prev=None), "actor.fork"),
    "a number after another event": (lambda f, p: f.title("x", p["amal"], prev=f.digests[0]), "actor.fork"),
    "an id twice": (lambda f, p: [f.title(x, p["amal"], id="a" * 32) for x in "xy"], "actor.id"),
    "what did not move the register replaced": (lambda f, p: f.title("x", p["amal"], on={f"case:{CASE}": [f.digests[0]]}), "register.other"),
    "what was replaced before replaced again": (
        lambda f, p: [f.title(x, p["amal"], on={f"case:{CASE}": [f.digests[2]]}) for x in "xy"], "register.stale"),
    "a register created twice": (lambda f, p: f.title("x", p["amal"], on={f"case:{CASE}": []}), "register.stale"),
    "a log seen before it was": (lambda f, p: f.title("x", p["amal"], saw={**f.saw(4), "size": 9}), "entry.saw"),
    "two roots seen at one size": (
        lambda f, p: (f.title("x", p["amal"], saw=f.saw(2)), f.title("y", p["amal"], saw={**f.saw(3), "size": 2})), "entry.saw"),
    "an erased field disclosed": (
        lambda f, p: f.add("body.erased", {"fields": [[f.digests[2], "title"]], "captures": [], "because": ""}, actor=p["amal"]), "field.undead"),
    "a leaf that is no event": (lambda f, p: f.keep(b"nonsense\n\n", {}), "entry.form"),
    "a leaf twice": (lambda f, p: f.keep(*f.rows[2], f.digests[2]), "entry.twice"),
    "a leaf of small numbers written as floats": (lambda f, p: f.keep(f.rows[2][0].replace(b'"v":1}', b'"v":1.0}'), {}), "entry.form"),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_a_dishonest_entry_is_found(name: str) -> None:
    change, expected = ATTACKS[name]
    assert forged_codes(change) == set(expected.split())


def test_erased_fields_and_rotated_keys_hold() -> None:
    f, people = honest()
    leaf, fields = f.rows[2]
    f.rows[2] = (leaf, {name: data for name, data in fields.items() if name != "title"})
    f.add("body.erased", {"fields": [[f.digests[2], "title"]], "captures": [], "because": ""}, actor=people["amal"])
    new = f.rotate(people["amal"], "amal-2")
    f.title("x", new)
    findings = check_page(f.page(new)).findings()
    assert findings.ok, findings
    assert (findings.erased, findings.persons, findings.sealed_by) == (1, 2, new.key)


def test_a_seal_by_a_key_that_was_revoked_does_not_count() -> None:
    f, people = honest()
    f.revoke(people["huda"], {f.origin: [0, f.digests[-1]]})
    assert codes(f.page(people["huda"])) == {"seal.key"}
    assert codes(f.page(f.desk)) == {"seal.key"}, "a desk is no person"


def test_a_log_whose_name_is_not_made_of_its_key_is_found() -> None:
    f = Forge(origin="factcheck.invalid/" + "0" * 32)
    assert codes(f.page(f.introduce("amal"))) == {"header.origin"}


def test_a_table_out_of_order_or_with_proofs_of_two_trees_is_refused() -> None:
    f, people = honest()
    table = f.table()
    f.title("later", people["amal"])
    newer = f.table()
    mixed = replace(newer, entries=(*newer.entries[:1], replace(newer.entries[1], proof=table.entries[1].proof), *newer.entries[2:]))
    assert "entry.proof" in codes(f.page(people["amal"], mixed))
    assert "entry.twice" in codes(f.page(people["amal"], replace(newer, entries=newer.entries[::-1])))
    assert codes(f.page(people["amal"], replace(newer, entries=()))) == {"file.empty", "seal.key"}
