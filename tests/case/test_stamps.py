"""Time-stamps: asked for by a person, kept as they come, checked offline against given roots, and good for openssl too."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema
import pytest
from click.testing import CliRunner

from factcheck.case.verify import verify_desk
from factcheck.cli import main
from factcheck.errors import AddressRefusedError, FactcheckError, FetchError, IntegrityError, LedgerError, SourceUnavailableError
from factcheck.evidence.fetch import FetchPolicy, HttpFetcher
from factcheck.ledger.stamps import Stamps, with_stamps
from factcheck.ledger.timestamps import read_answer, request
from factcheck.ledger.verify import Findings
from factcheck.reports.bundle_check import verify_path
from tests.ledger.authority import Authority, openssl, serving
from tests.ledger.test_attack import attack
from tests.ledger.test_findings import SCHEMA

REPLY = "application/timestamp-reply"
TEXT = "قال الوزير إن الجسر افتتح أمس في المدينة."


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "honest")


@pytest.fixture(scope="module")
def other(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "other")


def ask(desk, answer):
    """Let the desk ask a server that answers so."""
    with serving(answer) as url:
        port = urlsplit(url).port
        desk.fetcher = HttpFetcher(FetchPolicy(allowed_hosts=frozenset({f"127.0.0.1:{port}"})), clock=desk.clock)
        return desk.stamp(url)


def honest(authority: Authority):
    return lambda query: (200, REPLY, authority.answer(query))


def codes(findings: Findings) -> list[str]:
    return [finding.code for finding in findings.findings]


def check(desk, *authorities: Authority, **details) -> Findings:
    return verify_desk(desk.folder, desk._around, tsa_roots=[each.root.read_bytes() for each in authorities], **details)


def kept_files(desk) -> list[Path]:
    return sorted((desk.folder / "stamps").glob("*"))


def test_a_stamp_is_kept_and_proved_and_openssl_agrees(desk, authority, around) -> None:
    desk.open_case(TEXT)
    kept = ask(desk, honest(authority))
    size = desk.ledger.size
    assert (kept.place, kept.entries) == (f"stamps/{size}-1", size)
    assert [path.name for path in kept_files(desk)] == [f"{size}-1.tsr", f"{size}.checkpoint"]
    assert authority.accepts(desk.folder / f"stamps/{size}.checkpoint", desk.folder / f"stamps/{size}-1.tsr")
    desk.open_case(TEXT)
    findings = check(desk, authority)
    assert findings.ok
    assert (findings.stamps_held, findings.stamps_proved, findings.stamped_entries) == (1, 1, size)
    assert findings.stamped_before == f"{kept.answer.at:%Y-%m-%dT%H:%M:%SZ}"
    assert codes(findings) == ["stamp.proved"]
    assert "existed before" in findings.findings[-1].message


def test_without_roots_it_is_said_that_nobody_checked_who_signed(desk, authority) -> None:
    ask(desk, honest(authority))
    findings = check(desk)
    assert findings.ok
    assert (findings.stamps_held, findings.stamps_proved, findings.stamped_before) == (1, 0, "")
    assert codes(findings) == ["stamp.held"]
    assert "not checked" in findings.findings[0].message


def test_a_stamp_that_carries_its_root_out_of_order_is_kept_and_proved(desk, tmp_path) -> None:
    """As OpenSSL 3.0 sends it; the package that checks signatures refuses the order of its certificates."""
    authority = Authority(tmp_path / "tsa", with_root=True)
    ask(desk, honest(authority))
    assert codes(check(desk, authority)) == ["stamp.proved"]


def test_several_authorities_are_asked_and_one_root_is_enough(desk, authority, other) -> None:
    ask(desk, honest(authority))
    assert ask(desk, honest(other)).place.endswith("-2")
    assert sorted(codes(check(desk, authority, other))) == ["stamp.proved", "stamp.proved"]
    findings = check(desk, authority)
    assert findings.ok
    assert sorted(codes(findings)) == ["stamp.proved", "stamp.untrusted"]


def test_roots_that_prove_nothing_are_no_success(desk, authority, other) -> None:
    findings = check(desk, authority)
    assert not findings.ok
    assert codes(findings) == ["stamp.missing"]
    ask(desk, honest(other))
    findings = check(desk, authority)
    assert not findings.ok
    assert codes(findings) == ["stamp.untrusted", "stamp.missing"]


def swapped(authority: Authority, query: bytes) -> bytes:
    """An honest stamp of another digest."""
    return authority.answer(request(b"something else", 7))


def other_nonce(authority: Authority, query: bytes) -> bytes:
    """An honest stamp of the same digest, asked for by somebody else: the last byte of the nonce stands before the last element."""
    return authority.answer(query[:-4] + bytes([query[-4] ^ 1]) + query[-3:])


@pytest.mark.parametrize("spoil", [swapped, other_nonce])
def test_an_honest_stamp_of_something_else_is_refused_and_not_kept(desk, authority, spoil) -> None:
    with pytest.raises(IntegrityError, match="nothing was kept"):
        ask(desk, lambda query: (200, REPLY, spoil(authority, query)))
    assert kept_files(desk) == []


@pytest.mark.parametrize(
    ("status", "kind", "body", "message"),
    [
        (500, "text/html", b"<h1>down</h1>", "answered 500"),
        (404, "text/html", b"", "answered 404"),
        (200, "text/html", b"<h1>Welcome to the hotel's network</h1>", "no time-stamp"),
        (200, REPLY, b"garbage", "no time-stamp"),
        (200, REPLY, b"", "no time-stamp"),
        (200, REPLY, b"0" * 300_000, "more than a time-stamp takes"),
        (200, REPLY, b"\x30\x84\xff\xff\xff\xff", "no time-stamp"),
        (200, REPLY, bytes.fromhex("3003020102"), "no time-stamp"),
        (200, REPLY, bytes.fromhex("30053003020102"), "refused: the authority answered rejected"),
        (200, REPLY, bytes.fromhex("30113003020102300a0c08746f6f206d616e79"), "rejected"),
        (200, REPLY, bytes.fromhex("30053003020163"), "status 99"),
    ],
)
def test_what_is_no_stamp_is_refused_in_a_line_and_not_kept(desk, status, kind, body, message) -> None:
    with pytest.raises(SourceUnavailableError, match=message):
        ask(desk, lambda _query: (status, kind, body))
    assert kept_files(desk) == []


def test_an_answer_in_an_unknown_form_about_what_was_asked_is_kept_and_said(desk, authority) -> None:
    def odd(query: bytes) -> tuple[int, str, bytes]:  # an element of no stated length, as BER allows and DER does not
        token = authority.answer(query)
        return 200, REPLY, b"\x30\x80" + token[4 if token[1] == 0x82 else 3 :] + b"\x00\x00"

    kept = ask(desk, odd)
    assert kept.answer is None
    findings = check(desk)
    assert findings.ok
    assert codes(findings) == ["stamp.unreadable"]
    assert "openssl ts -verify" in findings.findings[0].remedy
    assert not check(desk, authority).ok


def test_an_authority_that_is_not_there_or_nowhere_named_is_said(desk) -> None:
    with pytest.raises(ValueError, match="--tsa URL"):
        desk.stamp()
    with pytest.raises(AddressRefusedError):
        desk.stamp("http://127.0.0.1/tsr")
    with pytest.raises(FetchError):
        desk.stamp("ftp://tsa.example")


def test_every_changed_byte_of_a_stamp_is_found_or_changes_nothing_that_is_signed(desk, authority) -> None:
    ask(desk, honest(authority))
    [stamp] = Stamps(desk.folder / "stamps").held()
    roots = [authority.root.read_bytes()]
    whole = Findings((), entries=1, whole=True)
    said = read_answer(stamp.token)
    missed = []
    for at in range(len(stamp.token)):
        token = bytearray(stamp.token)
        token[at] ^= 1
        changed = type(stamp)(stamp.place, stamp.size, stamp.note, bytes(token))
        found = with_stamps(whole, [changed], roots)
        if found.stamps_proved and read_answer(changed.token) != said:
            missed.append(at)
    assert missed == []
    note = bytearray(stamp.note)
    note[3] ^= 1
    assert codes(with_stamps(whole, [type(stamp)(stamp.place, stamp.size, bytes(note), stamp.token)], roots))[0] == "stamp.wrong"


def test_a_stamp_of_another_logs_checkpoint_or_of_a_rewritten_log_is_found(desk, authority, tmp_path) -> None:
    ask(desk, honest(authority))
    stamped = next(path for path in kept_files(desk) if path.suffix == ".checkpoint")
    text = stamped.read_bytes()
    stamped.write_bytes(text.replace(b"factcheck.invalid/", b"factcheck.invalid/0"))
    assert {"head.unreadable", "stamp.wrong"} <= set(codes(check(desk, authority)))
    stamped.unlink()
    assert "stamp.wrong" in codes(check(desk, authority))


def test_a_stamped_head_finds_a_cut_tail_like_a_kept_one(desk, authority) -> None:
    desk.open_case(TEXT)
    ask(desk, honest(authority))
    desk.close()
    last = desk.ledger.size - 1
    attack(
        desk.folder / "ledger.sqlite",
        [f"DELETE FROM event WHERE idx >= {last - 2}", f"DELETE FROM disclosure WHERE idx >= {last - 2}",
         f"DELETE FROM checkpoint WHERE size > {last - 2}"],
    )  # fmt: skip
    findings = check(desk, authority)
    assert ("head.rollback", f"stamps/{last + 1}.checkpoint") in {(each.code, each.place) for each in findings.findings}


def test_an_export_carries_stamps_that_verify_there(desk, authority, tmp_path, monkeypatch) -> None:
    ask(desk, honest(authority))
    desk.close()
    out = tmp_path / "log"
    assert CliRunner().invoke(main, ["log", "export", str(desk.folder), str(out)]).exit_code == 0
    assert len(list((out / "timestamps").iterdir())) == 2
    findings = verify_path(out, tsa_roots=[authority.root.read_bytes()])
    assert findings.ok
    assert findings.stamps_proved == 1
    [token] = (out / "timestamps").glob("*.tsr")
    assert authority.accepts(next((out / "timestamps").glob("*.checkpoint")), token)


def test_the_commands_stamp_and_tell_what_it_proves(desk, authority, around, monkeypatch) -> None:
    monkeypatch.setenv("FACTCHECK_CONFIG", str(around.config))
    monkeypatch.setenv("FACTCHECK_STATE", str(around.state))
    desk.close()

    def run(*arguments: object, code: int = 0) -> str:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert result.exit_code == code, result.output
        return result.output

    assert "no stamp is here" in run("verify", desk.folder)
    with serving(honest(authority)) as url:
        settings = (desk.folder / "factcheck.toml").read_text("utf-8")
        settings = settings.replace("allowed_hosts = []", f'allowed_hosts = ["127.0.0.1:{urlsplit(url).port}"]')
        (desk.folder / "factcheck.toml").write_text(
            settings.replace('time_stamp_authority = ""', f'time_stamp_authority = "{url}"'), "utf-8"
        )
        assert "1 entries existed before" in run("stamp", desk.folder)
    assert "not proved (1 stamps are here" in run("verify", desk.folder)
    assert "time-stamped                 yes: 1 entries" in run("verify", desk.folder, "--tsa-root", authority.root)
    printed = json.loads(run("verify", desk.folder, "--json", "--tsa-root", authority.root))
    jsonschema.Draft202012Validator(SCHEMA).validate(printed)
    assert (printed["stamps_proved"], printed["stamped_entries"]) == (1, 1)
    said = run("verify", desk.folder, "--tsa-root", desk.folder / "factcheck.toml", code=1)
    assert "no certificate" in said


def test_without_the_package_the_error_says_how_to_get_it(desk, authority, monkeypatch) -> None:
    ask(desk, honest(authority))
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    assert check(desk).ok, "asking and holding need no package"
    with pytest.raises(FactcheckError, match=r'pip install "factcheck-workbench\[stamps\]"'):
        check(desk, authority)


def test_what_lies_beside_stamps_and_a_folder_that_cannot_be_written(desk, authority, tmp_path) -> None:
    ask(desk, honest(authority))
    for name in ("1-0.tsr", "x.tsr", "01-1.tsr", "1-1.tsr.9.part"):
        (desk.folder / "stamps" / name).write_bytes(b"x")
    assert len(Stamps(desk.folder / "stamps").held()) == 1
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(LedgerError, match="could not be kept"):
        Stamps(tmp_path / "file" / "stamps").keep(desk.ledger.checkpoint().encode(), b"x")
    changed = desk.ledger.checkpoint().encode().replace(b"\n\n", b"\n\n" + "— x AAAAAAAA\n".encode())
    with pytest.raises(LedgerError, match="another checkpoint"):
        Stamps(desk.folder / "stamps").keep(changed, b"x")


def test_openssl_reads_our_requests(tmp_path) -> None:
    for nonce in (1, 127, 128, 255, 2**63, 2**64 - 1):
        (tmp_path / "q").write_bytes(request(b"data", nonce))
        said = openssl("ts", "-query", "-in", tmp_path / "q", "-text").stdout.decode()
        assert int(said.partition("Nonce: ")[2].split()[0], 16) == nonce
        assert "Certificate required: yes" in said
        assert "sha256" in said
