"""Does the grader give the verdicts that people gave?

Beside the grader stand the ceiling (people against people, where a set has several raters) and the floor: rules
that grade without reading, with thresholds fitted on other questions of the same set, which flatters them. Beside the
pooled figures stand those that say whether it reads criteria at all (`evals.suites.reading`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

import numpy as np

from evals.metrics.intervals import wilson
from evals.metrics.scores import score_agreement
from evals.results import Cell, Draft, Plot, Result
from evals.runs import Row
from evals.samples import THREE_WAY, VERDICTS, Dataset
from evals.suites.common import (
    PLAIN,
    Context,
    LabelPairs,
    Suite,
    by_set,
    item,
    label_figures,
    label_pairs,
    plain_tasks,
    score_figures,
    score_pairs,
    verdict_text,
)
from evals.suites.floor import floor_table
from evals.suites.people import ceiling
from evals.suites.reading import misconception_figures, reading_figures
from tutor.domain import Verdict

CLAIMS = "The verdicts and scores agree with those that people gave, as far as people agree with each other."
WORST = 12


def summarise(context: Context, rows: Iterable[Row]) -> Result:
    """Agreement with the labels, for each set."""
    draft = Draft("validity", CLAIMS)
    for dataset, its_rows in by_set(context, rows):
        _summarise_set(draft, dataset, its_rows, context)
        if dataset.note:
            draft.notes.append(f"{dataset.name}: {dataset.note}.")
    return draft.done()


def _summarise_set(draft: Draft, dataset: Dataset, rows: list[Row], context: Context) -> None:
    name = dataset.name
    ungraded = [row for row in rows if row["grade"]["ungraded"]]
    draft.figure(f"{name}.ungraded", len(ungraded) / len(rows), n=len(rows))
    _stopped(draft, dataset, rows)
    pairs = label_pairs(rows, dataset.scheme)
    if pairs.labels:
        _labels(draft, dataset, pairs, context)
        reading_figures(draft, dataset, rows, pairs, context.seed)
    misconception_figures(draft, dataset, rows)
    questions, given, predicted = score_pairs(rows)
    score_figures(draft, name, questions, given, predicted, context.seed)
    if given:
        draft.plots.append(Plot("scatter", f"{name}: given and predicted score", {"x": given, "y": predicted}))
    ceiling(draft, dataset, rows, context.seed)
    floor_table(draft, dataset, rows, pairs, context)
    _per_question(draft, name, pairs, questions, given, predicted)
    _by(draft, f"{name}: by voice of the answer", pairs, lambda i: pairs.rows[i].get("voice", ""))
    _by(draft, f"{name}: by criterion, lowest first", pairs, lambda i: f"{pairs.questions[i]}: {pairs.criteria[i]}")


def _stopped(draft: Draft, dataset: Dataset, rows: list[Row]) -> None:
    """How often an answer in which people found something right was taken for no attempt, where graders tell that."""
    nothing = {dataset.scheme.of[v] for v in (Verdict.MISSING, Verdict.CONTRADICTED)}
    genuine = [row for row in rows if set(row["labels"].values()) - nothing and "stopped" in row["grade"]]
    stopped = [row for row in genuine if row["grade"]["stopped"]]
    for row in stopped[:3]:
        draft.worst.append(item(row, f"stopped: {row['grade']['stopped']}", "an attempt"))
    if genuine:
        words = sorted(len(row["answer"].split()) for row in genuine)
        note = f"answers with something right in them, {words[0]} to {words[-1]} words, taken for no attempt"
        interval = wilson(len(stopped), len(genuine))
        draft.figure(f"{dataset.name}.genuine_stopped", len(stopped) / len(genuine), interval, len(genuine), note)


def _labels(draft: Draft, dataset: Dataset, pairs: LabelPairs, context: Context) -> None:
    name, classes = dataset.name, dataset.scheme.classes
    if pairs.ungraded:
        draft.figure(f"{name}.criteria_ungraded", pairs.ungraded / (pairs.ungraded + len(pairs.labels)))
    label_figures(draft, name, pairs.questions, pairs.labels, pairs.predicted, classes, context.seed)
    if dataset.scheme is VERDICTS:
        three = [THREE_WAY.label(v) or "" for v in pairs.labels], [THREE_WAY.label(v) or "" for v in pairs.predicted]
        label_figures(draft, f"{name}.three_way", pairs.questions, *three, THREE_WAY.classes, context.seed)
    counts = np.zeros((len(classes), len(classes)), dtype=int)
    for label, verdict in zip(pairs.labels, pairs.predicted, strict=True):
        counts[classes.index(label), classes.index(verdict)] += 1
    data = {"labels": list(classes), "counts": counts.tolist()}
    draft.plots.append(Plot("confusion", f"{name}: rows are people's labels, columns the grader's", data))
    draft.table(
        f"{name}: confusion (rows: labels, columns: grader)",
        ("label", *classes),
        [(label, *map(int, row)) for label, row in zip(classes, counts, strict=True)],
    )
    _worst(draft, pairs, classes)


def _worst(draft: Draft, pairs: LabelPairs, classes: tuple[str, ...]) -> None:
    """The confident verdicts farthest from their labels."""

    def badness(i: int) -> tuple[int, float]:
        distance = abs(classes.index(pairs.labels[i]) - classes.index(pairs.predicted[i]))
        return distance, pairs.confidence[i] or 0.0

    order = sorted(range(len(pairs.labels)), key=badness, reverse=True)
    for i in [i for i in order[:WORST] if badness(i)[0]]:
        sure = "" if pairs.confidence[i] is None else f" (confidence {pairs.confidence[i]:.2f})"
        row = pairs.rows[i]
        said = f"{pairs.criteria[i]}: {pairs.predicted[i]}{sure}; {verdict_text(row)}"
        draft.worst.append(item(row, said, f"{pairs.criteria[i]}: {pairs.labels[i]}"))


def _per_question(
    draft: Draft, name: str, pairs: LabelPairs, questions: list[str], given: list[float], predicted: list[float]
) -> None:
    places: dict[str, list[int]] = defaultdict(list)
    for i, question in enumerate(pairs.questions):
        places[question].append(i)
    scores: dict[str, list[int]] = defaultdict(list)
    for i, question in enumerate(questions):
        scores[question].append(i)
    rows: list[tuple[Cell, ...]] = []
    forest = []
    for question in sorted(places | scores):
        mine = places.get(question, [])
        hits = sum(pairs.labels[i] == pairs.predicted[i] for i in mine)
        accuracy, interval = (hits / len(mine), wilson(hits, len(mine))) if mine else (None, None)
        of = scores.get(question, [])
        pearson = score_agreement([given[i] for i in of], [predicted[i] for i in of]).pearson
        rows.append((question, len(mine) or len(of), accuracy, pearson))
        if accuracy is not None and interval is not None:
            forest.append({"label": question, "value": accuracy, "low": interval.low, "high": interval.high})
    rows.sort(key=lambda r: (r[2] if r[2] is not None else r[3] if r[3] is not None else 2.0, str(r[0])))
    draft.table(f"{name}: by question, lowest first", ("question", "n", "accuracy", "pearson"), rows)
    if len(forest) > 1:
        forest.sort(key=lambda f: float(str(f["value"])))
        draft.plots.append(Plot("forest", f"{name}: accuracy by question", {"rows": forest}))


def _by(draft: Draft, title: str, pairs: LabelPairs, key: Callable[[int], str]) -> None:
    """A table of agreement in groups of verdicts, lowest accuracy first; none when there is but one group."""
    groups: dict[str, list[int]] = defaultdict(list)
    for i in range(len(pairs.labels)):
        groups[key(i)].append(i)
    if len(groups) < 2:
        return
    rows: list[tuple[Cell, ...]] = []
    for group, places in groups.items():
        hits = sum(pairs.labels[i] == pairs.predicted[i] for i in places)
        low, high = wilson(hits, len(places)) or (None, None)
        rows.append((group or "not said", len(places), hits / len(places), low, high))
    rows.sort(key=lambda row: (row[2] if isinstance(row[2], float) else 0.0, str(row[0])))
    draft.table(title, ("group", "n", "accuracy", "low", "high"), rows)


SUITE = Suite("validity", PLAIN, plain_tasks, summarise)
