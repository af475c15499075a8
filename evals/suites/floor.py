"""What rules that grade without reading reach on the same answers; thresholds fitted on other questions."""

import random
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evals.baselines import SIMILARITIES, Similarity
from evals.metrics.labels import label_agreement
from evals.metrics.scores import score_agreement
from evals.metrics.within import concordance
from evals.results import Cell, Draft
from evals.runs import Row
from evals.samples import Dataset
from evals.suites.common import Context, LabelPairs, score_pairs

MOST, MOST_QUICK = 1500, 200
COLUMNS = ("grader", "accuracy", "macro-F1", "kappa", "AUC of met within answers", "pearson", "spearman")
NAMES = {
    "cosine": "MiniLM cosine",
    "tfidf": "TF-IDF",
    "keywords": "keyword share",
    "length": "length",
    "sequence": "sequence",
}


def floor_table(draft: Draft, dataset: Dataset, rows: list[Row], pairs: LabelPairs, context: Context) -> None:
    """A table of the grader beside the rules, on at most MOST answers drawn by the seed."""
    if context.grader.partition("@")[0] in SIMILARITIES:
        return  # one of the rules itself
    most = MOST_QUICK if context.quick else MOST
    chosen = rows if len(rows) <= most else random.Random(context.seed).sample(rows, most)
    keys = {row["key"] for row in chosen}
    mine = [i for i, row in enumerate(pairs.rows) if row["key"] in keys]
    classes = dataset.scheme.classes
    labels, questions = [pairs.labels[i] for i in mine], [pairs.questions[i] for i in mine]
    predicted = [pairs.predicted[i] for i in mine]
    _, given, scores = score_pairs(chosen)
    stated = [pairs.met[i] for i in mine]
    within = None if None in stated else _within(pairs, mine, np.array(stated, dtype=float), classes[-1])
    table = [_line(context.grader, labels, predicted, classes, within, given, scores)]
    if len(set(labels)) > 1:
        common = max(set(labels), key=labels.count)
        table.append(_line("always " + common, labels, [common] * len(labels), classes, None, [], []))
    for name, similarity in SIMILARITIES.items():

        def of(row: Row, criterion: str, s: Similarity = similarity) -> float:
            texts = context.questions[row["question"]]["criteria"][criterion]
            return float(max(s(text, row["answer"]) for text in texts))

        features = np.array([of(pairs.rows[i], pairs.criteria[i]) for i in mine])
        fitted = cross_fitted(features, labels, questions)
        marked = [row for row in chosen if row["label_score"] is not None and row["grade"]["score"] is not None]
        means = [float(np.mean([of(row, c) for c in context.questions[row["question"]]["criteria"]])) for row in marked]
        within = _within(pairs, mine, features, classes[-1])
        table.append(_line(NAMES[name], labels if fitted else [], fitted or [], classes, within, given, means))
        if fitted:
            kappa = label_agreement(labels, fitted, classes).kappa
            draft.figure(f"{dataset.name}.floor_{name}_kappa", kappa, n=len(labels))
    note = f"{len(chosen)} answers. Rules' thresholds are fitted on other questions of the set, which flatters them."
    draft.table(f"{dataset.name}: beside rules that grade without reading", COLUMNS, table, note)


def _within(pairs: LabelPairs, places: Sequence[int], values: NDArray[np.float64], met: str) -> float | None:
    """AUC of these values over pairs of criteria of one answer, one met and one not."""
    groups: dict[str, list[int]] = defaultdict(list)
    for n, i in enumerate(places):
        groups[pairs.rows[i]["key"]].append(n)
    right = np.array([pairs.labels[i] == met for i in places], dtype=bool)
    return concordance([(values[ns], right[ns]) for ns in groups.values()])[0]


def cross_fitted(
    features: NDArray[np.float64], labels: Sequence[str], questions: Sequence[str], folds: int = 5
) -> list[str] | None:
    """Labels predicted from one feature by thresholds fitted on other questions; None with fewer than two questions.

    The thresholds are a decision tree's with one leaf for each label.
    """
    from sklearn.model_selection import GroupKFold
    from sklearn.tree import DecisionTreeClassifier

    groups = len(set(questions))
    if groups < 2 or len(set(labels)) < 2:
        return None
    y, x = np.asarray(labels, dtype=object).astype(str), np.asarray(features).reshape(-1, 1)
    out = np.empty(len(y), dtype=y.dtype)
    for train, test in GroupKFold(min(folds, groups)).split(x, y, np.asarray(questions, dtype=object).astype(str)):
        tree = DecisionTreeClassifier(
            max_leaf_nodes=max(2, len(set(labels))), min_samples_leaf=max(1, len(train) // 50)
        )
        out[test] = tree.fit(x[train], y[train]).predict(x[test])
    return [str(v) for v in out]


def _line(
    name: str,
    labels: Sequence[str],
    predicted: Sequence[str],
    classes: Sequence[str],
    within: float | None,
    given: Sequence[float],
    scores: Sequence[float],
) -> tuple[Cell, ...]:
    found = label_agreement(labels, predicted, classes)
    both = score_agreement(given, scores) if len(scores) == len(given) else score_agreement([], [])
    return name, found.accuracy, found.macro_f1, found.kappa, within, both.pearson, both.spearman
