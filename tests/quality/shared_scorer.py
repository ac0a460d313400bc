"""The shared development set and its own scorer, where they are present beside the repository; nothing of them is copied here."""

from __future__ import annotations

import argparse
import importlib.util
from collections import Counter
from pathlib import Path
from typing import Any

import measures

FOLDER = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "claims-dev"
DOCS = FOLDER / "docs.jsonl"
FIGURES = ("sent_f1", "claim_p", "claim_r", "claim_f1", "src_f1", "cue_f1", "e2e_f1", "len_acc", "mode_acc", "kind_f1", "chk_f1")
SEED = "seed"  # the known input: a good score on it says nothing about new text


def present() -> bool:
    return DOCS.exists()


def scores() -> dict[str, dict[str, float]]:
    """Figures per language, the seed article left out, computed by the set's own ``score.py``."""
    spec = importlib.util.spec_from_file_location("claims_dev_score", FOLDER / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(FOLDER / "score.py")
    scorer: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    options = argparse.Namespace(iou=0.5, slack=1)
    sums: dict[str, tuple[Counter[Any], Counter[Any]]] = {}
    for record in measures.read(DOCS):
        if record["doc"] == SEED:
            continue
        counts, kinds = scorer.tally(record, measures.predicted(record), options, False)
        total = sums.setdefault(record["lang"], (Counter(), Counter()))
        total[0].update(counts)
        total[1].update(kinds)
    return {language: {name: scorer.measures(*sums[language])[name] for name in FIGURES} for language in sorted(sums)}
