"""The run: nothing graded twice, nothing lost, whoever does the grading."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evals.graders import load
from evals.run import Options, execute
from evals.runs import read_config, read_items
from tutor.errors import InputError

Colours = Callable[..., Path]


def options(data: Path, out: Path, **more: object) -> Options:
    chosen: dict[str, object] = {"suites": ("speed",), "grader": "toy:keyword", "silent": True, "quick": True}
    return Options(data=(str(data),), out=out, **(chosen | more))  # type: ignore[arg-type]


def figure(outcome: object, name: str) -> float | None:
    return next(f.value for r in outcome.results for f in r.figures if f.name == name)  # type: ignore[attr-defined]


def test_a_run_is_a_folder_that_says_what_it_is(colours: Colours, tmp_path: Path) -> None:
    outcome = execute(options(colours(), tmp_path / "run", suites=("validity",)))
    config = read_config(tmp_path / "run")
    assert config["grader"].startswith("toy:keyword@")
    assert config["datasets"] == [
        {"name": "colours", "version": config["datasets"][0]["version"], "scheme": "verdicts"}
    ]
    assert {"seed", "commit", "machine", "command"} <= set(config)
    assert outcome.graded == 16
    assert figure(outcome, "colours.accuracy") == 1.0
    first = next(read_items(tmp_path / "run"))
    assert first["grade"]["verdicts"]["first"] == {
        "verdict": "met", "confidence": 0.9, "unsure": False, "quote": "red", "at": 6, "passages": [],
    }  # fmt: skip
    assert {p.name for p in (tmp_path / "run").iterdir()} >= {"results.json", "report.md", "questions.jsonl"}


def test_a_second_start_grades_nothing_again(colours: Colours, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOY_LOG", str(tmp_path / "log"))
    again = options(colours(), tmp_path / "run")
    first, second = execute(again), execute(again)
    assert (first.graded, second.graded) == (16, 0)
    assert first.results == second.results
    assert len((tmp_path / "log").read_text().splitlines()) == 16


def test_a_folder_holds_one_run(colours: Colours, tmp_path: Path) -> None:
    data = colours()
    execute(options(data, tmp_path / "run"))
    with pytest.raises(InputError, match="holds a run with other grader; name another folder"):
        execute(options(data, tmp_path / "run", grader="toy:half"))
    colours(5)
    with pytest.raises(InputError, match="other datasets"):
        execute(options(data, tmp_path / "run"))


@pytest.mark.parametrize("torn", ['{"n": 3, "key": "plain|col', "", "x" * 200_000])
def test_a_torn_last_line_is_graded_again_and_nothing_else(colours: Colours, tmp_path: Path, torn: str) -> None:
    again = options(colours(), tmp_path / "run")
    execute(again)
    items = tmp_path / "run" / "items.jsonl"
    lines = items.read_text(encoding="utf-8").splitlines(keepends=True)
    items.write_text("".join(lines[:10]) + torn, encoding="utf-8")
    assert execute(again).graded == 6
    assert sorted(row["n"] for row in read_items(tmp_path / "run")) == list(range(16))


def start(data: Path, out: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "evals", "speed", "--grader", "toy:slow", "--data", str(data)]
    return subprocess.Popen(
        [*command, "--out", str(out), *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("kills", [1, 3])
def test_a_killed_run_goes_on_where_it_stopped(
    colours: Colours, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kills: int
) -> None:
    monkeypatch.setenv("TOY_LOG", str(tmp_path / "log"))
    data, out = colours(10, 8), tmp_path / "run"
    for kill in range(kills):
        process = start(data, out)
        # Killed once it has graded some: the grader's own log says how far it is.
        while _lines(tmp_path / "log") < 15 * (kill + 1):
            assert process.poll() is None, process.communicate()
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    finished = start(data, out)
    text, errors = finished.communicate(timeout=60)
    assert finished.returncode == 0, errors
    answers = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    # What was being graded when the kill came is graded again: one answer a kill.
    assert len(answers) <= 80 + kills
    rows = list(read_items(out))
    assert sorted(row["n"] for row in rows) == list(range(80))
    assert "items graded" in text


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines()) if path.exists() else 0


def by_key(folder: Path) -> dict[str, object]:
    return {row["key"]: (row["grade"], row["labels"]) for row in read_items(folder)}


def test_processes_give_what_one_process_gives(colours: Colours, tmp_path: Path) -> None:
    data = colours(6, 6)
    execute(options(data, tmp_path / "one"))
    outcome = execute(options(data, tmp_path / "two", workers=2))
    assert outcome.graded == 36
    assert by_key(tmp_path / "one") == by_key(tmp_path / "two")


def test_a_grader_that_fails_leaves_ungraded_with_the_reason(tmp_path: Path) -> None:
    answers = [{"text": t, "verdicts": {"a": "met"}} for t in ("please fail", "fine")]
    row = {"question": "Why?", "criteria": [{"id": "a", "text": "A."}], "answers": answers}
    (tmp_path / "own.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    outcome = execute(options(tmp_path / "own.jsonl", tmp_path / "run", grader="toy:picky", suites=("validity",)))
    reasons = [row["grade"]["ungraded"] for row in read_items(tmp_path / "run")]
    assert reasons == ["RuntimeError: cannot read this", None]
    assert figure(outcome, "own.ungraded") == 0.5


def test_a_grader_that_always_fails_stops_the_run(colours: Colours, tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match="failed on each of the first 20 answers: RuntimeError: the model is not there"
    ):
        execute(options(colours(10, 8), tmp_path / "run", grader="toy:broken"))


def test_repeat_never_uses_a_cache_and_others_only_when_asked(
    colours: Colours, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOY_LOG", str(tmp_path / "log"))
    data, cache = colours(), tmp_path / "cache.sqlite"
    with pytest.raises(InputError, match="never uses a cache"):
        execute(options(data, tmp_path / "r", suites=("repeat",), cache=cache))
    execute(options(data, tmp_path / "one"))
    execute(options(data, tmp_path / "two"))
    assert _lines(tmp_path / "log") == 32
    execute(options(data, tmp_path / "three", cache=cache))
    kept = execute(options(data, tmp_path / "four", cache=cache, suites=("validity",)))
    assert _lines(tmp_path / "log") == 48
    assert figure(kept, "colours.accuracy") == 1.0
    execute(options(data, tmp_path / "five", suites=("repeat",), repeats=3, limit=16))
    assert _lines(tmp_path / "log") == 96


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"grader": "nobody"}, "there is no grader 'nobody'"),
        ({"grader": "toy:nobody"}, "no callable 'nobody'"),
        ({"splits": ("train",)}, "nothing to grade"),
        ({"spend": 1.0}, "needs --price"),
        ({"price": "cheap", "spend": 1.0}, "--price 'cheap'"),
        ({"dask": "tcp://127.0.0.1:9"}, "no Dask scheduler answers"),
        ({"suites": ("truth",)}, "there is no suite 'truth'"),
    ],
)
def test_what_cannot_be_run_is_explained(
    colours: Colours, tmp_path: Path, more: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        execute(options(colours(), tmp_path / "run", **more))


COMMAND = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    words = {c["id"]: c["text"].split()[-1].strip(".") for c in asked["criteria"]}
    verdicts = {c: "met" if word in asked["answer"] else "missing" for c, word in words.items()}
    print(json.dumps({"verdicts": verdicts}), flush=True)
"""


