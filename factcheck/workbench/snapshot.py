"""What a saved notebook shows before any kernel runs: plain HTML with inline styles, which JupyterLab's sanitiser leaves as it is."""

from __future__ import annotations

from html import escape

from factcheck.case.case import Case
from factcheck.case.policy import Level, hidden_verdicts
from factcheck.case.state import CaseState
from factcheck.model.claim import Target
from factcheck.workbench.page import visible
from factcheck.workbench.words import words

ROWS = 200  # claims in the table; a notebook is no archive
_CELL = 'style="text-align:start;vertical-align:top;padding:4px 8px;border-bottom:1px solid #b8c0c8"'


def snapshot(case: Case, lang: str) -> str:
    """The case as a static page: how far it is, its claims with who is said to have said them, and what came of them.

    Every foreign text is escaped, isolated, and shows its hidden characters by name.
    """
    state, w = case.state, words(lang)
    direction = "rtl" if lang == "ar" else "ltr"
    hidden = hidden_verdicts(state, case.desk.me.id)
    rows = [_row(state, id, lang, hidden) for id in list(state.claims)[:ROWS]]
    more = len(state.claims) - ROWS
    blocking = sum(problem.level is Level.BLOCKS for problem in case.problems())
    counts = (
        (len(state.claims), w["claims"]), (len(state.proposals), w["proposed"]), (len(state.evidence), w["evidence"]),
        (len(state.verdicts), w["results"]),
    )  # fmt: skip
    told = " · ".join(f"{escape(label)}: {number}" for number, label in counts)
    head = "".join(f'<th scope="col" {_CELL}>{escape(w[key])}</th>' for key in ("claim", "chain_printed", "result"))
    table = f'<table dir="{direction}"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>' if rows else ""
    rest = f"<p>{escape(w['snapshot_more'].replace('{0}', str(more)))}</p>" if more > 0 else ""
    draft = state.draft.value.headline.get(lang, "") if state.draft else ""
    return _page(
        lang,
        f"<p><b>{say(state.title)}</b> — {escape(w['snapshot'].replace('{0}', str(case.desk.ledger.size - 1)))}</p>"
        f"<p>{told} · {escape(w['blocking_count'].replace('{0}', str(blocking)))}</p>"
        f"{f'<p><b>{say(draft)}</b></p>' if draft else ''}{table}{rest}",
    )


def welcome_snapshot(lang: str) -> str:
    """What stands there while nobody has said who they are."""
    return _page(lang, f"<p><b>{escape(words(lang)['workbench'])}</b> — {escape(words(lang)['snapshot_nobody'])}</p>")


def _page(lang: str, body: str) -> str:
    """Around it: direction, language, and the class by which the live page finds and hides it."""
    direction = "rtl" if lang == "ar" else "ltr"
    return f'<div class="fcw-snapshot" dir="{direction}" lang="{lang}" style="line-height:1.8;text-align:start">{body}</div>'


def _row(state: CaseState, id: str, lang: str, hidden: frozenset[str]) -> str:
    claim, w = state.claims[id].value, words(lang)
    chain = " ← ".join(say(step.source) for step in claim.printed) or escape(w["own_voice"])
    labels = [label for target in state.targets_of(id) if (label := _results(state, target, lang, hidden))]
    text = claim.as_checked.get(lang) or claim.text
    return f"<tr><td {_CELL}>{say(text)}</td><td {_CELL}>{chain}</td><td {_CELL}>{'<br>'.join(labels) or '—'}</td></tr>"


def _results(state: CaseState, target: Target, lang: str, hidden: frozenset[str]) -> str:
    """Results on one target, with the question they answer."""
    w = words(lang)
    found = []
    for held in state.verdicts_on(str(target)):
        scale = state.desk.scales.get(held.value.scale)
        label = scale.rating(held.value.rating).label.get(lang, held.value.rating) if scale else held.value.rating
        found.append(w["hidden_short"] if held.id in hidden else label)
    return f"{escape(w['content' if not target.step else 'said_short'])} {escape(' / '.join(found))}" if found else ""


def say(text: str) -> str:
    """Foreign text as HTML: escaped, isolated, hidden characters named."""
    return f'<bdi dir="auto">{escape(visible(text))}</bdi>'
