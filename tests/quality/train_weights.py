"""Learn the weights of ``factcheck/text/lexicon/weights.toml``: ``python tests/quality/train_weights.py [--write] [--cross]``.

Kinds: for each language and kind a logistic regression against the rest, over the features of the clauses that match an annotated claim,
rarer kinds weighing more (the square root of their rarity). Worth: one logistic regression for all languages, over ClaimBuster's debate
sentences (checkthat/ct24_en_train.tsv, CC BY 4.0) and the annotated claims (is it checkable); the intercept is that of the claims.
Annotated articles are ``own.jsonl`` and the shared development set; both problems are convex and solved by Newton's method, so that the
same data give the same weights. Weights are over features, never over words: no sentence can be had back from them.

Without an option the learnt weights are compared with those shipped. ``--cross`` prints what each article's claims score under weights
learnt from the other articles.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]

import measures  # noqa: E402  # a script finds the package and its neighbours
import shared_scorer  # noqa: E402
from measures import digest  # noqa: E402

from factcheck.model.claim import ClaimKind  # noqa: E402
from factcheck.text.attribution import passages  # noqa: E402
from factcheck.text.clauses import clauses  # noqa: E402
from factcheck.text.features import Features, features  # noqa: E402
from factcheck.text.kinds import BIAS  # noqa: E402
from factcheck.text.lexicon import table  # noqa: E402
from factcheck.text.passages import Passage  # noqa: E402
from factcheck.text.quantities import quantities  # noqa: E402
from factcheck.text.quotes import Quoted  # noqa: E402
from factcheck.text.sentences import sentences  # noqa: E402
from factcheck.text.tokens import Tokenised  # noqa: E402

OWN = Path(__file__).with_name("own.jsonl")
CLAIMBUSTER = shared_scorer.FOLDER.parent / "checkthat" / "ct24_en_train.tsv"
WEIGHTS = Path(__file__).resolve().parents[2] / "factcheck" / "text" / "lexicon" / "weights.toml"
RIDGE = 0.5
PLACES = 2  # decimals that are shipped
CLAIM_WEIGHT = 10.0  # an annotated claim counts as much as so many debate sentences
NOT_FOR_WORTH = ("group.", "attributed", "hint.", "nominal", "quoted")  # what debate sentences have none of


@dataclass(frozen=True)
class Example:
    doc: str
    language: str
    found: Features
    kind: str
    checkable: bool


def annotated(path: Path) -> Iterator[Example]:
    """The clauses of annotated articles that match a claim, with its labels."""
    for record in measures.read(path):
        text, language = record["text"], record["lang"]
        words, quoted = Tokenised(text), Quoted(text)
        seen = quantities(words, language)
        spans = sentences(text, language)
        clauses_found: list[dict[str, Any]] = []
        for parts in passages(words, spans, language, quoted):
            for passage in parts:
                for clause in clauses(words, passage.start, passage.end, language, quoted):
                    toks = words.within(clause.span.start, clause.span.end)
                    if toks:
                        found = features(text, toks, language, passage, seen)
                        clauses_found.append({"span": [clause.span.start, clause.span.end], "chain": [], "found": found})
        for gold, clause in measures.pairs(record["claims"], clauses_found):
            yield Example(record["doc"], language, clause["found"], gold["kind"], gold["checkable"])


def debates(path: Path) -> Iterator[Example]:
    """ClaimBuster's sentences, as clauses in the outlet's own voice."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            text = row["text"].strip()
            words = Tokenised(text)
            if words.all:
                found = features(text, words.all, "en", Passage(0, len(text)), quantities(words, "en"))
                yield Example("debates", "en", found, "", row["label"] == "1")


def matrix(examples: Sequence[Example], names: Sequence[str]) -> np.ndarray:
    column = {name: index for index, name in enumerate(names)}
    made = np.zeros((len(examples), len(names) + 1))
    made[:, -1] = 1.0
    for row, example in enumerate(examples):
        for name, value in example.found.values.items():
            if name in column:
                made[row, column[name]] = value
    return made


def logistic(x: np.ndarray, y: np.ndarray, weight: np.ndarray, ridge: float = RIDGE) -> np.ndarray:
    """Weights of an L2-regularised logistic regression, the last column's (the intercept) unpenalised. Newton's method."""
    penalty = np.full(x.shape[1], ridge)
    penalty[-1] = 1e-6
    w = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (weight * (p - y)) + penalty * w
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(hessian, gradient)
        w -= step
        if np.abs(step).max() < 1e-8:
            break
    return w


def names_of(examples: Sequence[Example], least: int = 3) -> list[str]:
    """Features that at least so many examples have, in order."""
    counts = Counter(name for example in examples for name in example.found.values)
    return sorted(name for name, count in counts.items() if count >= least)


