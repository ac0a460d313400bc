"""The workbench: panels and commands of the page, bound to a Case.

The kernel owns the state, the page draws it. Read ``app`` (the widget and its commands), ``view`` (what the page is told, as plain JSON),
``words`` (the interface in Arabic and English), ``snapshot`` (what a saved notebook shows without a kernel), then ``static/workbench.js``.
Offsets become UTF-16 in ``view`` and code points again in ``app``, by ``model.article.Utf16Offsets`` and nowhere else.
"""
