"""How far people agree with each other on a set: the ceiling for a grader that is measured against them."""

from itertools import combinations
from typing import Any

import numpy as np

from evals.metrics.agreement import fleiss_kappa, krippendorff_alpha
from evals.metrics.intervals import bootstrap
from evals.metrics.labels import label_agreement
from evals.metrics.scores import score_agreement
from evals.results import Draft
from evals.runs import Row
from evals.samples import Dataset


def ceiling(draft: Draft, dataset: Dataset, rows: list[Row], seed: int) -> None:
    """Figures of people against people, where rows carry several raters."""
    _labels(draft, dataset, rows, seed)
    marked = [row for row in rows if len(row.get("rater_scores", ())) >= 2]
    if marked:
        questions = [row["question"] for row in marked]
        first = np.array([row["rater_scores"][0] for row in marked])
        second = np.array([row["rater_scores"][1] for row in marked])
        for name in ("pearson", "rmse"):
            interval = bootstrap(
                questions,
                lambda i, n=name: getattr(score_agreement(first[i], second[i]), n),  # type: ignore[misc]
                seed,
            )
            value: Any = getattr(score_agreement(first, second), name)
            draft.figure(f"{dataset.name}.raters_{name}", value, interval, len(marked), "two people, the same answers")


def _labels(draft: Draft, dataset: Dataset, rows: list[Row], seed: int) -> None:
    classes = dataset.scheme.classes
    units = [
        (row["question"], [rater.get(criterion) for rater in row["raters"]])
        for row in rows
        if len(row.get("raters", ())) >= 2
        for criterion in row["raters"][0]
    ]
    units = [(question, votes) for question, votes in units if sum(v is not None for v in votes) >= 2]
    if not units:
        return
    most = max(len(votes) for _, votes in units)
    matrix = np.full((len(units), most), np.nan)
    for i, (_, votes) in enumerate(units):
        for j, vote in enumerate(votes):
            matrix[i, j] = np.nan if vote is None else classes.index(vote)
    questions = [question for question, _ in units]
    name, n = dataset.name, len(units)
    if not np.isnan(matrix).any():
        fleiss = bootstrap(questions, lambda i: fleiss_kappa(matrix[i]), seed)
        draft.figure(f"{name}.raters_fleiss_kappa", fleiss_kappa(matrix), fleiss, n, f"{most} people")
    alpha = bootstrap(questions, lambda i: krippendorff_alpha(matrix[i]), seed)
    draft.figure(f"{name}.raters_alpha", krippendorff_alpha(matrix), alpha, n, "people against people, ordinal")
    pairs = [(a, b) for i in range(n) for a, b in combinations(matrix[i][~np.isnan(matrix[i])], 2)]
    first, second = [classes[int(a)] for a, _ in pairs], [classes[int(b)] for _, b in pairs]
    agreement = label_agreement(first + second, second + first, classes)
    note = "one person against another, all pairs"
    draft.figure(f"{name}.raters_accuracy", agreement.accuracy, n=n, note=note)
    draft.figure(f"{name}.raters_kappa", agreement.kappa, n=n, note=note)
