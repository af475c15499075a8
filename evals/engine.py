"""Grading a stream of tasks into a run folder: here, in processes, or on a Dask cluster.

Memory does not grow with the number of tasks: they are drawn from an iterator as there is room, sent in batches,
and written as they come back. Written against `concurrent.futures.Executor`, so that `distributed`'s executor needs
no code of its own.
"""

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from evals.cache import GradeCache
from evals.graders import grade_alternatives, load
from evals.grades import Grade
from evals.progress import Budget, Progress
from evals.runs import Row, RunFolder
from evals.samples import Sample
from tutor.domain import Exercise
from tutor.errors import InputError

Work = tuple[int, int, tuple[Exercise, ...], str]
Done = tuple[int, Grade, float, dict[str, int]]
# A batch should take about this long: a kill loses little, and yet the way there and back is paid for.
BATCH_SECONDS = 0.4
BATCH_MOST = 256
# A grader that fails this often at the start, with nothing graded, is set up wrongly.
HOPELESS = 20


@dataclass(frozen=True, slots=True)
class Task:
    """One answer to grade. `group` names the tasks that a suite reads; `key` is unique in the run.

    `answer` is the text to grade, which may differ from the sample's (`variant` says how); `expect` is for the suite.
    """

    group: str
    dataset: str
    sample: Sample
    answer: str
    variant: str = ""
    repeat: int = 0
    expect: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Group, set, sample, variant and repeat."""
        return f"{self.group}|{self.dataset}|{self.sample.id}|{self.variant}|{self.repeat}"


def as_row(place: int, task: Task, grade: Grade, ms: float, tokens: Mapping[str, int]) -> Row:
    """The line of items.jsonl: the task with its labels, and the grade."""
    sample = task.sample
    row: Row = {
        "n": place,
        "key": task.key,
        "group": task.group,
        "set": task.dataset,
        "question": sample.question,
        "sample": sample.id,
        "variant": task.variant,
        "repeat": task.repeat,
        "answer": task.answer,
        "labels": dict(sample.labels),
        "label_score": sample.score,
        "grade": grade,
        "ms": round(ms, 3),
    }
    optional = {
        "raters": [dict(r) for r in sample.raters],
        "rater_scores": list(sample.rater_scores),
        "label_misconceptions": list(sample.misconceptions),
        "voice": sample.voice,
        "pair": sample.pair,
        "expect": dict(task.expect),
        "tokens": dict(tokens),
    }
    return row | {key: value for key, value in optional.items() if value}


def grade_batch(spec: str, work: list[Work]) -> list[Done]:
    """Grade in this process, whichever it is; loads the grader the first time."""
    done = []
    for place, copy, exercises, answer in work:
        grader = load(spec, copy)
        with _counted_tokens(grader.metered) as tokens:
            started = time.perf_counter()
            grade = grade_alternatives(grader, exercises, answer)
            ms = (time.perf_counter() - started) * 1000
        done.append((place, grade, ms, tokens))
    return done


@contextmanager
def _counted_tokens(metered: bool) -> Iterator[dict[str, int]]:
    """Tokens that chat models used inside, filled in at the end; LangChain counts them for any provider."""
    tokens: dict[str, int] = {}
    if not metered:
        yield tokens
        return
    from langchain_core.callbacks import get_usage_metadata_callback

    with get_usage_metadata_callback() as usage:
        yield tokens
    for used in usage.usage_metadata.values():
        for kind in ("input_tokens", "output_tokens"):
            tokens[kind] = tokens.get(kind, 0) + used[kind]


@dataclass
class Engine:
    """What a grading pass needs beside its tasks; `run` grades those that the folder lacks."""

    spec: str
    folder: RunFolder
    executor: Executor | None = None
    workers: int = 1
    cache: GradeCache | None = None
    budget: Budget = field(default_factory=Budget)
    progress: Progress = field(default_factory=Progress)

    def run(self, tasks: Iterable[Task]) -> int:
        """Grade and write all tasks that are not in the folder yet; returns how many were graded.

        Raises:
            InputError: the grader fails on everything, the money is spent, or the folder belongs to other tasks.
        """
        self._graded, self._failed = 0, 0
        self.budget.add_rows(self.folder)
        todo = self._todo(tasks)
        if self.executor is None:
            for place, task in todo:
                self._write_all({place: task}, grade_batch(self.spec, [_work(place, task)]))
        else:
            self._run_parallel(todo, self.executor)
        self.progress.close()
        return self._graded

    def _todo(self, tasks: Iterable[Task]) -> Iterator[tuple[int, Task]]:
        for place, task in enumerate(tasks):
            if self.folder.has(place, task.key):
                continue
            self.folder.note_question(task.sample)
            known = self.cache.get(task.sample.exercises, task.answer) if self.cache else None
            if known is None:
                yield place, task
            else:
                self._write(place, task, known, 0.0, {})

    def _run_parallel(self, todo: Iterator[tuple[int, Task]], executor: Executor) -> None:
        waiting: dict[Future[list[Done]], dict[int, Task]] = {}
        size, exhausted, window = 1, False, 2 * self.workers + 1
        try:
            while waiting or not exhausted:
                while not exhausted and len(waiting) < window:
                    batch = _take(todo, size)
                    exhausted = len(batch) < size
                    if batch:
                        waiting[executor.submit(grade_batch, self.spec, [_work(p, t) for p, t in batch.items()])] = (
                            batch
                        )
                finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for future in finished:
                    batch = waiting.pop(future)
                    done = future.result()
                    self._write_all(batch, done)
                    size = _batch_size(done)
        finally:
            for future in waiting:
                future.cancel()

    def _write_all(self, batch: Mapping[int, Task], done: list[Done]) -> None:
        for place, grade, ms, tokens in done:
            self._write(place, batch[place], grade, ms, tokens)
            if self.cache and grade["ungraded"] is None:
                self.cache.put(batch[place].sample.exercises, batch[place].answer, grade)

    def _write(self, place: int, task: Task, grade: Grade, ms: float, tokens: dict[str, int]) -> None:
        self.folder.append(as_row(place, task, grade, ms, tokens))
        self._graded += 1
        self._failed += grade["ungraded"] is not None
        if self._graded == self._failed == HOPELESS:
            raise InputError(f"the grader failed on each of the first {HOPELESS} answers: {grade['ungraded']}")
        self.budget.spend(tokens)
        self.progress.advance(self.budget)


def _work(place: int, task: Task) -> Work:
    return place, task.repeat, task.sample.exercises, task.answer


def _take(todo: Iterator[tuple[int, Task]], size: int) -> dict[int, Task]:
    batch: dict[int, Task] = {}
    for place, task in todo:
        batch[place] = task
        if len(batch) == size:
            break
    return batch


def _batch_size(done: list[Done]) -> int:
    """Items that take about BATCH_SECONDS at the speed of this batch."""
    seconds = sum(ms for _, _, ms, _ in done) / 1000 / max(1, len(done))
    return max(1, min(BATCH_MOST, int(BATCH_SECONDS / max(seconds, 1e-9))))


def process_pool(workers: int) -> Executor:
    """A pool of fresh processes with one numeric thread each: more threads than cores slow all of them down."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_one_thread)


