"""`tutor grade`: the format, bad lines, and the same bytes whatever is graded beside an answer."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.grading.fakes import GOOD, WEAK, WRONG, ScriptedJudge, row
from tutor.domain import Critique, Exercise, Verdict
from tutor.errors import GradingError, InputError
from tutor.grading.bulk import grade_lines, parse_line
from tutor.grading.local import LocalGrader

LINE: dict[str, Any] = {
    "id": "Q 1",
    "question": "Why scale the scores?",
    "criteria": [
        {"id": "Größe/A", "text": "The variance is d_k.", "weight": 30, "essential": True},
        {"id": "b", "text": "Softmax saturates."},
    ],
    "misconceptions": [{"id": "m", "text": "It is cheaper."}],
    "answers": [{"id": "a1", "text": "The variance is d_k, they say."}, {"id": "a2", "text": ""}],
    "topic": "ignored",
}
SCRIPT = {("The variance is d_k.", "variance is"): row(Verdict.MET)}


def changed(**changes: object) -> bytes:
    return json.dumps({k: v for k, v in (LINE | changes).items() if v != "drop"}).encode()


def grader() -> LocalGrader:
    return LocalGrader(ScriptedJudge(SCRIPT), 0.6)


def test_a_row_for_each_answer_in_the_given_format() -> None:
    rows = [r.row for r in grade_lines([changed()], grader())]
    first, second = ({k: v for k, v in r.items() if k != "ms"} for r in rows if r is not None)
    met = {
        "verdict": "met",
        "confidence": pytest.approx(0.94),
        "unsure": False,
        "evidence": "The variance is d_k, they say.",
    }
    missing = {"verdict": "missing", "confidence": pytest.approx(0.94), "unsure": False, "evidence": None}
    assert first == {
        "question_id": "Q 1",
        "answer_id": "a1",
        "score": pytest.approx(10 / (10 + 1 / 3)),
        "grader": "local/scripted-1",
        "verdicts": {"Größe/A": met, "b": missing},
        "flags": [],
    }
    assert (second["answer_id"], second["score"], second["flags"]) == ("a2", 0, ["empty"])


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"{", "is not JSON"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"[1]", "must be a JSON object"),
        (b"[" * 100_000, "is not JSON"),
        (changed(id="drop"), "the line needs an id"),
        (changed(id=True), "the line needs an id"),
        (changed(question="drop"), "the line needs question"),
        (changed(question=" "), "the line needs question"),
        (changed(criteria="drop"), "has no criteria"),
        (changed(criteria=[]), "criteria is empty"),
        (changed(criteria="x"), "criteria must be a list"),
        (changed(criteria=[{"text": "t"}]), "criteria 1 needs an id"),
        (changed(criteria=[{"id": "a", "text": 3}]), "criterion 'a' needs text"),
        (changed(criteria=[{"id": "a", "text": "t"}] * 2), "criteria has the id 'a' twice"),
        (changed(criteria=[{"id": "a", "text": "t", "weight": 0}]), "criterion 'a' has the weight 0"),
        (changed(criteria=[{"id": "a", "text": "t", "weight": "2"}]), "criterion 'a' has the weight '2'"),
        (changed(criteria=[{"id": "a", "text": "t", "weight": float("nan")}]), "criterion 'a' has the weight nan"),
        (changed(misconceptions=3), "misconceptions must be a list"),
        (changed(answers="drop"), "has no answers"),
        (changed(answers=[{"id": "a", "text": None}]), "answer 'a' needs text"),
    ],
)
def test_a_bad_line_says_what_is_wrong(line: bytes, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_line(line)
    assert str(caught.value).startswith(problem)


def test_bad_lines_are_numbered_and_the_others_graded() -> None:
    found = list(grade_lines([changed(), b"\n", b"oops", changed(id=7)], grader()))
    assert [(r.line, r.problem is None) for r in found] == [(1, True), (1, True), (3, False), (4, True), (4, True)]
    assert found[-1].row is not None
    assert found[-1].row["question_id"] == 7


def test_a_grader_that_fails_leaves_the_answer_ungraded_with_the_reason() -> None:
    class Down:
        name = "down-1"

        def grade(self, exercise: Exercise, answer: str) -> Critique:
            del exercise, answer
            raise GradingError("The model is down. Try again.")

    found = next(grade_lines([changed()], Down())).row
    assert found is not None
    assert found["score"] is None
    assert found["verdicts"]["b"]["verdict"] is None
    assert found["verdicts"]["b"]["reason"] == "The model is down. Try again."


def test_another_language_has_null_verdicts_with_the_reason() -> None:
    answers = [{"id": "a", "text": "Die Varianz wächst mit der Dimension und die Gradienten sind sehr klein."}]
    found = next(grade_lines([changed(answers=answers)], grader())).row
    assert found is not None
    assert (found["score"], found["flags"]) == (None, ["other-language"])
    assert found["verdicts"]["b"]["verdict"] is None
    assert "English" in found["verdicts"]["b"]["reason"]


def test_lone_surrogates_do_not_stop_the_run() -> None:
    line = changed(answers=[{"id": "a", "text": "so \ud800 it is"}])
    assert b"\\ud800" in line
    assert next(grade_lines([line], grader())).row is not None


def tutor(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", "from tutor.cli import main; main()", "grade", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        env=os.environ | {"TUTOR_GRADER": "similarity"} | environment,
    )


def without_time(output: bytes) -> list[str]:
    rows = [json.loads(line) for line in output.splitlines()]
    return [json.dumps({k: v for k, v in r.items() if k != "ms"}) for r in rows]


def test_the_command_is_repeatable_over_processes_seeds_locales_and_batches(tmp_path: Path) -> None:
    answers = [{"id": f"a{i}", "text": text} for i, text in enumerate([GOOD, WRONG, WEAK])]
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(changed(answers=answers) + b"\n")
    first = tutor(str(source), "--out", str(out), PYTHONHASHSEED="1", LC_ALL="C")
    assert (first.returncode, first.stdout, first.stderr) == (0, b"", b"")
    together = without_time(out.read_bytes())
    alone = b"\n".join(changed(answers=[a]) for a in reversed(answers))
    second = tutor("-", stdin=alone, PYTHONHASHSEED="2", LC_ALL="C.UTF-8", OMP_NUM_THREADS="2")
    assert second.returncode == 0
    assert without_time(second.stdout) == together[::-1]


def test_the_command_reports_bad_lines_and_says_so_in_the_exit_code() -> None:
    run = tutor("-", stdin=b"oops\n" + changed() + b"\n")
    assert run.returncode == 1
    assert len(run.stdout.splitlines()) == 2
    assert run.stderr.startswith(b"line 1: is not JSON")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.jsonl"], b"nowhere.jsonl cannot be read"),
        (["-", "--grader", "oracle"], b"There is no grader named 'oracle'. Choose one of: local"),
        (["-", "--out", "no/such/folder/x"], b"no/such/folder/x cannot be written"),
    ],
)
def test_the_command_names_what_to_do(arguments: list[str], message: bytes) -> None:
    run = tutor(*arguments)
    assert run.returncode != 0
    assert run.stderr.startswith(message)
    assert b"Traceback" not in run.stderr


def test_the_command_does_not_overwrite_its_input(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(changed())
    assert tutor(str(source), "--out", str(source)).returncode != 0
    assert source.read_bytes() == changed()
