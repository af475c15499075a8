"""One table of how others grade offline beside ours: the same attacks, the same answers, the same score table.

The rivals are re-implemented by rule and named as rules (`evals.baselines`); they are not those projects' code.
They stand for what was found in other tutors: keyword share, sequence ratio, a length heuristic, TF-IDF and
embedding cosine.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from evals.baselines import SIMILARITIES
from evals.report import cell
from evals.results import Result, shown
from evals.run import Options, execute
from evals.runs import new_folder


def rivals(options: Options, say: Callable[[str], None] = print) -> tuple[Path, str]:
    """Run validity and attacks with each rule and with the grader named; returns the folder and the Markdown table."""
    folder = options.out or new_folder("rivals")
    columns: dict[str, Sequence[Result]] = {}
    for name in (*SIMILARITIES, options.grader):
        one = replace(options, suites=("validity", "attacks"), grader=name, out=folder / name.replace("/", "-"))
        columns[name] = execute(one).results
        say(f"{name}: done")
    text = table(columns)
    (folder / "rivals.md").write_text(text, encoding="utf-8")
    return folder, text


KEPT = ("accuracy", "macro_f1", "kappa", "pearson", "rmse", "credited")


def table(columns: dict[str, Sequence[Result]]) -> str:
    """Figures as rows, graders as columns; each figure with its interval."""
    figures = {
        name: {f"{result.suite}.{f.name}": f for result in results for f in result.figures}
        for name, results in columns.items()
    }
    rows = [key for key in next(iter(figures.values())) if key.rsplit(".", 1)[-1] in KEPT and "three_way" not in key]
    lines = ["| figure | " + " | ".join(columns) + " |", "|---|" + "---:|" * len(columns)]
    for row in rows:
        values = [figures[name].get(row) for name in columns]
        texts = [
            "" if f is None else shown(f.value) + ("" if f.low is None else f" [{f.low:.2f}, {f.high:.2f}]")
            for f in values
        ]
        lines.append(f"| {cell(row)} | " + " | ".join(texts) + " |")
    note = (
        "Rules call a similarity of .6 met and of .35 partial; validity's floor table fits thresholds for them. "
        "`credited`: share of attacks paid for, lower is better."
    )
    return "\n".join(lines) + f"\n\n{note}\n"