def learn_kinds(examples: Sequence[Example]) -> dict[str, dict[str, float]]:
    names = names_of(examples)
    x = matrix(examples, names)
    counts = Counter(example.kind for example in examples)
    rarity = np.array([(max(counts.values()) / counts[example.kind]) ** 0.5 for example in examples])
    learnt = {}
    for kind in (kind.value for kind in ClaimKind):
        y = np.array([example.kind == kind for example in examples], float)
        learnt[kind] = dict(zip([*names, BIAS], logistic(x, y, rarity), strict=True))
    return learnt


def learn_worth(claims: Sequence[Example], spoken: Sequence[Example]) -> dict[str, float]:
    """One model for all languages; whether an example is a debate sentence is a column of its own, left out of what is shipped."""
    examples = [*claims, *spoken]
    names = [name for name in names_of(examples, 20) if not name.startswith(NOT_FOR_WORTH)]
    x = matrix(examples, names)
    debate = np.array([example.doc == "debates" for example in examples], float)
    x = np.column_stack([debate, x])
    y = np.array([example.checkable for example in examples], float)
    weight = np.where(debate == 1, 1.0, CLAIM_WEIGHT)
    return dict(zip([*names, BIAS], logistic(x, y, weight)[1:], strict=True))


def rounded(weights: dict[str, float]) -> dict[str, float]:
    return {name: round(float(value), PLACES) for name, value in weights.items() if abs(value) >= 0.5 * 10**-PLACES}


def written(kinds: dict[str, dict[str, dict[str, float]]], worth: dict[str, float], data: Sequence[Path]) -> str:
    lines = ["# Learnt by tests/quality/train_weights.py; not to be edited by hand. What a feature is: factcheck/text/features.py.", "#"]
    lines += [f"# {path.name} sha256 {digest(path)}" for path in data]
    for language, by_kind in kinds.items():
        for kind, weights in by_kind.items():
            lines += ["", f"[kind.{language}.{kind}]", *(f'"{name}" = {value}' for name, value in sorted(weights.items()))]
    lines += ["", "[worth]", *(f'"{name}" = {value}' for name, value in sorted(worth.items()))]
    return "\n".join(lines) + "\n"


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Mean over the kinds that were annotated."""
    kinds = {gold for gold, _ in pairs}
    return sum(
        2 * sum(g == p == kind for g, p in pairs) / (sum(g == kind for g, _ in pairs) + sum(p == kind for _, p in pairs)) for kind in kinds
    ) / len(kinds)


def cross(examples: Sequence[Example]) -> None:
    """Kind macro-F1 by language, each article judged by weights from the others."""
    by_language: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        by_language[example.language].append(example)
    for language, mine in sorted(by_language.items()):
        found = []
        for doc in sorted({example.doc for example in mine}):
            learnt = learn_kinds([example for example in mine if example.doc != doc])
            for example in mine:
                if example.doc == doc:
                    scores = {
                        kind: weights.get(BIAS, 0.0) + sum(v * weights.get(n, 0.0) for n, v in example.found.values.items())
                        for kind, weights in learnt.items()
                    }
                    found.append((example.kind, max(scores, key=lambda kind: scores[kind])))
        accuracy = sum(gold == got for gold, got in found) / len(found)
        print(
            f"{language}: {len(found)} claims, kind macro-F1 {macro_f1(found):.3f}, accuracy {accuracy:.3f}, each article held out in turn"
        )


def trained() -> tuple[str, list[Example]]:
    """The text of ``weights.toml`` as the data give it, and the annotated examples.

    Raises:
        FileNotFoundError: the shared data are not here.
    """
    data = [OWN, shared_scorer.DOCS, CLAIMBUSTER]
    claims = [example for path in data[:2] for example in annotated(path)]
    kinds = {
        language: {kind: rounded(w) for kind, w in learn_kinds([each for each in claims if each.language == language]).items()}
        for language in sorted({each.language for each in claims})
    }
    worth = rounded(learn_worth(claims, list(debates(CLAIMBUSTER))))
    return written(kinds, worth, data), claims


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the weights into the package")
    parser.add_argument("--cross", action="store_true", help="score each article by weights from the others")
    chosen = parser.parse_args()
    text, claims = trained()
    if chosen.write:
        WEIGHTS.write_text(text, encoding="utf-8")
        table.cache_clear()
    same = WEIGHTS.exists() and WEIGHTS.read_text(encoding="utf-8") == text
    print(f"{WEIGHTS.name}: {'as the data give it' if same else 'differs from what the data give'}")
    if chosen.cross:
        cross(claims)
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
