"""Does the choice of questions measure and teach better than simpler ways? Simulated learners, no grader.

Not one of the suites of `evals.suites`: those grade answers. Run by `python -m evals adaptation`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from evals.adaptation import experiments
from evals.adaptation.experiments import Measured, Taught
from evals.adaptation.learners import World
from evals.metrics.intervals import Interval, bootstrap, mean_interval, wilson
from evals.results import Cell, Draft, Plot, Result
from tutor.corpus.load import Corpus
from tutor.learner.ability import Abilities

CLAIMS = (
    "Learners who are made, not met: with reviews and variety off, questions until the standard error is .5; with them "
    "on, points of 100 gained in an exam per hour of practice over four weeks of half an hour a day."
)
FULL, QUICK = (200, 60), (30, 6)
RIVALS = ("random", "fixed order", "ladder", "CAT", "CAT, our estimate")


def simulate(corpus: Corpus, seed: int, quick: bool, say: Callable[[str], None]) -> Result:
    """Both simulations over the bank of the corpus."""
    draft = Draft("adaptation", CLAIMS)
    many, some = QUICK if quick else FULL
    questions, topics = tuple(corpus.questions.values()), tuple(corpus.topics)
    one = World.of([q.model_copy(update={"topic": "all/one"}) for q in questions], ["all/one"], seed)
    world = World.of(questions, topics, seed)
    seeds = [seed * 100_000 + n for n in range(many)]
    measured = {n: experiments.measure(one, c, seeds) for n, c in experiments.measurers(one).items()}
    say("measured")
    _measuring(draft, measured, seeds, seed)
    taught = {n: experiments.teach(world, corpus, t, seeds[:some]) for n, t in experiments.teachers(world).items()}
    say("taught")
    _teaching(draft, taught, seeds[:some], seed)
    curves = {n: experiments.profile(world, c, seeds[:some]) for n, c in experiments.measurers(world).items()}
    lines = {n: [float(x) for x in curves[n]] for n in ("random", "CAT", "tutor", "tutor, placement")}
    for name, line in lines.items():
        draft.figure(f"profile_rmse_40.{_slug(name)}", line[-1], n=some, note="error over all topics after 40 answers")
    draft.plots.append(Plot("curves", "error over all topics (logits) by number of answers", {"lines": lines}))
    found, total = experiments.reached(world, partial(Abilities.prior, topics), seed)
    draft.figure("reached", found / total, wilson(found, total), total, "questions of the bank that the selector asks")
    draft.notes.append(
        "The learners' parameters are ours; a real learner may learn and forget otherwise, and real grading errs more."
    )
    return draft.done()


def _measuring(draft: Draft, measured: Mapping[str, list[Measured]], seeds: Sequence[int], seed: int) -> None:
    names = [str(s) for s in seeds]
    counts = {n: np.array([m.questions for m in rows], dtype=float) for n, rows in measured.items()}
    table: list[tuple[Cell, ...]] = []
    for name, rows in measured.items():
        errors = np.array([m.error for m in rows])
        draft.figure(
            f"questions.{_slug(name)}", float(counts[name].mean()), mean_interval(names, counts[name], seed), len(rows)
        )
        rmse = bootstrap(names, lambda i, e=errors: float(np.sqrt(np.mean(e[i] ** 2))), seed)  # type: ignore[misc]
        draft.figure(f"rmse.{_slug(name)}", float(np.sqrt(np.mean(errors**2))), rmse, len(rows))
        covered = sum(m.covered for m in rows)
        table.append((name, *(float(np.percentile(counts[name], p)) for p in (50, 90)), covered / len(rows)))
    draft.table(
        "Until a standard error of .5", ("policy", "median", "90th percentile", "truth in the 95% range"), table
    )
    for ours in ("tutor", "tutor, placement"):
        for name, most in (("random", 0.75), ("CAT", 1.1), ("CAT, our estimate", 1.1)):
            ratio = _ratio(counts[ours], counts[name])
            within = bootstrap(names, lambda i, a=counts[ours], b=counts[name]: _ratio(a[i], b[i]), seed)  # type: ignore[misc]
            note = f"sought: at most {most}; {'reached' if ratio <= most else 'MISSED'}"
            draft.figure(f"ratio.{_slug(ours)}_to_{_slug(name)}", ratio, within, len(names), note)


def _teaching(draft: Draft, taught: Mapping[str, list[Taught]], seeds: Sequence[int], seed: int) -> None:
    names = [str(s) for s in seeds]
    gains = {name: np.array([t.gain for t in rows]) for name, rows in taught.items()}
    for name, rows in taught.items():
        draft.figure(f"gain_per_hour.{_slug(name)}", _mean(gains[name]), _interval(names, gains[name], seed), len(rows))
    for name in RIVALS:
        more = gains["tutor"] - gains[name]
        low = _interval(names, more, seed)
        note = "reached" if low and low.low > 0 else "MISSED: the interval holds 0"
        draft.figure(f"gain_over.{_slug(name)}", _mean(more), low, len(names), note)
        fair = np.array([t.gain_bank for t in taught["tutor, no target"]]) - [t.gain_bank for t in taught[name]]
        note = "exam over the whole bank, tutor without a target"
        draft.figure(f"gain_over_untargeted.{_slug(name)}", _mean(fair), _interval(names, fair, seed), len(names), note)
    ours = taught["tutor"]
    draft.figure("asked_early", float(sum(t.early for t in ours)), n=sum(t.answers for t in ours), note="sought: 0")
    draft.figure(
        "stuck", float(sum(t.lost for t in ours)), n=len(ours), note="learners with 8 hopeless answers in a row"
    )
    columns = (
        "policy",
        "hours",
        "answers",
        "repeats",
        "asked early",
        "longest run on a topic",
        "stuck",
        "error at end",
    )
    keys = ("hours", "answers", "repeats", "early", "longest", "lost", "error")
    rows_: list[tuple[Cell, ...]] = [
        (n, *(float(np.mean([getattr(t, k) for t in rows])) for k in keys)) for n, rows in taught.items()
    ]
    draft.table("Four weeks, means over learners", columns, rows_)
    bars = [_bar(name, gains[name], _interval(names, gains[name], seed)) for name in gains]
    draft.plots.append(Plot("bars", "exam points (of 100) gained per hour of practice", {"rows": bars}))


def _bar(name: str, values: object, within: Interval | None) -> dict[str, object]:
    low, high = within or (_mean(values), _mean(values))
    return {"label": name, "value": _mean(values), "low": low, "high": high}


def _interval(names: Sequence[str], values: object, seed: int) -> Interval | None:
    return mean_interval(names, np.asarray(values, dtype=float), seed)


def _mean(values: object) -> float:
    return float(np.mean(np.asarray(values, dtype=float)))


def _ratio(first: object, second: object) -> float:
    return _mean(first) / _mean(second)


def _slug(name: str) -> str:
    return name.lower().replace(",", "").replace(" ", "_")
