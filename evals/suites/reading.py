"""Does the grader read the criteria, or only feel how good an answer is? Part of `validity`, beside its pooled figures.

Four looks: its verdicts shuffled over the criteria of each answer, P(met) compared inside answers that mix verdicts,
minimal pairs (one claim changed: its verdict follows and no other moves), and how well P(met) is calibrated. P(met) is
what the run kept of it, five decimals; where it kept none, those figures are undefined and say so.
"""

from collections.abc import Callable, Sequence

import numpy as np

from evals.metrics.intervals import Floats, Interval, bootstrap, percentile_interval, resampled_sums, wilson
from evals.metrics.labels import accuracies, macro_f1s
from evals.metrics.scores import calibration_errors, calibration_parts, expected_calibration_error
from evals.metrics.within import Moved, commonest, concordance, concordant, moved, shuffled_confusion
from evals.results import Cell, Draft, Plot
from evals.runs import Row
from evals.samples import Dataset, Scheme
from evals.suites.common import LabelPairs, item, verdict_text
from tutor.domain import Verdict

NOT_RECORDED = "not recorded: the grader gives no probabilities, or the run is older than they are kept"
PAIRS_TO_READ = 6


def reading_figures(draft: Draft, dataset: Dataset, rows: Sequence[Row], pairs: LabelPairs, seed: int) -> None:
    """All four looks at one set whose verdicts are `pairs`."""
    answers = by_answer(pairs)
    _shuffled(draft, dataset, pairs, [places for places in answers if len(places) >= 2], seed)
    known = [[i for i in places if pairs.met[i] is not None] for places in answers]
    _ranked(draft, dataset, pairs, [places for places in known if places], seed)
    _calibrated(draft, dataset, pairs, [i for places in known for i in places], seed)
    _minimal_pairs(draft, dataset, rows)


def by_answer(pairs: LabelPairs) -> list[list[int]]:
    """The places of each answer's verdicts."""
    found: dict[str, list[int]] = {}
    for i, row in enumerate(pairs.rows):
        found.setdefault(row["key"], []).append(i)
    return list(found.values())


def _shuffled(draft: Draft, dataset: Dataset, pairs: LabelPairs, several: list[list[int]], seed: int) -> None:
    """Answers with two verdicts or more: the grader, the same verdicts shuffled, and the commonest true one for all."""
    if not several:
        return
    classes, name = dataset.scheme.classes, dataset.name
    parts = np.zeros((len(several), 3, len(classes), len(classes)))
    for n, places in enumerate(several):
        given, predicted = [pairs.labels[i] for i in places], [pairs.predicted[i] for i in places]
        for a, b in zip(given, predicted, strict=True):
            parts[n, 0, classes.index(a), classes.index(b)] += 1
        parts[n, 1] = shuffled_confusion(given, predicted, classes)
        parts[n, 2] = shuffled_confusion(given, [commonest(given, classes)] * len(given), classes)
    sums = resampled_sums([pairs.questions[places[0]] for places in several], parts, seed)
    n = sum(map(len, several))
    table: list[tuple[Cell, ...]] = [
        (label, *_beside_blind(draft, f"{name}.{label}", statistic, parts.sum(axis=0)[None], sums, n))
        for label, statistic in (("accuracy", accuracies), ("macro_f1", macro_f1s))
    ]
    columns = ("figure", "grader", "criterion-blind: shuffled within answers", "lead", "commonest label known")
    note = f"{len(several)} answers with two labelled criteria or more. A grader that reads no criterion has no lead."
    draft.table(f"{name}: does it read the criteria?", columns, table, note)


