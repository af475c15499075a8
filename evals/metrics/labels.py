"""How well predicted labels agree with given ones (scikit-learn), and replicates from resampled confusion counts.

A confusion matrix has shape (labels, labels): rows are the given labels, columns the predicted ones, both in the
order given.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class LabelAgreement(NamedTuple):
    """Agreement of predicted with given labels; a figure that the data leave undefined is None."""

    n: int
    accuracy: float | None
    macro_f1: float | None
    kappa: float | None
    quadratic_kappa: float | None
    confusion: Floats


def confusion(given: Sequence[str], predicted: Sequence[str], labels: Sequence[str]) -> Floats:
    """Counts, shape (labels, labels); rows given, columns predicted."""
    from sklearn.metrics import confusion_matrix

    if not given:
        return np.zeros((len(labels), len(labels)))
    return np.asarray(confusion_matrix(given, predicted, labels=list(labels)), dtype=float)


def label_agreement(given: Sequence[str], predicted: Sequence[str], labels: Sequence[str]) -> LabelAgreement:
    """Accuracy, macro-F1 over the labels given, Cohen's kappa and quadratic kappa (labels in ordinal order)."""
    from sklearn.metrics import accuracy_score, cohen_kappa_score, f1_score

    counts = confusion(given, predicted, labels)
    if not given:
        return LabelAgreement(0, None, None, None, None, counts)
    present = [label for label in labels if label in set(given)]
    varied = len(set(given) | set(predicted)) > 1
    order = list(labels)
    return LabelAgreement(
        n=len(given),
        accuracy=float(accuracy_score(given, predicted)),
        macro_f1=float(f1_score(given, predicted, labels=present, average="macro", zero_division=0.0)),
        kappa=float(cohen_kappa_score(given, predicted, labels=order)) if varied else None,
        quadratic_kappa=float(cohen_kappa_score(given, predicted, labels=order, weights="quadratic"))
        if varied
        else None,
        confusion=counts,
    )


def f1_of_each(given: Sequence[str], predicted: Sequence[str], labels: Sequence[str]) -> list[float]:
    """F1 of each label, in [0, 1]; 0 where a label was neither given nor predicted."""
    from sklearn.metrics import f1_score

    return [float(f) for f in f1_score(given, predicted, labels=list(labels), average=None, zero_division=0.0)]


def accuracies(matrices: Floats) -> Floats:
    """Accuracy of each confusion matrix of (replicates, labels, labels); NaN where it is empty."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.trace(matrices, axis1=1, axis2=2) / matrices.sum(axis=(1, 2)))


def kappas(matrices: Floats, quadratic: bool = False) -> Floats:
    """Cohen's kappa of each confusion matrix of (replicates, labels, labels); NaN where it is undefined."""
    size = matrices.shape[1]
    steps = np.subtract.outer(np.arange(size), np.arange(size)).astype(float)
    weights = steps**2 if quadratic else (steps != 0).astype(float)
    total = matrices.sum(axis=(1, 2))
    expected = np.einsum("bi,bj,ij->b", matrices.sum(axis=2), matrices.sum(axis=1), weights)
    observed = np.einsum("bij,ij->b", matrices, weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(1 - observed * total / expected)


def macro_f1s(matrices: Floats) -> Floats:
    """Macro-F1, over the labels given in it, of each confusion matrix of (replicates, labels, labels)."""
    hits = np.diagonal(matrices, axis1=1, axis2=2)
    given, predicted = matrices.sum(axis=2), matrices.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        f1 = np.where(given > 0, 2 * hits / (given + predicted), np.nan)
        return np.asarray(np.nansum(f1, axis=1) / (given > 0).sum(axis=1))