def test_a_command_grades(colours: Colours, tmp_path: Path) -> None:
    (tmp_path / "grader.py").write_text(COMMAND, encoding="utf-8")
    command = f"command:{sys.executable} {tmp_path / 'grader.py'}"
    outcome = execute(options(colours(), tmp_path / "run", grader=command, suites=("validity",)))
    assert figure(outcome, "colours.ungraded") == 0.0
    assert figure(outcome, "colours.accuracy") == pytest.approx(7 / 8)


def test_a_panel_votes_and_a_tie_is_unsure(colours: Colours, tmp_path: Path) -> None:
    execute(options(colours(), tmp_path / "run", grader="panel:toy:keyword+keywords"))
    marks = [row["grade"]["verdicts"]["first"] for row in read_items(tmp_path / "run")]
    assert {(m["confidence"], m["unsure"]) for m in marks} == {(1.0, False), (0.5, True)}


@pytest.mark.slow
def test_a_dask_cluster_loses_a_worker_and_nothing_else(colours: Colours, tmp_path: Path) -> None:
    """Two real workers; one is killed in the middle of the run."""
    from distributed import LocalCluster

    data, out = colours(20, 8), tmp_path / "run"
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        process = start(data, out, "--dask", cluster.scheduler_address)
        while _lines(out / "items.jsonl") < 10:
            assert process.poll() is None, process.communicate()
        victim = cluster.workers[0]
        os.kill(victim.pid, signal.SIGKILL)
        text, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert sorted(row["n"] for row in read_items(out)) == list(range(160))
    assert all(row["grade"]["ungraded"] is None for row in read_items(out))
    assert "160 items graded" in text


def test_memory_does_not_grow_with_the_run(tmp_path: Path) -> None:
    """Peak memory after 2,000 and after 20,000 answers, as the benchmark prints it for 100,000."""
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, str(root / "benchmarks" / "harness.py"), "--memory", "20000"]
    environment = os.environ | {"PYTHONPATH": str(root)}
    printed = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, timeout=120).stdout
    few, many = (int(line.split("peak ")[1].split(" MB")[0]) for line in printed.splitlines()[:2])
    assert many - few <= 4


def test_repeats_are_graded_by_fresh_copies(colours: Colours, tmp_path: Path) -> None:
    """A grader that remembers its answers would look steady if one copy graded all repeats."""
    outcome = execute(options(colours(), tmp_path / "run", suites=("repeat",), grader="toy:Remembers", repeats=3))
    assert figure(outcome, "colours.verdict_flips") == 1.0


def test_the_same_name_is_the_same_grader() -> None:
    assert load("toy:half") is load("toy:half")
