"""How well predicted scores in [0, 1] agree with given ones."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class ScoreAgreement(NamedTuple):
    """Agreement of predicted with given scores; None where undefined (fewer than three pairs, or no variance)."""

    n: int
    pearson: float | None
    spearman: float | None
    mae: float | None
    rmse: float | None
    standardised_difference: float | None


def score_agreement(given: ArrayLike, predicted: ArrayLike) -> ScoreAgreement:
    """Pearson, Spearman, MAE, RMSE and standardised mean difference (predicted minus given, over the pooled SD).

    The last is the figure that Williamson, Xi and Breyer (2012) hold under .15 for operational scoring.
    """
    from scipy.stats import pearsonr, spearmanr

    x, y = np.asarray(given, dtype=float), np.asarray(predicted, dtype=float)
    n = len(x)
    if n == 0:
        return ScoreAgreement(0, None, None, None, None, None)
    varied = n >= 3 and bool(np.ptp(x) > 1e-12) and bool(np.ptp(y) > 1e-12)
    pooled = float(np.sqrt((x.var(ddof=1) + y.var(ddof=1)) / 2)) if n >= 2 else 0.0
    return ScoreAgreement(
        n=n,
        pearson=float(pearsonr(x, y).statistic) if varied else None,
        spearman=float(spearmanr(x, y).statistic) if varied else None,
        mae=float(np.abs(x - y).mean()),
        rmse=float(np.sqrt(((x - y) ** 2).mean())),
        standardised_difference=float((y.mean() - x.mean()) / pooled) if pooled > 0 else None,
    )


def area_under_risk_coverage(confidence: ArrayLike, correct: ArrayLike) -> float | None:
    """Mean error rate over all coverages, most confident first (AURC; Geifman and El-Yaniv 2017); lower is better."""
    sure, right = np.asarray(confidence, dtype=float), np.asarray(correct, dtype=float)
    if len(sure) == 0:
        return None
    order = np.argsort(-sure, kind="stable")
    risk = np.cumsum(1 - right[order]) / np.arange(1, len(sure) + 1)
    return float(risk.mean())


def expected_calibration_error(stated: ArrayLike, true: ArrayLike, bins: int = 10) -> float | None:
    """Mean distance between stated and observed frequency over equal-width bins, weighted by size (Guo et al. 2017).

    `stated` (n,) holds probabilities, `true` (n,) whether what they were given for was so.
    """
    parts = calibration_parts(stated, true, bins)
    return float(calibration_errors(parts.sum(axis=0)[None])[0]) if len(parts) else None


def calibration_parts(stated: ArrayLike, true: ArrayLike, bins: int = 10) -> Floats:
    """For each row the gap between stated and true in its bin, and a one to count it: shape (n, bins + 1)."""
    sure, right = np.asarray(stated, dtype=float), np.asarray(true, dtype=float)
    parts = np.zeros((len(sure), bins + 1))
    parts[np.arange(len(sure)), np.minimum((sure * bins).astype(int), bins - 1)] = sure - right
    parts[:, bins] = 1
    return parts


def calibration_errors(sums: Floats) -> Floats:
    """Calibration error of each replicate of summed `calibration_parts`, shape (replicates, bins + 1)."""
    return np.asarray(np.abs(sums[:, :-1]).sum(axis=1) / sums[:, -1])
