"""What the harness costs: its throughput against the bare grader's, and its memory over a long run.

    python benchmarks/harness.py                      the grader named, on gold answers, medians of five
    python benchmarks/harness.py --memory 100000      so many answers through a callable that does nothing

The harness must keep 85% of the bare throughput, and memory must not grow with the run.
"""

import argparse
import json
import resource
import statistics
import tempfile
import time
from itertools import islice
from pathlib import Path

from evals.engine import Engine, Task
from evals.graders import grade_alternatives, load
from evals.loaders import load_dataset
from evals.runs import RunFolder, machine
from evals.samples import Sample
from tutor.domain import Exercise


def nothing(_: Exercise, __: str) -> float:
    """The cheapest grader there is."""
    return 0.5


def warm(spec: str, copy: int, sample: Sample) -> None:
    grade_alternatives(load(spec, copy), sample.exercises, sample.answer)


def seconds_bare(spec: str, copy: int, samples: list[Sample]) -> float:
    grader = load(spec, copy)
    started = time.perf_counter()
    for sample in samples:
        grade_alternatives(grader, sample.exercises, sample.answer)
    return time.perf_counter() - started


def seconds_harness(spec: str, copy: int, samples: list[Sample], folder: Path) -> float:
    started = time.perf_counter()
    with RunFolder(folder, {"grader": spec}) as run:
        Engine(spec, run).run(Task("plain", "bench", sample, sample.answer, repeat=copy) for sample in samples)
    return time.perf_counter() - started


def throughput(spec: str, data: str, count: int, rounds: int) -> None:
    """Bare and harness in turn, so that what else runs on the machine meets both alike; each with a fresh grader."""
    first, *samples = islice(load_dataset(data).samples(("all",)), count + 1)
    shares = []
    with tempfile.TemporaryDirectory() as scratch:
        for i in range(rounds):
            warm(spec, 2 * i, first)
            bare = seconds_bare(spec, 2 * i, samples)
            warm(spec, 2 * i + 1, first)
            harness = seconds_harness(spec, 2 * i + 1, samples, Path(scratch) / str(i))
            shares.append(bare / harness)
            print(
                f"{len(samples) / bare:8.1f} bare, {len(samples) / harness:8.1f} harness a second: {bare / harness:.1%}"
            )
    print(f"{load(spec).name}: median {statistics.median(shares):.1%} of the bare throughput; {machine()}")


def write_answers(path: Path, count: int) -> None:
    row = {"question_id": "q", "question": "Why?", "references": ["Because of heat."], "label": "correct", "score": 1.0}
    with path.open("w", encoding="utf-8") as file:
        for i in range(count):
            answer = f"I believe that it is heat, for reason {i}, " + "and so on " * 20
            file.write(json.dumps(row | {"id": str(i), "question_id": f"q{i % 50}", "answer": answer}) + "\n")


def memory(count: int) -> None:
    """Peak resident memory after a tenth of the answers and after all of them, in megabytes."""
    with tempfile.TemporaryDirectory() as scratch:
        for share in (count // 10, count):
            data = Path(scratch) / f"{share}.jsonl"
            write_answers(data, share)
            dataset = load_dataset(str(data))
            started = time.perf_counter()
            with RunFolder(Path(scratch) / f"run-{share}", {"grader": "nothing"}) as run:
                Engine("harness:nothing", run).run(
                    Task("plain", "bench", sample, sample.answer) for sample in dataset.samples()
                )
            took = time.perf_counter() - started
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{share:8d} answers: peak {peak:.0f} MB, {share / took:.0f} a second")
    print(machine())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--grader", default="local")
    parser.add_argument("--data", default="gold")
    parser.add_argument("--answers", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", type=int, metavar="ANSWERS")
    chosen = parser.parse_args()
    if chosen.memory:
        memory(chosen.memory)
    else:
        throughput(chosen.grader, chosen.data, chosen.answers, chosen.rounds)


if __name__ == "__main__":
    main()
