"""If the unsure verdicts are left to people, how right are the rest?"""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from evals.metrics.intervals import mean_interval
from evals.metrics.scores import area_under_risk_coverage, expected_calibration_error
from evals.results import Cell, Draft, Plot, Result
from evals.runs import Row
from evals.suites.common import PLAIN, Context, Suite, by_set, label_pairs, plain_tasks

CLAIMS = "Verdicts marked unsure are wrong more often: leaving them to people makes the rest more accurate."
COVERAGES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2)
FIFTHS = (1.0, 0.8, 0.6, 0.4, 0.2)


def summarise(context: Context, rows: Iterable[Row]) -> Result:
    """Accuracy at each coverage, of sure and unsure verdicts, and how well confidence is calibrated."""
    draft = Draft("selective", CLAIMS)
    for dataset, its_rows in by_set(context, rows):
        pairs = label_pairs(its_rows, dataset.scheme)
        known = [i for i, c in enumerate(pairs.confidence) if c is not None]
        if not known:
            draft.notes.append(f"{dataset.name}: the grader gives no confidence with labelled criteria.")
            continue
        confidence = np.array([pairs.confidence[i] for i in known], dtype=float)
        right = np.array([pairs.labels[i] == pairs.predicted[i] for i in known], dtype=float)
        sure = ~np.array([pairs.unsure[i] for i in known])
        questions = np.array([pairs.questions[i] for i in known], dtype=object)
        name, n = dataset.name, len(known)
        draft.figure(f"{name}.sure_share", float(sure.mean()), mean_interval(list(questions), sure, context.seed), n)
        for label, mask in (("sure", sure), ("unsure", ~sure)):
            if mask.any():
                interval = mean_interval(list(questions[mask]), right[mask], context.seed)
                draft.figure(f"{name}.accuracy_{label}", float(right[mask].mean()), interval, int(mask.sum()))
        draft.figure(f"{name}.risk_coverage_area", area_under_risk_coverage(confidence, right), n=n)
        draft.figure(f"{name}.calibration_error", expected_calibration_error(confidence, right), n=n, note="ten bins")
        order = np.argsort(-confidence, kind="stable")
        _coverages(draft, name, confidence[order], right[order], list(questions[order]), context.seed)
        _curves(draft, name, confidence, right, order)
    return draft.done()


def _coverages(
    draft: Draft, name: str, confidence: np.ndarray, right: np.ndarray, questions: list[str], seed: int
) -> None:
    """Accuracy of the most confident part, for several parts; rows come most confident first."""
    table: list[tuple[Cell, ...]] = []
    for coverage in COVERAGES:
        kept = max(1, round(coverage * len(right)))
        accuracy, interval = float(right[:kept].mean()), mean_interval(questions[:kept], right[:kept], seed)
        table.append((coverage, kept, accuracy, *(interval or (None, None)), float(confidence[kept - 1])))
        if coverage in FIFTHS:
            draft.figure(f"{name}.accuracy_at_{coverage:g}", accuracy, interval, kept, "coverage: the surest share")
    columns = ("coverage", "kept", "accuracy", "low", "high", "confidence from")
    draft.table(f"{name}: accuracy by coverage", columns, table)
    fifths = [float(row[2] or 0) for row in table if row[0] in FIFTHS]
    rises = sum(later >= earlier for earlier, later in pairwise(fifths))
    note = "of the steps between fifths of coverage, those at which accuracy does not fall with coverage"
    draft.figure(f"{name}.rising", rises / (len(fifths) - 1), n=len(fifths) - 1, note=note)


def _curves(draft: Draft, name: str, confidence: np.ndarray, right: np.ndarray, order: np.ndarray) -> None:
    running = np.cumsum(right[order]) / np.arange(1, len(right) + 1)
    step = max(1, len(right) // 200)
    points = [[(i + 1) / len(right), float(running[i])] for i in range(step - 1, len(right), step)]
    draft.plots.append(Plot("coverage", f"{name}: accuracy against coverage", {"points": points}))
    place = np.minimum((confidence * 10).astype(int), 9)
    bins = [
        [float(confidence[place == b].mean()), float(right[place == b].mean()), int((place == b).sum())]
        for b in range(10)
        if (place == b).any()
    ]
    draft.plots.append(Plot("reliability", f"{name}: confidence against accuracy", {"bins": bins}))


SUITE = Suite("selective", PLAIN, plain_tasks, summarise)
