"""Does the same answer get the same verdict again?

Repeatability says how steady a grader is, not whether it is right: a wrong verdict that is given each time counts
here as stable, and its share is reported beside (in Khan Academy's data two thirds of chat models' errors repeat).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from evals.engine import Task
from evals.metrics.agreement import icc_2_1, krippendorff_alpha, majority, pairwise_agreement, unanimous, within_sd
from evals.metrics.intervals import bootstrap, mean_interval, wilson
from evals.results import Draft, Item, Result
from evals.runs import Row
from evals.samples import Dataset
from evals.suites.common import Context, Suite, by_set

GROUP = "repeat"
CLAIMS = "The same answer, graded again by the same grader with no cache, gets the same verdicts."
MOST, QUICK = 200, 15
Repeats = dict[str, list[Row]]


def tasks(context: Context) -> Iterator[Task]:
    """Each sample, `repeats` times; the runs go through all samples in turn, so that repeats are not neighbours."""
    for dataset in context.datasets:
        for repeat in range(context.repeats):
            for sample in context.samples(dataset, QUICK if context.quick else MOST):
                yield Task(GROUP, dataset.name, sample, sample.answer, repeat=repeat)


def summarise(context: Context, rows: Iterable[Row]) -> Result:
    """Agreement of the runs, for each set."""
    draft = Draft(GROUP, CLAIMS)
    for dataset, its_rows in by_set(context, rows):
        _summarise_set(draft, dataset, its_rows, context)
    draft.notes.append(
        "Runs follow each other in one process or a few. A deterministic grader repeats itself by construction; "
        "for such a grader see invariance: what happens when the answer changes and its meaning does not."
    )
    return draft.done()


def _summarise_set(draft: Draft, dataset: Dataset, rows: list[Row], context: Context) -> None:
    runs: Repeats = defaultdict(list)
    for row in rows:
        runs[row["sample"]].append(row)
    complete = [group for group in runs.values() if len(group) == context.repeats]
    name = dataset.name
    draft.figure(f"{name}.answers", float(len(complete)), n=len(rows), note=f"{context.repeats} runs of each")
    _score_figures(draft, name, complete, context)
    _verdict_figures(draft, dataset, complete, context)


def _score_figures(draft: Draft, name: str, runs: list[list[Row]], context: Context) -> None:
    graded = [g for g in runs if all(r["grade"]["score"] is not None for r in g)]
    questions = [g[0]["question"] for g in graded]
    scores = np.array([[r["grade"]["score"] for r in g] for g in graded]).reshape(len(graded), -1)
    ungraded = sum(r["grade"]["score"] is None for g in runs for r in g)
    draft.figure(f"{name}.ungraded", ungraded / max(1, sum(map(len, runs))), n=sum(map(len, runs)))
    if not len(graded):
        return
    same = unanimous(np.round(scores, 9))
    draft.figure(f"{name}.score_identical", float(same.mean()), wilson(int(same.sum()), len(same)), len(same))
    for label, statistic in (("score_sem", within_sd), ("score_icc", icc_2_1)):
        interval = bootstrap(questions, lambda i, s=statistic: s(scores[i]), context.seed)  # type: ignore[misc]
        draft.figure(f"{name}.{label}", statistic(scores), interval, len(graded))
    worst = sorted(graded, key=lambda g: -float(np.std([r["grade"]["score"] for r in g])))
    for group in [g for g in worst[:5] if np.ptp([r["grade"]["score"] for r in g]) > 1e-9]:
        said = " / ".join(f"{r['grade']['score']:.2f}" for r in group)
        draft.worst.append(Item(f"{name}: {group[0]['sample']}", group[0]["answer"][:1500], said, "one score"))


def _verdict_figures(draft: Draft, dataset: Dataset, runs: list[list[Row]], context: Context) -> None:
    classes = dataset.scheme.classes
    name, questions, units, labels = dataset.name, [], [], []
    for group in runs:
        for criterion in group[0]["grade"]["verdicts"]:
            marks = [r["grade"]["verdicts"].get(criterion) for r in group]
            given = [dataset.scheme.label(m["verdict"]) if m else None for m in marks]
            if None in given:
                continue
            units.append([classes.index(str(v)) for v in given])
            questions.append(group[0]["question"])
            labels.append(group[0]["labels"].get(criterion))
    if not units:
        return
    matrix = np.array(units)
    stable = unanimous(matrix)
    n = len(matrix)
    agreement = bootstrap(questions, lambda i: pairwise_agreement(matrix[i]), context.seed)
    alpha = bootstrap(questions, lambda i: krippendorff_alpha(matrix[i], "ordinal"), context.seed)
    draft.figure(f"{name}.verdict_agreement", pairwise_agreement(matrix), agreement, n)
    draft.figure(
        f"{name}.verdict_flips", float(1 - stable.mean()), mean_interval(questions, 1 - stable, context.seed), n
    )
    draft.figure(f"{name}.verdict_alpha", krippendorff_alpha(matrix, "ordinal"), alpha, n)
    _right_or_wrong(draft, dataset, matrix, labels)


def _right_or_wrong(draft: Draft, dataset: Dataset, matrix: np.ndarray, labels: list[str | None]) -> None:
    """Of verdicts with a label: how often the majority is wrong, and how many of those errors repeat each time."""
    classes = dataset.scheme.classes
    stable = unanimous(matrix)
    wrong, wrong_and_stable, judged, split_right, split = 0, 0, 0, 0, 0
    for votes, label, same in zip(matrix, labels, stable, strict=True):
        if label is None:
            continue
        winner = majority([classes[v] for v in votes])
        judged += 1
        wrong += winner != label
        wrong_and_stable += bool(same) and winner != label
        split += not same
        split_right += not same and winner == label
    name = dataset.name
    if judged:
        draft.figure(f"{name}.majority_wrong", wrong / judged, wilson(wrong, judged), judged)
    if wrong:
        note = "of the wrong majorities, those given in every run"
        draft.figure(f"{name}.stable_but_wrong", wrong_and_stable / wrong, wilson(wrong_and_stable, wrong), wrong, note)
    if split:
        draft.figure(f"{name}.majority_right_when_split", split_right / split, wilson(split_right, split), split)


SUITE = Suite(GROUP, GROUP, tasks, summarise)
