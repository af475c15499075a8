"""How good a judge is on hand-labelled answers, from rows of probabilities (met, partial, missing, contradicted).

Figures: accuracy, macro-F1 over the four verdicts, AUC of P(met) within answers (over pairs of criteria of one answer,
one met and one not: a judge blind to the criterion has .5), minimal pairs (the changed verdict follows, the others
stay), and the calibration error of P(met) over ten bins. The harness prints the same of a grader (`validity`).
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.metrics.labels import confusion, f1_of_each
from evals.metrics.scores import expected_calibration_error
from evals.metrics.within import commonest, concordance, moved
from evals.samples import Sample
from evals.training.data import VERDICTS

Rows = NDArray[np.float64]
Scorer = Callable[[Sequence[tuple[str, str]]], NDArray[np.float32]]
Judged = tuple[list[str], list[str], Rows]


def told(rows: Rows) -> list[str]:
    """The most probable verdict of each row."""
    return [VERDICTS[i] for i in rows.argmax(axis=1)]


def judged(samples: Sequence[Sample], score: Scorer) -> list[Judged]:
    """For each answer its labelled criteria, their true verdicts, and the judge's probabilities (n, 4)."""
    found = []
    for sample in samples:
        criteria = [c for c in sample.exercises[0].rubric.criteria if c.id in sample.labels]
        rows = score([(c.text, sample.answer) for c in criteria]).astype(np.float64)
        found.append(([c.id for c in criteria], [sample.labels[c.id] for c in criteria], rows))
    return found


def minimal_pairs(samples: Sequence[Sample], results: Sequence[Judged]) -> tuple[int, int]:
    """Pairs in which every changed verdict follows and no other verdict moves, and the number of pairs."""
    by_id = {
        sample.id: dict(zip(names, zip(truth, told(rows), strict=True), strict=True))
        for sample, (names, truth, rows) in zip(samples, results, strict=True)
    }
    found = [moved(by_id[s.id], by_id[s.pair]) for s in samples if s.pair in by_id]
    known = [m for m in found if m is not None]
    return sum(m.held for m in known), len(known)


def blind_bound(results: Sequence[Judged]) -> tuple[float, float]:
    """Accuracy and macro-F1 of one who ignores the criterion but knows each answer's most frequent true verdict."""
    truth = [t for _, ts, _ in results for t in ts]
    bound = [commonest(ts, VERDICTS[::-1]) for _, ts, _ in results for _ in ts]
    return float(np.mean([a == b for a, b in zip(truth, bound, strict=True)])), macro_f1(truth, bound)


def macro_f1(truth: Sequence[str], verdicts: Sequence[str]) -> float:
    """Mean F1 of the four verdicts."""
    return float(np.mean(f1_of_each(truth, verdicts, VERDICTS)))


def measure(samples: Sequence[Sample], score: Scorer) -> dict[str, Any]:
    """All figures on these answers, as numbers; None where undefined."""
    results = judged(samples, score)
    truth = [t for _, ts, _ in results for t in ts]
    rows = np.concatenate([r for _, _, r in results])
    verdicts = told(rows)
    right = np.array(truth) == "met"

    def within(*others: str) -> tuple[float | None, int]:
        kept = [(r, np.array(ts), np.isin(ts, ("met", *others))) for _, ts, r in results]
        return concordance([(r[k, 0], ts[k] == "met") for r, ts, k in kept])

    auc, pairs = within(*VERDICTS[1:])
    good, changed = minimal_pairs(samples, results)
    return {
        "answers": len(samples),
        "verdicts": len(truth),
        "accuracy": float(np.mean(np.array(truth) == np.array(verdicts))),
        "macro_f1": macro_f1(truth, verdicts),
        "f1": dict(zip(VERDICTS, f1_of_each(truth, verdicts, VERDICTS), strict=True)),
        "blind_bound": blind_bound(results),
        "auc_within": auc,
        "auc_within_pairs": pairs,
        "auc_within_contradicted": within("contradicted")[0],
        "auc_within_missing": within("missing")[0],
        "auc_pooled": concordance([(rows[:, 0], right)])[0],
        "minimal_pairs": good / changed if changed else None,
        "minimal_pairs_n": changed,
        "ece_met": expected_calibration_error(rows[:, 0], right),
        "confusion": confusion(truth, verdicts, VERDICTS).astype(int).tolist(),
    }
