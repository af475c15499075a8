"""How far a figure would move in another sample: intervals and tests that respect questions as clusters.

Answers to one question are alike, so questions are resampled, not answers (a cluster bootstrap): an interval over
answers as if they were independent would be too narrow.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
REPLICATES = 1000


class Interval(NamedTuple):
    """A 95% interval."""

    low: float
    high: float


def wilson(successes: int, n: int) -> Interval | None:
    """Wilson's 95% interval of a rate; None when n is 0."""
    from scipy.stats import binomtest

    if n == 0:
        return None
    found = binomtest(successes, n).proportion_ci(method="wilson")
    return Interval(float(found.low), float(found.high))


def percentile_interval(replicates: Floats) -> Interval | None:
    """The middle 95% of the defined replicates; None when fewer than half of them are defined."""
    defined = replicates[np.isfinite(replicates)]
    if len(replicates) == 0 or len(defined) < len(replicates) / 2:
        return None
    low, high = np.percentile(defined, [2.5, 97.5])
    return Interval(float(low), float(high))


def cluster_weights(clusters: int, seed: int, replicates: int = REPLICATES) -> Floats:
    """How often each cluster was drawn in each replicate, shape (replicates, clusters)."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(clusters, np.full(clusters, 1 / clusters), size=replicates).astype(float)


def resampled_sums(clusters: Sequence[str], parts: ArrayLike, seed: int, replicates: int = REPLICATES) -> Floats | None:
    """Sums of `parts` (rows, ...) in each replicate of a cluster bootstrap, shape (replicates, ...).

    `clusters` names the cluster (question) of each row. None with fewer than two clusters: nothing can be resampled.
    """
    values = np.asarray(parts, dtype=float)
    names, place = np.unique(np.asarray(clusters, dtype=object).astype(str), return_inverse=True)
    if len(names) < 2:
        return None
    sums = np.zeros((len(names), *values.shape[1:]))
    np.add.at(sums, place, values)
    return np.asarray(np.tensordot(cluster_weights(len(names), seed, replicates), sums, axes=1))


def mean_interval(clusters: Sequence[str], values: ArrayLike, seed: int) -> Interval | None:
    """Cluster-bootstrap interval of the mean of `values` (rows,)."""
    rows = np.asarray(values, dtype=float)
    sums = resampled_sums(clusters, np.stack([rows, np.ones_like(rows)], axis=1), seed)
    return None if sums is None else percentile_interval(sums[:, 0] / sums[:, 1])


def bootstrap(
    clusters: Sequence[str], statistic: Callable[[NDArray[np.int64]], float | None], seed: int, replicates: int = 300
) -> Interval | None:
    """Cluster-bootstrap interval of any statistic of row indices; for what is not a function of sums (ranks, alpha)."""
    names, place = np.unique(np.asarray(clusters, dtype=object).astype(str), return_inverse=True)
    if len(names) < 2:
        return None
    rows = [np.flatnonzero(place == c) for c in range(len(names))]
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(replicates):
        value = statistic(np.concatenate([rows[c] for c in rng.integers(0, len(names), len(names))]))
        found.append(np.nan if value is None else value)
    return percentile_interval(np.asarray(found))


class PairedTest(NamedTuple):
    """Whether two graders differ on the same rows: mean difference (first minus second), interval, p-value.

    `detectable` is the smallest true difference that this n would find in four of five samples (power note).
    """

    n: int
    clusters: int
    difference: float
    interval: Interval | None
    p_value: float | None
    detectable: float | None


def paired_test(clusters: Sequence[str], first: ArrayLike, second: ArrayLike, seed: int) -> PairedTest:
    """Compare paired values (rows,) by flipping the sign of each question's summed difference (a permutation test)."""
    from scipy.stats import permutation_test

    difference = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    names, place = np.unique(np.asarray(clusters, dtype=object).astype(str), return_inverse=True)
    if len(difference) == 0:
        raise ValueError("there are no pairs to compare; give two runs over the same answers")
    sums = np.bincount(place, weights=difference, minlength=len(names))
    interval = mean_interval(clusters, difference, seed)
    p_value = None
    if len(names) >= 2 and np.any(sums):
        found = permutation_test(
            (sums,),
            np.mean,
            permutation_type="samples",
            n_resamples=4999,
            vectorized=True,
            rng=np.random.default_rng(seed),
        )
        p_value = min(1.0, float(found.pvalue))
    elif len(names) >= 2:
        p_value = 1.0
    return PairedTest(
        len(difference), len(names), float(difference.mean()), interval, p_value, detectable_difference(interval)
    )


def detectable_difference(interval: Interval | None) -> float | None:
    """Smallest true difference seen with power .8 at two-sided .05: 2.80 standard errors, read off a 95% interval."""
    if interval is None or interval.high <= interval.low:
        return None
    return (1.96 + 0.84) * (interval.high - interval.low) / (2 * 1.96)
