"""How long does a verdict take?"""

from collections.abc import Iterable

import numpy as np

from evals.results import Cell, Draft, Result
from evals.runs import Row
from evals.suites.common import PLAIN, Context, Suite, by_set, plain_tasks

CLAIMS = "An answer is judged while the learner waits."


def summarise(context: Context, rows: Iterable[Row]) -> Result:
    """Milliseconds for each answer, by length; the first answer of the run, which loads models, is left out."""
    draft = Draft("speed", CLAIMS)
    for dataset, its_rows in by_set(context, rows):
        timed = [row for row in its_rows if row["n"] and row["ms"]]
        if not timed:
            continue
        ms = np.array([row["ms"] for row in timed])
        name = dataset.name
        draft.figure(f"{name}.ms_p50", float(np.percentile(ms, 50)), n=len(ms))
        draft.figure(f"{name}.ms_p95", float(np.percentile(ms, 95)), n=len(ms))
        draft.figure(f"{name}.answers_per_second", 1000 / float(ms.mean()), n=len(ms), note="one process, grading only")
        words = np.array([len(row["answer"].split()) for row in timed])
        table: list[tuple[Cell, ...]] = []
        for low, high in ((0, 25), (25, 75), (75, 150), (150, 10**6)):
            mask = (words >= low) & (words < high)
            if mask.any():
                label = f"{low}-{high - 1}" if high < 10**6 else f"{low} or more"
                p50, p95 = (float(np.percentile(ms[mask], p)) for p in (50, 95))
                table.append((label, int(mask.sum()), p50, p95))
        draft.table(f"{name}: milliseconds by words in the answer", ("words", "n", "p50", "p95"), table)
    draft.notes.append("Times were taken beside whatever else ran on the machine.")
    return draft.done()


SUITE = Suite("speed", PLAIN, plain_tasks, summarise)
