"""Engines that propose claims, found by name: the built-in rules, and any package with an entry point in ``factcheck.engines``.

An engine proposes; a person decides. Its proposals are checked here before they reach the ledger, since an engine may be a model whose
answer is foreign text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import EntryPoint, entry_points

from factcheck import text as words
from factcheck.model.article import Coverage, Span
from factcheck.model.claim import Claim

GROUP = "factcheck.engines"
BUILT_IN = words.ENGINE_NAME


@dataclass(frozen=True, slots=True)
class Run:
    """What one engine proposed for one text."""

    engine: str
    version: str
    language: str
    claims: tuple[Claim, ...]
    coverage: tuple[tuple[int, int, str, str], ...]  # (start, end, claim|context|excluded, reason) for each sentence
    credit: tuple[Span, ...] = ()
    credit_outlet: str = ""


Engine = Callable[[str, str | None, date | None], Run]
"""Text, language (None: to be found) and publication date (None: not known) to proposals."""


def built_in(text: str, language: str | None, published: date | None) -> Run:
    """The rules that come with factcheck; offline, deterministic."""
    split = words.split(text, language=language, published=published)
    return Run(
        engine=words.ENGINE_NAME,
        version=words.ENGINE_VERSION,
        language=split.language,
        claims=split.claims,
        coverage=tuple((s.span.start, s.span.end, Coverage(s.coverage).value, s.reason) for s in split.sentences),
        credit=split.credit,
        credit_outlet=split.credit_outlet,
    )


def engine_names() -> list[str]:
    """Names that ``engine`` knows, without loading any."""
    return sorted({BUILT_IN, *(point.name for point in entry_points(group=GROUP))})


def engine(name: str) -> Engine:
    """The engine of that name, loaded now.

    Raises:
        ValueError: no engine has it, or two packages claim it; the message lists the known ones.
    """
    if name == BUILT_IN:
        return built_in
    found: list[EntryPoint] = list(entry_points(group=GROUP, name=name))
    if not found:
        raise ValueError(f"there is no engine {name!r}; known engines: {', '.join(engine_names())}")
    if len(found) > 1:
        owners = ", ".join(point.dist.name if point.dist else point.value for point in found)
        raise ValueError(f"several packages offer an engine {name!r}: {owners}; uninstall all but one")
    loaded: Engine = found[0].load()
    return loaded


def propose(name: str, text: str, *, language: str | None, published: date | None, article: str) -> Run:
    """Run an engine over a text and check that every proposal quotes it exactly.

    Args:
        article: SHA-256 of the text, written into every claim.

    Raises:
        ValueError: the engine is unknown, or a span does not slice the text it claims to.
    """
    run = engine(name)(text, language, published)
    for claim in run.claims:
        spans = [(claim.span, claim.text)]
        spans += [(step.source_span, step.source) for step in claim.printed if step.source_span]
        spans += [(step.cue_span, step.cue) for step in claim.printed if step.cue_span]
        for span, exact in spans:
            if span.of(text) != exact:
                raise ValueError(f"engine {run.engine} {run.version} proposed {exact!r} at {span}, where the text has {span.of(text)!r}")
    return replace(run, claims=tuple(replace(claim, article=article) for claim in run.claims))
