"""A notebook with the workbench in it, exported by nbconvert: what was on the screen is still there to be read, and nothing of it runs."""

from __future__ import annotations

import html5lib
import nbformat
import pytest

from factcheck.workbench.app import Workbench


def exported(bundles: list[dict]) -> str:
    """A notebook whose cells show these outputs, as nbconvert's page."""
    from nbconvert import HTMLExporter

    notebook = nbformat.v4.new_notebook()
    for bundle in bundles:
        cell = nbformat.v4.new_code_cell("workbench")
        cell.outputs = [nbformat.v4.new_output("display_data", data=bundle)]
        notebook.cells.append(cell)
    page, _ = HTMLExporter().from_notebook_node(notebook)
    return page


def shown(page: str) -> str:
    root = html5lib.parse(page, namespaceHTMLElements=False)
    for element in list(root.iter()):
        if element.tag in ("script", "style"):
            element.text = ""
    return " ".join("".join(root.itertext()).split())


@pytest.fixture
def bundle(case) -> dict:
    claim = case.mark((0, 30))
    case.choose([f"content/{claim}"])
    case.verdict(f"content/{claim}", "false", "ينفيه البيان.")
    case.describe(title='عنوان <script>alert("x")</script>')
    made = Workbench(case)._repr_mimebundle_()
    return dict(made[0] if isinstance(made, tuple) else made)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::nbformat.warnings.MissingIDFieldWarning")  # of nbconvert's parts
def test_the_static_view_survives_with_the_widget_beside_it(case, bundle) -> None:
    assert "application/vnd.jupyter.widget-view+json" in bundle
    page = exported([bundle])
    said = shown(page)
    assert "غير صحيح" in said
    assert 'عنوان <script>alert("x")</script>' in said
    assert '<script>alert("x")</script>' not in page


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::nbformat.warnings.MissingIDFieldWarning")
def test_frames_and_the_short_view_of_a_case_survive_too(desk, case) -> None:
    from factcheck.notebook import Case, Desk

    desk.case_class = Case
    assert issubclass(Desk.case_class, Case)
    shown_case = desk.case(case.id)
    page = exported([{"text/html": shown_case._repr_html_()}, {"text/html": shown_case.claims()._repr_html_()}])
    assert shown_case.title in shown(page)
    assert "<table" in page
