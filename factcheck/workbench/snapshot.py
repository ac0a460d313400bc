"""What a saved notebook shows before any kernel runs: plain HTML with inline styles, which JupyterLab's sanitiser leaves as it is."""

from __future__ import annotations

from html import escape

from factcheck.case.case import Case
from factcheck.workbench.words import words


def snapshot(case: Case, lang: str) -> str:
    """The case's claims, where they come from and what came of them, as a static table; every foreign text escaped and isolated."""
    state, w = case.state, words(lang)
    direction = "rtl" if lang == "ar" else "ltr"
    rows = []
    for id, held in state.claims.items():
        claim = held.value
        chain = " ← ".join(_say(step.source) for step in reversed(claim.printed)) or escape(w["own_voice"])
        labels = []
        for target in state.targets_of(id):
            for verdict in state.verdicts_on(str(target)):
                scale = state.desk.scales.get(verdict.value.scale)
                rating = verdict.value.rating
                labels.append(scale.rating(rating).label.get(lang, rating) if scale else rating)
        rows.append(f"<tr><td>{_say(claim.text)}</td><td>{chain}</td><td>{escape('، '.join(labels) or '—')}</td></tr>")
    head = "".join(f'<th scope="col" style="text-align:start">{escape(w[key])}</th>' for key in ("claim", "chain_printed", "result"))
    return (
        f'<div dir="{direction}" lang="{lang}" style="line-height:1.8"><p><b>{_say(state.title)}</b> — {escape(w["snapshot"])}</p>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _say(text: str) -> str:
    return f'<bdi dir="auto">{escape(text)}</bdi>'
