"""Time from answer to critique, load time and memory: `python benchmarks/grading.py [--grader NAME]`.

One 150-word answer against 5 criteria, without and with 3 misconceptions; medians of five runs, each in a fresh process
with one thread. Targets: p50 under 300 ms, p95 under 600 ms; with a trained judge 150 and 300, load under 1 s, memory
under 400 MB.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time

CRITERIA = (
    "The dot product of a query and a key with unit-variance entries has variance d_k, so scores grow with it.",
    "Large scores saturate the softmax, which makes its gradients vanish.",
    "Dividing by the square root of d_k brings the variance of the scores back to one.",
    "The division does not change which key has the highest score.",
    "Without the scaling, training is slow or unstable, most of all for large key dimensions.",
)
MISCONCEPTIONS = (
    "The scaling makes the matrix product cheaper to compute.",
    "Dividing by d_k itself is needed to make the variance of the scores one.",
    "The scaling keeps the attention weights from summing to more than one.",
)
SENTENCES = (
    "If entries of a query and a key are independent with variance one, their dot product adds up d_k random terms.",
    "So its variance is d_k, and a typical score grows like the root of the dimension of head number {n}.",
    "The softmax of such scores puts nearly all its weight on one key.",
    "In that flat region its derivative is close to zero, so hardly any gradient flows back to the projections.",
    "Dividing by the square root of d_k makes the variance one again, whatever the dimension.",
    "The order of the keys stays the same, because all scores are divided by one positive constant.",
    "In practice people saw that without it the loss goes down slowly for big heads, and sometimes training diverges.",
    "One could also learn a temperature, or normalise queries and keys, which some newer models do.",
    "I would not expect it to change the cost, since it is one multiplication for each score.",
)
ANSWERS, RUNS = 30, 5


def one_run(name: str | None) -> dict[str, float]:
    from tutor.domain import Criterion, Exercise, Misconception, Rubric
    from tutor.grading.load import load_grader
    from tutor.settings import Settings

    criteria = tuple(Criterion(id=f"c{i}", text=text) for i, text in enumerate(CRITERIA))
    false = tuple(Misconception(id=f"m{i}", text=text) for i, text in enumerate(MISCONCEPTIONS))
    prompt = "Why does attention divide the scores by a constant?"
    figures: dict[str, float] = {}
    start = time.perf_counter()
    grader = load_grader(Settings(), name=name)
    warm = Exercise(id="warm", prompt=prompt, rubric=Rubric(criteria=criteria, misconceptions=false))
    grader.grade(warm, "The scores grow.")
    figures["load and first critique, s"] = time.perf_counter() - start
    for label, rubric in (
        ("5 criteria", Rubric(criteria=criteria)),
        ("5 criteria + 3 misconceptions", Rubric(criteria=criteria, misconceptions=false)),
    ):
        exercise = Exercise(id="bench", prompt=prompt, rubric=rubric)
        times = [timed(grader.grade, exercise, answer(n + len(label))) for n in range(ANSWERS)]
        figures[f"{label}, p50 ms"] = statistics.median(times)
        figures[f"{label}, p95 ms"] = statistics.quantiles(times, n=20)[-1]
    figures["resident, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures["torch imported"] = float("torch" in sys.modules)
    return figures


def answer(number: int) -> str:
    """About 150 words; every sentence differs from answer to answer, so that nothing comes out of a cache."""
    return " ".join(f"{s.format(n=number)[:-1]} ({number})." for s in SENTENCES)


def timed(grade, *arguments) -> float:
    start = time.perf_counter()
    grade(*arguments)
    return (time.perf_counter() - start) * 1000


def machine() -> str:
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grader", default=None, help="local, similarity, ...; default: the setting")
    parser.add_argument("--one-run", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one_run:
        print(json.dumps(one_run(options.grader)))
        return
    command = [sys.executable, __file__, "--one-run", *(["--grader", options.grader] if options.grader else [])]
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    runs = [json.loads(subprocess.check_output(command, env=os.environ | threads)) for _ in range(RUNS)]
    print(machine(), f"| {len(answer(1).split())} words, {ANSWERS} answers a run, medians of {RUNS} runs")
    for figure in runs[0]:
        values = sorted(run[figure] for run in runs)
        print(f"{figure:45s} {statistics.median(values):8.2f}   [{values[0]:.2f}, {values[-1]:.2f}]")


if __name__ == "__main__":
    main()
