"""What suites share: the context of a run, pairs of labels and verdicts out of rows, and figures over them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from evals.engine import Task
from evals.grades import chance_of_met
from evals.metrics.intervals import Interval, bootstrap, percentile_interval, resampled_sums
from evals.metrics.labels import accuracies, kappas, label_agreement, macro_f1s
from evals.metrics.scores import score_agreement
from evals.results import Draft, Item, Result
from evals.runs import Row
from evals.samples import Dataset, Sample, Scheme

PLAIN = "plain"
# A quick run takes few questions, the same ones in every suite: reading a question's statements costs as much as
# grading several answers to it.
QUICK_SAMPLES, QUICK_EACH = 60, 6


@dataclass(frozen=True)
class Context:
    """What the suites of a run are given; at most `limit` samples of each set, and smaller parts when `quick`.

    `workers` and `folder`, the run's, are for suites that grade in `summarise`; tasks are graded by the engine.
    """

    grader: str
    datasets: tuple[Dataset, ...]
    splits: tuple[str, ...] = ()
    limit: int | None = None
    seed: int = 0
    repeats: int = 3
    quick: bool = False
    workers: int = 1
    folder: Path | None = None
    knowledge: Path = Path("knowledge")
    gold: Path = Path("evals/gold")
    questions: Mapping[str, Row] = field(default_factory=dict)

    def samples(self, dataset: Dataset, most: int | None = None) -> Iterator[Sample]:
        """The samples of the set that this run takes; at most `most` where no limit was named."""
        quick = QUICK_SAMPLES if self.quick else None
        each = QUICK_EACH if self.quick and self.limit is None else None
        return dataset.samples(self.splits, self.limit or most or quick, self.seed, each)

    def dataset(self, name: str) -> Dataset:
        """The set of that name."""
        return next(d for d in self.datasets if d.name == name)


class Suite(NamedTuple):
    """A suite: which group of tasks it reads, how they are made, and what it makes of the graded rows.

    `grades` is false for a suite that measures something else than a grader and so has no tasks.
    """

    name: str
    group: str
    tasks: Callable[[Context], Iterable[Task]]
    summarise: Callable[[Context, Iterable[Row]], Result]
    grades: bool = True


def no_tasks(_: Context) -> Iterator[Task]:
    """Nothing to grade."""
    return iter(())


def plain_tasks(context: Context) -> Iterator[Task]:
    """Every sample of every set, as it is."""
    for dataset in context.datasets:
        for sample in context.samples(dataset):
            yield Task(PLAIN, dataset.name, sample, sample.answer)


def by_set(context: Context, rows: Iterable[Row]) -> list[tuple[Dataset, list[Row]]]:
    """The rows of each set, in the order of the sets; sets without rows are left out."""
    found: dict[str, list[Row]] = {dataset.name: [] for dataset in context.datasets}
    for row in rows:
        found[row["set"]].append(row)
    return [(dataset, found[dataset.name]) for dataset in context.datasets if found[dataset.name]]


class LabelPairs(NamedTuple):
    """Labels beside verdicts, one entry for each labelled criterion that was graded; those of an answer stand together.

    `met` holds P(met), None where it was not recorded.
    """

    questions: list[str]
    criteria: list[str]
    labels: list[str]
    predicted: list[str]
    confidence: list[float | None]
    met: list[float | None]
    unsure: list[bool]
    rows: list[Row]
    ungraded: int


def label_pairs(rows: Iterable[Row], scheme: Scheme) -> LabelPairs:
    """The given labels and the grader's verdicts, in the scheme's classes; ungraded criteria are counted only."""
    pairs = LabelPairs([], [], [], [], [], [], [], [], 0)
    ungraded = 0
    for row in rows:
        for criterion, label in row["labels"].items():
            mark = row["grade"]["verdicts"].get(criterion)
            predicted = scheme.label(mark["verdict"]) if mark else None
            if mark is None or predicted is None:
                ungraded += 1
                continue
            pairs.questions.append(row["question"])
            pairs.criteria.append(criterion)
            pairs.labels.append(label)
            pairs.predicted.append(predicted)
            pairs.confidence.append(mark["confidence"])
            pairs.met.append(chance_of_met(mark))
            pairs.unsure.append(mark["unsure"])
            pairs.rows.append(row)
    return pairs._replace(ungraded=ungraded)


def score_pairs(rows: Iterable[Row]) -> tuple[list[str], list[float], list[float]]:
    """Questions, given scores and the grader's scores of the rows that have both."""
    both = [
        (row["question"], float(row["label_score"]), float(row["grade"]["score"]))
        for row in rows
        if row["label_score"] is not None and row["grade"]["score"] is not None
    ]
    return [q for q, _, _ in both], [s for _, s, _ in both], [g for _, _, g in both]


def label_figures(
    draft: Draft, prefix: str, questions: Sequence[str], given: Sequence[str], predicted: Sequence[str],
    classes: Sequence[str], seed: int,
) -> None:  # fmt: skip
    """Accuracy, macro-F1, kappa and quadratic kappa with cluster-bootstrap intervals."""
    if not given:
        return
    found = label_agreement(given, predicted, classes)
    size = len(classes)
    place = {label: i for i, label in enumerate(classes)}
    cells = np.zeros((len(given), size, size))
    cells[np.arange(len(given)), [place[g] for g in given], [place[p] for p in predicted]] = 1
    sums = resampled_sums(questions, cells, seed)

    def interval(statistic: Callable[[Any], Any]) -> Interval | None:
        return None if sums is None else percentile_interval(statistic(sums))

    draft.figure(f"{prefix}.accuracy", found.accuracy, interval(accuracies), found.n)
    draft.figure(f"{prefix}.macro_f1", found.macro_f1, interval(macro_f1s), found.n)
    draft.figure(f"{prefix}.kappa", found.kappa, interval(kappas), found.n)
    if size > 2:
        quadratic = interval(lambda m: kappas(m, quadratic=True))
        draft.figure(f"{prefix}.quadratic_kappa", found.quadratic_kappa, quadratic, found.n)


def score_figures(
    draft: Draft, prefix: str, questions: Sequence[str], given: Sequence[float], predicted: Sequence[float], seed: int
) -> None:
    """Pearson, Spearman, MAE, RMSE and standardised mean difference with cluster-bootstrap intervals."""
    if not given:
        return
    x, y = np.asarray(given), np.asarray(predicted)
    found = score_agreement(x, y)
    for name in ("pearson", "spearman", "mae", "rmse", "standardised_difference"):
        interval = bootstrap(questions, lambda i, n=name: getattr(score_agreement(x[i], y[i]), n), seed)  # type: ignore[misc]
        draft.figure(f"{prefix}.{name}", getattr(found, name), interval, found.n)


def item(row: Row, said: str, expected: str) -> Item:
    """The row as an item to read."""
    return Item(f"{row['set']}: {row['sample']}", row["answer"][:1500], said, expected)


def verdict_text(row: Row) -> str:
    """Verdicts and score of a row, in words."""
    grade = row["grade"]
    verdicts = ", ".join(f"{c}: {m['verdict'] or 'ungraded'}" for c, m in grade["verdicts"].items())
    score = "ungraded" if grade["score"] is None else f"score {grade['score']:.2f}"
    return f"{verdicts}; {score}" if verdicts else score
