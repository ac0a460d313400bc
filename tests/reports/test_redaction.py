"""A copy for others leaves things out, says so, and still verifies; nothing that was left out is anywhere in it."""

# ruff: noqa: E501 - the scene reads as a table
from __future__ import annotations

import dataclasses
import enum
import gzip
import io
import types
import typing
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from factcheck.case.desk import open_desk
from factcheck.ledger import attached
from factcheck.model import events as ev
from factcheck.model.article import Span
from factcheck.model.evidence import Capture, Evidence, OfflineSource
from factcheck.reports.bundle import save_bundle
from factcheck.reports.bundle_check import verify_path
from factcheck.reports.html import render
from factcheck.reports.redaction import PARTS, PRESETS, PRIVATE, PUBLIC, parts_of, redacted, still_readable
from factcheck.reports.verify import verify_report
from factcheck.reports.writing import report_bytes, source_of

CASE_TYPES = [
    cls for (name, _), cls in ev.EVENT_TYPES.items() if not name.startswith(("key.", "log.", "body.", "policy.", "scale.", "act."))
]


# ---- every text is placed


def text_members(cls: type, seen: set[type] | None = None) -> Iterator[tuple[type, str]]:
    """Members of a model class, and of those inside it, that can hold text somebody wrote."""
    seen = set() if seen is None else seen
    if cls in seen:
        return
    seen.add(cls)
    hints = typing.get_type_hints(cls)
    for member in dataclasses.fields(cls):
        inner = list(leaves(hints[member.name]))
        if any(leaf in (str, Any) for leaf in inner):
            yield cls, member.name
        for leaf in inner:
            if dataclasses.is_dataclass(leaf):
                yield from text_members(leaf, seen)


def leaves(hint: Any) -> Iterator[Any]:
    arguments = typing.get_args(hint)
    if not arguments:
        yield hint
        return
    if typing.get_origin(hint) in (dict, Mapping) or getattr(typing.get_origin(hint), "__name__", "") == "Mapping":
        arguments = arguments[1:]
    for argument in arguments:
        yield from leaves(argument)


@pytest.mark.parametrize("cls", ev.EVENT_TYPES.values(), ids=lambda cls: cls.__name__)
def test_every_text_of_every_event_is_public_or_belongs_to_a_part(cls: type) -> None:
    for holder, member in text_members(cls):
        public, private = member in PUBLIC.get(holder, "").split(), member in PRIVATE.get(holder, {})
        assert public != private, f"{holder.__name__}.{member}: name it in PUBLIC or in PRIVATE of factcheck/reports/redaction.py"


def test_parts_and_presets_are_known() -> None:
    assert {part for members in PRIVATE.values() for part in members.values()} <= set(PARTS)
    assert set(PRESETS["partner"]) < set(PRESETS["public"]) == set(PARTS)
    assert parts_of("partner", ["names", "evidence:1"]) == ("notes", "sources", "names", "evidence:1")
    for wrong in (("nobody", ()), ("", ["mistake"])):
        with pytest.raises(ValueError, match="known"):
            parts_of(*wrong)


# ---- nothing that was left out survives


