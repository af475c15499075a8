"""One run from options to report: tasks of all its suites, graded once each, summarised, written."""

import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from evals.cache import GradeCache
from evals.engine import Engine, Task, executor_for, parse_price
from evals.graders import load
from evals.loaders import load_dataset
from evals.loaders.gold import GOLD
from evals.progress import Budget, Progress, stderr_progress
from evals.report import write_reports
from evals.results import Result, to_json
from evals.runs import Row, RunFolder, git_commit, machine, new_folder, read_items, read_questions, write_json
from evals.samples import Dataset
from evals.suites import suite
from evals.suites.common import Context, Suite
from tutor.errors import InputError
from tutor.settings import settings


@dataclass(frozen=True)
class Options:
    """What a run measures and how; every field is an option of the command line."""

    suites: tuple[str, ...]
    grader: str = "local"
    data: tuple[str, ...] = ("gold",)
    scheme: str | None = None
    splits: tuple[str, ...] = ()
    limit: int | None = None
    seed: int = 0
    repeats: int = 3
    quick: bool = False
    out: Path | None = None
    workers: int = 1
    dask: str | None = None
    cache: Path | None = None
    price: str | None = None
    spend: float | None = None
    silent: bool = False


@dataclass(frozen=True)
class Outcome:
    """Where the run lies, what it found, how many items this start of it graded, and how long it took in seconds."""

    folder: Path
    results: tuple[Result, ...]
    graded: int
    seconds: float


def execute(options: Options) -> Outcome:
    """Run the suites, or go on with the run that `options.out` holds; raises `InputError`, `ModelError`."""
    started = time.monotonic()
    if options.cache and "repeat" in options.suites:
        raise InputError("repeat measures whether a grader repeats itself, so it never uses a cache; leave --cache out")
    if options.spend is not None and options.price is None:
        raise InputError("a spending limit needs --price IN,OUT in dollars for a million tokens")
    suites = [suite(name) for name in options.suites]
    datasets = tuple(load_dataset(source, options.scheme) for source in options.data)
    _distinct(datasets)
    grader = load(options.grader)
    context = _context(options, grader.name, datasets)
    total = _count(_tasks(suites, context))
    if total == 0 and any(s.grades for s in suites):
        raise InputError("there is nothing to grade: no answers match; check --data, --split and --limit")
    path = options.out or new_folder(f"{'-'.join(options.suites)[:30]}-{options.grader}")
    with RunFolder(path, _config(options, grader.name, datasets)) as folder:
        cache = GradeCache(options.cache, grader.name) if options.cache else None
        with executor_for(options.workers, options.dask) as (executor, workers):
            progress = Progress() if options.silent else stderr_progress(total, folder.resumed)
            budget = Budget(parse_price(options.price), options.spend)
            engine = Engine(options.grader, folder, executor, workers, cache, budget, progress)
            graded = engine.run(_tasks(suites, context))
        context = replace(_context(options, grader.name, datasets, read_questions(path)), folder=path)
        results = tuple(s.summarise(context, read_items(path, s.group)) for s in suites)
        seconds = time.monotonic() - started
        write_json(path / "results.json", to_json(results))
        write_reports(path, folder.config | {"seconds": round(seconds, 1), "items": total}, results)
    return Outcome(path, results, graded, seconds)


def _distinct(datasets: tuple[Dataset, ...]) -> None:
    names = [dataset.name for dataset in datasets]
    if len(set(names)) < len(names):
        raise InputError(f"two sets have the same name ({', '.join(names)}); rename one of the files")


def _context(
    options: Options, grader: str, datasets: tuple[Dataset, ...], questions: dict[str, Row] | None = None
) -> Context:
    return Context(
        grader=grader,
        datasets=datasets,
        splits=options.splits,
        limit=options.limit,
        seed=options.seed,
        repeats=options.repeats,
        quick=options.quick,
        workers=options.workers,
        knowledge=settings().knowledge_dir,
        gold=GOLD,
        questions=questions or {},
    )


def _tasks(suites: Iterable[Suite], context: Context) -> Iterator[Task]:
    """The tasks of all suites; suites that read the same group share its tasks."""
    seen = set()
    for one in suites:
        if one.group not in seen:
            seen.add(one.group)
            yield from one.tasks(context)


def _count(tasks: Iterable[Task]) -> int:
    """How many tasks there are. Reads every set to its end, so that a bad line is found before anything is paid for."""
    return sum(1 for _ in tasks)


def _config(options: Options, grader: str, datasets: tuple[Dataset, ...]) -> Row:
    return {
        "suites": list(options.suites),
        "grader": grader,
        "grader_spec": options.grader,
        "datasets": [{"name": d.name, "version": d.version, "scheme": d.scheme.name} for d in datasets],
        "data": list(options.data),
        "splits": list(options.splits),
        "limit": options.limit,
        "seed": options.seed,
        "repeats": options.repeats,
        "quick": options.quick,
        "cached": options.cache is not None,
        "commit": git_commit(),
        "machine": machine(),
        "workers": options.dask or options.workers,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": " ".join(["python -m evals", *sys.argv[1:]]),
    }
