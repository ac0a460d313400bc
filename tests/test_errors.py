def test_a_notebook_shows_an_error_as_one_line_and_the_trace_on_demand() -> None:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shown: list[str] = []
    shell._showtraceback = lambda kind, error, trace: shown.append("\n".join(trace))  # type: ignore[method-assign]
    shell.run_cell("from factcheck.errors import NotAllowedError\nraise NotAllowedError('Ask a colleague.')")
    shell.run_line_magic("tb", "")
    InteractiveShell.clear_instance()
    assert shown[0] == "NotAllowedError: Ask a colleague.\n(%tb shows where it happened)"
    assert "Traceback" in shown[1]
