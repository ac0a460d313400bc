"""Commands on what leaves the desk: reports, bundles, publication, corrections; and on whether its ledger holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from factcheck.case.case import Case
from factcheck.ledger.findings import Findings
from factcheck.workbench.arguments import Arguments, Refused
from factcheck.workbench.commands.session import Session
from factcheck.workbench.jobs import Later


def _report(s: Session, a: Arguments) -> Later:
    export, format, lang = s.export, a.text("format"), a.text("lang")
    if export is None:
        raise ValueError("this workbench was opened without reports")
    given: dict[str, Any] = {"preset": a.text("preset"), "leave_out": a.list("leave_out")}
    options = {name: value for name, value in given.items() if value}
    return Later(lambda case, _run: export(case, format, lang, **options), s.wrote)


def _bundle(s: Session, a: Arguments) -> Later:
    """Write the case as one file to hand over."""
    from factcheck.reports.writing import write_bundle

    preset, leave_out = a.text("preset"), a.list("leave_out")
    return Later(lambda case, _run: write_bundle(case, preset=preset, leave_out=leave_out), s.wrote)


def _place(s: Session, a: Arguments) -> str:
    """Where a written file lies below the folder that the notebook's server shows; empty when the server does not show it."""
    root = a.text("root")
    try:
        below = s.file(a).resolve().relative_to(Path(root).expanduser().resolve()) if root else Path()
    except (ValueError, RuntimeError):
        return ""
    return "" if any(part.startswith(".") for part in below.parts) else below.as_posix().removeprefix(".")


def _still_readable(_s: Session, a: Arguments) -> Later:
    """Names that a copy leaves out in one place and that stand in another of its texts, to look at before it is handed over."""
    from factcheck.reports.redaction import parts_of, still_readable
    from factcheck.reports.writing import source_of

    parts = parts_of(a.text("preset"), a.list("leave_out"))

    def act(case: Case, _run: object) -> list[dict[str, str]]:
        return [{"text": text, "register": register} for text, register in still_readable(source_of(case), parts)]

    return Later(act)


def _publish(s: Session, a: Arguments) -> str:
    return s.case.publish(
        a.text("on"),
        a.text("url"),
        report=a.file() or b"",
        despite=a.text("despite"),
        claims=a.list("claims"),
        language=a.text("language"),
    )


def _correct(s: Session, a: Arguments) -> str:
    what = a.needed("what", "refused_correction")
    return s.case.correct(a.text("kind"), what, a.text("why"), of=a.text("of"), on=a.text("on"), url=a.text("url"), report=a.file() or b"")


def _verify(_s: Session, _a: Arguments) -> Later:
    return Later(lambda case, _run: _told(case.desk.verify()))


def _told(findings: Findings) -> dict[str, Any]:
    return {
        "ok": findings.ok,
        "entries": findings.entries,
        "persons": findings.persons,
        "captures": findings.captures_present,
        "root": findings.root,
        "held": {name: getattr(findings, name) for name in ("whole", "signed_by_introduced", "checkpoint_signed", "extends_kept_head")},
        "findings": [
            {"level": each.level, "place": each.place, "message": each.message, "remedy": each.remedy} for each in findings.findings[:200]
        ],
    }


def _stamp(s: Session, _a: Arguments) -> Later:
    """Ask the desk's time-stamp authority about the newest checkpoint."""
    if not s.case.desk.settings.time_stamp_authority:
        raise Refused("refused_stamp")
    return Later(lambda case, _run: case.desk.stamp().entries)


def _erase(s: Session, a: Arguments) -> dict[str, Any]:
    """Delete for good what an entry says, or captures."""
    because, entry, captures = a.needed("because", "refused_because"), a.text("entry").strip(), a.list("captures")
    if not entry and not captures:
        raise Refused("refused_entry")
    erased = s.case.erase(str(int(entry)) if entry.isdecimal() else entry, captures=captures, because=because)
    return {
        "fields": list(erased.fields),
        "captures": list(erased.captures),
        "needed": len(erased.needed),
        "remains": list(erased.remains),
    }


COMMANDS: Mapping[str, Callable[[Session, Arguments], Any]] = {
    "report": _report,
    "bundle": _bundle,
    "place": _place,
    "still_readable": _still_readable,
    "publish": _publish,
    "correct": _correct,
    "verify": _verify,
    "stamp": _stamp,
    "erase": _erase,
}