def _beside_blind(
    draft: Draft, name: str, statistic: Callable[[Floats], Floats], total: Floats, sums: Floats | None, n: int
) -> list[float]:
    """Figures from confusions (replicates, 3, labels, labels): grader, shuffled, commonest; and the grader's lead."""
    looks: tuple[tuple[str, Callable[[Floats], Floats], str], ...] = (
        ("several_criteria", lambda m: statistic(m[:, 0]), "answers with two labelled criteria or more"),
        ("criterion_blind", lambda m: statistic(m[:, 1]), "the same verdicts shuffled within each answer"),
        ("above_blind", lambda m: statistic(m[:, 0]) - statistic(m[:, 1]), "the first less the second"),
        ("commonest", lambda m: statistic(m[:, 2]), "who knows each answer's commonest label and no more"),
    )
    for figure, of, note in looks:
        interval = None if sums is None else percentile_interval(of(sums))
        draft.figure(f"{name}_{figure}", float(of(total)[0]), interval, n, note)
    return [float(of(total)[0]) for _, of, _ in looks]


def _ranked(draft: Draft, dataset: Dataset, pairs: LabelPairs, answers: list[list[int]], seed: int) -> None:
    """AUC of P(met): over all verdicts, and over pairs of criteria of one answer, one met and one not."""
    scheme, name = dataset.scheme, dataset.name
    met, contradicted, missing = (scheme.of[v] for v in (Verdict.MET, Verdict.CONTRADICTED, Verdict.MISSING))
    within = [("auc_met_within", [c for c in scheme.classes if c != met], "met against the rest")]
    if contradicted != missing:
        within += [
            ("auc_met_within_contradicted", [contradicted], f"met against {contradicted}"),
            ("auc_met_within_missing", [missing], f"met against {missing}"),
        ]
    for figure, others, note in within:
        groups = _groups(pairs, answers, met, others)
        value, n = concordance([(scores, positive) for _, scores, positive in groups])
        parts = [concordant(scores, positive) for _, scores, positive in groups]
        interval = _ratio([question for question, _, _ in groups], parts, seed)
        mixed = sum(of > 0 for _, of in parts)
        note = f"{note}, over pairs of criteria of one answer; {mixed} answers have such pairs"
        draft.figure(f"{name}.{figure}", value, interval, n, note if answers else NOT_RECORDED)
    every = [i for places in answers for i in places]
    scores = np.array([pairs.met[i] for i in every], dtype=float)
    positive = np.array([pairs.labels[i] == met for i in every], dtype=bool)

    def pooled(at: np.ndarray) -> float | None:
        return concordance([(scores[at], positive[at])])[0]

    interval = bootstrap([pairs.questions[i] for i in every], pooled, seed) if every else None
    value = pooled(np.arange(len(every))) if every else None
    draft.figure(f"{name}.auc_met_pooled", value, interval, len(every), "" if every else NOT_RECORDED)


def _groups(
    pairs: LabelPairs, answers: list[list[int]], met: str, others: Sequence[str]
) -> list[tuple[str, Floats, np.ndarray]]:
    """For each answer its question, and P(met) and whether met is right of its verdicts with these labels."""
    kept = [[i for i in places if pairs.labels[i] == met or pairs.labels[i] in others] for places in answers]
    return [
        (
            pairs.questions[places[0]],
            np.array([pairs.met[i] for i in places], dtype=float),
            np.array([pairs.labels[i] == met for i in places], dtype=bool),
        )
        for places in kept
        if places
    ]


def _ratio(questions: Sequence[str], parts: Sequence[tuple[float, int]], seed: int) -> Interval | None:
    """Interval of the sum of the first numbers over that of the second, by questions."""
    sums = resampled_sums(questions, np.array(parts, dtype=float), seed) if parts else None
    if sums is None:
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        return percentile_interval(sums[:, 0] / sums[:, 1])


