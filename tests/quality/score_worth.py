"""How well the worth of claims is told: ``python tests/quality/score_worth.py [--train FILE.tsv --test FILE.tsv]``.

The shipped model (``factcheck/text/priority.py``) on sentences it was not trained on: AUC on CLEF 2018's debates, English and Arabic, and
on Arabic tweets, and its calibration on annotated articles, each tenth of them scored by a model learnt without it. Then, where
scikit-learn is installed, how far its features and n-grams of words and letters go when they are trained in the genre itself: Arabic tweets
that hold a claim (CheckThat! 2022 1B), cross-validated five times, or trained on one file and tested on another. Those data serve to
evaluate only.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]

import shared_scorer  # noqa: E402  # a script finds the package and its neighbours
import train_weights as learning  # noqa: E402

from factcheck.text.features import Features, features  # noqa: E402
from factcheck.text.kinds import score  # noqa: E402
from factcheck.text.language import language_of  # noqa: E402
from factcheck.text.passages import Passage  # noqa: E402
from factcheck.text.priority import log_odds  # noqa: E402
from factcheck.text.quantities import quantities  # noqa: E402
from factcheck.text.tokens import Tokenised, fold  # noqa: E402

DATA = shared_scorer.FOLDER.parent
TWEETS = DATA / "checkthat" / "ct22b_ar_train.tsv"
Rows = tuple[list[str], np.ndarray]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row["text"].strip()]
    return [row["text"].strip() for row in rows], np.array([row["label"] == "1" for row in rows])


def debates(pattern: str) -> Rows:
    """Line number, speaker, sentence, 1 = check-worthy."""
    parts = [line.split("\t") for path in sorted((DATA / "clef2018").glob(pattern)) for line in path.read_text("utf-8").splitlines()]
    parts = [part for part in parts if len(part) == 4 and part[1] != "SYSTEM" and part[2].strip()]
    return [part[2].strip() for part in parts], np.array([part[3].strip() == "1" for part in parts])


def seen(text: str, language: str) -> Features:
    words = Tokenised(text)
    toks = words.all
    return features(text, toks, language, Passage(0, len(text)), quantities(words, language)) if toks else Features()


def auc(truth: np.ndarray, scores: np.ndarray) -> float:
    """The chance that a positive scores above a negative (ties count half)."""
    _, ranks = np.unique(scores, return_inverse=True)
    counts = np.bincount(ranks)
    mean = np.cumsum(counts) - (counts - 1) / 2
    positives = truth.sum()
    return float((mean[ranks][truth].sum() - positives * (positives + 1) / 2) / (positives * (len(truth) - positives)))


def calibration(path: Path) -> None:
    """Expected and actual share of checkable claims, in five steps of the probability, each tenth of the articles held out."""
    examples = list(learning.annotated(path))
    spoken = list(learning.debates(learning.CLAIMBUSTER))
    docs = sorted({example.doc for example in examples})
    found: list[tuple[float, bool]] = []
    for fold_number in range(10):
        held = set(docs[fold_number::10])
        weights = learning.learn_worth([each for each in examples if each.doc not in held], spoken)
        found += [(1 / (1 + np.exp(-score(each.found, weights))), each.checkable) for each in examples if each.doc in held]
    chance, truth = np.array([each[0] for each in found]), np.array([each[1] for each in found])
    print(f"annotated claims, articles held out: AUC {auc(truth, chance):.3f}, Brier {np.mean((chance - truth) ** 2):.3f}")
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        inside = (chance >= low) & (chance < low + 0.2 + (low == 0.8))
        if inside.any():
            print(f"  said {chance[inside].mean():.2f}, were {truth[inside].mean():.2f} of {inside.sum()}")


def in_genre(train: Rows, test: Rows | None) -> None:
    from scipy.sparse import hstack
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import accuracy_score, f1_score
    from sklearn.model_selection import StratifiedKFold

    def plain(text: str) -> str:
        return re.sub(r"\d+", "0", re.sub(r"https?://\S+|@\w+", " ", fold(text)))

    def fitted(texts: Sequence[str], labels: np.ndarray, others: Sequence[str]) -> np.ndarray:
        grams = [
            TfidfVectorizer(preprocessor=plain, ngram_range=(1, 2), min_df=2, sublinear_tf=True),
            TfidfVectorizer(preprocessor=plain, analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True),
        ]
        read_off = DictVectorizer()
        x = hstack([*(gram.fit_transform(texts) for gram in grams), read_off.fit_transform([seen(text, "ar").values for text in texts])])
        y = hstack([*(gram.transform(others) for gram in grams), read_off.transform([seen(text, "ar").values for text in others])])
        return LogisticRegression(C=1.0, max_iter=1000).fit(x, labels).predict(y)

    texts, labels = train
    if test is not None:
        guessed, truth = fitted(texts, labels, test[0]), test[1]
    else:
        guessed, truth = np.zeros(len(texts), bool), labels
        for low, high in StratifiedKFold(5, shuffle=True, random_state=0).split(texts, labels):
            guessed[high] = fitted([texts[i] for i in low], labels[low], [texts[i] for i in high])
    print(f"trained in the genre: F1 {f1_score(truth, guessed):.3f}, accuracy {accuracy_score(truth, guessed):.3f} ({len(truth)} texts)")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, default=TWEETS, help="text and label, tab-separated, with a header")
    parser.add_argument("--test", type=Path, help="the same; cross-validation without it")
    chosen = parser.parse_args()
    sets = {
        "CLEF 2018 debates, English": debates("Task1-English-*.txt"),
        "CLEF 2018 debates, Arabic": debates("Task1-Arabic-*.txt"),
        "Arabic tweets, check-worthy": read(DATA / "checkthat" / "ct24_ar_train.tsv"),
    }
    for name, (texts, labels) in sets.items():
        odds = np.array([log_odds(seen(text, language_of(text).partition("-")[0])) for text in texts])
        print(f"{name}: AUC {auc(labels, odds):.3f} ({len(texts)} texts, {labels.mean():.0%} check-worthy)")
    calibration(learning.OWN)
    try:
        in_genre(read(chosen.train), read(chosen.test) if chosen.test else None)
    except ImportError:
        print("trained in the genre: pip install scikit-learn")
    return 0


if __name__ == "__main__":
    sys.exit(main())
