"""Bulk grading: one question with its rubric and answers a line in, one graded answer a line out.

    {"id": "q1", "question": "Why scale?", "criteria": [{"id": "variance", "text": "...", "weight": 2}],
     "misconceptions": [{"id": "speed", "text": "..."}], "answers": [{"id": "a1", "text": "..."}]}

    {"question_id": "q1", "answer_id": "a1", "score": 0.5, "grader": "local/stance-1", "flags": [], "ms": 84,
     "verdicts": {"variance": {"verdict": "partial", "confidence": 0.71, "unsure": false, "evidence": "..."}}}

Other keys are ignored. Weights count relative to each other. A criterion that could not be graded has the verdict null
and a `reason`; a score of null means that none could. Evidence is quoted from the answer word for word, null when there
is none. Text comes out as ASCII with JSON escapes, so that no locale can change a byte.
"""

import json
import re
from collections.abc import Iterable, Iterator
from math import isfinite
from time import perf_counter
from typing import Any, NamedTuple

from tutor.domain import Criterion, CriterionVerdict, Critique, Exercise, Misconception, Rubric
from tutor.errors import GradingError, InputError
from tutor.grading.protocol import Grader

_MOST_WEIGHT = 10.0
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Task(NamedTuple):
    """A line of the input: the exercise with ids of ours, the ids given for its criteria, the answers by given id."""

    question_id: str | int
    exercise: Exercise
    criteria: dict[str, str]
    answers: tuple[tuple[str | int, str], ...]


class Result(NamedTuple):
    """A line of the output, or the number of a bad line of the input and what is wrong with it."""

    line: int
    row: dict[str, Any] | None
    problem: str | None


def parse_line(raw: bytes) -> Task:
    """The task of one line; raises `InputError` naming what is wrong with it."""
    try:
        row = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 ({error.reason} at byte {error.start})") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON ({error})") from error
    if not isinstance(row, dict):
        raise InputError("must be a JSON object with id, question, criteria and answers")
    criteria = _items(row, "criteria")
    if not criteria:
        raise InputError("criteria is empty; give at least one criterion")
    misconceptions = _items(row, "misconceptions") if row.get("misconceptions") is not None else []
    weights = _weights(criteria)
    names = {f"c{i}": str(item["id"]) for i, item in enumerate(criteria, 1)}
    rubric = Rubric(
        criteria=tuple(
            Criterion(id=slug, text=_text(item, f"criterion {item['id']!r}"), weight=weight)
            for slug, item, weight in zip(names, criteria, weights, strict=True)
        ),
        misconceptions=tuple(
            Misconception(id=f"m{i}", text=_text(item, f"misconception {item['id']!r}"))
            for i, item in enumerate(misconceptions, 1)
        ),
    )
    question_id = _id(row, "the line")
    exercise = Exercise(id=f"bulk {question_id}", prompt=_text(row, "the line", "question"), rubric=rubric)
    answers = tuple((item["id"], _answer(item)) for item in _items(row, "answers"))
    return Task(question_id, exercise, names, answers)


def grade_lines(lines: Iterable[bytes], grader: Grader) -> Iterator[Result]:
    """One result for each answer and for each bad line, as soon as it is there; blank lines are passed over."""
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        try:
            task = parse_line(raw)
        except InputError as error:
            yield Result(number, None, str(error))
            continue
        for answer_id, text in task.answers:
            yield Result(number, _grade(task, answer_id, text, grader), None)


def _grade(task: Task, answer_id: str | int, text: str, grader: Grader) -> dict[str, Any]:
    start = perf_counter()
    row: dict[str, Any] = {"question_id": task.question_id, "answer_id": answer_id}
    try:
        row |= _graded(task, grader.grade(task.exercise, text))
    except GradingError as error:
        nothing = {"verdict": None, "confidence": 0.0, "unsure": False, "evidence": None, "reason": str(error)}
        row |= {"score": None, "grader": grader.name}
        row |= {"verdicts": dict.fromkeys(task.criteria.values(), nothing), "flags": []}
    return row | {"ms": round((perf_counter() - start) * 1000, 1)}


def _graded(task: Task, critique: Critique) -> dict[str, Any]:
    return {
        "score": critique.score,
        "grader": critique.grader,
        "verdicts": {task.criteria[v.criterion]: _verdict(v) for v in critique.verdicts},
        "flags": [flag.value for flag in critique.flags],
    }


def _verdict(verdict: CriterionVerdict) -> dict[str, Any]:
    row: dict[str, Any] = {
        "verdict": verdict.verdict,
        "confidence": verdict.confidence,
        "unsure": verdict.unsure,
        "evidence": verdict.evidence.quote if verdict.evidence else None,
    }
    return row if verdict.ungraded is None else row | {"reason": verdict.ungraded}


def _items(row: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The list of objects under this key, each with an id of its own."""
    if key not in row:
        raise InputError(f"has no {key}")
    items = row[key]
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise InputError(f"{key} must be a list of objects")
    ids = [str(_id(item, f"{key} {place}")) for place, item in enumerate(items, 1)]
    repeated = sorted({i for i in ids if ids.count(i) > 1})
    if repeated:
        raise InputError(f"{key} has the id {repeated[0]!r} twice; give each its own")
    return items


def _id(item: dict[str, Any], where: str) -> str | int:
    found = item.get("id")
    if isinstance(found, bool) or not isinstance(found, str | int) or found == "":
        raise InputError(f"{where} needs an id, a string")
    return found


def _text(item: dict[str, Any], where: str, key: str = "text") -> str:
    found = item.get(key)
    if not isinstance(found, str) or not found.strip():
        raise InputError(f"{where} needs {key}, a string that is not empty")
    return _LONE_SURROGATE.sub("\ufffd", found)


def _answer(item: dict[str, Any]) -> str:
    found = item.get("text")
    if not isinstance(found, str):
        raise InputError(f"answer {item['id']!r} needs text, a string")
    return _LONE_SURROGATE.sub("\ufffd", found)


def _weights(criteria: list[dict[str, Any]]) -> list[float]:
    """The weights, scaled down together when one is above what a rubric of ours allows: only their ratios count."""
    found = []
    for item in criteria:
        weight = item.get("weight", 1.0)
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not isfinite(weight) or weight <= 0:
            raise InputError(f"criterion {item['id']!r} has the weight {weight!r}; give a number above 0")
        found.append(float(weight))
    scale = max(1.0, max(found) / _MOST_WEIGHT)
    return [weight / scale for weight in found]
