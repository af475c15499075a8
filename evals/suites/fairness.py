"""Does the score depend on who seems to be speaking?"""

import random
from collections.abc import Iterable, Iterator
from itertools import combinations

import numpy as np

from evals.edits import NAMES, VOICES, Edit
from evals.engine import Task
from evals.metrics.intervals import paired_test
from evals.results import Cell, Draft, Result
from evals.runs import Row
from evals.suites.common import Context, Suite
from evals.suites.shifts import Shift, edited_tasks, pairs, shift_report

CLAIMS = "The same content in a learner's or a dialect's English, or under another name, earns the same score."
NAMED = "name-"


def _introduced(name: str) -> Edit:
    def edit(text: str, _: random.Random) -> str:
        return f"{name} here. {text}"

    return edit


def tasks(context: Context) -> Iterator[Task]:
    """Chosen answers as they are, in each voice, and introduced by each name."""
    names = {NAMED + key: _introduced(name) for key, name in NAMES.items()}
    return edited_tasks("fairness", context, VOICES | names)


def summarise(context: Context, rows: Iterable[Row]) -> Result:
    """Shifts for each voice, and the largest gap between two names."""
    draft = Draft("fairness", CLAIMS)
    found = pairs(rows)
    shift_report(draft, found, context.seed)
    _names(draft, {v: s for v, s in found.items() if v.startswith(NAMED)}, context.seed)
    draft.notes.append(
        "Voices are rules that add known features of learners' English and of two dialects; they probe the grader and "
        "do not stand for how anyone speaks. A fair test needs answers by such speakers, which we do not have."
    )
    return draft.done()


def _names(draft: Draft, found: dict[str, list[Shift]], seed: int) -> None:
    """Every pair of names on the same answers; the largest gap with its interval."""
    by_sample = {
        v: {(s[1]["set"], s[1]["sample"]): s for s in shifts if s.score is not None} for v, shifts in found.items()
    }
    table: list[tuple[Cell, ...]] = []
    for one, other in combinations(sorted(by_sample), 2):
        common = sorted(by_sample[one].keys() & by_sample[other].keys())
        if not common:
            continue
        first = np.array([by_sample[one][k].score for k in common], dtype=float)
        second = np.array([by_sample[other][k].score for k in common], dtype=float)
        test = paired_test([by_sample[one][k][0]["question"] for k in common], first, second, seed)
        interval = test.interval or (None, None)
        label = f"{one.removeprefix(NAMED)} - {other.removeprefix(NAMED)}"
        table.append((label, test.n, test.difference, interval[0], interval[1], test.p_value))
    if not table:
        return
    table.sort(key=lambda row: -abs(float(row[2] or 0)))
    draft.figure("largest_name_gap", abs(float(table[0][2] or 0)), n=int(table[0][1] or 0), note=str(table[0][0]))
    columns = ("names", "n", "difference", "low", "high", "p")
    draft.table(
        "Gaps between names, largest first", columns, table[:10], f"{len(table)} pairs; p is not corrected for that."
    )


SUITE = Suite("fairness", "fairness", tasks, summarise)