def _one_thread() -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


@contextmanager
def executor_for(workers: int, dask: str | None) -> Iterator[tuple[Executor | None, int]]:
    """The executor to grade with, and for how many workers: none for one worker, a pool, or a Dask cluster's."""
    if dask:
        with _dask_executor(dask) as found:
            yield found
    elif workers > 1:
        with process_pool(workers) as pool:
            yield pool, workers
    else:
        yield None, 1


@contextmanager
def _dask_executor(address: str) -> Iterator[tuple[Executor, int]]:
    try:
        import distributed
    except ImportError as error:
        raise InputError("--dask needs the package distributed: pip install 'mle-interview-tutor[cluster]'") from error
    connect: Any = distributed.Client  # has no annotations
    try:
        client = connect(address, timeout="5s")
    except (OSError, TimeoutError) as error:
        raise InputError(f"no Dask scheduler answers at {address} ({error}); start one or leave --dask out") from error
    with client:
        # Grading is pure but slow: a worker that dies loses a batch, which another worker grades.
        yield client.get_executor(retries=3), max(1, sum(client.nthreads().values()))


def parse_price(price: str | None) -> tuple[float, float] | None:
    """`IN,OUT` in dollars for a million tokens; raises `InputError`."""
    if price is None:
        return None
    try:
        cost_in, cost_out = (float(part) for part in price.split(","))
    except ValueError as error:
        raise InputError(f"--price {price!r}: write dollars per million tokens in and out, such as 2.5,10") from error
    return cost_in, cost_out
