"""How far one person agrees with another, or with a grader, on the verdicts that both gave.

Not here: many raters at once, and what validity reports (`evals.suites.people`).
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from evals.label import Marks, marks
from evals.samples import VERDICTS, Sample

ALL = "all"


class Agreement(NamedTuple):
    """On one verdict against the rest (or on `all` four): Cohen's kappa with its 95% interval by questions.

    `n` is how many of the shared verdicts this is by either of the two; `same` how many by both. What the data leave
    undefined is None.
    """

    verdict: str
    n: int
    same: int
    kappa: float | None
    low: float | None
    high: float | None


def agreement(mine: Marks, theirs: Marks, seed: int = 0) -> list[Agreement]:
    """All verdicts together, then each against the rest; empty where nothing was labelled by both."""
    shared = sorted(set(mine) & set(theirs))
    if not shared:
        return []
    questions = [answer.split("/")[0] for answer, _ in shared]
    first, second = [mine[key] for key in shared], [theirs[key] for key in shared]
    return [_one(verdict, questions, first, second, seed) for verdict in (ALL, *reversed(VERDICTS.classes))]


def table(rows: Iterable[Agreement]) -> str:
    """The rows as a Markdown table."""
    lines = ["| verdict | n | same | kappa | 95% interval |", "|---|--:|--:|--:|---|"]
    for row in rows:
        kappa = "undefined" if row.kappa is None else f"{row.kappa:.2f}"
        interval = "undefined" if row.low is None or row.high is None else f"{row.low:.2f} to {row.high:.2f}"
        lines.append(f"| {row.verdict} | {row.n} | {row.same} | {kappa} | {interval} |")
    return "\n".join(lines)


def second_raters(folder: Path, samples: Iterable[Sample], seed: int, differences: bool = False) -> str:
    """Markdown: how far each rater in `folder/second` agrees with the author, and what differs if asked for."""
    first = authors(samples)
    parts = []
    for path in sorted((folder / "second").glob("*.jsonl")):
        mine = marks(path)
        parts.append(f"**{path.stem}** and the author\n\n{table(agreement(mine, first, seed))}")
        if differences:
            unlike = [key for key in sorted(mine) if first.get(key, mine[key]) != mine[key]]
            rows = [f"| {a} | {c} | {first[a, c]} | {mine[a, c]} |" for a, c in unlike]
            parts.append("\n".join(["| answer | criterion | author | rater |", "|---|---|---|---|", *rows]))
    return "\n\n".join(parts)


def authors(samples: Iterable[Sample]) -> Marks:
    """The labels that a set comes with, by answer and criterion."""
    return {(sample.id, criterion): label for sample in samples for criterion, label in sample.labels.items()}


def _one(verdict: str, questions: list[str], first: list[str], second: list[str], seed: int) -> Agreement:
    import numpy as np

    from evals.metrics.intervals import percentile_interval, resampled_sums
    from evals.metrics.labels import kappas, label_agreement

    classes = VERDICTS.classes if verdict == ALL else ("other", verdict)
    a = first if verdict == ALL else [v if v == verdict else "other" for v in first]
    b = second if verdict == ALL else [v if v == verdict else "other" for v in second]
    pairs = list(zip(a, b, strict=True))
    counted = [(x, y) for x, y in pairs if verdict == ALL or verdict in (x, y)]
    kappa = label_agreement(a, b, classes).kappa
    cells = np.zeros((len(pairs), len(classes), len(classes)))
    for row, (x, y) in enumerate(pairs):
        cells[row, classes.index(x), classes.index(y)] = 1
    drawn = resampled_sums(questions, cells, seed)
    interval = None if drawn is None or kappa is None else percentile_interval(kappas(drawn))
    low, high = interval or (None, None)
    return Agreement(verdict, len(counted), sum(x == y for x, y in counted), kappa, low, high)
