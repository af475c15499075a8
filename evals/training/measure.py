"""How good a judge is on hand-labelled answers, from rows of probabilities (met, partial, missing, contradicted).

Figures: accuracy, macro-F1 over the four verdicts, AUC of P(met) within answers (over pairs of criteria of one answer,
one met and one not: a judge blind to the criterion has .5), minimal pairs (the changed verdict follows, the others
stay), and the calibration error of P(met) over ten bins.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.samples import Sample
from evals.training.data import VERDICTS

Rows = NDArray[np.float64]
Scorer = Callable[[Sequence[tuple[str, str]]], NDArray[np.float32]]


def f1s(truth: Sequence[int], told: Sequence[int]) -> list[float]:
    """F1 of each verdict; 0 where a verdict was neither given nor right."""
    scores = []
    for v in range(len(VERDICTS)):
        hit = sum(a == v and b == v for a, b in zip(truth, told, strict=True))
        either = sum(a == v for a in truth) + sum(b == v for b in told)
        scores.append(2 * hit / either if either else 0.0)
    return scores


def calibration_error(probabilities: Rows, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Mean gap between stated and observed frequency over equal-width bins, weighted by their size."""
    place = np.minimum((probabilities * bins).astype(int), bins - 1)
    gaps = [abs(probabilities[place == b].mean() - right[place == b].mean()) * (place == b).mean() for b in set(place)]
    return float(sum(gaps))


def concordance(groups: Sequence[tuple[NDArray[np.float64], NDArray[np.bool_]]]) -> tuple[float, int]:
    """Share of pairs inside a group in which the positive scores higher (ties count half), and the number of pairs."""
    won = total = 0.0
    for scores, positive in groups:
        difference = scores[positive][:, None] - scores[~positive][None, :]
        won += float((difference > 0).sum() + 0.5 * (difference == 0).sum())
        total += difference.size
    return (won / total if total else float("nan")), int(total)


def judged(samples: Sequence[Sample], score: Scorer) -> list[tuple[list[str], list[int], Rows]]:
    """For each answer its labelled criteria, their true verdicts as numbers, and the judge's probabilities (n, 4)."""
    found = []
    for sample in samples:
        criteria = [c for c in sample.exercises[0].rubric.criteria if c.id in sample.labels]
        rows = score([(c.text, sample.answer) for c in criteria]).astype(np.float64)
        found.append(([c.id for c in criteria], [VERDICTS.index(sample.labels[c.id]) for c in criteria], rows))
    return found


def minimal_pairs(samples: Sequence[Sample], results: Sequence[tuple[list[str], list[int], Rows]]) -> tuple[int, int]:
    """Pairs in which every changed verdict follows and no other verdict moves, and the number of pairs."""
    by_id = {s.id: r for s, r in zip(samples, results, strict=True)}
    good = total = 0
    for sample in samples:
        if sample.pair not in by_id:
            continue
        (names, truth, rows), (other_names, other_truth, other_rows) = by_id[sample.id], by_id[sample.pair]
        mine = {n: (t, r) for n, t, r in zip(names, truth, rows.argmax(axis=1), strict=True)}
        theirs = {n: (t, r) for n, t, r in zip(other_names, other_truth, other_rows.argmax(axis=1), strict=True)}
        shared = [n for n in mine if n in theirs]
        total += 1
        good += all(
            (mine[n][1] == theirs[n][1])
            if mine[n][0] == theirs[n][0]
            else (mine[n][1], theirs[n][1]) == (mine[n][0], theirs[n][0])
            for n in shared
        )
    return good, total


def blind_bound(results: Sequence[tuple[list[str], list[int], Rows]]) -> tuple[float, float]:
    """Accuracy and macro-F1 of one who ignores the criterion but knows each answer's most frequent true verdict."""
    truth = [t for _, ts, _ in results for t in ts]
    told = [max(set(ts), key=lambda v: (ts.count(v), -v)) for _, ts, _ in results for _ in ts]
    return float(np.mean(np.array(truth) == np.array(told))), float(np.mean(f1s(truth, told)))


def measure(samples: Sequence[Sample], score: Scorer) -> dict[str, Any]:
    """All figures on these answers, as numbers."""
    results = judged(samples, score)
    truth = np.array([t for _, ts, _ in results for t in ts])
    rows = np.concatenate([r for _, _, r in results])
    told = rows.argmax(axis=1)
    groups = [(r[:, 0], np.array(ts) == 0) for _, ts, r in results]
    wrong = [(r[np.isin(ts, (0, 3)), 0], np.array([t for t in ts if t in (0, 3)]) == 0) for _, ts, r in results]
    gone = [(r[np.isin(ts, (0, 2)), 0], np.array([t for t in ts if t in (0, 2)]) == 0) for _, ts, r in results]
    each = f1s(truth.tolist(), told.tolist())
    within, pairs = concordance(groups)
    good, changed = minimal_pairs(samples, results)
    return {
        "answers": len(samples),
        "verdicts": len(truth),
        "accuracy": float((truth == told).mean()),
        "macro_f1": float(np.mean(each)),
        "f1": dict(zip(VERDICTS, each, strict=True)),
        "blind_bound": blind_bound(results),
        "auc_within": within,
        "auc_within_pairs": pairs,
        "auc_within_contradicted": concordance(wrong)[0],
        "auc_within_missing": concordance(gone)[0],
        "auc_pooled": concordance([(rows[:, 0], truth == 0)])[0],
        "minimal_pairs": good / changed if changed else float("nan"),
        "minimal_pairs_n": changed,
        "ece_met": calibration_error(rows[:, 0], truth == 0),
        "confusion": [[int(((truth == a) & (told == b)).sum()) for b in range(4)] for a in range(4)],
    }
