"""Commands on the article and its claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from factcheck.model.claim import Relation, RelationKind, Target, TargetKind
from factcheck.workbench.arguments import Arguments, Refused
from factcheck.workbench.commands.session import Session
from factcheck.workbench.view import history_view, why


def _mark(s: Session, a: Arguments) -> str:
    return s.case.mark(a.span(s.text(a), s.offsets))


def _trim(s: Session, a: Arguments) -> None:
    s.case.trim(a.text("id"), a.span(s.text(a), s.offsets))


def _split(s: Session, a: Arguments) -> list[str]:
    s.text(a)
    return list(s.case.split(a.text("id"), s.offsets.to_code_points(a.number("at"))))


def _choose(s: Session, a: Arguments) -> None:
    check = a.flag("check")
    s.case.choose(a.list("targets"), check=check, because="" if check else a.needed("because", "refused_because"))


def _check(s: Session, a: Arguments) -> None:
    """Check the content of many claims at once."""
    s.case.choose([str(Target(TargetKind.CONTENT, id)) for id in a.list("ids")])


def _restate(s: Session, a: Arguments) -> None:
    short = a.pairs("short")
    if any(len(text) >= 75 for text in short.values()):
        raise Refused("refused_short")
    s.case.restate(a.text("id"), a.pairs("as_checked"), short=short)


def _edit(s: Session, a: Arguments) -> None:
    changes: dict[str, Any] = {name: a.text(name) for name in ("kind", "polarity", "priority", "note") if a.has(name)}
    if a.has("checkable"):
        changes["checkable"] = a.flag("checkable")
    s.case.edit(a.text("id"), **changes)


def _printed(s: Session, a: Arguments) -> None:
    s.case.edit(a.text("id"), printed=a.chain("steps", s.text(a), s.offsets))


def _establish(s: Session, a: Arguments) -> None:
    """The chain as established; without ``steps`` it is not established any more."""
    chain = a.chain("steps", s.text(a), s.offsets) if a.has("steps") else None
    for step in chain or ():
        for id in step.evidence:
            if id not in s.case.state.evidence:
                raise ValueError(f"there is no evidence {id!r}")
    s.case.establish(a.text("id"), chain, because=a.text("because"))


def _relate(s: Session, a: Arguments) -> None:
    """Add or take away one relation to another claim."""
    id, other = a.texts("id", "other")
    claim = s.case.claim(id)
    s.case.claim(other)
    if id == other:
        raise Refused("refused_relation")
    relation = Relation(RelationKind(a.text("kind")), other)
    kept = tuple(r for r in claim.relations if r != relation)
    s.case.edit(id, relations=kept if a.flag("remove") else (*kept, relation))


def _describe_article(s: Session, a: Arguments) -> None:
    names = ("outlet", "published", "author", "title", "url", "archived_url")
    s.case.describe_article(**{name: a.text(name) for name in names if a.has(name)})


def _describe(s: Session, a: Arguments) -> None:
    s.case.describe(**{name: a.text(name) for name in ("title", "why_chosen") if a.has(name)})


def _history(s: Session, a: Arguments) -> list[dict[str, Any]]:
    return history_view(s.case, a.text("subject"))


def _origins(s: Session, a: Arguments) -> dict[str, str]:
    return why(s.case.claim(a.text("id")))


def _merge(s: Session, a: Arguments) -> str:
    ids = a.list("ids")
    if len(ids) < 2:
        raise Refused("refused_merge")
    return s.case.merge(ids)


def _note(s: Session, a: Arguments) -> None:
    s.case.edit(a.text("id"), note=a.text("note"))


COMMANDS: Mapping[str, Callable[[Session, Arguments], Any]] = {
    "refresh": lambda s, _a: s.case.refresh(),
    "describe": _describe,
    "describe_article": _describe_article,
    "accept": lambda s, a: s.case.accept(a.list("ids")) and None,
    "mark": _mark,
    "trim": _trim,
    "split": _split,
    "merge": _merge,
    "dismiss": lambda s, a: s.case.dismiss(a.list("ids"), a.needed("because", "refused_because")) and None,
    "restore": lambda s, a: s.case.restore(a.list("ids")) and None,
    "set_aside": lambda s, a: s.case.set_aside(a.list("ids"), a.needed("because", "refused_because")) and None,
    "set_aside_kinds": lambda s, a: s.case.set_aside_kinds(a.list("kinds"), a.needed("because", "refused_because")),
    "check": _check,
    "choose": _choose,
    "restate": _restate,
    "edit": _edit,
    "note": _note,
    "printed": _printed,
    "establish": _establish,
    "relate": _relate,
    "undo": lambda s, _a: len(s.case.undo()),
    "redo": lambda s, _a: len(s.case.redo()),
    "history": _history,
    "why": _origins,
}
