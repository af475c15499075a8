"""What changes when an answer is rewritten: used by invariance and fairness, where nothing should."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from evals.edits import Edit
from evals.engine import Task
from evals.metrics.intervals import mean_interval
from evals.results import Cell, Draft, Item, Plot
from evals.runs import Row
from evals.samples import Sample
from evals.suites.common import Context
from tutor.domain import Exercise

MOST, MOST_QUICK = 150, 8
REVERSED = "criteria-reversed"
COLUMNS = (
    "change", "n", "score shift", "mean |shift|", "largest", "verdicts that stay", "low", "high", "n verdicts",
)  # fmt: skip


def chosen(context: Context, most: int = MOST, most_quick: int = MOST_QUICK) -> list[tuple[str, Sample]]:
    """Samples with words in them, drawn by the seed, spread over the questions of each set."""
    found = []
    for dataset in context.datasets:
        by_question: dict[str, list[Sample]] = defaultdict(list)
        for sample in context.samples(dataset):
            if len(sample.answer.split()) >= 8:
                by_question[sample.question].append(sample)
        rng = random.Random(f"{context.seed} {dataset.name}")
        groups = [rng.sample(group, len(group)) for group in by_question.values()]
        rng.shuffle(groups)
        turns = [group[i] for i in range(max(map(len, groups), default=0)) for group in groups if i < len(group)]
        found += [(dataset.name, sample) for sample in turns[: most_quick if context.quick else most]]
    return found


def edited_tasks(group: str, context: Context, edits: Mapping[str, Edit], reverse: bool = False) -> Iterator[Task]:
    """Each chosen sample as it is and under each edit that changes it; with its criteria reversed where asked."""
    for name, sample in chosen(context):
        yield Task(group, name, sample, sample.answer)
        for variant, edit in edits.items():
            text = edit(sample.answer, random.Random(f"{context.seed} {sample.id} {variant}"))
            if text != sample.answer:
                yield Task(group, name, sample, text, variant=variant)
        if reverse and len(sample.exercises[0].rubric.criteria) > 1:
            yield Task(group, name, replace(sample, exercises=_reversed(sample)), sample.answer, variant=REVERSED)


def _reversed(sample: Sample) -> tuple[Exercise, ...]:
    def turn(exercise: Exercise) -> Exercise:
        rubric = exercise.rubric.model_copy(update={"criteria": exercise.rubric.criteria[::-1]})
        return exercise.model_copy(update={"rubric": rubric})

    return tuple(turn(e) for e in sample.exercises)


class Shift(tuple[Row, Row]):
    """A pair of rows: the answer as it was, and rewritten."""

    __slots__ = ()

    @property
    def score(self) -> float | None:
        """Score of the rewritten answer minus that of the original; None when either is ungraded."""
        before, after = self[0]["grade"]["score"], self[1]["grade"]["score"]
        return None if before is None or after is None else float(after - before)

    @property
    def flips(self) -> list[bool]:
        """For each criterion that both graded, whether the verdict changed."""
        before, after = self[0]["grade"]["verdicts"], self[1]["grade"]["verdicts"]
        both = [(m["verdict"], after[c]["verdict"]) for c, m in before.items() if c in after]
        return [a != b for a, b in both if a is not None and b is not None]


def pairs(rows: Iterable[Row]) -> dict[str, list[Shift]]:
    """For each variant the pairs of original and rewritten rows, in order."""
    originals: dict[tuple[str, str], Row] = {}
    later = []
    for row in rows:
        if row["variant"]:
            later.append(row)
        else:
            originals[row["set"], row["sample"]] = row
    found: dict[str, list[Shift]] = defaultdict(list)
    for row in later:
        original = originals.get((row["set"], row["sample"]))
        if original is not None:
            found[row["variant"]].append(Shift((original, row)))
    return found


def shift_report(draft: Draft, found: Mapping[str, Sequence[Shift]], seed: int) -> None:
    """Figures, a table, the distribution of shifts and the largest of them, for each variant and over all."""
    table: list[tuple[Cell, ...]] = []
    everything = [shift for shifts in found.values() for shift in shifts]
    for variant, shifts in [("all", everything), *found.items()]:
        graded = [(s[0]["question"], s.score) for s in shifts if s.score is not None]
        flips = [(s[0]["question"], flip) for s in shifts for flip in s.flips]
        if not graded:
            continue
        questions, values = [q for q, _ in graded], np.array([v for _, v in graded], dtype=float)
        draft.figure(f"{variant}.shift", float(values.mean()), mean_interval(questions, values, seed), len(values))
        size = np.abs(values)
        draft.figure(f"{variant}.size", float(size.mean()), mean_interval(questions, size, seed), len(values))
        stays: tuple[Cell, ...] = (None, None, None)
        if flips:
            rate = float(np.mean([f for _, f in flips]))
            interval = mean_interval([q for q, _ in flips], [float(f) for _, f in flips], seed)
            draft.figure(f"{variant}.flips", rate, interval, len(flips))
            stays = (1 - rate, *((1 - interval.high, 1 - interval.low) if interval else (None, None)))
        largest = float(values[np.argmax(size)])
        table.append((variant, len(values), float(values.mean()), float(size.mean()), largest, *stays, len(flips)))
    draft.table("What each change does to the score and the verdicts", COLUMNS, table)
    data = {v: [round(s.score, 4) for s in shifts if s.score is not None] for v, shifts in found.items()}
    if data:
        draft.plots.append(Plot("shifts", "Score shift by change", {"groups": data}))
    worst = sorted((s for s in everything if s.score), key=lambda s: -abs(s.score or 0.0))
    for shift in worst[:10]:
        before, after = shift[0]["grade"]["score"], shift[1]["grade"]["score"]
        title = f"{shift[1]['set']}: {shift[1]['sample']} ({shift[1]['variant']})"
        draft.worst.append(
            Item(title, shift[1]["answer"][:1500], f"score {after:.2f}", f"score {before:.2f}, as before")
        )
