"""Whether verdicts follow the criteria: figures inside one answer, and between two versions of one answer.

Over all answers together a grader that only feels how good an answer is looks well. Inside an answer that mixes
verdicts it is no better than chance, and in a minimal pair (one claim changed) it moves all verdicts or none.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def concordant(scores: Floats, positive: NDArray[np.bool_]) -> tuple[float, int]:
    """Pairs of one group, a positive and a negative, in which the positive scores higher (ties: half), and all pairs.

    Both arrays have shape (n,). The two numbers, summed over groups, divide to the AUC inside groups.
    """
    high, low = scores[positive], np.sort(scores[~positive])
    below, not_above = np.searchsorted(low, high, "left"), np.searchsorted(low, high, "right")
    return float((below + not_above).sum() / 2), len(high) * len(low)


def concordance(groups: Sequence[tuple[Floats, NDArray[np.bool_]]]) -> tuple[float | None, int]:
    """AUC over pairs inside groups only, and the number of pairs; None without a group that has both kinds."""
    won, pairs = (sum(part) for part in zip(*(concordant(*g) for g in groups), strict=True)) if groups else (0.0, 0)
    return (won / pairs if pairs else None), int(pairs)


def shuffled_confusion(given: Sequence[str], predicted: Sequence[str], labels: Sequence[str]) -> Floats:
    """Expected confusion of one answer's verdicts dealt at random to its criteria, shape (labels, labels).

    Rows are the given labels. A grader that does not tell criteria apart loses nothing by the shuffle.
    """
    counts = np.array([[values.count(label) for label in labels] for values in (list(given), list(predicted))])
    return np.outer(counts[0], counts[1]) / len(given)


def commonest(given: Sequence[str], labels: Sequence[str]) -> str:
    """The label that one answer has most often; of equal ones the last in `labels`."""
    return max(labels, key=lambda label: (given.count(label), labels.index(label)))


class Moved(NamedTuple):
    """What a grader made of a minimal pair: criteria whose label changed and that it followed, others that stayed."""

    followed: int
    changed: int
    stayed: int
    others: int

    @property
    def held(self) -> bool:
        """Whether every changed verdict followed and no other moved."""
        return self.followed == self.changed and self.stayed == self.others


def moved(first: Mapping[str, tuple[str, str]], second: Mapping[str, tuple[str, str]]) -> Moved | None:
    """Compare two versions of an answer, each by criterion its (label, verdict); None when no label differs.

    A changed verdict follows when it is right in both versions. Another stays when it is the same in both, right or
    wrong. Criteria that only one version has are left out.
    """
    both = [(first[c], second[c]) for c in first if c in second]
    changed = [a[0] == a[1] and b[0] == b[1] for a, b in both if a[0] != b[0]]
    others = [a[1] == b[1] for a, b in both if a[0] == b[0]]
    return Moved(sum(changed), len(changed), sum(others), len(others)) if changed else None
