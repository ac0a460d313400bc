from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from factcheck.case import pipeline
from factcheck.case.pipeline import BUILT_IN, Run, engine, engine_names, propose
from factcheck.model.article import Span
from factcheck.model.claim import Claim, ClaimKind, Step

TEXT = "قال الوزير إن الجسر افتتح أمس."


def test_the_built_in_engine_needs_nothing() -> None:
    run = propose(BUILT_IN, TEXT, language=None, published=None, article="a" * 64)
    assert run.language == "ar"
    assert [claim.text for claim in run.claims] == ["الجسر افتتح أمس"]
    assert {claim.article for claim in run.claims} == {"a" * 64}
    assert run.coverage == ((0, len(TEXT), "claim", ""),)


def test_an_unknown_engine_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match=BUILT_IN):
        engine("gpt")


@pytest.fixture
def offered(monkeypatch):
    """Engines that other packages offer; what each returns is handed in."""
    points: list[EntryPoint] = []

    def find(group: str, name: str | None = None):
        return [point for point in points if name in (None, point.name)]

    monkeypatch.setattr(pipeline, "entry_points", find)
    return points


def odd_engine(text, language, published) -> Run:
    return Run("odd", "1", "ar", (Claim("", Span(0, 4), "wrong words", ClaimKind.EVENT, True),), ())


def odd_chain(text, language, published) -> Run:
    step = Step(source="somebody", source_span=Span(0, 3))
    return Run("odd", "1", "ar", (Claim("", Span(0, 3), text[0:3], ClaimKind.EVENT, True, printed=(step,)),), ())


@pytest.mark.parametrize("name", ["odd_engine", "odd_chain"])
def test_an_engine_whose_spans_do_not_slice_the_text_is_refused(offered, name) -> None:
    offered.append(EntryPoint("odd", f"tests.case.test_pipeline:{name}", pipeline.GROUP))
    assert engine_names() == sorted([BUILT_IN, "odd"])
    with pytest.raises(ValueError, match="odd 1 proposed"):
        propose("odd", TEXT, language=None, published=None, article="a" * 64)


def test_two_packages_with_one_name_are_refused(offered) -> None:
    offered += [EntryPoint("odd", "a:b", pipeline.GROUP), EntryPoint("odd", "c:d", pipeline.GROUP)]
    with pytest.raises(ValueError, match="several packages"):
        engine("odd")