class Planting:
    """Values of the model in which every text is a word that stands nowhere else."""

    def __init__(self) -> None:
        self.words: dict[str, tuple[type, str]] = {}
        self.of_source: list[str] = []  # words that could tell who an off-line source is

    def make(self, cls: type, **given: Any) -> Any:
        hints = typing.get_type_hints(cls)
        return cls(
            **{m.name: given[m.name] if m.name in given else self.value(hints[m.name], cls, m.name) for m in dataclasses.fields(cls)}
        )

    def value(self, hint: Any, cls: type, member: str) -> Any:
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin in (typing.Union, types.UnionType):
            return self.value(arguments[0], cls, member)
        if origin is tuple:
            return (
                (self.value(arguments[0], cls, member),) if arguments[-1] is ... else tuple(self.value(a, cls, member) for a in arguments)
            )
        if origin is not None:
            return {"ar": self.value(arguments[1], cls, member)}
        if isinstance(hint, type) and issubclass(hint, enum.Enum):
            return next(iter(hint))
        if hint is Span:
            return Span(0, 5)
        if dataclasses.is_dataclass(hint):
            return self.make(hint)
        if hint is bool:
            return True
        if hint is int:
            return 1
        word = f"zq{len(self.words)}{cls.__name__}{member.replace('_', '')}qz"
        self.words[word] = (cls, member)
        return word


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A case that holds every type of event of a case, each text of each a word of its own; and another case beside."""
    from factcheck.case.surroundings import Surroundings
    from tests.conftest import Clock, Entropy

    home = tmp_path_factory.mktemp("planted")
    around = Surroundings(home / "config", home / "state", Clock(), Entropy("planted"))
    desk = open_desk(home / "desk", name="zqchecker1qz", newsroom="Newsroom", around=around)
    huda = desk.keys.create_person("zqreviewer2qz", "Newsroom", role="zqrole3qz")
    case = desk.open_case("قال الوزير إن الجسر افتتح أمس.", title="عنوان", name="zqfilename4qz.txt")
    desk.open_case("قال zqotherarticle5qz في ملف آخر.", title="zqothertitle6qz")
    planting = Planting()
    secret = desk.captures.keep_file(
        b"<p>zqsecretdocument7qz</p>",
        media_type="text/html",
        at="2026-11-23T12:00:00Z",
        encoding_note="",
        tool="t",
        extracted_text="zqsecretdocument7qz",
    )
    open_capture = desk.captures.keep_file(
        b"<p>open</p>", media_type="text/html", at="2026-11-23T12:00:00Z", encoding_note="", tool="t", url="https://x.example/"
    )
    claim_id = desk.new_id()
    claims = (ev.ClaimsMade, ev.ClaimsRevised, ev.ClaimSplit, ev.ClaimsMerged, ev.ClaimsDismissed)
    registers = dict.fromkeys(claims, f"claim:{claim_id}") | {
        ev.CaseOpened: f"case:{case.id}", ev.CaseDescribed: f"case:{case.id}", ev.DraftWritten: f"draft:{case.id}",
        ev.ArticleAdded: f"article:{case.state.article_id}", ev.ArticleDescribed: f"article:{case.state.article_id}",
        ev.EvidenceBears: "bearing:" + desk.new_id(), ev.SourcesGrouped: "group:" + desk.new_id(), ev.EvidenceRechecked: "recheck:" + desk.new_id(),
    }  # fmt: skip
    with desk.acting_as(huda):
        for cls in CASE_TYPES:
            register = registers.get(cls) or f"{ev.TYPE_OF[cls][0].split('.')[0]}:{desk.new_id()}"
            on = {} if cls is ev.ClaimsProposed else {register: desk.ledger.heads(register)}
            desk.append(case.id, [(_payload(planting, cls, case, claim_id, open_capture), on)])
        offline = planting.make(Evidence, capture=secret, problem=None)
        desk.append(case.id, [(ev.EvidenceAttached(offline), {"evidence:" + "f" * 32: ()})])
        group = planting.make(ev.SourcesGrouped).group
        desk.append(case.id, [(ev.SourcesGrouped(replace(group, evidence=("f" * 32,))), {"group:" + desk.new_id(): ()})])
        case.draft({"ar": "عنوان آخر"}, {"ar": "خلاصة"}, {"ar": "استنتاج"})
    own = ("title", "url", "archived_url", "outlet", "author", "published", "primary_reason", "reliability", "interests")
    planting.of_source = [getattr(offline, member) for member in own] + [group.name, group.reason]
    return case, planting, home


def _payload(planting: Planting, cls: type, case, claim_id: str, capture: Capture) -> Any:
    value = planting.make(cls)
    if cls is ev.ClaimsProposed:
        return replace(value, article=case.state.article.text, blob="", coverage=((0, 5, "claim", "x"),))
    if cls in (ev.ArticleAdded, ev.ArticleDescribed):
        return replace(value, text=case.state.article.text, original=case.state.article.original, credit=())
    if isinstance(getattr(value, "claims", None), Mapping):
        fixed = replace(next(iter(value.claims.values())), article=case.state.article.text, origin=None)
        return replace(value, claims={claim_id: fixed})
    if hasattr(value, "evidence") and isinstance(value.evidence, Evidence):
        return replace(value, evidence=replace(value.evidence, capture=capture, offline=None, problem=None))
    for name in ("bearing", "search", "contact", "verdict"):
        if hasattr(value, name) and dataclasses.is_dataclass(getattr(value, name)):
            rated = {"scale": "standard", "rating": "unproven", "grounds": ()} if name == "verdict" else {}
            return replace(value, **{name: replace(getattr(value, name), target="article", **rated)})
    if cls in (ev.PublicationRecorded, ev.PageRecorded):
        return replace(value, publication=replace(value.publication, report=case.desk.captures.put(b"zqpublishedfile8qz")))
    if cls is ev.EvidenceRechecked:
        return replace(value, recheck=replace(value.recheck, capture=None))
    return value


def all_bytes(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """A member and whatever is packed inside it, however deep."""
    yield name, data
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as inner:
            for member in inner.namelist():
                yield from all_bytes(f"{name}!{member}", inner.read(member))
    at = 0
    while data[at : at + 2] == b"\x1f\x8b":
        unpack = zlib.decompressobj(31)
        yield from all_bytes(f"{name}@{at}", unpack.decompress(data[at:]))
        at = len(data) - len(unpack.unused_data) if unpack.unused_data else len(data)


def words_in(place: Path) -> dict[str, str]:
    """Every planted word that can be read anywhere in a file -> where."""
    import re

    found: dict[str, str] = {}
    for name, data in all_bytes("bundle", place.read_bytes()):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            for word in re.findall(r"zq\w+?qz", data.decode(encoding, "ignore")):
                found.setdefault(word, name)
    return found


def test_members_inside_members_are_looked_into() -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as file:
        file.writestr("a", gzip.compress(b"one") + gzip.compress(b"two"))
    assert [data for name, data in all_bytes("x", inner.getvalue()) if "@" in name] == [b"one", b"two"]


PRIVATE_OF_SCENE = {
    "zqchecker1qz": "names", "zqreviewer2qz": "names", "zqrole3qz": "names", "zqfilename4qz": "notes", "zqsecretdocument7qz": "sources",
    "zqpublishedfile8qz": "always", "zqotherarticle5qz": "always", "zqothertitle6qz": "always",
}  # fmt: skip


@pytest.mark.parametrize("preset", ["", "partner", "public"])
def test_no_value_that_was_left_out_survives_anywhere_in_a_bundle(planted, tmp_path, preset: str) -> None:
    case, planting, _ = planted
    place = save_bundle(tmp_path / "case.zip", source_of(case), case.desk.captures, leave_out=parts_of(preset))
    assert verify_path(place).ok, verify_path(place).findings
    found, gone = words_in(place), set(PRESETS[preset])
    leaked = {}
    for word, (cls, member) in planting.words.items():
        part = PRIVATE.get(cls, {}).get(member)
        if part in gone and word in found:
            leaked[word] = found[word]
    for word, part in PRIVATE_OF_SCENE.items():
        if part in gone | {"always"} and word in found:
            leaked[word] = found[word]
    leaked |= {word: found[word] for word in planting.of_source if "sources" in gone and word in found}
    assert leaked == {}
    if not preset:
        written = str([event.payload for event in case.state.history])
        assert {word for word in planting.words if word in written} <= set(found), "nothing is left out, so every word is there"
        assert {"zqchecker1qz", "zqreviewer2qz", "zqsecretdocument7qz", "zqfilename4qz"} <= set(found)


def test_evidence_of_an_off_line_source_shows_its_quote_and_not_who_it_is(planted, tmp_path) -> None:
    case, planting, _ = planted
    page = render(redacted(source_of(case), ("sources",), "en"), "en").decode()
    mine = {member: word for word, (cls, member) in planting.words.items() if cls in (Evidence, OfflineSource)}
    assert mine["who"] not in page
    assert mine["title"] not in page, "the last evidence made is the off-line one"
    assert mine["outlet"] not in page
    assert "[redacted]" in page


# ---- what stays, holds


@pytest.fixture
def case(desk):
    """A case on two sentences, which costs less than one on the seed article."""
    return desk.open_case("قال الوزير إن الجسر افتتح أمس. وأضاف أن كلفته بلغت 40 مليون دينار.")


@pytest.fixture
def worked(case, desk, as_person):
    claim = case.mark((0, 30))
    case.choose([f"content/{claim}"])
    search = case.search("أرشيف", ["كلمات"], "nothing", target=f"content/{claim}", note="ملاحظة سرية")
    case.contact("ليلى حداد", "فاكس ٥٥", "هل صحيح؟", "answered", answer="نعم، قالت ليلى حداد")
    case.verdict(f"content/{claim}", "unproven", "بحثنا ولم نجد.", grounds=[f"search:{search}"], unknown="كل شيء")
    case.draft({"ar": "هل؟"}, {"ar": "سألنا ليلى حداد."}, {"ar": "لا نعرف"})
    return case


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_public_report_verifies_says_what_it_leaves_out_and_keeps_its_results(worked, lang: str) -> None:
    page = report_bytes(worked, "html", lang, preset="public")
    findings = verify_report(page)
    assert findings.ok, findings
    assert findings.withheld > 0
    text = page.decode()
    assert ("حُجب منها" if lang == "ar" else "leaves out") in text
    assert ("[محجوب]" if lang == "ar" else "[redacted]") in text
    assert "بحثنا ولم نجد." in text
    assert "ملاحظة سرية" not in text
    assert "Amal" not in text
    assert "Amal" in report_bytes(worked, "html", lang).decode()


def test_other_formats_leave_out_the_same(worked) -> None:
    for options in ({"format": "csv", "table": "contacts"}, {"format": "csv", "table": "history"}, {"format": "csv", "table": "searches"}):
        format = options["format"]
        whole = report_bytes(worked, format, "ar", table=options["table"]).decode()
        copy = report_bytes(worked, format, "ar", table=options["table"], preset="public").decode()
        assert "ليلى حداد" not in copy
        assert "ملاحظة سرية" not in copy
        assert whole != copy
    markdown = report_bytes(worked, "markdown", "ar", preset="public").decode()
    assert "محجوب" in markdown
    assert "فاكس ٥٥" not in markdown


def test_a_field_without_anything_private_is_handed_out_and_one_with_it_is_not(worked) -> None:
    source = redacted(source_of(worked), parts_of("public"))
    table = {entry.digest: entry for entry in source.case_entries()}
    for event in worked.state.history:
        shown = set(table[event.digest].disclosures)
        if event.type in ("search.recorded", "contact.recorded"):
            assert shown == set()
        if event.type == "verdict.given":
            assert shown == {"verdict"}
    introduced = [entry for entry in table.values() if b'"key.introduced"' in entry.leaf]
    assert all(set(entry.disclosures) == {"key", "person", "newsroom"} for entry in introduced)


def test_single_entries_are_left_out_by_their_register(worked) -> None:
    [search] = worked.state.searches
    source = redacted(source_of(worked), parts_of(leave_out=[f"search:{search}"]))
    assert source.state.searches == {}
    assert attached.write(source.table(source.case_entries())).count("search:") == 1, "its leaf stays"
    with pytest.raises(ValueError, match="has no 'search:none'"):
        redacted(source_of(worked), ("search:none",))


def test_names_that_still_stand_elsewhere_are_named(worked) -> None:
    found = still_readable(source_of(worked), parts_of("public"))
    assert [text for text, _ in found] == ["ليلى حداد"]
    assert found[0][1].startswith("draft:")
    assert still_readable(source_of(worked), ()) == []


def test_earlier_values_are_left_out_and_the_present_ones_stay(worked) -> None:
    worked.draft({"ar": "عنوان جديد"}, {"ar": "خلاصة"}, {"ar": "استنتاج"})
    source = redacted(source_of(worked), ("earlier",))
    text = attached.write(source.table(source.case_entries()))
    assert "عنوان جديد".encode("unicode-escape").decode() in text.replace("\\\\u", "\\u")
    assert "سألنا".encode("unicode-escape").decode() not in text.replace("\\\\u", "\\u")
