"""Agreement between raters, or between runs of one grader.

Ratings are a matrix of shape (units, raters), where a unit is one answer or one verdict to give; NaN is a rating
not given.

>>> krippendorff_alpha([[0, 0], [1, 1], [2, 2]], "nominal")
1.0
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Level = Literal["nominal", "ordinal", "interval"]
Floats = NDArray[np.float64]


def _distance(level: Level, values: Floats, counts: Floats) -> Floats:
    """Squared differences between all pairs of values, shape (values, values), after Krippendorff (2011), section C."""
    if level == "nominal":
        return 1.0 - np.eye(len(values))
    if level == "interval":
        return np.asarray((values[:, None] - values[None, :]) ** 2)
    places = np.cumsum(counts) - counts / 2
    return np.asarray((places[:, None] - places[None, :]) ** 2)


def krippendorff_alpha(ratings: ArrayLike, level: Level = "ordinal") -> float | None:
    """Krippendorff's alpha of ratings (units, raters): 1 is agreement, 0 is chance. None where it is undefined.

    It is undefined when no unit has two ratings, or when all pairable ratings are the same value. Source:
    Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability". Ours because the package `krippendorff` is
    GPL.
    """
    matrix = np.asarray(ratings, dtype=float)
    if matrix.size == 0:
        return None
    given = ~np.isnan(matrix)
    matrix, given = matrix[given.sum(axis=1) >= 2], given[given.sum(axis=1) >= 2]
    values = np.unique(matrix[given])
    if len(values) < 2:
        return None
    per_unit = np.stack([(matrix == value).sum(axis=1) for value in values], axis=1).astype(float)
    pairable = per_unit.sum(axis=1)
    coincidences = (per_unit / (pairable - 1)[:, None]).T @ per_unit
    coincidences -= np.diag((per_unit / (pairable - 1)[:, None]).sum(axis=0))
    counts = coincidences.sum(axis=1)
    distance = _distance(level, values, counts)
    observed = (coincidences * distance).sum()
    expected = (np.outer(counts, counts) * distance).sum() / (counts.sum() - 1)
    return float(1 - observed / expected)


def fleiss_kappa(ratings: ArrayLike) -> float | None:
    """Fleiss' kappa of nominal ratings (units, raters) without gaps. None when every rating is the same.

    Source: Fleiss (1971), "Measuring nominal scale agreement among many raters".
    """
    matrix = np.asarray(ratings, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] == 0 or matrix.shape[1] < 2 or np.isnan(matrix).any():
        return None
    raters = matrix.shape[1]
    table = np.stack([(matrix == value).sum(axis=1) for value in np.unique(matrix)], axis=1)
    observed = ((table**2).sum(axis=1) - raters).mean() / (raters * (raters - 1))
    chance = ((table.sum(axis=0) / table.sum()) ** 2).sum()
    return None if chance == 1 else float((observed - chance) / (1 - chance))


def icc_2_1(scores: ArrayLike) -> float | None:
    """ICC(2,1) of scores (answers, runs): two-way random effects, absolute agreement, a single run.

    None with fewer than two answers or runs, or when no score varies. Source: Shrout and Fleiss (1979).
    """
    matrix = np.asarray(scores, dtype=float)
    matrix = matrix[~np.isnan(matrix).any(axis=1)] if matrix.ndim == 2 else matrix.reshape(0, 0)
    n, k = matrix.shape
    if n < 2 or k < 2:
        return None
    total = matrix.mean()
    rows, columns = matrix.mean(axis=1), matrix.mean(axis=0)
    between = k * ((rows - total) ** 2).sum() / (n - 1)
    runs = n * ((columns - total) ** 2).sum() / (k - 1)
    residual = ((matrix - rows[:, None] - columns[None, :] + total) ** 2).sum() / ((n - 1) * (k - 1))
    spread = between + (k - 1) * residual + k * (runs - residual) / n
    return None if spread <= 1e-15 else float((between - residual) / spread)


def unanimous(ratings: ArrayLike) -> NDArray[np.bool_]:
    """For each unit of (units, raters), whether all raters gave the same rating; shape (units,)."""
    matrix = np.asarray(ratings, dtype=float)
    return np.asarray((matrix == matrix[:, :1]).all(axis=1))


def pairwise_agreement(ratings: ArrayLike) -> float | None:
    """Share of pairs of ratings of the same unit that are equal, over all units of (units, raters)."""
    matrix = np.asarray(ratings, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] == 0 or matrix.shape[1] < 2:
        return None
    first, second = np.triu_indices(matrix.shape[1], 1)
    return float((matrix[:, first] == matrix[:, second]).mean())


def within_sd(scores: ArrayLike) -> float | None:
    """Standard deviation of repeated scores of one answer, pooled over (answers, runs): the SEM of one run."""
    matrix = np.asarray(scores, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] == 0 or matrix.shape[1] < 2:
        return None
    return float(np.sqrt(matrix.var(axis=1, ddof=1).mean()))


def majority(votes: Sequence[str]) -> str | None:
    """The value with the most votes; None when two values share the lead, or nothing was voted."""
    counts = sorted(((votes.count(v), v) for v in set(votes)), reverse=True)
    if not counts or (len(counts) > 1 and counts[0][0] == counts[1][0]):
        return None
    return counts[0][1]
