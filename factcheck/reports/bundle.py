"""A case as one file to hand over: reports, tables, the case's entries with their proofs, captures, and a verifier (FORMAT.md section 12).

Who makes a bundle seals it: its ``MANIFEST`` lists every other member, signed by that person. The same case at the same time gives the
same bytes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from factcheck.errors import ReportError
from factcheck.evidence.captures import CaptureStore
from factcheck.evidence.wacz import wacz
from factcheck.ledger import attached, seal
from factcheck.ledger.keys import SigningKey
from factcheck.ledger.seal import MANIFEST, Sealed
from factcheck.model.events import Event
from factcheck.reports.bundle_check import CHECKPOINT, ENTRIES, VKEY
from factcheck.reports.html import render
from factcheck.reports.members import MAX_BYTES, MAX_MEMBER, MAX_MEMBERS, write_zip
from factcheck.reports.redaction import left_out_words, redacted
from factcheck.reports.source import LANGUAGES, ReportSource, check_language
from factcheck.reports.tables import TABLES, csv
from factcheck.reports.words import safe_url, visible

Make = Callable[[], bytes]
"""Gives a member's bytes; asked twice, so that not all of them are in memory at once."""


def write_bundle(
    file: BinaryIO, source: ReportSource, captures: CaptureStore, languages: Iterable[str] = LANGUAGES, leave_out: tuple[str, ...] = ()
) -> None:
    """Write the bundle of a case as a zip.

    Args:
        source: with the person who answers for it.
        captures: of the desk; those that the copy's events name go in.
        languages: of the reports and tables, the first choice first.
        leave_out: parts, see ``redaction``.

    Raises:
        ReportError: nobody is signed in to seal it, no reports in such a language, or more than a bundle may hold.
        IntegrityError: a capture was changed.
    """
    signer = _signer(source)
    languages = tuple(dict.fromkeys(check_language(lang) for lang in languages))
    members = dict(_members(source, captures, languages, leave_out))
    things = [_sealed(path, make) for path, make in sorted(members.items())]
    if len(things) >= MAX_MEMBERS or sum(thing.length for thing in things) > MAX_BYTES:
        size = sum(thing.length for thing in things)
        raise ReportError(
            f"The bundle would hold {len(things)} members with {size} bytes; it may hold {MAX_MEMBERS} and {MAX_BYTES}. "
            "Leave captures out, or hand the case over in parts."
        )
    manifest = seal.write(seal.BUNDLE, source.origin, source.state.id, things, signer)
    members[MANIFEST] = lambda: manifest
    write_zip(file, ((path, make()) for path, make in sorted(members.items())))


def _signer(source: ReportSource) -> SigningKey:
    if source.signer is None:
        raise ReportError("A bundle is sealed by the person who makes it, and nobody is signed in. Open the desk with your name.")
    return source.signer


def _sealed(path: str, make: Make) -> Sealed:
    return Sealed.of(make(), path)


def _members(
    whole: ReportSource, captures: CaptureStore, languages: tuple[str, ...], leave_out: tuple[str, ...]
) -> Iterator[tuple[str, Make]]:
    source = redacted(whole, leave_out, languages[0])
    table = source.table(source.case_entries())
    yield ENTRIES, partial(_given, attached.write(table).encode("ascii"))
    yield VKEY, partial(_given, source.vkey.encode())
    yield CHECKPOINT, partial(_given, source.checkpoint.encode())
    yield "tiny_verify.py", partial(_given, files("factcheck.ledger").joinpath("tiny_verify.py").read_bytes())
    for lang in languages:
        copy = redacted(whole, leave_out, lang)
        yield f"report-{lang}.html", partial(_given, render(copy, lang))
        yield from ((f"tables/{lang}/{name}.csv", partial(_given, csv(copy, name, lang))) for name in TABLES)
    if packed := _wacz(source, captures):
        yield "captures.wacz", partial(_given, packed)
    kept = {path: digest for path, digest in _captures(source.state.history) if captures.has(digest)}
    yield from ((path, partial(captures.get, digest)) for path, digest in kept.items())
    yield "README.html", partial(_given, readme(source, languages, len(table.entries), len(kept), wacz=bool(packed)))


def _wacz(source: ReportSource, store: CaptureStore) -> bytes:
    """The captures of evidence for programs that replay them; empty when there are none, or more than a member may be."""
    held = {held.value.capture: held.value for held in source.state.evidence.values() if held.value.capture}
    here = [capture for capture in held if all(store.has(digest) for digest in (capture.sha256, capture.record, capture.text) if digest)]
    if not here or sum(capture.length for capture in here) > MAX_MEMBER:
        return b""
    titles = {capture.record or capture.sha256: held[capture].title for capture in here if held[capture].title}
    packed = wacz(here, store, titles=titles)
    return packed if len(packed) <= MAX_MEMBER else b""


def _given(data: bytes) -> bytes:
    return data


def _captures(events: Iterable[Event]) -> Iterator[tuple[str, str]]:
    """Member and digest of each capture that the case's events name; published reports stay out: they are not captures of others."""
    for event in events:
        if event.payload is not None and event.type != "publication.recorded":
            for name, digest in _digests(msgspec.to_builtins(event.payload)):
                yield f"captures/{digest}" + (".warc.gz" if name == "record" else ""), digest


def _digests(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, item in value.items():
            if name in ("sha256", "record", "text", "original", "blob") and isinstance(item, str) and len(item) == 64 and _is_hex(item):
                yield name, item
            else:
                yield from _digests(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _digests(item)


def _is_hex(text: str) -> bool:
    return not text.strip("0123456789abcdef")


def readme(source: ReportSource, languages: tuple[str, ...], entries: int, captures: int, *, wacz: bool = False) -> bytes:
    """What the bundle is, what it proves and what not, in plain Arabic and English on one page."""
    environment = Environment(
        loader=PackageLoader("factcheck.reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, finalize=lambda value: visible(value) if type(value) is str else value,
    )  # fmt: skip
    style, _, _ = environment.loader.get_source(environment, "readme.css")  # type: ignore[union-attr]
    draft = source.state.draft.value.headline if source.state.draft else {}
    page = environment.get_template("readme.html.j2").render(
        source=source,
        titles={lang: draft.get(lang) or next(iter(draft.values()), "") or source.state.title for lang in LANGUAGES},
        url=safe_url(source.settings.url),
        left_out={"ar": "؛ ".join(left_out_words(source.left_out, "ar")), "en": "; ".join(left_out_words(source.left_out, "en"))},
        languages=languages,
        entries=entries,
        captures=captures,
        wacz=wacz,
        style=Markup(style),  # noqa: S704 - our own file, not content
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )
    return page.encode("utf-8")


def save_bundle(
    path: Path, source: ReportSource, captures: CaptureStore, languages: Iterable[str] = LANGUAGES, leave_out: tuple[str, ...] = ()
) -> Path:
    """Write the bundle beside and rename it; returns the path.

    Raises:
        as ``write_bundle``; ReportError also when the file cannot be written.
    """
    _signer(source)  # before anything is made on disk
    beside = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        try:
            with beside.open("wb") as file:
                write_bundle(file, source, captures, languages, leave_out)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise ReportError(f"Cannot write {path}: {error.strerror}. Name another file.") from error
    return path