def _calibrated(draft: Draft, dataset: Dataset, pairs: LabelPairs, places: list[int], seed: int) -> None:
    met = dataset.scheme.of[Verdict.MET]
    stated = np.array([pairs.met[i] for i in places], dtype=float)
    true = np.array([pairs.labels[i] == met for i in places], dtype=float)
    parts = calibration_parts(stated, true)
    sums = resampled_sums([pairs.questions[i] for i in places], parts, seed) if places else None
    interval = None if sums is None else percentile_interval(calibration_errors(sums))
    note = "P(met), ten bins; small samples raise it" if places else NOT_RECORDED
    value = expected_calibration_error(stated, true)
    draft.figure(f"{dataset.name}.calibration_error_met", value, interval, len(places), note)
    if places:
        bins = np.minimum((stated * 10).astype(int), 9)
        data = {
            "bins": [[float(stated[bins == b].mean()), float(true[bins == b].mean()), int((bins == b).sum())]
                     for b in np.unique(bins)],
            "axes": ["P(met) that the grader stated", "share that people call met"],
        }  # fmt: skip
        draft.plots.append(Plot("reliability", f"{dataset.name}: P(met) against labels", data))


def _minimal_pairs(draft: Draft, dataset: Dataset, rows: Sequence[Row]) -> None:
    """Pairs of answers that differ in one claim; a pair counts when both halves are here and wholly graded."""
    by_id = {row["sample"]: row for row in rows}
    linked = [row for row in rows if row.get("pair")]
    found: list[tuple[Row, Moved]] = []
    for row in linked:
        first, second = _marks(by_id.get(row["pair"]), dataset.scheme), _marks(row, dataset.scheme)
        change = moved(first, second) if first and second else None
        if change is not None:
            found.append((row, change))
    name, n = dataset.name, len(found)
    held = sum(change.held for _, change in found)
    note = f"one claim changed: its verdict is right before and after, and no other moves; {len(linked)} linked answers"
    draft.figure(f"{name}.minimal_pairs", held / n if n else None, wilson(held, n), n, note)
    if not n:
        return
    for figure, hits, total, note in (
        ("minimal_pairs_followed", sum(c.followed for _, c in found), sum(c.changed for _, c in found), "changed"),
        ("minimal_pairs_stayed", sum(c.stayed for _, c in found), sum(c.others for _, c in found), "other"),
    ):
        share = hits / total if total else None
        draft.figure(f"{name}.{figure}", share, wilson(hits, total), total, f"of the {note} verdicts of those pairs")
    broken = [row for row, change in found if not change.held]
    for row in broken[:PAIRS_TO_READ]:
        before = by_id[row["pair"]]
        said = f"before ({before['sample']}): {verdict_text(before)}; after: {verdict_text(row)}"
        expected = ", ".join(
            f"{c}: {before['labels'][c]} to {label}"
            for c, label in row["labels"].items()
            if before["labels"].get(c, label) != label
        )
        draft.worst.append(item(row, said, f"{expected}; the others stay"))


def _marks(row: Row | None, scheme: Scheme) -> dict[str, tuple[str, str]] | None:
    """Label and verdict of each labelled criterion; None without a row, or when one of them was not graded."""
    if row is None:
        return None
    verdicts = {c: scheme.label(mark["verdict"]) for c, mark in row["grade"]["verdicts"].items()}
    found = {c: (label, verdicts.get(c)) for c, label in row["labels"].items()}
    whole = {c: (label, verdict) for c, (label, verdict) in found.items() if verdict is not None}
    return whole if len(whole) == len(found) else None


def misconception_figures(draft: Draft, dataset: Dataset, rows: Sequence[Row]) -> None:
    """Precision and recall of misconceptions, where people marked any in this set."""
    pairs = [
        (frozenset(row.get("label_misconceptions", ())), frozenset(row["grade"]["misconceptions"]))
        for row in rows
        if not row["grade"]["ungraded"]
    ]
    asserted, noticed = sum(len(a) for a, _ in pairs), sum(len(b) for _, b in pairs)
    right = sum(len(a & b) for a, b in pairs)
    if not asserted:
        return
    for figure, total, note in (
        ("misconception_precision", noticed, "of those that the grader says are made"),
        ("misconception_recall", asserted, "of those that people say are made"),
    ):
        value = right / total if total else None
        draft.figure(f"{dataset.name}.{figure}", value, wilson(right, total), total, note)
