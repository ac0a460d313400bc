"""The workbench: panels and commands of the page, bound to a Case.

The kernel owns the state, the page draws it. Read ``app`` (the widget, its messages), ``view`` (what the page is told, as plain JSON, and
what of it anew), ``arguments`` and ``commands`` (what the page may ask), ``refusals``, ``watch`` (others at the same desk), ``drafts``,
``words`` (the interface in Arabic and English), ``snapshot`` (what a saved notebook shows without a kernel), then ``page``, which joins the
parts in ``static/``. There: ``text``, ``store``, ``drafts``, ``bench``, ``parts``, then a file for each panel, ``keys`` and ``main``.

Offsets become UTF-16 in ``view`` and code points again in ``arguments``, by ``model.article.Utf16Offsets`` and nowhere else. The parts are
typed by comments; ``npx -p typescript tsc -p factcheck/workbench/static`` checks them.
"""
